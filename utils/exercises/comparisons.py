"""Exercises of notebook 10: a verdict from a table, as the interval of a mean and as a word."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake

RESAMPLES = 999
WORDS = ("better", "worse", "not shown")

# ------------------------------------------------------------------- how sure a mean difference is


def interval(differences, draws, outside):
    """Of a hundred means of draws (draws, pairs) `outside` lie below low, as many above high."""
    means = differences[draws].mean(axis=1)  # (draws,)
    low, high = np.percentile(means, [outside, 100 - outside])
    return low, high


def _draws(pairs, random, resamples=RESAMPLES):
    return random.integers(pairs, size=(resamples, pairs))


def _interval_cases(random):
    # A single pair first: its mean is the same in every draw.
    return [
        (random.normal(0.3, size=pairs), _draws(pairs, random, resamples), outside)
        for pairs, resamples, outside in (
            (1, 5, 2.5), (5, 40, 5.0), (10, RESAMPLES, 2.5), (10, RESAMPLES, 0.86),
            (8, 400, 5.0), (10, 100, 10.0),
        )
    ]  # fmt: skip


def _two_ends(returned, *arguments):
    """The lower and the upper end, of a pair as of an array of two."""
    try:
        low, high = returned
    except (TypeError, ValueError):
        raise ValueError(f"expected two numbers, low and high, got {returned!r}") from None
    return np.asarray(low), np.asarray(high)


def _always_ninety_five(differences, draws, outside):
    return interval(differences, draws, 2.5)


def _always_ninety(differences, draws, outside):
    return interval(differences, draws, 5)


def _both_ends_together(differences, draws, outside):
    return interval(differences, draws, outside / 2)


def _outside_left_inside(differences, draws, outside):
    return interval(differences, draws, (100 - outside) / 2)


def _parts_of_a_hundred(differences, draws, outside):
    return interval(differences, draws, outside / 100)


def _parts_of_one(differences, draws, outside):
    return tuple(np.percentile(differences[draws].mean(axis=1), [outside / 100, 1 - outside / 100]))


def _of_the_differences(differences, draws, outside):
    return tuple(np.percentile(differences, [outside, 100 - outside]))


def _of_all_that_was_drawn(differences, draws, outside):
    return tuple(np.percentile(differences[draws], [outside, 100 - outside]))


def _over_the_draws(differences, draws, outside):
    return tuple(np.percentile(differences[draws].mean(axis=0), [outside, 100 - outside]))


def _lowest_and_highest(differences, draws, outside):
    means = differences[draws].mean(axis=1)
    return means.min(), means.max()


def _medians(differences, draws, outside):
    return tuple(np.percentile(np.median(differences[draws], axis=1), [outside, 100 - outside]))


def _sums(differences, draws, outside):
    return tuple(np.percentile(differences[draws].sum(axis=1), [outside, 100 - outside]))


def _two_deviations(differences, draws, outside):
    middle, spread = differences.mean(), 2 * differences.std()
    return middle - spread, middle + spread


def _two_deviations_of_means(differences, draws, outside):
    means = differences[draws].mean(axis=1)
    return means.mean() - 2 * means.std(), means.mean() + 2 * means.std()


def _high_first(differences, draws, outside):
    return interval(differences, draws, outside)[::-1]


def _interval_by_sorting(differences, draws, outside):
    """Right, with a loop, and reading the sorted means at the two places."""
    means = sorted(np.mean([differences[number] for number in draw]) for draw in draws)
    ends = []
    for share in (outside / 100, 1 - outside / 100):
        place = share * (len(means) - 1)
        below = int(place)
        above = min(below + 1, len(means) - 1)
        ends.append(means[below] + (place - below) * (means[above] - means[below]))
    return tuple(ends)


def _interval_by_counting(differences, draws, outside):
    """Right, from how often each pair was drawn, in single precision."""
    pairs = len(differences)
    counts = np.stack([np.bincount(draw, minlength=pairs) for draw in draws])
    means = np.einsum("dp,p->d", counts, differences) / pairs
    return np.quantile(means.astype("float32"), [outside / 100, 1 - outside / 100])


INTERVAL = Exercise(
    reference=interval,
    cases=_interval_cases,
    returns=("low", "high"),
    observe=_two_ends,
    minutes=10,
    difficulty=1,
    hints=(
        "An array as an index picks: differences[draws] has the shape of draws, and each row of "
        "it is one draw of as many differences as there are pairs.",
        "Take the mean of each row, .mean(axis=1). Of a hundred of these means `outside` shall lie "
        "below the interval, and as many above it, so that 100 - outside lie below its upper end.",
        "np.percentile(means, [outside, 100 - outside]) gives both ends, the lower one first.",
    ),
    mistakes=(
        Mistake(_always_ninety_five, (
            "These ends are the same whatever `outside` is. How many of a hundred means lie below "
            "them, and which argument says how many shall?"), variants=(_always_ninety,)),
        Mistake(_both_ends_together, (
            "Below and above the interval together lie `outside` of a hundred means. How many "
            "shall lie at each end?")),
        Mistake(_outside_left_inside, (
            "Here `outside` of a hundred means lie *inside* the interval. On which side of its "
            "ends shall they lie?")),
        Mistake(_parts_of_a_hundred, (
            "np.percentile counts in hundredths, as `outside` does: 0.025 is a fortieth of a "
            "hundredth there. Which number stands for two and a half of a hundred?"),
            variants=(_parts_of_one,)),
        Mistake(_of_the_differences, (
            "This is where the differences themselves lie, and the draws were not used. Is it "
            "asked how far single pairs lie apart, or how sure their mean is?")),
        Mistake(_of_all_that_was_drawn, (
            "The interval was taken over all that was drawn, which spreads as the differences do. "
            "What is to be made of each draw first?")),
        Mistake(_over_the_draws, (
            "The mean was taken over the draws instead of within each of them. Which axis of "
            "differences[draws] is the one of the pairs?")),
        Mistake(_lowest_and_highest, (
            "These are the lowest and the highest mean of all draws. With more draws they would "
            "move apart for ever: which share of the means lies between the ends asked for?")),
        Mistake(_medians, (
            "Of each draw the median was taken. What does the interval speak of, the median or the "
            "mean of the differences?")),
        Mistake(_sums, (
            "Of each draw the sum was taken. By what does one divide it, to get its mean?")),
        Mistake(_two_deviations, (
            "Two standard deviations of the differences lie on each side: that says where single "
            "pairs lie. Does the mean of ten pairs vary as much as one of them?")),
        Mistake(_two_deviations_of_means, (
            "Two standard deviations of the means lie on each side. For many pairs that is nearly "
            "the same; with few, means need not lie evenly. Which two percentiles were asked "
            "for, and what does `outside` say of them?")),
        Mistake(_high_first, (
            "Both ends are right, in the other order. Which one was asked for first?")),
    ),
    alternatives=(_interval_by_sorting, _interval_by_counting),
)  # fmt: skip

# ------------------------------------------------------------------------------ better, worse, …


def compare(first, second, draws, outside, worth, higher_is_better):
    """What pairs of scores, (pairs,) each, say of the first: "better", "worse" or "not shown"."""
    differences = first - second
    low, high = interval(differences, draws, outside)
    sure = low > 0 or high < 0
    if not sure or abs(differences.mean()) < worth:
        return "not shown"
    return "better" if (differences.mean() > 0) == higher_is_better else "worse"


def _compare_cases(random):
    """Pairs of every kind; the numbers are drawn, and leave no doubt about the verdict."""

    def case(differences, worth, higher_is_better=True, spread=0.0, outside=0.86):
        """The scores whose differences are these; both rows go up and down together by `spread`."""
        second = random.uniform(0.5, 0.6) + spread * np.linspace(-1.5, 1.5, len(differences))
        order = random.permutation(len(differences))
        first = second + np.asarray(differences)[order]
        draws = _draws(len(differences), random)
        return first, second, draws, outside, worth, higher_is_better

    def about(middle, pairs=10):
        return middle * (1 + random.uniform(-0.2, 0.2, pairs))

    some = random.uniform(0.1, 0.3)
    mixed = np.array([-0.3, -0.3] + 8 * [1.0])  # two pairs say the opposite; the mean is sure
    skewed = np.array(6 * [0.2] + 4 * [1.3])  # a median of 0.2, a mean of 0.64
    unsure = np.array(4 * [-0.5] + 6 * [1.0])  # 5.5 of a hundred means are below zero
    one_run = np.array([2.0] + 9 * [-0.05])  # all of a mean of 0.155 is one run's
    reaching = np.array(8 * [0.0] + 2 * [1.0])  # one draw in nine meets zeros only, so low is zero
    return [
        case(about(some), 0.5 * some),
        case(about(-some), 0.5 * some),
        case(about(some), 0.5 * some, higher_is_better=False),
        case(about(-some, 7), 0.5 * some, higher_is_better=False, outside=2.5),
        case(about(some), 2 * some, outside=5.0),  # sure, and not worth having
        case(about(-some, 5), 2 * some, higher_is_better=False, outside=0.1),
        case(some * one_run, 0.1 * some),  # worth having, and not sure
        case(-some * one_run, 0.1 * some),
        case(about(some), 0.5 * some, spread=some, outside=2.5),  # seeds differ as much as rows
        case(about(some), 0.5 * some, spread=2 * some),  # or more
        case(about(-some), 0.5 * some, spread=2 * some),
        case(some * mixed, 0.5 * some),
        case(some * skewed, 0.4 * some),
        case(some * skewed, 0.4 * some, higher_is_better=False),
        case(some * unsure, 0.1 * some),  # worth having, and not sure with 0.86
        case(some * unsure, 0.1 * some, outside=10.0),  # sure with 10
        case(-some * unsure, 0.1 * some, outside=10.0),
        case(some * (mixed - mixed.mean()), 0.0),  # no difference at all
        case(some * reaching, 0.1 * some),  # an interval that reaches zero contains it
        case(-some * reaching, 0.1 * some),
        # a quarter ahead with every seed, exactly what is worth having
        (np.full(10, 0.75), np.full(10, 0.5), _draws(10, random), 0.86, 0.25, True),
    ]


def _word(returned, *arguments):
    """The three words as numbers, 1 for the one that was said."""
    if not isinstance(returned, str) or returned not in WORDS:
        raise ValueError(f'expected "better", "worse" or "not shown", got {returned!r}')
    return tuple(np.array(int(returned == word)) for word in WORDS)


def _said(sure, mean, worth, higher_is_better):
    if not sure or abs(mean) < worth:
        return "not shown"
    return "better" if (mean > 0) == higher_is_better else "worse"


def _without_worth(first, second, draws, outside, worth, higher_is_better):
    return compare(first, second, draws, outside, 0, higher_is_better)


def _without_interval(first, second, draws, outside, worth, higher_is_better):
    return _said(True, np.mean(first - second), worth, higher_is_better)


def _always_a_winner(first, second, draws, outside, worth, higher_is_better):
    return _said(True, np.mean(first - second), 0, higher_is_better)


def _second_minus_first(first, second, draws, outside, worth, higher_is_better):
    return compare(second, first, draws, outside, worth, higher_is_better)


def _higher_always(first, second, draws, outside, worth, higher_is_better):
    return compare(first, second, draws, outside, worth, True)


def _never_worse(first, second, draws, outside, worth, higher_is_better):
    found = compare(first, second, draws, outside, worth, higher_is_better)
    return found if np.mean(first - second) > 0 else "not shown"


def _outside_ignored(first, second, draws, outside, worth, higher_is_better):
    return compare(first, second, draws, 2.5, worth, higher_is_better)


def _two_intervals(first, second, draws, outside, worth, higher_is_better):
    low, high = interval(first, draws, outside)
    other_low, other_high = interval(second, draws, outside)
    apart = low > other_high or high < other_low
    return _said(apart, np.mean(first - second), worth, higher_is_better)


def _each_drawn_for_itself(first, second, draws, outside, worth, higher_is_better):
    means = first[draws].mean(axis=1) - second[draws[::-1]].mean(axis=1)
    low, high = np.percentile(means, [outside, 100 - outside])
    return _said(low > 0 or high < 0, np.mean(first - second), worth, higher_is_better)


def _reaching_zero(first, second, draws, outside, worth, higher_is_better):
    low, high = interval(first - second, draws, outside)
    return _said(low >= 0 or high <= 0, np.mean(first - second), worth, higher_is_better)


def _more_than_worth(first, second, draws, outside, worth, higher_is_better):
    if abs(np.mean(first - second)) <= worth:
        return "not shown"
    return compare(first, second, draws, outside, worth, higher_is_better)


def _whole_interval_worth_having(first, second, draws, outside, worth, higher_is_better):
    low, high = interval(first - second, draws, outside)
    return _said(low > worth or high < -worth, np.mean(first - second), 0, higher_is_better)


def _of_medians(first, second, draws, outside, worth, higher_is_better):
    low, high = interval(first - second, draws, outside)
    return _said(low > 0 or high < 0, np.median(first - second), worth, higher_is_better)


def _every_pair(first, second, draws, outside, worth, higher_is_better):
    differences = first - second
    agree = (differences > 0).all() or (differences < 0).all()
    return _said(agree, differences.mean(), worth, higher_is_better)


def _best_runs(first, second, draws, outside, worth, higher_is_better):
    best = np.max if higher_is_better else np.min
    return _said(True, best(first) - best(second), worth, higher_is_better)


def _compare_by_gain(first, second, draws, outside, worth, higher_is_better):
    """Right: with the sign turned where fewer is better, so that above zero is always better."""
    gain = (first - second) * (1 if higher_is_better else -1)
    low, high = interval(gain, draws, outside)
    if low > 0 and gain.mean() >= worth:
        return "better"
    return "worse" if high < 0 and gain.mean() <= -worth else "not shown"


def _compare_by_signs(first, second, draws, outside, worth, higher_is_better):
    """Right: by the sign of both ends, in single precision."""
    differences = np.float32(first) - np.float32(second)
    means = np.sort(np.take(differences, draws).mean(axis=1))
    low, high = np.quantile(means, [outside / 100, 1 - outside / 100])
    if low * high <= 0 or np.abs(np.mean(differences)) < worth:
        return WORDS[2]
    return WORDS[int((low > 0) != bool(higher_is_better))]


COMPARE = Exercise(
    reference=compare,
    cases=_compare_cases,
    returns=WORDS,
    observe=_word,
    minutes=10,
    difficulty=2,
    hints=(
        "first[k] and second[k] come from the same seed. So begin with first - second, pair by "
        "pair, and ask `interval`, with `draws` and `outside`, how sure their mean is.",
        "It is sure if zero lies outside: low > 0 or high < 0. It is worth having if the mean, "
        "whichever sign it has, is at least `worth`. Where either is missing: \"not shown\".",
        "Else look at the sign of the mean: above zero is \"better\" where higher is better, and "
        "\"worse\" where it is not.",
    ),
    mistakes=(
        Mistake(_always_a_winner, (
            "The higher mean wins, always. What would this say of one model compared with itself "
            "under ten other seeds?")),
        Mistake(_without_worth, (
            "Every sure difference counts, however small. Where does `worth` come in?")),
        Mistake(_without_interval, (
            "A mean difference that is worth having is enough for you, also where one lucky run "
            "makes it. What does the interval have to say?")),
        Mistake(_outside_ignored, (
            "The interval leaves out 2.5 of a hundred means at each end, always. Which argument "
            "says how many it shall leave out?")),
        Mistake(_second_minus_first, (
            "The verdict is about the second. Which of the two is to be called better or "
            "worse?")),
        Mistake(_higher_always, (
            "Higher is better here, always. Which argument says what is better for bits per "
            "character?")),
        Mistake(_never_worse, (
            "Nothing is ever worse than `worth` asks: a mean of -0.3 is smaller than 0.05, but is "
            "that a small difference?")),
        Mistake(_two_intervals, (
            "Each row has an interval of its own, and you asked whether they overlap. They do "
            "where seeds differ much, even if the first is ahead with every seed. What do the "
            "differences of the pairs say?")),
        Mistake(_each_drawn_for_itself, (
            "The two rows were drawn apart, so that a good seed of one meets a bad seed of the "
            "other. What have first[k] and second[k] in common?")),
        Mistake(_reaching_zero, (
            "An interval whose end is zero counts as one without zero here. Would the next ten "
            "seeds hardly turn the sign, if one draw in nine has a mean of zero?")),
        Mistake(_more_than_worth, (
            "A mean difference that is exactly `worth` is not enough for you. What does \"at "
            "least\" say of it?")),
        Mistake(_whole_interval_worth_having, (
            "The whole interval had to lie beyond `worth`. That is a stricter rule: which number "
            "was to be compared with `worth`?")),
        Mistake(_of_medians, (
            "The median of the differences was compared with `worth`. Of which number does the "
            "interval speak?")),
        Mistake(_every_pair, (
            "All pairs had to agree. One bad seed then decides for all ten: which question does "
            "the interval answer instead?")),
        Mistake(_best_runs, (
            "The best run of each was compared, as if the others had not been made. What would "
            "that say of two rows that are one model?")),
    ),
    alternatives=(_compare_by_gain, _compare_by_signs),
)  # fmt: skip

EXERCISES = (INTERVAL, COMPARE)
