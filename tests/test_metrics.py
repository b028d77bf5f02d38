"""Oracles: BLEU by explicit counting; error rates, perplexities, forecast errors by hand."""

import math
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from utils import metrics

ROOT = Path(__file__).parents[1]

HYPOTHESES = [
    "The old cat sleeps on the red sofa .",
    "He doesn't know the answer, does he?",
    "the the the the",
    "It cost 3.50 euros.",
]
REFERENCES = [
    "the old cat is sleeping on the red sofa .",
    "He does not know the answer, does he?",
    "The dog saw the house near the river.",
    "It cost 3.50 Euros, I think.",
]


def ngrams(tokens, order):
    return Counter(tuple(tokens[i : i + order]) for i in range(len(tokens) - order + 1))


def bleu_by_counting(hypotheses, references, lowercase):
    """Papineni et al. (2002), eq. 1-3, with the doubling rule of mteval-v13a for zero matches."""
    split = Tokenizer13a()
    hits, totals = [0] * 4, [0] * 4
    hypothesis_length = reference_length = 0
    for hypothesis, reference in zip(hypotheses, references, strict=True):
        if lowercase:
            hypothesis, reference = hypothesis.lower(), reference.lower()
        left, right = split(hypothesis).split(), split(reference).split()
        hypothesis_length += len(left)
        reference_length += len(right)
        for order in range(1, 5):
            counts, limits = ngrams(left, order), ngrams(right, order)
            hits[order - 1] += sum(min(n, limits[gram]) for gram, n in counts.items())
            totals[order - 1] += sum(counts.values())
    if not hits[0] or not all(totals):
        return 0.0
    logs, doubled = 0.0, 1
    for hit, total in zip(hits, totals, strict=True):
        doubled = doubled if hit else 2 * doubled
        logs += math.log(hit / total if hit else 1 / (doubled * total)) / 4
    penalty = min(1.0, math.exp(1 - reference_length / hypothesis_length))
    return 100 * penalty * math.exp(logs)


@pytest.mark.parametrize("lowercase", [True, False])
@pytest.mark.parametrize("chosen", [slice(None), slice(0, 1), slice(2, 3), slice(1, 4), [3]])
def test_bleu_is_what_counting_gives(chosen, lowercase):
    pick = chosen if isinstance(chosen, list) else range(4)[chosen]
    hypotheses, references = [HYPOTHESES[i] for i in pick], [REFERENCES[i] for i in pick]
    expected = bleu_by_counting(hypotheses, references, lowercase)
    assert metrics.bleu(hypotheses, references, lowercase=lowercase) == pytest.approx(
        expected, abs=1e-9
    )


def test_bleu_by_hand():
    # Nine tokens of ten; n-grams matched 9/9, 8/8, 7/7, 6/6; brevity penalty exp(1 - 10/9).
    score = metrics.bleu(["a b c d e f g h i"], ["a b c d e f g h i j"])
    assert score == pytest.approx(100 * math.exp(1 - 10 / 9), abs=1e-9)


def test_bleu_lower_case_matters_only_when_asked():
    assert metrics.bleu(["THE CAT SAT DOWN"], ["the cat sat down"]) == pytest.approx(100)
    assert metrics.bleu(["THE CAT SAT DOWN"], ["the cat sat down"], lowercase=False) == 0


def test_bleu_extremes():
    assert metrics.bleu(REFERENCES, REFERENCES) == pytest.approx(100)
    assert metrics.bleu(["", "", "", ""], REFERENCES) == 0
    # too short for any 4-gram: defined as 0, as the docstring says
    assert metrics.bleu(["the cat"], ["the cat"]) == 0
    shuffled = metrics.bleu(HYPOTHESES[1:] + HYPOTHESES[:1], REFERENCES)
    assert shuffled < 0.2 * metrics.bleu(HYPOTHESES, REFERENCES)


