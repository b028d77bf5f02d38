"""Comparisons on the course corpus that notebooks 13 and 14 show but have no time to compute.

    python benchmarks/classroom.py                  # every table; writes benchmarks/classroom.json
    python benchmarks/classroom.py --table scores   # one table; the others stay as they are
    python benchmarks/classroom.py --table scores --row dot   # one row

Each row of a table is one translator, trained within the table's budget under several seeds and
scored by BLEU on the first test sentences. Rows are written as they are done. A table holds its
budget, so that a notebook can compute a row again.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras

from utils import datasets, decoding, metrics, text, training
from utils.attention import SCORES
from utils.seq2seq import Translator

RESULT = Path(__file__).with_suffix(".json")
KERAS_DEFAULT = 0.05 / 3**0.5  # the standard deviation of Keras's uniform ±0.05
ONE_VECTOR = {"attention": None, "bidirectional": False}
# For each table: seeds and options of `training.fit`; then each row's options, those of
# `Translator` and, under "fit", those of `training.fit`.
TABLES = {
    "scores": {
        "seeds": 3,
        "fit": {"epochs": 3, "learning_rate": 4e-3},
        "rows": {
            "none": {"attention": None},
            **{score: {"attention": score} for score in SCORES},
            "general, Luong's order": {"attention": "general", "order": "luong"},
            # Untied, so that only the vectors that are read differ, and not the output layer.
            "additive, untied": {"tied": False},
            "additive, small and untied": {"tied": False, "embedding_scale": KERAS_DEFAULT},
            "dot, small and untied": {
                "attention": "dot", "tied": False, "embedding_scale": KERAS_DEFAULT,
            },
        },
    },
    "reading": {
        "seeds": 5,
        "fit": {"epochs": 3, "learning_rate": 4e-3},
        "rows": {
            "forwards": ONE_VECTOR,
            "backwards": {**ONE_VECTOR, "reverse_source": True},
        },
    },
    "feeding": {
        "seeds": 3,
        "fit": {"epochs": 100, "learning_rate": 4e-3, "minutes": 0.4},
        "rows": {
            "teacher forcing": {"attention": None},
            "scheduled sampling": {"attention": None, "fit": {"teacher_forcing": 0.75}},
            "feeding back": {"attention": None, "fit": {"teacher_forcing": 0.0}},
        },
    },
}
UNITS, TEST_PAIRS = 128, 500


def climb(table: dict, options: dict, seed: int) -> float:
    """Trains one translator within the table's budget and returns its BLEU on test sentences."""
    keras.utils.set_random_seed(seed)
    train, _, test = datasets.bitext.load("course").split()
    test = test[:TEST_PAIRS]
    options = dict(options)
    fit = {**table["fit"], **options.pop("fit", {})}
    model = Translator(
        text.train_tokenizer(train.source), text.train_tokenizer(train.target),
        units=UNITS, **options,
    )
    training.fit(model, train, seed=seed, verbose=False, **fit)
    said = [translation.text for translation in decoding.translate(model, test.source)]
    return metrics.bleu(said, [text.detokenize(sentence) for sentence in test.target])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", choices=TABLES, help="only this one")
    parser.add_argument("--row", help="only this row of the table")
    chosen = parser.parse_args()
    for name in [chosen.table] if chosen.table else TABLES:
        table = TABLES[name]
        for row in [chosen.row] if chosen.row else table["rows"]:
            bleu = [
                round(climb(table, table["rows"][row], seed), 2) for seed in range(table["seeds"])
            ]
            print(json.dumps({"table": name, "row": row, "bleu": bleu}), flush=True)
            record(name, row, bleu)


def record(name: str, row: str, bleu: list[float]):
    """Puts one row into the result, the rows in the order in which this file lists them."""
    results = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    table = TABLES[name]
    known = results.get(name, {}).get("bleu", {}) | {row: bleu}
    known = {row: known[row] for row in table["rows"] if row in known}
    results[name] = {**table, "units": UNITS, "test_pairs": TEST_PAIRS, "bleu": known}
    RESULT.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
