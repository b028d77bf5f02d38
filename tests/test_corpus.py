"""The course corpus as a file: counts, parts, lengths, links, coverage, forbidden patterns."""

import hashlib
import re
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from data.generate import corpus, lexicon  # noqa: E402
from data.generate.__main__ import END, START, table  # noqa: E402

DATA = ROOT / "data"
PARTS = ("train", "validation", "test", "test_long", "test_composition")
HELD_OUT_PARTS = PARTS[1:]
TAGS = set("ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ VERB".split())
TOKEN = re.compile(r"aujourd'hui|o'clock|'s\b|\w+(?:-\w+)*'(?!s\b)|\w+(?:-\w+)*|[.,?]")


class Row:
    def __init__(self, line):
        (self.part, self.en, self.fr, links, en_tags, fr_tags, self.construction) = line.split("\t")
        self.source, self.target = self.en.split(" "), self.fr.split(" ")
        self.links = [tuple(map(int, link.split("-"))) for link in links.split(" ")]
        self.source_tags, self.target_tags = en_tags.split(" "), fr_tags.split(" ")


@pytest.fixture(scope="module")
def lines():
    return (DATA / "bitext.en-fr.tsv").read_bytes().decode("utf-8").split("\n")


@pytest.fixture(scope="module")
def rows(lines):
    return [Row(line) for line in lines[1:-1]]


@pytest.fixture(scope="module")
def by_part(rows):
    return {part: [r for r in rows if r.part == part] for part in PARTS}


def shown(bad, n=5):
    return "\n".join(f"{r.en} | {r.fr}" for r in bad[:n])


# --- size and form ----------------------------------------------------------------------------


def test_header_and_newlines(lines):
    assert lines[0].split("\t") == [
        "part",
        "source",
        "target",
        "alignment",
        "source_tags",
        "target_tags",
        "construction",
    ]
    assert lines[-1] == "" and not any("\r" in line for line in lines)
    assert {line.count("\t") for line in lines[:-1]} == {6}


def test_size(rows, by_part):
    assert len({(r.en, r.fr) for r in rows}) == len(rows) >= 20_000
    assert {part: len(by_part[part]) for part in HELD_OUT_PARTS} == dict.fromkeys(
        HELD_OUT_PARTS, 1000
    )
    assert len(by_part["train"]) >= 18_000
    assert {r.part for r in rows} == set(PARTS)


def test_vocabulary_size(by_part):
    for side in ("source", "target"):
        assert len({w for r in by_part["train"] for w in getattr(r, side)}) >= 1_200


def test_lengths(rows, by_part):
    assert all(4 <= len(r.source) <= 30 and 4 <= len(r.target) <= 30 for r in rows)
    short = [r for r in by_part["train"] if len(r.source) <= 14 and len(r.target) <= 14]
    assert len(short) > 0.95 * len(by_part["train"])
    longest = max(len(r.source) for r in by_part["train"])
    assert min(len(r.source) for r in by_part["test_long"]) > longest


def test_constructions_are_many_and_none_rules(by_part):
    counts = Counter(r.construction for r in by_part["train"])
    assert len(counts) > 50
    assert max(counts.values()) < 0.1 * len(by_part["train"])


def test_text_is_normal(rows):
    for r in rows:
        text = r.en + r.fr
        assert unicodedata.is_normalized("NFC", text)
        assert not re.search(r"[!’“”\"]|  |^ | $", text), text
        assert r.source[-1] == r.target[-1] and r.source[-1] in (".", "?"), text
        assert set(r.source_tags) | set(r.target_tags) <= TAGS


def test_lower_case_but_for_names(rows):
    for r in rows:
        for word, tag in zip(r.target, r.target_tags, strict=True):
            assert word == word.lower() or tag == "PROPN", f"{word} in {r.fr}"
        for word, tag in zip(r.source, r.source_tags, strict=True):
            assert (
                word == word.lower()
                or word == "I"
                or tag == "PROPN"
                or tag == "ADJ"
                and word[0].isupper()
            ), f"{word} in {r.en}"


