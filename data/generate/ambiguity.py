"""English words with two French translations, and nouns that look like verbs."""

from __future__ import annotations

from . import french, lexicon
from .basic import is_action
from .clauses import (
    clause,
    subject,
)
from .frames import PEOPLE, made_up
from .phrases import (
    Grammar,
    Nominal,
    Phrase,
    city,
    noun_phrase,
    place,
    tokens,
)
from .times import framed

# --- words with two translations ------------------------------------------------------------------


def leaving(g):
    """*he left the keys on the table .*: *laisser*, because a place follows."""
    subj = subject(g, PEOPLE)
    noun = g.chance.ranked(
        lexicon.nouns(
            (
                "key",
                "bag",
                "umbrella",
                "book",
                "letter",
                "glove",
                "coat",
                "ticket",
                "newspaper",
                "glass",
                "hat",
                "knife",
                "box",
                "suitcase",
                "bottle",
                "pen",
                "cup",
                "phone",
            )
        ),
        0.2,
    )
    obj = noun_phrase(
        g, noun, determiner=g.chance.pick(["the", "possessive", "this", "a"]), owner=subj
    )
    spot = place(
        g,
        ("surface", "kitchen", "bedroom", "car", "garden", "restaurant", "office", "hotel"),
        adjectives=[],
    )
    tense = g.chance.weighted(["past", "future", "progressive", "present"], [6, 2, 1, 1])
    neg = "not" if g.chance.happens(0.15) else ""
    en, fr = g.chance.weighted(
        [("leave", "laisser"), ("put", "mettre"), ("find", "trouver"), ("hide", "cacher")],
        [5, 3, 2, 1],
    )
    made = clause(
        g,
        made_up(en, fr, objects=("thing",)),
        tense,
        subj=subj,
        obj=obj,
        neg=neg,
        extras=False,
        tail=spot,
    )
    return made.statement, "."


def doing_nouns(g):
    """Nouns that look like verbs: *they took a walk, the drink is cold, a phone call* ..."""
    row = g.chance.pick(
        [
            ("take a walk", "faire une promenade"),
            ("take a walk", "faire une promenade"),
            ("make a mistake", "faire une erreur"),
            ("have a dream", "faire un rêve"),
            ("take a photo", "prendre une photo"),
            ("make a cake", "faire un gâteau"),
            ("ask a question", "poser une question"),
            ("tell a story", "raconter une histoire"),
            ("find an answer", "trouver une réponse"),
        ]
    )
    verb_en, _, noun_en = row[0].split()
    verb_fr, un, noun_fr = row[1].split()
    noun = lexicon.noun(noun_en)
    subj = subject(g, PEOPLE)
    tense = g.chance.weighted(["past", "future", "going", "want", "progressive"], [5, 2, 2, 2, 1])
    if verb_en == "have":
        tense = "past"
    determiner = g.chance.weighted(["a", "this", "number"], [6, 0.5, 1])
    article = noun_phrase(
        g,
        noun._replace(fr=noun_fr, fr_plural=french.plural(noun_fr)),
        determiner=determiner,
        adjectives=None if g.chance.happens(0.5) else [],
    )
    verb = made_up(verb_en, verb_fr, objects=(noun_en,))
    neg = "not" if g.chance.happens(0.15) else ""
    made = clause(g, verb, tense, subj=subj, obj=article, neg=neg, extras=False)
    out = made.statement
    if noun_en == "walk" and g.chance.happens(0.5):
        out = out + place(g, ("strolled",), adjectives=[])
    return framed(g, out, tense, 0.0 if neg else 0.3), "."


def book_room(g):
    """*we booked a room in this hotel .* nous avons réservé une chambre dans cet hôtel ."""
    subj = subject(g, PEOPLE, adult=True)
    if subj.lemma == "you":
        return None
    noun = lexicon.noun("room")._replace(
        fr="chambre", fr_plural="chambres", kinds=frozenset({"room", "hotelroom"})
    )
    choices = [lexicon.adjective(a) for a in ("quiet", "big", "small", "clean", "comfortable")]
    obj = noun_phrase(
        g,
        noun,
        determiner=g.chance.weighted(["a", "number"], [5, 2]),
        adjectives=[g.chance.pick(choices)] if g.chance.happens(0.4) else [],
    )
    spot = Phrase()
    if g.chance.happens(0.5):
        key = g.key()
        hotel = noun_phrase(
            g, lexicon.noun("hotel"), determiner=g.chance.pick(["this", "a"]), plural=False
        )
        spot = Phrase(tokens("in", "ADP", key) + hotel.en, tokens("dans", "ADP", key) + hotel.fr)
    elif g.chance.happens(0.6):
        spot = city(g)
    tense = g.chance.weighted(["past", "future", "want", "would like"], [4, 2, 2, 2])
    made = clause(
        g,
        made_up("book", "réserver", objects=("room",)),
        tense,
        subj=subj,
        obj=obj,
        extras=False,
        tail=spot,
    )
    return framed(g, made.statement, tense, 0.2), "."


