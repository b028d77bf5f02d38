"""Tunes: as a score, for those who read one, and as a piano roll, for everybody."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, Patch, PathPatch, Rectangle
from matplotlib.path import Path

from utils import expect, music

from .display import BLACK, GREY, SKY, VERMILION, WIDTH, styled
from .values import is_text, numbers

# Everything in a score is measured in spaces of the staff. The lowest line, E4, is at height 0 and
# the highest, F5, at 4, so that a step up the scale is half a space.
SPACE = 0.085  # inches
LETTERS = "CDEFGAB"
LOWEST_LINE = 7 * 4 + LETTERS.index("E")
# Where the signs of a signature lie, in the order of writing.
SHARP_LINES = (4, 2.5, 4.5, 3, 1.5, 3.5, 2)
FLAT_LINES = (2, 3.5, 1.5, 3, 1, 2.5, 0.5)
SIGNS = {"#": "♯", "b": "♭", "": "♮"}
# Beats of a duration as it is drawn: filled head, stem, flags, dot.
DRAWN = {
    "1/1": (False, False, 0, False),
    "3/4": (False, True, 0, True),
    "1/2": (False, True, 0, False),
    "3/8": (True, True, 0, True),
    "1/4": (True, True, 0, False),
    "3/16": (True, True, 1, True),
    "1/8": (True, True, 1, False),
    "1/16": (True, True, 2, False),
}
CLEF = (  # points of its one stroke, from the curl round the line of G to the dot below the staff
    (1.05, 0.55), (0.85, 1.0), (1.3, 1.65), (1.95, 1.05), (1.5, 0.05), (0.55, 0.2), (0.15, 1.2),
    (0.75, 2.5), (1.5, 3.6), (1.65, 4.7), (1.35, 5.35), (1.05, 4.6), (1.15, 3.1), (1.5, 0.4),
    (1.65, -0.9), (1.25, -1.6), (0.75, -1.25),
)  # fmt: skip
QUARTER_REST = ((0.0, 3.4), (0.6, 2.6), (0.15, 2.0), (0.75, 1.1), (0.2, 1.25), (0.35, 0.5))

INSIDE = {"facecolor": SKY, "edgecolor": BLACK}
OUTSIDE = {"facecolor": "white", "edgecolor": VERMILION, "hatch": "/////"}


@styled
def score(tokens, *, key=None, mode="major", metre=None, title=None):
    """One tune on a staff with a treble clef.

    Args:
        tokens: List of words: a pitch such as "Bb4" or "rest", then its duration such as "1/4", and
            "|" after each bar (see `music.read`).
        key: For a key signature, such as "Bb"; without it every accidental stands before its note,
            until the end of the bar.
        mode: Of that key, "major" or "minor".
        metre: Such as "3/4", written at the beginning.
        title: Text above the first staff, or None.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: The words are no tune or hold no note and no rest, or there is no such key, mode
            or metre.
        TypeError: One text instead of a list of words.
    """
    bars = music.read(tokens)
    if not any(bars):
        raise ValueError("a score needs at least one note or rest, got none")
    expect.one_of("mode", mode, music.SCALES)
    signature = music.signature(key, mode) if key is not None else {}
    if metre is not None:
        music.beats_in(metre)  # refuses what is no metre
    marked = [_with_accidentals(bar, signature) for bar in bars]
    heights = [_height(name) for bar in bars for name, _ in bar if name != "rest"]
    low, high = min([-2.5, *heights]) - 1.5, max([5.5, *heights]) + 1.5
    before = 3.4 + 1.1 * len(signature)  # clef and signature
    lines = _lines(marked, room=WIDTH / SPACE - 2 - before - 2.4)
    top = 2.5 if title else 0
    fig, ax = _sheet(top + len(lines) * (high - low))
    if title:
        ax.text(1, -0.6, title, ha="left", va="top")
    for number, line in enumerate(lines):
        foot = -top - number * (high - low) - high
        _draw_line(ax, foot, line, signature, metre if number == 0 else None)
    return fig


def _with_accidentals(bar, signature):
    """Name, duration and the sign to write of each note: what differs from what is in force."""
    force, marked = {}, []
    for name, duration in bar:
        sign = None
        if name != "rest":
            letter, accidental, octave = music.pitch(name)
            line = (letter, octave)
            if force.get(line, signature.get(letter, "")) != accidental:
                sign = SIGNS[accidental]
            force[line] = accidental
        marked.append((name, duration, sign))
    return marked


def _height(name):
    letter, _, octave = music.pitch(name)
    return (7 * octave + LETTERS.index(letter) - LOWEST_LINE) / 2


def _note_width(note):
    _, duration, sign = note
    part, of = map(int, duration.split("/"))
    return 1.9 + 2.4 * math.sqrt(part / of * 2) + (1.2 if sign else 0)


def _bar_width(bar):
    return 1.4 + sum(map(_note_width, bar))


def _lines(bars, room):
    """As few lines as hold the bars, with about as many bars in each.

    A bar that is too long for a line (somebody forgot the bar lines) is cut; then its first parts
    end without a bar line.
    """
    pieces = []  # notes, and whether a bar line follows
    for bar in bars:
        piece = []
        for note in bar:
            if piece and _bar_width([*piece, note]) > room:
                pieces.append((piece, False))
                piece = []
            piece.append(note)
        pieces.append((piece, True))
    for count in range(1, len(pieces) + 1):
        cuts = np.linspace(0, len(pieces), count + 1).round().astype(int)
        lines = [pieces[first:last] for first, last in pairwise(cuts)]
        if all(sum(_bar_width(notes) for notes, _ in line) <= room for line in lines):
            break
    return lines


def _sheet(height):
    """Figure and axes whose units are spaces of the staff."""
    fig = Figure(figsize=(WIDTH, height * SPACE), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH / SPACE), ylim=(-height, 0))
    ax.set_axis_off()
    return fig, ax


def _draw_line(ax, foot, pieces, signature, metre):
    """One staff with some bars; `foot` is where its lowest line lies."""
    end = WIDTH / SPACE - 1
    for line in range(5):
        _line(ax, (1, end), (foot + line, foot + line), 0.8, gid="staff", color=GREY)
    _stroke(ax, CLEF, 1.4, foot, 1.7, gid="clef")
    ax.add_patch(Ellipse((2.2, foot - 1.15), 0.6, 0.6, color=BLACK))
    x = 4.6
    for number, accidental in enumerate(signature.values()):
        lines = SHARP_LINES if accidental == "#" else FLAT_LINES
        _sign(ax, x, foot + lines[number], SIGNS[accidental], gid="signature")
        x += 1.1
    if metre:
        for text, height in zip(metre.split("/"), (3, 1), strict=True):
            look = {"family": "DejaVu Serif", "weight": "bold", "size": _points(2.6)}
            ax.text(x + 0.9, foot + height, text, ha="center", va="center", gid="metre", **look)
        x += 2.4
    stretch = (end - x) / sum(_bar_width(notes) for notes, _ in pieces)
    for notes, closed in pieces:
        x += 1.4 * stretch
        for note in notes:
            sign_room = 1.2 if note[2] else 0
            _draw_note(ax, x + sign_room, foot, note)
            x += _note_width(note) * stretch
        if closed:
            _line(ax, (x, x), (foot, foot + 4), 1.2, gid="bar")


def _draw_note(ax, x, foot, note):
    name, duration, sign = note
    filled, stem, flags, dot = DRAWN[duration]
    if name == "rest":
        _draw_rest(ax, x, foot, duration)
        height = 2
    else:
        height = _height(name)
        _draw_head(ax, x, foot, height, filled)
        if stem:
            _draw_stem(ax, x, foot + height, 1 if height < 2 else -1, flags)
        if sign:
            _sign(ax, x - 1.25, foot + height, sign, gid="accidental")
    if dot:  # in a space, not on a line
        above = 0.5 if height == round(height) else 0
        spot = (x + 1.15, foot + height + above)
        ax.add_patch(Ellipse(spot, 0.38, 0.38, color=BLACK, gid="dot"))


def _draw_head(ax, x, foot, height, filled):
    below, above = range(-1, math.ceil(height) - 1, -1), range(5, math.floor(height) + 1)
    for line in (*below, *above):
        _line(ax, (x - 1.05, x + 1.05), (foot + line, foot + line), 0.8, gid="ledger", color=GREY)
    look = {"facecolor": BLACK if filled else "white", "edgecolor": BLACK, "zorder": 4}
    line_width = 0.6 if filled else 1.5
    oval = Ellipse((x, foot + height), 1.25, 0.88, angle=22, linewidth=line_width, **look)
    oval.set_gid("note")
    ax.add_patch(oval)


def _draw_stem(ax, x, y, way, flags):
    """Upwards (way 1) at the right of the head, or downwards (way -1) at its left."""
    side = x + way * 0.56
    _line(ax, (side, side), (y + way * 0.15, y + way * 3.4), 1.1, gid="stem")
    for number in range(flags):
        tip = y + way * (3.4 - 0.8 * number)
        points = ((0, 0), (0.25, -way * 0.7), (0.95, -way * 1.3), (0.75, -way * 2.2))
        _stroke(ax, points, side, tip, 1.5, gid="flag")


def _draw_rest(ax, x, foot, duration):
    flags = DRAWN[duration][2]
    if duration in ("1/1", "3/4", "1/2"):  # the whole rest hangs from its line
        bottom = foot + (2.5 if duration == "1/1" else 2)
        ax.add_patch(Rectangle((x - 0.65, bottom), 1.3, 0.5, color=BLACK, gid="rest"))
    elif not flags:
        _stroke(ax, QUARTER_REST, x - 0.4, foot, 2, gid="rest")
    else:
        _line(ax, (x + 0.5, x - 0.15), (foot + 2.9, foot + 0.9), 1.3, gid="rest")
        for number in range(flags):
            top = foot + 2.7 - 0.8 * number
            ax.add_patch(Ellipse((x - 0.45, top), 0.5, 0.5, color=BLACK))
            points = ((-0.4, -0.1), (0.0, -0.3), (0.45 - 0.25 * number, 0.15))
            _stroke(ax, points, x, top, 1.2)


def _line(ax, xs, ys, width, *, gid, color=BLACK):
    ax.plot(xs, ys, color=color, linewidth=width, linestyle="-", marker="", gid=gid)


def _sign(ax, x, y, sign, *, gid):
    drop = {"♭": 0.35}.get(sign, 0)  # the belly of a flat is what lies on the line
    size = _points(2.7)
    ax.text(x, y + drop, sign, ha="center", va="center_baseline", size=size, gid=gid)


def _points(spaces):
    return spaces * SPACE * 72


def _stroke(ax, points, x, y, width, gid=None):
    """A smooth curve through points (Catmull and Rom 1974), its origin at x, y."""
    points = np.asarray(points, dtype=float) + (x, y)
    padded = np.concatenate([points[:1], points, points[-1:]])
    tangents = (padded[2:] - padded[:-2]) / 2
    vertices = [points[0]]
    for number in range(len(points) - 1):
        here, there = points[number], points[number + 1]
        vertices += [here + tangents[number] / 3, there - tangents[number + 1] / 3, there]
    codes = [Path.MOVETO] + [Path.CURVE4] * (len(vertices) - 1)
    look = {"facecolor": "none", "edgecolor": BLACK, "linewidth": width, "capstyle": "round"}
    ax.add_patch(PathPatch(Path(vertices, codes), gid=gid, **look))


# ------------------------------------------------------------------------------------ piano roll


@styled
def piano_roll(tunes, labels, *, scales=None, beats=None, keys=None):
    """Tunes above each other, each note a bar as long as it sounds, at the height of its pitch.

    Args:
        tunes: List of tunes, each a list of (MIDI number, beats), with None as the number of a
            rest: what `music.notes` returns.
        labels: A title for each.
        scales: The pitch classes of each tune's key (`music.pitch_classes`); notes outside are
            white and hatched.
        beats: Beats a bar of each; dotted lines stand where its bars end.
        keys: The key and the mode of each, such as ("D", "minor"): the pitch axis names all notes
            of that scale, spelled as in that key. Without them it names the white keys.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There is no tune, one has no note or is no list of such pairs, or the other
            lists do not have one entry for each; there is no such key or mode.
    """
    count = len(tunes)
    lists = {"labels": labels, "scales": scales, "beats": beats, "keys": keys}
    for name, values in lists.items():
        if values is not None and (isinstance(values, str) or len(values) != count):
            raise ValueError(f"{name} has to hold one entry for each of {count} tunes: {values!r}")
    if not count or not is_text(labels):
        raise ValueError("piano_roll needs at least one tune, and a text as the label of each")
    for number, bar in enumerate(() if beats is None else beats):
        expect.number(f"beats[{number}]", bar, above=0)
    rolls = [_roll(tune, f"tunes[{number}]") for number, tune in enumerate(tunes)]
    pitches = [midi for roll in rolls for _, _, midi in roll]
    low, high = min(pitches) - 1, max(pitches) + 1
    named = [_pitch_names(("C", "major") if keys is None else keys[n], n) for n in range(count)]
    fig = Figure(figsize=(WIDTH, 0.9 + count * max(1.7, 0.16 * (high - low))))
    axes = fig.subplots(count, 1, sharex=True, squeeze=False)[:, 0]  # each names its own notes
    outside = False
    for number, (ax, roll, label) in enumerate(zip(axes, rolls, labels, strict=True)):
        scale = range(12) if scales is None else scales[number]
        if not np.iterable(scale):
            raise ValueError(f"scales[{number}] is {scale!r}, expected the pitch classes of a key")
        outside |= _draw_roll(ax, roll, scale)
        ax.set_title(label, loc="left")
        ax.set_ylabel("pitch")
        if beats is not None:
            _draw_bar_lines(ax, beats[number], sum(length for _, length in tunes[number]))
        ticks = [midi for midi in range(low + 1, high) if midi % 12 in named[number]]
        ax.set_yticks(ticks, [_with_octave(named[number][midi % 12], midi) for midi in ticks])
        ax.tick_params(axis="y", labelsize=9.5)  # a semitone is 11.5 points high
        ax.set_ylim(low, high)
    axes[0].set_xlim(left=0)
    axes[0].xaxis.get_major_locator().set_params(integer=True, steps=[1, 2, 4, 8, 10])
    axes[-1].set_xlabel("time (beats: quarter notes)")
    if outside:
        fig.legend(handles=[Patch(label="outside the key", **OUTSIDE)], loc="outside lower center")
    return fig


def _pitch_names(about, number):
    """The names of a scale's notes, by pitch class."""
    if isinstance(about, str) or not isinstance(about, Sequence) or len(about) != 2:
        raise ValueError(f"keys[{number}] is {about!r}, expected a pair such as ('D', 'minor')")
    return music.spelling(*about)


