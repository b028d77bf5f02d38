"""Step through a run of an LSTM, and see what its gates keep, write and show."""

import numpy as np

from utils import plotting
from utils.plotting.values import numbers, texts, written

from . import page
from .runs import MAX_STEPS, read_aloud, start

CELL_NOTE = (
    "New cell: kept plus written. Shown: output gate times the tanh of the new cell. A gate fills "
    "its box from below, all of it when it is 1. Other bars reach up above zero; below zero they "
    "reach down and are striped."
)
MAX_CELLS = 4

# What stands in the three rows of a unit: name, and whether it is a gate, from 0 to 1.
CELL_PARTS = {
    "keep": [("cell before", False), ("× forget", True), ("= kept", False)],
    "write": [("input", True), ("× candidate", False), ("= written", False)],
    "show": [("new cell", False), ("output", True), ("shown", False)],
}


def lstm_steps(inputs, steps, *, initial_cell=None, names=None, wanted=None, alt=None):
    """HTML that steps through one run of an LSTM, time step by time step.

    Each step shows for each unit, in bars and in words, what the forget gate keeps of the cell
    state before, f_t c_{t-1}; what the input gate writes, i_t g_t; the new cell state, their sum
    c_t; and what the output gate shows of it, h_t = o_t tanh(c_t) (Hochreiter and Schmidhuber 1997;
    the forget gate by Gers, Schmidhuber and Cummins 2000). The still picture shows gates and cell
    state over time. The same input gives the same text.

    Args:
        inputs: What each step reads: a list of str, numbers `(time,)`, or numbers
            `(time, features)` with at most 4 features.
        steps: One sequence of what `cells.lstm` returns, with the fields h, c, input_gate,
            forget_gate, candidate and output_gate, each `(time, units)`; at most 20 steps and 4
            units.
        initial_cell: c_0, `(units,)`; without it, zeros.
        names: What the features are, one name each: the still picture then draws each in a panel of
            its own, above the gates, instead of writing numbers below them.
        wanted: {name: cell state (time,)} that a single unit should have, a dashed line of the
            still picture.
        alt: Description of the still picture; without it, one that says each step's input and
            largest change of a cell state.

    Returns:
        The page, a str.

    Raises:
        ValueError: A field is missing, shapes do not fit together, a number is not finite, a gate
            is outside 0 to 1, there are other `names` than features, `alt` says too little, or c
            and h are not what gates and candidate make of them: masked steps have to be left out.
    """
    return _bundle(inputs, steps, initial_cell, names, wanted, alt)["text/html"]


def show_lstm(inputs, steps, *, initial_cell=None, names=None, wanted=None, alt=None):
    """Displays `lstm_steps`; programs without HTML get the still picture or its words.

    Args:
        inputs: As in `lstm_steps`.
        steps: As in `lstm_steps`.
        initial_cell: As in `lstm_steps`.
        names: As in `lstm_steps`.
        wanted: As in `lstm_steps`.
        alt: As in `lstm_steps`.

    Raises:
        ValueError: As in `lstm_steps`.
    """
    page.display(_bundle(inputs, steps, initial_cell, names, wanted, alt))


def _bundle(inputs, steps, initial_cell, names, wanted, alt):
    item = _item(inputs, steps, initial_cell)
    panels = {} if names is None else _features(inputs, names)
    panels |= {
        "input gate": steps.input_gate, "forget gate": steps.forget_gate,
        "candidate": steps.candidate, "output gate": steps.output_gate, "cell state": steps.c,
    }
    below = {"inputs": item["inputs"], "x": "input at each time step"} if names is None else {}
    beside = None if wanted is None else {"cell state": wanted}
    fig = plotting.gate_activity(panels, beside=beside, **below)
    words = {"label": "LSTM cell, step by step", "note": CELL_NOTE, "parts": CELL_PARTS}
    alt = alt or _describe(item)
    return page.bundle([item], fig, alt, view="cells", words=words, styles=["signed", "cells"])


def _features(inputs, names):
    """{name: (time,)} of the features."""
    columns = numbers(inputs, "inputs", ("time", "features")).T
    if len(texts(names, "names")) != len(columns):
        raise ValueError(
            f"names are {list(names)}, expected one for each of {len(columns)} features"
        )
    return dict(zip(names, columns, strict=True))


