"""Words or pieces of words, with many pairs and with few: the table of notebook 17.

    python benchmarks/pieces.py                            # writes benchmarks/pieces.json
    python benchmarks/pieces.py --part "2,000 pairs" --row words
    python benchmarks/pieces.py --part longer

Question: does one translate better in pieces, and does the answer depend on how many words of the
test are rare in training, or unknown? Within a part all rows share pairs, batches, epochs and
units; tokens differ, and so do parameters, which are stored. Each row of each part has a learning
rate of its own, chosen by BLEU on validation with three seeds apart from those of the table. The
notebook would not say that one of them translates better if the verdict, seed by seed, were not
"better", or if it turned round with four times the epochs: "longer" tries those with 2,000 pairs,
on validation alone, with two rates and three seeds.

The outcome is BLEU of greedy translations with the last weights, on the course corpus's test part,
which is read once, at the end: of all sentences, and of three groups by their rarest English word,
which is unknown, rare (in training fewer than `RARE` times) or neither.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras

from utils import datasets, decoding, experiments, metrics, text, training
from utils.models import Translator

RESULT = Path(__file__).with_suffix(".json")
UNITS, BATCH, SEEDS = 64, 64, 5
RARE = 5
VALIDATION = 300  # pairs
TUNING = 100  # the first of the three seeds that choose a rate
RATES = (2e-3, 4e-3, 8e-3, 1.6e-2)  # where each search begins
ROWS = {
    "words": {"level": "word", "size": 8000},  # all there are
    "pieces": {"level": "bpe", "size": 1000},
}
PARTS = {  # pairs, None for all there are, and epochs
    "2,000 pairs": {"pairs": 2000, "epochs": 24},
    "all pairs": {"pairs": None, "epochs": 3},
}
LONGER, LONGER_RATES, TRIALS = "2,000 pairs", (4e-3, 8e-3), 3


@cache
def sentences(number):
    """The first so many training pairs, validation and test."""
    train, validation, test = datasets.bitext.load("course").split()
    return train[:number], validation[:VALIDATION], test


@cache
def tokenizers(number, level, size):
    """Of both languages, learned from the training pairs."""
    train, _, _ = sentences(number)
    return [text.train_tokenizer(side, level=level, size=size)
            for side in (train.source, train.target)]  # fmt: skip


@cache
def groups(number):
    """The places of the test sentences whose rarest word is unknown, rare or neither."""
    train, _, test = sentences(number)
    counts = Counter(word for line in train.source for word in line.split())
    found = {"unknown": [], "rare": [], "neither": []}
    for place, line in enumerate(test.source):
        rarest = min(counts[word] for word in line.split())
        found["unknown" if rarest == 0 else "rare" if rarest < RARE else "neither"].append(place)
    return found


def trained(options, seed):
    """The translator of a row."""
    train, _, _ = sentences(options["pairs"])
    keras.utils.set_random_seed(seed)
    sides = tokenizers(options["pairs"], options["level"], options["size"])
    model = Translator(*sides, units=UNITS)
    training.fit(model, train, epochs=options["epochs"], batch_size=BATCH, seed=seed,
                 learning_rate=options["learning_rate"], verbose=False)  # fmt: skip
    return model


def measure(options, seed):
    """Trains one row: BLEU on test and of each group, parameters, and seconds of the processor."""
    began = time.process_time()
    model = trained(options, seed)
    seconds = time.process_time() - began
    found = metrics.evaluate(partial(decoding.translate, model), sentences(options["pairs"])[2])
    said = [one.text for one in found.translations]
    return {
        "bleu": round(found.bleu, 2),
        **{
            name: round(metrics.bleu([said[n] for n in places],
                                     [found.references[n] for n in places]), 2)
            for name, places in groups(options["pairs"]).items() if places
        },
        "parameters": model.count_params(),
        "seconds": round(seconds, 1),
    }  # fmt: skip


def validation(options, seed):
    """Trains one row to choose a rate by: BLEU on validation."""
    model = trained(options, TUNING + seed)
    found = metrics.evaluate(partial(decoding.translate, model), sentences(options["pairs"])[1])
    return round(found.bleu, 2)


def common(part):
    """What all rows of a part share."""
    return {
        **PARTS[part], "units": UNITS, "batch": BATCH, "rare": RARE, "tuned on": VALIDATION,
        "sentences": {name: len(places) for name, places in groups(PARTS[part]["pairs"]).items()},
        "weights": "the last",
    }  # fmt: skip


def run(part, row):
    """Chooses the rate of a row, and measures it, as far as the file lacks it."""
    name, options = f"{part}: {row}", {**PARTS[part], **ROWS[row]}
    rate = experiments.tune(
        {row: options}, validation, rates=RATES, path=RESULT, name=f"{name}: rates",
        common={**common(part), "first seed": TUNING},
    ).best[row]  # fmt: skip
    experiments.run({row: {**options, "learning_rate": rate}}, measure, SEEDS, path=RESULT,
                    name=name, common=common(part))  # fmt: skip


def longer(row):
    """Tries a row of the part `LONGER` with four times the epochs, as far as the file lacks it."""
    part = {**PARTS[LONGER], "epochs": 4 * PARTS[LONGER]["epochs"]}
    rows = {f"{row} @ {rate:g}": {**part, **ROWS[row], "learning_rate": rate}
            for rate in LONGER_RATES}  # fmt: skip
    experiments.run(
        rows, lambda options, seed: {"on validation": validation(options, seed)}, TRIALS,
        path=RESULT, name=f"{LONGER}, {part['epochs']} epochs: {row}",
        common={**common(LONGER), **part, "first seed": TUNING},
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=(*PARTS, "longer"), help="only this")
    parser.add_argument("--row", choices=ROWS, help="only this row")
    chosen = parser.parse_args()
    for part in [chosen.part] if chosen.part else (*PARTS, "longer"):
        for row in [chosen.row] if chosen.row else ROWS:
            longer(row) if part == "longer" else run(part, row)