def likeness(g):
    """*she swims like a fish .* elle nage comme un poisson . (*like* is no verb here)"""
    en, like = g.chance.pick(
        [
            ("swim", "fish"),
            ("run", "horse"),
            ("sing", "bird"),
            ("eat", "wolf"),
            ("sleep", "baby"),
            ("run", "rabbit"),
            ("cry", "baby"),
            ("eat", "pig"),
            ("run", "wolf"),
            ("walk", "duck"),
            ("jump", "frog"),
            ("play", "child"),
            ("dance", "princess"),
            ("shout", "child"),
            ("dance", "queen"),
            ("swim", "duck"),
            ("laugh", "child"),
            ("walk", "king"),
            ("smile", "queen"),
        ]
    )
    verb = [v for v in lexicon.VERB_LIST if v.en == en and not v.objects][0]
    subj = subject(g, PEOPLE)
    if subj.lemma == "you":
        return None
    tense = g.chance.weighted(["present", "progressive", "past", "past_progressive"], [5, 2, 2, 1])
    kind = "animal" if like in ("fish",) else ""
    image = noun_phrase(g, lexicon.noun(like, kind), determiner="a", plural=False, adjectives=[])
    key = g.key()
    made = clause(g, verb, tense, subj=subj, extras=False)
    return made.statement + Phrase(
        tokens("like", "ADP", key) + image.en, tokens("comme", "ADP", key) + image.fr
    ), "."


def light_of(g):
    """*the light of the moon is beautiful .*, *Paul turns off the light .*"""
    light = lexicon.noun("light")
    if g.chance.happens(0.5):
        en, fr = g.chance.pick(
            [
                ("turn on", "allumer"),
                ("turn off", "éteindre"),
                ("see", "voir"),
                ("look at", "regarder"),
            ]
        )
        subj = subject(g, PEOPLE)
        obj = noun_phrase(g, light, determiner="the", adjectives=[])
        tense = g.chance.weighted(["past", "future", "can", "progressive"], [4, 2, 2, 1])
        if en == "see" and tense == "progressive":
            tense = "past"
        tail = Phrase()
        if en.startswith("turn"):
            tail = place(g, ("room",), adjectives=[])
        else:
            tail = _of(g, lexicon.noun(g.chance.pick(["moon", "sun", "candle", "lamp", "fire"])))
        neg = "not" if g.chance.happens(0.2) else ""
        made = clause(
            g,
            made_up(en, fr, objects=("light",)),
            tense,
            subj=subj,
            obj=obj,
            neg=neg,
            extras=False,
            tail=tail,
        )
        return made.statement, "."
    from .predicates import quality, with_be

    head = noun_phrase(g, light, determiner="the", adjectives=[])
    of = _of(g, lexicon.noun(g.chance.pick(["moon", "sun", "candle", "lamp", "fire", "sky"])))
    adjective = lexicon.Adjective(
        *g.chance.pick(
            [
                ("beautiful", "beau", True),
                ("soft", "doux", False),
                ("strange", "étrange", False),
                ("white", "blanc", False),
                ("yellow", "jaune", False),
                ("red", "rouge", False),
            ]
        ),
        (),
        (),
    )
    subj = Nominal(head.en + of.en, head.fr + of.fr, gender="f", lemma="light", noun=light)
    return with_be(
        g, subj, quality(g, subj, adjective), g.chance.pick(["present", "past"])
    ).statement, "."


def _of(g: Grammar, noun: lexicon.Noun, determiner: str = "the") -> Phrase:
    """*of the moon, de la lune*."""
    key = g.key()
    inner = noun_phrase(g, noun, determiner=determiner, plural=False, adjectives=[])
    return Phrase(tokens("of", "ADP", key) + inner.en, tokens("de", "ADP", key) + inner.fr)


