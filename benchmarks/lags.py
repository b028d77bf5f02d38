"""How far back simple RNN, GRU and LSTM can learn to look: the adding problem at growing lengths.

    python benchmarks/lags.py                            # writes benchmarks/lags.json
    python benchmarks/lags.py --table LSTM --row 40      # one cell, sequences of 40 steps

A network reads numbers of which two are marked and has to say their sum at the end
(`datasets.memory.adding`). The number that is stored is the share of new sequences whose sum it
says to within 0.1; who always says 1 is right in 19 of 100. Notebooks 8 and 9 show it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers

from benchmarks import tables
from utils import datasets

RESULT = Path(__file__).with_suffix(".json")
CELLS = {"simple RNN": layers.SimpleRNN, "GRU": layers.GRU, "LSTM": layers.LSTM}
COMMON = {
    "seeds": 5, "units": 32, "steps": 1000, "batch": 64, "learning_rate": 5e-3,
    "rows": {str(time): {"time": time} for time in (10, 20, 40, 80, 160)},
}  # fmt: skip
# For each cell: what all its runs have in common, and a row for each length of the sequences.
TABLES = {cell: {"cell": cell, **COMMON} for cell in CELLS}
TABLES["simple RNN, five times as long"] = {
    **TABLES["simple RNN"], "steps": 5000,
    "rows": {time: COMMON["rows"][time] for time in ("20", "40")},
}  # fmt: skip
TABLES["LSTM, forget-gate bias 4"] = {**TABLES["LSTM"], "bias": "forget gate 4"}
TABLES["LSTM, biases for long memories"] = {**TABLES["LSTM"], "bias": "by length"}


def share_right(table: dict, options: dict, seed: int) -> float:
    """Trains one network and returns the share of new sums said to within 0.1."""
    keras.utils.set_random_seed(seed)
    time = options["time"]
    layer = CELLS[table["cell"]](table["units"])
    model = keras.Sequential([layers.Input((None, 2)), layer, layers.Dense(1)])
    if "bias" in table:
        kernel, recurrent, bias = layer.get_weights()
        layer.set_weights([kernel, recurrent, begin(bias, table["bias"], time, seed)])
    optimizer = keras.optimizers.Adam(table["learning_rate"], global_clipnorm=1.0)
    model.compile(optimizer, "mse", jit_compile=False)
    inputs, sums = datasets.memory.adding(table["steps"] * table["batch"], time, seed)
    model.fit(inputs, sums, batch_size=table["batch"], verbose=0)  # each sequence once
    inputs, sums = datasets.memory.adding(1000, time, seed + 1000)
    return float(np.mean(np.abs(model.predict(inputs, verbose=0) - sums) < 0.1))


def begin(bias, how: str, time: int, seed: int):
    """Other biases for an LSTM's gates to begin with: (4 units,), in Keras's order i, f, g, o.

    "forget gate 4" sets those of the forget gates, "by length" those of input and forget gates for
    memories of 1 to `time` steps (Tallec and Ollivier 2018, the chrono initialisation).
    """
    input_gate, _, candidate, output_gate = np.split(bias, 4)
    if how == "forget gate 4":
        return np.concatenate([input_gate, np.full_like(input_gate, 4), candidate, output_gate])
    lengths = np.random.default_rng(seed).uniform(1, time - 1, input_gate.shape)
    return np.concatenate([-np.log(lengths), np.log(lengths), candidate, output_gate])


if __name__ == "__main__":
    tables.run(RESULT, TABLES, share_right, "right", __doc__.splitlines()[0])
