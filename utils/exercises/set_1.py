"""Problem set 1, recurrence: a state that fades, forwards and backwards, and what goes with it.

Three variants. Where their mathematics differs there is a reference for each, `_fade_1` to
`_fade_3`; what can be wrong is put in by the options of one function that knows all three.
"""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_cases import slips
from utils.exercises.sets import Part, Question

VARIANTS = (1, 2, 3)
WITHOUT = ("cells", "bptt")
QUESTIONS = (Question("in_words", 8.0),)

# --------------------------------------------------------------------------- a state that fades


def _fade_1(x, W_xh, W_hh, b_h, keep):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        new = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
        h = keep * h + (1 - keep) * new
        states.append(h)
    return np.stack(states, axis=1)


def _fade_2(x, W_xh, W_hh, b_h, keep):
    a, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = np.tanh(a)  # the state before; of a = 0 it is 0
        a = keep * a + (1 - keep) * (x[:, t] @ W_xh + h @ W_hh + b_h)
        states.append(np.tanh(a))
    return np.stack(states, axis=1)


def _fade_3(x, W_xh, W_hh, b_h, keep):
    h = c = np.zeros((len(x), len(b_h)))
    states = []
    for t in range(x.shape[1]):
        c = keep * c + (1 - keep) * h
        h = np.tanh(x[:, t] @ W_xh + c @ W_hh + b_h)
        states.append(h)
    return np.stack(states, axis=1)


FADE = {1: _fade_1, 2: _fade_2, 3: _fade_3}


def _weights(features, units, random):
    keep = random.uniform(0.2, 0.9, units)
    shapes = (features, units), (units, units), (units,)
    return *(0.8 * random.normal(size=shape) for shape in shapes), keep


def _fade_cases(random):
    sizes = ((1, 2, 1, 1), (1, 1, 2, 3), (2, 4, 3, 2), (3, 3, 2, 4), (2, 6, 1, 3))
    return [
        (random.normal(size=(batch, time, features)), *_weights(features, units, random))
        for batch, time, features, units in sizes
    ]


def _faded(variant, x, W_xh, W_hh, b_h, keep, *, share=lambda keep: 1 - keep, squash=np.tanh):
    """Any of the three, with places where a mistake can be put in."""
    h = slow = np.zeros((len(x), len(b_h)))
    states = []
    for t in range(x.shape[1]):
        if variant == 3:
            slow = keep * slow + share(keep) * h
            h = squash(x[:, t] @ W_xh + slow @ W_hh + b_h)
        else:
            new = x[:, t] @ W_xh + h @ W_hh + b_h
            slow = keep * slow + share(keep) * (squash(new) if variant == 1 else new)
            h = squash(slow) if variant == 2 else slow
        states.append(h)
    return np.stack(states, axis=1)


_NO_BIAS = ("no_bias", "The bias b_h is missing. Where is it added?", "+ b_h", "")
_FADE_SLIPS = {
    1: (
        ("heard_what_left_the_tanh",
         "W_hh multiplied what left the tanh at the step before. Is that h_{t-1} in the formula?",
         "+ h @ W_hh", "+ (new if t else h) @ W_hh"),
        ("tanh_around_the_mixture",
         "The tanh went around more than it should. Around what does it stand in the formula?",
         "h = keep * h + (1 - keep) * new",
         "h = np.tanh(keep * h + (1 - keep) * (x[:, t] @ W_xh + h @ W_hh + b_h))",
         "np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)",
         "np.tanh(keep * h + (1 - keep) * (x[:, t] @ W_xh + h @ W_hh + b_h))"),
        ("faded_before_the_matrix",
         "The state was multiplied by `keep` inside the tanh as well. How often does `keep` stand "
         "in the formula?", "h @ W_hh", "(keep * h) @ W_hh"),
        _NO_BIAS,
    ),
    2: (
        ("a_part_of_the_bracket",
         "1 - keep multiplies a part of the sum only. What stands in the bracket behind it?",
         "(1 - keep) * (x[:, t] @ W_xh + h @ W_hh + b_h)",
         "(1 - keep) * (x[:, t] @ W_xh) + h @ W_hh + b_h",
         "(1 - keep) * (x[:, t] @ W_xh + h @ W_hh + b_h)",
         "(1 - keep) * (x[:, t] @ W_xh + h @ W_hh) + b_h"),
        ("state_kept",
         "`keep` multiplies the last state. Which of the two fades here, h or a?",
         "keep * a + (1", "keep * h + (1"),
        ("heard_a", "W_hh multiplied the last a. Is that h_{t-1}?", "h @ W_hh", "a @ W_hh"),
        ("a_returned",
         "The a of all steps came back. What is done to it before it is a state?",
         "states.append(np.tanh(a))", "states.append(a)"),
        ("two_tanh",
         "There is a tanh around the bracket as well. How often does the formula have one?",
         "* (x[:, t] @ W_xh + h @ W_hh + b_h)", "* np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)"),
        _NO_BIAS,
    ),
    3: (
        ("context_returned", "The contexts c came back. Which of the two is asked for?",
         "states.append(h)", "states.append(c)"),
        ("state_fades_too",
         "The state itself was mixed as well. In which of the two formulas does `keep` stand?",
         "h = np.tanh(x[:, t] @ W_xh + c @ W_hh + b_h)",
         "h = keep * h + (1 - keep) * np.tanh(x[:, t] @ W_xh + c @ W_hh + b_h)"),
        ("context_of_this_step",
         "c_t was made with a state of the same step. Which state does it take in?",
         "c = keep * c + (1 - keep) * h",
         "c = keep * c + (1 - keep) * np.tanh(x[:, t] @ W_xh + c @ W_hh + b_h)"),
        _NO_BIAS,
    ),
}  # fmt: skip


def _fade(variant):
    right = FADE[variant]

    def exchanged(x, W_xh, W_hh, b_h, keep):
        return right(x, W_xh, W_hh, b_h, 1 - keep)

    def all_of_the_new(*case):
        return _faded(variant, *case, share=lambda keep: 1.0)

    def plain(x, W_xh, W_hh, b_h, keep):
        return right(x, W_xh, W_hh, b_h, 0 * keep)

    def no_tanh(*case):
        return _faded(variant, *case, squash=lambda a: a)

    def transposed(x, W_xh, W_hh, b_h, keep):
        return right(x, W_xh, W_hh.T, b_h, keep)

    def last_state(*case):
        return right(*case)[:, -1]

    def never_handed_on(x, *weights):
        steps = [right(x[:, t : t + 1], *weights) for t in range(x.shape[1])]
        return np.concatenate(steps, axis=1)

    def sequences_for_steps(x, *weights):
        return right(x.swapaxes(0, 1), *weights).swapaxes(0, 1)

    def one_for_all(x, W_xh, W_hh, b_h, keep):
        return right(x, W_xh, W_hh, b_h, np.full(len(keep), keep[0]))

    def in_float32(*case):
        return _faded(variant, *(np.asarray(part, "float32") for part in case))

    def one_by_one(x, *weights):
        return np.concatenate([right(row[None], *weights) for row in x])

    faded = {1: "the last state", 2: "the last sum a", 3: "the last context c"}[variant]
    line = {
        1: "new = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h), then h = keep * h + (1 - keep) * new",
        2: "a = keep * a + (1 - keep) * (x[:, t] @ W_xh + h @ W_hh + b_h), then h = np.tanh(a)",
        3: "c = keep * c + (1 - keep) * h, then h = np.tanh(x[:, t] @ W_xh + c @ W_hh + b_h)",
    }[variant]
    return Exercise(
        reference=right,
        called="fading_layer",
        cases=_fade_cases,
        returns=("states",),
        time_axis=1,
        minutes=20,
        difficulty=2,
        hints=(
            "Begin as recurrent_layer of notebook 1 does: zeros for what comes before the first "
            "step, a loop over t, a list of states, np.stack(…, axis=1) at the end.",
            f"What is carried from step to step is {faded}: keep of it stays, and 1 - keep of what "
            "is new comes in. `keep` has a number for each unit, so `*` is the right product.",
            f"In each turn: {line}; then append h.",
        ),
        mistakes=(
            Mistake(exchanged, (
                "keep and 1 - keep are exchanged. With keep = 0.9 a unit should change slowly: "
                "which part has the 0.9?")),
            Mistake(all_of_the_new, (
                "What is new comes in whole, without its 1 - keep. What do the two shares add up "
                "to?")),
            Mistake(plain, (
                "This is the plain recurrent layer: nothing fades, as with keep = 0. Where does "
                "`keep` enter the formula?")),
            Mistake(no_tanh, (
                "The tanh is missing. Around what does it stand in the formula?")),
            Mistake(transposed, (
                "This comes out with W_hh transposed. On which side of it does the state stand?")),
            Mistake(last_state, (
                "Only the last state came back. Of which steps does the docstring want it?")),
            Mistake(never_handed_on, (
                "Every step began from zero. What does a step hand on to the next one?")),
            Mistake(sequences_for_steps, (
                "Sequences were taken for steps: x[t] is sequence t. Which axis is the time?")),
            Mistake(one_for_all, (
                "The `keep` of the first unit was used for all. How many numbers has `keep`?")),
            *slips(right, _FADE_SLIPS[variant]),
        ),
        alternatives=(in_float32, one_by_one),
    )  # fmt: skip


# ----------------------------------------------------------------- the same layer, backwards


