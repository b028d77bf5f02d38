"""The tunes: each keeps the rules that its docstring names, judged by a reader of its own."""

from collections import Counter
from dataclasses import FrozenInstanceError
from functools import cache

import numpy as np
import pytest

from utils import text
from utils.datasets import tunes

COUNT = 1000
WHITE = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
BEATS = {"2/4": 2, "3/4": 3, "4/4": 4}
# Scales as a book prints them, the natural minor with its leading note last.
PRINTED = {
    ("C", "major"): "C D E F G A B",
    ("D", "major"): "D E F# G A B C#",
    ("E", "major"): "E F# G# A B C# D#",
    ("F", "major"): "F G A Bb C D E",
    ("G", "major"): "G A B C D E F#",
    ("A", "major"): "A B C# D E F# G#",
    ("Bb", "major"): "Bb C D Eb F G A",
    ("B", "major"): "B C# D# E F# G# A#",
    ("C", "minor"): "C D Eb F G Ab Bb B",
    ("D", "minor"): "D E F G A Bb C C#",
    ("E", "minor"): "E F# G A B C D D#",
    ("F", "minor"): "F G Ab Bb C Db Eb E",
    ("G", "minor"): "G A Bb C D Eb F F#",
    ("A", "minor"): "A B C D E F G G#",
    ("Bb", "minor"): "Bb C Db Eb F Gb Ab A",
    ("B", "minor"): "B C# D E F# G A A#",
}


def midi(name):
    return 12 * int(name[-1]) + 12 + WHITE[name[0]] + name.count("#") - name.count("b")


def staff(name):
    """Lines and spaces: a step up is one more."""
    return 7 * int(name[-1]) + "CDEFGAB".index(name[0])


@cache
def bars_of(tokens):
    """[[(name, quarter notes), …], …], by splitting text."""
    lengths = {"1/8": 0.5, "1/4": 1, "3/8": 1.5, "1/2": 2, "3/4": 3}
    bars = []
    for bar in " ".join(tokens).rstrip("| ").split("|"):
        words = bar.split()
        bars.append(
            [(name, lengths[part]) for name, part in zip(words[::2], words[1::2], strict=True)]
        )
    return bars


def melody_of(tokens):
    return [name for bar in bars_of(tokens) for name, _ in bar if name != "rest"]


@pytest.fixture(scope="module")
def many():
    return tunes.make(4000)


@pytest.fixture(scope="module")
def made(many):
    return many[:COUNT]


@pytest.fixture(scope="module")
def melodies(made):
    return [melody_of(tokens) for tokens in made.tokens]


# ------------------------------------------------------------------------------------- the set


def test_four_thousand_tunes_are_all_different(many):
    assert len(many) == len(set(many.tokens)) == 4000
    shapes = set()
    for tokens in many.tokens:
        first, *others = (midi(word) for word in tokens if word in tunes.PITCHES)
        shapes.add(tuple(other - first for other in others))
    assert len(shapes) == 4000, "no tune is another one in another key"


def test_a_melody_that_was_there_is_drawn_again(monkeypatch):
    one, moved, other = (("C4", "1/4"), (0,)), (("D4", "1/2"), (0,)), (("E4", "1/4"), (0, 2))
    draws = iter([None, one, moved, None, one, other])
    monkeypatch.setattr(tunes, "_tune", lambda *about: next(draws))
    assert tunes.make(2).tokens == (one[0], other[0])


def test_a_seed_gives_the_same_tunes_however_many(many):
    assert tunes.make(200) == many[:200]
    assert not set(tunes.make(200, seed=1).tokens) & set(many.tokens)


def test_a_part_of_the_tunes_keeps_together_what_belongs_together(made):
    part = made[10:14]
    assert isinstance(part, tunes.Tunes) and len(part) == 4
    for i in range(4):
        row = (part.tokens[i], part.keys[i], part.modes[i], part.metres[i])
        assert row == (made.tokens[i + 10], made.keys[i + 10], made.modes[i + 10],
                       made.metres[i + 10])  # fmt: skip
    with pytest.raises(TypeError, match=r"tunes\[:100\], not tunes\[3\]"):
        made[3]
    with pytest.raises(FrozenInstanceError):
        made.keys = ()


