"""Sentence pairs in two languages: the course corpus, the phrasebook, Multi30k, your own files.

`load` reads any of them into a `Bitext`, plain lists of the same length. All text is normalised to
Unicode form NFC, so that an accented letter has one spelling; what counts as a line is said in
`utils.files`.

A file of your own holds one pair a line: sentence, tab, translation; after another tab there may be
a third column, the attribution, which is not read. The public archive of sentence pairs at
https://www.manythings.org/anki/ has this layout, with English first.

A folder of your own holds aligned text, one sentence a line, one file per part and language:
`train.en`, `train.fr`, `val.en` (or `validation.en`, `dev.en`), …, `test.fr`; or a single pair of
files, such as `corpus.en` and `corpus.fr`.

Pairs with an empty side occur in most real corpora and teach nothing: they are dropped, and one
warning per file or pair of files says how many.
"""

import os
import random
import re
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from utils import expect, typography
from utils.files import DATA, line_error, read_lines, read_table

from . import download as downloads
from ._arguments import positions

PARTS = ("train", "validation", "test", "test_long", "test_composition")
COURSE_COLUMNS = (
    "part", "source", "target", "alignment", "source_tags", "target_tags", "construction",
)  # fmt: skip
PHRASEBOOK_COLUMNS = ("source", "target", "topic")
LANGUAGES = ("en", "fr")  # of the sets made for the course, in the order of their columns

_FILES = {"course": "bitext.en-fr.tsv", "phrasebook": "phrasebook.en-fr.tsv"}
_STEMS = {part: (part,) for part in PARTS} | {"validation": ("val", "validation", "dev")}

Alignment = list[tuple[int, int]]


@dataclass(frozen=True, repr=False)
class Bitext:
    """Sentence pairs and what is known about them; every list has one entry per pair.

    What a set does not have is None.

    Attributes:
        name: of the set.
        source_language: such as "en".
        target_language: such as "fr".
        source: one sentence each.
        target: its translation.
        parts: "train", "validation", "test", "test_long", "test_composition", or "" when a set has
            no official parts.
        alignment: for each pair, its (source token, target token) index pairs, counted from 0 in
            `sentence.split(" ")`.
        source_tags: one Universal POS tag per token.
        target_tags: likewise.
        kinds: the construction (course corpus) or the topic (phrasebook).

    Raises:
        ValueError: the lists differ in length.
    """

    name: str
    source_language: str
    target_language: str
    source: list[str]
    target: list[str]
    parts: list[str]
    alignment: list[Alignment] | None = None
    source_tags: list[list[str]] | None = None
    target_tags: list[list[str]] | None = None
    kinds: list[str] | None = None

    def __post_init__(self):
        for column in self._columns():
            found = len(getattr(self, column))
            if found != len(self.source):
                raise ValueError(
                    f"{self.name}: every list needs one entry per pair, but source has "
                    f"{len(self.source)} and {column} has {found}"
                )

    def _columns(self) -> list[str]:
        named = [field.name for field in fields(self)][3:]
        return [column for column in named if getattr(self, column) is not None]

    def __len__(self) -> int:
        return len(self.source)

    def __repr__(self) -> str:
        counts = _counts(self.parts)
        parts = f" ({counts})" if any(self.parts) else ""
        direction = f"{self.source_language} to {self.target_language}"
        return f"<Bitext {self.name}, {direction}: {len(self):,} pairs{parts}>"

    def __getitem__(self, index) -> "Bitext":
        """Some of the pairs, as a Bitext.

        Args:
            index: one index, a slice, indices, or one True/False a pair.

        Raises:
            IndexError: outside the set.
            TypeError: anything else than whole numbers.
        """
        if isinstance(index, slice):
            return self._take(range(*index.indices(len(self))))
        return self._take(positions(index, len(self), "pair"))

    def _take(self, positions: Sequence[int]) -> "Bitext":
        chosen = {
            column: [getattr(self, column)[i] for i in positions] for column in self._columns()
        }
        return Bitext(self.name, self.source_language, self.target_language, **chosen)

    def where(self, part: str) -> "Bitext":
        """The pairs of one part.

        Args:
            part: one of `PARTS`.

        Raises:
            ValueError: the set has no such part; the message names those there are.
        """
        positions = [i for i, own in enumerate(self.parts) if own == part]
        if not positions:
            raise ValueError(f"{self.name} has no part {part!r}; it has: {_counts(self.parts)}")
        return self._take(positions)

    def split(
        self, seed: int = 0, *, held_out: int | None = None
    ) -> tuple["Bitext", "Bitext", "Bitext"]:
        """Train, validation and test.

        Official parts stay as they are, whatever the seed. A part that the set lacks is taken out
        of its train pairs (or out of all pairs, if it has no parts). All pairs with the same source
        sentence, compared without regard to case, spacing and kinds of signs (`typography.key`), go
        to the same side, so that nothing leaks; a group may therefore make a part a little larger.

        Args:
            seed: of the choice of what is taken out.
            held_out: how many pairs each lacking part gets; by default a tenth, at most 1,000.

        Returns:
            The three parts; the pairs of each keep their order.

        Raises:
            ValueError: there are no train pairs, or too few different source sentences; a seed that
                is no whole number from 0 on, a held_out that is none from 1 on.
        """
        [seed] = expect.integer(0, seed=seed)
        if held_out is not None:
            [held_out] = expect.integer(held_out=held_out)
        wanted = [part for part in ("validation", "test") if part not in self.parts]
        train = self.where("train") if any(self.parts) else self
        kept, taken = _hold_out(train, len(wanted), seed, held_out)
        made = dict(zip(wanted, taken, strict=True))
        parts = {"train": train._take(kept)._labelled("train")}
        for part in ("validation", "test"):
            parts[part] = (
                train._take(made[part])._labelled(part) if part in made else self.where(part)
            )
        return parts["train"], parts["validation"], parts["test"]

    def _labelled(self, part: str) -> "Bitext":
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return Bitext(**(values | {"parts": [part] * len(self)}))

    def sample(self, n: int, seed: int = 0) -> "Bitext":
        """n different pairs in random order.

        Args:
            n: how many.
            seed: of the choice.

        Raises:
            ValueError: there are fewer than n, or n or seed is no whole number from 0 on.
        """
        n, seed = expect.integer(0, n=n, seed=seed)
        if n > len(self):
            raise ValueError(f"cannot sample {n} pairs: {self.name} has {len(self)} here")
        return self._take(random.Random(seed).sample(range(len(self)), n))


