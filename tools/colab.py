"""Runs the notebooks as they run on Colab, and with the lowest versions that the course promises.

    python -m tools.colab                       both, every notebook
    python -m tools.colab colab --notebook 14   one of the two, one notebook
    python -m tools.colab --renew FREEZE        take over Colab's versions from a `pip freeze` there

Each notebook lies alone in an empty folder, in the committed state; its setup cell fetches the
course from a clone of this repository. Two environments are kept, `.venv-colab/` and
`.venv-lowest/`. The first that fails stops all, with the name and the cell.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import install, project
from utils.files import write_whole

VERSIONS = Path("tools") / "colab-versions.txt"
RUNNER = Path(__file__).with_name("run_notebook.py")
# What runs a notebook; on Colab the front end does.
DRIVER = ("ipykernel", "nbclient", "nbformat")
HEADER = """\
# On Colab, with Python {python}: the libraries that the course imports, and what these need.
# Written by `python -m tools.colab --renew FREEZE`; do not edit by hand.
"""


class Failure(Exception):
    """Something did not work; the message says what, and what to do."""


def colab_versions(root=project.ROOT):
    """Returns Colab's Python, such as `3.13`, and its requirements, one exact version each."""
    text = (Path(root) / VERSIONS).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return re.search(r"Python (3\.\d+)", text).group(1), lines


def lowest_versions(root=project.ROOT):
    """Returns the lowest Python and the lowest versions that pyproject.toml allows.

    Only what the course itself names is lowered; what these libraries need is theirs to choose.
    """
    settings = project.load(root)["project"]
    python = settings["requires-python"].split(",")[0].removeprefix(">=")
    extras = settings["optional-dependencies"]
    ranges = settings["dependencies"] + [
        line for extra in extras.values() for line in extra if _name(line) in DRIVER
    ]
    return python, [line.split(",")[0].replace(">=", "==") for line in ranges]


def find_python(version):
    """Returns the path of a Python of this version.

    Raises:
        Failure: there is none.
    """
    pyenv = sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))
    for candidate in (os.environ.get("PYTHON"), f"python{version}", sys.executable, *pyenv):
        path = shutil.which(candidate or "")
        if path and _output(path, "-c", "import sys; print(sys.version)").startswith(f"{version}."):
            return path
    raise Failure(f"This needs Python {version}. Install it, or name it: PYTHON=… make test-colab")


def environment(kind, root=project.ROOT, say=print):
    """Makes the environment of one kind what it should be, and returns its Python."""
    python, wanted = (colab_versions if kind == "colab" else lowest_versions)(root)
    folder = Path(root) / f".venv-{kind}"
    here, stamp = folder / "bin" / "python", folder / ".installed"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != "\n".join([python, *wanted]):
        say(f"{folder.name}: Python {python}, about 2.5 GB, some minutes, once")
        subprocess.run([find_python(python), "-m", "venv", "--clear", str(folder)], check=True)
        _pip(here, wanted, say)
        stamp.write_text("\n".join([python, *wanted]), encoding="utf-8")
    elif kind == "colab":  # an earlier run has put a newer Keras there
        _pip(here, ["--no-deps", *wanted], lambda line: None)
    if kind == "colab":
        missing = [n for n in map(_name, project.load(root)["project"]["dependencies"])
                   if n not in map(_name, wanted)]  # fmt: skip
        for name in missing:
            _output(here, "-m", "pip", "uninstall", "--yes", name)
    return here


def names(beginning, root=project.ROOT):
    """Returns the names of the committed notebooks that start with `beginning`, in order."""
    listed = _git(root, "ls-tree", "--name-only", "HEAD", "notebooks/").splitlines()
    found = [Path(line).stem for line in sorted(listed) if line.endswith(".ipynb")]
    chosen = [name for name in found if name.startswith(beginning)]
    if not chosen:
        raise Failure(f"There is no notebook {beginning!r}; there are {', '.join(found)}.")
    return chosen


