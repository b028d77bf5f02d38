"""The GRU, forward and backward, against loops over single numbers, Keras, and numbers by hand."""

import math

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import bptt, cells
from utils.cells import ElmanWeights, GRUWeights

SHAPES = [  # batch, time, features, units
    (1, 1, 1, 1),
    (2, 3, 1, 4),
    (3, 6, 4, 2),
]
MASKS = {
    "none": None,
    "left": np.array([[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]]) == 1,
    "right": np.array([[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]]) == 1,
    "middle": np.array([[1, 0, 0, 1, 1, 1], [1, 1, 0, 1, 0, 1], [1, 1, 1, 1, 1, 1]]) == 1,
    "everywhere": np.array([[0, 1, 0, 1, 1, 0], [1, 0, 1, 0, 0, 1], [0, 0, 1, 1, 0, 0]]) == 1,
}
RESETS = pytest.mark.parametrize("reset_after", [True, False])
UPDATES = pytest.mark.parametrize("update_gate", ["keeps", "replaces"])


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def gru_weights(features, units, reset_after, seed=1):
    bias = (2, 3 * units) if reset_after else (3 * units,)
    return GRUWeights(
        numbers(features, 3 * units, seed=seed),
        numbers(units, 3 * units, seed=seed + 1),
        numbers(*bias, seed=seed + 2),
    )


def some_mask(batch, time, seed=3):
    """Holes everywhere: at the start, inside, at the end."""
    return np.random.default_rng([seed, batch, time]).random((batch, time)) < 0.6


def after_the_first(mask):
    """True from the first real step of each example on."""
    return np.logical_or.accumulate(mask, axis=1)


def flat(gradients):
    """All arrays of nested tuples in one list."""
    if isinstance(gradients, tuple):
        return [array for part in gradients for array in flat(part)]
    return [gradients]


def assert_same(found, wanted, tolerance=1e-12):
    found, wanted = flat(found), flat(wanted)
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert np.shape(one) == np.shape(other)
        np.testing.assert_allclose(one, other, rtol=tolerance, atol=tolerance)


# ------------------------------------------------------------------- loops over single numbers


def sigmoid(a):
    return 1 / (1 + math.exp(-a))


def step_by_loops(x, h, w, reset_after, update_gate):
    """h, z, r and candidate of one example, one unit after the other."""
    n = len(h)
    b_x, b_h = w.b if reset_after else (w.b, np.zeros(3 * n))

    def of_input(column):
        return b_x[column] + sum(x[i] * w.W_x[i, column] for i in range(len(x)))

    def of_state(column, state):
        return b_h[column] + sum(state[i] * w.W_h[i, column] for i in range(n))

    z = [sigmoid(of_input(j) + of_state(j, h)) for j in range(n)]
    r = [sigmoid(of_input(n + j) + of_state(n + j, h)) for j in range(n)]
    if reset_after:
        past = [r[j] * of_state(2 * n + j, h) for j in range(n)]
    else:
        past = [of_state(2 * n + j, [r[i] * h[i] for i in range(n)]) for j in range(n)]
    candidate = [math.tanh(of_input(2 * n + j) + past[j]) for j in range(n)]
    if update_gate == "keeps":
        new = [z[j] * h[j] + (1 - z[j]) * candidate[j] for j in range(n)]
    else:
        new = [(1 - z[j]) * h[j] + z[j] * candidate[j] for j in range(n)]
    return new, z, r, candidate


def gru_by_loops(inputs, w, initial_state, mask, reset_after, update_gate):
    batch, time, _ = inputs.shape
    wanted = np.zeros((4, batch, time, len(w.W_h)))
    for n in range(batch):
        h = list(initial_state[n])
        for t in range(time):
            if mask[n, t]:
                h, *rest = step_by_loops(inputs[n, t], h, w, reset_after, update_gate)
                wanted[1:, n, t] = rest
            wanted[0, n, t] = h
    return tuple(wanted)


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("started", [False, True])
@UPDATES
@RESETS
@pytest.mark.parametrize("shape", SHAPES)
def test_gru_equals_the_loops(shape, reset_after, update_gate, started, masked):
    batch, time, features, units = shape
    inputs, weights = numbers(batch, time, features), gru_weights(features, units, reset_after)
    initial = numbers(batch, units, seed=9) if started else None
    mask = some_mask(batch, time) if masked else None
    h_0 = np.zeros((batch, units)) if initial is None else initial
    full = np.ones((batch, time), bool) if mask is None else mask
    wanted = gru_by_loops(inputs, weights, h_0, full, reset_after, update_gate)
    found = cells.gru(inputs, weights, initial, mask, reset_after, update_gate)
    assert found._fields == ("h", "update_gate", "reset_gate", "candidate")
    assert_same(tuple(found), wanted)
    h_1 = cells.gru_step(inputs[:, 0], h_0, weights, reset_after, update_gate)
    first = gru_by_loops(inputs[:, :1], weights, h_0, full[:, :1] | True, reset_after, update_gate)
    assert_same(h_1, first[0][:, 0])