def _item(inputs, steps, initial_cell):
    """Plain data for the page; heights of gates are values, others are parts of the largest."""
    i, f, g, o, c, h = _arrays(steps)
    time, units = c.shape
    before = np.vstack([start(initial_cell, units, "initial_cell", "steps"), c[:-1]])
    kept, written_ = f * before, i * g
    _check_rule("c", c, kept + written_, "f c_{t-1} + i g; pass initial_cell, cut masked steps")
    _check_rule("h", h, o * np.tanh(c), "o tanh(c), the only rule that this page can show")
    read, read_out = read_aloud(inputs, time, "inputs")
    values = np.stack([before, f, kept, i, g, written_, c, o, h], axis=-1)  # (time, units, parts)
    gates = np.array([gate for row in CELL_PARTS.values() for _, gate in row])
    limit = np.abs(values[..., ~gates]).max() or 1.0
    texts = [[[written(value) for value in row] for row in at_step] for at_step in values]
    return {
        "inputs": read,
        "heights": np.where(gates, values, values / limit).round(3).tolist(),
        "numbers": texts,
        "limit": written(limit),
        "says": [
            "\n".join([f"reads {one}.", *(_say_unit(*pair) for pair in enumerate(rows))])
            for one, rows in zip(read_out, texts, strict=True)
        ],
        "most": np.abs(c - before).argmax(axis=1).tolist(),
        "aloud": read_out,
    }


def _arrays(steps):
    """Gates, candidate, cell and hidden state, each (time, units)."""
    names = ("input_gate", "forget_gate", "candidate", "output_gate", "c", "h")
    missing = [name for name in names if not hasattr(steps, name)]
    if missing:
        raise ValueError(f"steps has no {', '.join(missing)}; pass what `cells.lstm` returns")
    if np.ndim(steps.c) == 3:
        raise ValueError(
            f"steps.c has shape {np.shape(steps.c)}, expected (time, units); choose one of the "
            "batch: cells.LSTMSteps(*(part[0] for part in steps))"
        )
    arrays = [numbers(getattr(steps, name), f"steps.{name}", ("time", "units")) for name in names]
    shapes = {name: array.shape for name, array in zip(names, arrays, strict=True)}
    if len(set(shapes.values())) > 1:
        raise ValueError(f"the arrays of steps have different shapes: {shapes}")
    time, units = shapes["c"]
    if time > MAX_STEPS or units > MAX_CELLS:
        raise ValueError(
            f"steps have shape {time, units}, more than the {MAX_STEPS} steps and {MAX_CELLS} "
            "units that one can follow; choose a part, such as "
            f"cells.LSTMSteps(*(part[:{MAX_STEPS}, :{MAX_CELLS}] for part in steps))"
        )
    for name, gate in zip(names, arrays, strict=True):
        if name.endswith("gate") and (gate.min() < 0 or gate.max() > 1):
            raise ValueError(
                f"steps.{name} runs from {gate.min():.3g} to {gate.max():.3g}, expected 0 to 1"
            )
    return arrays


def _check_rule(name, given, made, rule):
    """The words on the page say how `given` comes about; they have to be true."""
    wrong = np.abs(given - made) > 1e-3 * max(1.0, np.abs(given).max())
    if wrong.any():
        step, unit = np.argwhere(wrong)[0]
        raise ValueError(
            f"steps.{name}[{step}, {unit}] is {given[step, unit]:.3g}, but the gates make "
            f"{made[step, unit]:.3g} of it, by {rule}"
        )


def _say_unit(unit, row):
    before, forget, kept, input_, candidate, new_part, new, output, shown = row
    return (
        f"Unit {unit}: kept {forget} × {before} = {kept}, written {input_} × {candidate} = "
        f"{new_part}, new cell {new}, shown {output} × tanh({new}) = {shown}."
    )


def _describe(item):
    """Says in words what each step reads and changes: the description of the still picture."""
    steps = []
    for number, (read, unit) in enumerate(zip(item["aloud"], item["most"], strict=True), start=1):
        row = item["numbers"][number - 1][unit]
        steps.append(
            f"Step {number} reads {read}; the cell state of unit {unit} changes most, from "
            f"{row[0]} to {row[6]}, with input gate {row[3]} and forget gate {row[1]}."
        )
    units = len(item["numbers"][0])
    return f"Gates and cell state of an LSTM of {units} units over time. {' '.join(steps)}"
