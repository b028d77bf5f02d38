"""Opens JupyterLab for those who write the course: each notebook is paired with its source.

Saving `notebooks/NAME.ipynb` writes `notebooks/source/NAME.py` as well, and opening it reads the
text from there. Learners need none of that, and pairing can refuse to open a notebook, so only this
command switches it on.

    python -m tools.author
"""

import subprocess
import sys

from tools import copies, notebooks, project
from utils.checks import say

PAIRING = {
    "formats": "ipynb,source//py:percent",
    "notebook_metadata_filter": "-all",
    "cell_metadata_filter": "tags,-all",
    # An `.ipynb` newer than its source is no reason to refuse: a build and a pull leave it so, and
    # what was written into it has been taken over or kept aside.
    "outdated_text_notebook_margin": "inf",
}


def options():
    """Returns the arguments that switch the pairing on in a Jupyter server."""
    return [f"--JupytextConfiguration.{name}={value}" for name, value in PAIRING.items()]


def gather(root=project.ROOT, *, say=say):
    """Brings the sources up to date, since Jupyter will show their text; nothing else is lost."""
    for source in notebooks.sources(root):
        try:
            notebooks.take_over(source, root, say=say)
        except notebooks.BuildError as error:
            kept = copies.set_aside(notebooks.target(source), root).relative_to(root).as_posix()
            say(f"{error}\nJupyter will show the source; the notebook is now {kept} as well.")


def main(arguments=None):
    """Opens JupyterLab with each notebook paired with its source; returns its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    gather()
    command = [sys.executable, "-m", "jupyterlab", "notebooks", *options(), *arguments]
    return subprocess.call(command, cwd=project.ROOT)


if __name__ == "__main__":
    sys.exit(main())
