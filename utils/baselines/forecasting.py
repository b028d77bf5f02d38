"""Forecasts without a network: the last value, last season's, a straight line through the past."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import expect
from utils.forecasting import checked_series, checked_windows, iterate, windows


def naive(inputs: np.ndarray, horizon: int = 1) -> np.ndarray:
    """Forecasts that nothing changes: the last value, again and again.

    Args:
        inputs: (windows, length, 1).
        horizon: how many steps to forecast.

    Returns:
        float64 (windows, horizon).

    Raises:
        ValueError: inputs of another shape or not finite, or a horizon below 1.
    """
    return seasonal_naive(inputs, 1, horizon)


def seasonal_naive(inputs: np.ndarray, period: int, horizon: int = 1) -> np.ndarray:
    """Forecasts that the last period comes again: the value of `period` steps before.

    Args:
        inputs: (windows, length, 1), at least one period long.
        period: steps, 11 for the yearly sunspot numbers.
        horizon: how many steps to forecast; after one period its forecasts repeat.

    Returns:
        float64 (windows, horizon).

    Raises:
        ValueError: inputs of another shape, shorter than a period or not finite, or a period or
            horizon below 1.
    """
    period, horizon = expect.integer(period=period, horizon=horizon)
    last_period = checked_windows(inputs, at_least=period)[:, -period:, 0]  # (windows, period)
    return last_period[:, np.arange(horizon) % period]


class Autoregression(NamedTuple):
    """A linear autoregression of order p: y_t = c + a_1 y_{t-1} + … + a_p y_{t-p}.

    Yule (1927) made the first one, for the sunspot numbers. A network that does not beat it has
    learned nothing that a straight line could not.

    Attributes:
        intercept: c, in the unit of the series.
        coefficients: float64 (order,); number k, counted from 1, belongs to the value k steps ago.
    """

    intercept: float
    coefficients: np.ndarray

    @classmethod
    def fit(cls, values: np.ndarray, order: int) -> Autoregression:
        """The coefficients with the least squared error one step ahead.

        Args:
            values: (time,), the training part; at least 2 order + 1 of them, so that there are as
                many equations as unknowns. Where many coefficients do equally well (a series that
                follows a rule exactly), the smallest are taken.
            order: how many past values count.

        Raises:
            ValueError: too few values for the order, an order below 1, or values that are not one
                series of finite numbers.
        """
        values = checked_series(values)
        [order] = expect.integer(order=order)
        if len(values) < 2 * order + 1:
            raise ValueError(
                f"an autoregression of order {order} needs at least {2 * order + 1} values to be "
                f"fitted, not {len(values)}: give more values or a lower order"
            )
        inputs, targets = windows(values, order)
        past = inputs[:, ::-1, 0]  # (windows, order), the newest first
        design = np.column_stack([np.ones(len(past)), past])
        solution = np.linalg.lstsq(design, targets[:, 0], rcond=None)[0]
        return cls(float(solution[0]), solution[1:])

    def forecast(self, inputs: np.ndarray, horizon: int = 1) -> np.ndarray:
        """Forecasts one step ahead, and further steps from its own forecasts.

        Args:
            inputs: (windows, length, 1), at least as long as the order; older values do not count.
            horizon: how many steps to forecast.

        Returns:
            float64 (windows, horizon).

        Raises:
            ValueError: inputs of another shape, too short or not finite, or a horizon below 1.
        """
        order = len(self.coefficients)
        recent = checked_windows(inputs, at_least=order)[:, -order:]
        return iterate(self._one_step, recent, horizon)

    def _one_step(self, recent: np.ndarray) -> np.ndarray:
        past = recent[:, ::-1, 0]  # (windows, order), the newest first
        return self.intercept + past @ self.coefficients[:, None]
