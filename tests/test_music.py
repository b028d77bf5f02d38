"""Tunes read, judged, and listened to by measuring."""

import numpy as np
import pytest

from utils import music
from utils.datasets import tunes
from utils.plotting import check_alt

LAMB = "E4 1/4 D4 1/4 C4 1/4 D4 1/4 | E4 1/4 E4 1/4 E4 1/2 | D4 1/2 rest 1/2 | C4 1/1 |".split()
BROKEN = {
    "two durations": ["C4", "1/4", "1/4", "|"],
    "a duration first": ["1/4", "C4"],
    "two pitches": ["C4", "D4", "1/4"],
    "cut short": ["C4", "1/4", "D4"],
    "a bar line between": ["C4", "|", "1/4"],
    "a rest without end": ["rest"],
    "a special token": ["[START]", "C4", "1/4"],
    "a pitch without octave": ["C", "1/4"],
    "a duration that is none": ["C4", "1/3"],
    "a duration of two notes": ["C4", "5/8"],
    "a duration not in lowest terms": ["C4", "2/4"],
    "no length": ["C4", "0/4"],
    "no word": [4, 5],
}


@pytest.fixture(scope="module")
def made():
    return tunes.make(240, seed=7)


# ----------------------------------------------------------------------------------------- reading


def test_notes_by_hand():
    assert music.notes(LAMB[:4]) == [(64, 1), (62, 1)]
    assert [len(bar) for bar in music.bars(LAMB)] == [4, 3, 2, 1]
    assert music.bars(LAMB)[2:] == [[(62, 2), (None, 2)], [(60, 4)]]
    assert music.notes("A4 1/8 Bb4 3/8 F#5 3/4 B3 1/16 C0 1/2 B8 1/1".split()) == [
        (69, 0.5), (70, 1.5), (78, 3), (59, 0.25), (12, 2), (119, 4)
    ]  # fmt: skip
    assert music.notes(["Cb4", "1/4", "B#3", "1/4"]) == [(59, 1), (60, 1)]


def test_the_last_bar_line_may_be_missing_and_a_bar_empty():
    assert music.bars(LAMB[:-1]) == music.bars(LAMB)
    assert music.bars(["C4", "1/4", "|", "|", "D4", "1/4"]) == [[(60, 1)], [], [(62, 1)]]
    assert music.bars(["|", "C4", "1/4", "|"]) == [[], [(60, 1)]]
    assert music.bars([]) == music.notes([]) == []


@pytest.mark.parametrize("tokens", BROKEN.values(), ids=BROKEN)
def test_what_is_no_tune_is_judged_without_a_crash(tokens):
    assert music.bars(tokens) is None and music.notes(tokens) is None
    assert music.key_share(tokens, "C", "major") is None
    assert music.obeys_key(tokens, "C", "major") is False
    assert music.obeys_metre(tokens, "4/4") is False
    assert music.guess_key(tokens) is None
    assert music.longest_copies([tokens, LAMB], [LAMB]) == [None, 9]
    for play in (music.waveform, music.describe):
        with pytest.raises(ValueError, match="this is no tune: at word"):
            play(tokens)


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("two durations", r"at word 2 there is '1/4', expected a pitch such as 'C4', 'rest' or"),
        ("two pitches", r"at word 1 there is 'D4', expected the duration of 'C4', one of 1/1, 3/4"),
        ("cut short", r"at word 3 the tune ends, expected the duration of 'D4'"),
        ("a bar line between", r"at word 1 there is '\|', expected the duration of 'C4'"),
    ],
)
def test_the_message_says_which_word(name, hint):
    with pytest.raises(ValueError, match=hint):
        music.describe(BROKEN[name])


def test_one_text_is_not_a_list_of_words():
    with pytest.raises(TypeError, match="got one text, 'C4 1/4': split it"):
        music.notes("C4 1/4")


# ----------------------------------------------------------------------------------------- judging


def scale_of(words):
    return " ".join(f"{word}4 1/4" for word in words.split()).split()


