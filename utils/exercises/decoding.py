"""Exercises of notebook 15: a step of beam search, the length penalty, BLEU's two halves."""

from __future__ import annotations

from collections import Counter

import numpy as np

from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------------- one step of a beam


def beam_step(scores, log_probabilities, width):
    """The best `width` continuations of all candidates: parents, words, scores, best first.

    `scores` (candidates,) are the log-probabilities of the candidates so far, and
    `log_probabilities` (candidates, vocabulary) those of each next word. Returned are three arrays
    (width,): which candidate is continued, by which word, and the log-probability of the whole.
    """
    totals = scores[:, None] + log_probabilities  # (candidates, vocabulary)
    places = np.argsort(-totals, axis=None)[:width]  # places in the table read as one row
    parents, words = np.divmod(places, totals.shape[1])
    return parents, words, totals[parents, words]


def _beam_cases(random):
    sizes = (1, 4, 2), (2, 4, 2), (3, 5, 3), (4, 7, 2), (3, 4, 5), (5, 8, 6)
    return [_candidates(random, *size) for size in sizes]


def _candidates(random, candidates, vocabulary, width):
    """Candidates, their next words, and how many of the continuations to keep."""
    scores = -np.sort(random.uniform(1, 3, candidates))
    logits = 2 * random.normal(size=(candidates, vocabulary))
    log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return scores, log_probabilities, width


def _ranked(totals, width):
    places = np.argsort(-totals, axis=None)[:width]
    return *np.divmod(places, totals.shape[1]), places


def _without_the_past(scores, log_probabilities, width):
    parents, words, _ = _ranked(log_probabilities, width)
    return parents, words, log_probabilities[parents, words]


def _best_word_of_each(scores, log_probabilities, width):
    words = log_probabilities.argmax(axis=1)
    totals = scores + log_probabilities.max(axis=1)
    parents = np.argsort(-totals)[:width]
    return parents, words[parents], totals[parents]


def _multiplied(scores, log_probabilities, width):
    totals = scores[:, None] * log_probabilities
    parents, words, _ = _ranked(totals, width)
    return parents, words, totals[parents, words]


def _worst_first(scores, log_probabilities, width):
    parents, words, totals = beam_step(scores, log_probabilities, width)
    return parents[::-1], words[::-1], totals[::-1]


def _least_probable(scores, log_probabilities, width):
    totals = scores[:, None] + log_probabilities
    parents, words, _ = _ranked(-totals, width)
    return parents, words, totals[parents, words]


def _flat_places(scores, log_probabilities, width):
    parents, words, totals = beam_step(scores, log_probabilities, width)
    return parents, parents * log_probabilities.shape[1] + words, totals


def _only_the_last_word(scores, log_probabilities, width):
    parents, words, _ = beam_step(scores, log_probabilities, width)
    return parents, words, log_probabilities[parents, words]


def _divided_by_candidates(scores, log_probabilities, width):
    totals = scores[:, None] + log_probabilities
    _, _, places = _ranked(totals, width)
    return places % len(scores), places // len(scores), totals.ravel()[places]


def _rows_by_candidates(scores, log_probabilities, width):
    totals = scores[:, None] + log_probabilities
    _, _, places = _ranked(totals, width)
    return places // len(scores), places % len(scores), totals.ravel()[places]


def _rows_by_candidates_read_again(scores, log_probabilities, width):
    totals = scores[:, None] + log_probabilities
    _, _, places = _ranked(totals, width)
    parents, words = np.divmod(places, len(scores))
    return parents, words, totals[parents, words]


def _rows_by_width(scores, log_probabilities, width):
    totals = scores[:, None] + log_probabilities
    _, _, places = _ranked(totals, width)
    return places // width, places % width, totals.ravel()[places]


def _rows_by_width_read_again(scores, log_probabilities, width):
    totals = scores[:, None] + log_probabilities
    _, _, places = _ranked(totals, width)
    parents, words = np.divmod(places, width)
    return parents, words, totals[parents, words]