def test_the_defaults_are_those_of_keras():
    inputs, weights = numbers(2, 3, 2), gru_weights(2, 3, True)
    asked, h_prev = numbers(2, 3, 3, seed=5), numbers(2, 3, seed=6)
    variant = {"reset_after": True, "update_gate": "keeps"}
    assert_same(tuple(cells.gru(inputs, weights)), tuple(cells.gru(inputs, weights, **variant)))
    assert_same(
        cells.gru_step(inputs[:, 0], h_prev, weights),
        cells.gru_step(inputs[:, 0], h_prev, weights, **variant),
    )
    found = bptt.gru_gradients(inputs, weights, asked)
    assert_same(found, bptt.gru_gradients(inputs, weights, asked, **variant))
    assert cells.random_gru(2, 3, np.random.default_rng(0)).b.shape == (2, 9)


# ------------------------------------------------------------------------- Keras as the oracle


def keras_gru(inputs, weights, **options):
    layer = keras.layers.GRU(
        len(weights.W_h),
        reset_after=np.ndim(weights.b) == 2,
        return_sequences=True,
        return_state=True,
        dtype="float64",
        **options,
    )
    layer.build(inputs.shape)
    layer.set_weights(list(weights))
    return layer


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@RESETS
def test_gru_is_keras_gru(reset_after, mask, started):
    inputs, weights = numbers(3, 6, 2), gru_weights(2, 4, reset_after)
    initial = numbers(3, 4, seed=9) if started else None
    layer = keras_gru(inputs, weights)
    states, last = (np.array(part) for part in layer(inputs, initial_state=initial, mask=mask))
    taken = GRUWeights(*layer.get_weights())  # as the docstring says
    assert_same(tuple(taken), tuple(weights), 0)
    found = cells.gru(inputs, taken, initial, mask, reset_after).h
    compared = np.ones((3, 6), bool) if mask is None else after_the_first(mask)
    assert_same(found[compared], states[compared])
    assert_same(found[:, -1], last)
    if started:  # before the first real step we report the initial state, and Keras zeros
        assert (states[~compared] == 0).all()
        assert_same(found[~compared], np.repeat(initial[:, None], 6, axis=1)[~compared], 0)


@given(
    size=st.tuples(*[st.integers(1, 4)] * 4),
    seed=st.integers(0, 10_000),
    reset_after=st.booleans(),
)
@settings(max_examples=15)
def test_gru_is_keras_gru_for_many_shapes(size, seed, reset_after):
    batch, time, features, units = size
    inputs = numbers(batch, time, features, seed=seed)
    weights, mask = gru_weights(features, units, reset_after, seed), some_mask(batch, time, seed)
    states, last = keras_gru(inputs, weights)(inputs, mask=mask)
    found = cells.gru(inputs, weights, mask=mask, reset_after=reset_after).h
    assert_same(found, np.array(states))  # from an initial state of zeros, all steps agree
    assert_same(found[:, -1], np.array(last))


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@RESETS
def test_going_backwards_is_a_sequence_turned_round(reset_after, mask):
    inputs, weights = numbers(3, 6, 2), gru_weights(2, 4, reset_after)
    states, last = keras_gru(inputs, weights, go_backwards=True)(inputs, mask=mask)
    turned = None if mask is None else mask[:, ::-1]
    found = cells.gru(inputs[:, ::-1], weights, mask=turned, reset_after=reset_after).h
    assert_same(found, np.array(states))
    assert_same(found[:, -1], np.array(last))


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@RESETS
def test_gradients_are_those_of_keras(reset_after, mask):
    inputs, weights = numbers(3, 6, 2), gru_weights(2, 4, reset_after)
    initial, asked = numbers(3, 4, seed=9), numbers(3, 6, 4, seed=5)
    if mask is not None:
        asked[~after_the_first(mask)] = 0  # there Keras reports zeros, whatever the weights
    layer, x, h_0 = keras_gru(inputs, weights), tf.constant(inputs), tf.constant(initial)
    with tf.GradientTape() as tape:
        tape.watch([x, h_0])
        loss = tf.reduce_sum(asked * layer(x, initial_state=h_0, mask=mask)[0])
    variables = [weight.value for weight in layer.trainable_weights]
    wanted = [np.array(g) for g in tape.gradient(loss, [*variables, x, h_0])]
    found = bptt.gru_gradients(inputs, weights, asked, initial, mask, reset_after)
    assert_same(found[:3], tuple(wanted), 1e-10)
    # From zeros, which nobody has to pass: the gradients of the default.
    zeros = bptt.gru_gradients(inputs, weights, asked, np.zeros((3, 4)), mask, reset_after)
    none = bptt.gru_gradients(inputs, weights, asked, mask=mask, reset_after=reset_after)
    assert_same(none, zeros)


