"""English morphology: plurals, verb forms, comparison, and the choice between *a* and *an*.

Rules first, exceptions in tables. Only the words of the course corpus have to come out right; the
tests hold a hand-written list of forms against these functions.
"""

from __future__ import annotations

VOWELS = "aeiou"

# base: (simple past, past participle)
IRREGULAR_VERBS = {
    "be": ("was", "been"),
    "have": ("had", "had"),
    "do": ("did", "done"),
    "go": ("went", "gone"),
    "eat": ("ate", "eaten"),
    "drink": ("drank", "drunk"),
    "read": ("read", "read"),
    "write": ("wrote", "written"),
    "see": ("saw", "seen"),
    "take": ("took", "taken"),
    "give": ("gave", "given"),
    "buy": ("bought", "bought"),
    "sell": ("sold", "sold"),
    "find": ("found", "found"),
    "lose": ("lost", "lost"),
    "know": ("knew", "known"),
    "think": ("thought", "thought"),
    "say": ("said", "said"),
    "tell": ("told", "told"),
    "speak": ("spoke", "spoken"),
    "hear": ("heard", "heard"),
    "make": ("made", "made"),
    "put": ("put", "put"),
    "cut": ("cut", "cut"),
    "sleep": ("slept", "slept"),
    "run": ("ran", "run"),
    "swim": ("swam", "swum"),
    "sing": ("sang", "sung"),
    "fly": ("flew", "flown"),
    "fall": ("fell", "fallen"),
    "come": ("came", "come"),
    "leave": ("left", "left"),
    "bring": ("brought", "brought"),
    "send": ("sent", "sent"),
    "build": ("built", "built"),
    "break": ("broke", "broken"),
    "catch": ("caught", "caught"),
    "choose": ("chose", "chosen"),
    "drive": ("drove", "driven"),
    "feed": ("fed", "fed"),
    "forget": ("forgot", "forgotten"),
    "get": ("got", "got"),
    "hide": ("hid", "hidden"),
    "hold": ("held", "held"),
    "keep": ("kept", "kept"),
    "learn": ("learned", "learned"),
    "lend": ("lent", "lent"),
    "light": ("lit", "lit"),
    "meet": ("met", "met"),
    "pay": ("paid", "paid"),
    "ring": ("rang", "rung"),
    "rise": ("rose", "risen"),
    "show": ("showed", "shown"),
    "shine": ("shone", "shone"),
    "sit": ("sat", "sat"),
    "steal": ("stole", "stolen"),
    "teach": ("taught", "taught"),
    "throw": ("threw", "thrown"),
    "understand": ("understood", "understood"),
    "wake": ("woke", "woken"),
    "wear": ("wore", "worn"),
    "win": ("won", "won"),
    "begin": ("began", "begun"),
    "bite": ("bit", "bitten"),
    "become": ("became", "become"),
    "draw": ("drew", "drawn"),
    "grow": ("grew", "grown"),
    "ride": ("rode", "ridden"),
    "stand": ("stood", "stood"),
    "dream": ("dreamed", "dreamed"),
    "burn": ("burned", "burned"),
    "lead": ("led", "led"),
    "feel": ("felt", "felt"),
    "fight": ("fought", "fought"),
    "hurt": ("hurt", "hurt"),
    "lie": ("lied", "lied"),
    "spend": ("spent", "spent"),
    "sweep": ("swept", "swept"),
}
DOUBLING = {
    "stop",
    "swim",
    "run",
    "sit",
    "cut",
    "put",
    "get",
    "forget",
    "begin",
    "plan",
    "prefer",
    "travel",
    "win",
    "hug",
    "chat",
    "rob",
    "knit",
    "drop",
    "control",
    "fit",
    "beg",
}
IRREGULAR_PLURALS = {
    "man": "men",
    "woman": "women",
    "child": "children",
    "foot": "feet",
    "tooth": "teeth",
    "mouse": "mice",
    "sheep": "sheep",
    "fish": "fish",
    "knife": "knives",
    "leaf": "leaves",
    "shelf": "shelves",
    "wife": "wives",
    "wolf": "wolves",
    "goose": "geese",
    "thief": "thieves",
    "policeman": "policemen",
    "postman": "postmen",
    "fisherman": "fishermen",
    "loaf": "loaves",
    "scarf": "scarves",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "hero": "heroes",
    "gentleman": "gentlemen",
    "half": "halves",
    "piano": "pianos",
    "photo": "photos",
    "snowman": "snowmen",
    "calf": "calves",
    "salmon": "salmon",
    "roof": "roofs",
    "radio": "radios",
}
# Spelt with a vowel, spoken with a consonant, and the other way round.
CONSONANT_SOUND = ("uni", "use", "usu", "euro", "one", "once", "ewe")
VOWEL_SOUND = ("hour", "honest", "heir")
IRREGULAR_COMPARISON = {"good": ("better", "best"), "bad": ("worse", "worst")}
TWO_SYLLABLE_ER = {
    "happy",
    "heavy",
    "dirty",
    "pretty",
    "easy",
    "funny",
    "lazy",
    "noisy",
    "angry",
    "clever",
    "narrow",
    "simple",
    "gentle",
    "busy",
    "lucky",
    "healthy",
    "hungry",
    "ugly",
    "tiny",
    "friendly",
    "quiet",
    "shallow",
    "lively",
}


