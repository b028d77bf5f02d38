"""A learning rate for each row, chosen on validation by the script and not by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from utils import expect
from utils.experiments.store import Store
from utils.experiments.tables import run

RATES = (2e-3, 4e-3, 8e-3, 1.6e-2)
UNIT = "validation"
AT = " @ "  # between row and rate, in the names under which a search is kept
MOST = 10  # rates a row: a grid that still wants to grow then says so


class Tuned(NamedTuple):
    """What a search over learning rates found.

    Attributes:
        best: row → the rate with the best median on validation; of equal ones that with the best
            mean, and of those that are equal too the middle.
        scores: row → rate → what validation gave, seed by seed.
        inside: row → whether the best rate lies inside its grid; elsewhere the grid reached its
            largest size.
    """

    best: dict[str, float]
    scores: dict[str, dict[float, list[float]]]
    inside: dict[str, bool]


def tune(
    rows: Mapping[str, dict],
    measure: Callable[[dict, int], float],
    *,
    rates: Sequence[float] = RATES,
    seeds: int = 3,
    higher_is_better: bool = True,
    path: str | Path | None = None,
    name: str = "rates",
    common: Mapping | None = None,
    verbose: bool = True,
) -> Tuned:
    """Tries learning rates for each row, and more of them until the best lies inside the grid.

    Every row gets the same grid to begin with. Where its best rate is the smallest or the largest
    of its grid, the grid grows by a factor of two in that direction (Dodge et al. 2019 on why the
    budget of tuning belongs to a result).

    Args:
        rows: row → its options, without a learning rate.
        measure: (options with "learning_rate", seed) → the score on validation, never on test.
        rates: where the search begins; four or more, in factors of about two.
        seeds: how many a rate, three or more; 0 to `seeds - 1`, which the caller keeps apart from
            those of the table, for instance by adding 100.
        higher_is_better: False for losses.
        path: as in `run`, which keeps what was measured.
        name: as in `run`.
        common: as in `run`.
        verbose: as in `run`.

    Raises:
        ValueError: fewer than four rates, one that is not above 0, fewer than three seeds; what
            `run` raises.
    """
    grid = sorted(_as_kept(expect.number("each of rates", rate, above=0)) for rate in rates)
    if len(set(grid)) < 4:
        raise ValueError(f"rates are {list(rates)}, expected four different ones or more")
    [seeds] = expect.integer(3, seeds=seeds)
    [higher_is_better] = expect.boolean(higher_is_better=higher_is_better)
    grids = {row: list(grid) for row in rows}
    if path is not None:  # where a search went on, it goes on from there
        store = Store(path, name, UNIT, {**(common or {}), "seeds": seeds, "rows": {}})
        for row, rate in _searched(store, rows):
            grids[row] = sorted({*grids[row], rate})
    while True:
        asked = {
            f"{row}{AT}{rate:g}": {**options, "learning_rate": rate}
            for row, options in rows.items()
            for rate in sorted(grids[row])
        }
        found = run(asked, measure, seeds, path=path, name=name, unit=UNIT, common=common,
                    verbose=verbose)  # fmt: skip
        scores = by_rate(found)
        best = {row: _best(of_row, higher_is_better) for row, of_row in scores.items()}
        grown = [_grow(grids[row], best[row]) for row in rows]
        if not any(grown):
            inside = {row: min(grids[row]) < best[row] < max(grids[row]) for row in rows}
            return Tuned(best, scores, inside)


def _searched(store, rows):
    """Each row and rate that the file holds, with the options that the row has now."""
    for name, options in store.rows().items():
        row, at, rate = name.rpartition(AT)
        if at and row in rows and options == store.as_kept(
            {**rows[row], "learning_rate": float(rate)}
        ):
            yield row, float(rate)


def by_rate(found: Mapping[str, list[float]]) -> dict[str, dict[float, list[float]]]:
    """A search as a file keeps it, sorted out: row → rate → what validation gave, seed by seed.

    Args:
        found: "row @ rate" → scores, what `tune` keeps under "validation".

    Raises:
        ValueError: A name of another form.
    """
    scores = {}
    for name, values in found.items():
        row, at, rate = name.rpartition(AT)
        if not at:
            raise ValueError(f"{name!r} is no row of a search, expected one such as 'LSTM @ 0.004'")
        scores.setdefault(row, {})[float(rate)] = values
    return {row: dict(sorted(of_row.items())) for row, of_row in scores.items()}


def _best(scores, higher_is_better):
    """The best median; of equal ones the best mean, and of those that are equal too the middle."""
    sign = 1 if higher_is_better else -1
    merit = {rate: (sign * median(found), sign * fmean(found)) for rate, found in scores.items()}
    # where all strings are right with several rates, the outer ones are the nearest to failing
    tied = [rate for rate in merit if merit[rate] == max(merit.values())]
    return tied[(len(tied) - 1) // 2]


def _grow(grid, best):
    """Adds a rate beyond an edge that is best; tells whether it did."""
    if len(grid) >= MOST or min(grid) < best < max(grid):
        return False
    grid.append(_as_kept(best * 2 if best == max(grid) else best / 2))
    return True


def _as_kept(rate):
    """The rate as its name in a file says it, where it has to be found again."""
    return float(f"{rate:g}")
