"""Reber strings as in 1997: what is stored, and how it is measured."""

import json

import numpy as np
import pytest

from benchmarks import reber
from utils import datasets, experiments, metrics

KINDS = ("LSTM", "logistic")


@pytest.fixture
def no_measuring(only_stored):
    """A copy of what is stored, which nothing is added to."""
    return only_stored(reber)


def test_every_row_is_stored_with_the_rate_that_validation_chose(no_measuring):
    reber.run()
    stored = json.loads(no_measuring.read_text(encoding="utf-8"))
    assert set(stored) == {"1997", "1997: rates"} and list(stored["1997"]["rows"]) == [*reber.ROWS]
    scores = experiments.by_rate(stored["1997: rates"]["validation"])
    for row, by_rate in scores.items():
        medians = {rate: np.median(found) for rate, found in by_rate.items()}
        assert len(by_rate) >= 4 and {len(found) for found in by_rate.values()} == {reber.CHOOSE}
        chosen = stored["1997"]["rows"][row]["learning_rate"]
        assert min(by_rate) < chosen < max(by_rate)
        assert medians[chosen] == max(medians.values())
        runs = stored["1997"]["measured"][row]
        assert len(runs) == reber.SEEDS
        assert {len(run["validation"]) for run in runs} == {reber.POINTS}


def test_networks_begin_as_the_paper_says():
    lstm, simple = reber.begin("LSTM", 0), reber.begin("logistic", 0)
    assert sum(part.size for part in lstm.values()) == 276  # table 1 of the paper
    assert 276 < sum(part.size for part in simple.values()) < 1.05 * 276
    assert lstm["b"].tolist()[-3:] == [-1, -2, -3]
    rest = [*simple.values(), *(lstm[name] for name in ("W_x", "W_h", "W_y")), lstm["b"][:3]]
    assert all(0.1 < np.abs(part).max() < 0.2 for part in rest)


def test_a_cell_by_hand():
    """Both cells of a block share its gates, which read what gates were a step before, too."""
    [weights] = drawn("LSTM", nets=1)
    letters = np.eye(7)[[0, 1, 3]]
    _, states, _ = reber.forward(
        "LSTM", {k: v[None] for k, v in weights.items()}, letters[None, None]
    )
    before, c = np.zeros(12), np.zeros(6)
    for t, letter in enumerate(letters):
        sums = letter @ weights["W_x"] + before @ weights["W_h"]
        gates = 1 / (1 + np.exp(-(sums[6:] + weights["b"])))
        out = np.zeros(6)
        for cell in range(6):
            block = cell // 2
            c[cell] += gates[block] * (4 / (1 + np.exp(-sums[cell])) - 2)
            out[cell] = gates[3 + block] * (2 / (1 + np.exp(-c[cell])) - 1)
        before = np.concatenate([out, gates])
        np.testing.assert_allclose(states[t + 1, 0, 0], before, atol=1e-6)


def drawn(cell, nets=3):
    """Weights of a few networks away from zero, in double precision."""
    random = np.random.default_rng(0)
    begun = [reber.begin(cell, seed) for seed in range(nets)]
    return [
        {name: part + 0.5 * random.normal(size=part.shape) for name, part in weights.items()}
        for weights in begun
    ]


@pytest.mark.parametrize("cut", [False, True])
@pytest.mark.parametrize("cell", KINDS)
def test_gradients_agree_with_central_differences(cell, cut):
    """Where the gradient is cut off, what a step reads of the one before stays as it was."""
    weights = {name: np.stack([one[name] for one in drawn(cell)]) for name in drawn(cell)[0]}
    letters = reber.padded([reber.training(seed).inputs for seed in range(3)])[:, :4]
    inputs, targets = letters[:, :, :-1], letters[:, :, 1:]
    states = reber.forward(cell, weights, inputs)[1]
    there = targets.any(axis=-1, keepdims=True)

    def losses(changed):
        if not cut:
            said = np.moveaxis(reber.forward(cell, changed, inputs)[0], 0, 2)
        else:
            said = np.moveaxis(reads_what_was(cell, changed, inputs, states), 0, 2)
        return (there * (said - targets) ** 2).sum((1, 2, 3)) / 2

    found, random = reber.gradients(cell, weights, inputs, targets, cut), np.random.default_rng(1)
    for name, part in weights.items():
        way = random.normal(size=part.shape)
        moved = [losses(weights | {name: part + sign * 1e-3 * way}) for sign in (1, -1)]
        along = (found[name] * way).reshape(3, -1).sum(1)
        np.testing.assert_allclose(along, (moved[0] - moved[1]) / 2e-3, rtol=2e-3, atol=2e-4)


