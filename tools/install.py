"""Installs the course into the environment of this Python, and shows that it goes on.

    python -m tools.install lab            what a learner needs
    python -m tools.install lab test       and what tests need

pip prints much, and some of it reads like trouble. Here each package is one line with the time so
far; when nothing happens for a while, a line says what is being done. All that pip printed is shown
when it fails.
"""

import queue
import re
import subprocess
import sys
import threading
import time

from tools import project

PATIENCE = 20  # seconds without a word, after which one is said
COLLECTING = re.compile(r"Collecting (?P<name>[\w.-]+)")
DOWNLOADING = re.compile(r"\s*Downloading (?P<name>[\w.-]+?)-\d.* \((?P<size>[\d.]+ [kMG]B)\)")
BUILDING = re.compile(r"Installing collected packages: (?P<names>.+)")


def wording(line):
    """Returns what to say about a line of pip's, or None for nothing.

    A package is named when it is found; one of more than ten megabytes once more with its size.
    """
    if found := COLLECTING.match(line):
        return found["name"]
    if found := DOWNLOADING.match(line):
        large = found["size"].endswith("GB") or float(found["size"].split()[0]) >= 10
        return f"{found['name']}: {found['size']}" if large and "kB" not in line else None
    if found := BUILDING.match(line):
        return f"unpacking {found['names'].count(',') + 1} packages (a minute or two)"
    return None


def follow(lines, say, clock=time.monotonic, patience=PATIENCE):
    """Says what pip does, each line with the seconds since the start.

    Args:
        lines: what pip prints, line by line, as it comes.
        say: called with each line to show.
        clock: tells the time in seconds.
        patience: seconds after which silence is broken.

    Returns:
        All lines of pip's.
    """
    waiting, all_lines, began, doing = queue.Queue(), [], clock(), "starting"
    threading.Thread(target=_pass_on, args=(lines, waiting), daemon=True).start()
    while True:
        try:
            line = waiting.get(timeout=patience)
        except queue.Empty:
            say(f"{clock() - began:4.0f} s  still at it: {doing}")
            continue
        if line is None:
            return all_lines
        all_lines.append(line)
        what = wording(line)
        if what:
            doing = what
            say(f"{clock() - began:4.0f} s  {what}")


def pip(python, arguments, root=project.ROOT, say=print):
    """Has pip install something into the environment of `python`, and says how it goes.

    Returns:
        pip's exit status, 0 when all went well.
    """
    command = [str(python), "-m", "pip", "install", "--progress-bar", "off", *arguments]
    began = time.monotonic()
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        printed = follow(process.stdout, say)
    if process.returncode:
        say("".join(printed).rstrip())
        say("The installation failed; pip says above why. The same command tries again.")
    else:
        say(f"{time.monotonic() - began:4.0f} s  installed")
    return process.returncode


def main(extras):
    """Installs the course with some of its extras, at the versions of constraints.txt."""
    course = ["--constraint", "constraints.txt", "--editable", f".[{','.join(extras)}]"]
    return pip(sys.executable, course, say=lambda line: print(line, flush=True))


def _pass_on(lines, waiting):
    for line in lines:
        waiting.put(line)
    waiting.put(None)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
