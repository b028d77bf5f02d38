"""Every score function against an explicit loop, Keras, and numbers one can check by hand."""

import keras
import numpy as np
import pytest

from utils.models import Attention
from utils.models.attention import SCORES, masked_softmax

SHAPES = [  # batch, target time, source time, query size, key size
    (1, 1, 1, 2, 2),
    (2, 3, 5, 4, 4),
    (3, 2, 9, 5, 3),
]


def numbers(*shape, seed=0):
    return np.random.default_rng([seed, *shape]).normal(size=shape).astype("float32")


def made(score, query, keys, seed=1, **options):
    """A built layer with random weights, and these weights by name."""
    layer = Attention(score, **options)
    layer.build(query.shape, keys.shape)
    layer.set_weights([numbers(*w.shape, seed=seed + i) for i, w in enumerate(layer.weights)])
    return layer, {w.name: np.array(w.value) for w in layer.weights}


def score_by_hand(score, w, query, key):
    """One query and one key → one number, as the papers write it."""
    if score == "additive":
        return w["vector"][:, 0] @ np.tanh(w["query_kernel"].T @ query + w["key_kernel"].T @ key)
    if score == "concat":
        return w["vector"][:, 0] @ np.tanh(w["kernel"].T @ np.concatenate([query, key]))
    if score in ("general", "local"):
        return query @ (w["key_kernel"].T @ key)
    return query @ key / (np.sqrt(len(query)) if score == "scaled_dot" else 1.0)


def softmax_by_hand(scores):
    exponentials = np.exp(scores - scores.max())
    return exponentials / exponentials.sum()


def weights_by_hand(score, w, query, keys, mask, window):
    """One query and all keys of one sentence → attention weights."""
    length = int(mask.sum())
    places = [s for s in range(len(keys)) if mask[s]]
    centre = None
    if score == "local":  # Luong et al. 2015, equations 9 and 10
        hidden = np.tanh(w["position_kernel"].T @ query)
        centre = length / (1 + np.exp(-(w["position_vector"][:, 0] @ hidden)))
        places = [s for s in places if abs(s - centre) <= window]
    weights = np.zeros(len(keys))
    if places:
        weights[places] = softmax_by_hand(
            np.array([score_by_hand(score, w, query, keys[s]) for s in places])
        )
    if centre is not None:
        sigma = window / 2
        for s in range(len(keys)):
            weights[s] *= np.exp(-((s - centre) ** 2) / (2 * sigma**2))
    return weights


def expected(score, w, query, keys, mask=None, window=4):
    """Context and weights of (batch, time, size) queries, by loops."""
    mask = np.ones(keys.shape[:2], bool) if mask is None else mask
    weights = np.array([
        [weights_by_hand(score, w, q, keys[b], mask[b], window) for q in query[b]]
        for b in range(len(query))
    ])
    context = np.zeros((*query.shape[:2], keys.shape[-1]))
    for b, t, s in np.ndindex(weights.shape):
        context[b, t] += weights[b, t, s] * keys[b, s]
    return context, weights


def assert_close(found, wanted):
    np.testing.assert_allclose(np.array(found), wanted, rtol=1e-4, atol=1e-5)


def masks(batch, time):
    """Sentences of different lengths; the first one is full."""
    lengths = np.maximum(1, time - 2 * np.arange(batch))
    return np.arange(time)[None] < lengths[:, None]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("score", SCORES)
def test_every_score_equals_the_loop(score, shape, masked):
    batch, target_time, source_time, query_size, key_size = shape
    if "dot" in score:
        key_size = query_size
    query = numbers(batch, target_time, query_size)
    keys = numbers(batch, source_time, key_size)
    mask = masks(batch, source_time) if masked else None
    options = {"window": 2} if score == "local" else {}
    layer, w = made(score, query, keys, **options)
    wanted_context, wanted_weights = expected(score, w, query, keys, mask, window=2)

    context, weights = layer(query, keys, mask=mask)
    assert_close(weights, wanted_weights)
    assert_close(context, wanted_context)

    for t in range(target_time):  # one query at a time, without the time axis
        context, weights = layer(query[:, t], keys, mask=mask)
        assert_close(weights, wanted_weights[:, t])
        assert_close(context, wanted_context[:, t])

    context, weights = layer(query, keys, mask=mask, projected=layer.project(keys))
    assert_close(weights, wanted_weights)


