"""The same translator on another backend: JAX, in a process of its own.

Keras chooses its backend once a process, so each check is a small program.
"""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tiny

TESTS = Path(__file__).parent

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="JAX is not installed (pip install jax)"
)

PROGRAM = """
import json, sys
import keras, numpy as np
import tiny
from utils import decoding, training
from utils.models import Translator

assert keras.backend.backend() == "jax"
pairs, sentences = tiny.pairs(24, shortest=3, longest=4), ["a b c d"]
for name, options in json.loads(sys.argv[1]).items():
    model = tiny.translator(**options)
    history = training.fit(model, pairs, epochs=2, batch_size=12, learning_rate=0.03,
                           verbose=False)
    assert history.loss[1] < history.loss[0], history
    [greedy] = decoding.translate(model, sentences, max_length=3)
    assert np.isfinite(greedy.log_probability)
    assert (greedy.attention is None) == (options["attention"] is None)
    if name == "bahdanau":
        [beam] = decoding.translate(model, sentences, max_length=3, beam_width=2)
        assert np.isfinite(beam.log_probability)
        model.save("model.keras")
        [again] = decoding.translate(Translator.load("model.keras"), sentences, max_length=3)
        assert again.text == greedy.text
        assert abs(again.log_probability - greedy.log_probability) < 1e-4
    print(name)
"""

ACROSS = """
import sys
import keras, numpy as np
from utils.models import Translator

assert keras.backend.backend() == "jax"
with np.load("inputs.npz") as file:
    inputs = {name: file[name] for name in file.files}
logits = {}
for name in sys.argv[1:]:
    model = Translator.load(f"{name}.keras")
    logits[name] = model.predict_on_batch((inputs["source"], inputs["target"]))
    never = np.zeros(inputs["target"].shape, bool)
    logits[name + "_alone"] = model.predict_on_batch((inputs["source"], inputs["target"], never))
np.savez("logits.npz", **logits)
"""


LANGUAGE_MODEL = """
import sys
import keras, numpy as np
from utils import decoding, training
from utils.models import LanguageModel

assert keras.backend.backend() == "jax"
ids = np.tile(np.arange(4, 8), (32, 3)).astype("int32")  # 4 5 6 7 4 5 6 7 …
condition = np.ones((32, 2), "float32")
for kind in (None, "state", "input"):
    size = None if kind is None else 2
    model = LanguageModel(8, units=8, embedding=4, condition=kind, condition_size=size)
    model.compile(keras.optimizers.Adam(0.05), training.MaskedCrossEntropy())
    given = ids[:, :-1] if kind is None else (ids[:, :-1], condition)
    losses = model.fit(given, ids[:, 1:], epochs=15, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0], losses
    one = None if kind is None else condition[:1]
    [written] = decoding.generate(model, prompt=np.array([4, 5]), condition=one, length=4)
    assert written.tokens.tolist() == [6, 7, 4, 5], written
    print(kind)
"""


TAGGER = """
import keras, numpy as np
from utils import decoding, training
from utils.models import Tagger
from utils.datasets.tagging import Tagged

assert keras.backend.backend() == "jax"
numbers = np.random.default_rng(0).integers(0, 3, (30, 5))
words = [[f"w{n}" for n in row] for row in numbers]
tags = [[f"t{n}" for n in np.roll(row, -1)] for row in numbers]  # that of the next word
train = Tagged("small", words, tags, ["train"] * 30)
for options in ({"direction": "forwards"}, {"merge": "product"}, {"suffixes": True}):
    model = Tagger.from_data(train, units=16, embedding=8, **options)
    history = training.fit(model, train, train, epochs=15, batch_size=10, learning_rate=0.05,
                           warm_up=0, word_dropout=0.01, verbose=False)
    assert abs(history.loss[-1] - history.validation_loss[-1]) < 0.5, history
    found = decoding.tag(model, words)
    right = np.mean([a[:-1] == b[:-1] for a, b in zip(found, tags)])
    assert right < 0.5 if "direction" in options else right > 0.9, (options, right)
    print(*options)
"""


def on_jax(program, *arguments, folder):
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": paths,
                   "JAX_PLATFORMS": "cpu", "TF_CPP_MIN_LOG_LEVEL": "3",
                   "XLA_FLAGS": "--xla_backend_optimization_level=0"}  # compiles faster
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True,
                          text=True, env=environment, cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_trains_translates_saves_and_loads(tmp_path):
    options = {
        "bahdanau": {"attention": "additive", "order": "bahdanau", "dropout": 0.1},
        "luong": {"attention": "local", "order": "luong", "cell": "lstm"},
        "plain": {"attention": None},
    }
    assert on_jax(PROGRAM, json.dumps(options), folder=tmp_path).split() == list(options)


def test_a_language_model_learns_and_writes(tmp_path):
    assert on_jax(LANGUAGE_MODEL, folder=tmp_path).split() == ["None", "state", "input"]


def test_a_tagger_learns_what_stands_to_the_right(tmp_path):
    assert on_jax(TAGGER, folder=tmp_path).split() == ["direction", "merge", "suffixes"]


def test_weights_saved_on_one_backend_mean_the_same_on_the_other(tmp_path):
    models = {
        "one": tiny.shared(attention="additive"),
        "two": tiny.shared(attention="local", order="luong", cell="lstm"),
    }
    source, target = tiny.ids((4, 2, 3), seed=1), tiny.ids((3, 5, 2), seed=2, start=True)
    np.savez(tmp_path / "inputs.npz", source=source, target=target)
    for name, model in models.items():
        model.save(tmp_path / f"{name}.keras")
    on_jax(ACROSS, *models, folder=tmp_path)
    with np.load(tmp_path / "logits.npz") as file:
        for name, model in models.items():
            wanted = np.array(model((source, target)))
            np.testing.assert_allclose(file[name], wanted, atol=1e-4)
            alone = np.array(model((source, target, np.zeros(target.shape, bool))))
            np.testing.assert_allclose(file[name + "_alone"], alone, atol=1e-4)
            assert np.std(wanted) > 0.1 and np.abs(alone - wanted).max() > 0.01
