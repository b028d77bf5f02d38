"""What holds for all three models: masks, weights, Keras's callbacks, files, half precision."""

import csv
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import backend_programs
import keras
import numpy as np
import pytest
import tiny
from keras.src.backend import set_keras_mask

from utils import decoding, training
from utils.models import Attention, LanguageModel, Tagger, Translator, tagger
from utils.models.compiled import compiled
from utils.models.seq2seq import Decoder, Encoder
from utils.text import END, START

ROOT = Path(__file__).parents[1]
SOURCE, TARGET = tiny.ids((4, 3, 2, 4)), tiny.ids((3, 4, 2, 4), seed=1, start=True)
IDS, TAGS = SOURCE, np.where(SOURCE > 0, SOURCE % 3, tagger.IGNORED)
WORDS, NAMES = [f"w{i}" for i in range(8)], ["A", "B", "C"]


def translator(seed=0, **options):
    return tiny.random_translator(seed, **{"units": 4, "embedding": 4, "order": "luong", **options})


def language_model(seed=0, **options):
    keras.utils.set_random_seed(seed)
    return LanguageModel(10, units=4, embedding=3, **options)


def tagging(seed=0, **options):
    keras.utils.set_random_seed(seed)
    return Tagger(WORDS, NAMES, units=4, embedding=3, **options)


TAG_LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
MODELS = {  # how it is made, its inputs, targets, and loss
    "translator": (translator, (SOURCE, TARGET), np.roll(TARGET, -1, 1) * (TARGET > 0),
                   training.MaskedCrossEntropy()),
    "language model": (language_model, IDS, IDS, training.MaskedCrossEntropy()),
    "tagger": (tagging, IDS, TAGS, TAG_LOSS),
}  # fmt: skip


def ready(name, seed=0, optimizer=keras.optimizers.Adam, **options):
    """A compiled model, its inputs and its targets."""
    make, inputs, targets, loss = MODELS[name]
    model = make(seed, **options)
    model.compile(optimizer(0.01), loss, jit_compile=False)
    return model, inputs, targets


def assert_same_weights(model, other, tolerance=0.0):
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=100 * tolerance, atol=tolerance)


# ---------------------------------------------------------------- masks


@pytest.mark.parametrize("name", MODELS)
def test_scores_carry_the_mask_of_what_was_read(name):
    # Keras's own losses and metrics, which know nothing of padding, then leave it out.
    make, inputs, _, _ = MODELS[name]
    model = make()
    scores = model(inputs)
    read = inputs[-1] if isinstance(inputs, tuple) else inputs
    best = np.argmax(scores, -1)
    targets = np.where(np.random.default_rng(0).random(best.shape) < 0.5, best, 0)
    metric = keras.metrics.SparseCategoricalAccuracy()
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                  weighted_metrics=[metric], jit_compile=False)
    loss, accuracy = model.evaluate(inputs, targets, verbose=0)
    real = read > 0
    assert accuracy == pytest.approx((best == targets)[real].mean())
    likely = np.array(keras.ops.log_softmax(scores))
    wanted = -np.take_along_axis(likely, targets[..., None], -1)[..., 0][real].mean()
    assert loss == pytest.approx(wanted, rel=1e-5)


def hidden(ids):
    """A mask that hides the second token of each row."""
    mask = np.ones(ids.shape, bool)
    mask[:, 1] = False
    return mask


@pytest.mark.parametrize("name", ["language model", "tagger"])
def test_a_given_mask_hides_tokens(name):
    make, ids, _, _ = MODELS[name]
    model, mask = make(), hidden(ids)
    scores = np.array(model(ids, mask=mask))
    without = np.array(model(np.delete(ids, 1, axis=1)))
    kept = np.delete(scores, 1, axis=1)
    real = np.delete(ids, 1, axis=1) > 0
    np.testing.assert_allclose(kept[real], without[real], rtol=1e-5, atol=1e-6)
    assert np.abs(kept - np.delete(np.array(model(ids)), 1, axis=1))[real].max() > 1e-3


