"""Languages, friends by name, and what is done to things."""

from __future__ import annotations

from . import english, french, lexicon
from . import lexicon_other as other
from .basic import suits
from .clauses import (
    Clause,
    Group,
    clause,
    pick_verb,
    subject,
)
from .frames import PEOPLE, made_up, said
from .phrases import (
    Nominal,
    Phrase,
    name,
    noun_phrase,
    tokens,
)
from .times import framed
from .tokens import Token

# --- languages, friends, passive ------------------------------------------------------------------


def languages(g):
    """*she speaks French .* elle parle français . *he learns Italian .* il apprend l' italien ."""
    en, fr = [c.strip() for c in g.chance.ranked(other.LANGUAGES, 0.5).split(";")]
    verb_en, verb_fr, needs_article = g.chance.weighted(
        [
            ("speak", "parler", False),
            ("learn", "apprendre", True),
            ("understand", "comprendre", True),
            ("teach", "enseigner", True),
            ("study", "étudier", True),
        ],
        [5, 3, 2, 1, 1],
    )
    kinds = ("teacher",) if verb_en == "teach" else PEOPLE
    subj = subject(g, kinds)
    key = g.key()
    obj_fr = tokens(fr, "NOUN", key)
    if needs_article:
        obj_fr = [Token("le", "DET", (key,), "art")] + obj_fr
    tense = g.chance.weighted(["present", "future", "want", "must", "can"], [5, 1, 2, 1, 1])
    if verb_en in ("learn", "study") and g.chance.happens(0.4):
        tense = "progressive"
    if verb_en == "understand":
        tense = "present"
    neg = "not" if g.chance.happens(0.2) and tense in ("present", "can", "want") else ""
    ask = g.chance.happens(0.2) and not neg and subj.lemma not in ("I", "we")
    verb = made_up(verb_en, verb_fr, *(["state"] if verb_en == "understand" else []))
    made = clause(
        g,
        verb,
        tense,
        subj=subj,
        neg=neg,
        question=ask,
        extras=False,
        tail=Phrase(tokens(en, "PROPN", key), obj_fr),
    )
    return said(g, made, ask)


def friend_named(g):
    """*my friend Marie sings .* mon amie Marie chante: the name after it decides the gender."""
    en, m, f = g.chance.ranked(
        [
            ("friend", "ami", "amie"),
            ("cousin", "cousin", "cousine"),
            ("neighbour", "voisin", "voisine"),
            ("student", "étudiant", "étudiante"),
            ("colleague", "collègue", "collègue"),
        ],
        0.5,
    )
    who = name(g)
    woman = who.gender == "f"
    noun = lexicon.Noun(
        en,
        en + "s",
        f if woman else m,
        (f if woman else m) + "s",
        who.gender,
        frozenset({"person", "named"}),
        frozenset(),
    )
    adjective = []
    if g.chance.happens(0.25):
        adjective = [lexicon.adjective(g.chance.pick(["old", "young", "new", "good"]))]
    head = noun_phrase(g, noun, determiner="possessive", plural=False, adjectives=adjective)
    subj = Nominal(
        head.en + who.en,
        head.fr + who.fr,
        gender=who.gender,
        animate=True,
        human=True,
        lemma=who.lemma,
    )
    if g.chance.happens(0.35):
        from .predicates import PERSONAL, asked, quality, with_be

        end = quality(g, subj, lexicon.adjective(g.chance.pick(PERSONAL)))
        return asked(
            g,
            with_be(
                g, subj, end, g.chance.weighted(["present", "past"], [3, 2]), g.chance.happens(0.15)
            ),
            0.15,
        )
    tense = g.chance.weighted(["present", "past", "progressive", "future"], [3, 4, 2, 1])
    verb = pick_verb(g, lambda v: suits(tense)(v) and "person" in v.subjects)
    made = clause(g, verb, tense, subj=subj)
    return made.statement, "."


