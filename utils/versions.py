"""What the setup cell of a notebook asks: are the libraries there, and new enough?

Importing this module loads nothing heavy: versions are read from the installed metadata. On Colab
and Kaggle the libraries change several times a year, so a newer major version earns a remark; only
an older or a missing one stops the notebook. Installed TensorFlow and NumPy are never replaced.
"""

import importlib
import os
import re
import subprocess
import sys
from importlib import import_module, metadata
from importlib.util import find_spec

from utils import keras_settings

# from this version (included) to that one (excluded); the same as in pyproject.toml
RANGES = {
    "tensorflow": ("2.20", "3"),
    "keras": ("3.15", "4"),
    "numpy": ("2.0", "3"),
    "tokenizers": ("0.21", "1"),
    "sacrebleu": ("2.4", "3"),
    "matplotlib": ("3.9", "4"),
    "ipython": ("7.34", "10"),
    "pillow": ("10", "14"),
    "cycler": ("0.12", "1"),
    "scikit-learn": ("1.6", "2"),
    "scipy": ("1.13", "2"),
}
SMALL = ("tokenizers", "sacrebleu")  # what Colab may lack, and what is safe to add there


def prepare():
    """Makes a notebook's surroundings ready: called by the setup cell, before Keras is imported.

    Loads Keras, so that the log lines of its backend do not end up in the notebook, sets the seed
    and the style of the pictures, and has mistakes explained in a sentence.

    Returns:
        The seed of this run: `RNN_COURSE_SEED` when it is set, 0 otherwise.

    Raises:
        RuntimeError: a library is missing or too old, or Keras is set up for something else; the
            message says what to do.
        ValueError: `RNN_COURSE_SEED` is not a whole number from 0 to 2**32 - 1.
    """
    chosen = seed()
    if is_hosted():
        install_missing()
        renew_keras()
    keras_settings.choose_backend()
    check()
    import_quietly("keras")
    keras_settings.set_ours()
    import keras  # these here, because they may have been missing until now

    from utils import plotting, session

    keras.utils.set_random_seed(chosen)
    plotting.style()
    session.install()
    return chosen


def seed():
    """Returns the seed that `RNN_COURSE_SEED` names, 0 when it is not set."""
    text = os.environ.get("RNN_COURSE_SEED", "0")
    if not (text.isascii() and text.isdigit() and int(text) < 2**32):
        raise ValueError(f"RNN_COURSE_SEED is a whole number from 0 to 2**32 - 1; got {text!r}.")
    return int(text)


def is_hosted():
    """Tells whether this is Google Colab or Kaggle, whose libraries are not the reader's own."""
    on_colab = find_spec("google") is not None and find_spec("google.colab") is not None
    return on_colab or "KAGGLE_KERNEL_RUN_TYPE" in os.environ


def install_missing(names=SMALL):
    """Installs those of `names` that are absent, with pip; touches nothing that is there.

    Returns:
        The requirements given to pip, an empty list when nothing was missing.
    """
    missing = [_requirement(name) for name in names if not _has(name)]
    if missing:
        # NumPy at its own version: pip shall rather fail than replace it
        kept = [f"numpy=={_version('numpy')}"] if _version("numpy") else []
        _pip_install(*missing, *kept)
    return missing


def renew_keras():
    """Installs a newer Keras where the installed one is older than the course needs.

    Keras is pure Python, and what it needs comes with TensorFlow, so nothing else is touched.

    Raises:
        RuntimeError: the older one is loaded already, or pip failed.
    """
    version = _version("keras")
    if version is not None and _numbers(version) >= _numbers(RANGES["keras"][0]):
        # the metadata may be newer than what an earlier cell loaded
        version = getattr(sys.modules.get("keras"), "__version__", version)
    if version is None or _numbers(version) >= _numbers(RANGES["keras"][0]):
        return
    if _numbers(_version("keras")) < _numbers(RANGES["keras"][0]):
        _pip_install("--no-deps", _requirement("keras"))
        print(f"Keras {version} was too old for the course; it is {_version('keras')} now.")
    if "keras" in sys.modules:
        raise RuntimeError(
            f"Keras {version} is still loaded: restart the session (Runtime, Restart session, or "
            "Run, Restart) and run this cell first."
        )


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


def import_quietly(name):
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


def _pip_install(*arguments):
    """Calls pip; what it printed is shown only when it failed."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        names = " ".join(word for word in arguments if not word.startswith("-"))
        raise RuntimeError(
            f"pip could not install {names} ({last}). Check that this notebook may use the "
            "network, then run this cell again."
        )
    importlib.invalidate_caches()


def _requirement(name):
    lowest, below = RANGES[name]
    return f"{name}>={lowest},<{below}"


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
