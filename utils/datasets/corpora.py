"""One long text, character by character: what a language model reads.

    train, test = corpora.split(corpora.python_docs())
    characters = text.Characters.of(train)
    inputs, targets = text.windows(characters.encode(train), 100)

`python_docs` is always there; `shakespeare` needs its file.
"""

import hashlib
import os
import unicodedata
from pathlib import Path

from utils import expect

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

    Returns:
        The text.

    Raises:
        FileNotFoundError: this Python comes without its reference.
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

    Args:
        folder: where `input.txt` or `tiny-shakespeare/input.txt` lies; without it, the folder that
            the environment variable RNN_COURSE_DATA names.

    Returns:
        The text.

    Raises:
        FileNotFoundError: the file is not there; the message says where it is published.
        ValueError: it is another text, for its scores could not be compared with those of others.
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

    Args:
        text: the whole text.
        held_out: share of the characters in the second part.

    Returns:
        Both parts.

    Raises:
        ValueError: the share is not between 0 and 1, or leaves one part empty.
    """
    held_out = expect.number("held_out", held_out, above=0, below=1)
    first = len(text) - round(held_out * len(text))
    if not 0 < first < len(text):
        raise ValueError(
            f"a text of {len(text)} characters cannot be split so that {held_out:g} of them are "
            "held out: one part would be empty"
        )
    return text[:first], text[first:]
