"""Problem set 3: what a memory is made of, a gate set by hand, and which gates are needed."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_cases import apart, until

# ------------------------------------------------------------------- what a cell state is made of


def _memory_1(f, i):
    later = np.cumprod(f[::-1], axis=0)[::-1]  # the product of f from this step to the last
    kept = np.concatenate([later[1:], np.ones((1, f.shape[1]))])  # ... from the next one
    weights = i * kept  # (time, units)
    ages = np.arange(len(f))[::-1, None]  # the last step has age 0
    return weights, (weights * ages).sum(axis=0) / weights.sum(axis=0)


def _memory_2(f, i):
    later = np.cumprod(f[::-1], axis=0)[::-1]  # the product of f from this step to the last
    kept = np.concatenate([later[1:], np.ones((1, f.shape[1]))])  # ... from the next one
    weights = i * kept  # (time, units)
    shares = np.cumsum(weights[::-1], axis=0) / weights.sum(axis=0)  # from the last step back
    return weights, (shares < 0.5).sum(axis=0)


def _memory_3(f, i):
    later = np.cumprod(f[::-1], axis=0)[::-1]  # the product of f from this step to the last
    kept = np.concatenate([later[1:], np.ones((1, f.shape[1]))])  # ... from the next one
    weights = i * kept  # (time, units)
    heard = weights >= 0.1 * weights.max(axis=0)
    return weights, len(f) - 1 - heard.argmax(axis=0)  # argmax finds the first


MEMORY = {1: _memory_1, 2: _memory_2, 3: _memory_3}


def _memory_case(random, time, units, low):
    return random.uniform(low, 0.99, (time, units)), random.uniform(0.1, 0.9, (time, units))


def _age(variant, weights):
    time = len(weights)
    if variant == 1:
        return (weights * np.arange(time)[::-1, None]).sum(axis=0) / weights.sum(axis=0)
    if variant == 2:
        return (np.cumsum(weights[::-1], axis=0) / weights.sum(axis=0) < 0.5).sum(axis=0)
    return time - 1 - (weights >= 0.1 * weights.max(axis=0)).argmax(axis=0)


def memory(variant: int) -> Exercise:
    """What a cell state is made of."""
    right = MEMORY[variant]

    def measured(weights):
        return weights, _age(variant, weights)

    def one_gate_too_many(f, i):
        return measured(i * np.cumprod(f[::-1], axis=0)[::-1])

    def from_the_beginning(f, i):
        return measured(i * np.cumprod(f, axis=0))

    def no_input_gate(f, i):
        return measured(right(f, np.ones_like(i))[0])

    def tied(f, i):
        return measured(right(f, 1 - f)[0])

    def counted_from_the_first(f, i):
        weights, age = right(f, i)
        return weights, len(f) - 1 - age

    def counted_from_one(f, i):
        weights, age = right(f, i)
        return weights, age + 1

    def one_gate_only(f, i):
        return measured(i * np.concatenate([f[1:], np.ones((1, f.shape[1]))]))

    def not_divided(f, i):
        weights, age = right(f, i)
        return weights, age * weights.sum(axis=0)

    def half_of_one(f, i):
        weights, _ = right(f, i)
        return weights, (np.cumsum(weights[::-1], axis=0) < 0.5).sum(axis=0)

    def largest_of_all_units(f, i):
        weights, _ = right(f, i)
        return weights, len(f) - 1 - (weights >= 0.1 * weights.max()).argmax(axis=0)

    def newest_heard(f, i):
        weights, _ = right(f, i)
        return weights, (weights >= 0.1 * weights.max(axis=0))[::-1].argmax(axis=0)

    def how_many_heard(f, i):
        weights, _ = right(f, i)
        return weights, (weights >= 0.1 * weights.max(axis=0)).sum(axis=0)

    def in_a_loop(f, i):
        weights, kept = np.zeros_like(f), np.ones(f.shape[1])
        for t in reversed(range(len(f))):
            weights[t] = i[t] * kept
            kept = kept * f[t]
        return [weights, np.asarray(_age(variant, weights), float)]

    def in_float32(f, i):
        weights, age = right(f, i)
        return weights.astype("float32"), age

    own = {
        1: [
            Mistake(not_divided, (
                "The weights are right, and the ages were weighted and added up. By what is a "
                "weighted mean divided?")),
        ],
        2: [
            Mistake(half_of_one, (
                "The weights are right, and the sum was taken up to 0.5. Of what is it to reach "
                "half?")),
        ],
        3: [
            Mistake(largest_of_all_units, (
                "The weights are right, and were compared with the largest of all units. Whose "
                "largest weight counts?")),
            Mistake(newest_heard, (
                "The weights are right, and this is the newest step that is heard. Which one is "
                "asked for?")),
            Mistake(how_many_heard, (
                "The weights are right, and this is how many steps are heard. If there are quiet "
                "ones between them, how old is the oldest?")),
        ],
    }[variant]  # fmt: skip
    answers = [right, counted_from_the_first, counted_from_one, *(one.answer for one in own)]

    def cases(random):
        sizes = (3, 1, 0.5), (8, 3, 0.6), (20, 2, 0.7), (15, 4, 0.8)
        found = [_memory_case(random, *size) for size in sizes]
        return [*found, until(lambda: _memory_case(random, 30, 3, 0.5),
                               lambda case: apart(answers, case))]  # fmt: skip

    line = {
        1: "ages = np.arange(time)[::-1, None], and (weights * ages).sum(axis=0) / "
           "weights.sum(axis=0).",
        2: "shares = np.cumsum(weights[::-1], axis=0) / weights.sum(axis=0), and (shares < "
           "0.5).sum(axis=0).",
        3: "heard = weights >= 0.1 * weights.max(axis=0), and time - 1 - heard.argmax(axis=0): "
           "argmax finds the first True.",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="memory_of",
        cases=cases,
        returns=("weights", "age"),
        minutes=20,
        difficulty=2,
        hints=(
            "Unroll c_t = f_t c_{t-1} + i_t g_t for three steps on paper: by what is g_1 "
            "multiplied in c_3?",
            "Walk back from the last step with kept = 1: weights[t] = i[t] * kept, then "
            "kept = kept * f[t].",
            line,
        ),
        mistakes=(
            Mistake(one_gate_too_many, (
                "The forget gate of the step itself was counted. Does f_t stand before g_t?")),
            Mistake(from_the_beginning, (
                "The forget gates *before* a step were multiplied up. Which of them does a thing "
                "pass that was written at step t?")),
            Mistake(no_input_gate, (
                "The input gate plays no part. How much of g_t was written at all?")),
            Mistake(tied, (
                "1 - f was taken for the input gate. Which cell does that, and is it this one?")),
            Mistake(counted_from_the_first, (
                "The weights are right, and the age counts from the first step. Which step has age "
                "0?")),
            Mistake(counted_from_one, (
                "The weights are right, and every age is one too large. How old is what was "
                "written at the last step?")),
            Mistake(one_gate_only, (
                "Only the forget gate of the next step was counted. How many does a thing pass up "
                "to the end?")),
            *own,
        ),
        alternatives=(in_a_loop, in_float32),
    )  # fmt: skip


# ------------------------------------------------------------------ a gate that knows its marker


def _marker_1(memories, share):
    keep = 0.5 ** (1 / memories)
    b = np.log((1 - keep) / keep)  # σ(b) is replaced at a step without marker
    w = np.log((1 - share) / share) - b
    return w, b


def _marker_2(memories, share):
    keep = 0.5 ** (1 / memories)
    b = np.log(keep / (1 - keep))  # σ(b) is kept at a step without marker
    w = 1 + np.log((1 - share) / share) - b  # σ(w + b - 1) is not written at the marker
    return w, b


def _marker_3(memories, share):
    keep = np.exp(-1 / memories)
    b = np.log(keep / (1 - keep))  # σ(b) is kept at a step without marker
    w = np.log(share / (1 - share)) - b
    return w, b


MARKER = {1: _marker_1, 2: _marker_2, 3: _marker_3}


def _marker_cases(random):
    return [
        (random.uniform(low, high, units), float(random.uniform(least, most)))
        for units, low, high, least, most in (
            (1, 3, 6, 0.05, 0.2), (3, 2, 10, 0.02, 0.1), (5, 1.2, 20, 0.2, 0.4),
            (4, 15, 30, 0.6, 0.9),
        )
    ]  # fmt: skip


def _logit(share):
    """What σ turns into this share."""
    return np.log(share / (1 - share))


def _marked(variant, memories, share, keep=None, shift=1.0):
    """Any of the three, with places where a mistake can be put in."""
    if keep is None:
        keep = np.exp(-1 / memories) if variant == 3 else 0.5 ** (1 / memories)
    b = _logit(1 - keep if variant == 1 else keep)
    at_marker = _logit(share) if variant == 3 else -_logit(share)
    return at_marker + (shift if variant == 2 else 0.0) - b, b


def marker(variant: int) -> Exercise:
    """A gate that knows its marker."""
    right = MARKER[variant]

    def other_convention(memories, share):
        w, b = right(memories, share)
        if variant == 2:  # 1 - σ(b) is kept, σ(w + b - 1) is written
            return 1 + _logit(share) + b, -b
        return -w, -b

    def other_convention_without_marker(memories, share):
        w, b = right(memories, share)
        return w + 2 * b, -b

    def sum_for_weight(memories, share):
        w, b = right(memories, share)
        return w + b, b

    def other_measure(memories, share):
        keep = 0.5 ** (1 / memories) if variant == 3 else np.exp(-1 / memories)
        return _marked(variant, memories, share, keep)

    other_measure.__name__ = {
        1: "one_over_e_for_a_half", 2: "one_over_e_for_a_half", 3: "a_half_for_one_over_e",
    }[variant]  # fmt: skip

    def in_equal_portions(memories, share):
        lost = 1 - np.exp(-1) if variant == 3 else 0.5
        return _marked(variant, memories, share, 1 - lost / memories)

    def power_for_root(memories, share):
        return _marked(variant, memories, share, (np.exp(-1) if variant == 3 else 0.5) ** memories)

    def shares_for_sums(memories, share):
        keep = np.exp(-1 / memories) if variant == 3 else 0.5 ** (1 / memories)
        b = 1 - keep if variant == 1 else keep
        return (share if variant == 3 else 1 - share) + (variant == 2) - b, b

    def share_turned(memories, share):
        return right(memories, 1 - share)

    def shift_forgotten(memories, share):
        return _marked(variant, memories, share, shift=0.0)

    def one_by_one(memories, share):
        each = [right(memories[n : n + 1], share) for n in range(len(memories))]
        return [np.concatenate(parts) for parts in zip(*each, strict=True)]

    def in_float32(memories, share):
        w, b = _marked(variant, memories.astype("float32"), share)
        return np.asarray(w, "float32"), np.asarray(b, "float32")

    quiet = {
        1: "First a step without marker, m = 0: σ(b) is replaced, so 1 - σ(b) is kept, at each of "
           "T steps. (1 - σ(b)) ** T is to be a half.",
        2: "First a step without marker, m = 0: σ(b) is kept, at each of T steps. σ(b) ** T is to "
           "be a half.",
        3: "First a step without marker, m = 0: σ(b) is kept, at each of T steps. σ(b) ** T is to "
           "be 1 / e.",
    }[variant]  # fmt: skip
    marked = {
        1: "At the marker the sum is w + b, and 1 - σ(w + b) is to be `share`.",
        2: "At the marker the sum is w + b, and 1 - σ(w + b - 1) is to be `share`.",
        3: "At the marker the sum is w + b, and σ(w + b) is to be `share`.",
    }[variant]
    last = {
        1: "keep = 0.5 ** (1 / memories); b = np.log((1 - keep) / keep); w = np.log((1 - share) / "
           "share) - b",
        2: "keep = 0.5 ** (1 / memories); b = np.log(keep / (1 - keep)); w = 1 + np.log((1 - "
           "share) / share) - b",
        3: "keep = np.exp(-1 / memories); b = np.log(keep / (1 - keep)); w = np.log(share / (1 - "
           "share)) - b",
    }[variant]  # fmt: skip
    half = {1: "a half", 2: "a half", 3: "1/e, 37 %,"}[variant]
    of_share = "written of the candidate" if variant == 2 else "kept of the old state"
    mistakes = [
        Mistake(other_convention, (
            "The gate's two roles are exchanged, at the marker and elsewhere: it keeps what it "
            "should replace. What does the text say that σ is the share of?")),
        Mistake(other_convention_without_marker, (
            "The marker is right. Without a marker the gate's two roles are exchanged: what "
            "does the text say that σ(b) is the share of?")),
        Mistake(sum_for_weight, (
            "b is right, and w is what the sum should be at the marker. What stands in that sum "
            "beside w?")),
        Mistake(other_measure, (
            f"After that many steps {'a half' if variant == 3 else '1/e, 37 %,'} is left. How "
            "much of it shall be left?")),
        Mistake(in_equal_portions, (
            "What is lost was shared out over the steps in equal portions. A gate multiplies: "
            f"after T steps keep ** T is left. Which `keep` makes that {half.rstrip(',')}?")),
        Mistake(power_for_root, (
            "The power was taken for the root. It is keep ** T that is known here: how does one "
            "solve that for keep?")),
        Mistake(shares_for_sums, (
            "These are the values of the gate. What has to stand inside the sigmoid, so that they "
            "come out?")),
        Mistake(share_turned, (
            f"At the marker the gate's two roles are exchanged: 1 - share is {of_share}, and "
            "`share` is not. What is σ there the share of, by the text?")),
    ]  # fmt: skip
    if variant == 2:
        mistakes.append(Mistake(shift_forgotten, (
            "b is right, and w is as if σ(w + b) decided what is written. What is subtracted from "
            "the sum there?")))  # fmt: skip
    return Exercise(
        reference=right,
        called="marker_gate",
        cases=_marker_cases,
        returns=("w", "b"),
        minutes=15,
        difficulty=2,
        hints=(quiet, f"{marked} Turn the sigmoid round: σ(a) = s gives a = log(s / (1 - s)).",
               f"{last}."),
        mistakes=tuple(mistakes),
        alternatives=(one_by_one, in_float32),
    )  # fmt: skip


# ------------------------------------------------------------------------- which gates are needed


def _needed_1(gates, candidates, W_y, targets):
    def error(gates):
        c, said = np.zeros_like(candidates[:, 0]), []
        for t in range(gates.shape[1]):
            c = gates[:, t] * c + (1 - gates[:, t]) * candidates[:, t]
            said.append(c @ W_y)
        return np.mean((np.stack(said, axis=1) - targets) ** 2)

    increases = []
    for unit in range(gates.shape[2]):
        overruled = gates.copy()
        overruled[:, :, unit] = gates[:, :, unit].mean()
        increases.append(error(overruled) - error(gates))
    return np.array(increases)


def _needed_2(gates, candidates, W_y, targets):
    def error(gates):
        c, said = np.zeros_like(candidates[:, 0]), []
        for t in range(gates.shape[1]):
            c = gates[:, t] * c + (1 - gates[:, t]) * candidates[:, t]
            said.append(c @ W_y)
        return np.mean((np.stack(said, axis=1) - targets) ** 2)

    increases = []
    for unit in range(gates.shape[2]):
        overruled = gates.copy()
        overruled[:, :, unit] = np.roll(gates[:, :, unit], -1, axis=0)  # of the next sequence
        increases.append(error(overruled) - error(gates))
    return np.array(increases)


def _needed_3(gates, candidates, W_y, targets):
    def error(gates):
        c, said = np.zeros_like(candidates[:, 0]), []
        for t in range(gates.shape[1]):
            c = gates[:, t] * c + (1 - gates[:, t]) * candidates[:, t]
            said.append(c @ W_y)
        return np.mean((np.stack(said, axis=1) - targets) ** 2)

    increases = []
    for unit in range(gates.shape[2]):
        overruled = gates.copy()
        overruled[:, :, unit] = gates[:, :, unit] > 0.5
        increases.append(error(overruled) - error(gates))
    return np.array(increases)


NEEDED = {1: _needed_1, 2: _needed_2, 3: _needed_3}


def _needed_cases(random):
    cases = []
    for batch, time, units, outputs in ((2, 3, 2, 1), (3, 6, 3, 2), (5, 4, 2, 3), (4, 8, 4, 1)):
        shape = batch, time, units
        gates = random.uniform(0.05, 0.45, shape) + 0.5 * (random.random(shape) < 0.6)
        candidates = random.uniform(-0.9, 0.9, shape)
        W_y = random.choice([-1, 1], (units, outputs)) * random.uniform(1, 3, (units, outputs))
        said = _kept(gates, gates, candidates) @ W_y
        cases.append((gates, candidates, W_y, said + 0.1 * random.normal(size=said.shape)))
    return cases


def _kept(kept, written, candidates):
    """The states where the gates of what is kept and of what is written may differ."""
    c, states = np.zeros_like(candidates[:, 0]), []
    for t in range(kept.shape[1]):
        c = kept[:, t] * c + (1 - written[:, t]) * candidates[:, t]
        states.append(c)
    return np.stack(states, axis=1)


def _overruled(variant, gates):
    """Every unit's gate overruled."""
    if variant == 1:
        return np.broadcast_to(gates.mean(axis=(0, 1)), gates.shape)
    return np.roll(gates, -1, axis=0) if variant == 2 else (gates > 0.5).astype(gates.dtype)


