"""Reviews, positive or negative: ours, whose meaning depends on word order, and a real set.

`load("course")` reads short reviews written by a grammar. Each has a kind, one of `KINDS`. Those of
`ORDER_KINDS` come in twins, the same words in another order with the opposite label: *the plot was
weak , but the acting was good* and *the acting was good , but the plot was weak*. A model that
counts words gives both the same answer, so it is right for exactly half of them.

`load("rt-polarity")` reads sentences from film reviews (Pang and Lee 2005, Seeing Stars: Exploiting
Class Relationships for Sentiment Categorization with Respect to Rating Scales, ACL). They do not
come with the course: see `load`.
"""

import os
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from utils import expect, typography
from utils.files import DATA, line_error, read_lines, read_table

from . import download
from ._arguments import positions

FILE = "reviews.tsv"
COLUMNS = ("part", "text", "label", "kind")
PARTS = ("train", "validation", "test")
ORDER_KINDS = ("correction", "contrast", "intensity", "expectation", "scope")
KINDS = ("plain", "negation", *ORDER_KINDS)

FILM_FILES = ("rt-polarity.neg", "rt-polarity.pos")  # by label
FILM_ADDRESS = "https://www.cs.cornell.edu/people/pabo/movie-review-data/"
FILM_SEED = 2005  # of the tenth that is held out

NAMES = ("course", "rt-polarity")


@dataclass(frozen=True, repr=False, eq=False)
class Reviews:
    """Reviews and what they say; every list has one entry per review.

    Attributes:
        name: of the set.
        texts: tokens separated by single spaces.
        labels: int64 `(reviews,)`, 1 for positive and 0 for negative.
        parts: "train", "validation" or "test".
        kinds: one of `KINDS`, or None for a set without kinds.

    Raises:
        ValueError: lengths differ, or a label is neither 0 nor 1.
    """

    name: str
    texts: list[str]
    labels: np.ndarray
    parts: list[str]
    kinds: list[str] | None = None

    def __post_init__(self):
        object.__setattr__(self, "labels", np.asarray(self.labels, dtype=np.int64))
        lengths = {"labels": len(self.labels), "parts": len(self.parts)}
        if self.kinds is not None:
            lengths["kinds"] = len(self.kinds)
        for column, found in lengths.items():
            if found != len(self):
                raise ValueError(
                    f"{self.name}: one entry per review is needed, but there are {len(self)} texts "
                    f"and {found} {column}"
                )
        if not np.isin(self.labels, (0, 1)).all():
            raise ValueError(f"{self.name}: labels must be 0 (negative) or 1 (positive)")

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        positive = int(self.labels.sum())
        return (
            f"<Reviews {self.name}: {positive:,} positive, {len(self) - positive:,} negative "
            f"({_counts(self.parts)})>"
        )

    def __getitem__(self, index) -> "Reviews":
        """Some of the reviews, as Reviews.

        Args:
            index: one index, a slice, indices, or one True/False a review.

        Raises:
            IndexError: outside the set.
            TypeError: anything else than whole numbers.
        """
        if isinstance(index, slice):
            return self._take(range(*index.indices(len(self))))
        return self._take(positions(index, len(self), "review"))

    def _take(self, positions: Sequence[int], part: str | None = None) -> "Reviews":
        return Reviews(
            self.name,
            [self.texts[i] for i in positions],
            self.labels[list(positions)],
            [self.parts[i] if part is None else part for i in positions],
            None if self.kinds is None else [self.kinds[i] for i in positions],
        )

    def where(self, part: str) -> "Reviews":
        """The reviews of one part.

        Args:
            part: "train", "validation" or "test".

        Raises:
            ValueError: there are none; the message names the parts there are.
        """
        positions = [i for i, own in enumerate(self.parts) if own == part]
        if not positions:
            raise ValueError(f"{self.name} has no part {part!r}; it has: {_counts(self.parts)}")
        return self._take(positions)

    def of_kind(self, *kinds: str) -> "Reviews":
        """The reviews of these kinds, such as `of_kind("scope")` or `of_kind(*ORDER_KINDS)`.

        Args:
            *kinds: some of `KINDS`.

        Raises:
            ValueError: there is none of one of them; the message names the kinds there are.
        """
        found = Counter(self.kinds or ())
        for kind in kinds or ("",):
            if not found[kind]:
                raise ValueError(
                    f"{self.name} has no reviews of the kind {kind!r} here; it has: "
                    f"{_counts(self.kinds or ())}"
                )
        return self._take([i for i, own in enumerate(self.kinds) if own in kinds])

    def split(self, seed: int = 0) -> tuple["Reviews", "Reviews", "Reviews"]:
        """Train, validation and test.

        Parts that the set has stay as they are, whatever the seed; a set without a validation part
        gets one from its train part, a tenth of it, as `folds` makes it.

        Args:
            seed: of what is held out.

        Raises:
            ValueError: there is no part train or test, or what `folds` raises.
        """
        train, test = self.where("train"), self.where("test")
        if "validation" in self.parts:
            return train, self.where("validation"), test
        kept, taken = train.folds(10, seed)[0]
        return kept, taken._take(range(len(taken)), "validation"), test

    def folds(self, count: int = 5, seed: int = 0) -> list[tuple["Reviews", "Reviews"]]:
        """Cross-validation: each review is in one of the test parts.

        Labels are shared out evenly. Reviews with the same words, in whatever order, case and kinds
        of signs (`typography.key`), go to the same fold: neither a sentence that occurs twice nor
        twins are divided.

        Args:
            count: how many folds.
            seed: of the division.

        Returns:
            `count` pairs (train, test). The reviews of a fold keep their order; their parts are
            renamed "train" and "test".

        Raises:
            ValueError: count is no whole number from 2 on, seed none from 0 on, or there are fewer
                groups of the same words than folds.
        """
        [count] = expect.integer(2, count=count)
        [seed] = expect.integer(0, seed=seed)
        fold_of = _deal(self, count, seed)
        return [
            (
                self._take(np.flatnonzero(fold_of != fold).tolist(), "train"),
                self._take(np.flatnonzero(fold_of == fold).tolist(), "test"),
            )
            for fold in range(count)
        ]


