"""The LSTM in NumPy, both ways, against Keras, loops over single numbers, autodiff, arithmetic."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import bptt, cells
from utils.cells import LSTMSteps, LSTMWeights
from utils.cells.initial import orthogonal

SHAPES = [  # batch, time, features, units
    (1, 1, 1, 1),
    (2, 4, 1, 3),
    (3, 5, 4, 2),
    (4, 7, 3, 5),
]
GATES = ("input_gate", "forget_gate", "candidate", "output_gate")


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def lstm_weights(features, units, peepholes=False, seed=1):
    return LSTMWeights(
        numbers(features, 4 * units, seed=seed),
        numbers(units, 4 * units, seed=seed + 1),
        numbers(4 * units, seed=seed + 2),
        numbers(3, units, seed=seed + 3) if peepholes else None,
    )


def some_mask(batch, time, seed=3):
    """Holes everywhere: at the start, inside, at the end."""
    return np.random.default_rng([seed, batch, time]).random((batch, time)) < 0.6


def padding(side, batch, time):
    """A mask in which every example has another number of real steps, at least one."""
    if side == "none":
        return None
    lengths = np.maximum(1, time - np.arange(batch))[:, None]
    places = np.arange(time)[None]
    inside = (places == 0) | (places >= time - lengths + 1)
    return {"right": places < lengths, "left": places >= time - lengths, "middle": inside}[side]


def flat(structure):
    """All arrays of nested tuples in one list; what is missing is left out."""
    if isinstance(structure, tuple):
        return [array for part in structure for array in flat(part)]
    return [] if structure is None else [structure]


def assert_same(found, wanted, tolerance=1e-11):
    found, wanted = flat(found), flat(tuple(wanted) if isinstance(found, tuple) else wanted)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


# ------------------------------------------------------------------- loops over single numbers


def sigmoid(a):
    return 1 / (1 + math.exp(-a))


def lstm_by_loops(inputs, weights, initial_state, initial_cell, mask):
    """`LSTMSteps` with one number at a time."""
    batch, time, features = inputs.shape
    units = len(weights.W_h)
    peepholes = np.zeros((3, units)) if weights.peepholes is None else weights.peepholes
    steps = LSTMSteps(*(np.zeros((batch, time, units)) for _ in range(6)))
    for n in range(batch):
        h, c = list(initial_state[n]), list(initial_cell[n])
        for t in range(time):
            h_before, c_before = list(h), list(c)
            for k in range(units):
                if not mask[n, t]:
                    steps.h[n, t, k], steps.c[n, t, k] = h[k], c[k]
                    continue
                sums = {}
                for number, gate in enumerate(GATES):
                    column = number * units + k
                    total = weights.b[column]
                    for feature in range(features):
                        total += inputs[n, t, feature] * weights.W_x[feature, column]
                    for unit in range(units):
                        total += h_before[unit] * weights.W_h[unit, column]
                    sums[gate] = total
                i = sigmoid(sums["input_gate"] + peepholes[0, k] * c_before[k])
                f = sigmoid(sums["forget_gate"] + peepholes[1, k] * c_before[k])
                g = math.tanh(sums["candidate"])
                c[k] = f * c_before[k] + i * g
                o = sigmoid(sums["output_gate"] + peepholes[2, k] * c[k])
                h[k] = o * math.tanh(c[k])
                for array, value in zip(steps, (h[k], c[k], i, f, g, o), strict=True):
                    array[n, t, k] = value
    return steps


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("peepholes", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_lstm_equals_the_loops(shape, peepholes, masked):
    batch, time, features, units = shape
    inputs, weights = numbers(batch, time, features), lstm_weights(features, units, peepholes)
    h_0, c_0 = numbers(2, batch, units, seed=9)
    mask = some_mask(batch, time) if masked else np.ones((batch, time), bool)
    found = cells.lstm(inputs, weights, h_0, c_0, mask if masked else None)
    assert isinstance(found, LSTMSteps)
    assert_same(found, lstm_by_loops(inputs, weights, h_0, c_0, mask))
    nothing = np.zeros_like(h_0)
    assert_same(
        cells.lstm(inputs, weights, mask=mask),
        lstm_by_loops(inputs, weights, nothing, nothing, mask),
    )


# ------------------------------------------------------------------------- Keras as the oracle


def keras_lstm(inputs, weights, h_0, c_0, mask, asked, asked_of_last_cell, go_backwards=False):
    """Outputs of Keras's LSTM; gradients of Σ asked · states + Σ asked_of_last_cell · cell."""
    layer = keras.layers.LSTM(
        len(weights.W_h), return_sequences=True, return_state=True, dtype="float64",
        go_backwards=go_backwards,
    )
    layer.build(inputs.shape)
    layer.set_weights(list(weights[:3]))
    taken = LSTMWeights(*layer.get_weights())  # as the docstring says
    assert_same(taken, weights[:3], 0)
    variables = [weight.value for weight in layer.trainable_weights]
    tensors = [tf.constant(array) for array in (inputs, h_0, c_0)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        states, h, c = layer(tensors[0], initial_state=tensors[1:], mask=mask)
        loss = tf.reduce_sum(asked * states) + tf.reduce_sum(asked_of_last_cell * c)
    gradients = tape.gradient(loss, [*variables, *tensors])
    return [np.array(one) for one in (states, h, c)], [np.array(one) for one in gradients]


@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("side", ["none", "left", "right", "middle"])
@pytest.mark.parametrize("shape", SHAPES)
def test_lstm_and_its_gradients_are_those_of_keras(shape, side, go_backwards):
    batch, time, features, units = shape
    inputs, weights = numbers(batch, time, features), lstm_weights(features, units)
    h_0, c_0, of_last_cell = numbers(3, batch, units, seed=9)
    asked, mask = numbers(batch, time, units, seed=5), padding(side, batch, time)
    turned = slice(None, None, -1) if go_backwards else slice(None)
    our_mask = None if mask is None else mask[:, turned]
    if mask is not None:  # before the first real step, where Keras reports zeros
        asked *= our_mask.cumsum(axis=1)[..., None] > 0
    (states, h, c), wanted = keras_lstm(
        inputs, weights, h_0, c_0, mask, asked, of_last_cell, go_backwards
    )

    steps = cells.lstm(inputs[:, turned], weights, h_0, c_0, our_mask)
    begun = np.abs(states) > 0
    assert begun[:, -1].all()
    assert_same(steps.h * begun, states)
    assert_same((steps.h[:, -1], steps.c[:, -1]), (h, c))

    of_cells = np.zeros_like(asked)
    of_cells[:, -1] = of_last_cell
    found = bptt.lstm_gradients(
        inputs[:, turned], weights, asked, of_cells, h_0, c_0, our_mask
    )
    assert found.weights.peepholes is None
    found = found._replace(inputs=found.inputs[:, turned])
    assert_same(found[:4], wanted)


def test_without_initial_states_both_start_from_zero():
    inputs, weights, asked = numbers(3, 5, 2), lstm_weights(2, 4), numbers(3, 5, 4, seed=5)
    mask, zero = padding("left", 3, 5), np.zeros((3, 4))
    layer = keras.layers.LSTM(4, return_sequences=True, return_state=True, dtype="float64")
    layer.build(inputs.shape)
    layer.set_weights(weights[:3])
    steps = cells.lstm(inputs, weights, mask=mask)
    wanted = [np.array(one) for one in layer(inputs, mask=mask)]
    assert_same((steps.h, steps.h[:, -1], steps.c[:, -1]), wanted)
    found = bptt.lstm_gradients(inputs, weights, asked, mask=mask)
    assert_same(found, bptt.lstm_gradients(inputs, weights, asked, 0 * asked, zero, zero, mask))


# ----------------------------------------------------------------------------------- autodiff


def autodiff_lstm(inputs, weights, asked_h, asked_c, h_0, c_0, mask):
    """Gradients through a loop written in TensorFlow, for the fields of `LSTMGradients`.

    A nudge of zero is added to each h_t and each c_t; the gradients of the nudges are ∂L/∂h_t and
    ∂L/∂c_t.
    """
    nudges = np.zeros((2, *asked_h.shape))
    arrays = [*weights, inputs, h_0, c_0, *nudges]
    tensors = [tf.constant(array) for array in arrays]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        W_x, W_h, b, (p_i, p_f, p_o), x, h, c, h_nudge, c_nudge = tensors
        loss = 0.0
        for t in range(inputs.shape[1]):
            real = mask[:, t, None]
            a_i, a_f, a_g, a_o = tf.split(x[:, t] @ W_x + h @ W_h + b, 4, axis=1)
            c_new = tf.sigmoid(a_f + p_f * c) * c + tf.sigmoid(a_i + p_i * c) * tf.tanh(a_g)
            c = tf.where(real, c_new, c) + c_nudge[:, t]
            h = tf.where(real, tf.sigmoid(a_o + p_o * c) * tf.tanh(c), h) + h_nudge[:, t]
            loss += tf.reduce_sum(asked_h[:, t] * h) + tf.reduce_sum(asked_c[:, t] * c)
    gradients = tape.gradient(loss, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [np.array(one) for one in gradients]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_with_peepholes_are_those_of_autodiff(shape, masked):
    """In every field, with masked steps at the very start as well, where Keras's differ."""
    batch, time, features, units = shape
    inputs, weights = numbers(batch, time, features), lstm_weights(features, units, True)
    h_0, c_0 = numbers(2, batch, units, seed=9)
    asked = numbers(2, batch, time, units, seed=5)
    mask = some_mask(batch, time) if masked else np.ones((batch, time), bool)
    wanted = autodiff_lstm(inputs, weights, *asked, h_0, c_0, mask)
    found = bptt.lstm_gradients(
        inputs, weights, *asked, h_0, c_0, mask if masked else None
    )
    assert_same(found, wanted)
    assert (found.inputs[~mask] == 0).all()


# ------------------------------------------------------------------------ central differences


def loss_of(asked, mask=None):
    """Σ asked · (states, cells) as a function of (weights, inputs, initial state and cell)."""

    def loss(went_in):
        weights, inputs, h_0, c_0 = went_in
        steps = cells.lstm(inputs, weights, h_0, c_0, mask)
        return (asked[0] * steps.h).sum() + (asked[1] * steps.c).sum()

    return loss


@pytest.mark.parametrize("peepholes", [False, True])
def test_gradients_pass_the_gradient_check(peepholes):
    inputs, weights = numbers(2, 4, 2), lstm_weights(2, 3, peepholes)
    h_0, c_0 = numbers(2, 2, 3, seed=6)
    asked = numbers(2, 2, 4, 3, seed=5)
    mask = np.array([[False, True, True, False], [True, False, True, True]])
    gradients = bptt.lstm_gradients(inputs, weights, *asked, h_0, c_0, mask)
    went_in = (weights, inputs, h_0, c_0)
    check = bptt.gradient_check(loss_of(asked, mask), went_in, gradients[:4])
    assert check.error < 1e-6

    wrong = gradients.weights.W_h.copy()
    wrong[1, 4] *= 1.01
    spoilt = (gradients.weights._replace(W_h=wrong), *gradients[1:4])
    check = bptt.gradient_check(loss_of(asked, mask), went_in, spoilt)
    assert check.where == "0.W_h[1, 4]" and check.error == pytest.approx(0.01, rel=0.02)


def test_weights_that_are_not_there_pass_through_checks_and_clipping():
    inputs, asked = numbers(2, 3, 2), numbers(2, 3, 2, seed=5)
    seen = []

    def loss(weights):
        seen.append(weights.peepholes)
        return (asked * cells.lstm(inputs, weights).h).sum()

    weights = lstm_weights(2, 2)
    gradients = bptt.lstm_gradients(inputs, weights, asked).weights
    assert bptt.gradient_check(loss, weights, gradients).error < 1e-6
    assert set(seen) == {None}
    norm = bptt.global_norm(gradients)
    assert norm == pytest.approx(bptt.global_norm(gradients[:3]))
    for clip in (bptt.clip_by_norm, bptt.clip_by_value):
        clipped = clip(gradients, norm / 100)
        assert isinstance(clipped, LSTMWeights) and clipped.peepholes is None
        assert_same(clipped, clip(gradients[:3], norm / 100), 0)
    with pytest.raises(ValueError, match="there are 4 arrays, but gradients of 3"):
        bptt.gradient_check(loss, lstm_weights(2, 2, peepholes=True), gradients)


# ----------------------------------------------------------------------------- numbers by hand

LN2, LN3 = math.log(2), math.log(3)  # σ(ln 3) = 0.75, tanh(ln 3) = 0.8, tanh(ln 2) = 0.6
C_0 = 2 * (LN2 - 0.6)  # with f = 0.5, i = 0.75 and g = 0.8 the cell becomes ln 2


def one_unit(W_x, W_h, b, peepholes=None):
    return LSTMWeights(np.array([W_x]), np.array([W_h]), np.array(b), peepholes)


def test_lstm_by_hand():
    """c_1 = 0.5 c_0 + 0.75 · 0.8 = ln 2, so h_1 = 0.5 · 0.6 = 0.3.

    At step 2 the input is -1 and 0.3 speaks: every sum is to be zero, so all gates are 0.5, g is 0,
    c_2 = 0.5 ln 2, and tanh(0.5 ln 2) = (2 - 1) / (2 + 1).
    """
    weights = one_unit(
        W_x=[LN3, 0.0, LN3, 0.0], W_h=[LN3 / 0.3, 0.0, LN3 / 0.3, 0.0], b=[0.0, 0.0, 0.0, 0.0]
    )
    steps = cells.lstm([[[1.0], [-1.0]]], weights, [[0.0]], [[C_0]])
    assert_same(steps.c, [[[LN2], [LN2 / 2]]])
    assert_same(steps.h, [[[0.3], [1 / 6]]])
    gates = [gate[0, :, 0] for gate in steps[2:]]
    assert_same(gates, [[0.75, 0.5], [0.5, 0.5], [0.8, 0.0], [0.5, 0.5]])
    h_t, c_t = cells.lstm_step([[1.0]], [[0.0]], [[C_0]], weights)
    assert_same((h_t, c_t), ([[0.3]], [[LN2]]))


def test_gradients_by_hand():
    """The first step of above, and L = h_1: ∂L/∂c = 0.5 · (1 - 0.36) = 0.32.

    ∂L/∂a is 0.32 · 0.8 · 3/16 for i, 0.32 · c_0 · 1/4 for f, 0.32 · 0.75 · 0.36 for g, and
    0.6 · 1/4 for o. The input is 2, the state 10.
    """
    weights = one_unit(
        W_x=[LN3 / 2 - 5, -10.0, LN3 / 2 - 15, -20.0], W_h=[1.0, 2.0, 3.0, 4.0], b=[0.0] * 4
    )
    found = bptt.lstm_gradients([[[2.0]]], weights, [[[1]]], None, [[10.0]], [[C_0]])
    a = np.array([0.048, 0.08 * C_0, 0.0864, 0.15])
    assert_same(found.weights, (2 * a[None], 10 * a[None], a))
    assert_same(found.inputs, [[[a @ weights.W_x[0]]]])
    assert_same(found.initial_state, [[0.048 + 0.16 * C_0 + 0.2592 + 0.6]])
    assert_same(found.initial_cell, [[0.16]])
    assert_same((found.states, found.cells), ([[[1.0]]], [[[0.32]]]))


def test_peepholes_by_hand():
    """Input and forget gate see the cell as it was, 2; the output gate what it became, ln 2.

    i = σ(2 p_i) = 0.75, f = σ(2 p_f) = σ(-ln 3) = 0.25, and g such that 2 f + i g is ln 2.
    """
    p_f, g = -LN3 / 2, (LN2 - 0.5) / 0.75
    weights = one_unit(
        W_x=[0.0] * 4, W_h=[0.0] * 4, b=[0.0, 0.0, math.atanh(g), 0.0],
        peepholes=np.array([[LN3 / 2], [p_f], [LN3 / LN2]]),
    )
    steps = cells.lstm([[[1.0]]], weights, None, [[2.0]])
    assert_same([part.item() for part in steps], [0.75 * 0.6, LN2, 0.75, 0.25, g, 0.75])
    # L = h_1. ∂L/∂a_o = 0.6 · 3/16; ∂L/∂c_1 = 0.75 · 0.64 + ∂L/∂a_o p_o
    found = bptt.lstm_gradients([[[1.0]]], weights, [[[1.0]]], None, None, [[2.0]])
    a_o = 0.1125
    c = 0.48 + a_o * LN3 / LN2
    a_i, a_f = c * g * 3 / 16, c * 2 * 3 / 16
    assert_same(found.cells, [[[c]]])
    assert_same(found.weights.peepholes, [[2 * a_i], [2 * a_f], [LN2 * a_o]])
    assert_same(found.initial_cell, [[c * 0.25 + a_i * LN3 / 2 + a_f * p_f]])


@pytest.mark.parametrize("peepholes", [False, True])
def test_behind_closed_gates_the_cell_and_its_gradient_stay_as_they_are_for_100_steps(peepholes):
    weights = lstm_weights(2, 3, peepholes)
    weights.b[:3] = -1000  # the input gate is shut
    weights.b[3:6] = 1000  # the forget gate is open, and forgets nothing
    inputs, (h_0, c_0) = numbers(2, 100, 2), numbers(2, 2, 3, seed=6)
    steps = cells.lstm(inputs, weights, h_0, c_0)
    assert (steps.input_gate == 0).all() and (steps.forget_gate == 1).all()
    assert (steps.c == c_0[:, None]).all()
    assert np.abs(steps.h[:, 1:] - steps.h[:, :-1]).max() > 0.1  # what is shown still changes

    at_the_end = np.zeros((2, 100, 3))
    at_the_end[:, -1] = last = numbers(2, 3, seed=7)
    nothing = np.zeros_like(at_the_end)
    found = bptt.lstm_gradients(inputs, weights, nothing, at_the_end, h_0, c_0)
    assert (found.cells == last[:, None]).all() and (found.initial_cell == last).all()
    assert (found.states == 0).all() and all((one == 0).all() for one in flat(found.weights))


def test_one_gate_at_a_time_by_hand():
    """Of four units each has one gate or the candidate that its own input moves; the rest is 0."""
    W_x = np.zeros((4, 16))
    for number in range(4):
        W_x[number, 4 * number + number] = LN3
    steps = cells.lstm(np.ones((1, 1, 4)), LSTMWeights(W_x, np.zeros((4, 16)), np.zeros(16)))
    assert_same(steps.input_gate, [[[0.75, 0.5, 0.5, 0.5]]])
    assert_same(steps.forget_gate, [[[0.5, 0.75, 0.5, 0.5]]])
    assert_same(steps.candidate, [[[0, 0, 0.8, 0]]])
    assert_same(steps.output_gate, [[[0.5, 0.5, 0.5, 0.75]]])
    assert_same(steps.c, [[[0, 0, 0.4, 0]]])


def test_masked_steps_by_hand():
    """A counter: g is 0.8 and i is 1, f is 1, so each real step adds 0.8 to the cell."""
    weights = one_unit([0.0] * 4, [0.0] * 4, [1000.0, 1000.0, LN3, 0.0])
    mask = np.array([[1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0]]) == 1
    steps = cells.lstm(np.ones((3, 4, 1)), weights, None, np.full((3, 1), 2.0), mask)
    counts = np.array([[1, 2, 2, 2], [0, 1, 1, 2], [0, 0, 0, 0]])
    assert_same(steps.c[..., 0], 2 + 0.8 * counts)
    assert_same(steps.h[..., 0], np.where(counts, 0.5 * np.tanh(2 + 0.8 * counts), 0))
    for gate, value in zip(steps[2:], (1, 1, 0.8, 0.5), strict=True):
        assert_same(gate[..., 0], mask * value)


def test_nothing_of_the_padding_gets_in():
    inputs, weights = numbers(2, 4, 2), lstm_weights(2, 3, peepholes=True)
    mask = padding("left", 2, 4)
    mask[0, 2] = False
    inputs[~mask] = np.nan
    assert all(np.isfinite(part).all() for part in cells.lstm(inputs, weights, mask=mask))


# ------------------------------------------------- what holds for every sequence and all weights

quick = settings(deadline=None, derandomize=True, max_examples=25)
sizes = st.tuples(*[st.integers(1, 4)] * 4)
seeds = st.integers(0, 10_000)


def drawn(size, seed, peepholes):
    """Inputs, weights, initial state and cell, what is asked of both, and a mask."""
    batch, time, features, units = size
    return (
        numbers(batch, time, features, seed=seed),
        lstm_weights(features, units, peepholes, seed),
        numbers(2, batch, units, seed=seed),
        numbers(2, batch, time, units, seed=seed),
        some_mask(batch, time, seed),
    )


@quick
@given(size=sizes, seed=seeds, peepholes=st.booleans())
def test_examples_of_a_batch_do_not_know_each_other(size, seed, peepholes):
    inputs, weights, first, asked, mask = drawn(size, seed, peepholes)
    together = cells.lstm(inputs, weights, *first, mask)
    back = bptt.lstm_gradients(inputs, weights, *asked, *first, mask)
    alone = []
    for n in range(size[0]):
        one = slice(n, n + 1)
        steps = cells.lstm(inputs[one], weights, *first[:, one], mask[one])
        assert_same(steps, [part[one] for part in together])
        alone.append(
            bptt.lstm_gradients(inputs[one], weights, *asked[:, one], *first[:, one], mask[one])
        )
        assert_same(alone[-1][1:], [part[one] for part in back[1:]])
    summed = [sum(parts) for parts in zip(*(flat(one.weights) for one in alone), strict=True)]
    assert_same(back.weights, summed)


@quick
@given(size=sizes, seed=seeds, peepholes=st.booleans())
def test_step_by_step_is_at_once_and_so_are_two_calls(size, seed, peepholes):
    inputs, weights, first, _, _ = drawn(size, seed, peepholes)
    steps = cells.lstm(inputs, weights, *first)
    h_t, c_t = first
    for t in range(size[1]):
        h_t, c_t = cells.lstm_step(inputs[:, t], h_t, c_t, weights)
        assert_same((h_t, c_t), (steps.h[:, t], steps.c[:, t]))
    for cut in range(1, size[1]):  # the state and the cell handed over
        rest = cells.lstm(inputs[:, cut:], weights, steps.h[:, cut - 1], steps.c[:, cut - 1])
        assert_same(rest, [part[:, cut:] for part in steps])


@quick
@given(size=sizes, seed=seeds, before=st.integers(0, 3), after=st.integers(0, 3))
def test_padding_changes_nothing(size, seed, before, after):
    inputs, weights, first, asked, _ = drawn(size, seed, True)
    batch, time, features, _ = size
    real = slice(before, before + time)
    padded = np.full((batch, before + time + after, features), 50.0)
    mask = np.zeros(padded.shape[:2], bool)
    padded[:, real], mask[:, real] = inputs, True
    longer = np.zeros((2, *padded.shape[:2], size[3]))
    longer[:, :, real] = asked
    found, wanted = (
        cells.lstm(padded, weights, *first, mask), cells.lstm(inputs, weights, *first)
    )
    assert_same(wanted, [part[:, real] for part in found])
    assert_same((found.h[:, -1], found.c[:, -1]), (wanted.h[:, -1], wanted.c[:, -1]))
    back = bptt.lstm_gradients(padded, weights, *longer, *first, mask)
    alone = bptt.lstm_gradients(inputs, weights, *asked, *first)
    assert_same(back[0], alone[0])
    assert_same(back[2:4], alone[2:4])
    for field in ("inputs", "states", "cells"):
        assert_same(getattr(back, field)[:, real], getattr(alone, field))


@quick
@given(size=sizes, seed=seeds, peepholes=st.booleans())
def test_gradients_add_up_over_losses_and_reach_no_later_step(size, seed, peepholes):
    inputs, weights, first, asked, mask = drawn(size, seed, peepholes)

    def gradients(asked, mask=mask):
        return bptt.lstm_gradients(inputs, weights, *asked, *first, mask)

    other = numbers(*asked.shape, seed=seed + 1)
    parts = zip(flat(gradients(asked)), flat(gradients(other)), strict=True)
    assert_same(gradients(3 * asked + other), [3 * one + two for one, two in parts], 1e-9)
    for t in range(size[1]):
        only = np.zeros_like(asked)
        only[:, :, t] = asked[:, :, t]
        reached = np.abs(gradients(only, mask=None).cells).max(axis=(0, 2)) > 0
        assert reached.tolist() == [step <= t for step in range(size[1])]


def test_peepholes_of_zero_are_no_peepholes():
    inputs, asked = numbers(2, 4, 2), numbers(2, 2, 4, 3, seed=5)
    without = lstm_weights(2, 3)
    zero = without._replace(peepholes=np.zeros((3, 3)))
    assert_same(cells.lstm(inputs, zero), cells.lstm(inputs, without), 0)
    found = bptt.lstm_gradients(inputs, zero, *asked)
    assert np.abs(found.weights.peepholes).min() > 0  # but they would learn
    found = found._replace(weights=found.weights._replace(peepholes=None))
    assert_same(found, bptt.lstm_gradients(inputs, without, *asked), 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("peepholes", [False, True])
def test_numbers_keep_their_type_and_the_caller_s_arrays_their_values(dtype, peepholes):
    def cast(array):
        return array.astype(dtype)

    weights = LSTMWeights(
        *(None if part is None else cast(part) for part in lstm_weights(2, 3, peepholes))
    )
    inputs, asked = cast(numbers(2, 4, 2)), cast(numbers(2, 2, 4, 3, seed=5))
    first, mask = cast(numbers(2, 2, 3)), some_mask(2, 4)
    arguments = [inputs, *flat(weights), asked, first, mask]
    kept = [array.copy() for array in arguments]
    for arrays in (
        cells.lstm(inputs, weights, mask=mask),
        cells.lstm(inputs, weights, *first, mask),
        bptt.lstm_gradients(inputs, weights, asked[0], mask=mask),
        bptt.lstm_gradients(inputs, weights, *asked, *first, mask),
    ):
        assert {array.dtype for array in flat(arrays)} == {np.dtype(dtype)}
    for one, other in zip(arguments, kept, strict=True):
        assert (one == other).all()


def test_lists_and_whole_numbers_are_numbers_too():
    """All sums are zero: the gates are 0.5, g is 0, and the cell halves from 8 to 4 to 2.

    From step 2 to step 1: ∂L/∂c is 4 and 2, ∂L/∂a_i has the factor g, ∂L/∂a_f is 4 · 4 / 4 and
    2 · 8 / 4, ∂L/∂a_g is 4 / 2 and 2 / 2. The inputs are 2 and 1.
    """
    weights = LSTMWeights([[0, 0, 0, 0]], [[0, 0, 0, 0]], [0, 0, 0, 0], [[0], [0], [0]])
    steps = cells.lstm([[[1], [2]]], weights, [[0]], [[8]])
    assert steps.c.tolist() == [[[4], [2]]]
    found = bptt.lstm_gradients([[[1], [2]]], weights, [[[0], [0]]], [[[0], [4]]], [[0]], [[8]])
    assert found.cells.tolist() == [[[2], [4]]] and found.initial_cell.tolist() == [[1]]
    assert found.weights.W_x.tolist() == [[0, 2 * 4 + 1 * 4, 2 * 2 + 1 * 1, 0]]


# ------------------------------------------------------------------------------ random weights


def test_random_weights_are_drawn_as_keras_draws_them():
    features, units = 50, 40
    weights = cells.random_lstm(features, units, np.random.default_rng(0))
    layer = keras.layers.LSTM(units, seed=1)
    layer.build((None, None, features))
    theirs = LSTMWeights(*layer.get_weights())
    assert cells.lstm_sizes(weights) == cells.lstm_sizes(theirs) == (features, units)
    assert (weights.b == theirs.b).all() and weights.peepholes is None
    limit = math.sqrt(6 / (features + 4 * units))
    for W_x in (weights.W_x, theirs.W_x):
        assert 0.99 * limit < np.abs(W_x).max() <= limit * (1 + 1e-6)
        assert np.std(W_x) == pytest.approx(limit / math.sqrt(3), rel=0.05)
    for W_h in (weights.W_h, theirs.W_h):
        assert_same(W_h @ W_h.T, np.eye(units), 1e-5)


@pytest.mark.parametrize("units", [1, 2, 7])
def test_rows_of_the_recurrent_matrix_are_orthonormal(units):
    W_h = cells.random_lstm(2, units, np.random.default_rng(1)).W_h
    assert_same(W_h @ W_h.T, np.eye(units))


def test_orthogonal_matrices_of_all_shapes():
    Q, R = np.linalg.qr(np.random.default_rng(5).normal(size=(4, 4)))
    square = orthogonal(4, np.random.default_rng(5))
    assert (square == Q * np.sign(np.diag(R))).all()  # as it ever was
    assert (square == orthogonal(4, np.random.default_rng(5), columns=4)).all()
    tall = orthogonal(5, np.random.default_rng(5), columns=2)
    assert tall.shape == (5, 2)
    assert_same(tall.T @ tall, np.eye(2))


def test_no_semi_orthogonal_matrix_is_preferred():
    """Without the signs of R, the first corner would be negative in every draw."""
    random = np.random.default_rng(3)
    corners = np.array([cells.random_lstm(1, 2, random).W_h.diagonal() for _ in range(400)])
    assert np.abs(corners.mean(0)).max() < 0.09  # the standard error is 1 / √(8 · 400) = 0.018
    assert (corners**2).mean(0) == pytest.approx([1 / 8] * 2, abs=0.04)


def test_forget_bias_and_peepholes():
    def draw(**more):
        return cells.random_lstm(2, 3, np.random.default_rng(5), **more)

    plain, other = draw(), draw(forget_bias=-2.5, peepholes=True)
    assert plain.b.tolist() == [0] * 3 + [1] * 3 + [0] * 6
    assert other.b.tolist() == [0] * 3 + [-2.5] * 3 + [0] * 6
    assert other.peepholes.tolist() == [[0] * 3] * 3
    assert (plain.W_x == other.W_x).all() and (plain.W_h == other.W_h).all()
    assert (plain.W_h != cells.random_lstm(2, 3, np.random.default_rng(6)).W_h).all()


# -------------------------------------------------------------------------------------- errors

INPUTS, WEIGHTS, ASKED = numbers(5, 6, 2), lstm_weights(2, 3, True), numbers(5, 6, 3)


def forward(**changes):
    return lambda: cells.lstm(**{"inputs": INPUTS, "weights": WEIGHTS, **changes})


def backward(**changes):
    arguments = {"inputs": INPUTS, "weights": WEIGHTS, "state_gradients": ASKED, **changes}
    return lambda: bptt.lstm_gradients(**arguments)


def draw(features=2, units=3, random=None, **more):
    random = np.random.default_rng(0) if random is None else random
    return lambda: cells.random_lstm(features, units, random, **more)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        *[
            (call(**changes), error, message)
            for call in (forward, backward)
            for changes, error, message in [
                (
                    {"inputs": numbers(6, 2)}, ValueError,
                    r"inputs has shape \(6, 2\), expected \(batch, time, features\) = "
                    r"\(any, any, 2\); for a single example pass inputs\[None\]",
                ),
                ({"inputs": numbers(5, 6, 4)}, ValueError, r"inputs has shape \(5, 6, 4\)"),
                (
                    {"initial_state": numbers(5, 2)}, ValueError,
                    r"initial_state has shape \(5, 2\), expected \(batch, units\) = \(5, 3\)",
                ),
                (
                    {"initial_cell": numbers(3)}, ValueError,
                    r"initial_cell has shape \(3,\), expected .*; one for each of the batch",
                ),
                (
                    {"mask": np.ones((5, 5), bool)}, ValueError,
                    r"mask has shape \(5, 5\), expected \(batch, time\) = \(5, 6\)",
                ),
                ({"mask": np.ones((5, 6))}, TypeError, "mask has type float64, expected bool"),
                (
                    {"weights": list(WEIGHTS)}, TypeError,
                    r"weights has type list, expected LSTMWeights\(W_x, W_h, b, peepholes\)",
                ),
                (
                    {"weights": WEIGHTS._replace(W_h=numbers(3, 9))}, ValueError,
                    r"W_h has shape \(3, 9\), expected \(units, 4 units\) = \(3, 12\)",
                ),
                (
                    {"weights": WEIGHTS._replace(W_x=numbers(2, 9))}, ValueError,
                    r"W_x has shape \(2, 9\), expected \(features, 4 units\) = \(any, 12\)",
                ),
                (
                    {"weights": WEIGHTS._replace(b=numbers(3))}, ValueError,
                    r"b has shape \(3,\), expected \(4 units,\) = \(12,\)",
                ),
                (
                    {"weights": WEIGHTS._replace(peepholes=numbers(3))}, ValueError,
                    r"peepholes has shape \(3,\), expected \(gates, units\) = \(3, 3\)",
                ),
            ]
        ],
        (
            lambda: cells.lstm_step(INPUTS[:, 0], numbers(1, 3), numbers(5, 3), WEIGHTS),
            ValueError, r"h_prev has shape \(1, 3\), expected \(batch, units\) = \(5, 3\)",
        ),
        (
            lambda: cells.lstm_step(INPUTS[:, 0], numbers(5, 3), numbers(1, 3), WEIGHTS),
            ValueError, r"c_prev has shape \(1, 3\), expected \(batch, units\) = \(5, 3\)",
        ),
        (
            lambda: cells.lstm_step(INPUTS, numbers(5, 3), numbers(5, 3), WEIGHTS),
            ValueError, r"x_t has shape \(5, 6, 2\), expected \(batch, features\) = \(any, 2\)$",
        ),
        (
            backward(state_gradients=ASKED[:, -1]), ValueError,
            r"state_gradients has shape \(5, 3\), expected \(batch, time, units\) = \(5, 6, 3\)",
        ),
        (
            backward(cell_gradients=ASKED[:, -1]), ValueError,
            r"cell_gradients has shape \(5, 3\), expected \(batch, time, units\) = \(5, 6, 3\)",
        ),
        (
            lambda: bptt.global_norm(backward()()), TypeError,
            r"LSTMGradients hold gradients of inputs.*pass \.weights",
        ),
        (lambda: bptt.global_norm((None,)), ValueError, "there are no gradients"),
        (draw(random=3), TypeError, r"random is 3, expected np.random.default_rng\(seed\)"),
        (draw(units=0), ValueError, "units is 0, expected a whole number of at least 1"),
        (draw(features=2.0), ValueError, "features is 2.0, expected a whole number"),
        (draw(forget_bias=math.inf), ValueError, "forget_bias is inf, expected a finite number"),
    ],
)
def test_errors_name_the_array_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()
