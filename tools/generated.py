"""The parts of a notebook that nobody writes by hand: the setup cell and the Colab badge.

Both carry the repository's address or the version, which pyproject.toml holds once. A source marks
the places, `make notebooks` fills them, and a test fails when they differ from what is here.
"""

from tools import project

SETUP_MARKER = '# %% tags=["setup"]'
BADGE_START = "[![Open in Colab]("

SETUP = """\
# Setup, the same in every notebook: find the course (on Colab: fetch it), versions, seed, style.
import os
import subprocess
import sys
from importlib.util import find_spec

if not find_spec("utils"):
    if not os.path.isdir("../utils"):  # the notebook came alone, as it does on Colab
        assert find_spec("google") and find_spec("google.colab"), "Not found: start with make lab"
        address = os.environ.get("RNN_COURSE_ADDRESS", "{address}")
        if not os.path.isdir("rnn-course"):
            fetch = "git -c advice.detachedHead=false clone -q --depth 1 --branch v{version}"
            subprocess.run([*fetch.split(), address, "rnn-course"], check=True)
        os.chdir("rnn-course/notebooks")
    sys.path.insert(0, os.path.abspath(".."))

from utils import plotting, versions

seed = versions.prepare()
import keras

keras.utils.set_random_seed(seed)
plotting.style()
"""


def setup_cell(root=project.ROOT):
    """Returns the text of the setup cell, without a newline at its end."""
    text = SETUP.format(address=project.address(root), version=project.version(root))
    return text.rstrip("\n")


def badge(name, root=project.ROOT):
    """Returns the Markdown line that opens notebook `name` (without `.ipynb`) in Colab."""
    host, _, path = project.address(root).removeprefix("https://").partition("/")
    where = f"{host.removesuffix('.com')}/{path}/blob/v{project.version(root)}"
    colab = "https://colab.research.google.com"
    return (
        f"{BADGE_START}{colab}/assets/colab-badge.svg)]({colab}/{where}/notebooks/{name}.ipynb)"
    )


def refresh(source, name, root=project.ROOT):
    """Returns the source text of notebook `name` with its generated parts written anew.

    The setup cell is the one under `# %% tags=["setup"]`; the badge is the comment line that starts
    with `[![Open in Colab](`. A source without them is left as it is: the style rules say so.
    """
    lines, result, inside = source.splitlines(), [], False
    for line in lines:
        if inside and not line.startswith("# %%"):
            continue
        inside = line.rstrip() == SETUP_MARKER
        if line.startswith(f"# {BADGE_START}"):
            line = f"# {badge(name, root)}"
        result.append(line)
        if inside:
            result += [*setup_cell(root).splitlines(), ""]
    return "\n".join(result).rstrip("\n") + "\n"
