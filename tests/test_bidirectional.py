"""Layers in both directions against loops, Keras's Bidirectional, and numbers by hand."""

from typing import NamedTuple

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import bptt, cells
from utils.cells import ElmanWeights, GRUWeights, LSTMWeights

KERAS_MERGES = {"concat": "concat", "sum": "sum", "average": "ave", "product": "mul"}
MERGES = pytest.mark.parametrize("merge", KERAS_MERGES)
MASKS = {
    "none": None,
    "left": np.array([[0, 0, 0, 1, 1, 1], [0, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1]]) == 1,
    "right": np.array([[1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]]) == 1,
    "middle": np.array([[1, 0, 0, 1, 1, 1], [1, 1, 0, 1, 0, 1], [1, 1, 1, 1, 1, 1]]) == 1,
    "everywhere": np.array([[0, 1, 0, 1, 1, 0], [1, 0, 1, 0, 0, 1], [0, 0, 1, 1, 0, 0]]) == 1,
}


class Layer(NamedTuple):
    """What a test needs to know of a layer: how it is run, by whom else, and its weights."""

    states: object
    gradients: object
    keras_layer: object
    weights_type: type
    blocks: int  # how many times `units` its matrices are wide
    bias_rows: tuple


LAYERS = {
    "elman": Layer(
        cells.elman, bptt.elman_gradients, keras.layers.SimpleRNN, ElmanWeights, 1, ()
    ),
    "gru": Layer(
        lambda inputs, weights, mask: cells.gru(inputs, weights, mask=mask).h,
        bptt.gru_gradients, keras.layers.GRU, GRUWeights, 3, (2,),
    ),
    "lstm": Layer(
        lambda inputs, weights, mask: cells.lstm(inputs, weights, mask=mask).h,
        bptt.lstm_gradients, keras.layers.LSTM, LSTMWeights, 4, (),
    ),
}
EVERY_LAYER = pytest.mark.parametrize("layer", LAYERS.values(), ids=LAYERS)


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def draw_weights(layer, features, units, seed=1):
    width = layer.blocks * units
    return layer.weights_type(
        numbers(features, width, seed=seed),
        numbers(units, width, seed=seed + 1),
        numbers(*layer.bias_rows, width, seed=seed + 2),
    )


def both_weights(layer, features, units, seed=1):
    return tuple(draw_weights(layer, features, units, one) for one in (seed, seed + 7))


def some_mask(batch, time, seed=3):
    """Holes everywhere: at the start, inside, at the end."""
    return np.random.default_rng([seed, batch, time]).random((batch, time)) < 0.6


def merged_width(units, merge):
    return 2 * units if merge == "concat" else units


def arrays_of(weights):
    """The arrays of a layer's weights or their gradients, without what the layer does without."""
    return [array for array in weights if array is not None]


def assert_same(found, wanted, tolerance=1e-12):
    assert np.shape(found) == np.shape(wanted)
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


# ------------------------------------------------------------------------- Keras as the oracle


def keras_both(layer, inputs, weights, merge):
    one = layer.keras_layer(len(weights[0][1]), return_sequences=True, dtype="float64")
    both = keras.layers.Bidirectional(one, merge_mode=KERAS_MERGES[merge], dtype="float64")
    both.build(inputs.shape)
    both.set_weights([array for part in weights for array in arrays_of(part)])
    return both


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
@EVERY_LAYER
def test_both_directions_are_keras_bidirectional(layer, mask):
    """States and gradients, all merges. At masked steps Keras reports zeros: not compared."""
    inputs, weights = numbers(3, 6, 2), both_weights(layer, 2, 4)
    real = np.ones((3, 6), bool) if mask is None else mask
    for merge in KERAS_MERGES:
        asked = numbers(3, 6, merged_width(4, merge), seed=5) * real[..., None]
        both, x = keras_both(layer, inputs, weights, merge), tf.constant(inputs)
        with tf.GradientTape() as tape:
            tape.watch(x)
            states = both(x, mask=mask)
            loss = tf.reduce_sum(asked * states)
        found = cells.bidirectional(layer.states, inputs, *weights, mask, merge)
        assert found.shape == states.shape
        assert_same(found[real], np.array(states)[real])
        variables = [weight.value for weight in both.trainable_weights]
        wanted = [np.array(g) for g in tape.gradient(loss, [*variables, x])]
        found = bptt.bidirectional_gradients(
            layer.states, layer.gradients, inputs, *weights, asked, mask, merge
        )
        ours = [array for part in found.weights for array in arrays_of(part)]
        for one, other in zip([*ours, found.inputs], wanted, strict=True):
            assert_same(one, other, 1e-10)


