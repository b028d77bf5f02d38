"""What may be measured: a number, a list of numbers, or a dict of either."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

Numbers = float | list[float]
Measured = Numbers | dict[str, Numbers]


def plain(found, where: str) -> Measured:
    """The measurement in Python's own numbers, as JSON keeps it.

    Args:
        found: A number, a list of numbers, or a dict of either, such as a score and a curve.
        where: What the messages begin with, such as "row 'LSTM', seed 0".

    Returns:
        The same, with keys that are text.

    Raises:
        TypeError: It is something else, or empty.
        ValueError: A number is NaN or infinite.
    """
    if isinstance(found, Mapping) and found:
        return {str(key): _plain_numbers(value, f"{where}, {key}") for key, value in found.items()}
    return _plain_numbers(found, where)


def _plain_numbers(found, where: str) -> Numbers:
    if (isinstance(found, (list, tuple)) or len(np.shape(found)) == 1) and len(found):
        return [plain_number(value, where) for value in found]
    return plain_number(found, where)


def plain_number(value, where: str) -> float:
    """One number as Python's own; raises as `plain` does."""
    number = np.asarray(value)
    if number.ndim or number.dtype.kind not in "iuf":
        raise TypeError(
            f"{where}: expected a number, a list of numbers or a dict of numbers, not {value!r}"
        )
    if not np.isfinite(number):
        raise ValueError(f"{where}: measured {value}, expected a finite number")
    return number.item()


def columns(found: Measured) -> dict[str, float]:
    """The columns of a table that a measurement fills; a curve within a dict fills none."""
    if isinstance(found, list):
        return {str(number): value for number, value in enumerate(found, start=1)}
    if isinstance(found, dict):
        return {name: value for name, value in found.items() if not isinstance(value, list)}
    return {"": found}
