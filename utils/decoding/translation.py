"""Sentences in, translations out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from utils import expect
from utils.models.seq2seq import Translator
from utils.text.pieces import attention_of_words
from utils.tokens import END, pad

from .beam import NORMALISATIONS, beam_search
from .greedy import chosen, most_probable, roll_out
from .sampling import check_drawing, drawn


@dataclass(frozen=True)
class Translation:
    """One translated sentence.

    Attributes:
        text: the translation as ordinary text.
        tokens: the translation as tokens, without `[END]`.
        source_tokens: what was read, as tokens.
        attention: weights (target time, source time), a row for each token said and one more for
            `[END]` when the decoder stopped by itself; None without attention.
        log_probability: of the whole translation, `[END]` included, in nats.
        finished: whether the decoder said `[END]` before it reached the limit.
    """

    text: str
    tokens: list[str]
    source_tokens: list[str]
    attention: np.ndarray | None
    log_probability: float
    finished: bool


def translate(
    translator: Translator,
    sentences: Sequence[str],
    *,
    beam_width: int = 1,
    length_penalty: float = 0.6,
    normalisation: str = "gnmt",
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
    max_length: int | None = None,
    batch_size: int = 128,
) -> list[Translation]:
    """Translates sentences; by default greedily, always with the most probable next word.

    Args:
        translator: a trained `seq2seq.Translator`.
        sentences: texts. An empty one has an empty translation.
        beam_width: more than 1 searches with so many candidates a sentence.
        length_penalty: α of Wu et al. 2016, equation 14: finished candidates are compared by
            log-probability / ((5 + length) / 6)^α. 0 compares plain log-probabilities.
        normalisation: "gnmt" compares so; "mean" by log-probability / length, without α.
        temperature: draws words at random instead; 1 as the model believes, less is more cautious.
        top_k: draws among the k most probable words only.
        top_p: draws among the fewest words that together have probability p (Holtzman et al. 2020).
        seed: of the drawing.
        max_length: at most so many words; by default twice the source length and ten more.
        batch_size: sentences translated at a time; those of similar length together.

    Returns:
        One `Translation` per sentence, in the order of the sentences.

    Raises:
        TypeError: something other than text.
        ValueError: options that make no sense, or contradict one another.
    """
    drawing = (temperature, top_k, top_p) != (None, None, None)
    beam_width, batch_size = expect.integer(beam_width=beam_width, batch_size=batch_size)
    if max_length is not None:
        [max_length] = expect.integer(max_length=max_length)
    length_penalty = expect.number("length_penalty", length_penalty)
    expect.one_of("normalisation", normalisation, NORMALISATIONS)
    [seed] = expect.integer(0, seed=seed)
    check_drawing(temperature, top_k, top_p)
    if drawing and beam_width > 1:
        raise ValueError("beam search does not draw: choose beam_width or temperature, not both")
    random = np.random.default_rng(seed)

    def choose(log_probabilities, step):
        return drawn(log_probabilities, temperature, top_k, top_p, random)

    advance = chosen(translator, choose) if drawing else most_probable(translator)

    def search(source, limits, numbers):
        if beam_width > 1:
            return beam_search(
                translator, source, limits, beam_width, length_penalty, normalisation
            )
        return roll_out(translator, source, limits, advance)

    return _in_batches(translator, sentences, max_length, batch_size, search)


def force_decode(
    translator: Translator, sentences: Sequence[str], targets: Sequence[str], batch_size: int = 128
) -> list[Translation]:
    """Makes the decoder say given translations, and reports what it looked at and believed.

    Attention can so be compared with a gold alignment, which belongs to the given words.

    Args:
        translator: a trained `Translator`.
        sentences: texts.
        targets: for each sentence what shall be said.
        batch_size: sentences decoded at a time.

    Returns:
        For each sentence a `Translation` with the given words, the attention weights while each was
        expected, and the log-probability of the whole.

    Raises:
        ValueError: different numbers of sentences and translations; an empty sentence.
    """
    [batch_size] = expect.integer(batch_size=batch_size)
    if len(sentences) != len(targets):
        raise ValueError(f"{len(sentences)} sentences but {len(targets)} translations to follow")
    for number, row in enumerate(translator.source_tokenizer.encode_rows(sentences)):
        if not len(row):
            raise ValueError(f"sentence {number} is empty: there is nothing to translate")
    rows = translator.target_tokenizer.encode_rows(targets, end=True)

    def search(source, limits, numbers):
        expected = pad([rows[number] for number in numbers])
        advance = chosen(translator, lambda log_probabilities, step: expected[:, step])
        limits = [len(rows[number]) for number in numbers]
        return roll_out(translator, source, limits, advance, compact=False)

    return _in_batches(translator, sentences, None, batch_size, search)


def in_words(translator: Translator, translation: Translation) -> Translation:
    """A translation in words where it was in pieces: tokens, source tokens and attention.

    Gold alignments are between words, so a translator with `level="bpe"` is compared with them, and
    shown, in words; with `level="word"` nothing changes. See `Tokenizer.words` and
    `attention_of_words`.

    Args:
        translator: the one that translated.
        translation: from `translate` or `force_decode`.
    """
    source = translator.source_tokenizer.words(translation.source_tokens)
    target = translator.target_tokenizer.words(translation.tokens)
    weights = translation.attention
    if weights is not None:
        weights = attention_of_words(weights, source.of_pieces, target.of_pieces)
    return replace(
        translation, tokens=target.texts, source_tokens=source.texts, attention=weights
    )


def _in_batches(translator, sentences, max_length, batch_size, search):
    """Calls `search(source ids, limits, sentence numbers)` batch by batch, by length."""
    sentences = sentences if isinstance(sentences, str) else list(sentences)
    rows = translator.source_tokenizer.encode_rows(sentences)
    read = [row[::-1] for row in rows] if translator.reverse_source else rows
    results: list[Translation | None] = [None] * len(rows)
    order = sorted((n for n in range(len(rows)) if len(rows[n])), key=lambda n: len(rows[n]))
    for start in range(0, len(order), batch_size):
        numbers = order[start : start + batch_size]
        limits = [max_length or 2 * len(rows[number]) + 10 for number in numbers]
        source = pad([read[number] for number in numbers])
        found = search(source, limits, numbers)
        for number, hypothesis in zip(numbers, found, strict=True):
            results[number] = _translation(translator, sentences[number], rows[number], hypothesis)
    nothing = Translation("", [], [], None, 0.0, True)
    return [nothing if result is None else result for result in results]


def _translation(translator, sentence, row, hypothesis):
    tokens, weights = hypothesis.tokens, hypothesis.weights
    if weights is not None:
        weights = weights[:, : len(row)]
        weights = weights[:, ::-1] if translator.reverse_source else weights
    return Translation(
        text=translator.target_tokenizer.decode([tokens])[0],
        tokens=translator.target_tokenizer.tokens(tokens),
        source_tokens=translator.source_tokenizer.split(sentence),
        attention=weights,
        log_probability=float(hypothesis.log_probability),
        finished=bool(len(tokens) and tokens[-1] == END),
    )
