"""Sentences with *be*: qualities, comparison, places, professions, and *avoir* in French."""

from __future__ import annotations

from . import english, french, lexicon
from . import lexicon_other as other
from .clauses import Clause, Group, place_at, subject, with_any
from .phrases import (
    GROUPS,
    MOODS,
    OWNED_PLACES,
    Grammar,
    Nominal,
    Phrase,
    article,
    city,
    compatible,
    country,
    fixed,
    genitive,
    name,
    noun_phrase,
    pronoun,
    tokens,
)
from .tokens import Token, after_negation

BE_TENSES = {"present": "present", "past": "imperfect", "future": "future"}


def be(g: Grammar, subj: Nominal, tense: str, neg: bool = False, fr: str = "être") -> Group:
    """*is, was, will be* and *est, était, sera* (or the same forms of *avoir*)."""
    key, neg_key = g.key(), g.key()
    rest = tokens("not", "PART", neg_key) if neg else []
    if tense == "future":
        aux, rest = tokens("will", "AUX", key), rest + tokens("be", "AUX", key)
    else:
        aux = tokens(english.be(subj.person, subj.plural, tense), "AUX", key)
    verb = tokens(
        french.conjugate(fr, BE_TENSES[tense], subj.fr_person),
        "AUX" if fr == "être" else "VERB",
        key,
    )
    if neg:
        verb = tokens("ne", "ADV", neg_key) + verb + tokens("pas", "ADV", neg_key)
    return Group(aux, rest, verb, key=key)


def with_be(
    g: Grammar,
    subj: Nominal,
    end: Phrase,
    tense: str = "present",
    neg: bool = False,
    fr: str = "être",
) -> Clause:
    """A clause with *be* and what follows it."""
    return Clause(subj, be(g, subj, tense, neg, fr), end, lexicon.VERB_LIST[0])


def asked(g: Grammar, made: Clause, chance: float):
    """The clause as a statement, or (with this chance, unless about *I*) as a question."""
    if made.subject.lemma != "I" and g.chance.happens(chance):
        made.complements.en = _any_inside(made.complements.en)
        return made.question(g), "?"
    return made.statement, "."


def _any_inside(en):
    return with_any(en)


# --- qualities ------------------------------------------------------------------------------------

# How one is today, not what one is like.
STATES = set("happy sad angry ill tired worried nervous lost ready busy".split())
DEGREES = ["very très", "too trop", "quite assez", "really vraiment"]
PERSONAL = (
    "happy",
    "tired",
    "sad",
    "ill",
    "angry",
    "rich",
    "poor",
    "kind",
    "clever",
    "nervous",
    "worried",
    "ready",
    "busy",
    "patient",
    "brave",
    "lost",
    "strong",
    "jealous",
    "serious",
    "young",
    "shy",
    "proud",
    "polite",
    "curious",
    "careful",
    "tall",
    "old",
)
NOT_GRADED = {
    "open",
    "closed",
    "hidden",
    "lost",
    "French",
    "English",
    "Italian",
    "Spanish",
    "German",
    "American",
    "Japanese",
    "perfect",
    "excellent",
    "delicious",
    "magnificent",
    "wonderful",
    "empty",
    "full",
    "enormous",
    "tiny",
    "broken",
    "round",
    "free",
    "pink",
    "brown",
    "ready",
    "ancient",
    "wild",
    "favourite",
    "straight",
    "grey",
    "yellow",
    "green",
    "red",
    "blue",
    "black",
    "white",
    "light blue",
    "light green",
    "dark blue",
    "right",
    "left",
    "bad",
    "ill",
}


def quality(g: Grammar, subj: Nominal, adjective: lexicon.Adjective, degree: str = "") -> Phrase:
    """A predicate adjective, agreeing with its subject."""
    if subj.noun is not None:
        g.pairs.add(("adjective", adjective.en, subj.noun.en))
    key = g.key()
    form = french.agree(adjective.fr, subj.gender, subj.fr_plural)
    fr_tags = ["ADJ"] * len(form.split())
    out = Phrase(
        tokens(adjective.en, "ADJ", key),
        [Token(w, t, (key,)) for w, t in zip(form.split(), fr_tags, strict=True)],
    )
    if degree:
        en, fr = degree.split()
        out = fixed(g, en, "ADV", fr, "ADV") + out
    return out


