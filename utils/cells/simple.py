"""Elman's and Jordan's networks, forward, and the output layer."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import expect

from .activations import activation_function, identity
from .arguments import expect_axes, expect_sizes, expect_type, real_steps, state_or_zeros
from .initial import glorot, orthogonal


class ElmanWeights(NamedTuple):
    """The weights of Elman's network, one set for all steps.

    `ElmanWeights(*layer.get_weights())` takes them from a `keras.layers.SimpleRNN`.

    Attributes:
        W_xh: input to hidden state, (features, units).
        W_hh: hidden state to the next hidden state, (units, units).
        b_h: bias of the hidden state, (units,).
    """

    W_xh: np.ndarray
    W_hh: np.ndarray
    b_h: np.ndarray


class OutputWeights(NamedTuple):
    """The weights of an output layer, the same at every step.

    Attributes:
        W_hy: hidden state to output, (units, outputs).
        b_y: bias of the output, (outputs,).
    """

    W_hy: np.ndarray
    b_y: np.ndarray


class JordanWeights(NamedTuple):
    """The weights of Jordan's network, one set for all steps.

    Attributes:
        W_xh: input to hidden state, (features, units).
        W_yh: output to the next hidden state, (outputs, units).
        b_h: bias of the hidden state, (units,).
        W_hy: hidden state to output, (units, outputs).
        b_y: bias of the output, (outputs,).
    """

    W_xh: np.ndarray
    W_yh: np.ndarray
    b_h: np.ndarray
    W_hy: np.ndarray
    b_y: np.ndarray


# ------------------------------------------------------------------------------------------ Elman


def elman_step(x_t, h_prev, weights, activation=np.tanh):
    """One step of Elman's network (Elman 1990; Goodfellow et al. 2016, equations 10.8 and 10.9).

        h_t = f(x_t W_xh + h_{t-1} W_hh + b_h)

    Args:
        x_t: the input of this step, (batch, features).
        h_prev: the hidden state after the step before, (batch, units).
        weights: `ElmanWeights`.
        activation: f, a function or one of the names in `ACTIVATIONS`.

    Returns:
        The hidden state h_t, (batch, units).

    Raises:
        ValueError: a shape does not fit, or the name of the activation is unknown.
        TypeError: `weights` are not `ElmanWeights`, or an array does not hold real numbers.
    """
    features, units = elman_sizes(weights)
    x_t = expect_axes("x_t", x_t, batch=None, features=features)
    h_prev = expect_axes("h_prev", h_prev, batch=len(x_t), units=units)
    f = activation_function(activation)
    return f(x_t @ weights.W_xh + h_prev @ weights.W_hh + weights.b_h)


def elman(inputs, weights, initial_state=None, mask=None, activation=np.tanh):
    """Elman's network over whole sequences.

    Args:
        inputs: (batch, time, features).
        weights: `ElmanWeights`.
        initial_state: the hidden state before the first step, (batch, units); zeros by default.
        mask: boolean (batch, time). Where it is False the state is carried over unchanged, as Keras
            does. (One difference: before the first real step Keras reports zeros as the state of
            that step, this function the initial state, which Keras goes on with, too.)
        activation: f, a function or one of the names in `ACTIVATIONS`.

    Returns:
        The hidden state after each step, (batch, time, units).

    Raises:
        ValueError: as `elman_step`.
        TypeError: as `elman_step`; a mask that is not boolean.
    """
    features, units = elman_sizes(weights)
    inputs = expect_axes("inputs", inputs, batch=None, time=None, features=features)
    batch, time, _ = inputs.shape
    real = real_steps(mask, batch, time)
    h_t = state_or_zeros("initial_state", initial_state, batch=batch, units=units)
    states = []
    for t in range(time):
        h_new = elman_step(inputs[:, t], h_t, weights, activation)
        h_t = np.where(real[:, t, None], h_new, h_t)
        states.append(h_t)
    return np.stack(states, axis=1)


def output(states, weights, activation=identity):
    """The output layer: what the network says at each step.

        y_t = g(h_t W_hy + b_y)

    Args:
        states: hidden states, (…, units): of one step, of a sequence, of a batch.
        weights: `OutputWeights`.
        activation: g, a function or one of the names in `ACTIVATIONS`.

    Returns:
        Outputs, (…, outputs), with the same leading axes.

    Raises:
        ValueError: as `elman_step`.
        TypeError: as `elman_step`.
    """
    units, _ = output_sizes(weights)
    states = np.asarray(states)
    if states.ndim == 0 or states.shape[-1] != units:
        raise ValueError(f"states has shape {states.shape}, expected (…, units) = (…, {units})")
    g = activation_function(activation)
    return g(states @ weights.W_hy + weights.b_y)


# ----------------------------------------------------------------------------------------- Jordan


def jordan_step(x_t, y_prev, weights, activation=np.tanh, output_activation=identity):
    """One step of Jordan's network (Jordan 1986): what comes back is the output, not the state.

        h_t = f(x_t W_xh + y_{t-1} W_yh + b_h)
        y_t = g(h_t W_hy + b_y)

    Jordan's context units also kept a decaying part of their own past; here, as in most books, the
    context is the previous output and nothing else.

    Args:
        x_t: the input of this step, (batch, features).
        y_prev: the output of the step before, (batch, outputs).
        weights: `JordanWeights`.
        activation: f, a function or one of the names in `ACTIVATIONS`.
        output_activation: g, likewise.

    Returns:
        The hidden state h_t, (batch, units), and the output y_t, (batch, outputs).

    Raises:
        ValueError: a shape does not fit, or the name of an activation is unknown.
        TypeError: `weights` are not `JordanWeights`, or an array does not hold real numbers.
    """
    features, _, outputs = jordan_sizes(weights)
    x_t = expect_axes("x_t", x_t, batch=None, features=features)
    y_prev = expect_axes("y_prev", y_prev, batch=len(x_t), outputs=outputs)
    f, g = activation_function(activation), activation_function(output_activation)
    h_t = f(x_t @ weights.W_xh + y_prev @ weights.W_yh + weights.b_h)
    y_t = g(h_t @ weights.W_hy + weights.b_y)
    return h_t, y_t


def jordan(
    inputs,
    weights,
    initial_output=None,
    mask=None,
    activation=np.tanh,
    output_activation=identity,
    true_outputs=None,
):
    """Jordan's network over whole sequences.

    Args:
        inputs: (batch, time, features).
        weights: `JordanWeights`.
        initial_output: what stands for the output before the first step, (batch, outputs); zeros by
            default.
        mask: boolean (batch, time). Where it is False, state, output and what comes back to the
            next step are carried over unchanged.
        activation: f, a function or one of the names in `ACTIVATIONS`.
        output_activation: g, likewise.
        true_outputs: (batch, time, outputs), for teacher forcing: what comes back at step t is the
            true output of step t-1 instead of the network's own (of the last real step, when there
            is a mask). The first step starts from `initial_output` as ever.

    Returns:
        The hidden state after each step, (batch, time, units), and the output of each step, (batch,
        time, outputs). Masked steps before the first real one have a state of zeros and the initial
        output.

    Raises:
        ValueError: as `jordan_step`.
        TypeError: as `jordan_step`; a mask that is not boolean.
    """
    features, units, outputs = jordan_sizes(weights)
    inputs = expect_axes("inputs", inputs, batch=None, time=None, features=features)
    batch, time, _ = inputs.shape
    real = real_steps(mask, batch, time)
    if true_outputs is not None:
        true_outputs = expect_axes(
            "true_outputs", true_outputs, batch=batch, time=time, outputs=outputs
        )
    y_t = context = state_or_zeros("initial_output", initial_output, batch=batch, outputs=outputs)
    h_t = state_or_zeros("initial state", None, batch=batch, units=units)  # never read, only shown
    states, predictions = [], []
    for t in range(time):
        h_new, y_new = jordan_step(inputs[:, t], context, weights, activation, output_activation)
        fed_back = y_new if true_outputs is None else true_outputs[:, t]
        real_t = real[:, t, None]
        h_t = np.where(real_t, h_new, h_t)
        y_t = np.where(real_t, y_new, y_t)
        context = np.where(real_t, fed_back, context)
        states.append(h_t)
        predictions.append(y_t)
    return np.stack(states, axis=1), np.stack(predictions, axis=1)


# --------------------------------------------------------------------------------- random weights


def random_elman(features, units, random, spectral_radius=None):
    """Draws the weights of Elman's network as Keras's SimpleRNN does.

    W_xh is Glorot uniform (Glorot and Bengio 2010, equation 16), W_hh a random orthogonal matrix
    (Saxe et al. 2014), b_h zero. An orthogonal matrix keeps the length of every vector, and all its
    eigenvalues have absolute value 1: its spectral radius is 1.

    Args:
        features: the size of an input.
        units: the size of the state.
        random: a `numpy.random.Generator`.
        spectral_radius: when given, W_hh is multiplied by it, so that all its eigenvalues and all
            its singular values have this size.

    Raises:
        ValueError: a size below 1; a spectral radius that is negative or not finite.
        TypeError: `random` is no generator.
    """
    expect_sizes(random, features=features, units=units)
    W_hh = orthogonal(units, random)
    if spectral_radius is not None:
        spectral_radius = expect.number("spectral_radius", spectral_radius, at_least=0)
        W_hh = spectral_radius * W_hh
    return ElmanWeights(glorot(features, units, random), W_hh, np.zeros(units))


def random_output(units, outputs, random):
    """Draws the weights of an output layer as Keras's Dense does: Glorot uniform, bias zero.

    Args:
        units: the size of a hidden state.
        outputs: the size of an output.
        random: a `numpy.random.Generator`.

    Returns:
        `OutputWeights`.

    Raises:
        ValueError: as `random_elman`.
        TypeError: as `random_elman`.
    """
    expect_sizes(random, units=units, outputs=outputs)
    return OutputWeights(glorot(units, outputs, random), np.zeros(outputs))


def random_jordan(features, units, outputs, random):
    """Draws the weights of Jordan's network: Glorot uniform matrices, biases zero.

    What multiplies a past output on its way to the next one is W_yh W_hy, which is not orthogonal.

    Args:
        features: the size of an input.
        units: the size of the state.
        outputs: the size of an output.
        random: a `numpy.random.Generator`.

    Returns:
        `JordanWeights`.

    Raises:
        ValueError: as `random_elman`.
        TypeError: as `random_elman`.
    """
    expect_sizes(random, features=features, units=units, outputs=outputs)
    return JordanWeights(
        W_xh=glorot(features, units, random),
        W_yh=glorot(outputs, units, random),
        b_h=np.zeros(units),
        W_hy=glorot(units, outputs, random),
        b_y=np.zeros(outputs),
    )


# ------------------------------------------------------------------------------- sizes of weights


def elman_sizes(weights):
    """Returns (features, units) of `ElmanWeights`, or raises where their shapes do not agree."""
    expect_type(weights, ElmanWeights)
    features, units = expect_axes("W_xh", weights.W_xh, features=None, units=None).shape
    expect_axes("W_hh", weights.W_hh, units=units, next_units=units)
    expect_axes("b_h", weights.b_h, units=units)
    return features, units


def output_sizes(weights):
    """Returns (units, outputs) of `OutputWeights`, or raises where their shapes do not agree."""
    expect_type(weights, OutputWeights)
    units, outputs = expect_axes("W_hy", weights.W_hy, units=None, outputs=None).shape
    expect_axes("b_y", weights.b_y, outputs=outputs)
    return units, outputs


def jordan_sizes(weights):
    """Returns (features, units, outputs) of `JordanWeights`, or raises where shapes disagree."""
    expect_type(weights, JordanWeights)
    features, units = expect_axes("W_xh", weights.W_xh, features=None, units=None).shape
    outputs, _ = expect_axes("W_yh", weights.W_yh, outputs=None, units=units).shape
    expect_axes("b_h", weights.b_h, units=units)
    expect_axes("W_hy", weights.W_hy, units=units, outputs=outputs)
    expect_axes("b_y", weights.b_y, outputs=outputs)
    return features, units, outputs
