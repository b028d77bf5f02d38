"""Simple RNN, GRU and LSTM on three tasks, with equal parameters, for notebook 10.

    python benchmarks/cells.py                        # writes benchmarks/cells.json
    python benchmarks/cells.py --part milliseconds    # one part; several may run at once

Question: is one of the three better, with equally many parameters (output layer included), after
equally many batches, after four times as many, and in equal time? Each cell has its own learning
rate for each task, chosen on validation by `experiments.tune`, and another one for the larger
budget; equal time reuses that of equal batches. (On adding, GRU and LSTM have all sums right after
the smaller budget, so that the larger one is about the simple RNN alone.) The test set is read
once, at the end, with the last weights. Training, validation and test sequences come from separate
streams of seeds, and so do the runs that choose a rate (100, 101, 102), those of the tables (0 to
9), and those that were added where ten left a verdict hanging on one or two runs (10 to 29).

- adding: two marked numbers of 50; the share of sums right to within 0.1.
- Reber: strings of the embedded Reber grammar; the share right at every step.
- text: characters of the Python documentation; bits per character, so less is better.
- adding, longer at 0.002: the simple RNN with four times the batches and the rate at which one of
  the three runs that chose a rate had learned, though the median of these was no better.
- reasons: why does a simple RNN learn Reber strings here, where most did not in 1997? With as few
  units as then, gradient descent in place of Adam (in batches and clipped, unlike then), a
  recurrent matrix that is not orthogonal at the start. And would an LSTM as small have learned
  them ("small LSTM")? `reber.py` has the conditions of 1997.
- milliseconds: what a batch costs, the three cells in turn, at equal parameters and equal units.

Time on a shared machine cannot be repeated, so "equal time" is a number of batches: as many as fit
into the time in which the slowest cell does those of the first budget, by the stored milliseconds.
"""

from __future__ import annotations

import argparse
import logging
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

from utils import datasets, experiments, metrics, text

RESULT = Path(__file__).with_suffix(".json")
CELLS = {"simple RNN": layers.SimpleRNN, "GRU": layers.GRU, "LSTM": layers.LSTM}
LOOPS = 0.75  # in the Reber grammar: strings of 15 letters on average
LONGEST = 40  # letters of a Reber string in training; of 10,000 strings about one is longer
BATCH = 32
PARAMETERS = {"adding": 4500, "Reber": 4500, "text": 20_000}
BATCHES = {"adding": 1000, "Reber": 800, "text": 400}
REASONS = "Reber, reasons"
SMALL = "Reber, small LSTM"
SECOND_RATE = "adding, longer at 0.002"
SMALL_UNITS = 5  # of an LSTM with about the parameters of a simple RNN of 12 units
FOURFOLD, SAME_TIME = "four times the batches", "equal time"
SEEDS = {"equal batches": 10, SAME_TIME: 10, FOURFOLD: 5}  # rows of a fourfold run exceed 20 s
MORE_SEEDS = ", more seeds"  # after those of the table: a table's name → which cells, how many
MORE = {
    "Reber, equal batches": (("simple RNN", "GRU", "LSTM"), 20),
    f"text, {SAME_TIME}": (("simple RNN", "GRU"), 10),
}
POINTS = 8  # of a learning curve
VALIDATION, TEST = 2000, 1000  # seeds of the made sequences
TUNING = 100  # the first of the three seeds that choose a rate
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)  # where each search begins
DESCENT_RATES = (0.1, 0.2, 0.4, 0.8)  # of plain gradient descent
START = 0.2  # of Hochreiter and Schmidhuber (1997): weights between -0.2 and 0.2
REPEATS, ROUNDS, TIMED = 5, 10, 10  # a time is the median of ROUNDS turns of TIMED batches each


# ---------------------------------------------------------------------------------------- the tasks


def adding(count, seed):
    """Inputs and sums of the adding problem, all of which count alike."""
    return (*datasets.memory.adding(count, 50, seed), None)


