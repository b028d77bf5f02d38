"""How far forecasts are off."""

from __future__ import annotations

import numpy as np

from utils import expect


def mean_absolute_error(predicted, actual) -> float:
    """How far a forecast is off in the mean, mean |predicted - actual|, in the series' own unit.

    Args:
        predicted: numbers, such as `(windows, horizon)`.
        actual: numbers of the same shape. Nothing is broadcast: `(n, 1)` against `(n,)` would
            compare everything with everything.

    Returns:
        The mean over all numbers.

    Raises:
        TypeError: anything but real numbers.
        ValueError: different shapes, empty arrays, NaN or infinity.
    """
    predicted, actual = _forecasts(predicted, actual)
    return float(np.abs(predicted - actual).mean())


def root_mean_squared_error(predicted, actual) -> float:
    """The root of mean (predicted - actual)², in the series' own unit; large misses weigh more.

    It is never below the mean absolute error, and equal to it where every miss has the same size.

    Args:
        predicted: as for `mean_absolute_error`.
        actual: as for `mean_absolute_error`.

    Returns:
        The root of the mean over all numbers.

    Raises:
        TypeError: as for `mean_absolute_error`.
        ValueError: as for `mean_absolute_error`.
    """
    predicted, actual = _forecasts(predicted, actual)
    return float(np.sqrt(np.square(predicted - actual).mean()))


def mean_absolute_scaled_error(predicted, actual, training, *, period: int = 1) -> float:
    """The mean absolute error over that of a naive forecast (Hyndman and Koehler 2006).

    mean |predicted - actual| / mean |y_t - y_{t-period}|, the second mean over the training values
    y. Below 1: better than the naive forecast, one step ahead, was on the training part (with a
    period: the seasonal naive one). It has no unit, so it compares series with each other.

    Args:
        predicted: as for `mean_absolute_error`.
        actual: as for `mean_absolute_error`.
        training: `(time,)`, the values the model was trained on, in the same unit, more than
            `period` of them.
        period: how many steps back the naive forecast looks.

    Returns:
        The ratio.

    Raises:
        TypeError: as for `mean_absolute_error`.
        ValueError: as for `mean_absolute_error`; a period below 1; too few training values, or
            training values that repeat exactly, whose naive error is 0.
    """
    error = mean_absolute_error(predicted, actual)
    past = _finite_numbers("training", training)
    [period] = expect.integer(period=period)
    if past.ndim != 1 or len(past) <= period:
        raise ValueError(
            f"training must be one series, (time,), of more than {period} values; its shape is "
            f"{past.shape}"
        )
    naive_error = np.abs(past[period:] - past[:-period]).mean()
    if naive_error == 0:
        raise ValueError(
            f"the training values repeat exactly after {period}: a naive forecast makes no error "
            f"there, and nothing can be scaled by it"
        )
    return float(error / naive_error)


def _forecasts(predicted, actual) -> tuple[np.ndarray, np.ndarray]:
    predicted = _finite_numbers("predicted", predicted)
    actual = _finite_numbers("actual", actual)
    if predicted.shape != actual.shape:
        raise ValueError(
            f"predicted and actual must have the same shape, not {predicted.shape} and "
            f"{actual.shape}"
        )
    if not predicted.size:
        raise ValueError("predicted and actual are empty: there is nothing to score")
    return predicted, actual


def _finite_numbers(name: str, values) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be real numbers, not {array.dtype}")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = tuple(bad[0].tolist())
        raise ValueError(
            f"{name} must be finite, but {len(bad)} of {array.size} are not; the first is "
            f"{array[place]} at position {place if len(place) != 1 else place[0]}"
        )
    return array.astype(float)
