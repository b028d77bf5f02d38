"""The experiment runner measures what is missing, keeps what holds, and says what came out.

Oracles: a call counter, the JSON file read back by hand, NumPy's median, tables written out.
"""

import json
import platform
import statistics
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import experiments, files
from utils.experiments import Range, run, summary, table

ROOT = Path(__file__).parents[1]
ROWS = {"slow": {"rate": 1}, "fast": {"rate": 20}}
NUMBERS = st.floats(-1e6, 1e6, allow_nan=False)


class Counter:
    """Measures 100 rate + seed and remembers what it was asked; breaks off at the call `stop`."""

    def __init__(self, stop=None):
        self.asked, self.stop = [], stop

    def __call__(self, options, seed):
        if len(self.asked) == self.stop:
            raise KeyboardInterrupt
        self.asked.append((options["rate"], seed))
        return 100 * options["rate"] + seed


def stored(path):
    return json.loads(path.read_text(encoding="utf-8"))


# --------------------------------------------------------------------------------------- measuring


def test_every_row_is_measured_under_every_seed_row_after_row():
    measure = Counter()
    assert run(ROWS, measure, 3) == {"slow": [100, 101, 102], "fast": [2000, 2001, 2002]}
    assert measure.asked == [(1, 0), (1, 1), (1, 2), (20, 0), (20, 1), (20, 2)]


@pytest.mark.parametrize(
    ("found", "kept"),
    [
        (0.5, 0.5),
        (np.float32(0.5), 0.5),
        (np.array(3), 3),
        ([1, 0.25], [1, 0.25]),
        ((1, 2), [1, 2]),
        (np.array([0.5, 2.0]), [0.5, 2.0]),
        ({"right": np.float64(0.5), "seconds": 3}, {"right": 0.5, "seconds": 3}),
        ({8: 1.5}, {"8": 1.5}),
        ({"right": 0.5, "curve": np.array([1, 2.5])}, {"right": 0.5, "curve": [1.0, 2.5]}),
    ],
)
def test_what_may_be_measured(found, kept, tmp_path):
    path = tmp_path / "kept.json"
    assert run({"a": {}}, lambda options, seed: found, 2, path=path) == {"a": [kept, kept]}
    assert stored(path)["table"]["measured"] == {"a": [kept, kept]}
    again = run({"a": {}}, None, 2, path=path)  # nothing is missing, so nothing is called
    assert again == {"a": [kept, kept]}


@pytest.mark.parametrize(
    "bad",
    [np.nan, np.inf, [1.0, -np.inf], {"right": 1.0, "loss": np.nan}, {"curve": [1.0, np.nan]}],
)
def test_a_measurement_that_says_nothing_is_refused_and_not_stored(bad, tmp_path):
    path = tmp_path / "kept.json"
    measure = iter([1.0, bad])
    with pytest.raises(ValueError, match="row 'fast', seed 0.*measured .*finite"):
        run({"slow": {}, "fast": {}}, lambda options, seed: next(measure), 1, path=path)
    assert stored(path)["table"]["measured"] == {"slow": [1.0]}


def test_a_number_of_a_dict_is_named_when_it_is_bad():
    with pytest.raises(ValueError, match="seed 0, loss: measured nan"):
        run({"a": {}}, lambda options, seed: {"right": 1.0, "loss": np.nan}, 1)


@pytest.mark.parametrize(
    "bad", ["0.5", None, True, [], {}, [[1, 2]], {"a": [[1]]}, {"a": []}, np.eye(2)]
)
def test_a_measurement_of_another_kind_is_refused(bad):
    with pytest.raises(TypeError, match="row 'a', seed 0.*expected a number, a list"):
        run({"a": {}}, lambda options, seed: bad, 1)


def test_one_line_a_measurement_with_the_time_left(monkeypatch, capsys):
    clock = iter([1000, 1030, 1060, 1150, 1240])  # 30 s, 60 s, then 150 s and 240 s in all
    monkeypatch.setattr(experiments.tables.time, "perf_counter", lambda: next(clock))
    run(ROWS, Counter(), 2)
    assert capsys.readouterr().out.splitlines() == [
        "slow, seed 0: 100   (90 s left)",
        "slow, seed 1: 101   (60 s left)",
        "fast, seed 0: 2000   (50 s left)",
        "fast, seed 1: 2001",
    ]


