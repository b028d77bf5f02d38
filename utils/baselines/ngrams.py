"""Counting what follows what: the n-gram model, which a recurrent network has to beat.

The probability of a token after the last n - 1 tokens is its share among what followed them in the
training text, mixed with what shorter histories say: interpolated Kneser-Ney smoothing (Kneser and
Ney 1995, in the form of Chen and Goodman 1999, section 2.7):

    p(w | h) = (max(c(h w) - D, 0) + D t(h) p(w | h')) / c(h)

h' is the history h without its oldest token, t(h) the number of different tokens w that follow h,
and c(h) the sum of c(h w) over them. For the longest n-grams c(h w) is the number of occurrences in
the training text. For shorter ones it is the number of different tokens that come before h w: a
shorter history is asked when the longer one has failed, so what counts is how many longer ones it
serves. D is a discount, one for each length: n1 / (n1 + 2 n2), where n1 and n2 are the numbers of
n-grams that count once and twice (Ney, Essen and Kneser 1994), and 1/2 where none counts once.

Below the empty history all tokens are equally likely. A history that never occurred leaves the word
to the shorter one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from utils import expect


class _Level(NamedTuple):
    """All n-grams of one length, sorted.

    Attributes:
        codes: int64 (n-grams,), number of the history x vocabulary_size + last token. An n-gram's
            number, as the history of a longer one, is its place in here.
        counts: int64 (n-grams,), c(h w).
        totals: int64 (histories,), c(h), by number of the history.
        types: int64 (histories,), t(h), likewise.
        discount: D.
    """

    codes: np.ndarray
    counts: np.ndarray
    totals: np.ndarray
    types: np.ndarray
    discount: float


@dataclass(frozen=True)
class NGrams:
    """Counts of all n-grams of a text up to an order; made by `NGrams.fit`.

    Attributes:
        order: how many tokens the longest n-grams have; 1 knows frequencies alone.
        vocabulary_size: number of token ids.
    """

    order: int
    vocabulary_size: int
    levels: tuple[_Level, ...] = field(repr=False)

    @classmethod
    def fit(cls, ids: np.ndarray, order: int, vocabulary_size: int) -> NGrams:
        """Counts a text.

        Args:
            ids: (time,), the training text.
            order: length of the longest n-grams: order 3 looks at the two tokens before.
            vocabulary_size: number of token ids, from 0 on. Ids that do not occur keep a small
                probability, padding too.

        Raises:
            ValueError: an order or vocabulary below 1, ids of another shape or outside the
                vocabulary, or fewer of them than the order.
        """
        order, vocabulary_size = expect.integer(order=order, vocabulary_size=vocabulary_size)
        ids = _checked(ids, vocabulary_size)
        if len(ids) < order:
            raise ValueError(
                f"a text of {len(ids)} tokens has no n-grams of order {order}: give more text or a "
                "lower order"
            )
        found, histories = [], np.zeros(len(ids), np.int64)
        for length in range(1, order + 1):
            # histories: for each place from length - 1 on, the number of the n-gram before it
            found.append(np.unique(
                histories * vocabulary_size + ids[length - 1 :],
                return_index=True, return_inverse=True, return_counts=True,
            ))  # codes, where each occurs first, the number at each place, occurrences
            histories = found[-1][2][:-1]
        levels, number_of_histories = [], 1
        for shorter, longer in zip(found, [*found[1:], None], strict=True):
            codes, _, numbers, counts = shorter
            if longer is not None:  # the n-gram that a longer one, wherever it occurs, ends with
                endings = numbers[longer[1] + 1]
                counts = np.bincount(endings, minlength=len(codes))
            levels.append(_level(codes, counts, number_of_histories, vocabulary_size))
            number_of_histories = len(codes)
        return cls(order, vocabulary_size, tuple(levels))

    def probabilities(self, context: np.ndarray) -> np.ndarray:
        """Of each token to come next, float64 (vocabulary,), which sum to 1.

        Args:
            context: ids (time,), what came before; only the last order - 1 count. It may be empty.

        Raises:
            ValueError: ids of another shape, or outside the vocabulary.
        """
        context = _checked(context, self.vocabulary_size)
        result = np.full(self.vocabulary_size, 1 / self.vocabulary_size)
        for length, level in enumerate(self.levels[: len(context) + 1]):
            history = self._number(context[len(context) - length :])
            if history < 0 or not level.totals[history]:
                break  # nothing ever followed it, nor any longer one
            begin, stop = np.searchsorted(
                level.codes, [history * self.vocabulary_size, (history + 1) * self.vocabulary_size]
            )
            result *= level.discount * level.types[history]
            kept = np.maximum(level.counts[begin:stop] - level.discount, 0)
            result[level.codes[begin:stop] % self.vocabulary_size] += kept
            result /= level.totals[history]
        return result

    def _number(self, history):
        """The number of one history, -1 if it does not occur; the empty one has 0."""
        number = np.zeros(1, np.int64)
        for level, token in zip(self.levels, history, strict=False):
            number = _find(level.codes, number * self.vocabulary_size + token)
            if number[0] < 0:
                break
        return number[0]

    def surprisal(self, ids: np.ndarray) -> np.ndarray:
        """-log p of each token of a text, given those before it, in nats.

        The first tokens have shorter histories, the very first one none.

        Args:
            ids: the text, (time,).

        Returns:
            float64 (time,).

        Raises:
            ValueError: ids of another shape, or outside the vocabulary.
        """
        ids = _checked(ids, self.vocabulary_size)
        probability = np.full(len(ids), 1 / self.vocabulary_size)
        histories = np.zeros(len(ids), np.int64)  # number of the history before each place, or -1
        for level in self.levels:
            known = np.flatnonzero(histories >= 0)
            known = known[level.totals[histories[known]] > 0]
            history = histories[known]
            found = np.full(len(ids), -1)
            found[known] = _find(level.codes, history * self.vocabulary_size + ids[known])
            counts = np.where(found[known] >= 0, level.counts[found[known]], 0)
            kept = np.maximum(counts - level.discount, 0)
            shared = level.discount * level.types[history] * probability[known]
            probability[known] = (kept + shared) / level.totals[history]
            histories = np.concatenate([[-1], found[:-1]])  # one token longer, one place later
        return -np.log(probability)

    def bits_per_character(self, ids: np.ndarray) -> float:
        """Mean of -log2 p of each token of a text (time,), at least one; see `surprisal`."""
        if not len(ids):
            raise ValueError("an empty text has no bits per character")
        return float(self.surprisal(ids).mean() / np.log(2))


def _level(codes, counts, number_of_histories, vocabulary_size):
    histories = codes // vocabulary_size
    totals = np.bincount(histories, counts, number_of_histories).astype(np.int64)
    types = np.bincount(histories[counts > 0], minlength=number_of_histories)
    once, twice = np.count_nonzero(counts == 1), np.count_nonzero(counts == 2)
    discount = float(once / (once + 2 * twice)) if once else 0.5
    return _Level(codes, counts, totals, types, discount)


def _find(codes, wanted):
    """Place of each wanted code among the sorted ones, -1 where it is not among them."""
    places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where(codes[places] == wanted, places, -1)


def _checked(ids, vocabulary_size):
    ids = np.asarray(ids)
    if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
        raise ValueError(
            f"ids must be one text, (time,) whole numbers, not {ids.dtype} {ids.shape}: encode it"
        )
    if ids.size and not 0 <= ids.min() <= ids.max() < vocabulary_size:
        wrong = ids[(ids < 0) | (ids >= vocabulary_size)][0]
        raise ValueError(f"the text holds the id {wrong}, expected 0 to {vocabulary_size - 1}")
    return ids.astype(np.int64)
