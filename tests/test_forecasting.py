"""Forecasting: no leaks, baselines by explicit loops, autoregressions by other formulations."""

import numpy as np
import pytest
import scipy.linalg
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st

from utils import baselines, forecasting
from utils.baselines import Autoregression
from utils.datasets import series, sunspots
from utils.forecasting import Scaler

POSITIONS = np.arange(100.0)  # each value is its own position, so that one sees where it came from


def noisy(time, coefficients, seed=0, intercept=0.0, deviation=1.0, start=None):
    """A process whose coefficients are known, by the recursion itself."""
    random = np.random.default_rng(seed)
    order = len(coefficients)
    values = [0.0] * order if start is None else list(start)
    while len(values) < time:
        past = sum(a * values[-k] for k, a in enumerate(coefficients, 1))
        values.append(intercept + past + deviation * random.standard_normal())
    return np.array(values)


# -------------------------------------------------------------------------------- split, windows


def test_split_by_hand():
    parts = forecasting.split(np.zeros(10), test=3, validation=2)
    assert parts == (slice(0, 5), slice(5, 7), slice(7, 10))
    assert parts.test == slice(7, 10) and parts._fields == ("train", "validation", "test")
    without = forecasting.split(np.zeros(10), test=4)
    assert len(POSITIONS[:10][without.validation]) == 0 and without.train == slice(0, 6)


@given(st.integers(1, 40), st.integers(0, 20), st.integers(1, 20))
def test_parts_cover_the_series_once_in_order(train, validation, test):
    values = np.arange(float(train + validation + test))
    parts = forecasting.split(values, test=test, validation=validation)
    assert [len(values[part]) for part in parts] == [train, validation, test]
    np.testing.assert_array_equal(np.concatenate([values[part] for part in parts]), values)


def test_windows_by_hand():
    inputs, targets = forecasting.windows(np.array([1.0, 2, 3, 4, 5]), 2, 2)
    assert inputs[:, :, 0].tolist() == [[1, 2], [2, 3]] and inputs.shape == (2, 2, 1)
    assert targets.tolist() == [[3, 4], [4, 5]]


@given(st.integers(2, 40), st.integers(1, 10), st.integers(1, 5))
def test_windows_are_what_a_loop_gives(time, length, horizon):
    values = np.random.default_rng(time).normal(size=time)
    expected = [
        (values[t - length : t].tolist(), values[t : t + horizon].tolist())
        for t in range(length, time)
        if t + horizon <= time
    ]
    if not expected:
        with pytest.raises(ValueError, match="no room for a window"):
            forecasting.windows(values, length, horizon)
        return
    found = forecasting.windows(values, length, horizon)
    assert found.inputs.shape == (time - length - horizon + 1, length, 1)
    assert found.inputs.dtype == found.targets.dtype == np.float64
    assert found.inputs[:, :, 0].tolist() == [seen for seen, _ in expected]
    assert found.targets.tolist() == [following for _, following in expected]


def test_windows_are_copies():
    values = np.arange(6.0)
    found = forecasting.windows(values, 2)
    found.inputs[:], found.targets[:] = -1, -1
    np.testing.assert_array_equal(values, np.arange(6.0))


# ----------------------------------------------------------------------------------------- leaks


@given(st.integers(1, 12), st.integers(1, 4), st.integers(4, 20), st.integers(4, 20))
def test_no_target_is_in_two_parts(length, horizon, validation, test):
    parts = forecasting.split(POSITIONS, test=test, validation=validation)
    cut = [forecasting.windows(POSITIONS, length, horizon, part=part) for part in parts]
    for found, part in zip(cut, parts, strict=True):
        # all targets of the part (but the first of the series, which no window precedes)
        first = max(part.start, length)
        assert sorted(set(found.targets.ravel())) == list(range(first, part.stop))
        assert len(found.targets) == part.stop - first - horizon + 1
        # what a window sees ends where its targets begin
        assert (found.inputs[:, -1, 0] == found.targets[:, 0] - 1).all()
    assert cut[0].inputs.max() < parts.train.stop  # training knows nothing of what comes later
    assert cut[1].inputs.max() < parts.validation.stop


