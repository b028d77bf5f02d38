"""Reading a review, many to one: which pooling learns first, and networks against counting words.

    python benchmarks/sentiment.py --part pooling             # the course's reviews, for notebook 4
    python benchmarks/sentiment.py --part films --data DIR    # DIR holds rt-polarity

Both parts write benchmarks/sentiment.json, and say what is missing there only.

- pooling: a simple RNN's last state, the mean or the largest of its states, in the network of
  notebook 4; which has learned most after three epochs? Equal in parameters and batches. The
  outcome is the cross-entropy on the test reviews, in nats a review, after three epochs and, as the
  budget four times as large, after twelve. The rate of each row is chosen on validation, after
  three epochs, under seeds of its own (100, 101, 102); last weights.
- films: 10,662 sentences of film reviews (Pang and Lee 2005), five folds; the share of the held-out
  fold that is right. Bags of words, of n-grams and of the words that the networks know, weighed by
  a logistic regression, against recurrent networks. All contestants give up the same tenth of the
  training part, and choose on it in each fold: the bags among four regularisations, the networks
  among four rates, and when to stop, with the weights of the best epoch. The networks' dropout,
  sizes and vocabulary were not tuned, so that a verdict on them holds for these networks and not
  for networks.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections import Counter
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers, ops
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from utils import datasets, experiments, text

RESULT = Path(__file__).with_suffix(".json")
CELLS = {"simple RNN": layers.SimpleRNN, "GRU": layers.GRU}
POOLINGS = ("last", "mean", "max")
EMBEDDING, UNITS = 32, 64
RATES = (1e-3, 2e-3, 4e-3, 8e-3)  # where the search for pooling begins, and all that films try
TUNING = 100  # the first of the three seeds that choose a rate

POOLING = {"epochs": 3, "batch": 64, "longer": 12}
SEEDS = 10
ROWS = {pooling: {"pooling": pooling} for pooling in POOLINGS}

FOLDS = 5
FILMS = {
    "epochs": 12, "patience": 3, "batch": 64, "vocabulary": 5000, "dropout": 0.5,
    "rates": list(RATES),
}  # fmt: skip
STRENGTHS = (0.25, 0.5, 1.0, 2.0)  # C of the logistic regression, chosen in each fold
BAGS = {
    "bag of words": {"ngrams": 1},
    "bag of words, the networks' 5,000": {"ngrams": 1, "vocabulary": FILMS["vocabulary"]},
    "bag of words and pairs": {"ngrams": 2},
    "bag of words, pairs and triples": {"ngrams": 3},
}
NETWORKS = {
    f"{cell}, {pooling}": {"cell": cell, "pooling": pooling}
    for cell in CELLS for pooling in ("last", "max")
}  # fmt: skip


def reader(size, cell="simple RNN", pooling="last", dropout=0.0):
    """Ids (batch, time) → probability of a positive review (batch, 1), masked throughout."""
    read = layers.Input((None,), dtype="int32")
    mask = ops.not_equal(read, text.PAD)
    start = keras.initializers.RandomNormal(stddev=0.3)
    vectors = layers.Embedding(size, EMBEDDING, embeddings_initializer=start)(read)
    if dropout:
        vectors = layers.Dropout(dropout)(vectors)
    states = CELLS[cell](UNITS, return_sequences=True)(vectors, mask=mask)
    if pooling == "last":
        summary = states[:, -1]
    elif pooling == "mean":
        summary = layers.GlobalAveragePooling1D()(states, mask=mask)
    else:
        summary = ops.max(ops.where(mask[..., None], states, -1.0), axis=1)
    if dropout:
        summary = layers.Dropout(dropout)(summary)
    return keras.Model(read, layers.Dense(1, activation="sigmoid")(summary))


def _compiled(seed, rate, *arguments, **options):
    keras.utils.clear_session(free_memory=False)  # or hundreds of models pile up
    keras.utils.set_random_seed(seed)
    model = reader(*arguments, **options)
    model.compile(
        keras.optimizers.Adam(rate, global_clipnorm=1.0), "binary_crossentropy",
        metrics=["accuracy"], jit_compile=False,
    )  # fmt: skip
    return model


# ------------------------------------------------------------------------------ which learns first


@cache
def course():
    """How many ids there are; ids and labels of the three parts of the course's reviews."""
    parts = datasets.reviews.load().split()
    tokenizer = text.train_tokenizer(parts[0].texts)
    return tokenizer.size, [(tokenizer.encode(part.texts), part.labels) for part in parts]


def _trained(options, seed, epochs):
    """A reader after so many epochs, its validation losses, and the data to test it on."""
    size, (train, validation, test) = course()
    model = _compiled(seed, options["learning_rate"], size, pooling=options["pooling"])
    curve, tests = [], {}

    def look(epoch, logs):
        curve.append(round(model.evaluate(*validation, batch_size=600, verbose=0)[0], 4))
        if epoch + 1 in (POOLING["epochs"], POOLING["longer"]):
            tests[epoch + 1] = model.evaluate(*test, batch_size=1000, verbose=0)

    model.fit(
        *train, epochs=epochs, batch_size=POOLING["batch"], verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_epoch_end=look)],
    )  # fmt: skip
    return curve, tests


