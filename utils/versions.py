"""What the setup cell of a notebook asks: are the libraries there, and new enough?

Importing this module loads nothing heavy: versions are read from the installed metadata. On Colab
the libraries change several times a year, so a newer major version earns a remark; only an older or
a missing one stops the notebook. Installed TensorFlow and NumPy are never replaced.
"""

import os
import re
import subprocess
import sys
from importlib import import_module, metadata
from importlib.util import find_spec

# from this version (included) to that one (excluded); the same as in pyproject.toml
RANGES = {
    "tensorflow": ("2.20", "3"),
    "keras": ("3.12", "4"),
    "numpy": ("2.0", "3"),
    "tokenizers": ("0.21", "1"),
    "sacrebleu": ("2.4", "3"),
    "matplotlib": ("3.9", "4"),
    "ipython": ("7.34", "10"),
    "pillow": ("10", "14"),
    "cycler": ("0.12", "1"),
    "scikit-learn": ("1.6", "2"),
}
SMALL = ("tokenizers", "sacrebleu")  # what Colab may lack, and what is safe to add there


def prepare():
    """Makes the course's libraries ready: called by the setup cell, before Keras is imported.

    Loads Keras, so that the log lines of its backend do not end up in the notebook.

    Returns:
        The seed of this run: `RNN_COURSE_SEED` when it is set, 0 otherwise.

    Raises:
        RuntimeError: a library is missing or too old; the message says what to do.
        ValueError: `RNN_COURSE_SEED` is not a whole number from 0 to 2**32 - 1.
    """
    chosen = seed()
    if on_colab():
        install_missing()
    check()
    _import_quietly("keras")
    return chosen


def seed():
    """Returns the seed that `RNN_COURSE_SEED` names, 0 when it is not set."""
    text = os.environ.get("RNN_COURSE_SEED", "0")
    if not (text.isascii() and text.isdigit() and int(text) < 2**32):
        raise ValueError(f"RNN_COURSE_SEED is a whole number from 0 to 2**32 - 1; got {text!r}.")
    return int(text)


def on_colab():
    """Tells whether this is Google Colab."""
    return find_spec("google") is not None and find_spec("google.colab") is not None


def install_missing(names=SMALL):
    """Installs those of `names` that are absent, with pip; touches nothing that is there.

    Returns:
        The requirements given to pip, an empty list when nothing was missing.
    """
    missing = [f"{name}>={RANGES[name][0]},<{RANGES[name][1]}" for name in names if not _has(name)]
    if missing:
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", *missing], check=True)
    return missing


def check(installed=None):
    """Compares installed versions with the ranges the course was written for.

    Args:
        installed: versions by name, for instance `{"keras": "3.15.1"}`; by default, what is there.

    Raises:
        RuntimeError: a library is missing or too old.
    """
    if installed is None:
        installed = {name: _version(name) for name in RANGES if _needed(name)}
    faults, remarks = [], []
    for name, version in installed.items():
        lowest, below = RANGES[name]
        if version is None:
            faults.append(f"{name} is not installed; the course needs {lowest} or later.")
        elif _numbers(version) < _numbers(lowest):
            faults.append(f"{name} is {version}; the course needs {lowest} or later.")
        elif _numbers(version) >= _numbers(below):
            remarks.append(f"{name} is {version}; the course was written for those below {below}.")
    if faults:
        cure = "On your own machine: `make lab` installs what is needed. On Colab: choose the "
        cure += "latest runtime (Runtime, Change runtime type), then run this cell again."
        raise RuntimeError("\n".join([*faults, cure]))
    if remarks:
        print("\n".join([*remarks, "It may well work; if something fails, suspect this first."]))


def _import_quietly(name):
    """Imports a module whose C++ part logs to stderr while it loads, and drops what it logs.

    TensorFlow says there, whatever the log level, that it found no GPU driver. A failed
    import still raises.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        import_module(name)
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _needed(name):
    return name != "tensorflow" or os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow"


def _has(name):
    return find_spec(name) is not None


def _version(name):
    # builds of TensorFlow for one kind of processor carry a name of their own
    for candidate in (name, "tensorflow_cpu") if name == "tensorflow" else (name,):
        try:
            return metadata.version(candidate)
        except metadata.PackageNotFoundError:
            continue
    return None


def _numbers(version):
    """Returns the leading numbers of a version, `(3, 15, 1)` of `3.15.1rc0`."""
    leading = re.match(r"\d+(\.\d+)*", version)
    if not leading:
        raise ValueError(f"{version!r} does not start with a number, so it is no version.")
    numbers = [int(part) for part in leading.group().split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
