"""The learner's copies: made, renewed, kept, reset; nothing of the learner's is ever gone."""

import hashlib
import os
import re
import subprocess
import sys

import nbformat
import pytest

from tools import copies, lab, notebooks, stamps

SOURCE = """\
# %% [markdown]
# # {number} · Question

# %%
print(6 * 7)
"""


def quiet(line):
    pass


def write_course(root, *names, words="Question"):
    """Builds small notebooks as `make notebooks` leaves them, with an output, without running."""
    (root / "notebooks" / "source").mkdir(parents=True, exist_ok=True)
    for name in names:
        text = SOURCE.format(number=int(name[:2])).replace("Question", words)
        (root / "notebooks" / "source" / f"{name}.py").write_text(text, encoding="utf-8")
        book = notebooks.from_source(text)
        book.cells[1].outputs = [nbformat.v4.new_output("stream", text="42\n")]
        book.cells[1].execution_count = 1
        book.metadata[stamps.KEY] = {**stamps.of(book), "library": "0"}
        path = root / "notebooks" / f"{name}.ipynb"
        path.write_text(notebooks.as_text(book), encoding="utf-8")


@pytest.fixture
def course(tmp_path):
    """A course of two notebooks, with the learner's copies."""
    write_course(tmp_path, "01_one", "02_two")
    copies.prepare(tmp_path, say=quiet)
    return tmp_path


def mine(root, name="01_one"):
    return root / "my-notebooks" / f"{name}.ipynb"


def theirs(root, name="01_one"):
    return root / "notebooks" / f"{name}.ipynb"


def kept(root):
    folder = root / "my-notebooks" / "kept"
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def hashes(*folders):
    """Returns what is in the files of some folders, to see whether anything changed."""
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def write_a_note(book):
    book.cells.append(nbformat.v4.new_markdown_cell("my own thought"))


def run_with_another_result(book):
    book.cells[1].outputs = [nbformat.v4.new_output("stream", text="41\n")]


def look_at(book):
    """What a kernel and an autosave leave behind when nothing was done."""
    book.metadata.language_info["version"] = "3.12.9"
    book.cells[1].execution_count = 17
    book.cells[1].metadata["collapsed"] = True
    book.cells[0].id = "another"


def change(path, edit):
    book = nbformat.read(path, as_version=4)
    edit(book)
    nbformat.write(book, path)


def prepare(root):
    said = []
    copies.prepare(root, say=said.append)
    return said


def reset(root, name="01_one"):
    said = []
    copies.reset(name, root, say=said.append)
    return said


def test_copies_are_the_courses_bytes_and_stay(course):
    before = hashes(course)
    for name in ("01_one", "02_two"):
        assert mine(course, name).read_bytes() == theirs(course, name).read_bytes()
    assert prepare(course) == ["my-notebooks/: your notebooks are as you left them"]
    assert hashes(course) == before


def test_a_copy_that_is_gone_is_made_again(course):
    mine(course).unlink()
    assert prepare(course) == ["my-notebooks/: 1 copied"]
    assert mine(course).read_bytes() == theirs(course).read_bytes()


@pytest.mark.parametrize("edit", [write_a_note, run_with_another_result, look_at])
def test_work_stays_as_long_as_the_course_does(course, edit):
    change(mine(course), edit)
    before = hashes(course)
    prepare(course)
    assert hashes(course) == before


@pytest.mark.parametrize("edit", [None, look_at])
def test_an_untouched_copy_is_renewed(course, edit):
    if edit:
        change(mine(course), edit)
    write_course(course, "01_one", words="Better question")
    assert prepare(course) == ["my-notebooks/: 1 renewed"]
    assert mine(course).read_bytes() == theirs(course).read_bytes()
    assert kept(course) == []


def test_a_copy_that_was_run_is_renewed_and_kept(course):
    change(mine(course), run_with_another_result)
    before = mine(course).read_bytes()
    write_course(course, "01_one", words="Better question")
    said = prepare(course)
    (name,) = kept(course)
    assert re.fullmatch(r"01_one\.\d{4}-\d\d-\d\d-1\.ipynb", name)
    assert (mine(course).parent / "kept" / name).read_bytes() == before
    assert f"my-notebooks/kept/{name}" in said[0]
    assert mine(course).read_bytes() == theirs(course).read_bytes()


