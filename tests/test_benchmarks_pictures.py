"""The captioner of notebook 16: what is stored, and how it is measured, shortened."""

import json

import numpy as np
import pytest

from benchmarks import pictures
from utils import experiments


@pytest.mark.parametrize(("part", "row"), pictures.ROWS.items())
def test_it_is_stored_with_the_rate_that_validation_chose(part, row, only_stored):
    path = only_stored(pictures)
    pictures.run(part)
    tables = json.loads(path.read_text(encoding="utf-8"))
    assert set(tables) == {name + end for name in pictures.ROWS for end in ("", ": rates")}
    by_rate = experiments.by_rate(tables[f"{part}: rates"]["validation"])[row]
    medians = {rate: np.median(found) for rate, found in by_rate.items()}
    assert len(by_rate) >= 4 and {len(found) for found in by_rate.values()} == {3}
    chosen = tables[part]["rows"][row]["learning_rate"]
    assert min(by_rate) < chosen < max(by_rate)
    assert medians[chosen] == max(medians.values())


@pytest.fixture
def few_pictures(monkeypatch):
    """So few of them that a training takes a second or two."""
    captions = pictures.one_to_many
    for name, count in (("SCENES", 500), ("TEST", 60), ("VALIDATION", 60)):
        monkeypatch.setattr(captions, name, count)
    caches = (captions.pictures, captions.rows, pictures._made)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.parametrize("row", pictures.ROWS.values())
def test_a_shortened_row_comes_out_the_same_again(row, few_pictures):
    options = {"row": row, "learning_rate": 4e-3}
    found = pictures.measure(options, 0, epochs=1)
    assert len(found["all by then"]) == pictures.one_to_many.POINTS
    assert {"objects: 1", "objects: 2", "all", "words", "new combinations, shape"} <= set(found)
    pointing = {"pointing, size", "pointing, colour", "pointing, shape"}
    assert pointing & set(found) == (pointing if row == "looks" else set())
    again = pictures.measure(options, 0, epochs=1)  # the model is used again
    assert {**again, "seconds": 0} == {**found, "seconds": 0}
    assert 0 <= pictures.validation(options, 0, epochs=1) <= 1


def test_the_eyes_are_alike_and_the_one_that_looks_has_fewer_parameters(few_pictures):
    encoder = pictures.one_to_many.make_encoder()
    of_vector = [weight for layer in encoder.layers[:-1] for weight in layer.weights]
    shapes = [
        sorted(tuple(w.shape) for w in eye)
        for eye in (pictures._made("looks").eye.weights, of_vector)
    ]
    assert shapes[0] == shapes[1]
    assert pictures._made("looks").count_params() == pictures._made("even gaze").count_params()
    assert pictures._made("looks").count_params() < encoder.count_params()


def test_captions_are_counted_by_objects_and_by_words(few_pictures):
    things = pictures.one_to_many.pictures()[0].test
    assert set(pictures.scored(things.captions, things).values()) == {1.0}
    swapped = {"small": "large", "large": "small"}
    other = [
        " ".join(swapped.get(word, word) for word in caption.split()) for caption in things.captions
    ]
    found = pictures.scored(other, things)
    assert found["all"] == found["size"] == 0 and found["colour"] == found["shape"] == 1
    assert found["words"] == pytest.approx(2 / 3)
