"""Marking: honest answers get their points, whatever the notebook has become; others do no harm."""

import json
import socket
import time
from pathlib import Path

import numpy as np
import pytest

from grading import handed_in, marking, sandbox, wire
from grading.sandbox import Limits, Sandbox
from utils import exercises

NO_WALLS = sandbox._problem()
WALLS = "none" if NO_WALLS else "bubblewrap"
needs_walls = pytest.mark.skipif(bool(NO_WALLS), reason=NO_WALLS)

TASKS = [marking.Task(exercises.EXERCISES["lstm_step"], 4.0, without=("cells",))]
LIMITS = Limits(seconds=3, all_cells=6, memory=2**30)
RIGHT = """
import numpy as np
def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    a_i, a_f, a_g, a_o = np.split(x_t @ W_x + h_prev @ W_h + b, 4, axis=-1)
    s = lambda a: 1 / (1 + np.exp(-a))
    c_t = s(a_f) * c_prev + s(a_i) * np.tanh(a_g)
    return s(a_o) * np.tanh(c_t), c_t
"""
STUB = """
def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    'What to write.'
    raise NotImplementedError
"""


def notebook(*sources, **other):
    cells = [{"cell_type": "code", "source": source, "metadata": {}} for source in sources]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, **other}).encode()


def mark(content, tasks=TASKS, seed=7, limits=LIMITS):
    """What is written here harms nobody without a sandbox, but for what `needs_walls`."""
    return marking.mark(content, tasks, seed, limits=limits, walls=WALLS)


def marked(*sources, limits=LIMITS, tasks=TASKS):
    return mark(notebook(*sources), tasks, limits=limits)


# ---------------------------------------------------------------- what people hand in

