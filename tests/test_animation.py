"""The steppers: structure, escaping, what they say without JavaScript, and bad input."""

import json
import math
import re
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest
from matplotlib.colors import to_rgb, to_rgba

from utils import animation, cells, plotting

SOURCE = ["the", "red", "bird"]
TARGET = ["l'", "oiseau", "rouge"]
WEIGHTS = np.array([[0.7, 0.1, 0.2], [0.1, 0.1, 0.8], [0.0, 0.9, 0.1]])
NASTY = ["</script><!--", "<b onclick='x'>", '"&quot;']


class _Tags(HTMLParser):
    """Collects the start tags, and the text of the script as a browser would delimit it."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.script = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        if self.tags[-1][0] == "script":
            self.script += data


def _data(page):
    """The items that the script is called with."""
    call = re.search(r'\}\)\("([0-9a-f]{12})",(\[.*\])\);$', _Tags(page).script, re.S)
    return json.loads(call.group(2))


def _png(page):
    """The still picture of a page, base64 text."""
    (image,) = [attributes for tag, attributes in _Tags(page).tags if tag == "img"]
    return image["src"].removeprefix("data:image/png;base64,")


def test_page_holds_the_weights_and_a_still_picture_that_says_the_same():
    page = animation.translation_steps((SOURCE, TARGET, WEIGHTS), gold=[(2, 1), (1, 2)])
    (item,) = _data(page)
    assert item["source"] == SOURCE and item["target"] == TARGET
    assert item["weights"] == WEIGHTS.tolist()
    assert item["gold"] == [[1, 2], [2, 1]]
    (image,) = [attributes for tag, attributes in _Tags(page).tags if tag == "img"]
    assert "“oiseau” at “bird” (0.80)" in image["alt"]
    assert "“rouge” at “red” (0.90)" in image["alt"]


def test_static_page_has_no_controls_and_nothing_hidden():
    """Where scripts and styles are removed, the picture must remain, without dead buttons."""
    page = animation.translation_steps((SOURCE, TARGET, WEIGHTS))
    tags = _Tags(page).tags
    assert [tag for tag, _ in tags] == ["div", "style", "div", "p", "img", "script"]
    assert not any("hidden" in attributes for _, attributes in tags)
    assert "display:none" not in "".join(attributes.get("style") or "" for _, attributes in tags)


class _Sanitised(HTMLParser):
    """What an untrusted notebook leaves of a page: no script, no style sheet, no data."""

    def __init__(self, page):
        super().__init__()
        self.inside, self.words, self.images = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.images.append((list(self.words), dict(attributes)))
        else:
            self.inside.append(tag)

    def handle_endtag(self, tag):
        assert self.inside.pop() == tag

    def handle_data(self, data):
        if not {"script", "style"} & set(self.inside):
            self.words.append(data)


PAGES = {
    "translation": lambda: animation.translation_steps((SOURCE, TARGET, WEIGHTS)),
    "explorer": lambda: animation.attention_explorer([(SOURCE, TARGET, WEIGHTS)] * 2),
    "unrolled": lambda: animation.unrolled_steps(READ, STATES),
    "lstm": lambda: animation.lstm_steps(READ, _cell(GATES)),
    "beam": lambda: animation.beam_tree_steps(BEAM, ["le", "chat"]),
}
BEAM = [
    [SimpleNamespace(parent=0, word=0, log_probability=-0.5, fate="kept")],
    [SimpleNamespace(parent=0, word=1, log_probability=-1.5, fate="finished")],
]


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_an_untrusted_page_says_how_to_wake_it_and_a_woken_one_does_not(page):
    page = page()
    left = _Sanitised(page)
    ((words, image),) = left.images
    assert words == left.words == [animation.ASLEEP], "the sentence stands before the picture"
    assert "run this cell" in words[0] and "Trust Notebook" in words[0]
    assert image["alt"] and image["src"].startswith("data:image/png")
    (sleeping,) = [tag for tag in _Tags(page).tags if "steps-asleep" in tag[1].get("class", "")]
    assert sleeping == ("p", {"class": "steps-asleep"}), "no style of its own: the theme's colours"
    assert "steps-asleep" not in page.split("</style>")[0]
    build = _Tags(page).script.split("function build(root) {")[1]
    assert build.index('querySelector(".steps-asleep").remove()') < build.index("make(")


# ---------------------------------------------------------------- colours

# Ground, letters and the colours of controls, as JupyterLab's themes and browsers set them.
THEMES = {"light": ("#ffffff", (0, 0, 0, 0.87)), "dark": ("#111111", (1, 1, 1, 1))}


def _over(ground, colour, alpha=1.0):
    """A translucent colour on an opaque ground."""
    ground, (*channels, own) = np.array(to_rgb(ground)), to_rgba(colour)
    return own * alpha * np.array(channels) + (1 - own * alpha) * ground


@pytest.mark.parametrize("ground, ink", THEMES.values(), ids=THEMES)
def test_letters_and_bars_of_a_page_can_be_told_from_their_ground(ground, ink):
    page = animation.translation_steps((SOURCE, TARGET, WEIGHTS))
    assert plotting.contrast(_over(ground, ink), ground) >= 4.5
    resting = float(re.search(r"\[aria-disabled=true\]\{opacity:([.\d]+)", page).group(1))
    assert plotting.contrast(_over(ground, ink, resting), ground) >= 4.5
    shade, most = re.search(r'"rgba\((\d+,\d+,\d+),"? \+ ([.\d]+) \* weight', page).groups()
    shaded = _over(ground, [int(part) / 255 for part in shade.split(",")], float(most))
    assert plotting.contrast(_over(shaded, ink), shaded) >= 4.5
    signed = animation.lstm_steps(READ, _cell(GATES))
    bars = re.findall(r"\.bar\{[^}]*background:(#\w+)", page + signed)
    assert len(bars) == 3
    for bar in bars:
        assert plotting.contrast(bar, ground) >= 3, "shapes need less than letters"
    scale = re.search(r"\.scale\{([^}]*)\}", page).group(1).split(";")
    assert {"background:var(--ground)", "padding:0 15%"} <= set(scale), "ground all round a bar"


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_page_takes_its_colours_from_the_theme(page):
    css = page().split("</style>")[0]
    for needed in (
        "color-scheme:light dark", "[data-jp-theme-light=true] .steps-live{color-scheme:light}",
        "[data-jp-theme-light=false] .steps-live{color-scheme:dark}",
        "var(--jp-layout-color0,", "var(--jp-content-font-color1,", "color:inherit;background:none",
    ):
        assert needed in css
    inks = set(re.findall(r"(?<![-\w])color:([^;}]+)", css))
    assert inks <= {
        "inherit", "CanvasText",
        "var(--jp-content-font-color1,var(--vscode-editor-foreground,CanvasText))",
    }, "letters have no colour of their own"


def test_page_is_self_contained_and_small():
    page = animation.translation_steps((SOURCE * 5, TARGET * 5, np.full((15, 15), 1 / 15)))
    assert "http" not in page and "@import" not in page and "url(" not in page
    assert len(page) < 100_000


def test_page_serves_keyboard_screen_reader_and_reduced_motion():
    page = animation.translation_steps((SOURCE, TARGET, WEIGHTS), languages=("en", "fr"))
    for needed in (
        "prefers-reduced-motion", "aria-live", "aria-label", "aria-valuetext", ":focus-visible",
        "data-lm-suppress-shortcuts", "color-scheme:light dark",
    ):
        assert needed in page
    assert _data(page)[0]["languages"] == ["en", "fr"]


def test_playing_waits_for_the_reader():
    calls = re.findall(r"start\(\)", animation.translation_steps((SOURCE, TARGET, WEIGHTS)))
    assert len(calls) == 2, "its definition, and the click on Play: nothing else starts it"


def test_tokens_cannot_break_out_of_the_page():
    page = animation.translation_steps((NASTY, NASTY, WEIGHTS))
    assert [tag for tag, _ in _Tags(page).tags] == ["div", "style", "div", "p", "img", "script"]
    assert page.count("</script") == 1 and "<!--" not in page
    assert _data(page)[0]["source"] == NASTY
    assert "innerHTML" not in page, "the script must write tokens as text"


def test_same_translation_same_page_and_different_ones_differ():
    first = animation.translation_steps((SOURCE, TARGET, WEIGHTS))
    assert first == animation.translation_steps((SOURCE, TARGET, WEIGHTS))
    other = animation.translation_steps((SOURCE, TARGET, WEIGHTS[::-1]))
    names = [re.search(r'data-steps="(\w+)"', page).group(1) for page in (first, other)]
    assert names[0] != names[1]


def test_result_objects_and_the_row_of_end():
    weights = np.vstack([WEIGHTS, [0, 0, 1]])
    result = SimpleNamespace(source_tokens=SOURCE, tokens=TARGET, attention=weights)
    (item,) = _data(animation.translation_steps(result))
    assert item["target"] == [*TARGET, "[END]"] and len(item["weights"]) == 4


def test_explorer_is_the_same_page_with_several_translations():
    results = [(SOURCE, TARGET, WEIGHTS), (SOURCE[:2], TARGET[:1], [[0.5, 0.5]])]
    items = _data(animation.attention_explorer(results, [[(0, 0)], None]))
    assert [item["target"] for item in items] == [TARGET, TARGET[:1]]
    assert [item["gold"] for item in items] == [[[0, 0]], []]
    with pytest.raises(ValueError, match="2 results and 1 gold"):
        animation.attention_explorer(results, [None])
    with pytest.raises(ValueError, match="no translation"):
        animation.attention_explorer([])


def test_bad_input_gets_a_clear_error():
    with pytest.raises(ValueError, match="without it"):
        animation.translation_steps((SOURCE, TARGET, None))
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        animation.translation_steps((SOURCE, TARGET, WEIGHTS[:2]))
    with pytest.raises(ValueError, match="outside"):
        animation.translation_steps((SOURCE, TARGET, WEIGHTS), gold=[(3, 0)])
    with pytest.raises(ValueError, match="alt"):
        animation.translation_steps((SOURCE, TARGET, WEIGHTS), alt="a heat map")


def test_show_displays_the_page_and_its_description(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    animation.show_translation((SOURCE, TARGET, WEIGHTS))
    page = animation.translation_steps((SOURCE, TARGET, WEIGHTS))
    assert shown[0]["text/html"] == page and shown[0]["image/png"] == _png(page)
    assert "“oiseau” at “bird”" in shown[0]["text/plain"]


# ---------------------------------------------------------------- a recurrent layer

READ = ["the", "cat", "sleeps"]
STATES = np.array([[0.5, -0.25], [-1.0, 0.0], [-0.5, 0.75]])  # (time, units)


def test_unrolled_page_holds_every_step():
    (item,) = _data(animation.unrolled_steps(READ, STATES, [0.25, -0.001, 12]))
    assert item["inputs"] == READ and item["outputs"] == ["0.25", "0.00", "12.00"]
    heights = [[0, 0], [0.5, -0.25], [-1, 0], [-0.5, 0.75]]  # h_0 first
    assert item["heights"] == heights and item["limit"] == "1.00"
    assert item["numbers"] == [["0.50", "−0.25"], ["−1.00", "0.00"], ["−0.50", "0.75"]]
    assert item["most"] == [0, 0, 1]
    assert item["says"] == [
        "reads “the”; unit 0 changes most, from 0.00 to 0.50; gives 0.25.",
        "reads “cat”; unit 0 changes most, from 0.50 to −1.00; gives 0.00.",
        "reads “sleeps”; unit 1 changes most, from 0.00 to 0.75; gives 12.00.",
    ]


def test_unrolled_bars_are_parts_of_the_largest_value_and_start_at_the_initial_state():
    page = animation.unrolled_steps([1, 2, 3], 2 * STATES, initial_state=[4.0, -3.0])
    (item,) = _data(page)
    assert item["limit"] == "4.00" and item["heights"][:2] == [[1, -0.75], [0.25, -0.125]]
    assert item["most"][0] == 0 and "from 4.00 to 1.00." in item["says"][0]
    assert item["outputs"] == [], "no outputs, no word of them"
    (still,) = _data(animation.unrolled_steps([0], [[0.0, 0.0]]))
    assert still["heights"] == [[0, 0], [0, 0]]


def test_unrolled_inputs_with_several_features_stand_in_brackets():
    (item,) = _data(animation.unrolled_steps([[1, -2], [0, 0.5], [3, 4]], STATES))
    assert item["inputs"] == ["(1.00, −2.00)", "(0.00, 0.50)", "(3.00, 4.00)"]


def test_unrolled_still_picture_says_what_the_page_says(monkeypatch):
    page = animation.unrolled_steps(READ, STATES, READ)
    (image,) = [attributes for tag, attributes in _Tags(page).tags if tag == "img"]
    assert "2 units over time. Step 1 reads “the”; unit 0" in image["alt"]
    assert "Step 3 reads “sleeps”; unit 1 changes most, from 0.00 to 0.75; gives “sleeps”." in (
        image["alt"]
    )
    assert [tag for tag, _ in _Tags(page).tags] == ["div", "style", "div", "p", "img", "script"]
    drawn = plotting.image_tag(plotting.hidden_states(STATES, READ, READ), image["alt"])
    assert drawn in page
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    animation.show_unrolled(READ, STATES, READ)
    assert shown == [{"text/html": page, "image/png": _png(page), "text/plain": image["alt"]}]


def test_unrolled_page_is_self_contained_small_and_the_same_every_time():
    random = np.random.default_rng(0)
    states = np.tanh(random.normal(size=(20, 12)))
    inputs = random.normal(size=(20, 2))
    page = animation.unrolled_steps(inputs, states, inputs[:, 0])
    assert "http" not in page and "@import" not in page and "url(" not in page
    assert len(page) < 60_000
    assert page == animation.unrolled_steps(inputs, states, inputs[:, 0])
    assert page != animation.unrolled_steps(inputs, -states, inputs[:, 0])


def test_all_pages_share_their_controls_and_leave_no_placeholder():
    pages = [
        animation.translation_steps((SOURCE, TARGET, WEIGHTS)),
        animation.unrolled_steps(READ, STATES),
        animation.lstm_steps(READ, _cell(GATES)),
        animation.beam_tree_steps(BEAM, ["le", "chat"]),
    ]
    for page in pages:
        script = _Tags(page).script
        for needed in ("aria-live", "aria-valuetext", "data-lm-suppress", "clearInterval("):
            assert script.count(needed) == 1
        names = {"VIEW", "GOLD_NOTE", "STATE_NOTE", "CELL_NOTE", "CELL_PARTS"}
        assert not names & set(re.findall(r"\w+", script))
        assert page.count("start()") == 2, "nothing plays before the reader asks"
        for opening, closing in ("{}", "()", "[]"):
            assert script.count(opening) == script.count(closing)


def test_unrolled_words_cannot_break_out_of_the_page():
    page = animation.unrolled_steps(NASTY, STATES, NASTY)
    assert [tag for tag, _ in _Tags(page).tags] == ["div", "style", "div", "p", "img", "script"]
    assert page.count("</script") == 1 and "<!--" not in page
    assert _data(page)[0]["inputs"] == NASTY
    assert "innerHTML" not in page


@pytest.mark.parametrize(
    "arguments, options, message",
    [
        (([], []), {}, r"expected \(time, units\)"),
        ((READ, STATES[None]), {}, r"states\[0\]"),
        ((READ, STATES * np.nan), {}, "states holds nan"),
        ((READ[:2], STATES), {}, "inputs has 2 time steps, expected 3"),
        ((READ, STATES, [1.0]), {}, "outputs has 1 time steps, expected 3"),
        ((np.zeros((3, 5)), STATES), {}, "at most 4"),
        ((READ, STATES), {"initial_state": [1.0]}, "1 units, expected 2"),
        ((READ, STATES), {"alt": "a heat map"}, "alt"),
        (([0] * 21, np.zeros((21, 2))), {}, "choose a part"),
        (([0], np.zeros((1, 13))), {}, "choose a part"),
    ],
)
def test_unrolled_page_refuses_what_does_not_fit(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        animation.unrolled_steps(*arguments, **options)


# ---------------------------------------------------------------- an LSTM cell

GATES = {  # each (time, units)
    "input_gate": [[0.5, 0.0], [0.0, 1.0], [0.25, 0.5]],
    "forget_gate": [[1.0, 0.5], [0.5, 1.0], [1.0, 0.0]],
    "candidate": [[0.8, -0.6], [0.9, -0.5], [-0.4, 1.0]],
    "output_gate": [[1.0, 0.5], [0.25, 1.0], [0.0, 0.5]],
}


def _cell(gates, initial=None):
    """All that the gates make, one number after another."""
    arrays = {name: np.array(values) for name, values in gates.items()}
    steps = SimpleNamespace(**arrays, c=[], h=[])
    before = [0.0] * steps.candidate.shape[1] if initial is None else initial
    for time in range(len(steps.candidate)):
        after, shown = [], []
        for unit, c in enumerate(before):
            i, f, g, o = (gates[name][time][unit] for name in GATES)
            after.append(f * c + i * g)
            shown.append(o * math.tanh(after[-1]))
        steps.c.append(after)
        steps.h.append(shown)
        before = after
    steps.c, steps.h = np.array(steps.c), np.array(steps.h)
    return steps


def _with(**changes):
    steps = _cell(GATES)
    vars(steps).update(changes)
    return steps


def test_lstm_page_says_each_step_in_words():
    (item,) = _data(animation.lstm_steps(READ, _cell(GATES)))
    assert item["inputs"] == READ
    assert item["limit"] == "1.00", "the last candidate is larger than any cell state"
    assert np.abs(item["heights"]).max() == 1, "no bar leaves its box"
    assert item["says"] == [
        "reads “the”.\n"
        "Unit 0: kept 1.00 × 0.00 = 0.00, written 0.50 × 0.80 = 0.40, new cell 0.40, "
        "shown 1.00 × tanh(0.40) = 0.38.\n"
        "Unit 1: kept 0.50 × 0.00 = 0.00, written 0.00 × −0.60 = 0.00, new cell 0.00, "
        "shown 0.50 × tanh(0.00) = 0.00.",
        "reads “cat”.\n"
        "Unit 0: kept 0.50 × 0.40 = 0.20, written 0.00 × 0.90 = 0.00, new cell 0.20, "
        "shown 0.25 × tanh(0.20) = 0.05.\n"
        "Unit 1: kept 1.00 × 0.00 = 0.00, written 1.00 × −0.50 = −0.50, new cell −0.50, "
        "shown 1.00 × tanh(−0.50) = −0.46.",
        "reads “sleeps”.\n"
        "Unit 0: kept 1.00 × 0.20 = 0.20, written 0.25 × −0.40 = −0.10, new cell 0.10, "
        "shown 0.00 × tanh(0.10) = 0.00.\n"
        "Unit 1: kept 0.00 × −0.50 = 0.00, written 0.50 × 1.00 = 0.50, new cell 0.50, "
        "shown 0.50 × tanh(0.50) = 0.23.",
    ]


def test_lstm_bars_are_gates_and_parts_of_the_largest_value():
    """In the order of CELL_PARTS, which names them on the page."""
    names = [name for row in animation.CELL_PARTS.values() for name, _ in row]
    assert names == ["cell before", "× forget", "= kept", "input", "× candidate", "= written",
                     "new cell", "output", "shown"]
    gates = [name for row in animation.CELL_PARTS.values() for name, gate in row if gate]
    assert gates == ["× forget", "input", "output"]
    steps = _cell({name: values[:2] for name, values in GATES.items()}, initial=(4.0, -1.0))
    (item,) = _data(animation.lstm_steps(READ[:2], steps, initial_cell=[4.0, -1.0]))
    assert item["limit"] == "4.40"  # 1 × 4 + 0.5 × 0.8, the largest of all
    assert item["most"][0] == 1, "from −1 to −0.5 is a larger change than from 4 to 4.4"
    first = [4 / 4.4, 1.0, 4 / 4.4, 0.5, 0.8 / 4.4, 0.4 / 4.4, 1.0, 1.0, math.tanh(4.4) / 4.4]
    np.testing.assert_allclose(item["heights"][0][0], first, atol=6e-4)
    assert item["numbers"][0][1] == ["−1.00", "0.50", "−0.50", "0.00", "−0.60", "0.00", "−0.50",
                                     "0.50", "−0.23"]
    (still,) = _data(animation.lstm_steps([0], _cell({name: [[0.0]] for name in GATES})))
    assert still["heights"] == [[[0] * 9]] and still["limit"] == "1.00"


def test_lstm_still_picture_shows_gates_and_cell_and_says_the_largest_change(monkeypatch):
    steps = _cell(GATES)
    page = animation.lstm_steps(READ, steps)
    assert [tag for tag, _ in _Tags(page).tags] == ["div", "style", "div", "p", "img", "script"]
    (image,) = [attributes for tag, attributes in _Tags(page).tags if tag == "img"]
    assert image["alt"] == (
        "Gates and cell state of an LSTM of 2 units over time. "
        "Step 1 reads “the”; the cell state of unit 0 changes most, from 0.00 to 0.40, with input "
        "gate 0.50 and forget gate 1.00. "
        "Step 2 reads “cat”; the cell state of unit 1 changes most, from 0.00 to −0.50, with input "
        "gate 1.00 and forget gate 1.00. "
        "Step 3 reads “sleeps”; the cell state of unit 1 changes most, from −0.50 to 0.50, with "
        "input gate 0.50 and forget gate 0.00."
    )
    gates = {"input gate": steps.input_gate, "forget gate": steps.forget_gate,
             "candidate": steps.candidate, "output gate": steps.output_gate, "cell state": steps.c}
    fig = plotting.gate_activity(gates, inputs=READ, x="input at each time step")
    assert plotting.image_tag(fig, image["alt"]) in page
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    animation.show_lstm(READ, steps)
    alt = "A cell that keeps what it was told until it is told again."
    animation.show_lstm(READ, steps, alt=alt)
    assert shown[0] == {"text/html": page, "image/png": _png(page), "text/plain": image["alt"]}
    other = animation.lstm_steps(READ, steps, alt=alt)
    assert shown[1] == {"text/html": other, "image/png": _png(other), "text/plain": alt}


def test_lstm_still_picture_draws_named_features_and_what_the_cell_should_hold():
    read = np.array([[0.2, 1.0], [0.4, 0.0], [-0.5, 1.0]])
    single = _cell({name: [row[:1] for row in values] for name, values in GATES.items()})
    wanted = {"wanted": [0.1, 0.1, 0.2]}
    options = {"names": ["number", "marker"], "wanted": wanted}
    page = animation.lstm_steps(read, single, **options)
    panels = {
        "number": read[:, 0], "marker": read[:, 1], "input gate": single.input_gate,
        "forget gate": single.forget_gate, "candidate": single.candidate,
        "output gate": single.output_gate, "cell state": single.c,
    }
    (image,) = [attributes for tag, attributes in _Tags(page).tags if tag == "img"]
    fig = plotting.gate_activity(panels, beside={"cell state": wanted})
    assert plotting.image_tag(fig, image["alt"]) in page
    with pytest.raises(ValueError, match="expected one for each of 2 features"):
        animation.lstm_steps(read, single, names=["number"])


def test_lstm_page_reads_what_the_library_computes():
    random = np.random.default_rng(0)
    inputs = random.normal(size=(1, 20, 2))
    weights = cells.random_lstm(2, 4, random)
    initial = random.normal(size=(1, 4))
    batch = cells.lstm(inputs, weights, initial_cell=initial)
    steps = cells.LSTMSteps(*(part[0] for part in batch))
    page = animation.lstm_steps(inputs[0], steps, initial_cell=initial[0])
    (item,) = _data(page)
    assert np.shape(item["heights"]) == np.shape(item["numbers"]) == (20, 4, 9)
    assert item["inputs"][0] == f"({inputs[0, 0, 0]:.2f}, {inputs[0, 0, 1]:.2f})".replace("-", "−")
    assert "http" not in page and "@import" not in page and "url(" not in page
    script = _Tags(page).script
    assert len(script) < 60_000
    assert page == animation.lstm_steps(inputs[0], steps, initial_cell=initial[0])
    single = cells.LSTMSteps(*(part.astype("float32") for part in steps))
    animation.lstm_steps(inputs[0], single, initial_cell=initial[0])  # rounding is no fault
    with pytest.raises(ValueError, match=r"\(1, 20, 4\).*choose one of the batch"):
        animation.lstm_steps(inputs[0], batch)


def test_lstm_words_cannot_break_out_of_the_page():
    page = animation.lstm_steps(NASTY, _cell(GATES))
    assert page.count("</script") == 1 and "<!--" not in page
    assert _data(page)[0]["inputs"] == NASTY


@pytest.mark.parametrize(
    "inputs, steps, options, message",
    [
        (READ, STATES, {}, "steps has no input_gate, .*, h; pass what `cells.lstm` returns"),
        (READ, _with(h=STATES[:2]), {}, r"different shapes: .*'h': \(2, 2\)"),
        (READ, _with(c=STATES * np.nan), {}, "steps.c holds nan"),
        (READ, _with(input_gate=STATES), {}, "steps.input_gate runs from -1 to 0.75"),
        (READ, _with(forget_gate=1 - STATES), {}, "steps.forget_gate runs from 0.25 to 2"),
        (READ, _with(output_gate=-STATES), {}, "steps.output_gate runs from -0.75 to 1"),
        (READ, _with(c=_cell(GATES).c + [[0, 0], [0, 0.01], [0, 0]]), {},
         r"steps.c\[1, 1\] is -0.49, but the gates make -0.5 of it"),
        (READ, _with(h=_cell(GATES).c), {}, r"steps.h\[0, 0\] is 0.4, but .* 0.38 .* o tanh"),
        (READ, _cell(GATES, initial=(1.0, 1.0)), {}, "pass initial_cell, cut masked steps"),
        (READ, _cell(GATES), {"initial_cell": [1.0, 1.0]}, "pass initial_cell"),
        (READ, _cell(GATES), {"initial_cell": [0.0]}, "1 units, expected 2"),
        (READ[:2], _cell(GATES), {}, "inputs has 2 time steps, expected 3"),
        (np.zeros((3, 5)), _cell(GATES), {}, "5 features, at most 4"),
        (READ, _cell(GATES), {"alt": "a heat map"}, "alt"),
        ([0] * 21, _cell({name: [[0.0]] * 21 for name in GATES}), {}, r"\(21, 1\), more than"),
        ([0], _cell({name: [[0.0] * 5] for name in GATES}), {}, "4 units that one"),
    ],
)
def test_lstm_page_refuses_what_does_not_fit(inputs, steps, options, message):
    with pytest.raises(ValueError, match=message):
        animation.lstm_steps(inputs, steps, **options)
