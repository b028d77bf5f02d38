"""Remedies for gradients that vanish or explode, on one task, for notebook 2.

    python benchmarks/remedies.py                       # writes benchmarks/remedies.json
    python benchmarks/remedies.py --part "radius 1.6"   # one part; several may run at once

Question: which remedy lets a simple RNN name at the end the first of thirty symbols
(`datasets.memory.recall`; a guess is right in a quarter of all cases), from a recurrent matrix with
which gradients vanish (spectral radius 0.5) or explode (1.6 and 2), and from matrices of radius 1?
And with which learning rates? Equal in units, batches and sequences; each row has its own rate,
chosen on validation by `experiments.tune` from ten to thirteen, factors of two apart. A remedy that
helps only because it allows another rate would show as two rows that both succeed, each with its
own. One row has a second budget as well, four times the batches, and a rate chosen for it.

Trained by plain gradient descent with the gradients that the notebook derives (`utils.bptt`). The
test set is read once, at the end, with the last weights. Training, validation and test sequences
come from separate streams of seeds, and so do the runs that choose a rate (100 to 105) and those of
the tables (from 0 on). A run whose gradients are no longer finite ends with the weights before.
"""

from __future__ import annotations

import argparse
import sys
from functools import cache
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np

from utils import bptt, cells, datasets, experiments

RESULT = Path(__file__).with_suffix(".json")
TIME, UNITS, BATCH, BATCHES = 30, 32, 32, 600
FEATURES, SYMBOLS = 8, 4
VALIDATION, TEST = 2000, 1000  # seeds of 1,000 sequences each
TUNING = 100  # the first of the seeds that choose a rate
# How many they are, elsewhere 3: results that come in two groups need more.
CHOOSE = {"radius 1.6": 6, "radius 2.0": 6, "radius 1": 6}
RATES = tuple(0.00125 * 2**power for power in range(10))
SMALLER = (0.00015625, 0.0003125, 0.000625)  # where a state that is kept wants the smallest steps
SEEDS = {"radius 2.0": 20}  # elsewhere 10, which left the verdict there open
POINTS = 8  # of a learning curve
NORM, VALUE = {"clip by norm": 1.0}, {"clip by value": 0.1}
RELU, NORMALISED = {"activation": "relu"}, {"normalised": True}
REMEDIES = {
    "none": {},
    "clip by norm": NORM,
    "clip by value": VALUE,
    "ReLU": RELU,
    "ReLU, clip by norm": {**RELU, **NORM},
    "layer normalisation": NORMALISED,
}
AT_ONE = {
    "orthogonal": {"start": "orthogonal"},
    "orthogonal, clip by norm": {"start": "orthogonal", **NORM},
    "identity": {"start": "identity"},
    "identity, clip by norm": {"start": "identity", **NORM},
    "identity, ReLU": {"start": "identity", **RELU},
    "identity, ReLU, clip by norm": {"start": "identity", **RELU, **NORM},
}
FOURFOLD = "four times the batches"
# From orthogonal matrices the search left three rates alike, four of six at each: here are the two
# that it did not choose, under the seeds of the table.
ALIKE = "orthogonal, other rates"
RATES_LONGER = RATES[1:7]


def tables() -> dict[str, dict[str, dict]]:
    """Part → row → its options, without a learning rate."""
    from_radius = {
        f"radius {radius}": {row: {"start": radius, **options} for row, options in rows.items()}
        for radius, rows in (
            (0.5, REMEDIES), (1.6, REMEDIES),
            (2.0, {row: REMEDIES[row] for row in ("none", "clip by norm", "clip by value")}),
        )
    }  # fmt: skip
    longer = {**from_radius["radius 0.5"]["none"], "batches": 4 * BATCHES}
    return {**from_radius, "radius 1": AT_ONE, FOURFOLD: {"radius 0.5, none": longer}}


# -------------------------------------------------------------------------------------- one network


def begin(options: dict, seed: int) -> tuple:
    """Weights of the recurrent layer and of the output layer, before training.

    "start" is a spectral radius, of a random matrix, or "orthogonal" or "identity".
    """
    random = np.random.default_rng([seed, 1])
    layer = cells.random_elman(FEATURES, UNITS, random)  # its W_hh is orthogonal, as in Keras
    head = cells.random_output(UNITS, SYMBOLS, random)
    start = options["start"]
    if start == "identity":
        layer = layer._replace(W_hh=np.eye(UNITS))
    elif start != "orthogonal":
        matrix = random.normal(size=(UNITS, UNITS))
        layer = layer._replace(W_hh=matrix * start / np.abs(np.linalg.eigvals(matrix)).max())
    if options.get("normalised"):
        layer = cells.NormalisedElmanWeights(*layer, gain=np.ones(UNITS))
    return layer, head


def states(options: dict, layer, inputs) -> np.ndarray:
    """The states of all steps, (batch, time, units)."""
    forward = cells.normalised_elman if options.get("normalised") else cells.elman
    return forward(inputs, layer, activation=options.get("activation", "tanh"))


