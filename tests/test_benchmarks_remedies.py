"""The script behind notebook 2's tables: it trains as Keras does, and its tables are finished."""

import json

import keras
import numpy as np
import pytest

from benchmarks import remedies
from utils import datasets, experiments

# every remedy once, and the last row of every part
SOME_ROWS = [("radius 1.6", row) for row in remedies.REMEDIES]
SOME_ROWS += [(part, list(rows)[-1]) for part, rows in remedies.PARTS.items()]


@pytest.fixture
def short(monkeypatch):
    """Tables of a few batches of short sequences."""
    monkeypatch.setattr(remedies, "BATCHES", 16)
    monkeypatch.setattr(remedies, "TIME", 6)
    remedies.sequences.cache_clear()
    yield
    remedies.sequences.cache_clear()


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what is stored, which nothing is added to."""
    return only_stored(remedies)


def test_every_part_is_stored_with_the_rates_that_validation_chose(no_measuring):
    for part, rows in remedies.PARTS.items():
        remedies.run(part, rows)
    remedies.run_alike()
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    names = {name for part in remedies.PARTS for name in (part, f"{part}: rates")}
    assert set(tables) == names | {remedies.ALIKE}
    for part in remedies.PARTS:
        seeds = tables[f"{part}: rates"]["seeds"]
        scores = experiments.by_rate(tables[f"{part}: rates"]["validation"])
        for row, by_rate in scores.items():
            assert len(by_rate) >= 6 and {len(found) for found in by_rate.values()} == {seeds}
            chosen = tables[part]["rows"][row]["learning_rate"]
            medians = {rate: np.median(found) for rate, found in by_rate.items()}
            assert medians[chosen] == max(medians.values())
            assert len(tables[part]["measured"][row]) == remedies.SEEDS.get(part, 10)


@pytest.mark.parametrize(("part", "row"), SOME_ROWS)
def test_a_shortened_row_comes_out_the_same_again(part, row, short):
    options = {**remedies.PARTS[part][row], "learning_rate": 0.02, "batches": 16}
    found = remedies.measure(options, remedies.TUNING)
    assert set(found) == {"score", "validation", "long", "longest"}
    assert 0 <= found["score"] <= 1 and len(found["validation"]) == remedies.POINTS
    # a rate is chosen by the last point of that curve, under seeds of its own
    assert remedies.validation(options, 0) == found["validation"][-1]


@pytest.mark.parametrize("keras_clip", [{}, {"global_clipnorm": 1.0}, {"clipvalue": 0.1}])
@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_it_trains_as_keras_does(keras_clip, activation, short):
    names = {"global_clipnorm": remedies.NORM, "clipvalue": remedies.VALUE}
    options = {"start": 1.6, "activation": activation, "learning_rate": 0.05}
    for name in keras_clip:
        options |= names[name]
    layer, head, _, norms = remedies.train(options, 3)
    assert len(norms) == 16
    model = keras.Sequential([
        keras.layers.Input((None, 8)),
        keras.layers.SimpleRNN(remedies.UNITS, activation=activation),
        keras.layers.Dense(4),
    ])  # fmt: skip
    model.set_weights([weight for part in remedies.begin(options, 3) for weight in part])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.05, **keras_clip), loss, jit_compile=False)
    inputs, targets = datasets.memory.recall(16 * remedies.BATCH, 6, 3)
    model.fit(inputs, targets, batch_size=remedies.BATCH, shuffle=False, verbose=0)
    for ours, theirs in zip((*layer, *head), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=2e-4)


def test_layer_normalisation_has_the_gradients_of_keras(short):
    options = {"start": 0.5, "normalised": True}
    layer, head = remedies.begin(options, 0)
    inputs, targets = datasets.memory.recall(8, 6, 1)
    found = remedies.gradients(options, layer, head, inputs, targets)

    def loss(moved):
        last = remedies.states(options, moved[0], inputs)[:, -1]
        said = np.log(remedies.softmax(last @ moved[1].W_hy + moved[1].b_y))
        return -np.mean(said[np.arange(len(targets)), targets])

    checked = remedies.bptt.gradient_check(loss, (layer, head), found, elements=20)
    assert checked.error < 1e-5, checked


STARTS = [(0.5, 0.5), (2.0, 2.0), ("orthogonal", 1), ("identity", 1)]


@pytest.mark.parametrize(("start", "radius"), STARTS)
def test_matrices_begin_with_their_radius(start, radius):
    W_hh = remedies.begin({"start": start}, 5)[0].W_hh
    assert abs(np.abs(np.linalg.eigvals(W_hh)).max() - radius) < 1e-9
    assert (np.abs(W_hh @ W_hh.T - np.eye(len(W_hh))).max() < 1e-9) == isinstance(start, str)
    other = remedies.begin({"start": start}, 6)[0].W_hh
    assert start == "identity" or not np.allclose(W_hh, other)


def test_a_run_that_diverges_ends_with_the_weights_before(short):
    options = {"start": 2.0, "activation": "relu", "learning_rate": 1e80}
    found = remedies.measure(options, 0)
    assert 0 <= found["score"] <= 1
    assert found["validation"] == [found["validation"][-1]] * remedies.POINTS


def test_training_validation_and_test_have_seeds_of_their_own():
    most = max(remedies.SEEDS.values())
    choosing = range(remedies.TUNING, remedies.TUNING + max(remedies.CHOOSE.values()))
    seeds = {*range(most), *choosing, remedies.VALIDATION, remedies.TEST}
    assert len(seeds) == most + len(choosing) + 2