def load(name: str = "course", *, folder: str | os.PathLike | None = None) -> Reviews:
    """Reads reviews.

    Args:
        name: "course", with parts train, validation and test and with kinds; or "rt-polarity",
            5,331 positive and 5,331 negative sentences in the published files, with a fixed tenth
            of them as part test, the rest as train, and no kinds (`folds` for cross-validation).
        folder: where the files lie, instead of the usual place. That is `data/` for the course's
            set. For rt-polarity it is the folder named by the environment variable
            `RNN_COURSE_DATA` or else the user's Keras cache; it may hold `rt-polarity.neg` and
            `rt-polarity.pos`, in UTF-8 and one sentence a line, or a folder `rt-polarity` with
            them. Blank lines in them are skipped.

    Returns:
        The `Reviews`.

    Raises:
        ValueError: an unknown name, or files that cannot be read (not UTF-8, empty, malformed
            rows), naming file and line.
        FileNotFoundError: a missing folder or file.
    """
    expect.one_of("name", name, NAMES)
    return _load_course(folder) if name == "course" else _load_films(folder)


def _counts(labels: Sequence[str]) -> str:
    return ", ".join(f"{label} {n:,}" for label, n in Counter(labels).items()) or "none"


# ----------------------------------------------------------------------------- choosing among them


def _deal(reviews: Reviews, count: int, seed: int) -> np.ndarray:
    """The fold of each review, int64 `(reviews,)`; groups are dealt out like cards, by label."""
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, text in enumerate(reviews.texts):
        groups.setdefault(tuple(sorted(typography.key(text).split())), []).append(i)
    if len(groups) < count:
        raise ValueError(
            f"cannot make {count} folds of {len(reviews)} reviews ({len(groups)} different sets of "
            f"words): give a smaller count"
        )
    shuffled = list(groups.values())
    random.Random(seed).shuffle(shuffled)  # its stream is the same in every Python version
    shuffled.sort(key=lambda group: sorted(reviews.labels[group].tolist()))  # keeps order in ties
    fold_of = np.zeros(len(reviews), dtype=np.int64)
    for number, group in enumerate(shuffled):
        fold_of[group] = number % count
    return fold_of


# ----------------------------------------------------------------------------------- reading files


def _load_course(folder: str | os.PathLike | None) -> Reviews:
    path = Path(folder if folder is not None else DATA).expanduser() / FILE
    advice = "`make data` writes it again"
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file {path}: it comes with the course's repository, and {advice}; for a "
            f"copy elsewhere give folder="
        )
    table = read_table(path, COLUMNS, advice=advice)
    rows = [_row(path, number, cells) for number, cells in table]
    parts, texts, labels, kinds = (list(column) for column in zip(*rows, strict=True))
    return Reviews("course", texts, [int(label) for label in labels], parts, kinds)


def _row(path: Path, number: int, cells: list[str]) -> list[str]:
    part, text, label, kind = cells
    allowed = {"part": (part, PARTS), "label": (label, ("0", "1")), "kind": (kind, KINDS)}
    for cell, (value, known) in allowed.items():
        if value not in known:
            raise line_error(
                path, number, f"unknown {cell} {value!r}; expected one of {', '.join(known)}"
            )
    if not all(text.split(" ")):
        raise line_error(
            path, number, f"{text!r} is not a text of tokens separated by single spaces"
        )
    return cells


def _load_films(folder: str | os.PathLike | None) -> Reviews:
    texts, labels = [], []
    place = _film_folder(folder)
    for label, name in enumerate(FILM_FILES):
        lines = read_lines(
            place / name,
            "expected one sentence a line in UTF-8; the files as first published are in a one-byte "
            f"encoding: iconv -f WINDOWS-1252 -t UTF-8 {name} > NEW",
        )
        sentences = [" ".join(line.split()) for line in lines if line.strip()]
        texts += sentences
        labels += [label] * len(sentences)
    whole = Reviews("rt-polarity", texts, labels, ["train"] * len(texts))
    held_out = _deal(whole, 10, FILM_SEED) == 0
    parts = ["test" if held else "train" for held in held_out]
    return Reviews("rt-polarity", texts, labels, parts)


def _film_folder(folder: str | os.PathLike | None) -> Path:
    """Where the two files lie; the same rules as for the sets of `download`."""
    given = folder if folder is not None else os.environ.get(download.ENVIRONMENT_VARIABLE) or None
    root = Path(given).expanduser() if given is not None else download.cache_folder()
    below = root / "rt-polarity"
    for place in (below, root):
        if all((place / name).is_file() for name in FILM_FILES):
            return place
    raise FileNotFoundError(
        f"rt-polarity is not (completely) in {root} or {below}: {' and '.join(FILM_FILES)} are "
        f"needed, in UTF-8. They are for research use and not part of the course; they are in "
        f"rt-polaritydata at {FILM_ADDRESS} (Pang and Lee 2005). Put them into a folder DIR and "
        f"give folder=DIR or set {download.ENVIRONMENT_VARIABLE}=DIR"
    )
