"""Problem set 2, architectures at work: pooling, losses of words, conditions, chances.

Three variants. Where their mathematics differs there is a reference for each, `_pooled_1` to
`_pooled_3`; what can be wrong is put in by functions beside them.
"""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_cases import slips
from utils.exercises.sets import Part, Question

VARIANTS = (1, 2, 3)
WITHOUT = ("baselines", "decoding", "metrics")
QUESTIONS = (Question("in_words", 8.0),)

# -------------------------------------------------------------------------- from states to a vector


def _pooled_1(states, mask, n):
    pooled = []
    for row, real in zip(states, mask, strict=True):
        largest = np.sort(row[real], axis=0)[-n:]  # (n or fewer, units): each unit by itself
        pooled.append(largest.mean(axis=0))
    return np.array(pooled)


def _pooled_2(states, mask, n):
    return np.array([row[real][-n:].mean(axis=0) for row, real in zip(states, mask, strict=True)])


def _pooled_3(states, mask, n):
    pooled = []
    for row, real in zip(states, mask, strict=True):
        last = row[real][-n:]  # (n or fewer, units)
        weights = np.arange(n - len(last), n) + 1.0  # the last one has n
        pooled.append(weights @ last / weights.sum())
    return np.array(pooled)


POOLED = {1: _pooled_1, 2: _pooled_2, 3: _pooled_3}


def _pooled_cases(random):
    cases = []
    for batch, time, units, n in ((1, 3, 1, 2), (3, 6, 2, 2), (2, 5, 4, 3), (4, 9, 3, 4)):
        lengths = random.integers(n + 1, time + 1, batch) if time > n + 1 else np.full(batch, time)
        steps = np.arange(time)
        mask = steps < lengths[:, None]  # padding behind
        if batch > 1:
            lengths[0], lengths[1] = n - 1, time - 1  # one with fewer than n, one padded in front
            mask = steps < lengths[:, None]
            mask[1] = steps >= 1
        cases.append((random.normal(size=(batch, time, units)), mask, n))
    return cases


_POOLED_SLIPS = {
    variant: (
        ("padding_always_behind",
         "The first steps were taken for the real ones, as many as there are. Where does the "
         "padding stand in the second review?", "row[real]", "row[: real.sum()]"),
        ("padding_always_in_front",
         "The last steps were taken for the real ones, as many as there are. Where does the "
         "padding stand in the first review?", "row[real]", "row[-real.sum() :]"),
        ("last_one_left_out",
         "The end of the slice left out the last one. Which slice goes up to the end?",
         "[-n:]", "[-n:-1]", "[-n:]", "[-n - 1 : -1]"),
        *({
            1: (("sorted_across_the_units", "Each state was sorted by itself. Along which axis "
                 "does one find the largest values of a unit?",
                 "np.sort(row[real], axis=0)", "np.sort(row[real], axis=1)"),
                ("largest_in_size", "The values were taken without their signs. Which of -2 and 1 "
                 "is the larger?", "np.sort(row[real]", "np.sort(np.abs(row[real])")),
            2: (("maximum", "The maximum of the last states was taken. What is asked for of them?",
                 "mean(axis=0)", "max(axis=0)"),),
            3: (("weights_turned_round", "The weights run the wrong way along the last states. "
                 "Which of them has the largest one?", "weights @ last", "weights[::-1] @ last"),
                ("first_states", "The first real states were taken. Which ones know most of the "
                 "review?", "row[real][-n:]", "row[real][:n]"),
                ("weights_from_one",
                 "In a short review the weights begin with 1. Which weight has the last state, "
                 "always?", "np.arange(n - len(last), n)", "np.arange(len(last))"),
                ("weights_one_too_small", "Each weight is one too small. Which one has the last "
                 "state?", "np.arange(n - len(last), n) + 1.0", "np.arange(n - len(last), n)"),
                ("divided_by_the_number", "The weighted sum was divided by a number of states. By "
                 "what is a weighted mean divided?", "weights.sum()", "n",
                 "weights.sum()", "len(last)")),
        }[variant]),
    )
    for variant in VARIANTS
}  # fmt: skip


def _pooled(variant):
    right = POOLED[variant]

    def padding_too(states, mask, n):
        return right(states, np.ones_like(mask), n)

    def zeros_for_padding(states, mask, n):
        return right(states * mask[:, :, None], np.ones_like(mask), n)

    def other_end(states, mask, n):
        if variant == 1:
            return -right(-states, mask, n)
        return right(states[:, ::-1], mask[:, ::-1], n)

    def always_by_n(states, mask, n):
        real = np.minimum(mask.sum(axis=1), n)[:, None]
        if variant == 3:
            return right(states, mask, n) * (real * (2 * n - real + 1)) / (n * (n + 1))
        return right(states, mask, n) * real / n

    def one_state_only(states, mask, n):
        return right(states, mask, 1)

    def all_real(states, mask, n):
        return _pooled_2(states, mask, mask.shape[1])

    def a_sum(states, mask, n):
        real = np.minimum(mask.sum(axis=1), n)[:, None]
        size = real * (2 * n - real + 1) / 2 if variant == 3 else real
        return right(states, mask, n) * size

    def in_float32(states, mask, n):
        return right(states.astype("float32"), mask, n)

    def one_by_one(states, mask, n):
        return [right(row[None], real[None], n)[0].tolist()
                for row, real in zip(states, mask, strict=True)]  # fmt: skip

    end = {
        1: "These are the means of the smallest. Which end of a sorted array has the largest?",
        2: "The first real states were taken. Which ones know most of the review?",
        3: "The weights run the wrong way: the first states count most. Which one has weight n?",
    }[variant]  # fmt: skip
    last = {
        1: "np.sort(row[real], axis=0)[-n:].mean(axis=0), for each row of the batch.",
        2: "row[real][-n:].mean(axis=0), for each row of the batch.",
        3: "last = row[real][-n:]; weights = np.arange(n - len(last), n) + 1; then weights @ last "
           "/ weights.sum().",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="pooled",
        cases=_pooled_cases,
        returns=("pooled",),
        minutes=15,
        difficulty=1,
        hints=(
            "A loop over the batch is fine: row[real], with row = states[b] and real = mask[b], "
            "are the real states of one review, in their order, wherever its padding stands.",
            "A slice [-n:] takes the last n of an array, or all where there are fewer.",
            last,
        ),
        mistakes=(
            Mistake(padding_too, (
                "Padding was counted. What does the state at a padded step know, that a review "
                "should be judged by it?")),
            Mistake(zeros_for_padding, (
                "Padded states were set to zero, and counted. Is a zero the same as nothing?")),
            Mistake(other_end, end),
            Mistake(always_by_n, (
                "Short reviews were divided as if they had n real states. How many weights do they "
                "have?")),
            Mistake(one_state_only, (
                "Only one state was taken. What does n say?")),
            Mistake(all_real, (
                "This is the mean of all real states, that of notebook 4. Which of them count "
                "here?")),
            Mistake(a_sum, (
                "The states were added up, and a mean is asked for. By what is it divided?")),
            *slips(right, _POOLED_SLIPS[variant]),
        ),
        alternatives=(in_float32, one_by_one),
    )  # fmt: skip


