"""The language model against loops over time in NumPy; its states, its training, its file."""

import contextlib
import functools
import io
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402

from utils import training  # noqa: E402
from utils.models import LanguageModel  # noqa: E402
from utils.training import callbacks

ROOT = Path(__file__).parents[1]
SIZE, UNITS, WORD, CONDITION = 9, 5, 4, 3
KINDS = [
    {"cell": "simple_rnn"},
    {"cell": "gru", "layers": 2},
    {"cell": "lstm", "condition": "state", "layers": 2},
    {"cell": "gru", "condition": "input"},
]


def name(options):
    return "-".join(f"{value}" for value in options.values())


@functools.cache
def shared(**options):
    """A small model in which every weight, biases too, is a random number; not to be changed."""
    if options.get("condition"):
        options["condition_size"] = CONDITION
    model = LanguageModel(SIZE, UNITS, WORD, **options)
    random = np.random.default_rng(0)
    model.set_weights([0.7 * random.normal(size=w.shape) for w in model.get_weights()])
    return model


def examples(options, rows=3, time=6, seed=0):
    """Ids (rows, time) and the condition, or None."""
    random = np.random.default_rng(seed)
    ids = random.integers(1, SIZE, (rows, time)).astype("int32")
    given = random.normal(size=(rows, CONDITION)).astype("float32")
    return ids, given if options.get("condition") else None


def called(model, ids, condition):
    return np.array(model(ids if condition is None else (ids, condition)))


# ---------------------------------------------------------------- the equations


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def simple_rnn(x, states, kernel, recurrent, bias):
    return [np.tanh(x @ kernel + states[0] @ recurrent + bias)]


def gru(x, states, kernel, recurrent, bias):
    """Keras's: the reset gate multiplies what the recurrent matrix made of the state."""
    [h] = states
    below = np.split(x @ kernel + bias[0], 3)
    before = np.split(h @ recurrent + bias[1], 3)
    z, r = (sigmoid(below[k] + before[k]) for k in (0, 1))
    return [z * h + (1 - z) * np.tanh(below[2] + r * before[2])]


def lstm(x, states, kernel, recurrent, bias):
    h, c = states
    i, f, g, o = np.split(x @ kernel + h @ recurrent + bias, 4)
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return [sigmoid(o) * np.tanh(c), c]


STEPS = {"simple_rnn": simple_rnn, "gru": gru, "lstm": lstm}


def by_hand(model, options, row, given):
    """One row, (time,), token by token → (time, vocabulary), and the last states."""
    weights = {w.path.split("/", 1)[1]: np.array(w, "float64") for w in model.weights}

    def layer(number, *parts):
        return [next(v for k, v in weights.items() if f"recurrent_{number}/" in k
                     and k.endswith(f"/{part}")) for part in parts]

    def dense(place, x):
        return x @ weights[f"{place}/kernel"] + weights[f"{place}/bias"]

    per_layer = 2 if options["cell"] == "lstm" else 1
    layers = range(options.get("layers", 1))
    states = [[np.zeros(UNITS)] * per_layer for _ in layers]
    if options.get("condition") == "state":
        states = [[np.tanh(dense(f"condition_{per_layer * n + kind}", given))
                   for kind in range(per_layer)] for n in layers]
    scores = []
    for token in row:
        x = weights["embedding/embeddings"][token]
        if options.get("condition") == "input":
            x = np.concatenate([x, dense("condition_0", given)])
        for n in layers:
            states[n] = STEPS[options["cell"]](
                x, states[n], *layer(n, "kernel", "recurrent_kernel", "bias")
            )
            x = states[n][0]
        scores.append(dense("output", x))
    return np.array(scores), states


@pytest.mark.parametrize("options", KINDS, ids=name)
def test_scores_equal_the_loop(options):
    model, (ids, condition) = shared(**options), examples(options)
    found = called(model, ids, condition)
    assert found.shape == (3, 6, SIZE)
    _, states = model.read(ids, model.get_initial_state(3, condition), condition)
    for n, row in enumerate(ids):
        wanted, last = by_hand(model, options, row, None if condition is None else condition[n])
        np.testing.assert_allclose(found[n], wanted, atol=2e-5)
        for layer, wanted_layer in zip(states, last, strict=True):
            for state, wanted_state in zip(layer, wanted_layer, strict=True):
                np.testing.assert_allclose(np.array(state)[n], wanted_state, atol=2e-5)
    assert found.std() > 0.5  # the weights matter


