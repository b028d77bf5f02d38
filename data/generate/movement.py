"""Where one lives and goes, and at what time."""

from __future__ import annotations

from . import lexicon, times
from . import lexicon_other as other
from .basic import is_event, no_speaker
from .clauses import (
    clause,
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
    city,
    country,
    noun_phrase,
    place,
    tokens,
)
from .times import framed
from .tokens import Token
from .wishes import infinitive

# --- to be somewhere, to go somewhere -------------------------------------------------------------


def dwelling(g):
    """*she lives in Paris .* elle habite à Paris . (See `since` for *has lived*.)"""
    subj = subject(g, PEOPLE)
    way = g.chance.weighted(["city", "country", "home"], [4, 3, 3])
    spot = {
        "city": lambda: city(g),
        "country": lambda: country(g),
        "home": lambda: place(g, ("home", "village"), adjectives=None),
    }[way]()
    verb = lexicon.verb(g.chance.pick(["live", "live", "work"]))
    if verb.en == "work" and way == "home":
        spot = place(g, ("workplace", "institution"), adjectives=[])
    if g.chance.happens(0.25):
        return since(g, subj, verb, spot), "."
    tense = g.chance.weighted(["present", "past", "habit", "would like"], [5, 2, 1, 1])
    if verb.en == "work" and tense == "past":
        tense = "present"
    neg = "not" if g.chance.happens(0.2) and tense == "present" else ""
    ask = g.chance.happens(0.2) and tense == "present" and not neg and subj.lemma != "I"
    made = clause(g, verb, tense, subj=subj, neg=neg, extras=False, tail=spot, question=ask)
    return said(g, made, ask)


def since(g: Grammar, subj: Nominal, verb: lexicon.Verb, spot: Phrase) -> Phrase:
    """*has lived in Paris for ten years, habite à Paris depuis dix ans*.

    English looks back, French says the present.
    """
    key = g.key()
    present = verb_group(g, subj, verb, "present")
    past = verb_group(g, subj, verb, "perfect")
    aux = [t._replace(keys=(present.key,)) for t in past.aux]
    rest = [t._replace(keys=(present.key,)) for t in past.rest]
    duration = times.span(g, times.UNITS[1:4])
    return Phrase(
        subj.en + aux + rest + spot.en + tokens("for", "ADP", key) + duration.en,
        subj.fr + present.fr + spot.fr + tokens("depuis", "ADP", key) + duration.fr,
    )


def goal(g: Grammar, preposition: str, named: bool) -> Phrase:
    """*to the station, à la gare; from Paris, de Paris; to France, en France*."""
    if named:
        return city(g, preposition) if g.chance.happens(0.55) else country(g, preposition)
    noun = g.chance.ranked([n for n in lexicon.NOUN_LIST if "goal" in n.flags], 0.4)
    key = g.key()
    inner = noun_phrase(g, noun, determiner="the", adjectives=[], plural=False)
    return Phrase(
        tokens(preposition, "ADP", key) + inner.en,
        tokens("de" if preposition == "from" else "à", "ADP", key) + inner.fr,
    )


def going(g):
    """*Marie is going to the station .* Marie va à la gare ."""
    en, fr, preposition = g.chance.weighted(
        [
            ("go", "aller", "to"),
            ("come", "venir", "from"),
            ("come back", "revenir", "from"),
            ("return", "retourner", "to"),
        ],
        [6, 2, 2, 1],
    )
    subj = subject(g, PEOPLE)
    tense = g.chance.weighted(
        ["present", "past", "future", "want", "progressive", "past_progressive"], [4, 4, 2, 1, 2, 1]
    )
    named = g.chance.happens(0.45)
    if en == "come":
        tense = "present" if named else "progressive"  # where one is from, where one was
    if en in ("come back", "return") and tense == "present":
        tense = "past"
    neg = "not" if g.chance.happens(0.15) else ""
    ask = g.chance.happens(0.15) and not neg and subj.lemma not in ("I", "you", "we")
    if subj.lemma == "you" and tense == "past":
        tense = "future"
    made = clause(
        g,
        made_up(en, fr),
        tense,
        subj=subj,
        neg=neg,
        extras=False,
        question=ask,
        tail=goal(g, preposition, named),
    )
    if ask:
        return made.question(g), "?"
    return framed(g, made.statement, tense if en != "come" else "", 0.0 if neg else 0.4), "."


def going_there(g):
    """*Paul goes there every day .* Paul y va tous les jours ."""
    en, fr = g.chance.pick(
        [
            ("go", "aller"),
            ("live", "habiter"),
            ("work", "travailler"),
            ("eat", "manger"),
            ("sleep", "dormir"),
            ("return", "retourner"),
        ]
    )
    subj = subject(g, PEOPLE)
    if subj.lemma == "you":
        return None
    tense = g.chance.weighted(["present", "past", "future", "want"], [4, 3, 2, 2])
    if en == "live":
        tense = "present"
    verb = made_up(en, fr, *(["state"] if en == "live" else []))
    key = g.key()
    y = tokens("y", "PRON", key)
    neg = "not" if g.chance.happens(0.25) else ""
    group = verb_group(g, subj, verb, tense, neg=neg, clitics=y)
    out = Phrase(subj.en + group.aux + group.rest + tokens("there", "ADV", key), subj.fr + group.fr)
    return framed(g, out, tense, 0.0 if en == "live" or neg else 0.6), "."


