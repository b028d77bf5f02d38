"""The one parser of tunes, and that all who use it agree: judges, player, scores, generator."""

import re
import subprocess
import sys
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import music, plotting
from utils.datasets import tunes

# ------------------------------------------------------------------------------------------ by hand


def test_read_keeps_what_is_written():
    words = "| Bb3 3/8 rest 1/16 | | F#5 1/1".split()
    assert music.read(words) == [[], [("Bb3", "3/8"), ("rest", "1/16")], [], [("F#5", "1/1")]]
    assert music.read([*words, "|"]) == music.read(words) == music.read(iter(words))
    assert music.read([]) == [] and music.read(["|"]) == [[]]
    assert music.read(np.array(["C4", "1/4"])) == [[("C4", "1/4")]]


@pytest.mark.parametrize(
    ("duration", "beats"),
    [("1/1", 4), ("3/4", 3), ("1/2", 2), ("3/8", 1.5), ("1/4", 1), ("3/16", 0.75), ("1/8", 0.5),
     ("1/16", 0.25)],
)  # fmt: skip
def test_a_duration_in_beats(duration, beats):
    assert music.notes(["rest", duration]) == [(None, beats)]


@pytest.mark.parametrize(
    "duration",
    ["5/8", "2/4", "1/3", "1/32", "3/32", "7/8", "0/4", "4/1", "01/4", " 1/4", "1/4 ", "1/4\n", "1",
     "C4", "", "-1/4", "1/0", None, 0.25, ["1/4"]],
)  # fmt: skip
def test_no_duration_of_one_note(duration):
    assert music.notes(["C4", duration]) is None
    hint = re.escape(f"at word 1 there is {duration!r}, expected the duration of 'C4', one of 1/1")
    for use in (music.read, music.waveform, music.describe, plotting.score):
        with pytest.raises(ValueError, match=hint):
            use(["C4", duration])


@pytest.mark.parametrize(
    ("name", "midi"),
    [("C4", 60), ("C#4", 61), ("Db4", 61), ("A4", 69), ("Bb3", 58), ("B3", 59), ("Cb4", 59),
     ("B#3", 60), ("E#4", 65), ("Fb4", 64), ("C0", 12), ("Cb0", 11), ("B8", 119), ("B#8", 120)],
)  # fmt: skip
def test_a_pitch_as_a_number(name, midi):
    assert music.notes([name, "1/4"]) == [(midi, 1)]
    assert music.pitch(name).midi == midi
    assert "".join(map(str, music.pitch(name))) == name


@pytest.mark.parametrize(
    "name",
    ["H4", "c4", "C", "C9", "C-1", "C10", "C##4", "Cbb4", "C♯4", "4C", "REST", "C4\n", " C4", ""],
)  # fmt: skip
def test_no_pitch(name):
    hint = re.escape(f"at word 0 there is {name!r}, expected a pitch such as 'C4', 'rest' or '|'")
    with pytest.raises(ValueError, match=hint):
        music.read([name, "1/4"])
    with pytest.raises(ValueError, match="pitch is .*, expected a letter from A to G"):
        music.pitch(name)


def test_beats_in_a_bar_by_hand():
    metres = {"2/4": 2, "3/4": 3, "4/4": 4, "6/8": 3, "3/8": 1.5, "12/8": 6, "2/2": 4, "3/16": 0.75}
    assert {metre: music.beats_in(metre) for metre in metres} == metres
    for metre in ("3/5", "0/4", "waltz", "3", "100/4"):
        with pytest.raises(ValueError, match=f"metre is '{metre}', expected one such as '3/4'"):
            plotting.score(["C4", "1/4"], metre=metre)


def test_music_knows_no_pictures(root):
    code = "import sys, utils.music; print({'matplotlib', 'utils.plotting'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# ---------------------------------------------------------------------------------------- agreement

WORDS = st.one_of(
    st.sampled_from(
        [*tunes.WORDS, *music.DURATIONS, "[END]", "C0", "B8", "E#4", "5/8", "2/4", "H4"]
    ),
    st.text(alphabet="CF#b4/18|", max_size=4),
)
NOTES = st.tuples(
    st.sampled_from(["rest", "C4", "F#5", "Bb3", "Cb0", "B#8"]), st.sampled_from(music.DURATIONS)
)
TUNES = st.lists(NOTES.map(list) | st.just(["|"]), max_size=6).map(lambda parts: sum(parts, []))


