"""Gives learners notebooks of their own, and never loses what they wrote.

`my-notebooks/` holds a copy of each notebook of the course. Git ignores it, so opening, running and
editing touch nothing that the course tracks, and the newest course can be fetched at any time.

    python -m tools.copies                 make the copies, renew those that nobody has touched
    python -m tools.copies reset 08        that notebook as the course has it; yours is kept aside

`my-notebooks/.course/` remembers what was copied, and `my-notebooks/kept/` holds what had to make
room. Nothing in here deletes a notebook.
"""

import argparse
import datetime
import subprocess
import sys
from pathlib import Path

from tools import project, stamps
from utils.checks import say
from utils.files import write_whole

MINE = "my-notebooks"


def names(root=project.ROOT):
    """Returns the names of the course's notebooks, without `.ipynb`, in order."""
    return sorted(path.stem for path in (Path(root) / "notebooks" / "source").glob("*.py"))


def prepare(root=project.ROOT, *, say=say):
    """Copies what is not there yet, and renews the copies that hold nothing of the learner's.

    A copy that was run but not edited is renewed as well; the old one is kept aside with its
    outputs. An edited one stays, and a line says that the course's is newer.
    """
    counts = {"copied": 0, "renewed": 0}
    for name in names(root):
        new, (copy, given) = course_version(name, root), _places(name, root)
        if new is None:
            say(f"{name}: notebooks/{name}.ipynb is not there. `make reset NOTEBOOK={name[:2]}`")
            continue
        what = _prepare_one(copy, given, new, root, say)
        if what:
            counts[what] += 1
            _write(copy, new)
            _write(given, new)
    _say_what_left(root, say)
    done = [f"{count} {what}" for what, count in counts.items() if count]
    say(f"{MINE}/: {', '.join(done) or 'your notebooks are as you left them'}")


def _prepare_one(copy, given, new, root, say):
    """Decides about one notebook: `copied`, `renewed`, or None where the copy stays."""
    if not copy.exists():
        return "copied"
    here, before = copy.read_bytes(), given.read_bytes() if given.exists() else None
    if new in (here, before):
        if here == new != before:
            _write(given, new)
        return None
    mine, theirs = stamps.parse(here), stamps.parse(before)
    if mine is None or theirs is None or stamps.cells(mine) != stamps.cells(theirs):
        say(
            f"{copy.stem}: the course has another version now; yours stays. "
            f"`make reset NOTEBOOK={copy.stem[:2]}` takes the course's and keeps yours aside"
        )
        return None
    if not stamps.same(mine, theirs):
        kept = set_aside(copy, root)
        say(f"{copy.stem}: renewed; the one with your outputs is now {_shown(kept, root)}")
    return "renewed"


def _say_what_left(root, say):
    """Says once of a notebook that the course has no more, and calls it the learner's from then."""
    for given in sorted((Path(root) / MINE / ".course").glob("*.ipynb")):
        if given.stem not in names(root):
            given.unlink()
            if _places(given.stem, root)[0].exists():
                say(f"{given.stem}: is no longer part of the course; your copy stays")


def reset(name, root=project.ROOT, *, say=say):
    """Restores one notebook in `my-notebooks/`, and in `notebooks/` if somebody changed it there.

    Raises:
        SystemExit: there is nothing to restore it from.
    """
    restore(name, root, say=say)
    new, (copy, given) = course_version(name, root), _places(name, root)
    if new is None:
        raise SystemExit(f"{name}: the course's notebook is nowhere to be found. {_fetch(name)}")
    if copy.exists() and copy.read_bytes() == new:
        say(f"{MINE}/{name}.ipynb is as the course has it")
    else:
        _say_where(copy, new, root, say)
        say("If it is open in Jupyter: File, Reload Notebook from Disk.")
    _write(copy, new)
    _write(given, new)


def restore(name, root=project.ROOT, *, say=say):
    """Restores `notebooks/NAME.ipynb` where it is gone, or was edited or run outside a build."""
    path = Path(root) / "notebooks" / f"{name}.ipynb"
    given = _places(name, root)[1]
    good = committed(name, root) or (given.read_bytes() if given.exists() else None)
    here = path.read_bytes() if path.exists() else None
    found = stamps.parse(here)
    if here is not None and (here == good or _is_another_build(found, stamps.parse(good))):
        return
    if good is None:
        if found is None or not stamps.is_built(found):
            say(f"notebooks/{name}.ipynb was changed and cannot be restored here. {_fetch(name)}")
        return
    _say_where(path, good, root, say)
    _write(path, good)


def _is_another_build(found, good):
    """Tells whether a notebook comes from a build of its own, which is nothing to undo."""
    if found is None or not stamps.is_built(found):
        return False
    return good is None or stamps.written(found) != stamps.written(good)


