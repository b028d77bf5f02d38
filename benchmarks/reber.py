"""LSTM and simple RNN on embedded Reber strings as in 1997, for notebook 10.

    python benchmarks/reber.py    # writes benchmarks/reber.json; an interrupted run goes on

Question: S. Hochreiter and J. Schmidhuber (1997, experiment 1) report that their LSTM nearly always
learns these strings. Does it here, and does a simple RNN under the same conditions? The conditions
are those of their section 5.1 and appendix, as far as these say them:

- strings of the grammar with a fair coin at each choice; 256 of them to train on, drawn again and
  again, one at a time, and 256 others that are not among them to test on;
- the next letter is the target at every step, the error is squared, all units are logistic, weights
  begin between -0.2 and 0.2, and change by plain gradient descent after each string, unclipped;
- the LSTM has three blocks of two cells, input and output gates for each block, no forget gates;
  cells and gates read the letter and all cells and gates of the step before; only gates have
  biases, and those of the output gates begin with -1, -2 and -3; 276 weights. Its gradient is
  cut off where a cell or a gate reads the step before, and goes on within the cells alone.

The paper took the results of the simple networks from other papers. Here they have the same
conditions, and 11 units, which makes 286 weights; their gradient goes all the way back or, as
Elman's did, a single step. Two more rows have all letters that may follow as targets, as notebook
10 has. Rows are equal in strings. Each has its own rate, chosen on 256 strings that are neither
trained nor tested on. Networks of a row are trained side by side, in NumPy.

Also tried, with three seeds, the rates 0.1, 0.2 and 0.5 and 12,000 strings, and no better: the
weights of that LSTM change after each letter, with either kind of target.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import cache, lru_cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from utils import datasets, experiments, metrics
from utils.cells import sigmoid

RESULT = Path(__file__).with_suffix(".json")
BLOCKS, SIZE = 3, 2  # of the LSTM, and cells in each
CELLS = BLOCKS * SIZE
UNITS = 11  # of the simple networks
SYMBOLS = len(datasets.memory.REBER_SYMBOLS)
START = 0.2  # weights begin between -START and START
COUNT = 256  # strings to train on, to validate and to test on
STRINGS = 100_000  # four times what the slowest of their LSTMs needed with the rate 0.5
VALIDATION, TEST = 2000, 1000  # seeds of the strings held out
TUNING, CHOOSE = 100, 3  # the first of the seeds that choose a rate, and how many they are
RATES = (0.1, 0.2, 0.4, 0.8)  # where each search begins
SEEDS = 10
POINTS = 40  # of a learning curve
ROWS = {
    "LSTM of 1997": {"cell": "LSTM", "cut": True},
    "simple RNN": {"cell": "logistic", "cut": False},
    "simple RNN, one step back": {"cell": "logistic", "cut": True},
    "LSTM of 1997, whole gradient": {"cell": "LSTM", "cut": False},
    "LSTM of 1997, all letters": {"cell": "LSTM", "cut": True, "goal": "all letters"},
    "simple RNN, all letters": {"cell": "logistic", "cut": False, "goal": "all letters"},
}


# ---------------------------------------------------------------------------------- the networks


def begin(cell: str, seed: int) -> dict[str, np.ndarray]:
    """The weights of one network: W_x (7, hidden), W_h (hidden, hidden), b, W_y (shown, 7).

    The columns of an LSTM are its cells, its input gates and its output gates; cells are shown to
    the output layer, and gates have biases.
    """
    random = np.random.default_rng([seed, 1])
    lstm = cell == "LSTM"
    hidden, shown = (CELLS + 2 * BLOCKS, CELLS) if lstm else (UNITS, UNITS)
    biased = hidden - shown if lstm else hidden
    shapes = {
        "W_x": (SYMBOLS, hidden), "W_h": (hidden, hidden), "b": (biased,), "W_y": (shown, SYMBOLS),
    }  # fmt: skip
    weights = {name: random.uniform(-START, START, shape) for name, shape in shapes.items()}
    if lstm:
        weights["b"][BLOCKS:] = -np.arange(1, BLOCKS + 1)
    return weights


def stacked(all_weights: list[dict]) -> dict[str, np.ndarray]:
    """The weights of several networks as float32 arrays whose first axis counts them."""
    return {
        name: np.stack([weights[name] for weights in all_weights]).astype(np.float32)
        for name in all_weights[0]
    }


def forward(cell: str, weights: dict, inputs: np.ndarray):
    """All networks over their strings, (nets, batch, time, 7).

    Returns:
        What they say, (time, nets, batch, 7); what hidden units and gates were before each step and
        after the last, (time + 1, nets, batch, hidden); of an LSTM what the cells hold and take in,
        (time, nets, batch, cells) each.
    """
    nets, batch, time, _ = inputs.shape
    hidden, shown = weights["W_h"].shape[1], weights["W_y"].shape[1]
    sums = np.moveaxis(inputs, 2, 0) @ weights["W_x"]
    sums[..., hidden - weights["b"].shape[1] :] += weights["b"][:, None]
    states = np.zeros((time + 1, nets, batch, hidden), np.float32)
    held, taken = np.zeros((2, time, nets, batch, shown if cell == "LSTM" else 0), np.float32)
    c = np.zeros((nets, batch, CELLS), np.float32)
    for t in range(time):
        a = sums[t] + states[t] @ weights["W_h"]
        if cell == "LSTM":
            gates = sigmoid(a[..., CELLS:])
            opened = np.repeat(gates, SIZE, axis=-1)  # a gate for all cells of its block
            taken[t] = 2 * np.tanh(a[..., :CELLS] / 2)  # logistic, from -2 to 2
            held[t] = c = c + opened[..., :CELLS] * taken[t]
            states[t + 1, ..., :CELLS] = opened[..., CELLS:] * np.tanh(c / 2)
            states[t + 1, ..., CELLS:] = gates
        else:
            states[t + 1] = sigmoid(a)
    said = sigmoid(states[1:, ..., :shown] @ weights["W_y"])
    return said, states, (held, taken)


def gradients(cell: str, weights: dict, inputs, targets, cut: bool) -> dict[str, np.ndarray]:
    """Gradients of each network's halved squared error, summed over steps and letters.

    Args:
        cell: "LSTM" or "logistic".
        weights: `stacked`.
        inputs: (nets, batch, time, 7).
        targets: as the inputs; zeros where there is none.
        cut: whether the gradient ends where a unit reads what units were a step before.
    """
    said, states, (held, taken) = forward(cell, weights, inputs)
    wanted = np.moveaxis(targets, 2, 0)
    error = (said - wanted) * said * (1 - said) * wanted.any(axis=-1, keepdims=True)
    shown = weights["W_y"].shape[1]
    found = {"W_y": (states[1:, ..., :shown].swapaxes(2, 3) @ error).sum(0)}
    asked = np.zeros_like(states[1:])
    asked[..., :shown] = error @ weights["W_y"].swapaxes(1, 2)
    if cut:  # nothing comes from later steps but what the cells hold, and they forget nothing
        dc = np.cumsum(_of_cells(states[1:], asked, held)[::-1], axis=0)[::-1] if held.size else 0
        sums = _of_sums(cell, states[1:], asked, dc, held, taken)
    else:
        sums, dc, back = np.empty_like(asked), 0, weights["W_h"].swapaxes(1, 2)
        for t in reversed(range(len(said))):
            if cell == "LSTM":
                dc = dc + _of_cells(states[t + 1], asked[t], held[t])
            sums[t] = _of_sums(cell, states[t + 1], asked[t], dc, held[t], taken[t])
            if t:
                asked[t - 1] += sums[t] @ back
    found["W_x"] = (np.moveaxis(inputs, 2, 0).swapaxes(2, 3) @ sums).sum(0)
    found["W_h"] = (states[:-1].swapaxes(2, 3) @ sums).sum(0)
    found["b"] = sums.sum((0, 2))[:, -weights["b"].shape[1] :]
    return found


def _of_cells(now, d, held):
    """What a step's own output asks of what the cells hold."""
    shown = np.tanh(held / 2)
    opened = np.repeat(now[..., -BLOCKS:], SIZE, axis=-1)
    return d[..., :CELLS] * opened * (1 - shown * shown) / 2