def _beam_by_sorting(scores, log_probabilities, width):
    """Right, with a list of all continuations."""
    everything = [
        (score + value, parent, word)
        for parent, score in enumerate(scores)
        for word, value in enumerate(log_probabilities[parent])
    ]
    best = sorted(everything, reverse=True)[:width]
    return [p for _, p, _ in best], [w for _, _, w in best], [s for s, _, _ in best]


def _beam_by_unravelling(scores, log_probabilities, width):
    """Right, in single precision, with another way from places to rows and columns."""
    totals = np.float32(log_probabilities) + np.float32(scores).reshape(-1, 1)
    places = totals.ravel().argsort()[::-1][:width]
    parents, words = np.unravel_index(places, totals.shape)
    return parents, words, totals.flat[places]


BEAM_STEP = Exercise(
    reference=beam_step,
    cases=_beam_cases,
    returns=("parents", "words", "scores"),
    minutes=10,
    difficulty=2,
    hints=(
        "Logarithms of probabilities are added: scores[:, None] + log_probabilities is a table of "
        "every continuation of every candidate.",
        "All continuations compete with one another, not only those of one parent. "
        "np.argsort(-totals, axis=None) ranks the whole table as if it were one row.",
        "Place 7 in a table of 5 columns is row 1, column 2: np.divmod(places, vocabulary).",
    ),
    mistakes=(
        Mistake(_without_the_past, (
            "The candidates' own scores are not in it: a poor beginning competes as if it were a "
            "good one. What is the log-probability of a beginning and its next word together?")),
        Mistake(_best_word_of_each, (
            "Each candidate was continued by its best word only. May two of the best "
            "continuations have the same parent?")),
        Mistake(_multiplied, (
            "Scores and log-probabilities were multiplied. Probabilities are multiplied: what is "
            "done with their logarithms?")),
        Mistake(_worst_first, (
            "These are the right continuations, the worst of them first. In which order does "
            "np.argsort rank?")),
        Mistake(_least_probable, (
            "These are the least probable continuations. np.argsort puts the smallest first: "
            "of which numbers is the smallest wanted?")),
        Mistake(_flat_places, (
            "The words are places in the whole table. A word is a column: which remainder gives "
            "it?")),
        Mistake(_only_the_last_word, (
            "Parents and words are right, and the scores are those of the last word alone. The "
            "next step needs the log-probability of everything said so far: what is missing?")),
        Mistake(_divided_by_candidates, (
            "Places were divided by the number of candidates. How many places has one row of "
            "the table?")),
        Mistake(_rows_by_candidates, (
            "Places were divided by the number of candidates, and that is how many rows there are. "
            "How long is one row?"), (_rows_by_candidates_read_again,)),
        Mistake(_rows_by_width, (
            "Places were divided by the width, which is how many are kept. How long is one row of "
            "the table?"), (_rows_by_width_read_again,)),
    ),
    alternatives=(_beam_by_sorting, _beam_by_unravelling),
)  # fmt: skip

# --------------------------------------------------------------------------- the length penalty


def normalised(log_probability, length, alpha):
    """What finished candidates are compared by: log-probability / ((5 + length) / 6)^α.

    `log_probability` and `length` (candidates,), with [END] counted in both; `alpha` is a number.
    (Wu et al. 2016, equation 14, without the penalty on coverage.)
    """
    return log_probability / ((5 + length) / 6) ** alpha


def _penalty_cases(random):
    return [
        (-random.uniform(1, 20, size), random.integers(2, 30, size), alpha)
        for size, alpha in ((1, 0.6), (3, 1.0), (4, 0.3), (5, 2.0), (2, 0.0))
    ]


def _multiplied_by_penalty(log_probability, length, alpha):
    return log_probability * ((5 + length) / 6) ** alpha


def _plain_mean(log_probability, length, alpha):
    return log_probability / length


def _power_of_length(log_probability, length, alpha):
    return log_probability / length**alpha


def _not_divided_by_six(log_probability, length, alpha):
    return log_probability / (5 + length) ** alpha


def _alpha_outside(log_probability, length, alpha):
    with np.errstate(divide="ignore"):  # one of the cases has alpha = 0
        return log_probability / (alpha * (5 + length) / 6)