# ------------------------------------------------------------------------ central differences


@pytest.mark.parametrize("masked", [False, True])
@UPDATES
@RESETS
@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_pass_the_check(shape, reset_after, update_gate, masked):
    """With losses at masked steps before the first real one as well, where Keras differs."""
    batch, time, features, units = shape
    inputs, weights = numbers(batch, time, features), gru_weights(features, units, reset_after)
    initial, asked = numbers(batch, units, seed=9), numbers(batch, time, units, seed=5)
    mask = some_mask(batch, time) if masked else None
    variant = {"mask": mask, "reset_after": reset_after, "update_gate": update_gate}
    found = bptt.gru_gradients(inputs, weights, asked, initial, **variant)

    def loss(arrays):
        changed, x, h_0 = arrays
        return (asked * cells.gru(x, changed, h_0, **variant).h).sum()

    assert bptt.gradient_check(loss, (weights, inputs, initial), found[:3]).error < 1e-6
    if masked:
        assert (found.inputs[~mask] == 0).all()


@UPDATES
@RESETS
def test_states_hold_what_this_step_and_all_later_ones_ask(reset_after, update_gate):
    """∂L/∂h_t, by moving h_t and running on from there."""
    inputs, weights, asked = numbers(2, 5, 2), gru_weights(2, 3, reset_after), numbers(2, 5, 3)
    mask = np.array([[0, 1, 0, 1, 1], [1, 1, 1, 1, 0]]) == 1
    initial = numbers(2, 3, seed=9)
    variant = {"reset_after": reset_after, "update_gate": update_gate}
    h = cells.gru(inputs, weights, initial, mask, **variant).h
    found = bptt.gru_gradients(inputs, weights, asked, initial, mask, **variant).states
    assert found.shape == h.shape
    assert_same(found[:, -1], asked[:, -1])
    for t in range(4):
        rest = slice(t + 1, None)

        def loss(h_t, t=t, rest=rest):
            later = cells.gru(inputs[:, rest], weights, h_t, mask[:, rest], **variant).h
            return (asked[:, t] * h_t).sum() + (asked[:, rest] * later).sum()

        assert bptt.gradient_check(loss, h[:, t], found[:, t]).error < 1e-6


# ----------------------------------------------------------------------------- numbers by hand

LN3 = math.log(3)  # σ(ln 3) = 3/4, and tanh(k ln 3) = (9^k - 1) / (9^k + 1)


def one_unit(reset_after):
    """The input adds nothing at x = 1, where W_x + b_0 is zero; at h = 2 the gates are 3/4, 1/4.

    z: 1 · 2 + ln 3 - 2 = ln 3. r: -1 · 2 + 2 - ln 3 = -ln 3. The candidate has W_hc = ln 3.
    """
    b_0, b_1 = np.array([-1.0, -2, -3]), np.array([LN3 - 2, 2 - LN3, 2 * LN3])
    return GRUWeights(
        np.array([[1.0, 2, 3]]),
        np.array([[1, -1, LN3]]),
        np.stack([b_0, b_1]) if reset_after else b_0 + b_1,
    )


def test_reset_after_by_hand():
    """The gate multiplies the bias as well: r (2 ln 3 + 2 ln 3) = ln 3, so the candidate is 0.8."""
    x, h, weights = [[[1.0]]], [[2.0]], one_unit(True)
    assert_same(tuple(cells.gru(x, weights, h)), ([[[1.7]]], [[[0.75]]], [[[0.25]]], [[[0.8]]]))
    assert_same(cells.gru_step(x[0], h, weights), [[0.75 * 2 + 0.25 * 0.8]])
    replaced = cells.gru_step(x[0], h, weights, update_gate="replaces")
    assert_same(replaced, [[0.25 * 2 + 0.75 * 0.8]])


def test_reset_before_by_hand():
    """It does not: r · 2 ln 3 + 2 ln 3 = 2.5 ln 3, and 9^2.5 = 243: the candidate is 242/244."""
    x, h, weights, c = [[[1.0]]], [[2.0]], one_unit(False), 121 / 122
    found = cells.gru(x, weights, h, reset_after=False)
    assert_same(tuple(found), ([[[1.5 + 0.25 * c]]], [[[0.75]]], [[[0.25]]], [[[c]]]))
    assert_same(cells.gru_step(x[0], h, weights, False), [[1.5 + 0.25 * c]])
    assert_same(cells.gru_step(x[0], h, weights, False, "replaces"), [[0.5 + 0.75 * c]])


