"""The pictures to play with: their numbers equal Python's, their pages stand alone and are linted.

What needs a browser stands in site/tests/test_play.py; `playground.test.mjs`, run from here where
Node is installed, holds that every task can be solved.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import esprima
import keras
import numpy as np
import pytest
from test_animation import _Sanitised, _Tags
from test_animation_files import faults_of_css, faults_of_js

from utils import bptt, cells, files, playground
from utils.animation import page as steps
from utils.models import Attention
from utils.playground import page, stills, translating

MODULES = sorted(path.stem for path in page.HERE.glob("*.mjs"))
NODE = pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")
GIVEN = {"document", "Math", "Object", "Number", "String", "Array", "Boolean", "Set", "Infinity",
         "undefined", "setTimeout", "clearTimeout", "globalThis", "atob", "Map", "JSON", "RegExp",
         "Int8Array", "Uint8Array", "Float32Array", "Float64Array"}  # fmt: skip
RANDOM = np.random.default_rng(0)


def ask(module, expression, **data):
    """What an expression of JavaScript gives, with a module's names in `m` and `data` in `d`."""
    address = (page.HERE / f"{module}.mjs").as_uri()
    text = (
        f"import * as m from {json.dumps(address)};\n"
        "import {readFileSync} from 'node:fs';\n"
        "const d = JSON.parse(readFileSync(0, 'utf-8'));\n"
        f"console.log(JSON.stringify({expression}));"
    )
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", text], input=json.dumps(data),
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def columns(steps_of_run, **names):
    """The entries of each step under their names in JavaScript, as arrays under ours."""
    return {ours: np.array([step[js] for step in steps_of_run]) for ours, js in names.items()}


def gates(*names):
    """Biases and weights from the marker, drawn at random."""
    return {name: dict(zip(("bias", "marker"), RANDOM.normal(0, 3, 2), strict=True))
            for name in names}  # fmt: skip


@pytest.fixture
def read():
    """(numbers, markers, both as Python reads them)."""
    numbers, markers = RANDOM.normal(size=9), RANDOM.integers(0, 2, 9)
    return numbers.tolist(), markers.tolist(), np.stack([numbers, markers], axis=-1)[None]


# ---------------------------------------------------------------- numbers


@NODE
def test_lstm_is_that_of_the_course_and_of_keras(read):
    numbers, markers, inputs = read
    given = gates("forget", "input", "output")
    order = [given["input"], given["forget"], {"bias": 0, "marker": 0}, given["output"]]
    weights = cells.LSTMWeights(
        np.array([[0, 0, 1, 0], [one["marker"] for one in order]]), np.zeros((1, 4)),
        np.array([one["bias"] for one in order]),
    )  # fmt: skip
    found = columns(ask("units", "m.lstmUnit(d.numbers, d.markers, d.given)", numbers=numbers,
                        markers=markers, given=given),
                    h="h", c="c", input_gate="i", forget_gate="f", candidate="g",
                    output_gate="o")  # fmt: skip
    ours = cells.lstm(inputs, weights)
    for name, values in found.items():
        np.testing.assert_allclose(values, getattr(ours, name)[0, :, 0], atol=1e-12)
    layer = keras.layers.LSTM(1, return_sequences=True, dtype="float64")
    layer.build(inputs.shape)
    layer.set_weights(weights[:3])
    np.testing.assert_allclose(found["h"], np.array(layer(inputs))[0, :, 0], atol=1e-7)


@NODE
@pytest.mark.parametrize("reset_after", [False, True])
def test_gru_is_that_of_the_course_and_of_keras_in_both_its_forms(read, reset_after):
    numbers, markers, inputs = read
    given, loop, past = gates("update", "reset"), 1.3, 0.4
    order = [given["update"], given["reset"], {"bias": 0, "marker": 0}]
    bias = np.array([one["bias"] for one in order])
    weights = cells.GRUWeights(
        np.array([[0, 0, 1], [one["marker"] for one in order]]), np.array([[0, 0, loop]]),
        np.stack([bias, np.zeros(3)]) if reset_after else bias,
    )  # fmt: skip
    found = columns(ask("units", "m.gruUnit(d.numbers, d.markers, d.given, d.loop, d.past)",
                        numbers=numbers, markers=markers, given=given, loop=loop, past=past),
                    h="h", update_gate="z", reset_gate="r", candidate="candidate")  # fmt: skip
    start = np.full((1, 1), past)
    ours = cells.gru(inputs, weights, start, reset_after=reset_after)
    for name, values in found.items():
        np.testing.assert_allclose(values, getattr(ours, name)[0, :, 0], atol=1e-12)
    layer = keras.layers.GRU(1, return_sequences=True, reset_after=reset_after, dtype="float64")
    layer.build(inputs.shape)
    layer.set_weights(weights)
    states = np.array(layer(inputs, initial_state=start))[0, :, 0]
    np.testing.assert_allclose(found["h"], states, atol=1e-7)


