"""Reading, judging and playing tunes that are written as words.

A tune is a list of words such as `["E4", "1/4", "rest", "1/4", "|"]`: a pitch (a letter, `#` or
`b`, and the octave; C4 is middle C) or `rest`, then its duration as a part of a whole note; `|`
ends a bar, and may be missing after the last one. A beat is a quarter note. `utils.datasets.tunes`
makes such tunes, and a network that writes them breaks the rules now and then: what judges a tune
returns None or False where it cannot be read, and what plays or describes it says which word is
wrong.
"""

from __future__ import annotations

import base64
import html
import io
import re
import wave as wave_file
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from utils import expect

RATE = 11_025  # samples a second: enough for tones below 5 kHz, a quarter of a CD's data
PEAK = 0.9  # of the loudest possible sample

_PITCH = re.compile(r"([A-G])([#b]?)([0-8])")
_KEY = re.compile(r"([A-G])([#b]?)")
_PART = re.compile(r"([1-9]\d?)/(1|2|4|8|16)")  # a duration or a metre
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11, "#": 1, "b": -1, "": 0}
_TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10, 11)}

_HARMONICS = (1, 0.45, 0.25, 0.12, 0.06)  # strengths of the tone and its overtones
_ATTACK, _RELEASE, _DECAY = 0.012, 0.04, 0.7  # seconds


class Note(NamedTuple):
    """midi: the key of a keyboard, 60 for middle C; None for a rest. beats: quarter notes."""

    midi: int | None
    beats: float


# ----------------------------------------------------------------------------------------- reading


def bars(tokens: Sequence[str]) -> list[list[Note]] | None:
    """The notes and rests of each bar; None where the words are no tune.

    None means: a word that is neither pitch, `rest`, duration nor `|`, a pitch without a duration,
    or a duration without a pitch. A bar may be empty, and of any length.
    """
    try:
        return _read(tokens)
    except ValueError:
        return None


def notes(tokens: Sequence[str]) -> list[Note] | None:
    """All notes and rests of a tune, in order; None where the words are no tune (see `bars`)."""
    read = bars(tokens)
    return None if read is None else [note for bar in read for note in bar]


def _read(tokens: Sequence[str]) -> list[list[Note]]:
    """The bars; ValueError says which word does not fit, and what was expected there."""
    if isinstance(tokens, str):
        raise TypeError(f"expected a list of words, got one text, {tokens[:60]!r}: split it")
    read, open_bar, waiting = [], [], None  # waiting: the pitch whose duration comes next
    for place, word in enumerate([*tokens, "|"]):
        is_end = place == len(tokens)
        if waiting is not None:
            if is_end or not _matches(_PART, word):
                found = "the tune ends" if is_end else f"there is {word!r}"
                raise ValueError(
                    f"this is no tune: at word {place} {found}, expected the duration of "
                    f"{waiting!r}, such as '1/4'"
                )
            open_bar.append(Note(_midi(waiting), 4 * _part(word)))
            waiting = None
        elif word == "|":
            if open_bar or not is_end:
                read.append(open_bar)
            open_bar = []
        elif word == "rest" or _matches(_PITCH, word):
            waiting = word
        else:
            raise ValueError(
                f"this is no tune: at word {place} there is {word!r}, expected a pitch such as "
                f"'C4', 'rest' or '|'"
            )
    return read


def _matches(pattern: re.Pattern, word) -> bool:
    return isinstance(word, str) and pattern.fullmatch(word) is not None


def _midi(word: str) -> int | None:
    if word == "rest":
        return None
    letter, accidental, octave = _PITCH.fullmatch(word).groups()
    return 12 * (int(octave) + 1) + _SEMITONES[letter] + _SEMITONES[accidental]


def _part(word: str) -> float:
    whole, of = _PART.fullmatch(word).groups()
    return int(whole) / int(of)  # exact: the divisors are powers of two


def _sounding(tokens: Sequence[str]) -> list[Note] | None:
    read = notes(tokens)
    return None if read is None else [note for note in read if note.midi is not None]


# ----------------------------------------------------------------------------------------- judging


def key_share(tokens: Sequence[str], key: str, mode: str) -> float | None:
    """The share of a tune's notes (by number) that belong to a scale.

    key: a letter with `#` or `b` or nothing after it. mode: `"major"`, or `"minor"`, which has the
    natural seventh and also the raised one of the harmonic minor, eight notes in all. The raised
    sixth of the melodic minor does not belong to it. Octave and spelling do not matter.

    Returns None for a tune that cannot be read or has no note.

    Raises ValueError for a key or mode that does not exist.
    """
    scale = pitch_classes(key, mode)
    heard = _sounding(tokens)
    return float(np.mean([note.midi % 12 in scale for note in heard])) if heard else None


