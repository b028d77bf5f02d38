"""Inside the sandbox, in the place of `utils.exercises`: checks hand back what they were given."""

__all__ = ["check", "hint", "solution"]


def check(name, answer, *others, **options):
    """Returns the answer; it is judged outside.

    Args:
        name: of the exercise.
        answer: the student's function.
        *others: what else a notebook passes.
        **options: the same.
    """
    return answer


def hint(*arguments, **options):
    """Says nothing."""


def solution(*arguments, **options):
    """Says nothing."""
