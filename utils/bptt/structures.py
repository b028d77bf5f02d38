"""Arrays in nested tuples and lists, as weights and their gradients come.

`None` stands for weights that a layer does without, and stays `None`.
"""

from __future__ import annotations

import numpy as np


def leaves(structure, name=""):
    """Returns (name, array) of each array in nested tuples and lists."""
    if structure is None:
        return []
    if not isinstance(structure, (tuple, list)):
        return [(name or "array", np.asarray(structure))]
    names = getattr(structure, "_fields", range(len(structure)))
    return [
        leaf
        for part_name, part in zip(names, structure, strict=True)
        for leaf in leaves(part, f"{name}.{part_name}" if name else str(part_name))
    ]


def finite_leaves(gradients):
    """Returns (name, array) of each gradient.

    Raises:
        ValueError: there are none, or one holds NaN or infinity.
        TypeError: one does not hold real numbers.
    """
    found = leaves(gradients)
    if not found:
        raise ValueError("there are no gradients")
    for name, array in found:
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{name} has type {array.dtype}, expected real numbers")
        if not np.isfinite(array).all():
            raise ValueError(f"the gradient {name} holds NaN or infinity")
    return found


def map_arrays(function, structure):
    """Applies a function to each array in nested tuples and lists, and keeps the structure."""
    if structure is None:
        return None
    if not isinstance(structure, (tuple, list)):
        return function(np.asarray(structure))
    parts = [map_arrays(function, part) for part in structure]
    named = hasattr(structure, "_fields")
    return type(structure)(*parts) if named else type(structure)(parts)
