"""The word tables, read into plain records, and the questions one asks of them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from . import english, french
from .lexicon_adjectives import ADJECTIVES
from .lexicon_nouns import NOUNS
from .lexicon_verbs import ADULT, HABITUAL, VERBS, WITH_ETRE


class Noun(NamedTuple):
    """A noun in both languages.

    Attributes:
        en: the English singular.
        en_plural: the English plural.
        fr: the French singular.
        fr_plural: the French plural.
        gender: of the French noun, "m" or "f".
        kinds: what it is, such as "person" or "food", and its English word.
        flags: see `lexicon_nouns`.
    """

    en: str
    en_plural: str
    fr: str
    fr_plural: str
    gender: str
    kinds: frozenset[str]
    flags: frozenset[str]

    def fits(self, kinds) -> bool:
        """Whether one of `kinds` is this noun's; its English word itself is one of them."""
        return not self.kinds.isdisjoint(kinds)


class Verb(NamedTuple):
    """A verb in both languages, with what it asks of its subject and object.

    Attributes:
        en: the English base form.
        fr: the French infinitive.
        subjects: kinds of nouns that can do it.
        preposition: what stands before the object in French, or "".
        objects: kinds of nouns that it can be done to; none where it takes no object.
        flags: see `lexicon_verbs`.
        weight: how often it is chosen, beside others.
    """

    en: str
    fr: str
    subjects: tuple[str, ...]
    preposition: str
    objects: tuple[str, ...]
    flags: frozenset[str]
    weight: float = 1.5

    @property
    def habitual(self) -> bool:
        """Whether the simple present says something that happens again and again."""
        return self.en in HABITUAL

    @property
    def adult(self) -> bool:
        """Whether it is nothing that children do."""
        return self.en in ADULT

    @property
    def reflexive(self) -> bool:
        """Whether the French verb is reflexive."""
        return self.fr.startswith(("se ", "s'"))

    @property
    def takes_etre(self) -> bool:
        """Whether the compound past has *être*."""
        return self.reflexive or self.fr == "entrer" or (self.fr in WITH_ETRE and not self.objects)


class Adjective(NamedTuple):
    """An adjective in both languages.

    Attributes:
        en: the English word.
        fr: the French masculine singular.
        before: whether it stands before the noun in French.
        kinds: of the nouns that it goes with.
        attribute_only: those of these kinds with which it is never a predicate.
    """

    en: str
    fr: str
    before: bool
    kinds: tuple[str, ...]
    attribute_only: tuple[str, ...]


def _rows(block: str) -> list[list[str]]:
    rows = [line.strip() for line in block.splitlines() if line.strip()]
    return [[cell.strip() for cell in row.split(";")] for row in rows]


def _noun(kind: str, row: list[str]) -> Noun:
    en, en_slash, en_plural = row[0].partition("/")
    fr, fr_slash, fr_plural = row[1].partition("/")
    flags = row[3].split() if len(row) > 3 else []
    kinds = {kind, en} | {flag[1:] for flag in flags if flag.startswith("+")}
    plural_only = {"pl", "enpl"} & set(flags)
    en_plural = en_plural or (en if plural_only else english.plural(en))
    return Noun(
        en,
        en_plural,
        fr,
        fr_plural or french.plural(fr),
        row[2],
        frozenset(kinds),
        frozenset(flag for flag in flags if not flag.startswith("+")),
    )


def _verb(row: list[str]) -> Verb:
    preposition, colon, objects = row[3].rpartition(":")
    objects = () if objects.strip() == "-" else tuple(objects.split())
    flags = frozenset(row[4].split() if len(row) > 4 else [])
    weight = 4.0 if "freq" in flags else 0.5 if "rare" in flags else 1.5
    return Verb(row[0], row[1], tuple(row[2].split()), preposition.strip(), objects, flags, weight)


def _adjective(row: list[str]) -> Adjective:
    kinds = row[3].split()
    return Adjective(
        row[0],
        row[1],
        row[2] == "pre",
        tuple(k.lstrip("*") for k in kinds),
        tuple(k[1:] for k in kinds if k.startswith("*")),
    )


NOUN_LIST = [_noun(kind, row) for kind, block in NOUNS.items() for row in _rows(block)]
VERB_LIST = [_verb(row) for row in _rows(VERBS)]
ADJECTIVE_LIST = [_adjective(row) for row in _rows(ADJECTIVES)]


@cache
def nouns(kinds: tuple[str, ...]) -> tuple[Noun, ...]:
    """All nouns of one of these kinds, in the order of the tables."""
    return tuple(n for n in NOUN_LIST if n.fits(kinds))


def noun(en: str, kind: str = "") -> Noun:
    """The noun with this English form (and this kind, where several share it)."""
    for n in NOUN_LIST:
        if n.en == en and (not kind or kind in n.kinds):
            return n
    raise KeyError(f"no noun {en!r} of kind {kind!r} in the lexicon")


def verb(en: str, fr: str = "") -> Verb:
    """The first verb frame with this English verb (and this French one)."""
    for v in VERB_LIST:
        if v.en == en and (not fr or v.fr == fr):
            return v
    raise KeyError(f"no verb {en!r} ({fr!r}) in the lexicon")


def adjective(en: str) -> Adjective:
    for a in ADJECTIVE_LIST:
        if a.en == en:
            return a
    raise KeyError(f"no adjective {en!r} in the lexicon")


SIZES = {"big", "small", "little", "new", "light", "heavy"}


@cache
def adjectives_for(noun: Noun, predicate: bool) -> tuple[Adjective, ...]:
    """The adjectives that go with this noun."""
    uncounted = bool(noun.flags & {"mass", "frpl"})
    young = "young" in noun.kinds or noun.en == "student"
    return tuple(
        a
        for a in ADJECTIVE_LIST
        if noun.fits(a.kinds)
        and not (uncounted and a.en in SIZES)
        and not (young and a.en == "old")
        and not (predicate and a.attribute_only and noun.fits(a.attribute_only))
    )
