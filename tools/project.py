"""What pyproject.toml says, for the other tools: version, address, dependencies."""

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