# ----------------------------------------------------------------------------- the loss of words


def _word_losses_1(scores, ids, mask, eps):
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)  # (batch, time, words)
    right = np.take_along_axis(p, ids[:, :, None], axis=-1)[:, :, 0]
    losses = (1 - eps) * -np.log(right) + eps * np.mean(-np.log(p), axis=-1)
    return losses * mask, (losses * mask).sum() / mask.sum()


def _word_losses_2(scores, ids, mask, gamma):
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)  # (batch, time, words)
    right = np.take_along_axis(p, ids[:, :, None], axis=-1)[:, :, 0]
    losses = (1 - right) ** gamma * -np.log(right)
    return losses * mask, (losses * mask).sum() / mask.sum()


def _word_losses_3(scores, ids, mask, alpha):
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)  # (batch, time, words)
    right = np.take_along_axis(p, ids[:, :, None], axis=-1)[:, :, 0]
    lengths = mask.sum(axis=1, keepdims=True)  # (batch, 1)
    losses = -np.log(right) * mask / lengths**alpha
    return losses, losses.sum() / len(ids)


WORD_LOSSES = {1: _word_losses_1, 2: _word_losses_2, 3: _word_losses_3}


def _losses_cases(variant):
    def cases(random):
        found = []
        for batch, time, words in ((1, 2, 2), (2, 3, 4), (3, 5, 6), (4, 4, 3), (2, 6, 5)):
            mask = np.arange(time) < random.integers(1, time + 1, batch)[:, None]
            if batch > 1:
                mask[0], mask[1] = np.arange(time) < 2, True  # of two lengths, whatever was drawn
            x = {1: random.uniform(0.1, 0.4), 2: random.uniform(1.5, 3),
                 3: random.uniform(0.4, 0.8)}[variant]  # fmt: skip
            scores = random.normal(0, 1.5, (batch, time, words))
            found.append((scores, random.integers(0, words, (batch, time)), mask, float(x)))
        return found

    return cases


def _softmax(scores, axis=-1):
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


_LOSSES_ALL = (
    ("sign", "The logarithm of a chance is negative. Which sign has a loss?",
     "-np.log(right)", "np.log(right)"),
    ("chance_of_being_wrong", "The logarithm is that of 1 - q. Of which chance does the text have "
     "it?", "-np.log(right)", "-np.log(1 - right)"),
    ("likeliest_word", "The chance of the likeliest word was taken. Of which word is it asked "
     "for?", "np.take_along_axis(p, ids[:, :, None], axis=-1)[:, :, 0]", "p.max(axis=-1)"),
)  # fmt: skip
_OF_SENTENCES = (
    ("mean_of_the_sentences", "The losses are right, and `loss` is the mean of the sentences' "
     "means. Of what does the text want the mean?", "(losses * mask).sum() / mask.sum()",
     "((losses * mask).sum(axis=1) / mask.sum(axis=1)).mean()"),
    ("divided_by_the_sentences", "The losses are right, and their sum was divided by the number "
     "of sentences. By which number is it divided?", "/ mask.sum()", "/ len(ids)"),
)  # fmt: skip
_LOSSES_SLIPS = {
    1: (
        ("added_to_the_whole", "The right word keeps its whole target, and ε is added. What do the "
         "shares of a target add up to?", "(1 - eps) * -np.log(right)", "-np.log(right)"),
        ("sum_over_the_words", "The share ε has the sum over all words. Sum, or mean?",
         "np.mean(-np.log(p)", "np.sum(-np.log(p)"),
        ("others_only", "ε goes to the other words only. Which words does the text give it to?",
         "np.mean(-np.log(p), axis=-1)",
         "(np.sum(-np.log(p), axis=-1) + np.log(right)) / (p.shape[-1] - 1)"),
        ("shares_exchanged", "ε and 1 - ε are exchanged. Which share is small?",
         "(1 - eps) * -np.log(right) + eps *", "eps * -np.log(right) + (1 - eps) *"),
        ("logarithm_of_the_mean", "The mean was taken before the logarithm. Of what does the "
         "formula have the mean?", "np.mean(-np.log(p), axis=-1)", "-np.log(np.mean(p, axis=-1))"),
        *_OF_SENTENCES, *_LOSSES_ALL,
    ),
    2: (
        ("known_counts_more", "What is known already counts more here. Is the factor q^γ, or "
         "another one?", "(1 - right) ** gamma", "right ** gamma"),
        ("power_inside", "The power stands inside the bracket. What is raised to it?",
         "(1 - right) ** gamma", "(1 - right**gamma)"),
        ("times_gamma", "γ multiplies, and should be a power. Where does it stand in the formula?",
         "(1 - right) ** gamma", "(1 - right) * gamma"),
        *_OF_SENTENCES, *_LOSSES_ALL,
    ),
    3: (
        ("times_alpha", "α multiplies, and should be a power. Where does it stand in the formula?",
         "lengths**alpha", "(lengths * alpha)"),
        ("length_forgotten", "The length of a sentence plays no part. By what does the formula "
         "divide the loss of a word?", "/ lengths**alpha", ""),
        ("other_power", "The length is raised to 1 - α. To which power does the formula raise it?",
         "lengths**alpha", "lengths ** (1 - alpha)"),
        ("padding_in_the_lengths", "Padding was counted in the lengths. How many words has a "
         "sentence?", "mask.sum(axis=1, keepdims=True)", "mask.shape[1]"),
        ("one_length_for_all", "All sentences have one length here, that of the batch. Along which "
         "axis is the mask added up?", "mask.sum(axis=1, keepdims=True)", "mask.sum()"),
        ("divided_by_the_words", "The losses are right, and their sum was divided by the words. By "
         "which number is it divided?", "/ len(ids)", "/ mask.sum()"),
        ("multiplied", "The length multiplies the loss. Should a word of a long sentence count "
         "more, or less?", "/ lengths**alpha", "* lengths**alpha"),
        *_LOSSES_ALL,
    ),
}  # fmt: skip


