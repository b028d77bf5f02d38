"""The loss by hand; training that learns, stops, resumes, and says what is wrong."""

import errno
import inspect
import json
from functools import partialmethod
from types import SimpleNamespace

import backend_programs
import keras
import numpy as np
import pytest
import tiny

from utils import decoding, text, training
from utils.models import TokenModel, Translator
from utils.text import END, PAD, START
from utils.training import callbacks


def loss_by_hand(true, logits, smoothing=0.0):
    """Nats per real token, by a loop over sentences and words."""
    total, count = 0.0, 0
    for row, scores in zip(true, logits, strict=True):
        for word, score in zip(row, scores.astype("float64"), strict=True):
            if word == PAD:
                continue
            log_probabilities = score - np.log(np.sum(np.exp(score)))
            wanted = np.full(len(score), smoothing / len(score))
            wanted[word] += 1 - smoothing
            total -= float(wanted @ log_probabilities)
            count += 1
    return total / count


def model_loss(model, pairs, smoothing=0.0):
    """The same for a model and sentence pairs."""
    source = model.encode_source(pairs.source)
    target = model.target_tokenizer.encode(pairs.target, start=True, end=True)
    logits = np.array(model((source, target[:, :-1])))
    return loss_by_hand(target[:, 1:], logits, smoothing)


def small(**options):
    """What compiles fastest: no loop over time of our own."""
    return tiny.translator(**{"units": 8, "attention": None, **options})


def same_length(count, seed=0, **options):
    return tiny.pairs(count, seed, shortest=3, longest=3, **options)


# ---------------------------------------------------------------- the loss


@pytest.mark.parametrize("smoothing", [0.0, 0.1, 0.9])
def test_loss_equals_the_loop(smoothing):
    logits = np.random.default_rng(0).normal(size=(3, 4, 7)).astype("float32") * 2
    true = np.array([[4, 5, 3, 0], [6, 3, 0, 0], [1, 2, 4, 3]], "int32")
    loss = training.MaskedCrossEntropy(smoothing)
    found = float(loss(true, logits))
    assert found == pytest.approx(loss_by_hand(true, logits, smoothing), rel=1e-5)
    other = logits.copy()
    other[true == PAD] = 9.0
    assert float(loss(true, other)) == pytest.approx(found, rel=1e-6)
    wider = np.pad(true, [(0, 0), (0, 3)]), np.pad(logits, [(0, 0), (0, 3), (0, 0)])
    assert float(loss(*wider)) == pytest.approx(found, rel=1e-6)


def test_loss_on_paper():
    logits = np.log(np.array([[[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]]], "float32"))
    loss = training.MaskedCrossEntropy()
    assert float(loss(np.array([[1, 2]]), logits)) == pytest.approx(
        (np.log(4) - np.log(0.6)) / 2, rel=1e-5
    )
    assert float(loss(np.array([[1, 0]]), logits)) == pytest.approx(np.log(4), rel=1e-5)


def test_loss_of_padding_alone_is_zero():
    logits = np.ones((2, 3, 5), "float32")
    for smoothing in (0.0, 0.1):
        loss = training.MaskedCrossEntropy(smoothing)
        assert float(loss(np.zeros((2, 3), "int32"), logits)) == 0.0


TRUE = np.array([[4, 5, 3, 0], [6, 3, 0, 0], [1, 2, 4, 3]], "int32")
LOGITS = 2 * np.random.default_rng(0).normal(size=(3, 4, 7)).astype("float32")
WEIGHTS = np.random.default_rng(1).random((3, 4)).astype("float32")


