"""The small decoders of notebook 14: what is stored, how it is measured, what is written out."""

import json
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops

from benchmarks import looking
from utils import experiments, text
from utils.models import Attention

SOURCE = Path(__file__).parents[1] / "notebooks/source/14_attention.py"


def test_every_row_is_stored_with_the_rate_that_validation_chose(only_stored):
    path = only_stored(looking)
    looking.run()
    tables = json.loads(path.read_text(encoding="utf-8"))
    longer = {f"{row}, {epochs} epochs" for row, epochs in looking.LONGER.items()}
    assert set(tables) == {
        *longer, *looking.ROWS, *(f"{row}: rates" for row in looking.ROWS)
    }  # fmt: skip
    assert all(len(tables[row]["measured"][row]) == looking.SEEDS for row in longer)
    for row in looking.ROWS:
        [(name, by_rate)] = experiments.by_rate(tables[f"{row}: rates"]["validation"]).items()
        medians = {rate: np.median(found) for rate, found in by_rate.items()}
        chosen = tables[row]["rows"][row]["learning_rate"]
        assert name == row and len(by_rate) >= 4
        assert {len(found) for found in by_rate.values()} == {3}
        assert min(by_rate) < chosen < max(by_rate)
        assert medians[chosen] == max(medians.values())
        assert len(tables[row]["measured"][row]) == looking.SEEDS


@pytest.fixture
def few_pairs(monkeypatch):
    """So few of them that a training takes a second."""
    (train, validation, test), tokenizers = looking.sentences()
    parts = train[:128], validation[:20], test[:20]
    monkeypatch.setattr(looking, "sentences", lambda: (parts, tokenizers))
    looking.rows.cache_clear()
    looking._learner.cache_clear()
    yield
    looking.rows.cache_clear()
    looking._learner.cache_clear()


@pytest.mark.parametrize(
    "row", ["none", "dot, small at first", "general, fed", "additive, states alone"]
)
def test_a_shortened_row_comes_out_the_same_again(few_pairs, row):
    options = {"row": row, **looking.ROWS[row], "learning_rate": 1e-2}
    found = looking.measure(options, looking.TUNING, epochs=3)
    assert 0 <= found["bleu"] <= 100 and len(found["validation"]) == looking.POINTS
    if row != "none":
        assert 0 <= found["alignment error"] <= 1 and 1 / 7 < found["first weight"] < 1
    again = looking.measure(options, looking.TUNING, epochs=3)  # the model is used again
    assert {**again, "seconds": 0} == {**found, "seconds": 0}


def test_a_factor_of_one_over_root_n_begins_as_scaled_dot():
    random = np.random.default_rng(0)
    query, keys = random.normal(size=(2, 48)), random.normal(size=(2, 5, 48))
    factor, scaled = looking.LearnedScale(48**-0.5), Attention("scaled_dot")
    np.testing.assert_allclose(factor(query, keys)[1], scaled(query, keys)[1], atol=1e-5)
    keras_own = layers.Attention(use_scale=True)  # begins with 1, as ours
    _, weights = keras_own([query[:, None], keys], return_attention_scores=True)
    np.testing.assert_allclose(looking.LearnedScale(1.0)(query, keys)[1], weights[:, 0], atol=1e-5)


def test_a_large_beginning_makes_up_for_the_root_before_training():
    models = [looking._translator(row)[1] for row in ("dot", "scaled dot, large at first")]
    kernels = []
    for model in models:
        [dense] = [layer for layer in model.layers if getattr(layer, "kernel", None) is not None
                   and layer.kernel.shape == (2 * looking.UNITS, looking.UNITS)
                   and layer.activation is keras.activations.linear]  # fmt: skip
        kernels.append(float(ops.std(dense.kernel)))
    assert kernels[1] / kernels[0] == pytest.approx(looking.UNITS**0.5, rel=0.05)


def test_keys_as_they_are_are_concat_with_the_identity():
    random = np.random.default_rng(0)
    query, keys = random.normal(size=(2, 4)), random.normal(size=(2, 5, 4))
    layer, whole = looking.KeysAsTheyAre(units=4), Attention("concat", 4)
    layer(query, keys), whole(query, keys)
    kernel, u = layer.get_weights()
    whole.set_weights([np.concatenate([kernel[:4], np.eye(4)]), u])
    np.testing.assert_allclose(layer(query, keys)[1], whole(query, keys)[1], atol=1e-5)


# ------------------------------------------------------------------ what the notebook writes out


@pytest.mark.parametrize("row", ["additive", "dot"])
def test_the_notebook_writes_out_the_decoder_that_is_measured(row):
    source = SOURCE.read_text(encoding="utf-8")
    [cell] = [cell for cell in source.split("# %%") if "\ndef attending_translator(" in cell]
    of_source, of_target = looking.sentences()[1]
    names = {"keras": keras, "layers": layers, "ops": ops, "text": text,
             "of_source": of_source, "of_target": of_target}  # fmt: skip
    exec(cell, names)
    look = Attention(row, looking.UNITS)
    query = (lambda q: q) if row == "additive" else layers.Dense(looking.UNITS)
    ours, measured = names["attending_translator"](look, query), looking._translator(row)[0]
    ours.set_weights(sorted_as(ours, measured))
    ids = [part[:3] for part in looking.rows()[:2]]
    np.testing.assert_allclose(ours(ids), measured(ids), atol=1e-5)


def sorted_as(ours, measured):
    """The weights of one in the order of the other; Keras numbers layers as they are met."""
    shapes = [weight.shape for weight in ours.weights]
    assert shapes == [weight.shape for weight in measured.weights]
    return measured.get_weights()
