"""What an exercise is, and what is wrong with an answer: the most helpful thing first.

An exercise is plain data: a function that is right, inputs to try, the wrong answers that people
really give with what to say about each, and hints. `judge` runs an answer beside the reference on
inputs drawn anew each time, so that no answer learned by heart passes.
"""

from __future__ import annotations

import copy
import inspect
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLERANCE = 1e-4  # relative and absolute: float32 is precise enough


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give.

    Attributes:
        answer: the function with the mistake, called as the reference is.
        said: what happened, and a question that leads on.
    """

    answer: Callable
    said: str


@dataclass(frozen=True)
class Exercise:
    """Something for the learner to write.

    Attributes:
        reference: a function that is right; its signature and docstring are the task's, and
            `solution` shows its source, so that it is written to be read.
        cases: random generator → a list of tuples of arguments, small ones first, other sizes
            after them.
        returns: the name of each array that the reference returns, such as ("h_t", "c_t").
        mistakes: wrong answers, each with its sentence.
        hints: from a nudge to nearly everything.
        minutes: how long it takes.
        difficulty: 1 to 3.
        alternatives: other right answers, for the tests.
        time_axis: the axis of the steps in every returned array, None where there is none.
    """

    reference: Callable
    cases: Callable[[np.random.Generator], Sequence[tuple]]
    returns: tuple[str, ...]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    minutes: int
    difficulty: int
    alternatives: tuple[Callable, ...] = ()
    time_axis: int | None = None

    @property
    def name(self) -> str:
        return self.reference.__name__


@dataclass(frozen=True)
class Verdict:
    """What came out.

    Attributes:
        kind: "right", "not written" or "wrong".
        said: what the learner reads, one sentence or two.
        right: on how many cases the answer was right.
        cases: how many cases there were.
    """

    kind: str
    said: str
    right: int
    cases: int


class _Wrong(Exception):
    """An answer is wrong in a way that needs no comparison with other answers."""


def judge(exercise: Exercise, answer: Callable, random: np.random.Generator) -> Verdict:
    """Runs an answer on all cases and says what is wrong with it.

    Args:
        exercise: what was asked for.
        answer: the learner's function.
        random: draws the cases.

    Raises:
        TypeError: the answer is no function.
    """
    if not callable(answer):
        raise TypeError(
            f"check takes the function that you wrote, without brackets: "
            f'check("{exercise.name}", {exercise.name}); got {type(answer).__name__}'
        )
    cases = [tuple(case) for case in exercise.cases(random)]
    count = len(exercise.returns)
    expected = [_arrays(exercise.reference(*copy.deepcopy(case)), count) for case in cases]
    found, problems = [], []
    for case, wanted in zip(cases, expected, strict=True):
        try:
            arrays = _run(exercise, answer, case)
            _compare_forms(exercise, arrays, wanted)
            found.append(arrays)
            problems.append("" if _same(arrays, wanted) else "values")
        except NotImplementedError:
            return Verdict("not written", "not written yet", 0, len(cases))
        except _Wrong as wrong:
            found.append(None)
            problems.append(str(wrong))
    right = problems.count("")
    if right == len(cases):
        return Verdict("right", f"right on {len(cases)} cases", right, len(cases))
    said = _explain(exercise, cases, expected, found, problems)
    return Verdict("wrong", said, right, len(cases))


# ------------------------------------------------------------------------------ running the answer


def _run(exercise, answer, case):
    """The answer's arrays on one case; raises `_Wrong` when there are none."""
    given = copy.deepcopy(case)
    try:
        returned = answer(*given)
    except NotImplementedError:
        raise
    except Exception as error:
        raise _Wrong(_raised(answer, error)) from error
    names = list(inspect.signature(exercise.reference).parameters)
    for name, before, after in zip(names, case, given, strict=False):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=True):
            raise _Wrong(
                f"it changed its input `{name}`. Whoever called still needs it: compute a new "
                f"array (`{name} = {name} + …`, not `{name} += …`)."
            )
    if returned is None:
        raise _Wrong("it returned nothing. Is there a `return` at its end?")
    return _arrays(returned, len(exercise.returns))


def _raised(answer, error):
    """The error, with the learner's own line."""
    own = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == own]
    where = f" in line {frames[-1].lineno}, `{frames[-1].line}`" if frames else ""
    return f"it stopped{where}: {type(error).__name__}: {error}"


def _arrays(returned, count):
    """What a function returned as a tuple of arrays; a list is one array where one is wanted."""
    several = isinstance(returned, tuple) or (count > 1 and isinstance(returned, list))
    return tuple(_array(part) for part in (returned if several else (returned,)))


def _array(part):
    try:
        return np.asarray(part)
    except Exception as error:  # tensors of any library, ragged lists
        raise _Wrong(f"it returned a {type(part).__name__} that is no array: {error}") from error


