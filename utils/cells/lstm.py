"""Long short-term memory, forward: the cell that its gates write, keep and show."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import expect

from .activations import sigmoid
from .arguments import expect_axes, expect_sizes, expect_type, real_steps, state_or_zeros
from .initial import glorot, orthogonal


class LSTMWeights(NamedTuple):
    """The weights of an LSTM, one set for all steps.

    The columns stand in Keras's order, `units` for each of input gate, forget gate, candidate and
    output gate: `LSTMWeights(*layer.get_weights())` takes them from a `keras.layers.LSTM`.

    Attributes:
        W_x: input to gates and candidate, (features, 4 units).
        W_h: hidden state to gates and candidate of the next step, (units, 4 units).
        b: bias of gates and candidate, (4 units,).
        peepholes: what each gate sees of the cell, (3, units): a row for input, forget and output
            gate. None by default, as in Keras: the gates do not look at the cell.
    """

    W_x: np.ndarray
    W_h: np.ndarray
    b: np.ndarray
    peepholes: np.ndarray | None = None


class LSTMSteps(NamedTuple):
    """What an LSTM did at each step; each array (batch, time, units).

    At masked steps `h` and `c` are what they were, and gates and candidate, which were not
    computed, are zero.

    Attributes:
        h: hidden state, what the cell shows.
        c: cell, what it keeps.
        input_gate: i, from 0 (shut) to 1 (open).
        forget_gate: f, likewise.
        candidate: g, from -1 to 1.
        output_gate: o, from 0 (shut) to 1 (open).
    """

    h: np.ndarray
    c: np.ndarray
    input_gate: np.ndarray
    forget_gate: np.ndarray
    candidate: np.ndarray
    output_gate: np.ndarray


def lstm_step(x_t, h_prev, c_prev, weights):
    """One step of an LSTM (Hochreiter and Schmidhuber 1997).

        i_t = σ(x_t W_xi + h_{t-1} W_hi + p_i ⊙ c_{t-1} + b_i)
        f_t = σ(x_t W_xf + h_{t-1} W_hf + p_f ⊙ c_{t-1} + b_f)
        g_t = tanh(x_t W_xg + h_{t-1} W_hg + b_g)
        c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t
        o_t = σ(x_t W_xo + h_{t-1} W_ho + p_o ⊙ c_t + b_o)
        h_t = o_t ⊙ tanh(c_t)

    W_x = [W_xi W_xf W_xg W_xo], and W_h and b in the same order. The forget gate f was added by
    Gers, Schmidhuber and Cummins (2000), the peepholes p by Gers and Schmidhuber (2000; with all
    details in Gers, Schraudolph and Schmidhuber 2002): input and forget gate look at the cell as it
    was, the output gate at what it became. Without peepholes p is zero, and this is the LSTM of
    Keras.

    Args:
        x_t: the input of this step, (batch, features).
        h_prev: the hidden state after the step before, (batch, units).
        c_prev: the cell after the step before, (batch, units).
        weights: `LSTMWeights`.

    Returns:
        The hidden state h_t and the cell c_t, each (batch, units).

    Raises:
        ValueError: a shape does not fit.
        TypeError: `weights` are not `LSTMWeights`, or an array does not hold real numbers.
    """
    features, units = lstm_sizes(weights)
    x_t = expect_axes("x_t", x_t, batch=None, features=features)
    h_prev = expect_axes("h_prev", h_prev, batch=len(x_t), units=units)
    c_prev = expect_axes("c_prev", c_prev, batch=len(x_t), units=units)
    step = _step(x_t, h_prev, c_prev, weights)
    return step.h, step.c


def _step(x_t, h_prev, c_prev, weights):
    a_i, a_f, a_g, a_o = np.split(x_t @ weights.W_x + h_prev @ weights.W_h + weights.b, 4, axis=-1)
    p_i, p_f, p_o = peephole_rows(weights)
    i = sigmoid(a_i + p_i * c_prev)
    f = sigmoid(a_f + p_f * c_prev)
    g = np.tanh(a_g)
    c = f * c_prev + i * g
    o = sigmoid(a_o + p_o * c)
    return LSTMSteps(o * np.tanh(c), c, i, f, g, o)


def peephole_rows(weights):
    """Returns the peepholes of input, forget and output gate, zeros where there are none."""
    return (0, 0, 0) if weights.peepholes is None else np.asarray(weights.peepholes)


def lstm(inputs, weights, initial_state=None, initial_cell=None, mask=None):
    """An LSTM over whole sequences.

    Args:
        inputs: (batch, time, features).
        weights: `LSTMWeights`.
        initial_state: the hidden state before the first step, (batch, units); zeros by default.
        initial_cell: the cell before the first step, (batch, units); zeros by default.
        mask: boolean (batch, time). Where it is False hidden state and cell are carried over
            unchanged, as Keras does. (One difference: before the first real step Keras reports
            zeros as the hidden state of that step, this function the initial state, which Keras
            goes on with, too.)

    Returns:
        `LSTMSteps`. The last state and cell are `steps.h[:, -1]` and `steps.c[:, -1]`.

    Raises:
        ValueError: as `lstm_step`.
        TypeError: as `lstm_step`; a mask that is not boolean.
    """
    sizes = lstm_sizes(weights)

    def step(x_t, h_prev, c_prev):
        return _step(x_t, h_prev, c_prev, weights)

    return over_time(step, sizes, inputs, initial_state, initial_cell, mask)


def over_time(step, sizes, inputs, initial_state, initial_cell, mask):
    """The loop of every cell with h and c; `step` takes x_t, h_{t-1} and c_{t-1}."""
    features, units = sizes
    inputs = expect_axes("inputs", inputs, batch=None, time=None, features=features)
    batch, time, _ = inputs.shape
    real = real_steps(mask, batch, time)
    h_t = state_or_zeros("initial_state", initial_state, batch=batch, units=units)
    c_t = state_or_zeros("initial_cell", initial_cell, batch=batch, units=units)
    steps = []
    for t in range(time):
        h_new, c_new, *gates = step(inputs[:, t], h_t, c_t)
        real_t = real[:, t, None]
        h_t = np.where(real_t, h_new, h_t)
        c_t = np.where(real_t, c_new, c_t)
        steps.append((h_t, c_t, *(np.where(real_t, gate, 0) for gate in gates)))
    return LSTMSteps(*(np.stack(arrays, axis=1) for arrays in zip(*steps, strict=True)))


def random_lstm(features, units, random, forget_bias=1.0, peepholes=False):
    """Draws the weights of an LSTM as Keras does.

    W_x is Glorot uniform (Glorot and Bengio 2010, equation 16) as one matrix of 4 units columns.
    W_h is semi-orthogonal (Saxe et al. 2014): its rows are orthonormal. b is zero, except for the
    forget gate: a bias of 1 opens it, so that the cell keeps most of what it holds before anything
    is learned (Gers, Schmidhuber and Cummins 2000; Jozefowicz et al. 2015).

    Args:
        features: the size of an input.
        units: the size of the state.
        random: a `numpy.random.Generator`.
        forget_bias: the bias of the forget gate.
        peepholes: whether there are peepholes. They start at zero, so that at first the network
            does the same with them and without.

    Raises:
        ValueError: a size below 1; a forget bias that is not finite.
        TypeError: `random` is no generator.
    """
    expect_sizes(random, features=features, units=units)
    forget_bias = expect.number("forget_bias", forget_bias)
    expect.boolean(peepholes=peepholes)
    b = np.zeros(4 * units)
    b[units : 2 * units] = forget_bias
    return LSTMWeights(
        W_x=glorot(features, 4 * units, random),
        W_h=orthogonal(units, random, columns=4 * units),
        b=b,
        peepholes=np.zeros((3, units)) if peepholes else None,
    )


def lstm_sizes(weights):
    """Returns (features, units) of `LSTMWeights`, or raises where their shapes do not agree."""
    expect_type(weights, LSTMWeights)
    units, _ = expect_axes("W_h", weights.W_h, **{"units": None, "4 units": None}).shape
    columns = {"4 units": 4 * units}
    expect_axes("W_h", weights.W_h, units=units, **columns)
    features, _ = expect_axes("W_x", weights.W_x, features=None, **columns).shape
    expect_axes("b", weights.b, **columns)
    if weights.peepholes is not None:
        expect_axes("peepholes", weights.peepholes, gates=3, units=units)
    return features, units
