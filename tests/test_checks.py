"""Claims and checks: what they accept, what they must reject, and what they say."""

import io
import json
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.checks import ClaimError, check_close, check_shape, claim, say, you_said

# --- claim


@pytest.mark.parametrize("condition", [True, np.True_, np.float32(2) > 1])
def test_claim_that_holds_prints_one_line(condition, capsys):
    claim("two is more than one", condition, 2)
    assert capsys.readouterr() == ("✓ two is more than one\n", "")


def test_measured_is_shown_on_request(capsys):
    claim("the score is high", True, 41.23456, show=True)
    claim("nothing was measured", True, show=True)
    expected = "✓ the score is high  (measured: 41.23)\n✓ nothing was measured\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize("condition", [False, np.False_])
def test_claim_that_fails_says_what_and_how_much(condition, capsys):
    with pytest.raises(ClaimError) as caught:
        claim("the score is above 40", condition, 38.56789, hint="more epochs?")
    assert str(caught.value).splitlines() == [
        "This claim does not hold: the score is above 40",
        "measured: 38.57",
        "Hint: more epochs?",
    ]
    assert capsys.readouterr().out == ""


def test_a_failed_claim_without_a_hint_says_what_to_try():
    with pytest.raises(ClaimError, match="Hint: run the cells above in their order"):
        claim("something", False)


def test_a_claim_on_a_stored_table_says_so(capsys):
    claim("the table says so", True, stored=True)
    claim("by far", True, 41.23456, stored="benchmarks/cells.py", show=True)
    expected = "✓ (stored) the table says so\n✓ (stored) by far  (measured: 41.23)\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("stored", "script"),
    [
        (True, "the script of the same name in benchmarks/"),
        ("benchmarks/cells.py", "`python benchmarks/cells.py`"),
    ],
)
def test_a_stored_table_that_says_otherwise_is_measured_anew_by_its_script(stored, script):
    with pytest.raises(ClaimError) as caught:
        claim("the GRU is ahead", False, 0.5, stored=stored, hint="which column?")
    first, measured, where_from, hint = str(caught.value).splitlines()
    assert first == "This claim does not hold: the GRU is ahead"
    assert (measured, hint) == ("measured: 0.5", "Hint: which column?")
    assert where_from.startswith("It is about a stored table") and script in where_from
    with pytest.raises(ClaimError) as caught:  # to run the cells above again would change nothing
        claim("the GRU is ahead", False, stored=stored)
    assert "Restart" not in str(caught.value)


@pytest.mark.parametrize("bad", [None, 1, "cells.json", ["benchmarks/cells.py"]])
def test_what_names_no_script_is_refused(bad):
    with pytest.raises(ValueError, match="stored is .*, expected True, False or a script"):
        claim("the table says so", True, stored=bad)


def test_claim_error_is_an_assertion_error():
    with pytest.raises(AssertionError, match="without a number"):
        claim("without a number", False)


REFUSED = [None, "yes", 1, 0, 0.0, [], [True], (True,), {}, object(), lambda: True]


@pytest.mark.parametrize("condition", REFUSED, ids=lambda value: repr(value).split(" at ")[0])
def test_what_is_no_truth_value_is_refused(condition):
    with pytest.raises(TypeError, match="True or False, from a comparison"):
        claim("something", condition)


@pytest.mark.parametrize("array", [np.array([True, False]), np.array([True]), np.array(True)])
def test_arrays_are_refused_with_a_way_out(array):
    with pytest.raises(TypeError, match=r"array of shape \(.*bool\(….all\(\)\)"):
        claim("something", array)


@pytest.mark.parametrize(
    ("text", "error"),
    [("", ValueError), ("  ", ValueError), ("a\nb", ValueError), (True, TypeError)],
)
def test_claim_needs_its_sentence(text, error):
    with pytest.raises(error, match="claim"):
        claim(text, True)


MEASURED = [
    (0.123456, "0.1235"),
    (np.float32(2.5), "2.5"),
    (7, "7"),
    (np.bool_(True), "True"),
    ("rose", "rose"),
    ([1.23456, 2], "[1.235, 2]"),
    ({"with": 40.0, "without": 12.3456}, "with 40, without 12.35"),
    (np.array([1.0, 2.0]), "[1. 2.]"),
]


@pytest.mark.parametrize(("measured", "shown"), MEASURED, ids=str)
def test_measured_is_readable(measured, shown):
    with pytest.raises(ClaimError) as caught:
        claim("something", False, measured)
    assert str(caught.value).splitlines()[1] == f"measured: {shown}"


def test_a_long_array_is_shortened():
    with pytest.raises(ClaimError) as caught:
        claim("something", False, np.arange(30.0))
    assert "..." in str(caught.value)
    assert "20" not in str(caught.value)


