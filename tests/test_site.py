"""The course's pages, as far as neither Sphinx nor a browser is needed."""

import io
import json
import re
import subprocess
import zipfile

import pytest

from tools import generated, notebooks, project, site
from utils import playground
from utils.exercises import EXERCISES

SMALL = {
    1: {"title": "One", "file": "notebooks/01_one.ipynb", "needs": []},
    2: {"title": "Two", "file": "notebooks/02_two.ipynb", "needs": [1]},
    3: {"title": "Three & more", "file": "notebooks/03_three.ipynb", "needs": [1, 2]},
    4: {"title": "Four", "file": "notebooks/04_four.ipynb", "needs": [1]},
    5: {"title": "Five", "file": "notebooks/05_five.ipynb", "needs": [1, 3, 4]},
}


# --- the map


def test_needs_are_those_of_the_readme():
    rows = site.syllabus()
    assert [project.ROOT / row["file"] for row in rows.values()] == [
        notebooks.target(source) for source in notebooks.sources()
    ]
    assert rows[1]["needs"] == [] and rows[2]["needs"] == [1] and rows[14]["needs"] == [13]
    assert rows[13]["needs"] == [1, 4, 6, 9]


def test_every_notebook_has_its_part():
    inside = [n for first, last in site.PARTS.values() for n in range(first, last + 1)]
    assert inside == sorted(set(inside)) and set(site.syllabus()) <= set(inside)
    listed = re.findall("^notebooks/(.+)$", site.toctrees(), re.M)
    assert listed == [source.stem for source in notebooks.sources()]


def test_depth_is_the_longest_way():
    assert site.depths(SMALL) == {1: 0, 2: 1, 3: 2, 4: 1, 5: 3}


def test_lines_are_drawn_only_where_no_other_implies_them():
    assert site.direct(SMALL) == {1: [], 2: [1], 3: [2], 4: [1], 5: [3, 4]}


@pytest.mark.parametrize("rows", [SMALL, site.syllabus()])
def test_boxes_stand_apart_and_below_what_they_need(rows):
    corner, full = site.places(rows)
    for number, (x, y) in corner.items():
        assert 0 <= x <= full - site.BOX[0]
        assert all(corner[need][1] + site.BOX[1] < y for need in rows[number]["needs"])
        for other, (left, top) in corner.items():
            apart = abs(x - left) >= site.BOX[0], abs(y - top) >= site.BOX[1]
            assert other == number or any(apart)


def test_boxes_are_links_that_say_what_they_are():
    drawn = site.draw_map(SMALL)
    labels = re.findall('<a href="([^"]+)" aria-label="([^"]+)"', drawn)
    assert labels[0] == ("notebooks/01_one.html", "1: One")
    assert labels[2] == ("notebooks/03_three.html", "3: Three &amp; more, needs 1, 2")
    assert drawn.count("<path ") == sum(map(len, site.direct(SMALL).values()))


def test_titles_fit_into_their_boxes():
    drawn = site.draw_map(site.syllabus())
    texts = re.findall(r'<text x="[\d.]+" y="[\d.]+">([^<]+)</text>', drawn)
    assert max(map(len, texts)) <= 16, "in 11 px, about 6.5 px a letter, 112 px wide"
    assert max(box.count("<text") for box in drawn.split("<a ")) <= 3, "56 px high"


# --- concepts


CONCEPTS = [one for part in site.concepts() for one in part["concepts"]]


def said(one, text):
    """Whether a concept's word, or one of several, stands in the text of a source."""
    text = re.sub(r"\s*\n# ?", " ", text).lower()
    return any(word in text for word in one.get("find", one["name"]).lower().split("|"))


@pytest.mark.parametrize("one", CONCEPTS, ids=lambda one: one["name"])
def test_concepts_stand_where_the_table_says(one):
    assert said(one, site.section(one["taught"])[2])
    for number in one.get("used", ()):
        [source] = notebooks.sources(prefix=number)
        assert number > one["taught"][:2] and said(one, source.read_text(encoding="utf-8"))


def test_every_exercise_belongs_to_a_concept_and_to_a_notebook():
    named = [name for one in CONCEPTS for name in one.get("exercises", ())]
    assert set(named) == set(EXERCISES)
    for name in named:
        site.practised(name)
    assert site.practised("shift_right")[0].startswith("13_")


def test_what_no_notebook_has_is_noticed():
    with pytest.raises(ValueError, match="section 14.9"):
        site.section("14.9")
    with pytest.raises(ValueError, match="exercise step"):
        site.practised("step")


def test_names_of_concepts_are_each_there_once():
    names = [one["name"] for one in CONCEPTS]
    assert len(names) == len(set(names))


def test_links_of_the_table_lead_to_headings():
    links = re.findall(r"\]\(notebooks/([\w.]+)\.ipynb(?:#([^)]+))?\)", site.concept_table())
    assert len(links) > len(CONCEPTS)
    for stem, anchor in links:
        [source] = notebooks.sources(prefix=stem)
        anchors = [site.slug(heading) for heading, _ in site.sections(source)]
        assert not anchor or anchors.count(anchor) == 1


@pytest.mark.parametrize(("heading", "anchor"), [  # as GitHub has them
    ("1 · Three words by hand", "1--three-words-by-hand"),
    ("3 · The layer, equal to Keras's", "3--the-layer-equal-to-kerass"),
    ("5 · One `[END]`, and a-z_0", "5--one-end-and-a-z_0"),
])  # fmt: skip
def test_anchors(heading, anchor):
    assert site.slug(heading) == anchor


