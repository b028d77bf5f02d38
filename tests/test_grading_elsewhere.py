"""Marking on other machines: an autograder's ZIP, a container, shares of a batch, examples."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest
import test_grading
import yaml

from grading import __main__, batch, gradescope, sandbox, sets
from tools import autograder, project, zips

ROOT = Path(__file__).parents[1]
SEED = 5
RIGHT = test_grading.notebook(test_grading.RIGHT)
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or bool(test_grading.NO_WALLS), reason="a container is imitated as root only"
)


# The rights that Docker leaves root in a container; to make namespaces is not among them.
RIGHTS = ("CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP "
          "NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE").split()  # fmt: skip


def container(folder):
    """The command that imitates a container of Docker, with a folder as `/autograder`."""
    walls = [shutil.which("bwrap"), "--unshare-pid", "--unshare-ipc", "--die-with-parent",
             "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev",
             "--perms", "1777", "--tmpfs", "/tmp", "--setenv", "GRADING_ENVIRONMENT",
             sys.prefix]  # fmt: skip
    for right in RIGHTS:
        walls += ["--cap-add", f"CAP_{right}"]
    for place in ("/usr", *sandbox._python()):
        walls += [*sandbox._above(place), "--ro-bind", place, place]
    for place in ("/bin", "/lib", "/lib64"):
        if os.path.exists(place):
            walls += ["--symlink", os.path.realpath(place), place]
    return [*walls, "--bind", str(folder), "/autograder", "--chdir", "/autograder"]


# ---------------------------------------------------------------- the ZIP


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The ZIP for the two exercises of notebook 8, and a folder laid out as on Gradescope."""
    top = tmp_path_factory.mktemp("gradescope")
    path, folder = top / "autograder.zip", top / "autograder"
    assert autograder.main(["trial", str(path), "--seed", str(SEED)]) == 0
    subprocess.run([sys.executable, "-m", "zipfile", "-e", path, folder / "source"], check=True)
    for name in ("submission", "results"):
        (folder / name).mkdir()
    shutil.copy(folder / "source" / "run_autograder", folder)
    (folder / "run_autograder").chmod(0o755)  # as Gradescope does
    return path, folder


def test_what_lies_in_the_zip(packed):
    with zipfile.ZipFile(packed[0]) as archive:
        names = set(archive.namelist())
        modes = {name: archive.getinfo(name).external_attr >> 16 for name in names}
        needed = archive.read("requirements.txt").decode().splitlines()
        container = archive.read("Containerfile").decode()
        assert json.loads(archive.read("assignment.json")) == {"set": "trial", "seed": SEED}
    assert {"setup.sh", "run_autograder", "Containerfile", "requirements.txt"} <= names
    assert modes["setup.sh"] & 0o111 and modes["run_autograder"] & 0o111
    assert {"course/grading/child.py", "course/utils/exercises/engine.py"} <= names
    assert "course/constraints.txt" in names
    assert not [name for name in names if "__pycache__" in name or name.startswith("course/note")]
    assert needed == project.load()["project"]["dependencies"]
    assert 'CMD ["--set", "trial"]' in container and "{" not in container


def test_the_same_files_give_the_same_zip(tmp_path):
    contents = autograder.files("1", SEED)
    for name in ("one.zip", "two.zip"):
        zips.write(tmp_path / name, contents)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_set_that_is_not_there_is_refused(tmp_path, capsys):
    assert autograder.main(["99", str(tmp_path / "x.zip")]) == 2
    assert "99" in capsys.readouterr().err and not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["setup.sh", "run_autograder"])
def test_scripts_are_well_formed(name):
    path = ROOT / "grading" / "autograder" / name
    subprocess.run(["bash", "-n", path], check=True)
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")


def test_the_containerfile_names_what_there_is():
    lines = (ROOT / "grading" / "autograder" / "Containerfile").read_text("utf-8").splitlines()
    entry = next(json.loads(line[11:]) for line in lines if line.startswith("ENTRYPOINT "))
    setup = (ROOT / "grading" / "autograder" / "setup.sh").read_text("utf-8")
    assert entry[0] == "/opt/rnn-course/bin/python" and "/opt/rnn-course" in setup
    assert entry[1:4] == ["-m", "grading", "one"]
    assert "COPY . /autograder/source" in lines