@EVERY_LAYER
def test_concat_without_a_mask_is_the_default(layer):
    inputs, weights, asked = numbers(2, 3, 2), both_weights(layer, 2, 3), numbers(2, 3, 6)
    found = cells.bidirectional(layer.states, inputs, *weights)
    full = np.ones((2, 3), bool)
    assert_same(found, cells.bidirectional(layer.states, inputs, *weights, full, "concat"))
    forward, backward = cells.both_directions(layer.states, inputs, *weights)
    assert_same(found, np.concatenate([forward, backward], axis=-1), 0)
    assert_same(cells.merge_directions(forward, backward), found, 0)
    arguments = (layer.states, layer.gradients, inputs, *weights, asked)
    one = bptt.bidirectional_gradients(*arguments)
    other = bptt.bidirectional_gradients(*arguments, full, "concat")
    assert_same(one.inputs, other.inputs)


# ----------------------------------------------------------------------------- numbers by hand

COUNTER = ElmanWeights(np.eye(1), np.eye(1), np.zeros(1))  # adds up what it reads
TENS = ElmanWeights(10 * np.eye(1), np.eye(1), np.zeros(1))  # adds up ten times what it reads
INPUTS = np.array([[[1.0], [2.0], [4.0], [8.0]]])


def count(inputs, weights, mask):
    return cells.elman(inputs, weights, mask=mask, activation="identity")


def count_gradients(inputs, weights, state_gradients, mask):
    return bptt.elman_gradients(
        inputs, weights, state_gradients, mask=mask, activation="identity"
    )


@pytest.mark.parametrize(
    ("merge", "wanted"),
    [
        ("concat", [[1, 150], [3, 140], [7, 120], [15, 80]]),
        ("sum", [[151], [143], [127], [95]]),
        ("average", [[75.5], [71.5], [63.5], [47.5]]),
        ("product", [[150], [420], [840], [1200]]),
    ],
)
def test_sums_up_to_and_from_each_step_on(merge, wanted):
    """1, 3, 7, 15 from the left; 8, 12, 14, 15 from the right, times ten; each at its own step."""
    assert cells.bidirectional(count, INPUTS, COUNTER, TENS, merge=merge).tolist() == [wanted]


def test_padding_is_passed_over_in_both_directions_by_hand():
    mask = np.array([[0, 1, 0, 1], [1, 0, 1, 0], [0, 0, 0, 0]]) == 1
    forward, backward = cells.both_directions(
        count, np.repeat(INPUTS, 3, axis=0), COUNTER, TENS, mask
    )
    assert forward[..., 0].tolist() == [[0, 2, 2, 10], [1, 1, 5, 5], [0, 0, 0, 0]]
    assert backward[..., 0].tolist() == [[100, 100, 80, 80], [50, 40, 40, 0], [0, 0, 0, 0]]


@pytest.mark.parametrize(
    ("merge", "asked", "forward", "backward", "inputs"),
    [
        # Each loss asks one thing; x_t is heard by the forward states from t on, 3 2 2 2, and by
        # the backward states up to t, 0 5 5 5, ten times as strong.
        ("concat", [[1, 0], [0, 5], [0, 0], [2, 0]], 1 + 2 * 15, 5 * 14, [3, 52, 52, 52]),
        # The same asked of both: Σ_t asked_t · (sum up to t), Σ_t asked_t · (sum from t on).
        ("sum", [[1], [0], [3], [0]], 1 + 3 * 7, 15 + 3 * 12, [14, 13, 43, 40]),
        ("average", [[2], [0], [6], [0]], 1 + 3 * 7, 15 + 3 * 12, [14, 13, 43, 40]),
        # m_3 = f_3 · b_3 = 7 · 120: forward hears 120, backward 7.
        ("product", [[0], [0], [1], [0]], 120 * 7, 7 * 12, [120, 120, 190, 70]),
    ],
)
def test_gradients_by_hand(merge, asked, forward, backward, inputs):
    found = bptt.bidirectional_gradients(
        count, count_gradients, INPUTS, COUNTER, TENS, [asked], merge=merge
    )
    assert found.weights[0].W_xh.tolist() == [[forward]]
    assert found.weights[1].W_xh.tolist() == [[backward]]
    assert found.inputs[..., 0].tolist() == [inputs]


