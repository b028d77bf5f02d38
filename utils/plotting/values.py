"""Numbers that come into a figure, checked, and how they are written in it."""

from collections.abc import Iterable, Mapping

import numpy as np


def numbers(values, name, axes):
    """Numbers, checked, as an array.

    Args:
        values: What came into a figure.
        name: What the messages call it.
        axes: A name for each axis that it has to have.

    Returns:
        An array of floats.

    Raises:
        ValueError: It holds something else than numbers, has other axes, is empty, or holds NaN or
            infinity.
    """
    expected = f"({', '.join(axes)}{',' if len(axes) == 1 else ''})"
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} has to hold numbers in the shape {expected}, got {values!r:.60}"
        ) from error
    if array.ndim != len(axes):
        hint = f"; choose one of the batch, {name}[0]" if array.ndim == len(axes) + 1 == 3 else ""
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}{hint}")
    if not array.size:
        raise ValueError(f"{name} is empty: shape {array.shape}, expected {expected}")
    if not np.isfinite(array).all():
        first = tuple(int(index) for index in np.argwhere(~np.isfinite(array))[0])
        place = first[0] if len(first) == 1 else first
        raise ValueError(
            f"{name} holds {array[first]} at position {place}, expected finite numbers; find where "
            "the computation overflowed or divided by zero, or leave that part out"
        )
    return array


def is_text(values):
    """Whether every entry is a string.

    Args:
        values: Anything to go through.

    Returns:
        True or False; also True when there is none.
    """
    return all(isinstance(value, str) for value in values)


def texts(values, name):
    """Texts, checked, as a list.

    Args:
        values: What came into a figure.
        name: What the message calls it.

    Returns:
        A list of str.

    Raises:
        ValueError: It is one text alone, or holds anything else.
    """
    if isinstance(values, str) or not isinstance(values, Iterable) or not is_text(values):
        raise ValueError(
            f"{name} is {values!r:.60}, expected a list of texts; split a sentence into its words, "
            "and decode ids first"
        )
    return [str(value) for value in values]


def named(values, name, most=None):
    """A dictionary of what to draw, checked.

    Args:
        values: What came into a figure.
        name: What the messages call it.
        most: How many entries it may have, or None for any number.

    Returns:
        The dictionary, as it is.

    Raises:
        ValueError: It is no dictionary, is empty, or has more entries.
    """
    bounds = "at least one" if most is None else f"1 to {most}"
    if not isinstance(values, Mapping):
        raise ValueError(f"{name} is {values!r:.60}, expected a dictionary, {{name: what to draw}}")
    if not values or (most is not None and len(values) > most):
        raise ValueError(f"{name} has {len(values)} entries, expected {bounds}")
    return values


def per_step(values, steps, name):
    """What stands at each time step, checked.

    Args:
        values: Texts, numbers `(time,)`, or numbers `(time, features)`.
        steps: How many time steps there are.
        name: What the messages call them.

    Returns:
        A list of str, or floats `(time, features)`.

    Raises:
        ValueError: They are of another kind or number.
    """
    if not np.iterable(values):
        raise ValueError(f"{name} is {values!r:.60}, expected {steps} entries, one for each step")
    if len(values) != steps:
        batched = getattr(values, "ndim", 0) == 3
        hint = f"; choose one of the batch, {name}[0]" if batched else ""
        raise ValueError(
            f"{name} has {len(values)} time steps, expected {steps}, one entry for each step{hint}"
        )
    if is_text(values):
        return [str(value) for value in values]
    if not any(np.ndim(value) for value in values):
        values = [[value] for value in values]
    return numbers(values, name, ("time", "features"))


def written(value, digits=2):
    """A number as text, with a real minus sign, and none before a zero.

    Args:
        value: A number.
        digits: How many decimals to write.

    Returns:
        A str.
    """
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else text.lstrip("-")
