"""Exercises of notebook 2: the backward pass through time, truncation in chunks, clipping."""

from __future__ import annotations

import numpy as np

from utils import bptt, cells
from utils.exercises.engine import Exercise, Mistake

# (batch, time, features, units, outputs)
SIZES = ((1, 2, 1, 1, 1), (1, 1, 2, 3, 2), (2, 3, 1, 4, 2), (3, 5, 2, 3, 1), (2, 4, 3, 2, 2))
GRADIENTS = ("dW_xh", "dW_hh", "db_h", "dW_hy", "db_y")

# ------------------------------------------------------------------------ backwards through time


def backward(x, h, h_0, dy, W_hh, W_hy):
    """From ∂L/∂y of every step, (batch, time, outputs) → dW_xh, dW_hh, db_h, dW_hy, db_y.

    `x` is (batch, time, features), `h` the states (batch, time, units), and `h_0` the state before
    the first step, (batch, units).
    """
    features, (units, outputs) = x.shape[-1], W_hy.shape
    dW_xh, dW_hh, db_h = np.zeros((features, units)), np.zeros((units, units)), np.zeros(units)
    dW_hy, db_y = np.zeros((units, outputs)), np.zeros(outputs)
    later = 0.0  # after the last step comes nothing
    for t in reversed(range(x.shape[1])):
        dW_hy += h[:, t].T @ dy[:, t]
        db_y += dy[:, t].sum(axis=0)
        dh = dy[:, t] @ W_hy.T + later  # (batch, units): the step's own loss, and all later ones
        da = dh * (1 - h[:, t] ** 2)  # back through the tanh
        h_prev = h[:, t - 1] if t > 0 else h_0
        dW_xh += x[:, t].T @ da
        dW_hh += h_prev.T @ da
        db_h += da.sum(axis=0)
        later = da @ W_hh.T
    return dW_xh, dW_hh, db_h, dW_hy, db_y


def _backward_cases(random):
    cases = []
    # as many steps as sequences: there whoever mixes up the two axes gets numbers, and no error
    for batch, time, features, units, outputs in (*SIZES, (3, 3, 2, 2, 1)):
        weights = _weights(features, units, random)
        x, h_0 = random.normal(size=(batch, time, features)), random.normal(size=(batch, units))
        h = cells.elman(x, weights, np.tanh(h_0))
        dy, W_hy = random.normal(size=(batch, time, outputs)), random.normal(size=(units, outputs))
        cases.append((x, h, np.tanh(h_0), dy, weights.W_hh, W_hy))
    return cases


def _weights(features, units, random):
    shapes = (features, units), (units, units), (units,)
    return cells.ElmanWeights(*(0.7 * random.normal(size=shape) for shape in shapes))


def _walk(
    x, h, h_0, dy, W_hh, W_hy, *,
    slope=lambda h, h_prev: 1 - h**2,
    hand_on=lambda da, dh, W_hh: da @ W_hh.T,
    at_first=lambda h, h_0: h_0,
    recurrent=lambda h, h_prev, da: h_prev.T @ da,
    order=reversed,
    own=lambda t: 1.0,
    keep=1.0,
):  # fmt: skip
    """The walk of `backward`, with places where a mistake can be put in."""
    steps, time = [0.0] * 5, x.shape[1]
    later = 0.0
    for t in order(range(time)):
        h_prev = h[:, t - 1] if t > 0 else at_first(h, h_0)
        dh = own(time - 1 - t) * dy[:, t] @ W_hy.T + later
        da = dh * slope(h[:, t], h_prev)
        step = (x[:, t].T @ da, recurrent(h[:, t], h_prev, da), da.sum(axis=0),
                h[:, t].T @ dy[:, t], dy[:, t].sum(axis=0))
        steps = [keep * before + now for before, now in zip(steps, step, strict=True)]
        later = hand_on(da, dh, W_hh)
    return tuple(steps)


def _no_slope(*case):
    return _walk(*case, slope=lambda h, h_prev: 1.0)


def _slope_of_the_step_before(*case):
    return _walk(*case, slope=lambda h, h_prev: 1 - h_prev**2)


def _slope_of_a_sigmoid(*case):
    return _walk(*case, slope=lambda h, h_prev: h * (1 - h))


