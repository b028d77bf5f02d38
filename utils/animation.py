"""Step through a translation word by word, or through a recurrent network time step by time step.

`show_translation` shows what the decoder looks at, `show_unrolled` what a hidden state holds,
`show_lstm` what the gates of an LSTM keep, write and show. Each displays a small page of its own:
words, bars, and controls that work with mouse, finger, keyboard and screen reader. It needs no
network. Where no JavaScript runs (GitHub, an untrusted notebook, print), the same content stands
there as a still picture with a description, and a sentence that says how to wake it. What shows no
HTML (PDF, LaTeX) gets the still picture alone.
"""

import hashlib
import json
from collections.abc import Sequence

import numpy as np

from utils import plotting
from utils.plotting.values import numbers, per_step, texts, written

GOLD_NOTE = "A dashed frame marks the source words that the gold alignment gives for this word."
STATE_NOTE = (
    "Bars reach up above zero; below zero they reach down and are striped. The dotted line is the "
    "value one step before; the frame marks the unit that changes most."
)
CELL_NOTE = (
    "New cell: kept plus written. Shown: output gate times the tanh of the new cell. A gate fills "
    "its box from below, all of it when it is 1. Other bars reach up above zero; below zero they "
    "reach down and are striped."
)
# A notebook that somebody else has run is untrusted, and its scripts do not run.
ASLEEP = (
    "This picture can be stepped through. To wake it, run this cell (Shift and Enter), or choose "
    "“Trust Notebook” in the command palette (View menu) or, where there is one, in the File menu."
)
MAX_STEPS, MAX_UNITS, MAX_CELLS, MAX_FEATURES = 20, 12, 4, 4

# What stands in the three rows of a unit: name, and whether it is a gate, from 0 to 1.
CELL_PARTS = {
    "keep": [("cell before", False), ("× forget", True), ("= kept", False)],
    "write": [("input", True), ("× candidate", False), ("= written", False)],
    "show": [("new cell", False), ("output", True), ("shown", False)],
}

# Every colour comes from the page or is a translucent shade, so that text stays readable on light
# and on dark ground. The frames, bars and numbers say what the shade says.
_CSS = """
.steps-live{color-scheme:light dark;
 background:var(--jp-layout-color0,var(--vscode-editor-background,Canvas));
 color:var(--jp-content-font-color1,var(--vscode-editor-foreground,CanvasText));
 font:16px/1.4 system-ui,sans-serif;padding:.75em;max-width:44em;border:1px solid;border-radius:6px}
.steps-live p{margin:.3em 0}
.steps-live ol{list-style:none;display:flex;flex-wrap:wrap;gap:.4em;margin:0 0 .8em;
 padding:0!important}
.steps-live li{margin:0;padding:.25em .4em;border:2px solid transparent;border-radius:4px;
 text-align:center;min-width:2.2em}
.steps-live .gold{border:2px dashed}
.steps-live .now{border:2px solid;font-weight:bold}
.steps-live .later{visibility:hidden}
.steps-live .scale{display:flex;align-items:flex-end;height:3em;border-bottom:1px solid}
.steps-live .bar{width:100%;background:#0072b2;transition:height .3s}
.steps-live .weight{display:block;font-size:.8em;font-variant-numeric:tabular-nums}
.steps-live .controls{display:flex;flex-wrap:wrap;gap:.5em;align-items:center}
.steps-live button,.steps-live select{font:inherit;min-height:2.6em;padding:0 .8em;max-width:100%;
 color:inherit;background:none;border:1px solid;border-radius:4px}
.steps-live option{color:CanvasText;background:Canvas}
.steps-live [aria-disabled=true]{opacity:.7;border-style:dashed}
.steps-live input{flex:1 1 8em;min-height:2.6em}
.steps-live :focus-visible{outline:3px solid #d55e00;outline-offset:2px}
@media (prefers-reduced-motion:reduce){.steps-live .bar{transition:none}}
@media screen{.steps-ready>.steps-still{display:none}}
@media print{.steps-live{display:none}}
[data-jp-theme-light=true] .steps-live{color-scheme:light}
[data-jp-theme-light=false] .steps-live{color-scheme:dark}
"""

