r"""Files: where the course's data lie, text read line by line, and files written in one step.

A line ends in `\n` or `\r\n`, or in `\r` where a file has no `\n` at all, and in nothing else.
`str.splitlines` would also cut at U+2028, U+0085, a form feed …, which occur inside real sentences,
and one such cut shifts every later line of a file against its translation.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import unicodedata
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data"

SAVE_AS_UTF_8 = "save it as UTF-8"  # what to do with most files that are no text

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


# ----------------------------------------------------------------------------------------- reading


def read_text(path: str | os.PathLike, advice: str = SAVE_AS_UTF_8) -> str:
    r"""A UTF-8 file in Unicode form NFC, with `\n` for every line end, without byte-order marks.

    A `\r` that ends no line becomes a space: left as it is, it would hide half a line on a screen.

    Args:
        path: The file.
        advice: What to do with a file that is not text in UTF-8; the end of the messages.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is empty, UTF-16, no UTF-8 or no text.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}")
    content = path.read_bytes()
    if content.startswith(_UTF_16):
        raise ValueError(f"{path} is UTF-16, expected UTF-8: {advice}")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _one_line_end(content[: error.start].decode("utf-8")).count("\n") + 1
        raise ValueError(
            f"{path}, line {line}: byte 0x{content[error.start]:02x} at position {error.start} is "
            f"not UTF-8 ({error.reason}): {advice}"
        ) from error
    text = _one_line_end(text)
    if "\0" in text:  # UTF-16 text of plain letters is valid UTF-8, with a zero after each
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ValueError(
            f"{path}, line {line}: zero bytes, so it may be UTF-16 or no text: {advice}"
        )
    if not text.strip():
        raise ValueError(f"{path} is empty: {advice}")
    return unicodedata.normalize("NFC", text)


def _one_line_end(text: str) -> str:
    r"""Text with `\n` for every line end and no byte-order marks; joined files have several."""
    if "\n" not in text:  # an old Macintosh's
        text = text.replace("\r", "\n")
    text = re.sub(r"\r+\n", "\n", text).replace("\r", " ")
    return re.sub("^\ufeff", "", text, flags=re.MULTILINE)


def read_lines(path: str | os.PathLike, advice: str = SAVE_AS_UTF_8) -> list[str]:
    """The lines of a file; the last one's end may be missing.

    Empty lines stay, also those at the end: they count where another file is read beside this one.

    Args:
        path: The file.
        advice: As in `read_text`.

    Raises:
        FileNotFoundError: As `read_text`.
        ValueError: As `read_text`.
    """
    return read_text(path, advice).removesuffix("\n").split("\n")


def read_table(
    path: str | os.PathLike,
    columns: Sequence[str],
    *,
    separator: str = "\t",
    advice: str = SAVE_AS_UTF_8,
) -> list[tuple[int, list[str]]]:
    """The rows below a table's header, each with its line number; no quoting.

    Empty lines at the end are left out, and nowhere else.

    Args:
        path: The file.
        columns: What its header names, in this order.
        separator: What stands between two cells.
        advice: As in `read_text`.

    Returns:
        For each row its line, counted from 1, and its cells, as many as columns.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: As in `read_text`; another header; a row with more or fewer cells; no row.
    """
    path = Path(path)
    header, *lines = read_text(path, advice).rstrip("\n").split("\n")
    if header.split(separator) != list(columns):
        raise line_error(
            path, 1,
            f"expected the header {separator.join(columns)!r}, found {header[:200]!r}: {advice}",
        )  # fmt: skip
    if not lines:
        raise ValueError(f"{path} is empty below its header: {advice}")
    rows = [(number, line.split(separator)) for number, line in enumerate(lines, 2)]
    for number, cells in rows:
        if len(cells) != len(columns):
            raise line_error(
                path, number,
                f"{len(cells)} columns instead of {len(columns)} ({', '.join(columns)})",
            )  # fmt: skip
    return rows


def line_error(path: Path, number: int, problem: str) -> ValueError:
    """The error that says where in a file a problem is."""
    return ValueError(f"{path}, line {number}: {problem}")


# ----------------------------------------------------------------------------------------- writing


@contextlib.contextmanager
def replacing(path: str | os.PathLike) -> Iterator[Path]:
    """Writes a file in one step: readers see the old one or the new one, and never half of it.

        with replacing("model.keras") as temporary:
            model.save(temporary)

    The block writes to the path it is given, which lies beside `path` and has the same ending, as
    libraries go by it. It then takes the file's place; when the block fails it is removed, and
    what was there stays.

    Raises:
        FileNotFoundError: There is no folder to write into.
    """
    path = Path(path).expanduser().resolve()  # of a link the file it leads to is written
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {path.parent} to write {path.name} into")
    # Its own name each time, for two processes may write the same file at once.
    temporary = path.with_name(f".{path.stem[:40]}.{uuid.uuid4().hex[:8]}{path.suffix}")
    try:
        yield temporary
        if path.exists():
            shutil.copymode(path, temporary)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_whole(path: str | os.PathLike, content: str | bytes) -> None:
    """Writes text, in UTF-8 and with its own line ends, or bytes in one step: see `replacing`."""
    with replacing(path) as temporary, open(temporary, "wb") as stream:
        stream.write(content.encode("utf-8") if isinstance(content, str) else content)