@pytest.mark.parametrize(
    ("words", "key", "mode", "share"),
    [
        ("C D E F G A B", "C", "major", 1),
        ("C D E F G A B", "G", "major", 6 / 7),
        ("C D E F G A B", "A", "minor", 1),
        ("A B C D E F G G#", "A", "minor", 1),  # natural seventh and leading note
        ("A B C D E F# G#", "A", "minor", 6 / 7),  # the melodic sixth does not belong
        ("Bb C D Eb F G A", "Bb", "major", 1),
        ("A# C D D# F G A", "Bb", "major", 1),  # spelling does not matter
        ("F# G# A B C# D E E#", "F#", "minor", 1),
        ("C C C C# C", "C", "minor", 4 / 5),
    ],
)
def test_key_share_counts_notes(words, key, mode, share):
    assert music.key_share(scale_of(words), key, mode) == pytest.approx(share)


def test_key_share_counts_notes_and_not_time_and_no_rests():
    tokens = "C4 1/1 C#4 1/8 rest 1/1 rest 1/8 D4 1/8 E4 1/8".split()
    assert music.key_share(tokens, "C", "major") == 3 / 4
    assert music.key_share(["rest", "1/4"], "C", "major") is None
    assert music.key_share([], "C", "major") is None


def test_a_key_needs_its_tonic_at_the_end():
    up = scale_of("C D E F G A B")
    assert not music.obeys_key(up, "C", "major") and not music.obeys_key(up, "A", "minor")
    for last, key, mode in (("C5", "C", "major"), ("A3", "A", "minor")):
        tokens = [*up, last, "1/2", "|", "rest", "1/4", "|"]
        assert music.obeys_key(tokens, key, mode)
        assert not music.obeys_key(["F#4", "1/4", *tokens], key, mode)
    assert not music.obeys_key(["rest", "1/4"], "C", "major")


@pytest.mark.parametrize("judge", [music.key_share, music.obeys_key])
@pytest.mark.parametrize("key", ["H", "C##", "c", "", None, "C4"])
def test_there_is_no_such_key(judge, key):
    with pytest.raises(ValueError, match="key is .*a letter from A to G"):
        judge(LAMB, key, "major")
    with pytest.raises(ValueError, match="mode is 'dorian', expected one of 'major', 'minor'"):
        judge(LAMB, "C", "dorian")


def test_obeys_metre_bar_by_bar():
    assert music.obeys_metre(LAMB, "4/4") and music.obeys_metre(LAMB[:-1], "4/4")
    assert not music.obeys_metre(LAMB, "3/4") and not music.obeys_metre(LAMB, "2/4")
    assert not music.obeys_metre(LAMB[:-3], "3/4")
    assert not music.obeys_metre([*LAMB, "|"], "4/4"), "an empty bar is no full one"
    assert not music.obeys_metre([*LAMB, "C4", "1/4"], "4/4"), "an unfinished last bar"
    assert not music.obeys_metre([word for word in LAMB if word != "|"], "4/4")
    assert not music.obeys_metre([], "4/4")
    assert music.obeys_metre(["C4", "3/8", "D4", "3/8"], "6/8")
    for metre in ("4", "waltz", "3/5", None):
        with pytest.raises(ValueError, match="metre is .*, expected one such as"):
            music.obeys_metre(LAMB, metre)


def test_pitch_classes_by_hand():
    assert music.pitch_classes("G", "major") == {7, 9, 11, 0, 2, 4, 6}
    assert music.pitch_classes("Bb", "minor") == {10, 0, 1, 3, 5, 6, 8, 9}
    assert music.pitch_classes("Cb", "major") == music.pitch_classes("B", "major")


def test_the_course_tunes_obey_what_was_asked_and_nothing_else(made):
    for tokens, *about in zip(made.tokens, made.keys, made.modes, made.metres, strict=True):
        key, mode, metre = about
        assert music.key_share(tokens, key, mode) == 1 and music.obeys_key(tokens, key, mode)
        obeyed = [other for other in tunes.KEYS if music.obeys_key(tokens, other, mode)]
        assert obeyed == [key]
        assert [other for other in tunes.METRES if music.obeys_metre(tokens, other)] == [metre]


def test_the_key_is_guessed(made):
    for tokens, key, mode in zip(made.tokens, made.keys, made.modes, strict=True):
        assert music.guess_key(tokens) == (key, mode)
    assert music.guess_key(scale_of("F# A C# F#")) == ("F#", "minor")
    assert music.guess_key(scale_of("Db F Ab Db")) == ("Db", "major")
    assert music.guess_key(["rest", "1/4"]) is None and music.guess_key([]) is None


