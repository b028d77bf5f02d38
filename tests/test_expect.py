"""What options may be: the known ones, and whole numbers of at least 1."""

import json

import numpy as np
import pytest

from utils import expect


def test_a_known_value_passes():
    expect.one_of("cell", "gru", ("gru", "lstm"))
    expect.one_of("attention", None, (None, "dot"))


def test_an_unknown_value_is_named_with_all_known_ones():
    with pytest.raises(ValueError, match="^cell is 'rnn', expected one of 'gru', 'lstm'$"):
        expect.one_of("cell", "rnn", {"gru": 1, "lstm": 2})


def test_whole_numbers_come_back_in_order():
    assert expect.whole(units=3, layers=1) == [3, 1]


@pytest.mark.parametrize("kind", [np.int64, np.int32, np.uint8])
def test_whole_numbers_of_numpy_become_plain_ones(kind):
    [units] = expect.whole(units=kind(7))
    assert type(units) is int
    assert json.dumps(units) == "7"  # as a saved model needs it


@pytest.mark.parametrize("value", [0, -1, 2.5, 2.0, np.float64(3), "3", None, True, np.int64(0)])
def test_everything_else_is_refused(value):
    with pytest.raises(ValueError) as error:
        expect.whole(layers=1, units=value)
    assert str(error.value) == f"units is {value!r}, expected a whole number of at least 1"
