"""Seeded choices that come out the same on every Python.

Only `random.Random.random` is used: its sequence is guaranteed across versions, the helpers built
on it (`choices`, `shuffle`, `sample`) are not.
"""

from __future__ import annotations

import random
from bisect import bisect
from functools import cache
from itertools import accumulate


@cache
def _zipf_sums(n: int, steepness: float) -> list[float]:
    """Running sums of (rank + 2) ** -steepness over n ranks."""
    return list(accumulate(round((rank + 2) ** -steepness, 12) for rank in range(n)))


class Chance:
    """Choices from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def happens(self, probability: float) -> bool:
        """True with this probability."""
        return self._random() < probability

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, all equally likely."""
        return int(self._random() * n)

    def pick(self, items):
        """One item, all equally likely."""
        return items[self.below(len(items))]

    def weighted(self, items, weights):
        """One item, as likely as its weight."""
        total = sum(weights)
        at = self._random() * total
        for item, weight in zip(items, weights, strict=True):
            at -= weight
            if at < 0:
                return item
        return items[-1]

    def ranked(self, items, steepness: float = 0.5):
        """One item, the first ones more likely: weight (rank + 2) ** -steepness, Zipf's shape."""
        at = self._random() * _zipf_sums(len(items), steepness)[-1]
        return items[bisect(_zipf_sums(len(items), steepness), at)]

    def shuffle(self, items: list) -> None:
        """In place, Fisher and Yates."""
        for last in range(len(items) - 1, 0, -1):
            other = self.below(last + 1)
            items[last], items[other] = items[other], items[last]