def test_the_time_left_is_that_of_what_is_missing(tmp_path, monkeypatch, capsys):
    run(ROWS, Counter(), 1, path=tmp_path / "kept.json", verbose=False)
    clock = iter([0, 20, 40])
    monkeypatch.setattr(experiments.tables.time, "perf_counter", lambda: next(clock))
    run(ROWS, Counter(), 2, path=tmp_path / "kept.json")
    assert capsys.readouterr().out.splitlines() == [
        "slow, seed 1: 101   (20 s left)",
        "fast, seed 1: 2001",
    ]


def test_long_waits_are_in_minutes_and_lists_and_dicts_are_shown(monkeypatch, capsys):
    clock = iter([0, 600, 1200, 1200, 1201, 1202])
    monkeypatch.setattr(experiments.tables.time, "perf_counter", lambda: next(clock))
    run({"a": {}}, lambda options, seed: [0.123456, 2], 2)
    run({"b": {}}, lambda options, seed: {"right": 0.5, "curve": [0.1, 0.5], "steps": 12}, 2)
    assert capsys.readouterr().out.splitlines() == [
        "a, seed 0: 0.1235, 2   (10 min left)",
        "a, seed 1: 0.1235, 2",
        "b, seed 0: right 0.5, steps 12   (1 s left)",
        "b, seed 1: right 0.5, steps 12",
    ]


def test_silent_when_asked(tmp_path, capsys):
    path = tmp_path / "kept.json"
    run(ROWS, Counter(), 2, path=path, verbose=False)
    run({"slow": {"rate": 3}}, Counter(), 2, path=path, verbose=False)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "options", "hint"),
    [
        (({}, Counter(), 2), {}, "rows must be a dict, name → options, of one row or more"),
        (({1: {}}, Counter(), 2), {}, "rows must be a dict"),
        ((ROWS, Counter(), 0), {}, "seeds is .*, expected a whole number of at least 1"),
        ((ROWS, Counter(), [0, 1]), {}, "seeds is .*, expected"),
        ((ROWS, Counter(), True), {}, "seeds is .*, expected"),
        ((["a"], Counter(), 2), {}, "rows must be a dict"),
        ((ROWS, Counter(), 2), {"name": None}, "name is None, expected a text"),
        ((ROWS, Counter(), 2), {"name": ""}, "name is '', expected a text"),
        ((ROWS, Counter(), 2), {"unit": ["bleu"]}, r"unit is \['bleu'\], expected a text"),
        ((ROWS, Counter(), 2), {"path": 3}, "path is 3, expected that of a JSON file, or None"),
        ((ROWS, Counter(), 2), {"path": ""}, "path is '', expected"),
        ((ROWS, Counter(), 2), {"only": "LSTM"}, "only is 'LSTM', expected one of 'slow', 'fast'"),
    ],
)
def test_run_refuses(arguments, options, hint):
    with pytest.raises(ValueError, match=hint):
        run(*arguments, **options)


# ------------------------------------------------------------------------------------------ keeping


@pytest.mark.parametrize("stop", range(7))
def test_an_interrupted_run_goes_on_where_it_was(stop, tmp_path):
    path, first, second = tmp_path / "kept.json", Counter(stop), Counter()
    if stop < 6:
        with pytest.raises(KeyboardInterrupt):
            run(ROWS, first, 3, path=path)
    else:
        run(ROWS, first, 3, path=path)
    kept = [number for row in stored(path)["table"]["measured"].values() for number in row]
    assert kept == [100 * rate + seed for rate, seed in first.asked]
    assert run(ROWS, second, 3, path=path) == run(ROWS, Counter(), 3)
    everything = [(rate, seed) for rate in (1, 20) for seed in range(3)]
    assert first.asked + second.asked == everything
    assert list(tmp_path.iterdir()) == [path]


def test_the_file(tmp_path, monkeypatch):
    path, rows = tmp_path / "kept.json", {"a": {"sizes": (1, 2)}, "b": {}}
    monkeypatch.setattr(experiments.store, "_versions", lambda: ["keras 3.15.1"])
    monkeypatch.setattr(sys, "argv", [str(ROOT / "benchmarks" / "x.py"), "--row", "a b"])
    run(rows, lambda options, seed: seed, 2, path=path, common={"epochs": 3})
    assert stored(path) == {
        "table": {
            "epochs": 3,
            "seeds": 2,
            "rows": {"a": {"sizes": [1, 2]}, "b": {}},
            "made with": ["keras 3.15.1"],
            "made by": ["python benchmarks/x.py --row 'a b'"],
            "measured": {"a": [0, 1], "b": [0, 1]},
        }
    }


