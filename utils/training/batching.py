"""Batches of rows of about equal length, as Keras's `fit` reads them.

Padding costs as much time as words. Sorting rows by length before cutting them into batches leaves
little of it; shuffling inside and between the batches keeps training random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras
import numpy as np

from utils import expect
from utils.tokens import PAD


def length_buckets(
    lengths: np.ndarray, batch_size: int, random: np.random.Generator | None = None
) -> list[np.ndarray]:
    """Cuts row numbers into batches of similar length.

    Args:
        lengths: int array (rows, keys): sorted by the first column, then by the next.
        batch_size: rows a batch; the last batch of an epoch may be smaller.
        random: shuffles equal lengths among themselves, and the order of the batches. Without it
            the result is the same each time, shortest first.

    Returns:
        A list of arrays of row numbers; each row occurs exactly once.

    Raises:
        ValueError: batch_size is no whole number from 1 on.
        TypeError: random is no generator.
    """
    [batch_size] = expect.integer(batch_size=batch_size)
    if not isinstance(random, (np.random.Generator, type(None))):
        raise TypeError(f"random is {random!r}, expected np.random.default_rng(seed) or None")
    lengths = np.asarray(lengths)
    tie = random.random(len(lengths)) if random is not None else np.arange(len(lengths))
    order = np.lexsort((tie, *lengths.T[::-1]))
    batches = [order[start : start + batch_size] for start in range(0, len(order), batch_size)]
    if random is not None:
        random.shuffle(batches)
    return batches


class Batches(keras.utils.PyDataset):
    """Rows in batches of similar length, for Keras's `fit` and `evaluate`.

        batches = Batches(*model.examples(train), batch_size=64, seed=0)
        model.fit(batches, epochs=10, shuffle=False)  # they are shuffled already

    Attributes:
        deals: tells a `TokenModel` that the order within an epoch is not Keras's business.

    Args:
        inputs: for each input of the model its rows. Rows of ids, int (time,) or (time, columns),
            are padded at the end to the longest of the batch; vectors of floats, all of one size,
            are put one below the other.
        targets: rows of ids, one for each row of the inputs; sorted by their lengths, then by those
            of the inputs.
        batch_size: rows a batch; the last batch of an epoch may be smaller.
        seed: another order in each epoch, the same ones for the same seed. Without it the order is
            always the same, shortest first.
        padding: what targets are padded with, the class that the loss ignores.
        round_to: pads time to a multiple of this; by default 8 on JAX, which compiles once a shape,
            else 1.
        noise: (inputs of a batch, generator) → its inputs, other ones in each epoch; see
            `utils.training.noise`. Needs a seed.

    Raises:
        ValueError: no rows, columns of different numbers of rows, an option out of range.
    """

    deals = True

    def __init__(
        self,
        inputs: Sequence[Sequence[np.ndarray]],
        targets: Sequence[np.ndarray],
        batch_size: int,
        *,
        seed: int | None = None,
        padding: int = PAD,
        round_to: int | None = None,
        noise: Callable | None = None,
    ):
        super().__init__()
        self.batch_size, round_to = expect.integer(
            batch_size=batch_size, round_to=_multiple() if round_to is None else round_to
        )
        if seed is not None:
            [seed] = expect.integer(0, seed=seed)
        elif noise is not None:
            raise ValueError("noise is random: give a seed, expected a whole number from 0 on")
        numbers = {len(rows) for rows in (*inputs, targets)}
        if numbers == {0}:
            raise ValueError("there are no rows to make batches of")
        if len(numbers) > 1:
            raise ValueError(
                f"there are {', '.join(str(len(rows)) for rows in inputs)} rows of inputs and "
                f"{len(targets)} of targets: each row needs its target"
            )
        self.inputs, self.targets = inputs, targets
        self.seed, self.padding, self.round_to, self.noise = seed, padding, round_to, noise
        self._lengths = np.array([
            (len(target), *map(len, row))
            for target, row in zip(targets, zip(*inputs, strict=True), strict=True)
        ])
        self.deal(0)

    def deal(self, epoch: int) -> None:
        """Puts the rows into the batches of this epoch, counted from 0."""
        [self.epoch] = expect.integer(0, epoch=epoch)
        random = None if self.seed is None else np.random.default_rng([self.seed, self.epoch])
        self._order = length_buckets(self._lengths, self.batch_size, random)

    def __len__(self) -> int:
        """Batches an epoch."""
        return len(self._order)

    def on_epoch_end(self):
        """Deals the rows anew; Keras calls it, and once before the first epoch."""
        self.deal(self.epoch + 1)

    def __getitem__(self, index: int):
        """One batch: (inputs, targets), inputs being a tuple where the model has several."""
        # TensorFlow's pipeline takes the shapes of the first two batches for those of all, so the
        # second must not look as if every batch were as long as the first.
        unlike = self._shapes(0) if index == 1 and _on_tensorflow() else ()
        columns = [
            _stack([rows[i] for i in self._order[index]], self.round_to, padding, unlike)
            for rows, padding in self._columns()
        ]
        inputs, targets = tuple(columns[:-1]), columns[-1]
        if self.noise is not None:
            random = np.random.default_rng([self.seed, self.epoch, index])
            inputs = self.noise(inputs, random)
        return inputs if len(inputs) > 1 else inputs[0], targets

    def _columns(self):
        return [*((rows, PAD) for rows in self.inputs), (self.targets, self.padding)]

    def _shapes(self, index):
        """The lengths in time of a batch's columns."""
        return {
            _longest([rows[i] for i in self._order[index]], self.round_to)
            for rows, _ in self._columns()
        }


def _on_tensorflow():
    return keras.backend.backend() == "tensorflow"


def _multiple():
    return 8 if keras.backend.backend() == "jax" else 1


def _longest(rows, round_to):
    return -(-max(map(len, rows)) // round_to) * round_to


def _stack(rows, round_to, padding, unlike):
    """Rows as one array, padded in time; with a length that is not one of `unlike`."""
    if rows[0].dtype.kind == "f":
        return np.stack(rows)
    longest = max(_longest(rows, round_to), 1)
    while longest in unlike:
        longest += round_to
    stacked = np.full((len(rows), longest, *rows[0].shape[1:]), padding, "int32")
    for number, row in enumerate(rows):
        stacked[number, : len(row)] = row
    return stacked
