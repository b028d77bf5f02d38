"""Does a network keep the form of a tune? Three cells and two budgets, for notebook 7.

    python benchmarks/tunes.py                  # writes benchmarks/tunes.json
    python benchmarks/tunes.py --part form      # one part; several may run at once

The second and the last phrase of a tune begin like the first. In whole tunes that is one rule among
many, and it is learned late; here the task is small enough for ten seeds. Melodies alone: the tunes
in 2/4 and 3/4 (eight bars, two a phrase), each note written as its step above the tonic, with bar
lines, without rhythm. No melody is in two of the parts.

What is measured is how probable the network holds it that the first bar comes back, given all
before it: the product over the notes of that bar and its bar line, averaged over the melodies. So
it is the share of melodies in which the bar would come back if the network composed on (at
temperature 1). The bar that opens the last phrase comes back but for its last note, which leads to
the tonic: there that note and the bar line are left out. A control is the bar that opens the third
phrase, a new one.

Simple RNN, GRU and LSTM have equally many parameters and read equally many batches. Each row's
learning rate is chosen on validation by `experiments.tune`; the rows with four times the batches
reuse it. The test melodies are read once, at the end, with the last weights.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from functools import cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import ops

from utils import datasets, experiments, music, text, training
from utils.datasets import tunes as rules
from utils.models import LanguageModel

RESULT = Path(__file__).with_suffix(".json")
TUNES, HELD_BACK = 12_000, 600  # made; of those with two bars a phrase, for validation and for test
BATCHES, BATCH, POINTS = 600, 64, 8
TUNING = 100  # the first of the three seeds that choose a rate
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)
STEPS = tuple(map(str, range(-8, 13)))  # of the scale, above the tonic of the octave from C4 on
OPENINGS = {"second": 2, "third": 4, "fourth": 6}  # phrase → the bar that opens it
ROWS = {  # 21 thousand parameters each
    "simple RNN": {"cell": "simple_rnn", "units": 117},
    "GRU": {"cell": "gru", "units": 64},
    "LSTM": {"cell": "lstm", "units": 54},
}
FORM, FOURFOLD = "form", "form, four times the batches"
SEEDS = {FORM: 10, FOURFOLD: 5}

# ---------------------------------------------------------------------------------------- the task


def steps(tokens, key: str) -> list[str]:
    """A tune's notes as steps of the scale above its tonic, with its bar lines."""
    letters = "CDEFGAB"
    tonic = 7 * 4 + letters.index(key[0])
    said = []
    for word in tokens:
        if word == rules.BAR:
            said.append(word)
        elif word in rules.PITCHES:
            letter, _, octave = music.pitch(word)
            said.append(str(7 * octave + letters.index(letter) - tonic))
    return said


@cache
def vocabulary() -> text.Vocabulary:
    """Steps and the bar line."""
    return text.Vocabulary((rules.BAR, *STEPS))


@cache
def melodies() -> dict[str, np.ndarray]:
    """Part → ids (melodies, time), padded; no melody is in two parts."""
    made = datasets.tunes.make(TUNES, seed=0)
    found = {
        tuple(steps(tokens, key)): None
        for tokens, key, metre in zip(made.tokens, made.keys, made.metres, strict=True)
        if metre != "4/4"
    }
    ids = text.pad([vocabulary().encode(melody, start=True, end=True) for melody in found])
    return {
        "training": ids[: -2 * HELD_BACK],
        "validation": ids[-2 * HELD_BACK : -HELD_BACK],
        "test": ids[-HELD_BACK:],
    }


def openings(ids, bar: int):
    """Where the notes of a bar and its bar line stand among the targets, (melodies, time)."""
    targets = ids[:, 1:]
    is_line = targets == vocabulary().encode([rules.BAR])[0]
    number = np.cumsum(is_line, axis=1) - is_line  # of the bar that each target belongs to
    return (number == bar) & (targets != text.PAD)


def comes_back(model, part: str) -> dict[str, float]:
    """How probable the model holds the bar that opens each phrase; and its loss, nats a token."""
    ids = melodies()[part]
    logits = model.predict(ids[:, :-1], batch_size=200, verbose=0)
    losses = ops.convert_to_numpy(
        ops.sparse_categorical_crossentropy(ids[:, 1:], logits, from_logits=True)
    )
    found = {}
    for phrase, bar in OPENINGS.items():
        counted = openings(ids, bar)
        if phrase == "fourth":  # its last note leads to the tonic: neither it nor what follows
            left = np.cumsum(counted[:, ::-1], axis=1)[:, ::-1]
            counted &= left > 2
        found[phrase] = float(np.exp(-np.sum(losses * counted, axis=1)).mean())
    real = ids[:, 1:] != text.PAD
    return {**found, "nats": float(losses[real].mean())}