@pytest.mark.parametrize("score", ["additive", "concat", "local"])
def test_units_set_the_inner_size(score):
    query, keys = numbers(2, 3, 4), numbers(2, 5, 4)
    layer, w = made(score, query, keys, units=7)
    inner = {"additive": "query_kernel", "concat": "kernel", "local": "position_kernel"}[score]
    assert w[inner].shape[-1] == 7
    assert_close(layer(query, keys)[1], expected(score, w, query, keys)[1])


@pytest.mark.parametrize("score", [score for score in SCORES if score != "local"])
def test_weights_add_up_to_one(score):
    query, keys = numbers(3, 2, 4), numbers(3, 7, 4)
    layer, _ = made(score, query, keys)
    _, weights = layer(query, keys, mask=masks(3, 7))
    assert_close(np.array(weights).sum(-1), np.ones((3, 2)))
    assert (np.array(weights)[~np.broadcast_to(masks(3, 7)[:, None], (3, 2, 7))] == 0).all()


@pytest.mark.parametrize("score", SCORES)
def test_a_fully_masked_row_gives_zeros(score):
    query, keys = numbers(2, 3, 4), numbers(2, 5, 4)
    layer, w = made(score, query, keys)
    mask = np.array([[True] * 5, [False] * 5])
    context, weights = map(np.array, layer(query, keys, mask=mask))
    assert (weights[1] == 0).all() and (context[1] == 0).all()
    assert_close(weights[0], expected(score, w, query, keys)[1][0])


@pytest.mark.parametrize("score", SCORES)
def test_what_lies_under_the_mask_does_not_matter(score):
    query, keys = numbers(1, 3, 4), numbers(1, 6, 4)
    layer, _ = made(score, query, keys)
    mask = np.array([[True, True, True, True, False, False]])
    other = keys.copy()
    other[:, 4:] = 50.0
    context, weights = map(np.array, layer(query, keys, mask=mask))
    assert_close(layer(query, other, mask=mask)[0], context)
    assert_close(layer(query, keys[:, :4])[0], context)  # as if it had never been there
    assert_close(layer(query, keys[:, :4])[1], weights[..., :4])


# ---------------------------------------------------------------- masked softmax


def test_masked_softmax_by_hand():
    scores = np.log(np.array([[1.0, 3.0, 4.0], [1.0, 1.0, 2.0]], "float32"))
    assert_close(masked_softmax(scores), [[1 / 8, 3 / 8, 4 / 8], [1 / 4, 1 / 4, 1 / 2]])
    mask = np.array([[True, True, False], [False, False, False]])
    assert_close(masked_softmax(scores, mask), [[1 / 4, 3 / 4, 0], [0, 0, 0]])


def test_masked_softmax_of_large_scores_is_still_a_distribution():
    scores = np.array([[300.0, 299.0, 500.0]], "float32")
    weights = np.array(masked_softmax(scores, np.array([[True, True, False]])))
    assert_close(weights, [[1 / (1 + np.exp(-1)), 1 / (1 + np.exp(1)), 0]])
    low = np.array(masked_softmax(-scores, np.array([[True, True, False]])))
    assert_close(low, weights[:, [1, 0, 2]])


# ---------------------------------------------------------------- numbers by hand


def test_dot_by_hand():
    query = np.array([[1.0, 0.0]], "float32")
    keys = np.array([[[np.log(3.0), 0.0], [0.0, 8.0]]], "float32")
    context, weights = Attention("dot")(query, keys)
    assert_close(weights, [[0.75, 0.25]])
    assert_close(context, [[0.75 * np.log(3.0), 2.0]])


