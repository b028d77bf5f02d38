"""Step through a translation word by word, and see what the decoder looks at.

`show_translation` displays a small page of its own: words, bars for the attention weights, and
controls that work with mouse, finger, keyboard and screen reader. It needs no network. Where no
JavaScript runs (GitHub, an untrusted notebook, print), the same translation stands there as a still
attention map with a description.
"""

import hashlib
import json

from utils import plotting

GOLD_NOTE = "A dashed frame marks the source words that the gold alignment gives for this word."

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
.steps-live button,.steps-live select{font:inherit;min-height:2.6em;padding:0 .8em;max-width:100%}
.steps-live [aria-disabled=true]{opacity:.5}
.steps-live input{flex:1 1 8em;min-height:2.6em}
.steps-live :focus-visible{outline:3px solid #d55e00;outline-offset:2px}
@media (prefers-reduced-motion:reduce){.steps-live .bar{transition:none}}
@media screen{.steps-ready>.steps-still{display:none}}
@media print{.steps-live{display:none}}
"""

# The static page holds the picture alone; the script builds the controls, so that nobody meets
# buttons that do nothing. All words are set as text, never as HTML.
_JS = """
(function (name, items) {
  function make(parent, tag, attributes, text) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (key) {
      element.setAttribute(key, attributes[key]);
    });
    if (text !== undefined) element.textContent = text;
    parent.appendChild(element);
    return element;
  }
  function build(root) {
    root.setAttribute("data-ready", "");
    var item = items[0], step = 0, timer = null;
    var live = make(root, "div", {"class": "steps-live", role: "group",
      "aria-label": "Translation, word by word", "data-lm-suppress-shortcuts": "true"});
    if (items.length > 1) {
      var label = make(live, "label", {}, "Sentence: ");
      var choice = make(label, "select");
      items.forEach(function (one, index) {
        make(choice, "option", {value: index}, one.source.join(" "));
      });
      choice.addEventListener("change", function () { stop(); choose(items[+choice.value]); });
    }
    make(live, "p", {}, "Source, with the attention weight of each word");
    var source = make(live, "ol", {"aria-label": "source words"});
    make(live, "p", {}, "Translation so far");
    var target = make(live, "ol", {"aria-label": "translation"});
    var status = make(live, "p", {"aria-live": "polite"});
    var controls = make(live, "div", {"class": "controls"});
    var back = make(controls, "button", {type: "button"}, "Previous");
    var play = make(controls, "button", {type: "button"}, "Play");
    var on = make(controls, "button", {type: "button"}, "Next");
    var slider = make(controls, "input", {type: "range", min: 1, step: 1, "aria-label": "step"});
    if (items.some(function (one) { return one.gold.length; })) make(live, "p", {}, GOLD_NOTE);
    var words = [], bars = [], numbers = [], written = [];

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
      slider.max = item.target.length;
      go(0);
    }
    function go(wanted) {
      step = Math.max(0, Math.min(item.target.length - 1, wanted));
      var row = item.weights[step], best = row.indexOf(Math.max.apply(null, row));
      row.forEach(function (weight, column) {
        var gold = item.gold.some(function (g) { return g[0] === column && g[1] === step; });
        words[column].className = gold ? "gold" : "";
        words[column].style.backgroundColor = "rgba(86,180,233," + 0.35 * weight + ")";
        bars[column].style.height = 100 * weight + "%";
        numbers[column].textContent = weight.toFixed(2);
      });
      written.forEach(function (word, index) {
        word.className = index < step ? "" : index === step ? "now" : "later";
        if (index === step) word.setAttribute("aria-current", "step");
        else word.removeAttribute("aria-current");
      });
      slider.value = step + 1;
      var of = (step + 1) + " of " + item.target.length;
      slider.setAttribute("aria-valuetext", of + ": " + item.target[step]);
      back.setAttribute("aria-disabled", step === 0);
      on.setAttribute("aria-disabled", step === item.target.length - 1);
      status.textContent = "Step " + of + ": writes \\u201c" + item.target[step] +
        "\\u201d, looks most at \\u201c" + item.source[best] + "\\u201d (" +
        row[best].toFixed(2) + ").";
    }
    function stop() { clearInterval(timer); timer = null; play.textContent = "Play"; }
    function tick() {
      if (!document.contains(root) || step >= item.target.length - 1) stop();
      else go(step + 1);
    }
    function start() {
      if (step >= item.target.length - 1) go(0);
      timer = setInterval(tick, 1500);
      play.textContent = "Pause";
    }
    play.addEventListener("click", function () { if (timer) stop(); else start(); });
    back.addEventListener("click", function () { stop(); go(step - 1); });
    on.addEventListener("click", function () { stop(); go(step + 1); });
    slider.addEventListener("input", function () { stop(); go(slider.value - 1); });
    live.addEventListener("keydown", function (event) { event.stopPropagation(); });
    choose(item);
    root.className += " steps-ready";
  }
  document.querySelectorAll("[data-steps='" + name + "']:not([data-ready])").forEach(build);
})"""


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
    items = _items(results, golds, languages)
    still = plotting.image_tag(_still(items), alt or describe(items))
    data = _json(items)
    name = hashlib.sha256((data + still).encode("utf-8")).hexdigest()[:12]
    script = _JS.replace("GOLD_NOTE", _json(GOLD_NOTE))
    return (
        f'<div data-steps="{name}"><style>{_CSS}</style>'
        f'<div class="steps-still">{still}</div>'
        f"<script>{script}({_json(name)},{data});</script></div>"
    )


def show_translation(result, *, gold=None, alt=None, languages=("en", "fr")):
    """Display `translation_steps` in the notebook; programs without HTML get the description."""
    show_explorer([result], [gold], alt=alt, languages=languages)


def show_explorer(results, golds=None, *, alt=None, languages=("en", "fr")):
    """Display `attention_explorer` in the notebook; programs without HTML get the description."""
    from IPython.display import display

    page = attention_explorer(results, golds, alt=alt, languages=languages)
    text = plotting.check_alt(alt or describe(_items(results, golds, languages)))
    display({"text/html": page, "text/plain": text}, raw=True)


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
    if not results:
        raise ValueError("there is no translation to show: results is empty")
    golds = [None] * len(results) if golds is None else golds
    if len(golds) != len(results):
        raise ValueError(
            f"got {len(results)} results and {len(golds)} gold alignments; give one for each "
            "result (None where there is none)"
        )
    return [_item(*pair, languages) for pair in zip(results, golds, strict=True)]


def _item(result, gold, languages):
    if isinstance(result, tuple):
        source, target, weights = result
    else:
        source, target, weights = result.source_tokens, result.tokens, result.attention
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


def _json(value):
    """JSON that is safe inside a script element: no `<`, `>` or `&`, and ASCII throughout."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