def refused(use, tokens):
    """Whether `use` says that this is no tune; another complaint is none of that kind."""
    try:
        use(tokens)
    except ValueError as error:
        return str(error).startswith("this is no tune: at word ")
    return False


@settings(max_examples=120, deadline=None)
@given(st.lists(WORDS, max_size=5) | TUNES | st.builds(lambda a, b: a + b, TUNES, st.lists(WORDS)))
def test_all_agree_on_what_is_a_tune(tokens):
    no_tune = music.notes(tokens) is None
    assert (music.bars(tokens) is None) == no_tune
    for use in (music.read, music.waveform, music.describe, plotting.score):
        assert refused(use, tokens) == no_tune


@settings(max_examples=100, deadline=None)
@given(TUNES)
def test_a_tune_written_again_is_the_same(tokens):
    again = []
    for bar in music.read(tokens):
        again += [*chain(*bar), "|"]
    assert music.read(again) == music.read(tokens)
    assert again in (tokens, [*tokens, "|"])


# ------------------------------------------------------------------------------------------- scales

SIGNED = [
    (letter + sign, mode)
    for letter in "CDEFGAB" for sign in ("", "#", "b") for mode in music.SCALES
]  # fmt: skip


def signed(key, mode):
    try:
        return music.signature(key, mode)
    except ValueError as error:
        assert "accidentals, expected at most 7; name the same tonic otherwise" in str(error)
        return None


def test_a_signature_spells_the_scale():
    """The seven letters with their signs are the scale, and minor adds its leading note alone."""
    drawable = 0
    for key, mode in SIGNED:
        signs = signed(key, mode)
        if signs is None:
            continue
        drawable += 1
        spelled = {music.tonic(letter + signs.get(letter, "")) for letter in "CDEFGAB"}
        leading = (music.tonic(key) - 1) % 12
        assert music.pitch_classes(key, mode) == spelled | {leading}
        assert (leading in spelled) == (mode == "major")
        assert signs.get(key[0], "") == key[1:], "the tonic itself is in the scale"
    assert drawable == 30, "fifteen signatures, each for a major and a minor"


def test_a_scale_is_spelled_with_its_signature_and_its_leading_note():
    for key, mode in SIGNED:
        if signed(key, mode) is None:
            continue
        names = music.spelling(key, mode)
        assert set(names) == music.pitch_classes(key, mode)
        assert names[music.tonic(key)] == key
        plain = {pitch: name for pitch, name in names.items() if len(name) < 3}
        assert all(music.tonic(name) == pitch for pitch, name in plain.items())
        assert {name[0] for name in names.values()} == set("CDEFGAB")
    assert music.spelling("D", "minor")[1] == "C#" and music.spelling("Bb", "minor")[9] == "A"
    assert music.spelling("G#", "minor")[7] == "F##", "raised from F sharp"


def test_minor_is_the_same_for_generator_judge_and_score():
    """What a score writes as an accidental is the leading note, and nothing else."""
    made = tunes.make(60, seed=3)
    for tokens, key, mode in zip(made.tokens, made.keys, made.modes, strict=True):
        signs = music.signature(key, mode)
        outside = {
            name for bar in music.read(tokens) for name, _ in bar
            if name != "rest" and music.pitch(name).accidental != signs.get(name[0], "")
        }  # fmt: skip
        leading = (music.tonic(key) - 1) % 12
        assert {music.pitch(name).midi % 12 for name in outside} <= {leading}
        assert mode == "minor" or not outside


def test_relative_keys_share_their_signature():
    assert music.signature("C", "major") == music.signature("A", "minor") == {}
    assert music.signature("Eb", "major") == music.signature("C", "minor")
    assert list(music.signature("Eb", "major").items()) == [("B", "b"), ("E", "b"), ("A", "b")]
    assert list(music.signature("A", "major").items()) == [("F", "#"), ("C", "#"), ("G", "#")]
    for key in ("H", "C##", "", None):
        with pytest.raises(ValueError, match="key is .*, expected a letter from A to G"):
            music.signature(key, "minor")
    with pytest.raises(ValueError, match="mode is 'dorian'"):
        music.signature("D", "dorian")
