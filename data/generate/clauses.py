"""Verb groups and clauses: tense, negation, pronouns before the French verb, agreement."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import english, french, lexicon
from . import lexicon_other as other
from .lexicon_verbs import MANNERS
from .phrases import (
    Grammar,
    Nominal,
    Phrase,
    Unsuitable,
    name,
    noun_phrase,
    object_pronoun,
    place,
    pronoun,
    tokens,
)
from .tokens import Token, after_negation

PARTICLES = {
    "at": "ADP",
    "for": "ADP",
    "to": "ADP",
    "of": "ADP",
    "up": "ADP",
    "off": "ADP",
    "on": "ADP",
    "out": "ADP",
    "back": "ADV",
    "bed": "NOUN",
    "down": "ADP",
    "dressed": "ADJ",
    "asleep": "ADJ",
    "fun": "NOUN",
    "bored": "ADJ",
    "lost": "ADJ",
    "about": "ADP",
    "away": "ADV",
    "care": "NOUN",
}
REFLEXIVES = ("me", "te", "se", "nous", "vous", "se")
NEGATIONS = {
    "not": ("not", "pas"),
    "never": ("never", "jamais"),
    "no longer": ("no longer", "plus"),
}
# tense: English modal words, French verb; the first word may need do-support
MODALS = {
    "can": ("can", "pouvoir", "present"),
    "must": ("must", "devoir", "present"),
    "should": ("should", "devoir", "conditional"),
    "want": ("want to", "vouloir", "present"),
    "would like": ("would like to", "vouloir", "conditional"),
    "could": ("could", "pouvoir", "imperfect"),
    "have to": ("have to", "devoir", "present"),
}


MANNER_WORDS = dict(row.split() for row in other.MANNER)


@dataclass
class Group:
    """A conjugated verb: English auxiliary (which inversion moves) and rest, French in one row."""

    aux: list[Token] = field(default_factory=list)
    rest: list[Token] = field(default_factory=list)
    fr: list[Token] = field(default_factory=list)
    particle_key: int | None = None
    key: int = 0
    aux_is_dummy: bool = False


def split_french(verb_fr: str) -> tuple[bool, str, list[str]]:
    """(reflexive, infinitive, words that follow): *s'habiller*, *avoir besoin*."""
    if verb_fr.startswith("s'"):
        return True, verb_fr[2:], []
    words = verb_fr.split()
    if words[0] == "se":
        return True, words[1], words[2:]
    return False, words[0], words[1:]


def _english_parts(g: Grammar, verb: lexicon.Verb, form: str, key: int) -> tuple[list[Token], int]:
    """The verb form with its particles; a particle that governs the object has its own key."""
    words = verb.en.split()
    out = [Token(form, "VERB", (key,))]
    particle_key = key
    for word in words[1:]:
        tag = PARTICLES[word]
        if word == words[-1] and verb.preposition:
            particle_key = g.key()
        out.append(Token(word, tag, (particle_key if word == words[-1] else key,)))
    return out, particle_key


def _english_group(g, subj, verb, tense, neg, adverb, question, keys) -> Group:
    """English side of `verb_group`."""
    key, aux_key, neg_key = keys
    base = verb.en.split()[0]
    person, is_plural = subj.person, subj.plural
    aux: list[Token] = []
    dummy = False
    form = base
    middle: list[Token] = []

    def be(when):
        return english.be(person, is_plural, when)

    if tense == "present":
        if neg == "not" or question:
            aux, dummy = tokens(english.present("do", person, is_plural), "AUX", key), True
        else:
            form = english.present(base, person, is_plural)
    elif tense == "past":
        if neg == "not" or question:
            aux, dummy = tokens("did", "AUX", key), True
        else:
            form = english.past(base)
    elif tense in ("progressive", "past_progressive"):
        aux = tokens(be("present" if tense == "progressive" else "past"), "AUX", key)
        form = english.gerund(base)
    elif tense == "habit":
        middle = [Token("used", "VERB", (key,)), Token("to", "PART", (key,))]
    elif tense in ("perfect", "recent"):
        aux = tokens(english.present("have", person, is_plural), "AUX", aux_key)
        form = english.participle(base)
        if tense == "recent":
            middle = tokens("just", "ADV", aux_key)
    elif tense == "future":
        aux = tokens("will", "AUX", key)
    elif tense == "going":
        aux = tokens(be("present"), "AUX", aux_key)
        middle = [Token("going", "VERB", (aux_key,)), Token("to", "PART", (key,))]
    elif tense in MODALS:
        aux, middle, dummy = _english_modal(tense, subj, neg, question, aux_key, key)
    parts, particle_key = _english_parts(g, verb, form, key)
    negation = []
    if neg:
        words = NEGATIONS[neg][0].split()
        negation = [Token(w, "PART" if w == "not" else "ADV", (neg_key,)) for w in words]
    if tense == "can" and neg == "not" and not question:
        aux, negation = [Token("cannot", "AUX", (aux_key, neg_key))], []
    rest = negation + adverb + middle + parts
    return Group(aux, rest, particle_key=particle_key, key=key, aux_is_dummy=dummy)


