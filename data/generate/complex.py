"""Sentences of more than one clause: relative, joined, subordinate."""

from __future__ import annotations

from dataclasses import replace

from . import lexicon
from .basic import UNWANTED, is_action, is_event, is_free, suits
from .clauses import Clause, clause, pick_verb, subject
from .phrases import (
    Grammar,
    Nominal,
    Phrase,
    comma,
    fixed,
    name,
    noun_phrase,
    object_pronoun_for,
    pronoun,
    pronoun_for,
    tokens,
)
from .predicates import FEELINGS, feeling, quality, with_be
from .times import DAILY, framed
from .tokens import Token


def extended(head: Nominal, tail: Phrase) -> Nominal:
    """A noun phrase with a relative clause or another phrase behind it."""
    return replace(head, en=head.en + tail.en, fr=head.fr + tail.fr)


def conjunction(g: Grammar, en: str, fr: str, tag: str = "SCONJ") -> Phrase:
    return fixed(g, en, tag, fr, tag)


# --- relative clauses -----------------------------------------------------------------------------


def relative_subject(
    g: Grammar, head: Nominal, main: str, avoid: tuple[str, ...] = ()
) -> Phrase | None:
    """*who is singing, qui chante*: `head` is its subject, `main` the main tense."""
    kinds = head.noun.kinds | {head.noun.en}
    tense = g.chance.weighted(
        ["past", "past_progressive"] if main == "past" else ["present", "progressive"], [3, 4]
    )
    verbs = [
        v
        for v in lexicon.VERB_LIST
        if kinds & set(v.subjects)
        and suits(tense)(v)
        and v.en not in avoid
        and not (v.adult and "young" in kinds)
        and "pl" not in v.flags
    ]
    if not verbs:
        return None
    verb = g.chance.pick(verbs)
    made = clause(g, verb, tense, subj=head, extras=g.chance.happens(0.5))
    who = fixed(g, "who" if head.human else "that", "PRON", "qui", "PRON")
    return who + made.predicate


INNER = (
    "buy",
    "find",
    "see",
    "choose",
    "read",
    "write",
    "borrow",
    "lose",
    "receive",
    "wear",
    "repair",
    "visit",
    "meet",
    "like",
    "make",
    "send",
    "bring",
    "take",
    "build",
    "paint",
    "prefer",
    "draw",
    "prepare",
    "translate",
    "hear",
    "use",
    "plant",
    "invite",
    "help",
    "photograph",
    "steal",
    "forget",
    "clean",
    "wash",
    "understand",
    "sell",
    "break",
    "want",
    "cook",
    "solve",
    "explain",
    "learn",
    "listen to",
    "drive",
    "watch",
    "catch",
    "print",
    "keep",
    "know",
    "try",
    "open",
)


def relative_object(g: Grammar, head: Nominal, main: str, avoid: str = "") -> Phrase | None:
    """*that Marie wrote, que Marie a écrite*; the participle agrees with `head`."""
    kinds = head.noun.kinds | {head.noun.en}
    verbs = [
        v
        for v in lexicon.VERB_LIST
        if kinds & set(v.objects)
        and not v.preposition
        and "person" in v.subjects
        and v.en in INNER
        and v.en != avoid
    ]
    if not verbs:
        return None
    verb = g.chance.pick(verbs)
    tense = "past"
    if "state" in verb.flags or (
        verb.en in ("use", "wear", "drive") and g.chance.happens(0.6)
    ):
        tense = "present"
    elif is_action(verb) and g.chance.happens(0.2):
        tense = "progressive"
    elif g.chance.happens(0.1) and verb.en not in UNWANTED:
        tense = "want"
    if main == "past":
        tense = "past_progressive" if tense == "progressive" else "past"
    subj = (
        name(g)
        if g.chance.happens(0.4)
        else pronoun(g)
        if g.chance.happens(0.5)
        else (
            noun_phrase(
                g,
                g.chance.ranked(lexicon.nouns(("kin", "job")), 0.4),
                role="subject",
                adjectives=[],
            )
        )
    )
    if subj.lemma == head.lemma:
        return None
    made = clause(g, verb, tense, subj=subj, dropped=head, extras=False)
    return fixed(g, "that", "PRON", "que", "PRON") + made.statement