def gradable(choices):
    return [a for a in choices if a.en not in NOT_GRADED]


def describable(g: Grammar) -> tuple[Nominal, list[lexicon.Adjective]]:
    """A subject and the adjectives one can say of it."""
    if g.chance.happens(0.3):
        subj = (
            name(g)
            if g.chance.happens(0.5)
            else pronoun(g, g.chance.pick(["I", "he", "she", "we", "they"]))
        )
        return subj, [lexicon.adjective(a) for a in PERSONAL]
    while True:
        noun = g.chance.ranked(
            [n for n in lexicon.NOUN_LIST if not n.kinds & {"game", "spectacles"}], 0.25
        )
        choices = list(lexicon.adjectives_for(noun, True))
        if len(choices) >= 2:
            break
    plain = None if g.chance.happens(0.15) else []
    subj = noun_phrase(g, noun, role="subject", adjectives=plain, determiner=_definite(g, noun))
    if plain is None:
        used = (
            [
                lexicon.adjective(t.form)
                for t in subj.en
                if t.tag == "ADJ" and t.form not in ("light", "dark")
            ]
            if all(t.form not in ("light", "dark") for t in subj.en)
            else []
        )
        choices = [a for a in choices if all(compatible(a, u) and a.en != u.en for u in used)]
        choices = choices or list(lexicon.adjectives_for(noun, True))
    return subj, choices


def _definite(g: Grammar, noun: lexicon.Noun) -> str:
    if "only" in noun.flags:
        return "the"
    if "kin" in noun.kinds:
        return g.chance.weighted(["possessive", "genitive"], [4, 1])
    if "owned" in noun.kinds:
        return g.chance.weighted(["possessive", "this"], [5, 1])
    if "body" in noun.kinds:
        return g.chance.weighted(["possessive", "genitive"], [3, 2])
    if noun.kinds & {"person", "outdoor", "nature", "wild", "building"} and not (
        noun.fits(OWNED_PLACES)
    ):
        return g.chance.weighted(["the", "this"], [4, 1])
    return g.chance.weighted(["the", "this", "possessive", "genitive"], [5, 2, 2.5, 0.8])


def copula(g):
    """*the old house is very quiet .*"""
    subj, choices = describable(g)
    tense = g.chance.weighted(["present", "past", "future"], [6, 3, 0.7])
    neg = g.chance.happens(0.18)
    adjective = g.chance.ranked(choices, 0.4)
    degree = ""
    if gradable([adjective]) and not neg and g.chance.happens(0.4):
        degree = g.chance.ranked(DEGREES, 1.0)
    end = quality(g, subj, adjective, degree)
    if g.chance.happens(0.25) and not neg and not degree:
        more = [
            a
            for a in choices
            if a.en != adjective.en
            and compatible(a, adjective)
            and (a.en in STATES) == (adjective.en in STATES)  # not: tired and young
        ]
        if more:
            end = (
                end
                + fixed(g, "and", "CCONJ", "et", "CCONJ")
                + quality(g, subj, g.chance.ranked(more, 0.4))
            )
    made = with_be(g, subj, end, tense, neg)
    return asked(g, made, 0.2 if tense != "future" else 0.0)