# ------------------------------------------------------------------------------- slow and plain


def one_at_a_time(layer, inputs, weights, mask, units):
    """Each example alone, real steps only, the backward list read from its end."""
    batch, time, _ = inputs.shape
    halves = np.zeros((2, batch, time, units))
    for n in range(batch):
        steps = [t for t in range(time) if mask[n, t]]
        for half, order in enumerate((steps, steps[::-1])):
            if not order:
                continue
            read = np.stack([inputs[n, t] for t in order])[None]
            states = layer.states(read, weights[half], mask=None)[0]
            for position, t in enumerate(order):
                halves[half, n, t] = states[position]
    return halves


sizes = st.tuples(*[st.integers(1, 4)] * 4)
seeds = st.integers(0, 10_000)
quick = settings(deadline=None, derandomize=True, max_examples=25)


@EVERY_LAYER
@quick
@given(size=sizes, seed=seeds)
def test_reading_a_list_from_its_end_is_what_the_backward_layer_does(layer, size, seed):
    batch, time, features, units = size
    inputs, weights = numbers(batch, time, features), both_weights(layer, features, units, seed)
    mask = some_mask(batch, time, seed)
    wanted = one_at_a_time(layer, inputs, weights, mask, units)
    found = cells.both_directions(layer.states, inputs, *weights, mask)
    for one, other in zip(found, wanted, strict=True):
        assert_same(one[mask], other[mask])
    for merge, by_hand in {
        "sum": wanted[0] + wanted[1],
        "average": wanted.mean(0),
        "product": wanted.prod(0),
        "concat": np.concatenate(list(wanted), axis=-1),
    }.items():
        merged = cells.bidirectional(layer.states, inputs, *weights, mask, merge)
        assert_same(merged[mask], by_hand[mask])


@EVERY_LAYER
@quick
@given(size=sizes, seed=seeds)
def test_a_sequence_turned_round_exchanges_the_directions(layer, size, seed):
    batch, time, features, units = size
    inputs, (one, other) = numbers(batch, time, features), both_weights(layer, features, units)
    mask = some_mask(batch, time, seed)
    forward, backward = cells.both_directions(layer.states, inputs, one, other, mask)
    turned = cells.both_directions(layer.states, inputs[:, ::-1], other, one, mask[:, ::-1])
    assert_same(turned[0], backward[:, ::-1])
    assert_same(turned[1], forward[:, ::-1])


@MERGES
@quick
@given(size=sizes, seed=seeds, before=st.integers(0, 3), after=st.integers(0, 3))
def test_added_padding_changes_no_state_and_no_gradient(merge, size, seed, before, after):
    batch, time, features, units = size
    layer, width = LAYERS["gru"], merged_width(units, merge)
    inputs, weights = numbers(batch, time, features), both_weights(layer, features, units, seed)
    padded = np.full((batch, before + time + after, features), 50.0)
    mask, asked = np.zeros(padded.shape[:2], bool), np.zeros((*padded.shape[:2], width))
    real = slice(before, before + time)
    padded[:, real], mask[:, real] = inputs, True
    asked[:, real] = numbers(batch, time, width, seed=seed)
    found = cells.bidirectional(layer.states, padded, *weights, mask, merge)
    assert_same(found[:, real], cells.bidirectional(layer.states, inputs, *weights, merge=merge))
    functions = (layer.states, layer.gradients)
    found = bptt.bidirectional_gradients(*functions, padded, *weights, asked, mask, merge)
    wanted = bptt.bidirectional_gradients(
        *functions, inputs, *weights, asked[:, real], merge=merge
    )
    assert_same(found.inputs[:, real], wanted.inputs)
    assert (found.inputs[~mask] == 0).all()
    for one, other in zip(found.weights, wanted.weights, strict=True):
        for array, same in zip(one, other, strict=True):
            assert_same(array, same)


