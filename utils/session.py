"""What a notebook shows when something stops it: one kind sentence instead of a wall of calls.

A cell run too early, a misspelt name, an interrupted training and a claim that does not hold are
ordinary events in a lesson. `install` has IPython show them as a few lines; every other error is
shown as always.
"""

import difflib
import linecache
import sys

from utils.checks import ClaimError

CELLS = ("<ipython-input", "ipykernel_")  # in the file names that IPython gives to cells


def install(shell=None):
    """Shows interruptions, unknown names and failed claims in a few lines from now on.

    Args:
        shell: an IPython shell; by default the running one. Outside IPython nothing happens.
    """
    if shell is None:
        shell = _running_shell()
    if shell is not None:
        shell.set_custom_exc((NameError, KeyboardInterrupt, ClaimError), _show)


def explain(error, names=()):
    """Returns the lines to show for an error.

    Args:
        error: a NameError, a KeyboardInterrupt or a ClaimError.
        names: names that are defined in the notebook, among which a misspelt one may be.
    """
    if isinstance(error, KeyboardInterrupt):
        return ["Interrupted. Run the cell again to start it anew, or go on with the next one."]
    if isinstance(error, NameError):
        return _unknown_name(error.name, names)
    return str(error).splitlines()


def _unknown_name(name, names):
    lines = [f"There is no `{name}` yet: run the cells above first (Run, Run All Above)."]
    near = difflib.get_close_matches(name, [n for n in names if not n.startswith("_")], 1, 0.8)
    if near:
        lines.append(f"Or is it a typing error? There is a `{near[0]}`.")
    return lines


def _show(shell, kind, error, traceback, tb_offset=None):
    """What IPython calls; it leaves the showing to us."""
    if isinstance(error, NameError) and not _is_the_cells_own(error, traceback):
        lines = shell.InteractiveTB.structured_traceback(kind, error, traceback, tb_offset)
    else:
        lines = explain(error, tuple(shell.user_ns))
        if not isinstance(error, KeyboardInterrupt):
            lines = [*lines, *_place(traceback)]
    # as IPython's own: the kernel's version of it sends the lines to the notebook
    shell._showtraceback(kind, error, lines)
    return lines


def _is_the_cells_own(error, traceback):
    """Tells whether a name is missing in a cell; elsewhere, or in a function, it is a mistake."""
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    in_cell = _is_cell(traceback.tb_frame.f_code.co_filename)
    return in_cell and type(error) is NameError and bool(error.name)


def _place(traceback):
    """The last line of a cell on the way to the error, where there is one."""
    found = []
    while traceback is not None:
        file, number = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        if _is_cell(file):
            found = [f"at line {number} of the cell:    {linecache.getline(file, number).strip()}"]
        traceback = traceback.tb_next
    return found


def _is_cell(file):
    return any(mark in file for mark in CELLS)


def _running_shell():
    # a program that never imported IPython has no shell, and should not load it for this
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
