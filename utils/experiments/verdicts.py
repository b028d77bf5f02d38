"""Is one row better than another? Three words, computed: better, worse, not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from utils import expect
from utils.experiments.measurements import Measured, columns, plain

RESAMPLES = 9999
FEWEST = 5  # pairs; the bootstrap of fewer has too few different resamples to say anything


class Verdict(NamedTuple):
    """What a comparison shows of the first row, set beside the second.

    Attributes:
        word: "better", "worse" or "not shown".
        difference: the mean of first minus second over the pairs, in the unit of the measurement.
        low: the lower end of the interval of that mean, 95 % by default.
        high: its upper end.
        pairs: how many seeds or folds both rows have.
    """

    word: str
    difference: float
    low: float
    high: float
    pairs: int

    def __str__(self):
        interval = f"{self.low:+.3g} to {self.high:+.3g}"
        return f"{self.word}: {self.difference:+.3g} ({interval}, {self.pairs} pairs)"


class Ratio(NamedTuple):
    """What a comparison of errors shows of the first row, set beside the second.

    Attributes:
        word: "better", "worse" or "not shown".
        times: how many times the error of the second row the first one has: the geometric mean of
            the pairs.
        low: the lower end of its interval, 95 % by default.
        high: its upper end.
        pairs: how many seeds or folds both rows have.
    """

    word: str
    times: float
    low: float
    high: float
    pairs: int

    def __str__(self):
        interval = f"{self.low:.2f} to {self.high:.2f}"
        return f"{self.word}: {self.times:.2f} times the error ({interval}, {self.pairs} pairs)"


def compare(
    measured: Mapping[str, Sequence[Measured]],
    first: str,
    second: str,
    *,
    worth: float,
    column: str | None = None,
    higher_is_better: bool = True,
    level: float = 0.95,
) -> Verdict:
    """Compares two rows, seed by seed.

    The differences of pairs with the same seed (or fold) are resampled (Efron and Tibshirani 1993,
    chapter 13: percentiles of the bootstrap). With few pairs these percentiles lie too near each
    other, and leave out zero too often; so fewer means are left out at each end, as `outside` says
    (Hesterberg 2015: the expanded percentile interval). "Better" and "worse" need an interval
    without zero and a mean difference of at least `worth`; everything else is "not shown".

    Args:
        measured: row → what was measured, seed by seed, as `run` returns it.
        first: one of its rows.
        second: another one, with equally many seeds.
        worth: the smallest difference worth having, in the unit of the measurement.
        column: which number, where each measurement is a dict; for a list, its place as text.
        higher_is_better: False for losses and error rates.
        level: of the interval.

    Raises:
        ValueError: an unknown row or column, different numbers of seeds, fewer than five pairs,
            `worth` below 0 or `level` not between 0 and 1.
    """
    expect.one_of("first", first, measured)
    expect.one_of("second", second, measured)
    worth = expect.number("worth", worth, at_least=0)
    [higher_is_better] = expect.boolean(higher_is_better=higher_is_better)
    level = expect.number("level", level, above=0, below=1)
    ours, theirs = (_column(measured[row], row, column) for row in (first, second))
    if len(ours) != len(theirs):
        raise ValueError(
            f"{first} has {len(ours)} seeds and {second} {len(theirs)}: only pairs can be compared"
        )
    if len(ours) < FEWEST:
        raise ValueError(f"{len(ours)} pairs show nothing; measure {FEWEST} seeds or more")
    differences = ours - theirs
    low, high = _interval(differences, level)
    mean = float(differences.mean())
    word = "not shown"
    if (low > 0 or high < 0) and abs(mean) >= worth:
        word = "better" if (mean > 0) == higher_is_better else "worse"
    return Verdict(word, mean, low, high, len(ours))


def compare_errors(
    measured: Mapping[str, Sequence[Measured]],
    first: str,
    second: str,
    *,
    worth: float,
    column: str | None = None,
    level: float = 0.95,
) -> Ratio:
    """Compares two rows of errors by their ratio, seed by seed: `compare` on their logarithms.

    Where errors are small, the difference between them is small, however many times larger one is.

    Args:
        measured: as in `compare`; its numbers are errors, above 0.
        first: as in `compare`.
        second: as in `compare`.
        worth: the largest ratio worth having, such as 0.8; at most that is "better", at least 1 /
            `worth` is "worse", where the interval does not contain 1.
        column: as in `compare`.
        level: as in `compare`.

    Raises:
        ValueError: as `compare`; `worth` not between 0 and 1; an error that is not above 0.
    """
    worth = expect.number("worth", worth, above=0, below=1)
    for name, row in (("first", first), ("second", second)):
        expect.one_of(name, row, measured)
    errors = {row: _column(measured[row], row, column) for row in (first, second)}
    for row, values in errors.items():
        if values.min() <= 0:
            raise ValueError(f"row {row!r} has the error {values.min()}, expected all above 0")
    word, *logarithms, pairs = compare(
        {row: np.log(values).tolist() for row, values in errors.items()},
        first, second, worth=-np.log(worth), higher_is_better=False, level=level,
    )  # fmt: skip
    return Ratio(word, *np.exp(logarithms).tolist(), pairs)


def outside(pairs: int, level: float = 0.95) -> float:
    """How many of a hundred means of the bootstrap to leave out at each end of an interval.

    For many pairs that is half of what the level leaves, 2.5 for 95 %. Few pairs spread less than
    what they are drawn from, by the root of (n − 1) / n, and do not know how far it spreads; so
    less is left out: 0.86 for ten pairs, 0.10 for five. With Φ for the normal distribution, t for
    a quantile of Student's and α for 1 − level it is 100 Φ(−√(n / (n − 1)) t(1 − α/2, n − 1)):
    where the means are normal, the interval is as wide as that of the t-test. This is the expanded
    percentile interval of T. Hesterberg (2015), "What Teachers Should Know About the Bootstrap",
    The American Statistician 69(4), 371–386.

    Between equal rows of normal numbers the interval then leaves out zero 5 % of the time with ten
    pairs (with 2.5 it would be 9 %), and 9 % with five (16 %): once in sixteen times five
    differences have one sign by chance, and then every mean of theirs has it.

    Args:
        pairs: how many differences there are, n.
        level: of the interval.

    Returns:
        Per cent of the means below the interval, and as many above.

    Raises:
        ValueError: `pairs` is no whole number from 2 on, or `level` not between 0 and 1.
    """
    [pairs] = expect.integer(2, pairs=pairs)
    level = expect.number("level", level, above=0, below=1)
    from scipy import stats  # here, because it loads slowly, and only verdicts need it

    deviations = stats.t.ppf((1 + level) / 2, pairs - 1) * np.sqrt(pairs / (pairs - 1))
    return float(100 * stats.norm.cdf(-deviations))


def _interval(differences, level):
    if np.ptp(differences) == 0:  # SciPy warns of what needs no resampling
        return float(differences[0]), float(differences[0])
    from scipy import stats

    means = stats.bootstrap(
        (differences,), np.mean, n_resamples=RESAMPLES, method="percentile",
        rng=np.random.default_rng(0),
    ).bootstrap_distribution  # fmt: skip
    out = outside(len(differences), level)
    low, high = np.percentile(means, [out, 100 - out])
    return float(low), float(high)


def _column(values, row, column):
    numbers = [plain(found, f"row {row!r}, seed {seed}") for seed, found in enumerate(values)]
    if isinstance(numbers[0], dict):
        expect.one_of("column", column, columns(numbers[0]))
        numbers = [found[column] for found in numbers]
    elif isinstance(numbers[0], list):
        numbers = [found[int(column) - 1] for found in numbers]
    elif column is not None:
        raise ValueError(f"column is {column!r}, but each measurement is a single number")
    return np.array(numbers, dtype=float)


def still_improving(curves: Sequence[Sequence[float]], *, higher_is_better: bool = False) -> bool:
    """Tells whether more training would have helped: then a verdict holds "within this budget".

    True when validation improved in the last quarter of training, in the mean over the seeds, by
    more than the seeds differ at its end (their standard deviation). Where the learning rate falls
    to zero, as in `training.fit`, False says little: a curve is flat then because its rate is. Only
    a longer training tells; in notebook 18 one turns a verdict round behind flat curves.

    Args:
        curves: validation, one list a seed, one number an epoch, equally many; at least four
            epochs and two seeds.
        higher_is_better: True for scores, False for losses.

    Raises ValueError for anything else.
    """
    [higher_is_better] = expect.boolean(higher_is_better=higher_is_better)
    values = np.asarray(curves, dtype=float)
    if values.ndim != 2 or values.shape[0] < 2 or values.shape[1] < 4:
        raise ValueError(
            f"curves have the shape {values.shape}, expected (seeds, epochs): two seeds or more, "
            "four epochs or more"
        )
    quarter = values.shape[1] - values.shape[1] // 4 - 1
    gained = values[:, -1] - values[:, quarter]
    gained = gained if higher_is_better else -gained
    return bool(gained.mean() > values[:, -1].std(ddof=1))


def learned(values: Sequence[float], at_least: float) -> tuple[int, int]:
    """How many of the seeds reached a score, and of how many: results in two groups are counted.

    Raises ValueError for a threshold that is not finite.
    """
    at_least = expect.number("at_least", at_least)
    numbers = np.asarray(values, dtype=float)
    return int((numbers >= at_least).sum()), len(numbers)
