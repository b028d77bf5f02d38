"""Marks submissions.

    python -m grading all SUBMISSIONS --set trial --seed 1815 --out results --processes 4
    python -m grading one --set trial --seed 1815 < notebook.ipynb > result.json

SUBMISSIONS is a folder or the ZIP of a learning platform. `one` is what a batch system runs: it
maps one notebook to one JSON and needs nothing of the others.
"""

import argparse
import json
import sys

from grading import batch, feedback, marking, sandbox, sets, words
from utils.checks import say


def main(arguments=None):
    """Returns the exit status."""
    parser = argparse.ArgumentParser(prog="grading", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    many = commands.add_parser("all", help="a folder or a ZIP")
    many.add_argument("submissions")
    many.add_argument("--out", required=True, help="folder for the results")
    many.add_argument("--processes", type=int, default=1, help="how many at once")
    one = commands.add_parser("one", help="one notebook, from standard input")
    one.add_argument("--worker", type=int, default=0, help="which of several at once")
    for each in (many, one):
        each.add_argument("--set", required=True, help="set and variant, 1.3, or a set, 1")
        each.add_argument("--seed", type=int, required=True, help="yours; keep it to yourself")
        each.add_argument("--unsafe", action="store_true", help="without a sandbox; reports say so")
    options = parser.parse_args(arguments)
    try:
        sets.tasks(sets.variant(options.set, b"")[0])  # there is such a set
        if options.command == "one":
            content = sys.stdin.buffer.read()
            variant, wrong = sets.variant(options.set, content)
            report = marking.mark(content, sets.tasks(variant), options.seed,
                                  worker=options.worker, unsafe=options.unsafe)  # fmt: skip
            report.problems[:0] = [wrong] if wrong else []
            answers = sets.answers(variant, content)
            json.dump({"variant": variant, "words": answers, **report.as_dict()}, sys.stdout,
                      ensure_ascii=False)  # fmt: skip
            return 0
        if not options.unsafe:
            sandbox.check()
        job = batch.Job(options.set, options.seed, unsafe=options.unsafe)
        found = batch.grade(options.submissions, options.out, job, processes=options.processes,
                            say=say)  # fmt: skip
        words.merge(found, options.out)
        feedback.write(found, options.out)
        say(f"{len(found)} results in {options.out}: results/ feedback/ summary.html canvas.csv "
            "moodle.csv")  # fmt: skip
        return 0
    except (ValueError, FileNotFoundError, sandbox.Refused) as error:
        print(error, file=sys.stderr)  # standard output is for results
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
