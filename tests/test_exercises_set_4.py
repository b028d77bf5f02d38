"""Problem set 4: what its references say is what the course's own layers, and Keras, say."""

import keras
import numpy as np
import pytest
from keras import layers

from utils import cells
from utils.exercises import directions, problem_set

VARIANTS = (1, 2, 3)
by_variant = pytest.mark.parametrize("variant", VARIANTS)


def right(variant, name):
    return problem_set(f"4.{variant}").exercise(name).reference


def weights(random, features, units, *before):
    """W_xh, W_hh and b_h, perhaps with axes before their own."""
    shapes = (features, units), (units, units), (units,)
    return [random.normal(size=(*before, *shape)) for shape in shapes]


def elman(x, *weights, mask=None):
    return cells.elman(x, cells.ElmanWeights(*weights), mask=mask)


@pytest.fixture
def random():
    return np.random.default_rng(4)


def test_a_gate_of_a_half_is_the_mean_of_two_readers(random):
    x, mask = random.normal(size=(3, 6, 2)), random.random((3, 6)) < 0.6
    both = weights(random, 2, 4, 2)
    forward, backward = (cells.ElmanWeights(*(part[way] for part in both)) for way in (0, 1))
    wanted = cells.bidirectional(cells.elman, x, forward, backward, mask, merge="average")
    found = right(1, "two_readers")(x, mask, *both, np.zeros((8, 4)))
    np.testing.assert_allclose(found, np.where(mask[:, :, None], wanted, 0))


def test_around_a_step_nobody_knows_the_step(random):
    x, mask, both = random.normal(size=(2, 5, 3)), np.ones((2, 5), bool), weights(random, 3, 2, 2)
    first, second = np.eye(4)[:, :2], np.eye(4)[:, 2:]  # W_m that show one reader only
    ahead = np.tanh(elman(x, *(part[0] for part in both)))
    back = np.tanh(elman(x[:, ::-1], *(part[1] for part in both))[:, ::-1])
    found = right(2, "two_readers")(x, mask, *both, first)
    np.testing.assert_allclose(found[:, 1:], ahead[:, :-1])
    assert not found[:, 0].any()
    np.testing.assert_allclose(right(2, "two_readers")(x, mask, *both, second)[:, :-1], back[:, 1:])


def test_the_second_reader_goes_on_from_the_first(random):
    x, mask, both = random.normal(size=(2, 5, 3)), np.ones((2, 5), bool), weights(random, 3, 2, 2)
    twice = np.concatenate([x, x[:, ::-1]], axis=1)
    same = [np.stack([part[0], part[0]]) for part in both]  # then it is one long sequence
    found = right(3, "two_readers")(x, mask, *same, np.eye(4)[:, 2:])
    wanted = elman(twice, *(part[0] for part in both))[:, 5:][:, ::-1]
    np.testing.assert_allclose(found, np.tanh(wanted))


@by_variant
def test_looking_ahead_by_nothing_or_by_everything(variant, random):
    x, own, lengths = random.normal(size=(3, 6, 2)), weights(random, 2, 4), np.array([6, 4, 1])
    mask = np.arange(6) < lengths[:, None]
    answer = right(variant, "look_ahead")
    if variant < 3:
        found, wanted = answer(x, lengths, *own, 0), elman(x, *own, mask=mask)
    else:
        found = answer(x, lengths, *own, 6)
        wanted = elman(x[:, ::-1], *own, mask=mask[:, ::-1])[:, ::-1]
    np.testing.assert_allclose(found, wanted * mask[:, :, None])


@by_variant
def test_one_layer_with_a_way_past_it(variant, random):
    x, own = random.normal(size=(2, 5, 3)), weights(random, 3, 3, 1)
    W_g = random.normal(size=(1, 3, 3))
    states = elman(x, *(part[0] for part in own))
    gate = cells.sigmoid(x @ W_g[0])
    wanted = {
        1: gate * states + (1 - gate) * x,
        2: states + x @ W_g[0],
        3: elman(x, W_g[0], own[1][0], own[2][0]),
    }[variant]
    np.testing.assert_allclose(right(variant, "deep_layers")(x, *own, W_g), wanted)