def test_bleu_is_silent_about_tokenised_text():
    """sacrebleu warns after 100 lines ending in " ."; a notebook would show it on every call."""
    code = (
        "from utils import metrics\n"
        "print(round(metrics.bleu(['the cat sleeps now .'] * 200, ['the cat sleeps now .'] * 200)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert (done.stdout.strip(), done.stderr) == ("100", "")


def test_signature_says_how_bleu_was_counted():
    parts = metrics.bleu_signature().split("|")
    assert {"nrefs:1", "case:lc", "eff:no", "tok:13a", "smooth:exp"} < set(parts)
    assert parts[-1].startswith("version:")
    assert "case:mixed" in metrics.bleu_signature(lowercase=False)


@pytest.mark.parametrize(
    ("hypotheses", "references", "error", "hint"),
    [
        (["a", "b"], ["a"], ValueError, "2 and 1"),
        ([], [], ValueError, "empty"),
        (["a"], [" "], ValueError, "reference 0 is empty"),
        ("a cat", ["a cat"], TypeError, "list of texts"),
        (["a cat"], "a cat", TypeError, "list of texts"),
        ([3], ["a"], TypeError, r"hypotheses\[0\] must be text, not int"),
        (["a"], [["a", "b"]], TypeError, r"references\[0\].*several references"),
        (None, ["a"], TypeError, "list of texts"),
    ],
)
def test_bleu_refuses_what_it_cannot_score(hypotheses, references, error, hint):
    with pytest.raises(error, match=hint):
        metrics.bleu(hypotheses, references)


def test_bleu_by_length_scores_each_bucket_alone():
    lengths = [9, 7, 7, 5]
    buckets = metrics.bleu_by_length(HYPOTHESES, REFERENCES, lengths, edges=(6, 8, 20))
    described = [(b.label, b.low, b.high, b.pairs, b.mean_length) for b in buckets]
    assert described == [
        ("1 to 5", 1, 5, 1, 5.0),
        ("6 to 7", 6, 7, 2, 7.0),
        ("8 to 19", 8, 19, 1, 9.0),
    ]  # "20 or more" holds nothing and is left out
    for bucket, pick in zip(buckets, ([3], [1, 2], [0]), strict=True):
        expected = bleu_by_counting(
            [HYPOTHESES[i] for i in pick], [REFERENCES[i] for i in pick], True
        )
        assert bucket.bleu == pytest.approx(expected, abs=1e-9)


def test_bleu_by_length_borders_and_last_bucket():
    texts = ["a b c d"] * 4
    buckets = metrics.bleu_by_length(texts, texts, np.array([1, 3, 4, 99]), edges=[4])
    described = [(b.label, b.pairs, b.high) for b in buckets]
    assert described == [("1 to 3", 2, 3), ("4 or more", 2, None)]


@pytest.mark.parametrize(
    ("lengths", "edges", "hint"),
    [
        ([1], (6,), "4 and 1"),
        ([1, 2, 3, 0], (6,), "source_lengths must be whole numbers from 1"),
        ([1, 2, 3, 4.5], (6,), "source_lengths must be whole"),
        ([1, 2, 3, 4], (6, 6), "rise"),
        ([1, 2, 3, 4], (1,), "edges must be whole numbers from 2"),
    ],
)
def test_bleu_by_length_refuses(lengths, edges, hint):
    with pytest.raises(ValueError, match=hint):
        metrics.bleu_by_length(HYPOTHESES, REFERENCES, lengths, edges=edges)


# -------------------------------------------------------------------------------------- alignment


def test_alignment_error_rate_by_hand():
    gold = [{(0, 0), (1, 2), (2, 1)}, {(0, 0)}]  # 4 links
    predicted = [{(0, 0), (1, 1), (2, 1)}, {(0, 0), (0, 1)}]  # 5 links, 3 of them right
    assert metrics.alignment_error_rate(predicted, gold) == pytest.approx(1 - (3 + 3) / (5 + 4))
    # Summed over the corpus: not the mean of the sentences' rates, 1/3 each.
    single = [metrics.alignment_error_rate([p], [g]) for p, g in zip(predicted, gold, strict=True)]
    assert single == pytest.approx([1 / 3, 1 / 3])


def test_alignment_error_rate_is_a_corpus_rate():
    gold = [{(0, 0)}, {(i, i) for i in range(9)}]
    predicted = [{(1, 0)}, {(i, i) for i in range(9)}]
    assert metrics.alignment_error_rate(predicted, gold) == pytest.approx(1 - 18 / 20)  # mean: 1/2


def test_possible_links_are_neither_demanded_nor_wrong():
    sure, possible = [{(0, 0), (1, 1)}], [{(2, 1)}]
    predicted = [{(0, 0), (2, 1), (3, 3)}]
    # |A and S| = 1, |A and P| = 2, |A| = 3, |S| = 2
    rate = metrics.alignment_error_rate(predicted, sure, possible=possible)
    assert rate == pytest.approx(1 - 3 / 5)
    assert metrics.alignment_error_rate(predicted, sure) == pytest.approx(1 - 2 / 5)
    assert metrics.alignment_error_rate(sure, sure, possible=possible) == 0


def test_alignment_error_rate_extremes():
    gold = [[(0, 0), (1, 1)]]  # lists do as well as sets
    assert metrics.alignment_error_rate(gold, gold) == 0
    assert metrics.alignment_error_rate([set()], gold) == 1
    assert metrics.alignment_error_rate([{(0, 1)}], gold) == 1


@pytest.mark.parametrize(
    ("predicted", "gold", "error", "hint"),
    [
        ([set()], [set(), set()], ValueError, "1 and 2"),
        ([], [], ValueError, "empty"),
        ([set()], [set()], ValueError, "not defined"),
        ([(0, 0)], [(0, 0)], TypeError, "list of one"),
        ([{(0, 0, 0)}], [{(0, 0)}], TypeError, r"predicted\[0\]"),
        ([{(0.5, 0)}], [{(0, 0)}], TypeError, "whole"),
        ([{(-1, 0)}], [{(0, 0)}], TypeError, "whole"),
        ([{(0, 0)}], ["0-0"], TypeError, r"gold\[0\]"),
    ],
)
def test_alignment_error_rate_refuses(predicted, gold, error, hint):
    with pytest.raises(error, match=hint):
        metrics.alignment_error_rate(predicted, gold)


def test_links_from_attention_take_the_largest_of_each_row():
    weights = np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6], [0.0, 0.0, 0.0], [0.4, 0.4, 0.2]])
    # (source, target): not the transposed reading, which rows 1 and 3 tell apart
    assert metrics.links_from_attention(weights) == {(0, 0), (2, 1), (0, 3)}
    assert metrics.links_from_attention(np.zeros((0, 3))) == set()
    assert all(type(i) is int for link in metrics.links_from_attention(weights) for i in link)