def _times_alpha(log_probability, length, alpha):
    return log_probability / ((5 + length) / 6) * alpha


def _power_of_all(log_probability, length, alpha):
    with np.errstate(invalid="ignore"):  # a negative number to the power 0.6
        return (log_probability / ((5 + length) / 6)) ** alpha


def _power_of_six_only(log_probability, length, alpha):
    return log_probability / ((5 + length) / 6**alpha)


def _power_of_six_without_brackets(log_probability, length, alpha):
    return log_probability / (5 + length) / 6**alpha


def _without_five(log_probability, length, alpha):
    return log_probability / (length / 6) ** alpha


def _alpha_forgotten(log_probability, length, alpha):
    return log_probability / ((5 + length) / 6)


def _only_length_by_six(log_probability, length, alpha):
    return log_probability / (5 + length / 6) ** alpha


def _power_above_only(log_probability, length, alpha):
    return log_probability / ((5 + length) ** alpha / 6)


def _subtracted(log_probability, length, alpha):
    return log_probability - ((5 + length) / 6) ** alpha


def _without_end(log_probability, length, alpha):
    return normalised(log_probability, length - 1, alpha)


def _powers_apart(log_probability, length, alpha):
    """Right, as the paper writes it: both parts to the power."""
    return np.array(log_probability) * 6**alpha / (5.0 + length) ** alpha


def _penalty_by_logarithms(log_probability, length, alpha):
    """Right, candidate by candidate, with a logarithm for the power; it returns a list."""
    pairs = zip(log_probability, length, strict=True)
    return [value * np.exp(-alpha * np.log((5 + size) / 6)) for value, size in pairs]


NORMALISED = Exercise(
    reference=normalised,
    cases=_penalty_cases,
    returns=("worth",),
    minutes=4,
    difficulty=1,
    hints=(
        "The penalty is a number for each candidate, ((5 + length) / 6) to the power alpha. Powers "
        "are written ** in Python.",
        "A log-probability is negative. Dividing it by a number above 1 brings it nearer to zero.",
    ),
    mistakes=(
        Mistake(_multiplied_by_penalty, (
            "Multiplied, long candidates fall further behind. What has to be done with a negative "
            "number to bring it nearer to zero?")),
        Mistake(_plain_mean, (
            "This is the plain mean for a word, whatever alpha is. Where does alpha enter?")),
        Mistake(_power_of_length, (
            "This is length to the power alpha. What are the 5 and the 6 of the formula for?")),
        Mistake(_not_divided_by_six, (
            "The 6 is missing: a candidate of length 1 shall keep its log-probability, so its "
            "penalty is 1. What is (5 + 1) divided by?")),
        Mistake(_alpha_outside, (
            "Alpha is a factor here, and it is an exponent in the formula. What happens to yours "
            "with alpha = 0, where nothing should change?"), (_times_alpha,)),
        Mistake(_power_of_all, (
            "The whole fraction was raised to the power alpha, and a negative number has no power "
            "such as 0.6. What alone does the formula raise to it?")),
        Mistake(_power_of_six_only, (
            "Only the 6 was raised to the power: in Python ** comes before /. Where do the "
            "brackets close?"), (_power_of_six_without_brackets,)),
        Mistake(_without_five, (
            "The 5 is missing: a candidate of length 1 shall keep its log-probability, so its "
            "penalty is 1. What has to be added to the length before it is divided by 6?")),
        Mistake(_alpha_forgotten, (
            "This is what comes out with alpha = 1, always. What is raised to the power alpha?")),
        Mistake(_only_length_by_six, (
            "The length alone was divided by 6. Which sum does the formula divide by it?")),
        Mistake(_power_above_only, (
            "Only 5 + length was raised to the power, and the 6 was not. Where do the brackets "
            "close?")),
        Mistake(_subtracted, (
            "The penalty was subtracted. The formula divides by it: for which candidates does "
            "that make a difference?")),
        Mistake(_without_end, (
            "Each length is one too small. [END] is said as well, and counted already: what "
            "needs to be taken off?")),
    ),
    alternatives=(_powers_apart, _penalty_by_logarithms),
)  # fmt: skip