# --- staging


def test_a_folder_holds_what_it_should_and_the_rest_of_it_is_not_touched(tmp_path):
    files = {site.Path("a.md"): b"one", site.Path("in", "b.md"): b"two"}
    site.put(tmp_path, {**files, site.Path("in", "old.md"): b""})
    before = (tmp_path / "a.md").stat().st_mtime_ns
    site.put(tmp_path, {**files, site.Path("in", "b.md"): b"new"})
    assert (tmp_path / "in" / "b.md").read_bytes() == b"new"
    assert (tmp_path / "a.md").stat().st_mtime_ns == before
    assert not (tmp_path / "in" / "old.md").exists()


def test_a_notebook_that_was_not_built_is_named(tmp_path):
    (tmp_path / "notebooks" / "source").mkdir(parents=True)
    (tmp_path / "notebooks" / "source" / "17_new.py").touch()
    with pytest.raises(SystemExit, match="17_new.ipynb is missing: make notebooks NOTEBOOK=17"):
        site.stage(tmp_path)


@pytest.mark.parametrize(("name", "before", "after"), [
    ("grading/README.md", "../README.md#syllabus", "../syllabus.md"),
    ("grading/README.md", "../README.md#for-instructors", "../teachers.md"),
    ("notebooks/assignments/README.md", "../../README.md#two-commands",
     "../../students.md#in-jupyterlab"),
    ("CONTRIBUTING.md", "README.md", "students.md"),
    ("grading/README.md", "README.md#gradescope", "README.md#gradescope"),  # these are others
    ("data/README.md", "../benchmarks/README.md", "../benchmarks/README.md"),
    ("notebooks/assignments/README.md", "../README.md", "../README.md"),
])  # fmt: skip
def test_links_to_the_readme_lead_to_the_page_that_shows_it(name, before, after):
    assert site.linked(f"a [b]({before}) c", name) == f"a [b]({after}) c"


def test_a_part_of_the_readme_that_no_page_shows_is_named():
    with pytest.raises(ValueError, match="data/README.md links to README.md#two, which no page"):
        site.linked("[a](../README.md#two)", "data/README.md")


def test_a_badge_is_left_out_the_setup_cell_folded_and_nothing_else():
    def cell(kind, *lines, **metadata):
        return {"cell_type": kind, "source": list(lines), "metadata": metadata}

    badge = generated.BADGE_START + "https://x.org/badge.svg)](https://x.org)\n"
    cells = [cell("markdown", "# 1\n", badge, "text"), cell("code", badge),
             cell("code", "import os", tags=["setup"])]  # fmt: skip
    text, code, setup = json.loads(site.as_page(json.dumps({"cells": cells})))["cells"]
    assert text["source"] == ["# 1\n", "text"] and code == cells[1]
    assert setup["metadata"]["tags"] == ["setup", "hide-input"] and setup["source"] == ["import os"]


def test_colab_opens_a_notebook_where_the_course_has_an_address(tmp_path):
    settings = '[project]\nversion = "1.0"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert site.colab("08_lstm", tmp_path) == ""
    settings += '[project.urls]\nRepository = "https://github.com/a/b"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert site.colab("08_lstm", tmp_path) == (
        "https://colab.research.google.com/github/a/b/blob/v1.0/notebooks/08_lstm.ipynb"
    )


def test_every_picture_to_play_with_is_on_its_page_below_a_link_to_its_section():
    parts = (project.ROOT / "site" / "play.md").read_text(encoding="utf-8").split("\n## ")[1:]
    for name, part in zip(playground.NAMES, parts, strict=True):
        assert f":file: parts/{name}.html\n" in part
        [(stem, anchor)] = re.findall(r"\]\(notebooks/(\w+)\.ipynb#(\S+)\)", part)
        [source] = notebooks.sources(prefix=stem)
        assert anchor in [site.slug(heading) for heading, _ in site.sections(source)]


def test_every_room_of_utils_is_described():
    described = set(re.findall(r"automodule:: utils\.(\w+)", site.reference()))
    modules = {path.name.removesuffix(".py") for path in (project.ROOT / "utils").iterdir()
               if path.name[0] not in "_." and (path.suffix == ".py" or path.is_dir())}  # fmt: skip
    assert described == modules - {"rnn_course", "session"}


def test_citation_names_this_version():
    text = (project.ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search("^version: (.+)$", text, re.M)[1] == project.version()
    [author] = project.load()["project"]["authors"]
    assert f"- name: {author['name']}\n" in text
    assert re.search(r"^license: MIT\b", text, re.M), "one: Zenodo refuses a list"


def test_the_zip_of_the_course_holds_what_git_holds():
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=project.ROOT, capture_output=True, text=True)
    if done.returncode:
        pytest.skip("this copy is no clone")
    wanted = {name for name in done.stdout.split("\0") if (project.ROOT / name).is_file()}
    found = {path.as_posix() for path in site.course_files(project.ROOT)}
    assert found == wanted


def test_the_zip_unpacks_into_one_folder_and_is_the_same_every_time(tmp_path):
    for name in ("utils/a.py", "utils/__pycache__/a.pyc", "results/Ada.html", "Makefile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    packed = site.packed(tmp_path)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["rnn-course/Makefile", "rnn-course/utils/a.py"]
        assert archive.read("rnn-course/utils/a.py") == b"utils/a.py"
    assert packed == site.packed(tmp_path)
