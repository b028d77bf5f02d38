"""The problem sets by their number: which exercises, for how many points.

A set is named with its variant, such as `1.3`; its exercises stand in `utils.exercises`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grading import handed_in, marking, words
from grading.marking import Task
from utils import exercises, expect

NAMED = re.compile(r"""problem_set\(\s*["'](\d+\.\d+)["']""")
# The two exercises of notebook 8, to try the machinery with before there is a set of one's own.
SETS: dict[str, Sequence[Task]] = {
    "trial": [Task(exercises.EXERCISES["lstm_step"], 4.0, without=("cells",)),
              Task(exercises.EXERCISES["lstm_step_backward"], 6.0, without=("cells",))],
}  # fmt: skip


def tasks(name: str) -> Sequence[Task]:
    """The tasks of one variant of a set.

    Args:
        name: set and variant, such as "1.3".

    Raises:
        ValueError: There is no such set.
    """
    expect.one_of("set", name, [*SETS, *exercises.sets.names()])
    if name in SETS:
        return SETS[name]
    work = exercises.problem_set(name)
    return [Task(part.exercise, part.points, work.without) for part in work.parts]


def answers(name: str, content: bytes) -> list[dict]:
    """What was answered in words: the name of each question, its points, and the text, or "".

    Args:
        name: set and variant.
        content: of the notebook.
    """
    questions = () if name in SETS else exercises.problem_set(name).questions
    try:
        texts = words.found(handed_in.cells(content), [question.name for question in questions])
    except handed_in.Unreadable:
        texts = {}
    return [{"name": q.name, "of": q.points, "text": texts.get(q.name, "")} for q in questions]


def variant(name: str, content: bytes) -> tuple[str, str]:
    """Which variant of a set to mark a notebook by, and what is wrong with that.

    Where a variant is asked for, it is that one, and a notebook of another one is only told so;
    where the set alone is, `1`, it is what the notebook names.

    Args:
        name: a set, or set and variant.
        content: of the notebook.

    Returns:
        A name for `tasks`, and a sentence, or "".
    """
    known = [*SETS, *exercises.sets.names()]
    own = [each for each in known if _number(each) == name]
    try:
        code = "\n".join(cell.code for cell in handed_in.cells(content))
    except handed_in.Unreadable:
        code = ""
    said = [each for each in NAMED.findall(code) if each in known]
    if said and name not in SETS and not any(_number(each) == _number(name) for each in said):
        wrong = f"this is problem set {said[0]}, and it was handed in for problem set {name}"
        return own[0] if own else name, wrong
    if name in known or not own:
        wrong = said and name not in said and name not in SETS
        return name, f"it names problem set {said[0]}, and is marked as {name}" if wrong else ""
    found = [each for each in said if each in own]
    return (found[0], "") if found else (own[0], f"it names no variant; it is marked as {own[0]}")


def _number(name):
    """The number of a set, without its variant."""
    return name.split(".")[0]


def result(name: str, content: bytes, seed: int, walls: str, worker: int = 0) -> dict:
    """Marks one notebook of a set, and says all that came of it, for JSON.

    Args:
        name: a set, or set and variant.
        content: of the notebook.
        seed: the teacher's.
        walls: what `sandbox.choose` gave.
        worker: which of several that run at once this is.
    """
    number, wrong = variant(name, content)
    report = marking.mark(content, tasks(number), seed, worker=worker, walls=walls)
    found = {"variant": number, "named": wrong, "words": answers(number, content)}
    if report.unreadable:  # nobody knows what it names
        found |= {"variant": name, "named": ""}
    return {**found, **report.as_dict()}
