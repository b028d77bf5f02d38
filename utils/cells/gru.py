"""The gated recurrent unit, forward, in the variants that go by this name."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import expect

from .activations import sigmoid
from .arguments import expect_axes, expect_sizes, expect_type, real_steps, state_or_zeros
from .initial import glorot, orthogonal


class GRUWeights(NamedTuple):
    """The weights of a GRU, one set for all steps.

    The columns of each array are, in Keras's order, those of the update gate z, of the reset gate r
    and of the candidate. `GRUWeights(*layer.get_weights())` takes them from a `keras.layers.GRU`.

    Attributes:
        W_x: input to gates and candidate, (features, 3 units).
        W_h: hidden state to gates and candidate, (units, 3 units).
        b: biases. (2, 3 units) where the reset gate multiplies after the product with W_h: row 0
            goes with the input, row 1 with the hidden state. (3 units,) where it multiplies before.
    """

    W_x: np.ndarray
    W_h: np.ndarray
    b: np.ndarray


class GRUSteps(NamedTuple):
    """What a GRU computed at each step; each array is (batch, time, units).

    At masked steps h is what it was before, and the other three are zero: nothing was computed.

    Attributes:
        h: the hidden state after each step.
        update_gate: z, from 0 to 1.
        reset_gate: r, from 0 to 1.
        candidate: what the hidden state would be without a past to keep, from -1 to 1.
    """

    h: np.ndarray
    update_gate: np.ndarray
    reset_gate: np.ndarray
    candidate: np.ndarray


def gru_step(x_t, h_prev, weights, reset_after=True, update_gate="keeps"):
    """One step of a gated recurrent unit (Cho et al. 2014, equations 5 to 8, with biases).

        z_t = σ(x_t W_xz + h_{t-1} W_hz + b_z)                  update gate
        r_t = σ(x_t W_xr + h_{t-1} W_hr + b_r)                  reset gate
        c_t = tanh(x_t W_xc + (r_t ⊙ h_{t-1}) W_hc + b_c)       candidate, reset_after=False
        h_t = z_t ⊙ h_{t-1} + (1 - z_t) ⊙ c_t                   update_gate="keeps"

    W_xz is the first third of the columns of W_x, and so on. Two things differ between books and
    libraries. The reset gate may multiply after the product with the matrix, so that one product
    serves all three parts; this is the form of cuDNN and Keras's default, a different model:

        c_t = tanh(x_t W_xc + b_0c + r_t ⊙ (h_{t-1} W_hc + b_1c))      reset_after=True

    There the gates have the biases b_0z + b_1z and b_0r + b_1r. And the update gate may say how
    much is replaced (Chung et al. 2014) instead of how much is kept (Cho et al. 2014, Keras); this
    is the same model with another sign, see `swap_update_gate`:

        h_t = (1 - z_t) ⊙ h_{t-1} + z_t ⊙ c_t                  update_gate="replaces"

    Args:
        x_t: the input of this step, (batch, features).
        h_prev: the hidden state after the step before, (batch, units).
        weights: `GRUWeights`.
        reset_after: whether the reset gate multiplies after the product with W_hc, or before.
        update_gate: "keeps" or "replaces".

    Returns:
        The hidden state h_t, (batch, units).

    Raises:
        ValueError: a shape does not fit, such as that of a bias which belongs to the other
            `reset_after`; `reset_after` or `update_gate` is none of its values.
        TypeError: `weights` are not `GRUWeights`, or an array does not hold real numbers.
    """
    features, units = _expect_variant(weights, reset_after, update_gate)
    x_t = expect_axes("x_t", x_t, batch=None, features=features)
    h_prev = expect_axes("h_prev", h_prev, batch=len(x_t), units=units)
    return _step(x_t, h_prev, weights, reset_after, update_gate).h


def gru(inputs, weights, initial_state=None, mask=None, reset_after=True, update_gate="keeps"):
    """A GRU over whole sequences.

    Args:
        inputs: (batch, time, features).
        weights: `GRUWeights`.
        initial_state: the hidden state before the first step, (batch, units); zeros by default.
        mask: boolean (batch, time). Where it is False the state is carried over unchanged, as in
            `elman`, and the gates and the candidate are reported as zeros.
        reset_after: as in `gru_step`.
        update_gate: as in `gru_step`.

    Returns:
        `GRUSteps`.

    Raises:
        ValueError: as `gru_step`.
        TypeError: as `gru_step`; a mask that is not boolean.
    """
    features, units = _expect_variant(weights, reset_after, update_gate)
    inputs = expect_axes("inputs", inputs, batch=None, time=None, features=features)
    batch, time, _ = inputs.shape
    real = real_steps(mask, batch, time)
    h_t = state_or_zeros("initial_state", initial_state, batch=batch, units=units)
    steps = []
    for t in range(time):
        new = _step(inputs[:, t], h_t, weights, reset_after, update_gate)
        h_t = np.where(real[:, t, None], new.h, h_t)
        gates = (np.where(real[:, t, None], part, 0) for part in new[1:])
        steps.append(GRUSteps(h_t, *gates))
    return GRUSteps(*(np.stack(parts, axis=1) for parts in zip(*steps, strict=True)))


def _step(x_t, h_prev, weights, reset_after, update_gate):
    """`GRUSteps` of a single step, whose arrays are (batch, units)."""
    b_x, b_h = weights.b if reset_after else (weights.b, 0)
    x_z, x_r, x_c = np.split(x_t @ weights.W_x + b_x, 3, axis=-1)
    h_z, h_r, h_c = np.split(h_prev @ weights.W_h + b_h, 3, axis=-1)
    z = sigmoid(x_z + h_z)
    r = sigmoid(x_r + h_r)
    if reset_after:
        of_past = r * h_c
    else:
        of_past = (r * h_prev) @ np.split(np.asarray(weights.W_h), 3, axis=-1)[2]
    candidate = np.tanh(x_c + of_past)
    kept = z if update_gate == "keeps" else 1 - z
    return GRUSteps(kept * h_prev + (1 - kept) * candidate, z, r, candidate)


def swap_update_gate(weights):
    """The weights of the same model for the other `update_gate`, and back again.

    The columns of the update gate change their sign. As 1 - σ(a) = σ(-a), the gate that said how
    much is kept now says how much is replaced. This is needed to compare weights of, say, Keras
    with equations that use the other convention.

    Args:
        weights: `GRUWeights`.

    Returns:
        `GRUWeights`, which share no memory with the given ones.

    Raises:
        ValueError: as `gru_sizes`.
        TypeError: as `gru_sizes`.
    """
    gru_sizes(weights)
    parts = [np.split(np.asarray(array), 3, axis=-1) for array in weights]
    return GRUWeights(*(np.concatenate([-z, r, c], axis=-1) for z, r, c in parts))


def random_gru(features, units, random, reset_after=True):
    """Draws the weights of a GRU as Keras does.

    W_x is Glorot uniform (Glorot and Bengio 2010, equation 16), b zero. W_h has orthonormal rows
    (Saxe et al. 2014), each of which runs over both gates and the candidate; the square block of
    one of them alone is not orthogonal.

    Args:
        features: the size of an input.
        units: the size of the state.
        random: a `numpy.random.Generator`.
        reset_after: as in `gru_step`; it decides the shape of b.

    Raises:
        ValueError: a size below 1, or a `reset_after` that is neither True nor False.
        TypeError: `random` is no generator.
    """
    expect_sizes(random, features=features, units=units)
    expect.boolean(reset_after=reset_after)
    return GRUWeights(
        W_x=glorot(features, 3 * units, random),
        W_h=orthogonal(units, random, 3 * units),
        b=np.zeros((2, 3 * units) if reset_after else 3 * units),
    )


def gru_sizes(weights):
    """Returns (features, units) of `GRUWeights`, or raises where their shapes do not agree."""
    expect_type(weights, GRUWeights)
    units = len(expect_axes("W_h", weights.W_h, units=None, three_units=None))
    expect_axes("W_h", weights.W_h, units=units, three_units=3 * units)
    features = len(expect_axes("W_x", weights.W_x, features=None, three_units=3 * units))
    rows = {"input_and_state": 2} if np.ndim(weights.b) == 2 else {}
    expect_axes("b", weights.b, **rows, three_units=3 * units)
    return features, units


def _expect_variant(weights, reset_after, update_gate):
    """Returns (features, units), or raises where the weights do not go with the variant."""
    features, units = gru_sizes(weights)
    expect.one_of("update_gate", update_gate, ("keeps", "replaces"))
    expect.boolean(reset_after=reset_after)
    shape = np.shape(weights.b)
    if len(shape) != (2 if reset_after else 1):
        raise ValueError(
            f"b has shape {shape}, that of reset_after={not reset_after}, but reset_after is "
            f"{reset_after}: pass reset_after={not reset_after}, or weights with a bias of shape "
            f"{(2, 3 * units) if reset_after else (3 * units,)}"
        )
    return features, units
