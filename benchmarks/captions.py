"""Where a picture's vector enters the decoder: the table that notebook 5 shows.

    python benchmarks/captions.py    # writes benchmarks/captions.json

Each row is the captioner of notebook 5, trained as there under several seeds and scored by the
share of test captions that are exactly right.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
from keras import layers

from benchmarks import tables
from utils import decoding, metrics, text, training
from utils.datasets import scenes
from utils.models import LanguageModel

RESULT = Path(__file__).with_suffix(".json")
HELD_OUT = [("red", "star"), ("blue", "ring"), ("green", "square")]
TABLES = {
    "entering": {
        "scenes": 8000,
        "epochs": 8,
        "seeds": 3,
        "rows": {"at every step": {"condition": "input"}, "first state": {"condition": "state"}},
    },
}


def build(vocabulary_size, condition):
    """Encoder, decoder, and both in one model, as in notebook 5; a test compares the two."""
    encoder = keras.Sequential([layers.Input((32, 32, 3))])
    for filters, pooled in ((16, True), (32, True), (64, False)):
        encoder.add(layers.Conv2D(filters, 3, padding="same"))
        encoder.add(layers.BatchNormalization(momentum=0.9))
        encoder.add(layers.ReLU())
        if pooled:
            encoder.add(layers.MaxPooling2D())
    encoder.add(layers.Flatten())
    encoder.add(layers.Dense(128, activation="relu"))
    decoder = LanguageModel(
        vocabulary_size, units=128, embedding=32, condition=condition, condition_size=128
    )
    images, words = layers.Input((32, 32, 3)), layers.Input((None,), dtype="int32")
    return encoder, decoder, keras.Model([images, words], decoder((words, encoder(images))))


def caption(table: dict, options: dict, seed: int) -> float:
    """Trains one captioner and returns the share of exactly right test captions."""
    keras.utils.set_random_seed(seed)
    parts = scenes.split(
        scenes.make(table["scenes"], seed=0), test=400, validation=300, held_out=HELD_OUT
    )
    tokenizer = text.train_tokenizer(parts.train.captions)
    encoder, decoder, model = build(tokenizer.size, options["condition"])
    rate = keras.optimizers.schedules.CosineDecay(2e-3, table["epochs"] * len(parts.train) // 64)
    model.compile(keras.optimizers.Adam(rate, global_clipnorm=1.0), training.MaskedCrossEntropy())
    rows = tokenizer.encode(parts.train.captions, start=True, end=True)
    model.fit([parts.train.images, rows[:, :-1]], rows[:, 1:], batch_size=64,
              epochs=table["epochs"], verbose=0)
    vectors = encoder.predict(parts.test.images, verbose=0)
    found = decoding.generate(decoder, condition=vectors, length=25, end=text.END)
    said = tokenizer.decode([one.tokens for one in found])
    return metrics.caption_scores(said, parts.test.captions)["exact"]


if __name__ == "__main__":
    tables.run(RESULT, TABLES, caption, "exact", __doc__.splitlines()[0])
