"""Exercises of notebook 10: what they teach is what `experiments.compare` does."""

import numpy as np
import pytest

from utils import experiments
from utils.exercises import comparisons, judge


def test_the_interval_is_that_of_the_library():
    ours, theirs = np.random.default_rng(3).normal([[0.3], [0.0]], 0.2, (2, 10))
    draws = np.random.default_rng(0).integers(10, size=(9999, 10))
    low, high = comparisons.interval(ours - theirs, draws, experiments.outside(10))
    verdict = experiments.compare({"a": list(ours), "b": list(theirs)}, "a", "b", worth=0)
    assert (low, high) == pytest.approx((verdict.low, verdict.high), abs=0.01)


def test_one_number_is_no_interval():
    verdict = judge(comparisons.INTERVAL, lambda *arguments: 0.3, np.random.default_rng(0))
    assert "expected two numbers, low and high, got 0.3" in verdict.said


@pytest.mark.parametrize("seed", range(3))
def test_the_verdict_is_that_of_the_library(seed):
    """On all cases, and so also that the cases leave no doubt about the word."""
    words = set()
    for first, second, draws, _, worth, higher in comparisons.COMPARE.cases(
        np.random.default_rng(seed)
    ):
        table = {"first": list(first), "second": list(second)}
        wanted = experiments.compare(
            table, "first", "second", worth=worth, higher_is_better=higher
        ).word
        outside = experiments.outside(len(first))
        assert comparisons.compare(first, second, draws, outside, worth, higher) == wanted
        words.add(wanted)
    assert words == set(comparisons.WORDS)


def test_what_is_left_out_decides():
    """Six differences of ten say "better": it is not shown in the middle 95 %, but in 80 %."""
    differences = np.array(4 * [-0.5] + 6 * [1.0])
    draws = np.random.default_rng(0).integers(10, size=(9999, 10))
    words = [
        comparisons.compare(differences, 0 * differences, draws, outside, 0.1, True)
        for outside in (0.86, 2.5, 5.0, 6.0, 10.0)
    ]
    assert words == 3 * ["not shown"] + 2 * ["better"]


@pytest.mark.parametrize("answer", ["equal", 1, True, ("better",)])
def test_another_word_is_told(answer):
    verdict = judge(comparisons.COMPARE, lambda *arguments: answer, np.random.default_rng(0))
    assert 'expected "better", "worse" or "not shown"' in verdict.said


@pytest.mark.parametrize("word", comparisons.WORDS)
def test_one_word_for_all_is_wrong(word):
    verdict = judge(comparisons.COMPARE, lambda *arguments: word, np.random.default_rng(0))
    assert verdict.kind == "wrong"
