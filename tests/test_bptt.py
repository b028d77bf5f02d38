"""Gradients by hand against autodiff, central differences, chains of Jacobians, and arithmetic."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import bptt, cells
from utils.cells import ElmanWeights, JordanWeights, OutputWeights

SHAPES = [  # batch, time, features, units, outputs
    (1, 1, 1, 1, 1),
    (2, 3, 1, 4, 2),
    (3, 6, 4, 2, 3),
]


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def elman_weights(features, units, seed=1):
    return ElmanWeights(
        numbers(features, units, seed=seed),
        numbers(units, units, seed=seed + 1),
        numbers(units, seed=seed + 2),
    )


def jordan_weights(features, units, outputs, seed=7):
    return JordanWeights(
        numbers(features, units, seed=seed),
        numbers(outputs, units, seed=seed + 1),
        numbers(units, seed=seed + 2),
        numbers(units, outputs, seed=seed + 3),
        numbers(outputs, seed=seed + 4),
    )


def some_mask(batch, time, seed=3, first=None):
    """Holes everywhere: at the start, inside, at the end. `first` sets the first step."""
    mask = np.random.default_rng([seed, batch, time]).random((batch, time)) < 0.6
    if first is not None:
        mask[:, 0] = first
    return mask


def flat(gradients):
    """All arrays of nested tuples in one list."""
    if isinstance(gradients, tuple):
        return [array for part in gradients for array in flat(part)]
    return [gradients]


def assert_same(found, wanted, tolerance=1e-10):
    found, wanted = flat(found), flat(wanted)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


def by_central_differences(loss, arrays, step=1e-6):
    """∂ loss(*arrays) / ∂ each element, one after the other; not the course's `gradient_check`."""
    gradients = []
    for number, array in enumerate(arrays):
        gradient = np.zeros(np.shape(array))
        for place in np.ndindex(gradient.shape):
            values = []
            for sign in (1, -1):
                changed = [np.array(one, float) for one in arrays]
                changed[number][place] += sign * step
                values.append(loss(*changed))
            gradient[place] = (values[0] - values[1]) / (2 * step)
        gradients.append(gradient)
    return gradients


# ---------------------------------------------------------------------------------- autodiff


def keras_gradients(inputs, weights, state_gradients, initial, mask, activation):
    """Gradients of Σ state_gradients · states through Keras's SimpleRNN, in float64."""
    layer = keras.layers.SimpleRNN(
        len(weights.b_h), activation=activation, return_sequences=True, dtype="float64"
    )
    layer.build(inputs.shape)
    layer.set_weights(list(weights))
    x, h_0 = tf.constant(inputs), tf.constant(initial)
    with tf.GradientTape() as tape:
        tape.watch([x, h_0])
        loss = tf.reduce_sum(state_gradients * layer(x, initial_state=h_0, mask=mask))
    variables = [weight.value for weight in layer.trainable_weights]
    return [np.array(g) for g in tape.gradient(loss, [*variables, x, h_0])]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_elman_gradients_are_those_of_keras(shape, masked):
    batch, time, features, units, _ = shape
    inputs, weights = numbers(batch, time, features), elman_weights(features, units)
    asked, initial = numbers(batch, time, units, seed=5), numbers(batch, units, seed=6)
    mask = some_mask(batch, time, first=True) if masked else None
    wanted = keras_gradients(inputs, weights, asked, initial, mask, "tanh")
    found = bptt.elman_gradients(inputs, weights, asked, initial, mask)
    assert_same(found, tuple(wanted))
    zeros = bptt.elman_gradients(inputs, weights, asked, np.zeros_like(initial), mask)
    assert_same(bptt.elman_gradients(inputs, weights, asked, mask=mask), zeros)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "linear"])
def test_other_activations_have_the_gradients_of_keras(activation):
    inputs, weights, asked = numbers(3, 5, 2), elman_weights(2, 4), numbers(3, 5, 4, seed=5)
    initial, mask = numbers(3, 4, seed=6), some_mask(3, 5, first=True)
    wanted = keras_gradients(inputs, weights, asked, initial, mask, activation)
    name = {"linear": "identity"}.get(activation, activation)
    function = cells.ACTIVATIONS[name]
    derivative = {
        "relu": lambda h: np.where(h > 0, 1.0, 0.0),
        "sigmoid": lambda h: h - h**2,
        "identity": lambda h: 1.0 + 0 * h,
    }[name]
    for given_as in (name, function, (function, derivative)):
        found = bptt.elman_gradients(inputs, weights, asked, initial, mask, given_as)
        assert_same(found, tuple(wanted))


