"""What an exercise is, and what is wrong with an answer: the most helpful thing first.

An exercise is plain data: a function that is right, inputs to try, the wrong answers that people
really give with what to say about each, and hints. `judge` runs an answer beside the reference on
inputs drawn anew each time, so that no answer learned by heart passes. Where arrays are not what an
exercise asks for, such as a model, `observe` says what to look at: then an answer is judged by what
it does, however it was written.
"""

from __future__ import annotations

import copy
import inspect
import itertools
import re
import traceback
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

TOLERANCE = 1e-4  # relative and absolute: float32 is precise enough
VALUES = "values"  # the problem of an answer whose arrays are wrong in nothing but their values


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that people really give.

    Attributes:
        answer: the function with the mistake, called as the reference is.
        said: what happened, and a question that leads on.
        variants: other functions with the same mistake, of which the same is said.
    """

    answer: Callable
    said: str
    variants: tuple[Callable, ...] = ()


@dataclass(frozen=True)
class Exercise:
    """Something for the learner to write.

    Attributes:
        reference: a function that is right; its signature and docstring are the task's, and
            `solution` shows its source, so that it is written to be read.
        cases: random generator → a list of tuples of arguments, small ones first, other sizes
            after them.
        returns: the name of each array that the reference returns, such as ("h_t", "c_t"), or that
            `observe` makes of it.
        mistakes: wrong answers, each with its sentence.
        hints: from a nudge to nearly everything.
        minutes: how long it takes.
        difficulty: 1 to 3.
        alternatives: other right answers, for the tests.
        time_axis: the axis of the steps in every returned array, None where there is none.
        batched: whether the first axis of the returned arrays is that of the batch.
        parts: of a returned array, the names of the equal parts of its last axis, such as the four
            gates; a wrong answer is told which of them are right.
        observe: (what was returned, *the arguments) → the arrays to compare, a tuple: of a model
            its outputs under weights set alike, of a dict its counts. What it raises is told to
            the learner. None: the arrays are returned as they are.
        places: name of an array → a function, (place, *the arguments) → what stands there, such as
            "for the run 'not good'"; where there is none, the place is told by its number.
        called: the name of the function that the learner writes, where it is not the reference's:
            the variants of a problem set ask for other things under one name.
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
    batched: bool = True
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    observe: Callable | None = None
    places: dict[str, Callable] = field(default_factory=dict)
    called: str = ""

    @property
    def name(self) -> str:
        """The name of the function that the learner writes."""
        return self.called or self.reference.__name__


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
    expected = [
        _looked_at(exercise, exercise.reference(*copy.deepcopy(case)), case) for case in cases
    ]
    found, problems = [], []
    for case, wanted in zip(cases, expected, strict=True):
        try:
            arrays, problem = _outcome(exercise, answer, case, wanted)
        except NotImplementedError:
            return Verdict("not written", "not written yet", 0, len(cases))
        found.append(arrays)
        problems.append(problem)
    right = problems.count("")
    if right == len(cases):
        return Verdict("right", f"right on {len(cases)} cases", right, len(cases))
    said = _explain(exercise, cases, expected, found, problems)
    return Verdict("wrong", said, right, len(cases))


# ------------------------------------------------------------------------------ running the answer


def _outcome(exercise, answer, case, wanted):
    """The answer's arrays on one case, None where there are none to compare, and the problem.

    Arrays of another number or shape than wanted can be compared: with those of a known mistake,
    or in another order.
    """
    try:
        arrays = _run(exercise, answer, case)
    except _Wrong as wrong:
        return None, str(wrong)
    problem = _problem_of_form(exercise.returns, arrays, wanted)
    if problem:
        numbers = all(part.dtype.kind in "fiu" and np.isfinite(part).all() for part in arrays)
        return arrays if numbers else None, problem
    return arrays, "" if _same(arrays, wanted) else VALUES


