"""Prints exercise × wrong answer × what the learner reads.

With no name those of all exercises of the notebooks:

    python -m utils.exercises             # all of them
    python -m utils.exercises lstm_step   # one
    python -m utils.exercises 1.3         # a problem set, in its third variant
"""

import itertools
import sys

import numpy as np

from utils.checks import say
from utils.exercises import EXERCISES, judge, problem_set, sets


def rows(names):
    """Exercise, wrong answer and what is said about it, for each mistake of these exercises."""
    for exercise in itertools.chain.from_iterable(map(_named, names)):
        for mistake in exercise.mistakes:
            verdict = judge(exercise, mistake.answer, np.random.default_rng(0))
            yield exercise.name, mistake.answer.__name__.strip("_").replace("_", " "), verdict.said


def _named(name):
    """The exercise of this name, or all of a problem set."""
    if name in EXERCISES:
        return [EXERCISES[name]]
    return [part.exercise for part in problem_set(name).parts]


def main(names):
    """Prints the rows of these exercises, or of all; returns the exit status."""
    unknown = set(names) - set(EXERCISES) - set(sets.names())
    if unknown:
        say(f"There is no exercise {', '.join(sorted(unknown))}; there are {', '.join(EXERCISES)}.")
        return 1
    for row in rows(names or EXERCISES):
        say(" | ".join(row))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