def test_an_edited_copy_stays_until_it_is_reset(course):
    change(mine(course), write_a_note)
    before = mine(course).read_bytes()
    write_course(course, "01_one", "02_two", words="Better question")
    for _ in range(2):  # it is said as long as it is so
        (line, *_) = prepare(course)
        assert "01_one: the course has another version now; yours stays" in line
        assert "make reset NOTEBOOK=01" in line
        assert mine(course).read_bytes() == before
    assert mine(course, "02_two").read_bytes() == theirs(course, "02_two").read_bytes()
    line, hint = reset(course)
    assert "Reload Notebook from Disk" in hint
    (name,) = kept(course)
    assert line == f"my-notebooks/01_one.ipynb: restored; yours is now my-notebooks/kept/{name}"
    assert (mine(course).parent / "kept" / name).read_bytes() == before
    assert mine(course).read_bytes() == theirs(course).read_bytes()
    assert prepare(course) == ["my-notebooks/: your notebooks are as you left them"]


def test_what_was_kept_is_never_overwritten(course):
    seen = set()
    for number in range(3):
        change(mine(course), lambda book, n=number: book.cells.pop() and write_note(book, n))
        seen.add(mine(course).read_bytes())
        reset(course)
    folder = mine(course).parent / "kept"
    assert {(folder / name).read_bytes() for name in kept(course)} == seen
    assert len(seen) == 3


def write_note(book, number):
    book.cells.append(nbformat.v4.new_markdown_cell(f"thought {number}"))


@pytest.mark.parametrize("data", [b"{ half", b"", b"\xff\xfe", b"[]"])
def test_a_broken_copy_is_kept(course, data):
    mine(course).write_bytes(data)
    write_course(course, "01_one", words="Better question")
    prepare(course)
    assert mine(course).read_bytes() == data
    assert copies.own(course) == ["01_one"]
    reset(course)
    assert (mine(course).parent / "kept" / kept(course)[0]).read_bytes() == data


def test_without_the_record_nothing_is_overwritten(course):
    """A learner who removes hidden folders loses no work; equal copies are known again."""
    change(mine(course), write_a_note)
    before = mine(course).read_bytes()
    for path in (mine(course).parent / ".course").iterdir():
        path.unlink()
    prepare(course)
    assert mine(course).read_bytes() == before
    assert copies.own(course) == ["01_one"]


def test_a_notebook_that_left_the_course_is_the_learners(course):
    theirs(course).unlink()
    (course / "notebooks" / "source" / "01_one.py").unlink()
    assert prepare(course)[0] == "01_one: is no longer part of the course; your copy stays"
    assert len(prepare(course)) == 1
    assert mine(course).exists() and copies.own(course) == ["01_one"]


def test_the_report_counts_own_notebooks(course):
    assert copies.report(course) == ""
    change(mine(course), run_with_another_result)
    assert copies.report(course) == "", "running it makes no notebook of one's own"
    change(mine(course), write_a_note)
    (course / "my-notebooks" / "homework.ipynb").write_text("{}", encoding="utf-8")
    assert copies.report(course) == (
        "my-notebooks/: not tested, since they are your own: 2 notebooks (01_one, homework)"
    )


@pytest.mark.parametrize("text", ["01", "1", "01_one", "notebooks/01_one.ipynb"])
def test_a_notebook_is_chosen(course, text):
    assert copies.choose(text, course) == "01_one"


@pytest.mark.parametrize("text", ["", "0", "7", "one"])
def test_an_unclear_choice_names_what_there_is(course, text):
    with pytest.raises(SystemExit, match="NOTEBOOK=08.*01_one, 02_two"):
        copies.choose(text, course)


# --- when somebody worked in notebooks/ itself


@pytest.fixture
def repository(course):
    (course / ".gitignore").write_text("my-notebooks/\n", encoding="utf-8")
    git(course, "init", "--quiet")
    git(course, "add", ".")
    git(course, "commit", "--quiet", "--message", "first")
    return course


def git(root, *arguments):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("with_git", [True, False])
@pytest.mark.parametrize("edit", [write_a_note, run_with_another_result])
def test_reset_restores_what_was_changed_in_place(repository, edit, with_git, monkeypatch):
    """From git, and without it from what was copied; the changed one is kept aside."""
    if not with_git:
        monkeypatch.setattr(copies, "committed", lambda name, root: None)
    good = theirs(repository).read_bytes()
    change(theirs(repository), edit)
    changed = theirs(repository).read_bytes()
    assert git(repository, "status", "--porcelain") != ""
    said = reset(repository)
    (name,) = kept(repository)
    assert f"notebooks/01_one.ipynb: restored; yours is now my-notebooks/kept/{name}" in said
    assert (repository / "my-notebooks" / "kept" / name).read_bytes() == changed
    assert theirs(repository).read_bytes() == good == mine(repository).read_bytes()
    assert git(repository, "status", "--porcelain") == ""