# Added for signed values: zero is the line in the middle. Nothing glides here, since a bar that
# changes its side would show values that never were. Colours as in plotting.DIVERGING.
_SIGNED_CSS = """
.steps-live .swing{position:relative;height:6em;border:1px solid;
 background:linear-gradient(currentColor,currentColor) 0 50%/100% 1px no-repeat}
.steps-live .swing .bar{position:absolute;left:20%;width:60%;background:#d55e00;
 transition:none}
.steps-live .swing .below{
 background:repeating-linear-gradient(45deg,#0072b2 0 3px,transparent 3px 6px);
 outline:1px solid #0072b2}
.steps-live .before{position:absolute;left:0;width:100%;border-top:2px dotted}
"""

# Added for a cell: three rows a unit, side by side where there is room, and words line by line.
_CELL_CSS = """
.steps-live .cells{display:flex;flex-wrap:wrap;gap:0 .6em;margin:0 0 .3em}
.steps-live .cells ol{flex-wrap:nowrap;gap:.2em;margin:0 0 .3em}
.steps-live .cells li{box-sizing:border-box;padding:.1em;width:4.3em}
.steps-live .cells .swing,.steps-live .cells .scale{height:4em}
.steps-live .cells .scale{border:1px solid;padding:0 30%}
.steps-live .cells .scale .bar{background:currentColor;transition:none}
.steps-live .cells .name{display:block;font-size:.7em;white-space:nowrap}
.steps-live [aria-live]{white-space:pre-line;font-size:.85em;font-variant-numeric:tabular-nums}
"""

# The static page holds the picture alone; the script builds the controls, so that nobody meets
# buttons that do nothing. All words are set as text, never as HTML. A view (below) fills the page
# and draws one step; everything that moves between steps is here, the same for all views.
_JS = """
(function (name, items) {
  var view = VIEW;
  function make(parent, tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (key) {
      element.setAttribute(key, attributes[key]);
    });
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  }
  function row(parent, texts) {
    return texts.map(function (text) { return make(parent, "li", {}, text); });
  }
  function mark(words, step, after) {
    words.forEach(function (word, index) {
      word.className = index < step ? "" : index === step ? "now" : after;
      if (index === step) word.setAttribute("aria-current", "step");
      else word.removeAttribute("aria-current");
    });
  }
  function swing(bar, height) {
    bar.className = height < 0 ? "bar below" : "bar";
    bar.style.height = 50 * Math.abs(height) + "%";
    bar.style.top = 50 - 50 * Math.max(height, 0) + "%";
  }
  function build(root) {
    root.setAttribute("data-ready", "");
    root.querySelector(".steps-asleep").remove();
    var step = 0, last = 0, timer = null;
    var live = make(root, "div", {"class": "steps-live", role: "group",
      "aria-label": view.label, "data-lm-suppress-shortcuts": "true"});
    if (items.length > 1) {
      var label = make(live, "label", {}, view.menu);
      var choice = make(label, "select");
      items.forEach(function (one, index) {
        make(choice, "option", {value: index}, view.title(one));
      });
      choice.addEventListener("change", function () { stop(); choose(items[+choice.value]); });
    }
    var parts = view.build(live, make);
    var status = make(live, "p", {"aria-live": "polite"});
    var controls = make(live, "div", {"class": "controls"});
    var back = make(controls, "button", {type: "button"}, "Previous");
    var play = make(controls, "button", {type: "button"}, "Play");
    var on = make(controls, "button", {type: "button"}, "Next");
    var slider = make(controls, "input", {type: "range", min: 1, step: 1, "aria-label": "step"});
    if (view.note) make(live, "p", {}, view.note);

    function choose(chosen) {
      last = parts.choose(chosen) - 1;
      slider.max = last + 1;
      go(0);
    }
    function go(wanted) {
      step = Math.max(0, Math.min(last, wanted));
      var said = parts.go(step), of = (step + 1) + " of " + (last + 1);
      slider.value = step + 1;
      slider.setAttribute("aria-valuetext", of + ": " + said.short);
      back.setAttribute("aria-disabled", step === 0);
      on.setAttribute("aria-disabled", step === last);
      status.textContent = "Step " + of + ": " + said.long;
    }
    function stop() { clearInterval(timer); timer = null; play.textContent = "Play"; }
    function tick() {
      if (!document.contains(root) || step >= last) stop();
      else go(step + 1);
    }
    function start() {
      if (step >= last) go(0);
      timer = setInterval(tick, 1500);
      play.textContent = "Pause";
    }
    play.addEventListener("click", function () { if (timer) stop(); else start(); });
    back.addEventListener("click", function () { stop(); go(step - 1); });
    on.addEventListener("click", function () { stop(); go(step + 1); });
    slider.addEventListener("input", function () { stop(); go(slider.value - 1); });
    live.addEventListener("keydown", function (event) { event.stopPropagation(); });
    choose(items[0]);
    root.className += " steps-ready";
  }
  document.querySelectorAll("[data-steps='" + name + "']:not([data-ready])").forEach(build);
})"""