def autodiff_jordan(inputs, weights, asked, initial, mask):
    """Gradients of Σ asked · outputs, for tanh and sigmoid, the loop written in TensorFlow."""
    tensors = [tf.constant(array) for array in (*weights, inputs, initial)]
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        W_xh, W_yh, b_h, W_hy, b_y, x, y = tensors
        loss = 0.0
        for t in range(inputs.shape[1]):
            h = tf.tanh(x[:, t] @ W_xh + y @ W_yh + b_h)
            y = tf.where(mask[:, t, None], tf.sigmoid(h @ W_hy + b_y), y)
            loss += tf.reduce_sum(asked[:, t] * y)
    gradients = tape.gradient(loss, tensors, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    return [np.array(g) for g in gradients]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
def test_jordan_gradients_are_those_of_autodiff(shape, masked):
    batch, time, features, units, outputs = shape
    inputs, weights = numbers(batch, time, features), jordan_weights(features, units, outputs)
    asked, initial = numbers(batch, time, outputs, seed=5), numbers(batch, outputs, seed=6)
    mask = some_mask(batch, time) if masked else np.ones((batch, time), bool)
    wanted = autodiff_jordan(inputs, weights, asked, initial, mask)
    found = bptt.jordan_gradients(
        inputs, weights, asked, initial, mask if masked else None, output_activation="sigmoid"
    )
    assert_same(found, tuple(wanted))


def test_jordan_with_linear_outputs_has_the_gradients_of_elman_with_one_matrix_in_two_pieces():
    """W_hh = W_hy W_yh: what an identity as output layer makes of a Jordan network is Elman's."""
    inputs, elman, asked = numbers(2, 5, 3), elman_weights(3, 4), numbers(2, 5, 4, seed=5)
    initial, mask = numbers(2, 4, seed=6), some_mask(2, 5)
    jordan = JordanWeights(elman.W_xh, elman.W_hh, elman.b_h, np.eye(4), np.zeros(4))
    wanted = bptt.elman_gradients(inputs, elman, asked, initial, mask)
    found = bptt.jordan_gradients(inputs, jordan, asked, initial, mask)
    assert_same(found.weights[:3], wanted.weights)
    assert_same((found.inputs, found.initial_output), wanted[1:])


# ----------------------------------------------------------------------- central differences


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "identity"])
def test_elman_gradients_are_central_differences(activation):
    """With steps masked at the very start as well, where Keras's gradients differ."""
    inputs, weights, asked = numbers(2, 4, 2), elman_weights(2, 3), numbers(2, 4, 3, seed=5)
    initial = numbers(2, 3, seed=6)
    mask = np.array([[False, True, True, False], [False, False, True, True]])

    def loss(W_xh, W_hh, b_h, x, h_0):
        states = cells.elman(x, ElmanWeights(W_xh, W_hh, b_h), h_0, mask, activation)
        return (asked * states).sum()

    wanted = by_central_differences(loss, [*weights, inputs, initial])
    found = bptt.elman_gradients(inputs, weights, asked, initial, mask, activation)
    assert_same(found, tuple(wanted), 1e-7)
    assert (found.inputs[~mask] == 0).all() and (found.inputs[mask] != 0).any()


@pytest.mark.parametrize("activations", [("tanh", "identity"), ("relu", "tanh")])
def test_jordan_gradients_are_central_differences(activations):
    inputs, weights, asked = numbers(2, 4, 2), jordan_weights(2, 3, 2), numbers(2, 4, 2, seed=5)
    initial = numbers(2, 2, seed=6)
    mask = np.array([[False, True, True, True], [True, True, False, True]])

    def loss(W_xh, W_yh, b_h, W_hy, b_y, x, y_0):
        changed = JordanWeights(W_xh, W_yh, b_h, W_hy, b_y)
        return (asked * cells.jordan(x, changed, y_0, mask, *activations)[1]).sum()

    wanted = by_central_differences(loss, [*weights, inputs, initial])
    found = bptt.jordan_gradients(inputs, weights, asked, initial, mask, *activations)
    assert_same(found, tuple(wanted), 1e-7)
    assert (found.inputs[~mask] == 0).all()


@pytest.mark.parametrize("leading", [(), (3,), (2, 3), (2, 2, 2)])
@pytest.mark.parametrize("activation", ["identity", "tanh", "sigmoid"])
def test_output_gradients_are_central_differences(activation, leading):
    states, asked = numbers(*leading, 4), numbers(*leading, 2, seed=5)
    weights = OutputWeights(numbers(4, 2, seed=2), numbers(2, seed=3))

    def loss(W_hy, b_y, h):
        return (asked * cells.output(h, OutputWeights(W_hy, b_y), activation)).sum()

    wanted = by_central_differences(loss, [*weights, states])
    assert_same(bptt.output_gradients(states, weights, asked, activation), tuple(wanted), 1e-7)


def test_layers_chain_as_the_module_says():
    """A mean squared error over two layers, as in the module's docstring."""
    inputs, targets = numbers(3, 4, 2), numbers(3, 4, 2, seed=8)
    recurrent = elman_weights(2, 3)
    readout = OutputWeights(numbers(3, 2, seed=2), numbers(2, seed=3))

    def loss(W_xh, W_hh, b_h, W_hy, b_y):
        states = cells.elman(inputs, ElmanWeights(W_xh, W_hh, b_h))
        return ((cells.output(states, OutputWeights(W_hy, b_y)) - targets) ** 2).mean()

    states = cells.elman(inputs, recurrent)
    y = cells.output(states, readout)
    output_layer = bptt.output_gradients(states, readout, 2 * (y - targets) / y.size)
    recurrence = bptt.elman_gradients(inputs, recurrent, output_layer.states)
    wanted = by_central_differences(loss, [*recurrent, *readout])
    assert_same((recurrence.weights, output_layer.weights), tuple(wanted), 1e-7)