def test_gradients_with_reset_after_by_hand():
    """L = h. a_z: (2 - 0.8) · 3/16. a_c: 0.25 · 0.36. a_r: 0.09 · 4 ln 3 · 3/16."""
    found = bptt.gru_gradients([[[1.0]]], one_unit(True), [[[1.0]]], [[2.0]])
    a_z, a_r, a_c = 0.225, 0.0675 * LN3, 0.09
    assert_same(found.weights.W_x, [[a_z, a_r, a_c]])
    assert_same(found.weights.b, [[a_z, a_r, a_c], [a_z, a_r, 0.25 * a_c]])
    assert_same(found.weights.W_h, [[2 * a_z, 2 * a_r, 0.5 * a_c]])
    assert_same(found.inputs, [[[0.495 + 0.135 * LN3]]])  # a_z + 2 a_r + 3 a_c
    assert_same(found.initial_state, [[0.75 + 0.225 - 0.0675 * LN3 + 0.0225 * LN3]])
    assert_same(found.states, [[[1.0]]])


def test_gradients_with_reset_before_by_hand():
    """L = h, replaced: a_z: -(2 - c) · 3/16. a_c: 0.75 (1 - c²). a_r: a_c ln 3 · 2 · 3/16."""
    c = 121 / 122
    found = bptt.gru_gradients(
        [[[1.0]]], one_unit(False), [[[1.0]]], [[2.0]], reset_after=False, update_gate="replaces"
    )
    a_z, a_c = (c - 2) * 3 / 16, 0.75 * (1 - c**2)
    a_r = a_c * LN3 * 2 * 3 / 16
    assert_same(found.weights.W_x, [[a_z, a_r, a_c]])
    assert_same(found.weights.b, [a_z, a_r, a_c])
    assert_same(found.weights.W_h, [[2 * a_z, 2 * a_r, 0.25 * 2 * a_c]])
    assert_same(found.inputs, [[[a_z + 2 * a_r + 3 * a_c]]])
    assert_same(found.initial_state, [[0.25 + a_z - a_r + a_c * LN3 * 0.25]])


def test_a_reset_gate_silences_either_what_a_unit_says_or_what_it_hears():
    """r = (1, 0), and each unit speaks to the other only.

    Before the product, unit 1 is not heard, but hears unit 0. After it, unit 1 hears nothing, but
    is heard by unit 0.
    """
    far = 1000.0
    W_h = np.concatenate([np.zeros((2, 4)), [[0, LN3], [LN3, 0]]], axis=1)
    b = np.array([-far, -far, far, -far, 0, 0])  # z = 0: the new state is the candidate
    before = GRUWeights(np.zeros((1, 6)), W_h, b)
    after = before._replace(b=np.stack([b, 0 * b]))
    x, h = np.zeros((1, 1)), np.ones((1, 2))
    assert_same(cells.gru_step(x, h, before, reset_after=False), [[0, 0.8]])
    assert_same(cells.gru_step(x, h, after, reset_after=True), [[0.8, 0]])


def with_gates(weights, z, r):
    """The same weights with gates that are 0 or 1 whatever comes."""
    far = {0: -1000.0, 1: 1000.0}
    units = len(weights.W_h)
    biases = weights.b.copy()
    (biases[0] if biases.ndim == 2 else biases)[: 2 * units] = np.repeat([far[z], far[r]], units)
    return weights._replace(b=biases)


@RESETS
def test_a_gru_whose_gates_let_all_through_is_elman_s_network(reset_after):
    """z = 0 and r = 1 leave h_t = tanh(x_t W_xc + h_{t-1} W_hc + b_c). The gates learn nothing."""
    inputs, weights = numbers(3, 6, 2), with_gates(gru_weights(2, 4, reset_after), z=0, r=1)
    mask, asked, initial = some_mask(3, 6), numbers(3, 6, 4, seed=5), numbers(3, 4, seed=9)
    b_c = weights.b.sum(0)[8:] if reset_after else weights.b[8:]
    elman = ElmanWeights(weights.W_x[:, 8:], weights.W_h[:, 8:], b_c)
    h = cells.gru(inputs, weights, initial, mask, reset_after).h
    assert_same(h, cells.elman(inputs, elman, initial, mask))
    found = bptt.gru_gradients(inputs, weights, asked, initial, mask, reset_after)
    wanted = bptt.elman_gradients(inputs, elman, asked, initial, mask)
    assert_same((found.weights.W_x[:, 8:], found.weights.W_h[:, 8:]), wanted.weights[:2])
    biases = found.weights.b if reset_after else found.weights.b[None]
    for row in biases:
        assert_same(row[8:], wanted.weights.b_h)
        assert (row[:8] == 0).all()
    assert_same((found.inputs, found.initial_state), wanted[1:])


