"""How wide a beam, and compared by what? One model decodes in many ways, for notebook 15.

    python benchmarks/decoding.py                # writes benchmarks/decoding.json, or goes on
    python benchmarks/decoding.py --row "width 4, mean"    # one row
    python benchmarks/decoding.py --keep DIR     # trained weights lie in DIR for the next call

Question: does a wider beam translate better, and does it matter by what its finished candidates
are compared? Under each seed the same trained model decodes the same test sentences in every row,
so that rows differ by nothing but the search. The notebook would not say that a wide beam without
normalisation gets worse, or its translations shorter, if the widest were not worse than, or as long
as, a narrow one on the same models.

The translator has learned from few pairs of the course corpus, and is not sure of its words. Its
learning rate is the one with the lowest loss on validation after the last epoch; no row trains a
model of its own. Last weights are used.

Of each row: BLEU, chrF, the mean log-probability that the model gives what is said, words said over
words in the references, empty translations, unfinished ones, and seconds. The rows "sampled" draw
each translation.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np

from utils import datasets, decoding, experiments, metrics, text, training
from utils.models import Translator
from utils.text import detokenize

RESULT = Path(__file__).with_suffix(".json")
SEEDS, TEST = 5, 150  # trainings; test sentences
UNITS, BATCH = 64, 128
RATES, FIRST = (1.5e-3, 3e-3, 6e-3, 1.2e-2), 100  # the search begins there, with the seeds from 100
NAME, PAIRS, EPOCHS = "few pairs", 3000, 12
COMMON = {"units": UNITS, "batch": BATCH, "pairs": PAIRS, "epochs": EPOCHS}
WIDTHS = (2, 4, 8, 32)
COMPARED_BY = {
    "none": {"length_penalty": 0.0},
    "gnmt": {"normalisation": "gnmt", "length_penalty": 0.6},
    "mean": {"normalisation": "mean"},
}
ROWS = {
    "width 1": {"beam_width": 1},
    **{
        f"width {width}, {name}": {"beam_width": width, **how}
        for name, how in COMPARED_BY.items()
        for width in WIDTHS
    },
    "sampled": {"temperature": 1.0},
    "sampled, temperature 0.5": {"temperature": 0.5},
}


@cache
def sentences():
    """Training, validation and test pairs of the course corpus."""
    train, validation, test = datasets.bitext.load("course").split()
    return train[:PAIRS], validation[:300], test.sample(TEST, seed=0)


def learner(seed: int) -> Translator:
    """The translator, untrained."""
    keras.utils.set_random_seed(seed)
    train, _, _ = sentences()
    sides = (text.train_tokenizer(side, size=8000) for side in (train.source, train.target))
    return Translator(*sides, units=UNITS, attention="additive")


def train(model: Translator, learning_rate: float, seed: int) -> training.History:
    """Trains it for all its epochs."""
    train, validation, _ = sentences()
    return training.fit(
        model, train, validation, epochs=EPOCHS, batch_size=BATCH, learning_rate=learning_rate,
        seed=seed, verbose=False,
    )  # fmt: skip


def best_rate() -> float:
    """The learning rate with the lowest loss on validation; the file keeps the search."""

    def on_validation(options, seed):
        found = train(learner(FIRST + seed), options["learning_rate"], FIRST + seed)
        return round(found.validation_loss[-1], 4)

    found = experiments.tune(
        {"translator": {}}, on_validation, rates=RATES, higher_is_better=False, path=RESULT,
        name=f"{NAME}: rates", common={"first seed": FIRST, **COMMON},
    )  # fmt: skip
    return found.best["translator"]


@cache
def trained(rate: float, seed: int, keep: str | None = None) -> Translator:
    """A trained translator, made once a process; with `keep`, its weights lie in a folder."""
    model = learner(seed)
    path = Path(keep) / f"{rate}, {seed}.weights.h5" if keep else None
    if path and path.exists():
        model((model.encode_source(["a"]), np.array([[text.START]], "int32")))  # it gets its shape
        model.load_weights(path)
        return model
    train(model, rate, seed)
    if path:
        model.save_weights(path)
    return model


def measure(rate: float, options: dict, seed: int, keep: str | None = None) -> dict:
    """One row under one seed: the columns that the head of this file names."""
    model, (_, _, test) = trained(rate, seed, keep), sentences()
    decoding.translate(model, test.source[:2], max_length=2)  # to trace it is no part of the time
    began = time.perf_counter()
    said = decoding.translate(model, test.source, seed=seed, **options)
    seconds = time.perf_counter() - began
    texts, wanted = [one.text for one in said], [detokenize(line) for line in test.target]
    words, expected = (sum(len(line.split()) for line in lines) for lines in (texts, wanted))
    return {
        "bleu": round(metrics.bleu(texts, wanted), 2),
        "chrf": round(metrics.chrf(texts, wanted), 2),
        "log-probability": round(float(np.mean([one.log_probability for one in said])), 3),
        "length": round(words / expected, 4),
        "empty": sum(not line for line in texts),
        "unfinished": sum(not one.finished for one in said),
        "seconds": round(seconds, 2),
    }


def run(row: str | None = None, keep: str | None = None) -> None:
    """Measures what the file lacks."""
    rate = best_rate()
    experiments.run(
        ROWS, lambda options, seed: measure(rate, options, seed, keep), SEEDS,
        path=RESULT, name=NAME, common={"test": TEST, "learning rate": rate, **COMMON}, only=row,
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", choices=ROWS, help="only this one")
    parser.add_argument("--keep", metavar="DIR", help="a folder for the weights of trained models")
    chosen = parser.parse_args()
    run(chosen.row, chosen.keep)
