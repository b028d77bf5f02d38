"""Plain sentences: statements in every tense, negation, modal verbs, questions, commands.

A construction is a function of the grammar that returns (phrase, final mark), or None when the
words it drew do not go together.
"""

from __future__ import annotations

from . import french, lexicon, times
from . import lexicon_other as other
from .clauses import (
    ONCE,
    clause,
    is_one_event,
    maybe_object_pronoun,
    object_phrase,
    pick_verb,
    subject,
    with_any,
)
from .phrases import Grammar, Nominal, Phrase, Unsuitable, comma, fixed, name, pronoun, tokens
from .tokens import Token, after_negation


def is_free(verb: lexicon.Verb) -> bool:
    """Whether the verb needs no complement of place."""
    return not verb.flags & {"dwell", "goal"}


def is_action(verb: lexicon.Verb) -> bool:
    """Whether the verb has a progressive form."""
    return not verb.flags & {"state", "np"}


def is_event(verb: lexicon.Verb) -> bool:
    return is_free(verb) and "state" not in verb.flags


def is_general(verb: lexicon.Verb) -> bool:
    """Whether the simple present sounds right without a story around it."""
    return is_free(verb) and ("state" in verb.flags or verb.habitual)


def is_repeated(verb: lexicon.Verb) -> bool:
    return is_free(verb) and verb.habitual and "state" not in verb.flags


def is_animate(verb: lexicon.Verb) -> bool:
    return "person" in verb.subjects or "child" in verb.subjects


def suits(tense: str):
    """The test a verb must pass to stand in this tense in a plain statement."""
    return {
        "progressive": lambda v: is_free(v) and is_action(v),
        "past_progressive": lambda v: is_free(v) and is_action(v),
        "habit": is_repeated,
        "present": is_general,
        "perfect": is_event,
        "recent": is_event,
        "future": is_event,
        "going": is_event,
        "past": is_free,
    }[tense]


def statement(
    g: Grammar, tense: str, neg: str = "", adverb: str = "", test=None, chance: float = 0.3
) -> Phrase:
    """A statement, now and then with a pronoun for its object and with a time."""
    verb = pick_verb(g, test or suits(tense))
    subj = subject(
        g,
        verb.subjects,
        adult=verb.adult,
        plural=True if "pl" in verb.flags and not verb.objects else None,
    )
    obj = maybe_object_pronoun(g, verb, subj) if g.chance.happens(0.2) else None
    if obj is None and verb.objects:
        obj = object_phrase(g, verb, subj)
    timed = "state" not in verb.flags and not adverb and not neg
    repeated = bool(adverb) or neg == "never" or tense == "habit"
    if is_one_event(verb, obj) and repeated:
        never_one = neg == "never" and not obj.definite  # she never writes a letter
        if (verb.en in ONCE and not never_one) or adverb.startswith("still"):
            raise Unsuitable(f"{verb.en} the same {obj.lemma} again")
    if tense == "present" and is_one_event(verb, obj) and not repeated:
        if timed and verb.en not in ONCE and g.chance.happens(chance):
            chance, repeated = 1.0, True  # he cleans the kitchen every day
        else:
            tense, chance = "progressive", chance / 2
    made = clause(g, verb, tense, subj=subj, obj=obj, neg=neg, adverb=adverb, story=repeated)
    return times.framed(
        g, made.statement, tense, chance if timed else 0.0, daily=verb.en in times.DAILY
    )


def present(g):
    """*Marie reads the newspaper in the morning .*"""
    if g.chance.happens(0.35):  # the present of a story
        return statement(
            g, "present", test=lambda v: is_event(v) and not v.habitual, chance=0.0
        ), "."
    return statement(g, "present"), "."


def frequency(g):
    """*the dog often sleeps on the sofa .*"""
    return statement(
        g, "present", adverb=g.chance.ranked(other.FREQUENCY, 0.6), test=is_repeated
    ), "."


def progressive(g):
    return statement(g, "progressive", chance=0.15), "."


def past(g):
    return statement(g, "past", chance=0.35), "."


def past_progressive(g):
    return statement(g, "past_progressive"), "."


