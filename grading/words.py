"""Answers in words: found by name, shown on one page, marked by hand in one table, and merged.

A student assigns a text, `in_words = "…"`. The teacher reads all of them in `words.html`, writes
points, and a remark, into `words.csv`, and calls `make grade` again: nothing is marked anew, and
pages and tables then hold these points, too.
"""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

from grading.handed_in import Cell
from utils.files import write_whole

LONGEST = 20_000  # characters of an answer
HEAD = ["Student", "Question", "Points", "Of", "Remark"]


def found(cells: list[Cell], names: list[str]) -> dict[str, str]:
    """The texts that are assigned to these names, the last of each that is not empty.

    Args:
        cells: of the notebook; nothing of them is run.
        names: of the questions.
    """
    texts = {}
    for cell in cells:
        for node in ast.walk(ast.parse(cell.code)):
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
                continue
            text = node.value.value
            for target in node.targets:
                named = target.id if isinstance(target, ast.Name) else ""
                if named in names and isinstance(text, str) and text.strip():
                    texts[named] = text.strip()[:LONGEST]
    return texts


def merge(results: list[dict], out: str | Path) -> None:
    """Writes the table to fill in, and puts what is filled in already into the results.

    Args:
        results: what `batch.grade` returned; each answer gets its "points", None where there are
            none yet, and its "remark".
        out: the folder of `words.csv`.

    Raises:
        ValueError: The table holds points that are no number, or too many.
    """
    path = Path(out) / "words.csv"
    given = _given(path)
    rows = [HEAD]
    for result in results:
        for answer in result.get("words", ()):
            points, remark = given.get((_cell(result["student"]), answer["name"]), ("", ""))
            answer["points"], answer["remark"] = _number(points, answer, result), remark
            rows.append([result["student"], answer["name"], points, f"{answer['of']:g}", remark])
    if len(rows) > 1:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([[_cell(c) for c in row] for row in rows])
        write_whole(path, out.getvalue())


def points(result: dict) -> float:
    """Points of a result, those given by hand included."""
    return result["points"] + sum(a.get("points") or 0.0 for a in result.get("words", ()))


def of(result: dict) -> float:
    """How many there are, the questions included."""
    return sum(part["of"] for part in (*result["marks"], *result.get("words", ())))


def _given(path):
    """What the teacher wrote: (student, question) → points and remark, as texts."""
    if not path.exists():
        return {}
    with open(path, encoding="utf-8-sig", newline="") as file:  # spreadsheets write a mark
        rows = list(csv.reader(file, delimiter=_delimiter(path)))
    return {(row[0], row[1]): (row[2].strip(), row[4]) for row in rows[1:] if len(row) > 4}


def _delimiter(path):
    """A semicolon where the teacher's spreadsheet put one into the first line."""
    return ";" if ";" in path.read_text(encoding="utf-8-sig").split("\n")[0] else ","


def _number(text, answer, result):
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= answer["of"]:
        raise ValueError(
            f"words.csv gives {result['student']} {text!r} points for {answer['name']}, expected a "
            f"number from 0 to {answer['of']:g}"
        )
    return number


def _cell(text):
    """A cell that a spreadsheet computes nothing from."""
    return f"'{text}" if text[:1] and text[:1] in "=+-@\t\r" else text
