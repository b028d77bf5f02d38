"""What counts as the same text: every way to type a sentence against the plain one."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utils import text, typography
from utils.text.tokenizer import _normalizer

PLAIN = [
    "l'élève qu'on aime n'est pas là, n'est-ce pas?",
    "He said: \"it's Tom's dog\", didn't he?",
    "wait... what (really)?",
    "the word 'no' and the dogs' bowl, rock 'n' roll, the '90s",
    "they waited -- two or three (2-3) years -- for 3.5 euros",
]
LEVELS = ("word", "bpe")


# Each way to type a sentence that says the same. None of them uses what is tested here.
WAYS = {
    "curly apostrophes": lambda s: s.replace("'", "’"),
    "letter apostrophes": lambda s: s.replace("'", "ʼ"),
    "accents apart": lambda s: unicodedata.normalize("NFD", s),
    "no-break spaces": lambda s: s.replace(" ", "\u00a0"),
    "narrow and thin spaces": lambda s: s.replace(" ", "\u202f\u2009"),
    "tabs": lambda s: f"\t{s} ".replace(" ", " \t"),
    "French spacing": lambda s: re.sub(r"(?<=\w)(?=[?!:;](?: |$))", "\u202f", s),
    "one character for three points": lambda s: s.replace("...", "…"),
    "em dashes": lambda s: s.replace("--", "—"),
    "en dashes": lambda s: s.replace(" -- ", " – ").replace("2-3", "2–3"),
    "no-break hyphens": lambda s: re.sub(r"(?<!-)-(?!-)", "‑", s),
    "curly quotation marks": lambda s: re.sub('"(.*?)"', r"“\1”", s),
    "guillemets": lambda s: re.sub('"(.*?)"', r"«\1»", s),
    "guillemets with spaces": lambda s: re.sub('"(.*?)"', "«\u00a0\\1\u00a0»", s),
    "German marks": lambda s: re.sub('"(.*?)"', r"„\1“", s),
    "soft hyphens": lambda s: s.replace("ai", "a\u00adi"),
    "zero-width spaces": lambda s: s.replace("e", "e\u200b"),
    "byte-order mark": lambda s: "\ufeff" + s,
    "numbered entities": lambda s: s.replace("'", "&#39;").replace("é", "&#xe9;"),
    "named entities": lambda s: s.replace('"', "&quot;").replace(" ", "&nbsp;"),
    "entities of entities": lambda s: s.replace("'", "&amp;#39;").replace('"', "&amp;quot;"),
    "tokens of a corpus": lambda s: re.sub(r"(\w)('s\b|[,?])", r"\1 \2", s).replace("n'e", "n' e"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_type_a_sentence_is_the_same(way):
    typed = [WAYS[way](sentence) for sentence in PLAIN]
    assert typed != PLAIN
    assert [typography.plain(sentence) for sentence in typed] == PLAIN
    keys = [typography.key(sentence) for sentence in PLAIN]
    assert [typography.key(sentence) for sentence in typed] == keys
    assert [typography.key(sentence.swapcase()) for sentence in PLAIN] == keys
    assert len(set(keys)) == len(PLAIN)
    for level in LEVELS:
        made = text.train_tokenizer(PLAIN * 2, level=level, lowercase=False)
        for tokenizer in (made, text.Tokenizer.from_json(made.to_json())):
            assert tokenizer.encode(typed).tolist() == tokenizer.encode(PLAIN).tolist()
            assert tokenizer.decode(tokenizer.encode(typed)) == PLAIN


@pytest.mark.parametrize("sentence", PLAIN)
def test_plain_text_stays_as_it_is(sentence):
    assert typography.plain(sentence) == typography.characters(sentence) == sentence


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("", ""),
        (" \u00a0\n", ""),
        ("it costs .5 or .25 :-)", "it costs .5 or .25 :-)"),  # these marks begin something
        ("( a ) [ b ] 5 %", "(a) [b] 5%"),
        ("AT&T; R&D &c. &nothing;", "AT&T; R&D &c. &nothing;"),
        ("„so“ war »so« gut", '"so" war "so" gut'),  # words stay apart in other languages, too
        ("the 't' is mute, the 'no' too", "the 't' is mute, the 'no' too"),
        ("rock n' roll, the dogs' own", "rock n' roll, the dogs' own"),
        ("j' suis, aujourd' hui, puisqu' il", "j'suis, aujourd'hui, puisqu'il"),
        ("1990–1995 – a − b—c", "1990-1995 -- a - b--c"),
        ("a\u2028b\u0085c\x00d", "a b c d"),
        ("ﬁn, x², ½", "ﬁn, x², ½"),  # other characters are other characters
    ],
)
def test_plain_by_hand(sentence, expected):
    assert typography.plain(sentence) == expected


def test_key_joins_what_differs_in_spaces_at_marks_and_nothing_else():
    assert typography.key("Où es-tu?") == typography.key("où es-tu\u202f?")
    assert typography.key("late — very") == typography.key("Late--very") == "late - very"
    words = ["a b", "ab", "a-b", "a'b", "a b?", "a b!", "a c", "à b"]
    assert len({typography.key(sentence) for sentence in words}) == len(words)


SIGNS = "abs tn'’‘\"“”«» .,;:!?%()[]-–—…&\u00a0\u202f\u00ad\u200bé€◠▁39#lmpqu"


@settings(max_examples=500)
@given(st.text(SIGNS, max_size=20))
def test_the_rules_mean_the_same_to_python_and_to_tokenizers_and_are_final(sentence):
    once = typography.plain(sentence)
    assert typography.plain(once) == once
    inside = _normalizer("bpe", lowercase=False)
    assert inside.normalize_str(typography.without_entities(sentence)) == once


def test_it_knows_nothing_of_the_rest():
    source = Path(typography.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:from|import) (\S+)", source, re.M)) == {
        "__future__", "html", "html.entities", "re", "unicodedata",
    }  # fmt: skip
