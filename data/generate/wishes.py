"""Verbs that govern another verb: to try to, to know how to, to help somebody to."""

from __future__ import annotations

from . import lexicon
from .basic import is_event
from .clauses import (
    clause,
    is_one_event,
    object_phrase,
    pick_verb,
    subject,
    verb_group,
)
from .frames import PEOPLE, made_up, said
from .phrases import (
    Grammar,
    Nominal,
    Phrase,
    name,
    noun_phrase,
    object_pronoun,
    tokens,
)
from .tokens import Token

# --- infinitives ----------------------------------------------------------------------------------


def infinitive(
    g: Grammar,
    verb: lexicon.Verb,
    subj: Nominal,
    key: int,
    link: str = "",
    particle: str = "to",
    obj: Nominal | None = None,
) -> Phrase:
    """*to read the book, (de) lire le livre*; a reflexive takes the person of its subject."""
    from .clauses import PARTICLES, REFLEXIVES, split_french

    reflexive, infinitive_fr, tail = split_french(verb.fr)
    en = [Token(particle, "PART", (key,))] if particle else []
    words = verb.en.split()
    en += [Token(w, "VERB" if i == 0 else PARTICLES[w], (key,)) for i, w in enumerate(words)]
    fr = [Token(link, "ADP", (key,))] if link else []
    if verb.objects and obj is None:
        obj = object_phrase(g, verb, subj)
    if obj is not None and obj.pronoun:
        fr += obj.fr
    if reflexive:
        fr.append(Token(REFLEXIVES[subj.fr_person], "PRON", (key,)))
    fr += [Token(infinitive_fr, "VERB", (key,))] + [Token(w, "NOUN", (key,)) for w in tail]
    if obj is not None:
        en += obj.en
        if not obj.pronoun:
            fr += ([Token(verb.preposition, "ADP", (key,))] if verb.preposition else []) + obj.fr
    return Phrase(en, fr)


GOVERNORS = [
    ("like", "aimer", "", "state"),
    ("begin", "commencer", "à", ""),
    ("try", "essayer", "de", ""),
    ("learn", "apprendre", "à", ""),
    ("hope", "espérer", "", "state"),
    ("forget", "oublier", "de", ""),
    ("decide", "décider", "de", ""),
    ("need", "avoir besoin", "de", "state"),
    ("prefer", "préférer", "", "state"),
    ("hesitate", "hésiter", "à", ""),
    ("continue", "continuer", "à", ""),
    ("refuse", "refuser", "de", ""),
]
SKILLS = (
    "swim",
    "read",
    "write",
    "cook",
    "drive",
    "dance",
    "sing",
    "play",
    "ski",
    "draw",
    "sew",
    "repair",
    "speak",
    "fish",
)


def with_infinitive(g):
    """*she is trying to open the window .* elle essaie d' ouvrir la fenêtre ."""
    en, fr, link, flag = g.chance.ranked(GOVERNORS, 0.4)
    skilled = en == "learn"
    verb = pick_verb(
        g,
        lambda v: (
            is_event(v)
            and "person" in v.subjects
            and (not skilled or v.en in SKILLS)
            and (en != "like" or v.habitual)
            and v.en
            not in (
                "fall",
                "lose",
                "lie",
                "miss",
                "get lost",
                "forget",
                "hesitate",
                "succeed",
                "begin",
                "refuse",
                "break",
            )
        ),
    )
    subj = subject(g, PEOPLE)
    state = flag == "state"
    tense = g.chance.weighted(
        ["present", "past", "future", "progressive"], [5, 3, 0, 0] if state else [0.5, 5, 2, 2]
    )
    if en in ("forget", "decide") and tense in ("progressive", "present"):
        tense = "past"
    if en == "prefer":
        tense = "present"  # she preferred to stay: an imparfait or a passé composé?
    neg = "not" if g.chance.happens(0.2) else ""
    ask = g.chance.happens(0.12) and not neg and subj.lemma not in ("I", "we")
    governor = made_up(en, fr, *([flag] if flag else []))
    obj = object_phrase(g, verb, subj) if verb.objects else None
    if (neg or ask) and obj is not None and not obj.definite:
        return None  # de or un, some or any: usage hesitates
    if en == "like" and is_one_event(verb, obj):
        return None  # she likes to eat this biscuit
    tail = infinitive(g, verb, subj, g.key(), link, obj=obj)
    if subj.noun is not None:
        g.pairs.add(("subject", subj.noun.en, verb.en))
    made = clause(g, governor, tense, subj=subj, neg=neg, question=ask, extras=False, tail=tail)
    return said(g, made, ask)