def joined(tokens):
    text = " ".join(tokens)
    return re.sub(r"(\w') (?=\w)", r"\1", text).replace(" 's", "'s").replace(" ,", ",")


def test_tokens_come_back_from_natural_text(rows):
    for r in rows:
        assert TOKEN.findall(joined(r.source)) == r.source, joined(r.source)
        assert TOKEN.findall(joined(r.target)) == r.target, joined(r.target)


# --- parts ------------------------------------------------------------------------------------


def test_no_sentence_in_two_rows(rows):
    for side in ("en", "fr"):
        repeated = [s for s, n in Counter(getattr(r, side) for r in rows).items() if n > 1]
        assert not repeated, repeated[:5]


def test_every_held_out_word_is_in_training_three_times(by_part):
    for side in ("source", "target"):
        counts = Counter(w for r in by_part["train"] for w in getattr(r, side))
        assert min(counts.values()) >= 3
        for part in HELD_OUT_PARTS:
            rare = {w for r in by_part[part] for w in getattr(r, side) if counts[w] < 3}
            assert not rare, (part, rare)


def adjective_noun(r):
    """English adjectives directly before a noun, read off the tags.

    Without *a little fish* (an amount) and *light green*, which the tags alone do not tell from
    adjectives.
    """
    tagged = list(zip(r.source, r.source_tags, strict=True))
    return {
        (a, n)
        for (a, ta), (n, tn) in zip(tagged, tagged[1:], strict=False)
        if ta == "ADJ"
        and tn == "NOUN"
        and r.construction != "quantity"
        and not {"light", "dark"} & set(r.source)
    }


def test_held_out_adjectives_never_meet_their_noun_on_the_surface(by_part):
    """Read off the text, with nothing of the generator but the rule that holds pairs out.

    And its list of words, since the rule is about base forms.
    """
    nouns = {n.en for n in lexicon.NOUN_LIST}
    adjectives = {a.en for a in lexicon.ADJECTIVE_LIST}
    found = {
        part: [
            (a, n)
            for r in by_part[part]
            for a, n in adjective_noun(r)
            if a in adjectives and n in nouns and corpus.held_out(("adjective", a, n))
        ]
        for part in PARTS
    }
    assert len(found.pop("test_composition")) > 200
    assert {part: pairs for part, pairs in found.items() if pairs} == {}


def test_composition_by_the_generator(regenerated):
    """Every composition sentence joins a pair that no training sentence joins."""
    train = {p for part, s in regenerated if part == "train" for p in s.pairs}
    for part, s in regenerated:
        new = {p for p in s.pairs if p not in train and corpus.held_out(p)}
        assert bool(new) == (part == "test_composition"), " ".join(s.source)


# --- alignment and tags -----------------------------------------------------------------------


def test_one_tag_a_token(rows):
    bad = [
        r
        for r in rows
        if len(r.source) != len(r.source_tags) or len(r.target) != len(r.target_tags)
    ]
    assert not bad, shown(bad)


def test_links_are_in_range_sorted_and_complete(rows):
    for r in rows:
        assert r.links == sorted(set(r.links))
        assert {i for i, _ in r.links} == set(range(len(r.source))), f"{r.en} | {r.fr}"
        assert {j for _, j in r.links} == set(range(len(r.target))), f"{r.en} | {r.fr}"


def test_punctuation_and_names_are_linked_to_themselves(rows):
    """A link check that does not know the grammar: what is spelt alike is linked."""
    for r in rows:
        linked = set(r.links)
        assert (len(r.source) - 1, len(r.target) - 1) in linked
        for i, word in enumerate(r.source):
            same = [j for j, other in enumerate(r.target) if other == word]
            if r.source_tags[i] == "PROPN" and len(same) == 1 and r.source.count(word) == 1:
                assert (i, same[0]) in linked, f"{r.en} | {r.fr}"


