"""Writes constraints.txt: one exact version of everything, for Python 3.11 to 3.13.

`make constraints` runs it. The resolver is `uv pip compile --universal`, which adds a marker where
one Python needs another version than the next. Addresses of package indexes never enter the file.
"""

import subprocess
import sys

from tools import project
from utils.files import write_whole

HEADER = """\
# Exact versions of everything the course installs. Written by `make constraints` from the ranges in
# pyproject.toml; do not edit by hand.
"""


def compile_pins(root=project.ROOT):
    """Returns the pins, one a line; raises CalledProcessError when nothing satisfies all ranges."""
    oldest = project.load(root)["project"]["requires-python"].split(",")[0].removeprefix(">=")
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--universal"]
    command += ["--all-extras", "--upgrade", "--no-header", "--no-annotate", "--quiet"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--python-version", oldest]
    done = subprocess.run(command, cwd=root, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout


def main():
    """Writes constraints.txt."""
    pins = compile_pins()
    write_whole(project.ROOT / "constraints.txt", HEADER + pins)
    print(f"constraints.txt: {len(pins.splitlines())} pins")


if __name__ == "__main__":
    main()
