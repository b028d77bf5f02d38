"""What the exercises of a problem set share: right answers of other kinds, and telling cases."""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Collection, Sequence

import numpy as np

from utils.exercises.engine import Mistake


def in_float32(right: Callable) -> Callable:
    """The same answer in single precision; masks and whole numbers stay as they are.

    Args:
        right: an answer that returns an array, or a tuple of arrays.
    """

    def in_float32(*case):
        floats = [isinstance(part, np.ndarray) and part.dtype == np.float64 for part in case]
        found = right(*(part.astype("float32") if single else part
                        for part, single in zip(case, floats, strict=True)))  # fmt: skip
        several = isinstance(found, tuple)
        return tuple(np.asarray(part, "float32") for part in found) if several else found

    return in_float32


def row_by_row(right: Callable, rows: Collection[int]) -> Callable:
    """The same answer, one sequence at a time.

    Args:
        right: an answer whose arrays have the batch along their first axis.
        rows: which arguments have an axis of the batch, by their place; the first one does.
    """

    def row_by_row(*case):
        each = [right(*(part[n : n + 1] if place in rows else part
                        for place, part in enumerate(case)))
                for n in range(len(case[0]))]  # fmt: skip
        if isinstance(each[0], tuple):
            return tuple(np.concatenate(parts) for parts in zip(*each, strict=True))
        return np.concatenate(each)

    return row_by_row


def apart(answers: Sequence[Callable], case: tuple, least: float = 1e-2) -> bool:
    """Whether no two answers say the same of a case, nor nearly the same.

    Args:
        answers: the right one and wrong ones.
        case: the arguments.
        least: by how much some number has to differ, at least.
    """
    found = []
    for answer in answers:
        with warnings.catch_warnings(action="ignore"):  # a mean of nothing: NaN is never apart
            returned = answer(*case)
        parts = returned if isinstance(returned, tuple) else (returned,)
        new = [np.asarray(part, dtype=float) for part in parts]
        if not all(any(a.shape != b.shape or np.abs(a - b).max() > least
                       for a, b in zip(new, old, strict=True)) for old in found):  # fmt: skip
            return False
        found.append(new)
    return True


def until(draw: Callable[[], tuple], fits: Callable[[tuple], bool]) -> tuple:
    """The first draw that fits.

    Args:
        draw: draws a case.
        fits: whether a case is one to ask about.
    """
    while not fits(case := draw()):
        pass
    return case


def slips(right: Callable, told: Sequence[tuple]) -> tuple[Mistake, ...]:
    """Mistakes that are the right answer with a line of it changed.

    Args:
        right: the reference.
        told: (name, sentence, old, new, …) for each; of further pairs of old and new the same is
            said, each being a slip by itself. The name is what the teacher's summary says.

    Raises:
        ValueError: the reference has no such line.
    """
    found = []
    for name, said, *changes in told:
        pairs = zip(changes[::2], changes[1::2], strict=True)
        first, *others = [_changed(right, name, old, new) for old, new in pairs]
        found.append(Mistake(first, said, tuple(others)))
    return tuple(found)


_source = functools.cache(inspect.getsource)  # slow, and asked for with each slip


def _changed(right, name, old, new):
    source = _source(right)
    if old not in source:
        raise ValueError(f"{right.__name__} has no {old!r} to be changed for {name}")
    scope = dict(right.__globals__)
    exec(source.replace(old, new), scope)
    wrong = scope[right.__name__]
    wrong.__name__ = name
    return wrong