# ---------------------------------------------------------------- as Gradescope runs it


def hand_in(folder, contents):
    """Puts notebooks where Gradescope puts them, and takes away what was there."""
    for place in ("submission", "results"):
        shutil.rmtree(folder / place)
        (folder / place).mkdir()
    for number, content in enumerate(contents):
        (folder / "submission" / f"set {number}.ipynb").write_bytes(content)


def directly(folder, *contents):
    """What `results.json` holds after marking these notebooks in this process."""
    hand_in(folder, contents)
    assert gradescope.main(folder) == 0
    return json.loads((folder / "results" / "results.json").read_text("utf-8"))


def run_autograder(folder, *contents, contained=False):
    """The same after a run of the script, and what was printed."""
    hand_in(folder, contents)
    if contained:
        command, environment = [*container(folder), "/autograder/run_autograder"], None
    else:
        command = [folder / "run_autograder"]
        environment = {**os.environ, "GRADING_AUTOGRADER": str(folder),
                       "GRADING_ENVIRONMENT": sys.prefix}  # fmt: skip
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    assert not done.returncode, done.stderr
    return json.loads((folder / "results" / "results.json").read_text("utf-8")), done.stderr


@test_grading.needs_walls
def test_a_submission_becomes_results(packed):
    result, _ = run_autograder(packed[1], RIGHT)
    first, second = result["tests"]
    assert result["score"] == 4 and (first["score"], first["max_score"]) == (4, 4)
    assert first["name"] == "lstm_step" and "right on" in first["output"]
    assert second["score"] == 0 and "no function `lstm_step_backward`" in second["output"]
    assert result["stdout_visibility"] == "hidden" and result["execution_time"] > 0
    assert "without bubblewrap" not in result["output"]


@as_root
def test_in_a_container_that_refuses_bubblewrap_an_ordinary_user_runs_it(packed):
    content = test_grading.notebook(test_grading.RIGHT, LOOKING_AROUND)
    result, _ = run_autograder(packed[1], content, contained=True)
    assert result["tests"][0]["score"] == 4, result
    assert "as an ordinary user in a container of its own" in result["output"]
    seen = result["tests"][1]["output"]
    assert "seen: []" in seen and f"uid {sandbox.ALONE}" in seen, seen
    assert str(SEED) not in seen.split("uid")[0]


LOOKING_AROUND = """
import os, subprocess, utils
def lstm_step_backward(*a):
    own = subprocess.Popen(["sleep", "61.9"], start_new_session=True)
    seen = []
    course = os.path.dirname(os.path.dirname(utils.__file__))
    places = [course + "/x", utils.__file__, "/x", course + "/utils/cells/x"]
    for number in filter(str.isdigit, os.listdir("/proc")):
        try: command = open(f"/proc/{number}/cmdline", "rb").read()
        except OSError: continue
        if b"grading" in command and int(number) != os.getpid():
            seen += [command] if b"seed" in command else []
            places += [f"/proc/{number}/environ", f"/proc/{number}/cwd/x", f"/proc/{number}/mem"]
    for place in places:
        try: seen.append(open(place, "r+b") and place)
        except OSError: pass
    for number in range(2, 2**15):
        try: os.kill(number, 0); seen += [number] if number not in (os.getpid(), own.pid) else []
        except OSError: pass
    for name in ("cells", "exercises.gated"):
        try: seen.append(__import__("utils." + name))
        except ImportError: pass
    raise ValueError(f"seen: {seen} uid {os.getuid()}")
"""


@pytest.mark.parametrize("count", [0, 2])
def test_not_one_notebook(packed, count):
    result = directly(packed[1], *[RIGHT] * count)
    assert result["score"] == 0 and f"{count} notebooks, expected one" in result["output"]


