"""Exercises of notebook 4: bags of n-grams, the last real state, the mean of the real states."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------------------- a bag of n-grams


def bag_of_ngrams(words, longest):
    """How often each run of 1 to `longest` neighbouring words occurs: {"not": 1, "not good": 1, …}.

    `words` is a list of str; the words of a run are joined by one space.
    """
    bag = {}
    for length in range(1, longest + 1):
        for start in range(len(words) - length + 1):  # the last run ends with the last word
            run = " ".join(words[start : start + length])
            bag[run] = bag.get(run, 0) + 1
    return bag


def _texts(random):
    """Sentences of few different words, so that runs occur again."""
    vocabulary = ["the", "soup", "was", "not", "good", ",", "but", "cold", "."]
    sizes = ((3, 2), (9, 1), (12, 2), (14, 3), (2, 4))  # words, longest run
    texts = [(random.choice(vocabulary[:5], words).tolist(), longest) for words, longest in sizes]
    again = random.choice(vocabulary, 2).tolist()
    return [*texts, (again * 3, 2)]  # pairs that come twice and more


def _counts(returned, words, longest):
    """How many runs there are; the count of every run of the words and of some that are none."""
    if not isinstance(returned, Mapping):
        raise ValueError(f"expected a dict, run → count, got a {type(returned).__name__}")
    other = next((run for run in returned if not isinstance(run, str)), "")
    if other != "":
        raise ValueError(f"the runs are text, their words joined by a space; found {other!r}")
    counts = [returned.get(run, 0) for run in _looked_for(words, longest)]
    return np.array(len(returned)), np.array(counts)


def _looked_for(words, longest):
    """Runs one longer than asked for, the same backwards, and a word that never occurs."""
    return [*bag_of_ngrams(words, longest + 1), *bag_of_ngrams(words[::-1], longest), "zither"]


def _which_run(place, words, longest):
    return f"for the run {_looked_for(words, longest)[place[0]]!r}"


def _longest_only(words, longest):
    return dict(Counter(" ".join(words[k : k + longest]) for k in range(len(words) - longest + 1)))


def _one_start_too_few(words, longest):
    return dict(Counter(
        " ".join(words[start : start + length])
        for length in range(1, longest + 1) for start in range(len(words) - length)
    ))  # fmt: skip


def _past_the_end(words, longest):
    return dict(Counter(
        " ".join(words[start : start + length])
        for length in range(1, longest + 1) for start in range(len(words))
    ))  # fmt: skip


def _one_length_too_few(words, longest):
    return bag_of_ngrams(words, longest - 1)


def _words_only(words, longest):
    return bag_of_ngrams(words, 1)


def _once_each(words, longest):
    return dict.fromkeys(bag_of_ngrams(words, longest), 1)


def _sorted_runs(words, longest):
    return dict(Counter(
        " ".join(sorted(words[start : start + length]))
        for length in range(1, longest + 1) for start in range(len(words) - length + 1)
    ))  # fmt: skip


def _without_spaces(words, longest):
    return {run.replace(" ", ""): count for run, count in bag_of_ngrams(words, longest).items()}


def _side_by_side(words, longest):
    """Runs that do not overlap."""
    return dict(Counter(
        " ".join(words[start : start + length])
        for length in range(1, longest + 1)
        for start in range(0, len(words) - length + 1, length)
    ))  # fmt: skip


def _zipped(words, longest):
    """Right, with slices that run beside each other."""
    bag = Counter()
    for length in range(1, longest + 1):
        bag.update(map(" ".join, zip(*(words[k:] for k in range(length)), strict=False)))
    return bag


def _by_scikit_learn(words, longest):
    """Right, by scikit-learn."""
    from sklearn.feature_extraction.text import CountVectorizer

    analyse = CountVectorizer(token_pattern=r"\S+", ngram_range=(1, longest)).build_analyzer()
    return dict(Counter(analyse(" ".join(words))))


BAG_OF_NGRAMS = Exercise(
    reference=bag_of_ngrams,
    cases=_texts,
    returns=("number of runs", "counts"),
    observe=_counts,
    places={"counts": _which_run},
    minutes=10,
    difficulty=1,
    hints=(
        "Two loops: over the lengths from 1 to longest, and over the places where a run of that "
        "length can start. Where does the last one start?",
        'words[start : start + length] is a run, " ".join(…) makes text of it, and '
        "bag.get(run, 0) is what was counted so far.",
        "for length in range(1, longest + 1): for start in range(len(words) - length + 1): "
        'run = " ".join(words[start : start + length]); bag[run] = bag.get(run, 0) + 1',
    ),
    mistakes=(
        Mistake(_longest_only, (
            "Only the longest runs were counted. Which lengths, from 1 on, belong into the bag as "
            "well?")),
        Mistake(_one_start_too_few, (
            "The last run of each length is missing. Where does a run start that ends with the "
            "last word?")),
        Mistake(_past_the_end, (
            "Runs that start near the end were cut short and counted again as shorter ones. Up to "
            "which start do all words of a run exist?")),
        Mistake(_one_length_too_few, (
            "The longest runs are missing. Which numbers does range(1, longest) give?")),
        Mistake(_words_only, (
            "Single words are counted, and no runs of two or more. Which lengths does `longest` "
            "ask for?")),
        Mistake(_once_each, (
            "Every run counts once, however often it occurs. What has to happen when it is met "
            "again?")),
        Mistake(_sorted_runs, (
            "The words of each run were put into order, so that *not good* and *good not* are the "
            "same. What were runs to tell that single words cannot?")),
        Mistake(_without_spaces, (
            "The words of a run are glued together. What stands between them?")),
        Mistake(_side_by_side, (
            "Your runs do not overlap: after one, the next starts where it ended. At which words "
            "can a run start?")),
    ),
    alternatives=(_zipped, _by_scikit_learn),
)  # fmt: skip

# ------------------------------------------------------------------------ states, some of them real

SIZES = ((1, 3, 1), (3, 4, 2), (2, 6, 5), (4, 1, 2), (3, 5, 3))  # (batch, time, units)


def _masked_cases(random):
    """Padding at the end, with a review that has none; behind all; and, last, anywhere."""
    cases = []
    for number, (batch, time, units) in enumerate(SIZES):
        lengths = random.integers(1, max(2, time - 1), batch)
        if number != 2:
            lengths[random.integers(batch)] = time
        mask = np.arange(time) < lengths[:, None]
        cases.append((random.normal(size=(batch, time, units)), mask))
    anywhere = [[False, True, True, False, False], [False, False, True, True, True]]
    cases[-1][1][:2] = anywhere
    return cases


def masked_last(states, mask):
    """The state after the last real word: (batch, time, units), (batch, time) → (batch, units).

    `mask` is True where a word is real; every review has one real word or more.
    """
    batch, time = mask.shape
    steps = np.where(mask, np.arange(time), -1)  # (batch, time): its number where a step is real
    return states[np.arange(batch), steps.max(axis=1)]


def _last_of_all(states, mask):
    return states[:, -1]


def _one_too_late(states, mask):
    steps = np.minimum(mask.sum(axis=1), mask.shape[1] - 1)
    return states[np.arange(len(states)), steps]


def _by_length(states, mask):
    return states[np.arange(len(states)), mask.sum(axis=1) - 1]


def _first_padding(states, mask):
    return states[np.arange(len(states)), np.argmin(mask, axis=1) - 1]


def _first_word(states, mask):
    return states[np.arange(len(states)), np.argmax(mask, axis=1)]


def _zeroed(states, mask):
    return (states * mask[:, :, None])[:, -1]


def _longest_of_the_batch(states, mask):
    return states[:, mask.sum(axis=1).max() - 1]


def _every_pair(states, mask):
    last = np.where(mask, np.arange(mask.shape[1]), -1).max(axis=1)
    return states[:, last]


def _last_by_a_loop(states, mask):
    """Right, as the mask works in a layer: where it is False, the state stays as it was."""
    kept = np.zeros_like(states[:, 0])
    for t in range(states.shape[1]):
        kept = np.where(mask[:, t, None], states[:, t], kept)
    return kept


def _last_in_float32(states, mask):
    """Right, backwards, with a one-hot vector and einsum, in single precision."""
    last = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
    return np.einsum("btu,bt->bu", states.astype("float32"), np.eye(mask.shape[1])[last])


MASKED_LAST = Exercise(
    reference=masked_last,
    cases=_masked_cases,
    returns=("last",),
    minutes=10,
    difficulty=2,
    hints=(
        "Two ways. Either go through the steps and keep a state wherever the mask is True; or find "
        "the number of the last real step of each review and take that state.",
        "The loop: kept = np.where(mask[:, t, None], states[:, t], kept), for each t. The other "
        "way: states[np.arange(batch), numbers] takes from each review the state of its own step.",
        "np.where(mask, np.arange(time), -1).max(axis=1) is the number of the last real step of "
        "each review.",
    ),
    mistakes=(
        Mistake(_last_of_all, (
            "This is the state at the end of the row, padding included. What did the layer read "
            "last there?")),
        Mistake(_one_too_late, (
            "You took the step after the last real word. If a review has 6 words, which number has "
            "the last of them, counted from 0?")),
        Mistake(_by_length, (
            "Right where the padding stands at the end, and only there: you counted real words. "
            "Where is the last of them when padding stands in front?")),
        Mistake(_first_padding, (
            "You went to the first padding and one step back. Where does that lead in a row that "
            "begins with padding?")),
        Mistake(_first_word, (
            "This is the state after the first real word. np.argmax gives the first of equal "
            "values: which of the real steps did you want?")),
        Mistake(_zeroed, (
            "Padding was set to zero, and then the end of the row was taken: reviews that end in "
            "padding have zeros now. Which step has the state that you want?")),
        Mistake(_longest_of_the_batch, (
            "All reviews were read at one step, that of the longest. Which step belongs to each?")),
        Mistake(_every_pair, (
            "You took the steps of all reviews from each of them, (batch, batch, units). With "
            "which second list of numbers does NumPy go through both together?")),
    ),
    alternatives=(_last_by_a_loop, _last_in_float32),
)  # fmt: skip


def masked_mean(states, mask):
    """The mean of the real states: (batch, time, units), (batch, time) → (batch, units).

    `mask` is True where a word is real; every review has one real word or more.
    """
    real = mask[:, :, None]  # (batch, time, 1): counts for every unit
    return (states * real).sum(axis=1) / real.sum(axis=1)


def _mean_of_all(states, mask):
    return states.mean(axis=1)


def _divided_by_time(states, mask):
    return (states * mask[:, :, None]).mean(axis=1)


def _sum_of_the_real(states, mask):
    return (states * mask[:, :, None]).sum(axis=1)


def _all_divided_by_the_real(states, mask):
    return states.sum(axis=1) / mask.sum(axis=1, keepdims=True)


def _of_the_padding(states, mask):
    padding = ~mask[:, :, None]
    return (states * padding).sum(axis=1) / np.maximum(padding.sum(axis=1), 1)


def _divided_by_the_longest(states, mask):
    return (states * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1).max()


def _one_mean_for_all(states, mask):
    real = mask[:, :, None]
    return np.repeat((states * real).sum(axis=(0, 1))[None] / real.sum(), len(states), axis=0)


def _divided_by_all_real(states, mask):
    return (states * mask[:, :, None]).sum(axis=1) / mask.sum()


def _from_the_front(states, mask):
    means = [row[:real].mean(axis=0) for row, real in zip(states, mask.sum(axis=1), strict=True)]
    return np.stack(means)


def _mean_over_units(states, mask):
    return (states * mask[:, :, None]).mean(axis=2)


def _mean_by_a_loop(states, mask):
    """Right, review by review, with a choice of steps."""
    return np.stack([of_one[real].mean(axis=0) for of_one, real in zip(states, mask, strict=True)])


def _mean_in_float32(states, mask):
    """Right, with einsum, in single precision."""
    weights = (mask / mask.sum(axis=1, keepdims=True)).astype("float32")
    return np.einsum("btu,bt->bu", states.astype("float32"), weights)


MASKED_MEAN = Exercise(
    reference=masked_mean,
    cases=_masked_cases,
    returns=("mean",),
    minutes=10,
    difficulty=1,
    hints=(
        "A mean is a sum divided by a number. What belongs into the sum, and how many are they, "
        "review by review?",
        "mask[:, :, None] has the shape (batch, time, 1). Multiplied by it, states at padding are "
        "zeros, which a sum over time does not notice.",
        "(states * mask[:, :, None]).sum(axis=1) / mask[:, :, None].sum(axis=1)",
    ),
    mistakes=(
        Mistake(_mean_of_all, (
            "This is the mean of all steps, padding included. Where does the mask enter?")),
        Mistake(_divided_by_time, (
            "The sum is right, and was divided by the length of the row. How many real words has "
            "each review?")),
        Mistake(_sum_of_the_real, (
            "This is the sum of the real states. By what is a sum divided to become a mean?")),
        Mistake(_all_divided_by_the_real, (
            "You divide by the number of real words, and the sum still holds the padding. How do "
            "its states become zeros?")),
        Mistake(_of_the_padding, (
            "This is the mean of the padding. Where is the mask True?")),
        Mistake(_divided_by_the_longest, (
            "All sums were divided by one number, that of the longest review. Which number belongs "
            "to each?")),
        Mistake(_one_mean_for_all, (
            "All reviews have the same mean: you went over the batch, too. Which axis is time?")),
        Mistake(_divided_by_all_real, (
            "All sums were divided by one number, the real words of the whole batch. Along which "
            "axis does mask.sum count those of each review?")),
        Mistake(_from_the_front, (
            "Right where the padding stands at the end, and only there: you took the first states, "
            "as many as there are real words. Which states are real when padding stands in "
            "front?")),
        Mistake(_mean_over_units, (
            "You took the mean over the units, so that there is a number for each step. Which axis "
            "is time?")),
    ),
    alternatives=(_mean_by_a_loop, _mean_in_float32),
)  # fmt: skip

EXERCISES = (BAG_OF_NGRAMS, MASKED_LAST, MASKED_MEAN)
