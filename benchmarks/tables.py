"""Runs the tables of a script: several variants, several seeds, a number each.

A script defines its tables as a dict: table → {"seeds": …, "rows": {row: options}, …}, and a
function `measure(table, options, seed)` that returns a number, a list or a dict of numbers.
`utils.experiments` measures and keeps them; this is its command line.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np

from utils import experiments


def run(path: Path, tables: dict, measure: Callable, unit: str, description: str) -> None:
    """Measures what `path` lacks of all tables, or of what the command line asks for.

    `--table NAME` is about one table and `--row NAME` about one row of it; the others stay as they
    are. `--fresh` measures again what is there.

    Args:
        path: JSON file, table → the table and, under `unit`, row → what was measured, seed by seed.
        tables: see above.
        measure: (table, options of the row, seed) → a number, a list or a dict of numbers. They are
            kept to three digits.
        unit: what is measured, such as "bleu".
        description: for `--help`.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--table", choices=tables, help="only this one")
    parser.add_argument("--row", help="only this row of the table")
    parser.add_argument("--fresh", action="store_true", help="measure again what is there")
    chosen = parser.parse_args()
    for name in [chosen.table] if chosen.table else tables:
        table = tables[name]
        if chosen.row and chosen.row not in table["rows"]:
            parser.error(f"table {name} has no row {chosen.row!r}, only {', '.join(table['rows'])}")
        print(name)
        experiments.run(
            table["rows"],
            lambda options, seed, table=table: _rounded(measure(table, options, seed)),
            table["seeds"],
            path=path,
            name=name,
            unit=unit,
            common=table,
            only=chosen.row,
            fresh=chosen.fresh,
        )


def _rounded(found):
    if isinstance(found, dict):
        return {name: np.round(number, 3) for name, number in found.items()}
    return np.round(found, 3)