@NODE
@pytest.mark.parametrize("activation", cells.ACTIVATIONS)
@pytest.mark.parametrize("weight", [-1.4, 0.9, 1.2])
def test_gradient_is_that_of_the_course(activation, weight):
    inputs = RANDOM.normal(size=20)
    states = "m.states(d.x, d.w, d.f)"
    seen, slopes, arrives = ask(
        "through_time",
        f"[{states}, {states}.map(m.ACTIVATIONS[d.f].slope), m.gradients({states}, d.w, d.f)]",
        x=inputs.tolist(), w=weight, f=activation,
    )  # fmt: skip
    neuron = cells.ElmanWeights(np.eye(1), np.full((1, 1), weight), np.zeros(1))
    ours = cells.elman(inputs[None, :, None], neuron, activation=activation)
    np.testing.assert_allclose(seen, ours[0, :, 0], rtol=1e-12, atol=1e-12)
    norms = bptt.gradients_by_lag(
        inputs[None, :, None], neuron, np.ones((1, 1)), activation=activation
    )
    np.testing.assert_allclose(np.abs(arrives)[::-1], norms, rtol=1e-9)
    last = np.eye(1, 20, 19)[..., None]  # a loss at the last step only
    signed = bptt.elman_gradients(inputs[None, :, None], neuron, last, activation=activation).inputs
    np.testing.assert_allclose(np.multiply(arrives, slopes), signed[0, :, 0], rtol=1e-9)


def attention_weights(score, turn, size):
    """What gives our layer the score that the page has: W by its angle, W_q, W_k and u by size."""
    angle = np.deg2rad(turn)
    turned = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrices = {"general": [turned], "additive": [size * np.eye(2)] * 2 + [np.full((2, 1), size)]}
    return matrices.get(score, [])


@NODE
@pytest.mark.parametrize("score", ["dot", "scaled_dot", "general", "additive"])
def test_attention_is_that_of_our_layer(score):
    query, keys, turn = RANDOM.normal(size=2), RANDOM.normal(size=(3, 2)), 35
    found = ask("scores", "[m.attend(d.query, d.keys, d.score, d.turn), m.SIZE]", score=score,
                query=query.tolist(), keys=keys.tolist(), turn=turn)  # fmt: skip
    layer = Attention(score, dtype="float64")
    layer.build((1, 2), (1, 3, 2))
    layer.set_weights(attention_weights(score, turn, found[1]))
    context, weights = layer(query[None], keys[None])
    scores = layer.scores(query[None, None], layer.project(keys[None]))
    np.testing.assert_allclose(found[0]["scores"], np.array(scores)[0, 0], atol=1e-6)
    np.testing.assert_allclose(found[0]["weights"], np.array(weights)[0], atol=1e-6)
    np.testing.assert_allclose(found[0]["context"], np.array(context)[0], atol=1e-6)


def still_numbers(name):
    """What the still picture of a page was drawn from: the lines and stairs of its axes."""
    fig, _ = stills.STILLS[name]()
    lines = [line.get_ydata() for ax in fig.axes for line in ax.get_lines()]
    return lines + [patch.get_data().values for ax in fig.axes for patch in ax.patches]


@NODE
@pytest.mark.parametrize("name", ["lstm", "gru", "gradient"])
def test_still_picture_shows_how_the_page_begins(name):
    controls = f"[...m.{name}.sliders, ...m.{name}.choices]"
    starts = f"Object.fromEntries({controls}.map((one) => [one.name, one.start]))"
    run = ask(f"{name}_tasks", f"m.{name}.run({{...{starts}, task: 0}})")
    if name == "gradient":
        wanted = [run["arrives"][::-1]]
    else:
        wanted = [run["numbers"], *run["gates"].values(), *run["lines"].values()]
    drawn = still_numbers(name)
    for values in wanted:
        assert any(len(one) == len(values) and np.allclose(one, values) for one in drawn), values


@NODE
def test_still_picture_of_attention_shows_how_the_page_begins():
    start, words = ask("attention_tasks", "[m.START, m.WORDS]")
    np.testing.assert_array_equal([start[word] for word in words], stills.START)
    np.testing.assert_array_equal(start["query"], stills.QUERY)
    run = ask("attention_tasks", "m.attention.run({...m.START, score: 'dot', turn: 0})")
    assert stills.attention()[1].count(", ".join(f"{w:.2f}" for w in run["weights"][:2])) == 1


