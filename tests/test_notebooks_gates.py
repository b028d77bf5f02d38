"""The gates: every committed notebook passes them, and each goes red when its rule is broken."""

import copy
import re

import nbformat
import pytest

from tools import generated, notebooks, project, style

HOME = "/".join(["", "home", "ann"])  # in pieces, so that a search for paths finds none here
NAMES = [source.stem for source in notebooks.sources()]
OWN = notebooks.by_hand()  # what a learner changed is not judged


def read(name):
    return nbformat.read(project.ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


def test_there_are_notebooks():
    assert NAMES, "notebooks/source holds no notebook, so the gates below check nothing"


@pytest.fixture
def name(request):
    """The name of a notebook that is the course's; for a learner's own the test is skipped."""
    if request.param in OWN:
        pytest.skip(f"notebooks/{request.param}.ipynb {OWN[request.param]}")
    return request.param


def test_no_notebook_lacks_a_source():
    lacking = [line for line in notebooks.check() if line.endswith("has no source")]
    assert [line for line in lacking if line.split(".ipynb")[0] not in OWN] == []


@pytest.mark.parametrize("name", NAMES, indirect=True)
def test_source_and_notebook_agree(name):
    source = project.ROOT / "notebooks" / "source" / f"{name}.py"
    assert notebooks.faults(source) == [], "`make notebooks` writes the notebook anew"


@pytest.mark.parametrize("name", NAMES, indirect=True)
def test_notebook_follows_the_style(name):
    assert style.problems(read(name), name) == []


def test_readme_lists_every_notebook_with_minutes():
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    assert style.syllabus(readme, NAMES) == []


# --- the gates themselves, on the template and on broken copies of it


def test_template_passes(sample):
    assert style.problems(sample, "99_template") == []


def cell_with(notebook, text):
    return next(cell for cell in notebook.cells if text in cell.source)


def replace(old, new):
    def damage(notebook):
        cell = cell_with(notebook, old)
        cell.source = cell.source.replace(old, new)

    return damage


def drop(text):
    def damage(notebook):
        notebook.cells.remove(cell_with(notebook, text))

    return damage


def emit(**fields):
    def damage(notebook):
        cell_with(notebook, "half_life = ").outputs.append(nbformat.v4.new_output(**fields))

    return damage


def display(**data):
    data = {kind.replace("__", "/"): value for kind, value in data.items()}
    return emit(output_type="display_data", data=data)


def stdout(text):
    return emit(output_type="stream", name="stdout", text=text)


def grow(text, lines):
    def damage(notebook):
        cell_with(notebook, text).source += "\nx = 1" * lines

    return damage


def grow_all(notebook):
    for _, cell in style._code(notebook):
        cell.source += "\nx = 1" * 8


def grow_two(notebook):
    grow("half_life = ", 20)(notebook)
    grow("total = ", 20)(notebook)


def drop_first_two_sections(notebook):
    cells = notebook.cells
    start = cells.index(cell_with(notebook, "## 1 · "))
    del cells[start : cells.index(cell_with(notebook, "## 3 · "))]


def other_badge(notebook):
    """The badge is gone where there was one, and there where the course has no address."""
    cell = notebook.cells[0]
    there = generated.BADGE_START in cell.source
    cell.source = cell.source.replace("[![Open", "[![Run") if there else (
        f"{cell.source}\n\n{generated.BADGE_START}x)](y)"
    )


def move_setup_down(notebook):
    setup = notebook.cells.pop(1)
    notebook.cells.insert(2, setup)


def swap_recap_and_next(notebook):
    recap = notebook.cells.index(cell_with(notebook, "## Recap"))
    cells = notebook.cells
    cells[recap], cells[recap + 1] = cells[recap + 1], cells[recap]


def forget_execution(notebook):
    cell_with(notebook, "half_life = ").execution_count = None


def rename_kernel(notebook):
    notebook.metadata.kernelspec.name = "my-env"


def add_language_version(notebook):
    notebook.metadata.language_info["version"] = "3.11.7"


def random_id(notebook):
    notebook.cells[3].id = "3f2a9c"


def add_timing(notebook):
    notebook.cells[3].metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}


