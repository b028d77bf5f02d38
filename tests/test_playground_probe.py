"""The memory probe: its models are Keras's, its gradients the tape's, its file what it says."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
from test_playground import NODE, ask, still_numbers

from benchmarks import probe as benchmark
from utils import experiments
from utils.playground import probe, stills, weights


def in_javascript(name, text):
    """Log-probabilities after all but the last character, and the gradients of that one's."""
    ids = probe.ids(text, probe.read()["symbols"])
    logs, gradients = ask(
        "recurrent",
        "(() => { const model = m.load(d.model), run = m.forwards(model, d.ids.slice(0, -1));"
        " return [run.logs, m.backwards(model, run, d.ids.at(-1))]; })()",
        ids=ids.tolist(), model=probe.read()["models"][name],
    )  # fmt: skip
    return ids, np.array(logs), np.array(gradients)


@pytest.fixture
def double():
    """Keras counts in 64 bits, as JavaScript does."""
    before = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    keras.config.set_dtype_policy("float64")  # models made before have fixed the old one
    yield
    keras.config.set_floatx(before[0])
    keras.config.set_dtype_policy(before[1])


@NODE
@pytest.mark.parametrize("text", [stills.TEXT[:68], stills.TEXT[:10], "a'", "(is it?) [no.]"])
@pytest.mark.parametrize("name", ["simple RNN", "LSTM"])
def test_probe_is_the_language_model_and_its_gradient_that_of_the_tape(name, text, double):
    ids, logs, gradients = in_javascript(name, text)
    model = probe.model(name)
    vectors = model.embedding(ids[None, :-1])  # (batch, time, embedding)
    with tf.GradientTape() as tape:
        tape.watch(vectors)
        scores = model.output_layer(model.recurrent[0](vectors)[0])[0, -1]
        log_p = tf.nn.log_softmax(scores)
        wanted = log_p[ids[-1]]
    np.testing.assert_allclose(np.array(model(ids[None, :-1]))[0, -1], np.array(scores), rtol=1e-9)
    np.testing.assert_allclose(logs, log_p, rtol=1e-6)
    taped = np.array(tape.gradient(wanted, vectors))[0]
    np.testing.assert_allclose(gradients, taped, rtol=1e-4, atol=1e-9 * np.abs(taped).max())


@NODE
@pytest.mark.parametrize("name", ["simple RNN", "LSTM"])
def test_influence_is_that_of_the_page(name):
    ids, logs, gradients = in_javascript(name, stills.TEXT[:30])
    log_p, norms = probe.influence(probe.as_weights(probe.arrays(name)), ids)
    np.testing.assert_allclose(logs, log_p, rtol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(gradients, axis=1), norms, rtol=1e-6)


@NODE
def test_exchange_and_forecast_of_the_probe_are_what_they_are_called():
    others = {"text": stills.TEXT, "at": 67, "earlier": 13, "other": "("}
    run = ask("probe_tasks", "m.probe.run({...d, task: 0})", **others)
    symbols = probe.read()["symbols"]
    for found in run["models"]:
        weights = probe.as_weights(probe.arrays(found["name"]))
        ids = probe.ids(stills.TEXT[:68], symbols)
        other, near = ids.copy(), 1e-4
        [other[13]] = probe.ids("(", symbols)
        log_p = probe.influence(weights, ids)[0]
        changed = probe.influence(weights, other)[0]
        assert found["change"] == pytest.approx((changed - log_p)[ids[-1]], rel=1e-6, abs=1e-12)
        vectors, moved = weights.vectors, np.vstack([weights.vectors, weights.vectors[:1]])
        step = vectors[other[13]] - vectors[ids[13]]
        moved[-1] = vectors[ids[13]] + near * step  # a character between the two
        ids[13] = len(vectors)
        bent = probe.influence(weights._replace(vectors=moved, **_wider(weights)), ids)[0][:-1]
        slope = (bent - log_p)[ids[-1]] / near
        assert found["forecast"] == pytest.approx(slope, rel=1e-2, abs=1e-7)


