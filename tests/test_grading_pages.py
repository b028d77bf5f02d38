"""The pages for teachers and students: what they name is there, and the plan of a term holds."""

import re
from pathlib import Path

import pytest
import test_grading_words
import test_notebooks_gates

from grading import feedback
from grading.sandbox import PATIENCE, Limits

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "grading/README.md", "notebooks/assignments/README.md")
TEACHERS, STUDENTS = ((ROOT / page).read_text(encoding="utf-8") for page in PAGES[1:])


def anchors(text):
    """The anchors of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
            for title in re.findall(r"^#+ (.+)$", text, re.M)}  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    path = ROOT / page
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("http"):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        assert there.exists(), f"{page} links to {target}"
        if anchor:
            assert anchor in anchors(there.read_text(encoding="utf-8")), f"{page}: {target}"


@pytest.mark.parametrize("page", PAGES)
def test_make_has_what_pages_ask_it_for(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^)make ([a-z-]+)", (ROOT / page).read_text("utf-8"), re.M):
        assert re.search(rf"^{target}:", makefile, re.M), f"{page} names make {target}"


def test_nothing_in_a_term_comes_before_what_it_needs():
    rows = re.findall(r"^\| (\d+) \| ([\d and,]+) · ", TEACHERS, re.M)
    assert [int(week) for week, _ in rows] == list(range(1, 13))
    taken, needs = [], test_notebooks_gates.needs()
    for _, numbers in rows:
        for number in map(int, re.findall(r"\d+", numbers)):
            assert needs[number] <= set(taken), f"notebook {number} comes too early"
            taken.append(number)


def test_limits_are_those_of_the_page():
    limits = Limits()
    said = (f"{limits.seconds:g} seconds a call, {limits.all_cells:g} seconds for all cells "
            f"together", f"{limits.memory // 2**30} GiB, {limits.processes} processes",
            f"{limits.space // 2**20} MB")  # fmt: skip
    text = " ".join(TEACHERS.split())
    assert all(part in text for part in said) and PATIENCE == 3 and "three times as much" in text
    assert "ten seconds" in STUDENTS and "two\nminutes" in STUDENTS


def test_the_table_of_results_names_what_is_written(tmp_path):
    result = test_grading_words.result("Ada", "Because")
    feedback.write([result], tmp_path)
    for path in tmp_path.iterdir():
        assert f"`{path.name}" in TEACHERS, f"grading/README.md does not name {path.name}"
