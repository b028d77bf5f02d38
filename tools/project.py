"""What pyproject.toml says, for the other tools: version, address, dependencies."""

import os
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def load(root=ROOT):
    """Returns pyproject.toml as nested dictionaries."""
    return tomllib.loads((Path(root) / "pyproject.toml").read_text(encoding="utf-8"))


def address(root=ROOT):
    """Returns the address of the repository, or an empty text while the course has none."""
    return load(root)["project"].get("urls", {}).get("Repository", "").rstrip("/")


def version(root=ROOT):
    """Returns the version, such as `0.1.0`; the git tag of a release is `v` and this."""
    return load(root)["project"]["version"]


def write_whole(path, text):
    """Writes `text` to `path` in one step: a reader sees the old file or the new one."""
    path = Path(path)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
