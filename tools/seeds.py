"""Runs a notebook under several seeds and says how often each of its claims held.

    python -m tools.seeds 14 --seeds 5
    python -m tools.seeds 14 --first 5 --seeds 5  # 5 to 9

A threshold is honest when its claim holds under every seed, so anything less ends with exit code 1.
The notebook itself is not written. A claim that fails does not stop the run, so that the later ones
are counted too; a cell that fails in another way does, and the claims after it count as not held.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tools import notebooks, project
from utils.checks import for_console, say


def run(source, seed, *, say=say):
    """Runs one notebook with one seed.

    Returns:
        (claims, error): the recorded claims in order, each a dict with `claim`, `held`, `measured`
        and `number`, and the message of the cell that stopped the run, or None.
    """
    notebook = notebooks.from_source(source.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "claims.jsonl"
        record.touch()
        environment = {
            **os.environ,
            "RNN_COURSE_SEED": str(seed),
            "RNN_COURSE_CLAIMS": str(record),
            "RNN_COURSE_CLAIMS_CONTINUE": "1",
        }
        error = None
        try:
            name = f"{source.stem}, seed {seed}"
            notebooks.execute(
                notebook, source.parent.parent, name, say=say, environment=environment
            )
        except notebooks.BuildError as failure:
            error = str(failure)
        lines = record.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines], error


def count(runs):
    """Counts how often each claim held.

    Args:
        runs: one list of claims a seed.

    Returns:
        One dict a claim, in the order of first appearance: `claim`, `held` (in how many runs it
        was reached and held each time), `runs`, `failures` (what was measured where it did not
        hold), `lowest` and `highest` of its measured numbers, or None where it has none.
    """
    texts = list(dict.fromkeys(entry["claim"] for claims in runs for entry in claims))
    return [_summary(text, runs) for text in texts]


def _summary(text, runs):
    found = [[entry for entry in claims if entry["claim"] == text] for claims in runs]
    entries = [entry for group in found for entry in group]
    numbers = [entry["number"] for entry in entries if entry["number"] is not None]
    return {
        "claim": text,
        "held": sum(bool(group) and all(entry["held"] for entry in group) for group in found),
        "reached": sum(bool(group) for group in found),
        "runs": len(runs),
        "failures": [entry["measured"] for entry in entries if not entry["held"]],
        "lowest": min(numbers, default=None),
        "highest": max(numbers, default=None),
    }


def report(summaries):
    """Returns the lines to print: a count, the range of the measured number, and the claim."""
    lines = []
    for row in summaries:
        spread = ""
        if row["lowest"] is not None:
            spread = f"  (measured {row['lowest']:.4g} to {row['highest']:.4g})"
        mark = "✓" if row["held"] == row["runs"] else "✗"
        lines.append(f"{mark} {row['held']} of {row['runs']}  {row['claim']}{spread}")
        if row["reached"] < row["runs"]:
            lines.append(f"    reached under {row['reached']} of {row['runs']} seeds only")
        failures = [measured for measured in row["failures"] if measured is not None]
        if failures:
            lines.append(f"    did not hold with: {'; '.join(failures)}")
    return [for_console(line) for line in lines]


def _choose(prefix):
    if not prefix:
        raise SystemExit("Say which notebook, for instance: make seeds NOTEBOOK=14 SEEDS=5")
    found = notebooks.sources(project.ROOT, prefix)
    if len(found) != 1:
        names = ", ".join(path.stem for path in notebooks.sources()) or "none yet"
        raise SystemExit(f"{len(found)} notebooks start with {prefix!r}; there are: {names}.")
    return found[0]


def main(arguments=None):
    """Runs one notebook under several seeds and prints how often each claim held."""
    parser = argparse.ArgumentParser(prog="tools.seeds", description=__doc__.split("\n\n")[0])
    parser.add_argument("notebook", help="the start of its name, for instance 14")
    parser.add_argument("--seeds", type=int, default=5, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    options = parser.parse_args(arguments)
    if options.seeds < 1:
        parser.error(f"--seeds is at least 1; got {options.seeds}")
    if options.first < 0:
        parser.error(f"--first is at least 0; got {options.first}")
    source, runs, stopped = _choose(options.notebook), [], False
    for seed in range(options.first, options.first + options.seeds):
        claims, error = run(source, seed)
        runs.append(claims)
        if error:
            stopped = True
            print(f"seed {seed} stopped early: {error}", file=sys.stderr)
    return finish(count(runs), stopped)


def finish(summaries, stopped=False):
    """Prints the report; returns the exit code: 0 only when every claim held in every run."""
    for line in report(summaries):
        say(line)
    always = sum(row["held"] == row["runs"] for row in summaries)
    say(f"{always} of {len(summaries)} claims held under every seed")
    return 0 if summaries and always == len(summaries) and not stopped else 1


if __name__ == "__main__":
    raise SystemExit(main())