def relative_on_subject(g):
    """*the man who is singing is tired .*, *the book that I bought is interesting .*"""
    about_thing = g.chance.happens(0.45)
    kinds = (
        (
            "readable",
            "clothes",
            "food",
            "vehicle",
            "jewel",
            "furniture",
            "film",
            "house",
            "device",
            "song",
            "picture",
            "soup",
            "cake",
            "coffee",
            "exercise",
        )
        if about_thing
        else ("person", "pet", "livestock", "horse")
    )
    noun = g.chance.ranked(lexicon.nouns(kinds), 0.3)
    choices = [
        a for a in lexicon.adjectives_for(noun, True) if a.en not in ("closed", "hidden", "lost")
    ]
    if not choices or noun.flags & {"only", "pl"}:
        return None
    head = noun_phrase(
        g, noun, role="subject", adjectives=[], determiner=g.chance.pick(["the", "the", "this"])
    )
    main = g.chance.weighted(["present", "past"], [3, 2])
    relative = relative_object(g, head, main) if about_thing else relative_subject(g, head, main)
    if relative is None:
        return None
    adjective = g.chance.ranked(choices, 0.3)
    made = with_be(
        g,
        extended(head, relative),
        quality(g, head, adjective),
        main,
        g.chance.happens(0.12),
    )
    return made.statement, "."


OUTER = (
    "look for",
    "find",
    "lose",
    "see",
    "like",
    "read",
    "hide",
    "keep",
    "wear",
    "eat",
    "drink",
    "know",
    "clean",
    "wash",
    "repair",
    "sell",
    "look at",
    "listen to",
    "use",
    "take",
    "send",
    "translate",
    "help",
    "thank",
    "call",
    "invite",
    "greet",
    "recognise",
    "admire",
    "watch",
    "forget",
    "open",
    "taste",
    "carry",
    "love",
    "buy",
    "understand",
    "remember",
    "meet",
    "follow",
    "feed",
    "visit",
    "borrow",
    "correct",
    "choose",
    "talk to",
)


def relative_on_object(g):
    """*Marie knows the man who sings .*, *Paul is reading the letter that I wrote .*"""
    verb = pick_verb(
        g,
        lambda v: (
            v.objects
            and is_free(v)
            and "own" not in v.flags
            and "person" in v.subjects
            and v.en in OUTER
        ),
    )
    noun = g.chance.ranked(lexicon.nouns((g.chance.ranked(verb.objects, 0.3),)), 0.4)
    if noun.kinds & {"kin", "nature", "body", "spectacles", "game"} or noun.flags & {"only"}:
        return None
    head = noun_phrase(g, noun, determiner="the")
    subj = subject(g, verb.subjects)
    if subj.lemma == head.lemma:
        return None
    who = head.human or ("animal" in noun.kinds and g.chance.happens(0.7))
    tense = g.chance.weighted(["present", "past", "progressive", "future"], [2, 4, 3, 1])
    if not suits(tense)(verb):
        tense = "present" if "state" in verb.flags else "past"
    relative = (
        relative_subject(g, head, tense) if who else relative_object(g, head, tense, verb.en)
    )
    if relative is None:
        return None
    made = clause(g, verb, tense, subj=subj, obj=extended(head, relative), extras=False)
    return made.statement, "."


# --- joined clauses -------------------------------------------------------------------------------

SCENES = [
    ("cook", "eat", "drink", "wash", "prepare", "cut", "taste", "clean", "peel", "serve"),
    ("sing", "dance", "play", "laugh", "smile", "have fun", "listen to"),
    ("read", "write", "draw", "study", "learn", "translate", "listen to", "copy"),
    ("come back", "sit down", "rest", "fall asleep", "go to bed", "sleep", "read"),
    ("wake up", "get up", "get dressed", "go out", "leave", "eat", "wash"),
    ("water", "plant", "pick", "sweep", "cut", "draw"),
    ("look for", "find", "take", "hide", "lose", "open", "keep"),
    ("buy", "choose", "pay", "sell", "try", "look at", "wear"),
    ("travel", "visit", "photograph", "admire", "book", "meet", "speak"),
    ("walk", "run", "swim", "jump", "rest", "fall", "stop"),
    ("cry", "shout", "leave", "hide"),
    ("open", "enter", "close", "turn on", "turn off", "put on", "take off", "sit down"),
    ("call", "wait for", "help", "thank", "greet", "talk to", "listen to", "invite"),
]


def _predicate_after(first: Clause, second: Clause, tense: str) -> Phrase:
    """The second predicate, without its auxiliary where English shares it."""
    if tense in ("future", "progressive"):
        shared = second.group.aux[0].keys
        first.group.aux = [t._replace(keys=t.keys + shared) for t in first.group.aux]
        return Phrase(
            second.group.rest + second.complements.en, second.group.fr + second.complements.fr
        )
    return second.predicate


