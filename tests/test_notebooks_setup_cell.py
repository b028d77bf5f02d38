"""The setup cell in the places where it runs, and what stands in its way there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import make_course

from tools import generated, project

TAG = f"v{project.version()}"
# Runs in a fresh Python from which every installed copy of the course is hidden.
DRIVER = """\
import os, sys
from pathlib import Path

sys.meta_path[:] = [f for f in sys.meta_path if "editable" not in repr(f)]
sys.path[:] = ["", *(p for p in sys.path if p and not (Path(p) / "utils" / "versions.py").exists())]
cell = compile(Path(sys.argv[1]).read_text(encoding="utf-8"), "cell", "exec")

def run():
    space = {}
    exec(cell, space)
    import utils
    print("USED", Path(utils.__file__).parents[1], "seed", space["seed"], "in", os.getcwd())
"""
ONCE = f"{DRIVER}\nrun()"


@pytest.fixture
def cell(tmp_path):
    """The setup cell in a file; the course's own copy is nowhere near."""
    path = tmp_path / "cell.py"
    path.write_text(generated.setup_cell(), encoding="utf-8")
    return path


@pytest.fixture
def run(cell, tmp_path):
    """Returns a function that runs a script with the cell in a folder; Keras is a stand-in.

    Only what the cell itself does is looked at here, so TensorFlow need not be loaded each time.
    """
    stand_in = tmp_path / "stand-in"
    stand_in.mkdir()
    (stand_in / "keras.py").touch()

    def start(folder, script=ONCE, **environment):
        clean = {k: v for k, v in os.environ.items() if not k.startswith("RNN_COURSE")}
        clean["PYTHONPATH"] = os.pathsep.join([str(stand_in), environment.pop("also", "")])
        return subprocess.run(
            [sys.executable, "-c", script, str(cell), str(tmp_path)],
            cwd=folder,
            env={**clean, **environment},
            capture_output=True,
            text=True,
        )

    return start


def small_course(folder, mark="course"):
    """A course whose library does nothing, but for the part that the cell needs."""
    (folder / "utils").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / "one.ipynb").touch()
    (folder / "utils" / "text.py").touch()
    (folder / "utils" / "plotting.py").write_text("style = lambda: None\n", encoding="utf-8")
    (folder / "utils" / "__init__.py").write_text('__version__ = "0.9"\n', encoding="utf-8")
    (folder / "utils" / "versions.py").write_text(f"prepare = lambda: {mark!r}\n", "utf-8")
    shutil.copy(project.ROOT / "utils" / "rnn_course.py", folder / "utils")
    return folder


def used(course, mark="course"):
    """What the driver prints once a course is in use."""
    return f"USED {course} seed {mark} in {course / 'notebooks'}"


def last_line(done):
    assert done.returncode != 0, done.stdout
    return done.stderr.strip().splitlines()[-1]


def git(folder, *arguments):
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    safe = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    subprocess.run(["git", *author, *arguments], cwd=folder, env=safe, check=True)


@pytest.fixture
def origin(tmp_path):
    """A repository with the course at the tag of its version; its address is the folder's."""
    if not shutil.which("git"):
        pytest.skip("git is not installed, so nothing can be fetched with it")
    folder = small_course(tmp_path / "origin")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "course")
    git(folder, "tag", TAG)
    return folder


@pytest.fixture
def empty(tmp_path):
    (tmp_path / "content").mkdir()
    return tmp_path / "content"


def left_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_cell_is_short_and_carries_the_version():
    text = generated.setup_cell()
    lines = [line for line in text.splitlines() if line.strip()]
    assert len(lines) <= 23
    assert max(map(len, text.replace(project.address(), "").splitlines())) <= 100
    assert f"--branch {TAG}" in text and f"/archive/{TAG}.zip" in text


# --- the course is near


