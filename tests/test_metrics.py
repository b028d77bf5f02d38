"""Oracles: BLEU by explicit counting; error rates, perplexities, forecast errors by hand."""

import math
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import BLEU
from sacrebleu.tokenizers.tokenizer_13a import Tokenizer13a

from utils import datasets, metrics, text

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


FAITHFUL = [
    "J’ai vu l’homme qu’elle « aime » tant\u202f!",
    "Il a dit : «\u00a0Non… jamais\u00a0» — et c’était à 10\u00a0h\u202f30 !",
    "“It’s the dogs’ bowl,” she said; ‘mine’, rock ’n’ roll.",
    "It was late--very late--when he (well, they) came: 3.5 km, 50 %, 1990–1995.",
    "R&amp;D &quot;costs&quot; l&#39;entreprise 5&nbsp;€ par mois",
    "www.x.org/a?b=c or me@x.org, $5 and/or 5€, e.g. .5",
    "le petit chat de l' ami de Paul 's dort aujourd'hui , n' est-ce pas ?",
]


@pytest.mark.parametrize("level", ["word", "bpe"])
@pytest.mark.parametrize("lowercase", [True, False])
def test_a_perfect_translation_scores_a_hundred(level, lowercase):
    typed_apart = [unicodedata.normalize("NFD", sentence) for sentence in FAITHFUL]
    tokenizer = text.train_tokenizer(FAITHFUL, level=level, lowercase=lowercase)
    for references in (FAITHFUL, typed_apart):
        said = tokenizer.decode(tokenizer.encode(references))
        for one, other in zip(said, references, strict=True):
            assert metrics.bleu([one], [other], lowercase=lowercase) == pytest.approx(100)
            assert metrics.bleu([other], [one], lowercase=lowercase) == pytest.approx(100)


@pytest.mark.parametrize("side", ["source", "target"])
def test_a_perfect_translator_of_the_course_scores_a_hundred(side):
    sentences = getattr(datasets.bitext.load("course").where("test"), side)[:300]
    for level in ("word", "bpe"):
        tokenizer = text.train_tokenizer(sentences, level=level)
        said = tokenizer.decode(tokenizer.encode(sentences))
        assert metrics.bleu(said, sentences) == pytest.approx(100)
        shifted = metrics.bleu(said, sentences[1:] + sentences[:1])
        assert shifted < 20


ORDINARY = """He said 'no', and "it's Tom's", didn't he?
It was late--very late -- when they came (at 10:30), for 3.50 euros - or $4.
the '90s, rock 'n' roll: the dogs' bowl; [sic] 50% of 1,000 a/b C++ AT&T...
Mr. O'Neil's e-mail is me@x.org; see http://x.org/a?b=c#d . It costs .5, no?!
J'ai vu l'homme qu'elle aime, n'est-ce pas ? C'est-a-dire : jamais !
{a} <b> *c* _d_ ~e ^f `g` |h = i\\j
""".splitlines()


@given(st.permutations(ORDINARY), st.randoms(use_true_random=False))
def test_ordinary_text_scores_what_sacrebleu_says(references, random):
    hypotheses = []
    for reference in references:
        words = reference.split(" ")
        words[random.randrange(len(words))] = random.choice(["", "x", "it's", "-", "--", '"no"'])
        hypotheses.append(" ".join(words))
    for lowercase in (True, False):
        expected = BLEU(lowercase=lowercase).corpus_score(hypotheses, [references]).score
        assert metrics.bleu(hypotheses, references, lowercase=lowercase) == pytest.approx(expected)


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
        ([1, 2, 3, 0], (6,), "source_lengths.3. is .*, expected a whole number of at least 1"),
        ([1, 2, 3, 4.5], (6,), "source_lengths.3. is .*, expected a whole number"),
        ([1, 2, 3, 4], (6, 6), "rise"),
        ([1, 2, 3, 4], (1,), "edges.0. is .*, expected a whole number of at least 2"),
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


def test_attention_of_words_by_hand():
    weights = [[0.1, 0.2, 0.7], [0.3, 0.5, 0.2], [0.6, 0.2, 0.2]]
    found = text.attention_of_words(weights, [0, 1, 1], [0, 0, 1])
    np.testing.assert_allclose(found, [[0.2, 0.8], [0.6, 0.4]])
    with_end = text.attention_of_words(weights, [0, 0, 0], [0, 0])
    np.testing.assert_allclose(with_end, [[1.0], [1.0]])
    last = text.attention_of_words(weights, [0, 0, 1], [0, 1])
    np.testing.assert_allclose(last[-1], [0.8, 0.2])  # the row of [END]
    same = text.attention_of_words(weights, range(3), np.arange(3))
    np.testing.assert_allclose(same, weights)
    assert text.attention_of_words(np.zeros((1, 0)), [], []).shape == (1, 0)