@pytest.mark.parametrize("weights", [None, WEIGHTS, WEIGHTS[:, :1], WEIGHTS.tolist()], ids=type)
@pytest.mark.parametrize(
    "reduction",
    ["sum_over_batch_size", "mean", "sum", "none", None, "mean_with_sample_weight"],
)
def test_the_contract_of_keras_losses(reduction, weights):
    oracle = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=PAD, reduction=reduction
    )
    wanted = np.array(oracle(TRUE, LOGITS, sample_weight=weights))
    for smoothing, tolerance in ((0.0, 1e-6), (1e-6, 1e-4)):  # the second by another way
        loss = training.MaskedCrossEntropy(smoothing, reduction)
        found = np.array(loss(TRUE, LOGITS, sample_weight=weights))
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_weights_by_the_loop(smoothing):
    loss = training.MaskedCrossEntropy(smoothing)
    rows = [loss_by_hand(TRUE[i : i + 1], LOGITS[i : i + 1], smoothing) for i in range(3)]
    real = np.count_nonzero(TRUE, axis=1)  # 3, 2 and 4 tokens
    weights = np.array([2.0, 0.0, 0.5])
    wanted = (weights * rows * real).sum() / real.sum()
    assert float(loss(TRUE, LOGITS, sample_weight=weights)) == pytest.approx(wanted, rel=1e-5)
    one = np.repeat(weights[:, None], 4, axis=1)
    assert float(loss(TRUE, LOGITS, sample_weight=one)) == pytest.approx(wanted, rel=1e-5)
    # as many rows as tokens in a row: still one weight a row
    square = TRUE[:, :3], LOGITS[:, :3]
    per_row, per_token = (float(loss(*square, sample_weight=w)) for w in (weights, one[:, :3]))
    assert per_row == pytest.approx(per_token, rel=1e-6)


@pytest.mark.parametrize("smoothing", [0.0, 0.3])
def test_a_mask_that_comes_with_the_scores(smoothing):
    loss = training.MaskedCrossEntropy(smoothing)
    hidden = np.array([[1, 0, 1, 1], [1, 1, 1, 0], [0, 1, 1, 1]], bool)
    masked = keras.layers.Masking(mask_value=0.0)(np.where(hidden[..., None], LOGITS, 0.0))
    wanted = loss_by_hand(np.where(hidden, TRUE, PAD), LOGITS, smoothing)
    assert float(loss(TRUE, masked)) == pytest.approx(wanted, rel=1e-5)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_computed_in_float32(dtype, smoothing):
    # of 3,000 words, more ids than float16 can tell apart, at a loss that it could not hold
    random = np.random.default_rng(2)
    logits = keras.ops.cast(random.normal(size=(2, 3, 3000)), dtype)
    exact = keras.ops.convert_to_numpy(keras.ops.cast(logits, "float32"))
    true = np.array([[2999, 2501, 0], [2047, 2053, 2999]])
    loss = training.MaskedCrossEntropy(smoothing)(true, logits)
    assert loss.dtype == "float32"
    assert float(loss) == pytest.approx(loss_by_hand(true, exact, smoothing), rel=1e-5)
    with pytest.raises(ValueError, match="dtype is 'float16', expected one of 'float32'"):
        training.MaskedCrossEntropy(dtype="float16")


def test_loss_config_survives():
    loss = training.MaskedCrossEntropy(0.1, reduction="sum", name="mine", dtype="float64")
    twin = keras.losses.deserialize(keras.losses.serialize(loss))
    assert (twin.label_smoothing, twin.reduction, twin.name, twin.dtype) == (
        0.1, "sum", "mine", "float64"
    )


@pytest.mark.parametrize("wrong", [1, 1.5, -0.1, float("nan"), "much", True])
def test_smoothing_out_of_range(wrong):
    with pytest.raises(ValueError, match="label_smoothing is .*, expected a finite number"):
        training.MaskedCrossEntropy(wrong)


# ---------------------------------------------------------------- the learning rate


@pytest.mark.parametrize(
    ("progress", "expected"),
    [
        (0.0, 4 * 0.001 / 0.101),  # not zero: the first step is to count
        (0.05, 4 * 0.051 / 0.101),
        (0.1, 4.0),
        (0.55, 2.0),  # half-way down: cos(π/2) = 0
        (0.4, 4 * 0.75),  # cos(π/3) = 1/2
        (0.7, 4 * 0.25),
        (1.0, 0.0),
        (1.3, 0.0),
    ],
)
def test_learning_rate_by_hand(progress, expected):
    assert training.learning_rate_at(progress, 4.0, warm_up=0.1) == pytest.approx(expected)


def test_learning_rate_without_warm_up():
    assert training.learning_rate_at(0.0, 4.0, warm_up=0.0) == 4.0


# ---------------------------------------------------------------- learning


def test_it_learns_what_it_was_shown():
    model, history = tiny.trained()
    assert history.epochs == len(history.loss) == len(history.seconds) == 30
    assert history.loss[0] > 1.0 > 0.15 > history.loss[-1]
    assert history.validation_loss == []
    held_out = tiny.pairs(100, seed=99, longest=4)
    found = [t.text for t in decoding.translate(model, held_out.source)]
    right = np.mean([a == b for a, b in zip(found, held_out.target, strict=True)])
    assert right > 0.9
    # the loss of an epoch is that epoch's, not an average of all so far
    assert history.loss[-1] == pytest.approx(
        model_loss(model, tiny.pairs(500, longest=4)), abs=0.05
    )


