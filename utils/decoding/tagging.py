"""Sentences in, tags out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from keras import ops

from utils import expect
from utils.models.compiled import compiled
from utils.models.tagger import Tagger


def tag(
    tagger: Tagger, sentences: Sequence[Sequence[str]], *, batch_size: int = 256
) -> list[list[str]]:
    """The most probable tag of each word.

    Args:
        tagger: a trained `models.Tagger`.
        sentences: lists of words.
        batch_size: sentences read at a time; those of similar length together.

    Returns:
        One list of tags per sentence, in the order of the sentences.

    Raises:
        TypeError: as `Tagger.encode`.
        ValueError: as `Tagger.encode`; a batch_size below 1.
    """
    [batch_size] = expect.integer(batch_size=batch_size)
    ids = tagger.encode(sentences)
    lengths = np.array([len(words) for words in sentences])
    if getattr(tagger, "_compiled_scores", None) is None:
        tagger._compiled_scores = compiled(tagger, tagger)
    found: list[list[str]] = [[] for _ in sentences]
    order = np.argsort(lengths, kind="stable")
    for start in range(0, len(order), batch_size):
        chosen = order[start : start + batch_size]
        longest = -(-lengths[chosen].max() // 8) * 8  # few shapes, which JAX compiles one by one
        scores = ops.convert_to_numpy(tagger._compiled_scores(ids[chosen, :longest]))
        for number, best in zip(chosen, np.argmax(scores, axis=-1), strict=True):
            found[number] = [tagger.options["tags"][k] for k in best[: lengths[number]]]
    return found