# What cannot be done at the same time, any two of a row.
CONTRARY = [
    set("walk run swim rest stop fall".split()) | {"sit down"},
    {"open", "close"},
    {"turn on", "turn off"},
    {"put on", "take off"},
    {"buy", "sell"},
    {"find", "lose"},
    {"cry", "laugh"},
    {"look for", "hide"},
]
ASLEEP = {"sleep", "fall asleep", "go to bed"}


def _contrary(first: lexicon.Verb, second: lexicon.Verb) -> bool:
    """*is running and resting*: whether one cannot do both at once."""
    words = {first.en, second.en}
    return bool(words & ASLEEP) or any(words <= row for row in CONTRARY)


def _shares_object(first: lexicon.Verb, second: lexicon.Verb) -> bool:
    """*ate and drank the tea*: whether the object of the second could be read with the first."""
    takes_one = any(v.en == first.en and v.objects for v in lexicon.VERB_LIST)
    return not first.objects and bool(second.objects) and takes_one


def and_verbs(g):
    """*Paul opened the window and sat down .*: two predicates, one subject."""
    tense = g.chance.weighted(["present", "past", "future", "progressive"], [2, 5, 1, 2])
    scene = g.chance.pick(SCENES)

    def test(v):
        return (
            v.en in scene
            and "person" in v.subjects
            and is_event(v)
            and (suits(tense)(v) or tense == "present")
        )

    if not any(test(v) for v in lexicon.VERB_LIST):
        return None
    first, second = pick_verb(g, test), pick_verb(g, test)
    if first.en == second.en or first.fr == second.fr:
        return None
    if _shares_object(first, second) or (tense == "progressive" and _contrary(first, second)):
        return None
    a = clause(g, first, tense, extras=False, story=True)
    b = clause(
        g, second, tense, subj=a.subject, extras=g.chance.happens(0.5), story=True
    )
    tail = _predicate_after(a, b, tense)
    joined = a.statement
    return framed(
        g,
        joined + conjunction(g, "and", "et", "CCONJ") + tail,
        tense,
        0.15 if tense != "present" else 0.0,
        daily=bool({first.en, second.en} & DAILY),
    ), "."


THEN = [
    ("buy", "eat", ("food",)),
    ("find", "open", ("box", "suitcase", "bag", "bottle")),
    ("buy", "read", ("readable",)),
    ("write", "send", ("letter", "postcard", "message")),
    ("take", "read", ("book", "newspaper", "novel", "magazine")),
    ("wash", "eat", ("fruit",)),
    ("repair", "sell", ("vehicle", "device", "chair")),
    ("choose", "buy", ("clothes", "jewel", "book")),
    ("find", "keep", ("coin", "ring", "key", "photo", "pet")),
    ("clean", "close", ("window", "wardrobe")),
    ("see", "greet", ("neighbour", "teacher", "friend", "nurse", "actress", "mayor", "queen")),
    ("buy", "wear", ("clothes", "jewel")),
    ("open", "clean", ("window", "wardrobe", "fridge")),
    ("borrow", "lose", ("book", "umbrella", "dictionary", "bicycle", "key")),
    ("draw", "paint", ("house", "flower", "tree")),
    ("translate", "read", ("poem", "letter", "text")),
    ("fill", "empty", ("glass", "bottle", "bucket", "basket")),
    ("take", "hide", ("key", "letter", "gift", "doll")),
    ("feed", "wash", ("dog", "cat", "horse")),
    ("open", "fill", ("bottle", "bag", "box", "suitcase")),
    ("meet", "help", ("tourist", "lady", "child", "policeman", "student")),
    ("call", "wait for", ("taxi", "doctor", "waiter", "policeman")),
    ("receive", "read", ("letter", "message", "postcard")),
    ("receive", "open", ("parcel", "gift", "letter")),
    ("prepare", "taste", ("soup", "cake", "meal")),
    ("cut", "eat", ("bread", "meat", "cake")),
    ("wash", "iron", ("shirt", "skirt", "dress")),
    ("catch", "eat", ("fish",)),
    ("look at", "buy", ("picture", "dress", "watch", "car", "armchair")),
    ("learn", "sing", ("song",)),
    ("steal", "sell", ("jewel", "vehicle", "picture")),
    ("watch", "photograph", ("bird", "elephant", "lion", "castle")),
]


def _verb_for(en: str, noun: lexicon.Noun) -> lexicon.Verb:
    """The frame of this verb that takes this noun, or its first frame with an object."""
    frames = [v for v in lexicon.VERB_LIST if v.en == en and v.objects]
    for frame in frames:
        if noun.fits(frame.objects):
            return frame
    return frames[0]


