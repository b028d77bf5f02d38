"""How far back gated cells can learn to look, what their gates are for, and what can be left out.

    python benchmarks/lags.py                   # writes benchmarks/lags.json
    python benchmarks/lags.py --part biases     # one part; an interrupted one goes on

For notebooks 8 and 9. Every row (a cell, at one length of the sequences) has a learning rate of its
own, chosen on validation by `experiments.tune`. Each network is trained on its own sequences, each
of them once; validation and test sequences come from other streams of seeds, and so do the networks
that choose a rate (100, 101, 102) and those of the tables (from 0 on). Test is read once, with the
last weights.

- reach: the adding problem (`datasets.memory.adding`) over 10 to 160 steps. Equal in batches and
  sequences, and in units (16) or, in the rows that say so, in parameters (those of the LSTM). The
  outcome is the share of sums right to within 0.1; who always says 1 is right in 19 of 100.
  Notebook 8 would say the opposite if the simple RNN went as far as the LSTM.
- biases: the LSTM, begun with other biases of its gates, over 80 steps, two of them over 160 as
  well, and one over 10 and 40, to see whether biases for long memories harm short ones;
  and, as a control, with a forget-gate bias of 4 and a recurrent matrix of zeros, so that nothing
  comes by way of h, on which the gradient explodes before training.
- ladder: LSTM, coupled gates, one state, GRU: one thing left out or added on each rung, all begun
  with gates that keep 0.73, over 160 steps, at equal units and at equal parameters; its first rung,
  and Keras's GRU, are rows of "reach".
- untied: the control for these. Two LSTMs whose gates begin as those of the tied cells do, at 0.73
  and 0.27 (an input-gate bias of -1) or at 0.5 and 0.5 (a forget-gate bias of 0), but are not tied.
  If it is the beginning that helps, they learn; if it is the tie, they stay where the LSTM is.
- early: the adding problem over 160 steps with both numbers in the first fifth. Can a GRU learn it
  although nothing near the end tells its gates to open?
- four times: the rows of "reach" and "biases" that verdicts are about and of which not all networks
  learned, and those of "walks", with four times the batches, and a rate chosen anew.
- fresh: the sum of the numbers since the last marker, at every step; what is a reset gate for? The
  outcome is the share of the variance that is not explained, so less is better.
- stream: sample and hold (`datasets.memory.hold`), and sums as before, without a forget gate, on
  sequences as long as in training, ten times and a hundred times as long. The outcome is the same.
- walks: at each step one up or one down; is the sum so far negative, zero or positive? On walks of
  40 steps, as in training, and of 400; the outcome is the share of steps right.
- gates: sample and hold with a single LSTM unit, and with three simple ones. What happens to the
  trained unit's error when nothing is written at unmarked steps ("nothing written"), when all is
  kept there ("all kept"), or both ("neither"): is it held by its gates, as one would set them?
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

from benchmarks import together
from utils import cells, datasets, experiments

RESULT = Path(__file__).with_suffix(".json")
UNITS, BATCH, BATCHES = 16, 32, 600
LENGTHS = (10, 20, 40, 80, 160)
VALIDATION, TEST = 2000, 1000  # seeds, and how many sequences each
COUNT = {VALIDATION: 500, TEST: 1000}
TUNING, CHOOSE = 100, 3  # the first of the seeds that choose a rate, and how many they are
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)  # where each search begins
LARGER = (1.6e-2, 3.2e-2, 6.4e-2, 0.128)  # that of "untied", which guesses with smaller ones
SEEDS = 10
POINTS = 8  # of a learning curve
CHANCE = 0.2  # of a marker, in the tasks that say something at every step
LONGER, ENDLESS = 10, 100  # times as long: streams on which a cell is tested as well


# ---------------------------------------------------------------------------------------- the tasks


def adding(count, steps, seed):
    """Two marked numbers, and their sum at the end: targets (count, 1, 1)."""
    inputs, targets = datasets.memory.adding(count, steps, seed)
    return inputs, targets[:, None]


def early(count, steps, seed):
    """The same with both numbers in the first fifth of a sequence: the end is far from either."""
    first = max(2, steps // 5)
    inputs, targets = adding(count, first, seed)
    later = np.zeros((count, steps - first, 2), np.float32)
    later[:, :, 0] = np.random.default_rng([seed, 3]).random(later.shape[:2], dtype=np.float32)
    return np.concatenate([inputs, later], axis=1), targets


def fresh(count, steps, seed):
    """The sum of the numbers since the last marker, that of its own step included, at every step.

    Inputs as those of `datasets.memory.hold`, the numbers from -1 to 1; targets (count, steps, 1).
    """
    inputs, _ = datasets.memory.hold(count, steps, seed, chance=CHANCE)
    sums, running = np.zeros((count, steps, 1), np.float32), 0
    for t in range(steps):
        running = inputs[:, t, 0] + running * (1 - inputs[:, t, 1])
        sums[:, t, 0] = running
    return inputs, sums


def hold(count, steps, seed):
    """Sample and hold, at every step."""
    return datasets.memory.hold(count, steps, seed, chance=CHANCE)


def walks(count, steps, seed):
    """Steps up, feature 0, or down, feature 1; targets -1, 0 or 1, the sign of the sum so far."""
    up = np.random.default_rng(seed).random((count, steps, 1)) < 0.5
    inputs = np.concatenate([up, ~up], axis=2).astype(np.float32)
    return inputs, np.sign(np.cumsum(2 * up - 1, axis=1, dtype=np.float32))


TASKS = {"adding": adding, "early": early, "fresh": fresh, "hold": hold, "walks": walks}
AT_THE_END = ("adding", "early")  # these have one target, the others one a step


@cache
def held_out(task, steps, seed):
    """The sequences of validation or test."""
    return TASKS[task](COUNT[seed], steps, seed)


def scores(options, weights, seed, steps):
    """Of each network: the share right, or the share of the variance that is not explained."""
    inputs, targets = held_out(options["task"], steps, seed)
    said = together.say(options["cell"], weights, inputs, targets.shape[1])
    if options["task"] in AT_THE_END:
        found = (np.abs(said - targets) < 0.1).mean((1, 2, 3))
    elif options["task"] == "walks":
        found = (np.abs(said - targets) < 0.5).mean((1, 2, 3))
    else:
        found = np.square(said - targets).mean((1, 2, 3)) / targets.var()
    return [float(f"{value:.4g}") for value in found]


# ----------------------------------------------------------------------------------- the networks


def begin(options, seed):
    """The weights of one network, with the biases that its row asks for.

    "bias" is, for an LSTM, that of the forget gate, or "spread" (for memories of 1 to `steps`
    steps, drawn for each unit); "input bias" that of the input gate, or "spread", the opposite of
    the forget gate's (both together: Tallec and Ollivier 2018). For a GRU "bias" is that of the
    update gate. "apart" begins with a recurrent matrix of zeros.
    """
    weights = together.begin(options["cell"], options["units"], 2, seed)
    units, b = options["units"], weights["b"]
    if options.get("apart"):
        weights["W_h"] = np.zeros_like(weights["W_h"])
    if "bias" in options:
        lengths = np.random.default_rng([seed, 2]).uniform(1, options["steps"] - 1, units)
        forget = slice(units, 2 * units) if options["cell"] == "LSTM" else slice(units)
        b[forget] = np.log(lengths) if options["bias"] == "spread" else options["bias"]
        if "input bias" in options:
            b[:units] = -b[forget] if options["input bias"] == "spread" else options["input bias"]
    return weights


def train(options, seeds):
    """Trains the networks of a row, all seeds at once.

    Returns:
        Their weights, the lengths of their gradients, (batches, nets), and validation at `POINTS`
        points, (points, nets).
    """
    count = BATCH * options["batches"]
    drawn = (TASKS[options["task"]](count, options["steps"], seed) for seed in seeds)
    inputs, targets = map(np.stack, zip(*drawn, strict=True))
    weights = together.stacked([begin(options, seed) for seed in seeds])
    norms, curves = together.train(
        options["cell"], weights, [options["learning_rate"]] * len(seeds), inputs, targets, BATCH,
        lambda now: scores(options, now, VALIDATION, options["steps"]), POINTS,
    )  # fmt: skip
    return weights, norms, curves


@lru_cache(maxsize=1)
def _chosen_by(row, seeds):
    """Validation at the end, of all seeds; the row's options as JSON."""
    return train(json.loads(row), seeds)[2][-1]