def test_versions_and_commands_are_added_and_make_nothing_invalid(tmp_path, monkeypatch):
    path, elsewhere = tmp_path / "kept.json", tmp_path / "private" / "mine.py"
    for version, script, seeds in (("1", elsewhere, 1), ("2", "ipykernel_launcher.py", 2)):
        versions = [f"keras {version}", "numpy 2"]
        monkeypatch.setattr(experiments.store, "_versions", lambda found=versions: found)
        monkeypatch.setattr(sys, "argv", [str(script)])
        measure = Counter()
        run(ROWS, measure, seeds, path=path)
        assert len(measure.asked) == 2  # one seed more each time, and no other one again
    run(ROWS, None, 2, path=path)  # and what measures nothing adds nothing
    assert stored(path)["table"]["made with"] == ["keras 1", "numpy 2", "keras 2"]
    assert stored(path)["table"]["made by"] == ["python mine.py", "interactively"]
    assert "private" not in path.read_text(encoding="utf-8")


def test_what_was_dropped_takes_its_versions_along(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    monkeypatch.setattr(experiments.store, "_versions", lambda: ["keras 1"])
    run(ROWS, Counter(), 1, path=path, common={"epochs": 3})
    monkeypatch.setattr(experiments.store, "_versions", lambda: ["keras 2"])
    run(ROWS, Counter(), 1, path=path, common={"epochs": 4})
    assert stored(path)["table"]["made with"] == ["keras 2"]


def test_versions_are_those_of_what_is_loaded(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", SimpleNamespace(__version__="3.99"))
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    found = experiments.store._versions()
    assert found[:3] == [
        f"Python {platform.python_version()}", f"numpy {np.__version__}", "keras 3.99",
    ]  # fmt: skip
    assert not any("torch" in version for version in found)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"unit": "made by"}, "unit 'made by' is the name"),
        ({"common": {"made with": "care"}}, "common holds 'made with'"),
    ],
)
def test_the_names_of_what_a_table_writes_by_itself_are_taken(options, hint, tmp_path):
    with pytest.raises(ValueError, match=hint):
        run(ROWS, Counter(), 1, path=tmp_path / "kept.json", **options)


FILL = """
import sys
from utils.experiments import run
print("ready", flush=True)
input()
run({"a": {}}, lambda options, seed: seed, 40, path=sys.argv[1], name=sys.argv[2], verbose=False)
"""


@pytest.mark.skipif(experiments.store.fcntl is None, reason="this system locks no folders")
def test_processes_that_fill_one_file_lose_nothing(tmp_path):
    path = tmp_path / "kept.json"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", FILL, str(path), name],
            cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for name in ("one", "two")
    ]  # fmt: skip
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:  # both begin at once
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate(timeout=60)
        assert process.returncode == 0
    found = {name: table["measured"]["a"] for name, table in stored(path).items()}
    assert found == {"one": list(range(40)), "two": list(range(40))}
    assert list(tmp_path.iterdir()) == [path]


