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
from tools import colab, project, site
from utils import versions

PYTHONS = ("3.11", "3.12", "3.13")
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
    old = [*rest, Requirement("keras==3.14.0")]
    loose = [*rest, Requirement("keras>=3.15")]
    double = [*constraints, Requirement("keras==3.15.0")]
    only_new = [*rest, Requirement(f"keras{keras.specifier} ; python_version >= '3.12'")]
    assert "keras has 0 pins for Python 3.12" in inconsistencies(settings, rest)
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
    assert SpecifierSet(bounds) == SpecifierSet(">=3.11,<3.14")
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    assert f"python{bounds}" in environment["dependencies"]
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info[:2] < (3, 14)" in makefile
    for python in PYTHONS:
        assert f"python{python} " in makefile
        assert python.split(".")[1] in re.search("NO_PYTHON := (.*)", makefile).group(1)
    assert settings["tool"]["ruff"]["target-version"] == "py311"
    assert Version(".".join(map(str, sys.version_info[:2]))) in SpecifierSet(bounds)


def test_environment_is_python_pip_and_the_same_pins(root):
    environment = yaml.safe_load((root / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    assert [re.match("[a-z]+", entry).group() for entry in conda] == ["python", "pip"]
    assert pip == {"pip": ["--constraint constraints.txt", "--editable .[lab]"]}
    assert f"name: {conda_name(root)}\n" in (root / "environment.yml").read_text("utf-8")


def conda_name(root):
    """The name of the conda environment that the Makefile uses when it is active."""
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    return re.search(r"\$\(filter (\S+),\$\(CONDA_DEFAULT_ENV\)\)", makefile).group(1)


def test_learners_do_not_wait_for_what_only_tests_need(settings):
    extras = settings["project"]["optional-dependencies"]
    lab = {Requirement(line).name for line in extras["lab"] + settings["project"]["dependencies"]}
    test = {Requirement(line).name for line in extras["test"]}
    assert {"jax", "hypothesis", "pytest", "jupytext"} <= test
    site = {Requirement(line).name for line in extras["site"]}
    assert {"sphinx", "playwright"} <= site
    assert not lab & test and not site & (lab | test)


@pytest.mark.parametrize("module", ["tools.lab", "tools.install", "utils.versions"])
def test_what_learners_call_needs_nothing_of_the_tests(root, module):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({ONLY_TESTS!r})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.split() == [], done.stderr


ONLY_TESTS = ("jupytext", "nbclient", "pytest", "hypothesis", "yaml", "packaging", "jax")


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


def test_an_installed_copy_has_what_lies_beside_the_modules(root, settings):
    declared = settings["tool"]["setuptools"]["package-data"]
    for path in (root / "utils").rglob("*.*"):
        if path.suffix in (".py", ".pyc") or path.is_dir():
            continue
        package = ".".join(path.parent.relative_to(root).parts)
        assert any(path.match(pattern) for pattern in declared[package]), path


HEAVY = ("tensorflow", "keras", "jax", "torch", "matplotlib", "tokenizers", "numpy")


@pytest.mark.parametrize("module", ["utils", "utils.versions"])
def test_importing_loads_nothing_heavy(root, module):
    code = f"import sys, {module}; print(*sorted(set(sys.modules) & set({HEAVY!r})))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_markers_speak_of_the_right_python():
    assert Marker("python_full_version < '3.12'").evaluate(surroundings("3.11"))
    assert not Marker("python_full_version < '3.12'").evaluate(surroundings("3.12"))


def test_ci_runs_make_test_and_nothing_else(root):
    lines = (root / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    commands = [line for line in lines if line and not line.startswith("#")]
    assert commands == ['cd "$(dirname "$0")/.." && exec make test']


# --- GitHub's workflow


@pytest.fixture
def workflow(root):
    return yaml.safe_load((root / ".github" / "workflows" / "course.yml").read_text("utf-8"))


def steps(workflow, key):
    """What stands under `run` or `uses`, in all jobs."""
    found = [step for job in workflow["jobs"].values() for step in job["steps"]]
    return [step[key] for step in found if key in step]


def test_workflow_calls_make_with_targets_that_exist(root, workflow):
    makefile = (root / "Makefile").read_text(encoding="utf-8")
    called = re.findall(r"^make ([a-z-]+)", "\n".join(steps(workflow, "run")), re.M)
    assert called == ["test", "test-colab", "test-site"]
    assert all(re.search(f"^{name}: .*## ", makefile, re.M) for name in called)


def test_workflow_calls_tools_with_options_that_exist(workflow):
    lines = "\n".join(steps(workflow, "run")).splitlines()
    [call] = [line.split() for line in lines if line.startswith("python -m ")]
    assert call[2:] == ["tools.colab", "--renew", "freeze.txt"]
    help_text = subprocess.run([sys.executable, *call[1:3], "--help"], cwd=project.ROOT,
                               capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert call[3] in help_text


def test_workflow_tests_each_python_and_both_systems(workflow):
    matrix = workflow["jobs"]["test"]["strategy"]["matrix"]
    assert tuple(matrix["python"]) == PYTHONS
    assert [system.split("-")[0] for system in matrix["system"]] == ["ubuntu", "macos"]
    pythons = workflow["jobs"]["colab"]["steps"][1]["with"]["python-version"].split()
    assert tuple(pythons) == PYTHONS
    assert {colab.colab_versions()[0], colab.lowest_versions()[0]} <= set(pythons)


def test_workflow_publishes_what_was_tested(root, workflow):
    jobs = workflow["jobs"]
    assert sorted(jobs["publish"]["needs"]) == ["site", "test"]
    [upload] = [step for step in jobs["site"]["steps"] if "path" in step.get("with", ())]
    assert root / upload["with"]["path"] == site.HTML
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", name) for name in steps(workflow, "uses"))
    assert workflow["permissions"] == {"contents": "read"}


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

    def run(*arguments, variables=(), **scripts):
        for name, text in scripts.items():
            script = commands / name
            script.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
            script.chmod(0o755)
        return subprocess.run(
            [shutil.which("make"), *arguments],
            cwd=tmp_path,
            env={"PATH": str(commands), **dict(variables)},
            capture_output=True,
            text=True,
        )

    run.folder = tmp_path
    return run


def test_make_help_lists_every_target_on_one_line(make, root):
    done = make("help")
    assert done.returncode == 0 and done.stderr == ""
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    makefile = (root / "Makefile").read_text(encoding="utf-8").replace("\\\n", "")
    declared = re.search(r"^\.PHONY: (.*)$", makefile, re.M).group(1).split()
    assert sorted(listed) == sorted(set(declared) - {"moved"})
    assert all(len(line.split(maxsplit=2)) == 3 for line in done.stdout.splitlines())


@pytest.mark.parametrize("target", ["lab", "test", "notebooks", "lint"])
def test_no_python_is_one_line(make, target):
    done = make(target)
    assert done.returncode != 0 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "please install Python 3.11, 3.12 or 3.13" in done.stderr


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
def calls(make):
    """Returns a function that runs make: what happened, and what Python was called with."""
    for name in ("mkdir", "cp"):
        (make.folder / "bin" / name).symlink_to(shutil.which(name))

    def run(*arguments, **options):
        (make.folder / "calls").unlink(missing_ok=True)
        done = make(*arguments, python3=RECORDING, **options)
        path = make.folder / "calls"
        return done, path.read_text(encoding="utf-8") if path.exists() else ""

    run.folder = make.folder
    return run


def installs(text):
    """What was installed, in order."""
    return re.findall("tools.install (.*)", text)


def test_learners_get_less_than_testers(calls):
    done, text = calls("lab")
    assert done.returncode == 0
    assert "Installing the course into .venv" in done.stdout
    assert installs(text) == ["lab"] and "-m tools.lab" in text
    assert installs(calls("lab")[1]) == []
    assert installs(calls("lint")[1]) == ["lab test"]  # adds the rest
    assert installs(calls("lint")[1]) == installs(calls("lab")[1]) == []
    done, text = calls("site")
    assert installs(text) == ["lab test site"] and "-m tools.site" in text
    assert installs(calls("site")[1]) == installs(calls("lint")[1]) == []


@pytest.mark.parametrize("name", ["constraints.txt", "pyproject.toml"])
def test_changed_pins_are_installed_once(calls, name):
    assert installs(calls("lint")[1]) == ["lab", "lab test"]
    stamps = [calls.folder / ".venv" / stamp for stamp in (".installed-lab", ".installed")]
    moment = stamps[0].stat().st_mtime
    for path, back in ((stamps[0], 9), (stamps[1], 8), (calls.folder / name, 5)):
        os.utime(path, (moment - back, moment - back))
    assert installs(calls("lint")[1]) == ["lab", "lab test"]
    assert installs(calls("lint")[1]) == []


def test_no_browser_is_one_line_and_named(calls):
    done, text = calls("test-site")
    assert done.returncode != 0 and len(done.stderr.splitlines()) == 1
    assert "please install Chromium" in done.stderr and text == ""
    done, text = calls("test-site", chromium="exit 1")
    assert done.returncode == 0 and "-m pytest site/tests" in text


def test_a_release_is_tested_in_a_browser_and_its_version_only_written(calls):
    assert "please install Chromium" in calls("release")[0].stderr
    done, text = calls("release", "VERSION=1.0.0")
    assert done.returncode == 0 and "-m tools.release version 1.0.0" in text


def test_failed_installation_is_tried_again(calls):
    failing = RECORDING.replace("esac", "*tools.install*) exit 3;;\nesac")
    done = calls("lab", **{"python3.13": failing.replace("bin/python3 ", "bin/python3.13 ")})[0]
    assert done.returncode != 0 and "tools.lab" not in done.stdout
    assert not (calls.folder / ".venv" / ".installed-lab").exists()


def test_moved_folder_gets_a_new_environment(calls):
    calls("site")
    for stamp in (".installed", ".installed-lab", ".installed-site"):
        (calls.folder / ".venv" / stamp).write_text("/elsewhere", encoding="utf-8")
    _, text = calls("site")
    assert installs(text) == ["lab", "lab test", "lab test site"] and "venv --clear" in text
    assert installs(calls("lint")[1]) == []


@pytest.fixture
def conda(calls):
    """An environment that somebody else made, with a Python that the course supports."""
    folder = calls.folder / "conda"
    (folder / "bin").mkdir(parents=True)
    python = folder / "bin" / "python"
    python.write_text(f"#!/bin/sh\n{RECORDING}\n", encoding="utf-8")
    python.chmod(0o755)
    return folder


def test_active_conda_environment_is_used(calls, conda, root):
    active = {"CONDA_DEFAULT_ENV": conda_name(root), "CONDA_PREFIX": str(conda)}
    done, text = calls("lint", variables=active)
    assert done.returncode == 0 and installs(text) == ["lab", "lab test"]
    assert "venv" not in text and not (calls.folder / ".venv").exists()
    other = {"CONDA_DEFAULT_ENV": "base", "CONDA_PREFIX": str(conda)}
    assert "venv --clear" in calls("lint", variables=other)[1]


def test_environment_of_others_is_never_cleared_or_removed(calls, conda):
    (conda / ".installed-lab").write_text("/elsewhere", encoding="utf-8")
    assert "venv" not in calls("lint", f"ENV={conda}")[1]
    assert calls("clean", f"ENV={conda}")[0].returncode == 0
    assert (conda / "bin" / "python").exists()
    (conda / "bin" / "python").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    (conda / ".installed-lab").unlink()
    done, text = calls("lint", f"ENV={conda}")
    assert done.returncode != 0 and "venv --clear" not in text
    assert len(done.stderr.splitlines()) == 1 and "activate that environment" in done.stderr


def test_variable_of_the_shell_is_no_environment(calls):
    """POSIX shells read a start-up file that the variable ENV names."""
    calls("lint", variables={"ENV": "/etc/shinit"})
    assert (calls.folder / ".venv" / ".installed").exists()


def test_make_test_runs_all_three_and_passes_on_failure(calls):
    done, text = calls("test")
    assert done.returncode == 0
    assert done.stdout.rstrip().endswith("all passed: lint, unit tests, notebooks")
    assert re.search("ruff check.*pytest tests.*pytest notebooks", text, re.S)
    failing = RECORDING.replace(":-0", ":-3")
    (calls.folder / ".venv" / "bin" / "python").write_text(f"#!/bin/sh\n{failing}\n", "utf-8")
    done = calls("test")[0]
    assert done.returncode != 0
    assert "all passed" not in done.stdout


def test_a_release_is_checked_then_tested_then_tagged(calls):
    text = calls("release", chromium="")[1]
    order = "release check.*pytest tests.*pytest notebooks.*pytest site/tests.*release tag"
    assert re.search(order, text, re.S)
    failing = RECORDING.replace("esac", "*site/tests*) exit 3;;\nesac")
    (calls.folder / ".venv" / "bin" / "python").write_text(f"#!/bin/sh\n{failing}\n", "utf-8")
    done, text = calls("release")
    assert done.returncode != 0 and "pytest site/tests" in text and "release tag" not in text


def test_make_passes_on_what_it_is_given(calls):
    assert "tools.address https://github.com/a/b\n" in calls("address", "URL=https://github.com/a/b")[1]
    assert "tools.release version 1.0.0\n" in calls("release", "VERSION=1.0.0", chromium="")[1]
    text = calls("test-colab", "VERSIONS=lowest", "NOTEBOOK=01")[1]
    assert "tools.colab lowest --notebook 01\n" in text


def test_files_of_the_house_are_there(root):
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "LICENSE-text",
                 ".gitattributes"):  # fmt: skip
        assert Path(root / name).stat().st_size > 0
