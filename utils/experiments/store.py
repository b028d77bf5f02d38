"""Where measurements are kept: tables in a JSON file, that several processes may fill at once."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shlex
import sys
from pathlib import Path

from utils.experiments.measurements import Measured, plain
from utils.files import write_whole

try:
    import fcntl
except ImportError:  # not on Windows: one process at a time there
    fcntl = None

MADE = ("made with", "made by")  # versions and commands; they change no measurement's validity
_LIBRARIES = ("numpy", "keras", "tensorflow", "jax", "torch", "sklearn")
_REMEDY = "Move it away, or give another path."


class Store:
    """One table in a JSON file.

        {name: {**common, "seeds": …, "rows": …, "made with": …, "made by": …, unit: {row: […]}}}

    Args:
        path: The file, in a folder that exists.
        name: The table's name in it.
        unit: Under which key the measurements stand.
        wanted: Everything else, that decides what is measured: "seeds", "rows", what rows share.

    Raises:
        ValueError: The path is none; `unit` or a key of `wanted` means something else in a table;
            options that JSON cannot hold.
    """

    def __init__(self, path: str | Path, name: str, unit: str, wanted: dict):
        if not isinstance(path, (str, os.PathLike)) or path == "":
            raise ValueError(f"path is {path!r}, expected that of a JSON file, or None for none")
        if unit in wanted or unit in MADE:
            raise ValueError(f"unit {unit!r} is the name of one of the table's own entries")
        for key in MADE:
            if key in wanted:
                raise ValueError(f"common holds {key!r}, which the table writes by itself")
        self.path, self.name, self.unit = Path(path), name, unit
        self.wanted = self.as_kept(wanted)

    def as_kept(self, options: dict) -> dict:
        """The options as they will be read again: tuples are lists then, and all keys are text."""
        try:
            return json.loads(json.dumps(options, allow_nan=False))
        except (TypeError, ValueError) as error:
            raise ValueError(f"JSON cannot hold the options of {self.name!r}: {error}") from None

    def rows(self) -> dict[str, dict]:
        """The rows that the file holds, with their options, where what they share is as wanted."""
        stored = self._stored(self._tables())
        return stored["rows"] if self._shared(stored) == self._shared(self.wanted) else {}

    def refresh(self, verbose: bool) -> None:
        """Drops what does not hold, and finds out whether the file can be written."""
        known = self.read()
        for row in self._stored(self._tables())[self.unit]:
            if verbose and row not in known:
                why = "has other options now" if row in self.wanted["rows"] else "is not asked for"
                print(f"{row} {why}: what {self.path.name} holds of it is dropped")
        self.write({})

    def read(self) -> dict[str, list[Measured]]:
        """What was measured with the options wanted."""
        stored, rows = self._stored(self._tables()), self.wanted["rows"]
        if self._shared(stored) != self._shared(self.wanted):
            return {}
        return {
            row: [plain(value, f"{self.path}, row {row!r}") for value in values]
            for row, values in stored[self.unit].items()
            if row in rows and stored["rows"].get(row) == rows[row]
        }

    def write(self, measured: dict[str, list[Measured]]) -> None:
        """Puts these rows in; others, and other tables, stay as the file has them by now."""
        with _alone_in(self.path.parent):
            known, before = self.read() | measured, self._tables()
            ordered = {row: known[row] for row in self.wanted["rows"] if row in known}
            made = _made(before.get(self.name, {}), now=bool(measured)) if ordered else {}
            tables = before | {self.name: {**self.wanted, **made, self.unit: ordered}}
            if tables != before:
                write_whole(self.path, json.dumps(tables, indent=1) + "\n")

    def _tables(self) -> dict:
        try:
            tables = json.loads(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as error:  # neither JSON nor, perhaps, text
            raise ValueError(f"{self.path} is damaged, {error}. {_REMEDY}") from None
        if not isinstance(tables, dict) or not all(map(_is_table, tables.values())):
            raise ValueError(f"{self.path} holds something else than tables of `run`. {_REMEDY}")
        return tables

    def _stored(self, tables: dict) -> dict:
        """The file's table, or an empty one."""
        table = tables.get(self.name, {"rows": {}, self.unit: {}})
        rows = table.get(self.unit)
        if not isinstance(rows, dict) or not all(isinstance(row, list) for row in rows.values()):
            raise ValueError(
                f"table {self.name!r} of {self.path} holds no lists under {self.unit!r}. {_REMEDY}"
            )
        return table

    def _shared(self, table: dict) -> dict:
        """What all rows of a table share."""
        own = ("seeds", "rows", self.unit, *MADE)
        return {key: table[key] for key in table if key not in own}


def _is_table(found) -> bool:
    return isinstance(found, dict) and isinstance(found.get("rows"), dict)


def _made(table: dict, *, now: bool) -> dict[str, list[str]]:
    """Versions and commands of all measurements of a table, those being made now among them."""
    made = {key: table[key] for key in MADE if key in table}
    if not now:
        return made
    here = dict(zip(MADE, (_versions(), [_command()]), strict=True))
    return {key: list(dict.fromkeys([*made.get(key, []), *here[key]])) for key in MADE}


def _versions() -> list[str]:
    """Python, and those libraries that are loaded, such as "keras 3.15.1"."""
    loaded = {name: getattr(sys.modules.get(name), "__version__", None) for name in _LIBRARIES}
    return [
        f"Python {platform.python_version()}",
        *(f"{name} {version}" for name, version in loaded.items() if version),
    ]


def _command() -> str:
    """How this process was called, with the script's path as seen from the course's folder."""
    script, *arguments = sys.argv or [""]
    if not script.endswith(".py") or "ipykernel" in script:
        return "interactively"
    path, course = Path(script).resolve(), Path(__file__).resolve().parents[2]
    shown = path.relative_to(course).as_posix() if path.is_relative_to(course) else path.name
    return shlex.join(["python", shown, *arguments])


@contextlib.contextmanager
def _alone_in(folder: Path):
    """Other processes that would write tables into this folder wait, where the system can do it.

    The folder itself is locked, so that no file is left behind, and the lock ends with the process.
    """
    if fcntl is None or not folder.is_dir():
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # a file system that knows no locks
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