# A view: the words around the controls, and `build`, which returns what the controls call.
# `choose` lays out an item and returns its number of steps; `go` draws one step and says it.
_TRANSLATION_VIEW = """{
    label: "Translation, word by word",
    menu: "Sentence: ",
    title: function (item) { return item.source.join(" "); },
    note: items.some(function (item) { return item.gold.length; }) ? GOLD_NOTE : "",
    build: function (live, make) {
      make(live, "p", {}, "Source, with the attention weight of each word");
      var source = make(live, "ol", {"aria-label": "source words"});
      make(live, "p", {}, "Translation so far");
      var target = make(live, "ol", {"aria-label": "translation"});
      var item, words, bars, numbers, written;
      function choose(chosen) {
        item = chosen;
        source.textContent = target.textContent = "";
        words = []; bars = []; numbers = []; written = [];
        item.source.forEach(function (token) {
          var word = make(source, "li", {lang: item.languages[0]});
          var scale = make(word, "div", {"class": "scale", "aria-hidden": "true"});
          bars.push(make(scale, "div", {"class": "bar"}));
          make(word, "span", {}, token);
          numbers.push(make(word, "span", {"class": "weight"}));
          words.push(word);
        });
        item.target.forEach(function (token) {
          written.push(make(target, "li", {lang: item.languages[1]}, token));
        });
        return item.target.length;
      }
      function go(step) {
        var row = item.weights[step], best = row.indexOf(Math.max.apply(null, row));
        row.forEach(function (weight, column) {
          var gold = item.gold.some(function (g) { return g[0] === column && g[1] === step; });
          words[column].className = gold ? "gold" : "";
          words[column].style.backgroundColor = "rgba(86,180,233," + 0.35 * weight + ")";
          bars[column].style.height = 100 * weight + "%";
          numbers[column].textContent = weight.toFixed(2);
        });
        mark(written, step, "later");
        return {short: item.target[step], long: "writes \\u201c" + item.target[step] +
          "\\u201d, looks most at \\u201c" + item.source[best] + "\\u201d (" +
          row[best].toFixed(2) + ")."};
      }
      return {choose: choose, go: go};
    }
  }"""

