"""Backward passes of layer normalisation, and of Elman's network and the LSTM with it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import cells
from utils.cells import NormalisedElmanWeights, NormalisedLSTMWeights
from utils.cells.normalised import standardise

from .derivatives import one_step_earlier, sum_over_steps, with_derivative
from .lstm import LSTMGradients, asked, before, gate_slopes, in_order
from .simple import ElmanGradients


class NormalisationGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        a: ∂L/∂a, what the normalisation asks of what went in, (…, units).
        gain: ∂L/∂gain, (units,).
        bias: ∂L/∂bias, (units,).
    """

    a: np.ndarray
    gain: np.ndarray
    bias: np.ndarray


def layer_normalise_gradients(a, gain, loss_gradients, epsilon=1e-3):
    """The backward pass of `cells.layer_normalise`.

    With s = √(σ² + ε), n = (a - μ) / s and y = n ⊙ gain + bias:

        ∂L/∂n = ∂L/∂y ⊙ gain
        ∂L/∂a = (∂L/∂n - mean of ∂L/∂n - n ⊙ mean of (n ⊙ ∂L/∂n)) / s
        ∂L/∂gain = Σ n ⊙ ∂L/∂y,   ∂L/∂bias = Σ ∂L/∂y

    with means over the units and sums over all other axes. Two parts are missing from ∂L/∂a, that
    which would shift all units alike and (but for ε) that which would scale them: what the
    normalisation takes away, no loss can feel.

    Args:
        a: as in `cells.layer_normalise`, whose bias does not matter here.
        gain: as in `cells.layer_normalise`.
        loss_gradients: ∂L/∂y, (…, units), with the shape of `a`.
        epsilon: as in `cells.layer_normalise`.

    Returns:
        `NormalisationGradients`.

    Raises:
        ValueError: as `cells.layer_normalise`; gradients of another shape.
        TypeError: as `cells.layer_normalise`.
    """
    gain = cells.expect_axes("gain", gain, units=None)
    n, root = standardise(a, len(gain), epsilon)
    loss_gradients = np.asarray(loss_gradients)
    if loss_gradients.shape != n.shape:
        raise ValueError(
            f"loss_gradients has shape {loss_gradients.shape}, expected that of a: {n.shape}"
        )
    of_n = loss_gradients * gain
    mean = of_n.mean(axis=-1, keepdims=True)
    along_n = n * (n * of_n).mean(axis=-1, keepdims=True)
    others = tuple(range(n.ndim - 1))
    return NormalisationGradients(
        a=(of_n - mean - along_n) / root,
        gain=(n * loss_gradients).sum(others),
        bias=loss_gradients.sum(others),
    )


def normalised_elman_gradients(
    inputs, weights, state_gradients, initial_state=None, mask=None, activation=np.tanh
):
    """The backward pass of `cells.normalised_elman`.

    With a_t = x_t W_xh + h_{t-1} W_hh, y_t = LN(a_t) + b_h and h_t = f(y_t), from the last step to
    the first:

        ∂L/∂h_t = state_gradients_t + ∂L/∂a_{t+1} W_hhᵀ
        ∂L/∂y_t = ∂L/∂h_t ⊙ f'(y_t)
        ∂L/∂a_t from ∂L/∂y_t as in `layer_normalise_gradients`

    The gradients of the weights are sums over time, as in `elman_gradients`.

    Args:
        inputs: (batch, time, features).
        weights: `NormalisedElmanWeights`.
        state_gradients: as in `elman_gradients`.
        initial_state: as in `elman_gradients`.
        mask: as in `elman_gradients`.
        activation: as in `elman_gradients`.

    Returns:
        `ElmanGradients` whose weights are `NormalisedElmanWeights`.

    Raises:
        ValueError: a shape does not fit; the derivative of the activation is not known.
        TypeError: `weights` are not `NormalisedElmanWeights`; the mask is not boolean.
    """
    f, derivative = with_derivative(activation)
    states = cells.normalised_elman(inputs, weights, initial_state, mask, f)
    inputs = np.asarray(inputs)
    batch, time, units = states.shape
    state_gradients = cells.expect_axes(
        "state_gradients", state_gradients, batch=batch, time=time, units=units
    )
    real = cells.real_steps(mask, batch, time)
    slopes = derivative(states) * real[..., None]  # f'(y_t); zero where nothing was computed
    h_0 = cells.state_or_zeros("initial_state", initial_state, batch=batch, units=units)
    h_prev = one_step_earlier(h_0, states)
    sums = inputs @ weights.W_xh + h_prev @ weights.W_hh

    walked = []
    h_later = np.zeros_like(h_0)  # nothing comes after the last step
    for t in reversed(range(time)):
        h_gradient = state_gradients[:, t] + h_later
        y_gradient = h_gradient * slopes[:, t]
        a_t = layer_normalise_gradients(sums[:, t], weights.gain, y_gradient).a
        walked.append((y_gradient, a_t))
        h_later = np.where(real[:, t, None], a_t @ np.transpose(weights.W_hh), h_gradient)

    y, a = in_order(walked)
    of_normalisation = layer_normalise_gradients(sums, weights.gain, y)
    of_weights = NormalisedElmanWeights(
        W_xh=sum_over_steps(inputs, a),
        W_hh=sum_over_steps(h_prev, a),
        b_h=of_normalisation.bias,
        gain=of_normalisation.gain,
    )
    return ElmanGradients(of_weights, a @ np.transpose(weights.W_xh), h_later)


