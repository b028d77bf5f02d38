"""Our solution in the place of a learner's: what a check handed out, and how it is known again.

`pooled = work.check("pooled", pooled)` binds the name to our solution where the answer is wrong or
not written. Run a second time, the cell brings our solution, which would be found right.
"""

from __future__ import annotations

import dis
import functools
from collections.abc import Callable

from utils.exercises.engine import Exercise

SAID = (
    "this is our solution, which the last check put in the place of yours. Run the cell with "
    "yours, then this one."
)
_handed_out: dict[int, Callable] = {}  # by identity: a set opened twice may have new references


def hand_out(exercise: Exercise) -> Callable:
    """The reference of an exercise, which `is_ours` recognises from now on.

    Args:
        exercise: whose answer is wrong or not written.
    """
    _handed_out[id(exercise.reference)] = exercise.reference
    return exercise.reference


def is_ours(exercise: Exercise, answer: object) -> bool:
    """Whether an answer is our solution: itself, in a wrapper, or called by its name.

    Args:
        exercise: what was asked for.
        answer: what was given to a check. What was handed out for another exercise, or another
            variant of this one, is ours as well.
    """
    inner = _unwrapped(answer)
    if inner is exercise.reference or id(inner) in _handed_out:
        return True
    # `lambda *case: pooled(*case)` where pooled is ours by now. To call our solution of another
    # exercise is allowed.
    return any(_unwrapped(called) is exercise.reference for called in _called_by(inner))


def _unwrapped(answer):
    """What stands within partials, methods and decorators that say so."""
    for _ in range(10):  # a decorator can say that it wraps itself
        if isinstance(answer, functools.partial):
            answer = answer.func
        elif hasattr(answer, "__func__") or hasattr(answer, "__wrapped__"):
            answer = getattr(answer, "__func__", None) or answer.__wrapped__
    return answer


def _called_by(answer):
    """What the names in a function's own lines stand for, global ones and those around it."""
    around = getattr(answer, "__globals__", {})
    for line in dis.get_instructions(answer) if hasattr(answer, "__code__") else ():
        if line.opname == "LOAD_GLOBAL" and line.argval in around:  # no attributes: np.mean
            yield around[line.argval]
    for cell in getattr(answer, "__closure__", None) or ():
        try:
            yield cell.cell_contents
        except ValueError:  # a name that has no value yet
            continue
