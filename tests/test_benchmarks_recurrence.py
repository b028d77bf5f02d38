"""The script behind notebook 1 measures what it says, and its stored tables are finished."""

import json

import keras
import numpy as np
import pytest

from benchmarks import recurrence
from utils import baselines, datasets, experiments, forecasting, metrics

STORED = json.loads(recurrence.RESULT.read_text(encoding="utf-8"))
SHORT = {"epochs": 8, "learning_rate": 1e-2}


def test_every_part_is_stored_with_the_rates_that_validation_chose(only_stored):
    only_stored(
        recurrence, ("memory", "memory_validation", "sunspots", "sunspots_validation")
    )
    for part in recurrence.PARTS:
        recurrence.run(part)
        assert list(STORED[part]["measured"]) == list(recurrence.rows(part))
        assert {len(runs) for runs in STORED[part]["measured"].values()} == {recurrence.SEEDS}
        for by_rate in experiments.by_rate(STORED[f"{part}: rates"]["validation"]).values():
            assert len(by_rate) >= 4 and {len(found) for found in by_rate.values()} == {3}


@pytest.mark.parametrize("row", recurrence.MEMORY)
def test_a_shortened_row_of_memory_comes_out_the_same_again(row):
    options = {**recurrence.MEMORY[row], **SHORT}
    found = recurrence.memory(options, recurrence.TUNING)
    assert 0 <= found["score"] <= 1 and len(found["validation"]) == recurrence.POINTS
    recurrence.memory({**options, "learning_rate": 0.1}, 5)  # somebody else in between
    assert recurrence.memory_validation(options, 0) == found["validation"][-1]


def test_a_restarted_model_trains_as_a_new_one():
    options = {**recurrence.MEMORY["Elman, echo"], **SHORT}
    for _ in range(2):
        model = recurrence.trained(options, 3)
    keras.utils.set_random_seed(3)
    hand = recurrence.build("Elman", 1)
    hand.compile(keras.optimizers.Adam(1e-2), "binary_crossentropy", jit_compile=False)
    inputs, targets = datasets.memory.echo(500, 12, 3, delay=2)
    for _ in range(8):
        hand.fit(inputs, targets, batch_size=32, epochs=1, verbose=0)
    for found, wanted in zip(model.get_weights(), hand.get_weights(), strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)
    said = recurrence.answers("Elman", model.get_weights(), inputs)
    np.testing.assert_allclose(said, model.predict(inputs, verbose=0), atol=1e-5)


def test_three_bits_are_the_last_three():
    inputs, targets = recurrence.sequences("echo", 3, (4, 9), 0)
    for delay in range(3):
        np.testing.assert_array_equal(targets[:, delay:, delay], inputs[:, : 9 - delay, 0])
    one = recurrence.sequences("echo", 1, (4, 9), 0)
    np.testing.assert_array_equal(one[0], inputs)
    np.testing.assert_array_equal(one[1][..., 0], targets[..., 2])


def test_forecasts_are_judged_on_the_same_years_at_all_distances(monkeypatch):
    line = baselines.Autoregression.fit(recurrence.series()[0][recurrence.series()[1].train], 9)
    monkeypatch.setattr(
        recurrence, "forecaster", lambda options, seed: lambda seen: line.forecast(seen, 1)
    )
    found = recurrence.sunspots({}, 0)
    scaled, parts, scaler = recurrence.series()
    for n in (1, 4, 10):
        inputs, targets = forecasting.windows(scaled, 22, n, part=parts.test)
        pair = line.forecast(inputs, n), targets
        said, truth = (scaler.unscale(part)[-49:, -1] for part in pair)
        wanted = metrics.mean_absolute_error(said, truth)
        assert found["ahead"][n - 1] == pytest.approx(wanted, abs=1e-3)
    _, values = datasets.sunspots.load()
    errors = np.abs(np.array(found["forecasts"]) - values[-58:])
    assert errors.mean() == pytest.approx(found["test"], abs=0.1)


def test_a_shortened_forecaster_is_keras_own(monkeypatch):
    monkeypatch.setattr(recurrence, "MOST_EPOCHS", 2)
    for options in recurrence.SUNSPOTS.values():
        one_step = recurrence.forecaster({**options, "learning_rate": 1e-2}, 0)
        model = recurrence._compiled("forecast", 1, options["units"], options["activation"])
        seen = np.random.default_rng(0).normal(size=(5, 22, 1))
        np.testing.assert_allclose(one_step(seen), model.predict(seen, verbose=0), atol=1e-5)


def test_training_validation_and_test_have_seeds_of_their_own():
    seeds = {*range(recurrence.SEEDS), *range(recurrence.TUNING, recurrence.TUNING + 3)}
    assert not seeds & {recurrence.VALIDATION, recurrence.TEST}
