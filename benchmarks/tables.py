"""Runs the rows of stored tables: several variants, several seeds, a number each.

A script defines its tables as a dict: table → {"seeds": …, "rows": {row: options}, …}, and a
function `measure(table, options, seed)` that returns a number or a list of numbers. Results are
written row by row, so an interrupted run loses one row at most, and a notebook can show them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np


def run(path: Path, tables: dict, measure: Callable, unit: str, description: str) -> None:
    """Measures all rows, or those that the command line asks for, and writes them to `path`.

    `--table NAME` runs one table and `--row NAME` one row of it; the others stay as they are.

    Args:
        path: JSON file, table → the table and, under `unit`, row → what was measured, seed by seed.
        tables: see above.
        measure: (table, options of the row, seed) → a number or a list of numbers.
        unit: what is measured, such as "bleu".
        description: for `--help`.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--table", choices=tables, help="only this one")
    parser.add_argument("--row", help="only this row of the table")
    chosen = parser.parse_args()
    for name in [chosen.table] if chosen.table else tables:
        rows = tables[name]["rows"]
        if chosen.row and chosen.row not in rows:
            parser.error(f"table {name} has no row {chosen.row!r}, only {', '.join(rows)}")
        for row in [chosen.row] if chosen.row else rows:
            seeds = range(tables[name]["seeds"])
            measured = [measure(tables[name], rows[row], seed) for seed in seeds]
            numbers = np.round(measured, 3).tolist()
            print(json.dumps({"table": name, "row": row, unit: numbers}), flush=True)
            record(path, tables, name, row, unit, numbers)


def record(path: Path, tables: dict, name: str, row: str, unit: str, numbers: list) -> None:
    """Puts one row into the file; tables and rows in the order in which the script lists them."""
    results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = results.get(name, {}).get(unit, {}) | {row: numbers}
    known = {row: known[row] for row in tables[name]["rows"] if row in known}
    results[name] = {**tables[name], unit: known}
    results = {name: results[name] for name in tables if name in results}
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
