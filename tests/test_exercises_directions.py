"""Exercises of notebook 11: what they teach is what the library does, and what Keras does."""

import numpy as np
import pytest

from utils import cells
from utils.exercises import directions, judge


def reader(weights):
    return lambda inputs, mask=None: cells.gru(inputs, weights, mask=mask).h


def test_the_two_readers_are_the_librarys_at_real_steps():
    random = np.random.default_rng(0)
    weights = [cells.random_gru(3, 4, random) for _ in range(2)]
    inputs, mask = random.normal(size=(3, 6, 3)), np.arange(6) < [[6], [4], [1]]
    found = directions.both_ways(inputs, mask, *map(reader, weights))

    def states(inputs, weights, mask):
        return cells.gru(inputs, weights, mask=mask).h

    wanted = cells.bidirectional(states, inputs, *weights, mask)
    np.testing.assert_allclose(found[mask], wanted[mask], atol=1e-12)
    assert not found[~mask].any()


def test_the_two_readers_are_kerass_at_every_step():
    layers = pytest.importorskip("keras").layers
    random = np.random.default_rng(1)
    layer = layers.Bidirectional(layers.GRU(4, return_sequences=True, dtype="float64"))
    inputs, mask = random.normal(size=(2, 5, 3)), np.arange(5) < [[5], [3]]
    layer.build(inputs.shape)
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    weights = [cells.GRUWeights(*layer.get_weights()[at : at + 3]) for at in (0, 3)]
    found = directions.both_ways(inputs, mask, *map(reader, weights))
    np.testing.assert_allclose(found, np.array(layer(inputs, mask=mask)), atol=1e-6)


def test_the_probe_of_models_whose_sight_is_known():
    """Not from `steps_ahead` itself: what each model's formula says."""
    ahead = {
        "sums up what it has read": 0,
        "says the same always": 0,
        "shows the last input but one": 0,
        "shows the next input": 1,
        "takes the mean of four steps": 2,
        "shows the id after next": 2,
        "shows the input three steps later": 3,
    }
    cases = directions.STEPS_AHEAD.cases(np.random.default_rng(0))
    found = {model.does: directions.steps_ahead(*inputs, model) for *inputs, model in cases}
    assert ahead.items() <= found.items()
    [time] = [inputs.shape[1] for inputs, _, model in cases if model.does == "reads from the end"]
    assert found["reads from the end"] == time - 1


@pytest.mark.parametrize("number", range(4))
def test_one_number_for_all_is_wrong(number):
    verdict = judge(directions.STEPS_AHEAD, lambda *arguments: number, np.random.default_rng(0))
    assert verdict.kind == "wrong"