def test_a_finished_file_is_not_touched(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    run(ROWS, Counter(), 2, path=path)
    before = path.read_bytes()
    monkeypatch.setattr(files.os, "replace", None)  # it may lie where one cannot write
    assert run(ROWS, None, 2, path=str(path)) == run(ROWS, Counter(), 2)
    assert path.read_bytes() == before


def test_a_file_has_room_for_several_tables(tmp_path):
    path = tmp_path / "kept.json"
    run({"a": {}}, lambda options, seed: 1, 1, path=path, name="one", unit="right")
    run({"a": {}}, lambda options, seed: 2, 1, path=path, name="two", unit="bleu")
    assert {name: table["rows"] for name, table in stored(path).items()} == {
        "one": {"a": {}}, "two": {"a": {}},
    }  # fmt: skip
    assert stored(path)["one"]["right"] == {"a": [1]} and stored(path)["two"]["bleu"] == {"a": [2]}


def test_more_seeds_are_added_and_fewer_take_nothing_away(tmp_path):
    path, more = tmp_path / "kept.json", Counter()
    run(ROWS, Counter(), 2, path=path)
    assert run(ROWS, more, 3, path=path)["fast"] == [2000, 2001, 2002]
    assert more.asked == [(1, 2), (20, 2)] and stored(path)["table"]["seeds"] == 3
    assert run(ROWS, None, 1, path=path) == {"slow": [100], "fast": [2000]}
    assert stored(path)["table"]["measured"]["slow"] == [100, 101, 102]


def test_other_options_are_measured_again_and_a_line_says_so(tmp_path, capsys):
    path, again = tmp_path / "kept.json", Counter()
    run(ROWS, Counter(), 2, path=path)
    capsys.readouterr()
    changed = {**ROWS, "slow": {"rate": 2}}
    assert run(changed, again, 2, path=path) == {"slow": [200, 201], "fast": [2000, 2001]}
    assert again.asked == [(2, 0), (2, 1)]
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "slow has other options now: what kept.json holds of it is dropped"
    assert len(said) == 3
    assert stored(path)["table"]["rows"] == changed


def test_what_was_measured_with_other_options_is_gone_before_the_next_measurement(tmp_path):
    path = tmp_path / "kept.json"
    run(ROWS, Counter(), 2, path=path)
    with pytest.raises(KeyboardInterrupt):
        run({**ROWS, "slow": {"rate": 2}}, Counter(stop=0), 2, path=path)
    assert stored(path)["table"]["measured"] == {"fast": [2000, 2001]}


def test_what_all_rows_share_counts_for_every_row(tmp_path, capsys):
    path, same, other = tmp_path / "kept.json", Counter(), Counter()
    run(ROWS, Counter(), 1, path=path, common={"epochs": 3})
    run(ROWS, same, 1, path=path, common={"epochs": 3})
    assert same.asked == []
    capsys.readouterr()
    run(ROWS, other, 1, path=path, common={"epochs": 4})
    assert other.asked == [(1, 0), (20, 0)] and stored(path)["table"]["epochs"] == 4
    assert capsys.readouterr().out.count("other options now") == 2


def test_rows_that_are_not_asked_for_go_and_rows_keep_their_order(tmp_path, capsys):
    path = tmp_path / "kept.json"
    run({"c": {"rate": 3}, "x": {"rate": 9}}, Counter(), 1, path=path)
    capsys.readouterr()
    run({"b": {"rate": 2}, "c": {"rate": 3}}, Counter(), 1, path=path)
    assert "x is not asked for: what kept.json holds of it is dropped" in capsys.readouterr().out
    assert list(stored(path)["table"]["measured"]) == ["b", "c"]


def test_only_one_row(tmp_path):
    path, rows = tmp_path / "kept.json", {**ROWS, "last": {"rate": 3}}
    run(rows, Counter(), 1, path=path, only="last")
    assert run(rows, Counter(), 2, path=path, only="fast") == {"fast": [2000, 2001]}
    kept = stored(path)["table"]["measured"]
    assert kept == {"fast": [2000, 2001], "last": [300]} and list(kept) == ["fast", "last"]


def test_fresh_measures_again_and_leaves_the_others(tmp_path):
    path, again = tmp_path / "kept.json", Counter()
    run(ROWS, lambda options, seed: 0.5, 2, path=path)
    run(ROWS, again, 2, path=path, only="fast", fresh=True)
    assert again.asked == [(20, 0), (20, 1)]
    assert stored(path)["table"]["measured"] == {"slow": [0.5, 0.5], "fast": [2000, 2001]}
    with pytest.raises(KeyboardInterrupt):
        run(ROWS, Counter(stop=1), 2, path=path, fresh=True)
    unfinished = stored(path)["table"]["measured"]  # not a mixture of new and old seeds
    assert unfinished == {"slow": [100], "fast": [2000, 2001]}


def test_two_runs_at_the_same_time_keep_what_the_other_wrote(tmp_path):
    path, other = tmp_path / "kept.json", Counter()

    def measure(options, seed):
        if not other.asked:
            run(ROWS, other, 1, path=path, only="fast")
            run(ROWS, Counter(), 1, path=path, name="elsewhere")
        return 0.5

    run(ROWS, measure, 1, path=path, only="slow")
    assert stored(path)["table"]["measured"] == {"slow": [0.5], "fast": [2000]}
    assert stored(path)["elsewhere"]["measured"] == {"slow": [100], "fast": [2000]}


def test_the_file_is_never_half_written(tmp_path, monkeypatch):
    path = tmp_path / "kept.json"
    run(ROWS, Counter(), 1, path=path)
    before = path.read_bytes()

    def dies(source, target):
        assert json.loads(source.read_text(encoding="utf-8"))["table"]["seeds"] == 2
        assert source.parent == path.parent  # replacing is atomic within a folder
        raise OSError("the disk is full")

    monkeypatch.setattr(files.os, "replace", dies)
    with pytest.raises(OSError, match="disk is full"):
        run(ROWS, Counter(), 2, path=path)
    assert path.read_bytes() == before


def test_a_path_that_cannot_be_written_is_found_out_before_anything_is_measured(tmp_path):
    measure = Counter()
    with pytest.raises(FileNotFoundError):
        run(ROWS, measure, 1, path=tmp_path / "no such folder" / "kept.json")
    assert measure.asked == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "is damaged"),
        ('{"table": {"seeds": 2, "rows"', "is damaged"),
        ("[1, 2]", "holds something else than tables"),
        ('{"table": [1, 2]}', "holds something else than tables"),
        ('{"reviews": 10662, "accuracy": {"a": [0.5]}}', "holds something else than tables"),
        ('{"other": {"score": 1}}', "holds something else than tables"),
        ('{"table": {"rows": {}}}', "holds no lists under 'measured'"),
        ('{"table": {"rows": {}, "measured": {"slow": 0.5}}}', "holds no lists under 'measured'"),
        ('{"table": {"rows": {"slow": {"rate": 1}}, "measured": {"slow": [NaN]}}}', "'slow'.*nan"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_left_alone(text, hint, tmp_path):
    path, measure = tmp_path / "kept.json", Counter()
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=hint) as caught:
        run(ROWS, measure, 1, path=path)
    assert "kept.json" in str(caught.value)
    assert path.read_text(encoding="utf-8") == text and measure.asked == []