# What has no end that one could have reached *already*.
ACTIVITIES = set(
    """
    carry sleep walk run swim play dance sing laugh smile cry shout speak rest stay follow hold push
    pull travel use wear chase snore tremble cough sneeze hurry argue fight whistle pray lie
    hesitate protect keep defend work
""".split()
) | {"wait for", "look at", "look for", "listen to", "talk to", "have fun", "get bored"}
ACTIVITIES |= {"think about", "dream of", "count on", "take care of"}


def perfect(g):
    if not g.chance.happens(0.65):
        return statement(g, "perfect"), "."
    return statement(
        g, "perfect", adverb="already déjà", test=lambda v: is_event(v) and v.en not in ACTIVITIES
    ), "."


def habit(g):
    return statement(g, "habit"), "."


def future(g):
    return statement(g, g.chance.weighted(["future", "going"], [3, 2]), chance=0.35), "."


def recent(g):
    return statement(g, "recent"), "."


def negation(g):
    tense = g.chance.weighted(["present", "past", "future", "progressive"], [5, 4, 2, 2])
    return statement(g, tense, neg="not", test=suits(tense)), "."


def never(g):
    """*she never drinks coffee . he no longer works .*"""
    neg = g.chance.weighted(["never", "no longer"], [3, 2])
    tense = "present" if neg == "no longer" else g.chance.weighted(["present", "perfect"], [3, 2])
    return statement(
        g,
        tense,
        neg=neg,
        test=is_repeated if neg == "never" and tense == "present" else suits(tense),
    ), "."


# What nobody wants to do, or not in so few words.
UNWANTED = set("fall lose cough sneeze tremble miss hesitate arrive forget break snore".split()) | {
    "get lost",
    "get bored",
}


def modal(g):
    tense = g.chance.weighted(
        ["can", "must", "want", "should", "would like", "have to"], [4, 4, 4, 2, 2, 2]
    )
    neg = "not" if tense in ("can", "want", "should") and g.chance.happens(0.3) else ""

    def test(v):
        wished = tense in ("want", "would like")
        return is_event(v) and is_animate(v) and not (wished and v.en in UNWANTED)

    return statement(g, tense, neg=neg, test=test), "."


def no_speaker(g: Grammar, verb: lexicon.Verb) -> Nominal:
    """A subject one can ask about: not *I*."""
    while True:
        subj = subject(
            g,
            verb.subjects,
            adult=verb.adult,
            plural=True if "pl" in verb.flags and not verb.objects else None,
        )
        if subj.lemma not in ("I", "we"):
            return subj


def question(g):
    """*does Paul like cheese ?* est-ce que Paul aime le fromage ?"""
    tense = g.chance.weighted(
        ["present", "past", "progressive", "future", "can", "want", "must", "perfect"],
        [6, 4, 3, 2, 2, 2, 1, 1],
    )
    test = {
        "can": lambda v: is_event(v) and is_animate(v),
        "must": lambda v: is_event(v) and is_animate(v),
        "want": lambda v: is_event(v) and "person" in v.subjects and v.en not in UNWANTED,
        "perfect": lambda v: is_event(v) and v.en not in ACTIVITIES,
    }
    verb = pick_verb(g, test.get(tense) or suits(tense))
    agrees = tense in ("past", "perfect") and verb.takes_etre
    if "person" in verb.subjects and g.chance.happens(0.3) and not agrees:
        subj = pronoun(g, "you")
    else:
        subj = no_speaker(g, verb)
    made = clause(
        g,
        verb,
        tense,
        subj=subj,
        question=True,
        adverb="already déjà" if tense == "perfect" else "",
    )
    return made.question(g), "?"


QUESTION_WORDS = [
    ("where", "ADV", "où", "ADV"),
    ("when", "ADV", "quand", "ADV"),
    ("why", "ADV", "pourquoi", "ADV"),
]


