"""Forecasting a series: windows, a split in time, a scaler, and the forecasts to beat.

The order of work, which keeps the future out of the past:

    parts = split(values, validation=40, test=59)           # three slices, in time
    scaler = Scaler.fit(values[parts.train])                # of the training part only
    scaled = scaler.scale(values)
    training = windows(scaled, 24, part=parts.train)        # inputs and targets
    test = windows(scaled, 24, part=parts.test)             # its inputs may reach further back

A forecaster maps inputs `(windows, length, 1)` to forecasts `(windows, horizon)`. Everything here
is plain NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from utils import expect


class Parts(NamedTuple):
    """Where the parts lie in a series: slices, to be used as `values[part]`.

    Attributes:
        train: to train on.
        validation: to choose by.
        test: to report.
    """

    train: slice
    validation: slice
    test: slice


class Windows(NamedTuple):
    """What a forecaster sees, and what came next.

    Attributes:
        inputs: float64 (windows, length, 1), the oldest value first.
        targets: float64 (windows, horizon), the values that follow each window.
    """

    inputs: np.ndarray
    targets: np.ndarray


def split(values: np.ndarray, *, test: int, validation: int = 0) -> Parts:
    """Cuts a series in time: the end is for the test, what lies before it for validation.

    Never shuffle a series before splitting it: a model that has seen both neighbours of a test
    value interpolates, it does not forecast.

    Args:
        values: (time,), at least one value more than test and validation together.
        test: how many of the last values are the test part.
        validation: how many before those are the validation part; with 0 its slice is empty.

    Returns:
        Three slices without gap or overlap, the earliest first. They serve for anything that goes
        with the values, such as the years.

    Raises:
        ValueError: nothing is left to train on, a size is not a whole number, or the values are
            not one series of finite numbers.
    """
    time = len(checked_series(values))
    [test] = expect.integer(test=test)
    [validation] = expect.integer(0, validation=validation)
    if test + validation >= time:
        raise ValueError(
            f"the series has {time} values, and {test} for test and {validation} for validation "
            f"leave none to train on: make them smaller"
        )
    first, second = time - test - validation, time - test
    return Parts(slice(0, first), slice(first, second), slice(second, time))


def windows(
    values: np.ndarray, length: int, horizon: int = 1, *, part: slice | None = None
) -> Windows:
    """Cuts a series into overlapping windows, each with the values that follow it.

    Args:
        values: (time,).
        length: values a forecaster sees.
        horizon: values it must forecast.
        part: only windows whose targets all lie in this slice, such as `parts.test`. Their inputs
            may lie before it: at that time, those values are known. So no target is in two parts,
            and a window of the training part has nothing of the others. Without it: all windows.

    Returns:
        `Windows`, one for each step in time, in order. Without `part` there are
        time - length - horizon + 1 of them.

    Raises:
        ValueError: there is no such window, length or horizon is below 1, or the values are not one
            series of finite numbers.
        TypeError: part is not a slice.
    """
    values = checked_series(values)
    length, horizon = expect.integer(length=length, horizon=horizon)
    start, stop = _bounds(part, len(values))
    first = max(start, length)  # where the targets of the first window begin
    count = stop - horizon - first + 1
    if count < 1:
        place = f"the {max(stop - start, 0)} values from position {start} on"
        raise ValueError(
            f"{place} have no room for a window: {length} values to see and then {horizon} to "
            f"forecast; make length or horizon smaller, or the part larger"
        )
    targets = first + np.arange(count)[:, None] + np.arange(horizon)  # (windows, horizon)
    inputs = first + np.arange(count)[:, None] + np.arange(-length, 0)  # (windows, length)
    return Windows(values[inputs][:, :, None], values[targets])


class Scaler(NamedTuple):
    """Brings a series to mean 0 and standard deviation 1, and forecasts back to its unit.

    Make it with `Scaler.fit(values[parts.train])`. Mean and deviation of the whole series would
    tell the model something about the test part.

    Attributes:
        mean: of the values it was fitted on, in their unit.
        std: their standard deviation, likewise (the root of the mean square, not of n - 1).
    """

    mean: float
    std: float

    @classmethod
    def fit(cls, values: np.ndarray) -> Scaler:
        """Measures mean and standard deviation.

        Args:
            values: one series, (time,).

        Raises:
            ValueError: all values are equal, or they are not one series of finite numbers.
        """
        values = checked_series(values)
        if np.ptp(values) == 0:  # not the deviation: of equal numbers it is not always exactly 0
            raise ValueError(
                f"all {len(values)} values are {values[0]:g}: their standard deviation is 0, and "
                f"nothing can be scaled by it"
            )
        return cls(float(values.mean()), float(values.std()))

    def scale(self, values: np.ndarray) -> np.ndarray:
        """(values - mean) / std; any shape."""
        return (np.asarray(values) - self.mean) / self.std

    def unscale(self, values: np.ndarray) -> np.ndarray:
        """values * std + mean, which undoes `scale`; any shape."""
        return np.asarray(values) * self.std + self.mean


def iterate(
    one_step: Callable[[np.ndarray], np.ndarray], inputs: np.ndarray, horizon: int
) -> np.ndarray:
    """Forecasts several steps with a model of one step, which reads its own forecasts.

    Args:
        one_step: maps (windows, length, 1) to the next value of each, (windows, 1).
        inputs: (windows, length, 1); each forecast enters at the end, and the oldest value leaves.
        horizon: how many steps to forecast.

    Returns:
        float64 (windows, horizon).

    Raises:
        ValueError: inputs of another shape or not finite, a horizon below 1, or a model that
            returns another shape.
    """
    [horizon] = expect.integer(horizon=horizon)
    recent = checked_windows(inputs, at_least=1)
    forecasts = []
    for _ in range(horizon):
        following = np.asarray(one_step(recent), dtype=np.float64)
        if following.shape != (len(recent), 1):
            raise ValueError(
                f"one_step returned {following.shape} for inputs {recent.shape}; expected the "
                f"next value of each window, {(len(recent), 1)}"
            )
        forecasts.append(following)
        recent = np.concatenate([recent[:, 1:], following[:, :, None]], axis=1)
    return np.concatenate(forecasts, axis=1)


# ------------------------------------------------------------------------------------------ checks


def checked_series(values: np.ndarray) -> np.ndarray:
    """The values as one series of floats, (time,).

    Raises:
        TypeError: not real numbers.
        ValueError: another shape, no value, NaN or infinity.
    """
    values = _finite("values", values)
    if values.ndim != 1 or not len(values):
        raise ValueError(
            f"values must be one series, (time,), with at least one value; their shape is "
            f"{values.shape}"
        )
    return values


def checked_windows(inputs: np.ndarray, at_least: int) -> np.ndarray:
    """The inputs as floats, (windows, length, 1).

    Args:
        inputs: windows of one series.
        at_least: the smallest length that they may have.

    Raises:
        TypeError: not real numbers.
        ValueError: another shape, no window, too short ones, NaN or infinity.
    """
    inputs = _finite("inputs", inputs)
    if inputs.ndim != 3 or inputs.shape[2] != 1 or not len(inputs):
        raise ValueError(
            f"inputs must be windows of one series, (windows, length, 1); their shape is "
            f"{inputs.shape}"
        )
    if inputs.shape[1] < at_least:
        raise ValueError(
            f"windows of {at_least} or more values are needed here, and these have "
            f"{inputs.shape[1]}: cut longer ones"
        )
    return inputs


def _finite(name: str, values: np.ndarray) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be real numbers, not {array.dtype}")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = tuple(bad[0].tolist())
        raise ValueError(
            f"{name} must be finite, but {len(bad)} of {array.size} are not, the first at "
            f"position {place if len(place) > 1 else place[0]}: fill or drop them first"
        )
    return array.astype(np.float64)


def _bounds(part: slice | None, time: int) -> tuple[int, int]:
    """Where a part starts and stops in a series of `time` values."""
    if part is None:
        return 0, time
    if not isinstance(part, slice):
        raise TypeError(f"part must be a slice, such as parts.test of `split`, not {part!r}")
    start, stop, step = part.indices(time)
    if step != 1:
        raise ValueError(f"part must be a slice without steps, not {part!r}")
    return start, stop
