"""Noun phrases, names, pronouns and phrases of place, built in both languages at once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from . import french, lexicon
from . import lexicon_other as other
from .chance import Chance
from .tokens import Token


class Unsuitable(Exception):
    """The words drawn do not make a good sentence together: draw again."""


class Grammar:
    """What one sentence needs while it grows: chance, fresh keys, and the pairs of words it joins.

    `pairs` collects ``("adjective", adjective, noun)`` and ``("subject", noun, verb)``, by their
    English base forms; the splits hold some of them out.
    """

    def __init__(self, seed: int) -> None:
        self.chance = Chance(seed)
        self.start()

    def start(self) -> None:
        """Forgets the sentence before: keys count from 1 anew, and no pair is collected."""
        self._last_key = 0
        self.pairs: set[tuple[str, str, str]] = set()

    def key(self) -> int:
        """A number that this sentence has not used, to link words with."""
        self._last_key += 1
        return self._last_key


@dataclass
class Phrase:
    """A piece of a sentence in both languages."""

    en: list[Token] = field(default_factory=list)
    fr: list[Token] = field(default_factory=list)

    def __add__(self, tail: Phrase) -> Phrase:
        return Phrase(self.en + tail.en, self.fr + tail.fr)


@dataclass
class Nominal(Phrase):
    """A noun phrase, a name or a pronoun: a phrase that verbs, adjectives and pronouns agree with.

    `plural` is the English number, `fr_plural` the French one (*furniture, des meubles*). `she`
    tells whether an English pronoun for one person is *she*; `animate` whether it is *it*.
    """

    person: int = 3
    plural: bool = False
    fr_plural: bool = False
    gender: str = "m"
    animate: bool = False
    human: bool = False
    polite: bool = False
    pronoun: bool = False
    definite: bool = True
    general: bool = False  # meant in general, in English without determiner: apples, bread
    lemma: str = ""
    noun: lexicon.Noun | None = None

    @property
    def fr_person(self) -> int:
        """0 to 5 for je, tu, il, nous, vous, ils."""
        if self.polite:
            return 4
        return self.person - 1 + (3 if self.fr_plural else 0)


def tokens(forms: str, tags: str, keys) -> list[Token]:
    """Several tokens with the same keys; one tag for each, or one for all."""
    words = forms.split()
    tag_list = tags.split() if " " in tags else [tags] * len(words)
    if isinstance(keys, int):
        keys = (keys,)
    return [Token(word, tag, tuple(keys)) for word, tag in zip(words, tag_list, strict=True)]


def fixed(g: Grammar, en: str, en_tags: str, fr: str, fr_tags: str) -> Phrase:
    """A phrase all of whose tokens are linked with one another."""
    key = g.key()
    return Phrase(tokens(en, en_tags, key), tokens(fr, fr_tags, key))


# --- determiners ------------------------------------------------------------------------------

POSSESSIVES = {
    "my": ("mon", "ma", "mes"),
    "your": ("votre", "votre", "vos"),
    "his": ("son", "sa", "ses"),
    "her": ("son", "sa", "ses"),
    "its": ("son", "sa", "ses"),
    "our": ("notre", "notre", "nos"),
    "their": ("leur", "leur", "leurs"),
}
FAMILIAR_YOUR = ("ton", "ta", "tes")


def by_agreement(forms: tuple[str, str, str], gender: str, is_plural: bool) -> str:
    """Masculine, feminine or plural form."""
    return forms[2] if is_plural else forms[1 if gender == "f" else 0]


def possessive_of(owner: Nominal) -> str:
    """*my, your, his, her, its, our, their*, after the owner."""
    if owner.person == 1:
        return "our" if owner.plural else "my"
    if owner.person == 2:
        return "your"
    if owner.plural:
        return "their"
    if not owner.animate:
        return "its"
    return "her" if owner.gender == "f" else "his"


def article(key: int, gender: str, is_plural: bool) -> Token:
    return Token(by_agreement(("le", "la", "les"), gender, is_plural), "DET", (key,), "art")


def partitive(key: int, gender: str, is_plural: bool, before_adjective: bool) -> Token:
    if is_plural:
        note = "part:d" if before_adjective else "part:p"
    else:
        note = "part:" + gender
    return Token("des" if is_plural else "du", "DET", (key,), note)


# --- nouns ------------------------------------------------------------------------------------

COMPOUND_TAGS = {
    "de": "ADP",
    "à": "ADP",
    "d'": "ADP",
    "postale": "ADJ",
    "petit": "ADJ",
    "petits": "ADJ",
    "postales": "ADJ",
    "intime": "ADJ",
    "intimes": "ADJ",
    "living": "NOUN",
    "laver": "VERB",
    "manger": "VERB",
    "swimming": "NOUN",
}


def compound(form: str, key: int) -> list[Token]:
    return [Token(w, COMPOUND_TAGS.get(w, "NOUN"), (key,)) for w in form.split()]


GROUPS = [
    {
        "big",
        "small",
        "little",
        "tall",
        "short",
        "enormous",
        "tiny",
        "fat",
        "thin",
        "long",
        "narrow",
        "wide",
        "high",
        "deep",
        "light",
        "heavy",
    },
    {"old", "new", "young", "ancient", "modern", "fresh"},
    {
        "good",
        "bad",
        "excellent",
        "wonderful",
        "delicious",
        "perfect",
        "magnificent",
        "beautiful",
        "pretty",
        "popular",
        "famous",
    },
    {"red", "black", "white", "green", "blue", "yellow", "grey", "brown", "pink"},
    {"rich", "poor", "expensive", "free", "honest"},
    {
        "happy",
        "sad",
        "angry",
        "ill",
        "tired",
        "worried",
        "nervous",
        "jealous",
        "proud",
        "lost",
        "ready",
        "busy",
        "lazy",
        "strong",
    },
    {"French", "English", "Italian", "Spanish", "German", "American", "Japanese"},
    {"first", "last", "next", "other", "favourite"},
]
# States that are said of a thing rather than used to tell it apart from others.
PREDICATE_ONLY = {
    "open",
    "closed",
    "broken",
    "ready",
    "full",
    "lost",
    "hidden",
    "empty",
    "wet",
    "dirty",
    "clean",
}
MOODS = GROUPS[5] | {"shy", "serious", "rich", "poor"}
ONLY_DEFINITE = {"first", "last", "next", "other"}
# English puts quality first, the kind of thing last: the brave young actor, the expensive new hat,
# a big wet dog, a small red car. What is not named here is a quality.
ENGLISH_ORDER = (
    ONLY_DEFINITE,
    set(),  # quality
    GROUPS[0] - {"light", "heavy"},
    PREDICATE_ONLY
    | set("light heavy thick hard soft sharp dry cold hot warm fast slow strong".split())
    | set("comfortable quiet noisy peaceful dangerous tired ill".split()),
    GROUPS[1],
    {"round", "straight"},
    GROUPS[3] | {"light blue", "light green", "dark blue"},
    GROUPS[6],
    {"wild", "free", "right", "left"},
)


def english_rank(adjective: lexicon.Adjective) -> int:
    """The place of an adjective among several in English; the least stands first."""
    return next((i for i, group in enumerate(ENGLISH_ORDER) if adjective.en in group), 1)


def compatible(a: lexicon.Adjective, b: lexicon.Adjective) -> bool:
    """Whether two adjectives can stand with one noun without contradiction or repetition."""
    if {a.en, b.en} & GROUPS[-1]:
        return False
    return not any(a.en in group and b.en in group for group in GROUPS)


def pick_adjectives(
    g: Grammar, noun: lexicon.Noun, determiner: str, role: str = "object"
) -> list[lexicon.Adjective]:
    """No, one or (rarely) two adjectives: at most one before and one after the French noun."""
    if not g.chance.happens(0.36 if role == "object" else 0.22):
        return []
    choices = [
        a
        for a in lexicon.adjectives_for(noun, False)
        if not (a.en in ONLY_DEFINITE and determiner != "the")
        and not (a.en == "favourite" and determiner != "possessive")
        and not (a.en in PREDICATE_ONLY and not g.chance.happens(0.1))
        and not (a.en in MOODS and not g.chance.happens(0.25))
    ]
    if not choices:
        return []
    first = g.chance.ranked(choices, 0.6)
    if not first.before or not g.chance.happens(0.15):
        return [first]
    seconds = [a for a in choices if not a.before and compatible(first, a)]
    return [first, g.chance.ranked(seconds, 0.6)] if seconds else [first]


# Kinds that sound odd without an article or counted.
NO_BARE = {
    "openable",
    "device",
    "building",
    "room",
    "furniture",
    "vehicle",
    "show",
    "sound",
    "event",
    "outdoor",
    "kin",
    "instrument",
}
OWNED_PLACES = ("home", "school", "office", "shop", "restaurant", "picture", "university")


def pick_determiner(g: Grammar, noun: lexicon.Noun, role: str) -> str:
    """the, a, possessive, this, number, some or none, as suits the noun and its role."""
    flags, kinds = noun.flags, noun.kinds
    if "only" in flags:
        return "the"
    if "kin" in kinds:
        return "possessive"
    if "game" in kinds:
        return "general"
    if "owned" in kinds:
        return g.chance.weighted(["possessive", "genitive", "this"], [8, 1, 1])
    if "body" in kinds:
        return g.chance.weighted(["possessive", "genitive"], [3, 1])
    if flags & {"mass", "frpl"}:
        options = {"the": 5, "some": 3, "bare": 3, "possessive": 1, "this": 1}
        if role == "subject" or kinds & {"nature", "mental"}:
            options = {"the": 5, "this": 1}
    else:
        options = {
            "the": 10,
            "a": 8,
            "possessive": 4,
            "this": 2.5,
            "number": 1.0,
            "some": 1,
            "bare": 1,
            "genitive": 0.8,
        }
        if kinds & NO_BARE:
            options["some"] = options["bare"] = 0.0
        if kinds & NO_BARE or "sing" in flags:
            options["number"] = 0.0
        if role == "subject":
            options = {
                "the": 12,
                "a": 2.5,
                "possessive": 4,
                "this": 2.5,
                "number": 0.0 if "sing" in flags else 0.8,
                "genitive": 0.6,
            }
        if role == "place":
            options = {"the": 12, "possessive": 2, "this": 1.5, "a": 0.5}
        if flags & {"pl", "enpl"}:
            options = {"the": 6, "possessive": 6, "this": 1}
        no_owner = {"outdoor", "nature", "wild"}
        if kinds & no_owner or noun.en == "statue" or ("person" in kinds and "owned" not in kinds):
            for key in ("possessive", "genitive"):
                options.pop(key, None)
        if kinds & {"building", "show", "room"} and role != "place":
            options.pop("genitive", None)
        if kinds & {"building", "show"} and not noun.fits(OWNED_PLACES):
            options.pop("possessive", None)
        if kinds & {"building", "room", "mental", "event", "outdoor"}:
            options.pop("number", None)
    return g.chance.weighted(list(options), list(options.values()))


def noun_phrase(
    g: Grammar,
    noun: lexicon.Noun,
    *,
    role: str = "object",
    determiner: str = "",
    plural: bool | None = None,
    adjectives=None,
    owner: Nominal | None = None,
    number: str = "",
) -> Nominal:
    """A noun with its determiner and adjectives.

    `determiner` is the, a, possessive, this, number, some, bare, general (bare in English, definite
    in French), genitive or none (no determiner on either side).
    """
    determiner = determiner or pick_determiner(g, noun, role)
    if adjectives is None:
        adjectives = pick_adjectives(g, noun, determiner, role)
    if determiner == "genitive":
        return genitive(g, noun, adjectives)
    if determiner == "a" and plural:
        determiner = "number"
    if determiner in ("number", "some", "bare") and plural is False and not noun.flags:
        determiner = "the"
    is_plural, fr_plural = _numbers(g, noun, determiner, plural)
    if determiner == "possessive" and owner and owner.plural and "clothes" in noun.kinds:
        is_plural, fr_plural = _numbers(g, noun, determiner, True)  # they took off their coats
    for adjective in adjectives:
        g.pairs.add(("adjective", adjective.en, noun.en))
    key = g.key()
    en_core, fr_core, before = _core(g, noun, adjectives, key, is_plural, fr_plural)
    en_det, fr_det = _determiner(
        g, determiner, noun, is_plural, fr_plural, before, key, owner, number
    )
    human = bool(noun.kinds & {"person", "kin"})
    return Nominal(
        en_det + en_core,
        fr_det + fr_core,
        plural=is_plural,
        fr_plural=fr_plural,
        gender=noun.gender,
        animate=human,
        human=human,
        lemma=noun.en,
        noun=noun,
        definite=determiner not in ("a", "some", "bare", "number"),
        general=determiner in ("general", "bare"),
    )


def _numbers(g: Grammar, noun: lexicon.Noun, determiner: str, wanted: bool | None):
    """(English plural, French plural)."""
    flags = noun.flags
    if "pl" in flags:
        return True, True
    if "enpl" in flags:
        return True, False
    if "frpl" in flags:
        return False, True
    if "sing" in flags:
        return False, False
    if flags & {"mass", "only"}:
        return False, False
    if wanted is None:
        wanted = {"a": False, "number": True, "some": True, "bare": True}.get(determiner)
    if wanted is None:
        wanted = g.chance.happens(0.6 if determiner == "general" else 0.22)
    return wanted, wanted


def _core(g, noun, adjectives, key, is_plural, fr_plural):
    """Noun and adjectives, in the order of either language.

    Also whether an adjective comes first in French.
    """
    en_adjectives, before, after = [], [], []
    noun_fr = compound(noun.fr_plural if fr_plural else noun.fr, key)
    for adjective in adjectives:
        adjective_key = g.key()
        row = tokens(adjective.en, "ADJ", adjective_key)
        en_adjectives.append((english_rank(adjective), row))
        form = french.agree(adjective.fr, noun.gender, fr_plural)
        if (
            adjective.before
            and noun.gender == "m"
            and not fr_plural
            and french.starts_with_vowel_sound(noun.fr)
        ):
            form = french.EUPHONIC.get(form, form)
        (before if adjective.before else after).extend(tokens(form, "ADJ", adjective_key))
    en = [t for _, row in sorted(en_adjectives, key=lambda pair: pair[0]) for t in row]
    en += compound(noun.en_plural if is_plural else noun.en, key)
    return en, before + noun_fr + after, bool(before)


SPOUSES = {"wife": ("my", "his"), "husband": ("my", "her")}


def _determiner(g, determiner, noun, is_plural, fr_plural, before, noun_key, owner, number):
    """English and French determiner. A French one without counterpart is linked to the noun."""
    key = g.key()
    gender = noun.gender
    if determiner == "none":
        return [], []
    if determiner == "the":
        return tokens("the", "DET", key), [article(key, gender, fr_plural)]
    if determiner == "general":
        return [], [article(noun_key, gender, fr_plural)]
    if determiner == "a":
        if fr_plural:
            return tokens("a", "DET", key), [partitive(key, gender, True, before)]
        return tokens("a", "DET", key), [
            Token("une" if gender == "f" else "un", "DET", (key,), "un")
        ]
    if determiner == "possessive":
        english_form = (
            possessive_of(owner)
            if owner
            else g.chance.weighted(
                ["my", "his", "her", "our", "their", "your"], [4, 2, 2, 2, 1.5, 1.5]
            )
        )
        if english_form not in SPOUSES.get(noun.en, (english_form,)):
            raise Unsuitable(f"{english_form} {noun.en}")
        form = by_agreement(POSSESSIVES[english_form], gender, fr_plural)
        return tokens(english_form, "PRON", key), tokens(form, "DET", key)
    if determiner == "this":
        far = g.chance.happens(0.4)
        english_form = ("those" if far else "these") if is_plural else ("that" if far else "this")
        form = by_agreement(("ce", "cette", "ces"), gender, fr_plural)
        return tokens(english_form, "DET", key), tokens(form, "DET", key)
    if determiner == "number":
        few = 3 if noun.kinds & {"person", "kin"} else 6
        english_form, form = (number or g.chance.ranked(other.NUMBERS[:few], 0.8)).split()
        return tokens(english_form, "NUM", key), tokens(form, "NUM", key)
    if determiner == "some":
        return tokens("some", "DET", key), [partitive(key, gender, fr_plural, before)]
    if determiner == "bare":
        return [], [partitive(noun_key, gender, fr_plural, before)]
    raise ValueError(f"unknown determiner {determiner!r}")


def genitive(
    g: Grammar,
    noun: lexicon.Noun,
    adjectives=(),
    owner: Nominal | None = None,
    plural: bool | None = None,
) -> Nominal:
    """*Marie 's cat, le chat de Marie*: 's is linked to *de* and to the article."""
    owner = owner or (
        name(g)
        if g.chance.happens(0.6)
        else noun_phrase(
            g,
            g.chance.ranked(lexicon.nouns(("kin", "job"))),
            role="place",
            plural=False,
            adjectives=[],
            determiner="",
        )
    )
    is_plural, fr_plural = _numbers(g, noun, "the", plural)
    for adjective in adjectives:
        g.pairs.add(("adjective", adjective.en, noun.en))
    key = g.key()
    en_core, fr_core, _ = _core(g, noun, adjectives, key, is_plural, fr_plural)
    mark = g.key()
    human = bool(noun.kinds & {"person", "kin"})
    return Nominal(
        owner.en + tokens("'s", "PART", mark) + en_core,
        [article(mark, noun.gender, fr_plural)] + fr_core + tokens("de", "ADP", mark) + owner.fr,
        plural=is_plural,
        fr_plural=fr_plural,
        gender=noun.gender,
        animate=human,
        human=human,
        lemma=noun.en,
        noun=noun,
    )


# --- names and pronouns -----------------------------------------------------------------------


def name(g: Grammar, gender: str = "", given: str = "") -> Nominal:
    """A first name."""
    gender = gender or (
        "f" if given in other.WOMEN or (not given and g.chance.happens(0.5)) else "m"
    )
    given = given or g.chance.ranked(other.WOMEN if gender == "f" else other.MEN, 0.6)
    key = g.key()
    return Nominal(
        tokens(given, "PROPN", key),
        tokens(given, "PROPN", key),
        gender=gender,
        animate=True,
        human=True,
        lemma=given,
    )


SUBJECTS = {
    "I": ("je", 1, False, "m"),
    "you": ("vous", 2, False, "m"),
    "he": ("il", 3, False, "m"),
    "she": ("elle", 3, False, "f"),
    "we": ("nous", 1, True, "m"),
    "they": ("ils", 3, True, "m"),
}


def pronoun(g: Grammar, form: str = "") -> Nominal:
    """A subject pronoun without antecedent. *They* is *ils*, *you* is *vous*."""
    form = form or g.chance.weighted(list(SUBJECTS), [5, 1.2, 3, 3, 3, 2])
    fr, person, is_plural, gender = SUBJECTS[form]
    key = g.key()
    return Nominal(
        tokens(form, "PRON", key),
        tokens(fr, "PRON", key),
        person=person,
        plural=is_plural,
        fr_plural=is_plural,
        gender=gender,
        animate=True,
        human=True,
        polite=form == "you",
        pronoun=True,
        lemma=form,
    )


def pronoun_for(g: Grammar, antecedent: Nominal) -> Nominal:
    """The subject pronoun for `antecedent`; *it* follows the gender of the French noun."""
    if antecedent.pronoun:
        return pronoun(g, antecedent.lemma)
    if antecedent.plural:
        form = "they"
    elif antecedent.animate:
        form = "she" if antecedent.gender == "f" else "he"
    else:
        form = "it"
    fr = {"m": "il", "f": "elle"}[antecedent.gender] + ("s" if antecedent.fr_plural else "")
    key = g.key()
    return replace(
        antecedent,
        en=tokens(form, "PRON", key),
        fr=tokens(fr, "PRON", key),
        pronoun=True,
        noun=None,
        lemma=form,
    )


def object_pronoun_for(g: Grammar, antecedent: Nominal, dative: bool = False) -> Nominal:
    """The object pronoun that takes up `antecedent`: *le, la, les*, or *lui, leur*."""
    if antecedent.plural:
        form = "them"
    elif antecedent.animate:
        form = "her" if antecedent.gender == "f" else "him"
    else:
        form = "it"
    if dative:
        fr = "leur" if antecedent.fr_plural else "lui"
    else:
        fr = by_agreement(("le", "la", "les"), antecedent.gender, antecedent.fr_plural)
    key = g.key()
    return replace(
        antecedent,
        en=tokens(form, "PRON", key),
        fr=tokens(fr, "PRON", key),
        pronoun=True,
        noun=None,
        lemma=form,
    )


OBJECTS = {
    "me": ("me", "me", 1, False, "m"),
    "him": ("le", "lui", 3, False, "m"),
    "her": ("la", "lui", 3, False, "f"),
    "us": ("nous", "nous", 1, True, "m"),
    "them": ("les", "leur", 3, True, "m"),
    "you": ("vous", "vous", 2, False, "m"),
}


def object_pronoun(g: Grammar, subject: Nominal, dative: bool = False) -> Nominal:
    """An object pronoun without antecedent that is not the subject's own person."""
    options = [f for f, row in OBJECTS.items() if row[2] != subject.person or row[2] == 3]
    form = g.chance.pick([f for f in options if f != "you"] if len(options) > 1 else options)
    accusative, dative_form, person, is_plural, gender = OBJECTS[form]
    key = g.key()
    return Nominal(
        tokens(form, "PRON", key),
        tokens(dative_form if dative else accusative, "PRON", key),
        person=person,
        plural=is_plural,
        fr_plural=is_plural,
        gender=gender,
        animate=True,
        human=True,
        pronoun=True,
        lemma=form,
    )


