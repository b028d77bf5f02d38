"""Scores and piano rolls: what is drawn where, read back from the figure."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.font_manager import findfont, get_font
from PIL import Image

from utils import music, plotting
from utils.datasets import tunes
from utils.plotting.music import DRAWN, SPACE

LAMB = "E4 1/4 D4 1/8 C4 3/8 D4 1/4 | E4 1/4 rest 1/4 B4 1/2 | F5 1/1 |".split()


def drawn(fig, gid):
    """Everything with a name, from left to right within a line of music, line by line."""
    [ax] = fig.axes
    artists = [*ax.patches, *ax.lines, *ax.texts]
    return [artist for artist in artists if artist.get_gid() == gid]


def staffs(fig):
    """The heights of the lowest lines, the first staff first."""
    heights = [line.get_ydata()[0] for line in drawn(fig, "staff")]
    assert len(heights) % 5 == 0
    for first in range(0, len(heights), 5):
        np.testing.assert_allclose(np.diff(heights[first : first + 5]), 1)
    return heights[::5]


def heads(fig):
    """[(x, height above the lowest line)], in order."""
    feet = np.array(staffs(fig))
    found = []
    for oval in drawn(fig, "note"):
        x, y = oval.get_center()
        foot = feet[np.abs(feet + 2 - y).argmin()]
        found.append((x, y - foot))
    return found


def signs(fig, gid="accidental"):
    return [text.get_text() for text in drawn(fig, gid)]


def bitmap(fig):
    return Image.open(io.BytesIO(plotting.png(fig)))


# ------------------------------------------------------------------------------------------- score


def test_heads_lie_on_their_lines():
    # The lines of a treble staff are E4 G4 B4 D5 F5.
    names = "E4 G4 B4 D5 F5 F4 A4 C5 E5 C4 B3 A5 C6".split()
    fig = plotting.score([word for name in names for word in (name, "1/4")])
    heights = [height for _, height in heads(fig)]
    np.testing.assert_allclose(heights, [0, 1, 2, 3, 4, 0.5, 1.5, 2.5, 3.5, -1, -1.5, 5, 6])
    places = [x for x, _ in heads(fig)]
    assert (np.diff(places) > 1.5).all(), "in the order of time, and apart"


@pytest.mark.parametrize(
    ("name", "ledgers"),
    [("D4", []), ("C4", [-1]), ("B3", [-1]), ("A3", [-1, -2]), ("F3", [-1, -2, -3]),
     ("G5", []), ("A5", [5]), ("B5", [5]), ("C6", [5, 6])],
)  # fmt: skip
def test_ledger_lines(name, ledgers):
    fig = plotting.score([name, "1/4"])
    [foot] = staffs(fig)
    lines = drawn(fig, "ledger")
    assert [round(line.get_ydata()[0] - foot, 9) for line in lines] == ledgers
    [(x, _)] = heads(fig)
    assert all(line.get_xdata()[0] < x < line.get_xdata()[1] for line in lines)


@pytest.mark.parametrize(
    ("duration", "filled", "stems", "flags", "dots"),
    [("1/1", False, 0, 0, 0), ("3/4", False, 1, 0, 1), ("1/2", False, 1, 0, 0),
     ("3/8", True, 1, 0, 1), ("1/4", True, 1, 0, 0), ("3/16", True, 1, 1, 1),
     ("1/8", True, 1, 1, 0), ("1/16", True, 1, 2, 0)],
)  # fmt: skip
def test_a_duration_looks_as_it_should(duration, filled, stems, flags, dots):
    fig = plotting.score(["A4", duration])
    [head] = drawn(fig, "note")
    assert (to_rgb(head.get_facecolor()) == (0, 0, 0)) == filled
    counts = [len(drawn(fig, gid)) for gid in ("stem", "flag", "dot")]
    assert counts == [stems, flags, dots]
    rest = plotting.score(["rest", duration])
    assert not drawn(rest, "note") and not drawn(rest, "stem")
    assert len(drawn(rest, "rest")) == 1 and len(drawn(rest, "dot")) == dots


def test_stems_point_to_the_middle():
    for name, up in (("C4", True), ("A4", True), ("B4", False), ("F5", False)):
        fig = plotting.score([name, "1/4"])
        [(x, height)], [stem], [foot] = heads(fig), drawn(fig, "stem"), staffs(fig)
        (side, _), (near, far) = stem.get_xdata(), stem.get_ydata()
        assert (side > x) == up and (far > near) == up
        assert 3 < abs(far - foot - height) < 4 and abs(near - foot - height) < 0.5


def test_a_dot_stands_in_a_space():
    for name, above in (("B4", 2.5), ("A4", 1.5), ("E4", 0.5), ("C5", 2.5)):
        fig = plotting.score([name, "3/8"])
        [dot], [foot], [(x, _)] = drawn(fig, "dot"), staffs(fig), heads(fig)
        assert dot.get_center()[1] - foot == pytest.approx(above) and dot.get_center()[0] > x


@pytest.mark.parametrize(
    ("words", "key", "mode", "written"),
    [
        ("F#4 F#4 F4 F4 F#4", None, None, "♯♮♯"),  # in force until the end of the bar
        ("F#4 | F#4 | F4", None, None, "♯♯"),
        ("F#4 F#5 F5", None, None, "♯♯♮"),  # for one octave
        ("F#4 C#5 F4", "D", "major", "♮"),  # a signature for all
        ("Bb4 Eb5 Ab4", "C", "minor", ""),
        ("B4 Bb4 | Ab4", "C", "minor", "♮♭"),
        ("Bb4 Eb5 F#4", "G", "minor", "♯"),
        ("B4 C5", "C", "major", ""),
        ("Bb4 Eb4 Ab4 Db5", "F", "minor", ""),  # the order in which flats are added
        ("Bb4 Eb4 Ab4 Db5 Gb4 C5", "Db", "major", ""),
        ("Bb4 Eb4 Ab4 Db5 Gb4 Cb5", "Gb", "major", ""),
        ("Bb4 Eb4 Ab4 Db5 Gb4 Cb5 Fb4", "Cb", "major", ""),
        ("F#4 C#5 G#4 D#5 A#4 E#4 B4", "F#", "major", ""),
        ("F#4 C#5 G#4 D#5 A#4 E4", "B", "major", ""),
        ("F#4 C#5 G#4 D5", "A", "major", ""),
    ],
)
def test_accidentals_are_written_where_they_are_needed(words, key, mode, written):
    tokens = [part for word in words.split() for part in ([word] if word == "|" else [word, "1/4"])]
    options = {} if key is None else {"key": key, "mode": mode}
    fig = plotting.score(tokens, **options)
    assert "".join(signs(fig)) == written


def test_an_accidental_stands_left_of_its_note():
    fig = plotting.score(["C#5", "1/4", "D5", "1/4", "Eb4", "1/4"])
    feet, places = staffs(fig), heads(fig)
    for text, (x, height) in zip(drawn(fig, "accidental"), (places[0], places[2]), strict=True):
        across, up = text.get_position()
        assert 0.9 < x - across < 1.6 and abs(up - feet[0] - height) < 0.5


@pytest.mark.parametrize(
    ("key", "mode", "signature"),
    [
        ("C", "major", ""), ("A", "minor", ""), ("G", "major", "♯"), ("E", "minor", "♯"),
        ("D", "major", "♯♯"), ("A", "major", "♯♯♯"), ("E", "major", "♯♯♯♯"),
        ("B", "major", "♯♯♯♯♯"), ("B", "minor", "♯♯"), ("F", "major", "♭"), ("D", "minor", "♭"),
        ("Bb", "major", "♭♭"), ("G", "minor", "♭♭"), ("C", "minor", "♭♭♭"),
        ("F", "minor", "♭♭♭♭"), ("Bb", "minor", "♭♭♭♭♭"), ("F#", "major", "♯♯♯♯♯♯"),
        ("Ab", "minor", "♭♭♭♭♭♭♭"),
    ],
)  # fmt: skip
def test_key_signatures(key, mode, signature):
    assert "".join(signs(plotting.score(LAMB, key=key, mode=mode), "signature")) == signature


def test_the_signs_of_a_signature_lie_on_the_notes_they_change():
    for key, names in (("B", "F5 C5 G5 D5 A4"), ("Bb", "B4 E5 A4 D5 G4")):
        fig = plotting.score(LAMB, key=key, mode="major" if key == "B" else "minor")
        notes = plotting.score([word for name in names.split() for word in (name, "1/4")])
        [foot] = staffs(fig)
        found = [text.get_position()[1] - foot for text in drawn(fig, "signature")]
        wanted = [height for _, height in heads(notes)]
        np.testing.assert_allclose(found, wanted, atol=0.4)
        assert (np.diff([text.get_position()[0] for text in drawn(fig, "signature")]) > 0.9).all()


def test_every_tune_can_be_drawn_with_no_accidental_but_the_leading_note():
    made = tunes.make(6, seed=2)
    for tokens, key, mode, metre in zip(
        made.tokens, made.keys, made.modes, made.metres, strict=True
    ):
        fig = plotting.score(tokens, key=key, mode=mode, metre=metre)
        pitches = [word for word in tokens if word in tunes.PITCHES]
        assert len(heads(fig)) == len(pitches)
        assert len(drawn(fig, "bar")) == tokens.count("|")
        assert signs(fig, "metre") == metre.split("/")
        assert len(drawn(fig, "clef")) == len(staffs(fig))
        leading = {"F": "E", "C": "B", "G": "F#", "D": "C#", "A": "G#", "E": "D#", "B": "A#"}
        leading |= {"Bb": "A"}
        raised = any(name[:-1] == leading[key] for name in pitches)
        assert bool(signs(fig)) == (mode == "minor" and raised)


def test_bars_end_after_their_last_and_before_their_next_note():
    fig = plotting.score(LAMB)
    bars = [line.get_xdata()[0] for line in drawn(fig, "bar")]
    places = [x for x, _ in heads(fig)]
    assert len(bars) == 3 and places[3] < bars[0] < places[4] and places[5] < bars[1] < places[6]
    assert places[6] < bars[2] == pytest.approx(plotting.WIDTH / SPACE - 1)


def test_a_long_tune_takes_several_lines_of_about_equal_length():
    fig = plotting.score(LAMB * 7, title="Seven times")
    feet = staffs(fig)
    assert len(feet) >= 3 and (np.diff(feet) < -7).all(), "one below the other"
    bars = [line.get_ydata()[0] for line in drawn(fig, "bar")]
    counts = [bars.count(foot) for foot in feet]
    assert sum(counts) == 21 and max(counts) - min(counts) <= 1


def test_a_bar_without_end_is_cut_and_nothing_leaves_the_page():
    fig = plotting.score(["F#4", "1/8", "A3", "1/2"] * 40)
    assert len(drawn(fig, "note")) == 80 and len(drawn(fig, "bar")) == 1
    assert len(staffs(fig)) >= 4
    end = plotting.WIDTH / SPACE
    assert all(3 < x < end - 1 for x, _ in heads(fig))
    rows = {}
    for oval in drawn(fig, "note"):
        x, y = oval.get_center()
        foot = min(staffs(fig), key=lambda line: abs(line - y))
        rows.setdefault(foot, []).append(x)
    assert all((np.diff(xs) > 1.9).all() for xs in rows.values())


def test_a_space_is_as_high_as_wide():
    fig = plotting.score(LAMB * 3, title="Title")
    [ax] = fig.axes
    width, height = fig.get_size_inches()
    assert np.ptp(ax.get_xlim()) * SPACE == pytest.approx(width) == plotting.WIDTH
    assert np.ptp(ax.get_ylim()) * SPACE == pytest.approx(height)


def test_what_is_drawn_stays_inside_and_texts_do_not_touch():
    tokens = "Bb4 1/8 B4 1/4 C6 1/4 A3 1/2 | Bb4 1/1 F#5 1/16 F5 3/16 | E4 1/4".split()
    fig = plotting.score(tokens, key="Eb", mode="minor", metre="4/4", title="E♭ minor")
    renderer = FigureCanvasAgg(fig).get_renderer()
    [ax] = fig.axes
    boxes = [text.get_window_extent(renderer) for text in ax.texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= 0 and box.x1 <= fig.bbox.x1 and box.y0 >= 0 and box.y1 <= fig.bbox.y1
        # Signs of a signature are set close, as in print; others stand apart.
        for other, text in zip(boxes[number + 1 :], ax.texts[number + 1 :], strict=True):
            if text.get_gid() != "signature":
                inner = min(box.x1, other.x1) - max(box.x0, other.x0)
                above = min(box.y1, other.y1) - max(box.y0, other.y0)
                assert inner <= 0 or above <= 0.5 * box.height


def test_the_signs_exist_in_the_font_of_the_course():
    letters = get_font(findfont("DejaVu Sans")).get_charmap()
    assert {ord(sign) for sign in "♯♭♮"} <= set(letters)


def test_a_score_can_be_shown_and_reads_in_grey():
    grey = np.asarray(bitmap(plotting.score(LAMB, title="Lamb")).convert("L"))
    assert grey.min() < 20 and grey.max() == 255 and 0.01 < (grey < 128).mean() < 0.3


@pytest.mark.parametrize(
    ("tokens", "options", "hint"),
    [
        ([], {}, "a score needs at least one note or rest"),
        (["|", "|"], {}, "a score needs at least one note or rest"),
        (["C4"], {}, "word 1 the tune ends, expected the duration of 'C4', one of 1/1, 3/4"),
        (["C4", "|"], {}, r"word 1 there is '\|'"),
        (["C4", "1/4", "1/4"], {}, "word 2 there is '1/4', expected a pitch such as 'C4', 'rest'"),
        (["C4", "5/8"], {}, "word 1 there is '5/8'"),
        (["H4", "1/4"], {}, "word 0 there is 'H4'"),
        (LAMB, {"key": "H"}, "key is 'H', expected a letter from A to G"),
        (LAMB, {"key": "C", "mode": "dorian"}, "mode is 'dorian'"),
        (LAMB, {"key": "G#"}, "G# major would need 8 accidentals"),
        (LAMB, {"metre": "waltz"}, "metre is 'waltz', expected one such as '3/4'"),
    ],
)
def test_score_refuses(tokens, options, hint):
    with pytest.raises(ValueError, match=hint):
        plotting.score(tokens, **options)


def test_a_score_of_one_text_is_refused_as_everywhere():
    with pytest.raises(TypeError, match="got one text, 'C4 1/4': split it"):
        plotting.score("C4 1/4")


def test_every_duration_of_a_tune_has_its_look():
    assert tuple(DRAWN) == music.DURATIONS


# -------------------------------------------------------------------------------------- piano roll


def rectangles(ax, gid):
    return [
        (note.get_x(), note.get_width(), note.get_y() + note.get_height() / 2)
        for note in ax.patches
        if note.get_gid() == gid
    ]


def test_piano_roll_shows_notes_at_their_time_and_pitch():
    tune = [(60, 1), (62, 0.5), (None, 1.5), (67, 3)]
    fig = plotting.piano_roll([tune, [(72, 2)]], ["one", "two"], beats=[3, 2])
    first, second = fig.axes
    assert rectangles(first, "note") == [(0, 1, 60), (1, 0.5, 62), (3, 3, 67)]
    assert rectangles(second, "note") == [(0, 2, 72)]
    assert first.get_title(loc="left") == "one" and second.get_xlabel().startswith("time (beats")
    lines = [line.get_xdata()[0] for line in first.lines if line.get_gid() == "bar"]
    assert lines == [3, 6]
    assert first.get_ylim() == second.get_ylim() == (59, 73), "one scale for all"
    assert first.get_xlim() == second.get_xlim() and first.get_xlim()[1] >= 6
    labels = dict(zip(first.get_yticks(), first.get_yticklabels(), strict=True))
    assert {at: label.get_text() for at, label in labels.items()} == {
        60: "C4", 62: "D4", 64: "E4", 65: "F4", 67: "G4", 69: "A4", 71: "B4", 72: "C5"
    }  # fmt: skip
    assert not fig.legends


def test_a_piano_roll_names_the_notes_of_each_key():
    tune = [(59, 1), (74, 1)]
    fig = plotting.piano_roll([tune] * 2, ["a", "b"], keys=[("F#", "major"), ("D", "minor")])
    texts = [[label.get_text() for label in ax.get_yticklabels()] for ax in fig.axes]
    ticks = [ax.get_yticks() for ax in fig.axes]
    sharp, minor = (dict(zip(*of_one, strict=True)) for of_one in zip(ticks, texts, strict=True))
    assert sharp[59] == "B3" and sharp[65] == "E♯4" and 60 not in sharp and sharp[73] == "C♯5"
    assert [minor[at] for at in (62, 65, 70, 72, 73)] == ["D4", "F4", "B♭4", "C5", "C♯5"]
    [ax] = plotting.piano_roll([[(58, 1), (61, 1)]], ["a"], keys=[("C#", "major")]).axes
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["A♯3", "B♯3", "C♯4"], "B sharp belongs to the octave of the B below it"


def test_notes_outside_the_key_are_hatched():
    tokens = "C4 1/4 C#4 1/4 E4 1/4 Bb4 1/2".split()
    fig = plotting.piano_roll(
        [music.notes(tokens)] * 2,
        ["C major", "F major"],
        scales=[music.pitch_classes("C", "major"), music.pitch_classes("F", "major")],
    )
    in_c, in_f = fig.axes
    assert [at for *_, at in rectangles(in_c, "outside")] == [61, 70]
    assert [at for *_, at in rectangles(in_f, "outside")] == [61]
    for note in in_c.patches:
        assert bool(note.get_hatch()) == (note.get_gid() == "outside")
    [legend] = fig.legends
    assert [text.get_text() for text in legend.get_texts()] == ["outside the key"]
    assert legend.get_patches()[0].get_hatch()


def test_hatching_shows_in_grey():
    """Inside the one note: even where it belongs to the key, white with strokes where not."""
    pictures = []
    for midi in (60, 61):
        fig = plotting.piano_roll([[(midi, 4)]], ["a"], scales=[{0}])
        grey = np.asarray(bitmap(fig).convert("L"))
        place = fig.axes[0].transData.transform((2, midi))  # the middle of the note
        x, y = fig.transFigure.inverted().transform(place)
        row, column = round((1 - y) * grey.shape[0]), round(x * grey.shape[1])
        pictures.append(grey[row - 15 : row + 15, column - 80 : column + 80])
    even, hatched = pictures
    assert even.std() < 3 and (hatched > 230).mean() > 0.3 and (hatched < 180).mean() > 0.1


@pytest.mark.parametrize(
    ("arguments", "options", "hint"),
    [
        (([], []), {}, "at least one tune"),
        (([[(60, 1)]], ["a", "b"]), {}, "labels has to hold one entry for each of 1 tunes"),
        (([[(60, 1)]], "a"), {}, "labels has to hold"),
        (([[(60, 1)]], [1]), {}, "a text as the label of each"),
        (([[(60, 1)]], ["a"]), {"scales": []}, "scales has to hold"),
        (([[(60, 1)]], ["a"]), {"beats": [3, 4]}, "beats has to hold"),
        (([[(60, 1)]], ["a"]), {"keys": []}, "keys has to hold"),
        (([[(60, 1)]], ["a"]), {"keys": ["C major"]}, r"keys\[0\] is 'C major', expected a pair"),
        (([[(60, 1)]], ["a"]), {"keys": [("H", "major")]}, "key is 'H', expected a letter"),
        (([[(None, 1)]], ["a"]), {}, r"tunes\[0\] has no note"),
        (([[]], ["a"]), {}, r"beats of tunes\[0\] is empty"),
        (([[(60, "1/4")]], ["a"]), {}, r"beats of tunes\[0\] has to hold numbers"),
    ],
)
def test_piano_roll_refuses(arguments, options, hint):
    with pytest.raises(ValueError, match=hint):
        plotting.piano_roll(*arguments, **options)


def test_drawing_leaves_no_style_behind_and_repeats_its_bytes():
    assert plotting.png(plotting.score(LAMB)) == plotting.png(plotting.score(LAMB))
