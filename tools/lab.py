"""Opens JupyterLab with notebooks of one's own: `make lab`, and the same where there is no make.

`python -m tools.lab --no-browser`: what follows the name is for JupyterLab.
"""

import os
import sys

from tools import copies, project


def main(arguments=None):
    """Makes or renews the learner's copies, then runs JupyterLab until it is shut down."""
    copies.prepare()
    os.chdir(project.ROOT)
    os.environ["PYTHONSTARTUP"] = str(project.ROOT / "tools" / "startup.py")  # of each kernel
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance([copies.MINE, *(sys.argv[1:] if arguments is None else arguments)])


if __name__ == "__main__":
    main()