def _english_modal(tense, subj, neg, question, aux_key, key):
    """Modal words: *can* is an auxiliary, *want to* and *have to* need do-support."""
    words = MODALS[tense][0].split()
    if words[0] not in ("want", "have"):
        aux = tokens(words[0], "AUX", aux_key)
        middle = tokens(words[1], "VERB", aux_key) if len(words) > 1 else []
        return aux, middle + ([Token("to", "PART", (key,))] if words[-1] == "to" else []), False
    aux = []
    head = words[0]
    if neg == "not" or question:
        aux = tokens(english.present("do", subj.person, subj.plural), "AUX", aux_key)
    else:
        head = english.present(words[0], subj.person, subj.plural)
    return aux, [Token(head, "VERB", (aux_key,)), Token("to", "PART", (key,))], bool(aux)


def _french_group(subj, verb, tense, neg, adverb, clitics, agree_with, keys) -> list[Token]:
    """French side of `verb_group`: ne, clitics, finite verb, pas, adverb, participle, rest."""
    key, aux_key, neg_key = keys
    reflexive, infinitive, tail_words = split_french(verb.fr)
    who = subj.fr_person
    if reflexive:
        clitics = [Token(REFLEXIVES[who], "PRON", (key,))] + clitics
    tail = [Token(w, "NOUN", (key,)) for w in tail_words]
    state = "state" in verb.flags
    tail_after: list[Token] = []
    finite_clitics = clitics
    if tense in ("present", "progressive"):
        finite = Token(french.conjugate(infinitive, "present", who), "VERB", (key,))
    elif tense in ("past_progressive", "habit") or (tense == "past" and state):
        finite = Token(french.conjugate(infinitive, "imperfect", who), "VERB", (key,))
    elif tense == "future":
        finite = Token(french.conjugate(infinitive, "future", who), "VERB", (key,))
    elif tense in ("past", "perfect"):
        etre = verb.takes_etre
        link = aux_key if tense == "perfect" else key
        finite = Token(
            french.conjugate("être" if etre else "avoir", "present", who), "AUX", (link,)
        )
        participle = french.participle(infinitive)
        if etre:
            participle = french.agree_participle(participle, subj.gender, subj.fr_plural)
        elif agree_with is not None:
            participle = french.agree_participle(
                participle, agree_with.gender, agree_with.fr_plural
            )
        tail_after = [Token(participle, "VERB", (key,))]
    else:
        first, mood = {"going": ("aller", "present"), "recent": ("venir", "present")}.get(
            tense, MODALS.get(tense, ("", "", ""))[1:]
        )
        finite = Token(french.conjugate(first, mood, who), "VERB", (aux_key,))
        finite_clitics = []
        tail_after = ([Token("de", "ADP", (aux_key,))] if tense == "recent" else []) + clitics
        tail_after.append(Token(infinitive, "VERB", (key,)))
    out = list(finite_clitics) + [finite]
    if neg:
        out = [Token("ne", "ADV", (neg_key,))] + out + [Token(NEGATIONS[neg][1], "ADV", (neg_key,))]
    return out + adverb + tail_after + tail


def _check(subj: Nominal, verb: lexicon.Verb, tense: str, neg: str, question: bool) -> None:
    """Refuse what one side leaves open and the other must decide, and echoes."""
    if subj.noun is not None and (subj.noun.en, verb.en) in ECHOES:
        raise Unsuitable(f"{subj.noun.en} {verb.en}")
    base = verb.en.split()[0]
    if tense == "past" and neg != "not" and not question and english.past(base) == base:
        if subj.plural or subj.person != 3:
            raise Unsuitable(f"{base}: present or past?")
    if subj.polite and tense in ("past", "perfect") and verb.takes_etre:
        raise Unsuitable("vous: one or several, man or woman?")


