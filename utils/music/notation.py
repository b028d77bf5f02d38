"""What a tune is as words, and the one way to read it.

A tune is a list of words such as `["E4", "1/4", "rest", "1/4", "|"]`: a pitch (a letter, `#` or
`b`, and the octave; C4 is middle C) or `rest`, then its duration as a part of a whole note; `|`
ends a bar, and may be missing after the last one. A bar may be empty, and of any length. A beat is
a quarter note.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

REST, BAR = "rest", "|"
DURATIONS = ("1/1", "3/4", "1/2", "3/8", "1/4", "3/16", "1/8", "1/16")  # of one note, without a tie

_PITCH = re.compile(r"([A-G])([#b]?)([0-8])")
_KEY = re.compile(r"([A-G])([#b]?)")
_METRE = re.compile(r"([1-9]\d?)/(1|2|4|8|16)")
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "#": 1, "b": -1, "": 0}
_END = object()  # stands where a word is missing


class Note(NamedTuple):
    """What sounds.

    Attributes:
        midi: the key of a keyboard, 60 for middle C; None for a rest.
        beats: quarter notes.
    """

    midi: int | None
    beats: float


class Pitch(NamedTuple):
    """A pitch as it is spelled.

    Attributes:
        letter: from A to G.
        accidental: `#`, `b` or nothing.
        octave: 4 from middle C upwards.
    """

    letter: str
    accidental: str
    octave: int

    @property
    def midi(self) -> int:
        """The key of a keyboard, 60 for middle C: `B#3` is `C4`, and `Cb4` is `B3`."""
        return 12 * (self.octave + 1) + _SEMITONES[self.letter] + _SEMITONES[self.accidental]


class Written(NamedTuple):
    """A note or rest on paper.

    Attributes:
        name: such as `Bb4`, or `rest`.
        duration: one of `DURATIONS`.
    """

    name: str
    duration: str

    @property
    def note(self) -> Note:
        """What sounds."""
        midi = None if self.name == REST else pitch(self.name).midi
        return Note(midi, _quarters(self.duration))


def read(tokens: Sequence[str]) -> list[list[Written]]:
    """The notes and rests of each bar, as they are written.

    Args:
        tokens: The words.

    Returns:
        A list for each bar; nothing for what follows the last bar line, where nothing follows it.

    Raises:
        ValueError: A word is neither pitch, `rest`, duration nor `|`, a pitch has no duration, or a
            duration no pitch. The message says which word, and what was expected there.
        TypeError: One text instead of a list of words.
    """
    if isinstance(tokens, str):
        raise TypeError(f"expected a list of words, got one text, {tokens[:60]!r}: split it")
    words = enumerate(tokens)
    complete, open_bar = [], []
    for place, word in words:
        if not isinstance(word, str) or word not in (REST, BAR) and not _PITCH.fullmatch(word):
            raise ValueError(
                f"this is no tune: at word {place} there is {word!r}, expected a pitch such as "
                f"'C4', {REST!r} or {BAR!r}"
            )
        if word == BAR:
            complete.append(open_bar)
            open_bar = []
        else:
            open_bar.append(Written(word, _duration(word, *next(words, (place + 1, _END)))))
    return [*complete, open_bar] if open_bar else complete


def _duration(name: str, place: int, word) -> str:
    if not isinstance(word, str) or word not in DURATIONS:
        found = "the tune ends" if word is _END else f"there is {word!r}"
        raise ValueError(
            f"this is no tune: at word {place} {found}, expected the duration of {name!r}, one of "
            f"{', '.join(DURATIONS)}"
        )
    return word


def bars(tokens: Sequence[str]) -> list[list[Note]] | None:
    """The notes and rests of each bar, as they sound.

    Args:
        tokens: The words.

    Returns:
        A list for each bar; None for words that are no tune (see `read`).

    Raises:
        TypeError: One text instead of a list of words.
    """
    try:
        return [[written.note for written in bar] for bar in read(tokens)]
    except ValueError:
        return None


def notes(tokens: Sequence[str]) -> list[Note] | None:
    """All notes and rests of a tune, in order.

    Args:
        tokens: The words.

    Returns:
        A list; None for words that are no tune (see `read`).

    Raises:
        TypeError: One text instead of a list of words.
    """
    in_bars = bars(tokens)
    return None if in_bars is None else [note for bar in in_bars for note in bar]


def _quarters(part: str) -> float:
    """How many quarter notes a part of a whole one lasts; exact, the divisors being powers of 2."""
    count, of = map(int, part.split("/"))
    return 4 * count / of


def pitch(name: str) -> Pitch:
    """The parts of a pitch's name.

    Args:
        name: Such as `Bb4`.

    Returns:
        Letter, accidental and octave, and with them the MIDI number.

    Raises:
        ValueError: It is no pitch.
    """
    letter, accidental, octave = _parts(_PITCH, "pitch", name, (
        "a letter from A to G, # or b where needed, and an octave from 0 to 8, such as 'Bb4'"
    ))  # fmt: skip
    return Pitch(letter, accidental, int(octave))


def tonic(key: str) -> int:
    """The pitch class of a key's first note, semitones above C from 0 to 11.

    Args:
        key: A letter with `#` or `b` or nothing after it. Spelling does not matter.

    Returns:
        A whole number.

    Raises:
        ValueError: It is no key.
    """
    letter, accidental = _parts(_KEY, "key", key, (
        "a letter from A to G, with # or b after it where needed, such as 'Bb'"
    ))  # fmt: skip
    return (_SEMITONES[letter] + _SEMITONES[accidental]) % 12


def beats_in(metre: str) -> float:
    """How many beats, which are quarter notes, a bar has.

    Args:
        metre: Such as `3/4` or `6/8`, which both have three.

    Returns:
        Their number; 1.5 for `3/8`.

    Raises:
        ValueError: It is no metre.
    """
    _parts(_METRE, "metre", metre, "one such as '3/4'")
    return _quarters(metre)


def _parts(pattern: re.Pattern, what: str, word, expected: str) -> tuple[str, ...]:
    found = pattern.fullmatch(word) if isinstance(word, str) else None
    if found is None:
        raise ValueError(f"{what} is {word!r}, expected {expected}")
    return found.groups()
