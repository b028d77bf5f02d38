"""Problem set 5: softmaxes that overflow, alone and together with any other mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from utils.exercises.engine import Mistake

OVERFLOW = (
    "It is right as long as the numbers are small. Where they are large, e to them is too large "
    "for a computer: what can be taken away from all of them before that, so that no weight "
    "changes?"
)


def with_overflow(
    right: Callable, large: Callable[..., bool], mistakes: Sequence[Mistake]
) -> tuple[Mistake, ...]:
    """The mistakes, each known with an overflow beside it as well, and the overflow alone.

    Args:
        right: the reference, which does not overflow.
        large: (*the arguments) → whether e to the numbers of this case is too large.
        mistakes: the others.
    """

    def overflowing(answer, name):
        def overflows(*case):
            found = answer(*case)
            if not large(*case):
                return found
            return tuple(np.full(np.shape(part), np.nan) for part in found)

        overflows.__name__ = name
        return overflows

    both = [
        replace(mistake, variants=(
            *mistake.variants, overflowing(mistake.answer, f"{mistake.answer.__name__}_overflows")))
        for mistake in mistakes
    ]  # fmt: skip
    return (*both, Mistake(overflowing(right, "overflows"), OVERFLOW))
