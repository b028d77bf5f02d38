"""The setup cell in the places where it runs: Jupyter, Colab (simulated), and a wrong folder."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from conftest import make_course

from tools import generated, project
from utils import versions

# Runs in a fresh Python: hides the course, however it is installed; notes calls of git and pip.
DRIVER = """\
import os, subprocess, sys
from pathlib import Path

def hide():
    kept = [p for p in sys.path if not (Path(p or ".") / "utils" / "versions.py").exists()]
    sys.path[:] = kept
    sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in repr(f)]
    for name in [n for n in sys.modules if n.split(".")[0] == "utils"]:
        del sys.modules[name]

calls, run = [], subprocess.run
def counted(command, **options):
    calls.extend(word for word in ("git", "pip") if word in command)
    return run(command, **options)
subprocess.run = counted

hide()
cell = Path(sys.argv[1]).read_text(encoding="utf-8")
start = os.getcwd()
"""
ONCE = DRIVER + """\
space = {}
exec(cell, space)
import keras, utils
print("in", os.getcwd(), "utils", Path(utils.__file__).parent, "seed", space["seed"])
print("calls", calls)
"""
THRICE = ONCE + """\
exec(cell, {})
print("again", calls, os.getcwd() == str(Path(start) / "rnn-course" / "notebooks"))
os.chdir(start)
hide()
exec(cell, {})
import utils
print("restarted", calls, os.getcwd(), Path(utils.__file__).parent)
"""


@pytest.fixture
def cell(tmp_path):
    path = tmp_path / "cell.py"
    path.write_text(generated.setup_cell(), encoding="utf-8")
    return path


def run(script, cell, folder, **environment):
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, "-c", script, str(cell)],
        cwd=folder,
        env={**clean, **environment},
        capture_output=True,
        text=True,
    )


def git(folder, *arguments):
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    safe = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *author, *arguments], cwd=folder, env=safe, check=True)


@pytest.fixture
def colab(tmp_path):
    """An empty folder, a stub of google.colab, and a repository tagged with the version."""
    if not shutil.which("git"):
        pytest.skip("git is not installed, so Colab cannot be simulated")
    origin = make_course(tmp_path / "origin")
    (origin / "notebooks" / "source" / ".keep").touch()
    git(origin, "init", "--quiet")
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "--message", "course")
    git(origin, "tag", f"v{project.version()}")
    stub = tmp_path / "stub" / "google" / "colab"
    stub.mkdir(parents=True)
    (stub / "__init__.py").touch()
    empty = tmp_path / "content"
    empty.mkdir()
    return empty, {"PYTHONPATH": str(stub.parents[1]), "RNN_COURSE_ADDRESS": origin.as_uri()}


def test_colab_fetches_the_course_once(colab, cell):
    empty, environment = colab
    done = run(THRICE, cell, empty, RNN_COURSE_SEED="3", **environment)
    assert done.returncode == 0, done.stderr
    course = empty / "rnn-course"
    assert done.stdout.splitlines() == [
        f"in {course}/notebooks utils {course}/utils seed 3",
        "calls ['git']",  # and no pip: nothing is missing here
        "again ['git'] True",
        f"restarted ['git'] {course}/notebooks {course}/utils",
    ]
    assert done.stderr == ""


def test_colab_needs_the_tag_of_the_version(colab, cell):
    empty, environment = colab
    other = cell.read_text(encoding="utf-8").replace(f"v{project.version()}", "v0.0.0")
    cell.write_text(other, encoding="utf-8")
    done = run(ONCE, cell, empty, **environment)
    assert done.returncode != 0
    assert "v0.0.0" in done.stderr


def test_jupyter_in_the_notebooks_folder(tmp_path, cell):
    course = make_course(tmp_path / "course")
    done = run(ONCE, cell, course / "notebooks")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        f"in {course}/notebooks utils {course}/utils seed 0",
        "calls []",
    ]
    assert done.stderr == ""


def test_elsewhere_it_says_what_to_do(tmp_path, cell):
    done = run(ONCE, cell, tmp_path)
    assert done.returncode != 0
    assert "make lab" in done.stderr.splitlines()[-1]


def test_the_cell_is_short_and_carries_address_and_version():
    text = generated.setup_cell()
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) <= 20
    assert max(map(len, lines)) <= 100
    assert project.address() in text
    assert f"--branch v{project.version()}" in text


# --- versions


def test_only_missing_small_libraries_are_installed(monkeypatch):
    commands = []
    monkeypatch.setattr(versions, "_has", lambda name: name != "sacrebleu")
    monkeypatch.setattr(versions.subprocess, "run", lambda command, check: commands.append(command))
    lowest, below = versions.RANGES["sacrebleu"]
    assert versions.install_missing() == [f"sacrebleu>={lowest},<{below}"]
    assert commands == [
        [sys.executable, "-m", "pip", "install", "--quiet", f"sacrebleu>={lowest},<{below}"]
    ]
    monkeypatch.setattr(versions, "_has", lambda name: True)
    assert versions.install_missing() == []
    assert len(commands) == 1


def test_what_colab_brings_is_never_installed():
    assert set(versions.SMALL) <= set(versions.RANGES)
    assert not {"tensorflow", "keras", "numpy"} & set(versions.SMALL)


def test_installed_versions_are_accepted(capsys):
    versions.check()
    assert capsys.readouterr().out == ""


def test_old_and_missing_stop_with_what_to_do():
    with pytest.raises(RuntimeError) as caught:
        versions.check({"keras": "3.9.2", "numpy": None, "tensorflow": "2.21.0"})
    text = str(caught.value)
    assert "keras is 3.9.2; the course needs 3.12 or later." in text
    assert "numpy is not installed" in text
    assert "tensorflow" not in text
    assert "make lab" in text and "Colab" in text


def test_newer_major_version_earns_a_remark(capsys):
    versions.check({"keras": "4.0.1", "numpy": "2.9"})
    out = capsys.readouterr().out
    assert "keras is 4.0.1" in out and "numpy" not in out


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("3.15.1", (3, 15, 1)), ("2.21.0rc1", (2, 21)), ("2.0", (2,)), ("3", (3,)), ("10.0.0", (10,))],
)
def test_versions_compare_as_numbers(version, numbers):
    assert versions._numbers(version) == numbers


def test_other_backend_needs_no_tensorflow(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setattr(versions.metadata, "version", fake_version)
    versions.check()
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(RuntimeError, match="tensorflow is not installed"):
        versions.check()


def fake_version(name):
    if re.match("tensorflow", name):
        raise versions.metadata.PackageNotFoundError(name)
    return versions.RANGES[name][0]


@pytest.mark.parametrize("text", ["-1", "1.5", "", "seven", str(2**32), "²"])
def test_seed_that_is_none_is_refused(text, monkeypatch):
    monkeypatch.setenv("RNN_COURSE_SEED", text)
    with pytest.raises(ValueError, match="RNN_COURSE_SEED is a whole number"):
        versions.seed()


def test_seed_comes_from_outside(monkeypatch):
    assert versions.seed() == 0
    monkeypatch.setenv("RNN_COURSE_SEED", "42")
    assert versions.seed() == 42
