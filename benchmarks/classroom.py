"""Translators on a part of the course corpus: what helps one without attention, for notebook 13.

    python benchmarks/classroom.py                    # writes classroom.json, or goes on
    python benchmarks/classroom.py --row none         # one row, its rate apart
    python benchmarks/classroom.py --table lengths    # one of the older tables

Question: what do an encoder that reads both ways and tied weights contribute, and what is left for
attention? Equal in pairs, batches, epochs and units; each row has
a learning rate of its own. The outcome is BLEU of greedy translations with the last weights. The
notebook would not blame the single vector if "none", trained for four times the epochs, came as far
as "additive", which looks back at all states of the encoder.

The pairs are those whose English words are all among the 400 most frequent ones. The last 300 of
the training part choose the rates; the corpus's own validation and test parts together are the
test, read once, at the end.

The tables of `OLDER` have the size of the notebooks' own model, are trained on the whole corpus and
have one learning rate for all rows: "lengths", for notebook 14; "feeding", in equal time; and
"multipliers", in which the encoder's word vectors are multiplied by √128, as elsewhere, or by 1.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections import Counter
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import ops

from utils import datasets, decoding, experiments, metrics, text, training
from utils.models import Translator

RESULT = Path(__file__).with_suffix(".json")
UNITS, BATCH, EPOCHS = 64, 64, 6
FREQUENT, VALIDATION = 400, 300  # words; pairs
EDGES = (6, 8, 10)  # groups of lengths of the source, in tokens, end before these
SEEDS = 5
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)  # where each search begins
TUNING = 100  # the first of the three seeds that choose a rate
POINTS = 6  # of a learning curve
ONE_WAY = {"attention": None, "bidirectional": False}
ROWS = {
    "additive": {"attention": "additive"},
    "none": {"attention": None},
    "backwards": {**ONE_WAY, "reverse_source": True},
    "forwards": ONE_WAY,
    "untied": {"attention": None, "tied": False},
}
LONGER = {"none": (4,)}  # row → how many times the epochs, with the rate of the smallest budget
WHOLE = {"units": 128, "test_pairs": 500, "seeds": 3}
FIT = {"epochs": 3, "learning_rate": 6e-3, "batch_size": 128}
OLDER = {
    "lengths": {
        **WHOLE,
        "fit": FIT,
        "edges": [6, 8, 10, 12, 16, 20, 24],  # source tokens
        "rows": {"none": {"attention": None}},
    },
    "multipliers": {
        **WHOLE,
        "fit": FIT,
        "rows": {
            "√128": {"attention": None},
            "1": {"attention": None, "embedding_multiplier": 1.0},
        },
    },
    "feeding": {
        **WHOLE,
        "fit": {**FIT, "epochs": 100, "minutes": 0.4},
        "rows": {
            "teacher forcing": {"attention": None},
            "a quarter fed back": {"attention": None, "fit": {"teacher_forcing": 0.75}},
            "all fed back": {"attention": None, "fit": {"teacher_forcing": 0.0}},
        },
    },
}


# ----------------------------------------------------------------------------------- the sentences


@cache
def sentences():
    """Training, validation and test pairs, and the two tokenizers."""
    pairs = datasets.bitext.load("course")
    counts = Counter(word for line in pairs.where("train").source for word in line.split())
    frequent = {word for word, _ in counts.most_common(FREQUENT)}
    few = [n for n, line in enumerate(pairs.source) if frequent.issuperset(line.split())]
    train = pairs[[n for n in few if pairs.parts[n] == "train"]]
    test = pairs[[n for n in few if pairs.parts[n] in ("validation", "test")]]
    tokenizers = [text.train_tokenizer(side) for side in (train.source, train.target)]
    return (train[:-VALIDATION], train[-VALIDATION:], test), tokenizers


# ------------------------------------------------------------------------------------- the models


def _translator(row):
    return Translator(*sentences()[1], units=UNITS, **ROWS[row])


@cache
def _learner(row):
    """The compiled model of a row, made once: to compile takes as long as a training does."""
    model = _translator(row)
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0), training.MaskedCrossEntropy(),
        jit_compile=False,
    )  # fmt: skip
    return model


def fresh(row, seed):
    """The model of a row, its weights drawn with this seed, its optimiser new."""
    model = _learner(row)
    keras.utils.set_random_seed(seed)
    model.set_weights(_translator(row).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(ops.zeros_like(variable))
    return model


def train(row, rate, seed, epochs=EPOCHS, at_point=None):
    """A model trained as `training.fit` does it; the rate rises at first, then falls."""
    model = fresh(row, seed)
    batches = training.Batches(
        *model.examples(sentences()[0][0]), BATCH, seed=seed, padding=model.ignore_class
    )
    for epoch in range(epochs):
        batches.deal(epoch)
        for n in range(len(batches)):
            done = (epoch + n / len(batches)) / epochs
            model.optimizer.learning_rate = training.learning_rate_at(done, rate)
            model.train_on_batch(*batches[n])
        if at_point and (epoch + 1) * POINTS % epochs == 0:
            at_point(model)
    return model


def score(model, pairs):
    """BLEU of greedy translations: of all pairs, and of each group of lengths."""
    found = metrics.evaluate(partial(decoding.translate, model), pairs)
    return found.bleu, [group.bleu for group in found.by_length(EDGES)]


# -------------------------------------------------------------------------------------- measurement


def measure(options, seed, epochs=None):
    """Trains one row: BLEU on test, all and by length, a curve on validation, and seconds."""
    (_, validation, test), _ = sentences()
    began, curve = time.process_time(), []
    model = train(
        options["row"], options["learning_rate"], seed,
        epochs or EPOCHS * options.get("times", 1),
        lambda model: curve.append(round(score(model, validation)[0], 2)),
    )  # fmt: skip
    bleu, by_length = score(model, test)
    return {
        "bleu": round(bleu, 2), "by length": np.round(by_length, 2).tolist(), "validation": curve,
        "seconds": round(time.process_time() - began, 1),
    }  # fmt: skip


def validation(options, seed):
    """Trains one row to choose a rate by: BLEU on validation."""
    model = train(options["row"], options["learning_rate"], TUNING + seed)
    return round(score(model, sentences()[0][1])[0], 2)


def common():
    """What all rows share."""
    return {
        "pairs": len(sentences()[0][0]), "frequent": FREQUENT, "units": UNITS, "batch": BATCH,
        "epochs": EPOCHS, "edges": list(EDGES), "mean lengths": mean_lengths(),
        "clipped at": 1.0, "weights": "the last",
    }  # fmt: skip


def mean_lengths():
    """Of the sources of each group of test sentences, in tokens."""
    lengths = np.array([len(line.split()) for line in sentences()[0][2].source])
    group = np.digitize(lengths, EDGES)
    return [round(float(lengths[group == n].mean()), 2) for n in range(len(EDGES) + 1)]


def older(table, options, seed):
    """Trains on the whole corpus; BLEU, or that of each group of lengths, some of them new."""
    keras.utils.set_random_seed(seed)
    pairs = datasets.bitext.load("course")
    train, _, test = pairs.split()
    options = dict(options)
    fit = {**table["fit"], **options.pop("fit", {})}
    model = Translator(
        text.train_tokenizer(train.source), text.train_tokenizer(train.target),
        units=table["units"], **options,
    )  # fmt: skip
    training.fit(model, train, seed=seed, verbose=False, **fit)
    translate = partial(decoding.translate, model)
    if "edges" not in table:
        return round(metrics.evaluate(translate, test[: table["test_pairs"]]).bleu, 3)
    long = pairs.where("test_long")
    both = SimpleNamespace(
        source=[*test.source, *long.source], target=[*test.target, *long.target]
    )
    found = metrics.evaluate(translate, both)
    return [round(group.bleu, 3) for group in found.by_length(table["edges"])]


def run(row=None, table=None):
    """Measures what the file lacks, row after row: its rate, its seeds, and those of `LONGER`."""
    for name in [row] if row else [] if table else ROWS:
        options = {"row": name, **ROWS[name]}
        options["learning_rate"] = experiments.tune(
            {name: options}, validation, rates=RATES, path=RESULT, name=f"{name}: rates",
            common={**common(), "first seed": TUNING},
        ).best[name]  # fmt: skip
        _run(name, options)
        for times in LONGER.get(name, ()):
            _run(f"{name}, {times} times the epochs", {**options, "times": times})
    for name in [table] if table else [] if row else OLDER:
        options = OLDER[name]
        experiments.run(
            options["rows"], partial(older, options), options["seeds"], path=RESULT, name=name,
            unit="bleu", common=options,
        )  # fmt: skip


def _run(name, options):
    experiments.run({name: options}, measure, SEEDS, path=RESULT, name=name, common=common())


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", choices=ROWS, help="only this, its rate apart")
    parser.add_argument("--table", choices=OLDER, help="only this one of the older tables")
    chosen = parser.parse_args()
    run(chosen.row, chosen.table)
