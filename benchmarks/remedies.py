"""What each remedy for vanishing and exploding gradients does to one task, for notebook 2.

    python benchmarks/remedies.py                       # writes benchmarks/remedies.json
    python benchmarks/remedies.py --table vanishing --row "clip by norm"

A network of simple recurrent units has to name the first symbol of a sequence at its end
(`datasets.memory.recall`). Its recurrent matrix begins with a spectral radius far below one, or far
above. Each row is one remedy alone, or two together; the number is the share of new sequences that
are answered rightly, where guessing reaches a quarter.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers, ops

from benchmarks import tables
from utils import datasets

RESULT = Path(__file__).with_suffix(".json")
CLIP_NORM, CLIP_VALUE = {"global_clipnorm": 1.0}, {"clipvalue": 0.1}
COMMON = {"seeds": 5, "time": 30, "units": 32, "steps": 600, "batch": 32, "learning_rate": 0.05}
REMEDIES = {
    "none": {},
    "clip by norm": {"clip": CLIP_NORM},
    "clip by value": {"clip": CLIP_VALUE},
    "ReLU": {"activation": "relu"},
    "layer normalisation": {"normalised": True},
}
# For each table: how the recurrent matrix begins, and what a run has. For each row: what differs.
TABLES = {
    "vanishing": {**COMMON, "start": 0.5, "rows": REMEDIES},
    "exploding": {**COMMON, "start": 1.6, "rows": REMEDIES},
    "begun otherwise": {
        **COMMON,
        "rows": {
            "orthogonal": {"start": "orthogonal"},
            "identity": {"start": "identity"},
            "orthogonal, clipped": {"start": "orthogonal", "clip": CLIP_NORM},
            "identity, clipped": {"start": "identity", "clip": CLIP_NORM},
            "identity, ReLU": {"start": "identity", "activation": "relu"},
            "identity, ReLU, clipped": {
                "start": "identity", "activation": "relu", "clip": CLIP_NORM,
            },
        },
    },
}


class NormalisedCell(layers.Layer):
    """h_t = tanh(LayerNorm(x_t W_xh + h_{t-1} W_hh)), Ba et al. 2016, equation 4."""

    def __init__(self, units, recurrent_initializer, **kwargs):
        super().__init__(**kwargs)
        self.state_size = self.output_size = units
        self.from_input = layers.Dense(units, use_bias=False)
        self.from_state = layers.Dense(
            units, use_bias=False, kernel_initializer=recurrent_initializer
        )
        self.normalise = layers.LayerNormalization()

    def build(self, input_shape):
        """Makes the weights."""
        state_shape = (input_shape[0], self.state_size)
        self.from_input.build(input_shape)
        self.from_state.build(state_shape)
        self.normalise.build(state_shape)

    def call(self, x, states):
        """One step: the next state, which is also what comes out."""
        h = ops.tanh(self.normalise(self.from_input(x) + self.from_state(states[0])))
        return h, [h]


def start_matrix(start, units: int, seed: int):
    """An initialiser: a random matrix of this spectral radius, or one of Keras's by its name."""
    if isinstance(start, str):
        return start
    matrix = np.random.default_rng(seed).normal(size=(units, units))
    matrix *= start / np.abs(np.linalg.eigvals(matrix)).max()
    return lambda shape, dtype=None: ops.convert_to_tensor(matrix.astype("float32"))


def share_right(table: dict, options: dict, seed: int) -> float:
    """Trains one network and returns the share of new sequences answered rightly."""
    keras.utils.set_random_seed(seed)
    units, start = table["units"], options.get("start", table.get("start"))
    initializer = start_matrix(start, units, seed)
    if options.get("normalised"):
        recurrent = layers.RNN(NormalisedCell(units, initializer))
    else:
        activation = options.get("activation", "tanh")
        recurrent = layers.SimpleRNN(
            units, activation=activation, recurrent_initializer=initializer
        )
    model = keras.Sequential([recurrent, layers.Dense(4)])
    model.compile(
        keras.optimizers.SGD(table["learning_rate"], **options.get("clip", {})),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"], jit_compile=False,
    )
    count = table["steps"] * table["batch"]
    inputs, targets = datasets.memory.recall(count, table["time"], seed)
    model.fit(inputs, targets, batch_size=table["batch"], verbose=0)  # each sequence once
    new = datasets.memory.recall(1000, table["time"], seed + 1000)
    return float(model.evaluate(*new, batch_size=500, verbose=0)[1])


if __name__ == "__main__":
    tables.run(RESULT, TABLES, share_right, "right", __doc__.splitlines()[0])
