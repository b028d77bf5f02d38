"""Problem set 5: a beam that keeps some variety, and what two texts have in common."""

from __future__ import annotations

from collections import Counter

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_cases import apart, in_float32, until

# ------------------------------------------------------------------- a beam that keeps some variety


def _beam_1(scores, log_probabilities, width, gamma):
    totals = scores[:, None] + log_probabilities  # (candidates, vocabulary)
    places = np.argsort(np.argsort(-log_probabilities, axis=1), axis=1)  # among siblings, from 0
    chosen = np.argsort(-(totals - gamma * places), axis=None)[:width]
    parents, words = np.divmod(chosen, totals.shape[1])
    return parents, words, totals[parents, words]


def _beam_2(scores, log_probabilities, width, gamma):
    totals = scores[:, None] + log_probabilities  # (candidates, vocabulary)
    left, parents, words = totals.copy(), [], []
    for _ in range(width):
        parent, word = np.unravel_index(left.argmax(), left.shape)
        parents.append(parent)
        words.append(word)
        left[:, word] -= gamma  # for whoever says this word as well
        left[parent, word] = -np.inf
    return np.array(parents), np.array(words), totals[parents, words]


def _beam_3(scores, log_probabilities, width, most):
    totals = scores[:, None] + log_probabilities  # (candidates, vocabulary)
    places = np.argsort(np.argsort(-log_probabilities, axis=1), axis=1)  # among siblings, from 0
    chosen = np.argsort(-np.where(places < most, totals, -np.inf), axis=None)[:width]
    parents, words = np.divmod(chosen, totals.shape[1])
    return parents, words, totals[parents, words]


BEAM = {1: _beam_1, 2: _beam_2, 3: _beam_3}


def _kept(totals, compared, width):
    chosen = np.argsort(-compared, axis=None)[:width]
    parents, words = np.divmod(chosen, totals.shape[1])
    return parents, words, totals[parents, words]


def _places(log_probabilities, axis=1):
    """Which place each has along an axis, from 0, the best first."""
    return np.argsort(np.argsort(-log_probabilities, axis=axis), axis=axis)


def _picked(scores, log_probabilities, width, gamma, *, penalised=False, once=False):
    """The second one, with places where a mistake can be put in."""
    totals = scores[:, None] + log_probabilities
    left, found, said = totals.copy(), [], set()
    for _ in range(width):
        parent, word = np.unravel_index(left.argmax(), left.shape)
        found.append((parent, word, (left if penalised else totals)[parent, word]))
        if not (once and word in said):
            left[:, word] -= gamma
        left[parent, word] = -np.inf
        said.add(word)
    return tuple(map(np.array, zip(*found, strict=True)))


