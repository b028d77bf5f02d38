"""Builds the notebooks that learners open from the text sources that authors edit.

`notebooks/source/NAME.py` (jupytext percent) becomes `notebooks/NAME.ipynb`, executed, with fixed
cell ids and nothing in it that belongs to one machine or one moment. A notebook is executed only
when its code, its outputs, the library or the data changed; when only its prose did, outputs stay.
What a person wrote into the `.ipynb` is taken over into the source first, or the build refuses.

    python -m tools.notebooks              build what changed
    python -m tools.notebooks 14           only the notebooks whose name starts with 14
    python -m tools.notebooks --force      build everything
    python -m tools.notebooks --check      build nothing; say what differs, and exit 1 if any does
    python -m tools.notebooks --own        say which notebooks are somebody's own, and not tested
"""

import argparse
import hashlib
import os
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools import copies, edits, generated, project, stamps
from utils import checks
from utils.files import write_whole

CELL_SECONDS = 3000  # a cell that takes longer hangs; the slowest takes two minutes on two cores
# Outputs depend on these besides the notebook's own code. Data are named one by one, since people
# put corpora of their own, and systems files of theirs, into `data/`.
DATA = ("bitext.en-fr.tsv", "phrasebook.en-fr.tsv", "reviews.tsv", "sunspots.csv")
ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class BuildError(Exception):
    """A notebook could not be built; the message names the cell."""


def sources(root=project.ROOT, prefix=""):
    """Returns the paths of the sources whose name starts with `prefix`, in order."""
    found = sorted((Path(root) / "notebooks" / "source").glob("*.py"))
    return [path for path in found if path.stem.startswith(prefix)]


def target(source):
    """Returns the path of the notebook that belongs to a source."""
    return source.parent.parent / f"{source.stem}.ipynb"


def from_source(text):
    """Returns the notebook of a percent source: fixed cell ids, tags kept, no outputs."""
    notebook = jupytext.reads(text, fmt="py:percent")
    for number, cell in enumerate(notebook.cells):
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": list(tags)} if tags else {})
        cell.id = f"cell-{number:03d}"
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def differences(source_text, notebook):
    """Compares a source with its notebook, cell by cell.

    Returns:
        One sentence for each cell that differs in kind, text or tags; an empty list when all agree.
    """
    wanted, found = from_source(source_text).cells, notebook.cells
    problems = [
        f"cell {number}: the notebook's {what} differs from the source's"
        for number, (one, other) in enumerate(zip(wanted, found, strict=False))
        for what in ("id", "cell_type", "source")
        if one.get(what) != other.get(what)
    ]
    problems += [
        f"cell {number}: the notebook's tags differ from the source's"
        for number, (one, other) in enumerate(zip(wanted, found, strict=False))
        if one.metadata.get("tags") != other.metadata.get("tags")
    ]
    if len(wanted) != len(found):
        problems.append(f"the source has {len(wanted)} cells, the notebook {len(found)}")
    return problems


def check(root=project.ROOT):
    """Returns what is wrong between sources and notebooks: one sentence each, with the name."""
    problems = [line for source in sources(root) for line in faults(source, root)]
    names = {source.stem for source in sources(root)}
    return problems + [f"{name}.ipynb: has no source" for name in _in_folder(root) - names]


def faults(source, root=project.ROOT):
    """Returns what is wrong between one source and its notebook, one sentence each."""
    text, path = source.read_text(encoding="utf-8"), target(source)
    problems = []
    if text != generated.refresh(text, source.stem, root):
        problems.append(f"{source.name}: setup cell or badge is not the generated one")
    if not path.exists():
        return [*problems, f"{path.name}: does not exist"]
    notebook = stamps.read(path)
    if notebook is None:
        return [*problems, f"{path.name}: is no notebook that can be read"]
    problems += [f"{path.name}: {line}" for line in differences(text, notebook)]
    if stamps.was_run(notebook):
        problems.append(f"{path.name}: was run since `make notebooks` wrote it")
    return problems