def test_bytes_that_are_no_text_are_refused(tmp_path):
    path = tmp_path / "kept.json"
    path.write_bytes(b"\xff\xfe\x00\x80")
    with pytest.raises(ValueError, match="is damaged.*Move it away, or give another path"):
        run(ROWS, Counter(), 1, path=path)


@pytest.mark.parametrize("bad", [{"layer": object()}, {"rate": np.inf}, {"rate": np.nan}])
def test_options_that_json_cannot_hold_are_refused(bad, tmp_path):
    path = tmp_path / "kept.json"
    with pytest.raises(ValueError, match="JSON cannot hold the options of 'table'"):
        run({"a": bad}, Counter(), 1, path=path)
    assert not path.exists()
    assert run({"a": bad}, lambda options, seed: 1, 1) == {"a": [1]}  # nothing is to be kept


def test_a_unit_must_not_hide_the_options(tmp_path):
    with pytest.raises(ValueError, match="unit 'rows' is the name"):
        run(ROWS, Counter(), 1, path=tmp_path / "kept.json", unit="rows")


# --------------------------------------------------------------------------------------- reporting


def test_summary_by_hand():
    assert summary([3, 1, 2]) == Range(lowest=1, median=2, highest=3)
    assert summary([4, 1, 2, 3]) == (1, 2.5, 4)
    assert summary(np.array([7.0])) == (7, 7, 7)
    assert summary(score for score in (2, 5)).median == 3.5


@given(st.lists(NUMBERS, min_size=1, max_size=9))
def test_summary_is_that_of_numpy(values):
    wanted = np.percentile(values, [0, 50, 100])
    assert summary(values) == pytest.approx(tuple(wanted), rel=1e-12, abs=1e-9)
    assert summary(values).median == statistics.median(values)


@pytest.mark.parametrize(
    ("values", "error"),
    [([], ValueError), ([1, np.nan], ValueError), ([[1, 2]], TypeError), (["1"], TypeError)],
)
def test_summary_refuses(values, error):
    with pytest.raises(error, match="summary"):
        summary(values)


