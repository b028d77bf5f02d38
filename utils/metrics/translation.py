"""BLEU and chrF, from sacrebleu, so that its numbers can be compared with published ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from utils import expect, typography
from utils.text import detokenize
from utils.text.pieces import integers

from ._arguments import check_same_length, check_texts


def bleu(hypotheses: Sequence[str], references: Sequence[str], *, lowercase: bool = True) -> float:
    """Corpus BLEU, from 0 to 100 (Papineni et al. 2002, eq. 1-3, one reference per sentence).

    Both sides are read through `typography.plain`, so that a kind of apostrophe or a space between
    tokens is no mistake: nothing changes for ordinary text with the signs of a keyboard. Then
    sacrebleu's 13a tokenizer splits them. As everywhere in corpus BLEU, n-gram counts are summed
    over all sentences before dividing, so the score is not the mean of sentence scores; hypotheses
    without a single 4-gram between them score 0.

    Args:
        hypotheses: texts, one per sentence; an empty one is allowed and scores as what it is.
        references: texts, one per sentence.
        lowercase: whether they are compared in lower case.

    Returns:
        The score.

    Raises:
        TypeError: anything but lists of text.
        ValueError: different lengths, empty lists, or an empty reference.
    """
    check_texts("hypotheses", hypotheses)
    check_texts("references", references)
    check_same_length("hypotheses", hypotheses, "references", references)
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


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> float:
    """Corpus chrF2, from 0 to 100 (Popović 2015), as sacrebleu counts it: letters, not words.

    Args:
        hypotheses: as for `bleu`.
        references: as for `bleu`.

    Returns:
        The score.

    Raises:
        TypeError: anything but lists of text.
        ValueError: different lengths, or empty lists.
    """
    hypotheses, references = _both(hypotheses, references)
    return _letters().corpus_score(hypotheses, [references]).score


def sentence_chrf(hypothesis: str, reference: str) -> float:
    """chrF2 of one sentence, from 0 to 100: unlike BLEU it needs no smoothing to be above 0."""
    return chrf([hypothesis], [reference])


@dataclass(frozen=True)
class Comparison:
    """Two systems on the same sentences.

    Attributes:
        scores: BLEU of the first and of the second.
        half_widths: of their 95 % intervals, from the bootstrap.
        p_value: how often a difference as large arises if which system said what is chance; 1
            where both said the same.
        signature: sacrebleu's description of how it counted.
    """

    scores: tuple[float, float]
    half_widths: tuple[float, float]
    p_value: float
    signature: str


def paired_test(
    first: Sequence[str], second: Sequence[str], references: Sequence[str], *, samples: int = 1000
) -> Comparison:
    """Is one system better than another on these sentences, or is that chance?

    The intervals are sacrebleu's, from the bootstrap: sentences drawn anew with replacement (Koehn
    2004). The p-value is from approximate randomisation: for each sentence a coin decides whether
    the two translations change places, and it says how often the difference is then at least as
    large. (sacrebleu counts larger ones only. Where few sentences differ, or BLEU is near zero,
    most throws give the very same difference, and its p-value is that of a sure thing.) Both say
    what other *sentences* might have shown; what another seed of the training would, they do not
    know.

    Args:
        first: translations of one system.
        second: those of the other, of the same sentences.
        references: the wanted ones.
        samples: how often sentences are drawn, and coins thrown.

    Returns:
        A `Comparison`.

    Raises:
        TypeError: anything but lists of text.
        ValueError: different lengths, or empty lists.
    """
    [samples] = expect.integer(samples=samples)
    first, wanted = _both(first, references)
    second, _ = _both(second, references)
    from sacrebleu.significance import PairedTest

    systems = [("first", first), ("second", second)]
    test = PairedTest(systems, {"BLEU": _scorer(True)}, [wanted], "bs", samples)
    signatures, results = test()
    found = results["BLEU"]
    return Comparison(
        tuple(float(result.score) for result in found),
        tuple(float(result.ci) for result in found),
        _by_coins(first, second, wanted, samples),
        str(signatures["BLEU"]),
    )


def _by_coins(first, second, wanted, samples):
    """How often a difference of BLEU is at least as large where coins say who said what."""
    ours, theirs = (_counted(texts, wanted) for texts in (first, second))  # (sentences, counts)
    random = np.random.default_rng(0)
    coins = random.integers(2, size=(samples, len(wanted)))
    observed = abs(_from_counts(ours.sum(axis=0)) - _from_counts(theirs.sum(axis=0)))
    as_large = 0
    for one, other in zip(
        coins @ ours + (1 - coins) @ theirs, (1 - coins) @ ours + coins @ theirs, strict=True
    ):
        as_large += abs(_from_counts(one) - _from_counts(other)) >= observed - 1e-9
    return (as_large + 1) / (samples + 1)


def _counted(texts, wanted):
    """For each sentence its n-grams right and said, its length and the reference's."""
    scorer = _scorer(True)
    scores = [
        scorer.corpus_score([text], [[one]]) for text, one in zip(texts, wanted, strict=True)
    ]
    return np.array([[*of.counts, *of.totals, of.sys_len, of.ref_len] for of in scores])


