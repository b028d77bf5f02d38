"""Problem sets: exercises with points, in variants that ask for other mathematics.

A set is a module beside this one, `set_1` for the first. It says which `VARIANTS` there are, gives
the `parts(variant)` of each, the `QUESTIONS` that are answered in words, and what of `utils` would
answer it, `WITHOUT`. The text is `notebooks/assignments/source/1_….py`; `tools.assignments` makes
notebooks of the two.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from utils import expect
from utils.checks import say
from utils.exercises.engine import Exercise, Mistake, Verdict, judge
from utils.exercises.ours import SAID, hand_out, is_ours

OTHER_VARIANT = (
    "This is right for another variant of this problem set. Which variant does the top of your "
    "notebook name, and what do its formulas say?"
)


SIGNS = {"right": "✓", "not written": "○", "wrong": "✗"}


@dataclass(frozen=True)
class Part:
    """An exercise of a set.

    Attributes:
        exercise: what is asked for.
        points: for an answer that is right on all cases.
    """

    exercise: Exercise
    points: float


@dataclass(frozen=True)
class Question:
    """A question that is answered in words, and marked by hand.

    Attributes:
        name: of the text that the student assigns, `in_words = "…"`.
        points: at most.
    """

    name: str
    points: float


@dataclass(frozen=True)
class ProblemSet:
    """One variant of a set, as the student's notebook uses it.

    Attributes:
        name: such as "1.3", set and variant.
        parts: the exercises, in their order.
        questions: answered in words.
        without: rooms of `utils` that would answer it; whoever marks it hides them.
        seen: what the last check of each exercise said.
    """

    name: str
    parts: tuple[Part, ...]
    questions: tuple[Question, ...]
    without: tuple[str, ...]
    seen: dict[str, Verdict] = field(default_factory=dict)

    @property
    def points(self) -> float:
        """Of all exercises and questions."""
        return sum(part.points for part in (*self.parts, *self.questions))

    @property
    def minutes(self) -> int:
        """Stated for all exercises."""
        return sum(part.exercise.minutes for part in self.parts)

    def exercise(self, name: str) -> Exercise:
        """The exercise of this name.

        Raises:
            ValueError: There is none.
        """
        found = {part.exercise.name: part.exercise for part in self.parts}
        expect.one_of("name", name, found)
        return found[name]

    def check(self, name: str, answer: Callable) -> Callable:
        """Tries an answer on fresh inputs, prints what came out, and returns what to go on with.

        Args:
            name: the exercise's.
            answer: the student's function. A stub raises NotImplementedError, without a message.

        Returns:
            The answer where it is right, else one that is, so that later cells can be run. That
            one is not judged when it comes back, and `seen` stays as it was.

        Raises:
            ValueError: There is no such exercise.
            TypeError: The answer is no function.
        """
        exercise = self.exercise(name)
        if is_ours(exercise, answer):
            say(f"{SIGNS['not written']} {name}: {SAID}")
            return hand_out(exercise)
        verdict = self.seen[name] = judge(exercise, answer, np.random.default_rng())
        say(f"{SIGNS[verdict.kind]} {name}: {verdict.said}")
        if verdict.kind == "wrong":
            say(f"  Right on {verdict.right} of {verdict.cases} cases. A hint costs nothing: "
                f'work.hint("{name}")')  # fmt: skip
        if verdict.kind != "right":
            say("  Later cells go on with an answer of ours; it is yours that is marked.")
        return answer if verdict.kind == "right" else hand_out(exercise)

    def hint(self, name: str, number: int = 1) -> None:
        """Prints a hint. Hints cost nothing.

        Args:
            name: of the exercise.
            number: which one, from 1, a nudge, to the last, nearly everything.

        Raises:
            ValueError: There is no such exercise, or no hint of this number.
        """
        hints = self.exercise(name).hints
        expect.one_of("number", number, range(1, len(hints) + 1))
        say(f"Hint {number} of {len(hints)}: {hints[number - 1]}")

    def progress(self) -> None:
        """Prints what the last check of each exercise said, in points."""
        reached = 0.0
        for part in self.parts:
            name, verdict = part.exercise.name, self.seen.get(part.exercise.name)
            points = part.points * verdict.right / verdict.cases if verdict else 0.0
            reached += points
            sign = SIGNS[verdict.kind] if verdict else "○"
            say(f"{sign} {name}: {points:.3g} of {part.points:g} points")
        of = sum(part.points for part in self.parts)
        say(f"{reached:.3g} of {of:g} points by these checks; those that mark draw other inputs.")
        for question in self.questions:
            say(f"○ {question.name}: {question.points:g} points, marked by hand")


def numbers() -> list[int]:
    """The numbers of the sets that there are."""
    found = (re.fullmatch(r"set_(\d+)", path.stem) for path in Path(__file__).parent.glob("*.py"))
    return sorted(int(match[1]) for match in found if match)


def names() -> list[str]:
    """The names of all variants of all sets."""
    return [f"{number}.{variant}" for number in numbers() for variant in _module(number).VARIANTS]


def problem_set(name: str) -> ProblemSet:
    """One variant of a set.

    Args:
        name: set and variant, such as "1.3".

    Raises:
        ValueError: There is no such set, or no such variant.
    """
    expect.one_of("problem set", name, names())
    number, variant = map(int, name.split("."))
    module = _module(number)
    others = [module.parts(other) for other in module.VARIANTS if other != variant]
    parts = [_knowing(part, [parts[place].exercise for parts in others])
             for place, part in enumerate(module.parts(variant))]  # fmt: skip
    return ProblemSet(name, tuple(parts), module.QUESTIONS, module.WITHOUT)


def _module(number):
    return importlib.import_module(f"utils.exercises.set_{number}")


def _knowing(part: Part, others: Sequence[Exercise]) -> Part:
    """An exercise that recognises what is right for the other variants."""
    mine, *rest = [part.exercise.reference, *(other.reference for other in others)]
    answers = tuple(answer for answer in rest if answer is not mine)
    if not answers:
        return part

    def another_variant(*case):
        return answers[0](*case)

    known = Mistake(another_variant, OTHER_VARIANT, answers[1:])
    mistakes = (known, *part.exercise.mistakes)
    return replace(part, exercise=replace(part.exercise, mistakes=mistakes))
