"""What the constructions with verbs of their own share."""

from __future__ import annotations

from . import lexicon
from .clauses import (
    Clause,
)
from .phrases import (
    Grammar,
)

PEOPLE = ("person", "kin")


def made_up(
    en: str, fr: str, *flags: str, subjects=PEOPLE, objects=(), preposition=""
) -> lexicon.Verb:
    """A verb frame that only one construction uses."""
    return lexicon.Verb(en, fr, subjects, preposition, objects, frozenset(flags))


def said(g: Grammar, made: Clause, question: bool):
    return (made.question(g), "?") if question else (made.statement, ".")
