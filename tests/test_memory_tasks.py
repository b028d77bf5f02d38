"""The memory tasks: each is solved by remembering, and by nothing less, as its docstring says."""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import metrics
from utils.datasets import memory

TASKS = {
    "echo": memory.echo,
    "parity": memory.parity,
    "adding": memory.adding,
    "recall": memory.recall,
    "copy": memory.copy,
    "hold": memory.hold,
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
        ((0, 20, 0), "count is 0, expected a whole number of at least 1"),
        ((2.0, 20, 0), "count is .*, expected"),
        ((2, 0, 0), r"time is 0, expected a whole number of at least \d+"),
        ((2, "20", 0), "time is .*, expected"),
        ((2, 20, None), "seed is None, expected a whole number of at least 0"),
        ((2, 20, -3), "seed is .*, expected"),
        ((2, 20, True), "seed is .*, expected"),
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
    with pytest.raises(ValueError, match="time is 3, expected a whole number of at least 4"):
        memory.echo(2, 3, 0, delay=3)
    with pytest.raises(ValueError, match="delay is -1, expected a whole number of at least 0"):
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
    with pytest.raises(ValueError, match="time is 1, expected a whole number of at least 2"):
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
        ({"symbols": 1}, "symbols is 1, expected a whole number of at least 2"),
        ({"distractors": 0}, "distractors is 0, expected a whole number of at least 1"),
        ({"time": 1}, "time is 1, expected a whole number of at least 2"),
    ],
)
def test_recall_refuses(options, hint):
    with pytest.raises(ValueError, match=hint):
        memory.recall(**({"count": 2, "time": 5, "seed": 0} | options))


# -------------------------------------------------------------------------------------------- copy


@given(COUNTS, st.integers(0, 8), st.integers(2, 9), st.integers(1, 6), SEEDS)
def test_copy_says_again_what_it_read(count, blanks, symbols, length, seed):
    time = 2 * length + 1 + blanks
    inputs, targets = memory.copy(count, time, seed, symbols=symbols, length=length)
    assert inputs.shape == (count, time, symbols + 2)
    assert targets.shape == (count, time) and targets.dtype == np.int32
    for sequence, wanted in zip(inputs.tolist(), targets.tolist(), strict=True):
        assert all(sorted(step) == [0] * (symbols + 1) + [1] for step in sequence)
        shown = [step.index(1) for step in sequence]
        read, rest = shown[:length], shown[length:]
        assert all(symbol < symbols for symbol in read)
        assert rest == [symbols] * blanks + [symbols + 1] + [symbols] * length
        assert wanted == [symbols] * (time - length) + read


def test_copy_by_hand():
    inputs, targets = memory.copy(1, 6, 0, symbols=3, length=2)
    first, second = targets[0, 4:]
    assert inputs[0].argmax(axis=1).tolist() == [first, second, 3, 4, 3, 3]
    assert targets[0, :4].tolist() == [3, 3, 3, 3]


def test_copy_without_memory():
    inputs, targets = memory.copy(20_000, 9, 0, symbols=5, length=3)
    shown = inputs.argmax(axis=2)
    assert (shown[:, -3:] == 5).all()  # always a blank, so one answer fits all
    for step in range(1, 4):
        shares = np.bincount(targets[:, -step], minlength=5) / len(targets)
        np.testing.assert_allclose(shares, 1 / 5, atol=0.015)
    assert (targets[:, :-3] == 5).all()  # where the blank is always right
    # The symbols are drawn independently: to know one tells nothing about the next.
    pairs = np.bincount(5 * targets[:, -3] + targets[:, -2], minlength=25) / len(targets)
    np.testing.assert_allclose(pairs, 1 / 25, atol=0.008)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"time": 10}, "time is 10, expected a whole number of at least 11"),
        ({"time": 6, "length": 3}, "time is 6, expected a whole number of at least 7"),
        ({"symbols": 1}, "symbols is 1, expected a whole number of at least 2"),
        ({"length": 0}, "length is 0, expected a whole number of at least 1"),
    ],
)
def test_copy_refuses(options, hint):
    with pytest.raises(ValueError, match=hint):
        memory.copy(**({"count": 2, "time": 20, "seed": 0} | options))


# -------------------------------------------------------------------------------------------- hold