def test_keys_modes_and_metres_are_even_and_independent(many):
    seen = Counter(zip(many.keys, many.modes, many.metres, strict=True))
    assert len(seen) == 8 * 2 * 3
    # 83 of each are expected, with a standard deviation of 9.
    assert min(seen.values()) > 83 - 45 and max(seen.values()) < 83 + 45


def test_tunes_are_short_and_of_few_words(many):
    lengths = [len(tokens) for tokens in many.tokens]
    assert min(lengths) == 28 and max(lengths) == 68 and 45 < np.mean(lengths) < 48
    used = {word for tokens in many.tokens for word in tokens}
    assert used == set(tunes.WORDS), "every word is of use"
    assert len(tunes.WORDS) == len(set(tunes.WORDS)) == 35
    pairs = {pair for tokens in many.tokens for pair in zip(tokens, tokens[1:], strict=False)}
    joint = [pair for pair in pairs if pair[1] in tunes.DURATIONS]
    assert 130 < len(joint) < 145, "what the docstring says of words that join both"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"count": 0}, "count is 0, expected a whole number of at least 1"),
        ({"count": 2.5}, "count is .*, expected"),
        ({"count": 2, "seed": -1}, "seed is -1, expected a whole number of at least 0"),
        ({"count": 2, "seed": None}, "seed is .*, expected"),
    ],
)
def test_make_refuses(arguments, hint):
    with pytest.raises(ValueError, match=hint):
        tunes.make(**arguments)


# ------------------------------------------------------------------------------- rules of a tune


def test_every_bar_is_full(made):
    for tokens, metre in zip(made.tokens, made.metres, strict=True):
        bars = bars_of(tokens)
        assert len(bars) == (4 if metre == "4/4" else 8) and tokens[-1] == "|"
        assert [sum(part for _, part in bar) for bar in bars] == [BEATS[metre]] * len(bars)


def test_every_note_is_spelled_as_the_printed_scale(made, melodies):
    used = {about: set() for about in PRINTED}
    for names, key, mode in zip(melodies, made.keys, made.modes, strict=True):
        used[key, mode] |= {name[:-1] for name in names}
    assert used == {about: set(scale.split()) for about, scale in PRINTED.items()}


def test_every_tune_has_the_third_of_its_scale(many):
    for tokens, key, mode in zip(many.tokens, many.keys, many.modes, strict=True):
        third = PRINTED[key, mode].split()[2]
        assert any(word[:-1] == third for word in tokens)


def test_a_tune_ends_by_step_on_a_long_tonic(made, melodies):
    for tokens, names, key, metre in zip(
        made.tokens, melodies, made.keys, made.metres, strict=True
    ):
        assert names[-1][:-1] == key
        assert tokens[-3:] == (names[-1], "3/4" if metre == "3/4" else "1/2", "|")
        assert abs(staff(names[-1]) - staff(names[-2])) == 1


def test_the_range_is_sung_and_no_key_lies_higher(made, melodies):
    heights = {key: [] for key in tunes.KEYS}
    for names, key in zip(melodies, made.keys, strict=True):
        places = [staff(name) for name in names]
        assert staff("B3") <= min(places) and max(places) <= staff("F5")
        assert max(places) - min(places) >= 4, "at least a fifth"
        heights[key].append(np.mean(places))
    means = [np.mean(values) for values in heights.values()]
    assert max(means) - min(means) < 3, "on average, keys differ by less than a fourth"


def test_melodies_step_and_leaps_turn_back(melodies):
    moves = {"steps": 0, "leaps": 0, "all": 0}
    for names in melodies:
        places = [staff(name) for name in names]
        intervals = np.abs(np.diff([midi(name) for name in names]))
        steps = np.diff(places)
        assert not (intervals == 6).any(), "a tritone"
        assert (intervals[steps == 0] == 0).all() and (intervals[np.abs(steps) == 1] <= 2).all()
        assert np.abs(steps).max() <= 5, "more than a sixth"
        assert (np.abs(steps) == 1).mean() >= 0.5
        for one, two in zip(steps, steps[1:], strict=False):
            assert one or two, "three times the same note"
            if abs(one) >= 3:
                assert one * two < 0 and abs(two) <= 2
        moves["steps"] += (np.abs(steps) == 1).sum()
        moves["leaps"] += (np.abs(steps) >= 3).sum()
        moves["all"] += len(steps)
    assert 0.55 < moves["steps"] / moves["all"] < 0.75
    assert 0.05 < moves["leaps"] / moves["all"] < 0.2