def comparative(g):
    """*the horse is faster than the donkey .*"""
    if g.chance.happens(0.35):
        return _people_compared(g)
    noun = g.chance.ranked(
        [
            n
            for n in lexicon.NOUN_LIST
            if not n.flags & {"only"} and not n.kinds & {"game", "spectacles", "mental", "person"}
        ],
        0.25,
    )
    choices = gradable(lexicon.adjectives_for(noun, True))
    if "animal" in noun.kinds:  # monkeys smaller than the mouse
        choices = [a for a in choices if a.en not in GROUPS[0]]
    if not choices:
        return None
    adjective = g.chance.ranked(choices, 0.4)
    uncounted = {"mass", "frpl"}
    rivals = [
        n
        for n in lexicon.NOUN_LIST
        if n.kinds & noun.kinds - {"thing", "wild", "skip"}
        and n.en != noun.en
        and not n.flags & {"only"}
        and adjective in lexicon.adjectives_for(n, True)
        and bool(n.flags & uncounted) == bool(noun.flags & uncounted)
    ]
    if not rivals:
        return None
    rival_noun = g.chance.pick(rivals)
    determiner = "possessive" if "kin" in noun.kinds else g.chance.pick(["the", "the", "this"])
    subj = noun_phrase(g, noun, role="subject", adjectives=[], determiner=determiner)
    if determiner == "this":
        determiner = "the"
    rival = noun_phrase(g, rival_noun, determiner=determiner, adjectives=[], plural=subj.plural)
    g.pairs.add(("adjective", adjective.en, rival_noun.en))
    return _compared(g, subj, adjective, rival)


def _people_compared(g: Grammar):
    adjective = lexicon.adjective(
        g.chance.pick(
            [
                "tall",
                "young",
                "old",
                "rich",
                "kind",
                "clever",
                "patient",
                "brave",
                "strong",
                "serious",
                "polite",
                "happy",
                "careful",
                "shy",
                "nervous",
            ]
        )
    )
    kin = lexicon.nouns(("brother", "sister", "neighbour", "friend", "colleague"))
    subj = (
        name(g)
        if g.chance.happens(0.6)
        else noun_phrase(
            g,
            g.chance.pick(kin),
            role="subject",
            determiner="possessive",
            plural=False,
            adjectives=[],
        )
    )
    if g.chance.happens(0.5):
        rival = name(g)
    else:
        rival = noun_phrase(
            g, g.chance.pick(kin), determiner="possessive", plural=False, adjectives=[], owner=subj
        )
    return None if rival.lemma == subj.lemma else _compared(g, subj, adjective, rival)


def _compared(g, subj, adjective, rival):
    tense = g.chance.weighted(["present", "past"], [4, 1])
    end = comparison(g, subj, adjective, g.chance.weighted(["more", "as", "less"], [6, 3, 1]))
    made = with_be(g, subj, end + Phrase(rival.en, rival.fr), tense)
    return asked(g, made, 0.15)


def comparison(g: Grammar, subj: Nominal, adjective: lexicon.Adjective, way: str) -> Phrase:
    """*bigger than, plus grand que; as big as, aussi grand que; less big than, moins grand que*.

    A comparative in one word is linked to both French words.
    """
    if subj.noun is not None:
        g.pairs.add(("adjective", adjective.en, subj.noun.en))
    key, more, than = g.key(), g.key(), g.key()
    form = french.agree(adjective.fr, subj.gender, subj.fr_plural)
    en_than = tokens("as" if way == "as" else "than", "ADP", than)
    fr_than = tokens("que", "SCONJ", than)
    en_word, fr_word = {"as": ("as", "aussi"), "less": ("less", "moins"), "more": ("more", "plus")}[
        way
    ]
    one_word = english.compare(adjective.en) if way == "more" else None
    en = [Token(en_word, "ADV", (more,)), Token(adjective.en, "ADJ", (key,))]
    fr = [Token(fr_word, "ADV", (more,)), Token(form, "ADJ", (key,))]
    if one_word:
        en = [Token(one_word[0], "ADJ", (key, more))]
    if adjective.en == "good" and way == "more":
        fr = [Token(french.agree("meilleur", subj.gender, subj.fr_plural), "ADJ", (key,))]
    return Phrase(en + en_than, fr + fr_than)


