"""Simple RNN, GRU and LSTM on three tasks, with equal parameters, for notebook 10.

    python benchmarks/cells.py                                # writes benchmarks/cells.json
    python benchmarks/cells.py --table "adding, equal time"   # one task, one budget

Every model has, up to one unit more or less, the same number of parameters, output layer included,
and every cell the best of four learning rates (`--row` names the cell; the rates were chosen with
a seed that no table uses). The budget is once a number of batches, once a time. What is stored of
each run: the score on new sequences, the seconds of training after the first batch (which compiles)
and the number of batches.

- adding: two marked numbers of 50; the share of sums right to within 0.1.
- Reber: strings of the embedded Reber grammar; the share right at every step.
- text: characters of the Python documentation; bits per character, so less is better.
"""

from __future__ import annotations

import os
import sys
import time
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers

from benchmarks import tables
from utils import datasets, metrics, text

RESULT = Path(__file__).with_suffix(".json")
CELLS = {"simple RNN": layers.SimpleRNN, "GRU": layers.GRU, "LSTM": layers.LSTM}
LOOPS = 0.75  # in the Reber grammar: strings of 15 letters on average
RATES = (2e-3, 5e-3, 1e-2, 2e-2)
PARAMETERS = {"adding": 4500, "Reber": 4500, "text": 60_000}
BATCHES = {"adding": 1000, "Reber": 800, "text": 600}
SECONDS = {"adding": 5, "Reber": 5, "text": 15}
BEST_RATES = {  # task → cell → the best of RATES with seed 100 and the budget in batches
    "adding": {"simple RNN": 5e-3, "GRU": 5e-3, "LSTM": 1e-2},
    "Reber": {"simple RNN": 1e-2, "GRU": 1e-2, "LSTM": 1e-2},
    "text": {"simple RNN": 5e-3, "GRU": 5e-3, "LSTM": 1e-2},
}


def _rows(task):
    return {cell: {"cell": cell, "learning_rate": BEST_RATES[task][cell]} for cell in CELLS}


TABLES = {
    f"{task}, equal {name}": {
        "seeds": 3, "task": task, "batch": 32, "parameters": PARAMETERS[task], name: budget[task],
        **({"loops": LOOPS} if task == "Reber" else {}), "rows": _rows(task),
    }
    for task in PARAMETERS
    for name, budget in (("batches", BATCHES), ("time", SECONDS))
}  # fmt: skip


class Clock(keras.callbacks.Callback):
    """Stops after so many seconds, or never; counts from the end of the first batch."""

    def __init__(self, limit=None):
        super().__init__()
        self.limit, self.batches, self.began, self.seconds = limit, 0, None, 0.0

    def on_train_batch_end(self, batch, logs=None):
        """Looks at the clock."""
        now = time.perf_counter()
        self.began = now if self.began is None else self.began
        self.seconds, self.batches = now - self.began, self.batches + 1
        if self.limit is not None and self.seconds >= self.limit:
            self.model.stop_training = True


# ---------------------------------------------------------------------------------------- the tasks


def adding(count, seed):
    """Inputs and targets of the adding problem over 50 steps, without weights of the steps."""
    return (*datasets.memory.adding(count, 50, seed), None)


def reber(count, seed):
    """Inputs, targets and weights of the steps of embedded Reber strings."""
    strings = datasets.memory.embedded_reber(count, seed, loops=LOOPS)
    # Sequences of all runs are padded to one length, or Keras would compile for each anew.
    padding = ((0, 0), (0, 60), (0, 0))
    inputs, targets = (np.pad(part, padding)[:, :60] for part in strings[:2])
    return inputs, targets, targets.any(axis=2).astype("float32")


def characters(count, seed):
    """Windows of 100 characters from random places of the first nine tenths."""
    ids, _, _ = text_ids()
    starts = np.random.default_rng(seed).integers(0, len(ids) - 101, count)
    places = starts[:, None] + np.arange(100)
    return ids[places], ids[places + 1], None


@cache
def text_ids():
    """The ids of the text to learn, of the text held out, and the number of ids."""
    train, test = datasets.corpora.split(datasets.corpora.python_docs())
    known = text.Characters.of(train + test)
    return known.encode(train), known.encode(test), known.size


def build(task, cell, units):
    """A model of one recurrent layer; `train` compiles it."""
    inputs, features, outputs = ends(task)
    states = CELLS[cell](units, return_sequences=task != "adding")(features)
    return keras.Model(inputs, layers.Dense(outputs)(states))


def ends(task):
    """Where a model of this task begins and ends: inputs, what the first layer reads, outputs."""
    if task == "text":
        vocabulary = text_ids()[2]
        inputs = layers.Input((None,), dtype="int32")
        return inputs, layers.Embedding(vocabulary, 32)(inputs), vocabulary
    features, outputs = {"adding": (2, 1), "Reber": (7, 7)}[task]
    inputs = layers.Input((None, features))
    return inputs, inputs, outputs


def with_parameters(build, parameters):
    """The model `build(units)` whose number of parameters is nearest to the one wanted."""
    units = 1
    while build(2 * units).count_params() < parameters:
        units *= 2
    low, high = units, 2 * units  # the border lies between them
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if build(middle).count_params() < parameters else (low, middle)
    models = build(low), build(high)
    return min(models, key=lambda model: abs(model.count_params() - parameters))


# -------------------------------------------------------------------------------------- measurement


def measure(table: dict, options: dict, seed: int) -> dict[str, float]:
    """Trains one model within the table's budget: its score, seconds and number of batches."""
    keras.utils.set_random_seed(seed)
    task = table["task"]
    model = with_parameters(partial(build, task, options["cell"]), table["parameters"])
    clock = train(task, model, table, options["learning_rate"], seed)
    return {"score": score(task, model), "seconds": clock.seconds, "batches": clock.batches}


def train(task, model, table, learning_rate, seed) -> Clock:
    """Trains within the table's budget of batches or time."""
    optimizer = keras.optimizers.Adam(learning_rate, global_clipnorm=1.0)
    model.compile(optimizer, _loss(task), jit_compile=False)
    make = {"adding": adding, "Reber": reber, "text": characters}[task]
    batches = table.get("batches", round(400 * table.get("time", 0)))  # more than fit
    inputs, targets, weights = make(batches * table["batch"], seed)
    clock = Clock(table.get("time"))
    model.fit(
        inputs, targets, sample_weight=weights, batch_size=table["batch"], verbose=0,
        callbacks=[clock],
    )
    return clock


def _loss(task):
    if task == "adding":
        return "mse"
    if task == "Reber":
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def score(task, model) -> float:
    """On new sequences: the share right, or bits per character."""
    if task == "adding":
        inputs, sums = datasets.memory.adding(1000, 50, 1000)
        return float(np.mean(np.abs(model.predict(inputs, verbose=0) - sums) < 0.1))
    if task == "Reber":
        strings = datasets.memory.embedded_reber(1000, 1000, loops=LOOPS)
        said = model.predict(strings.inputs, verbose=0)
        return metrics.reber_scores(said, strings)["strings"]
    windows = text.windows(text_ids()[1], 100)
    nats = model.evaluate(*windows, batch_size=100, verbose=0)
    return float(metrics.bits_per_character(nats))


if __name__ == "__main__":
    tables.run(RESULT, TABLES, measure, "measured", __doc__.splitlines()[0])