def by_hand(root=project.ROOT):
    """Returns the notebooks in `notebooks/` that are somebody's own work: a reason for each name.

    A learner may have opened, run or removed what the course tracks; the course's rules are not for
    them. What differs from its source because the source moved on, and what is committed, is the
    course's. With RNN_COURSE_MAINTAINER=1, and in CI, nothing is anybody's own.
    """
    if os.environ.get("RNN_COURSE_MAINTAINER") or os.environ.get("CI"):
        return {}
    names = {source.stem: source for source in sources(root)}
    found = {name: "is no notebook of the course" for name in _in_folder(root) - set(names)}
    for name, source in names.items():
        what = _done_by_hand(source, root)
        if what:
            found[name] = (
                f"{what}; `make reset NOTEBOOK={name[:2]}` restores it and keeps yours aside"
            )
    return {name: found[name] for name in sorted(found) if not _is_committed(name, root)}


def own(root=project.ROOT):
    """Returns a line for each notebook that is somebody's own work, so that no test judges it."""
    lines = [f"notebooks/{name}.ipynb: not tested; it {why}" for name, why in by_hand(root).items()]
    mine = copies.report(root)
    return [*lines, mine] if mine else lines


def _done_by_hand(source, root):
    """Says what a person did to the notebook of a source, or None where only builds wrote it."""
    path = target(source)
    if not path.exists():
        return "was removed"
    notebook = stamps.read(path)
    if notebook is None:
        return "cannot be read"
    if stamps.was_edited(notebook):
        now = stamps.of(from_source(source.read_text(encoding="utf-8")))["text"]
        return "was edited in place" if now == stamps.written(notebook)["text"] else None
    return "was run in place" if stamps.was_run(notebook) else None


def _in_folder(root):
    return {path.stem for path in (Path(root) / "notebooks").glob("*.ipynb")}


def _is_committed(name, root):
    here = _bytes(Path(root) / "notebooks" / f"{name}.ipynb")
    return here is not None and here == copies.committed(name, root)


def _bytes(path):
    return path.read_bytes() if path.exists() else None


def build(source, root=project.ROOT, *, force=False, say=checks.say):
    """Builds one notebook if it needs it.

    Args:
        source: path of the percent source; its generated parts are written anew, and so is what
            somebody wrote into the notebook since the last build.
        root: the course's folder; library and data below it decide whether outputs are current.
        force: executes whatever the state.
        say: called with each line of progress.

    Returns:
        "fresh" (nothing to do), "text" (prose merged, outputs kept) or "executed".

    Raises:
        BuildError: a cell failed, hung, or wrote to stderr, or source and notebook were both
            changed by hand; the old notebook is untouched.
    """
    path, found = target(source), _bytes(target(source))
    old, setups = stamps.parse(found), [_setup(from_source(source.read_text(encoding="utf-8")))]
    notebook = from_source(take_over(source, root, say=say))
    setups.append(_setup(notebook))
    stamp = {**stamps.of(notebook), "library": library_hash(root)}
    del stamp["outputs"]
    before = {} if old is None or force or stamps.was_run(old) else stamps.written(old)
    current = all(before.get(key) == stamp[key] for key in ("code", "library"))
    if current:
        _keep_outputs(old, notebook)
    else:
        environment = {**os.environ, **generated.BUILD}
        execute(notebook, path.parent, source.stem, say=say, environment=environment)
    notebook.metadata[stamps.KEY] = {**stamp, "outputs": stamps.of(notebook)["outputs"]}
    _clean(notebook)
    built = as_text(notebook)
    if current and built.encode() == found:
        return "fresh"
    if _bytes(path) != found:
        raise BuildError(f"{path.name} was saved while it was built. Close it, and build it again.")
    if found is not None and (old is None or _setup(old) not in setups):
        why = "could not be read" if old is None else "had another setup cell, which is generated"
        kept = copies.set_aside(path, root).relative_to(root).as_posix()
        say(f"{path.name}: {why}; the old one is now {kept}")
    write_whole(path, built)
    return "text" if current else "executed"


