"""Drawing words: temperature, top-k, top-p."""

from __future__ import annotations

import numpy as np
from keras import ops

from utils import expect


def check_drawing(temperature, top_k, top_p):
    """Raises ValueError for options that `sampling_probabilities` would refuse."""
    if temperature is not None:
        expect.number("temperature", temperature, above=0)
    if top_k is not None:
        expect.integer(top_k=top_k)
    if top_p is not None:
        expect.number("top_p", top_p, above=0, at_most=1)


def sampling_probabilities(
    log_probabilities: np.ndarray,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
) -> np.ndarray:
    """What each token is drawn with, once a model's belief has been made more or less cautious.

    The temperature comes first, then top_k, then top_p of what is left.

    Args:
        log_probabilities: (batch, vocabulary), in nats; minus infinity for what is never said.
        temperature: probabilities are raised to 1 / temperature and scaled; by default 1.
        top_k: only the k most probable tokens keep theirs.
        top_p: only the fewest most probable tokens that together have probability p keep theirs
            (Holtzman et al. 2020).

    Returns:
        float64 (batch, vocabulary); each row sums to 1.

    Raises:
        ValueError: an option that makes no sense.
    """
    check_drawing(temperature, top_k, top_p)
    scores = ops.convert_to_numpy(log_probabilities).astype("float64") / (temperature or 1.0)
    order = np.argsort(-scores, axis=-1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=-1)
    probabilities = _normalised(np.exp(ranked - ranked[:, :1]))
    if top_k is not None:
        probabilities[:, top_k:] = 0
        probabilities = _normalised(probabilities)
    if top_p is not None:
        before = np.cumsum(probabilities, axis=-1) - probabilities
        probabilities[before >= top_p] = 0
    result = np.empty_like(probabilities)
    np.put_along_axis(result, order, probabilities, axis=-1)
    return _normalised(result)


def draw(probabilities: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draws one token a row: (batch, vocabulary) probabilities → int (batch,)."""
    cumulative = np.cumsum(probabilities, axis=-1)
    cumulative /= cumulative[:, -1:]  # exactly 1 at the end, which no draw reaches
    return (cumulative <= random.random((len(cumulative), 1))).sum(-1)


def _normalised(probabilities):
    return probabilities / probabilities.sum(-1, keepdims=True)


def drawn(log_probabilities, temperature, top_k, top_p, random):
    """One token a row: `draw` from `sampling_probabilities`."""
    return draw(sampling_probabilities(log_probabilities, temperature, top_k, top_p), random)
