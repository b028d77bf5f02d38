"""Gradients that are too long, made shorter."""

from __future__ import annotations

import numpy as np

from utils import expect

from .structures import finite_leaves, map_arrays


def global_norm(gradients):
    """The Euclidean norm of all gradients together, as if they were one long vector.

    Args:
        gradients: an array, or gradients of weights in tuples, named tuples or lists, also nested:
            of two layers `(recurrence.weights, output_layer.weights)`.

    Returns:
        The norm, zero or more.

    Raises:
        ValueError: there is NaN or infinity, or nothing at all.
        TypeError: results such as `ElmanGradients`, which hold gradients of inputs as well: pass
            their `weights`.
    """
    _refuse_whole_results(gradients)
    values = [np.asarray(array, np.float64).ravel() for _, array in finite_leaves(gradients)]
    everything = np.concatenate(values)
    largest = np.abs(everything).max(initial=0.0)
    if largest == 0:
        return 0.0
    return float(largest * np.linalg.norm(everything / largest))  # squares alone could overflow


def clip_by_norm(gradients, limit):
    """Shortens the gradients so that their global norm is at most `limit`, keeping the direction.

        g ← g · limit / ‖g‖   if ‖g‖ > limit        (Pascanu et al. 2013, algorithm 1)

    Args:
        gradients: as in `global_norm`; all of them are shortened by the same factor.
        limit: a positive number.

    Returns:
        Gradients of the same structure.

    Raises:
        ValueError: a gradient is NaN or infinite, which no factor mends; `limit` is not positive.
        TypeError: as `global_norm`.
    """
    limit = expect.number("limit", limit, above=0)
    norm = global_norm(gradients)
    if norm <= limit:
        return map_arrays(np.array, gradients)
    return map_arrays(lambda array: array / norm * limit, gradients)


def clip_by_value(gradients, limit):
    """Cuts each element off at -limit and limit. The direction of the whole changes.

    Args:
        gradients: as in `global_norm`.
        limit: a positive number.

    Returns:
        Gradients of the same structure.

    Raises:
        ValueError: as `clip_by_norm`.
        TypeError: as `clip_by_norm`.
    """
    limit = expect.number("limit", limit, above=0)
    _refuse_whole_results(gradients)
    finite_leaves(gradients)
    return map_arrays(lambda array: np.clip(array, -limit, limit), gradients)


def _refuse_whole_results(gradients):
    if hasattr(gradients, "weights"):
        raise TypeError(
            f"{type(gradients).__name__} hold gradients of inputs and states as well; "
            f"to clip those of the weights, pass .weights"
        )
    if isinstance(gradients, (tuple, list)):
        for part in gradients:
            _refuse_whole_results(part)
