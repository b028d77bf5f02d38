"""Exhaustive search, the beam's steps, normalisation, minimum Bayes risk, and two systems."""

import itertools

import numpy as np
import pytest
from test_decoding import believed, four_words, ids_of

from utils import decoding, metrics
from utils.text import END, PAD, START


@pytest.fixture(scope="module")
def model():
    return four_words(0)


def test_exhaustive_search_lists_everything_with_the_models_probability(model):
    found = dict(decoding.exhaustive(model, "a b b", max_length=3))
    words = [n for n in range(model.target_tokenizer.size) if n not in (PAD, START, END)]
    wanted = {(*row, END) for n in range(3) for row in itertools.product(words, repeat=n)}
    assert set(found) == wanted
    for row, score in found.items():
        assert score == pytest.approx(believed(model, "a b b", row), abs=1e-4)
    assert list(found.values()) == sorted(found.values(), reverse=True)
    assert sum(np.exp(list(found.values()))) <= 1 + 1e-5


@pytest.mark.parametrize("how", [{"length_penalty": 0.0}, {"normalisation": "mean"}], ids=str)
def test_a_wide_beam_finds_the_best_of_all(model, how):
    everything = decoding.exhaustive(model, "a b b", max_length=4)
    penalty, kind = how.get("length_penalty", 0.6), how.get("normalisation", "gnmt")
    best, _ = max(everything, key=lambda p: decoding.worth(p[1], len(p[0]), penalty, kind))
    [found] = decoding.translate(model, ["a b b"], beam_width=300, max_length=4, **how)
    assert tuple(ids_of(model, found)) == best


def test_the_steps_lead_to_the_translation(model):
    options = {"beam_width": 3, "max_length": 4}
    steps = decoding.beam_steps(model, "a b b", **options)
    [translation] = decoding.translate(model, ["a b b"], **options)
    beams, finished = [[]], []
    for step in steps:
        scores = [one.log_probability for one in step]
        assert scores == sorted(scores, reverse=True)
        kept = [one for one in step if one.fate == "kept"]
        assert len(kept) <= 3
        ended = [one for one in step if one.fate == "finished"]
        finished += [(*beams[one.parent], END) for one in ended]
        beams = [[*beams[one.parent], one.word] for one in kept]
    assert not translation.finished or tuple(ids_of(model, translation)) in finished


def test_steps_refuse_nonsense(model):
    with pytest.raises(ValueError, match="empty"):
        decoding.beam_steps(model, "", beam_width=2)
    with pytest.raises(ValueError, match="normalisation"):
        decoding.translate(model, ["a"], normalisation="none")
    with pytest.raises(ValueError, match="more than"):
        decoding.exhaustive(model, "a", max_length=30)


def test_minimum_bayes_risk_by_hand():
    samples = ["a b", "a b", "x"]
    found = decoding.expected_utilities(samples, lambda said, other: float(said == other))
    assert found == pytest.approx([2 / 3, 2 / 3, 1 / 3])
    assert decoding.expected_utilities(
        ["le chat noir", "le chat", "un oiseau"], metrics.sentence_chrf
    ).argmax() < 2


def test_minimum_bayes_risk_is_the_mean_over_what_is_drawn():
    """A slow loop, and sacrebleu's own sentence scores."""
    from sacrebleu.metrics import CHRF

    samples, scorer = ["le chat noir", "le chat", "le chat noir dort", "un oiseau"], CHRF()
    wanted = []
    for said in samples:
        wanted.append(sum(scorer.sentence_score(said, [one]).score for one in samples) / 4)
    assert decoding.expected_utilities(samples, metrics.sentence_chrf) == pytest.approx(wanted)
    with pytest.raises(ValueError, match="no samples"):
        decoding.expected_utilities([], metrics.sentence_chrf)


def letters_by_hand(said, wanted):
    """chrF2 of texts in a slow loop: n-grams of letters, spaces aside, for n from 1 to 6."""
    precisions, recalls = [], []
    for n in range(1, 7):
        right = of_said = of_wanted = 0
        for pair in zip(said, wanted, strict=True):
            ours, theirs = (text.lower().replace(" ", "") for text in pair)
            grams = [
                [text[at : at + n] for at in range(len(text) - n + 1)] for text in (ours, theirs)
            ]
            right += sum(min(grams[0].count(gram), grams[1].count(gram)) for gram in set(grams[0]))
            of_said, of_wanted = of_said + len(grams[0]), of_wanted + len(grams[1])
        if of_said and of_wanted:
            precisions.append(right / of_said)
            recalls.append(right / of_wanted)
    p, r = np.mean(precisions), np.mean(recalls)
    return 100 * 5 * p * r / (4 * p + r)


