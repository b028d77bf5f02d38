"""The course's own folder wins: which one is found, what it is called, what is forgotten."""

import os
import runpy
import shutil
import subprocess
import sys
import types

import pytest

from utils import rnn_course

SHA = "18d096e5c0ffee00112233445566778899aabbcc"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two files, and everything that `use` changes put back afterwards."""
    folder = tmp_path / "any name"
    (folder / "utils").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "utils" / "__init__.py").write_text('__version__ = "3.2.1"\n', encoding="utf-8")
    shutil.copy(rnn_course.__file__, folder / "utils")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.setenv("RNN_COURSE", "")
    monkeypatch.delenv("RNN_COURSE_COMMIT", raising=False)
    monkeypatch.chdir(folder / "notebooks")
    return folder


def test_course_is_first_once_and_stays_in_its_folder(course):
    for _ in range(2):
        folder, lines = rnn_course.use(course, course / "notebooks")
        assert (folder, lines) == (course, ["Course 3.2.1, commit unknown"])
    assert sys.path[0] == str(course) and sys.path.count(str(course)) == 1
    assert os.getcwd() == str(course / "notebooks")
    assert os.environ["RNN_COURSE"] == str(course)


@pytest.mark.parametrize("place", ["", "my-notebooks/kept", "elsewhere"])
def test_working_folder_becomes_one_with_the_course_above(course, place, monkeypatch):
    start = course / place if place != "elsewhere" else course.parent / place
    start.mkdir(parents=True, exist_ok=True)
    rnn_course.use(course, start)
    assert os.getcwd() == str(course / "notebooks")


def test_copies_of_a_learner_stay_where_they_are(course, monkeypatch):
    (course / "my-notebooks").mkdir()
    monkeypatch.chdir(course / "my-notebooks")
    rnn_course.use(course, course / "my-notebooks")
    assert os.getcwd() == str(course / "my-notebooks")


def test_only_foreign_utils_are_forgotten(course):
    for name in [name for name in sys.modules if name.split(".")[0] == "utils"]:
        del sys.modules[name]
    own = types.ModuleType("utils.text")
    own.__file__ = str(course / "utils" / "text.py")
    bare = types.ModuleType("utils")
    bare.__path__ = ["/elsewhere/utils"]
    file = types.ModuleType("utils.other")
    file.__file__ = "/elsewhere/utils/other.py"
    built_in = types.ModuleType("utils.strange")
    neighbour = types.ModuleType("utils_of_mine")
    sys.modules.update({m.__name__: m for m in (own, bare, file, built_in, neighbour)})
    rnn_course.use(course, course / "notebooks")
    left = [name for name in sys.modules if name.startswith("utils")]
    assert sorted(left) == ["utils.text", "utils_of_mine"]


@pytest.mark.parametrize("name", ["utils.py", "utils"])
def test_name_in_the_way_is_told_with_what_to_do(course, name):
    path = course / "notebooks" / name
    path.mkdir() if name == "utils" else path.touch()
    _, (_, line) = rnn_course.use(course, course / "notebooks")
    assert f" {name} beside this notebook" in line and "rename it" in line


def test_course_itself_is_not_in_the_way(course):
    assert len(rnn_course.use(course, course)[1]) == 1


# --- a course that was just fetched


@pytest.fixture
def fetched(course, tmp_path):
    home = tmp_path / "home"
    (home / f"{rnn_course.FETCHED}77").mkdir(parents=True)
    return home, course.rename(home / f"{rnn_course.FETCHED}77" / "name-3.2.1")


def test_fetched_course_moves_beside_the_notebook(fetched):
    home, course = fetched
    folder, _ = rnn_course.use(course, home)
    assert folder == home / "rnn-course"
    assert [path.name for path in home.iterdir()] == ["rnn-course"]


def test_empty_folder_is_replaced_and_a_full_one_stays(fetched):
    home, course = fetched
    (home / "rnn-course").mkdir()
    (home / "rnn-course" / "half.txt").touch()
    (home / "rnn-course-2").mkdir()
    assert rnn_course.settle(course, home) == home / "rnn-course-2"
    assert [path.name for path in (home / "rnn-course").iterdir()] == ["half.txt"]
    assert (home / "rnn-course-2" / "utils" / "rnn_course.py").exists()


def test_file_of_that_name_is_not_overwritten(fetched):
    home, course = fetched
    (home / "rnn-course").write_text("mine", encoding="utf-8")
    assert rnn_course.settle(course, home) == home / "rnn-course-2"
    assert (home / "rnn-course").read_text(encoding="utf-8") == "mine"


# --- version and commit


def git_folder(course, head, **files):
    (course / ".git" / "refs" / "heads").mkdir(parents=True)
    (course / ".git" / "HEAD").write_text(head + "\n", encoding="utf-8")
    for name, text in files.items():
        (course / ".git" / name.replace("__", "/").replace("_", "-")).write_text(text, "utf-8")


def test_commit_of_a_branch(course):
    git_folder(course, "ref: refs/heads/main", refs__heads__main=f"{SHA}\n")
    assert rnn_course.commit(course) == "18d096e"


def test_commit_of_a_tag_checked_out(course):
    git_folder(course, SHA)
    assert rnn_course.commit(course) == "18d096e"


def test_commit_among_packed_references(course):
    other = f"{'0' * 40} refs/heads/main-old\n"
    git_folder(course, "ref: refs/heads/main", packed_refs=f"# x\n{other}{SHA} refs/heads/main\n")
    assert rnn_course.commit(course) == "18d096e"


def test_commit_that_git_wrote_into_a_zip(course):
    note = course / rnn_course.ARCHIVED
    note.write_text(f"node: {SHA[:10]}\n", encoding="utf-8")
    assert rnn_course.commit(course) == "18d096e"
    note.write_text("node: $Format:%h$\n", encoding="utf-8")  # copied without git
    assert rnn_course.commit(course) == "unknown"


def test_branch_without_a_commit(course):
    git_folder(course, "ref: refs/heads/main")
    assert rnn_course.commit(course) == "unknown"


def test_commit_is_the_one_git_says(root, tmp_path):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    clean = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]

    def git(*arguments, folder=tmp_path / "one"):
        done = subprocess.run(
            ["git", *author, *arguments], cwd=folder, env=clean, check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.strip()

    (tmp_path / "one").mkdir()
    git("init", "--quiet")
    (tmp_path / "one" / ".gitattributes").write_text(f"{rnn_course.ARCHIVED} export-subst\n")
    shutil.copy(root / rnn_course.ARCHIVED, tmp_path / "one")
    git("add", ".")
    git("commit", "--quiet", "--message", "x")
    wanted = git("rev-parse", "HEAD")[:7]
    assert rnn_course.commit(tmp_path / "one") == wanted
    git("worktree", "add", "--quiet", "-b", "side", "../two")
    assert rnn_course.commit(tmp_path / "two") == wanted
    git("pack-refs", "--all")
    assert rnn_course.commit(tmp_path / "one") == rnn_course.commit(tmp_path / "two") == wanted
    git("archive", "--format", "zip", "--output", "../c.zip", "HEAD")
    shutil.unpack_archive(tmp_path / "c.zip", tmp_path / "three")
    assert rnn_course.commit(tmp_path / "three") == wanted


def test_course_has_the_note_that_git_fills(root):
    attributes = (root / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert f"{rnn_course.ARCHIVED} export-subst" in attributes
    assert (root / rnn_course.ARCHIVED).read_text(encoding="utf-8") == "node: $Format:%h$\n"


def test_commit_from_outside_and_none_in_builds(course, monkeypatch):
    monkeypatch.setenv("RNN_COURSE_COMMIT", "abc1234")
    assert rnn_course.describe(course) == "Course 3.2.1, commit abc1234"
    monkeypatch.setenv("RNN_COURSE_COMMIT", "")
    assert rnn_course.describe(course) == "Course 3.2.1"


def test_importing_the_module_changes_nothing_and_running_it_does(course, capsys):
    path = list(sys.path)
    runpy.run_path(str(course / "utils" / "rnn_course.py"))
    assert sys.path == path and capsys.readouterr().out == ""
    runpy.run_path(str(course / "utils" / "rnn_course.py"), run_name="setup")
    assert sys.path[0] == str(course)
    assert capsys.readouterr().out == "Course 3.2.1, commit unknown\n"
