"""Layers that several models are made of."""

import random

import keras

CELLS = {
    "simple_rnn": keras.layers.SimpleRNN,
    "gru": keras.layers.GRU,
    "lstm": keras.layers.LSTM,
}


def dropout(rate: float) -> keras.layers.Dropout:
    """Dropout with a seed of its own, drawn as Keras draws it.

    On PyTorch, Keras's layer without a seed draws from the state of the whole process, which no
    checkpoint holds.

    Args:
        rate: share of the elements that are dropped in training.
    """
    return keras.layers.Dropout(rate, seed=random.randint(1, 10**9) if rate else None)