def _fade_backward_1(x, dh, W_xh, W_hh, b_h, keep):
    h, before, new = np.zeros((len(x), len(b_h))), [], []
    for t in range(x.shape[1]):
        before.append(h)
        new.append(np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h))
        h = keep * h + (1 - keep) * new[t]
    dW_xh, dW_hh, db_h = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros_like(b_h)
    later = 0.0  # what the later steps say to the state of this one
    for t in reversed(range(x.shape[1])):
        total = dh[:, t] + later
        da = total * (1 - keep) * (1 - new[t] ** 2)
        dW_xh += x[:, t].T @ da
        dW_hh += before[t].T @ da
        db_h += da.sum(axis=0)
        later = total * keep + da @ W_hh.T  # two ways back: past the tanh, and through it
    return dW_xh, dW_hh, db_h


def _fade_backward_2(x, dh, W_xh, W_hh, b_h, keep):
    a, before, h = np.zeros((len(x), len(b_h))), [], []
    for t in range(x.shape[1]):
        before.append(np.tanh(a))
        a = keep * a + (1 - keep) * (x[:, t] @ W_xh + before[t] @ W_hh + b_h)
        h.append(np.tanh(a))
    dW_xh, dW_hh, db_h = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros_like(b_h)
    later = 0.0  # what the later steps say to the a of this one
    for t in reversed(range(x.shape[1])):
        da = dh[:, t] * (1 - h[t] ** 2) + later
        ds = da * (1 - keep)  # of the sum in brackets
        dW_xh += x[:, t].T @ ds
        dW_hh += before[t].T @ ds
        db_h += ds.sum(axis=0)
        later = da * keep + ds @ W_hh.T * (1 - before[t] ** 2)
    return dW_xh, dW_hh, db_h


def _fade_backward_3(x, dh, W_xh, W_hh, b_h, keep):
    h = c = np.zeros((len(x), len(b_h)))
    contexts, states = [], []
    for t in range(x.shape[1]):
        c = keep * c + (1 - keep) * h
        h = np.tanh(x[:, t] @ W_xh + c @ W_hh + b_h)
        contexts.append(c)
        states.append(h)
    dW_xh, dW_hh, db_h = np.zeros_like(W_xh), np.zeros_like(W_hh), np.zeros_like(b_h)
    dc = 0.0  # of the context of the step after this one
    for t in reversed(range(x.shape[1])):
        total = dh[:, t] + (1 - keep) * dc
        da = total * (1 - states[t] ** 2)
        dW_xh += x[:, t].T @ da
        dW_hh += contexts[t].T @ da
        db_h += da.sum(axis=0)
        dc = keep * dc + da @ W_hh.T
    return dW_xh, dW_hh, db_h


FADE_BACKWARD = {1: _fade_backward_1, 2: _fade_backward_2, 3: _fade_backward_3}


def _backward_cases(random):
    return [
        (x, random.normal(size=(*x.shape[:2], len(weights[2]))), *weights)
        for x, *weights in _fade_cases(random)
    ]


