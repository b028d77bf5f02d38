"""The problem sets by their number: which exercises, for how many points.

A set is named as it is asked for, `2` or `2.3` for its third variant.
"""

from __future__ import annotations

from collections.abc import Sequence

from grading.marking import Task
from utils import exercises, expect

# The two exercises of notebook 8, to try the machinery with before there is a set of one's own.
SETS: dict[str, Sequence[Task]] = {
    "trial": [Task(exercises.EXERCISES["lstm_step"], 4.0, without=("cells",)),
              Task(exercises.EXERCISES["lstm_step_backward"], 6.0, without=("cells",))],
}  # fmt: skip


def tasks(name: str) -> Sequence[Task]:
    """The tasks of a set.

    Args:
        name: its number and variant.

    Raises:
        ValueError: There is no such set.
    """
    expect.one_of("set", name, SETS)
    return SETS[name]
