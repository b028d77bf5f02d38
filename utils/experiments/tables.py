"""Several models, several seeds: measured once, kept in a file, shown as a table with ranges.

One training says little, since another seed would have given another number. `run` measures every
row under every seed, and can be interrupted and called again; `summary` and `table` say what came
out, with the range and not the best.

    rows = {"simple RNN": {"cell": "simple"}, "LSTM": {"cell": "lstm"}}
    measured = run(rows, accuracy, seeds=3, path="cells.json")  # accuracy(options, seed) → a number
    print(table(measured))
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from utils import expect
from utils.experiments.measurements import Measured, columns, plain, plain_number
from utils.experiments.store import Store

MIDDLES = {"median": median, "mean": fmean}


class Range(NamedTuple):
    """What several seeds gave."""

    lowest: float
    median: float
    highest: float


# --------------------------------------------------------------------------------------- measuring


def run(
    rows: Mapping[str, dict],
    measure: Callable[[dict, int], Measured],
    seeds: int,
    *,
    path: str | Path | None = None,
    name: str = "table",
    unit: str = "measured",
    common: Mapping | None = None,
    only: str | None = None,
    fresh: bool = False,
    verbose: bool = True,
) -> dict[str, list[Measured]]:
    """Measures each row under the seeds 0 to `seeds - 1`, row after row.

    With a path each measurement is in the file as soon as it is made, and a second call measures
    what is missing and nothing else. What was measured with other options than those asked for
    holds no more: it is dropped, and a line says so. A file has room for several tables, and
    several processes may fill it at once (on Windows, one):

        {name: {**common, "seeds": seeds, "rows": rows, "made with": [versions],
                "made by": [commands], unit: {row: [seed by seed]}}}

    Versions and commands are those of all its measurements; other ones make none invalid.

    Args:
        rows: row → its options, in the order wanted.
        measure: (options, seed) → a number, a list of numbers, or a dict of either, such as a score
            and a learning curve.
        seeds: how many. Those that a file holds beyond them stay there.
        path: a JSON file, in a folder that exists; None: nothing is kept.
        name: the table's name in the file.
        unit: what is measured, such as "accuracy".
        common: what all rows share. It is stored beside them, and not given to `measure`.
        only: measure this row alone.
        fresh: measure again what the file holds.
        verbose: print one line a measurement, with the time that the others will take.

    Returns:
        Row → what was measured, seed by seed; with `only`, that row alone.

    Raises:
        ValueError: no rows, or not the one that `only` names; seeds below 1; a name or unit that is
            no text, a path that is none; a measurement that is NaN or infinite (it is not stored);
            options that JSON cannot hold; a file that is damaged or holds something else.
        TypeError: a measurement that is neither number, list nor dict.
    """
    [seeds] = expect.integer(seeds=seeds)
    fresh, verbose = expect.boolean(fresh=fresh, verbose=verbose)
    _check(rows, only, name=name, unit=unit)
    file = None
    if path is not None:
        wanted = {**(common or {}), "seeds": seeds, "rows": dict(rows)}
        file = Store(path, name, unit, wanted)
        file.refresh(verbose)
    known = file.read() if file and not fresh else {}
    measured = {row: known.get(row, [])[:seeds] for row in ([only] if only else rows)}
    missing = sum(seeds - len(values) for values in measured.values())
    began, done = time.perf_counter(), 0
    for row, values in measured.items():
        for seed in range(len(values), seeds):
            values.append(plain(measure(rows[row], seed), f"row {row!r}, seed {seed}"))
            if file:
                file.write({row: values})
            done += 1
            left = (time.perf_counter() - began) / done * (missing - done)
            if verbose:
                print(f"{row}, seed {seed}: {_short(values[-1])}{_time_left(left)}", flush=True)
    return measured


def _check(rows, only, **texts):
    for option, value in texts.items():
        if not isinstance(value, str) or not value:
            raise ValueError(f"{option} is {value!r}, expected a text")
    if not isinstance(rows, Mapping) or not rows or not all(isinstance(row, str) for row in rows):
        raise ValueError(f"rows must be a dict, name → options, of one row or more; not {rows!r}")
    if only is not None:
        expect.one_of("only", only, rows)


def _short(found: Measured) -> str:
    if isinstance(found, dict):
        return ", ".join(f"{name} {value:.4g}" for name, value in columns(found).items())
    return ", ".join(f"{value:.4g}" for value in (found if isinstance(found, list) else [found]))


def _time_left(seconds: float) -> str:
    if not seconds:
        return ""
    return f"   ({seconds:.0f} s left)" if seconds < 100 else f"   ({seconds / 60:.0f} min left)"


# --------------------------------------------------------------------------------------- reporting


def summary(values: Iterable[float]) -> Range:
    """Lowest, median and highest of one row's numbers; of an even count, the middle two's mean.

    Raises ValueError for no numbers, NaN or infinite ones, and TypeError for anything else.
    """
    numbers = [plain_number(value, "summary") for value in values]
    if not numbers:
        raise ValueError("a summary needs one number or more, got none")
    return Range(min(numbers), median(numbers), max(numbers))


def table(
    measured: Mapping[str, Sequence[Measured]], *, digits: int = 3, middle: str = "median"
) -> str:
    """What `run` returned as text: a line a row, the median and, after it, lowest to highest.

    A list of numbers fills a column for each, numbered from 1, and a dict one for each name; a
    curve within a dict fills none. Of a single seed there is the number alone.

    Args:
        measured: row → what was measured, seed by seed.
        digits: how many behind the point.
        middle: "median"; or "mean", which fits verdicts, the difference of two rows being that of
            their means.

    Raises:
        ValueError: no rows; rows that cannot be compared: with different numbers of seeds, lists of
            different lengths, or different names; digits that are no whole number from 0 on;
            another middle.
    """
    [digits] = expect.integer(0, digits=digits)
    expect.one_of("middle", middle, MIDDLES)
    rows = {
        row: [plain(found, f"row {row!r}, seed {seed}") for seed, found in enumerate(values)]
        for row, values in measured.items()
    }
    names = _shared_columns(rows)
    lines = [["", *names]] if names != [""] else []
    for row, values in rows.items():
        by_name = [[columns(found)[name] for found in values] for name in names]
        lines.append([row, *(_cell(numbers, digits, middle) for numbers in by_name)])
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    padded = [map(str.ljust, cells, widths) for cells in lines]
    return "\n".join("   ".join(cells).rstrip() for cells in padded)


def _shared_columns(rows: dict[str, list[Measured]]) -> list[str]:
    """The columns of all rows; raises ValueError when some have others, or other seeds."""
    if not rows or not all(rows.values()):
        raise ValueError("a table needs one row or more, with one measurement or more in each")
    first, *_ = rows
    names = columns(rows[first][0])
    for row, values in rows.items():
        if len(values) != len(rows[first]):
            raise ValueError(
                f"seeds of row {row!r}: {len(values)}, of row {first!r}: {len(rows[first])}; their "
                "ranges cannot be compared"
            )
        for seed, found in enumerate(values):
            if columns(found).keys() != names.keys():
                raise ValueError(
                    f"row {row!r}, seed {seed} is {found}, row {first!r}, seed 0 is "
                    f"{rows[first][0]}: they need the same length, or the same names"
                )
    return list(names)


def _cell(numbers: list[float], digits: int, middle: str) -> str:
    lowest, _, highest = summary(numbers)
    shown = (f"{number:.{digits}f}" for number in (MIDDLES[middle](numbers), lowest, highest))
    return next(shown) if len(numbers) == 1 else "{} ({} to {})".format(*shown)
