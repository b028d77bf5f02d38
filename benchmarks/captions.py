"""Where a picture's vector enters the decoder, and what one vector holds, for notebook 5.

    python benchmarks/captions.py                     # writes benchmarks/captions.json
    python benchmarks/captions.py --part "4 epochs"   # one part; an interrupted one goes on

Question: is a captioner better when the picture's vector makes the decoder's first state, is read
at the first step only (Vinyals and others 2015; Karpathy and Fei-Fei 2015), is read at every step,
or is merged with the state behind the recurrent layer (Tanti and others 2018)? Equal in pictures,
batches, encoder, units and word vectors; the parameters differ by what the vector's matrix needs,
and are stored. The outcome is the share of new pictures whose caption is right, word for word.
Notebook 5 would say the opposite if "every step" were no better than the best of the others.

Pictures of three sets: training, validation (rates are chosen on it, with seeds of their own), and
test, read once, at the end, with the last weights.

- "4 epochs": encoder and decoder learn together, each way with a rate of its own.
- "16 epochs": the same with four times the batches, and the rates of the smaller budget.
- "64 epochs": "every step" alone, once more with four times the batches: what one vector can hold.
- "given vectors": the likeliest reason for another result in the literature, where the vector comes
  from a network that has learned to see before. Here, too: one encoder learns size, colour, shape
  and place of the objects by itself and is frozen; the decoders learn from its vectors.
- "vectors of every step", "vectors of first state": the same with the encoder of a captioner that
  learned for 16 epochs, with the rates of "given vectors". The first asks whether the ways are
  close only because none can do better with the vectors of an encoder that learned by itself; the
  second, what "every step" can say of what "first state" has learned to see.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from functools import cache, partial
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers, ops

from utils import expect, experiments, metrics, text
from utils.datasets import scenes

RESULT = Path(__file__).with_suffix(".json")
HELD_OUT = [("red", "star"), ("blue", "ring"), ("green", "square")]
WAYS = ("first state", "first step", "every step", "merge")
SCENES, TEST, VALIDATION = 8000, 600, 400
BATCH, SIZE = 64, 64  # pictures a batch; numbers in the vector, and units of a decoder
LIMIT = 12  # tokens: the longest caption has ten words, and [END]
EPOCHS = {
    "4 epochs": 4, "16 epochs": 16, "64 epochs": 64,
    "given vectors": 8, "vectors of every step": 8, "vectors of first state": 8,
}  # fmt: skip
SEEDS = {
    "4 epochs": 5, "16 epochs": 5, "64 epochs": 3,
    "given vectors": 10, "vectors of every step": 5, "vectors of first state": 5,
}  # fmt: skip
RATES_OF = {  # the other parts have their own
    "16 epochs": "4 epochs", "64 epochs": "4 epochs",
    "vectors of every step": "given vectors", "vectors of first state": "given vectors",
}  # fmt: skip
ROWS = {"64 epochs": ["every step"], "vectors of first state": ["first state", "every step"]}
RATES = (2e-3, 4e-3, 8e-3, 1.6e-2)  # where each search begins
TUNING = 100  # the first of the three seeds that choose a rate
SEEING = 16, 4e-3  # epochs and rate of the encoder that learns by itself
SPEAKING = {"every step": (16, 2e-3), "first state": (16, 1e-3)}
"""Epochs and rates of the captioners that lend their encoders, as in the part "16 epochs"."""
POINTS = 4  # of a learning curve


# -------------------------------------------------------------------------------------- the models


def make_encoder():
    """Pictures (batch, 32, 32, 3) → vectors (batch, 64), as in notebook 5."""
    encoder = keras.Sequential([layers.Input((32, 32, 3))])
    for filters, pooled in ((16, True), (32, True), (64, False)):
        encoder.add(layers.Conv2D(filters, 3, padding="same"))
        encoder.add(layers.BatchNormalization(momentum=0.9))
        encoder.add(layers.ReLU())
        if pooled:
            encoder.add(layers.MaxPooling2D())
    encoder.add(layers.Flatten())
    encoder.add(layers.Dense(64, activation="relu"))
    return encoder


def decoder_with(vocabulary, way):
    """(words, v) → scores of the next word; the vector enters in one of four ways."""
    expect.one_of("way", way, WAYS)
    words, v = layers.Input((None,), dtype="int32"), layers.Input((64,))
    x = layers.Embedding(vocabulary, 32, keras.initializers.RandomNormal(stddev=1.0))(words)
    gru = layers.GRU(64, return_sequences=True)
    once_a_word = ops.zeros_like(x[..., :1])  # (batch, time, 1): adding it copies v to each word
    if way == "first state":
        h = gru(x, initial_state=layers.Dense(64, activation="tanh")(v))
    elif way == "first step":
        seen = ops.expand_dims(layers.Dense(32)(v), 1)
        h = gru(ops.concatenate([seen, x], axis=1))[:, 1:]  # (batch, time, 64)
    elif way == "every step":
        seen = ops.expand_dims(layers.Dense(32)(v), 1) + once_a_word
        h = gru(ops.concatenate([x, seen], axis=-1))
    else:  # merge
        seen = ops.expand_dims(layers.Dense(64)(v), 1) + once_a_word
        h = layers.Dense(64, activation="relu")(ops.concatenate([gru(x), seen], axis=-1))
    return keras.Model([words, v], layers.Dense(vocabulary)(h))


# ------------------------------------------------------------------------------------ the pictures


@cache
def pictures():
    """Training, validation, test and new combinations; and the tokenizer."""
    parts = scenes.split(
        scenes.make(SCENES, seed=0), test=TEST, validation=VALIDATION, held_out=HELD_OUT
    )
    return parts, text.train_tokenizer(parts.train.captions)


@cache
def rows():
    """The training captions as ids, (captions, LIMIT): what is read, and what is to be said."""
    parts, tokenizer = pictures()
    ids = tokenizer.encode(parts.train.captions, start=True, end=True)
    return ids[:, :-1], ids[:, 1:]


def attributes(things):
    """What there is to see in scenes, as whole numbers (scenes, 7), for an encoder alone."""
    words = [list(scenes.SIZES), list(scenes.COLOURS), list(scenes.SHAPES)]
    found = []
    for caption in things.captions:
        stated = scenes.attributes(caption)
        numbers = [list(scenes.RELATIONS).index(stated["relation"]) if stated["relation"] else 4]
        for place in range(2):
            objects = stated["objects"][place : place + 1]
            for name, known in zip(("size", "colour", "shape"), words, strict=True):
                numbers.append(known.index(objects[0][name]) if objects else len(known))
        found.append(numbers)
    return np.array(found)


CHOICES = (5, 3, 7, 7, 3, 7, 7)  # of each attribute, "there is none" included


# ----------------------------------------------------------------------------------- one training


@cache
def _learner(way, given):
    """Encoder (None where vectors are given), decoder and the compiled model, made once.

    To compile takes as long as a short training does.
    """
    encoder = None if given else make_encoder()
    decoder = decoder_with(pictures()[1].size, way)
    words = layers.Input((None,), dtype="int32")
    seen = layers.Input((SIZE,) if given else (32, 32, 3))
    model = keras.Model([words, seen], decoder([words, encoder(seen) if encoder else seen]))
    _compile(model, keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0))
    return encoder, decoder, model


def _compile(model, loss):
    model.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0), loss, jit_compile=False)


def _renew(encoder, decoder, model, way, seed):
    """Begins anew: weights drawn with this seed, an optimiser that has seen nothing."""
    keras.utils.set_random_seed(seed)
    if encoder is not None:
        encoder.set_weights(make_encoder().get_weights())
    decoder.set_weights(decoder_with(pictures()[1].size, way).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(ops.zeros_like(variable))


def _fit(model, inputs, targets, epochs, rate, seed, at_point=None):
    """Trains with a rate that falls to zero along a cosine; calls `at_point` at equal distances."""
    random, batches = np.random.default_rng(seed), len(targets) // BATCH
    marks = [batches * epochs * (point + 1) // POINTS for point in range(POINTS)]
    done = 0
    for _ in range(epochs):
        order = random.permutation(len(targets))
        for chosen in order[: batches * BATCH].reshape(batches, BATCH):
            model.optimizer.learning_rate = (
                rate * (1 + np.cos(np.pi * done / (batches * epochs))) / 2
            )
            read = [part[chosen] for part in inputs]
            model.train_on_batch(read if len(read) > 1 else read[0], targets[chosen])
            done += 1
            if at_point and done in marks:
                at_point()


def train(way, part, rate, seed, epochs=None, curve=True):
    """One captioner: `(describe, curve)`, a function scenes → captions, and what validation gave.

    Args:
        way: one of `WAYS`.
        part: one of `EPOCHS`.
        rate: the learning rate to begin with.
        seed: of weights and order.
        epochs: others than those of the part.
        curve: whether validation is read at `POINTS` points.
    """
    parts, tokenizer = pictures()
    given, frozen = is_given(part), frozen_encoder(part)
    encoder, decoder, model = _learner(way, given)
    _renew(encoder, decoder, model, way, seed)
    seeing = frozen if given else encoder
    reads, says = rows()
    seen = vectors(seeing, parts.train) if given else parts.train.images

    def describe(things):
        return tokenizer.decode(said(decoder, vectors(seeing, things)))

    found = []
    _fit(
        model, [reads, seen], says, epochs or EPOCHS[part], rate, seed,
        (lambda: found.append(by_count(describe, parts.validation))) if curve else None,
    )  # fmt: skip
    return describe, found


@cache
def seeing_encoder(epochs=SEEING[0]):
    """The encoder that has learned the attributes of scenes by itself, one for all decoders."""
    keras.utils.set_random_seed(TUNING)
    encoder = make_encoder()
    model = keras.Sequential([encoder, layers.Dense(sum(CHOICES))])
    _compile(model, _attribute_loss)
    train = pictures()[0].train
    _fit(model, [train.images], attributes(train), epochs, SEEING[1], TUNING)
    return encoder


@cache
def speaking_encoder(way, epochs=None):
    """The encoder of one captioner, after its training."""
    usual, rate = SPEAKING[way]
    train(way, "16 epochs", rate, TUNING, epochs or usual, curve=False)
    encoder = make_encoder()  # its own: the next training begins with the same model
    encoder.set_weights(_learner(way, False)[0].get_weights())
    return encoder


def frozen_encoder(part):
    """The encoder whose vectors are given, None where it learns with the decoder."""
    if part == "given vectors":
        return seeing_encoder()
    return speaking_encoder(part.removeprefix("vectors of ")) if is_given(part) else None


def is_given(part):
    """Whether the decoders of a part learn from vectors."""
    return "vectors" in part


def _attribute_loss(true, scores):
    ends = np.cumsum(CHOICES)[:-1].tolist()
    return sum(
        keras.losses.sparse_categorical_crossentropy(true[:, n], part, from_logits=True)
        for n, part in enumerate(ops.split(scores, ends, axis=-1))
    )


def vectors(encoder, things):
    """The vectors of scenes, (scenes, SIZE)."""
    return encoder.predict(things.images, batch_size=500, verbose=0)


def said(decoder, v):
    """Greedy decoding of any decoder: rows of ids (batch, LIMIT).

    It reads all words so far again at each step, which costs little where captions are short, and
    needs nothing from the decoder but its scores.
    """
    ids = np.full((len(v), LIMIT), text.PAD)
    ids[:, 0] = text.START
    for t in range(LIMIT - 1):
        scores = decoder.predict_on_batch([ids, v])
        ids[:, t + 1] = scores[:, t].argmax(-1)
    return ids[:, 1:]


def by_count(describe, things):
    """The share of captions exactly right, of pictures with one object, two, and of all."""
    right = np.array([a == b for a, b in zip(describe(things), things.captions, strict=True)])
    counts = np.array([len(objects) for objects in things.objects])
    return {"one": right[counts == 1].mean(), "two": right[counts == 2].mean(), "all": right.mean()}


# -------------------------------------------------------------------------------------- measurement


def measure(part, options, seed, **changed):
    """Trains one captioner: its scores on test, learning curves on validation, and seconds."""
    began = time.process_time()
    describe, curve = train(options["way"], part, options["learning_rate"], seed, **changed)
    seconds = time.process_time() - began
    things = pictures()[0].test
    captions, counts = describe(things), np.array([len(objects) for objects in things.objects])
    found = by_count(lambda _: captions, things)
    for name, count in (("one", 1), ("two", 2)):
        chosen = np.flatnonzero(counts == count)
        scores = metrics.caption_scores(
            [captions[i] for i in chosen], [things.captions[i] for i in chosen]
        )
        found |= {f"{what}, {name}": scores[what] for what in scores if what != "exact"}
    found |= {f"{name} by then": [at[name] for at in curve] for name in ("one", "two", "all")}
    rounded = {name: np.round(value, 3).tolist() for name, value in found.items()}
    return {**rounded, "seconds": round(seconds, 1)}


def validation(part, options, seed):
    """Trains one captioner to choose a rate by: its share exactly right on validation."""
    describe, _ = train(options["way"], part, options["learning_rate"], TUNING + seed, curve=False)
    return round(float(by_count(describe, pictures()[0].validation)["all"]), 3)


def listed(part):
    """The rows of a part: each way, with its parameters."""
    return {
        way: {"way": way, "parameters": _learner(way, is_given(part))[2].count_params()}
        for way in ROWS.get(part, WAYS)
    }


def common(part):
    """What all rows of a part share."""
    shared = {
        "scenes": SCENES, "epochs": EPOCHS[part], "batch": BATCH, "units": SIZE, "size": SIZE,
        "clipped at": 1.0, "weights": "the last",
    }  # fmt: skip
    if part == "given vectors":
        shared["encoder alone"] = list(SEEING)
    elif is_given(part):
        shared["captioner"] = list(SPEAKING[part.removeprefix("vectors of ")])
    return shared


def best_rates(part):
    """Way → the rate that is best on validation; the search is kept."""
    return experiments.tune(
        listed(part), partial(validation, part), rates=RATES, path=RESULT,
        name=f"{part}: rates", common={**common(part), "first seed": TUNING},
    ).best  # fmt: skip


def run(part):
    """Measures what the file lacks of one part."""
    tuned_for = RATES_OF.get(part, part)
    best, shared = best_rates(tuned_for), common(part)
    if tuned_for != part:
        shared["rates of"] = tuned_for
    ready = {way: {**options, "learning_rate": best[way]} for way, options in listed(part).items()}
    experiments.run(
        ready, partial(measure, part), SEEDS[part], path=RESULT, name=part, unit="measured",
        common=shared,
    )  # fmt: skip


if __name__ == "__main__":
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # each model is traced anew
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=EPOCHS, help="may be repeated")
    for part in parser.parse_args().part or EPOCHS:
        print(part, flush=True)
        run(part)