def _walked(
    variant, x, dh, W_xh, W_hh, b_h, keep, *, slope=lambda h: 1 - h**2, faded=1.0, through=1.0,
    share=lambda keep: 1 - keep, back=lambda W: W.T, late=False, forwards=False,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    h = slow = np.zeros((len(x), len(b_h)))
    heard, out = [], []  # what W_hh multiplies, and what leaves the tanh
    for t in range(x.shape[1]):
        if variant == 3:
            slow = keep * slow + (1 - keep) * h
        heard.append(slow if variant == 3 else h)
        a = x[:, t] @ W_xh + heard[t] @ W_hh + b_h
        if variant < 3:
            slow = keep * slow + (1 - keep) * (np.tanh(a) if variant == 1 else a)
        out.append({1: np.tanh(a), 2: np.tanh(slow), 3: np.tanh(a)}[variant])
        h = slow if variant == 1 else out[t]
    after = [*heard[1:], h]
    found, later = [np.zeros_like(part) for part in (W_xh, W_hh, b_h)], 0.0
    for t in range(x.shape[1]) if forwards else reversed(range(x.shape[1])):
        if variant == 2:
            total = dh[:, t] * slope(out[t]) + later
            da = total * share(keep)
            later = faded * keep * total + through * (da @ back(W_hh)) * slope(heard[t])
        else:
            total = dh[:, t] + (share(keep) if variant == 3 else 1) * later
            da = total * slope(out[t]) * (share(keep) if variant == 1 else 1)
            carried = later if variant == 3 else total
            later = faded * keep * carried + through * (da @ back(W_hh))
        found[0] += x[:, t].T @ da
        found[1] += (after if late else heard)[t].T @ da
        found[2] += da.sum(axis=0)
    return tuple(found)


_SUMS = ("one_step_only", "A gradient is that of one step only. Over what is it added up?",
         "dW_xh +=", "dW_xh =", "dW_hh +=", "dW_hh =", "db_h +=", "db_h =")  # fmt: skip
_BACKWARD_SLIPS = {
    1: (
        ("slope_of_the_state",
         "The slope of the tanh is that of another number. From which number, once it has left the "
         "tanh, does one know the slope?",
         "new[t] ** 2", "(keep * before[t] + (1 - keep) * new[t]) ** 2",
         "new[t] ** 2", "before[t] ** 2"),
        ("slope_without_square",
         "The slope was taken for 1 - tanh. What is the derivative of the tanh?",
         "new[t] ** 2", "new[t]"),
        ("later_steps_forgotten",
         "What later steps say stops on the way. What is carried from step to step back?",
         "dh[:, t] + later", "dh[:, t]", "later = total * keep", "later = dh[:, t] * keep"),
        ("share_twice",
         "On the way through W_hh 1 - keep was multiplied in twice. Where is it already?",
         "da @ W_hh.T", "(1 - keep) * da @ W_hh.T", "da @ W_hh.T", "da @ W_hh.T * (1 - keep)"),
        ("no_slope_through_the_matrix",
         "What goes back through W_hh left out the tanh. In which order did x and h come through "
         "both forwards?", "da @ W_hh.T", "total @ W_hh.T"),
        ("keep_for_both_ways",
         "`keep` multiplies both ways back. Which of the two has it?",
         "total * keep + da @ W_hh.T", "(total + da @ W_hh.T) * keep"),
        _SUMS,
    ),
    2: (
        ("slope_forgotten_on_one_way",
         "The way back through W_hh leads to h_{t-1}. What is between that and a_{t-1}?",
         " * (1 - before[t] ** 2)", "", " * (1 - before[t] ** 2)", " * (1 - h[t] ** 2)"),
        ("slope_on_what_comes_later",
         "What later steps say to a_t was multiplied by the slope once more. Does it come through "
         "the tanh of h_t?",
         "dh[:, t] * (1 - h[t] ** 2) + later", "(dh[:, t] + later) * (1 - h[t] ** 2)"),
        ("share_forgotten_through_the_matrix",
         "1 - keep is missing on the way through W_hh. What does it multiply forwards?",
         "ds @ W_hh.T", "da @ W_hh.T"),
        ("bias_without_its_share",
         "db_h lacks a factor that the other two have. Where does b_h stand in the formula?",
         "ds.sum", "da.sum"),
        ("keep_forgotten",
         "a_{t-1} reaches a_t directly. By what is it multiplied there?", "da * keep", "da"),
        ("slope_on_both_ways",
         "The slope of the state multiplies both ways back. Which of the two leads through it?",
         "da * keep + ds @ W_hh.T", "(da * keep + ds @ W_hh.T)"),
        _SUMS,
    ),
    3: (
        ("state_before_for_the_context",
         "dW_hh was made with the states. What did W_hh multiply?",
         "contexts[t].T", "states[t].T",
         "contexts[t].T", "(states[t - 1] if t else 0 * c).T"),
        ("state_for_the_context_carried",
         "What `keep` multiplies on the way back is the gradient of the state. Which of the two "
         "did it multiply forwards, h or c?", "dc = keep * dc", "dc = keep * total"),
        ("share_twice",
         "1 - keep was multiplied in on the way to the context. Where does it stand forwards: "
         "between c_t and h_t, or between h_{t-1} and c_t?",
         "+ da @ W_hh.T", "+ (1 - keep) * (da @ W_hh.T)"),
        _SUMS,
    ),
}  # fmt: skip


def _backward(variant):
    right = FADE_BACKWARD[variant]

    def no_slope(*case):
        return _walked(variant, *case, slope=lambda h: 1.0)

    def past_the_tanh_forgotten(*case):
        return _walked(variant, *case, faded=0.0)

    def through_the_matrix_forgotten(*case):
        return _walked(variant, *case, through=0.0)

    def share_forgotten(*case):
        return _walked(variant, *case, share=lambda keep: 1.0)

    def shares_exchanged(*case):
        return _walked(variant, *case[:-1], 1 - case[-1])

    def not_transposed(*case):
        return _walked(variant, *case, back=lambda W: W)

    def state_after_the_step(*case):
        return _walked(variant, *case, late=True)

    def forwards(*case):
        return _walked(variant, *case, forwards=True)

    def mean_over_the_batch(x, *others):
        return tuple(part / len(x) for part in right(x, *others))

    def in_float32(*case):
        return list(_walked(variant, *(np.asarray(part, "float32") for part in case)))

    def one_by_one(x, dh, *weights):
        each = [right(x[n : n + 1], dh[n : n + 1], *weights) for n in range(len(x))]
        return tuple(sum(parts) for parts in zip(*each, strict=True))

    ways = {
        1: "∂L/∂h_t comes from its own loss, from h_{t+1} past the tanh, with keep, and from "
           "h_{t+1} through the tanh",
        2: "∂L/∂a_t comes from the loss of its own step through the tanh, from a_{t+1} directly, "
           "with keep, and from a_{t+1} through the state h_t that it heard",
        3: "∂L/∂h_t comes from its own loss and, with 1 - keep, from the context c_{t+1}; "
           "∂L/∂c_t comes from h_t, and with keep from c_{t+1}",
    }[variant]  # fmt: skip
    lines = {
        1: "total = dh[:, t] + later; da = total * (1 - keep) * (1 - new[t] ** 2); "
           "later = total * keep + da @ W_hh.T, where new[t] is what left the tanh",
        2: "da = dh[:, t] * (1 - h[t] ** 2) + later; ds = da * (1 - keep); "
           "later = da * keep + ds @ W_hh.T * (1 - before[t] ** 2), where before[t] is the state "
           "that W_hh multiplied at step t",
        3: "total = dh[:, t] + (1 - keep) * dc; da = total * (1 - h[t] ** 2); "
           "dc = keep * dc + da @ W_hh.T, where dc is 0.0 before the first round",
    }[variant]  # fmt: skip
    heard = {1: "the state before", 2: "the state before", 3: "the context c_t"}[variant]
    return Exercise(
        reference=right,
        called="fading_backward",
        cases=_backward_cases,
        returns=("dW_xh", "dW_hh", "db_h"),
        minutes=40,
        difficulty=3,
        hints=(
            "Run the layer forwards first, and keep in lists what the way back needs: what left "
            f"the tanh at each step, and what W_hh multiplied. Then write down all ways: {ways}.",
            f"The gradient of W_hh adds up (what it multiplied)ᵀ @ (the gradient of the sum in the "
            f"bracket); here it multiplied {heard}. W_xh multiplied x_t, and b_h stands alone.",
            f"In each round of the walk back: {lines}.",
        ),
        mistakes=(
            Mistake(no_slope, (
                "The slope of the tanh is missing. What does a tanh multiply a gradient by that "
                "passes it?")),
            Mistake(past_the_tanh_forgotten, (
                "The way without the tanh is missing, that of `keep`: it is the one on which "
                "little is lost. By which factor does what is carried reach the next step?")),
            Mistake(through_the_matrix_forgotten, (
                "The way through W_hh is missing. What else of the step before does a step "
                "hear?")),
            Mistake(share_forgotten, (
                "The factor 1 - keep is missing on the way back. Which part had it on the way "
                "forwards?")),
            Mistake(shares_exchanged, (
                "keep and 1 - keep are exchanged, forwards and backwards. Which one belongs to "
                "what is old?")),
            Mistake(not_transposed, (
                "The gradient came back through W_hh itself. Forwards W_hh stands to the right of "
                "the state: what takes a gradient back?")),
            Mistake(state_after_the_step, (
                f"dW_hh was made with what comes a step later. Did W_hh multiply that, or {heard}"
                "?")),
            Mistake(forwards, (
                "The walk went forwards. Where does one have to begin, so that everything later "
                "is known?")),
            Mistake(mean_over_the_batch, (
                "Everything was divided by the size of the batch. `dh` is the gradient of the "
                "loss already: is there a mean left to take?")),
            *slips(right, _BACKWARD_SLIPS[variant]),
        ),
        alternatives=(in_float32, one_by_one),
    )  # fmt: skip


# --------------------------------------------------------------- which loss reaches which step


def _reached_1(time, size, window):
    reached = np.zeros((time, time))
    for t in range(time):
        end = min((t // size + 1) * size, time)  # where the walk back begins
        reached[t, max(end - window, 0) : t + 1] = 1
    return reached


def _reached_2(time, size, skip):
    reached = np.zeros((time, time))
    for t in range(time):
        start = t // size * size
        if start == 0 or t - start >= skip:
            reached[t, start : t + 1] = 1
    return reached


def _reached_3(time, size, first):
    reached = np.zeros((time, time))
    for t in range(time):
        start = first + (t - first) // size * size if t >= first else 0
        reached[t, start : t + 1] = 1
    return reached


REACHED = {1: _reached_1, 2: _reached_2, 3: _reached_3}


def _reached_cases(variant):
    def cases(random):
        chosen = []
        for time, size in ((4, 2), (7, 3), (11, 4), (int(random.integers(11, 20)), 5)):
            third = {1: random.integers(size + 1, 2 * size), 2: random.integers(1, size),
                     3: random.integers(1, size)}[variant]  # fmt: skip
            if time == 11 and variant == 2:
                third = random.integers(1, 3)  # so that a loss of the short last chunk counts
            chosen.append((time, size, int(third)))
        return chosen

    return cases


_REACHED_SLIPS = {
    1: (
        ("last_chunk_taken_for_whole",
         "In the last chunk the walk begins behind the last step. Where does a walk begin when the "
         "chunk is shorter?",
         "min((t // size + 1) * size, time)", "(t // size + 1) * size"),
        ("window_of_its_own",
         "Each loss has `window` steps of its own. From which step of the chunk are they counted?",
         "end - window", "t - window + 1"),
        ("one_step_off",
         "The walk is one step too long, or too short. How many steps does it cover in all, with "
         "the one where it begins?", "end - window", "end - window - 1",
         "end - window", "end - window + 1"),
        ("begins_at_the_chunk", "The walk begins where the chunk does. From which end of the chunk "
         "does one walk back?",
         "(t // size + 1) * size", "max(t // size, 1) * size"),
    ),
    2: (
        ("one_loss_too_many",
         "One loss too many is left out of a chunk. How many are not counted?",
         ">= skip", "> skip"),
        ("first_chunk_too",
         "The first losses of the first chunk are left out as well. For which chunks does the text "
         "say so?", "start == 0 or ", ""),
        ("skipped_as_targets",
         "The losses of the warm-up are counted, and its steps are not reached. Which of the two "
         "is left out?",
         "if start == 0 or t - start >= skip:\n            reached[t, start :",
         "reached[t, (start + skip if start else 0) :"),
    ),
    3: (
        ("first_step_of_the_second_chunk",
         "The first chunk is one step too long. Which number has the first step of the second "
         "one, counted from 0?", "t >= first", "t > first"),
        ("two_chunks_only",
         "There is one long chunk behind the first. How many steps has each later one?",
         "first + (t - first) // size * size", "first"),
        ("all_as_long_as_the_first",
         "All chunks are as long as the first. How long are the later ones?",
         "first + (t - first) // size * size if t >= first else 0", "t // first * first"),
    ),
}  # fmt: skip


def _reached(variant):
    right = REACHED[variant]

    def plain_chunks(time, size, third):
        return _reached_2(time, size, 0)

    def also_the_future(time, size, third):
        found = right(time, size, third)
        for row in found:
            places = np.flatnonzero(row)
            if len(places):
                start = places[-1] // size * size
                row[places[0] : min(start + size, time)] = 1
        return found

    def all_the_way(time, size, third):
        return np.tril(np.ones((time, time)))

    def not_itself(time, size, third):
        return right(time, size, third) * (1 - np.eye(time))

    def turned(time, size, third):
        return right(time, size, third).T

    def window_of_each_loss(time, size, third):
        steps = np.arange(time)
        back = steps[:, None] - steps
        return ((back >= 0) & (back < size)).astype(float)

    def with_masks(time, size, third):
        return right(time, size, third) > 0

    def in_lists(time, size, third):
        return right(time, size, third).astype(int).tolist()

    ignored = {
        1: "`window` plays no part here: these are chunks that the walk back never leaves. From "
           "the end of its chunk, how many steps does it go?",
        2: "`skip` plays no part here: all losses are counted. Which losses of a chunk are left "
           "out, and of which chunks?",
        3: "`first` plays no part here: all chunks are equally long, from the first on. Where "
           "does the second chunk begin?",
    }[variant]  # fmt: skip
    own = {
        1: ("From the end of the chunk of loss t, the walk covers the steps end - window to end - "
            "1. Loss t itself joins it at step t: which of these steps does it reach?"),
        2: ("Begin with the chunks of notebook 2: loss t reaches from the start of its chunk up to "
            "t. Then decide whether loss t is counted: how far from the start of its chunk is it?"),
        3: ("Where does the chunk of step t start? At 0 for t < first. From then on, subtract "
            "`first`, round down to a multiple of size, and add `first` again."),
    }[variant]  # fmt: skip
    line = {
        1: "end = min((t // size + 1) * size, time); reached[t, max(end - window, 0) : t + 1] = 1",
        2: "start = t // size * size; if start == 0 or t - start >= skip: "
           "reached[t, start : t + 1] = 1",
        3: "start = first + (t - first) // size * size if t >= first else 0; "
           "reached[t, start : t + 1] = 1",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="reached",
        cases=_reached_cases(variant),
        returns=("reached",),
        batched=False,  # rows are losses
        observe=lambda found, *case: np.asarray(found, dtype=float),
        minutes=20,
        difficulty=2,
        hints=(own, "Count from 0, and draw the matrix for 7 steps in chunks of 3 on paper.", line),
        mistakes=(
            Mistake(plain_chunks, ignored),
            Mistake(also_the_future, (
                "A loss reaches steps after its own. In which direction does a gradient go?")),
            Mistake(all_the_way, (
                "Nothing is cut: every loss reaches every step before it. Where does the walk back "
                "end?")),
            Mistake(not_itself, (
                "No loss reaches its own step. On which state does the loss of step t depend "
                "first?")),
            Mistake(turned, (
                "Rows and columns are exchanged. Which of the two belongs to the loss?")),
            Mistake(window_of_each_loss, (
                "Each loss has a window of its own here. The walk is one for all losses of a "
                "chunk: where does it begin, and where does it end?")),
            *slips(right, _REACHED_SLIPS[variant]),
        ),
        alternatives=(with_masks, in_lists),
    )  # fmt: skip


# ------------------------------------------------------------ clipping, sequence by sequence


def _clip_1(dW, db, limit):
    lengths = np.sqrt((dW**2).sum(axis=(1, 2)) + (db**2).sum(axis=1))  # (batch,)
    factors = np.minimum(1, limit / lengths)
    return np.mean(factors[:, None, None] * dW, axis=0), np.mean(factors[:, None] * db, axis=0)


def _clip_2(dW, db, limit):
    of_dW = np.minimum(1, limit / np.sqrt((dW**2).sum(axis=(1, 2))))  # (batch,)
    of_db = np.minimum(1, limit / np.sqrt((db**2).sum(axis=1)))  # (batch,)
    return np.mean(of_dW[:, None, None] * dW, axis=0), np.mean(of_db[:, None] * db, axis=0)


def _clip_3(dW, db, limit):
    lengths = np.sqrt((dW**2).sum(axis=(1, 2)) + (db**2).sum(axis=1))  # (batch,)
    factors = limit / (limit + lengths)
    return np.mean(factors[:, None, None] * dW, axis=0), np.mean(factors[:, None] * db, axis=0)


CLIP = {1: _clip_1, 2: _clip_2, 3: _clip_3}


def _clip_cases(random):
    cases = []
    # batch, shape of the matrix, the lengths of both parts (drawn between these), the limit
    for batch, shape, low, high, limit in (
        (1, (1, 2), 2.0, 3.0, 1.0), (3, (2, 3), 0.6, 0.9, 1.0), (4, (3, 2), 0.1, 9.0, 2.0),
        (2, (2, 2), 5.0, 50.0, 4.0), (5, (1, 4), 0.5, 4.0, 1.5),
    ):  # fmt: skip
        dW, db = random.normal(size=(batch, *shape)), random.normal(size=(batch, shape[1]))
        of_dW, of_db = random.uniform(low, high, (2, batch))
        if batch > 2:  # one that has to be shortened, and one that has not, whatever was drawn
            of_dW[0] = of_db[0] = 0.9 * limit if low == 0.6 else 2 * limit
            of_dW[1] = of_db[1] = 0.3 * limit
        dW *= (of_dW / np.sqrt((dW**2).sum(axis=(1, 2))))[:, None, None]
        db *= (of_db / np.sqrt((db**2).sum(axis=1)))[:, None]
        cases.append((dW, db, limit))
    return cases


_CLIP_SLIPS = {
    variant: (
        *((("lengths_added",
            "The lengths of both arrays were added. How long is one vector made of two?",
            "np.sqrt((dW**2).sum(axis=(1, 2)) + (db**2).sum(axis=1))",
            "np.sqrt((dW**2).sum(axis=(1, 2))) + np.sqrt((db**2).sum(axis=1))"),
           ("sizes_added",
            "The sizes of the numbers were added up. What is added up for a length, and what is "
            "taken of the sum?",
            "np.sqrt((dW**2).sum(axis=(1, 2)) + (db**2).sum(axis=1))",
            "np.abs(dW).sum(axis=(1, 2)) + np.abs(db).sum(axis=1)"),
           ("bias_left_alone", "db was not shortened. Which arrays have the factor?",
            "factors[:, None] * db", "db"),
           ("length_of_one_array", "The length is that of dW alone. What else belongs to it?",
            " + (db**2).sum(axis=1)", "")) if variant != 2 else
          (("factor_of_the_other", "db was shortened with the factor of dW. How many factors has a "
            "sequence?", "of_db[:, None]", "of_dW[:, None]"),)),
        ("root_of_the_mean",
         "The mean of the squares was taken for their sum. What is the length of a vector?",
         "(dW**2).sum", "(dW**2).mean"),
        *((("parts_of_the_limit_exchanged", "The longer a gradient, the larger its factor. What "
            "stands above in the fraction?", "limit / (limit + lengths)",
            "lengths / (limit + lengths)"),) if variant == 3 else
          (("made_longer", "What is short was made longer, and what is long was left. Which of 1 "
            "and limit / length is the factor?", "np.minimum", "np.maximum"),)),
    )
    for variant in VARIANTS
}  # fmt: skip


def _clip(variant):
    right = CLIP[variant]
    together = variant != 2

    def factor(length, limit):
        return limit / (limit + length) if variant == 3 else np.minimum(1, limit / length)

    def mean_first(dW, db, limit):
        return right(dW.mean(axis=0)[None], db.mean(axis=0)[None], limit)

    def one_for_the_batch(dW, db, limit):
        if together:
            f = factor(np.sqrt((dW**2).sum() + (db**2).sum()), limit)
            return f * dW.mean(axis=0), f * db.mean(axis=0)
        return tuple(factor(np.sqrt((part**2).sum()), limit) * part.mean(axis=0)
                     for part in (dW, db))  # fmt: skip

    def sum_of_all(dW, db, limit):
        return tuple(len(dW) * part for part in right(dW, db, limit))

    def by_value(dW, db, limit):
        return tuple(np.clip(part, -limit, limit).mean(axis=0) for part in (dW, db))

    def always_the_limit(dW, db, limit):
        lengths = np.sqrt((dW**2).sum(axis=(1, 2))), np.sqrt((db**2).sum(axis=1))
        if together:
            both = np.sqrt(lengths[0] ** 2 + lengths[1] ** 2)
            lengths = both, both
        return (np.mean((limit / lengths[0])[:, None, None] * dW, axis=0),
                np.mean((limit / lengths[1])[:, None] * db, axis=0))  # fmt: skip

    def no_root(dW, db, limit):
        squares = (dW**2).sum(axis=(1, 2)), (db**2).sum(axis=1)
        if together:
            squares = squares[0] + squares[1], squares[0] + squares[1]
        return (np.mean(factor(squares[0], limit)[:, None, None] * dW, axis=0),
                np.mean(factor(squares[1], limit)[:, None] * db, axis=0))  # fmt: skip

    def nothing(dW, db, limit):
        return dW.mean(axis=0), db.mean(axis=0)

    def one_by_one(dW, db, limit):
        each = [right(dW[n : n + 1], db[n : n + 1], limit) for n in range(len(dW))]
        return tuple(sum(parts) / len(dW) for parts in zip(*each, strict=True))

    def in_float32(*case):
        return list(right(*(np.asarray(part, "float32") for part in case)))

    hint = {
        1: "The length of a sequence's gradient is that of both its arrays together: the root of "
           "all squares of dW[n] and of db[n]. The factor is 1 where it is short enough.",
        2: "dW[n] and db[n] have a length each, the root of the sum of their squares, and so a "
           "factor each: 1 where they are short enough.",
        3: "The length of a sequence's gradient is that of both its arrays together, and its "
           "factor limit / (limit + length): never above 1, and small where it is long.",
    }[variant]  # fmt: skip
    last = {
        1: "lengths = np.sqrt((dW**2).sum(axis=(1, 2)) + (db**2).sum(axis=1)); factors = "
           "np.minimum(1, limit / lengths); then the mean over axis 0 of factors times each.",
        2: "of_dW = np.minimum(1, limit / np.sqrt((dW**2).sum(axis=(1, 2)))), of_db likewise with "
           "axis=1; then the mean over axis 0 of each times its factors.",
        3: "lengths = np.sqrt((dW**2).sum(axis=(1, 2)) + (db**2).sum(axis=1)); factors = limit / "
           "(limit + lengths); then the mean over axis 0 of factors times each.",
    }[variant]  # fmt: skip
    rescaled = "Every gradient has the length of the limit now. What becomes of one that was short?"
    return Exercise(
        reference=right,
        called="clip_each",
        cases=_clip_cases,
        returns=("dW", "db"),
        minutes=15,
        difficulty=2,
        hints=("First shorten, then take the mean: a loop over the sequences n, dW[n] and db[n], "
               "is a good beginning.", hint, last),
        mistakes=(
            Mistake(mean_first, (
                "The mean was taken first, and then shortened. What can a single wild sequence do "
                "to a mean, before anything is clipped?")),
            Mistake(one_for_the_batch, (
                "One factor for the whole batch. How many lengths are there, one for each what?")),
            Mistake(sum_of_all, (
                "This is the sum over the sequences. What is asked for over the batch?")),
            Mistake(by_value, (
                "Each number was cut off by itself, which turns the gradient into another "
                "direction. What is shortened here?")),
            Mistake(always_the_limit, rescaled),
            Mistake(no_root, (
                "The sum of squares was taken for the length. What is missing?")),
            Mistake(nothing, (
                "This is the plain mean: nothing was shortened. Which factor has a long "
                "gradient?")),
            *slips(right, _CLIP_SLIPS[variant]),
        ),
        alternatives=(one_by_one, in_float32),
    )  # fmt: skip


# ------------------------------------------------------------------------ how far a gradient gets


def _span_1(W_hh, slopes, share):
    most = np.linalg.svd(W_hh)[1].max()  # by which the matrix can lengthen a vector
    lengths = np.cumprod(most * slopes.max(axis=1))
    below = np.flatnonzero(lengths < share)
    return lengths, below[0] + 1 if len(below) else 0


def _span_2(W_hh, slopes, share):
    radius = np.abs(np.linalg.eigvals(W_hh)).max()
    lengths = np.cumprod(radius * slopes.mean(axis=1))
    below = np.flatnonzero(lengths < share)
    return lengths, below[0] + 1 if len(below) else 0


def _span_3(W_hh, slopes, share):
    product, lengths = np.eye(len(W_hh)), []
    for slope in slopes:
        product = product @ np.diag(slope) @ W_hh.T  # one step further back
        lengths.append(np.linalg.svd(product)[1].max())
    below = np.flatnonzero(np.array(lengths) < share)
    return np.array(lengths), below[0] + 1 if len(below) else 0


SPAN = {1: _span_1, 2: _span_2, 3: _span_3}


def _span_cases(random):
    cases = []
    for units, time, size, share in (
        (2, 4, 0.7, 0.5), (3, 12, 0.9, 0.1), (4, 12, 1.1, 0.2), (3, 6, 2.5, 0.5),
        (5, 15, 0.7, 0.01),
    ):  # fmt: skip
        W_hh = random.normal(size=(units, units))
        bound, radius = np.linalg.svd(W_hh)[1].max(), np.abs(np.linalg.eigvals(W_hh)).max()
        W_hh *= size / (bound if size < 1 else radius)  # so that some spans end, and some do not
        cases.append((W_hh, random.uniform(0.3, 1.0, (time, units)), share))
    cases.append((np.eye(2) / 2, np.ones((5, 2)), 0.5**3))  # the third is `share` exactly
    up_again = np.array([0.11, 0.9, 0.9, 0.85, 0.05])[:, None] * random.uniform(0.97, 1, (5, 2))
    return [*cases, (2 * np.eye(2), up_again, 0.3)]  # below `share`, above, and below again


def _first_below(lengths, share):
    below = np.flatnonzero(lengths < share)
    return lengths, below[0] + 1 if len(below) else 0


_SPAN_NEVER = ("never_is_another_number",
               "Where the length is never below `share`, the span is another number here. Which "
               "one does the text ask for?", "else 0", "else len(lengths)", "else 0",
               "else len(lengths) + 1", "else 0", "else -1")  # fmt: skip
_SPAN_LAST = ("last_below", "The span is the last place below `share`. Which one is asked for?",
              "below[0]", "below[-1]")  # fmt: skip
_SPAN_EQUAL = ("at_or_below", "A length that equals `share` ends the span here. Is it below "
               "`share`?", "< share", "<= share")  # fmt: skip
_SPAN_SLIPS = {
    1: (
        ("mean_slope", "The mean slope of each step was taken. Which slope makes it a bound?",
         "slopes.max(axis=1)", "slopes.mean(axis=1)"),
        ("added_up", "The factors were added up. What do two steps do to a length?",
         "np.cumprod", "np.cumsum"),
        ("smallest", "The smallest singular value was taken. Which one is the most that a matrix "
         "can do?", "[1].max()", "[1].min()"),
        ("largest_entry", "The largest entry of the matrix was taken. Is that the most that it can "
         "do to the length of a vector?", "np.linalg.svd(W_hh)[1].max()", "np.abs(W_hh).max()"),
        _SPAN_NEVER, _SPAN_LAST, _SPAN_EQUAL,
    ),
    2: (
        ("largest_slope", "The largest slope of each step was taken. Which one is the first "
         "guess?", "slopes.mean(axis=1)", "slopes.max(axis=1)"),
        ("added_up", "The factors were added up. What do two steps do to a length?",
         "np.cumprod", "np.cumsum"),
        ("determinant", "The determinant was taken, which says what becomes of a volume. What "
         "becomes of a length in the long run?",
         "np.abs(np.linalg.eigvals(W_hh)).max()", "np.abs(np.linalg.det(W_hh))"),
        _SPAN_NEVER, _SPAN_LAST, _SPAN_EQUAL,
    ),
    3: (
        ("not_transposed", "The gradient went through W_hh itself. What takes a gradient back?",
         "@ W_hh.T", "@ W_hh"),
        ("matrix_before_slopes", "The matrix comes before the slopes here. Through which of the "
         "two does a gradient go first?",
         "np.diag(slope) @ W_hh.T", "W_hh.T @ np.diag(slope)"),
        ("on_the_left", "The new step was multiplied on the left. A gradient is a row: on which "
         "side does it meet the next matrix?",
         "product @ np.diag(slope) @ W_hh.T", "np.diag(slope) @ W_hh.T @ product"),
        ("smallest", "The smallest singular value was taken. Which one is the most that a matrix "
         "can do?", "[1].max()", "[1].min()"),
        _SPAN_NEVER, _SPAN_LAST, _SPAN_EQUAL,
    ),
}  # fmt: skip


def _span(variant):
    right = SPAN[variant]

    def without_slopes(W_hh, slopes, share):
        return right(W_hh, np.ones_like(slopes), share)

    def not_multiplied_up(W_hh, slopes, share):
        each = [right(W_hh, slope[None], share)[0][0] for slope in slopes]
        return _first_below(np.array(each), share)

    def counted_from_zero(W_hh, slopes, share):
        lengths, span = right(W_hh, slopes, share)
        return lengths, max(span - 1, 0)

    def last_above(W_hh, slopes, share):
        lengths, _ = right(W_hh, slopes, share)
        above = np.flatnonzero(lengths >= share)
        return lengths, above[-1] + 1 if len(above) else 0

    def counted(W_hh, slopes, share):
        lengths, span = right(W_hh, slopes, share)
        return lengths, (lengths >= share).sum() + 1 if span else 0

    def last_time(W_hh, slopes, share):
        lengths, span = right(W_hh, slopes, share)
        above = np.flatnonzero(np.append(True, lengths >= share))  # the way begins with 1
        return lengths, above[-1] + 1 if span else 0

    def first_slopes_for_all(W_hh, slopes, share):
        return right(W_hh, np.repeat(slopes[:1], len(slopes), axis=0), share)

    def all_entries(W_hh, slopes, share):
        if variant == 3:
            product, lengths = np.eye(len(W_hh)), []
            for slope in slopes:
                product = product @ np.diag(slope) @ W_hh.T
                lengths.append(np.linalg.norm(product))
            return _first_below(np.array(lengths), share)
        factors = slopes.max(axis=1) if variant == 1 else slopes.mean(axis=1)
        return _first_below(np.cumprod(np.linalg.norm(W_hh) * factors), share)

    def other_number(W_hh, slopes, share):
        if variant == 3:
            product, lengths = np.eye(len(W_hh)), []
            for slope in slopes:
                product = product @ np.diag(slope) @ W_hh.T
                lengths.append(np.abs(np.linalg.eigvals(product)).max())
            return _first_below(np.array(lengths), share)
        radius = np.abs(np.linalg.eigvals(W_hh)).max()
        most = np.linalg.svd(W_hh)[1].max()
        factors = most * slopes.mean(axis=1) if variant == 2 else radius * slopes.max(axis=1)
        return _first_below(np.cumprod(factors), share)

    other_number.__name__ = {  # what the teacher's summary calls it
        1: "spectral_radius", 2: "largest_singular_value", 3: "eigenvalue_of_the_product",
    }[variant]  # fmt: skip

    def in_a_loop(W_hh, slopes, share):
        lengths = [right(W_hh, slopes[: n + 1], share)[0][-1] for n in range(len(slopes))]
        span = next((n + 1 for n, length in enumerate(lengths) if length < share), 0)
        return lengths, span

    def in_float32(W_hh, slopes, share):
        lengths, span = right(W_hh.astype("float32"), slopes.astype("float32"), share)
        return [np.asarray(lengths, "float32"), float(span)]

    number = {
        1: "np.linalg.svd(W_hh)[1] holds the singular values. A step back multiplies a length by "
           "at most the largest of them, times the largest slope of that step.",
        2: "np.abs(np.linalg.eigvals(W_hh)).max() is the spectral radius. A step back multiplies "
           "by about that, times the mean slope of that step.",
        3: "Keep a matrix that takes a gradient all the way back, np.eye(units) at first; one more "
           "step multiplies it by np.diag(slope) @ W_hh.T on the right.",
    }[variant]  # fmt: skip
    swapped = {
        1: "The spectral radius is a first guess, and no bound: notebook 2 has a matrix whose "
           "eigenvalues are all zero and which explodes. Which number bounds what a matrix can do "
           "to a length?",
        2: "The largest singular value is the bound, which one step alone can reach. By which "
           "factor a step does a vector grow in the long run, multiplied again and again?",
        3: "The largest eigenvalue of the product was taken. Which number is the most by which a "
           "matrix can lengthen any vector?",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="gradient_span",
        cases=_span_cases,
        returns=("lengths", "span"),
        minutes=20,
        difficulty=2,
        hints=(
            number,
            "Lengths multiply up from step to step. The span is the first place where they lie "
            "below `share`, counted from 1; np.flatnonzero(lengths < share) lists all of them.",
            "below = np.flatnonzero(lengths < share), and span = below[0] + 1 if len(below) else "
            "0. Section 4 of notebook 2 has the formula of one step back.",
        ),
        mistakes=(
            Mistake(without_slopes, (
                "This is a linear network: the slopes play no part. What does each step back "
                "multiply by beside the matrix?")),
            Mistake(not_multiplied_up, (
                "These are the factors of single steps. What is left after two of them?")),
            Mistake(counted_from_zero, (
                "The span is one too small. After how many steps back does lengths[0] hold?")),
            Mistake(last_above, (
                "This is the last step that is not yet below. Which one is asked for?")),
            Mistake(counted, (
                "You counted the steps that are not below. What if the length rises above `share` "
                "once more?")),
            Mistake(last_time, (
                "This is where the length falls below `share` for the last time. Which time is "
                "asked for?")),
            Mistake(first_slopes_for_all, (
                "The slopes of the first step were used for all. Which row belongs to which "
                "step?")),
            Mistake(all_entries, (
                "np.linalg.norm of a matrix adds up the squares of all its entries. Which number "
                "is asked for in its place?")),
            Mistake(other_number, swapped),
            *slips(right, _SPAN_SLIPS[variant]),
        ),
        alternatives=(in_a_loop, in_float32),
    )  # fmt: skip


# ---------------------------------------------------------------------- a network that speaks


def _speak_1(h, W_xh, W_hh, b_h, W_hy, b_y, start, end, steps):
    heard = np.eye(len(W_xh))[np.full(len(h), start)]  # (batch, symbols)
    said, chances, over = [], [], np.zeros(len(h), dtype=bool)
    for _ in range(steps):
        h = np.tanh(heard @ W_xh + h @ W_hh + b_h)
        scores = np.exp(h @ W_hy + b_y)
        chances.append(scores / scores.sum(axis=1, keepdims=True))
        answer = np.where(over, end, chances[-1].argmax(axis=1))
        over = over | (answer == end)
        said.append(answer)
        heard = np.eye(len(W_xh))[answer]
    return np.stack(said, axis=1), np.stack(chances, axis=1)


def _speak_2(h, W_xh, W_hh, b_h, W_hy, b_y, start, end, steps):
    heard = np.eye(len(W_xh))[np.full(len(h), start)]  # (batch, symbols)
    said, chances, over = [], [], np.zeros(len(h), dtype=bool)
    for _ in range(steps):
        h = np.tanh(heard @ W_xh + h @ W_hh + b_h)
        scores = np.exp(h @ W_hy + b_y)
        chances.append(scores / scores.sum(axis=1, keepdims=True))
        answer = np.where(over, end, chances[-1].argmax(axis=1))
        over = over | (answer == end)
        said.append(answer)
        heard = np.concatenate([chances[-1], np.zeros((len(h), 1))], axis=1)  # START: no chance
    return np.stack(said, axis=1), np.stack(chances, axis=1)


def _speak_3(h, W_xh, W_hh, b_h, W_hy, b_y, start, end, steps):
    heard = np.eye(len(W_xh))[np.full(len(h), start)]  # (batch, symbols)
    said, chances, over = [], [], np.zeros(len(h), dtype=bool)
    for _ in range(steps):
        h = np.tanh(heard @ W_xh + h @ W_hh + b_h)
        scores = np.exp(h @ W_hy + b_y) * (1 - heard[:, : len(b_y)])  # not the same again
        chances.append(scores / scores.sum(axis=1, keepdims=True))
        answer = np.where(over, end, chances[-1].argmax(axis=1))
        over = over | (answer == end)
        said.append(answer)
        heard = np.eye(len(W_xh))[answer]
    return np.stack(said, axis=1), np.stack(chances, axis=1)


SPEAK = {1: _speak_1, 2: _speak_2, 3: _speak_3}


def _speak_cases(variant):
    def drawn(random, batch, units, outputs, steps):
        """A case in which no two answers are nearly as likely: float32 has to say the same."""
        shapes = ((batch, units), (outputs + 1, units), (units, units), (units,), (units, outputs),
                  (outputs,))  # fmt: skip
        while True:
            h, *weights = (1.2 * random.normal(size=shape) for shape in shapes)
            case = np.tanh(h), *weights, outputs, outputs - 1, steps
            best = np.sort(SPEAK[variant](*case)[1], axis=2)
            if (best[:, :, -1] - best[:, :, -2]).min() > 0.005:
                return case

    def tempted(case):
        """Whether something else than END would be said behind an END, and heard after that.

        And whether some row still speaks when another one has ended.
        """
        said, chances = SPEAK[variant](*case)
        ended = said == case[-2]
        speaks = ended[:, :-1].any(axis=0) & ~ended[:, 1:].all(axis=0)
        return speaks.any() and (ended & (chances.argmax(axis=2) != case[-2]))[:, :-1].any()

    def cases(random):
        sizes = (1, 2, 3, 2), (3, 4, 5, 6), (4, 3, 4, 5), (2, 5, 6, 7)
        longest = drawn(random, 5, 4, 5, 8)
        while not tempted(longest):
            longest = drawn(random, 5, 4, 5, 8)
        return [*(drawn(random, *size) for size in sizes), longest]

    return cases


def _spoken(
    variant, h, W_xh, W_hh, b_h, W_hy, b_y, start, end, steps, *, stays=True, carried=True,
    begins=1.0, fed=True, squash=True,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    h = first = begins * h
    heard = begun = np.eye(len(W_xh), dtype=h.dtype)[np.full(len(h), start)]
    said, chances, over = [], [], np.zeros(len(h), dtype=bool)
    for _ in range(steps):
        h = np.tanh(heard @ W_xh + (h if carried else first) @ W_hh + b_h)
        found = h @ W_hy + b_y
        scores = np.exp(found) * (1 - heard[:, : len(b_y)] if variant == 3 else 1)
        found = scores / scores.sum(axis=1, keepdims=True) if squash else np.log(scores + 1e-9)
        answer = np.where(over & stays, end, found.argmax(axis=1))
        over = over | (answer == end)
        said.append(answer)
        chances.append(found)
        if fed:
            heard = np.eye(len(W_xh), dtype=h.dtype)[answer]
        if fed and variant == 2:
            heard = np.concatenate([found, np.zeros((len(h), 1), h.dtype)], axis=1)
        heard = heard if fed else begun
    return np.stack(said, axis=1), np.stack(chances, axis=1)


_SPEAK_ALL = (
    ("ended_for_all", "All rows end as soon as one has said END. Which of them are over then?",
     "over | (answer == end)", "over | (answer == end).any()"),
    ("no_bias_of_the_state", "The bias b_h is missing. Where is it added?", "+ b_h", ""),
    ("no_bias_of_the_scores", "The bias b_y is missing. Where is it added?", "+ b_y", ""),
    ("state_without_tanh", "The state has no tanh. What does the step of notebook 1 end with?",
     "h = np.tanh(heard @ W_xh + h @ W_hh + b_h)", "h = heard @ W_xh + h @ W_hh + b_h"),
    ("shared_out_over_the_batch", "The whole was shared out over the batch. Which axis of the "
     "scores has the answers?", "scores.sum(axis=1, keepdims=True)",
     "scores.sum(axis=0, keepdims=True)", "scores.sum(axis=1, keepdims=True)", "scores.sum()"),
)  # fmt: skip
_DEAF = ("deaf_to_the_end", "`said` is right, but behind END another symbol is heard. What does a "
         "row hear that has said END?", "np.eye(len(W_xh))[answer]",
         "np.eye(len(W_xh))[chances[-1].argmax(axis=1)]", "np.eye(len(W_xh))[answer]",
         "np.eye(len(W_xh))[answer] * ~over[:, None]")  # fmt: skip
_SPEAK_SLIPS = {
    1: (_DEAF, *_SPEAK_ALL),
    2: (
        ("end_heard_as_a_row",
         "Behind END the one-hot row of END is heard. What does the text say that a row goes on "
         "hearing?", "heard = np.concatenate([chances[-1], np.zeros((len(h), 1))], axis=1)",
         "heard = np.where(over[:, None], np.eye(len(W_xh))[end], "
         "np.concatenate([chances[-1], np.zeros((len(h), 1))], axis=1))"),
        ("zero_in_front",
         "The zero for START stands in front. Which place among the symbols has START?",
         "[chances[-1], np.zeros((len(h), 1))]", "[np.zeros((len(h), 1)), chances[-1]]"),
        *_SPEAK_ALL,
    ),
    3: (
        _DEAF,
        ("not_shared_out_again",
         "The chance of what was heard was set to zero after the softmax. Who gets its share?",
         "* (1 - heard[:, : len(b_y)])  # not the same again\n"
         "        chances.append(scores / scores.sum(axis=1, keepdims=True))",
         "\n        chances.append(scores / scores.sum(axis=1, keepdims=True) "
         "* (1 - heard[:, : len(b_y)]))"),
        ("score_of_zero",
         "The score of what was heard was set to zero before the power. Is e to the 0 nothing?",
         "np.exp(h @ W_hy + b_y) * (1 - heard[:, : len(b_y)])",
         "np.exp((h @ W_hy + b_y) * (1 - heard[:, : len(b_y)]))"),
        *_SPEAK_ALL,
    ),
}  # fmt: skip


def _speak(variant):
    right = SPEAK[variant]

    def behind_the_end(symbol):
        """A row that has said END says this: a number, or a function of the arguments."""

        def something_else_behind_the_end(*case):
            said, chances = right(*case)
            ended = np.cumsum(said == case[-2], axis=1) - (said == case[-2]) > 0
            return np.where(ended, symbol(case), said), chances

        return something_else_behind_the_end

    def goes_on_after_the_end(*case):
        return _spoken(variant, *case, stays=False)

    def state_never_handed_on(*case):
        return _spoken(variant, *case, carried=False)

    def begins_from_zero(*case):
        return _spoken(variant, *case, begins=0.0)

    def hears_start_for_ever(*case):
        return _spoken(variant, *case, fed=False)

    def no_softmax(*case):
        return _spoken(variant, *case, squash=False)

    def begins_with_the_end(h, *others):
        *weights, start, end, steps = others
        return right(h, *weights, end, end, steps)

    def one_step_only(*case):
        said, chances = right(*case[:-1], 1)
        return np.repeat(said, case[-1], axis=1), np.repeat(chances, case[-1], axis=1)

    def in_float32(*case):
        arrays = (np.asarray(part, "float32") for part in case[:6])
        return list(_spoken(variant, *arrays, *case[6:]))

    def one_by_one(h, *others):
        each = [right(row[None], *others) for row in h]
        return tuple(np.concatenate(parts) for parts in zip(*each, strict=True))

    comes_back = {
        1: "What is heard next is the answer, as a one-hot row: np.eye(symbols)[answer].",
        2: "What is heard next are the chances themselves, (batch, outputs), with a column of "
           "zeros behind them, since START is heard and never said.",
        3: "What is heard next is the answer, as a one-hot row: np.eye(symbols)[answer]. Before "
           "the chances are made, the score of what was heard is set to zero; START has none.",
    }[variant]  # fmt: skip
    goes_on = {
        1: "What was said after END counts here. Once END has been said, what is said, and heard, "
           "at all later steps?",
        2: "What was said after END counts here. Once END has been said, what is said at all later "
           "steps?",
        3: "What was said after END counts here. Once END has been said, what is said, and heard, "
           "at all later steps?",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="speak",
        cases=_speak_cases(variant),
        returns=("said", "chances"),
        time_axis=1,
        minutes=25,
        difficulty=3,
        hints=(
            "`respond` of notebook 3 is the loop, with a step of notebook 1 in the place of the "
            "decoder. Before the first step np.eye(symbols)[start] is heard, in every row.",
            comes_back,
            "Keep `over`, (batch,), False at first: answer = np.where(over, end, "
            "chances.argmax(axis=1)), then over = over | (answer == end).",
        ),
        mistakes=(
            Mistake(goes_on_after_the_end, goes_on),
            Mistake(behind_the_end(lambda case: -1), (
                "What is said is right up to the first END. What does a row say at every later "
                "step?"),
                (behind_the_end(lambda case: 0), behind_the_end(lambda case: case[-3]))),
            Mistake(state_never_handed_on, (
                "Every step starts from the first state. Which state does the second step start "
                "from?")),
            Mistake(begins_from_zero, (
                "It begins from a state of zeros. Which state is it given?")),
            Mistake(hears_start_for_ever, (
                "It hears START at every step. What comes back as the next input?")),
            Mistake(no_softmax, (
                "`chances` do not add up to one. Through which function do scores become "
                "probabilities?")),
            Mistake(begins_with_the_end, (
                "It hears END before the first step. Which symbol stands for nothing said yet?")),
            Mistake(one_step_only, (
                "It says the same at all steps: the first answer again and again. What changes "
                "from one step to the next?")),
            *slips(right, _SPEAK_SLIPS[variant]),
        ),
        alternatives=(in_float32, one_by_one),
    )  # fmt: skip


# ------------------------------------------------------------------------------- a fair comparison


def _fair_1(validation, test, worth):
    chosen = validation.mean(axis=2).argmax(axis=1)  # a rate for each row
    pairs = test[0, chosen[0]] - test[1, chosen[1]]  # (seeds,)
    error = pairs.std(ddof=1) / np.sqrt(len(pairs))
    sure = abs(pairs.mean()) > 2 * error and abs(pairs.mean()) >= worth
    return chosen, pairs, np.sign(pairs.mean()) if sure else 0


def _fair_2(validation, test, worth):
    chosen = validation.mean(axis=2).argmin(axis=1)  # a rate for each row
    pairs = np.log(test[1, chosen[1]] / test[0, chosen[0]])  # (seeds,)
    error = pairs.std(ddof=1) / np.sqrt(len(pairs))
    sure = abs(pairs.mean()) > 2 * error and abs(pairs.mean()) >= np.log(1 + worth)
    return chosen, pairs, np.sign(pairs.mean()) if sure else 0


def _fair_3(validation, test, worth):
    chosen = validation.min(axis=2).argmax(axis=1)  # a rate for each row, by its worst seed
    pairs = test[0, chosen[0]] - test[1, chosen[1]]  # (seeds,)
    wins = (pairs >= worth).sum() - (pairs <= -worth).sum()
    return chosen, pairs, np.sign(wins) if abs(wins) > 0.8 * len(pairs) else 0


FAIR = {1: _fair_1, 2: _fair_2, 3: _fair_3}


def _fair_cases(variant):
    good = -1 if variant == 2 else 1  # the direction of better scores

    def drawn(random, rates, few, many, gain, noise):
        """Scores that lead astray whoever chooses a rate in another way."""
        best = random.permutation(rates)[:2]  # another rate for each network
        means = np.array([[gain], [0.0]]) - 0.1 * np.abs(np.arange(rates) - best[:, None])
        validation = means[:, :, None] + 0.02 * random.normal(size=(2, rates, few))
        test = means[:, :, None] + noise * random.normal(size=(2, rates, many))
        for row in range(2):
            beside = best[row] + (1 if best[row] + 1 < rates else -1)
            if few == 5:  # one of five runs with the best rate goes wrong
                validation[row, best[row], 0] -= 0.25
            elif few == 4:  # it is the best by its mean, and not by its median
                near = 0.002 * random.normal(size=(2, few)) + means[row, best[row]]
                validation[row, best[row]] = near[0] + np.array([0.2, -0.06, -0.06, -0.06])
                validation[row, beside] = near[1] - 0.03
            else:  # another rate is lucky once
                validation[row, beside, 0] += 0.3
                validation[row, beside, 1:] -= 0.15
            by_luck = (best[row] + 2) % rates  # looks best on test
            test[row, by_luck] += means[row].max() - means[row, by_luck] + 0.4
        test += 0.05 * random.normal(size=many)  # what networks of one seed share
        return 1 + good * validation, 1 + good * test

    def cases(random):
        # rates, seeds in the search and of the table, what the first network gains, noise
        found = [(*drawn(random, *sizes), 0.02) for sizes in (
            (3, 3, 4, 0.25, 0.02), (4, 3, 5, -0.2, 0.03), (5, 5, 10, 0.01, 0.1),
            (4, 4, 8, 0.15, 0.02), (6, 3, 10, 0.002, 0.0004), (4, 5, 6, -0.01, 0.1),
        )]  # fmt: skip
        for pairs, worth in _borderline(variant, random):
            validation, test = drawn(random, 4, 3, len(pairs), 0.0, 0.02)
            first, second = FAIR[variant](validation, test, worth)[0]
            test[0, first] = (test[1, second] * np.exp(-pairs) if variant == 2
                              else test[1, second] + pairs)  # fmt: skip
            found.append((validation, test, worth))
        return found

    return cases


def _borderline(variant, random):
    """Pairs, and what is worth having, on which one small slip each turns the verdict round."""
    turned = random.choice([-1, 1])
    if variant == 3:
        # wins, losses, pairs too small to count
        for wins, losses, small in ((4, 0, 1), (9, 1, 0), (5, 0, 3), (4, 0, -2)):
            sizes = random.uniform(0.04, 0.2, wins), -random.uniform(0.04, 0.2, losses)
            rest = np.sign(small) * random.uniform(0.004, 0.015, abs(small))
            yield turned * random.permutation(np.concatenate([*sizes, rest])), 0.02
        return
    worth = 0.5 if variant == 2 else 0.05
    near = 0.45 if variant == 2 else 0.04  # ln(1 + worth) < 0.45 < worth
    # n, the mean of the pairs, by how many of its errors it lies from zero, what is worth having
    for many, mean, errors, least in (
        (10, 0.2, 4.0, 0.02),  # s itself for the error
        (4, 0.2, 1.85, 0.02),  # ddof=0
        (4, 0.2, -2.15, 0.02),  # the root of n - 1
        (6, 0.05, 0.9, 0.02),  # s / n
        (8, 0.1, 1.5, 0.02),  # one error
        (6, 0.05, 0.6, 0.02),  # no error at all
        (6, near, 8.0, worth),
        (6, near, -8.0, worth),  # ln(1 - worth) < -0.45
        (6, 0.06 if variant == 2 else 0.03, 2.4, 0.02),  # the mean less two errors
        (6, 0.2, 2.2, 0.02),  # the median
        (8, 0.6 if variant == 2 else 0.2, np.copysign(2.2, turned), 0.02),  # a ratio of means
    ):
        noise = random.normal(size=many)
        if mean == 0.2 and many == 6:
            noise = random.permutation(np.append(random.normal(0, 0.1, 5), 5))
        noise = (noise - noise.mean()) / noise.std(ddof=1)
        way = turned * np.sign(errors)  # which of the networks is ahead
        yield way * mean * (1 + np.sqrt(many) / abs(errors) * noise), least


def _compared(variant, chosen, pairs, worth):
    return chosen, pairs, _verdict(variant, pairs, worth)


def _verdict(
    variant, pairs, worth, *, ddof=1, divided=np.sqrt, errors=2, least=None, first_only=False,
    some=np.greater, lost=1, decided=False, middle=np.mean, taken_off=False,
):  # fmt: skip
    """The verdict of any variant, with places where a mistake can be put in."""
    size = worth if least is None else least
    if variant == 3:
        won, gone = (pairs >= size).sum(), (pairs <= -size).sum()
        wins = won - lost * gone if won >= gone else lost * won - gone
        sure = some(abs(wins), 0.8 * (won + gone if decided else len(pairs)))
        return np.sign(wins) if sure else 0
    if variant == 2 and least is None:
        size = np.log(1 + worth)
    mean, error = middle(pairs), pairs.std(ddof=ddof) / divided(len(pairs))
    mean = max(mean, 0.0) if first_only else mean
    if taken_off:
        return np.sign(mean) if abs(mean) - errors * error >= size else 0
    return np.sign(mean) if abs(mean) > errors * error and abs(mean) >= size else 0


def _fair(variant):
    right = FAIR[variant]

    def best(scores):
        if variant == 2:
            return scores.mean(axis=-1).argmin(axis=-1)
        return (scores.mean(axis=-1) if variant == 1 else scores.min(axis=-1)).argmax(axis=-1)

    def paired(first, second):
        return np.log(second / first) if variant == 2 else first - second

    def chosen_on_test(validation, test, worth):
        return right(test, test, worth)

    def one_rate_for_both(validation, test, worth):
        both = best(np.concatenate(list(validation), axis=-1))
        pairs = paired(test[0, both], test[1, both])
        return _compared(variant, np.array([both, both]), pairs, worth)

    def not_in_pairs(validation, test, worth):
        chosen = best(validation)
        first, second = np.sort(test[0, chosen[0]]), np.sort(test[1, chosen[1]])
        return _compared(variant, chosen, paired(first, second), worth)

    def second_first(validation, test, worth):
        chosen, pairs, _ = right(validation, test, worth)
        return _compared(variant, chosen, -pairs, worth)

    def judged(name, said, *more, **slip):
        """A mistake that only the verdict shows; `more` are slips of which the same is said."""

        def slipped(options):
            def verdict(validation, test, worth):
                chosen, pairs, _ = right(validation, test, worth)
                own = {key: value(worth) if key == "least" else value
                       for key, value in options.items()}  # fmt: skip
                return chosen, pairs, _verdict(variant, pairs, worth, **own)

            verdict.__name__ = name  # what the teacher's summary calls it
            return verdict

        return Mistake(slipped(slip), said, tuple(map(slipped, more)))

    def always_a_verdict(validation, test, worth):
        chosen, pairs, _ = right(validation, test, worth)
        return chosen, pairs, np.sign(pairs.mean())

    def worst_rate(validation, test, worth):
        sign = -1 if variant != 2 else 1
        if variant == 3:
            chosen = validation.min(axis=2).argmin(axis=1)
        else:
            chosen = (sign * validation.mean(axis=2)).argmax(axis=1)
        pairs = paired(test[0, chosen[0]], test[1, chosen[1]])
        return _compared(variant, chosen, pairs, worth)

    def rates_by_median(validation, test, worth):
        found = np.median(validation, axis=2)
        chosen = found.argmin(axis=1) if variant == 2 else found.argmax(axis=1)
        pairs = paired(test[0, chosen[0]], test[1, chosen[1]])
        return _compared(variant, chosen, pairs, worth)

    def best_single_run(validation, test, worth):
        found = validation.min(axis=2).argmin(axis=1) if variant == 2 else (
            validation.max(axis=2).argmax(axis=1))  # fmt: skip
        pairs = paired(test[0, found[0]], test[1, found[1]])
        return _compared(variant, found, pairs, worth)

    def differences(validation, test, worth):
        chosen = best(validation)
        return _compared(variant, chosen, test[1, chosen[1]] - test[0, chosen[0]], worth)

    def no_logarithm(validation, test, worth):
        chosen = best(validation)
        return _compared(variant, chosen, test[1, chosen[1]] / test[0, chosen[0]], worth)

    def in_lists(validation, test, worth):
        chosen, pairs, word = right(validation, test, worth)
        return [chosen.tolist(), pairs.tolist(), float(word)]

    def in_a_loop(validation, test, worth):
        chosen = [int(best(row)) for row in validation]
        pairs = paired(test[0, chosen[0]], test[1, chosen[1]])
        return _compared(variant, chosen, pairs, worth)

    choice = {
        1: "validation.mean(axis=2) has a number for each network and rate; the best rate of a "
           "network is its argmax along axis 1.",
        2: "validation.mean(axis=2) has a number for each network and rate. These are losses: the "
           "best rate of a network is its argmin along axis 1.",
        3: "validation.min(axis=2) has the worst seed of each network and rate; the best rate of "
           "a network is its argmax along axis 1.",
    }[variant]  # fmt: skip
    word = {
        1: "error = pairs.std(ddof=1) / np.sqrt(len(pairs)). The verdict is np.sign(pairs.mean()) "
           "where the mean is further from 0 than 2 * error, and at least `worth`; else 0.",
        2: "error = pairs.std(ddof=1) / np.sqrt(len(pairs)). The verdict is np.sign(pairs.mean()) "
           "where the mean is further from 0 than 2 * error, and at least np.log(1 + worth).",
        3: "wins = (pairs >= worth).sum() - (pairs <= -worth).sum(). The verdict is np.sign(wins) "
           "where abs(wins) is more than 0.8 * len(pairs); else 0.",
    }[variant]  # fmt: skip
    of_the_error = () if variant == 3 else (
        judged("error_without_root_n", (
            "The spread of single pairs was taken for the error of their mean. What does the error "
            "of a mean do when there are more pairs?"),
            {"divided": lambda n: 1, "ddof": 0}, divided=lambda n: 1),
        judged("divided_by_n", (
            "The standard deviation was divided by n. By what is it divided in the formula?"),
            {"divided": lambda n: n, "ddof": 0}, divided=lambda n: n),
        judged("divided_by_root_n_minus_one", (
            "The standard deviation, with ddof=1, was divided by the root of n - 1. By what does "
            "the text divide it?"), divided=lambda n: np.sqrt(n - 1)),
        judged("median_of_the_pairs", (
            "The median of the pairs was judged. Of which number is the error that of the text?"),
            middle=np.median),
        judged("errors_taken_off", (
            "The errors were taken off the mean before it was compared with what is worth having. "
            "How many conditions does the text name, and is the mean the same in both?"),
            taken_off=True),
        judged("ddof_0", (
            "The standard deviation divides by n here, NumPy's default. What does the text say of "
            "`ddof`?"), ddof=0),
        judged("one_error", (
            "One error was enough for a verdict. How many does the text ask for?"), errors=1),
        judged("no_error", (
            "The mean was compared with `worth` alone. How far from zero has it to lie beside "
            "that?"), errors=0),
        judged("worth_forgotten", (
            "`worth` plays no part in the verdict. What if a difference is sure, and tiny?"),
            least=lambda worth: 0.0),
        judged("never_the_second", (
            "The second network never wins here. What is the verdict where the mean lies far "
            "below zero?"), first_only=True),
    )  # fmt: skip
    of_a_ratio = () if variant != 2 else (
        judged("worth_for_its_logarithm", (
            "The pairs are logarithms, and `worth` is none. With which number is their mean "
            "compared?"), least=lambda worth: worth),
        Mistake(differences, (
            "The pairs are differences of losses. By what are losses compared here?")),
        Mistake(no_logarithm, (
            "The pairs are ratios without their logarithm. Which number stands for two equal "
            "losses?")),
    )  # fmt: skip
    of_wins = () if variant < 3 else (
        judged("eight_in_ten_is_enough", (
            "Exactly eight in ten was enough for a verdict. Does the text say *at least*, or *more "
            "than*?"), some=np.greater_equal),
        judged("losses_not_taken_off", (
            "The wins of one network were counted, and those of the other forgotten. What is taken "
            "off before the comparison with eight in ten?"), lost=0),
        judged("share_of_the_decided", (
            "Pairs too small to count were left out of the number of pairs. Eight in ten of which "
            "pairs?"), decided=True),
        judged("worth_forgotten", (
            "`worth` plays no part: each difference counted as a win. How large has one to be?"),
            least=lambda worth: 1e-12),
    )  # fmt: skip
    slips = of_the_error + of_a_ratio + of_wins
    single = {
        1: "Each network has the rate of its best run. What is sturdier than one lucky seed?",
        2: "Each network has the rate of its best run. What is sturdier than one lucky seed?",
        3: "Each network has the rate of its best run. Which of a rate's seeds decides here?",
    }[variant]
    return Exercise(
        reference=right,
        called="fair",
        cases=_fair_cases(variant),
        returns=("chosen", "pairs", "verdict"),
        minutes=20,
        difficulty=2,
        hints=(
            choice,
            "Only now look at test, at the chosen rates: test[0, chosen[0]] are the first "
            "network's scores, one a seed, test[1, chosen[1]] the second's. Place n of "
            "both is one pair.",
            word,
        ),
        mistakes=(
            Mistake(chosen_on_test, (
                "The rates were chosen on test. What is a number worth that helped to choose what "
                "it judges?")),
            Mistake(one_rate_for_both, (
                "Both networks got the same rate. What if it suits one of them only?")),
            Mistake(not_in_pairs, (
                "The scores were sorted before they were paired. Which two of them have the same "
                "seed?")),
            Mistake(second_first, (
                "The signs are turned round. For which network does a verdict of 1 speak?")),
            Mistake(always_a_verdict, (
                "There is always a winner here. When is nothing shown?")),
            *slips,
            Mistake(worst_rate, (
                "Each network got its worst rate. Is a large number good here, or bad?")),
            Mistake(best_single_run, single),
            Mistake(rates_by_median, (
                "The rates were chosen by the median of their seeds. By which number of the seeds "
                "does the text choose?")),
        ),
        alternatives=(in_lists, in_a_loop),
    )  # fmt: skip


# ---------------------------------------------------------------------------------- the whole set


def parts(variant: int) -> tuple[Part, ...]:
    """The exercises of one variant, with their points."""
    return (
        Part(_fade(variant), 5.0),
        Part(_backward(variant), 9.0),
        Part(_reached(variant), 4.0),
        Part(_clip(variant), 4.0),
        Part(_span(variant), 4.0),
        Part(_speak(variant), 6.0),
        Part(_fair(variant), 4.0),
    )
