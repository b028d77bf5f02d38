"""Words and their parts of speech: the course corpus, and the English Web Treebank.

`load` reads either into a `Tagged`: sentences as lists of words, with one tag a word. The tags are
the seventeen of Universal Dependencies (`UPOS`; de Marneffe, Manning, Nivre and Zeman 2021,
Universal Dependencies, Computational Linguistics 47).

Many words have more than one tag: *light* is a noun, a verb or an adjective. `ambiguous` lists
them. `MostFrequentTag` is the rival of every tagger: it never looks at the sentence, and gives each
word the tag that it mostly has.
"""

import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from utils import expect, typography
from utils.files import line_error, read_text

from . import bitext, download
from ._arguments import positions

UPOS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN",
    "PUNCT", "SCONJ", "SYM", "VERB", "X",
)  # fmt: skip
NAMES = ("course", "ud-english-ewt")

TREEBANK_FILES = {"train": "en_ewt-ud-dev.conllu", "test": "en_ewt-ud-test.conllu"}
TREEBANK_ADDRESS = "https://github.com/UniversalDependencies/UD_English-EWT"
_FETCH = "fetch the file again"
_COLUMNS = 10  # of a CoNLL-U line: number, word, lemma, tag, and six that are not needed here


@dataclass(frozen=True, repr=False)
class Tagged:
    """Sentences and their tags; every list has one entry per sentence.

    Attributes:
        name: of the set.
        words: of each sentence its words.
        tags: of each sentence one tag a word.
        parts: "train", "validation", "test", "test_long" or "test_composition".

    Raises:
        ValueError: the lists differ in length, or a sentence is empty or has more or fewer tags
            than words.
        TypeError: a sentence is one text instead of a list of words.
    """

    name: str
    words: list[list[str]]
    tags: list[list[str]]
    parts: list[str]

    def __post_init__(self):
        for column in ("tags", "parts"):
            found = len(getattr(self, column))
            if found != len(self):
                raise ValueError(
                    f"{self.name}: every list needs one entry per sentence, but words has "
                    f"{len(self)} and {column} has {found}"
                )
        for number, (words, tags) in enumerate(zip(self.words, self.tags, strict=True)):
            if isinstance(words, str) or isinstance(tags, str):
                raise TypeError(
                    f"{self.name}: sentence {number} is one text, expected a list of words and a "
                    f"list of tags"
                )
            if not words or len(words) != len(tags):
                raise ValueError(
                    f"{self.name}: sentence {number} has {len(words)} words and {len(tags)} tags; "
                    f"it needs at least one word, and one tag a word"
                )

    def __len__(self) -> int:
        return len(self.words)

    def __repr__(self) -> str:
        words = sum(map(len, self.words))
        return (
            f"<Tagged {self.name}: {len(self):,} sentences, {words:,} words "
            f"({_counts(self.parts)})>"
        )

    def __getitem__(self, index) -> "Tagged":
        """Some sentences, as Tagged.

        Args:
            index: one index, a slice, indices, or one True/False a sentence.

        Raises:
            IndexError: outside the set.
            TypeError: anything else than whole numbers.
        """
        if isinstance(index, slice):
            return self._take(range(*index.indices(len(self))))
        return self._take(positions(index, len(self), "sentence"))

    def _take(self, positions: Sequence[int], part: str | None = None) -> "Tagged":
        return Tagged(
            self.name,
            [self.words[i] for i in positions],
            [self.tags[i] for i in positions],
            [self.parts[i] if part is None else part for i in positions],
        )

    def where(self, part: str) -> "Tagged":
        """The sentences of one part.

        Args:
            part: "train", "validation", "test", "test_long" or "test_composition".

        Raises:
            ValueError: there are none; the message names the parts there are.
        """
        positions = [i for i, own in enumerate(self.parts) if own == part]
        if not positions:
            raise ValueError(f"{self.name} has no part {part!r}; it has: {_counts(self.parts)}")
        return self._take(positions)

    def split(
        self, seed: int = 0, *, held_out: int | None = None
    ) -> tuple["Tagged", "Tagged", "Tagged"]:
        """Train, validation and test.

        Parts that the set has stay as they are, whatever the seed; a set without a validation part
        gets one out of train.

        Args:
            seed: of the choice of what is taken out.
            held_out: how many sentences that are, by default a tenth. Equal sentences, compared
                without regard to case and kinds of signs (`typography.key`), stay together, which
                may make the part a little larger.

        Returns:
            The three parts.

        Raises:
            ValueError: there is no part train or test, seed is no whole number from 0 on, held_out
                none from 1 on, or too few different sentences would be left to train on.
        """
        train, test = self.where("train"), self.where("test")
        if "validation" in self.parts:
            return train, self.where("validation"), test
        kept, taken = _hold_out(train, seed, held_out)
        return train._take(kept), train._take(taken, "validation"), test