def _word_losses(variant):
    right = WORD_LOSSES[variant]

    def padding_too(scores, ids, mask, x):
        return right(scores, ids, np.ones_like(mask), x)

    def padding_in_the_mean(scores, ids, mask, x):
        losses, _ = right(scores, ids, mask, x)
        return losses, losses.mean()

    def plain(scores, ids, mask, x):
        return right(scores, ids, mask, 1.0 if variant == 3 else 0.0)

    def no_softmax(scores, ids, mask, x):
        return right(np.log(1 / (1 + np.exp(-scores))), ids, mask, x)

    def added_up(scores, ids, mask, x):
        losses, _ = right(scores, ids, mask, x)
        return losses, losses.sum()

    def in_bits(scores, ids, mask, x):
        return tuple(part / np.log(2) for part in right(scores, ids, mask, x))

    def over_time(scores, ids, mask, x):
        return right(np.log(_softmax(scores, axis=1)), ids, mask, x)

    def not_zeroed(scores, ids, mask, x):
        if variant == 3:
            p = np.take_along_axis(_softmax(scores), ids[:, :, None], axis=-1)[:, :, 0]
            losses = -np.log(p) / mask.sum(axis=1, keepdims=True) ** x
        else:
            losses, _ = right(scores, ids, np.ones_like(mask), x)
        return losses, right(scores, ids, mask, x)[1]

    def in_float32(scores, ids, mask, x):
        return list(right(scores.astype("float32"), ids, mask.astype("float32"), x))

    def by_log_sum(scores, ids, mask, x):
        logs = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        return right(logs, ids, mask, x)

    without = {
        1: "This is the plain loss: nothing was smoothed. Which share of the target goes to all "
           "words alike?",
        2: "This is the plain loss: sure answers count like all others. By what is each loss "
           "multiplied?",
        3: "Each sentence was divided by its whole length. To which power is the length raised?",
    }[variant]  # fmt: skip
    line = {
        1: "losses = (1 - eps) * -np.log(right) + eps * np.mean(-np.log(p), axis=-1)",
        2: "losses = (1 - right) ** gamma * -np.log(right)",
        3: "losses = -np.log(right) * mask / mask.sum(axis=1, keepdims=True) ** alpha",
    }[variant]  # fmt: skip
    divided = {1: "the number of real words, mask.sum()", 2: "the number of real words, mask.sum()",
               3: "the number of sentences"}[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="word_losses",
        cases=_losses_cases(variant),
        returns=("losses", "loss"),
        minutes=20,
        difficulty=2,
        hints=(
            "First a softmax over the words, the last axis: p. The chance of the right word, "
            "(batch, time), is np.take_along_axis(p, ids[:, :, None], axis=-1)[:, :, 0].",
            f"Multiply by the mask before anything is added up; divide the sum by {divided}.",
            line + ".",
        ),
        mistakes=(
            Mistake(padding_too, (
                "Padding costs something here. What is the right word where there is no word?")),
            Mistake(padding_in_the_mean, (
                "The losses are right; the mean counts padded places as if they were words that "
                "cost nothing. By what is the sum divided?")),
            Mistake(plain, without),
            Mistake(no_softmax, (
                "Each score was made a probability by itself, with a sigmoid. Which function "
                "shares out one whole among all words?")),
            Mistake(added_up, (
                "The losses are right, and their sum was returned. What is it divided by?")),
            Mistake(in_bits, (
                "The logarithm has base 2, which counts bits. Which one counts nats?")),
            Mistake(over_time, (
                "The softmax ran over the steps. Among what is the whole shared out at a step?")),
            Mistake(not_zeroed, (
                "The loss is right, but `losses` are not zero at padded places. What do they cost?"
            )),
            *slips(right, _LOSSES_SLIPS[variant]),
        ),
        alternatives=(in_float32, by_log_sum),
    )  # fmt: skip


# ------------------------------------------------------------------------------ and its gradient


def _score_gradient_1(scores, ids, mask, eps):
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)  # (batch, time, words)
    words = scores.shape[-1]
    target = (1 - eps) * np.eye(words)[ids] + eps / words
    return (p - target) * mask[:, :, None] / mask.sum()


def _score_gradient_2(scores, ids, mask, gamma):
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)  # (batch, time, words)
    right = np.take_along_axis(p, ids[:, :, None], axis=-1)  # (batch, time, 1)
    factor = (1 - right) ** gamma - gamma * right * (1 - right) ** (gamma - 1) * np.log(right)
    return factor * (p - np.eye(scores.shape[-1])[ids]) * mask[:, :, None] / mask.sum()


def _score_gradient_3(scores, ids, mask, alpha):
    p = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = p / p.sum(axis=-1, keepdims=True)  # (batch, time, words)
    lengths = mask.sum(axis=1)[:, None, None]  # (batch, 1, 1)
    return (p - np.eye(scores.shape[-1])[ids]) * mask[:, :, None] / lengths**alpha / len(ids)


SCORE_GRADIENT = {1: _score_gradient_1, 2: _score_gradient_2, 3: _score_gradient_3}