def test_the_minor_seventh_is_raised_exactly_where_it_leads_up(made, melodies):
    raised = plain = 0
    for names, key, mode in zip(melodies, made.keys, made.modes, strict=True):
        if mode == "major":
            continue
        *_, natural, leading = PRINTED[key, mode].split()
        for name, following in zip(names, names[1:], strict=False):
            up = following[:-1] == key and staff(following) == staff(name) + 1
            if name[:-1] in (natural, leading):
                assert (name[:-1] == leading) == up, (name, following)
                raised, plain = raised + up, plain + (not up)
    assert raised > 200 and plain > 200


def cells_of(tokens, metre):
    """Eight cells a tune: bars, or halves of bars in 4/4; rests go with the note before."""
    cells, length = [], 2 if metre == "4/4" else BEATS[metre]
    events = [event for bar in bars_of(tokens) for event in bar]
    while events:
        cell, filled = [], 0
        while filled < length:
            name, part = events.pop(0)
            filled += part
            if name == "rest":
                before, its = cell.pop()
                name, part = before, its + part
            cell.append((name, part))
        assert filled == length
        cells.append(cell)
    return cells


def test_the_form_returns_and_the_middle_differs(made):
    beginnings = Counter()
    for tokens, metre in zip(made.tokens, made.metres, strict=True):
        cells = cells_of(tokens, metre)
        assert len(cells) == 8
        rhythm = [[part for _, part in cell] for cell in cells]
        places = [[staff(name) for name, _ in cell] for cell in cells]
        assert rhythm[0] == rhythm[2] == rhythm[6] != rhythm[4]
        assert rhythm[1] == rhythm[3]
        assert places[0] == places[2] and places[0][:-1] == places[6][:-1]
        beginnings["tail"] += places[1] != places[3]
        beginnings[str(rhythm[0])] += 1
    assert beginnings.pop("tail") > 0.8 * COUNT, "A' is a variation, not a repetition"
    assert len(beginnings) >= 10, "rhythms vary"


def test_cells_begin_on_tones_of_their_chords(made):
    """I, any, I, V, then IV V, IV I or V I, then I I; A' and A'' may begin with another degree."""
    triads = {"I": {0, 2, 4}, "IV": {3, 5, 0}, "V": {4, 6, 1}}
    firsts = [Counter() for _ in range(8)]
    for tokens, key, metre in zip(made.tokens, made.keys, made.metres, strict=True):
        tonic = "CDEFGAB".index(key[0])
        degrees = [(staff(cell[0][0]) - tonic) % 7 for cell in cells_of(tokens, metre)]
        assert {degrees[0], degrees[2], degrees[6]} <= triads["I"]
        assert degrees[3] in triads["V"] and degrees[7] == 0
        assert any(
            degrees[4] in triads[one] and degrees[5] in triads[two]
            for one, two in (("IV", "V"), ("IV", "I"), ("V", "I"))
        )
        for counted, degree in zip(firsts, degrees, strict=True):
            counted[degree] += 1
    assert set(firsts[0]) == triads["I"] and set(firsts[3]) == triads["V"]
    assert set(firsts[1]) == set(range(7)), "the answer of A stands over any of the three"
    assert set(firsts[4]) == triads["IV"] | triads["V"]


def test_some_tunes_breathe_and_only_in_the_middle(made):
    breaths = 0
    for tokens, metre in zip(made.tokens, made.metres, strict=True):
        rests = [place for place, word in enumerate(tokens) if word == "rest"]
        breaths += len(rests)
        if rests:
            [place] = rests
            assert tokens[place + 2] == "|" and tokens[place + 1] == tokens[place - 1]
            assert tokens[:place].count("|") == (1 if metre == "4/4" else 3)
    assert 0.2 < breaths / COUNT < 0.45


