"""Builds the notebooks that learners open from the text sources that authors edit.

`notebooks/source/NAME.py` (jupytext percent) becomes `notebooks/NAME.ipynb`, executed, with fixed
cell ids and nothing in it that belongs to one machine or one moment. A notebook is executed only
when its code, its outputs, the library or the data changed; when only its prose did, outputs stay.

    python -m tools.notebooks              build what changed
    python -m tools.notebooks 14           only the notebooks whose name starts with 14
    python -m tools.notebooks --force      build everything
    python -m tools.notebooks --check      build nothing; say what differs, and exit 1 if any does
"""

import argparse
import hashlib
import json
import re
import sys
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from tools import generated, project

KEY = "rnn_course"  # where a notebook's metadata says what it was built from
CELL_SECONDS = 600  # a cell that takes longer hangs
# outputs depend on these besides the notebook's own code
LIBRARY = ("utils/**/*.py", "data/**/*", "benchmarks/**/*.json", "benchmarks/**/*.jsonl")
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
    problems = []
    for source in sources(root):
        text = source.read_text(encoding="utf-8")
        if text != generated.refresh(text, source.stem, root):
            problems.append(f"{source.name}: setup cell or badge is not the generated one")
        if not target(source).exists():
            problems.append(f"{source.stem}.ipynb: does not exist")
            continue
        notebook = nbformat.read(target(source), as_version=4)
        problems += [f"{source.stem}.ipynb: {line}" for line in differences(text, notebook)]
        if not _is_built(notebook):
            problems.append(f"{source.stem}.ipynb: was run since `make notebooks` wrote it")
    names = {source.stem for source in sources(root)}
    for path in sorted((Path(root) / "notebooks").glob("*.ipynb")):
        if path.stem not in names:
            problems.append(f"{path.name}: has no source")
    return problems


def build(source, root=project.ROOT, *, force=False, say=print):
    """Builds one notebook if it needs it.

    Args:
        source: path of the percent source; its generated parts are written anew.
        root: the course's folder; library and data below it decide whether outputs are current.
        force: executes whatever the state.
        say: called with each line of progress.

    Returns:
        "fresh" (nothing to do), "text" (prose merged, outputs kept) or "executed".

    Raises:
        BuildError: a cell failed, hung, or wrote to stderr; the old notebook is untouched.
    """
    written = source.read_text(encoding="utf-8")
    text = generated.refresh(written, source.stem, root)
    if text != written:
        project.write_whole(source, text)
        say(f"{source.name}: setup cell and badge refreshed")
    notebook = from_source(text)
    stamp = {"code": _code_hash(notebook), "library": library_hash(root)}
    old = _read_old(target(source))
    current = old is not None and not force and _is_built(old)
    current = current and stamp.items() <= old.metadata[KEY].items()
    if current:
        _keep_outputs(old, notebook)
    else:
        execute(notebook, source.parent.parent, source.stem, say=say)
    notebook.metadata[KEY] = {**stamp, "outputs": _outputs_hash(notebook)}
    _clean(notebook)
    built = as_text(notebook)
    if current and built == target(source).read_text(encoding="utf-8"):
        return "fresh"
    project.write_whole(target(source), built)
    return "text" if current else "executed"


def execute(notebook, folder, name, *, say=print, environment=None):
    """Executes a notebook in place, from `folder`, in a fresh kernel of this Python.

    Args:
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
        client.execute(**({"env": environment} if environment else {}))
    except CellExecutionError as error:
        raise BuildError(_failure(notebook, name, progress.cell, _last_lines(error))) from None
    except (CellTimeoutError, DeadKernelError) as error:
        first = str(error).splitlines()[0]
        raise BuildError(_failure(notebook, name, progress.cell, first)) from None
    _refuse_stderr(notebook, name)
    progress.finish()


def as_text(notebook):
    """Returns the notebook as the text of its file: sorted keys, one space of indent."""
    nbformat.validate(notebook)
    return json.dumps(notebook, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def library_hash(root=project.ROOT):
    """Returns a short hash of everything outside a notebook on which its outputs depend."""
    digest = hashlib.sha256()
    paths = {path for pattern in LIBRARY for path in Path(root).glob(pattern) if path.is_file()}
    for path in sorted(paths):
        where = path.relative_to(root)
        if path.suffix == ".md" or {"generate", "__pycache__"} & set(where.parts):
            continue
        digest.update(f"{where.as_posix()}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _code_hash(notebook):
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256("\0".join(code).encode()).hexdigest()[:16]


def _outputs_hash(notebook):
    outputs = [
        [{**output, "execution_count": None} for output in cell.outputs]
        for cell in _code_cells(notebook)
    ]
    return hashlib.sha256(json.dumps(outputs, sort_keys=True).encode()).hexdigest()[:16]


def _is_built(notebook):
    """Tells whether the outputs are those of a build; running it in Jupyter changes them."""
    stamp = notebook.metadata.get(KEY, {})
    return stamp.get("outputs") == _outputs_hash(notebook)


def _read_old(path):
    """Returns the notebook that is there, or None when there is none that can be read."""
    try:
        return nbformat.read(path, as_version=4)
    except (FileNotFoundError, ValueError, nbformat.reader.NotJSONError):
        return None


def _keep_outputs(old, new):
    """Copies outputs from code cell to code cell; the hash says that their code is the same."""
    for before, after in zip(_code_cells(old), _code_cells(new), strict=True):
        after.outputs = before.outputs


def _clean(notebook):
    """Numbers the executed cells from 1 and drops what belongs to one machine or one moment."""
    for number, cell in enumerate(_code_cells(notebook), start=1):
        cell.metadata.pop("execution", None)
        cell.execution_count = number
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    kept = ("kernelspec", KEY)
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
        self.live = say is print and sys.stdout.isatty()

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
    parser = argparse.ArgumentParser(prog="tools.notebooks", description=__doc__.split("\n\n")[0])
    parser.add_argument("prefix", nargs="?", default="", help="for instance 14")
    parser.add_argument("--force", action="store_true", help="execute whatever the state")
    parser.add_argument("--check", action="store_true", help="build nothing, say what differs")
    options = parser.parse_args(arguments)
    if options.check:
        problems = check()
        print("\n".join(problems) or "sources and notebooks agree")
        return 1 if problems else 0
    chosen = sources(prefix=options.prefix)
    if not chosen:
        print(f"No source in notebooks/source starts with {options.prefix!r}.", file=sys.stderr)
        return 1
    words = {"fresh": "nothing to do", "text": "prose updated, outputs kept", "executed": "written"}
    try:
        for source in chosen:
            print(f"{source.stem}: {words[build(source, force=options.force)]}", flush=True)
    except BuildError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
