"""How much one vector passes on: strings of digits, read and said again, for notebook 13.

    python benchmarks/copying.py                     # writes benchmarks/copying.json, or goes on
    python benchmarks/copying.py --row "16 units"    # one row, its rate apart

Question: is the vector between encoder and decoder the bottleneck? Strings of 1 to 8 digits, drawn
afresh for each batch, so that none can be learned by heart; the outcome is the share of new strings
that are copied whole, by length. Rows differ in units; one may also look back at all states of the
encoder, everything else being equal. The notebook would not blame the vector if that row were no
better than its twin, if more units did not help, or if more training did as much.

Each row has a learning rate of its own, chosen on strings of validation. Training, validation and
test draw their strings from separate streams. The last weights are tested.
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
from keras import layers, ops

from utils import experiments, text, training
from utils.models import Attention

RESULT = Path(__file__).with_suffix(".json")
DIGITS, LONGEST = 10, 8
BATCH, STEPS = 128, 1200
ASKED = 200  # strings of each length, in validation and in test
SEEDS = 5
RATES = (8e-3, 1.6e-2, 3.2e-2, 6.4e-2)  # where each search begins
TUNING = 100  # the first of the three seeds that choose a rate
POINTS = 8  # of a learning curve
ROWS = {
    "8 units": {"units": 8},
    "8 units, looking back": {"units": 8, "looks": True},
    "16 units": {"units": 16},
}
LONGER = {"8 units": 4}  # row → how many times the steps, with the rate of the smaller budget
FIRST = text.END + 1  # the id of the digit 0


def strings(random, lengths):
    """Rows of ids, (strings, time): what the encoder reads, the decoder reads, and is to say."""
    digits = random.integers(FIRST, FIRST + DIGITS, (len(lengths), LONGEST))
    places, lengths = np.arange(LONGEST + 1), np.asarray(lengths)[:, None]
    source = np.where(places[:-1] < lengths, digits, text.PAD)
    said = np.pad(source, ((0, 0), (0, 1)))
    said[places == lengths] = text.END
    read = np.pad(source, ((0, 0), (1, 0)))
    read[:, 0] = text.START
    return source, read, said


def asked(part):
    """The strings of validation or test, `ASKED` of each length, shortest first."""
    random = np.random.default_rng([{"validation": 1, "test": 2}[part], 0])
    return strings(random, np.repeat(np.arange(1, LONGEST + 1), ASKED))


def copier(units, looks=False):
    """A model (source, ids read) → scores of the next id, (strings, time, ids).

    The encoder's last state is the decoder's first. A decoder that *looks* also gets, after each
    step, what an additive attention sees of the encoder's states.
    """
    source, read = (layers.Input((LONGEST + more,), dtype="int32") for more in (0, 1))
    mask = ops.not_equal(source, text.PAD)
    x, y = (layers.Embedding(FIRST + DIGITS, units)(ids) for ids in (source, read))
    reader = layers.GRU(units, return_sequences=True, return_state=True, unroll=True)
    states, last = reader(x, mask=mask)
    said = layers.GRU(units, return_sequences=True, unroll=True)(y, initial_state=last)
    if looks:
        seen, _ = Attention("additive", units)(said, states, mask)
        said = ops.concatenate([said, seen], axis=-1)
    readout = layers.Dense(units, activation="tanh")(said)
    return keras.Model([source, read], layers.Dense(FIRST + DIGITS)(readout))


@cache
def _learner(row):
    """The compiled model of a row, made once: to compile takes as long as a training does."""
    model = copier(**ROWS[row])
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0), training.MaskedCrossEntropy(),
        jit_compile=False,
    )  # fmt: skip
    return model


def train(row, rate, seed, steps=STEPS, at_point=None):
    """A trained model; the rate rises at first, then falls along a cosine."""
    model, random = _learner(row), np.random.default_rng([0, seed])
    keras.utils.set_random_seed(seed)
    model.set_weights(copier(**ROWS[row]).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(ops.zeros_like(variable))
    marks = [steps * (point + 1) // POINTS for point in range(POINTS)]
    for done in range(steps):
        source, read, said = strings(random, random.integers(1, LONGEST + 1, BATCH))
        model.optimizer.learning_rate = training.learning_rate_at(done / steps, rate)
        model.train_on_batch([source, read], said)
        if at_point and done + 1 in marks:
            at_point(model)
    return model


def whole(model, part):
    """The share of strings copied whole, by greedy decoding, for each length."""
    source, read, wanted = asked(part)
    said = np.full((len(read), LONGEST + 2), text.PAD)
    said[:, 0] = text.START
    for t in range(LONGEST + 1):
        said[:, t + 1] = model.predict_on_batch([source, said[:, :-1]])[:, t].argmax(-1)
    right = ((said[:, 1:] == wanted) | (wanted == text.PAD)).all(axis=1)
    return right.reshape(LONGEST, ASKED).mean(axis=1)


def measure(options, seed, steps=None):
    """Trains one row: the shares on test by length, a curve on validation, and seconds."""
    began, curve = time.process_time(), []
    model = train(
        options["row"], options["learning_rate"], seed,
        steps or STEPS * options.get("times", 1),
        lambda model: curve.append(round(float(whole(model, "validation").mean()), 4)),
    )  # fmt: skip
    shares = whole(model, "test")
    return {
        "all": round(float(shares.mean()), 4), "by length": np.round(shares, 3).tolist(),
        "validation": curve, "seconds": round(time.process_time() - began, 1),
    }  # fmt: skip


def validation(options, seed):
    """Trains one row to choose a rate by: the share copied whole on validation."""
    model = train(options["row"], options["learning_rate"], TUNING + seed)
    return round(float(whole(model, "validation").mean()), 4)


def common():
    """What all rows share."""
    return {
        "digits": DIGITS, "longest": LONGEST, "batch": BATCH, "steps": STEPS, "clipped at": 1.0,
        "weights": "the last",
    }  # fmt: skip


def run(row=None):
    """Measures what the file lacks, row after row: its rate, its seeds, and those of `LONGER`."""
    for name in [row] if row else ROWS:
        options = {"row": name, **ROWS[name]}
        best = experiments.tune(
            {name: options}, validation, rates=RATES, path=RESULT, name=f"{name}: rates",
            common={**common(), "first seed": TUNING},
        ).best[name]  # fmt: skip
        options["learning_rate"] = best
        _run(name, options)
        if name in LONGER:
            times = LONGER[name]
            _run(f"{name}, {times} times the steps", {**options, "times": times})


def _run(name, options):
    experiments.run({name: options}, measure, SEEDS, path=RESULT, name=name, common=common())


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", choices=ROWS, help="only this, its rate apart")
    run(parser.parse_args().row)
