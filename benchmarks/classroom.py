"""Comparisons on the course corpus that notebooks 13 and 14 show but have no time to compute.

    python benchmarks/classroom.py                  # what classroom.json lacks; writes it there
    python benchmarks/classroom.py --table scores   # one table; the others stay as they are
    python benchmarks/classroom.py --table scores --row none --fresh   # one row, once more

Each row of a table is one translator, trained within the table's budget under several seeds and
scored by BLEU: on the first test sentences or, where the table names bounds of lengths, on each
group of test and long test sentences between two of them. All rows have one learning rate, which
may suit some better than others (in `looking.py` each has its own). Rows are written as they are
done. A table holds its budget, so that a notebook can compute a row again.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras

from benchmarks import tables
from utils import datasets, decoding, metrics, text, training
from utils.models import Translator

RESULT = Path(__file__).with_suffix(".json")
ONE_VECTOR = {"attention": None, "bidirectional": False}
UNITS, TEST_PAIRS = 128, 500
COMMON = {"units": UNITS, "test_pairs": TEST_PAIRS}
EPOCHS = {"epochs": 3, "learning_rate": 6e-3, "batch_size": 128}
# For each table: seeds and options of `training.fit`; then each row's options, those of
# `Translator` and, under "fit", those of `training.fit`.
TABLES = {
    "scores": {
        **COMMON,
        "seeds": 3,
        "fit": EPOCHS,
        "rows": {score or "none": {"attention": score} for score in (None, "additive")},
    },
    "lengths": {
        **COMMON,
        "seeds": 3,
        "fit": EPOCHS,
        "edges": [6, 8, 10, 12, 16, 20, 24],  # source tokens
        "rows": {"none": {"attention": None}},
    },
    # A multiplier of 1; with the usual one of √128 the same models are in "scores".
    "multipliers": {
        **COMMON,
        "seeds": 3,
        "fit": EPOCHS,
        "rows": {
            score or "none": {"attention": score, "embedding_multiplier": 1.0}
            for score in ("additive", None)
        },
    },
    "reading": {
        **COMMON,
        "seeds": 3,
        "fit": EPOCHS,
        "rows": {
            "forwards": ONE_VECTOR,
            "backwards": {**ONE_VECTOR, "reverse_source": True},
        },
    },
    "feeding": {
        **COMMON,
        "seeds": 3,
        "fit": {**EPOCHS, "epochs": 100, "minutes": 0.4},
        "rows": {
            "teacher forcing": {"attention": None},
            "a quarter fed back": {"attention": None, "fit": {"teacher_forcing": 0.75}},
            "all fed back": {"attention": None, "fit": {"teacher_forcing": 0.0}},
        },
    },
}


def climb(table: dict, options: dict, seed: int) -> float | list[float]:
    """Trains one translator within the table's budget and returns its BLEU on test sentences."""
    keras.utils.set_random_seed(seed)
    pairs = datasets.bitext.load("course")
    train, _, test = pairs.split()
    options = dict(options)
    fit = {**table["fit"], **options.pop("fit", {})}
    model = Translator(
        text.train_tokenizer(train.source), text.train_tokenizer(train.target),
        units=UNITS, **options,
    )
    training.fit(model, train, seed=seed, verbose=False, **fit)
    translate = partial(decoding.translate, model)
    if "edges" not in table:
        return metrics.evaluate(translate, test[:TEST_PAIRS]).bleu
    long = pairs.where("test_long")
    both = SimpleNamespace(
        source=[*test.source, *long.source], target=[*test.target, *long.target]
    )
    return [group.bleu for group in metrics.evaluate(translate, both).by_length(table["edges"])]


if __name__ == "__main__":
    tables.run(RESULT, TABLES, climb, "bleu", __doc__.splitlines()[0])
