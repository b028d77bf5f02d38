"""Stacks of recurrent layers, for notebook 12: when depth pays, and what rescues it.

    python benchmarks/depth.py                    # writes benchmarks/depth.json
    python benchmarks/depth.py --table text       # one table; the others stay as they are

- text, adding: 1 to 4 GRU layers with, together, equally many parameters, output layer included
  (tasks, scores and budgets of batches as in cells.py). Fewer bits are better, more sums are.
- rescue: LSTM layers of 16 units, plain, with residual connections, with layer normalisation or
  both; the share of bits echoed rightly after 5 steps (`datasets.memory.echo`), guessing is 0.5.
- dropout: two GRU layers on a text of 40,000 characters, so little that they learn it by heart;
  bits per character of the text held out, lowest of all epochs, and the last.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers

from benchmarks import cells, tables
from utils import datasets, metrics
from utils.deep import stack

RESULT = Path(__file__).with_suffix(".json")
DEPTHS = {str(depth): {"depth": depth} for depth in (1, 2, 3, 4)}
KINDS = {
    "plain": {},
    "residual": {"residual": True},
    "normalised": {"normalise": True},
    "both": {"residual": True, "normalise": True},
}
TABLES = {
    "text": {
        "seeds": 5, "task": "text", "parameters": 60_000, "batches": 600, "batch": 32,
        "learning_rate": 5e-3, "rows": DEPTHS,
    },
    "adding": {
        "seeds": 5, "task": "adding", "parameters": 4500, "batches": 1000, "batch": 32,
        "learning_rate": 5e-3, "rows": DEPTHS,
    },
    "rescue": {
        "seeds": 5, "cell": "lstm", "units": 16, "batches": 200, "batch": 32, "learning_rate": 5e-3,
        "rows": {
            f"{depth}, {kind}": {"depth": depth, **options}
            for depth in (4, 8, 12) for kind, options in KINDS.items()
        },
    },
    "dropout": {
        "seeds": 3, "units": 128, "characters": 40_000, "epochs": 15, "batch": 32,
        "learning_rate": 5e-3,
        "rows": {
            "none": {},
            "between layers": {"dropout": 0.3},
            "in the recurrence": {"recurrent_dropout": 0.3},
            "both": {"dropout": 0.3, "recurrent_dropout": 0.3},
        },
    },
}  # fmt: skip


def measure(table: dict, options: dict, seed: int) -> float | list[float]:
    """Trains one stack and scores it, as its table says."""
    keras.utils.set_random_seed(seed)
    if "task" in table:
        return _at_equal_parameters(table, options["depth"], seed)
    if "cell" in table:
        return _echo(table, dict(options), seed)
    return _little_text(table, options)


def _at_equal_parameters(table, depth, seed):
    model = cells.with_parameters(partial(deep, table["task"], depth), table["parameters"])
    cells.train(table["task"], model, table, table["learning_rate"], seed)
    return cells.score(table["task"], model)


def deep(task, depth, units, **options):
    """A model of `depth` layers for one of the tasks of cells.py."""
    inputs, features, outputs = cells.ends(task)
    states = stack(features, units, depth, **options)
    return keras.Model(inputs, layers.Dense(outputs)(states[:, -1] if task == "adding" else states))


def _echo(table, options, seed):
    inputs = layers.Input((None, 1))
    states = stack(inputs, table["units"], options.pop("depth"), cell=table["cell"], **options)
    model = keras.Model(inputs, layers.Dense(1)(states))
    model.compile(
        keras.optimizers.Adam(table["learning_rate"], global_clipnorm=1.0),
        keras.losses.BinaryCrossentropy(from_logits=True), jit_compile=False,
    )
    examples = datasets.memory.echo(table["batches"] * table["batch"], 25, seed, delay=5)
    model.fit(*examples, batch_size=table["batch"], verbose=0)
    bits, wanted = datasets.memory.echo(500, 25, seed + 1000, delay=5)
    right = (model.predict(bits, verbose=0) > 0) == (wanted > 0.5)
    return float(np.mean(right[:, 5:]))


def _little_text(table, options):
    train, test, _ = cells.text_ids()
    model = deep("text", 2, table["units"], **options)
    model.compile(
        keras.optimizers.Adam(table["learning_rate"], global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False,
    )
    history = model.fit(
        *datasets.text.windows(train[: table["characters"]], 100), batch_size=table["batch"],
        validation_data=datasets.text.windows(test[: table["characters"]], 100),
        epochs=table["epochs"], verbose=0,
    ).history
    bits = [float(metrics.bits_per_character(nats)) for nats in history["val_loss"]]
    return [min(bits), bits[-1]]


if __name__ == "__main__":
    tables.run(RESULT, TABLES, measure, "measured", __doc__.splitlines()[0])
