"""Quantities, and sentences with nobody, nothing and only."""

from __future__ import annotations

from . import lexicon
from .basic import is_action, suits
from .clauses import (
    clause,
    is_one_event,
    object_phrase,
    pick_verb,
    subject,
    verb_group,
    with_any,
)
from .frames import PEOPLE, made_up
from .phrases import (
    Nominal,
    Phrase,
    noun_phrase,
    tokens,
)
from .times import framed
from .tokens import Token, after_negation

# --- quantities -----------------------------------------------------------------------------------

AMOUNTS = [
    ("a lot of", "beaucoup de"),
    ("too much", "trop de"),
    ("enough", "assez de"),
    ("a little", "un peu de"),
    ("a glass of", "un verre de"),
    ("a cup of", "une tasse de"),
    ("a bottle of", "une bouteille de"),
    ("a kilo of", "un kilo de"),
    ("less", "moins de"),
    ("more", "plus de"),
    ("a piece of", "un morceau de"),
]


def quantity(g):
    """*she drinks a glass of water .*, *he has too many books .*"""
    counted = g.chance.happens(0.4)
    subj = subject(g, PEOPLE)
    tense = g.chance.weighted(["present", "past", "future", "want", "progressive"], [3, 4, 1, 2, 2])
    key = g.key()
    if counted:
        en, fr = g.chance.pick(
            [
                ("a lot of", "beaucoup de"),
                ("too many", "trop de"),
                ("many", "beaucoup de"),
                ("few", "peu de"),
                ("several", "plusieurs"),
                ("enough", "assez de"),
                ("fewer", "moins de"),
                ("more", "plus de"),
            ]
        )
        verb = lexicon.verb(
            *g.chance.pick(
                [
                    ("have", "avoir"),
                    ("buy", "acheter"),
                    ("read", "lire"),
                    ("find", "trouver"),
                    ("make", "faire"),
                    ("see", "voir"),
                    ("receive", "recevoir"),
                    ("eat", "manger"),
                ]
            )
        )
        kinds = {
            "have": ("friend", "book", "idea", "toy", "dress", "shoe", "key"),
            "buy": ("fruit", "clothes", "book", "flower"),
            "read": ("book", "novel", "letter", "poem"),
            "find": ("mushroom", "mistake", "coin", "flower"),
            "make": ("mistake", "cake"),
            "see": ("bird", "tourist", "star", "film"),
            "receive": ("gift", "letter", "message"),
            "eat": ("fruit", "biscuit", "pancake", "egg"),
        }[verb.en]
        noun = g.chance.ranked(
            [n for n in lexicon.nouns(kinds) if not n.flags & {"mass", "frpl", "pl", "enpl"}], 0.3
        )
    else:
        en, fr = g.chance.ranked(AMOUNTS, 0.2)
        vessel = en in ("a glass of", "a cup of", "a bottle of")
        solid = en in ("a kilo of", "a piece of")
        if vessel:
            pool = {
                "a glass of": ("water", "milk", "wine", "beer", "juice", "lemonade", "cider"),
                "a cup of": ("tea", "coffee", "milk", "soup"),
                "a bottle of": ("wine", "milk", "water", "beer", "cider", "oil"),
            }[en]
        elif solid:
            pool = {
                "a kilo of": ("sugar", "flour", "rice", "meat", "butter"),
                "a piece of": ("bread", "cheese", "chocolate", "meat", "ham"),
            }[en]
        else:
            pool = (
                "water",
                "bread",
                "milk",
                "cheese",
                "sugar",
                "rice",
                "coffee",
                "soup",
                "money",
                "wine",
                "butter",
                "meat",
                "honey",
                "tea",
                "chocolate",
                "salad",
                "jam",
                "fish",
            )
        en_noun = g.chance.pick(pool)
        noun = lexicon.noun(en_noun, "foodstuff" if en_noun == "fish" else "")
        drinkable = "drink" in noun.kinds
        if noun.en == "money":
            verb = lexicon.verb(
                *g.chance.pick([("need", "avoir besoin"), ("find", "trouver"), ("have", "avoir")])
            )
        else:
            options = [
                ("buy", "acheter"),
                ("drink", "boire") if drinkable else ("eat", "manger"),
                ("bring", "apporter"),
            ]
            if noun.en in ("oil", "flour", "sugar", "butter", "honey", "jam"):
                options = [("buy", "acheter"), ("bring", "apporter")]
            verb = lexicon.verb(*g.chance.pick(options))
    if "state" in verb.flags and tense in ("past", "future", "want", "progressive"):
        tense = "present"
    if not is_action(verb) and tense == "progressive":
        tense = "past"
    if "avoir besoin" in verb.fr and fr.startswith(("un", "plusieurs")):
        return None
    core = noun_phrase(
        g,
        noun,
        determiner="none",
        plural=counted,
        adjectives=[] if not counted or g.chance.happens(0.7) else None,
    )
    tags = {
        "a": "DET",
        "of": "ADP",
        "un": "DET",
        "une": "DET",
        "de": "ADP",
        "many": "ADJ",
        "few": "ADJ",
        "several": "ADJ",
        "much": "ADJ",
        "more": "ADJ",
        "less": "ADJ",
        "fewer": "ADJ",
        "little": "ADJ",
        "plusieurs": "DET",
        "beaucoup": "ADV",
        "trop": "ADV",
        "assez": "ADV",
        "peu": "ADV" if en != "a little" else "NOUN",
        "moins": "ADV",
        "plus": "ADV",
        "too": "ADV",
        "enough": "ADJ",
        "lot": "NOUN",
    }
    amount_en = [Token(w, tags.get(w, "NOUN"), (key,)) for w in en.split()]
    amount_fr = [Token(w, tags.get(w, "NOUN"), (key,)) for w in fr.split()]
    obj = Nominal(
        amount_en + core.en,
        amount_fr + core.fr,
        plural=core.plural,
        fr_plural=core.fr_plural,
        gender=core.gender,
        lemma=noun.en,
        general=not fr.startswith(("un ", "une ")),  # a lot of bread, not a piece of it
    )
    frame = made_up(
        verb.en,
        verb.fr,
        *verb.flags,
        objects=(noun.en,),
        preposition=verb.preposition or ("de" if "besoin" in verb.fr else ""),
    )
    neg = ""
    if "besoin" in frame.fr:
        frame = frame._replace(preposition="de")
    if fr in ("moins de", "plus de", "assez de") and tense not in ("want",):
        return None
    if tense == "present" and is_one_event(frame, obj):
        tense = "progressive"
    made = clause(g, frame, tense, subj=subj, obj=obj, neg=neg, extras=False)
    return framed(g, made.statement, tense, 0.2 if "state" not in frame.flags else 0.0), "."