def load(
    name: str = "course", *, language: str = "en", folder: str | os.PathLike | None = None
) -> Tagged:
    """Reads tagged sentences.

    A word of the treebank is a syntactic word: *don't* is the two words *do* and *n't*. Lines for
    whole multiword tokens (`1-2`) and for empty nodes (`1.1`) are left out. All text is normalised
    to Unicode form NFC.

    Args:
        name: "course", one side of the course corpus, with its five parts, in which no sentence
            occurs twice; or "ud-english-ewt", the development and test files of the English Web
            Treebank (Silveira et al. 2014, A Gold Standard Dependency Corpus for English, LREC). As
            the file to train on is large, the development file is part train here; `split` takes a
            validation part out of it.
        language: "en", or "fr" for the French side of the course corpus.
        folder: where the files lie, instead of the usual place. That is `data/` for the course
            corpus. For the treebank it is the folder named by the environment variable
            `RNN_COURSE_DATA` or else the user's Keras cache; it may hold the two files, or a folder
            `ud-english-ewt` with them.

    Returns:
        The sentences as `Tagged`.

    Raises:
        ValueError: an unknown name or language, or files that cannot be read (not UTF-8, malformed
            or cut short), naming file and line.
        FileNotFoundError: a missing folder or file.
    """
    expect.one_of("name", name, NAMES)
    expect.one_of("language", language, bitext.LANGUAGES if name == "course" else ("en",))
    return _load_course(language, folder) if name == "course" else _load_treebank(folder)


def ambiguous(tagged: Tagged) -> dict[str, Counter]:
    """The words that have more than one tag in these sentences: word → how often it has which.

    A word is the same with any kind of apostrophe or composed letter: see `typography.plain`. The
    most frequent word is first, and of each word its most frequent tag.
    """
    found = {
        word: Counter(dict(tags.most_common()))
        for word, tags in tags_of_words(tagged).items()
        if len(tags) > 1
    }
    return dict(sorted(found.items(), key=lambda entry: -entry[1].total()))


def tags_of_words(tagged: Tagged) -> dict[str, Counter]:
    """How often each word has each tag, word by word as `typography.plain` reads it."""
    counts: dict[str, Counter] = {}
    for words, tags in zip(tagged.words, tagged.tags, strict=True):
        for word, tag in zip(words, tags, strict=True):
            counts.setdefault(typography.plain(word), Counter())[tag] += 1
    return counts


def _counts(parts: Sequence[str]) -> str:
    return ", ".join(f"{part} {n:,}" for part, n in Counter(parts).items()) or "none"


