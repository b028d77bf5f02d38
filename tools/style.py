"""The rules of a notebook, as functions that say what is wrong and in which cell.

Each rule takes a notebook and its name (`14_attention`) and returns a list of sentences, empty when
all is well. Cells count from 0, as their ids do. CONTRIBUTING.md explains the rules to authors.
"""

import ast
import html.parser
import json
import re

from tools import generated

LONGEST, USUAL, MEDIAN = 30, 20, 8  # non-blank lines of a cell: none above, 90 % up to, half up to
SCREEN = 40  # lines of output
MOST_BYTES = 1_500_000
SHORTEST_ALT = 20  # characters; less cannot say what one sees
ENDING = ("Where this goes wrong", "Check yourself", "Recap", "Next", "Further reading")
GOALS = ("You will be able to", "You need", "Time")
HEADING = re.compile(r"^(#{1,3}) (.+?)\s*$", re.M)
SECTION = re.compile(r"^## (\d+) · \S", re.M)
MACHINE = re.compile(
    r"(?<![\w/.:-])/(?:home|root|tmp|Users|var|mnt|work|content)/|\b[A-Z]:\\+(?:Users|Windows|Temp)"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")
BASE64 = re.compile(r"base64,[A-Za-z0-9+/=\s\\]+")
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$]*\$|<!--.*?-->", re.S)
IMAGES = ("image/png", "image/jpeg", "image/svg+xml", "image/gif")


def title(notebook, name):
    """Title with number, a promise, the Colab badge, and the table of goals."""
    first = notebook.cells[0].source if notebook.cells else ""
    number = str(int(name.split("_")[0])) if name.split("_")[0].isdigit() else "?"
    problems = []
    if not re.match(rf"# {re.escape(number)} · \S", first):
        problems.append(f"cell 0: has to start with the title, `# {number} · …`")
    opening = _before_setup(notebook)
    badge = generated.badge(name)  # empty while the course has no address
    if badge not in opening or (not badge and generated.BADGE_START in opening):
        problems.append("cell 0: the Colab badge is missing or not the generated one")
    promise = [line for line in first.splitlines()[1:] if re.match(r"[A-Za-z*_]", line)]
    if not promise:
        problems.append("cell 0: a sentence of promise has to follow the title")
    problems += [
        f"cell 0: the table of goals lacks a row `{goal}`"
        for goal in GOALS
        if not re.search(rf"\|[*_ ]*{goal}\b", opening)
    ]
    time = re.search(r"\|[*_ ]*Time\b[^\n]*", opening)
    if time and not re.search(r"\d", time.group()):
        problems.append("cell 0: the row `Time` has to give minutes")
    return problems


def setup(notebook, name):
    """One setup cell, the first of the code cells, word for word the generated one."""
    tagged = [n for n, cell in _code(notebook) if "setup" in cell.metadata.get("tags", [])]
    if len(tagged) != 1:
        return [f"{len(tagged)} cells are tagged `setup`; there has to be exactly one"]
    number, problems = tagged[0], []
    if number != _code(notebook)[0][0]:
        problems.append(f"cell {number}: the setup cell has to be the first code cell")
    if notebook.cells[number].source != generated.setup_cell():
        problems.append(f"cell {number}: the setup cell is not the generated one")
    return problems


def sections(notebook, name):
    """Three to six numbered sections, each with a prediction, prose after the code, and a claim."""
    parts = _parts(notebook)
    numbered = [(heading, cells) for heading, cells in parts if re.match(r"\d+ · ", heading)]
    found = [int(heading.split(" ")[0]) for heading, _ in numbered]
    problems = []
    if not 3 <= len(found) <= 6:
        problems.append(f"there are {len(found)} numbered sections (`## 1 · …`), expected 3 to 6")
    if found != list(range(1, len(found) + 1)):
        problems.append(f"the sections are numbered {found}, expected 1, 2, 3 …")
    for heading, cells in numbered:
        problems += _section_problems(heading, cells)
    for heading, cells in parts:
        if heading == ENDING[0] and _code_of(cells) and not _claims(cells):
            problems.append(f"cell {cells[0][0]}: `{heading}` shows a result without a claim")
    return problems


