"""One long text, character by character: what a language model reads.

    train, test = text.split(text.python_docs())
    characters = text.Characters.of(train)
    inputs, targets = text.windows(characters.encode(train), 100)

`python_docs` is always there; `shakespeare` needs its file.
"""

import hashlib
import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from utils import expect, typography

from .download import ENVIRONMENT_VARIABLE

SHAKESPEARE = Path("tiny-shakespeare") / "input.txt"
SHAKESPEARE_SIZE = 1_115_394  # bytes and characters alike
SHAKESPEARE_SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"
SHAKESPEARE_ADDRESS = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"
)

# What the keyboard has for what typography has.
_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "--", "…": "...", "ß": "ss", "\t": " ",
})  # fmt: skip


def python_docs() -> str:
    """The language reference that every Python carries, as its `help()` shows it.

    Some 400,000 characters of technical English with examples, its paragraphs wrapped at 70
    characters. Typographic signs are replaced by plain ones, so that only printable ASCII and the
    newline occur. Chapters stand in the order of their names; a paragraph that an earlier chapter
    has, too, is left out, so that what is held out is not a copy. The text is the same wherever the
    version of Python is; between versions it differs a little, so compare scores on one version
    only.

    Raises FileNotFoundError when this Python comes without its reference.
    """
    try:
        from pydoc_data.topics import topics
    except ImportError as error:
        raise FileNotFoundError(
            "this Python comes without its reference (the module pydoc_data): install the full "
            "standard library, or read a text file of your own with Path(...).read_text()"
        ) from error
    chapters = [topics[name].strip("\n") for name in sorted(topics)]
    return _without_repeats(_plain("\n\n\n".join(chapters))) + "\n"


def _without_repeats(text: str) -> str:
    """Each paragraph where it occurs first."""
    return "\n\n".join(dict.fromkeys(text.split("\n\n")))


def _plain(text: str) -> str:
    """Printable ASCII and newlines, without spaces at the ends of lines."""
    text = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = "".join(c if c == "\n" or " " <= c <= "~" else "?" for c in text)
    return "\n".join(line.rstrip() for line in text.split("\n"))


def shakespeare(folder: str | os.PathLike | None = None) -> str:
    """Tiny Shakespeare: 1,115,394 characters of his plays, 65 different ones (Karpathy 2015).

    folder: where `input.txt` or `tiny-shakespeare/input.txt` lies; without it, the folder that the
    environment variable RNN_COURSE_DATA names.

    Raises FileNotFoundError when the file is not there, and says where it is published; ValueError
    when it is another text, for its scores could not be compared with those of others.
    """
    given = folder if folder is not None else os.environ.get(ENVIRONMENT_VARIABLE) or None
    get_it = (
        f"save {SHAKESPEARE_ADDRESS} as DIR/{SHAKESPEARE.as_posix()}, and give folder=DIR or set "
        f"{ENVIRONMENT_VARIABLE}=DIR"
    )
    if given is None:
        raise FileNotFoundError(f"Tiny Shakespeare does not come with the course: {get_it}")
    root = Path(given).expanduser()
    path = next((p for p in (root / SHAKESPEARE, root / SHAKESPEARE.name) if p.is_file()), None)
    if path is None:
        raise FileNotFoundError(
            f"there is neither {SHAKESPEARE.as_posix()} nor {SHAKESPEARE.name} in {root}: {get_it}"
        )
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != SHAKESPEARE_SHA256:
        raise ValueError(
            f"{path} is not Tiny Shakespeare as published: expected {SHAKESPEARE_SIZE:,} bytes "
            f"with SHA-256 {SHAKESPEARE_SHA256}, found {len(content):,} bytes with SHA-256 "
            f"{found}. Replace it, or read a text of your own with Path(...).read_text()"
        )
    return content.decode("ascii")


def split(text: str, held_out: float = 0.1) -> tuple[str, str]:
    """Cuts a text in two: what comes first is for training, the end for testing.

    held_out: share of the characters in the second part.

    Raises ValueError when the share is not between 0 and 1, or leaves one part empty.
    """
    held_out = expect.number("held_out", held_out, above=0, below=1)
    first = len(text) - round(held_out * len(text))
    if not 0 < first < len(text):
        raise ValueError(
            f"a text of {len(text)} characters cannot be split so that {held_out:g} of them are "
            "held out: one part would be empty"
        )
    return text[:first], text[first:]


class Characters(NamedTuple):
    """A vocabulary of characters; ids count from 1, because 0 is padding.

    An accented letter is one character (Unicode form NFC), however the text was typed.

    Attributes:
        symbols: all characters, in the order of their ids: the first has id 1.
    """

    symbols: str

    @classmethod
    def of(cls, text: str) -> "Characters":
        """All characters of a text, in the order of their code points.

        Raises ValueError for an empty text.
        """
        if not text:
            raise ValueError("an empty text has no characters to make a vocabulary of")
        return cls("".join(sorted(set(unicodedata.normalize("NFC", text)))))

    @property
    def size(self) -> int:
        """How many ids there are, 0 included: the `vocabulary_size` of a model."""
        return len(self.symbols) + 1

    def encode(self, text: str, replace: str | None = None) -> np.ndarray:
        """Text to ids, int32 (time,).

        A sign outside the vocabulary is read as what a keyboard has for it, where that is inside
        (`typography.characters`): the apostrophe of l’été as that of l'été.

        replace: a character of the vocabulary to be read instead of each unknown one.

        Raises ValueError, naming it, for a character outside the vocabulary.
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
        """Ids (time,) to text; padding is left out.

        Raises ValueError for ids outside the vocabulary, and for more than one row.
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
    """inputs: int32 `(windows, length)`. targets: the same, one step later."""

    inputs: np.ndarray
    targets: np.ndarray


def windows(ids: np.ndarray, length: int, *, step: int | None = None) -> Windows:
    """Cuts a text into pieces to train on: at each position the target is the next character.

    ids: `(time,)`. length: steps of a window. step: from one window's start to the next one's; by
    default `length`, so that each character is a target once. A rest too short for a window is
    left out.

    Raises ValueError when not one window fits (it needs `length + 1` characters), for a length or
    step below 1, and for anything but one row of whole numbers.
    """
    ids = np.asarray(ids)
    length, step = expect.whole(length=length, step=length if step is None else step)
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