def _wider(weights):
    """The scores with one more id, which never comes."""
    output = np.pad(weights.output, ((0, 0), (0, 1)))
    return {"output": output, "bias": np.append(weights.bias, -99)}


@NODE
def test_still_picture_of_the_probe_shows_how_the_page_begins():
    run = ask("probe_tasks", "[m.probe.others, m.probe.run({...m.probe.others, task: 0})]")
    assert (run[0]["text"], run[0]["at"]) == (stills.TEXT, stills.AT)
    for found in run[1]["models"]:
        assert any(len(one) == len(found["norms"]) and np.allclose(one, found["norms"][::-1])
                   for one in still_numbers("probe")), found["name"]  # fmt: skip


# ------------------------------------------------------------------------------ how it was trained


def test_a_marked_text_has_all_words_and_closes_what_it_opens():
    text = benchmark.marked(["the cat 's ball is red .", "is it , Marie ?"] * 20, 0)
    assert "".join(sign for sign in text if sign not in "()[]").split() == (
        "the cat's ball is red. is it, marie?".split() * 20
    )
    opened = [text[at] for at in range(len(text)) if text[at] in "(["]
    closed = [text[at] for at in range(len(text)) if text[at] in ")]"]
    assert [dict(["()", "[]"])[one] for one in opened] == closed
    assert set(closed) == {")", "]"} and "(the cat's ball is red.)" in text
    assert text == benchmark.marked(["the cat 's ball is red .", "is it , Marie ?"] * 20, 0)


@pytest.mark.parametrize("norms, wanted", [([0, 0, 1], 1), ([1, 0, 0], 3), ([1] * 10, 9)])
def test_reach_is_counted_from_the_last_character(norms, wanted):
    assert benchmark.reach_of(np.array(norms, float)) == wanted


@NODE
def test_page_counts_the_reach_as_the_benchmark_does():
    run = ask("probe_tasks", "m.probe.run({...m.probe.others, task: 0, at: 66})")
    for found in run["models"]:
        assert found["reach"] == benchmark.reach_of(np.array(found["norms"]))


def test_file_of_weights_comes_out_again(tmp_path, monkeypatch):
    content = probe.read()
    monkeypatch.setattr(probe, "PATH", tmp_path / "weights.mjs")
    probe.write(content)
    assert probe.read() == content
    assert max(map(len, probe.PATH.read_text(encoding="utf-8").splitlines())) <= 100


def test_both_models_have_about_as_many_parameters():
    counts = {name: sum(array.size for array in probe.arrays(name)) for name in benchmark.MODELS}
    assert counts == {"simple RNN": 25_410, "LSTM": 25_988}


def test_a_training_makes_weights_of_the_stored_shapes():
    model = benchmark.train("LSTM", 8e-3, 2, 0)
    packed = [weights.packed(one) for one in model.get_weights()]
    stored = probe.read()["models"]["LSTM"]["weights"]
    assert [one["shape"] for one in packed] == [one["shape"] for one in stored]
    assert benchmark.characters().symbols == probe.read()["symbols"]


def test_other_models_are_refused():
    with pytest.raises(ValueError, match="name is 'GRU', expected one of 'simple RNN', 'LSTM'"):
        probe.arrays("GRU")


# ------------------------------------------------------------------------------ what was measured


def test_rates_are_stored_and_lie_inside_their_grids():
    tables = json.loads(benchmark.RESULT.read_text(encoding="utf-8"))
    for name in benchmark.MODELS:
        rates = experiments.by_rate(tables[f"rates, {name}"]["validation"])[name]
        best = min(rates, key=lambda rate: rates[rate][0])  # one seed a rate
        assert min(rates) < best < max(rates)


def test_a_stored_search_is_read_and_not_made_again(only_stored):
    only_stored(benchmark, ("train",))
    best = {name: benchmark.best_rate.__wrapped__(name) for name in benchmark.MODELS}
    assert best == {"simple RNN": 0.032, "LSTM": 0.064}