@pytest.mark.parametrize(
    ("weights", "hint"),
    [
        (np.ones(3), "target time, source time"),
        (np.ones((2, 3, 4)), "target time, source time"),
        (np.ones((2, 0)), "target time, source time"),
        ([[0.5, np.nan]], "NaN"),
        ([[0.5, -0.1]], "negative"),
    ],
)
def test_links_from_attention_refuse(weights, hint):
    with pytest.raises(ValueError, match=hint):
        metrics.links_from_attention(weights)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (3, 3, {(0, 0), (1, 1), (2, 2)}),
        (2, 4, {(0, 0), (0, 1), (1, 2), (1, 3)}),
        (4, 2, {(1, 0), (3, 1)}),  # the middles of the halves: 1 and 3
        (3, 1, {(1, 0)}),
        (1, 2, {(0, 0), (0, 1)}),
    ],
)
def test_diagonal_by_hand(source, target, expected):
    assert metrics.diagonal_links(source, target) == expected


def test_diagonal_stays_inside_and_rises():
    for source in range(1, 12):
        for target in range(1, 12):
            links = sorted(metrics.diagonal_links(source, target), key=lambda link: link[1])
            assert [j for _, j in links] == list(range(target))
            chosen = [i for i, _ in links]
            assert chosen == sorted(chosen) and 0 <= chosen[0] and chosen[-1] < source
            exact = [int((j + 0.5) * source / target + 1e-9) for j in range(target)]
            assert chosen == exact
    with pytest.raises(ValueError, match="lengths"):
        metrics.diagonal_links(0, 3)


# ------------------------------------------------------------------------------------- perplexity


def test_perplexity_of_a_fair_choice_is_the_number_of_choices():
    assert metrics.perplexity(math.log(50)) == pytest.approx(50)
    assert metrics.perplexity(0) == 1 and isinstance(metrics.perplexity(0), float)
    assert metrics.perplexity(1e6) == math.inf
    np.testing.assert_allclose(metrics.perplexity([0, math.log(2)]), [1, 2])


@pytest.mark.parametrize("loss", [-0.1, math.nan, [1.0, -1.0]])
def test_perplexity_refuses(loss):
    with pytest.raises(ValueError, match="cross-entropy"):
        metrics.perplexity(loss)


# -------------------------------------------------------------------------------- forecast errors


def test_forecast_errors_by_hand():
    predicted, actual = [10.0, 12.0, 9.0, 4.0], [7.0, 12.0, 13.0, 4.0]  # misses 3, 0, 4, 0
    assert metrics.mean_absolute_error(predicted, actual) == pytest.approx(7 / 4)
    assert metrics.root_mean_squared_error(predicted, actual) == pytest.approx(math.sqrt(25 / 4))
    training = [1.0, 3.0, 2.0, 6.0]  # one step apart: 2, 1, 4; two steps apart: 1, 3
    scaled = metrics.mean_absolute_scaled_error
    assert scaled(predicted, actual, training) == pytest.approx((7 / 4) / (7 / 3))
    assert scaled(predicted, actual, training, period=2) == pytest.approx((7 / 4) / 2)