def test_softmax_and_cross_entropy_start_from_prediction_minus_target():
    states, weights = numbers(3, 4), OutputWeights(numbers(4, 5, seed=2), numbers(5, seed=3))
    targets = np.eye(5)[[1, 4, 0]]

    def log_softmax(logits):
        return logits - np.log(np.exp(logits).sum(-1, keepdims=True))

    def loss(W_hy, b_y, h):
        return -(targets * log_softmax(cells.output(h, OutputWeights(W_hy, b_y)))).sum()

    y = np.exp(log_softmax(cells.output(states, weights)))
    wanted = by_central_differences(loss, [*weights, states])
    assert_same(bptt.output_gradients(states, weights, y - targets), tuple(wanted), 1e-7)


# ----------------------------------------------------------------------------- numbers by hand


def test_elman_gradients_by_hand():
    """h_1 = 2·1 + 3·5 + 1 = 18, h_2 = 2·4 + 3·18 + 1 = 63; L = 10 h_1 + h_2.

    ∂L/∂h_2 = 1 and ∂L/∂h_1 = 10 + 3. W_xh: 1·13 + 4·1. W_hh: 5·13 + 18·1. b_h: 13 + 1.
    """
    weights = ElmanWeights(np.array([[2.0]]), np.array([[3.0]]), np.array([1.0]))
    inputs, initial = np.array([[[1.0], [4.0]]]), np.array([[5.0]])
    found = bptt.elman_gradients(inputs, weights, [[[10], [1]]], initial, activation="identity")
    assert [array.tolist() for array in found.weights] == [[[17]], [[83]], [14]]
    assert found.inputs.tolist() == [[[26], [2]]]
    assert found.initial_state.tolist() == [[39]]
    # Not one step back: h_2 no longer asks anything of h_1, and h_1 nothing of the initial state.
    found = bptt.elman_gradients(
        inputs, weights, [[[10], [1]]], initial, activation="identity", truncate=0
    )
    assert [array.tolist() for array in found.weights] == [[[14]], [[68]], [11]]
    assert found.initial_state.tolist() == [[0]]
    # One step: the initial state hears from h_1, 3·10, but not from h_2.
    found = bptt.elman_gradients(
        inputs, weights, [[[10], [1]]], initial, activation="identity", truncate=1
    )
    assert [array.tolist() for array in found.weights] == [[[17]], [[83]], [14]]
    assert found.initial_state.tolist() == [[30]]


def test_tanh_by_hand():
    """tanh(ln 3) = 0.8, its slope 1 - 0.64 = 0.36."""
    weights = ElmanWeights(np.array([[math.log(3)]]), np.array([[0.0]]), np.array([0.0]))
    found = bptt.elman_gradients(np.ones((1, 1, 1)), weights, np.ones((1, 1, 1)))
    assert_same(found.weights.W_xh, np.array([[0.36]]))
    assert_same(found.inputs, np.array([[[0.36 * math.log(3)]]]))


def test_jordan_gradients_by_hand():
    """h_1 = 1, y_1 = 10; h_2 = 2 + 10·3 = 32, y_2 = 320; L = y_2: ∂L/∂y_1 = 10·3."""
    one = np.eye(1)
    weights = JordanWeights(one, 3 * one, np.zeros(1), 10 * one, np.zeros(1))
    found = bptt.jordan_gradients([[[1], [2]]], weights, [[[0], [1]]], activation="identity")
    # ∂L/∂a_2 = 10, ∂L/∂a_1 = 300; W_yh sees y_1 at step 2 only; W_hy: h_1·30 + h_2·1
    assert [array.tolist() for array in found.weights] == [[[320]], [[100]], [310], [[62]], [31]]
    assert found.inputs.tolist() == [[[300], [10]]]
    assert found.initial_output.tolist() == [[900]]


# --------------------------------------------------------------------------------- truncation


def slice_by_slice(inputs, weights, asked, initial, truncate):
    """Sum over t of the full gradient of the loss at t, in a sequence that starts truncate before.

    Where the sequence would start before the first step, it starts from the initial state.
    """
    states = cells.elman(inputs, weights, initial)
    everything = [np.zeros(array.shape) for array in (*weights, inputs, initial)]
    for t in range(inputs.shape[1]):
        first = max(0, t - truncate)
        start = initial if first == 0 else states[:, first - 1]
        last_only = np.zeros_like(asked[:, first : t + 1])
        last_only[:, -1] = asked[:, t]
        part = bptt.elman_gradients(inputs[:, first : t + 1], weights, last_only, start)
        for total, one in zip(everything[:3], part.weights, strict=True):
            total += one
        everything[3][:, first : t + 1] += part.inputs
        if t - truncate < 0:  # the initial state is one more step back
            everything[4] += part.initial_state
    return tuple(everything)


@pytest.mark.parametrize("truncate", [0, 1, 2, 4, 5, 6, 9])
def test_each_loss_has_a_window_of_its_own(truncate):
    inputs, weights, asked = numbers(2, 6, 3), elman_weights(3, 4), numbers(2, 6, 4, seed=5)
    initial = numbers(2, 4, seed=6)
    found = bptt.elman_gradients(inputs, weights, asked, initial, truncate=truncate)
    assert_same(found, slice_by_slice(inputs, weights, asked, initial, truncate))
    full = bptt.elman_gradients(inputs, weights, asked, initial)
    same = [np.allclose(one, other) for one, other in zip(flat(found), flat(full), strict=True)]
    # five steps reach from the last to the first, six to the initial state
    assert same == [truncate >= 5] * 4 + [truncate >= 6]