@given(COUNTS, st.integers(1, 25), st.sampled_from([0, 0.2, 0.7, 1]), SEEDS)
def test_hold_is_a_box_that_a_marker_opens(count, time, chance, seed):
    inputs, targets = memory.hold(count, time, seed, chance=chance)
    assert inputs.shape == (count, time, 2) and inputs.dtype == np.float32
    assert targets.shape == (count, time, 1) and targets.dtype == np.float32
    for sequence, wanted in zip(inputs.tolist(), targets[:, :, 0].tolist(), strict=True):
        assert sequence[0][1] == 1
        for (number, marker), expected in zip(sequence, wanted, strict=True):
            assert -1 <= number <= 1 and marker in (0, 1)
            held = number if marker else held  # noqa: F821 - the first step is marked
            assert expected == held


def test_hold_by_its_gates():
    """The cell state of an LSTM with an input gate that copies the marker, and a forget gate."""
    inputs, targets = memory.hold(20, 30, 3)
    state = np.zeros(20)
    for t in range(30):
        number, marker = inputs[:, t].T
        state = (1 - marker) * state + marker * number
        np.testing.assert_array_equal(state, targets[:, t, 0])


@pytest.mark.parametrize("chance", [0.2, 0.6])
def test_hold_draws_numbers_and_markers_as_it_says(chance):
    inputs, _ = memory.hold(20_000, 6, 0, chance=chance)
    assert (inputs[:, 0, 1] == 1).all()
    np.testing.assert_allclose(inputs[:, 1:, 1].mean(axis=0), chance, atol=0.015)
    both = np.mean(inputs[:, 1, 1] * inputs[:, 2, 1])
    assert both == pytest.approx(chance**2, abs=0.015)  # one marker tells nothing about the next
    shares = np.histogram(inputs[:, :, 0], bins=8, range=(-1, 1))[0] / inputs[:, :, 0].size
    np.testing.assert_allclose(shares, 1 / 8, atol=0.005)


@pytest.mark.parametrize("chance", [0, 0.2, 0.5, 1])
@pytest.mark.parametrize("time", [1, 2, 7])
def test_hold_without_memory(time, chance):
    inputs, targets = memory.hold(30_000, time, 0, chance=chance)
    assert np.mean(targets**2) == pytest.approx(1 / 3, abs=0.01)
    number, marker, target = inputs[:, :, 0], inputs[:, :, 1], targets[:, :, 0]
    stated = (1 - chance) * (time - 1) / (3 * time)
    # Every pattern of markers: a marked step costs nothing, another one the variance of a number.
    by_pattern = 0.0
    for later in product((1, 0), repeat=time - 1):
        probability = np.prod([chance if marked else 1 - chance for marked in later])
        by_pattern += probability * sum(0 if marked else 1 / 3 for marked in (1, *later)) / time
    assert by_pattern == pytest.approx(stated, abs=1e-12)
    answer = np.where(marker == 1, number, 0)
    assert np.mean((target - answer) ** 2) == pytest.approx(stated, abs=0.01)
    # No better answer than 0: in bins of the unmarked number the mean of the targets is 0.
    for low in (-1, -0.5, 0, 0.5):
        inside = (marker == 0) & (number >= low) & (number < low + 0.5)
        if inside.sum() > 1000:
            assert target[inside].mean() == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("chance", [-0.1, 1.01, float("nan"), "0.2", None, True])
def test_hold_refuses(chance):
    with pytest.raises(ValueError, match="chance is .*, expected a finite number of at least 0"):
        memory.hold(2, 5, 0, chance=chance)


# ---------------------------------------------------------------------------------- embedded_reber

# The automaton of Reber's grammar, drawn as in the papers and copied here as one line an arrow.
ARROWS = """
start B one
one T two
one P three
two S two
two X four
three T three
three V five
four X three
four S six
five P four
five V six
six E end
"""
ARROWS = [line.split() for line in ARROWS.split("\n") if line]


def follow(text):
    """Where the arrows lead from the start, and what of the text is left behind the end."""
    place = "start"
    while text and place not in ("end", "nowhere"):
        leads_to = [end for begin, symbol, end in ARROWS if (begin, symbol) == (place, text[0])]
        [place], text = leads_to or ["nowhere"], text[1:]
    return place, text


def allowed_next(text):
    """The symbols that may follow `text` in an embedded string; None when none begins with it."""
    if len(text) < 2:
        return {"": {"B"}, "B": {"T", "P"}}.get(text)
    place, rest = follow(text[2:])
    if text[:2] not in ("BT", "BP") or place == "nowhere":
        return None
    if place != "end":
        return {symbol for begin, symbol, _ in ARROWS if begin == place}
    return {"": {text[1]}, text[1]: {"E"}, text[1] + "E": set()}.get(rest)