def superlative(g):
    """*this is the oldest house in the town .* c' est la plus vieille maison de la ville ."""
    scopes = {
        "building": ["town", "village", "street", "neighbourhood"],
        "outdoor": ["town"],
        "person": ["village", "town", "neighbourhood"],
        "animal": ["farm", "village"],
        "clothes": ["shop"],
        "jewel": ["shop"],
        "furniture": ["house", "shop"],
        "room": ["house", "castle", "hotel"],
        "readable": ["library"],
        "vehicle": ["town", "street", "village"],
        "tree": ["garden", "park", "forest"],
        "plant": ["garden", "park"],
    }
    kind = g.chance.pick(list(scopes))
    noun = g.chance.ranked(
        [
            n
            for n in lexicon.nouns((kind,))
            if not n.flags & {"mass", "frpl", "only", "pl", "enpl"}
            and "wild" not in n.kinds
            and n.en
            not in ("town", "village", "capital", "hamlet", "neighbourhood", "sea", "giant")
        ],
        0.3,
    )
    choices = [
        a
        for a in gradable(lexicon.adjectives_for(noun, True))
        if a.en not in MOODS - {"rich", "poor", "serious", "shy", "strong", "jealous"}
    ]
    if not choices:
        return None
    adjective = g.chance.ranked(choices, 0.4)
    scope = noun_phrase(
        g, lexicon.noun(g.chance.pick(scopes[kind])), determiner="the", plural=False, adjectives=[]
    )
    if scope.lemma == noun.en:
        return None
    top = the_most(g, noun, adjective)
    at = g.key()
    place = Phrase(tokens("in", "ADP", at) + scope.en, tokens("de", "ADP", at) + scope.fr)
    if g.chance.happens(0.6):
        return Phrase(*_presented(g)) + Phrase(top.en, top.fr) + place, "."
    subj = name(g) if kind == "person" else None
    if subj is None or subj.gender != noun.gender:
        return Phrase(*_presented(g)) + Phrase(top.en, top.fr) + place, "."
    return with_be(
        g, subj, Phrase(top.en, top.fr) + place, g.chance.pick(["present", "past"])
    ).statement, "."


def _presented(g: Grammar):
    """*this is, c' est*."""
    key, verb = g.key(), g.key()
    form = g.chance.weighted(["this", "that", "it"], [5, 2, 2])
    return [
        tokens(form, "PRON", key) + tokens("is", "AUX", verb),
        tokens("ce", "PRON", key) + tokens("est", "AUX", verb),
    ]


def the_most(g: Grammar, noun: lexicon.Noun, adjective: lexicon.Adjective) -> Nominal:
    """The superlative before its noun, or after it with the article twice in French.

    *the oldest house, la plus vieille maison; the most difficult text, le texte le plus difficile*.
    """
    g.pairs.add(("adjective", adjective.en, noun.en))
    the, more, key, head = g.key(), g.key(), g.key(), g.key()
    one_word = english.compare(adjective.en)
    if one_word:
        en = [Token(one_word[1], "ADJ", (key, more))]
    else:
        en = [Token("most", "ADV", (more,)), Token(adjective.en, "ADJ", (key,))]
    form = french.agree(adjective.fr, noun.gender, False)
    plus = [Token("plus", "ADV", (more,)), Token(form, "ADJ", (key,))]
    if adjective.en == "good":
        plus = [Token(french.agree("meilleur", noun.gender, False), "ADJ", (key, more))]
    art = article(the, noun.gender, False)
    # A consonant follows the first article when "plus" or "meilleur" does.
    fr_noun = (
        tokens(noun.fr, "NOUN", head)
        if " " not in noun.fr
        else [
            Token(w, "NOUN" if i == 0 else "ADP" if w in ("de", "à") else "NOUN", (head,))
            for i, w in enumerate(noun.fr.split())
        ]
    )
    en_noun = tokens(noun.en, "NOUN", head)
    if adjective.before and noun.gender == "m" and french.starts_with_vowel_sound(noun.fr):
        plus[-1] = plus[-1]._replace(form=french.EUPHONIC.get(plus[-1].form, plus[-1].form))
    if adjective.before or adjective.en == "good":
        fr = [art] + plus + fr_noun
    else:
        again = article(more, noun.gender, False)
        fr = [art] + fr_noun + [again] + plus
    human = bool(noun.kinds & {"person", "kin"})
    return Nominal(
        tokens("the", "DET", the) + en + en_noun,
        fr,
        gender=noun.gender,
        animate=human,
        human=human,
        lemma=noun.en,
        noun=noun,
    )