def test_a_window_is_a_chain_of_jacobians():
    """Pascanu et al. 2013, equations 4 and 5, with every product written out."""
    inputs, weights, asked = numbers(1, 5, 2), elman_weights(2, 3), numbers(1, 5, 3, seed=5)
    states, truncate = cells.elman(inputs, weights)[0], 2
    wanted = np.zeros_like(weights.W_hh)
    for t in range(5):
        for k in range(max(0, t - truncate), t + 1):
            along = asked[0, t]  # ∂L_t/∂h_t, then back to ∂L_t/∂h_k
            for i in range(t, k, -1):
                jacobian = np.diag(1 - states[i] ** 2) @ weights.W_hh.T  # ∂h_i/∂h_{i-1}
                along = along @ jacobian
            before = states[k - 1] if k else np.zeros(3)
            wanted += np.outer(before, along * (1 - states[k] ** 2))
    found = bptt.elman_gradients(inputs, weights, asked, truncate=truncate)
    assert_same(found.weights.W_hh, wanted)


@pytest.mark.parametrize("truncate", [None, 0, 1, 2])
def test_masked_steps_do_not_count(truncate):
    """Each example by itself, with the masked steps cut out, gives the same gradients."""
    inputs, weights, asked = numbers(3, 7, 2), elman_weights(2, 3), numbers(3, 7, 3, seed=5)
    mask = np.array([[1, 0, 1, 1, 0, 0, 1], [0, 0, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1, 1]]) == 1
    asked[~mask] = 0
    found = bptt.elman_gradients(inputs, weights, asked, mask=mask, truncate=truncate)
    totals = [np.zeros_like(array) for array in weights]
    for n in range(3):
        kept = inputs[n : n + 1, mask[n]]
        alone = bptt.elman_gradients(
            kept, weights, asked[n : n + 1, mask[n]], truncate=truncate
        )
        for total, one in zip(totals, alone.weights, strict=True):
            total += one
        assert_same(found.inputs[n : n + 1, mask[n]], alone.inputs)
        assert_same(found.initial_state[n : n + 1], alone.initial_state)
    assert_same(tuple(found.weights), tuple(totals))


def test_a_loss_at_a_padded_last_step_counts_from_the_last_real_one():
    inputs, weights = numbers(2, 4, 2), elman_weights(2, 3)
    padded = np.concatenate([inputs, np.full((2, 3, 2), 50.0)], axis=1)
    mask = np.arange(7)[None] < np.array([[4], [4]])
    at_the_end, at_the_last = np.zeros((2, 7, 3)), np.zeros((2, 4, 3))
    at_the_end[:, -1] = at_the_last[:, -1] = numbers(2, 3, seed=5)
    for truncate in (None, 0, 2):
        found = bptt.elman_gradients(padded, weights, at_the_end, mask=mask, truncate=truncate)
        wanted = bptt.elman_gradients(inputs, weights, at_the_last, truncate=truncate)
        assert_same((found.weights, found.initial_state), (wanted.weights, wanted.initial_state))
        assert_same(found.inputs[:, :4], wanted.inputs)


def test_chunks_are_another_definition():
    """Cut after every second step: the losses at steps 0 and 2 see one step, those at 1 and 3 two.

    The window of `truncate=1` gives two steps to each but the first.
    """
    inputs, weights, asked = numbers(2, 4, 2), elman_weights(2, 3), numbers(2, 4, 3, seed=5)
    states = cells.elman(inputs, weights)
    first = bptt.elman_gradients(inputs[:, :2], weights, asked[:, :2])
    second = bptt.elman_gradients(inputs[:, 2:], weights, asked[:, 2:], states[:, 1])
    chunks = [one + other for one, other in zip(first.weights, second.weights, strict=True)]

    def with_losses(steps, truncate):
        only = np.zeros_like(asked)
        only[:, steps] = asked[:, steps]
        return bptt.elman_gradients(inputs, weights, only, truncate=truncate).weights

    windows = with_losses([0, 1, 2, 3], 1)
    assert np.abs(chunks[1] - windows.W_hh).max() > 0.1
    parts = zip(with_losses([0, 2], 0), with_losses([1, 3], 1), strict=True)
    assert_same(tuple(chunks), tuple(one + other for one, other in parts))


# ------------------------------------------------- what holds for every sequence and all weights

quick = settings(deadline=None, derandomize=True, max_examples=30)
sizes = st.tuples(*[st.integers(1, 4)] * 4)
windows = st.one_of(st.none(), st.integers(0, 5))


@quick
@given(size=sizes, seed=st.integers(0, 10_000), truncate=windows)
def test_gradients_add_up_over_losses_and_examples(size, seed, truncate):
    batch, time, features, units = size
    inputs, weights = numbers(batch, time, features, seed=seed), elman_weights(features, units)
    mask, initial = some_mask(batch, time, seed), numbers(batch, units, seed=seed)
    asked = numbers(2, batch, time, units, seed=seed)

    def gradients(asked, chosen=slice(None)):
        return bptt.elman_gradients(
            inputs[chosen], weights, asked[chosen], initial[chosen], mask[chosen], "tanh", truncate
        )

    together = flat(gradients(3 * asked[0] + asked[1]))
    parts = zip(flat(gradients(asked[0])), flat(gradients(asked[1])), strict=True)
    assert_same(tuple(together), tuple(3 * one + other for one, other in parts))
    alone = [gradients(asked[0], slice(n, n + 1)) for n in range(batch)]
    whole = gradients(asked[0])
    summed = [sum(arrays) for arrays in zip(*(one.weights for one in alone), strict=True)]
    assert_same(tuple(whole.weights), tuple(summed))
    assert_same(whole.inputs, np.concatenate([one.inputs for one in alone]))
    assert_same(whole.initial_state, np.concatenate([one.initial_state for one in alone]))


