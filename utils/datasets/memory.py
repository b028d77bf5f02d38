"""Small tasks that cannot be done without memory, each made anew from a seed.

Each function makes `count` sequences of `time` steps and returns `Examples(inputs, targets)`.
Its docstring says what has to be remembered, and what a model scores that sees only the present
step: a network that does no better has remembered nothing.

| task | to remember | for how long |
|---|---|---|
| `echo` | the last `delay` bits | `delay` steps |
| `parity` | one bit, changed by every input | all the time |
| `adding` | a number, when a marker says so | from the marker to the end |
| `recall` | the first symbol | `time - 1` steps |
"""

from typing import NamedTuple

import numpy as np

from ._arguments import generator, whole_number


class Examples(NamedTuple):
    """inputs: float32 `(batch, time, features)`. targets: as the task says."""

    inputs: np.ndarray
    targets: np.ndarray


def echo(count: int, time: int, seed: int, *, delay: int = 3) -> Examples:
    """Say the bit of `delay` steps ago.

    inputs: float32 `(count, time, 1)`, fair bits, 0 or 1. targets: float32 `(count, time, 1)`,
    `targets[:, t] = inputs[:, t - delay]`, and 0 in the first `delay` steps, before which there
    was nothing to repeat. Leave those out when scoring: `targets[:, delay:]`.

    To remember: the last `delay` bits, in order. Without memory half of `targets[:, delay:]` is
    right, whatever one says (log 2 = 0.693 nats a step). With `delay=0` no memory is needed: the
    same task as a control.

    Raises ValueError for count below 1, a negative delay, or fewer than `delay + 1` steps.
    """
    count = whole_number("count", count, at_least=1)
    delay = whole_number("delay", delay, at_least=0)
    time = whole_number("time", time, at_least=delay + 1)
    inputs = _bits(count, time, seed)
    targets = np.zeros_like(inputs)
    targets[:, delay:] = inputs[:, : time - delay]
    return Examples(inputs, targets)


def parity(count: int, time: int, seed: int) -> Examples:
    """Say at every step whether the ones so far are odd in number.

    inputs: float32 `(count, time, 1)`, fair bits, 0 or 1. targets: float32 `(count, time, 1)`,
    1 where the number of ones up to and including this step is odd, else 0.

    To remember: a single bit, but without a break, for every one turns it over. Whoever has missed
    a bit is right half of the time. Without memory: the first step is right (there the parity is
    the bit itself), every later one with probability 1/2, together 1/2 + 1/(2 time).

    Raises ValueError for count or time below 1.
    """
    count = whole_number("count", count, at_least=1)
    time = whole_number("time", time, at_least=1)
    inputs = _bits(count, time, seed)
    return Examples(inputs, np.cumsum(inputs, axis=1) % 2)


def adding(count: int, time: int, seed: int) -> Examples:
    """Add the two numbers that are marked, and say their sum at the end.

    The task of Hochreiter and Schmidhuber (1997, experiment 4), in the form that is usual since
    then: numbers from 0 to 1, one marker in each half (Arjovsky, Shah and Bengio 2016).

    inputs: float32 `(count, time, 2)`; feature 0 is the number, uniform from 0 to 1, feature 1 the
    marker, 1 at one step among the first `time // 2`, at one of the others, and 0 elsewhere.
    targets: float32 `(count, 1)`, the sum of the two marked numbers.

    To remember: the first marked number until the second comes, and then the sum until the end.
    Who always says 1 has a mean squared error of 1/6 = 0.167, the variance of the sum. A model
    without memory sees only the last step, which is marked in one sequence of n, where n =
    time - time // 2; then it knows one of the numbers, and it can have 1/6 - 1/(12 n).

    Raises ValueError for count below 1 or time below 2.
    """
    count = whole_number("count", count, at_least=1)
    time = whole_number("time", time, at_least=2)
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

    inputs: float32 `(count, time, symbols + distractors)`, one-hot: at the first step one of the
    first `symbols` features, at each later step one of the other `distractors`, all equally likely.
    targets: int32 `(count,)`, the number of the first symbol, from 0 to `symbols - 1`.

    To remember: which symbol it was, through `time - 1` steps of distraction. Without memory only
    the last distractor is seen: right once in `symbols` (log(symbols) nats).

    Raises ValueError for count or distractors below 1, and time or symbols below 2.
    """
    count = whole_number("count", count, at_least=1)
    time = whole_number("time", time, at_least=2)
    symbols = whole_number("symbols", symbols, at_least=2)
    distractors = whole_number("distractors", distractors, at_least=1)
    random = generator(seed)
    shown = random.integers(symbols, symbols + distractors, (count, time))
    shown[:, 0] = random.integers(0, symbols, count)
    one_hot = np.eye(symbols + distractors, dtype=np.float32)
    return Examples(one_hot[shown], shown[:, 0].astype(np.int32))


def _bits(count: int, time: int, seed: int) -> np.ndarray:
    """Fair bits, float32 `(count, time, 1)`."""
    return generator(seed).integers(0, 2, (count, time, 1)).astype(np.float32)