def _from_counts(counts):
    from sacrebleu.metrics import BLEU  # late, as below

    right, said, (length, wanted) = counts[:4].tolist(), counts[4:8].tolist(), counts[8:].tolist()
    return BLEU.compute_bleu(right, said, length, wanted, smooth_method="exp").score


@dataclass(frozen=True)
class LengthBucket:
    """BLEU of the sentences whose source length lies in a range.

    Attributes:
        low: the shortest length, in tokens.
        high: the longest; None: no limit.
        pairs: how many sentences there are.
        mean_length: of their sources, in tokens.
        bleu: their score, from 0 to 100.
    """

    low: int
    high: int | None
    pairs: int
    mean_length: float
    bleu: float

    @property
    def label(self) -> str:
        """Its lengths in words, such as "6 to 8" or "16 or more"."""
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

    Args:
        hypotheses: as for `bleu`.
        references: as for `bleu`.
        source_lengths: number of tokens of each source sentence.
        edges: the first length of each bucket but the first, rising; (6, 9) makes the buckets 1 to
            5, 6 to 8, 9 or more.
        lowercase: as for `bleu`.

    Returns:
        The buckets that have sentences, shortest first. A bucket of few sentences has a noisy
        score: look at `pairs`.

    Raises:
        TypeError: as for `bleu`.
        ValueError: as for `bleu`; lengths below 1, or edges that do not rise from 2.
    """
    check_texts("hypotheses", hypotheses)
    check_texts("references", references)
    check_same_length("hypotheses", hypotheses, "references", references)
    check_same_length("hypotheses", hypotheses, "source_lengths", source_lengths)
    lengths = integers("source_lengths", source_lengths, at_least=1)
    starts = [1, *integers("edges", edges, at_least=2)]
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


@dataclass(frozen=True)
class Evaluation:
    """How well sentences were translated.

    Attributes:
        translations: what the translate function returned.
        references: the wanted translations as ordinary text.
        bleu: the score of all of them, see `bleu`.
    """

    translations: list
    references: list[str]
    bleu: float

    def by_length(self, edges: Sequence[int] = (6, 9, 12, 16)) -> list[LengthBucket]:
        """The same in buckets of source length, counted in tokens; see `bleu_by_length`."""
        lengths = [len(translation.source_tokens) for translation in self.translations]
        texts = [translation.text for translation in self.translations]
        return bleu_by_length(texts, self.references, lengths, edges=edges)


def evaluate(translate: Callable[[Sequence[str]], list], pairs) -> Evaluation:
    """Translates the sources of sentence pairs and scores what comes out.

        evaluate(partial(decoding.translate, translator, beam_width=4), test).bleu

    Args:
        translate: sentences → one result for each, with `.text`, and `.source_tokens` for
            `by_length`; such as `decoding.translate` of a translator.
        pairs: has `.source` and `.target`, two lists of sentences. Targets are read as ordinary
            text, whether they are tokenised or not.

    Raises:
        TypeError: no such pairs, or what `bleu` raises.
        ValueError: no pairs, another number of translations than of sentences, or what `bleu`
            raises.
    """
    if not (hasattr(pairs, "source") and hasattr(pairs, "target")):
        raise TypeError(
            f"pairs is a {type(pairs).__name__}, expected pairs with .source and .target, two "
            "lists of sentences, as datasets.bitext.load returns them"
        )
    translations = translate(pairs.source)
    references = [detokenize(sentence) for sentence in pairs.target]
    score = bleu([translation.text for translation in translations], references)
    return Evaluation(translations, references, score)


def _both(hypotheses, references):
    check_texts("hypotheses", hypotheses)
    check_texts("references", references)
    check_same_length("hypotheses", hypotheses, "references", references)
    return [[*map(typography.plain, texts)] for texts in (hypotheses, references)]


def _letters():
    from sacrebleu.metrics import CHRF  # late, as below

    return CHRF(lowercase=True)


def _scorer(lowercase: bool):
    [lowercase] = expect.boolean(lowercase=lowercase)
    from sacrebleu.metrics import BLEU  # late: a quarter of a second that few callers need

    # force: our corpus ends its sentences in " .", which sacrebleu would warn about on stderr.
    return BLEU(lowercase=lowercase, tokenize="13a", force=True)