def take_up(g):
    """*Marie buys an apple and eats it .*: the pronoun has the gender of the French noun."""
    first_en, second_en, kinds = g.chance.pick(THEN)
    noun = g.chance.ranked(lexicon.nouns(kinds), 0.25)
    first, second = _verb_for(first_en, noun), _verb_for(second_en, noun)
    people = {
        "steal": ("thief",),
        "repair": ("mechanic", "neighbour", "uncle", "brother", "man"),
    }.get(first_en, ("person", "kin"))
    subj = subject(g, people, adult=first.adult or second.adult)
    if subj.lemma == noun.en:
        return None
    determiner = g.chance.weighted(["the", "a", "number", "this"], [3, 4, 1, 1])
    if noun.flags & {"mass", "frpl", "pl", "enpl", "only"}:
        determiner = "the"
    if "owned" in noun.kinds:
        determiner = "possessive"
    obj = noun_phrase(
        g,
        noun,
        determiner=determiner,
        owner=subj,
        plural={"a": False, "number": True}.get(determiner, g.chance.happens(0.25)),
    )
    tense = g.chance.weighted(["present", "past", "future"], [3, 4, 1])
    a = clause(g, first, tense, subj=subj, obj=obj, extras=False, story=True)
    if g.chance.happens(0.35) and tense != "future" and first_en not in ("open", "wash", "cut"):
        again = pronoun_for(g, subj)
        b = clause(
            g,
            second,
            tense,
            subj=again,
            obj=object_pronoun_for(g, obj),
            neg="not",
            extras=False,
            story=True,
        )
        return (a.statement + comma(g) + conjunction(g, "but", "mais", "CCONJ") + b.statement), "."
    again = object_pronoun_for(g, obj)
    b = clause(g, second, tense, subj=subj, obj=again, extras=False, story=True)
    tail = _predicate_after(a, b, tense)
    return a.statement + conjunction(g, "and", "et", "CCONJ") + tail, "."


def contrast(g):
    """*the house is old , but it is clean .*: *it* follows the gender of the French noun."""
    pairs = [
        ("old", "clean"),
        ("small", "beautiful"),
        ("beautiful", "expensive"),
        ("long", "interesting"),
        ("short", "difficult"),
        ("old", "fast"),
        ("small", "comfortable"),
        ("expensive", "beautiful"),
        ("new", "dirty"),
        ("big", "empty"),
        ("small", "full"),
        ("difficult", "interesting"),
        ("easy", "boring"),
        ("light", "expensive"),
        ("young", "serious"),
        ("rich", "sad"),
        ("poor", "happy"),
        ("old", "strong"),
        ("ill", "happy"),
        ("small", "brave"),
        ("heavy", "useful"),
        ("noisy", "comfortable"),
        ("old", "comfortable"),
        ("young", "famous"),
        ("tired", "happy"),
        ("big", "light"),
        ("cold", "good"),
        ("small", "heavy"),
        ("narrow", "quiet"),
        ("strange", "funny"),
        ("shy", "kind"),
    ]
    first_en, second_en = g.chance.pick(pairs)
    candidates = []
    for noun in lexicon.NOUN_LIST:
        adjectives = {a.en: a for a in reversed(lexicon.adjectives_for(noun, True))}
        if first_en in adjectives and second_en in adjectives and not noun.flags & {"only"}:
            candidates.append((noun, adjectives))
    if not candidates:
        return None
    noun, adjectives = g.chance.ranked(candidates, 0.2)
    close = noun.fits(("kin", "owned"))
    determiner = "possessive" if close else g.chance.pick(["the", "this", "the"])
    subj = noun_phrase(g, noun, role="subject", adjectives=[], determiner=determiner)
    tense = g.chance.weighted(["present", "past"], [3, 2])
    again = pronoun_for(g, subj)
    g.pairs.add(("adjective", second_en, noun.en))
    first = with_be(g, subj, quality(g, subj, adjectives[first_en]), tense)
    second = with_be(
        g, again, quality(g, again, adjectives[second_en]), tense, g.chance.happens(0.25)
    )
    return (
        first.statement + comma(g) + conjunction(g, "but", "mais", "CCONJ") + second.statement
    ), "."


# --- subordinate clauses --------------------------------------------------------------------------

