"""Exercises of notebook 3: shapes, a model to repair, an encoder and a decoder.

What is asked for are shapes and models, so that answers are judged by `observe`: two models with
the same layers are given the same weights, and then have to say the same.
"""

from __future__ import annotations

import importlib

import numpy as np

from utils.exercises.engine import Exercise, Mistake


class _Later:
    """A module that is imported once something of it is used: most exercises need no Keras."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, attribute):
        return getattr(importlib.import_module(self._name), attribute)


keras, layers, ops = map(_Later, ("keras", "keras.layers", "keras.ops"))

# ---------------------------------------------------------------------- the shape after each layer


def shape_after(layer, n, shape):
    """The shape of what a layer answers, such as ("Dense", 3, (2, 5, 4)) → (2, 5, 3).

    `layer` is "Dense", "SimpleRNN", "SimpleRNN, return_sequences" or "RepeatVector"; `n` its units,
    or how often it repeats; `shape` that of what it reads, (batch, features) or (batch, time,
    features).
    """
    if layer == "SimpleRNN":  # the last state alone: the axis of time is gone
        batch, _, _ = shape
        return (batch, n)
    if layer == "RepeatVector":  # a vector becomes a sequence
        batch, features = shape
        return (batch, n, features)
    return (*shape[:-1], n)  # units in the place of features, at every step that there is


def _shape_cases(random):
    batch, time, features = random.integers(2, 9, 3)
    while len({batch, time, features}) < 3:
        batch, time, features = random.integers(2, 9, 3)
    n = random.permutation(np.setdiff1d(np.arange(2, 13), [batch, time, features]))
    vector, sequence = (int(batch), int(features)), (int(batch), int(time), int(features))
    return [
        ("Dense", int(n[0]), vector),
        ("SimpleRNN", int(n[1]), sequence),
        ("SimpleRNN, return_sequences", int(n[2]), sequence),
        ("RepeatVector", int(n[3]), vector),
        ("Dense", int(n[4]), sequence),
        ("SimpleRNN", int(n[5]), (1, 1, int(features))),
    ]


def _as_shape(returned, *_):
    """(lengths, filled up with zeros; how many axes there are)."""
    try:
        lengths = [int(length) for length in returned]
    except TypeError as error:
        raise ValueError(f"a shape is a tuple such as (2, 5, 3), not {returned!r}") from error
    return np.array((lengths + [0] * 5)[:5]), np.array(len(lengths))


def _keeps_time(layer, n, shape):
    if layer == "SimpleRNN":
        return (*shape[:-1], n)
    return shape_after(layer, n, shape)


def _loses_time(layer, n, shape):
    if layer == "SimpleRNN, return_sequences":
        return (shape[0], n)
    return shape_after(layer, n, shape)


def _dense_flattens(layer, n, shape):
    if layer == "Dense":
        return (shape[0], n)
    return shape_after(layer, n, shape)


def _features_stay(layer, n, shape):
    if layer == "SimpleRNN":
        return (shape[0], shape[-1])
    return shape_after(layer, n, shape) if layer == "RepeatVector" else tuple(shape)


def _repeats_along_features(layer, n, shape):
    if layer == "RepeatVector":
        return (shape[0], shape[1] * n)
    return shape_after(layer, n, shape)


def _repeats_at_the_end(layer, n, shape):
    if layer == "RepeatVector":
        return (*shape, n)
    return shape_after(layer, n, shape)


def _repeats_in_front(layer, n, shape):
    if layer == "RepeatVector":
        return (n, *shape)
    return shape_after(layer, n, shape)


def _without_batch(layer, n, shape):
    return shape_after(layer, n, shape)[1:]


def _one_step_is_left(layer, n, shape):
    if layer == "SimpleRNN":
        return (shape[0], 1, n)
    return shape_after(layer, n, shape)


def _time_for_batch(layer, n, shape):
    if layer == "SimpleRNN":
        return (shape[1], n)
    return shape_after(layer, n, shape)


def _shape_from_keras(layer, n, shape):
    """Right, by asking Keras."""
    made = {
        "Dense": lambda: layers.Dense(n), "RepeatVector": lambda: layers.RepeatVector(n),
        "SimpleRNN": lambda: layers.SimpleRNN(n),
        "SimpleRNN, return_sequences": lambda: layers.SimpleRNN(n, return_sequences=True),
    }[layer]()  # fmt: skip
    return made(np.zeros(shape, "float32")).shape


def _shape_as_a_list(layer, n, shape):
    """Right, as a list that is changed in place."""
    found = list(shape)
    if layer == "RepeatVector":
        found.insert(1, n)
    else:
        found[-1] = n
        if layer == "SimpleRNN":
            del found[1]
    return found


SHAPE_AFTER = Exercise(
    reference=shape_after,
    cases=_shape_cases,
    returns=("lengths", "number of axes"),
    observe=_as_shape,
    minutes=5,
    difficulty=1,
    hints=(
        "Three axes come in, or two. Which of the four layers takes an axis away, which adds one, "
        "and which leave their number as it is?",
        "(*shape[:-1], n) is the shape with its last length replaced by n, however many axes there "
        "are. For which layers is that the answer?",
        'A "SimpleRNN" gives (shape[0], n), a "RepeatVector" (shape[0], n, shape[1]), the other '
        "two (*shape[:-1], n).",
    ),
    mistakes=(
        Mistake(_keeps_time, (
            "Without return_sequences the layer gives its last state only, and you kept the axis "
            "of time. How many vectors a sequence come out?")),
        Mistake(_loses_time, (
            "With return_sequences the axis of time is gone in your answer. How many states does "
            "this layer hand out for each sequence?")),
        Mistake(_dense_flattens, (
            "Your Dense layer swallowed the axis of time. To how many of the steps is a Dense "
            "layer applied?")),
        Mistake(_features_stay, (
            "The last axis still has the length that came in. How many numbers does a layer of n "
            "units give at each step?")),
        Mistake(_repeats_along_features, (
            "You put the copies one behind the other along the features. What would a recurrent "
            "layer read then: n steps, or one long vector?")),
        Mistake(_repeats_at_the_end, (
            "There is a new axis, and it stands last. Where does time stand in (batch, time, "
            "features)?")),
        Mistake(_repeats_in_front, (
            "There is a new axis, and it stands in front of the batch. Where does time stand in "
            "(batch, time, features)?")),
        Mistake(_without_batch, (
            "The batch is missing. Does a layer ever change how many sequences there are?")),
        Mistake(_one_step_is_left, (
            "You left an axis of time with a single step in it. How many axes has one vector for "
            "each sequence: is there still a time to count?")),
        Mistake(_time_for_batch, (
            "Where the last state alone is handed out, your first length is the number of steps. "
            "Which axis goes then, and which one stays in front?")),
    ),
    alternatives=(_shape_from_keras, _shape_as_a_list),
)  # fmt: skip

# ----------------------------------------------------------------------------- models, looked at


def set_alike(model):
    """Gives every layer weights that depend on its shapes alone, whatever the order of the layers.

    Args:
        model: a built Keras model; two models with the same layers then have the same weights.
    """
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            set_alike(layer)
        elif layer.weights:
            random = np.random.default_rng(list(layer.weights[0].shape))
            layer.set_weights([0.4 * random.normal(size=weight.shape) for weight in layer.weights])


def _said(model, inputs):
    """What a model answers, as arrays, or an error in one line."""
    try:
        answers = model(inputs)
    except Exception as error:
        raise ValueError(str(error).splitlines()[0]) from error
    return [ops.convert_to_numpy(part) for part in keras.tree.flatten(answers)]


def _expect_model(found, name, inputs):
    """Raises ValueError where this is no Keras model, or reads something of another shape."""
    if not isinstance(found, keras.Model):
        raise ValueError(f"{name} is a {type(found).__name__}, expected keras.Model(…, …)")
    shapes = [tuple(part.shape) for part in found.inputs]
    if shapes != inputs:
        raise ValueError(f"{name} reads {shapes}, expected {inputs} (None is any length)")


def _expect_ends(model, name, wanted):
    """Raises ValueError where a model hands out more things than wanted, or fewer."""
    if len(model.outputs) != len(wanted):
        raise ValueError(
            f"{name} hands out {len(model.outputs)}, expected {len(wanted)}: {', '.join(wanted)}"
        )


# ------------------------------------------------------------------------------ a model to repair


def label_frames(units):
    """Films (batch, time, 8, 8) → the probabilities of three labels for each frame."""
    film = layers.Input((None, 8, 8))
    pixels = layers.TimeDistributed(layers.Flatten())(film)  # (batch, time, 64)
    states = layers.SimpleRNN(units, return_sequences=True)(pixels)
    return keras.Model(film, layers.Dense(3, activation="softmax")(states))


def _sizes(random):
    return [(int(units),) for units in random.choice(np.arange(3, 20), 3, replace=False)]


def _labels(returned, units):
    """What the model says of two films, and how many parameters it has."""
    _expect_model(returned, "the model", [(None, None, 8, 8)])
    set_alike(returned)
    films = np.random.default_rng(units).normal(size=(2, 5, 8, 8)).astype("float32")
    said = _said(returned, films)
    return (*said, np.array(returned.count_params()))


def _labelled(flat, *, sequences=True, repeated=False, outputs=3, activation="softmax"):
    """A wrong answer: `flat` makes vectors of frames; the rest says what differs behind it."""
    def answer(units):
        film = layers.Input((None, 8, 8))
        states = layers.SimpleRNN(units, return_sequences=sequences)(flat(film))
        if repeated:
            states = layers.RepeatVector(5)(states)
        return keras.Model(film, layers.Dense(outputs, activation=activation)(states))

    return answer


def _each_frame(film):
    return layers.TimeDistributed(layers.Flatten())(film)


def _one_label_a_film(units):
    return _labelled(_each_frame, sequences=False)(units)


def _the_last_label_everywhere(units):
    return _labelled(_each_frame, sequences=False, repeated=True)(units)


def _mean_of_each_row(units):
    return _labelled(lambda film: ops.mean(film, axis=-1))(units)


def _rows_as_steps(units):
    return _labelled(layers.Reshape((-1, 8)))(units)


def _film_as_one_step(units):
    film = layers.Input((5, 8, 8))
    states = layers.SimpleRNN(units, return_sequences=True)(layers.Reshape((1, 320))(film))
    return keras.Model(film, layers.Dense(3, activation="softmax")(states))


def _scores_of_labels(units):
    return _labelled(_each_frame, activation=None)(units)


def _without_states(units):
    film = layers.Input((None, 8, 8))
    hidden = layers.Dense(units, activation="tanh")(_each_frame(film))
    return keras.Model(film, layers.Dense(3, activation="softmax")(hidden))


def _no_recurrent_layer(units):
    film = layers.Input((None, 8, 8))
    return keras.Model(film, layers.Dense(3, activation="softmax")(_each_frame(film)))


def _labels_by_reshape(units):
    """Right, with a reshape of all frames."""
    film = layers.Input((None, 8, 8))
    states = layers.SimpleRNN(units, return_sequences=True)(layers.Reshape((-1, 64))(film))
    return keras.Model(film, layers.TimeDistributed(layers.Dense(3, activation="softmax"))(states))


def _labels_in_a_row(units):
    """Right, as a stack of layers, with the softmax by itself."""
    return keras.Sequential([
        layers.Input((None, 8, 8)), layers.TimeDistributed(layers.Reshape((64,))),
        layers.RNN(layers.SimpleRNNCell(units), return_sequences=True), layers.Dense(3),
        layers.Softmax(),
    ])  # fmt: skip


LABEL_FRAMES = Exercise(
    reference=label_frames,
    cases=_sizes,
    returns=("labels", "parameters"),
    observe=_labels,
    minutes=10,
    difficulty=2,
    hints=(
        "Read the error from its end: which layer complains, how many axes did it expect, and how "
        "many did it get? Then print `pixels.shape`.",
        "Flatten makes one vector of everything but the batch, time included. Which layer applies "
        "another one to every step? When nothing complains any more, print `states.shape`: a label "
        "is due at each frame.",
        "pixels = layers.TimeDistributed(layers.Flatten())(film), and return_sequences=True for "
        "the recurrent layer.",
    ),
    mistakes=(
        Mistake(_one_label_a_film, (
            "No error any more, and one label a film: the recurrent layer hands out its last state "
            "only. Which switch gives the state of every step?")),
        Mistake(_the_last_label_everywhere, (
            "The shape is right, but every frame has the same label, that of the last state. Which "
            "state belongs to the first frame?")),
        Mistake(_mean_of_each_row, (
            "Each row of a picture became one number, its mean. How do you lay all 64 pixels side "
            "by side instead?")),
        Mistake(_rows_as_steps, (
            "A step is now a row of a picture, and a film has eight times as many steps. How many "
            "numbers belong to one frame?")),
        Mistake(_film_as_one_step, (
            "Your film has a fixed number of frames, and all of them became one step. Which length "
            "does None leave open?")),
        Mistake(_scores_of_labels, (
            "The answers do not add up to one. Through which function do scores become "
            "probabilities?")),
        Mistake(_without_states, (
            "Every frame is labelled by itself here: no state is handed on. Which layer was to be "
            "repaired, and which was there already?")),
        Mistake(_no_recurrent_layer, (
            "The recurrent layer is gone: each label comes straight from the pixels of its own "
            "frame. Which layer remembers the frames before?")),
    ),
    alternatives=(_labels_by_reshape, _labels_in_a_row),
)  # fmt: skip

# --------------------------------------------------------------------------- encoder and decoder


def encoder_decoder(units):
    """Two models: digits (batch, time, 10) → state; [said, state] → [answers, new state].

    `said` (batch, time, 12) is what was said before, START included, `state` has the shape (batch,
    units), and the answers are probabilities of 11 digits, (batch, time, 11).
    """
    digits = layers.Input((None, 10))
    encoded = layers.SimpleRNN(units)(digits)  # the last state, (batch, units)
    encoder = keras.Model(digits, encoded)

    said, state = layers.Input((None, 12)), layers.Input((units,))
    reads_and_answers = layers.SimpleRNN(units, return_sequences=True, return_state=True)
    states, last = reads_and_answers(said, initial_state=state)
    answers = layers.Dense(11, activation="softmax")(states)  # (batch, time, 11)
    return encoder, keras.Model([said, state], [answers, last])


def _translated(returned, units):
    """What both models say of random digits, and how many parameters they have together."""
    try:
        encoder, decoder = returned
    except (TypeError, ValueError) as error:
        raise ValueError(f"expected two models, encoder and decoder, got {returned!r}") from error
    _expect_model(encoder, "the encoder", [(None, None, 10)])
    _expect_model(decoder, "the decoder", [(None, None, 12), (None, units)])
    _expect_ends(encoder, "the encoder", ["the last state"])
    _expect_ends(decoder, "the decoder", ["the answers", "the new state"])
    for model in (encoder, decoder):
        set_alike(model)
    random = np.random.default_rng(units)
    shapes = (2, 4, 10), (2, 3, 12), (2, units)
    digits, said, state = (random.normal(size=shape).astype("float32") for shape in shapes)
    parameters = np.array(encoder.count_params() + decoder.count_params())
    return (*_said(encoder, digits), *_said(decoder, [said, state]), parameters)


def _networks(
    *, encoded=lambda every, last: last, started=True, outputs=11, activation="softmax",
    answered=lambda states, last: states, handed_on=lambda states, last, state: last,
    hears=12, exchanged=False,
):  # fmt: skip
    """A wrong answer, right but for one option."""
    def answer(units):
        digits = layers.Input((None, 10))
        both = layers.SimpleRNN(units, return_sequences=True, return_state=True)
        encoder = keras.Model(digits, encoded(*both(digits)))
        said, state = layers.Input((None, hears)), layers.Input((units,))
        both = layers.SimpleRNN(units, return_sequences=True, return_state=True)
        states, last = both(said, initial_state=state) if started else both(said)
        answers = layers.Dense(outputs, activation=activation)(answered(states, last))
        ends = [answers, handed_on(states, last, state)]
        return encoder, keras.Model([said, state], ends[::-1] if exchanged else ends)

    return answer


def _encoder_hands_out_all(units):
    return _networks(encoded=lambda every, last: every)(units)


def _encoder_hands_out_two(units):
    return _networks(encoded=lambda every, last: [last, last])(units)


def _unpacks_one(units):
    """The layer gives its states only, and two things are asked of it."""
    said, state = layers.Input((None, 12)), layers.Input((units,))
    states, _ = layers.SimpleRNN(units, return_sequences=True)(said, initial_state=state)
    return states  # not reached


def _starts_from_zero(units):
    return _networks(started=False)(units)


def _answers_once(units):
    return _networks(answered=lambda states, last: last)(units)


def _hands_on_the_old_state(units):
    return _networks(handed_on=lambda states, last, state: state)(units)


def _hands_on_all_states(units):
    return _networks(handed_on=lambda states, last, state: states)(units)


def _no_end(units):
    return _networks(outputs=10)(units)


def _no_softmax(units):
    return _networks(activation=None)(units)


def _a_sigmoid(units):
    return _networks(activation="sigmoid")(units)


def _no_start(units):
    return _networks(hears=10)(units)


def _state_first(units):
    return _networks(exchanged=True)(units)


def _by_cells(units):
    """Right, with cells inside `RNN`, the last state cut out of all, the softmax by itself."""
    digits = layers.Input((None, 10))
    every = layers.RNN(layers.SimpleRNNCell(units), return_sequences=True)(digits)
    said, state = layers.Input((None, 12)), layers.Input((units,))
    states = layers.RNN(layers.SimpleRNNCell(units), return_sequences=True)(
        said, initial_state=state
    )
    answers = layers.Softmax()(layers.TimeDistributed(layers.Dense(11))(states))
    return keras.Model(digits, every[:, -1]), keras.Model([said, state], [answers, states[:, -1]])


def _encoder_in_a_row(units):
    """Right, with a stack of layers for the encoder, in a list, and the decoder built first."""
    said, state = layers.Input((None, 12)), layers.Input((units,))
    states, last = layers.SimpleRNN(units, return_sequences=True, return_state=True)(
        said, initial_state=[state]
    )
    decoder = keras.Model([said, state], [layers.Dense(11, activation="softmax")(states), last])
    return [keras.Sequential([layers.Input((None, 10)), layers.SimpleRNN(units)]), decoder]


ENCODER_DECODER = Exercise(
    reference=encoder_decoder,
    cases=_sizes,
    returns=("encoded", "answers", "new state", "parameters"),
    observe=_translated,
    minutes=15,
    difficulty=2,
    hints=(
        "The encoder is many to one: which switch has a layer that gives its last state only? The "
        "decoder answers at every step and hands its last state on: which two switches?",
        "initial_state= takes the state that the decoder starts from. A layer with both switches "
        "returns two things; the Dense layer reads the first, the second is handed on.",
        "encoded = layers.SimpleRNN(units)(digits); states, last = layers.SimpleRNN(units, "
        "return_sequences=True, return_state=True)(said, initial_state=state); answers = "
        'layers.Dense(11, activation="softmax")(states).',
    ),
    mistakes=(
        Mistake(_encoder_hands_out_all, (
            "The encoder hands out the state of every step. How many vectors does the decoder "
            "start from?")),
        Mistake(_encoder_hands_out_two, (
            "The encoder hands out two things: with return_state its last state comes once more. "
            "Which switches does a layer need that gives its last state only?")),
        Mistake(_unpacks_one, (
            "You take two things from a layer that hands out one, and Keras cannot share it out. "
            "Which switch adds the last state to what a layer gives?")),
        Mistake(_starts_from_zero, (
            "The decoder never looks at the state that it is given: it starts from zeros. By which "
            "argument does a recurrent layer take a state in?")),
        Mistake(_answers_once, (
            "The decoder answers once, from its last state. Which of the two things that the "
            "layer returns has a state for every step?")),
        Mistake(_hands_on_the_old_state, (
            "The decoder hands on the state that it was given. Which state does the next step "
            "need: that before this step, or that after it?")),
        Mistake(_hands_on_all_states, (
            "The decoder hands on all its states. From how many does the next step start?")),
        Mistake(_no_end, (
            "There are ten possible answers, the digits. How does the decoder say that it has "
            "finished?")),
        Mistake(_no_softmax, (
            "The answers do not add up to one. Through which function do scores become "
            "probabilities?")),
        Mistake(_a_sigmoid, (
            "Each answer lies between 0 and 1, but together they do not make 1. Which function "
            "shares out one whole among eleven?")),
        Mistake(_no_start, (
            "The decoder hears ten digits only. Which two other things can have been said before a "
            "step?")),
        Mistake(_state_first, (
            "Both are right, in the other order. What does the decoder return first?")),
    ),
    alternatives=(_by_cells, _encoder_in_a_row),
)  # fmt: skip

EXERCISES = (SHAPE_AFTER, LABEL_FRAMES, ENCODER_DECODER)