def _say_where(path, new, root, say):
    """Keeps what is at `path` aside, unless it is what comes in its place, and says where it is."""
    shown = _shown(path, root)
    if not path.exists():
        say(f"{shown}: restored")
        return
    found, good = stamps.read(path), stamps.parse(new)
    if found is not None and good is not None and stamps.same(found, good):
        say(f"{shown}: restored; it held nothing else")
        return
    say(f"{shown}: restored; yours is now {_shown(set_aside(path, root), root)}")


def _fetch(name):
    return (
        f"Fetch the course anew and copy its notebooks/{name}.ipynb here, or build it from its "
        f"source: move this one away, then `make notebooks NOTEBOOK={name[:2]}`."
    )


def course_version(name, root=project.ROOT):
    """Returns the bytes of a notebook as the course has it, or None where it is nowhere.

    That is the file in `notebooks/` where a build wrote it; where somebody edited or ran it there,
    the one that git has, or the one that was copied last.
    """
    path, given = Path(root) / "notebooks" / f"{name}.ipynb", _places(name, root)[1]
    here = path.read_bytes() if path.exists() else None
    found = stamps.parse(here)
    if found is not None and stamps.is_built(found):
        return here
    return committed(name, root) or (given.read_bytes() if given.exists() else here)


def committed(name, root=project.ROOT):
    """Returns the bytes of `notebooks/NAME.ipynb` in the last commit; None without git or file."""
    command = ["git", "cat-file", "blob", f"HEAD:./notebooks/{name}.ipynb"]
    try:
        done = subprocess.run(command, cwd=root, capture_output=True)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None


def set_aside(path, root=project.ROOT):
    """Copies a notebook to `my-notebooks/kept/` under a name of its own; returns its new place."""
    folder, today = Path(root) / MINE / "kept", datetime.date.today().isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    number = 1
    while True:
        kept = folder / f"{path.stem}.{today}-{number}.ipynb"
        try:
            with kept.open("xb") as file:
                file.write(path.read_bytes())
            return kept
        except FileExistsError:
            number += 1


def own(root=project.ROOT):
    """Returns the names of the notebooks in `my-notebooks/` that the learner wrote into."""
    found = sorted((Path(root) / MINE).glob("*.ipynb"))
    return [path.stem for path in found if not _is_as_given(path, root)]


def _is_as_given(path, root):
    mine, theirs = stamps.read(path), stamps.read(_places(path.stem, root)[1])
    if mine is None or theirs is None:
        return False
    return stamps.cells(mine) == stamps.cells(theirs)


def report(root=project.ROOT):
    """Returns a line that says which notebooks are the learner's own; no test judges them."""
    mine = own(root)
    if not mine:
        return ""
    several = "1 notebook" if len(mine) == 1 else f"{len(mine)} notebooks"
    return f"{MINE}/: not tested, since they are your own: {several} ({', '.join(mine)})"


def choose(text, root=project.ROOT):
    """Returns the name of the one notebook that is meant by `08`, `8` or `08_lstm.ipynb`.

    Raises:
        SystemExit: none is named, or not exactly one fits.
    """
    wanted = Path(text).name.removesuffix(".ipynb")
    wanted = wanted.zfill(2) if wanted.isdigit() else wanted
    there = names(root)
    found = [name for name in there if wanted and name.startswith(wanted)]
    if len(found) != 1:
        said = f"{len(found)} notebooks start with {wanted!r}" if wanted else "none was named"
        raise SystemExit(
            f"Say which notebook, for instance: make reset NOTEBOOK=08 ({said}; there are: "
            f"{', '.join(there) or 'none yet'})."
        )
    return found[0]


def _places(name, root):
    """Returns where a learner's copy of a notebook lies, and where what was copied is kept."""
    mine = Path(root) / MINE
    return mine / f"{name}.ipynb", mine / ".course" / f"{name}.ipynb"


def _write(path, data):
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, data.decode("utf-8"))


def _shown(path, root):
    return path.relative_to(root).as_posix()


def main(arguments=None):
    """Prepares the learner's copies, or resets them."""
    parser = argparse.ArgumentParser(prog="tools.copies", description=__doc__.split("\n\n")[0])
    parser.add_argument("what", nargs="?", default="prepare", choices=("prepare", "reset"))
    parser.add_argument("notebook", nargs="?", default="", help="for reset, for instance 08")
    options = parser.parse_args(arguments)
    if options.what == "prepare":
        prepare()
    else:
        reset(choose(options.notebook))
    return 0


if __name__ == "__main__":
    sys.exit(main())