def test_a_table_of_numbers():
    measured = {"simple RNN": [0.51, 0.4956, 0.6], "LSTM": [1, 0.99, 0.98]}
    assert table(measured) == (
        "simple RNN   0.510 (0.496 to 0.600)\n"
        "LSTM         0.990 (0.980 to 1.000)"
    )  # fmt: skip
    assert table({"a": [0.126], "longer": [10]}, digits=2) == "a        0.13\nlonger   10.00"


def test_a_table_of_names_and_one_of_lists():
    named = {
        "LSTM": [{"right": 0.5, "seconds": 100}, {"seconds": 120, "right": 1}],
        "GRU": [{"right": 0.25, "seconds": 9}, {"right": 0.75, "seconds": 9}],
    }
    assert table(named, digits=1) == (
        "       right              seconds\n"
        "LSTM   0.8 (0.5 to 1.0)   110.0 (100.0 to 120.0)\n"
        "GRU    0.5 (0.2 to 0.8)   9.0 (9.0 to 9.0)"
    )
    listed = {"none": [np.array([3, 2, 1])], "additive": [[30, 20, 10]]}
    assert table(listed, digits=0) == (
        "           1    2    3\n"
        "none       3    2    1\n"
        "additive   30   20   10"
    )  # fmt: skip


def test_the_middle_may_be_the_mean_and_curves_fill_no_column():
    measured = {"a": [{"x": 0, "curve": [9, 9]}, {"x": 1, "curve": [9]}, {"x": 5, "curve": [9, 9]}]}
    assert table(measured, digits=1).splitlines()[1] == "a   1.0 (0.0 to 5.0)"
    assert table(measured, digits=1, middle="mean").splitlines()[1] == "a   2.0 (0.0 to 5.0)"
    with pytest.raises(ValueError, match="middle is 'best', expected one of 'median', 'mean'"):
        table(measured, middle="best")


def test_a_table_of_what_was_run(tmp_path):
    measured = run(ROWS, Counter(), 3, path=tmp_path / "kept.json")
    kept = stored(tmp_path / "kept.json")["table"]["measured"]
    assert table(measured, digits=0) == table(kept, digits=0)
    assert "101 (100 to 102)" in table(measured, digits=0)


@pytest.mark.parametrize(
    ("measured", "hint"),
    [
        ({}, "one row or more"),
        ({"a": [1], "b": []}, "one measurement or more in each"),
        ({"a": [1, 2], "b": [1]}, "seeds of row 'b': 1, of row 'a': 2"),
        ({"a": [[1, 2]], "b": [[1, 2, 3]]}, r"row 'b', seed 0 is \[1, 2, 3\].*the same length"),
        ({"a": [[1, 2], [1]]}, r"row 'a', seed 1 is \[1\]"),
        ({"a": [{"right": 1}], "b": [{"wrong": 1}]}, "row 'b', seed 0 .*the same names"),
        ({"a": [1], "b": [[1]]}, "row 'b', seed 0"),
        ({"a": [1, np.nan]}, "row 'a', seed 1: measured nan"),
    ],
)
def test_a_table_refuses(measured, hint):
    with pytest.raises(ValueError, match=hint):
        table(measured)


# ----------------------------------------------------------------------------------------- reading


def test_what_a_file_keeps_is_read_and_compared(tmp_path):
    path = tmp_path / "cells.json"
    rows = {"a": {"add": 0}, "b": {"add": 1}}

    def measure(options, seed):
        return {"score": options["add"] + seed, "error": -seed}

    found = run(rows, measure, 5, path=path, name="sums", verbose=False)
    experiments.tune(
        rows, lambda options, seed: options["learning_rate"] + seed, rates=(1, 2, 4, 8), path=path,
        name="sums: rates", verbose=False,
    )  # fmt: skip
    kept = experiments.Stored(path)
    assert kept.runs("sums") == found and kept.rows("sums") == rows
    assert kept.scores("sums") == {"a": [0, 1, 2, 3, 4], "b": [1, 2, 3, 4, 5]}
    assert kept.scores("sums", "error")["b"] == [0, -1, -2, -3, -4]
    assert kept.compare("sums", "b", "a", worth=0.5).word == "better"
    assert kept.compare("sums", "b", "a", "error", worth=0.5).word == "not shown"
    assert kept.searched("sums")["a"][8] == [8, 9, 10]
    with pytest.raises(ValueError, match="part is 'sum', expected one of 'sums', 'sums: rates'"):
        kept.scores("sum")
