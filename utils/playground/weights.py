"""Weights in little room: how the files of the pictures keep them, and how Python reads them.

A weight is a whole number from -127 to 127, of one byte, and for each row of a matrix there is the
step in which it counts (Jacob et al. 2018, section 2.1, without a zero point): a quarter of the
room of 32 bits. `matrices.mjs` reads the same.
"""

import base64

import numpy as np


def rounded(rows):
    """A matrix as small whole numbers.

    Args:
        rows: (rows, columns).

    Returns:
        (steps (rows,), float32; whole (rows, columns), int8). Their product is at most half a step
        away from the matrix.
    """
    steps = np.abs(rows).max(axis=1).astype("float32") / 127
    steps[steps == 0] = 1.0
    return steps, np.rint(rows / steps[:, None]).astype("int8")


def packed(weight):
    """A weight as plain data: `shape`, and `steps` and `whole` in base64.

    Args:
        weight: of one axis or two; a vector, or a matrix of one column, is kept as one row.
    """
    rows = np.reshape(weight, (1, -1)) if 1 in (np.ndim(weight), weight.shape[-1]) else weight
    steps, whole = rounded(rows)
    return {"shape": list(whole.shape), "steps": _base64(steps), "whole": _base64(whole)}


def unpacked(entry, shape=None):
    """The weight, float64, of what `packed` gave.

    Args:
        entry: as `packed` gives it; its texts may be lists of pieces.
        shape: of the weight. By default that of a vector where one row was kept, else of the rows.
    """
    whole = np.frombuffer(_bytes(entry["whole"]), "int8").reshape(entry["shape"])
    array = whole * np.frombuffer(_bytes(entry["steps"]), "<f4").astype("float64")[:, None]
    if shape is None:
        return array[0] if len(array) == 1 else array
    return array.reshape(shape)


def _base64(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


def _bytes(text):
    return base64.b64decode("".join(text))
