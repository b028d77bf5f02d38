"""Tokens that remember what they translate, and the joints between French words.

Both sides of a sentence are built together. Every token carries *keys*, small integers; two tokens
of different languages that share a key are linked. What happens between words (elision,
contraction, *a* or *an*) is settled once, at the end, over the whole token list, so that the
builders can write *de le ami* and get *de l' ami*.
"""

from __future__ import annotations

from typing import NamedTuple

from . import english, french


class Token(NamedTuple):
    """A word, its part-of-speech tag (Universal Dependencies), its keys and a note for the joints.

    Notes: ``art`` definite article; ``un`` indefinite article; ``part:m``, ``part:f``, ``part:p``
    partitive or plural indefinite article; ``part:d`` the *de* that replaces *des* before an
    adjective.
    """

    form: str
    tag: str
    keys: tuple[int, ...]
    note: str = ""


def merged(token: Token, other: Token, form: str) -> Token:
    """One token in place of two, with the keys of both."""
    return Token(form, token.tag, tuple(dict.fromkeys(token.keys + other.keys)))


def after_negation(tokens: list[Token]) -> list[Token]:
    """The object of a negated verb: *un, une, du, de la, des* become *de*."""
    first = tokens[0] if tokens else None
    if first is None or not (first.note == "un" or first.note.startswith("part")):
        return tokens
    return [Token("de", "ADP", first.keys)] + tokens[1:]


PARTITIVES = {"part:m": ("du",), "part:f": ("de", "la"), "part:p": ("des",), "part:d": ("de",)}
EUPHONIC_DETERMINERS = {"ma": "mon", "ta": "ton", "sa": "son", "ce": "cet"}
CONTRACTIONS = {("de", "le"): "du", ("de", "les"): "des", ("à", "le"): "au", ("à", "les"): "aux"}


def _partitive(token: Token, following: Token) -> list[Token]:
    forms = PARTITIVES[token.note]
    if forms in (("du",), ("de", "la")) and french.starts_with_vowel_sound(following.form):
        forms = ("de", "l'")
    return [Token(form, "DET", token.keys) for form in forms]


def _settle_partitives(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    for i, token in enumerate(tokens):
        if not token.note.startswith("part"):
            out.append(token)
        elif out and out[-1].form == "de" and out[-1].tag == "ADP":
            out[-1] = merged(out[-1], token, "de")
        else:
            out.extend(_partitive(token, tokens[i + 1]))
    return out


def _contract(tokens: list[Token]) -> list[Token]:
    out: list[Token] = []
    for i, token in enumerate(tokens):
        pair = (out[-1].form, token.form) if out else ("", "")
        if pair in CONTRACTIONS and token.note == "art" and out[-1].tag == "ADP":
            elides = token.form == "le" and french.starts_with_vowel_sound(tokens[i + 1].form)
            if not elides:
                out[-1] = merged(out[-1], token, CONTRACTIONS[pair])
                continue
        out.append(token)
    return out


def _elide(tokens: list[Token]) -> list[Token]:
    out = []
    for i, token in enumerate(tokens):
        following = tokens[i + 1].form if i + 1 < len(tokens) else "."
        form = token.form
        if following[0].isalpha() and french.starts_with_vowel_sound(following):
            if token.tag == "DET" and form in EUPHONIC_DETERMINERS:
                form = EUPHONIC_DETERMINERS[form]
            elif form in french.ELIDED:
                form = french.ELIDED[form]
            elif form == "si" and following in ("il", "ils") and token.tag == "SCONJ":
                form = "s'"
        out.append(token._replace(form=form))
    return out


def finish_french(tokens: list[Token]) -> list[Token]:
    """Settle what happens between French words."""
    return _elide(_contract(_settle_partitives(tokens)))


def finish_english(tokens: list[Token]) -> list[Token]:
    """Choose between *a* and *an*."""
    out = []
    for i, token in enumerate(tokens):
        if token.form == "a" and token.tag == "DET":
            if english.starts_with_vowel_sound(tokens[i + 1].form):
                token = token._replace(form="an")
        out.append(token)
    return out


def links(source: list[Token], target: list[Token]) -> list[tuple[int, int]]:
    """(source index, target index) of every pair of tokens that share a key."""
    places: dict[int, list[int]] = {}
    for j, token in enumerate(target):
        for key in token.keys:
            places.setdefault(key, []).append(j)
    return sorted(
        {
            (i, j)
            for i, token in enumerate(source)
            for key in token.keys
            for j in places.get(key, ())
        }
    )
