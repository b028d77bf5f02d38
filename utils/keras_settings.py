"""What another project may have left for Keras: `keras.json` and the variable `KERAS_BACKEND`.

Keras reads both while it is imported. The course was written for one set of values, so it takes
these for its notebooks, says what it passed over, and leaves file and variable as they are.
"""

import json
import os
import sys
from importlib.util import find_spec
from pathlib import Path

OURS = {
    "backend": "tensorflow",
    "floatx": "float32",
    "epsilon": 1e-7,
    "image_data_format": "channels_last",
}
BACKENDS = ("tensorflow", "jax", "torch")  # the first is what notebooks and tests use
VALID = {
    "floatx": lambda value: value in ("float16", "float32", "float64"),
    "epsilon": lambda value: isinstance(value, float),
    "image_data_format": lambda value: value in ("channels_first", "channels_last"),
}


def file():
    """Returns the path of Keras's settings file, whether it exists or not."""
    home = Path("~").expanduser()
    folder = home / ".keras" if os.access(home, os.W_OK) else Path("/tmp/.keras")
    return Path(os.environ.get("KERAS_HOME") or folder).expanduser() / "keras.json"


def left():
    """Returns what the file says and the course does not, such as `{"backend": "torch"}`.

    Raises:
        RuntimeError: the file holds what Keras cannot read; the message says what to do.
    """
    path = file()
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # Keras does without it as well
        return {}
    if not isinstance(found, dict):
        raise _unreadable(path, "is no list of names and values")
    for name, valid in VALID.items():
        if name in found and not valid(found[name]):
            raise _unreadable(path, f"says {name} is {found[name]!r}, which Keras does not know")
    return {name: found[name] for name in OURS if found.get(name, OURS[name]) != OURS[name]}


def choose_backend(say=print):
    """Makes Keras load the course's backend: called before Keras is imported.

    `KERAS_BACKEND` is obeyed, since it may be set for this course; `keras.json` is not.

    Raises:
        RuntimeError: the variable names what is not there, or Keras was loaded with something else.
    """
    wanted = os.environ.get("KERAS_BACKEND")
    if wanted and not _is_there(wanted):
        raise RuntimeError(
            f"The environment variable KERAS_BACKEND is {wanted!r}, which is not installed or not "
            f"for training; the course runs on {OURS['backend']}. Remove the variable (in a cell: "
            "import os; del os.environ['KERAS_BACKEND']), then run this cell again."
        )
    if not wanted:
        other = left().get("backend")
        if other:
            say(f"{file()} asks for the backend {other}; this notebook uses {OURS['backend']}.")
            os.environ["KERAS_BACKEND"] = OURS["backend"]
    loaded = sys.modules["keras"].config.backend() if "keras" in sys.modules else None
    if loaded not in (None, wanted or OURS["backend"]):
        raise RuntimeError(
            f"Keras was loaded before this cell, with the backend {loaded}: restart the kernel "
            "(Kernel, Restart) and run this cell first."
        )


def set_ours(say=print):
    """Sets what is not the backend to the course's values: called once Keras is imported."""
    import keras

    for name in sorted(left().keys() - {"backend"}):
        if getattr(keras.config, name)() != OURS[name]:
            say(f"{file()} says {name} is {left()[name]}; this notebook uses {OURS[name]}.")
            getattr(keras.config, f"set_{name}")(OURS[name])


def _is_there(backend):
    return backend in BACKENDS and find_spec(backend) is not None


def _unreadable(path, what):
    return RuntimeError(
        f"Keras's settings file {path} {what}. Another project may have left it: rename it, then "
        "run this cell again."
    )
