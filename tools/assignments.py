"""Writes the notebooks of a problem set: the student's, and the teacher's with all solutions.

    python -m tools.assignments student 1.3 set-1.3.ipynb
    python -m tools.assignments solution 1.3 set-1.3-solution.ipynb

The text is `notebooks/assignments/source/1_….py`, in the percent format; exercises and solutions
stand in `utils/exercises/set_1.py`. In the text

- a cell with the tag `variant-2` stands in variant 2 only (with more such tags in each of those),
  one with `solution` only in the teacher's notebook, one with `student` only in the student's;
- `{{name}}` of an exercise or a question becomes its difficulty, points and minutes, `{{set}}` the
  set's name, such as 1.3, `{{points}}` and `{{minutes}}` those of all;
- a function whose body is `raise NotImplementedError` is what the student writes.
"""

import argparse
import ast
import inspect
import sys
import textwrap
from pathlib import Path

from tools import generated, notebooks, project
from utils.checks import say
from utils.exercises import sets
from utils.files import write_whole

SOURCES = Path("notebooks") / "assignments" / "source"


def source(number, root=project.ROOT):
    """Returns the path of the text of a set.

    Raises:
        ValueError: There is none.
    """
    found = sorted((Path(root) / SOURCES).glob(f"{number}_*.py"))
    if not found:
        raise ValueError(f"problem set {number} has no text in {SOURCES.as_posix()}")
    return found[0]


def made(name, *, solved=False, root=project.ROOT):
    """Returns the notebook of one variant of a set, without outputs.

    Args:
        name: set and variant, such as "1.3".
        solved: the teacher's notebook, with solutions and rubric.
        root: the course's folder.

    Raises:
        ValueError: There is no such set.
    """
    work = sets.problem_set(name)
    number, variant = name.split(".")
    path = source(number, root)
    text = generated.refresh(path.read_text(encoding="utf-8"), path.stem, root)
    notebook = notebooks.from_source(_filled(text, work))
    wanted = {f"variant-{variant}", "solution" if solved else "student"}
    cells = [cell for cell in notebook.cells if _belongs(cell, wanted)]
    for place, cell in enumerate(cells):
        cell.id = f"cell-{place:03d}"
        if solved and cell.cell_type == "code":
            cell.source = _solved(cell.source, work)
    notebook.cells = cells
    return notebook


def _belongs(cell, wanted):
    """Whether a cell has, of each kind of tag that it has, one that is wanted."""
    tags = cell.metadata.get("tags", [])
    kinds = ({"solution", "student"} & set(tags), {t for t in tags if t.startswith("variant-")})
    return all(not kind or kind & wanted for kind in kinds)


def _filled(text, work):
    """A text with what the set says about its exercises in the place of their names."""
    values = {"set": work.name, "points": f"{work.points:g}", "minutes": str(work.minutes)}
    for part in work.parts:
        exercise = part.exercise
        dots = "●" * exercise.difficulty + "○" * (3 - exercise.difficulty)
        values[exercise.name] = f"{dots}, {part.points:g} points, about {exercise.minutes} minutes"
    for question in work.questions:
        values[question.name] = f"{question.points:g} points"
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _solved(code, work):
    """A cell in which the body of each stub is that of the reference."""
    lines = code.split("\n")
    references = {part.exercise.name: part.exercise.reference for part in work.parts}
    for statement in reversed(ast.parse(code).body):
        if isinstance(statement, ast.FunctionDef) and statement.name in references:
            first = statement.body[1].lineno  # behind the docstring
            lines[first - 1 : statement.end_lineno] = body(references[statement.name])
    return "\n".join(lines)


def body(function):
    """Returns the lines of a function's body."""
    code = textwrap.dedent(inspect.getsource(function))
    return code.rstrip().split("\n")[ast.parse(code).body[0].body[0].lineno - 1 :]


def main(arguments=None):
    """Writes one notebook; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.assignments", description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=("student", "solution"))
    parser.add_argument("name", help="set and variant, such as 1.3")
    parser.add_argument("out", help="file to write")
    options = parser.parse_args(arguments)
    try:
        notebook = made(options.name, solved=options.kind == "solution")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    write_whole(options.out, notebooks.as_text(notebook))
    say(f"{options.out}: problem set {options.name}, the {options.kind}'s notebook")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
