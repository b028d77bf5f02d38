"""The tables of notebook 11: what is stored, how it is measured, and the notebook's own tagger."""

import json
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from benchmarks import tagging
from utils import datasets, experiments, training
from utils.datasets.tagging import Tagged
from utils.models import Tagger
from utils.tokens import pad


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what is stored, which nothing is added to."""
    return only_stored(tagging, ("measure", "validation", "counted"))


def test_every_part_is_stored_with_the_rates_that_validation_chose(no_measuring):
    for part in [*tagging.PARTS, "counted"]:
        tagging.run(part)
    tables = json.loads(no_measuring.read_text(encoding="utf-8"))
    searched = {part: table.get("rates of", part) for part, table in tagging.PARTS.items()}
    assert set(tables) == {*searched, *(f"{part}: rates" for part in searched.values()), "counted"}
    for part, table in tagging.PARTS.items():
        assert list(tables[part]["right"]) == list(table["rows"])
        seeds = tagging.SEEDS if searched[part] == part else tagging.LONGER_SEEDS
        assert {len(runs) for runs in tables[part]["right"].values()} == {seeds}
        scores = experiments.by_rate(tables[f"{searched[part]}: rates"]["validation"])
        for row in table["rows"]:
            by_rate = scores[row]
            medians = {rate: np.median(found) for rate, found in by_rate.items()}
            assert len(by_rate) >= 4 and {len(found) for found in by_rate.values()} == {3}
            chosen = tables[part]["rows"][row]["learning_rate"]
            assert min(by_rate) < chosen < max(by_rate)
            assert medians[chosen] == max(medians.values())


@pytest.mark.parametrize("part", tagging.PARTS)
def test_one_reader_has_as_many_weights_as_two(part):
    """Behind the word vectors, which all have alike."""
    table, tags, counts = tagging.PARTS[part], [f"{n}" for n in range(17)], []
    for units, direction in zip(table["units"], ("forwards", "both"), strict=True):
        model = Tagger(["a"], tags, units=units, direction=direction, **table["model"])
        vectors = sum(layer.count_params() for layer in model.embeddings)
        counts.append(model.count_params() - vectors)
    assert max(counts) < 1.02 * min(counts)


@pytest.fixture
def few(monkeypatch):
    """So few sentences, of the course corpus for all parts, that a training takes a second."""
    course = datasets.tagging.load().split()
    train, validation, test = course[0][:96], course[1][:30], course[2][:30]
    monkeypatch.setattr(tagging, "parts", lambda corpus: (train, validation, test))
    for cached in (tagging._learner, tagging._rows):
        cached.cache_clear()
    yield train, test
    for cached in (tagging._learner, tagging._rows):
        cached.cache_clear()


@pytest.mark.parametrize(("part", "row"), [
    ("course", "both"), ("real text", "1 word late"), ("real text", "2 words in view"),
])  # fmt: skip
def test_a_shortened_row_comes_out_the_same_again(few, part, row):
    options = {**tagging.ROWS[row], "learning_rate": 2e-2}
    found, other, again = (tagging.measure(part, options, seed, epochs=4) for seed in (0, 1, 0))
    assert len(found["validation"]) == tagging.POINTS and 0 < found["all"] < 1
    assert {**again, "seconds": 0} == {**found, "seconds": 0} != {**other, "seconds": 0}


@pytest.mark.parametrize("part", tagging.PARTS)
def test_the_script_trains_as_the_package_does(few, part):
    """Two epochs of `training.fit`, the notebooks' own way, from the same beginning."""
    train, test = few
    table = tagging.PARTS[part]
    tag, _ = tagging.train(part, {**tagging.ROWS["both"], "learning_rate": 2e-2}, 3, epochs=2)
    model = tagging._learner(part, *tagging.network(tagging.ROWS["both"]))[0]
    keras.utils.set_random_seed(3)
    ours = Tagger(**{**model.get_config(), "name": None})
    training.fit(ours, train, epochs=2, batch_size=table["batch"], learning_rate=2e-2, warm_up=0,
                 word_dropout=table.get("word dropout", 0), seed=3, verbose=False)  # fmt: skip
    for found, wanted in zip(model.get_weights(), ours.get_weights(), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    assert [len(tags) for tags in tag(test.words)] == [len(words) for words in test.words]


@pytest.mark.parametrize("delay", [0, 2])
def test_late_answers_by_hand(delay):
    tagged = Tagged("two", [["a", "b", "a"], ["b"]], [["X", "Y", "X"], ["Y"]], ["train"] * 2)
    model = Tagger(["a", "b", tagging.AFTER], ["X", "Y"], 2, 2)
    rows, targets = tagging.late(model, tagged, delay)
    assert [row.tolist() for row in rows] == [[2, 3, 2, *[4] * delay], [3, *[4] * delay]]
    assert [row.tolist() for row in targets] == [[*[-1] * delay, 0, 1, 0], [*[-1] * delay, 1]]


def test_who_answers_one_word_late_knows_the_next_word(monkeypatch):
    """The tag of a word says what follows it: without the delay nobody can know."""
    numbers = np.random.default_rng(0).integers(0, 3, (64, 7))
    words = [["abc"[n] for n in row] for row in numbers]
    tags = [["XYZ"[n] for n in (*row[1:], 0)] for row in numbers]
    data = Tagged("secret", words, tags, ["train"] * len(words))
    monkeypatch.setattr(tagging, "parts", lambda corpus: (data, data, data))
    monkeypatch.setitem(tagging.PARTS["course"], "batch", 16)
    for cached in (tagging._learner, tagging._rows):
        cached.cache_clear()
    right = {}
    for delay in (0, 1):
        options = {"direction": "forwards", "delay": delay, "learning_rate": 3e-2}
        tag, _ = tagging.train("course", options, 0, epochs=25)
        pairs = zip(tags, tag(words), strict=True)
        right[delay] = np.mean([own[:-1] == found[:-1] for own, found in pairs])
    assert right[1] > 0.9 and right[0] < 0.2  # of sentences without a mistake
    for cached in (tagging._learner, tagging._rows):
        cached.cache_clear()


def test_shares_by_hand(few):
    train, test = few
    known, counted = {}, {"all": [], "several": [], "one": [], "unknown": []}
    for row in zip(train.words, train.tags, strict=True):
        for word, tag in zip(*row, strict=True):
            known.setdefault(word, Counter())[tag] += 1
    found = [["NOUN"] * len(words) for words in test.words]
    for row in zip(test.words, test.tags, strict=True):
        for word, tag in zip(*row, strict=True):
            kind = {0: "unknown", 1: "one"}.get(len(known.get(word, ())), "several")
            counted[kind].append(tag == "NOUN")
            counted["all"].append(tag == "NOUN")
    wanted = {kind: round(np.mean(right), 4) for kind, right in counted.items()}
    assert tagging.shares("course", found, test) == wanted and len(set(wanted.values())) > 2


def test_counting_by_hand():
    sentences = [["a", "x", "b"], ["a", "x", "c"], ["d", "x", "c"], ["x"]]
    tags = [["A", "N", "B"], ["A", "V", "C"], ["D", "V", "C"], ["V"]]
    train = Tagged("small", sentences, tags, ["train"] * 4)
    asked = [["a", "x", "b"], ["d", "x", "b"], ["e", "x", "c"], ["new"]]
    alone = tagging.Counted(train, 0, 0).tag(asked)
    assert alone[0] == ["A", "V", "B"] and alone[3] == [tagging.Counted(train, 1, 1).alone.unknown]
    both = tagging.Counted(train, 1, 1).tag(asked)
    assert [row[1] for row in both[:3]] == ["N", "V", "V"]  # seen; d x alone; x alone


# ------------------------------------------------------------------ what the notebook writes out

SOURCE = Path(__file__).parents[1] / "notebooks/source/11_bidirectional.py"


def written(known, tags):
    """The names that the notebook's cells of `tagger` and `rows_of` define, for these words."""
    names = {
        "keras": keras, "layers": keras.layers, "np": np, "known": known, "pad": pad,
        "train": SimpleNamespace(tags=[tags]),
    }  # fmt: skip
    for cell in SOURCE.read_text(encoding="utf-8").split("# %%"):
        if "\ndef tagger(" in cell or "\ndef rows_of(" in cell:
            exec(cell, names)
    return names


@pytest.mark.parametrize("direction", ["forwards", "both"])
def test_the_five_lines_of_the_notebook_are_the_tagger_of_the_package(direction):
    known, tags = {"a", "b", "c"}, ["X", "Y", "Z"]
    reader = keras.layers.GRU(5, return_sequences=True)
    if direction == "both":
        reader = keras.layers.Bidirectional(reader)
    names = written(known, tags)
    plain = names["tagger"](reader)
    ids = np.array([[1, 2, 3, 4], [3, 1, 0, 0]])
    plain(ids)
    random = np.random.default_rng(0)
    weights = [random.normal(size=weight.shape) for weight in plain.get_weights()]
    library = Tagger(sorted(known), tags, units=5, embedding=24, direction=direction)
    for model in (plain, library):
        model.set_weights(weights)
    found, wanted = np.array(plain(ids)), np.array(library(ids))
    np.testing.assert_allclose(found[ids > 0], wanted[ids > 0], atol=1e-5)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
    targets = np.array([[0, 1, 2, 0], [1, 1, -1, -1]])
    theirs = training.MaskedCrossEntropy(ignore_class=-1)(targets, wanted)
    np.testing.assert_allclose(loss(targets, plain(ids)), theirs, rtol=1e-5)


@pytest.mark.parametrize("late", [0, 2])
def test_the_notebook_lines_up_rows_as_the_script_does(late):
    tagged = Tagged("two", [["a", "b", "a"], ["b"]], [["X", "Y", "X"], ["Y"]], ["train"] * 2)
    names = written({"a", "b"}, ["X", "Y"])
    model = Tagger(["a", "b", tagging.AFTER], ["X", "Y"], 2, 2)
    ids, targets = names["rows_of"](tagged, late=late)
    their_ids, their_targets = tagging.late(model, tagged, late)
    for ours, theirs in zip(ids, their_ids, strict=True):
        assert ours.tolist() == (theirs - 1).tolist()  # the package has an id for unknown words
    for ours, theirs in zip(targets, their_targets, strict=True):
        assert ours.tolist() == theirs.tolist()
    turned, _ = names["rows_of"](tagged, turned=True, late=late)
    assert turned[0].tolist() == [1, 2, 1, *[3] * late]

    class Says:
        """Answers at each step with the word that it read so many steps ago."""

        def predict(self, ids, **how):
            heard = np.roll(ids, late, axis=1)
            return np.eye(9)[heard - 1] * (heard > 0)[..., None]

    for turned in (False, True):
        assert names["answers"](Says(), tagged, turned=turned, late=late) == tagged.tags