@EVERY_LAYER
def test_every_state_knows_every_real_step(layer):
    inputs, weights, mask = numbers(1, 5, 2), both_weights(layer, 2, 3), np.arange(5)[None] != 2
    before = cells.bidirectional(layer.states, inputs, *weights, mask)
    for t in range(5):
        other = inputs.copy()
        other[:, t] += 1
        change = np.abs(cells.bidirectional(layer.states, other, *weights, mask) - before)
        changed = change.max(axis=-1)[0] > 1e-9
        assert changed[mask[0]].all() if t != 2 else not changed.any()


# ------------------------------------------------------------------------ central differences


@pytest.mark.parametrize("mask", [MASKS["none"], MASKS["everywhere"]], ids=["none", "everywhere"])
@MERGES
@EVERY_LAYER
def test_gradients_pass_the_check(layer, merge, mask):
    """With losses at masked steps as well, where Keras reports zeros."""
    inputs, weights = numbers(3, 6, 2), both_weights(layer, 2, 3)
    asked = numbers(3, 6, merged_width(3, merge), seed=5)
    found = bptt.bidirectional_gradients(
        layer.states, layer.gradients, inputs, *weights, asked, mask, merge
    )

    def loss(arrays):
        changed, x = arrays
        return (asked * cells.bidirectional(layer.states, x, *changed, mask, merge)).sum()

    assert bptt.gradient_check(loss, (weights, inputs), found, elements=20).error < 1e-6
    assert isinstance(found.weights[0], type(weights[0]))


# ------------------------------------------------------------------------- how a layer is called


@pytest.mark.parametrize("mask", [MASKS["none"], MASKS["right"]], ids=["none", "right"])
def test_the_backward_layer_gets_sequence_mask_and_gradients_turned_round(mask):
    seen = []

    def layer(inputs, weights, mask):
        seen.append((inputs, weights, mask))
        return np.zeros((*inputs.shape[:2], 2))

    def gradients(inputs, weights, state_gradients, mask):
        seen.append((inputs, weights, mask, state_gradients))
        return bptt.ElmanGradients(weights, inputs, None)

    inputs, asked = numbers(3, 6, 2), numbers(3, 6, 4)
    found = bptt.bidirectional_gradients(layer, gradients, inputs, "one", "other", asked, mask)
    real = np.ones((3, 6), bool) if mask is None else mask
    for forward, backward in (seen[:2], seen[2:]):
        assert (forward[1], backward[1]) == ("one", "other")
        assert_same(forward[0], inputs, 0)
        assert_same(backward[0], inputs[:, ::-1], 0)
        assert forward[2].dtype == backward[2].dtype == bool
        assert_same(forward[2], real, 0)
        assert_same(backward[2], real[:, ::-1], 0)
    assert_same(seen[2][3], asked[..., :2], 0)
    assert_same(seen[3][3], asked[:, ::-1, 2:], 0)
    assert found.weights == ("one", "other")
    assert_same(found.inputs, 2 * inputs, 0)


@MERGES
def test_numbers_keep_their_type_and_the_caller_s_arrays_their_values(merge):
    layer = LAYERS["gru"]
    for dtype in ("float32", "float64"):
        weights = tuple(
            GRUWeights(*(array.astype(dtype) for array in part))
            for part in both_weights(layer, 2, 3)
        )
        inputs, mask = numbers(2, 4, 2).astype(dtype), some_mask(2, 4)
        asked = numbers(2, 4, merged_width(3, merge), seed=5).astype(dtype)
        kept = [array.copy() for array in (inputs, mask, asked, *weights[0], *weights[1])]
        states = cells.bidirectional(layer.states, inputs, *weights, mask, merge)
        found = bptt.bidirectional_gradients(
            layer.states, layer.gradients, inputs, *weights, asked, mask, merge
        )
        results = [states, *found.weights[0], *found.weights[1], found.inputs]
        assert {array.dtype for array in results} == {np.dtype(dtype)}
        now = (inputs, mask, asked, *weights[0], *weights[1])
        for one, other in zip(kept, now, strict=True):
            assert (one == other).all()