@quick
@given(size=sizes, seed=st.integers(0, 10_000), truncate=st.integers(0, 5))
def test_no_loss_reaches_beyond_its_window_or_into_the_future(size, seed, truncate):
    batch, time, features, units = size
    inputs, weights = numbers(batch, time, features, seed=seed), elman_weights(features, units)
    for t in range(time):
        only = np.zeros((batch, time, units))
        only[:, t] = numbers(batch, units, seed=seed)
        found = bptt.elman_gradients(inputs, weights, only, truncate=truncate).inputs
        reached = np.abs(found).max(axis=(0, 2)) > 0
        assert reached.tolist() == [t - truncate <= step <= t for step in range(time)]


def test_numbers_keep_their_type_and_the_caller_s_arrays_their_values():
    for dtype in ("float32", "float64"):
        inputs, asked = numbers(2, 3, 2).astype(dtype), numbers(2, 3, 3, seed=5).astype(dtype)
        weights = ElmanWeights(*(array.astype(dtype) for array in elman_weights(2, 3)))
        kept = [array.copy() for array in (inputs, asked, *weights)]
        for truncate in (None, 1):
            found = bptt.elman_gradients(inputs, weights, asked, truncate=truncate)
            assert {array.dtype for array in flat(found)} == {np.dtype(dtype)}
        assert_same(tuple(kept), (inputs, asked, *weights), 0)


# ----------------------------------------------------------------------------- gradient by lag


def test_lags_are_gradients_of_the_state_before_ever_shorter_ends():
    """∂L/∂h_{T-k} is the gradient of the initial state of what comes after it."""
    inputs, weights, last = numbers(3, 6, 2), elman_weights(2, 4), numbers(3, 4, seed=5)
    initial = numbers(3, 4, seed=6)
    states = cells.elman(inputs, weights, initial)
    wanted = [np.linalg.norm(last, axis=1).mean()]
    for k in range(1, 6):
        last_only = np.zeros((3, k, 4))
        last_only[:, -1] = last
        rest = bptt.elman_gradients(inputs[:, -k:], weights, last_only, states[:, -k - 1])
        wanted.append(np.linalg.norm(rest.initial_state, axis=1).mean())
    assert_same(bptt.gradients_by_lag(inputs, weights, last, initial), np.array(wanted))


def test_what_is_left_in_an_lstm_is_the_gradient_of_the_cell_before_ever_shorter_ends():
    rng = np.random.default_rng(0)
    inputs, weights, last = numbers(3, 6, 2), cells.random_lstm(2, 4, rng), numbers(3, 4, seed=5)
    steps, wanted = cells.lstm(inputs, weights), [np.linalg.norm(last, axis=1).mean()]
    for k in range(1, 6):
        asked = np.zeros((3, k, 4))
        asked[:, -1] = last
        before = steps.h[:, -k - 1], steps.c[:, -k - 1]
        rest = bptt.lstm_gradients(inputs[:, -k:], weights, 0 * asked, asked, *before)
        shown = steps.output_gate[:, -k - 1] * (1 - np.tanh(before[1]) ** 2)  # ∂h/∂c of that step
        of_cell = rest.initial_cell + rest.initial_state * shown
        wanted.append(np.linalg.norm(of_cell, axis=1).mean())
    assert_same(bptt.left_by_lag(inputs, weights, last).all_ways, np.array(wanted))


def test_what_is_left_in_a_gru_is_the_gradient_of_the_state_before_ever_shorter_ends():
    rng = np.random.default_rng(0)
    inputs, weights, last = numbers(3, 6, 2), cells.random_gru(2, 4, rng), numbers(3, 4, seed=5)
    states, wanted = cells.gru(inputs, weights).h, [np.linalg.norm(last, axis=1).mean()]
    for k in range(1, 6):
        asked = np.zeros((3, k, 4))
        asked[:, -1] = last
        rest = bptt.gru_gradients(inputs[:, -k:], weights, asked, states[:, -k - 1])
        wanted.append(np.linalg.norm(rest.initial_state, axis=1).mean())
    assert_same(bptt.left_by_lag(inputs, weights, last).all_ways, np.array(wanted))


@pytest.mark.parametrize("draw", [cells.random_lstm, cells.random_gru])
def test_without_a_recurrent_matrix_all_that_is_left_came_straight(draw):
    weights = draw(2, 4, np.random.default_rng(0))
    lonely = weights._replace(W_h=np.zeros_like(weights.W_h))
    left = bptt.left_by_lag(numbers(3, 6, 2), lonely, numbers(3, 4))
    assert_same(left.straight, left.all_ways)
    assert left.straight[5] < left.straight[0]


@pytest.mark.parametrize("radius", [0.5, 1.0, 1.5])
def test_a_linear_orthogonal_recurrence_shrinks_by_its_radius_each_step(radius):
    weights = cells.random_elman(2, 5, np.random.default_rng(0), spectral_radius=radius)
    last = np.tile([[3.0, 4.0, 0, 0, 0]], (2, 1))
    norms = bptt.gradients_by_lag(numbers(2, 30, 2), weights, last, activation="identity")
    assert_same(norms, 5 * radius ** np.arange(30), 1e-9)