def verb_group(
    g: Grammar,
    subj: Nominal,
    verb: lexicon.Verb,
    tense: str,
    *,
    neg: str = "",
    adverb: str = "",
    question: bool = False,
    clitics=(),
    agree_with=None,
) -> Group:
    """A conjugated verb in both languages.

    `adverb` is a row of the table of adverbs of frequency. `clitics` are French tokens that stand
    before the verb; `agree_with` is the direct object that precedes a participle.
    """
    _check(subj, verb, tense, neg, question)
    keys = (g.key(), g.key(), g.key())
    en_adverb: list[Token] = []
    fr_adverb: list[Token] = []
    if adverb:
        en_word, fr_word = adverb.split()
        adverb_key = g.key()
        en_adverb = tokens(en_word, "ADV", adverb_key)
        fr_adverb = tokens(fr_word, "ADV", adverb_key)
    group = _english_group(g, subj, verb, tense, neg, en_adverb, question, keys)
    group.fr = _french_group(subj, verb, tense, neg, fr_adverb, list(clitics), agree_with, keys)
    if subj.noun is not None:
        g.pairs.add(("subject", subj.noun.en, verb.en))
    return group


# --- what goes with a verb --------------------------------------------------------------------

DATIVE_VERBS = {"téléphoner", "répondre", "parler", "obéir"}
PLACES = {
    "home": ("kitchen", "living room", "garden", "bedroom", "yard", "house"),
    "out": ("garden", "park", "street", "beach", "forest", "meadow", "yard", "field"),
    "public": ("library", "restaurant", "school", "office", "hotel", "museum", "farm"),
    "seat": ("sofa", "bed", "armchair", "bench", "chair"),
    "waters": ("sea", "lake", "river", "swimming pool"),
}


def subject(
    g: Grammar,
    kinds: tuple[str, ...],
    plural: bool | None = None,
    adult: bool = False,
    adjectives=None,
) -> Nominal:
    """A subject of one of these kinds: a name, a pronoun, one noun phrase or two joined."""
    people = "person" in kinds
    if people and g.chance.happens(0.5):
        if plural is None and g.chance.happens(0.06):
            return both(g, name(g), name(g))
        return name(g) if g.chance.happens(0.45) else pronoun(g)
    choices = [n for n in lexicon.nouns(kinds) if not (adult and n.fits(("young",)))]
    noun = g.chance.ranked(choices, 0.45)
    first = noun_phrase(g, noun, role="subject", plural=plural, adjectives=adjectives)
    if people and plural is None and g.chance.happens(0.05):
        second = (
            name(g)
            if g.chance.happens(0.5)
            else noun_phrase(
                g, g.chance.ranked(choices, 0.45), role="subject", plural=False, adjectives=[]
            )
        )
        return both(g, first, second) if second.lemma != noun.en else first
    return first


EVERYBODY = {"man", "woman", "boy", "girl"}
ANYBODY = EVERYBODY | {"child", "inhabitant", "traveller", "guest", "customer", "player", "lady"}


def _one_contains_the_other(first: Nominal, second: Nominal) -> bool:
    """*the hunter and the man*; *the man and the woman* are two."""
    words = {first.lemma, second.lemma}
    named = first.noun is None or second.noun is None
    return not named and bool(words & ANYBODY) and not words <= EVERYBODY


def both(g: Grammar, first: Nominal, second: Nominal) -> Nominal:
    """Two joined by *and*: plural, and feminine only if both are."""
    if first.lemma == second.lemma:
        return first
    if _one_contains_the_other(first, second):
        return first
    key = g.key()
    gender = "f" if first.gender == second.gender == "f" else "m"
    return Nominal(
        first.en + tokens("and", "CCONJ", key) + second.en,
        first.fr + tokens("et", "CCONJ", key) + second.fr,
        plural=True,
        fr_plural=True,
        gender=gender,
        animate=first.animate and second.animate,
        human=first.human and second.human,
        lemma=f"{first.lemma} and {second.lemma}",
    )