def too_tired(g):
    """*Paul is too tired to work .* Paul est trop fatigué pour travailler ."""
    reasons = {
        "tired": ("work", "run", "dance", "walk", "cook", "swim", "play", "read", "sing"),
        "young": ("drive", "work", "travel", "understand", "cook"),
        "ill": ("work", "travel", "go out", "dance", "swim", "eat"),
        "busy": ("rest", "go out", "travel", "read", "cook", "play"),
        "sad": ("sing", "dance", "laugh", "eat", "smile", "play"),
        "old": ("work", "run", "drive", "ski", "dance", "climb"),
        "shy": ("sing", "speak", "dance"),
        "nervous": ("sleep", "eat", "speak", "read"),
        "lazy": ("work", "cook", "walk", "study"),
        "angry": ("speak", "laugh", "smile"),
    }
    en = g.chance.ranked(list(reasons), 0.3)
    adjective = lexicon.adjective(en)
    verb = lexicon.verb(g.chance.pick(reasons[en]))
    if verb.objects or verb.reflexive:
        verb = lexicon.Verb(verb.en, verb.fr, verb.subjects, "", (), verb.flags)
        if verb.reflexive or verb.en in ("climb", "study"):
            return None
    subj = subject(g, ("person", "kin"), adjectives=[])
    if subj.polite or subj.lemma == "you" or "and" in subj.lemma:
        return None
    key = g.key()
    end = quality(g, subj, adjective, "too trop") + Phrase(
        [Token("to", "PART", (key,))]
        + [Token(w, "VERB" if i == 0 else "ADP", (key,)) for i, w in enumerate(verb.en.split())],
        [Token("pour", "ADP", (key,)), Token(verb.fr, "VERB", (key,))],
    )
    if subj.noun is not None:
        g.pairs.add(("subject", subj.noun.en, verb.en))
    return with_be(g, subj, end, g.chance.pick(["present", "present", "past"])).statement, "."


# --- places ---------------------------------------------------------------------------------------

LOCATED = [
    (("animal",), ("garden", "field", "meadow", "yard", "farm"), ("livestock", "pet")),
    (("person", "kin"), ("building", "garden", "kitchen", "park", "market"), ()),
    (
        ("jewel", "readable", "tool", "item", "device"),
        ("table", "desk", "shelf", "bed", "kitchen", "bedroom", "office"),
        ("thing",),
    ),
    (("clothes",), ("wardrobe", "bed", "chair", "suitcase", "bedroom"), ()),
    (("food",), ("table", "kitchen", "fridge", "plate"), ()),
    (("vehicle",), ("street", "garage", "square", "road"), ("garaged", "driven")),
]


def located(g):
    """*the keys are on the table .* and *where are the keys ?*"""
    kinds, spots, only = g.chance.weighted(LOCATED, [2, 4, 3, 1.5, 2, 1])
    pool = [n for n in lexicon.nouns(kinds) if not only or n.kinds & set(only)]
    if kinds == ("person", "kin") and g.chance.happens(0.6):
        subj = (
            name(g)
            if g.chance.happens(0.5)
            else pronoun(g, g.chance.pick(["he", "she", "we", "they", "I"]))
        )
    else:
        noun = g.chance.ranked([n for n in pool if "only" not in n.flags], 0.35)
        subj = noun_phrase(g, noun, role="subject", determiner=_definite(g, noun))
        if noun.en in spots or noun.kinds & {"furniture"}:
            return None
    tense = g.chance.weighted(["present", "past", "future"], [5, 3, 0.6])
    if g.chance.happens(0.2) and subj.lemma != "I":
        group = be(g, subj, "present" if tense == "future" else tense)
        where = fixed(g, "where", "ADV", "où", "ADV")
        return Phrase(where.en + group.aux + subj.en, where.fr + group.fr + subj.fr), "?"
    if kinds == ("person", "kin") and g.chance.happens(0.35):
        spot = city(g) if g.chance.happens(0.6) else country(g)
    else:
        spot = place_at(g, spots)
    made = with_be(g, subj, spot, tense, g.chance.happens(0.2))
    return asked(g, made, 0.2 if tense != "future" else 0.0)