def _increases(
    gates, candidates, W_y, targets, instead, *, written=True, candidates_too=None, mean=np.mean,
    less=True, every=False,
):  # fmt: skip
    """By how much the error grows with each unit's gate overruled by `instead`."""

    def error(kept, written, candidates):
        return mean((_kept(kept, written, candidates) @ W_y - targets) ** 2)

    before, found = error(gates, gates, candidates), []
    for unit in range(gates.shape[2]):
        here = np.ones(gates.shape[2], bool) if every else np.arange(gates.shape[2]) == unit
        kept = np.where(here, instead, gates)
        other = candidates if candidates_too is None else np.where(here, candidates_too, candidates)
        found.append(error(kept, kept if written else gates, other) - (before if less else 0.0))
    return np.array(found)


def needed(variant: int) -> Exercise:
    """Which gates are needed."""
    right = NEEDED[variant]

    def tried(gates, *others, **options):
        return _increases(gates, *others, _overruled(variant, gates), **options)

    def all_at_once(*case):
        return tried(*case, every=True)

    def not_compared(*case):
        return tried(*case, less=False)

    def sign_turned(*case):
        return -right(*case)

    def only_what_is_kept(*case):
        return tried(*case, written=False)

    def summed(*case):
        return tried(*case, mean=np.sum)

    def without_the_unit(gates, candidates, W_y, targets):
        return _increases(gates, candidates, W_y, targets, gates, candidates_too=0 * candidates)

    def other_instead(gates, *others):
        instead = {1: gates.mean(axis=1, keepdims=True), 2: np.roll(gates, -1, axis=1),
                   3: np.zeros_like(gates)}[variant]  # fmt: skip
        return _increases(gates, *others, instead)

    other_instead.__name__ = {
        1: "a_mean_for_each_sequence", 2: "moved_along_the_time", 3: "gates_always_zero",
    }[variant]  # fmt: skip

    def third_instead(gates, *others):
        instead = {1: gates.mean(), 2: np.roll(gates, 1, axis=0), 3: gates < 0.5}[variant]
        return _increases(gates, *others, instead)

    third_instead.__name__ = {
        1: "one_mean_for_all_units", 2: "from_the_sequence_before", 3: "rounded_the_other_way",
    }[variant]  # fmt: skip

    def last_step_only(gates, candidates, W_y, targets):
        """The error of the last step, with the gate overruled everywhere."""
        return tried(gates, candidates, W_y, targets, mean=lambda errors: errors[:, -1].mean())

    def in_lists(*case):
        return tried(*case).tolist()

    def in_float32(*case):
        return tried(*(np.asarray(part, "float32") for part in case))

    instead = {
        1: "A unit's gate is replaced by one number, its mean over all sequences and steps: "
           "overruled[:, :, unit] = gates[:, :, unit].mean().",
        2: "A unit's gate is taken from the next sequence, the last one's from the first: "
           "overruled[:, :, unit] = np.roll(gates[:, :, unit], -1, axis=0).",
        3: "A unit's gate is rounded, to 1 above a half, else to 0: overruled[:, :, unit] = "
           "gates[:, :, unit] > 0.5.",
    }[variant]  # fmt: skip
    other = {
        1: "Each sequence has a mean of its own here. Over what does the text take it?",
        2: "The gates were moved along the time. From where shall a sequence's gate come?",
        3: "The gates are always 0 here. What becomes of one above a half?",
    }[variant]
    third = {
        1: "One mean was taken for all units. Of whose gate is it the mean?",
        2: "The gates come from the sequence before. From which one shall they come?",
        3: "The gates are 1 below a half and 0 above it. Which way is rounded?",
    }[variant]
    return Exercise(
        reference=right,
        called="needed",
        cases=_needed_cases,
        returns=("increases",),
        minutes=20,
        difficulty=2,
        hints=(
            "Write the error as a function of the gates first: the loop c = f * c + (1 - f) * g, "
            "what is said, c @ W_y, at each step, and the mean of all squared differences.",
            f"{instead} Begin with gates.copy() for each unit anew, so that the others' gates are "
            "their own.",
            "For each unit error(overruled) - error(gates); np.array of the list.",
        ),
        mistakes=(
            Mistake(all_at_once, (
                "All units were overruled at once. Whose gate is the one that matters?")),
            Mistake(not_compared, (
                "These are the errors with a gate overruled. By how much is each larger than the "
                "error before?")),
            Mistake(sign_turned, (
                "The signs are turned. If a gate is needed, does overruling it make the error "
                "larger or smaller?")),
            Mistake(only_what_is_kept, (
                "The gate was overruled in what is kept, and not in what is written. How often "
                "does f stand in the formula?")),
            Mistake(summed, (
                "The squares were added up. Of what is the error the mean?")),
            Mistake(without_the_unit, (
                "Nothing is written by the unit here, so this is what the *unit* is worth. What "
                "shall its gate be in place of its own?")),
            Mistake(other_instead, other),
            Mistake(third_instead, third),
            Mistake(last_step_only, (
                "The last step alone was judged. At which steps does the network speak?")),
        ),
        alternatives=(in_lists, in_float32),
    )  # fmt: skip
