"""Many small recurrent networks trained side by side, in NumPy.

A layer of two dozen units keeps a processor busy for so short a time that calling the next
operation takes longer. Here the same operation is done for all networks of a row at once, each with
weights, sequences and a learning rate of its own, as if it were alone; one processor trains ten
times as many networks in the same time as through Keras. The gradients are those of `utils.bptt`,
the steps those of Keras's Adam, and tests hold both to that.

All arrays are float32, and their first axis counts the networks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from utils.cells import sigmoid
from utils.cells.initial import glorot, orthogonal

CLIP = 1.0  # the longest gradient of a network
BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # of Adam, as in Keras


class Cell(NamedTuple):
    """A recurrent cell, forwards and backwards.

    Attributes:
        networks: how many small networks it has; their columns stand side by side.
        bias: where each of these begins, a number a network.
        forward: (x, u, h, c) → the new h and c, and what the way back needs; x and u, the shares
            of input and state in the sums, are (nets, batch, networks * units).
        backward: (dh, dc, kept) → the gradients of x, of u, and of the old h and c by all ways
            that pass no matrix.
    """

    networks: int
    bias: tuple[float, ...]
    forward: Callable
    backward: Callable


def _split(a, parts):
    return np.split(a, parts, axis=-1)


def _join(*parts):
    return np.concatenate(parts, axis=-1)


# ---------------------------------------------------------------------------------------- the cells


def _simple(x, u, h, c):
    h = np.tanh(x + u)
    return h, c, h


def _simple_back(dh, dc, h):
    da = dh * (1 - h * h)
    return da, da, 0, dc


def _lstm(x, u, h, c):
    i, f, g, o = _split(x + u, 4)
    return _gated(sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o), c)


def _gated(i, f, g, o, c):
    new = f * c + i * g
    shown = np.tanh(new)
    return o * shown, new, (i, f, g, o, c, shown)


def _gated_back(dh, dc, kept):
    """What is asked of i, f, g and o, of the sums of g and o, and of the old c."""
    i, f, g, o, c, shown = kept
    dc = dc + dh * o * (1 - shown * shown)
    return dc * g, dc * c, dc * i * (1 - g * g), dh * shown * o * (1 - o), dc * f


def _lstm_back(dh, dc, kept):
    i, f = kept[:2]
    di, df, da_g, da_o, dc = _gated_back(dh, dc, kept)
    da = _join(di * i * (1 - i), df * f * (1 - f), da_g, da_o)
    return da, da, 0, dc


def _unforgetting(x, u, h, c):
    i, g, o = _split(x + u, 3)
    return _gated(sigmoid(i), np.ones_like(i), np.tanh(g), sigmoid(o), c)


def _unforgetting_back(dh, dc, kept):
    i = kept[0]
    di, _, da_g, da_o, dc = _gated_back(dh, dc, kept)
    da = _join(di * i * (1 - i), da_g, da_o)
    return da, da, 0, dc


def _coupled(x, u, h, c):
    f, g, o = _split(x + u, 3)
    f = sigmoid(f)
    return _gated(1 - f, f, np.tanh(g), sigmoid(o), c)


def _coupled_back(dh, dc, kept):
    f = kept[1]
    di, df, da_g, da_o, dc = _gated_back(dh, dc, kept)
    da = _join((df - di) * f * (1 - f), da_g, da_o)
    return da, da, 0, dc


def _one_state(x, u, h, c):
    z, g = _split(x + u, 2)
    z, g = sigmoid(z), np.tanh(g)
    return z * h + (1 - z) * g, c, (z, g, h)


def _one_state_back(dh, dc, kept):
    z, g, h = kept
    da = _join(dh * (h - g) * z * (1 - z), dh * (1 - z) * (1 - g * g))
    return da, da, dh * z, dc


def _gru(x, u, h, c):
    (x_z, x_r, x_g), (u_z, u_r, u_g) = _split(x, 3), _split(u, 3)
    z, r = sigmoid(x_z + u_z), sigmoid(x_r + u_r)
    g = np.tanh(x_g + r * u_g)
    return z * h + (1 - z) * g, c, (z, r, g, u_g, h)


def _gru_back(dh, dc, kept):
    z, r, g, u_g, h = kept
    da_g = dh * (1 - z) * (1 - g * g)
    gates = dh * (h - g) * z * (1 - z), da_g * u_g * r * (1 - r)
    return _join(*gates, da_g), _join(*gates, da_g * r), dh * z, dc


CELLS = {
    "simple RNN": Cell(1, (0,), _simple, _simple_back),
    "LSTM": Cell(4, (0, 1, 0, 0), _lstm, _lstm_back),  # i, f, g, o
    "no forget gate": Cell(3, (0, 0, 0), _unforgetting, _unforgetting_back),  # i, g, o
    "coupled gates": Cell(3, (1, 0, 0), _coupled, _coupled_back),  # f, g, o; i = 1 - f
    "one state": Cell(2, (1, 0), _one_state, _one_state_back),  # z, g
    "GRU": Cell(3, (0, 0, 0), _gru, _gru_back),  # z, r, g; r behind the matrix, as in Keras
}


# ------------------------------------------------------------------------------------- the networks


def count_parameters(cell: str, units: int, features: int, outputs: int = 1) -> int:
    """The numbers of a layer and a dense one behind it."""
    biases = 2 if cell == "GRU" else 1
    networks = CELLS[cell].networks
    return networks * units * (features + units + biases) + (units + 1) * outputs


def begin(cell: str, units: int, features: int, seed: int, outputs: int = 1) -> dict:
    """Weights of one network, as Keras draws them, the biases as `CELLS` says.

    Returns:
        W_x (features, n units), W_h (units, n units), b (n units,), of a GRU also b_h, then W_y
        (units, outputs) and b_y (outputs,).
    """
    random, networks = np.random.default_rng([seed, 1]), CELLS[cell].networks
    columns = networks * units
    weights = {
        "W_x": glorot(features, columns, random),
        "W_h": orthogonal(units, random, columns=columns),
        "b": np.repeat(np.array(CELLS[cell].bias, dtype=float), units),
        "W_y": glorot(units, outputs, random),
        "b_y": np.zeros(outputs),
    }
    return weights | ({"b_h": np.zeros(columns)} if cell == "GRU" else {})


def stacked(all_weights: list[dict]) -> dict:
    """The weights of several networks as arrays whose first axis counts them."""
    return {
        name: np.stack([weights[name] for weights in all_weights]).astype(np.float32)
        for name in all_weights[0]
    }


def forward(cell: str, weights: dict, inputs: np.ndarray):
    """All networks over their sequences, (nets, batch, time, features).

    Returns:
        What they say, (time, nets, batch, outputs), the states h, (time, nets, batch, units), and
        what the way back needs.
    """
    nets, batch, time, _ = inputs.shape
    units = weights["W_h"].shape[1]
    xs = np.moveaxis(inputs, 2, 0) @ weights["W_x"] + weights["b"][:, None]
    h = c = np.zeros((nets, batch, units), np.float32)
    states, kept = np.empty((time, nets, batch, units), np.float32), []
    for t in range(time):
        u = h @ weights["W_h"]
        if "b_h" in weights:
            u += weights["b_h"][:, None]
        h, c, for_later = CELLS[cell].forward(xs[t], u, h, c)
        states[t] = h
        kept.append(for_later)
    return states @ weights["W_y"] + weights["b_y"][:, None], states, kept


def gradients(cell: str, weights: dict, inputs: np.ndarray, targets: np.ndarray) -> dict:
    """Gradients of each network's mean squared error over its last steps.

    Args:
        cell: its name.
        weights: `stacked`.
        inputs: (nets, batch, time, features).
        targets: (nets, batch, last steps, outputs).
    """
    said, states, kept = forward(cell, weights, inputs)
    wanted = np.moveaxis(targets, 2, 0)
    last = len(wanted)
    error = 2 * (said[-last:] - wanted) / wanted[:, 0].size  # (last, nets, batch, outputs)
    found = {"b_y": error.sum((0, 2)), "W_y": (states[-last:].swapaxes(2, 3) @ error).sum(0)}
    asked = error @ weights["W_y"].swapaxes(1, 2)
    back = np.ascontiguousarray(weights["W_h"].swapaxes(1, 2))
    dh = dc = np.zeros_like(states[0])
    time, nets, batch, _ = states.shape
    dxs = np.empty((time, nets, batch, weights["W_h"].shape[2]), np.float32)
    dus = np.empty_like(dxs) if "b_h" in weights else dxs
    for t in reversed(range(time)):
        if t >= time - last:
            dh = dh + asked[t - time + last]
        dxs[t], dus[t], dh, dc = CELLS[cell].backward(dh, dc, kept[t])
        dh = dh + dus[t] @ back
    found["W_x"] = (np.moveaxis(inputs, 2, 0).swapaxes(2, 3) @ dxs).sum(0)
    found["W_h"] = (states[:-1].swapaxes(2, 3) @ dus[1:]).sum(0)
    found["b"] = dxs.sum((0, 2))
    if "b_h" in weights:
        found["b_h"] = dus.sum((0, 2))
    return found


class Adam:
    """Keras's Adam with `global_clipnorm=CLIP`, a learning rate for each network.

    Attributes:
        norms: the length of each network's gradient before clipping, one array a step.
    """

    def __init__(self, weights: dict, rates):
        self.rates = np.asarray(rates, np.float32)
        self.first = {name: np.zeros_like(value) for name, value in weights.items()}
        self.second = {name: np.zeros_like(value) for name, value in weights.items()}
        self.norms = []

    def update(self, weights: dict, found: dict) -> None:
        """Changes the weights in place."""
        squares = sum(np.square(part).reshape(len(part), -1).sum(1) for part in found.values())
        norms = np.sqrt(squares)
        self.norms.append(norms)
        shorter = np.minimum(1, CLIP / np.maximum(norms, CLIP * 1e-6))
        step = len(self.norms)
        rates = self.rates * np.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
        for name, value in weights.items():
            shape = (-1,) + (1,) * (value.ndim - 1)
            part = found[name] * shorter.reshape(shape)
            self.first[name] += (1 - BETA_1) * (part - self.first[name])
            self.second[name] += (1 - BETA_2) * (part * part - self.second[name])
            value -= (
                rates.astype(np.float32).reshape(shape)
                * self.first[name]
                / (np.sqrt(self.second[name]) + EPSILON)
            )


def train(cell: str, weights: dict, rates, inputs, targets, batch: int, at_point=None, points=8):
    """Trains all networks, each on its own sequences, once through.

    Args:
        cell: its name.
        weights: `stacked`; changed in place.
        rates: a learning rate for each network.
        inputs: (nets, sequences, time, features).
        targets: (nets, sequences, last steps, outputs).
        batch: how many sequences a step.
        at_point: called with the weights at `points` equal distances, the last time at the end.
        points: how often.

    Returns:
        The lengths of the gradients, (batches, nets), and what `at_point` returned.
    """
    optimizer, batches = Adam(weights, rates), inputs.shape[1] // batch
    marks, found = {batches * (point + 1) // points for point in range(points)}, []
    for number in range(batches):
        part = slice(number * batch, (number + 1) * batch)
        optimizer.update(weights, gradients(cell, weights, inputs[:, part], targets[:, part]))
        if at_point and number + 1 in marks:
            found.append(at_point(weights))
    return np.array(optimizer.norms), found


def say(cell: str, weights: dict, inputs, last: int, at_once: int = 125) -> np.ndarray:
    """What each network says at its last steps of the same sequences.

    Args:
        cell: its name.
        weights: `stacked`.
        inputs: (sequences, time, features).
        last: how many steps.
        at_once: how many sequences, which bounds the memory that is needed.

    Returns:
        (nets, sequences, last, outputs).
    """
    nets = len(weights["b"])
    parts = [inputs[begin : begin + at_once] for begin in range(0, len(inputs), at_once)]
    said = [
        forward(cell, weights, np.broadcast_to(part, (nets, *part.shape)))[0][-last:]
        for part in parts
    ]
    return np.moveaxis(np.concatenate(said, axis=2), 0, 2)