# -------------------------------------------------------------------------------------- measurement


class Curve(keras.callbacks.Callback):
    """Validates at equally spaced batches; adds up the seconds of training alone."""

    def __init__(self, batches: int, points: int):
        super().__init__()
        self.marks = {batches * (point + 1) // points for point in range(points)}
        self.values, self.batches, self.seconds = [], 0, 0.0

    def on_train_batch_begin(self, batch, logs=None):
        """Looks at the clock."""
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Adds up the seconds, and validates where it is time."""
        self.batches += 1
        if self.batches > 1:  # the first compiles
            self.seconds += time.perf_counter() - self.began
        if self.batches in self.marks:
            self.values.append(comes_back(self.model, "validation"))


def trained(options: dict, seed: int, points: int):
    """A model of this row, and its curve."""
    keras.utils.clear_session(free_memory=False)  # or hundreds of models pile up
    keras.utils.set_random_seed(seed)
    model = LanguageModel(
        vocabulary().size, units=options["units"], embedding=32, cell=options["cell"]
    )
    model.compile(
        keras.optimizers.Adam(options["learning_rate"], global_clipnorm=1.0),
        training.MaskedCrossEntropy(), jit_compile=False,
    )  # fmt: skip
    ids, batches = melodies()["training"], options["batches"]
    random = np.random.default_rng(seed)
    epochs = -(-batches * BATCH // len(ids))
    order = np.concatenate([random.permutation(len(ids)) for _ in range(epochs)])
    ids = ids[order[: batches * BATCH]]
    curve = Curve(batches, points)
    model.fit(ids[:, :-1], ids[:, 1:], batch_size=BATCH, shuffle=False, verbose=0,
              callbacks=[curve])  # fmt: skip
    return model, curve


def repeat(found: dict[str, float]) -> float:
    """The score by which a rate is chosen: of the second and the fourth phrase, the mean."""
    return round((found["second"] + found["fourth"]) / 2, 4)


def measure(options: dict, seed: int) -> dict[str, float | list[float]]:
    """Trains one model: what the test melodies say at its end, and its curve on validation."""
    model, curve = trained(options, seed, POINTS)
    found = comes_back(model, "test")
    return {
        **{name: round(value, 4) for name, value in found.items()},
        "both": repeat(found),
        "validation": [repeat(point) for point in curve.values],
        "seconds": round(curve.seconds, 2),
    }


def validation(options: dict, seed: int) -> float:
    """Trains one model to choose a rate by: the score on validation at its end."""
    return repeat(trained(options, TUNING + seed, 1)[1].values[-1])


# --------------------------------------------------------------------------------------- the tables


def rows(budget: str) -> dict[str, dict]:
    """The rows of one budget, without their learning rates."""
    batches = BATCHES * (4 if budget == FOURFOLD else 1)
    return {row: {**options, "batches": batches} for row, options in ROWS.items()}


def common() -> dict:
    """What all rows of the form share."""
    return {"batch": BATCH, "tunes": TUNES, "clipped at": 1.0, "weights": "the last"}


def form(budget: str) -> None:
    """Measures what the file lacks of one budget, with rates chosen at the smaller one."""
    search = f"{FORM}: rates"
    rates = experiments.tune(
        rows(FORM), validation, rates=RATES, path=RESULT, name=search,
        common={**common(), "first seed": TUNING},
    ).best  # fmt: skip
    ready = {row: {**options, "learning_rate": rates[row]} for row, options in rows(budget).items()}
    reused = {} if budget == FORM else {"rates of": search}
    experiments.run(
        ready, measure, SEEDS[budget], path=RESULT, name=budget, common={**common(), **reused}
    )


if __name__ == "__main__":
    # One thread a process: at these sizes a second one gains nothing, and two processes do.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew, as it says
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=SEEDS, help="only this; may be repeated")
    for part in parser.parse_args().part or SEEDS:
        print(part, flush=True)
        form(part)
