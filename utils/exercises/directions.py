"""Exercises of notebook 11: two readers over one sequence, and a probe for who looks ahead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from utils import cells
from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------------------------- two readers


def both_ways(inputs, mask, forward, backward):
    """Two readers of inputs (batch, time, features), side by side → (batch, time, 2 units).

    `forward(inputs, mask)` and `backward(inputs, mask)` read what they are given from its first
    step to its last, and return their states, (batch, time, units). The mask is (batch, time), True
    at real steps; at the others there are zeros in the end.
    """
    ahead = forward(inputs, mask)
    turned = backward(inputs[:, ::-1], mask[:, ::-1])  # its first state belongs to the last step
    states = np.concatenate([ahead, turned[:, ::-1]], axis=-1)
    return np.where(mask[:, :, None], states, 0)


@dataclass(frozen=True)
class _Reader:
    """A GRU that reads from the first step to the last."""

    weights: cells.GRUWeights

    def __call__(self, inputs, mask=None):
        return cells.gru(inputs, self.weights, mask=mask).h

    def __repr__(self):
        return f"a reader with {len(self.weights.W_h)} units"


def _reader_cases(random):
    masks = [
        [[1, 1]],
        [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]],  # padding at the end
        [[0, 0, 1, 1], [1, 1, 1, 1], [0, 1, 1, 1]],  # at the beginning
        [[1, 0], [1, 1]],
        [[1], [1], [1]],
        [[1, 1, 1, 1, 0, 0, 0]],
    ]
    cases = []
    for rows in masks:
        mask = np.array(rows, dtype=bool)
        features, units = random.integers(1, 5, 2)
        readers = [
            _Reader(cells.GRUWeights(random.normal(size=(features, 3 * units)),
                                     random.normal(size=(units, 3 * units)),
                                     random.normal(size=(2, 3 * units))))
            for _ in range(2)
        ]  # fmt: skip
        cases.append((random.normal(size=(*mask.shape, features)), mask, *readers))
    return cases


def _joined(mask, *parts):
    return np.where(mask[:, :, None], np.concatenate(parts, axis=-1), 0)


def _not_turned_back(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs, mask), backward(inputs[:, ::-1], mask[:, ::-1]))


def _inputs_not_turned(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs, mask), backward(inputs, mask)[:, ::-1])


def _never_turned(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs, mask), backward(inputs, mask))


def _mask_not_turned(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs, mask), backward(inputs[:, ::-1], mask)[:, ::-1])


def _backward_without_mask(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs, mask), backward(inputs[:, ::-1])[:, ::-1])


def _without_masks(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs), backward(inputs[:, ::-1])[:, ::-1])


def _without_any_mask(inputs, mask, forward, backward):
    return np.concatenate([forward(inputs), backward(inputs[:, ::-1])[:, ::-1]], axis=-1)


def _padding_left_as_it_is(inputs, mask, forward, backward):
    turned = backward(inputs[:, ::-1], mask[:, ::-1])
    return np.concatenate([forward(inputs, mask), turned[:, ::-1]], axis=-1)


def _inputs_zeroed_instead(inputs, mask, forward, backward):
    return _without_masks(inputs * mask[:, :, None], mask, forward, backward)


def _one_reader_twice(inputs, mask, forward, backward):
    return both_ways(inputs, mask, forward, forward)


def _backward_first(inputs, mask, forward, backward):
    states = both_ways(inputs, mask, forward, backward)
    return np.concatenate(np.split(states, 2, axis=-1)[::-1], axis=-1)


def _readers_exchanged(inputs, mask, forward, backward):
    return both_ways(inputs, mask, backward, forward)


def _features_turned(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs, mask), backward(inputs[..., ::-1], mask)[..., ::-1])


def _features_turned_in(inputs, mask, forward, backward):
    back = backward(inputs[..., ::-1], mask[:, ::-1])[:, ::-1]
    return _joined(mask, forward(inputs, mask), back)


def _features_turned_and_steps_back(inputs, mask, forward, backward):
    return _joined(mask, forward(inputs, mask), backward(inputs[..., ::-1], mask)[:, ::-1])


def _zeros_before_the_turn(inputs, mask, forward, backward):
    turned = backward(inputs[:, ::-1], mask[:, ::-1])
    turned = np.where(mask[:, :, None], turned, 0)
    return _joined(mask, forward(inputs, mask), turned[:, ::-1])


def _all_turned(inputs, mask, forward, backward):
    parts = forward(inputs, mask), backward(inputs[:, ::-1], mask[:, ::-1])
    return np.where(mask[:, :, None], np.concatenate(parts, axis=-1)[:, ::-1], 0)


def _summed(inputs, mask, forward, backward):
    return sum(np.split(both_ways(inputs, mask, forward, backward), 2, axis=-1))


def _both_ways_by_sentence(inputs, mask, forward, backward):
    """Right: sentence by sentence, with the real steps alone."""
    rows = []
    for sentence, real in zip(inputs, mask, strict=True):
        words, places = sentence[real][None], np.flatnonzero(real)
        every = np.ones((1, len(places)), bool)
        ahead = forward(words, every)[0]
        back = backward(np.flip(words, 1), every)[0][::-1]
        row = np.zeros((len(sentence), ahead.shape[1] + back.shape[1]))
        row[places] = np.hstack([ahead, back])
        rows.append(row)
    return np.stack(rows)


def _both_ways_in_float32(inputs, mask, forward, backward):
    """Right: in single precision, each half written into its place and multiplied by the mask."""
    back = np.flip(backward(np.flip(inputs, 1), np.flip(mask, 1)), 1)
    units = back.shape[-1]
    states = np.zeros((*mask.shape, 2 * units), "float32")
    states[..., :units] = forward(inputs, mask)
    states[..., units:] = back
    return np.einsum("btu,bt->btu", states, mask.astype("float32"))


BOTH_WAYS = Exercise(
    reference=both_ways,
    cases=_reader_cases,
    returns=("states",),
    parts={"states": ("the forward reader", "the backward reader")},
    minutes=15,
    difficulty=2,
    hints=(
        "The time axis is the second one: inputs[:, ::-1] is the sentence from its end. What else "
        "has to be turned with it, so that the reader knows which steps are real?",
        "backward(inputs[:, ::-1], mask[:, ::-1]) gives the state of the last step first. Turn "
        "these states round in the same way, before they are joined.",
        "np.concatenate([ahead, back], axis=-1) puts them side by side, and "
        "np.where(mask[:, :, None], states, 0) makes zeros of the padding.",
    ),
    mistakes=(
        Mistake(_never_turned, (
            "Both readers read from the first step. What has to be done to the inputs, and along "
            "which of their axes, so that one of them begins at the end?")),
        Mistake(_not_turned_back, (
            "The backward states stand in the order in which they were made, so that the last "
            "step's comes first. To which step does the first state of the backward reader "
            "belong?")),
        Mistake(_inputs_not_turned, (
            "The states were turned round, and the inputs were not. In which order did the "
            "backward reader read?")),
        Mistake(_mask_not_turned, (
            "The inputs were turned round, and the mask stayed: the reader took padding for words, "
            "and words for padding. Which steps are real, counted from the end?")),
        Mistake(_backward_without_mask, (
            "The backward reader got no mask. What does it read first, where padding stands at the "
            "end?")),
        Mistake(_without_any_mask, (
            "The mask was not used at all. Which of the two readers comes to the padding before it "
            "comes to the words?")),
        Mistake(_without_masks, (
            "Padding was set to zero in the end, but the readers read it like words. What do they "
            "need, besides the inputs?")),
        Mistake(_inputs_zeroed_instead, (
            "The padded inputs were set to zero, and then read. Does a reader's state stay as it "
            "is, when it reads a zero?")),
        Mistake(_padding_left_as_it_is, (
            "All real steps are right. What shall stand at the padded ones?")),
        Mistake(_one_reader_twice, (
            "Both halves were made by the forward reader. How many readers are there, each with "
            "weights of its own?")),
        Mistake(_backward_first, (
            "The backward states come first. Which half is asked for first?")),
        Mistake(_readers_exchanged, (
            "The backward reader read forwards, and the forward reader backwards. Which of them "
            "gets the inputs as they are?")),
        Mistake(_features_turned, (
            "The last axis was turned, which holds the features of one word. Which axis is time?"),
            variants=(_features_turned_in, _features_turned_and_steps_back)),
        Mistake(_zeros_before_the_turn, (
            "Zeros were put among the backward states before these were turned back, by the mask "
            "as it is. In which order did the states stand then?")),
        Mistake(_all_turned, (
            "Both halves were turned round at the end. Which of them stood in the order of the "
            "words already?")),
        Mistake(_summed, (
            "The two states were added up. How wide is the result, if they stand side by side?")),
    ),
    alternatives=(_both_ways_by_sentence, _both_ways_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------------------- who looks ahead


def steps_ahead(inputs, other, model):
    """How many steps ahead a model looks: two inputs (batch, time, …) and the model → a number.

    `model(inputs)` returns an output for each step, (batch, time, …). One step of `inputs` at a
    time is exchanged for that of `other`. 0: no output changes before the exchanged step.
    """
    before = model(inputs)
    farthest = 0
    for s in range(inputs.shape[1]):
        exchanged = inputs.copy()
        exchanged[:, s] = other[:, s]
        change = np.abs(model(exchanged) - before)
        moved = change.reshape(len(inputs), inputs.shape[1], -1).max(axis=(0, 2)) > 1e-6  # (time,)
        if moved.any():
            farthest = max(farthest, s - int(np.argmax(moved)))  # argmax: the first that moved
    return farthest


@dataclass(frozen=True)
class _Model:
    """Something whose outputs depend on certain steps of its inputs."""

    does: str
    function: Callable

    def __call__(self, inputs):
        return self.function(inputs)

    def __repr__(self):
        return f"a model that {self.does}"


def _shifted(inputs, by):
    """The inputs of so many steps later, zeros where there are none."""
    time = inputs.shape[1]
    shifted = np.zeros_like(inputs)
    for t in range(time):
        if 0 <= t + by < time:
            shifted[:, t] = inputs[:, t + by]
    return shifted


def _from_the_end(inputs):
    return np.cumsum(inputs[:, ::-1], axis=1)[:, ::-1]


def _in_secret(inputs):
    """Two outputs that show the next input with opposite signs."""
    ahead = _shifted(inputs, 1).sum(axis=-1, keepdims=True)
    return np.concatenate([ahead, -ahead], axis=-1)


def _in_the_second(inputs):
    """Two outputs, of which only the second shows the next input."""
    ahead = _shifted(inputs, 1).sum(axis=-1, keepdims=True)
    return np.concatenate([np.cumsum(inputs, axis=1)[..., :1], ahead], axis=-1)


def _turned_down(inputs):
    return -_shifted(inputs, 1)


def _at_one_place(inputs):
    """A running sum, but for the first output, which knows the last input but one."""
    outputs = np.cumsum(inputs, axis=1)
    outputs[:, 0] += inputs[:, -2]
    return outputs


def _in_one_sentence(inputs):
    """Only the last of the batch shows the input after next."""
    outputs = np.cumsum(inputs, axis=1)
    outputs[-1] += _shifted(inputs, 2)[-1]
    return outputs


def _of_ids(ids):
    return _shifted(ids[:, :, None], 2) * np.array([1.0, -0.5])


def _window(inputs):
    return sum(_shifted(inputs, by) for by in (-1, 0, 1, 2)) / 4


def _probe_cases(random):
    models = (
        _Model("sums up what it has read", lambda inputs: np.cumsum(inputs, axis=1)),
        _Model("shows the next input", lambda inputs: _shifted(inputs, 1)),
        _Model("reads from the end", _from_the_end),
        _Model("shows the last input but one", lambda inputs: _shifted(inputs, -1)),
        _Model("takes the mean of four steps", _window),
        _Model("hides the next input in two signs", _in_secret),
        _Model("looks ahead at one place only", _at_one_place),
        _Model("looks ahead in the last sentence only", _in_one_sentence),
        _Model("says the same always", lambda inputs: 0 * inputs + 1.0),
        _Model("shows the input three steps later", lambda inputs: _shifted(inputs, 3)),
        _Model("shows the next input in its second feature only", _in_the_second),
    )
    cases = []
    for number, model in enumerate(models):
        shape = (1, 3, 1) if number == 0 else (3, random.integers(5, 8), random.integers(1, 4))
        inputs, other = random.normal(size=(2, *shape))
        cases.append((inputs, other, model))
    ids = random.integers(9, size=(3, 6))  # (batch, time), as of words or characters
    cases.append((ids, (ids + 1) % 9, _Model("shows the id after next", _of_ids)))
    larger = random.uniform(0.5, 1, (2, 6, 2))  # whatever is exchanged, outputs only fall
    cases.append((0 * larger, larger, _Model("shows the next input, times -1", _turned_down)))
    return cases


def _moved(inputs, other, model, s, mean=False):
    """Which outputs move when step s is exchanged, (time,)."""
    exchanged = inputs.copy()
    exchanged[:, s] = other[:, s]
    change = model(exchanged) - model(inputs)
    change = change.mean(axis=(0, 2)) if mean else np.abs(change).max(axis=(0, 2))
    return np.abs(change) > 1e-6


def _probe(inputs, other, model, over=None, measure=None, mean=False, start=0):
    """A wrong probe: `over` which steps, and what is measured of (step, places that moved)."""
    found = [start]
    for s in range(inputs.shape[1]) if over is None else over:
        places = np.flatnonzero(_moved(inputs, other, model, s, mean))
        if len(places):
            found.append(measure(s, places) if measure else s - places[0])
    return max(found)


def _only_the_last_input(inputs, other, model):
    return _probe(inputs, other, model, over=[inputs.shape[1] - 1])


def _only_the_first_input(inputs, other, model):
    return _probe(inputs, other, model, over=[0])


def _one_in_the_middle(inputs, other, model):
    return _probe(inputs, other, model, over=[inputs.shape[1] // 2])


def _looks_back(inputs, other, model):
    return _probe(inputs, other, model, measure=lambda s, places: places[-1] - s)


def _last_that_moved(inputs, other, model):
    return _probe(inputs, other, model, measure=lambda s, places: s - places[-1])


def _how_many_moved_before(inputs, other, model):
    return _probe(inputs, other, model, measure=lambda s, places: np.sum(places < s))


def _how_many_moved(inputs, other, model):
    return _probe(inputs, other, model, measure=lambda s, places: len(places))


def _both_ends_counted(inputs, other, model):
    return _probe(inputs, other, model, measure=lambda s, places: s - places[0] + 1)


def _yes_or_no(inputs, other, model):
    return int(steps_ahead(inputs, other, model) > 0)


def _changes_cancel(inputs, other, model):
    return _probe(inputs, other, model, mean=True)


def _first_feature_only(inputs, other, model):
    def first(changed):
        return np.asarray(model(changed))[..., :1]

    return steps_ahead(inputs, other, first)


def _only_what_rises(inputs, other, model):
    before, farthest = model(inputs), 0
    for s in range(inputs.shape[1]):
        exchanged = inputs.copy()
        exchanged[:, s] = other[:, s]
        moved = (model(exchanged) - before).max(axis=(0, 2)) > 1e-6
        if moved.any():
            farthest = max(farthest, s - int(np.argmax(moved)))
    return farthest


def _sign_turned(inputs, other, model):
    return _probe(inputs, other, model, measure=lambda s, places: places[0] - s)


def _smallest_kept(inputs, other, model):
    farthest = 0
    for s in range(inputs.shape[1]):
        places = np.flatnonzero(_moved(inputs, other, model, s))
        if len(places):
            farthest = min(farthest, s - places[0])
    return farthest


def _first_of_the_batch(inputs, other, model):
    def first(changed):
        return model(np.concatenate([changed, inputs[1:]]))[:1]

    return steps_ahead(inputs[:1], other[:1], first)


def _negative_too(inputs, other, model):
    farthest = _probe(inputs, other, model, start=-inputs.shape[1])
    return farthest if farthest > -inputs.shape[1] else 0


def _nothing_moved_is_the_first(inputs, other, model):
    time = inputs.shape[1]
    return max(s - int(np.argmax(_moved(inputs, other, model, s))) for s in range(time))


def _changes_pile_up(inputs, other, model):
    before, exchanged, farthest = model(inputs), inputs.copy(), 0
    for s in range(inputs.shape[1]):
        exchanged[:, s] = other[:, s]
        moved = np.abs(model(exchanged) - before).max(axis=(0, 2)) > 1e-6
        if moved.any():
            farthest = max(farthest, s - int(np.argmax(moved)))
    return farthest


def _stops_at_the_first(inputs, other, model):
    for s in range(inputs.shape[1]):
        found = _probe(inputs, other, model, over=[s])
        if found:
            return found
    return 0


def _probe_by_pairs(inputs, other, model):
    """Right: all pairs of a step and an output before it."""
    time = inputs.shape[1]
    ahead = [0]
    for s in range(time):
        here = (np.arange(time) == s).reshape(time, *(1,) * (inputs.ndim - 2))
        exchanged = np.where(here, other, inputs)
        outputs, usual = np.asarray(model(exchanged)), np.asarray(model(inputs))
        ahead += [s - t for t in range(s) if not np.array_equal(outputs[:, t], usual[:, t])]
    return max(ahead)


def _probe_by_distance(inputs, other, model):
    """Right: the largest distance for which any output differs, as a number in single precision."""
    time = inputs.shape[1]
    moved = np.stack([_moved(inputs, other, model, s) for s in range(time)])  # (exchanged, output)
    distances = np.subtract.outer(np.arange(time), np.arange(time))
    return np.float32(np.max(np.where(moved, distances, 0).clip(0)))


STEPS_AHEAD = Exercise(
    reference=steps_ahead,
    cases=_probe_cases,
    returns=("steps",),
    minutes=15,
    difficulty=2,
    hints=(
        "Exchange one step, and look which outputs change: exchanged = inputs.copy(), then "
        "exchanged[:, s] = other[:, s]. A new copy for every s.",
        "Of np.abs(model(exchanged) - before) take the largest over batch and features: that says "
        "for each step whether its output moved. The first that moved stands s - t steps before "
        "the exchanged one.",
        "np.argmax of truth values is the first True, and 0 where there is none: ask .any() first. "
        "Keep the largest distance, beginning with 0.",
    ),
    mistakes=(
        Mistake(_yes_or_no, (
            "You answered whether it looks ahead. By how many steps does it?")),
        Mistake(_only_the_last_input, (
            "Only the last input was exchanged. What of an output that knows another one of those "
            "that come later?")),
        Mistake(_only_the_first_input, (
            "Only the first input was exchanged, and no output stands before it. Which inputs "
            "would have to be exchanged?")),
        Mistake(_one_in_the_middle, (
            "One input was exchanged, in the middle. What of a model that looks ahead at one place "
            "only?")),
        Mistake(_changes_pile_up, (
            "The exchanged inputs pile up: at step s all before it are exchanged, too, and move "
            "the outputs there. When does the next copy of `inputs` have to be made?")),
        Mistake(_looks_back, (
            "This is how far back the model looks. On which side of the exchanged step stands the "
            "output of a model that looks ahead?")),
        Mistake(_last_that_moved, (
            "The distance was taken to the last output that moved. Which of them is the farthest "
            "before the exchanged step?")),
        Mistake(_how_many_moved_before, (
            "You counted the outputs that moved before the exchanged step. If only one moves, but "
            "far away, how many steps ahead does it look?")),
        Mistake(_how_many_moved, (
            "You counted all outputs that moved. Those after the exchanged step may know it: what "
            "about the others?")),
        Mistake(_both_ends_counted, (
            "One too many: the exchanged step itself was counted. How many steps ahead does a "
            "model look that shows the present input?")),
        Mistake(_changes_cancel, (
            "Changes of opposite sign cancelled out in a mean or a sum. What can one do to them "
            "first?")),
        Mistake(_first_of_the_batch, (
            "Only the first of the batch was looked at. Where else can an output move?")),
        Mistake(_first_feature_only, (
            "Only the first feature of each output was looked at. Which of them may know what "
            "comes?")),
        Mistake(_only_what_rises, (
            "An output that becomes smaller has moved, too. What is missing before it is compared "
            "with a millionth?")),
        Mistake(_sign_turned, (
            "You counted steps behind the exchanged one. Which number is to be taken from "
            "which?")),
        Mistake(_smallest_kept, (
            "The smallest of all distances was kept. Which one says how far the model looks?")),
        Mistake(_nothing_moved_is_the_first, (
            "Where no output moves, np.argmax says 0, as if the first had. How can one tell the "
            "two apart?")),
        Mistake(_negative_too, (
            "Below zero: this model looks back only. What is to be said of one that does not look "
            "ahead?")),
        Mistake(_stops_at_the_first, (
            "The first distance that was found is not the largest. Through which steps does the "
            "loop have to go?")),
    ),
    alternatives=(_probe_by_pairs, _probe_by_distance),
)  # fmt: skip

EXERCISES = (BOTH_WAYS, STEPS_AHEAD)
