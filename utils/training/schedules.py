"""The learning rate in the course of training."""

from __future__ import annotations

import math

from utils import expect


def learning_rate_at(progress: float, peak: float, warm_up: float = 0.05) -> float:
    """A linear rise to the peak, then half a cosine down to zero (Loshchilov & Hutter 2017).

    Args:
        progress: how much of the training is done, 0 to 1; afterwards the rate stays at zero.
        peak: the largest learning rate.
        warm_up: share of the training in which the rate rises.

    Raises:
        ValueError: a progress below 0, a peak that is not above 0, a warm_up outside 0 to 1.
    """
    progress = expect.number("progress", progress, at_least=0)
    [warm_up] = expect.fraction(warm_up=warm_up)
    peak = expect.number("peak", peak, above=0)
    if progress < warm_up:
        return peak * (progress + 1e-3) / (warm_up + 1e-3)
    rest = min(1.0, (progress - warm_up) / (1 - warm_up)) if warm_up < 1 else 0.0
    return peak * 0.5 * (1 + math.cos(math.pi * rest))
