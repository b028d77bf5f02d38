"""What a built notebook says of itself, so that a build can be told from what a person did since.

`make notebooks` writes a few hashes into the metadata of a notebook: of its text, its code, its
outputs, and of the library that they depend on. Editors keep them. Where the text no longer fits
its hash, somebody wrote into the notebook; where the outputs do not, somebody ran it.
"""

import hashlib
import json
import re
from pathlib import Path

import nbformat

from tools import generated

KEY = "rnn_course"  # where the metadata holds the hashes


def parse(data):
    """Returns the notebook in the bytes of a file, or None where they are none."""
    try:
        return nbformat.reads((data or b"").decode("utf-8"), as_version=4)
    except (ValueError, AttributeError, TypeError, KeyError, nbformat.ValidationError):
        return None  # half a file, the marks of a merge, another format


def read(path):
    """Returns the notebook at `path`, or None where there is none that can be read."""
    path = Path(path)
    return parse(path.read_bytes()) if path.is_file() else None


def cells(notebook):
    """Returns what a person can write into a notebook: kind, tags, text and attachments of cells.

    Ids, execution counts and outputs are left out, and so is metadata: editors change those alone.
    """
    return [
        [cell.cell_type, cell.metadata.get("tags", []), cell.source, cell.get("attachments", {})]
        for cell in notebook.cells
    ]


def outputs(notebook):
    """Returns the outputs of the code cells, without what counts executions."""
    return [
        [{**output, "execution_count": None} for output in cell.outputs]
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def same(one, other):
    """Tells whether two notebooks hold the same text and the same outputs."""
    return cells(one) == cells(other) and outputs(one) == outputs(other)


def of(notebook):
    """Returns the hashes of a notebook: `text`, `code` and `outputs`.

    The setup cell and the badge count in neither text nor code: an address or a version written
    into them changes no result, and is nobody's edit.
    """
    written = [[*start, _plain(cell), more] for cell, (*start, _, more) in _numbered(notebook)]
    code = [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and not is_setup(cell)
    ]
    return {"text": _hash(written), "code": _hash(code), "outputs": _hash(outputs(notebook))}


def _numbered(notebook):
    return zip(notebook.cells, cells(notebook), strict=True)


def is_setup(cell):
    """Tells whether a cell is the generated setup cell."""
    return "setup" in cell.metadata.get("tags", [])


def written(notebook):
    """Returns the hashes that the build wrote into the notebook, or an empty dict."""
    return dict(notebook.metadata.get(KEY, {}))


def was_edited(notebook):
    """Tells whether the text is another than the build wrote; False where the build did not say."""
    return written(notebook).get("text", of(notebook)["text"]) != of(notebook)["text"]


def was_run(notebook):
    """Tells whether the outputs are others than the build wrote."""
    return written(notebook).get("outputs") != of(notebook)["outputs"]


def is_built(notebook):
    """Tells whether a notebook is as a build left it: nobody has edited or run it since."""
    return not was_edited(notebook) and not was_run(notebook)


def _plain(cell):
    """Returns the text of a cell without what is generated."""
    if is_setup(cell):
        return ""
    if cell.cell_type != "markdown":
        return cell.source
    lines = [x for x in cell.source.split("\n") if not x.startswith(generated.BADGE_START)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()  # the badge leaves a blank line


def _hash(data):
    return hashlib.sha256(json.dumps(data, sort_keys=True).encode()).hexdigest()[:16]