# --- what `make seeds` reads


@pytest.fixture
def record(tmp_path, monkeypatch):
    path = tmp_path / "claims.jsonl"
    monkeypatch.setenv("RNN_COURSE_CLAIMS", str(path))
    return path


def entries(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_claims_are_recorded_also_when_they_fail(record):
    claim("é holds", np.bool_(True), np.float32(0.5))
    with pytest.raises(ClaimError):
        claim("fails", False, [1, 2])
    claim("a truth value is no number", True, True)
    assert entries(record) == [
        {"claim": "é holds", "held": True, "measured": "0.5", "number": 0.5},
        {"claim": "fails", "held": False, "measured": "[1, 2]", "number": None},
        {"claim": "a truth value is no number", "held": True, "measured": "True", "number": None},
    ]


def test_going_on_prints_a_cross(record, monkeypatch, capsys):
    monkeypatch.setenv("RNN_COURSE_CLAIMS_CONTINUE", "1")
    claim("too low", False, 3)
    claim("later", True)
    assert capsys.readouterr().out == "✗ too low  (measured: 3)\n✓ later\n"
    assert [entry["held"] for entry in entries(record)] == [False, True]


def test_going_on_still_refuses_nonsense(monkeypatch):
    monkeypatch.setenv("RNN_COURSE_CLAIMS_CONTINUE", "1")
    with pytest.raises(TypeError):
        claim("something", None)


# --- check_shape


class Tensor:
    """What Keras tensors look like from here: they have a shape."""

    shape = (2, None, 4)


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (np.zeros((2, 3)), (2, 3)),
        (np.zeros((2, 3)), [None, 3]),
        (np.zeros(()), ()),
        ([[1, 2, 3]], (1, 3)),
        (Tensor(), (2, None, 4)),
        (np.zeros((0, 3)), (0, np.int64(3))),
    ],
)
def test_right_shapes_pass_in_silence(array, expected, capsys):
    check_shape(array, expected)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("shape", "expected", "message"),
    [
        ((2, 3), (3, 2), "axis 0 has length 2 instead of 3, axis 1 has length 3 instead of 2"),
        ((2, 3, 4), (2, None, 5), r"expected \(2, any, 5\): axis 2 has length 4 instead of 5"),
        ((2, 3), (2, 3, 1), "2 axes instead of 3"),
        ((1, 3), (3,), "2 axes instead of 1"),
        ((), (1,), "0 axes instead of 1"),
    ],
)
def test_wrong_shapes_raise(shape, expected, message):
    with pytest.raises(ClaimError, match=message):
        check_shape(np.zeros(shape), expected, hint="axes in order?")


@pytest.mark.parametrize("expected", [3, "ab", ("a", 2), (2.0, 3), (True, 2), (-1, 2), None])
def test_nonsense_shapes_are_refused(expected):
    with pytest.raises(TypeError, match="tuple of lengths"):
        check_shape(np.zeros((2, 3)), expected)


# --- check_close


def test_largest_difference_is_located():
    found = np.array([[1.0, 2.0], [3.0, 4.5]])
    with pytest.raises(ClaimError) as caught:
        check_close(found, [[1, 2.1], [3, 4]], tolerance=0.2, hint="a bias?")
    text = str(caught.value)
    assert "largest difference is 0.5, at position (1, 1): found 4.5, expected 4" in text
    assert text.endswith("allowed is 0.2.\nHint: a bias?")


CLOSE = [
    ([1.0, 2.0], [1.0, 2.0 + 5e-7], 1e-6),
    ([1, 2], [1.0, 2.0], 0),
    (3.0, 3.05, 0.1),
    ([np.inf, -np.inf], [np.inf, -np.inf], 1e-6),
    ([True, False], [1, 0], 0),
]
APART = [
    ([1.0, 2.0], [1.0, 2.0 + 2e-6], 1e-6, r"position 1"),
    (3.0, 3.2, 0.1, "the only value"),
    ([np.nan], [np.nan], 1.0, "position 0: found nan"),
    ([1.0, np.nan], [1.0, 2.0], 1e9, "position 1: found nan"),
    ([np.inf], [-np.inf], 1.0, "position 0: found inf"),
    ([np.inf], [1.0], 1.0, "position 0: found inf"),
    ([1.0, 1.0], [1.0], 1.0, r"shapes differ: found \(2,\), expected \(1,\)"),
    ([1.0, 1.0], 1.0, 1.0, r"expected \(\)"),
]


@pytest.mark.parametrize(("found", "expected", "tolerance"), CLOSE)
def test_close_passes(found, expected, tolerance, capsys):
    check_close(found, expected, tolerance)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(("found", "expected", "tolerance", "message"), APART)
