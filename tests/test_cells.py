"""Recurrent networks in NumPy against loops over single numbers, Keras, and numbers by hand."""

import math
import subprocess
import sys

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import cells
from utils.cells import ElmanWeights, JordanWeights, OutputWeights

SHAPES = [  # batch, time, features, units, outputs
    (1, 1, 1, 1, 1),
    (2, 3, 1, 4, 2),
    (3, 5, 4, 2, 3),
    (4, 7, 3, 6, 1),
]


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def elman_weights(features, units, seed=1):
    return ElmanWeights(
        numbers(features, units, seed=seed),
        numbers(units, units, seed=seed + 1),
        numbers(units, seed=seed + 2),
    )


def output_weights(units, outputs, seed=4):
    return OutputWeights(numbers(units, outputs, seed=seed), numbers(outputs, seed=seed + 1))


def jordan_weights(features, units, outputs, seed=7):
    return JordanWeights(
        numbers(features, units, seed=seed),
        numbers(outputs, units, seed=seed + 1),
        numbers(units, seed=seed + 2),
        *output_weights(units, outputs, seed=seed + 3),
    )


def some_mask(batch, time, seed=3, first=None):
    """Holes everywhere: at the start, inside, at the end. `first` sets the first step."""
    mask = np.random.default_rng([seed, batch, time]).random((batch, time)) < 0.6
    if first is not None:
        mask[:, 0] = first
    return mask


def assert_same(found, wanted, tolerance=1e-12):
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


# ------------------------------------------------------------------- loops over single numbers

SCALAR = {
    "tanh": math.tanh,
    "relu": lambda a: max(a, 0.0),
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "identity": lambda a: a,
}


def layer_by_loops(pairs, bias, f):
    """f(Σ v_i W_ij + … + b_j) with one number at a time; pairs of (vector, matrix)."""
    result = []
    for j in range(len(bias)):
        total = bias[j]
        for vector, matrix in pairs:
            for i in range(len(vector)):
                total += vector[i] * matrix[i, j]
        result.append(f(total))
    return result


def elman_by_loops(inputs, w, initial_state, mask, activation):
    batch, time, _ = inputs.shape
    states = np.zeros((batch, time, len(w.b_h)))
    for n in range(batch):
        h = list(initial_state[n])
        for t in range(time):
            if mask[n, t]:
                pairs = [(inputs[n, t], w.W_xh), (h, w.W_hh)]
                h = layer_by_loops(pairs, w.b_h, SCALAR[activation])
            states[n, t] = h
    return states


def jordan_by_loops(inputs, w, initial_output, mask, activations, true_outputs=None):
    f, g = (SCALAR[name] for name in activations)
    batch, time, _ = inputs.shape
    states, outputs = np.zeros((batch, time, len(w.b_h))), np.zeros((batch, time, len(w.b_y)))
    for n in range(batch):
        h, y, fed_back = [0.0] * len(w.b_h), initial_output[n], initial_output[n]
        for t in range(time):
            if mask[n, t]:
                h = layer_by_loops([(inputs[n, t], w.W_xh), (fed_back, w.W_yh)], w.b_h, f)
                y = layer_by_loops([(h, w.W_hy)], w.b_y, g)
                fed_back = y if true_outputs is None else true_outputs[n, t]
            states[n, t], outputs[n, t] = h, y
    return states, outputs


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("activation", cells.ACTIVATIONS)
@pytest.mark.parametrize("shape", SHAPES)
def test_elman_equals_the_loops(shape, activation, started, masked):
    batch, time, features, units, _ = shape
    inputs, weights = numbers(batch, time, features), elman_weights(features, units)
    initial = numbers(batch, units, seed=9) if started else None
    mask = some_mask(batch, time) if masked else None
    wanted = elman_by_loops(
        inputs,
        weights,
        np.zeros((batch, units)) if initial is None else initial,
        np.ones((batch, time)) if mask is None else mask,
        activation,
    )
    found = cells.elman(inputs, weights, initial, mask, activation)
    assert found.shape == (batch, time, units)
    assert_same(found, wanted)
    by_function = cells.elman(inputs, weights, initial, mask, cells.ACTIVATIONS[activation])
    assert (by_function == found).all()


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("forced", [False, True])
@pytest.mark.parametrize("activations", [("tanh", "identity"), ("sigmoid", "tanh")])
@pytest.mark.parametrize("shape", SHAPES)
def test_jordan_equals_the_loops(shape, activations, forced, masked):
    batch, time, features, units, outputs = shape
    inputs, weights = numbers(batch, time, features), jordan_weights(features, units, outputs)
    initial = numbers(batch, outputs, seed=9)
    mask = some_mask(batch, time) if masked else None
    truth = numbers(batch, time, outputs, seed=11) if forced else None
    full = np.ones((batch, time)) if mask is None else mask
    wanted = jordan_by_loops(inputs, weights, initial, full, activations, truth)
    found = cells.jordan(inputs, weights, initial, mask, *activations, true_outputs=truth)
    for one, other in zip(found, wanted, strict=True):
        assert one.shape == other.shape
        assert_same(one, other)