@NODE
def test_still_picture_of_the_translator_shows_how_the_page_begins():
    example = translating.stored()["example"]
    start, found = ask("translator_tasks", """((game) => [game.others.sentence, game.run(
        {...game.others, width: 1, penalty: 0.6})])(m.translatorGame(d))""",
                       **translating.stored())  # fmt: skip
    assert start == translating.SENTENCE
    assert (found["tokens"], found["best"]["tokens"]) == (example["read"], example["said"])
    np.testing.assert_allclose(found["best"]["weights"], example["weights"], atol=2e-4)


@NODE
def test_every_task_can_be_solved():
    script = Path(__file__).with_name("playground.test.mjs")
    done = subprocess.run(["node", "--test", str(script)], capture_output=True, text=True,
                          encoding="utf-8")  # fmt: skip
    assert done.returncode == 0, done.stdout


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("name", playground.NAMES)
def test_an_untrusted_page_is_a_described_picture_that_says_how_to_wake_it(name):
    left = _Sanitised(playground.html(name))
    ((words, image),) = left.images
    assert words == left.words == [playground.ASLEEP], "the sentence stands before the picture"
    assert "to be played with" in image["alt"] and image["src"].startswith("data:image/png")


@pytest.mark.parametrize("name", playground.NAMES)
def test_page_is_self_contained_small_and_the_same_every_time(name):
    html = playground.html(name)
    tags = [tag for tag, _ in _Tags(html).tags]
    assert tags == ["div", "style", "div", "p", "img", "script"]
    assert html.count("</script") == 1 and "<!--" not in html and "innerHTML" not in html
    addresses = set(re.findall(r"\w+://[^\"']*", html))
    assert addresses == {"http://www.w3.org/2000/svg"}, "a name: nothing is fetched from there"
    assert "@import" not in html and "url(" not in html and "fetch(" not in html
    assert len(html.encode()) < (1_600_000 if name in page.WEIGHTS else 300_000)
    assert html == playground.html(name)


def test_weights_can_stand_apart_and_are_loaded_from_there():
    html, whole = playground.html("translator", apart="a/b.js"), playground.html("translator")
    assert 'data-weights="a/b.js" data-size="1.5 MB"' in html and "data-weights" not in whole
    assert len(html) < 300_000 and translating.script() in whole
    assert playground.html("gru", apart="a/b.js") == playground.html("gru")


def test_show_displays_the_page_and_its_description(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    playground.show("gru")
    assert shown[0]["text/html"] == playground.html("gru")
    assert shown[0]["text/plain"].startswith("A GRU unit") and shown[0]["image/png"]


@pytest.mark.parametrize("name", ["LSTM", "", None, 1, [], np.array(["lstm", "gru"])])
def test_other_names_are_refused(name):
    for function in (playground.html, playground.show):
        with pytest.raises(ValueError, match=r"^name is .*, expected one of 'lstm', 'gru'"):
            function(name)


# ---------------------------------------------------------------- lint


def _lines(module):
    return files.read_text(page.HERE / f"{module}.mjs").splitlines()


@pytest.mark.parametrize("name", playground.NAMES)
def test_script_of_a_page_has_no_fault(name):
    faults = faults_of_js(page.script(name), GIVEN)
    assert [one for one in faults if not one.startswith("nothing uses")] == []
    modules, at_top = page.modules(name), re.compile(r"^(?:export )?(?:const|function|class) (\w+)")
    assert modules[-1] == name and len(modules) == len(set(modules))
    names = [at_top.match(line) for module in modules for line in _lines(module)]
    names = [found[1] for found in names if found]
    assert len(names) == len(set(names)), "two modules of one page give one name to two things"


@pytest.mark.parametrize("name", MODULES)
def test_module_imports_what_it_uses_and_uses_what_it_imports(name):
    text = files.read_text(page.HERE / f"{name}.mjs")
    esprima.parseModule(text)
    offered = re.findall(r"^export (?:const|function|class) (\w+)", text, re.M)
    imports = re.compile(r'^import (\{[^}]*\}) from "\./\w+\.mjs";', re.M)
    alone = page.EXPORT.sub("", imports.sub(r"const \1 = document;", text))
    assert faults_of_js(f"{alone}[{', '.join(offered)}];", GIVEN) == []
    assert "import" not in alone and "export" not in alone, "a form that `page` does not know"


def test_every_module_is_part_of_a_page():
    used = {module for name in playground.NAMES for module in page.modules(name)}
    assert used == set(MODULES)


def test_sheet_has_no_fault_and_every_class_is_there():
    sheet = files.read_text(page.HERE / "play.css")
    assert faults_of_css(sheet) == []
    scripts = " ".join(map(page.script, playground.NAMES))
    numbered = {f"{name}{lane}" for name in ("line", "of-lane") for lane in (0, 1)}
    classes = set(re.findall(r"\.([a-z][\w-]*)", steps.compact(sheet))) - numbered
    for one in classes:
        assert re.search(rf"[\"' ]{one}[\"' ]", scripts), f"nothing is a .{one}"
