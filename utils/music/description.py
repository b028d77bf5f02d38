"""Tunes in a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .notation import REST, Written, read
from .theory import guess_key


def describe(tokens: Sequence[str]) -> str:
    """One sentence about a tune for those who do not hear it.

    It names the key that it seems to have (`guess_key`), the metre, the number of bars and notes,
    the range, the first and the last note, how it moves and where it is highest and lowest.

    Args:
        tokens: The words of a tune.

    Returns:
        The sentence.

    Raises:
        ValueError: The words are no tune, or there is no note.
    """
    bars = read(tokens)
    placed = [(written, number) for number, bar in enumerate(bars, 1) for written in bar]
    heard = [(written, number) for written, number in placed if written.name != REST]
    if not heard:
        raise ValueError("there is no note in this tune: nothing to describe")
    names = [_spoken(written.name) for written, _ in heard]
    pitches = [written.note.midi for written, _ in heard]
    low, high = int(np.argmin(pitches)), int(np.argmax(pitches))
    key, mode = guess_key(tokens)
    return (
        f"A tune in {_spoken(key)} {mode}, {_counted(len(bars), 'bar')} {_metre(bars)}: "
        f"{_counted(len(heard), 'note')} between {names[low]} and {names[high]}, from {names[0]} "
        f"to {names[-1]}, {_movement(pitches)}, first at its lowest in bar {heard[low][1]}, at its "
        f"highest in bar {heard[high][1]}."
    )


def _spoken(name: str) -> str:
    return name.replace("#", " sharp ").replace("b", " flat ").rstrip()


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _metre(bars: list[list[Written]]) -> str:
    lengths = {float(sum(written.note.beats for written in bar)) for bar in bars}
    if len(lengths) > 1:
        return "of different lengths"
    [beats] = lengths
    return f"of {beats:g}/4" if beats.is_integer() else f"of {2 * beats:g}/8"


def _movement(pitches: list[int]) -> str:
    moves = np.abs(np.diff(pitches))
    if not moves.size:
        return "without a move"
    steps, leaps = np.mean((moves > 0) & (moves <= 2)), np.mean(moves > 2)
    if steps >= 0.5:
        return "mostly by step"
    return "mostly by leap" if leaps >= 0.5 else "with many repeated notes"
