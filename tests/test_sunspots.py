"""The sunspot numbers against what is known of them, bad files, and the random walk."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from utils import datasets
from utils.baselines import Autoregression
from utils.datasets import series, sunspots

ROOT = Path(__file__).parents[1]

# Minima of the solar cycles 1 to 23, as astronomers number them (yearly means, version 1).
MINIMA = (
    1755, 1766, 1775, 1784, 1798, 1810, 1823, 1833, 1843, 1856, 1867, 1878, 1889, 1901, 1913, 1923,
    1933, 1944, 1954, 1964, 1976, 1986, 1996,
)  # fmt: skip


@pytest.fixture(scope="module")
def spots():
    return datasets.sunspots.load()


# ---------------------------------------------------------------------------------- the figures


def test_form(spots):
    assert spots._fields == ("years", "values")
    assert spots.years.dtype == np.int64 and spots.values.dtype == np.float64
    assert spots.years.shape == spots.values.shape == (309,)
    assert (spots.years[0], spots.years[-1]) == (1700, 2008)
    assert (np.diff(spots.years) == 1).all() and (spots.values >= 0).all()


def test_facts_one_can_look_up(spots):
    at = dict(zip(spots.years.tolist(), spots.values.tolist(), strict=True))
    assert at[1957] == 190.2 == max(at.values())  # the highest cycle, number 19
    assert [year for year, value in at.items() if value == 0] == [1711, 1712, 1810]
    assert (at[1700], at[1778], at[1870], at[1989], at[2008]) == (5.0, 154.4, 139.0, 157.6, 2.9)
    # before monthly counts began the yearly ones are whole numbers
    assert all(value == int(value) for year, value in at.items() if year < 1749)
    assert any(value != int(value) for year, value in at.items() if 1749 <= year < 1760)


@pytest.mark.parametrize("year", MINIMA)
def test_minima_of_the_cycles(spots, year):
    near = (spots.years >= year - 3) & (spots.years <= year + 3)
    assert spots.years[near][spots.values[near].argmin()] == year


def test_the_cycle_takes_eleven_years(spots):
    assert np.mean(np.diff(MINIMA)) == pytest.approx(11, abs=0.1)
    centred = spots.values - spots.values.mean()
    correlations = [np.dot(centred[lag:], centred[:-lag]) for lag in range(5, 17)]
    assert 5 + int(np.argmax(correlations)) in (10, 11)  # 0.66 and 0.65: it is not quite regular
    power = np.abs(np.fft.rfft(centred)) ** 2
    strongest = len(centred) / (1 + int(np.argmax(power[1:])))  # years
    assert 10 < strongest < 12


def test_published_moments_come_out(spots):
    """Mean and sample autocovariances of 1770 to 1869, as Brockwell and Davis (2016) print them.

    The classic studies used earlier editions, in which a few years differ by one or two.
    """
    century = spots.values[(spots.years >= 1770) & (spots.years <= 1869)]
    assert century.mean() == pytest.approx(46.93, abs=0.1)
    centred = century - 46.93
    found = [np.dot(centred[lag:], centred[: 100 - lag]) / 100 for lag in range(4)]
    np.testing.assert_allclose(found, [1382.2, 1114.4, 591.73, 96.216], rtol=5e-3)


@pytest.mark.parametrize(
    ("first", "last", "published"),
    [
        (1749, 1924, (1.34254, -0.65504)),  # Yule (1927), the first autoregression there was
        (1770, 1869, (1.42, -0.73)),  # Box and Jenkins (1970), series E
    ],
)
def test_published_autoregressions_come_out(spots, first, last, published):
    chosen = (spots.years >= first) & (spots.years <= last)
    model = Autoregression.fit(spots.values[chosen], order=2)
    np.testing.assert_allclose(model.coefficients, published, atol=0.025)


# --------------------------------------------------------------------------------------- reading


def write(folder, text):
    (folder / "sunspots.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_row_by_row(tmp_path):
    found = sunspots.load(folder=write(tmp_path, "year,sunspots\n1700,5.0\n1701,0.5\n"))
    assert found.years.tolist() == [1700, 1701] and found.values.tolist() == [5.0, 0.5]
    for text in (
        "year,sunspots\r\n1700,5.0\r\n1701,0.5\r\n",  # as Git on Windows may write it
        "\ufeffyear,sunspots\n1700,5.0\n1701,0.5\n\n",  # as a spreadsheet does
        "year,sunspots\r1700,5.0\r1701,0.5",
    ):
        again = sunspots.load(folder=write(tmp_path, text))
        assert again.values.tolist() == found.values.tolist()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is empty"),
        ("sunspots,year\n5,1700\n", "line 1: expected the header"),
        ("year,sunspots\n", "empty below its header"),
        ("year,sunspots\n1700,5.0\n1701\n", "line 3: 1 columns instead of 2"),
        ("year,sunspots\n1700,5.0,1\n", "line 2: 3 columns instead of 2"),
        ("year,sunspots\n1700,few\n", "line 2: expected.*'1700,few'"),
        ("year,sunspots\n1700.5,5.0\n", "line 2: expected"),
        ("year,sunspots\n1700,-1\n", "line 2: expected.*zero or more"),
        ("year,sunspots\n1700,nan\n", "line 2: expected"),
        ("year,sunspots\n1700,inf\n", "line 2: expected"),
        ("year,sunspots\n1700,5\n\n1701,6\n", "line 3: 1 columns"),
        ("year,sunspots\n1700,5\n1702,6\n", "line 3: the year 1702 follows 1700"),
        ("year,sunspots\n1700,5\n1701,6\n1701,6\n", "line 4: the year 1701 follows 1701"),
    ],
)
def test_refuses_other_text(tmp_path, text, hint):
    with pytest.raises(ValueError, match=f"sunspots.csv.*{hint}"):
        sunspots.load(folder=write(tmp_path, text))


def test_missing_file_says_how_to_get_it_back(tmp_path):
    with pytest.raises(FileNotFoundError, match="git checkout data/sunspots.csv.*folder="):
        sunspots.load(folder=tmp_path)


def test_found_from_any_folder_and_without_a_framework(tmp_path):
    code = (
        "import sys; from utils import datasets, forecasting; "
        "print(len(datasets.sunspots.load().values)); "
        "print(sorted({'tensorflow', 'keras', 'scipy', 'pandas', 'jax'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["309", "[]"]


# ----------------------------------------------------------------------------------- random walk


def test_a_walk_is_the_sum_of_its_steps():
    walk = series.random_walk(50, seed=3, start=10, deviation=2.5)
    assert walk.shape == (51,) and walk.dtype == np.float64 and walk[0] == 10
    total, noise = 10.0, np.random.default_rng(3).standard_normal(50)
    for t in range(50):
        total += 2.5 * noise[t]
        assert walk[t + 1] == pytest.approx(total, abs=1e-9)


def test_a_walk_depends_on_its_seed_alone():
    np.testing.assert_array_equal(series.random_walk(20, seed=1), series.random_walk(20, seed=1))
    assert (series.random_walk(20, seed=1)[1:] != series.random_walk(20, seed=2)[1:]).all()


def test_the_steps_are_gaussian_and_independent():
    steps = np.diff(series.random_walk(40_000, seed=0, deviation=3.0))
    assert abs(steps.mean()) < 4 * 3 / 200 and steps.std() == pytest.approx(3, rel=0.02)
    assert np.mean(np.abs(steps) < 3) == pytest.approx(0.6827, abs=0.01)  # one deviation
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 4 / 200


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"steps": 0}, "steps is 0, expected a whole number of at least 1"),
        ({"steps": 2.0}, "steps is .*, expected a whole number"),
        ({"steps": True}, "steps is .*, expected a whole number"),
        ({"seed": None}, "seed is None, expected a whole number of at least 0"),
        ({"seed": -1}, "seed is .*, expected"),
        ({"start": np.nan}, "start is nan, expected a finite number"),
        ({"deviation": 0.0}, "deviation is .*, expected a finite number above 0"),
        ({"deviation": np.inf}, "deviation is .*, expected a finite number above 0"),
    ],
)
def test_random_walk_refuses(arguments, hint):
    with pytest.raises(ValueError, match=hint):
        series.random_walk(**({"steps": 5, "seed": 0} | arguments))
