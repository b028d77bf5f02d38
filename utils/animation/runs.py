"""What the steppers of recurrent layers share: what a step reads, and where a run begins."""

import numpy as np

from utils.plotting.values import numbers, per_step, written

MAX_STEPS, MAX_FEATURES = 20, 4


def read_aloud(values, steps, name):
    """What each step reads or gives, as it is shown and as it is said.

    Args:
        values: A list of str, numbers `(time,)`, or numbers `(time, features)`.
        steps: How many there have to be.
        name: What the messages call them.

    Returns:
        Two lists with one text for each step: to show, and to use in a sentence, where words stand
        in quotes. A number has two decimals; several stand in brackets.

    Raises:
        ValueError: Another number of steps, more than 4 features, or a number that is not finite.
    """
    values = per_step(values, steps, name)
    if not isinstance(values, np.ndarray):
        return values, [f"“{value}”" for value in values]
    if values.shape[1] > MAX_FEATURES:
        raise ValueError(
            f"{name} have {values.shape[1]} features, at most {MAX_FEATURES} can be followed; "
            "choose some, or give a list of texts"
        )
    rows = [[written(value) for value in row] for row in values]
    texts = [row[0] if len(row) == 1 else f"({', '.join(row)})" for row in rows]
    return texts, texts


def start(values, units, name, like):
    """The state before the first step: zeros `(units,)` without one.

    Args:
        values: Numbers `(units,)`, or None.
        units: How many there have to be.
        name: What the message calls them.
        like: What they have to fit, in the message.

    Returns:
        Floats `(units,)`.

    Raises:
        ValueError: Another number of units, or a number that is not finite.
    """
    values = numbers(np.zeros(units) if values is None else values, name, ("units",))
    if len(values) != units:
        raise ValueError(f"{name} has {len(values)} units, expected {units}, as the {like}")
    return values
