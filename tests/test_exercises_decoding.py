"""The exercises of notebook 15 beside the library, sacrebleu, loops and numbers by hand."""

import itertools

import numpy as np
import pytest
from sacrebleu.metrics import BLEU

from utils.exercises import decoding, judge


@pytest.mark.parametrize("seed", range(5))
def test_a_beam_step_is_the_best_of_all_pairs(seed):
    for scores, table, width in decoding.BEAM_STEP.cases(np.random.default_rng(seed)):
        pairs = itertools.product(range(len(scores)), range(table.shape[1]))
        wanted = sorted(pairs, key=lambda pair: -scores[pair[0]] - table[pair])[:width]
        parents, words, totals = decoding.beam_step(scores, table, width)
        assert list(zip(parents, words, strict=True)) == wanted
        assert totals == pytest.approx([scores[p] + table[p, w] for p, w in wanted])


def test_a_beam_of_one_takes_the_most_probable_word():
    table = np.log([[0.2, 0.5, 0.3]])
    parents, words, totals = decoding.beam_step(np.zeros(1), table, 1)
    assert (parents.tolist(), words.tolist()) == ([0], [1])
    assert totals == pytest.approx(np.log([0.5]))


def test_the_penalty_by_hand_and_as_the_library_compares():
    assert decoding.normalised(-4.0, 1, 0.6) == -4  # a length of 1 changes nothing
    assert decoding.normalised(-4.0, 7, 1.0) == -2  # (5 + 7) / 6 is 2
    assert decoding.normalised(-4.0, 7, 0.0) == -4


def test_counts_of_the_papers_example():
    the, cat = ["the"] * 7, "the cat is on the mat".split()  # Papineni et al. 2002, section 2.1
    assert decoding.clipped_counts(the, cat, 1) == (2, 7)
    assert decoding.clipped_counts(the, cat, 2) == (0, 6)
    assert decoding.clipped_counts(["a"], cat, 4) == (0, 0)


@pytest.mark.parametrize("answer", [lambda *_: 0.5, lambda *_: (1, 2, 3)])
def test_a_precision_in_place_of_counts_is_told_what_is_asked_for(answer):
    verdict = judge(decoding.CLIPPED_COUNTS, answer, np.random.default_rng(0))
    assert verdict.said.endswith("two numbers are asked for, matches and total")


@pytest.mark.parametrize("seed", range(20))
def test_counts_and_penalty_make_the_bleu_of_sacrebleu(seed):
    random = np.random.default_rng(seed)
    said, wanted = (
        [[*random.choice(list("abcd"), random.integers(4, 12))] for _ in range(10)]
        for _ in range(2)
    )
    result = BLEU(smooth_method="none", tokenize="none").corpus_score(
        [" ".join(words) for words in said], [[" ".join(words) for words in wanted]]
    )
    counts = np.array([
        np.sum([decoding.clipped_counts(*pair, n) for pair in zip(said, wanted, strict=True)], 0)
        for n in (1, 2, 3, 4)
    ])
    assert counts.T.tolist() == [result.counts, result.totals]
    penalty = decoding.brevity_penalty(result.sys_len, result.ref_len)
    assert penalty == pytest.approx(result.bp)
    with np.errstate(divide="ignore"):
        geometric_mean = np.exp(np.log(counts[:, 0] / counts[:, 1]).mean())
    assert 100 * penalty * geometric_mean == pytest.approx(result.score)


def test_the_brevity_penalty_by_hand():
    assert decoding.brevity_penalty(12, 12) == decoding.brevity_penalty(15, 12) == 1
    assert decoding.brevity_penalty(6, 12) == pytest.approx(np.exp(-1))
    assert decoding.brevity_penalty(0, 7) == 0
