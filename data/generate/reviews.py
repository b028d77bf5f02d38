"""Short reviews with a label, most of which one cannot judge without reading them in order.

A construction is a template whose slots say what the reviewer affirms, `{yes}`, and what is denied,
conceded or only expected, `{no}`. Filled with praise for `{yes}` and blame for `{no}` it is a
positive review, the other way round a negative one. So each drawing makes two reviews, *twins*, and
their labels follow from what they mean. The twins of the kinds in `ORDER` are written with the same
words; those of the others differ in their adjectives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from typing import NamedTuple

from . import english
from . import lexicon_reviews as words
from .chance import Chance

SEED = 20260204
HEADER = ("part", "text", "label", "kind")
PARTS = ("train", "validation", "test")
ORDER = ("correction", "contrast", "intensity", "expectation", "scope")
TWINS = {kind: (225, 25, 50) for kind in ORDER} | {  # in train, validation, test
    "plain": (550, 60, 120),
    "negation": (575, 65, 130),
}
SPARE = 2  # twins drawn for each one needed: some have rare words
FEWEST = 3  # a word rarer than this in training is in no part
SHORTEST, LONGEST = 4, 25

Pair = tuple[str, str]  # good, bad
Slots = dict[str, str]


class Twins(NamedTuple):
    """Two reviews that differ in what they mean."""

    kind: str
    positive: str
    negative: str


class Thing(NamedTuple):
    """What is judged; `form` as in the lexicon."""

    noun: str
    form: str
    pairs: tuple[Pair, ...]

    @property
    def plural(self) -> bool:
        """Whether its form is a plural."""
        return self.form in "pq"


class Domain(NamedTuple):
    """Where a review belongs; `tenses` are those in which one writes of such things."""

    name: str
    tenses: tuple[str, ...]
    wholes: tuple[Thing, ...]
    parts: tuple[Thing, ...]

    @property
    def things(self) -> tuple[Thing, ...]:
        """Whatever can be judged: wholes and parts."""
        return self.wholes + self.parts


# --- reading the lexicon --------------------------------------------------------------------------


def lines_of(block: str) -> list[str]:
    return [line.strip() for line in block.strip().splitlines()]


def pairs_of(text: str) -> tuple[Pair, ...]:
    """*good/bad, clean/dirty*, as pairs."""
    return tuple(tuple(item.split("/")) for item in text.split(", "))


def sentences_of(block: str) -> tuple[Pair, ...]:
    return tuple(tuple(line.split("/")) for line in lines_of(block))


CLASSES = {
    name: pairs_of(pairs)
    for name, pairs in (line.split(": ") for line in lines_of(words.ADJECTIVES))
}


def thing_of(line: str) -> Thing:
    noun, form, classes = line.split("; ")
    pairs = [pair for name in classes.split() for pair in CLASSES[name]]
    return Thing(noun, form, tuple(dict.fromkeys(pairs)))


def domain_of(name: str, wholes: str, parts: str) -> Domain:
    return Domain(
        name,
        tuple(words.TENSES.get(name, "was").split()),
        tuple(thing_of(line) for line in lines_of(wholes)),
        tuple(thing_of(line) for line in lines_of(parts)),
    )


DOMAINS = tuple(domain_of(name, *blocks) for name, blocks in words.THINGS.items())


# --- words in their place -------------------------------------------------------------------------

GENERAL = CLASSES["general"]

PRONOUNS = {
    "s": ("it", "it"), "m": ("it", "it"), "p": ("they", "them"), "q": ("they", "them"),
    "f": ("she", "her"), "h": ("he", "him"),
}  # fmt: skip


def be(thing: Thing, tense: str) -> str:
    return english.be(3, thing.plural, "past" if tense == "was" else "present")


def names(thing: Thing, tense: str) -> Slots:
    """The slots that speak of a thing: *the soup, was, it, it*."""
    it, them = PRONOUNS[thing.form]
    slots = {"the": f"the {thing.noun}", "noun": thing.noun, "be": be(thing, tense), "was": tense}
    return slots | {"it": it, "them": them}


def graded(pair: Pair) -> bool:
    """Whether both words take *very* and its like."""
    return not any(word.endswith("!") for word in pair)


def bare(pair: Pair) -> Pair:
    return pair[0].rstrip("!"), pair[1].rstrip("!")


def settle(text: str) -> str:
    """*an* before a vowel, and single spaces."""
    tokens = text.split()
    for i, token in enumerate(tokens[:-1]):
        if token == "a" and english.starts_with_vowel_sound(tokens[i + 1]):
            tokens[i] = "an"
    return " ".join(tokens)


# --- sources: what fills the slots of a positive and of a negative review -------------------------


def both(common: Slots, yes: str, no: str) -> tuple[Slots, Slots]:
    """Praise affirmed and blame denied; and the reverse."""
    return common | {"yes": yes, "no": no}, common | {"yes": no, "no": yes}


def draw_domain(chance: Chance, among=None) -> tuple[Domain, str]:
    domain = chance.pick([d for d in DOMAINS if among is None or d.name in among])
    return domain, chance.pick(domain.tenses)


def draw_thing(chance: Chance, domain: Domain) -> Thing:
    return chance.pick(domain.wholes) if chance.happens(0.3) else chance.pick(domain.parts)


def draw_pair(chance: Chance, thing: Thing) -> Pair:
    """Opposites that suit a thing, or else, more seldom, *good* and *bad* and the like."""
    return chance.pick(thing.pairs if chance.happens(0.75) else GENERAL)


def adjective_for(chance: Chance, thing: Thing, tense: str) -> tuple[Slots, Slots]:
    pair = draw_pair(chance, thing)
    good, bad = both(names(thing, tense), *bare(pair))
    for slots, word in ((good, pair[0]), (bad, pair[1])):
        slots["very"] = chance.pick(words.UTTERLY if word.endswith("!") else words.VERY)
    return good, bad


def adjective(chance: Chance) -> tuple[Slots, Slots]:
    """`{yes}` and `{no}` are opposites; `{very}` makes the first stronger."""
    domain, tense = draw_domain(chance)
    return adjective_for(chance, draw_thing(chance, domain), tense)


def counted(chance: Chance) -> tuple[Slots, Slots]:
    """The same, of a thing that takes *a* and *one*."""
    domain, tense = draw_domain(chance)
    return adjective_for(chance, chance.pick([t for t in domain.things if t.form == "s"]), tense)


def mild_pairs(thing: Thing) -> list[Pair]:
    """Opposites between which one can be in the middle."""
    return [bare(pair) for pair in thing.pairs if graded(pair)]


def mild(chance: Chance) -> tuple[Slots, Slots]:
    """Opposites that say the reverse when they are denied: *not dull*, but not *not superb*."""
    domain, tense = draw_domain(chance)
    thing = draw_thing(chance, domain)
    pairs = mild_pairs(thing) if chance.happens(0.8) else [("good", "bad")]
    return both(names(thing, tense), *chance.pick(pairs))


def two(chance: Chance) -> tuple[Slots, Slots]:
    """Two such pairs for one thing; `{and}` goes with `{yes}`, `{nor}` with `{no}`."""
    domain, tense = draw_domain(chance)
    thing = chance.pick([t for t in domain.things if len(mild_pairs(t)) > 1])
    pairs = mild_pairs(thing)
    chance.shuffle(pairs)
    good, bad = both(names(thing, tense), *pairs[0])
    good["and"], good["nor"] = pairs[1]
    bad["nor"], bad["and"] = pairs[1]
    return good, bad


def whole(chance: Chance) -> tuple[Slots, Slots]:
    """Adjectives for a whole, with one of its parts."""
    domain, tense = draw_domain(chance)
    good, bad = adjective_for(chance, chance.pick(domain.wholes), tense)
    part = chance.pick([t for t in domain.parts if t.form in "sp"])
    praise, blame = bare(draw_pair(chance, part))
    article = "" if part.plural else "a "
    good["part"], bad["part"] = (f"{article}{word} {part.noun}" for word in (praise, blame))
    return good, bad


def outcome(chance: Chance) -> tuple[Slots, Slots]:
    """Adjectives for a whole and what came of it, `{so}` or, with a negation, `{negated}`."""
    domain, tense = draw_domain(chance)
    thing = chance.pick(domain.wholes)
    good, bad = both(names(thing, tense), *bare(chance.pick(GENERAL)))
    good["so"], bad["so"] = chance.pick(sentences_of(words.REACTIONS[domain.name]))
    good["negated"], bad["negated"] = chance.pick(sentences_of(words.NEGATED[domain.name]))
    return good, bad


def met(chance: Chance) -> tuple[Slots, Slots]:
    """Adjectives for a whole that one comes across."""
    domain, tense = draw_domain(chance, [d.name for d in DOMAINS if d.name != "journey"])
    return adjective_for(chance, chance.pick(domain.wholes), tense)


def several(chance: Chance) -> tuple[Slots, Slots]:
    """Mild opposites for things of which there are many."""
    domain, tense = draw_domain(chance)
    thing = chance.pick([t for t in domain.parts if t.form == "p"])
    return both(names(thing, tense), *chance.pick(mild_pairs(thing)))


def all_of_them(chance: Chance) -> tuple[Slots, Slots]:
    """The same, but not opposites: *none were stale and all were clever*."""
    domain, tense = draw_domain(chance)
    many = [t for t in domain.parts if t.form == "p" and len(mild_pairs(t)) > 1]
    if not many:
        return all_of_them(chance)
    thing = chance.pick(many)
    pairs = mild_pairs(thing)
    chance.shuffle(pairs)
    return both(names(thing, tense), pairs[0][0], pairs[1][1])


def two_things(chance: Chance, domain: Domain) -> tuple[Thing, Thing]:
    """Two parts: a whole and its part would not weigh the same."""
    first = chance.pick(domain.parts)
    return first, chance.pick([part for part in domain.parts if part != first])


def clauses(chance: Chance) -> tuple[Slots, Slots]:
    """`{yes}` and `{no}` are clauses on two things: *the plot is weak*."""
    domain, tense = draw_domain(chance)
    liked, disliked = two_things(chance, domain)
    praise, blame = bare(draw_pair(chance, liked))[0], bare(draw_pair(chance, disliked))[1]
    return both(
        {},
        f"the {liked.noun} {be(liked, tense)} {praise}",
        f"the {disliked.noun} {be(disliked, tense)} {blame}",
    )


def shared(chance: Chance) -> tuple[Slots, Slots]:
    """Adjectives that suit a whole and one of its parts, `{part}`."""
    domain, tense = draw_domain(chance)
    thing, part = chance.pick(domain.wholes), chance.pick(domain.parts)
    common = [pair for pair in part.pairs if pair in thing.pairs] + [*GENERAL]
    chance.shuffle(common)  # not twice the same: *fast despite the slow software*
    praise, blame = bare(common[0])[0], bare(common[1])[1]
    return both(names(thing, tense) | {"part": part.noun}, praise, blame)


def degrees(chance: Chance) -> tuple[Slots, Slots]:
    """Clauses on two things, of which `{yes}` says more: *the plot is extremely weak*."""
    domain, tense = draw_domain(chance)
    things = two_things(chance, domain)
    weak, strong = chance.pick(words.WEAK), chance.pick(words.STRONG)
    praise = chance.pick(mild_pairs(things[0]) or [("good", "bad")])[0]
    blame = chance.pick(mild_pairs(things[1]) or [("good", "bad")])[1]
    first, second = (f"the {thing.noun} {be(thing, tense)}" for thing in things)
    good = {"yes": f"{first} {strong} {praise}", "no": f"{second} {weak} {blame}"}
    bad = {"yes": f"{second} {strong} {blame}", "no": f"{first} {weak} {praise}"}
    return good, bad


def inanimate(chance: Chance) -> tuple[Thing, Thing]:
    """Two things that one likes or dislikes, without anybody taking offence."""
    domain, _ = draw_domain(chance)
    first, second = two_things(chance, domain)
    persons = {"f", "h"} & {first.form, second.form}
    return inanimate(chance) if persons else (first, second)


def likings(chance: Chance) -> tuple[Slots, Slots]:
    """*liked the plot, disliked the acting*."""
    liked, disliked = inanimate(chance)
    return both({}, f"liked the {liked.noun}", f"disliked the {disliked.noun}")


def liking(chance: Chance) -> tuple[Slots, Slots]:
    """*loved, hated*, and two things."""
    first, second = inanimate(chance)
    common = {"the": f"the {first.noun}", "other": f"the {second.noun}"}
    return both(common, *chance.pick(pairs_of(words.LIKING)))


def everything(chance: Chance) -> tuple[Slots, Slots]:
    """Adjectives for a part, `{no}`, and for all that is left, `{yes}`."""
    domain, _ = draw_domain(chance)
    praise, blame = (bare(chance.pick(GENERAL))[i] for i in (0, 1))
    part = chance.pick([t for t in domain.parts if t.form in "smp"])
    return both(names(part, "was"), praise, blame)


def audience(chance: Chance) -> tuple[Slots, Slots]:
    """What people did there: *laughed, yawned*; `{where}` they were."""
    domain, _ = draw_domain(chance, words.AUDIENCE)
    where = {"where": words.WHERE[domain.name]}
    return both(where, *chance.pick(pairs_of(words.AUDIENCE[domain.name])))


def lasting(chance: Chance) -> tuple[Slots, Slots]:
    """What one did or felt, `{long}` or `{short}`: *laughed, was bored*."""
    times = {"long": chance.pick(words.LONG), "short": chance.pick(words.SHORT)}
    rows = chance.pick([*words.DOING.values(), words.BEING])
    return both(times, *chance.pick(pairs_of(rows)))


def staff(chance: Chance) -> tuple[Slots, Slots]:
    """What people who work there did: *smiled, grumbled*."""
    domain, tense = draw_domain(chance, ("restaurant", "hotel", "museum", "journey"))
    people = [t for t in domain.parts if set(CLASSES["people"]) <= set(t.pairs)]
    return both(names(chance.pick(people), tense), *chance.pick(pairs_of(words.STAFF)))


def on_me(chance: Chance) -> tuple[Slots, Slots]:
    """What a work did to the reviewer: *surprised, bored*."""
    domain, tense = draw_domain(chance, ("film", "book", "concert", "play", "museum"))
    common = names(chance.pick(domain.wholes), tense)
    return both(common, *chance.pick(pairs_of(words.ON_ME)))


def contents(chance: Chance) -> tuple[Slots, Slots]:
    """What there is plenty of: *suspense, clichés*."""
    domain, tense = draw_domain(chance)
    common = names(chance.pick(domain.wholes), tense)
    common["had"] = "had" if tense == "was" else "has"
    praise, blame = (chance.pick(pairs_of(words.CONTENTS[domain.name]))[i] for i in (0, 1))
    return both(common, praise, blame)


# --- constructions --------------------------------------------------------------------------------

Source = Callable[[Chance], tuple[Slots, Slots]]
CONSTRUCTIONS: dict[str, list[tuple[Source, float, str]]] = {
    "plain": [
        (adjective, 4, "{the} {be} {yes}"),
        (adjective, 4, "{the} {be} {very} {yes}"),
        (two, 4, "{the} {be} {yes} and {and}"),
        (adjective, 3, "i found {the} {yes}"),
        (two, 3, "i found {the} {yes} and {and}"),
        (whole, 3, "a {yes} {noun} with {part}"),
        (outcome, 3, "{the} {be} {yes} , and {so}"),
        (outcome, 2, "what a {yes} {noun} : {so}"),
        (liking, 2, "i {yes} {the}"),
        (liking, 3, "i {yes} {the} and {other}"),
    ],
    "negation": [
        (mild, 3, "{the} {be} not {no}"),
        (mild, 2, "{the} {be} not {no} at all"),
        (mild, 2, "{the} {be} anything but {no}"),
        (mild, 2, "{the} {be} far from {no}"),
        (mild, 2, "{the} {be} hardly {no}"),
        (two, 3, "{the} {be} neither {no} nor {nor}"),
        (mild, 3, "i do not think that {the} {be} {no}"),
        (mild, 2, "i would not call {the} {no}"),
        (mild, 2, "i cannot say that {the} {be} {no}"),
        (two, 2, "nobody would call {the} {no} or {nor}"),
        (mild, 1.5, "there {was} nothing {no} about {the}"),
        (mild, 2, "it is not true that {the} {be} {no}"),
        (two, 4, "{the} {be} not only {yes} but also {and}"),
        (adjective, 4, "nobody can deny that {the} {be} {yes}"),
        (two, 2, "i cannot deny that {the} {be} {yes} and {and}"),
        (adjective, 3, "there is no doubt that {the} {be} {yes}"),
        (met, 3, "never before had i come across such a {yes} {noun}"),
        (outcome, 4, "the {noun} {be} {yes} : {negated}"),
        (outcome, 1, "this is a {yes} {noun} : {negated}"),
    ],
    "correction": [
        (adjective, 2, "{the} {be} {yes} , not {no}"),
        (adjective, 2, "{the} {be} {yes} rather than {no}"),
        (adjective, 1, "{the} {be} {yes} and not at all {no}"),
        (adjective, 1, "{the} {be} {yes} , and nobody would call {them} {no}"),
        (adjective, 1, "{the} {be} {yes} ; whoever calls {them} {no} is wrong"),
        (adjective, 1, "i would call {the} {yes} , not {no}"),
        (adjective, 1, "i would call {the} anything but {no} ; {it} {be} {yes}"),
        (adjective, 2, "{the} {be} not {no} but {yes}"),
        (adjective, 1, "{the} {be} not {no} at all ; {it} {be} {yes}"),
        (adjective, 2, "far from being {no} , {the} {be} {yes}"),
        (adjective, 1, "i do not think that {the} {be} {no} ; i think that {it} {be} {yes}"),
        (adjective, 1, "it is wrong to call {the} {no} : {it} {be} {yes}"),
        (counted, 1, "this is a {yes} {noun} , not a {no} one"),
        (counted, 1, "this is not a {no} {noun} but a {yes} one"),
    ],
    "contrast": [
        (clauses, 4, "{no} , but {yes}"),
        (clauses, 1, "it is true that {no} , but {yes}"),
        (clauses, 1, "{no} ; nevertheless , {yes}"),
        (clauses, 2, "although {no} , {yes}"),
        (clauses, 1, "even though {no} , {yes}"),
        (clauses, 3, "{yes} , even though {no}"),
        (clauses, 2, "{yes} , even if {no}"),
        (clauses, 1, "{yes} in spite of the fact that {no}"),
        (shared, 1, "despite the {no} {part} , {the} {be} {yes}"),
        (shared, 2, "{the} {be} {yes} despite the {no} {part}"),
    ],
    "intensity": [
        (degrees, 3, "{no} , and {yes}"),
        (degrees, 3, "{yes} , and {no}"),
        (degrees, 2, "{no} ; {yes}"),
        (degrees, 2, "{yes} ; {no}"),
        (several, 1.5, "most of {the} {be} {yes} and a few {be} {no}"),
        (several, 1.5, "a few of {the} {be} {no} , but most {be} {yes}"),
        (several, 1, "{the} {be} mostly {yes} and only occasionally {no}"),
        (lasting, 1, "i {yes} for {long} and {no} for {short}"),
        (lasting, 1, "my friend {no} for {short} and {yes} for {long}"),
        (likings, 2, "i {yes} a lot and {no} a little"),
        (likings, 2, "i {no} a little and {yes} a lot"),
    ],
    "expectation": [
        (counted, 2, "i expected a {no} {noun} and got a {yes} one"),
        (counted, 2, "i found a {yes} {noun} where i had expected a {no} one"),
        (adjective, 1, "i expected {the} to be {no} , but {it} {be} {yes}"),
        (adjective, 1, "i thought {the} would be {no} ; {it} turned out to be {yes}"),
        (adjective, 1, "{the} seemed {no} at first and turned out to be {yes}"),
        (adjective, 1, "{the} turned out to be {yes} ; at first {it} had seemed {no}"),
        (adjective, 2, "{the} {be} {yes} , though i had expected {them} to be {no}"),
        (adjective, 1, "my friends called {the} {no} ; i call {them} {yes}"),
        (adjective, 1, "everybody says that {the} {be} {no} , but i found {them} {yes}"),
        (adjective, 1, "{the} {be} {yes} , whereas other reviews call {them} {no}"),
        (adjective, 1, "i found {the} {yes} ; my friends found {them} {no}"),
    ],
    "scope": [
        (audience, 0.5, "nobody {no} and everybody {yes}"),
        (audience, 0.5, "everybody {yes} and nobody {no}"),
        (audience, 1, "nobody {where} {no} and everybody {yes}"),
        (audience, 1, "everybody {where} {yes} and nobody {no}"),
        (staff, 1.5, "{the} always {yes} and never {no}"),
        (staff, 1.5, "{the} never {no} and always {yes}"),
        (on_me, 1, "{the} often {yes} me and never {no} me"),
        (on_me, 1, "{the} never {no} me and often {yes} me"),
        (contents, 1.5, "{the} {had} plenty of {yes} and no {no}"),
        (contents, 1.5, "{the} {be} full of {yes} and without any {no}"),
        (contents, 1.5, "no {no} and plenty of {yes} : that {be} {the}"),
        (everything, 1.5, "only {the} {be} {no} ; everything else was {yes}"),
        (everything, 1.5, "everything was {yes} except {the} , which {be} {no}"),
        (everything, 1.5, "apart from {the} , which {be} {no} , everything was {yes}"),
        (all_of_them, 1, "none of {the} {be} {no} and all of them {be} {yes}"),
        (all_of_them, 1, "all of {the} {be} {yes} and none of them {be} {no}"),
    ],
}


def draw(chance: Chance, kind: str) -> Twins:
    """Two reviews of one kind."""
    rows = CONSTRUCTIONS[kind]
    source, _, template = chance.weighted(rows, [row[1] for row in rows])
    opener = ""
    if kind != "scope" and not template.startswith(("my", "everybody")) and chance.happens(0.14):
        opinion = template.startswith(("{the}", "this"))
        opener = chance.pick(words.OPINIONS if opinion else words.OPENERS)
    good, bad = (settle(f"{opener} {template.format(**slots)} .") for slots in source(chance))
    if kind in ORDER and Counter(good.split()) != Counter(bad.split()):
        raise ValueError(f"these twins should have the same words: {good!r} and {bad!r}")
    return Twins(kind, good, bad)


# --- parts ----------------------------------------------------------------------------------------


def bags(twins: Twins) -> tuple[tuple[str, ...], ...]:
    """What a bag of words sees of them."""
    return tuple(tuple(sorted(text.split())) for text in twins[1:])


def pool(chance: Chance, kind: str, size: int, seen: set) -> list[Twins]:
    """Twins of which no bag of words is in `seen`, where theirs are added."""
    out: list[Twins] = []
    while len(out) < size:
        twins = draw(chance, kind)
        found = bags(twins)
        if seen.isdisjoint(found) and all(SHORTEST <= len(bag) <= LONGEST for bag in found):
            seen.update(found)
            out.append(twins)
    return out


def cut(twins: list[Twins], kind: str) -> list[list[Twins]]:
    """The twins of one kind, divided among the parts."""
    ends = list(accumulate(TWINS[kind]))
    return [twins[end - size : end] for size, end in zip(TWINS[kind], ends, strict=True)]


def vocabulary(twins: Twins) -> set[str]:
    return {word for text in twins[1:] for word in text.split()}


def without_rare_words(pools: dict[str, list[Twins]]) -> dict[str, list[Twins]]:
    """As many twins as the parts need, without those that have a word rare in training."""
    while True:
        chosen = {kind: pools[kind][: sum(TWINS[kind])] for kind in pools}
        train = [twins for kind in chosen for twins in cut(chosen[kind], kind)[0]]
        counts = Counter(word for t in train for text in t[1:] for word in text.split())
        common = {word for word in counts if counts[word] >= FEWEST}
        if any(len(chosen[kind]) < sum(TWINS[kind]) for kind in chosen):
            raise ValueError("too many reviews have rare words: draw a larger pool (SPARE)")
        if all(vocabulary(twins) <= common for kind in chosen for twins in chosen[kind]):
            return chosen
        for kind, twins in chosen.items():  # what comes later may bring its words with it
            later = pools[kind][len(twins) :]
            pools[kind] = [t for t in twins if vocabulary(t) <= common] + later


def split() -> list[tuple[str, str, int, str]]:
    """All reviews: part, text, label, kind; twins are in the same part, in random order."""
    chance, seen = Chance(SEED), set()
    pools = {kind: pool(chance, kind, SPARE * sum(TWINS[kind]), seen) for kind in TWINS}
    chosen = without_rare_words(pools)
    rows = []
    for number, part in enumerate(PARTS):
        reviews = [
            (part, text, label, kind)
            for kind in chosen
            for twins in cut(chosen[kind], kind)[number]
            for text, label in ((twins.positive, 1), (twins.negative, 0))
        ]
        chance.shuffle(reviews)
        rows += reviews
    return rows


def text(rows: list[tuple[str, str, int, str]]) -> str:
    """The file, as text."""
    return "\n".join("\t".join(map(str, row)) for row in [HEADER, *rows]) + "\n"
