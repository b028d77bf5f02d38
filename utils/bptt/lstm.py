"""Backward pass of the LSTM."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import cells
from utils.cells import LSTMWeights
from utils.cells.lstm import peephole_rows

from .derivatives import one_step_earlier, sum_over_steps


class LSTMGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `LSTMWeights` that hold the gradient of each weight (of a normalised LSTM
            `NormalisedLSTMWeights`).
        inputs: ∂L/∂x_t, (batch, time, features); zero at masked steps.
        initial_state: ∂L/∂h of before the first step, (batch, units).
        initial_cell: ∂L/∂c of before the first step, (batch, units).
        states: ∂L/∂h_t, what the loss of step t and all later steps ask of the hidden state,
            (batch, time, units).
        cells: ∂L/∂c_t, the same of the cell, (batch, time, units).
    """

    weights: LSTMWeights
    inputs: np.ndarray
    initial_state: np.ndarray
    initial_cell: np.ndarray
    states: np.ndarray
    cells: np.ndarray


def lstm_gradients(
    inputs,
    weights,
    state_gradients,
    cell_gradients=None,
    initial_state=None,
    initial_cell=None,
    mask=None,
):
    """The backward pass of `cells.lstm`.

    With a_i, a_f, a_g and a_o for what stands inside σ and tanh in the equations of
    `cells.lstm_step`, a_t = [a_i a_f a_g a_o], from the last step to the first:

        ∂L/∂h_t = state_gradients_t + ∂L/∂a_{t+1} W_hᵀ
        ∂L/∂a_o = ∂L/∂h_t ⊙ tanh(c_t) ⊙ o_t ⊙ (1 - o_t)
        ∂L/∂c_t = cell_gradients_t + ∂L/∂h_t ⊙ o_t ⊙ (1 - tanh²(c_t)) + ∂L/∂a_o ⊙ p_o
                  + (∂L/∂c ⊙ f + ∂L/∂a_i ⊙ p_i + ∂L/∂a_f ⊙ p_f), all of step t+1
        ∂L/∂a_i = ∂L/∂c_t ⊙ g_t ⊙ i_t ⊙ (1 - i_t)
        ∂L/∂a_f = ∂L/∂c_t ⊙ c_{t-1} ⊙ f_t ⊙ (1 - f_t)
        ∂L/∂a_g = ∂L/∂c_t ⊙ i_t ⊙ (1 - g_t²)

    From cell to cell there is a path without a matrix, ∂L/∂c_{t+1} ⊙ f_{t+1}: a forget gate that
    stays open hands the gradient on undiminished. The weights are the same at every step:

        ∂L/∂W_x = Σ_t x_tᵀ ∂L/∂a_t,   ∂L/∂W_h = Σ_t h_{t-1}ᵀ ∂L/∂a_t,   ∂L/∂b = Σ_t ∂L/∂a_t
        ∂L/∂p_i = Σ_t c_{t-1} ⊙ ∂L/∂a_i,   ∂L/∂p_f = Σ_t c_{t-1} ⊙ ∂L/∂a_f,
        ∂L/∂p_o = Σ_t c_t ⊙ ∂L/∂a_o

    This is the whole gradient (Graves and Schmidhuber 2005). Hochreiter and Schmidhuber (1997) cut
    it off where it leaves the cells for the hidden state of the step before.

    Args:
        inputs: (batch, time, features).
        weights: `LSTMWeights`.
        state_gradients: ∂L/∂h_t of what each step's own loss asks for, (batch, time, units), such
            as `output_gradients(…).states`; zeros at steps without a loss.
        cell_gradients: the same for the cells, where a loss looks at them; zeros by default.
        initial_state: as in `cells.lstm`.
        initial_cell: as in `cells.lstm`.
        mask: as in `cells.lstm`. At masked steps the gradients pass unchanged.

    Returns:
        `LSTMGradients`; its weights have peepholes where `weights` have.

    Raises:
        ValueError: a shape does not fit.
        TypeError: `weights` are not `LSTMWeights`; the mask is not boolean.
    """
    steps = cells.lstm(inputs, weights, initial_state, initial_cell, mask)
    inputs = np.asarray(inputs)
    state_gradients, cell_gradients, real = asked(steps, state_gradients, cell_gradients, mask)
    h_0, c_0 = before(steps, initial_state, initial_cell)
    h_prev, c_prev = one_step_earlier(h_0, steps.h), one_step_earlier(c_0, steps.c)
    tanh_c = np.tanh(steps.c)
    h_by_c = steps.output_gate * (1 - tanh_c**2)
    *c_by_sums, h_by_o = gate_slopes(steps, c_prev, tanh_c)
    p_i, p_f, p_o = peephole_rows(weights)

    walked = []
    h_later, c_later = np.zeros_like(h_0), np.zeros_like(c_0)  # nothing comes after the last step
    for t in reversed(range(inputs.shape[1])):
        h_gradient = state_gradients[:, t] + h_later
        a_o = h_gradient * h_by_o[:, t]
        c_gradient = cell_gradients[:, t] + c_later + h_gradient * h_by_c[:, t] + a_o * p_o
        a_i, a_f, a_g = (c_gradient * slope[:, t] for slope in c_by_sums)
        a_t = np.concatenate([a_i, a_f, a_g, a_o], axis=-1)
        walked.append((h_gradient, c_gradient, a_t))
        real_t = real[:, t, None]
        h_later = np.where(real_t, a_t @ np.transpose(weights.W_h), h_gradient)
        c_through_step = c_gradient * steps.forget_gate[:, t] + a_i * p_i + a_f * p_f
        c_later = np.where(real_t, c_through_step, c_gradient)

    states, of_cells, a = in_order(walked)
    of_weights = LSTMWeights(
        W_x=sum_over_steps(inputs, a),
        W_h=sum_over_steps(h_prev, a),
        b=a.sum((0, 1)),
        peepholes=None if weights.peepholes is None else _of_peepholes(a, c_prev, steps.c),
    )
    of_inputs = a @ np.transpose(weights.W_x)
    return LSTMGradients(of_weights, of_inputs, h_later, c_later, states, of_cells)


