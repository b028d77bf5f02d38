"""Problem set 5: looks that remember, where a map points, and who may look at whom."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_5_overflow import with_overflow
from utils.exercises.set_cases import apart, in_float32, row_by_row, until

# ---------------------------------------------------------------------------- a look that remembers


def _looks_1(queries, keys, mask, lam):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(keys.shape[2])  # (batch, target, source)
    scores, seen, weights = np.where(mask[:, None], scores, -np.inf), np.zeros(mask.shape), []
    for t in range(queries.shape[1]):
        score = scores[:, t] - lam * seen
        raised = np.exp(score - score.max(axis=1, keepdims=True))  # at most 1
        weights.append(raised / raised.sum(axis=1, keepdims=True))
        seen = seen + weights[t]  # by all looks so far
    weights = np.stack(weights, axis=1)
    return weights @ keys, weights


def _looks_2(queries, keys, mask, lam):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(keys.shape[2])  # (batch, target, source)
    scores, moved, weights = np.where(mask[:, None], scores, -np.inf), np.zeros(mask.shape), []
    for t in range(queries.shape[1]):
        score = scores[:, t] + lam * moved
        raised = np.exp(score - score.max(axis=1, keepdims=True))  # at most 1
        weights.append(raised / raised.sum(axis=1, keepdims=True))
        moved = np.zeros(mask.shape)
        moved[:, 1:] = weights[t][:, :-1]  # the last look, one place further
    weights = np.stack(weights, axis=1)
    return weights @ keys, weights


def _looks_3(queries, keys, mask, lam):
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(keys.shape[2])  # (batch, target, source)
    weights = []
    for t in range(queries.shape[1]):
        score = scores[:, t]
        if t:  # logaddexp is the logarithm of a sum of powers of e, without the powers
            score = score - lam * np.logaddexp.reduce(scores[:, :t], axis=1)
        score = np.where(mask, score, -np.inf)
        raised = np.exp(score - score.max(axis=1, keepdims=True))  # at most 1
        weights.append(raised / raised.sum(axis=1, keepdims=True))
    weights = np.stack(weights, axis=1)
    return weights @ keys, weights


LOOKS = {1: _looks_1, 2: _looks_2, 3: _looks_3}


def _looks_cases(random):
    masks = (
        np.ones((1, 2), bool),
        np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], bool),
        np.array([[0, 1, 1, 1], [1, 1, 0, 1], [1, 1, 1, 1]], bool),
        np.array([[1, 1, 1, 1, 1, 0], [0, 0, 1, 1, 1, 1]], bool),
    )
    cases = []
    for mask, steps, n in zip(masks, (2, 3, 5, 4), (2, 3, 1, 4), strict=True):
        queries = 1.5 * random.normal(size=(len(mask), steps, n))
        keys = random.normal(size=(*mask.shape, n))
        cases.append((queries, keys, mask, random.uniform(1.2, 2)))
    return [*cases, _large_scores(random)]


def _large_scores(random):
    """Scores near 768, which e to them is too large for; eighths are exact in float32 as well."""
    mask = np.array([[1, 1, 0, 1], [1, 1, 1, 1]], bool)
    queries = random.integers(-12, 13, (2, 3, 4)) / 8
    keys = random.integers(-12, 13, (2, 4, 4)) / 8
    queries[..., 0], keys[..., 0] = 64, 24
    return queries, keys, mask, 1.25


def _looked(
    variant, queries, keys, mask, lam, *, root=True, hidden="before", all_looks=None, other=False,
    towards=1, wraps=False, own=False, changed=False, log=True, mean=False, axis=1,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    all_looks = variant != 2 if all_looks is None else all_looks
    scores = np.einsum("btn,bsn->bts", queries, keys) / (np.sqrt(keys.shape[2]) if root else 1)
    in_logs = variant == 3 and not other

    def look(score):
        if hidden == "zero":
            score = np.where(mask, score, 0)
        elif hidden in ("before", "turned"):
            score = np.where(mask == (hidden == "before"), score, -np.inf)
        raised = np.exp(score - score.max(axis=axis, keepdims=True))
        found = raised / raised.sum(axis=axis, keepdims=True)
        return np.where(mask, found, 0) if hidden == "behind" else found

    def with_new(kept, new):
        if kept is None or not all_looks:
            return new
        return np.logaddexp(kept, new) if in_logs else kept + new

    kept, weights = None, []
    with np.errstate(all="ignore"):
        for t in range(queries.shape[1]):
            score, memory = scores[:, t], kept
            if own:
                memory = with_new(kept, score if in_logs else look(score))
            if memory is not None and variant == 2:
                moved = np.roll(memory, towards, axis=1)
                if not wraps:
                    moved[:, 0 if towards > 0 else -1] = 0
                score = score + lam * moved
            elif memory is not None:
                memory = np.log(np.maximum(memory, 1e-9)) if variant == 3 and other else memory
                memory = memory if log else np.exp(memory)
                score = score - lam * memory / (max(t, 1) if mean else 1)
            weights.append(look(score))
            if variant == 3 and not other:
                new = score if changed else scores[:, t]
            else:
                new = np.exp(scores[:, t]) if other and variant < 3 else weights[t]
            kept = with_new(kept, new)
    weights = np.stack(weights, axis=1)
    return weights @ keys, weights


def _has_large_scores(queries, keys, mask, lam):
    return queries.max() > 50


def looks(variant: int) -> Exercise:
    """Looks that remember those before them."""
    right = LOOKS[variant]

    def remembers_nothing(queries, keys, mask, lam):
        return right(queries, keys, mask, 0.0)

    def other_sign(queries, keys, mask, lam):
        return right(queries, keys, mask, -lam)

    def lam_forgotten(queries, keys, mask, lam):
        return right(queries, keys, mask, 1.0)

    def own_look_too(*case):
        return _looked(variant, *case, own=True)

    def changed_scores_remembered(*case):
        return _looked(variant, *case, changed=True)

    def no_logarithm(*case):
        return _looked(variant, *case, log=False)

    def mean_of_the_looks(*case):
        return _looked(variant, *case, mean=True)

    def zero_at_padding(*case):
        return _looked(variant, *case, hidden="zero")

    def words_hidden(*case):
        return _looked(variant, *case, hidden="turned")

    def sum_over_the_batch(*case):
        return _looked(variant, *case, axis=0)

    def no_root(*case):
        return _looked(variant, *case, root=False)

    def padding_seen(*case):
        return _looked(variant, *case, hidden="never")

    def mask_behind_the_softmax(*case):
        return _looked(variant, *case, hidden="behind")

    def other_span(*case):
        return _looked(variant, *case, all_looks=variant == 2)

    def other_memory(*case):
        return _looked(variant, *case, other=True)

    def backwards(*case):
        return _looked(variant, *case, towards=-1)

    def round_the_end(*case):
        return _looked(variant, *case, wraps=True)

    def stays(*case):
        return _looked(variant, *case, towards=0, wraps=True)

    other_span.__name__ = "all_looks" if variant == 2 else "last_look_only"
    other_memory.__name__ = "weights_remembered" if variant == 3 else "scores_remembered"
    sign = {
        1: "The sign is turned round: a word that was looked at gets more attention, and not less. "
           "Is the coverage added to the score, or taken away?",
        2: "The sign is turned round: the word behind the one looked at last gets less attention. "
           "Is the bonus added to the score, or taken away?",
        3: "The sign is turned round: what answered earlier questions well gets more. Which word "
           "should get less attention?",
    }[variant]  # fmt: skip
    own_look = {
        1: "The step's own look is in the sum already. Which is the last t' that is smaller than "
           "t?",
        2: "The bonus was made of the step's own look. Which step's weights does the formula "
           "take?",
        3: "The step's own score is in the sum. Which is the last t' that is smaller than t?",
    }[variant]  # fmt: skip
    span = {
        1: "Only the last look is remembered. Which looks does the sum go over?",
        2: "All looks so far are added up. Which one of them gives the bonus?",
        3: "Only the step before is in the sum. Which steps does it go over?",
    }[variant]
    kept = {
        1: "What is carried from look to look is one array, (batch, source time), zeros at first: "
           "the weights of all looks so far, added up. It enters the score of the next look.",
        2: "What is carried from look to look are the last weights, (batch, source time), moved "
           "one place to the right: moved[:, 1:] = weights[:, :-1], and a zero in front.",
        3: "What the formula takes away needs the plain scores alone: np.logaddexp.reduce(scores"
           "[:, :t], axis=1), (batch, source time), is the logarithm of their sum of powers, and "
           "cannot overflow. At the first step nothing is taken away.",
    }[variant]  # fmt: skip
    line = {
        1: "score = np.where(mask, scores[:, t] - lam * seen, -np.inf); raised = np.exp(score - "
           "score.max(axis=1, keepdims=True)); then divide by the sum along axis 1, and seen = "
           "seen + weights.",
        2: "score = np.where(mask, scores[:, t] + lam * moved, -np.inf); raised = np.exp(score - "
           "score.max(axis=1, keepdims=True)); then divide by the sum along axis 1, and move the "
           "weights one place to the right.",
        3: "score = np.where(mask, scores[:, t] - lam * before, -np.inf), with before from the "
           "second hint; raised = np.exp(score - score.max(axis=1, keepdims=True)); then divide by "
           "the sum along axis 1.",
    }[variant]  # fmt: skip
    own = {
        1: [
            Mistake(other_memory, (
                "It adds up e to the scores. What of the earlier looks does the formula take: "
                "their scores, or their weights?")),
            Mistake(mean_of_the_looks, (
                "The mean of the earlier looks was taken. What does the formula make of them?")),
        ],
        2: [
            Mistake(backwards, (
                "The bonus moves to the word in front of the one looked at. Which place is one "
                "further on?")),
            Mistake(round_the_end, (
                "What leaves at the end comes in again at the beginning, as np.roll does it. Which "
                "word stands in front of the first?")),
            Mistake(stays, (
                "The bonus goes to the words looked at themselves. One place further is which "
                "index?")),
        ],
        3: [
            Mistake(other_memory, (
                "It adds up the weights of the earlier looks. What is in the formula's sum?")),
            Mistake(changed_scores_remembered, (
                "The sum was made of the changed scores e', penalties included. Which scores does "
                "the formula's sum go over: e, or e'?")),
            Mistake(no_logarithm, (
                "The sum itself was taken away. What stands in front of the sum in the formula?")),
        ],
    }[variant]  # fmt: skip
    no_number = (
        "In every case some weights are no numbers, as where all words of a sentence are hidden. "
        "Where is `mask` True: at words, or at padding?" if variant < 3 else
        "In every case some weights are no numbers. Is the logarithm of an empty sum taken at the "
        "first step, or are words hidden in the place of padding?"
    )  # fmt: skip
    return Exercise(
        reference=right,
        called="mindful_looks",
        cases=_looks_cases,
        returns=("contexts", "weights"),
        time_axis=1,
        minutes=25,
        difficulty=2,
        hints=(
            "All plain scores at once: queries @ keys.swapaxes(1, 2) / np.sqrt(n). The looks "
            "themselves wait for one another: a loop over t, a list of weights, np.stack(…, "
            "axis=1), and weights @ keys at the end.",
            kept,
            line,
        ),
        mistakes=with_overflow(right, _has_large_scores, (
            Mistake(remembers_nothing, (
                "Each look is made as if it were the first. What does a look know of those before "
                "it, and does that differ from word to word?")),
            Mistake(lam_forgotten, (
                "The memory counts as if λ were 1. By what is it multiplied in the formula?")),
            Mistake(own_look_too, own_look),
            Mistake(other_sign, sign),
            Mistake(no_root, (
                "The scores are not scaled. What is a dot product of n numbers divided by here?")),
            Mistake(padding_seen, (
                "Padding gets a share of the attention. What is the weight of a place that is no "
                "word?")),
            Mistake(mask_behind_the_softmax, (
                "Padding was taken out after the softmax, so that the weights of the words do not "
                "add up to one. Where does the mask belong?")),
            Mistake(zero_at_padding, (
                "Padding has the score 0, and e to 0 is 1. Which score has a place whose weight "
                "is 0?")),
            Mistake(words_hidden, no_number),
            Mistake(sum_over_the_batch, (
                "The weights were divided by a sum over the batch. Along which axis do the "
                "weights of one step lie?")),
            Mistake(other_span, span),
            *own,
        )),
        alternatives=(in_float32(lambda *case: _looked(variant, *case)),
                      row_by_row(right, (0, 1, 2))),
    )  # fmt: skip


# ---------------------------------------------------------------------------------- where it points


def _pointing_1(maps, owner, named, reach):
    hits, there = np.zeros(len(maps)), np.zeros(len(maps), bool)
    for n, (weights, belongs, thing) in enumerate(zip(maps, owner, named, strict=True)):
        row, column = np.unravel_index(weights.argmax(), weights.shape)
        near = belongs[max(row - reach, 0) : row + reach + 1,
                       max(column - reach, 0) : column + reach + 1]  # fmt: skip
        hits[n], there[n] = (near == thing).any(), (belongs == thing).any()
    return hits, hits[there].mean()


def _pointing_2(maps, owner, named, least):
    hits, there = np.zeros(len(maps)), np.zeros(len(maps), bool)
    for n, (weights, belongs, thing) in enumerate(zip(maps, owner, named, strict=True)):
        own = belongs == thing
        there[n] = own.sum() >= least
        if there[n]:
            hits[n] = (weights[own].sum() - own.mean()) / (1 - own.mean())
    return hits, hits[there].mean()


def _pointing_3(maps, owner, named, share):
    hits, there = np.zeros(len(maps)), np.zeros(len(maps), bool)
    for n, (weights, belongs, thing) in enumerate(zip(maps, owner, named, strict=True)):
        order = np.argsort(-weights, axis=None)  # regions, row behind row
        fewest = (np.cumsum(weights.ravel()[order]) < share).sum() + 1
        hits[n] = np.mean(belongs.ravel()[order[:fewest]] == thing)
        there[n] = (belongs == thing).any()
    return hits, hits[there].mean()


POINTING = {1: _pointing_1, 2: _pointing_2, 3: _pointing_3}


def _pointed(
    variant, maps, owner, named, third, *, whole=True, any_object=False, flip=False, near=None,
    value=None, cut=None, there=None,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    hits, counted = np.zeros(len(maps)), np.zeros(len(maps), bool)
    for n, (weights, belongs, thing) in enumerate(zip(maps, owner, named, strict=True)):
        own = belongs >= 0 if any_object else belongs == thing
        size = (belongs == thing).sum()
        counted[n] = size >= (third if variant == 2 else 1)
        if flip:
            weights = weights.T.reshape(weights.shape)  # the same list, read column by column
        if variant == 1:
            row, column = np.unravel_index(weights.argmax(), weights.shape)
            rows, columns = np.indices(weights.shape)
            hits[n] = own[near(abs(rows - row), abs(columns - column))].any()
        elif variant == 2:
            hits[n] = value(weights[own].sum(), own.mean()) if counted[n] else 0
        else:
            order = np.argsort(-weights, axis=None)
            chosen = order[: cut(weights.ravel()[order])]
            hits[n] = (
                own.ravel()[chosen].mean()
                if value is None
                else value(own.ravel(), weights.ravel(), chosen)
            )
    return hits, hits[counted].mean() if whole else hits.mean()


def _around(maps, owner, named, near):
    """The first one, with another slice around a row or column."""
    hits, there = np.zeros(len(maps)), np.zeros(len(maps), bool)
    for n, (weights, belongs, thing) in enumerate(zip(maps, owner, named, strict=True)):
        row, column = np.unravel_index(weights.argmax(), weights.shape)
        hits[n] = (belongs[near(row), near(column)] == thing).any()
        there[n] = (belongs == thing).any()
    return hits, hits[there].mean()


def pointing(variant: int) -> Exercise:
    """Where a map points, judged kindly."""
    right = POINTING[variant]

    def options(third):
        return {
            1: {"near": lambda down, across: (down <= third) & (across <= third)},
            2: {"value": lambda weight, size: (weight - size) / (1 - size)},
            3: {"cut": lambda sorted_: (np.cumsum(sorted_) < third).sum() + 1},
        }[variant]

    def changed(**other):
        def answer(maps, owner, named, third):
            return _pointed(variant, maps, owner, named, third, **(options(third) | other))

        return answer

    def left_out_counted(*case):
        return changed(whole=False)(*case)

    def any_object(*case):
        return changed(any_object=True)(*case)

    def rows_and_columns(*case):
        return changed(flip=True)(*case)

    def plain_game(maps, owner, named, reach):
        return right(maps, owner, named, 0)

    def end_left_out(maps, owner, named, reach):
        return _around(maps, owner, named, lambda at: slice(max(at - reach, 0), at + reach))

    def counted_from_the_end(maps, owner, named, reach):
        return _around(maps, owner, named, lambda at: slice(at - reach, at + reach + 1))

    def one_too_far(maps, owner, named, reach):
        return right(maps, owner, named, reach + 1)

    def along_the_axes(maps, owner, named, reach):
        return changed(near=lambda down, across: down + across <= reach)(maps, owner, named, reach)

    def plain_weight(*case):
        return changed(value=lambda weight, size: weight)(*case)

    def weight_less_share(*case):
        return changed(value=lambda weight, size: weight - size)(*case)

    def quotient(*case):
        return changed(value=lambda weight, size: weight / size)(*case)

    def smaller_ones_counted(maps, owner, named, least):
        return right(maps, owner, named, 1)

    def exactly_least_left_out(maps, owner, named, least):
        return right(maps, owner, named, least + 1)

    def number_of_those_left_out(maps, owner, named, least):
        return right(maps, owner, named, 1)[0], right(maps, owner, named, least)[1]

    def never_reached(maps, owner, named, share):
        return changed(cut=lambda sorted_: np.argmax(np.cumsum(sorted_) >= share) + 1)(
            maps, owner, named, share)  # fmt: skip

    def looked_at_most(maps, owner, named, share):
        return changed(cut=lambda sorted_: 1)(maps, owner, named, share)

    def one_region_short(maps, owner, named, share):
        return changed(cut=lambda sorted_: max((np.cumsum(sorted_) < share).sum(), 1))(
            maps, owner, named, share)  # fmt: skip

    def weight_of_the_chosen(maps, owner, named, share):
        def weighed(own, weights, chosen):
            return weights[chosen][own[chosen]].sum() / weights[chosen].sum()

        return changed(value=weighed)(maps, owner, named, share)

    def part_of_the_object(maps, owner, named, share):
        def found(own, weights, chosen):
            return own[chosen].sum() / max(own.sum(), 1)

        return changed(value=found)(maps, owner, named, share)

    def in_lists(*case):
        hits, mean = right(*case)
        return [hits.tolist(), float(mean)]

    def all_at_once(*case):
        return changed()(*case)

    own = {
        1: [
            Mistake(plain_game, (
                "Only the region looked at most counts: this is notebook 16's score. How near is "
                "near enough?")),
            Mistake(along_the_axes, (
                "Rows and columns apart were added. May a near region lie `reach` rows *and* "
                "`reach` columns away?")),
            Mistake(end_left_out, (
                "Regions below and to the right are missing. Is the end of a slice a part of it?")),
            Mistake(counted_from_the_end, (
                "Near the first row or column a region has no neighbours. What does a slice mean "
                "that begins below 0?")),
            Mistake(one_too_far, (
                "Regions count that lie one row or column too far away. How far does a reach of 1 "
                "go?")),
        ],
        2: [
            Mistake(plain_weight, (
                "This is the weight on the object as it is. How much would an even look have put "
                "there?")),
            Mistake(weight_less_share, (
                "This is the weight beyond an even look's. What is the most that it can be, and "
                "what should that give?")),
            Mistake(quotient, (
                "The weight was divided by an even look's. What does an even look get, by your "
                "formula and by the one above?")),
            Mistake(smaller_ones_counted, (
                "`least` plays no part. Which words are left out?")),
            Mistake(exactly_least_left_out, (
                "Words are left out whose object owns `least` regions exactly. Are these fewer "
                "than `least`?")),
            Mistake(number_of_those_left_out, (
                "The mean is right. Which number do words get in `hits` that are left out?")),
        ],
        3: [
            Mistake(looked_at_most, (
                "One region was taken for each word. How many does it take to hold `share` of the "
                "weight?")),
            Mistake(one_region_short, (
                "The last region is missing: the weights of those taken are below `share`. Where "
                "does one have to stop?")),
            Mistake(never_reached, (
                "With a share of 1 only one region is taken. Where does it begin to look, if the "
                "sum of all weights comes out a trifle below 1?")),
            Mistake(weight_of_the_chosen, (
                "The regions were weighed. Does the statement count regions, or weights?")),
            Mistake(part_of_the_object, (
                "This is how much of the object was found. Is the share one of the object's "
                "regions, or of those taken?")),
        ],
    }[variant]  # fmt: skip
    of_own = [mistake.answer for mistake in own if mistake.answer is not never_reached]
    answers = [right, left_out_counted, any_object, rows_and_columns, *of_own]

    def cases(random):
        def drawn(words, rows, columns, third):
            maps = random.dirichlet(np.full(rows * columns, 0.5 if third != 1.0 else 3.0), words)
            maps = maps.reshape(words, rows, columns)
            owner, named = np.full(maps.shape, -1), random.integers(0, 2, words)
            for weights, belongs, thing in zip(maps, owner, named, strict=True):
                for other in (1 - thing, thing):
                    if variant == 1:  # one region, near the one looked at most
                        place = np.unravel_index(weights.argmax(), weights.shape)
                        top, left = place + random.integers(-2, 3, 2)
                    else:
                        top, left = random.integers(0, rows), random.integers(0, columns)
                    high, wide = random.integers(0, 4, 2)  # some own nothing
                    if variant == 1:
                        high, wide = min(high, 1), min(wide, 1)
                    belongs[max(top, 0) : top + high, max(left, 0) : left + wide] = other
            return maps, owner, named, third

        def clear(case):
            maps, owner, named, third = case
            own = [(belongs == thing).sum() for belongs, thing in zip(owner, named, strict=True)]
            flat = np.sort(maps.reshape(len(maps), -1))[:, ::-1]
            sums = np.abs(np.cumsum(flat, axis=1) - (third if variant == 3 else -1))
            gaps = flat[:, 0] - flat[:, 1] if variant == 1 else flat[:, :3].min(axis=1)
            return (
                max(own) >= (third if variant == 2 else 1)
                and max(own) < flat.shape[1]
                and sums.min() > 1e-3
                and gaps.min() > 1e-3
            )

        def third():
            drawn = {2: int(random.integers(2, 4)), 3: round(random.uniform(0.4, 0.8), 2)}
            return drawn.get(variant, 1)

        def left_out(case):
            maps, owner, named, _ = case
            return any((belongs == thing).sum() == 0
                       for belongs, thing in zip(owner, named, strict=True))  # fmt: skip

        def all_taken(case):
            """Whether rounding leaves the sum of some map below 1, where that changes something."""
            maps, _, _, share = case
            return maps.min() > 1e-3 and apart([right, never_reached], (*case[:3], share), 1e-3)

        words = 24 if variant == 1 else 12  # as many as tell all mistakes apart soon
        sizes = (1, 2, 3), (3, 3, 4), (4, 5, 4)
        small = [until(lambda size=size: drawn(*size, third()), clear) for size in sizes]
        if variant == 3:
            small.append(until(lambda: drawn(4, 3, 3, 1.0), all_taken))
        return [*small, until(lambda: drawn(words, 5, 6, third()), lambda case: clear(case)
                               and left_out(case) and apart(answers, case, 1e-3))]  # fmt: skip

    first = {
        1: "np.unravel_index(weights.argmax(), weights.shape) is row and column of the region "
           "looked at most. A slice that begins below 0 counts from the end: max(row - reach, 0).",
        2: "own = belongs == thing is True at the object's regions: own.sum() says how many there "
           "are, own.mean() which share of all, and weights[own].sum() the weight on them.",
        3: "np.argsort(-weights, axis=None) numbers the regions, row behind row, the most looked "
           "at first; weights.ravel()[order] are their weights, and np.cumsum adds them up.",
    }[variant]  # fmt: skip
    line = {
        1: "near = belongs[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column "
           "+ reach + 1], and a hit is (near == thing).any().",
        2: "(weights[own].sum() - own.mean()) / (1 - own.mean()), where own.sum() >= least; else "
           "0, and not in the mean.",
        3: "fewest = (np.cumsum(weights.ravel()[order]) < share).sum() + 1, and then "
           "np.mean(belongs.ravel()[order[:fewest]] == thing).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="pointed",
        cases=cases,
        returns=("hits", "mean"),
        batched=False,
        minutes=15,
        difficulty=1,
        hints=(first, "A loop over the words is fine. Keep beside `hits` an array that says which "
               "words are not left out; the mean is hits[there].mean().", line),
        mistakes=(
            Mistake(left_out_counted, (
                "The mean has words in it that are left out. Over which words is it taken?")),
            Mistake(any_object, (
                "Any object counts as a hit. Which one does the word name?")),
            Mistake(rows_and_columns, (
                "The map was read column by column. In which order do weights and owners stand?")),
            *own,
        ),
        alternatives=(in_lists, all_at_once),
    )  # fmt: skip


# ------------------------------------------------------------------------------- who may look where


def _allowed_1(real, given):
    number = np.cumsum(real, axis=1) - 1  # of each word among the words of its sentence, from 0
    time = np.arange(real.shape[1])
    before = time <= time[:, None]  # (looks, is looked at)
    free = number[:, None, :] < given
    return real[:, :, None] & real[:, None, :] & (before | free)


def _allowed_2(real, reach):
    number = np.cumsum(real, axis=1) - 1  # of each word among the words of its sentence, from 0
    time = np.arange(real.shape[1])
    before = time <= time[:, None]  # (looks, is looked at)
    near = number[:, :, None] - number[:, None, :] <= reach
    return real[:, :, None] & real[:, None, :] & before & (near | (number[:, None, :] == 0))


def _allowed_3(real, length):
    number = np.cumsum(real, axis=1) - 1  # of each word among the words of its sentence, from 0
    time = np.arange(real.shape[1])
    before = time <= time[:, None]  # (looks, is looked at)
    chunk = number // length
    near = chunk[:, :, None] - chunk[:, None, :] <= 1
    return real[:, :, None] & real[:, None, :] & before & near


ALLOWED = {1: _allowed_1, 2: _allowed_2, 3: _allowed_3}


def _may_look(variant, real, third, *, places=False, padding="", causal=True, rule=None):
    """Any of the three, with places where a mistake can be put in."""
    time = np.arange(real.shape[1])
    number = np.broadcast_to(time, real.shape) if places else np.cumsum(real, axis=1) - 1
    looks, seen = number[:, :, None], number[:, None, :]
    before = time <= time[:, None]
    rules = {
        1: lambda: before | (seen < third),
        2: lambda: (looks - seen <= third) | (seen == 0),
        3: lambda: looks // third - seen // third <= 1,
    }
    rule = rule or rules[variant]
    allowed = rule() if variant == 1 else (before | (not causal)) & rule()
    if padding != "looks":
        allowed = allowed & real[:, :, None]
    if padding != "seen":
        allowed = allowed & real[:, None, :]
    return allowed


def allowed(variant: int) -> Exercise:
    """Who may look at whom."""
    right = ALLOWED[variant]

    def only_causal(real, third):
        return _may_look(variant, real, third, rule=lambda: np.tri(real.shape[1], dtype=bool))

    def places_counted(real, third):
        return _may_look(variant, real, third, places=True)

    def padding_looks(real, third):
        return _may_look(variant, real, third, padding="looks")

    def padding_seen(real, third):
        return _may_look(variant, real, third, padding="seen")

    def turned(real, third):
        return right(real, third).swapaxes(1, 2)

    def not_itself(real, third):
        return right(real, third) & ~np.eye(real.shape[1], dtype=bool)

    def one_more(real, third):
        return right(real, third + 1)

    def one_less(real, third):
        return right(real, third - 1)

    def free_to_look(real, given):
        number = np.cumsum(real, axis=1) - 1
        free = np.broadcast_to(number[:, :, None] < given, (*real.shape, real.shape[1]))
        return _may_look(1, real, given, rule=lambda: np.tri(real.shape[1], dtype=bool) | free)

    def numbers_from_one(real, length):
        chunk = np.cumsum(real, axis=1) // length
        near = chunk[:, :, None] - chunk[:, None, :] <= 1
        return _may_look(3, real, length, rule=lambda: near)

    def whole_chunks(real, length):
        number = np.cumsum(real, axis=1) - 1
        own = number[:, :, None] // length == number[:, None, :] // length
        return right(real, length) | own & real[:, :, None] & real[:, None, :]

    def future_too(real, third):
        return _may_look(variant, real, third, causal=False)

    def given_only(real, given):
        number = np.cumsum(real, axis=1) - 1
        return right(real, given) & (number[:, None, :] < given)

    def among_themselves(real, given):
        number = np.cumsum(real, axis=1) - 1
        first = number < given
        both = first[:, :, None] == first[:, None, :]
        return right(real, given) & both

    def no_first_word(real, reach):
        number = np.cumsum(real, axis=1) - 1
        return right(real, reach) & (number[:, :, None] - number[:, None, :] <= reach)

    def own_chunk_only(real, length):
        chunk = (np.cumsum(real, axis=1) - 1) // length
        return right(real, length) & (chunk[:, :, None] == chunk[:, None, :])

    def so_many_words(real, length):
        number = np.cumsum(real, axis=1) - 1
        near = number[:, :, None] - number[:, None, :] <= length
        return _may_look(3, real, length, rule=lambda: near)

    def in_a_loop(real, third):
        found = np.zeros((*real.shape, real.shape[1]), int)
        for place, row in enumerate(real):
            words = np.flatnonzero(row)
            for i, t in enumerate(words):
                for j, s in enumerate(words):
                    found[place, t, s] = {
                        1: j <= i or j < third,
                        2: j <= i and (i - j <= third or j == 0),
                        3: j <= i and i // third - j // third < 2,
                    }[variant]
        return found

    own = {
        1: [
            Mistake(given_only, (
                "Nobody looks at a word that is not given. What may a word see of those that were "
                "written before it?")),
            Mistake(among_themselves, (
                "Given and written words do not see each other. May a written word look at those "
                "given?")),
            Mistake(one_more, (
                "One word too many is free. The given words have the numbers 0 to …?")),
            Mistake(one_less, (
                "One word too few is free. Which number has the last of the given words, if the "
                "first has 0?")),
            Mistake(free_to_look, (
                "Given words see everything, and written words no given ones behind them. Which "
                "axis belongs to the word that is looked at?")),
        ],
        2: [
            Mistake(no_first_word, (
                "The first word is out of sight for late ones. Who may look at it?")),
            Mistake(future_too, (
                "A word sees words behind it. In which direction does it reach?")),
            Mistake(one_more, (
                "It reaches one word too far. With a reach of 1, how many words are seen beside "
                "the first and the word itself?")),
            Mistake(one_less, (
                "It does not reach far enough. With a reach of 1, how many words are seen beside "
                "the first and the word itself?")),
        ],
        3: [
            Mistake(own_chunk_only, (
                "Nobody looks beyond the own chunk. Which other chunk is in sight?")),
            Mistake(so_many_words, (
                "Each word sees `length` words before it. How far back does the chunk before begin "
                "for the last word of a chunk?")),
            Mistake(future_too, (
                "A word sees words behind it, too. In which direction may it look?")),
            Mistake(whole_chunks, (
                "A word sees all of its own chunk. Which words of its own chunk may it look at?")),
            Mistake(numbers_from_one, (
                "The first chunk is one word short. Which number has the first word?")),
            Mistake(one_more, (
                "The chunks are one word too long. Which numbers do the words of the first chunk "
                "have?")),
        ],
    }[variant]  # fmt: skip
    answers = [right, only_causal, places_counted, padding_looks, padding_seen, turned, not_itself,
               *(mistake.answer for mistake in own)]  # fmt: skip

    def cases(random):
        def drawn(batch, time, third):
            real = random.random((batch, time)) < 0.75
            real[:, int(random.integers(0, time))] = True
            return real, third

        longest = until(lambda: drawn(3, 10, int(random.integers(2, 4))),
                         lambda case: apart(answers, case))  # fmt: skip
        return [(np.ones((1, 4), bool), 2), (np.arange(6) < np.array([[6], [3]]), 2),
                (np.arange(5) >= np.array([[2], [0], [1]]), 1), longest]  # fmt: skip

    rule = {
        1: "Word j is free for all where number[:, None, :] < given; else it is seen by those that "
           "do not stand before it.",
        2: "number[:, :, None] - number[:, None, :] says how many words lie between who looks and "
           "who is looked at; the first word has the number 0.",
        3: "chunk = number // length; who looks may see a word whose chunk is its own or the one "
           "before.",
    }[variant]  # fmt: skip
    line = {
        1: "real[:, :, None] & real[:, None, :] & ((time <= time[:, None]) | (number[:, None, :] < "
           "given)), with time = np.arange(real.shape[1]).",
        2: "real[:, :, None] & real[:, None, :] & (time <= time[:, None]) & ((number[:, :, None] - "
           "number[:, None, :] <= reach) | (number[:, None, :] == 0)).",
        3: "real[:, :, None] & real[:, None, :] & (time <= time[:, None]) & (chunk[:, :, None] - "
           "chunk[:, None, :] <= 1).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="may_look",
        cases=cases,
        returns=("allowed",),
        observe=lambda found, *case: np.asarray(found, dtype=float),
        minutes=15,
        difficulty=2,
        hints=("np.cumsum(real, axis=1) - 1 is the number of each word among the words of its "
               "sentence, from 0; number[:, :, None] belongs to who looks, number[:, None, :] to "
               "who is looked at.", rule, line),
        mistakes=(
            Mistake(only_causal, (
                "This is the causal mask of notebook 18, and no more. What does your variant add "
                "to it, or take away?" if variant == 1 else
                "This is the causal mask of notebook 18, and no more. Which words before it does a "
                "word not see?")),
            Mistake(places_counted, (
                "Places were counted, padding among them. What is counted here?")),
            Mistake(padding_looks, (
                "Padding looks at words. What stands in the row of a place that is no word?")),
            Mistake(padding_seen, (
                "Padding is looked at. What stands in the column of a place that is no word?")),
            Mistake(turned, (
                "Rows and columns are exchanged. Which axis belongs to who looks?")),
            Mistake(not_itself, (
                "No word looks at itself. Does a word stand before itself, or at its own place?")),
            *own,
        ),
        alternatives=(in_a_loop, lambda *case: right(*case).astype("float32")),
    )  # fmt: skip