# ------------------------------------------------------------------------ clipped n-gram counts


def clipped_counts(hypothesis, reference, n):
    """How many n-grams of a hypothesis are in the reference too, and how many it has.

    Both are lists of words. An n-gram is n words in a row. One that the hypothesis says more often
    than the reference counts as a match only as often as the reference says it.
    """
    said = Counter(tuple(hypothesis[i : i + n]) for i in range(len(hypothesis) - n + 1))
    wanted = Counter(tuple(reference[i : i + n]) for i in range(len(reference) - n + 1))
    matches = sum(min(count, wanted[ngram]) for ngram, count in said.items())
    return matches, sum(said.values())


TEXTS = (
    ("the the the the the the the", "the cat is on the mat", 1),
    ("the cat the cat on the mat", "the cat is on the mat", 2),
    ("a cat a cat a cat sat there", "there sat a cat and a cat sat too", 2),
    ("on the mat is the cat", "the cat is on the mat", 3),
    ("the cat is on the mat on the mat", "the cat is on the mat", 3),
    ("a cat on the mat", "the cat sat on the mat and the mat was wet", 1),
    ("the cat", "the cat is on the mat", 4),
)
"""Hypothesis, reference and n; the second repeats itself, of the last but one the reference does,
the last is shorter than n."""


def _count_cases(random):
    cases = []
    for hypothesis, reference, n in TEXTS:
        names = {word: word for word in {*hypothesis.split(), *reference.split()}}
        nouns = random.choice(["cat", "dog", "bird", "horse"], 1)
        names["cat"] = str(nouns[0])
        said, wanted = ([names[word] for word in t.split()] for t in (hypothesis, reference))
        cases.append((said, wanted, n))
    return cases


def _ngrams(words, n):
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def _not_clipped(hypothesis, reference, n):
    said, wanted = _ngrams(hypothesis, n), {*_ngrams(reference, n)}
    return sum(ngram in wanted for ngram in said), len(said)


def _each_once(hypothesis, reference, n):
    said = _ngrams(hypothesis, n)
    return len({*said} & {*_ngrams(reference, n)}), len(said)


def _as_often_as_wanted(hypothesis, reference, n):
    said, wanted = {*_ngrams(hypothesis, n)}, _ngrams(reference, n)
    return sum(ngram in said for ngram in wanted), len(_ngrams(hypothesis, n))


def _changed_places(hypothesis, reference, n):
    matches, total = clipped_counts(hypothesis, reference, n)
    return total, matches


def _total_of_kinds(hypothesis, reference, n):
    return clipped_counts(hypothesis, reference, n)[0], len({*_ngrams(hypothesis, n)})


def _total_of_reference(hypothesis, reference, n):
    return clipped_counts(hypothesis, reference, n)[0], len(_ngrams(reference, n))


def _total_by_length(hypothesis, reference, n):
    return clipped_counts(hypothesis, reference, n)[0], len(hypothesis) - n + 1


def _one_too_few(hypothesis, reference, n):
    said, wanted = (Counter(_ngrams(words, n)[:-1]) for words in (hypothesis, reference))
    return (said & wanted).total(), said.total()


def _runs_over_the_end(hypothesis, reference, n):
    said, wanted = (
        Counter(tuple(words[i : i + n]) for i in range(len(words)))
        for words in (hypothesis, reference)
    )
    return (said & wanted).total(), said.total()


def _single_words(hypothesis, reference, n):
    return clipped_counts(hypothesis, reference, 1)


def _precision(hypothesis, reference, n):
    matches, total = clipped_counts(hypothesis, reference, n)
    return (matches / total if total else 0), total


def _with_intersection(hypothesis, reference, n):
    """Right, with Counter's own minimum."""
    said, wanted = Counter(_ngrams(hypothesis, n)), Counter(_ngrams(reference, n))
    return (said & wanted).total(), said.total()