# --- places -----------------------------------------------------------------------------------


def place(g: Grammar, kinds: tuple[str, ...], adjectives=None) -> Phrase:
    """A phrase of place: *in the garden, on the beach, at the market*."""
    noun = g.chance.ranked(lexicon.nouns(kinds), 0.4)
    en, fr = "in", "dans"
    if "on" in noun.flags:
        en, fr = "on", "sur"
    elif "at" in noun.flags:
        en, fr = "at", "à"
    elif noun.en == "plate":
        en = "on"
    elif "onat" in noun.flags:
        en, fr = "on", "à"
    if noun.fits(("waters",)):
        en, fr = "in", "dans"
    key = g.key()
    if fr == "à":
        inner = noun_phrase(g, noun, role="place", determiner="the", plural=False, adjectives=[])
    else:
        inner = noun_phrase(
            g,
            noun,
            role="place",
            plural=noun.en == "mountain",
            adjectives=adjectives,
            determiner="the" if noun.kinds & {"waters", "strolled", "wildplace"} else "",
        )
    return Phrase(tokens(en, "ADP", key) + inner.en, tokens(fr, "ADP", key) + inner.fr)


def relation(g: Grammar) -> Phrase:
    """*behind the church*: a place seen from a landmark."""
    en, fr, de = g.chance.weighted(
        [
            ("behind", "derrière", ""),
            ("in front of", "devant", ""),
            ("near", "près", "de"),
            ("next to", "à côté", "de"),
        ],
        [3, 3, 4, 2],
    )
    noun = g.chance.ranked(
        lexicon.nouns(("building", "bridge", "park", "river", "tree", "lake")), 0.4
    )
    inner = noun_phrase(g, noun, role="place", determiner="the", plural=False)
    key = g.key()
    words = f"{fr} {de}".strip()
    tag_of = {
        "à": "ADP",
        "côté": "NOUN",
        "près": "ADV",
        "of": "ADP",
        "to": "ADP",
        "next": "ADV",
        "front": "NOUN",
    }
    return Phrase(
        [Token(w, tag_of.get(w, "ADP"), (key,)) for w in en.split()] + inner.en,
        [Token(w, tag_of.get(w, "ADP"), (key,)) for w in words.split()] + inner.fr,
    )


