"""Problem set 2: what its references say is what Keras says, and what can be checked by hand."""

import keras
import numpy as np
import pytest

from utils import cells
from utils.exercises import problem_set

VARIANTS = (1, 2, 3)
by_variant = pytest.mark.parametrize("variant", VARIANTS)


def right(variant, name):
    return problem_set(f"2.{variant}").exercise(name).reference


@pytest.fixture
def random():
    return np.random.default_rng(2)


@by_variant
def test_pooling_has_the_maximum_or_the_last_state_at_one_end_and_the_mean_at_the_other(
    variant, random
):
    states = random.normal(size=(2, 4, 3))
    mask = np.array([[1, 1, 1, 0], [0, 0, 1, 1]], bool)
    real = [states[0, :3], states[1, 2:]]
    pool = right(variant, "pooled")
    wanted = [rows.max(axis=0) if variant == 1 else rows[-1] for rows in real]
    np.testing.assert_allclose(pool(states, mask, 1), wanted)
    if variant < 3:
        np.testing.assert_allclose(pool(states, mask, 9), [rows.mean(axis=0) for rows in real])
    else:
        two = (3 * real[1][1] + 2 * real[1][0]) / 5
        np.testing.assert_allclose(pool(states, mask, 3)[1], two)


@by_variant
def test_losses_are_those_of_keras(variant, random):
    scores, ids = random.normal(size=(2, 4, 5)), random.integers(0, 5, (2, 4))
    mask = np.array([[1, 1, 1, 1], [1, 0, 0, 0]], bool)
    same = {"from_logits": True, "reduction": None}
    loss = {
        1: keras.losses.CategoricalCrossentropy(label_smoothing=0.3, **same),
        2: keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=2.0, **same),
        3: keras.losses.CategoricalCrossentropy(**same),
    }[variant]
    wanted = np.asarray(loss(np.eye(5)[ids], scores)) * mask
    whole = wanted.sum() / 5
    if variant == 3:  # the first sentence has four words, the second one
        wanted[0] /= 2
        whole = wanted.sum() / 2
    found = right(variant, "word_losses")(scores, ids, mask, {1: 0.3, 2: 2.0, 3: 0.5}[variant])
    np.testing.assert_allclose(found[0], wanted, rtol=1e-5)
    np.testing.assert_allclose(found[1], whole, rtol=1e-5)


@by_variant
def test_a_gradient_does_not_move_all_scores_alike(variant, random):
    scores, ids = random.normal(size=(2, 4, 5)), random.integers(0, 5, (2, 4))
    mask = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], bool)
    found = right(variant, "score_gradient")(scores, ids, mask, 0.4)
    np.testing.assert_allclose(found.sum(axis=2), 0, atol=1e-12)
    np.testing.assert_array_equal(found.any(axis=2), mask)


@by_variant
def test_a_condition_that_says_nothing_leaves_the_plain_layer(variant, random):
    shapes = (2, 4, 3), (3, 5), (5, 5), (5,), (2, 5), (2, 5)
    x, W_x, W_h, b, U, V = (random.normal(size=shape) for shape in shapes)
    v = np.zeros((2, 2))
    if variant == 3:  # a gate that listens to the words only
        v, U = np.ones((2, 2)), np.full((2, 5), 50.0)
    found = right(variant, "conditioned_layer")(x, v, W_x, W_h, b, U, V)
    np.testing.assert_allclose(found, cells.elman(x, cells.ElmanWeights(W_x, W_h, b)))


@by_variant
def test_what_may_be_drawn_by_hand(variant):
    p = np.array([0.5, 0.3, 0.15, 0.05])  # surprises 0.69, 1.20, 1.90, 3.00; entropy 1.14
    q, wanted = {
        1: (0.4, [5 / 8, 3 / 8, 0, 0]),  # at least 0.2
        2: (0.25, [0, 1, 0, 0]),  # the most typical is not the most probable
        3: (0.16, [10 / 19, 6 / 19, 3 / 19, 0]),  # at least 0.4 · 0.32, which is less than q
    }[variant]
    np.testing.assert_allclose(right(variant, "cut")(p, 1.0, q), wanted)


@by_variant
def test_chances_of_what_comes_next_are_a_whole_and_unheard_characters_have_some(variant):
    ids = np.array([0, 1, 0, 1, 0, 2])
    found = right(variant, "next_chances")(ids, 4, 0.5)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found[2:], [[0.4, 0.3, 0.2, 0.1]] * 2)  # nothing came after these
    wanted = {
        1: 0.5 * 2 / 3 + 0.5 * 0.3,
        2: (1.5 + 0.5 * 2 * 0.3) / 3,
        3: (2 + 0.5 * 0.3) / 3.5,
    }[variant]
    assert found[0, 1] == pytest.approx(wanted)


@by_variant
def test_the_wish_by_bayes(variant):
    chances = np.array([[[0.5, 0.2, 0.9]], [[0.1, 0.8, 0.9]]])  # two wishes, a tune of two tokens
    mask, prior = np.array([[True, True, False]]), np.array([0.25, 0.75])
    found = right(variant, "wishes")(np.log(chances), mask, prior)
    one, both = 0.125 / (0.125 + 0.075), 0.025 / (0.025 + 0.06)
    mean = 0.25 * 0.1**0.5 / (0.25 * 0.1**0.5 + 0.75 * 0.08**0.5)
    wanted = {1: both, 2: [one, both, both], 3: mean}[variant]
    np.testing.assert_allclose(found[0, ..., 0], wanted)
    np.testing.assert_allclose(found.sum(axis=-1), 1)