def every_string(longest, loops=0.5):
    """All embedded strings up to a length, with their probabilities: {text: probability}."""
    found, open_ends = {}, [("", 1.0)]
    while open_ends:
        text, probability = open_ends.pop()
        options = allowed_next(text)
        if not options:
            found[text] = probability
        place, _ = follow(text[2:])
        loop = [symbol for begin, symbol, end in ARROWS if begin == end == place]
        for symbol in options if len(text) < longest else ():
            share = 1 / len(options)
            if loop:
                share = loops if symbol in loop else 1 - loops
            open_ends.append((text + symbol, probability * share))
    return found


def test_the_automaton_of_this_file_knows_published_strings():
    for inner in ("BTSSXXTVVE", "BPVVE", "BTXXVPSE", "BPVPXVPXVPXVVE", "BTSXXVPSE"):
        assert allowed_next(f"BT{inner}TE") == allowed_next(f"BP{inner}PE") == set()
        assert allowed_next(f"BT{inner}PE") is None
    for inner in ("BTSSPXSE", "BPTVVB", "BTXXVVSE", "BPVSPSE", "BTSSSE"):
        assert allowed_next(f"BT{inner}TE") is None


@given(COUNTS, st.sampled_from([0, 0.5, 0.8]), SEEDS)
def test_reber_strings_are_those_of_the_automaton(count, loops, seed):
    inputs, targets, mask = memory.embedded_reber(count, seed, loops=loops)
    assert inputs.shape == targets.shape == (*mask.shape, 7) and len(inputs) == count
    assert inputs.dtype == targets.dtype == np.float32 and mask.dtype == bool
    texts = []
    for string, wanted, counted in zip(inputs, targets, mask, strict=True):
        text = ""
        for t, step in enumerate(string):
            if not step.any():
                assert not string[t:].any() and not wanted[t:].any() and not counted[t:].any()
                break
            assert sorted(step) == [0] * 6 + [1]
            text += "BTSXPVE"[step.argmax()]
            options = allowed_next(text)
            assert options is not None, text
            assert counted[t] == bool(options)
            assert wanted[t].tolist() == [float(symbol in options) for symbol in "BTSXPVE"]
        assert allowed_next(text) == set(), text
        texts.append(text)
    assert memory.reber_text(inputs) == texts
    assert max(map(len, texts)) == mask.shape[1]


def test_reber_by_hand():
    inputs, targets, mask = memory.embedded_reber(200, 0)
    number = memory.reber_text(inputs).index("BTBPVVETE")
    next_ones = ["TP", "B", "TP", "TV", "PV", "E", "T", "E"]
    for t, options in enumerate(next_ones):
        assert {memory.REBER_SYMBOLS[i] for i in np.flatnonzero(targets[number, t])} == set(options)
    assert mask[number].tolist() == [True] * 8 + [False] * (mask.shape[1] - 8)


def test_every_short_reber_string_comes_as_often_as_the_grammar_says():
    for loops in (0.5, 0.2):
        probabilities = every_string(11, loops)
        texts = memory.reber_text(memory.embedded_reber(5000, 0, loops=loops).inputs)
        found = Counter(texts)
        assert {text for text in found if len(text) <= 11} == set(probabilities)
        for text, probability in probabilities.items():
            assert found[text] / 5000 == pytest.approx(probability, abs=0.01), text
    # By hand: TXS, PVV; TSXS, PTVV, PVPS; TSSXS, TXXVV, PTTVV, PTVPS; each in two frames.
    lengths = Counter(map(len, probabilities))
    assert lengths == {9: 4, 10: 6, 11: 8}


@pytest.mark.parametrize("loops", [0, 0.5, 0.9])
def test_reber_strings_are_as_long_as_stated(loops):
    strings = memory.embedded_reber(8000, 1, loops=loops)
    lengths = strings.mask.sum(axis=1) + 1
    assert lengths.min() == 9
    assert lengths.mean() == pytest.approx(9 + 1.5 / (1 - loops), rel=0.02)
    second = strings.inputs[:, 1]
    assert second[:, memory.REBER_SYMBOLS.index("T")].mean() == pytest.approx(0.5, abs=0.02)
    assert second[:, memory.REBER_SYMBOLS.index("P")].mean() == pytest.approx(0.5, abs=0.02)
    # The second symbol tells nothing about the string inside.
    inner = strings.inputs[:, 3].argmax(axis=1) == second.argmax(axis=1)
    assert inner.mean() == pytest.approx(0.5, abs=0.02)