@pytest.mark.parametrize("shape", [(), (6,), (4, 3), (2, 3, 1)])
def test_forecast_errors_are_what_a_loop_gives(shape):
    random = np.random.default_rng(0)
    predicted, actual = random.normal(size=shape), random.normal(size=shape)
    misses = [abs(p - a) for p, a in zip(predicted.flat, actual.flat, strict=True)]
    mean = sum(misses) / len(misses)
    root = math.sqrt(sum(miss**2 for miss in misses) / len(misses))
    for found, expected in (
        (metrics.mean_absolute_error(predicted, actual), mean),
        (metrics.root_mean_squared_error(predicted, actual), root),
    ):
        assert isinstance(found, float) and found == pytest.approx(expected)
    assert mean <= root + 1e-12


def test_forecast_errors_of_small_whole_numbers_do_not_wrap_round():
    predicted, actual = np.array([0], "uint8"), np.array([200], "uint8")
    assert metrics.mean_absolute_error(predicted, actual) == 200
    assert metrics.root_mean_squared_error(predicted, actual) == 200


def test_forecast_errors_follow_the_unit_and_the_scaled_one_does_not():
    random = np.random.default_rng(1)
    predicted, actual, training = (random.normal(size=50) for _ in range(3))
    for error in (metrics.mean_absolute_error, metrics.root_mean_squared_error):
        assert error(1000 * predicted, 1000 * actual) == pytest.approx(
            1000 * error(predicted, actual)
        )
        assert error(actual, actual) == 0
    assert metrics.mean_absolute_scaled_error(
        1000 * predicted, 1000 * actual, 1000 * training
    ) == pytest.approx(metrics.mean_absolute_scaled_error(predicted, actual, training))


def test_the_naive_forecast_of_the_training_part_has_scaled_error_one():
    training = np.random.default_rng(2).normal(size=40).cumsum()
    for period in (1, 7):
        error = metrics.mean_absolute_scaled_error(
            training[:-period], training[period:], training, period=period
        )
        assert error == pytest.approx(1)


@pytest.mark.parametrize(
    "error",
    [
        metrics.mean_absolute_error,
        metrics.root_mean_squared_error,
        lambda predicted, actual: metrics.mean_absolute_scaled_error(predicted, actual, [1, 2]),
    ],
)
@pytest.mark.parametrize(
    ("predicted", "actual", "kind", "hint"),
    [
        (np.ones((3, 1)), np.ones(3), ValueError, r"same shape, not \(3, 1\) and \(3,\)"),
        (np.ones(1), np.ones(3), ValueError, r"same shape, not \(1,\) and \(3,\)"),
        (1.0, np.ones(3), ValueError, "same shape"),
        ([], [], ValueError, "nothing to score"),
        ([1.0, math.nan], [1.0, 2.0], ValueError, "predicted.*1 of 2.*nan at position 1"),
        ([[1.0]], [[math.inf]], ValueError, r"actual.*inf at position \(0, 0\)"),
        (["1"], [1.0], TypeError, "predicted must be real numbers, not <U1"),
        ([1.0], [None], TypeError, "actual must be real numbers, not object"),
        ([1j], [1.0], TypeError, "predicted must be real numbers, not complex128"),
    ],
)
def test_forecast_errors_refuse(error, predicted, actual, kind, hint):
    with pytest.raises(kind, match=hint):
        error(predicted, actual)


@pytest.mark.parametrize(
    ("training", "period", "hint"),
    [
        ([1.0], 1, "more than 1 values"),
        ([1.0, 2.0, 3.0], 3, "more than 3 values"),
        (np.ones((5, 1)), 1, r"one series, \(time,\).*\(5, 1\)"),
        ([2.0, 2.0, 2.0], 1, "repeat exactly"),
        ([1.0, 2.0, 1.0, 2.0], 2, "repeat exactly after 2"),
        ([1.0, math.nan, 2.0], 1, "training must be finite"),
        ([1.0, 2.0], 0, "period must be whole numbers from 1"),
    ],
)
def test_scaled_error_refuses(training, period, hint):
    with pytest.raises(ValueError, match=hint):
        metrics.mean_absolute_scaled_error([1.0], [2.0], training, period=period)
