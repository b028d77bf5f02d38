"""What a notebook shows when a cell comes too early, is interrupted, or its claim fails."""

import os
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from utils import session
from utils.checks import ClaimError

SETUP = "import sys; sys.path.insert(0, '..'); from utils import session; session.install()"


def shown(*cells, **environment):
    """The lines that the last cell shows when it stops, in a real kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    folder = {"metadata": {"path": str(Path(__file__).parent)}}
    client = NotebookClient(notebook, kernel_name="python3", resources=folder)
    with pytest.raises(CellExecutionError):
        client.execute(env={**os.environ, **environment})
    [error] = [o for o in notebook.cells[-1].outputs if o.output_type == "error"]
    return error


def test_a_cell_run_too_early_says_what_to_run():
    error = shown(SETUP, "one = 1\nprint(datasets)")
    assert error.ename == "NameError"
    assert error.traceback == [
        "There is no `datasets` yet: run the cells above first (Run, Run All Above).",
        "at line 2 of the cell:    print(datasets)",
    ]


def test_so_it_does_before_the_setup_cell_where_make_lab_started_the_kernel():
    startup = Path(__file__).parents[1] / "tools" / "startup.py"
    error = shown("print(datasets)", PYTHONSTARTUP=str(startup))
    assert error.traceback[0].startswith("There is no `datasets` yet: run the cells above first")


def test_the_startup_leaves_no_names_behind():
    startup = Path(__file__).parents[1] / "tools" / "startup.py"
    error = shown("print(_explain_mistakes)", PYTHONSTARTUP=str(startup))
    assert "There is no `_explain_mistakes` yet" in error.traceback[0]


def test_a_misspelt_name_is_found():
    error = shown(SETUP, "my_predicton_3 = 0.5", "print(my_prediction_3)")
    assert error.traceback[1] == "Or is it a typing error? There is a `my_predicton_3`."


def test_an_interruption_is_one_line():
    error = shown(SETUP, "def train():\n    raise KeyboardInterrupt\ntrain()")
    assert error.ename == "KeyboardInterrupt"
    assert len(error.traceback) == 1
    assert error.traceback[0].startswith("Interrupted.")


def test_a_failed_claim_shows_its_sentence_first():
    error = shown(
        SETUP,
        "from utils.checks import claim\nclaim('two is three', 2 == 3, 2, hint='count')",
    )
    assert error.traceback == [
        "This claim does not hold: two is three",
        "measured: 2",
        "Hint: count",
        "at line 2 of the cell:    claim('two is three', 2 == 3, 2, hint='count')",
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("1 / 0", "ZeroDivisionError"),
        ("def f():\n    x += 1\nf()", "UnboundLocalError"),
        ("exec(compile('def f(): return missing', 'library.py', 'exec'))\nf()", "NameError"),
    ],
)
def test_other_errors_are_shown_as_always(code, name):
    error = shown(SETUP, code)
    assert error.ename == name
    assert any("Traceback" in line for line in error.traceback)


def test_outside_ipython_nothing_happens():
    session.install()
    assert session.explain(ClaimError("a\nb")) == ["a", "b"]