def _of_sums(cell, now, d, dc, held, taken):
    """The gradients of the sums of units and gates; `dc` is what is asked of the cells in all."""
    if cell != "LSTM":
        return d * now * (1 - now)
    gates = now[..., CELLS:]
    into_cells = dc * np.repeat(gates[..., :BLOCKS], SIZE, axis=-1) * (1 - taken * taken / 4)
    by_gate = np.concatenate([dc * taken, d[..., :CELLS] * np.tanh(held / 2)], axis=-1)
    by_gate = by_gate.reshape(*gates.shape, SIZE).sum(-1) + d[..., CELLS:]
    return np.concatenate([into_cells, by_gate * gates * (1 - gates)], axis=-1)


# ------------------------------------------------------------------------------------ the strings


def training(seed: int) -> datasets.memory.Strings:
    """The strings that one network is trained on."""
    return datasets.memory.embedded_reber(COUNT, seed)


def held_out(seed: int, part: int) -> datasets.memory.Strings:
    """The strings of validation or test for this network: none of those that it is trained on."""
    known = set(datasets.memory.reber_text(training(seed).inputs))
    drawn, texts = _drawn(part)
    new = [text not in known for text in texts]
    return datasets.memory.Strings(*(each[new][:COUNT] for each in drawn))


@cache
def _drawn(part):
    """Strings enough for a part, and as text."""
    drawn = datasets.memory.embedded_reber(8 * COUNT, part)
    return drawn, datasets.memory.reber_text(drawn.inputs)


def padded(parts) -> np.ndarray:
    """Letters of several networks' strings as one array, (nets, count, longest, 7)."""
    longest = max(part.shape[1] for part in parts)
    return np.stack([
        np.pad(part, ((0, 0), (0, longest - part.shape[1]), (0, 0))) for part in parts
    ])  # fmt: skip