# The adjectives that make no sense with what the verb does: to write an old letter.
CONTRARY_ADJECTIVES = {
    "write": {"old", "lost", "broken"},
    "make": {"old"},
    "build": {"old", "ancient"},
    "plant": {"old"},
    "use": {"useful", "useless", "broken"},
    "wash": {"clean"},
    "clean": {"clean"},
    "open": {"open"},
    "close": {"closed"},
    "fill": {"full"},
    "empty": {"empty"},
    "break": {"broken"},
    "lose": {"lost"},
    "hide": {"hidden"},
}
# A subject and a verb of one stem: les chercheurs cherchent, a cook cooks.
ECHOES = {("scientist", "look for"), ("cook", "cook"), ("traveller", "travel")}
# Not one event but a custom or a state of mind, also with a definite object: she plays the piano.
LASTING = set("play obey respect teach".split())
LASTING |= {"count on", "dream of", "think about", "take care of"}
DAILY_THINGS = {"newspaper", "television", "radio", "magazine"}
# Whose object is used up, made or known after one time.
ONCE = {"eat", "drink", "read", "write", "cook", "buy", "sell", "learn", "study", "watch"}
# What one does to the things of others, not to one's own.
TO_OTHERS = {"steal", "borrow", "buy", "chase", "catch", "hunt", "bite", "attack", "hear"}


def is_one_event(verb: lexicon.Verb, obj: Nominal | None) -> bool:
    """Whether verb and object say what happens once (*she eats a biscuit*).

    Then the simple present would need a story around it. An object in general (*biscuits*) or a
    person known beforehand (*her*) leaves it a custom.
    """
    return (
        obj is not None
        and verb.habitual
        and not verb.flags & {"state", "np"}
        and verb.en not in LASTING
        and not (obj.pronoun or obj.general)
        and obj.lemma not in DAILY_THINGS
    )


def check_object(g: Grammar, verb: lexicon.Verb, obj: Nominal) -> None:
    """Refuse an adjective that contradicts the verb."""
    for en in CONTRARY_ADJECTIVES.get(verb.en, ()):
        if ("adjective", en, obj.lemma) in g.pairs:
            raise Unsuitable(f"{verb.en} {en} {obj.lemma}")


def object_phrase(g: Grammar, verb: lexicon.Verb, subj: Nominal) -> Nominal:
    """An object that this verb can take."""
    kinds = verb.objects
    if "person" in kinds and g.chance.happens(0.25):
        while True:
            other_name = name(g)
            if other_name.lemma != subj.lemma:
                return other_name
    kind = g.chance.ranked(kinds, 0.4)
    choices = (
        [n for n in lexicon.nouns((kind,)) if n.en != subj.lemma]
        or [n for n in lexicon.nouns(kinds) if n.en != subj.lemma]
        or lexicon.nouns(kinds)
    )
    noun = g.chance.ranked(choices, 0.45)
    determiner, plural = "", None
    owner = None
    if "the" in verb.flags or verb.preposition:
        determiner = g.chance.weighted(["the", "possessive", "this"], [6, 3, 2])
    if "a" in verb.flags and "spectacles" not in noun.kinds:
        determiner = g.chance.weighted(["a", "some", "number"], [7, 1, 1.5])
        if "single" in verb.flags:
            determiner = "bare" if "pair" in noun.kinds else "a"
        plural = determiner != "a"
    if "own" in verb.flags:
        determiner = "possessive"
    elif "spectacles" in noun.kinds:
        determiner = "bare"
    if "gen" in verb.flags and "human" not in noun.kinds and "kin" not in noun.kinds:
        if "the" not in verb.flags and g.chance.happens(0.6) and not noun.kinds & {"show", "town"}:
            determiner = "general"
            plural = True if not noun.flags & {"mass", "only", "frpl"} else None
    if "game" in noun.kinds:
        determiner = "general"
    if determiner == "" and noun.kinds & {"foodstuff", "drink"} and "mass" in noun.flags:
        determiner = g.chance.weighted(["bare", "some", "the", "this"], [4, 3, 3, 0.5])
    if "gen" in verb.flags and determiner in ("bare", "some", "a", "number", ""):
        determiner = g.chance.weighted(["the", "this", "possessive"], [4, 2, 1])
    if "instrument" in noun.kinds and verb.preposition:
        determiner, plural = g.chance.weighted(["the", "possessive", "this"], [6, 2, 1]), False
    if "countable" in noun.kinds and verb.en == "drink":
        raise Unsuitable("drink a drink")
    determiner = _allowed(noun, determiner)
    if noun.fits(("owned",)) and determiner in ("", "the", "a", "some", "bare", "number"):
        determiner = g.chance.weighted(["possessive", "genitive", "this"], [8, 1, 1])
    if determiner == "" and "kin" in noun.kinds:
        determiner = "possessive"
    if "own" in verb.flags or _is_owner(g, subj, verb, noun):
        owner = subj
    elif subj.person == 3 and subj.animate and not noun.fits(("body", "kin", "voice")):
        owner = pronoun(g, g.chance.pick(["I", "we"]))
    if "pl" in verb.flags and verb.objects:
        determiner, plural = g.chance.pick(["bare", "possessive", "the"]), True
        owner = subj
    adjectives = (
        []
        if determiner == "general"
        or "plain" in verb.flags
        or ("instrument" in noun.kinds and verb.preposition)
        else None
    )
    if "pair" in noun.kinds and "own" in verb.flags:
        plural = True
    obj = noun_phrase(
        g, noun, determiner=determiner, plural=plural, owner=owner, adjectives=adjectives
    )
    check_object(g, verb, obj)
    return obj