def _score_gradient(variant):
    right = SCORE_GRADIENT[variant]

    def not_divided(scores, ids, mask, x):
        return right(scores, ids, mask, x) * (len(ids) if variant == 3 else mask.sum())

    def by_all_places(scores, ids, mask, x):
        return not_divided(scores, ids, mask, x) / mask.size

    def padding_too(scores, ids, mask, x):
        if variant == 3:
            found = right(scores, ids, np.ones_like(mask), 0.0)
            return found / mask.sum(axis=1)[:, None, None] ** x
        return right(scores, ids, np.ones_like(mask), x) * mask.size / mask.sum()

    def turned(scores, ids, mask, x):
        return -right(scores, ids, mask, x)

    def plain(scores, ids, mask, x):
        return right(scores, ids, mask, 1.0 if variant == 3 else 0.0)

    def length_forgotten(scores, ids, mask, x):
        return right(scores, ids, mask, 0.0)

    def target_forgotten(scores, ids, mask, x):
        each = _softmax(scores) * mask[:, :, None]
        if variant == 3:
            return each / mask.sum(axis=1)[:, None, None] ** x / len(ids)
        if variant == 2:
            q = np.take_along_axis(_softmax(scores), ids[:, :, None], axis=-1)
            each = each * ((1 - q) ** x - x * q * (1 - q) ** (x - 1) * np.log(q))
        return each / mask.sum()

    def nearly(scores, ids, mask, x):
        """The mistake that is a variant's own."""
        p, words = _softmax(scores), scores.shape[-1]
        one = np.eye(words)[ids]
        if variant == 1:  # the other words share ε, and the right one gets none of it
            target = (1 - x) * one + x / (words - 1) * (1 - one)
            return (p - target) * mask[:, :, None] / mask.sum()
        if variant == 2:  # the factor taken for a constant
            q = np.take_along_axis(p, ids[:, :, None], axis=-1)
            return (1 - q) ** x * (p - one) * mask[:, :, None] / mask.sum()
        lengths = np.full((len(ids), 1, 1), mask.shape[1])  # padding counted
        return (p - one) * mask[:, :, None] / lengths**x / len(ids)

    nearly.__name__ = {  # what the teacher's summary calls it
        1: "smoothed_to_the_others_only", 2: "factor_held_constant", 3: "padding_in_the_lengths",
    }[variant]  # fmt: skip

    def in_float32(scores, ids, mask, x):
        return right(scores.astype("float32"), ids, mask.astype("float32"), x)

    def by_differences(scores, ids, mask, x):
        found, loss = np.zeros_like(scores), WORD_LOSSES[variant]
        for place in np.ndindex(scores.shape):
            step = np.zeros_like(scores)
            step[place] = 1e-5
            up, down = (loss(scores + sign * step, ids, mask, x)[1] for sign in (1, -1))
            found[place] = (up - down) / 2e-5
        return found

    own = {
        1: "The share ε went to the other words only. The loss has the mean over *all* words: what "
           "does the right one get of it?",
        2: "The factor (1 - p)^γ was taken for a number that does not change. Does p not depend on "
           "the scores?",
        3: "Padding was counted in the lengths. How many words has a sentence?",
    }[variant]  # fmt: skip
    ignored = {
        1: "ε plays no part here: this is the gradient of the plain loss. What is the target now?",
        2: "γ plays no part here: this is the gradient of the plain loss. What does the factor "
           "change?",
        3: "Each sentence was divided by its whole length. To which power is it raised?",
    }[variant]  # fmt: skip
    way = {
        1: "The loss is a cross-entropy with the target (1 - ε) · one-hot + ε / words. What is the "
           "gradient of any cross-entropy for the scores?",
        2: "With q for the chance of the right word, the loss is -(1 - q)^γ ln q. Derive it for q "
           "first; and ∂q/∂score_j = q (one-hot_j - p_j).",
        3: "The plain gradient p - one-hot, divided by what the loss is divided by, for each "
           "sentence by itself.",
    }[variant]  # fmt: skip
    line = {
        1: "target = (1 - eps) * np.eye(words)[ids] + eps / words; then (p - target) * "
           "mask[:, :, None] / mask.sum().",
        2: "factor = (1 - q) ** gamma - gamma * q * (1 - q) ** (gamma - 1) * np.log(q); then "
           "factor * (p - one_hot) * mask[:, :, None] / mask.sum().",
        3: "(p - one_hot) * mask[:, :, None] / mask.sum(axis=1)[:, None, None] ** alpha / "
           "len(ids).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="score_gradient",
        cases=_losses_cases(variant),
        returns=("gradient",),
        minutes=30,
        difficulty=3,
        hints=(
            "For the plain loss of one word the gradient is p - one-hot: the chances, with 1 taken "
            "from that of the right word. np.eye(words)[ids] is the one-hot array.",
            way,
            line,
        ),
        mistakes=(
            Mistake(not_divided, (
                "This is the gradient of the sum. The loss is a mean: by what was it divided?")),
            Mistake(by_all_places, (
                "It was divided by all places, padding included. By what is the loss divided?")),
            Mistake(padding_too, (
                "Padded places have a gradient. Does the loss change with their scores?")),
            Mistake(turned, (
                "The sign is turned round. If the score of a wrong word grows, does the loss grow "
                "or fall?")),
            Mistake(plain, ignored),
            Mistake(target_forgotten, (
                "These are the chances; what is right plays no part. What is taken away from "
                "them?")),
            Mistake(nearly, own),
            *([Mistake(length_forgotten, (
                "The length of a sentence plays no part. By what does its loss divide a word?"))]
                if variant == 3 else []),
        ),
        alternatives=(in_float32, by_differences),
    )  # fmt: skip


# ------------------------------------------------------------------- where a condition enters


def _conditioned_1(x, v, W_x, W_h, b, U, V):
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        a = x[:, t] @ W_x + h @ W_h + b
        h = np.tanh((1 + v @ U) * a + v @ V)
        states.append(h)
    return np.stack(states, axis=1)


def _conditioned_2(x, v, W_x, W_h, b, U, V):
    h, states = np.tanh(v @ U), []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W_x + h @ W_h + b + v @ V / (t + 1))
        states.append(h)
    return np.stack(states, axis=1)


def _conditioned_3(x, v, W_x, W_h, b, U, V):
    gate = 1 / (1 + np.exp(-v @ U))  # (batch, units), between 0 and 1
    h, states = np.zeros((len(x), len(b))), []
    for t in range(x.shape[1]):
        h = gate * np.tanh(x[:, t] @ W_x + h @ W_h + b) + (1 - gate) * np.tanh(v @ V)
        states.append(h)
    return np.stack(states, axis=1)


CONDITIONED = {1: _conditioned_1, 2: _conditioned_2, 3: _conditioned_3}


def _conditioned_cases(random):
    cases = []
    for batch, time, features, size, units in (
        (1, 2, 1, 1, 1), (2, 3, 2, 3, 4), (3, 4, 3, 2, 3), (2, 6, 2, 2, 2),
    ):  # fmt: skip
        shapes = ((batch, time, features), (batch, size), (features, units), (units, units),
                  (units,), (size, units), (size, units))  # fmt: skip
        cases.append(tuple(0.9 * random.normal(size=shape) for shape in shapes))
    return cases


def _heard(variant, x, v, W_x, W_h, b, U, V, *, own=True, handed_on=True, first_only=False):
    """Any of the three, with places where a mistake can be put in."""
    zero = np.zeros((len(x), len(b)), x.dtype)
    h = begin = np.tanh(v @ U) if variant == 2 else zero
    states = []
    for t in range(x.shape[1]):
        here = 0 if first_only and t else 1
        a = x[:, t] @ W_x + (h if handed_on else begin) @ W_h + b
        if variant == 1:
            h = np.tanh((own + here * (v @ U)) * a + here * (v @ V)) if here else np.tanh(a)
        elif variant == 2:
            h = np.tanh(a + here * (v @ V) / (t + 1 if own else 1))
        else:
            gate = 1 / (1 + np.exp(-v @ U)) if here else 1.0
            rest = (1 - gate) if own else 1.0
            h = gate * np.tanh(a) + here * rest * np.tanh(v @ V)
        states.append(h)
    return np.stack(states, axis=1)


