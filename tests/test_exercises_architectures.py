"""What notebook 3 asks for is what Keras does, and a model is judged by what it does."""

import keras
import numpy as np
import pytest
from keras import layers

from utils import exercises
from utils.exercises import judge
from utils.exercises.architectures import (
    ENCODER_DECODER,
    LABEL_FRAMES,
    encoder_decoder,
    label_frames,
    set_alike,
    shape_after,
)


@pytest.mark.parametrize("shape", [(2, 5, 4), (1, 1, 3), (3, 2, 2)])
def test_the_shapes_are_those_of_keras(shape):
    x = np.zeros(shape, "float32")
    made = {
        "Dense": layers.Dense(6), "SimpleRNN": layers.SimpleRNN(6),
        "SimpleRNN, return_sequences": layers.SimpleRNN(6, return_sequences=True),
    }  # fmt: skip
    for name, layer in made.items():
        assert shape_after(name, 6, shape) == tuple(layer(x).shape)
    for name, layer in {"RepeatVector": layers.RepeatVector(6), "Dense": layers.Dense(6)}.items():
        assert shape_after(name, 6, shape[::2]) == tuple(layer(x[:, 0]).shape)


def test_the_decoder_step_by_step_is_the_decoder_at_once():
    encoder, decoder = encoder_decoder(5)
    for model in (encoder, decoder):
        set_alike(model)
    said = np.random.default_rng(0).normal(size=(2, 4, 12)).astype("float32")
    start = encoder.predict(np.random.default_rng(1).normal(size=(2, 3, 10)), verbose=0)
    at_once, last = decoder([said, start])
    state, steps = start, []
    for t in range(4):
        step, state = decoder([said[:, t : t + 1], state])
        state = np.asarray(state)
        steps.append(step[:, 0])
    np.testing.assert_allclose(np.stack(steps, axis=1), at_once, atol=1e-6)
    np.testing.assert_allclose(state, last, atol=1e-6)


def test_a_frame_is_labelled_from_what_was_seen_so_far():
    model = label_frames(6)
    film = np.random.default_rng(0).normal(size=(1, 5, 8, 8)).astype("float32")
    later = film.copy()
    later[:, 3:] = 0
    same = np.abs(np.subtract(model(film), model(later))).max(axis=-1)[0]
    assert (same[:3] < 1e-6).all() and (same[3:] > 1e-4).all()


def broken(units):
    film = layers.Input((None, 8, 8))
    pixels = layers.Flatten()(film)
    states = layers.SimpleRNN(units)(pixels)
    return keras.Model(film, layers.Dense(3, activation="softmax")(states))


def test_the_broken_model_shows_its_own_line_and_what_keras_says_of_it():
    told = judge(LABEL_FRAMES, broken, np.random.default_rng(0)).said
    assert "`states = layers.SimpleRNN(units)(pixels)`" in told
    assert "expected ndim=3, found ndim=2" in told


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        (lambda units: 3, "expected two models, encoder and decoder, got 3"),
        (lambda units: (1, 2), "the encoder is a int, expected keras.Model(…, …)"),
        (lambda units: encoder_decoder(units)[::-1], "the encoder reads [(None, None, 12), (None,"),
        (lambda units: encoder_decoder(units + 1), "the decoder reads [(None, None, 12), (None,"),
    ],
)
def test_what_is_no_pair_of_models_is_told(returned, told):
    said = judge(ENCODER_DECODER, returned, np.random.default_rng(0)).said
    assert "what it returned cannot be tried" in said and told in said


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        (lambda every, last: [every, last, last], "the encoder hands out 3, expected 1: the last"),
        (lambda every, last: [last, last], "With return_state its last state comes once more"),
    ],
)
def test_more_ends_than_asked_for_are_told(ends, told):
    def answer(units):
        digits = layers.Input((None, 10))
        both = layers.SimpleRNN(units, return_sequences=True, return_state=True)
        return keras.Model(digits, ends(*both(digits))), encoder_decoder(units)[1]

    assert told.lower() in judge(ENCODER_DECODER, answer, np.random.default_rng(0)).said.lower()


def test_a_decoder_that_hands_on_no_state_is_told():
    def answer(units):
        encoder, decoder = encoder_decoder(units)
        return encoder, keras.Model(decoder.inputs, decoder.outputs[0])

    told = judge(ENCODER_DECODER, answer, np.random.default_rng(0)).said
    assert "the decoder hands out 1, expected 2: the answers, the new state" in told


def one_state_unpacked(units):
    digits, said, state = (layers.Input(shape) for shape in ((None, 10), (None, 12), (units,)))
    encoder = keras.Model(digits, layers.SimpleRNN(units)(digits))
    states, last = layers.SimpleRNN(units, return_sequences=True)(said, initial_state=state)
    return encoder, keras.Model([said, state], [layers.Dense(11)(states), last])


def test_a_switch_forgotten_is_told_in_whatever_line_it_is():
    told = judge(ENCODER_DECODER, one_state_unpacked, np.random.default_rng(0)).said
    assert "You take two things from a layer that hands out one" in told


def gap_in_the_encoder(units):
    digits = layers.Input((None, 10))
    encoded = ...
    encoder = keras.Model(digits, encoded)
    return encoder, encoder_decoder(units)[1]


def gap_in_the_decoder(units):
    states, last = ...
    return states, last


@pytest.mark.parametrize("answer", [gap_in_the_encoder, gap_in_the_decoder])
def test_a_gap_left_open_is_told(answer):
    assert "a gap is still `...`" in judge(ENCODER_DECODER, answer, np.random.default_rng(0)).said


def test_other_cells_are_told_by_their_parameters():
    def with_gru(units):
        film = layers.Input((None, 8, 8))
        states = layers.GRU(units, return_sequences=True)(layers.Reshape((-1, 64))(film))
        return keras.Model(film, layers.Dense(3, activation="softmax")(states))

    told = judge(LABEL_FRAMES, with_gru, np.random.default_rng(0)).said
    assert "`parameters` is" in told


def test_weights_set_alike_do_not_depend_on_the_order_of_the_layers():
    one, other = (exercises.EXERCISES["encoder_decoder"].alternatives[0](4)[1] for _ in range(2))
    one.set_weights([0 * weight for weight in one.get_weights()])
    for model in (one, other):
        set_alike(model)
    for mine, theirs in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