def _run(exercise, answer, case):
    """The answer's arrays on one case; raises `_Wrong` when there are none."""
    given = copy.deepcopy(case)
    try:
        returned = answer(*given)
    except Exception as error:
        # Keras raises it as well, with a message: then the answer is written, and wrong.
        if isinstance(error, NotImplementedError) and not str(error):
            raise
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
    return _looked_at(exercise, returned, case)


def _looked_at(exercise, returned, case):
    """The arrays of what was returned; raises `_Wrong` where it cannot be looked at."""
    if exercise.observe is not None:
        try:
            returned = exercise.observe(returned, *copy.deepcopy(case))
        except Exception as error:
            raise _Wrong(f"what it returned cannot be tried: {error}") from error
    return _arrays(returned, len(exercise.returns))


def _raised(answer, error):
    """The error, with the learner's own line."""
    own = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == own]
    where = f" in line {frames[-1].lineno}, `{frames[-1].line}`" if frames else ""
    constants = getattr(getattr(answer, "__code__", None), "co_consts", ())
    if ... in constants and "ellipsis" in str(error).lower():  # an error about `...` helps nobody
        return f"it stopped{where}: a gap is still `...`, in this line or before it."
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


def _problem_of_form(names, found, wanted):
    """Where number, type or shape of the arrays differ, or one is not finite; "" where all fit."""
    if len(found) != len(wanted):
        count = f"{len(wanted)} arrays" if len(wanted) > 1 else "one array"
        return f"it returned {len(found)}, expected {count}: {', '.join(names)}."
    for name, mine, right in zip(names, found, wanted, strict=True):
        if mine.dtype.kind not in "fiu":
            return f"`{name}` holds {mine.dtype}, expected real numbers."
        if mine.shape != right.shape:
            return _shape_problem(name, mine.shape, right.shape)
    for name, mine, right in zip(names, found, wanted, strict=True):
        if np.isfinite(right).all() and not np.isfinite(mine).all():
            return f"`{name}` is not finite everywhere: is something divided by zero?"
    return ""


def _shape_problem(name, found, wanted):
    said = f"`{name}` has the shape {found}, expected {wanted}"
    if found == wanted[::-1]:
        return f"{said}: it is transposed."
    if len(found) != len(wanted):
        return f"{said}: {len(found)} axes instead of {len(wanted)}."
    axes = [str(axis) for axis, size in enumerate(wanted) if found[axis] != size]
    return f"{said}: look at axis {' and '.join(axes)}."


def _same(found, wanted):
    return len(found) == len(wanted) and all(map(_close, found, wanted))


def _close(mine, right):
    return mine.shape == right.shape and np.allclose(
        mine, right, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True
    )


# -------------------------------------------------------------------------- saying what went wrong


def _explain(exercise, cases, expected, found, problems):
    """The most helpful sentence about a wrong answer."""
    known = _known_mistake(exercise, cases, expected, found, problems)
    known = known or _other_order(exercise, expected, found)
    if known:
        return known
    fits = [problem in ("", VALUES) for problem in problems]
    if not any(fits):
        return problems[0]
    number = next(n for n, problem in enumerate(problems) if problem)
    if not fits[number]:  # right on the small case, and stops on another
        return f"with {_given(exercise, cases[number])} {problems[number]}"
    comparable = [arrays if fit else None for arrays, fit in zip(found, fits, strict=True)]
    return _difference(exercise, comparable, expected, number, cases[number])


def _known_mistake(exercise, cases, expected, found, problems):
    """The sentence of the mistake that gives what the answer gave in every case, or None."""
    ran = any(arrays is not None for arrays in found)
    for mistake in exercise.mistakes:
        for answer in (mistake.answer, *mistake.variants):
            if all(  # stops at the first case that differs
                _alike(_try(exercise, answer, case, wanted), (mine, problem), ran)
                for case, wanted, mine, problem in zip(
                    cases, expected, found, problems, strict=True
                )
            ):
                return mistake.said
    return None


