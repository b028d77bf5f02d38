"""The set-up files agree: pyproject.toml, constraints.txt, environment.yml, Makefile, utils."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import utils
from tools import project
from utils import versions

PYTHONS = ("3.10", "3.11", "3.12", "3.13")
SYSTEMS = (("linux", "Linux", "posix"), ("darwin", "Darwin", "posix"), ("win32", "Windows", "nt"))


def surroundings(python, system=SYSTEMS[0]):
    """Returns what markers ask about: one Python on one kind of machine."""
    platform, name, kind = system
    return {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": platform,
        "platform_system": name,
        "os_name": kind,
        "platform_machine": "x86_64",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def dependencies(settings):
    extras = settings["project"]["optional-dependencies"].values()
    lines = settings["project"]["dependencies"] + [line for extra in extras for line in extra]
    return [Requirement(line) for line in lines]


def pins(text):
    """Returns the requirements of a constraints file; each has to be one exact version."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [Requirement(line) for line in lines]


def inconsistencies(settings, constraints):
    """Returns what is wrong between the ranges and the pins, one sentence each."""
    problems = []
    for pin in constraints:
        if not re.fullmatch(r"==\d[\w.!+]*", str(pin.specifier)):
            problems.append(f"{pin} is no exact version")
    for wanted in dependencies(settings):
        for python in PYTHONS:
            place = surroundings(python)
            if wanted.marker and not wanted.marker.evaluate(place):
                continue
            found = [
                pin
                for pin in constraints
                if canonicalize_name(pin.name) == canonicalize_name(wanted.name)
                and (pin.marker is None or pin.marker.evaluate(place))
            ]
            if len(found) != 1:
                problems.append(f"{wanted.name} has {len(found)} pins for Python {python}")
            elif not wanted.specifier.contains(str(found[0].specifier)[2:], prereleases=True):
                problems.append(f"{found[0]} is outside {wanted.specifier}")
    return problems


@pytest.fixture
def settings():
    return project.load()


@pytest.fixture
def constraints(root):
    return pins((root / "constraints.txt").read_text(encoding="utf-8"))


def test_every_dependency_is_pinned_within_its_range(settings, constraints):
    assert inconsistencies(settings, constraints) == []


def test_each_name_has_one_version_wherever_it_is_installed(constraints):
    for python in PYTHONS:
        for system in SYSTEMS:
            place = surroundings(python, system)
            names = [p.name for p in constraints if p.marker is None or p.marker.evaluate(place)]
            assert len(names) == len(set(names))


def test_inconsistencies_are_noticed(settings, constraints):
    keras = next(pin for pin in constraints if pin.name == "keras")
    rest = [pin for pin in constraints if pin.name != "keras"]
    old = [*rest, Requirement("keras==3.11.0")]
    loose = [*rest, Requirement("keras>=3.12")]
    double = [*constraints, Requirement("keras==3.12.0")]
    only_new = [*rest, Requirement(f"keras{keras.specifier} ; python_version >= '3.12'")]
    assert "keras has 0 pins for Python 3.10" in inconsistencies(settings, rest)
    assert any("outside" in line for line in inconsistencies(settings, old))
    assert any("no exact version" in line for line in inconsistencies(settings, loose))
    assert "keras has 2 pins for Python 3.13" in inconsistencies(settings, double)
    assert "keras has 0 pins for Python 3.11" in inconsistencies(settings, only_new)


LINE = re.compile(r"[a-z0-9._-]+==[0-9][\w.!+]*( ; [a-z_'\"0-9A-Z.*()<>=! -]+)?")


def test_constraints_hold_no_address_or_path(root):
    lines = (root / "constraints.txt").read_text(encoding="utf-8").splitlines()
    body = [line for line in lines if not line.startswith("#")]
    assert [line for line in body if not LINE.fullmatch(line)] == []
    assert not [line for line in lines if "://" in line or "--" in line]


@pytest.mark.parametrize(
    "line",
    [
        "--index" "-url https://example.org/simple",
        "keras @ https://example.org/keras.whl",
        "keras @ file:///home" "/ann/keras.whl",
        "-e ./keras",
        "/opt/wheels/keras.whl",
        "keras==3.12.0 --hash=sha256:00",
        "keras>=3.12",
    ],
)
def test_such_a_line_would_be_noticed(line):
    assert not LINE.fullmatch(line)


def test_python_bounds_agree(root, settings):
    bounds = settings["project"]["requires-python"]
    assert SpecifierSet(bounds) == SpecifierSet(">=3.10,<3.14")
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    assert f"python{bounds}" in environment["dependencies"]
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert "(3, 10) <= sys.version_info[:2] < (3, 14)" in makefile
    for python in PYTHONS:
        assert f"python{python} " in makefile
        assert python.split(".")[1] in re.search("NO_PYTHON := (.*)", makefile).group(1)
    assert settings["tool"]["ruff"]["target-version"] == "py310"
    assert Version(".".join(map(str, sys.version_info[:2]))) in SpecifierSet(bounds)


def test_environment_is_python_pip_and_the_same_pins(root):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert [re.match("[a-z]+", entry).group() for entry in conda] == ["python", "pip"]
    assert pip == {"pip": ["--constraint constraints.txt", "--editable .[lab,test]"]}
    assert "--constraint constraints.txt --editable" in (root / "Makefile").read_text("utf-8")


def test_setup_cell_checks_the_same_ranges(settings):
    declared = [Requirement(line) for line in settings["project"]["dependencies"]]
    ranges = {name: f">={low},<{below}" for name, (low, below) in versions.RANGES.items()}
    assert {entry.name: entry.specifier for entry in declared} == {
        name: SpecifierSet(text) for name, text in ranges.items()
    }


