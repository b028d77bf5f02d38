"""Exercises of notebooks 8 and 9: what they teach is what the library does, and what Keras does."""

import numpy as np
import pytest

from utils import cells
from utils.exercises import gated


def states(step, x, weights, units):
    h, found = np.zeros((len(x), units)), []
    for x_t in x.swapaxes(0, 1):
        h = step(x_t, h, *weights)
        found.append(h)
    return np.stack(found, axis=1)


def test_half_of_the_memory_is_left_after_the_half_life():
    half_lives = np.array([2.0, 7.0, 30.0])
    b = gated.memory_biases(half_lives)
    weights = cells.LSTMWeights(np.zeros((1, 12)), np.zeros((3, 12)), b)
    steps = cells.lstm(np.zeros((1, 30, 1)), weights, initial_cell=np.ones((1, 3)))
    for unit, time in enumerate((2, 7, 30)):
        assert steps.c[0, time - 1, unit] == pytest.approx(0.5)
    np.testing.assert_allclose(steps.input_gate + steps.forget_gate, 1, atol=1e-12)


def test_a_length_and_a_half_life_are_measures_of_one_thing():
    lengths = np.array([3.0, 40.0])  # the chrono initialisation: b_f = log l, f = l / (l + 1)
    half_lives = np.log(0.5) / np.log(lengths / (lengths + 1))
    _, b_f, _, _ = np.split(gated.memory_biases(half_lives), 4)
    np.testing.assert_allclose(b_f, np.log(lengths))


@pytest.mark.parametrize(
    ("exercise", "reset_after"), [(gated.GRU_STEP, False), (gated.GRU_STEP_AFTER, True)]
)
def test_both_steps_are_the_librarys(exercise, reset_after):
    for x_t, h_prev, *weights in exercise.cases(np.random.default_rng(0)):
        wanted = cells.gru_step(x_t, h_prev, cells.GRUWeights(*weights), reset_after)
        np.testing.assert_allclose(exercise.reference(x_t, h_prev, *weights), wanted, atol=1e-12)


@pytest.mark.parametrize(("step", "reset_after"), [("gru_step", False), ("gru_step_after", True)])
def test_both_steps_are_kerass(step, reset_after):
    layers = pytest.importorskip("keras").layers
    random = np.random.default_rng(1)
    layer = layers.GRU(4, return_sequences=True, reset_after=reset_after, dtype="float64")
    x = random.normal(size=(2, 5, 3))
    layer.build(x.shape)
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    found = states(getattr(gated, step), x, layer.get_weights(), 4)
    np.testing.assert_allclose(found, np.array(layer(x)), atol=1e-10)


def test_the_turned_gate_is_the_librarys_and_turned_twice_the_old_one():
    for case in gated.TURN_UPDATE_GATE.cases(np.random.default_rng(0)):
        turned = gated.turn_update_gate(*case)
        swapped = cells.swap_update_gate(cells.GRUWeights(*case))
        for mine, wanted in zip(turned, swapped, strict=True):
            np.testing.assert_array_equal(mine, wanted)
        for again, before in zip(gated.turn_update_gate(*turned), case, strict=True):
            np.testing.assert_array_equal(again, before)


def test_weights_of_pytorch_give_its_states():
    torch = pytest.importorskip("torch")
    layer = torch.nn.GRU(3, 4, batch_first=True).double()
    arrays = [parameter.detach().numpy() for parameter in layer.parameters()]
    x = np.random.default_rng(0).normal(size=(2, 6, 3))
    weights = cells.GRUWeights(*gated.from_pytorch(*arrays))
    wanted = layer(torch.from_numpy(x))[0].detach().numpy()
    np.testing.assert_allclose(cells.gru(x, weights).h, wanted, atol=1e-12)


def test_weights_of_pytorch_give_what_its_manual_says():
    """The four equations of its manual, row by row, for one sequence and one step."""
    random = np.random.default_rng(0)
    W_i, W_h = random.normal(size=(12, 3)), random.normal(size=(12, 4))
    b_i, b_h = random.normal(size=(2, 12))
    x, h = random.normal(size=3), random.uniform(-1, 1, size=4)
    r, z = (
        cells.sigmoid(W_i[rows] @ x + b_i[rows] + W_h[rows] @ h + b_h[rows])
        for rows in (slice(0, 4), slice(4, 8))
    )
    n = np.tanh(W_i[8:] @ x + b_i[8:] + r * (W_h[8:] @ h + b_h[8:]))
    weights = cells.GRUWeights(*gated.from_pytorch(W_i, W_h, b_i, b_h))
    found = cells.gru_step(x[None], h[None], weights)
    np.testing.assert_allclose(found[0], (1 - z) * n + z * h, atol=1e-12)