def there_is(g):
    """*there are three cats in the garden .* il y a trois chats dans le jardin ."""
    kinds, spots = g.chance.weighted(
        [
            (("livestock", "pet"), ("field", "meadow", "yard", "garden", "farm", "street")),
            (("wild",), ("forest", "mountain", "park")),
            (("person",), ("building", "square", "street", "park")),
            (
                (
                    "jewel",
                    "letter",
                    "key",
                    "spoon",
                    "pen",
                    "photo",
                    "stamp",
                    "needle",
                    "ticket",
                    "book",
                ),
                ("table", "desk", "shelf", "drawer", "bag", "box"),
            ),
            (("clothes",), ("wardrobe", "bed", "chair", "suitcase", "sofa")),
            (
                (
                    "box",
                    "bottle",
                    "basket",
                    "ladder",
                    "bicycle",
                    "bucket",
                    "broom",
                    "toy",
                    "suitcase",
                ),
                ("kitchen", "garage", "cellar", "attic", "yard"),
            ),
            (("tree", "flower", "bench", "bird", "child"), ("garden", "park", "field", "yard")),
            (("building",), ("village", "town", "street", "neighbourhood", "square")),
            (("foodstuff", "drink", "food"), ("kitchen", "fridge", "table")),
        ],
        [2, 1, 2, 2, 1, 1, 2, 2, 2.5],
    )
    noun = g.chance.ranked(
        [
            n
            for n in lexicon.nouns(kinds)
            if not n.kinds & {"kin", "seaanimal", "spectacles", "occasion", "owned"}
            and not n.flags & {"only", "enpl", "pl"}
            and n.en
            not in (
                "wall",
                "roof",
                "floor",
                "staircase",
                "balcony",
                "fence",
                "farm",
                "garden",
                "money",
            )
        ],
        0.35,
    )
    mass = bool(noun.flags & {"mass", "frpl"})
    neg = g.chance.happens(0.2)
    determiner = g.chance.weighted(["a", "number", "some"], [4, 4, 2])
    if mass:
        determiner = "some"
    if neg:
        determiner = "a" if not mass and g.chance.happens(0.5) else "bare" if mass else "some"
    thing = noun_phrase(g, noun, determiner=determiner)
    tense = g.chance.weighted(["present", "past", "future"], [6, 3, 1])
    spot = place_at(g, spots)
    asks = g.chance.happens(0.2) and tense != "future" and not neg
    return existence(g, thing, tense, neg, spot, asks), "?" if asks else "."


def existence(
    g: Grammar, thing: Nominal, tense: str, neg: bool, spot: Phrase, asks: bool = False
) -> Phrase:
    """*there is, il y a*; negated, *il n' y a pas de*; asked, *est-ce qu' il y a*."""
    key, neg_key = g.key(), g.key()
    en_thing, fr_thing = thing.en, thing.fr
    if neg or asks:
        en_thing = with_any(en_thing)
    there, il = tokens("there", "PRON", key), tokens("il", "PRON", key)
    form = french.conjugate("avoir", BE_TENSES[tense], 2)
    verb = tokens("y", "PRON", key) + tokens(form, "VERB", key)
    if tense == "future":
        aux, rest = tokens("will", "AUX", key), tokens("be", "VERB", key)
    else:
        aux, rest = tokens(english.be(3, thing.plural, tense), "VERB", key), []
    if neg:
        rest = tokens("not", "PART", neg_key) + rest
        verb = tokens("ne", "ADV", neg_key) + verb + tokens("pas", "ADV", neg_key)
        fr_thing = after_negation(fr_thing)
    if asks:
        ask = g.key()
        front = [Token("est-ce", "PART", (ask,)), Token("que", "SCONJ", (ask,))]
        aux = [aux[0]._replace(keys=(key, ask))]
        return Phrase(
            aux + there + rest + en_thing + spot.en, front + il + verb + fr_thing + spot.fr
        )
    return Phrase(there + aux + rest + en_thing + spot.en, il + verb + fr_thing + spot.fr)


