"""Checks of arguments that the data sets share."""

import numpy as np

from utils import expect


def generator(seed: int) -> np.random.Generator:
    """A source of random numbers; None is refused, because a set is the same in every run."""
    [seed] = expect.integer(0, seed=seed)
    return np.random.default_rng(seed)


def positions(index, length: int, what: str) -> list[int]:
    """Which of a set's `length` entries are meant.

    Args:
        index: a whole number, indices, or one True/False each.
        length: how many entries there are.
        what: an entry's name for the messages, such as "pair".

    Returns:
        Their numbers; negative ones count from the end.

    Raises:
        TypeError: any other index.
        IndexError: entries that there are not, or a mask of another length.
    """
    array = np.atleast_1d(np.asarray(index))
    if array.size == 0:
        return []
    if array.ndim != 1 or array.dtype.kind not in "biu":
        raise TypeError(
            f"expected a whole number, a slice or a one-dimensional array of indices, not {index!r}"
        )
    if array.dtype.kind == "b":
        if array.size != length:
            raise IndexError(f"a mask needs one True/False per {what}: {length}, not {array.size}")
        return np.flatnonzero(array).tolist()
    outside = array[(array < -length) | (array >= length)]
    if outside.size:
        raise IndexError(f"there is no {what} {outside[0]} in a set of {length}")
    return array.tolist()
