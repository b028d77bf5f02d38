"""Batches of sentence pairs of about equal length, as plain NumPy.

Padding costs as much time as words. Sorting sentences by length before cutting them into batches
leaves little of it; shuffling inside and between the batches keeps training random.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from utils import expect
from utils.text import pad


class Batch(NamedTuple):
    """One training batch: what the model reads, and what it must say.

    Attributes:
        source: int32 (batch, source time).
        target_input: int32 (batch, target time), begins with `[START]`.
        target_output: int32 (batch, target time), the same shifted by one, ends with `[END]`.
    """

    source: np.ndarray
    target_input: np.ndarray
    target_output: np.ndarray


def length_buckets(
    lengths: np.ndarray, batch_size: int, random: np.random.Generator | None = None
) -> list[np.ndarray]:
    """Cuts sentence numbers into batches of similar length.

    Args:
        lengths: int array (sentences, keys): sorted by the first column, then by the next.
        batch_size: sentences a batch; the last batch of an epoch may be smaller.
        random: shuffles equal lengths among themselves, and the order of the batches. Without it
            the result is the same each time, shortest first.

    Returns:
        A list of arrays of sentence numbers; each sentence occurs exactly once.

    Raises:
        ValueError: batch_size is no whole number from 1 on.
        TypeError: random is no generator.
    """
    [batch_size] = expect.whole(batch_size=batch_size)
    if not isinstance(random, (np.random.Generator, type(None))):
        raise TypeError(f"random is {random!r}, expected np.random.default_rng(seed) or None")
    lengths = np.asarray(lengths)
    tie = random.random(len(lengths)) if random is not None else np.arange(len(lengths))
    order = np.lexsort((tie, *lengths.T[::-1]))
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if random is not None:
        random.shuffle(batches)
    return batches


def pair_batches(
    source_rows: Sequence[np.ndarray],
    target_rows: Sequence[np.ndarray],
    batch_size: int,
    random: np.random.Generator | None = None,
    round_to: int = 1,
) -> list[Batch]:
    """One epoch of batches for a translator.

    Args:
        source_rows: ids of each source sentence.
        target_rows: ids of each target sentence, `[START]` and `[END]` included.
        batch_size: sentences a batch.
        random: see `length_buckets`.
        round_to: pads time to a multiple of this. A backend that compiles once per shape (JAX)
            wants 8; TensorFlow is content with 1.

    Raises:
        ValueError: the two sides have different numbers of sentences, or there are none; batch_size
            or round_to is no whole number from 1 on.
        TypeError: random is no generator.
    """
    [round_to] = expect.whole(round_to=round_to)
    if len(source_rows) != len(target_rows):
        raise ValueError(
            f"{len(source_rows)} source sentences but {len(target_rows)} target sentences: "
            "each sentence needs its translation"
        )
    if not len(source_rows):
        raise ValueError("there are no sentence pairs to make batches of")
    lengths = np.array([(len(t), len(s)) for s, t in zip(source_rows, target_rows, strict=True)])
    return [
        _batch([source_rows[i] for i in chosen], [target_rows[i] for i in chosen], round_to)
        for chosen in length_buckets(lengths, batch_size, random)
    ]


def _batch(source, target, round_to):
    longest_source = _round_up(max(map(len, source)), round_to)
    longest_target = _round_up(max(map(len, target)) - 1, round_to)
    return Batch(
        source=pad(source, longest_source),
        target_input=pad([row[:-1] for row in target], longest_target),
        target_output=pad([row[1:] for row in target], longest_target),
    )


def _round_up(number, multiple):
    return -(-number // multiple) * multiple
