"""The parts of a notebook that nobody writes by hand: the setup cell and the Colab badge.

Both carry the repository's address and the version, which pyproject.toml holds once. A source
marks the place of the setup cell; the badge stands above the table of goals. `make notebooks`
writes both, and a test fails when they differ from what is here. A course without an address
(`make address` gives it one) has no badge, and its setup cell knows no place to fetch from.
"""

from tools import project

SETUP_MARKER = '# %% tags=["setup"]'
BADGE_START = "[![Open in Colab]("
COLAB = "https://colab.research.google.com"
# For the kernel of a build: the setup cell names no commit, since that changes with each commit.
BUILD = {"RNN_COURSE_COMMIT": ""}

SETUP = """\
# Setup, the same in every notebook: find the course, or fetch it; then versions, seed and style.
import os
from glob import glob
from runpy import run_path
from shutil import unpack_archive
from urllib.request import urlretrieve

near = ["", "../", "../../", "../../../", os.environ.get("RNN_COURSE", "") + "/", "*/", "*/*/"]
found = [file for folder in near for file in glob(folder + "utils/rnn_course.py")]
if not found:  # the notebook came alone, as it does on Colab: git brings the course, or else a ZIP
    address, new = os.environ.get("RNN_COURSE_ADDRESS", "{address}"), f".rnn-course-{{os.getpid()}}"
    git = f"GIT_TERMINAL_PROMPT=0 git clone -q --depth 1 --branch {tag} '{{address}}'"
    try:
        assert address, "this copy of the course has no address yet"
        if os.system(f"{{git}} {{new}}/course 2>{{os.devnull}}"):
            unpack_archive(urlretrieve(f"{{address}}/archive/{tag}.zip")[0], new, "zip")
        found = [glob(f"{{new}}/*/utils/rnn_course.py")[0]]
    except Exception as e:
        raise RuntimeError(f"No course here or online ({{e}}): unzip its ZIP here, rerun") from None
run_path(found[0], run_name="setup")  # from here on, `utils` is the course's

from utils import plotting, versions

seed = versions.prepare()
import keras

plotting.style()
"""


def setup_cell(root=project.ROOT):
    """Returns the text of the setup cell, without a newline at its end."""
    text = SETUP.format(address=project.address(root), tag=f"v{project.version(root)}")
    return text.rstrip("\n")


def badge(name, root=project.ROOT):
    """Returns the Markdown line that opens notebook `name` (without `.ipynb`) in Colab.

    It is empty where the course has no address, or one elsewhere than on GitHub: Colab opens none.
    """
    host, _, path = project.address(root).removeprefix("https://").partition("/")
    if host != "github.com":
        return ""
    where = f"github/{path}/blob/v{project.version(root)}/notebooks/{name}.ipynb"
    return f"{BADGE_START}{COLAB}/assets/colab-badge.svg)]({COLAB}/{where})"


def refresh(source, name, root=project.ROOT):
    """Returns the source text of notebook `name` with its generated parts written anew.

    The setup cell is the one under `# %% tags=["setup"]`. A source without it, or without a table
    that the badge could stand above, is left as it is: the style rules say so.
    """
    lines, result, inside = source.splitlines(), [], False
    for line in _with_badge(lines, badge(name, root), "# "):
        if inside and not line.startswith("# %%"):
            continue
        inside = line.rstrip() == SETUP_MARKER
        result.append(line)
        if inside:
            result += [*setup_cell(root).splitlines(), ""]
    return "\n".join(result).rstrip("\n") + "\n"


def refresh_notebook(notebook, name, root=project.ROOT):
    """Writes the generated parts of a notebook anew, in place; nothing else changes, no output."""
    for cell in notebook.cells:
        if "setup" in cell.metadata.get("tags", []):
            cell.source = setup_cell(root)
            return
        if cell.cell_type == "markdown":
            lines = cell.source.split("\n")
            cell.source = "\n".join(_with_badge(lines, badge(name, root), ""))


def _with_badge(lines, badge, mark):
    """Returns lines with the badge where it was, or above the first table.

    Args:
        lines: the lines of a source or of a cell.
        badge: the badge, empty for none.
        mark: what each line starts with, in a source the mark of a comment.
    """
    start, blank = f"{mark}{BADGE_START}", mark.rstrip()
    places = [n for n, line in enumerate(lines) if line.startswith(start)]
    if places and badge:
        return [f"{mark}{badge}" if n == places[0] else line for n, line in enumerate(lines)]
    if places:  # with the blank line that belongs to it
        end = places[0] + 1
        return lines[: places[0]] + lines[end + (lines[end : end + 1] == [blank]) :]
    table = next((n for n, line in enumerate(lines) if line.startswith(f"{mark}|")), None)
    if not badge or table is None:
        return lines
    return [*lines[:table], f"{mark}{badge}", blank, *lines[table:]]
