"""Stacks of recurrent layers, for notebook 12: does depth pay, what rescues it, what dropout does.

    python benchmarks/depth.py                    # writes benchmarks/depth.json
    python benchmarks/depth.py --part rescue      # one part; an interrupted one goes on

Each row has a learning rate of its own, chosen on validation by `experiments.tune`. Training,
validation and test examples come from separate streams of seeds (words: from separate parts of the
corpus), and so do the runs that choose a rate (100, 101, 102) and those of the tables (from 0 on).
The test set is read once, at the end; with the last weights where nothing else is said.

The first three parts say a bit of some steps ago (`datasets.memory.echo`): the share of bits that
are right, where guessing has a half.

- depth: one to four GRU layers with equally many parameters, and one layer with as many *units* as
  three have together: is it the depth, or is it room for more numbers in the state?
- depth, four times the batches: both kinds of one layer and three layers, with the rates of the
  smaller budget. For "normalised" likewise: the rows that begin with larger matrices.
- rescue: twelve LSTM layers, plain, with residual connections, and with layer normalisation before
  each layer.
- readable: a control, the plain stack with a delay that can be read from it before training, and
  the stack with residual connections beside it.
- obstacles: the plain stack without one of two things that might stop it, or without both. It is
  on time where its forget gates begin with a bias of -1, so that each layer averages over few
  steps; its gradients cannot be too small for Adam where that has an ε far below them, and its
  states are not small with layer normalisation.
- normalised: a simple layer with and without layer normalisation in the recurrence, from ordinary
  matrices and from matrices four times as large.
- dropout: two GRU layers that tag the words of the course corpus, having learned from 200
  sentences; a word that is not in them is [UNK], and rare words are read as such now and then in
  training. A sentence loses the same values at every step, of what the second layer reads, of what
  both do, or of the states. Cross-entropy of new sentences in nats per word: at the epoch that is
  best on validation, and at the last.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers, ops

from utils import datasets, experiments
from utils.models import Tagger, stacked_rnn
from utils.tokens import UNK
from utils.training import WordDropout

RESULT = Path(__file__).with_suffix(".json")
BATCH, STEPS = 32, 16  # sequences a batch; steps of each at which a bit is asked for
KINDS = {"plain": {}, "residual": {"residual": True}, "normalised": {"normalise": True}}
VALIDATION, TEST = 2000, 1000  # seeds of made sequences
TUNING = 100  # the first of the three seeds that choose a rate
POINTS = 8  # of a learning curve
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)  # where each search begins
TRAINED_BY = ("learning_rate", "batches", "parameters")  # options that make no other network
FOURFOLD = "{}, four times the batches"
SMALLER = {FOURFOLD.format(part): part for part in ("depth", "normalised")}  # whose rates they have
BATCHES = {"depth": 400, "rescue": 200, "readable": 200, "obstacles": 200, "normalised": 300}
BATCHES |= {part: 4 * BATCHES[smaller] for part, smaller in SMALLER.items()}
EPSILON, SMALL_EPSILON = 1e-7, 1e-12  # of Adam: Keras's own, and one below any gradient here
SEEDS = 10  # of every table
UNITS, DELAY = {1: 14, 2: 10, 3: 8, 4: 7}, 16  # equally many parameters, to within a twentieth
LONGER = ("1 layer", "3 layers", "1 layer, more units")  # what the verdicts are about
SENTENCES, BATCH_OF_SENTENCES, LONGEST, EPOCHS, SHARE = 200, 20, 16, 24, 0.5


# ------------------------------------------------------------------------------------ the networks


class NormalisedCell(layers.Layer):
    """A simple recurrent cell with layer normalisation, as notebook 12 writes it."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.state_size = units
        self.from_input = layers.Dense(units, use_bias=False, dtype=self.dtype_policy)
        self.from_state = layers.Dense(
            units, use_bias=False, kernel_initializer="orthogonal", dtype=self.dtype_policy
        )
        self.normalise = layers.LayerNormalization(dtype=self.dtype_policy)

    def build(self, input_shape):
        """Makes the weights."""
        self.from_input.build(input_shape)
        for part in (self.from_state, self.normalise):
            part.build((None, self.state_size))

    def call(self, x, states):
        """One step: the new state is also what is said."""
        h = ops.tanh(self.normalise(self.from_input(x) + self.from_state(states[0])))
        return h, [h]