@pytest.mark.parametrize("activation", cells.ACTIVATIONS)
def test_output_equals_the_loops(activation):
    states, weights = numbers(2, 3, 4), output_weights(4, 2)
    wanted = [
        [layer_by_loops([(h, weights.W_hy)], weights.b_y, SCALAR[activation]) for h in row]
        for row in states
    ]
    assert_same(cells.output(states, weights, activation), wanted)
    assert_same(cells.output(states[:, 1], weights, activation), np.array(wanted)[:, 1])
    assert_same(cells.output(states[1, 2], weights, activation), wanted[1][2])
    assert_same(cells.output(states, weights), states @ weights.W_hy + weights.b_y)


def test_defaults_are_tanh_and_no_output_activation():
    inputs, weights = numbers(2, 3, 2), elman_weights(2, 3)
    assert (cells.elman(inputs, weights) == cells.elman(inputs, weights, activation="tanh")).all()
    weights = jordan_weights(2, 3, 2)
    named = cells.jordan(inputs, weights, activation="tanh", output_activation="identity")
    for one, other in zip(cells.jordan(inputs, weights), named, strict=True):
        assert (one == other).all()
    zero = np.zeros((2, 2))
    assert (cells.jordan(inputs, weights, zero)[1] == named[1]).all()


# ------------------------------------------------------------------------- Keras as the oracle


def keras_rnn(inputs, weights, initial=None, mask=None, activation="tanh"):
    layer = keras.layers.SimpleRNN(
        len(weights.b_h),
        activation=activation,
        return_sequences=True,
        return_state=True,
        dtype="float64",
    )
    layer.build(inputs.shape)
    layer.set_weights(list(weights))
    states, last = layer(inputs, initial_state=initial, mask=mask)
    return np.array(states), np.array(last), layer


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_elman_is_keras_simple_rnn(shape, masked):
    batch, time, features, units, _ = shape
    inputs, weights = numbers(batch, time, features), elman_weights(features, units)
    mask = some_mask(batch, time) if masked else None
    states, last, layer = keras_rnn(inputs, weights, mask=mask)
    found = cells.elman(inputs, weights, mask=mask)
    assert_same(found, states)
    assert_same(found[:, -1], last)
    taken = ElmanWeights(*layer.get_weights())  # as the docstring says
    assert_same(cells.elman(inputs, taken, mask=mask), states)
    assert layer.count_params() == units * (units + features + 1)


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
def test_elman_is_keras_simple_rnn_with_a_state_to_start_from(activation):
    inputs, weights, initial = numbers(3, 5, 2), elman_weights(2, 4), numbers(3, 4, seed=9)
    mask = some_mask(3, 5, first=True)
    assert not mask.all()
    states, last, _ = keras_rnn(inputs, weights, initial, mask, activation)
    name = {"linear": "identity"}.get(activation, activation)
    found = cells.elman(inputs, weights, initial, mask, name)
    assert_same(found, states)
    assert_same(found[:, -1], last)


def test_before_the_first_real_step_we_report_the_initial_state_and_keras_zeros():
    inputs, weights, initial = numbers(1, 4, 2), elman_weights(2, 3), numbers(1, 3, seed=9)
    mask = np.array([[False, False, True, True]])
    states, last, _ = keras_rnn(inputs, weights, initial, mask)
    found = cells.elman(inputs, weights, initial, mask)
    assert (states[:, :2] == 0).all() and (found[:, :2] == initial[:, None]).all()
    assert_same(found[:, 2:], states[:, 2:])
    assert_same(found[:, -1], last)