def test_permuting_the_sources_destroys_it():
    model, _ = tiny.trained()
    held_out = tiny.pairs(60, seed=99, shortest=3, longest=4)
    found = [t.text for t in decoding.translate(model, held_out.source[1:] + held_out.source[:1])]
    assert np.mean([a == b for a, b in zip(found, held_out.target, strict=True)]) < 0.1


def test_reported_losses_are_per_word_and_of_the_right_pairs():
    model = small()
    train, validation = tiny.pairs(30, longest=3), tiny.pairs(9, seed=1, longest=3)
    history = training.fit(model, train, validation, epochs=1, batch_size=10, learning_rate=1e-9,
                           label_smoothing=0.3, verbose=False)
    assert history.loss == pytest.approx([model_loss(model, train, 0.3)], rel=1e-4)
    # no smoothing in validation, so that different runs can be compared
    assert history.validation_loss == pytest.approx([model_loss(model, validation)], rel=1e-4)
    assert abs(model_loss(model, validation) - model_loss(model, validation, 0.3)) > 1e-3
    assert all(type(loss) is float for loss in history.loss + history.validation_loss)


def test_reading_its_own_words_trains_too():
    model = tiny.translator(units=12, attention="dot", order="luong")
    history = training.fit(model, same_length(200), epochs=12, batch_size=50, learning_rate=0.02,
                           teacher_forcing=0.0, verbose=False)
    assert history.loss[-1] < 0.85 * history.loss[0]


def test_gradients_are_clipped_all_together():
    # Adam's first moment after one step is a tenth of the gradient that it was given
    def moment(scale):
        model = tiny.random_translator(units=8, embedding=8, attention=None, scale=scale)
        training.fit(model, tiny.pairs(20), epochs=1, batch_size=20, verbose=False)
        squares = sum(np.square(m).sum() for m in model.optimizer._momentums)
        return float(np.sqrt(squares))

    assert moment(3.0) == pytest.approx(0.1, rel=1e-3)  # of norm 1, however large it was
    assert 1e-4 < moment(0.05) < 0.09  # a short one stays as it is


# ---------------------------------------------------------------- stopping and going on


OVERFITTING = {"epochs": 30, "batch_size": 10, "learning_rate": 0.1, "patience": 3, "seed": 4}


def overfit(verbose=False, seed=0, **options):
    """Trains on sentences that run backwards, validates on some that run forwards."""
    model = small(seed=seed, dropout=0.2)
    history = training.fit(model, same_length(40), same_length(20, 1, backwards=False),
                           verbose=verbose, **{**OVERFITTING, **options})
    return model, history


@pytest.fixture(scope="module")
def uninterrupted():
    return overfit()


def assert_same_run(first, second):
    (model, history), (other, other_history) = first, second
    assert other_history.loss == pytest.approx(history.loss, rel=1e-5)
    assert other_history.validation_loss == pytest.approx(history.validation_loss, rel=1e-5)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_same_seed_same_result(uninterrupted):
    assert_same_run(uninterrupted, overfit())


def test_early_stopping_goes_back_to_the_best_weights(uninterrupted):
    model, history = uninterrupted
    losses = history.validation_loss
    best = int(np.argmin(losses))
    assert history.epochs == best + 1 + OVERFITTING["patience"] < OVERFITTING["epochs"]
    assert model_loss(model, same_length(20, 1, backwards=False)) == pytest.approx(
        losses[best], rel=1e-5
    )
    assert losses[-1] > (1 + 1e-4) * losses[best]  # so that the last weights would be noticed


class PulledPlug(BaseException):
    """What no handler may swallow."""


def interrupt_after(epochs, monkeypatch):
    """Pulls the plug when the line of an epoch is printed, after all was saved."""
    lines = []

    def note(*words, **options):
        lines.append(words)
        if len(lines) == 1 + epochs:  # one says what is about to happen
            raise PulledPlug

    monkeypatch.setattr("builtins.print", note)