def load(
    name: str | os.PathLike,
    *,
    source: str = "en",
    target: str = "fr",
    columns: Sequence[str] | None = None,
    download: bool = False,
    folder: str | os.PathLike | None = None,
) -> Bitext:
    """Reads sentence pairs.

    Args:
        name: "course" (the course corpus), "phrasebook", "multi30k:en-fr", or the path of a file of
            pairs or of a folder with aligned files (see the module). A `Path` is never a named set.
        source: the language to translate from. The named sets can be read in either direction; for
            a folder the languages are the endings of its files.
        target: the language to translate to.
        columns: of a file of pairs, the languages of its first and its second column, such as
            ("en", "fr"), whichever is translated into which. Without it English is first, as in the
            public archive; where neither language is English, it has to be said.
        download: whether a real set that is not here yet may be fetched; no effect on the others.
        folder: where a named set lies, instead of its usual place.

    Returns:
        The pairs as a `Bitext`.

    Raises:
        ValueError: an unknown name or language, or text that cannot be read as pairs (different
            line counts, not UTF-8, empty, malformed rows), each time naming file and line.
        FileNotFoundError: a missing folder or file.
        download.DownloadError: a failed download.
    """
    _check_language_codes(source, target)
    [download] = expect.boolean(download=download)
    if isinstance(name, str) and (name in _FILES or name in downloads.REGISTRY):
        _refuse_columns(columns, name)
    if isinstance(name, str) and name in _FILES:
        _check_languages(name, source, target, LANGUAGES)
        return _load_table(name, source, target, folder)
    if isinstance(name, str) and name in downloads.REGISTRY:
        _check_languages(name, source, target, downloads.REGISTRY[name].languages)
        place = downloads.find(name, folder=folder, download=download)
        return _load_folder(name, place, source, target)
    if folder is not None:
        raise ValueError(
            f"folder= says where a named set lies, but {str(name)!r} is none of them: "
            f"{_known_names()}. For files of your own give their path as the only one: "
            f"load({str(folder)!r}, source={source!r}, target={target!r})"
        )
    path = _own_path(name)
    if path.is_file():
        return _load_file(path, source, target, _columns(columns, path, source, target))
    _refuse_columns(columns, path)
    return _load_folder(path.resolve().name, path, source, target)


# ------------------------------------------------------------------------------ names, languages


def _known_names() -> str:
    return ", ".join([*_FILES, *downloads.REGISTRY])


