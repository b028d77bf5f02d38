"""What `test_backends` runs in a process of its own, in which Keras has another backend.

Each function of `PROGRAMS` asserts what must be so on every backend. Models are tiny, and batches
of few shapes, because JAX compiles once for each.
"""

import contextlib
import json
import os
import traceback
import warnings
from functools import partial
from types import SimpleNamespace
from unittest import mock

import keras
import numpy as np
import tiny

from utils import decoding, training
from utils.datasets.tagging import Tagged
from utils.models import LanguageModel, Tagger, TokenModel, Transformer
from utils.training import callbacks, checkpoints

QUIET = {"verbose": False, "seed": 3}
PAIRS = tiny.pairs(24, shortest=2, longest=4)


# ---------------------------------------------------------------- small models and their data


def cycles(count, shortest=4, longest=9):
    """Rows 4 5 6 7 4 5 …, of different lengths, beginning anywhere."""
    random = np.random.default_rng(count)
    return [
        4 + np.arange(begin, begin + random.integers(shortest, longest + 1)) % 4
        for begin in random.integers(4, size=count)
    ]


def tagged(count, shortest=3, longest=6):
    """Sentences in which the tag of a word tells which word follows it."""
    random = np.random.default_rng(count)
    numbers = [
        random.integers(0, 3, random.integers(shortest, longest + 1)) for _ in range(count)
    ]
    words = [[f"w{n}" for n in row] for row in numbers]
    tags = [[f"t{n}" for n in np.roll(row, -1)] for row in numbers]
    return Tagged("small", words, tags, ["train"] * count)


TAGGED = tagged(20)


def language_model(seed=0, **options):
    """A small language model of eight ids."""
    keras.utils.set_random_seed(seed)
    return LanguageModel(8, **{"units": 8, "embedding": 4, **options})


def tagger(seed=0, **options):
    """A small tagger of three words and three tags."""
    keras.utils.set_random_seed(seed)
    return Tagger.from_data(TAGGED, **{"units": 8, "embedding": 4, **options})


# Each model, data to train it on and other data, of as many examples as do not fill a batch.
MODELS = {
    "translator": (partial(tiny.translator, attention=None), tiny.pairs(10), tiny.pairs(7, seed=1)),
    "language_model": (language_model, cycles(10), cycles(7)),
    "tagger": (tagger, tagged(10), tagged(7)),
}


# ---------------------------------------------------------------- training and predicting


def translators():
    """They learn, also from their own words, and translate greedily and with a beam."""
    sentences = ["a b c d", "a"]
    for share, options in (
        (1.0, {"attention": None, "bidirectional": False}),
        (1.0, {"attention": "local", "order": "luong", "cell": "lstm"}),
        (0.5, {"attention": "additive", "dropout": 0.1, "layers": 2}),
    ):
        model = tiny.translator(**options)
        history = training.fit(model, PAIRS, epochs=2, batch_size=12, learning_rate=0.03,
                               teacher_forcing=share, **QUIET)
        assert history.loss[1] < history.loss[0], (options, history)
        greedy = decoding.predict(model, sentences, max_length=3)
        widths = [len(t.attention[0]) for t in greedy if t.attention is not None]
        assert widths == ([4, 1] if options["attention"] else [])
    beam = decoding.predict(model, sentences, max_length=3, beam_width=2)
    for some in (greedy, beam):
        forced = decoding.force_decode(model, sentences, [t.text for t in some])
        for a, b in zip(some, forced, strict=True):
            assert np.isfinite(a.log_probability) and a.tokens == b.tokens
            assert not a.finished or abs(a.log_probability - b.log_probability) < 1e-4, (a, b)
    one, two = (decoding.predict(model, sentences, temperature=1.0, seed=1) for _ in range(2))
    assert [t.text for t in one] == [t.text for t in two]


def transformers():
    """Whole ones and hybrids learn, and say step by step what they say all at once."""
    for options in ({}, {"decoder": "recurrent"}, {"encoder": "recurrent", "norm": "after"}):
        keras.utils.set_random_seed(0)
        model = Transformer(*tiny.tokenizers(), units=8, heads=2, layers=1, dropout=0.1, **options)
        history = training.fit(model, PAIRS, epochs=2, batch_size=12, learning_rate=0.03, **QUIET)
        assert history.loss[1] < history.loss[0], (options, history)
        source = model.encode_source(["a b c", "d"])
        [said, _] = decoding.predict(model, ["a b c", "d"], max_length=10)
        target = model.target_tokenizer.encode([said.text], start=True, end=True)
        logits = keras.ops.convert_to_numpy(model((source[:1], target[:, :-1]))).astype("float64")
        found = logits[0, : len(said.tokens)]
        chosen = np.where(np.isin(np.arange(found.shape[1]), (0, 2)), -np.inf, found).argmax(-1)
        assert chosen.tolist() == target[0, 1 : 1 + len(said.tokens)].tolist(), options
        beam = decoding.predict(model, ["a b c", "d"], max_length=10, beam_width=2)
        assert all(np.isfinite(each.log_probability) for each in beam)