@pytest.mark.parametrize(("update_gate", "z"), [("keeps", 1), ("replaces", 0)])
@RESETS
def test_a_gate_that_keeps_all_keeps_the_gradient(reset_after, update_gate, z):
    inputs, weights = numbers(2, 50, 2), with_gates(gru_weights(2, 3, reset_after), z=z, r=1)
    initial, last = numbers(2, 3, seed=9), np.zeros((2, 50, 3))
    last[:, -1] = numbers(2, 3, seed=5)
    h = cells.gru(inputs, weights, initial, None, reset_after, update_gate).h
    assert (h == initial[:, None]).all()
    found = bptt.gru_gradients(inputs, weights, last, initial, None, reset_after, update_gate)
    assert (found.states == last[:, -1:]).all() and (found.initial_state == last[:, -1]).all()


@UPDATES
def test_where_no_unit_hears_another_the_place_of_the_reset_gate_does_not_matter(update_gate):
    """(r ⊙ h) W = r ⊙ (h W) for a diagonal W, and without a second bias."""
    inputs, before = numbers(2, 5, 3), gru_weights(3, 4, reset_after=False)
    W_h = before.W_h.copy()
    W_h[:, 8:] *= np.eye(4)
    before = before._replace(W_h=W_h)
    after = before._replace(b=np.stack([before.b, 0 * before.b]))
    asked, mask = numbers(2, 5, 4, seed=5), some_mask(2, 5)
    steps, gradients = [], []
    for weights, reset_after in ((before, False), (after, True)):
        variant = {"mask": mask, "reset_after": reset_after, "update_gate": update_gate}
        steps.append(tuple(cells.gru(inputs, weights, **variant)))
        gradients.append(bptt.gru_gradients(inputs, weights, asked, **variant))
    assert_same(*steps)
    assert_same(gradients[0].weights.W_x, gradients[1].weights.W_x)
    assert_same(gradients[0].weights.b, gradients[1].weights.b[0])
    assert_same(gradients[0].weights.W_h[:, :8], gradients[1].weights.W_h[:, :8])
    assert_same(gradients[0][1:], gradients[1][1:])


# --------------------------------------------------------------------- the update gate's two ways


@RESETS
def test_the_two_conventions_of_the_update_gate_are_one_model(reset_after):
    inputs, weights = numbers(3, 6, 2), gru_weights(2, 4, reset_after)
    swapped, mask = cells.swap_update_gate(weights), some_mask(3, 6)
    kept = cells.gru(inputs, weights, None, mask, reset_after, "keeps")
    replaced = cells.gru(inputs, swapped, None, mask, reset_after, "replaces")
    assert_same(replaced.h, kept.h)
    assert_same(replaced.update_gate[mask], 1 - kept.update_gate[mask])
    assert_same((replaced.reset_gate, replaced.candidate), (kept.reset_gate, kept.candidate))
    # Without swapping the weights, or without switching the convention, it is another model.
    for other, convention in ((weights, "replaces"), (swapped, "keeps")):
        found = cells.gru(inputs, other, None, mask, reset_after, convention).h
        assert np.abs(found - kept.h).max() > 0.1
    # Gradients follow: those of the update gate change their sign.
    asked = numbers(3, 6, 4, seed=5)
    one = bptt.gru_gradients(inputs, weights, asked, None, mask, reset_after, "keeps")
    other = bptt.gru_gradients(inputs, swapped, asked, None, mask, reset_after, "replaces")
    assert_same(tuple(cells.swap_update_gate(other.weights)), tuple(one.weights))
    assert_same(other[1:], one[1:])


@RESETS
def test_swapping_changes_the_sign_of_the_first_third_and_of_nothing_else(reset_after):
    weights = gru_weights(2, 4, reset_after)
    swapped = cells.swap_update_gate(weights)
    assert isinstance(swapped, GRUWeights)
    for one, other in zip(weights, swapped, strict=True):
        assert (other[..., :4] == -one[..., :4]).all() and (other[..., 4:] == one[..., 4:]).all()
        assert not np.shares_memory(one, other)
    assert_same(tuple(cells.swap_update_gate(swapped)), tuple(weights), 0)


# -------------------------------------------------- what holds for every sequence and all weights

