"""The backward pass of a layer in both directions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from utils import cells


class BidirectionalGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: those of the forward layer and those of the backward layer, a pair; each as
            `layer_gradients` gives them.
        inputs: ∂L/∂x_t through both directions, (batch, time, features).
    """

    weights: tuple[Any, Any]
    inputs: np.ndarray


# (∂L/∂ what was merged, forward states, backward states) to ∂L/∂ the states of the two directions.
_UNMERGES = {
    "concat": lambda gradient, forward, backward: np.split(gradient, 2, axis=-1),
    "sum": lambda gradient, forward, backward: (gradient, gradient),
    "average": lambda gradient, forward, backward: (gradient / 2, gradient / 2),
    "product": lambda gradient, forward, backward: (gradient * backward, gradient * forward),
}


def bidirectional_gradients(
    layer,
    layer_gradients,
    inputs,
    forward_weights,
    backward_weights,
    state_gradients,
    mask=None,
    merge="concat",
):
    """The backward pass of `cells.bidirectional` (Schuster and Paliwal 1997).

    With f_t the forward and b_t the backward state of step t, and m_t what they were merged to:

        concat:   (∂L/∂f_t, ∂L/∂b_t) = ∂L/∂m_t, cut in half
        sum:      ∂L/∂f_t = ∂L/∂b_t = ∂L/∂m_t;  for the average, half of it
        product:  ∂L/∂f_t = ∂L/∂m_t ⊙ b_t,  ∂L/∂b_t = ∂L/∂m_t ⊙ f_t

    The two directions do not hear each other, so each goes through its own backward pass, the
    backward layer with the sequence turned round. Both have read the inputs, whose gradients add
    up.

    Args:
        layer: as in `cells.bidirectional`.
        layer_gradients: its backward pass, a function called as
            `layer_gradients(inputs, weights, state_gradients, mask=mask)` whose result has
            `.weights` and `.inputs`, such as `elman_gradients` or `gru_gradients`.
        inputs: (batch, time, features).
        forward_weights: as in `cells.bidirectional`.
        backward_weights: as in `cells.bidirectional`.
        state_gradients: ∂L/∂m_t, with the shape of what `cells.bidirectional` returns.
        mask: boolean (batch, time), as in `cells.bidirectional`.
        merge: as in `cells.bidirectional`.

    Returns:
        `BidirectionalGradients`.

    Raises:
        ValueError: as `cells.bidirectional`; `state_gradients` whose shape does not fit.
        TypeError: as `cells.bidirectional`.
    """
    forward, backward = cells.both_directions(
        layer, inputs, forward_weights, backward_weights, mask
    )
    merged = cells.merge_directions(forward, backward, merge)
    state_gradients = np.asarray(state_gradients)
    if state_gradients.shape != merged.shape:
        raise ValueError(
            f"state_gradients has shape {state_gradients.shape}, expected that of the merged "
            f"states: {merged.shape}"
        )
    inputs = np.asarray(inputs)
    real = cells.real_steps(mask, *inputs.shape[:2])
    to_forward, to_backward = _UNMERGES[merge](state_gradients, forward, backward)
    one = layer_gradients(inputs, forward_weights, to_forward, mask=real)
    other = layer_gradients(
        np.flip(inputs, 1), backward_weights, np.flip(to_backward, 1), mask=np.flip(real, 1)
    )
    return BidirectionalGradients(
        (one.weights, other.weights), one.inputs + np.flip(other.inputs, 1)
    )