def test_output_is_keras_dense():
    states, weights = numbers(2, 3, 4), output_weights(4, 2)
    layer = keras.layers.Dense(2, activation="sigmoid", dtype="float64")
    layer.build(states.shape)
    layer.set_weights(list(weights))
    assert_same(cells.output(states, weights, "sigmoid"), np.array(layer(states)))


@pytest.mark.parametrize("masked", [False, True])
def test_jordan_with_linear_outputs_is_a_simple_rnn_with_one_matrix_in_two_pieces(masked):
    """h_{t-1} W_hy + b_y comes back through W_yh: so W_hh = W_hy W_yh, and b_h grows by b_y W_yh.

    The first step has no h_{t-1}; an initial output of b_y is what a state of zeros would say.
    """
    inputs, weights = numbers(3, 6, 2), jordan_weights(2, 4, 3)
    mask = some_mask(3, 6) if masked else None
    one_matrix = ElmanWeights(
        weights.W_xh, weights.W_hy @ weights.W_yh, weights.b_h + weights.b_y @ weights.W_yh
    )
    states, _, _ = keras_rnn(inputs, one_matrix, mask=mask)
    start = np.tile(weights.b_y, (3, 1))
    found, predictions = cells.jordan(inputs, weights, start, mask)
    assert_same(found, states, 1e-10)
    assert_same(predictions, states @ weights.W_hy + weights.b_y, 1e-10)


def test_activations_are_those_of_keras():
    a = np.linspace(-30, 30, 121).astype("float64")
    for name, function in cells.ACTIVATIONS.items():
        wanted = getattr(keras.activations, {"identity": "linear"}.get(name, name))(a)
        assert_same(function(a), np.array(wanted))
    extreme = np.array([-1e4, 0.0, 1e4])
    assert cells.sigmoid(extreme).tolist() == [0, 0.5, 1]  # and no warning of an overflow


# ----------------------------------------------------------------------------- numbers by hand


def test_elman_by_hand():
    """tanh(ln 3) = 0.8, and the inputs are such that each step adds up to ln 3."""
    ln3 = math.log(3)
    weights = ElmanWeights(np.array([[2.0]]), np.array([[0.5]]), np.array([-0.1 * ln3]))
    x_1, x_2 = 1.1 * ln3 / 2, (1.1 * ln3 - 0.8 * 0.5) / 2
    assert_same(cells.elman([[[x_1], [x_2]]], weights), [[[0.8], [0.8]]])


def test_a_row_of_the_recurrent_matrix_belongs_to_the_unit_that_speaks():
    """Unit 0 is set by the input and hands its value to unit 1, which hands it to nobody."""
    weights = ElmanWeights(np.array([[1, 0]]), np.array([[0, 3], [0, 0]]), np.array([0, 0]))
    states = cells.elman([[[5], [7], [0], [0]]], weights, activation="identity")
    assert states.tolist() == [[[5, 0], [7, 15], [0, 21], [0, 0]]]


def test_masked_steps_keep_the_state_by_hand():
    """A counter: each real step adds its input. Sums of 1, 2, 4, 8 tell which steps were real."""
    counter = ElmanWeights(np.eye(1), np.eye(1), np.zeros(1))
    inputs = np.tile([[[1.0], [2.0], [4.0], [8.0]]], (3, 1, 1))
    mask = np.array([[1, 1, 0, 0], [0, 1, 0, 1], [0, 0, 0, 0]]) == 1
    states = cells.elman(inputs, counter, np.full((3, 1), 16.0), mask, "identity")
    assert states[..., 0].tolist() == [[17, 19, 19, 19], [16, 18, 18, 26], [16, 16, 16, 16]]