def test_lags_by_hand():
    """h_t = tanh(x_t - 2 h_{t-1}); its slope is 1 where h is 0, and 0.36 where h is 0.8."""
    weights = ElmanWeights(np.array([[1.0]]), np.array([[-2.0]]), np.array([0.0]))
    inputs = np.array([[[math.log(3)], [1.6], [0.0]]])
    # states 0.8, 0, 0: from h_3 to h_2 a factor of 2 · 1, from h_2 to h_1 the same
    assert_same(cells.elman(inputs, weights), np.array([[[0.8], [0.0], [0.0]]]), 1e-12)
    assert_same(bptt.gradients_by_lag(inputs, weights, [[-7.0]]), np.array([7.0, 14.0, 28.0]))
    # states 0, 0.8, 0: the second step back has the factor 2 · 0.36
    inputs = np.array([[[0.0], [math.log(3)], [1.6]]])
    assert_same(bptt.gradients_by_lag(inputs, weights, [[1.0]]), np.array([1.0, 2.0, 4 * 0.36]))


# ------------------------------------------------------------------------------------ clipping


def test_clipping_by_norm_by_hand():
    gradients = (OutputWeights(np.array([[3.0, 0.0]]), np.array([0.0, 0.0])), [np.array(4.0)])
    assert bptt.global_norm(gradients) == 5
    clipped = bptt.clip_by_norm(gradients, 1)
    assert isinstance(clipped[0], OutputWeights) and isinstance(clipped[1], list)
    assert_same(clipped[0], (np.array([[0.6, 0.0]]), np.zeros(2)))
    assert_same(clipped[1][0], np.array(0.8))
    for limit in (5, 5.1, 1e9):  # short enough
        kept = bptt.clip_by_norm(gradients, limit)
        assert kept[0].W_hy.tolist() == [[3, 0]] and kept[1][0] == 4
        assert kept[0].W_hy is not gradients[0].W_hy
    assert gradients[0].W_hy.tolist() == [[3, 0]]


def test_clipping_by_value_by_hand():
    gradients = ElmanWeights(np.array([[-3.0, 0.5]]), np.array([[2.0]]), np.array([-0.2]))
    clipped = bptt.clip_by_value(gradients, 0.5)
    assert isinstance(clipped, ElmanWeights)
    assert [a.tolist() for a in clipped] == [[[-0.5, 0.5]], [[0.5]], [-0.2]]
    assert gradients.W_xh.tolist() == [[-3, 0.5]]


def test_clipping_is_what_tensorflow_does():
    gradients = elman_weights(3, 4)
    wanted, norm = tf.clip_by_global_norm([tf.constant(g) for g in gradients], 0.7)
    assert bptt.global_norm(gradients) == pytest.approx(float(norm))
    assert_same(bptt.clip_by_norm(gradients, 0.7), tuple(np.array(g) for g in wanted))
    wanted = [np.array(tf.clip_by_value(g, -0.3, 0.3)) for g in gradients]
    assert_same(bptt.clip_by_value(gradients, 0.3), tuple(wanted))


@quick
@given(
    st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6), st.floats(1e-3, 1e3)
)
def test_clipped_gradients_are_short_and_point_the_same_way(values, limit):
    gradient = np.array(values)
    clipped = bptt.clip_by_norm(gradient, limit)
    assert bptt.global_norm(clipped) <= limit * (1 + 1e-12)
    norm = bptt.global_norm(gradient)
    np.testing.assert_allclose(
        clipped * max(norm, limit), gradient * limit, rtol=1e-12, atol=1e-300
    )


def test_norms_do_not_overflow_where_the_gradient_does_not():
    gradient = np.array([3e200, -4e200])
    assert bptt.global_norm(gradient) == pytest.approx(5e200)
    assert_same(bptt.clip_by_norm(gradient, 10), np.array([6.0, -8.0]))
    narrow = np.array([3e30, 4e30], "float32")
    clipped = bptt.clip_by_norm(narrow, 5)
    assert clipped.dtype == "float32" and clipped.tolist() == pytest.approx([3, 4])
    assert bptt.global_norm([np.zeros(3), np.zeros((2, 2))]) == 0
    assert bptt.clip_by_norm(np.zeros(2), 1).tolist() == [0, 0]


# ------------------------------------------------------------------------------ gradient check


def network(inputs, asked):
    """A loss of `ElmanWeights`, and its gradients."""
    weights = elman_weights(inputs.shape[-1], asked.shape[-1])

    def loss(weights):
        return (asked * cells.elman(inputs, weights)).sum()

    return loss, weights, bptt.elman_gradients(inputs, weights, asked).weights


NETWORK = network(numbers(2, 5, 2), numbers(2, 5, 3, seed=5))


def test_right_gradients_pass():
    loss, weights, gradients = NETWORK
    kept = [array.copy() for array in weights]
    check = bptt.gradient_check(loss, weights, gradients)
    assert check.error < 1e-7
    assert check.by_hand == pytest.approx(check.numeric, rel=1e-4)
    assert_same(tuple(kept), tuple(weights), 0)