@pytest.mark.parametrize("place", ["notebooks", "my-notebooks", "my-notebooks/kept", "", "a/b/c"])
def test_course_above_the_notebook(place, run, tmp_path):
    course = small_course(tmp_path / "a course")
    (course / place).mkdir(parents=True, exist_ok=True)
    done = run(course / place)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first == "Course 0.9, commit unknown"
    assert second.startswith(f"USED {course} seed course in")
    stays = place in ("notebooks", "my-notebooks")
    assert second.endswith(f" in {course / (place if stays else 'notebooks')}")


@pytest.mark.parametrize("place", ["rnn-course-0.1.0", "x", "unpacked/rnn-course-main"])
def test_zip_unpacked_beside_the_notebook(place, run, empty):
    course = small_course(empty / place)
    done = run(empty)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == used(course)
    assert left_in(empty) == [place.split("/")[0]]


def test_nearest_course_wins_over_one_that_is_installed(run, tmp_path):
    mine, other = small_course(tmp_path / "mine", "mine"), small_course(tmp_path / "other", "other")
    for folder in (mine, other):
        done = run(folder / "notebooks", also=str(other))
        assert done.stdout.splitlines()[-1] == used(folder, folder.name)


FOREIGN = "import utils\nassert utils.mine\nrun()\nimport utils.text\n"


@pytest.mark.parametrize("name", ["utils.py", "utils/__init__.py"])
def test_foreign_utils_loses_and_is_named_where_it_is_beside(name, run, tmp_path):
    course = small_course(tmp_path / "course")
    path = course / "notebooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine = 1\n", encoding="utf-8")
    done = run(course / "notebooks", f"{DRIVER}\n{FOREIGN}")
    assert done.returncode == 0, done.stderr
    _, told, last = done.stdout.splitlines()
    assert name.split("/")[0] in told and "rename it" in told
    assert last == used(course)