def _slope_not_squared(*case):
    return _walk(*case, slope=lambda h, h_prev: 1 - h)


def _slope_of_what_has_passed_the_tanh(*case):
    return _walk(*case, slope=lambda h, h_prev: 1 - np.tanh(h) ** 2)


def _slope_on_the_way_back_alone(*case):
    x, h, h_0, dy, W_hh, W_hy = case
    steps, later = [], 0.0
    for t in reversed(range(x.shape[1])):
        dh = dy[:, t] @ W_hy.T + later
        h_prev = h[:, t - 1] if t > 0 else h_0
        steps.append((x[:, t].T @ dh, h_prev.T @ dh, dh.sum(axis=0)))
        later = (dh * (1 - h[:, t] ** 2)) @ W_hh.T
    sums = tuple(sum(parts) for parts in zip(*steps, strict=True))
    return (*sums, *backward(*case)[3:])


def _slope_on_later_alone(x, h, h_0, dy, W_hh, W_hy):
    steps, later = [], 0.0
    for t in reversed(range(x.shape[1])):
        da = dy[:, t] @ W_hy.T + later * (1 - h[:, t] ** 2)
        h_prev = h[:, t - 1] if t > 0 else h_0
        steps.append((x[:, t].T @ da, h_prev.T @ da, da.sum(axis=0)))
        later = da @ W_hh.T
    sums = tuple(sum(parts) for parts in zip(*steps, strict=True))
    return (*sums, *backward(x, h, h_0, dy, W_hh, W_hy)[3:])


def _nothing_from_later(*case):
    return _walk(*case, hand_on=lambda da, dh, W_hh: 0.0)


def _not_transposed(*case):
    return _walk(*case, hand_on=lambda da, dh, W_hh: da @ W_hh)


def _handed_on_before_the_tanh(*case):
    return _walk(*case, hand_on=lambda da, dh, W_hh: dh @ W_hh.T)


def _handed_on_without_the_matrix(*case):
    return _walk(*case, hand_on=lambda da, dh, W_hh: da)


def _state_after_the_step(*case):
    return _walk(*case, recurrent=lambda h, h_prev, da: h.T @ da)


def _recurrent_transposed(*case):
    return _walk(*case, recurrent=lambda h, h_prev, da: da.T @ h_prev)


def _forwards(*case):
    return _walk(*case, order=iter)


def _begins_at_zero(*case):
    return _walk(*case, at_first=lambda h, h_0: 0 * h_0)


def _begins_at_the_end(*case):
    return _walk(*case, at_first=lambda h, h_0: h[:, -1])


def _only_the_last_loss(*case):
    return _walk(*case, own=lambda steps_to_come: float(steps_to_come == 0))


def _not_added_up(*case):
    return _walk(*case, keep=0.0)


def _mean_over_the_batch(x, *others):
    return tuple(gradient / len(x) for gradient in backward(x, *others))


def _output_matrix_of_the_state_before(x, h, h_0, dy, W_hh, W_hy):
    before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)
    found = backward(x, h, h_0, dy, W_hh, W_hy)
    return (*found[:3], np.einsum("btu,bto->uo", before, dy), found[4])


def _steps_and_sequences_mixed_up(x, h, h_0, dy, W_hh, W_hy):
    x, h, dy = (part.swapaxes(0, 1) for part in (x, h, dy))  # what x[t] takes for a step
    return _walk(x, h, h_0, dy, W_hh, W_hy)


def _backward_pair_by_pair(x, h, h_0, dy, W_hh, W_hy):
    """Right: each loss on its own way back to each earlier step, all of them added up."""
    before = np.concatenate([h_0[:, None], h[:, :-1]], axis=1)
    da = np.zeros_like(h)
    for s in range(h.shape[1]):  # the step of the loss
        way = dy[:, s] @ W_hy.T * (1 - h[:, s] ** 2)
        for t in range(s, -1, -1):
            da[:, t] += way
            if t > 0:
                way = way @ W_hh.T * (1 - h[:, t - 1] ** 2)
    sums = [np.tensordot(part, da, ((0, 1), (0, 1))) for part in (x, before)]
    return *sums, da.sum((0, 1)), np.tensordot(h, dy, ((0, 1), (0, 1))), dy.sum((0, 1))