def beam(variant: int) -> Exercise:
    """A beam that keeps some variety."""
    right = BEAM[variant]

    def no_variety(scores, log_probabilities, width, third):
        totals = scores[:, None] + log_probabilities
        return _kept(totals, totals, width)

    def without_the_past(scores, log_probabilities, width, third):
        return right(np.zeros_like(scores), log_probabilities, width, third)

    def past_only_in_the_end(scores, log_probabilities, width, third):
        parents, words, totals = without_the_past(scores, log_probabilities, width, third)
        return parents, words, totals + scores[parents]

    def one_child_each(scores, log_probabilities, width, third):
        totals = scores[:, None] + log_probabilities
        first = np.where(_places(log_probabilities) == 0, 0, -1000)  # a second one in need only
        return _kept(totals, totals + first, width)

    def penalty_stays(scores, log_probabilities, width, gamma):
        if variant == 2:
            return _picked(scores, log_probabilities, width, gamma, penalised=True)
        totals = scores[:, None] + log_probabilities - gamma * _places(log_probabilities)
        return _kept(totals, totals, width)

    def reward(scores, log_probabilities, width, gamma):
        return right(scores, log_probabilities, width, -gamma)

    def sorted_once(scores, log_probabilities, width, third):
        totals = scores[:, None] + log_probabilities
        order = np.argsort(-log_probabilities, axis=1)
        compared = (totals - third * order if variant == 1
                    else np.where(order < third, totals, -np.inf))  # fmt: skip
        return _kept(totals, compared, width)

    def among_candidates(scores, log_probabilities, width, most):
        totals = scores[:, None] + log_probabilities
        return _kept(totals, np.where(_places(totals, 0) < most, totals, -np.inf), width)

    def pays_once(*case):
        return _picked(*case, once=True)

    def one_too_many(scores, log_probabilities, width, most):
        return right(scores, log_probabilities, width, most + 1)

    def one_too_few(scores, log_probabilities, width, most):
        return right(scores, log_probabilities, width, most - 1)

    def chosen_first(scores, log_probabilities, width, most):
        totals = scores[:, None] + log_probabilities
        allowed = np.isin(np.arange(totals.size), np.argsort(-totals, axis=None)[:width])
        allowed = allowed.reshape(totals.shape) & (_places(totals) < most)
        parents, words, found = _kept(totals, np.where(allowed, totals, -np.inf), allowed.sum())
        return parents, words, found

    def sorted_by_totals(scores, log_probabilities, width, gamma):
        found = right(scores, log_probabilities, width, gamma)
        return tuple(part[np.argsort(-found[2])] for part in found)

    def worst_first(*case):
        return tuple(part[::-1] for part in right(*case))

    def in_a_loop(scores, log_probabilities, width, third):
        lists = [sorted(((scores[p] + value, p, w) for w, value in enumerate(row)), reverse=True)
                 for p, row in enumerate(log_probabilities)]  # fmt: skip
        found = []
        while len(found) < width:
            children, said = Counter(p for _, p, _ in found), Counter(w for _, _, w in found)
            options = []
            for own in lists:
                for place, (total, parent, word) in enumerate(own):
                    full = variant == 3 and children[parent] >= third
                    pays = {1: place, 2: said[word], 3: 0}[variant] * third
                    if not full and (total, parent, word) not in found:
                        options.append((total - pays, total, parent, word))
            found.append(max(options)[1:])
        totals, parents, words = zip(*found, strict=True)
        return [list(parents), list(words), list(totals)]

    own = {
        1: [
            Mistake(penalty_stays, (
                "The penalty is part of the scores that are handed on. What may it decide, and "
                "what is the score of a candidate?")),
            Mistake(reward, (
                "The sign is turned round: a fifth child is preferred to a first. Is the penalty "
                "added, or taken away?")),
            Mistake(sorted_once, (
                "np.argsort was taken for the places. It says which word comes first, which second "
                "…; which place has a given word?")),
            Mistake(sorted_by_totals, (
                "The right ones are kept, in the order of their plain totals. By what are they to "
                "be put in order?")),
        ],
        2: [
            Mistake(penalty_stays, (
                "The penalty is part of the scores that are handed on. What may it decide, and "
                "what is the score of a candidate?")),
            Mistake(reward, (
                "The sign is turned round: who says the same as others is preferred. Is the "
                "penalty added, or taken away?")),
            Mistake(pays_once, (
                "A word that was chosen twice costs no more than one that was chosen once. How "
                "often is gamma taken away?")),
            Mistake(sorted_by_totals, (
                "The right ones were chosen, and put in the order of their totals. In which order "
                "does the statement want them?")),
        ],
        3: [
            Mistake(one_too_many, (
                "A parent has one child more than it may have. Which places among its children "
                "are allowed, counted from 0?")),
            Mistake(one_too_few, (
                "A parent has one child less than it may have. Which places among its children "
                "are allowed, counted from 0?")),
            Mistake(sorted_once, (
                "np.argsort was taken for the places. It says which word comes first, which second "
                "…; which place has a given word?")),
            Mistake(among_candidates, (
                "No *word* is kept more than `most` times. Of what may there be `most` at most: of "
                "a row, or of a column?")),
            Mistake(chosen_first, (
                "The best were chosen first, and those too many of one parent taken away then, so "
                "that fewer than `width` are left. Who takes their places?")),
        ],
    }[variant]  # fmt: skip
    answers = [right, no_variety, without_the_past, past_only_in_the_end, one_child_each,
               worst_first, *(mistake.answer for mistake in own)]  # fmt: skip

    def clear(case):
        """Whether no two continuations are nearly equal when they are compared."""
        scores, log_probabilities, _, third = case
        totals = scores[:, None] + log_probabilities
        compared = totals - third * (_places(totals) if variant == 1 else 0)
        if variant == 2:  # taken away never, once or twice
            compared = compared - third * np.arange(3)[:, None, None]
        return np.diff(np.sort(compared, axis=None)).min() > 2e-4

    def cases(random):
        def drawn(candidates, vocabulary, width):
            scores = -np.sort(random.uniform(1, 3, candidates))
            logits = 1.5 * random.normal(size=(candidates, vocabulary))
            log_probabilities = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
            third = 2 if variant == 3 else random.uniform(0.5, 1.0)
            return scores, log_probabilities, width, third

        sizes = (2, 3, 2), (3, 5, 3), (2, 6, 4), (4, 5, 6)
        found = [until(lambda size=size: drawn(*size), clear) for size in sizes]
        return [*found, until(lambda: drawn(4, 6, 7),
                               lambda case: clear(case) and apart(answers, case))]  # fmt: skip

    first = {
        1: "`totals` is scores[:, None] + log_probabilities. np.argsort(np.argsort(-a, axis=1), "
           "axis=1) says for each number of a row of `a` which place it has there, from 0.",
        2: "Choose one after another, in a loop: np.unravel_index(left.argmax(), left.shape) is "
           "the place of the best one in a table that starts as the totals.",
        3: "`totals` is scores[:, None] + log_probabilities. np.argsort(np.argsort(-a, axis=1), "
           "axis=1) says for each number of a row of `a` which place it has there, from 0.",
    }[variant]  # fmt: skip
    second = {
        1: "What is compared are the totals less gamma times the place among siblings; what is "
           "returned are the totals themselves, at the places that were chosen.",
        2: "Once one is chosen, take gamma from the whole column of its word, left[:, word], and "
           "put -np.inf in its own place; what is returned are the totals as they were.",
        3: "Put -np.inf where the place among siblings is not below `most`; then it is the step "
           "of notebook 15.",
    }[variant]  # fmt: skip
    line = {
        1: "chosen = np.argsort(-(totals - gamma * places), axis=None)[:width]; parents, words = "
           "np.divmod(chosen, totals.shape[1]); then totals[parents, words].",
        2: "for _ in range(width): parent, word = np.unravel_index(left.argmax(), left.shape); "
           "left[:, word] -= gamma; left[parent, word] = -np.inf; and totals[parents, words].",
        3: "chosen = np.argsort(-np.where(places < most, totals, -np.inf), axis=None)[:width]; "
           "parents, words = np.divmod(chosen, totals.shape[1]); then totals[parents, words].",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="varied_beam",
        cases=cases,
        returns=("parents", "words", "scores"),
        batched=False,
        minutes=20,
        difficulty=2,
        hints=(first, second, line),
        mistakes=(
            Mistake(no_variety, (
                "This is the plain step of notebook 15. What keeps all children of one parent from "
                "taking the beam?" if variant != 2 else
                "This is the plain step of notebook 15. What keeps all candidates from saying the "
                "same word?")),
            Mistake(without_the_past, (
                "The candidates' own scores play no part. How probable was a sentence before its "
                "new word?")),
            Mistake(past_only_in_the_end, (
                "The candidates' own scores are in what was returned, and were not when it was "
                "chosen. What is compared?")),
            Mistake(one_child_each, (
                "Each parent has one child here, before any has two. May one parent have two that "
                "are better than another's first?")),
            Mistake(worst_first, (
                "The right ones are kept, the worst of them first. In which direction does "
                "np.argsort put things in order?")),
            *own,
        ),
        alternatives=(in_float32(right), in_a_loop),
    )  # fmt: skip


