"""The exercises of notebook 2 are the library, which later notebooks import, and TensorFlow."""

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from utils import bptt, cells
from utils.exercises import engine, through_time


@pytest.mark.parametrize("seed", range(3))
def test_backward_is_the_librarys(seed):
    for x, h, h_0, dy, W_hh, W_hy in through_time.BACKWARD.cases(np.random.default_rng(seed)):
        found = through_time.backward(x, h, h_0, dy, W_hh, W_hy)
        # the states are given, so any input weights will do that lead to them
        features, units = x.shape[-1], len(W_hh)
        lead = np.arctanh(h) - np.concatenate([h_0[:, None], h[:, :-1]], axis=1) @ W_hh
        given = np.concatenate([x, lead], axis=-1)
        weights = cells.ElmanWeights(
            np.concatenate([np.zeros((features, units)), np.eye(units)]), W_hh, np.zeros(units)
        )
        above = bptt.output_gradients(h, cells.OutputWeights(W_hy, np.zeros(W_hy.shape[1])), dy)
        below = bptt.elman_gradients(given, weights, above.states, h_0).weights
        wanted = (below.W_xh[:features], below.W_hh, below.b_h, *above.weights)
        for mine, right in zip(found, wanted, strict=True):
            np.testing.assert_allclose(mine, right, atol=1e-10)


def test_backward_is_tensorflows():
    random = np.random.default_rng(0)
    x = random.normal(size=(3, 6, 2))
    layer = keras.layers.SimpleRNN(4, return_sequences=True, dtype="float64")
    head = keras.layers.Dense(2, dtype="float64")
    with tf.GradientTape() as tape:
        h = layer(x)
        y = head(h)
        loss = 0.5 * tf.reduce_sum(y**2)
    weights = [*layer.trainable_weights, *head.trainable_weights]
    found = through_time.backward(
        x, h.numpy(), np.zeros((3, 4)), y.numpy(), layer.get_weights()[1], head.get_weights()[0]
    )
    for mine, right in zip(found, tape.gradient(loss, weights), strict=True):
        np.testing.assert_allclose(mine, right, atol=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_one_chunk_is_the_whole_walk_and_many_are_those_of_the_library(seed):
    for *case, size in through_time.CHUNKED.cases(np.random.default_rng(seed)):
        x, dy, W_xh, W_hh, b_h, W_hy = case
        weights, time = cells.ElmanWeights(W_xh, W_hh, b_h), x.shape[1]
        whole = through_time.chunked_backward(*case, time + 1)
        h, zero = cells.elman(x, weights), np.zeros((len(x), len(W_hh)))
        for mine, right in zip(
            whole, through_time.backward(x, h, zero, dy, W_hh, W_hy), strict=True
        ):
            np.testing.assert_allclose(mine, right, atol=1e-12)
        added, state = 0.0, zero  # as the docstring of `bptt.elman_gradients` says
        for start in range(0, time, size):
            part = slice(start, start + size)
            own = dy[:, part] @ W_hy.T
            added = added + bptt.elman_gradients(x[:, part], weights, own, state).weights.W_hh
            state = cells.elman(x[:, part], weights, state)[:, -1]
        found = through_time.chunked_backward(*case, size)
        np.testing.assert_allclose(found[1], added, atol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_clipping_is_the_librarys(seed):
    for *gradients, limit in through_time.CLIP.cases(np.random.default_rng(seed)):
        found = through_time.clip_by_global_norm(*gradients, limit)
        for mine, right in zip(found, bptt.clip_by_norm(gradients, limit), strict=True):
            np.testing.assert_allclose(mine, right, atol=1e-12)
        assert bptt.global_norm(found) <= limit * (1 + 1e-12)


def test_clipping_is_what_keras_calls_global_clipnorm():
    gradients = [np.full((2, 3), 3.0), np.full((3, 3), -4.0), np.full(3, 0.1)]
    wanted = keras.optimizers.SGD(1.0, global_clipnorm=1.5)._clip_gradients(
        [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
    )
    for mine, right in zip(
        through_time.clip_by_global_norm(*gradients, 1.5), wanted, strict=True
    ):
        np.testing.assert_allclose(mine, right, atol=1e-6)


def test_a_state_without_its_batch_axis_is_told_so():
    def no_batch(x, dy, W_xh, W_hh, b_h, W_hy, size):
        return cells.elman(x, cells.ElmanWeights(W_xh, W_hh, b_h), np.zeros(len(W_hh)))

    said = engine.judge(through_time.CHUNKED, no_batch, np.random.default_rng(0)).said
    assert "expected (batch, units) = (2, 1); one for each of the batch" in said


def test_a_loop_over_sequences_is_told_that_it_took_them_for_steps():
    def by_sequence(x, h, h_0, dy, W_hh, W_hy):
        sums, later = [0.0] * 5, 0.0
        for t in reversed(range(x.shape[1])):
            da = (dy[t] @ W_hy.T + later) * (1 - h[t] ** 2)
            before = h[t - 1] if t > 0 else h_0
            step = x[t].T @ da, before.T @ da, da.sum(0), h[t].T @ dy[t], dy[t].sum(0)
            sums = [a + b for a, b in zip(sums, step, strict=True)]
            later = da @ W_hh.T
        return tuple(sums)

    said = engine.judge(through_time.BACKWARD, by_sequence, np.random.default_rng(0)).said
    assert "x[t] is sequence t" in said


def test_what_was_given_is_shown_as_shapes_and_numbers():
    def given(*case):
        exercise = dataclasses.replace(through_time.BACKWARD, reference=lambda x, n: x)
        return engine._given(exercise, case)

    array = np.zeros((2, 3))
    assert given(array, array) == "x (2, 3), n (2, 3)"
    for number in (2, np.array(2), np.int64(2)):
        assert given(array, number) == "x (2, 3), n = 2"
    assert given(array, np.float64(0.5)) == "x (2, 3), n = 0.5"
    assert given((array, array), [array]) == (
        "x = (an array (2, 3), an array (2, 3)), n = (an array (2, 3))"
    )
    assert given((1, 2), "ab") == "x = (1, 2), n = 'ab'"
    assert given("a" * 200, 2).endswith("…")