def language_models():
    """They learn rows of ids, with and without a condition, and go on with them."""
    for kind in (None, "state", "input"):
        size, condition = (None, None) if kind is None else (2, np.ones((24, 2), "float32"))
        model = language_model(condition=kind, condition_size=size)
        train = cycles(24) if kind is None else (cycles(24), condition)
        history = training.fit(model, train, epochs=15, batch_size=12, learning_rate=0.1, **QUIET)
        assert history.loss[-1] < 0.5 * history.loss[0], history
        one = None if kind is None else condition[:1]
        [written] = decoding.predict(model, np.array([4, 5]), condition=one, length=4)
        assert written.tokens.tolist() == [6, 7, 4, 5], written
        if kind is None:  # what it has learned surprises it less than what it has not
            known, strange = decoding.surprisal(model, np.array([4, 5, 6, 7, 6, 7])).reshape(-1)[
                [2, 3]
            ]
            assert known < strange


def taggers():
    """They learn what follows, if they see it, with words that are unknown now and then."""
    for options, seen in (({"direction": "forwards"}, False),
                          ({"merge": "product", "suffixes": True}, True)):
        model = tagger(units=16, embedding=8, **options)
        training.fit(model, TAGGED, epochs=12, batch_size=10, warm_up=0, learning_rate=0.05,
                     word_dropout=0.01, **QUIET)
        found = decoding.predict(model, TAGGED.words)
        right = [a == b for one, two in zip(found, TAGGED.tags, strict=True)
                 for a, b in zip(one[:-1], two[:-1], strict=True)]
        assert (np.mean(right) > 0.9) == seen, (options, np.mean(right))


# ---------------------------------------------------------------- losses


def by_hand(model, batches, smoothing=0.0):
    """Nats per token, by a loop over batches, rows and tokens."""
    total, count = 0.0, 0
    for inputs, targets in (batches[number] for number in range(len(batches))):
        logits = model.predict_on_batch(inputs).astype("float64")
        for row, scores in zip(targets, logits, strict=True):
            for token, score in zip(row, scores, strict=True):
                if token != model.ignore_class:
                    values = np.log(np.exp(score).sum()) - score
                    total += (1 - smoothing) * values[token] + smoothing * values.mean()
                    count += 1
    return total / count


def losses():
    """The losses of training, validation and `evaluate` are means over tokens."""
    for name, (build, train, other) in MODELS.items():
        model, options = build(), {"epochs": 1, "batch_size": 3, "learning_rate": 1e-9, **QUIET}
        seen, unseen = (
            training.Batches(*model.examples(data), size, padding=model.ignore_class)
            for data, size in ((train, 3), (other, 6))
        )
        assert [len(unseen[number][1]) for number in range(2)] == [6, 1]
        same = partial(np.testing.assert_allclose, rtol=1e-5, err_msg=name)
        wanted = by_hand(model, unseen)
        history = training.fit(model, train, other, label_smoothing=0.2, **options)
        same(history.loss, [by_hand(model, seen, smoothing=0.2)])
        same(history.validation_loss, [wanted])  # unsmoothed
        smoothed = by_hand(model, unseen, smoothing=0.2)
        same(model.evaluate(unseen, verbose=0), [smoothed, wanted])
        assert abs(smoothed - wanted) > 1e-4, name


# ---------------------------------------------------------------- stopping and going on


class PulledPlug(BaseException):
    """What no handler may swallow."""


def interrupted(after):
    """Pulls the plug once the checkpoint of an epoch is written."""
    write = checkpoints.Checkpoint.write

    def write_and_stop(checkpoint, path):
        write(checkpoint, path)
        if len(checkpoint.history["loss"]) == after:
            raise PulledPlug

    return mock.patch.object(checkpoints.Checkpoint, "write", write_and_stop)


