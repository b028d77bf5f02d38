"""What an option may be, and one wording for everything else: what it is, what was expected."""

from __future__ import annotations

import math
import numbers
from collections.abc import Collection
from typing import Any


def one_of(name: str, value: Any, known: Collection) -> None:
    """Refuses a value that is none of the known ones.

    Args:
        name: of the option, for messages.
        value: what was given.
        known: what there is.

    Raises:
        ValueError: the value is none of them; the message lists them.
    """
    try:
        found = value in known
    except (TypeError, ValueError):  # a list is no key of a dictionary; an array has no one truth
        found = False
    if not found:
        raise ValueError(f"{name} is {value!r}, expected one of {', '.join(map(repr, known))}")


def integer(at_least: int = 1, /, **values: Any) -> list[int]:
    """The given values as Python's own whole numbers, in their order; NumPy's become such.

    For instance `units, layers = integer(units=units, layers=layers)`, or `[seed] = integer(0,
    seed=seed)` where zero is allowed.

    Args:
        at_least: the smallest number that is allowed.
        **values: what was given, by name.

    Raises:
        ValueError: anything but whole numbers of at least `at_least`.
    """
    for name, value in values.items():
        # True is a whole number for Python, and a mistake here.
        if (
            isinstance(value, bool)
            or not isinstance(value, numbers.Integral)
            or value < at_least
        ):
            raise ValueError(
                f"{name} is {value!r}, expected a whole number of at least {at_least}"
            )
    return [int(value) for value in values.values()]


def number(
    name: str,
    value: Any,
    *,
    above: float | None = None,
    at_least: float | None = None,
    below: float | None = None,
    at_most: float | None = None,
) -> float:
    """The value as a float, when it is one finite real number within the bounds.

    Args:
        name: of the option, for messages.
        value: what was given.
        above: a bound that it must exceed.
        at_least: a bound that it may equal.
        below: a bound that it must stay under.
        at_most: a bound that it may equal.

    Raises:
        ValueError: everything else, NaN, infinity, text, True, an array; the message says the
            bounds.
    """
    real = isinstance(value, numbers.Real) and not isinstance(value, bool)
    inside = real and math.isfinite(value) and not (
        (above is not None and value <= above)
        or (at_least is not None and value < at_least)
        or (below is not None and value >= below)
        or (at_most is not None and value > at_most)
    )
    if not inside:
        bounds = {"above": above, "of at least": at_least, "below": below, "of at most": at_most}
        said = " and ".join(f"{word} {edge:g}" for word, edge in bounds.items() if edge is not None)
        raise ValueError(f"{name} is {value!r}, expected a finite number {said}".rstrip())
    return float(value)


def fraction(**values: Any) -> list[float]:
    """The given values as floats, when each is a share from 0 to 1, both included.

    Args:
        **values: what was given, by name.

    Raises:
        ValueError: anything else.
    """
    return [number(name, value, at_least=0, at_most=1) for name, value in values.items()]


def boolean(**values: Any) -> list[bool]:
    """The given values as Python's own, when each is True or False: 1, "yes" and None are not.

    Args:
        **values: what was given, by name.

    Raises:
        ValueError: anything else.
    """
    for name, value in values.items():
        # NumPy's True is none of Python's, and means the same.
        if type(value).__name__ not in ("bool", "bool_"):
            raise ValueError(f"{name} is {value!r}, expected True or False")
    return [bool(value) for value in values.values()]
