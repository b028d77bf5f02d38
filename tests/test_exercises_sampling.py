"""What is taught in notebook 6 is what the library does."""

import numpy as np
import pytest

from utils import decoding, metrics, training
from utils.exercises import judge, sampling


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
    dyadic = np.array([1, 4, 2, 1]) / 8
    np.testing.assert_allclose(sampling.tame(dyadic, 1.0, 0.75), [0, 2 / 3, 1 / 3, 0])


@pytest.mark.parametrize("seed", range(3))
def test_the_cases_hold_what_rounding_does(seed):
    below, exact = sampling.TAME.cases(np.random.default_rng(seed))[-3::2]
    p, T, q = below
    powers = p ** (1 / T)
    assert q == 1 and np.cumsum(np.sort(powers / powers.sum())[::-1])[-1] < 1
    assert np.count_nonzero(sampling.tame(p, T, q)) == len(p)
    p, T, q = exact
    assert T == 1 and q in np.cumsum(np.sort(p)[::-1])
    assert np.count_nonzero(sampling.tame(p, T, q)) == 2


def test_a_coins_toss_costs_a_bit():
    assert sampling.bits_per_character(np.zeros((1, 3, 2)), np.array([[0, 1, 1]])) == (1, 2)
    sure = np.array([[[0.0, 50.0]]])
    assert sampling.bits_per_character(sure, np.array([[1]]))[0] == pytest.approx(0, abs=1e-9)


# ---------------------------------------------------- as learners write it, and what they are told


def ranked(p, T):
    p = p ** (1 / T) / np.sum(p ** (1 / T))
    order = np.argsort(-p)
    return p, order, np.cumsum(p[order])


def scaled(p, places):
    kept = np.zeros_like(p)
    kept[places] = p[places]
    return kept / kept.sum()


def searched(p, T, q, side):
    p, order, together = ranked(p, T)
    return scaled(p, order[: np.searchsorted(together, q, side=side) + 1])


def up_to_argmax(p, T, q):
    p, order, together = ranked(p, T)
    return scaled(p, order[: np.argmax(together >= q) + 1])


def indexed(p, T, q):
    p, order, together = ranked(p, T)
    return np.where(p >= p[order[np.where(together >= q)[0][0]]], p, 0) / together[together >= q][0]


def mask_not_undone(p, T, q):
    p, order, together = ranked(p, T)
    left = np.where(together - p[order] < q, p, 0)
    return left / left.sum()


def temperature_for_the_set(p, T, q):
    tempered, order, together = ranked(p, T)
    return scaled(p, order[: np.sum(together < q) + 1])


def three(p, T, q):
    p, order, _ = ranked(p, T)
    return scaled(p, order[:3])


def half_of_them(p, T, q):
    p, order, _ = ranked(p, T)
    return scaled(p, order[: int(len(p) * q)])


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (lambda *bet: searched(*bet, "left"), "right on 7 cases"),
        (lambda *bet: searched(*bet, "right"), "Where the sum is exactly q, one character more"),
        (up_to_argmax, "With q = 1 one character is left."),
        (indexed, "With q = 1 it stops: rounding"),
        (mask_not_undone, "the mask is in the order of rank"),
        (temperature_for_the_set, "with the probabilities that they had before the temperature"),
        (three, "that is top-k"),
        (half_of_them, "A share q of the characters was kept."),
        (lambda p, T, q: p / 2, "add up to one along the last axis, and adds up to 0.5"),
        (lambda p, T, q: np.roll(p, 1), "`kept` differs from what is expected"),
        (lambda p, T, q: np.roll(p, 1), "for the character with id"),
    ],
)
def test_tame_as_learners_write_it(answer, told, seed):
    assert told in judge(sampling.TAME, answer, np.random.default_rng(seed)).said


def surprises(p, targets):
    return -np.log2(np.take_along_axis(p, targets[:, :, None], axis=-1))


def shares(scores):
    return np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)


def both(bits):
    return bits, 2**bits


def scores_as_probabilities(scores, targets):
    with np.errstate(invalid="ignore"):
        return both(np.mean(np.log2(1 / np.take_along_axis(scores, targets[:, :, None], axis=2))))


def without_keepdims(scores, targets):
    return both(surprises(np.exp(scores) / np.sum(np.exp(scores), axis=2), targets).mean())


def means_of_windows(scores, targets):
    windows = zip(scores, targets, strict=True)
    return both(np.array([surprises(shares(s[None]), t[None]).mean() for s, t in windows]))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (scores_as_probabilities, "The logarithm was taken of the scores themselves"),
        (lambda s, t: both(surprises(shares(s), t).mean())[::-1], "Which of them is asked for fir"),
        (means_of_windows, "There is a mean for each window."),
        (lambda s, t: both(surprises(shares(s), t)[..., 0]), "a surprise for each character"),
        (without_keepdims, "Which argument of `sum` keeps an axis"),
        (lambda s, t: both(surprises(np.exp(s) / np.exp(s).sum(), t).mean()), "All scores of all"),
        (lambda s, t: surprises(shares(s), t).mean(), "they came alone"),
    ],
)
def test_bits_as_learners_write_them(answer, told, seed):
    assert told in judge(sampling.BITS_PER_CHARACTER, answer, np.random.default_rng(seed)).said