_CONDITIONED_SLIPS = {
    1: (
        ("shift_scaled_too", "The shift v V was scaled as well. What stands in the bracket that "
         "the factor multiplies?", "(1 + v @ U) * a + v @ V", "(1 + v @ U) * (a + v @ V)"),
        ("scale_only", "The shift is missing. What is added to the scaled sum?", " + v @ V)", ")"),
        ("shift_only", "The scale is missing. By what is the sum multiplied?",
         "(1 + v @ U) * a", "a"),
        ("outside_the_tanh", "The condition came after the tanh. What does the formula have inside "
         "it?", "np.tanh((1 + v @ U) * a + v @ V)", "(1 + v @ U) * np.tanh(a) + v @ V"),
    ),
    2: (
        ("one_step_off", "The condition is divided by a number that is one off. Which number has "
         "the first step in the formula?", "/ (t + 1)", "/ (t + 2)", "/ (t + 1)", "/ max(t, 1)"),
        ("halved_each_time", "The condition is halved at each step. Which shares does the text "
         "name for the second and the third?", "/ (t + 1)", "/ 2**t"),
        ("begins_without_tanh", "The first state has no tanh. Which formula stands at h_0?",
         "np.tanh(v @ U)", "v @ U"),
        ("begins_from_zero", "It begins from zeros. Which formula stands at h_0?",
         "np.tanh(v @ U)", "0 * (v @ U)"),
        ("outside_the_tanh", "The condition came after the tanh. What does the formula have inside "
         "it?", "+ v @ V / (t + 1))", ") + v @ V / (t + 1)"),
        ("first_state_returned", "There is one state too many, h_0. Which states does the "
         "docstring want?", "np.tanh(v @ U), []", "np.tanh(v @ U), [np.tanh(v @ U)]"),
    ),
    3: (
        ("gate_turned", "g and 1 - g are exchanged. Which of the two parts does g let through?",
         "np.exp(-v @ U)", "np.exp(v @ U)"),
        ("no_sigmoid", "The gate is no share between 0 and 1. Through which function does v U go?",
         "1 / (1 + np.exp(-v @ U))", "np.tanh(v @ U)", "1 / (1 + np.exp(-v @ U))", "v @ U"),
        ("condition_without_tanh", "v V has no tanh. What does the formula have around it?",
         "np.tanh(v @ V)", "(v @ V)"),
        ("old_state_kept", "What the gate does not let through is the last state here. What does "
         "the formula have there?", "np.tanh(v @ V)", "h"),
    ),
}  # fmt: skip


def _conditioned(variant):
    right = CONDITIONED[variant]

    def exchanged(x, v, W_x, W_h, b, U, V):
        return right(x, v, W_x, W_h, b, V, U)

    def no_condition(x, v, W_x, W_h, b, U, V):
        h, states = np.zeros((len(x), len(b))), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_x + h @ W_h + b)
            states.append(h)
        return np.stack(states, axis=1)

    def first_step_only(*case):
        return _heard(variant, *case, first_only=True)

    def its_own(*case):
        return _heard(variant, *case, own=False)

    its_own.__name__ = {  # what the teacher's summary calls it
        1: "factor_without_its_one", 2: "condition_does_not_fade", 3: "condition_comes_in_whole",
    }[variant]  # fmt: skip

    def never_handed_on(*case):
        return _heard(variant, *case, handed_on=False)

    def last_state(*case):
        return right(*case)[:, -1]

    def no_bias(x, v, W_x, W_h, b, U, V):
        return right(x, v, W_x, W_h, 0 * b, U, V)

    def in_float32(*case):
        return _heard(variant, *(part.astype("float32") for part in case))

    def one_by_one(x, v, *weights):
        pairs = zip(x, v, strict=True)
        return np.concatenate([right(one[None], c[None], *weights) for one, c in pairs])

    own = {
        1: "The sum was multiplied by v U alone, so that a condition of zeros silences the layer. "
           "What has the factor to be where v U is 0?",
        2: "The condition is as strong at the last step as at the first. By what is it divided at "
           "step t?",
        3: "The condition comes in whole, beside the gated step. Which share of the state is left "
           "for it?",
    }[variant]  # fmt: skip
    line = {
        1: "a = x[:, t] @ W_x + h @ W_h + b, then h = np.tanh((1 + v @ U) * a + v @ V).",
        2: "h = np.tanh(v @ U) before the first step; then, with t from 0, "
           "h = np.tanh(x[:, t] @ W_x + h @ W_h + b + v @ V / (t + 1)).",
        3: "gate = 1 / (1 + np.exp(-v @ U)), then h = gate * np.tanh(x[:, t] @ W_x + h @ W_h + b) "
           "+ (1 - gate) * np.tanh(v @ V).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="conditioned_layer",
        cases=_conditioned_cases,
        returns=("states",),
        time_axis=1,
        minutes=20,
        difficulty=2,
        hints=(
            "Begin with the plain layer of notebook 1: a state, a loop over the steps, a list. "
            "Then let the condition in.",
            "v @ U and v @ V have the shape (batch, units), that of a state: they are the same at "
            "every step, and can be worked out before the loop.",
            line,
        ),
        mistakes=(
            Mistake(exchanged, (
                "U and V are exchanged. Which of the two does the formula have where?")),
            Mistake(no_condition, (
                "This is the plain layer: v plays no part. Where does it enter?")),
            Mistake(first_step_only, (
                "The condition is heard at the first step only. At which steps does the formula "
                "have it?")),
            Mistake(its_own, own),
            Mistake(never_handed_on, (
                "Each step begins from the same state. What does the step before hand on?")),
            Mistake(last_state, (
                "Only the last state came back. Of which steps are states asked for?")),
            Mistake(no_bias, ("The bias b is missing. Where is it added?")),
            *slips(right, _CONDITIONED_SLIPS[variant]),
        ),
        alternatives=(in_float32, one_by_one),
    )  # fmt: skip


# ---------------------------------------------------------------------------- what may be drawn


def _cut_1(p, T, q):
    p = p ** (1 / T)
    p = p / p.sum()
    kept = np.where(p >= q * p.max(), p, 0.0)
    return kept / kept.sum()


def _cut_2(p, T, q):
    p = p ** (1 / T)
    p = p / p.sum()
    surprise = -np.log(p)
    entropy = np.sum(p * surprise)
    order = np.argsort(np.abs(surprise - entropy))  # the most typical first
    count = np.sum(np.cumsum(p[order]) < q) + 1  # the one that reaches q, too
    kept = np.zeros_like(p)
    kept[order[:count]] = p[order[:count]]
    return kept / kept.sum()


