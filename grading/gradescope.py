"""Within an autograder of Gradescope: one submission to the `results.json` that it shows.

The layout is the one that Gradescope documents: `source`, what `tools.autograder` packed;
`submission`, what the student uploaded; `results`, where the answer goes.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from grading import feedback, sandbox, sets
from utils.files import write_whole

TEACHER = "The marking did not work here, which is no fault of yours; please tell your teacher."


def main(folder: str | Path) -> int:
    """Marks what lies in `submission`, writes `results/results.json`, and returns 0.

    Whatever happens, a result is written: of failures of ours, standard output, which only teachers
    see, says more.

    Args:
        folder: `/autograder`.
    """
    folder, began = Path(folder), time.monotonic()
    try:
        result = shown(_marked(folder))
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        result = {"score": 0, "output": TEACHER}
    result |= {"execution_time": round(time.monotonic() - began, 1), "stdout_visibility": "hidden"}
    write_whole(folder / "results" / "results.json", json.dumps(result, indent=1))
    return 0


def _marked(folder):
    """What came of the submission, as of `sets.result`."""
    said = json.loads((folder / "source" / "assignment.json").read_text(encoding="utf-8"))
    if said["seed"] is None:
        raise ValueError("this autograder was made without a seed; make it again with SEED=…")
    notebooks = sorted((folder / "submission").rglob("*.ipynb"))
    notebooks = [path for path in notebooks if path.is_file() and not path.is_symlink()]
    if len(notebooks) != 1:
        empty = {"words": [], "marks": [], "problems": [], "walls": "bubblewrap"}
        return {**empty, "unreadable": f"it holds {len(notebooks)} notebooks, expected one"}
    walls = sandbox.choose(container=True)
    return sets.result(said["set"], notebooks[0].read_bytes(), said["seed"], walls)


def shown(result: dict) -> dict:
    """A result as Gradescope shows it, one entry an exercise.

    Args:
        result: what `sets.result` returned.
    """
    tests = [
        {"name": mark["name"], "score": mark["points"], "max_score": mark["of"],
         "output": feedback.told(mark["said"])}
        for mark in result["marks"]
    ]  # fmt: skip
    lines = []
    if result["unreadable"]:
        lines.append(f"Nothing could be marked: {result['unreadable']}.")
    if result.get("named"):
        lines.append(feedback.sentence(result["named"]))
    if result["walls"] != "bubblewrap":
        lines.append(f"This was marked {feedback.WALLS[result['walls']]}.")
    for answer in result["words"]:
        count = len(answer["text"].split())
        lines.append(f"{answer['name']}: {count} words, marked by hand, {answer['of']:g} points.")
    lines += [f"Stopped: {problem}" for problem in result["problems"]]
    return {"score": sum(test["score"] for test in tests), "output": "\n".join(lines),
            "tests": tests}  # fmt: skip