def reber(count, seed):
    """Inputs, targets and weights of the steps of embedded Reber strings."""
    strings = datasets.memory.embedded_reber(count, seed, loops=LOOPS)
    # Sequences of all runs are padded to one length, or Keras would compile for each anew.
    padding = ((0, 0), (0, LONGEST), (0, 0))
    inputs, targets = (np.pad(part, padding)[:, :LONGEST] for part in strings[:2])
    return inputs, targets, targets.any(axis=2).astype("float32")


def characters(count, seed, parts=("training",)):
    """Windows of 100 characters from random places of these parts of the text."""
    ids = np.concatenate([text_ids()[0][part] for part in parts])
    starts = np.random.default_rng(seed).integers(0, len(ids) - 101, count)
    places = starts[:, None] + np.arange(100)
    return ids[places], ids[places + 1], None


@cache
def text_ids():
    """The ids of the three parts of the text, eight tenths, one and one; and the number of ids."""
    train, test = datasets.corpora.split(datasets.corpora.python_docs())
    known = text.Characters.of(train + test)
    train, validation = datasets.corpora.split(train, 1 / 9)
    parts = {"training": train, "validation": validation, "test": test}
    return {name: known.encode(part) for name, part in parts.items()}, known.size


def build(task, cell, units, start=None):
    """A model of one recurrent layer; `train` compiles it.

    start: the recurrent matrix begins with numbers from -start to start; None: orthogonal.
    """
    inputs, features, outputs = ends(task)
    begin = "orthogonal" if start is None else keras.initializers.RandomUniform(-start, start)
    layer = CELLS[cell](units, return_sequences=task != "adding", recurrent_initializer=begin)
    return keras.Model(inputs, layers.Dense(outputs)(layer(features)))


def ends(task):
    """Where a model of this task begins and ends: inputs, what the first layer reads, outputs."""
    if task == "text":
        vocabulary = text_ids()[1]
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


