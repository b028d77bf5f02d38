"""The gate for Colab: its versions, its runs, and what it says when a notebook fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tools import colab, project

SETUP = """\
import os, subprocess
address = os.environ["RNN_COURSE_ADDRESS"]
tag = "v{tag}"
subprocess.run(["git", "clone", "-q", "--branch", tag, address, "course"], check=True)
print(sorted(os.listdir()), os.path.exists("course/utils/mine.py"))
"""


def git(folder, *arguments):
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    safe = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *author, *arguments], cwd=folder, env=safe, check=True)


@pytest.fixture
def course(tmp_path, root, monkeypatch):
    """Two committed notebooks, run by this Python instead of Colab's."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    folder = tmp_path / "course"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "utils").mkdir()
    (folder / "utils" / "mine.py").touch()
    shutil.copy(root / "pyproject.toml", folder)
    setup = nbformat.v4.new_code_cell(SETUP.format(tag=project.version()), id="a")
    setup.metadata["tags"] = ["setup"]
    for name, code in (("01_good", "1 + 1"), ("02_bad", "raise KeyError('the reason')")):
        cells = [setup, nbformat.v4.new_code_cell(code, id="b")]
        book = nbformat.v4.new_notebook(cells=cells)
        (folder / "notebooks" / f"{name}.ipynb").write_text(nbformat.writes(book), "utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "x")
    (folder / "notebooks" / "01_good.ipynb").write_text("not committed", encoding="utf-8")
    monkeypatch.setattr(colab, "environment", lambda kind, root, say: sys.executable)
    return folder


def test_committed_notebook_runs_alone_with_the_committed_course(course, capfd):
    said = []
    colab.run("colab", colab.names("01", course), course, said.append)
    assert said == ["colab: 01_good"]
    out = capfd.readouterr().out
    assert "['01_good.ipynb', 'course'] True" in out and "ran to its end" in out


def test_failure_names_notebook_cell_and_reason(course, capfd):
    with pytest.raises(colab.Failure, match="lowest: 02_bad failed"):
        colab.run("lowest", colab.names("", course), course, lambda line: None)
    error = capfd.readouterr().err
    assert "02_bad.ipynb, cell 1: " in error and "KeyError: 'the reason'" in error


def test_unknown_notebook_and_kind_are_told(course, capsys):
    with pytest.raises(colab.Failure, match="no notebook '77'; there are 01_good, 02_bad"):
        colab.names("77", course)
    assert colab.main(["highest"]) == 1
    assert "expected colab or lowest" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["colab", "lowest"])
def test_nothing_of_this_machine_reaches_a_notebook(kind, tmp_path, monkeypatch):
    for name in ("KERAS_BACKEND", "RNN_COURSE_SEED", "PYTHONPATH", "TF_ENABLE_ONEDNN_OPTS"):
        monkeypatch.setenv(name, "mine")
    found = colab.surroundings(kind, tmp_path, tmp_path / "origin")
    assert "mine" not in found.values()
    assert found["RNN_COURSE_ADDRESS"] == (tmp_path / "origin").as_uri()
    path = Path(found.get("PYTHONPATH", "/")) / "google" / "colab" / "__init__.py"
    assert path.exists() == (kind == "colab")


# --- versions


def test_colab_lacks_only_what_the_setup_cell_adds(root):
    """Otherwise a learner on Colab is stopped: only small libraries and Keras are installed."""
    from utils import versions

    python, lines = colab.colab_versions(root)
    pins = {colab._name(line): line.split("==")[1] for line in lines}
    assert python in SpecifierSet(project.load(root)["project"]["requires-python"])
    for line in project.load(root)["project"]["dependencies"]:
        wanted = Requirement(line)
        name = colab._name(wanted.name)
        if name not in pins:
            assert name in versions.SMALL
        elif name != "keras":
            assert pins[name] in wanted.specifier
    assert all(line.count("==") == 1 for line in lines)
    assert "://" not in "".join(lines)


def test_lowest_versions_are_the_lower_bounds(root, settings_of):
    settings_of(
        ["keras>=3.15,<4", "numpy>=2.0,<3"], lab=["ipykernel>=6.29,<8"], test=["pytest>=8,<9"]
    )
    assert colab.lowest_versions(root) == ("3.11", ["keras==3.15", "numpy==2.0", "ipykernel==6.29"])


