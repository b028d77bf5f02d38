"""The benchmark scripts run, and the tables that the notebooks show are theirs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from benchmarks import architectures, cells, sentiment
from utils import datasets, experiments

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("task", cells.PARAMETERS)
def test_cells_are_compared_with_equally_many_parameters(task):
    rows = cells.cells(task, "equal batches")
    sizes = [
        cells.build(task, row["cell"], row["units"]).count_params() for row in rows.values()
    ]
    assert sizes == [row["parameters"] for row in rows.values()]
    assert max(sizes) / min(sizes) < 1.05
    assert [type(cells.build(task, cell, 2).layers[-2]) for cell in rows] == [*cells.CELLS.values()]


def test_with_parameters_takes_the_nearest_number_of_units():
    sizes = {8: 80, 9: 90, 10: 101, 11: 120}
    asked = []

    def build(units):
        asked.append(units)
        return SimpleNamespace(count_params=lambda: sizes.get(units, 10 * units))

    assert cells.with_parameters(build, 94).count_params() == 90
    assert cells.with_parameters(build, 98).count_params() == 101
    assert max(asked) <= 32


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what cells.py stores, which nothing is added to."""
    return only_stored(cells, ("measure", "validation", "milliseconds"))


def test_cells_stores_every_part_with_the_rates_that_validation_chose(no_measuring):
    for part in cells.PARTS:
        cells.run(part)
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    for part in cells.PARTS[1:]:
        assert tables[part]["made by"] and len(tables[part]["made with"]) >= 4
        for row, runs in tables[part]["measured"].items():
            assert tables[part]["rows"][row]["learning_rate"] > 0
            assert {len(run["validation"]) for run in runs} == {cells.POINTS}
    searched = [name for name in tables if name.endswith(": rates")]
    assert set(tables) == {*cells.PARTS, *searched}


def test_the_rates_of_cells_lie_inside_their_grids_and_win_there(no_measuring):
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    for task in cells.PARAMETERS:
        scores = experiments.by_rate(tables[f"{task}, equal batches: rates"]["validation"])
        rows = tables[f"{task}, equal batches"]["rows"]
        for cell, by_rate in scores.items():
            medians = {rate: np.median(found) for rate, found in by_rate.items()}
            assert len(by_rate) >= 4 and {len(found) for found in by_rate.values()} == {3}
            chosen = rows[cell]["learning_rate"]
            assert min(by_rate) < chosen < max(by_rate)
            best = min if task == "text" else max
            assert medians[chosen] == best(medians.values())


def test_equal_time_is_a_number_of_batches_that_the_stored_milliseconds_give(no_measuring):
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    for task, batches in cells.BATCHES.items():
        turns = tables["milliseconds"]["measured"][task]
        cost = {cell: np.median([turn[cell] for turn in turns]) for cell in cells.CELLS}
        rows = tables[f"{task}, equal time"]["rows"]
        spent = [rows[cell]["batches"] * cost[cell] for cell in cells.CELLS]
        assert min(row["batches"] for row in rows.values()) == batches
        assert max(spent) / min(spent) < 1 + 50 / batches


SHORT = {"batches": 24, "units": 5, "learning_rate": 1e-2}  # a row, shortened


@pytest.mark.parametrize("task", cells.PARAMETERS)
def test_a_shortened_row_of_cells_comes_out_the_same_again(task):
    row = {"cell": "GRU", **SHORT}
    found = cells.measure(task, row, cells.TUNING)
    assert set(found) == {"score", "validation", "seconds"} and found["seconds"] > 0
    assert len(found["validation"]) == cells.POINTS
    # a rate is chosen by the last point of that curve, under seeds of its own
    assert cells.validation(task, row, 0) == found["validation"][-1]