def test_links_agree_with_cooccurrence(by_part):
    """An independent measure: the Dice coefficient of joint occurrence.

    For common nouns, the word most often linked is also the one with the largest.
    """
    together, alone_en, alone_fr, linked = Counter(), Counter(), Counter(), {}
    for r in by_part["train"]:
        nouns_en = {w for w, t in zip(r.source, r.source_tags, strict=True) if t == "NOUN"}
        nouns_fr = {w for w, t in zip(r.target, r.target_tags, strict=True) if t == "NOUN"}
        alone_en.update(nouns_en)
        alone_fr.update(nouns_fr)
        together.update((e, f) for e in nouns_en for f in nouns_fr)
        for i, j in r.links:
            if r.source_tags[i] == r.target_tags[j] == "NOUN":
                linked.setdefault(r.source[i], Counter())[r.target[j]] += 1
    common = [w for w, n in alone_en.items() if n >= 30]
    agree = 0
    for e in common:
        best = max(alone_fr, key=lambda f, e=e: 2 * together[e, f] / (alone_en[e] + alone_fr[f]))
        agree += e in linked and best == linked[e].most_common(1)[0][0]
    assert len(common) > 100 and agree / len(common) > 0.95


def test_alignment_is_far_from_the_diagonal(by_part):
    crossed = [
        r for r in by_part["test"] if any(i < k and j > m for i, j in r.links for k, m in r.links)
    ]
    assert len(crossed) > 0.4 * len(by_part["test"])


def test_noun_or_verb_words(by_part):
    """At least ten English words stand as noun and as verb, five times each or more."""
    counts = Counter(
        (w, t) for r in by_part["train"] for w, t in zip(r.source, r.source_tags, strict=True)
    )
    both = [
        w for (w, t) in counts if t == "NOUN" and counts[w, "NOUN"] >= 5 and counts[w, "VERB"] >= 5
    ]
    assert len(both) >= 10, sorted(both)
    assert {"watch", "light", "play", "cook", "plant", "drink"} <= set(both), sorted(both)


@pytest.mark.parametrize(
    "english, expected",
    [
        (
            ("know", "knows", "knew"),
            {
                "savoir": "sait|sais|savons|savent|savait|savais",
                "connaître": "connaît|connais|connaissons|connaissent",
            },
        ),
        (
            ("leave", "leaves", "left", "leaving"),
            {
                "partir": "part|parti|partie|partira",
                "quitter": "quitte|quitté",
                "laisser": "laissé",
            },
        ),
        (
            ("light",),
            {
                "léger": "léger|légère",
                "clair": "clair|claire",
                "lumière": "lumière",
                "allumer": "allumer|allumera|allume|allumez|allumé",
            },
        ),
        (("time", "times"), {"heure": "heure", "temps": "temps", "fois": "fois"}),
        (("it",), {"il": "il", "elle": "elle", "le": "le", "la": "la"}),
        (("you",), {"tu": "tu", "vous": "vous"}),
    ],
)
def test_translation_depends_on_context(by_part, english, expected):
    found = Counter(
        r.target[j] for r in by_part["train"] for i, j in r.links if r.source[i] in english
    )
    for name, forms in expected.items():
        assert sum(found[form] for form in forms.split("|")) >= 5, (name, found.most_common(20))


# --- patterns that must not occur -------------------------------------------------------------

