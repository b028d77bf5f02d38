"""The map of `utils` in CONTRIBUTING: every module has its line, and imports only downward."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UTILS = ROOT / "utils"


def the_map():
    """Room → the modules that its line names, from the ground up."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.split("## The rooms of `utils`")[1].split("\n## ")[0]
    rooms = {}
    for room, line in re.findall(r"^\| `([\w./]+)` \| (.+) \|$", section, re.M):
        rooms[room] = set(re.findall(r"`([a-z_0-9]+)`", line))
    return rooms


ROOMS = the_map()


def room_of(module):
    """`utils.text.pieces` → "text/", `utils.files` → "files.py"."""
    name = module.split(".")[1]
    return f"{name}/" if (UTILS / name).is_dir() else f"{name}.py"


def modules():
    """Every module of `utils` by its full name, but for the package itself."""
    found = {}
    for path in sorted(UTILS.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if name != "utils":
            found[name] = path
    return found


MODULES = modules()


def imported(module):
    """The modules of `utils` that a module imports, wherever in it."""
    path, found = MODULES[module], set()
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            names = {f"{base}.{alias.name}" for alias in node.names}
            found |= {name if name in MODULES else base for name in names}
    return {name for name in found if name in MODULES and name != module}


def test_every_module_has_its_line():
    assert {room_of(module) for module in MODULES} == set(ROOMS)
    for module in MODULES:
        room, _, name = module.removeprefix("utils.").partition(".")
        if name and not name.startswith(("_", "set_")):  # problem sets are numbered
            assert name in ROOMS[f"{room}/"], f"the line of {room}/ does not name {name}"
    for room, named in ROOMS.items():
        if room.endswith("/"):
            there = {path.stem for path in (UTILS / room).glob("*.py")}
            assert named <= there, f"the line of {room} names {named - there}, which is not there"


def wrong_way(module, imports):
    """What a module imports from its own floor or above."""
    order = list(ROOMS)
    here = order.index(room_of(module))
    return {name for name in imports
            if room_of(name) != room_of(module) and order.index(room_of(name)) >= here}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_downward(module):
    assert wrong_way(module, imported(module)) == set()


def test_no_circle_within_a_room():
    done = set()

    def visit(module, path):
        assert module not in path, f"a circle: {' → '.join([*path, module])}"
        if module not in done:
            for other in imported(module):
                # A package's __init__ gathers what is in it; a module that asks it for a sibling
                # would go round in a circle.
                if room_of(other) == room_of(module):
                    visit(other, [*path, module])
            done.add(module)

    for module in MODULES:
        visit(module, [])


def test_an_arrow_upward_is_seen():
    assert wrong_way("utils.datasets.bitext", {"utils.plotting", "utils.expect"}) == {
        "utils.plotting"
    }
    assert "utils.text.pieces" in imported("utils.metrics.alignment")
    assert "utils.plotting" in imported("utils.versions")  # within a function


def test_the_package_itself_imports_nothing():
    tree = ast.parse((UTILS / "__init__.py").read_text(encoding="utf-8"))
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
