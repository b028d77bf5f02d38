"""Backpropagation through time, by hand, for the networks of `cells`.

A loss at step t depends on the hidden state h_t, and through it on every earlier step. Walking
backwards through time, the gradient that reaches h_t has two parts: what the loss at step t itself
asks for, and what all later steps ask for, which comes back through the recurrence. (Werbos 1990;
Goodfellow et al. 2016, section 10.2.2.)

Each function here takes the gradient of the loss with respect to what its layer gave out, and
returns those with respect to what went in, so that layers can be chained by hand:

    states = cells.elman(inputs, elman_weights)
    y = cells.output(states, output_weights)
    output_layer = bptt.output_gradients(states, output_weights, 2 * (y - targets) / y.size)
    recurrence = bptt.elman_gradients(inputs, elman_weights, output_layer.states)

Gradients are sums over the batch; a mean is taken where the loss is, as by `/ y.size` above.
"""

from .bidirectional import BidirectionalGradients, bidirectional_gradients
from .check import GradientCheck, gradient_check
from .clipping import clip_by_norm, clip_by_value, global_norm
from .gru import GRUGradients, gru_gradients
from .lags import LeftByLag, left_by_lag
from .lstm import LSTMGradients, lstm_gradients
from .normalised import (
    NormalisationGradients,
    layer_normalise_gradients,
    normalised_elman_gradients,
    normalised_lstm_gradients,
)
from .simple import (
    ElmanGradients,
    JordanGradients,
    OutputGradients,
    elman_gradients,
    gradients_by_lag,
    jordan_gradients,
    output_gradients,
)

__all__ = [
    "BidirectionalGradients", "ElmanGradients", "GRUGradients", "GradientCheck", "JordanGradients",
    "LSTMGradients", "LeftByLag", "NormalisationGradients", "OutputGradients",
    "bidirectional_gradients", "clip_by_norm", "clip_by_value", "elman_gradients", "global_norm",
    "gradient_check", "gradients_by_lag", "gru_gradients", "jordan_gradients",
    "layer_normalise_gradients", "left_by_lag", "lstm_gradients", "normalised_elman_gradients",
    "normalised_lstm_gradients", "output_gradients",
]
