"""The body: washing it, describing it, and where it hurts."""

from __future__ import annotations

from . import french, lexicon
from .clauses import (
    Clause,
    clause,
    subject,
    verb_group,
)
from .frames import PEOPLE, made_up, said
from .phrases import (
    Nominal,
    Phrase,
    by_agreement,
    name,
    noun_phrase,
    pronoun,
    tokens,
)
from .times import framed
from .tokens import Token

# --- the body -------------------------------------------------------------------------------------


def wash_hands(g):
    """*she washes her hands .* elle se lave les mains ."""
    subj = subject(g, PEOPLE)
    noun_en, is_plural = g.chance.pick(
        [("hand", True), ("face", False), ("hair", False), ("foot", True), ("hand", True)]
    )
    noun = lexicon.noun(noun_en)
    if noun_en == "face" and subj.plural:
        return None
    from .phrases import possessive_of

    mine, key = g.key(), g.key()
    verb_en, verb_fr = ("wash", "se laver")
    tense = g.chance.weighted(["present", "past", "future", "progressive", "must"], [2, 4, 2, 2, 2])
    en = tokens(possessive_of(subj), "PRON", mine) + tokens(
        noun.en_plural if is_plural else noun.en, "NOUN", key
    )
    plural_fr = is_plural or "frpl" in noun.flags
    fr = [
        Token(by_agreement(("le", "la", "les"), noun.gender, plural_fr), "DET", (mine,), "art"),
        Token(noun.fr_plural if plural_fr else noun.fr, "NOUN", (key,)),
    ]
    verb = made_up(verb_en, verb_fr)
    neg = "not" if g.chance.happens(0.15) else ""
    ask = g.chance.happens(0.15) and not neg and subj.lemma not in ("I", "we")
    # The participle does not agree: se is not the direct object.
    plain = Nominal(subj.en, subj.fr, **{**_features(subj), "gender": "m"})
    group = verb_group(g, plain, verb, tense, neg=neg, question=ask)
    if tense == "past":
        group.fr = [t._replace(form="lavé") if t.form.startswith("lavé") else t for t in group.fr]
    made = Clause(subj, group, Phrase(en, fr), verb)
    if subj.noun is not None:
        g.pairs.add(("subject", subj.noun.en, verb_en))
    if ask:
        return made.question(g), "?"
    timed = not neg and tense != "must"
    return framed(g, made.statement, tense, 0.2 if timed else 0.0, daily=True), "."


def _features(subj: Nominal) -> dict:
    return {
        "person": subj.person,
        "plural": subj.plural,
        "fr_plural": subj.fr_plural,
        "gender": subj.gender,
        "animate": subj.animate,
        "human": subj.human,
        "polite": subj.polite,
        "lemma": subj.lemma,
    }


LOOKS = {
    "eye": ("blue", "green", "brown", "big", "small", "beautiful", "grey"),
    "hair": ("black", "long", "short", "grey", "white", "beautiful", "red"),
    "hand": ("small", "big", "cold", "dirty"),
    "nose": ("long", "small", "big"),
    "leg": ("long", "short"),
    "beard": ("long", "white", "black", "grey"),
    "voice": ("soft", "beautiful"),
    "foot": ("small", "big", "cold"),
}


def looks(g):
    """*my sister has green eyes .* ma sœur a les yeux verts ."""
    part = g.chance.pick(list(LOOKS))
    noun = lexicon.noun(part)
    if part == "beard":
        subj = (
            name(g, "m")
            if g.chance.happens(0.5)
            else subject(
                g,
                ("grandfather", "uncle", "sailor", "king", "father", "giant"),
                adjectives=[],
                plural=False,
            )
        )
    else:
        subj = subject(
            g,
            ("kin", "girl", "boy", "princess", "actor", "child", "cat"),
            plural=False,
            adjectives=[],
        )
        if g.chance.happens(0.5):
            subj = (
                name(g) if g.chance.happens(0.5) else pronoun(g, g.chance.pick(["I", "he", "she"]))
            )
    if subj.lemma == "cat" and part not in ("eye", "leg"):
        return None
    en = g.chance.pick(LOOKS[part])
    row = lexicon.adjective(en)
    if part == "hair" and en == "red":
        row = row._replace(fr="roux")
    if part == "hair" and en == "brown":
        row = row._replace(fr="brun")
    single = part in ("nose", "beard", "voice")
    determiner = "a" if single else "bare"
    obj = noun_phrase(g, noun, determiner=determiner, plural=not single, adjectives=[row])
    if not single and not row.before:
        # French: les yeux verts
        key = obj.en[-1].keys[0]
        obj.fr = [Token("les", "DET", (key,), "art")] + obj.fr[1:]
    have = made_up("have", "avoir", "state", objects=(part,))
    tense = g.chance.weighted(["present", "past"], [4, 1])
    ask = g.chance.happens(0.15) and subj.lemma != "I"
    made = clause(g, have, tense, subj=subj, obj=obj, question=ask, extras=False)
    return said(g, made, ask)


def hurts(g):
    """*Paul 's head hurts .* Paul a mal à la tête . The roles change places."""
    part = g.chance.pick(["head", "tooth", "back", "foot", "leg", "arm", "ear", "eye", "hand"])
    noun = lexicon.noun(part)
    is_plural = part in ("tooth", "foot", "leg", "arm", "ear", "eye") and g.chance.happens(0.7)
    if part == "tooth":
        is_plural = True
    owner = name(g) if g.chance.happens(0.5) else pronoun(g, g.chance.pick(["I", "he", "she"]))
    past = g.chance.happens(0.3)
    from .phrases import possessive_of

    own, key, verb = g.key(), g.key(), g.key()
    word = noun.en_plural if is_plural else noun.en
    if owner.pronoun:
        en = tokens(possessive_of(owner), "PRON", own)
        fr = [t._replace(keys=(own,)) for t in owner.fr]
    else:
        en = owner.en + tokens("'s", "PART", own)
        fr = owner.fr
    en += tokens(word, "NOUN", key)
    hurt = "hurt" if past or is_plural else "hurts"
    neg = g.chance.happens(0.15) and not past
    neg_key = g.key()
    have = tokens(
        french.conjugate("avoir", "imperfect" if past else "present", owner.fr_person), "VERB", verb
    )
    if neg:
        en += [
            Token("do" if is_plural else "does", "AUX", (verb,)),
            Token("not", "PART", (neg_key,)),
            Token("hurt", "VERB", (verb,)),
        ]
        have = tokens("ne", "ADV", neg_key) + have + tokens("pas", "ADV", neg_key)
    else:
        en += tokens(hurt, "VERB", verb)
    link = own if not owner.pronoun else key  # j' ai mal à la main: la goes with hand
    fr = (
        fr
        + have
        + tokens("mal", "NOUN", verb)
        + [
            Token("à", "ADP", (verb,)),
            Token(by_agreement(("le", "la", "les"), noun.gender, is_plural), "DET", (link,), "art"),
        ]
        + tokens(noun.fr_plural if is_plural else noun.fr, "NOUN", key)
    )
    out = Phrase(en, fr)
    if not past:
        return out, "."
    return framed(g, out, "past", 1.0, daily=True), "."
