"""An address is written everywhere at once, and nothing is run for it."""

import shutil

import nbformat
import pytest

from tools import address, generated, notebooks, project, stamps

HERE = "https://github.com/somebody/some-course"
SOURCE = """\
# %% [markdown]
# # 1 · T
#
# A promise.
#
# | a | b |
# |---|---|

# %% tags=["setup"]
old = 1

# %%
print("kept")
"""


@pytest.fixture
def course(tiny_course, root, monkeypatch):
    """One notebook with outputs, built when the course had no address."""
    source = tiny_course(SOURCE)
    folder = source.parents[2]
    settings = address.with_address((root / "pyproject.toml").read_text(encoding="utf-8"), "")
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")
    (folder / "README.md").write_text("Then\n\ngit clone ADDRESS rnn-course\n", encoding="utf-8")
    text = generated.refresh(SOURCE, "01_tiny", folder)
    source.write_text(text, encoding="utf-8")
    book = notebooks.from_source(text)
    book.cells[1].outputs = [nbformat.v4.new_output("stream", text="Course 0.1.0\n")]
    book.cells[2].outputs = [nbformat.v4.new_output("stream", text="kept\n")]
    book.metadata[stamps.KEY] = {**stamps.of(book), "library": notebooks.library_hash(folder)}
    notebooks.target(source).write_text(notebooks.as_text(book), encoding="utf-8")
    monkeypatch.setattr(notebooks, "execute", None)  # calling it would raise
    return folder


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def book_of(folder):
    return stamps.read(folder / "notebooks" / "01_tiny.ipynb")


def test_address_stands_in_all_files_and_nothing_else_changes(course):
    before, said = book_of(course), []
    address.write(HERE, course, say=said.append)
    assert {line.split(":")[0] for line in said} == {
        "pyproject.toml", "README.md", "01_tiny.py", "01_tiny.ipynb",
    }  # fmt: skip
    assert project.address(course) == HERE
    assert f"\ngit clone {HERE} rnn-course\n" in (course / "README.md").read_text(encoding="utf-8")
    book = book_of(course)
    assert f'"{HERE}"' in book.cells[1].source
    tag = f"v{project.version(course)}"
    page = f"github/somebody/some-course/blob/{tag}/notebooks/01_tiny.ipynb"
    assert f"]({generated.COLAB}/{page})\n\n| a | b |" in book.cells[0].source
    assert book.cells[2] == before.cells[2]
    assert [cell.outputs for cell in book.cells[1:]] == [cell.outputs for cell in before.cells[1:]]
    assert book.metadata == before.metadata


def test_notebook_stays_fresh_and_nobodys_own(course):
    source = course / "notebooks" / "source" / "01_tiny.py"
    for where in (HERE, ""):
        address.write(where, course, say=lambda line: None)
        assert notebooks.check(course) == []
        assert stamps.is_built(book_of(course))
        assert notebooks.build(source, course, say=lambda line: None) != "executed"


def test_setting_and_removing_leaves_every_byte(course):
    before = contents(course)
    address.write(HERE, course, say=lambda line: None)
    address.write("https://github.com/x/other", course, say=lambda line: None)
    assert HERE.encode() not in b"".join(contents(course).values())
    address.write("", course, say=lambda line: None)
    assert contents(course) == before


def test_second_time_changes_nothing(course):
    address.write(HERE, course, say=lambda line: None)
    said = []
    address.write(HERE, course, say=said.append)
    assert said == []


def test_elsewhere_than_on_github_there_is_no_badge(course):
    address.write("https://codeberg.org/a/b", course, say=lambda line: None)
    book = book_of(course)
    assert generated.BADGE_START not in book.cells[0].source
    assert '"https://codeberg.org/a/b"' in book.cells[1].source


def test_half_a_notebook_is_named_and_left(course):
    path = course / "notebooks" / "01_tiny.ipynb"
    path.write_text('{"cells": [', encoding="utf-8")
    said = []
    address.write(HERE, course, say=said.append)
    assert any("01_tiny.ipynb" in line and "no notebook" in line for line in said)
    assert path.read_text(encoding="utf-8") == '{"cells": ['


@pytest.mark.parametrize("text", [HERE, f"{HERE}/", f"{HERE}.git", f" {HERE}\n", ""])
def test_forms_of_one_address(text):
    assert address.normal(text) == (HERE if text else "")


@pytest.mark.parametrize(
    "text",
    [
        "github.com/a/b",
        "http://github.com/a/b",
        "git@github.com:a/b.git",
        "https://github.com",
        "https://github.com/a",
        "https://me:secret@github.com/a/b",
        "https://github.com/a/b?x=1",
        "https://github.com/a/b'; rm -r x",
        'https://github.com/a/b"',
    ],
)
def test_what_is_no_address_is_refused(text, capsys):
    with pytest.raises(ValueError, match="expected https://HOST/OWNER/NAME"):
        address.normal(text)
    assert address.main([text]) == 1
    assert "expected https" in capsys.readouterr().err


def test_address_is_the_only_line_that_changes(root):
    text = (root / "pyproject.toml").read_text(encoding="utf-8")
    there = address.with_address(text, HERE)
    assert set(there.splitlines()) - set(text.splitlines()) <= {f'Repository = "{HERE}"'}
    assert address.with_address(there, project.address()) == text


def test_table_at_the_end_of_the_file():
    assert address.with_address("[project.urls]\n", HERE) == (
        f'[project.urls]\nRepository = "{HERE}"\n'
    )


def test_without_the_table_it_says_so():
    with pytest.raises(ValueError, match=r"no table \[project.urls\]"):
        address.with_address("[project]\n", HERE)


def test_no_place_is_left_out(root):
    """Outside the files that `make address` writes, the address stands nowhere."""
    here = project.address().removeprefix("https://") or "github.com/rnn-course"
    paths = [root / name for name in ("Makefile", "CONTRIBUTING.md", "environment.yml")]
    for folder in ("utils", "tools"):
        paths += (root / folder).rglob("*.py")
    assert [path.name for path in paths if here in path.read_text(encoding="utf-8")] == []


def test_readme_of_the_course_has_the_line(root):
    assert address.CLONE.search((root / "README.md").read_text(encoding="utf-8"))


def test_copy_without_readme_is_content(course):
    (course / "README.md").unlink()
    shutil.rmtree(course / "notebooks")
    address.write(HERE, course, say=lambda line: None)
    assert project.address(course) == HERE and not (course / "README.md").exists()
