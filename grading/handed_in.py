"""The code of a notebook that was handed in, whatever has become of it on its way.

Metadata may be lost, cells doubled, moved or deleted, and the file written by Jupyter, Colab or
VS Code, in an old version of the format: what counts is code in cells, in their order. Nothing is
run here.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from dataclasses import dataclass

LARGEST = 50 * 2**20  # bytes; a solved problem set has less than one megabyte
RUNS_PYTHON = ("time", "timeit", "capture", "prun", "python", "python3")  # %%magics to look into


class Unreadable(ValueError):
    """What was handed in is no notebook."""


@dataclass(frozen=True)
class Cell:
    """One code cell.

    Attributes:
        number: its place among all cells, from 0.
        code: Python, without magics.
        problem: why it cannot be run, or "".
        broken: what stands in a cell that cannot be run.
    """

    number: int
    code: str
    problem: str = ""
    broken: str = ""

    def defines(self, name: str) -> bool:
        """Whether a cell that cannot be run would have defined a function."""
        return bool(re.search(rf"^[ \t]*def[ \t]+{re.escape(name)}\b", self.broken, re.M))


def cells(content: bytes) -> list[Cell]:
    """The code cells of a notebook, in their order.

    Args:
        content: of the file.

    Raises:
        Unreadable: It is empty, too large, no JSON, no notebook, or not in Python.
    """
    if len(content) > LARGEST:
        raise Unreadable(f"the file has {len(content) / 2**20:.0f} MB, at most 50 are read")
    if not content.strip():
        raise Unreadable("the file is empty")
    try:
        notebook = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise Unreadable("the file is no notebook: it is not JSON in UTF-8") from error
    if not isinstance(notebook, dict):
        raise Unreadable("the file is no notebook: it holds no cells")
    language = _language(notebook)
    if language != "python":
        raise Unreadable(f"the notebook is written in {language}, expected python")
    return [
        _cell(number, _text(cell))
        for number, cell in enumerate(_all_cells(notebook))
        if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]


def _language(notebook):
    """The language that the notebook names; Python where it names none."""
    found = notebook.get("metadata")
    for name in ("kernelspec", "language"):
        found = found.get(name) if isinstance(found, dict) else None
    return found.lower() if isinstance(found, str) and found else "python"


def _all_cells(notebook):
    """Cells of format 4, or of the worksheets of format 3."""
    found = notebook.get("cells")
    if isinstance(found, list):
        return found
    sheets = notebook.get("worksheets")
    if isinstance(sheets, list):
        return [
            cell
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    raise Unreadable("the file is no notebook: it holds no cells")


def _text(cell):
    """The source of a cell: a text or a list of lines; `input` in format 3."""
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""


def _cell(number, source):
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    magic = re.match(r"\s*%%(\w*).*\n?", source)
    if magic:
        if magic[1] not in RUNS_PYTHON:
            return Cell(number, "", f"a cell of %%{magic[1]} is not run", source)
        source = source[magic.end() :]
    if not _problem(source):
        return Cell(number, source)
    # Only now, since a line of Python, too, can begin with %, within brackets.
    code = "\n".join(map(_without_magic, source.split("\n")))
    problem = _problem(code)
    return Cell(number, "", problem, source) if problem else Cell(number, code)


def _problem(code):
    """What keeps Python from reading this, or ""."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd escapes and the like
            ast.parse(code)
    except SyntaxError as error:
        return f"it is no Python in line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError, MemoryError) as error:
        return f"it is no Python: {type(error).__name__}"
    return ""


def _without_magic(line):
    """A line without what only IPython understands; its indentation stays, for `if` and `for`."""
    found = re.match(r"(\s*)(%|!|\?|[\w.]+\?{1,2}\s*$)", line)
    return f"{found[1]}pass" if found else line