def _by_crossing_out(hypothesis, reference, n):
    """Right, each match crossed out of the reference's list."""
    said, left = _ngrams(hypothesis, n), _ngrams(reference, n)
    matches = 0
    for ngram in said:
        if ngram in left:
            left.remove(ngram)
            matches += 1
    return np.array(matches), len(said)


def _numbers(counts, hypothesis, reference, n):
    if not hasattr(counts, "__len__") or len(counts) != 2:
        raise ValueError("two numbers are asked for, matches and total")
    matches, total = counts
    return np.asarray(matches), np.asarray(total)


CLIPPED_COUNTS = Exercise(
    reference=clipped_counts,
    cases=_count_cases,
    returns=("matches", "total"),
    observe=_numbers,
    minutes=10,
    difficulty=2,
    hints=(
        "The n-grams of a list of words are words[i : i + n] for i from 0 to len(words) - n, that "
        "included. A list cannot be counted, a tuple can: tuple(words[i : i + n]).",
        "Counter(…) of both sides says how often each n-gram occurs. One that was never seen "
        "counts 0.",
        "For each n-gram of the hypothesis the smaller of the two counts is the number of matches. "
        "The total is the number of n-grams that the hypothesis has.",
    ),
    mistakes=(
        Mistake(_not_clipped, (
            "Matches are not clipped: who says 'the' seven times is right seven times. How often "
            "does the reference say it?")),
        Mistake(_as_often_as_wanted, (
            "Each n-gram that was said counts as often as the reference has it. If it was said "
            "once and the reference has it twice, how many matches are that?")),
        Mistake(_changed_places, (
            "Both are right, in the other order: the total came first. Which order does the "
            "docstring ask for?")),
        Mistake(_each_once, (
            "Each kind of n-gram matches once only. If both sides say it twice, how many matches "
            "are that?")),
        Mistake(_total_of_kinds, (
            "The matches are right, and the total counts each kind once. How many n-grams has the "
            "hypothesis, repeated ones included?")),
        Mistake(_total_of_reference, (
            "The matches are right, and the total is the reference's. Precision asks what share of "
            "that which was said is right: whose n-grams are counted?")),
        Mistake(_total_by_length, (
            "The total is a count below zero where a text has fewer than n words. How many n-grams "
            "has it then?")),
        Mistake(_one_too_few, (
            "The last n-gram of each side is missing. At which place does it begin?")),
        Mistake(_runs_over_the_end, (
            "At the end of the lists there are pieces with fewer than n words. At which place "
            "does the last whole n-gram begin?")),
        Mistake(_single_words, (
            "Single words were counted, whatever n is. Where does n enter?")),
        Mistake(_precision, (
            "The first of the two is a share. BLEU adds up counts over all sentences before it "
            "divides: which numbers does it need?")),
    ),
    alternatives=(_with_intersection, _by_crossing_out),
)  # fmt: skip

# --------------------------------------------------------------------------- the brevity penalty


def brevity_penalty(hypothesis_length, reference_length):
    """BLEU's factor for too short a text: 1, or e^(1 - reference / hypothesis) where shorter.

    Both are numbers of words, of the whole corpus. A hypothesis without words gets 0.
    """
    if hypothesis_length >= reference_length:
        return 1.0
    if hypothesis_length == 0:
        return 0.0
    return float(np.exp(1 - reference_length / hypothesis_length))


def _brevity_cases(random):
    long = int(random.integers(30, 60))
    return [(9, 12), (12, 12), (15, 12), (long, 2 * long), (0, 7), (long + 5, long)]


def _rewards_length(hypothesis_length, reference_length):
    return float(np.exp(1 - reference_length / hypothesis_length)) if hypothesis_length else 0.0


def _upside_down(hypothesis_length, reference_length):
    if hypothesis_length >= reference_length:
        return 1.0
    return float(np.exp(1 - hypothesis_length / reference_length))


def _plain_ratio(hypothesis_length, reference_length):
    return min(1.0, hypothesis_length / reference_length)


def _punishes_length(hypothesis_length, reference_length):
    if hypothesis_length <= reference_length:
        return 1.0
    return float(np.exp(1 - hypothesis_length / reference_length))