def _own_path(name: str | os.PathLike) -> Path:
    if not isinstance(name, (str, os.PathLike)) or not str(name).strip():
        raise ValueError(
            f"name is {name!r}, expected one of {_known_names()}, or the path of a file or folder"
        )
    path = Path(name).expanduser()
    if path.is_dir() or path.is_file():
        return path
    if isinstance(name, os.PathLike) or "/" in name or os.sep in name:
        raise FileNotFoundError(f"there is no folder or file {path} (looked in {Path.cwd()})")
    raise ValueError(
        f"unknown data set {name!r}; there is {_known_names()}, or the path of a file of sentence "
        f"pairs or of a folder with aligned files (looked in {Path.cwd()}). The direction is not "
        f"part of the name: write source=…, target=…"
    )


def _refuse_columns(columns: Sequence[str] | None, name: str | Path) -> None:
    if columns is not None:
        raise ValueError(
            f"columns= says what stands in a file of sentence pairs, and {name} is none: leave it "
            f"out"
        )


def _columns(
    columns: Sequence[str] | None, path: Path, source: str, target: str
) -> tuple[str, str]:
    """The languages of a file's first two columns."""
    if columns is None and "en" in (source, target):
        return ("en", target if source == "en" else source)
    orders = [source, target], [target, source]
    if not isinstance(columns, (tuple, list)) or list(columns) not in orders:
        raise ValueError(
            f"columns is {columns!r}, expected the languages of the first and the second column of "
            f"{path}: {(source, target)} or {(target, source)}"
        )
    return tuple(columns)


def _check_language_codes(source: str, target: str) -> None:
    for role, code in (("source", source), ("target", target)):
        if not isinstance(code, str) or not re.fullmatch(r"\w[\w-]*", code):
            raise ValueError(f"{role} must be a language code such as 'en', not {code!r}")
    if source == target:
        raise ValueError(f"source and target are both {source!r}; they must be two languages")


def _check_languages(name: str, source: str, target: str, known: Sequence[str]) -> None:
    for role, code in (("source", source), ("target", target)):
        if code not in known:
            raise ValueError(
                f"unknown language {role}={code!r}: {name} has {' and '.join(known)}"
            )


def _counts(parts: list[str]) -> str:
    counts = Counter(parts)
    return ", ".join(f"{part or 'no official parts'} {n:,}" for part, n in counts.items()) or "none"


# --------------------------------------------------------------------------- choosing among pairs


