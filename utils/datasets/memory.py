"""Small tasks that cannot be done without memory, each made anew from a seed.

Each function makes `count` sequences of `time` steps and returns `Examples(inputs, targets)`;
the strings of `embedded_reber` have different lengths, and it returns `Strings`. The docstrings say
what has to be remembered, and what a model scores that sees only the present step: a network that
does no better has remembered nothing.

| task | to remember | for how long |
|---|---|---|
| `echo` | the last `delay` bits | `delay` steps |
| `parity` | one bit, changed by every input | all the time |
| `adding` | a number, when a marker says so | from the marker to the end |
| `recall` | the first symbol | `time - 1` steps |
| `copy` | the first `length` symbols, in order | `time - length` steps |
| `hold` | a number, when a marker says so | until the next marker |
| `embedded_reber` | the second symbol of a string | to the last but one |
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from utils import expect

from ._arguments import generator

REBER_SYMBOLS = "BTSXPVE"  # what each feature of `Strings` stands for

# Reber's grammar: for each node the symbols that may come next, and the node each leads to. A node
# of two symbols whose first leads back to it has a self-loop.
REBER_GRAMMAR = (
    {"B": 1},
    {"T": 2, "P": 3},
    {"S": 2, "X": 4},
    {"T": 3, "V": 5},
    {"X": 3, "S": 6},
    {"P": 4, "V": 6},
    {"E": 7},
)


class Examples(NamedTuple):
    """Inputs and targets of a task.

    Attributes:
        inputs: float32 `(batch, time, features)`.
        targets: as the task says.
    """

    inputs: np.ndarray
    targets: np.ndarray


class Strings(NamedTuple):
    """Strings of a grammar, one symbol a step, padded with zeros to the longest.

    Attributes:
        inputs: float32 `(count, time, 7)`, the symbols one-hot, in the order of `REBER_SYMBOLS`.
        targets: float32 `(count, time, 7)`, 1 for every symbol that the grammar allows next.
        mask: bool `(count, time)`, True where there is a target: at every symbol but the last E,
            after which nothing comes, and not in the padding.
    """

    inputs: np.ndarray
    targets: np.ndarray
    mask: np.ndarray


def echo(count: int, time: int, seed: int, *, delay: int = 3) -> Examples:
    """Say the bit of `delay` steps ago.

    To remember: the last `delay` bits, in order. Without memory half of `targets[:, delay:]` is
    right, whatever one says (log 2 = 0.693 nats a step). With `delay=0` no memory is needed: the
    same task as a control.

    Args:
        count: how many sequences.
        time: steps of each.
        seed: of the drawing.
        delay: how many steps ago.

    Returns:
        `Examples`: inputs float32 `(count, time, 1)`, fair bits, 0 or 1; targets float32 `(count,
        time, 1)`, `targets[:, t] = inputs[:, t - delay]`, and 0 in the first `delay` steps, before
        which there was nothing to repeat. Leave those out when scoring: `targets[:, delay:]`.

    Raises:
        ValueError: count below 1, a negative delay, or fewer than `delay + 1` steps.
    """
    [count] = expect.integer(count=count)
    [delay] = expect.integer(0, delay=delay)
    [time] = expect.integer(delay + 1, time=time)
    inputs = _bits(count, time, seed)
    targets = np.zeros_like(inputs)
    targets[:, delay:] = inputs[:, : time - delay]
    return Examples(inputs, targets)


def parity(count: int, time: int, seed: int) -> Examples:
    """Say at every step whether the ones so far are odd in number.

    To remember: a single bit, but without a break, for every one turns it over. Whoever has missed
    a bit is right half of the time. Without memory: the first step is right (there the parity is
    the bit itself), every later one with probability 1/2, together 1/2 + 1/(2 time).

    Args:
        count: how many sequences.
        time: steps of each.
        seed: of the drawing.

    Returns:
        `Examples`: inputs float32 `(count, time, 1)`, fair bits, 0 or 1; targets float32 `(count,
        time, 1)`, 1 where the number of ones up to and including this step is odd, else 0.

    Raises:
        ValueError: count or time below 1.
    """
    count, time = expect.integer(count=count, time=time)
    inputs = _bits(count, time, seed)
    return Examples(inputs, np.cumsum(inputs, axis=1) % 2)


def adding(count: int, time: int, seed: int) -> Examples:
    """Add the two numbers that are marked, and say their sum at the end.

    The task of Hochreiter and Schmidhuber (1997, experiment 4), in the form that is usual since
    then: numbers from 0 to 1, one marker in each half (Arjovsky, Shah and Bengio 2016).

    To remember: the first marked number until the second comes, and then the sum until the end.
    Who always says 1 has a mean squared error of 1/6 = 0.167, the variance of the sum. A model
    without memory sees only the last step, which is marked in one sequence of n, where n =
    time - time // 2; then it knows one of the numbers, and it can have 1/6 - 1/(12 n).

    Args:
        count: how many sequences.
        time: steps of each.
        seed: of the drawing.

    Returns:
        `Examples`: inputs float32 `(count, time, 2)`, of which feature 0 is the number, uniform
        from 0 to 1, and feature 1 the marker, 1 at one step among the first `time // 2`, at one of
        the others, and 0 elsewhere; targets float32 `(count, 1)`, the sum of the two marked
        numbers.

    Raises:
        ValueError: count below 1 or time below 2.
    """
    [count] = expect.integer(count=count)
    [time] = expect.integer(2, time=time)
    random = generator(seed)
    half = time // 2
    first = random.integers(0, half, count)
    second = random.integers(half, time, count)
    sequence = np.arange(count)
    inputs = np.zeros((count, time, 2), dtype=np.float32)
    inputs[:, :, 0] = random.random((count, time), dtype=np.float32)
    inputs[sequence, first, 1] = inputs[sequence, second, 1] = 1
    targets = inputs[sequence, first, 0] + inputs[sequence, second, 0]
    return Examples(inputs, targets[:, None])


def recall(
    count: int, time: int, seed: int, *, symbols: int = 4, distractors: int = 4
) -> Examples:
    """Name at the end the symbol of the first step; all that came since means nothing.

    The plainest form of the long-lag tasks of Bengio, Simard and Frasconi (1994, "latching") and of
    Hochreiter and Schmidhuber (1997, experiment 2).

    To remember: which symbol it was, through `time - 1` steps of distraction. Without memory only
    the last distractor is seen: right once in `symbols` (log(symbols) nats).

    Args:
        count: how many sequences.
        time: steps of each.
        seed: of the drawing.
        symbols: how many symbols there are to remember.
        distractors: how many symbols there are that mean nothing.

    Returns:
        `Examples`: inputs float32 `(count, time, symbols + distractors)`, one-hot, at the first
        step one of the first `symbols` features, at each later step one of the other `distractors`,
        all equally likely; targets int32 `(count,)`, the number of the first symbol, from 0 to
        `symbols - 1`.

    Raises:
        ValueError: count or distractors below 1, time or symbols below 2.
    """
    count, distractors = expect.integer(count=count, distractors=distractors)
    time, symbols = expect.integer(2, time=time, symbols=symbols)
    random = generator(seed)
    shown = random.integers(symbols, symbols + distractors, (count, time))
    shown[:, 0] = random.integers(0, symbols, count)
    one_hot = np.eye(symbols + distractors, dtype=np.float32)
    return Examples(one_hot[shown], shown[:, 0].astype(np.int32))


def copy(count: int, time: int, seed: int, *, symbols: int = 8, length: int = 5) -> Examples:
    """Read some symbols, wait for a signal, and say them all again in the same order.

    The copying memory problem of Arjovsky, Shah and Bengio (2016).

    To remember: `length` symbols and their order, each for `time - length` steps. At the last
    `length` steps a model without memory sees a blank, whatever the symbols were: right once in
    `symbols` (log(symbols) nats). Score these steps, `targets[:, -length:]`: always saying the
    blank is right at all the others.

    Args:
        count: how many sequences.
        time: steps of each.
        seed: of the drawing.
        symbols: how many symbols there are to remember.
        length: how many of them are read.

    Returns:
        `Examples`: inputs float32 `(count, time, symbols + 2)`, one-hot, whose last two features
        are the blank, of number `symbols`, and the signal. First come `length` symbols, all equally
        likely, then blanks, then the signal at step `time - length - 1`, then `length` blanks.
        Targets int32 `(count, time)`, the number of the blank, except at the last `length` steps:
        there those of the symbols, from 0 to `symbols - 1`.

    Raises:
        ValueError: count or length below 1, symbols below 2, or fewer than `2 length + 1` steps.
    """
    count, length = expect.integer(count=count, length=length)
    [symbols] = expect.integer(2, symbols=symbols)
    [time] = expect.integer(2 * length + 1, time=time)
    blank, signal = symbols, symbols + 1
    wanted = generator(seed).integers(0, symbols, (count, length))
    shown = np.full((count, time), blank)
    shown[:, :length] = wanted
    shown[:, time - length - 1] = signal
    targets = np.full((count, time), blank, dtype=np.int32)
    targets[:, time - length :] = wanted
    return Examples(np.eye(symbols + 2, dtype=np.float32)[shown], targets)


def hold(count: int, time: int, seed: int, *, chance: float = 0.2) -> Examples:
    """Say at every step the number of the last marked step: sample and hold.

    To remember: one number, replaced when a marker comes and by nothing else. Who always says 0 has
    a mean squared error of 1/3, the variance of a number. A model without memory knows the target
    at a marked step and nothing of it at any other, where 0 is the best it can say. The first step
    is marked, each later one is not with probability `1 - chance`, so it has
    `(1 - chance) (time - 1) / (3 time)`. With `chance=1` no memory is needed: a control; with
    `chance=0` it is the first number, to the end.

    Args:
        count: how many sequences.
        time: steps of each.
        seed: of the drawing.
        chance: with which probability a step after the first is marked.

    Returns:
        `Examples`: inputs float32 `(count, time, 2)`, of which feature 0 is a number, uniform from
        -1 to 1, and feature 1 the marker, 1 at the first step and at each later one with
        probability `chance`, else 0; targets float32 `(count, time, 1)`, the number at the most
        recent marked step, the present one included.

    Raises:
        ValueError: count or time below 1, or a chance that is not a number from 0 to 1.
    """
    count, time = expect.integer(count=count, time=time)
    [chance] = expect.fraction(chance=chance)
    random = generator(seed)
    numbers = random.uniform(-1, 1, (count, time)).astype(np.float32)
    marked = random.random((count, time)) < chance
    marked[:, 0] = True
    last = np.maximum.accumulate(np.where(marked, np.arange(time), 0), axis=1)
    targets = np.take_along_axis(numbers, last, axis=1)
    return Examples(np.stack([numbers, marked], axis=2), targets[:, :, None])


def embedded_reber(count: int, seed: int, *, loops: float = 0.5) -> Strings:
    """Say at every step which symbols of a string may come next.

    Inside is a string of Reber's grammar (1967): B, then T or P, and so on along the arrows of
    `B→1; T→2 or P→3; S→2 or X→4; T→3 or V→5; X→3 or S→6; P→4 or V→6; E`, from line 0 to line 6.
    Around it come B and T or P before, and after it *the same* T or P again, and E, such as
    **BT**BPVVE**TE**: the embedded Reber grammar of Hochreiter and Schmidhuber (1997, experiment
    1), who have it from Cleeremans, Servan-Schreiber and McClelland (1989) and others. Two symbols
    that may come are equally likely, but in the two self-loops (S→2 and T→3) a string stays with
    probability `loops`.

    To remember: within the inner string, where in the grammar one is, which takes a few steps; and
    the second symbol until the last but one. The strings have 9 symbols or more, on average
    `9 + 1.5 / (1 - loops)`: 12 for the default of 0.5, 24 for 0.9.

    `metrics.reber_scores` says how much of it a model can. Without memory no string is right
    throughout, for other symbols follow the first T or P than the last one; and at the last but
    one, which comes after an E, half of the strings are right.

    Args:
        count: how many strings.
        seed: of the drawing.
        loops: with which probability a string stays in a self-loop.

    Returns:
        The `Strings`.

    Raises:
        ValueError: count below 1, or loops that are not a number from 0 to 0.99.
    """
    [count] = expect.integer(count=count)
    loops = expect.number("loops", loops, at_least=0, at_most=0.99)
    random = generator(seed)
    walks = [_walk(random, loops) for _ in range(count)]
    shape = (count, max(map(len, walks)), len(REBER_SYMBOLS))
    inputs, targets = np.zeros(shape, dtype=np.float32), np.zeros(shape, dtype=np.float32)
    for number, walk in enumerate(walks):
        allowed, taken = zip(*walk, strict=True)
        inputs[number, : len(walk)] = [_marks(symbol) for symbol in taken]
        targets[number, : len(walk) - 1] = [_marks(symbols) for symbols in allowed[1:]]
    return Strings(inputs, targets, targets.any(axis=2))


def reber_text(inputs: np.ndarray) -> list[str]:
    """The strings as text, such as "BTBPVVETE".

    Args:
        inputs: `(count, time, 7)`, one-hot or, in the padding, zeros, as in `Strings`.

    Raises:
        ValueError: another shape, or steps that are neither.
    """
    inputs = np.asarray(inputs)
    if inputs.ndim != 3 or inputs.shape[2] != len(REBER_SYMBOLS):
        raise ValueError(
            f"inputs must have the shape (count, time, {len(REBER_SYMBOLS)}), not {inputs.shape}"
        )
    if not np.isin(inputs, (0, 1)).all() or inputs.sum(axis=2).max(initial=0) > 1:
        raise ValueError("every step of the inputs must be one-hot, or zeros in the padding")
    numbers = inputs.argmax(axis=2)
    return [
        "".join(REBER_SYMBOLS[number] for number in string[steps.any(axis=1)])
        for string, steps in zip(numbers, inputs, strict=True)
    ]


def _walk(random: np.random.Generator, loops: float) -> list[tuple[str, str]]:
    """One string of the embedded grammar: at each step the symbols allowed, and the one taken."""
    outer = "TP"[random.integers(2)]
    steps, node = [("B", "B"), ("TP", outer)], 0
    while node < len(REBER_GRAMMAR):
        (first, leads_to), *others = REBER_GRAMMAR[node].items()
        stays = loops if leads_to == node else 0.5
        if others and random.random() >= stays:
            [(taken, leads_to)] = others
        else:
            taken = first
        steps.append(("".join(REBER_GRAMMAR[node]), taken))
        node = leads_to
    return [*steps, (outer, outer), ("E", "E")]


@cache
def _marks(symbols: str) -> tuple[float, ...]:
    """1 for each of `REBER_SYMBOLS` that is among these, else 0."""
    return tuple(float(symbol in symbols) for symbol in REBER_SYMBOLS)


def _bits(count: int, time: int, seed: int) -> np.ndarray:
    """Fair bits, float32 `(count, time, 1)`."""
    return generator(seed).integers(0, 2, (count, time, 1)).astype(np.float32)
