"""A real Jupyter server, as `make lab` and `make author` start it: every notebook opens."""

import contextlib
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request

import nbformat
import pytest

from tools import author, copies, project

TOKEN = "a-token-for-this-test"
ORDERS = {"notebook newer": 60, "source newer": -60, "same moment": 0}


@pytest.fixture
def course(tmp_path):
    """The course's notebooks and sources, with the learner's copies."""
    shutil.copytree(
        project.ROOT / "notebooks",
        tmp_path / "notebooks",
        ignore=shutil.ignore_patterns("__pycache__", ".*"),
    )
    copies.prepare(tmp_path, say=lambda line: None)
    return tmp_path


@contextlib.contextmanager
def server(course, folder, *options):
    """Starts JupyterLab for a folder; gives a function that asks its contents service."""
    settings, port, log = course / "settings", free_port(), course / "server.log"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")},
        **{f"JUPYTER_{kind}_DIR": str(settings / kind) for kind in ("CONFIG", "DATA", "RUNTIME")},
        "XDG_CONFIG_HOME": str(settings),
    }
    command = [sys.executable, "-m", "jupyterlab", folder, *options, "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1"]
    command += [f"--IdentityProvider.token={TOKEN}"]
    with (
        log.open("w", encoding="utf-8") as file,
        subprocess.Popen(command, cwd=course, env=environment, stderr=file) as process,
    ):
        try:
            wait_for(process, port, log)
            yield asking(f"http://127.0.0.1:{port}/")
        finally:
            process.kill()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(process, port, log):
    """Returns when somebody listens at the port; fails when the server ends before."""
    while process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
    raise AssertionError("the server did not start:\n" + log.read_text(encoding="utf-8"))


def asking(base):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def ask(path, method="GET", body=None):
        request = urllib.request.Request(
            f"{base}api/contents/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"token {TOKEN}"},
            method=method,
        )
        with opener.open(request) as answer:  # raises where the answer is an error
            return json.loads(answer.read())

    return ask


def set_times(course, order):
    """Sets when notebooks were written, compared with their sources."""
    for name in names_in(course):
        at = (course / "notebooks" / "source" / f"{name}.py").stat().st_mtime
        for folder in ("notebooks", "my-notebooks"):
            os.utime(course / folder / f"{name}.ipynb", (at + ORDERS[order],) * 2)


def hashes(folder):
    files = [path for path in folder.rglob("*") if path.is_file()]
    hidden = [path for path in files if ".ipynb_checkpoints" in path.parts]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in set(files) - set(hidden)
    }


def names_in(course):
    return sorted(path.stem for path in (course / "my-notebooks").glob("*.ipynb"))


def open_all(ask, names):
    """Opens notebooks by their names; returns the contents that Jupyter shows."""
    return {name: ask(f"{name}.ipynb?type=notebook&content=1")["content"] for name in names}


def test_a_learners_notebooks_open_and_their_work_touches_nothing_else(course):
    names, before = names_in(course), hashes(course / "notebooks")
    with server(course, "my-notebooks") as ask:
        for order in ORDERS:
            set_times(course, order)
            shown = open_all(ask, names)
        for name, content in shown.items():
            content["cells"].append(nbformat.v4.new_markdown_cell(f"my thought on {name}"))
            body = {"type": "notebook", "format": "json", "content": content}
            ask(f"{name}.ipynb", "PUT", body)
            ask(f"{name}.ipynb/checkpoints", "POST")
        again = open_all(ask, names)
    last = {name: content["cells"][-1]["source"] for name, content in again.items()}
    assert last == {name: f"my thought on {name}" for name in names}
    assert hashes(course / "notebooks") == before
    assert not list((course / "my-notebooks").glob("**/*.py")), "no source is written"
    assert copies.own(course) == names


def test_a_notebook_saved_without_a_change_is_not_the_learners_own(course):
    names = names_in(course)[:3]
    with server(course, "my-notebooks") as ask:
        for name, content in open_all(ask, names).items():
            ask(f"{name}.ipynb", "PUT", {"type": "notebook", "format": "json", "content": content})
    assert copies.own(course) == []


def test_the_courses_notebooks_open_as_well(course):
    """Who starts Jupyter in `notebooks/` is no maintainer: no pairing, no refusal."""
    names, before = names_in(course), hashes(course / "notebooks")
    with server(course, "notebooks") as ask:
        for order in ORDERS:
            set_times(course, order)
            open_all(ask, names)
        content = open_all(ask, names[:1])[names[0]]
        content["cells"].append(nbformat.v4.new_code_cell("mine = 1"))
        body = {"type": "notebook", "format": "json", "content": content}
        ask(f"{names[0]}.ipynb", "PUT", body)
    after = hashes(course / "notebooks")
    assert [path for path in after if after[path] != before.get(path)] == [f"{names[0]}.ipynb"]


def test_an_authors_notebooks_are_paired_and_open(course):
    names, folder = names_in(course)[:4], course / "notebooks"
    with server(course, "notebooks", *author.options()) as ask:
        for order in ORDERS:
            set_times(course, order)
            shown = open_all(ask, names)
        content = shown[names[0]]
        content["cells"].append(nbformat.v4.new_markdown_cell("A better sentence."))
        body = {"type": "notebook", "format": "json", "content": content}
        before = hashes(folder)
        ask(f"{names[0]}.ipynb", "PUT", body)
    source = (folder / "source" / f"{names[0]}.py").read_text(encoding="utf-8")
    assert source.endswith("# A better sentence.\n")
    assert source.startswith("# %% [markdown]\n# # "), "no header of jupytext's"
    after = hashes(folder)
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {f"{names[0]}.ipynb", f"source/{names[0]}.py"}