def test_one_version(settings):
    assert utils.__version__ == settings["project"]["version"]


def test_build_tool_is_exact(settings):
    (requirement,) = settings["build-system"]["requires"]
    assert re.fullmatch(r"setuptools==[\d.]+", requirement)


def test_address_is_written_once(root):
    """Outside pyproject.toml the address stands only where the build generates it."""
    address = project.address().removeprefix("https://")
    by_hand = ["Makefile", "README.md", "CONTRIBUTING.md", "environment.yml", "LICENSE-text"]
    paths = [root / name for name in by_hand]
    for folder in ("utils", "tools", "tests"):
        paths += (root / folder).rglob("*.py")
    assert [path.name for path in paths if address in path.read_text(encoding="utf-8")] == []


HEAVY = ("tensorflow", "keras", "jax", "torch", "matplotlib", "tokenizers", "numpy")


@pytest.mark.parametrize("module", ["utils", "utils.versions"])
def test_importing_loads_nothing_heavy(root, module):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_markers_speak_of_the_right_python():
    assert Marker("python_full_version < '3.11'").evaluate(surroundings("3.10"))
    assert not Marker("python_full_version < '3.11'").evaluate(surroundings("3.11"))


def test_ci_runs_make_test_and_nothing_else(root):
    lines = (root / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['cd "$(dirname "$0")/.." && exec make test']


# --- make


@pytest.fixture
def make(tmp_path, root):
    """Returns a function that runs make in a copy, with only the given commands on the PATH."""
    if not shutil.which("make"):
        pytest.skip("make is not installed")
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(root / name, tmp_path)
        os.utime(tmp_path / name, (1e9, 1e9))  # long before any stamp
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in ("cat", "rm", "printf", "echo"):
        (commands / name).symlink_to(shutil.which(name))

    def run(*arguments, **scripts):
        for name, text in scripts.items():
            script = commands / name
            script.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            script.chmod(0o755)
        return subprocess.run(
            [shutil.which("make"), *arguments],
            cwd=tmp_path,
            env={"PATH": str(commands)},
            capture_output=True,
            text=True,
        )

    run.folder = tmp_path
    return run


def test_make_help_lists_every_target_on_one_line(make, root):
    done = make("help")
    assert done.returncode == 0 and done.stderr == ""
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.M).group(1).split()
    assert sorted(listed) == sorted(set(declared) - {"moved"})
    assert all(len(line.split(maxsplit=2)) == 3 for line in done.stdout.splitlines())


@pytest.mark.parametrize("target", ["lab", "test", "notebooks", "lint"])
def test_no_python_is_one_line(make, target):
    done = make(target)
    assert done.returncode != 0 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "please install Python 3.10, 3.11, 3.12 or 3.13" in done.stderr


def test_unsupported_python_is_one_line(make):
    done = make("test", **{"python3": "exit 1", "python3.12": "exit 1"})
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1 and "please install Python" in done.stderr


def test_python_without_venv_is_one_line(make):
    done = make("test", python3='case "$2" in *ensurepip*) exit 1;; esac')
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1 and "python3-venv" in done.stderr


# a Python that writes down how it is called, and makes environments that hold itself
RECORDING = """\
echo "$@" >> calls
case "$*" in
*venv\\ --clear*) mkdir -p .venv/bin; cp bin/python3 .venv/bin/python;;
*pytest\\ notebooks*) exit "${NOTEBOOKS_EXIT:-0}";;
esac"""


@pytest.fixture
def installed(make):
    for name in ("mkdir", "cp"):
        (make.folder / "bin" / name).symlink_to(shutil.which(name))

    def calls(*arguments):
        (make.folder / "calls").unlink(missing_ok=True)
        done = make(*arguments, python3=RECORDING)
        path = make.folder / "calls"
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        return done, text.count("pip install"), text

    calls.folder = make.folder
    return calls


def test_second_call_does_not_reinstall_but_changed_pins_do(installed):
    done, installs, text = installed("lint")
    assert done.returncode == 0 and installs == 1
    assert "--constraint constraints.txt --editable .[lab,test]" in text
    assert installed("lint")[1] == 0
    for name in ("constraints.txt", "pyproject.toml"):
        later(installed.folder / name, installed.folder / ".venv" / ".installed")
        assert installed("lint")[1] == 1
        assert installed("lint")[1] == 0


def later(path, than):
    """Makes a file later than another, as an edit would, without one that is in the future."""
    moment = than.stat().st_mtime
    os.utime(path, (moment - 5, moment - 5))
    os.utime(than, (moment - 9, moment - 9))


def test_moved_folder_gets_a_new_environment(installed):
    installed("lint")
    (installed.folder / ".venv" / ".installed").write_text("/elsewhere", encoding="utf-8")
    _, installs, text = installed("lint")
    assert installs == 1 and "venv --clear" in text
    assert installed("lint")[1] == 0


def test_make_test_runs_all_three_and_passes_on_failure(installed):
    done, _, text = installed("test")
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("all passed: lint, unit tests, notebooks")
    assert re.search("ruff check.*pytest tests.*pytest notebooks", text, re.S)
    failing = RECORDING.replace(":-0", ":-3")
    (installed.folder / ".venv" / "bin" / "python").write_text(f"#!/bin/sh\n{failing}\n", "utf-8")
    done = installed("test")[0]
    assert done.returncode != 0
    assert "all passed" not in done.stdout


def test_files_of_the_house_are_there(root):
    for name in ("README.md", "CONTRIBUTING.md", "LICENSE", "LICENSE-text", ".gitattributes"):
        assert Path(root / name).stat().st_size > 0
