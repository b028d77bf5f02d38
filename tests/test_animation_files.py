"""The style sheets and scripts of the steppers, linted: parsed, and held to a few rules."""

import re
from collections import Counter

import esprima
import pytest
import tinycss2
from esprima import nodes

from utils import files
from utils.animation import page

SHEETS = sorted(path.name for path in page.HERE.glob("*.css"))
SCRIPTS = sorted(path.name for path in page.HERE.glob("*.js"))
VIEWS = ("translation", "beam", "states", "cells")

# What a script may use that it does not declare: of the browser, and of the function around it.
GIVEN = {"document", "setInterval", "clearInterval", "Math", "Object", "Array", "undefined"}
GIVEN |= {"name", "items", "words"}


def read(name):
    return files.read_text(page.HERE / name)


# ---------------------------------------------------------------- style sheets


def faults_of_css(text):
    """What is wrong with a style sheet, one sentence each."""
    faults = []
    for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
        if rule.type == "error":
            faults.append(f"line {rule.source_line}: {rule.message}")
        elif rule.type == "at-rule":
            faults += faults_of_css(tinycss2.serialize(rule.content or []))
        else:
            faults += _faults_of_rule(rule)
    return faults


def _faults_of_rule(rule):
    faults, seen = [], set()
    for selector in tinycss2.serialize(rule.prelude).split(","):
        if not re.match(r"\s*(\[data-jp-theme-\S+ )?\.steps-", selector):
            faults.append(f"{selector.strip()} reaches beyond the page, into the notebook")
    for declaration in tinycss2.parse_blocks_contents(rule.content, True, True):
        if declaration.type != "declaration":
            faults.append(f"line {declaration.source_line}: {declaration.type}, no declaration")
        elif declaration.name in seen:
            faults.append(f"line {declaration.source_line}: {declaration.name} stands there twice")
        else:
            seen.add(declaration.name)
    return faults or ([] if seen else [f"line {rule.source_line}: a rule without declarations"])


@pytest.mark.parametrize("name", SHEETS)
def test_style_sheet_has_no_fault(name):
    assert faults_of_css(read(name)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (".steps-live p {color red}", "error, no declaration"),
        (".steps-live p {color: red; color: blue}", "color stands there twice"),
        (".steps-live p {}", "without declarations"),
        ("p {color: red}", "p reaches beyond"),
        (".steps-live p, b {color: red}", "b reaches beyond"),
        (".steps-live p {color: red}}", "line 1: "),
        ("@media print {b {color: red}}", "b reaches beyond"),
    ],
)
def test_a_fault_in_a_style_sheet_is_seen(text, fault):
    [found] = faults_of_css(text)
    assert fault in found


@pytest.mark.parametrize("name", SHEETS)
def test_a_compact_sheet_says_the_same(name):
    def said(text):
        rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
        return [_tokens([rule]) for rule in rules]

    text = read(name)
    assert said(page.compact(text)) == said(text)
    assert len(page.compact(text)) < 0.8 * len(text) and "/*" not in page.compact(text)


def _tokens(nodes):
    """Tokens without the spaces that mean nothing: all but those between parts of a selector."""
    text = re.sub(r"/\*.*?\*/", "", tinycss2.serialize(nodes), flags=re.DOTALL)
    return re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", text).replace(";}", "}").split()


def test_every_class_of_a_style_sheet_is_one_that_pages_have():
    used = " ".join(map(read, SCRIPTS)) + (page.HERE / "page.py").read_text(encoding="utf-8")
    for name in SHEETS:
        for found in re.findall(r"\.([a-z][\w-]*)", page.compact(read(name))):
            assert re.search(rf"[\"' ]{found}[\"' ]", used), f"{name}: nothing is a .{found}"


# ---------------------------------------------------------------- scripts


def faults_of_js(text, given=GIVEN):
    """What is wrong with a script, one sentence each; `given` is what it need not declare."""
    faults = [f"line {at}: over 100 characters" for at, line in enumerate(text.split("\n"), 1)
              if len(line) > 100]  # fmt: skip
    try:
        tree = esprima.parseScript(text)
    except esprima.Error as error:
        return [*faults, str(error)]
    mentioned, declared = Counter(), set()
    for node in _walk(tree):
        faults += ["var: say const or let"] * (getattr(node, "kind", None) == "var")
        declared |= _declared(node)
        if node.type == "Identifier":
            mentioned[node.name] += 1
    faults += [f"nothing declares {name}" for name in sorted({*mentioned} - declared - given)]
    once = {name for name in declared if mentioned[name] < 2 and not name.startswith("_")}
    return faults + [f"nothing uses {name}" for name in sorted(once)]


def _walk(node):
    """A node and all below it, without names of properties and methods: `b` in `a.b` is none."""
    yield node
    names_something = node.type in ("MemberExpression", "Property", "MethodDefinition")
    name = {"MemberExpression": "property"}.get(node.type, "key")
    for called, child in vars(node).items():
        if names_something and called == name and not node.computed:
            continue
        for part in child if isinstance(child, list) else [child]:
            if isinstance(part, nodes.Node):
                yield from _walk(part)


def _declared(node):
    """The names that a node declares."""
    patterns = list(getattr(node, "params", None) or [])
    if node.type in ("VariableDeclarator", "FunctionDeclaration", "ClassDeclaration"):
        patterns.append(node.id)
    return {part.name for one in patterns for part in _walk(one) if part.type == "Identifier"}


@pytest.mark.parametrize("name", SCRIPTS)
def test_script_can_be_read_alone(name):
    esprima.parseScript(read(name))


def test_scripts_have_no_fault():
    parts = [f"{{{read(name)}}}" if name[:-3] in VIEWS else read(name) for name in SCRIPTS]
    script = "\n".join(parts)  # each view in a block: a page has one of them
    assert faults_of_js(script) == []
    assert "</" not in script and "<!--" not in script, "it would end the element it stands in"
    assert "innerHTML" not in script and "http" not in script


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("function f() { return 1; ", "Unexpected end of input"),
        ("items.map((item) => itme.source);", "nothing declares itme"),
        ("const unit = 1, box = 2; box.x = unit; bxo();", "nothing declares bxo"),
        ("const {limit} = items[0];", "nothing uses limit"),
        ("var a = 1; a.b = a;", "var: say const or let"),
        (f"Math.max({'1, ' * 40}1);", "line 1: over 100"),
    ],
)
def test_a_fault_in_a_script_is_seen(text, fault):
    found = faults_of_js(text)
    assert any(fault in one for one in found), found


def test_what_a_script_may_do():
    assert faults_of_js("const a = [1]; a.map((_, at) => ({at, b: a[at]})).c = class {};") == []
