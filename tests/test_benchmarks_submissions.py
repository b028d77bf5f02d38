"""What `benchmarks/submissions.py` makes, and what it says."""

import ast
import json

import numpy as np
import pytest

from benchmarks import submissions
from grading import handed_in, unusual
from utils.exercises import judge, problem_set


def functions(content):
    """The functions of a notebook, by name; those of the set's exercises come last."""
    scope, problems = {}, []
    for cell in handed_in.cells(content):
        problems += [cell.problem] if cell.problem else []
        for statement in ast.parse(cell.code).body:
            if isinstance(statement, ast.FunctionDef):
                exec(f"import numpy as np\n{ast.unparse(statement)}", scope)
    return scope, problems


@pytest.mark.parametrize("number", [1, 6, 12])
def test_a_renamed_one_is_right_and_has_other_names(number):
    content, points = submissions.made("renamed", number)
    plain, of = submissions.made("right", number)
    assert content != plain and points == of == 36
    scope, _ = functions(content)
    for part in problem_set(f"1.{1 + number % 3}").parts:
        verdict = judge(part.exercise, scope[part.exercise.name], np.random.default_rng(0))
        assert verdict.kind == "right", verdict.said


@pytest.mark.parametrize("kind", ["partial", "wrong", "broken", "empty", "endless", "killing"])
def test_points_are_those_of_what_was_not_lost(kind):
    content, points = submissions.made(kind, 4)
    scope, problems = functions(content)
    parts = problem_set("1.2").parts
    assert 0 <= points < sum(part.points for part in parts)
    assert bool(problems) == (kind == "broken")
    there = [part for part in parts if part.exercise.name in scope]
    assert len(there) == len(parts) - (kind == "broken")


def test_what_kills_stands_out_and_what_trains_can_be_left_out():
    content, _ = submissions.made("killing", 0)
    assert unusual.found(handed_in.cells(content))
    content, _ = submissions.made("right", 0, experiment=False)
    assert b"validation = np.array" not in content
    with pytest.raises(handed_in.Unreadable):
        handed_in.cells(submissions.made("unreadable", 0)[0])


def test_a_line_says_what_it_took(tmp_path, monkeypatch, capsys):
    def marked(folder, out, job, *, processes, say):
        names = sorted(path.stem for path in folder.iterdir())
        return [{"student": name, "points": 36, "seconds": 2.0} for name in names]

    monkeypatch.setattr(submissions.batch, "grade", marked)
    monkeypatch.setattr(submissions.sandbox, "choose", lambda: "bubblewrap")
    assert submissions.main(["--submissions", "3", "--out", str(tmp_path)]) == 0
    line = json.loads(capsys.readouterr().out)
    assert line["submissions"] == 3 and line["seconds each"] == [2, 2, 2] and line["of"] == 36
    assert line["wrong"] == ["student 002"]  # a partial one, which has not all points
