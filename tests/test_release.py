"""A release: one version everywhere, what has to be so before the tag, and what the tag gives."""

import os
import re
import shutil
import subprocess
import zipfile

import pytest

from tools import address, project, release


def git(folder, *arguments):
    done = subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", *arguments],
        cwd=folder, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture
def course(tmp_path, root, monkeypatch):
    """A course of one notebook, committed, with an address and something unreleased."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    for name, value in {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
                        "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@x.org"}.items():
        monkeypatch.setenv(name, value)  # fmt: skip
    folder = tmp_path / "course"
    names = ("pyproject.toml", "CITATION.cff", "utils/__init__.py", "README.md",
             "notebooks/01_simple_rnn.ipynb", "notebooks/source/01_simple_rnn.py")  # fmt: skip
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, folder / name)
    (folder / ".gitignore").write_text("build/\n", encoding="utf-8")
    (folder / "CHANGELOG.md").write_text("# Changes\n\n## 9.0.0 (unreleased)\n\nA.\n", "utf-8")
    git(folder, "init", "--quiet")
    address.write("https://github.com/a/b", folder, say=quiet)
    commit(folder)
    return folder


def quiet(line):
    """Says nothing."""


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "x")


def released(folder):
    release.write_version("9.0.0", folder, today="2030-01-02", say=quiet)
    commit(folder)


def test_version_is_written_everywhere(course):
    release.write_version("9.0.0", course, today="2030-01-02", say=quiet)
    assert project.version(course) == "9.0.0"
    assert "\nversion: 9.0.0\n" in (course / "CITATION.cff").read_text("utf-8")
    assert '\n__version__ = "9.0.0"\n' in (course / "utils/__init__.py").read_text("utf-8")
    assert "\n## 9.0.0 (2030-01-02)\n" in (course / "CHANGELOG.md").read_text("utf-8")
    for name in ("01_simple_rnn.ipynb", "source/01_simple_rnn.py"):
        text = (course / "notebooks" / name).read_text("utf-8")
        assert "--branch v9.0.0 " in text and "/archive/v9.0.0.zip" in text
    assert len(git(course, "diff", "--name-only").splitlines()) == 6


@pytest.mark.parametrize("version", ["", "9", "v9.0.0", "9.0.0rc1"])
def test_what_is_no_version_is_refused_and_changes_nothing(course, version):
    with pytest.raises(ValueError, match="expected three numbers"):
        release.write_version(version, course, say=quiet)
    assert git(course, "status", "--porcelain") == ""


def test_a_change_log_without_news_is_refused_and_nothing_changes(course):
    released(course)
    with pytest.raises(ValueError, match="unreleased"):
        release.write_version("9.0.1", course, say=quiet)
    assert git(course, "status", "--porcelain") == ""


def test_nothing_is_in_the_way_of_a_good_release(course):
    released(course)
    assert list(release.problems(course)) == []
    said = release.set_tag(course)
    assert git(course, "rev-parse", "v9.0.0^{commit}") == git(course, "rev-parse", "HEAD")
    [found] = (course / "build").iterdir()
    assert f"build/{found.name}" in said and "push origin HEAD v9.0.0" in said
    assert "rnn-course-9.0.0/pyproject.toml" in zipfile.ZipFile(found).namelist()
    assert [line for line in release.problems(course) if "is there already" in line]


@pytest.mark.parametrize(("name", "old", "new", "said"), [
    ("CITATION.cff", "version: 9", "version: 8", "CITATION.cff has another"),
    ("utils/__init__.py", '"9', '"8', "utils/__init__.py has another"),
    ("notebooks/01_simple_rnn.ipynb", "/archive/v9", "/archive/v8", "01_simple_rnn.ipynb is"),
    ("notebooks/source/01_simple_rnn.py", "/archive/v9", "/archive/v8", "01_simple_rnn.py is"),
    ("CHANGELOG.md", "(2030-01-02)", "(unreleased)", "CHANGELOG.md does not begin"),
    ("CHANGELOG.md", "## 9", "## 8", "CHANGELOG.md does not begin"),
    ("pyproject.toml", 'Repository = "https://github.com/a/b"\n', "", "know no address"),
])  # fmt: skip
def test_what_is_missing_is_said(course, name, old, new, said):
    released(course)
    path = course / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    [uncommitted] = [line for line in release.problems(course) if said not in line]
    assert "not committed" in uncommitted
    commit(course)
    [line] = release.problems(course)
    assert said in line


def test_change_log_begins_with_this_version_or_with_what_comes_next(root):
    newest = release.HEADING.search((root / "CHANGELOG.md").read_text("utf-8"))
    assert newest["date"] == "unreleased" or newest["version"] == project.version()


def test_problems_are_printed_and_no_tag_is_set(monkeypatch, capsys):
    monkeypatch.setattr(release, "problems", lambda: ["one", "two"])
    monkeypatch.setattr(release, "set_tag", lambda: pytest.fail("set a tag"))
    assert release.main(["check"]) == release.main(["tag"]) == 1
    assert re.fullmatch("(No release yet:\n- one\n- two\n){2}", capsys.readouterr().err)
    assert release.main(["version", "1"]) == 1
    assert "three numbers" in capsys.readouterr().err
