"""The three models do the same on JAX and on PyTorch as on TensorFlow.

Keras chooses its backend once a process, so `backend_programs` runs in one of its own. PyTorch is
no dependency of the course: its half runs where somebody has installed it.
"""

import contextlib
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import backend_programs
import pytest

TESTS = Path(__file__).parent
# Without TensorFlow, which Keras would use where it finds it, for what other backends can do alone.
START = """
import runpy, sys
sys.modules["tensorflow"] = None
runpy.run_path(sys.argv[1], run_name="__main__")
"""


@pytest.fixture(scope="module", params=["jax", "torch"])
def backend(request):
    """The name of a backend that is installed."""
    if importlib.util.find_spec(request.param) is None:
        pytest.skip(f"{request.param} is not installed (pip install {request.param})")
    return request.param


@pytest.fixture(scope="module")
def results(backend, tmp_path_factory):
    """What became of each program, by its name, and the folder in which they ran.

    In that folder they find models that were saved here, and leave others.
    """
    folder = tmp_path_factory.mktemp(backend)
    for name in ("here", "there"):
        (folder / name).mkdir()
    with contextlib.chdir(folder / "here"):
        backend_programs.save()
    paths = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    environment = {**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": paths,
                   "JAX_PLATFORMS": "cpu",
                   "XLA_FLAGS": "--xla_backend_optimization_level=0"}  # compiles faster
    done = subprocess.run(
        [sys.executable, "-c", START, str(TESTS / "backend_programs.py")], capture_output=True,
        text=True, env=environment, cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert {result["backend"] for result in found} == {backend}
    return {result["name"]: result["problem"] for result in found}, folder


@pytest.mark.parametrize("program", [each.__name__ for each in backend_programs.PROGRAMS])
def test_does_what_it_does_on_tensorflow(program, results):
    problems, _ = results
    assert problems[program] == ""


def test_what_it_saves_is_read_here(results, monkeypatch):
    _, folder = results
    monkeypatch.chdir(folder / "there")
    assert backend_programs.load() == 8


@pytest.mark.parametrize("program", ["losses", "resuming"])
def test_here_too(program, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    getattr(backend_programs, program)()