# The sentences and numbers come from Python, which describes the still picture with the same.
_STATE_VIEW = """{
    label: "Recurrent network, step by step",
    note: STATE_NOTE,
    build: function (live, make) {
      make(live, "p", {}, "Inputs");
      var inputs = make(live, "ol", {"aria-label": "inputs"}), outputs = null;
      make(live, "p", {}, "Hidden state, one bar for each unit, from \\u2212" + items[0].limit +
        " to " + items[0].limit);
      var state = make(live, "ol", {"aria-label": "hidden state"});
      if (items[0].outputs.length) {
        make(live, "p", {}, "Outputs so far");
        outputs = make(live, "ol", {"aria-label": "outputs"});
      }
      var item, read, units, written;
      function choose(chosen) {
        item = chosen;
        read = row(inputs, item.inputs);
        written = row(outputs, item.outputs);
        units = item.heights[0].map(function (_, unit) {
          var box = make(state, "li");
          var swing = make(box, "div", {"class": "swing", "aria-hidden": "true"});
          var parts = {box: box, bar: make(swing, "div"),
            before: make(swing, "div", {"class": "before"})};
          make(box, "span", {}, "unit " + unit);
          parts.number = make(box, "span", {"class": "weight"});
          return parts;
        });
        return item.says.length;
      }
      function go(step) {
        var before = item.heights[step];
        item.heights[step + 1].forEach(function (height, unit) {
          var parts = units[unit];
          swing(parts.bar, height);
          parts.before.style.top = 50 - 50 * before[unit] + "%";
          parts.number.textContent = item.numbers[step][unit];
          parts.box.className = unit === item.most[step] ? "now" : "";
        });
        mark(read, step, "");
        mark(written, step, "later");
        return {short: "reads " + item.inputs[step], long: item.says[step]};
      }
      return {choose: choose, go: go};
    }
  }"""

# One unit after another, each in three rows: what is kept, what is written, what comes of it.
_CELL_VIEW = """{
    label: "LSTM cell, step by step",
    note: CELL_NOTE,
    build: function (live, make) {
      make(live, "p", {}, "Inputs");
      var inputs = make(live, "ol", {"aria-label": "inputs"});
      make(live, "p", {}, "Cell, bars from \\u2212" + items[0].limit + " to " + items[0].limit +
        ", gates from 0 to 1");
      var state = make(live, "div");
      var item, read, shown, rows = CELL_PARTS;
      function part(list, name, gate) {
        var box = make(list, "li");
        var frame = make(box, "div", {"class": gate ? "scale" : "swing", "aria-hidden": "true"});
        var bar = make(frame, "div", {"class": "bar"});
        make(box, "span", {"class": "name"}, name);
        return {gate: gate, bar: bar, number: make(box, "span", {"class": "weight"})};
      }
      function choose(chosen) {
        item = chosen;
        read = row(inputs, item.inputs);
        shown = item.heights[0].map(function (_, unit) {
          var parts = [];
          make(state, "p", {}, "Unit " + unit);
          var cells = make(state, "div", {"class": "cells"});
          Object.keys(rows).forEach(function (does) {
            var list = make(cells, "ol", {"aria-label": "unit " + unit + ", " + does});
            rows[does].forEach(function (pair) { parts.push(part(list, pair[0], pair[1])); });
          });
          return parts;
        });
        return item.says.length;
      }
      function go(step) {
        shown.forEach(function (parts, unit) {
          parts.forEach(function (one, place) {
            var height = item.heights[step][unit][place];
            if (one.gate) one.bar.style.height = 100 * height + "%";
            else swing(one.bar, height);
            one.number.textContent = item.numbers[step][unit][place];
          });
        });
        mark(read, step, "");
        return {short: "reads " + item.inputs[step], long: item.says[step]};
      }
      return {choose: choose, go: go};
    }
  }"""


def translation_steps(result, *, gold=None, alt=None, languages=("en", "fr")):
    """Return HTML that steps through one translation, word by word.

    Parameters
    ----------
    result : what `decoding.translate` returns for a sentence, or (source tokens, target tokens,
        weights); weights (target time, source time), perhaps with a last row for [END]
    gold : pairs (source index, target index) counted from 0, or None
    alt : description of the still picture; without it, one that names where each word looks
    languages : codes of source and target, for screen readers

    The same input gives the same text. Raises ValueError when the shapes do not fit together.
    """
    return attention_explorer([result], [gold], alt=alt, languages=languages)