def _cut_3(p, T, q):
    p = p ** (1 / T)
    p = p / p.sum()
    entropy = -np.sum(p * np.log(p))
    least = min(q, np.sqrt(q) * np.exp(-entropy))
    kept = np.where((p >= least) | (p == p.max()), p, 0.0)
    return kept / kept.sum()


CUT = {1: _cut_1, 2: _cut_2, 3: _cut_3}


def _cut_cases(variant):
    low, high = {1: (0.1, 0.3), 2: (0.3, 0.6), 3: (0.05, 0.2)}[variant]

    def cases(random):
        found = []
        for characters, T in ((3, 1.0), (8, 0.6), (12, 1.5), (20, 0.8), (30, 1.3), (15, 0.7),
                              (25, 1.2), (10, 1.4), (60, 0.9), (80, 1.1)):  # fmt: skip
            p = np.exp(random.normal(0, 1.5, characters))
            found.append((p / p.sum(), T, float(random.uniform(low, high))))
        if variant == 3:  # where one is nearly sure, q itself is the smaller threshold
            found.append((random.permutation([0.9, 0.08, 0.015, 0.005]), 1.0, 0.06))
        return found

    return cases


_POWER = ("power_of_e", "The chances themselves stand in the exponent. To which power is each "
          "chance raised?", "p ** (1 / T)", "np.exp(p / T)")  # fmt: skip
_CUT_SLIPS = {
    1: (_POWER,),
    2: (
        _POWER,
        ("one_too_few", "The character with which q is reached is missing. What do those that are "
         "kept add up to, at least?", "< q) + 1", "< q)"),
    ),
    3: (
        _POWER,
        ("root_threshold_always", "The threshold is that with the root, always. Where one "
         "character is nearly sure, which of the two is smaller?",
         "min(q, np.sqrt(q) * np.exp(-entropy))", "np.sqrt(q) * np.exp(-entropy)"),
        ("entropy_in_bits", "The entropy was taken in bits. Which logarithm does the formula have?",
         "np.log(p)", "np.log2(p)"),
        ("no_root", "q stands before the power without its root. What does the formula say?",
         "np.sqrt(q)", "q"),
        ("larger_of_the_two", "The larger of the two was taken for the least chance. Which one "
         "does the formula take?", "min(q,", "max(q,"),
        ("entropy_before_the_temperature", "This is the entropy of `p` as it came. Of which "
         "chances does the formula take it?",
         "    p = p ** (1 / T)\n    p = p / p.sum()\n    entropy = -np.sum(p * np.log(p))\n",
         "    entropy = -np.sum(p * np.log(p))\n    p = p ** (1 / T)\n    p = p / p.sum()\n"),
    ),
}  # fmt: skip


def _cut(variant):
    right = CUT[variant]

    def heated(p, T):
        p = p ** (1 / T)
        return p / p.sum()

    def cut_first(p, T, q):
        return heated(right(p, 1.0, q), T)

    def no_temperature(p, T, q):
        return right(p, 1.0, q)

    def upside_down(p, T, q):
        return right(p, 1 / T, q)

    def not_a_whole(p, T, q):
        return np.where(right(p, T, q) > 0, heated(p, T), 0.0)

    def nothing_cut(p, T, q):
        return heated(p, T)

    def top_p(p, T, q):
        p = heated(p, T)
        order = np.argsort(-p)
        kept = np.zeros_like(p)
        count = np.sum(np.cumsum(p[order]) < q) + 1
        kept[order[:count]] = p[order[:count]]
        return kept / kept.sum()

    def its_own(p, T, q):
        """The mistake that is a variant's own."""
        p = heated(p, T)
        if variant == 2:  # the order turned round
            surprise = -np.log(p)
            order = np.argsort(-np.abs(surprise - np.sum(p * surprise)))
            count = np.sum(np.cumsum(p[order]) < q) + 1
            kept = np.zeros_like(p)
            kept[order[:count]] = p[order[:count]]
        else:  # q itself for the threshold
            kept = np.where((p >= q) | (p == p.max()), p, 0.0)
        return kept / kept.sum()

    its_own.__name__ = {  # what the teacher's summary calls it
        1: "threshold_is_q", 2: "least_typical_first", 3: "threshold_is_q",
    }[variant]  # fmt: skip

    def in_float32(p, T, q):
        return right(p.astype("float64"), T, q).astype("float32")

    def in_logarithms(p, T, q):
        logs = np.log(p) / T
        return right(np.exp(logs - logs.max()) / np.exp(logs - logs.max()).sum(), 1.0, q)

    own = {
        1: "q itself was taken for the least chance. Of what is it a share?",
        2: "The least typical were kept. Which characters stand at the front of the order?",
        3: "q itself was taken for the least chance. Where many are possible, which of the two "
           "thresholds is smaller?",
    }[variant]  # fmt: skip
    line = {
        1: "kept = np.where(p >= q * p.max(), p, 0)",
        2: "order = np.argsort(np.abs(surprise - entropy)); count = np.sum(np.cumsum(p[order]) < "
           "q) + 1; what stands in order[:count] is kept",
        3: "least = min(q, np.sqrt(q) * np.exp(-entropy)); kept = np.where((p >= least) | (p == "
           "p.max()), p, 0)",
    }[variant]  # fmt: skip
    between = {
        1: "The threshold follows the most probable one: where that is sure, little else is kept.",
        2: "surprise = -np.log(p), and the entropy is its mean, np.sum(p * surprise). Sort by how "
           "far each surprise lies from the entropy.",
        3: "The entropy is -np.sum(p * np.log(p)), of p at the temperature.",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="cut",
        cases=_cut_cases(variant),
        returns=("chances",),
        minutes=20,
        difficulty=2,
        hints=(
            "Three steps: temperature, p ** (1 / T), made a whole again; the cut, zeros in the "
            "place of what may not be drawn; a whole again.",
            between,
            line + "; then kept / kept.sum().",
        ),
        mistakes=(
            Mistake(cut_first, (
                "It was cut before the temperature was set. Whose chances decide what is kept?")),
            Mistake(no_temperature, (
                "The temperature plays no part. To which power are the chances raised?")),
            Mistake(upside_down, (
                "T stands upside down: a high temperature should make the chances more equal. To "
                "which power are they raised?")),
            Mistake(not_a_whole, (
                "The chances that are left do not add up to one. By what are they divided?")),
            Mistake(nothing_cut, ("Nothing was cut. Which characters may not be drawn?")),
            Mistake(top_p, (
                "This is top-p, from notebook 6: the most probable that reach q together. Which "
                "rule has your variant?")),
            Mistake(its_own, own),
            *slips(right, _CUT_SLIPS[variant]),
        ),
        alternatives=(in_float32, in_logarithms),
    )  # fmt: skip


