"""How much of a gradient is left some steps back in a gated layer: on all ways, and straight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import cells
from utils.cells import GRUWeights, LSTMWeights

from .gru import gru_gradients
from .lstm import lstm_gradients


class LeftByLag(NamedTuple):
    """Euclidean norms of a gradient k steps back, k = 0, …, time - 1: means over the batch.

    Attributes:
        all_ways: what arrives by all ways together, (time,).
        straight: what arrives along the state alone, past its gates and no matrix, (time,).
    """

    all_ways: np.ndarray
    straight: np.ndarray


def left_by_lag(inputs, weights, last_gradient):
    """How much of a gradient at the last state is left, k steps back in an LSTM or a GRU.

    The state is the one that a gate keeps: c_t of an LSTM, kept by f_t, h_t of a GRU (reset after
    the matrix), kept by z_t. Along it alone the gradient is the product of the gates that it has
    passed, ∂L/∂c_T ⊙ f_T ⊙ … ⊙ f_{T-k+1} (where f is 1, the constant error carousel of Hochreiter
    and Schmidhuber 1997).

    Args:
        inputs: (batch, time, features), without padding.
        weights: `LSTMWeights` or `GRUWeights`.
        last_gradient: ∂L/∂c_T, or ∂L/∂h_T of a GRU, (batch, units).

    Returns:
        `LeftByLag`.

    Raises:
        ValueError: a shape does not fit.
        TypeError: `weights` are neither.
    """
    if not isinstance(weights, (LSTMWeights, GRUWeights)):
        raise TypeError(f"weights are {type(weights).__name__}, expected LSTMWeights or GRUWeights")
    is_lstm = isinstance(weights, LSTMWeights)
    steps = cells.lstm(inputs, weights) if is_lstm else cells.gru(inputs, weights)
    batch, _, units = steps.h.shape
    last = cells.expect_axes("last_gradient", last_gradient, batch=batch, units=units)
    asked = np.zeros_like(steps.h)
    asked[:, -1] = last
    if is_lstm:
        whole = lstm_gradients(inputs, weights, np.zeros_like(asked), cell_gradients=asked).cells
    else:
        whole = gru_gradients(inputs, weights, asked).states
    gates = steps.forget_gate if is_lstm else steps.update_gate
    passed = np.cumprod(gates[:, :0:-1], axis=1)  # from the last step back to the second
    straight = np.concatenate([last[:, None], last[:, None] * passed], axis=1)
    return LeftByLag(*(np.linalg.norm(way, axis=-1).mean(0) for way in (whole[:, ::-1], straight)))