def test_a_mask_that_comes_with_the_ids_hides_tokens():
    # Keras's way: the tensor itself carries it, from a layer before
    tokens = keras.ops.convert_to_tensor(IDS)
    set_keras_mask(tokens, keras.ops.convert_to_tensor(hidden(IDS)))
    reader = Encoder(10, units=4, embedding=4)
    models = [lambda ids, **how: reader(ids, **how)[0], language_model(), tagging()]
    for model in models:
        found, wanted, plain = (
            np.array(model(ids, **how))
            for ids, how in ((tokens, {}), (IDS, {"mask": hidden(IDS)}), (IDS, {}))
        )
        np.testing.assert_array_equal(found, wanted)
        assert np.abs(found - plain).max() > 1e-3


def test_a_translator_does_not_look_at_a_hidden_source_word():
    model = translator(attention="dot", order="luong", bidirectional=False)
    masks = hidden(SOURCE), np.ones(TARGET.shape, bool)
    found = np.array(model((SOURCE, TARGET), mask=masks))
    wanted = np.array(model((np.delete(SOURCE, 1, axis=1), TARGET)))
    real = TARGET > 0
    np.testing.assert_allclose(found[real], wanted[real], rtol=1e-4, atol=1e-5)


def test_annotations_carry_a_mask_that_attention_uses():
    annotations, _ = Encoder(10, units=4, embedding=4)(IDS)
    _, weights = Attention("additive")(np.ones((4, 4), "float32"), annotations)
    assert (np.array(weights)[IDS == 0] == 0).all()
    np.testing.assert_allclose(np.sum(weights, -1), 1, rtol=1e-5)


# ---------------------------------------------------------------- weights in fit


@pytest.mark.parametrize("name", MODELS)
def test_sample_weights_are_used(name):
    sgd = {"optimizer": keras.optimizers.SGD}  # Adam makes much of the smallest difference
    model, inputs, targets = ready(name, **sgd)
    other, third = ready(name, **sgd)[0], ready(name, **sgd)[0]
    weights = np.array([1.0, 0.0, 1.0, 1.0])[:, None] * np.ones(targets.shape)
    model.fit(inputs, targets, sample_weight=weights, batch_size=4, verbose=0)
    changed = targets.copy()  # what has no weight has no influence
    changed[1, 0] = 2 if changed[1, 0] == 1 else 1
    other.fit(inputs, changed, sample_weight=weights, batch_size=4, verbose=0)
    assert_same_weights(model, other, 1e-6)
    third.fit(inputs, changed, batch_size=4, verbose=0)
    with pytest.raises(AssertionError):
        assert_same_weights(model, third, 1e-6)