# ------------------------------------------------------------------------- counts, smoothed


def _next_chances_1(ids, size, x):
    counts = np.zeros((size, size))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    alone = (np.bincount(ids, minlength=size) + 1) / (len(ids) + size)
    seen = counts.sum(axis=1, keepdims=True)  # (size, 1): how often each came first
    return np.where(seen > 0, x * counts / np.maximum(seen, 1) + (1 - x) * alone, alone)


def _next_chances_2(ids, size, x):
    counts = np.zeros((size, size))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    alone = (np.bincount(ids, minlength=size) + 1) / (len(ids) + size)
    seen = counts.sum(axis=1, keepdims=True)  # (size, 1): how often each came first
    kinds = (counts > 0).sum(axis=1, keepdims=True)  # (size, 1): how many came after it
    shared = (np.maximum(counts - x, 0) + x * kinds * alone) / np.maximum(seen, 1)
    return np.where(seen > 0, shared, alone)


def _next_chances_3(ids, size, x):
    counts = np.zeros((size, size))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    alone = (np.bincount(ids, minlength=size) + 1) / (len(ids) + size)
    return (counts + x * alone) / (counts.sum(axis=1, keepdims=True) + x)


NEXT_CHANCES = {1: _next_chances_1, 2: _next_chances_2, 3: _next_chances_3}


def _next_cases(random):
    cases = []
    for length, size in ((6, 2), (12, 4), (40, 5), (30, 8), (100, 6)):
        chances = random.dirichlet(np.full(size - 1, 0.7), size)  # the last one never occurs
        ids = [0]
        while len(ids) < length:
            ids.append(int(random.choice(size - 1, p=chances[ids[-1]])))
        cases.append((np.array(ids), size, float(random.uniform(0.2, 0.8))))
    return cases


_COUNT_ONCE = (
    ("pairs_counted_once", "A pair that comes several times counts once: NumPy's `+=` adds to each "
     "place of an index once. What does np.add.at do?",
     "np.add.at(counts, (ids[:-1], ids[1:]), 1)", "counts[ids[:-1], ids[1:]] += 1"),
    ("no_one_added", "In how often a character occurs alone, nothing is added to its number. What "
     "does the text add, and why?", "(np.bincount(ids, minlength=size) + 1) / (len(ids) + size)",
     "np.bincount(ids, minlength=size) / len(ids)"),
    ("first_character_left_out", "The first character was not counted among those alone. How many "
     "characters are there?", "(np.bincount(ids, minlength=size) + 1) / (len(ids) + size)",
     "(np.bincount(ids[1:], minlength=size) + 1) / (len(ids[1:]) + size)"),
)  # fmt: skip


def _next_chances(variant):
    right = NEXT_CHANCES[variant]

    def counted(ids, size):
        counts = np.zeros((size, size))
        np.add.at(counts, (ids[:-1], ids[1:]), 1)
        return counts, (np.bincount(ids, minlength=size) + 1) / (len(ids) + size)

    def backwards(ids, size, x):
        return right(ids[::-1], size, x)

    def transposed(ids, size, x):
        return right(ids, size, x).T

    def alone_for_all(ids, size, x):
        return np.tile(counted(ids, size)[1], (size, 1))

    def one_more_each(ids, size, x):
        counts, _ = counted(ids, size)
        return (counts + 1) / (counts.sum(axis=1, keepdims=True) + size)

    def round_the_end(ids, size, x):
        counts, alone = counted(np.append(ids, ids[0]), size)
        alone = counted(ids, size)[1]
        return given(counts, alone, x)

    def given(counts, alone, x):
        seen = counts.sum(axis=1, keepdims=True)
        if variant == 3:
            return (counts + x * alone) / (seen + x)
        kinds = (counts > 0).sum(axis=1, keepdims=True)
        two = (np.maximum(counts - x, 0) + x * kinds * alone) / np.maximum(seen, 1)
        one = x * counts / np.maximum(seen, 1) + (1 - x) * alone
        return np.where(seen > 0, one if variant == 1 else two, alone)

    def all_alike(ids, size, x):
        counts, _ = counted(ids, size)
        return given(counts, np.full(size, 1 / size), x)

    def its_own(ids, size, x):
        """The mistake that is a variant's own."""
        counts, alone = counted(ids, size)
        if variant == 1:
            return given(counts, alone, 1 - x)
        seen = counts.sum(axis=1, keepdims=True)
        if variant == 3:
            return np.where(seen > 0, (counts + x * alone) / np.maximum(seen, 1), x * alone)
        return np.where(seen > 0, np.maximum(counts - x, 0) / np.maximum(seen, 1), alone)

    its_own.__name__ = {  # what the teacher's summary calls it
        1: "shares_exchanged", 2: "discount_is_lost", 3: "what_was_added_not_divided_by",
    }[variant]  # fmt: skip

    def in_a_loop(ids, size, x):
        counts, alone = np.zeros((size, size)), np.ones(size)
        for one, other in zip(ids, ids[1:], strict=False):
            counts[one, other] += 1
        for one in ids:
            alone[one] += 1
        return given(counts, alone / alone.sum(), x).tolist()

    def in_float32(ids, size, x):
        counts, alone = counted(ids, size)
        return given(counts.astype("float32"), alone.astype("float32"), x)

    own = {
        1: "x and 1 - x are exchanged. Which share belongs to the counted pairs?",
        2: "What was taken from the counts is lost: the rows do not add up to one. Who gets it, in "
           "which shares?",
        3: "The rows do not add up to one: x characters were added above. What is added below?",
    }[variant]  # fmt: skip
    line = {
        1: "np.where(seen > 0, x * counts / np.maximum(seen, 1) + (1 - x) * alone, alone), where "
           "seen = counts.sum(axis=1, keepdims=True).",
        2: "(np.maximum(counts - x, 0) + x * kinds * alone) / np.maximum(seen, 1), with kinds = "
           "(counts > 0).sum(axis=1, keepdims=True); and alone where seen is 0.",
        3: "(counts + x * alone) / (counts.sum(axis=1, keepdims=True) + x).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="next_chances",
        cases=_next_cases,
        returns=("chances",),
        batched=False,  # rows are characters
        minutes=20,
        difficulty=2,
        hints=(
            "counts = np.zeros((size, size)), then a loop over the pairs zip(ids[:-1], ids[1:]): "
            "counts[now, next] += 1. np.add.at(counts, (ids[:-1], ids[1:]), 1) is the same.",
            "alone = (np.bincount(ids, minlength=size) + 1) / (len(ids) + size). Check that every "
            "row of your answer adds up to one, also of a character that never came first.",
            line,
        ),
        mistakes=(
            Mistake(backwards, (
                "The pairs were read backwards: a row has what came *before*. Which of the two "
                "is the row?")),
            Mistake(transposed, (
                "Rows and columns are exchanged. Which of them adds up to one?")),
            Mistake(alone_for_all, (
                "All rows are alike: what was read last plays no part. Where do the pairs come "
                "in?")),
            Mistake(one_more_each, (
                "Each pair was counted once more than it came. How do the chances of a pair that "
                "never came differ from one another here?")),
            Mistake(round_the_end, (
                "The last character was followed by the first. What follows the last one?")),
            Mistake(all_alike, (
                "What is shared out goes to all characters alike. Which of them are likely "
                "anywhere?")),
            Mistake(its_own, own),
            *slips(right, _COUNT_ONCE),
        ),
        alternatives=(in_a_loop, in_float32),
    )  # fmt: skip


