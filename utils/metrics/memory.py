"""How many strings of a grammar a model has right."""

from __future__ import annotations

import numpy as np

from utils.datasets.memory import Strings


def reber_scores(predicted: np.ndarray, strings: Strings) -> dict[str, float]:
    """How many strings a model has right, and how often it remembers their second symbol.

    A step is right when every symbol that is allowed next has a higher score than every one that is
    not: the criterion of Hochreiter and Schmidhuber (1997, experiment 1). A tie is wrong.

    Args:
        predicted: `(count, time, 7)`, a score for each symbol, the higher the likelier:
            probabilities or logits. Where the mask is False they do not count.
        strings: what `datasets.memory.embedded_reber` made.

    Returns:
        `{"strings": …, "lag": …}`, shares from 0 to 1: of strings with every step right, and of
        strings with the one step right that the long lag is about, before the last but one symbol.

    Raises:
        ValueError: predictions of another shape, or that are no numbers.
    """
    predicted = np.asarray(predicted)
    if predicted.shape != strings.targets.shape:
        raise ValueError(
            f"predicted must have the shape of the targets, {strings.targets.shape}, not "
            f"{predicted.shape}"
        )
    if np.isnan(predicted[strings.mask]).any():
        raise ValueError("some predictions are not a number (NaN): has the training diverged?")
    allowed = strings.targets == 1
    lowest_allowed = np.where(allowed, predicted, np.inf).min(axis=2)
    highest_other = np.where(allowed, -np.inf, predicted).max(axis=2)
    right = lowest_allowed > highest_other  # (count, time)
    before_last_but_one = strings.mask.sum(axis=1) - 2
    lag = np.take_along_axis(right, before_last_but_one[:, None], axis=1)
    whole = (right | ~strings.mask).all(axis=1)
    return {"strings": float(whole.mean()), "lag": float(lag.mean())}