def test_jordan_by_hand():
    """h = x + y_prev, y = 10 h: 1, 10; then 2 + 10 = 12, 120; then 3 + 120 = 123, 1230."""
    one = np.eye(1)
    weights = JordanWeights(one, one, np.zeros(1), 10 * one, np.zeros(1))
    inputs = [[[1.0], [2.0], [3.0]]]
    states, outputs = cells.jordan(inputs, weights, activation="identity")
    assert states[..., 0].tolist() == [[1, 12, 123]]
    assert outputs[..., 0].tolist() == [[10, 120, 1230]]
    # Taught the true outputs 5 and 6, the steps start from 0, 5 and 6; the last truth is not used.
    truth = np.array([[[5.0], [6.0], [7.0]]])
    states, outputs = cells.jordan(inputs, weights, activation="identity", true_outputs=truth)
    assert states[..., 0].tolist() == [[1, 7, 9]]
    assert outputs[..., 0].tolist() == [[10, 70, 90]]
    # With a hole, what comes back is the true output of the last real step.
    hole = np.array([[True, False, True]])
    states, outputs = cells.jordan(
        inputs, weights, mask=hole, activation="identity", true_outputs=truth
    )
    assert states[..., 0].tolist() == [[1, 1, 8]] and outputs[..., 0].tolist() == [[10, 10, 80]]


def test_jordan_forgets_what_its_output_hides():
    """Two pasts with the same output and different states: Elman can tell, Jordan cannot."""
    W_xh, W_hy = np.eye(2), np.array([[1.0], [0.0]])  # the output shows unit 0 only
    pasts = np.array([[[1.0, 5.0], [0.0, 0.0]], [[1.0, -5.0], [0.0, 0.0]]])
    jordan = JordanWeights(W_xh, np.ones((1, 2)), np.zeros(2), W_hy, np.zeros(1))
    states, outputs = cells.jordan(pasts, jordan)
    assert (outputs[0] == outputs[1]).all() and (states[0, 1] == states[1, 1]).all()
    states = cells.elman(pasts, ElmanWeights(W_xh, np.eye(2), np.zeros(2)))
    assert np.abs(states[0, 1] - states[1, 1]).max() > 1


# -------------------------------------------------- what holds for every sequence and all weights

sizes = st.tuples(*[st.integers(1, 4)] * 5)
seeds = st.integers(0, 10_000)


def run_elman(seed, inputs, initial=None, mask=None):
    weights = elman_weights(inputs.shape[-1], 3, seed=seed)
    return cells.elman(inputs, weights, initial, mask)


def run_jordan(seed, inputs, initial=None, mask=None):
    """States and outputs side by side; what comes back has two numbers."""
    weights = jordan_weights(inputs.shape[-1], 3, 2, seed=seed)
    return np.concatenate(cells.jordan(inputs, weights, initial, mask), axis=-1)


RUNS = pytest.mark.parametrize(("run", "back"), [(run_elman, 3), (run_jordan, 2)])
quick = settings(deadline=None, derandomize=True, max_examples=40)


@RUNS
@quick
@given(size=sizes, seed=seeds)
def test_examples_of_a_batch_do_not_know_each_other(run, back, size, seed):
    batch, time, features, *_ = size
    inputs, mask = numbers(batch, time, features, seed=seed), some_mask(batch, time, seed)
    initial = numbers(batch, back, seed=seed)
    together = run(seed, inputs, initial, mask)
    for n in range(batch):
        one = slice(n, n + 1)
        assert_same(run(seed, inputs[one], initial[one], mask[one]), together[one])


@RUNS
@quick
@given(size=sizes, seed=seeds)
def test_the_future_does_not_change_the_past(run, back, size, seed):
    batch, time, features, *_ = size
    time += 1
    inputs, mask = numbers(batch, time, features, seed=seed), some_mask(batch, time, seed)
    for now in range(1, time):
        other = inputs.copy()
        other[:, now:] = numbers(batch, time - now, features, seed=seed + 1)
        before, after = run(seed, inputs, mask=mask), run(seed, other, mask=mask)
        assert (before[:, :now] == after[:, :now]).all()
        unmasked = run(seed, inputs)[:, now], run(seed, other)[:, now]
        assert np.abs(unmasked[0] - unmasked[1]).max() > 1e-9  # and the present counts


@RUNS
@quick
@given(size=sizes, seed=seeds, before=st.integers(0, 3), after=st.integers(0, 3))
def test_padding_changes_nothing(run, back, size, seed, before, after):
    batch, time, features, *_ = size
    inputs, initial = numbers(batch, time, features, seed=seed), numbers(batch, back, seed=seed)
    padded = np.full((batch, before + time + after, features), 50.0)
    mask = np.zeros(padded.shape[:2], bool)
    real = slice(before, before + time)
    padded[:, real], mask[:, real] = inputs, True
    found, wanted = run(seed, padded, initial, mask), run(seed, inputs, initial)
    assert_same(found[:, real], wanted)
    assert_same(found[:, -1], wanted[:, -1])


