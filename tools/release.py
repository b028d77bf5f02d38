"""Makes a release: the same version everywhere, what has to be so first, the tag, what to upload.

    python -m tools.release version 1.0.0    writes the version, and today into CHANGELOG.md
    python -m tools.release check            says what is missing, all of it
    python -m tools.release tag              sets the tag and writes the ZIP, where nothing is

`make release` calls them in this order, with the tests before the tag. Nothing is pushed.
"""

import datetime
import re
import subprocess
import sys
from pathlib import Path

from tools import address, notebooks, project
from utils.checks import say
from utils.files import write_whole

# Where the version stands, besides setup cells: file, how its line begins and ends.
PLACES = (
    ("pyproject.toml", 'version = "', '"'),
    ("CITATION.cff", "version: ", ""),
    ("utils/__init__.py", '__version__ = "', '"'),
)
HEADING = re.compile(r"^## (?P<version>[\d.]+) \((?P<date>[^)]*)\)$", re.M)  # of CHANGELOG.md
NEXT = """\
The tag v{version} is set, here only, and {archive} is written. Now
  1. git push origin HEAD v{version}    (where the course is kept: {address})
     On GitHub .github/workflows/course.yml then tests it and publishes the pages.
  2. Upload {archive} for those without git: to the page of the release, to Zenodo, to your course.
  3. Without GitHub: put the folder build/site/html on any web server."""


def write_version(version, root=project.ROOT, *, today=None, say=say):
    """Writes a version everywhere; CHANGELOG.md's unreleased part becomes this version's.

    Args:
        version: three numbers, such as `1.0.0`.
        root: the course's folder.
        today: the date that CHANGELOG.md gets; today where it is None.
        say: called with one line for each file that changed.

    Raises:
        ValueError: it is no version, or CHANGELOG.md has nothing that is unreleased.
    """
    root, log = Path(root), Path(root) / "CHANGELOG.md"
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"VERSION is {version!r}; expected three numbers, such as 1.0.0")
    newest = HEADING.search(log.read_text(encoding="utf-8"))
    if not newest or newest["date"] != "unreleased":
        raise ValueError("CHANGELOG.md: expected `## 1.0.0 (unreleased)` above what has changed")
    files = {root / name: _line(start, end) for name, start, end in PLACES}
    for path, line in files.items():
        _replace(path, line.sub(rf"\g<1>{version}\g<3>", path.read_text(encoding="utf-8")), say)
    heading = f"## {version} ({today or datetime.date.today()})"
    text = log.read_text(encoding="utf-8")
    _replace(log, text[: newest.start()] + heading + text[newest.end() :], say)
    address.write(project.address(root), root, say=say)  # setup cells


def problems(root=project.ROOT):
    """What stands in the way of a release, one sentence each."""
    root, version = Path(root), project.version(root)
    for name, start, end in PLACES:
        found = _line(start, end).search((root / name).read_text(encoding="utf-8"))
        if not found or found[2] != version:
            yield f"{name} has another version than {version}: make release VERSION={version}"
    for path in [*notebooks.sources(root), *map(notebooks.target, notebooks.sources(root))]:
        if not path.is_file() or f"/archive/v{version}.zip" not in path.read_text("utf-8"):
            yield f"{path.name} is missing, or fetches another version: make notebooks"
    newest = HEADING.search((root / "CHANGELOG.md").read_text(encoding="utf-8"))
    if not newest or newest["version"] != version or newest["date"] == "unreleased":
        yield f"CHANGELOG.md does not begin with {version} and a date: make release VERSION=…"
    if not project.address(root):
        yield "setup cells know no address to fetch the course from: make address URL=https://…"
    if _git(root, "status", "--porcelain"):
        yield "there are changes that are not committed: git status"
    if _git(root, "tag", "--list", f"v{version}"):
        yield f"the tag v{version} is there already, and nobody moves one: make release VERSION=…"


def set_tag(root=project.ROOT):
    """Sets the tag, and writes the ZIP of what it names; returns what to do next."""
    root, version = Path(root), project.version(root)
    archive = Path("build", f"rnn-course-{version}.zip")
    (root / "build").mkdir(exist_ok=True)
    _git(root, "tag", "--annotate", f"v{version}", "--message", f"Version {version}")
    _git(root, "archive", f"--prefix=rnn-course-{version}/", f"--output={archive}", f"v{version}")
    return NEXT.format(version=version, archive=archive, address=project.address(root))


def _line(start, end):
    return re.compile(rf"^({re.escape(start)})([^\n\"]*)({re.escape(end)})$", re.M)


def _replace(path, text, say):
    if text != path.read_text(encoding="utf-8"):
        write_whole(path, text)
        say(f"{path.name}: changed")


def _git(root, *arguments):
    done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def main(arguments=None):
    """Does one of the three steps; returns the exit status."""
    step, *rest = sys.argv[1:] if arguments is None else arguments
    if step == "version":
        try:
            write_version(*rest)
        except ValueError as error:
            print(error, file=sys.stderr)
            return 1
        say("Look at it, then make notebooks (all of them run), commit, and make release.")
        return 0
    missing = list(problems())
    if missing:
        print("No release yet:", *missing, sep="\n- ", file=sys.stderr)
        return 1
    if step == "tag":
        say(set_tag())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
