"""The beam as a tree: what it holds, what it says, how it is stepped through, what it refuses."""

import json
import re
from types import SimpleNamespace

import pytest
from test_animation import _data, _Tags
from test_animation_browser import pytestmark as needs_node
from test_animation_browser import run

from utils import animation, plotting

WORDS = ["[END]", "le", "un", "chat", "chien"]


def one(parent, word, log_probability, fate="kept"):
    return SimpleNamespace(parent=parent, word=word, log_probability=log_probability, fate=fate)


STEPS = [
    [one(0, 1, -0.5), one(0, 2, -0.9), one(0, 0, -3.0, "dropped")],
    [one(1, 3, -1.0), one(0, 3, -1.4), one(0, 4, -1.7, "dropped"), one(1, 4, -3.2, "dropped")],
    [one(0, 0, -1.0, "finished"), one(1, 0, -1.4, "finished")],
]


def test_nodes_stand_under_their_parents_and_the_chosen_way_is_marked():
    nodes = plotting.check_beam(STEPS, WORDS, dropped=1)
    assert [(node["step"], node["text"], node["fate"]) for node in nodes] == [
        (0, "le", "kept"),
        (1, "le chat", "kept"), (2, "le chat [END]", "finished"),
        (1, "le chien", "dropped"),
        (0, "un", "kept"),
        (1, "un chat", "kept"), (2, "un chat [END]", "finished"),
        (0, "[END]", "dropped"),
    ]  # fmt: skip
    assert [node["text"] for node in nodes if node["chosen"]] == ["un", "un chat", "un chat [END]"]


def test_what_is_chosen_depends_on_what_finished_ones_are_compared_by():
    def chosen(steps, **how):
        nodes = plotting.check_beam(steps, WORDS, **how)
        return [node["text"] for node in nodes if node["chosen"]][-1]

    steps = [[one(0, 0, -1.0, "finished"), one(0, 1, -0.5)], [one(0, 0, -1.2, "finished")]]
    assert chosen(steps) == "[END]"
    assert chosen(steps, worth=lambda score, length: score / length) == "le [END]"
    assert chosen(STEPS[:2]) == "un chat", "nothing is finished: the best that is kept"
    assert chosen([[one(0, 0, -3.0, "finished"), one(0, 1, -0.5)]]) == "[END]"


def test_the_page_says_what_each_step_does_and_the_still_picture_the_same():
    page = animation.beam_tree_steps(STEPS, WORDS, dropped=1)
    (item,) = _data(page)
    assert item["says"] == [
        "keeps “le” (−0.50), “un” (−0.90); drops “[END]” (−3.00).",
        "keeps “un chat” (−1.00), “le chat” (−1.40); drops “le chien” (−1.70), 1 more.",
        "finishes “un chat [END]” (−1.00), “le chat [END]” (−1.40).",
        "chooses “un chat [END]” (−1.00), out of 2 finished.",
    ]
    assert [node["log_probability"] for node in item["nodes"]][:2] == ["−0.50", "−1.40"]
    (image,) = [attributes for tag, attributes in _Tags(page).tags if tag == "img"]
    for says in item["says"]:
        assert says in image["alt"]
    drawn = plotting.beam_tree(STEPS, WORDS, dropped=1)
    assert plotting.image_tag(drawn, image["alt"]) in page
    unfinished = _data(animation.beam_tree_steps(STEPS[:1], WORDS))[0]["says"]
    assert unfinished[-1] == "chooses “le” (−0.50), since none is finished."


def test_the_page_is_self_contained_the_same_every_time_and_safe():
    page = animation.beam_tree_steps(STEPS, WORDS)
    assert page == animation.beam_tree_steps(STEPS, WORDS) and len(page) < 100_000
    assert page != animation.beam_tree_steps(STEPS, WORDS, dropped=0)
    assert "http" not in page and "@import" not in page and "url(" not in page
    nasty = ["</script><!--", "<b onclick='x'>", '"&quot;', "$x_{$", "\\"]
    page = animation.beam_tree_steps(STEPS, nasty)
    assert [tag for tag, _ in _Tags(page).tags] == ["div", "style", "div", "p", "img", "script"]
    assert page.count("</script") == 1 and "innerHTML" not in page


