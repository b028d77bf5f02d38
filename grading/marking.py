"""From one notebook to its marks: the engine of the exercises judges what the sandbox answers."""

from __future__ import annotations

import ast
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from grading import handed_in, unusual
from grading.sandbox import Limits, Sandbox, Stopped
from utils import exercises
from utils.exercises import Exercise


@dataclass(frozen=True)
class Task:
    """An exercise of a problem set.

    Attributes:
        exercise: what is asked, with its cases.
        points: for all of them; a part of them for a part of the cases.
        without: rooms and modules of `utils` that would answer it; no answer of the set has them.
    """

    exercise: Exercise
    points: float
    without: tuple[str, ...] = ()


@dataclass
class Mark:
    """What one exercise brought.

    Attributes:
        name: of the exercise.
        points: reached.
        of: points in all.
        right: on how many hidden cases.
        cases: how many there were.
        said: what the student reads, in the engine's own words.
        mistake: which known mistake it was, or "".
    """

    name: str
    points: float
    of: float
    right: int = 0
    cases: int = 0
    said: str = ""
    mistake: str = ""


@dataclass
class Report:
    """What one submission brought.

    Attributes:
        marks: one a task, in their order.
        problems: cells that stopped, or could not be run, as sentences.
        limits: what was exceeded: "time", "memory", "ended".
        fingerprint: the same for the same code, whatever its names, comments and spacing.
        unusual: what its code names that no answer needs.
        walls: behind which it ran, one of `sandbox.WALLS`.
        unreadable: why nothing could be marked, or "".
    """

    marks: list[Mark]
    problems: list[str] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    fingerprint: str = ""
    unusual: list[str] = field(default_factory=list)
    walls: str = "bubblewrap"
    unreadable: str = ""

    @property
    def points(self) -> float:
        """Of all tasks."""
        return sum(mark.points for mark in self.marks)

    def as_dict(self) -> dict:
        """For JSON."""
        return {"points": self.points, **asdict(self)}


def mark(
    content: bytes,
    tasks: Sequence[Task],
    seed: int,
    *,
    limits: Limits | None = None,
    worker: int = 0,
    walls: str = "bubblewrap",
) -> Report:
    """Marks one notebook.

    Args:
        content: of the file that was handed in.
        tasks: of the problem set.
        seed: the teacher's; from it, and from an exercise's name, come its hidden inputs.
        limits: what the submission may use.
        worker: which of several that run at once this is.
        walls: to run it behind, what `sandbox.choose` gives; the report says which.
    """
    report = Report([Mark(task.exercise.name, 0.0, task.points) for task in tasks], walls=walls)
    try:
        cells = handed_in.cells(content)
    except handed_in.Unreadable as error:
        report.unreadable = str(error)
        return report
    names = [task.exercise.name for task in tasks]
    options = {"worker": worker, "walls": walls,
               "without": sorted({name for task in tasks for name in task.without})}  # fmt: skip
    report.fingerprint = fingerprint(cells, names)
    report.problems = [f"cell {c.number}: {c.problem}" for c in cells if c.problem]
    report.unusual = unusual.found(cells)
    with Answers(cells, names, limits or Limits(), report, options) as answers:
        for task, found in zip(tasks, report.marks, strict=True):
            _judge(task, found, answers, seed)
            if not found.cases or found.right < found.cases:
                found.said = " ".join([found.said, *_of_its_cells(found.name, cells)])
    return report


def _of_its_cells(name, cells):
    """What a student should know of the cells that define an answer which is not right.

    `f` may stand in a cell that is no Python, or in two, of which the last counts.
    """
    said = [f"`{name}` is defined in cell {cell.number}, which is not run: {cell.problem}."
            for cell in cells if cell.defines(name)]  # fmt: skip
    written = {}
    for cell in cells:
        for node in ast.walk(ast.parse(cell.code)):
            if isinstance(node, ast.FunctionDef) and node.name == name and not _is_stub(node):
                written.setdefault(_normalised(node), cell.number)
    if len(written) > 1:
        times = "twice" if len(written) == 2 else f"{len(written)} times"
        places = " and ".join(map(str, written.values()))
        said.append(f"`{name}` is defined {times}, in cells {places}: the last one counts.")
    return said


def _is_stub(function):
    return ast.unparse(function.body[-1]).startswith("raise NotImplementedError")


