"""Many submissions: from folders and ZIPs, resumed, and what people get."""

import csv
import io
import json
import os
import subprocess
import sys
import zipfile

import pytest
import test_grading
import test_grading_words

from grading import __main__, batch, collecting, feedback, sandbox

needs_walls = test_grading.needs_walls
RIGHT = test_grading.notebook(test_grading.RIGHT)
WRONG = test_grading.notebook(test_grading.RIGHT.replace("a_i, a_f,", "a_f, a_i,"))


def made_zip(path, files):
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


# ---------------------------------------------------------------- who handed it in


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("lovelaceada_12345_67890_set2.ipynb", ("lovelaceada", "12345", False)),
        ("lovelaceada_LATE_12345_67890_set2-1.ipynb", ("lovelaceada", "12345", True)),
        ("Ada Lovelace_99_assignsubmission_file/set 2.ipynb", ("Ada Lovelace", "99", False)),
        ("all/Ada Lovelace_99_assignsubmission_file_/set.ipynb", ("Ada Lovelace", "99", False)),
        ("Ada Lovelace/set2.ipynb", ("Ada Lovelace", "", False)),
        ("Zoë d'Arc.ipynb", ("Zoë d'Arc", "", False)),
        ("נעמה.ipynb", ("נעמה", "", False)),
        ("\u202egnp.ipynb", ("_gnp", "", False)),
        ("../../etc/passwd.ipynb", ("etc", "", False)),
        ("....ipynb", ("unnamed", "", False)),
        ("\N{GOTHIC LETTER AHSA}" * 90 + ".ipynb", ("\N{GOTHIC LETTER AHSA}" * 50, "", False)),
    ],
)
def test_names(path, expected):
    assert collecting.student(path) == expected


def test_a_folder_of_google_classroom(tmp_path):
    path = made_zip(tmp_path / "all.zip", {
        "Set 1/Ada Lovelace - set-1.3.ipynb": b"1", "Set 1/Bo Xu - set-1.3.ipynb": b"2",
        "Cy Young/set 1 - mine.ipynb": b"3", "Di - set.ipynb": b"4",
    })  # fmt: skip
    names = [each.student for each in collecting.read(path)]
    assert names == ["Cy Young", "Di", "Ada Lovelace", "Bo Xu"]


def test_a_folder(tmp_path):
    (tmp_path / "Ada").mkdir()
    (tmp_path / "Ada" / "set.ipynb").write_bytes(b"1")
    (tmp_path / "Bo.ipynb").write_bytes(b"2")
    (tmp_path / "notes.txt").write_bytes(b"3")
    (tmp_path / "Di.IPYNB").write_bytes(b"5")
    (tmp_path / os.fsdecode(b"Ed\xe9.ipynb")).write_bytes(b"6")  # é as no UTF-8
    (tmp_path / ".ipynb_checkpoints").mkdir()
    (tmp_path / ".ipynb_checkpoints" / "Bo.ipynb").write_bytes(b"4")
    (tmp_path / "Cy.ipynb").symlink_to("/etc/passwd")
    found = {each.student: each for each in collecting.read(tmp_path)}
    assert [found[name].content for name in ("Ada", "Bo", "Cy")] == [b"1", b"2", b""]
    assert [found[name].content for name in ("Di", "Ed_")] == [b"5", b"6"]
    assert "link" in found["Cy"].problem and len(found) == 5
    assert all(each.path.encode() for each in found.values())


