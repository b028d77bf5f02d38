"""Exercises of part III, gated cells: one step of an LSTM, and the same step backwards."""

from __future__ import annotations

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


def _other_order(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    da, dc_prev = lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o)
    da_i, da_f, da_g, da_o = np.split(da, 4, axis=-1)
    return np.concatenate([da_i, da_f, da_o, da_g], axis=-1), dc_prev


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
            "alone. By which second way does c_t reach the loss?")),
        Mistake(_only_through_the_state, (
            "What came along the cell state, dc_t, was left out. How does the gradient of later "
            "steps reach this one without passing a matrix?")),
        Mistake(_no_tanh_slope, (
            "On the way from h_t to c_t lies a tanh, and its slope is missing. What is the "
            "derivative of tanh(c_t)?")),
        Mistake(_new_cell_at_the_forget_gate, (
            "The forget gate was given c_t. Which cell state did it multiply in the step?")),
        Mistake(_no_slopes, (
            "These are the gradients of i, f, g and o themselves. What lies between a gate and "
            "the sum inside it?")),
        Mistake(_sigmoid_slope_of_the_candidate, (
            "The candidate was given the slope of a sigmoid, g (1 - g). Through which function did "
            "it go?")),
        Mistake(_past_the_forget_gate, (
            "The gradient of c_prev did not pass the forget gate. By what was c_prev multiplied on "
            "its way to c_t?")),
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
            "values does the slope s (1 - s) want?")),
        Mistake(_other_order, (
            "All four are right, in the order i, f, o, g. In which order do the columns of W_x "
            "stand?")),
    ),
    alternatives=(_backward_by_numbers, _backward_in_float32),
)  # fmt: skip

EXERCISES = (LSTM_STEP, LSTM_STEP_BACKWARD)
