"""A closed list of words as tokens, such as pitches and durations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from utils import expect
from utils.tokens import END, SPECIAL_TOKENS, START, real_ids


class Vocabulary:
    """All words that there are, and their ids: words to ids, ids to words.

    `[PAD]`, `[UNK]`, `[START]` and `[END]` have the ids 0 to 3; the words come after them.

    Args:
        words: different words, in the order of their ids.

    Raises:
        ValueError: no words, or one of them twice.
        TypeError: something else than a list of texts.
    """

    def __init__(self, words: Iterable[str]):
        words = [words] if isinstance(words, str) else list(words)
        if len(words) < 2 or not all(isinstance(word, str) for word in words):
            raise TypeError(f"words are {words!r:.60}, expected a list of two texts or more")
        self.words = (*SPECIAL_TOKENS, *words)
        self._ids = {word: number for number, word in enumerate(self.words)}
        if len(self._ids) < len(self.words):
            [twice, *_] = [w for n, w in enumerate(self.words) if self._ids[w] != n]
            raise ValueError(f"words must be different, but {twice!r} occurs twice")

    @property
    def size(self) -> int:
        """How many different ids there are: the `vocabulary_size` of a model."""
        return len(self.words)

    def encode(
        self, words: Sequence[str], *, start: bool = False, end: bool = False
    ) -> np.ndarray:
        """The ids of one row of words, int32 (time,); `text.pad` makes rows a rectangle.

        Args:
            words: each of them in the vocabulary.
            start: whether `[START]` goes before them.
            end: whether `[END]` goes after them.

        Raises:
            ValueError: a word that is not in the vocabulary, or one text instead of words.
        """
        start, end = expect.boolean(start=start, end=end)
        if isinstance(words, str):
            raise ValueError(f"expected a list of words, got one text, {words[:60]!r}: split it")
        for place, word in enumerate(words):
            if word not in self._ids:
                known = self.words[len(SPECIAL_TOKENS) :]
                raise ValueError(
                    f"word {place}, {word!r}, is not in the vocabulary of {len(known)} words; "
                    f"expected one such as {', '.join(map(repr, known[:3]))} (.words has them all)"
                )
        ids = [START] * start + [self._ids[word] for word in words] + [END] * end
        return np.array(ids, dtype=np.int32)

    def decode(self, ids: Sequence[int]) -> list[str]:
        """The words of one row of ids, up to `[END]`, without `[PAD]` and `[START]`.

        Args:
            ids: (time,).

        Raises:
            ValueError: ids of another shape, or an id that the vocabulary does not have.
        """
        ids = np.asarray(ids)
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise ValueError(
                f"expected whole numbers, one row of ids (time,); got {ids.dtype} {ids.shape}"
            )
        for number in ids.tolist():
            if not 0 <= number < self.size:
                raise ValueError(f"there is no id {number}; expected 0 to {self.size - 1}")
        return [self.words[number] for number in real_ids(ids)]