def test_reset_of_what_was_only_looked_at_keeps_nothing(repository):
    change(theirs(repository), look_at)
    reset(repository)
    assert git(repository, "status", "--porcelain") == "" and kept(repository) == []


@pytest.mark.parametrize("with_git", [True, False])
def test_reset_brings_a_removed_notebook_back(repository, with_git, monkeypatch):
    if not with_git:
        monkeypatch.setattr(copies, "committed", lambda name, root: None)
    theirs(repository).unlink()
    reset(repository)
    assert git(repository, "status", "--porcelain") == ""


def test_reset_leaves_a_newer_build_alone(repository):
    """A maintainer's build that is not committed yet is the course's version."""
    write_course(repository, "01_one", words="Better question")
    before = theirs(repository).read_bytes()
    reset(repository)
    assert theirs(repository).read_bytes() == mine(repository).read_bytes() == before


def test_copies_are_made_of_the_course_and_not_of_an_edit(repository):
    good = theirs(repository).read_bytes()
    change(theirs(repository), write_a_note)
    mine(repository).unlink()
    prepare(repository)
    assert mine(repository).read_bytes() == good


def test_nothing_to_restore_from_is_said_and_nothing_lost(tmp_path):
    write_course(tmp_path, "01_one")
    change(theirs(tmp_path), write_a_note)
    before = theirs(tmp_path).read_bytes()
    said = reset(tmp_path)
    assert "cannot be restored here" in said[0] and "make notebooks NOTEBOOK=01" in said[0]
    assert theirs(tmp_path).read_bytes() == before
    theirs(tmp_path).unlink()
    mine(tmp_path).unlink()
    (mine(tmp_path).parent / ".course" / "01_one.ipynb").unlink()
    with pytest.raises(SystemExit, match="nowhere to be found"):
        reset(tmp_path)


def test_a_pull_meets_no_conflict(repository, tmp_path_factory):
    """The newest course arrives while the learner's copies are edited, run and looked at."""
    learner = tmp_path_factory.mktemp("learner") / "course"
    git(repository, "clone", "--quiet", str(repository), str(learner))
    copies.prepare(learner, say=quiet)
    change(mine(learner, "01_one"), write_a_note)
    change(mine(learner, "02_two"), look_at)
    write_course(repository, "01_one", "02_two", words="Better question")
    git(repository, "commit", "--all", "--quiet", "--message", "better")
    assert git(learner, "status", "--porcelain") == ""
    git(learner, "pull", "--quiet")
    said = prepare(learner)
    assert "yours stays" in said[0] and said[-1] == "my-notebooks/: 1 renewed"
    assert mine(learner, "02_two").read_bytes() == theirs(repository, "02_two").read_bytes()


def test_nothing_of_this_is_tracked(root):
    ignored = (root / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert f"{copies.MINE}/" in ignored
    assert not (root / "notebooks" / "jupytext.toml").exists(), "pairing is not for learners"


def test_copies_need_only_what_learners_have(root):
    """`make lab` installs neither jupytext nor what runs notebooks for the build."""
    code = "import sys, tools.copies; print(*{'jupytext', 'nbclient', 'pytest'} & set(sys.modules))"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_links_hold_from_both_folders(root):
    """Copies lie beside each other as the originals do, and `..` is the course for both."""
    for source in notebooks.sources():
        cells = notebooks.from_source(source.read_text(encoding="utf-8")).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
        for link in re.findall(r"\]\((?!https?:|#|attachment:)([^)\s]+)\)", text):
            path = link.split("#")[0]
            beside = re.fullmatch(r"\d\d_\w+\.ipynb", path)
            assert beside or (path.startswith("../") and (root / "utils" / path).exists()), link


def test_lab_opens_the_copies_with_kernels_that_explain_mistakes(monkeypatch, root):
    """What `make lab` calls, and whoever has no make."""
    called = []
    monkeypatch.setattr(copies, "prepare", lambda: called.append("copies"))
    monkeypatch.setattr("os.chdir", called.append)
    monkeypatch.setattr("jupyterlab.labapp.LabApp.launch_instance", called.append)
    monkeypatch.setenv("PYTHONSTARTUP", "")
    lab.main(["--no-browser"])
    assert called == ["copies", root, ["my-notebooks", "--no-browser"]]
    assert os.environ["PYTHONSTARTUP"] == str(root / "tools" / "startup.py")
