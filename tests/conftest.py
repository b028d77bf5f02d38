"""What all tests share: quiet libraries, reproducible hypotheses, and a small course to break."""

import os
import shutil
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("MPLBACKEND", "Agg")
# the settings of `make seeds` must not leak into tests of what claims do by themselves
for name in ("RNN_COURSE_CLAIMS", "RNN_COURSE_CLAIMS_CONTINUE", "RNN_COURSE_SEED"):
    os.environ.pop(name, None)

import nbformat  # noqa: E402
import pytest  # noqa: E402
from hypothesis import settings  # noqa: E402

from tools import notebooks, project  # noqa: E402

settings.register_profile("course", deadline=None, derandomize=True, database=None)
settings.load_profile("course")

# These take half a minute and more. With two processes they begin first, since a long file that
# begins last keeps one process busy while the other has nothing to do.
LONG = ("test_token_model", "test_backends", "test_training", "test_grading", "test_benchmarks",
        "test_tagger", "test_exercises", "test_seq2seq", "test_notebooks_build")  # fmt: skip


def pytest_collection_modifyitems(items):
    """Files in the order of `LONG`, then the others as they were."""
    place = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: place.get(item.path.stem, len(LONG)))


@pytest.fixture
def only_stored(tmp_path, monkeypatch):
    """Returns a function: a benchmark's script works on a copy of its table, and may only read it.

    Whatever it would measure anew is an error; so is a copy that has changed when the test ends.
    """
    kept = []

    def use(script, measuring=("measure", "validation")):
        path = tmp_path / script.RESULT.name
        shutil.copy(script.RESULT, path)
        kept.append((path, path.read_bytes()))
        monkeypatch.setattr(script, "RESULT", path)
        for name in measuring:
            monkeypatch.setattr(script, name, lambda *given: pytest.fail("something is missing"))
        return path

    yield use
    for path, before in kept:
        assert path.read_bytes() == before, f"{path.name} has changed"


@pytest.fixture
def root():
    """The course's folder."""
    return project.ROOT


def make_course(folder):
    """Copies what a notebook needs to run into an empty folder: library, settings, no notebooks."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(project.ROOT / "utils", folder / "utils", ignore=skip)
    shutil.copy(project.ROOT / "pyproject.toml", folder)
    (folder / "notebooks" / "source").mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def sample_course(tmp_path_factory):
    """A course of one notebook, the template, built once; tests read it and break copies."""
    course = make_course(tmp_path_factory.mktemp("sample") / "course")
    source = course / "notebooks" / "source" / "99_template.py"
    shutil.copy(project.ROOT / "tools" / "template_notebook.py", source)
    assert notebooks.build(source, course, say=lambda line: None) == "executed"
    return course


@pytest.fixture
def sample(sample_course):
    """The built template, fresh for each test, free to be broken."""
    return nbformat.read(sample_course / "notebooks" / "99_template.ipynb", as_version=4)


@pytest.fixture
def tiny_course(tmp_path):
    """Returns a function that writes a one-notebook course without set-up, which runs quickly."""

    def write(text, name="01_tiny"):
        source = tmp_path / "notebooks" / "source" / f"{name}.py"
        source.parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "utils").mkdir(exist_ok=True)
        shutil.copy(project.ROOT / "pyproject.toml", tmp_path)
        source.write_text(text, encoding="utf-8")
        return Path(source)

    return write