def obeys_key(tokens: Sequence[str], key: str, mode: str) -> bool:
    """Whether every note belongs to the scale (see `key_share`) and the last is the tonic.

    The last note counts because the scale alone does not say the key: C major and A minor share it.
    """
    share = key_share(tokens, key, mode)
    return share == 1 and _sounding(tokens)[-1].midi % 12 == _tonic(key)


def obeys_metre(tokens: Sequence[str], metre: str) -> bool:
    """Whether every bar has exactly the length of the metre, such as `"3/4"`; False for no tune.

    Raises ValueError for what is not a metre.
    """
    if not _matches(_PART, metre):
        raise ValueError(f"metre is {metre!r}, expected one such as '3/4'")
    read = bars(tokens)
    wanted = 4 * _part(metre)
    return bool(read) and all(sum(note.beats for note in bar) == wanted for bar in read)


def pitch_classes(key: str, mode: str) -> set[int]:
    """The pitch classes of a scale, semitones above C from 0 to 11 (see `key_share`)."""
    expect.one_of("mode", mode, _SCALES)
    tonic = _tonic(key)
    return {(tonic + step) % 12 for step in _SCALES[mode]}


def _tonic(key: str) -> int:
    if not _matches(_KEY, key):
        raise ValueError(
            f"key is {key!r}, expected a letter from A to G, with # or b after it where "
            f"needed, such as 'Bb'"
        )
    letter, accidental = _KEY.fullmatch(key).groups()
    return (_SEMITONES[letter] + _SEMITONES[accidental]) % 12


def guess_key(tokens: Sequence[str]) -> tuple[str, str] | None:
    """The key and mode that a tune seems to have, such as `("Bb", "minor")`.

    Of all 24, those with the most notes in the scale; among them, those whose tonic ends the tune;
    among them, the one whose tonic triad sounds longest. None for no tune, or one without notes.
    """
    heard = _sounding(tokens)
    if not heard:
        return None

    def fit(about):
        tonic = _tonic(about[0])
        third = 4 if about[1] == "major" else 3
        triad = [(tonic + step) % 12 for step in (0, third, 7)]
        return (
            key_share(tokens, *about),
            heard[-1].midi % 12 == tonic,
            sum(note.beats for note in heard if note.midi % 12 in triad),
        )

    return max(((key, mode) for mode in _SCALES for key in _TONICS), key=fit)


def longest_copies(
    tunes: Iterable[Sequence[str]], corpus: Iterable[Sequence[str]]
) -> list[int | None]:
    """How many successive notes of each tune occur, with the same intervals, in one of a corpus.

    Intervals in semitones are compared, so that a copy in another key counts, and rhythm and rests
    do not hide one. Short runs occur in any tune of a style: compare with tunes that were made like
    the corpus and are not in it.

    Returns for each tune the notes in the longest such run: 0 without notes, 1 where no interval
    occurs there, None where the tune cannot be read.

    Raises ValueError for a tune in the corpus that cannot be read, or a corpus without tunes.
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
    return longest + 1 if _sounding(tokens) else 0


def _intervals(tokens: Sequence[str]) -> str | None:
    """A melody's intervals, each as one letter, so that a run of them is part of a text."""
    heard = _sounding(tokens)
    if heard is None:
        return None
    pitches = [note.midi for note in heard]
    return "".join(chr(500 + after - before) for before, after in pairwise(pitches))


# ----------------------------------------------------------------------------------------- playing


def waveform(tokens: Sequence[str], *, tempo: float = 120, rate: int = RATE) -> np.ndarray:
    """A tune as sound.

    Each note is a tone with a few overtones, which begins and ends in silence (so nothing clicks
    where notes meet) and fades a little meanwhile. Equal temperament, A4 = 440 Hz.

    Args:
        tokens: the words of a tune.
        tempo: quarter notes a minute.
        rate: samples a second.

    Returns:
        float32 `(samples,)` between -0.9 and 0.9; round(60 beats rate / tempo) samples.

    Raises:
        ValueError: the words are no tune (the message says where), tempo is not between 20 and 400,
            or rate is not a whole number between 8,000 and 48,000.
    """
    tempo = expect.number("tempo", tempo, at_least=20, at_most=400)
    _check_rate(rate)
    played = [note for bar in _read(tokens) for note in bar]
    beats = np.cumsum([0, *(note.beats for note in played)])
    borders = np.round(60 * beats * rate / tempo).astype(int)  # not note by note: no drift
    wave = np.zeros(borders[-1], dtype=np.float32)
    for note, (start, stop) in zip(played, pairwise(borders), strict=True):
        if note.midi is not None:
            wave[start:stop] = _tone(note.midi, stop - start, rate)
    return wave


