"""Exercises of notebook 6: bits per character, and what a character is drawn with."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from utils.exercises.engine import Exercise, Mistake

# ----------------------------------------------------------------------------- bits per character


def bits_per_character(scores, targets):
    """Scores (batch, time, characters), ids (batch, time) → mean bits, and the perplexity."""
    powers = np.exp(scores)
    p = powers / powers.sum(axis=-1, keepdims=True)  # softmax
    p_came = np.take_along_axis(p, targets[:, :, None], axis=-1)  # (batch, time, 1)
    bits = np.mean(np.log2(1 / p_came))
    return bits, 2**bits


def _scored_texts(random):
    sizes = ((1, 2, 3), (2, 3, 4), (3, 5, 7), (4, 2, 2), (2, 6, 5))  # (batch, time, characters)
    cases = [(random.normal(0, 2, size), random.integers(0, size[-1], size[:2])) for size in sizes]
    # Above zero one can take a logarithm: there it shows who did that without a softmax.
    return [(np.abs(cases[0][0]), cases[0][1]), *cases[1:]]


def _softmax(scores, axis=-1):
    powers = np.exp(scores)
    return powers / powers.sum(axis=axis, keepdims=True)


def _of_what_came(table, targets):
    return np.take_along_axis(table, targets[:, :, None], axis=-1)[:, :, 0]


def _with_perplexity(bits):
    return bits, 2**bits


def _surprise(scores, targets):
    """Of each character, in bits, (batch, time)."""
    return -np.log2(_of_what_came(_softmax(scores), targets))


def _nats(scores, targets):
    nats = np.mean(_surprise(scores, targets)) * np.log(2)
    return nats, np.exp(nats)


def _nats_and_two(scores, targets):
    return _with_perplexity(np.mean(_surprise(scores, targets)) * np.log(2))


def _power_of_e(scores, targets):
    bits = np.mean(_surprise(scores, targets))
    return bits, np.exp(bits)


def _digits(scores, targets):
    digits = np.mean(_surprise(scores, targets)) * np.log10(2)
    return digits, 10**digits


def _sum(scores, targets):
    return _with_perplexity(np.sum(_surprise(scores, targets)))


def _of_the_mean_probability(scores, targets):
    return _with_perplexity(-np.log2(np.mean(_of_what_came(_softmax(scores), targets))))


def _mean_probability(scores, targets):
    return _with_perplexity(np.mean(_of_what_came(_softmax(scores), targets)))


def _negative(scores, targets):
    return _with_perplexity(-np.mean(_surprise(scores, targets)))


def _entropy(scores, targets):
    p = _softmax(scores)
    return _with_perplexity(np.mean(np.sum(-p * np.log2(p), axis=-1)))


def _of_the_most_probable(scores, targets):
    return _with_perplexity(np.mean(-np.log2(_softmax(scores).max(axis=-1))))


def _raw_scores(scores, targets):
    return _with_perplexity(-np.mean(_of_what_came(scores, targets)) / np.log(2))


def _no_softmax(scores, targets, log=np.log2):
    with np.errstate(invalid="ignore"):  # many scores are below zero
        return _with_perplexity(-np.mean(log(_of_what_came(scores, targets))))


def _shares_of_the_scores(scores, targets):
    with np.errstate(invalid="ignore"):
        p = scores / scores.sum(axis=-1, keepdims=True)
        return _with_perplexity(-np.mean(np.log2(_of_what_came(p, targets))))


def _no_keepdims(scores, targets):
    powers = np.exp(scores)
    p = powers / powers.sum(axis=-1)
    return _with_perplexity(-np.mean(np.log2(_of_what_came(p, targets))))


def _no_axis_of_characters(scores, targets):
    p = _softmax(scores)
    return _with_perplexity(-np.mean(np.log2(np.take_along_axis(p, targets, axis=-1))))


def _softmax_over_time(scores, targets):
    return _with_perplexity(np.mean(-np.log2(_of_what_came(_softmax(scores, 1), targets))))


def _softmax_over_everything(scores, targets):
    return _with_perplexity(np.mean(-np.log2(_of_what_came(_softmax(scores, None), targets))))


def _shifted_again(scores, targets):
    return _with_perplexity(np.mean(_surprise(scores[:, :-1], targets[:, 1:])))


def _last_step_only(scores, targets):
    return _with_perplexity(np.mean(_surprise(scores, targets)[:, -1]))


def _all_characters(scores, targets):
    return _with_perplexity(np.mean(-np.log2(_softmax(scores))))


def _every_target_everywhere(scores, targets):
    return _with_perplexity(np.mean(-np.log2(_softmax(scores)[:, :, targets])))


def _of_each_character(scores, targets):
    return _with_perplexity(_surprise(scores, targets))


def _of_each_window(scores, targets):
    return _with_perplexity(_surprise(scores, targets).mean(axis=-1))


def _sum_of_each_window(scores, targets):
    return _with_perplexity(_surprise(scores, targets).sum(axis=-1).mean())


def _perplexity_of_each_window(scores, targets):
    of_windows = _surprise(scores, targets).mean(axis=-1)
    return np.mean(of_windows), np.mean(2**of_windows)


def _perplexity_first(scores, targets):
    return bits_per_character(scores, targets)[::-1]


def _bits_alone(scores, targets):
    return bits_per_character(scores, targets)[0]


def _mean_of_perplexities(scores, targets):
    surprise = _surprise(scores, targets)
    return np.mean(surprise), np.mean(2**surprise)


def _bits_in_a_loop(scores, targets):
    """Right, character by character."""
    total = 0.0
    for b, row in enumerate(targets):
        for t, came in enumerate(row):
            powers = [math.exp(score) for score in scores[b, t]]
            total += math.log2(sum(powers) / powers[came])
    bits = total / targets.size
    return bits, 2.0**bits


def _bits_with_one_hot(scores, targets):
    """Right: the logarithm of the softmax, picked out by a product, in single precision."""
    scores = scores.astype("float32")
    highest = scores.max(-1, keepdims=True)
    log_p = scores - highest - np.log(np.exp(scores - highest).sum(-1, keepdims=True))
    one_hot = np.eye(scores.shape[-1], dtype="float32")[targets]
    nats = -np.einsum("btc,btc->bt", one_hot, log_p).mean()
    return nats / np.log(2), np.exp(nats)


def _bits_by_keras(scores, targets):
    """Right: what Keras computes."""
    from keras import losses, ops

    nats = losses.sparse_categorical_crossentropy(targets, scores, from_logits=True)
    nats = ops.convert_to_numpy(nats).mean()
    return nats / np.log(2), np.exp(nats)


BITS_PER_CHARACTER = Exercise(
    reference=bits_per_character,
    cases=_scored_texts,
    returns=("bits", "perplexity"),
    minutes=10,
    difficulty=1,
    hints=(
        "Three steps: scores to probabilities by the softmax over the last axis, the probability "
        "of the character that came at each place, the mean of their surprises.",
        "np.take_along_axis(p, targets[:, :, None], axis=-1) picks out of each row of p the entry "
        "that the target names; its shape is (batch, time, 1).",
        "p = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True), bits = "
        "np.mean(np.log2(1 / p_came)), and the perplexity is 2**bits.",
    ),
    mistakes=(
        Mistake(_nats, (
            "This is the mean in nats: the natural logarithm was taken. Which logarithm counts "
            "yes-or-no answers?")),
        Mistake(_nats_and_two, (
            "The mean is in nats, and 2 was raised to it. Which logarithm goes with powers of 2?")),
        Mistake(_power_of_e, (
            "The bits are right, and e was raised to them. A coin's toss costs one bit: between "
            "how many equally likely sides does it choose?")),
        Mistake(_digits, (
            "The logarithm to base 10 was taken. How many yes-or-no answers does a coin's toss "
            "need, and which logarithm of 2 says so?")),
        Mistake(_sum, (
            "This is the sum over all characters, so that a long text looks hard. What is it that "
            "has to be the same for a text and for the same text twice?")),
        Mistake(_of_the_mean_probability, (
            "The mean was taken before the logarithm, and so one gross surprise hides among "
            "many certainties. Of what is the mean wanted: of probabilities, or of surprises?")),
        Mistake(_mean_probability, (
            "This is the mean probability of what came, without a logarithm. What is the surprise "
            "of a character that was certain?")),
        Mistake(_negative, (
            "Right but for the sign: a model cannot need less than 0 bits. Is the logarithm of "
            "a probability positive or negative?")),
        Mistake(_entropy, (
            "This is the entropy: the surprise that the model itself expects, whatever comes. "
            "Where do the targets enter?")),
        Mistake(_of_the_most_probable, (
            "This is the surprise of the most probable character at each place, as if it always "
            "came. Which character's probability is asked for?")),
        Mistake(_raw_scores, (
            "The scores were taken as if they were logarithms of probabilities. Do their powers "
            "add up to 1 at each place?")),
        Mistake(_no_softmax, (
            "The logarithm was taken of the scores themselves, and below zero there is none. Which "
            "function makes probabilities of scores, and has to come first?"),
            variants=(partial(_no_softmax, log=np.log),)),
        Mistake(_shares_of_the_scores, (
            "The scores were divided by their sum, without the powers of e, and so some came out "
            "below zero. What makes a negative score a positive number, before the division?")),
        Mistake(_no_keepdims, (
            "The sum over the characters has lost its axis, (batch, time), and does not go with "
            "the powers, (batch, time, characters). Which argument of `sum` keeps an axis of size "
            "1 in its place?")),
        Mistake(_no_axis_of_characters, (
            "p has three axes, and the targets have two: np.take_along_axis wants as many. Where "
            "in targets[:, :, None] is the axis of the characters?")),
        Mistake(_softmax_over_time, (
            "The probabilities add up to 1 along time. Along which axis do the characters stand "
            "that compete for one place?")),
        Mistake(_softmax_over_everything, (
            "All scores of all places were made to add up to 1 together. Which of them compete for "
            "the same place?")),
        Mistake(_shifted_again, (
            "The targets were shifted by one more. They are the next characters already: to which "
            "scores does targets[:, 0] belong?")),
        Mistake(_last_step_only, (
            "This is the surprise at the last step alone. At which steps does the model bet?")),
        Mistake(_all_characters, (
            "This is the mean over all characters that might have come, with the same weight. At "
            "each place one came: which one?")),
        Mistake(_every_target_everywhere, (
            "p[:, :, targets] asks each place for the targets of all places, and the mean went "
            "over all these pairs. Which function takes at each place only its own target?")),
        Mistake(_of_each_character, (
            "There is a surprise for each character, and no mean of them yet. Over how many "
            "places does it go?")),
        Mistake(_of_each_window, (
            "There is a mean for each window. One number is asked for: what has to be the same "
            "however the text is cut into windows?")),
        Mistake(_sum_of_each_window, (
            "The surprises of a window were added up, and the mean is one over windows: it grows "
            "with their length. By the number of what has the sum of all to be divided?")),
        Mistake(_perplexity_of_each_window, (
            "The bits are right, and the perplexity is a mean over windows, each with its own. "
            "Would it stay the same if the text were cut into windows of another length?")),
        Mistake(_perplexity_first, (
            "Both are right, in the other order. Which of them is asked for first, and which of "
            "them can never be below 1?")),
        Mistake(_bits_alone, (
            "The bits are right, and they came alone. What is the second number that is asked "
            "for?")),
        Mistake(_mean_of_perplexities, (
            "The bits are right, and the perplexity is a mean of 1/p, which a single improbable "
            "character can blow up. Which power of the mean of the bits is wanted?")),
    ),
    alternatives=(_bits_in_a_loop, _bits_with_one_hot, _bits_by_keras),
)  # fmt: skip

# ------------------------------------------------------------------------------ temperature, top-p


def tame(p, T, q):
    """Probabilities (characters,) at temperature T, cut to the fewest that together reach q."""
    p = p ** (1 / T)
    p = p / p.sum()
    order = np.argsort(-p)  # the most probable first
    together = np.cumsum(p[order])
    count = np.sum(together < q) + 1  # those that have not reached q, and the one that does
    kept = np.zeros_like(p)
    kept[order[:count]] = p[order[:count]]
    return kept / kept.sum()


EXACT = (1 / 2, 1 / 4, 1 / 8, 3 / 32, 1 / 32)
"""Probabilities whose sums are exact in floating point: the first two have exactly 3/4."""


def _bets(random):
    """(p, T, q). No character reaches q alone, so that a cut one too short is never empty."""
    cases = [(np.ones(1), 0.5, 1.0)]
    for size, T, q in ((5, 0.6, 0.6), (7, 2.0, 0.7), (12, 0.5, 0.9), (8, 1.5, 1.0), (9, 1.0, 0.5)):
        while True:
            p = random.dirichlet(np.full(size, 2.0))
            tempered = _at_temperature(p, T)
            # and below 1 - q the least probable reach q without it
            fits = p.min() > 0.005 and tempered.max() < (1 - q if q < 0.8 else q)
            # rounding leaves the sum of all below 1
            if fits and (q < 1 or np.cumsum(np.sort(tempered)[::-1])[-1] < 1):
                break
        cases.append((p, T, q))
    return [*cases, (random.permutation(EXACT), 1.0, 0.75)]


def _at_temperature(p, T):
    powered = p ** (1 / T)
    return powered / powered.sum()


def _count(p, q):
    return int(np.sum(np.cumsum(np.sort(p)[::-1]) < q)) + 1


def _keep(p, chosen):
    kept = np.zeros_like(p)
    kept[chosen] = p[chosen]
    with np.errstate(invalid="ignore"):  # nothing may be left
        return kept / kept.sum()


def _most_probable(p, count):
    return _keep(p, np.argsort(-p)[: max(count, 0)])


def _nucleus(p, q, more=0):
    return _most_probable(p, _count(p, q) + more)


def _to_the_power_T(p, T, q):
    return tame(p, 1 / T, q)


def _softmax_of_probabilities(p, T, q):
    return _nucleus(_softmax(p / T), q)


def _no_temperature(p, T, q):
    return _nucleus(p, q)


def _no_cut(p, T, q):
    return _at_temperature(p, T)


def _cut_before_scaling(p, T, q):
    return _nucleus(p ** (1 / T), q)


def _not_scaled_at_the_end(p, T, q):
    p = _at_temperature(p, T)
    return np.where(_nucleus(p, q) > 0, p, 0)


def _divided_by_q(p, T, q):
    return _not_scaled_at_the_end(p, T, q) / q


def _cut_first(p, T, q):
    return _at_temperature(_nucleus(p, q), T)


def _only_the_set_at_temperature(p, T, q):
    return _keep(p, tame(p, T, q) > 0)


def _one_too_few(p, T, q):
    return _nucleus(_at_temperature(p, T), q, -1)


def _not_beyond_q(p, T, q):
    p = _at_temperature(p, T)
    return _most_probable(p, int(np.sum(np.cumsum(np.sort(p)[::-1]) <= q)))


def _beyond_q(p, T, q):
    p = _at_temperature(p, T)
    return _most_probable(p, int(np.sum(np.cumsum(np.sort(p)[::-1]) <= q)) + 1)


def _first_that_reaches(p, T, q):
    p = _at_temperature(p, T)
    return _most_probable(p, int(np.argmax(np.cumsum(np.sort(p)[::-1]) >= q)) + 1)


def _first_of_a_list(p, T, q):
    p = _at_temperature(p, T)
    return _most_probable(p, int(np.flatnonzero(np.cumsum(np.sort(p)[::-1]) >= q)[0]) + 1)


def _one_too_many(p, T, q):
    return _nucleus(_at_temperature(p, T), q, 1)


def _the_least_probable(p, T, q):
    p = _at_temperature(p, T)
    order = np.argsort(p)
    return _keep(p, order[: int(np.sum(np.cumsum(p[order]) < q)) + 1])


def _by_rank(p, T, q):
    return np.sort(tame(p, T, q))[::-1]


def _mask_in_the_order_of_rank(p, T, q):
    p = _at_temperature(p, T)
    return _keep(p, np.arange(len(p)) < _count(p, q))


def _in_alphabetical_order(p, T, q):
    p = _at_temperature(p, T)
    return _keep(p, np.arange(int(np.sum(np.cumsum(p) < q)) + 1))


def _above_what_is_left(p, T, q):
    p = _at_temperature(p, T)
    return _keep(p, (p >= 1 - q) | (p == p.max()))


def _share_of_the_characters(p, T, q, whole=math.ceil):
    return _most_probable(_at_temperature(p, T), whole(q * len(p)))


def _always_as_many(p, T, q, count=3):
    return _most_probable(_at_temperature(p, T), count)


def _kept_alike(p, T, q):
    kept = tame(p, T, q) > 0
    return kept / kept.sum()


def _tamed_in_a_loop(p, T, q):
    """Right, from the most probable character on, until q is reached."""
    powered = [float(value) ** (1 / T) for value in p]
    powered = [value / sum(powered) for value in powered]
    kept, together = [0.0] * len(powered), 0.0
    for place in sorted(range(len(powered)), key=powered.__getitem__, reverse=True):
        if together >= q:
            break
        kept[place] = powered[place]
        together += powered[place]
    return [value / together for value in kept]


def _tamed_a_threshold(p, T, q):
    """Right: the softmax of log p / T, and all that are at least as probable as the last kept."""
    p = _softmax(np.log(p) / T)
    ranked = np.sort(p)[::-1]
    p = p * (p >= ranked[min(np.searchsorted(np.cumsum(ranked), q), len(p) - 1)])
    return (p / p.sum()).astype("float32")


def _tamed_what_stands_before(p, T, q):
    """Right: those before which less than q stands."""
    p = _at_temperature(p, T)
    before = (p[None] * (p[None] > p[:, None])).sum(axis=1)
    p = np.where(before < q, p, 0)
    return p / p.sum()


TAME = Exercise(
    reference=tame,
    cases=_bets,
    returns=("kept",),
    places={"kept": lambda place, *bet: f"for the character with id {place[0]}"},
    minutes=15,
    difficulty=2,
    hints=(
        "Temperature first: p ** (1 / T), divided by its sum. Then rank: order = np.argsort(-p) "
        "names the characters from the most probable on, p[order] are their probabilities.",
        "np.cumsum(p[order]) is what the first, the first two, the first three … have together. "
        "The number of those that are below q, and one more, is how many are kept.",
        "kept = np.zeros_like(p); kept[order[:count]] = p[order[:count]] leaves everything in its "
        "place and the others at zero. At the end kept / kept.sum().",
    ),
    mistakes=(
        Mistake(_to_the_power_T, (
            "The probabilities were raised to T. A low temperature has to make the probable more "
            "probable: is a square sharper, or a square root?")),
        Mistake(_softmax_of_probabilities, (
            "A softmax was taken of p / T. That is for scores. Which power of a probability is the "
            "same as its logarithm divided by T?")),
        Mistake(_no_temperature, (
            "This is what comes out without the temperature. What happens to p before anything is "
            "cut off?")),
        Mistake(_no_cut, (
            "The temperature is right, and nothing was cut off. Where does q enter?")),
        Mistake(_cut_before_scaling, (
            "The powers were added up before they were scaled to add up to 1. What is the sum of "
            "all of them, with which q is to be compared?")),
        Mistake(_not_scaled_at_the_end, (
            "The right characters are kept, and their probabilities add up to less than 1. What "
            "has to follow the cut?")),
        Mistake(_divided_by_q, (
            "What was kept was divided by q. Together they have at least q: how much exactly?")),
        Mistake(_cut_first, (
            "The cut came before the temperature. Which of the two changes how many characters it "
            "takes to reach q, and has to be done first here?")),
        Mistake(_only_the_set_at_temperature, (
            "The right characters are kept, with the probabilities that they had before the "
            "temperature. Does T change only which are kept, or also how probable they are?")),
        Mistake(_first_that_reaches, (
            "With q = 1 one character is left. Rounding leaves the sum of all just below 1, so "
            "that none reaches q, and np.argmax of all False is 0. How many are kept then?")),
        Mistake(_first_of_a_list, (
            "With q = 1 it stops: rounding leaves the sum of all just below 1, and among those "
            "that reach q there is no first. How many are kept then?")),
        Mistake(_beyond_q, (
            "Where the sum is exactly q, one character more is kept than is needed. Is q reached "
            "by what is equal to it, and is < or <= to be asked?")),
        Mistake(_not_beyond_q, (
            "Kept are those whose sum does not go beyond q, so that they have less than q "
            "together, except where they meet it exactly. Which one more is needed?")),
        Mistake(_one_too_few, (
            "The character with which q is reached was cut off as well. Do those that are left "
            "have q together?")),
        Mistake(_one_too_many, (
            "One character more was kept than is needed. When q is reached, who is still let in?")),
        Mistake(_the_least_probable, (
            "These are the least probable characters. From which end does np.argsort begin?")),
        Mistake(_by_rank, (
            "The numbers are right, and they stand in the order of their size. Whose probability "
            "is p[0]: that of the most probable character, or that of the character with id 0?")),
        Mistake(_mask_in_the_order_of_rank, (
            "As many as are needed are kept, and it is the first ones by id: the mask is in the "
            "order of rank, p in the order of ids. Through what does order[0] find its place?")),
        Mistake(_in_alphabetical_order, (
            "The probabilities were added up in the order of their ids. In which order does it "
            "take the fewest characters to reach q?")),
        Mistake(_above_what_is_left, (
            "Each character was asked by itself whether it has 1 - q. What is compared with q: a "
            "character's own probability, or what it has together with the more probable ones?")),
        Mistake(_share_of_the_characters, (
            "A share q of the characters was kept. Is q a share of their number, or of their "
            "probability?"),
            variants=tuple(partial(_share_of_the_characters, whole=w) for w in (int, round))),
        Mistake(_always_as_many, (
            "However large q is, as many characters are kept: that is top-k. Where the model is "
            "sure, how many does it take to reach q, and how many where it is not?"),
            variants=tuple(partial(_always_as_many, count=count) for count in (1, 2, 4, 5))),
        Mistake(_kept_alike, (
            "All that are kept became equally probable. How does a character that was twice as "
            "probable as another come out of the cut?")),
    ),
    alternatives=(_tamed_in_a_loop, _tamed_a_threshold, _tamed_what_stands_before),
)  # fmt: skip

EXERCISES = (BITS_PER_CHARACTER, TAME)
