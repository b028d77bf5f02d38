"""Installing shows that it goes on, and everything when it fails."""

import queue
import sys

import pytest

from tools import install

PIP = """\
WARNING: Location 'file:///opt/x/' is ignored: it is neither a file nor a directory.
Collecting tensorflow<3,>=2.20 (from rnn-course==0.1.0)
  Downloading tensorflow-2.21.0-cp313-cp313-manylinux_2_27_x86_64.whl (620.5 MB)
Collecting six (from x)
  Downloading six-1.17.0-py2.py3-none-any.whl.metadata (1.7 kB)
  Downloading six-1.17.0-py2.py3-none-any.whl (11 kB)
Requirement already satisfied: pip in ./lib
Installing collected packages: six, tensorflow, rnn-course
Successfully installed rnn-course-0.1.0 six-1.17.0 tensorflow-2.21.0
"""


def test_a_line_for_each_package_and_none_that_frightens():
    said = []
    lines = PIP.splitlines(keepends=True)
    assert install.follow(iter(lines), said.append, clock=lambda: 7.0) == lines
    assert [line.strip() for line in said] == [
        "0 s  tensorflow",
        "0 s  tensorflow: 620.5 MB",
        "0 s  six",
        "0 s  unpacking 3 packages (a minute or two)",
    ]


def test_silence_is_broken_with_what_is_being_done():
    """pip says one line, and goes on only once two more lines were said about it."""
    go_on, said = queue.Queue(), []

    def slow():
        yield "Collecting jax\n"
        go_on.get()

    def say(line):
        said.append(line)
        if len(said) == 3:
            go_on.put(None)

    moments = iter(range(0, 1000, 30))
    install.follow(slow(), say, clock=lambda: next(moments), patience=0.01)
    assert said[:3] == ["  30 s  jax", "  60 s  still at it: jax", "  90 s  still at it: jax"]


@pytest.mark.parametrize("status", [0, 3])
def test_status_is_pips_and_failures_are_shown_whole(status, monkeypatch, tmp_path):
    pip = tmp_path / "pip.py"
    pip.write_text(f"print('Collecting a')\nprint('ERROR: none fits')\nexit({status})\n", "utf-8")
    popen = install.subprocess.Popen

    def fake(command, **options):
        assert command[1:4] == ["-m", "pip", "install"] and command[-1] == "a"
        return popen([sys.executable, str(pip)], **options)

    monkeypatch.setattr(install.subprocess, "Popen", fake)
    said = []
    assert install.pip(sys.executable, ["a"], tmp_path, said.append) == status
    text = "\n".join(said)
    assert ("ERROR: none fits" in text) == (status != 0)
    assert ("installed" in text.splitlines()[-1]) == (status == 0)


def test_course_is_installed_at_its_versions(monkeypatch):
    asked = []
    monkeypatch.setattr(install, "pip", lambda *call, **options: asked.append(call) or 0)
    assert install.main(["lab", "test"]) == 0
    assert asked == [
        (sys.executable, ["--constraint", "constraints.txt", "--editable", ".[lab,test]"])
    ]
