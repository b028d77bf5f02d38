"""characters.py: one text for all models, tables that are its own, rows that come out again."""

import json

import numpy as np
import pytest

from benchmarks import characters
from utils import decoding, experiments, metrics
from utils.datasets import corpora

TINY = {"units": 5, "embedding": 4, "cell": "gru"}
SHORTENED = {"batches": 6, "points": 3, "learning_rate": 8e-3}  # a row, shortened


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what is stored, which nothing is added to."""
    return only_stored(characters, ("rival", "measure", "on_validation"))


def test_every_part_is_stored_with_the_rate_that_validation_chose(no_measuring):
    for part in characters.PARTS:
        characters.run(part)
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    assert set(tables) == {*characters.PARTS, "rates"}
    [by_rate] = experiments.by_rate(tables["rates"]["validation"]).values()
    medians = {rate: np.median(found) for rate, found in by_rate.items()}
    best = min(medians, key=medians.get)
    assert len(by_rate) >= 4 and min(by_rate) < best < max(by_rate)
    assert {len(found) for found in by_rate.values()} == {3}
    for row, (options, seeds) in characters.ROWS.items():
        runs, stored = tables[row]["measured"][row], tables[row]["rows"][row]
        assert len(runs) == seeds and stored["learning_rate"] == characters.best_rate()
        assert {len(run["validation"]) for run in runs} == {options["points"]}
        assert {len(run["context"]) for run in runs} == {len(characters.CONTEXTS)}


def test_the_parts_make_up_the_text():
    texts, known = characters.parts()
    assert "".join(texts.values()) == corpora.python_docs()
    assert texts["test"] == corpora.split(corpora.python_docs())[1]
    assert abs(len(texts["validation"]) - len(texts["test"])) <= 1
    assert known.decode(characters.ids("validation")) == texts["validation"]


def test_rivals_are_measured_on_the_characters_that_the_network_is(monkeypatch):
    found = characters.rival({"order": 2}, 0)
    counted = characters.NGrams.fit(characters.ids("training"), 2, characters.parts()[1].size)
    nats = counted.surprisal(characters.ids("test"))
    assert len(nats) - 1 == len(characters.ids("test")) - 1  # what `decoding.surprisal` returns
    assert found["test"] == pytest.approx(nats[1:].mean() / np.log(2), abs=1e-4)
    texts = {"training": "abcd" * 50, "validation": "abcd" * 9, "test": "bd" * 20}
    monkeypatch.setattr(characters, "parts", lambda: (texts, None))
    packed = characters.rival({}, 0)
    assert packed["test"] == round(
        metrics.compressed_bits_per_character(texts["training"], texts["test"]), 4
    )


@pytest.fixture
def tiny(monkeypatch):
    """A small network, and 300 characters to validate and test on."""
    monkeypatch.setattr(characters, "NETWORK", TINY)
    whole = characters.ids
    monkeypatch.setattr(
        characters, "ids", lambda part: whole(part)[: 300 if part != "training" else None]
    )


@pytest.mark.parametrize("row", characters.ROWS)
def test_a_shortened_row_comes_out_the_same_again(row, tiny):
    options = {**characters.ROWS[row][0], **SHORTENED}
    found = characters.measure(options, characters.TUNING)
    assert set(found) == {"score", "validation", "training", "context", "seconds"}
    assert 3 < found["score"] < 8 and found["seconds"] > 0
    assert len(found["validation"]) == len(found["training"]) == 3
    # a rate is chosen by the last point of that curve, under seeds of its own
    assert characters.on_validation(options, 0) == found["validation"][-1]


def test_the_targets_are_the_inputs_one_later(tiny, monkeypatch):
    shapes = []

    def train_on_batch(self, inputs, targets):
        shapes.append(inputs.shape)
        np.testing.assert_array_equal(inputs[:, 1:], targets[:, :-1])
        return 0.5

    monkeypatch.setattr(characters.LanguageModel, "train_on_batch", train_on_batch)
    characters.train(SHORTENED, 0)
    assert shapes == [(characters.BATCH, characters.LENGTH)] * 6


def test_the_bits_by_context_are_those_of_windows_read_alone(tiny):
    model, _ = characters.train({**SHORTENED, "learning_rate": 0.05}, 0)
    text, contexts = characters.ids("test")[:60], (1, 3, 9)
    found = characters.by_context(model, text, contexts)
    assert found.shape == (51, 3)
    for column, context in enumerate(contexts):
        for place in (0, 20, 50):
            window = text[place : place + context + 1]
            alone = decoding.surprisal(model, window)[-1]
            assert found[place, column] == pytest.approx(alone, abs=1e-4)
