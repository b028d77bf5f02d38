"""The loss by hand; training that learns, stops, resumes, and says what is wrong."""

import errno
import json
from functools import partial
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tiny

from utils import decoding, text, training
from utils.seq2seq import Translator
from utils.text import END, PAD, START


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


def test_loss_config_survives():
    loss = training.MaskedCrossEntropy(0.1)
    twin = keras.losses.deserialize(keras.losses.serialize(loss))
    assert twin.label_smoothing == 0.1


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
        if len(lines) == epochs:
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
        monkeypatch.setattr(training, "_compiled_step", lambda model, _: partial(self, model))

    def __call__(self, model, inputs, output):
        self.batches.append((*inputs, output))
        self.rates.append(float(model.optimizer.learning_rate.numpy()))
        return self.loss(len(self.batches)) if callable(self.loss) else self.loss


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
    monkeypatch.setattr(training, "time", SimpleNamespace(perf_counter=lambda: next(seconds)))
    history = training.fit(small(), tiny.pairs(40), epochs=50, batch_size=10, minutes=0.5)
    assert 1 <= history.epochs < 20
    assert 30 <= sum(history.seconds) < 40  # a clock that advances by a second a look
    assert recorder.rates[-1] < 0.05 * max(recorder.rates)  # the rate went down within the budget
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == history.epochs
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
    for options in ({"units": 9}, {"layers": 2}, {"cell": "lstm"}, {"attention": "dot"}):
        with pytest.raises(ValueError, match="run.npz belongs to a model with other options"):
            checkpoint(path, monkeypatch, **options)


@pytest.mark.parametrize(
    ("saved", "resumed"),
    [({"attention": "dot"}, {"attention": "scaled_dot"}), ({}, {"reverse_source": True})],
)
def test_a_checkpoint_of_another_model_of_the_same_size(saved, resumed, tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    checkpoint(path, monkeypatch, **saved)
    with pytest.raises(ValueError, match="run.npz belongs to"):
        checkpoint(path, monkeypatch, **resumed)


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
        ({"teacher_forcing": 1.5}, "teacher_forcing is 1.5, expected a share from 0 to 1"),
        ({"patience": 2}, "pass validation pairs too"),
        ({"batch_size": 0}, "batch_size is 0, expected a whole number of at least 1"),
        ({"minutes": 0}, "minutes is 0, expected more than 0"),
    ],
    ids=str,
)
def test_options_are_checked(options, message, monkeypatch):
    Recorder(monkeypatch)
    with pytest.raises(ValueError, match=message):
        training.fit(small(), tiny.pairs(8), epochs=1, verbose=False, **options)