def test_the_key_is_guessed_by_scale_then_ending_then_triad():
    assert music.guess_key(scale_of("C D E F G A B C E A")) == ("A", "minor")
    assert music.guess_key(scale_of("C E G B D F A B")) == ("C", "major"), "no tonic at the end"
    # C major lacks Eb, C minor lacks E, the other 22 scales lack more or end elsewhere.
    both = "D4 1/8 B3 1/8 F4 1/8 Eb4 {} E4 {} B3 1/8 C4 1/4".format
    assert music.guess_key(both("1/2", "1/8").split()) == ("C", "minor")
    assert music.guess_key(both("1/8", "1/2").split()) == ("C", "major")


# ------------------------------------------------------------------------------------------ copies


def run_by_loop(one, corpus):
    """The same by comparing every pair of places, note by note."""

    def intervals(tokens):
        pitches = [note.midi for note in music.notes(tokens) if note.midi is not None]
        return [after - before for before, after in zip(pitches, pitches[1:], strict=False)]

    longest, mine = 0, intervals(one)
    for other in map(intervals, corpus):
        for start in range(len(mine)):
            for place in range(len(other)):
                length = 0
                while (
                    start + length < len(mine)
                    and place + length < len(other)
                    and mine[start + length] == other[place + length]
                ):
                    length += 1
                longest = max(longest, length)
    return longest + 1


def test_longest_copies_equal_a_loop_over_all_places(made):
    corpus = made.tokens[:25]
    fresh = made.tokens[25:45]
    assert music.longest_copies(fresh, corpus) == [run_by_loop(tune, corpus) for tune in fresh]


def test_a_copy_shows_in_another_key_rhythm_and_place():
    corpus = [scale_of("C D E G G A"), scale_of("C G C G C G")]
    assert music.longest_copies([scale_of("D E F# A A B")], corpus) == [6]
    slow = "F4 1/1 | G4 1/8 rest 1/2 A4 1/4 | F4 1/4".split()
    assert music.longest_copies([slow], corpus) == [3]
    assert music.longest_copies([scale_of("A F# F D C# A")], corpus) == [1]
    assert music.longest_copies([["rest", "1/4"], [], ["C4", "1/4"]], corpus) == [0, 0, 1]


def test_a_run_does_not_go_from_one_tune_into_the_next():
    halves = [scale_of("C D E"), scale_of("E F# G#")]
    assert music.longest_copies([scale_of("C D E F# G#")], halves) == [3]


def test_a_corpus_may_be_an_iterator_and_must_be_one_of_tunes():
    assert music.longest_copies(iter([LAMB]), iter([LAMB])) == [9]
    with pytest.raises(ValueError, match="tune 1 of the corpus cannot be read"):
        music.longest_copies([LAMB], [LAMB, ["C4"]])
    with pytest.raises(ValueError, match="the corpus has no tunes"):
        music.longest_copies([LAMB], [])


# --------------------------------------------------------------------------- listening by measuring