def network(options: dict) -> keras.Model:
    """Bits (batch, time, 1) → scores (batch, STEPS, 1) of what they were `delay` steps ago."""
    inputs = layers.Input((options["delay"] + STEPS, 1))
    if "start" in options:
        x = _one_layer(inputs, options)
    else:
        chosen = ("units", "depth", "cell", "residual", "normalise")
        x = stacked_rnn(inputs, **{name: options[name] for name in chosen if name in options})
    model = keras.Model(inputs, layers.Dense(1)(x[:, options["delay"] :]))
    if "forget bias" in options:
        _set_forget_bias(model, options["forget bias"])
    return model


def _set_forget_bias(model, value):
    """Of every LSTM; Keras begins with 1."""
    for layer in model.layers:
        if isinstance(layer, layers.LSTM):
            bias = layer.cell.bias.numpy()  # of input gate, forget gate, candidate, output gate
            bias[layer.units : 2 * layer.units] = value
            layer.cell.bias.assign(bias)


def _one_layer(inputs, options):
    """A simple layer whose two matrices begin `start` times as large as usual."""
    layer = layers.SimpleRNN(options["units"], return_sequences=True)
    if options.get("normalised"):
        layer = layers.RNN(NormalisedCell(options["units"]), return_sequences=True)
    x = layer(inputs)
    matrices = [weight for weight in layer.trainable_variables if len(weight.shape) == 2]
    for matrix in matrices:
        matrix.assign(options["start"] * matrix)
    return x


class Learner:
    """A compiled network that begins anew for each seed and rate: compiling takes longer.

    XLA makes one piece of a step, which takes a fifth of the time with layers as small as these.
    """

    def __init__(self, build, loss, epsilon=EPSILON):
        self.build, self.model = build, build()
        optimizer = keras.optimizers.Adam(1e-3, epsilon=epsilon, global_clipnorm=1.0)
        self.model.compile(optimizer, loss, jit_compile=True)

    def renew(self, rate: float, seed: int) -> keras.Model:
        """The model with weights drawn with this seed, and an optimiser that has seen nothing."""
        keras.utils.set_random_seed(seed)
        fresh = self.build()
        self.model.set_weights(fresh.get_weights())
        for ours, new in zip(_seeds(self.model), _seeds(fresh), strict=True):
            ours.assign(new)
        for variable in self.model.optimizer.variables:
            variable.assign(ops.zeros_like(variable))
        self.model.optimizer.learning_rate = rate
        return self.model


def _seeds(model):
    """What decides which values dropout takes next."""
    return [state for state in model.non_trainable_variables if "seed_generator" in state.path]


# -------------------------------------------------------------------------------- bits of long ago


def _network_only(options: dict) -> tuple:
    """What of a row a network is made by, in a form that can be kept."""
    return tuple(sorted((name, value) for name, value in options.items() if name not in TRAINED_BY))


@cache
def _echoing(options: tuple) -> Learner:
    options = dict(options)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    return Learner(partial(network, options), loss, options.get("epsilon", EPSILON))


def echo(options: dict, seed: int, points: int) -> tuple[keras.Model, list[float]]:
    """Trains one network; returns it, and its share of bits right on validation, point by point."""
    model = _echoing(_network_only(options)).renew(options["learning_rate"], seed)
    batches, delay = options["batches"], options["delay"]
    examples = datasets.memory.echo(batches * BATCH, delay + STEPS, seed, delay=delay)
    curve = []
    for bits, wanted in zip(*(np.split(part, points) for part in examples), strict=True):
        model.fit(bits, wanted[:, delay:], batch_size=BATCH, verbose=0)
        curve.append(share_right(model, delay, VALIDATION))
    return model, curve