@lru_cache(maxsize=1)
def _measured(row, seeds):
    """What `measure` returns, for all seeds; the row's options as JSON."""
    options, began = json.loads(row), time.process_time()
    weights, norms, curves = train(options, seeds)
    seconds = round((time.process_time() - began) / len(seeds), 2)
    found = {"score": scores(options, weights, TEST, options["steps"])}
    if options["task"] not in AT_THE_END:
        found["longer"] = scores(options, weights, TEST, LONGER * options["steps"])
    if options.get("endless"):
        found["endless"] = scores(options, weights, TEST, ENDLESS * options["steps"])
    if row_ablates(options):
        found |= ablated(weights, options["steps"])
    found["clipped"] = (norms > together.CLIP).mean(axis=0).round(3).tolist()
    found["longest"] = [float(f"{norm:.3g}") for norm in norms[:100].max(axis=0)]
    return [
        {
            **{name: values[place] for name, values in found.items()},
            "validation": [at_point[place] for at_point in curves],
            "seconds": seconds,
        }
        for place in range(len(seeds))
    ]


def row_ablates(options):
    """Whether a row is about the gates of a single LSTM unit."""
    return (options["task"], options["cell"], options["units"]) == ("hold", "LSTM", 1)


def ablated(weights, steps):
    """Errors of single LSTM units whose gates are overruled at unmarked steps, and their gates.

    Returns:
        Name → a number a network: "nothing written" (i g is 0), "all kept" (f is 1) and "neither"
        (both) are shares of the variance that is not explained, as "score" is; "forget gate" is its
        mean at unmarked steps.
    """
    inputs, targets = held_out("hold", steps, TEST)
    marked = inputs[:, :, 1] == 1
    found = {}
    for name, silent, keeps in (
        ("nothing written", True, False), ("all kept", False, True), ("neither", True, True)
    ):  # fmt: skip
        said = overruled(weights, inputs, marked, silent, keeps)[0]
        found[name] = np.square(said - targets[:, :, 0]).mean((1, 2)) / targets.var()
    found["forget gate"] = overruled(weights, inputs, marked, False, False)[1][:, ~marked].mean(1)
    return {name: [float(f"{value:.4g}") for value in values] for name, values in found.items()}