def _compared_the_other_way(hypothesis_length, reference_length):
    if hypothesis_length <= reference_length:
        return 1.0
    return float(np.exp(1 - reference_length / hypothesis_length))


def _opposite_sign(hypothesis_length, reference_length):
    if hypothesis_length >= reference_length:
        return 1.0
    return float(np.exp(reference_length / hypothesis_length - 1)) if hypothesis_length else 0.0


def _all_divided(hypothesis_length, reference_length):
    if hypothesis_length >= reference_length:
        return 1.0
    return float(np.exp((1 - reference_length) / hypothesis_length)) if hypothesis_length else 0.0


def _exponent_itself(hypothesis_length, reference_length):
    if hypothesis_length >= reference_length:
        return 1.0
    return 1 - reference_length / hypothesis_length if hypothesis_length else 0.0


def _without_one(hypothesis_length, reference_length):
    if hypothesis_length >= reference_length:
        return 1.0
    return float(np.exp(-reference_length / hypothesis_length)) if hypothesis_length else 0.0


def _nothing_is_perfect(hypothesis_length, reference_length):
    return brevity_penalty(hypothesis_length, reference_length) if hypothesis_length else 1.0


def _divides_by_zero(hypothesis_length, reference_length):
    return min(1.0, float(np.exp(1 - reference_length / int(hypothesis_length))))


def _as_a_minimum(hypothesis_length, reference_length):
    """Right, without a branch for the long ones."""
    if not hypothesis_length:
        return 0
    return np.exp(min(0.0, 1 - reference_length / hypothesis_length))


def _with_infinity(hypothesis_length, reference_length):
    """Right, with infinity where nothing was said."""
    ratio = reference_length / hypothesis_length if hypothesis_length else np.inf
    return np.float32(np.exp(1 - ratio)) if ratio > 1 else 1


def _number(penalty, hypothesis_length, reference_length):
    return (np.asarray(penalty),)


BREVITY_PENALTY = Exercise(
    reference=brevity_penalty,
    cases=_brevity_cases,
    returns=("penalty",),
    observe=_number,
    minutes=4,
    difficulty=1,
    hints=(
        "There are three cases: long enough, too short, and nothing said at all.",
        "Where it is shorter, reference / hypothesis is above 1, so that 1 minus it is negative "
        "and np.exp of that is below 1.",
    ),
    mistakes=(
        Mistake(_rewards_length, (
            "A text longer than the reference gets a factor above 1. What does the formula say of "
            "these?")),
        Mistake(_upside_down, (
            "A short text is rewarded: your factor is above 1. Which of the two lengths stands "
            "above the fraction line?")),
        Mistake(_plain_ratio, (
            "This is the plain ratio of the lengths. The formula has an exponential: what is its "
            "exponent?")),
        Mistake(_punishes_length, (
            "Long texts are punished and short ones are not. Which does precision punish already, "
            "and which does it not?")),
        Mistake(_compared_the_other_way, (
            "The comparison is the other way round: short texts get 1, and long ones more than 1. "
            "Where is the factor to be below 1?")),
        Mistake(_opposite_sign, (
            "A short text is rewarded: the exponent has the opposite sign. Is 1 - r/h above or "
            "below 0 where h is the smaller?")),
        Mistake(_all_divided, (
            "The exponent here is (1 - r) / h. Which part of 1 - r/h is divided?")),
        Mistake(_exponent_itself, (
            "This is the exponent, which is negative for a short text. What is raised to it?")),
        Mistake(_without_one, (
            "At equal lengths the exponent has to be 0, so that the factor does not jump. What is "
            "missing in 1 - reference / hypothesis?")),
        Mistake(_nothing_is_perfect, (
            "Who says nothing at all gets the full factor. To what does e^(1 - r/h) go as h "
            "goes to 0?")),
        Mistake(_divides_by_zero, (
            "With a hypothesis of no words there is a division by zero. What should come out "
            "then?")),
    ),
    alternatives=(_as_a_minimum, _with_infinity),
)  # fmt: skip

EXERCISES = (BEAM_STEP, NORMALISED, CLIPPED_COUNTS, BREVITY_PENALTY)
