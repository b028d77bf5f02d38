"""The build: what it writes, what it leaves alone, and how it fails."""

import subprocess

import nbformat
import pytest

from tools import address, generated, notebooks, project
from utils import files

TINY = """\
# %% [markdown]
# # 1 · Tiny
#
# Words.

# %%
import sys

print("one", flush=True)
print("two")

# %% tags=["seen"]
6 * 7
"""


def quiet(line):
    pass


def build(source, **options):
    return notebooks.build(source, source.parents[2], say=quiet, **options)


def read(source):
    return nbformat.read(notebooks.target(source), as_version=4)


@pytest.fixture
def tiny(tiny_course):
    """A tiny notebook that has been built."""
    source = tiny_course(TINY)
    assert build(source) == "executed"
    return source


def test_what_is_written(tiny):
    notebook = read(tiny)
    assert [cell.id for cell in notebook.cells] == ["cell-000", "cell-001", "cell-002"]
    assert [cell.get("execution_count") for cell in notebook.cells] == [None, 1, 2]
    assert notebook.cells[1].outputs == [
        {"output_type": "stream", "name": "stdout", "text": "one\ntwo\n"}
    ]
    assert notebook.cells[2].outputs[0].data == {"text/plain": "42"}
    assert notebook.cells[2].outputs[0].execution_count == 2
    assert notebook.cells[2].metadata == {"tags": ["seen"]}
    assert set(notebook.metadata) == {"kernelspec", "language_info", "rnn_course"}
    assert notebook.metadata.language_info == {"name": "python"}
    assert notebook.metadata.kernelspec.name == "python3"


def test_same_bytes_again(tiny):
    before = notebooks.target(tiny).read_bytes()
    assert build(tiny, force=True) == "executed"
    assert notebooks.target(tiny).read_bytes() == before


def test_nothing_to_do_the_second_time(tiny):
    before = notebooks.target(tiny).stat()
    assert build(tiny) == "fresh"
    assert notebooks.target(tiny).stat().st_mtime_ns == before.st_mtime_ns


def test_prose_alone_is_merged_without_running(tiny, monkeypatch):
    outputs = [cell.get("outputs") for cell in read(tiny).cells]
    tiny.write_text(TINY.replace("Words.", "Other words."), encoding="utf-8")
    monkeypatch.setattr(notebooks, "execute", None)  # calling it would raise
    assert build(tiny) == "text"
    assert "Other words." in read(tiny).cells[0].source
    assert [cell.get("outputs") for cell in read(tiny).cells] == outputs
    assert notebooks.check(tiny.parents[2]) == []


def test_changed_code_and_changed_library_run_again(tiny, monkeypatch):
    runs = []
    monkeypatch.setattr(notebooks, "execute", lambda *_, **__: runs.append(1))
    tiny.write_text(TINY.replace("6 * 7", "6 * 8"), encoding="utf-8")
    assert build(tiny) == "executed"
    assert build(tiny) == "fresh"
    (tiny.parents[2] / "utils" / "new.py").write_text("x = 1\n", encoding="utf-8")
    assert build(tiny) == "executed"
    assert len(runs) == 2