@pytest.mark.parametrize("task", ["adding", "Reber"])
def test_cells_train_as_written_out_by_hand(task):
    options = {"cell": "LSTM", **SHORT, "start": 0.2, "optimizer": "SGD"}
    model, curve = cells._trained(task, options, 3, 4)
    keras.utils.set_random_seed(3)
    uniform = keras.initializers.RandomUniform(-0.2, 0.2)
    steps, features, outputs = {"adding": (50, 2, 1), "Reber": (40, 7, 7)}[task]
    hand = keras.Sequential([
        keras.layers.Input((None, features)),
        keras.layers.LSTM(5, recurrent_initializer=uniform, return_sequences=task == "Reber"),
        keras.layers.Dense(outputs),
    ])  # fmt: skip
    loss = "mse" if task == "adding" else keras.losses.BinaryCrossentropy(from_logits=True)
    hand.compile(keras.optimizers.SGD(1e-2, global_clipnorm=1.0), loss, jit_compile=False)
    inputs, targets, weights = getattr(cells, task.lower())(24 * 32, 3)
    assert inputs.shape == (24 * 32, steps, features)
    hand.fit(inputs, targets, sample_weight=weights, batch_size=32, verbose=0)
    for found, wanted in zip(model.get_weights(), hand.get_weights(), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-6)
    assert curve.batches == 24 and curve.marks == {6, 12, 18, 24}
    assert curve.values[-1] == round(cells.score(task, model, "validation"), 3)


def test_cells_train_validate_and_test_on_different_sequences():
    for task in ("adding", "Reber"):
        validation, test = (cells._sequences(task, part).inputs for part in ("validation", "test"))
        seen = {sequence.tobytes() for sequence in validation}
        shared = np.mean([sequence.tobytes() in seen for sequence in test])
        assert validation.shape != test.shape or shared < 0.5  # short Reber strings recur
    last = max(cells.SEEDS.values()) + max(seeds for _, seeds in cells.MORE.values())
    seeds = {*range(last), *range(cells.TUNING, cells.TUNING + 3)}
    assert len(seeds | {cells.VALIDATION, cells.TEST}) == len(seeds) + 2
    parts, _ = cells.text_ids()
    train, test = datasets.corpora.split(datasets.corpora.python_docs())
    assert len(parts["training"]) + len(parts["validation"]) == len(train)
    assert len(parts["test"]) == len(test) == pytest.approx(len(parts["validation"]), abs=1)
    windows, following, _ = cells.characters(500, 0)
    known = parts["training"].tobytes()
    assert all(window.tobytes() in known for window in windows)
    np.testing.assert_array_equal(windows[:, 1:], following[:, :-1])


