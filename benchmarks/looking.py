"""Which score, in which order, and why: small decoders that look back, for notebook 14.

    python benchmarks/looking.py                 # writes benchmarks/looking.json, or goes on
    python benchmarks/looking.py --row dot       # only this row

Question: does it matter by which score a decoder looks? Equal in pairs, batches, encoder and units;
each row has a learning rate of its own. The outcome is BLEU on test sentences, with the last
weights. The notebook would not say that dividing by √n matters if scaled dot were not better than
dot. A factor of 1/√n does two things: the scores begin smaller, and each step of training moves
them less. In "dot, small at first" only the first is so, in "scaled dot, large at first" only the
second. If the beginning were all, dot small at first would come out as scaled dot; if the steps
were all, scaled dot large at first would.

The sentences are those of the course corpus with at most 7 English tokens, all of them among the
400 most frequent ones, and at most 8 French tokens. The last 300 of the training part choose the
rates; the corpus's own validation and test parts together are the test, read once, at the end.

In Bahdanau's order a row looks before the step, with the state and the word said last; for scores
that multiply, a Dense layer brings that query to the size of a key. In Luong's order it looks after
the step, with the state alone, and only the output layer reads what it saw, unless that is *fed*,
with the next word, into the next step (Luong et al. 2015, section 3.3).

The alignment error rate is that of the places looked at most while the reference is said. A key
holds the word's own vector beside the encoder's states, except in the row "states alone".
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers, ops

from utils import datasets, experiments, metrics, text, training
from utils.models import Attention

RESULT = Path(__file__).with_suffix(".json")
UNITS, BATCH, EPOCHS = 48, 64, 15
LONGEST, FREQUENT, VALIDATION = (7, 8), 400, 300  # tokens of source and target; words; pairs
SEEDS = 5
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)  # where each search begins
TUNING = 100  # the first of the three seeds that choose a rate
POINTS = 5  # of a learning curve
LUONG = {"order": "luong"}
ROWS = {
    "additive": {"score": "additive"},
    "dot": {"score": "dot"},
    "scaled dot": {"score": "scaled_dot"},
    "none": {"score": None},
    # is the beginning the cause?
    "dot, factor from 1": {"score": "dot", "scale": 1.0},
    "dot, factor from 1/√n": {"score": "dot", "scale": UNITS**-0.5},
    "dot, small at first": {"score": "dot", "first": UNITS**-0.5},
    "scaled dot, large at first": {"score": "scaled_dot", "first": UNITS**0.5},
    # in Luong's order
    "dot, Luong's order": {"score": "dot", **LUONG},
    "general, Luong's order": {"score": "general", **LUONG},
    "general, fed": {"score": "general", **LUONG, "fed": True},
    "concat, Luong's order": {"score": "concat", **LUONG},
    "concat, keys as they are": {"score": "concat", **LUONG, "key_matrix": False},
    "additive, states alone": {"score": "additive", "adds_words": False},
}
LONGER = {"dot": 4 * EPOCHS, "scaled dot": 4 * EPOCHS}  # with the rate of the smaller budget


class LearnedScale(Attention):
    """The dot product times a learned number, as in `keras.layers.Attention(use_scale=True)`."""

    def __init__(self, first, **kwargs):
        super().__init__("dot", **kwargs)
        self.first = first

    def build(self, query_shape, keys_shape):
        """Makes the factor."""
        super().build(query_shape, keys_shape)
        self.scale = self.add_weight(
            shape=(), initializer=keras.initializers.Constant(self.first), name="scale"
        )

    def scores(self, query, projected):
        """As for dot, times the factor."""
        return self.scale * super().scores(query, projected)


class KeysAsTheyAre(Attention):
    """Concat with the identity where its matrix meets the key (Luong et al. 2015, footnote 15)."""

    def __init__(self, **kwargs):
        super().__init__("concat", **kwargs)

    def project(self, keys):
        """Nothing is learned here."""
        return keys


# ----------------------------------------------------------------------------------- the sentences


@cache
def sentences():
    """Training, validation and test pairs, and the two tokenizers."""
    pairs = datasets.bitext.load("course")
    counts = Counter(word for line in pairs.where("train").source for word in line.split())
    frequent = {word for word, _ in counts.most_common(FREQUENT)}
    few = [
        n for n, both in enumerate(zip(pairs.source, pairs.target, strict=True))
        if frequent.issuperset(both[0].split())
        and all(len(line.split()) <= most for line, most in zip(both, LONGEST, strict=True))
    ]  # fmt: skip
    train = pairs[[n for n in few if pairs.parts[n] == "train"]]
    test = pairs[[n for n in few if pairs.parts[n] in ("validation", "test")]]
    tokenizers = [text.train_tokenizer(side) for side in (train.source, train.target)]
    return (train[:-VALIDATION], train[-VALIDATION:], test), tokenizers


def ids(pairs):
    """Pairs as ids (pairs, time): the source, what is read, and what is to be said.

    All have room for the longest pair, because the decoder is unrolled.
    """
    of_source, of_target = sentences()[1]
    source = of_source.encode(pairs.source)
    target = of_target.encode(pairs.target, start=True, end=True)
    source, target = (
        np.pad(rows, ((0, 0), (0, most - rows.shape[1])))
        for rows, most in ((source, LONGEST[0]), (target, LONGEST[1] + 2))
    )
    return source, target[:, :-1], target[:, 1:]


@cache
def rows():
    """The training pairs as ids."""
    return ids(sentences()[0][0])


# ------------------------------------------------------------------------------------- the models


def attention(score, units, scale=None, key_matrix=True):
    """The layer that scores; see `ROWS`."""
    if scale is not None:
        return LearnedScale(scale)
    return Attention(score, units) if key_matrix else KeysAsTheyAre(units=units)


def translator(
    words, times, units, score, order="bahdanau", fed=False, adds_words=True, first=1.0, **options
):
    """Two models that share all layers, (source, words read) → (batch, target time, …).

    The first gives the scores of the next words, the second the attention weights (or nothing).

    Args:
        words: how many there are, in the source and in the target.
        times: steps of the encoder and of the decoder, which is unrolled.
        units: size of states and word vectors.
        score: that of `Attention`, or None.
        order: before the step ("bahdanau") or after it ("luong").
        fed: whether what was seen is read by the next step, too, in Luong's order.
        adds_words: whether a key holds the word's own vector.
        first: how large the Dense layer of the query begins, beside Keras's usual size.
        **options: see `attention`.
    """
    source, read = (layers.Input((time,), dtype="int32") for time in times)
    mask = ops.not_equal(source, text.PAD)
    x, y = (_vectors(count, units)(ids) for count, ids in zip(words, (source, read), strict=True))
    x, y = x * units**0.5, y * units**0.5  # stored smaller, so that Adam moves them faster
    reader = layers.GRU(units, return_sequences=True, return_state=True)
    states, *last = layers.Bidirectional(reader, merge_mode="sum")(x, mask=mask)
    keys = states + x if adds_words else states
    d = layers.Dense(units, activation="tanh")(ops.concatenate(last, axis=-1))
    cell, readout = layers.GRUCell(units), layers.Dense(units, activation="tanh")
    look = attention(score, units, **options) if score else None
    multiplies = score in ("dot", "scaled_dot", "general")
    if multiplies and order == "bahdanau":
        begins = keras.initializers.VarianceScaling(first**2, "fan_avg", "uniform")  # 1: Glorot's
        query = layers.Dense(units, kernel_initializer=begins)
    else:
        query = layers.Identity()
    h, said, looks = ops.zeros_like(d), [], []
    for t in range(times[1]):
        y_t = y[:, t]
        if score is None:
            d, _ = cell(y_t, d)
            h = readout(d)
        elif order == "bahdanau":
            c, weights = look(query(ops.concatenate([d, y_t], axis=-1)), keys, mask)
            d, _ = cell(ops.concatenate([y_t, c], axis=-1), d)
            h = readout(ops.concatenate([d, c, y_t], axis=-1))
        else:
            d, _ = cell(ops.concatenate([y_t, h], axis=-1) if fed else y_t, d)
            c, weights = look(d, keys, mask)
            h = readout(ops.concatenate([d, c], axis=-1))
        said.append(h)
        looks += [weights] if score else []
    scores = layers.Dense(words[1])(ops.stack(said, axis=1))
    looking = keras.Model([source, read], ops.stack(looks, axis=1)) if score else None
    return keras.Model([source, read], scores), looking


def _vectors(count, units):
    return layers.Embedding(count, units, keras.initializers.RandomNormal(stddev=units**-0.5))


def _translator(row):
    source, read, _ = rows()
    sizes = [tokenizer.size for tokenizer in sentences()[1]]
    return translator(sizes, (source.shape[1], read.shape[1]), UNITS, **ROWS[row])


@cache
def _learner(row):
    """The two models of a row, made once: to compile takes as long as a training does."""
    model, looking = _translator(row)
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0), training.MaskedCrossEntropy(),
        jit_compile=False,
    )  # fmt: skip
    return model, looking


def fresh(row, seed):
    """The model of a row, its weights drawn with this seed, its optimiser new."""
    model, _ = _learner(row)
    keras.utils.set_random_seed(seed)
    model.set_weights(_translator(row)[0].get_weights())
    for variable in model.optimizer.variables:
        variable.assign(ops.zeros_like(variable))
    return model


def train(row, rate, seed, epochs=EPOCHS, at_point=None):
    """A trained model; the rate rises at first, then falls along a cosine."""
    model, (source, read, says) = fresh(row, seed), rows()
    random, batches = np.random.default_rng(seed), len(says) // BATCH
    total = epochs * batches
    marks, done = [total * (point + 1) // POINTS for point in range(POINTS)], 0
    for _ in range(epochs):
        order = random.permutation(len(says))
        for chosen in order[: batches * BATCH].reshape(batches, BATCH):
            model.optimizer.learning_rate = training.learning_rate_at(done / total, rate)
            model.train_on_batch([source[chosen], read[chosen]], says[chosen])
            done += 1
            if at_point and done in marks:
                at_point(model)
    return model


def bleu(model, pairs):
    """BLEU of greedy translations. All words so far are read again each time, few as they are."""
    source, read, _ = ids(pairs)
    said = np.full((len(read), read.shape[1] + 1), text.PAD)
    said[:, 0] = text.START
    for t in range(read.shape[1]):
        said[:, t + 1] = model.predict_on_batch([source, said[:, :-1]])[:, t].argmax(-1)
    return metrics.bleu(sentences()[1][1].decode(said[:, 1:]), pairs.target)


def looks(row, pairs):
    """The attention weights (pairs, target time, source time), the references being said."""
    return _learner(row)[1].predict_on_batch(list(ids(pairs)[:2]))


def alignment(weights, pairs):
    """The alignment error rate of the places looked at most."""
    links = [
        metrics.links_from_attention(of[: len(target.split()), : len(source.split())])
        for of, source, target in zip(weights, pairs.source, pairs.target, strict=True)
    ]
    return metrics.alignment_error_rate(links, [set(gold) for gold in pairs.alignment])


# -------------------------------------------------------------------------------------- measurement


def measure(options, seed, epochs=None):
    """Trains one row: BLEU and alignment error on test, a curve on validation, and seconds.

    Also how large the largest weight is at the first step before training, in the mean over the
    test sentences.
    """
    (_, validation, test), _ = sentences()
    began, curve, row = time.process_time(), [], options["row"]
    attends = ROWS[row]["score"] is not None
    fresh(row, seed)
    first = looks(row, test)[:, 0].max(axis=-1).mean() if attends else None
    model = train(
        row, options["learning_rate"], seed, epochs or options.get("epochs", EPOCHS),
        lambda model: curve.append(round(bleu(model, validation), 2)),
    )  # fmt: skip
    found = {"bleu": round(bleu(model, test), 2), "validation": curve}
    if attends:
        found["alignment error"] = round(alignment(looks(row, test), test), 3)
        found["first weight"] = round(float(first), 3)
    return {**found, "seconds": round(time.process_time() - began, 1)}


def validation(options, seed):
    """Trains one row to choose a rate by: BLEU on validation."""
    model = train(options["row"], options["learning_rate"], TUNING + seed)
    return round(bleu(model, sentences()[0][1]), 2)


def common():
    """What all rows share."""
    return {
        "pairs": len(sentences()[0][0]), "longest": list(LONGEST), "frequent": FREQUENT,
        "units": UNITS, "batch": BATCH, "epochs": EPOCHS, "clipped at": 1.0, "weights": "the last",
    }  # fmt: skip


def run(row=None):
    """Measures what the file lacks, row after row: first its rate, then its seeds."""
    best = {}
    for name in [row] if row else ROWS:
        options = {"row": name, **ROWS[name]}
        best[name] = experiments.tune(
            {name: options}, validation, rates=RATES, path=RESULT, name=f"{name}: rates",
            common={**common(), "first seed": TUNING},
        ).best[name]  # fmt: skip
        _run(name, {**options, "learning_rate": best[name]})
    for name in [name for name in LONGER if name in best]:
        epochs, options = LONGER[name], {"row": name, **ROWS[name], "learning_rate": best[name]}
        _run(f"{name}, {epochs} epochs", {**options, "epochs": epochs})


def _run(name, options):
    experiments.run({name: options}, measure, SEEDS, path=RESULT, name=name, common=common())


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--row", choices=ROWS, help="only this, its rate apart")
    run(parser.parse_args().row)