def reads_what_was(cell, weights, inputs, states):
    """What networks say whose units read these states, whatever their weights make of them."""
    said, c = [], 0
    for t in range(inputs.shape[2]):
        a = inputs[:, :, t] @ weights["W_x"] + states[t] @ weights["W_h"]
        biased = weights["b"].shape[1]
        a[..., a.shape[-1] - biased :] += weights["b"][:, None]
        if cell == "LSTM":
            gates = np.repeat(1 / (1 + np.exp(-a[..., 6:])), 2, axis=-1)
            c = c + gates[..., :6] * 2 * np.tanh(a[..., :6] / 2)
            shown = gates[..., 6:] * np.tanh(c / 2)
        else:
            shown = 1 / (1 + np.exp(-a))
        said.append(1 / (1 + np.exp(-shown @ weights["W_y"])))
    return np.stack(said)


@pytest.mark.parametrize("goal", [None, "all letters"])
def test_a_string_after_another_changes_the_weights_by_plain_descent(goal):
    options = {"cell": "LSTM", "cut": True, "strings": 2} | ({"goal": goal} if goal else {})
    found, curve = reber.train(options, [5, 6], [0.5, 0.1])
    for place, (seed, rate) in enumerate([(5, 0.5), (6, 0.1)]):
        weights = reber.stacked([reber.begin("LSTM", seed)])
        for number in np.random.default_rng([seed, 2]).integers(0, reber.COUNT, 2):
            string, allowed, _ = (part[number][None, None] for part in reber.training(seed))
            inputs, targets = string[:, :, :-1], allowed[:, :, :-1] if goal else string[:, :, 1:]
            gradient = reber.gradients("LSTM", weights, inputs, targets, True)
            weights = {name: part - rate * gradient[name] for name, part in weights.items()}
        for name, part in weights.items():
            np.testing.assert_allclose(found[name][place], part[0], atol=1e-6)
    assert np.shape(curve) == (2, 2)


def test_strings_held_out_are_no_strings_of_training():
    parts = {}
    for part in (reber.VALIDATION, reber.TEST):
        held = reber.held_out(3, part)
        parts[part] = datasets.memory.reber_text(held.inputs)
        assert len(parts[part]) == reber.COUNT
        assert not set(parts[part]) & set(datasets.memory.reber_text(reber.training(3).inputs))
    assert parts[reber.VALIDATION] != parts[reber.TEST]
    seeds = {*range(reber.SEEDS), *range(reber.TUNING, reber.TUNING + reber.CHOOSE)}
    assert not seeds & {reber.VALIDATION, reber.TEST}


@pytest.mark.parametrize("row", reber.ROWS)
def test_a_shortened_row_comes_out_the_same_again(row, monkeypatch):
    monkeypatch.setattr(reber, "POINTS", 2)
    options = {**reber.ROWS[row], "strings": 40}
    found = reber.measure({**options, "learning_rate": 0.5}, 1, 2)
    again = reber._measured.__wrapped__(json.dumps({**options, "learning_rate": 0.5}), (0, 1))[1]
    assert {**again, "seconds": 0} == {**found, "seconds": 0}
    assert len(found["validation"]) == 2 and 0 <= found["score"] <= 1
    # rates are chosen by the last point of such a curve, under seeds of their own
    curve = reber.train(options, [reber.TUNING + 2], [0.2])[1]
    assert reber.validation({**options, "learning_rate": 0.2}, 2) == curve[-1][0]


def test_shares_of_several_networks_are_those_of_each():
    weights = reber.stacked([reber.begin("logistic", seed) for seed in (0, 1)])
    weights["W_y"] *= 0
    weights["W_y"][1] = 1  # one network says the same of all letters, and a tie is wrong
    strings = [reber.training(0), reber.held_out(0, reber.TEST)]
    assert reber.shares("logistic", weights, strings) == [0, 0]
    said = np.where(strings[0].targets == 1, 0.9, 0.1)
    assert metrics.reber_scores(said, strings[0])["strings"] == 1