@pytest.mark.parametrize(
    ("name", "place"), [("W_xh", (1, 2)), ("W_hh", (0, 0)), ("W_hh", (2, 1)), ("b_h", (2,))]
)
def test_a_single_wrong_element_is_found_and_named(name, place):
    loss, weights, gradients = NETWORK
    wrong = getattr(gradients, name).copy()
    wrong[place] *= 1.001
    check = bptt.gradient_check(loss, weights, gradients._replace(**{name: wrong}))
    assert check.where == f"{name}[{', '.join(map(str, place))}]"
    assert check.error == pytest.approx(0.001, rel=0.01)
    assert check.by_hand == wrong[place]
    assert check.numeric == pytest.approx(wrong[place] / 1.001, rel=1e-5)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda g: g._replace(W_hh=g.W_hh.T),
        lambda g: g._replace(b_h=g.b_h / 2),
        lambda g: g._replace(W_xh=-g.W_xh),
        lambda g: ElmanWeights(*(2 * array for array in g)),
        lambda g: ElmanWeights(*(0 * array for array in g)),
    ],
    ids=["transposed", "mean of two", "sign", "twice", "zero"],
)
def test_wrong_gradients_do_not_pass(spoil):
    loss, weights, gradients = NETWORK
    assert bptt.gradient_check(loss, weights, spoil(gradients)).error > 0.1


def test_error_by_hand():
    """L = x² + 5y at x = 3: the gradient is (6, 5). The error of 8 is 2/8, that of 4 is 2/6."""
    def loss(x):
        return x[0] ** 2 + 5 * x[1]

    arrays = np.array([3.0, 1.0])
    for by_hand, error in ((8.0, 2 / 8), (4.0, 2 / 6), (-6.0, 2.0)):
        check = bptt.gradient_check(loss, arrays, np.array([by_hand, 5.0]))
        assert check.error == pytest.approx(error, abs=1e-6)
        assert (check.where, check.by_hand) == ("array[0]", by_hand)
    # A thousandth of the largest gradient, 0.006, stands below a difference of 0.0001 near zero.
    check = bptt.gradient_check(lambda x: x[0] ** 2, arrays, np.array([6.0, 1e-4]))
    assert check.error == pytest.approx(1e-4 / 6e-3, rel=1e-4)
    assert check.where == "array[1]"


def test_structures_have_places_with_names():
    def loss(parts):
        (weights, x), scale = parts
        return float(scale * (weights.W_hy.sum() + 2 * x[0]))

    arrays = [(OutputWeights(np.ones((2, 1)), np.ones(1)), np.array([3.0])), np.array(2.0)]
    right = [(OutputWeights(np.full((2, 1), 2.0), np.zeros(1)), np.array([4.0])), np.array(8.0)]
    assert bptt.gradient_check(loss, arrays, right).error < 1e-8
    for place in ("0.0.W_hy[1, 0]", "0.0.b_y[0]", "0.1[0]", "1"):
        wrong = [(OutputWeights(*map(np.copy, right[0][0])), right[0][1].copy()), right[1].copy()]
        array = {
            "0.0.W_hy[1, 0]": wrong[0][0].W_hy[1:], "0.0.b_y[0]": wrong[0][0].b_y,
            "0.1[0]": wrong[0][1], "1": wrong[1],
        }[place]
        array += 1.0
        assert bptt.gradient_check(loss, arrays, wrong).where == place


def test_whole_results_can_be_checked_with_what_went_in():
    inputs, weights, asked = numbers(2, 3, 2), elman_weights(2, 2), numbers(2, 3, 2, seed=5)
    initial = numbers(2, 2, seed=6)
    check = bptt.gradient_check(
        lambda all_of: (asked * cells.elman(all_of[1], all_of[0], all_of[2])).sum(),
        (weights, inputs, initial),
        bptt.elman_gradients(inputs, weights, asked, initial),
    )
    assert check.error < 1e-7


def test_a_sample_looks_at_as_many_elements_of_each_array_as_it_says():
    loss, weights, gradients = NETWORK
    seen = []

    def counted(moved):
        seen.append([np.argwhere(a != b).tolist() for a, b in zip(moved, weights, strict=True)])
        return loss(moved)

    assert bptt.gradient_check(counted, weights, gradients, elements=4).error < 1e-7
    moved = [[tuple(place) for one in seen for place in one[i]] for i in range(3)]
    assert [len(places) for places in moved] == [8, 8, 6]  # both ways; b_h has but three
    assert [len(set(places)) for places in moved] == [4, 4, 3]
    again, other = [], []
    for record, random in ((again, None), (other, np.random.default_rng(5))):
        seen.clear()
        bptt.gradient_check(counted, weights, gradients, elements=4, random=random)
        record += [[tuple(place) for one in seen for place in one[i]] for i in range(3)]
    assert again == moved and other != moved


def test_all_zero_is_agreement():
    zero = np.zeros(2)
    assert bptt.gradient_check(lambda x: 7.0, zero, zero).error == 0


def test_whole_numbers_and_narrow_arrays_are_moved_in_float64():
    def loss(arrays):
        assert {array.dtype for array in arrays} == {np.dtype("float64")}
        return (arrays[0] * arrays[1]).sum()

    arrays = (np.array([1, 2]), np.array([0.5, 4], "float32"))
    right = (np.array([0.5, 4.0]), np.array([1, 2]))
    assert bptt.gradient_check(loss, arrays, right).error < 1e-8


# -------------------------------------------------------------------------------------- errors

