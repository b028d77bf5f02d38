"""The two small language models of the memory probe, in Python.

Their weights stand in `probe_weights.mjs`, which `benchmarks/probe.py` writes, in the little room
of `weights`.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils import bptt, cells, expect, files

from .weights import unpacked

PATH = Path(__file__).with_name("probe_weights.mjs")
BEGINS = "export const WEIGHTS = "
WIDTH = 99  # of a line, without what ends the last one
HEAD = "/* Written by benchmarks/probe.py: not to be edited. */\n\n"


class Weights(NamedTuple):
    """A language model of one recurrent layer.

    Attributes:
        vectors: of the characters, (ids, embedding); id 0 is padding.
        cell: `ElmanWeights` or `LSTMWeights` of the layer.
        output: from states to scores, (units, ids).
        bias: of the scores, (ids,).
    """

    vectors: np.ndarray
    cell: cells.ElmanWeights | cells.LSTMWeights
    output: np.ndarray
    bias: np.ndarray


def write(content):
    """Writes the weights of both models: plain data, as `read` returns it.

    Texts of bytes are cut into pieces, lines that can be read.
    """
    models = {name: {**model, "weights": list(map(_cut, model["weights"]))}
              for name, model in content["models"].items()}  # fmt: skip
    lines = [BEGINS]
    whole = {**content, "models": models}
    for piece in json.dumps(whole, separators=(",\0", ":")).split("\0"):
        if len(lines[-1] + piece) > WIDTH:
            lines.append("")
        lines[-1] += piece
    files.write_whole(PATH, HEAD + "\n".join(lines) + ";\n")


def _cut(entry, most=80):
    """A packed weight, its texts as lists of pieces; what is in pieces is cut anew."""

    def pieces(text):
        text = "".join(text)
        return [text[at : at + most] for at in range(0, len(text), most)]

    return {**entry, "steps": pieces(entry["steps"]), "whole": pieces(entry["whole"])}


def read():
    """What the file holds: `symbols`, all characters, and `models`, the options of each."""
    text = files.read_text(PATH)
    return json.loads(text[text.index(BEGINS) + len(BEGINS) :].strip().removesuffix(";"))


def arrays(name):
    """The weights of a model as the page has them, in Keras's order.

    Args:
        name: "simple RNN" or "LSTM".

    Raises:
        ValueError: Any other name.
    """
    models = read()["models"]
    expect.one_of("name", name, tuple(models))
    return [unpacked(one) for one in models[name]["weights"]]


def model(name):
    """The `LanguageModel` with these weights.

    Args:
        name: As in `arrays`.

    Raises:
        ValueError: As in `arrays`.
    """
    from utils.models import LanguageModel

    weights, content = arrays(name), read()
    options = {key: content["models"][name][key] for key in ("cell", "units", "embedding")}
    made = LanguageModel(len(content["symbols"]) + 1, **options)
    made.set_weights(weights)
    return made


def weights_of(model):
    """The weights of a `LanguageModel` of one layer, simple RNN or LSTM, as `Weights`."""
    return as_weights([np.asarray(one, "float64") for one in model.get_weights()])


def as_weights(arrays):
    """`Weights` of arrays in Keras's order."""
    vectors, *cell, output, bias = arrays
    kind = cells.LSTMWeights if cell[0].shape[1] == 4 * cell[1].shape[0] else cells.ElmanWeights
    return Weights(vectors, kind(*cell), output, bias)


def ids(text, symbols):
    """A text as ids, (time,)."""
    return np.array([symbols.index(sign) + 1 for sign in text])


def influence(weights, ids):
    """Which earlier characters drive the prediction of the last one.

    The norm of the gradient of the last one's log-probability with respect to the vector of each
    character before it: by how much the logarithm changes, per length that the vector is moved, in
    the direction where it changes most (the first-derivative saliency of Li et al. 2016).

    Args:
        weights: `Weights`.
        ids: (time,), of the characters read and of the one that is predicted.

    Returns:
        The log-probability of each character, (ids,), and the norms, (time - 1,).
    """
    inputs = weights.vectors[ids[:-1]][None]  # (batch, time, embedding)
    lstm = isinstance(weights.cell, cells.LSTMWeights)
    states = cells.lstm(inputs, weights.cell).h if lstm else cells.elman(inputs, weights.cell)
    scores = states[0, -1] @ weights.output + weights.bias
    scores = scores - scores.max()
    log_p = scores - np.log(np.exp(scores).sum())
    asked = np.zeros_like(states)
    asked[0, -1] = weights.output @ (np.eye(len(log_p))[ids[-1]] - np.exp(log_p))
    back = bptt.lstm_gradients if lstm else bptt.elman_gradients
    gradients = back(inputs, weights.cell, asked).inputs
    return log_p, np.linalg.norm(gradients[0], axis=-1)