def test_scaled_dot_by_hand():
    query = np.array([[1.0, 1.0, 1.0, 1.0]], "float32")
    keys = np.array([[[2 * np.log(3.0), 0, 0, 0], [0, 0, 0, 0]]], "float32")
    assert_close(Attention("scaled_dot")(query, keys)[1], [[0.75, 0.25]])  # 2 ln 3 / √4 = ln 3
    assert_close(Attention("dot")(query, keys)[1], [[0.9, 0.1]])  # exp(2 ln 3) = 9


def test_scaling_matters_where_the_softmax_is_not_saturated():
    query, keys = 0.8 * numbers(2, 3, 16), 0.8 * numbers(2, 5, 16)
    _, scaled = Attention("scaled_dot")(query, keys)
    _, plain = Attention("dot")(query, keys)
    scaled, plain = np.array(scaled), np.array(plain)
    assert scaled.max() < 0.9 and plain.min() > 1e-6  # neither is a hard choice
    assert np.abs(scaled - plain).max() > 0.2
    assert (plain.max(-1) > scaled.max(-1)).all()  # the scale flattens


def test_local_looks_only_into_its_window():
    query, keys = numbers(1, 1, 3), numbers(1, 21, 3)
    layer, w = made("local", query, keys, window=3)
    layer.set_weights([np.zeros_like(v) if "position" in n else v for n, v in w.items()])
    _, weights = layer(query, keys)
    # sigmoid(0) = 1/2 of 21 tokens: the centre is 10.5, the window reaches from 8 to 13
    assert np.flatnonzero(np.array(weights)[0, 0]).tolist() == [8, 9, 10, 11, 12, 13]
    flat, _ = made("local", query, np.ones_like(keys), window=3)
    flat.set_weights(layer.get_weights())
    _, weights = flat(query, np.ones_like(keys))
    sigma = 1.5  # equal scores: 1/6 each, times the Gaussian
    gaussian = [np.exp(-((s - 10.5) ** 2) / (2 * sigma**2)) / 6 for s in range(8, 14)]
    assert_close(np.array(weights)[0, 0, 8:14], gaussian)


# ---------------------------------------------------------------- Keras as the oracle


@pytest.mark.parametrize("masked", [False, True])
def test_additive_is_keras_additive_attention_after_projections(masked):
    query, keys = numbers(2, 3, 4), numbers(2, 5, 6)
    layer, w = made("additive", query, keys)
    keras_layer = keras.layers.AdditiveAttention(use_scale=True)
    projected_query, projected_keys = query @ w["query_kernel"], keys @ w["key_kernel"]
    keras_layer.build([projected_query.shape, keys.shape, projected_keys.shape])
    keras_layer.set_weights([w["vector"][:, 0]])
    mask = masks(2, 5) if masked else None
    wanted, wanted_weights = keras_layer(
        [projected_query, keys, projected_keys], mask=[None, mask] if masked else None,
        return_attention_scores=True,
    )
    context, weights = layer(query, keys, mask=mask)
    assert_close(weights, np.array(wanted_weights))
    assert_close(context, np.array(wanted))


@pytest.mark.parametrize("masked", [False, True])
def test_dot_is_keras_attention(masked):
    query, keys = numbers(2, 3, 4), numbers(2, 5, 4)
    mask = masks(2, 5) if masked else None
    wanted, wanted_weights = keras.layers.Attention(score_mode="dot")(
        [query, keys], mask=[None, mask] if masked else None, return_attention_scores=True
    )
    context, weights = Attention("dot")(query, keys, mask=mask)
    assert_close(weights, np.array(wanted_weights))
    assert_close(context, np.array(wanted))


def test_scaled_dot_is_one_head_of_attention_with_a_constant_scale():
    query, keys = numbers(2, 3, 4), numbers(2, 5, 4)
    oracle = keras.layers.Attention(score_mode="dot", use_scale=True)
    oracle.build([query.shape, keys.shape])
    oracle.set_weights([np.float32(0.5)])  # 1 / √4
    assert_close(Attention("scaled_dot")(query, keys)[0], np.array(oracle([query, keys])))


