"""The still pictures: how each page begins, drawn from the course's own code."""

import numpy as np

from utils import bptt, cells, plotting

from . import probe as models
from . import translating

STEPS = 12
BLIP = np.eye(1, STEPS)[..., None]  # a 1, then zeros: (batch, time, features)
START = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])  # keys of three words: (source time, units)
QUERY = np.array([0.0, 2.0])


def lstm():
    """Figure and description of an LSTM unit with Keras's biases that reads one 1."""
    steps = cells.lstm(BLIP, cells.LSTMWeights(np.eye(1, 4, 2), np.zeros((1, 4)), np.eye(4)[1]))
    panels = {"number": BLIP[0, :, 0], "forget gate": steps.forget_gate[0],
              "input gate": steps.input_gate[0], "output gate": steps.output_gate[0],
              "cell state": steps.c[0], "hidden state": steps.h[0]}  # fmt: skip
    return plotting.gate_activity(panels, x="step"), (
        "An LSTM unit over twelve steps, to be played with. A 1 comes at the first step, then "
        "zeros. The forget gate stands at 0.73, input and output gate at 0.50, and the cell state "
        "fades from 0.38 to less than half of it in three steps. Sliders move the gates' biases "
        "and their weights from a marker."
    )


def gru():
    """Figure and description of a GRU unit with Keras's biases that reads one 1."""
    weights = cells.GRUWeights(np.eye(1, 3, 2), np.zeros((1, 3)), np.zeros(3))
    steps = cells.gru(BLIP, weights, reset_after=False)
    panels = {"number": BLIP[0, :, 0], "update gate": steps.update_gate[0],
              "reset gate": steps.reset_gate[0], "state": steps.h[0]}  # fmt: skip
    return plotting.gate_activity(panels, x="step"), (
        "A GRU unit over twelve steps, to be played with. A 1 comes at the first step, then "
        "zeros. Update and reset gate stand at 0.50, and the state is halved at every step, from "
        "0.38. Sliders move the gates' biases, their weights from a marker, and the weight from "
        "the state to the candidate."
    )


def gradient():
    """Figure and description of a neuron's gradient through six steps, as notebook 2 begins."""
    inputs, weight = BLIP[:, :6], 0.9
    neuron = cells.ElmanWeights(np.eye(1), np.full((1, 1), weight), np.zeros(1))
    name = "w = 0.9, tanh"
    norms = {name: bptt.gradients_by_lag(inputs, neuron, np.ones((1, 1)))}
    return plotting.gradient_by_lag(norms, predicted={name: weight}), (
        "The gradient of one neuron with tanh and a weight of 0.9, to be played with. From the "
        "last of six steps back to the first it falls to 0.19; without an activation it would be "
        "0.59, a dotted line. Sliders move the weight, the number of steps and the inputs."
    )


def attention():
    """Figure and description of a query and the keys of three words, as notebook 14 begins."""
    scores = START @ QUERY
    weights = np.exp(scores) / np.exp(scores).sum()
    fig = plotting.matrix(np.stack([scores, weights]), ["score", "weight"], ["the", "black", "cat"],
                          x="source word", digits=2, by_row=True)  # fmt: skip
    return fig, (
        "Attention of the query (0, 2) over three words, to be played with: the dot scores of "
        "“the”, “black” and “cat” are 0, 1 and 2, their weights 0.09, 0.24 and 0.67. In the page "
        "the query and the keys can be moved, and the score can be another one."
    )


TEXT, AT = "(the farmer) [is tasting the cake in the kitchen of the old castle.] (we see)", 9


def probe():
    """Figure and description of which characters drove a letter in two language models."""
    ids = models.ids(TEXT[: AT + 1], models.read()["symbols"])
    norms = {
        name: models.influence(models.as_weights(models.arrays(name)), ids)[1][::-1]
        for name in ("simple RNN", "LSTM")
    }
    return plotting.gradient_by_lag(norms), (
        "Which earlier characters drove the prediction of the “e” in “(the farmer)”, to be played "
        "with: norms of the gradient against the distance, in a simple RNN and in an LSTM. In both "
        "the last few letters have most of it. Another character can be chosen, and another text "
        "be written."
    )


def translator():
    """Figure and description of where the translator of the page looks in its first sentence."""
    example = translating.stored()["example"]
    fig = plotting.matrix(np.array(example["weights"]), example["said"], example["read"],
                          x="English", y="French", digits=2, by_row=True)  # fmt: skip
    said = " ".join(example["said"][:-1])
    return fig, (
        f"A translator from English to French, to be played with: {translating.SENTENCE} becomes "
        f"“{said}”, and each French word looks most at the English one that it translates. In the "
        "page one can type a sentence, choose the width of the beam and the length penalty, and "
        "follow the search word by word."
    )


STILLS = {
    "lstm": lstm, "gru": gru, "gradient": gradient, "attention": attention, "probe": probe,
    "translator": translator,
}  # fmt: skip