def attention_explorer(results, golds=None, *, alt=None, languages=("en", "fr")):
    """Return HTML as `translation_steps`, with a menu to choose among several translations.

    `results` is a list of translations, `golds` a list of as many gold alignments (None where there
    is none). The still picture shows the attention maps of all of them.
    """
    return _translations(results, golds, alt, languages)["text/html"]


def show_translation(result, *, gold=None, alt=None, languages=("en", "fr")):
    """Display `translation_steps`; programs without HTML get the still picture or its words."""
    show_explorer([result], [gold], alt=alt, languages=languages)


def show_explorer(results, golds=None, *, alt=None, languages=("en", "fr")):
    """Display `attention_explorer`; programs without HTML get the still picture or its words."""
    _display(_translations(results, golds, alt, languages))


def _translations(results, golds, alt, languages):
    items = _items(results, golds, languages)
    view = _TRANSLATION_VIEW.replace("GOLD_NOTE", _json(GOLD_NOTE))
    return _bundle(items, _still(items), alt or describe(items), view, _CSS)


def describe(items):
    """Say in words where each target word looks: the description of the still picture."""
    return " ".join(_describe_one(item) for item in items)


def _describe_one(item):
    looks = []
    for token, row in zip(item["target"], item["weights"], strict=True):
        best = max(range(len(row)), key=row.__getitem__)
        looks.append(f"“{token}” at “{item['source'][best]}” ({row[best]:.2f})")
    return f"Where each word of the translation looks most in the source: {', '.join(looks)}."


def _items(results, golds, languages):
    """Plain data for the page: one dictionary for each translation, weights to three decimals."""
    if not isinstance(results, Sequence) or isinstance(results, str) or not results:
        raise ValueError(
            f"there is no translation to show: results is {results!r:.60}, expected a list of what "
            "`decoding.translate` returns"
        )
    if len(texts(languages, "languages")) != 2:
        raise ValueError(f"languages is {languages!r:.60}, expected two codes, source and target")
    golds = [None] * len(results) if golds is None else golds
    if len(golds) != len(results):
        raise ValueError(
            f"got {len(results)} results and {len(golds)} gold alignments; give one for each "
            "result (None where there is none)"
        )
    return [_item(*pair, languages) for pair in zip(results, golds, strict=True)]


def _item(result, gold, languages):
    try:
        source, target, weights = (
            result if isinstance(result, tuple)
            else (result.source_tokens, result.tokens, result.attention)
        )
    except (AttributeError, ValueError) as error:
        raise ValueError(
            f"a translation is {result!r:.60}, expected what `decoding.translate` returns, or "
            "(source tokens, target tokens, weights)"
        ) from error
    weights, target = plotting.check_attention(weights, source, target)
    return {
        "source": list(source),
        "target": target,
        "weights": weights.round(3).tolist(),
        "gold": plotting.check_gold(gold, source, target),
        "languages": list(languages),
    }


def _still(items):
    maps = [(item["weights"], item["source"], item["target"]) for item in items]
    if len(items) == 1:
        return plotting.attention_map(*maps[0], gold=items[0]["gold"])
    titles = [f"sentence {number}" for number in range(1, len(items) + 1)]
    golds = {title: item["gold"] for title, item in zip(titles, items, strict=True)}
    return plotting.attention_maps(dict(zip(titles, maps, strict=True)), golds=golds)


# ---------------------------------------------------------------- a recurrent layer