def after_three(options: dict, seed: int) -> float:
    """Trains a reader to choose a rate by: its validation loss after three epochs."""
    return _trained(options, TUNING + seed, POOLING["epochs"])[0][-1]


def first(options: dict, seed: int) -> dict[str, float | list[float]]:
    """Trains a reader for both budgets: test loss after each, validation after each epoch."""
    curve, tests = _trained(options, seed, POOLING["longer"])
    (early, _), (late, right) = (tests[epochs] for epochs in sorted(tests))
    return {
        "after 3": round(early, 4), "after 12": round(late, 4), "right after 12": round(right, 4),
        "validation": curve,
    }  # fmt: skip


def pooling() -> None:
    """The search for rates, and the table."""
    best = experiments.tune(
        ROWS, after_three, rates=RATES, higher_is_better=False, path=RESULT, name="pooling: rates",
        common={**POOLING, "first seed": TUNING},
    ).best  # fmt: skip
    ready = {row: {**options, "learning_rate": best[row]} for row, options in ROWS.items()}
    experiments.run(ready, first, SEEDS, path=RESULT, name="pooling", common=POOLING)


# ------------------------------------------------------------------------------- real film reviews


@cache
def folds(folder):
    """(training, validation, test) of each fold; a tenth of what is trained on validates."""
    found = []
    for train, test in datasets.reviews.load("rt-polarity", folder=folder).folds(FOLDS):
        validation, kept = _tenth(train)
        found.append((kept, validation, test))
    return found


def _tenth(train):
    order = np.random.default_rng(0).permutation(len(train))
    return train[order[: len(train) // 10]], train[order[len(train) // 10 :]]


def bag(parts, ngrams=1, vocabulary=None) -> dict[str, float]:
    """A logistic regression on counts of n-grams: C from validation, the share right on test."""
    train, validation, test = parts
    count = CountVectorizer(
        token_pattern=r"\S+", ngram_range=(1, ngrams), max_features=vocabulary
    )
    models = [
        make_pipeline(count, LogisticRegression(C=strength, max_iter=1000)).fit(
            train.texts, train.labels
        )
        for strength in STRENGTHS
    ]
    best = max(models, key=lambda model: model.score(validation.texts, validation.labels))
    right = round(float(best.score(test.texts, test.labels)), 4)
    return {"right": right, "C": best[-1].C}


def network(parts, cell, pooling) -> dict[str, float | list[float]]:
    """An embedding, a recurrent layer, a pooled verdict: its rate from validation, right on test.

    "validation" are the losses of the rates of RATES, each after the best of its epochs.
    """
    tokenizer = text.train_tokenizer(parts[0].texts, size=FILMS["vocabulary"])
    train, validation, test = [(tokenizer.encode(part.texts), part.labels) for part in parts]
    losses, shares = [], []
    for rate in RATES:
        model = _compiled(0, rate, tokenizer.size, cell, pooling, FILMS["dropout"])
        model.fit(
            *train, validation_data=validation, epochs=FILMS["epochs"], batch_size=FILMS["batch"],
            verbose=0, callbacks=[
                keras.callbacks.EarlyStopping(patience=FILMS["patience"], restore_best_weights=True)
            ],
        )  # fmt: skip
        losses.append(round(model.evaluate(*validation, batch_size=500, verbose=0)[0], 4))
        shares.append(round(model.evaluate(*test, batch_size=500, verbose=0)[1], 4))
    best = int(np.argmin(losses))
    return {"right": shares[best], "rate": RATES[best], "validation": losses}


def films(folder) -> None:
    """The table of all folds."""
    whole = datasets.reviews.load("rt-polarity", folder=folder)
    found = folds(folder)

    def on_test(options, fold):
        contestant = bag if "ngrams" in options else network
        return contestant(found[fold], **options)

    experiments.run(
        BAGS | NETWORKS, on_test, FOLDS, path=RESULT, name="films",
        common={**FILMS, "reviews": len(whole), **_seldom(whole, found)},
    )  # fmt: skip


def _seldom(whole, found) -> dict[str, float]:
    """How often a word of a test review is one that the training part has once, or never."""
    shares = []
    for train, _, test in found:
        known = Counter(word for sentence in train.texts for word in sentence.split())
        common = {word for word, _ in known.most_common(FILMS["vocabulary"])}
        words = [word for sentence in test.texts for word in sentence.split()]
        shares.append([
            np.mean([known[word] == 0 for word in words]),
            np.mean([known[word] == 1 for word in words]),
            np.mean([word not in common for word in words]),
        ])
    never, once, rare = np.mean(shares, axis=0).round(4).tolist()
    but = np.mean(["but" in sentence.split() for sentence in whole.texts])
    return {"new words": never, "words seen once": once, "words that networks do not know": rare,
            "with but": round(float(but), 4)}  # fmt: skip


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew, as it says
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=("pooling", "films"))
    parser.add_argument("--data", help="folder with rt-polarity in it, for films")
    options = parser.parse_args()
    parts = {"pooling": pooling, "films": partial(films, options.data)}
    for part in options.part or parts:
        print(part, flush=True)
        parts[part]()
