"""What lags.py stores, and how it is measured."""

import json

import numpy as np
import pytest

from benchmarks import lags, together
from utils import cells, experiments


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what is stored, which nothing is added to."""
    return only_stored(lags)


def test_every_part_is_stored_with_the_rates_that_validation_chose(no_measuring):
    for part, rows in lags.PARTS.items():
        lags.run(part, rows)
    stored = json.loads(no_measuring.read_text(encoding="utf-8"))
    assert set(stored) == {name for part in lags.PARTS for name in (part, f"{part}: rates")}
    for part, rows in lags.PARTS.items():
        assert stored[part]["made by"] and len(stored[part]["made with"]) >= 2
        scores = experiments.by_rate(stored[f"{part}: rates"]["validation"])
        best = max if lags.better_is_higher(part) else min
        for row in rows:
            chosen, medians = stored[part]["rows"][row]["learning_rate"], {}
            for rate, values in scores[row].items():
                assert len(values) == lags.CHOOSE
                medians[rate] = np.median(values)
            assert len(medians) >= 4 and medians[chosen] == best(medians.values())
            runs = stored[part]["measured"][row]
            assert len(runs) == lags.SEEDS
            assert {len(run["validation"]) for run in runs} == {lags.POINTS}


@pytest.mark.parametrize("part", lags.PARTS)
def test_a_shortened_row_of_each_part_comes_out_the_same_again(part):
    row = next(reversed(lags.PARTS[part].values()))
    short = {**row, "batches": 8, "steps": 6, "learning_rate": 0.01}
    found = lags.measure(short, 1, 2)
    assert lags._measured.__wrapped__(json.dumps(short), (0, 1))[1]["score"] == found["score"]
    assert len(found["validation"]) == lags.POINTS and np.isfinite(found["score"])
    assert ("longer" in found) == (row["task"] not in lags.AT_THE_END)
    assert ("endless" in found) == (part == "stream")
    # a rate is chosen by the last point of that curve, under seeds of its own
    _, _, curves = lags.train(short, range(lags.TUNING, lags.TUNING + lags.CHOOSE))
    assert lags.validation(short, 0) == curves[-1][0]


def test_networks_are_trained_validated_and_tested_on_different_sequences():
    seeds = {*range(lags.SEEDS), *range(lags.TUNING, lags.TUNING + lags.CHOOSE)}
    assert not seeds & {lags.VALIDATION, lags.TEST} and lags.VALIDATION != lags.TEST
    one, other = (lags.held_out("adding", 10, seed)[0] for seed in (lags.VALIDATION, lags.TEST))
    assert not np.array_equal(one[:100], other[:100])


def test_sums_begin_afresh_at_every_marker():
    inputs, sums = lags.fresh(3, 9, 0)
    for sequence, wanted in zip(inputs, sums[:, :, 0], strict=True):
        total = 0.0
        for (number, marker), target in zip(sequence, wanted, strict=True):
            total = number + (0 if marker else total)
            assert target == pytest.approx(total, abs=1e-6)


def test_early_numbers_are_far_from_the_end():
    inputs, sums = lags.early(50, 20, 0)
    marked = inputs[:, :, 1] == 1
    assert inputs.shape == (50, 20, 2) and sums.shape == (50, 1, 1)
    assert (marked.sum(axis=1) == 2).all() and not marked[:, 4:].any()
    np.testing.assert_allclose(sums[:, 0, 0], (inputs[:, :, 0] * marked).sum(axis=1), rtol=1e-6)
    assert inputs[:, 4:, 0].std() > 0.2


def test_walks_say_the_sign_of_the_sum():
    inputs, signs = lags.walks(4, 20, 0)
    assert set(inputs.sum(axis=2).ravel()) == {1.0}
    sums = (inputs[:, :, 0] - inputs[:, :, 1]).cumsum(axis=1)
    np.testing.assert_array_equal(signs[:, :, 0], np.sign(sums))


def test_rows_of_equal_parameters_are_nearly_equal():
    wanted = lags.row("LSTM", 10)["parameters"]
    for cell in together.CELLS:
        found = lags.row(cell, 10, equal=True)["parameters"]
        assert abs(found / wanted - 1) < 0.06
    assert lags.row("LSTM", 10, equal=True)["units"] == lags.UNITS


def test_networks_begin_with_the_biases_that_their_rows_name():
    start = lags.begin(lags.row("LSTM", 40), 0)
    for name, values in lags.BIASES.items():
        weights = lags.begin(lags.row("LSTM", 40, **values), 0)
        i, f, *others = np.split(weights["b"], 4)
        assert not np.any(others)
        if values["bias"] == "spread":
            assert (f >= 0).all() and (f <= np.log(39)).all() and len(set(f)) == lags.UNITS
        else:
            assert set(f) == {values["bias"]}
        wanted = {"spread": -f, None: 0}.get(values.get("input bias"), values.get("input bias"))
        np.testing.assert_array_equal(i, wanted + np.zeros_like(f))
        assert (weights["W_h"] == 0).all() == ("W_h" in name)
        np.testing.assert_array_equal(weights["W_x"], start["W_x"])
    gru = lags.begin(lags.row("GRU", 40, bias=1), 0)
    np.testing.assert_array_equal(gru["b"], np.repeat([1.0, 0.0, 0.0], lags.UNITS))


def test_overruled_gates_are_those_of_the_reference_cell_where_nothing_is_overruled():
    options = {**lags.PARTS["gates"]["LSTM, 1 unit"], "steps": 7}
    weights = together.stacked([lags.begin(options, seed) for seed in range(2)])
    inputs, _ = lags.hold(5, 7, 0)
    marked = inputs[:, :, 1] == 1
    said, gates = lags.overruled(weights, inputs, marked, False, False)
    for net in range(2):
        of_net = (weights[name][net].astype(float) for name in ("W_x", "W_h", "b"))
        steps = cells.lstm(inputs, cells.LSTMWeights(*of_net))
        wanted = steps.h @ weights["W_y"][net] + weights["b_y"][net]
        np.testing.assert_allclose(said[net], wanted[..., 0], atol=1e-5)
        np.testing.assert_allclose(gates[net], steps.forget_gate[..., 0], atol=1e-5)