# (verb, negated?, reason about the subject)
REASONS_OF_SUBJECT = [
    ("work", True, "tired"),
    ("run", True, "tired"),
    ("sleep", False, "tired"),
    ("rest", False, "tired"),
    ("sit down", False, "tired"),
    ("go out", True, "ill"),
    ("play", True, "ill"),
    ("eat", True, "ill"),
    ("cry", False, "sad"),
    ("smile", True, "sad"),
    ("sing", False, "happy"),
    ("dance", False, "happy"),
    ("laugh", False, "happy"),
    ("smile", False, "happy"),
    ("shout", False, "angry"),
    ("sleep", True, "nervous"),
    ("eat", False, "hungry"),
    ("cry", False, "thirsty"),
    ("tremble", False, "cold"),
    ("tremble", False, "afraid"),
    ("hide", False, "afraid"),
    ("come", True, "busy"),
    ("work", True, "ill"),
    ("dance", True, "shy"),
    ("travel", True, "poor"),
    ("go to bed", False, "sleepy"),
    ("stop", False, "tired"),
    ("swim", True, "afraid"),
    ("smile", False, "lucky"),
    ("stay", False, "ill"),
    ("cough", False, "ill"),
    ("speak", True, "shy"),
    ("walk", True, "tired"),
    ("swim", True, "cold"),
    ("have fun", True, "sad"),
]
# (verb, negated?, reason about the object, kinds of the object)
REASONS_OF_OBJECT = [
    ("buy", True, "expensive", ("clothes", "jewel", "car", "bicycle", "furniture", "device")),
    ("buy", False, "beautiful", ("clothes", "jewel", "vase", "house")),
    ("wash", False, "dirty", ("clothes", "car", "plate", "window", "cup")),
    ("clean", False, "dirty", ("kitchen", "bathroom", "window", "car", "bicycle")),
    ("like", False, "interesting", ("readable", "film", "museum", "programme")),
    ("like", False, "beautiful", ("song", "town", "flower", "garden", "horse")),
    ("read", True, "boring", ("novel", "book", "magazine")),
    ("read", True, "difficult", ("text", "novel", "letter")),
    ("carry", True, "heavy", ("suitcase", "bag", "box", "basket", "chair")),
    ("drink", True, "cold", ("coffee", "tea", "soup", "milk")),
    ("drink", True, "hot", ("coffee", "tea", "milk")),
    ("eat", True, "hot", ("soup", "potato", "pancake")),
    ("eat", False, "delicious", ("cake", "soup", "tart", "chocolate", "strawberry")),
    ("eat", False, "ripe", ("apple", "pear", "peach", "tomato", "banana")),
    ("repair", False, "broken", ("chair", "toy", "radio", "clock", "computer", "watch")),
    ("use", True, "broken", ("computer", "phone", "camera", "machine")),
    ("sell", False, "old", ("car", "house", "bicycle", "computer", "sofa")),
    ("take", True, "full", ("bus", "train")),
    ("take", False, "fast", ("train", "plane", "car")),
    ("take", True, "slow", ("bus", "train")),
    ("wear", True, "wet", ("coat", "shoe", "jacket", "hat")),
    ("wear", False, "warm", ("coat", "scarf", "sweater", "boot")),
    ("admire", False, "magnificent", ("castle", "picture", "garden", "cathedral")),
    ("understand", True, "difficult", ("question", "lesson", "language", "text", "exercise")),
    ("do", True, "difficult", ("exercise", "homework")),
    ("listen to", False, "wonderful", ("song", "story")),
    ("visit", False, "famous", ("museum", "castle", "cathedral")),
    ("choose", False, "quiet", ("hotel",)),
    ("cross", True, "wide", ("street", "river")),
    ("cross", True, "dangerous", ("bridge", "street")),
    ("learn", False, "short", ("poem",)),
    ("feed", False, "hungry", ("dog", "cat", "rabbit", "cow", "horse")),
    ("help", False, "tired", ("mother", "father", "grandmother", "neighbour", "farmer")),
    ("help", False, "lost", ("tourist", "child")),
    ("invite", False, "kind", ("neighbour",)),
    ("look for", False, "lost", ("key", "dog", "glove", "cat")),
    ("examine", False, "ill", ("child", "dog", "cow")),
]


def because(g):
    """*the cow is not running because it is tired .*, *he sells the car because it is old .*"""
    return _because_object(g) if g.chance.happens(0.55) else _because_subject(g)


def _tense_of_because(g, verb, neg) -> tuple[str, str]:
    """(tense of the clause, tense of the reason)."""
    tense = g.chance.weighted(["now", "past"], [3, 3])
    if tense == "past":
        return "past", "past"
    if neg and "state" not in verb.flags and g.chance.happens(0.4):
        return g.chance.pick(["can", "want"]), "present"
    return ("progressive" if is_action(verb) else "present"), "present"


