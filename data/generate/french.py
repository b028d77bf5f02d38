"""French morphology: vowel sounds, elision, contraction, agreement and conjugation.

Rules first, exceptions in tables. `conjugate` numbers the persons 0 to 5: je, tu, il, nous, vous,
ils. The tests hold hand-written tables of forms against these functions.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# Words whose h (or first vowel) forbids elision and liaison: le héros, la hache, le onze.
ASPIRATED = {
    "héros",
    "hache",
    "haches",
    "haut",
    "haute",
    "hauts",
    "hautes",
    "hibou",
    "hiboux",
    "hamac",
    "hamacs",
    "haricot",
    "haricots",
    "homard",
    "homards",
    "huit",
    "onze",
    "honte",
    "haine",
    "hamster",
    "hamsters",
    "hérisson",
    "hérissons",
    "handball",
    "hasard",
    "hollandais",
    "hollandaise",
    "hongrois",
    "hongroise",
    "huitième",
    "hors",
    "housse",
    "hutte",
    "huttes",
    "hangar",
    "hangars",
    "harpe",
    "harpes",
    "hurler",
    "hurle",
    "hurlent",
    "hurlait",
    "hurlé",
    "hurlera",
    "harnais",
    "hanche",
    "hockey",
    "hollandaises",
    "hollandaisaux",
    "hardi",
    "hardie",
    "hardis",
    "hardies",
    "hameau",
    "hameaux",
    "haie",
    "haies",
    "hurlaient",
    "hurleront",
    "Hongrie",
}
ELIDED = {
    "le": "l'",
    "la": "l'",
    "je": "j'",
    "me": "m'",
    "te": "t'",
    "se": "s'",
    "ne": "n'",
    "de": "d'",
    "que": "qu'",
    "ce": "c'",
    "jusque": "jusqu'",
    "lorsque": "lorsqu'",
}


def strip_accents(word: str) -> str:
    """Letters without their accents, œ and æ written out."""
    word = word.replace("œ", "oe").replace("æ", "ae").replace("Œ", "Oe")
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


@cache
def starts_with_vowel_sound(word: str) -> bool:
    """Whether the word before it elides: *ami*, *homme*, *y*, but not *héros* or *yaourt*."""
    if word in ASPIRATED:
        return False
    plain = strip_accents(word).lower()
    return plain[0] in "aeiouh" or plain in ("y", "yeux")


# --- nouns and adjectives ---------------------------------------------------------------------

PLURALS = {
    "carte postale": "cartes postales",
    "journal intime": "journaux intimes",
    "petit déjeuner": "petits déjeuners",
    "œil": "yeux",
    "monsieur": "messieurs",
    "travail": "travaux",
    "bijou": "bijoux",
    "genou": "genoux",
    "hibou": "hiboux",
    "caillou": "cailloux",
    "chou": "choux",
    "festival": "festivals",
    "bal": "bals",
    "pneu": "pneus",
    "bleu": "bleus",
    "joujou": "joujoux",
    "grand-mère": "grands-mères",
    "grand-père": "grands-pères",
    "arc-en-ciel": "arcs-en-ciel",
    "après-midi": "après-midi",
    "gratte-ciel": "gratte-ciel",
    "final": "finals",
    "fatal": "fatals",
    "vitrail": "vitraux",
    "mademoiselle": "mesdemoiselles",
    "madame": "mesdames",
}
FEMININES = {
    "beau": "belle",
    "nouveau": "nouvelle",
    "vieux": "vieille",
    "blanc": "blanche",
    "long": "longue",
    "doux": "douce",
    "frais": "fraîche",
    "sec": "sèche",
    "gros": "grosse",
    "gentil": "gentille",
    "faux": "fausse",
    "roux": "rousse",
    "fou": "folle",
    "bas": "basse",
    "épais": "épaisse",
    "inquiet": "inquiète",
    "secret": "secrète",
    "complet": "complète",
    "favori": "favorite",
    "grec": "grecque",
    "discret": "discrète",
    "public": "publique",
    "gras": "grasse",
    "las": "lasse",
    "meilleur": "meilleure",
    "jaloux": "jalouse",
    "franc": "franche",
    "turc": "turque",
}
INVARIABLE = {"marron", "orange", "bleu clair", "vert clair", "bleu foncé", "vert foncé"}
# Before a masculine singular noun that starts with a vowel sound.
EUPHONIC = {"beau": "bel", "nouveau": "nouvel", "vieux": "vieil", "ce": "cet"}


def plural(word: str) -> str:
    """Plural of a noun or a masculine adjective; of a compound, its first word is inflected."""
    if word in PLURALS:
        return PLURALS[word]
    first, space, rest = word.partition(" ")
    if first in PLURALS:
        form = PLURALS[first]
    elif first.endswith(("s", "x", "z")):
        form = first
    elif first.endswith(("eau", "eu")):
        form = first + "x"
    elif first.endswith("al"):
        form = first[:-2] + "aux"
    else:
        form = first + "s"
    return form + space + rest


def feminine(adjective: str) -> str:
    """Feminine singular of an adjective or participle."""
    if adjective in FEMININES:
        return FEMININES[adjective]
    if adjective.endswith("e"):
        return adjective
    for ending, form in (
        ("eux", "euse"),
        ("eur", "euse"),
        ("er", "ère"),
        ("f", "ve"),
        ("el", "elle"),
        ("eil", "eille"),
        ("en", "enne"),
        ("on", "onne"),
        ("et", "ette"),
    ):
        if adjective.endswith(ending):
            return adjective[: -len(ending)] + form
    return adjective + "e"


def agree(adjective: str, gender: str, is_plural: bool) -> str:
    """An adjective made to agree: gender ``"m"`` or ``"f"``."""
    if adjective in INVARIABLE:
        return adjective
    form = feminine(adjective) if gender == "f" else adjective
    if not is_plural:
        return form
    return form + "s" if gender == "f" else plural(form)


def agree_participle(participle: str, gender: str, is_plural: bool) -> str:
    """A past participle made to agree: *écrit, écrite, écrits, écrites; pris, prise*."""
    base = {"dû": "du"}.get(participle, participle) if gender == "f" or is_plural else participle
    form = base + "e" if gender == "f" else base
    return form + "s" if is_plural and not form.endswith("s") else form


# --- verbs ------------------------------------------------------------------------------------

# infinitive: present (six forms), future stem, past participle[, stem of the imperfect]
IRREGULAR = {
    "être": ("suis es est sommes êtes sont", "ser", "été", "ét"),
    "avoir": ("ai as a avons avez ont", "aur", "eu"),
    "aller": ("vais vas va allons allez vont", "ir", "allé"),
    "faire": ("fais fais fait faisons faites font", "fer", "fait"),
    "dire": ("dis dis dit disons dites disent", "dir", "dit"),
    "pouvoir": ("peux peux peut pouvons pouvez peuvent", "pourr", "pu"),
    "vouloir": ("veux veux veut voulons voulez veulent", "voudr", "voulu"),
    "devoir": ("dois dois doit devons devez doivent", "devr", "dû"),
    "savoir": ("sais sais sait savons savez savent", "saur", "su"),
    "connaître": (
        "connais connais connaît connaissons connaissez connaissent",
        "connaîtr",
        "connu",
    ),
    "reconnaître": (
        "reconnais reconnais reconnaît reconnaissons reconnaissez reconnaissent",
        "reconnaîtr",
        "reconnu",
    ),
    "voir": ("vois vois voit voyons voyez voient", "verr", "vu"),
    "prendre": ("prends prends prend prenons prenez prennent", "prendr", "pris"),
    "apprendre": ("apprends apprends apprend apprenons apprenez apprennent", "apprendr", "appris"),
    "comprendre": (
        "comprends comprends comprend comprenons comprenez comprennent",
        "comprendr",
        "compris",
    ),
    "mettre": ("mets mets met mettons mettez mettent", "mettr", "mis"),
    "venir": ("viens viens vient venons venez viennent", "viendr", "venu"),
    "revenir": ("reviens reviens revient revenons revenez reviennent", "reviendr", "revenu"),
    "devenir": ("deviens deviens devient devenons devenez deviennent", "deviendr", "devenu"),
    "souvenir": (
        "souviens souviens souvient souvenons souvenez souviennent",
        "souviendr",
        "souvenu",
    ),
    "tenir": ("tiens tiens tient tenons tenez tiennent", "tiendr", "tenu"),
    "appartenir": (
        "appartiens appartiens appartient appartenons appartenez appartiennent",
        "appartiendr",
        "appartenu",
    ),
    "boire": ("bois bois boit buvons buvez boivent", "boir", "bu"),
    "lire": ("lis lis lit lisons lisez lisent", "lir", "lu"),
    "écrire": ("écris écris écrit écrivons écrivez écrivent", "écrir", "écrit"),
    "décrire": ("décris décris décrit décrivons décrivez décrivent", "décrir", "décrit"),
    "croire": ("crois crois croit croyons croyez croient", "croir", "cru"),
    "dormir": ("dors dors dort dormons dormez dorment", "dormir", "dormi"),
    "endormir": ("endors endors endort endormons endormez endorment", "endormir", "endormi"),
    "sortir": ("sors sors sort sortons sortez sortent", "sortir", "sorti"),
    "partir": ("pars pars part partons partez partent", "partir", "parti"),
    "sentir": ("sens sens sent sentons sentez sentent", "sentir", "senti"),
    "servir": ("sers sers sert servons servez servent", "servir", "servi"),
    "mentir": ("mens mens ment mentons mentez mentent", "mentir", "menti"),
    "courir": ("cours cours court courons courez courent", "courr", "couru"),
    "mourir": ("meurs meurs meurt mourons mourez meurent", "mourr", "mort"),
    "ouvrir": ("ouvre ouvres ouvre ouvrons ouvrez ouvrent", "ouvrir", "ouvert"),
    "couvrir": ("couvre couvres couvre couvrons couvrez couvrent", "couvrir", "couvert"),
    "découvrir": (
        "découvre découvres découvre découvrons découvrez découvrent",
        "découvrir",
        "découvert",
    ),
    "offrir": ("offre offres offre offrons offrez offrent", "offrir", "offert"),
    "cueillir": ("cueille cueilles cueille cueillons cueillez cueillent", "cueiller", "cueilli"),
    "recevoir": ("reçois reçois reçoit recevons recevez reçoivent", "recevr", "reçu"),
    "suivre": ("suis suis suit suivons suivez suivent", "suivr", "suivi"),
    "poursuivre": (
        "poursuis poursuis poursuit poursuivons poursuivez poursuivent",
        "poursuivr",
        "poursuivi",
    ),
    "vivre": ("vis vis vit vivons vivez vivent", "vivr", "vécu"),
    "conduire": ("conduis conduis conduit conduisons conduisez conduisent", "conduir", "conduit"),
    "construire": (
        "construis construis construit construisons construisez construisent",
        "construir",
        "construit",
    ),
    "traduire": ("traduis traduis traduit traduisons traduisez traduisent", "traduir", "traduit"),
    "rire": ("ris ris rit rions riez rient", "rir", "ri"),
    "sourire": ("souris souris sourit sourions souriez sourient", "sourir", "souri"),
    "peindre": ("peins peins peint peignons peignez peignent", "peindr", "peint"),
    "éteindre": ("éteins éteins éteint éteignons éteignez éteignent", "éteindr", "éteint"),
    "asseoir": ("assieds assieds assied asseyons asseyez asseyent", "assiér", "assis"),
    "plaire": ("plais plais plaît plaisons plaisez plaisent", "plair", "plu"),
    "pleuvoir": ("- - pleut - - -", "pleuvr", "plu", "pleuv"),
}
IMPERATIVES = {
    "être": ("soyons", "soyez"),
    "avoir": ("ayons", "ayez"),
    "savoir": ("sachons", "sachez"),
    "vouloir": ("veuillons", "veuillez"),
}
# -er verbs whose stem changes: e becomes è, or the consonant doubles, before a silent ending.
GRAVE_FROM_E = (
    "acheter",
    "lever",
    "mener",
    "amener",
    "emmener",
    "promener",
    "peser",
    "enlever",
    "geler",
    "élever",
)
GRAVE_FROM_ACUTE = ("préférer", "espérer", "répéter", "célébrer", "protéger", "sécher", "suggérer")
DOUBLED = ("appeler", "jeter", "épeler", "rappeler")

IMPERFECT_ENDINGS = ("ais", "ais", "ait", "ions", "iez", "aient")
FUTURE_ENDINGS = ("ai", "as", "a", "ons", "ez", "ont")


def _er_present(infinitive: str) -> list[str]:
    stem = infinitive[:-2]
    strong = _strong_er_stem(infinitive)
    weak_before_o = stem
    if stem.endswith("g"):
        weak_before_o = stem + "e"
    elif stem.endswith("c"):
        weak_before_o = stem[:-1] + "ç"
    return [
        strong + "e",
        strong + "es",
        strong + "e",
        weak_before_o + "ons",
        stem + "ez",
        strong + "ent",
    ]


def _strong_er_stem(infinitive: str) -> str:
    """The stem before a silent ending: *achèt-, préfèr-, appell-, nettoi-*."""
    stem = infinitive[:-2]
    if infinitive in GRAVE_FROM_E:
        at = stem.rindex("e")
        return stem[:at] + "è" + stem[at + 1 :]
    if infinitive in GRAVE_FROM_ACUTE:
        at = stem.rindex("é")
        return stem[:at] + "è" + stem[at + 1 :]
    if infinitive in DOUBLED:
        return stem + stem[-1]
    if stem.endswith(("oy", "uy", "ay")):
        return stem[:-1] + "i"
    return stem


def _is_er(infinitive: str) -> bool:
    return infinitive.endswith("er") and infinitive not in IRREGULAR


def present(infinitive: str) -> list[str]:
    """The six forms of the present."""
    if infinitive in IRREGULAR:
        return IRREGULAR[infinitive][0].split()
    if infinitive.endswith("er"):
        return _er_present(infinitive)
    stem = infinitive[:-2]
    if infinitive.endswith("ir") and not infinitive.endswith("oir"):
        return [stem + e for e in ("is", "is", "it", "issons", "issez", "issent")]
    if infinitive.endswith(("dre", "ttre")):
        if stem.endswith("tt"):  # battre: bats, bat, battons
            short = stem[:-1]
            return [short + "s", short + "s", short] + [stem + e for e in ("ons", "ez", "ent")]
        return [stem + "s", stem + "s", stem, stem + "ons", stem + "ez", stem + "ent"]
    raise ValueError(f"no conjugation for the French verb {infinitive!r}: add it to IRREGULAR")


def imperfect(infinitive: str) -> list[str]:
    """The six forms of the imperfect, from the stem of *nous* in the present."""
    if infinitive in IRREGULAR and len(IRREGULAR[infinitive]) == 4:
        stem = IRREGULAR[infinitive][3]
    else:
        stem = present(infinitive)[3][:-3]
    forms = []
    for ending in IMPERFECT_ENDINGS:
        base = stem
        if ending.startswith("i"):  # mangions, commencions: no softening before i
            if _is_er(infinitive) and base.endswith("ge"):
                base = base[:-1]
            elif _is_er(infinitive) and base.endswith("ç"):
                base = base[:-1] + "c"
        forms.append(base + ending)
    return forms


def _future_stem(infinitive: str) -> str:
    if infinitive in IRREGULAR:
        return IRREGULAR[infinitive][1]
    if infinitive in ("envoyer", "renvoyer"):
        return infinitive[:-4] + "err"
    if infinitive.endswith("re"):
        return infinitive[:-1]
    if infinitive.endswith("er") and infinitive not in GRAVE_FROM_ACUTE:
        return _strong_er_stem(infinitive) + "er"
    return infinitive


def future(infinitive: str) -> list[str]:
    """The six forms of the simple future."""
    return [_future_stem(infinitive) + ending for ending in FUTURE_ENDINGS]


def conditional(infinitive: str) -> list[str]:
    """The six forms of the present conditional."""
    return [_future_stem(infinitive) + ending for ending in IMPERFECT_ENDINGS]


def participle(infinitive: str) -> str:
    """The past participle, masculine singular."""
    if infinitive in IRREGULAR:
        return IRREGULAR[infinitive][2]
    stem = infinitive[:-2]
    return stem + {"er": "é", "ir": "i", "re": "u"}[infinitive[-2:]]


def imperative(infinitive: str) -> tuple[str, str]:
    """The imperative for *nous* and for *vous*."""
    if infinitive in IMPERATIVES:
        return IMPERATIVES[infinitive]
    forms = present(infinitive)
    return forms[3], forms[4]


def conjugate(infinitive: str, tense: str, person: int) -> str:
    """One simple form; `tense` is present, imperfect, future or conditional; `person` 0 to 5."""
    table = {
        "present": present,
        "imperfect": imperfect,
        "future": future,
        "conditional": conditional,
    }
    return table[tense](infinitive)[person]
