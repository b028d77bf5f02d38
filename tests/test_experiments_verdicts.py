"""Learning rates chosen on validation, and verdicts computed from pairs."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from utils import experiments
from utils.experiments import compare, compare_errors, learned, still_improving, tune

# ----------------------------------------------------------------------------------------- verdicts


def pairs(first, second):
    return {"a": list(first), "b": list(second)}


SPREAD = np.array([0.02, -0.01, 0.03, 0.0, -0.02, 0.01])


@pytest.mark.parametrize(
    ("gap", "worth", "higher", "word"),
    [
        (0.5, 0.1, True, "better"),
        (0.5, 0.1, False, "worse"),
        (-0.5, 0.1, True, "worse"),
        (-0.5, 0.1, False, "better"),
        (0.5, 0.6, True, "not shown"),  # real, and not worth having
        (0.0, 0.0, True, "not shown"),  # the interval holds zero
    ],
)
def test_a_verdict_is_one_of_three_words(gap, worth, higher, word):
    verdict = compare(
        pairs(0.5 + gap + SPREAD, 0.5 - SPREAD), "a", "b", worth=worth, higher_is_better=higher
    )
    assert verdict.word == word
    assert verdict.difference == pytest.approx(gap + 2 * SPREAD.mean())
    assert verdict.low <= verdict.difference <= verdict.high
    assert verdict.pairs == 6


@pytest.mark.parametrize(
    ("times", "worth", "word"),
    [(0.5, 0.8, "better"), (2.0, 0.8, "worse"), (0.9, 0.8, "not shown"), (1.0, 0.99, "not shown")],
)
def test_errors_are_compared_by_their_ratio(times, worth, word):
    rival = np.array([1e-3, 2e-3, 1.5e-3, 4e-3, 1e-2])
    found = pairs(rival * times * np.exp([0.01, -0.01, 0.02, -0.02, 0.0]), rival)
    verdict = compare_errors(found, "a", "b", worth=worth)
    assert (verdict.word, verdict.pairs) == (word, 5)
    assert verdict.times == pytest.approx(times)
    assert verdict.low < times < verdict.high
    other = compare_errors(found, "b", "a", worth=worth)
    assert other.times == pytest.approx(1 / times)
    by_name = {row: [{"error": value} for value in values] for row, values in found.items()}
    assert compare_errors(by_name, "a", "b", worth=worth, column="error") == verdict
    assert compare(found, "a", "b", worth=0.01, higher_is_better=False).word == "not shown"


def test_an_error_of_nothing_has_no_ratio():
    with pytest.raises(ValueError, match="row 'b' has the error 0.0, expected all above 0"):
        compare_errors(pairs([1.0] * 5, [1, 0, 1, 1, 1]), "a", "b", worth=0.8)


def test_pairs_see_what_means_of_rows_hide():
    """Each seed is a hard or an easy set: the rows overlap, the pairs differ every time."""
    hard = np.array([0.1, 0.9, 0.3, 0.7, 0.5])
    found = pairs(hard + 0.02 + SPREAD[:5] / 10, hard)
    assert compare(found, "a", "b", worth=0.01).word == "better"
    shuffled = pairs(found["a"], [found["b"][i] for i in (1, 2, 3, 4, 0)])
    assert compare(shuffled, "a", "b", worth=0.01).word == "not shown"


@pytest.mark.parametrize(
    ("pairs", "level", "t", "percent"),  # t from a printed table of Student's distribution
    [(5, 0.95, 2.776, 0.0954), (10, 0.95, 2.262, 0.855), (30, 0.95, 2.045, 1.875),
     (10, 0.90, 1.833, 2.667)],
)  # fmt: skip
def test_few_pairs_leave_out_less(pairs, level, t, percent):
    beyond = stats.norm.sf(t * (pairs / (pairs - 1)) ** 0.5)
    assert experiments.outside(pairs, level) == pytest.approx(100 * beyond, rel=0.01)
    assert experiments.outside(pairs, level) == pytest.approx(percent, abs=0.001)


def test_many_pairs_leave_out_what_the_level_leaves():
    found = [experiments.outside(pairs) for pairs in (2, 5, 10, 30, 100, 10_000, 10**7)]
    assert found == sorted(found) and found[-1] < 2.5
    assert found[-1] == pytest.approx(2.5, abs=1e-5)
    assert experiments.outside(10**7, 0.8) == pytest.approx(10, abs=1e-4)


@pytest.mark.parametrize("pairs", [1, 0, 5.0, "5", True])
def test_one_pair_has_no_interval(pairs):
    with pytest.raises(ValueError, match="expected a whole number of at least 2"):
        experiments.outside(pairs)


@pytest.mark.parametrize("level", [0.95, 0.5])
def test_the_interval_is_the_expanded_percentile_bootstrap_by_hand(level):
    ours, theirs = np.array([3.0, 5.0, 4.0, 6.0, 9.0]), np.array([2.0, 5.5, 3.0, 4.0, 4.0])
    verdict = compare(pairs(ours, theirs), "a", "b", worth=0, level=level)
    means = np.mean(list(itertools.product(ours - theirs, repeat=5)), axis=1)  # all 3,125 of them
    out = experiments.outside(5, level)
    assert verdict.low == pytest.approx(np.percentile(means, out))
    assert verdict.high == pytest.approx(np.percentile(means, 100 - out))
    assert verdict.low < verdict.difference < verdict.high


def test_the_interval_is_as_wide_as_that_of_the_t_test():
    ours, theirs = np.random.default_rng(4).normal(size=(2, 10))
    verdict = compare(pairs(ours, theirs), "a", "b", worth=0)
    wanted = stats.ttest_rel(ours, theirs).confidence_interval()
    assert verdict.high - verdict.low == pytest.approx(wanted.high - wanted.low, rel=0.05)


def test_the_verdict_of_a_true_difference_is_the_t_tests():
    random = np.random.default_rng(0)
    agree = 0
    for _ in range(60):
        ours, theirs = random.normal(0.6, 1, 10), random.normal(0, 1, 10)
        shown = compare(pairs(ours, theirs), "a", "b", worth=0).word != "not shown"
        agree += shown == (stats.ttest_rel(ours, theirs).pvalue < 0.05)
    assert agree >= 59  # they differ near the threshold alone


@pytest.mark.parametrize(("number", "least", "most"), [(5, 0.0625, 0.11), (10, 0.03, 0.07)])
def test_equal_rows_are_seldom_called_better_or_worse(number, least, most):
    """With 2.5 per cent left out at each end it would be 16 and 9 in a hundred.

    Five differences have one sign once in sixteen times, and then every mean of theirs has it.
    """
    rows = np.random.default_rng(1).normal(size=(400, 2, number))
    words = [compare(pairs(*two), "a", "b", worth=0).word for two in rows]
    assert least < np.mean([word != "not shown" for word in words]) < most


def test_a_column_is_chosen_by_name_or_place():
    by_name = pairs([{"score": 2.0 + s, "seconds": 1.0} for s in SPREAD],
                    [{"score": 1.0, "seconds": 1.0}] * 6)
    assert compare(by_name, "a", "b", worth=0, column="score").word == "better"
    assert compare(by_name, "a", "b", worth=0, column="seconds").word == "not shown"
    by_place = pairs([[0.0, 2.0]] * 6, [[0.0, 1.0]] * 6)
    assert compare(by_place, "a", "b", worth=0, column="2").word == "better"


def test_equal_rows_show_nothing():
    assert compare(pairs([1.0] * 5, [1.0] * 5), "a", "b", worth=0).word == "not shown"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"first": "c"}, "first is 'c', expected one of 'a', 'b'"),
        ({"worth": -1}, "worth is -1"),
        ({"worth": float("nan")}, "worth is nan"),
        ({"level": 1}, "level is 1"),
        ({"measured": pairs([1.0] * 5, [1.0] * 6)}, "only pairs can be compared"),
        ({"measured": pairs([1.0] * 4, [1.0] * 4)}, "4 pairs show nothing"),
        ({"column": "score"}, "each measurement is a single number"),
        ({"measured": pairs([{"x": 1.0}] * 5, [{"x": 1.0}] * 5), "column": "y"}, "one of 'x'"),
        ({"measured": pairs([{"x": 1.0, "y": [1.0]}] * 5, [{"x": 1.0}] * 5), "column": "y"}, "'x'"),
    ],
)
def test_what_cannot_be_compared_is_refused(change, told):
    given_ = {"measured": pairs([1.0] * 5, [2.0] * 5), "first": "a", "second": "b", "worth": 0}
    with pytest.raises(ValueError, match=told):
        compare(**{**given_, **change})


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=5, max_size=8))
def test_exchanging_the_rows_exchanges_the_words(differences):
    one = compare(pairs(differences, np.zeros(len(differences))), "a", "b", worth=0)
    other = compare(pairs(differences, np.zeros(len(differences))), "b", "a", worth=0)
    opposite = {"better": "worse", "worse": "better", "not shown": "not shown"}
    # the same resamples are drawn, so that the intervals mirror each other
    assert opposite[one.word] == other.word
    assert one.difference == pytest.approx(-other.difference)


def test_a_curve_that_still_falls_is_noticed():
    falling = [[4, 3, 2, 1.5, 1.0, 0.8, 0.6, 0.4], [4, 3, 2, 1.6, 1.1, 0.9, 0.7, 0.45]]
    flat = [[4, 1, 1, 1, 1, 1, 1.01, 1.0], [4, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2, 1.2]]
    assert still_improving(falling)
    assert not still_improving(flat)
    assert not still_improving(falling, higher_is_better=True)
    assert still_improving([[-x for x in curve] for curve in falling], higher_is_better=True)
    with pytest.raises(ValueError, match=r"shape \(1, 4\)"):
        still_improving([[1, 2, 3, 4]])


def test_results_in_two_groups_are_counted():
    assert learned([0.1, 0.99, 0.98, 0.12], 0.9) == (2, 4)


# -------------------------------------------------------------------------------------------- grids


def peaked(options, seed):
    """Best at the rate that the row names, whatever the seed."""
    return -abs(np.log2(options["learning_rate"] / options["peak"])) + 0.01 * seed


def test_each_row_gets_the_rate_that_is_best_for_it():
    found = tune({"low": {"peak": 4e-3}, "high": {"peak": 8e-3}}, peaked, verbose=False)
    assert found.best == {"low": 4e-3, "high": 8e-3}
    assert found.inside == {"low": True, "high": True}
    assert list(found.scores["low"]) == [2e-3, 4e-3, 8e-3, 1.6e-2]
    assert len(found.scores["low"][2e-3]) == 3


@pytest.mark.parametrize("peak", [6.4e-2, 2.5e-4])
def test_the_grid_grows_until_the_best_is_inside(peak):
    found = tune({"row": {"peak": peak}, "other": {"peak": 4e-3}}, peaked, verbose=False)
    assert found.best["row"] == peak
    assert found.inside["row"]
    assert len(found.scores["other"]) == 4  # it had no need of more
    rates = sorted(found.scores["row"])
    assert all(high / low == pytest.approx(2) for low, high in zip(rates, rates[1:], strict=False))


def test_losses_are_chosen_by_the_smallest():
    found = tune(
        {"row": {"peak": 4e-3}}, lambda o, s: -peaked(o, s), higher_is_better=False, verbose=False
    )
    assert found.best == {"row": 4e-3}


def test_a_grid_that_never_ends_says_so():
    found = tune({"row": {}}, lambda options, seed: options["learning_rate"], verbose=False)
    assert found.inside == {"row": False}
    assert len(found.scores["row"]) == 10


def test_the_median_decides_and_not_one_lucky_seed():
    def lucky(options, seed):
        if options["learning_rate"] == 8e-3:
            return 100.0 if seed == 0 else 0.0
        return peaked({**options, "peak": 4e-3}, 0) + 1

    assert tune({"row": {}}, lucky, verbose=False).best == {"row": 4e-3}


@pytest.mark.parametrize(
    ("reached", "best"),
    [(("4", "8", "16"), 8e-3), (("4", "8"), 4e-3), (("16",), 1.6e-2)],
)
def test_of_equally_good_rates_the_middle_one_is_taken(reached, best):
    """Where every string is right with several rates, the outer ones are the nearest to failing."""
    good = {float(rate) / 1000 for rate in reached}
    found = tune({"row": {}}, lambda o, s: float(o["learning_rate"] in good), verbose=False)
    assert found.best == {"row": best} and found.inside == {"row": True}


def test_of_equal_medians_the_better_mean_decides():
    def unstable(options, seed):
        rate = options["learning_rate"]
        return float(rate == 8e-3 or (rate == 4e-3 and seed > 0))  # 1, 1, 1 and 0, 1, 1

    assert tune({"row": {}}, unstable, verbose=False).best == {"row": 8e-3}
    losses = tune({"row": {}}, lambda o, s: -unstable(o, s), higher_is_better=False, verbose=False)
    assert losses.best == {"row": 8e-3}


def test_a_search_is_read_back_from_its_file(tmp_path):
    path, rows = tmp_path / "rates.json", {"low": {"peak": 4e-3}, "a @ b": {"peak": 6.4e-2}}
    rates = (1 / 300, 1 / 150, 1 / 75, 1 / 37.5)  # with more digits than a name has
    found = tune(rows, peaked, rates=rates, path=path, verbose=False)
    kept = json.loads(path.read_text(encoding="utf-8"))["rates"]["validation"]
    assert experiments.by_rate(kept) == found.scores
    assert all(found.best[row] in found.scores[row] for row in rows)
    assert list(found.scores["low"]) == sorted(found.scores["low"])
    with pytest.raises(ValueError, match="'LSTM' is no row of a search"):
        experiments.by_rate({"LSTM": [1.0]})


def test_an_interrupted_search_goes_on(tmp_path):
    calls = []

    def counted(options, seed):
        calls.append((options["learning_rate"], seed))
        if len(calls) == 8:
            raise KeyboardInterrupt
        return peaked(options, seed)

    options = {"path": tmp_path / "rates.json", "verbose": False}
    with pytest.raises(KeyboardInterrupt):
        tune({"row": {"peak": 4e-3}}, counted, **options)
    found = tune({"row": {"peak": 4e-3}}, counted, **options)
    assert found.best == {"row": 4e-3}
    assert len(calls) == 13  # twelve, and the one that was interrupted
    again = tune({"row": {"peak": 4e-3}}, counted, **options)
    assert again == found
    assert len(calls) == 13


def test_a_search_whose_grid_had_grown_is_found_again(tmp_path, capsys):
    options, asked = {"path": tmp_path / "rates.json", "common": {"epochs": 3}}, []

    def counted(options, seed):
        asked.append(options["learning_rate"])
        return peaked(options, seed)

    rows = {"far": {"peak": 6.4e-2, "sizes": (1, 2)}, "near": {"peak": 4e-3}}
    found = tune(rows, counted, **options)
    before, measured = options["path"].read_bytes(), len(asked)
    capsys.readouterr()
    assert tune(rows, counted, **options) == found and len(asked) == measured
    assert options["path"].read_bytes() == before and capsys.readouterr().out == ""
    # with other options it begins anew, and does not begin where the other one ended
    again = tune({**rows, "far": {"peak": 8e-3}}, counted, **options)
    assert list(again.scores["far"]) == [2e-3, 4e-3, 8e-3, 1.6e-2]
    asked.clear()
    other = tune(rows, counted, **{**options, "common": {"epochs": 4}})
    assert other == found and len(asked) == measured


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rates": (1e-3, 2e-3, 4e-3)}, "four different ones"),
        ({"rates": (1e-3, 1e-3, 1e-3, 1e-3)}, "four different ones"),
        ({"rates": (0, 1e-3, 2e-3, 4e-3)}, "each of rates is 0"),
        ({"seeds": 2}, "seeds is 2, expected a whole number of at least 3"),
    ],
)
def test_a_search_that_shows_too_little_is_refused(change, told):
    with pytest.raises(ValueError, match=told):
        tune({"row": {"peak": 4e-3}}, peaked, verbose=False, **change)


def test_the_package_offers_both():
    offered = {"compare", "outside", "run", "still_improving", "table", "tune"}
    assert offered <= set(experiments.__all__)
