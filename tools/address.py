"""Writes the course's address where it is needed: once for a publisher, a fork, a teacher's copy.

    python -m tools.address https://github.com/OWNER/NAME      sets it
    python -m tools.address ""                                 removes it

It goes into pyproject.toml and from there into badges, setup cells and README. No notebook runs:
an address changes no result, and every output stays. The setup cell fetches code from there, so
nobody's address is ever guessed.
"""

import argparse
import re
import sys
from pathlib import Path

from tools import generated, notebooks, project, stamps
from utils.checks import say
from utils.files import write_whole

SHAPE = re.compile(r"https://[a-z0-9.-]+\.[a-z]+(/[\w.-]+){2,}", re.I)
CLONE = re.compile(r"^git clone \S+ rnn-course$", re.M)
UNKNOWN = "ADDRESS"  # what the README says until there is one


def normal(address):
    """Returns an address as pyproject.toml holds it, without `.git` or a slash at its end.

    Raises:
        ValueError: it is no address of a repository that anyone can read.
    """
    address = address.strip().rstrip("/").removesuffix(".git")
    if address and not SHAPE.fullmatch(address):
        raise ValueError(
            f"{address!r} is no address of a repository: expected https://HOST/OWNER/NAME, without "
            "a password, such as https://github.com/OWNER/NAME"
        )
    return address


def write(address, root=project.ROOT, *, say=say):
    """Sets the address, or removes it where it is empty, in every file that shows it.

    Args:
        address: as `normal` returns it.
        root: the course's folder.
        say: called with one line for each file that changed.
    """
    root = Path(root)
    _replace(root / "pyproject.toml", with_address(_text(root / "pyproject.toml"), address), say)
    readme = CLONE.sub(f"git clone {address or UNKNOWN} rnn-course", _text(root / "README.md"))
    _replace(root / "README.md", readme, say)
    for source in notebooks.sources(root):
        _replace(source, generated.refresh(_text(source), source.stem, root), say)
        _refresh(notebooks.target(source), source.stem, root, say)


def with_address(text, address):
    """Returns the text of pyproject.toml with another address, or with none."""
    head, table, rest = text.partition("[project.urls]\n")
    if not table:
        raise ValueError("pyproject.toml has no table [project.urls]; put the line back")
    urls, following, tail = rest.partition("\n[")
    lines = [line for line in urls.splitlines() if not line.startswith("Repository")]
    while lines and not lines[-1]:
        lines.pop()
    if address:
        lines.append(f'Repository = "{address}"')
    urls = "".join(f"{line}\n" for line in lines)
    return f"{head}{table}{urls}{following}{tail}"


def _refresh(path, name, root, say):
    """Writes the generated parts of a notebook anew and leaves all else, above all its outputs."""
    notebook = stamps.read(path)
    if notebook is None:
        say(f"{path.name}: is no notebook that can be read, so it stays as it is")
        return
    generated.refresh_notebook(notebook, name, root)
    _replace(path, notebooks.as_text(notebook), say)


def _replace(path, text, say):
    if text != _text(path):
        write_whole(path, text)
        say(f"{path.name}: changed")


def _text(path):
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main(arguments=None):
    """Writes the address that the command line gives everywhere; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make address", description=__doc__.splitlines()[0])
    parser.add_argument("address", help="such as https://github.com/OWNER/NAME, or empty")
    try:
        address = normal(parser.parse_args(arguments).address)
        write(address)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    tag = f"v{project.version()}"
    if address:
        say(f"The course is at {address}. Commit, set the tag {tag}, and push both.")
    else:
        say("The course has no address: no badges, and setup cells fetch from nowhere.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
