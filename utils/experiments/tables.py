"""Several models, several seeds: measured once, kept in a file, shown as a table with ranges.

One training says little, since another seed would have given another number. `run` measures every
row under every seed, and can be interrupted and called again; `summary` and `table` say what came
out, with the range and not the best.

    rows = {"simple RNN": {"cell": "simple"}, "LSTM": {"cell": "lstm"}}
    measured = run(rows, accuracy, seeds=3, path="cells.json")  # accuracy(options, seed) → a number
    print(table(measured))
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

from utils import expect
from utils.files import write_whole

Measured = float | list[float] | dict[str, float]
_REMEDY = "Move it away, or give another path."


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
    holds no more: it is dropped, and a line says so. A file has room for several tables:

        {name: {**common, "seeds": seeds, "rows": rows, unit: {row: [seed by seed]}}}

    Args:
        rows: row → its options, in the order wanted.
        measure: (options, seed) → a number, a list of numbers, or a dict of numbers.
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
        ValueError: no rows, or not the one that `only` names; seeds below 1; a measurement that is
            NaN or infinite (it is not stored); options that JSON cannot hold; a file that is
            damaged or holds something else.
        TypeError: a measurement that is neither number, list nor dict.
    """
    [seeds] = expect.integer(seeds=seeds)
    fresh, verbose = expect.boolean(fresh=fresh, verbose=verbose)
    _check(rows, only)
    file = None
    if path is not None:
        wanted = {**(common or {}), "seeds": seeds, "rows": dict(rows)}
        file = _File(Path(path), name, unit, wanted)
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


def _check(rows, only):
    if not rows or not all(isinstance(row, str) for row in rows):
        raise ValueError(f"rows must be a dict, name → options, of one row or more; not {rows!r}")
    if only is not None:
        expect.one_of("only", only, rows)


def plain(found, where: str) -> Measured:
    """The measurement in Python's own numbers."""
    if isinstance(found, Mapping) and found:
        return {str(key): _plain_number(value, f"{where}, {key}") for key, value in found.items()}
    if (isinstance(found, (list, tuple)) or len(np.shape(found)) == 1) and len(found):
        return [_plain_number(value, where) for value in found]
    return _plain_number(found, where)


def _plain_number(value, where: str) -> float:
    number = np.asarray(value)
    if number.ndim or number.dtype.kind not in "iuf":
        raise TypeError(
            f"{where}: expected a number, a list of numbers or a dict of numbers, not {value!r}"
        )
    if not np.isfinite(number):
        raise ValueError(f"{where}: measured {value}, expected a finite number")
    return number.item()


def _short(found: Measured) -> str:
    if isinstance(found, dict):
        return ", ".join(f"{name} {value:.4g}" for name, value in found.items())
    return ", ".join(f"{value:.4g}" for value in (found if isinstance(found, list) else [found]))


def _time_left(seconds: float) -> str:
    if not seconds:
        return ""
    return f"   ({seconds:.0f} s left)" if seconds < 100 else f"   ({seconds / 60:.0f} min left)"


# ------------------------------------------------------------------------------------------ keeping