def normalised_lstm_gradients(
    inputs,
    weights,
    state_gradients,
    cell_gradients=None,
    initial_state=None,
    initial_cell=None,
    mask=None,
):
    """The backward pass of `cells.normalised_lstm`.

    With u_t = x_t W_x, v_t = h_{t-1} W_h, a_t = LN(u_t) + LN(v_t) + b and y_t = LN(c_t) the
    equations are those of `lstm_gradients`, except that the normalisations stand in three places:

        ∂L/∂h_t = state_gradients_t + ∂L/∂v_{t+1} W_hᵀ
        ∂L/∂a_o = ∂L/∂h_t ⊙ tanh(y_t) ⊙ o_t ⊙ (1 - o_t)
        ∂L/∂y_t = ∂L/∂h_t ⊙ o_t ⊙ (1 - tanh²(y_t))
        ∂L/∂c_t = cell_gradients_t + ∂L/∂c_{t+1} ⊙ f_{t+1} + what ∂L/∂y_t asks of c_t
        ∂L/∂u_t and ∂L/∂v_t from ∂L/∂a_t

    each normalisation as in `layer_normalise_gradients`.

    Args:
        inputs: (batch, time, features).
        weights: `NormalisedLSTMWeights`.
        state_gradients: as in `lstm_gradients`.
        cell_gradients: as in `lstm_gradients`.
        initial_state: as in `lstm_gradients`.
        initial_cell: as in `lstm_gradients`.
        mask: as in `lstm_gradients`.

    Returns:
        `LSTMGradients` whose weights are `NormalisedLSTMWeights`.

    Raises:
        ValueError: a shape does not fit.
        TypeError: `weights` are not `NormalisedLSTMWeights`; the mask is not boolean.
    """
    steps = cells.normalised_lstm(inputs, weights, initial_state, initial_cell, mask)
    inputs = np.asarray(inputs)
    state_gradients, cell_gradients, real = asked(steps, state_gradients, cell_gradients, mask)
    h_0, c_0 = before(steps, initial_state, initial_cell)
    h_prev, c_prev = one_step_earlier(h_0, steps.h), one_step_earlier(c_0, steps.c)
    u, v = inputs @ weights.W_x, h_prev @ weights.W_h
    tanh_y = np.tanh(cells.layer_normalise(steps.c, weights.gain_c, weights.bias_c))
    h_by_y = steps.output_gate * (1 - tanh_y**2)
    *c_by_sums, h_by_o = gate_slopes(steps, c_prev, tanh_y)

    walked = []
    h_later, c_later = np.zeros_like(h_0), np.zeros_like(c_0)  # nothing comes after the last step
    for t in reversed(range(inputs.shape[1])):
        h_gradient = state_gradients[:, t] + h_later
        y_gradient = h_gradient * h_by_y[:, t]
        c_by_y = layer_normalise_gradients(steps.c[:, t], weights.gain_c, y_gradient).a
        c_gradient = cell_gradients[:, t] + c_later + c_by_y
        a_i, a_f, a_g = (c_gradient * slope[:, t] for slope in c_by_sums)
        a_t = np.concatenate([a_i, a_f, a_g, h_gradient * h_by_o[:, t]], axis=-1)
        walked.append((h_gradient, y_gradient, c_gradient, a_t))
        v_t = layer_normalise_gradients(v[:, t], weights.gain_h, a_t).a
        real_t = real[:, t, None]
        h_later = np.where(real_t, v_t @ np.transpose(weights.W_h), h_gradient)
        c_later = np.where(real_t, c_gradient * steps.forget_gate[:, t], c_gradient)

    states, y, of_cells, a = in_order(walked)
    of_u = layer_normalise_gradients(u, weights.gain_x, a)
    of_v = layer_normalise_gradients(v, weights.gain_h, a)
    of_y = layer_normalise_gradients(steps.c, weights.gain_c, y)
    of_weights = NormalisedLSTMWeights(
        W_x=sum_over_steps(inputs, of_u.a),
        W_h=sum_over_steps(h_prev, of_v.a),
        b=of_u.bias,
        gain_x=of_u.gain,
        gain_h=of_v.gain,
        gain_c=of_y.gain,
        bias_c=of_y.bias,
    )
    of_inputs = of_u.a @ np.transpose(weights.W_x)
    return LSTMGradients(of_weights, of_inputs, h_later, c_later, states, of_cells)
