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


def check(out: str | Path) -> None:
    """Reads the table before anything is marked, so that what is wrong with it is said at once.

    Args:
        out: the folder of `words.csv`, which may be missing.

    Raises:
        ValueError: The table is not in UTF-8, or holds points that are no number, or too many.
    """
    for student, question, points, of, _ in _rows(Path(out) / "words.csv"):
        try:
            most = float(of.replace(",", "."))
        except ValueError:
            continue  # `merge` knows how many there are
        _number(points, most, student, question)


def merge(results: list[dict], out: str | Path) -> list[str]:
    """Writes the table to fill in, and puts what is filled in already into the results.

    Args:
        results: what `batch.grade` returned; each answer gets its "points", None where there are
            none yet, and its "remark".
        out: the folder of `words.csv`.

    Returns:
        A sentence for each row that belongs to nobody; it stays at the end of the table.

    Raises:
        ValueError: What `check` raises.
    """
    path = Path(out) / "words.csv"
    given = {(row[0], row[1]): row for row in _rows(path)}
    rows = [HEAD]
    for result in results:
        for answer in result.get("words", ()):
            key = _cell(result["student"]), answer["name"]
            _, _, points, _, remark = given.pop(key, [""] * 5)
            answer["points"] = _number(points, answer["of"], result["student"], answer["name"])
            answer["remark"] = remark
            rows.append([result["student"], answer["name"], points, f"{answer['of']:g}", remark])
    strangers = [row for row in given.values() if row[2] or row[4]]
    if len(rows) > 1 or strangers:
        text = io.StringIO()
        lines = [[_cell(c) for c in row] for row in (*rows, *strangers)]
        csv.writer(text, lineterminator="\n").writerows(lines)
        write_whole(path, "\ufeff" + text.getvalue())  # by this mark Excel knows that it is UTF-8
    return [f"words.csv: nobody handed in as {row[0]!r} has a question {row[1]!r}; the row counts "
            "for no one, and stays at the end of the table" for row in strangers]  # fmt: skip


def points(result: dict) -> float:
    """Points of a result, those given by hand included."""
    return result["points"] + sum(a.get("points") or 0.0 for a in result.get("words", ()))


def of(result: dict) -> float:
    """How many there are, the questions included."""
    return sum(part["of"] for part in (*result["marks"], *result.get("words", ())))


def _rows(path):
    """What the teacher wrote, without the head: rows of five texts."""
    if not path.exists():
        return []
    try:
        text = path.read_text(encoding="utf-8-sig")  # spreadsheets write a mark
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{path} is not in UTF-8: save it from your spreadsheet as CSV UTF-8 (LibreOffice: "
            "character set Unicode (UTF-8)), look at the names, and run this again"
        ) from error
    # A semicolon where the teacher's spreadsheet put one into the first line.
    delimiter = ";" if ";" in text.split("\n")[0] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [[*row, *[""] * len(HEAD)][: len(HEAD)] for row in rows if any(row)][1:]
    return [[student, question, points.strip(), of, remark]
            for student, question, points, of, remark in rows]  # fmt: skip


def _number(text, most, student, question):
    if not text:
        return None
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise ValueError(
            f"words.csv gives {student} {text!r} points for {question}, expected a number from 0 "
            f"to {most:g}"
        )
    return number


def _cell(text):
    """A cell that a spreadsheet computes nothing from."""
    return f"'{text}" if text[:1] and text[:1] in "=+-@\t\r" else text