def plural(noun: str) -> str:
    """Plural of an English noun; of a compound, the plural of its last word."""
    first, space, last = noun.rpartition(" ")
    if last in IRREGULAR_PLURALS:
        form = IRREGULAR_PLURALS[last]
    elif last.endswith(("s", "x", "z", "ch", "sh")):
        form = last + "es"
    elif last.endswith("y") and last[-2] not in VOWELS:
        form = last[:-1] + "ies"
    else:
        form = last + "s"
    return first + space + form


def third_person(base: str) -> str:
    """Third person singular of the present: *goes, watches, carries*."""
    if base in ("be", "have"):
        return {"be": "is", "have": "has"}[base]
    if base.endswith(("s", "x", "z", "ch", "sh", "o")):
        return base + "es"
    if base.endswith("y") and base[-2] not in VOWELS:
        return base[:-1] + "ies"
    return base + "s"


def _with_ending(base: str, ending: str) -> str:
    if base in DOUBLING:
        return base + base[-1] + ending
    if base.endswith("e") and not base.endswith(("ee", "oe", "ye")):
        return base[:-1] + ending
    if ending == "ed" and base.endswith("ee"):
        return base[:-1] + ending
    if ending == "ed" and base.endswith("y") and base[-2] not in VOWELS:
        return base[:-1] + "ied"
    return base + ending


def past(base: str) -> str:
    """Simple past, third person singular where persons differ (*was*)."""
    return IRREGULAR_VERBS[base][0] if base in IRREGULAR_VERBS else _with_ending(base, "ed")


def participle(base: str) -> str:
    """Past participle."""
    return IRREGULAR_VERBS[base][1] if base in IRREGULAR_VERBS else _with_ending(base, "ed")


def gerund(base: str) -> str:
    """The *-ing* form."""
    if base == "lie":
        return "lying"
    if base == "be":
        return "being"
    return _with_ending(base, "ing")


def be(person: int, plural_subject: bool, tense: str) -> str:
    """Form of *be*; `tense` is ``"present"`` or ``"past"``; you (person 2) counts as plural."""
    if tense == "past":
        return "were" if plural_subject or person == 2 else "was"
    if plural_subject or person == 2:
        return "are"
    return "am" if person == 1 else "is"


def present(base: str, person: int, plural_subject: bool) -> str:
    """Simple present of any verb but the modal ones."""
    if base == "be":
        return be(person, plural_subject, "present")
    return third_person(base) if person == 3 and not plural_subject else base


def starts_with_vowel_sound(word: str) -> bool:
    """Whether *an* stands before `word`."""
    word = word.lower()
    if word.startswith(VOWEL_SOUND):
        return True
    return word[0] in VOWELS and not word.startswith(CONSONANT_SOUND)


def compare(adjective: str) -> tuple[str, str] | None:
    """(comparative, superlative) in one word, or None where English says *more* and *most*."""
    if adjective in IRREGULAR_COMPARISON:
        return IRREGULAR_COMPARISON[adjective]
    groups = 0
    was_vowel = False
    for letter in adjective.rstrip("e"):
        is_vowel = letter in VOWELS + "y"
        groups += is_vowel and not was_vowel
        was_vowel = is_vowel
    if groups > 1 and adjective not in TWO_SYLLABLE_ER:
        return None
    if adjective.endswith("y"):
        stem = adjective[:-1] + "i"
    elif adjective.endswith("e"):
        stem = adjective[:-1]
    elif (
        len(adjective) > 2
        and adjective[-1] not in VOWELS + "wxy"
        and adjective[-2] in VOWELS
        and adjective[-3] not in VOWELS
        and groups == 1
    ):
        stem = adjective + adjective[-1]
    else:
        stem = adjective
    return stem + "er", stem + "est"