def test_library_hash_sees_code_and_data_but_no_documents(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return notebooks.library_hash(tmp_path)

    first = write("utils/a.py", "x = 1\n")
    seen = [first]
    for name in ("data/reviews.tsv", "benchmarks/lags.py", "benchmarks/lags.json", "utils/b/c.py"):
        seen.append(write(name, "words"))
    assert len(set(seen)) == 4, "all but the benchmark's script count, whose table does"
    assert write("utils/a.py", "x = 2\n") not in seen
    assert write("utils/a.py", "x = 1\n") == seen[-1]
    foreign = (
        *("data/README.md", "data/generate/a.py", "data/.DS_Store", "data/Thumbs.db"),
        *("data/mine/train.fr", "data/mine.tsv", "data/.ipynb_checkpoints/reviews.tsv"),
        *("utils/._a.py", "utils/.ipynb_checkpoints/a.py", "benchmarks/mine.json"),
    )
    assert {name: write(name, "x") for name in foreign} == dict.fromkeys(foreign, seen[-1])


def test_every_data_file_of_the_course_counts(root):
    lines = subprocess.run(
        ["git", "ls-files", "data"], cwd=root, capture_output=True, text=True
    ).stdout.splitlines()
    if not lines:
        pytest.skip("no git here, or no history: nothing says which files are the course's")
    tracked = {line.removeprefix("data/") for line in lines if "/generate/" not in line}
    assert tracked - {"README.md"} == set(notebooks.DATA)


FAILURES = {
    "an error": ("raise ValueError('too short')", ["01_tiny, cell 1", "ValueError: too short"]),
    "stderr": ("print('careful', file=sys.stderr)", ["01_tiny, cell 1", "stderr", "careful"]),
    "a warning": ("import warnings; warnings.warn('old')", ["01_tiny, cell 1", "UserWarning: old"]),
    "a dead kernel": ("import os; os._exit(1)", ["01_tiny, cell 1", "Kernel died"]),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failure_names_the_cell_and_leaves_the_old_notebook(tiny, case):
    line, expected = FAILURES[case]
    before = notebooks.target(tiny).read_bytes()
    tiny.write_text(TINY.replace('print("two")', line), encoding="utf-8")
    with pytest.raises(notebooks.BuildError) as caught:
        build(tiny)
    for words in [*expected, line]:
        assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert notebooks.target(tiny).read_bytes() == before
    left = {path.name for path in notebooks.target(tiny).parent.iterdir()}
    assert left == {"source", "01_tiny.ipynb"}


def test_hanging_cell_is_stopped(tiny_course, monkeypatch):
    monkeypatch.setattr(notebooks, "CELL_SECONDS", 1)
    source = tiny_course("# %%\nimport threading\nthreading.Event().wait()\n")
    with pytest.raises(notebooks.BuildError, match="cell 0"):
        build(source)
    assert not notebooks.target(source).exists()


def test_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")

    def fail(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "replace", fail)
    with pytest.raises(OSError, match="No space"):
        files.write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize("text", ["{ half a note", "<<<<<<< HEAD\n{}\n", "[]", "{}", "\udcff"])
def test_unreadable_old_notebook_is_kept_aside(tiny, text):
    data = text.encode("utf-8", errors="surrogateescape")
    notebooks.target(tiny).write_bytes(data)
    assert build(tiny) == "executed"
    (kept,) = (tiny.parents[2] / "my-notebooks" / "kept").iterdir()
    assert kept.read_bytes() == data


def published(folder, address):
    """Writes the settings of a course that has this address; returns its folder."""
    text = f'[project]\nversion = "9.8.7"\n\n[project.urls]\nRepository = "{address}"\n'
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def at(tmp_path, root):
    """Returns a function that makes a folder with the course's settings and some address."""

    def write(where):
        settings = (root / "pyproject.toml").read_text(encoding="utf-8")
        text = address.with_address(settings, where)
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


GITHUB = "https://github.com/a/b"


@pytest.mark.parametrize("where", [GITHUB, ""])
@pytest.mark.parametrize("badge", [f"# {generated.BADGE_START}x)](y)\n#\n", ""])
def test_generated_parts_are_written_into_the_source(at, where, badge):
    course = at(where)
    text = f"# %% [markdown]\n# # 1 · T\n#\n{badge}# | a |\n# |---|\n\n"
    text += f"{generated.SETUP_MARKER}\nold = 1\n\n# %%\nkept = 2\n"
    written = generated.refresh(text, "01_tiny", course)
    assert generated.refresh(written, "01_tiny", course) == written
    cells = notebooks.from_source(written).cells
    assert [cell.cell_type for cell in cells] == ["markdown", "code", "code"]
    line = f"{generated.badge('01_tiny', course)}\n\n" if where else ""
    assert cells[0].source == f"# 1 · T\n\n{line}| a |\n|---|"
    assert cells[1].source == generated.setup_cell(course)
    assert cells[2].source == "kept = 2"


def test_source_and_notebook_are_refreshed_alike(at):
    text = f"# %% [markdown]\n# # 1 · T\n#\n# | a |\n\n{generated.SETUP_MARKER}\n\n# %%\n1\n"
    for where in (GITHUB, "https://codeberg.org/a/b", "https://github.com/c/d", ""):
        course = at(where)
        book = notebooks.from_source(text)
        generated.refresh_notebook(book, "01_tiny", course)
        text = generated.refresh(text, "01_tiny", course)
        assert notebooks.differences(text, book) == []


def test_badge_points_into_the_repository_at_the_version(at):
    course = at(GITHUB)
    where = f"github/a/b/blob/v{project.version()}/notebooks/14_attention.ipynb"
    badge = generated.badge("14_attention", course)
    assert badge.endswith(f"(https://colab.research.google.com/{where})")
    assert generated.badge("14_attention", at("https://codeberg.org/a/b")) == ""
    assert generated.badge("14_attention", at("")) == ""


def test_what_a_build_writes_does_not_depend_on_the_commit(tiny_course):
    source = tiny_course("# %%\nimport os\nprint(repr(os.environ.get('RNN_COURSE_COMMIT')))\n")
    build(source)
    assert read(source).cells[0].outputs[0].text == "''\n"


def test_outputs_of_another_run_are_noticed_and_replaced(tiny):
    before = notebooks.target(tiny).read_bytes()
    notebook = read(tiny)
    notebook.cells[1].outputs[0].text = "three\n"
    notebooks.target(tiny).write_text(notebooks.as_text(notebook), encoding="utf-8")
    assert notebooks.check(tiny.parents[2]) == [
        "01_tiny.ipynb: was run since `make notebooks` wrote it"
    ]
    assert build(tiny) == "executed"
    assert notebooks.target(tiny).read_bytes() == before


def test_metadata_that_jupyter_adds_is_cleaned_without_running(tiny, monkeypatch):
    before = notebooks.target(tiny).read_bytes()
    notebook = read(tiny)
    notebook.metadata.language_info["version"] = "3.12.1"
    notebook.cells[1].metadata["collapsed"] = True
    notebooks.target(tiny).write_text(notebooks.as_text(notebook), encoding="utf-8")
    monkeypatch.setattr(notebooks, "execute", None)  # calling it would raise
    assert build(tiny) == "text"
    assert notebooks.target(tiny).read_bytes() == before


def test_sources_are_chosen_by_their_beginning(tiny_course):
    tiny_course(TINY, "13_one")
    source = tiny_course(TINY, "14_two")
    course = source.parents[2]
    assert [path.stem for path in notebooks.sources(course, "14")] == ["14_two"]
    assert [path.stem for path in notebooks.sources(course)] == ["13_one", "14_two"]


def test_command_line_refuses_an_unknown_notebook(capsys):
    assert notebooks.main(["77"]) == 1
    assert "'77'" in capsys.readouterr().err
