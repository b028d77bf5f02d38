"""Two layers over one sequence: one reads it forwards, the other from its end."""

from __future__ import annotations

import numpy as np

from utils import expect

from .arguments import expect_axes, real_steps

MERGES = {
    "concat": lambda forward, backward: np.concatenate([forward, backward], axis=-1),
    "sum": lambda forward, backward: forward + backward,
    "average": lambda forward, backward: (forward + backward) / 2,
    "product": lambda forward, backward: forward * backward,
}


def bidirectional(layer, inputs, forward_weights, backward_weights, mask=None, merge="concat"):
    """A recurrent layer in both directions (Schuster and Paliwal 1997).

    What stands at step t knows the steps 1 to t through the forward states, and the steps from the
    last down to t through the backward states: the whole sequence. So it cannot be used where the
    future is not known yet.

    Args:
        layer: a function called as `layer(inputs, weights, mask=mask)` that returns the states,
            (batch, time, units). `cells.elman` is one; for a GRU pass
            `lambda inputs, weights, mask: cells.gru(inputs, weights, mask=mask).h`.
        inputs: (batch, time, features).
        forward_weights: the weights of the layer that reads from the first step to the last.
        backward_weights: those of the layer that reads from the last step to the first.
        mask: boolean (batch, time), True at real steps. Padding is passed over in both directions,
            wherever it stands. At padded steps each direction reports what it carries across;
            keras.layers.Bidirectional reports zeros there.
        merge: how the two states of a step become one: "concat" puts them side by side, "sum",
            "average" ("ave" in Keras) and "product" ("mul" in Keras) go element by element.

    Returns:
        (batch, time, 2 units) for "concat", the forward states first; else (batch, time, units).

    Raises:
        ValueError: `merge` is none of these; a shape does not fit; the two directions have
            different numbers of units.
        TypeError: the layer returns a tuple instead of an array; the mask is not boolean. The layer
            may raise more.
    """
    return merge_directions(
        *both_directions(layer, inputs, forward_weights, backward_weights, mask), merge
    )


def both_directions(layer, inputs, forward_weights, backward_weights, mask=None):
    """The forward and the backward states before they are merged.

    Args:
        layer: as in `bidirectional`.
        inputs: as in `bidirectional`.
        forward_weights: as in `bidirectional`.
        backward_weights: as in `bidirectional`.
        mask: as in `bidirectional`.

    Returns:
        Two arrays (batch, time, units). State t of both belongs to step t: the backward states,
        which come from the last step on, have been turned round.

    Raises:
        ValueError: as `bidirectional`.
        TypeError: as `bidirectional`.
    """
    inputs = expect_axes("inputs", inputs, batch=None, time=None, features=None)
    real = real_steps(mask, *inputs.shape[:2])
    forward = _states(layer, inputs, forward_weights, real)
    backward = _states(layer, np.flip(inputs, 1), backward_weights, np.flip(real, 1))
    return forward, np.flip(backward, 1)


def merge_directions(forward, backward, merge="concat"):
    """Makes one array of the forward and the backward states, as in `bidirectional`."""
    expect.one_of("merge", merge, MERGES)
    if forward.shape != backward.shape:
        raise ValueError(
            f"the forward states have shape {forward.shape}, the backward states {backward.shape}: "
            f"pass weights with the same number of units for both directions"
        )
    return MERGES[merge](forward, backward)


def _states(layer, inputs, weights, mask):
    states = layer(inputs, weights, mask=mask)
    if isinstance(states, tuple):
        raise TypeError(
            f"the layer returns a {type(states).__name__}, expected an array (batch, time, units): "
            f"pass a function that takes the states out of it, such as "
            f"`lambda inputs, weights, mask: cells.gru(inputs, weights, mask=mask).h`"
        )
    states = np.asarray(states)
    batch, time, _ = inputs.shape
    if states.ndim != 3 or states.shape[:2] != (batch, time):
        raise ValueError(
            f"the layer returns an array of shape {states.shape}, expected the state of each step: "
            f"(batch, time, units) = ({batch}, {time}, any)"
        )
    return states