def reason(g: Grammar, subj: Nominal, en: str, tense: str, about: Nominal) -> Phrase:
    """*because it is tired, parce qu' elle est fatiguée*."""
    link = fixed(g, "because", "SCONJ", "parce que", "SCONJ SCONJ")
    rows = {row[0]: row for row in FEELINGS}
    if en in rows and about.animate | bool(about.noun and "animal" in about.noun.kinds):
        return link + with_be(g, subj, feeling(g, rows[en], False), tense, fr="avoir").statement
    adjective = lexicon.adjective(en)
    if about.noun is not None:
        g.pairs.add(("adjective", en, about.noun.en))
    degree = (
        "too trop"
        if en in ("expensive", "heavy", "hot", "cold", "difficult", "boring")
        and (g.chance.happens(0.5))
        else ""
    )
    return link + with_be(g, subj, quality(g, subj, adjective, degree), tense).statement


def _because_subject(g):
    verb_en, negated, en = g.chance.pick(REASONS_OF_SUBJECT)
    frames = [v for v in lexicon.VERB_LIST if v.en == verb_en and not v.objects]
    verb = frames[0]
    if en in ("tired", "ill", "hungry", "thirsty") and "animal" in verb.subjects:
        kinds = ("person", "kin", "pet", "horse", "cow")
    else:
        kinds = ("child", "person", "kin") if "person" in verb.subjects else ("child", "kin")
    if en == "poor":
        kinds = ("farmer", "painter", "fisherman", "poet", "musician")
    subj = subject(g, kinds, adjectives=[], adult=verb.adult)
    if subj.lemma == "you" or " and " in subj.lemma:
        return None
    tense, when = _tense_of_because(g, verb, negated)
    neg = "not" if negated else ""
    if (
        subj.noun is not None
        and "person" not in subj.noun.kinds | subj.noun.kinds
        and tense == "want"
    ):
        tense = "progressive"
    made = clause(g, verb, tense, subj=subj, neg=neg, extras=False)
    return made.statement + reason(g, pronoun_for(g, subj), en, when, subj), "."


def _because_object(g):
    verb_en, negated, en, kinds = g.chance.pick(REASONS_OF_OBJECT)
    if not kinds:
        return None
    noun = g.chance.ranked(lexicon.nouns(kinds), 0.25)
    if not noun.fits(kinds) or noun.flags & {"enpl"}:
        return None
    if en not in {a.en for a in lexicon.adjectives_for(noun, True)} and en not in ("hungry",):
        return None
    verb = _verb_for(verb_en, noun)
    subj = subject(
        g, tuple(k for k in verb.subjects if k != "rabbit"), adjectives=[], adult=verb.adult
    )
    if (
        subj.human
        and noun.kinds & {"person", "kin"}
        and subj.gender == noun.gender
        and not (subj.pronoun and subj.person != 3)
    ):
        return None  # it would be unclear who is tired
    determiner = (
        "possessive"
        if noun.kinds & {"kin"} or "owned" in noun.kinds
        else (g.chance.weighted(["the", "this", "possessive"], [4, 3, 1.5]))
    )
    if (
        noun.kinds & {"person", "building", "outdoor"}
        and determiner == "possessive"
        and ("owned" not in noun.kinds)
    ):
        determiner = "the"
    if verb_en == "wear" and subj.plural:
        return None
    pair = (
        True
        if "pair" in noun.kinds
        else False
        if verb.flags & {"single"}
        else (g.chance.happens(0.2))
    )
    obj = noun_phrase(g, noun, determiner=determiner, owner=subj, adjectives=[], plural=pair)
    tense, when = _tense_of_because(g, verb, negated)
    made = clause(g, verb, tense, subj=subj, obj=obj, neg="not" if negated else "", extras=False)
    return made.statement + reason(g, pronoun_for(g, obj), en, when, obj), "."


def knows_that(g):
    """*I know that Paul is sleeping .* je sais que Paul dort ."""
    en, fr = g.chance.ranked(
        [
            ("know", "savoir"),
            ("think", "penser"),
            ("say", "dire"),
            ("hope", "espérer"),
            ("believe", "croire"),
            ("see", "voir"),
        ],
        0.5,
    )
    verb = lexicon.Verb(en, fr, ("person", "kin"), "", (), frozenset({"state"}))
    subj = subject(g, ("person", "kin"), adjectives=[])
    tense = g.chance.weighted(["present", "past", "future", "progressive"], [2, 3, 2, 3])
    tense = {"hope": "future", "see": "progressive"}.get(en, tense)
    inner_verb = pick_verb(
        g, lambda v: suits(tense)(v) and not (tense == "past" and "state" in v.flags)
    )
    inner = clause(g, inner_verb, tense)
    neg = "not" if en == "know" and g.chance.happens(0.2) else ""
    outer = clause(g, verb, "present", subj=subj, extras=False, neg=neg)
    if subj.lemma in inner.subject.lemma and subj.lemma not in ("I", "we"):
        return None
    return outer.statement + conjunction(g, "that", "que") + inner.statement, "."