PARTS = [
    ("door", ("house", "castle", "church", "car", "garage", "wardrobe")),
    ("roof", ("house", "castle", "school", "church", "car")),
    ("key", ("car", "house", "suitcase", "bicycle", "garage")),
    ("window", ("kitchen", "bedroom", "train", "office")),
    ("price", ("car", "dress", "bread", "ticket", "ring")),
    ("name", ("street", "hotel", "cat", "song", "island", "boat")),
    ("colour", ("sky", "sea", "dress", "wall", "eye")),
    ("end", ("story", "film", "street", "novel", "holiday")),
    ("page", ("book", "newspaper", "notebook")),
    ("wall", ("garden", "bedroom", "prison")),
    ("song", ("bird", "film")),
    ("voice", ("singer", "actress")),
    ("leaf", ("tree", "oak", "plant")),
    ("noise", ("rain", "wind", "sea", "engine", "machine")),
]


def part_of(g):
    """*the door of the house is open .*, *Paul is looking for the key of the car .*"""
    part, wholes = g.chance.pick(PARTS)
    whole = g.chance.pick(wholes)
    extra = {
        "colour": lexicon.Noun(
            "colour", "colours", "couleur", "couleurs", "f", frozenset({"aspect"}), frozenset()
        ),
        "end": lexicon.Noun("end", "ends", "fin", "fins", "f", frozenset({"aspect"}), frozenset()),
    }
    noun = extra.get(part) or lexicon.noun(part)
    head = noun_phrase(
        g, noun, determiner="the", adjectives=[], plural=True if part == "leaf" else False
    )
    of = _of(g, lexicon.noun(whole))
    subj = Nominal(
        head.en + of.en,
        head.fr + of.fr,
        gender=noun.gender,
        plural=head.plural,
        fr_plural=head.fr_plural,
        lemma=noun.en,
        noun=noun if part not in extra else None,
    )
    sayable = {
        "door": ("open", "closed", "heavy", "white", "green"),
        "roof": ("red", "old", "grey"),
        "key": ("lost", "small", "big"),
        "window": ("open", "closed", "dirty", "clean"),
        "price": ("high",),
        "name": ("long", "strange", "famous", "beautiful"),
        "colour": ("beautiful", "strange", "light"),
        "end": ("sad", "funny", "beautiful"),
        "page": ("white", "empty", "dirty"),
        "wall": ("white", "high", "old", "thick"),
        "song": ("beautiful", "sad", "strange"),
        "voice": ("beautiful", "soft"),
        "leaf": ("yellow", "green", "red", "dry"),
        "noise": ("strange",),
    }
    if part == "end" and whole in ("street", "holiday"):
        return None
    from .predicates import asked, quality, with_be

    if g.chance.happens(0.6):
        en = g.chance.pick(sayable[part])
        if en == "light" or (part == "price"):
            adjective = (
                lexicon.Adjective("light", "clair", False, (), ())
                if en == "light"
                else (lexicon.Adjective("high", "élevé", False, (), ()))
            )
        else:
            adjective = lexicon.adjective(en)
        return asked(
            g,
            with_be(
                g,
                subj,
                quality(g, subj, adjective),
                g.chance.weighted(["present", "past"], [3, 2]),
                g.chance.happens(0.15),
            ),
            0.15,
        )
    verbs = {
        "door": ("open", "close", "paint"),
        "roof": ("repair", "see"),
        "key": ("look for", "find", "lose"),
        "window": ("open", "close", "clean"),
        "price": ("know", "forget"),
        "name": ("know", "forget"),
        "colour": ("like", "choose"),
        "end": ("like", "know"),
        "page": ("read", "look for"),
        "wall": ("paint", "clean", "build"),
        "song": ("hear", "like"),
        "voice": ("hear", "recognise", "like"),
        "leaf": ("look at", "draw"),
        "noise": ("hear", "hate"),
    }[part]
    verb_en = g.chance.pick(verbs)
    base = [v for v in lexicon.VERB_LIST if v.en == verb_en and v.objects][0]
    doer = subject(g, PEOPLE)
    tense = g.chance.weighted(["past", "present", "future"], [4, 2, 1])
    if "state" in base.flags:
        tense = "present"
    elif tense == "present":
        tense = "progressive" if is_action(base) else "past"
    neg = "not" if g.chance.happens(0.2) else ""
    return clause(g, base, tense, subj=doer, obj=subj, neg=neg, extras=False).statement, "."