# -------------------------------------------------------------------- what two texts have in common


def _overlap_1(hypotheses, references, order):
    counts = np.zeros((order, 3))  # in common, said, wanted
    for said, wanted in zip(hypotheses, references, strict=True):
        said, wanted = said.replace(" ", ""), wanted.replace(" ", "")
        for n in range(1, order + 1):
            of_said = Counter(said[i : i + n] for i in range(len(said) - n + 1))
            of_wanted = Counter(wanted[i : i + n] for i in range(len(wanted) - n + 1))
            common = sum((of_said & of_wanted).values())  # & takes the smaller count of each
            counts[n - 1] += common, sum(of_said.values()), sum(of_wanted.values())
    precision, recall = (counts[:, :1] / counts[:, 1:]).mean(axis=0)
    return counts[:, 0], 100 * 5 * precision * recall / (4 * precision + recall)


def _overlap_2(hypotheses, references, order):
    matches, larger = np.zeros(order), 0
    for said, wanted in zip(hypotheses, references, strict=True):
        said, wanted = said.split(), wanted.split()
        size = [0, 0]
        for n in range(1, order + 1):
            of_said = Counter(tuple(said[i : i + n]) for i in range(len(said) - n + 1))
            of_wanted = Counter(tuple(wanted[i : i + n]) for i in range(len(wanted) - n + 1))
            matches[n - 1] += sum((of_said & of_wanted).values())  # the smaller count of each
            size[0] += sum(of_said.values())
            size[1] += sum(of_wanted.values())
        larger += max(size)
    return matches, 100 * matches.sum() / larger