class Curve(keras.callbacks.Callback):
    """Validates at equally spaced batches, and adds up the seconds of all batches but the first.

    The first compiles; what validation takes is not counted.
    """

    def __init__(self, batches=0, points=0, validate=None):
        super().__init__()
        self.marks = {batches * (point + 1) // points for point in range(points)}
        self.validate, self.values, self.batches, self.seconds = validate, [], 0, 0.0

    def on_train_batch_begin(self, batch, logs=None):
        """Looks at the clock."""
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Adds up the seconds, and validates where it is time."""
        self.batches += 1
        if self.batches > 1:
            self.seconds += time.perf_counter() - self.began
        if self.batches in self.marks:
            self.values.append(self.validate(self.model))


def measure(task: str, options: dict, seed: int) -> dict[str, float | list[float]]:
    """Trains one model: its score on test, learning curve on validation, and seconds."""
    model, curve = _trained(task, options, seed, POINTS)
    return {
        "score": round(score(task, model, "test"), 3),
        "validation": curve.values,
        "seconds": round(curve.seconds, 3),
    }


def validation(task: str, options: dict, seed: int) -> float:
    """Trains one model to choose a rate by: its score on validation at the end."""
    return _trained(task, options, TUNING + seed, 1)[1].values[-1]


def _trained(task, options, seed, points):
    keras.utils.clear_session(free_memory=False)  # or hundreds of models pile up
    keras.utils.set_random_seed(seed)
    model = build(task, options["cell"], options["units"], options.get("start"))
    curve = train(
        task, model, {"batch": BATCH, **options}, options["learning_rate"], seed, points=points,
        optimizer=options.get("optimizer", "Adam"),
    )  # fmt: skip
    return model, curve


def train(task, model, table, learning_rate, seed, *, points=0, optimizer="Adam") -> Curve:
    """Trains for the table's batches; validates so many times, the last time at the end.

    Where nothing is validated, the text's validation part is trained on, too.
    """
    optimizer = keras.optimizers.get({
        "class_name": optimizer,
        "config": {"learning_rate": learning_rate, "global_clipnorm": 1.0},
    })  # fmt: skip
    model.compile(optimizer, _loss(task), jit_compile=False)
    parts = ("training",) if points else ("training", "validation")
    make = {"adding": adding, "Reber": reber, "text": partial(characters, parts=parts)}[task]
    inputs, targets, weights = make(table["batches"] * table["batch"], seed)
    curve = Curve(
        table["batches"], points, lambda model: round(score(task, model, "validation"), 3)
    )
    model.fit(
        inputs, targets, sample_weight=weights, batch_size=table["batch"], verbose=0,
        callbacks=[curve],
    )  # fmt: skip
    return curve


def _loss(task):
    if task == "adding":
        return "mse"
    if task == "Reber":
        return keras.losses.BinaryCrossentropy(from_logits=True)
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def score(task, model, part="test") -> float:
    """On the sequences of a part that is not trained on: the share right, or bits per character."""
    sequences = _sequences(task, part)
    if task == "text":
        nats = np.mean(_cross_entropy(model.predict(sequences.inputs, 100, 0), sequences.targets))
        return float(metrics.bits_per_character(nats))
    said = model.predict(sequences.inputs, 500, 0)
    if task == "adding":
        return float(np.mean(np.abs(said - sequences.targets) < 0.1))
    return metrics.reber_scores(said, sequences)["strings"]


@cache
def _sequences(task, part):
    """What the part holds: `inputs` and `targets`."""
    seed = {"validation": VALIDATION, "test": TEST}[part]
    if task == "adding":
        return datasets.memory.adding(1000, 50, seed)
    if task == "Reber":
        return datasets.memory.embedded_reber(1000, seed, loops=LOOPS)
    return text.windows(text_ids()[0][part], 100)


def _cross_entropy(logits, targets):
    return keras.losses.sparse_categorical_crossentropy(targets, logits, from_logits=True)


def milliseconds(options: dict, repeat: int) -> dict[str, float]:
    """What a training batch costs each cell, measured in turn, so that a busy spell hits all."""
    models, task = {}, options["task"]
    for cell, units in options["units"].items():
        models[cell] = model = build(task, cell, units)
        train(task, model, {"batch": BATCH, "batches": 2}, 1e-3, repeat, points=1)
    seconds = {cell: [] for cell in models}
    for _ in range(ROUNDS):
        for cell, model in models.items():
            curve = Curve()
            inputs, targets, weights = _examples(task)
            model.fit(inputs, targets, sample_weight=weights, batch_size=BATCH, verbose=0,
                      callbacks=[curve])  # fmt: skip
            seconds[cell].append(curve.seconds / (curve.batches - 1))
    return {cell: round(1000 * float(np.median(found)), 3) for cell, found in seconds.items()}


@cache
def _examples(task):
    """The batches that are timed, and one before them."""
    make = {"adding": adding, "Reber": reber, "text": characters}[task]
    return make((TIMED + 1) * BATCH, 0)


# -------------------------------------------------------------------------------------- the tables


@cache
def units(task: str, cell: str) -> int:
    """How many units give this cell the parameters of the task."""
    model = with_parameters(partial(build, task, cell), PARAMETERS[task])
    return model.layers[-2].units


def row(task: str, cell: str, batches: int, **options) -> dict:
    """One row without its learning rate."""
    sized = {"cell": cell, "units": units(task, cell), **options}
    parameters = build(task, cell, sized["units"]).count_params()
    return {**sized, "parameters": parameters, "batches": batches}


def cells(task: str, budget: str) -> dict[str, dict]:
    """The three rows of one task and one budget."""
    factor = dict.fromkeys(CELLS, 1)
    if budget == FOURFOLD:
        factor = dict.fromkeys(CELLS if task != "adding" else ["simple RNN"], 4)
    elif budget == SAME_TIME:
        cost = time_table()[task]
        medians = {cell: np.median([found[cell] for found in cost]) for cell in CELLS}
        factor = {cell: max(medians.values()) / medians[cell] for cell in CELLS}
    # to fifty, for times are not known more exactly
    return {
        cell: row(task, cell, 50 * round(BATCHES[task] * times / 50))
        for cell, times in factor.items()
    }


def reasons(kind: str) -> dict[str, dict]:
    """A simple RNN on Reber strings, trained in other ways, by Adam or by plain descent."""
    train = partial(row, "Reber", "simple RNN", BATCHES["Reber"])
    if kind == "Adam":
        return {"12 units": train(units=12), "random start": train(start=START)}
    plain = partial(train, optimizer="SGD")
    return {"plain descent": plain(), "all three": plain(units=12, start=START)}


def time_table() -> dict[str, list[dict[str, float]]]:
    """What a batch costs, measured where it is not stored."""
    same = {
        f"{number} units, adding": {"task": "adding", "units": dict.fromkeys(CELLS, number)}
        for number in (32, 128, 256)
    }
    rows = {
        task: {"task": task, "units": {cell: units(task, cell) for cell in CELLS}}
        for task in PARAMETERS
    }
    common = {"batch": BATCH, "rounds": ROUNDS, "batches a turn": TIMED, "threads": 1}
    return experiments.run(
        rows | same, milliseconds, REPEATS, path=RESULT, name="milliseconds", unit="measured",
        common=common,
    )  # fmt: skip


def common(task: str) -> dict:
    """What all rows of a task share."""
    shared = {"task": task, "batch": BATCH, "clipped at": 1.0, "weights": "the last"}
    return shared | ({"loops": LOOPS, "longest": LONGEST} if task == "Reber" else {})


def best_rates(task: str, name: str, rows: dict[str, dict], rates=RATES) -> dict[str, float]:
    """Row → the rate that is best on validation; the search is kept under this name."""
    return experiments.tune(
        rows, partial(validation, task), rates=rates, higher_is_better=task != "text", path=RESULT,
        name=name, common={**common(task), "first seed": TUNING},
    ).best  # fmt: skip


def compare(
    task: str, name: str, rows: dict[str, dict], rates: dict[str, float], seeds: int, *,
    first: int = 0, **shared,
) -> None:  # fmt: skip
    """Measures all rows with their rates, on test; `shared` is what else they have in common.

    first: the first of the seeds.
    """
    ready = {row: {**options, "learning_rate": rates[row]} for row, options in rows.items()}
    if first:
        shared["first seed"] = first
    experiments.run(
        ready, lambda options, seed: measure(task, options, first + seed), seeds, path=RESULT,
        name=name, unit="measured", common={**common(task), **shared},
    )  # fmt: skip


def run(part: str) -> None:
    """Measures what the file lacks of one part."""
    if part == "milliseconds":
        time_table()
    elif part == SMALL:
        rows = {"LSTM": row("Reber", "LSTM", BATCHES["Reber"], units=SMALL_UNITS)}
        compare("Reber", part, rows, best_rates("Reber", f"{SMALL}: rates", rows), 10)
    elif part == SECOND_RATE:
        rows = cells("adding", FOURFOLD)
        compare("adding", part, rows, dict.fromkeys(rows, 2e-3), SEEDS[FOURFOLD])
    elif part == REASONS:
        kinds = {"Adam": RATES, "plain descent": DESCENT_RATES}
        rows = {kind: reasons(kind) for kind in kinds}
        best = {}
        for kind, rates in kinds.items():
            best |= best_rates("Reber", f"{REASONS}, {kind}: rates", rows[kind], rates)
        compare("Reber", REASONS, rows["Adam"] | rows["plain descent"], best, 10)
    else:
        name = part.removesuffix(MORE_SEEDS)
        task, _, budget = name.partition(", ")
        tuned_for = "equal batches" if budget == SAME_TIME else budget  # or another half hour
        search = f"{task}, {tuned_for}: rates"
        rates = best_rates(task, search, cells(task, tuned_for))
        reused = {} if tuned_for == budget else {"rates of": search}
        rows = cells(task, budget)
        if part == name:
            compare(task, part, rows, rates, SEEDS[budget], **reused)
        else:
            asked, seeds = MORE[name]
            rows = {cell: rows[cell] for cell in asked}
            compare(task, part, rows, rates, seeds, first=SEEDS[budget], **reused)


PARTS = [
    "milliseconds",
    *(f"{task}, {budget}" for budget in SEEDS for task in PARAMETERS),
    *(name + MORE_SEEDS for name in MORE),
    SECOND_RATE,
    REASONS,
    SMALL,
]


if __name__ == "__main__":
    # One thread a process: at these sizes a second one gains nothing, and two processes do.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew, as it says
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; may be repeated")
    for part in parser.parse_args().part or PARTS:
        print(part, flush=True)
        run(part)
