"""What the code of a notebook names that no answer needs: no proof of anything, but worth a look.

Nothing is forbidden by it and no points are lost; the walls of the sandbox hold without it.
"""

from __future__ import annotations

import ast

from grading.handed_in import Cell

MODULES = frozenset(
    "aiohttp asyncio ctypes gc http httpx inspect marshal mmap multiprocessing pickle psutil "
    "requests resource select signal socket subprocess threading urllib3".split()
)
OF_OS = frozenset(
    "_exit abort environb execl execv execve execvp fork forkpty getppid kill killpg pipe popen "
    "posix_spawn setsid spawnl spawnv".split()
)
NAMES = frozenset(
    "__bases__ __closure__ __code__ __globals__ __mro__ __subclasses__ _current_frames _getframe "
    "currentframe f_back f_globals f_locals modules settrace".split()
)
TEXTS = ("/proc", "/etc/", "/root", "/home", "/autograder", "/dev/shm", "grading/")


def found(cells: list[Cell]) -> list[str]:
    """What stands out, each thing once: `imports socket in cell 3`.

    The setup cell of the course uses none of it.

    Args:
        cells: of the notebook; nothing of them is run.
    """
    said: dict[str, None] = {}
    for cell in cells:
        for node in ast.walk(ast.parse(cell.code)):
            for what in _of(node):
                said.setdefault(f"{what} in cell {cell.number}")
    return list(said)[:20]


def _of(node):
    """What a piece of code names that stands out."""
    if isinstance(node, ast.Import):
        return [f"imports {a.name}" for a in node.names if a.name.split(".")[0] in MODULES]
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        of_os = module == "os" and OF_OS & {alias.name for alias in node.names}
        return [f"imports {module}"] if of_os or module.split(".")[0] in MODULES else []
    if isinstance(node, ast.Attribute):
        of_os = isinstance(node.value, ast.Name) and node.value.id == "os" and node.attr in OF_OS
        return [f"uses {node.attr}"] if of_os or node.attr in NAMES else []
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 200:
        return [f"names {text}" for text in TEXTS if text in node.value]
    if isinstance(node, ast.Assign):
        return [f"replaces {ast.unparse(target)}" for target in node.targets if _foreign(target)]
    return []


def _foreign(target):
    """Whether this assigns to an attribute of a library, such as `np.allclose`."""
    names = {"np", "numpy", "utils", "exercises", "work", "checks", "builtins"}
    return isinstance(target, ast.Attribute) and ast.unparse(target).split(".")[0] in names
