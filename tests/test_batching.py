"""Batches: every pair once, padding at the end, shifted targets, similar lengths."""

from typing import NamedTuple

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.models import LanguageModel
from utils.text import END, PAD, START
from utils.training import Batches, MaskedCrossEntropy, batching


def rows_of(lengths):
    """Source and target rows in which each pair can be recognised by its numbers."""
    source = [np.full(n, 100 + i, "int32") for i, (n, _) in enumerate(lengths)]
    target = [
        np.array([START, *[500 + i] * n, END], "int32") for i, (_, n) in enumerate(lengths)
    ]
    return source, target


class Batch(NamedTuple):
    source: np.ndarray
    target_input: np.ndarray
    target_output: np.ndarray


def dataset(source, target, batch_size, **options):
    """As a translator has it: targets without their last id, and without their first one."""
    inputs = (source, [row[:-1] for row in target])
    return Batches(inputs, [row[1:] for row in target], batch_size, **options)


def pair_batches(source, target, batch_size, seed=None, round_to=1):
    """One epoch."""
    batches = dataset(source, target, batch_size, seed=seed, round_to=round_to)
    return [Batch(*inputs, output) for inputs, output in map(batches.__getitem__,
                                                             range(len(batches)))]


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
    found = {}
    for batch in pair_batches(source, target, batch_size, seed, round_to):
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
    [batch] = pair_batches([np.array([9, 8])], [np.array([START, 5, 6, END])], 4)
    assert batch.source.tolist() == [[9, 8]]
    assert batch.target_input.tolist() == [[START, 5, 6]]
    assert batch.target_output.tolist() == [[5, 6, END]]


def test_no_more_padding_than_needed():
    source, target = rows_of([(2, 3), (4, 3)])
    [batch] = pair_batches(source, target, 8)
    assert batch.source.shape == (2, 4) and batch.target_input.shape == (2, 4)


@pytest.mark.parametrize("round_to", [1, 8])
def test_round_to_by_hand(round_to):
    source, target = rows_of([(9, 7)])
    [batch] = pair_batches(source, target, 8, round_to=round_to)
    expected = {1: ((1, 9), (1, 8)), 8: ((1, 16), (1, 8))}[round_to]
    assert (batch.source.shape, batch.target_output.shape) == expected


@pytest.mark.parametrize("seed", [None, 3])
def test_lengths_within_a_batch_are_close(seed):
    source, target = rows_of(some_lengths(400))
    batches = pair_batches(source, target, 20, seed)
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
    batches = pair_batches(source, target, 7)
    longest = [batch.target_input.shape[1] for batch in batches]
    assert longest == sorted(longest)
    assert [len(batch.source) for batch in batches] == [7] * 7 + [1]


def as_lists(batches):
    return [[array.tolist() for array in batch] for batch in batches]


def test_same_seed_same_batches():
    source, target = rows_of(some_lengths(60))
    first, second, other = (
        as_lists(pair_batches(source, target, 8, seed))
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


def test_another_order_in_each_epoch_the_same_for_the_same_seed():
    source, target = rows_of(some_lengths(60))
    first, second = (dataset(source, target, 8, seed=1) for _ in range(2))
    seen = []
    for _ in range(3):
        seen.append([first[i][1].tolist() for i in range(len(first))])
        first.on_epoch_end()
    assert seen[0] != seen[1] != seen[2]
    second.deal(2)
    assert [second[i][1].tolist() for i in range(len(second))] == seen[2]


def test_noise_gets_each_batch_and_a_generator_of_its_own():
    source, target = rows_of([(3, 4)] * 6)

    def noise(inputs, random):
        return (*inputs, random.random(inputs[1].shape))

    def drawn(epoch):
        batches = dataset(source, target, 2, seed=5, noise=noise)
        batches.deal(epoch)
        return [batches[i][0][2].tolist() for i in (2, 0, 0)]

    last, first, again = drawn(0)
    assert first == again != last and drawn(0) == [last, first, again] != drawn(1)


def test_vectors_are_put_together_and_columns_padded():
    vectors = [np.full(2, n, "float32") for n in range(3)]
    columns = [np.full((n + 1, 2), n + 4) for n in range(3)]
    targets = [np.full(n + 1, n) for n in range(3)]
    [(found, vector), target] = Batches((columns, vectors), targets, 3, padding=-1)[0]
    assert vector.tolist() == [[0, 0], [1, 1], [2, 2]] and vector.dtype == np.float32
    assert found.shape == (3, 3, 2) and found[0, :, 0].tolist() == [4, PAD, PAD]
    assert target.tolist() == [[0, -1, -1], [1, 1, -1], [2, 2, 2]]


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's pipeline")
@pytest.mark.parametrize("lengths", [[3, 3, 4], [3, 4, 3], [2, 2]])
def test_keras_takes_batches_of_any_length(lengths):
    """Keras fixes the lengths that the first two batches have in common."""
    rows = [np.arange(4, 4 + n) for n in lengths]
    traced = []

    class Model(keras.Model):
        def call(self, ids):
            traced.append(ids.shape)
            return keras.ops.one_hot(ids, 9)

    model = Model()
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.evaluate(Batches((rows,), rows, 1), verbose=0)
    assert len(traced) <= 2


def test_bad_input():
    source, target = rows_of([(1, 1), (2, 2)])
    with pytest.raises(ValueError, match="2, 2 rows of inputs and 1 of targets: each row needs"):
        Batches((source, target), target[:1], 4)
    with pytest.raises(ValueError, match="no rows to make batches of"):
        Batches(([],), [], 4)
    with pytest.raises(ValueError, match="batch_size is 0, expected a whole number of at least 1"):
        dataset(source, target, 0)
    with pytest.raises(ValueError, match="noise is random: give a seed"):
        dataset(source, target, 1, noise=lambda inputs, random: inputs)


def test_a_model_is_fitted_to_batches_as_to_arrays():
    """Keras's own `fit` takes them, whatever it was given before."""
    rows = [np.tile([4, 5, 6], 3)[: 2 + n % 5] for n in range(12)]
    padded = np.zeros((12, 7), "int32")
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    models = []
    for _ in range(2):
        keras.utils.set_random_seed(0)
        model = LanguageModel(8, units=4, embedding=3)
        model.compile(keras.optimizers.SGD(0.1), MaskedCrossEntropy())
        models.append(model)
    batches = Batches(*models[0].examples(rows), batch_size=12)  # one batch: the same step
    first = models[0].fit(batches, epochs=2, shuffle=False, verbose=0).history["loss"]
    order = batches._order[0]
    arrays = padded[order, :-1], padded[order, 1:]
    second = models[1].fit(*arrays, epochs=2, batch_size=12, shuffle=False, verbose=0).history
    assert first == pytest.approx(second["loss"], rel=1e-5)
    for model in models:  # and the other way round
        model.fit(*arrays, epochs=1, batch_size=12, shuffle=False, verbose=0)
        model.fit(batches, epochs=1, shuffle=False, verbose=0)
    for one, other in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    assert models[0].evaluate(batches, verbose=0) == pytest.approx(
        models[1].evaluate(*arrays, verbose=0), rel=1e-5
    )
