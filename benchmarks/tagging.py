"""Parts of speech in real English: one direction, the other, both, and no sentence at all.

    python benchmarks/tagging.py --data DIR    # writes benchmarks/tagging.json

DIR holds the folder ud-english-ewt with the development and test files of the English Web Treebank
(Silveira et al. 2014). Nine tenths of the development file are trained on, about 1,800 sentences;
the other tenth is what epochs, dropout and rates were chosen on; the test file is tested on. Each
number is a share of words with the right tag: of all words, of those that have several tags in
training, and of those that do not occur in training.

One reader has more units than each of two, so that both have about as many weights behind their
word vectors; a test counts them.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import cache, partial
from itertools import chain
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras

from benchmarks import tables
from utils import baselines, decoding, metrics, training
from utils.datasets import tagging
from utils.models import Tagger

RESULT = Path(__file__).with_suffix(".json")
COMMON = {
    "shares": ["all words", "several tags", "unknown words"],
    "model": {"cell": "gru", "embedding": 64, "dropout": 0.5},
    "fit": {"epochs": 8, "batch_size": 32, "learning_rate": 1e-2, "word_dropout": 0.25},
    "seeds": 3,
}
DIRECTIONS = {
    "forwards": {"direction": "forwards", "units": 77},
    "backwards": {"direction": "backwards", "units": 77},
    "both": {"direction": "both", "units": 48},
}
TABLES = {
    "most frequent tag": {**COMMON, "model": None, "fit": None, "seeds": 1, "rows": {"words": {}}},
    "words": {**COMMON, "rows": DIRECTIONS},
    "words and endings": {
        **COMMON, "model": {**COMMON["model"], "suffixes": True}, "rows": DIRECTIONS
    },
}


@cache
def parts(folder: str):
    """Train, validation and test."""
    return tagging.load("ud-english-ewt", folder=folder).split()


def shares(folder: str, table: dict, options: dict, seed: int) -> list[float]:
    """Trains one tagger and returns its three shares of the test part."""
    train, _, test = parts(folder)
    if not options:
        return scores(baselines.MostFrequentTag(train).tag(test.words), train, test)
    keras.utils.set_random_seed(seed)
    model = Tagger.from_data(train, **table["model"], **options)
    training.fit(model, train, **table["fit"], warm_up=0, seed=seed, verbose=False)
    return scores(decoding.tag(model, test.words), train, test)


def scores(found, train, test) -> list[float]:
    """Of all words, of those with several tags in training, of those not in training."""
    unknown = set(chain.from_iterable(test.words)) - set(chain.from_iterable(train.words))
    counted = (None, tagging.ambiguous(train), unknown)
    return [metrics.tagging_accuracy(found, test, only) for only in counted]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--data")  # without it, the folder named by RNN_COURSE_DATA
    chosen, sys.argv[1:] = parser.parse_known_args()
    description = f"{__doc__.splitlines()[0]} --data: the folder with ud-english-ewt in it."
    tables.run(RESULT, TABLES, partial(shares, chosen.data), "accuracy", description)