def _backward_in_float32(*case):
    """Right, in single precision, with einsum after the walk; returns a list."""
    x, h, h_0, dy, W_hh, W_hy = (np.asarray(part, "float32") for part in case)
    da = [np.zeros_like(h_0)]
    for t in range(x.shape[1] - 1, -1, -1):
        asked = np.einsum("bo,uo->bu", dy[:, t], W_hy) + np.einsum("bv,uv->bu", da[0], W_hh)
        da.insert(0, asked * (1 - h[:, t]) * (1 + h[:, t]))
    da = np.stack(da[:-1], axis=1)
    before = np.concatenate([h_0[:, None], h], axis=1)[:, :-1]
    return [np.einsum("btf,btu->fu", x, da), np.einsum("btv,btu->vu", before, da), da.sum((0, 1)),
            np.einsum("btu,bto->uo", h, dy), dy.sum((0, 1))]


BACKWARD = Exercise(
    reference=backward,
    cases=_backward_cases,
    returns=GRADIENTS,
    minutes=25,
    difficulty=3,
    hints=(
        "Begin with zeros for the five sums, and walk over t in reversed(range(time)). In each "
        "round work out dh, then da, then what da adds to each sum, then what goes to the step "
        "before.",
        "dh = dy[:, t] @ W_hy.T + later, and da = dh * (1 - h[:, t] ** 2). What the step was given "
        "is x[:, t] and the state before it: h[:, t - 1], or h_0 where t is 0.",
        "dW_hy += h[:, t].T @ dy[:, t] and db_y += dy[:, t].sum(axis=0); dW_xh += x[:, t].T @ da, "
        "dW_hh += h_prev.T @ da, db_h += da.sum(axis=0); and at the end later = da @ W_hh.T.",
    ),
    mistakes=(
        Mistake(_no_slope, (
            "The slope of the tanh is missing. What lies between ∂L/∂h_t and ∂L/∂a_t?")),
        Mistake(_slope_of_the_step_before, (
            "The slope was taken at the state before the step. Which state did this step's tanh "
            "give out?")),
        Mistake(_slope_of_a_sigmoid, (
            "h (1 - h) is the slope of a sigmoid. What is that of the tanh, written with its "
            "output?")),
        Mistake(_slope_not_squared, (
            "You multiplied by 1 - h. What is the derivative of the tanh, written with its "
            "output?")),
        Mistake(_slope_of_what_has_passed_the_tanh, (
            "1 - np.tanh(h)**2 takes the tanh twice. `h` has passed it already: what is its slope, "
            "written with its output?")),
        Mistake(_slope_on_the_way_back_alone, (
            "The slope was multiplied in only where the gradient goes to the step before; the sums "
            "were made with ∂L/∂h_t. Do W_xh, W_hh and b_h stand before the tanh, or after it?")),
        Mistake(_slope_on_later_alone, (
            "Only what comes from later was multiplied by the slope. Does the loss of the step "
            "itself reach a_t past the tanh, or through it?")),
        Mistake(_nothing_from_later, (
            "Each state heard of the loss of its own step only. By which second way does a state "
            "reach the loss?")),
        Mistake(_not_transposed, (
            "What goes to the step before was multiplied by W_hh itself. Forwards a state goes "
            "through W_hh; through what does its gradient come back?")),
        Mistake(_handed_on_before_the_tanh, (
            "∂L/∂h_t was handed on, and it has not passed the tanh. Which gradient belongs to what "
            "goes into it?")),
        Mistake(_handed_on_without_the_matrix, (
            "The gradient went to the step before without passing the recurrent matrix. What "
            "stands between h_{t-1} and a_t?")),
        Mistake(_state_after_the_step, (
            "dW_hh was made with the state after the step. Which state did W_hh multiply?")),
        Mistake(_recurrent_transposed, (
            "dW_hh is transposed. Its rows belong to what went in, its columns to what came out: "
            "which of the two is da?")),
        Mistake(_forwards, (
            "The walk went forwards, so that each state heard of the losses before it. Where does "
            "one have to begin, so that everything later is known?")),
        Mistake(_begins_at_zero, (
            "The first step was given zeros. Which state came before it?")),
        Mistake(_begins_at_the_end, (
            "At the first step h[:, t - 1] is h[:, -1], the last state. Which state came before "
            "the first step?")),
        Mistake(_only_the_last_loss, (
            "Only the last step's loss was sent back to the states. At which steps is there a "
            "loss?")),
        Mistake(_not_added_up, (
            "The sums hold the first step only, the last one that was visited. Was each step's "
            "share added, or put in the place of the others (= for +=)?")),
        Mistake(_mean_over_the_batch, (
            "Everything was divided by the size of the batch. Where is a mean taken, if it is: "
            "here, or in the loss, whose gradient dy already is?")),
        Mistake(_output_matrix_of_the_state_before, (
            "dW_hy was made with the state before the step. Which state did the output y_t "
            "read?")),
        Mistake(_steps_and_sequences_mixed_up, (
            "x[t] is sequence t with all its steps. Which axis is the time, and how does one take "
            "step t of all sequences?")),
    ),
    alternatives=(_backward_pair_by_pair, _backward_in_float32),
)  # fmt: skip

