"""Translators on a part of the course corpus: what helps one without attention, for notebook 13.

    python benchmarks/classroom.py                    # writes classroom.json, or goes on
    python benchmarks/classroom.py --row none         # only this row

Question: what do an encoder that reads both ways and tied weights contribute, and what is left for
attention? Does it help a decoder to read its own words in training, and to multiply the word
vectors of the encoder by √units, as elsewhere, rather than by 1? Equal in pairs, batches, epochs
and units; each row has a learning rate of its own. The outcome is BLEU of greedy translations with
the last weights. The notebook would not blame the single vector if "none", trained for four times
the epochs, came as far as "additive", which looks back at all states of the encoder; nor would it
say that own words help if their lead ended with another rate or a longer training.

The pairs are those whose English words are all among the 400 most frequent ones. The last 300 of
the training part choose the rates; the corpus's own validation and test parts together are the
test, read once, at the end.

The table "lengths", for notebook 14, has the size of the notebooks' own model and is
trained on the whole corpus. It has one row and so one learning rate.
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
    "a quarter fed back": {"attention": None, "teacher_forcing": 0.75},
    "all fed back": {"attention": None, "teacher_forcing": 0.0},
    "multiplied by 1": {"attention": None, "embedding_multiplier": 1.0},
}
LONGER = ("none", "a quarter fed back", "all fed back")  # also trained for four times the epochs
LONGER_RATES = tuple(rate / 2 for rate in RATES)
LENGTHS = {
    "units": 128,
    "seeds": 3,
    "fit": {"epochs": 3, "learning_rate": 6e-3, "batch_size": 128},
    "edges": [6, 8, 10, 12, 16, 20, 24],  # source tokens
    "rows": {"none": {"attention": None}},
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
    options = {name: value for name, value in ROWS[row].items() if name != "teacher_forcing"}
    return Translator(*sentences()[1], units=UNITS, **options)


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
    model, forced = fresh(row, seed), ROWS[row].get("teacher_forcing", 1.0)
    batches = training.Batches(
        *model.examples(sentences()[0][0]), BATCH, seed=seed, padding=model.ignore_class,
        noise=training.ScheduledSampling(forced) if forced < 1 else None,
    )  # fmt: skip
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


def _epochs(options):
    return EPOCHS * options.get("times", 1)


def measure(options, seed, epochs=None):
    """Trains one row: BLEU on test, all and by length, a curve on validation, and seconds."""
    (_, validation, test), _ = sentences()
    began, curve = time.process_time(), []
    model = train(
        options["row"], options["learning_rate"], seed,
        epochs or _epochs(options),
        lambda model: curve.append(round(score(model, validation)[0], 2)),
    )  # fmt: skip
    bleu, by_length = score(model, test)
    return {
        "bleu": round(bleu, 2), "by length": np.round(by_length, 2).tolist(), "validation": curve,
        "seconds": round(time.process_time() - began, 1),
    }  # fmt: skip


def validation(options, seed):
    """Trains one row to choose a rate by: BLEU on validation."""
    model = train(options["row"], options["learning_rate"], TUNING + seed, _epochs(options))
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


def lengths(options, seed):
    """Trains on the whole corpus; BLEU of each group of lengths, some of them new."""
    keras.utils.set_random_seed(seed)
    pairs = datasets.bitext.load("course")
    train, _, test = pairs.split()
    model = Translator(
        text.train_tokenizer(train.source), text.train_tokenizer(train.target),
        units=LENGTHS["units"], **options,
    )  # fmt: skip
    training.fit(model, train, seed=seed, verbose=False, **LENGTHS["fit"])
    long = pairs.where("test_long")
    both = SimpleNamespace(
        source=[*test.source, *long.source], target=[*test.target, *long.target]
    )
    found = metrics.evaluate(partial(decoding.translate, model), both)
    return [round(group.bleu, 3) for group in found.by_length(LENGTHS["edges"])]


def run(row=None):
    """Measures what the file lacks, row after row: its rate, and its seeds."""
    for name in [row] if row in ROWS else [] if row else ROWS:
        options = {"row": name, **ROWS[name]}
        _tuned(name, options, RATES)
        if name in LONGER:
            _tuned(f"{name}, 4 times the epochs", {**options, "times": 4}, LONGER_RATES)
    if row in (None, "lengths"):
        experiments.run(
            LENGTHS["rows"], lengths, LENGTHS["seeds"], path=RESULT, name="lengths", unit="bleu",
            common=LENGTHS,
        )  # fmt: skip


def _tuned(name, options, rates):
    """Chooses the rate of a row on validation and measures the row with it."""
    rate = experiments.tune(
        {name: options}, validation, rates=rates, path=RESULT, name=f"{name}: rates",
        common={**common(), "first seed": TUNING},
    ).best[name]  # fmt: skip
    experiments.run(
        {name: {**options, "learning_rate": rate}}, measure, SEEDS, path=RESULT, name=name,
        common=common(),
    )  # fmt: skip


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", choices=(*ROWS, "lengths"), help="only this")
    run(parser.parse_args().row)
