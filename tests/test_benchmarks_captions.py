"""The captioners of notebook 5: what is stored, how it is measured, what the notebook writes."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops

from benchmarks import captions
from utils import decoding, experiments, text, training
from utils.exercises.captions import greedy
from utils.models import LanguageModel

SOURCE = Path(__file__).parents[1] / "notebooks/source/05_one_to_many.py"


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what is stored, which nothing is added to."""
    return only_stored(captions)


def test_every_part_is_stored_with_the_rates_that_validation_chose(no_measuring):
    for part in captions.EPOCHS:
        captions.run(part)
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    searched = [name for name in tables if name.endswith(": rates")]
    assert set(tables) == {*captions.EPOCHS, *searched}
    for way, (epochs, rate) in captions.SPEAKING.items():
        assert epochs == tables["16 epochs"]["epochs"]
        assert rate == tables["16 epochs"]["rows"][way]["learning_rate"]
    for name in searched:
        rows = tables[name.removesuffix(": rates")]["rows"]
        scores = experiments.by_rate(tables[name]["validation"])
        assert set(scores) == set(rows)
        for way, by_rate in scores.items():
            medians = {rate: np.median(found) for rate, found in by_rate.items()}
            assert len(by_rate) >= 4 and {len(found) for found in by_rate.values()} == {3}
            chosen = rows[way]["learning_rate"]
            assert min(by_rate) < chosen < max(by_rate)
            assert medians[chosen] == max(medians.values())


@pytest.fixture
def few_pictures(monkeypatch):
    """So few of them that a training takes a second."""
    caches = (
        captions.pictures, captions.rows, captions._learner,
        captions.seeing_encoder, captions.speaking_encoder,
    )  # fmt: skip
    for name, count in (("SCENES", 500), ("TEST", 60), ("VALIDATION", 60)):
        monkeypatch.setattr(captions, name, count)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


@pytest.mark.parametrize("part, way", [
    ("4 epochs", "first step"), ("16 epochs", "every step"), ("given vectors", "merge"),
    ("vectors of first state", "every step"),
])  # fmt: skip
def test_a_shortened_row_comes_out_the_same_again(few_pictures, monkeypatch, part, way):
    for encoder in (captions.seeing_encoder, captions.speaking_encoder):
        monkeypatch.setattr(encoder.__wrapped__, "__defaults__", (1,))
    options = {"way": way, "learning_rate": 1e-2}
    found = captions.measure(part, options, captions.TUNING, epochs=1)
    for name in ("one", "two", "all"):
        assert len(found[f"{name} by then"]) == captions.POINTS
        assert 0 <= found[name] <= 1
    again = captions.measure(part, options, captions.TUNING, epochs=1)  # the model is used again
    assert {**again, "seconds": 0} == {**found, "seconds": 0}


def test_the_attributes_of_a_scene_say_its_caption(few_pictures):
    train = captions.pictures()[0].train
    found = captions.attributes(train)
    assert found.shape == (len(train), 7) and (found < captions.CHOICES).all()
    assert len({tuple(row) for row in found.tolist()}) == len(set(train.captions))


# ------------------------------------------------------------------ what the notebook writes out


def written(name):
    """The function that the notebook defines under this name, and what its cell needs."""
    source = SOURCE.read_text(encoding="utf-8")
    [cell] = [cell for cell in source.split("# %%") if f"\ndef {name}(" in cell]
    names = {"keras": keras, "layers": layers, "ops": ops, "text": text, "np": np}
    exec(cell[: cell.find("\n\n\n")] if "\n\n\n" in cell else cell, names)
    return names[name]


def same_weights(build, other, *arguments):
    """What both build, beginning with the same random numbers."""
    for function in (build, other):
        keras.utils.set_random_seed(1)
        yield function(*arguments)


def test_the_notebook_writes_out_the_captioners_that_are_measured():
    random = np.random.default_rng(0)
    images, v = random.random((2, 32, 32, 3), "float32"), random.normal(size=(2, 64))
    ours, measured = same_weights(written("make_encoder"), captions.make_encoder)
    np.testing.assert_array_equal(ours(images), measured(images))
    for way in captions.WAYS:
        ours, measured = same_weights(written("decoder_with"), captions.decoder_with, 9, way)
        read = [np.array([[2, 4, 5], [2, 8, 0]]), v]
        np.testing.assert_array_equal(ours(read), measured(read))


@pytest.mark.parametrize("seed", range(3))
def test_the_decoder_written_out_is_the_librarys(seed):
    ours = written("make_decoder")(11, units=64)
    library = LanguageModel(11, units=64, embedding=32, condition="input", condition_size=64)
    random = np.random.default_rng(seed)
    weights = {}
    for name, theirs in (
        ("words", library.embedding), ("picture", library.condition_layers[0]),
        ("recurrent", library.recurrent[0]), ("scores", library.output_layer),
    ):  # fmt: skip
        shapes = [weight.shape for weight in theirs.get_weights()]
        weights[name] = [random.normal(size=shape) / 4 for shape in shapes]
        theirs.set_weights(weights[name])
        ours.get_layer(name).set_weights(weights[name])
    ids = np.array([[2, 4, 7, 5], [2, 9, 0, 0]])
    v, nothing = random.normal(size=(2, 64)).astype("float32"), np.zeros((2, 64), "float32")
    scores, last = ours.predict_on_batch([ids, v, nothing])
    np.testing.assert_allclose(scores[0], library((ids, v))[0], atol=1e-5)
    np.testing.assert_allclose(scores[1, :2], library((ids, v))[1, :2], atol=1e-5)  # no padding
    says = np.array([[4, 7, 5, 3], [9, 3, 0, 0]])
    loss = written("masked_cross_entropy")(says, scores)
    np.testing.assert_allclose(loss, training.MaskedCrossEntropy()(says, scores), rtol=1e-6)

    def step(word, h):
        scores, h = ours.predict_on_batch([np.array([[word]]), v[:1], h])
        return scores[0, -1], h

    [found] = decoding.generate(library, condition=v[:1], length=8, end=text.END)
    said = greedy(nothing[:1], step, 8)
    if not {text.PAD, text.START} & set(said.tolist()[: len(found.tokens)]):
        assert said.tolist()[: len(found.tokens)] == found.tokens.tolist()


@pytest.mark.parametrize("way", captions.WAYS)
def test_no_decoder_sees_the_words_to_come_and_all_see_the_picture(way):
    decoder = captions.decoder_with(9, way)
    random = np.random.default_rng(0)
    v, other = random.normal(size=(2, 1, 64)).astype("float32")
    read = np.array([[2, 4, 5, 6]])
    scores = np.array(decoder([read, v]))
    changed = np.array(decoder([np.array([[2, 4, 8, 8]]), v]))
    np.testing.assert_allclose(scores[:, :2], changed[:, :2], atol=1e-6)
    assert np.abs(scores[:, 2:] - changed[:, 2:]).max() > 1e-3
    assert (np.abs(scores - np.array(decoder([read, other]))).max(axis=-1) > 1e-3).all()
