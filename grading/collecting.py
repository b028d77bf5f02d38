"""Reading what was handed in: a folder, or the ZIP of a learning platform.

Who handed something in stands in the file's name, as each platform writes it:

    Canvas      lovelaceada_12345_67890_set2.ipynb, with LATE_ after the name where it was late
    Moodle      Ada Lovelace_12345_assignsubmission_file/set2.ipynb
    Classroom   Problem set 2/Ada Lovelace - set2.ipynb, all of them in one folder of Drive: so
                Google names the copies that it makes for each student
    elsewhere   Ada Lovelace/set2.ipynb, or Ada Lovelace.ipynb
"""

from __future__ import annotations

import lzma
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from grading.handed_in import LARGEST

MOST = 5000  # files
UNPACKING = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, OSError, EOFError)
FOLDERS = {".ipynb_checkpoints", ".git", ".idea", ".vscode", "__MACOSX", "__pycache__"}
CANVAS = re.compile(r"(?P<who>[^_/]+)(?P<late>_LATE)?_(?P<id>\d+)_\d+_.+", re.I)
CLASSROOM = re.compile(r"(?P<who>.+?) - .+")
MOODLE = re.compile(r"(?P<who>.+)_(?P<id>\d+)_assignsubmission_[^/]*/.+", re.I)


@dataclass(frozen=True)
class Submission:
    """One notebook, not read yet.

    Attributes:
        student: a name that no other submission has, safe as the name of a file.
        number: of the student on the platform, or "".
        path: where it stands, for people.
        content: what was handed in; b"" where it could not be read.
        problem: why not, or "".
        late: whether the platform says so.
        second_of: the name of an earlier notebook of the same student, or "".
    """

    student: str
    number: str
    path: str
    content: bytes
    problem: str = ""
    late: bool = False
    second_of: str = ""


def read(place: str | Path) -> list[Submission]:
    """All submissions of a folder or a ZIP, by name.

    Of two notebooks of one student both are kept, the second as `name-2`, and both say so: which of
    them counts is not ours to decide.

    Args:
        place: a folder, or a ZIP file.

    Raises:
        FileNotFoundError: There is nothing there.
        ValueError: It is neither, or holds no notebook.
    """
    files = [file for file in _files(place) if _is_notebook(file[0])]
    if not files:
        raise ValueError(f"{place} holds no notebook (a file that ends with .ipynb)")
    return _named(sorted(files, key=lambda file: file[0]))


def others(place: str | Path, out: str | Path = "") -> list[tuple[str, str]]:
    """Who handed in what is no notebook: a name and the path of each file.

    Args:
        place: a folder, or a ZIP file.
        out: a folder of results, whose files nobody handed in.

    Raises:
        FileNotFoundError: There is nothing there.
        ValueError: It is neither.
    """
    paths = sorted(file[0] for file in _files(place, out, read=False))
    return [(student(path)[0], path) for path in paths if not _is_notebook(path)]


def _is_notebook(path):
    return path.lower().endswith(".ipynb")


def _files(place, out="", read=True):
    """Path, content and problem of what people put there; the content of notebooks only."""
    place = Path(place)
    if not place.exists():
        raise FileNotFoundError(f"there is no {place}; SUBMISSIONS is a folder or a ZIP file")
    if place.is_dir():
        return list(_folder(place, out, read))
    if zipfile.is_zipfile(place):
        return list(_zip(place, read))
    raise ValueError(f"{place} is neither a folder nor a ZIP file")


def _is_of_a_machine(path):
    """Whether a system or an editor wrote the file beside what was handed in."""
    named = path.name.startswith("._") or path.name in (".DS_Store", "Thumbs.db", "desktop.ini")
    return named or not FOLDERS.isdisjoint(path.parts[:-1])