# ---------------------------------------------------------------------------- truncated, in chunks


def chunked_backward(x, dy, W_xh, W_hh, b_h, W_hy, size):
    """As `backward`, in chunks of `size` steps: the state goes on to the next, no gradient back.

    The state before the first chunk is zero, (batch, units); the last chunk may be shorter.
    """
    weights = cells.ElmanWeights(W_xh, W_hh, b_h)
    h_0 = np.zeros((len(x), len(W_hh)))
    found = []
    for start in range(0, x.shape[1], size):
        chunk = slice(start, start + size)
        h = cells.elman(x[:, chunk], weights, h_0)
        found.append(backward(x[:, chunk], h, h_0, dy[:, chunk], W_hh, W_hy))
        h_0 = h[:, -1]
    return tuple(sum(gradients) for gradients in zip(*found, strict=True))


def _chunked_cases(random):
    cases = []
    pairs = zip(((2, 3, 1, 1, 1), *SIZES[2:], (2, 6, 2, 3, 1)), (2, 1, 2, 3, 2), strict=True)
    for (batch, time, features, units, outputs), size in pairs:
        x, dy = (random.normal(size=(batch, time, last)) for last in (features, outputs))
        W_hy = random.normal(size=(units, outputs))
        cases.append((x, dy, *_weights(features, units, random), W_hy, size))
    return cases


def _in_chunks(
    x, dy, W_xh, W_hh, b_h, W_hy, size, *,
    carried=lambda h: h[:, -1], told=lambda h_0: h_0, starts=None, longer=0,
):  # fmt: skip
    """The gradients of each chunk, with places where a mistake can be put in."""
    weights, found = cells.ElmanWeights(W_xh, W_hh, b_h), []
    h_0 = np.zeros((len(x), len(W_hh)))
    for start in range(0, x.shape[1], size) if starts is None else starts:
        chunk = slice(start, start + size + longer)
        h = cells.elman(x[:, chunk], weights, h_0)
        found.append(backward(x[:, chunk], h, told(h_0), dy[:, chunk], W_hh, W_hy))
        h_0 = carried(h)
    return found


def _added(found):
    return tuple(sum(gradients) for gradients in zip(*found, strict=True))


def _forgets_the_state(*case):
    return _added(_in_chunks(*case, carried=lambda h: 0 * h[:, -1]))


def _carries_the_first_state(*case):
    return _added(_in_chunks(*case, carried=lambda h: h[:, 0]))


def _backward_begins_at_zero(*case):
    return _added(_in_chunks(*case, told=lambda h_0: 0 * h_0))


def _last_chunk_alone(*case):
    return _in_chunks(*case)[-1]


def _mean_over_chunks(*case):
    found = _in_chunks(*case)
    return tuple(gradient / len(found) for gradient in _added(found))


def _rest_left_out(x, *others):
    size = others[-1]
    return _added(_in_chunks(x, *others, starts=range(0, x.shape[1] - size + 1, size)))


def _a_step_too_long(*case):
    return _added(_in_chunks(*case, longer=1))


def _chunks_overlap(x, *others):
    return _added(_in_chunks(x, *others, starts=range(x.shape[1])))


def _not_cut(x, dy, W_xh, W_hh, b_h, W_hy, size):
    h = cells.elman(x, cells.ElmanWeights(W_xh, W_hh, b_h))
    return backward(x, h, np.zeros((len(x), len(W_hh))), dy, W_hh, W_hy)