PASSIVES = [
    ("write", "écrire", ("written",), ("writer", "poet", "journalist", "student")),
    ("build", "construire", ("built",), ("king", "engineer", "farmer")),
    ("repair", "réparer", ("vehicle", "device"), ("mechanic", "engineer", "uncle")),
    ("steal", "voler", ("jewel", "car", "picture", "money"), ("thief",)),
    ("paint", "peindre", ("picture", "door", "wall"), ("painter", "artist")),
    ("open", "ouvrir", ("door", "window", "letter", "box"), ("child", "policeman", "nurse")),
    ("find", "trouver", ("key", "treasure", "ring", "dog", "coin"), ("child", "dog", "tourist")),
    ("eat", "manger", ("cake", "apple", "fish"), ("cat", "child", "fox", "bear")),
    ("break", "casser", ("fragile", "window", "chair"), ("child", "cat", "dog")),
    ("sell", "vendre", ("house", "vehicle", "picture"), ("farmer", "lawyer")),
    ("invite", "inviter", ("neighbour", "singer", "friend"), ("mayor", "king", "queen")),
    ("arrest", "arrêter", ("thief", "prisoner"), ("policeman", "soldier")),
    ("bite", "mordre", ("postman", "child", "cat"), ("dog", "snake")),
    ("translate", "traduire", ("novel", "poem", "letter"), ("student", "writer", "teacher")),
    ("clean", "nettoyer", ("kitchen", "car", "window"), ("waiter", "gardener", "pupil")),
    ("visit", "visiter", ("museum", "castle", "island"), ("tourist", "queen", "student")),
    ("prepare", "préparer", ("meal", "soup", "cake"), ("cook", "baker", "grandmother")),
    ("water", "arroser", ("flower", "tree", "plant"), ("gardener", "rain")),
    ("discover", "découvrir", ("island", "treasure", "secret"), ("sailor", "scientist")),
]


def passive(g):
    """*the letter was written by the poet .* la lettre a été écrite par le poète ."""
    en, fr, kinds, agents = g.chance.pick(PASSIVES)
    noun = g.chance.ranked([n for n in lexicon.nouns(kinds) if not n.flags & {"pl", "enpl"}], 0.25)
    close = "owned" in noun.kinds
    determiner = "possessive" if close else g.chance.pick(["the", "the", "this"])
    subj = noun_phrase(g, noun, role="subject", determiner=determiner)
    if subj.lemma in agents:
        return None
    key = g.key()
    tense = g.chance.weighted(["past", "future"], [5, 1])
    neg = g.chance.happens(0.15)
    neg_key, aux_key = g.key(), g.key()
    participle = french.agree_participle(french.participle(fr), subj.gender, subj.fr_plural)
    if tense == "past":
        aux, rest = tokens(english.be(3, subj.plural, "past"), "AUX", aux_key), []
        finite = tokens(french.conjugate("avoir", "present", subj.fr_person), "AUX", aux_key)
        been = tokens("été", "AUX", aux_key)
    else:
        aux, rest = tokens("will", "AUX", aux_key), tokens("be", "AUX", aux_key)
        finite = tokens(french.conjugate("être", "future", subj.fr_person), "AUX", aux_key)
        been = []
    if neg:
        rest = tokens("not", "PART", neg_key) + rest
        finite = tokens("ne", "ADV", neg_key) + finite + tokens("pas", "ADV", neg_key)
    group = Group(
        aux,
        rest + tokens(english.participle(en), "VERB", key),
        finite + been + tokens(participle, "VERB", key),
        key=key,
    )
    end = Phrase()
    if g.chance.happens(0.7):
        doer = g.chance.pick([n for n in lexicon.nouns(agents)])
        agent = (
            name(g)
            if g.chance.happens(0.25) and doer.kinds & {"person"}
            else noun_phrase(
                g,
                doer,
                role="place",
                determiner="the" if "kin" not in doer.kinds else "possessive",
                plural=False if g.chance.happens(0.8) else True,
            )
        )
        by = g.key()
        end = Phrase(tokens("by", "ADP", by) + agent.en, tokens("par", "ADP", by) + agent.fr)
    made = Clause(subj, group, end, lexicon.VERB_LIST[0])
    if g.chance.happens(0.2) and not neg:
        return made.question(g), "?"
    return framed(g, made.statement, tense, 0.2 if not neg else 0.0), "."