# --------------------------------------------------------------------------- which wish was it?


def _wishes_1(logs, mask, prior):
    totals = np.log(prior)[:, None] + (logs * mask).sum(axis=2)  # (wishes, tunes)
    powers = np.exp(totals - totals.max(axis=0))
    return (powers / powers.sum(axis=0)).T  # (tunes, wishes)


def _wishes_2(logs, mask, prior):
    totals = np.log(prior)[:, None, None] + np.cumsum(logs * mask, axis=2)  # (wishes, tunes, time)
    powers = np.exp(totals - totals.max(axis=0))
    return (powers / powers.sum(axis=0)).transpose(1, 2, 0)  # (tunes, time, wishes)


def _wishes_3(logs, mask, prior):
    means = (logs * mask).sum(axis=2) / mask.sum(axis=1)  # (wishes, tunes)
    totals = np.log(prior)[:, None] + means
    powers = np.exp(totals - totals.max(axis=0))
    return (powers / powers.sum(axis=0)).T  # (tunes, wishes)


WISHES = {1: _wishes_1, 2: _wishes_2, 3: _wishes_3}


def _wishes_cases(random):
    cases = []
    for count, tunes, time, size in ((2, 1, 2, 1.0), (3, 2, 4, 0.8), (4, 3, 6, 0.5), (2, 4, 5, 0.5),
                                     (3, 2, 900, 0.02)):  # fmt: skip
        logs = -2.0 + size * random.normal(size=(count, tunes, time))
        lengths = random.integers(max(1, time // 2), time, tunes)
        mask = np.arange(time) < lengths[:, None]
        cases.append((logs, mask, random.dirichlet(np.full(count, 2.0))))
    return cases


def _wishes(variant):
    right = WISHES[variant]

    def no_prior(logs, mask, prior):
        return right(logs, mask, np.full(len(prior), 1 / len(prior)))

    def padding_too(logs, mask, prior):
        return right(logs, np.ones_like(mask), prior)

    def prior_added(logs, mask, prior):
        return right(logs, mask, np.exp(prior))

    def among_tunes(logs, mask, prior):
        found = np.log(right(logs, mask, prior) + 1e-300)
        return _softmax(found, axis=0)

    def left_as_logs(logs, mask, prior):
        return np.log(right(logs, mask, prior) + 1e-300)

    def chances_added(logs, mask, prior):
        """The chances of the tokens added up, in the place of multiplied."""
        chances = np.exp(logs) * mask
        if variant == 2:
            total = prior[:, None, None] * np.cumsum(chances, axis=2)
            return (total / total.sum(axis=0)).transpose(1, 2, 0)
        total = chances.sum(axis=2) / (mask.sum(axis=1) if variant == 3 else 1)
        total = prior[:, None] * total
        return (total / total.sum(axis=0)).T

    def decided(logs, mask, prior):
        found = right(logs, mask, prior)
        return (found == found.max(axis=-1, keepdims=True)).astype(float)

    def one_by_one(logs, mask, prior):
        return np.concatenate([right(logs[:, n : n + 1], mask[n : n + 1], prior)
                               for n in range(len(mask))])  # fmt: skip

    def in_lists(logs, mask, prior):
        return right(logs, mask.astype(int), prior).tolist()

    line = {
        1: "totals = np.log(prior)[:, None] + (logs * mask).sum(axis=2), (wishes, tunes).",
        2: "totals = np.log(prior)[:, None, None] + np.cumsum(logs * mask, axis=2), (wishes, "
           "tunes, time).",
        3: "totals = np.log(prior)[:, None] + (logs * mask).sum(axis=2) / mask.sum(axis=1), "
           "(wishes, tunes).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="wishes",
        cases=_wishes_cases,
        returns=("chances",),
        minutes=20,
        difficulty=2,
        hints=(
            "Multiplying chances is adding their logarithms. Section 2 of notebook 7 has the rule "
            "that turns round what depends on what.",
            "A product of 900 chances is too small for any number. Take the largest total from all "
            "of them before np.exp: the shares do not change.",
            line + " Then a softmax over the wishes, axis 0, and the axes in the order asked for.",
        ),
        mistakes=(
            Mistake(no_prior, (
                "All wishes are equally likely beforehand here. What does `prior` say?")),
            Mistake(padding_too, (
                "Padding was counted. What does a token say that is none?")),
            Mistake(prior_added, (
                "The prior was added to the logarithms as it is. What is added when chances are "
                "multiplied?")),
            Mistake(among_tunes, (
                "The shares add up to one over the tunes. Among what is the whole shared out?")),
            Mistake(left_as_logs, (
                "These are logarithms. Between which numbers does a chance lie?")),
            Mistake(chances_added, (
                "The chances of the tokens were added up. How likely is it that one *and* the "
                "other come?")),
            Mistake(decided, (
                "You decided: 1 for the likeliest wish, 0 for the others. How sure is one of it?"
            )),
        ),
        alternatives=(one_by_one, in_lists),
    )  # fmt: skip


# ---------------------------------------------------------------------------------- the whole set


def parts(variant: int) -> tuple[Part, ...]:
    """The exercises of one variant, with their points."""
    return (
        Part(_pooled(variant), 4.0),
        Part(_word_losses(variant), 5.0),
        Part(_score_gradient(variant), 7.0),
        Part(_conditioned(variant), 6.0),
        Part(_cut(variant), 5.0),
        Part(_next_chances(variant), 5.0),
        Part(_wishes(variant), 4.0),
    )