H = (
    "(?!héros|hach|hibou|hamac|haricot|homard|huit|onze|hamster|hérisson|harpe|hutte|hameau|haut|"
    "Hongrie|hurl|hasard)"
)
VOWEL = H + "[aeiouyâàéèêîôœhAEIOUÉÎH]"
CONSONANT = (
    "(?:[bcdfgjklmnpqrstvwxzç]|héros|hach|hibou|haricot|homard|huit|onze|hamster|hutte|hameau)"
)
FRENCH_WRONG = [
    rf"\b(le|la|je|me|te|se|ne|de|que|ce) {VOWEL}",
    rf"\b(l'|j'|m'|t'|s'|n'|d'|qu'|c') {CONSONANT}",
    r"\bde le\b",
    r"\bde les\b",
    r"\bà le\b",
    r"\bà les\b",
    r"\bde (des|du)\b",
    r"\bsi ils?\b",
    rf"\b(ma|ta|sa) {VOWEL}",
    rf"\b(un|ce|cet|le|mon|ton|son|notre|votre|leur) (beau|nouveau|vieux) {VOWEL}",
    rf"\b(bel|nouvel|vieil|cet) {CONSONANT}",
    r"(?<!personne )\b(n'|ne) (est|sont|était|ai|as|a|avons|avez|ont|suis) "
    r"(?!pas|plus|jamais|rien)(?!.*\bqu)",
    r"\b(ils|elles) (est|a|va|fait|sait|peut|veut|doit)\b",
    r"\b(il|elle) (sont|ont|vont|font|savent|peuvent|veulent|doivent)\b",
    r"^(nous|vous) (est|sont|ont|a)\b",
    r"\bils? \w+(ons|ez)\b",
    r"\bpas de (belles|petites|grandes|vieilles|bonnes|bons|petits|grands) \w+[^sx] \.$",
    r"\b(a|ont|avons|avez|lit|mange|achète|vend) des (beaux|belles|petits|petites|grands|grandes|"
    r"bons|bonnes|vieilles|nouveaux|nouvelles|jolis|jolies|mauvais|mauvaises) ",
    r"\ben (Canada|Japon|Portugal|Brésil|Maroc)\b",
    r"\bà (France|Italie|Espagne|Suisse)\b",
    r"\bplus (bon|bonne|bons|bonnes)\b",
    r"\b(?!nous\b|vous\b)(\w+) \1\b",
    r"\b(a|ai|as|ont|avons|avez) (allé|venu|parti|arrivé|tombé|resté|sorti|entré)",
    r"\b(elle|Marie|Anne|Julie|Sophie|Claire) (n' )?est (pas )?(allé|parti|venu|arrivé|tombé) ",
    r"\bvins? sucrés?\b",
    r"\bvisit\w* (la|les|une|des|cette|ces) (\w+ )?statues?\b",
    r"\b(abeilles?|oiseaux?|hiboux?|aigles?|papillons?) (a|ont) volé\b",
]
ENGLISH_WRONG = [
    r"\ba (?!uni|use|eur|one)[aeiouAEIO]",
    r"\ban (?![aeiouAEI]|hour|honest)",
    r"\ban (uni|use)",
    r"^(he|she|it) (go|have|do|are|were|eat|want|live|know)\b",
    r"\b(you|we|they) (is|was|has|does|goes|eats|wants)\b",
    r"\bdid not (?!need|feed)\w+ed\b",
    r"\b(the|a|an|my|his) (the|a|an|this|my|his|her|our|your|their)\b",
    r"\bnot \w+ some\b",
    r"^(does|do|did|is|are|will|can) .*\bsome\b.*\?$",
    r"\bcan not\b",
    r"\b(two|three|four|five|six|ten) (\w+ )?(man|woman|child|foot|tooth|mouse|dog|cat|key)\b",
    r"\b(a|an) (\w+ )?(men|women|children|feet|teeth|mice|dogs|cats|keys|books)\b",
    r"\b(?!that\b|her\b)(\w+) \1\b",
    r"\b(these|those) (man|woman|child|foot|tooth|mouse|dog|cat|key|book)\b",
    r"\b(more|most) (big|small|old|young|tall|happy|good|bad)\b",
    r"\bprefered\b",
    r"\bcomes? from the\b",
    r"\b(write|writes|wrote|writing) (\w+ )?old (letter|book|song)s?\b",
    r"\btouch\w* \w+ nose\b",
    r"\b(young|old|new|small|little) (brave|kind|expensive|strange|clever|honest)\b",
]


