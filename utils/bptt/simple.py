"""Backward passes of Elman's and Jordan's networks and of the output layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import cells, expect
from utils.cells import ElmanWeights, JordanWeights, OutputWeights

from .derivatives import sum_over_steps, with_derivative


class ElmanGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `ElmanWeights` that hold ∂L/∂W_xh, ∂L/∂W_hh and ∂L/∂b_h.
        inputs: ∂L/∂x_t, (batch, time, features); zero at masked steps.
        initial_state: ∂L/∂h of before the first step, (batch, units).
    """

    weights: ElmanWeights
    inputs: np.ndarray
    initial_state: np.ndarray


class OutputGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `OutputWeights` that hold ∂L/∂W_hy and ∂L/∂b_y.
        states: ∂L/∂h, what the output layer asks of the hidden states, (…, units).
    """

    weights: OutputWeights
    states: np.ndarray


class JordanGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `JordanWeights` that hold the gradient of each weight.
        inputs: ∂L/∂x_t, (batch, time, features); zero at masked steps.
        initial_output: ∂L/∂y of before the first step, (batch, outputs).
    """

    weights: JordanWeights
    inputs: np.ndarray
    initial_output: np.ndarray


# ------------------------------------------------------------------------- backwards through time


def elman_gradients(
    inputs,
    weights,
    state_gradients,
    initial_state=None,
    mask=None,
    activation=np.tanh,
    truncate=None,
):
    """The backward pass of `cells.elman`.

    With a_t = x_t W_xh + h_{t-1} W_hh + b_h and h_t = f(a_t), from the last step to the first:

        ∂L/∂h_t = state_gradients_t + ∂L/∂a_{t+1} W_hhᵀ
        ∂L/∂a_t = ∂L/∂h_t ⊙ f'(a_t)

    The weights are the same at every step, so their gradients are sums over time:

        ∂L/∂W_xh = Σ_t x_tᵀ ∂L/∂a_t,   ∂L/∂W_hh = Σ_t h_{t-1}ᵀ ∂L/∂a_t,   ∂L/∂b_h = Σ_t ∂L/∂a_t

    `truncate` limits how far the gradient of each loss flows back. The loss at step t reaches the
    steps t, t-1, …, t - truncate and none before; with 0 it stays at its own step. Every loss has a
    window of its own and all windows are equally long (exact truncation; BPTT(h) of Williams and
    Peng 1990). It takes truncate + 1 times the work. Masked steps do not count; the initial state
    is the step before the first. So from `truncate` = time on, nothing is cut off.

    The other usual definition cuts the sequence into chunks: call this function once per chunk,
    with the last state of the chunk before as `initial_state`, and add up. That costs no more than
    the full pass, but a loss right after a cut reaches no earlier step at all.

    Args:
        inputs: (batch, time, features).
        weights: `ElmanWeights`.
        state_gradients: ∂L/∂h_t of what each step's own loss asks for, (batch, time, units), such
            as `output_gradients(…).states`; zeros at steps without a loss.
        initial_state: as in `cells.elman`.
        mask: as in `cells.elman`. At masked steps the gradient passes unchanged.
        activation: f; a name in `cells.ACTIVATIONS` or one of its functions, or a pair (f, f') in
            which f' takes the output f(a), not a: for tanh `lambda h: 1 - h**2`.
        truncate: None, or a whole number of steps from 0 on.

    Returns:
        `ElmanGradients`.

    Raises:
        ValueError: a shape does not fit; the derivative of the activation is not known; `truncate`
            is no whole number from 0 on.
        TypeError: `weights` are not `ElmanWeights`; the mask is not boolean.
    """
    f, derivative = with_derivative(activation)
    states = cells.elman(inputs, weights, initial_state, mask, f)
    inputs = np.asarray(inputs)
    batch, time, units = states.shape
    state_gradients = cells.expect_axes(
        "state_gradients", state_gradients, batch=batch, time=time, units=units
    )
    real = cells.real_steps(mask, batch, time)
    slopes = derivative(states) * real[..., None]  # f'(a_t); zero where nothing was computed
    if truncate is None:
        a, initial = _walk_back(slopes, state_gradients, weights.W_hh, real)
    else:
        [truncate] = expect.integer(0, truncate=truncate)
        a, initial = _walk_back_truncated(slopes, state_gradients, weights.W_hh, real, truncate)

    h_0 = cells.state_or_zeros("initial_state", initial_state, batch=batch, units=units)
    previous_states = np.concatenate([h_0[:, None], states[:, :-1]], axis=1)
    of_weights = ElmanWeights(
        W_xh=sum_over_steps(inputs, a),
        W_hh=sum_over_steps(previous_states, a),
        b_h=a.sum((0, 1)),
    )
    return ElmanGradients(of_weights, a @ np.transpose(weights.W_xh), initial)


