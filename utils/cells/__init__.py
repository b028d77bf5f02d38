"""Recurrent networks in NumPy, forward: one step, and the loop over time.

Elman's network feeds its hidden state back, Jordan's its output. LSTM and GRU protect theirs by
gates; `normalised` brings what goes into a cell to one size; `bidirectional` reads both ways. The
code is the equations with their names, meant to be read and to be compared with; models that learn
are Keras's, and gradients by hand stand in `bptt`.

Arrays are batch first: a sequence is (batch, time, features). A mask is boolean (batch, time), True
at real steps; where it is False nothing happens, and state and output stay what they were.
"""

from .activations import ACTIVATIONS, activation_function, identity, relu, sigmoid
from .arguments import expect_axes, real_steps, state_or_zeros
from .bidirectional import MERGES, bidirectional, both_directions, merge_directions
from .gru import GRUSteps, GRUWeights, gru, gru_sizes, gru_step, random_gru, swap_update_gate
from .lstm import LSTMSteps, LSTMWeights, lstm, lstm_sizes, lstm_step, random_lstm
from .normalised import (
    NormalisedElmanWeights,
    NormalisedLSTMWeights,
    layer_normalise,
    normalised_elman,
    normalised_elman_sizes,
    normalised_lstm,
    normalised_lstm_sizes,
)
from .simple import (
    ElmanWeights,
    JordanWeights,
    OutputWeights,
    elman,
    elman_sizes,
    elman_step,
    jordan,
    jordan_sizes,
    jordan_step,
    output,
    output_sizes,
    random_elman,
    random_jordan,
    random_output,
)

__all__ = [
    "ACTIVATIONS", "ElmanWeights", "GRUSteps", "GRUWeights", "JordanWeights", "LSTMSteps",
    "LSTMWeights", "MERGES", "NormalisedElmanWeights", "NormalisedLSTMWeights", "OutputWeights",
    "activation_function", "bidirectional", "both_directions", "elman", "elman_sizes", "elman_step",
    "expect_axes", "gru", "gru_sizes", "gru_step", "identity", "jordan", "jordan_sizes",
    "jordan_step", "layer_normalise", "lstm", "lstm_sizes", "lstm_step", "merge_directions",
    "normalised_elman", "normalised_elman_sizes", "normalised_lstm", "normalised_lstm_sizes",
    "output", "output_sizes", "random_elman", "random_gru", "random_jordan", "random_lstm",
    "random_output", "real_steps", "relu", "sigmoid", "state_or_zeros", "swap_update_gate",
]