def unrolled_steps(inputs, states, outputs=None, *, initial_state=None, alt=None):
    """Return HTML that steps through one run of a recurrent layer, time step by time step.

    Parameters
    ----------
    inputs : what each step reads: list of str, numbers (time,), or numbers (time, features)
    states : hidden states (time, units), h_1 to h_T; at most 20 steps and 12 units
    outputs : what each step gives, of the same kinds as the inputs, or None
    initial_state : h_0, (units,); without it, zeros
    alt : description of the still picture; without it, one that says each step's input, largest
        change of a unit, and output

    At most 4 features. The same input gives the same text. Raises ValueError when shapes do not fit
    together or a number is not finite.
    """
    return _states(inputs, states, outputs, initial_state, alt)["text/html"]


def show_unrolled(inputs, states, outputs=None, *, initial_state=None, alt=None):
    """Display `unrolled_steps`; programs without HTML get the still picture or its words."""
    _display(_states(inputs, states, outputs, initial_state, alt))


def _states(inputs, states, outputs, initial_state, alt):
    item = _state_item(inputs, states, outputs, initial_state)
    fig = plotting.hidden_states(states, inputs, outputs)
    view = _STATE_VIEW.replace("STATE_NOTE", _json(STATE_NOTE))
    return _bundle([item], fig, alt or _describe_states(item), view, _CSS + _SIGNED_CSS)


def _state_item(inputs, states, outputs, initial_state):
    """Plain data for the page; heights are values as parts of the largest, -1 to 1."""
    states = numbers(states, "states", ("time", "units"))
    steps, units = states.shape
    if steps > MAX_STEPS or units > MAX_UNITS:
        raise ValueError(
            f"states have shape {states.shape}, more than the {MAX_STEPS} steps and {MAX_UNITS} "
            "units that one can follow; choose a part, such as inputs[:20], states[:20, :12]"
        )
    first = np.zeros(units) if initial_state is None else initial_state
    first = numbers(first, "initial_state", ("units",))
    if len(first) != units:
        raise ValueError(f"initial_state has {len(first)} units, expected {units}, as the states")
    values = np.vstack([first, states])
    limit = np.abs(values).max() or 1.0
    most = np.abs(np.diff(values, axis=0)).argmax(axis=1).tolist()
    read, read_aloud = _texts(inputs, steps, "inputs")
    given, given_aloud = ([], []) if outputs is None else _texts(outputs, steps, "outputs")
    says = []
    for step, unit in enumerate(most):
        change = f"from {written(values[step, unit])} to {written(values[step + 1, unit])}"
        end = f"; gives {given_aloud[step]}." if given else "."
        says.append(f"reads {read_aloud[step]}; unit {unit} changes most, {change}{end}")
    return {
        "inputs": read,
        "outputs": given,
        "heights": (values / limit).round(3).tolist(),
        "numbers": [[written(value) for value in row] for row in states],
        "limit": written(limit),
        "most": most,
        "says": says,
    }


def _texts(values, steps, name):
    """One text for each step, to show and to use in a sentence, where words stand in quotes.

    A number has two decimals; several stand in brackets.
    """
    values = per_step(values, steps, name)
    if not isinstance(values, np.ndarray):
        return values, [f"“{value}”" for value in values]
    if values.shape[1] > MAX_FEATURES:
        raise ValueError(
            f"{name} have {values.shape[1]} features, at most {MAX_FEATURES} can be followed; "
            "choose some, or give a list of texts"
        )
    rows = [[written(value) for value in row] for row in values]
    texts = [row[0] if len(row) == 1 else f"({', '.join(row)})" for row in rows]
    return texts, texts


def _describe_states(item):
    """Say in words what each step does: the description of the still picture."""
    units = len(item["heights"][0])
    steps = " ".join(f"Step {step} {says}" for step, says in enumerate(item["says"], start=1))
    return f"Hidden states of a recurrent layer, map of {units} units over time. {steps}"


# ---------------------------------------------------------------- an LSTM cell