def _with_octave(name, midi):
    """The name of a pitch as it is read: B♯ below middle C belongs to the octave of that C."""
    above = music.pitch(f"{name[:2]}4").midi + (len(name) > 2)  # a double sharp counts twice
    return f"{name.replace('#', '♯').replace('b', '♭')}{4 + (midi - above) // 12}"


def _roll(tune, name):
    """Onset, length and pitch of each note."""
    if not all(isinstance(note, Sequence) and len(note) == 2 for note in tune):
        raise ValueError(f"{name} is {tune!r:.60}, expected pairs (MIDI number or None, beats)")
    for midi, _ in tune:
        if midi is not None:
            expect.integer(0, **{f"a note of {name}": midi})
    lengths = numbers([length for _, length in tune], f"the beats of {name}", ("notes",))
    onsets = np.cumsum(lengths) - lengths
    roll = [
        (onset, length, midi)
        for onset, length, (midi, _) in zip(onsets, lengths, tune, strict=True)
        if midi is not None
    ]
    if not roll:
        raise ValueError(f"{name} has no note, only rests; leave it out")
    return roll


def _draw_roll(ax, roll, scale):
    """Whether a note lies outside the scale."""
    outside = False
    for onset, length, midi in roll:
        strange = midi % 12 not in scale
        look = OUTSIDE if strange else INSIDE
        note = Rectangle((onset, midi - 0.45), length, 0.9, linewidth=0.9, zorder=3, **look)
        note.set_gid("outside" if strange else "note")
        ax.add_patch(note)
        outside |= strange
    ax.autoscale_view()
    return outside


def _draw_bar_lines(ax, beats, end):
    for place in np.arange(beats, end + beats / 2, beats):
        look = {"color": GREY, "linestyle": ":", "marker": "", "linewidth": 1.2}
        ax.axvline(place, gid="bar", **look)
