"""The recurrence taken away piece by piece, and what that costs: the tables of notebook 18.

    python benchmarks/transformers.py                      # writes benchmarks/transformers.json
    python benchmarks/transformers.py --part pieces --row recurrent
    TF_ENABLE_ONEDNN_OPTS=0 python benchmarks/transformers.py --part cost

Question: what becomes of BLEU, and of the sentences longer than those of the training, when
self-attention takes the place of a recurrent encoder, then of the decoder too? And which of its
pieces (heads, positions, where the normalisation stands) does a Transformer need? All rows share
pairs, batches, epochs and units, not parameters, which are stored beside them. Each has a learning
rate of its own, chosen by the loss on validation with three seeds apart from those of the table.
The outcome is BLEU on test, greedy, with the last weights. The notebook would not say that a piece
helps if the verdict on its row, seed by seed, were not "better". The rows of `LONGER` also have
four times the epochs, each with a rate that is chosen anew for that.

The sentences are those of the course corpus whose English words are all among the 400 most frequent
ones, with at most 8 tokens. The last 300 of the training part choose the rates. The test is read
once, at the end: the corpus's validation and test parts, and for the lengths beyond training such
sentences of 9 tokens and more, of those parts and, as nothing was trained on them, of the training
part.

All seeds and rates of a row are trained in one compiled model, whose weights and optimizer begin
afresh each time; the seconds are those of the processor, without the compilation.

"cost" is the time and the memory of one layer against the length of a sentence, and the time of one
step of decoding: the quickest of several repeats, since other work on the machine only adds to it.
With oneDNN TensorFlow keeps the memory that it once had, and the peak cannot be seen.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import sys
import time
from collections import Counter
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers

from utils import datasets, decoding, experiments, metrics, text, training
from utils.models import Transformer, Translator
from utils.models.compiled import compiled, traced
from utils.models.transformer import Heads

RESULT = Path(__file__).with_suffix(".json")
UNITS, BATCH, EPOCHS = 48, 64, 8
LONGEST, FREQUENT, VALIDATION = 8, 400, 300  # English tokens; words; pairs
EDGES = (5, 7, 9, 11)  # of the groups by source length, the last two beyond training
LONG = 300  # sentences beyond training
SEEDS = 5
RATES = (2e-3, 4e-3, 8e-3, 1.6e-2)  # where each search begins
TUNING = 100  # the first of the three seeds that choose a rate
WHOLE = {"model": "transformer"}
ROWS = {
    "recurrent": {"model": "recurrent"},
    # The hybrid of Chen et al. 2018; its annotations hold the words, as those of "recurrent" do.
    "self-attention reads": {**WHOLE, "decoder": "recurrent", "adds_words": True},
    "self-attention reads, no words": {**WHOLE, "decoder": "recurrent", "adds_words": False},
    "Transformer": WHOLE,
    "no positions": {**WHOLE, "positions": None},
    "learned positions": {**WHOLE, "positions": "learned"},
    "one head": {**WHOLE, "heads": 1},
    "norm after": {**WHOLE, "norm": "after"},
}
LONGER = ("recurrent", "self-attention reads", "Transformer")
LAYERS, LENGTHS = ("GRU", "self-attention"), (16, 32, 64, 128, 256, 512, 1024)
COST_UNITS, REPEATS, COST_SEEDS = 128, 10, 3
M_MMAP_THRESHOLD = -3  # of malloc.h
PARTS = ("pieces", "longer", "cost")


# ----------------------------------------------------------------------------------- the sentences


@cache
def sentences():
    """Training, validation and test pairs, long ones, and the two tokenizers."""
    pairs = datasets.bitext.load("course")
    counts = Counter(word for line in pairs.where("train").source for word in line.split())
    frequent = {word for word, _ in counts.most_common(FREQUENT)}

    def few(*parts, lengths):
        return pairs[[
            n for n, line in enumerate(pairs.source)
            if pairs.parts[n] in parts and frequent.issuperset(line.split())
            and len(line.split()) in lengths
        ]]  # fmt: skip

    train = few("train", lengths=range(LONGEST + 1))
    test = few("validation", "test", lengths=range(LONGEST + 1))
    long = few("validation", "test", "train", lengths=range(LONGEST + 1, 100))[-LONG:]
    tokenizers = [text.train_tokenizer(side) for side in (train.source, train.target)]
    return (train[:-VALIDATION], train[-VALIDATION:], test, long), tokenizers


# ----------------------------------------------------------------------------------- the trainings


def fresh(options):
    """The untrained model of a row."""
    options = {name: value for name, value in options.items()
               if name not in ("row", "learning_rate", "epochs")}
    tokenizers = sentences()[1]
    if options.pop("model") == "recurrent":
        return Translator(*tokenizers, units=UNITS)
    return Transformer(*tokenizers, units=UNITS, **{"layers": 1, **options})


@cache
def first_weights(row, seed):
    """The weights that a row begins with."""
    keras.utils.set_random_seed(seed)
    return fresh(ROWS[row]).get_weights()


@cache
def reusable(row):
    """A model of a row that is compiled here, and its pairs read, and not again by each `fit`."""
    (train, validation, _, _), _ = sentences()
    model = fresh(ROWS[row])
    training.fit(model, train[:BATCH], validation[:BATCH], epochs=1, verbose=False)
    if keras.backend.backend() == "tensorflow":
        step = traced(model.train_step)
        step(training.Batches(*model.examples(train[:BATCH]), BATCH)[0])
        model.train_step = step

    def begin_afresh(*_, **__):
        for variable in model.optimizer.variables:
            variable.assign(np.zeros(variable.shape))

    rows = {"train": model.examples(train), "validation": model.examples(validation)}
    model.compile, model.examples = begin_afresh, lambda *_, name, **__: rows[name]
    return model


def trained(options, seed, watched=True):
    """A trained model, its history and the seconds of the processor that training took."""
    (train, validation, _, _), _ = sentences()
    model = reusable(options["row"])
    model.set_weights(first_weights(options["row"], seed))
    began = time.process_time()
    history = training.fit(
        model, train, validation if watched else None, epochs=options.get("epochs", EPOCHS),
        batch_size=BATCH, learning_rate=options["learning_rate"], seed=seed, verbose=False,
    )  # fmt: skip
    return model, history, time.process_time() - began


def evaluated(model, pairs):
    """Greedy translations and their score."""
    return metrics.evaluate(partial(decoding.translate, model), pairs)


def measure(options, seed):
    """Trains one row: BLEU on test and by length, losses on validation, parameters and seconds."""
    (_, _, test, long), _ = sentences()
    model, history, seconds = trained(options, seed)
    short, beyond = evaluated(model, test), evaluated(model, long)
    groups = [*short.by_length(EDGES), *beyond.by_length(EDGES)]
    return {
        "bleu": round(short.bleu, 2),
        "beyond": round(beyond.bleu, 2),
        "by length": [round(group.bleu, 2) for group in groups],
        "validation": [round(loss, 4) for loss in history.validation_loss],
        "parameters": model.count_params(),
        "seconds": round(seconds, 2),
    }


def validation(options, seed):
    """Trains one row to choose a rate by: the last loss on validation."""
    model, *_ = trained(options, TUNING + seed, watched=False)
    rows = model.examples(name="validation")
    found = model.evaluate(training.Batches(*rows, 2 * BATCH), verbose=0, return_dict=True)
    return round(found["loss"], 4)


# ---------------------------------------------------------------------------------------- the cost


def cost(options, seed):
    """Milliseconds of one layer over a whole sentence, and of one step behind `length` words."""
    keras.utils.set_random_seed(seed)
    length, size = options["length"], COST_UNITS
    sentence = np.random.default_rng(seed).normal(size=(1, length, size)).astype("float32")
    last = sentence[:, -1]
    if options["layer"] == "GRU":
        layer = layers.GRU(size, return_sequences=True)
        layer(sentence)
        whole = compiled(layer, layer)
        step = compiled(lambda x, state: layer.cell(x, [state])[0], layer)
        kept = (np.zeros((1, size), "float32"),)
    else:
        layer = Heads(size, 4)
        layer(sentence, sentence)
        whole = compiled(lambda x: layer(x, x)[0], layer)
        step = compiled(lambda x, *kept: layer.look(x[:, None], *kept)[0], layer)
        kept = tuple(np.asarray(each) for each in layer.project(sentence))
    return {
        "milliseconds": _milliseconds(whole, sentence),
        "of a step": _milliseconds(step, last, *kept),
        "megabytes": _megabytes(whole, sentence),
        "kept": sum(each.size for each in kept),
    }


def _milliseconds(function, *inputs):
    taken = []
    for _ in range(REPEATS + 1):  # the first one compiles
        began = time.perf_counter()
        keras.ops.convert_to_numpy(function(*inputs))
        taken.append(1000 * (time.perf_counter() - began))
    return round(min(taken[1:]), 3)


def _megabytes(function, *inputs):
    """By how much the memory of the process grows, at its peak; only Linux tells."""
    found, libc = [], ctypes.CDLL("libc.so.6")
    libc.mallopt(M_MMAP_THRESHOLD, 2**16)  # what is larger goes back to the system when it is freed
    for _ in range(3):
        gc.collect()
        libc.malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")  # the peak is counted from here on
        before = _memory("VmRSS")
        keras.ops.convert_to_numpy(function(*inputs))
        found.append((_memory("VmHWM") - before) / 1000)
    libc.mallopt(M_MMAP_THRESHOLD, 2**25)  # times are better where memory is kept
    return round(max(found), 2)


def _memory(name):
    """Kilobytes, from the process's own account of itself."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith(name)).split()[1])


