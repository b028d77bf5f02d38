"""From constructions to the file: draw sentences, split them, write them."""

from __future__ import annotations

import zlib
from collections import Counter
from typing import NamedTuple

from .constructions import CONSTRUCTIONS, LONG_CONSTRUCTIONS
from .phrases import Grammar, Unsuitable
from .tokens import Token, finish_english, finish_french, links

SEED = 20260117
HEADER = ("part", "source", "target", "alignment", "source_tags", "target_tags", "construction")
SIZES = {"validation": 1000, "test": 1000, "test_long": 1000, "test_composition": 1000}
TRAIN = 21800
POOL = 44000
LONGEST_TRAIN = 15
LONGEST = 30
FEWEST = 3  # a word rarer than this in training is in no part


class Sentence(NamedTuple):
    """One pair, as the file has it, and the pairs of words it joins."""

    source: tuple[str, ...]
    target: tuple[str, ...]
    alignment: tuple[tuple[int, int], ...]
    source_tags: tuple[str, ...]
    target_tags: tuple[str, ...]
    construction: str
    pairs: frozenset[tuple[str, str, str]]

    def row(self, part: str) -> str:
        """The line of the file, with tabs between its cells."""
        cells = (
            part,
            " ".join(self.source),
            " ".join(self.target),
            " ".join(f"{i}-{j}" for i, j in self.alignment),
            " ".join(self.source_tags),
            " ".join(self.target_tags),
            self.construction,
        )
        return "\t".join(cells)


def finished(g: Grammar, phrase, mark: str, construction: str) -> Sentence:
    """Punctuate, settle what happens between words, and read off the links."""
    key = g.key()
    end = Token(mark, "PUNCT", (key,))
    en = finish_english(phrase.en + [end])
    fr = finish_french(phrase.fr + [end])
    return Sentence(
        tuple(t.form for t in en),
        tuple(t.form for t in fr),
        tuple(links(en, fr)),
        tuple(t.tag for t in en),
        tuple(t.tag for t in fr),
        construction,
        frozenset(g.pairs),
    )


def draw(g: Grammar, constructions=CONSTRUCTIONS) -> Sentence:
    """One sentence."""
    while True:
        construction, build, _ = g.chance.weighted(constructions, [c[2] for c in constructions])
        g.start()
        try:
            made = build(g)
        except Unsuitable:
            continue
        if made is not None:
            return finished(g, *made, construction)


def held_out(pair: tuple[str, str, str]) -> bool:
    """Whether this pair of words is kept out of training: one in nine, by checksum."""
    return zlib.crc32(":".join(pair).encode()) % 9 == 0


def pool(
    seed: int,
    size: int,
    constructions=CONSTRUCTIONS,
    shortest: int = 4,
    longest: int = LONGEST_TRAIN,
) -> list[Sentence]:
    """Distinct sentences: no source and no target twice."""
    g = Grammar(seed)
    sources: set = set()
    targets: set = set()
    out: list[Sentence] = []
    while len(out) < size:
        s = draw(g, constructions)
        if s.source in sources or s.target in targets:
            continue
        if not (
            shortest <= len(s.source) <= longest and len(s.target) >= 4 and len(s.target) <= LONGEST
        ):
            continue
        sources.add(s.source)
        targets.add(s.target)
        out.append(s)
    return out


# --- parts ------------------------------------------------------------------------------------


def counts_of(sentences) -> Counter:
    """How often each word occurs; the two languages are kept apart."""
    counts: Counter = Counter()
    for s in sentences:
        counts.update(("en", w) for w in s.source)
        counts.update(("fr", w) for w in s.target)
    return counts


def words_of(s: Sentence) -> set[tuple[str, str]]:
    return {("en", w) for w in s.source} | {("fr", w) for w in s.target}


def without_rare_words(sentences: list[Sentence], fewest: int) -> list[Sentence]:
    """Drop sentences with a word seen fewer than `fewest` times, until none is left."""
    while True:
        counts = counts_of(sentences)
        kept = [s for s in sentences if all(counts[w] >= fewest for w in words_of(s))]
        if len(kept) == len(sentences):
            return kept
        sentences = kept


def covered(sentences, counts, fewest: int) -> list[Sentence]:
    """The sentences all of whose words occur at least `fewest` times in the training part."""
    return [s for s in sentences if all(counts[w] >= fewest for w in words_of(s))]


def split() -> list[tuple[str, Sentence]]:
    """All sentences with their part, in the order of the file."""
    drawn = pool(SEED, POOL)
    seen = {s.source for s in drawn} | {s.target for s in drawn}
    unseen = [s for s in drawn if any(held_out(p) for p in s.pairs)]
    rest = [s for s in drawn if not any(held_out(p) for p in s.pairs)]
    usual = SIZES["validation"] + SIZES["test"]
    train = without_rare_words(rest[usual * 2 : usual * 2 + TRAIN], FEWEST)
    counts = counts_of(train)
    held = covered(rest[: usual * 2], counts, FEWEST)
    long = [
        s
        for s in pool(SEED + 1, SIZES["test_long"] * 3, LONG_CONSTRUCTIONS, 16, LONGEST)
        if s.source not in seen and s.target not in seen and not any(held_out(p) for p in s.pairs)
    ]
    parts = {
        "train": train,
        "validation": held[: SIZES["validation"]],
        "test": held[SIZES["validation"] : usual],
        "test_long": covered(long, counts, FEWEST)[: SIZES["test_long"]],
        "test_composition": covered(unseen, counts, FEWEST)[: SIZES["test_composition"]],
    }
    for part, size in SIZES.items():
        if len(parts[part]) != size:
            raise ValueError(
                f"part {part} has {len(parts[part])} sentences, expected {size}: draw a larger pool"
            )
    return [(part, s) for part, sentences in parts.items() for s in sentences]


def text(rows: list[tuple[str, Sentence]]) -> str:
    """The file, as text."""
    return "\n".join(["\t".join(HEADER)] + [s.row(part) for part, s in rows]) + "\n"