class _File:
    """One table in a JSON file."""

    def __init__(self, path: Path, name: str, unit: str, wanted: dict):
        if unit in wanted:
            raise ValueError(f"unit {unit!r} is the name of one of the table's own entries")
        try:  # as it will be read again: tuples are lists then, and all keys are text
            self.wanted = json.loads(json.dumps(wanted, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise ValueError(f"JSON cannot hold the options of {name!r}: {error}") from None
        self.path, self.name, self.unit = path, name, unit

    def refresh(self, verbose: bool) -> None:
        """Drops what does not hold, and finds out whether the file can be written."""
        known = self.read()
        for row in self._stored(self._tables())[self.unit]:
            if verbose and row not in known:
                why = "has other options now" if row in self.wanted["rows"] else "is not asked for"
                print(f"{row} {why}: what {self.path.name} holds of it is dropped")
        self.write({})

    def read(self) -> dict[str, list[Measured]]:
        """What was measured with the options wanted."""
        stored, rows = self._stored(self._tables()), self.wanted["rows"]
        if self._shared(stored) != self._shared(self.wanted):
            return {}
        return {
            row: [plain(value, f"{self.path}, row {row!r}") for value in values]
            for row, values in stored[self.unit].items()
            if row in rows and stored["rows"].get(row) == rows[row]
        }

    def write(self, measured: dict[str, list[Measured]]) -> None:
        """Puts these rows in; others, and other tables, stay as the file has them by now."""
        known, before = self.read() | measured, self._tables()
        ordered = {row: known[row] for row in self.wanted["rows"] if row in known}
        tables = before | {self.name: {**self.wanted, self.unit: ordered}}
        if tables == before:
            return
        write_whole(self.path, json.dumps(tables, indent=1) + "\n")

    def _tables(self) -> dict:
        try:
            tables = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:  # neither JSON nor, perhaps, text
            raise ValueError(f"{self.path} is damaged, {error}. {_REMEDY}") from None
        if not isinstance(tables, dict) or not all(map(_is_table, tables.values())):
            raise ValueError(f"{self.path} holds something else than tables of `run`. {_REMEDY}")
        return tables

    def _stored(self, tables: dict) -> dict:
        """The file's table, or an empty one."""
        table = tables.get(self.name, {"rows": {}, self.unit: {}})
        rows = table.get(self.unit)
        if not isinstance(rows, dict) or not all(isinstance(row, list) for row in rows.values()):
            raise ValueError(
                f"table {self.name!r} of {self.path} holds no lists under {self.unit!r}. {_REMEDY}"
            )
        return table

    def _shared(self, table: dict) -> dict:
        """What all rows of a table share."""
        return {key: table[key] for key in table if key not in ("seeds", "rows", self.unit)}


def _is_table(found) -> bool:
    return isinstance(found, dict) and isinstance(found.get("rows"), dict)


# --------------------------------------------------------------------------------------- reporting


def summary(values: Iterable[float]) -> Range:
    """Lowest, median and highest of one row's numbers; of an even count, the middle two's mean.

    Raises ValueError for no numbers, NaN or infinite ones, and TypeError for anything else.
    """
    numbers = [_plain_number(value, "summary") for value in values]
    if not numbers:
        raise ValueError("a summary needs one number or more, got none")
    return Range(min(numbers), median(numbers), max(numbers))


def table(measured: Mapping[str, Sequence[Measured]], *, digits: int = 3) -> str:
    """What `run` returned as text: a line a row, the median and, after it, lowest to highest.

    A list of numbers fills a column for each, numbered from 1, and a dict one for each name. Of a
    single seed there is the number alone.

    measured: row → what was measured, seed by seed. digits: how many behind the point.

    Raises ValueError for no rows, and for rows that cannot be compared: with different numbers of
    seeds, lists of different lengths, or different names; for digits that are no whole number from
    0 on.
    """
    [digits] = expect.integer(0, digits=digits)
    rows = {
        row: [plain(found, f"row {row!r}, seed {seed}") for seed, found in enumerate(values)]
        for row, values in measured.items()
    }
    names = _shared_columns(rows)
    lines = [["", *names]] if names != [""] else []
    for row, values in rows.items():
        columns = [[_columns(found)[name] for found in values] for name in names]
        lines.append([row, *(_cell(numbers, digits) for numbers in columns)])
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    padded = [map(str.ljust, cells, widths) for cells in lines]
    return "\n".join("   ".join(cells).rstrip() for cells in padded)


def _columns(found: Measured) -> dict[str, float]:
    """The columns that one measurement fills."""
    if isinstance(found, list):
        return {str(number): value for number, value in enumerate(found, start=1)}
    return found if isinstance(found, dict) else {"": found}


def _shared_columns(rows: dict[str, list[Measured]]) -> list[str]:
    """The columns of all rows; raises ValueError when some have others, or other seeds."""
    if not rows or not all(rows.values()):
        raise ValueError("a table needs one row or more, with one measurement or more in each")
    first, *_ = rows
    names = _columns(rows[first][0])
    for row, values in rows.items():
        if len(values) != len(rows[first]):
            raise ValueError(
                f"seeds of row {row!r}: {len(values)}, of row {first!r}: {len(rows[first])}; their "
                "ranges cannot be compared"
            )
        for seed, found in enumerate(values):
            if _columns(found).keys() != names.keys():
                raise ValueError(
                    f"row {row!r}, seed {seed} is {found}, row {first!r}, seed 0 is "
                    f"{rows[first][0]}: they need the same length, or the same names"
                )
    return list(names)


def _cell(numbers: list[float], digits: int) -> str:
    lowest, middle, highest = (f"{number:.{digits}f}" for number in summary(numbers))
    return middle if len(numbers) == 1 else f"{middle} ({lowest} to {highest})"
