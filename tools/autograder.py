"""Writes an autograder: a ZIP for Gradescope, of which an image for other places is made as well.

    python -m tools.autograder 1.3 autograder-1.3.zip --seed 1815

At its top lie `setup.sh` and `run_autograder`, as Gradescope wants them, a `Containerfile`, what to
install, and which set it marks; in `course/` the course, without notebooks. With a seed it holds
what hidden inputs are drawn from, so it is the teacher's own; an image takes the seed when it runs.
"""

import argparse
import json
import sys
from pathlib import Path

from grading import sets
from tools import project, zips
from utils.checks import say

OWN = Path("grading") / "autograder"
COURSE = ("utils", "grading", "data")
FILES = ("constraints.txt", "LICENSE", "LICENSE-text")
LEFT_OUT = {"__pycache__", "generate", "autograder"}


def files(name, seed=None, root=project.ROOT):
    """Returns what the ZIP holds, by path.

    Args:
        name: a set, or set and variant.
        seed: the teacher's; None to leave it out.
        root: the course's folder.

    Raises:
        ValueError: There is no such set.
    """
    root = Path(root)
    sets.tasks(sets.variant(name, b"")[0])
    found = {path.name: path.read_bytes() for path in sorted((root / OWN).iterdir())}
    found["Containerfile"] = found["Containerfile"].replace(b"{set}", name.encode())
    found["assignment.json"] = (json.dumps({"set": name, "seed": seed}) + "\n").encode()
    needed = project.load(root)["project"]["dependencies"]
    found["requirements.txt"] = "".join(f"{line}\n" for line in needed).encode()
    for folder in COURSE:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and not LEFT_OUT & set(path.relative_to(root).parts):
                found[f"course/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    return found | {f"course/{name}": (root / name).read_bytes() for name in FILES}


def main(arguments=None):
    """Writes one autograder; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.autograder", description=__doc__.splitlines()[0])
    parser.add_argument("name", help="a set, or set and variant, such as 1.3")
    parser.add_argument("out", help="the ZIP to write")
    parser.add_argument("--seed", default="", help="the teacher's; Gradescope needs it")
    options = parser.parse_args(arguments)
    try:
        seed = int(options.seed) if options.seed else None
        zips.write(options.out, files(options.name, seed))
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    said = "with your seed: keep it to yourself" if options.seed else "without a seed"
    say(f"{options.out}: an autograder for problem set {options.name}, {said}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
