"""Notebook 12: what is taught equals the library and Keras."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from utils import cells
from utils.exercises import depth


@pytest.mark.parametrize("seed", range(3))
def test_the_normalised_layer_is_the_librarys(seed):
    for x, W_xh, W_hh, b_h, gain in depth.NORMALISED_RNN.cases(np.random.default_rng(seed)):
        weights = cells.NormalisedElmanWeights(W_xh, W_hh, b_h, gain)
        found = depth.normalised_rnn(x, W_xh, W_hh, b_h, gain)
        np.testing.assert_allclose(found, cells.normalised_elman(x, weights), atol=1e-12)


def test_the_norm_is_that_of_keras():
    a, gain, bias = np.random.default_rng(0).normal(size=(3, 5))
    layer = layers.LayerNormalization(dtype="float64")
    layer.build((None, 5))
    layer.set_weights([gain, bias])
    nothing = np.zeros((5, 5))  # one step from the zero state
    ours = depth.normalised_rnn(a[None, None], np.eye(5), nothing, bias, gain)
    np.testing.assert_allclose(ours[0, 0], ops.tanh(layer(a[None]))[0], atol=1e-12)


@pytest.mark.parametrize("answer", [depth.residual_stack, depth._stack_by_recursion])
def test_the_stack_takes_arrays_and_keras_tensors_alike(answer):
    stack = [layers.LSTM(4, return_sequences=True, dtype="float64") for _ in range(3)]
    inputs = layers.Input((None, 4), dtype="float64")
    model = keras.Model(inputs, answer(inputs, stack))
    x = np.random.default_rng(0).normal(size=(2, 5, 4))
    by_hand = x
    for layer in stack:
        by_hand = by_hand + cells.lstm(by_hand, cells.LSTMWeights(*layer.get_weights())).h
    np.testing.assert_allclose(model(x), by_hand, atol=1e-10)
    np.testing.assert_allclose(answer(x, stack), by_hand, atol=1e-10)
