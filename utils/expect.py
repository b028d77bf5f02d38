"""What a model, a training or a search may be given: a clear error for everything else."""

from __future__ import annotations

import numbers
from collections.abc import Collection
from typing import Any


def one_of(name: str, value: Any, known: Collection) -> None:
    """Raises ValueError, with the list of what there is, unless the value is one of the known."""
    if value not in known:
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(map(repr, known))}")


def whole(**values: Any) -> list[int]:
    """The given values as Python's own whole numbers, in their order; NumPy's become such.

    For instance `units, layers = whole(units=units, layers=layers)`.

    Raises ValueError for anything but whole numbers of at least 1.
    """
    for name, value in values.items():
        # True is a whole number for Python, and a mistake here.
        if isinstance(value, bool) or not isinstance(value, numbers.Integral) or value < 1:
            raise ValueError(f"{name} is {value!r}, expected a whole number of at least 1")
    return [int(value) for value in values.values()]
