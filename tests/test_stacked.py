"""Stacks of recurrent layers: what each layer is given, and what is added to what it says."""

import keras
import numpy as np
import pytest

from utils import cells
from utils.exercises import depth
from utils.models import stacked_rnn
from utils.models.layers import CELLS

INPUTS = np.random.default_rng(0).normal(size=(2, 6, 3))


def model(**options):
    """A stack of three layers of 4 units in float64, with random weights."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("float64")
    try:
        inputs = keras.layers.Input((None, 3), dtype="float64")
        found = keras.Model(inputs, stacked_rnn(inputs, 4, 3, **options))
    finally:
        keras.config.set_dtype_policy(before)
    random = np.random.default_rng(1)
    found.set_weights([random.normal(size=weight.shape) / 2 for weight in found.get_weights()])
    return found


def by_hand(found, residual, normalise):
    """The same stack in NumPy, layer after layer."""
    dense, *rest = [layer for layer in found.layers if layer.get_weights()]
    kernel, bias = dense.get_weights()
    x, rest = INPUTS @ kernel + bias, iter(rest)
    for _ in range(3):
        read = x
        if normalise:
            gain, shift = next(rest).get_weights()
            read = cells.layer_normalise(read, gain, shift)
        states = cells.gru(read, cells.GRUWeights(*next(rest).get_weights())).h
        x = x + states if residual else states
    return x


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("normalise", [False, True])
def test_a_stack_is_its_layers_one_after_the_other(residual, normalise):
    found = model(residual=residual, normalise=normalise)
    expected = by_hand(found, residual, normalise)
    assert expected.shape == (2, 6, 4)
    np.testing.assert_allclose(np.array(found(INPUTS)), expected, atol=1e-10)
    other = by_hand(found, not residual, normalise)
    assert np.abs(other - expected).max() > 0.01


@pytest.mark.parametrize("cell", CELLS)
def test_every_layer_is_of_the_cell_asked_for(cell):
    kinds = [type(layer) for layer in model(cell=cell).layers]
    assert kinds.count(CELLS[cell]) == 3


def test_a_residual_stack_whose_layers_say_nothing_hands_on_what_came_in():
    found = model(residual=True)
    dense = next(layer for layer in found.layers if isinstance(layer, keras.layers.Dense))
    for layer in found.layers:
        if isinstance(layer, keras.layers.GRU):
            layer.set_weights([np.zeros_like(weight) for weight in layer.get_weights()])
    np.testing.assert_allclose(np.array(found(INPUTS)), np.array(dense(INPUTS)), atol=1e-12)


def test_dropout_is_given_to_every_layer_and_works_in_training_alone():
    found = model(dropout=0.5, recurrent_dropout=0.25)
    layers = [layer for layer in found.layers if isinstance(layer, keras.layers.GRU)]
    assert [(layer.dropout, layer.recurrent_dropout) for layer in layers] == 3 * [(0.5, 0.25)]
    calm, again = (np.array(found(INPUTS)) for _ in range(2))
    np.testing.assert_array_equal(calm, again)
    assert np.abs(np.array(found(INPUTS, training=True)) - calm).max() > 0.01


def test_what_cannot_be_stacked_is_refused():
    inputs = keras.layers.Input((None, 3))
    with pytest.raises(ValueError, match="cell is 'elman', expected one of 'simple_rnn', 'gru'"):
        stacked_rnn(inputs, 4, 1, cell="elman")
    with pytest.raises(ValueError, match="depth is 0, expected a whole number of at least 1"):
        stacked_rnn(inputs, 4, 0)


def test_it_is_the_stack_that_the_learner_writes_in_notebook_12():
    def by_the_learner(x):
        stack = [keras.layers.LSTM(5, return_sequences=True) for _ in range(3)]
        return depth.residual_stack(keras.layers.Dense(5)(x), stack)

    said = []
    for build in (by_the_learner, lambda x: stacked_rnn(x, 5, 3, cell="lstm", residual=True)):
        inputs = keras.layers.Input((None, 3))
        found = keras.Model(inputs, build(inputs))
        random = np.random.default_rng(2)
        found.set_weights([random.normal(size=weight.shape) for weight in found.get_weights()])
        said.append(np.array(found(INPUTS)))
    np.testing.assert_allclose(said[0], said[1], atol=1e-6)