@pytest.mark.parametrize("after", ["the first", "the best"])
def test_an_interrupted_run_ends_as_it_would_have(uninterrupted, after, tmp_path, monkeypatch):
    _, history = uninterrupted
    epochs = 1 if after == "the first" else int(np.argmin(history.validation_loss)) + 2
    path = tmp_path / "run.npz"
    with monkeypatch.context() as patch:
        interrupt_after(epochs, patch)
        with pytest.raises(PulledPlug):
            overfit(verbose=True, checkpoint=path)
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]
    resumed = overfit(checkpoint=path, seed=77)  # other first weights, other dropout
    assert_same_run(uninterrupted, resumed)
    finished = overfit(checkpoint=path, seed=78)  # nothing left to do
    assert_same_run(uninterrupted, finished)


# ---------------------------------------------------------------- the loop, without the model


class Recorder:
    """Stands in for the training step: notes what it is given and reports a loss."""

    def __init__(self, monkeypatch, loss=1.0):
        self.batches, self.rates, self.loss = [], [], loss
        eagerly = partialmethod(TokenModel.compile, run_eagerly=True)
        monkeypatch.setattr(Translator, "compile", eagerly)
        monkeypatch.setattr(Translator, "train_step", lambda model, data: self.step(model, data))

    def step(self, model, data):
        inputs, output = data
        self.batches.append(tuple(keras.ops.convert_to_numpy(part) for part in (*inputs, output)))
        self.rates.append(float(model.optimizer.learning_rate.numpy()))
        loss = self.loss(len(self.batches)) if callable(self.loss) else self.loss
        model.per_token.update_state(loss, np.count_nonzero(self.batches[-1][-1]))
        return model.get_metrics_result()


def rows(matrix):
    return sorted(tuple(n for n in row if n != PAD) for row in matrix.tolist())


def test_each_epoch_covers_each_pair_once(monkeypatch):
    recorder = Recorder(monkeypatch)
    model, pairs = small(reverse_source=True), tiny.pairs(23)
    training.fit(model, pairs, epochs=3, batch_size=5, learning_rate=0.5, verbose=False)
    assert len(recorder.batches) == 15
    source = model.source_tokenizer.encode_rows(pairs.source, reverse=True)
    target = model.target_tokenizer.encode_rows(pairs.target)
    wanted = sorted((tuple(s.tolist()), tuple(t.tolist())) for s, t in
                    zip(source, target, strict=True))
    orders = []
    for epoch in range(3):
        seen = []
        for source, given, output in recorder.batches[5 * epoch : 5 * epoch + 5]:
            for read, words, said in zip(source.tolist(), given.tolist(), output.tolist(),
                                         strict=True):
                read, words, said = ([n for n in row if n] for row in (read, words, said))
                assert words[0] == START and said[-1] == END and words[1:] == said[:-1]
                seen.append((tuple(read), tuple(said[:-1])))
        orders.append(seen)
        assert sorted(seen) == wanted
    assert orders[0] != orders[1] != orders[2]  # another order each time
    wanted_rates = [training.learning_rate_at(step / 15, 0.5) for step in range(15)]
    assert recorder.rates == pytest.approx(wanted_rates, rel=1e-5)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_teacher_forcing_is_a_share_of_the_words(share, monkeypatch):
    recorder = Recorder(monkeypatch)
    training.fit(small(), tiny.pairs(400), epochs=1, teacher_forcing=share, verbose=False)
    if share == 1.0:
        assert all(len(batch) == 3 for batch in recorder.batches)
        return
    given = np.concatenate([np.ravel(batch[2]) for batch in recorder.batches])
    assert np.mean(given) == pytest.approx(share, abs=0.05)


def test_losses_are_weighted_by_words(monkeypatch):
    Recorder(monkeypatch, loss=float)  # 1.0, 2.0, …
    pairs = tiny.Pairs(["a", "b", "c d e"], ["u", "v", "w x y"])
    history = training.fit(small(), pairs, epochs=1, batch_size=2, verbose=False)
    # two batches, of 2·2 words and of 4 ([END] included), or the other way round
    assert history.loss == [pytest.approx((1 * 4 + 2 * 4) / 8)]
    Recorder(monkeypatch, loss=float)
    pairs = tiny.Pairs(["a", "b c d e f"], ["u", "v w x y z"])
    history = training.fit(small(), pairs, epochs=1, batch_size=1, verbose=False)
    # two words with loss 1 and six with loss 2, or the other way round; never (1 + 2) / 2
    assert history.loss[0] == pytest.approx(14 / 8) or history.loss[0] == pytest.approx(10 / 8)


