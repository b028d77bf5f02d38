"""Problem sets as notebooks: the student's has no solution in it, the teacher's is all right."""

import ast
import inspect
import re
import shutil

import nbformat
import numpy as np
import pytest

from grading import __main__, handed_in, marking
from grading import sets as graded
from tools import assignments, notebooks
from utils.exercises import judge, sets

NAMES = sets.names()
by_name = pytest.mark.parametrize("name", NAMES)


def functions(notebook):
    """The functions that a notebook defines at its top level, by name."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            defined = [s for s in ast.parse(cell.source).body if isinstance(s, ast.FunctionDef)]
            found |= {statement.name: statement for statement in defined}
    return found


def imported(notebook):
    """What a notebook imports at its top level, without the setup cell, as code."""
    cells = [cell for cell in notebook.cells
             if cell.cell_type == "code" and "setup" not in cell.metadata.get("tags", [])]
    statements = [each for cell in cells for each in ast.parse(cell.source).body]
    wanted = [ast.unparse(each) for each in statements
              if isinstance(each, (ast.Import, ast.ImportFrom))]
    return "\n".join(wanted) + "\n"


def text(notebook):
    return "\n".join(cell.source for cell in notebook.cells)


@by_name
def test_the_students_notebook_asks_for_all_and_answers_nothing(name):
    work, notebook = sets.problem_set(name), assignments.made(name)
    defined, source = functions(notebook), text(notebook)
    for part in work.parts:
        exercise, stub = part.exercise, defined[part.exercise.name]
        assert ast.unparse(stub.body[-1]) == "raise NotImplementedError" and len(stub.body) == 2
        wanted = list(inspect.signature(exercise.reference).parameters)
        assert [argument.arg for argument in stub.args.args] == wanted
        assert source.count(f'work.check("{exercise.name}", {exercise.name})') == 1
        assert f"{part.points:g} points" in source
    for question in work.questions:
        assert f"{question.name} = " in source
    assert "{{" not in source and "Rubric" not in source
    assert f'exercises.problem_set("{name}")' in source
    assert "import run_path" in source  # the setup cell
    nbformat.validate(notebook)


@by_name
def test_the_teachers_notebook_is_right(name):
    work, notebook = sets.problem_set(name), assignments.made(name, solved=True)
    defined, imports = functions(notebook), imported(notebook)
    for part in work.parts:
        scope = {}
        exec(imports + ast.unparse(defined[part.exercise.name]), scope)
        verdict = judge(part.exercise, scope[part.exercise.name], np.random.default_rng(0))
        assert verdict.kind == "right", verdict.said
    assert "**Rubric**" in text(notebook)


@by_name
def test_no_cell_is_of_another_variant(name):
    tags = {tag for cell in assignments.made(name).cells for tag in cell.metadata.get("tags", [])}
    assert all(f"variant-{name.split('.')[1]}" in cell.metadata.tags
               for cell in assignments.made(name).cells
               if any(tag.startswith("variant") for tag in cell.metadata.get("tags", [])))
    assert "solution" not in tags


@pytest.mark.parametrize("number", sets.numbers())
def test_tags_are_known(number):
    source = assignments.source(number).read_text(encoding="utf-8")
    variants = [f"variant-{name.split('.')[1]}" for name in NAMES if name[0] == str(number)]
    known = {"setup", "student", "solution", *variants}
    assert set(re.findall(r'"([\w-]+)"', "".join(re.findall(r"^# %%.*tags=(.*)$", source, re.M)))) \
        <= known


@pytest.mark.parametrize("number", sets.numbers())
def test_points_and_minutes_are_stated_once_for_each_exercise(number):
    source = assignments.source(number).read_text(encoding="utf-8")
    work = sets.problem_set(f"{number}.1")
    for asked in (*(part.exercise for part in work.parts), *work.questions):
        assert source.count("{{" + asked.name + "}}") == 1, asked.name


def test_files_are_written(tmp_path, capsys):
    out = tmp_path / "set.ipynb"
    assert assignments.main(["student", "1.3", str(out)]) == 0
    assert nbformat.read(out, 4).cells[0].source.startswith("# Problem set 1.3")
    assert assignments.main(["student", "1.9", str(out)]) == 2
    assert "expected one of '1.1'" in capsys.readouterr().err


# ---------------------------------------------------------------------------------- marked


def handed_over(notebook):
    """A notebook as it comes back, without what takes long: the setup cell, and the experiment."""
    last = max(n for n, cell in enumerate(notebook.cells) if "work.check(" in cell.source)
    notebook.cells = [
        cell for cell in notebook.cells[: last + 1] if "setup" not in cell.metadata.get("tags", [])
    ]
    return notebooks.as_text(notebook).encode()


in_the_sandbox = pytest.mark.skipif(not shutil.which("bwrap"), reason="bubblewrap is not installed")


@in_the_sandbox
@by_name
def test_a_solved_set_gets_all_points(name):
    content = handed_over(assignments.made(name, solved=True))
    report = marking.mark(content, graded.tasks(name), seed=3)
    assert report.points == sum(mark.of for mark in report.marks), report
    assert not report.limits


@in_the_sandbox
@pytest.mark.parametrize("number", sets.numbers())
def test_that_of_another_variant_is_told_so_and_an_empty_one_gets_nothing(number):
    one, other = f"{number}.2", f"{number}.3"
    content = handed_over(assignments.made(one, solved=True))
    report = marking.mark(content, graded.tasks(other), seed=3)
    assert {mark.said for mark in report.marks} == {sets.OTHER_VARIANT}
    assert report.points < sum(mark.of for mark in report.marks) / 2
    report = marking.mark(handed_over(assignments.made(one)), graded.tasks(one), seed=3)
    assert {mark.said for mark in report.marks} == {"not written yet"} and report.points == 0


def test_the_variant_is_read_from_the_notebook():
    content = handed_over(assignments.made("1.2"))
    assert graded.variant("1", content) == ("1.2", "")
    assert graded.variant("1.2", content) == ("1.2", "")
    name, wrong = graded.variant("1.3", content)
    assert name == "1.3" and "names problem set 1.2" in wrong
    name, wrong = graded.variant("1", b"{}")
    assert name == "1.1" and "names no variant" in wrong
    assert graded.variant("trial", content) == ("trial", "")
    assert handed_in.cells(content)


def test_an_unknown_set_is_refused(tmp_path, capsys):
    assert __main__.main(["all", str(tmp_path), "--set", "7", "--seed", "1", "--out", "x"]) == 2
    assert "set is '7'" in capsys.readouterr().err
