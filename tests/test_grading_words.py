"""Answers in words: found by name, marked in a table, merged into what people get."""

import csv
import json

import pytest

from grading import __main__, feedback, handed_in, sets, words


def notebook(*sources):
    cells = [{"cell_type": "code", "source": source} for source in sources]
    return json.dumps({"cells": cells, "nbformat": 4}).encode()


def result(student, text):
    return {"student": student, "number": "1", "set": "1", "late": False,
            "path": f"{student}.ipynb", "walls": "bubblewrap", "unreadable": "",
            "problems": [], "points": 30.0, "limits": [], "fingerprint": "",
            "marks": [{"name": "fair", "points": 30.0, "of": 36.0, "right": 1, "cases": 1,
                       "said": "", "mistake": ""}],
            "words": [{"name": "in_words", "of": 8.0, "text": text}]}  # fmt: skip


def test_an_answer_is_found_wherever_it_stands():
    written = notebook("in_words = '''\n'''", "if True:\n    in_words = '''Better,\nperhaps.\n'''",
                       "in_words = ''", "other = 'x'", "in_words = str(3)")  # fmt: skip
    assert words.found(handed_in.cells(written), ["in_words"]) == {"in_words": "Better,\nperhaps."}
    assert sets.answers("1.2", written) == [
        {"name": "in_words", "of": 8.0, "text": "Better,\nperhaps."}
    ]
    assert sets.answers("1.2", b"no notebook")[0]["text"] == ""
    assert sets.answers("trial", written) == []


def filled(path, points, delimiter=","):
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    for row in rows[1:]:
        row[2], row[4] = points.get(row[0], ""), "read"
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_points_given_by_hand_are_merged(tmp_path, delimiter):
    names = ("Ada", "=Eve", "Bo")
    words.merge([result(name, "<b>Because</b>") for name in names], tmp_path)
    filled(tmp_path / "words.csv", {"Ada": "7,5", "'=Eve": "3"}, delimiter)
    results = [result(name, "<b>Because</b>") for name in names]
    words.merge(results, tmp_path)
    assert [words.points(each) for each in results] == [37.5, 33, 30]
    assert [each["words"][0]["points"] for each in results] == [7.5, 3, None]
    page = feedback.page(results[0])
    assert "37.5 of 44 points" in page and "7.5 of 8" in page and "read" in page
    assert "not marked yet of 8" in feedback.page(results[2])
    assert ",37.5\n" in feedback.canvas(results) and ",37.5,44," in feedback.moodle(results)
    assert "&lt;b&gt;Because" in feedback.in_words(results)
    words.merge(results, tmp_path)  # what was given stays
    assert "7,5" in (tmp_path / "words.csv").read_text("utf-8")


@pytest.mark.parametrize("points", ["9", "-1", "many", "nan"])
def test_points_that_cannot_be(tmp_path, points):
    words.merge([result("Ada", "Because")], tmp_path)
    filled(tmp_path / "words.csv", {"Ada": points})
    with pytest.raises(ValueError, match="gives Ada .* expected a number from 0 to 8"):
        words.merge([result("Ada", "Because")], tmp_path)


def test_a_row_of_nobody_is_said_and_kept(tmp_path):
    assert words.merge([result("Ada", "Because")], tmp_path) == []
    with open(tmp_path / "words.csv", "a", encoding="utf-8") as file:
        file.write("Adda,in_words,6,8,good\nBo,in_words,7\nCy,in_words,,8,\n")
    for _ in range(2):
        said = words.merge([result("Ada", "Because")], tmp_path)
        assert len(said) == 2 and "'Adda'" in said[0] and "'Bo'" in said[1]
        kept = (tmp_path / "words.csv").read_text("utf-8-sig")
        assert "Adda,in_words,6,8,good\nBo,in_words,7,," in kept and "Cy" not in kept


def test_the_table_is_read_before_anything_is_marked(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(__main__.batch, "grade", lambda *a, **k: pytest.fail("it marked"))
    options = ["all", str(tmp_path), "--set", "1", "--seed", "5", "--out", str(tmp_path),
               "--unsafe"]  # fmt: skip
    table = tmp_path / "words.csv"
    for content, expected in (
        ("Student,Question,Points,Of,Remark\nChloé,in_words,7,8,".encode("cp1252"), "UTF-8"),
        (b"Student;Question;Points;Of;Remark\nAda;in_words;9,5;8;", "gives Ada '9,5'"),
    ):
        table.write_bytes(content)
        assert __main__.main(options) == 2
        said = capsys.readouterr().err
        assert "words.csv" in said and expected in said
        assert table.read_bytes() == content


def test_a_spreadsheet_is_told_the_encoding(tmp_path):
    words.merge([result("Chloé", "Because")], tmp_path)
    assert (tmp_path / "words.csv").read_bytes().startswith(b"\xef\xbb\xbfStudent,")


def test_the_summary_has_a_row_for_each_student():
    late = {**result("Zoë <b>", "Because"), "variant": "1.2", "late": True}
    given = {**result("Ada", "Because"), "variant": "1.1"}
    given["words"][0] |= {"points": 7.5, "remark": "Why?"}
    page = feedback.summary([late, given, {**result("Bo", ""), "variant": "1.2"}])
    assert ('<th scope="row"><a href="feedback/Zo%C3%AB%20%3Cb%3E.html">Zoë &lt;b&gt;</a></th>'
            "<td>1.2</td><td>late</td><td>30</td><td>not yet</td><td>30 of 44</td>") in page
    assert "<td>1.1</td><td></td><td>30</td><td>7.5</td><td>37.5 of 44</td>" in page
    assert "<td>30</td><td>0</td><td>30 of 44</td>" in page  # nothing was written
    assert "Answers in words without points: 1." in page and "<td>1.2</td><td>2</td>" in page
    assert "without points" not in feedback.summary([given])
    assert "fair: 30 of 36. in_words: 7.5 of 8. Why?" in feedback.moodle([given])


def test_a_student_reads_the_own_answer_beside_the_remark():
    given = result("Ada", "First <line>\n\nSecond")
    given["words"][0] |= {"points": 7.5, "remark": "Why?"}
    page = feedback.page(given)
    assert (
        "<h3>Your answer, <code>in_words</code></h3>\n<p>First &lt;line&gt;</p>\n<p>Second</p>"
    ) in page
    assert "Your answer" not in feedback.page(result("Bo", ""))


def test_another_set_is_told_so_first(monkeypatch):
    made = notebook('work = exercises.problem_set("2.1")')
    for name in ("1", "1.2"):
        number, said = sets.variant(name, made)
        assert said == f"this is problem set 2.1, and it was handed in for problem set {name}"
        assert number == max(name, "1.1")
    wrong = {**result("Ada", ""), "named": said}
    assert "<strong>This is problem set 2.1" in feedback.page(wrong)
    assert "Ada</td><td>this is problem set 2.1" in feedback.summary([wrong])


def test_of_an_empty_file_nothing_else_is_said():
    found = sets.result("1", b"", 5, "none")
    assert (found["variant"], found["named"], found["unreadable"]) == ("1", "", "the file is empty")
    page = feedback.page({**result("Ada", ""), **found})
    assert "the file is empty" in page and "set 1." in page and "<table" not in page


def test_without_questions_there_is_no_table(tmp_path):
    plain = {**result("Ada", ""), "words": []}
    words.merge([plain], tmp_path)
    feedback.write([plain], tmp_path)
    assert not (tmp_path / "words.csv").exists() and not (tmp_path / "words.html").exists()
    assert "30 of 36 points" in feedback.page(plain)
