"""Takes over into a source what a person wrote into its notebook, in whatever editor."""

import difflib
import re

import jupytext
import nbformat

MARK = re.compile(r"^# %%", re.M)
FILTERS = {"notebook_metadata_filter": "-all", "cell_metadata_filter": "tags,-all"}


def merge(text, old, new):
    """Returns a source text that holds the cells of an edited notebook.

    Args:
        text: the source, in the percent format.
        old: its cells, in order.
        new: the cells of the edited notebook.

    Returns:
        The text; cells that nobody touched keep theirs byte for byte. Whether the format could
        hold everything has to be checked by reading it back.
    """
    chunks = split(text)
    if len(chunks) != len(old):  # no markers where cells start: let jupytext write all of it
        old, chunks = [], []
    matcher = difflib.SequenceMatcher(
        None, [_key(cell) for cell in old], [_key(cell) for cell in new], autojunk=False
    )
    parts = []
    for what, i, i_end, j, j_end in matcher.get_opcodes():
        kept = what == "equal"
        parts += chunks[i:i_end] if kept else [as_percent(cell) for cell in new[j:j_end]]
    return "".join(part.rstrip("\n") + _gap(part) for part in parts).rstrip("\n") + "\n"


def split(text):
    """Cuts a percent source into the texts of its cells, marker included; together they are it."""
    starts = [match.start() for match in MARK.finditer(text)]
    if not starts or text[: starts[0]].strip():
        starts = [0, *starts]
    starts[0] = 0
    return [text[a:b] for a, b in zip(starts, [*starts[1:], len(text)], strict=True)]


def as_percent(cell):
    """Returns the text of one cell in the percent format."""
    tags = cell.metadata.get("tags")
    plain = nbformat.from_dict(
        {**cell, "metadata": {"tags": list(tags)} if tags else {}, "outputs": []}
    )
    if cell.cell_type != "code":
        del plain["outputs"]
    book = nbformat.v4.new_notebook(cells=[plain], metadata={"jupytext": FILTERS})
    return jupytext.writes(book, fmt="py:percent")


def _key(cell):
    return cell.cell_type, tuple(cell.metadata.get("tags", [])), cell.source


def _gap(part):
    """Returns the line ends after a cell: as they are, and at least one blank line."""
    count = len(part) - len(part.rstrip("\n"))
    return "\n" * max(2, count)
