"""Single characters as tokens: their ids, and a long text cut into windows to train on."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from utils import expect, typography


class Characters(NamedTuple):
    """A vocabulary of characters; ids count from 1, because 0 is padding.

    An accented letter is one character (Unicode form NFC), however the text was typed.

    Attributes:
        symbols: all characters, in the order of their ids: the first has id 1.
    """

    symbols: str

    @classmethod
    def of(cls, text: str) -> Characters:
        """All characters of a text, in the order of their code points.

        Args:
            text: the text to know.

        Raises:
            ValueError: an empty text.
        """
        if not text:
            raise ValueError("an empty text has no characters to make a vocabulary of")
        return cls("".join(sorted(set(unicodedata.normalize("NFC", text)))))

    @property
    def size(self) -> int:
        """How many ids there are, 0 included: the `vocabulary_size` of a model."""
        return len(self.symbols) + 1

    def encode(self, text: str, replace: str | None = None) -> np.ndarray:
        """Text to ids.

        A sign outside the vocabulary is read as what a keyboard has for it, where that is inside
        (`typography.characters`): the apostrophe of l’été as that of l'été.

        Args:
            text: any text.
            replace: a character of the vocabulary to be read instead of each unknown one.

        Returns:
            int32 (time,).

        Raises:
            ValueError: a character outside the vocabulary, which the message names.
        """
        ids = {symbol: number for number, symbol in enumerate(self.symbols, 1)}
        if isinstance(replace, str):
            replace = unicodedata.normalize("NFC", replace)
        if replace is not None and not (isinstance(replace, str) and replace in ids):
            raise ValueError(f"replace is {replace!r}, expected one character of the vocabulary")
        text = unicodedata.normalize("NFC", text)
        text = text.translate({ord(sign): self._as_known(sign) for sign in set(text) - set(ids)})
        unknown = sorted(set(text) - set(ids))
        if unknown and replace is None:
            place = text.index(unknown[0])
            raise ValueError(
                f"{unknown[0]!r}, at position {place} of the text, is not in the vocabulary of "
                f"{len(self.symbols)} characters ({len(unknown)} are not); make it of a text that "
                "has them all, or pass replace= with a character to read instead"
            )
        ids.update({symbol: ids[replace] for symbol in unknown})
        return np.fromiter((ids[symbol] for symbol in text), "int32", len(text))

    def _as_known(self, sign: str) -> str:
        same = sign if sign.isascii() else typography.characters(sign)
        return same if set(same) <= set(self.symbols) else sign

    def decode(self, ids: Sequence[int]) -> str:
        """Ids to text; padding is left out.

        Args:
            ids: (time,).

        Raises:
            ValueError: ids outside the vocabulary, or more than one row.
        """
        ids = np.asarray(ids)
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise ValueError(
                f"expected the ids of one text, (time,) whole numbers; got {ids.dtype} {ids.shape}"
            )
        if ids.size and not 0 <= ids.min() <= ids.max() < self.size:
            wrong = ids[(ids < 0) | (ids >= self.size)][0]
            raise ValueError(
                f"there is no character with the id {wrong}, expected 0 to {self.size - 1}"
            )
        return "".join(self.symbols[number - 1] for number in ids if number)


class Windows(NamedTuple):
    """Windows of a text, one a row.

    Attributes:
        inputs: int32 `(windows, length)`.
        targets: the same, one step later.
    """

    inputs: np.ndarray
    targets: np.ndarray


def windows(ids: np.ndarray, length: int, *, step: int | None = None) -> Windows:
    """Cuts a text into pieces to train on: at each position the target is the next character.

    A rest too short for a window is left out.

    Args:
        ids: `(time,)`.
        length: steps of a window.
        step: from one window's start to the next one's; by default `length`, so that each character
            is a target once.

    Returns:
        The `Windows`.

    Raises:
        ValueError: not one window fits (it needs `length + 1` characters), a length or step below
            1, or anything but one row of whole numbers.
    """
    ids = np.asarray(ids)
    length, step = expect.integer(length=length, step=length if step is None else step)
    if ids.ndim != 1 or ids.dtype.kind not in "iu":
        raise ValueError(
            f"ids must be one text, (time,) whole numbers, not {ids.dtype} {ids.shape}: encode it"
        )
    if len(ids) <= length:
        raise ValueError(
            f"a window of {length} and its targets need {length + 1} characters, but there are "
            f"{len(ids)}: make length smaller"
        )
    starts = np.arange(0, len(ids) - length, step)
    places = starts[:, None] + np.arange(length)  # (windows, length)
    ids = ids.astype("int32")
    return Windows(ids[places], ids[places + 1])