quick = settings(deadline=None, derandomize=True, max_examples=30)
sizes = st.tuples(*[st.integers(1, 4)] * 4)
seeds = st.integers(0, 10_000)
VARIANTS = [(True, "keeps"), (False, "keeps"), (True, "replaces"), (False, "replaces")]
variants = st.sampled_from(VARIANTS)


@quick
@given(size=sizes, seed=seeds, variant=variants, before=st.integers(0, 3), after=st.integers(0, 3))
def test_added_padding_changes_no_state_and_no_gradient(size, seed, variant, before, after):
    batch, time, features, units = size
    inputs, initial = numbers(batch, time, features, seed=seed), numbers(batch, units, seed=seed)
    weights, asked = gru_weights(features, units, variant[0], seed), numbers(batch, time, units)
    padded = np.full((batch, before + time + after, features), 50.0)
    mask, asked_padded = np.zeros(padded.shape[:2], bool), np.zeros((*padded.shape[:2], units))
    real = slice(before, before + time)
    padded[:, real], mask[:, real], asked_padded[:, real] = inputs, True, asked
    found = cells.gru(padded, weights, initial, mask, *variant)
    wanted = cells.gru(inputs, weights, initial, None, *variant)
    for one, other in zip(found, wanted, strict=True):
        assert_same(one[:, real], other)
    assert_same(found.h[:, -1], wanted.h[:, -1])
    assert (found.h[:, :before] == initial[:, None]).all()
    for gates in found[1:]:
        assert (gates[~mask] == 0).all()
    found = bptt.gru_gradients(padded, weights, asked_padded, initial, mask, *variant)
    wanted = bptt.gru_gradients(inputs, weights, asked, initial, None, *variant)
    assert_same(tuple(found.weights), tuple(wanted.weights))
    assert_same(found.initial_state, wanted.initial_state)
    assert_same((found.inputs[:, real], found.states[:, real]), (wanted.inputs, wanted.states))


@quick
@given(size=sizes, seed=seeds, variant=variants)
def test_masked_steps_might_as_well_not_be_there(size, seed, variant):
    _, time, features, units = size
    inputs, mask = numbers(1, time + 2, features, seed=seed), some_mask(1, time + 2, seed)
    mask[0, 1] = True
    weights = gru_weights(features, units, variant[0], seed)
    found = cells.gru(inputs, weights, None, mask, *variant)
    wanted = cells.gru(inputs[:, mask[0]], weights, None, None, *variant)
    for one, other in zip(found, wanted, strict=True):
        assert_same(one[:, mask[0]], other)


@quick
@given(size=sizes, seed=seeds, variant=variants)
def test_step_by_step_is_the_same_as_at_once_and_so_is_cutting(size, seed, variant):
    batch, time, features, units = size
    inputs, weights = numbers(batch, time, features), gru_weights(features, units, variant[0], seed)
    h_t = initial = numbers(batch, units, seed=seed)
    steps = cells.gru(inputs, weights, initial, None, *variant)
    for t in range(time):
        h_t = cells.gru_step(inputs[:, t], h_t, weights, *variant)
        assert_same(h_t, steps.h[:, t])
    for cut in range(1, time):  # in two calls, the state handed over
        rest = cells.gru(inputs[:, cut:], weights, steps.h[:, cut - 1], None, *variant)
        assert_same(rest.h, steps.h[:, cut:])


@quick
@given(size=sizes, seed=seeds, variant=variants)
def test_examples_of_a_batch_do_not_know_each_other_and_gradients_add_up(size, seed, variant):
    batch, time, features, units = size
    inputs, mask = numbers(batch, time, features, seed=seed), some_mask(batch, time, seed)
    initial, asked = numbers(batch, units, seed=seed), numbers(batch, time, units, seed=seed)
    weights = gru_weights(features, units, variant[0], seed)
    whole = bptt.gru_gradients(inputs, weights, 3 * asked, initial, mask, *variant)
    total = [np.zeros_like(array) for array in weights]
    together = cells.gru(inputs, weights, initial, mask, *variant).h
    for n in range(batch):
        one = slice(n, n + 1)
        alone = cells.gru(inputs[one], weights, initial[one], mask[one], *variant).h
        assert_same(alone, together[one])
        found = bptt.gru_gradients(
            inputs[one], weights, asked[one], initial[one], mask[one], *variant
        )
        for sum_of_all, part in zip(total, found.weights, strict=True):
            sum_of_all += 3 * part
        rest = (whole.inputs[one], whole.initial_state[one], whole.states[one])
        assert_same(tuple(3 * array for array in found[1:]), rest)
    assert_same(tuple(whole.weights), tuple(total))