@pytest.fixture
def settings_of(monkeypatch):
    def write(dependencies, **extras):
        found = {"dependencies": dependencies, "requires-python": ">=3.11,<3.14"}
        found |= {"optional-dependencies": extras, "version": "0.1.0"}
        monkeypatch.setattr(project, "load", lambda root: {"project": found})

    return write


@pytest.fixture
def making(monkeypatch, tmp_path, root):
    """A folder with Colab's versions, where pip and venv only write down their calls."""
    calls = []

    def venv(command, **options):
        calls.append("venv")
        Path(command[-1], "bin").mkdir(parents=True, exist_ok=True)

    def pip(python, arguments, say):
        calls.append(" ".join(arguments))
        return 0

    (tmp_path / "tools").mkdir()
    shutil.copy(root / "pyproject.toml", tmp_path)
    text = "# Python 3.13\nkeras==3.13.2\ntensorflow==2.20.0\n"
    (tmp_path / colab.VERSIONS).write_text(text, encoding="utf-8")
    monkeypatch.setattr(colab, "find_python", lambda version: f"python{version}")
    monkeypatch.setattr(colab.subprocess, "run", venv)
    monkeypatch.setattr(colab.install, "pip", pip)
    monkeypatch.setattr(colab, "_output", lambda *command: calls.append(" ".join(command[1:])))
    return tmp_path, calls


def test_environment_is_made_once_and_its_keras_is_old_again(making):
    folder, calls = making
    colab.environment("colab", folder, lambda line: None)
    assert calls[:2] == ["venv", "keras==3.13.2 tensorflow==2.20.0"]
    assert "-m pip uninstall --yes sacrebleu" in calls
    assert not [call for call in calls if "uninstall" in call and "tensorflow" in call]
    calls.clear()
    colab.environment("colab", folder, lambda line: None)
    assert calls[0] == "--no-deps keras==3.13.2 tensorflow==2.20.0" and "venv" not in calls
    (folder / colab.VERSIONS).write_text("# Python 3.13\nkeras==3.14.0\n", encoding="utf-8")
    calls.clear()
    colab.environment("colab", folder, lambda line: None)
    assert calls[:2] == ["venv", "keras==3.14.0"]


def test_failed_environment_is_no_environment(making, monkeypatch):
    folder, _ = making
    monkeypatch.setattr(colab.install, "pip", lambda *call, **options: 1)
    with pytest.raises(colab.Failure, match="could not be made"):
        colab.environment("lowest", folder, lambda line: None)
    assert not (folder / ".venv-lowest" / ".installed").exists()


def test_missing_python_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(colab.sys, "executable", "")
    with pytest.raises(colab.Failure, match="needs Python 3.12. Install it, or name it: PYTHON="):
        colab.find_python("3.12")


def test_this_python_is_found(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert colab.find_python(version) == sys.executable


def test_freeze_without_a_python_is_told(tmp_path):
    (tmp_path / "freeze.txt").write_text("keras==3.13.2\n", encoding="utf-8")
    with pytest.raises(colab.Failure, match="start it with a line"):
        colab.renew(tmp_path / "freeze.txt", tmp_path)


def test_renewing_keeps_what_is_needed_at_colabs_versions(making, monkeypatch):
    folder, calls = making
    text = "# Python 3.13.9\nkeras==3.14.1\nabsl_py==2.0\npandas==2.2\nx @ file:///wheels/x\n"
    (folder / "freeze.txt").write_text(text, encoding="utf-8")
    found = "absl-py==2.0\nkeras==3.14.1\nnbclient==0.11\npip==26.0"
    monkeypatch.setattr(colab, "_output", lambda *command: found)
    colab.renew(folder / "freeze.txt", folder, lambda line: None)
    python, lines = colab.colab_versions(folder)
    assert (python, lines) == ("3.13", ["absl-py==2.0", "keras==3.14.1"])
    asked = calls[1].split()[2:]
    assert asked == ["keras", "ipykernel", "nbclient", "nbformat"]


def test_environments_are_no_part_of_the_course(root):
    ignored = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".venv/", ".venv-colab/", ".venv-lowest/"} <= set(ignored)
    assert (root / colab.VERSIONS).is_file()
