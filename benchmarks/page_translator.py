"""Trains the translator that the page plays with, and writes its weights.

    python benchmarks/page_translator.py    # utils/playground/translator.weights.js, some minutes

The model of notebook 14 with words, 128 units, twice the notebook's epochs. Its weights are rounded
to 8 bits, and BLEU on the course corpus's test part is measured before and after that.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np

from utils import datasets, decoding, metrics, training
from utils.playground import translating

EPOCHS, RATE, SEED = 6, 6e-3, 0


def trained():
    """The translator after its epochs."""
    train, validation, _ = datasets.bitext.load("course").split()
    keras.utils.set_random_seed(SEED)
    learner = translating.untrained()
    training.fit(learner, train, validation[:300], epochs=EPOCHS, batch_size=128,
                 learning_rate=RATE, seed=SEED)  # fmt: skip
    return learner


def bleu(learner, pairs) -> dict[str, float]:
    """BLEU by beam width, of 1 and of 5."""
    return {
        str(width): round(metrics.evaluate(
            partial(decoding.translate, learner, beam_width=width), pairs).bleu, 1)
        for width in (1, 5)
    }  # fmt: skip


def example(learner) -> dict:
    """What the still picture shows: words read, words said, and weights (said, read)."""
    [found] = decoding.translate(learner, [translating.SENTENCE])
    return {"read": found.source_tokens, "said": [*found.tokens, "[END]"],
            "weights": np.round(found.attention, 4).tolist()}  # fmt: skip


def save(learner, pairs) -> None:
    """Writes a trained translator, with its BLEU on these pairs before and after the rounding."""
    before, packed = bleu(learner, pairs), translating.packed(learner)
    translating.put(packed, learner)
    translating.write({
        "made by": translating.MADE_BY, "units": translating.UNITS,
        "bleu": {"float32": before, "int8": bleu(learner, pairs)}, "example": example(learner),
        "source": learner.source_tokenizer.vocabulary,
        "target": learner.target_tokenizer.vocabulary, "weights": packed,
    })  # fmt: skip


if __name__ == "__main__":
    save(trained(), datasets.bitext.load("course").split()[2])