@quick
@given(size=sizes, seed=seeds, variant=variants)
def test_no_step_knows_the_future_and_no_loss_reaches_it(size, seed, variant):
    batch, time, features, units = size
    inputs, weights = numbers(batch, time, features), gru_weights(features, units, variant[0], seed)
    h = cells.gru(inputs, weights, None, None, *variant).h
    for t in range(time):
        other, only = inputs.copy(), np.zeros((batch, time, units))
        other[:, t:] += 1
        found = cells.gru(other, weights, None, None, *variant).h
        assert (found[:, :t] == h[:, :t]).all() and (found[:, t] != h[:, t]).any()
        only[:, t] = 1
        reached = bptt.gru_gradients(inputs, weights, only, None, None, *variant).inputs
        assert ((np.abs(reached).max(axis=(0, 2)) > 0) == (np.arange(time) <= t)).all()


@pytest.mark.parametrize("variant", VARIANTS)
def test_numbers_keep_their_type_and_the_caller_s_arrays_their_values(variant):
    for dtype in ("float32", "float64"):
        weights = GRUWeights(*(array.astype(dtype) for array in gru_weights(2, 3, variant[0])))
        inputs, asked = numbers(2, 4, 2).astype(dtype), numbers(2, 4, 3, seed=5).astype(dtype)
        mask = some_mask(2, 4)
        kept = [array.copy() for array in (inputs, asked, mask, *weights)]
        found = [
            *cells.gru(inputs, weights, None, mask, *variant),
            cells.gru_step(inputs[:, 0], asked[:, 0], weights, *variant),
            *flat(bptt.gru_gradients(inputs, weights, asked, None, mask, *variant)),
            *cells.swap_update_gate(weights),
        ]
        assert {array.dtype for array in found} == {np.dtype(dtype)}
        for one, other in zip(kept, (inputs, asked, mask, *weights), strict=True):
            assert (one == other).all()


@pytest.mark.parametrize("variant", VARIANTS)
def test_lists_and_whole_numbers_are_numbers_too(variant):
    bias = [[0, 1, 0], [1, 0, 2]] if variant[0] else [1, 1, 2]
    lists = GRUWeights([[1, 2, 3]], [[1, 0, -1]], bias)
    arrays = GRUWeights(*(np.array(part, float) for part in lists))
    inputs, asked = [[[1], [2]]], [[[1], [0]]]
    found = cells.gru(inputs, lists, None, None, *variant)
    assert_same(tuple(found), tuple(cells.gru(inputs, arrays, None, None, *variant)))
    found = bptt.gru_gradients(inputs, lists, asked, None, None, *variant)
    assert_same(found, bptt.gru_gradients(inputs, arrays, asked, None, None, *variant))
    assert_same(tuple(cells.swap_update_gate(lists)), tuple(cells.swap_update_gate(arrays)))


# ------------------------------------------------------------------------------ random weights


@RESETS
def test_random_weights_fit_and_start_without_bias(reset_after):
    weights = cells.random_gru(2, 5, np.random.default_rng(0), reset_after)
    assert cells.gru_sizes(weights) == (2, 5)
    assert weights.b.shape == ((2, 15) if reset_after else (15,)) and not weights.b.any()
    assert cells.gru(numbers(3, 4, 2), weights, reset_after=reset_after).h.shape == (3, 4, 5)
    layer = keras_gru(numbers(3, 4, 2), weights)
    assert [array.shape for array in layer.get_weights()] == [array.shape for array in weights]


@pytest.mark.parametrize("units", [1, 2, 7, 20])
def test_the_rows_of_the_recurrent_weights_are_orthonormal_as_in_keras(units):
    ours = cells.random_gru(1, units, np.random.default_rng(2)).W_h
    layer = keras.layers.GRU(units, dtype="float64")
    layer.build((1, 1, 1))
    for W_h in (ours, layer.get_weights()[1]):
        assert W_h.shape == (units, 3 * units)
        assert_same(W_h @ W_h.T, np.eye(units), 1e-6)
    if units > 1:
        block = ours[:, :units]
        assert np.abs(block @ block.T - np.eye(units)).max() > 0.1


def test_input_weights_are_glorot_uniform():
    W_x = cells.random_gru(50, 40, np.random.default_rng(1)).W_x
    limit = math.sqrt(6 / (50 + 3 * 40))  # over all columns at once, as Keras does
    oracle = np.array(keras.initializers.GlorotUniform(seed=1)((50, 120)))
    for matrix in (W_x, oracle):
        assert 0.99 * limit < np.abs(matrix).max() <= limit * (1 + 1e-6)
        assert np.std(matrix) == pytest.approx(limit / math.sqrt(3), rel=0.05)


