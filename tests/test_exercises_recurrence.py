"""Exercises of notebook 1: they are the library's and Keras's; a latch is judged by deeds."""

import keras
import numpy as np
import pytest

from utils import cells
from utils.exercises import judge, recurrence

WRONG = {  # weights (w_x, w_h, b) of other people, and what each is told
    "forgets": [(1, 0.7, 0), (9, 0, -1), (5, 2, -1.5), "has forgotten it"],
    "tips over": [(2, 2, 0), (1, 3, 0), (1.5, 1.4, 0), "pencil on its tip"],
    "does not notice": [(2, 4, -1), (3, 6, -1), (0, 3, -1), "does not notice"],
    "misses a weak one": [(3, 2, -0.4), (7.2, 4, -2), "misses one of 0.9"],
    "loses it": [(10, 3, -1), (4, 2, -0.5), (6, 3, -1), "as long as nothing wobbles."],
    "on from the start": [(6, 4, 1), (8, 3, 0.8), (0, 2, 0.6), "before any 1 has come"],
}


@pytest.mark.parametrize("seed", range(3))
def test_the_recurrent_step_is_the_librarys_and_that_of_keras(seed):
    for case in recurrence.RECURRENT_STEP.cases(np.random.default_rng(seed)):
        x_t, h_prev, *weights = case
        found = recurrence.recurrent_step(*case)
        wanted = cells.elman_step(x_t, h_prev, cells.ElmanWeights(*weights))
        np.testing.assert_allclose(found, wanted, atol=1e-12)
        layer = keras.layers.SimpleRNN(h_prev.shape[1], dtype="float64")
        layer.build((None, None, x_t.shape[1]))
        layer.set_weights(weights)
        np.testing.assert_allclose(
            found, layer(x_t[:, None], initial_state=keras.ops.array(h_prev)), atol=1e-12
        )


@pytest.mark.parametrize("seed", range(3))
def test_jordans_step_is_the_librarys(seed):
    for x_t, y_prev, *weights in recurrence.JORDAN_STEP.cases(np.random.default_rng(seed)):
        found = recurrence.jordan_step(x_t, y_prev, *weights)
        wanted = cells.jordan_step(
            x_t, y_prev, cells.JordanWeights(*weights), output_activation=cells.sigmoid
        )
        for mine, right in zip(found, wanted, strict=True):
            np.testing.assert_allclose(mine, right, atol=1e-12)


def said_of(weights, seed=0):
    def latch(xs, neuron):
        return neuron(xs, *weights)

    return judge(recurrence.LATCH, latch, np.random.default_rng(seed)).said


@pytest.mark.parametrize("kind", WRONG)
def test_a_latch_is_judged_by_what_it_does(kind):
    *tried, told = WRONG[kind]
    for weights in tried:
        for seed in range(3):
            assert told in said_of(weights, seed), weights


@pytest.mark.parametrize("weights", [(8, 4, -1), (10, 5, -2), (32, 16, -8), (9, 4, -1.2)])
def test_latches_with_other_weights_are_right_whatever_is_drawn(weights):
    for seed in range(50):
        assert said_of(weights, seed) == "right on 10 cases"


def test_the_neuron_of_the_check_is_a_layer_of_one_unit():
    xs = np.random.default_rng(0).normal(size=20)
    weights = cells.ElmanWeights(np.array([[1.3]]), np.array([[0.7]]), np.array([-0.2]))
    wanted = cells.elman(xs[None, :, None], weights)[0, :, 0]
    np.testing.assert_allclose(recurrence._neuron(xs, 1.3, 0.7, -0.2), wanted, atol=1e-12)
