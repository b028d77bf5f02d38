"""Marks made submissions of problem set 1 and prints what it took, as one line of JSON.

    python benchmarks/submissions.py --submissions 200 --processes 2

Each is the solved set with changes: names of variables, comments and order of cells; some exercises
left out, wrong, broken, or hostile. What points each has to get is known, and
`wrong` names those that got others. Seconds are those of each submission, from reading it to its
result; memory is that of all processes together, pages that several share counted for each. With
`--out` the results stay, and the same call goes on after an interruption.
"""

import argparse
import ast
import json
import os
import re
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from grading import batch, sandbox, sets  # noqa: E402
from tools import assignments, notebooks  # noqa: E402
from utils.exercises import problem_set  # noqa: E402

SEED = 1815
# Twenty submissions; more begin again.
KINDS = ("right", "renamed", "partial", "right", "wrong", "partial", "renamed", "broken", "right",
         "wrong", "partial", "renamed", "right", "empty", "partial", "endless", "renamed",
         "unreadable", "right", "killing")  # fmt: skip
HOSTILE = {
    "endless": "while True: pass",
    "killing": "import os; os.kill(os.getppid(), 9); os.kill(os.getpid(), 9)",
}
EXPERIMENT = re.compile(r"= np\.array\(\[\[|= fair\(")


def made(kind, number, *, experiment=True):
    """Makes one submission.

    Args:
        kind: one of `KINDS`.
        number: which one it is; variant and changes depend on it.
        experiment: whether its cells that train are in it.

    Returns:
        The notebook as bytes, and the points that its functions have to get.
    """
    name = f"1.{1 + number % 3}"
    work, notebook = problem_set(name), assignments.made(name, solved=kind != "empty")
    parts = [(part.exercise.name, part.points) for part in work.parts]
    if not experiment:
        notebook.cells = [c for c in notebook.cells if not EXPERIMENT.search(c.source)]
    for cell in notebook.cells:
        cell.metadata.clear()  # Colab loses them
    if kind == "unreadable":
        return notebooks.as_text(notebook).encode()[:-1000], 0
    lost = {
        "partial": [n for place, (n, _) in enumerate(parts) if (place + number) % 2],
        "wrong": [parts[number % len(parts)][0]], "broken": [parts[number % len(parts)][0]],
        "empty": [n for n, _ in parts], "endless": ["reached"], "killing": ["reached"],
    }.get(kind, [])  # fmt: skip
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = _changed(cell.source, kind, number, lost)
    return notebooks.as_text(notebook).encode(), sum(p for n, p in parts if n not in lost)


def _changed(code, kind, number, lost):
    """The code of a cell, as this kind of submission has it."""
    try:
        [function] = [s for s in ast.parse(code).body if isinstance(s, ast.FunctionDef)]
    except (SyntaxError, ValueError):  # no function in it, or several
        return code
    if kind == "renamed":
        return _renamed(function, number)
    if function.name not in lost:
        return code
    if kind == "broken":
        return f"{code}\n    )"
    body = {"wrong": "return np.zeros(3)", **HOSTILE}.get(kind, "raise NotImplementedError")
    function.body = ast.parse(body).body
    return ast.unparse(function)


def _renamed(function, number):
    """A function without its comments, all of whose variables have other names."""
    own = {node.id for node in ast.walk(function)
           if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}  # fmt: skip
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id in own:
            node.id = f"{node.id}_{number}"
        elif isinstance(node, ast.arg) and node.arg in own:
            node.arg = f"{node.arg}_{number}"
    return ast.unparse(function)


def measure(count, processes, out, *, experiment=True, say=print):
    """Marks so many submissions; what it took, by name.

    Args:
        count: of the submissions.
        processes: how many are marked at once.
        out: folder for submissions and results.
        experiment: whether the cells that train are run.
        say: prints a line.
    """
    folder, expected = Path(out) / "submissions", {}
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        content, points = made(kind, number, experiment=experiment)
        student = f"student {number:03d}"
        expected[student] = kind, points
        (folder / f"{student}.ipynb").write_bytes(content)
    walls, began = sandbox.choose(), time.monotonic()
    with Peak() as peak:
        results = batch.grade(folder, out, batch.Job("1", SEED, walls=walls), processes=processes,
                              say=say)  # fmt: skip
    took, seconds = time.monotonic() - began, defaultdict(list)
    for result in results:
        seconds[expected[result["student"]][0]].append(result.get("seconds", 0.0))
    every = [value for values in seconds.values() for value in values]
    return {
        "submissions": count, "processes": processes, "experiment": experiment,
        "seconds": round(took, 1), "seconds each": _spread(every),
        "seconds by kind": {kind: _spread(values) for kind, values in seconds.items()},
        "peak GiB": round(peak.bytes / 2**30, 2),
        "of": sum(part.points for part in sets.tasks("1.1")),
        "wrong": [r["student"] for r in results if r["points"] != expected[r["student"]][1]],
    }  # fmt: skip


def _spread(values):
    """Median, 95th percentile and maximum."""
    return [round(float(np.percentile(values, share)), 1) for share in (50, 95, 100)]


class Peak:
    """The most memory that this process and all below it held while the block ran.

    Attributes:
        bytes: so many, looked at twice a second.
    """

    def __init__(self):
        self.bytes, self._done = 0, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *error):
        self._done.set()
        self._thread.join()

    def _look(self):
        while not self._done.wait(0.5):
            self.bytes = max(self.bytes, sandbox.taken(os.getpid())[0])


def main(arguments=None):
    """Measures and prints; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--submissions", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", help="folder that keeps the results")
    parser.add_argument("--without-experiment", action="store_true", help="no cell trains")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        line = measure(options.submissions, options.processes, options.out or temporary,
                       experiment=not options.without_experiment,
                       say=lambda text: print(text, file=sys.stderr, flush=True))  # fmt: skip
    print(json.dumps(line))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
