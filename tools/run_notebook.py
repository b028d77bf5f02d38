"""Runs one notebook to its end in the environment of this Python: `run_notebook.py NAME.ipynb`.

It stands alone, since the environments of `make test-colab` hold nothing of the course.
"""

import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CELL_SECONDS = 3000  # a cell that takes longer hangs
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
LAST = 12  # lines of an error that are shown


def run(path):
    """Returns None when every cell ran, or what stopped the notebook and in which cell."""
    path, number = Path(path), 0
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name="python3",
        extra_arguments=["--IPKernelApp.log_level=40"],  # no advice about encryption
        resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    try:
        with client.setup_kernel():
            for number, cell in enumerate(notebook.cells):
                client.execute_cell(cell, number)
                if "setup" in cell.metadata.get("tags", []):
                    _show(cell)
    except CellExecutionError as error:
        lines = COLOURS.sub("", str(error)).strip().splitlines()
        return f"cell {number}: " + "\n".join(lines[-LAST:])
    except (CellTimeoutError, DeadKernelError) as error:
        return f"cell {number}: {str(error).splitlines()[0]}"
    return None


def _show(cell):
    """Prints what a cell printed."""
    for output in cell.outputs:
        for line in output.get("text", "").splitlines():
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    began = time.monotonic()
    problem = run(sys.argv[1])
    if problem:
        print(f"{Path(sys.argv[1]).name}, {problem}", file=sys.stderr)
        raise SystemExit(1)
    print(f"    ran to its end in {time.monotonic() - began:.0f} s", flush=True)