def test_foreign_utils_on_the_path_loses_in_silence(run, tmp_path):
    course = small_course(tmp_path / "course")
    (tmp_path / "site" / "utils").mkdir(parents=True)
    (tmp_path / "site" / "utils" / "__init__.py").write_text("mine = 1\n", encoding="utf-8")
    done = run(course / "notebooks", f"{DRIVER}\n{FOREIGN}", also=str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["Course 0.9, commit unknown", used(course)]


# --- the notebook came alone

THRICE = f"{DRIVER}\nrun()\nrun()\nos.chdir(sys.argv[2])\nrun()\n"


def test_alone_it_is_fetched_once_and_found_from_anywhere(run, origin, empty):
    small_course(origin.parent / "another", "another")  # where the learner goes, another is near
    done = run(empty, THRICE, RNN_COURSE_ADDRESS=origin.as_uri())
    assert done.returncode == 0 and done.stderr == "", done.stderr
    course = empty / "rnn-course"
    assert done.stdout.splitlines()[1::2] == [used(course)] * 3
    assert "commit unknown" not in done.stdout
    assert left_in(empty) == ["rnn-course"]
    origin.rename(origin.parent / "gone")  # in a new kernel: found, and not fetched again
    again = run(empty, RNN_COURSE_ADDRESS=origin.as_uri())
    assert again.stdout.splitlines()[-1] == used(course)


def zipped(origin, place):
    """A ZIP at the address where a host of repositories has it."""
    (place / "archive").mkdir(parents=True)
    command = ["archive", "--format=zip", f"--prefix=rnn-course-{project.version()}/"]
    git(origin, *command, "-o", place / "archive" / f"{TAG}.zip", TAG)
    return place


@pytest.mark.parametrize("missing", ["git", "repository"])
def test_without_git_a_zip_brings_it(missing, run, origin, empty, tmp_path):
    environment = {"PATH": str(tmp_path / "no-commands")} if missing == "git" else {}
    place = zipped(origin, tmp_path / "host")
    done = run(empty, RNN_COURSE_ADDRESS=place.as_uri(), **environment)
    assert done.returncode == 0 and done.stderr == "", done.stderr
    assert done.stdout.splitlines()[-1] == used(empty / "rnn-course")
    assert left_in(empty) == ["rnn-course"]
    commit = subprocess.check_output(["git", "rev-parse", TAG], cwd=origin, text=True)[:7]
    assert done.stdout.startswith(f"Course 0.9, commit {commit}") or "unknown" in done.stdout


@pytest.mark.parametrize("left", ["empty", "half"])
def test_what_an_attempt_left_is_no_obstacle(left, run, origin, empty):
    (empty / "rnn-course").mkdir()
    if left == "half":
        (empty / "rnn-course" / ".git").mkdir()
        (empty / "rnn-course" / ".git" / "HEAD").write_text("ref: refs/heads/main\n", "utf-8")
        half = small_course(empty / ".rnn-course-123" / "course")  # not yet renamed: may be half
        (half / "utils" / "versions.py").unlink()
    done = run(empty, RNN_COURSE_ADDRESS=origin.as_uri())
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == used(
        empty / ("rnn-course" if left == "empty" else "rnn-course-2")
    )


@pytest.mark.parametrize("fault", ["address gone", "tag missing", "no ZIP at all", "other ZIP"])
def test_what_cannot_be_fetched_ends_in_one_sentence(fault, run, origin, empty, tmp_path):
    address = origin
    if fault == "address gone":
        address = tmp_path / "gone"
    if fault == "tag missing":
        git(origin, "tag", "--delete", TAG)
    if fault in ("no ZIP at all", "other ZIP"):
        address = tmp_path / "host"
        (address / "archive").mkdir(parents=True)
        archive = address / "archive" / f"{TAG}.zip"
        archive.write_text("<html>Sign in</html>", encoding="utf-8")
    if fault == "other ZIP":
        git(origin, "archive", "--format=zip", "-o", archive, TAG, "notebooks")
    done = run(empty, RNN_COURSE_ADDRESS=address.as_uri())
    assert last_line(done).startswith("RuntimeError: No course here or online (")
    assert last_line(done).endswith("): unzip its ZIP here, rerun")
    assert not [name for name in left_in(empty) if not name.startswith(".")]
    small_course(empty / "unzipped")  # and that helps
    assert run(empty, RNN_COURSE_ADDRESS=address.as_uri()).returncode == 0


def test_without_an_address_nothing_is_asked_for(run, empty, cell):
    text = cell.read_text(encoding="utf-8").replace(f'"{project.address()}"', '""')
    cell.write_text(text, encoding="utf-8")
    done = run(empty)
    assert "this copy of the course has no address yet" in last_line(done)
    assert left_in(empty) == []


def test_utils_that_colab_has_does_not_keep_it_from_fetching(run, origin, empty, tmp_path):
    (tmp_path / "site" / "utils").mkdir(parents=True)
    (tmp_path / "site" / "utils" / "__init__.py").write_text("mine = 1\n", encoding="utf-8")
    done = run(
        empty,
        f"{DRIVER}\n{FOREIGN}",
        also=str(tmp_path / "site"),
        RNN_COURSE_ADDRESS=origin.as_uri(),
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == used(empty / "rnn-course")


# --- with the real library

REAL = DRIVER + """
run()
import keras
from utils import plotting
first = keras.random.uniform((3,)).numpy().tolist()
run()
print(first == keras.random.uniform((3,)).numpy().tolist(), keras.backend.backend())
"""


def test_notebook_is_ready_with_seed_and_libraries(tmp_path, cell):
    course = make_course(tmp_path / "course")
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", REAL, str(cell)],
        cwd=course / "notebooks",
        env={**clean, "RNN_COURSE_SEED": "3"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    line = f"USED {course} seed 3 in {course / 'notebooks'}"
    version = f"Course {project.version()}, commit unknown"
    assert done.stdout.splitlines() == [version, line, version, line, "True tensorflow"]
    assert Path(course / "notebooks").is_dir()
