"""Single words as tokens, with what their letters tell of those that are not known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from utils import typography
from utils.tokens import UNK, pad

SUFFIX = 3  # letters
PLAIN, CAPITAL, NUMBER = range(1, 4)  # what a word looks like; 0 is padding


class Lexicon:
    """The ids of words that are split already; they begin at 2, and all other words are 1.

    Args:
        words: different words, in the order of their ids.
        suffixes: whether two more numbers go with each word: that of its last three letters, and
            one that says whether it begins with a capital, has a digit, or neither.

    Attributes:
        sizes: how many ids there are, of words and perhaps of suffixes and looks.
    """

    def __init__(self, words: Sequence[str], suffixes: bool = False):
        plain = [*map(typography.plain, words)]
        self.suffixes = suffixes
        self._id_of_word = _ids(plain)
        self._id_of_suffix = _ids(dict.fromkeys(map(_suffix, plain)))
        self.sizes = {"words": UNK + 1 + len(plain)}
        if suffixes:
            self.sizes |= {"suffixes": UNK + 1 + len(self._id_of_suffix), "looks": NUMBER + 1}

    def encode(self, sentences: Sequence[Sequence[str]]) -> np.ndarray:
        """Ids of sentences; a word is the same however it is typed, see `typography.plain`.

        Args:
            sentences: lists of words.

        Returns:
            int32 (batch, time), padded with 0. With suffixes (batch, time, 3): word, last letters,
            looks.

        Raises:
            ValueError: there are no sentences, or one has no words.
            TypeError: a sentence is one text, or a word is none.
        """
        check_sentences(sentences)
        sentences = [[*map(typography.plain, words)] for words in sentences]
        columns = [lambda word: self._id_of_word.get(word, UNK)]
        if self.suffixes:
            columns += [lambda word: self._id_of_suffix.get(_suffix(word), UNK), _looks]
        arrays = [pad([np.array([*map(id_of, words)]) for words in sentences]) for id_of in columns]
        return np.stack(arrays, axis=-1) if self.suffixes else arrays[0]


def check_sentences(sentences: Sequence[Sequence[str]]) -> None:
    """Raises what `Lexicon.encode` raises."""
    if isinstance(sentences, str):
        raise TypeError(
            f"expected a list of sentences, each a list of words, got the single text "
            f"{sentences!r}: split it into words, [text.split()]"
        )
    if not len(sentences):
        raise ValueError("there are no sentences: expected at least one list of words")
    for number, words in enumerate(sentences):
        if isinstance(words, str):
            raise TypeError(
                f"sentence {number} is the text {words!r}, expected a list of words: split it"
            )
        if not len(words):
            raise ValueError(f"sentence {number} is empty, expected at least one word")
        if not all(isinstance(word, str) for word in words):
            raise TypeError(f"sentence {number} has a word that is no text: {list(words)!r}")


def _ids(names):
    """The id of each name; of one that occurs twice, its first."""
    ids = {}
    for number, name in enumerate(names, UNK + 1):
        ids.setdefault(name, number)
    return ids


def _suffix(word):
    return word[-SUFFIX:].lower()


def _looks(word):
    if any(letter.isdigit() for letter in word):
        return NUMBER
    return CAPITAL if word[:1].isupper() else PLAIN