@pytest.mark.parametrize("kind", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_is_damaged(tmp_path, kind):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", kind) as archive:
        archive.writestr("Ada/set.ipynb", json.dumps(list(range(5000))))
        archive.writestr("Bo/set.ipynb", b"2")
    content = bytearray(path.read_bytes())
    content[100:400] = b"\xff" * 300
    path.write_bytes(content)
    ada, bo = collecting.read(path)
    assert "cannot be unpacked" in ada.problem and bo.content == b"2"


def test_a_zip_leads_nowhere(tmp_path):
    link = zipfile.ZipInfo("Eve.ipynb")
    link.external_attr = 0o120777 << 16
    path = made_zip(tmp_path / "all.zip", {
        "/abs/Ada/set.ipynb": b"1", "../../Bo/set.ipynb": b"2", "Cy\\set.ipynb": b"3",
        link: b"/etc/passwd", "__MACOSX/Cy/._set.ipynb": b"4",
    })  # fmt: skip
    found = {each.student: each for each in collecting.read(path)}
    assert [found[name].content for name in ("Ada", "Bo", "Cy")] == [b"1", b"2", b"3"]
    assert "link" in found["Eve"].problem and len(found) == 4
    assert list(tmp_path.iterdir()) == [path]


def test_a_zip_that_swells(tmp_path, monkeypatch):
    monkeypatch.setattr(collecting, "LARGEST", 1000)
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Ada/set.ipynb", b" " * 10**6)
    [found] = collecting.read(path)
    assert found.content == b"" and "50 MB" in found.problem


def test_two_of_one_student_and_two_of_one_name(tmp_path):
    path = made_zip(tmp_path / "all.zip", {
        "Ada_1_assignsubmission_file/a.ipynb": b"1", "Ada_1_assignsubmission_file/b.ipynb": b"2",
        "Ada_2_assignsubmission_file/a.ipynb": b"3",
    })  # fmt: skip
    assert [each.student for each in collecting.read(path)] == ["Ada", "Ada-2", "Ada (2)"]


def test_who_has_two_is_said():
    files = [(f"{who}_{number}_assignsubmission_file/{name}.ipynb", b"", "")
             for who, number, name in (("Ada", 1, "a"), ("Ada", 1, "b"), ("Ada", 2, "a"),
                                       ("Ada", 2, "b"), ("Bo", 3, "a"))]  # fmt: skip
    found = collecting._named(files)
    assert [(each.student, each.second_of) for each in found] == [
        ("Ada", ""), ("Ada-2", "Ada"), ("Ada (2)", ""), ("Ada-2 (2)", "Ada (2)"), ("Bo", ""),
    ]  # fmt: skip


def test_what_is_no_notebook_is_not_lost(tmp_path):
    names = ("Ada/set.ipynb", "Ada/notes.txt", "xubo_LATE_12_34_set.pdf", "Cy Young/set.py",
             "Di_5_assignsubmission_file/set.docx", "__MACOSX/Ada/._set.ipynb")  # fmt: skip
    expected = [("Ada", "Ada/notes.txt"), ("Cy Young", "Cy Young/set.py"),
                ("Di", "Di_5_assignsubmission_file/set.docx"),
                ("xubo", "xubo_LATE_12_34_set.pdf")]  # fmt: skip
    assert collecting.others(made_zip(tmp_path / "all.zip", dict.fromkeys(names, b"1"))) == expected
    folder = tmp_path / "all"
    for name in (*names, "out/summary.html", ".DS_Store"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"1")
    assert collecting.others(folder, folder / "out") == expected
    assert len(collecting.read(folder)) == 1
    page = feedback.summary([test_grading_words.result("Ada", "")], expected)
    page = page[page.index("Handed in, and no notebook"):]
    assert page.index("xubo_LATE_12_34_set.pdf</td><td>no") < page.index("notes.txt</td><td>yes")


def test_two_of_one_student_are_worth_a_look():
    twice = {**test_grading_words.result("Ada-2", ""), "second_of": "Ada"}
    page = feedback.summary([test_grading_words.result("Ada", ""), twice])
    assert "Ada, Ada-2</td><td>two notebooks of one student" in page


def test_only_what_a_spreadsheet_would_compute_gets_a_sign():
    table = feedback.moodle([test_grading_words.result("=1+1", "")])
    assert ",'=1+1," in table and ",-," in table


def test_what_is_no_place(tmp_path):
    with pytest.raises(FileNotFoundError, match="folder or a ZIP"):
        collecting.read(tmp_path / "none")
    with pytest.raises(ValueError, match="no notebook"):
        collecting.read(tmp_path)
    (tmp_path / "x").write_bytes(b"x")
    with pytest.raises(ValueError, match="neither"):
        collecting.read(tmp_path / "x")


# ---------------------------------------------------------------- marking all of them


@pytest.fixture(scope="module")
def marked(tmp_path_factory):
    """Four submissions that were marked, and the folder of the results."""
    if test_grading.NO_WALLS:
        pytest.skip(test_grading.NO_WALLS)
    folder = tmp_path_factory.mktemp("marked")
    path = made_zip(folder / "all.zip", {
        "Ada_1_assignsubmission_file/a.ipynb": RIGHT, "Bo_2_assignsubmission_file/a.ipynb": WRONG,
        "Cy_3_assignsubmission_file/a.ipynb": b"no notebook",
        "=Eve_4_assignsubmission_file/<b>a.ipynb": RIGHT,
    })  # fmt: skip
    lines = []
    options = ["all", str(path), "--set", "trial", "--seed", "5", "--out", str(folder / "out"),
               "--processes", "2"]  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(__main__, "say", lines.append)
        assert __main__.main(options) == 0
    return path, folder / "out", lines


def test_results(marked):
    _, out, lines = marked
    results = {p.stem: json.loads(p.read_text("utf-8")) for p in (out / "results").glob("*.json")}
    assert {name: r["points"] for name, r in results.items()} == {
        "Ada": 4, "Bo": 0, "Cy": 0, "_Eve": 4,
    }  # fmt: skip
    assert results["Bo"]["marks"][0]["mistake"] == "forget gate first"
    assert "not JSON" in results["Cy"]["unreadable"]
    assert len(lines) == 6 and lines[0].startswith("4 notebooks, 0 done before")
    assert lines[1].startswith("1 of 4")


def test_pages_and_tables(marked):
    _, out, _ = marked
    page = (out / "feedback" / "Bo.html").read_text("utf-8")
    assert "Input gate and forget gate are exchanged" in page and "http" not in page
    with zipfile.ZipFile(out / "feedback.zip") as archive:
        assert archive.read("Bo_2_assignsubmission_file/a.html").decode() == page
    summary = (out / "summary.html").read_text("utf-8")
    assert "forget gate first" in summary and "the same code" in summary and "Cy" in summary
    [head, *rows] = csv.reader(io.StringIO((out / "moodle.csv").read_text("utf-8")))
    assert head[0] == "Identifier" and "Last modified (grade)" in head  # else Moodle refuses it
    assert {row[0]: row[2] for row in rows}["Participant 1"] == "4"
    [head, *rows] = csv.reader(io.StringIO((out / "canvas.csv").read_text("utf-8")))
    assert head[-1] == "Set trial" and {row[1]: row[-1] for row in rows}["4"] == "4"


@needs_walls
def test_a_second_call_marks_only_what_is_new(marked, monkeypatch):
    path, out, _ = marked
    calls = []
    mark = batch._mark
    monkeypatch.setattr(batch, "_mark", lambda s, j, w: calls.append(s.student) or mark(s, j, w))
    job = batch.Job("trial", 5)
    batch.grade(path, out, job, say=lambda line: None)
    assert calls == []
    (out / "results" / "Ada.json").write_text("{", encoding="utf-8")  # cut off
    batch.grade(path, out, job, say=lambda line: None)
    assert calls == ["Ada"]


@needs_walls
def test_hostile_ones_change_no_other_score(tmp_path):
    kinds = ("killing", "fork bomb", "disk", "the protocol's format", "replaced functions")
    files = {f"{kind}/a.ipynb": test_grading.notebook(test_grading.HOSTILE[kind][0])
             for kind in kinds}  # fmt: skip
    files |= {"Ada/a.ipynb": RIGHT, "zz Bo/a.ipynb": RIGHT}
    path, lines = made_zip(tmp_path / "all.zip", files), []
    job = batch.Job("trial", 5)
    results = batch.grade(path, tmp_path, job, processes=2, say=lines.append)
    assert {r["student"]: r["points"] for r in results} == {
        **dict.fromkeys(kinds, 0), "Ada": 4, "zz Bo": 4,
    }  # fmt: skip
    assert not any(r["unreadable"] or r.get("again") for r in results) and len(lines) == 8


def test_what_this_machine_failed_at_is_marked_again(tmp_path, monkeypatch):
    path = made_zip(tmp_path / "all.zip", {"Ada/a.ipynb": RIGHT})
    job = batch.Job("trial", 5, walls="none")
    with monkeypatch.context() as patch:
        patch.setattr(batch, "ROOT", tmp_path)  # where there is no grading
        [result] = batch.grade(path, tmp_path, job, say=lambda line: None)
    assert "could not be marked" in result["unreadable"] and "grading" in result["unreadable"]
    [result] = batch.grade(path, tmp_path, job, say=lambda line: None)
    assert result["points"] == 4


def stored(submission, job):
    """A result as it is after marking."""
    return {**batch._about(submission, job), "points": 4, "marks": [], "problems": [],
            "limits": [], "fingerprint": "", "unusual": [], "walls": job.walls,
            "unreadable": ""}  # fmt: skip


def test_time_is_estimated_from_what_is_new(tmp_path, monkeypatch):
    """Two were marked before; each of the other two takes 30 s by this clock."""
    path = made_zip(tmp_path / "all.zip", {f"{name}/a.ipynb": RIGHT for name in "ABCD"})
    job, lines, clock = batch.Job("trial", 5, walls="none"), [], [0.0]
    (tmp_path / "results").mkdir()
    for each in collecting.read(path)[:2]:
        text = json.dumps(stored(each, job))
        (tmp_path / "results" / f"{each.student}.json").write_text(text, "utf-8")

    def slow(submission, job, worker):
        if submission.student == "C":
            clock[0] += 30
        return stored(submission, job)

    monkeypatch.setattr(batch, "_mark", slow)
    monkeypatch.setattr(batch.time, "monotonic", lambda: clock[0])
    batch.grade(path, tmp_path, job, say=lines.append)
    assert lines[0].startswith("4 notebooks, 2 done before")
    assert "left" not in lines[1] + lines[2]
    assert lines[3].endswith("(30 s left)") and lines[4].endswith("(0 s left)")


@pytest.mark.parametrize("code", [-2, 130])
def test_an_interruption_leaves_no_result(tmp_path, monkeypatch, capsys, code):
    calls = []

    def interrupted(command, **options):
        calls.append(command)
        return subprocess.CompletedProcess(command, code, b"", b"KeyboardInterrupt")

    monkeypatch.setattr(batch.subprocess, "run", interrupted)
    path = made_zip(tmp_path / "all.zip", {f"{name}/a.ipynb": RIGHT for name in "ABCD"})
    options = ["all", str(path), "--set", "trial", "--seed", "5", "--out", str(tmp_path / "out"),
               "--unsafe"]  # fmt: skip
    assert __main__.main(options) == 130
    assert capsys.readouterr().err == "Interrupted; the same line goes on from here.\n"
    assert list((tmp_path / "out" / "results").iterdir()) == [] and len(calls) == 1


def test_without_a_sandbox_nothing_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sandbox.shutil, "which", lambda name: None)
    path = made_zip(tmp_path / "all.zip", {"Ada/a.ipynb": RIGHT})
    options = ["all", str(path), "--set", "trial", "--seed", "5", "--out", str(tmp_path / "out")]
    assert __main__.main(options) == 2
    assert capsys.readouterr().err.strip() == sandbox.INSTALL
    assert not (tmp_path / "out").exists()