def resuming():
    """A run that was interrupted ends as it would have, bit for bit."""
    for name, (build, train, other) in MODELS.items():
        models = [build(seed, dropout=0.3) for seed in (0, 0, 7)]  # 7: other weights and dropout
        noise = {"translator": {"teacher_forcing": 0.5}, "tagger": {"word_dropout": 0.5}}
        run = partial(training.fit, train=train, validation=other, epochs=3, batch_size=5,
                      learning_rate=0.05, label_smoothing=0.1, patience=2, **QUIET,
                      **noise.get(name, {}))
        whole = run(models[0])
        with interrupted(after=1), contextlib.suppress(PulledPlug):
            run(models[1], checkpoint=f"{name}.npz")
        resumed = run(models[2], checkpoint=f"{name}.npz")
        assert resumed.epochs == 3 and resumed.loss == whole.loss, (name, resumed, whole)
        assert resumed.validation_loss == whole.validation_loss, (name, resumed, whole)
        for a, b in zip(models[0].get_weights(), models[2].get_weights(), strict=True):
            np.testing.assert_array_equal(a, b, err_msg=name)


def stopping():
    """Patience goes back to the best weights, and a budget ends training in time."""
    model = tiny.translator(units=8, attention=None, bidirectional=False)
    other = tiny.pairs(20, 1, shortest=3, longest=3, backwards=False)
    history = training.fit(model, tiny.pairs(40, shortest=3, longest=3), other, epochs=30,
                           batch_size=10, learning_rate=0.1, patience=2, **QUIET)
    best = int(np.argmin(history.validation_loss))
    assert history.epochs == best + 3 < 30, history
    found = by_hand(model, training.Batches(*model.examples(other), 20))
    np.testing.assert_allclose(found, history.validation_loss[best], rtol=1e-5)
    seconds = iter(range(10**6))  # a clock that advances by a second a look
    with mock.patch.object(
        callbacks, "time", SimpleNamespace(perf_counter=lambda: next(seconds))
    ):
        history = training.fit(model, PAIRS, epochs=50, batch_size=10, minutes=0.5, **QUIET)
    assert 1 <= history.epochs < 20 and 30 <= sum(history.seconds) < 40, history
    assert float(model.optimizer.learning_rate) < 1e-4


# ---------------------------------------------------------------- from one backend to another


def scores(model, inputs):
    """Logits, as an array."""
    return np.asarray(keras.ops.convert_to_numpy(model(inputs)))


def save():
    """Writes models of all kinds, their inputs and their scores."""
    random = np.random.default_rng(0)
    words = tiny.ids((4, 2, 3), seed=1), tiny.ids((3, 5, 2), seed=2, start=True)
    ids, condition = tiny.ids((4, 2, 3), words=4), random.normal(size=(3, 2)).astype("float32")
    known, suffixes = {"condition_size": 2}, tagger(suffixes=True, merge="sum")
    for name, model, inputs in (
        ("bahdanau", tiny.translator(attention="additive"), words),
        ("luong", tiny.translator(attention="local", order="luong", cell="lstm"), words),
        ("alone", tiny.translator(attention="additive"), (*words, np.zeros((3, 5), bool))),
        ("language_model", language_model(cell="lstm", layers=2), (ids,)),
        ("state", language_model(condition="state", **known), (ids, condition)),
        ("input", language_model(condition="input", cell="simple_rnn", **known), (ids, condition)),
        ("tagger", tagger(), (tagger().encode(TAGGED.words[:3]),)),
        ("suffixes", suffixes, (suffixes.encode(TAGGED.words[:3]),)),
    ):
        model.set_weights([random.normal(size=w.shape) for w in model.get_weights()])
        model.save(f"{name}.keras")
        np.savez(f"{name}.npz", *inputs, scores=scores(model, given(inputs)))


def given(inputs):
    return inputs if len(inputs) > 1 else inputs[0]


def load():
    """Reads what is in this folder, wherever it was written, compares, and returns how many."""
    paths = sorted(name for name in os.listdir() if name.endswith(".keras"))
    for path in paths:
        with np.load(path.replace(".keras", ".npz")) as file:
            wanted = file["scores"]
            inputs = tuple(file[name] for name in file.files if name != "scores")
        found = scores(TokenModel.load(path), given(inputs))
        np.testing.assert_allclose(found, wanted, atol=1e-4, err_msg=path)
        assert np.std(wanted) > 0.1
    return len(paths)


def loading():
    """Models that TensorFlow saved give the same scores."""
    with contextlib.chdir("here"):
        assert load() == 8


def saving():
    """Models are saved here, for TensorFlow to read."""
    with contextlib.chdir("there"):
        save()


PROGRAMS = (
    translators, transformers, language_models, taggers, losses, resuming, stopping, loading, saving
)  # fmt: skip


def run_all():
    """Runs every program and prints what became of each.

    A line of JSON for each: its name, the backend, and an empty text or what went wrong.
    """
    for program in PROGRAMS:
        problem = ""
        try:
            program()
        except Exception:
            problem = traceback.format_exc()
        result = {"name": program.__name__, "backend": keras.backend.backend(), "problem": problem}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    warnings.simplefilter("error", UserWarning)
    run_all()