def _try(exercise, answer, case, wanted):
    with warnings.catch_warnings(record=True):  # a mistake's warnings are not the learner's
        try:
            return _outcome(exercise, answer, case, wanted)
        except NotImplementedError:
            return None, ""


def _alike(theirs, mine, ran):
    """Whether two outcomes are the same; where no case ran, the problem has to be the same, too."""
    (other, problem), (arrays, own) = theirs, mine
    if arrays is None or other is None:
        return arrays is other and (ran or _placeless(problem) == _placeless(own))
    return _same(arrays, other)


def _other_order(exercise, expected, found):
    """What to say where all arrays are right in every case, in another order than asked for."""
    names = exercise.returns
    # What is observed has its order from `observe`, and nobody who answers chooses it.
    if exercise.observe or any(a is None or len(a) != len(names) for a in found):
        return None
    for order in itertools.permutations(range(len(names))):
        if all(
            _same([arrays[n] for n in order], wanted)
            for arrays, wanted in zip(found, expected, strict=True)
        ):
            came = [names[order.index(n)] for n in range(len(names))]
            both = len(names) == 2
            return (
                f"{'Both' if both else 'All'} are right, in {'the other' if both else 'another'} "
                f"order: it returned {', '.join(f'`{name}`' for name in came)}. Which order does "
                "the function's docstring ask for?"
            )
    return None


def _placeless(problem):
    """What stopped an answer, without the line: that is another one in everybody's.

    The line stands in front where the answer ran here, and behind where it ran elsewhere and the
    error came back in words.
    """
    problem = re.sub(r"^it stopped in line \d+, `.*?`: ", "it stopped: ", problem)
    return re.sub(r" \(line \d+, `.*`\)$", "", problem)


def _difference(exercise, found, expected, number, case):
    """Where and how the values differ, in the last wrong array of the first wrong case."""
    pairs = list(zip(found[number], expected[number], strict=True))
    wrong = [n for n, pair in enumerate(pairs) if not _close(*pair)]
    names = [f"`{name}`" for name in exercise.returns]
    others = [name for n, name in enumerate(names) if n not in wrong]
    fine = f" ({', '.join(others)} {'is' if len(others) == 1 else 'are'} right)" if others else ""
    # The last one, because what is returned first is often made of what is returned after it.
    chosen = wrong[-1]
    everywhere = [
        (mine[chosen].astype(float), right[chosen].astype(float))
        for mine, right in zip(found, expected, strict=True)
        if mine is not None
    ]
    for looks_like in (_no_whole, _first_step, _first_of_batch, _factor, _transposed):
        if looks_like is _first_of_batch and not exercise.batched:
            continue
        told = looks_like(everywhere, exercise.time_axis)
        if told and looks_like is _first_of_batch and _padded(exercise, case):
            told = "is right for the first of the batch only: where does the padding stand?"
        if told:
            return f"{names[chosen]} {told}{fine}"
    both = " and ".join(names[n] for n in wrong)
    said = f"{both} {'differ' if len(wrong) > 1 else 'differs'} from what is expected{fine}"
    parts = exercise.parts.get(exercise.returns[chosen])
    if parts:
        return f"{said}. Of {names[chosen]} {_wrong_parts(parts, everywhere)}."
    mine, right = (part.astype(float) for part in pairs[chosen])
    place = tuple(int(i) for i in np.unravel_index(np.argmax(np.abs(mine - right)), right.shape))
    name = exercise.places.get(exercise.returns[chosen])
    there = name(place, *case) if name else f"at {list(place)}" if place else ""
    return (
        f"{said}: {names[chosen]} is {mine[place]:.5g}{' ' * bool(there)}{there}, expected "
        f"{right[place]:.5g}, with {_given(exercise, case)}."
    )


def _wrong_parts(parts, everywhere):
    """Which of the equal parts of the last axis are wrong in some case, and which never."""
    wrong = [
        name
        for k, name in enumerate(parts)
        if not all(
            _close(np.split(mine, len(parts), -1)[k], np.split(right, len(parts), -1)[k])
            for mine, right in everywhere
        )
    ]
    fine = [name for name in parts if name not in wrong]
    said = f"the part of {' and '.join(wrong)} is wrong"
    return f"{said}; {', '.join(fine)} {'is' if len(fine) == 1 else 'are'} right" if fine else said


