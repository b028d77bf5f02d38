"""Marks many submissions: in several processes, going on after an interruption, whatever one does.

Each submission is marked by a process of its own, `python -m grading one`, which a batch system can
run as well. What came out is a file of JSON a student, and the files for people beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from grading import collecting
from utils.files import write_whole

ROOT = Path(__file__).resolve().parents[1]
GRACE = 60  # seconds beside what the limits allow
INTERRUPTED = (-signal.SIGINT, 130)
SEED = "GRADING_SEED"  # may hold the seed: commands are seen by all who share a machine
FLAGS = {"bubblewrap": (), "container": ("--container",), "none": ("--unsafe",)}


@dataclass(frozen=True)
class Job:
    """What is marked, and how.

    Attributes:
        problem_set: its number.
        seed: the teacher's.
        seconds: that one submission may take in all.
        walls: what `sandbox.choose` gave.
    """

    problem_set: str
    seed: int
    seconds: float = 900.0
    walls: str = "bubblewrap"


def grade(
    submissions, out, job: Job, *, processes: int = 1, share: tuple[int, int] = (0, 1), say=print
) -> list[dict]:
    """Marks all submissions, or a share of them, and returns what came out, by student.

    Args:
        submissions: a folder or a ZIP.
        out: a folder for the results; what it holds of the same submissions is kept.
        job: the problem set and its seed.
        processes: how many at once.
        share: (which, of how many): each of so many machines marks one, and whoever marks all
            afterwards finds what they did.
        say: prints a line.

    Raises:
        ValueError: what `collecting.read` raises; a container holds more than one submission.
        FileNotFoundError: the same.
        KeyboardInterrupt: Someone interrupts it; of what was not finished, no result is written.
    """
    which, of = share
    found = collecting.read(submissions)[which::of]
    if job.walls == "container" and len(found) > 1:
        raise ValueError(
            f"in a container one submission is marked, and not {len(found)}: what one leaves there "
            "would be seen by the next; take shares of one, --share 0/N for N submissions"
        )
    folder = Path(out) / "results"
    folder.mkdir(parents=True, exist_ok=True)
    paths = {each.student: folder / f"{each.student}.json" for each in found}
    known = {each.student: _known(paths[each.student], each, job) for each in found}
    new = sum(result is None for result in known.values())
    say(f"{len(found)} {'notebook' if len(found) == 1 else 'notebooks'}, {len(found) - new} done "
        "before; a new one takes 20 to 40 s, and on a busy machine up to 200 s")  # fmt: skip
    began, done, marked = time.monotonic(), [], 0
    with _Marking(job, processes) as marking:
        marks = [known[each.student] or marking.of(each, paths[each.student]) for each in found]
        for submission, mark in zip(found, marks, strict=True):
            known_before = isinstance(mark, dict)
            result = mark if known_before else mark.result()
            done.append(result)
            marked += not known_before
            told = result["unreadable"] or f"{result['points']:g} points"
            if marked:
                left = (time.monotonic() - began) / marked * (new - marked)
                told += f"   ({left:.0f} s left)"
            say(f"{len(done)} of {len(found)}  {submission.student}: {told}")
    return done


class _Marking:
    """Marks new submissions, so many at once, until it is left or somebody interrupts it.

    What was begun when it is left comes to its end or to nothing; no other is begun.
    """

    def __init__(self, job, processes):
        self.job, self.stopped, self.workers = job, Event(), SimpleQueue()
        for worker in range(processes):
            self.workers.put(worker)
        self.pool = ThreadPoolExecutor(processes)

    def of(self, submission, path):
        """The future result, which stands in the file as soon as it is known."""
        return self.pool.submit(self._marked, submission, path)

    def _marked(self, submission, path):
        worker = self.workers.get()
        try:
            if self.stopped.is_set():
                raise KeyboardInterrupt
            result = _mark(submission, self.job, worker)
        except KeyboardInterrupt:
            self.stopped.set()  # before another thread begins the next one
            raise
        finally:
            self.workers.put(worker)
        write_whole(path, json.dumps(result, indent=1, ensure_ascii=False) + "\n")
        return result

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stopped.set()
        self.pool.shutdown()


def _about(submission, job):
    """What a result is the result of."""
    return {"student": submission.student, "number": submission.number, "path": submission.path,
            "late": submission.late, "second_of": submission.second_of,
            "set": job.problem_set, "seed": job.seed,
            "sha256": hashlib.sha256(submission.content).hexdigest()}  # fmt: skip


def _known(path, submission, job):
    """The result that is there already, of the same content, set and seed; else None."""
    try:
        result = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    about = _about(submission, job)
    same = all(result.get(name) == value for name, value in about.items())
    same = same and result.get("walls") == job.walls
    return result if same and not result.get("again") else None


def _mark(submission, job, worker):
    """Runs `python -m grading one`; whatever becomes of it, a result comes back.

    Where this machine failed, and not the submission, the result says "again": the next call marks
    it once more.
    """
    about, began = _about(submission, job), time.monotonic()
    empty = {**about, "points": 0, "marks": [], "problems": [], "limits": [], "fingerprint": "",
             "unusual": [], "walls": job.walls, "unreadable": submission.problem}  # fmt: skip
    if submission.problem:
        return empty
    command = [sys.executable, "-m", "grading", "one", "--set", job.problem_set,
               "--worker", str(worker), *FLAGS[job.walls]]  # fmt: skip
    try:
        done = subprocess.run(command, input=submission.content, capture_output=True, cwd=ROOT,
                              env={**os.environ, SEED: str(job.seed)},
                              timeout=job.seconds + GRACE)  # fmt: skip
        if done.returncode in INTERRUPTED:  # Ctrl-C reaches every process of a terminal
            raise KeyboardInterrupt
        result = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        why = "marking it took too long"
        return {**empty, "unreadable": why, "limits": ["time"], "again": True}
    except ValueError:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        why = f"it could not be marked: {' '.join(why)[:300]}"
        return {**empty, "unreadable": why, "again": True}
    return {**about, **result, "seconds": round(time.monotonic() - began, 1)}