@pytest.mark.parametrize("name", ["translator", "language model"])
def test_one_weight_a_row(name):
    model, inputs, targets = ready(name)
    other = ready(name)[0]
    rows = np.array([2.0, 0.0, 1.0, 0.5])
    model.fit(inputs, targets, sample_weight=rows, batch_size=4, verbose=0)
    each = np.repeat(rows[:, None], targets.shape[1], axis=1)
    other.fit(inputs, targets, sample_weight=each, batch_size=4, verbose=0)
    assert_same_weights(model, other, 1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_class_weights_are_refused(name):
    model, inputs, targets = ready(name)
    for train in (model.fit, model.train_on_batch):
        with pytest.raises(ValueError, match="class_weight is for one class a row.*sample_weight"):
            train(inputs, targets, class_weight={0: 1.0, 1: 2.0})


# ---------------------------------------------------------------- Keras's callbacks


@pytest.mark.parametrize("name", MODELS)
def test_callbacks_of_keras(name, tmp_path):
    model, inputs, targets = ready(name, dropout=0.2)
    kept = keras.callbacks
    model.fit(
        inputs, targets, epochs=3, verbose=0, validation_data=(inputs, targets),
        callbacks=[
            kept.ModelCheckpoint(str(tmp_path / "last.keras")),
            kept.ModelCheckpoint(str(tmp_path / "{epoch}.weights.h5"), save_weights_only=True),
            kept.CSVLogger(str(tmp_path / "log.csv")), kept.TerminateOnNaN(),
        ],
    )  # fmt: skip
    assert {file.name for file in tmp_path.iterdir()} == {
        "last.keras", "log.csv", *(f"{n}.weights.h5" for n in (1, 2, 3))
    }
    assert_same_weights(keras.saving.load_model(tmp_path / "last.keras"), model)
    other = ready(name, seed=5, dropout=0.2)[0]
    other.optimizer.build(other.trainable_variables)
    other.load_weights(tmp_path / "3.weights.h5")
    assert_same_weights(other, model)
    with open(tmp_path / "log.csv", newline="") as file:
        assert len(list(csv.DictReader(file))) == 3


@pytest.mark.parametrize("name", MODELS)
def test_early_stopping_restores_the_best_weights(name):
    model, inputs, targets = ready(name)
    model.optimizer.learning_rate = 5.0  # gets worse after the first epochs
    stop = keras.callbacks.EarlyStopping("loss", patience=2, restore_best_weights=True)
    history = model.fit(inputs, targets, epochs=30, batch_size=4, verbose=0, callbacks=[stop])
    assert len(history.history["loss"]) < 30 and stop.best_epoch < len(history.history["loss"]) - 1
    again = ready(name)[0]
    again.optimizer.learning_rate = 5.0
    again.fit(inputs, targets, epochs=stop.best_epoch + 1, batch_size=4, verbose=0)
    assert_same_weights(model, again, 1e-5)


class PulledPlug(keras.callbacks.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("name", MODELS)
def test_an_interrupted_fit_is_restored(name, tmp_path):
    def backup():
        return keras.callbacks.BackupAndRestore(str(tmp_path / "backup"))

    how = {"epochs": 4, "batch_size": 4, "shuffle": False, "verbose": 0}
    whole, inputs, targets = ready(name)
    whole.fit(inputs, targets, **how)
    with pytest.raises(KeyboardInterrupt):
        ready(name)[0].fit(inputs, targets, callbacks=[backup(), PulledPlug()], **how)
    resumed = ready(name, seed=9)[0]
    history = resumed.fit(inputs, targets, callbacks=[backup()], **how)
    assert history.epoch == [2, 3]
    assert_same_weights(whole, resumed, 1e-5)


@pytest.mark.parametrize("name", MODELS)
def test_training_ends_at_a_loss_that_is_no_number(name):
    model, inputs, targets = ready(name)
    model.set_weights([np.full(w.shape, np.nan) for w in model.get_weights()])
    history = model.fit(inputs, targets, epochs=3, verbose=0,
                        callbacks=[keras.callbacks.TerminateOnNaN()])  # fmt: skip
    assert len(history.history["loss"]) == 1


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("name", MODELS)
def test_an_older_file_is_not_overwritten_unasked(name, tmp_path, monkeypatch):
    path, (make, *_) = tmp_path / "model.keras", MODELS[name]
    make().save(path)
    before = path.read_bytes()
    monkeypatch.setattr("builtins.input", lambda question="": "n")
    make(1).save(path, overwrite=False)
    assert path.read_bytes() == before
    make(1).save(path, overwrite=True)
    assert path.read_bytes() != before
    make(1).save(tmp_path / "new.keras", overwrite=False)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.keras", "new.keras"]


@pytest.mark.parametrize("name", MODELS)
def test_a_full_disk_leaves_the_older_file_whole(name, tmp_path, monkeypatch):
    path, (make, *_) = tmp_path / "model.keras", MODELS[name]
    make().save(path)
    before = path.read_bytes()

    def full(self, where, **options):
        Path(where).write_bytes(b"half a mod")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keras.Model, "save", full)
    with pytest.raises(OSError, match="No space left"):
        make(1).save(path)
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def run(program, *arguments):
    """Runs Python in a process of its own and returns what it printed and what it warned of."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], text=True,
                          capture_output=True, env=environment, cwd=ROOT / "tests")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def test_trained_models_open_in_another_process(tmp_path):
    for name in MODELS:
        model, inputs, targets = ready(name)
        model.fit(inputs, targets, verbose=0)
        model.save(tmp_path / f"{name}.keras")
        np.save(tmp_path / f"{name}.npy", np.array(model(inputs)))
    program = """
import sys, keras, numpy as np
from pathlib import Path
from utils.models import language_model, seq2seq, tagger
from utils import training
from test_token_model import MODELS
for path in sorted(Path(sys.argv[1]).glob("*.keras")):
    model = keras.saving.load_model(path)
    make, inputs, targets, loss = MODELS[path.stem]
    np.testing.assert_allclose(model(inputs), np.load(path.with_suffix(".npy")), rtol=1e-5,
                               atol=1e-6)
    model.fit(inputs, targets, verbose=0)  # the optimizer came along
    assert int(model.optimizer.iterations) == 2
    print(path.stem)
"""
    assert run(program, tmp_path)[0].splitlines() == sorted(MODELS)


# ---------------------------------------------------------------- many models, many lengths


def test_many_models_and_lengths_in_silence():
    program = """
import numpy as np
import tiny
from utils import decoding, training
from utils.datasets.tagging import Tagged
from utils.models import LanguageModel, Tagger
words = [["a", "b"], ["b"], ["a", "b", "a"]]
tagged = Tagged("small", words, words, ["train"] * 3)
for seed in range(5):
    model = tiny.translator(seed, units=2, embedding=2, attention=None, bidirectional=False)
    for length in (1, 3):
        decoding.translate(model, ["a " * length], max_length=2)
        decoding.translate(model, ["a " * length], max_length=2, beam_width=2)
    pairs = tiny.pairs(4)
    training.fit(model, pairs, pairs, epochs=1, batch_size=2, verbose=False)
    model = LanguageModel(8, units=2, embedding=2)
    for length in (1, 3):
        decoding.generate(model, prompt=[4] * length, length=2)
        decoding.surprisal(model, np.array([4] * (1 + length)))
    model = Tagger.from_data(tagged, units=2, embedding=2)
    training.fit(model, tagged, tagged, epochs=1, batch_size=2, verbose=False)
    decoding.tag(model, words)
"""
    assert "retracing" not in run(program)[1]


def test_one_trace_for_all_lengths():
    traces = []

    def twice(ids, vectors, nothing):
        traces.append((tuple(ids.shape), tuple(vectors.shape)))
        return ids * 2, vectors.shape[-1], nothing

    run_it = compiled(twice, language_model())
    for batch, time in ((1, 3), (4, 1), (2, 7)):
        ids = np.arange(batch * time, dtype="int32").reshape(batch, time)
        doubled, size, nothing = run_it(ids, np.ones((batch, 5), "float32"), None)
        np.testing.assert_array_equal(doubled, 2 * ids)
        assert int(size) == 5 and nothing is None
    if keras.backend.backend() == "tensorflow":
        assert traces == [((None, None), (None, 5))]


# ---------------------------------------------------------------- half precision


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16", "float16"])
def half(request):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy(before)


@pytest.mark.parametrize("options", [
    {"attention": "additive"}, {"attention": "local", "order": "luong", "cell": "lstm"},
], ids=str)  # fmt: skip
def test_translators_of_half_precision(options, half):
    model = tiny.translator(units=4, embedding=4, **options)
    pairs = tiny.Pairs(["a b c", "", "b"], ["u v w", "u", "v"])  # one source is empty
    history = training.fit(model, pairs, pairs, epochs=2, verbose=False)
    assert np.isfinite([*history.loss, *history.validation_loss]).all()
    assert all(np.isfinite(np.asarray(w, "float32")).all() for w in model.get_weights())
    for how in ({}, {"beam_width": 2}, {"temperature": 1.0}):
        [found] = decoding.translate(model, ["a b"], max_length=3, **how)
        assert np.isfinite(found.log_probability)
        assert found.attention.dtype == "float32" and np.isfinite(found.attention).all()
    [given] = decoding.force_decode(model, ["a b"], ["u v"])
    assert np.isfinite(given.log_probability)
    if half == "mixed_float16":
        fed = training.fit(model, pairs, epochs=1, teacher_forcing=0.5, verbose=False)
        assert np.isfinite(fed.loss).all()


def test_other_models_of_half_precision(half):
    for condition in (None, "state", "input"):
        model = language_model(condition=condition, condition_size=condition and 2)
        given = None if condition is None else np.ones((1, 2), "float32")
        how = {"temperature": 0.5, "top_p": 0.9, "count": 3, "length": 5}
        for written in decoding.generate(model, prompt=[4], condition=given, **how):
            assert np.isfinite(written.probabilities).all() and (written.probabilities > 0).all()
    assert np.isfinite(decoding.surprisal(language_model(), IDS[0])).all()
    model = tagging(suffixes=True)
    assert decoding.tag(model, [["w1", "w2"], ["w3"]])
    for name in ("language model", "tagger"):
        model, inputs, targets = ready(name)
        history = model.fit(inputs, targets, epochs=2, verbose=0)
        assert np.isfinite(history.history["loss"]).all()


# ---------------------------------------------------------------- parts


@pytest.mark.parametrize(
    ("make", "options", "message"),
    [
        (Encoder, {"units": 0}, "units is 0, expected a whole number of at least 1"),
        (Encoder, {"layers": 1.5}, "layers is 1.5, expected a whole number"),
        (Encoder, {"cell": "rnn"}, "cell is 'rnn', expected one of 'simple_rnn', 'gru', 'lstm'"),
        (Encoder, {"dropout": 1}, "dropout is 1, expected a finite number of at least 0 and below"),
        (Encoder, {"bidirectional": 2}, "bidirectional is 2, expected True or False"),
        (Encoder, {"embedding_scale": 0}, "embedding_scale is 0, expected a finite number above 0"),
        (Decoder, {"embedding": -1}, "embedding is -1, expected a whole number"),
        (Decoder, {"attention": "none"}, "attention is 'none', expected one of None, 'additive'"),
        (Decoder, {"order": "first"}, "order is 'first', expected one of 'bahdanau', 'luong'"),
        (Decoder, {"tied": None}, "tied is None, expected True or False"),
        (Decoder, {"window": float("inf")}, "window is inf, expected a finite number above 0"),
    ],
    ids=str,
)
def test_options_of_the_parts(make, options, message):
    with pytest.raises(ValueError, match=message):
        make(**{"vocabulary_size": 9, "units": 4, "embedding": 4, **options})


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("dropout", [-0.1, 1, 1.5, float("nan"), "half"])
def test_dropout_is_a_share(name, dropout):
    with pytest.raises(ValueError, match=f"dropout is {dropout!r}, expected a finite number of at"):
        MODELS[name][0](dropout=dropout)


def test_options_may_come_from_numpy(tmp_path):
    model = translator(units=np.int64(4), layers=np.int32(1), dropout=np.float32(0.25),
                       window=np.int64(2), tied=np.True_)  # fmt: skip
    model.save(tmp_path / "model.keras")
    assert Translator.load(tmp_path / "model.keras").options == model.options
    assert [type(model.options[name]) for name in ("units", "dropout", "tied")] == [
        int, float, bool
    ]


def test_a_vocabulary_of_two():
    model = LanguageModel(2, units=2, embedding=2)
    [found] = decoding.generate(model, prompt=[1], length=3, temperature=1.0)
    assert found.tokens.tolist() == [1, 1, 1]
    with pytest.raises(ValueError, match="end is 3, expected an id of this model, at most 1"):
        decoding.generate(model, length=3, end=END)
    assert START < END


# ---------------------------------------------------------------- files of an earlier layout


MODULES = {
    "utils.models.seq2seq": "utils.seq2seq",
    "utils.models.language_model": "utils.language_model",
    "utils.models.tagger": "utils.tagger",
    "utils.training.losses": "utils.training",
}


def test_models_whose_modules_had_other_names_load(tmp_path):
    """Keras finds classes by the names they are registered with; the loss needs its import."""
    for name, (build, train, _) in backend_programs.MODELS.items():
        model = build()
        loss = training.MaskedCrossEntropy(ignore_class=model.ignore_class)
        model.compile("adam", loss)
        batches = training.Batches(*model.examples(train), 10, padding=model.ignore_class)
        model.evaluate(batches, verbose=0)
        model.save(tmp_path / "now.keras")
        with zipfile.ZipFile(tmp_path / "now.keras") as now:
            with zipfile.ZipFile(tmp_path / f"{name}.keras", "w") as old:
                for entry in now.namelist():
                    content = now.read(entry)
                    if entry == "config.json":
                        text = content.decode()
                        for new, before in MODULES.items():
                            text = text.replace(f'"{new}"', f'"{before}"')
                        assert '"utils.models' not in text and '"utils.training"' in text
                        content = text.encode()
                    old.writestr(entry, content)
        np.savez(tmp_path / f"{name}.npz", *model.get_weights())
    (tmp_path / "now.keras").unlink()
    program = """
import pathlib, sys, keras, numpy as np
import utils.models
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.keras")):
    model = utils.models.TokenModel.load(path)
    with np.load(path.with_suffix(".npz")) as file:
        for weights, wanted in zip(model.get_weights(), file.values(), strict=True):
            np.testing.assert_array_equal(weights, wanted)
try:
    keras.saving.load_model(path)
except TypeError as error:
    assert "Could not locate class 'MaskedCrossEntropy'" in str(error), error
    assert "make sure they are all imported" in str(error), error
import utils.training
assert keras.saving.load_model(path).loss.ignore_class == model.ignore_class
print(path.stem)
"""
    assert run(program, tmp_path)[0].split() == ["translator"]
