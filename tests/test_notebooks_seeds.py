"""Claims counted over seeds: what held always, what did not, and what was never reached."""

import os
import subprocess
import sys

import pytest

from tools import seeds


def entry(text, held, number=None):
    measured = None if number is None else str(number)
    return {"claim": text, "held": held, "measured": measured, "number": number}


def test_count_by_hand():
    runs = [
        [entry("a", True, 1.0), entry("b", True)],
        [entry("a", False, 0.5), entry("b", True)],
        [entry("a", True, 2.0)],
    ]
    first, second = seeds.count(runs)
    assert (first["held"], first["runs"]) == (2, 3)
    assert (first["lowest"], first["highest"], first["failures"]) == (0.5, 2.0, ["0.5"])
    assert (second["held"], second["reached"]) == (2, 2)


def test_claim_made_twice_holds_only_when_both_do():
    (row,) = seeds.count([[entry("a", True), entry("a", False)]])
    assert row["held"] == 0


CASES = {
    "all held": ([[entry("a", True)], [entry("a", True)]], False, 0),
    "one failed": ([[entry("a", True)], [entry("a", False)]], False, 1),
    "not reached": ([[entry("a", True)], []], False, 1),
    "no claims at all": ([[], []], False, 1),
    "a cell failed": ([[entry("a", True)]], True, 1),
}


@pytest.mark.parametrize("case", CASES)
def test_exit_code(case, capsys):
    runs, stopped, expected = CASES[case]
    assert seeds.finish(seeds.count(runs), stopped) == expected
    assert "held under every seed" in capsys.readouterr().out


NOTEBOOK = """\
# %%
import os
from utils.checks import claim

seed = int(os.environ["RNN_COURSE_SEED"])

# %%
claim("the seed is even", seed % 2 == 0, seed)

# %%
claim("the seed is small", seed < 9, seed)
assert seed != 2, "this seed stops the notebook"

# %%
claim("the end is reached", True)
"""


@pytest.mark.filterwarnings("default")
def test_failed_claim_goes_on_and_failed_cell_is_told(tiny_course, monkeypatch, root):
    monkeypatch.setenv("PYTHONPATH", str(root))
    source = tiny_course(NOTEBOOK)
    odd, no_error = seeds.run(source, 1, say=lambda line: None)
    assert no_error is None
    assert [claim["held"] for claim in odd] == [False, True, True]
    assert odd[0]["number"] == 1.0
    stopped, error = seeds.run(source, 2, say=lambda line: None)
    assert [claim["held"] for claim in stopped] == [True, True]
    assert "cell 2" in error and "this seed stops the notebook" in error
    text = "\n".join(seeds.report(seeds.count([odd, stopped])))
    assert "✗ 1 of 2  the seed is even  (measured 1 to 2)" in text
    assert "did not hold with: 1" in text
    assert "✓ 2 of 2  the seed is small" in text
    assert "✗ 1 of 2  the end is reached" in text


@pytest.mark.parametrize("prefix", ["", "77"])
def test_unclear_notebook_is_one_sentence(prefix):
    with pytest.raises(SystemExit, match="notebook"):
        seeds.main([prefix])


def test_no_seeds_is_refused(capsys):
    with pytest.raises(SystemExit):
        seeds.main(["14", "--seeds", "0"])
    assert "at least 1" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_report_on_a_console_without_its_signs(root, encoding):
    """Minutes of work are not lost at the last line."""
    code = """if True:
        from tools import seeds
        held = {"claim": "größer → besser", "held": True, "measured": "1 ≥ 0", "number": None}
        raise SystemExit(seeds.finish(seeds.count([[held], [{**held, "held": False}]])))
    """
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, env=environment
    )
    assert done.returncode == 1, done.stderr
    first, second, last = done.stdout.decode("latin-1").splitlines()
    assert first.startswith("NOT: 1 of 2  gr") and first.endswith("er ? besser")
    assert second.endswith("did not hold with: 1 ? 0")
    assert last == "0 of 1 claims held under every seed"
