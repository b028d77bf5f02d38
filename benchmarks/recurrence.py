"""Elman's and Jordan's networks on two tasks, and forecasts of sunspots, for notebook 1.

    python benchmarks/recurrence.py                    # writes benchmarks/recurrence.json
    python benchmarks/recurrence.py --part sunspots    # one part

Two questions, each under the protocol of `utils.experiments`: a learning rate for each row, chosen
on validation under the seeds 100 to 102; ten seeds, 0 to 9, for the table; the test set is read
once, at the end.

- memory: which of the two networks learns parity, and which the echo of two steps ago? Equal in
  units, training sequences and epochs, not in parameters: what is fed back differs in size. Trained
  on sequences of 12 steps, scored on new ones of 40, with the last weights. Jordan's network learns
  from true last answers, Elman's through time: each has its usual training, so that the rows do not
  tell network and training apart. A third row for the echo has more in its true answers: it names
  the last three bits, not one, and is scored on the third. Elman's parity, the one row that is
  neither perfect nor a coin, stands there once more with four times the epochs, at the same rate.
- sunspots: is a simple RNN of 16 units a better forecast of the next year than a linear
  autoregression fitted on the same years? Rows beside it ask why: with 4 units it has a tenth of
  the parameters; without tanh it is a linear forecast as the autoregression is, with as many
  parameters as the first; with ReLU it has no ceiling, as the linear one, and bends, as the first.
  All rows see the same windows, and stop by the same validation years, at their best weights there.
  Nothing is drawn at random but the start and the order of training.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from functools import cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import layers

from utils import cells, datasets, experiments, forecasting, metrics

RESULT = Path(__file__).with_suffix(".json")
SEEDS, TUNING = 10, 100  # of the table; the first of the three that choose a rate
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)  # where each search begins
BATCH = 32

# ------------------------------------------------------------------------------- Elman and Jordan

DELAY = 2  # of the echo
TRAINED, SCORED = (500, 12), (200, 40)  # sequences and their steps
EPOCHS, POINTS = 40, 8  # of a training; of its learning curve
VALIDATION, TEST = 2000, 1000  # seeds of the sequences
MEMORY = {
    "Jordan, parity": {"network": "Jordan", "task": "parity", "outputs": 1},
    "Elman, parity": {"network": "Elman", "task": "parity", "outputs": 1},
    "Elman, parity, four times the epochs": {
        "network": "Elman", "task": "parity", "outputs": 1, "epochs": 4 * EPOCHS,
        "rate of": "Elman, parity",
    },
    "Jordan, echo": {"network": "Jordan", "task": "echo", "outputs": 1},
    "Jordan, echo, names three bits": {"network": "Jordan", "task": "echo", "outputs": 3},
    "Elman, echo": {"network": "Elman", "task": "echo", "outputs": 1},
}  # fmt: skip


def sequences(task: str, outputs: int, shape: tuple[int, int], seed: int):
    """Inputs and targets, (count, time, 1) and (count, time, outputs), of parity or the echo.

    With three outputs the echo's targets are the bits of now, one step ago and two steps ago.
    """
    if task == "parity":
        return datasets.memory.parity(*shape, seed)
    delays = range(DELAY - outputs + 1, DELAY + 1)
    echoes = [datasets.memory.echo(*shape, seed, delay=delay) for delay in delays]
    return echoes[0].inputs, np.concatenate([echo.targets for echo in echoes], axis=-1)


def shifted(targets):
    """The true output of the step before; 0 before the first."""
    return np.concatenate([np.zeros_like(targets[:, :1]), targets[:, :-1]], axis=1)


def memory(options: dict, seed: int) -> dict[str, float | list[float]]:
    """Trains one network: the share right on test, and its learning curve on validation."""
    model = trained(options, seed)
    return {"score": share_right(options, model, TEST), "validation": model.curve}


def memory_validation(options: dict, seed: int) -> float:
    """Trains one network to choose a rate by: the share right on validation at the end."""
    return trained(options, TUNING + seed).curve[-1]


def trained(options: dict, seed: int):
    """The network after its training, with the shares right on validation as its `curve`."""
    model = restarted(seed, options["learning_rate"], options["network"], options["outputs"])
    inputs, targets = sequences(options["task"], options["outputs"], TRAINED, seed)
    if options["network"] == "Jordan":  # each step is an example: the bit and the true last answer
        inputs = np.concatenate([inputs, shifted(targets)], axis=-1)
    model.curve = []
    for _ in range(POINTS):
        model.fit(inputs, targets, batch_size=BATCH, epochs=options["epochs"] // POINTS, verbose=0)
        model.curve.append(share_right(options, model, VALIDATION))
    return model


def share_right(options: dict, model, seed: int) -> float:
    """The share of answers that are right from the third step on, the network reading its own."""
    inputs, targets = sequences(options["task"], options["outputs"], SCORED, seed)
    right = (answers(options["network"], model.get_weights(), inputs) > 0.5) == (targets > 0.5)
    return round(float(right[:, DELAY:, -1].mean()), 4)


def answers(network: str, weights: list, inputs) -> np.ndarray:
    """What a trained network says at each step, (count, time, outputs), computed in NumPy."""
    if network == "Elman":
        states = cells.elman(inputs, cells.ElmanWeights(*weights[:3]))
        return cells.output(states, cells.OutputWeights(*weights[3:]), cells.sigmoid)
    kernel, b_h, W_hy, b_y = weights
    weights = cells.JordanWeights(kernel[:1], kernel[1:], b_h, W_hy, b_y)
    return cells.jordan(inputs, weights, output_activation=cells.sigmoid)[1]


# --------------------------------------------------------------------------------------- sunspots

ACTIVATIONS = {"tanh": np.tanh, "linear": cells.identity, "relu": cells.relu}  # named as in Keras
LENGTH, HORIZON, PATIENCE, MOST_EPOCHS = 22, 10, 20, 300
SUNSPOTS = {
    "RNN": {"network": "forecast", "units": 16, "activation": "tanh"},
    "RNN, 4 units": {"network": "forecast", "units": 4, "activation": "tanh"},
    "RNN without tanh": {"network": "forecast", "units": 16, "activation": "linear"},
    "RNN with ReLU": {"network": "forecast", "units": 16, "activation": "relu"},
}


@cache
def series():
    """Scaled sunspot numbers, their three parts in time, and the scaler."""
    _, values = datasets.sunspots.load()
    parts = forecasting.split(values, validation=30, test=58)
    scaler = forecasting.Scaler.fit(values[parts.train])
    return scaler.scale(values), parts, scaler


def forecaster(options: dict, seed: int):
    """Trains one forecaster; returns it as a function of windows, for `forecasting.iterate`."""
    scaled, parts, _ = series()
    model = restarted(seed, options["learning_rate"], "forecast", 1, options["units"],
                      options["activation"])  # fmt: skip
    training, validation = (forecasting.windows(scaled, LENGTH, part=part) for part in parts[:2])
    stop = keras.callbacks.EarlyStopping(patience=PATIENCE, restore_best_weights=True)
    model.fit(*training, validation_data=tuple(validation), batch_size=BATCH, epochs=MOST_EPOCHS,
              verbose=0, callbacks=[stop])  # fmt: skip
    weights = model.get_weights()

    def one_step(windows):
        states = cells.elman(windows, cells.ElmanWeights(*weights[:3]),
                             activation=ACTIVATIONS[options["activation"]])  # fmt: skip
        return cells.output(states[:, -1], cells.OutputWeights(*weights[3:]))

    return one_step


def sunspots(options: dict, seed: int) -> dict[str, float | list[float]]:
    """Mean absolute errors in sunspots, one year ahead and up to ten, and the forecasts themselves.

    The distances are all judged on the same years, the last 49; "test" on all 58.
    """
    scaled, parts, scaler = series()
    one_step = forecaster(options, seed)
    windows = forecasting.windows(scaled, LENGTH, part=parts.test).inputs  # one for each test year
    ahead = scaler.unscale(forecasting.iterate(one_step, windows, HORIZON))  # (years, distances)
    truth = scaler.unscale(scaled)[parts.test]
    by_distance = [
        metrics.mean_absolute_error(
            ahead[HORIZON - n : len(ahead) - n + 1, n - 1], truth[HORIZON - 1 :]
        )
        for n in range(1, HORIZON + 1)
    ]
    return {
        "test": round(metrics.mean_absolute_error(ahead[:, 0], truth), 3),
        "ahead": [round(error, 3) for error in by_distance],
        "forecasts": [round(float(value), 1) for value in ahead[:, 0]],
    }


def sunspots_validation(options: dict, seed: int) -> float:
    """Squared error on the validation years, scaled, by which weights and rates are chosen."""
    scaled, parts, _ = series()
    one_step = forecaster(options, TUNING + seed)
    inputs, targets = forecasting.windows(scaled, LENGTH, part=parts.validation)
    return round(float(np.mean(np.square(one_step(inputs) - targets))), 5)


# ----------------------------------------------------------------------------------------- models


def build(network: str, outputs: int, units: int = 16, activation: str = "tanh"):
    """A model of one hidden layer; Jordan's reads input and last answer side by side."""
    if network == "forecast":
        hidden = layers.SimpleRNN(units, activation=activation)
        return keras.Sequential([layers.Input((None, 1)), hidden, layers.Dense(outputs)])
    if network == "Elman":
        inputs, hidden = layers.Input((None, 1)), layers.SimpleRNN(units, return_sequences=True)
    else:
        inputs = layers.Input((None, 1 + outputs))
        hidden = layers.Dense(units, activation="tanh")
    return keras.Sequential([inputs, hidden, layers.Dense(outputs, activation="sigmoid")])


