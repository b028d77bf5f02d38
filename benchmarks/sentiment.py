"""Real film reviews, many to one: a recurrent network against a bag of words.

    python benchmarks/sentiment.py --data DIR    # writes benchmarks/sentiment.json

DIR holds the folder rt-polarity of Pang and Lee (2005). Both models are trained and tested on the
same five folds. The network is that of notebook 4 with dropout, and with rare words unknown; when
to stop is decided on a tenth of the training part.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from functools import partial
from itertools import product
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers, ops
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from utils import datasets, text
from utils.files import write_whole

RESULT = Path(__file__).with_suffix(".json")
CELLS = {"simple rnn": layers.SimpleRNN, "gru": layers.GRU}
POOLINGS = ("last", "max")
VOCABULARY, EMBEDDING, UNITS, DROPOUT = 5000, 32, 64, 0.5
FIT = {"epochs": 12, "batch_size": 64, "verbose": 0}


def main():
    """Prints the accuracies of all contestants, fold by fold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="folder with rt-polarity in it")
    parser.add_argument("--folds", type=int, default=5)
    options = parser.parse_args()
    reviews = datasets.reviews.load("rt-polarity", folder=options.data)
    contestants = {"bag of words": bag_of_words}
    for cell, pooling in product(CELLS, POOLINGS):
        contestants[f"{cell}, {pooling}"] = partial(network, cell, pooling)
    table = {name: [] for name in contestants}
    for train, test in reviews.folds(options.folds):
        for name, contestant in contestants.items():
            began = time.perf_counter()
            table[name].append(round(contestant(train, test), 4))
            print(json.dumps({"model": name, "accuracy": table[name][-1],
                              "seconds": round(time.perf_counter() - began, 1)}), flush=True)
    counts = Counter(word for sentence in reviews.texts for word in sentence.split())
    result = {"reviews": len(reviews), "word_types": len(counts),
              "types_occurring_once": sum(count == 1 for count in counts.values()),
              "with_but": sum("but" in sentence.split() for sentence in reviews.texts),
              "folds": options.folds,
              "vocabulary": VOCABULARY, "units": UNITS, "accuracy": table}
    write_whole(RESULT, json.dumps(result, indent=1) + "\n")


def bag_of_words(train, test):
    """Accuracy of a logistic regression on counts of words."""
    model = make_pipeline(CountVectorizer(token_pattern=r"\S+"), LogisticRegression(max_iter=1000))
    return float(model.fit(train.texts, train.labels).score(test.texts, test.labels))


def network(cell, pooling, train, test, seed=0):
    """Accuracy of an embedding, a recurrent layer and a pooled verdict, masked throughout."""
    keras.utils.set_random_seed(seed)
    order = np.random.default_rng(seed).permutation(len(train))
    validation, train = train[order[: len(train) // 10]], train[order[len(train) // 10 :]]
    tokenizer = text.train_tokenizer(train.texts, size=VOCABULARY)
    read = layers.Input((None,), dtype="int32")
    mask = ops.not_equal(read, text.PAD)
    start = keras.initializers.RandomNormal(stddev=0.3)
    vectors = layers.Embedding(tokenizer.size, EMBEDDING, embeddings_initializer=start)(read)
    vectors = layers.Dropout(DROPOUT)(vectors)
    states = CELLS[cell](UNITS, return_sequences=True)(vectors, mask=mask)
    if pooling == "max":
        summary = ops.max(ops.where(mask[..., None], states, -1.0), axis=1)
    else:
        summary = states[:, -1]
    answer = layers.Dense(1, activation="sigmoid")(layers.Dropout(DROPOUT)(summary))
    model = keras.Model(read, answer)
    model.compile(keras.optimizers.Adam(2e-3, global_clipnorm=1.0), "binary_crossentropy",
                  jit_compile=False)
    x, x_validation, x_test = (tokenizer.encode(part.texts) for part in (train, validation, test))
    best = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    model.fit(x, train.labels, validation_data=(x_validation, validation.labels), callbacks=[best],
              **FIT)
    return float(np.mean((model.predict(x_test, verbose=0)[:, 0] > 0.5) == test.labels))


if __name__ == "__main__":
    main()
