"""Giving something to somebody, and missing somebody: who does what changes place."""

from __future__ import annotations

from . import lexicon
from .clauses import (
    check_object,
    clause,
    is_one_event,
    subject,
    verb_group,
    with_any,
)
from .frames import PEOPLE, made_up
from .phrases import (
    Nominal,
    Phrase,
    name,
    noun_phrase,
    object_pronoun,
    pronoun,
    tokens,
)
from .tokens import Token, after_negation

# --- giving ---------------------------------------------------------------------------------------

GIFTS = {
    "give": ("thing", "offered", "money", "flower", "key"),
    "show": ("picture", "room", "photo", "map", "house", "garden", "ticket"),
    "send": ("sent", "gift", "flower"),
    "lend": ("book", "umbrella", "bicycle", "car", "pen", "dictionary", "money", "ladder"),
    "bring": ("food", "drink", "flower", "parcel", "newspaper", "glass", "chair"),
    "sell": ("vehicle", "house", "instrument", "jewel", "picture"),
    "tell": ("told",),
    "read": ("told", "letter", "poem"),
    "write": ("letter", "postcard", "message"),
    "offer": ("offered", "flower", "jewel", "drink"),
}
GIVING = [
    ("give", "donner"),
    ("show", "montrer"),
    ("send", "envoyer"),
    ("lend", "prêter"),
    ("bring", "apporter"),
    ("tell", "raconter"),
    ("read", "lire"),
    ("write", "écrire"),
    ("offer", "offrir"),
    ("sell", "vendre"),
]


def give(g):
    """*Paul gives the book to Marie .*, *Paul gives her the book .*, *Paul gives it to her .*"""
    en, fr = g.chance.ranked(GIVING, 0.4)
    verb = made_up(en, fr, objects=GIFTS[en])
    subj = subject(g, PEOPLE, adult=en == "sell")
    noun = g.chance.ranked(
        [n for n in lexicon.nouns(GIFTS[en]) if not n.kinds & {"furniture"} or n.en == "chair"], 0.3
    )
    determiner = g.chance.weighted(["the", "a", "possessive", "this"], [4, 4, 2, 1])
    if noun.flags & {"mass", "frpl", "pl", "enpl"}:
        determiner = "the" if determiner != "a" else "some"
        if noun.flags & {"pl", "enpl"}:
            determiner = "the"
    if determiner == "possessive" and noun.kinds & {"building", "room", "outdoor"}:
        determiner = "the"
    obj = noun_phrase(
        g, noun, determiner=determiner, owner=subj if determiner == "possessive" else None
    )
    tense = g.chance.weighted(
        ["present", "past", "future", "progressive", "want", "going"], [2, 5, 2, 2, 1, 1]
    )
    neg = "not" if g.chance.happens(0.15) else ""
    if neg and tense == "present":
        tense = "past"
    if tense == "present" and is_one_event(verb, obj):
        tense = "progressive"
    check_object(g, verb, obj)
    way = g.chance.weighted(["noun", "her the book", "it to her"], [5, 4, 1.5])
    if way == "her the book":
        return _give_pronoun(g, verb, subj, obj, tense, neg), "."
    if way == "it to her":
        return _give_two_pronouns(g, verb, subj, tense, neg), "."
    receiver = (
        name(g)
        if g.chance.happens(0.5)
        else noun_phrase(
            g,
            g.chance.ranked(
                lexicon.nouns(("kin", "child", "neighbour", "friend", "teacher", "girl")), 0.4
            ),
            role="place",
            adjectives=[],
            determiner="",
            owner=subj,
        )
    )
    if receiver.lemma == subj.lemma:
        return None
    key = g.key()
    to = Phrase(tokens("to", "ADP", key) + receiver.en, tokens("à", "ADP", key) + receiver.fr)
    made = clause(g, verb, tense, subj=subj, obj=obj, neg=neg, extras=False, tail=to)
    return made.statement, "."


def _give_pronoun(g, verb, subj, obj, tense, neg) -> Phrase:

    to = object_pronoun(g, subj, dative=True)
    group = verb_group(g, subj, verb, tense, neg=neg, clitics=to.fr)
    en_obj = with_any(obj.en) if neg else obj.en
    fr_obj = after_negation(obj.fr) if neg else obj.fr
    return Phrase(subj.en + group.aux + group.rest + to.en + en_obj, subj.fr + group.fr + fr_obj)


def _give_two_pronouns(g, verb, subj, tense, neg) -> Phrase:
    """*gives it to her, le lui donne; gives them to me, me les donne*."""
    to = object_pronoun(g, subj, dative=True)
    key, link = g.key(), g.key()
    # "It" without antecedent is le.
    several = g.chance.happens(0.35)
    thing_fr = tokens("les" if several else "le", "PRON", key)
    thing = Nominal(
        tokens("them" if several else "it", "PRON", key),
        thing_fr,
        plural=several,
        fr_plural=several,
    )
    to_fr = [t._replace(keys=t.keys + (link,)) for t in to.fr]
    clitics = thing_fr + to_fr if to.person == 3 else to_fr + thing_fr
    group = verb_group(g, subj, verb, tense, neg=neg, clitics=clitics, agree_with=thing)
    return Phrase(
        subj.en + group.aux + group.rest + thing.en + tokens("to", "ADP", link) + to.en,
        subj.fr + group.fr,
    )


def miss(g):
    """*Paul misses his sister .* la sœur ... : *sa sœur manque à Paul*, the roles change places."""
    one = (
        name(g)
        if g.chance.happens(0.5)
        else pronoun(g, g.chance.pick(["I", "he", "she", "we", "they"]))
    )
    missed = (
        name(g)
        if g.chance.happens(0.4)
        else noun_phrase(
            g,
            g.chance.ranked(
                lexicon.nouns(("kin", "friend", "house", "cat", "dog", "village")), 0.3
            ),
            determiner="possessive",
            owner=one,
            adjectives=[],
            plural=False,
        )
    )
    if missed.lemma == one.lemma:
        return None
    if not one.pronoun and missed.noun is not None:
        return None  # sa sœur manque à Paul: whose sister?
    verb = made_up("miss", "manquer", "state")
    tense = g.chance.weighted(["present", "future", "past"], [4, 1, 1])
    neg = "not" if g.chance.happens(0.15) else ""
    english_side = verb_group(g, one, verb, tense, neg=neg)
    dative = {"I": "me", "he": "lui", "she": "lui", "we": "nous", "they": "leur"}
    if one.pronoun:
        clitic = [Token(dative[one.lemma], "PRON", one.fr[0].keys)]
        tail = []
    else:
        clitic = []
        tail = [Token("à", "ADP", (english_side.key,))] + one.fr
    french_side = verb_group(g, missed, verb, tense, neg=neg, clitics=clitic)
    shift = {french_side.key: english_side.key, french_side.key + 2: english_side.key + 2}
    fr = [t._replace(keys=tuple(shift.get(k, k) for k in t.keys)) for t in french_side.fr]
    g.pairs = {p for p in g.pairs if p[2] != "miss"}
    return Phrase(
        one.en + english_side.aux + english_side.rest + missed.en, missed.fr + fr + tail
    ), "."