def test_concat_is_additive_with_the_kernel_in_one_piece():
    query, keys = numbers(2, 3, 4), numbers(2, 5, 6)
    concat, w = made("concat", query, keys)
    additive = Attention("additive")
    additive.build(query.shape, keys.shape)
    parts = {
        "query_kernel": w["kernel"][:4], "key_kernel": w["kernel"][4:], "vector": w["vector"]
    }
    additive.set_weights([parts[weight.name] for weight in additive.weights])
    assert_close(concat(query, keys)[1], np.array(additive(query, keys)[1]))


# ---------------------------------------------------------------- what a score may depend on


@pytest.mark.parametrize("score", [score for score in SCORES if score != "local"])
def test_order_of_the_source_only_reorders_the_weights(score):
    query, keys = numbers(2, 3, 4), numbers(2, 5, 4)
    layer, _ = made(score, query, keys)
    order = [3, 0, 4, 1, 2]
    context, weights = map(np.array, layer(query, keys))
    shuffled_context, shuffled_weights = map(np.array, layer(query, keys[:, order]))
    assert_close(shuffled_weights, weights[..., order])
    assert_close(shuffled_context, context)


@pytest.mark.parametrize("score", SCORES)
def test_weights_depend_on_query_and_keys(score):
    query, keys = numbers(2, 3, 4), numbers(2, 5, 4)
    layer, _ = made(score, query, keys)
    _, weights = layer(query, keys)
    for other in (layer(query[:, ::-1], keys)[1], layer(query, keys[:, :, ::-1].copy())[1]):
        assert np.abs(np.array(other) - np.array(weights)).max() > 0.02


def test_number_of_weights_by_hand():
    query, keys = numbers(1, 1, 4), numbers(1, 3, 6)
    counts = {
        "additive": 4 * 4 + 6 * 4 + 4, "concat": (4 + 6) * 4 + 4, "general": 6 * 4,
        "local": 6 * 4 + 4 * 4 + 4,
    }
    for score, count in counts.items():
        assert made(score, query, keys)[0].count_params() == count
    for score in ("dot", "scaled_dot"):
        assert made(score, query, numbers(1, 3, 4))[0].count_params() == 0


# ---------------------------------------------------------------- configuration and errors


@pytest.mark.parametrize("score", SCORES)
def test_config_rebuilds_the_layer(score):
    layer = Attention(score, units=5, window=3)
    twin = Attention.from_config(layer.get_config())
    assert (twin.score, twin.units, twin.window) == (score, 5, 3)


def test_errors():
    with pytest.raises(ValueError, match="score is 'cosine', expected one of 'additive', 'dot'"):
        Attention("cosine")
    with pytest.raises(ValueError, match="window is 0, expected a finite number above 0"):
        Attention("local", window=0)
    for score in ("dot", "scaled_dot"):
        with pytest.raises(ValueError, match="size 4 with keys of size 6: .*'general'"):
            Attention(score)(numbers(1, 2, 4), numbers(1, 3, 6))
    for window in (-1, float("nan"), "wide"):
        with pytest.raises(ValueError, match="window is .*, expected a finite number above 0"):
            Attention("local", window=window)
    with pytest.raises(ValueError, match="units is 2.5, expected a whole number of at least 1"):
        Attention("additive", units=2.5)


# ---------------------------------------------------------------- masks that come with tensors


READ, SAID = np.array([[1, 2, 3, 0, 0], [4, 0, 0, 0, 0]]), np.array([[5, 6, 0], [7, 0, 0]])