def know_how(g):
    """*Marie knows how to swim .* Marie sait nager . (and *can* learned: *savoir*)"""
    verb = pick_verb(g, lambda v: v.en in SKILLS and is_event(v))
    subj = subject(g, PEOPLE)
    tense = g.chance.weighted(["present", "past"], [4, 1])
    neg = "not" if g.chance.happens(0.35) else ""
    ask = g.chance.happens(0.2) and not neg and subj.lemma not in ("I", "we")
    know = made_up("know", "savoir", "state")
    key, how = g.key(), g.key()
    obj = object_phrase(g, verb, subj) if verb.objects else None
    if (neg or ask) and obj is not None and not obj.definite:
        return None  # as above
    tail = infinitive(g, verb, subj, key, obj=obj)
    made = clause(g, know, tense, subj=subj, neg=neg, question=ask, extras=False)
    made.complements = Phrase(tokens("how", "ADV", how) + tail.en, tail.fr)
    for i, token in enumerate(made.group.fr):  # how is part of savoir
        if token.tag == "VERB":
            made.group.fr[i] = token._replace(keys=token.keys + (how,))
    return said(g, made, ask)


def help_to(g):
    """*Paul helps his sister to carry the box .* Paul aide sa sœur à porter la boîte ."""
    en, fr, person_link, link = g.chance.ranked(
        [
            ("help", "aider", "", "à"),
            ("ask", "demander", "à", "de"),
            ("tell", "dire", "à", "de"),
            ("invite", "inviter", "", "à"),
        ],
        0.4,
    )
    subj = subject(g, PEOPLE)
    kin = g.chance.happens(0.6)
    other_one = (
        name(g)
        if not kin
        else noun_phrase(
            g,
            g.chance.ranked(lexicon.nouns(("kin", "friend", "neighbour")), 0.3),
            owner=subj,
            determiner="possessive",
            adjectives=[],
            plural=False,
        )
    )
    if other_one.lemma == subj.lemma:
        return None
    jobs = {
        "help": (
            "carry",
            "wash",
            "clean",
            "prepare",
            "repair",
            "look for",
            "build",
            "translate",
            "understand",
            "sweep",
            "finish",
            "get dressed",
        ),
        "invite": ("dance", "eat", "play", "visit", "rest", "sit down"),
    }.get(
        en,
        (
            "open",
            "close",
            "clean",
            "wash",
            "buy",
            "wait for",
            "sing",
            "sit down",
            "read",
            "hurry",
            "listen to",
            "come back",
            "turn off",
            "help",
            "cook",
        ),
    )
    verb = pick_verb(g, lambda v: v.en in jobs and "person" in v.subjects)
    obj = None
    if verb.objects:
        obj = object_phrase(g, verb, other_one)
        if any(t.form in ("his", "her", "its", "their", "our", "my", "your") for t in obj.en):
            return None
    tense = g.chance.weighted(["past", "future", "present", "progressive"], [5, 2, 2, 2])
    if en in ("ask", "tell", "invite"):
        tense = "past"
    if subj.lemma == "you" and tense == "past":
        tense = "future"
    pronoun_case = other_one.lemma and g.chance.happens(0.3)
    helper = made_up(en, fr, objects=("person",), preposition=person_link)
    if pronoun_case:
        other_one = object_pronoun(g, subj, dative=bool(person_link))
        if other_one.lemma == "you":
            return None
    tail = infinitive(g, verb, other_one, g.key(), link, obj=obj)
    if verb.reflexive and other_one.pronoun and other_one.person == 2:
        return None
    if person_link and other_one.pronoun:
        group = verb_group(g, subj, helper, tense, clitics=other_one.fr)
        return Phrase(
            subj.en + group.aux + group.rest + other_one.en + tail.en, subj.fr + group.fr + tail.fr
        ), "."
    made = clause(g, helper, tense, subj=subj, obj=other_one, extras=False, tail=tail)
    return made.statement, "."
