"""Problem set 3: what its references say is what the course's own cells say, or a plain loop."""

import numpy as np
import pytest

from utils import cells
from utils.exercises import problem_set

VARIANTS = (1, 2, 3)
by_variant = pytest.mark.parametrize("variant", VARIANTS)


def right(variant, name):
    return problem_set(f"3.{variant}").exercise(name).reference


@pytest.fixture
def random():
    return np.random.default_rng(3)


@pytest.mark.parametrize("variant", [1, 3])
def test_one_gate_is_a_gru_whose_gates_have_equal_weights(variant, random):
    x = random.normal(size=(2, 5, 3))
    weights = [random.normal(size=shape) for shape in ((3, 8), (4, 8), (8,))]

    def twice(part):
        gate, candidate = np.split(part, 2, axis=-1)
        return np.concatenate([gate, gate, candidate], axis=-1)

    W_x, W_h, b = map(twice, weights)
    if variant == 1:
        of_gru = {"reset_after": False, "update_gate": "replaces"}
    else:
        of_gru, b = {"reset_after": True, "update_gate": "keeps"}, np.stack([b, 0 * b])
    wanted = cells.gru(x, cells.GRUWeights(W_x, W_h, b), **of_gru).h
    np.testing.assert_allclose(right(variant, "gated_layer")(x, *weights), wanted)


def test_one_sum_makes_two_gates_by_hand():
    x, W_x, W_h, b = np.ones((1, 2, 1)), np.array([[2.0, 1.0]]), np.array([[0.5, 3.0]]), np.zeros(2)
    first = (1 - cells.sigmoid(1.0)) * np.tanh(1)
    a = 2 + 0.5 * first
    second = cells.sigmoid(a) * first + (1 - cells.sigmoid(a - 1)) * np.tanh(1 + 3 * first)
    found = right(2, "gated_layer")(x, W_x, W_h, b)
    np.testing.assert_allclose(found[0, :, 0], [first, second])


@by_variant
def test_weights_make_the_cell_state_of_candidates(variant, random):
    f, i, g = random.random((3, 6, 2))
    c = 0.0
    for t in range(6):
        c = f[t] * c + i[t] * g[t]
    weights, _ = right(variant, "memory_of")(f, i)
    np.testing.assert_allclose((weights * g).sum(axis=0), c)


@by_variant
def test_an_age_by_hand(variant):
    f, i = np.full((5, 1), 0.5), np.ones((5, 1))  # weights 1/16, 1/8, 1/4, 1/2, 1
    _, age = right(variant, "memory_of")(f, i)
    assert age == pytest.approx({1: 26 / 31, 2: 0, 3: 3}[variant])


@by_variant
def test_a_marker_gate_keeps_and_writes_what_was_asked_for(variant):
    memories, share = np.array([3.0, 10.5]), 0.2
    w, b = right(variant, "marker_gate")(memories, share)
    quiet, marked = cells.sigmoid(b), cells.sigmoid(w + b)
    kept = 1 - quiet if variant == 1 else quiet
    np.testing.assert_allclose(kept**memories, np.exp(-1) if variant == 3 else 0.5)
    at_marker = {1: 1 - marked, 2: 1 - cells.sigmoid(w + b - 1), 3: marked}[variant]
    np.testing.assert_allclose(at_marker, share)


@by_variant
def test_an_lstm_says_what_the_old_program_said(variant, random):
    x = random.normal(size=(2, 5, 3))
    W_x, W_h, b = (random.normal(size=shape) for shape in ((3, 12), (4, 12), (12,)))
    h, c, said = np.zeros((2, 4)), np.zeros((2, 4)), []
    for t in range(5):
        first, second, third = np.split(x[:, t] @ W_x + h @ W_h + b, 3, axis=1)
        if variant == 1:
            keep, g, o = cells.sigmoid(first), np.tanh(second), cells.sigmoid(third)
        elif variant == 2:
            o, keep, g = cells.sigmoid(first), 1 - cells.sigmoid(second - 1), np.tanh(third)
        else:
            g, keep, o = np.tanh(first), (1 + np.tanh(second)) / 2, (1 + np.tanh(third)) / 2
        c = keep * c + (1 - keep) * g
        h = o * np.tanh(c)
        said.append(h)
    weights = cells.LSTMWeights(*right(variant, "to_lstm")(W_x, W_h, b))
    np.testing.assert_allclose(cells.lstm(x, weights).h, np.stack(said, axis=1))


@by_variant
def test_a_gate_that_is_what_takes_its_place_is_not_needed(variant, random):
    gates, candidates = random.uniform(0.1, 0.9, (2, 3, 6, 2))
    own = gates[:, :, 0]
    gates[:, :, 0] = {1: np.full_like(own, 0.7), 2: own[:1], 3: own > 0.5}[variant]
    W_y, c, said = random.normal(size=(2, 1)), 0.0, []
    for t in range(6):
        c = gates[:, t] * c + (1 - gates[:, t]) * candidates[:, t]
        said.append(c @ W_y)
    increases = right(variant, "needed")(gates, candidates, W_y, np.stack(said, axis=1))
    np.testing.assert_allclose(increases[0], 0, atol=1e-12)
    assert increases[1] > 1e-4


@by_variant
def test_when_a_network_has_learned_by_hand(variant):
    curves = np.array([[[0.5, 0.95, 0.8, 0.9, 0.95]], [[0.5, 0.6, 0.6, 0.6, 0.6]]])
    when, learned, verdict = right(variant, "sooner")(curves, np.arange(25, 150, 25), 0.9)
    assert when.tolist() == [[{1: 100, 2: 50, 3: 125}[variant]], [0]]
    assert learned.tolist() == [1, 0] and verdict == 1
