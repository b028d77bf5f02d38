"""Keys and scales: which of them a tune obeys, and what it shares with other tunes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from utils import expect

from .notation import Note, bars, beats_in, notes, tonic

SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}  # above the tonic
LEADING_NOTE = 11  # a semitone below the tonic: minor raises its seventh to it, major has it

_TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_SHARPS, _FLATS = "FCGDAEB", "BEADGCF"  # the order in which a key signature adds them


def pitch_classes(key: str, mode: str) -> set[int]:
    """The notes of a scale, in whatever octave and spelling.

    Major has seven notes. Minor has the natural seventh and also the raised one of the harmonic
    minor, eight in all; the raised sixth of the melodic minor does not belong to it.

    Args:
        key: A letter with `#` or `b` or nothing after it.
        mode: `"major"` or `"minor"`.

    Returns:
        Semitones above C, from 0 to 11.

    Raises:
        ValueError: There is no such key or mode.
    """
    expect.one_of("mode", mode, SCALES)
    first = tonic(key)
    return {(first + step) % 12 for step in (*SCALES[mode], LEADING_NOTE)}


def signature(key: str, mode: str) -> dict[str, str]:
    """The accidentals at the beginning of each staff; minor has those of its natural scale.

    Args:
        key: A letter with `#` or `b` or nothing after it.
        mode: `"major"` or `"minor"`.

    Returns:
        `"#"` or `"b"` for each letter that has one, in the order of writing.

    Raises:
        ValueError: There is no such key or mode, or it would need more than seven accidentals.
    """
    expect.one_of("mode", mode, SCALES)
    tonic(key)  # refuses what is no key
    fifths = _SHARPS.index(key[0]) - 1 + 7 * {"#": 1, "b": -1}.get(key[1:], 0)
    fifths -= 3 * (mode == "minor")
    if abs(fifths) > 7:
        raise ValueError(
            f"{key} {mode} would need {abs(fifths)} accidentals, expected at most 7; name the same "
            "tonic otherwise, such as 'Ab' for 'G#'"
        )
    letters, sign = (_SHARPS[:fifths], "#") if fifths > 0 else (_FLATS[:-fifths], "b")
    return dict.fromkeys(letters, sign)


def spelling(key: str, mode: str) -> dict[int, str]:
    """How the notes of a scale are called in its key: F# in D major, and not Gb.

    Args:
        key: A letter with `#` or `b` or nothing after it.
        mode: `"major"` or `"minor"`; minor has both of its sevenths (see `pitch_classes`).

    Returns:
        Pitch class, from 0 to 11 above C → the note's name without its octave.

    Raises:
        ValueError: There is no such key or mode, or it would need more than seven accidentals.
    """
    signs = signature(key, mode)
    names = [letter + signs.get(letter, "") for letter in "CDEFGAB"]
    found = {tonic(name): name for name in names}
    leading = (tonic(key) + LEADING_NOTE) % 12
    if leading not in found:  # minor raises its seventh: the letter before the tonic's
        seventh = names["CDEFGAB".index(key[0]) - 1]
        found[leading] = seventh[0] if seventh.endswith("b") else f"{seventh}#"
    return found


def key_share(tokens: Sequence[str], key: str, mode: str) -> float | None:
    """The share of a tune's notes (by number) that belong to a scale (see `pitch_classes`).

    Args:
        tokens: The words of a tune.
        key: A letter with `#` or `b` or nothing after it.
        mode: `"major"` or `"minor"`.

    Returns:
        From 0 to 1; None for a tune that cannot be read or has no note.

    Raises:
        ValueError: There is no such key or mode.
    """
    scale = pitch_classes(key, mode)
    heard = _heard(tokens)
    return float(np.mean([note.midi % 12 in scale for note in heard])) if heard else None


def obeys_key(tokens: Sequence[str], key: str, mode: str) -> bool:
    """Whether every note belongs to the scale and the last one is the tonic.

    The last note counts because the scale alone does not say the key: C major and A minor share it.

    Args:
        tokens: The words of a tune.
        key: A letter with `#` or `b` or nothing after it.
        mode: `"major"` or `"minor"`.

    Returns:
        True or False; False for a tune that cannot be read or has no note.

    Raises:
        ValueError: There is no such key or mode.
    """
    share = key_share(tokens, key, mode)
    return share == 1 and _heard(tokens)[-1].midi % 12 == tonic(key)


def obeys_metre(tokens: Sequence[str], metre: str) -> bool:
    """Whether every bar has exactly the length of the metre.

    Args:
        tokens: The words of a tune.
        metre: Such as `"3/4"`.

    Returns:
        True or False; False for a tune that cannot be read or has no bar.

    Raises:
        ValueError: There is no such metre.
    """
    wanted = beats_in(metre)
    read = bars(tokens)
    return bool(read) and all(sum(note.beats for note in bar) == wanted for bar in read)


def guess_key(tokens: Sequence[str]) -> tuple[str, str] | None:
    """The key and mode that a tune seems to have.

    Of all 24, those with the most notes in the scale; among them, those whose tonic ends the tune;
    among them, the one whose tonic triad sounds longest.

    Args:
        tokens: The words of a tune.

    Returns:
        Such as `("Bb", "minor")`; None for a tune that cannot be read or has no note.
    """
    heard = _heard(tokens)
    if not heard:
        return None

    def fit(about):
        first = tonic(about[0])
        third = 4 if about[1] == "major" else 3
        triad = [(first + step) % 12 for step in (0, third, 7)]
        return (
            key_share(tokens, *about),
            heard[-1].midi % 12 == first,
            sum(note.beats for note in heard if note.midi % 12 in triad),
        )

    return max(((key, mode) for mode in SCALES for key in _TONICS), key=fit)


def longest_copies(
    tunes: Iterable[Sequence[str]], corpus: Iterable[Sequence[str]]
) -> list[int | None]:
    """How many successive notes of each tune occur, with the same intervals, in one of a corpus.

    Intervals in semitones are compared, so that a copy in another key counts, and rhythm and rests
    do not hide one. Short runs occur in any tune of a style: compare with tunes that were made like
    the corpus and are not in it.

    Args:
        tunes: The words of each.
        corpus: The tunes from which they may be copied.

    Returns:
        For each tune the notes in the longest such run: 0 without notes, 1 where no interval occurs
        there, None where the tune cannot be read.

    Raises:
        ValueError: A tune of the corpus cannot be read, or there is none.
    """
    known = [_intervals(tune) for tune in corpus]
    if not known:
        raise ValueError("the corpus has no tunes: give those of the training")
    if None in known:
        raise ValueError(f"tune {known.index(None)} of the corpus cannot be read: leave it out")
    text = "\n".join(known)  # no interval is written as a line break
    return [_longest_run(tune, text) for tune in tunes]


def _longest_run(tokens: Sequence[str], text: str) -> int | None:
    intervals = _intervals(tokens)
    if intervals is None:
        return None
    longest = 0
    for start in range(len(intervals)):
        while (run := intervals[start : start + longest + 1]) in text and len(run) > longest:
            longest += 1
    return longest + 1 if _heard(tokens) else 0


def _intervals(tokens: Sequence[str]) -> str | None:
    """A melody's intervals, each as one letter, so that a run of them is part of a text."""
    heard = _heard(tokens)
    if heard is None:
        return None
    pitches = [note.midi for note in heard]
    return "".join(chr(500 + after - before) for before, after in pairwise(pitches))


def _heard(tokens: Sequence[str]) -> list[Note] | None:
    """The notes without the rests."""
    read = notes(tokens)
    return None if read is None else [note for note in read if note.midi is not None]
