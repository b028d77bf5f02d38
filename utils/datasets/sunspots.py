"""Yearly mean sunspot numbers from 1700 to 2008: a real series, rising and falling for centuries.

Dark spots on the sun come and go in a cycle of about eleven years, which is not quite regular: some
cycles take nine years, some fourteen, and their heights differ fivefold. That makes the series a
fair test of a forecast. `data/README.md` says where the figures come from.
"""

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils.files import DATA, line_error, read_table

FILE = "sunspots.csv"
COLUMNS = ("year", "sunspots")


class Series(NamedTuple):
    """One value a year.

    Attributes:
        years: int64 `(years,)`, rising by one.
        values: float64 `(years,)`, the mean sunspot number of the year, zero or more, in version 1
            of the international (Zürich) count.
    """

    years: np.ndarray
    values: np.ndarray


def load(*, folder: str | os.PathLike | None = None) -> Series:
    """Reads the sunspot numbers.

    Args:
        folder: where `sunspots.csv` lies, instead of the course's `data/`.

    Returns:
        The `Series`.

    Raises:
        FileNotFoundError: the file is not there.
        ValueError: anything but a header and one row for each year without gaps, with a number of
            zero or more; the message names file and line.
    """
    path = Path(folder if folder is not None else DATA).expanduser() / FILE
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file {path}: it comes with the course's repository, and "
            f"`git checkout data/{FILE}` brings it back (`make data` does not write it); for a "
            f"copy elsewhere give folder="
        )
    table = read_table(path, COLUMNS, separator=",", advice=f"`git checkout data/{FILE}`")
    rows = [_row(path, number, *cells) for number, cells in table]
    years = np.array([year for year, _ in rows], dtype=np.int64)
    _check_consecutive(path, years)
    return Series(years, np.array([value for _, value in rows], dtype=np.float64))


def _row(path: Path, number: int, year: str, sunspots: str) -> tuple[int, float]:
    try:
        row = int(year), float(sunspots)
    except ValueError:
        row = 0, -1.0
    if not (np.isfinite(row[1]) and row[1] >= 0):
        raise line_error(
            path, number,
            f"expected a year and a number of zero or more, such as 1957,190.2; found "
            f"{f'{year},{sunspots}'[:80]!r}",
        )  # fmt: skip
    return row


def _check_consecutive(path: Path, years: np.ndarray) -> None:
    jumps = np.flatnonzero(np.diff(years) != 1)
    if jumps.size:
        before, after = years[jumps[0]], years[jumps[0] + 1]
        raise line_error(
            path, jumps[0] + 3,
            f"the year {after} follows {before}; a series needs every year once, in order",
        )  # fmt: skip
