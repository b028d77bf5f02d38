"""What a person wrote into an `.ipynb`: taken over, or refused; never gone after a build."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import author, copies, edits, generated, notebooks, project, stamps

SOURCE = f"""\
# %% [markdown]
# # 1 · Small
#
# Words   with spacing that no tool would write.

{generated.SETUP_MARKER}
old = 1

# %%
x = {{  "odd":1}}


# %% tags=["kept"]
print(x)

# %% [markdown]
# The end.
"""


def quiet(line):
    pass


@pytest.fixture
def small(tiny_course, monkeypatch):
    """A built notebook of five cells; nothing is executed, since only texts matter here."""
    monkeypatch.setattr(notebooks, "execute", lambda *_, **__: None)
    source = tiny_course(SOURCE, "01_small")
    notebooks.build(source, source.parents[2], say=quiet)
    return source


def build(source, say=quiet, **options):
    return notebooks.build(source, source.parents[2], say=say, **options)


def book_of(source):
    return nbformat.read(notebooks.target(source), as_version=4)


def save(source, book):
    """Writes a notebook as an editor does that knows nothing of sources."""
    nbformat.write(book, notebooks.target(source))


def kept_in(source):
    folder = source.parents[2] / copies.MINE / "kept"
    return sorted(folder.iterdir()) if folder.exists() else []


def text(source):
    return source.read_text(encoding="utf-8")


def add_a_cell(book):
    book.cells.insert(3, nbformat.v4.new_code_cell("%matplotlib inline\nmine = 'thought'"))


def add_a_note(book):
    book.cells.append(nbformat.v4.new_markdown_cell("My note:\n\n- one\n- `two`"))


def add_at_the_top(book):
    book.cells.insert(0, nbformat.v4.new_raw_cell("raw words"))


def change(book):
    book.cells[2].source += "\ny = 2  # mine"


def remove(book):
    del book.cells[3]


def move(book):
    book.cells.append(book.cells.pop(2))


def tag(book):
    book.cells[2].metadata["tags"] = ["mine"]


def split_a_cell(book):
    book.cells[3:4] = [nbformat.v4.new_code_cell(line) for line in ("print(", "x)")]


EDITS = (add_a_cell, add_a_note, add_at_the_top, change, remove, move, tag, split_a_cell)


@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_is_taken_over(small, edit):
    before, said, book = text(small), [], book_of(small)
    edit(book)
    wanted = stamps.cells(book)
    save(small, book)
    build(small, say=said.append)
    assert stamps.cells(book_of(small)) == wanted
    assert stamps.cells(notebooks.from_source(text(small))) == wanted
    assert "01_small.py: took over what was written into 01_small.ipynb" in said
    touched = {"# Words   with spacing", '"odd":1', generated.setup_cell(), "# The end."}
    untouched = [line for line in touched if line in before]
    assert all(line in text(small) for line in untouched)
    assert notebooks.check(small.parents[2]) == []
    after = text(small)
    assert build(small) == "fresh"
    assert text(small) == after


def test_untouched_cells_keep_every_byte(small):
    before, book = text(small), book_of(small)
    book.cells[4].source = "Another end."
    save(small, book)
    build(small)
    assert text(small) == before.replace("The end.", "Another end.")


def test_edit_and_changed_source_are_both_kept(small):
    book = book_of(small)
    add_a_note(book)
    save(small, book)
    small.write_text(text(small).replace("The end.", "Another end."), encoding="utf-8")
    before = (text(small), notebooks.target(small).read_bytes())
    for force in (False, True):
        with pytest.raises(notebooks.BuildError, match="01_small.ipynb and source/01_small.py"):
            build(small, force=force)
    assert (text(small), notebooks.target(small).read_bytes()) == before


def test_way_out_of_the_refusal(small):
    """`make reset` keeps the notebook aside; then the source is built."""
    book, good = book_of(small), notebooks.target(small).read_bytes()
    place = small.parents[2] / copies.MINE / ".course" / "01_small.ipynb"
    place.parent.mkdir(parents=True)
    place.write_bytes(good)
    add_a_note(book)
    save(small, book)
    edited = notebooks.target(small).read_bytes()
    small.write_text(text(small).replace("The end.", "Another end."), encoding="utf-8")
    copies.restore("01_small", small.parents[2], say=quiet)
    build(small)
    assert [path.read_bytes() for path in kept_in(small)] == [edited]
    assert book_of(small).cells[4].source == "Another end."


def test_the_same_edit_in_both_is_no_conflict(small):
    book = book_of(small)
    book.cells[4].source = "Another end."
    save(small, book)
    small.write_text(text(small).replace("The end.", "Another end."), encoding="utf-8")
    before = text(small)
    build(small)
    assert text(small) == before and book_of(small).cells[4].source == "Another end."


def test_edit_without_a_record_of_the_build_is_refused(small):
    """An editor that drops metadata leaves nothing that says which of the two is newer."""
    book = book_of(small)
    del book.metadata[stamps.KEY]
    save(small, book)
    assert build(small) == "executed"  # the same text: nothing to lose
    book = book_of(small)
    del book.metadata[stamps.KEY]
    add_a_note(book)
    save(small, book)
    with pytest.raises(notebooks.BuildError, match="both changed"):
        build(small)
    assert "My note" in notebooks.target(small).read_text(encoding="utf-8")


def paste_a_picture(book):
    book.cells[4].source = "![a](attachment:a.png)"
    book.cells[4]["attachments"] = {"a.png": {"image/png": "iVBORw0KGgo="}}


def write_a_marker(book):
    book.cells[2].source = "x = 1\n# %%\ny = 2"


@pytest.mark.parametrize("edit", [paste_a_picture, write_a_marker])
def test_what_a_source_cannot_hold_is_refused(small, edit):
    book = book_of(small)
    edit(book)
    save(small, book)
    before = (text(small), notebooks.target(small).read_bytes())
    with pytest.raises(notebooks.BuildError, match="cannot hold"):
        build(small)
    assert (text(small), notebooks.target(small).read_bytes()) == before


def test_a_marker_in_a_string_is_text(small):
    book = book_of(small)
    book.cells[2].source = "x = '''\n# %%\n'''"
    for note in ("once", "again, now that the source holds the marker"):
        book.cells[4].source = note
        save(small, book)
        build(small)
        assert book_of(small).cells[2].source == book.cells[2].source
        book = book_of(small)


def test_setup_cell_changed_by_hand_is_kept_aside(small):
    said, book = [], book_of(small)
    book.cells[1].source = "my own setup"
    save(small, book)
    edited = notebooks.target(small).read_bytes()
    assert build(small, say=said.append) == "text"
    assert [path.read_bytes() for path in kept_in(small)] == [edited]
    assert book_of(small).cells[1].source == generated.setup_cell()
    assert "setup cell" in said[0] and "my-notebooks/kept/01_small." in said[0]


def test_new_setup_cell_and_badge_need_no_run(small, monkeypatch):
    """An address or a version changes generated parts only: outputs stay, nothing is kept aside."""
    book = book_of(small)
    book.cells[1].outputs = [nbformat.v4.new_output("stream", text="ready\n")]
    book.metadata[stamps.KEY]["outputs"] = stamps.of(book)["outputs"]
    save(small, book)
    settings = small.parents[2] / "pyproject.toml"
    version = f'version = "{project.version()}"'
    changed = settings.read_text(encoding="utf-8").replace(version, 'version = "7.6.5"')
    settings.write_text(changed, encoding="utf-8")
    monkeypatch.setattr(generated, "setup_cell", lambda root: "a = 'v7.6.5'")
    monkeypatch.setattr(notebooks, "execute", None)  # calling it would raise
    assert build(small) == "text"
    assert book_of(small).cells[1].source == "a = 'v7.6.5'"
    assert book_of(small).cells[1].outputs[0].text == "ready\n"
    assert kept_in(small) == []


def test_hashes_leave_out_what_is_generated():
    words = "# 1 · T\n\nPromise.\n\n"
    badge = f"{generated.BADGE_START}x)](y)\n\n"
    with_badge, without = (
        notebooks.from_source(f"# %% [markdown]\n{as_comment(words + part)}| table\n")
        for part in (badge, "")
    )
    with_badge.cells[0].source = f"{words}{badge}| table"
    without.cells[0].source = f"{words}| table"
    assert stamps.of(with_badge) == stamps.of(without)
    without.cells[0].source += "!"
    assert stamps.of(with_badge)["text"] != stamps.of(without)["text"]


def as_comment(words):
    return "".join(f"# {line}\n" for line in words.split("\n"))


def test_saved_while_it_was_built(small, monkeypatch):
    """Somebody saves in Jupyter while the cells run: that is not overwritten."""
    book = book_of(small)
    add_a_note(book)
    monkeypatch.setattr(notebooks, "execute", lambda *_, **__: save(small, book))
    with pytest.raises(notebooks.BuildError, match="saved while it was built"):
        build(small, force=True)
    assert "My note" in notebooks.target(small).read_text(encoding="utf-8")


def test_a_failure_does_not_stop_the_others(tiny_course, monkeypatch, capsys):
    broken = tiny_course("# %%\n1 / 0\n", "01_broken")
    fine = tiny_course("# %%\n1\n", "02_fine")
    monkeypatch.setattr(notebooks, "sources", lambda prefix: [broken, fine])
    monkeypatch.setattr(notebooks.build, "__defaults__", (broken.parents[2],))
    assert notebooks.main([]) == 1
    said = capsys.readouterr()
    assert "02_fine: written" in said.out
    assert "ZeroDivisionError" in said.err
    assert said.err.strip().splitlines()[-1] == "Not built, for the reasons above: 01_broken"


def tidy(words):
    return "\n".join(line.rstrip() for line in words.strip().split("\n")) or "a"


def book(cells):
    kinds = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    return nbformat.v4.new_notebook(cells=[kinds[kind](words) for kind, words in cells])


CELLS = st.lists(
    st.tuples(
        st.sampled_from(["code", "markdown"]),
        st.text(st.sampled_from("ab (#'\"\n\\!"), min_size=1, max_size=20).map(tidy),
    ),
    min_size=1,
    max_size=6,
)


@given(CELLS, CELLS)
def test_merge_holds_every_cell(old, new):
    source = edits.merge("", [], book(old).cells)
    merged = edits.merge(source, notebooks.from_source(source).cells, book(new).cells)
    read = notebooks.from_source(merged).cells
    assert [(cell.cell_type, cell.source) for cell in read] == new


def test_sources_in_the_course_are_cut_where_their_cells_start():
    for source in notebooks.sources():
        words = source.read_text(encoding="utf-8")
        parts = edits.split(words)
        assert "".join(parts) == words
        found = [notebooks.from_source(part).cells for part in parts]
        assert [len(cells) for cells in found] == [1] * len(parts)
        cells = notebooks.from_source(words).cells
        assert [one.source for (one,) in found] == [cell.source for cell in cells]


# --- whose notebook it is, and what the tests of the course say of it


@pytest.fixture
def repository(small, monkeypatch):
    """The small course with a first commit."""
    for name in ("CI", "RNN_COURSE_MAINTAINER"):
        monkeypatch.delenv(name, raising=False)
    git(small, "init", "--quiet")
    git(small, "add", ".")
    git(small, "commit", "--quiet", "--message", "first")
    return small


def git(source, *arguments):
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    command = ["git", *who, *arguments]
    done = subprocess.run(
        command, cwd=source.parents[2], capture_output=True, text=True, check=True
    )
    return done.stdout


def run_it(book):
    book.cells[2].outputs = [nbformat.v4.new_output("stream", text="mine\n")]


def test_a_fresh_course_is_nobodys_own(repository):
    assert notebooks.by_hand(repository.parents[2]) == {}
    assert notebooks.own(repository.parents[2]) == []


@pytest.mark.parametrize("edit, words", [(add_a_note, "edited in place"), (run_it, "run in place")])
def test_a_notebook_changed_in_place_is_the_learners(repository, edit, words, monkeypatch):
    book, root = book_of(repository), repository.parents[2]
    edit(book)
    save(repository, book)
    assert words in notebooks.by_hand(root)["01_small"]
    assert "make reset NOTEBOOK=01" in notebooks.own(root)[0]
    for name in ("CI", "RNN_COURSE_MAINTAINER"):
        with monkeypatch.context() as there:
            there.setenv(name, "1")
            assert notebooks.by_hand(root) == {}
    git(repository, "commit", "--all", "--quiet", "--message", "an edit that nobody built")
    assert notebooks.by_hand(root) == {}, "what is committed is the course's"


def test_a_source_that_moved_on_is_the_courses(repository):
    book = book_of(repository)
    add_a_note(book)
    save(repository, book)
    repository.write_text(text(repository) + "\n# %%\n2\n", encoding="utf-8")
    assert notebooks.by_hand(repository.parents[2]) == {}


@pytest.mark.parametrize("with_git", [True, False])
def test_missing_unreadable_and_foreign_notebooks(repository, with_git, tiny_course, monkeypatch):
    root, path = repository.parents[2], notebooks.target(repository)
    if not with_git:
        monkeypatch.setattr(copies, "committed", lambda name, root: None)
    path.write_text("{ half", encoding="utf-8")
    path.with_name("scratch.ipynb").write_text("{}", encoding="utf-8")
    found = notebooks.by_hand(root)
    assert "cannot be read" in found["01_small"]
    assert "no notebook of the course" in found["scratch"]
    path.unlink()
    assert "was removed" in notebooks.by_hand(root)["01_small"]


def test_the_tests_of_the_course_leave_out_what_is_own(repository, root):
    """A failing cell of the learner's does not fail the course, and nothing left to run is fine."""
    folder = repository.parents[1]
    (folder / "conftest.py").write_text(
        (root / "notebooks" / "conftest.py")
        .read_text(encoding="utf-8")
        .replace("by_hand()", f"by_hand({str(repository.parents[2])!r})"),
        encoding="utf-8",
    )
    book = book_of(repository)
    book.cells.append(nbformat.v4.new_code_cell("1 / 0"))
    save(repository, book)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval-lax"]
    command += ["-c", os.devnull, "--rootdir", str(folder), str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no tests ran" in done.stdout


# --- those who write in Jupyter


def test_gathering_takes_over_and_keeps_aside(small, tiny_course):
    root = small.parents[2]
    other = tiny_course(SOURCE.replace("Small", "Other"), "02_other")
    build(other)
    for source in (small, other):
        book = book_of(source)
        add_a_note(book)
        save(source, book)
    other.write_text(text(other).replace("The end.", "Another end."), encoding="utf-8")
    said = []
    author.gather(root, say=said.append)
    assert "My note" in text(small) and "My note" not in text(other)
    (kept,) = kept_in(small)
    assert kept.name.startswith("02_other.") and "My note" in kept.read_text(encoding="utf-8")
    assert any(kept.name in line for line in said)


def test_notebook_is_written_as_jupyter_writes_it(small):
    """A save in Jupyter changes what was changed, not the layout of the whole file."""
    before = notebooks.target(small).read_text(encoding="utf-8")
    save(small, book_of(small))
    assert notebooks.target(small).read_text(encoding="utf-8").rstrip() == before.rstrip()
    raw = json.loads(before)
    assert raw["cells"][0]["source"][0] == "# 1 · Small\n"
