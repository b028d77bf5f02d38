"""Problem set 4: two readers, a few steps ahead, and who looks ahead."""

from __future__ import annotations

import numpy as np

from utils.cells import sigmoid
from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_cases import in_float32, row_by_row

# ------------------------------------------------------------------------- two readers, one state


def _readers_1(x, mask, W_xh, W_hh, b_h, W_m):
    readers = []
    for way in (0, 1):
        h, states = np.zeros((len(x), b_h.shape[1])), [None] * x.shape[1]
        for t in range(x.shape[1]) if way == 0 else reversed(range(x.shape[1])):
            new = np.tanh(x[:, t] @ W_xh[way] + h @ W_hh[way] + b_h[way])
            h = np.where(mask[:, t, None], new, h)
            states[t] = h
        readers.append(np.stack(states, axis=1))
    gate = 1 / (1 + np.exp(-np.concatenate(readers, axis=2) @ W_m))
    return np.where(mask[:, :, None], gate * readers[0] + (1 - gate) * readers[1], 0)


def _readers_2(x, mask, W_xh, W_hh, b_h, W_m):
    readers = []
    for way in (0, 1):
        h, states = np.zeros((len(x), b_h.shape[1])), [None] * x.shape[1]
        for t in range(x.shape[1]) if way == 0 else reversed(range(x.shape[1])):
            states[t] = h  # what this reader knows before it reads step t
            new = np.tanh(x[:, t] @ W_xh[way] + h @ W_hh[way] + b_h[way])
            h = np.where(mask[:, t, None], new, h)
        readers.append(np.stack(states, axis=1))
    return np.where(mask[:, :, None], np.tanh(np.concatenate(readers, axis=2) @ W_m), 0)


def _readers_3(x, mask, W_xh, W_hh, b_h, W_m):
    readers, h = [], np.zeros((len(x), b_h.shape[1]))
    for way in (0, 1):  # the second reader goes on from the last state of the first
        states = [None] * x.shape[1]
        for t in range(x.shape[1]) if way == 0 else reversed(range(x.shape[1])):
            new = np.tanh(x[:, t] @ W_xh[way] + h @ W_hh[way] + b_h[way])
            h = np.where(mask[:, t, None], new, h)
            states[t] = h
        readers.append(np.stack(states, axis=1))
    return np.where(mask[:, :, None], np.tanh(np.concatenate(readers, axis=2) @ W_m), 0)


READERS = {1: _readers_1, 2: _readers_2, 3: _readers_3}


def masks(random):
    """Masks (batch, time): all real; padding at the end, at the beginning, and in between."""
    yield np.ones((1, 2), bool)
    yield np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], bool)
    yield np.array([[0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 1, 1]], bool)
    yield np.array([[1, 0, 0, 1, 1, 0], [0, 1, 1, 0, 1, 1]], bool)
    drawn = random.random((4, 7)) < 0.6
    drawn[:, 2], drawn[0, 3] = True, False
    yield drawn


def _readers_cases(random):
    cases = []
    for mask, features, units in zip(masks(random), (1, 2, 3, 2, 1), (2, 3, 1, 4, 2), strict=True):
        shapes = ((2, features, units), (2, units, units), (2, units), (2 * units, units))
        weights = (random.normal(size=shape) for shape in shapes)
        cases.append((random.normal(size=(*mask.shape, features)), mask, *weights))
    return cases


