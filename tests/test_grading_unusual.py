"""What stands out in code, for a teacher to look at."""

import pytest
import test_grading

from grading import handed_in, unusual
from tools import assignments, notebooks
from utils.exercises import sets


def found(*sources):
    return unusual.found(handed_in.cells(test_grading.notebook(*sources)))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import socket", "imports socket"),
        ("from multiprocessing import Pool", "imports multiprocessing"),
        ("import urllib3.util", "imports urllib3.util"),
        ("import os\nos.fork()", "uses fork"),
        ("from os import kill", "imports os"),
        ("import sys\nsys._getframe(1).f_globals", "uses f_globals"),
        ("().__class__.__base__.__subclasses__()", "uses __subclasses__"),
        ("open('/proc/1/environ')", "names /proc"),
        ("np.allclose = lambda *a: True", "replaces np.allclose"),
        ("work.check = print", "replaces work.check"),
    ],
)
def test_it_stands_out(code, said):
    assert f"{said} in cell 1" in found("x = 1", code)


def test_each_thing_is_said_once_a_cell():
    assert found("import socket\nimport socket") == ["imports socket in cell 0"]


@pytest.mark.parametrize("name", sets.names())
def test_the_notebooks_that_are_handed_out_do_not_stand_out(name):
    for solved in (False, True):
        content = notebooks.as_text(assignments.made(name, solved=solved)).encode()
        assert unusual.found(handed_in.cells(content)) == []


def test_honest_answers_do_not_stand_out():
    for sources in test_grading.HONEST.values():
        assert found(*sources) == []