def gradients(options: dict, layer, head, inputs, targets) -> tuple:
    """Gradients of the mean cross-entropy, of the weights of both layers."""
    last = states(options, layer, inputs)[:, -1]  # (batch, units)
    error = softmax(cells.output(last, head))  # (batch, symbols)
    error[np.arange(len(targets)), targets] -= 1
    above = bptt.output_gradients(last, head, error / len(targets))
    asked = np.zeros((*inputs.shape[:2], UNITS))
    asked[:, -1] = above.states  # the loss looks at the last state only
    back = bptt.normalised_elman_gradients if options.get("normalised") else bptt.elman_gradients
    activation = options.get("activation", "tanh")
    return back(inputs, layer, asked, activation=activation).weights, above.weights


def softmax(scores: np.ndarray) -> np.ndarray:
    """Probabilities over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def clip(options: dict, found):
    """The gradients as the row's remedy leaves them."""
    if "clip by norm" in options:
        return bptt.clip_by_norm(found, options["clip by norm"])
    if "clip by value" in options:
        return bptt.clip_by_value(found, options["clip by value"])
    return found


def moved(weights, found, rate: float):
    """Weights after a step of plain gradient descent."""
    return type(weights)(*(w - rate * g for w, g in zip(weights, found, strict=True)))


@cache
def sequences(seed: int):
    """1,000 sequences to validate or to test on."""
    return datasets.memory.recall(1000, TIME, seed)


def share_right(options: dict, layer, head, seed: int) -> float:
    """The share of new sequences whose first symbol is named."""
    inputs, targets = sequences(seed)
    said = cells.output(states(options, layer, inputs)[:, -1], head)
    return round(float(np.mean(said.argmax(axis=-1) == targets)), 3)


def train(options: dict, seed: int, points: int = 0) -> tuple:
    """Trains one network.

    Returns:
        The two layers' weights, validation at `points` times, and the gradient's norm before
        clipping, a number a batch.
    """
    layer, head = begin(options, seed)
    batches = options.get("batches", BATCHES)
    inputs, targets = datasets.memory.recall(batches * BATCH, TIME, seed)  # each sequence once
    marks = {batches * (point + 1) // points for point in range(points)}
    curve, norms = [], []
    with np.errstate(over="ignore", invalid="ignore"):
        for number in range(batches):
            part = slice(number * BATCH, (number + 1) * BATCH)
            try:
                found = gradients(options, layer, head, inputs[part], targets[part])
                norms.append(bptt.global_norm(found))
                of_layer, of_head = clip(options, found)
            except ValueError:  # no longer finite
                break
            layer = moved(layer, of_layer, options["learning_rate"])
            head = moved(head, of_head, options["learning_rate"])
            if number + 1 in marks:
                curve.append(share_right(options, layer, head, VALIDATION))
        curve += [share_right(options, layer, head, VALIDATION)] * (points - len(curve))
    return layer, head, curve, norms


def measure(options: dict, seed: int) -> dict[str, float | list[float]]:
    """Trains one network: its score on test, its curve, how long its gradients were.

    "long" is the share of the batches whose gradient was longer than 1, "longest" the longest.
    """
    layer, head, curve, norms = train(options, seed, POINTS)
    with np.errstate(over="ignore", invalid="ignore"):
        score = share_right(options, layer, head, TEST)
    return {
        "score": score,
        "validation": curve,
        "long": round(float(np.mean(np.array(norms) > 1)), 3),
        "longest": float(f"{max(norms, default=0):.3g}"),
    }


def validation(options: dict, seed: int) -> float:
    """Trains one network to choose a rate by: its score on validation at the end."""
    return train(options, TUNING + seed, 1)[2][-1]


# --------------------------------------------------------------------------------------- the tables


def shared() -> dict:
    """What all rows have in common."""
    return {"time": TIME, "units": UNITS, "batch": BATCH, "batches": BATCHES, "weights": "the last"}


def run(part: str, rows: dict[str, dict]) -> None:
    """Chooses a rate for each row, then measures it, what the file lacks of it."""
    rates = RATES_LONGER if part == FOURFOLD else RATES
    rates = (*SMALLER, *rates) if part == "radius 1" else rates
    tuned = experiments.tune(
        rows, validation, rates=rates, seeds=CHOOSE.get(part, 3), path=RESULT,
        name=f"{part}: rates", common={**shared(), "first seed": TUNING},
    )  # fmt: skip
    ready = {row: {**options, "learning_rate": tuned.best[row]} for row, options in rows.items()}
    seeds = SEEDS.get(part, 10)
    experiments.run(ready, measure, seeds, path=RESULT, name=part, common=shared())


def run_alike() -> None:
    """Measures the row "orthogonal" at the two rates that were as good in the search."""
    rows = {f"rate {rate}": {"start": "orthogonal", "learning_rate": rate} for rate in (0.01, 0.02)}
    experiments.run(rows, measure, 10, path=RESULT, name=ALIKE, common=shared())


PARTS = tables()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    every = [*PARTS, ALIKE]
    parser.add_argument("--part", action="append", choices=every, help="only this; may be repeated")
    for part in parser.parse_args().part or every:
        print(part, flush=True)
        run_alike() if part == ALIKE else run(part, PARTS[part])
