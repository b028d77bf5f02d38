"""The backward pass of the gated recurrent unit."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import cells
from utils.cells import GRUWeights

from .derivatives import one_step_earlier, sum_over_steps


class GRUGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `GRUWeights` that hold ∂L/∂W_x, ∂L/∂W_h and ∂L/∂b.
        inputs: ∂L/∂x_t, (batch, time, features); zero at masked steps.
        initial_state: ∂L/∂h of before the first step, (batch, units).
        states: ∂L/∂h_t, what the loss of step t and all later steps ask of h_t together, (batch,
            time, units).
    """

    weights: GRUWeights
    inputs: np.ndarray
    initial_state: np.ndarray
    states: np.ndarray


def gru_gradients(
    inputs,
    weights,
    state_gradients,
    initial_state=None,
    mask=None,
    reset_after=True,
    update_gate="keeps",
):
    """The backward pass of `cells.gru`.

    The names are those of `cells.gru_step` (Cho et al. 2014, equations 5 to 8). Let a_z, a_r and
    a_c stand for what σ, σ and tanh are applied to, k_t for the share of h_{t-1} that is kept (z_t,
    or 1 - z_t with update_gate="replaces"), and ± for + with "keeps" and - with "replaces". Let
    u_t be what the reset gate multiplies. From the last step to the first:

        ∂L/∂h_t = state_gradients_t + what comes back from step t + 1 (below)
        ∂L/∂a_z = ± ∂L/∂h_t ⊙ (h_{t-1} - c_t) ⊙ z_t ⊙ (1 - z_t)
        ∂L/∂a_c = ∂L/∂h_t ⊙ (1 - k_t) ⊙ (1 - c_t²)
        ∂L/∂a_r = g ⊙ u_t ⊙ r_t ⊙ (1 - r_t)

    where g is the gradient of r_t ⊙ u_t:

        reset_after=True:   u_t = h_{t-1} W_hc + b_1c,  g = ∂L/∂a_c
        reset_after=False:  u_t = h_{t-1},              g = ∂L/∂a_c W_hcᵀ

    Four ways lead back to h_{t-1}, and what comes back from step t is their sum. The first passes
    no matrix and no activation, only k_t; so a gate that keeps lets the gradient through whole:

        ∂L/∂h_t ⊙ k_t  +  ∂L/∂a_z W_hzᵀ  +  ∂L/∂a_r W_hrᵀ  +  g ⊙ r_t, times W_hcᵀ if reset_after

    The gradients of the weights are sums over time: with a_t = (a_z, a_r, a_c) side by side,

        ∂L/∂W_x = Σ_t x_tᵀ ∂L/∂a_t,   ∂L/∂b = Σ_t ∂L/∂a_t
        ∂L/∂W_hz = Σ_t h_{t-1}ᵀ ∂L/∂a_z,   ∂L/∂W_hr = Σ_t h_{t-1}ᵀ ∂L/∂a_r
        ∂L/∂W_hc = Σ_t h_{t-1}ᵀ (r_t ⊙ ∂L/∂a_c)      if reset_after
        ∂L/∂W_hc = Σ_t (r_t ⊙ h_{t-1})ᵀ ∂L/∂a_c      if not

    With two rows of biases, row 0 has the sum above; in row 1, r_t ⊙ ∂L/∂a_c stands for ∂L/∂a_c.

    Args:
        inputs: (batch, time, features).
        weights: `GRUWeights`.
        state_gradients: ∂L/∂h_t of what each step's own loss asks for, (batch, time, units), such
            as `output_gradients(…).states`; zeros at steps without a loss.
        initial_state: as in `cells.gru`.
        mask: as in `cells.gru`. At masked steps the gradient passes unchanged.
        reset_after: as in `cells.gru_step`.
        update_gate: as in `cells.gru_step`.

    Returns:
        `GRUGradients`.

    Raises:
        ValueError: as `cells.gru`; `state_gradients` whose shape does not fit.
        TypeError: as `cells.gru`.
    """
    steps = cells.gru(inputs, weights, initial_state, mask, reset_after, update_gate)
    inputs = np.asarray(inputs)
    batch, time, units = steps.h.shape
    state_gradients = cells.expect_axes(
        "state_gradients", state_gradients, batch=batch, time=time, units=units
    )
    real = cells.real_steps(mask, batch, time)
    h_0 = cells.state_or_zeros("initial_state", initial_state, batch=batch, units=units)
    previous = one_step_earlier(h_0, steps.h)
    weights = GRUWeights(*map(np.asarray, weights))
    a, states, initial = _walk_back(
        steps, previous, weights, state_gradients, real, reset_after, update_gate == "keeps"
    )
    of_weights = _of_weights(inputs, previous, steps.reset_gate, a, reset_after)
    return GRUGradients(of_weights, a @ weights.W_x.T, initial, states)


def _walk_back(steps, previous, weights, state_gradients, real, reset_after, keeps):
    """Returns ∂L/∂a_t, (batch, time, 3 units), ∂L/∂h_t and ∂L/∂h of before the first step."""
    _, z, r, c = steps
    W_hz, W_hr, W_hc = np.split(weights.W_h, 3, axis=-1)
    u = previous @ W_hc + np.split(weights.b[1], 3)[2] if reset_after else previous
    kept, sign = (z, 1) if keeps else (1 - z, -1)
    # The slopes are zero where nothing was computed: those of the gates because the gates are.
    z_slopes = sign * (previous - c) * z * (1 - z)
    r_slopes = u * r * (1 - r)
    c_slopes = (1 - kept) * (1 - c**2) * real[..., None]

    states = np.zeros_like(state_gradients * c_slopes)
    a = np.zeros_like(np.concatenate([states] * 3, axis=-1))
    from_later = np.zeros_like(states[:, 0])  # nothing comes after the last step
    for t in reversed(range(states.shape[1])):
        h_gradient = states[:, t] = state_gradients[:, t] + from_later
        a_z = h_gradient * z_slopes[:, t]
        a_c = h_gradient * c_slopes[:, t]
        g = a_c if reset_after else a_c @ W_hc.T
        a_r = g * r_slopes[:, t]
        a[:, t] = np.concatenate([a_z, a_r, a_c], axis=-1)
        to_u = g * r[:, t]
        to_past = to_u @ W_hc.T if reset_after else to_u
        through_step = h_gradient * kept[:, t] + a_z @ W_hz.T + a_r @ W_hr.T + to_past
        from_later = np.where(real[:, t, None], through_step, h_gradient)
    return a, states, from_later


def _of_weights(inputs, previous, r, a, reset_after):
    W_x, b = sum_over_steps(inputs, a), a.sum((0, 1))
    a_z, a_r, a_c = np.split(a, 3, axis=-1)
    if reset_after:
        of_state = np.concatenate([a_z, a_r, r * a_c], axis=-1)  # ∂L/∂(h_{t-1} W_h + b_1)
        return GRUWeights(
            W_x, sum_over_steps(previous, of_state), np.stack([b, of_state.sum((0, 1))])
        )
    pairs = ((previous, a_z), (previous, a_r), (r * previous, a_c))
    return GRUWeights(W_x, np.concatenate([sum_over_steps(*p) for p in pairs], axis=-1), b)