def _overlap_3(hypotheses, references, order):
    matches, scores = np.zeros(order), []
    for said, wanted in zip(hypotheses, references, strict=True):
        said, wanted, product = said.split(), wanted.split(), 1.0
        for n in range(1, order + 1):
            of_said = Counter(tuple(said[i : i + n]) for i in range(len(said) - n + 1))
            of_wanted = Counter(tuple(wanted[i : i + n]) for i in range(len(wanted) - n + 1))
            common = sum((of_said & of_wanted).values())  # the smaller count of each
            matches[n - 1] += common
            more = 1 if n > 1 else 0  # of single words nothing is smoothed
            product *= (common + more) / (len(said) - n + 1 + more)
        penalty = min(1, np.exp(1 - len(wanted) / len(said)))
        scores.append(100 * penalty * product ** (1 / order))
    return matches, np.mean(scores)


OVERLAP = {1: _overlap_1, 2: _overlap_2, 3: _overlap_3}

SENTENCES = (
    "the cat sat on the mat and the dog sat on the cat",
    "we read the book that she read on the train to town",
    "she reads a book about the sea and he reads about the land",
    "when the bell rang the children ran to the gate of the school",
    "he put the key on the table and then he put the table on the key",
    "the old man said that the old sea had said so to the old man",
    "it is what it is and it was what it was when it was there",
)
OTHERS = ("the", "a", "cat", "sea", "read", "was", "old", "there", "and", "it")


def _varied(text, changes, random, shorter=0):
    """A text with words replaced, exchanged with their neighbours, left out or said twice."""
    words = text.split()
    for change in random.integers(0, 4, changes):
        at = int(random.integers(0, len(words) - 1))
        if change == 0:
            words[at] = str(random.choice(OTHERS))
        elif change == 1:
            words[at : at + 2] = words[at : at + 2][::-1]
        elif change == 2 and len(words) > 8:
            del words[at]
        else:
            words.insert(at, words[at])
    return " ".join(words[: len(words) - shorter])


def _ngrams(tokens, n):
    return Counter(tuple(tokens[i : i + n]) for i in range(len(tokens) - n + 1))


def _tokens(text, variant, blanks=False):
    if variant == 1:
        return list(text if blanks else text.replace(" ", ""))
    return text.split()


