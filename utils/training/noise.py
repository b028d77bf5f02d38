"""What is changed at random in the inputs of training, anew in each epoch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from utils import expect
from utils.tokens import PAD, UNK


@dataclass(frozen=True)
class ScheduledSampling:
    """Lets a decoder read its own last word now and then (Bengio et al. 2015).

    Attributes:
        teacher_forcing: how often it reads the true one, from 0 to 1.
    """

    teacher_forcing: float

    def __post_init__(self):
        expect.fraction(teacher_forcing=self.teacher_forcing)

    def __call__(self, inputs: tuple, random: np.random.Generator) -> tuple:
        """(source, target) → the same and where the true word is given, all (batch, time)."""
        source, target = inputs
        return source, target, random.random(target.shape) < self.teacher_forcing


class WordDropout:
    """Reads rare words as unknown ones now and then, so that a model learns what those are.

    A word that occurs n times in training becomes `[UNK]` with the probability α / (α + n)
    (Kiperwasser & Goldberg 2016, section 4, who take α = 0.25).

    Args:
        alpha: α, from 0 on.
        rows: the ids of all training rows, (time,) or (time, columns), of which the first column is
            the word.
    """

    def __init__(self, alpha: float, rows: Iterable[np.ndarray]):
        self.alpha = expect.number("alpha", alpha, at_least=0)
        self._counts = np.bincount(np.concatenate([_words(row) for row in rows]))

    def __call__(self, inputs: tuple, random: np.random.Generator) -> tuple:
        """(ids,) → (ids,), of the same shape, (batch, time) or (batch, time, columns)."""
        [ids] = inputs
        read = ids.copy()
        words = read if read.ndim == 2 else read[..., 0]  # a view: what changes, changes in `read`
        often = self._counts[words]
        dropped = random.random(words.shape) < self.alpha / (self.alpha + np.maximum(often, 1))
        words[(words != PAD) & dropped] = UNK
        return (read,)


def _words(row):
    return row if row.ndim == 1 else row[:, 0]
