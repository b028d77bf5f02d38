"""How well a language model knows what comes next: perplexity and bits per character."""

from __future__ import annotations

import lzma

import numpy as np


def perplexity(nats_per_token):
    """exp(mean cross-entropy): as uncertain as a fair choice among this many tokens.

    Args:
        nats_per_token: the mean loss per token in nats (natural logarithm, as Keras reports it), a
            number or an array such as a learning curve.

    Returns:
        A number or an array, as was given; infinity for a loss too large for a float.

    Raises:
        ValueError: NaN or a negative value.
    """
    loss = _cross_entropy(nats_per_token)
    with np.errstate(over="ignore"):
        result = np.exp(loss)
    return float(result) if loss.ndim == 0 else result


def bits_per_character(nats_per_character):
    """Mean cross-entropy / log 2: how many yes-or-no answers a character takes in the mean.

    A coder that asks the model could store the text in so many bits a character (Shannon 1951).

    Args:
        nats_per_character: the mean loss per character in nats, a number or an array such as a
            learning curve.

    Returns:
        A number or an array, as was given.

    Raises:
        ValueError: NaN or a negative value.
    """
    loss = _cross_entropy(nats_per_character)
    result = loss / np.log(2)
    return float(result) if loss.ndim == 0 else result


def compressed_bits_per_character(training: str, test: str) -> float:
    """What a general compressor needs for each character of a test text, knowing another text.

    The size of both texts compressed as one stream, less that of the first one alone, in bits, over
    the characters of the test text. The compressor is LZMA at its highest setting, with a
    dictionary of 64 MiB, so that it can refer back to all of the training text; texts are encoded
    as UTF-8.

    Args:
        training: the text that is known.
        test: the text that is stored.

    Returns:
        Bits for each character of the test text.

    Raises:
        ValueError: the test text is empty.
    """
    if not test:
        raise ValueError("the test text is empty: there is nothing to compress")
    return 8 * (_compressed_size(training + test) - _compressed_size(training)) / len(test)


def _cross_entropy(nats) -> np.ndarray:
    loss = np.asarray(nats)
    if loss.dtype.kind not in "iuf" or not (loss >= 0).all():  # NaN fails this, too
        raise ValueError(f"expected a cross-entropy of 0 or more nats, not {nats!r}")
    return loss.astype(float)


def _compressed_size(text: str) -> int:
    # The old container: the newer one is padded, which would be counted as text.
    return len(lzma.compress(text.encode(), lzma.FORMAT_ALONE, preset=9 | lzma.PRESET_EXTREME))
