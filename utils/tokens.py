"""The ids that every model of the course shares, and rows of ids as a rectangle."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from utils import expect

PAD, UNK, START, END = range(4)
SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[START]", "[END]")


def real_ids(ids: Sequence[int]) -> list[int]:
    """The ids of one row up to `[END]`, without padding and `[START]`."""
    kept = []
    for number in np.asarray(ids).tolist():
        if number == END:
            break
        if number not in (PAD, START):
            kept.append(number)
    return kept


def pad(rows: Sequence[np.ndarray], length: int | None = None) -> np.ndarray:
    """Rows of different lengths as one int32 array (batch, time), `[PAD]` at the end of each.

    Args:
        rows: ids, each of its own length.
        length: at least so many steps; by default as many as the longest row has. It never cuts:
            where a row is longer, so is the array. To cut, see `max_length` of `encode_rows`.

    Raises:
        ValueError: a length that is no whole number from 0 on.
    """
    if length is not None:
        [length] = expect.integer(0, length=length)
    longest = max((len(row) for row in rows), default=0)
    padded = np.full((len(rows), max(longest, length or 0, 1)), PAD, dtype="int32")
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded
