"""Strings of digits through one vector, for notebook 13: what is stored, and how it is measured."""

import json

import numpy as np
import pytest

from benchmarks import copying
from utils import experiments, text


def test_every_row_is_stored_with_the_rate_that_validation_chose(only_stored):
    path = only_stored(copying)
    copying.run()
    tables = json.loads(path.read_text(encoding="utf-8"))
    longer = {f"{row}, {times} times the steps" for row, times in copying.LONGER.items()}
    assert set(tables) == {
        *longer, *copying.ROWS, *(f"{row}: rates" for row in copying.ROWS)
    }  # fmt: skip
    assert all(len(tables[row]["measured"][row]) == copying.SEEDS for row in longer)
    for row in copying.ROWS:
        [(name, by_rate)] = experiments.by_rate(tables[f"{row}: rates"]["validation"]).items()
        medians = {rate: np.median(found) for rate, found in by_rate.items()}
        chosen = tables[row]["rows"][row]["learning_rate"]
        assert name == row and len(by_rate) >= 4
        assert {len(found) for found in by_rate.values()} == {3}
        assert min(by_rate) < chosen < max(by_rate)
        assert medians[chosen] == max(medians.values())
        assert len(tables[row]["measured"][row]) == copying.SEEDS


def test_what_is_said_is_what_was_read_and_then_the_end():
    lengths = [1, 3, copying.LONGEST]
    source, read, said = copying.strings(np.random.default_rng(0), lengths)
    for row, length in enumerate(lengths):
        digits = list(source[row, :length])
        assert min(digits) >= copying.FIRST and set(source[row, length:]) <= {text.PAD}
        assert list(said[row, : length + 1]) == [*digits, text.END]
        assert list(read[row, : length + 1]) == [text.START, *digits]
        assert set(said[row, length + 1 :]) <= {text.PAD}


def test_validation_and_test_are_other_strings():
    sources = [copying.asked(part)[0] for part in ("validation", "test")]
    assert not np.array_equal(*sources)
    assert len(sources[0]) == copying.LONGEST * copying.ASKED


@pytest.mark.parametrize("row", ["8 units", "8 units, looking back"])
def test_a_shortened_row_comes_out_the_same_again(monkeypatch, row):
    monkeypatch.setattr(copying, "ASKED", 20)
    options = {"row": row, **copying.ROWS[row], "learning_rate": 2e-2}
    found = copying.measure(options, copying.TUNING, steps=160)
    assert len(found["by length"]) == copying.LONGEST
    assert len(found["validation"]) == copying.POINTS
    assert found["by length"][0] > 0.5  # one digit is soon learned
    again = copying.measure(options, copying.TUNING, steps=160)  # the model is used again
    assert {**again, "seconds": 0} == {**found, "seconds": 0}