def _is_owner(g: Grammar, subj: Nominal, verb: lexicon.Verb, noun: lexicon.Noun) -> bool:
    """Whether a possessive with the object means the subject (*they use their knife*)."""
    if verb.en in TO_OTHERS or (noun.fits(("body", "voice")) and verb.en != "hold"):
        return False
    close = noun.fits(("kin", "owned"))
    if not subj.animate:
        return not close and subj.noun is not None and "animal" in subj.noun.kinds
    return close or g.chance.happens(0.8)


def _allowed(noun: lexicon.Noun, determiner: str) -> str:
    if "only" in noun.flags:
        return "the"
    if noun.flags & {"mass", "frpl"} and determiner in ("a", "number"):
        return "some"
    if noun.flags & {"pl", "enpl"} and determiner in ("a", "number", "some"):
        return "bare" if determiner == "a" and "pl" in noun.flags else "possessive"
    if (
        noun.kinds & {"person", "outdoor", "nature", "wild", "statue"}
        and determiner == "possessive"
    ):
        return "possessive" if "owned" in noun.kinds else "the"
    if "kin" in noun.kinds and determiner in ("the", "this", "a"):
        return "possessive"
    return determiner


COMPOUND = ("past", "perfect", "recent", "going", *MODALS)


def manner(g: Grammar, verb: lexicon.Verb, tense: str) -> Phrase | None:
    """An adverb of manner that suits the verb.

    *Well* and *badly* would stand inside a compound tense in French (*a bien chanté*); there they
    are avoided.
    """
    suited = MANNERS.get(verb.en, "").split()
    if tense in COMPOUND:
        suited = [en for en in suited if en not in ("well", "badly")]
    if not suited:
        return None
    en = g.chance.ranked(suited, 0.3)
    fr = MANNER_WORDS[en]
    key = g.key()
    return Phrase(tokens(en, "ADV", key), tokens(fr, "ADV", key))


def where(g: Grammar, verb: lexicon.Verb) -> Phrase | None:
    """A place that suits the verb, or None."""
    options = [kind for kind in ("home", "out", "public", "seat", "waters") if kind in verb.flags]
    if not options:
        return None
    return place(g, PLACES[g.chance.pick(options)])


def place_at(g: Grammar, kinds: tuple[str, ...]) -> Phrase:
    """A definite place without adjective, or one seen from a landmark."""
    return place(g, kinds, adjectives=[])


@dataclass
class Clause:
    """A clause taken apart, so that questions and subordinate clauses can reorder it."""

    subject: Nominal
    group: Group
    complements: Phrase
    verb: lexicon.Verb
    object: Nominal | None = None

    @property
    def statement(self) -> Phrase:
        """Subject, verb and complements, in the order of a statement."""
        return Phrase(
            self.subject.en + self.group.aux + self.group.rest + self.complements.en,
            self.subject.fr + self.group.fr + self.complements.fr,
        )

    @property
    def predicate(self) -> Phrase:
        """The clause without its subject."""
        return Phrase(
            self.group.aux + self.group.rest + self.complements.en,
            self.group.fr + self.complements.fr,
        )

    def question(self, g: Grammar, word: Phrase | None = None) -> Phrase:
        """With *est-ce que*, which is linked to the English auxiliary that moved."""
        key = g.key()
        keep = () if self.group.aux_is_dummy else self.group.aux[0].keys
        aux = [self.group.aux[0]._replace(keys=(key,) + keep)] + self.group.aux[1:]
        ask = [Token("est-ce", "PART", (key,)), Token("que", "SCONJ", (key,))]
        word = word or Phrase()
        return Phrase(
            word.en + aux + self.subject.en + self.group.rest + self.complements.en,
            word.fr + ask + self.subject.fr + self.group.fr + self.complements.fr,
        )