HONEST = {
    "plain": [RIGHT],
    "with the setup cell of the course": ["from utils import exercises", RIGHT],
    "checked": ["from utils import exercises", RIGHT,
                'lstm_step = exercises.check("lstm_step", lstm_step)'],
    "doubled cells": [STUB, RIGHT, RIGHT, STUB],
    "a failing cell before": ["1 / 0", RIGHT],
    "failing in the same cell": ["1 / 0\n" + RIGHT + "\nnp.nothing()"],
    "no Python before": ["def broken(:", RIGHT],
    "magics": ["%matplotlib inline\n!pip install x\n?print", "%%time\n" + RIGHT, "%%bash\nls",
               "if True:\n    %timeit 1\n"],
    "Windows ends of lines": [RIGHT.replace("\n", "\r\n")],
    "exit": ["exit()", RIGHT, "quit()"],
    "input": ["name = input()", RIGHT],
    "printing": ["print('x' * 10**6)", RIGHT.replace("    return", "    print(c_t)\n    return")],
    "a helper in another cell": ["import numpy as np\ns = lambda a: 1 / (1 + np.exp(-a))",
                                 RIGHT.replace("    s = lambda a: 1 / (1 + np.exp(-a))\n", "")],
    "float32": [RIGHT + "\nfull = lstm_step\ndef lstm_step(*a):\n"
                "    return full(*(np.float32(x) for x in a))"],
    "renamed arguments": [RIGHT.replace("h_prev", "old").replace("x_t", "value")],
    "a lambda": [RIGHT.replace("def lstm_step", "def mine") + "\nlstm_step = lambda *a: mine(*a)"],
    "a list returned": [RIGHT.replace("return s(a_o) * np.tanh(c_t), c_t",
                                      "return [s(a_o) * np.tanh(c_t), c_t]")],
    "defined in an if": ["if True:\n    try:\n" + RIGHT.replace("\n", "\n        ").rstrip()
                         + "\n    finally:\n        done = True"],
    "defined in an if, the stub below": [
        "import numpy as np\nif np:\n" + RIGHT.replace("\n", "\n    ").rstrip() + "\nelse:\n"
        + STUB.replace("\n", "\n    ").rstrip()],
    "an import within": [RIGHT.replace("import numpy as np\n", "").replace(
        "    a_i", "    import numpy as np\n    a_i")],
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_honest_answers_get_all_points(name):
    report = marked(*HONEST[name])
    [found] = report.marks
    assert found.points == 4.0, (found, report.problems)
    assert report.limits == []


@needs_walls
def test_keras_works_inside():
    """TensorFlow starts under the limits, and its tensors are answers like others."""
    source = """
import numpy as np
import keras
def lstm_step(x, h, c, W_x, W_h, b):
    i, f, g, o = keras.ops.split(keras.ops.matmul(x, W_x) + keras.ops.matmul(h, W_h) + b, 4, -1)
    s = keras.ops.sigmoid
    c = s(f) * c + s(i) * keras.ops.tanh(g)
    return s(o) * keras.ops.tanh(c), c
"""
    [found] = marked(source, limits=Limits()).marks
    assert found.points == 4, found


def test_old_formats_and_lines():
    cell = {"cell_type": "code", "language": "python", "input": RIGHT.splitlines(True)}
    old = json.dumps({"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [cell]}]})
    assert mark(old.encode()).points == 4.0
    with_mark = b"\xef\xbb\xbf" + notebook(RIGHT.splitlines(True))
    assert mark(with_mark).points == 4.0


def test_what_is_wrong_is_said_in_the_engines_words():
    [found] = marked(RIGHT.replace("a_i, a_f, a_g, a_o =", "a_f, a_i, a_g, a_o =")).marks
    assert (found.points, found.mistake) == (0.0, "forget gate first")
    assert "Input gate and forget gate are exchanged" in found.said
    [found] = marked(RIGHT.replace("    return", "    return nothing\n    return")).marks
    assert "NameError" in found.said and "line 7" in found.said
    [found] = marked(RIGHT.replace("    return", "    b += 1\n    return")).marks
    assert "changed its input `b`" in found.said


def test_what_is_not_there():
    assert "not written yet" in marked(STUB).marks[0].said
    assert "no function `lstm_step`" in marked("x = 1").marks[0].said


def test_a_part_of_the_cases_is_a_part_of_the_points():
    first = RIGHT.replace("    return", "    if len(x_t) > 1: c_t = c_t + 1\n    return")
    [found] = marked(first).marks
    assert 0 < found.points < 4 and found.right == 2


def test_an_answer_in_a_cell_that_is_no_python_is_told_so():
    broken = RIGHT.replace("np.split(", "np.split((")
    for cells in ([broken], [STUB, "x = 1", broken], ["%%bash\n" + RIGHT]):
        [found] = marked(*cells).marks
        assert f"is defined in cell {len(cells) - 1}, which is not run: " in found.said, found
    [found] = marked("lstm_step(3", "x = 1").marks
    assert found.said == "There is no function `lstm_step` in this notebook."
    assert marked(broken, RIGHT).marks[0].said.endswith(" cases")


def test_an_answer_that_is_there_twice_is_told_so():
    wrong = RIGHT.replace("a_i, a_f,", "a_f, a_i,")
    [found] = marked(RIGHT, "x = 1", wrong).marks
    assert found.said.endswith("is defined twice, in cells 0 and 2: the last one counts.")
    assert found.mistake == "forget gate first"
    for cells in ([wrong, wrong], [STUB, wrong, STUB], [wrong, RIGHT]):
        assert "counts" not in marked(*cells).marks[0].said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no cells"),
        (b'{"cells": 3}', "no cells"),
        (b'{"cells": [], "metadata": {"kernelspec": {"language": "R"}}}', "written in r"),
        (b" " * (handed_in.LARGEST + 1), "at most 50"),
    ],
)
def test_what_is_no_notebook(content, said):
    report = mark(content)
    assert said in report.unreadable and report.points == 0


# ---------------------------------------------------------------- what does no harm

REPLACED = """
import numpy as np
class Equal(np.ndarray):
    def __eq__(self, other): return np.ones(1, bool)
    def __array_function__(self, *a, **k): return True
np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
def lstm_step(x_t, h_prev, *rest):
    return h_prev.view(Equal), h_prev.view(Equal)
"""
CHECKS = """
from utils import checks, exercises
import builtins, json, struct, sys
checks.claim = exercises.check = exercises.problem_set = lambda *a, **k: True
exercises.judge = lambda *a, **k: exercises.Verdict("right", "right on 12 cases", 12, 12)
builtins.len = lambda x: 12
def lstm_step(x, h, c, *a):
    return h, c
"""
PRINTED = """
import json, struct, sys
def lstm_step(x, h, c, *a):
    message = json.dumps(["dict", [["returned", ["=", None]], ["right", ["=", True]]]]).encode()
    sys.stdout.buffer.write(struct.pack(">QQ", len(message), 0) + message)
    print('{"points": 4, "marks": []}', flush=True)
    print('{"points": 4, "marks": []}', file=sys.stderr, flush=True)
    return h, c
"""


def by_heart(seeds=5):
    """An answer that knows what comes out for the cases of other seeds."""
    exercise, known = TASKS[0].exercise, {}
    for seed in range(seeds):
        for case in exercise.cases(np.random.default_rng(seed)):
            arrays = exercise.reference(*case)
            known[case[0].tobytes().hex()] = [array.tolist() for array in arrays]
    return f"""
import numpy as np
KNOWN = {known}
def lstm_step(x, h, c, *a):
    return tuple(np.array(part) for part in KNOWN.get(x.tobytes().hex(), (h, c)))
"""


RIGHT_TOO = RIGHT.replace("def lstm_step", "def right")  # for those who got what they wanted
HOSTILE = {
    "endless loop": ("def lstm_step(*a):\n    while True: pass", ["time"]),
    "a loop that swallows interrupts": (
        "def lstm_step(*a):\n    while True:\n        try:\n            while True: pass\n"
        "        except BaseException: pass", ["time"]),
    "memory": (RIGHT_TOO + "def lstm_step(*a):\n    x = [np.ones(10**7) for _ in range(99)]\n"
               "    return right(*a)", None),
    "memory while it talks": (
        RIGHT_TOO + "import os, struct, sys, time\ndef lstm_step(*a):\n    x = []\n"
        "    os.write(int(sys.argv[1]), struct.pack('>QQ', 10**6, 0))\n    for n in range(10**4):\n"
        "        x.append(b'1' * 10**7)\n        os.write(int(sys.argv[1]), b'1')\n"
        "        time.sleep(0.01)", None),
    "memory of many processes": (
        "import os, time\ndef lstm_step(*a):\n    for _ in range(40):\n        if not os.fork():\n"
        "            x = b'1' * 10**8\n            time.sleep(60)\n    time.sleep(60)", ["memory"]),
    "fork bomb": ("import os\ndef lstm_step(*a):\n    while True: os.fork()", None),
    "many processes": (
        RIGHT_TOO + "import os, time\ndef lstm_step(*a):\n    for n in range(300):\n"
        "        if not os.fork():\n            time.sleep(60)\n    return right(*a)", None),
    "disk": (RIGHT_TOO + "def lstm_step(*a):\n    for n in range(30):\n"
             "        open(f'/tmp/{n}', 'wb').write(b'1' * 10**7)\n    return right(*a)", []),
    "one large file": (RIGHT_TOO + "def lstm_step(*a):\n    file = open('/tmp/x', 'wb')\n"
                       "    file.write(b'1' * 10**8)\n    return right(*a)", []),
    "a file elsewhere": (RIGHT_TOO + "def lstm_step(*a):\n"
                         "    for place in ('/x', '/course/x', '/course/utils/x', '/usr/x'):\n"
                         "        try: open(place, 'w')\n        except OSError: continue\n"
                         "        return right(*a)", []),
    "killing": ("import os\ndef lstm_step(*a):\n    for n in range(1, 10**4):\n"
                "        if n != os.getpid():\n            try: os.kill(n, 9)\n"
                "            except OSError: pass\n"
                "    os.killpg(0, 9)", ["ended"]),
    "leaving": ("import os\ndef lstm_step(*a):\n    os._exit(0)", ["ended"]),
    "replaced functions": (REPLACED, []),
    "replaced checks": (CHECKS, None),
    "printing the protocol's format": (PRINTED, []),
    "learned by heart": (by_heart(), []),
    "the protocol's format": (
        "import os\ndef lstm_step(*a):\n    for n in range(3, 50):\n"
        "        try: os.write(n, b'1' * 999)\n        except OSError: pass", ["ended"]),
    "pickles": ("class X:\n    def __reduce__(self): return (print, ('x',))\n"
                "def lstm_step(*a):\n    return X(), X()", []),
    "objects": ("import numpy as np\ndef lstm_step(*a):\n    return np.array([None]), 1", []),
    "enormous": ("import numpy as np\ndef lstm_step(*a):\n    x = np.zeros((10**5, 10**3), bool)\n"
                 "    return x, x", []),
    "no numbers": ("import numpy as np\ndef lstm_step(x, h, c, *a):\n"
                   "    return h * np.nan, c / 0", []),
    "the library's own": ("from utils import cells\ndef lstm_step(x, h, c, *w):\n"
                          "    return cells.lstm_step(x, h, c, cells.LSTMWeights(*w))", []),
    "solutions": ("from utils.exercises import gated\nlstm_step = gated.lstm_step", []),
    "solutions by path": (
        "import os, runpy, utils\nhere = os.path.dirname(utils.__file__)\n"
        "lstm_step = runpy.run_path(here + '/exercises/gated.py')['lstm_step']", []),
    "the checks' answer": ("from utils import exercises\n"
                           "lstm_step = exercises.check('lstm_step', lambda *a: 0)", []),
}  # fmt: skip


@needs_walls
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_get_nothing_and_end(name):
    source, limits = HOSTILE[name]
    report = marked(source)
    assert report.points == 0
    assert limits is None or sorted(set(report.limits)) == limits, report


@needs_walls
def test_there_is_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = server.getsockname()
        socket.create_connection(place, 1).close()  # from here it can be reached
        connecting = f"    socket.create_connection({place}, 1)\n    return"
        [found] = marked("import socket" + RIGHT.replace("    return", connecting)).marks
    assert found.points == 0 and "ConnectionRefusedError" in found.said


@needs_walls
def test_nothing_of_here_is_seen(monkeypatch):
    monkeypatch.setenv("SECRET", "nobody knows")
    source = """
import glob, os
def lstm_step(*a):
    import utils
    others = ""
    for path in glob.glob("/proc/[0-9]*/environ") + glob.glob("/proc/[0-9]*/cmdline"):
        try: others += open(path, errors="replace").read()
        except OSError: pass
    processes = len(glob.glob("/proc/[0-9]*"))
    homes = glob.glob("/home/*") + glob.glob("/root/[!.]*") + glob.glob("/root/.ssh")
    raise ValueError(repr([
        os.environ["HOME"], processes < 6, homes, os.getuid() != 0, os.access("/course", os.W_OK),
        os.access(utils.__file__, os.W_OK), "nobody knows" in others, "SECRET" in os.environ,
        sorted(os.listdir("/course")), sorted(os.listdir("/course/grading"))]))
"""
    expected = ["/tmp", True, [], True, False, False, False, False, ["data", "grading", "utils"],
                ["child.py", "wire.py"]]  # fmt: skip
    assert f"ValueError: {expected}" in marked(source).marks[0].said


def test_what_was_right_once_is_not_right_again():
    """An answer that hands out what it found for the first case."""
    source = RIGHT_TOO + """
found = []
def lstm_step(*a):
    found.append(right(*a))
    return found[0]
"""
    [found] = marked(source).marks
    assert found.right == 1 and found.points < 2


def test_who_got_no_time_from_a_busy_machine_is_waited_for():
    """Sleeping stands for a machine that computes for others: little is computed meanwhile."""
    limits, source = Limits(seconds=1, all_cells=6, memory=2**30), RIGHT + """
import time
right, before = lstm_step, []
def lstm_step(*a):
    before.append(1)
    time.sleep(SECONDS if len(before) == 1 else 0)
    return right(*a)
"""
    [found] = marked(source.replace("SECONDS", "1.3"), limits=limits).marks
    assert found.points == 4
    report = marked(source.replace("SECONDS", "60"), limits=limits)
    assert report.points == 0 and report.limits == ["time"]


def test_a_time_out_costs_one_exercise_only():
    other = exercises.EXERCISES["lstm_step_backward"]
    tasks = [*TASKS, marking.Task(other, 6.0), ]
    backward = """
def lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    dc = dc_t + dh_t * o * (1 - np.tanh(c_t) ** 2)
    da = [dc * g * i * (1 - i), dc * c_prev * f * (1 - f), dc * i * (1 - g**2),
          dh_t * np.tanh(c_t) * o * (1 - o)]
    return np.concatenate(da, axis=-1), dc * f
"""
    report = marked("import numpy as np", HOSTILE["endless loop"][0], backward, tasks=tasks)
    assert [each.points for each in report.marks] == [0, 6]
    report = marked("import numpy as np", RIGHT, "while True: pass", backward, tasks=tasks)
    assert [each.points for each in report.marks] == [4, 6] and report.limits == ["time"]


def test_hidden_inputs_depend_on_the_seed_and_not_on_the_student():
    source = RIGHT.replace("    return", "    raise ValueError(repr(float(x_t[0, 0])))\n    return")
    first, again = marked(source).marks[0].said, marked(source).marks[0].said
    other = mark(notebook(source), seed=8).marks[0].said
    assert first == again != other


def test_the_same_code_has_the_same_fingerprint():
    renamed = RIGHT.replace("a_f", "forget").replace("c_t", "cell") + "# a comment\n"
    other = RIGHT.replace("np.tanh(c_t)", "c_t")
    one, two, three = (
        marking.fingerprint(handed_in.cells(notebook(source)), ["lstm_step"])
        for source in (RIGHT, renamed, other)
    )
    assert one == two != three != ""


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize(
    "value",
    [None, True, 3, 2.5, "é", [1, (2, {"a": None})], {"a": [1], 3: 4}, np.arange(6.0).reshape(2, 3),
     np.float32(2), np.zeros((0, 3)), np.array(["a", "bc"]), np.array(1 + 2j)],
    ids=repr,
)  # fmt: skip
def test_values_travel(value):
    message = wire.encode(value)
    size = wire.LENGTHS.size
    header, _ = wire.lengths(message[:size])
    found = wire.decode(message[size : size + header], message[size + header :])
    np.testing.assert_equal(found, value)
    assert isinstance(found, type(value)) or isinstance(value, np.generic)


@pytest.mark.parametrize(
    ("header", "body"),
    [
        (b"", b""), (b"{", b""), (b"[]", b""), (b'["=", [1]]', b""),
        (b'["array", "<f8", [2]]', b"1"),
        (b'["array", "O", [1]]', b"12345678"), (b'["array", "<f8", [-1]]', b""),
        (b'["array", "<f8", [99999999999, 99999999999]]', b""), (b'["=", 1]', b"rest"),
        (b'["list", 3]', b""), (b'["other", 3]', b""), (b"[" * 10**5, b""),
        (b'["array", "<f8"]', b""), (b'["texts", ["a"]]', b""), (b'["texts", [["a"]], [1]]', b""),
        (b'["texts", ["' + b"a" * 10**6 + b'"' + b', ""' * 99 + b"], [100]]", b""),
    ],
)  # fmt: skip
def test_what_is_no_message(header, body):
    with pytest.raises(wire.Malformed):
        wire.decode(header, body)


def test_lengths_that_are_too_large():
    for header, body in ((wire.LARGEST, 1), (wire.LONGEST + 1, 0)):
        with pytest.raises(wire.Malformed, match="too many"):
            wire.lengths(wire.LENGTHS.pack(header, body))


def test_a_request_that_cannot_travel_is_no_answers_fault():
    with Sandbox(LIMITS, walls="none") as child, pytest.raises(wire.Malformed):
        child.ask({"do": object()}, 5)


def test_what_an_unsafe_one_started_ends_with_it():
    code = "import subprocess\nstarted = subprocess.Popen(['sleep', '61.7'])"
    with Sandbox(LIMITS, walls="none") as child:
        child.ask({"do": "run", "cells": [[0, code]], "names": [], "definitions": False}, 10)
        assert _becomes(lambda: _running(b"61.7"))
    assert _becomes(lambda: not _running(b"61.7"))


def test_what_is_hidden_has_to_exist():
    with pytest.raises(ValueError, match="utils has no 'celles'"):
        sandbox._hidden(["celles"])


@needs_walls
def test_nothing_is_left_running():
    before = _running(b"grading/child.py")
    marked(HOSTILE["memory of many processes"][0])
    marked(HOSTILE["fork bomb"][0])
    assert _becomes(lambda: _running(b"grading/child.py") <= before)


def _becomes(condition, seconds=10):
    """Whether something comes to hold within some seconds."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        pass
    return condition()


def _running(part):
    """The processes whose command line holds this."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if part in path.read_bytes():
                found.add(path.parent.name)
        except OSError:  # it ended while we looked
            continue
    return found
