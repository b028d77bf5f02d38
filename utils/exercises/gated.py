"""Exercises of notebooks 8 and 9, gated cells.

8: one step of an LSTM, the same step backwards, biases for a memory of a wanted length. 9: one step
of either GRU, and weights taken from one convention and one library to another.
"""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from utils.cells import sigmoid
from utils.exercises.engine import Exercise, Mistake

SIZES = ((1, 1, 1), (2, 3, 4), (5, 1, 2), (1, 4, 3), (3, 2, 2))  # (batch, features, units)

# ----------------------------------------------------------------------------------- one step


def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    """One step of an LSTM layer: (batch, features), twice (batch, units) → h_t, c_t."""
    a = x_t @ W_x + h_prev @ W_h + b  # (batch, 4 units)
    a_i, a_f, a_g, a_o = np.split(a, 4, axis=-1)
    i, f, o = sigmoid(a_i), sigmoid(a_f), sigmoid(a_o)
    g = np.tanh(a_g)
    c_t = f * c_prev + i * g
    h_t = o * np.tanh(c_t)
    return h_t, c_t


def _step_cases(random):
    return [
        (
            random.normal(size=(batch, features)),
            *random.normal(size=(2, batch, units)),
            random.normal(size=(features, 4 * units)),
            random.normal(size=(units, 4 * units)),
            random.normal(size=4 * units),
        )
        for batch, features, units in SIZES
    ]


def _gates(x_t, h_prev, W_x, W_h, b):
    """What stands inside σ and tanh of input gate, forget gate, candidate and output gate."""
    return np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)


def _output_gate_third(x_t, h_prev, c_prev, W_x, W_h, b):
    a_i, a_f, a_o, a_g = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = sigmoid(a_f) * c_prev + sigmoid(a_i) * np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c_t), c_t


def _forget_gate_first(x_t, h_prev, c_prev, W_x, W_h, b):
    a_f, a_i, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = sigmoid(a_f) * c_prev + sigmoid(a_i) * np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c_t), c_t


def _no_last_tanh(x_t, h_prev, c_prev, W_x, W_h, b):
    a_i, a_f, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = sigmoid(a_f) * c_prev + sigmoid(a_i) * np.tanh(a_g)
    return sigmoid(a_o) * c_t, c_t


def _shows_the_old_cell(x_t, h_prev, c_prev, W_x, W_h, b):
    a_i, a_f, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = sigmoid(a_f) * c_prev + sigmoid(a_i) * np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c_prev), c_t


def _no_input_gate(x_t, h_prev, c_prev, W_x, W_h, b):
    _, a_f, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = sigmoid(a_f) * c_prev + np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c_t), c_t


def _coupled(x_t, h_prev, c_prev, W_x, W_h, b):
    _, a_f, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    f = sigmoid(a_f)
    c_t = f * c_prev + (1 - f) * np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c_t), c_t


def _sigmoid_candidate(x_t, h_prev, c_prev, W_x, W_h, b):
    i, f, g, o = (sigmoid(a) for a in _gates(x_t, h_prev, W_x, W_h, b))
    c_t = f * c_prev + i * g
    return o * np.tanh(c_t), c_t


def _plain_candidate(x_t, h_prev, c_prev, W_x, W_h, b):
    a_i, a_f, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = sigmoid(a_f) * c_prev + sigmoid(a_i) * a_g
    return sigmoid(a_o) * np.tanh(c_t), c_t


def _no_sigmoids(x_t, h_prev, c_prev, W_x, W_h, b):
    i, f, a_g, o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = f * c_prev + i * np.tanh(a_g)
    return o * np.tanh(c_t), c_t


def _forgets_what_it_should_keep(x_t, h_prev, c_prev, W_x, W_h, b):
    a_i, a_f, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = (1 - sigmoid(a_f)) * c_prev + sigmoid(a_i) * np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c_t), c_t


def _keeps_the_hidden_state(x_t, h_prev, c_prev, W_x, W_h, b):
    a_i, a_f, a_g, a_o = _gates(x_t, h_prev, W_x, W_h, b)
    c_t = sigmoid(a_f) * h_prev + sigmoid(a_i) * np.tanh(a_g)
    return sigmoid(a_o) * np.tanh(c_t), c_t


def _no_bias(x_t, h_prev, c_prev, W_x, W_h, b):
    return lstm_step(x_t, h_prev, c_prev, W_x, W_h, 0 * b)


def _no_state(x_t, h_prev, c_prev, W_x, W_h, b):
    return lstm_step(x_t, 0 * h_prev, c_prev, W_x, W_h, b)


def _exchanged(x_t, h_prev, c_prev, W_x, W_h, b):
    return lstm_step(x_t, h_prev, c_prev, W_x, W_h, b)[::-1]


def _step_by_units(x_t, h_prev, c_prev, W_x, W_h, b):
    """Right, with a loop over batch and units."""
    units = h_prev.shape[1]
    h_t, c_t = np.empty_like(h_prev), np.empty_like(c_prev)
    for row in range(len(x_t)):
        for unit in range(units):
            i, f, g, o = (
                x_t[row] @ W_x[:, k * units + unit] + h_prev[row] @ W_h[:, k * units + unit]
                + b[k * units + unit]
                for k in range(4)
            )
            c_t[row, unit] = sigmoid(f) * c_prev[row, unit] + sigmoid(i) * np.tanh(g)
            h_t[row, unit] = sigmoid(o) * np.tanh(c_t[row, unit])
    return h_t, c_t


def _step_in_float32(*arguments):
    """Right, in single precision and with einsum."""
    x_t, h_prev, c_prev, W_x, W_h, b = (np.asarray(part, "float32") for part in arguments)
    a = np.einsum("bf,fu->bu", x_t, W_x) + np.einsum("bh,hu->bu", h_prev, W_h) + b
    i, f, g, o = a.reshape(len(a), 4, -1).swapaxes(0, 1)
    c_t = c_prev / (1 + np.exp(-f)) + np.tanh(g) / (1 + np.exp(-i))
    return [np.tanh(c_t) / (1 + np.exp(-o)), c_t]