@RUNS
@quick
@given(size=sizes, seed=seeds)
def test_masked_steps_might_as_well_not_be_there(run, back, size, seed):
    _, time, features, *_ = size
    inputs, mask = numbers(1, time + 2, features, seed=seed), some_mask(1, time + 2, seed)
    mask[0, 1] = True
    found = run(seed, inputs, mask=mask)
    assert_same(found[:, mask[0]], run(seed, inputs[:, mask[0]]))


@quick
@given(size=sizes, seed=seeds)
def test_elman_step_by_step_is_elman_at_once(size, seed):
    batch, time, features, units, _ = size
    inputs, weights = numbers(batch, time, features), elman_weights(features, units, seed)
    h_t = initial = numbers(batch, units, seed=seed)
    states = cells.elman(inputs, weights, initial)
    for t in range(time):
        h_t = cells.elman_step(inputs[:, t], h_t, weights)
        assert_same(h_t, states[:, t])
    for cut in range(1, time):  # in two calls, the state handed over
        rest = cells.elman(inputs[:, cut:], weights, states[:, cut - 1])
        assert_same(rest, states[:, cut:])


@quick
@given(size=sizes, seed=seeds, forced=st.booleans())
def test_jordan_step_by_step_is_jordan_at_once(size, seed, forced):
    batch, time, features, units, outputs = size
    inputs, weights = numbers(batch, time, features), jordan_weights(features, units, outputs, seed)
    fed_back = initial = numbers(batch, outputs, seed=seed)
    truth = numbers(batch, time, outputs, seed=seed + 1) if forced else None
    states, predictions = cells.jordan(inputs, weights, initial, true_outputs=truth)
    for t in range(time):
        h_t, y_t = cells.jordan_step(inputs[:, t], fed_back, weights)
        assert_same(h_t, states[:, t])
        assert_same(y_t, predictions[:, t])
        fed_back = y_t if truth is None else truth[:, t]


def test_teaching_a_network_its_own_outputs_changes_nothing():
    inputs, weights = numbers(2, 6, 3), jordan_weights(3, 4, 2)
    mask = some_mask(2, 6)
    states, outputs = cells.jordan(inputs, weights, mask=mask)
    taught = cells.jordan(inputs, weights, mask=mask, true_outputs=outputs)
    assert_same(taught[0], states)
    other = cells.jordan(inputs, weights, mask=mask, true_outputs=outputs + 1)
    assert np.abs(other[0] - states).max() > 0.01


def test_the_caller_s_arrays_stay_as_they_are():
    inputs, initial, mask = numbers(2, 4, 3), numbers(2, 3, seed=5), some_mask(2, 4)
    kept = inputs.copy(), initial.copy(), mask.copy()
    for activation in cells.ACTIVATIONS:
        cells.elman(inputs, elman_weights(3, 3), initial, mask, activation)
        weights = jordan_weights(3, 2, 3)
        cells.jordan(inputs, weights, initial, mask, activation, true_outputs=inputs)
    for one, other in zip((inputs, initial, mask), kept, strict=True):
        assert (one == other).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_numbers_keep_their_type(dtype):
    def cast(arrays):
        return type(arrays)(*(array.astype(dtype) for array in arrays))

    inputs, mask = numbers(2, 3, 2).astype(dtype), some_mask(2, 3)
    assert cells.elman(inputs, cast(elman_weights(2, 3)), mask=mask).dtype == dtype
    for array in cells.jordan(inputs, cast(jordan_weights(2, 3, 2)), mask=mask):
        assert array.dtype == dtype
    states = numbers(2, 3).astype(dtype)
    assert cells.output(states, cast(output_weights(3, 2)), "sigmoid").dtype == dtype


def test_lists_and_whole_numbers_are_numbers_too():
    weights = ElmanWeights([[1]], [[1]], [0])
    states = cells.elman([[[1], [2]]], weights, activation="relu")
    assert states.tolist() == [[[1], [3]]]


# ------------------------------------------------------------------------------ random weights