def test_the_first_test_value_is_forecast_from_the_values_before_it():
    parts = forecasting.split(POSITIONS, test=10, validation=5)
    test = forecasting.windows(POSITIONS, 7, part=parts.test)
    assert test.targets[:, 0].tolist() == list(range(90, 100))
    assert test.inputs[0, :, 0].tolist() == list(range(83, 90))


def test_nothing_that_is_fitted_sees_validation_or_test():
    values = noisy(200, [0.6], intercept=3.0)
    parts = forecasting.split(values, test=40, validation=20)
    other = values.copy()
    other[parts.train.stop :] = 1e6
    for fit in (Scaler.fit, lambda train: Autoregression.fit(train, 3)):
        one, same = fit(values[parts.train]), fit(other[parts.train])
        for number, again in zip(one, same, strict=True):
            np.testing.assert_array_equal(number, again)
    seen, again = (forecasting.windows(v, 5, part=parts.train) for v in (values, other))
    np.testing.assert_array_equal(seen.inputs, again.inputs)
    np.testing.assert_array_equal(seen.targets, again.targets)
    assert Scaler.fit(values).mean != Scaler.fit(values[parts.train]).mean


@pytest.mark.parametrize("horizon", [1, 3])
def test_no_forecast_depends_on_the_future(horizon):
    values = noisy(80, [1.2, -0.5], seed=4)
    changed = values.copy()
    changed[50:] += 100
    model = Autoregression.fit(values[:40], 2)
    forecasters = (
        lambda x: baselines.naive(x, horizon),
        lambda x: baselines.seasonal_naive(x, 4, horizon),
        lambda x: model.forecast(x, horizon),
    )
    early = 50 - 6 + 1  # windows that begin at 0 to 44 end before the change
    for forecaster in forecasters:
        one, other = (
            forecaster(forecasting.windows(v, 6, horizon).inputs) for v in (values, changed)
        )
        np.testing.assert_array_equal(one[:early], other[:early])
        assert (one[early + 3] != other[early + 3]).any()  # that one has seen four changed values


# ---------------------------------------------------------------------------------------- scaler


def test_scaler_by_hand():
    scaler = Scaler.fit(np.array([1.0, 3.0, 5.0, 7.0]))
    assert scaler == pytest.approx((4.0, np.sqrt(5.0)))
    assert scaler.scale([4.0, 4.0 + 2 * np.sqrt(5)]) == pytest.approx([0, 2])
    assert scaler.unscale([0.0, -1.0]) == pytest.approx([4, 4 - np.sqrt(5)])


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30), st.integers(1, 3))
def test_unscale_undoes_scale(values, axes):
    values = np.array(values)
    if np.ptp(values) < 1e-3:
        values[0] += 1
    scaler = Scaler.fit(values)
    scaled = scaler.scale(values)
    assert scaled.mean() == pytest.approx(0, abs=1e-6) and scaled.std() == pytest.approx(1)
    block = scaled.reshape((-1, 1, 1)[:axes] if axes > 1 else (-1,))
    np.testing.assert_allclose(scaler.unscale(block).ravel(), values, rtol=1e-9, atol=1e-6)
    assert scaler.unscale(block).shape == block.shape


@pytest.mark.parametrize("value", [0.0, 0.1, 1e9 + 0.3])
def test_scaler_refuses_a_constant(value):
    with pytest.raises(ValueError, match="deviation is 0"):
        Scaler.fit(np.full(7, value))


# ------------------------------------------------------------------------------------- baselines


