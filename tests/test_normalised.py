"""Layer normalisation and the cells with it, both ways, against Keras, loops and arithmetic."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import bptt, cells
from utils.cells import LSTMSteps, NormalisedElmanWeights, NormalisedLSTMWeights

SHAPES = [  # batch, time, features, units
    (1, 1, 1, 2),
    (2, 4, 1, 3),
    (3, 5, 4, 1),
    (3, 6, 2, 4),
]


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def elman_weights(features, units, seed=1):
    return NormalisedElmanWeights(
        numbers(features, units, seed=seed),
        numbers(units, units, seed=seed + 1),
        numbers(units, seed=seed + 2),
        numbers(units, seed=seed + 3),
    )


def lstm_weights(features, units, seed=1):
    return NormalisedLSTMWeights(
        numbers(features, 4 * units, seed=seed),
        numbers(units, 4 * units, seed=seed + 1),
        *(numbers(4 * units, seed=seed + place) for place in (2, 3, 4)),
        *(numbers(units, seed=seed + place) for place in (5, 6)),
    )


def some_mask(batch, time, seed=3):
    """Holes everywhere: at the start, inside, at the end."""
    return np.random.default_rng([seed, batch, time]).random((batch, time)) < 0.6


def flat(structure):
    """All arrays of nested tuples in one list."""
    if isinstance(structure, tuple):
        return [array for part in structure for array in flat(part)]
    return [structure]


def assert_same(found, wanted, tolerance=1e-10):
    found, wanted = flat(found), flat(tuple(wanted) if isinstance(found, tuple) else wanted)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


# ------------------------------------------------------------------------- layer normalisation


def normalise_by_loops(a, gain, bias, epsilon=1e-3):
    """One vector of numbers, one number at a time."""
    mean = sum(a) / len(a)
    variance = sum((value - mean) ** 2 for value in a) / len(a)
    return [
        (value - mean) / math.sqrt(variance + epsilon) * g + b
        for value, g, b in zip(a, gain, bias, strict=True)
    ]


@pytest.mark.parametrize("epsilon", [1e-3, 0.5])
@pytest.mark.parametrize("leading", [(), (3,), (2, 3), (2, 2, 2)])
def test_layer_normalise_equals_the_loops_and_keras(leading, epsilon):
    a, (gain, bias) = numbers(*leading, 5), numbers(2, 5, seed=1)
    found = cells.layer_normalise(a, gain, bias, epsilon)
    for place in np.ndindex(leading):
        assert_same(found[place], normalise_by_loops(a[place], gain, bias, epsilon))
    layer = keras.layers.LayerNormalization(epsilon=epsilon, dtype="float64")
    layer.build((None, 5))
    layer.set_weights([gain, bias])
    assert_same(found.reshape(-1, 5), np.array(layer(a.reshape(-1, 5))))
    without = cells.layer_normalise(a, gain, epsilon=epsilon)
    assert_same(without + bias, found)


def test_epsilon_is_that_of_keras_by_default():
    a, gain = numbers(3, 4), np.ones(4)
    layer = keras.layers.LayerNormalization(dtype="float64")
    assert_same(cells.layer_normalise(a, gain), np.array(layer(a)))
    at_default = bptt.layer_normalise_gradients(a, gain, numbers(3, 4, seed=5))
    assert_same(at_default, bptt.layer_normalise_gradients(a, gain, numbers(3, 4, seed=5), 1e-3))


def test_layer_normalise_by_hand():
    """1, 3 and 8 have the mean 4 and the variance (9 + 1 + 16) / 3; 26/3 + 1/3 = 3²."""
    found = cells.layer_normalise([1, 3, 8], [1, 2, 3], [0, 0, 10], epsilon=1 / 3)
    assert_same(found, [-1, -2 / 3, 14])
    # one unit stands at its own mean; units that all say the same as well
    assert cells.layer_normalise([[7.0]], [2.0], [5.0]).tolist() == [[5]]
    assert cells.layer_normalise([4.0, 4.0], [2.0, 2.0]).tolist() == [0, 0]


@pytest.mark.parametrize("leading", [(), (3,), (2, 3)])
@pytest.mark.parametrize("epsilon", [1e-3, 0.5])
def test_layer_normalise_gradients_are_those_of_keras(leading, epsilon):
    a, asked, (gain, bias) = numbers(*leading, 5), numbers(*leading, 5, seed=5), numbers(2, 5)
    layer = keras.layers.LayerNormalization(epsilon=epsilon, dtype="float64")
    layer.build((None, 5))
    layer.set_weights([gain, bias])
    x = tf.constant(a.reshape(-1, 5))
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_sum(asked.reshape(-1, 5) * layer(x))
    variables = [weight.value for weight in layer.trainable_weights]
    of_a, *wanted = [np.array(one) for one in tape.gradient(loss, [x, *variables])]
    found = bptt.layer_normalise_gradients(a, gain, asked, epsilon)
    assert_same(found, [of_a.reshape(a.shape), *wanted])


def test_layer_normalise_gradients_pass_the_gradient_check():
    a, asked, (gain, bias) = numbers(2, 3, 4), numbers(2, 3, 4, seed=5), numbers(2, 4)
    check = bptt.gradient_check(
        lambda arrays: (asked * cells.layer_normalise(*arrays)).sum(),
        (a, gain, bias),
        bptt.layer_normalise_gradients(a, gain, asked),
    )
    assert check.error < 1e-6


def test_layer_normalise_gradients_by_hand():
    """n = (-1, 0, 1) / √1 with ε = 1/3; L = y_0, so ∂L/∂n = (1, 0, 0), its mean is 1/3.

    The mean of n ∂L/∂n is -1/3, and (1, 0, 0) - 1/3 + n / 3 = (1/3, -1/3, 0).
    """
    found = bptt.layer_normalise_gradients([4, 5, 6], [1, 1, 1], [1, 0, 0], epsilon=1 / 3)
    assert_same(found, [[1 / 3, -1 / 3, 0], [-1, 0, 0], [1, 0, 0]])


quick = settings(deadline=None, derandomize=True, max_examples=25)
seeds = st.integers(0, 10_000)


@quick
@given(units=st.integers(2, 6), seed=seeds)
def test_what_the_normalisation_takes_away_no_loss_can_feel(units, seed):
    a, gain, asked = numbers(3, units, seed=seed), numbers(units), numbers(3, units, seed=seed + 1)
    normalised = cells.layer_normalise(a, np.ones(units))
    assert np.abs(normalised.mean(-1)).max() < 1e-12
    assert (normalised.var(-1) < 1).all()
    assert_same(cells.layer_normalise(a + 7, gain), cells.layer_normalise(a, gain), 1e-8)
    scaled = cells.layer_normalise(50 * a, gain, epsilon=2.5)  # 2.5 is 50² · 0.001
    assert_same(scaled, cells.layer_normalise(a, gain), 1e-8)
    found = bptt.layer_normalise_gradients(a, gain, asked, epsilon=1e-12).a
    assert_same(found.sum(-1), np.zeros(3), 1e-6)  # a shift
    assert_same((found * (a - a.mean(-1, keepdims=True))).sum(-1), np.zeros(3), 1e-6)  # a scale


# ---------------------------------------------------------------------------- cells: the loops


def sums_by_loops(vector, matrix):
    rows, columns = matrix.shape
    return [sum(vector[row] * matrix[row, k] for row in range(rows)) for k in range(columns)]


def added(*vectors):
    return [sum(values) for values in zip(*vectors, strict=True)]


def sigmoid(a):
    return 1 / (1 + math.exp(-a))


def elman_by_loops(inputs, w, initial_state, mask):
    batch, time, _ = inputs.shape
    states = np.zeros((batch, time, len(w.b_h)))
    for n in range(batch):
        h = initial_state[n]
        for t in range(time):
            if mask[n, t]:
                sums = added(sums_by_loops(inputs[n, t], w.W_xh), sums_by_loops(h, w.W_hh))
                h = [math.tanh(value) for value in normalise_by_loops(sums, w.gain, w.b_h)]
            states[n, t] = h
    return states


def lstm_by_loops(inputs, w, initial_state, initial_cell, mask):
    batch, time, _ = inputs.shape
    units = len(w.W_h)
    steps = LSTMSteps(*(np.zeros((batch, time, units)) for _ in range(6)))
    no_bias = [0.0] * 4 * units
    for n in range(batch):
        h, c = initial_state[n], initial_cell[n]
        for t in range(time):
            if mask[n, t]:
                of_input = normalise_by_loops(sums_by_loops(inputs[n, t], w.W_x), w.gain_x, no_bias)
                of_state = normalise_by_loops(sums_by_loops(h, w.W_h), w.gain_h, no_bias)
                a = added(of_input, of_state, w.b)
                i = [sigmoid(value) for value in a[:units]]
                f = [sigmoid(value) for value in a[units : 2 * units]]
                g = [math.tanh(value) for value in a[2 * units : 3 * units]]
                o = [sigmoid(value) for value in a[3 * units :]]
                c = [f[k] * c[k] + i[k] * g[k] for k in range(units)]
                shown = normalise_by_loops(c, w.gain_c, w.bias_c)
                h = [o[k] * math.tanh(shown[k]) for k in range(units)]
                for part, values in zip(steps[2:], (i, f, g, o), strict=True):
                    part[n, t] = values
            steps.h[n, t], steps.c[n, t] = h, c
    return steps


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_normalised_cells_equal_the_loops(shape, masked):
    batch, time, features, units = shape
    inputs, (h_0, c_0) = numbers(batch, time, features), numbers(2, batch, units, seed=9)
    mask = some_mask(batch, time) if masked else None
    full = np.ones((batch, time), bool) if mask is None else mask
    zero = np.zeros_like(h_0)
    elman, lstm = elman_weights(features, units), lstm_weights(features, units)
    found = cells.normalised_elman(inputs, elman, h_0, mask)
    assert_same(found, elman_by_loops(inputs, elman, h_0, full))
    found = cells.normalised_elman(inputs, elman, mask=mask)
    assert_same(found, elman_by_loops(inputs, elman, zero, full))
    found = cells.normalised_lstm(inputs, lstm, h_0, c_0, mask)
    assert_same(found, lstm_by_loops(inputs, lstm, h_0, c_0, full))
    found = cells.normalised_lstm(inputs, lstm, mask=mask)
    assert_same(found, lstm_by_loops(inputs, lstm, zero, zero, full))


# --------------------------------------- cells: Keras's layer of normalisation in loops, autodiff


def keras_normalisation(gain, bias=None):
    """A `keras.layers.LayerNormalization`, and its variables."""
    layer = keras.layers.LayerNormalization(center=bias is not None, dtype="float64")
    layer.build((None, len(gain)))
    layer.set_weights([gain] if bias is None else [gain, bias])
    return layer, [weight.value for weight in layer.trainable_weights]


def keras_elman(inputs, w, asked, h_0, mask, activation):
    """States, and the gradients of Σ asked · states, in the order of `ElmanGradients`."""
    normalise, (gain, bias) = keras_normalisation(w.gain, w.b_h)
    tensors = [tf.constant(array) for array in (w.W_xh, w.W_hh, inputs, h_0)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        W_xh, W_hh, x, h = tensors
        states = []
        for t in range(inputs.shape[1]):
            h_new = activation(normalise(x[:, t] @ W_xh + h @ W_hh))
            h = tf.where(mask[:, t, None], h_new, h)
            states.append(h)
        states = tf.stack(states, axis=1)
        loss = tf.reduce_sum(asked * states)
    W_xh, W_hh, x, h = tensors
    gradients = tape.gradient(loss, [W_xh, W_hh, bias, gain, x, h])
    return np.array(states), [np.array(one) for one in gradients]


def keras_lstm(inputs, w, asked_h, asked_c, h_0, c_0, mask):
    """h and c of each step, and the gradients of Σ asked_h · h + Σ asked_c · c.

    A nudge of zero is added to each h_t and each c_t; the gradients of the nudges are ∂L/∂h_t and
    ∂L/∂c_t.
    """
    normalise_x, (gain_x,) = keras_normalisation(w.gain_x)
    normalise_h, (gain_h,) = keras_normalisation(w.gain_h)
    normalise_c, (gain_c, bias_c) = keras_normalisation(w.gain_c, w.bias_c)
    nudges = np.zeros((2, *asked_h.shape))
    tensors = [tf.constant(array) for array in (*w[:3], inputs, h_0, c_0, *nudges)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        W_x, W_h, b, x, h, c, h_nudge, c_nudge = tensors
        states, every_c = [], []
        for t in range(inputs.shape[1]):
            real = mask[:, t, None]
            sums = normalise_x(x[:, t] @ W_x) + normalise_h(h @ W_h) + b
            a_i, a_f, a_g, a_o = tf.split(sums, 4, axis=1)
            c_new = tf.sigmoid(a_f) * c + tf.sigmoid(a_i) * tf.tanh(a_g)
            c = tf.where(real, c_new, c) + c_nudge[:, t]
            h = tf.where(real, tf.sigmoid(a_o) * tf.tanh(normalise_c(c)), h) + h_nudge[:, t]
            states.append(h)
            every_c.append(c)
        states, every_c = tf.stack(states, axis=1), tf.stack(every_c, axis=1)
        loss = tf.reduce_sum(asked_h * states) + tf.reduce_sum(asked_c * every_c)
    wanted = [*tensors[:3], gain_x, gain_h, gain_c, bias_c, *tensors[3:]]
    gradients = tape.gradient(loss, wanted, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return (np.array(states), np.array(every_c)), [np.array(one) for one in gradients]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_normalised_lstm_and_its_gradients_are_those_of_keras(shape, masked):
    batch, time, features, units = shape
    inputs, weights = numbers(batch, time, features), lstm_weights(features, units)
    h_0, c_0 = numbers(2, batch, units, seed=9)
    asked = numbers(2, batch, time, units, seed=5)
    mask = some_mask(batch, time) if masked else np.ones((batch, time), bool)
    forward, wanted = keras_lstm(inputs, weights, *asked, h_0, c_0, mask)
    ours = mask if masked else None
    steps = cells.normalised_lstm(inputs, weights, h_0, c_0, ours)
    assert_same((steps.h, steps.c), forward)
    found = bptt.normalised_lstm_gradients(inputs, weights, *asked, h_0, c_0, ours)
    assert isinstance(found.weights, NormalisedLSTMWeights)
    assert_same(found, wanted)
    assert (found.inputs[~mask] == 0).all()
    zero = np.zeros_like(h_0)
    assert_same(
        bptt.normalised_lstm_gradients(inputs, weights, asked[0], mask=ours),
        bptt.normalised_lstm_gradients(inputs, weights, asked[0], 0 * asked[0], zero, zero, ours),
    )


@pytest.mark.parametrize(
    ("activation", "theirs"),
    [("tanh", tf.tanh), ("sigmoid", tf.sigmoid), ("relu", tf.nn.relu), ("identity", tf.identity)],
)
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES[1::2])
def test_normalised_elman_and_its_gradients_are_those_of_keras(shape, masked, activation, theirs):
    batch, time, features, units = shape
    inputs, weights = numbers(batch, time, features), elman_weights(features, units)
    initial, asked = numbers(batch, units, seed=9), numbers(batch, time, units, seed=5)
    mask = some_mask(batch, time) if masked else np.ones((batch, time), bool)
    states, wanted = keras_elman(inputs, weights, asked, initial, mask, theirs)
    ours = mask if masked else None
    assert_same(cells.normalised_elman(inputs, weights, initial, ours, activation), states)
    found = bptt.normalised_elman_gradients(inputs, weights, asked, initial, ours, activation)
    assert isinstance(found.weights, NormalisedElmanWeights)
    assert_same(found, wanted)
    assert (found.inputs[~mask] == 0).all()


# ------------------------------------------------------------------------ central differences

MASK = np.array([[False, True, True, False], [True, False, True, True]])


def test_elman_gradients_pass_the_gradient_check():
    inputs, weights, asked = numbers(2, 4, 2), elman_weights(2, 3), numbers(2, 4, 3, seed=5)
    initial = numbers(2, 3, seed=6)

    def loss(went_in):
        weights, inputs, initial = went_in
        return (asked * cells.normalised_elman(inputs, weights, initial, MASK)).sum()

    gradients = bptt.normalised_elman_gradients(inputs, weights, asked, initial, MASK)
    check = bptt.gradient_check(loss, (weights, inputs, initial), gradients)
    assert check.error < 1e-6


def test_lstm_gradients_pass_the_gradient_check():
    inputs, weights, asked = numbers(2, 4, 2), lstm_weights(2, 3), numbers(2, 2, 4, 3, seed=5)
    h_0, c_0 = numbers(2, 2, 3, seed=6)

    def loss(went_in):
        weights, inputs, h_0, c_0 = went_in
        steps = cells.normalised_lstm(inputs, weights, h_0, c_0, MASK)
        return (asked[0] * steps.h).sum() + (asked[1] * steps.c).sum()

    gradients = bptt.normalised_lstm_gradients(inputs, weights, *asked, h_0, c_0, MASK)
    check = bptt.gradient_check(loss, (weights, inputs, h_0, c_0), gradients[:4])
    assert check.error < 1e-6


# ----------------------------------------------------------------------------- numbers by hand


def test_normalised_elman_by_hand():
    """Two units that are fed 1 and -1, times s: the mean is 0, the variance s².

    So n is ± s / √(s² + 0.001), and after the gain of 3 and the bias of 1: 1 ± 3 n. At step 2 that
    is fed back crosswise, and nothing else; its mean is 1, its variance 9 n².
    """
    weights = NormalisedElmanWeights(
        np.array([[1.0, -1.0]]), np.array([[0.0, 1.0], [1.0, 0.0]]), np.ones(2), np.full(2, 3.0)
    )
    states = cells.normalised_elman([[[2.0], [0.0]]], weights, activation="identity")
    n_1 = 2 / math.sqrt(4.001)
    n_2 = 3 * n_1 / math.sqrt(9 * n_1**2 + 0.001)
    assert_same(states, [[[1 + 3 * n_1, 1 - 3 * n_1], [1 - 3 * n_2, 1 + 3 * n_2]]])


def test_a_normalised_lstm_of_one_unit_shows_nothing_but_its_bias_by_hand():
    """LN of a single cell is bias_c, ln 3 here, so h is 0.8 o; the cell itself still counts.

    x W_x = (1, -1, 1, -1) with the variance 1, and gains such that the gates are σ(ln 3), and so
    on; nothing comes from h, whose sums are zero.
    """
    scale = math.sqrt(1.001) * math.log(3)
    weights = NormalisedLSTMWeights(
        np.array([[1.0, -1.0, 1.0, -1.0]]), np.zeros((1, 4)), np.zeros(4), np.full(4, scale),
        np.ones(4), np.ones(1), np.array([math.log(3)]),
    )
    steps = cells.normalised_lstm([[[1.0], [1.0]]], weights)
    for part, value in zip(steps[2:], (0.75, 0.25, 0.8, 0.25), strict=True):
        assert_same(part, [[[value], [value]]])
    assert_same(steps.c, [[[0.6], [0.75]]])
    assert_same(steps.h, [[[0.2], [0.2]]])
    found = bptt.normalised_lstm_gradients([[[1.0], [1.0]]], weights, [[[0.0], [1.0]]])
    assert_same(found.cells, np.zeros((1, 2, 1)))
    assert_same(found.weights.bias_c, [0.25 * 0.36])
    assert_same(found.weights.b, [0, 0, 0, 0.8 * 3 / 16])


def test_an_open_forget_gate_carries_the_cell_unnormalised_for_100_steps():
    weights = lstm_weights(2, 3)
    weights.b[:3], weights.b[3:6] = -1000, 1000  # the input gate shut, the forget gate open
    inputs, (h_0, c_0) = numbers(2, 100, 2), numbers(2, 2, 3, seed=6)
    steps = cells.normalised_lstm(inputs, weights, h_0, c_0)
    assert (steps.c == c_0[:, None]).all()
    at_the_end = np.zeros((2, 100, 3))
    at_the_end[:, -1] = last = numbers(2, 3, seed=7)
    found = bptt.normalised_lstm_gradients(
        inputs, weights, np.zeros_like(at_the_end), at_the_end, h_0, c_0
    )
    assert (found.cells == last[:, None]).all() and (found.initial_cell == last).all()


# ------------------------------------------------- what holds for every sequence and all weights

sizes = st.tuples(*[st.integers(1, 4)] * 4)


def run_elman(inputs, weights, asked, first, mask):
    states = cells.normalised_elman(inputs, weights, first[0], mask)
    return (states,), bptt.normalised_elman_gradients(inputs, weights, asked[0], first[0], mask)


def run_lstm(inputs, weights, asked, first, mask):
    steps = cells.normalised_lstm(inputs, weights, *first, mask)
    return steps, bptt.normalised_lstm_gradients(inputs, weights, *asked, *first, mask)


RUNS = pytest.mark.parametrize(
    ("run", "draw"), [(run_elman, elman_weights), (run_lstm, lstm_weights)]
)


@RUNS
@quick
@given(size=sizes, seed=seeds)
def test_examples_of_a_batch_do_not_know_each_other(run, draw, size, seed):
    """So normalisation looks at one example at a time, and at one step."""
    batch, time, features, units = size
    inputs, mask = numbers(batch, time, features, seed=seed), some_mask(batch, time, seed)
    weights, first = draw(features, units, seed), numbers(2, batch, units, seed=seed)
    asked = numbers(2, batch, time, units, seed=seed)
    forward, backward = run(inputs, weights, asked, first, mask)
    alone = []
    for n in range(batch):
        one = slice(n, n + 1)
        steps, gradients = run(inputs[one], weights, asked[:, one], first[:, one], mask[one])
        assert_same(steps, [part[one] for part in forward])
        assert_same(gradients[1:], [part[one] for part in backward[1:]])
        alone.append(gradients.weights)
    assert_same(backward.weights, [sum(parts) for parts in zip(*alone, strict=True)])


@RUNS
@quick
@given(size=sizes, seed=seeds, before=st.integers(0, 3), after=st.integers(0, 3))
def test_padding_changes_nothing(run, draw, size, seed, before, after):
    batch, time, features, units = size
    inputs, asked = numbers(batch, time, features, seed=seed), numbers(2, batch, time, units)
    weights, first = draw(features, units, seed), numbers(2, batch, units, seed=seed)
    real = slice(before, before + time)
    padded = np.full((batch, before + time + after, features), 50.0)
    mask = np.zeros(padded.shape[:2], bool)
    padded[:, real], mask[:, real] = inputs, True
    longer = np.zeros((2, *padded.shape[:2], units))
    longer[:, :, real] = asked
    forward, backward = run(inputs, weights, asked, first, None)
    padded_forward, padded_backward = run(padded, weights, longer, first, mask)
    assert_same(forward, [part[:, real] for part in padded_forward])
    assert_same(padded_forward[0][:, -1], forward[0][:, -1])
    assert_same(padded_backward.weights, backward.weights)
    assert_same(padded_backward.inputs[:, real], backward.inputs)
    assert_same(padded_backward.initial_state, backward.initial_state)


@RUNS
def test_the_size_of_the_matrices_hardly_matters(run, draw):
    """The sums are normalised: a hundred times the matrices are (but for ε) the same network."""
    inputs, first, asked = numbers(2, 5, 3), numbers(2, 2, 4), numbers(2, 2, 5, 4)
    weights = draw(3, 4)
    larger = type(weights)(*(100 * matrix for matrix in weights[:2]), *weights[2:])
    states, again = (run(inputs, one, asked, first, None)[0][0] for one in (weights, larger))
    assert 0 < np.abs(states - again).max() < 0.01


@RUNS
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_keep_their_type_and_the_caller_s_arrays_their_values(run, draw, dtype):
    weights = draw(2, 3)
    weights = type(weights)(*(part.astype(dtype) for part in weights))
    inputs, first = numbers(2, 4, 2).astype(dtype), numbers(2, 2, 3).astype(dtype)
    asked, mask = numbers(2, 2, 4, 3, seed=5).astype(dtype), some_mask(2, 4)
    arguments = [inputs, *weights, asked, first, mask]
    kept = [array.copy() for array in arguments]
    found = run(inputs, weights, asked, first, mask)
    assert {array.dtype for array in flat(found)} == {np.dtype(dtype)}
    assert_same(tuple(arguments), kept, 0)


def test_weights_are_drawn_from_those_of_the_plain_cells_as_the_docstring_says():
    random, units = np.random.default_rng(0), 4
    weights = NormalisedElmanWeights(*cells.random_elman(2, units, random), gain=np.ones(units))
    assert cells.normalised_elman_sizes(weights) == (2, units)
    plain = cells.random_lstm(2, units, random)
    ones = np.ones(4 * units)
    weights = NormalisedLSTMWeights(*plain[:3], ones, ones, np.ones(units), np.zeros(units))
    assert cells.normalised_lstm_sizes(weights) == (2, units)


# -------------------------------------------------------------------------------------- errors

INPUTS, ASKED = numbers(5, 6, 2), numbers(5, 6, 3)
ELMAN, LSTM = elman_weights(2, 3), lstm_weights(2, 3)


def elman(**changes):
    return lambda: cells.normalised_elman(**{"inputs": INPUTS, "weights": ELMAN, **changes})


def lstm(**changes):
    return lambda: cells.normalised_lstm(**{"inputs": INPUTS, "weights": LSTM, **changes})


def elman_back(**changes):
    arguments = {"inputs": INPUTS, "weights": ELMAN, "state_gradients": ASKED, **changes}
    return lambda: bptt.normalised_elman_gradients(**arguments)


def lstm_back(**changes):
    arguments = {"inputs": INPUTS, "weights": LSTM, "state_gradients": ASKED, **changes}
    return lambda: bptt.normalised_lstm_gradients(**arguments)


def normalise(a=ASKED, gain=ELMAN.gain, **more):
    return lambda: cells.layer_normalise(a, gain, **more)


def normalise_back(a=ASKED, gain=ELMAN.gain, loss_gradients=ASKED, **more):
    return lambda: bptt.layer_normalise_gradients(a, gain, loss_gradients, **more)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        *[
            (call(**changes), error, message)
            for call in (elman, lstm, elman_back, lstm_back)
            for changes, error, message in [
                ({"inputs": numbers(6, 2)}, ValueError, r"inputs has shape \(6, 2\).*inputs\[None"),
                ({"inputs": numbers(5, 6, 4)}, ValueError, r"inputs has shape \(5, 6, 4\)"),
                (
                    {"initial_state": numbers(5, 2)}, ValueError,
                    r"initial_state has shape \(5, 2\), expected \(batch, units\) = \(5, 3\)",
                ),
                ({"mask": np.ones((5, 6))}, TypeError, "mask has type float64, expected bool"),
                (
                    {"weights": cells.random_elman(2, 3, np.random.default_rng(0))}, TypeError,
                    "weights has type ElmanWeights, expected Normalised",
                ),
            ]
        ],
        *[
            (call(initial_cell=numbers(5, 2)), ValueError, r"initial_cell has shape \(5, 2\)")
            for call in (lstm, lstm_back)
        ],
        *[
            (
                elman(weights=ELMAN._replace(**{name: numbers(2, 2)})), ValueError,
                rf"{name} has shape \(2, 2\)",
            )
            for name in ("W_hh", "b_h", "gain")
        ],
        *[
            (
                lstm(weights=LSTM._replace(**{name: numbers(3, 2)})), ValueError,
                rf"{name} has shape \(3, 2\)",
            )
            for name in LSTM._fields
        ],
        (
            lstm(weights=LSTM._replace(gain_c=numbers(12))), ValueError,
            r"gain_c has shape \(12,\), expected \(units,\) = \(3,\)",
        ),
        (
            lstm(weights=LSTM._replace(gain_h=numbers(3))), ValueError,
            r"gain_h has shape \(3,\), expected \(4 units,\) = \(12,\)",
        ),
        (elman(activation="tan"), ValueError, "activation is 'tan', expected .*'tanh', 'relu'"),
        (elman_back(activation=np.sin), ValueError, "derivative of 'sin' is not known"),
        (
            elman_back(state_gradients=ASKED[:, -1]), ValueError,
            r"state_gradients has shape \(5, 3\), expected \(batch, time, units\) = \(5, 6, 3\)",
        ),
        (lstm_back(state_gradients=ASKED[:, -1]), ValueError, "state_gradients has shape"),
        (lstm_back(cell_gradients=ASKED[:, -1]), ValueError, "cell_gradients has shape"),
        (
            normalise_back(loss_gradients=ASKED[0]), ValueError,
            r"loss_gradients has shape \(6, 3\), expected that of a: \(5, 6, 3\)",
        ),
        (normalise(bias=np.ones(2)), ValueError, r"bias has shape \(2,\), expected .* \(3,\)"),
        *[
            (call(**changes), ValueError, message)
            for call in (normalise, normalise_back)
            for changes, message in [
                ({"a": INPUTS}, r"a has shape \(5, 6, 2\), expected \(…, units\) = \(…, 3\)"),
                ({"a": 1.0}, r"a has shape \(\), expected \(…, units\) = \(…, 3\)"),
                ({"gain": 1.0}, r"gain has shape \(\), expected \(units,\) = \(any,\)"),
                ({"epsilon": 0}, "epsilon is 0, expected a finite number above 0"),
                ({"epsilon": math.nan}, "epsilon is nan, expected a finite number above 0"),
            ]
        ],
    ],
)
def test_errors_name_the_array_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()