def _counted(
    hypotheses, references, order, variant, *, clipped=True, blanks=False, once=False, last=True
):
    """In common, said and wanted, (texts, order, 3)."""
    counts = np.zeros((len(hypotheses), order, 3))
    for place, (text, other) in enumerate(zip(hypotheses, references, strict=True)):
        said, wanted = _tokens(text, variant, blanks), _tokens(other, variant, blanks)
        for n in range(1, order + 1):
            one, two = (_ngrams(part if last else part[:-1], n) for part in (said, wanted))
            if once:
                counts[place, n - 1] = len(one & two), one.total(), two.total()
                continue
            common = ((one & two).total() if clipped
                      else sum(count for ngram, count in one.items() if ngram in two))  # fmt: skip
            counts[place, n - 1] = common, one.total(), two.total()
    return counts


def _smoothed(
    hypotheses, references, order, *, first=2, above=1, below=1, penalised=True, geometric=True,
    pooled=False, least=np.minimum, turned=False, **counting,
):  # fmt: skip
    """The third, with places where a mistake can be put in."""
    counts = _counted(hypotheses, references, order, 3, **counting)
    matches = counts[:, :, 0].sum(axis=0)
    if pooled:
        counts = counts.sum(axis=0)[None]
    more = np.arange(1, order + 1) >= first
    shares = (counts[:, :, 0] + above * more) / (counts[:, :, 1] + below * more)
    middle = np.prod(shares, axis=1) ** (1 / order) if geometric else shares.mean(axis=1)
    said, wanted = counts[:, 0, 1], counts[:, 0, 2]
    ratio = said / wanted if turned else wanted / said
    penalty = least(1, np.exp(1 - ratio)) if penalised else 1
    return matches, 100 * np.mean(penalty * middle)


