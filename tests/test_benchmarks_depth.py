"""The stacks of notebook 12: what is stored, how it is measured, and the notebook's own cell."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops

from benchmarks import depth
from utils import cells, experiments

SOURCE = Path(__file__).parents[1] / "notebooks/source/12_deep_rnn.py"


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what is stored, which nothing is added to."""
    return only_stored(depth)


def test_every_part_is_stored_with_the_rates_that_validation_chose(no_measuring):
    for part in depth.PARTS:
        depth.run(part)
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    searched = [part for part in depth.PARTS if part not in depth.SMALLER]
    assert set(tables) == {*depth.PARTS, *(f"{part}: rates" for part in searched)}
    for part in depth.PARTS:
        assert {len(found) for found in tables[part]["measured"].values()} == {depth.SEEDS}
    for part in searched:
        scores = experiments.by_rate(tables[f"{part}: rates"]["validation"])
        best = min if part == "dropout" else max
        for row, by_rate in scores.items():
            assert len(by_rate) >= 4 and {len(found) for found in by_rate.values()} == {3}
            medians = {rate: np.median(found) for rate, found in by_rate.items()}
            chosen = tables[part]["rows"][row]["learning_rate"]
            assert medians[chosen] == best(medians.values())


def test_training_validation_and_test_have_seeds_of_their_own():
    choosing = range(depth.TUNING, depth.TUNING + 3)
    seeds = {*range(10), *choosing, depth.VALIDATION, depth.TEST}
    assert len(seeds) == 10 + 3 + 2


def test_depths_are_compared_with_equally_many_parameters():
    rows = depth.rows("depth")
    sizes = [rows[row]["parameters"] for row in rows if row != "1 layer, more units"]
    assert len(sizes) == 4 and max(sizes) < 1.06 * min(sizes)


@pytest.mark.parametrize("part", ["depth", "rescue", "obstacles", "readable", "normalised"])
def test_a_shortened_row_comes_out_the_same_again(part):
    options = {**list(depth.rows(part).values())[-1], "learning_rate": 0.01, "batches": 8}
    options |= {"depth": 2} if "depth" in options else {}
    found, again = (depth.measure(part, options, depth.TUNING) for _ in range(2))
    assert found == again and 0 <= found["score"] <= 1
    assert len(found["validation"]) == depth.POINTS
    whole = {**options, "batches": 8}  # a rate is chosen by the last point of such a curve
    assert 0 <= depth.validation(part, whole, 0) <= 1


def test_a_stack_on_time_begins_with_forget_gates_nearly_closed_and_nothing_else():
    options = {"cell": "lstm", "units": 3, "depth": 2, "delay": 2}
    for value in (-1, 1):
        found = depth.network({**options, "forget bias": value})
        biases = [w.numpy() for w in found.weights if w.shape == (12,)]
        np.testing.assert_array_equal(biases, 2 * [np.repeat([0, value, 0, 0], 3)])


def test_a_row_has_the_epsilon_that_it_names():
    for row, epsilon in (("small ε", depth.SMALL_EPSILON), ("on time", depth.EPSILON)):
        options = {**depth.rows("obstacles")[row], "depth": 1, "units": 2}
        learner = depth._echoing.__wrapped__(depth._network_only(options))
        assert learner.model.optimizer.epsilon == epsilon
    assert keras.optimizers.Adam().epsilon == depth.EPSILON


def test_dropout_stands_where_a_row_says():
    inside = {"none": (0, 0), "between layers": (0, 0.5), "all inputs": (0.5, 0.5)}
    for row, shares in inside.items():
        model = depth.tagging(depth.rows("dropout")[row])
        assert tuple(layer.dropout for layer in model.layers if "gru" in layer.name) == shares


@pytest.mark.parametrize("dropped", [{"dropout": 0.5, "recurrent_dropout": 0.5}, {"between": 0.5}])
def test_a_shortened_tagger_comes_out_the_same_again(monkeypatch, dropped):
    monkeypatch.setattr(depth, "EPOCHS", 2)
    options = {"learning_rate": 0.01, **dropped}
    found, again = (depth.measure("dropout", options, depth.TUNING) for _ in range(2))
    assert found == again and len(found["validation"]) == len(found["training"]) == 2
    assert depth.validation("dropout", options, 0) == min(found["validation"])
    assert found["all, best"] > 0 and found["best epoch"] in (1, 2)


def test_nats_are_those_of_keras():
    model = depth.tagging({})
    ids, tags = depth.sentences()["validation"]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    found = depth.nats(model, "validation")
    assert abs(found["all"] - float(loss(tags, model.predict(ids, verbose=0)))) < 1e-3
    share = np.mean(ids[tags >= 0] == 1)
    mixed = (1 - share) * found["known"] + share * found["unknown"]
    assert abs(mixed - found["all"]) < 1e-3


def test_matrices_begin_as_many_times_larger():
    options = {"units": 5, "delay": 2}
    for how in (False, True):
        sizes = []
        for start in (1, 4):
            keras.utils.set_random_seed(0)
            options |= {"start": start, "normalised": how}
            sizes.append([w for w in depth.network(options).get_weights() if w.shape == (5, 5)][0])
        np.testing.assert_allclose(sizes[1], 4 * sizes[0], rtol=1e-6)
        np.testing.assert_allclose(sizes[0] @ sizes[0].T, np.eye(5), atol=1e-5)


# ------------------------------------------------------------------ what the notebook writes out


def written(name):
    """What the notebook defines under this name."""
    source = SOURCE.read_text(encoding="utf-8")
    [cell] = [cell for cell in source.split("# %%") if f" {name}(" in cell.split(":")[0]]
    names = {"keras": keras, "layers": layers, "ops": ops, "np": np}
    exec(cell[cell.index("class ") if "class " in cell else cell.index("def ") :], names)
    return names[name]


@pytest.mark.parametrize("policy", ["float32", "float64", "mixed_bfloat16", "mixed_float16"])
@pytest.mark.parametrize("cell", [written("NormalisedCell"), depth.NormalisedCell])
def test_the_normalised_cell_learns_in_any_precision(cell, policy):
    model = keras.Sequential([
        layers.Input((None, 3), dtype="float64" if policy == "float64" else "float32"),
        layers.RNN(cell(4, dtype=policy), return_sequences=True, dtype=policy),
    ])  # fmt: skip
    model.compile("sgd", "mse", jit_compile=False)
    x = np.random.default_rng(0).normal(size=(4, 6, 3))
    before = model.get_weights()
    model.fit(x, np.ones((4, 6, 4)), verbose=0)
    assert all(np.abs(a - b).max() > 0 for a, b in zip(before, model.get_weights(), strict=True))
    found = np.array(model(x))
    W_xh, W_hh, gain, b_h = (np.array(w, "float64") for w in model.get_weights())
    weights = cells.NormalisedElmanWeights(W_xh, W_hh, b_h, gain)
    tolerance = {"float64": 1e-10, "float32": 1e-5}.get(policy, 0.1)
    assert np.abs(found.astype("float64") - cells.normalised_elman(x, weights)).max() < tolerance