def _tone(midi: int, samples: int, rate: int) -> np.ndarray:
    frequency = 440 * 2 ** ((midi - 69) / 12)
    time = np.arange(samples) / rate
    tone = np.zeros(samples)
    for number, strength in enumerate(_HARMONICS, 1):
        if number * frequency < rate / 2:  # what is higher would come back as a wrong, lower tone
            tone += strength * np.sin(2 * np.pi * number * frequency * time)
    tone *= PEAK / sum(_HARMONICS) * np.exp(-time / _DECAY)
    attack, release = (min(round(part * rate), samples // 2) for part in (_ATTACK, _RELEASE))
    tone[:attack] *= _rise(attack)
    tone[samples - release :] *= _rise(release)[::-1]
    return tone


def _rise(samples: int) -> np.ndarray:
    """From 0 upwards to nearly 1, without a corner at either end."""
    return 0.5 - 0.5 * np.cos(np.pi * np.arange(samples) / max(samples, 1))


def show_sound(wave: np.ndarray, rate: int = RATE, *, alt: str) -> None:
    """Displays a player for a sound in the notebook, with its description below it.

    The sound is part of the page, as a WAV file of 16 bits: about 29 kB a second at 11,025 Hz.
    Programs that show no HTML get the description as plain text.

    Args:
        wave: `(samples,)` between -1 and 1.
        rate: samples a second.
        alt: what one hears, at least eight words, for those who do not hear it; `describe` writes
            it for a tune.

    Raises:
        ValueError: another shape, values that are not finite or beyond -1 to 1, a rate out of
            bounds (see `waveform`), or an alt that says too little.
    """
    from IPython.display import display

    from utils.plotting import check_alt

    alt = check_alt(alt)
    data = base64.b64encode(_wav(wave, rate)).decode("ascii")
    text = html.escape(alt)
    page = (
        f'<figure style="margin:0"><audio controls preload="metadata" aria-label="{text}" '
        f'src="data:audio/wav;base64,{data}"></audio><figcaption>{text}</figcaption></figure>'
    )
    display({"text/html": page, "text/plain": alt}, raw=True)


def _wav(wave: np.ndarray, rate: int) -> bytes:
    wave = np.asarray(wave)
    if wave.ndim != 1 or not wave.size or wave.dtype.kind != "f":
        raise ValueError(
            f"expected a sound as floats (samples,), got {wave.dtype} {wave.shape}; "
            f"`waveform` makes one"
        )
    loudest = np.abs(wave).max()
    if not loudest <= 1:
        raise ValueError(
            f"the sound reaches {loudest:.3g}, expected finite values from -1 to 1: divide it by "
            f"its largest"
        )
    _check_rate(rate)
    file = io.BytesIO()
    with wave_file.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(np.round(wave * 32767).astype("<i2").tobytes())
    return file.getvalue()


def _check_rate(rate: int) -> None:
    expect.integer(8_000, rate=rate)
    expect.number("rate", rate, at_most=48_000)


def describe(tokens: Sequence[str]) -> str:
    """One sentence about a tune for those who do not hear it.

    It names the key that it seems to have (`guess_key`), the metre, the number of bars and notes,
    the range, the first and the last note, how it moves and where it is highest and lowest.

    Raises ValueError where the words are no tune, or there is no note.
    """
    read = _read(tokens)
    heard = [(note.midi, number) for number, bar in enumerate(read, 1) for note in bar]
    heard = [(midi, number) for midi, number in heard if midi is not None]
    if not heard:
        raise ValueError("there is no note in this tune: nothing to describe")
    names = [_spoken(word) for word in tokens if _matches(_PITCH, word)]
    pitches = [midi for midi, _ in heard]
    low, high = int(np.argmin(pitches)), int(np.argmax(pitches))
    key, mode = guess_key(tokens)
    return (
        f"A tune in {_spoken(key)} {mode}, {_counted(len(read), 'bar')} {_metre(read)}: "
        f"{_counted(len(heard), 'note')} between {names[low]} and {names[high]}, from {names[0]} "
        f"to {names[-1]}, {_movement(pitches)}, first at its lowest in bar {heard[low][1]}, at its "
        f"highest in bar {heard[high][1]}."
    )


def _spoken(name: str) -> str:
    return name.replace("#", " sharp ").replace("b", " flat ").rstrip()


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _metre(read: list[list[Note]]) -> str:
    lengths = {float(sum(note.beats for note in bar)) for bar in read}
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
