"""What a cell may be called with: clear errors for everything else."""

import numpy as np

from utils import expect


def expect_axes(name, values, **axes):
    """Returns `values` as an array whose axes have the given lengths.

    For instance `expect_axes("h_prev", h_prev, batch=2, units=4)`.

    Args:
        name: of the values, for messages.
        values: an array, or what NumPy makes one of.
        **axes: the length of each axis, in order; `None` stands for any.

    Raises:
        ValueError: another shape, or an empty array.
        TypeError: no real numbers or truth values.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(
            f"{name} is no array: its rows have different lengths; pad them and pass a mask"
        ) from error
    fits = array.ndim == len(axes) and all(
        length in (None, found) for length, found in zip(axes.values(), array.shape, strict=True)
    )
    if not fits:
        lengths = ", ".join("any" if n is None else str(n) for n in axes.values())
        comma = "," if len(axes) == 1 else ""
        wanted = f"({', '.join(axes)}{comma}) = ({lengths}{comma})"
        hint = ""
        if array.ndim == len(axes) - 1 and "batch" in axes:
            hint = f"; for a single example pass {name}[None]"
            if (axes["batch"] or 1) > 1:  # it would not fit as the only one
                hint = "; one for each of the batch"
        raise ValueError(f"{name} has shape {array.shape}, expected {wanted}{hint}")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has type {array.dtype}, expected real numbers")
    if not array.size:
        raise ValueError(f"{name} is empty: its shape is {array.shape}")
    return array


def real_steps(mask, batch, time):
    """Returns the mask, boolean (batch, time), or one that is True everywhere if it is None.

    Args:
        mask: True at real steps, or None.
        batch: how many sequences it is for.
        time: how many steps each has.

    Raises:
        ValueError: another shape.
        TypeError: anything but truth values.
    """
    if mask is None:
        return np.ones((batch, time), bool)
    mask = expect_axes("mask", mask, batch=batch, time=time)
    if mask.dtype != bool:
        raise TypeError(f"mask has type {mask.dtype}, expected bool: pass `mask == 1`")
    return mask


def state_or_zeros(name, values, **axes):
    """Returns what stands before the first step, of the given shape; zeros if it is None."""
    if values is not None:
        return expect_axes(name, values, **axes)
    # The narrow type, so that the result has the type of the inputs and weights.
    return np.zeros(tuple(axes.values()), np.float32)


def expect_type(weights, kind):
    """Raises TypeError for weights of another kind than this named tuple."""
    if not isinstance(weights, kind):
        fields = ", ".join(kind._fields)
        raise TypeError(
            f"weights has type {type(weights).__name__}, expected {kind.__name__}({fields})"
        )


def expect_sizes(random, **sizes):
    """Checks what weights are drawn with: a generator, and sizes from 1 on.

    Args:
        random: a `numpy.random.Generator`.
        **sizes: whole numbers by name, as they shall be named in messages.

    Raises:
        TypeError: `random` is no generator.
        ValueError: a size below 1, or no whole number.
    """
    if not isinstance(random, np.random.Generator):
        raise TypeError(f"random is {random!r}, expected np.random.default_rng(seed)")
    expect.integer(**sizes)