def _losses_of_the_beginning(x, dy, W_xh, W_hh, b_h, W_hy, size):
    weights, found = cells.ElmanWeights(W_xh, W_hh, b_h), []
    h_0 = np.zeros((len(x), len(W_hh)))
    for start in range(0, x.shape[1], size):
        chunk = slice(start, start + size)
        h = cells.elman(x[:, chunk], weights, h_0)
        found.append(backward(x[:, chunk], h, h_0, dy, W_hh, W_hy))  # the loop is as long as x
        h_0 = h[:, -1]
    return _added(found)


def _number_of_chunks(x, *others):
    *others, number = others
    return chunked_backward(x, *others, -(-x.shape[1] // number))


def _number_of_chunks_rounded_down(x, *others):
    *others, number = others
    return chunked_backward(x, *others, x.shape[1] // number)


def _windows(x, dy, W_xh, W_hh, b_h, W_hy, size):
    weights = cells.ElmanWeights(W_xh, W_hh, b_h)
    h = cells.elman(x, weights)
    above = bptt.output_gradients(h, cells.OutputWeights(W_hy, np.zeros(W_hy.shape[1])), dy)
    below = bptt.elman_gradients(x, weights, above.states, truncate=size - 1)
    return (*below.weights, *above.weights)


def _chunked_by_the_library(x, dy, W_xh, W_hh, b_h, W_hy, size):
    """Right, with the library's functions, the state kept in a list of all."""
    weights, above = cells.ElmanWeights(W_xh, W_hh, b_h), dy @ W_hy.T
    h = cells.elman(x, weights)
    of_layer = []
    for start in range(0, x.shape[1], size):
        chunk = slice(start, start + size)
        h_0 = h[:, start - 1] if start else None
        of_layer.append(bptt.elman_gradients(x[:, chunk], weights, above[:, chunk], h_0).weights)
    dW_hy = np.einsum("btu,bto->uo", h, dy)
    return *(np.sum(parts, axis=0) for parts in zip(*of_layer, strict=True)), dW_hy, dy.sum((0, 1))


def _chunked_by_steps(x, dy, W_xh, W_hh, b_h, W_hy, size):
    """Right: one walk over the whole sequence in float32, interrupted at the cuts."""
    x, dy, W_xh, W_hh, b_h, W_hy = (
        np.asarray(part, "float32") for part in (x, dy, W_xh, W_hh, b_h, W_hy)
    )
    h = [np.zeros((len(x), len(W_hh)), "float32")]
    for t in range(x.shape[1]):
        h.append(np.tanh(x[:, t] @ W_xh + h[-1] @ W_hh + b_h))
    found, later = [0.0] * 5, 0.0
    for t in range(x.shape[1] - 1, -1, -1):
        if (t + 1) % size == 0:
            later = 0.0  # nothing comes back over the cut
        da = (dy[:, t] @ W_hy.T + later) * (1 - h[t + 1] ** 2)
        later = da @ W_hh.T
        step = x[:, t].T @ da, h[t].T @ da, da.sum(0), h[t + 1].T @ dy[:, t], dy[:, t].sum(0)
        found = [a + b for a, b in zip(found, step, strict=True)]
    return found


CHUNKED = Exercise(
    reference=chunked_backward,
    cases=_chunked_cases,
    returns=GRADIENTS,
    minutes=15,
    difficulty=2,
    hints=(
        "A chunk is a short sequence: for start in range(0, x.shape[1], size), the steps "
        "slice(start, start + size). Run it forwards, then call backward on it.",
        "Forwards: h = cells.elman(x[:, chunk], weights, h_0), where weights = "
        "cells.ElmanWeights(W_xh, W_hh, b_h). h_0 is zero for the first chunk, (batch, units), and "
        "afterwards the last state of the chunk before.",
        "backward(x[:, chunk], h, h_0, dy[:, chunk], W_hh, W_hy) gives five gradients of each "
        "chunk; add up those of all chunks, and set h_0 = h[:, -1] for the next.",
    ),
    mistakes=(
        Mistake(_forgets_the_state, (
            "Every chunk began with a state of zeros. Which state does the network have where the "
            "chunk before ended?")),
        Mistake(_carries_the_first_state, (
            "The first state of each chunk was carried on. Which one is the newest?")),
        Mistake(_backward_begins_at_zero, (
            "Forwards the state was carried on, but backward was told that each chunk began at "
            "zero. With what was W_hh multiplied at the first step of a chunk?")),
        Mistake(_last_chunk_alone, (
            "These are the gradients of the last chunk. What becomes of those before it?")),
        Mistake(_mean_over_chunks, (
            "This is the mean over the chunks. The loss is a sum over all steps: what are its "
            "gradients?")),
        Mistake(_rest_left_out, (
            "Steps at the end that do not fill a chunk were left out. How long may the last chunk "
            "be?")),
        Mistake(_a_step_too_long, (
            "Each chunk has one step too many, which the next one has again. Does slice(a, b) "
            "contain b?")),
        Mistake(_chunks_overlap, (
            "A chunk began at every step, so that they overlap. How far apart are two beginnings?"
        )),
        Mistake(_not_cut, (
            "Nothing was cut: these are the gradients of the whole walk. On which part of the "
            "sequence has backward to be called?")),
        Mistake(_windows, (
            "Here each loss has a window of its own, which reaches so many steps back wherever it "
            "stands. In chunks, how far does the loss just after a cut reach?")),
        Mistake(_losses_of_the_beginning, (
            "Every chunk was given the losses of the first steps: x was cut into chunks, and dy "
            "was not. To which steps do the losses of a chunk belong?")),
        *(Mistake(answer, (
            f"`size` was taken for the number of chunks{rounded}. It is the number of steps in "
            "a chunk: how many chunks does that make?"))
          for answer, rounded in (
              (_number_of_chunks, ""), (_number_of_chunks_rounded_down, ", rounded down"))),
    ),
    alternatives=(_chunked_by_the_library, _chunked_by_steps),
)  # fmt: skip

# ------------------------------------------------------------------------------------- clipping


def clip_by_global_norm(dW_xh, dW_hh, db_h, limit):
    """Shortens three gradients together, so that their common length is at most `limit`."""
    norm = np.sqrt(np.sum(dW_xh**2) + np.sum(dW_hh**2) + np.sum(db_h**2))
    if norm <= limit:
        return dW_xh, dW_hh, db_h
    factor = limit / norm
    return factor * dW_xh, factor * dW_hh, factor * db_h


def _clip_cases(random):
    cases = []
    # (features, units), the length of each of the three, the limit
    for (features, units), lengths, limit in (
        ((1, 1), (3.0, 4.0, 12.0), 6.5),
        ((2, 3), (0.2, 0.3, 0.4), 1.0),  # short together
        ((3, 2), (0.9, 0.8, 0.7), 1.2),  # each short, together not
        ((2, 4), (0.5, 40.0, 3.0), 5.0),
        ((1, 5), (1.0, 0.1, 9.0), 2.5),
    ):
        shapes = (features, units), (units, units), (units,)
        drawn = [random.normal(size=shape) for shape in shapes]
        long = [size * d / np.linalg.norm(d) for size, d in zip(lengths, drawn, strict=True)]
        cases.append((*long, limit))
    return cases


def _shortened(*arguments, norm, factor=lambda norm, limit: limit / norm):
    *gradients, limit = arguments
    size = norm(gradients)
    if size <= limit:
        return tuple(gradients)
    return tuple(factor(size, limit) * gradient for gradient in gradients)


def _length(gradients):
    return np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))


def _each_alone(*arguments):
    *gradients, limit = arguments
    return tuple(_shortened(one, limit, norm=_length)[0] for one in gradients)


def _by_value(*arguments):
    *gradients, limit = arguments
    return tuple(np.clip(gradient, -limit, limit) for gradient in gradients)


def _always(*arguments):
    *gradients, limit = arguments
    return tuple(gradient * limit / _length(gradients) for gradient in gradients)


def _sum_of_lengths(*arguments):
    return _shortened(*arguments, norm=lambda found: sum(_length([one]) for one in found))


def _no_root(*arguments):
    return _shortened(*arguments, norm=lambda found: _length(found) ** 2)


def _to_length_one(*arguments):
    return _shortened(*arguments, norm=_length, factor=lambda norm, limit: 1 / norm)


def _upside_down(*arguments):
    return _shortened(*arguments, norm=_length, factor=lambda norm, limit: norm / limit)


def _largest_number(*arguments):
    return _shortened(*arguments, norm=lambda found: max(np.abs(one).max() for one in found))


def _absolute_values(*arguments):
    return _shortened(*arguments, norm=lambda found: sum(np.abs(one).sum() for one in found))


def _mean_square(*arguments):
    def norm(found):
        return _length(found) / np.sqrt(sum(one.size for one in found))

    return _shortened(*arguments, norm=norm)


def _bias_forgotten(*arguments):
    return _shortened(*arguments, norm=lambda found: _length(found[:2]))


def _recurrent_matrix_alone(dW_xh, dW_hh, db_h, limit):
    return dW_xh, _shortened(dW_xh, dW_hh, db_h, limit, norm=_length)[1], db_h


def _step_left_out(*arguments):
    return _shortened(*arguments, norm=_length, factor=lambda norm, limit: 0.0)


def _clip_one_long_vector(dW_xh, dW_hh, db_h, limit):
    """Right, on one long vector that is cut apart again."""
    together = np.concatenate([dW_xh.ravel(), dW_hh.ravel(), db_h])
    together = together * min(1.0, limit / np.linalg.norm(together))
    a, b, c = np.split(together, np.cumsum([dW_xh.size, dW_hh.size]))
    return a.reshape(dW_xh.shape), b.reshape(dW_hh.shape), c


def _clip_in_float32(*arguments):
    """Right, in single precision, number by number; returns a list."""
    *gradients, limit = arguments
    gradients = [np.asarray(gradient, "float32") for gradient in gradients]
    total = 0.0
    for gradient in gradients:
        for number in gradient.flat:
            total += float(number) ** 2
    return [gradient / max(1.0, total**0.5 / limit) for gradient in gradients]


CLIP = Exercise(
    reference=clip_by_global_norm,
    cases=_clip_cases,
    returns=("dW_xh", "dW_hh", "db_h"),
    minutes=8,
    difficulty=1,
    hints=(
        "The three are parts of one long vector. How does the length of a vector follow from those "
        "of its parts?",
        "norm = np.sqrt(np.sum(dW_xh**2) + np.sum(dW_hh**2) + np.sum(db_h**2)). Where it is at "
        "most the limit, all three stay as they are.",
        "Otherwise multiply all three by the same factor, limit / norm.",
    ),
    mistakes=(
        Mistake(_each_alone, (
            "Each of the three was shortened by its own length: what Keras calls clipnorm. By how "
            "many factors may they be multiplied, if their direction together is to stay?")),
        Mistake(_by_value, (
            "Each number was cut off at the limit: clipping by value. Is (3, 4) still in the same "
            "direction when it is cut off at 3?")),
        Mistake(_always, (
            "Short gradients were made longer, up to the limit. When is there something to clip?")),
        Mistake(_sum_of_lengths, (
            "The lengths of the three were added. How long is a vector with the parts 3 and 4?")),
        Mistake(_no_root, (
            "You compared the sum of squares. What is missing, to make it a length?")),
        Mistake(_to_length_one, (
            "What was too long has the length 1 now. Which length was asked for?")),
        Mistake(_upside_down, (
            "What was too long became longer still: norm / limit is above one. Which way round "
            "shortens?")),
        Mistake(_largest_number, (
            "You took the largest single number for the length. How long is (3, 4)?")),
        Mistake(_absolute_values, (
            "The absolute values were added up. How long is (3, 4): 7, or less?")),
        Mistake(_mean_square, (
            "This is the root of the mean of the squares. Is a length a mean, or a sum?")),
        Mistake(_bias_forgotten, (
            "The bias's gradient was shortened, and not measured. Which parts does the long vector "
            "have?")),
        Mistake(_recurrent_matrix_alone, (
            "Only dW_hh was shortened. What happens to the direction when one part is shortened "
            "and the others stay?")),
        Mistake(_step_left_out, (
            "What was too long became zero, so that this batch teaches nothing. How long may it "
            "be?")),
    ),
    alternatives=(_clip_one_long_vector, _clip_in_float32),
)  # fmt: skip

EXERCISES = (BACKWARD, CHUNKED, CLIP)
