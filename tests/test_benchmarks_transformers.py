"""The tables of notebook 18: shortened rows come out, and come out the same again."""

import json
import sys

import keras
import numpy as np
import pytest

from benchmarks import transformers
from utils import experiments, training


@pytest.fixture
def few_pairs(monkeypatch):
    """So few of them that a training takes a second."""
    transformers.reusable.cache_clear()
    (train, validation, test, long), tokenizers = transformers.sentences()
    parts = train[:96], validation[:10], test[:10], long[-10:]
    monkeypatch.setattr(transformers, "sentences", lambda: (parts, tokenizers))


def options_of(row, **more):
    return {"row": row, **transformers.ROWS[row], "learning_rate": 1e-2, "epochs": 2, **more}


def test_no_sentence_of_a_part_is_in_another():
    (train, validation, test, long), _ = transformers.sentences()
    parts = [set(zip(part.source, part.target, strict=True)) for part in (train, validation, test)]
    assert len(set.union(*parts)) == sum(map(len, parts))
    assert max(len(line.split()) for part in (train, validation, test) for line in part.source) == 8
    assert min(len(line.split()) for line in long.source) == 9


@pytest.mark.parametrize("row", ["recurrent", "self-attention reads", "no positions"])
def test_a_shortened_row_comes_out_the_same_again(few_pairs, row):
    found, again = (transformers.measure(options_of(row), 3) for _ in range(2))
    assert 0 <= found["bleu"] <= 100 and found["parameters"] > 0
    assert {**again, "seconds": 0} == {**found, "seconds": 0}


def test_a_model_that_was_used_before_learns_as_a_fresh_one(few_pairs):
    options = options_of("Transformer")
    transformers.trained({**options, "learning_rate": 3e-2}, 2)
    *_, history, _ = transformers.trained(options, 3)
    (train, validation, _, _), _ = transformers.sentences()
    keras.utils.set_random_seed(3)
    fresh = training.fit(
        transformers.fresh(options), train, validation, epochs=2, batch_size=transformers.BATCH,
        learning_rate=1e-2, seed=3, verbose=False,
    )  # fmt: skip
    assert history.validation_loss == pytest.approx(fresh.validation_loss, rel=1e-4)
    loss = transformers.validation(options, 3 - transformers.TUNING)  # only the last one
    assert loss == pytest.approx(fresh.validation_loss[-1], rel=1e-3)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory was needed")
@pytest.mark.parametrize("layer", transformers.LAYERS)
def test_the_cost_of_a_layer_is_measured(layer):
    found = transformers.cost({"layer": layer, "length": 16}, 0)
    assert set(found) == {"milliseconds", "of a step", "megabytes", "kept"}
    assert min(found["milliseconds"], found["of a step"]) > 0 and found["megabytes"] >= 0
    assert found["kept"] == (128 if layer == "GRU" else 2 * 16 * 128)


def test_every_row_can_be_built():
    for options in transformers.ROWS.values():
        assert transformers.fresh(options).count_params() > 0


def test_every_row_is_stored_with_a_rate_that_won_inside_its_grid(only_stored):
    path = only_stored(transformers)
    transformers.run("pieces")
    transformers.run("longer")
    tables = json.loads(path.read_text(encoding="utf-8"))
    more = [transformers.called(row, 4 * transformers.EPOCHS) for row in transformers.LONGER]
    for row in (*transformers.ROWS, *more):
        assert tables[row]["made by"] and len(tables[row]["measured"][row]) == transformers.SEEDS
        searched = experiments.by_rate(tables[f"{row}: rates"]["validation"])[row]
        medians = {rate: np.median(found) for rate, found in searched.items()}
        assert len(searched) >= 4 and {len(found) for found in searched.values()} == {3}
        chosen = tables[row]["rows"][row]["learning_rate"]
        assert min(medians) < chosen < max(medians)
        assert medians[chosen] == min(medians.values())