def take_over(source, root=project.ROOT, *, say=checks.say):
    """Brings a source up to date: what a person wrote into its notebook, and the generated parts.

    Returns:
        The text of the source, which is written where it changed.

    Raises:
        BuildError: source and notebook were both changed since the build, or the percent format
            cannot hold what the notebook holds; both are left as they are.
    """
    written = source.read_text(encoding="utf-8")
    text = _with_edits(source, written, root)
    if text != written:
        say(f"{source.name}: took over what was written into {target(source).name}")
    refreshed = generated.refresh(text, source.stem, root)
    if refreshed != text:
        say(f"{source.name}: setup cell and badge refreshed")
    if refreshed != written:
        write_whole(source, refreshed)
    return refreshed


def _with_edits(source, text, root):
    """Returns the source text with what only the notebook has."""
    found = _bytes(target(source))
    old, mine = stamps.parse(found), from_source(text)
    if old is None:
        return text
    here, there, built = (
        stamps.of(mine)["text"],
        stamps.of(old)["text"],
        stamps.written(old).get("text"),
    )
    if there in (here, built) or (not built and _is_committed(source.stem, root)):
        return text
    if here != built:
        raise BuildError(_conflict(source))
    merged = edits.merge(text, mine.cells, old.cells)
    if stamps.of(from_source(merged))["text"] != there:
        raise BuildError(
            f"{target(source).name} holds something that a source cannot hold, for instance a "
            "picture pasted into a text cell or a line that starts with `# %%` inside a cell; "
            "nothing was written. Save the picture as a file, or write it in another way."
        )
    return merged


def _conflict(source):
    name, number = target(source).name, source.stem[:2]
    return (
        f"{name} and source/{source.name} were both changed since the last build, and differ; both "
        f"are left as they are. To go on with the source: `make reset NOTEBOOK={number}` (it keeps "
        f"yours in {copies.MINE}/kept/), copy what you want from there into the source, and build "
        "again."
    )


def _setup(notebook):
    return [cell.source for cell in notebook.cells if stamps.is_setup(cell)]


def execute(notebook, folder, name, *, say=checks.say, environment=None):
    """Executes a notebook in place, from `folder`, in a fresh kernel of this Python.

    Args:
        notebook: the notebook, which gets its outputs.
        folder: where the kernel works.
        name: of the notebook, for messages.
        say: a function that is called with each line of progress.
        environment: variables for the kernel; by default those of this process.

    Raises:
        BuildError: a cell failed or hung, or the kernel died.
    """
    progress = _Progress(notebook, name, say)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=40"],  # errors only: no advice about encryption
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
        on_cell_execute=progress.start,
        on_cell_executed=progress.end,
    )
    try:
        client.execute(env={**(environment or os.environ), **generated.BUILD})
    except CellExecutionError as error:
        raise BuildError(_failure(notebook, name, progress.cell, _last_lines(error))) from None
    except (CellTimeoutError, DeadKernelError) as error:
        first = str(error).splitlines()[0]
        raise BuildError(_failure(notebook, name, progress.cell, first)) from None
    _refuse_stderr(notebook, name)
    progress.finish()