def test_show_displays_the_page_and_its_description(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    animation.show_beam(STEPS, WORDS, alt="A tree of words in which two sentences are finished.")
    assert shown[0]["text/plain"].startswith("A tree of words") and "image/png" in shown[0]
    assert json.dumps(WORDS[3]) in shown[0]["text/html"]


def test_the_picture_tells_fates_and_the_chosen_way_apart_without_colour():
    [ax] = plotting.beam_tree(STEPS, WORDS, dropped=1).axes
    branches = [line for line in ax.lines if line.get_gid() == "branch"]
    assert [line.get_linestyle() for line in branches] == 2 * [*"---", "--"]
    assert [line.get_linewidth() > 2 for line in branches] == [False] * 4 + [True] * 3 + [False]
    words = [text for text in ax.texts if text.get_gid()]
    assert [text.get_text() for text in words if text.get_fontweight() == "bold"] == [
        "un", "chat", "[END]"
    ]  # fmt: skip
    assert ax.figure.get_figwidth() <= plotting.WIDTH


@pytest.mark.parametrize(
    "steps, words, options, message",
    [
        ([], WORDS, {}, "no step to show"),
        ([[]], WORDS, {}, "nothing in one"),
        ([[one(0, 1, -1)]] * 13, WORDS, {}, "13 steps are more than the 12"),
        ([[one(0, 1, -1)] * 49], WORDS, {}, "49 candidates are more than the 48"),
        ([[one(1, 1, -1)]], WORDS, {}, "continues candidate 1, but 1 were kept"),
        ([[one(0, 9, -1)]], WORDS, {}, "no text for 9"),
        ([[one(0, 1, -1, "lost")]], WORDS, {}, "fate is 'lost', expected one of 'kept'"),
        (STEPS, WORDS, {"dropped": -1}, "dropped is -1"),
        (STEPS, WORDS, {"alt": "a tree"}, "alt has 2 words"),
    ],
)
def test_what_makes_no_tree_is_refused(steps, words, options, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        animation.beam_tree_steps(steps, words, **options)


# ---------------------------------------------------------------- at work, where Node is installed


@needs_node
def test_the_tree_grows_step_by_step_and_ends_with_the_choice():
    page = animation.beam_tree_steps(STEPS, WORDS, dropped=1)
    (first, second, third, end), _ = run(page, "Next", "Next", "Next")
    assert first.status == "Step 1 of 4: keeps “le” (−0.50), “un” (−0.90); drops “[END]” (−3.00)."
    assert [len(at.find(of="later")) for at in (first, second, third, end)] == [5, 2, 0, 0]
    marked = [[of.children[0].own for of in at.find(of="now")] for at in (first, second, third)]
    assert marked == [["le", "un", "[END]"], ["chat", "chien", "chat"], ["[END]", "[END]"]]
    assert [box.children[0].own for box in end.find(of="now")] == ["un", "chat", "[END]"]
    assert all(box.attributes["aria-current"] == "step" for box in end.find(of="now"))
    [slider] = end.find(type="range")
    assert slider.attributes["aria-valuetext"] == "4 of 4: the choice"


@needs_node
def test_the_tree_is_made_of_nested_lists():
    [page], _ = run(animation.beam_tree_steps(STEPS, WORDS, dropped=1))
    [tree] = [of for of in page.find(tag="ol") if of.attributes.get("aria-label") == "candidates"]
    [root] = tree.children
    assert root.children[0].own == "[START]"
    le, un, end = root.children[1].children
    assert [line.children[0].children[0].own for line in (le, un, end)] == ["le", "un", "[END]"]
    assert [len(line.children) for line in (le, un, end)] == [2, 2, 1]
    assert [box.attributes["data-fate"] for box in page.find(of="word")[1:]] == [
        "kept", "kept", "finished", "dropped", "kept", "kept", "finished", "dropped"
    ]  # fmt: skip
    assert {of.attributes["lang"] for of in page.find(lang="fr")} == {"fr"}