LSTM_STEP = Exercise(
    reference=lstm_step,
    cases=_step_cases,
    returns=("h_t", "c_t"),
    minutes=10,
    difficulty=1,
    hints=(
        "All four networks read the same two things. Compute x_t @ W_x + h_prev @ W_h + b once, "
        "then cut it into four parts of equal width with np.split(…, 4, axis=-1).",
        "The parts come in the order i, f, g, o. Three of them go through the sigmoid "
        "(cells.sigmoid), the candidate g through np.tanh.",
        "c_t = f * c_prev + i * g, and h_t = o * np.tanh(c_t). Return both, h_t first.",
    ),
    mistakes=(
        Mistake(_output_gate_third, (
            "Candidate and output gate are exchanged: this comes out with the order i, f, o, g, "
            "which other libraries have. In which order do the columns of W_x stand here?")),
        Mistake(_forget_gate_first, (
            "Input gate and forget gate are exchanged. Which of the two multiplies what was kept, "
            "and which of them owns the first columns?")),
        Mistake(_no_last_tanh, (
            "c_t is right, and h_t = o * c_t lacks a function. Through what does the cell state go "
            "before the output gate?")),
        Mistake(_shows_the_old_cell, (
            "h_t shows the cell as it was before this step. Which cell state does the output gate "
            "show: the one that came in, or the new one?")),
        Mistake(_no_input_gate, (
            "The candidate was written whole. Which gate decides how much of it is written?")),
        Mistake(_coupled, (
            "You wrote 1 - f where the input gate belongs: an LSTM with coupled gates, which has "
            "three networks. What does the fourth one, i, say here?")),
        Mistake(_sigmoid_candidate, (
            "All four went through the sigmoid, so that nothing negative can be written. Which of "
            "them is no gate?")),
        Mistake(_plain_candidate, (
            "The candidate g lacks its function. Between which two values does it lie?")),
        Mistake(_no_sigmoids, (
            "The gates are not held between 0 and 1. Which function does that, for three of the "
            "four networks?")),
        Mistake(_forgets_what_it_should_keep, (
            "You kept 1 - f of the old memory. What does a forget gate of 1 do: keep, or forget?")),
        Mistake(_keeps_the_hidden_state, (
            "The forget gate multiplied h_prev. Which of the two states is the long-term memory?")),
        Mistake(_no_bias, (
            "This is what comes out without the bias b. Where is it added?")),
        Mistake(_no_state, (
            "This is what comes out when h_prev never reaches the gates. What do the four networks "
            "read besides x_t?")),
        Mistake(_exchanged, (
            "Both are right, in the other order. What is asked for first, h_t or c_t?")),
    ),
    alternatives=(_step_by_units, _step_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------------- the same step backwards


def lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    """One step back: what the loss asks of h_t and c_t, (batch, units) → da_t, dc_prev.

    `dc_t` is what came from the step after, along the cell state. `da_t` (batch, 4 units) belongs
    to what stood inside σ and tanh, in the order i, f, g, o.
    """
    tanh_c = np.tanh(c_t)
    dc = dc_t + dh_t * o * (1 - tanh_c**2)  # two ways lead back to c_t
    da_i = dc * g * i * (1 - i)
    da_f = dc * c_prev * f * (1 - f)
    da_g = dc * i * (1 - g**2)
    da_o = dh_t * tanh_c * o * (1 - o)
    return np.concatenate([da_i, da_f, da_g, da_o], axis=-1), dc * f


def _backward_cases(random):
    cases = []
    for batch, _, units in SIZES:
        dh_t, dc_t, c_prev = random.normal(size=(3, batch, units))
        i, f, o = random.uniform(0.05, 0.95, (3, batch, units))
        g = random.uniform(-0.9, 0.9, (batch, units))
        cases.append((dh_t, dc_t, c_prev, f * c_prev + i * g, i, f, g, o))
    return cases


def _only_along_the_cell(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    da, dc_prev = lstm_step_backward(0 * dh_t, dc_t, c_prev, c_t, i, f, g, o)
    da[:, -o.shape[1]:] = dh_t * np.tanh(c_t) * o * (1 - o)
    return da, dc_prev


def _only_through_the_state(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    return lstm_step_backward(dh_t, 0 * dc_t, c_prev, c_t, i, f, g, o)


def _no_tanh_slope(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    dc = dc_t + dh_t * o
    da = [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g**2),
          dh_t * np.tanh(c_t) * o * (1 - o)]
    return np.concatenate(da, axis=-1), dc * f


def _new_cell_at_the_forget_gate(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    da, dc_prev = lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o)
    units = f.shape[1]
    da[:, units : 2 * units] = dc_prev * c_t * (1 - f)
    return da, dc_prev


def _no_slopes(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    dc = dc_t + dh_t * o * (1 - np.tanh(c_t) ** 2)
    da = [dc * g, dc * c_prev, dc * i, dh_t * np.tanh(c_t)]
    return np.concatenate(da, axis=-1), dc * f


def _sigmoid_slope_of_the_candidate(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    dc = dc_t + dh_t * o * (1 - np.tanh(c_t) ** 2)
    da, dc_prev = lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o)
    units = f.shape[1]
    da[:, 2 * units : 3 * units] = dc * i * g * (1 - g)
    return da, dc_prev


def _past_the_forget_gate(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    da, dc_prev = lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o)
    return da, dc_prev / f


def _hands_on_what_came(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    da, _ = lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o)
    return da, dc_t * f


def _state_without_tanh(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    da, dc_prev = lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o)
    da[:, -o.shape[1]:] = dh_t * c_t * o * (1 - o)
    return da, dc_prev


def _slope_of_tanh_at_the_wrong_place(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    dc = dc_t + dh_t * o * (1 - c_t**2)
    da = [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g**2),
          dh_t * np.tanh(c_t) * o * (1 - o)]
    return np.concatenate(da, axis=-1), dc * f


def _gates_again(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    i, f, o = sigmoid(i), sigmoid(f), sigmoid(o)
    return lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, np.tanh(g), o)


def _in_order_of_gates(name, order, join=lambda parts: np.concatenate(parts, axis=-1)):
    """A wrong answer with the four parts in this order, or joined otherwise."""

    def answer(*arguments):
        da, dc_prev = lstm_step_backward(*arguments)
        parts = np.split(da, 4, axis=-1)
        return join([parts[k] for k in order]), dc_prev

    answer.__name__ = name
    return answer


_output_gate_before = _in_order_of_gates("output gate third", (0, 1, 3, 2))
_forget_gate_before = _in_order_of_gates("forget gate first", (1, 0, 2, 3))
_as_in_the_text = _in_order_of_gates("f, i, o, g", (1, 0, 3, 2))
_below_one_another = _in_order_of_gates("below one another", range(4), np.concatenate)
_axis_for_the_gates = _in_order_of_gates("an axis for the gates", range(4), np.stack)
_last_axis_for_the_gates = _in_order_of_gates(
    "a last axis for the gates", range(4), lambda parts: np.stack(parts, axis=-1)
)


def _backward_with(name, **parts):
    """A wrong answer with some of its lines exchanged, each a function of what is there by then."""
    lines = {
        "dc": lambda s: s.dc_t + s.dh * s.o * (1 - s.tanh_c**2),
        "i": lambda s: s.dc * s.g * s.i * (1 - s.i),
        "f": lambda s: s.dc * s.c_prev * s.f * (1 - s.f),
        "g": lambda s: s.dc * s.i * (1 - s.g**2),
        "o": lambda s: s.dh * s.tanh_c * s.o * (1 - s.o),
        "c_prev": lambda s: s.dc * s.f,
        **parts,
    }

    def answer(dh_t, dc_t, c_prev, c_t, i, f, g, o):
        s = SimpleNamespace(dh=dh_t, dc_t=dc_t, c_prev=c_prev, c=c_t, i=i, f=f, g=g, o=o)
        s.tanh_c = np.tanh(c_t)
        s.dc = lines["dc"](s)
        da = [lines[gate](s) for gate in "ifgo"]
        return np.concatenate(da, axis=-1), lines["c_prev"](s)

    answer.__name__ = name
    return answer


_past_the_output_gate = _backward_with(
    "past the output gate", dc=lambda s: s.dc_t + s.dh * (1 - s.tanh_c**2)
)
_past_output_gate_and_tanh = _backward_with("past gate and tanh", dc=lambda s: s.dc_t + s.dh)
_both_through_the_output = _backward_with(
    "both through the output", dc=lambda s: (s.dc_t + s.dh) * s.o * (1 - s.tanh_c**2)
)
_both_through_the_tanh = _backward_with(
    "both through the tanh", dc=lambda s: (s.dc_t + s.dh * s.o) * (1 - s.tanh_c**2)
)
_ways_multiplied = _backward_with(
    "ways multiplied", dc=lambda s: s.dc_t * s.dh * s.o * (1 - s.tanh_c**2)
)
_tanh_not_squared = _backward_with(
    "tanh not squared", dc=lambda s: s.dc_t + s.dh * s.o * (1 - s.tanh_c)
)
_tanh_for_its_slope = _backward_with(
    "tanh for its slope", dc=lambda s: s.dc_t + s.dh * s.o * s.tanh_c
)
_slope_at_the_state = _backward_with(
    "slope at the state", dc=lambda s: s.dc_t + s.dh * s.o * (1 - (s.o * s.tanh_c) ** 2)
)
_slope_at_the_old_cell = _backward_with(
    "slope at the old cell", dc=lambda s: s.dc_t + s.dh * s.o * (1 - np.tanh(s.c_prev) ** 2)
)
_gates_without_h = _backward_with(
    "gates without h",
    i=lambda s: s.dc_t * s.g * s.i * (1 - s.i),
    f=lambda s: s.dc_t * s.c_prev * s.f * (1 - s.f),
    g=lambda s: s.dc_t * s.i * (1 - s.g**2),
)
_itself_at_i = _backward_with("itself at i", i=lambda s: s.dc * s.i * s.i * (1 - s.i))
_itself_at_f = _backward_with("itself at f", f=lambda s: s.dc * s.f * s.f * (1 - s.f))
_itself_at_g = _backward_with("itself at g", g=lambda s: s.dc * s.g * (1 - s.g**2))
_both_at_g = _backward_with("both at g", g=lambda s: s.dc * s.i * s.g * (1 - s.g**2))
_itself_at_i_and_g = _backward_with(
    "itself at i and g",
    i=lambda s: s.dc * s.i * s.i * (1 - s.i),
    g=lambda s: s.dc * s.g * (1 - s.g**2),
)
_partner_of_i_forgotten = _backward_with("no partner", i=lambda s: s.dc * s.i * (1 - s.i))
_candidate_without_slope = _backward_with("no slope at g", g=lambda s: s.dc * s.i)
_candidate_not_squared = _backward_with("g not squared", g=lambda s: s.dc * s.i * (1 - s.g))
_tanh_of_the_candidate = _backward_with(
    "tanh of g", g=lambda s: s.dc * s.i * (1 - np.tanh(s.g) ** 2)
)
_tanh_slope_of_the_gates = _backward_with(
    "gates with a tanh's slope",
    i=lambda s: s.dc * s.g * (1 - s.i**2),
    f=lambda s: s.dc * s.c_prev * (1 - s.f**2),
    o=lambda s: s.dh * s.tanh_c * (1 - s.o**2),
)
_gates_without_slopes = _backward_with(
    "gates without slopes",
    i=lambda s: s.dc * s.g, f=lambda s: s.dc * s.c_prev, o=lambda s: s.dh * s.tanh_c,
)  # fmt: skip
_half_of_the_slope = _backward_with(
    "1 - s for s (1 - s)",
    i=lambda s: s.dc * s.g * (1 - s.i),
    f=lambda s: s.dc * s.c_prev * (1 - s.f),
    o=lambda s: s.dh * s.tanh_c * (1 - s.o),
)
_other_half_of_the_slope = _backward_with(
    "s for s (1 - s)",
    i=lambda s: s.dc * s.g * s.i,
    f=lambda s: s.dc * s.c_prev * s.f,
    o=lambda s: s.dh * s.tanh_c * s.o,
)
_slopes_of_gates_again = _backward_with(
    "slopes of gates again",
    i=lambda s: s.dc * s.g * sigmoid(s.i) * (1 - sigmoid(s.i)),
    f=lambda s: s.dc * s.c_prev * sigmoid(s.f) * (1 - sigmoid(s.f)),
    o=lambda s: s.dh * s.tanh_c * sigmoid(s.o) * (1 - sigmoid(s.o)),
)
_output_gate_from_the_cell = _backward_with(
    "o from dc", o=lambda s: s.dc * s.tanh_c * s.o * (1 - s.o)
)
_output_gate_with_the_slope = _backward_with(
    "o with the slope", o=lambda s: s.dh * (1 - s.tanh_c**2) * s.o * (1 - s.o)
)
_output_gate_at_the_old_cell = _backward_with(
    "o at the old cell", o=lambda s: s.dh * np.tanh(s.c_prev) * s.o * (1 - s.o)
)
_what_came_handed_on = _backward_with("dc_t handed on", c_prev=lambda s: s.dc_t)
_slope_of_the_forget_gate = _backward_with(
    "f (1 - f) handed on", c_prev=lambda s: s.dc * s.f * (1 - s.f)
)
_gradient_of_the_gate_handed_on = _backward_with(
    "da_f handed on", c_prev=lambda s: s.dc * s.c_prev * s.f * (1 - s.f)
)
_old_cell_handed_on = _backward_with("c_prev handed on", c_prev=lambda s: s.dc * s.c_prev)


def _backward_by_numbers(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    """Right, by central differences of L = Σ dh_t h_t + Σ dc_t c_t in the four sums and c_prev."""
    a = np.concatenate([np.log(i / (1 - i)), np.log(f / (1 - f)), np.arctanh(g),
                        np.log(o / (1 - o))], axis=-1)

    def loss(a, c_prev):
        a_i, a_f, a_g, a_o = np.split(a, 4, axis=-1)
        c = sigmoid(a_f) * c_prev + sigmoid(a_i) * np.tanh(a_g)
        return np.sum(dh_t * sigmoid(a_o) * np.tanh(c)) + np.sum(dc_t * c)

    def slopes(function, at):
        found = np.empty_like(at)
        for place in np.ndindex(at.shape):
            step = np.zeros_like(at)
            step[place] = 1e-6
            found[place] = (function(at + step) - function(at - step)) / 2e-6
        return found

    return slopes(lambda a: loss(a, c_prev), a), slopes(lambda c: loss(a, c), c_prev)


def _backward_in_float32(*arguments):
    """Right, in single precision, written with derivatives of the logistic function's own form."""
    dh_t, dc_t, c_prev, c_t, i, f, g, o = (np.asarray(part, "float32") for part in arguments)
    dc = dh_t * o / np.cosh(c_t) ** 2 + dc_t
    da = np.stack([dc * g * (i - i * i), dc * c_prev * (f - f * f), dc * i - dc * i * g * g,
                   dh_t * np.tanh(c_t) * (o - o * o)], axis=1)
    return da.reshape(len(da), -1), f * dc


LSTM_STEP_BACKWARD = Exercise(
    reference=lstm_step_backward,
    cases=_backward_cases,
    returns=("da_t", "dc_prev"),
    parts={"da_t": ("i", "f", "g", "o")},
    minutes=20,
    difficulty=3,
    hints=(
        "Begin with c_t. Two ways lead back to it: along the cell state from the next step (dc_t), "
        "and through h_t = o * tanh(c_t). Their gradients add up.",
        "tanh' = 1 - tanh². So dc = dc_t + dh_t * o * (1 - np.tanh(c_t)**2). Then follow "
        "c_t = f * c_prev + i * g to each of f, i, g and c_prev.",
        "A gate s = σ(a) has the slope s * (1 - s), the candidate 1 - g**2: da_i = dc * g * i * "
        "(1 - i), da_f = dc * c_prev * f * (1 - f), da_g = dc * i * (1 - g**2), da_o = dh_t * "
        "np.tanh(c_t) * o * (1 - o), and dc_prev = dc * f.",
    ),
    mistakes=(
        Mistake(_only_along_the_cell, (
            "The way through h_t is missing: c_t was changed by what came along the cell state "
            "alone. By which second way does c_t reach the loss?"), (_gates_without_h,)),
        Mistake(_past_the_output_gate, (
            "What came from h_t reached c_t without passing the output gate. By what was tanh(c_t) "
            "multiplied to make h_t?"), (_past_output_gate_and_tanh,)),
        Mistake(_both_through_the_output, (
            "dc_t was led through the output as well: it came along the cell state, where neither "
            "output gate nor tanh lies. Round which of the two does the bracket belong?"),
            (_both_through_the_tanh,)),
        Mistake(_ways_multiplied, (
            "The gradients of the two ways that meet in c_t were multiplied. What does one do "
            "where two ways lead back to the same number?")),
        Mistake(_tanh_not_squared, (
            "You wrote 1 - tanh(c_t), or 1 - g, without the square. What is the slope of a tanh, "
            "where it is 0 and where it is nearly 1 or nearly -1?"), (_candidate_not_squared,)),
        Mistake(_tanh_for_its_slope, (
            "The gradient was multiplied by tanh(c_t). On the way forwards the tanh is applied; "
            "what is multiplied by on the way back?")),
        Mistake(_slope_at_the_state, (
            "The slope of the tanh was made of h_t. Which number came out of the tanh, before the "
            "output gate made it smaller?")),
        Mistake(_slope_at_the_old_cell, (
            "The output was taken at c_prev. Which cell state went through the tanh in this "
            "step?"), (_output_gate_at_the_old_cell,)),
        Mistake(_only_through_the_state, (
            "What came along the cell state, dc_t, was left out. How does the gradient of later "
            "steps reach this one without passing a matrix?")),
        Mistake(_no_tanh_slope, (
            "On the way from h_t to c_t lies a tanh, and its slope is missing. What is the "
            "derivative of tanh(c_t)?")),
        Mistake(_new_cell_at_the_forget_gate, (
            "The forget gate was given c_t. Which cell state did it multiply in the step?")),
        Mistake(_no_slopes, (
            "These are the gradients of the gates themselves. What lies between a gate and the sum "
            "inside it?"), (_gates_without_slopes,)),
        Mistake(_half_of_the_slope, (
            "Of the slope of σ only one factor is there. Where is a sigmoid flat, and is your "
            "factor near 0 at both of its ends?"), (_other_half_of_the_slope,)),
        Mistake(_tanh_slope_of_the_gates, (
            "The gates were given the slope of a tanh, 1 - s². Through which function did i, f and "
            "o go?")),
        Mistake(_itself_at_i_and_g, (
            "What is asked of a factor of a product is the gradient times its *partner*, and one "
            "got itself, or nothing, in its partner's place. Which are the pairs in c_t = f * "
            "c_prev + i * g?"), (
            _itself_at_i, _itself_at_f, _itself_at_g, _both_at_g, _partner_of_i_forgotten)),
        Mistake(_candidate_without_slope, (
            "The candidate lacks its slope. What lies between g and the sum inside it?")),
        Mistake(_output_gate_from_the_cell, (
            "The output gate was given dc, the gradient of c_t. Does o lie on the way to c_t, or "
            "behind it?")),
        Mistake(_output_gate_with_the_slope, (
            "The output gate was multiplied by the slope of the tanh. What is its partner in "
            "h_t = o * tanh(c_t)?")),
        Mistake(_sigmoid_slope_of_the_candidate, (
            "The candidate was given the slope of a sigmoid, g (1 - g). Through which function did "
            "it go?")),
        Mistake(_past_the_forget_gate, (
            "The gradient of c_prev did not pass the forget gate. By what was c_prev multiplied on "
            "its way to c_t?"), (_what_came_handed_on,)),
        Mistake(_slope_of_the_forget_gate, (
            "dc_prev was made with the forget gate's slope, or with its partner: that leads to the "
            "sum inside the gate. Which factor stands beside c_prev in f * c_prev?"),
            (_gradient_of_the_gate_handed_on, _old_cell_handed_on)),
        Mistake(_hands_on_what_came, (
            "c_prev was given f * dc_t, what came from the next step alone. Which gradient of c_t "
            "is the whole one?")),
        Mistake(_state_without_tanh, (
            "da_o was made with c_t. What does the output gate multiply: the cell state itself, or "
            "what the tanh made of it?")),
        Mistake(_slope_of_tanh_at_the_wrong_place, (
            "The slope of the tanh is 1 - tanh², and you wrote 1 - c_t². What is squared: what "
            "goes into the tanh, or what comes out?")),
        Mistake(_gates_again, (
            "i, f, g and o came in as gates, and went through σ and tanh once more. Which of their "
            "values does the slope s (1 - s) want?"),
            (_slopes_of_gates_again, _tanh_of_the_candidate)),
        Mistake(_below_one_another, (
            "The four parts stand below one another, as if the batch were four times as large. On "
            "which axis do the gates of one sequence stand side by side?")),
        Mistake(_axis_for_the_gates, (
            "The four parts have an axis of their own: np.stack makes a new one, and so does a "
            "list. What puts arrays side by side on the axis that they have?"),
            (_last_axis_for_the_gates,)),
        Mistake(_forget_gate_before, (
            "All four are right, and the forget gate stands first. In which order do the columns "
            "of W_x stand?"), (_as_in_the_text,)),
        Mistake(_output_gate_before, (
            "All four are right, in the order i, f, o, g. In which order do the columns of W_x "
            "stand?")),
    ),
    alternatives=(_backward_by_numbers, _backward_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------- biases for a wanted memory


def memory_biases(half_lives):
    """Biases by which each unit keeps half of its memory over so many steps: (units,) → (4 units,).

    In the order i, f, g, o: input and forget gate add up to 1, candidate and output gate get 0.
    """
    f = 0.5 ** (1 / half_lives)  # (units,), so that f ** half_lives is a half
    b_f = np.log(f / (1 - f))  # so that σ(b_f) is f
    b_i = -b_f  # σ(-b_f) = 1 - f
    nothing = np.zeros_like(b_f)
    return np.concatenate([b_i, b_f, nothing, nothing])


def _memory_cases(random):
    return [(random.uniform(1.5, 200, units),) for units in (1, 2, 3, 5, 8)]


def _with_forget_gate(f):
    """The biases where the forget gate has these values and the input gate is what is left to 1."""
    b_f = np.log(f / (1 - f))
    return np.concatenate([-b_f, b_f, 0 * f, 0 * f])


def _log_of_the_half_life(half_lives):
    return _with_forget_gate(half_lives / (half_lives + 1))


def _an_eth_is_left(half_lives):
    return _with_forget_gate(np.exp(-1 / half_lives))


def _a_share_of_the_steps(half_lives):
    return _with_forget_gate(1 - 1 / half_lives)


def _half_in_equal_portions(half_lives):
    return _with_forget_gate(1 - 0.5 / half_lives)


def _power_instead_of_root(half_lives):
    return _with_forget_gate(0.5**half_lives)


def _gates_as_biases(half_lives):
    f = 0.5 ** (1 / half_lives)
    return np.concatenate([1 - f, f, 0 * f, 0 * f])


def _turned_round_wrongly(name, turn):
    """A wrong answer whose biases are made of the forget gate's values by `turn(f)`."""

    def answer(half_lives):
        b_f = turn(0.5 ** (1 / half_lives))
        return np.concatenate([-b_f, b_f, 0 * b_f, 0 * b_f])

    answer.__name__ = name
    return answer


_forget_gate_as_bias = _turned_round_wrongly("the gate as its bias", lambda f: f)
_sigmoid_of_the_gate = _turned_round_wrongly("sigmoid of the gate", sigmoid)
_logarithm_of_the_gate = _turned_round_wrongly("logarithm of the gate", np.log)
_tanh_turned_round = _turned_round_wrongly("tanh turned round", np.arctanh)
_base_ten = _turned_round_wrongly("base ten", lambda f: np.log10(f / (1 - f)))
_base_two = _turned_round_wrongly("base two", lambda f: np.log2(f / (1 - f)))


def _logarithms_of_both_gates(half_lives):
    f = 0.5 ** (1 / half_lives)
    return np.concatenate([np.log(1 - f), np.log(f), 0 * f, 0 * f])


def _sigmoids_of_both_gates(half_lives):
    s = sigmoid(0.5 ** (1 / half_lives))
    return np.concatenate([1 - s, s, 0 * s, 0 * s])


def _half_life_as_bias(half_lives):
    return np.concatenate([-half_lives, half_lives, 0 * half_lives, 0 * half_lives])


def _one_minus_the_bias(half_lives):
    _, b_f, nothing, _ = np.split(memory_biases(half_lives), 4)
    return np.concatenate([1 - b_f, b_f, nothing, nothing])


def _half_over_the_half_life(half_lives):
    return _with_forget_gate(0.5**1 / half_lives)


def _one_over_the_half_life(half_lives):
    return _with_forget_gate(1 / half_lives)


def _gate_above_one(half_lives):
    with np.errstate(invalid="ignore"):
        return _with_forget_gate(0.5 ** (-1 / half_lives))


def _quarter_left(half_lives):
    return _with_forget_gate(0.5 ** (2 / half_lives))


def _two_zeros(half_lives):
    b_i, b_f, *_ = np.split(memory_biases(half_lives), 4)
    return np.concatenate([b_i, b_f, [0, 0]])


def _two_gates_only(half_lives):
    return memory_biases(half_lives)[: 2 * len(half_lives)]


def _forget_gate_only(half_lives):
    return memory_biases(half_lives)[len(half_lives) : 2 * len(half_lives)]


def _a_row_each(half_lives):
    return memory_biases(half_lives).reshape(4, -1)


def _both_gates_open(half_lives):
    _, b_f, nothing, _ = np.split(memory_biases(half_lives), 4)
    return np.concatenate([b_f, b_f, nothing, nothing])


def _input_gate_half_open(half_lives):
    _, b_f, nothing, _ = np.split(memory_biases(half_lives), 4)
    return np.concatenate([nothing, b_f, nothing, nothing])


def _forget_gate_turned(half_lives):
    return -memory_biases(half_lives)


def _forget_gate_third(half_lives):
    b_i, b_f, nothing, _ = np.split(memory_biases(half_lives), 4)
    return np.concatenate([b_i, nothing, b_f, nothing])


def _forget_gate_last(half_lives):
    b_i, b_f, nothing, _ = np.split(memory_biases(half_lives), 4)
    return np.concatenate([b_i, nothing, nothing, b_f])


def _unit_by_unit(half_lives):
    return memory_biases(half_lives).reshape(4, -1).T.ravel()


def _memory_in_one_formula(half_lives):
    """Right: f / (1 - f) = 1 / (2 ** (1 / half-life) - 1)."""
    b = np.zeros((4, len(half_lives)))
    b[1] = -np.log(np.exp2(1 / half_lives) - 1)
    b[0] = -b[1]
    return b.ravel()


def _memory_in_float32(half_lives):
    """Right, unit by unit and in single precision."""
    units = len(half_lives)
    b = np.zeros(4 * units, "float32")
    for unit, half_life in enumerate(half_lives):
        f = 2 ** (-1 / half_life)
        b[units + unit] = np.log(f) - np.log(1 - f)
        b[unit] = -b[units + unit]
    return b


MEMORY_BIASES = Exercise(
    reference=memory_biases,
    cases=_memory_cases,
    returns=("b",),
    parts={"b": ("i", "f", "g", "o")},
    minutes=10,
    difficulty=2,
    hints=(
        "First the forget gate, without any bias. A memory that is multiplied by f at each of T "
        "steps is f ** T of what it was. Which f makes that a half?",
        "f = 0.5 ** (1 / half_lives). Now turn the sigmoid round: f = 1 / (1 + exp(-b_f)) gives "
        "b_f = log(f / (1 - f)).",
        "The input gate shall be 1 - f, and 1 - σ(b_f) = σ(-b_f). Put b_i, b_f and twice zeros one "
        "behind the other with np.concatenate.",
    ),
    mistakes=(
        Mistake(_log_of_the_half_life, (
            "b_f is the logarithm of the number of steps. Then f = T / (T + 1), and after T steps "
            "about 37 % is left. Which f has f ** T = 0.5?")),
        Mistake(_an_eth_is_left, (
            "With f = exp(-1 / T) a share of 1/e, 37 %, is left after T steps. How much shall it "
            "be?")),
        Mistake(_a_share_of_the_steps, (
            "f = 1 - 1 / T loses a T-th at each step, but of what is left, not of what there was. "
            "What is f ** T then, and what shall it be?")),
        Mistake(_half_in_equal_portions, (
            "f = 1 - 0.5 / T takes the half away in T equal portions. A gate multiplies: after T "
            "steps f ** T is left. Which f makes that a half?")),
        Mistake(_power_instead_of_root, (
            "f = 0.5 ** T is what a gate of one half leaves after T steps. Here it is the other "
            "way round: f ** T = 0.5. How does one solve that for f?")),
        Mistake(_half_over_the_half_life, (
            "This is f = 0.5 / T, or 1 / T: the longer the memory, the smaller the gate. Did you "
            "write 0.5 ** 1 / half_lives? ** comes before /. Which brackets are missing?"),
            (_one_over_the_half_life,)),
        Mistake(_gate_above_one, (
            "There is no number here: a logarithm was taken of something below zero, as f / (1 - "
            "f) is where f is above 1. Between which two values does a gate lie, and is yours?")),
        Mistake(_quarter_left, (
            "f ** T is a quarter here. Two gates change the memory, but only one of them keeps. By "
            "what is what was there multiplied at each step?")),
        Mistake(_half_life_as_bias, (
            "b_f is the number of steps itself, so that every gate is nearly 1. Which f has f ** T "
            "= 0.5, and which b has σ(b) = f?")),
        Mistake(_gates_as_biases, (
            "These are the gates themselves, and biases were asked for. What has to stand inside "
            "the sigmoid, so that f comes out?"), (_forget_gate_as_bias,)),
        Mistake(_sigmoid_of_the_gate, (
            "f went through the sigmoid. The cell does that with b_f; here it has to be undone: "
            "which b has σ(b) = f?"), (_sigmoids_of_both_gates,)),
        Mistake(_logarithm_of_the_gate, (
            "b_f is log(f), which is never above 0, so that σ(b_f) is never above a half. What is "
            "f divided by, before the logarithm?"), (_logarithms_of_both_gates,)),
        Mistake(_tanh_turned_round, (
            "The tanh was turned round. Through which function does a gate's sum go?")),
        Mistake(_base_ten, (
            "Right, but for the base of the logarithm: σ(b) = 1 / (1 + e^-b). Which base turns "
            "that round?"), (_base_two,)),
        Mistake(_one_minus_the_bias, (
            "The forget gate is right, and b_i is 1 - b_f. It is the *gate* that shall be 1 - f. "
            "For which bias does the sigmoid give 1 - σ(b_f)?")),
        Mistake(_both_gates_open, (
            "The input gate is as open as the forget gate: what is kept for long is drowned in "
            "what is written at each step. What is 1 - σ(b_f) as the sigmoid of something?")),
        Mistake(_input_gate_half_open, (
            "The biases of the input gate are 0: at each step half of the candidate is written. "
            "Which value was asked of the input gate?")),
        Mistake(_forget_gate_turned, (
            "The longer the half-life, the more these units forget. Either both signs are turned, "
            "or the biases of the two gates are exchanged, which comes to the same. What does a "
            "forget gate near 1 do, and which gate comes first?")),
        Mistake(_forget_gate_third, (
            "The biases of the forget gate stand where another network has its own. In which order "
            "do the four stand?"), (_forget_gate_last,)),
        Mistake(_two_zeros, (
            "There are two zeros, whatever the number of units. How many biases have candidate and "
            "output gate, when the layer has several units?")),
        Mistake(_two_gates_only, (
            "Some of the four networks have no biases here. Which four stand in b, and what do "
            "candidate and output gate get?"), (_forget_gate_only,)),
        Mistake(_a_row_each, (
            "The four networks have a row each. How many axes has the b of a layer?")),
        Mistake(_unit_by_unit, (
            "The four biases of a unit stand side by side, unit after unit. Which come first in b: "
            "all of one unit, or those of one gate for all units?")),
    ),
    alternatives=(_memory_in_one_formula, _memory_in_float32),
)  # fmt: skip

# -------------------------------------------------- one step of a GRU, reset gate before the matrix


def gru_step(x_t, h_prev, W_x, W_h, b):
    """One step of a GRU, r before the matrix: (batch, features), (batch, units) → h_t."""
    x_z, x_r, x_c = np.split(x_t @ W_x + b, 3, axis=-1)  # (batch, units) each
    W_hz, W_hr, W_hc = np.split(W_h, 3, axis=-1)  # (units, units) each
    z = sigmoid(x_z + h_prev @ W_hz)
    r = sigmoid(x_r + h_prev @ W_hr)
    candidate = np.tanh(x_c + (r * h_prev) @ W_hc)
    return z * h_prev + (1 - z) * candidate


def _gru_cases(random, rows=()):
    """Inputs for a step; `rows` is (2,) where the biases of input and state are apart."""
    return [
        (
            random.normal(size=(batch, features)),
            random.uniform(-1, 1, (batch, units)),
            random.normal(size=(features, 3 * units)),
            random.normal(size=(units, 3 * units)),
            random.normal(size=(*rows, 3 * units)),
        )
        for batch, features, units in SIZES
    ]


def _gru_parts(x_t, h_prev, W_x, W_h, b):
    """What the input and the old state add to z, r and candidate, and the candidate's matrix."""
    of_input = np.split(x_t @ W_x + b, 3, axis=-1)
    return *of_input, *np.split(h_prev @ W_h, 3, axis=-1), np.split(W_h, 3, axis=-1)[2]


def _gru_replaces(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return (1 - z) * h_prev + z * np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_reset_first(x_t, h_prev, W_x, W_h, b):
    x_r, x_z, x_c, h_r, h_z, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_resets_after(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, np.stack([b, 0 * b]))


def _gru_without_reset(x_t, h_prev, W_x, W_h, b):
    x_z, _, x_c, h_z, _, h_c, _ = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z = sigmoid(x_z + h_z)
    return z * h_prev + (1 - z) * np.tanh(x_c + h_c)


def _gru_candidate_without_past(x_t, h_prev, W_x, W_h, b):
    x_z, _, x_c, h_z, *_ = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z = sigmoid(x_z + h_z)
    return z * h_prev + (1 - z) * np.tanh(x_c)


def _gru_reset_turned(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * np.tanh(x_c + ((1 - r) * h_prev) @ W_hc)


def _gru_keeps_the_reset_state(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * r * h_prev + (1 - z) * np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_resets_the_input_too(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * np.tanh(r * x_c + (r * h_prev) @ W_hc)


def _gru_sigmoid_candidate(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * sigmoid(x_c + (r * h_prev) @ W_hc)


def _gru_tanh_around(x_t, h_prev, W_x, W_h, b):
    return np.tanh(gru_step(x_t, h_prev, W_x, W_h, b))


def _gru_candidate_without_bias(x_t, h_prev, W_x, W_h, b):
    units = h_prev.shape[1]
    return gru_step(x_t, h_prev, W_x, W_h, b * np.repeat([1, 1, 0], units))


def _gru_plain_candidate(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * (x_c + (r * h_prev) @ W_hc)


def _gru_plain_gates(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = x_z + h_z, x_r + h_r
    return z * h_prev + (1 - z) * np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_gates_without_state(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, _, _, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z), sigmoid(x_r)
    return z * h_prev + (1 - z) * np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_writes_it_whole(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_adds(name, mix):
    """A wrong answer whose last line is mix(z, r, h_prev, candidate)."""

    def answer(x_t, h_prev, W_x, W_h, b):
        x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
        z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
        return mix(z, r, h_prev, np.tanh(x_c + (r * h_prev) @ W_hc))

    answer.__name__ = name
    return answer


_gru_z_for_both = _gru_adds("z for both", lambda z, r, h, new: z * h + z * new)
_gru_keeps_it_whole = _gru_adds("keeps it whole", lambda z, r, h, new: h + (1 - z) * new)
_gru_adds_both_whole = _gru_adds("adds both whole", lambda z, r, h, new: h + new)
_gru_candidate_alone = _gru_adds("the candidate alone", lambda z, r, h, new: new)
_gru_reset_gate_mixes = _gru_adds(
    "the reset gate mixes", lambda z, r, h, new: r * h + (1 - r) * new
)


def _gru_update_gate_resets(x_t, h_prev, W_x, W_h, b):
    x_z, _, x_c, h_z, _, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z = sigmoid(x_z + h_z)
    return z * h_prev + (1 - z) * np.tanh(x_c + (z * h_prev) @ W_hc)


def _gru_tanh_gates(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = np.tanh(x_z + h_z), np.tanh(x_r + h_r)
    return z * h_prev + (1 - z) * np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_resets_what_was_made(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, h_c, _ = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * r * np.tanh(x_c + h_c)


def _gru_resets_the_whole_sum(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, h_c, _ = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * np.tanh(r * (x_c + h_c))


def _gru_replaces_with_reset_first(x_t, h_prev, W_x, W_h, b):
    x_r, x_z, x_c, h_r, h_z, _, W_hc = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return (1 - z) * h_prev + z * np.tanh(x_c + (r * h_prev) @ W_hc)


def _gru_replaces_and_resets_after(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, h_c, _ = _gru_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return (1 - z) * h_prev + z * np.tanh(x_c + r * h_c)


def _gru_candidate_first(x_t, h_prev, W_x, W_h, b):
    order = np.roll(np.arange(3 * h_prev.shape[1]), -h_prev.shape[1])  # c, z, r → z, r, c
    return gru_step(x_t, h_prev, W_x[:, order], W_h[:, order], b[order])


def _gru_without_bias(x_t, h_prev, W_x, W_h, b):
    return gru_step(x_t, h_prev, W_x, W_h, 0 * b)


def _gru_by_units(x_t, h_prev, W_x, W_h, b):
    """Right, with a loop over batch and units."""
    units = h_prev.shape[1]
    h_t = np.empty_like(h_prev)
    for row in range(len(x_t)):
        a = x_t[row] @ W_x + b
        z, r = sigmoid((a + h_prev[row] @ W_h)[: 2 * units]).reshape(2, units)
        for unit in range(units):
            column = 2 * units + unit
            candidate = np.tanh(a[column] + np.sum(r * h_prev[row] * W_h[:, column]))
            h_t[row, unit] = candidate + z[unit] * (h_prev[row, unit] - candidate)
    return h_t


def _gru_in_float32(*arguments):
    """Right, in single precision and with einsum."""
    x_t, h_prev, W_x, W_h, b = (np.asarray(part, "float32") for part in arguments)
    W_h = W_h.reshape(len(W_h), 3, -1)  # (units, network, units)
    a = (np.einsum("bf,fu->bu", x_t, W_x) + b).reshape(len(x_t), 3, -1)
    gates = 1 / (1 + np.exp(-a[:, :2] - np.einsum("bh,hgu->bgu", h_prev, W_h[:, :2])))
    z, r = gates[:, 0], gates[:, 1]
    return z * h_prev + (1 - z) * np.tanh(a[:, 2] + np.einsum("bh,hu->bu", r * h_prev, W_h[:, 2]))


GRU_STEP = Exercise(
    reference=gru_step,
    cases=_gru_cases,
    returns=("h_t",),
    minutes=10,
    difficulty=1,
    hints=(
        "The three networks do not read the same: the candidate sees r * h_prev. So r has to be "
        "there first. Split x_t @ W_x + b into three parts, and W_h into three matrices, in the "
        "order z, r, candidate.",
        "z and r are cells.sigmoid of their part plus h_prev @ their matrix. The candidate is "
        "np.tanh of its part plus (r * h_prev) @ its matrix.",
        "z is the share that is kept: z * h_prev + (1 - z) * candidate.",
    ),
    mistakes=(
        Mistake(_gru_replaces, (
            "z and 1 - z are exchanged: this is the other convention, where z says how much is "
            "replaced. Which share does z give here, of the old state or of the new content?")),
        Mistake(_gru_replaces_with_reset_first, (
            "Two things at once: z and 1 - z are exchanged, and so are the first two thirds of the "
            "columns. Which gate owns the first third here, and which share does it give?")),
        Mistake(_gru_replaces_and_resets_after, (
            "Two things at once: z and 1 - z are exchanged, and the reset gate multiplies the "
            "product. Which share does z give here, and what does r multiply?")),
        Mistake(_gru_candidate_first, (
            "The candidate was given the first third of the columns. In which order do the three "
            "networks stand?")),
        Mistake(_gru_reset_first, (
            "Update gate and reset gate are exchanged. Which of them owns the first third of the "
            "columns?")),
        Mistake(_gru_resets_after, (
            "The reset gate multiplies what the matrix made of the state. That is the other form "
            "of the cell. What does r multiply here: the state, or the product?")),
        Mistake(_gru_without_reset, (
            "The candidate sees the whole old state, as if the reset gate were always open. Where "
            "does r come in?")),
        Mistake(_gru_candidate_without_past, (
            "The candidate is made from the input alone. What does it see besides, through the "
            "reset gate?")),
        Mistake(_gru_update_gate_resets, (
            "The candidate sees z * h_prev: the update gate did the reset gate's work as well. "
            "Which of the two gates stands inside the candidate?")),
        Mistake(_gru_resets_what_was_made, (
            "The reset gate multiplies the finished candidate. On which side of the tanh does it "
            "stand in the equation?")),
        Mistake(_gru_resets_the_whole_sum, (
            "The reset gate multiplies all that is inside the tanh. Which of the two summands is "
            "the past?")),
        Mistake(_gru_reset_turned, (
            "1 - r stands where r belongs. How much of the state does the candidate see, when the "
            "reset gate is 1?")),
        Mistake(_gru_keeps_the_reset_state, (
            "What is kept went through the reset gate as well. Which of the two, what is kept or "
            "what the candidate sees, is the reset gate's?")),
        Mistake(_gru_plain_candidate, (
            "The candidate lacks its function. Between which two values does it lie?")),
        Mistake(_gru_resets_the_input_too, (
            "The reset gate shuts out the input as well. Which of the two summands inside the tanh "
            "is the past?")),
        Mistake(_gru_sigmoid_candidate, (
            "The candidate went through the sigmoid, so that nothing negative can be written. Is "
            "it a gate?")),
        Mistake(_gru_tanh_around, (
            "The new state went through a tanh. Where would a weighted mean of two numbers between "
            "-1 and 1 leave that range?")),
        Mistake(_gru_candidate_without_bias, (
            "The gates have their bias, and the candidate lacks it. Which third of b is its own?")),
        Mistake(_gru_plain_gates, (
            "The two gates are not held between 0 and 1. Which function does that?"),
            (_gru_tanh_gates,)),
        Mistake(_gru_reset_gate_mixes, (
            "The reset gate mixes the old state and the candidate. Whose work is that?")),
        Mistake(_gru_candidate_alone, (
            "The new state is the candidate alone. Which share of the old state is kept?")),
        Mistake(_gru_z_for_both, (
            "The shares of old and new do not add up to 1, so that it is no mean of the two. If z "
            "of the state is kept, how much room is left for the candidate?"),
            (_gru_keeps_it_whole, _gru_adds_both_whole)),
        Mistake(_gru_gates_without_state, (
            "The gates see the input only. What do they read besides x_t?")),
        Mistake(_gru_writes_it_whole, (
            "The candidate was added whole. If a share z of the state is kept, which share of the "
            "new state is the candidate's?")),
        Mistake(_gru_without_bias, (
            "This is what comes out without the bias b. Where is it added?")),
    ),
    alternatives=(_gru_by_units, _gru_in_float32),
)  # fmt: skip

# --------------------------------------------------- one step of a GRU, reset gate after the matrix


def gru_step_after(x_t, h_prev, W_x, W_h, b):
    """One step of a GRU, r after the matrix, b (2, 3 units): as `gru_step` → h_t."""
    x_z, x_r, x_c = np.split(x_t @ W_x + b[0], 3, axis=-1)  # (batch, units) each
    h_z, h_r, h_c = np.split(h_prev @ W_h + b[1], 3, axis=-1)  # all three in one product
    z = sigmoid(x_z + h_z)
    r = sigmoid(x_r + h_r)
    candidate = np.tanh(x_c + r * h_c)
    return z * h_prev + (1 - z) * candidate


def _after_cases(random):
    return _gru_cases(random, rows=(2,))


def _after_parts(x_t, h_prev, W_x, W_h, b):
    return *np.split(x_t @ W_x + b[0], 3, axis=-1), *np.split(h_prev @ W_h + b[1], 3, axis=-1)


def _after_sums_the_biases(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, np.stack([b[0] + b[1], 0 * b[1]]))


def _after_exchanges_the_biases(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, b[::-1])


def _after_with_one_bias(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, b * [[1], [0]])


def _after_with_the_biases_of_the_input(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, b[[0, 0]])


def _after_resets_before(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _ = _after_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    h_c = np.split((r * h_prev) @ W_h + b[1], 3, axis=-1)[2]
    return z * h_prev + (1 - z) * np.tanh(x_c + h_c)


def _after_resets_the_input_too(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, h_c = _after_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * np.tanh(r * (x_c + h_c))


def _after_resets_the_candidate(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, h_c = _after_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * r * np.tanh(x_c + h_c)


def _after_without_reset(x_t, h_prev, W_x, W_h, b):
    x_z, _, x_c, h_z, _, h_c = _after_parts(x_t, h_prev, W_x, W_h, b)
    z = sigmoid(x_z + h_z)
    return z * h_prev + (1 - z) * np.tanh(x_c + h_c)


def _after_replaces(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, h_c = _after_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return (1 - z) * h_prev + z * np.tanh(x_c + r * h_c)


def _after_reset_first(x_t, h_prev, W_x, W_h, b):
    x_r, x_z, x_c, h_r, h_z, h_c = _after_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    return z * h_prev + (1 - z) * np.tanh(x_c + r * h_c)


def _after_with(name, gate=sigmoid, candidate=None, mix=None):
    """A wrong answer with another gate, candidate(x_c, h_c, z, r) or mix(z, r, h_prev, new)."""
    candidate = candidate or (lambda x_c, h_c, z, r: np.tanh(x_c + r * h_c))
    mix = mix or (lambda z, r, h, new: z * h + (1 - z) * new)

    def answer(x_t, h_prev, W_x, W_h, b):
        x_z, x_r, x_c, h_z, h_r, h_c = _after_parts(x_t, h_prev, W_x, W_h, b)
        z, r = gate(x_z + h_z), gate(x_r + h_r)
        return mix(z, r, h_prev, candidate(x_c, h_c, z, r))

    answer.__name__ = name
    return answer


_after_plain_gates = _after_with("plain gates", gate=lambda a: a)
_after_tanh_gates = _after_with("gates of a tanh", gate=np.tanh)
_after_sigmoid_candidate = _after_with(
    "a candidate of a sigmoid", candidate=lambda x_c, h_c, z, r: sigmoid(x_c + r * h_c)
)
_after_plain_candidate = _after_with(
    "a plain candidate", candidate=lambda x_c, h_c, z, r: x_c + r * h_c
)
_after_reset_turned = _after_with(
    "1 - r", candidate=lambda x_c, h_c, z, r: np.tanh(x_c + (1 - r) * h_c)
)
_after_update_gate_resets = _after_with(
    "z resets", candidate=lambda x_c, h_c, z, r: np.tanh(x_c + z * h_c)
)
_after_resets_the_input = _after_with(
    "the input reset", candidate=lambda x_c, h_c, z, r: np.tanh(r * x_c + h_c)
)
_after_candidate_without_past = _after_with(
    "no past", candidate=lambda x_c, h_c, z, r: np.tanh(x_c)
)
_after_writes_it_whole = _after_with("whole", mix=lambda z, r, h, new: z * h + new)
_after_keeps_the_reset_state = _after_with(
    "keeps the reset state", mix=lambda z, r, h, new: z * r * h + (1 - z) * new
)
_after_tanh_around = _after_with(
    "a tanh around", mix=lambda z, r, h, new: np.tanh(z * h + (1 - z) * new)
)
_after_reset_gate_mixes = _after_with(
    "the reset gate mixes", mix=lambda z, r, h, new: r * h + (1 - r) * new
)


def _after_gates_without_state(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, _, _, h_c = _after_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z), sigmoid(x_r)
    return z * h_prev + (1 - z) * np.tanh(x_c + r * h_c)


def _after_resets_before_without_bias(x_t, h_prev, W_x, W_h, b):
    x_z, x_r, x_c, h_z, h_r, _ = _after_parts(x_t, h_prev, W_x, W_h, b)
    z, r = sigmoid(x_z + h_z), sigmoid(x_r + h_r)
    h_c = np.split((r * h_prev) @ W_h, 3, axis=-1)[2]
    return z * h_prev + (1 - z) * np.tanh(x_c + h_c)


def _after_without_biases(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, 0 * b)


def _after_with_the_states_bias_alone(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, b * [[0], [1]])


def _after_with_the_biases_of_the_state(x_t, h_prev, W_x, W_h, b):
    return gru_step_after(x_t, h_prev, W_x, W_h, b[[1, 1]])


def _after_by_matrices(x_t, h_prev, W_x, W_h, b):
    """Right, network by network."""
    W_xz, W_xr, W_xc = np.split(W_x, 3, axis=1)
    W_hz, W_hr, W_hc = np.split(W_h, 3, axis=1)
    (b_z, b_r, b_c), (s_z, s_r, s_c) = (np.split(row, 3) for row in b)
    keep = sigmoid(x_t @ W_xz + b_z + h_prev @ W_hz + s_z)
    see = sigmoid(x_t @ W_xr + b_r + h_prev @ W_hr + s_r)
    new = np.tanh(x_t @ W_xc + b_c + see * (h_prev @ W_hc + s_c))
    return new + keep * (h_prev - new)


def _after_in_float32(*arguments):
    """Right, in single precision, with einsum and a reshape."""
    x_t, h_prev, W_x, W_h, b = (np.asarray(part, "float32") for part in arguments)
    x = (np.einsum("bf,fu->bu", x_t, W_x) + b[0]).reshape(len(x_t), 3, -1)
    h = (np.einsum("bh,hu->bu", h_prev, W_h) + b[1]).reshape(len(x_t), 3, -1)
    z, r = 1 / (1 + np.exp(-(x + h)[:, :2].swapaxes(0, 1)))
    return z * h_prev + (1 - z) * np.tanh(x[:, 2] + r * h[:, 2])


GRU_STEP_AFTER = Exercise(
    reference=gru_step_after,
    cases=_after_cases,
    returns=("h_t",),
    minutes=10,
    difficulty=2,
    hints=(
        "Now one product with W_h serves all three networks. Compute x_t @ W_x + b[0] and "
        "h_prev @ W_h + b[1], and split each into three.",
        "The gates are sigmoids of sums, x_z + h_z and x_r + h_r. In the candidate, r multiplies "
        "the state's part, with its bias, before the two are added.",
        "candidate = np.tanh(x_c + r * h_c), and the last line is that of gru_step.",
    ),
    mistakes=(
        Mistake(_after_sums_the_biases, (
            "Both biases were added outside the reset gate. In the gates that is the same; in the "
            "candidate the second one stands inside a bracket. What multiplies that bracket?")),
        Mistake(_after_exchanges_the_biases, (
            "The two rows of b are exchanged. Which row goes with the input?")),
        Mistake(_after_with_one_bias, (
            "One row of b never comes in, or neither does. To which product does each belong?"),
            (_after_with_the_states_bias_alone, _after_without_biases)),
        Mistake(_after_with_the_biases_of_the_input, (
            "One row of b was added twice. Which goes with the input, and which with the state?"),
            (_after_with_the_biases_of_the_state,)),
        Mistake(_after_resets_before, (
            "The reset gate multiplies the state before the matrix: this is the form of the book. "
            "What does r multiply in the second form?"), (_after_resets_before_without_bias,)),
        Mistake(_after_resets_the_input_too, (
            "The reset gate shuts out the input. Which of the two summands inside the tanh is the "
            "past?"), (_after_resets_the_input,)),
        Mistake(_after_reset_turned, (
            "1 - r stands where r belongs. How much of the state does the candidate see, when the "
            "reset gate is 1?")),
        Mistake(_after_update_gate_resets, (
            "z stands where r belongs in the candidate. Which of the two gates says how much of "
            "the past the candidate sees?")),
        Mistake(_after_candidate_without_past, (
            "The candidate is made from the input alone. What does it see besides, through the "
            "reset gate?")),
        Mistake(_after_sigmoid_candidate, (
            "The candidate went through the sigmoid, or through nothing. Between which two values "
            "does it lie, and which function holds it there?"), (_after_plain_candidate,)),
        Mistake(_after_plain_gates, (
            "The two gates are not held between 0 and 1. Which function does that?"),
            (_after_tanh_gates,)),
        Mistake(_after_gates_without_state, (
            "The gates see the input only. What do they read besides x_t?")),
        Mistake(_after_writes_it_whole, (
            "The candidate was added whole. If a share z of the state is kept, which share of the "
            "new state is the candidate's?")),
        Mistake(_after_keeps_the_reset_state, (
            "What is kept went through the reset gate as well. Which of the two, what is kept or "
            "what the candidate sees, is the reset gate's?")),
        Mistake(_after_reset_gate_mixes, (
            "The reset gate mixes the old state and the candidate. Whose work is that?")),
        Mistake(_after_tanh_around, (
            "The new state went through a tanh. Where would a weighted mean of two numbers between "
            "-1 and 1 leave that range?")),
        Mistake(_after_resets_the_candidate, (
            "The reset gate multiplies the finished candidate. On which side of the tanh does it "
            "stand in the equation?")),
        Mistake(_after_without_reset, (
            "The candidate sees the whole old state, as if the reset gate were always open. Where "
            "does r come in?")),
        Mistake(_after_replaces, (
            "z and 1 - z are exchanged: here z would say how much is replaced. Which share does z "
            "give in Keras's convention?")),
        Mistake(_after_reset_first, (
            "Update gate and reset gate are exchanged. Which of them owns the first third of the "
            "columns?")),
    ),
    alternatives=(_after_by_matrices, _after_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------ from one convention to another


def turn_update_gate(W_x, W_h, b):
    """The same GRU in the other convention for z: three arrays, columns z, r, candidate → three."""
    units = len(W_h)
    sign = np.repeat([-1, 1, 1], units)  # -1 for the columns of z
    return W_x * sign, W_h * sign, b * sign


def _turn_cases(random):
    cases = []
    for number, (_, features, units) in enumerate(SIZES):
        rows = (2,) if number in (2, 3) else ()  # Keras's default has biases in two rows
        shapes = (features, 3 * units), (units, 3 * units), (*rows, 3 * units)
        cases.append(tuple(random.normal(size=shape) for shape in shapes))
    return cases


def _turned(name, *signs):
    """A wrong answer: signs of z, r and candidate, for each of W_x, W_h and b."""

    def answer(W_x, W_h, b):
        units = len(W_h)
        return tuple(array * np.repeat(each, units)
                     for array, each in zip((W_x, W_h, b), signs, strict=True))  # fmt: skip

    answer.__name__ = name
    return answer


_as_they_are, _z, _all = (1, 1, 1), (-1, 1, 1), (-1, -1, -1)
_everything_turned = _turned("everything turned", _all, _all, _all)
_bias_left = _turned("bias left", _z, _z, _as_they_are)
_only_the_bias = _turned("only the bias", _as_they_are, _as_they_are, _z)
_state_left = _turned("state left", _z, _as_they_are, _z)
_input_left = _turned("input left", _as_they_are, _z, _z)
_only_the_input_turned = _turned("only the input", _z, _as_they_are, _as_they_are)
_only_the_state_turned = _turned("only the state", _as_they_are, _z, _as_they_are)
_nothing_turned = _turned("nothing turned", *[_as_they_are] * 3)
_reset_gate_left = _turned("all but the reset gate", *[(-1, 1, -1)] * 3)
_reset_gate_turned = _turned("reset gate turned", *[(1, -1, 1)] * 3)
_both_gates_turned = _turned("both gates turned", *[(-1, -1, 1)] * 3)
_candidate_turned = _turned("candidate turned", *[(1, 1, -1)] * 3)


def _one_minus_the_weights(W_x, W_h, b):
    units = len(W_h)
    is_z = np.arange(3 * units) < units
    return tuple(np.where(is_z, 1 - array, array) for array in (W_x, W_h, b))


def _one_minus_all(W_x, W_h, b):
    return 1 - W_x, 1 - W_h, 1 - b


def _one_minus_the_matrices(W_x, W_h, b):
    return *_one_minus_the_weights(W_x, W_h, b)[:2], b.copy()


def _one_minus_the_bias_of_z(W_x, W_h, b):
    return *turn_update_gate(W_x, W_h, b)[:2], _one_minus_the_weights(W_x, W_h, b)[2]


def _weights_minus_one(W_x, W_h, b):
    is_z = np.arange(3 * len(W_h)) < len(W_h)
    return tuple(np.where(is_z, array - 1, array) for array in (W_x, W_h, b))


def _sigmoid_of_the_weights(W_x, W_h, b):
    is_z = np.arange(3 * len(W_h)) < len(W_h)
    return tuple(np.where(is_z, 1 - sigmoid(array), array) for array in (W_x, W_h, b))


def _rows_turned(W_x, W_h, b):
    turned = [np.array(array) for array in (W_x, W_h, b)]
    for array in turned:
        array[: len(W_h)] *= -1
    return tuple(turned)


def _one_row_of_biases_turned(W_x, W_h, b):
    W_x, W_h, turned = turn_update_gate(W_x, W_h, b)
    if b.ndim == 2:
        turned[1] = b[1]
    return W_x, W_h, turned


def _columns_of_z_alone(W_x, W_h, b):
    return tuple(-array[..., : len(W_h)] for array in (W_x, W_h, b))


def _one_column(W_x, W_h, b):
    first = np.arange(3 * len(W_h)) == 0
    return tuple(np.where(first, -array, array) for array in (W_x, W_h, b))


def _rows_of_the_bias(W_x, W_h, b):
    W_x, W_h, _ = turn_update_gate(W_x, W_h, b)
    b = np.array(b)
    b[: len(W_h)] *= -1
    return W_x, W_h, b


def _gates_exchanged(W_x, W_h, b):
    parts = [np.split(array, 3, axis=-1) for array in (W_x, W_h, b)]
    return tuple(np.concatenate([r, z, c], axis=-1) for z, r, c in parts)


def _turn_by_columns(W_x, W_h, b):
    """Right, column by column."""
    turned = [np.array(array) for array in (W_x, W_h, b)]
    for array in turned:
        for unit in range(len(W_h)):
            array[..., unit] = -array[..., unit]
    return tuple(turned)


def _turn_in_float32(W_x, W_h, b):
    """Right, by a split, in single precision and as a list."""
    parts = [np.split(np.float32(array), 3, axis=-1) for array in (W_x, W_h, b)]
    return [np.concatenate([-z, r, c], axis=-1) for z, r, c in parts]


TURN_UPDATE_GATE = Exercise(
    reference=turn_update_gate,
    cases=_turn_cases,
    returns=("W_x", "W_h", "b"),
    parts={name: ("z", "r", "the candidate") for name in ("W_x", "W_h", "b")},
    minutes=5,
    difficulty=1,
    hints=(
        "The new z has to be 1 - σ(a), where the old one was σ(a). Write it as the sigmoid of "
        "something: what is 1 - 1 / (1 + exp(-a))?",
        "1 - σ(a) = σ(-a), and a = x_t W_xz + h_prev W_hz + b_z is linear in the weights: turn the "
        "sign of the z columns of W_x, of W_h and of b, and leave the others.",
        "The columns of z are the first third of the last axis, [..., :units] with "
        "units = len(W_h). `...` fits b with one row and with two.",
    ),
    mistakes=(
        Mistake(_everything_turned, (
            "All signs are turned, those of reset gate and candidate too. Which of the three "
            "networks do the two conventions disagree on?")),
        Mistake(_bias_left, (
            "Both matrices are right, and b is as it was. What else stands inside the sigmoid of "
            "z?")),
        Mistake(_only_the_bias, (
            "Only one of the three arrays was turned. What else stands inside the sigmoid of z?"),
            (_only_the_input_turned, _only_the_state_turned)),
        Mistake(_input_left, (
            "W_h and b are right, and W_x is as it was. Does z not look at the input?")),
        Mistake(_nothing_turned, (
            "The weights came out as they went in. In which of the two conventions is σ(a) the "
            "share that is kept, and what has to happen to a?")),
        Mistake(_state_left, (
            "W_x and b are right, and W_h is as it was. Does z not look at the old state?")),
        Mistake(_reset_gate_turned, (
            "The columns of the reset gate were turned. Which third of the columns is that of z?")),
        Mistake(_both_gates_turned, (
            "The reset gate was turned too. Do the two conventions disagree on what r does?")),
        Mistake(_reset_gate_left, (
            "The candidate's columns were turned with those of z. Is the candidate another one in "
            "the other convention, or only its share?")),
        Mistake(_candidate_turned, (
            "The columns of the candidate were turned. Which third of the columns is that of z?")),
        Mistake(_one_minus_the_weights, (
            "You wrote 1 - W. It is the gate that becomes 1 - z, and the weights stand inside its "
            "sigmoid. For which argument does the sigmoid give 1 - σ(a)?"), (
            _one_minus_all, _one_minus_the_matrices, _one_minus_the_bias_of_z,
            _weights_minus_one)),
        Mistake(_sigmoid_of_the_weights, (
            "The weights went through the sigmoid. The cell applies it later, to the sum of all; "
            "what has to become of that sum, so that 1 - z comes out?")),
        Mistake(_rows_turned, (
            "The signs were turned along the first axis. Its rows belong to inputs or old units; "
            "on which axis do the columns of z stand?")),
        Mistake(_one_row_of_biases_turned, (
            "Where b has two rows, one of them is as it was. Which of the two stands inside the "
            "sigmoid of z?")),
        Mistake(_columns_of_z_alone, (
            "The columns of z are right, and those of r and the candidate are gone. How many "
            "columns does Keras expect?")),
        Mistake(_one_column, (
            "One column was turned. How many columns does z have, when there are several units?")),
        Mistake(_rows_of_the_bias, (
            "The matrices are right, and the signs of b were turned along its first axis. On which "
            "axis do its columns stand, where it has two rows?")),
        Mistake(_gates_exchanged, (
            "The columns of z and r changed places. Their order is the same in both conventions; "
            "what is it that differs?")),
    ),
    alternatives=(_turn_by_columns, _turn_in_float32),
)  # fmt: skip

# --------------------------------------------------------------------- from PyTorch's layout


def from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh):
    """PyTorch's GRU, rows r, z, n → Keras's W_x, W_h, b (2, 3 units), columns z, r, candidate."""

    def columns(array):
        r, z, n = np.split(array, 3)
        return np.concatenate([z, r, n]).T

    b = np.stack([columns(bias_ih), columns(bias_hh)])
    return columns(weight_ih), columns(weight_hh), b


def _pytorch_cases(random):
    return [
        tuple(random.normal(size=shape) for shape in (
            (3 * units, features), (3 * units, units), 3 * units, 3 * units))
        for _, features, units in SIZES
    ]  # fmt: skip


def _in_order(name, order, transposed=np.transpose):
    """A wrong answer with the three blocks in this order."""

    def answer(*arrays):
        blocks = [np.split(array, 3) for array in arrays]
        W_x, W_h, *b = (transposed(np.concatenate([of[k] for k in order])) for of in blocks)
        return W_x, W_h, np.stack(b)

    answer.__name__ = name
    return answer


def _reshaped(array):
    return array.reshape(array.shape[::-1])


_order_left = _in_order("order left", (0, 1, 2))
_candidate_first = _in_order("candidate first", (2, 1, 0))
_reset_gate_last = _in_order("reset gate last", (1, 2, 0))
_reshaped_in_order = _in_order("reshaped instead of transposed", (1, 0, 2), _reshaped)
_reshaped_as_it_was = _in_order("reshaped as it was", (0, 1, 2), _reshaped)


def _sign_turned(*arguments):
    return turn_update_gate(*from_pytorch(*arguments))


def _biases_left(weight_ih, weight_hh, bias_ih, bias_hh):
    W_x, W_h, _ = from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh)
    return W_x, W_h, np.stack([bias_ih, bias_hh])


def _one_minus(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    is_z = np.arange(3 * len(W_h)) < len(W_h)
    return tuple(np.where(is_z, 1 - array, array) for array in (W_x, W_h, b))


def _one_minus_the_biases(*arguments):
    return *from_pytorch(*arguments)[:2], _one_minus(*arguments)[2]


def _input_in_order(weight_ih, weight_hh, bias_ih, bias_hh):
    W_x, _, b = from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh)
    return W_x, weight_hh.T, b


def _state_in_order(weight_ih, weight_hh, bias_ih, bias_hh):
    _, W_h, b = from_pytorch(weight_ih, weight_hh, bias_ih, bias_hh)
    return weight_ih.T, W_h, b


def _bias_of_the_input_twice(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    return W_x, W_h, b[[0, 0]]


def _bias_of_the_state_zero(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    return W_x, W_h, b * [[1], [0]]


def _biases_in_one_row(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    return W_x, W_h, b.ravel()


def _biases_as_columns(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    return W_x, W_h, b.T


def _biases_exchanged(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    return W_x, W_h, b[::-1]


def _biases_added(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    return W_x, W_h, np.stack([b.sum(axis=0), 0 * b[0]])


def _one_row_of_biases(*arguments):
    W_x, W_h, b = from_pytorch(*arguments)
    return W_x, W_h, b.sum(axis=0)


def _pytorch_by_an_index(weight_ih, weight_hh, bias_ih, bias_hh):
    """Right, by an order of rows."""
    units = weight_hh.shape[1]
    order = np.concatenate([np.arange(units) + units * block for block in (1, 0, 2)])
    return weight_ih[order].T, weight_hh[order].T, np.array([bias_ih[order], bias_hh[order]])


def _pytorch_in_float32(*arguments):
    """Right, with the three blocks on an axis of their own, in single precision."""
    W_ih, W_hh, b_ih, b_hh = (np.asarray(part, "float32") for part in arguments)
    units = W_hh.shape[1]

    def columns(array):
        blocks = array.reshape(3, units, -1)[[1, 0, 2]]
        return np.einsum("kuf->fku", blocks).reshape(-1, 3 * units)

    return [columns(W_ih), columns(W_hh), np.concatenate([columns(b_ih), columns(b_hh)])]


FROM_PYTORCH = Exercise(
    reference=from_pytorch,
    cases=_pytorch_cases,
    returns=("W_x", "W_h", "b"),
    parts={name: ("z", "r", "the candidate") for name in ("W_x", "W_h", "b")},
    minutes=10,
    difficulty=2,
    hints=(
        "Three things differ: PyTorch's matrices stand the other way round, its three networks "
        "come in the order r, z, n, and its two biases are two vectors. Compare the two update "
        "equations, too: is there anything to do to the sign of z?",
        "r, z, n = np.split(weight_ih, 3) cuts the rows into three blocks. Put them together "
        "again in Keras's order, and transpose: .T",
        "The biases are put in the same order; np.stack([of_input, of_state]) makes (2, 3 units) "
        "of them. Both libraries let z keep, so no sign changes.",
    ),
    mistakes=(
        Mistake(_order_left, (
            "Everything is transposed and in PyTorch's order, r, z, n. Which of them comes first "
            "in Keras?")),
        Mistake(_candidate_first, (
            "The three blocks stand in the order n, z, r. Which is Keras's order?")),
        Mistake(_reset_gate_last, (
            "The three blocks stand in the order z, n, r. Which is Keras's order?")),
        Mistake(_reshaped_in_order, (
            "The shapes are right, and the numbers stand in other places: reshape only reads them "
            "in another rhythm. What makes columns of rows?")),
        Mistake(_reshaped_as_it_was, (
            "reshape gave the right shapes, but it keeps the numbers in their order and makes no "
            "columns of rows; and the blocks are in PyTorch's order. What turns a matrix on its "
            "side?")),
        Mistake(_sign_turned, (
            "Everything is in its place, but the signs of z are turned. Compare the two equations "
            "of h_t: does z keep in one of them and replace in the other?")),
        Mistake(_one_minus, (
            "You wrote 1 - W for the columns of z. Compare the two equations of h_t: does z keep "
            "in one of them and replace in the other? (And even then the weights stand inside the "
            "sigmoid: 1 - σ(a) is σ of what?)"), (_one_minus_the_biases,)),
        Mistake(_input_in_order, (
            "Of the two matrices one still has PyTorch's order, r, z, n. Which of the four arrays "
            "have their networks in that order?"), (_state_in_order,)),
        Mistake(_bias_of_the_input_twice, (
            "The second row of b is not bias_hh: it is bias_ih once more, or zeros. Which of "
            "PyTorch's biases does the reset gate multiply in the candidate?"),
            (_bias_of_the_state_zero,)),
        Mistake(_biases_in_one_row, (
            "b holds the right numbers in another shape. Keras has a row for the biases of the "
            "input and a row for those of the state: which function puts two vectors on top of "
            "each other?"), (_biases_as_columns,)),
        Mistake(_biases_left, (
            "The matrices are right, and the biases stand in PyTorch's order. Does a bias not "
            "belong to the same network as its column?")),
        Mistake(_biases_exchanged, (
            "The two rows of b are exchanged. Which of PyTorch's biases goes with the input?")),
        Mistake(_biases_added, (
            "The two biases were added up in the first row. In the gates that changes nothing; "
            "which of the candidate's two biases does the reset gate multiply?")),
        Mistake(_one_row_of_biases, (
            "b has one row: of the two biases one was left out, or they were added up. In the "
            "candidate they cannot stand for each other: which of them does the reset gate "
            "multiply?")),
    ),
    alternatives=(_pytorch_by_an_index, _pytorch_in_float32),
)  # fmt: skip

EXERCISES = (
    LSTM_STEP, LSTM_STEP_BACKWARD, MEMORY_BIASES, GRU_STEP, GRU_STEP_AFTER, TURN_UPDATE_GATE,
    FROM_PYTORCH,
)  # fmt: skip
