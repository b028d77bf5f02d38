"""What a learner calls to see whether a sentence holds, and how near a guess was.

`claim` ties a sentence to a condition, `check_shape` and `check_close` compare what a cell computed
with what it should have computed. All raise with what was measured and, where given, a hint.
`you_said` sets a prediction beside the result, and never raises: a guess cannot be wrong enough.

A check that cannot fail teaches nothing, so each refuses what would always pass or never say
anything: a condition that is not a truth value, an empty array, a comparison with NaN.
"""

import json
import os
import sys

import numpy as np

AGAIN = (
    "run the cells above in their order (Restart the kernel and run all). If it fails again, and "
    "you changed nothing, the mistake is ours: please report it."
)


class ClaimError(AssertionError):
    """A sentence of the course did not hold in this run."""


def claim(text, condition, measured=None, *, hint=None, show=False, stored=False):
    """Prints `✓ text` when `condition` holds, and raises when it does not.

    A claim on a stored table prints `✓ (stored) text`: it says what was measured once, and nothing
    that the reader runs or changes in the notebook can make it fail.

    Args:
        text: one sentence that asserts a fact about this run.
        condition: a Python or NumPy truth value, such as `score > 30`.
        measured: what was measured; named when the claim fails. A number, a string, a small dict.
        hint: what to look at when the claim fails; without one, how to rule out a skipped cell.
        show: also prints `measured` when the claim holds. Leave it off where the output is
            compared between runs and the number is not the same everywhere.
        stored: whether the claim is about a stored table; or the script that measures it anew,
            such as "benchmarks/cells.py", which is named when the claim fails.

    Raises:
        ClaimError: the condition is false.
        TypeError: the condition is not a truth value, or the text is not a string.
        ValueError: the text is empty; `stored` is neither True, False nor the name of a script.

    Two environment variables, set by `make seeds`, change what happens: `RNN_COURSE_CLAIMS` names
    a file to which each claim is appended as one line of JSON, and `RNN_COURSE_CLAIMS_CONTINUE=1`
    prints `✗ text` instead of raising.
    """
    _refuse_bad_text(text)
    held = _truth_value(condition)
    where_from = _where_from(stored)
    _record(text, held, measured)
    found = "" if measured is None else f"measured: {_describe(measured)}"
    shown = f"(stored) {text}" if where_from else text
    if held:
        say(f"✓ {shown}  ({found})" if show and found else f"✓ {shown}")
        return
    if os.environ.get("RNN_COURSE_CLAIMS_CONTINUE") == "1":
        say(f"✗ {shown}  ({found})" if found else f"✗ {shown}")
        return
    hint = hint or (None if where_from else AGAIN)
    raise ClaimError(_join(f"This claim does not hold: {text}", found, where_from, _hint(hint)))


def _where_from(stored):
    """The line that a failed claim on a stored table ends with; "" for what is computed here."""
    if isinstance(stored, (bool, np.bool_)):
        script = "the script of the same name in benchmarks/" if stored else ""
    elif isinstance(stored, str) and stored.endswith(".py"):
        script = f"`python {stored}`"
    else:
        raise ValueError(
            f'stored is {stored!r}, expected True, False or a script such as "benchmarks/cells.py"'
        )
    if not script:
        return ""
    return (
        f"It is about a stored table, which no cell of this notebook measures: {script} measures "
        "it anew. Did its file change, or the cell that reads it?"
    )


def say(text):
    """Prints a line on any console: what it has no sign for becomes `?`, a tick becomes `ok`."""
    print(for_console(text))