def shares(cell: str, weights: dict, all_strings) -> list[float]:
    """Of each network, the share of its strings right at every step."""
    said = forward(cell, weights, padded([strings.inputs for strings in all_strings]))[0]
    return [
        round(metrics.reber_scores(row[:, : strings.inputs.shape[1]], strings)["strings"], 4)
        for row, strings in zip(np.moveaxis(said, 0, 2), all_strings, strict=True)
    ]


# ------------------------------------------------------------------------------------ measurement


def train(options: dict, seeds, rates):
    """Trains a network for each of these seeds, with these rates, one string at a time.

    Returns:
        Their weights, and what validation gave at `POINTS` points, (points, nets).
    """
    cell, count = options["cell"], options["strings"]
    weights = stacked([begin(cell, seed) for seed in seeds])
    strings = [training(seed) for seed in seeds]
    letters = padded([each.inputs for each in strings])
    if options.get("goal"):  # all letters that may follow, as in the notebook's own runs
        wanted = padded([each.targets for each in strings])
    else:
        wanted = np.roll(letters, -1, axis=2)  # the letter that does; a string begins with B
        wanted[:, :, -1] = 0
    lengths = letters.any(axis=-1).sum(axis=-1)  # (nets, strings)
    order = np.stack([
        np.random.default_rng([seed, 2]).integers(0, COUNT, count) for seed in seeds
    ])  # fmt: skip
    validating = [held_out(seed, VALIDATION) for seed in seeds]
    marks, curve = {count * (point + 1) // POINTS for point in range(POINTS)}, []
    rates, nets = np.array(rates, np.float32), np.arange(len(seeds))
    for number in range(count):
        chosen = order[:, number]
        steps = lengths[nets, chosen].max() - 1
        string, goal = (part[nets, chosen, :steps][:, None] for part in (letters, wanted))
        found = gradients(cell, weights, string, goal, options["cut"])
        for name, part in found.items():
            weights[name] -= rates.reshape(-1, *[1] * (part.ndim - 1)) * part
        if number + 1 in marks:
            curve.append(shares(cell, weights, validating))
    return weights, curve


@cache
def _searched(row: str, rates: tuple[float, ...]) -> dict[float, list[float]]:
    """Validation at the end for each of these rates, seed by seed; the row's options as JSON."""
    seeds = [TUNING + seed for seed in range(CHOOSE)] * len(rates)
    curve = train(json.loads(row), seeds, np.repeat(rates, CHOOSE))[1]
    last = np.reshape(curve[-1], (len(rates), CHOOSE)).tolist()
    return dict(zip(rates, last, strict=True))


def validation(options: dict, seed: int) -> float:
    """Trains networks to choose a rate by, all first rates at once: what this one's gave."""
    options = dict(options)
    rate = options.pop("learning_rate")
    return _searched(json.dumps(options), RATES if rate in RATES else (rate,))[rate][seed]


@lru_cache(maxsize=1)
def _measured(row: str, seeds: tuple[int, ...]) -> list[dict]:
    """What `measure` returns, for all seeds; the row's options as JSON."""
    options, began = json.loads(row), time.process_time()
    weights, curve = train(options, seeds, [options["learning_rate"]] * len(seeds))
    test, trained = (
        shares(options["cell"], weights, strings)
        for strings in ([held_out(seed, TEST) for seed in seeds], [*map(training, seeds)])
    )
    seconds = round((time.process_time() - began) / len(seeds), 2)
    return [
        {
            "score": test[place], "trained": trained[place],
            "validation": [at_point[place] for at_point in curve], "seconds": seconds,
        }
        for place in range(len(seeds))
    ]  # fmt: skip


def measure(options: dict, seed: int, seeds: int = SEEDS) -> dict[str, float | list[float]]:
    """Trains one network, and with it those of the other seeds: what came out.

    Args:
        options: of the row.
        seed: below `seeds`.
        seeds: how many networks are trained side by side.

    Returns:
        "score", the share of the test strings right at every step, and "trained", that of the
        strings trained on; "validation", the learning curve; "seconds", a share in those of all.
    """
    return _measured(json.dumps(options), tuple(range(seeds)))[seed]


def run() -> None:
    """Chooses a rate for each row, then measures it, what the file lacks of it."""
    shared = {"count": COUNT, "start": START, "batch": 1, "weights": "the last"}
    rows = {row: {**options, "strings": STRINGS} for row, options in ROWS.items()}
    tuned = experiments.tune(
        rows, validation, rates=RATES, seeds=CHOOSE, path=RESULT, name="1997: rates",
        common={**shared, "first seed": TUNING},
    )  # fmt: skip
    ready = {row: {**options, "learning_rate": tuned.best[row]} for row, options in rows.items()}
    experiments.run(
        ready, measure, SEEDS, path=RESULT, name="1997", unit="measured", common=shared
    )  # fmt: skip


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    run()
