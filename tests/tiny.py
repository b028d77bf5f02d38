"""Small languages and translators that several test files share.

The source language has six letters; the target language has six others and says each word in its
place, or from last to first. Models are small enough to be built and run in a fraction of a second.
"""

import functools
import os
from typing import NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402

from utils import text, training  # noqa: E402
from utils.models import Translator  # noqa: E402

SOURCE_WORDS, TARGET_WORDS = "abcdef", "uvwxyz"


class Pairs(NamedTuple):
    """Sentence pairs as `training.fit` takes them."""

    source: list
    target: list


def tokenizers():
    """One for each side: the four special tokens and six words."""
    return tuple(text.train_tokenizer([" ".join(w)]) for w in (SOURCE_WORDS, TARGET_WORDS))


def pairs(count, seed=0, shortest=2, longest=5, backwards=True):
    """Random source sentences and their translations."""
    random = np.random.default_rng(seed)
    chosen = [
        random.integers(0, len(SOURCE_WORDS), random.integers(shortest, longest + 1))
        for _ in range(count)
    ]
    step = -1 if backwards else 1
    return Pairs(
        [" ".join(SOURCE_WORDS[i] for i in row) for row in chosen],
        [" ".join(TARGET_WORDS[i] for i in row[::step]) for row in chosen],
    )


def translator(seed=0, **options):
    """A small untrained translator, as it is initialised."""
    keras.utils.set_random_seed(seed)
    return Translator(*tokenizers(), **{"units": 6, "embedding": 5, **options})


def random_translator(seed=0, scale=0.7, **options):
    """A small translator in which every weight, biases too, is a random number."""
    model = translator(seed, **options)
    random = np.random.default_rng(seed)
    model.set_weights([
        scale * random.normal(size=w.shape).astype("float32") for w in model.get_weights()
    ])
    return model


@functools.cache
def shared(**options):
    """The same, built once for all tests, so not to be changed."""
    return random_translator(**options)


def ids(lengths, words=6, seed=0, start=False):
    """Padded random rows of word ids (batch, time), beginning with `[START]` if asked to."""
    random = np.random.default_rng(seed)
    rows = [random.integers(4, 4 + words, n).astype("int32") for n in lengths]
    return text.pad([np.concatenate([[text.START], r[1:]]) if start else r for r in rows])


@functools.cache
def trained():
    """A translator that says sentences from last to first, and its history; not to be changed."""
    model = translator(units=32, embedding=16)
    history = training.fit(
        model, pairs(500, longest=4), epochs=30, batch_size=50, learning_rate=0.02, verbose=False
    )
    return model, history