def test_where_marking_fails_it_is_no_students_fault(packed, monkeypatch, capsys):
    def broken(*arguments):
        raise RuntimeError("a bug of ours")

    with monkeypatch.context() as patch:
        patch.setattr(gradescope.sets, "result", broken)
        patch.setattr(gradescope.sandbox, "choose", lambda container: "none")
        result = directly(packed[1], RIGHT)
    assert result["output"] == gradescope.TEACHER and "a bug of ours" in capsys.readouterr().err
    (packed[1] / "source" / "course").rename(packed[1] / "away")
    try:
        result, _ = run_autograder(packed[1], RIGHT)
    finally:
        (packed[1] / "away").rename(packed[1] / "source" / "course")
    assert result == {"score": 0, "output": gradescope.TEACHER}


def test_without_a_seed_nothing_is_marked(packed, capsys):
    path = packed[1] / "source" / "assignment.json"
    said = path.read_text("utf-8")
    path.write_text('{"set": "trial", "seed": null}', encoding="utf-8")
    try:
        result = directly(packed[1], RIGHT)
    finally:
        path.write_text(said, encoding="utf-8")
    assert result["score"] == 0 and "SEED=" in capsys.readouterr().err


def test_results_say_what_is_marked_by_hand_and_no_hidden_numbers():
    mark = {"name": "fair", "points": 1.0, "of": 4.0,
            "said": "`h_t` is right: `h_t` is 0.123 at [0, 1], expected -4.5e-3, with"}  # fmt: skip
    words = [{"name": "in_words", "of": 8.0, "text": "It shows"}]
    result = {"marks": [mark], "words": words, "problems": ["cell 3: it is no Python"],
              "walls": "none", "unreadable": ""}  # fmt: skip
    shown = gradescope.shown(result)
    assert "4.5e-3" not in shown["tests"][0]["output"] and shown["score"] == 1
    assert "in_words: 2 words, marked by hand, 8 points." in shown["output"]
    assert "without a sandbox" in shown["output"] and "cell 3" in shown["output"]


# ---------------------------------------------------------------- walls


def test_where_bubblewrap_is_refused_nothing_runs(monkeypatch):
    refusal = ["sh", "-c", "echo no namespaces >&2; exit 1"]
    monkeypatch.setattr(sandbox, "_walls", lambda *a: refusal)
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: f"/usr/bin/{name}")
    with pytest.raises(sandbox.Refused, match="says: no namespaces. .*README"):
        sandbox.choose()
    assert sandbox.choose(unsafe=True) == "none"


@as_root
def test_a_container_in_which_solutions_can_be_read_is_refused(monkeypatch):
    monkeypatch.setattr(sandbox, "_problem", lambda: "refused")
    monkeypatch.setattr(sandbox.sys, "executable", "/usr/bin/true")  # one that everybody can start
    with tempfile.TemporaryDirectory() as course:
        solutions = Path(course) / "utils" / "exercises" / "__init__.py"
        solutions.parent.mkdir(parents=True)
        solutions.touch()
        monkeypatch.setattr(sandbox, "COURSE", Path(course))
        assert sandbox.choose(container=True) == "container"
        Path(course).chmod(0o755)
        with pytest.raises(sandbox.Refused, match="can read the solutions"):
            sandbox.choose(container=True)


def test_without_root_there_is_no_container(monkeypatch):
    monkeypatch.setattr(sandbox, "_problem", lambda: "refused")
    monkeypatch.setattr(sandbox.os, "geteuid", lambda: 1000)
    with pytest.raises(sandbox.Refused, match="not root"):
        sandbox.choose(container=True)


# ---------------------------------------------------------------- shares


def nothing_marked(submission, job, worker):
    """A result without marking."""
    return {**batch._about(submission, job), "points": 0, "marks": [], "problems": [], "limits": [],
            "fingerprint": "", "unusual": [], "walls": job.walls, "unreadable": ""}  # fmt: skip