def departs(g):
    """*the train leaves at eight o'clock .*"""
    en, fr = g.chance.pick(
        [
            ("leave", "partir"),
            ("arrive", "arriver"),
            ("get up", "se lever"),
            ("begin", "commencer"),
            ("wake up", "se réveiller"),
            ("eat", "manger"),
            ("go to bed", "se coucher"),
            ("leave", "partir"),
        ]
    )
    verb = [v for v in lexicon.VERB_LIST if v.en == en and v.fr == fr and not v.objects][0]
    if en in ("leave", "arrive") and g.chance.happens(0.6):
        subj = subject(g, ("timed",), plural=False)
    elif en == "begin":
        subj = subject(g, ("occasion",), plural=False)
    else:
        subj = subject(g, PEOPLE, plural=False)
    tense = g.chance.weighted(["present", "past", "future"], [4, 3, 2])
    if subj.lemma == "you" and tense == "past":
        tense = "present"
    ask = g.chance.happens(0.15) and subj.lemma not in ("I", "we")
    neg = "not" if g.chance.happens(0.1) and not ask else ""
    made = clause(
        g, verb, tense, subj=subj, extras=False, tail=times.at_hour(g), question=ask, neg=neg
    )
    return said(g, made, ask)


def clock(g):
    """*it is nine o'clock .* il est neuf heures ."""
    en, fr = g.chance.pick(other.HOURS).split()
    it, verb, hour, oclock = g.key(), g.key(), g.key(), g.key()
    past = g.chance.happens(0.3)
    return Phrase(
        [
            Token("it", "PRON", (it,)),
            Token("was" if past else "is", "AUX", (verb,)),
            Token(en, "NUM", (hour,)),
            Token("o'clock", "ADV", (oclock,)),
        ],
        [
            Token("il", "PRON", (it,)),
            Token("était" if past else "est", "AUX", (verb,)),
            Token(fr, "NUM", (hour,)),
            Token("heures", "NOUN", (oclock,)),
        ],
    ), "."


# --- time: heure, temps, fois ---------------------------------------------------------------------


def time_word(g):
    """Three French words for *time*: heure, temps, fois.

    *what time does the train leave ?* (heure), *I do not have time to read .* (temps),
    *she read the book three times .* (fois).
    """
    return g.chance.pick([_what_time, _have_time, _times])(g)


def _what_time(g):
    en, fr = g.chance.pick(
        [
            ("leave", "partir"),
            ("arrive", "arriver"),
            ("get up", "se lever"),
            ("eat", "manger"),
            ("begin", "commencer"),
            ("come back", "revenir"),
        ]
    )
    verb = [v for v in lexicon.VERB_LIST if v.en == en and v.fr == fr and not v.objects][0]
    kinds = (
        ("timed",)
        if en in ("leave", "arrive") and g.chance.happens(0.5)
        else ("occasion",)
        if en == "begin"
        else PEOPLE
    )
    subj = no_speaker(g, made_up(en, fr, subjects=kinds))
    tense = g.chance.weighted(["present", "past", "future"], [4, 3, 3])
    if subj.lemma == "you" and tense == "past":
        tense = "present"
    key, hour = g.key(), g.key()
    ask = Phrase(
        [Token("what", "DET", (key,)), Token("time", "NOUN", (hour,))],
        [
            Token("à", "ADP", (key,)),
            Token("quelle", "DET", (key,)),
            Token("heure", "NOUN", (hour,)),
        ],
    )
    made = clause(g, verb, tense, subj=subj, question=True, extras=False)
    return made.question(g, ask), "?"


def _have_time(g):
    subj = subject(g, PEOPLE)
    verb = pick_verb(
        g,
        lambda v: (
            is_event(v) and "person" in v.subjects and "np" not in v.flags and not v.reflexive
        ),
    )
    have = made_up("have", "avoir", "state")
    neg = "not" if g.chance.happens(0.6) else ""
    tense = g.chance.pick(["present", "present", "past"])
    group = verb_group(g, subj, have, tense, neg=neg)
    time, key = g.key(), g.key()
    tail = infinitive(g, verb, subj, key, "de")
    return Phrase(
        subj.en + group.aux + group.rest + tokens("time", "NOUN", time) + tail.en,
        subj.fr + group.fr + tokens("le temps", "DET NOUN", time) + tail.fr,
    ), "."


def _times(g):
    verb = pick_verb(
        g,
        lambda v: (
            v.en
            in (
                "read",
                "see",
                "visit",
                "sing",
                "call",
                "watch",
                "clean",
                "wash",
                "repair",
                "repeat",
                "write",
                "lose",
                "win",
                "fall",
                "cross",
                "listen to",
                "meet",
                "phone",
            )
            and "person" in v.subjects
            and not (v.en in ("read", "sing", "write") and not v.objects)
        ),
    )
    subj = subject(g, PEOPLE)
    if subj.lemma == "you":
        return None
    obj = None
    if verb.objects:
        obj = object_phrase(g, verb, subj)
        if not obj.definite or any(t.tag == "NUM" for t in obj.en):
            return None
    made = clause(
        g, verb, g.chance.pick(["past", "past", "future"]), subj=subj, obj=obj, extras=False
    )
    en, fr = g.chance.pick(
        ["three trois", "four quatre", "ten dix", "five cinq", "six six", "two deux"]
    ).split()
    number, key = g.key(), g.key()
    return made.statement + Phrase(
        tokens(en, "NUM", number) + tokens("times", "NOUN", key),
        tokens(fr, "NUM", number) + tokens("fois", "NOUN", key),
    ), "."
