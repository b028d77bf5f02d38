"""Expressions of time, and sentences framed by them."""

from __future__ import annotations

from . import lexicon_other as other
from .phrases import Grammar, Phrase, comma, fixed, tokens
from .tokens import Token

PAST = [
    ("yesterday", "ADV", "hier", "ADV"),
    ("last week", "ADJ NOUN", "la semaine dernière", "DET NOUN ADJ"),
    ("this morning", "DET NOUN", "ce matin", "DET NOUN"),
    ("last night", "ADJ NOUN", "hier soir", "ADV NOUN"),
    ("last year", "ADJ NOUN", "le année dernière", "DET NOUN ADJ"),
    ("last summer", "ADJ NOUN", "le été dernier", "DET NOUN ADJ"),
    ("last month", "ADJ NOUN", "le mois dernier", "DET NOUN ADJ"),
]
FUTURE = [
    ("tomorrow", "ADV", "demain", "ADV"),
    ("next week", "ADJ NOUN", "la semaine prochaine", "DET NOUN ADJ"),
    ("tonight", "NOUN", "ce soir", "DET NOUN"),
    ("next year", "ADJ NOUN", "le année prochaine", "DET NOUN ADJ"),
    ("soon", "ADV", "bientôt", "ADV"),
    ("this afternoon", "DET NOUN", "cet après-midi", "DET NOUN"),
    ("next month", "ADJ NOUN", "le mois prochain", "DET NOUN ADJ"),
]
HABIT = [
    ("every day", "DET NOUN", "tous les jours", "ADJ DET NOUN"),
    ("in the morning", "ADP DET NOUN", "le matin", "DET NOUN"),
    ("every week", "DET NOUN", "toutes les semaines", "ADJ DET NOUN"),
    ("in the evening", "ADP DET NOUN", "le soir", "DET NOUN"),
    ("in winter", "ADP NOUN", "en hiver", "ADP NOUN"),
    ("in summer", "ADP NOUN", "en été", "ADP NOUN"),
    ("at night", "ADP NOUN", "la nuit", "DET NOUN"),
    ("every year", "DET NOUN", "chaque année", "DET NOUN"),
    ("in spring", "ADP NOUN", "au printemps", "ADP NOUN"),
    ("in the afternoon", "ADP DET NOUN", "le après-midi", "DET NOUN"),
    ("in autumn", "ADP NOUN", "en automne", "ADP NOUN"),
]
UNITS = ["day jour", "year an", "week semaine", "month mois", "hour heure", "minute minute"]


# What happens every day: "in July she will get up" says nothing.
DAILY = {"go to bed", "get up", "wake up", "fall asleep", "get dressed", "sit down", "wash"}
DAILY |= {"hurry", "sneeze", "cough", "eat", "drink", "sleep"}


def expression(g: Grammar, row) -> Phrase:
    """One row of the tables above, all its tokens linked with one another."""
    return fixed(g, *row)


def at_hour(g: Grammar) -> Phrase:
    """*at eight o'clock, à huit heures*."""
    en, fr = g.chance.pick(other.HOURS).split()
    at, hour, clock = g.key(), g.key(), g.key()
    return Phrase(
        [Token("at", "ADP", (at,)), Token(en, "NUM", (hour,)), Token("o'clock", "ADV", (clock,))],
        [Token("à", "ADP", (at,)), Token(fr, "NUM", (hour,)), Token("heures", "NOUN", (clock,))],
    )


def day(g: Grammar, habitual: bool) -> Phrase:
    """*on Monday, lundi; on Mondays, le lundi*."""
    en, fr = g.chance.pick(other.WEEKDAYS).split()
    on, key = g.key(), g.key()
    if habitual:
        return Phrase(
            [Token("on", "ADP", (on,)), Token(en + "s", "PROPN", (key,))],
            [Token("le", "DET", (on,)), Token(fr, "NOUN", (key,))],
        )
    return Phrase(
        [Token("on", "ADP", (key,)), Token(en, "PROPN", (key,))], [Token(fr, "NOUN", (key,))]
    )


def month(g: Grammar) -> Phrase:
    """*in April, en avril*."""
    en, fr = g.chance.pick(other.MONTHS).split()
    at, key = g.key(), g.key()
    return Phrase(
        tokens("in", "ADP", at) + tokens(en, "PROPN", key),
        tokens("en", "ADP", at) + tokens(fr, "NOUN", key),
    )


def span(g: Grammar, units=UNITS) -> Phrase:
    """*three years, trois ans*."""
    unit_en, unit_fr = g.chance.ranked(units, 0.5).split()
    en, fr = g.chance.pick(other.NUMBERS[:10]).split()
    number, unit = g.key(), g.key()
    plural_fr = unit_fr if unit_fr.endswith("s") else unit_fr + "s"
    return Phrase(
        tokens(en, "NUM", number) + tokens(unit_en + "s", "NOUN", unit),
        tokens(fr, "NUM", number) + tokens(plural_fr, "NOUN", unit),
    )


def ago(g: Grammar) -> Phrase:
    """*three days ago, il y a trois jours*."""
    inner, key = span(g), g.key()
    return Phrase(
        inner.en + tokens("ago", "ADV", key), tokens("il y a", "PRON PRON VERB", key) + inner.fr
    )


def time_for(g: Grammar, tense: str, daily: bool = False) -> Phrase | None:
    """A time that agrees with the tense, or None; a near one for what happens daily."""
    if daily and tense in ("past", "future", "going", "present", "habit"):
        repeated = tense in ("present", "habit")
        if g.chance.happens(0.5):
            return day(g, repeated)
        rows = {"past": PAST, "future": FUTURE, "going": FUTURE}.get(tense, HABIT)
        return expression(g, rows[0])
    if tense == "past":
        way = g.chance.weighted(["table", "day", "ago", "month"], [6, 2, 2, 1])
        return {
            "day": lambda: day(g, False),
            "ago": lambda: ago(g),
            "month": lambda: month(g),
            "table": lambda: expression(g, g.chance.ranked(PAST, 0.6)),
        }[way]()
    if tense in ("future", "going"):
        if g.chance.happens(0.3):
            return day(g, False) if g.chance.happens(0.6) else month(g)
        return expression(g, g.chance.ranked(FUTURE, 0.6))
    if tense in ("present", "habit"):
        if g.chance.happens(0.2):
            return day(g, True)
        return expression(g, g.chance.ranked(HABIT, 0.6))
    if tense == "progressive":
        return fixed(g, "now", "ADV", "maintenant", "ADV")
    return None


def framed(
    g: Grammar, body: Phrase, tense: str, chance: float, *, daily: bool = False
) -> Phrase:
    """With a time at the end or, before a comma, at the beginning; `chance` is how often."""
    if not g.chance.happens(chance):
        return body
    when = time_for(g, tense, daily)
    if when is None:
        return body
    if g.chance.happens(0.3) and tense != "progressive":
        return when + comma(g) + body
    return body + when