def _read(
    variant, x, mask, W_xh, W_hh, b_h, W_m, *, padding=lambda new, h, real: np.where(real, new, h),
    ends=lambda states, real: np.where(real, states, 0), early=None, goes_on=None, turns=True,
    returns=True, exchanged=False, other_share=False, squash=True, hears=(0, 1),
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    early = (variant == 2,) * 2 if early is None else early  # of each reader
    goes_on = variant == 3 if goes_on is None else goes_on
    time, readers = x.shape[1], []
    h = zero = np.zeros((len(x), b_h.shape[1]))
    for way in (0, 1):
        h, states, back = h if goes_on else zero, [], way == 1 and turns
        for t in reversed(range(time)) if back else range(time):
            before = h
            new = np.tanh(x[:, t] @ W_xh[way] + h @ W_hh[way] + b_h[way])
            h = padding(new, h, mask[:, t, None])
            states.append(before if early[way] else h)
        readers.append(np.stack(states[::-1] if back and returns else states, axis=1))
    readers = readers[::-1] if exchanged else readers
    merged = np.concatenate([readers[way] for way in hears], axis=2) @ W_m
    if variant == 1:
        gate = sigmoid(-merged if other_share else merged) if squash else merged
        merged = gate * readers[0] + (1 - gate) * readers[1]
    elif squash:
        merged = np.tanh(merged)
    return ends(merged, mask[:, :, None])


def readers(variant: int) -> Exercise:
    """Two readers, one state."""
    right = READERS[variant]

    def padding_read(*case):
        return _read(variant, *case, padding=lambda new, h, real: new)

    def padding_left(*case):
        return _read(variant, *case, ends=lambda states, real: states)

    def forgets_at_padding(*case):
        return _read(variant, *case, padding=lambda new, h, real: np.where(real, new, 0))

    def reads_zeros(x, mask, *weights):
        return _read(variant, x * mask[:, :, None], mask, *weights,
                     padding=lambda new, h, real: new)  # fmt: skip

    def both_forwards(*case):
        return _read(variant, *case, turns=False)

    def not_turned_back(*case):
        return _read(variant, *case, returns=False)

    def one_reader_twice(x, mask, W_xh, W_hh, b_h, W_m):
        twice = (np.stack([part[0], part[0]]) for part in (W_xh, W_hh, b_h))
        return right(x, mask, *twice, W_m)

    def halves_exchanged(*case):
        return _read(variant, *case, exchanged=True)

    def own(*case):
        return _read(variant, *case, **{1: {"other_share": True}, 2: {"early": (False, False)},
                                        3: {"goes_on": False}}[variant])  # fmt: skip

    def not_squashed(*case):
        return _read(variant, *case, squash=False)

    def gate_hears_them_exchanged(*case):
        return _read(variant, *case, hears=(1, 0))

    def first_has_read_it(*case):
        return _read(variant, *case, early=(False, True))

    def second_has_read_it(*case):
        return _read(variant, *case, early=(True, False))

    def no_bias(x, mask, W_xh, W_hh, b_h, W_m):
        return right(x, mask, W_xh, W_hh, 0 * b_h, W_m)

    own.__name__ = {
        1: "shares_exchanged", 2: "states_after_the_step", 3: "second_begins_from_zeros",
    }[variant]  # fmt: skip

    said = {
        1: "The gate's two shares are exchanged. Which reader gets the share g, and which 1 - g?",
        2: "Both readers have read the step that is answered. Which state does each of them have "
           "before it comes there?",
        3: "The second reader began from zeros. With which state does it begin here?",
    }[variant]  # fmt: skip
    more = {
        1: [
            Mistake(gate_hears_them_exchanged, (
                "The two readers stand in the other order in front of W_m. Which half of [f ; b] "
                "comes first?")),
        ],
        2: [
            Mistake(first_has_read_it, (
                "The first reader has read the step that is answered. Which state did it have "
                "before?")),
            Mistake(second_has_read_it, (
                "The second reader has read the step that is answered. Which state did it have "
                "before?")),
        ],
        3: [],
    }[variant]  # fmt: skip
    last = {
        1: "gate = 1 / (1 + np.exp(-np.concatenate([f, b], axis=2) @ W_m)), then gate * f + (1 - "
           "gate) * b, and np.where(mask[:, :, None], …, 0).",
        2: "Keep h in the list before you replace it, so that it does not know step t. Then "
           "np.tanh(np.concatenate([f, b], axis=2) @ W_m), and np.where(mask[:, :, None], …, 0).",
        3: "Set h to zeros before the first reader only. Then np.tanh(np.concatenate([f, b], "
           "axis=2) @ W_m), and np.where(mask[:, :, None], …, 0).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="two_readers",
        cases=_readers_cases,
        returns=("states",),
        time_axis=1,
        minutes=30,
        difficulty=2,
        hints=(
            "Write one reader first, a loop of notebook 1 over the steps; the second one goes "
            "through them in reverse, and each state belongs to the step t at which it was made.",
            "At a padded step a reader keeps the state that it has: new = np.tanh(…), and then "
            "h = np.where(mask[:, t, None], new, h).",
            last,
        ),
        mistakes=(
            Mistake(padding_read, (
                "Padding was read like real steps, and only hidden in the end. What happens to a "
                "reader's state at a padded step?")),
            Mistake(padding_left, (
                "All real steps are right. What shall stand at the padded ones?")),
            Mistake(forgets_at_padding, (
                "A reader's state became zero at padding. What shall it carry across?")),
            Mistake(reads_zeros, (
                "Padding was set to zero, and then read. Does a state stay as it is when the "
                "reader reads a zero?")),
            Mistake(both_forwards, (
                "Both readers read from the first step. Where does the second one begin?")),
            Mistake(not_turned_back, (
                "The second reader's states stand in the order in which they were made. To which "
                "step does its first state belong?")),
            Mistake(one_reader_twice, (
                "Both readers have the weights of the first. Which axis of the weights tells them "
                "apart?")),
            Mistake(halves_exchanged, (
                "The second reader's states took the place of the first one's in the merge. Which "
                "half comes first?")),
            Mistake(not_squashed, (
                "What comes out of W_m lacks its function. What stands around it in the "
                "formula?")),
            Mistake(no_bias, (
                "The biases of the readers are missing. What is the step of notebook 1?")),
            Mistake(own, said),
            *more,
        ),
        alternatives=(in_float32(right), row_by_row(right, (0, 1))),
    )  # fmt: skip


# --------------------------------------------------------------------- a limited view of what comes


def _ahead_1(x, lengths, W_xh, W_hh, b_h, ahead):
    batch, time, features = x.shape
    real = (np.arange(time) < lengths[:, None])[:, :, None]
    heard = np.concatenate([x * real, np.zeros((batch, ahead, features))], axis=1)
    h, states = np.zeros((batch, len(b_h))), []
    for t in range(time + ahead):
        h = np.tanh(heard[:, t] @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.stack(states[ahead:], axis=1) * real


def _ahead_2(x, lengths, W_xh, W_hh, b_h, ahead):
    real = (np.arange(x.shape[1]) < lengths[:, None])[:, :, None]
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        view = slice(t, t + ahead + 1)
        count = np.maximum(real[:, view].sum(axis=1), 1)  # of steps in view; at padding there is 0
        seen = (x * real)[:, view].sum(axis=1) / count
        h = np.tanh(seen @ W_xh + h @ W_hh + b_h)
        states.append(h)
    return np.stack(states, axis=1) * real


def _ahead_3(x, lengths, W_xh, W_hh, b_h, ahead):
    states = []
    for t in range(x.shape[1]):
        h = np.zeros((len(x), len(b_h)))
        for s in reversed(range(t, min(t + ahead + 1, x.shape[1]))):
            new = np.tanh(x[:, s] @ W_xh + h @ W_hh + b_h)
            h = np.where(s < lengths[:, None], new, h)
        states.append(h)
    return np.stack(states, axis=1)


AHEAD = {1: _ahead_1, 2: _ahead_2, 3: _ahead_3}


def _ahead_cases(random):
    cases = []
    # batch, time, features, units, ahead
    for batch, time, features, units, ahead in (
        (1, 3, 1, 2, 1), (2, 5, 2, 3, 2), (3, 7, 3, 2, 1), (4, 6, 2, 4, 3), (2, 2, 1, 1, 3),
        (2, 4, 2, 3, 0),
    ):  # fmt: skip
        lengths = random.integers(1, time + 1, batch)
        lengths[0] = time
        if batch > 2:  # a sequence that ends early, so that padding is in view
            lengths[-1] = time - 3
        shapes = (features, units), (units, units), (units,)
        weights = (random.normal(size=shape) for shape in shapes)
        cases.append((random.normal(size=(batch, time, features)), lengths, *weights, ahead))
    return cases


def _looked(
    variant, x, lengths, W_xh, W_hh, b_h, ahead, *, side=1, handed_on=1.0, share=False,
    backwards=True, kept=False, again=False, masked=True,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    batch, time, _ = x.shape
    real = (np.arange(time) < lengths[:, None])[:, :, None]
    zero = h = np.zeros((batch, len(b_h)))
    states = []
    if variant == 1:
        last = x[np.arange(batch), lengths - 1][:, None]  # instead of silence, for a mistake
        heard = np.where(real, x, last if again else 0)
        more = np.repeat(last if again else 0 * last, ahead, axis=1)
        for row in np.concatenate([heard, more], axis=1).swapaxes(0, 1):
            h = np.tanh(row @ W_xh + handed_on * h @ W_hh + b_h)
            states.append(h)
        states = states[ahead:] if side > 0 else [zero] * ahead + states
        return np.stack(states[:time], axis=1) * real
    for t in range(time):
        first, end = (t, min(t + ahead + 1, time)) if side > 0 else (max(t - ahead, 0), t + 1)
        if variant == 2:
            count = ahead + 1 if share else np.maximum(real[:, first:end].sum(axis=1), 1)
            seen = (x * real)[:, first:end].sum(axis=1) / count
            h = np.tanh(seen @ W_xh + handed_on * h @ W_hh + b_h)
        else:
            h = h if kept else zero
            steps = range(first, end)
            for s in reversed(steps) if backwards == (side > 0) else steps:
                new = np.tanh(x[:, s] @ W_xh + handed_on * h @ W_hh + b_h)
                h = np.where(s < lengths[:, None], new, h)
        states.append(h)
    return np.stack(states, axis=1) * (real if masked else 1)


def ahead(variant: int) -> Exercise:
    """A few steps ahead, and no further."""
    right = AHEAD[variant]

    def not_ahead(*case):
        return right(*case[:-1], 0)

    def one_too_many(*case):
        return right(*case[:-1], case[-1] + 1)

    def one_too_few(*case):
        return right(*case[:-1], case[-1] - 1)

    def nothing_without_ahead(*case):
        return right(*case) * (case[-1] > 0)

    def empty_without_ahead(*case):
        return right(*case)[:, : None if case[-1] else 0]

    def padding_read(x, lengths, *others):
        real = np.arange(x.shape[1]) < lengths[:, None]
        return right(x, np.full(len(x), x.shape[1]), *others) * real[:, :, None]

    def lengths_ignored(x, lengths, *others):
        return right(x, np.full(len(x), x.shape[1]), *others)

    def result_not_masked(x, lengths, W_xh, W_hh, b_h, ahead):
        real = np.arange(x.shape[1]) < lengths[:, None]
        if variant == 1:
            return right(x * real[:, :, None], np.full(len(x), x.shape[1]), W_xh, W_hh, b_h, ahead)
        return _looked(variant, x, lengths, W_xh, W_hh, b_h, ahead, masked=False)

    def padding_left(x, lengths, *others):
        states = right(x, lengths, *others)
        last = states[np.arange(len(x)), lengths - 1][:, None]
        return np.where((np.arange(x.shape[1]) < lengths[:, None])[:, :, None], states, last)

    def looks_back(*case):
        return _looked(variant, *case, side=-1)

    def never_handed_on(*case):
        return _looked(variant, *case, handed_on=0.0)

    def own(*case):
        return _looked(variant, *case, **{1: {"again": True}, 2: {"share": True},
                                          3: {"backwards": False}}[variant])  # fmt: skip

    own.__name__ = {
        1: "last_step_heard_again", 2: "divided_by_the_whole_view", 3: "view_read_forwards",
    }[variant]  # fmt: skip

    def carried_over(*case):
        return _looked(variant, *case, kept=True)

    said = {
        1: "Behind its end a sequence was heard as its last step, again and again. What does the "
           "reader hear there?",
        2: "Every sum was divided by ahead + 1. How many steps are in view near the end of a "
           "sequence?",
        3: "The steps in view were read from the first to the last. In which order does this "
           "reader go through them, and which step does it read last?",
    }[variant]  # fmt: skip
    hints = {
        1: ("Make the inputs longer first: zeros wherever a sequence has ended, and `ahead` steps "
            "of zeros behind all.",
            "Run the layer of notebook 1 over time + ahead steps. The state of step t + ahead is "
            "the answer for step t.",
            "real = np.arange(time) < lengths[:, None]; heard = np.concatenate([x * real[:, :, "
            "None], np.zeros((batch, ahead, features))], axis=1); in the end states[ahead:], zeros "
            "where `real` is False."),
        2: ("At each step replace x_t by the mean of what is in view, and go on as notebook 1 "
            "does.",
            "With zeros at padding, x[:, t : t + ahead + 1].sum(axis=1) is the sum of the real "
            "steps in view. How many they are, real[:, t : t + ahead + 1].sum(axis=1) says.",
            "real = (np.arange(time) < lengths[:, None])[:, :, None]; divide by np.maximum(count, "
            "1), so that padded steps do not divide by zero; in the end multiply by real."),
        3: ("Two loops: for each t a reader that begins from zeros, and inside it the steps that "
            "are in view, the last of them first.",
            "The steps in view are range(t, min(t + ahead + 1, time)), and reversed(…) turns that "
            "round. Steps at or behind a sequence's length leave its state as it is.",
            "Inside: new = np.tanh(x[:, s] @ W_xh + h @ W_hh + b_h); h = np.where(s < lengths[:, "
            "None], new, h). The state after s = t is the answer for step t."),
    }[variant]  # fmt: skip
    mistakes = (
        Mistake(not_ahead, (
            "Nothing that comes later is heard. What does `ahead` say about step t?")),
        Mistake(one_too_many, (
            "It looks one step too far. With ahead = 1, which is the last step that counts for "
            "step t?")),
        Mistake(one_too_few, (
            "It looks one step too short. With ahead = 1, which is the last step that counts for "
            "step t?")),
        Mistake(nothing_without_ahead, (
            "It is right but for ahead = 0, where nothing comes out. Which state is the answer for "
            "step t then? (A slice that ends at -0 is empty.)"), (empty_without_ahead,)),
        Mistake(lengths_ignored, (
            "`lengths` plays no part: steps behind the end of a sequence are heard, and answered. "
            "Which steps are real?")),
        Mistake(padding_read, (
            "What stands behind the end of a sequence was heard. What do `lengths` say about "
            "it?")),
        *([Mistake(result_not_masked, (
            "All real steps are right, and `lengths` is missing in the result. What stands there "
            "behind the end of a sequence?"))] if variant < 3 else []),
        Mistake(padding_left, (
            "At padded steps stands the last real state. What shall stand there?")),
        Mistake(looks_back, (
            "It looks back by `ahead` steps. On which side of step t lies what comes next?")),
        *([Mistake(never_handed_on, (
            "Every step began from zero. What does a step hand on to the next one?"))]
            if variant < 3 else
            [Mistake(carried_over, (
                "The reader of step t went on from the state of step t - 1. With which state does "
                "each of them begin?"))]),
        Mistake(own, said),
    )  # fmt: skip
    return Exercise(
        reference=right,
        called="look_ahead",
        cases=_ahead_cases,
        returns=("states",),
        minutes=25,
        difficulty=2,
        hints=hints,
        mistakes=mistakes,
        alternatives=(in_float32(right), row_by_row(right, (0, 1))),
    )


# ------------------------------------------------------------------------------ who looks ahead


def _looks_1(before, after, least):
    time = before.shape[1]
    moves = np.abs(after - before).max(axis=(1, 3))  # (step exchanged, output)
    reach = np.zeros(time)
    for t in range(time):
        for s in range(t, time):
            if moves[s, t] > least:
                reach[t] = s - t
    return reach


def _looks_2(before, after, least):
    time = before.shape[1]
    moves = np.abs(after - before).max(axis=(1, 3))  # (step exchanged, output)
    reach = np.zeros(time)
    for s in range(time):
        for t in reversed(range(s + 1)):
            if moves[s, t] > least:
                reach[s] = s - t
    return reach


def _looks_3(before, after, least):
    time = before.shape[1]
    moves = np.abs(after - before).max(axis=(1, 3))  # (step exchanged, output)
    reach = np.zeros(time)
    for t in range(time):
        for s in range(t, time):
            if moves[s, t] > least * moves[:, t].max():
                reach[t] = s - t
    return reach


LOOKS = {1: _looks_1, 2: _looks_2, 3: _looks_3}


def _looks_cases(variant):
    return lambda random: _probes(variant, random)


def _probes(variant, random):
    cases = []
    for number, (batch, time, features) in enumerate(
        ((1, 3, 1), (3, 9, 2), (3, 9, 3), (2, 10, 2), (4, 9, 4))
    ):
        least = (0.1, 0.15)[number % 2]
        before = random.normal(size=(batch, time, features))
        # How far an output moves: not at all, hardly, well, or wildly; never near a threshold.
        sizes = random.choice([0.0, 0.02, 0.3, 5.0], p=[0.55, 0.15, 0.2, 0.1], size=(time, time))
        signs = random.choice([-1.0, 1.0], size=(time, time))
        rows = random.integers(batch, size=(time, time))
        places = random.integers(features, size=(time, time))
        if time == 3:
            sizes[:, 0] = 0.0, 0.0, 0.3
        else:  # whatever is drawn, every mistake gives something else
            sizes[:, :7] = 0.0  # the first output is moved by nothing
            sizes[0, 1] = 0.3  # the second knows what was, and nothing that comes
            sizes[1, 2], sizes[[4, 5], 2] = 5.0, 0.3  # some steps ahead, and wildly back
            sizes[6, 3] = 0.02  # hardly, and by nothing else
            sizes[[3, 5, 6], 4] = sizes[7, 5] = sizes[8, 6] = 0.3  # farthest where few look:
            signs[6, 4], rows[6, 4], places[6, 4] = 1.0, batch - 1, 0  # in the last sequence only
            signs[7, 5], rows[7, 5], places[7, 5] = -1.0, 0, 0  # by becoming smaller
            signs[8, 6], rows[8, 6], places[8, 6] = 1.0, 0, features - 1  # in the last feature only
        moves = np.zeros((time, batch, time, features))
        for s, t in np.ndindex(time, time):  # one feature of one sequence moves
            row, place, move = rows[s, t], places[s, t], signs[s, t] * sizes[s, t]
            if (s + t) % 2 and features > 1:  # and another one the other way
                moves[s, row, t, place - 1] = -move
            moves[s, row, t, place] = move
        if time > 3:  # many small moves, whose sum or norm would be a large one
            moves[8, :, 1] = (0.28 if variant == 3 else 0.8) * least
        cases.append((before, before + random.uniform(0.95, 1.05) * moves, least))
    return cases


def _probed(
    variant, before, after, least, *, size=np.abs, over=lambda moves: moves.max(axis=(1, 3)),
    relative=None, measure=None, side=1,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    time, moves = before.shape[1], over(size(after - before))
    relative = relative or (lambda moves: moves.max(axis=0) if variant == 3 else 1.0)
    moved = moves > least * relative(moves)  # (step exchanged, output)
    distances = side * np.subtract.outer(np.arange(time), np.arange(time))
    measure = measure or (lambda found: max(found.max(initial=0), 0))
    places = range(time)
    if variant == 2:
        return np.array([measure(distances[s][moved[s]]) for s in places], float)
    return np.array([measure(distances[:, t][moved[:, t]]) for t in places], float)


def looks(variant: int) -> Exercise:
    """Who looks ahead."""
    right = LOOKS[variant]

    def signs_left(*case):
        return _probed(variant, *case, size=lambda moves: moves)

    def changes_cancel(*case):
        return _probed(variant, *case, size=lambda moves: moves,
                       over=lambda moves: np.abs(moves.sum(axis=(1, 3))))  # fmt: skip

    def added_up(*case):
        return _probed(variant, *case, over=lambda moves: moves.sum(axis=(1, 3)))

    def added_up_over_the_features(*case):
        return _probed(variant, *case, over=lambda moves: moves.sum(axis=3).max(axis=1))

    def added_up_over_the_batch(*case):
        return _probed(variant, *case, over=lambda moves: moves.sum(axis=1).max(axis=-1))

    def norm(*case):
        return _probed(variant, *case, over=lambda moves: np.sqrt((moves**2).sum(axis=(1, 3))))

    def norm_over_the_features(*case):
        return _probed(variant, *case,
                       over=lambda moves: np.sqrt((moves**2).sum(axis=3)).max(axis=1))  # fmt: skip

    def first_sequence(before, after, least):
        return right(before[:1], after[:, :1], least)

    def first_feature(before, after, least):
        return right(before[..., :1], after[..., :1], least)

    def looks_back(*case):
        return _probed(variant, *case, side=-1)

    def how_many(*case):
        return _probed(variant, *case, measure=lambda found: np.sum(found > 0))

    def nearest(*case):
        return _probed(variant, *case, measure=lambda found: (
            found[found > 0].min() if (found > 0).any() else 0))  # fmt: skip

    def any_move(before, after, least):
        return right(before, after, 0.0)

    def below_zero(*case):
        return _probed(variant, *case, measure=lambda found: found.max() if len(found) else 0)

    def one_too_many(*case):
        return _probed(variant, *case, measure=lambda found: max(found.max(initial=-1) + 1, 0))

    def own(*case):
        if variant == 3:
            return _probed(3, *case, relative=lambda moves: moves.max())
        return _probed(variant, *case, measure=lambda found: float((found > 0).any()))

    own.__name__ = {
        1: "whether_it_looks", 2: "whether_it_shows", 3: "compared_with_all_outputs",
    }[variant]  # fmt: skip

    def in_a_list(*case):
        return _probed(variant, *case).tolist()

    of_own = {
        1: "This says whether an output looks ahead. By how many steps does it?",
        2: "This says whether a step shows before its time. By how many steps does it?",
        3: "All moves were compared with the largest of all outputs. With which is each output's "
           "move compared here?",
    }[variant]  # fmt: skip
    table = (
        "np.abs(after - before).max(axis=(1, 3)) is a table: row s, the step exchanged; column t, "
        "the output; how far it moved in any sequence and feature."
    )
    which = {
        1: "For output t look down column t, at the rows s from t on: the last one above `least` "
           "counts, and s - t is the answer. Where there is none, it is 0.",
        2: "For step s look along row s, at the columns t up to s: the first one above `least` "
           "counts, and s - t is the answer. Where there is none, it is 0.",
        3: "For output t look down column t, at the rows s from t on: the last one above `least` "
           "times the largest of the whole column counts, and s - t is the answer; else 0.",
    }[variant]  # fmt: skip
    line = {
        1: "for t, for s in range(t, time): if moves[s, t] > least: reach[t] = s - t",
        2: "for s, for t in reversed(range(s + 1)): if moves[s, t] > least: reach[s] = s - t",
        3: "for t, for s in range(t, time): if moves[s, t] > least * moves[:, t].max(): reach[t] "
           "= s - t",
    }[variant]  # fmt: skip
    of_what = "step" if variant == 2 else "output"
    return Exercise(
        reference=right,
        called="who_looks_ahead",
        cases=_looks_cases(variant),
        returns=("reach",),
        minutes=20,
        difficulty=2,
        hints=(table, which, line),
        mistakes=(
            Mistake(signs_left, (
                "An output that becomes smaller has moved, too. What is missing before the largest "
                "is taken?")),
            Mistake(changes_cancel, (
                "Changes of opposite sign cancelled out in a sum or a mean. What is taken over "
                "batch and features?")),
            Mistake(added_up, (
                "Small moves were put together to a large one. Which single number has to be "
                "larger than `least`?"),
                (added_up_over_the_features, added_up_over_the_batch, norm,
                 norm_over_the_features)),
            Mistake(first_sequence, (
                "Only the first sequence was looked at. Where else can an output move?")),
            Mistake(first_feature, (
                "Only the first feature was looked at. Where else can an output move?")),
            Mistake(looks_back, (
                "This is how far it looks back. Which is the larger number when a model looks "
                "ahead: the step's, or the output's?")),
            Mistake(how_many, (
                f"You counted how many moves there are for each {of_what}. If there is only one, "
                "but far away, how far does it look?")),
            Mistake(nearest, (
                "The nearest move was taken. Which one says how far it looks?")),
            Mistake(any_move, (
                "Every move counts here, however small. What does `least` say?")),
            Mistake(below_zero, (
                "Some numbers are below zero: there it looks back only. What is to be said of "
                "that?")),
            Mistake(one_too_many, (
                "One too many: the step itself was counted. How far ahead does an output look that "
                "knows the present step?")),
            Mistake(own, of_own),
        ),
        alternatives=(in_a_list, in_float32(right)),
    )  # fmt: skip