def lstm_steps(inputs, steps, *, initial_cell=None, alt=None):
    """Return HTML that steps through one run of an LSTM, time step by time step.

    Each step shows for each unit, in bars and in words, what the forget gate keeps of the cell
    state before, f_t c_{t-1}; what the input gate writes, i_t g_t; the new cell state, their sum
    c_t; and what the output gate shows of it, h_t = o_t tanh(c_t) (Hochreiter and Schmidhuber 1997;
    the forget gate by Gers, Schmidhuber and Cummins 2000). The still picture shows gates and cell
    state over time.

    Parameters
    ----------
    inputs : what each step reads: list of str, numbers (time,), or numbers (time, features) with at
        most 4 features
    steps : one sequence of what `cells.lstm` returns, with the fields h, c, input_gate,
        forget_gate, candidate and output_gate, each (time, units); at most 20 steps and 4 units
    initial_cell : c_0, (units,); without it, zeros
    alt : description of the still picture; without it, one that says each step's input and largest
        change of a cell state

    The same input gives the same text. Raises ValueError when a field is missing, shapes do not fit
    together, a number is not finite, a gate is outside 0 to 1, or c and h are not what gates and
    candidate make of them: masked steps have to be left out.
    """
    return _cell(inputs, steps, initial_cell, alt)["text/html"]


def show_lstm(inputs, steps, *, initial_cell=None, alt=None):
    """Display `lstm_steps`; programs without HTML get the still picture or its words."""
    _display(_cell(inputs, steps, initial_cell, alt))


def _cell(inputs, steps, initial_cell, alt):
    item = _cell_item(inputs, steps, initial_cell)
    gates = {
        "input gate": steps.input_gate, "forget gate": steps.forget_gate,
        "output gate": steps.output_gate, "cell state": steps.c,
    }
    fig = plotting.gate_activity(gates, inputs=item["inputs"], x="input at each time step")
    view = _CELL_VIEW.replace("CELL_NOTE", _json(CELL_NOTE))
    view = view.replace("CELL_PARTS", _json(CELL_PARTS))
    css = _CSS + _SIGNED_CSS + _CELL_CSS
    return _bundle([item], fig, alt or _describe_cells(item), view, css)


def _cell_item(inputs, steps, initial_cell):
    """Plain data for the page; heights of gates are values, others are parts of the largest."""
    i, f, g, o, c, h = _cell_arrays(steps)
    time, units = c.shape
    first = np.zeros(units) if initial_cell is None else initial_cell
    first = numbers(first, "initial_cell", ("units",))
    if len(first) != units:
        raise ValueError(f"initial_cell has {len(first)} units, expected {units}, as the steps")
    before = np.vstack([first, c[:-1]])
    kept, written_ = f * before, i * g
    _check_cell("c", c, kept + written_, "f c_{t-1} + i g; pass initial_cell, cut masked steps")
    _check_cell("h", h, o * np.tanh(c), "o tanh(c), the only rule that this page can show")
    read, read_aloud = _texts(inputs, time, "inputs")
    values = np.stack([before, f, kept, i, g, written_, c, o, h], axis=-1)  # (time, units, parts)
    gates = np.array([gate for row in CELL_PARTS.values() for _, gate in row])
    limit = np.abs(values[..., ~gates]).max() or 1.0
    texts = [[[written(value) for value in row] for row in at_step] for at_step in values]
    return {
        "inputs": read,
        "heights": np.where(gates, values, values / limit).round(3).tolist(),
        "numbers": texts,
        "limit": written(limit),
        "says": [
            "\n".join([f"reads {one}.", *(_say_unit(*pair) for pair in enumerate(rows))])
            for one, rows in zip(read_aloud, texts, strict=True)
        ],
        "most": np.abs(c - before).argmax(axis=1).tolist(),
        "aloud": read_aloud,
    }


