"""Exercises of notebook 1: a recurrent step, Jordan's step, a unit that latches."""

from __future__ import annotations

import numpy as np

from utils.cells import sigmoid
from utils.exercises.engine import Exercise, Mistake

SIZES = ((1, 1, 1), (2, 3, 4), (3, 4, 2), (1, 2, 5), (3, 3, 3))  # (batch, features, units)

# ------------------------------------------------------------------------------- the recurrent step


def recurrent_step(x_t, h_prev, W_xh, W_hh, b_h):
    """One step of a recurrent layer: (batch, features), (batch, units) → h_t, (batch, units)."""
    from_input = x_t @ W_xh  # (batch, units)
    from_state = h_prev @ W_hh  # (batch, units)
    return np.tanh(from_input + from_state + b_h)


def _step_cases(random):
    return [
        (
            random.normal(size=(batch, features)),
            random.uniform(-1, 1, (batch, units)),
            random.normal(size=(features, units)),
            random.normal(size=(units, units)),
            random.normal(size=units),
        )
        for batch, features, units in SIZES
    ]


def _transposed(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh + h_prev @ W_hh.T + b_h)


def _no_tanh(x_t, h_prev, W_xh, W_hh, b_h):
    return x_t @ W_xh + h_prev @ W_hh + b_h


def _sigmoid(x_t, h_prev, W_xh, W_hh, b_h):
    return sigmoid(x_t @ W_xh + h_prev @ W_hh + b_h)


def _no_past(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh + b_h)


