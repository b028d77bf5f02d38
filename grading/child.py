"""What runs inside the sandbox: the cells that were handed in, and then single answers.

It is started by `grading.sandbox` and knows nothing of what is expected. It reads requests from
its standard input and writes replies to the descriptor that its argument names:

    {"do": "run", "cells": [[number, code], …], "names": […], "definitions": bool}
    {"do": "call", "name": …, "arguments": (…)}

What the student's code does to this process harms nobody: whatever it writes is only an answer.
"""

from __future__ import annotations

import ast
import copy
import linecache
import os
import sys
import traceback
import warnings

import numpy as np
import wire

KEPT = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def main():
    """Answers requests until the parent closes the pipe."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(int(sys.argv[1]), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # whoever calls input() finds nothing
    answers = Answers()
    while prefix := requests.read(wire.LENGTHS.size):
        header, body = wire.lengths(prefix)
        request = wire.decode(requests.read(header), requests.read(body))
        if request["do"] == "run":
            reply = answers.run(request["cells"], set(request["names"]), request["definitions"])
        else:
            reply = answers.call(request["name"], request["arguments"])
        replies.write(reply)
        replies.flush()


class Answers:
    """The student's functions, by name.

    Attributes:
        names: what was defined and is not a stub.
        stubs: what was left as it was.
    """

    def __init__(self):
        self.names, self.stubs = {}, set()
        self.module = {"__name__": "__main__", "__builtins__": __builtins__}

    def run(self, cells, names, definitions):
        """Runs cells, statement by statement, so that one that fails takes no other with it."""
        problems = []
        warnings.simplefilter("ignore")
        for number, code in cells:
            place = f"<cell {number}>"
            linecache.cache[place] = (len(code), None, code.splitlines(True), place)
            statements = ast.parse(code).body
            if definitions:
                statements = [s for each in statements for s in _within(each) if _is_kept(s)]
            for statement in statements:
                try:
                    module = ast.Module([statement], [])
                    exec(compile(module, place, "exec"), self.module)
                except BaseException as error:  # also exit() and interrupts
                    problems.append([number, *_told(error)])
                else:
                    for each in _within(statement):
                        self._note(each, names)
        return wire.encode({"problems": problems[:100], "found": sorted(self.names)})

    def _note(self, statement, names):
        """Keeps what this statement defines, as it is now."""
        for name in names & _defined(statement):
            if _is_stub(statement):
                self.stubs.add(name)
            elif callable(self.module.get(name)):
                self.names[name] = self.module[name]

    def call(self, name, arguments):
        """Calls an answer; says what it returned, and which of its arguments it changed."""
        if name not in self.names:
            return wire.encode({"missing": name not in self.stubs})
        before = copy.deepcopy(arguments)
        try:
            returned = self.names[name](*arguments)
            if isinstance(returned, NotImplementedError):
                raise returned
            changed = [
                place
                for place, (old, new) in enumerate(zip(before, arguments, strict=True))
                if isinstance(old, np.ndarray) and not np.array_equal(old, new, equal_nan=True)
            ]
            return wire.encode({"returned": returned, "changed": changed})
        except BaseException as error:
            return wire.encode({"raised": _told(error)})


def _is_kept(statement):
    return isinstance(statement, KEPT)


def _within(statement):
    """A statement, and those in it that are run with it: in `if`, `try`, `with` and loops."""
    yield statement
    if not _is_kept(statement):
        for part in ast.iter_child_nodes(statement):
            if isinstance(part, (ast.stmt, ast.excepthandler, ast.match_case)):
                yield from _within(part)


def _defined(statement):
    """The names that a statement gives functions to; not those that a check hands back."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return {alias.asname or alias.name for alias in statement.names}
    if isinstance(statement, ast.Assign) and not _is_check(statement.value):
        return {
            node.id
            for target in statement.targets
            for node in ast.walk(target)
            if isinstance(node, ast.Name)
        }
    return set()


def _is_check(value):
    called = value.func if isinstance(value, ast.Call) else None
    return "check" in (getattr(called, "attr", None), getattr(called, "id", None))


def _is_stub(statement):
    """Whether a function only says that it is not written yet."""
    if not isinstance(statement, ast.FunctionDef):
        return False
    body = [s for s in statement.body
            if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]  # fmt: skip
    raised = body[0].exc if len(body) == 1 and isinstance(body[0], ast.Raise) else None
    named = raised.func if isinstance(raised, ast.Call) else raised
    return isinstance(named, ast.Name) and named.id == "NotImplementedError"


def _told(error):
    """An error's kind, its message, and the student's own line."""
    every = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in every if frame.filename.startswith("<cell")]
    where = f"line {frames[-1].lineno}, `{frames[-1].line}`" if frames else ""
    return [type(error).__name__[:80], str(error)[:500], where[:300]]


if __name__ == "__main__":
    main()