def _folder(place, out, read) -> Iterator[tuple]:
    for path in sorted(place.rglob("*")):
        if path.is_dir() and not path.is_symlink() and not _is_notebook(path.name):
            continue
        if _is_of_a_machine(path.relative_to(place)) or (
            out and path.resolve().is_relative_to(Path(out).resolve())
        ):
            continue
        # Whatever wrote the name, results and pages are in UTF-8.
        name = os.fsencode(path.relative_to(place)).decode("utf-8", "replace")
        if not read or not _is_notebook(name):
            yield name, b"", ""
        elif path.is_symlink() or not path.resolve().is_relative_to(place.resolve()):
            yield name, b"", "it is a link to another place, and was not followed"
        elif not path.is_file():
            yield name, b"", "it is no file"
        elif path.stat().st_size > LARGEST:
            yield name, b"", f"it has {path.stat().st_size / 2**20:.0f} MB, at most 50 are read"
        else:
            yield name, path.read_bytes(), ""


def _zip(place, read) -> Iterator[tuple]:
    """Nothing is unpacked to a disk, so no path in a ZIP leads anywhere."""
    with zipfile.ZipFile(place) as archive:
        entries = archive.infolist()
        if len(entries) > MOST:
            raise ValueError(f"{place} holds {len(entries):,} files, at most {MOST:,} are read")
        for entry in entries:
            name = PurePosixPath(entry.filename.replace("\\", "/"))
            if entry.is_dir() or _is_of_a_machine(name):
                continue
            wanted = read and _is_notebook(name.name)
            yield str(name).lstrip("/"), *(_entry(archive, entry) if wanted else (b"", ""))


def _entry(archive, entry):
    """Content and problem of a file in a ZIP."""
    if stat.S_ISLNK(entry.external_attr >> 16):
        return b"", "it is a link to another place, and was not followed"
    try:
        with archive.open(entry) as file:
            content = file.read(LARGEST + 1)  # whatever the ZIP says of its size
    except UNPACKING as error:
        return b"", f"it cannot be unpacked ({error})"
    if len(content) > LARGEST:
        return b"", "it has more than 50 MB"
    return content, ""


def _named(files):
    """Gives each file its student, and a second one of the same student a number."""
    found, of_one = [], defaultdict(list)
    folders = Counter(str(PurePosixPath(path).parent) for path, _, _ in files)
    for path, content, problem in files:
        who, number, late = student(path, shared=folders[str(PurePosixPath(path).parent)] > 1)
        places = of_one[number or who.casefold()]
        places.append(len(found))
        if len(places) > 1:
            who = f"{who}-{len(places)}"
        found.append(Submission(who, number, path, content, problem, late))
    taken: dict[str, int] = {}
    for place, each in enumerate(found):  # two people of one name
        taken[each.student] = taken.get(each.student, 0) + 1
        if taken[each.student] > 1:
            name = f"{each.student} ({each.number or taken[each.student]})"
            found[place] = replace(each, student=name)
    for first, *later in of_one.values():
        for place in later:
            found[place] = replace(found[place], second_of=found[first].student)
    return found


def student(path: str, *, shared: bool = False) -> tuple[str, str, bool]:
    """Name, number on the platform and lateness, from the path of a file.

    Args:
        path: with slashes, from the top of the folder or ZIP.
        shared: whether its folder holds other notebooks, too.
    """
    parts = PurePosixPath(path).parts
    for pattern, text in ((MOODLE, "/".join(parts[-2:])), (CANVAS, parts[-1])):
        found = pattern.fullmatch(text)
        if found:
            return _safe(found["who"]), found["id"], bool(found.groupdict().get("late"))
    found = CLASSROOM.fullmatch(parts[-1])
    if found and (shared or len(parts) == 1):
        return _safe(found["who"]), "", False
    return _safe(parts[-2] if len(parts) > 1 else PurePosixPath(path).stem), "", False


def _safe(name):
    """A name as a file may have it: letters of any writing, but nothing that steers a path."""
    name = unicodedata.normalize("NFC", name)
    name = "".join(c if c.isalnum() or unicodedata.category(c)[0] in "M" or c in " -'()._" else "_"
                   for c in name)  # fmt: skip
    name = name.strip(" .")[:80].encode()[:200].decode(errors="ignore")  # files' names have 255
    return name or "unnamed"