def _hold_out(
    pairs: Bitext, parts: int, seed: int, held_out: int | None
) -> tuple[list[int], list[list[int]]]:
    """Positions to keep and, for each of `parts`, positions to take out, by source sentence."""
    if not parts:
        return list(range(len(pairs))), []
    count = max(1, min(1000, len(pairs) // 10)) if held_out is None else held_out
    groups: dict[str, list[int]] = {}
    for position, sentence in enumerate(pairs.source):
        groups.setdefault(typography.key(sentence), []).append(position)
    order = list(groups.values())
    random.Random(seed).shuffle(order)  # its stream is the same in every Python version
    taken: list[list[int]] = []
    for _ in range(parts):
        chosen: list[int] = []
        while order and len(chosen) < count:
            chosen += order.pop()
        taken.append(sorted(chosen))
    if not order or any(len(chosen) < count for chosen in taken):
        raise ValueError(
            f"cannot take {parts} × {count} pairs out of {len(pairs)} ({len(groups)} different "
            f"source sentences) and leave some to train on; give a smaller held_out, or more pairs"
        )
    return sorted(position for group in order for position in group), taken


# ------------------------------------------------------------------------------------- text files


def _load_file(path: Path, source: str, target: str, columns: tuple[str, str]) -> Bitext:
    pairs = _tabbed_pairs(path)
    source_column, target_column = columns.index(source), columns.index(target)
    sources = [pair[source_column] for pair in pairs]
    targets = [pair[target_column] for pair in pairs]
    return Bitext(path.stem, source, target, sources, targets, [""] * len(pairs))


def _tabbed_pairs(path: Path) -> list[tuple[str, str]]:
    """The first two columns of a file, whose lines all have two or all have three."""
    lines = read_lines(path)
    while not lines[-1].strip():
        lines.pop()
    rows = [line.split("\t") for line in lines]
    expected = len(rows[0])
    if expected not in (2, 3):
        raise line_error(
            path, 1,
            f"{expected} columns, expected two, sentence and translation, or a third, the "
            f"attribution, with one tab between them; found {lines[0][:80]!r}",
        )  # fmt: skip
    for number, row in enumerate(rows, 1):
        if len(row) != expected:
            raise line_error(
                path, number,
                f"{len(row)} columns instead of {expected} as on line 1; is there a tab too many "
                f"or too few in {lines[number - 1][:80]!r}?",
            )  # fmt: skip
    return _with_both_sides([(row[0], row[1]) for row in rows], str(path))


def _load_folder(name: str, folder: Path, source: str, target: str) -> Bitext:
    pairs = _part_files(folder, source, target) or _single_pair(folder, source, target)
    columns: dict[str, list[str]] = {"source": [], "target": [], "parts": []}
    for part, source_path, target_path in pairs:
        aligned = _aligned_pairs(source_path, target_path)
        columns["source"] += [left for left, _ in aligned]
        columns["target"] += [right for _, right in aligned]
        columns["parts"] += [part] * len(aligned)
    return Bitext(name, source, target, **columns)


def _part_files(folder: Path, source: str, target: str) -> list[tuple[str, Path, Path]]:
    """(part, source file, target file) for each part the folder has; empty when it has none."""
    found = []
    for part, stems in _STEMS.items():
        present = [
            stem for stem in stems
            if any((folder / f"{stem}.{code}").exists() for code in (source, target))
        ]  # fmt: skip
        if len(present) > 1:
            names = " and ".join(f"{stem}.{source}" for stem in present)
            raise ValueError(f"{folder} has two {part} parts, {names}: keep one")
        for stem in present:
            found.append((part, folder / f"{stem}.{source}", folder / f"{stem}.{target}"))
    if found:
        used = {path for _, *paths in found for path in paths}
        _check_present(folder, used, source, target)
        _warn_of_others(folder, used, source)
    return found


def _check_present(folder: Path, used: set[Path], source: str, target: str) -> None:
    missing = sorted(path.name for path in used if not path.is_file())
    if missing:
        raise FileNotFoundError(
            f"{folder} lacks {', '.join(missing)}: each part needs a .{source} and a .{target} "
            f"file. {_what_is_there(folder)}"
        )


def _warn_of_others(folder: Path, used: set[Path], source: str) -> None:
    others = sorted(path.name for path in folder.glob(f"*.{source}") if path not in used)
    if others:
        warnings.warn(
            f"{folder}: not read, for their names are no part of train, val or test: "
            f"{', '.join(others[:5])}{' …' if len(others) > 5 else ''}",
            stacklevel=5,
        )


def _single_pair(folder: Path, source: str, target: str) -> list[tuple[str, Path, Path]]:
    """The one pair of files of a folder without parts."""
    stems = sorted(
        path.name.removesuffix(f".{source}")
        for path in folder.glob(f"*.{source}")
        if (folder / f"{path.name.removesuffix(f'.{source}')}.{target}").is_file()
    )
    if "corpus" in stems:
        stems = ["corpus"]
    if not stems:
        raise FileNotFoundError(
            f"{folder} has no pair of files NAME.{source} and NAME.{target} (of pairs in one file "
            f"give the file's own path). {_what_is_there(folder)}"
        )
    if len(stems) > 1:
        raise ValueError(
            f"{folder} has several pairs of files ({', '.join(stems)}): name them train, val and "
            f"test, or keep one"
        )
    return [("", folder / f"{stems[0]}.{source}", folder / f"{stems[0]}.{target}")]


def _what_is_there(folder: Path) -> str:
    names = sorted(path.name for path in folder.iterdir())
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    return f"It holds: {listed or 'nothing'}"


def _aligned_pairs(source_path: Path, target_path: Path) -> list[tuple[str, str]]:
    """The sentences of two aligned files, line by line."""
    source, target = read_lines(source_path), read_lines(target_path)
    for lines, others in ((source, target), (target, source)):
        while len(lines) > len(others) and not lines[-1].strip():  # empty lines at one end only
            lines.pop()
    if len(source) != len(target):
        raise ValueError(
            f"the lines of aligned files must match one to one, but {source_path} has "
            f"{len(source):,} lines and {target_path} has {len(target):,}"
            f"{_where_to_look(source, target)}"
        )
    pairs = list(zip(source, target, strict=True))
    return _with_both_sides(pairs, f"{source_path} and {target_path}")


def _where_to_look(source: list[str], target: list[str]) -> str:
    """Where lines may have shifted: the first that is empty on one side alone."""
    for number, (left, right) in enumerate(zip(source, target, strict=False), 1):
        if bool(left.strip()) != bool(right.strip()):
            return f"; look at line {number:,}, which is empty in one of them"
    return ""


def _with_both_sides(pairs: list[tuple[str, str]], where: str) -> list[tuple[str, str]]:
    """The pairs that have text on both sides; a warning tells how many have not."""
    pairs = [(left.strip(), right.strip()) for left, right in pairs]
    kept = [pair for pair in pairs if all(pair)]
    if not kept:
        raise ValueError(f"{where}: no line where both sides have text")
    if len(kept) < len(pairs):
        empty = [f"{number:,}" for number, pair in enumerate(pairs, 1) if not all(pair)]
        warnings.warn(
            f"dropped {len(empty):,} of {len(pairs):,} pairs with an empty side from {where} "
            f"(line {', '.join(empty[:5])}{' …' if len(empty) > 5 else ''})",
            stacklevel=5,  # at the call of `load`
        )
    return kept


# ---------------------------------------------------------------------- the tables of the course


def _load_table(
    name: str, source: str, target: str, folder: str | os.PathLike | None
) -> Bitext:
    path = Path(folder if folder is not None else DATA).expanduser() / _FILES[name]
    if not path.is_file():
        raise FileNotFoundError(
            f"there is no file {path}: it comes with the course's repository, and `make data` "
            f"writes it again; for a copy elsewhere give folder="
        )
    columns = COURSE_COLUMNS if name == "course" else PHRASEBOOK_COLUMNS
    table = read_table(path, columns, advice="`make data` writes it again")
    rows = [(number, dict(zip(columns, cells, strict=True))) for number, cells in table]
    read = _course_pairs if name == "course" else _phrasebook_pairs
    pairs = Bitext(name, *LANGUAGES, **read(path, rows))
    return pairs if (source, target) == LANGUAGES else _reversed(pairs)


def _course_pairs(path: Path, rows: list[tuple[int, dict[str, str]]]) -> dict[str, list]:
    pairs: dict[str, list] = {
        column: []
        for column in ("source", "target", "parts", "alignment", "source_tags", "target_tags")
    }
    for number, row in rows:
        if row["part"] not in PARTS:
            raise line_error(
                path, number, f"unknown part {row['part']!r}; expected one of {', '.join(PARTS)}"
            )
        sizes = [_count_tokens(path, number, row[side]) for side in ("source", "target")]
        for side, size in zip(("source", "target"), sizes, strict=True):
            tags = row[f"{side}_tags"].split(" ")
            if len(tags) != size or not all(tags):
                raise line_error(path, number, f"{len(tags)} {side}_tags for {size} tokens")
            pairs[f"{side}_tags"].append(tags)
            pairs[side].append(row[side])
        pairs["alignment"].append(_read_alignment(path, number, row["alignment"], *sizes))
        pairs["parts"].append(row["part"])
    return pairs | {"kinds": [row["construction"] for _, row in rows]}


def _phrasebook_pairs(path: Path, rows: list[tuple[int, dict[str, str]]]) -> dict[str, list]:
    for number, row in rows:
        for side in ("source", "target"):
            _count_tokens(path, number, row[side])
    return {
        "source": [row["source"] for _, row in rows],
        "target": [row["target"] for _, row in rows],
        "parts": [""] * len(rows),
        "kinds": [row["topic"] for _, row in rows],
    }


def _count_tokens(path: Path, number: int, sentence: str) -> int:
    tokens = sentence.split(" ")
    if not all(tokens):
        raise line_error(
            path, number, f"{sentence!r} is not a sentence of tokens separated by single spaces"
        )
    return len(tokens)


def _read_alignment(
    path: Path, number: int, cell: str, source_size: int, target_size: int
) -> Alignment:
    """Pharaoh format: "0-0 1-2" links source token 0 to target token 0, and 1 to 2."""
    links = []
    for item in cell.split(" ") if cell else []:
        match = re.fullmatch(r"([0-9]+)-([0-9]+)", item)
        if not match:
            raise line_error(path, number, f"alignment {item!r} is not of the form 0-0")
        link = (int(match[1]), int(match[2]))
        if link[0] >= source_size or link[1] >= target_size:
            raise line_error(
                path,
                number,
                f"alignment {item} points outside the pair: it has {source_size} source tokens "
                f"and {target_size} target tokens, counted from 0",
            )
        links.append(link)
    return sorted(links)


def _reversed(pairs: Bitext) -> Bitext:
    """The same pairs read in the other direction: alignment and tags swap sides."""
    alignment = pairs.alignment and [
        sorted((right, left) for left, right in links) for links in pairs.alignment
    ]
    return Bitext(
        name=pairs.name,
        source_language=pairs.target_language,
        target_language=pairs.source_language,
        source=pairs.target,
        target=pairs.source,
        parts=pairs.parts,
        alignment=alignment,
        source_tags=pairs.target_tags,
        target_tags=pairs.source_tags,
        kinds=pairs.kinds,
    )