def _walk_back(slopes, state_gradients, W_hh, real):
    """Returns ∂L/∂a_t of each step, (batch, time, units), and ∂L/∂h of before the first step."""
    a_gradients = np.zeros_like(state_gradients * slopes)
    from_later = np.zeros_like(state_gradients[:, 0])  # nothing comes after the last step
    for t in reversed(range(slopes.shape[1])):
        h_gradient = state_gradients[:, t] + from_later
        a_gradients[:, t] = h_gradient * slopes[:, t]
        through_step = a_gradients[:, t] @ np.transpose(W_hh)
        from_later = np.where(real[:, t, None], through_step, h_gradient)
    return a_gradients, from_later


def _walk_back_truncated(slopes, state_gradients, W_hh, real, truncate):
    """The same, with the gradients kept apart by the age of their loss: 0 to `truncate` steps."""
    batch, time, units = slopes.shape
    a_gradients = np.zeros_like(state_gradients * slopes)
    oldest = min(truncate, time)  # no loss can be older, so further places would stay empty
    from_later = np.zeros((oldest + 1, batch, units), a_gradients.dtype)
    for t in reversed(range(time)):
        h_gradient = from_later
        h_gradient[0] += state_gradients[:, t]
        of_each_age = h_gradient * slopes[:, t]
        a_gradients[:, t] = of_each_age.sum(axis=0)
        through_step = np.zeros_like(h_gradient)  # one step older; what was oldest is dropped
        through_step[1:] = of_each_age[:-1] @ np.transpose(W_hh)
        from_later = np.where(real[:, t, None], through_step, h_gradient)
    return a_gradients, from_later.sum(axis=0)


def output_gradients(states, weights, loss_gradients, activation=cells.identity):
    """The backward pass of `cells.output`.

    With b = h W_hy + b_y and y = g(b):

        ∂L/∂b = ∂L/∂y ⊙ g'(b),   ∂L/∂W_hy = Σ hᵀ ∂L/∂b,   ∂L/∂b_y = Σ ∂L/∂b,   ∂L/∂h = ∂L/∂b W_hyᵀ

    with sums over batch and time. For a softmax and cross-entropy pass ∂L/∂b = y - target as
    `loss_gradients` and leave the activation as it is. A loss that ignores masked steps has zeros
    there.

    Args:
        states: (…, units), what `cells.output` was given.
        weights: `OutputWeights`.
        loss_gradients: ∂L/∂y, (…, outputs), with the same leading axes.
        activation: g; as in `elman_gradients`.

    Returns:
        `OutputGradients`.

    Raises:
        ValueError: as `elman_gradients`.
        TypeError: as `elman_gradients`.
    """
    g, derivative = with_derivative(activation)
    y = cells.output(states, weights, g)
    loss_gradients = np.asarray(loss_gradients)
    if loss_gradients.shape != y.shape:
        raise ValueError(
            f"loss_gradients has shape {loss_gradients.shape}, expected that of the outputs: "
            f"{y.shape}"
        )
    b = loss_gradients * derivative(y)
    of_weights = OutputWeights(
        W_hy=sum_over_steps(np.asarray(states), b), b_y=b.sum(tuple(range(b.ndim - 1)))
    )
    return OutputGradients(of_weights, b @ np.transpose(weights.W_hy))


