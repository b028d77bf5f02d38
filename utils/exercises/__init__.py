"""Exercises: the pieces that the learner writes, and what is said about an answer.

    def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
        raise NotImplementedError  # your turn

    lstm_step = exercises.check("lstm_step", lstm_step)  # says what is wrong, and why
    exercises.hint("lstm_step")  # the next hint, each time
    exercises.solution("lstm_step")

There is a module for each notebook, and one for each problem set, which `problem_set("1.3")` opens
in its third variant; `engine` judges. `python -m utils.exercises` prints what the learner reads for
every wrong answer that an exercise knows.
"""

import inspect

import numpy as np

from utils import expect
from utils.checks import say
from utils.exercises import (
    architectures,
    attending,
    captions,
    comparisons,
    conditions,
    decoding,
    depth,
    directions,
    gated,
    pointing,
    pooling,
    real_translation,
    recurrence,
    sampling,
    through_time,
    transforming,
    translating,
)
from utils.exercises.engine import Exercise, Mistake, Verdict, judge
from utils.exercises.ours import SAID, hand_out, is_ours
from utils.exercises.sets import ProblemSet, problem_set

MODULES = (  # in the order of the notebooks
    recurrence, through_time, architectures, pooling, captions, sampling, conditions, gated,
    comparisons, directions, depth, translating, attending, decoding, pointing, real_translation,
    transforming,
)  # fmt: skip
EXERCISES = {exercise.name: exercise for module in MODULES for exercise in module.EXERCISES}
_hints_given = dict.fromkeys(EXERCISES, 0)

__all__ = [
    "EXERCISES", "Exercise", "Mistake", "ProblemSet", "Verdict", "check", "hint", "judge",
    "problem_set", "solution",
]  # fmt: skip


def check(name, answer):
    """Tries an answer on fresh inputs, prints what came out, and returns what to go on with.

    Args:
        name: the exercise's.
        answer: the learner's function. A stub raises NotImplementedError, without a message.

    Returns:
        The answer where it is right, else the reference: a notebook can be read to its end with
        an exercise left out or not yet solved. The reference itself is not judged, but told to be
        ours: a check cell that is run twice brings it.

    Raises:
        ValueError: there is no such exercise.
        TypeError: the answer is no function.
    """
    exercise = _named(name)
    if is_ours(exercise, answer):
        say(f"○ {name}: {SAID}")
        return hand_out(exercise)
    verdict = judge(exercise, answer, np.random.default_rng())
    if verdict.kind == "right":
        say(f"✓ {name}: {verdict.said}")
        return answer
    if verdict.kind == "not written":
        say(f"○ {name}: not written yet. The notebook goes on with our solution.")
    else:
        say(f"✗ {name}: {verdict.said}")
        say(f'  Right on {verdict.right} of {verdict.cases} cases. exercises.hint("{name}") '
            "helps; meanwhile the notebook goes on with our solution.")  # fmt: skip
    return hand_out(exercise)


def hint(name):
    """Prints the next hint of an exercise; after the last one, that `solution` shows the rest.

    Args:
        name: of the exercise.

    Raises:
        ValueError: there is no such exercise.
    """
    hints, given = _named(name).hints, _hints_given[name]
    if given == len(hints):
        say(f'That was the last hint. exercises.solution("{name}") shows how we wrote it.')
        return
    _hints_given[name] += 1
    say(f"Hint {given + 1} of {len(hints)}: {hints[given]}")


def solution(name):
    """Prints how we wrote it.

    Args:
        name: of the exercise.

    Raises:
        ValueError: there is no such exercise.
    """
    say(inspect.getsource(_named(name).reference).rstrip())


def _named(name):
    expect.one_of("name", name, EXERCISES)
    return EXERCISES[name]