# --- who is who -----------------------------------------------------------------------------------


def profession(g):
    """*Paul is a doctor .* Paul est médecin . French has no article here."""
    woman = g.chance.happens(0.25)
    jobs = [
        n
        for n in lexicon.nouns(("job", "nurse", "waitress", "actress", "dancer"))
        if (n.gender == "f") == woman
    ]
    job = g.chance.ranked(jobs, 0.2)
    gender = "f" if woman else "m"
    way = g.chance.pick(["name", "pronoun", "kin"])
    if way == "name":
        subj = name(g, gender)
    elif way == "pronoun":
        subj = pronoun(g, "she" if woman else g.chance.pick(["I", "he"]))
    else:
        subj = noun_phrase(
            g,
            g.chance.pick([n for n in lexicon.nouns(("kin",)) if n.gender == gender]),
            role="subject",
            plural=False,
            adjectives=[],
            determiner="possessive",
        )
    key = g.key()
    end = Phrase(
        [Token("a", "DET", (key,)), Token(job.en, "NOUN", (key,))], tokens(job.fr, "NOUN", key)
    )
    tense = g.chance.weighted(["present", "past", "future"], [5, 2, 1])
    if g.chance.happens(0.15):
        return _become(g, subj, end), "."
    made = with_be(g, subj, end, tense, g.chance.happens(0.2))
    return asked(g, made, 0.2 if tense == "present" else 0.0)


def _become(g: Grammar, subj: Nominal, end: Phrase) -> Phrase:
    from .clauses import verb_group

    become = lexicon.Verb("become", "devenir", ("person",), "", (), frozenset())
    group = verb_group(g, subj, become, g.chance.pick(["past", "future", "want"]))
    return Phrase(subj.en + group.aux + group.rest + end.en, subj.fr + group.fr + end.fr)


def this_is(g):
    """*this is my brother .* c' est mon frère . *these are my shoes .* ce sont mes chaussures ."""
    noun = g.chance.ranked(
        lexicon.nouns(
            (
                "kin",
                "person",
                "building",
                "vehicle",
                "clothes",
                "readable",
                "pet",
                "room",
                "instrument",
            )
        ),
        0.3,
    )
    if noun.flags & {"mass", "frpl", "only", "pl", "enpl"}:
        return None
    determiner = g.chance.weighted(["possessive", "a", "genitive"], [4, 3, 2])
    if "kin" in noun.kinds and determiner == "a":
        determiner = "possessive"
    if "person" in noun.kinds and "owned" not in noun.kinds:
        determiner = "a"
    is_plural = g.chance.happens(0.25) and determiner == "possessive"
    if determiner == "genitive":
        thing: Nominal = genitive(g, noun, plural=is_plural)
    else:
        thing = noun_phrase(g, noun, determiner=determiner, plural=is_plural)
    far = g.chance.happens(0.4)
    neg = g.chance.happens(0.2)
    key, verb, neg_key = g.key(), g.key(), g.key()
    form = {
        (False, False): "this",
        (True, False): "that",
        (False, True): "these",
        (True, True): "those",
    }[far, is_plural]
    en = [Token(form, "PRON", (key,)), Token("are" if is_plural else "is", "AUX", (verb,))]
    fr = [Token("ce", "PRON", (key,)), Token("sont" if is_plural else "est", "AUX", (verb,))]
    if neg:
        en += tokens("not", "PART", neg_key)
        fr = [fr[0], Token("ne", "ADV", (neg_key,)), fr[1], Token("pas", "ADV", (neg_key,))]
    if g.chance.happens(0.2) and not neg:
        ask = g.key()
        en[1] = en[1]._replace(keys=(verb, ask))
        return Phrase(
            [en[1], en[0]] + thing.en,
            [Token("est-ce", "PART", (ask,)), Token("que", "SCONJ", (ask,))] + fr + thing.fr,
        ), "?"
    return Phrase(en + thing.en, fr + thing.fr), "."