def test_dense_connections_are_one_matrix_on_all_that_was_given(random):
    x, own = random.normal(size=(2, 4, 3)), weights(random, 3, 3, 3)
    W_g = random.normal(size=(3, 3, 3))
    given = [x]
    for k in range(3):
        states = elman(given[-1], *(part[k] for part in own))
        side_by_side, tall = np.concatenate(given, axis=2), np.concatenate(W_g[: k + 1])
        given.append(states + side_by_side @ tall)
    np.testing.assert_allclose(right(2, "deep_layers")(x, *own, W_g), given[-1])


@by_variant
def test_what_a_norm_does_not_feel(variant, random):
    x, mask, own = random.normal(size=(4, 5, 2)), np.ones((4, 5), bool), weights(random, 2, 3)
    layer, gain = right(variant, "normed_layer"), np.array([0.5, 1.0, 2.0])
    usual = layer(x, mask, 50 * own[0], 50 * own[1], own[2], gain)
    larger = 5.0 if variant == 1 else np.array([5.0, 20.0, 2.0])  # all units, or each its own way
    changed = layer(x, mask, 50 * own[0] * larger, 50 * own[1] * larger, own[2], gain)
    np.testing.assert_allclose(changed, usual, atol=1e-3)
    assert np.abs(layer(x, mask, *own, 2 * gain) - layer(x, mask, *own, gain)).max() > 0.1


@by_variant
def test_noise_that_hits_nothing_and_no_rate(variant, random):
    x, own = random.normal(size=(3, 5, 2)), weights(random, 2, 4)
    shape = {1: (3, 4), 2: (3, 5, 4), 3: (4, 4)}[variant]
    layer, plain = right(variant, "noisy_layer"), elman(x, *own)
    training, _ = layer(x, *own, np.full(shape, 0.9), 0.4)
    scaled = elman(x, own[0], own[1] / 0.6, own[2])
    np.testing.assert_allclose(training, scaled if variant == 1 else plain)
    for found in layer(x, *own, random.random(shape), 0.0):
        np.testing.assert_allclose(found, plain)
    everything, _ = layer(x, *own, np.zeros(shape), 0.4)
    wanted = 0 * plain if variant == 2 else elman(x, own[0], 0 * own[1], own[2])
    np.testing.assert_allclose(everything, wanted)


@pytest.mark.parametrize("far", [0, 1, 3])
@by_variant
def test_who_looks_ahead_agrees_with_the_probe_of_notebook_11(variant, far, random):
    inputs, other = random.normal(size=(2, 2, 6, 3))

    def model(x):
        ahead = np.concatenate([x[:, far:], np.zeros((len(x), far, 3))], axis=1)
        return np.cumsum(x, axis=1) + ahead

    exchanged = np.stack([np.where(np.arange(6)[:, None] == s, other, inputs) for s in range(6)])
    after = np.stack([model(x) for x in exchanged])
    reach = right(variant, "who_looks_ahead")(model(inputs), after, 1e-6)
    assert reach.max() == directions.steps_ahead(inputs, other, model) == far
    wanted = {False: [far] * (6 - far) + [0] * far, True: [0] * far + [far] * (6 - far)}
    assert reach.tolist() == wanted[variant == 2]


@by_variant
def test_counts_are_those_of_keras(variant):
    units, parameters = right(variant, "largest")(3000, 5, 3)

    def model(units):
        x = inputs = layers.Input((None, 5))
        if variant == 3:
            x = layers.Dense(units)(x)
        for place in range(3):
            cell = layers.LSTM if variant == 2 else layers.GRU
            layer = cell(units, return_sequences=True)
            if variant == 1 or (variant == 2 and place == 0):
                x = layers.Bidirectional(layer)(x)
            elif variant == 2:
                x = layer(x)
            else:
                both = layers.Bidirectional(layer, merge_mode="sum")
                x = x + both(layers.LayerNormalization()(x))
        return keras.Model(inputs, x)

    assert model(units).count_params() == parameters <= 3000
    assert model(units + 1).count_params() > 3000


@by_variant
def test_where_not_even_one_unit_fits_there_are_none(variant):
    answer = right(variant, "largest")
    least = answer(10**4, 1, 1)[1]  # some size that fits
    assert answer(1, 4, 2) == (0, 0) and answer(least, 1, 1)[1] == least