def when_clause(g):
    """*when Paul arrived , Marie was sleeping .* quand Paul est arrivé , Marie dormait ."""
    outer_verb = pick_verb(g, lambda v: suits("past_progressive")(v) and "person" in v.subjects)
    event = lexicon.verb(
        *g.chance.pick(
            [
                ("arrive", "arriver"),
                ("come back", "revenir"),
                ("enter", "entrer"),
                ("leave", "partir"),
                ("wake up", "se réveiller"),
                ("call", "appeler"),
            ]
        )
    )
    subj = subject(g, ("person", "kin"), adjectives=[])
    if subj.lemma == "you":
        return None
    other = subject(g, ("person", "kin"), adjectives=[])
    if other.lemma == subj.lemma:
        return None
    obj = None
    if event.en == "call":
        event = lexicon.Verb("call", "appeler", ("person",), "", ("person",), frozenset())
        obj = object_pronoun_for(g, other) if other.person == 3 else None
        if obj is None:
            return None
    inner = clause(g, event, "past", subj=subj, obj=obj, extras=False)
    outer = clause(g, outer_verb, "past_progressive", subj=other)
    when = conjunction(g, "when", "quand")
    if g.chance.happens(0.5) and obj is None:
        return when + inner.statement + comma(g) + outer.statement, "."
    return outer.statement + when + inner.statement, "."


WEATHER = [("rain", "pleuvoir"), ("snow", "neiger")]
COMPLAINTS = [("cold", "froid"), ("hot", "chaud"), ("fine", "beau"), ("dark", "nuit")]


def weather_clause(g: Grammar, tense: str, neg: bool = False) -> Phrase:
    """*it is raining, il pleut; it is cold, il fait froid*: *it* is always *il* here."""
    from .clauses import verb_group
    from .predicates import be

    key = g.key()
    it = Nominal(tokens("it", "PRON", key), tokens("il", "PRON", key), lemma="it")
    if g.chance.happens(0.5):
        en, fr = g.chance.pick(WEATHER)
        verb = lexicon.Verb(en, fr, ("weather",), "", (), frozenset())
        group = verb_group(
            g, it, verb, {"present": "progressive"}.get(tense, tense), neg="not" if neg else ""
        )
        return Phrase(it.en + group.aux + group.rest, it.fr + group.fr)
    en, fr = g.chance.ranked(COMPLAINTS, 0.5)
    group = be(g, it, tense, neg, fr="faire")
    end = fixed(g, en, "ADJ", fr, "ADJ")
    return Phrase(it.en + group.aux + group.rest + end.en, it.fr + group.fr + end.fr)


PLANS_INSIDE = ("read", "cook", "stay", "sleep", "work", "write", "listen to", "study", "paint")
PLANS_OUTSIDE = ("go out", "swim", "play", "walk", "run", "dance")


def if_clause(g):
    """*if it rains tomorrow , I will read .* s' il pleut demain , je lirai ."""
    from .clauses import verb_group

    key = g.key()
    bad = g.chance.happens(0.6)
    if bad and g.chance.happens(0.7):
        it = Nominal(tokens("it", "PRON", key), tokens("il", "PRON", key), lemma="it")
        en, fr = g.chance.pick(WEATHER)
        verb = lexicon.Verb(en, fr, ("weather",), "", (), frozenset())
        group = verb_group(g, it, verb, "present")
        inner = Phrase(it.en + group.aux + group.rest, it.fr + group.fr)
    else:
        it = Nominal(tokens("it", "PRON", key), tokens("il", "PRON", key), lemma="it")
        from .predicates import be

        group = be(g, it, "present", fr="faire")
        end = fixed(g, "cold" if bad else "fine", "ADJ", "froid" if bad else "beau", "ADJ")
        inner = Phrase(it.en + group.aux + end.en, it.fr + group.fr + end.fr)
    when = fixed(
        g,
        *g.chance.pick(
            [
                ("tomorrow", "ADV", "demain", "ADV"),
                ("tonight", "NOUN", "ce soir", "DET NOUN"),
                ("this afternoon", "DET NOUN", "cet après-midi", "DET NOUN"),
            ]
        ),
    )
    if g.chance.happens(0.6):
        inner = inner + when
    neg = ""
    plans = PLANS_INSIDE if bad else PLANS_OUTSIDE
    if g.chance.happens(0.3):
        plans, neg = (PLANS_OUTSIDE if bad else PLANS_INSIDE), "not"
    verb = pick_verb(
        g,
        lambda v: (
            v.en in plans and "person" in v.subjects or (v.en in plans and "boy" in v.subjects)
        ),
    )
    subj = subject(g, ("person", "kin"), adjectives=[])
    outer = clause(g, verb, "future", subj=subj, neg=neg, extras=False)
    link = conjunction(g, "if", "si")
    if g.chance.happens(0.6):
        return link + inner + comma(g) + outer.statement, "."
    return outer.statement + link + inner, "."


