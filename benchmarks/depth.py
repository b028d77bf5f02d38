"""Stacks of recurrent layers, for notebook 12: when depth pays, and what rescues it.

    python benchmarks/depth.py                    # writes benchmarks/depth.json
    python benchmarks/depth.py --table text       # one table; the others stay as they are

- text, adding: 1 to 4 GRU layers with, together, equally many parameters, output layer included
  (tasks, scores and budgets of batches as in cells.py). Fewer bits are better, more sums are.
- rescue: LSTM layers of 16 units, plain, with residual connections, with layer normalisation or
  both; the share of bits echoed rightly after 5 steps (`datasets.memory.echo`), guessing is 0.5.
- dropout: two GRU layers that tag the words of the course corpus (`datasets.tagging`), having
  learned from 200 sentences, so few that they know them by heart; the cross-entropy of new
  sentences in nats per word, the lowest of all epochs, and that of the last.
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
from utils import datasets
from utils.models import Tagger, stacked_rnn

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
        "seeds": 5, "units": 64, "sentences": 200, "epochs": 40, "batch": 16,
        "learning_rate": 5e-3,
        "rows": {
            "none": {},
            "between layers": {"dropout": 0.5},
            "in the recurrence": {"recurrent_dropout": 0.5},
            "both": {"dropout": 0.5, "recurrent_dropout": 0.5},
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
    return _few_sentences(table, options)


def _at_equal_parameters(table, depth, seed):
    model = cells.with_parameters(partial(deep, table["task"], depth), table["parameters"])
    cells.train(table["task"], model, table, table["learning_rate"], seed)
    return cells.score(table["task"], model)


def deep(task, depth, units, **options):
    """A model of `depth` layers for one of the tasks of cells.py."""
    inputs, features, outputs = cells.ends(task)
    states = stacked_rnn(features, units, depth, **options)
    return keras.Model(inputs, layers.Dense(outputs)(states[:, -1] if task == "adding" else states))


def _echo(table, options, seed):
    inputs = layers.Input((None, 1))
    depth = options.pop("depth")
    states = stacked_rnn(inputs, table["units"], depth, cell=table["cell"], **options)
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


def _few_sentences(table, options):
    corpus = datasets.tagging.load("course")
    train, new = corpus.where("train")[: table["sentences"]], corpus.where("test")[:500]
    tagger = Tagger.from_data(corpus.where("train"), units=1, embedding=1)  # for its lists
    inputs = layers.Input((None,), dtype="int32")
    vectors = layers.Embedding(len(tagger.options["words"]) + 2, 32)(inputs)
    states = stacked_rnn(vectors, table["units"], 2, **options)
    model = keras.Model(inputs, layers.Dense(len(tagger.options["tags"]))(states))
    model.compile(
        keras.optimizers.Adam(table["learning_rate"], global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1),
        jit_compile=False,
    )
    known, unseen = (
        (tagger.encode(part.words), tagger.encode_tags(part.tags)) for part in (train, new)
    )
    history = model.fit(
        *known, batch_size=table["batch"], epochs=table["epochs"], validation_data=unseen,
        validation_batch_size=500, verbose=0,
    ).history
    return [min(history["val_loss"]), history["val_loss"][-1]]


if __name__ == "__main__":
    tables.run(RESULT, TABLES, measure, "measured", __doc__.splitlines()[0])