def _of_peepholes(a, c_prev, c):
    a_i, a_f, _, a_o = np.split(a, 4, axis=-1)
    return (np.stack([c_prev, c_prev, c]) * np.stack([a_i, a_f, a_o])).sum((1, 2))


# ------------------------------------------------- what the normalised LSTM does in the same way


def asked(steps, state_gradients, cell_gradients, mask):
    """Returns what each step's loss asks of h and c, (batch, time, units), and the real steps."""
    batch, time, units = steps.h.shape
    shape = {"batch": batch, "time": time, "units": units}
    state_gradients = cells.expect_axes("state_gradients", state_gradients, **shape)
    cell_gradients = cells.state_or_zeros("cell_gradients", cell_gradients, **shape)
    return state_gradients, cell_gradients, cells.real_steps(mask, batch, time)


def before(steps, initial_state, initial_cell):
    """Returns h and c of before the first step, (batch, units)."""
    batch, _, units = steps.h.shape
    return (
        cells.state_or_zeros("initial_state", initial_state, batch=batch, units=units),
        cells.state_or_zeros("initial_cell", initial_cell, batch=batch, units=units),
    )


def gate_slopes(steps, c_prev, shown):
    """Returns ∂c_t/∂a_i, ∂c_t/∂a_f, ∂c_t/∂a_g and ∂h_t/∂a_o, each (batch, time, units).

    `shown` is what the output gate multiplies, such as tanh(c_t). At masked steps the gates are
    zero, and so are all slopes.
    """
    i, f, g, o = steps.input_gate, steps.forget_gate, steps.candidate, steps.output_gate
    return g * i * (1 - i), c_prev * f * (1 - f), i * (1 - g**2), shown * o * (1 - o)


def in_order(walked):
    """Arrays of each step, collected from the last to the first: (batch, time, …) of each."""
    return [np.stack(arrays[::-1], axis=1) for arrays in zip(*walked, strict=True)]
