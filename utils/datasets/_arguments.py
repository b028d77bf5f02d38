"""Checks of arguments that the data sets share."""

import numpy as np


def whole_number(name: str, value: int, at_least: int) -> int:
    """The value as an int. Raises ValueError, naming it, when it is not whole or too small."""
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < at_least:
        raise ValueError(f"{name} must be a whole number from {at_least} on, not {value!r}")
    return int(value)


def generator(seed: int) -> np.random.Generator:
    """A source of random numbers; None is refused, because a set is the same in every run."""
    return np.random.default_rng(whole_number("seed", seed, at_least=0))


def positions(index, length: int, what: str) -> list[int]:
    """Which of a set's `length` entries are meant: a whole number, indices, or one True/False each.

    what: an entry's name for the messages, such as "pair". Raises TypeError for anything else, and
    IndexError for entries that there are not.
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