def weather(g):
    """*it was cold in Paris yesterday .* il faisait froid à Paris hier ."""
    from .phrases import city, country

    tense = g.chance.weighted(["present", "past", "future"], [3, 2, 2])
    body = weather_clause(g, tense, g.chance.happens(0.15))
    way = g.chance.weighted(["city", "country", "none"], [3, 2, 3])
    spot = city(g) if way == "city" else country(g) if way == "country" else Phrase()
    when = {
        "past": [
            ("yesterday", "ADV", "hier", "ADV"),
            ("this morning", "DET NOUN", "ce matin", "DET NOUN"),
            ("last night", "ADJ NOUN", "hier soir", "ADV NOUN"),
        ],
        "present": [
            ("today", "ADV", "aujourd'hui", "ADV"),
            ("now", "ADV", "maintenant", "ADV"),
            ("this morning", "DET NOUN", "ce matin", "DET NOUN"),
        ],
        "future": [
            ("tomorrow", "ADV", "demain", "ADV"),
            ("tonight", "NOUN", "ce soir", "DET NOUN"),
        ],
    }[tense]
    out = body + spot
    if g.chance.happens(0.8):
        moment = fixed(g, *g.chance.pick(when))
        out = moment + comma(g) + out if g.chance.happens(0.25) else out + moment
    return out, "."


def before(g):
    """*before leaving , Paul closes the door .* avant de partir , Paul ferme la porte ."""
    first = lexicon.verb(
        *g.chance.pick(
            [
                ("leave", "partir"),
                ("go out", "sortir"),
                ("eat", "manger"),
                ("sleep", "dormir"),
                ("work", "travailler"),
                ("cook", "cuisiner"),
                ("travel", "voyager"),
            ]
        )
    )
    things = {
        "leave": ("close", "turn off", "clean", "thank", "feed", "take"),
        "go out": ("close", "put on", "turn off", "feed", "look for"),
        "eat": ("prepare", "wait for", "thank", "call"),
        "sleep": ("read", "turn off", "close", "drink"),
        "work": ("drink", "read", "listen to"),
        "cook": ("buy", "clean", "choose"),
        "travel": ("buy", "book", "study", "learn"),
    }[first.en]
    tense = g.chance.weighted(["present", "past", "future"], [2, 4, 2])
    verb = pick_verb(g, lambda v: v.en in things and "person" in v.subjects and v.objects)
    from . import english

    key, link = g.key(), g.key()
    words = first.en.split()
    gerund = [Token(english.gerund(words[0]), "VERB", (key,))] + [
        Token(w, "ADP", (key,)) for w in words[1:]
    ]
    front = Phrase(
        tokens("before", "ADP", link) + gerund,
        tokens("avant de", "ADP", link) + tokens(first.fr, "VERB", key),
    )
    made = clause(g, verb, tense, extras=False, story=True)
    if g.chance.happens(0.6):
        return front + comma(g) + made.statement, "."
    return made.statement + front, "."


def two_people(g):
    """*Paul is reading and Marie is sleeping .*: two clauses, two subjects."""
    tense = g.chance.weighted(["progressive", "past", "present", "past_progressive"], [4, 3, 2, 2])

    def test(v):
        return suits(tense)(v) and "person" in v.subjects and "state" not in v.flags

    first, second = pick_verb(g, test), pick_verb(g, test)
    if tense == "present" and (first.objects or second.objects):
        tense = "progressive"  # both alike
        if not (test(first) and test(second)):
            return None
    a = clause(g, first, tense, extras=False)
    b = clause(g, second, tense, extras=False)
    if a.subject.lemma == b.subject.lemma or a.verb.en == b.verb.en:
        return None
    link = g.chance.weighted(
        [("and", "et", "CCONJ"), ("but", "mais", "CCONJ"), ("while", "pendant que", "SCONJ")],
        [4, 2, 2],
    )
    if link[0] == "while":
        if tense not in ("progressive", "past_progressive"):
            return None
        joint = fixed(g, "while", "SCONJ", "pendant que", "SCONJ SCONJ")
    else:
        joint = conjunction(g, *link)
        if link[0] == "but":
            joint = comma(g) + joint
    return a.statement + joint + b.statement, "."
