"""One vector or a look before each word: the captioners of notebooks 5 and 16, compared.

    python benchmarks/pictures.py                   # writes pictures.json
    python benchmarks/pictures.py --part control    # one part; an interrupted one goes on

Question: has a captioner more captions right when its decoder looks at regions of the picture than
when it reads the whole as one vector? What "one vector" does is in `captions.json` (its row "every
step"), after 16 and after 64 epochs; here the captioner that looks, `models.Captioner`, learns from
the same pictures, with the same seeds, in the same order and batches, with the same convolutions
and units. Not equal are parameters ("one vector" has the more, for its dense layer reads the whole
map) and epochs: looking takes longer for one, and has fewer. The outcome is the share of new
pictures whose caption is right, word for word. Notebook 16 would say the opposite if "looks" had no
more captions of two objects right than "one vector".

- "pair": the captioner that looks, on pictures of one object or two.
- "control": the same captioner with an even gaze, from its first batch on: each region has the same
  share always, so that nothing is chosen. It has a rate of its own, and as many epochs.

Three sets of pictures: training, validation (the rate is chosen on it after 4 epochs, with seeds of
its own, as in `captions.py`), and test, read once, at the end, with the last weights.
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

from benchmarks import captions as one_to_many
from utils import decoding, experiments, metrics, text
from utils.models import Captioner

RESULT = Path(__file__).with_suffix(".json")
ROWS = {"pair": "looks", "control": "even gaze"}  # of each part
GAZES = {"looks": "soft", "even gaze": "even"}
EPOCHS = 10
SEEDS = 5
TUNED_FOR = 4  # epochs
RATES = (1e-3, 2e-3, 4e-3, 8e-3)


@cache
def _made(row):
    """The captioner of a row, compiled, made once, for to compile takes long."""
    model = Captioner(one_to_many.pictures()[1], gaze=GAZES[row])
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=text.PAD),
        jit_compile=False,
    )
    return model


def train(row, rate, seed, epochs, at_point=None):
    """One captioner, from new weights: a rate that falls to zero along a cosine, as in notebook 5.

    Args:
        row: one of `GAZES`.
        rate: the learning rate to begin with.
        seed: of weights and order.
        epochs: how many.
        at_point: called at four points, equally far from each other.
    """
    model = _made(row)
    keras.utils.set_random_seed(seed)
    model.set_weights(Captioner(one_to_many.pictures()[1], gaze=GAZES[row]).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(ops.zeros_like(variable))
    reads, says = one_to_many.rows()
    images = one_to_many.pictures()[0].train.images
    one_to_many._fit(model, [images, reads], says, epochs, rate, seed, at_point)
    return model


def said(model, things):
    """Greedy captions of scenes, as texts."""
    found = decoding.describe(model, things.images, max_length=one_to_many.LIMIT)
    return [one.text for one in found]


def scored(captions, things):
    """Captions exactly right, by number of objects and of all; and words: size, colour, shape."""
    pairs = zip(captions, things.captions, strict=True)
    right = np.array([mine.split() == wanted.split() for mine, wanted in pairs])
    counts = np.array([len(objects) for objects in things.objects])
    found = {f"objects: {count}": right[counts == count].mean() for count in sorted({*counts})}
    kinds = metrics.caption_scores(captions, things.captions)
    words = {kind: kinds[kind] for kind in metrics.pointing.KINDS}
    return {**found, "all": right.mean(), **words, "words": np.mean(list(words.values()))}


def measure(options, seed, epochs=EPOCHS):
    """Trains one captioner: its scores on test, where it points, learning curves and seconds."""
    parts, row, curve = one_to_many.pictures()[0], options["row"], []
    began, reading = time.process_time(), 0.0

    def read():
        nonlocal reading
        start = time.process_time()
        curve.append(scored(said(_made(row), parts.validation), parts.validation))
        reading += time.process_time() - start

    model = train(row, options["learning_rate"], seed, epochs, read)
    seconds = time.process_time() - began - reading
    found = scored(said(model, parts.test), parts.test)
    single = parts.composition[
        np.flatnonzero([len(objects) == 1 for objects in parts.composition.objects])
    ]
    new = metrics.caption_scores(said(model, single), single.captions)
    found |= {f"new combinations, {name}": new[name] for name in ("colour", "shape")}
    if GAZES[row] == "soft":  # an even gaze points nowhere
        # While the right words are said: where it points is not mixed up with what it gets wrong.
        looked = decoding.describe(model, parts.test.images, captions=parts.test.captions)
        pointing = metrics.pointing_scores(
            [one.attention for one in looked], parts.test.captions, parts.test.objects, 32
        )
        found |= {f"pointing, {name}": value for name, value in pointing.items()}
    found |= {f"{name} by then": [at[name] for at in curve] for name in ("all", "words")}
    rounded = {name: np.round(value, 3).tolist() for name, value in found.items()}
    return {**rounded, "seconds": round(seconds, 1)}


def validation(options, seed, epochs=TUNED_FOR):
    """Trains one captioner to choose a rate by: its share exactly right on validation."""
    seed += one_to_many.TUNING
    model = train(options["row"], options["learning_rate"], seed, epochs)
    things = one_to_many.pictures()[0].validation
    return round(float(scored(said(model, things), things)["all"]), 3)


def run(part):
    """Measures what the file lacks of a part."""
    row = ROWS[part]
    rows = {row: {"row": row, "parameters": _made(row).count_params()}}
    common = {
        "scenes": one_to_many.SCENES, "objects": [1, 2], "batch": one_to_many.BATCH,
        "clipped at": 1.0, "weights": "the last",
    }  # fmt: skip
    best = experiments.tune(
        rows, validation, rates=RATES, path=RESULT, name=f"{part}: rates",
        common={**common, "epochs": TUNED_FOR, "chosen by": "all",
                "first seed": one_to_many.TUNING},
    ).best  # fmt: skip
    ready = {row: {**rows[row], "learning_rate": best[row], "epochs": EPOCHS}}
    experiments.run(ready, measure, SEEDS, path=RESULT, name=part, unit="measured", common=common)


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=list(ROWS), help="measure this part alone")
    chosen = parser.parse_args().part
    for name in [chosen] if chosen else ROWS:
        run(name)