def _cell_arrays(steps):
    """Gates, candidate, cell and hidden state, each (time, units)."""
    names = ("input_gate", "forget_gate", "candidate", "output_gate", "c", "h")
    missing = [name for name in names if not hasattr(steps, name)]
    if missing:
        raise ValueError(f"steps has no {', '.join(missing)}; pass what `cells.lstm` returns")
    if np.ndim(steps.c) == 3:
        raise ValueError(
            f"steps.c has shape {np.shape(steps.c)}, expected (time, units); choose one of the "
            "batch: cells.LSTMSteps(*(part[0] for part in steps))"
        )
    arrays = [numbers(getattr(steps, name), f"steps.{name}", ("time", "units")) for name in names]
    shapes = {name: array.shape for name, array in zip(names, arrays, strict=True)}
    if len(set(shapes.values())) > 1:
        raise ValueError(f"the arrays of steps have different shapes: {shapes}")
    time, units = shapes["c"]
    if time > MAX_STEPS or units > MAX_CELLS:
        raise ValueError(
            f"steps have shape {time, units}, more than the {MAX_STEPS} steps and {MAX_CELLS} "
            "units that one can follow; choose a part, such as "
            f"cells.LSTMSteps(*(part[:{MAX_STEPS}, :{MAX_CELLS}] for part in steps))"
        )
    for name, gate in zip(names, arrays, strict=True):
        if name.endswith("gate") and (gate.min() < 0 or gate.max() > 1):
            raise ValueError(
                f"steps.{name} runs from {gate.min():.3g} to {gate.max():.3g}, expected 0 to 1"
            )
    return arrays


def _check_cell(name, given, made, rule):
    """The words on the page say how `given` comes about; they have to be true."""
    wrong = np.abs(given - made) > 1e-3 * max(1.0, np.abs(given).max())
    if wrong.any():
        step, unit = np.argwhere(wrong)[0]
        raise ValueError(
            f"steps.{name}[{step}, {unit}] is {given[step, unit]:.3g}, but the gates make "
            f"{made[step, unit]:.3g} of it, by {rule}"
        )


def _say_unit(unit, row):
    before, forget, kept, input_, candidate, new_part, new, output, shown = row
    return (
        f"Unit {unit}: kept {forget} × {before} = {kept}, written {input_} × {candidate} = "
        f"{new_part}, new cell {new}, shown {output} × tanh({new}) = {shown}."
    )


def _describe_cells(item):
    """Say in words what each step reads and changes: the description of the still picture."""
    steps = []
    for number, (read, unit) in enumerate(zip(item["aloud"], item["most"], strict=True), start=1):
        row = item["numbers"][number - 1][unit]
        steps.append(
            f"Step {number} reads {read}; the cell state of unit {unit} changes most, from "
            f"{row[0]} to {row[6]}, with input gate {row[3]} and forget gate {row[1]}."
        )
    units = len(item["numbers"][0])
    return f"Gates and cell state of an LSTM of {units} units over time. {' '.join(steps)}"


# ---------------------------------------------------------------- the page, whatever it shows


def _bundle(items, fig, alt, view, css):
    """All that a notebook may show, by media type: the page, the still picture, its description."""
    still = plotting.described(fig, alt)
    return {**still, "text/html": _page(items, still["text/html"], view, css)}


def _page(items, still, view, css):
    """The still picture, how to wake it, and the script that puts the stepper in its place.

    The sentence needs neither style nor script, which an untrusted notebook strips; it comes before
    the picture, where those who would look for buttons read it.
    """
    data = _json(items)
    name = hashlib.sha256((data + still).encode("utf-8")).hexdigest()[:12]
    script = _JS.replace("VIEW", view)
    return (
        f'<div data-steps="{name}"><style>{css}</style>'
        f'<div class="steps-still"><p class="steps-asleep">{ASLEEP}</p>{still}</div>'
        f"<script>{script}({_json(name)},{data});</script></div>"
    )


def _display(bundle):
    from IPython.display import display

    display(bundle, raw=True)


def _json(value):
    """JSON that is safe inside a script element: no `<`, `>` or `&`, and ASCII throughout."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
