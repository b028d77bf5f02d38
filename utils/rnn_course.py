"""Makes the course's own folder the one that a notebook uses, whatever else is called `utils`.

The setup cell runs this file by its path, before anything of the course is imported; by its name it
recognises the course. It needs nothing but Python, and loads nothing else.
"""

import os
import re
import sys
from pathlib import Path

FETCHED = ".rnn-course-"  # the setup cell fetches into a folder of such a name
ARCHIVED = ".git_archival.txt"  # git writes the commit into it when it makes a ZIP


def use(course, start):
    """Puts a course first in everything Python asks: search path, loaded modules, working folder.

    Args:
        course: the course's folder; one that was just fetched moves to `rnn-course/` in `start`.
        start: the folder that the notebook runs in.

    Returns:
        The course's folder, and the lines to show.
    """
    course, start = Path(course).resolve(), Path(start).resolve()
    if course.parent.name.startswith(FETCHED):
        course = settle(course, start)
    lines = [describe(course), *_in_the_way(course, start)]
    while str(course) in sys.path:
        sys.path.remove(str(course))
    sys.path.insert(0, str(course))
    _forget_other_utils(course)
    if start.parent != course and (course / "notebooks").is_dir():
        os.chdir(course / "notebooks")  # notebooks find `../benchmarks` from there
    os.environ["RNN_COURSE"] = str(course)  # for a second run, wherever the learner has gone
    return course, lines


def settle(course, folder):
    """Moves a course that was fetched whole into `folder`, in one step, and returns where it is.

    What an earlier attempt left there stays: an unfinished `rnn-course/` could hold someone's work.
    """
    names = ("rnn-course", *(f"rnn-course-{number}" for number in range(2, 100)))
    target = next(path for path in map(folder.joinpath, names) if not _has_files(path))
    if target.exists():
        target.rmdir()
    os.replace(course, target)
    if not _has_files(course.parent):
        course.parent.rmdir()
    return target


def describe(course):
    """Returns a line with version and commit, `Course 0.1.0, commit 18d096e`.

    `RNN_COURSE_COMMIT` replaces the commit that is found; when it is empty, none is named. So what
    a build writes into a notebook does not change from commit to commit.
    """
    text = _read(course / "utils" / "__init__.py")
    version = re.search(r'^__version__ = "(.+)"', text, re.M)
    found = os.environ.get("RNN_COURSE_COMMIT")
    found = commit(course) if found is None else found
    line = f"Course {version.group(1) if version else 'of unknown version'}"
    return f"{line}, commit {found}" if found else line


def commit(course):
    """Returns the first seven digits of the commit, or `unknown`; git itself is not needed.

    A clone has git's notes, a ZIP has a file into which git wrote the commit.
    """
    folder = course / ".git"
    if folder.is_file():  # a worktree: the file says where its notes are
        folder = course / _read(folder).removeprefix("gitdir:").strip()
    head = _read(folder / "HEAD").strip()
    if head.startswith("ref:"):
        head = _branch(folder, head.removeprefix("ref:").strip())
    head = head or _read(course / ARCHIVED).removeprefix("node:").strip()
    return head[:7] if re.fullmatch(r"[0-9a-f]{7,64}", head) else "unknown"


def _branch(folder, name):
    shared = folder / _read(folder / "commondir").strip()
    for place in (folder, shared):
        if found := _read(place / name).strip():
            return found
    packed = re.search(rf"^([0-9a-f]+) {re.escape(name)}$", _read(shared / "packed-refs"), re.M)
    return packed.group(1) if packed else ""


def _in_the_way(course, start):
    """Says which file or folder of the learner's has a name that the course needs."""
    for name in ("utils.py", "utils"):
        path = start / name
        if path.exists() and start != course:
            kind = "folder" if path.is_dir() else "file"
            return [
                f"The {kind} {name} beside this notebook has a name that the course needs, so it "
                "cannot be imported here: rename it if you want to use it."
            ]
    return []


def _forget_other_utils(course):
    """Drops modules called `utils` that are not this course's, so that the next import finds it."""
    for name in [name for name in sys.modules if name.split(".")[0] == "utils"]:
        module = sys.modules[name]
        folders = list(getattr(module, "__path__", []))  # a folder without __init__ has no file
        place = getattr(module, "__file__", None) or next(iter(folders), None)
        if not place or not Path(place).resolve().is_relative_to(course / "utils"):
            del sys.modules[name]


def _has_files(path):
    return path.exists() and (not path.is_dir() or any(path.iterdir()))


def _read(path):
    """The text of a file, or nothing where there is none to read."""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


if __name__ == "setup":  # the name under which the setup cell runs this file
    COURSE, LINES = use(Path(__file__).resolve().parents[1], Path.cwd())
    print("\n".join(LINES))
