"""Step through a run of a recurrent layer, and see what its hidden state holds."""

import numpy as np

from utils import plotting
from utils.plotting.values import numbers, written

from . import page
from .runs import MAX_STEPS, read_aloud, start

STATE_NOTE = (
    "Bars reach up above zero; below zero they reach down and are striped. The dotted line is the "
    "value one step before; the frame marks the unit that changes most."
)
MAX_UNITS = 12


def unrolled_steps(inputs, states, outputs=None, *, initial_state=None, alt=None):
    """HTML that steps through one run of a recurrent layer, time step by time step.

    The same input gives the same text.

    Args:
        inputs: What each step reads: a list of str, numbers `(time,)`, or numbers
            `(time, features)` with at most 4 features.
        states: Hidden states `(time, units)`, h_1 to h_T; at most 20 steps and 12 units.
        outputs: What each step gives, of the same kinds as the inputs, or None.
        initial_state: h_0, `(units,)`; without it, zeros.
        alt: Description of the still picture; without it, one that says each step's input, largest
            change of a unit, and output.

    Returns:
        The page, a str.

    Raises:
        ValueError: Shapes do not fit together, a number is not finite, or `alt` says too little.
    """
    return _bundle(inputs, states, outputs, initial_state, alt)["text/html"]


def show_unrolled(inputs, states, outputs=None, *, initial_state=None, alt=None):
    """Displays `unrolled_steps`; programs without HTML get the still picture or its words.

    Args:
        inputs: As in `unrolled_steps`.
        states: As in `unrolled_steps`.
        outputs: As in `unrolled_steps`.
        initial_state: As in `unrolled_steps`.
        alt: As in `unrolled_steps`.

    Raises:
        ValueError: As in `unrolled_steps`.
    """
    page.display(_bundle(inputs, states, outputs, initial_state, alt))


def _bundle(inputs, states, outputs, initial_state, alt):
    item = _item(inputs, states, outputs, initial_state)
    fig = plotting.hidden_states(states, inputs, outputs)
    words = {"label": "Recurrent network, step by step", "note": STATE_NOTE}
    alt = alt or _describe(item)
    return page.bundle([item], fig, alt, view="states", words=words, styles=["signed"])


def _item(inputs, states, outputs, initial_state):
    """Plain data for the page; heights are values as parts of the largest, -1 to 1."""
    states = numbers(states, "states", ("time", "units"))
    steps, units = states.shape
    if steps > MAX_STEPS or units > MAX_UNITS:
        raise ValueError(
            f"states have shape {states.shape}, more than the {MAX_STEPS} steps and {MAX_UNITS} "
            "units that one can follow; choose a part, such as inputs[:20], states[:20, :12]"
        )
    values = np.vstack([start(initial_state, units, "initial_state", "states"), states])
    limit = np.abs(values).max() or 1.0
    most = np.abs(np.diff(values, axis=0)).argmax(axis=1).tolist()
    read, read_out = read_aloud(inputs, steps, "inputs")
    given, given_out = ([], []) if outputs is None else read_aloud(outputs, steps, "outputs")
    says = []
    for step, unit in enumerate(most):
        change = f"from {written(values[step, unit])} to {written(values[step + 1, unit])}"
        end = f"; gives {given_out[step]}." if given else "."
        says.append(f"reads {read_out[step]}; unit {unit} changes most, {change}{end}")
    return {
        "inputs": read,
        "outputs": given,
        "heights": (values / limit).round(3).tolist(),
        "numbers": [[written(value) for value in row] for row in states],
        "limit": written(limit),
        "most": most,
        "says": says,
    }


def _describe(item):
    """Says in words what each step does: the description of the still picture."""
    units = len(item["heights"][0])
    steps = " ".join(f"Step {step} {says}" for step, says in enumerate(item["says"], start=1))
    return f"Hidden states of a recurrent layer, map of {units} units over time. {steps}"