def test_long_training_sentences_are_cut(monkeypatch):
    recorder = Recorder(monkeypatch)
    pairs = tiny.Pairs(["a b c d e f"], ["u v w x y z"])
    training.fit(small(), pairs, epochs=1, max_length=4, verbose=False)
    [(source, words, _)] = recorder.batches
    assert source.shape == (1, 4) and words.shape == (1, 5)


def test_time_budget(monkeypatch, capsys):
    recorder, seconds = Recorder(monkeypatch), iter(range(10**6))
    monkeypatch.setattr(callbacks, "time", SimpleNamespace(perf_counter=lambda: next(seconds)))
    history = training.fit(small(), tiny.pairs(40), epochs=50, batch_size=10, minutes=0.5)
    assert 1 <= history.epochs < 20
    assert 30 <= sum(history.seconds) < 40  # a clock that advances by a second a look
    assert recorder.rates[-1] < 0.05 * max(recorder.rates)  # the rate went down within the budget
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "training, 50 epochs of 4 batches" and len(lines) == history.epochs
    assert "0:00 left" in lines[-1] and "loss 1.000" in lines[-1] and "sentences/s" in lines[-1]


def test_a_loss_that_is_no_number(monkeypatch):
    Recorder(monkeypatch, loss=lambda step: 1.0 if step < 4 else float("nan"))
    with pytest.raises(FloatingPointError, match="nan in epoch 2, step 2: try a smaller"):
        training.fit(small(), tiny.pairs(20), epochs=3, batch_size=10, verbose=False)


# ---------------------------------------------------------------- checkpoints


def checkpoint(path, monkeypatch, **options):
    """Writes a checkpoint after one epoch, quickly."""
    with monkeypatch.context() as patch:
        Recorder(patch)
        return training.fit(small(**options), tiny.pairs(20), epochs=1, checkpoint=path,
                            verbose=False)


def test_a_full_disk_leaves_the_earlier_checkpoint_whole(tmp_path, monkeypatch):
    path, savez, calls = tmp_path / "run.npz", np.savez, []

    def full(file, **arrays):
        calls.append(1)
        if len(calls) > 1:
            file.write(b"half a check")
            raise OSError(errno.ENOSPC, "No space left on device")
        savez(file, **arrays)

    Recorder(monkeypatch)
    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        training.fit(small(), tiny.pairs(20), epochs=3, checkpoint=path, verbose=False)
    assert [file.name for file in tmp_path.iterdir()] == ["run.npz"]
    with np.load(path) as file:
        assert len(json.loads(str(file["history"]))["loss"]) == 1
    monkeypatch.setattr(np, "savez", savez)
    history = training.fit(small(), tiny.pairs(20), epochs=3, checkpoint=path, verbose=False)
    assert history.epochs == 3


