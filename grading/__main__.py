"""Marks submissions.

    python -m grading all SUBMISSIONS --set trial --seed 1815 --out results --processes 4
    python -m grading all SUBMISSIONS --set trial --seed 1815 --out results --share 3/20
    python -m grading one --set trial --seed 1815 < notebook.ipynb > result.json
    python -m grading gradescope /autograder

SUBMISSIONS is a folder or the ZIP of a learning platform. `one` maps one notebook to one JSON and
needs nothing of the others; of several machines, each can mark a share of all into one folder, and
`all` without a share then writes the pages. `gradescope` is what an autograder's ZIP calls.
"""

import argparse
import json
import os
import sys

from grading import batch, collecting, feedback, gradescope, sandbox, sets, words
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
    many.add_argument("--share", type=_share, help="only this one of so many, from 0: 3/20")
    for each in (many, one):
        each.add_argument("--set", required=True, help="set and variant, 1.3, or a set, 1")
        each.add_argument("--seed", type=int, help="yours; keep it to yourself",
                          default=os.environ.get(batch.SEED))  # fmt: skip
        each.add_argument("--container", action="store_true", help="this is one, for a submission")
        each.add_argument("--unsafe", action="store_true", help="without a sandbox; reports say so")
    scope = commands.add_parser("gradescope", help="within an autograder of Gradescope")
    scope.add_argument("folder", help="/autograder")
    options = parser.parse_args(arguments)
    if options.command == "gradescope":
        return gradescope.main(options.folder)
    if options.seed is None:
        parser.error(f"a seed is needed, --seed or the variable {batch.SEED}")
    try:
        sets.tasks(sets.variant(options.set, b"")[0])  # there is such a set
        walls = sandbox.choose(container=options.container, unsafe=options.unsafe)
        if options.command == "one":
            found = sets.result(options.set, sys.stdin.buffer.read(), options.seed, walls,
                                worker=options.worker)  # fmt: skip
            text = json.dumps(found, ensure_ascii=False)
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))  # answers may hold anything
            return 0
        job = batch.Job(options.set, options.seed, walls=walls)
        words.check(options.out)
        found = batch.grade(options.submissions, options.out, job, processes=options.processes,
                            share=options.share or (0, 1), say=say)  # fmt: skip
        if options.share:
            return 0
        for line in words.merge(found, options.out):
            say(line)
        feedback.write(found, options.out, collecting.others(options.submissions, options.out))
        say(f"{len(found)} results in {options.out}: results/ feedback/ feedback.zip summary.html "
            "canvas.csv moodle.csv")  # fmt: skip
        return 0
    except (ValueError, FileNotFoundError, sandbox.Refused) as error:
        print(error, file=sys.stderr)  # standard output is for results
        return 2
    except KeyboardInterrupt:
        print("Interrupted; the same line goes on from here.", file=sys.stderr)
        return 130


def _share(text):
    """`3/20` as (3, 20)."""
    which, of = map(int, text.split("/"))
    if not 0 <= which < of:
        raise ValueError
    return which, of


if __name__ == "__main__":
    raise SystemExit(main())