def _padded(exercise, case):
    """Whether a mask is among the inputs, or lengths."""
    masks = any(isinstance(part, np.ndarray) and part.dtype == bool for part in case)
    return masks or "lengths" in inspect.signature(exercise.reference).parameters


# Each of these takes (found, expected) of every case: one case alone can look like anything.


def _all_right(pairs):
    """Whether these cases, or none, show nothing of what is wrong: then it is wrong elsewhere."""
    return all(_close(*pair) for pair in pairs)


def _no_whole(everywhere, time_axis):
    """Chances that are no whole, such as the rows of a table, where the expected ones are one."""
    for _, right in everywhere:
        if not right.ndim or (right < 0).any() or not np.allclose(right.sum(-1), 1):
            return None
    for mine, right in everywhere:
        sums = mine.sum(-1)
        off = np.abs(sums - 1)
        if right.shape[-1] > 1 and off.max() > 1e-3:
            place = tuple(int(i) for i in np.unravel_index(np.argmax(off), off.shape))
            where = f" (at {list(place)})" if place else ""
            return (f"should add up to one along the last axis, and adds up to {sums[place]:.4g}"
                    f"{where}: what is missing there, or too much?")  # fmt: skip
    return None


def _first_step(everywhere, time_axis):
    if time_axis is None:
        return None
    long = [pair for pair in everywhere if pair[1].shape[time_axis] > 1]
    first = [[np.take(part, 0, time_axis) for part in pair] for pair in long]
    if _all_right(long) or not all(_close(*pair) for pair in first):
        return None
    return (
        "is right at the first step and wrong afterwards: what does a step take from the one "
        "before?"
    )


def _first_of_batch(everywhere, time_axis):
    several = [(mine, right) for mine, right in everywhere if right.ndim > 1 and len(right) > 1]
    if _all_right(several) or not all(_close(mine[0], right[0]) for mine, right in several):
        return None
    return "is right for the first of the batch only: does an index or a sum mix the sequences?"


def _factor(everywhere, time_axis):
    mine, right = (
        np.concatenate([part.ravel() for part in parts]) for parts in zip(*everywhere, strict=True)
    )
    size = float(np.sum(right * right))
    factor = float(np.sum(mine * right)) / size if size else 0.0
    if abs(factor) < 1e-6 or abs(factor - 1) < TOLERANCE or not _close(mine, factor * right):
        return None
    if abs(factor + 1) < TOLERANCE:
        return "has the opposite sign."
    return f"is right up to a factor of {factor:.4g}."


def _transposed(everywhere, time_axis):
    square = [(mine, right) for mine, right in everywhere if mine.shape == mine.T.shape]
    if _all_right(square):
        return None
    return "is transposed." if all(_close(mine.T, right) for mine, right in square) else None


def _given(exercise: Exercise, case: tuple[Any, ...], longest: int = 160) -> str:
    """The inputs of a case by their names: shapes of arrays, also within tuples, else values."""
    names = inspect.signature(exercise.reference).parameters
    said = ", ".join(
        f"{name} {part.shape}" if isinstance(part, np.ndarray) and part.ndim
        else f"{name} = {_shown(part)}" for name, part in zip(names, case, strict=False)
    )  # fmt: skip
    return said if len(said) <= longest else said[: longest - 1] + "…"


def _shown(part: Any) -> str:
    """The shape of an array, of a tuple or list what is in it, of a number its value."""
    if isinstance(part, (np.ndarray, np.generic)):
        return f"an array {part.shape}" if part.ndim else repr(part.item())
    if isinstance(part, (tuple, list)) and any(isinstance(one, np.ndarray) for one in part):
        return f"({', '.join(_shown(one) for one in part)})"
    return repr(part)
