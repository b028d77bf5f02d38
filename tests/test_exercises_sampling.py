"""What is taught in notebook 6 is what the library does."""

import numpy as np
import pytest

from utils import decoding, metrics, training
from utils.exercises import sampling


@pytest.mark.parametrize("seed", range(3))
def test_bits_per_character_are_the_loss_in_bits(seed):
    from keras import ops

    for scores, targets in sampling.BITS_PER_CHARACTER.cases(np.random.default_rng(seed)):
        bits, perplexity = sampling.bits_per_character(scores, targets)
        loss = training.MaskedCrossEntropy(ignore_class=-1, dtype="float64")
        nats = float(ops.convert_to_numpy(loss(targets, scores)))
        assert bits == pytest.approx(metrics.bits_per_character(nats), abs=1e-6)
        assert perplexity == pytest.approx(metrics.perplexity(nats), abs=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_tame_is_what_is_drawn_with(seed):
    for p, T, q in sampling.TAME.cases(np.random.default_rng(seed)):
        wanted = decoding.sampling_probabilities(np.log(p)[None], T, top_p=q)[0]
        np.testing.assert_allclose(sampling.tame(p, T, q), wanted, atol=1e-12)


def test_tame_by_hand():
    p = np.array([0.1, 0.4, 0.2, 0.3])
    np.testing.assert_allclose(sampling.tame(p, 1.0, 0.7), [0, 4 / 7, 0, 3 / 7])
    np.testing.assert_allclose(sampling.tame(p, 1.0, 0.71), [0, 4 / 9, 2 / 9, 3 / 9])
    np.testing.assert_allclose(sampling.tame(p, 0.5, 1.0), [1 / 30, 16 / 30, 4 / 30, 9 / 30])
    assert sampling.tame(p, 1.0, 0.1).tolist() == [0, 1, 0, 0]  # more than q alone


def test_a_coins_toss_costs_a_bit():
    assert sampling.bits_per_character(np.zeros((1, 3, 2)), np.array([[0, 1, 1]])) == (1, 2)
    sure = np.array([[[0.0, 50.0]]])
    assert sampling.bits_per_character(sure, np.array([[1]]))[0] == pytest.approx(0, abs=1e-9)
