"""Series made in code, to compare forecasts on: here one that nobody can forecast."""

import numpy as np

from utils import expect

from ._arguments import generator


def random_walk(
    steps: int, seed: int, *, start: float = 100.0, deviation: float = 1.0
) -> np.ndarray:
    """A walk that looks like a price: each value is the one before plus a Gaussian step.

    y_0 = start, y_t = y_{t-1} + e_t with independent e_t of mean 0. Nothing in the past tells the
    next step, so the last value is the best forecast there is (in the mean square), and its
    root mean squared error one step ahead is `deviation`, h steps ahead √h times that.

    Args:
        steps: how many steps are taken.
        seed: the same seed gives the same walk.
        start: the first value, in the unit of the series.
        deviation: the standard deviation of a step, in the unit of the series.

    Returns:
        float64 `(steps + 1,)`, the start and the value after each step.

    Raises:
        ValueError: steps below 1, a seed that is not a whole number, a start that is not finite, or
            a deviation that is not positive and finite.
    """
    [steps] = expect.integer(steps=steps)
    random = generator(seed)
    start = expect.number("start", start)
    deviation = expect.number("deviation", deviation, above=0)
    changes = deviation * random.standard_normal(steps)
    return start + np.concatenate([[0.0], np.cumsum(changes)])
