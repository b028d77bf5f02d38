"""Pictures in, captions out, and where the decoder looked at each word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from utils import expect
from utils.datasets.scenes import check_images
from utils.models.captioner import Captioner
from utils.tokens import END, pad

from .beam import beam_search
from .greedy import chosen, most_probable, roll_out

_LONGEST = 24  # tokens: a caption of four objects has 20, [END] included


@dataclass(frozen=True)
class Caption:
    """What was said of one picture.

    Attributes:
        text: its tokens with spaces between them, as `datasets.scenes` writes captions.
        tokens: the caption as tokens, without `[END]`.
        attention: weights (time, rows, columns) of the regions, a map for each token and one more
            for `[END]` where the decoder stopped by itself; None where it does not look.
        log_probability: of the whole caption, `[END]` included, in nats.
        finished: whether the decoder said `[END]` before it reached the limit.
    """

    text: str
    tokens: list[str]
    attention: np.ndarray | None
    log_probability: float
    finished: bool


def describe(
    captioner: Captioner,
    images: np.ndarray,
    *,
    captions: Sequence[str] | None = None,
    beam_width: int = 1,
    length_penalty: float = 0.6,
    max_length: int = _LONGEST,
    batch_size: int = 256,
) -> list[Caption]:
    """Describes pictures; by default greedily, always with the most probable next word.

    Args:
        captioner: a trained `Captioner`.
        images: float (count, size, size, 3), from 0 to 1.
        captions: for each picture what shall be said. Then nothing is searched: the decoder is made
            to say it, so that one sees where it looks while the *right* words are expected.
        beam_width: more than 1 searches with so many candidates a picture.
        length_penalty: as in `translate`.
        max_length: at most so many tokens.
        batch_size: pictures described at a time.

    Returns:
        One `Caption` for each picture.

    Raises:
        ValueError: what `datasets.scenes.check_images` refuses, another number of captions, an
            option out of range, captions that are to be said and searched at once.
    """
    beam_width, max_length, batch_size = expect.integer(
        beam_width=beam_width, max_length=max_length, batch_size=batch_size
    )
    length_penalty = expect.number("length_penalty", length_penalty)
    images = check_images(images, captioner.size)
    rows = None
    if captions is not None:
        if len(captions) != len(images):
            raise ValueError(f"{len(images)} pictures but {len(captions)} captions to say")
        if beam_width > 1:
            raise ValueError("with captions nothing is searched: leave beam_width or captions out")
        rows = captioner.tokenizer.encode_rows(captions, end=True)
    found = []
    for start in range(0, len(images), batch_size):
        batch = images[start : start + batch_size]
        given = None if rows is None else rows[start : start + batch_size]
        found += _said(captioner, batch, given, beam_width, length_penalty, max_length)
    return [_caption(captioner, hypothesis) for hypothesis in found]


def _said(captioner, images, given, width, penalty, max_length):
    """One hypothesis a picture: tokens, weights and log-probability."""
    if given is not None:
        expected, limits = pad(given), [len(row) for row in given]
        advance = chosen(captioner, lambda log_probabilities, step: expected[:, step])
        return roll_out(captioner, images, limits, advance, compact=False)
    limits = [max_length] * len(images)
    if width > 1:
        return beam_search(captioner, images, limits, width, penalty)
    return roll_out(captioner, images, limits, most_probable(captioner))


def _caption(captioner, hypothesis):
    ids, weights = hypothesis.tokens, hypothesis.weights
    tokens = captioner.tokenizer.tokens(ids)
    return Caption(
        text=" ".join(tokens),
        tokens=tokens,
        attention=None if weights is None else captioner.as_map(weights),
        log_probability=float(hypothesis.log_probability),
        finished=bool(len(ids) and ids[-1] == END),
    )
