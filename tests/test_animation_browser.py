"""The steppers at work: their scripts run by Node, with as much of a browser as they need.

`browser.js` holds the elements and the clock. Without Node these tests are skipped; whether the
scripts can be read is tested everywhere, in test_animation_files.py.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from utils import animation, cells

pytestmark = pytest.mark.skipif(not shutil.which("node"), reason="Node is not installed")

SOURCE = ["the", "red", "bird"]
TARGET = ["l'", "oiseau", "rouge"]
WEIGHTS = [[0.7, 0.1, 0.2], [0.1, 0.1, 0.8], [0.0, 0.9, 0.1]]
STATES = np.array([[0.5, -0.25], [-1.0, 0.0], [-0.5, 0.75]])  # (time, units)


class Element:
    """One element of the page as it stood after an act."""

    def __init__(self, seen):
        self.tag, self.style, self.own = seen["tag"], seen["style"], seen["own"]
        self.attributes, self.value = seen["attributes"], seen.get("value")
        self.children = [Element(child) for child in seen["children"]]
        self.classes = self.attributes.get("class", "").split()

    def __iter__(self):
        yield self
        for child in self.children:
            yield from child

    def find(self, **wanted):
        """All elements with these attributes, in order; `tag` and `of`, a class, count as such."""
        tag, of = wanted.pop("tag", None), wanted.pop("of", None)
        wanted = {name.replace("_", "-"): value for name, value in wanted.items()}
        return [
            one for one in self
            if tag in (None, one.tag) and (of is None or of in one.classes)
            and wanted.items() <= one.attributes.items()
        ]  # fmt: skip

    def texts(self, **wanted):
        return ["".join(part.own for part in one) for one in self.find(**wanted)]

    @property
    def status(self):
        return self.texts(aria_live="polite")[0]


def run(page, *acts):
    """The page after it was built and after each act, and the pace at which it then plays."""
    script = re.search("<script>(.*)</script>", page, re.DOTALL)[1]
    name = re.search(r'data-steps="(\w+)"', page)[1]
    acts = [act if isinstance(act, tuple) else ("click", act) for act in acts]
    done = subprocess.run(
        ["node", str(Path(__file__).with_name("browser.js"))],
        input=json.dumps({"script": script, "name": name, "acts": acts}),
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pages = json.loads(done.stdout)
    return [Element(one["page"]) for one in pages], [one["playing"] for one in pages]


def translation():
    return animation.translation_steps((SOURCE, TARGET, WEIGHTS), gold=[(2, 1), (1, 2)])


def states():
    return animation.unrolled_steps(["a", "b", "c"], STATES, ["x", "y", "z"])


def steps():
    random = np.random.default_rng(0)
    inputs = random.normal(size=(1, 3, 2))
    batch = cells.lstm(inputs, cells.random_lstm(2, 2, random))
    return inputs[0], cells.LSTMSteps(*(part[0] for part in batch))


def test_a_page_wakes_with_controls_at_its_first_step():
    [page], [pace] = run(translation())
    assert "steps-ready" in page.classes and not page.find(of="steps-asleep")
    [live] = page.find(of="steps-live")
    assert live.attributes["role"] == "group"
    assert live.attributes["aria-label"] == "Translation, word by word"
    assert page.texts(tag="button") == ["Previous", "Play", "Next"]
    assert [one.attributes["aria-disabled"] for one in page.find(type="button")[::2]] == [
        "true", "false"
    ]  # fmt: skip
    assert pace is None and not page.find(tag="select"), "one sentence needs no menu"
    assert page.status == "Step 1 of 3: writes “l'”, looks most at “the” (0.70)."
    assert animation.GOLD_NOTE in page.texts(tag="p")


def test_a_page_is_woken_once():
    pages, _ = run(translation(), ("again", None))
    assert len(pages[-1].find(of="steps-live")) == 1


def test_a_translation_shows_weights_gold_and_the_words_so_far():
    (first, second, third), _ = run(translation(), "Next", "Next")
    assert first.texts(of="weight") == ["0.70", "0.10", "0.20"]
    heights = [float(bar.style["height"].removesuffix("%")) for bar in second.find(of="bar")]
    np.testing.assert_allclose(heights, [10, 10, 80])
    assert [len(page.find(of="gold")) for page in (first, second, third)] == [0, 1, 1]
    assert second.texts(of="gold") == ["bird0.80"] and third.texts(of="gold") == ["red0.90"]
    assert second.texts(tag="li", lang="fr") == TARGET
    assert [word.classes for word in second.find(lang="fr")] == [[], ["now"], ["later"]]
    assert second.texts(aria_current="step") == ["oiseau"]
    assert third.status == "Step 3 of 3: writes “rouge”, looks most at “red” (0.90)."


def test_buttons_and_slider_move_within_the_steps():
    acts = ["Previous", "Next", "Next", "Next", "Previous", ("slide", "1")]
    pages, _ = run(translation(), *acts)
    assert [int(page.status.split()[1]) for page in pages] == [1, 1, 2, 3, 3, 2, 1]
    [slider] = pages[3].find(type="range")
    assert slider.value == 3 and slider.attributes["aria-valuetext"] == "3 of 3: rouge"
    assert [one.attributes["aria-disabled"] for one in pages[3].find(type="button")[::2]] == [
        "false", "true"
    ]  # fmt: skip


def test_it_plays_when_asked_stops_at_the_end_and_begins_anew():
    tick = ("tick", None)
    pages, paces = run(states(), "Play", tick, tick, tick, "Play", "Pause", "Play", "Next")
    assert [int(page.status.split()[1]) for page in pages] == [1, 1, 2, 3, 3, 1, 1, 1, 2]
    assert paces == [None, 1500, 1500, 1500, None, 1500, None, 1500, None]
    labels = [page.texts(tag="button")[1] for page in pages]
    assert labels == ["Play" if pace is None else "Pause" for pace in paces]


def test_it_stops_when_its_page_is_gone():
    pages, paces = run(states(), "Play", ("leave", None), ("tick", None))
    assert paces[-1] is None and pages[-1].status.startswith("Step 1 of 3")


def test_another_sentence_starts_at_its_first_word():
    short = (SOURCE[:2], TARGET[:1], [[0.25, 0.75]])
    page = animation.attention_explorer([(SOURCE, TARGET, WEIGHTS), short])
    pages, paces = run(page, "Next", "Play", ("choose", "1"), ("choose", "0"))
    assert pages[0].texts(tag="option") == ["the red bird", "the red"]
    assert pages[2].status.startswith("Step 2 of 3") and paces[2] == 1500
    assert pages[3].status == "Step 1 of 1: writes “l'”, looks most at “red” (0.75)."
    assert paces[3] is None and pages[3].texts(of="weight") == ["0.25", "0.75"]
    assert pages[3].texts(lang="fr") == ["l'"] and pages[4].texts(lang="fr") == TARGET
    assert animation.GOLD_NOTE not in pages[0].texts(tag="p"), "there is no gold alignment"


def bars(page):
    """Where each bar of signed values begins and ends, in per cent from the top; its class."""
    found = []
    for one in page.find(of="bar"):
        top, height = (float(one.style[side].removesuffix("%")) for side in ("top", "height"))
        found.append((top, top + height, "below" in one.classes))
    return found


def test_states_reach_up_or_down_from_the_middle():
    (first, second, _), _ = run(states(), "Next", "Next")
    assert bars(first) == [(25, 50, False), (50, 62.5, True)]
    assert bars(second) == [(50, 100, True), (50, 50, False)]
    assert [one.style["top"] for one in first.find(of="before")] == ["50%", "50%"]
    assert [one.style["top"] for one in second.find(of="before")] == ["25%", "62.5%"]
    assert second.texts(of="weight") == ["−1.00", "0.00"]
    assert second.texts(of="now") == ["b", "unit 0−1.00", "y"]
    assert second.texts(of="later") == ["z"], "inputs stay to be seen, outputs come in time"
    assert second.status == (
        "Step 2 of 3: reads “b”; unit 0 changes most, from 0.50 to −1.00; gives “y”."
    )


def test_a_layer_without_outputs_shows_none():
    [page], _ = run(animation.unrolled_steps([1, 2, 3], STATES))
    assert not [text for text in page.texts(tag="p") if "Outputs" in text]
    assert len(page.find(tag="ol")) == 2


def test_a_cell_draws_gates_from_the_ground_and_values_from_the_middle():
    inputs, run_of_cell = steps()
    pages, _ = run(animation.lstm_steps(inputs, run_of_cell), "Next")
    page = pages[-1]
    rows = [one.attributes["aria-label"] for one in page.find(tag="ol")]
    assert rows == ["inputs", *(f"unit {n}, {row}" for n in (0, 1) for row in animation.CELL_PARTS)]
    names = [name for row in animation.CELL_PARTS.values() for name, _ in row]
    assert page.texts(of="name") == 2 * names
    heights = [one.children[0].style["height"] for one in page.find(of="scale")]
    gates = [float(height.removesuffix("%")) for height in heights]
    wanted = [
        100 * getattr(run_of_cell, f"{gate}_gate")[1, unit]
        for unit in (0, 1) for gate in ("forget", "input", "output")
    ]  # fmt: skip
    np.testing.assert_allclose(gates, wanted, atol=0.06)
    new = run_of_cell.c[1]
    shown = [page.texts(of="weight")[9 * unit + 6] for unit in (0, 1)]
    assert shown == [f"{value:.2f}".replace("-", "−") for value in new]
    down = ["below" in one.children[0].classes for one in page.find(of="swing")]
    assert [down[6 * unit + 4] for unit in (0, 1)] == list(new < 0)
    assert page.status.startswith("Step 2 of 3: reads (")
