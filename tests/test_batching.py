"""Batches: every pair once, padding at the end, shifted targets, similar lengths."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import batching
from utils.text import END, PAD, START


def rows_of(lengths):
    """Source and target rows in which each pair can be recognised by its numbers."""
    source = [np.full(n, 100 + i, "int32") for i, (n, _) in enumerate(lengths)]
    target = [
        np.array([START, *[500 + i] * n, END], "int32") for i, (_, n) in enumerate(lengths)
    ]
    return source, target


def some_lengths(count, seed=0):
    random = np.random.default_rng(seed)
    return [(int(a), int(b)) for a, b in random.integers(1, 30, (count, 2))]


def unpadded(row):
    return [number for number in row.tolist() if number != PAD]


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), min_size=1, max_size=40),
    st.integers(1, 9),
    st.integers(1, 8),
    st.one_of(st.none(), st.integers(0, 99)),
)
def test_each_pair_is_there_once_and_whole(lengths, batch_size, round_to, seed):
    source, target = rows_of(lengths)
    random = None if seed is None else np.random.default_rng(seed)
    found = {}
    for batch in batching.pair_batches(source, target, batch_size, random, round_to):
        assert 1 <= len(batch.source) <= batch_size
        assert all(array.dtype == np.int32 for array in batch)
        assert batch.source.shape[1] % round_to == batch.target_input.shape[1] % round_to == 0
        assert batch.target_input.shape == batch.target_output.shape
        for read, given_words, said in zip(*batch, strict=True):
            number = int(read[0]) - 100
            assert number not in found
            found[number] = True
            assert unpadded(read) == source[number].tolist()
            assert unpadded(given_words) == target[number][:-1].tolist()
            assert unpadded(said) == target[number][1:].tolist()
            for row in (read, given_words, said):
                assert (np.diff((row != PAD).astype(int)) <= 0).all()  # padding at the end only
    assert sorted(found) == list(range(len(lengths)))


def test_inputs_are_the_outputs_shifted_by_one():
    [batch] = batching.pair_batches([np.array([9, 8])], [np.array([START, 5, 6, END])], 4)
    assert batch.source.tolist() == [[9, 8]]
    assert batch.target_input.tolist() == [[START, 5, 6]]
    assert batch.target_output.tolist() == [[5, 6, END]]


def test_no_more_padding_than_needed():
    source, target = rows_of([(2, 3), (4, 3)])
    [batch] = batching.pair_batches(source, target, 8)
    assert batch.source.shape == (2, 4) and batch.target_input.shape == (2, 4)


@pytest.mark.parametrize("round_to", [1, 8])
def test_round_to_by_hand(round_to):
    source, target = rows_of([(9, 7)])
    [batch] = batching.pair_batches(source, target, 8, round_to=round_to)
    expected = {1: ((1, 9), (1, 8)), 8: ((1, 16), (1, 8))}[round_to]
    assert (batch.source.shape, batch.target_output.shape) == expected


@pytest.mark.parametrize("seed", [None, 3])
def test_lengths_within_a_batch_are_close(seed):
    source, target = rows_of(some_lengths(400))
    random = None if seed is None else np.random.default_rng(seed)
    batches = batching.pair_batches(source, target, 20, random)
    words = sum(np.count_nonzero(batch.target_input) for batch in batches)
    cells = sum(batch.target_input.size for batch in batches)
    assert words / cells > 0.95  # without sorting, about half of the cells are padding
    ranges = sorted(
        ((batch.target_input != PAD).sum(1).min(), (batch.target_input != PAD).sum(1).max())
        for batch in batches
    )
    for (_, longest), (shortest, _) in zip(ranges, ranges[1:], strict=False):
        assert longest <= shortest  # sorted by target length, then cut


def test_equal_target_lengths_are_sorted_by_source_length():
    lengths = np.array([[5, 9], [5, 1], [5, 5], [2, 7]])
    [first, second] = batching.length_buckets(lengths, 2)
    assert first.tolist() == [3, 1] and second.tolist() == [2, 0]


def test_shortest_first_without_randomness():
    source, target = rows_of(some_lengths(50))
    batches = batching.pair_batches(source, target, 7)
    longest = [batch.target_input.shape[1] for batch in batches]
    assert longest == sorted(longest)
    assert [len(batch.source) for batch in batches] == [7] * 7 + [1]


def as_lists(batches):
    return [[array.tolist() for array in batch] for batch in batches]


def test_same_seed_same_batches():
    source, target = rows_of(some_lengths(60))
    first, second, other = (
        as_lists(batching.pair_batches(source, target, 8, np.random.default_rng(seed)))
        for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_shuffling_changes_order_and_company():
    lengths = np.full((64, 2), 5)
    buckets = batching.length_buckets(lengths, 8, np.random.default_rng(0))
    plain = batching.length_buckets(lengths, 8)
    assert {frozenset(b.tolist()) for b in buckets} != {frozenset(b.tolist()) for b in plain}
    long_and_short = np.repeat(np.arange(1, 9), 8)[:, None]
    order = [int(b[0]) for b in batching.length_buckets(long_and_short, 8,
                                                        np.random.default_rng(0))]
    assert sorted(n // 8 for n in order) == list(range(8))
    assert order != sorted(order)


def test_bad_input():
    source, target = rows_of([(1, 1), (2, 2)])
    with pytest.raises(ValueError, match="2 source sentences but 1 target sentences"):
        batching.pair_batches(source, target[:1], 4)
    with pytest.raises(ValueError, match="no sentence pairs"):
        batching.pair_batches([], [], 4)
    with pytest.raises(ValueError, match="batch_size is 0, expected a whole number of at least 1"):
        batching.pair_batches(source, target, 0)
