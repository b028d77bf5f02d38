"""Recurrent networks in NumPy, forward: one step, and the loop over time.

Elman's network feeds its hidden state back, Jordan's its output. The code is the equations with
their names, meant to be read and to be compared with; models that learn are Keras's, and gradients
by hand stand in `bptt`.

Arrays are batch first: a sequence is (batch, time, features). A mask is boolean (batch, time), True
at real steps; where it is False nothing happens, and state and output stay what they were.
"""

from .activations import ACTIVATIONS, activation_function, identity, relu, sigmoid
from .arguments import expect_axes, real_steps, start
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
    "ACTIVATIONS", "ElmanWeights", "JordanWeights", "OutputWeights", "activation_function", "elman",
    "elman_sizes", "elman_step", "expect_axes", "identity", "jordan", "jordan_sizes", "jordan_step",
    "output", "output_sizes", "random_elman", "random_jordan", "random_output", "real_steps",
    "relu", "sigmoid", "start",
]
