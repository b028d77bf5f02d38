"""Every translation there is, for models small enough: the oracle of all searches."""

from __future__ import annotations

import numpy as np
from keras import ops

from utils import expect
from utils.models.seq2seq import Translator
from utils.tokens import END, PAD, START

from .steps import compiled_steps, rows_of

MOST = 200_000
"""So many unfinished translations at most: above it, nobody would wait."""


def exhaustive(
    translator: Translator, sentence: str, *, max_length: int
) -> list[tuple[tuple[int, ...], float]]:
    """All finished translations of one sentence up to a length, the most probable first.

    Args:
        translator: a `Translator` with very few target words.
        sentence: a text, not an empty one.
        max_length: at most so many words, `[END]` included.

    Returns:
        Pairs of target ids, `[END]` included, and their log-probability in nats.

    Raises:
        ValueError: an empty sentence, or more than `MOST` translations.
    """
    [max_length] = expect.integer(max_length=max_length)
    words = [n for n in range(translator.target_tokenizer.size) if n not in (PAD, START, END)]
    if len(words) ** (max_length - 1) > MOST:
        raise ValueError(
            f"{len(words)} words and max_length {max_length} are more than {MOST:,} translations: "
            "take a smaller vocabulary or a shorter limit"
        )
    source = translator.encode_source([sentence])
    if not np.any(source):
        raise ValueError("the sentence is empty: there is nothing to translate")
    model = compiled_steps(translator)
    memory, states = model.encode(source)
    begun, scores, finished = [()], np.zeros(1), []
    last = np.array([START], "int32")
    for _ in range(max_length):
        repeated = rows_of(memory, np.zeros(len(begun), "int32"))
        log_probabilities, states, _ = model.step(last, states, repeated)
        totals = scores[:, None] + ops.convert_to_numpy(log_probabilities)  # (begun, vocabulary)
        finished += [
            ((*row, END), float(total))
            for row, total in zip(begun, totals[:, END], strict=True)
        ]  # fmt: skip
        parents = np.repeat(np.arange(len(begun)), len(words))
        last = np.tile(np.array(words, "int32"), len(begun))
        scores = totals[parents, last]
        begun = [
            (*begun[parent], int(word)) for parent, word in zip(parents, last, strict=True)
        ]  # fmt: skip
        states = rows_of(states, parents)
    return sorted(finished, key=lambda pair: -pair[1])