def test_more_seeds_of_cells_are_those_after_the_table(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(cells, "RESULT", tmp_path / "cells.json")
    monkeypatch.setattr(cells, "measure", lambda task, row, seed: asked.append((task, seed)) or 0.5)
    cells.compare("Reber", "more", {"LSTM": {"units": 3}}, {"LSTM": 0.1}, 2, first=10)
    assert asked == [("Reber", 10), ("Reber", 11)]
    stored = json.loads(cells.RESULT.read_text(encoding="utf-8"))["more"]
    assert stored["first seed"] == 10 and stored["seeds"] == 2
    for name, (rows, _) in cells.MORE.items():
        assert name in cells.PARTS and set(rows) <= set(cells.CELLS)


def test_cells_are_timed_in_turn(monkeypatch):
    monkeypatch.setattr(cells, "ROUNDS", 2)
    found = cells.milliseconds({"task": "adding", "units": {"LSTM": 2, "GRU": 3}}, 0)
    assert list(found) == ["LSTM", "GRU"] and all(value > 0 for value in found.values())




def test_sentiment_compares_its_models_on_the_same_reviews(monkeypatch):
    reviews = datasets.reviews.load()
    parts = [reviews.where(part)[:150] for part in ("train", "validation", "test")]
    monkeypatch.setitem(sentiment.FILMS, "epochs", 1)
    shares = [sentiment.bag(parts, **options)["right"] for options in sentiment.BAGS.values()]
    assert 0.4 < min(shares) and max(shares) < 1 and shares[2] != shares[0]
    assert sentiment.bag(parts, vocabulary=5)["right"] < shares[0]
    monkeypatch.setattr(sentiment, "RATES", (1e-6, 1e-2))
    for row in ("simple RNN, last", "GRU, max"):  # both cells and both poolings
        found = sentiment.network(parts, **sentiment.NETWORKS[row])
        assert 0.2 < found["right"] < 1 and len(found["validation"]) == 2
        assert found["rate"] == sentiment.RATES[np.argmin(found["validation"])]


def test_one_row_of_pooling_can_be_measured_again(monkeypatch):
    monkeypatch.setitem(sentiment.POOLING, "epochs", 1)
    monkeypatch.setitem(sentiment.POOLING, "longer", 2)
    size, parts = sentiment.course()
    few = [(ids[:128], labels[:128]) for ids, labels in parts]
    monkeypatch.setattr(sentiment, "course", lambda: (size, few))
    for options in sentiment.ROWS.values():
        found = sentiment.first({**options, "learning_rate": 4e-3}, 0)
        assert len(found["validation"]) == 2 and 0.2 < found["right after 12"] < 1


def test_the_tables_of_sentiment_are_those_of_the_script():
    stored = json.loads(sentiment.RESULT.read_text(encoding="utf-8"))
    assert list(stored["pooling"]["measured"]) == list(sentiment.ROWS)
    films = stored["films"]["measured"]
    assert list(films) == [*sentiment.BAGS, *sentiment.NETWORKS]
    assert {len(folds) for folds in films.values()} == {sentiment.FOLDS}
    for run in sum((films[row] for row in sentiment.NETWORKS), []):
        assert run["rate"] == sentiment.RATES[np.argmin(run["validation"])]
    assert stored["films"]["reviews"] == 10_662
    scores = experiments.by_rate(stored["pooling: rates"]["validation"])
    for row in sentiment.ROWS:
        best = min(scores[row], key=lambda rate: np.median(scores[row][rate]))
        assert stored["pooling"]["rows"][row]["learning_rate"] == best
        assert min(scores[row]) < best < max(scores[row])


def test_the_largest_digit_is_learned_as_in_its_table():
    stored = json.loads(architectures.RESULT.read_text(encoding="utf-8"))
    scores = experiments.by_rate(stored["rates"]["validation"])
    for row, options in architectures.ROWS.items():
        rate = stored["largest digit"]["rows"][row]["learning_rate"]
        assert rate in scores[row] and min(scores[row]) < rate < max(scores[row])
        model, curve = architectures.train({**options, "learning_rate": rate}, 0, 0, epochs=2)
        assert len(curve) == 2 and 0.3 < architectures.right(model, architectures.TEST) <= 1
    assert architectures.spikes([0.9, 0.95, 0.8, 0.97, 0.93, 0.92]) == 1
    assert list(stored["spikes"]["measured"]) == list(architectures.SPIKES)


@pytest.mark.parametrize("model", ["rnn", "transformer"])
def test_the_translation_benchmark_prints_one_line_of_json(tmp_path, model):
    pairs = [(f"the {a} {b} sleeps .", f"le {b} {a} dort .") for a in "xyz" for b in "klmn"]
    for part in ("train", "val", "test"):
        (tmp_path / f"{part}.en").write_text("\n".join(s for s, _ in pairs), encoding="utf-8")
        (tmp_path / f"{part}.fr").write_text("\n".join(t for _, t in pairs), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "benchmarks/translation.py", "--data", str(tmp_path), "--units", "8",
         "--embedding", "8", "--vocabulary", "60", "--epochs", "1", "--beam-width", "2",
         "--model", model],
        cwd=ROOT, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    [line] = run.stdout.strip().splitlines()
    result = json.loads(line)
    wanted = {"bleu", "bleu_beam", "signature", "parameters", "training_sentences_per_second",
              "batch_sentences_per_second", "single_milliseconds", "peak_gibibytes"}
    assert wanted <= set(result)
    assert result["epochs_trained"] == 1 and 0 <= result["bleu"] <= 100
