"""Networks trained side by side: their gradients, and their steps, against Keras and `bptt`."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from benchmarks import together
from utils import bptt, cells, datasets

NETS, UNITS, TIME, FEATURES = 3, 4, 7, 2


def networks(cell, spread=0.5):
    """Weights of a few networks that begin away from zero everywhere."""
    weights = together.stacked(
        [together.begin(cell, UNITS, FEATURES, seed) for seed in range(NETS)]
    )
    random = np.random.default_rng(1)
    return {
        name: (value + spread * random.normal(size=value.shape)).astype(np.float32)
        for name, value in weights.items()
    }


def sequences(last, count=5):
    random = np.random.default_rng(2)
    inputs = random.normal(size=(NETS, count, TIME, FEATURES)).astype(np.float32)
    return inputs, random.normal(size=(NETS, count, last, 1)).astype(np.float32)


@pytest.mark.parametrize("last", [1, TIME])
@pytest.mark.parametrize("cell", together.CELLS)
def test_gradients_of_networks_agree_with_central_differences(cell, last):
    weights, (inputs, targets) = networks(cell), sequences(last)
    double = {name: value.astype(np.float64) for name, value in weights.items()}
    found, random = together.gradients(cell, weights, inputs, targets), np.random.default_rng(3)

    def losses(changed):
        said = together.forward(cell, changed, inputs)[0][-last:]
        return np.square(said - np.moveaxis(targets, 2, 0)).mean((0, 2, 3))

    for name, value in double.items():
        way = random.normal(size=value.shape)
        moved = [losses(double | {name: value + sign * 1e-3 * way}) for sign in (1, -1)]
        wanted = (moved[0] - moved[1]) / 2e-3
        along = (found[name] * way).reshape(NETS, -1).sum(1)
        np.testing.assert_allclose(along, wanted, rtol=2e-3, atol=2e-4)


@pytest.mark.parametrize("cell", ["simple RNN", "LSTM", "GRU"])
def test_gradients_of_networks_are_those_of_bptt(cell):
    weights, (inputs, targets) = networks(cell), sequences(1)
    found = together.gradients(cell, weights, inputs, targets)
    said, states, _ = together.forward(cell, weights, inputs)
    asked = np.zeros((5, TIME, UNITS))
    one = {name: value[0].astype(np.float64) for name, value in weights.items()}
    asked[:, -1] = 2 / 5 * (said[-1, 0] - targets[0, :, 0]) @ one["W_y"].T
    names, back, kind = {
        "simple RNN": (("W_x", "W_h", "b"), bptt.elman_gradients, cells.ElmanWeights),
        "LSTM": (("W_x", "W_h", "b"), bptt.lstm_gradients, cells.LSTMWeights),
        "GRU": (("W_x", "W_h", "b"), bptt.gru_gradients, cells.GRUWeights),
    }[cell]
    arrays = {name: one[name] for name in names}
    if cell == "GRU":
        arrays["b"] = np.stack([one["b"], one["b_h"]])
    wanted = back(inputs[0], kind(*arrays.values()), asked).weights
    ours = {name: found[name][0] for name in names}
    if cell == "GRU":
        ours["b"] = np.stack([found["b"][0], found["b_h"][0]])
    for mine, theirs in zip(ours.values(), wanted, strict=False):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("cell, layer", [
    ("simple RNN", layers.SimpleRNN), ("LSTM", layers.LSTM), ("GRU", layers.GRU),
])  # fmt: skip
def test_networks_side_by_side_are_trained_as_keras_trains_each(cell, layer):
    keras.utils.set_random_seed(0)
    examples = [datasets.memory.adding(96, 9, seed) for seed in range(2)]
    rates, models, begun = (3e-2, 1e-2), [], []
    for rate, (inputs, targets) in zip(rates, examples, strict=True):
        model = keras.Sequential([layers.Input((None, 2)), layer(UNITS), layers.Dense(1)])
        found = model.get_weights()
        begun.append(dict(zip(("W_x", "W_h", "b", "W_y", "b_y"), found, strict=True)))
        if cell == "GRU":
            begun[-1] |= {"b": found[2][0], "b_h": found[2][1]}
        optimizer = keras.optimizers.Adam(rate, global_clipnorm=together.CLIP)
        model.compile(optimizer, "mse", jit_compile=False)
        model.fit(inputs, targets, batch_size=16, shuffle=False, verbose=0)
        models.append(model)
    weights = together.stacked(begun)
    inputs = np.stack([inputs for inputs, _ in examples])
    targets = np.stack([targets[:, None] for _, targets in examples])
    norms, _ = together.train(cell, weights, rates, inputs, targets, 16)
    assert norms.shape == (6, 2)
    said = together.forward(cell, weights, inputs)[0][-1]
    for model, mine, (inputs, _) in zip(models, said, examples, strict=True):
        np.testing.assert_allclose(mine, ops.convert_to_numpy(model(inputs)), atol=1e-4)


@pytest.mark.parametrize("cell", together.CELLS)
def test_parameters_are_counted(cell):
    weights = together.begin(cell, UNITS, FEATURES, 0)
    assert sum(value.size for value in weights.values()) == together.count_parameters(
        cell, UNITS, FEATURES
    )


def test_long_gradients_are_shortened_and_their_lengths_kept():
    weights, (inputs, targets) = networks("LSTM"), sequences(1)
    before = {name: value.copy() for name, value in weights.items()}
    seen = []
    norms, found = together.train(
        "LSTM", weights, [1e-2, 1e-2, 0.0], inputs, 100 * targets, 1,
        lambda now: seen.append(now) or len(seen), points=5,
    )  # fmt: skip
    assert found == [1, 2, 3, 4, 5] and norms.shape == (5, NETS) and norms.min() > together.CLIP
    for name, value in weights.items():
        assert not np.allclose(value[0], before[name][0])
        np.testing.assert_array_equal(value[2], before[name][2])  # a rate of zero
