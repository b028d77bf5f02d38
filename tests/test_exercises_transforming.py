"""Notebook 18: what is taught equals the library."""

import keras
import numpy as np
import pytest

from utils.exercises import transforming
from utils.exercises.engine import judge
from utils.models.transformer import Heads, causal, sinusoids

by_seed = pytest.mark.parametrize("seed", range(3))


@by_seed
def test_attention_is_that_of_keras(seed):
    for q, k, v, allowed in transforming.SCALED_DOT_ATTENTION.cases(np.random.default_rng(seed)):
        n, size = q.shape[-1], v.shape[-1]
        if n != size:
            continue  # one head of Keras's, its matrices nothing but ones on the diagonal
        layer = keras.layers.MultiHeadAttention(1, n, use_bias=False)
        layer.build(q.shape, v.shape, k.shape)
        layer.set_weights([np.eye(n).reshape(w.shape) for w in layer.get_weights()])
        found = transforming.scaled_dot_attention(q, k, v, allowed)
        wanted = layer(q, v, k, attention_mask=allowed, return_attention_scores=True)
        np.testing.assert_allclose(found[0], wanted[0], atol=1e-5)
        np.testing.assert_allclose(found[1], wanted[1][:, 0], atol=1e-5)


@by_seed
def test_mask_and_positions_are_the_librarys(seed):
    random = np.random.default_rng(seed)
    for (real,) in transforming.CAUSAL_MASK.cases(random):
        library = np.asarray(causal(real.shape[1])) & real[:, None]
        np.testing.assert_array_equal(transforming.causal_mask(real), library)
    for time, size in transforming.SINUSOIDAL_POSITIONS.cases(random):
        np.testing.assert_allclose(
            transforming.sinusoidal_positions(time, size), sinusoids(np.arange(time), size),
            atol=1e-4,
        )  # fmt: skip


def test_cached_steps_are_a_causal_head():
    random = np.random.default_rng(0)
    x = random.normal(size=(2, 5, 4))
    layer = Heads(4, 1)
    layer.build(x.shape)
    W_q, _, W_k, _, W_v, _, W_o, _ = layer.get_weights()  # all biases begin at zero
    whole, _ = layer(x, x, np.asarray(causal(5)))
    keys = values = np.zeros((2, 0, 4))
    for t in range(5):
        context, keys, values = transforming.cached_step(x[:, t], keys, values, W_q, W_k, W_v)
        np.testing.assert_allclose(context @ W_o, whole[:, t], atol=1e-5)


def test_positions_have_no_batch():
    def of_another_base(time, size):
        angles = np.arange(time)[:, None] / 500 ** (np.arange(0, size, 2) / size)
        return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(time, size)

    verdict = judge(transforming.SINUSOIDAL_POSITIONS, of_another_base, np.random.default_rng(0))
    assert verdict.kind == "wrong" and verdict.right == 1
    assert "batch" not in verdict.said and "at [2, 2], expected" in verdict.said


def test_a_power_of_whole_numbers_is_known_though_it_overflows():
    def positions(time, size):
        angles = np.arange(time)[:, None] / 10000 ** np.arange(0, size, 2) / size
        return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(time, size)

    verdict = judge(transforming.SINUSOIDAL_POSITIONS, positions, np.random.default_rng(0))
    assert "(10000 ** i) / n" in verdict.said