@given(st.integers(0, 2**32 - 1))
def test_attention_of_words_against_a_loop(seed):
    random = np.random.default_rng(seed)
    source, target = (np.cumsum(random.integers(0, 2, random.integers(1, 9))) for _ in range(2))
    source, target = source - source[0], target - target[0]
    weights = random.dirichlet(np.ones(len(source)), len(target) + 1)
    found = text.attention_of_words(weights, source, target)
    rows = [*target, target[-1] + 1]
    assert found.shape == (rows[-1] + 1, source[-1] + 1)
    for i, row in enumerate(found):
        pieces = [k for k, word in enumerate(rows) if word == i]
        for j, weight in enumerate(row):
            total = sum(weights[k][m] for k in pieces for m in range(len(source)) if source[m] == j)
            assert weight == pytest.approx(total / len(pieces))
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_links_of_words_by_hand():
    links = [(0, 0), (1, 0), (2, 1), (3, 3)]
    assert text.links_of_words(links, [0, 0, 1, 2], [0, 1, 1, 2]) == {(0, 0), (1, 1), (2, 2)}
    assert text.links_of_words(links, range(4), range(4)) == set(links)
    assert text.links_of_words([], [0], [0]) == set()


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ((np.zeros((2, 2)), [0], [0, 1]), r"weights are \(2, 2\), expected .* \(2, 1\)"),
        ((np.zeros((4, 2)), [0, 1], [0, 1]), "one row more"),
        ((np.zeros(2), [0, 1], [0]), "weights are"),
        ((np.zeros((2, 2)), [0, 2], [0, 1]), "source_words is .* without a gap"),
        ((np.zeros((2, 2)), [1, 1], [0, 1]), "source_words is .* counted from 0"),
        ((np.zeros((2, 2)), [0, 1], [1, 0]), "target_words is"),
        ((np.zeros((2, 2)), [0, 1], [0, 0.5]), "target_words"),
    ],
)
def test_attention_of_words_refuses(arguments, hint):
    with pytest.raises(ValueError, match=hint):
        text.attention_of_words(*arguments)


def test_links_of_words_refuses():
    for link in ((2, 0), (0, 1)):
        with pytest.raises(ValueError, match="points outside: there are 2 source and 1 target"):
            text.links_of_words([link], [0, 1], [0])
    with pytest.raises(TypeError, match="links of one sentence"):
        text.links_of_words([(0, -1)], [0, 1], [0])
    with pytest.raises(ValueError, match="without a gap"):
        text.links_of_words([], [0, 2], [0])


def test_the_error_rate_is_the_same_in_words_and_in_pieces():
    """Attention that is right: it looks at all pieces of the words that gold links to."""
    pairs = datasets.bitext.load("course").where("test_long")[:150]
    rates, shorter = {}, {}
    for level in ("word", "bpe"):
        sides = [
            text.train_tokenizer(sentences, level=level, size=400 if level == "bpe" else None)
            for sentences in (pairs.source, pairs.target)
        ]
        found, bare = [], []
        for english, french, gold in zip(pairs.source, pairs.target, pairs.alignment, strict=True):
            source, target = sides[0].words(english), sides[1].words(french)
            assert source.texts == english.lower().split() and len(target.texts) == len(
                french.split()
            )
            weights = np.array([
                [float((word, own) in gold) for word in source.of_pieces]
                for own in target.of_pieces
            ])
            weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1)
            in_words = text.attention_of_words(weights, source.of_pieces, target.of_pieces)
            found.append(metrics.links_from_attention(in_words))
            bare.append(metrics.links_from_attention(weights))
        rates[level] = metrics.alignment_error_rate(found, pairs.alignment)
        shorter[level] = metrics.alignment_error_rate(bare, pairs.alignment)
    assert rates["word"] == rates["bpe"] == shorter["word"] < 0.1
    assert shorter["bpe"] > 0.5  # what it was with the pieces' own numbers


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
    with pytest.raises(ValueError, match="source_length is"):
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
        ([1.0, 2.0], 0, "period is .*, expected a whole number of at least 1"),
    ],
)
def test_scaled_error_refuses(training, period, hint):
    with pytest.raises(ValueError, match=hint):
        metrics.mean_absolute_scaled_error([1.0], [2.0], training, period=period)


# ---------------------------------------------------------------------------------------- evaluate


SAID = {
    "a b c d .": "le chat dort ici .", "e .": "il dort .", "f g h .": "la vie est belle .",
}


def translate(sentences):
    return [SimpleNamespace(text=SAID[s], source_tokens=s.split()) for s in sentences]


def test_evaluate_translates_and_scores():
    pairs = SimpleNamespace(
        source=list(SAID), target=["le chat dort ici .", "il dort là .", "la vie est dure ."]
    )
    found = metrics.evaluate(translate, pairs)
    assert found.bleu == metrics.bleu(list(SAID.values()), pairs.target)
    assert [one.text for one in found.translations] == list(SAID.values())
    buckets = found.by_length((3, 5))  # of 2, of 4, of 5 tokens
    assert [(group.low, group.pairs) for group in buckets] == [(1, 1), (3, 1), (5, 1)]
    assert buckets[-1].bleu == pytest.approx(100)
    assert buckets == metrics.bleu_by_length(
        list(SAID.values()), pairs.target, [5, 2, 4], edges=(3, 5)
    )


def test_evaluate_reads_tokenised_references_as_ordinary_text():
    pairs = SimpleNamespace(source=["e ."], target=["l' ami n' est pas là ."])

    def ordinary(sentences):
        return [SimpleNamespace(text="l'ami n'est pas là.", source_tokens=[]) for _ in sentences]

    found = metrics.evaluate(ordinary, pairs)
    assert found.references == ["l'ami n'est pas là."] and found.bleu == pytest.approx(100)


def test_what_evaluate_refuses():
    with pytest.raises(TypeError, match="pairs is a list, expected pairs with .source"):
        metrics.evaluate(translate, [("a", "b")])
    pairs = SimpleNamespace(source=["e ."], target=["il dort .", "x"])
    with pytest.raises(ValueError, match="1 hypotheses but 2 references|hypotheses"):
        metrics.evaluate(translate, pairs)