def error_output(notebook):
    fields = {"ename": "ValueError", "evalue": "no", "traceback": []}
    emit(output_type="error", **fields)(notebook)


WHY = "An average must not make numbers larger or smaller. What do all the weights add up to?"
PNG = "iVBORw0KGgo="
GOOD_ALT = "Weights fall by a tenth with each step back in time."
BROKEN = {
    "title without its number": (replace("# 99 · ", "# "), "title: cell 0: has to start"),
    "title with another number": (replace("# 99 · ", "# 9 · "), "title: cell 0: has to start"),
    "no promise": (
        replace("In these few minutes you will measure how fast a running average", "-"),
        "title: cell 0: a sentence of promise",
    ),
    "wrong badge": (other_badge, "title: cell 0: the Colab badge"),
    "no verbs": (replace("You will be able to", "Aims"), "lacks a row `You will be able to`"),
    "no prerequisites": (replace("**You need**", "needs"), "lacks a row `You need`"),
    "no time": (replace("**Time**", "Length"), "lacks a row `Time`"),
    "time without minutes": (replace("5 minutes to read", "quick"), "`Time` has to give minutes"),
    "no setup cell": (drop("versions.prepare()"), "setup: 0 cells are tagged"),
    "altered setup cell": (replace("versions.prepare()", "0"), "cell 1: the setup cell is not"),
    "late setup cell": (move_setup_down, "setup: cell 2: the setup cell has to be the first"),
    "too few sections": (drop_first_two_sections, "sections: there are 1 numbered"),
    "misnumbered": (replace("## 2 · ", "## 4 · "), "sections: the sections are numbered [1, 4, 3]"),
    "no reason": (
        replace(WHY, ""),
        "`3 · All weights together` does not say why",
    ),
    "no prediction": (drop("my_prediction_2 = None"), "forgotten` asks for no prediction"),
    "prediction only in a comment": (
        replace("my_prediction_2 = None", "# my_prediction_2 = None"),
        "forgotten` asks for no prediction",
    ),
    "no claim": (
        drop("loses half its weight after 7"),
        "forgotten` states a result without a claim",
    ),
    "claim only in a comment": (
        replace("claim(\"with keep = 0.9 an input", "# claim(\"with keep = 0.9 an input"),
        "forgotten` states a result without a claim",
    ),
    "prediction of another section": (
        replace("my_prediction_2", "my_prediction_3"),
        "`my_prediction_3` should be `my_prediction_2`",
    ),
    "prediction without a number": (
        replace("my_prediction_2 = None", "my_prediction = None"), "should be `my_prediction_2`"
    ),
    "prefilled prediction": (
        replace("my_prediction_2 = None", "my_prediction_2 = 10"), "`my_prediction_2` is prefilled"
    ),
    "half a prefilled prediction": (
        replace("my_prediction_2 = None", "my_prediction_2 = {'a': None, 'b': 1}"), "is prefilled"
    ),
    "prediction that can stop the notebook": (
        replace("you_said(my_prediction_2, half_life)", "print(f'{my_prediction_2:.1e}')"),
        "is used beside `you_said(my_prediction_2, …)`",
    ),
    "claim before prediction": (
        replace("my_prediction_2 = None", "claim('early', keep > 0.5)\nmy_prediction_2 = None"),
        "forgotten` claims before it asks",
    ),
    "no prose after": (drop("The past fades"), "does not say what we saw"),
    "mistake without claim": (drop("two steps hold 99 %"), "goes wrong` shows a result without"),
    "no mistakes": (replace("## Where this", "## When this"), "ending: the heading `Where this"),
    "no questions": (replace("## Check yourself", "## Quiz"), "`Check yourself` is missing"),
    "no recap": (replace("## Recap", "## End"), "the heading `Recap` is missing"),
    "no next": (replace("## Next", "## Then"), "the heading `Next` is missing"),
    "no reading": (replace("## Further reading", "## Books"), "`Further reading` is missing"),
    "endings swapped": (swap_recap_and_next, "ending: the closing headings come in the order"),
    "two questions": (replace("<details><summary>Why", "<p><summary>Why"), "2 folded answers"),
    "question without summary": (replace("<summary>Why", "<b>Why"), "has no <summary>"),
    "answer left empty": (
        replace("One step: every step halves the weight.\n", ""),
        "nothing is folded under",
    ),
    "cell over the cap": (grow("half_life = ", 30), "32 non-blank lines, at most 30"),
    "too many long cells": (grow_two, "cell_lengths: 2 of "),
    "long cells throughout": (grow_all, "cell_lengths: the median cell has"),
    "bare picture": (display(image__png=PNG), "pictures: cell 10: a picture without alt text"),
    "picture beside text": (
        display(image__png=PNG, text__html="<p>a figure</p>"),
        "a picture without alt text",
    ),
    "vector picture": (display(**{"image/svg+xml": "<svg/>"}), "a picture without alt text"),
    "img without alt": (display(text__html='<img src="x.png">'), "a picture (<img>) without alt"),
    "img with empty alt": (display(text__html='<img src="x.png" alt="">'), "(<img>) without alt"),
    "img with lazy alt": (display(text__html='<img alt="a plot">'), "'a plot' of a picture says"),
    "img in a frame": (
        display(text__html="<iframe title='steps' srcdoc='<img src=1>'></iframe>"),
        "(<img>) without alt",
    ),
    "drawn canvas": (display(text__html="<canvas></canvas>"), "(<canvas>) without aria-label"),
    "img in prose": (replace("What do all", '<img src="x.png"> What'), "(<img>) without alt"),
    "markdown image": (replace("What do all", "![](x.png) What do all"), "'' of a picture says"),
    "error": (error_output, "outputs: cell 10: its output is an error, ValueError"),
    "stderr": (
        emit(output_type="stream", name="stderr", text="warning"),
        "outputs: cell 10: it wrote to stderr",
    ),
    "progress bar": (stdout("10 %\r20 %"), "the remains of a progress bar"),
    "home path": (stdout(f"saved to {HOME}/x"), f"a path of one machine, `{HOME}/x`"),
    "root path": (stdout("in '" + "/".join(["", "root", "x'"])), "a path of one machine"),
    "temporary path": (stdout("/tmp/x"), "a path of one machine"),
    "windows path": (stdout(r"C:\Users\ann"), "a path of one machine"),
    "path in html": (display(text__html=f"<p>{HOME}</p>"), "a path of one machine"),
    "path in code": (replace("half_life = ", "open('/tmp/x')\nhalf_life = "), "of one machine"),
    "object address": (stdout("<Thing at 0x7f3a2b1c9d10>"), "an address in memory"),
    "long output": (stdout("line\n" * 41), "outputs: cell 10: 42 lines of output"),
    "long table": (display(text__html="<tr><td>1" * 41), "42 lines of output"),
    "not executed": (forget_execution, "executed: the cells were not executed"),
    "other kernel": (rename_kernel, "executed: the kernel has to be"),
    "language version": (add_language_version, "executed: the metadata names the Python"),
    "other id": (random_id, "executed: cell 3: its id is '3f2a9c'"),
    "timing": (add_timing, "executed: cell 3: has metadata besides"),
    "large": (stdout("x" * 1_500_000), "size: the file has 1.5"),
    "filler": (replace("The past fades", "The past simply fades"), "tone: cell 11: `simply`"),
    "shouting": (replace("whatever it contained.", "whatever it held!"), "tone: cell 11: an excl"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_gate_goes_red(sample, fault):
    damage, expected = BROKEN[fault]
    damage(sample)
    found = style.problems(sample, "99_template")
    assert any(expected in line for line in found), found


ACCEPTED = {
    "described picture": display(
        image__png=PNG, text__html=f'<img alt="{GOOD_ALT}" src="data:image/png;base64,{PNG}">'
    ),
    "base64 that spells a path": display(
        text__html=f'<img alt="{GOOD_ALT}" src="data:image/png;base64,AB/tmp/CD+/home/EF==">'
    ),
    "labelled drawing": display(text__html=f'<svg role="img" aria-label="{GOOD_ALT}"></svg>'),
    "web address": stdout("see https://example.org/home/page"),
    "a screen of output": stdout("line\n" * 39),
    "factorial": replace("whatever it contained", "as $n!$ or `a != b` would"),
    "a share of long cells": grow("half_life = ", 18),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_gate_stays_green(sample, case):
    ACCEPTED[case](sample)
    assert style.problems(sample, "99_template") == []


def test_each_rule_has_a_breakage(sample):
    reached = set()
    for damage, _ in BROKEN.values():
        broken = copy.deepcopy(sample)
        damage(broken)
        reached |= {line.split(":")[0] for line in style.problems(broken, "99_template")}
    assert reached == {rule.__name__ for rule in style.RULES}


def test_syllabus_gate_goes_red():
    good = "| [14](notebooks/14_attention.ipynb) | words | 45 min |"
    assert style.syllabus(good, ["14_attention"]) == []
    assert "no row" in style.syllabus("see notebooks/14_attention.ipynb", ["14_attention"])[0]
    assert "no row" in style.syllabus(good, ["13_encoder_decoder"])[0]
    assert "no minutes" in style.syllabus(good.replace("45", "…"), ["14_attention"])[0]


def test_difference_gate_goes_red_for_each_cell(sample_course, sample):
    text = (sample_course / "notebooks" / "source" / "99_template.py").read_text(encoding="utf-8")
    assert notebooks.differences(text, sample) == []
    for number in range(len(sample.cells)):
        changed = copy.deepcopy(sample)
        changed.cells[number].source += " "
        assert notebooks.differences(text, changed) == [
            f"cell {number}: the notebook's source differs from the source's"
        ]


def test_difference_gate_sees_cells_kinds_and_tags(sample_course, sample):
    text = (sample_course / "notebooks" / "source" / "99_template.py").read_text(encoding="utf-8")
    lacking, other, untagged = (copy.deepcopy(sample) for _ in range(3))
    lacking.cells.pop()
    other.cells[-1].cell_type = "raw"
    untagged.cells[1].metadata = {}
    count = len(sample.cells)
    assert notebooks.differences(text, lacking) == [
        f"the source has {count} cells, the notebook {count - 1}"
    ]
    assert "cell_type differs" in notebooks.differences(text, other)[0]
    assert "tags differ" in notebooks.differences(text, untagged)[0]


def test_check_names_missing_stale_and_orphaned(tiny_course):
    source = tiny_course("# %%\nx = 1\n")
    course = source.parents[2]
    assert notebooks.check(course) == ["01_tiny.ipynb: does not exist"]
    notebook = notebooks.from_source("# %%\nx = 2\n")
    notebooks.target(source).write_text(notebooks.as_text(notebook), encoding="utf-8")
    (course / "notebooks" / "02_lost.ipynb").write_text("{}", encoding="utf-8")
    problems = notebooks.check(course)
    assert "01_tiny.ipynb: cell 0: the notebook's source differs from the source's" in problems
    assert "02_lost.ipynb: has no source" in problems
    source.write_text(f"{generated.SETUP_MARKER}\nx = 1\n", encoding="utf-8")
    assert any(re.search("setup cell or badge", line) for line in notebooks.check(course))


# ----------------------------------------------------------------------------- paths in the README


def needs():
    """Notebook → the notebooks that its row `You need` links to."""
    found = {}
    for source in notebooks.sources():
        row = re.search(r"^# \|[*_ ]*You need.*$", source.read_text(encoding="utf-8"), re.M).group()
        found[int(source.stem[:2])] = {int(number) for number in re.findall(r"\]\((\d\d)_", row)}
    return found


def test_every_path_through_the_course_holds_what_its_notebooks_need():
    readme = (project.ROOT / "README.md").read_text(encoding="utf-8")
    paths = re.findall(r"^- \*\*(.+?)\*\*: (\d+(?:, \d+)+)$", readme, re.M)
    assert len(paths) >= 3
    for name, numbers in paths:
        taken = []
        for number in map(int, numbers.split(", ")):
            assert needs()[number] <= set(taken), f"{name}: notebook {number} comes too early"
            taken.append(number)