def for_console(text):
    """Returns the text as `say` prints it, in signs that the console has."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.replace("✓", "ok:").replace("✗", "NOT:")
        text = text.encode(encoding, errors="replace").decode(encoding)
    return text


def you_said(prediction, measured=None):
    """Prints a prediction and, where given, what was measured beside it.

        my_prediction_2 = None  # the learner's guess
        you_said(my_prediction_2, 0.14)

    Args:
        prediction: whatever the learner wrote: a number, a text, a dict, a list; None is no guess.
        measured: the answer. A prediction of another kind (text for a number, other keys) is shown
            too, with a line that says which kind was asked for.
    """
    found = "" if measured is None else f"; measured {_describe(measured)}"
    if _no_guess(prediction):
        say(f"you made no prediction{found}")
        return
    problem = "" if measured is None else _unlike(prediction, measured)
    say(f"you said {_shortened(prediction)}{found}")
    if problem:
        say(f"  ({problem}; write it into the cell my_prediction_… and run that cell again)")


def _no_guess(prediction):
    if isinstance(prediction, dict):
        return all(_no_guess(value) for value in prediction.values())
    return prediction is None or prediction is Ellipsis


def _unlike(prediction, measured):
    """Says in which kind a prediction differs from what was measured; nothing when it does not."""
    if isinstance(measured, dict):
        if not isinstance(prediction, dict):
            return f"one guess for each was asked for: {', '.join(map(str, measured))}"
        missing = [str(key) for key in measured if prediction.get(key) is None]
        if missing:
            return f"there is no guess for {', '.join(missing)}"
        kinds = (_unlike(prediction[key], value) for key, value in measured.items())
        return next((kind for kind in kinds if kind), "")
    wanted, found = _kind(measured), _kind(prediction)
    if wanted == found:
        return ""
    asked = {
        "a number": "a number such as 0.5, without quotation marks,",
        "a text": 'a text in quotation marks, such as "yes",',
        "a list": "a list such as [1, 2]",
        "a truth value": "True or False",
    }
    return f"{asked.get(wanted, wanted)} was asked for, and this is {found}"


def _kind(value):
    if isinstance(value, (bool, np.bool_)):
        return "a truth value"
    if isinstance(value, (int, float, np.integer, np.floating)):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, (list, tuple, set, np.ndarray)):
        return "a list"
    return f"a {type(value).__name__}"


def _shortened(prediction, longest=100):
    try:
        text = repr(prediction) if isinstance(prediction, str) else _describe(prediction)
    except Exception:  # whatever the learner wrote: a guess never stops the notebook
        text = f"a {type(prediction).__name__}"
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def check_shape(array, expected, *, hint=None):
    """Passes in silence when `array.shape` is `expected`, and raises when it is not.

    Args:
        array: anything with a shape: a NumPy array, a Keras tensor, a nested list of numbers.
        expected: one entry an axis; `None` stands for any length, for instance `(None, 3, 4)`.
        hint: what to look at when the shapes differ.

    Raises:
        ClaimError: the number of axes or one of the lengths differs.
        TypeError: `expected` is not a tuple or list of whole numbers and `None`.
    """
    if not isinstance(expected, (tuple, list)) or not all(map(_is_length, expected)):
        raise TypeError(f"expected is a tuple of lengths such as (2, None, 4); got {expected!r}.")
    shape = tuple(array.shape) if hasattr(array, "shape") else np.shape(array)
    if len(shape) != len(expected):
        problem = f"{len(shape)} axes instead of {len(expected)}"
    else:
        wrong = [
            f"axis {axis} has length {found} instead of {wanted}"
            for axis, (found, wanted) in enumerate(zip(shape, expected, strict=True))
            if wanted is not None and found != wanted
        ]
        problem = ", ".join(wrong)
    if problem:
        wanted = "(" + ", ".join("any" if size is None else str(size) for size in expected) + ")"
        summary = f"The shape is {shape}, expected {wanted}: {problem}."
        raise ClaimError(_join(summary, _hint(hint)))


def check_close(found, expected, tolerance=1e-6, *, hint=None):
    """Passes in silence when two arrays differ nowhere by more than `tolerance`.

    Args:
        found: what was computed, any shape.
        expected: what it should be, the same shape; nothing is broadcast.
        tolerance: the largest absolute difference allowed, in the unit of the arrays.
        hint: what to look at when they differ.

    Raises:
        ClaimError: shapes differ, a value is NaN, or a difference exceeds the tolerance; the
            message gives the position and the size of the largest one.
        TypeError: something is not made of real numbers.
        ValueError: the arrays are empty, or the tolerance is negative or not finite.
    """
    if not np.isfinite(tolerance) or tolerance < 0:
        raise ValueError(f"tolerance is a finite number, zero or more; got {tolerance!r}.")
    found, expected = _numbers(found, "found"), _numbers(expected, "expected")
    if found.shape != expected.shape:
        summary = f"The shapes differ: found {found.shape}, expected {expected.shape}."
        raise ClaimError(_join(summary, _hint(hint)))
    if found.size == 0:
        raise ValueError("Both arrays are empty, so there is nothing to compare.")
    position, distance = _largest_difference(found, expected)
    if not distance <= tolerance:
        values = f"found {found[position]:.8g}, expected {expected[position]:.8g}"
        summary = (
            f"The largest difference is {distance:.3g}, at {_position(position)}: {values}; "
            f"allowed is {tolerance:g}."
        )
        raise ClaimError(_join(summary, _hint(hint)))


def _largest_difference(found, expected):
    """Returns the position of the largest difference and its size; NaN counts as the largest."""
    with np.errstate(invalid="ignore"):
        distance = np.where(found == expected, 0.0, np.abs(found - expected))
    distance = np.where(np.isnan(distance), np.inf, distance)
    position = tuple(int(i) for i in np.unravel_index(np.argmax(distance), distance.shape))
    return position, float(distance[position])


def _refuse_bad_text(text):
    if not isinstance(text, str):
        raise TypeError(f"A claim starts with its sentence, a string; got {type(text).__name__}.")
    if not text.strip() or "\n" in text:
        raise ValueError("A claim is one sentence on one line; it cannot be empty.")


def _truth_value(condition):
    if isinstance(condition, (bool, np.bool_)):
        return bool(condition)
    if hasattr(condition, "shape"):
        raise TypeError(
            f"The condition of a claim is one truth value; this is an array of shape "
            f"{tuple(condition.shape)}. Say what you mean with bool(….all()) or bool(….any())."
        )
    raise TypeError(
        f"The condition of a claim is True or False, from a comparison such as `score > 30`; "
        f"got {type(condition).__name__}: {condition!r}."
    )


def _is_length(size):
    whole = isinstance(size, (int, np.integer)) and not isinstance(size, bool)
    return size is None or (whole and size >= 0)


def _numbers(values, name):
    array = np.asarray(values)
    if array.dtype.kind in "biufV":  # V: bfloat16 and its like
        try:
            return array.astype(np.float64)
        except (TypeError, ValueError):
            pass
    raise TypeError(f"{name} has to hold real numbers; its type is {array.dtype}.")


def _position(position):
    if not position:
        return "the only value"
    return "position " + (str(position[0]) if len(position) == 1 else str(position))


def _describe(measured):
    """Returns `measured` as short text: numbers to four digits, everything else as it prints."""
    if isinstance(measured, (bool, np.bool_)):
        return str(bool(measured))
    if isinstance(measured, (float, np.floating)):
        return f"{measured:.4g}"
    if isinstance(measured, np.ndarray):
        return np.array2string(measured, precision=4, threshold=20)
    if isinstance(measured, dict):
        return ", ".join(f"{key} {_describe(value)}" for key, value in measured.items())
    if isinstance(measured, (list, tuple)):
        return "[" + ", ".join(_describe(value) for value in measured) + "]"
    return str(measured)


def _hint(hint):
    return f"Hint: {hint}" if hint else ""


def _join(*lines):
    return "\n".join(line for line in lines if line)


def _record(text, held, measured):
    path = os.environ.get("RNN_COURSE_CLAIMS")
    if not path:
        return
    number = isinstance(measured, (int, float, np.integer, np.floating)) and not isinstance(
        measured, bool
    )
    entry = {
        "claim": text,
        "held": held,
        "measured": None if measured is None else _describe(measured),
        "number": float(measured) if number else None,
    }
    with open(path, "a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")