def overruled(weights, inputs, marked, silent, keeps):
    """What single LSTM units say, (nets, sequences, steps), and their forget gates.

    silent: nothing is written at unmarked steps; keeps: all is kept there.
    """
    h = c = np.zeros((len(weights["b"]), len(inputs), 1), np.float32)
    said, gates = [], []
    for t in range(inputs.shape[1]):
        a = inputs[:, t] @ weights["W_x"] + h @ weights["W_h"] + weights["b"][:, None]
        i, f, g, o = np.split(a, 4, axis=-1)
        i, f, g, o = cells.sigmoid(i), cells.sigmoid(f), np.tanh(g), cells.sigmoid(o)
        here = marked[:, t, None]
        gates.append(f[..., 0])
        f = np.where(here | (not keeps), f, 1)
        c = f * c + np.where(here | (not silent), i * g, 0)
        h = o * np.tanh(c)
        said.append((h @ weights["W_y"] + weights["b_y"][:, None])[..., 0])
    return np.stack(said, axis=-1), np.stack(gates, axis=-1)


def measure(options: dict, seed: int, seeds: int = SEEDS) -> dict[str, float | list[float]]:
    """Trains one network, and with it those of the other seeds: what came out.

    Args:
        options: of the row.
        seed: below `seeds`.
        seeds: how many networks are trained side by side.

    Returns:
        "score", read on test; "longer", on streams ten times as long, and "endless", on such a
        hundred times as long, of the rows that ask for it; "clipped", the share of the
        batches whose gradient was longer than 1; "longest", the longest of the first hundred;
        "validation", the learning curve; "seconds", a share in those of all seeds.
    """
    return _measured(json.dumps(options), tuple(range(seeds)))[seed]


def validation(options: dict, seed: int) -> float:
    """Trains networks to choose a rate by, three at once: what validation gave this one."""
    return _chosen_by(json.dumps(options), tuple(range(TUNING, TUNING + CHOOSE)))[seed]


# -------------------------------------------------------------------------------------- the tables


def row(cell: str, steps: int, *, task: str = "adding", units: int = UNITS, batches: int = BATCHES,
        equal: bool = False, **start) -> dict:  # fmt: skip
    """The options of a row, without a learning rate.

    Args:
        cell: one of `together.CELLS`.
        steps: of the sequences.
        task: one of `TASKS`.
        units: of the layer, and of the LSTM that the others equal.
        batches: that it is trained on.
        equal: whether it gets the number of units that comes nearest to the LSTM's parameters.
        start: what `begin` knows of; "endless", whether it is tested on endless streams as well.
    """
    wanted = together.count_parameters("LSTM", units, 2)
    if equal:
        units = min(
            range(1, 4 * units),
            key=lambda number: abs(together.count_parameters(cell, number, 2) - wanted),
        )
    return {
        "task": task, "cell": cell, "units": units, "steps": steps, "batches": batches,
        "parameters": together.count_parameters(cell, units, 2), **start,
    }  # fmt: skip