@given(st.integers(1, 5), st.integers(1, 12), st.integers(1, 12), st.integers(1, 15))
def test_baselines_are_what_a_loop_gives(count, length, period, horizon):
    inputs = np.random.default_rng(length).normal(size=(count, length, 1))
    last = baselines.naive(inputs, horizon)
    assert last.shape == (count, horizon) and last.dtype == np.float64
    assert (last == inputs[:, -1]).all()
    if period > length:
        with pytest.raises(ValueError, match=f"windows of {period} or more values.*{length}"):
            baselines.seasonal_naive(inputs, period, horizon)
        return
    found = baselines.seasonal_naive(inputs, period, horizon)
    for number in range(count):
        known = inputs[number, :, 0].tolist()
        for step in range(horizon):
            known.append(known[-period])  # also where that is a forecast
            assert found[number, step] == known[-1]


def test_seasonal_naive_on_a_season():
    values = np.tile([3.0, 1.0, 4.0, 1.5], 6)
    inputs, targets = forecasting.windows(values, 5, 7)
    np.testing.assert_array_equal(baselines.seasonal_naive(inputs, 4, 7), targets)
    assert (baselines.naive(inputs, 7) != targets).any()


def test_iterate_reads_its_own_forecasts():
    seen = []

    def one_step(recent):
        seen.append(recent[:, :, 0].tolist())
        return recent.sum(axis=1)

    inputs = np.array([[[1.0], [2.0]], [[0.0], [10.0]]])
    found = forecasting.iterate(one_step, inputs, 3)
    assert found.tolist() == [[3, 5, 8], [10, 20, 30]]  # Fibonacci's rule
    assert seen == [[[1, 2], [0, 10]], [[2, 3], [10, 10]], [[3, 5], [10, 20]]]
    assert inputs[:, :, 0].tolist() == [[1, 2], [0, 10]]


def test_iterate_refuses_a_model_of_another_shape():
    inputs = np.ones((4, 3, 1))
    for wrong in (lambda x: x[:, -1, 0], lambda x: x[:, -2:, 0], lambda x: x[:1, -1]):
        with pytest.raises(ValueError, match=r"one_step returned .* expected .*\(4, 1\)"):
            forecasting.iterate(wrong, inputs, 2)


# -------------------------------------------------------------------------------- autoregression


def by_normal_equations(values, order):
    """Least squares another way: (XᵀX) a = Xᵀy, its sums written out, solved by Cholesky."""
    size = order + 1
    left, right = np.zeros((size, size)), np.zeros(size)
    for t in range(order, len(values)):
        row = [1.0] + [values[t - k] for k in range(1, order + 1)]
        for i in range(size):
            right[i] += row[i] * values[t]
            for j in range(size):
                left[i, j] += row[i] * row[j]
    return scipy.linalg.solve(left, right, assume_a="pos")


@pytest.mark.parametrize("order", [1, 2, 5, 9])
def test_fit_is_what_the_normal_equations_give(order):
    values = sunspots.load().values[:220]
    model = Autoregression.fit(values, order)
    assert isinstance(model.intercept, float) and model.coefficients.shape == (order,)
    np.testing.assert_allclose(
        [model.intercept, *model.coefficients], by_normal_equations(values, order), rtol=1e-6
    )


def test_fit_has_the_least_squared_error():
    values = noisy(120, [0.9, -0.4], seed=2, intercept=1.0)

    def squared_errors(parameters):
        c, a, b = parameters
        return sum(
            (values[t] - c - a * values[t - 1] - b * values[t - 2]) ** 2
            for t in range(2, len(values))
        )

    model = Autoregression.fit(values, 2)
    found = np.array([model.intercept, *model.coefficients])
    searched = scipy.optimize.minimize(squared_errors, np.zeros(3)).x
    np.testing.assert_allclose(found, searched, atol=1e-4)
    for change in (*np.eye(3), *-np.eye(3)):
        assert squared_errors(found + 1e-3 * change) > squared_errors(found)