def jordan_gradients(
    inputs,
    weights,
    loss_gradients,
    initial_output=None,
    mask=None,
    activation=np.tanh,
    output_activation=cells.identity,
):
    """The backward pass of `cells.jordan`, when it feeds back its own outputs.

    With a_t = x_t W_xh + y_{t-1} W_yh + b_h, h_t = f(a_t), b_t = h_t W_hy + b_y and y_t = g(b_t),
    from the last step to the first:

        ∂L/∂y_t = loss_gradients_t + ∂L/∂a_{t+1} W_yhᵀ
        ∂L/∂b_t = ∂L/∂y_t ⊙ g'(b_t)
        ∂L/∂a_t = ∂L/∂b_t W_hyᵀ ⊙ f'(a_t)

    With teacher forcing nothing flows back through time and this function is not needed.

    Args:
        inputs: (batch, time, features).
        weights: `JordanWeights`.
        loss_gradients: ∂L/∂y_t of each step's own loss, (batch, time, outputs).
        initial_output: as in `cells.jordan`.
        mask: as in `cells.jordan`. At masked steps the gradient passes unchanged.
        activation: f; as in `elman_gradients`.
        output_activation: g; as f in `elman_gradients`.

    Returns:
        `JordanGradients`.

    Raises:
        ValueError: as `elman_gradients`.
        TypeError: as `elman_gradients`.
    """
    f, f_derivative = with_derivative(activation)
    g, g_derivative = with_derivative(output_activation)
    states, y = cells.jordan(inputs, weights, initial_output, mask, f, g)
    inputs = np.asarray(inputs)
    batch, time, outputs = y.shape
    loss_gradients = cells.expect_axes(
        "loss_gradients", loss_gradients, batch=batch, time=time, outputs=outputs
    )
    real = cells.real_steps(mask, batch, time)
    f_slopes = f_derivative(states)
    g_slopes = g_derivative(y) * real[..., None]  # zero where nothing was computed

    a = np.zeros_like(states)
    b = np.zeros_like(loss_gradients * g_slopes)
    from_later = np.zeros_like(loss_gradients[:, 0])  # nothing comes after the last step
    for t in reversed(range(time)):
        y_gradient = loss_gradients[:, t] + from_later
        b[:, t] = y_gradient * g_slopes[:, t]
        a[:, t] = (b[:, t] @ np.transpose(weights.W_hy)) * f_slopes[:, t]
        through_step = a[:, t] @ np.transpose(weights.W_yh)
        from_later = np.where(real[:, t, None], through_step, y_gradient)

    y_0 = cells.state_or_zeros("initial_output", initial_output, batch=batch, outputs=outputs)
    # What each step was given: behind a masked step, y is that of the last real one.
    previous_outputs = np.concatenate([y_0[:, None], y[:, :-1]], axis=1)
    of_weights = JordanWeights(
        W_xh=sum_over_steps(inputs, a),
        W_yh=sum_over_steps(previous_outputs, a),
        b_h=a.sum((0, 1)),
        W_hy=sum_over_steps(states, b),
        b_y=b.sum((0, 1)),
    )
    return JordanGradients(of_weights, a @ np.transpose(weights.W_xh), from_later)


def gradients_by_lag(inputs, weights, last_gradient, initial_state=None, activation=np.tanh):
    """How large a gradient still is, k steps back: does it vanish or explode?

    The gradient at the last step T is carried back through the recurrence (Pascanu et al. 2013,
    equation 5):

        ∂L_T/∂h_{T-k-1} = (∂L_T/∂h_{T-k} ⊙ f'(a_{T-k})) W_hhᵀ

    Args:
        inputs: (batch, time, features), without padding.
        weights: `ElmanWeights`.
        last_gradient: ∂L_T/∂h_T, (batch, units).
        initial_state: as in `cells.elman`.
        activation: as in `elman_gradients`.

    Returns:
        The Euclidean norm of ∂L_T/∂h_{T-k} for k = 0, …, time - 1, (time,): the mean over the
        batch.

    Raises:
        ValueError: as `elman_gradients`.
        TypeError: as `elman_gradients`.
    """
    f, derivative = with_derivative(activation)
    states = cells.elman(inputs, weights, initial_state, activation=f)
    batch, time, units = states.shape
    gradient = cells.expect_axes("last_gradient", last_gradient, batch=batch, units=units)
    norms = [np.linalg.norm(gradient, axis=-1).mean()]
    for t in reversed(range(1, time)):
        gradient = (gradient * derivative(states[:, t])) @ np.transpose(weights.W_hh)
        norms.append(np.linalg.norm(gradient, axis=-1).mean())
    return np.array(norms)