def test_random_weights_have_the_shapes_and_start_without_bias():
    random = np.random.default_rng(0)
    elman = cells.random_elman(2, 5, random)
    output = cells.random_output(5, 3, random)
    jordan = cells.random_jordan(2, 5, 3, random)
    assert cells.elman_sizes(elman) == (2, 5)
    assert cells.output_sizes(output) == (5, 3)
    assert cells.jordan_sizes(jordan) == (2, 5, 3)
    for bias in (elman.b_h, output.b_y, jordan.b_h, jordan.b_y):
        assert (bias == 0).all()


def test_input_weights_are_glorot_uniform():
    random = np.random.default_rng(1)
    jordan = cells.random_jordan(90, 40, 70, random)
    matrices = [
        cells.random_elman(50, 100, random).W_xh,
        cells.random_output(100, 50, random).W_hy,
        jordan.W_xh,
        jordan.W_yh,
        jordan.W_hy,
    ]
    for matrix in matrices:
        limit = math.sqrt(6 / sum(matrix.shape))
        oracle = np.array(keras.initializers.GlorotUniform(seed=1)(matrix.shape))
        assert 0.99 * limit < np.abs(matrix).max() <= limit
        assert 0.99 * limit < np.abs(oracle).max() <= limit * (1 + 1e-6)
        assert np.mean(matrix) == pytest.approx(0, abs=0.05 * limit)
        assert np.std(matrix) == pytest.approx(limit / math.sqrt(3), rel=0.05)


@pytest.mark.parametrize("units", [1, 2, 7, 30])
def test_recurrent_weights_are_orthogonal(units):
    random = np.random.default_rng(2)
    W_hh = cells.random_elman(1, units, random).W_hh
    assert_same(W_hh @ W_hh.T, np.eye(units))
    for radius in (0, 0.5, 1.0, 1.3):
        scaled = cells.random_elman(1, units, random, spectral_radius=radius).W_hh
        eigenvalues = np.linalg.eigvals(scaled)
        assert_same(np.abs(eigenvalues), np.full(units, radius), 1e-9)
        assert_same(np.linalg.norm(scaled, 2), radius, 1e-9)  # the largest singular value


def test_no_orthogonal_matrix_is_preferred():
    """Without the signs of R, the first corner of Q would be negative in every draw."""
    random = np.random.default_rng(3)
    corners = np.array([cells.random_elman(1, 3, random).W_hh.diagonal() for _ in range(400)])
    assert np.abs(corners.mean(0)).max() < 0.1  # the standard error is 1 / √(3 · 400) = 0.03
    assert (corners**2).mean(0) == pytest.approx([1 / 3] * 3, abs=0.06)


def test_the_same_generator_draws_the_same_weights():
    draws = [cells.random_elman(2, 3, np.random.default_rng(seed)).W_hh for seed in (5, 5, 6)]
    assert (draws[0] == draws[1]).all() and not (draws[0] == draws[2]).any()
    radius = cells.random_elman(2, 3, np.random.default_rng(5), spectral_radius=0.9).W_hh
    assert_same(radius, 0.9 * draws[0])


# -------------------------------------------------------------------------------------- errors

ELMAN, OUTPUT, JORDAN = elman_weights(2, 3), output_weights(3, 4), jordan_weights(2, 3, 4)
INPUTS = numbers(5, 6, 2)


def forward(**changes):
    return lambda: cells.elman(**{"inputs": INPUTS, "weights": ELMAN, **changes})


def jordan_forward(**changes):
    return lambda: cells.jordan(**{"inputs": INPUTS, "weights": JORDAN, **changes})