def _section_problems(heading, cells):
    where, problems = f"cell {cells[0][0]}: section `{heading}`", []
    section = heading.split(" ")[0]
    predicted = [n for n, cell in _code_of(cells) if _assigns_prediction(cell.source)]
    claimed = _claims(cells)
    if not re.sub(HEADING, "", cells[0][1].source).strip():
        problems.append(f"{where} does not say why: prose has to follow the heading")
    if not predicted:
        problems.append(f"{where} asks for no prediction (`my_prediction_{section} = None`)")
    if not claimed:
        problems.append(f"{where} states a result without a claim")
    for number, cell in _code_of(cells):
        found = _prediction_problems(cell.source, section)
        problems += [f"cell {number}: {what}" for what in found]
    if predicted and claimed and predicted[0] >= claimed[0]:
        problems.append(f"{where} claims before it asks for a prediction")
    later = [cell for n, cell in cells if predicted and n > predicted[0]]
    if predicted and not any(cell.cell_type == "markdown" for cell in later):
        problems.append(f"{where} does not say what we saw: no prose follows the prediction")
    return problems


def _prediction_problems(source, section):
    """A prediction has its section's number, is None, and is read by `you_said` alone."""
    tree, problems = _tree(source), []
    read = {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "you_said"
        for argument in node.args
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Name) or not node.id.startswith("my_prediction"):
            continue
        if not re.fullmatch(rf"my_prediction_{section}[a-z]?", node.id):
            problems.append(f"`{node.id}` should be `my_prediction_{section}`, after its section")
        if isinstance(node.ctx, ast.Load) and id(node) not in read:
            safe = f"you_said({node.id}, …)"
            problems.append(f"`{node.id}` is used beside `{safe}`, which never stops a notebook")
    for node in ast.walk(tree):
        targets = [ast.unparse(t) for t in node.targets] if isinstance(node, ast.Assign) else []
        if any(t.startswith("my_prediction") for t in targets) and not _is_open(node.value):
            problems.append(f"`{targets[0]}` is prefilled; it is None until somebody guesses")
    return problems


def _is_open(value):
    """None, or a dict of such: what the learner fills in."""
    if isinstance(value, ast.Dict):
        return all(map(_is_open, value.values))
    return isinstance(value, ast.Constant) and value.value is None


def ending(notebook, name):
    """The closing headings in their order, and three to five questions with folded answers."""
    headings = [text for _, cell in _markdown(notebook) for _, text in HEADING.findall(cell.source)]
    found = [heading for heading in headings if heading in ENDING]
    problems = [f"the heading `{wanted}` is missing" for wanted in ENDING if wanted not in found]
    if not problems and found != list(ENDING):
        problems.append(f"the closing headings come in the order {found}, expected {list(ENDING)}")
    numbered = [heading for heading in headings if re.match(r"\d+ · ", heading)]
    if numbered and found and headings.index(found[0]) < headings.index(numbered[-1]):
        problems.append(f"`{found[0]}` has to come after the last numbered section")
    for heading, cells in _parts(notebook):
        if heading == "Check yourself":
            problems += _question_problems(cells)
    return problems


def _question_problems(cells):
    text, number = "\n".join(cell.source for _, cell in cells), cells[0][0]
    folded = re.findall(r"<details>(.*?)</details>", text, re.S)
    problems = []
    if not 3 <= len(folded) <= 5:
        problems.append(f"cell {number}: {len(folded)} folded answers (<details>), expected 3 to 5")
    if text.count("<details") != text.count("</details>"):
        problems.append(f"cell {number}: a <details> is not closed")
    for part in folded:
        summary = re.search(r"<summary>(.*?)</summary>", part, re.S)
        if not summary or not summary.group(1).strip():
            problems.append(f"cell {number}: a folded answer has no <summary>")
        elif not part[summary.end() :].strip():
            problems.append(f"cell {number}: nothing is folded under `{summary.group(1).strip()}`")
    return problems


