"""Layer normalisation, and Elman's network and the LSTM with it, forward."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import expect

from .activations import activation_function, sigmoid
from .arguments import expect_axes, expect_type, real_steps, state_or_zeros
from .lstm import LSTMSteps, over_time


class NormalisedElmanWeights(NamedTuple):
    """The weights of Elman's network with layer normalisation, one set for all steps.

    `NormalisedElmanWeights(*random_elman(…), gain=np.ones(units))` draws some.

    Attributes:
        W_xh: input to hidden state, (features, units).
        W_hh: hidden state to the next hidden state, (units, units).
        b_h: bias of the hidden state, added after the normalisation, (units,).
        gain: what the normalised sums are multiplied by, (units,).
    """

    W_xh: np.ndarray
    W_hh: np.ndarray
    b_h: np.ndarray
    gain: np.ndarray


class NormalisedLSTMWeights(NamedTuple):
    """The weights of an LSTM with layer normalisation, one set for all steps.

    The columns stand in the order of `LSTMWeights`: input gate, forget gate, candidate, output
    gate.

    Attributes:
        W_x: input to gates and candidate, (features, 4 units).
        W_h: hidden state to gates and candidate of the next step, (units, 4 units).
        b: bias of gates and candidate, added after the normalisations, (4 units,).
        gain_x: what the normalised x_t W_x is multiplied by, (4 units,).
        gain_h: what the normalised h_{t-1} W_h is multiplied by, (4 units,).
        gain_c: what the normalised cell is multiplied by, (units,).
        bias_c: what is added to it then, (units,).
    """

    W_x: np.ndarray
    W_h: np.ndarray
    b: np.ndarray
    gain_x: np.ndarray
    gain_h: np.ndarray
    gain_c: np.ndarray
    bias_c: np.ndarray


def layer_normalise(a, gain, bias=None, epsilon=1e-3):
    """Layer normalisation over the last axis (Ba, Kiros and Hinton 2016, equation 4).

        μ = mean of a,   σ² = mean of (a - μ)²
        LN(a) = (a - μ) / √(σ² + ε) ⊙ gain + bias

    The paper has no ε. With it, as in Keras, units that all say the same stay at zero, and nothing
    is divided by zero. A single unit always stands at its own mean, so only the bias is left of it.

    Args:
        a: (…, units).
        gain: (units,).
        bias: (units,); none by default.
        epsilon: ε, a positive number.

    Returns:
        LN(a), (…, units).

    Raises:
        ValueError: a shape does not fit, or ε is not positive.
        TypeError: gain or bias do not hold real numbers.
    """
    gain = expect_axes("gain", gain, units=None)
    normalised, _ = standardise(a, len(gain), epsilon)
    if bias is None:
        return normalised * gain
    return normalised * gain + expect_axes("bias", bias, units=len(gain))


def standardise(a, units, epsilon):
    """Returns (a - μ) / √(σ² + ε) over the last axis, (…, units), and the root alone, (…, 1)."""
    a = np.asarray(a)
    if a.ndim == 0 or a.shape[-1] != units:
        raise ValueError(f"a has shape {a.shape}, expected (…, units) = (…, {units})")
    epsilon = expect.number("epsilon", epsilon, above=0)
    root = np.sqrt(a.var(axis=-1, keepdims=True) + epsilon)
    return (a - a.mean(axis=-1, keepdims=True)) / root, root


def normalised_elman(inputs, weights, initial_state=None, mask=None, activation=np.tanh):
    """Elman's network with layer normalisation (Ba, Kiros and Hinton 2016, equation 4).

        h_t = f(LN(x_t W_xh + h_{t-1} W_hh) + b_h)

    LN is `layer_normalise` with the gain: the mean and variance are those of the units of one
    example at one step.

    Args:
        inputs: (batch, time, features).
        weights: `NormalisedElmanWeights`.
        initial_state: as in `elman`.
        mask: as in `elman`.
        activation: as in `elman`.

    Returns:
        The hidden state after each step, (batch, time, units).

    Raises:
        ValueError: a shape does not fit, or the name of the activation is unknown.
        TypeError: `weights` are not `NormalisedElmanWeights`, the mask is not boolean, or an array
            does not hold real numbers.
    """
    features, units = normalised_elman_sizes(weights)
    inputs = expect_axes("inputs", inputs, batch=None, time=None, features=features)
    batch, time, _ = inputs.shape
    real = real_steps(mask, batch, time)
    h_t = state_or_zeros("initial_state", initial_state, batch=batch, units=units)
    f = activation_function(activation)
    states = []
    for t in range(time):
        sums = inputs[:, t] @ weights.W_xh + h_t @ weights.W_hh
        h_new = f(layer_normalise(sums, weights.gain, weights.b_h))
        h_t = np.where(real[:, t, None], h_new, h_t)
        states.append(h_t)
    return np.stack(states, axis=1)


def normalised_lstm(inputs, weights, initial_state=None, initial_cell=None, mask=None):
    """An LSTM with layer normalisation (Ba, Kiros and Hinton 2016, equations 20 to 22).

        [a_i a_f a_g a_o] = LN(x_t W_x) + LN(h_{t-1} W_h) + b
        c_t = σ(a_f) ⊙ c_{t-1} + σ(a_i) ⊙ tanh(a_g)
        h_t = σ(a_o) ⊙ tanh(LN(c_t))

    The columns stand in the order of `LSTMWeights`. Each LN is `layer_normalise` with a gain of its
    own. The first two take the sums of all gates and the candidate together; the last takes the
    units of the cell, and has a bias. The paper gives the first two a bias as well; both would only
    be added to b. What the next step is given is c_t itself, not LN(c_t).

    Args:
        inputs: (batch, time, features).
        weights: `NormalisedLSTMWeights`.
        initial_state: as in `lstm`.
        initial_cell: as in `lstm`.
        mask: as in `lstm`.

    Returns:
        `LSTMSteps`.

    Raises:
        ValueError: a shape does not fit.
        TypeError: `weights` are not `NormalisedLSTMWeights`, the mask is not boolean, or an array
            does not hold real numbers.
    """
    sizes = normalised_lstm_sizes(weights)

    def step(x_t, h_prev, c_prev):
        return _lstm_step(x_t, h_prev, c_prev, weights)

    return over_time(step, sizes, inputs, initial_state, initial_cell, mask)


def _lstm_step(x_t, h_prev, c_prev, weights):
    from_input = layer_normalise(x_t @ weights.W_x, weights.gain_x)
    from_state = layer_normalise(h_prev @ weights.W_h, weights.gain_h)
    a_i, a_f, a_g, a_o = np.split(from_input + from_state + weights.b, 4, axis=-1)
    i, f, g, o = sigmoid(a_i), sigmoid(a_f), np.tanh(a_g), sigmoid(a_o)
    c = f * c_prev + i * g
    h = o * np.tanh(layer_normalise(c, weights.gain_c, weights.bias_c))
    return LSTMSteps(h, c, i, f, g, o)


def normalised_elman_sizes(weights):
    """Returns (features, units) of `NormalisedElmanWeights`, or raises where shapes disagree."""
    expect_type(weights, NormalisedElmanWeights)
    features, units = expect_axes("W_xh", weights.W_xh, features=None, units=None).shape
    expect_axes("W_hh", weights.W_hh, units=units, next_units=units)
    for name in ("b_h", "gain"):
        expect_axes(name, getattr(weights, name), units=units)
    return features, units


def normalised_lstm_sizes(weights):
    """Returns (features, units) of `NormalisedLSTMWeights`, or raises where shapes disagree."""
    expect_type(weights, NormalisedLSTMWeights)
    units, _ = expect_axes("W_h", weights.W_h, **{"units": None, "4 units": None}).shape
    columns = {"4 units": 4 * units}
    expect_axes("W_h", weights.W_h, units=units, **columns)
    features, _ = expect_axes("W_x", weights.W_x, features=None, **columns).shape
    for name in ("b", "gain_x", "gain_h"):
        expect_axes(name, getattr(weights, name), **columns)
    for name in ("gain_c", "bias_c"):
        expect_axes(name, getattr(weights, name), units=units)
    return features, units