def test_clipping_takes_the_weights_of_both_directions():
    layer, inputs, asked = LAYERS["elman"], numbers(2, 3, 2), numbers(2, 3, 6)
    weights = both_weights(layer, 2, 3)
    found = bptt.bidirectional_gradients(layer.states, layer.gradients, inputs, *weights, asked)
    clipped = bptt.clip_by_norm(found.weights, 0.1)
    assert bptt.global_norm(clipped) == pytest.approx(0.1)
    assert isinstance(clipped[1], ElmanWeights)


# -------------------------------------------------------------------------------------- errors

ELMAN = both_weights(LAYERS["elman"], 2, 3)


def forward(**changes):
    arguments = {
        "layer": cells.elman, "inputs": numbers(5, 6, 2), "forward_weights": ELMAN[0],
        "backward_weights": ELMAN[1], **changes,
    }
    return lambda: cells.bidirectional(**arguments)


def backward(**changes):
    arguments = {
        "layer": cells.elman, "layer_gradients": bptt.elman_gradients, "inputs": numbers(5, 6, 2),
        "forward_weights": ELMAN[0], "backward_weights": ELMAN[1],
        "state_gradients": numbers(5, 6, 6), **changes,
    }
    return lambda: bptt.bidirectional_gradients(**arguments)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        *[
            (
                call(merge=merge), ValueError,
                f"merge is {merge!r}, expected one of 'concat', 'sum', 'average', 'product'",
            )
            for call in (forward, backward)
            for merge in ("ave", None)
        ],
        *[
            (
                call(backward_weights=draw_weights(LAYERS["elman"], 2, units), merge=merge),
                ValueError,
                r"the forward states have shape \(5, 6, 3\), the backward states \(5, 6, "
                rf"{units}\): pass weights with the same number of units",
            )
            for call in (forward, backward)
            for units, merge in ((1, "sum"), (4, "concat"))
        ],
        (
            forward(layer=cells.jordan), TypeError, "weights has type ElmanWeights, expected Jordan"
        ),
        (
            forward(
                layer=cells.gru,
                forward_weights=draw_weights(LAYERS["gru"], 2, 3),
                backward_weights=draw_weights(LAYERS["gru"], 2, 3),
            ),
            TypeError, r"the layer returns a GRUSteps, expected an array .*mask=mask\)\.h",
        ),
        (
            forward(layer=lambda inputs, weights, mask: cells.elman(inputs, weights)[:, -1]),
            ValueError,
            r"the layer returns an array of shape \(5, 3\), expected the state of each step: "
            r"\(batch, time, units\) = \(5, 6, any\)",
        ),
        (
            forward(layer=lambda inputs, weights, mask: cells.elman(inputs, weights)[:, 1:]),
            ValueError, r"array of shape \(5, 5, 3\), expected .* = \(5, 6, any\)",
        ),
        (
            forward(inputs=numbers(6, 2)), ValueError,
            r"inputs has shape \(6, 2\), expected .*for a single example pass inputs\[None\]",
        ),
        (forward(mask=np.ones((5, 6), int)), TypeError, r"mask has type int\d+, expected bool"),
        (
            forward(mask=np.ones((5, 5), bool)), ValueError,
            r"mask has shape \(5, 5\), expected \(batch, time\) = \(5, 6\)",
        ),
        *[
            (
                backward(state_gradients=numbers(5, 6, width), merge=merge), ValueError,
                rf"state_gradients has shape \(5, 6, {width}\), expected that of the merged states:"
                rf" \(5, 6, {wanted}\)",
            )
            for width, merge, wanted in ((3, "concat", 6), (6, "sum", 3), (1, "product", 3))
        ],
    ],
)
def test_errors_say_what_was_wrong_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()
