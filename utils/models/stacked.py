"""Recurrent layers on top of each other, as notebook 12 builds them."""

from __future__ import annotations

from keras import layers

from utils import expect
from utils.models.layers import CELLS


def stacked_rnn(
    inputs,
    units: int,
    depth: int,
    *,
    cell: str = "gru",
    residual: bool = False,
    normalise: bool = False,
    dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
):
    """Applies `depth` recurrent layers, each of which reads all states of the one below.

        x ← layer(x)                         plain
        x ← x + layer(LayerNorm(x))          with residual connections and normalisation

    A residual connection (He et al. 2016) adds what a layer was given to what it says, so the sizes
    must be equal: a Dense layer first brings the inputs to `units` features, with or without
    residuals. Layer normalisation (Ba, Kiros and Hinton 2016) stands before each layer.

    Args:
        inputs: a Keras tensor (batch, time, features).
        units: of every layer.
        depth: number of recurrent layers.
        cell: "simple_rnn", "gru" or "lstm".
        residual: see above.
        normalise: see above.
        dropout: share of each layer's inputs that is set to zero in training, the same ones at
            every step.
        recurrent_dropout: share of the state that is set to zero on its way into gates and
            candidate of the next step, the same units at every step (Gal and Ghahramani 2016, for
            both). Slow: Keras's fused kernel has none.

    Returns:
        The states of the last layer, a Keras tensor (batch, time, units).

    Raises:
        ValueError: an unknown cell, no layer at all, or a share that is not below 1.
    """
    expect.one_of("cell", cell, CELLS)
    units, depth = expect.integer(units=units, depth=depth)
    residual, normalise = expect.boolean(residual=residual, normalise=normalise)
    dropout = expect.number("dropout", dropout, at_least=0, below=1)
    recurrent_dropout = expect.number("recurrent_dropout", recurrent_dropout, at_least=0, below=1)
    x = layers.Dense(units)(inputs)
    for _ in range(depth):
        below = x
        if normalise:
            x = layers.LayerNormalization()(x)
        layer = CELLS[cell](
            units, return_sequences=True, dropout=dropout, recurrent_dropout=recurrent_dropout
        )
        x = layer(x)
        if residual:
            x = x + below
    return x
