"""How the pictures keep weights: rounded by half a step at most, and read alike on both sides."""

import json

import numpy as np
import pytest
from test_playground import NODE, ask

from utils.playground import weights

ROWS = np.random.default_rng(0).normal(size=(5, 40)) * [[1], [10], [0.1], [0], [3]]


def test_weights_are_rounded_by_half_a_step_at_most():
    steps, whole = weights.rounded(ROWS)
    assert whole.dtype == np.int8 and whole[3].tolist() == [0] * 40
    assert (np.abs(steps[:, None] * whole - ROWS) <= steps[:, None] * 0.5001).all()
    assert (np.abs(whole).max(axis=1) == 127)[[0, 1, 2, 4]].all()


def test_numbers_by_hand():
    """127 steps of 2 are 254; 3.1 is two steps, rounded; 0.9 is none."""
    entry = json.loads(json.dumps(weights.packed(np.array([[254.0, 3.1, -0.9], [0, 0, 0]]))))
    assert entry["shape"] == [2, 3]
    np.testing.assert_array_equal(weights.unpacked(entry), [[254, 4, 0], [0, 0, 0]])


@pytest.mark.parametrize("shape", [(40,), (40, 1)])
def test_a_vector_is_one_row_and_comes_back(shape):
    vector = ROWS[0].reshape(shape)
    entry = weights.packed(vector)
    assert entry["shape"] == [1, 40] and weights.unpacked(entry).shape == (40,)
    back = weights.unpacked(entry, shape)
    np.testing.assert_allclose(back, vector, atol=np.abs(vector).max() / 250)


@NODE
def test_the_page_reads_what_python_reads():
    whole = weights.packed(ROWS)
    pieces = {**whole, "whole": [whole["whole"][:80], whole["whole"][80:]]}
    for entry in (whole, pieces):
        found = ask("matrices", "((one) => ({...one, values: [...one.values]}))(m.unpacked(d))",
                    **entry)  # fmt: skip
        assert (found["rows"], found["columns"]) == (5, 40)
        np.testing.assert_array_equal(np.reshape(found["values"], (5, 40)), weights.unpacked(entry))


@NODE
def test_vectors_go_through_a_matrix_and_back():
    first, second = ask("matrices", """((matrix) => [
        [...m.through(d.vector, matrix, m.row(matrix, 0))], [...m.back(d.other, matrix)]]
        )(m.unpacked(d))""", vector=[1, -2, 3, 0, 0.5], other=list(range(40)),
                        **weights.packed(ROWS))  # fmt: skip
    matrix = weights.unpacked(weights.packed(ROWS))
    np.testing.assert_allclose(first, [1, -2, 3, 0, 0.5] @ matrix + matrix[0], rtol=1e-12)
    np.testing.assert_allclose(second, matrix @ np.arange(40), rtol=1e-12)