def test_weights_counted_on_paper():
    model = LanguageModel(10, 7, 3, layers=2, cell="lstm", condition="input", condition_size=2)
    lstm_of = lambda below: 4 * (below * 7 + 7 * 7 + 7)  # noqa: E731
    assert model.count_params() == 10 * 3 + (2 * 3 + 3) + lstm_of(6) + lstm_of(7) + 7 * 10 + 10
    model = LanguageModel(10, 7, 3, layers=2, cell="lstm", condition="state", condition_size=2)
    assert model.count_params() == 10 * 3 + 4 * (2 * 7 + 7) + lstm_of(3) + lstm_of(7) + 7 * 10 + 10


def test_word_vectors_begin_at_unit_scale():
    model = LanguageModel(500, 4, 50)
    assert np.array(model.embedding.embeddings).std() == pytest.approx(1, abs=0.03)


# ---------------------------------------------------------------- states


@pytest.mark.parametrize("options", KINDS, ids=name)
def test_in_pieces_or_at_once(options):
    model, (ids, condition) = shared(**options), examples(options, time=7)
    whole, last = model.read(ids, model.get_initial_state(3, condition), condition)
    np.testing.assert_allclose(np.array(whole), called(model, ids, condition), atol=1e-5)
    states, pieces = model.get_initial_state(3, condition), []
    for begin, end in ((0, 1), (1, 4), (4, 5), (5, 7)):
        logits, states = model.read(ids[:, begin:end], states, condition)
        pieces.append(np.array(logits))
    np.testing.assert_allclose(np.concatenate(pieces, axis=1), np.array(whole), atol=1e-5)
    for one, other in zip(keras.tree.flatten(states), keras.tree.flatten(last), strict=True):
        assert one.shape == (3, UNITS)
        np.testing.assert_allclose(np.array(one), np.array(other), atol=1e-5)
    # and the state is what makes it so
    fresh, _ = model.read(ids[:, 5:], model.get_initial_state(3, condition), condition)
    assert np.abs(np.array(fresh) - np.array(whole)[:, 5:]).max() > 0.01


@pytest.mark.parametrize("options", KINDS, ids=name)
def test_padding_changes_nothing_before_it(options):
    model, (ids, condition) = shared(**options), examples(options)
    wider = np.pad(ids, [(0, 0), (0, 4)])
    wider[1, 3:] = 0
    plain, padded = called(model, ids, condition), called(model, wider, condition)
    np.testing.assert_allclose(padded[[0, 2], :6], plain[[0, 2]], atol=1e-6)
    np.testing.assert_allclose(padded[1, :3], plain[1, :3], atol=1e-6)
    # nor the states: they are those of the last real token
    _, states = model.read(wider, model.get_initial_state(3, condition), condition)
    start = None if condition is None else condition[1:2]
    _, alone = model.read(ids[1:2, :3], model.get_initial_state(1, start), start)
    for one, other in zip(keras.tree.flatten(states), keras.tree.flatten(alone), strict=True):
        np.testing.assert_allclose(np.array(one)[1:2], np.array(other), atol=1e-6)


@pytest.mark.parametrize("options", KINDS[2:], ids=name)
def test_the_condition_matters_at_every_step(options):
    model, (ids, condition) = shared(**options), examples(options)
    change = np.abs(called(model, ids, condition) - called(model, ids, condition + 0.5))
    assert (change.max(axis=(0, 2)) > 1e-3).all()
    # to its own row alone
    other = condition.copy()
    other[1] += 0.5
    change = np.abs(called(model, ids, condition) - called(model, ids, other)).max(axis=(1, 2))
    assert change[1] > 1e-2 and change[[0, 2]].max() < 1e-6


def test_dropout_is_for_training_alone():
    model = LanguageModel(SIZE, UNITS, WORD, dropout=0.5)
    ids, _ = examples({})
    calm = [np.array(model(ids)) for _ in range(2)]
    wild = [np.array(model(ids, training=True)) for _ in range(2)]
    np.testing.assert_array_equal(*calm)
    assert np.abs(wild[0] - wild[1]).max() > 1e-3
    read, _ = model.read(ids, model.get_initial_state(3))
    np.testing.assert_allclose(np.array(read), calm[0], atol=1e-6)