# -------------------------------------------------------------------------------------- measurement


def common():
    """What all rows of the trainings share."""
    return {
        "pairs": len(sentences()[0][0]), "longest": LONGEST, "frequent": FREQUENT, "units": UNITS,
        "batch": BATCH, "epochs": EPOCHS, "edges": list(EDGES), "weights": "the last",
        "test": [len(part) for part in sentences()[0][2:]],
    }  # fmt: skip


def called(row, epochs):
    """The name of a row's table."""
    return row if epochs == EPOCHS else f"{row}, {epochs} epochs"


def tuned(row, epochs=EPOCHS):
    """The options of a row with the rate that validation chose for so many epochs."""
    options, table = {"row": row, **ROWS[row]}, called(row, epochs)
    if epochs != EPOCHS:
        options["epochs"] = epochs
    found = experiments.tune(
        {table: options}, validation, rates=RATES, higher_is_better=False, path=RESULT,
        name=f"{table}: rates", common={**common(), "first seed": TUNING},
    )  # fmt: skip
    return {**options, "learning_rate": found.best[table]}


def run(part, row=None):
    """Measures what the file lacks of a part."""
    if part == "cost":
        rows = {f"{layer}, {length}": {"layer": layer, "length": length}
                for layer in LAYERS for length in LENGTHS}
        experiments.run(rows, cost, COST_SEEDS, path=RESULT, name=part,
                        common={"units": COST_UNITS, "repeats": REPEATS})
        return
    epochs = EPOCHS if part == "pieces" else 4 * EPOCHS
    for name in [row] if row else ROWS if part == "pieces" else LONGER:
        table = called(name, epochs)
        experiments.run({table: tuned(name, epochs)}, measure, SEEDS, path=RESULT, name=table,
                        common=common())  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, help="only this")
    parser.add_argument("--row", choices=ROWS, help="only this row")
    chosen = parser.parse_args()
    for part in [chosen.part] if chosen.part else PARTS:
        run(part, chosen.row)