def _hold_out(
    train: Tagged, seed: int, held_out: int | None
) -> tuple[list[int], list[int]]:
    """Positions to keep and positions to take out, by sentence."""
    [seed] = expect.integer(0, seed=seed)
    [count] = expect.integer(held_out=max(1, len(train) // 10) if held_out is None else held_out)
    groups: dict[str, list[int]] = {}
    for position, words in enumerate(train.words):
        groups.setdefault(typography.key(" ".join(words)), []).append(position)
    order = list(groups.values())
    random.Random(seed).shuffle(order)  # its stream is the same in every Python version
    taken: list[int] = []
    while order and len(taken) < count:
        taken += order.pop()
    if not order:
        raise ValueError(
            f"cannot take {count} out of {len(train)} sentences ({len(groups)} different ones) and "
            f"leave some to train on; give a smaller held_out"
        )
    return sorted(chain.from_iterable(order)), sorted(taken)


# ----------------------------------------------------------------------------------- reading files


def _load_course(language: str, folder: str | os.PathLike | None) -> Tagged:
    pairs = bitext.load("course", folder=folder)
    source = language == pairs.source_language
    sentences = pairs.source if source else pairs.target
    words = [sentence.split(" ") for sentence in sentences]
    return Tagged("course", words, pairs.source_tags if source else pairs.target_tags, pairs.parts)


def _load_treebank(folder: str | os.PathLike | None) -> Tagged:
    place = _treebank_folder(folder)
    words, tags, parts = [], [], []
    for part, name in TREEBANK_FILES.items():
        sentences = _read_conllu(place / name)
        words += [[word for word, _ in sentence] for sentence in sentences]
        tags += [[tag for _, tag in sentence] for sentence in sentences]
        parts += [part] * len(sentences)
    return Tagged("ud-english-ewt", words, tags, parts)


def _treebank_folder(folder: str | os.PathLike | None) -> Path:
    """Where the two files lie; the same rules as for the sets of `download`."""
    given = folder if folder is not None else os.environ.get(download.ENVIRONMENT_VARIABLE) or None
    root = Path(given).expanduser() if given is not None else download.cache_folder()
    below = root / "ud-english-ewt"
    names = TREEBANK_FILES.values()
    for place in (below, root):
        if all((place / name).is_file() for name in names):
            return place
    raise FileNotFoundError(
        f"ud-english-ewt is not (completely) in {root} or {below}: {' and '.join(names)} are "
        f"needed. They are not part of the course; they are at {TREEBANK_ADDRESS} (CC BY-SA 4.0). "
        f"Put them into a folder DIR and give folder=DIR or set {download.ENVIRONMENT_VARIABLE}=DIR"
    )


def _read_conllu(path: Path) -> list[list[tuple[str, str]]]:
    """The sentences of a CoNLL-U file, each a list of (word, tag)."""
    sentences: list[list[tuple[str, str]]] = []
    sentence: list[tuple[str, str]] = []
    lines = read_text(path, _FETCH).removesuffix("\n").split("\n")
    for number, line in enumerate(lines, 1):
        if line.startswith("#"):
            continue
        if line:
            sentence += _word(path, number, line, len(sentence) + 1)
        elif sentence:
            sentences.append(sentence)
            sentence = []
    if sentence or not sentences:
        raise _line_error(
            path, number, "the file is empty or cut short: each sentence ends in an empty line"
        )
    return sentences


def _word(path: Path, number: int, line: str, expected: int) -> list[tuple[str, str]]:
    """The word of one line and its tag; nothing for a multiword token or an empty node."""
    cells = line.split("\t")
    if len(cells) != _COLUMNS:
        raise _line_error(path, number, f"{len(cells)} columns instead of {_COLUMNS}")
    own, word, _, tag = cells[:4]
    first, _, last = own.partition("-" if "-" in own else ".")
    if first.isdecimal() and last.isdecimal():
        return []
    if own != str(expected):
        raise _line_error(path, number, f"the word's number is {own!r}, expected {expected}")
    if not word.strip() or tag not in UPOS:
        raise _line_error(
            path, number,
            f"expected a word and one of the tags {', '.join(UPOS)}, found {word!r} and {tag!r}",
        )  # fmt: skip
    return [(word, tag)]


def _line_error(path: Path, number: int, problem: str) -> ValueError:
    return line_error(path, number, f"{problem}; {_FETCH}")