def heard_pitch(sound, rate):
    """The MIDI number of the strongest frequency, and how far from it in semitones."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 2**16))
    frequency = spectrum.argmax() * rate / 2**16
    exact = 69 + 12 * np.log2(frequency / 440)
    return round(exact), abs(exact - round(exact))


@pytest.mark.parametrize(("tempo", "rate"), [(120, 11_025), (97.5, 8_000), (60, 22_050)])
def test_each_note_sounds_at_its_pitch_and_time(made, tempo, rate):
    for tokens in made.tokens[:3]:
        sound = music.waveform(tokens, tempo=tempo, rate=rate)
        onset = 0
        for midi, beats in music.notes(tokens):
            start, onset = onset, onset + beats * 60 / tempo * rate
            part = sound[round(start) : round(onset)]
            if midi is None:
                assert not part.any()
            else:
                found, off = heard_pitch(part, rate)
                assert found == midi and off < 0.1
        assert len(sound) == round(onset)


def test_length_has_no_drift():
    eighths = ["C4", "1/8"] * 101
    assert len(music.waveform(eighths, tempo=133, rate=11_025)) == round(50.5 * 60 / 133 * 11_025)
    assert music.waveform([]).shape == (0,)


def test_a_rest_is_silence_and_a_note_is_not():
    sound = music.waveform(["A4", "1/4", "rest", "1/4", "A4", "1/4"], tempo=60, rate=8_000)
    assert sound.dtype == np.float32 and sound.shape == (24_000,)
    assert not sound[8_000:16_000].any()
    assert np.abs(sound[:8_000]).max() > 0.3
    np.testing.assert_array_equal(sound[:8_000], sound[16_000:])


def test_nothing_clips_and_nothing_clicks(made):
    # A sine of the highest note, F#5, at the peak moves 0.9 x 2 pi x 740 / 11025 = 0.38 a sample.
    for tokens in made.tokens[:20]:
        sound = music.waveform(tokens)
        assert 0.4 < np.abs(sound).max() <= 0.9
        assert np.isfinite(sound).all()
        borders = np.cumsum([note.beats for note in music.notes(tokens)]) * 60 / 120 * music.RATE
        for border in np.round(borders).astype(int)[:-1]:
            near = sound[border - 4 : border + 4]
            assert np.abs(near).max() < 0.12 and np.abs(np.diff(near)).max() < 0.08
        assert sound[0] == 0 and abs(sound[-1]) < 1e-6


def test_a_note_swells_holds_and_fades():
    spots = [(0, 30), (0.012, 100), (0.5, 100), (2, 100), (3.9, 100)]  # seconds, samples
    sound = np.abs(music.waveform(["A3", "1/1"], tempo=60))
    parts = [sound[int(at * music.RATE) :][:length].max() for at, length in spots]
    start, full, half, two, late = parts
    assert 0.2 > start < full / 3 and full > 1.5 * half > 0 and half > two > late > 0


def test_there_are_overtones_and_none_comes_back_too_low():
    for midi_name, rate in (("A3", 11_025), ("B6", 8_000)):
        sound = music.waveform([midi_name, "1/1"], tempo=60, rate=rate)[:rate]
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(rate)))  # one bin a hertz
        loud = np.flatnonzero(spectrum > 0.02 * spectrum.max())
        [(midi, _)] = music.notes([midi_name, "1/4"])
        tone = 440 * 2 ** ((midi - 69) / 12)
        nearest = np.round(loud / tone)
        assert (np.abs(loud - nearest * tone) < 8).all(), "every loud frequency is a multiple"
        assert set(nearest) == ({1, 2, 3, 4, 5} if midi_name == "A3" else {1, 2})


def test_a_very_short_note_still_begins_and_ends_in_silence():
    sound = music.waveform(["C5", "1/16", "D5", "1/16"], tempo=400, rate=8_000)
    assert len(sound) == 600 and np.abs(sound[298:302]).max() < 0.1 < np.abs(sound).max()


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"tempo": 0}, "tempo is 0, expected a finite number of at least 20 and of at most 400"),
        ({"tempo": float("nan")}, "tempo is .*, expected"),
        ({"tempo": "fast"}, "tempo is .*, expected"),
        ({"rate": 1000}, "rate is .*, expected a whole number of at least 8000"),
        ({"rate": 11025.0}, "rate is .*, expected"),
        ({"rate": True}, "rate is .*, expected"),
    ],
)
def test_waveform_refuses(options, hint):
    with pytest.raises(ValueError, match=hint):
        music.waveform(LAMB, **options)


# --------------------------------------------------------------------------------------- describing


def test_describe_by_hand():
    assert music.describe(LAMB) == (
        "A tune in C major, 4 bars of 4/4: 9 notes between C4 and E4, from E4 to C4, mostly by "
        "step, first at its lowest in bar 1, at its highest in bar 1."
    )
    said = music.describe("Bb3 1/4 | F#4 1/8 C#5 1/8 | A3 1/2".split())
    assert said.startswith("A tune in ") and said.endswith(
        ", 3 bars of different lengths: 4 notes between A3 and C sharp 5, from B flat 3 to A3, "
        "mostly by leap, first at its lowest in bar 3, at its highest in bar 2."
    )
    one = music.describe(["Db4", "3/8", "|"])
    assert "D flat major, 1 bar of 3/8: 1 note between D flat 4 and D flat 4" in one
    assert "with many repeated notes" in music.describe(scale_of("C C C D D D E"))
    with pytest.raises(ValueError, match="there is no note in this tune"):
        music.describe(["rest", "1/4", "|"])


def test_a_description_is_a_description(made):
    for tokens, key, mode, metre in zip(
        made.tokens[:50], made.keys, made.modes, made.metres, strict=False
    ):
        said = music.describe(tokens)
        assert check_alt(said) == said
        assert f"in {key.replace('b', ' flat')} {mode}, " in said and f"of {metre}:" in said
