"""Checks of arguments that the sets made in code share."""

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
