"""Melodies with key, mode and metre known, made by rules from a seed.

A tune has four phrases, A A' B A'', which one can hear: A' begins as A does and ends on the
dominant, B brings another rhythm and another harmony, A'' begins as A does and turns to a long
tonic. Each phrase is two cells of rhythm. A cell fills a bar of 2/4 or 3/4 (eight bars a tune) or
half a bar of 4/4 (four bars).

The notes of a cell begin on a tone of its chord (I, IV or V) and mostly move by step. A leap of a
fourth or more turns back; none is wider than a sixth, and none is a tritone. Every tune stays
between B3 (or Bb3) and F5 (or F#5), an octave and a half that a voice can sing, in whatever key it
is: the key shows in the scale and in the last note, not in how high the notes are. Some tunes
breathe in the middle: a rest.

Minor is the natural minor scale, and its seventh is raised where it leads up to the tonic (the
leading note of the harmonic minor); the sixth is never raised. Every tune has the third, which
tells minor from major.

A tune is written as words: a pitch or `rest`, then its duration as a part of a whole note, and `|`
at the end of each bar, the last one too.

    E4 1/4 D4 1/8 C4 1/8 | D4 1/2 |

Pitch and duration are two words, because as one word (`C4:1/4`) they would need some 150 instead of
the 35 of `WORDS`, most of them rare. A tune has 46 words on average, of 28 to 68.
Pitches are spelled as people spell them in the key: Bb in F major, A# in B major.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from itertools import accumulate, pairwise

import numpy as np

from utils import expect

from ._arguments import generator

# No scale on these eight tonics needs Cb, E# or a double accidental, in major or minor.
KEYS = ("C", "D", "E", "F", "G", "A", "Bb", "B")
MODES = ("major", "minor")
METRES = ("2/4", "3/4", "4/4")
CONDITION = (*KEYS, *MODES, *METRES)  # what each column of `condition` stands for

REST, BAR = "rest", "|"
DURATIONS = ("1/8", "1/4", "3/8", "1/2", "3/4")
PITCHES = tuple(
    "Bb3 B3 C4 C#4 Db4 D4 D#4 Eb4 E4 F4 F#4 Gb4 G4 G#4 Ab4 A4 A#4 Bb4 B4 "
    "C5 C#5 Db5 D5 D#5 Eb5 E5 F5 F#5".split()
)
WORDS = (BAR, REST, *DURATIONS, *PITCHES)  # for `text.Vocabulary`

_LETTERS = "CDEFGAB"
_NATURALS = (0, 2, 4, 5, 7, 9, 11)  # semitones above C
# Tables of its own, so that tunes and their judge test each other. Minor has seven notes here, one
# for each letter, and `_spell` raises the seventh where it leads up; the judge, `utils.music`, lets
# both sevenths pass wherever they stand.
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
_LEADING = 6  # the seventh degree, counted from 0
_ACCIDENTALS = {-1: "b", 0: "", 1: "#"}

# A place is a line or space of the staff: 7 octave + letter, so that a step up is one more.
_LOWEST, _HIGHEST = 27, 38  # B3, F5
_FIRST = range(29, 36)  # D4 to C5: where a tune may begin
_TONIC, _SUBDOMINANT, _DOMINANT = (0, 2, 4), (3, 5, 0), (4, 6, 1)  # degrees of I, IV, V
_ANSWERS = (_TONIC, _SUBDOMINANT, _DOMINANT)
_MIDDLES = ((_SUBDOMINANT, _DOMINANT), (_SUBDOMINANT, _TONIC), (_DOMINANT, _TONIC))

_CELLS = {  # rhythms of one cell; the shortest ones only answer
    "2/4": ["1/4 1/4", "3/8 1/8", "1/8 1/8 1/4", "1/4 1/8 1/8", "1/8 1/8 1/8 1/8", "1/2"],
    "3/4": ["1/4 1/4 1/4", "1/2 1/4", "3/8 1/8 1/4", "1/4 1/8 1/8 1/4", "1/8 1/8 1/4 1/4", "3/4"],
    "4/4": ["1/4 1/4", "3/8 1/8", "1/8 1/8 1/4", "1/4 1/8 1/8", "1/2"],
}
_CELLS = {metre: [cell.split() for cell in cells] for metre, cells in _CELLS.items()}
_LAST = {"2/4": "1/2", "3/4": "3/4", "4/4": "1/2"}
_CELLS_A_BAR = {"2/4": 1, "3/4": 1, "4/4": 2}
_BREATHS = {"1/4": "1/8", "1/2": "1/4"}  # a note that can give half of its time to a rest

_STEP, _FOURTH, _FIFTH, _SIXTH = 1, 3, 4, 5  # moves, in places of the staff
_LIKING = (1, 6, 2, 1, 0.7, 0.3)  # for staying, a step, … a sixth


@dataclass(frozen=True)
class Tunes:
    """Melodies and what is known of them; number i of each belongs together.

    `len(tunes)` counts them; `tunes[:100]` are the first hundred.

    Attributes:
        tokens: a tuple of words for each tune.
        keys: a word of `KEYS` for each.
        modes: a word of `MODES` for each.
        metres: a word of `METRES` for each.
    """

    tokens: tuple[tuple[str, ...], ...]
    keys: tuple[str, ...]
    modes: tuple[str, ...]
    metres: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, part: slice) -> Tunes:
        if not isinstance(part, slice):
            raise TypeError(f"take a part of the tunes, such as tunes[:100], not tunes[{part!r}]")
        return Tunes(self.tokens[part], self.keys[part], self.modes[part], self.metres[part])


def make(count: int, *, seed: int = 0) -> Tunes:
    """Makes tunes; key, mode and metre are drawn independently and evenly.

    No two tunes have the same melody, not even in another key or another rhythm. The first tunes of
    a seed are the same however many are made. To train and to test, make all at once and cut: then
    no melody is in both parts.

    Args:
        count: how many.
        seed: of the drawing.

    Returns:
        The `Tunes`.

    Raises:
        ValueError: count below 1, or a seed that is not a whole number from 0 on.
    """
    [count] = expect.integer(count=count)
    random = generator(seed)
    tunes, asked, melodies = [], [], set()
    while len(tunes) < count:
        about = tuple(_pick(random, options) for options in (KEYS, MODES, METRES))
        drawn = None
        while drawn is None or drawn[1] in melodies:
            drawn = _tune(random, *about)
        tokens, melody = drawn
        tunes.append(tokens)
        asked.append(about)
        melodies.add(melody)
    return Tunes(tuple(tunes), *zip(*asked, strict=True))


def condition(keys, modes, metres) -> np.ndarray:
    """What the tunes shall be, as numbers: key, mode and metre one-hot, side by side.

    Args:
        keys: a word of `KEYS` for each tune, or one for all.
        modes: a word of `MODES` for each tune, or one for all.
        metres: a word of `METRES` for each tune, or one for all.

    Returns:
        float32 `(tunes, 13)`; column i stands for `CONDITION[i]`, and each row has three ones.

    Raises:
        ValueError: a word that is not in those lists (the message names those that are), or lists
            of different lengths.
    """
    asked = [np.atleast_1d(np.asarray(words, dtype=object)) for words in (keys, modes, metres)]
    lengths = [len(words) for words in asked]
    if len(set(lengths) - {1}) > 1 or any(words.ndim > 1 for words in asked):
        raise ValueError(
            f"expected one key, mode and metre for each tune, or one for all; got {lengths[0]} "
            f"keys, {lengths[1]} modes and {lengths[2]} metres"
        )
    kinds = {"key": KEYS, "mode": MODES, "metre": METRES}
    parts = []
    for (kind, known), words in zip(kinds.items(), np.broadcast_arrays(*asked), strict=True):
        for word in words:
            expect.one_of(kind, word, known)
        parts.append([[word == name for name in known] for word in words])
    return np.concatenate([np.reshape(part, (len(part), -1)) for part in parts], 1, dtype="float32")


# ------------------------------------------------------------------------------------ one tune


def _tune(random, key: str, mode: str, metre: str) -> tuple[tuple[str, ...], tuple] | None:
    """A tune, and its melody in semitones above the first note; None where it breaks a rule."""
    cells = _CELLS[metre]
    openings = [cell for cell in cells if len(cell) > 1]
    head, tail = _pick(random, openings), _pick(random, cells)
    other = _pick(random, [cell for cell in openings if cell != head])
    rhythms = [head, tail, head, tail, other, _pick(random, cells), head, [_LAST[metre]]]
    tonic = _LETTERS.index(key[0])
    places = _places(random, tonic, [len(cell) for cell in rhythms])
    pitches = _spell(places, key, mode)
    third = (tonic + 2) % 7
    if all(place % 7 != third for place in places):
        return None  # nobody could hear whether it is major or minor
    midis = [midi for _, midi in pitches]
    if not _sings(places, midis):
        return None
    breath = random.random() < 0.5 and tail[-1] in _BREATHS
    names = iter(name for name, _ in pitches)
    tokens: list[str] = []
    for number, cell in enumerate(rhythms):
        for duration in cell:
            tokens += [next(names), duration]
        if number == 3 and breath:  # in the middle, after A'
            tokens[-1] = _BREATHS[tail[-1]]
            tokens += [REST, tokens[-1]]
        if (number + 1) % _CELLS_A_BAR[metre] == 0:
            tokens.append(BAR)
    return tuple(tokens), tuple(midi - midis[0] for midi in midis)


def _places(random, tonic: int, lengths: list[int]) -> list[int]:
    """Where the notes of a tune lie on the staff, for cells of so many notes."""
    path = [_pick(random, [place for place in _FIRST if (place - tonic) % 7 in _TONIC])]
    _walk(random, path, lengths[0] - 1)
    head = path[:]
    middle = _pick(random, _MIDDLES)
    for number, chord in enumerate((_pick(random, _ANSWERS), None, _DOMINANT, *middle), 1):
        if chord is None:  # A' begins as A
            path += head
            continue
        path.append(_draw(random, path, [(tonic + degree) % 7 for degree in chord]))
        _walk(random, path, lengths[number] - 1)
    path += head[:-1]  # A'' too, but its last note leads to the tonic
    before = path[-1]
    ends = [place for place in range(_LOWEST, _HIGHEST + 1) if (place - tonic) % 7 == 0]
    ways = [(end + step, end) for end in ends for step in (-_STEP, _STEP)]
    nearest = min(abs(way[0] - before) for way in ways)
    path += _pick(random, [way for way in ways if abs(way[0] - before) == nearest])
    return path


def _walk(random, path: list[int], count: int) -> None:
    for _ in range(count):
        path.append(_draw(random, path, range(7)))


def _draw(random, path: list[int], letters) -> int:
    """The next place, one of these letters: mostly a step away, and back after a leap."""
    now = path[-1]
    move = now - path[-2] if len(path) > 1 else 0
    reach = range(max(_LOWEST, now - _SIXTH), min(_HIGHEST, now + _SIXTH) + 1)
    places = [place for place in reach if place % 7 in letters]
    if abs(move) >= _FOURTH:
        back = [place for place in places if _turns_back(move, place - now)]
        places = back or places
    likings = list(accumulate(_LIKING[abs(place - now)] for place in places))
    return places[bisect(likings, random.random() * likings[-1])]


def _turns_back(leap: int, move: int) -> bool:
    return leap * move < 0 and abs(move) < _FOURTH


def _spell(places: list[int], key: str, mode: str) -> list[tuple[str, int]]:
    """Name and MIDI number of each place in a key."""
    letter = _LETTERS.index(key[0])
    tonic = _NATURALS[letter] + (key[1:] == "#") - (key[1:] == "b")
    pitches = []
    for number, place in enumerate(places):
        octave, natural = place // 7, _NATURALS[place % 7]
        degree = (place - letter) % 7
        above = _SCALES[mode][degree]
        leads = places[number + 1 : number + 2] == [place + 1]
        if mode == "minor" and degree == _LEADING and leads:
            above += 1
        accidental = (tonic + above - natural + 6) % 12 - 6
        name = f"{_LETTERS[place % 7]}{_ACCIDENTALS[accidental]}{octave}"
        pitches.append((name, 12 * (octave + 1) + natural + accidental))
    return pitches


def _sings(places: list[int], midis: list[int]) -> bool:
    """Whether a melody keeps the rules that a draw note by note may have broken."""
    if min(places) < _LOWEST or max(places) > _HIGHEST or max(places) - min(places) < _FIFTH:
        return False
    moves = [after - before for before, after in pairwise(places)]
    for move, following in pairwise(moves):
        if abs(move) >= _FOURTH and not _turns_back(move, following):
            return False
        if move == following == 0:  # three times the same note
            return False
    for move, (before, after) in zip(moves, pairwise(midis), strict=True):
        semitones = abs(after - before)
        if abs(move) > _SIXTH or semitones == 6:  # too wide, or a tritone
            return False
        if move == 0 and semitones or abs(move) == _STEP and semitones > 2:  # Bb B, or Ab B
            return False
    return sum(abs(move) == _STEP for move in moves) >= len(moves) / 2


def _pick(random, options):
    return options[int(random.random() * len(options))]