def test_unsafe_says_so(tmp_path):
    path = made_zip(tmp_path / "all.zip", {"Ada/a.ipynb": RIGHT})
    job = batch.Job("trial", 5, walls="none")
    [result] = batch.grade(path, tmp_path, job, say=lambda line: None)
    assert (result["points"], result["walls"]) == (4, "none")
    assert "without a sandbox" in feedback.page(result)
    assert "without a sandbox" in feedback.summary([result])


def test_feedback_shows_no_hidden_numbers():
    said = "`h_t` differs from what is expected: `h_t` is 0.123 at [0, 1], expected -4.5e-3, with"
    assert feedback.told(said) == "`h_t` differs from what is expected, with"


def test_marking_starts_without_tensorflow():
    """A process a submission: seconds of importing would be most of what many of them take."""
    loaded = "import sys, grading.__main__; sys.exit('keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loaded], cwd=batch.ROOT).returncode == 0


def test_answers_may_say_anything(monkeypatch, capsysbinary):
    monkeypatch.setattr(__main__.sets, "result", lambda *a, **k: {"said": "half a \ud800 sign"})
    monkeypatch.setattr(__main__.sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert __main__.main(["one", "--set", "trial", "--seed", "1", "--unsafe"]) == 0
    assert json.loads(capsysbinary.readouterr().out) == {"said": "half a ? sign"}


def test_an_unknown_set(capsys):
    assert __main__.main(["one", "--set", "99", "--seed", "1"]) == 2
    said = capsys.readouterr()
    assert "99" in said.err and said.out == ""
