"""The small translators of notebook 13: what is stored, and how it is measured."""

import json

import numpy as np
import pytest

from benchmarks import classroom
from utils import experiments


def test_every_row_is_stored_with_the_rate_that_validation_chose(only_stored):
    path = only_stored(classroom, ("measure", "validation", "lengths"))
    classroom.run()
    tables = json.loads(path.read_text(encoding="utf-8"))
    rows = [*classroom.ROWS, *(f"{row}, 4 times the epochs" for row in classroom.LONGER)]
    assert set(tables) == {"lengths", *rows, *(f"{row}: rates" for row in rows)}
    for row in rows:
        [(name, by_rate)] = experiments.by_rate(tables[f"{row}: rates"]["validation"]).items()
        medians = {rate: np.median(found) for rate, found in by_rate.items()}
        chosen = tables[row]["rows"][row]["learning_rate"]
        assert name == row and len(by_rate) >= 4
        assert {len(found) for found in by_rate.values()} == {3}
        assert min(by_rate) < chosen < max(by_rate)
        assert medians[chosen] == max(medians.values())
        assert len(tables[row]["measured"][row]) == classroom.SEEDS


@pytest.fixture
def few_pairs(monkeypatch):
    """So few of them that a training takes a second."""
    (train, validation, test), tokenizers = classroom.sentences()
    parts = train[:128], validation[:20], test[:60]
    monkeypatch.setattr(classroom, "sentences", lambda: (parts, tokenizers))
    classroom._learner.cache_clear()
    yield
    classroom._learner.cache_clear()


@pytest.mark.parametrize("row", ["additive", "backwards", "a quarter fed back"])
def test_a_shortened_row_comes_out_the_same_again(few_pairs, row):
    options = {"row": row, **classroom.ROWS[row], "learning_rate": 1e-2}
    found = classroom.measure(options, classroom.TUNING, epochs=6)
    assert 0 <= found["bleu"] <= 100 and len(found["validation"]) == classroom.POINTS
    assert len(found["by length"]) == len(classroom.EDGES) + 1
    again = classroom.measure(options, classroom.TUNING, epochs=6)  # the model is used again
    assert {**again, "seconds": 0} == {**found, "seconds": 0}


def test_no_sentence_of_the_test_is_learned_from():
    (train, validation, test), _ = classroom.sentences()
    learned = {*zip(train.source, train.target, strict=True)}
    assert not learned.intersection(zip(test.source, test.target, strict=True))
    assert not learned.intersection(zip(validation.source, validation.target, strict=True))
