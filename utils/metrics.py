"""Scores for translations, alignments, language models and forecasts.

BLEU comes from sacrebleu, so that its numbers can be compared with published ones; the others are a
few lines each.
"""

import lzma
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from utils import expect, typography

Link = tuple[int, int]


# ------------------------------------------------------------------------------------------- BLEU


def bleu(hypotheses: Sequence[str], references: Sequence[str], *, lowercase: bool = True) -> float:
    """Corpus BLEU, from 0 to 100 (Papineni et al. 2002, eq. 1-3, one reference per sentence).

    hypotheses, references: texts, one per sentence; an empty hypothesis is allowed and scores as
    what it is. Both are read through `typography.plain`, so that a kind of apostrophe or a space
    between tokens is no mistake: nothing changes for ordinary text with the signs of a keyboard.
    Then sacrebleu's 13a tokenizer splits them, and by default they are compared in lower case. As
    everywhere in corpus BLEU, n-gram counts are summed over all sentences before
    dividing, so the score is not the mean of sentence scores; hypotheses without a single 4-gram
    between them score 0.

    Raises TypeError for anything but lists of text, ValueError for different lengths, empty lists
    or an empty reference.
    """
    _check_texts("hypotheses", hypotheses)
    _check_texts("references", references)
    _check_same_length("hypotheses", hypotheses, "references", references)
    hypotheses, references = ([*map(typography.plain, texts)] for texts in (hypotheses, references))
    for position, reference in enumerate(references):
        if not reference:
            raise ValueError(f"reference {position} is empty: there is nothing to compare with")
    return _scorer(lowercase).corpus_score(hypotheses, [references]).score


def bleu_signature(lowercase: bool = True) -> str:
    """sacrebleu's description of how `bleu` counts: quote it beside a score (Post 2018).

    It does not know that both sides were read through `typography.plain` before.
    """
    scorer = _scorer(lowercase)
    scorer.corpus_score(["a"], [["a"]])  # the signature knows the number of references only now
    return str(scorer.get_signature())


@dataclass(frozen=True)
class LengthBucket:
    """BLEU of the sentences whose source length lies from `low` to `high` (None: no limit)."""

    low: int
    high: int | None
    pairs: int
    mean_length: float
    bleu: float

    @property
    def label(self) -> str:
        return f"{self.low} or more" if self.high is None else f"{self.low} to {self.high}"


def bleu_by_length(
    hypotheses: Sequence[str],
    references: Sequence[str],
    source_lengths: Sequence[int],
    *,
    edges: Sequence[int] = (6, 9, 12, 16),
    lowercase: bool = True,
) -> list[LengthBucket]:
    """BLEU in buckets of source length: where does a translator give up?

    source_lengths: number of tokens of each source sentence. edges: the first length of each bucket
    but the first, rising; (6, 9) makes the buckets 1 to 5, 6 to 8, 9 or more. Buckets without
    sentences are left out. A bucket of few sentences has a noisy score: look at `pairs`.

    Raises what `bleu` raises, and ValueError for lengths below 1 and edges that do not rise from 2.
    """
    _check_texts("hypotheses", hypotheses)
    _check_texts("references", references)
    _check_same_length("hypotheses", hypotheses, "references", references)
    _check_same_length("hypotheses", hypotheses, "source_lengths", source_lengths)
    lengths = _whole_numbers("source_lengths", source_lengths, at_least=1)
    starts = [1, *_whole_numbers("edges", edges, at_least=2)]
    if any(left >= right for left, right in pairwise(starts)):
        raise ValueError(f"edges must rise, each larger than the one before: {list(edges)}")
    buckets = []
    for low, following in zip(starts, [*starts[1:], None], strict=True):
        inside = [
            i for i, n in enumerate(lengths) if n >= low and (following is None or n < following)
        ]
        if inside:
            score = bleu(
                [hypotheses[i] for i in inside],
                [references[i] for i in inside],
                lowercase=lowercase,
            )
            high = None if following is None else following - 1
            mean_length = sum(lengths[i] for i in inside) / len(inside)
            buckets.append(LengthBucket(low, high, len(inside), mean_length, score))
    return buckets


def _scorer(lowercase: bool):
    [lowercase] = expect.truth(lowercase=lowercase)
    from sacrebleu.metrics import BLEU  # late: a quarter of a second that few callers need

    # force: our corpus ends its sentences in " .", which sacrebleu would warn about on stderr.
    return BLEU(lowercase=lowercase, tokenize="13a", force=True)


# -------------------------------------------------------------------------------------- alignment