def draw(features=2, units=3, random=None, **more):
    random = np.random.default_rng(0) if random is None else random
    return lambda: cells.random_elman(features, units, random, **more)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            forward(inputs=numbers(6, 2)), ValueError,
            r"inputs has shape \(6, 2\), expected \(batch, time, features\) = \(any, any, 2\); "
            r"for a single example pass inputs\[None\]",
        ),
        (
            forward(inputs=numbers(5, 6, 3)), ValueError,
            r"inputs has shape \(5, 6, 3\), expected .* = \(any, any, 2\)$",
        ),
        (forward(inputs=INPUTS[:, :0]), ValueError, r"inputs is empty: its shape is \(5, 0, 2\)"),
        (forward(inputs=[[[1, 2], [3]]]), ValueError, "inputs is no array.*different lengths; pad"),
        (forward(inputs=[[["a", "b"]]]), TypeError, "inputs has type <U1, expected real numbers"),
        (
            forward(initial_state=numbers(5, 2)), ValueError,
            r"initial_state has shape \(5, 2\), expected \(batch, units\) = \(5, 3\)",
        ),
        (
            forward(initial_state=numbers(3)), ValueError,
            r"initial_state has shape \(3,\), expected .*; one for each of the batch",
        ),
        (
            forward(mask=np.ones((5, 5), bool)), ValueError,
            r"mask has shape \(5, 5\), expected \(batch, time\) = \(5, 6\)",
        ),
        (forward(mask=np.ones((5, 6), int)), TypeError, r"mask has type int\d+, expected bool"),
        (forward(weights=JORDAN), TypeError, "weights has type JordanWeights, expected Elman"),
        (forward(weights=list(ELMAN)), TypeError, r"type list, expected ElmanWeights\(W_xh, "),
        (
            forward(weights=ELMAN._replace(W_hh=numbers(3, 2))), ValueError,
            r"W_hh has shape \(3, 2\), expected \(units, next_units\) = \(3, 3\)",
        ),
        (
            forward(weights=ELMAN._replace(b_h=numbers(1, 3))), ValueError,
            r"b_h has shape \(1, 3\), expected \(units,\) = \(3,\)",
        ),
        (forward(activation="tan"), ValueError, "activation is 'tan', expected .*'tanh', 'relu'"),
        (forward(activation=None), TypeError, "activation is None, expected a function or its n"),
        (
            lambda: cells.elman_step(INPUTS[:, 0], numbers(1, 3), ELMAN), ValueError,
            r"h_prev has shape \(1, 3\), expected \(batch, units\) = \(5, 3\)",
        ),
        (
            lambda: cells.elman_step(INPUTS, numbers(5, 3), ELMAN), ValueError,
            r"x_t has shape \(5, 6, 2\), expected \(batch, features\) = \(any, 2\)$",
        ),
        (
            lambda: cells.output(numbers(5, 4), OUTPUT), ValueError,
            r"states has shape \(5, 4\), expected \(…, units\) = \(…, 3\)",
        ),
        (lambda: cells.output(3.0, OUTPUT), ValueError, r"states has shape \(\), expected"),
        (
            lambda: cells.output(numbers(5, 3), OUTPUT._replace(b_y=numbers(3))), ValueError,
            r"b_y has shape \(3,\), expected \(outputs,\) = \(4,\)",
        ),
        (
            jordan_forward(initial_output=numbers(5, 3)), ValueError,
            r"initial_output has shape \(5, 3\), expected \(batch, outputs\) = \(5, 4\)",
        ),
        (
            jordan_forward(true_outputs=numbers(5, 5, 4)), ValueError,
            r"true_outputs has shape \(5, 5, 4\), expected .*time, outputs\) = \(5, 6, 4\)",
        ),
        (jordan_forward(weights=ELMAN), TypeError, "type ElmanWeights, expected Jordan"),
        (jordan_forward(output_activation="softmax"), ValueError, "activation is 'softmax'"),
        *[
            (
                jordan_forward(weights=JORDAN._replace(**{name: numbers(2, 2)})), ValueError,
                f"{name} has shape",
            )
            for name in ("W_yh", "b_h", "W_hy", "b_y")
        ],
        (
            lambda: cells.jordan_step(INPUTS[:, 0], numbers(5, 3), JORDAN), ValueError,
            r"y_prev has shape \(5, 3\), expected \(batch, outputs\) = \(5, 4\)",
        ),
        (draw(random=3), TypeError, r"random is 3, expected np.random.default_rng\(seed\)"),
        (draw(units=0), ValueError, "units is 0, expected a whole number of at least 1"),
        (draw(features=2.0), ValueError, "features is 2.0, expected a whole number"),
        (draw(spectral_radius=-1), ValueError, "spectral_radius is -1, expected a finite number"),
        (draw(spectral_radius=math.nan), ValueError, "spectral_radius is nan"),
    ],
)
def test_errors_name_the_array_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("module", ["utils.cells", "utils.bptt"])
def test_no_framework_is_loaded(root, module):
    heavy = {"tensorflow", "keras", "matplotlib"}
    code = f"import sys, {module}; print(set(sys.modules) & {heavy})"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("set()", "")