def run(kind, chosen, root=project.ROOT, say=print):
    """Runs notebooks in the environment of one kind.

    Raises:
        Failure: a notebook stopped; the message names it and the cell.
    """
    python = environment(kind, root, say)
    with tempfile.TemporaryDirectory(prefix="rnn-course-test-") as folder:
        folder = Path(folder)
        origin = folder / "origin"
        _git(root, "clone", "--quiet", "--bare", str(root), str(origin))
        _git(origin, "tag", "--force", f"v{project.version(root)}", "HEAD")
        for name in chosen:
            say(f"{kind}: {name}")
            alone = folder / name
            alone.mkdir()
            notebook = alone / f"{name}.ipynb"
            notebook.write_text(_git(root, "show", f"HEAD:notebooks/{name}.ipynb"), "utf-8")
            command = [str(python), str(RUNNER), str(notebook)]
            settings = surroundings(kind, folder, origin)
            if subprocess.run(command, cwd=alone, env=settings).returncode:
                raise Failure(f"{kind}: {name} failed; what is said above names the cell.")


def surroundings(kind, folder, origin):
    """Returns the variables for a notebook: nothing of this machine's settings reaches it."""
    hidden = ("RNN_COURSE", "KERAS", "PYTHON", "VIRTUAL_ENV", "TF_", "KAGGLE")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(hidden)}
    kept |= {"RNN_COURSE_ADDRESS": origin.as_uri(), "KERAS_HOME": str(folder / "keras")}
    kept["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # or the debugger warns in each kernel
    if kind == "colab":
        stub = folder / "stub" / "google" / "colab"
        stub.mkdir(parents=True, exist_ok=True)
        (stub / "__init__.py").touch()
        kept["PYTHONPATH"] = str(folder / "stub")
    return kept


def renew(freeze, root=project.ROOT, say=print):
    """Writes Colab's versions anew.

    Args:
        freeze: a file that `pip freeze` wrote on Colab, with a comment that names its Python.
        root: the folder of the course.
        say: a function that is called with each line of progress.

    Raises:
        Failure: the file does not name its Python.
    """
    text = Path(freeze).read_text(encoding="utf-8")
    python = re.search(r"Python (3\.\d+)", text)
    if not python:
        raise Failure(f"{freeze} does not say which Python: start it with a line `# Python 3.13`.")
    python = python.group(1)
    pins = {_name(line): line for line in text.splitlines() if re.match(r"[\w.-]+==", line)}
    names = [*map(_name, project.load(root)["project"]["dependencies"]), *DRIVER]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        (folder / "all.txt").write_text("\n".join(pins.values()), encoding="utf-8")
        subprocess.run([find_python(python), "-m", "venv", str(folder / "env")], check=True)
        here = folder / "env" / "bin" / "python"
        wanted = [name for name in names if name in pins or name in DRIVER]
        _pip(here, ["--constraint", str(folder / "all.txt"), *wanted], say)
        found = _output(here, "-m", "pip", "freeze", "--all").splitlines()
    lines = [line for line in found if _name(line) in pins and _name(line) != "pip"]
    body = "\n".join(sorted(lines, key=str.lower))
    write_whole(Path(root) / VERSIONS, f"{HEADER.format(python=python)}{body}\n")
    say(f"{VERSIONS}: {len(lines)} packages")


def _name(requirement):
    """The name in a requirement, as packages compare them."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement).group()).lower()


def _pip(python, arguments, say):
    if install.pip(python, arguments, say=say):
        raise Failure("The environment could not be made; what pip said stands above.")


def _output(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    return done.stdout.strip()


def _git(folder, *arguments):
    done = subprocess.run(["git", *arguments], cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise Failure(f"git {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def main(arguments=None):
    """Runs the notebooks as Colab does, or renews its versions; returns the exit status."""
    parser = argparse.ArgumentParser(prog="make test-colab", description=__doc__.splitlines()[0])
    parser.add_argument("kinds", nargs="*", help="colab, lowest; both by default")
    parser.add_argument("--notebook", default="", help="how the name starts, such as 14")
    parser.add_argument("--renew", metavar="FREEZE", help="what `pip freeze` wrote on Colab")
    options = parser.parse_args(arguments)
    kinds = options.kinds or ["colab", "lowest"]
    try:
        if not set(kinds) <= {"colab", "lowest"}:
            raise Failure(f"VERSIONS is {' '.join(kinds)!r}; expected colab or lowest.")
        if options.renew:
            renew(options.renew)
            return 0
        chosen = names(options.notebook)
        for kind in kinds:
            run(kind, chosen, say=lambda line: print(line, flush=True))
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"passed: {len(chosen)} notebooks, versions {' and '.join(kinds)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