def test_reber_depends_on_its_seed_alone():
    first, again, other = (memory.embedded_reber(50, seed).inputs for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, again)
    assert first.shape != other.shape or (first != other).any()
    some = memory.reber_text(memory.embedded_reber(10, 5).inputs)
    assert some == memory.reber_text(first)[:10]  # the first of a seed, however many are made


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"count": 0}, "count is 0, expected a whole number of at least 1"),
        ({"seed": None}, "seed is None, expected a whole number of at least 0"),
        ({"loops": 1}, "loops is 1, expected a finite number of at least 0 and of at most 0.99"),
        ({"loops": -0.5}, "loops is -0.5, expected a finite number"),
        ({"loops": None}, "loops is .*, expected a finite number"),
    ],
)
def test_reber_refuses(options, hint):
    with pytest.raises(ValueError, match=hint):
        memory.embedded_reber(**({"count": 2, "seed": 0} | options))


def test_reber_text_refuses():
    inputs = memory.embedded_reber(3, 0).inputs
    with pytest.raises(ValueError, match=r"shape \(count, time, 7\), not \(9, 7\)"):
        memory.reber_text(inputs[0, :9])
    with pytest.raises(ValueError, match="one-hot, or zeros"):
        memory.reber_text(0.5 * inputs)
    inputs[1, 2, :2] = 1
    with pytest.raises(ValueError, match="one-hot, or zeros"):
        memory.reber_text(inputs)


def score_step_by_step(predicted, strings):
    """The criterion in words: the one or two most active outputs are exactly those allowed."""
    texts = memory.reber_text(strings.inputs)
    whole = lag = 0
    for text, scores in zip(texts, predicted, strict=True):
        right = []
        for t in range(len(text) - 1):
            options = allowed_next(text[: t + 1])
            ranked = sorted(zip(scores[t].tolist(), "BTSXPVE", strict=True), reverse=True)
            right.append({symbol for _, symbol in ranked[: len(options)]} == options)
        whole += all(right)
        lag += right[len(text) - 3]  # what is said after the inner E
    return {"strings": whole / len(texts), "lag": lag / len(texts)}


@given(COUNTS, st.floats(0, 1), SEEDS)
def test_reber_score_is_the_criterion_of_1997(count, noise, seed):
    strings = memory.embedded_reber(count, seed)
    random = np.random.default_rng(seed)
    predicted = strings.targets + noise * random.normal(size=strings.targets.shape)
    found = metrics.reber_scores(predicted, strings)
    assert found == pytest.approx(score_step_by_step(predicted, strings), abs=1e-12)
    # Only the order of the scores counts, and nothing where there is no target.
    predicted[~strings.mask] = np.nan
    assert metrics.reber_scores(np.exp(3 * predicted - 40), strings) == found


def test_reber_score_by_hand():
    strings = memory.embedded_reber(4, 0)
    assert metrics.reber_scores(strings.targets, strings) == {"strings": 1, "lag": 1}
    assert metrics.reber_scores(np.ones_like(strings.targets), strings) == {"strings": 0, "lag": 0}
    predicted = strings.targets.copy()
    steps = strings.mask.sum(axis=1)
    predicted[0, steps[0] - 2] = 0  # the lag of the first string, a tie
    predicted[1, 0, memory.REBER_SYMBOLS.index("T")] = 0  # the first step of the second
    predicted[2, steps[2] - 1, memory.REBER_SYMBOLS.index("V")] = 1  # the last one of the third
    assert metrics.reber_scores(predicted, strings) == {"strings": 0.25, "lag": 0.75}


def test_reber_without_memory():
    """The best answer to each symbol by itself: what follows it, the frequent first."""
    strings = memory.embedded_reber(4000, 0)
    follows = np.einsum("nti,ntj->ij", strings.inputs, strings.targets)
    found = metrics.reber_scores(strings.inputs @ follows, strings)
    assert found["strings"] == 0
    assert found["lag"] == pytest.approx(0.5, abs=0.02)
    # Before the last but one symbol there is always an E, and T and P are to follow equally often.
    steps = strings.mask.sum(axis=1) - 2
    assert (strings.inputs[np.arange(4000), steps].argmax(axis=1) == 6).all()
    wanted = strings.targets[np.arange(4000), steps]
    assert (wanted.sum(axis=1) == 1).all()
    np.testing.assert_allclose(wanted.mean(axis=0), [0, 0.5, 0, 0, 0.5, 0, 0], atol=0.02)
    # The first and the last T or P ask for different things, so that no answer to it fits both.
    last = strings.targets[np.arange(4000), steps + 1]
    assert not (strings.targets[:, 1] * last).any()


def test_reber_score_refuses():
    strings = memory.embedded_reber(3, 0)
    with pytest.raises(ValueError, match="predicted must have the shape of the targets"):
        metrics.reber_scores(strings.targets[:2], strings)
    predicted = strings.targets.copy()
    predicted[1, 2, 3] = np.nan
    with pytest.raises(ValueError, match="not a number"):
        metrics.reber_scores(predicted, strings)