def as_text(notebook):
    """Returns the notebook as the text of its file, laid out as Jupyter lays it out."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def library_hash(root=project.ROOT):
    """Returns a short hash of everything outside a notebook on which its outputs depend.

    Counted are the modules of `utils`, the course's own data, and the tables of the benchmarks.
    """
    root, digest = Path(root), hashlib.sha256()
    tables = [path.with_suffix(".json") for path in (root / "benchmarks").glob("*.py")]
    paths = [*(root / "utils").rglob("*.py"), *(root / "data" / name for name in DATA), *tables]
    for path in sorted(paths):
        where = path.relative_to(root)
        if not path.is_file() or any(part.startswith(".") for part in where.parts):
            continue
        digest.update(f"{where.as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _keep_outputs(old, new):
    """Copies outputs from code cell to code cell; the hash says that their code is the same."""
    for kind in (True, False):
        before, after = (
            [cell for cell in _code_cells(book) if stamps.is_setup(cell) == kind]
            for book in (old, new)
        )
        for one, other in zip(before, after, strict=not kind):  # a setup cell may be new
            other.outputs = one.outputs


def _clean(notebook):
    """Numbers the executed cells from 1 and drops what belongs to one machine or one moment."""
    for number, cell in enumerate(_code_cells(notebook), start=1):
        cell.metadata.pop("execution", None)
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    kept = ("kernelspec", stamps.KEY)
    notebook.metadata = nbformat.from_dict({key: notebook.metadata[key] for key in kept})
    notebook.metadata["language_info"] = nbformat.from_dict({"name": "python"})


def _code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def _refuse_stderr(notebook, name):
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                what = "It wrote to stderr, which a learner would read as a failure:\n"
                raise BuildError(_failure(notebook, name, number, what + output.text.strip()))


def _failure(notebook, name, number, what):
    lines = notebook.cells[number].source.splitlines() if number is not None else []
    shown = "\n".join(f"    {line}" for line in lines)
    where = f"cell {number}" if number is not None else "before the first cell"
    return f"{name}, {where} (cells count from 0):\n{shown}\n{what}"


def _last_lines(error, keep=15):
    lines = ANSI.sub("", str(error)).strip().splitlines()
    return "\n".join(lines[-keep:])


class _Progress:
    """Says which cell runs and how long it took; on a terminal in one line that is rewritten."""

    def __init__(self, notebook, name, say):
        self.total, self.name, self.say = len(notebook.cells), name, say
        self.cell, self.began, self.cell_began = None, time.monotonic(), None
        self.live = say is checks.say and sys.stdout.isatty()

    def start(self, cell, cell_index):
        self.cell, self.cell_began = cell_index, time.monotonic()
        if self.live:
            spent = self.cell_began - self.began
            where = f"{self.name}: cell {cell_index + 1} of {self.total}, {spent:.0f} s"
            print(f"\r\x1b[K{where}", end="", flush=True)

    def end(self, cell, cell_index, execute_reply):
        spent = time.monotonic() - self.cell_began
        if not self.live and spent >= 1:
            self.say(f"{self.name}: cell {cell_index + 1} of {self.total} took {spent:.1f} s")

    def finish(self):
        if self.live:
            print("\r\x1b[K", end="")
        self.say(f"{self.name}: executed in {time.monotonic() - self.began:.1f} s")


def main(arguments=None):
    """Builds the notebooks, or checks them; returns the exit status."""
    parser = argparse.ArgumentParser(prog="tools.notebooks", description=__doc__.split("\n\n")[0])
    parser.add_argument("prefix", nargs="?", default="", help="for instance 14")
    parser.add_argument("--force", action="store_true", help="execute whatever the state")
    parser.add_argument("--check", action="store_true", help="build nothing, say what differs")
    parser.add_argument("--own", action="store_true", help="say which are somebody's own work")
    options = parser.parse_args(arguments)
    if options.own:
        for line in own():
            checks.say(line)
        return 0
    if options.check:
        problems = check()
        print("\n".join(problems) or "sources and notebooks agree")
        return 1 if problems else 0
    chosen = sources(prefix=options.prefix)
    if not chosen:
        print(f"No source in notebooks/source starts with {options.prefix!r}.", file=sys.stderr)
        return 1
    words = {"fresh": "nothing to do", "text": "prose updated, outputs kept", "executed": "written"}
    failures = []
    for source in chosen:
        try:
            checks.say(f"{source.stem}: {words[build(source, force=options.force)]}")
        except BuildError as error:
            failures.append(source.stem)
            print(f"\n{error}\n", file=sys.stderr)
    if failures:
        print(f"Not built, for the reasons above: {', '.join(failures)}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    raise SystemExit(main())