def cell_lengths(notebook, name):
    """Teaching cells: half have at most 8 non-blank lines, nine in ten at most 20, none over 30."""
    lengths = {n: _lines(cell.source) for n, cell in _code(notebook)}
    problems = [
        f"cell {n}: {length} non-blank lines, at most {LONGEST}"
        for n, length in lengths.items()
        if length > LONGEST
    ]
    taught = {n for n, cell in _code(notebook) if "setup" not in cell.metadata.get("tags", [])}
    ordered = sorted(lengths[n] for n in taught)
    if not ordered:
        return [*problems, "there is no code"]
    median = (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    if median > MEDIAN:
        problems.append(f"the median cell has {median:g} non-blank lines, at most {MEDIAN}")
    long = sorted(n for n in taught if lengths[n] > USUAL)
    if 10 * len(long) > len(ordered):
        problems.append(
            f"{len(long)} of {len(ordered)} cells have more than {USUAL} non-blank lines, at most "
            f"one in ten: cells {', '.join(map(str, long))}"
        )
    return problems


def pictures(notebook, name):
    """Every picture, in outputs and in prose, has an alternative text that says something."""
    problems = []
    for number, output in _outputs(notebook):
        data = output.get("data", {})
        page = _text(data.get("text/html", ""))
        problems += [f"cell {number}: {what}" for what in _faults(page)]
        if any(kind in data for kind in IMAGES) and not _Pictures(page).described:
            problems.append(f"cell {number}: a picture without alt text; use plotting.show")
    for number, cell in _markdown(notebook):
        problems += [f"cell {number}: {what}" for what in _faults(cell.source)]
        for alt in re.findall(r"!\[([^\]]*)\]\(", cell.source):
            if len(alt.strip()) < SHORTEST_ALT and not alt.startswith("Open in Colab"):
                problems.append(f"cell {number}: the alt text {alt!r} of a picture says too little")
    return problems


def outputs(notebook, name):
    """Outputs: no errors, no stderr, no paths or addresses of one machine, at most a screen."""
    problems = []
    lines = {}
    for number, output in _outputs(notebook):
        kind = output.output_type
        if kind == "error":
            problems.append(f"cell {number}: its output is an error, {output.ename}")
        if kind == "stream" and output.name == "stderr":
            problems.append(f"cell {number}: it wrote to stderr")
        shown = _shown(output)
        if "\r" in shown or "\b" in shown:
            problems.append(f"cell {number}: its output holds the remains of a progress bar")
        lines[number] = lines.get(number, 0) + _height(output)
        for text in [shown, *map(_text, output.get("data", {}).values())]:
            problems += _machine_problems(number, text)
    problems += [
        f"cell {number}: {height} lines of output, at most a screen ({SCREEN})"
        for number, height in lines.items()
        if height > SCREEN
    ]
    for number, cell in enumerate(notebook.cells):
        problems += _machine_problems(number, cell.source)
    return list(dict.fromkeys(problems))


def executed(notebook, name):
    """Executed from top to bottom, with nothing kept that belongs to one machine or moment."""
    counts = [cell.execution_count for _, cell in _code(notebook)]
    problems = []
    if counts != list(range(1, len(counts) + 1)):
        problems.append("the cells were not executed once each from top to bottom")
    if notebook.metadata.get("kernelspec", {}).get("name") != "python3":
        problems.append("the kernel has to be `python3`")
    if set(notebook.metadata.get("language_info", {})) - {"name"}:
        problems.append("the metadata names the Python of one machine")
    for number, cell in enumerate(notebook.cells):
        if cell.get("id") != f"cell-{number:03d}":
            problems.append(f"cell {number}: its id is {cell.get('id')!r}")
        if set(cell.metadata) - {"tags"}:
            problems.append(f"cell {number}: has metadata besides its tags")
    return problems


def size(notebook, name):
    """The file stays under 1.5 MB, outputs included."""
    count = len(json.dumps(notebook, indent=1, ensure_ascii=False).encode())
    if count < MOST_BYTES:
        return []
    return [f"the file has {count / 1e6:.2f} MB, at most {MOST_BYTES / 1e6:g} MB"]


def tone(notebook, name):
    """Prose without `simply`, `obviously` and exclamation marks."""
    problems = []
    for number, cell in _markdown(notebook):
        prose = NOT_PROSE.sub("", cell.source)
        for word in re.findall(r"\b(simply|obviously)\b", prose, re.I):
            problems.append(f"cell {number}: `{word}` helps nobody who does not find it so")
        if re.search(r"[a-z]!(?=[\s)*_]|$)", prose, re.I):
            problems.append(f"cell {number}: an exclamation mark in the prose")
    return problems


RULES = (title, setup, sections, ending, cell_lengths, pictures, outputs, executed, size, tone)


def problems(notebook, name):
    """Applies every rule; each problem starts with the name of its rule."""
    return [f"{rule.__name__}: {line}" for rule in RULES for line in rule(notebook, name)]


def syllabus(readme, names):
    """Returns what the README's syllabus lacks: a row for each notebook, with measured minutes."""
    missing = []
    for name in names:
        rows = [line for line in readme.splitlines() if f"notebooks/{name}.ipynb" in line]
        rows = [line for line in rows if line.startswith("|")]
        if not rows:
            missing.append(f"{name}: has no row in the README's syllabus")
        elif not re.search(r"\d+ min", rows[0]):
            missing.append(f"{name}: its row in the README's syllabus gives no minutes (`40 min`)")
    return missing


def _code(notebook):
    return _code_of(enumerate(notebook.cells))


def _code_of(cells):
    return [(number, cell) for number, cell in cells if cell.cell_type == "code"]


def _markdown(notebook):
    return [(n, cell) for n, cell in enumerate(notebook.cells) if cell.cell_type == "markdown"]


def _before_setup(notebook):
    text = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            break
        text.append(cell.source)
    return "\n".join(text)


def _parts(notebook):
    """Splits the cells at headings of level two: a list of (heading, [(number, cell), …])."""
    parts = []
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^## (.+?)\s*$", cell.source, re.M):
                parts.append((heading, []))
        if parts:
            parts[-1][1].append((number, cell))
    return [(heading, cells) for heading, cells in parts if cells]


def _tree(source):
    """Returns the syntax tree of a cell, an empty one where a cell holds more than Python."""
    lines = ["pass" if re.match(r"\s*[%!]", line) else line for line in source.splitlines()]
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError:
        return ast.Module(body=[], type_ignores=[])


def _claims(cells):
    return [n for n, cell in _code_of(cells) if _calls_claim(cell.source)]


def _calls_claim(source):
    calls = [node.func for node in ast.walk(_tree(source)) if isinstance(node, ast.Call)]
    return any(getattr(call, "id", getattr(call, "attr", "")) == "claim" for call in calls)


def _assigns_prediction(source):
    names = [node for node in ast.walk(_tree(source)) if isinstance(node, ast.Name)]
    return any(isinstance(n.ctx, ast.Store) and n.id.startswith("my_prediction") for n in names)


def _lines(text):
    return sum(1 for line in text.splitlines() if line.strip())


def _outputs(notebook):
    return [(n, output) for n, cell in _code(notebook) for output in cell.outputs]


def _text(value):
    value = "".join(value) if isinstance(value, list) else value
    return value if isinstance(value, str) else json.dumps(value)


def _shown(output):
    if output.output_type == "stream":
        return _text(output.text)
    return _text(output.get("data", {}).get("text/plain", ""))


def _height(output):
    """Returns the lines that an output takes; a page hides its plain text, and counts its rows."""
    page = _text(output.get("data", {}).get("text/html", ""))
    if page:
        return len(re.findall(r"<tr\b", page))
    return len(_shown(output).splitlines())


def _machine_problems(number, text):
    text = BASE64.sub("", text)
    found = [(MACHINE, "a path of one machine"), (ADDRESS, "an address in memory")]
    return [
        f"cell {number}: {what}, `{_around(text, match)}`"
        for pattern, what in found
        if (match := pattern.search(text))
    ]


def _around(text, match):
    return text[match.start() : match.end() + 20].split("\n")[0]


def _faults(page):
    return _Pictures(page).faults


class _Pictures(html.parser.HTMLParser):
    """Looks through a page for pictures: `faults` of those that say nothing, `described` others."""

    def __init__(self, page):
        super().__init__()
        self.faults, self.described = [], 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = {key: value or "" for key, value in attributes}
        if tag == "img" and given.get("role") != "presentation":
            self._judge(tag, given.get("alt"), "alt text")
        if tag in ("svg", "canvas") and given.get("aria-hidden") != "true":
            self._judge(tag, given.get("aria-label"), "aria-label")
        if tag == "iframe":
            if not given.get("title", "").strip():
                self.faults.append("an <iframe> without a title")
            inner = _Pictures(given.get("srcdoc", ""))
            self.faults += inner.faults
            self.described += inner.described

    def _judge(self, tag, words, what):
        if words is None or not words.strip():
            self.faults.append(f"a picture (<{tag}>) without {what}; use plotting.show")
        elif len(words.strip()) < SHORTEST_ALT and words != "Open in Colab":
            self.faults.append(f"the {what} {words!r} of a picture says too little")
        else:
            self.described += 1
