"""All constructions of the course corpus, with their names and shares."""

from __future__ import annotations

from . import (
    ambiguity,
    amounts,
    basic,
    body,
    complex,
    giving,
    lexicon,
    movement,
    predicates,
    society,
    times,
    wishes,
)
from .clauses import clause, object_phrase, pick_verb
from .phrases import Grammar, Phrase, comma, fixed, noun_phrase, pronoun_for

# (name, function, share)
CONSTRUCTIONS = [
    ("present", basic.present, 9),
    ("past", basic.past, 9),
    ("negation", basic.negation, 7),
    ("question", basic.question, 6),
    ("progressive", basic.progressive, 5),
    ("be with adjective", predicates.copula, 8),
    ("future", basic.future, 5),
    ("modal verb", basic.modal, 5),
    ("giving", giving.give, 5),
    ("because", complex.because, 5),
    ("pronoun takes up noun", complex.take_up, 5),
    ("relative clause on object", complex.relative_on_object, 5),
    ("relative clause on subject", complex.relative_on_subject, 4),
    ("adverb of frequency", basic.frequency, 4),
    ("going", movement.going, 4),
    ("two verbs", complex.and_verbs, 4),
    ("existence", predicates.there_is, 4),
    ("place", predicates.located, 4),
    ("question word", basic.wh_question, 3),
    ("command", basic.command, 3),
    ("comparative", predicates.comparative, 3),
    ("that-clause", complex.knows_that, 3),
    ("contrast", complex.contrast, 3),
    ("infinitive", wishes.with_infinitive, 4),
    ("two people", complex.two_people, 2.5),
    ("dwelling", movement.dwelling, 2.5),
    ("avoir", predicates.avoir, 2.5),
    ("perfect", basic.perfect, 2.5),
    ("past progressive", basic.past_progressive, 2.5),
    ("quantity", amounts.quantity, 2.5),
    ("passive", society.passive, 2),
    ("who", basic.subject_question, 1.5),
    ("what", basic.object_question, 1.5),
    ("which", basic.which, 1.5),
    ("how many", basic.how_many, 1.2),
    ("never", basic.never, 2),
    ("nobody, nothing, only", amounts.nobody, 2),
    ("habit", basic.habit, 1.5),
    ("recent past", basic.recent, 1.2),
    ("profession", predicates.profession, 1.5),
    ("this is", predicates.this_is, 2),
    ("superlative", predicates.superlative, 2),
    ("age", predicates.age, 1),
    ("hour", movement.departs, 1.2),
    ("time word", movement.time_word, 2),
    ("vocative", basic.vocative, 2),
    ("friend named", society.friend_named, 2),
    ("going there", movement.going_there, 1),
    ("leaving things", ambiguity.leaving, 2.5),
    ("verbal noun", ambiguity.doing_nouns, 1.5),
    ("booking", ambiguity.book_room, 0.7),
    ("likeness", ambiguity.likeness, 1),
    ("light", ambiguity.light_of, 1),
    ("part of", ambiguity.part_of, 2),
    ("helping", wishes.help_to, 2),
    ("knowing how", wishes.know_how, 1.2),
    ("missing", giving.miss, 1),
    ("washing", body.wash_hands, 1),
    ("looks", body.looks, 1.2),
    ("pain", body.hurts, 0.7),
    ("languages", society.languages, 1.2),
    ("weather", complex.weather, 1.2),
    ("if", complex.if_clause, 2),
    ("when", complex.when_clause, 2),
    ("before", complex.before, 1.5),
    ("too", predicates.too_tired, 1),
    ("clock", movement.clock, 0.3),
]

PIECES = [
    (complex.relative_on_object, 5),
    (complex.relative_on_subject, 4),
    (complex.take_up, 3),
    (complex.because, 4),
    (complex.knows_that, 3),
    (giving.give, 2),
    (predicates.there_is, 1.5),
    (complex.and_verbs, 3),
    (complex.two_people, 2),
    (complex.contrast, 2),
    (ambiguity.leaving, 1.5),
    (wishes.with_infinitive, 1.5),
    (basic.past, 1),
    (basic.progressive, 1),
    (complex.when_clause, 1.5),
    (movement.going, 1),
    (predicates.comparative, 1),
    (complex.before, 1),
]


def _piece(g: Grammar) -> Phrase:
    while True:
        made = g.chance.weighted([p[0] for p in PIECES], [p[1] for p in PIECES])(g)
        if made is not None and made[1] == ".":
            return made[0]


def joined(g):
    """Two of the sentences above, joined by *and* or, now and then, *but*."""
    first, second = _piece(g), _piece(g)
    contrasted = any(t.form == "but" for t in first.en + second.en)
    link = (
        ("and", "CCONJ", "et", "CCONJ")
        if contrasted or g.chance.happens(0.6)
        else ("but", "CCONJ", "mais", "CCONJ")
    )
    return first + comma(g) + fixed(g, *link) + second, "."


def story(g):
    """One person through two clauses: *the man who ... took the train, and he ... because ...*"""
    scene = g.chance.pick(complex.SCENES)

    def test(v):
        return (
            v.en in scene
            and "person" in v.subjects
            and basic.suits("past")(v)
            and ("state" not in v.flags)
        )

    noun = g.chance.ranked(lexicon.nouns(("person", "kin")), 0.4)
    head = noun_phrase(
        g,
        noun,
        role="subject",
        plural=g.chance.happens(0.15),
        determiner="" if "kin" in noun.kinds or "owned" in noun.kinds else "the",
    )
    subj = head
    first, second = pick_verb(g, test), pick_verb(g, test)
    if first.en == second.en:
        return None
    if g.chance.happens(0.6):
        relative = complex.relative_subject(g, head, "past", avoid=(first.en, second.en))
        if relative is None:
            return None
        subj = complex.extended(head, relative)
    body = clause(g, first, "past", subj=subj, obj=_rich_object(g, first, head)).statement
    if g.chance.happens(0.4):
        body = times.time_for(g, "past") + comma(g) + body
    again = pronoun_for(g, head)
    more = clause(g, second, "past", subj=again, obj=_rich_object(g, second, head)).statement
    link = (
        ("and", "CCONJ", "et", "CCONJ")
        if g.chance.happens(0.75)
        else ("but", "CCONJ", "mais", "CCONJ")
    )
    return body + comma(g) + fixed(g, *link) + more, "."


def _rich_object(g: Grammar, verb, head):
    """An object with a relative clause, where the verb takes one."""
    if not verb.objects or not g.chance.happens(0.6):
        return None
    obj = object_phrase(g, verb, head)
    if (
        obj.noun is None
        or obj.noun.kinds & {"kin", "game", "spectacles", "body"}
        or not (obj.definite)
    ):
        return obj
    relative = (
        complex.relative_subject(g, obj, "past")
        if obj.human
        else (complex.relative_object(g, obj, "past", verb.en))
    )
    return obj if relative is None else complex.extended(obj, relative)


LONG_CONSTRUCTIONS = [("long, joined", joined, 2), ("long, story", story, 3)]