def wh_question(g):
    """*where does Paul work ?* où est-ce que Paul travaille ?"""
    row = g.chance.weighted(QUESTION_WORDS, [4, 3, 4])
    tense = g.chance.weighted(["present", "past", "progressive", "future"], [4, 3, 2, 2])
    if row[0] == "when" and tense == "progressive":
        tense = "future"
    if row[0] == "why":
        tense = g.chance.weighted(["past", "progressive", "present"], [4, 4, 2])

    def test(v):
        located = v.flags & {"home", "public", "out", "seat"}
        return (
            suits(tense)(v)
            and "state" not in v.flags
            and (row[0] != "where" or (bool(located) and not v.preposition))
        )

    verb = pick_verb(g, test)
    neg = "not" if row[0] == "why" and g.chance.happens(0.25) else ""
    subj = no_speaker(g, verb)
    obj = object_phrase(g, verb, subj) if verb.objects else None
    if obj is not None and not obj.definite:
        return None  # where do you drink any milk?
    made = clause(g, verb, tense, subj=subj, obj=obj, question=True, extras=False, neg=neg)
    return made.question(g, fixed(g, *row)), "?"


def object_question(g):
    """*what is Paul reading ?* qu' est-ce que Paul lit ?"""
    tense = g.chance.weighted(["past", "progressive", "future", "want"], [3, 4, 2, 2])
    things = (
        "eat",
        "drink",
        "read",
        "write",
        "look for",
        "find",
        "buy",
        "sell",
        "prepare",
        "draw",
        "build",
        "watch",
        "listen to",
        "choose",
        "see",
        "wear",
        "bring",
        "hide",
        "repair",
        "throw",
        "learn",
        "study",
        "cook",
    )
    verb = pick_verb(
        g,
        lambda v: (
            v.en in things
            and v.objects
            and "person" in v.subjects
            and (tense != "progressive" or is_action(v))
        ),
    )
    made = clause(g, verb, tense, subj=no_speaker(g, verb), question=True, dropped=True)
    return made.question(g, fixed(g, "what", "PRON", "que", "PRON")), "?"


def subject_question(g):
    """*who is singing ?* qui chante ?"""
    tense = g.chance.weighted(["present", "past", "progressive", "future", "want"], [2, 3, 3, 1, 1])
    verb = pick_verb(
        g,
        lambda v: (
            "person" in v.subjects
            and (is_event(v) and v.en not in UNWANTED if tense == "want" else suits(tense)(v))
        ),
    )
    key = g.key()
    who = Nominal(
        tokens("who", "PRON", key),
        tokens("qui", "PRON", key),
        animate=True,
        human=True,
        lemma="who",
    )
    return clause(g, verb, tense, subj=who, extras=False).statement, "?"


def which(g):
    """*which book is Marie reading ?* quel livre est-ce que Marie lit ?"""
    return _asked_noun(g, "which")


def how_many(g):
    """*how many apples did Paul eat ?* combien de pommes est-ce que Paul a mangées ?"""
    return _asked_noun(g, "how many")


def _asked_noun(g: Grammar, way: str):
    from .phrases import noun_phrase

    tense = g.chance.weighted(["present", "past", "progressive", "future"], [2, 4, 2, 1])
    verb = pick_verb(
        g,
        lambda v: (
            v.objects
            and not v.preposition
            and "person" in v.subjects
            and not v.flags & {"gen", "own"}
            and suits(tense)(v)
            and not (way == "how many" and v.flags & {"the"})
        ),
    )
    kind = g.chance.ranked(verb.objects, 0.3)
    nouns = [n for n in lexicon.nouns((kind,)) if not n.flags and not n.kinds & {"kin", "nature"}]
    if not nouns or (way == "how many" and kind in ("building", "room", "town")):
        return None
    noun = g.chance.ranked(nouns, 0.4)
    many = way == "how many"
    core = noun_phrase(g, noun, determiner="none", plural=True if many else None, adjectives=[])
    key = g.key()
    if many:
        ask = Phrase(
            tokens("how many", "ADV ADJ", key) + core.en,
            tokens("combien de", "ADV ADP", key) + core.fr,
        )
    else:
        form = french.agree("quel", core.gender, core.fr_plural)
        ask = Phrase(tokens("which", "DET", key) + core.en, tokens(form, "DET", key) + core.fr)
    subj = no_speaker(g, verb)
    if subj.lemma == noun.en:
        return None
    if tense == "present" and is_action(verb):
        tense = "progressive"  # one event: which book is she reading?
    made = clause(g, verb, tense, subj=subj, question=True, dropped=core, extras=False)
    return made.question(g, ask), "?"


