"""Words and the pieces that they are written in: attention and links from the one to the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np

from utils import expect

Link = tuple[int, int]


def attention_of_words(
    weights, source_words: Sequence[int], target_words: Sequence[int]
) -> np.ndarray:
    """Attention between pieces as attention between words.

    The weight of a source word is the sum over its pieces, for a row shares out its attention among
    them; the row of a target word is the mean over its pieces. So rows still sum to 1, and where
    each piece is a word nothing changes.

    Args:
        weights: `(target pieces, source pieces)`, as `decoding.translate` returns them, perhaps
            with one more row, of `[END]`, which stays the last.
        source_words: for each piece of the source the number of its word,
            `tokenizer.words(tokens).of_pieces`.
        target_words: the same for the target.

    Returns:
        `(target words, source words)`.

    Raises:
        ValueError: shape and pieces do not fit, or numbers do not count words from 0 on.
    """
    array = np.asarray(weights, dtype=float)
    source = _word_numbers("source_words", source_words)
    target = _word_numbers("target_words", target_words)
    if array.shape == (len(target) + 1, len(source)):
        target = [*target, max(target, default=-1) + 1]
    if array.shape != (len(target), len(source)):
        raise ValueError(
            f"weights are {array.shape}, expected (target pieces, source pieces) = "
            f"{(len(target), len(source))}, or one row more, that of [END]"
        )
    columns = np.eye(max(source, default=-1) + 1)[source]  # (source pieces, source words)
    rows = np.eye(max(target, default=-1) + 1)[target]
    return (rows / rows.sum(axis=0)).T @ array @ columns


def links_of_words(
    links: Iterable[Link], source_words: Sequence[int], target_words: Sequence[int]
) -> set[Link]:
    """Links between pieces as links between the words that they belong to.

    Two words are linked when any of their pieces are. From attention weights, rather take
    `attention_of_words` and then `links_from_attention`, which gives one link per target word
    instead of one per piece.

    Args:
        links: (source piece, target piece), counted from 0.
        source_words: as for `attention_of_words`.
        target_words: as for `attention_of_words`.

    Returns:
        (source word, target word) pairs.

    Raises:
        TypeError: anything but pairs of whole numbers.
        ValueError: a link to a piece that there is not, or numbers that do not count words from 0
            on.
    """
    source = _word_numbers("source_words", source_words)
    target = _word_numbers("target_words", target_words)
    found = link_set("links", [list(links)], 0)
    for left, right in found:
        if left >= len(source) or right >= len(target):
            raise ValueError(
                f"the link {(left, right)} points outside: there are {len(source)} source and "
                f"{len(target)} target pieces, counted from 0"
            )
    return {(source[left], target[right]) for left, right in found}


def integers(name: str, values: Iterable[int], at_least: int) -> list[int]:
    """Whole numbers from `at_least` on, or what `expect.integer` raises, naming the place."""
    named = {f"{name}[{position}]": value for position, value in enumerate(values)}
    return expect.integer(at_least, **named)


def _word_numbers(name: str, words: Sequence[int]) -> list[int]:
    numbers = integers(name, words, at_least=0)
    if any(after - before not in (0, 1) for before, after in pairwise([-1, *numbers])):
        raise ValueError(
            f"{name} is {numbers!s:.60}, expected the number of each piece's word, counted from 0 "
            f"without a gap, as tokenizer.words(tokens).of_pieces has them"
        )
    return numbers


def link_set(name: str, sentences: Sequence[Iterable[Link]], position: int) -> set[Link]:
    """The links of one sentence as a set.

    Args:
        name: of the sentences, for messages.
        sentences: for each its links.
        position: which sentence.

    Raises:
        TypeError: anything but pairs of whole numbers from 0 on.
    """
    links = sentences[position]
    try:
        return {tuple(expect.integer(0, source=source, target=target)) for source, target in links}
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name}[{position}] must be the links of one sentence, (source, target) pairs of "
            f"whole numbers, not {links!r:.80}; for a single sentence give a list of one"
        ) from error