def city(g: Grammar, preposition: str = "in") -> Phrase:
    """*in Paris, à Paris; to Lyon, à Lyon; from Rome, de Rome*."""
    en, colon, fr = g.chance.ranked(other.CITIES, 0.5).partition(":")
    key, at = g.key(), g.key()
    return Phrase(
        tokens(preposition, "ADP", at) + tokens(en, "PROPN", key),
        tokens("de" if preposition == "from" else "à", "ADP", at) + tokens(fr or en, "PROPN", key),
    )


def country(g: Grammar, preposition: str = "in") -> Phrase:
    """*in France, en France; to Japan, au Japon; from Italy, d' Italie*."""
    row = g.chance.ranked(other.COUNTRIES, 0.5)
    en, fr, gender = [cell.strip() for cell in row.split(";")]
    key, at = g.key(), g.key()
    fr_tokens = tokens(fr, "PROPN", key)
    if gender == "m":
        fr_tokens = [article(at, "m", False)] + fr_tokens
    if preposition == "from":
        link = "de"
    else:
        link = "à" if gender == "m" else "en"
    return Phrase(
        tokens(preposition, "ADP", at) + tokens(en, "PROPN", key),
        tokens(link, "ADP", at) + fr_tokens,
    )


def comma(g: Grammar) -> Phrase:
    key = g.key()
    return Phrase([Token(",", "PUNCT", (key,))], [Token(",", "PUNCT", (key,))])