INPUTS, WEIGHTS, ASKED = numbers(5, 6, 2), elman_weights(2, 3), numbers(5, 6, 3)
OUTPUT, JORDAN = OutputWeights(numbers(3, 4), numbers(4)), jordan_weights(2, 3, 4)


def elman_call(**changes):
    arguments = {"inputs": INPUTS, "weights": WEIGHTS, "state_gradients": ASKED, **changes}
    return lambda: bptt.elman_gradients(**arguments)


def check_call(**changes):
    arguments = {
        "loss": lambda x: x.sum(), "arrays": np.ones(3), "gradients": np.ones(3), **changes
    }
    return lambda: bptt.gradient_check(**arguments)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            elman_call(state_gradients=ASKED[:, -1]), ValueError,
            r"state_gradients has shape \(5, 3\), expected \(batch, time, units\) = \(5, 6, 3\)",
        ),
        (elman_call(inputs=numbers(5, 6, 3)), ValueError, r"inputs has shape \(5, 6, 3\)"),
        (elman_call(mask=np.ones((5, 6))), TypeError, "mask has type float64, expected bool"),
        (elman_call(weights=JORDAN), TypeError, "weights has type JordanWeights"),
        *[
            (
                elman_call(truncate=wrong), ValueError,
                "truncate is .*, expected a whole number of at least 0",
            )
            for wrong in (-1, 2.0, True)
        ],
        (
            elman_call(activation=np.sin), ValueError,
            r"derivative of 'sin' is not known: pass a pair \(f, derivative\), .*'tanh', 'relu'",
        ),
        (elman_call(activation="softmax"), ValueError, "activation is 'softmax', expected"),
        (elman_call(activation=("tanh", "relu")), TypeError, "activation is .*, expected a funct"),
        (
            lambda: bptt.output_gradients(ASKED, OUTPUT, numbers(5, 6, 3)), ValueError,
            r"loss_gradients has shape \(5, 6, 3\), expected that of the outputs: \(5, 6, 4\)",
        ),
        (
            lambda: bptt.output_gradients(numbers(5, 4), OUTPUT, numbers(5, 4)), ValueError,
            r"states has shape \(5, 4\), expected",
        ),
        (
            lambda: bptt.jordan_gradients(INPUTS, JORDAN, ASKED), ValueError,
            r"loss_gradients has shape \(5, 6, 3\), expected .*outputs\) = \(5, 6, 4\)",
        ),
        (
            lambda: bptt.gradients_by_lag(INPUTS, WEIGHTS, ASKED), ValueError,
            r"last_gradient has shape \(5, 6, 3\), expected \(batch, units\) = \(5, 3\)",
        ),
        (
            lambda: bptt.left_by_lag(INPUTS, WEIGHTS, ASKED), TypeError,
            "weights are ElmanWeights, expected LSTMWeights or GRUWeights",
        ),
        *[
            (
                lambda clip=clip, limit=limit: clip(np.ones(2), limit), ValueError,
                "limit is .*, expected a finite number above 0",
            )
            for clip in (bptt.clip_by_norm, bptt.clip_by_value)
            for limit in (0, -1.0, math.nan, math.inf)
        ],
        *[
            (
                lambda clip=clip, bad=bad: clip(WEIGHTS._replace(b_h=np.array([1, bad])), 1.0),
                ValueError, "the gradient b_h holds NaN or infinity",
            )
            for clip in (bptt.clip_by_norm, bptt.clip_by_value)
            for bad in (math.nan, -math.inf)
        ],
        *[
            (
                lambda clip=clip: clip([elman_call()()], 1.0), TypeError,
                r"ElmanGradients hold gradients of inputs.*pass \.weights",
            )
            for clip in (bptt.clip_by_norm, bptt.clip_by_value)
        ],
        (lambda: bptt.global_norm(elman_call()()), TypeError, "ElmanGradients hold"),
        (lambda: bptt.global_norm(()), ValueError, "there are no gradients"),
        (lambda: bptt.global_norm(["a"]), TypeError, "0 has type <U1, expected real numbers"),
        (check_call(gradients=np.ones(2)), ValueError, r"array has shape \(3,\), but .* \(2,\)"),
        (
            check_call(arrays=WEIGHTS, gradients=OUTPUT), ValueError,
            "there are 3 arrays, but gradients of 2",
        ),
        (
            check_call(arrays=WEIGHTS, gradients=WEIGHTS._replace(W_hh=np.ones((2, 3)))),
            ValueError, r"W_hh has shape \(3, 3\), but its gradient has shape \(2, 3\)",
        ),
        (check_call(gradients=np.array([1, math.nan, 1])), ValueError, "the gradient array holds"),
        (check_call(loss=lambda x: x), TypeError, r"one number; it has type float64.*\(3,\)"),
        (check_call(loss=lambda x: None), TypeError, "one number; it has type object"),
        (check_call(loss=lambda x: np.float32(1)), TypeError, "computed in float32.*in float64"),
        (check_call(loss=lambda x: math.nan), ValueError, "the loss is nan"),
        (check_call(loss=lambda x: 3.0), ValueError, "does not change with any element"),
        (check_call(step=0), ValueError, "step is 0, expected a finite number above 0"),
        (check_call(elements=0), ValueError, "elements is 0, expected a whole number"),
        (
            check_call(arrays=np.ones(0), gradients=np.ones(0)), ValueError,
            "arrays are empty",
        ),
    ],
)
def test_errors_say_what_was_wrong_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()