# ------------------------------------------------------------------------------- words and numbers


WORDS = text.Vocabulary(tunes.WORDS)


def test_ids_come_back_as_words_and_fit_the_course(made):
    assert WORDS.words == (*text.SPECIAL_TOKENS, *tunes.WORDS) and WORDS.size == 39
    for tokens in made.tokens[:200]:
        ids = WORDS.encode(tokens, start=True, end=True)
        assert ids.dtype == np.int32 and ids[0] == text.START and ids[-1] == text.END
        assert [WORDS.words[number] for number in ids[1:-1]] == list(tokens)
        assert WORDS.decode(ids) == list(tokens)
        np.testing.assert_array_equal(WORDS.encode(tokens), ids[1:-1])
    rows = text.pad([WORDS.encode(tokens, end=True) for tokens in made.tokens[:5]])
    assert [WORDS.decode(row) for row in rows] == [list(tokens) for tokens in made.tokens[:5]]


def test_decode_stops_at_the_end_and_skips_what_is_no_word():
    word = WORDS.words.index("F#4")
    assert WORDS.decode([text.START, word, 0, word, text.END, word]) == ["F#4", "F#4"]
    assert WORDS.decode(np.array([text.UNK])) == ["[UNK]"]
    assert WORDS.decode([]) == [] and WORDS.encode([]).shape == (0,)


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: WORDS.encode(["C4", "1/5"]), "word 1, '1/5', is not in the vocabulary"),
        (lambda: WORDS.encode(["E#4"]), "of 35 words; expected one such as '\\|', 'rest'"),
        (lambda: WORDS.encode("C4 1/4"), "got one text, 'C4 1/4'"),
        (lambda: WORDS.decode([39]), "no id 39; expected 0 to 38"),
        (lambda: WORDS.decode([-1]), "no id -1"),
        (lambda: WORDS.decode([[4]]), r"one row of ids \(time,\); got int64 \(1, 1\)"),
        (lambda: WORDS.decode([4.0]), "whole numbers.*got float64"),
    ],
)
def test_words_and_ids_that_do_not_exist(call, hint):
    with pytest.raises(ValueError, match=hint):
        call()


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [("C4", TypeError, "expected a list of two texts"), (["C4", 3], TypeError, "two texts"),
     (["a", "b", "a"], ValueError, "'a' occurs twice"),
     (["a", "[END]"], ValueError, r"'\[END\]' occurs twice")],
)  # fmt: skip
def test_a_vocabulary_has_different_words(words, error, hint):
    with pytest.raises(error, match=hint):
        text.Vocabulary(words)


def test_condition_has_a_one_for_each_of_key_mode_and_metre(made):
    rows = tunes.condition(made.keys, made.modes, made.metres)
    assert rows.shape == (COUNT, 13) == (COUNT, len(tunes.CONDITION)) and rows.dtype == np.float32
    for row, *asked in zip(rows[:300], made.keys, made.modes, made.metres, strict=False):
        assert [tunes.CONDITION[place] for place in np.flatnonzero(row)] == asked
        assert sorted(row) == [0] * 10 + [1] * 3
    np.testing.assert_array_equal(
        tunes.condition(["C", "Bb"], "minor", "3/4"),
        [[1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0], [0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0]],
    )


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        (("H", "major", "2/4"), "key is 'H', expected one of 'C', 'D', 'E', 'F', 'G', 'A', 'Bb'"),
        (("C##", "major", "2/4"), r"key is 'C##'"),
        (("c", "major", "2/4"), "key is 'c'"),
        ((["C", None], "major", "2/4"), "key is None"),
        (("C", "dorian", "2/4"), "mode is 'dorian', expected one of 'major', 'minor'"),
        (("C", "major", "6/8"), "metre is '6/8', expected one of '2/4', '3/4', '4/4'"),
        ((["C"] * 3, ["major"] * 2, "2/4"), "got 3 keys, 2 modes and 1 metres"),
        (([["C"]], "major", "2/4"), "one key, mode and metre for each tune"),
    ],
)
def test_condition_refuses(asked, hint):
    with pytest.raises(ValueError, match=hint):
        tunes.condition(*asked)