EQUAL = ", equal parameters"
BIASES = {
    "forget 4": {"bias": 4},
    "forget 4, W_h from zero": {"bias": 4, "apart": True},
    "forget 4, input -4": {"bias": 4, "input bias": -4},
    "forget spread": {"bias": "spread"},
    "both spread": {"bias": "spread", "input bias": "spread"},
}
STEPS = {"forget 4, input -4": (80, 160), "both spread": (10, 40, 80, 160)}
RUNGS = {  # the first and the last rung are rows of "reach"
    "LSTM": {"cell": "LSTM"},
    "coupled gates": {"cell": "coupled gates"},
    "one state": {"cell": "one state"},
    "GRU, keeps 0.73": {"cell": "GRU", "bias": 1},
}
UNTIED = {  # each gate has a network of its own
    "LSTM, input -1": {"cell": "LSTM", "bias": 1, "input bias": -1},
    "LSTM, forget 0": {"cell": "LSTM", "bias": 0},
}
SLOW = (  # what gets four times the batches as well
    "LSTM, 80", "LSTM, 160", "forget 4, 80", "forget 4, W_h from zero, 80",
    "forget spread, 80",
    *(f"simple RNN{more}, {steps}" for more in ("", EQUAL) for steps in (10, 20, 40)),
)  # fmt: skip


def tables() -> dict[str, dict[str, dict]]:
    """Part → row → its options, without a learning rate."""
    reach = {
        f"{cell}{EQUAL if equal else ''}, {steps}": row(cell, steps, equal=equal)
        for cell, equal in (
            ("simple RNN", False), ("simple RNN", True), ("LSTM", False), ("GRU", False),
            ("GRU", True),
        )
        for steps in LENGTHS
    }  # fmt: skip
    biases = {
        f"{name}, {steps}": row("LSTM", steps, **start)
        for name, start in BIASES.items()
        for steps in STEPS.get(name, (80,))
    }
    ladder = {
        f"{name}{EQUAL if equal else ''}, 160": row(steps=160, equal=equal, **start)
        for equal in (False, True)
        for name, start in RUNGS.items()
        if name != "LSTM"
    }
    untied = {f"{name}, 160": row(steps=160, **start) for name, start in UNTIED.items()}
    sums = {
        f"{name}, {units} unit{'s' * (units > 1)}": row(
            steps=30, task="fresh", units=units, **RUNGS[name]
        )
        for name, sizes in (("LSTM", (1, 4)), ("one state", (1, 4, 6)), ("GRU, keeps 0.73", (1, 4)))
        for units in sizes  # one state of six units has the parameters of an LSTM of four
    }
    streams = {
        f"{cell}{EQUAL if equal else ''}, {task}": row(
            cell, 30, task=task, units=4, equal=equal, endless=True
        )
        for task in ("hold", "fresh")
        for cell, equal in (("LSTM", False), ("no forget gate", False), ("no forget gate", True))
    }
    held = {
        f"{cell}, {units} unit{'s' * (units > 1)}": row(
            cell, 30, task="hold", units=units, batches=1600
        )
        for cell, units in (("LSTM", 1), ("simple RNN", 3))
    }
    walked = {
        f"{cell}{EQUAL if equal else ''}": row(cell, 40, task="walks", units=8, equal=equal)
        for cell, equal in (("LSTM", False), ("GRU", False), ("GRU", True))
    }
    slow = {name: (reach | biases)[name] for name in SLOW} | {
        f"{name}, walks": options for name, options in walked.items()
    }
    longer = {name: {**options, "batches": 4 * BATCHES} for name, options in slow.items()}
    return {
        "fresh": sums, "stream": streams, "gates": held, "walks": walked, "reach": reach,
        "biases": biases, "ladder": ladder, "untied": untied,
        "early": {"GRU, 160": row("GRU", 160, task="early")}, "four times": longer,
    }  # fmt: skip


def better_is_higher(part: str) -> bool:
    """Whether the outcome of a part is a share right, and not an error."""
    return part not in ("fresh", "stream", "gates")


def run(part: str, rows: dict[str, dict]) -> None:
    """Chooses a rate for each row, then measures it, what the file lacks of it."""
    shared = {"batch": BATCH, "clipped at": together.CLIP, "weights": "the last"}
    tuned = experiments.tune(
        rows, validation, rates=LARGER if part == "untied" else RATES, seeds=CHOOSE,
        higher_is_better=better_is_higher(part), path=RESULT, name=f"{part}: rates",
        common={**shared, "first seed": TUNING},
    )  # fmt: skip
    ready = {row: {**options, "learning_rate": tuned.best[row]} for row, options in rows.items()}
    experiments.run(ready, measure, SEEDS, path=RESULT, name=part, common=shared)


PARTS = tables()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; may be repeated")
    for part in parser.parse_args().part or PARTS:
        print(part, flush=True)
        run(part, PARTS[part])