def test_machines_mark_shares_and_one_of_them_writes_the_pages(tmp_path, monkeypatch):
    for name in ("Ada", "Bo", "Cy"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "set.ipynb").write_bytes(b"")
    marked = []

    def mark(submission, job, worker):
        marked.append(submission.student)
        return nothing_marked(submission, job, worker)

    monkeypatch.setenv(batch.SEED, "5")
    monkeypatch.setattr(__main__, "say", lambda line: None)
    monkeypatch.setattr(batch, "_mark", mark)
    options = ["all", str(tmp_path / "in"), "--set", "trial", "--unsafe",
               "--out", str(tmp_path / "out")]  # fmt: skip
    assert __main__.main([*options, "--share", "0/2"]) == 0
    assert marked == ["Ada", "Cy"]
    assert __main__.main([*options, "--share", "1/2"]) == 0
    assert marked == ["Ada", "Cy", "Bo"]
    assert not (tmp_path / "out" / "summary.html").exists()
    assert __main__.main(options) == 0
    assert len(marked) == 3 and (tmp_path / "out" / "summary.html").exists()


@pytest.mark.parametrize("share", ["2/2", "-1/2", "1", "a/b"])
def test_shares_that_cannot_be(share, capsys):
    with pytest.raises(SystemExit):
        __main__.main(["all", "x", "--set", "trial", "--out", "y", "--share", share])
    assert "--share" in capsys.readouterr().err


def test_a_seed_is_asked_for(monkeypatch, capsys):
    monkeypatch.delenv(batch.SEED, raising=False)
    with pytest.raises(SystemExit):
        __main__.main(["one", "--set", "trial"])
    assert batch.SEED in capsys.readouterr().err


def test_a_container_holds_one_submission(tmp_path, monkeypatch):
    monkeypatch.setattr(batch, "_mark", nothing_marked)
    for name in ("Ada", "Bo"):
        (tmp_path / f"{name}.ipynb").write_bytes(b"no notebook")
    job = batch.Job("trial", SEED, walls="container")
    with pytest.raises(ValueError, match="one submission is marked, and not 2"):
        batch.grade(tmp_path, tmp_path / "out", job)
    assert len(batch.grade(tmp_path, tmp_path / "out", job, share=(1, 2), say=lambda line: 0)) == 1


# ---------------------------------------------------------------- examples


def test_the_array_of_slurm_is_well_formed(capsys):
    path = ROOT / "grading" / "examples" / "slurm.sh"
    subprocess.run(["bash", "-n", path], check=True)
    text = path.read_text(encoding="utf-8")
    assert "#SBATCH --array=0-19" in text and "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_COUNT" in text
    assert options_are_known(text, capsys)


def test_the_job_of_kubernetes_is_well_formed(capsys):
    job = yaml.safe_load((ROOT / "grading" / "examples" / "kubernetes.yaml").read_text("utf-8"))
    assert (job["apiVersion"], job["kind"]) == ("batch/v1", "Job")
    assert job["spec"]["completionMode"] == "Indexed"
    pod = job["spec"]["template"]["spec"]
    [container] = pod["containers"]
    variables = {each["name"] for each in container["env"]}
    assert batch.SEED in variables and pod["restartPolicy"] == "Never"
    assert f"/{job['spec']['completions']}" in container["command"][-1]
    volumes = {each["name"] for each in pod["volumes"]}
    assert {each["name"] for each in container["volumeMounts"]} <= volumes
    assert all(m["mountPath"].startswith("/autograder/") for m in container["volumeMounts"])
    assert options_are_known(container["command"][-1], capsys)


def options_are_known(text, capsys):
    """Whether our command in a text has only options that it knows."""
    [line] = [line for line in text.replace("\\\n", " ").splitlines() if "-m grading all" in line]
    words = line.split("-m grading")[1].split()
    with pytest.raises(SystemExit):
        __main__.main(["all", "--help"])
    known = capsys.readouterr().out
    return {"--set", "--out", "--share"} <= set(words) and all(
        word in known for word in words if word.startswith("--")
    )


def test_what_one_says_is_what_a_batch_keeps():
    result = sets.result("trial", b"no notebook", SEED, "none")
    assert {"variant", "words", "points", "marks", "walls", "unusual"} <= set(result)
    json.dumps(result)