# --- where French says avoir ----------------------------------------------------------------------

FEELINGS = [
    ("hungry", "ADJ", "faim"),
    ("thirsty", "ADJ", "soif"),
    ("cold", "ADJ", "froid"),
    ("hot", "ADJ", "chaud"),
    ("right", "ADJ", "raison"),
    ("wrong", "ADJ", "tort"),
    ("sleepy", "ADJ", "sommeil"),
    ("afraid", "ADJ", "peur"),
    ("lucky", "ADJ", "de la chance"),
]


def feeling(g: Grammar, row, neg: bool) -> Phrase:
    """*hungry, faim; lucky, de la chance* (negated, *pas de chance*)."""
    en, tag, fr = row
    key = g.key()
    if fr == "de la chance":
        fr_tokens = [Token("de", "DET", (key,), "part:f"), Token("chance", "NOUN", (key,))]
        fr_tokens = after_negation(fr_tokens) if neg else fr_tokens
    else:
        fr_tokens = tokens(fr, "NOUN", key)
    return Phrase(tokens(en, tag, key), fr_tokens)


def avoir(g):
    """*Paul is hungry .* Paul a faim ."""
    row = g.chance.ranked(FEELINGS, 0.4)
    kinds = ("person", "kin")
    if row[0] in ("hungry", "thirsty"):
        kinds = ("person", "kin", "pet", "horse", "livestock", "infant")
    elif row[0] in ("cold", "hot", "sleepy", "afraid"):
        kinds = ("person", "kin", "pet", "infant")
    subj = subject(g, kinds)
    neg = g.chance.happens(0.2)
    tense = g.chance.weighted(["present", "past"], [4, 2])
    end = feeling(g, row, neg)
    if row[0] == "afraid" and g.chance.happens(0.7):
        fear = noun_phrase(
            g,
            lexicon.noun(
                g.chance.pick(
                    ["dog", "spider", "snake", "wolf", "storm", "mouse", "bear", "tiger", "owl"]
                )
            ),
            determiner="general",
            plural=True,
            adjectives=[],
        )
        of = g.key()
        end = end + Phrase(tokens("of", "ADP", of) + fear.en, tokens("de", "ADP", of) + fear.fr)
    return asked(g, with_be(g, subj, end, tense, neg, fr="avoir"), 0.25)


def age(g):
    """*my sister is ten years old .* ma sœur a dix ans ."""
    subj = subject(
        g, ("kin", "child", "boy", "girl", "dog", "horse", "cat", "neighbour"), plural=False
    )
    if g.chance.happens(0.4):
        subj = name(g) if g.chance.happens(0.6) else pronoun(g, g.chance.pick(["I", "he", "she"]))
    grown = subj.lemma in (
        "mother",
        "father",
        "uncle",
        "aunt",
        "wife",
        "husband",
        "grandmother",
        "grandfather",
        "neighbour",
    )
    young = subj.lemma in ("child", "boy", "girl", "dog", "cat", "horse", "nephew", "niece")
    numbers = other.NUMBERS[-5:] if grown else other.NUMBERS[:10] if young else other.NUMBERS
    en, fr = g.chance.pick(numbers).split()
    number, years = g.key(), g.key()
    end = Phrase(
        tokens(en, "NUM", number) + tokens("years old", "NOUN ADJ", years),
        tokens(fr, "NUM", number) + tokens("ans", "NOUN", years),
    )
    tense = g.chance.weighted(["present", "past", "future"], [5, 2, 1])
    return asked(g, with_be(g, subj, end, tense, fr="avoir"), 0.1 if tense == "present" else 0)