# --- nobody, nothing, only ------------------------------------------------------------------------


def nobody(g):
    """*nobody sings .* personne ne chante . *I see nothing .* je ne vois rien ."""
    way = g.chance.weighted(["nobody", "nothing", "only"], [3, 3, 3])
    tense = g.chance.weighted(["present", "past", "future"], [3, 3, 1])
    key = g.key()
    if way == "nobody":
        verb = pick_verb(
            g, lambda v: "person" in v.subjects and suits(tense)(v) and "own" not in v.flags
        )
        subj = Nominal(
            tokens("nobody", "PRON", key),
            tokens("personne", "PRON", key) + tokens("ne", "ADV", key),
            animate=True,
            human=True,
            lemma="nobody",
        )
        obj = object_phrase(g, verb, subj) if verb.objects else None
        if obj is not None and not verb.preposition:  # personne n' a de chien
            obj.fr, obj.en = after_negation(obj.fr), with_any(obj.en)
        made = clause(g, verb, tense, subj=subj, obj=obj, extras=g.chance.happens(0.5))
        if any(t.form in ("his", "her", "their") for t in made.complements.en):
            return None
        return made.statement, "."
    if way == "nothing":
        verb = lexicon.verb(
            *g.chance.pick(
                [
                    ("eat", "manger"),
                    ("see", "voir"),
                    ("find", "trouver"),
                    ("hear", "entendre"),
                    ("buy", "acheter"),
                    ("want", "vouloir"),
                    ("understand", "comprendre"),
                    ("read", "lire"),
                    ("forget", "oublier"),
                    ("choose", "choisir"),
                    ("receive", "recevoir"),
                ]
            )
        )
        subj = subject(g, PEOPLE)
        if "state" in verb.flags:
            tense = "present"
        elif tense == "present" and not verb.habitual:
            tense = "past"
        frame = made_up(verb.en, verb.fr, *verb.flags)
        group = verb_group(g, subj, frame, tense, neg="never")
        # The adverb of negation in its place is rien, and English has nothing instead.
        neg_key = group.key + 2
        fr = [t._replace(form="rien", tag="PRON") if t.form == "jamais" else t for t in group.fr]
        rest = [t for t in group.rest if t.form != "never"]
        out = Phrase(subj.en + group.aux + rest + tokens("nothing", "PRON", neg_key), subj.fr + fr)
        return framed(g, out, tense, 0.3 if "state" not in verb.flags else 0.0), "."
    return _only(g, tense)


def _only(g, tense):
    """*he has only two books .* il n' a que deux livres ."""
    verb = pick_verb(
        g,
        lambda v: (
            v.objects
            and "person" in v.subjects
            and not v.preposition
            and v.en
            in (
                "have",
                "eat",
                "drink",
                "read",
                "buy",
                "see",
                "find",
                "speak",
                "wear",
                "sell",
                "use",
                "write",
            )
        ),
    )
    if "state" in verb.flags:
        tense = "present"
    elif tense == "present" and not verb.habitual:
        tense = "past"
    noun = g.chance.ranked(
        [
            n
            for n in lexicon.nouns(verb.objects)
            if not n.flags & {"pl", "enpl", "only"} and not n.kinds & {"kin", "person", "building"}
        ],
        0.4,
    )
    mass = bool(noun.flags & {"mass", "frpl"})
    obj = noun_phrase(
        g,
        noun,
        determiner="bare" if mass else g.chance.weighted(["number", "a", "bare"], [5, 2, 1]),
        adjectives=[],
    )
    subj = subject(g, PEOPLE)
    if tense != "present" and subj.lemma == "you":
        return None
    key = g.key()
    if tense == "present" and is_one_event(verb, obj):
        tense = "progressive"
    group = verb_group(g, subj, verb, tense)
    fr = tokens("ne", "ADV", key) + group.fr + tokens("que", "ADV", key)
    return Phrase(
        subj.en + group.aux + group.rest + tokens("only", "ADV", key) + obj.en,
        subj.fr + fr + obj.fr,
    ), "."