@pytest.mark.parametrize("layers", [1, 2])
def test_dropout_after_the_last_recurrent_layer(layers):
    model = LanguageModel(6, units=6, embedding=4, layers=layers, dropout=0.5)
    model.output_layer.set_weights([np.eye(6), np.zeros(6)])  # its scores are what it is given
    ids = np.tile(np.arange(1, 6), (200, 1))
    calm, wild = np.array(model(ids)), np.array(model(ids, training=True))
    assert np.mean(wild == 0) == pytest.approx(0.5, abs=0.05) and (calm != 0).all()


def test_dropout_after_every_recurrent_layer():
    # without word vectors the first layer says the same in each row, and only dropout behind it
    # can make the second differ
    model = LanguageModel(6, units=6, embedding=4, layers=2, dropout=0.5)
    random = np.random.default_rng(0)
    for layer in model.recurrent:
        layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    model.embedding.set_weights([np.zeros((6, 4))])
    seen = []
    second = model.recurrent[1]
    call = second.call
    second.call = lambda sequence, **options: seen.append(sequence) or call(sequence, **options)
    model(np.tile(np.arange(1, 6), (50, 1)), training=True)
    assert np.mean(np.array(seen[0]) == 0) == pytest.approx(0.5, abs=0.1)


# ---------------------------------------------------------------- training with Keras's fit


def nats(logits, targets):
    """-log p of each target that is not padding, by a loop."""
    found = []
    for row, scores in zip(targets, np.asarray(logits, "float64"), strict=True):
        for token, score in zip(row, scores, strict=True):
            if token:
                found.append(np.log(np.exp(score).sum()) - score[token])
    return np.array(found)


def compiled(learning_rate, **options):
    keras.utils.set_random_seed(0)
    model = LanguageModel(SIZE, UNITS, WORD, **options)
    model.compile(keras.optimizers.Adam(learning_rate), training.MaskedCrossEntropy())
    return model


def test_what_fit_reports():
    model = compiled(1e-9, **KINDS[3], condition_size=CONDITION)
    (ids, given), (other, other_given) = (examples(KINDS[3], 5, 7, seed=n) for n in (1, 2))
    x, validation_x = (ids[:, :-1], given), (other[:, :-1], other_given)
    history = model.fit(x, ids[:, 1:], batch_size=2, epochs=1, verbose=0,
                        validation_data=(validation_x, other[:, 1:]), validation_batch_size=3)
    # batches of 2, 2 and 1 rows, and of 3 and 2: each row counts once
    loss = nats(called(model, *x), ids[:, 1:]).mean()
    validation = nats(called(model, *validation_x), other[:, 1:]).mean()
    assert history.history["loss"] == pytest.approx([loss], rel=1e-5)
    assert history.history["val_loss"] == pytest.approx([validation], rel=1e-5)
    assert abs(loss - validation) > 1e-3


def test_what_fit_reports_of_padded_rows():
    model, (ids, _) = compiled(1e-9), examples({}, 3, 7)
    ids[0, 3:] = 0
    x, y = ids[:, :-1], ids[:, 1:]
    logits = called(model, x, None)
    # one batch: per real token
    assert model.evaluate(x, y, verbose=0) == pytest.approx(nats(logits, y).mean(), rel=1e-5)
    # and so are several, however uneven; Keras alone weighs their means by their rows
    found = model.evaluate(x, y, batch_size=2, verbose=0)
    assert found == pytest.approx(nats(logits, y).mean(), rel=1e-5)
    means = [nats(logits[:2], y[:2]).mean(), nats(logits[2:], y[2:]).mean()]
    assert abs(found - (2 * means[0] + means[1]) / 3) > 1e-4
    history = model.fit(x, y, batch_size=2, verbose=0, validation_data=(x, y),
                        validation_batch_size=1).history
    assert history["loss"] == pytest.approx([found], rel=1e-4)
    assert history["val_loss"] == pytest.approx([found], rel=1e-4)
    assert isinstance(model.train_on_batch(x, y), (float, np.floating))  # one number, as always


MEMORY = np.tile([1, 2, 1, 3, 1, 4], 10)  # what follows 1 depends on what came before it


@pytest.fixture(scope="module")
def learned():
    """A model that Keras has trained, and what was printed."""
    keras.utils.set_random_seed(0)
    model, printed = LanguageModel(5, 16, 8), io.StringIO()
    model.compile(keras.optimizers.Adam(0.03), training.MaskedCrossEntropy())
    x, y = (np.tile(part, (4, 1)) for part in (MEMORY[:-1], MEMORY[1:]))
    with contextlib.redirect_stdout(printed):
        model.fit(x, y, epochs=60, verbose=0, callbacks=[training.EpochLines()])
    return model, printed.getvalue().splitlines()