def overlap(variant: int) -> Exercise:
    """What two texts have in common."""
    right = OVERLAP[variant]

    def f_score(counts, beta=2.0):
        p, r = (counts[:, :1] / counts[:, 1:]).mean(axis=0)
        return 100 * (1 + beta**2) * p * r / (beta**2 * p + r)

    def said_only(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant).sum(axis=0)
        score = ((counts[:, 0] / counts[:, 1]).mean() if variant == 1
                 else counts[:, 0].sum() / counts[:, 1].sum())  # fmt: skip
        return counts[:, 0], 100 * score

    def wanted_only(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant).sum(axis=0)
        score = ((counts[:, 0] / counts[:, 2]).mean() if variant == 1
                 else counts[:, 0].sum() / counts[:, 2].sum())  # fmt: skip
        return counts[:, 0], 100 * score

    def counted(hypotheses, references, order, **options):
        if variant == 3:
            return _smoothed(hypotheses, references, order, **options)
        counts = _counted(hypotheses, references, order, variant, **options)
        if variant == 1:
            return counts.sum(axis=0)[:, 0], f_score(counts.sum(axis=0))
        larger = counts[:, :, 1:].sum(axis=1).max(axis=1).sum()
        return counts[:, :, 0].sum(axis=0), 100 * counts[:, :, 0].sum() / larger

    def unclipped(*case):
        return counted(*case, clipped=False)

    def each_ngram_once(*case):
        return counted(*case, once=True)

    def last_ngram_left_out(*case):
        return counted(*case, last=False)

    def sizes_together(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant).sum(axis=0)
        return counts[:, 0], f_score(counts.sum(axis=0)[None])

    def reward_for_length(*case):
        return _smoothed(*case, least=lambda one, factor: factor)

    def penalty_turned(*case):
        return _smoothed(*case, turned=True)

    def blanks_counted(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant, blanks=True).sum(axis=0)
        return counts[:, 0], f_score(counts)

    def beta_of_one(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant).sum(axis=0)
        return counts[:, 0], f_score(counts, 1.0)

    def roles_exchanged(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant).sum(axis=0)
        return counts[:, 0], f_score(counts, 0.5)

    def f_of_each_size(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant).sum(axis=0)
        return counts[:, 0], np.mean([f_score(row[None]) for row in counts])

    def mean_of_the_sizes(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant)
        larger = counts[:, :, 1:].max(axis=2).sum(axis=0)  # (order,)
        matches = counts[:, :, 0].sum(axis=0)
        return matches, 100 * (matches / larger).mean()

    def larger_in_the_end(hypotheses, references, order):
        counts = _counted(hypotheses, references, order, variant).sum(axis=(0, 1))
        matches = right(hypotheses, references, order)[0]
        return matches, 100 * counts[0] / counts[1:].max()

    def of_single_texts(hypotheses, references, order):
        each = [right([said], [wanted], order)
                for said, wanted in zip(hypotheses, references, strict=True)]  # fmt: skip
        return sum(matches for matches, _ in each), np.mean([score for _, score in each])

    def of_all_texts(*case):
        return _smoothed(*case, pooled=True)

    def not_smoothed(*case):
        return _smoothed(*case, above=0, below=0)

    def single_words_too(*case):
        return _smoothed(*case, first=1)

    def only_above(*case):
        return _smoothed(*case, below=0)

    def no_penalty(*case):
        return _smoothed(*case, penalised=False)

    def plain_mean(*case):
        return _smoothed(*case, geometric=False)

    def all_at_once(hypotheses, references, order):
        if variant == 3:
            return list(_smoothed(hypotheses, references, order))
        counts = _counted(hypotheses, references, order, variant)
        total = counts.sum(axis=0)
        if variant == 1:
            return [total[:, 0].tolist(), float(f_score(total))]
        larger = counts[:, :, 1:].sum(axis=1).max(axis=1).sum()
        return [total[:, 0].tolist(), float(100 * total[:, 0].sum() / larger)]

    def with_whole_numbers(hypotheses, references, order):
        matches, score = right(hypotheses, references, order)
        return matches.astype(int), np.float32(score)

    own = {
        1: [
            Mistake(said_only, (
                "This is the precision alone. What of a text that says little, and all of it "
                "right?")),
            Mistake(wanted_only, (
                "This is the recall alone. What of a text that says everything there is?")),
            Mistake(blanks_counted, (
                "Blanks were counted as letters. What does the statement do with them?")),
            Mistake(beta_of_one, (
                "Precision and recall weigh the same here. Which factor stands where in F?")),
            Mistake(f_of_each_size, (
                "F was taken for each n, and the mean of these. Of what is the mean taken, and "
                "when?")),
            Mistake(sizes_together, (
                "The counts of all n were added up before anything was divided. Of which quotients "
                "does the statement take the mean?")),
            Mistake(roles_exchanged, (
                "Precision and recall are exchanged. Which of the two is divided by what was said, "
                "and which of them does the 4 multiply?")),
        ],
        2: [
            Mistake(said_only, (
                "Matches were divided by what was said. What of a text that says little, and all "
                "of it right?")),
            Mistake(wanted_only, (
                "Matches were divided by what was wanted. What of a text that says everything "
                "there is?")),
            Mistake(mean_of_the_sizes, (
                "Each n has a share of its own here, and their mean was taken. What is added up "
                "before anything is divided?")),
            Mistake(larger_in_the_end, (
                "The larger one was taken of the sums over all sentences. For which text is it "
                "asked which of the two is larger?")),
        ],
        3: [
            Mistake(of_all_texts, (
                "The counts of all texts were added up first. Of which scores is the mean asked "
                "for?")),
            Mistake(not_smoothed, (
                "Nothing is smoothed: a text without a match of some size gets 0. What is added to "
                "matches and n-grams?")),
            Mistake(single_words_too, (
                "Single words were smoothed, too. From which n on is one added?")),
            Mistake(only_above, (
                "One was added to the matches alone. What of a text whose pairs are all right?")),
            Mistake(no_penalty, (
                "There is no brevity penalty. What keeps a translation from saying little?")),
            Mistake(reward_for_length, (
                "Texts that are longer than their reference get more than without a penalty. How "
                "large may the factor be at most?")),
            Mistake(penalty_turned, (
                "The penalty falls on texts that are too long. Which of the two lengths stands "
                "above the line?")),
            Mistake(plain_mean, (
                "The precisions were added and divided. Which mean does BLEU take?")),
        ],
    }[variant]  # fmt: skip
    # F is nearly the same of each n and of all: only where far too much was said does it differ;
    # and the larger of two sums is one of the two: once this one has to be wrong, and once that
    rare = {1: f_of_each_size, 2: larger_in_the_end}.get(variant)
    of_texts = [of_single_texts] if variant < 3 else []
    answers = [right, *of_texts, unclipped, each_ngram_once, last_ngram_left_out,
               *(mistake.answer for mistake in own if mistake.answer is not rare)]  # fmt: skip
    once = {1: [right, rare], 2: [right, rare, wanted_only], 3: []}[variant]
    again = {1: [], 2: [right, rare, said_only], 3: []}[variant]
    cut = {1: (4, 5, 4, 3), 2: (0, 4, 0, 2), 3: (2, 5, 0, 0)}[variant]  # how much too short

    def cases(random):
        def drawn(sentences, changes, order, shorter, kept=None):
            picked = random.choice(len(SENTENCES), sentences, replace=False)
            whole = [SENTENCES[place] for place in picked]
            said = [_varied(text, changes, random, less)
                    for text, less in zip(whole, shorter, strict=True)]  # fmt: skip
            wanted = [" ".join(text.split()[:kept]) for text in whole]
            return said, wanted, order

        def fits(case):
            matches, score = right(*case)
            return matches.min() > 0 and score < 95

        small = [until(lambda size=size: drawn(*size), fits) for size in (
            (1, 3, 2, (0,)), (2, 3, 3, (0, 2)))]  # fmt: skip
        return [
            *small,
            until(lambda: drawn(2, 1, 4, (0, 0), 4) if variant == 1 else drawn(3, 4, 2, (0, 0, 2)),
                  lambda case: fits(case) and apart(once, case, 0.03)),
            until(lambda: drawn(4, 4, 3, cut),
                  lambda case: fits(case) and apart(again, case, 0.03)
                  and apart(answers, case, 0.03)),
        ]  # fmt: skip

    letters = {
        1: "text.replace(' ', '') leaves out blanks, and text[i : i + n] are n letters in a row.",
        2: "text.split() are the words, and tuple(words[i : i + n]) are n of them in a row.",
        3: "text.split() are the words, and tuple(words[i : i + n]) are n of them in a row.",
    }[variant]
    second = {
        1: "Keep three counts for each n, over all texts: in common, said, wanted. Precision and "
           "recall of each n are two quotients of them; then their means, then F, once.",
        2: "For each text two sizes, over all n: how many n-grams were said, how many wanted. The "
           "larger one goes into the denominator, text by text.",
        3: "Each text gets a score of its own: precisions of n = 1 to `order`, their geometric "
           "mean, the penalty. The matches alone are added up over the texts.",
    }[variant]  # fmt: skip
    line = {
        1: "precision, recall = (counts[:, :1] / counts[:, 1:]).mean(axis=0); score = 100 * 5 * "
           "precision * recall / (4 * precision + recall).",
        2: "larger += max(said, wanted) at the end of each text; score = 100 * matches.sum() / "
           "larger.",
        3: "product *= (common + more) / (len(said) - n + 1 + more), with more = 1 if n > 1 else "
           "0; the text's score is 100 * min(1, np.exp(1 - len(wanted) / len(said))) * product ** "
           "(1 / order).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="in_common",
        cases=cases,
        returns=("matches", "score"),
        batched=False,
        minutes=25,
        difficulty=2,
        hints=(f"{letters} Counter of notebook 15's kind counts them, and a & b of two Counters "
               "takes the smaller count of each: these are the clipped matches.", second, line),
        mistakes=(
            *(Mistake(answer, (
                "The scores of single texts were averaged. What is added up before anything is "
                "divided?")) for answer in of_texts),
            Mistake(unclipped, (
                "An n-gram counts as often as it is said. How often does the reference have it?")),
            Mistake(each_ngram_once, (
                "Every n-gram that both have counts once. If both have it twice, how many matches "
                "are these?")),
            Mistake(last_ngram_left_out, (
                "The last n-gram of each text is missing. How many n-grams has a text with n "
                "tokens?")),
            *own,
        ),
        alternatives=(all_at_once, with_whole_numbers),
    )  # fmt: skip