# --- commands -----------------------------------------------------------------------------------


def commandable(verb: lexicon.Verb) -> bool:
    return (
        "person" in verb.subjects
        and bool(verb.objects)
        and not verb.preposition
        and not verb.flags & {"state", "np", "the", "nope"}
        and not verb.reflexive
        and " " not in verb.fr
        and verb.en not in ("steal", "attack", "search", "hide", "break")
    )


def command(g):
    """*open the window , please .* ouvrez la fenêtre , s' il vous plaît ."""
    together = g.chance.happens(0.25)
    verb = pick_verb(g, commandable)
    obj = _thing(g, verb, pronoun(g, "we" if together else "you"))
    neg = not together and g.chance.happens(0.35)
    out = imperative(g, verb, obj, together=together, neg=neg)
    if not together and g.chance.happens(0.4):
        please = fixed(g, "please", "INTJ", "si il vous plaît", "SCONJ PRON PRON VERB")
        out = out + comma(g) + please
    return out, "."


def _thing(g: Grammar, verb: lexicon.Verb, subj: Nominal) -> Nominal:
    while True:
        obj = object_phrase(g, verb, subj)
        if obj.noun is not None and "your" not in {t.form for t in obj.en[1:]}:
            return obj


def imperative(
    g: Grammar, verb: lexicon.Verb, obj: Nominal, *, together: bool = False, neg: bool = False
) -> Phrase:
    """*open, do not open, let us open* with an object; *ouvrez, n' ouvrez pas, ouvrons*."""
    key, neg_key = g.key(), g.key()
    words = verb.en.split()
    en = [Token(words[0], "VERB", (key,))] + [Token(w, "ADP", (key,)) for w in words[1:]]
    fr = tokens(french.imperative(verb.fr)[0 if together else 1], "VERB", key)
    en_obj, fr_obj = obj.en, obj.fr
    if neg:
        en = tokens("do", "AUX", key) + tokens("not", "PART", neg_key) + en
        fr = tokens("ne", "ADV", neg_key) + fr + tokens("pas", "ADV", neg_key)
        en_obj, fr_obj = with_any(en_obj), after_negation(fr_obj)
    if together:
        en = tokens("let us", "VERB PRON", key) + en
    return Phrase(en + en_obj, fr + fr_obj)


# --- who one talks to -----------------------------------------------------------------------------

POLITE = [("madam", "madame"), ("sir", "monsieur"), ("doctor", "docteur")]


def vocative(g):
    """*do you like tea , Paul ?* is *tu*; *do you like tea , madam ?* is *vous*."""
    tense = g.chance.weighted(["present", "past", "can", "want", "must"], [5, 3, 3, 3, 1])
    verb = pick_verb(
        g,
        lambda v: (
            "person" in v.subjects
            and not v.takes_etre
            and "own" not in v.flags
            and (suits(tense)(v) if tense in ("present", "past") else is_event(v))
            and not (tense == "want" and v.en in UNWANTED)
        ),
    )
    subj = pronoun(g, "you")
    if g.chance.happens(0.6):
        called = name(g)
        subj = familiar(subj)
    else:
        en, fr = g.chance.pick(POLITE)
        called = fixed(g, en, "NOUN", fr, "NOUN")
    asks = tense != "must"
    obj = object_phrase(g, verb, subj) if verb.objects else None
    if obj is not None and any(t.form in ("your",) for t in obj.en):
        return None
    made = clause(g, verb, tense, subj=subj, obj=obj, question=asks)
    body = made.question(g) if asks else made.statement
    if g.chance.happens(0.3):
        return called + comma(g) + body, "?" if asks else "."
    return body + comma(g) + called, "?" if asks else "."


def familiar(you: Nominal) -> Nominal:
    """*you* as *tu*."""
    from dataclasses import replace

    return replace(you, fr=[you.fr[0]._replace(form="tu")], polite=False)