def test_it_learns_what_needs_a_memory(learned):
    model, _ = learned
    surprise = nats(model(MEMORY[None, :-1]), MEMORY[None, 1:])
    assert surprise[6:].max() < 0.2  # without a memory log(3) = 1.1 at every other token


def test_epoch_lines_in_fit(learned):
    _, lines = learned
    assert len(lines) == 1 + 60
    assert lines[0] == "training, 60 epochs of 1 batches"
    assert lines[1].startswith("epoch  1/60   loss ") and "validation" not in lines[1]
    assert lines[-1].startswith("epoch 60/60   loss 0.") and lines[-1].endswith("   0:00 left")


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is told to go on."""
    now = [100.0]
    monkeypatch.setattr(callbacks.time, "perf_counter", lambda: now[0])
    return now


def test_epoch_lines(clock, capsys):
    lines = training.EpochLines()
    lines.set_params({"epochs": 12})
    lines.on_train_begin()
    clock[0] += 10
    lines.on_epoch_end(0, {"loss": 1.23449, "val_loss": 1.3006})
    clock[0] += 14
    lines.on_epoch_end(1, {"loss": 1.0})
    assert capsys.readouterr().out.splitlines() == [
        "training, 12 epochs",
        "epoch  1/12   loss 1.234   validation 1.301   1:50 left",
        "epoch  2/12   loss 1.000   2:00 left",
    ]
    lines.on_train_begin()  # a second fit that goes on at epoch 10
    assert capsys.readouterr().out == "training, 12 epochs\n"
    clock[0] += 7
    lines.on_epoch_end(10, {"loss": 0.5})
    assert capsys.readouterr().out == "epoch 11/12   loss 0.500   0:07 left\n"


def test_epoch_lines_of_few_epochs_and_of_batches(clock, capsys):
    """Of seven epochs every third and the last; within an epoch every second batch but the last."""
    lines = training.EpochLines("GRU", batches=2, every=3)
    lines.set_params({"epochs": 7, "steps": 4})
    lines.on_train_begin()
    for batch in range(4):
        lines.on_train_batch_end(batch, {"loss": 2.0 + batch})
    assert capsys.readouterr().out.splitlines() == [
        "GRU: training, 7 epochs of 4 batches", "GRU: batch 2/4   loss 3.000",
    ]
    for epoch in range(7):
        clock[0] += 30
        lines.on_epoch_end(epoch, {"loss": 1.0})
    assert capsys.readouterr().out.splitlines() == [
        "GRU: epoch 3/7   loss 1.000   2:00 left",
        "GRU: epoch 6/7   loss 1.000   0:30 left",
        "GRU: epoch 7/7   loss 1.000   0:00 left",
    ]
    with pytest.raises(ValueError, match="every"):
        training.EpochLines(every=0)


# ---------------------------------------------------------------- saving


def test_saved_and_read_in_a_fresh_process(learned, tmp_path):
    wanted = {}
    for number, options in enumerate(KINDS[2:]):  # the others are shorter to write
        model, (ids, condition) = shared(**options), examples(options)
        model.save(tmp_path / f"{number}.keras")
        inputs = {"ids": ids} | ({} if condition is None else {"condition": condition})
        np.savez(tmp_path / f"{number}.npz", **inputs)
        wanted[number] = called(model, ids, condition)
    learned[0].save(tmp_path / "2.keras")  # with its optimizer and loss
    np.savez(tmp_path / "2.npz", ids=MEMORY[None])
    wanted[2] = called(learned[0], MEMORY[None], None)
    program = (
        "import sys, keras, numpy as np\n"
        "import utils.models\n"
        "for n in range(3):\n"
        "    model = keras.saving.load_model(f'{n}.keras', compile=False)\n"
        "    inputs = list(np.load(f'{n}.npz').values())\n"
        "    logits = model(inputs[0] if len(inputs) == 1 else tuple(inputs))\n"
        "    np.save(f'{n}.npy', np.array(logits))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    for number, logits in wanted.items():
        np.testing.assert_allclose(np.load(tmp_path / f"{number}.npy"), logits, atol=1e-6)


@pytest.mark.parametrize("options", KINDS, ids=name)
def test_options_survive(options):
    model = shared(**options)
    twin = LanguageModel.from_config(model.get_config())
    assert twin.options == model.options and twin.name == model.name
    assert [w.shape for w in twin.weights] == [w.shape for w in model.weights]


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": "transformer"}, "cell is 'transformer', expected one of 'simple_rnn', 'gru'"),
        ({"condition": "both"}, "condition is 'both', expected one of None, 'state', 'input'"),
        ({"condition": "state"}, "condition_size is None, expected a whole number of at least 1"),
        ({"condition_size": 3}, 'condition_size needs condition="state" or "input"'),
        ({"units": 0}, "units is 0, expected a whole number of at least 1"),
        ({"layers": 1.5}, "layers is 1.5, expected a whole number"),
        ({"embedding": -1}, "embedding is -1"),
        ({"vocabulary_size": 0}, "vocabulary_size is 0"),
    ],
    ids=str,
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        LanguageModel(**{"vocabulary_size": SIZE, **options})


def test_conditions_are_checked():
    ids, condition = examples({"condition": True})
    plain, state, each = shared(cell="simple_rnn"), shared(**KINDS[2]), shared(**KINDS[3])
    for model in (state, each):
        with pytest.raises(ValueError, match=r"has a condition: pass it, float \(batch, 3\)"):
            model(ids)
        with pytest.raises(ValueError, match=r"shape \(3, 2\), expected \(batch, 3\)"):
            model((ids, condition[:, :2]))
        with pytest.raises(ValueError, match=r"shape \(3,\), expected \(batch, 3\)"):
            model.get_initial_state(1, condition[0])
    with pytest.raises(ValueError, match="has no condition: leave it out"):
        plain((ids, condition))
    states = each.get_initial_state(3, condition)
    with pytest.raises(ValueError, match="has a condition: pass it"):
        each.read(ids, states)
    states = state.get_initial_state(3, condition)
    state.read(ids, states)  # it is in the states already


# ---------------------------------------------------------------- examples


def test_examples_are_the_rows_shifted_by_one():
    (inputs,), targets = LanguageModel(9, 4, 3).examples([np.array([2, 5, 6, 3]), [4, 7, 0, 0]])
    assert [row.tolist() for row in inputs] == [[2, 5, 6], [4]]
    assert [row.tolist() for row in targets] == [[5, 6, 3], [7]]
    (inputs,), targets = LanguageModel(9, 4, 3).examples([[2, 5, 6, 3]], max_length=2)
    assert inputs[0].tolist() == [2, 5] and targets[0].tolist() == [5, 6]
    model = LanguageModel(9, 4, 3, condition="input", condition_size=2)
    (inputs, given), _ = model.examples(([[2, 5, 6]], [[0, 1]]))
    assert given[0].tolist() == [0, 1] and given[0].dtype == np.float32


def test_training_fit_learns_rows_of_any_length():
    model = LanguageModel(9, 12, 6)
    rows = [np.tile([4, 5, 6], 4)[: 4 + n % 5] for n in range(60)]
    history = training.fit(model, rows, rows[:9], epochs=20, batch_size=16, learning_rate=0.05,
                           verbose=False)
    assert history.validation_loss[-1] < 0.5 * history.validation_loss[0]


@pytest.mark.parametrize(
    ("condition", "data", "error", "message"),
    [
        (None, [], ValueError, "train is empty: expected rows of two or more"),
        (None, [[4, 5], [6, 0]], ValueError, "row 1 of train has less than two ids"),
        (None, [[4.0, 5.0]], TypeError, r"row 0 of train is float64 \(2,\), expected ids"),
        (None, ([[4, 5]], [[1.0]]), TypeError, "train is a tuple, expected rows of ids"),
        ("state", [[4, 5]], TypeError, r"train is a list, expected \(rows, condition\)"),
        ("state", ([[4, 5]], [[1.0]]), ValueError, r"shape \(1, 1\), expected one a row, \(1, 2"),
    ],
    ids=str,
)  # fmt: skip
def test_what_it_is_not_trained_on(condition, data, error, message):
    model = LanguageModel(9, 4, 3, condition=condition, condition_size=condition and 2)
    with pytest.raises(error, match=message):
        training.fit(model, data, epochs=1, verbose=False)


@pytest.mark.parametrize("option", [{"teacher_forcing": 0.5}, {"word_dropout": 0.1}], ids=str)
def test_noise_of_other_models(option):
    [(name, _)] = option.items()
    with pytest.raises(ValueError, match=f"{name} is not an option of a LanguageModel"):
        training.fit(LanguageModel(9, 4, 3), [[4, 5]], epochs=1, verbose=False, **option)