def test_checkpoints_that_cannot_be_used(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    checkpoint(path, monkeypatch)
    whole = path.read_bytes()
    cannot = "run.npz is not a checkpoint of this course, or is cut short: delete it"
    for content in (whole[: len(whole) // 2], whole[:-10], b"", b"hello"):
        path.write_bytes(content)
        with pytest.raises(ValueError, match=cannot):
            checkpoint(path, monkeypatch)
    np.savez(path, something=np.ones(3))
    with pytest.raises(ValueError, match=cannot):
        checkpoint(path, monkeypatch)
    path.write_bytes(whole)
    with np.load(path) as file:  # as the course wrote it before it recorded settings
        old = {name: file[name] for name in file.files if name != "record"}
    np.savez(path, model="0a1b", **old)
    with pytest.raises(ValueError, match="run.npz was written by an earlier version of the course"):
        checkpoint(path, monkeypatch)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The checkpoint of a run of two epochs with patience, and what made it."""
    path = tmp_path_factory.mktemp("finished") / "run.npz"
    options = {"epochs": 2, "batch_size": 8, "patience": 1, "checkpoint": path, "verbose": False}
    pairs = tiny.pairs(20), tiny.pairs(6, seed=1)
    model = small()
    return path, pairs, options, training.fit(model, *pairs, **options), model.get_weights()


DIFFERENT = {
    "epochs": (8, "epochs is 8, was 2"),
    "batch_size": (5, "batch_size is 5, was 8"),
    "learning_rate": (1e-2, "learning_rate is 0.01, was 0.002"),
    "label_smoothing": (0.1, "label_smoothing is 0.1, was 0.0"),
    "warm_up": (0.1, "warm_up is 0.1, was 0.05"),
    "teacher_forcing": (0.5, "teacher_forcing is 0.5, was 1.0"),
    "patience": (None, "patience is None, was 1"),
    "minutes": (7, "minutes is 7.0, was None"),
    "max_length": (80, "max_length is 80, was None"),
    "seed": (3, "seed is 3, was 0"),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_checkpoint_of_a_run_with_other_settings(name, finished):
    path, pairs, options, _, _ = finished
    before = path.read_bytes()
    value, message = DIFFERENT[name]
    with pytest.raises(ValueError, match=f"run.npz belongs to another run: {message}. Give all"):
        training.fit(small(), *pairs, **{**options, name: value})
    assert path.read_bytes() == before


def test_every_setting_is_recorded():
    settings = inspect.signature(training.fit).parameters
    others = {"model", "train", "validation", "checkpoint", "start_from", "verbose"}
    assert set(settings) - others == {*DIFFERENT, "word_dropout"}  # that is for taggers


def test_all_that_differs_is_named_at_once(finished):
    path, pairs, options, _, _ = finished
    with pytest.raises(ValueError, match="epochs is 3, was 2; seed is 9, was 0; units is 9, was 8"):
        training.fit(small(units=9), *pairs, **{**options, "epochs": 3, "seed": 9})


@pytest.mark.parametrize(
    "options",
    [{"units": 9}, {"layers": 2}, {"cell": "lstm"}, {"attention": "dot"}, {"dropout": 0.5},
     {"reverse_source": True}],
    ids=str,
)
def test_a_checkpoint_of_another_model(options, finished):
    path, pairs, settings, _, _ = finished
    [(name, value)] = options.items()
    with pytest.raises(ValueError, match=f"run.npz belongs to another run: {name} is {value!r}"):
        training.fit(small(**options), *pairs, **settings)


def test_a_checkpoint_of_models_of_the_same_size(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    checkpoint(path, monkeypatch, attention="dot")
    with pytest.raises(ValueError, match="attention is 'scaled_dot', was 'dot'"):
        checkpoint(path, monkeypatch, attention="scaled_dot")


def test_a_checkpoint_of_other_sentences(finished):
    path, (train, validation), options, _, _ = finished
    swapped = tiny.Pairs(train.source[::-1], train.target)  # the same sentences, wrongly paired
    with pytest.raises(ValueError, match="train is '20 examples, sha.*', was '20 examples, sha"):
        training.fit(small(), swapped, validation, **options)
    with pytest.raises(ValueError, match="run: validation is '5 examples, .*', was '6 examples, "):
        shorter = tiny.Pairs(validation.source[:5], validation.target[:5])
        training.fit(small(), train, shorter, **options)
    with pytest.raises(ValueError, match="validation is None, was '6 examples"):
        training.fit(small(), train, **{**options, "patience": None})


def test_a_checkpoint_of_other_versions(finished, monkeypatch):
    path, pairs, options, _, _ = finished
    monkeypatch.setattr(np, "__version__", "1.99")
    with pytest.raises(ValueError, match="another run: numpy is '1.99', was '2"):
        training.fit(small(), *pairs, **options)


def test_a_finished_run_is_only_read_and_says_so(finished, capsys):
    path, pairs, options, history, weights = finished
    model = small(seed=5)
    assert training.fit(model, *pairs, **{**options, "verbose": True}) == history
    [line] = capsys.readouterr().out.splitlines()
    assert line.startswith("run.npz holds a run that has finished after 2 of 2 epochs: nothing is")
    for found, wanted in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_going_on_says_so(tmp_path, monkeypatch, capsys):
    path = tmp_path / "run.npz"
    with monkeypatch.context() as patch:
        Recorder(patch, loss=lambda step: 1.0 if step < 4 else float("nan"))
        with pytest.raises(FloatingPointError):
            training.fit(small(), tiny.pairs(20), epochs=3, batch_size=10, checkpoint=path)
    Recorder(monkeypatch)
    capsys.readouterr()
    training.fit(small(), tiny.pairs(20), epochs=3, batch_size=10, checkpoint=path)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "going on with run.npz after epoch 1 of 3" and len(lines) == 2


def test_numbers_of_numpy_are_the_same_settings(finished):
    path, pairs, options, history, _ = finished
    same = {"epochs": np.int64(2), "batch_size": np.int32(8), "learning_rate": np.float64(2e-3)}
    assert training.fit(small(), *pairs, **{**options, **same}) == history


# ---------------------------------------------------------------- training further


def assert_same_weights(model, weights):
    for found, wanted in zip(model.get_weights(), weights, strict=True):
        np.testing.assert_array_equal(found, wanted)


def test_training_further_begins_with_the_weights_and_nothing_else(finished, tmp_path, capsys):
    path, (train, _), _, _, weights = finished
    before = path.read_bytes()
    how = {"epochs": 2, "batch_size": 5, "learning_rate": 0.02, "seed": 3}
    further, plain = small(seed=7), small(seed=8)
    history = training.fit(further, train, start_from=path, **how)
    assert capsys.readouterr().out.startswith("training from the weights of run.npz, 2 epochs of 4")
    plain.set_weights(weights)
    assert training.fit(plain, train, verbose=False, **how).loss == history.loss
    assert_same_weights(further, plain.get_weights())
    assert path.read_bytes() == before and history.epochs == 2


def test_training_further_takes_the_last_weights_where_no_best_ones_are(tmp_path, monkeypatch):
    path, train = tmp_path / "run.npz", tiny.pairs(20)
    model = small(dropout=0.2)  # has variables that are no weights
    training.fit(model, train, epochs=1, checkpoint=path, verbose=False)
    other = small(seed=5)  # another dropout is allowed
    Recorder(monkeypatch)
    training.fit(other, train, epochs=1, start_from=path, verbose=False)
    assert_same_weights(other, model.get_weights())


def test_training_further_has_a_checkpoint_of_its_own(finished, tmp_path):
    path, (train, _), _, _, _ = finished
    own = tmp_path / "further.npz"
    how = {"epochs": 1, "checkpoint": own, "verbose": False}
    history = training.fit(small(), train, start_from=path, **how)
    assert training.fit(small(seed=3), train, start_from=path, **how) == history
    with pytest.raises(ValueError, match="start_from is None, was 'sha256"):
        training.fit(small(), train, **how)
    with pytest.raises(ValueError, match="checkpoint and start_from are both further.npz"):
        training.fit(small(), train, **how, start_from=own)


def test_what_one_cannot_start_from(finished, tmp_path):
    path, (train, _), _, _, _ = finished
    with pytest.raises(ValueError, match="run.npz belongs to another model: units is 9, was 8"):
        training.fit(small(units=9), train, start_from=path, verbose=False)
    with pytest.raises(FileNotFoundError, match="there is no file .*none.npz to start from"):
        training.fit(small(), train, start_from=tmp_path / "none.npz", verbose=False)
    with pytest.raises(FileNotFoundError, match="there is no folder .*absent for the checkpoint"):
        training.fit(small(), train, checkpoint=tmp_path / "absent" / "run.npz", verbose=False)


# ---------------------------------------------------------------- bad input


def with_pieces(source, target):
    """A translator whose tokenizers split the given sentences into pieces."""
    tokenizers = [
        text.train_tokenizer(sentences, level="bpe", size=400) for sentences in (source, target)
    ]
    return Translator(*tokenizers, units=4, embedding=4)


def test_a_piece_tokenizer_that_lacks_the_letters_of_the_language():
    english = ["the boy eats an apple", "the girl reads a book here"]
    french = ["le garçon a mangé une pomme", "la fille a lu un livre là-bas"]
    pairs = tiny.Pairs(english, french)
    training.fit(with_pieces(english, french), pairs, epochs=1, verbose=False)
    with pytest.raises(ValueError, match="target tokenizer does not know .* letters"):
        training.fit(with_pieces(english, english), pairs, epochs=1, verbose=False)


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (tiny.Pairs([], []), "no sentence pairs"),
        (tiny.Pairs(["a", "b"], ["u"]), "2 source sentences but 1 target sentences"),
        (tiny.Pairs(["le chat", "a"], ["u v", "w"]), "source tokenizer does not know 67% of"),
        (tiny.Pairs(["a b", "c"], ["the", "cat"]), "target tokenizer does not know 100% of"),
    ],
)
def test_pairs_that_do_not_fit(pairs, message):
    good = tiny.pairs(4)
    with pytest.raises(ValueError, match=message):
        training.fit(small(), pairs, epochs=1, verbose=False)
    if pairs.source:
        with pytest.raises(ValueError, match=message):
            training.fit(small(), good, pairs, epochs=1, verbose=False)


@pytest.mark.parametrize("wrong", [None, 3])
def test_pairs_that_are_not_text(wrong):
    with pytest.raises(TypeError, match="sentence 1 is a .*expected text"):
        training.fit(small(), tiny.Pairs(["a", wrong], ["u", "v"]), epochs=1, verbose=False)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"teacher_forcing": 1.5}, "teacher_forcing is 1.5, expected a finite number of at"),
        ({"patience": 2}, "pass validation pairs too"),
        ({"patience": 0}, "patience is 0, expected a whole number of at least 1"),
        ({"batch_size": 0}, "batch_size is 0, expected a whole number of at least 1"),
        ({"batch_size": 2.0}, "batch_size is 2.0, expected a whole number"),
        ({"epochs": 0}, "epochs is 0, expected a whole number of at least 1"),
        ({"epochs": 1.5}, "epochs is 1.5, expected a whole number"),
        ({"epochs": True}, "epochs is True, expected a whole number"),
        ({"minutes": 0}, "minutes is 0, expected a finite number above 0"),
        ({"minutes": float("nan")}, "minutes is nan, expected a finite number"),
        ({"learning_rate": 0}, "learning_rate is 0, expected a finite number above 0"),
        ({"learning_rate": float("inf")}, "learning_rate is inf, expected a finite number"),
        ({"learning_rate": "1e-3"}, "learning_rate is '1e-3', expected a finite number"),
        ({"label_smoothing": 1}, "label_smoothing is 1, expected .* at least 0 and below 1"),
        ({"label_smoothing": -0.1}, "label_smoothing is -0.1, expected a finite number"),
        ({"max_length": 0}, "max_length is 0, expected a whole number of at least 1"),
        ({"max_length": -1}, "max_length is -1, expected a whole number of at least 1"),
        ({"seed": -1}, "seed is -1, expected a whole number of at least 0"),
    ],
    ids=str,
)
def test_options_are_checked(options, message, monkeypatch):
    Recorder(monkeypatch)
    with pytest.raises(ValueError, match=message):
        training.fit(small(), tiny.pairs(8), **{"epochs": 1, "verbose": False, **options})


@pytest.mark.parametrize("pairs", [[("a b", "u v")], ["a b"], {"source": ["a"]}, "a b"], ids=str)
def test_pairs_that_are_none(pairs):
    with pytest.raises(TypeError, match=r"train is a \w+, expected pairs with .source and .target"):
        training.fit(small(), pairs, epochs=1, verbose=False)
    with pytest.raises(TypeError, match=r"validation is a \w+, expected pairs with"):
        training.fit(small(), tiny.pairs(4), pairs, epochs=1, verbose=False)


@pytest.mark.parametrize("options", [{"progress": -0.1}, {"peak": 0}, {"warm_up": 1.1}], ids=str)
def test_learning_rates_that_are_none(options):
    with pytest.raises(ValueError, match=f"{[*options][0]} is .*, expected a finite number"):
        training.learning_rate_at(**{"progress": 0.5, "peak": 1.0, **options})


def test_learning_rate_that_only_rises():
    assert training.learning_rate_at(1, 1, warm_up=1) == 1.0
    assert training.learning_rate_at(0.5, 1, warm_up=1) == pytest.approx(0.501 / 1.001)


# ---------------------------------------------------------------- traces


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="others trace otherwise")
@pytest.mark.parametrize("name", backend_programs.MODELS)
def test_one_trace_for_all_lengths_in_training_and_one_in_validation(name, monkeypatch):
    build, train, other = backend_programs.MODELS[name]
    model, traces = build(), []

    def call(self, *args, training=False, **kwargs):
        traces.append(training)
        return original(self, *args, training=training, **kwargs)

    original = type(model).call
    monkeypatch.setattr(type(model), "call", call)
    lengths = {len(target) for target in model.examples(train)[1]}
    assert len(lengths) > 2
    training.fit(model, train, other, epochs=2, batch_size=2, label_smoothing=0.1, verbose=False)
    assert sorted(traces) == [False, True], traces
