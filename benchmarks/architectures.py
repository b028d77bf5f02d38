"""The largest of eight digits, told once or at every step, for notebook 3.

    python benchmarks/architectures.py    # writes benchmarks/architectures.json

Question: does a network that is told at every step the largest digit so far (equal lengths) answer
better at the last step than one that is told the largest at the end only (many to one)? Equal in
units, sequences and batches; the outcome is the share of new sequences whose last answer is right,
with the last weights. Each row has its own rate, chosen on validation under seeds of its own (100,
101, 102); the table has ten seeds. Training, validation and test sequences come from separate
streams of seeds.

The second table asks for the spikes of many to one: without clipping at two rates, and with it.
A spike is an epoch, of the last ten, after which a run has at least five points of a hundred fewer
right on validation than after the epoch before it.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from functools import cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers

from utils import experiments

RESULT = Path(__file__).with_suffix(".json")
COMMON = {"sequences": 2000, "digits": 8, "units": 32, "epochs": 15, "batch": 32}
RATES = (2e-3, 4e-3, 8e-3, 1.6e-2)  # where each search begins
TUNING, SEEDS = 100, 10
VALIDATION, TEST = 2000, 1000  # the seeds that draw 1,000 sequences each
ROWS = {"many to one": {"told": "at the end"}, "equal lengths": {"told": "at every step"}}
SPIKES = {
    "0.01, not clipped": {"learning_rate": 0.01, "clipped": None},
    "0.01, clipped at 1": {"learning_rate": 0.01, "clipped": 1.0},
    "0.004, not clipped": {"learning_rate": 0.004, "clipped": None},
}
SPIKE = 0.05  # share of the sequences lost from one epoch to the next


@cache
def digits(count, seed):
    """One-hot digits (count, 8, 10) and the largest so far at every step (count, 8)."""
    rows = np.random.default_rng(seed).integers(0, 10, (count, COMMON["digits"]))
    return np.eye(10, dtype="float32")[rows], np.maximum.accumulate(rows, axis=1)


def train(options: dict, seed: int, data_seed: int, epochs=COMMON["epochs"]):
    """Trains one network; returns it with the share right on validation after each epoch."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(seed)
    every = options["told"] == "at every step"
    model = keras.Sequential([
        layers.SimpleRNN(COMMON["units"], return_sequences=every),
        layers.Dense(10, activation="softmax"),
    ])
    clipped = options.get("clipped", 1.0)
    model.compile(
        keras.optimizers.Adam(options["learning_rate"], global_clipnorm=clipped),
        "sparse_categorical_crossentropy", jit_compile=False,
    )  # fmt: skip
    x, largest = digits(COMMON["sequences"], data_seed)
    curve = []

    def look(epoch, logs):
        curve.append(round(right(model, VALIDATION), 4))

    model.fit(
        x, largest if every else largest[:, -1], epochs=epochs, batch_size=COMMON["batch"],
        verbose=0, callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=look)],
    )  # fmt: skip
    return model, curve


def right(model, seed) -> float:
    """The share of new sequences whose last answer is right."""
    x, largest = digits(1000, seed)
    said = np.argmax(model.predict_on_batch(x), axis=-1)
    return float(np.mean((said if said.ndim == 1 else said[:, -1]) == largest[:, -1]))


def measure(options: dict, seed: int) -> dict[str, float | list[float]]:
    """The share right on test, and the learning curve on validation."""
    model, curve = train(options, seed, seed)
    return {"score": round(right(model, TEST), 4), "validation": curve, "spikes": spikes(curve)}


def spikes(curve) -> int:
    """In how many of the last ten epochs a run lost `SPIKE` or more."""
    return int(np.sum(np.diff(curve)[-10:] <= -SPIKE))


def on_validation(options: dict, seed: int) -> float:
    """The share right on validation with the last weights, to choose a rate by."""
    return train(options, TUNING + seed, TUNING + seed)[1][-1]


def main() -> None:
    """Measures what the file lacks."""
    best = experiments.tune(
        ROWS, on_validation, rates=RATES, path=RESULT, name="rates",
        common={**COMMON, "first seed": TUNING},
    ).best  # fmt: skip
    ready = {row: {**options, "learning_rate": best[row]} for row, options in ROWS.items()}
    experiments.run(ready, measure, SEEDS, path=RESULT, name="largest digit", common=COMMON)
    rows = {row: {**ROWS["many to one"], **options} for row, options in SPIKES.items()}
    experiments.run(rows, measure, SEEDS, path=RESULT, name="spikes", common=COMMON)


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew, as it says
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    main()
