"""What counts as the same character, and which spaces mean nothing.

`l’été`, `l&#39;été`, the same with its accents as characters of their own, and the tokens `l' été`
are one text. Whatever compares texts (tokenizers, splits of data, scores) reads them through this
module, so that all of them agree. ASCII signs stay as they are; others become what a keyboard has
for them.

The rules are pairs (regular expression, replacement), applied one after another. They are written
so that Python's `re` and the library of `tokenizers` read them alike.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

# Soft hyphens, and characters of no width: marks of direction, of where a line may break, of order.
INVISIBLE = "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff]"

# A tie says that a token touches its neighbour; ▁ stands for a space in pieces of words. Both are
# the tokenizers' own (`utils.text`), so in a text they become something else.
TIE, GAP = "◠", "▁"

SIGNS = (
    ("[\x00-\x20\x7f-\xa0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u2800\u3000]+", " "),
    (TIE, "^"),
    (GAP, "_"),
    ("…", "..."),
    # French sets spaces inside its quotation marks. A mark at a word is no opening (closing) one,
    # for in other languages the same signs open (close).
    (r"(?<!\w)[«‹“„‟〝] *| *[»›”〞](?!\w)|[«‹“„‟〝»›”〞″＂]", '"'),
    (r"(?<!\w)‘ *| *’(?!\w)|[‘’‚‛ʼʹʻ′´＇]", "'"),
    ("[\u2010\u2011\u2212\ufe63\uff0d]", "-"),
    (r"(?<=\w)[\u2012\u2013](?=\w)", "-"),  # from 1990–1995
    ("[\u2012-\u2015\u2e3a\u2e3b]", "--"),
)

POSSESSIVE = rf"'s(?!\w)(?:(?<=[\w{TIE}]'s)|(?!['’]))"  # and no 's' in quotation marks
# Where an apostrophe and a space are one apostrophe in text that was cut into tokens: what comes
# before the space, and what comes after it. Words in quotation marks (the word 'no' again), plurals
# (the dogs' bowl) and rock n' roll are none of these.
_QUOTED_LETTER = "(?<![‘'][a-zA-Z]')"
APOSTROPHES = (
    (r"(?<=\w')", r"(?=(?:t|ll|re|ve|d|m)\b)"),  # isn' t
    (rf"(?<=\b[cdjlmstCDJLMST]'){_QUOTED_LETTER}", r"(?=\w)"),  # l' ami
    (rf"(?<=\b[nN]'){_QUOTED_LETTER}", "(?=[aeiouyhàâæéèêëîïôœùûüAEIOUYHÀÂÆÉÈÊËÎÏÔŒÙÛÜ])"),
    ("(?<=[qQ]u')", r"(?=\w)"),  # qu' il, puisqu' il
    ("(?<=ujourd')", r"(?=hui\b)"),
)
_ENDING, *_ELISIONS = (f"{before} +{after}" for before, after in APOSTROPHES)
SPACING = (
    (_ENDING, ""),  # first, or 'it isn' t' he says would seem to have a t'
    (
        "|".join([
            # A mark that begins something, as in .5 or :-), keeps its space.
            r""" +(?=[.,;:?!%‰)\]}]+(?:[ "')\]}]|$))""",
            r"(?<=[(\[{]) +",
            rf"(?<=\w) +(?={POSSESSIVE})",
            *_ELISIONS,
        ]),
        "",
    ),
)  # fmt: skip

_ENTITY = re.compile(r"&(#\d+|#[xX][0-9a-fA-F]+|\w+);")


def without_entities(text: str) -> str:
    """`&amp;`, `&#39;`, `&eacute;` … as the characters they stand for, however often encoded."""
    before = None
    while "&" in text and text != before:
        before, text = text, _ENTITY.sub(_decoded, text)
    return text


def _decoded(entity: re.Match) -> str:
    if entity[1].startswith("#"):
        return html.unescape(entity[0])
    # `unescape` would decode the beginning of an unknown name: ¬hing; for &nothing;
    return html5.get(f"{entity[1]};", entity[0])


def characters(text: str) -> str:
    """The text with one character for all that count as the same; see the module."""
    text = without_entities(text)
    if text.isascii():  # nearly always; a control character is a space below
        return _replaced(text, SIGNS[:1])
    text = unicodedata.normalize("NFC", re.sub(INVISIBLE, "", text))
    return _replaced(text, SIGNS)


def plain(text: str) -> str:
    """One line of ordinary text, whatever characters and spaces it was written with.

    Signs as in `characters`; no space before a mark that closes, after one that opens, after an
    elision or before a possessive: `l’ ami de Paul 's dort\u202f!` → `l'ami de Paul's dort!`
    """
    return _replaced(characters(text), SPACING).strip(" ")


def key(text: str) -> str:
    """Equal for texts that differ in nothing but case, signs of the same kind and spaces at marks.

    For grouping: sentences with equal keys belong on the same side of a split.
    """
    marks_and_words = re.findall(r"\w+|[^\w\s]", plain(text).casefold())
    return re.sub("(?:- )+-", "-", " ".join(marks_and_words))  # a dash, however long


def _replaced(text: str, rules) -> str:
    for pattern, replacement in rules:
        text = re.sub(pattern, replacement, text)
    return text