@cache
def _compiled(*arguments):
    """One model of each kind, which is compiled once: that takes longer than many a training."""
    model = build(*arguments)
    loss = "mse" if arguments[0] == "forecast" else "binary_crossentropy"
    model.compile(keras.optimizers.Adam(), loss, jit_compile=False)
    model.optimizer.build(model.trainable_variables)
    return model


def restarted(seed: int, learning_rate: float, *kind):
    """A model with fresh weights and an optimiser that remembers nothing, as a new one would be."""
    model = _compiled(*kind)
    keras.utils.set_random_seed(seed)  # here, so that it does not matter who was compiled before
    model.set_weights(build(*kind).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape, variable.dtype))
    model.optimizer.learning_rate = learning_rate
    return model


# ----------------------------------------------------------------------------------------- tables


def rows(part: str) -> dict[str, dict]:
    """The rows of a part, without their rates."""
    if part == "sunspots":
        return SUNSPOTS
    return {
        row: {**options, "epochs": options.get("epochs", EPOCHS)} for row, options in MEMORY.items()
    }


def run(part: str) -> None:
    """Measures what the file lacks of one part."""
    forecasts = part == "sunspots"
    choose, measure = (
        (sunspots_validation, sunspots) if forecasts else (memory_validation, memory)
    )
    common = (
        {"window": LENGTH, "patience": PATIENCE, "weights": "best on validation"}
        if forecasts
        else {"units": 16, "trained on": list(TRAINED), "scored on": list(SCORED),
              "weights": "the last"}
    ) | {"batch": BATCH}  # fmt: skip
    searched = {row: options for row, options in rows(part).items() if "rate of" not in options}
    tuned = experiments.tune(
        searched, choose, rates=RATES, higher_is_better=not forecasts, path=RESULT,
        name=f"{part}: rates", common={**common, "first seed": TUNING},
    )  # fmt: skip
    ready = {
        row: {**options, "learning_rate": tuned.best[options.get("rate of", row)]}
        for row, options in rows(part).items()
    }
    experiments.run(ready, measure, SEEDS, path=RESULT, name=part, unit="measured", common=common)


PARTS = ("memory", "sunspots")


if __name__ == "__main__":
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; may be repeated")
    for part in parser.parse_args().part or PARTS:
        print(part, flush=True)
        run(part)