def test_apart_raises(found, expected, tolerance, message):
    with pytest.raises(ClaimError, match=message):
        check_close(found, expected, tolerance)


def test_nothing_to_compare_is_refused():
    with pytest.raises(ValueError, match="empty"):
        check_close([], [])


@pytest.mark.parametrize("tolerance", [-1e-6, np.nan, np.inf])
def test_tolerance_that_says_nothing_is_refused(tolerance):
    with pytest.raises(ValueError, match="tolerance"):
        check_close([1.0], [1.0], tolerance)


@pytest.mark.parametrize("values", [["a"], [None], [1 + 2j]])
def test_what_is_no_number_is_refused(values):
    with pytest.raises(TypeError, match="found has to hold real numbers"):
        check_close(values, [1.0])


numbers = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6)


@given(numbers, st.integers(0, 5), st.floats(0.01, 10))
def test_one_changed_value_is_found_wherever_it_is(values, index, change):
    index %= len(values)
    changed = list(values)
    changed[index] += change
    check_close(values, list(values), 0)
    with pytest.raises(ClaimError, match=f"position {index}:"):
        check_close(changed, values, change / 2)


def test_half_precision_of_the_accelerators_is_compared():
    ml_dtypes = pytest.importorskip("ml_dtypes")
    check_close(np.array([1.5, 2.5], dtype=ml_dtypes.bfloat16), [1.5, 2.5], 0)


# --- predictions


@pytest.mark.parametrize(
    ("prediction", "measured", "lines"),
    [
        (0.5, 0.14159265, ["you said 0.5; measured 0.1416"]),
        (3, 4.0, ["you said 3; measured 4"]),
        (np.float32(2), 2, ["you said 2; measured 2"]),
        (None, 0.25, ["you made no prediction; measured 0.25"]),
        (..., 0.25, ["you made no prediction; measured 0.25"]),
        ("it fades", None, ["you said 'it fades'"]),
        ("LSTM", "GRU", ["you said 'LSTM'; measured GRU"]),
        ((2, 3), (2, 4), ["you said [2, 3]; measured [2, 4]"]),
        ({"a": 1, "b": 0.5}, {"a": 2, "b": 3}, ["you said a 1, b 0.5; measured a 2, b 3"]),
        ({"a": None, "b": None}, {"a": 2, "b": 3}, ["you made no prediction; measured a 2, b 3"]),
    ],
)
def test_a_prediction_is_set_beside_what_was_measured(prediction, measured, lines, capsys):
    you_said(prediction, measured)
    assert capsys.readouterr().out.splitlines() == lines


@pytest.mark.parametrize(
    ("prediction", "measured", "told"),
    [
        ("a third", 0.3, "a number such as 0.5, without quotation marks, was asked for"),
        (0.5, {"a": 1, "b": 2}, "one guess for each was asked for: a, b"),
        ({"a": 1}, {"a": 1, "b": 2}, "there is no guess for b"),
        ({"a": 1, "b": "two"}, {"a": 1, "b": 2}, "a number such as 0.5"),
        (True, 0.5, "this is a truth value"),
        (3, "LSTM", 'a text in quotation marks, such as "yes", was asked for'),
        ("LSTM", ["LSTM", "GRU"], "a list such as [1, 2]"),
        (len, 3, "this is a builtin_function_or_method"),
        (1j, 3, "this is a complex"),
    ],
)
def test_a_prediction_of_another_kind_is_told_kindly(prediction, measured, told, capsys):
    you_said(prediction, measured)
    said, why = capsys.readouterr().out.splitlines()
    assert said.startswith("you said ")
    assert told in why
    assert "run that cell again" in why


class Broken:
    def __repr__(self):
        raise RuntimeError("no text")


@given(
    st.one_of(
        st.none(), st.booleans(), st.floats(), st.text(), st.binary(), st.complex_numbers(),
        st.lists(st.floats()), st.dictionaries(st.text(), st.none()), st.just(Broken()),
        st.just(np.ones((3, 4))),
    ),
    st.sampled_from([0.5, "yes", [1, 2], {"a": 1}, True, None]),
)
def test_no_prediction_stops_a_notebook(prediction, measured):
    you_said(prediction, measured)


def test_a_long_prediction_is_shortened(capsys):
    you_said("word " * 100)
    assert len(capsys.readouterr().out) < 120


# --- consoles of other alphabets


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp932", "utf-8"])
def test_a_line_is_printed_on_any_console(encoding, monkeypatch):
    written = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(written, encoding=encoding))
    say("✓ an R² of 0.5 → enough")
    claim("hält über 50 Schritte", True)
    sys.stdout.flush()
    text = written.getvalue().decode(encoding)
    assert "an R" in text
    assert text.count("\n") == 2
    if encoding == "ascii":
        assert text.startswith("ok: an R? of 0.5 ? enough")