def _judge(task, found, answers, seed):
    """Fills in what one exercise brought."""
    exercise = task.exercise
    random = np.random.default_rng([seed, zlib.crc32(exercise.name.encode())])
    try:
        verdict = exercises.judge(exercise, answers.of(exercise.name), random)
    except Stopped as stopped:
        found.said = f"{exercise.name} was stopped: {stopped}."
        return
    except _Missing as missing:
        found.said = str(missing)
        return
    found.said, found.right, found.cases = verdict.said, verdict.right, verdict.cases
    found.points = round(task.points * verdict.right / verdict.cases, 2)
    known = [m.answer.__name__ for m in exercise.mistakes if m.said == verdict.said]
    found.mistake = known[0].strip("_").replace("_", " ") if known else ""


class Answers:
    """The functions of one submission, as if they were here.

    A child runs the cells. When it is lost, the next one runs definitions only, since whatever
    ended the first could end it again; so a time-out costs the exercise that it happened in.
    """

    def __init__(self, cells, names, limits, report, options):
        self._cells = [[cell.number, cell.code] for cell in cells if cell.code]
        self._names, self._limits, self._report = names, limits, report
        self._options, self._sandbox, self._started = options, None, 0

    def __enter__(self):
        return self

    def __exit__(self, *error):
        if self._sandbox:
            self._sandbox.close()

    def of(self, name):
        """The answer to an exercise; to call it may raise `Stopped`."""
        return _Answer(self, name)

    def call(self, name, arguments):
        """The child's reply to one call."""
        if not self._sandbox:
            self._start()
        request = {"do": "call", "name": name, "arguments": arguments}
        return self._ask(request, self._limits.seconds)

    def _start(self):
        for definitions in (False, True)[min(self._started, 1) :]:
            self._started += 1
            self._sandbox = Sandbox(self._limits, **self._options)
            request = {"do": "run", "cells": self._cells, "names": self._names,
                       "definitions": definitions}  # fmt: skip
            try:
                reply = self._ask(request, self._limits.all_cells)
            except Stopped as stopped:
                self._report.problems.append(f"the cells were stopped: {stopped}")
                if definitions:
                    raise
                continue
            if not definitions:
                self._report.problems += [_problem(told) for told in reply["problems"]]
            return

    def _ask(self, request, seconds):
        try:
            reply = self._sandbox.ask(request, seconds)
            if not isinstance(reply, dict):
                raise Stopped("ended", "it said something that is no answer")
            return reply
        except Stopped as stopped:
            self._sandbox.close()
            self._sandbox = None
            self._report.limits.append(stopped.why)
            raise


class _Answer:
    """One function of a submission, to be called with arguments of here."""

    def __init__(self, answers, name):
        self._answers, self.__name__ = answers, name

    def __call__(self, *arguments):
        reply = self._answers.call(self.__name__, arguments)
        if "missing" in reply:
            if reply["missing"]:
                raise _Missing(f"There is no function `{self.__name__}` in this notebook.")
            raise NotImplementedError
        if "raised" in reply:
            kind, said, where = (str(part) for part in reply["raised"])
            if kind == "NotImplementedError" and not said:  # as the engine tells stubs
                raise NotImplementedError
            raise type(kind, (Exception,), {})(f"{said} ({where})" if where else said)
        for place in reply.get("changed", ()):  # the engine looks for it in what it gave
            arguments[place][...] = np.logical_not(arguments[place])
        return reply.get("returned")


class _Missing(BaseException):
    """No such function: nothing that an answer does, so the engine lets it through."""


def _problem(told):
    number, kind, said, where = told
    return f"cell {number}: {kind}: {said}" + (f", in {where}" if where else "")


def fingerprint(cells, names) -> str:
    """The same for the same code: names of variables, comments and spacing do not count.

    Args:
        cells: what was handed in.
        names: of the functions that count.
    """
    found = {}
    for cell in cells:
        for statement in ast.parse(cell.code).body:
            if isinstance(statement, ast.FunctionDef) and statement.name in names:
                found[statement.name] = _normalised(statement)
    text = "\n".join(found[name] for name in sorted(found))
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""


def _normalised(function):
    """A function's structure, in which variables are numbered as they come."""
    numbers = {}
    body = [s for s in function.body
            if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]  # fmt: skip
    module = ast.parse(ast.unparse(ast.Module([ast.FunctionDef(
        "f", function.args, body or [ast.Pass()], [], None, None, lineno=1)], [])))  # fmt: skip
    for node in ast.walk(module):
        if isinstance(node, ast.arg):
            node.arg, node.annotation = numbers.setdefault(node.arg, f"v{len(numbers)}"), None
    for node in ast.walk(module):
        if isinstance(node, ast.Name) and (isinstance(node.ctx, ast.Store) or node.id in numbers):
            node.id = numbers.setdefault(node.id, f"v{len(numbers)}")
    return ast.dump(module)