def clause(
    g: Grammar,
    verb: lexicon.Verb,
    tense: str,
    *,
    subj: Nominal | None = None,
    obj: Nominal | None = None,
    neg: str = "",
    adverb: str = "",
    question: bool = False,
    extras: bool = True,
    dropped=False,
    tail: Phrase | None = None,
    story: bool = False,
) -> Clause:
    """A clause with this verb. With `dropped` its object is left out, for a relative clause.

    The simple present of one event becomes a progressive, unless the clause is part of a `story` or
    says how often.
    """
    subj = subj or subject(
        g,
        verb.subjects,
        adult=verb.adult,
        plural=True if "pl" in verb.flags and not verb.objects else None,
    )
    clitics: list[Token] = []
    agree_with = None
    complements = Phrase()
    has_object = bool(verb.objects)
    if has_object and obj is None and not dropped:
        obj = object_phrase(g, verb, subj)
    one_time = not (story or adverb or neg == "never" or dropped)
    if tense == "present" and one_time and is_one_event(verb, obj):
        if not (neg and obj.en[0].form == "some"):  # he does not eat any soup
            tense = "progressive"
    if obj is not None and not obj.pronoun:
        check_object(g, verb, obj)
    if dropped and isinstance(dropped, Nominal):
        agree_with = dropped
    if has_object and obj is not None and obj.pronoun and not dropped:
        clitics = obj.fr
        agree_with = None if verb.preposition else obj
    group = verb_group(
        g,
        subj,
        verb,
        tense,
        neg=neg,
        adverb=adverb,
        question=question,
        clitics=clitics,
        agree_with=agree_with,
    )
    if clitics and verb.preposition:  # talks to her, lui parle: lui stands for both words
        group.fr = [
            t._replace(keys=t.keys + (group.particle_key,)) if t in clitics else t for t in group.fr
        ]
    if has_object and not dropped:
        complements = complements + _object(verb, obj, group, neg, question)
    if extras:
        complements = complements + _extras(g, verb, obj, tense, bool(adverb))
    if tail is not None:
        complements = complements + tail
    return Clause(subj, group, complements, verb, obj)


def _object(verb, obj, group, neg, question) -> Phrase:
    if obj.pronoun:
        return Phrase(obj.en, [])
    en = with_any(obj.en) if neg or question else obj.en
    if not verb.preposition:
        return Phrase(en, after_negation(obj.fr) if neg else obj.fr)
    return Phrase(en, tokens(verb.preposition, "ADP", group.particle_key) + obj.fr)


def with_any(en: list[Token]) -> list[Token]:
    """*some* is *any* in a question and under a negation."""
    if en and en[0].form == "some":
        return [en[0]._replace(form="any")] + en[1:]
    return en


def _extras(g, verb, obj, tense, has_adverb) -> Phrase:
    """A manner adverb or a place, now and then."""
    if obj is None and g.chance.happens(0.3) and not has_adverb:
        return manner(g, verb, tense) or Phrase()
    if g.chance.happens(0.55 if obj is None else 0.3):
        return where(g, verb) or Phrase()
    return Phrase()


def pick_verb(g: Grammar, test) -> lexicon.Verb:
    """A verb frame for which `test` holds, the frequent ones more often."""
    verbs = [v for v in lexicon.VERB_LIST if test(v)]
    return g.chance.weighted(verbs, [v.weight for v in verbs])


def maybe_object_pronoun(g: Grammar, verb: lexicon.Verb, subj: Nominal) -> Nominal | None:
    """An object pronoun where the verb takes a person."""
    dative = verb.preposition == "à" and verb.fr in DATIVE_VERBS
    if verb.preposition and not dative:
        return None
    if not set(verb.objects) & {"person", "kin"}:
        return None
    return object_pronoun(g, subj, dative)