def test_known_coefficients_without_noise_come_out_exactly():
    values = noisy(30, [1.5, -0.7, 0.1], intercept=2.0, deviation=0.0, start=[1.0, -2.0, 5.0])
    model = Autoregression.fit(values, 3)
    np.testing.assert_allclose(model.coefficients, [1.5, -0.7, 0.1], atol=1e-8)
    assert model.intercept == pytest.approx(2.0, abs=1e-8)
    inputs, targets = forecasting.windows(values, 4, 6)
    np.testing.assert_allclose(model.forecast(inputs, 6), targets, atol=1e-6)


def test_known_coefficients_with_noise_come_out_nearly():
    model = Autoregression.fit(noisy(20_000, [1.3, -0.6], seed=1, intercept=5.0), 2)
    np.testing.assert_allclose(model.coefficients, [1.3, -0.6], atol=0.02)
    assert model.intercept == pytest.approx(5.0, abs=0.3)


def test_a_sine_is_an_autoregression_of_order_two():
    angle = 2 * np.pi / 11
    model = Autoregression.fit(np.sin(angle * np.arange(60)), 2)
    np.testing.assert_allclose(model.coefficients, [2 * np.cos(angle), -1], atol=1e-9)


@given(st.integers(1, 4), st.integers(0, 3), st.integers(1, 6))
def test_forecasts_are_what_a_loop_gives(order, older, horizon):
    random = np.random.default_rng(order)
    model = Autoregression(0.5, random.normal(size=order) / order)
    inputs = random.normal(size=(3, order + older, 1))
    found = model.forecast(inputs, horizon)
    assert found.shape == (3, horizon)
    for number in range(3):
        known = inputs[number, :, 0].tolist()
        for step in range(horizon):
            following = model.intercept
            for k in range(1, order + 1):
                following += model.coefficients[k - 1] * known[-k]
            known.append(following)
            assert found[number, step] == pytest.approx(following, abs=1e-12)


def test_on_a_random_walk_nothing_beats_the_last_value():
    walk = series.random_walk(4000, seed=0)
    parts = forecasting.split(walk, test=1500)
    inputs, targets = forecasting.windows(walk, 5, part=parts.test)
    errors = [
        np.sqrt(np.mean((forecast - targets) ** 2))
        for forecast in (
            baselines.naive(inputs),
            Autoregression.fit(walk[parts.train], 5).forecast(inputs),
            baselines.seasonal_naive(inputs, 2),
        )
    ]
    assert errors[0] == pytest.approx(1.0, abs=0.08)  # the deviation of a step
    assert errors[0] <= errors[1] < 1.1 * errors[0] and errors[2] > 1.3 * errors[0]
    far = forecasting.windows(walk, 5, 9)
    misses = np.sqrt(np.mean((baselines.naive(far.inputs, 9) - far.targets) ** 2, axis=0))
    np.testing.assert_allclose(misses, np.sqrt(np.arange(1, 10)), rtol=0.08)


def test_on_sunspots_the_order_of_the_baselines():
    spots = sunspots.load()
    parts = forecasting.split(spots.values, test=59, validation=30)
    inputs, targets = forecasting.windows(spots.values, 22, part=parts.test)
    assert spots.years[parts.test][[0, -1]].tolist() == [1950, 2008] and len(targets) == 59
    error = {
        "naive": np.abs(baselines.naive(inputs) - targets).mean(),
        "seasonal": np.abs(baselines.seasonal_naive(inputs, 11) - targets).mean(),
        "linear": np.abs(
            Autoregression.fit(spots.values[parts.train], 9).forecast(inputs) - targets
        ).mean(),
    }
    assert error["linear"] < 0.8 * min(error["naive"], error["seasonal"]), error


# ---------------------------------------------------------------------------------------- errors