def alignment_error_rate(
    predicted: Sequence[Iterable[Link]],
    gold: Sequence[Iterable[Link]],
    *,
    possible: Sequence[Iterable[Link]] | None = None,
) -> float:
    """Alignment error rate of a corpus, from 0 (perfect) to 1 (Och and Ney 2003, section 5.1).

    AER = 1 - (|A ∩ S| + |A ∩ P|) / (|A| + |S|), with the predicted links A, the sure gold links S
    and the possible ones P, which include S; all counts are sums over sentences. predicted, gold:
    for each sentence its links (source token, target token), counted from 0; both of words, so that
    those of pieces need `attention_of_words` or `links_of_words` first. possible: further
    gold links that are neither demanded nor counted as wrong; the course corpus has none (P = S).

    Raises TypeError when a sentence is not a collection of pairs of whole numbers, ValueError for
    different lengths, empty lists, or no link at all on both sides.
    """
    _check_same_length("predicted", predicted, "gold", gold)
    if possible is not None:
        _check_same_length("possible", possible, "gold", gold)
    hits = total = 0
    for position in range(len(gold)):
        found = _link_set("predicted", predicted, position)
        sure = _link_set("gold", gold, position)
        allowed = sure if possible is None else sure | _link_set("possible", possible, position)
        hits += len(found & sure) + len(found & allowed)
        total += len(found) + len(sure)
    if not total:
        raise ValueError("neither predicted nor gold has a single link: the rate is not defined")
    return 1 - hits / total


def links_from_attention(weights) -> set[Link]:
    """One link per target token: to the source token with the largest attention weight.

    weights: `(target time, source time)`, as `decoding.translate` returns them. Of equal weights
    the first wins; a row of zeros (a masked position) gives no link. Returns (source, target)
    pairs. Raises ValueError for another shape, for negative weights and for NaN.
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


def attention_of_words(
    weights, source_words: Sequence[int], target_words: Sequence[int]
) -> np.ndarray:
    """Attention between pieces as attention between words.

    The weight of a source word is the sum over its pieces, for a row shares out its attention among
    them; the row of a target word is the mean over its pieces. So rows still sum to 1, and where
    each piece is a word nothing changes.

    weights: `(target pieces, source pieces)`, as `decoding.translate` returns them, perhaps with
    one more row, of `[END]`, which stays the last. source_words, target_words: for each piece the
    number of its word, `tokenizer.words(tokens).of_pieces`. Returns `(target words, source words)`.

    Raises ValueError when shape and pieces do not fit, or numbers do not count words from 0 on.
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

    Two words are linked when any of their pieces are. source_words, target_words: as for
    `attention_of_words`. From attention weights, rather take that way and then
    `links_from_attention`, which gives one link per target word instead of one per piece.

    Raises TypeError for anything but pairs of whole numbers, ValueError for a link to a piece that
    there is not, or numbers that do not count words from 0 on.
    """
    source = _word_numbers("source_words", source_words)
    target = _word_numbers("target_words", target_words)
    found = _link_set("links", [list(links)], 0)
    for left, right in found:
        if left >= len(source) or right >= len(target):
            raise ValueError(
                f"the link {(left, right)} points outside: there are {len(source)} source and "
                f"{len(target)} target pieces, counted from 0"
            )
    return {(source[left], target[right]) for left, right in found}


def diagonal_links(source_length: int, target_length: int) -> set[Link]:
    """The guess that knows nothing: each target token is linked to the same relative position.

    Target token j of T goes to the source token under its middle, floor((j + 1/2) S / T).
    Raises ValueError for lengths below 1.
    """
    size, steps = expect.whole(source_length=source_length, target_length=target_length)
    return {((2 * j + 1) * size // (2 * steps), j) for j in range(steps)}


# ------------------------------------------------------------------ perplexity, bits per character


def perplexity(nats_per_token):
    """exp(mean cross-entropy): as uncertain as a fair choice among this many tokens.

    nats_per_token: the mean loss per token in nats (natural logarithm, as Keras reports it), a
    number or an array such as a learning curve; the result has the same form. A loss too large for
    a float gives infinity. Raises ValueError for NaN and negative values.
    """
    loss = _cross_entropy(nats_per_token)
    with np.errstate(over="ignore"):
        result = np.exp(loss)
    return float(result) if loss.ndim == 0 else result


def bits_per_character(nats_per_character):
    """Mean cross-entropy / log 2: how many yes-or-no answers a character takes in the mean.

    A coder that asks the model could store the text in so many bits a character (Shannon 1951).
    nats_per_character: the mean loss per character in nats, a number or an array such as a learning
    curve; the result has the same form. Raises ValueError for NaN and negative values.
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

    Raises ValueError for an empty test text.
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


# -------------------------------------------------------------------------------- forecast errors