def _compare_forms(exercise, found, wanted):
    """Raises `_Wrong` where number, type or shape of the arrays differ, or one is not finite."""
    names = exercise.returns
    if len(found) != len(wanted):
        count = f"{len(wanted)} arrays" if len(wanted) > 1 else "one array"
        raise _Wrong(f"it returned {len(found)}, expected {count}: {', '.join(names)}.")
    for name, mine, right in zip(names, found, wanted, strict=True):
        if mine.dtype.kind not in "fiu":
            raise _Wrong(f"`{name}` holds {mine.dtype}, expected real numbers.")
        if mine.shape != right.shape:
            raise _Wrong(_shape_problem(name, mine.shape, right.shape))
    for name, mine, right in zip(names, found, wanted, strict=True):
        if np.isfinite(right).all() and not np.isfinite(mine).all():
            raise _Wrong(f"`{name}` is not finite everywhere: is something divided by zero?")


def _shape_problem(name, found, wanted):
    said = f"`{name}` has the shape {found}, expected {wanted}"
    if found == wanted[::-1]:
        return f"{said}: it is transposed."
    if len(found) != len(wanted):
        return f"{said}: {len(found)} axes instead of {len(wanted)}."
    axes = [str(axis) for axis, size in enumerate(wanted) if found[axis] != size]
    return f"{said}: look at axis {' and '.join(axes)}."


def _same(found, wanted):
    return all(_close(mine, right) for mine, right in zip(found, wanted, strict=True))


def _close(mine, right):
    return mine.shape == right.shape and np.allclose(
        mine, right, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True
    )


# -------------------------------------------------------------------------- saying what went wrong


def _explain(exercise, cases, expected, found, problems):
    """The most helpful sentence about a wrong answer."""
    ran = [n for n, arrays in enumerate(found) if arrays is not None]
    if not ran:
        return problems[0]
    known = _known_mistake(exercise, cases, expected, found)
    if known:
        return known
    number = next(n for n, problem in enumerate(problems) if problem)
    if found[number] is None:  # right on the small case, and stops on another
        return f"with inputs of shapes {_shapes(cases[number])} {problems[number]}"
    return _difference(exercise, found[number], expected[number], cases[number])


def _known_mistake(exercise, cases, expected, found):
    """The sentence of the mistake that gives what the answer gave in every case, or None."""
    for mistake in exercise.mistakes:
        theirs = [_try(mistake.answer, case, len(exercise.returns)) for case in cases]
        if all(
            (mine is None) == (other is None) and (mine is None or _same_shapes(mine, other))
            for mine, other in zip(found, theirs, strict=True)
        ):
            return mistake.said
    return None


def _same_shapes(mine, other):
    return len(mine) == len(other) and _same(mine, other)


def _try(function, case, count):
    try:
        return _arrays(function(*copy.deepcopy(case)), count)
    except Exception:  # a mistake may stop, as the learner's answer does
        return None


def _difference(exercise, found, wanted, case):
    """Where and how the values differ."""
    names = exercise.returns
    fine = [n for n, pair in enumerate(zip(found, wanted, strict=True)) if _close(*pair)]
    number = next(n for n in range(len(names)) if n not in fine)
    name, mine, right = names[number], found[number].astype(float), wanted[number].astype(float)
    others = f" ({', '.join(f'`{names[n]}`' for n in fine)} is right)" if fine else ""
    for looks_like in (_first_step, _first_of_batch, _factor, _transposed):
        told = looks_like(mine, right, exercise.time_axis)
        if told:
            return f"`{name}` {told}{others}"
    place = tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(mine - right)), right.shape))
    return (
        f"`{name}` differs most at {list(place)}: found {mine[place]:.5g}, expected "
        f"{right[place]:.5g}{others}, with inputs of shapes {_shapes(case)}."
    )


def _first_step(mine, right, time_axis):
    if time_axis is None or right.shape[time_axis] < 2:
        return None
    first = [np.take(part, 0, time_axis) for part in (mine, right)]
    return "is right at the first step and wrong afterwards: is the state handed on?" if _close(
        *first
    ) else None


def _first_of_batch(mine, right, time_axis):
    if right.ndim < 2 or len(right) < 2 or not _close(mine[0], right[0]):
        return None
    return "is right for the first of the batch only: does an index or a sum mix the sequences?"


def _factor(mine, right, time_axis):
    size = float(np.sum(right * right))
    if size == 0 or right.size < 2:
        return None
    factor = float(np.sum(mine * right)) / size
    if abs(factor) < 1e-6 or not _close(mine, factor * right):
        return None
    if abs(factor + 1) < TOLERANCE:
        return "has the opposite sign."
    return f"is right up to a factor of {factor:.4g}."


def _transposed(mine, right, time_axis):
    if mine.ndim == 2 and mine.shape == mine.T.shape and _close(mine.T, right):
        return "is transposed."
    return None


def _shapes(case: tuple[Any, ...]) -> str:
    return ", ".join(str(np.shape(part)) for part in case)