SERIES_TAKERS = {
    "split": lambda values: forecasting.split(values, test=1),
    "windows": lambda values: forecasting.windows(values, 1),
    "Scaler.fit": Scaler.fit,
    "Autoregression.fit": lambda values: Autoregression.fit(values, 1),
}
WINDOW_TAKERS = {
    "naive": baselines.naive,
    "seasonal_naive": lambda inputs: baselines.seasonal_naive(inputs, 2),
    "iterate": lambda inputs: forecasting.iterate(lambda recent: recent[:, -1], inputs, 1),
    "forecast": Autoregression(0.0, np.array([1.0])).forecast,
}


@pytest.mark.parametrize("name", SERIES_TAKERS)
@pytest.mark.parametrize(
    ("values", "hint"),
    [
        (np.ones((9, 1)), r"one series, \(time,\).*shape is \(9, 1\)"),
        (np.ones(()), r"one series"),
        ([], "at least one value"),
        ([1.0, 2.0, np.nan, 3.0, np.nan], "2 of 5 are not, the first at position 2"),
        ([1.0, np.inf, 2.0, 3.0], "finite, but 1 of 4"),
        (["1", "2", "3"], "real numbers, not <U1"),
        ([1j, 2j, 3j], "real numbers, not complex128"),
    ],
)
def test_series_are_checked(name, values, hint):
    with pytest.raises(ValueError, match=f"values must be .*{hint}"):
        SERIES_TAKERS[name](values)


@pytest.mark.parametrize("name", WINDOW_TAKERS)
@pytest.mark.parametrize(
    ("inputs", "hint"),
    [
        (np.ones((4, 3)), r"\(windows, length, 1\); their shape is \(4, 3\)"),
        (np.ones((4, 3, 2)), r"their shape is \(4, 3, 2\)"),
        (np.ones((0, 3, 1)), r"their shape is \(0, 3, 1\)"),
        (np.full((2, 3, 1), np.nan), r"6 of 6 are not, the first at position \(0, 0, 0\)"),
    ],
)
def test_windows_are_checked(name, inputs, hint):
    with pytest.raises(ValueError, match=f"inputs must be .*{hint}"):
        WINDOW_TAKERS[name](inputs)


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: forecasting.split(POSITIONS, test=60, validation=40), "leave none to train on"),
        (lambda: forecasting.split(POSITIONS, test=0), "test is .*, expected a whole number"),
        (lambda: forecasting.split(POSITIONS, test=0.2), "test is 0.2, expected a whole number"),
        (lambda: forecasting.split(POSITIONS, test=1, validation=-1), "validation is .*, expected"),
        (lambda: forecasting.windows(POSITIONS, 0), "length is .*, expected a whole number"),
        (lambda: forecasting.windows(POSITIONS, 2, 0), "horizon is .*, expected"),
        (
            lambda: forecasting.windows(POSITIONS, 2, 6, part=slice(90, 95)),
            "5 values from position 90 on have no room.*2 values to see and then 6",
        ),
        (lambda: forecasting.windows(POSITIONS, 99, 2), "the 100 values from position 0 on"),
        (lambda: forecasting.windows(POSITIONS, 2, part=slice(0, 0)), "the 0 values"),
        (lambda: forecasting.windows(POSITIONS, 2, part=slice(0, 50, 2)), "without steps"),
        (lambda: baselines.naive(np.ones((1, 2, 1)), 0), "horizon is .*, expected"),
        (lambda: baselines.seasonal_naive(np.ones((1, 2, 1)), 0), "period is .*, expected"),
        (lambda: Autoregression.fit(POSITIONS[:6], 3), "order 3 needs at least 7 values"),
        (lambda: Autoregression.fit(POSITIONS, 0), "order is .*, expected"),
        (
            lambda: Autoregression(0.0, np.ones(4)).forecast(np.ones((1, 3, 1))),
            "windows of 4 or more values are needed here, and these have 3",
        ),
    ],
)
def test_other_bad_input(call, hint):
    with pytest.raises(ValueError, match=hint):
        call()


def test_part_must_be_a_slice():
    with pytest.raises(TypeError, match=r"part must be a slice.*\(0, 50\)"):
        forecasting.windows(POSITIONS, 2, part=(0, 50))
