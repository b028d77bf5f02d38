"""What options may be: known ones, whole numbers, numbers within bounds, shares, truth values."""

import json

import numpy as np
import pytest

from utils import expect


def test_a_known_value_passes():
    expect.one_of("cell", "gru", ("gru", "lstm"))
    expect.one_of("attention", None, (None, "dot"))


@pytest.mark.parametrize("value", ["rnn", ["gru"], np.array([1, 2]), {}])
def test_an_unknown_value_is_named_with_all_known_ones(value):
    with pytest.raises(ValueError) as error:
        expect.one_of("cell", value, {"gru": 1, "lstm": 2})
    assert str(error.value) == f"cell is {value!r}, expected one of 'gru', 'lstm'"


def test_whole_numbers_come_back_in_order():
    assert expect.integer(units=3, layers=1) == [3, 1]


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_whole_numbers_of_numpy_become_plain_ones(kind):
    [units] = expect.integer(units=kind(7))
    assert type(units) is int
    assert json.dumps(units) == "7"  # as a saved model needs it


@pytest.mark.parametrize("value", [0, -1, 2.5, 2.0, np.float64(3), "3", None, True, np.int64(0)])
def test_everything_else_is_refused(value):
    with pytest.raises(ValueError) as error:
        expect.integer(layers=1, units=value)
    assert str(error.value) == f"units is {value!r}, expected a whole number of at least 1"


def test_the_lowest_whole_number_can_be_another():
    assert expect.integer(0, seed=0) == [0]
    with pytest.raises(ValueError, match="^seed is -1, expected a whole number of at least 0$"):
        expect.integer(0, seed=-1)


@pytest.mark.parametrize("value", [0.5, 1, np.float32(0.25), np.int64(1)])
def test_a_number_comes_back_as_pythons_own(value):
    found = expect.number("rate", value, above=0, at_most=1)
    assert type(found) is float
    assert found == value


@pytest.mark.parametrize(
    ("bounds", "inside", "outside", "said"),
    [
        ({"above": 0}, 1e-9, 0, "above 0"),
        ({"at_least": 0}, 0, -1e-9, "of at least 0"),
        ({"below": 1}, 0.999, 1, "below 1"),
        ({"at_most": 1}, 1, 1.001, "of at most 1"),
        ({"at_least": 0, "below": 1}, 0, 1, "of at least 0 and below 1"),
    ],
)
def test_a_number_keeps_to_its_bounds(bounds, inside, outside, said):
    assert expect.number("x", inside, **bounds) == inside
    with pytest.raises(ValueError) as error:
        expect.number("x", outside, **bounds)
    assert str(error.value) == f"x is {outside!r}, expected a finite number {said}"


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -np.inf, "1", None, True, np.ones(1), 1j]
)
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match="^x is .*, expected a finite number$"):
        expect.number("x", value)


def test_a_share_is_from_0_to_1():
    assert expect.fraction(dropout=0, smoothing=1) == [0.0, 1.0]
    with pytest.raises(
        ValueError, match="^dropout is 1.5, expected a finite number of at least 0 and of at most 1"
    ):
        expect.fraction(dropout=1.5)


@pytest.mark.parametrize("value", [True, False, np.True_, np.False_])
def test_a_truth_value_comes_back_as_pythons_own(value):
    [found] = expect.boolean(tied=value)
    assert type(found) is bool
    assert found == value


@pytest.mark.parametrize("value", [1, 0, "yes", None, [True]])
def test_what_only_passes_for_a_truth_value_is_refused(value):
    with pytest.raises(ValueError, match="^tied is .*, expected True or False$"):
        expect.boolean(tied=value)