def share_right(model, delay: int, seed: int) -> float:
    """The share of bits that are right, in 500 new sequences."""
    bits, wanted = datasets.memory.echo(500, delay + STEPS, seed, delay=delay)
    right = (model.predict(bits, batch_size=500, verbose=0) > 0) == (wanted[:, delay:] > 0.5)
    return round(float(np.mean(right)), 4)


# ------------------------------------------------------------------------------------------- words


@cache
def sentences() -> dict:
    """Ids and tags of the three parts, the tagger whose lists they follow, and word dropout."""
    corpus = datasets.tagging.load("course")
    training = corpus.where("train")[:SENTENCES]
    tagger = Tagger.from_data(training, units=1, embedding=1)  # for its lists
    tags = set(tagger.options["tags"])
    parts = {"training": training}
    for name in ("validation", "test"):  # nobody can give a tag that was never seen
        new = corpus.where(name)
        parts[name] = new[[i for i, asked in enumerate(new.tags) if tags.issuperset(asked)]][:500]
    encoded = {
        name: (_padded(tagger.encode(part.words), 0), _padded(tagger.encode_tags(part.tags), -1))
        for name, part in parts.items()
    }
    return {**encoded, "tagger": tagger, "dropout": WordDropout(0.25, encoded["training"][0])}


def _padded(ids, value):
    return np.pad(ids, ((0, 0), (0, LONGEST - ids.shape[1])), constant_values=value)


def tagging(options: dict) -> keras.Model:
    """Ids (batch, LONGEST) → scores of the tags, by two GRU layers."""
    known = sentences()["tagger"].options
    inputs = layers.Input((LONGEST,), dtype="int32")
    vectors = layers.Embedding(len(known["words"]) + 2, 32)(inputs)
    states = layers.Dense(32)(vectors)  # as `stacked_rnn` begins
    of_all, of_state = options.get("dropout", 0), options.get("recurrent_dropout", 0)
    for share in (of_all, options.get("between", of_all)):  # of what each layer reads
        layer = layers.GRU(32, return_sequences=True, dropout=share, recurrent_dropout=of_state)
        states = layer(states)
    return keras.Model(inputs, layers.Dense(len(known["tags"]))(states))


@cache
def _tagging(options: tuple) -> Learner:
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    return Learner(partial(tagging, dict(options)), loss)


def tag(options: dict, seed: int) -> tuple[keras.Model, dict]:
    """Trains one tagger.

    Returns:
        The model with its last weights; and "curves", the nats per word after each epoch on
        training (as it is read without dropout) and validation, "weights", those of the best epoch.
    """
    model = _tagging(_network_only(options)).renew(options["learning_rate"], seed)
    (ids, tags), unknown = sentences()["training"], sentences()["dropout"]
    random = np.random.default_rng(seed)
    curves, weights = {"training": [], "validation": []}, None
    for _ in range(EPOCHS):
        [read] = unknown((ids,), random)
        for chosen in random.permutation(SENTENCES).reshape(-1, BATCH_OF_SENTENCES):
            model.train_on_batch(read[chosen], tags[chosen])
        for part, curve in curves.items():
            curve.append(nats(model, part)["all"])
        if curves["validation"][-1] == min(curves["validation"]):
            weights = model.get_weights()
    return model, {"curves": curves, "weights": weights}


def nats(model, part: str) -> dict[str, float]:
    """The cross-entropy of a part, in nats per word: all its words, those known, the others."""
    ids, tags = sentences()[part]
    scores = model.predict_on_batch(ids)
    scores = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    of_tag = -np.take_along_axis(scores, np.maximum(tags, 0)[..., None], axis=-1)[..., 0]
    words = tags >= 0
    chosen = {"all": words, "known": words & (ids != UNK), "unknown": words & (ids == UNK)}
    return {name: round(float(of_tag[which].mean()), 4) for name, which in chosen.items()
            if which.any()}  # fmt: skip


# -------------------------------------------------------------------------------------- measurement