def test_chrf_by_hand_and_by_a_slow_loop():
    # letters: 2 of 2 right, 2 of 3 found; pairs: 1 of 1, 1 of 2; no n-gram longer is said
    assert letters_by_hand(["ab"], ["abc"]) == pytest.approx(500 * 7 / 12 / (4 + 7 / 12))
    assert metrics.chrf(["ab"], ["abc"]) == pytest.approx(500 * 7 / 12 / (4 + 7 / 12))
    said = ["Le chat noir dort sur la table", "elle lit peu", "un oiseau chante"]
    wanted = ["le chat gris dormait sur une table", "elle ne lit que peu", "un oiseau chante"]
    assert metrics.chrf(said, wanted) == pytest.approx(letters_by_hand(said, wanted))
    assert metrics.sentence_chrf(said[0], wanted[0]) == metrics.chrf(said[:1], wanted[:1])


def exact_p(first, second, wanted):
    """Every way in which the coins can fall, and BLEU of the texts themselves."""
    differences = []
    for coins in itertools.product([False, True], repeat=len(wanted)):
        pairs = [
            (b, a) if coin else (a, b) for coin, a, b in zip(coins, first, second, strict=True)
        ]
        one, other = ([pair[side] for pair in pairs] for side in (0, 1))
        differences.append(abs(metrics.bleu(one, wanted) - metrics.bleu(other, wanted)))
    return np.mean(np.array(differences) >= differences[0] - 1e-9)


WANTED = [f"le chat numéro {n} est noir et grand" for n in range(6)]


@pytest.mark.parametrize(
    "changes",
    [{0: "x"}, {0: "gris", 1: "gris", 2: "x y"}, dict.fromkeys(range(6), "blanc"), {}],
    ids=["one sentence", "three", "all", "none"],
)
def test_the_paired_test_is_that_of_all_coins(changes):
    other = [text.replace("noir", changes.get(n, "noir")) for n, text in enumerate(WANTED)]
    found = metrics.paired_test(WANTED, other, WANTED, samples=1000).p_value
    assert found == pytest.approx(exact_p(WANTED, other, WANTED), abs=0.05)
    assert len(changes) > 1 or found == 1, "one sentence shows nothing, whatever the coins say"


def test_the_paired_test_is_sacrebleus_where_no_two_differences_are_equal():
    from sacrebleu.metrics import BLEU
    from sacrebleu.significance import PairedTest

    random = np.random.default_rng(0)
    wanted = [" ".join(random.choice(list("abcdefgh"), 9)) for _ in range(40)]
    first, second = (
        [" ".join(w if random.random() < share else "z" for w in text.split()) for text in wanted]
        for share in (0.85, 0.8)
    )
    test = PairedTest(
        [("a", first), ("b", second)], {"BLEU": BLEU(lowercase=True, force=True)}, [wanted], "ar",
        2000,
    )  # fmt: skip
    theirs = test()[1]["BLEU"][1].p_value
    ours = metrics.paired_test(first, second, wanted, samples=2000).p_value
    assert ours == pytest.approx(theirs, abs=0.05)


def test_two_systems_near_zero_are_not_told_apart():
    wanted = WANTED * 3
    for first, second in ((["x"], ["y"]), (["x y z x y"], ["y"]), ([""], ["x"])):
        found = metrics.paired_test(first * 18, second * 18, wanted, samples=100)
        assert max(found.scores) < 1 and found.p_value == 1


def test_chrf_and_the_paired_test():
    from sacrebleu.metrics import CHRF

    wanted = [f"le chat numéro {n} est noir et grand" for n in range(30)]
    worse = [text.replace("noir", "blanc") if n % 2 else text for n, text in enumerate(wanted)]
    assert metrics.chrf(wanted, wanted) == pytest.approx(100)
    library = CHRF(lowercase=True).corpus_score(worse, [wanted]).score
    assert metrics.chrf(worse, wanted) == pytest.approx(library)
    found = metrics.paired_test(worse, wanted, wanted, samples=200)
    assert found.scores == pytest.approx((metrics.bleu(worse, wanted), 100))
    assert found.p_value < 0.05 and "bs:200" in found.signature
    other = [text.replace("noir", "gris") if n % 2 == 0 else text for n, text in enumerate(wanted)]
    assert metrics.paired_test(worse, other, wanted, samples=200).p_value > 0.05  # as often wrong
    # two equal systems: no difference that is more than chance
    assert metrics.paired_test(worse, worse, wanted, samples=200).p_value == 1