@pytest.mark.parametrize("score", SCORES)
def test_masks_come_with_their_tensors(score):
    embed = keras.layers.Embedding(10, 4, mask_zero=True)
    query, keys = embed(SAID), embed(READ)
    layer, _ = made(score, query, keys)
    context, weights = layer(query, keys)
    plain = [np.array(embed.embeddings)[ids] for ids in (SAID, READ)]
    wanted_context, wanted_weights = map(np.array, layer(*plain, mask=READ > 0))
    wanted_context[SAID == 0] = wanted_weights[SAID == 0] = 0  # padding looks at nothing
    assert_close(weights, wanted_weights)
    assert_close(context, wanted_context)
    # the context goes on as padded as the queries were
    after = np.array(keras.layers.SimpleRNN(3, return_sequences=True)(context))
    np.testing.assert_array_equal(after[0, 2], after[0, 1])


def test_a_mask_given_beside_one_that_comes_with_the_keys():
    keys = keras.layers.Embedding(10, 4, mask_zero=True)(READ)
    mask = np.array([[True, False, True, True, True], [True] * 5])
    layer = Attention("dot")
    _, weights = layer(numbers(2, 4), keys, mask=mask)
    _, wanted = layer(numbers(2, 4), keras.ops.convert_to_numpy(keys), mask=mask & (READ > 0))
    assert_close(weights, np.array(wanted))
    assert (np.array(weights)[0] == 0).tolist() == [False, True, False, True, True]


@pytest.mark.parametrize("score", SCORES)
def test_masks_in_a_functional_model(score):
    said, read = (keras.Input((None,), dtype="int32") for _ in range(2))
    embed = keras.layers.Embedding(10, 4, mask_zero=True)
    context, weights = Attention(score)(embed(said), embed(read))
    assert context.shape == (None, None, 4) and weights.shape == (None, None, None)
    _, found = keras.Model([said, read], [context, weights])([SAID, READ])
    found = np.array(found)
    assert (found[np.broadcast_to(READ[:, None] == 0, found.shape)] == 0).all()
    assert (found[SAID == 0] == 0).all() and (found[SAID > 0].sum(-1) > 0).all()


# ---------------------------------------------------------------- half precision


@pytest.mark.parametrize("dtype", ["mixed_float16", "mixed_bfloat16", "float16"])
@pytest.mark.parametrize("score", SCORES)
def test_half_precision_is_near_and_finite(score, dtype):
    query, keys = numbers(2, 3, 4), numbers(2, 300, 4)
    mask = np.arange(300)[None] < np.array([[280], [0]])
    exact, _ = made(score, query, keys, window=9)
    layer = Attention(score, window=9, dtype=dtype)
    layer.build(query.shape, keys.shape)
    layer.set_weights(exact.get_weights())
    wanted = np.array(exact(query, keys, mask=mask)[1])
    context, weights = (
        keras.ops.convert_to_numpy(keras.ops.cast(each, "float32"))
        for each in layer(query, keys, mask=mask)
    )
    assert (weights[1] == 0).all() and (context[1] == 0).all()
    # bfloat16 has three digits; local attention turns an error of the place into one of weights
    close = 0.2 if "bfloat16" in dtype and score == "local" else 0.02
    assert np.abs(weights - wanted).max() < close and np.isfinite(context).all()


@pytest.mark.parametrize("score", SCORES)
def test_gradients_of_half_precision_are_finite(score):
    """A row without a token beside one with tokens, trained for a step."""
    said, read = keras.Input((None,), dtype="int32"), keras.Input((None,), dtype="int32")
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        embed = keras.layers.Embedding(10, 4, mask_zero=True)
        context, _ = Attention(score)(embed(said), embed(read))
        model = keras.Model([said, read], context)
    finally:
        keras.config.set_dtype_policy(before)
    model.compile(keras.optimizers.SGD(0.1), "mse", auto_scale_loss=False)
    old = [np.array(w) for w in model.get_weights()]
    model.train_on_batch([SAID, np.array([[1, 2, 3], [0, 0, 0]])], np.ones((2, 3, 4)))
    new = model.get_weights()
    assert all(np.isfinite(w).all() for w in new)
    assert any(np.abs(a - b).max() > 0 for a, b in zip(old, new, strict=True))