def mean_absolute_error(predicted, actual) -> float:
    """How far a forecast is off in the mean, mean |predicted - actual|, in the series' own unit.

    predicted, actual: numbers of the same shape, such as `(windows, horizon)`. Nothing is
    broadcast: `(n, 1)` against `(n,)` would compare everything with everything.

    Raises TypeError for anything but real numbers, ValueError for different shapes, empty arrays,
    NaN and infinity.
    """
    predicted, actual = _forecasts(predicted, actual)
    return float(np.abs(predicted - actual).mean())


def root_mean_squared_error(predicted, actual) -> float:
    """The root of mean (predicted - actual)², in the series' own unit; large misses weigh more.

    It is never below the mean absolute error, and equal to it where every miss has the same size.
    Takes and raises what `mean_absolute_error` does.
    """
    predicted, actual = _forecasts(predicted, actual)
    return float(np.sqrt(np.square(predicted - actual).mean()))


def mean_absolute_scaled_error(predicted, actual, training, *, period: int = 1) -> float:
    """The mean absolute error over that of a naive forecast (Hyndman and Koehler 2006).

    mean |predicted - actual| / mean |y_t - y_{t-period}|, the second mean over the training values
    y. Below 1: better than the naive forecast, one step ahead, was on the training part (with a
    period: the seasonal naive one). It has no unit, so it compares series with each other.

    predicted, actual: as for `mean_absolute_error`. training: `(time,)`, the values the model was
    trained on, in the same unit, more than `period` of them.

    Raises what `mean_absolute_error` raises, and ValueError for too few training values and for
    training values that repeat exactly, whose naive error is 0.
    """
    error = mean_absolute_error(predicted, actual)
    past = _finite_numbers("training", training)
    [period] = expect.whole(period=period)
    if past.ndim != 1 or len(past) <= period:
        raise ValueError(
            f"training must be one series, (time,), of more than {period} values; its shape is "
            f"{past.shape}"
        )
    naive_error = np.abs(past[period:] - past[:-period]).mean()
    if naive_error == 0:
        raise ValueError(
            f"the training values repeat exactly after {period}: a naive forecast makes no error "
            f"there, and nothing can be scaled by it"
        )
    return float(error / naive_error)


# ----------------------------------------------------------------------------------------- checks


def _check_texts(name: str, texts: Sequence[str]) -> None:
    if isinstance(texts, (str, bytes)) or not hasattr(texts, "__len__"):
        raise TypeError(f"{name} must be a list of texts, one per sentence, not {type(texts)!r}")
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(
                f"{name}[{position}] must be text, not {type(text).__name__} ({text!r:.60}); "
                f"with several references, choose one"
            )


def _check_same_length(name: str, values: Sequence, other_name: str, others: Sequence) -> None:
    if len(values) != len(others):
        raise ValueError(
            f"{name} and {other_name} must have one entry per sentence each, but there are "
            f"{len(values)} and {len(others)}"
        )
    if len(values) == 0:
        raise ValueError(f"{name} and {other_name} are empty: there is nothing to score")


def _whole_numbers(name: str, values: Iterable[int], at_least: int) -> list[int]:
    named = {f"{name}[{position}]": value for position, value in enumerate(values)}
    return expect.whole(at_least, **named)


def _word_numbers(name: str, words: Sequence[int]) -> list[int]:
    numbers = _whole_numbers(name, words, at_least=0)
    if any(after - before not in (0, 1) for before, after in pairwise([-1, *numbers])):
        raise ValueError(
            f"{name} is {numbers!s:.60}, expected the number of each piece's word, counted from 0 "
            f"without a gap, as tokenizer.words(tokens).of_pieces has them"
        )
    return numbers


def _link_set(name: str, sentences: Sequence[Iterable[Link]], position: int) -> set[Link]:
    links = sentences[position]
    try:
        return {tuple(expect.whole(0, source=source, target=target)) for source, target in links}
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{name}[{position}] must be the links of one sentence, (source, target) pairs of "
            f"whole numbers, not {links!r:.80}; for a single sentence give a list of one"
        ) from error


def _forecasts(predicted, actual) -> tuple[np.ndarray, np.ndarray]:
    predicted = _finite_numbers("predicted", predicted)
    actual = _finite_numbers("actual", actual)
    if predicted.shape != actual.shape:
        raise ValueError(
            f"predicted and actual must have the same shape, not {predicted.shape} and "
            f"{actual.shape}"
        )
    if not predicted.size:
        raise ValueError("predicted and actual are empty: there is nothing to score")
    return predicted, actual


def _finite_numbers(name: str, values) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be real numbers, not {array.dtype}")
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        place = tuple(bad[0].tolist())
        raise ValueError(
            f"{name} must be finite, but {len(bad)} of {array.size} are not; the first is "
            f"{array[place]} at position {place if len(place) != 1 else place[0]}"
        )
    return array.astype(float)
