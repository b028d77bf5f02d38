"""A model's single steps, compiled once: what every search and every writer calls."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
from keras import ops

from utils.models.compiled import compiled
from utils.models.seq2seq import Memory
from utils.tokens import PAD, START

_STEPS = 8  # greedy decoding runs so many steps at a time inside the compiled model


def rows_of(structure, numbers):
    """The given rows of every tensor: a smaller, larger or reordered batch."""
    return keras.tree.map_structure(
        lambda tensor: None if tensor is None else ops.take(tensor, numbers, axis=0), structure
    )


def compiled_steps(translator):
    """`encode(source)` and `step(words, states, memory)` as the backend runs them fastest.

    They are made once per model and see later changes of its weights.
    """
    if getattr(translator, "_compiled_steps", None) is None:

        decoder = translator.decoder

        def encode(source):
            return translator.encode(source)

        def step(words, states, memory):
            logits, states, weights = decoder.step(words, states, Memory(*memory))
            return _log_probabilities(logits), states, _float32(weights)

        def greedy(words, states, memory):
            return _greedy_steps(decoder, words, states, Memory(*memory))

        translator._compiled_steps = SimpleNamespace(
            encode=compiled(encode, translator),
            step=_with_room(decoder, 1, compiled(step, translator)),
            greedy=_with_room(decoder, _STEPS, compiled(greedy, translator)),
        )
    return translator._compiled_steps


def _with_room(decoder, steps, function):
    """The function, given states with room for so many steps more.

    Recurrent states have one size for ever. A cache of keys and values grows, and cannot do so
    inside a compiled loop, whose tensors keep their shapes.
    """
    if not hasattr(decoder, "with_room"):
        return function
    return lambda words, states, memory: function(words, decoder.with_room(states, steps), memory)


def compiled_reader(model):
    """Two functions of a language model, as the backend runs them fastest, made once per model.

    `last(ids, states, condition)`: of every token after the last of the ids, (batch, vocabulary).
    `following(ids, expected, states)`: of the expected token after each, (batch, time).

    Args:
        model: a `LanguageModel`.

    Returns:
        Both, by these names; each gives log-probabilities and the new states.
    """
    if getattr(model, "_compiled_reader", None) is None:

        def last(ids, states, condition):
            logits, states = model.read(ids, states, condition)
            return ops.log_softmax(ops.cast(logits[:, -1], "float32"), axis=-1), states

        def following(ids, expected, states):
            logits, states = model.read(ids, states)
            values = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
            found = ops.take_along_axis(values, ops.expand_dims(expected, -1), axis=-1)
            return ops.squeeze(found, -1), states

        model._compiled_reader = SimpleNamespace(
            last=compiled(last, model), following=compiled(following, model)
        )
    return model._compiled_reader


def _float32(weights):
    """Attention weights of half precision as something that plots and tables can show."""
    return None if weights is None else ops.cast(weights, "float32")


def _log_probabilities(logits):
    """Of each word; nobody says [PAD] or [START], however little a model has learned."""
    never = np.isin(np.arange(logits.shape[-1]), (PAD, START))
    return ops.where(never, -np.inf, ops.log_softmax(ops.cast(logits, "float32"), axis=-1))


def _greedy_steps(decoder, words, states, memory):
    """`_STEPS` words, each the most probable one after those before."""
    layout = states

    def step(carry, _):
        logits, states, weights = decoder.step(
            carry["words"], keras.tree.pack_sequence_as(layout, carry["states"]), memory
        )
        log_probabilities = _log_probabilities(logits)
        carry = {
            "words": ops.cast(ops.argmax(log_probabilities, axis=-1), "int32"),
            "values": ops.max(log_probabilities, axis=-1),
            "states": keras.tree.flatten(states),
            "weights": carry["weights"] if weights is None else weights,
        }
        return carry, carry

    words = ops.cast(words, "int32")
    start = {
        "words": words,
        "values": ops.zeros_like(words, dtype="float32"),
        "states": keras.tree.flatten(states),
        "weights": ops.cast(memory.mask, decoder.compute_dtype),
    }
    end, said = ops.scan(step, start, length=_STEPS)
    weights = _float32(said["weights"]) if decoder.attention else None
    states = keras.tree.pack_sequence_as(layout, end["states"])
    return said["words"], said["values"], weights, states