@pytest.mark.parametrize("pattern", FRENCH_WRONG)
def test_french_has_no(rows, pattern):
    bad = [r for r in rows if re.search(pattern, r.fr)]
    assert not bad, f"{len(bad)} sentences:\n{shown(bad)}"


@pytest.mark.parametrize("pattern", ENGLISH_WRONG)
def test_english_has_no(rows, pattern):
    bad = [r for r in rows if re.search(pattern, r.en)]
    assert not bad, f"{len(bad)} sentences:\n{shown(bad)}"


WRONG_SENTENCES = [
    "je aime le pain .",
    "l' héros dort .",
    "la porte de le jardin .",
    "le toit de les maisons .",
    "il va à le marché .",
    "il parle à les filles .",
    "il rêve de des maisons .",
    "si il pleut , je lis .",
    "ma amie dort .",
    "un beau arbre tombe .",
    "cet chien dort .",
    "il n' est grand .",
    "ils est là .",
    "elle sont là .",
    "nous est là .",
    "il mangeons .",
    "il n' a pas de petites maison .",
    "il a des belles fleurs .",
    "elle vit en Japon .",
    "elle va à France .",
    "il est plus bon que Paul .",
    "il dort dort .",
    "il a allé à Paris .",
    "elle est parti hier .",
    "le vin sucré .",
    "il visite une statue .",
    "les abeilles ont volé .",
]
WRONG_ENGLISH = [
    "a apple falls .",
    "an cat sleeps .",
    "an university .",
    "he go home .",
    "we was tired .",
    "he did not wanted it .",
    "the my cat .",
    "he does not want some bread .",
    "does he want some bread ?",
    "I can not see .",
    "two child sleep .",
    "a children sleeps .",
    "the the cat .",
    "these dog bark .",
    "he is more tall .",
    "he prefered tea .",
    "she comes from the bank .",
    "he wrote an old letter .",
    "she touched your nose .",
    "the young brave actor .",
]


def test_every_pattern_finds_a_wrong_sentence():
    """A pattern that matches nothing would pass for ever."""
    for patterns, sentences in ((FRENCH_WRONG, WRONG_SENTENCES), (ENGLISH_WRONG, WRONG_ENGLISH)):
        for pattern in patterns:
            assert any(re.search(pattern, s) for s in sentences), pattern
        for sentence in sentences:
            assert any(re.search(pattern, sentence) for pattern in patterns), sentence


# --- files ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def regenerated():
    return corpus.split()


def test_regeneration_gives_the_same_bytes(regenerated):
    assert corpus.text(regenerated).encode("utf-8") == (DATA / "bitext.en-fr.tsv").read_bytes(), (
        "data/bitext.en-fr.tsv is not what data/generate makes: run `python -m data.generate`"
    )


def test_datasheet_holds_the_checksums():
    datasheet = (DATA / "README.md").read_text(encoding="utf-8")
    between = datasheet.split(START)[1].split(END)[0]
    assert table(DATA) in between, (
        "run `python -m data.generate` to bring data/README.md up to date"
    )
    for name in ("bitext.en-fr.tsv", "reviews.tsv", "phrasebook.en-fr.tsv", "sunspots.csv"):
        assert hashlib.sha256((DATA / name).read_bytes()).hexdigest() in between


def test_phrasebook():
    lines = (DATA / "phrasebook.en-fr.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "source\ttarget\ttopic"
    cells = [line.split("\t") for line in lines[1:]]
    assert len(cells) >= 300 and {len(c) for c in cells} == {3}
    assert len({c[0] for c in cells}) == len(cells)
    assert ["I am hungry .", "j' ai faim ."] in [c[:2] for c in cells]
    for source, target, _ in cells:
        assert source[-1] == target[-1] and source[-1] in ".?", source
        assert TOKEN.findall(joined(source.split())) == source.split()
        assert TOKEN.findall(joined(target.split())) == target.split()
        assert not re.search(FRENCH_WRONG[1], target), target
