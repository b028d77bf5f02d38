"""Which word stands for which: links from attention, and how far they are from gold ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from utils import expect
from utils.text.pieces import Link, link_set

from ._arguments import check_same_length


def alignment_error_rate(
    predicted: Sequence[Iterable[Link]],
    gold: Sequence[Iterable[Link]],
    *,
    possible: Sequence[Iterable[Link]] | None = None,
) -> float:
    """Alignment error rate of a corpus, from 0 (perfect) to 1 (Och and Ney 2003, section 5.1).

    AER = 1 - (|A ∩ S| + |A ∩ P|) / (|A| + |S|), with the predicted links A, the sure gold links S
    and the possible ones P, which include S; all counts are sums over sentences.

    Args:
        predicted: for each sentence its links (source token, target token), counted from 0. Both
            are words, so that links of pieces need `attention_of_words` or `links_of_words` first.
        gold: the sure links, likewise.
        possible: further gold links that are neither demanded nor counted as wrong; None where
            there are none (P = S), as in the course corpus.

    Returns:
        The rate.

    Raises:
        TypeError: a sentence is not a collection of pairs of whole numbers.
        ValueError: different lengths, empty lists, or no link at all on both sides.
    """
    check_same_length("predicted", predicted, "gold", gold)
    if possible is not None:
        check_same_length("possible", possible, "gold", gold)
    hits = total = 0
    for position in range(len(gold)):
        found = link_set("predicted", predicted, position)
        sure = link_set("gold", gold, position)
        allowed = sure if possible is None else sure | link_set("possible", possible, position)
        hits += len(found & sure) + len(found & allowed)
        total += len(found) + len(sure)
    if not total:
        raise ValueError("neither predicted nor gold has a single link: the rate is not defined")
    return 1 - hits / total


def links_from_attention(weights) -> set[Link]:
    """One link per target token: to the source token with the largest attention weight.

    Of equal weights the first wins; a row of zeros (a masked position) gives no link.

    Args:
        weights: `(target time, source time)`, as `decoding.translate` returns them.

    Returns:
        (source, target) pairs.

    Raises:
        ValueError: another shape, negative weights, or NaN.
    """
    array = np.asarray(weights, dtype=float)
    if array.ndim != 2 or array.shape[1] == 0:
        raise ValueError(
            f"expected weights of one sentence, (target time, source time), not {array.shape}"
        )
    if not (array >= 0).all():  # NaN fails this, too
        raise ValueError("attention weights must be numbers of 0 or more; found NaN or negative")
    return {
        (int(row.argmax()), target) for target, row in enumerate(array) if row.max() > 0
    }


def diagonal_links(source_length: int, target_length: int) -> set[Link]:
    """The guess that knows nothing: each target token is linked to the same relative position.

    Target token j of T goes to the source token under its middle, floor((j + 1/2) S / T).

    Args:
        source_length: S, in tokens.
        target_length: T, in tokens.

    Returns:
        (source, target) pairs, one for each target token.

    Raises:
        ValueError: a length below 1.
    """
    size, steps = expect.integer(source_length=source_length, target_length=target_length)
    return {((2 * j + 1) * size // (2 * steps), j) for j in range(steps)}