def test_the_same_generator_draws_the_same_weights():
    draws = [cells.random_gru(2, 3, np.random.default_rng(seed)) for seed in (5, 5, 6)]
    assert_same(tuple(draws[0]), tuple(draws[1]), 0)
    assert not (draws[0].W_h == draws[2].W_h).any()


# -------------------------------------------------------------------------------------- errors

AFTER, BEFORE, INPUTS = gru_weights(2, 3, True), gru_weights(2, 3, False), numbers(5, 6, 2)


def forward(**changes):
    return lambda: cells.gru(**{"inputs": INPUTS, "weights": AFTER, **changes})


def backward(**changes):
    arguments = {"inputs": INPUTS, "weights": AFTER, "state_gradients": numbers(5, 6, 3)}
    return lambda: bptt.gru_gradients(**{**arguments, **changes})


def step(**changes):
    arguments = {"x_t": INPUTS[:, 0], "h_prev": numbers(5, 3), "weights": AFTER}
    return lambda: cells.gru_step(**{**arguments, **changes})


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        *[
            (
                call(weights=BEFORE), ValueError,
                r"b has shape \(9,\), that of reset_after=False, but reset_after is True: pass "
                r"reset_after=False, or weights with a bias of shape \(2, 9\)",
            )
            for call in (forward, backward, step)
        ],
        *[
            (
                call(reset_after=False), ValueError,
                r"b has shape \(2, 9\), that of reset_after=True, but reset_after is False: pass "
                r"reset_after=True, or weights with a bias of shape \(9,\)",
            )
            for call in (forward, backward, step)
        ],
        *[
            (call(update_gate="forgets"), ValueError, "update_gate is 'forgets', expected one of")
            for call in (forward, backward, step)
        ],
        (
            lambda: cells.gru_step(INPUTS[:, 0], numbers(5, 3), AFTER, "replaces"), ValueError,
            "reset_after is 'replaces', expected True or False",
        ),
        (
            forward(inputs=INPUTS[0]), ValueError,
            r"inputs has shape \(6, 2\), expected .*; for a single example pass inputs\[None\]",
        ),
        (forward(inputs=numbers(5, 6, 3)), ValueError, r"expected .* = \(any, any, 2\)$"),
        (forward(mask=np.ones((5, 6), int)), TypeError, r"mask has type int\d+, expected bool"),
        (forward(mask=np.ones((5, 5), bool)), ValueError, r"mask has shape \(5, 5\), expected"),
        (
            forward(initial_state=numbers(5, 2)), ValueError,
            r"initial_state has shape \(5, 2\), expected \(batch, units\) = \(5, 3\)",
        ),
        (
            step(h_prev=numbers(1, 3)), ValueError,
            r"h_prev has shape \(1, 3\), expected \(batch, units\) = \(5, 3\)",
        ),
        (step(x_t=INPUTS), ValueError, r"x_t has shape \(5, 6, 2\), expected \(batch, features\)"),
        (
            backward(state_gradients=numbers(5, 3)), ValueError,
            r"state_gradients has shape \(5, 3\), expected \(batch, time, units\) = \(5, 6, 3\)",
        ),
        (forward(weights=list(AFTER)), TypeError, r"type list, expected GRUWeights\(W_x, W_h, b\)"),
        (
            forward(weights=AFTER._replace(W_h=numbers(3, 12))), ValueError,
            r"W_h has shape \(3, 12\), expected \(units, three_units\) = \(3, 9\)",
        ),
        (
            forward(weights=AFTER._replace(W_x=numbers(2, 3))), ValueError,
            r"W_x has shape \(2, 3\), expected \(features, three_units\) = \(any, 9\)",
        ),
        (
            forward(weights=AFTER._replace(b=numbers(3, 9))), ValueError,
            r"b has shape \(3, 9\), expected \(input_and_state, three_units\) = \(2, 9\)",
        ),
        (
            forward(weights=AFTER._replace(b=numbers(3)), reset_after=False), ValueError,
            r"b has shape \(3,\), expected \(three_units,\) = \(9,\)",
        ),
        (forward(weights=AFTER._replace(b=numbers(1, 2, 9))), ValueError, "b has shape"),
        (
            lambda: cells.swap_update_gate(AFTER._replace(b=numbers(8))), ValueError,
            r"b has shape \(8,\)",
        ),
        (lambda: cells.swap_update_gate(list(AFTER)), TypeError, "expected GRUWeights"),
        (lambda: cells.random_gru(2, 3, 0), TypeError, r"random is 0, expected np.random.default"),
        (
            lambda: cells.random_gru(2, 0, np.random.default_rng(0)), ValueError,
            "units is 0, expected a whole number of at least 1",
        ),
    ],
)
def test_errors_say_what_was_wrong_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()