def _no_input(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(h_prev @ W_hh + b_h)


def _no_bias(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh + h_prev @ W_hh)


def _bias_outside(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh + h_prev @ W_hh) + b_h


def _two_tanhs(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh + b_h) + np.tanh(h_prev @ W_hh)


def _past_outside(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh + b_h) + h_prev @ W_hh


def _each_for_itself(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_xh + h_prev * np.diag(W_hh) + b_h)


def _adds_the_state(x_t, h_prev, W_xh, W_hh, b_h):
    return h_prev + np.tanh(x_t @ W_xh + h_prev @ W_hh + b_h)


def _matrix_first(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(W_xh @ x_t + W_hh @ h_prev + b_h)


def _by_elements(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t * W_xh + h_prev * W_hh + b_h)


def _exchanged(x_t, h_prev, W_xh, W_hh, b_h):
    return np.tanh(x_t @ W_hh + h_prev @ W_xh + b_h)


def _step_by_units(x_t, h_prev, W_xh, W_hh, b_h):
    """Right, with a loop over batch and units: the neuron of section 2, for each of them."""
    h_t = np.empty((len(x_t), len(b_h)))
    for row in range(len(x_t)):
        for unit in range(len(b_h)):
            total = b_h[unit]
            total = total + sum(x * w for x, w in zip(x_t[row], W_xh[:, unit], strict=True))
            total = total + sum(h * w for h, w in zip(h_prev[row], W_hh[:, unit], strict=True))
            h_t[row, unit] = np.tanh(total)
    return h_t


def _step_with_one_matrix(x_t, h_prev, W_xh, W_hh, b_h):
    """Right: both matrices one above the other, input and state side by side."""
    both = np.concatenate([x_t, h_prev], axis=1)
    return np.tanh(both @ np.concatenate([W_xh, W_hh]) + b_h)


def _step_in_float32(*arguments):
    """Right, in single precision and with einsum."""
    x_t, h_prev, W_xh, W_hh, b_h = (np.asarray(part, "float32") for part in arguments)
    return np.tanh(np.einsum("bf,fu->bu", x_t, W_xh) + np.einsum("bv,vu->bu", h_prev, W_hh) + b_h)


RECURRENT_STEP = Exercise(
    reference=recurrent_step,
    cases=_step_cases,
    returns=("h_t",),
    minutes=5,
    difficulty=1,
    hints=(
        "Three things are added up, each of the shape (batch, units) or one that NumPy stretches "
        "to it: what comes from the input, what comes from the state before, the bias.",
        "x_t has the shape (batch, features) and W_xh (features, units), so that x_t @ W_xh is "
        "(batch, units). With which matrix does h_prev, (batch, units), go?",
        "return np.tanh(x_t @ W_xh + h_prev @ W_hh + b_h)",
    ),
    mistakes=(
        Mistake(_transposed, (
            "This comes out with W_hh transposed. Which index of W_hh belongs to the state that "
            "comes in, the row or the column?")),
        Mistake(_no_tanh, (
            "The sum is right, and nothing keeps it between -1 and 1. Through which function does "
            "it go?")),
        Mistake(_sigmoid, (
            "You took the sigmoid, whose values lie between 0 and 1. Which function does the "
            "formula have, with values from -1 to 1?")),
        Mistake(_no_past, (
            "This layer has no memory: h_prev does not reach the new state. Which matrix brings it "
            "there?")),
        Mistake(_no_input, (
            "The new state knows nothing of x_t. Which matrix brings the input in?")),
        Mistake(_no_bias, (
            "This is what comes out without the bias b_h. Where is it added?")),
        Mistake(_bias_outside, (
            "The bias was added after the tanh. On which side of the tanh's bracket does b_h "
            "stand?")),
        Mistake(_two_tanhs, (
            "Input and state went through a tanh each, and then were added, so that a state can "
            "reach 2. How many tanhs has the formula?")),
        Mistake(_past_outside, (
            "What comes from the state was added after the tanh, and can grow without limit. What "
            "all stands inside the bracket?")),
        Mistake(_each_for_itself, (
            "Each unit hears only itself: the diagonal of W_hh. With which product does every unit "
            "listen to all of them?")),
        Mistake(_adds_the_state, (
            "The old state was added to the new one as it is. Which one way has h_prev to go?")),
        Mistake(_matrix_first, (
            "The matrices stand on the left. With the batch in the rows of x_t, on which side has "
            "the matrix to stand, so that features meet features?")),
        Mistake(_by_elements, (
            "`*` multiplies number by number, and needs equal shapes for it. Which sign is the "
            "matrix product?")),
        Mistake(_exchanged, (
            "The matrices are exchanged. Which of the two has a row for each feature of the "
            "input?")),
    ),
    alternatives=(_step_by_units, _step_with_one_matrix, _step_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------------------ a unit that latches

LOUDEST = 0.1  # how far an input may lie from 0 or 1


def _neuron(xs, w_x, w_h, b):
    """The neuron of section 2: its states, (time,)."""
    h, states = 0.0, []
    for x in xs:
        h = np.tanh(w_x * x + w_h * h + b)
        states.append(h)
    return np.array(states)


def _watched(xs, w_x, w_h, b):
    """What a neuron did with these inputs, as three numbers, each 0 or 1.

    Was its state above 0.5 at some step before the first 1; at the step of the first 1; at the
    last step, where there was a 1 at all? So an answer is judged by what it does, not by its
    weights.
    """
    on = _neuron(xs, float(w_x), float(w_h), float(b)) > 0.5
    ones = np.flatnonzero(np.asarray(xs) > 0.5)
    first = ones[0] if len(ones) else len(xs)
    at_first, at_the_end = (on[first], on[-1]) if len(ones) else (False, False)
    return np.array([on[:first].any(), at_first, at_the_end], dtype=float)


def latch(xs, neuron):
    """The states of one neuron that remembers whether a 1 was among the inputs xs, (time,)."""
    return neuron(xs, w_x=8.0, w_h=4.0, b=-1.0)


def _latch_cases(random):
    """Silence, single ones and several, then the same with inputs that wobble.

    All but the last begin with silence, and then err to the side that could do harm: upwards before
    a 1, and once, at the 1 and after it, downwards as far as inputs may. So a mistake shows in the
    same cases with whatever weights it was made. The last errs from the first step on, when the
    state is still 0.
    """

    def wobbling(time, ones, before, after):
        xs = np.zeros(time)
        xs[ones] = 1
        first = ones[0] if len(ones) else time
        xs[20:first] += before(first - 20)
        xs[first:] += after(time - first)
        return xs

    def some(time):
        return random.uniform(0, LOUDEST, time)

    def most(time):
        return np.full(time, LOUDEST)

    late = int(random.integers(100, 150))
    several = np.sort(random.choice(np.arange(40, 100), 6, replace=False))
    silent = [np.zeros(1), np.zeros(60), np.zeros(200), np.zeros(200)]
    silent[2][late] = silent[3][40:43] = 1.0
    cases = [
        *silent,
        wobbling(200, [], most, most),
        wobbling(200, [late], some, lambda time: -most(time)),
        wobbling(300, [], some, some),
        wobbling(300, several, some, some),
        wobbling(300, [30], some, some),
        most(100),
    ]
    return [(xs, _watched) for xs in cases]


def _echoes(xs, neuron):
    return neuron(xs, w_x=1.0, w_h=0.5, b=0.0)


def _no_lower_state(xs, neuron):
    return neuron(xs, w_x=1.0, w_h=1.5, b=0.0)


def _never_moved(xs, neuron):
    return neuron(xs, w_x=1.0, w_h=4.0, b=-1.0)


def _always_on(xs, neuron):
    return neuron(xs, w_x=8.0, w_h=4.0, b=1.0)


def _hears_the_wobble(xs, neuron):
    return neuron(xs, w_x=40.0, w_h=4.0, b=-1.0)


def _tips_at_the_start(xs, neuron):
    return neuron(xs, w_x=8.0, w_h=4.0, b=-0.5)


def _misses_a_weak_one(xs, neuron):
    return neuron(xs, w_x=7.0, w_h=4.0, b=-2.0)


def _lost_to_the_wobble(xs, neuron):
    return neuron(xs, w_x=9.0, w_h=3.0, b=-1.0)


def _swings(xs, neuron):
    return neuron(xs, w_x=8.0, w_h=-4.0, b=-1.0)


def _other_weights(xs, neuron):
    """Right, with other weights."""
    return neuron(xs, w_x=10.0, w_h=5.0, b=-2.0)


def _large_weights(xs, neuron):
    """Right, and nearly a switch."""
    return neuron(xs, 32, 16, -8)


LATCH = Exercise(
    reference=latch,
    cases=_latch_cases,
    returns=("memory",),
    parts={"memory": ("no alarm before a 1", "the first 1 noticed", "still on at the end")},
    minutes=15,
    difficulty=2,
    hints=(
        "A w_h well above 1 gives the neuron two states in which it can stay, one near -1 and one "
        "near 1. A bias below 0 makes it begin with the lower one.",
        "Put w_h = 4 and b = -1, so that the sums without input are 3 in the upper state and -5 in "
        "the lower one. How large has w_x to be, for a 1 to lift it from -5 to well above 0, while "
        "a tenth of w_x changes nothing?",
        "return neuron(xs, w_x=8, w_h=4, b=-1)",
    ),
    mistakes=(
        Mistake(_echoes, (
            "It notices the 1, and at the end has forgotten it. What is w_h h + b, with h near 1, "
            "and is that enough to keep the state up without any input?")),
        Mistake(_no_lower_state, (
            "As long as nothing wobbles it does what it should. But the state 0, in which it "
            "waits, is a pencil on its tip: with w_h above 1 the smallest input is multiplied step "
            "by step, until the neuron has tipped over. Which sign has the bias to have, for it to "
            "wait somewhere safe?")),
        Mistake(_never_moved, (
            "It does not notice the 1. In its lower state the sum inside the tanh is about "
            "w_x - w_h + b when a 1 comes: what is it with your numbers, and what should it be?")),
        Mistake(_always_on, (
            "It is on before any 1 has come. With no input and h = 0 the sum inside the tanh is b: "
            "which sign should it have?")),
        Mistake(_hears_the_wobble, (
            "It goes on without a 1: an input of 0.1 was enough. How much does 0.1 w_x add to the "
            "sum, and how far below 0 has the sum to lie for that to do no harm?")),
        Mistake(_tips_at_the_start, (
            "After a while of silence it stands a wobble; at the very start, while the state is "
            "still 0, an input of 0.1 tips it over. In the first row of the table, what is left of "
            "b when 0.1 w_x is added, and which sign has it?")),
        Mistake(_misses_a_weak_one, (
            "It notices a clean 1, and misses one of 0.9. How far above 0 is the sum "
            "w_x - w_h + b, and is that more than the 0.1 w_x that are missing then?")),
        Mistake(_lost_to_the_wobble, (
            "It keeps the 1 as long as nothing wobbles. What is left of the sum w_h + b in the "
            "upper state when an input of -0.1 takes 0.1 w_x away, step after step?")),
        Mistake(_swings, (
            "Its state swings from step to step. What does a negative w_h make of a state near "
            "1?")),
    ),
    alternatives=(_other_weights, _large_weights),
)  # fmt: skip

# ------------------------------------------------------------------------------------ Jordan's step


def jordan_step(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    """One step of Jordan's network: (batch, features), (batch, outputs) → h_t, y_t."""
    h_t = np.tanh(x_t @ W_xh + y_prev @ W_yh + b_h)  # (batch, units)
    y_t = sigmoid(h_t @ W_hy + b_y)  # (batch, outputs)
    return h_t, y_t


def _jordan_cases(random):
    sizes = ((1, 1, 2, 1), (2, 3, 4, 2), (3, 1, 2, 1), (1, 2, 3, 4), (4, 3, 3, 3))
    return [
        (
            random.normal(size=(batch, features)),
            random.uniform(0, 1, (batch, outputs)),
            random.normal(size=(features, units)),
            random.normal(size=(outputs, units)),
            random.normal(size=units),
            random.normal(size=(units, outputs)),
            random.normal(size=outputs),
        )
        for batch, features, units, outputs in sizes
    ]


def _forgets_its_answer(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    return jordan_step(x_t, 0 * y_prev, W_xh, W_yh, b_h, W_hy, b_y)


def _answer_without_sigmoid(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    h_t = np.tanh(x_t @ W_xh + y_prev @ W_yh + b_h)
    return h_t, h_t @ W_hy + b_y


def _answer_by_tanh(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    h_t = np.tanh(x_t @ W_xh + y_prev @ W_yh + b_h)
    return h_t, np.tanh(h_t @ W_hy + b_y)


def _state_by_sigmoid(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    h_t = sigmoid(x_t @ W_xh + y_prev @ W_yh + b_h)
    return h_t, sigmoid(h_t @ W_hy + b_y)


def _state_without_tanh(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    h_t = x_t @ W_xh + y_prev @ W_yh + b_h
    return h_t, sigmoid(h_t @ W_hy + b_y)


def _rounded_answer(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    h_t, y_t = jordan_step(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y)
    return h_t, np.round(y_t)


def _rounded_context(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    return jordan_step(x_t, np.round(y_prev), W_xh, W_yh, b_h, W_hy, b_y)


def _no_bias_of_the_state(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    return jordan_step(x_t, y_prev, W_xh, W_yh, 0 * b_h, W_hy, b_y)


def _no_bias_of_the_answer(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    return jordan_step(x_t, y_prev, W_xh, W_yh, b_h, W_hy, 0 * b_y)


def _answer_twice(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    h_t, y_t = jordan_step(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y)
    return h_t, y_t + y_prev


def _jordan_by_rows(x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y):
    """Right, one sequence of the batch after the other."""
    states, answers = [], []
    for x, y in zip(x_t, y_prev, strict=True):
        h = np.tanh(W_xh.T @ x + W_yh.T @ y + b_h)
        states.append(h)
        answers.append(1 / (1 + np.exp(-(W_hy.T @ h + b_y))))
    return np.array(states), np.array(answers)


def _jordan_in_float32(*arguments):
    """Right, in single precision: the step of a layer whose state is the last answer."""
    x_t, y_prev, W_xh, W_yh, b_h, W_hy, b_y = (np.asarray(part, "float32") for part in arguments)
    h_t = recurrent_step(x_t, y_prev, W_xh, W_yh, b_h)
    return [h_t, 0.5 + 0.5 * np.tanh(0.5 * (np.einsum("bu,uo->bo", h_t, W_hy) + b_y))]


JORDAN_STEP = Exercise(
    reference=jordan_step,
    cases=_jordan_cases,
    returns=("h_t", "y_t"),
    minutes=10,
    difficulty=1,
    hints=(
        "Two lines. The first is your recurrent step, with y_prev in the place of h_prev and W_yh "
        "in that of W_hh.",
        "The second is an ordinary Dense layer on the new state: h_t @ W_hy + b_y, through the "
        "sigmoid (cells.sigmoid).",
        "h_t = np.tanh(x_t @ W_xh + y_prev @ W_yh + b_h), then "
        "y_t = cells.sigmoid(h_t @ W_hy + b_y), and return h_t, y_t.",
    ),
    mistakes=(
        Mistake(_forgets_its_answer, (
            "The last answer does not come back: this network has no memory at all. Through which "
            "matrix does y_prev reach the hidden units?")),
        Mistake(_answer_without_sigmoid, (
            "h_t is right, and y_t is no probability yet. Which function g makes one of a "
            "number?")),
        Mistake(_answer_by_tanh, (
            "h_t is right, and y_t went through tanh, so that it can be negative. Which function g "
            "gives numbers between 0 and 1?")),
        Mistake(_state_by_sigmoid, (
            "The hidden units went through the sigmoid. Which of the two lines has f = tanh, and "
            "which g = σ?")),
        Mistake(_state_without_tanh, (
            "The hidden state is the bare sum. Which function f is missing in its line?")),
        Mistake(_rounded_answer, (
            "You rounded the answer to 0 or 1. What comes back at the next step: the decision, or "
            "the probability, which also says how sure it was?")),
        Mistake(_rounded_context, (
            "y_prev was rounded before it came in. Does the formula take the decision, or the "
            "probability itself?")),
        Mistake(_no_bias_of_the_state, (
            "The hidden units have no bias here. What is added beside the two products?")),
        Mistake(_no_bias_of_the_answer, (
            "h_t is right, and the answer has no bias. What is added to h_t W_hy?")),
        Mistake(_answer_twice, (
            "y_prev was added to the new answer as well. By which way alone does the last answer "
            "enter?")),
    ),
    alternatives=(_jordan_by_rows, _jordan_in_float32),
)  # fmt: skip

EXERCISES = (RECURRENT_STEP, LATCH, JORDAN_STEP)