def measure(part: str, options: dict, seed: int) -> dict[str, float | list[float]]:
    """Trains one network: its score on test, and learning curves."""
    if part != "dropout":
        model, curve = echo(options, seed, POINTS)
        return {"score": share_right(model, options["delay"], TEST), "validation": curve}
    model, found = tag(options, seed)
    at_last = nats(model, "test")
    model.set_weights(found["weights"])
    at_best, curves = nats(model, "test"), found["curves"]
    scores = {f"{name}, {when}": at[name] for when, at in (("best", at_best), ("last", at_last))
              for name in at}  # fmt: skip
    return {**scores, "best epoch": 1 + int(np.argmin(curves["validation"])), **curves}


def validation(part: str, options: dict, seed: int) -> float:
    """Trains one network to choose a rate by: validation at the end, or at the best epoch."""
    if part == "dropout":
        return min(tag(options, TUNING + seed)[1]["curves"]["validation"])
    return echo(options, TUNING + seed, 1)[1][-1]


# --------------------------------------------------------------------------------------- the tables


def rows(part: str) -> dict[str, dict]:
    """Row → its options, without a learning rate."""
    if part == "dropout":
        inputs, inside = {"dropout": SHARE}, {"recurrent_dropout": SHARE}
        return {"none": {}, "between layers": {"between": SHARE}, "all inputs": inputs,
                "in the recurrence": inside, "all inputs, and the recurrence": inputs | inside
                }  # fmt: skip
    batches = {"batches": BATCHES[part]}
    if SMALLER.get(part, part) == "normalised":
        return {
            f"{name}, matrices × {start}": {"start": start, "normalised": how, "units": 16,
                                            "delay": 8, **batches}
            for start in ((4,) if part in SMALLER else (1, 4))
            for name, how in (("plain", False), ("normalised", True))
        }  # fmt: skip
    twelve = {"cell": "lstm", "units": 12, "depth": 12, "delay": 4, **batches}
    if part == "rescue":
        return {kind: {**twelve, **options} for kind, options in KINDS.items()}
    if part == "readable":
        return {f"{kind}, delay 16": {**twelve, "delay": 16, **KINDS[kind]}
                for kind in ("plain", "residual")}  # fmt: skip
    if part == "obstacles":
        on_time, small = {"forget bias": -1}, {"epsilon": SMALL_EPSILON}
        return {"small ε": {**twelve, **small}, "on time": {**twelve, **on_time},
                "on time, small ε": {**twelve, **on_time, **small},
                "on time, normalised": {**twelve, **on_time, **KINDS["normalised"]}}  # fmt: skip
    gru = {"cell": "gru", "delay": DELAY, **batches}
    wide = {"1 layer, more units": {**gru, "depth": 1, "units": 24}}
    equal = {_layers(depth): {**gru, "depth": depth, "units": units}
             for depth, units in UNITS.items()}  # fmt: skip
    return {name: {**options, "parameters": network(options).count_params()}
            for name, options in (equal | wide).items() if part == "depth" or name in LONGER
            }  # fmt: skip


def _layers(depth):
    return "1 layer" if depth == 1 else f"{depth} layers"


def common(part: str) -> dict:
    """What all rows of a part share."""
    if part == "dropout":
        return {"sentences": SENTENCES, "epochs": EPOCHS, "units": 32, "batch": BATCH_OF_SENTENCES}
    return {"batch": BATCH, "steps": STEPS, "clipped at": 1.0, "weights": "the last"}


def best_rates(part: str) -> dict[str, float]:
    """Row → the rate that is best on validation; the search is kept."""
    return experiments.tune(
        rows(part), partial(validation, part), rates=RATES, higher_is_better=part != "dropout",
        path=RESULT, name=f"{part}: rates", common={**common(part), "first seed": TUNING},
    ).best  # fmt: skip


def run(part: str) -> None:
    """Chooses a rate for each row, then measures it, what the file lacks of it."""
    best = best_rates(SMALLER.get(part, part))
    ready = {row: {**options, "learning_rate": best[row]} for row, options in rows(part).items()}
    experiments.run(
        ready, partial(measure, part), SEEDS, path=RESULT, name=part,
        common=common(part),
    )  # fmt: skip


PARTS = ("depth", "rescue", "readable", "obstacles", "normalised", "dropout", *SMALLER)


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each network is traced anew
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; may be repeated")
    for part in parser.parse_args().part or PARTS:
        print(part, flush=True)
        run(part)
