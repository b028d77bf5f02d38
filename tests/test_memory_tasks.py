"""The memory tasks: each is solved by remembering, and by nothing less, as its docstring says."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils.datasets import memory

TASKS = {
    "echo": memory.echo,
    "parity": memory.parity,
    "adding": memory.adding,
    "recall": memory.recall,
}
COUNTS = st.integers(1, 6)
SEEDS = st.integers(0, 2**32)


# ------------------------------------------------------------------------- what all have in common


@pytest.mark.parametrize("name", TASKS)
def test_a_task_depends_on_its_seed_alone(name):
    first, again, other = (TASKS[name](8, 20, seed) for seed in (5, 5, 6))
    assert first._fields == ("inputs", "targets")
    assert first.inputs.dtype == np.float32 and first.inputs.shape[:2] == (8, 20)
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, same)
    assert (first.inputs != other.inputs).any() and (first.targets != other.targets).any()


@pytest.mark.parametrize("name", TASKS)
def test_the_sequences_of_a_batch_differ(name):
    inputs = TASKS[name](30, 40, 0).inputs
    assert len(np.unique(inputs.reshape(30, -1), axis=0)) == 30


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ((0, 20, 0), "count must be a whole number from 1 on, not 0"),
        ((2.0, 20, 0), "count must be"),
        ((2, 0, 0), "time must be a whole number from . on, not 0"),
        ((2, "20", 0), "time must be"),
        ((2, 20, None), "seed must be a whole number from 0 on, not None"),
        ((2, 20, -3), "seed must be"),
        ((2, 20, True), "seed must be"),
    ],
)
def test_all_refuse(name, arguments, hint):
    with pytest.raises(ValueError, match=hint):
        TASKS[name](*arguments)


# -------------------------------------------------------------------------------------------- echo


@given(COUNTS, st.integers(0, 6), st.integers(1, 15), SEEDS)
def test_echo_is_a_queue(count, delay, more, seed):
    time = delay + more
    inputs, targets = memory.echo(count, time, seed, delay=delay)
    assert inputs.shape == targets.shape == (count, time, 1) and targets.dtype == np.float32
    for sequence, wanted in zip(inputs[:, :, 0].tolist(), targets[:, :, 0].tolist(), strict=True):
        queue = [0.0] * delay
        for bit, expected in zip(sequence, wanted, strict=True):
            assert bit in (0, 1)
            queue.append(bit)
            assert queue.pop(0) == expected


@pytest.mark.parametrize("delay", [1, 3])
def test_echo_without_memory_is_a_coin(delay):
    """All sequences of bits, all four answers a model without memory can have."""
    time, rights = 6, []
    for answer in product((0, 1), repeat=2):
        right = total = 0
        for bits in product((0, 1), repeat=time):
            for t in range(delay, time):
                right += answer[bits[t]] == bits[t - delay]
                total += 1
        rights.append(right / total)
    assert rights == [0.5] * 4
    inputs, targets = memory.echo(2000, 10, 0, delay=delay)
    assert accuracy_without_memory(inputs, targets[:, delay:]) == pytest.approx(0.5, abs=0.02)


def test_echo_of_no_delay_needs_none():
    inputs, targets = memory.echo(50, 8, 0, delay=0)
    np.testing.assert_array_equal(inputs, targets)
    assert accuracy_without_memory(inputs, targets) == 1


def test_echo_refuses():
    with pytest.raises(ValueError, match="time must be a whole number from 4 on, not 3"):
        memory.echo(2, 3, 0, delay=3)
    with pytest.raises(ValueError, match="delay must be a whole number from 0 on, not -1"):
        memory.echo(2, 3, 0, delay=-1)


def accuracy_without_memory(inputs, targets):
    """The share of targets that the best fixed answer to each present input gets right.

    inputs: (batch, time, 1) bits; targets: (batch, steps, 1) bits of the last `steps` steps.
    """
    present = inputs[:, -targets.shape[1] :].ravel()
    wanted, right = targets.ravel(), 0
    for value in np.unique(present):
        share = wanted[present == value].mean()
        right += max(share, 1 - share) * (present == value).sum()
    return right / wanted.size


# ------------------------------------------------------------------------------------------ parity


@given(COUNTS, st.integers(1, 20), SEEDS)
def test_parity_is_a_switch(count, time, seed):
    inputs, targets = memory.parity(count, time, seed)
    assert inputs.shape == targets.shape == (count, time, 1) and targets.dtype == np.float32
    for sequence, wanted in zip(inputs[:, :, 0].tolist(), targets[:, :, 0].tolist(), strict=True):
        odd = False
        for bit, expected in zip(sequence, wanted, strict=True):
            assert bit in (0, 1)
            odd = not odd if bit else odd
            assert expected == float(odd)


@pytest.mark.parametrize("time", [1, 2, 5, 8])
def test_parity_without_memory(time):
    best = 0.0
    for answer in product((0, 1), repeat=2):
        right = sum(
            answer[bits[t]] == sum(bits[: t + 1]) % 2
            for bits in product((0, 1), repeat=time)
            for t in range(time)
        )
        best = max(best, right / (time * 2**time))
    stated = 1 / 2 + 1 / (2 * time)
    assert best == pytest.approx(stated, abs=1e-12)
    inputs, targets = memory.parity(4000, time, 0)
    assert accuracy_without_memory(inputs, targets) == pytest.approx(stated, abs=0.02)


def test_parity_with_one_bit_missed_is_a_coin():
    inputs, targets = memory.parity(4000, 12, 1)
    missed = inputs.copy()
    missed[:, 4] = 0
    said = np.cumsum(missed, axis=1) % 2
    assert (said[:, :4] == targets[:, :4]).all()
    assert np.mean(said[:, 4:] == targets[:, 4:]) == pytest.approx(0.5, abs=0.03)


# ------------------------------------------------------------------------------------------ adding


@given(COUNTS, st.integers(2, 30), SEEDS)
def test_adding_is_the_sum_of_the_marked(count, time, seed):
    inputs, targets = memory.adding(count, time, seed)
    assert inputs.shape == (count, time, 2)
    assert targets.shape == (count, 1) and targets.dtype == np.float32
    for sequence, wanted in zip(inputs, targets, strict=True):
        marked = []
        for t, (number, marker) in enumerate(sequence):
            assert 0 <= number < 1 and marker in (0, 1)
            if marker:
                marked.append((t, number))
        assert len(marked) == 2
        assert marked[0][0] < time // 2 <= marked[1][0]  # one in each half
        assert wanted[0] == marked[0][1] + marked[1][1]


@pytest.mark.parametrize("time", [6, 7])
def test_adding_marks_every_step_of_its_half_equally_often(time):
    markers = memory.adding(12_000, time, 0).inputs[:, :, 1].mean(axis=0)  # (time,)
    half = time // 2
    np.testing.assert_allclose(markers[:half], 1 / half, atol=0.02)
    np.testing.assert_allclose(markers[half:], 1 / (time - half), atol=0.02)


@pytest.mark.parametrize("time", [2, 5, 10])
def test_adding_without_memory(time):
    inputs, targets = memory.adding(60_000, time, 0)
    error = np.mean((targets - 1.0) ** 2)
    assert error == pytest.approx(1 / 6, abs=0.003)
    # The best answer to the last step alone: its number plus 1/2 if it is marked, else 1.
    number, marker = inputs[:, -1, 0], inputs[:, -1, 1]
    answer = np.where(marker == 1, number + 0.5, 1.0)
    stated = 1 / 6 - 1 / (12 * (time - time // 2))
    assert np.mean((targets[:, 0] - answer) ** 2) == pytest.approx(stated, abs=0.003)
    # No better one: in bins of the number, the mean of the targets is that answer.
    for marked in (0, 1):
        for low in (0.0, 0.25, 0.5, 0.75):
            inside = (marker == marked) & (number >= low) & (number < low + 0.25)
            if inside.any():
                assert targets[inside].mean() == pytest.approx(answer[inside].mean(), abs=0.03)


def test_adding_refuses_a_single_step():
    with pytest.raises(ValueError, match="time must be a whole number from 2 on, not 1"):
        memory.adding(3, 1, 0)


# ------------------------------------------------------------------------------------------ recall


@given(COUNTS, st.integers(2, 15), st.integers(2, 5), st.integers(1, 4), SEEDS)
def test_recall_is_the_first_symbol(count, time, symbols, distractors, seed):
    inputs, targets = memory.recall(count, time, seed, symbols=symbols, distractors=distractors)
    assert inputs.shape == (count, time, symbols + distractors)
    assert targets.shape == (count,) and targets.dtype == np.int32
    for sequence, wanted in zip(inputs.tolist(), targets.tolist(), strict=True):
        for t, features in enumerate(sequence):
            assert sorted(features) == [0] * (symbols + distractors - 1) + [1]
            shown = features.index(1)
            assert shown == wanted if t == 0 else shown >= symbols


def test_recall_without_memory():
    inputs, targets = memory.recall(20_000, 6, 0, symbols=5, distractors=3)
    symbols = np.bincount(targets, minlength=5) / len(targets)
    np.testing.assert_allclose(symbols, 1 / 5, atol=0.015)
    # Nothing after the first step tells anything about it: for each distractor at each step, the
    # best guess is right one time in five.
    for t in range(1, 6):
        assert (inputs[:, t, :5] == 0).all()
        right = 0
        for distractor in range(3):
            chosen = targets[inputs[:, t, 5 + distractor] == 1]
            assert len(chosen) / len(targets) == pytest.approx(1 / 3, abs=0.015)
            right += np.bincount(chosen).max()
        assert right / len(targets) == pytest.approx(1 / 5, abs=0.02)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"symbols": 1}, "symbols must be a whole number from 2 on, not 1"),
        ({"distractors": 0}, "distractors must be a whole number from 1 on, not 0"),
        ({"time": 1}, "time must be a whole number from 2 on, not 1"),
    ],
)
def test_recall_refuses(options, hint):
    with pytest.raises(ValueError, match=hint):
        memory.recall(**({"count": 2, "time": 5, "seed": 0} | options))
