"""Pictures of notebooks 3 and 4: the five shapes, models by kind, a verdict word by word."""

import numpy as np
import pytest

from utils import plotting
from utils.plotting.architectures import SHAPES, Shape


def _counted(fig, name):
    return sum(patch.get_gid() == name for patch in fig.axes[0].patches)


def test_architectures_draws_each_node_and_each_arrow():
    fig = plotting.architectures()
    boxes = _counted(fig, "state"), _counted(fig, "decoder")
    assert boxes == (16, 2) and sum(shape.steps for shape in SHAPES) == 18
    assert _counted(fig, "input") == _counted(fig, "reads") == 1 + 1 + 3 + 4 + 3
    assert _counted(fig, "output") == _counted(fig, "answers") == 3 + 3 + 1 + 4 + 2
    written = [text.get_text() for text in fig.axes[0].texts]
    assert all(shape.name in written for shape in SHAPES)
    assert written.count("$h_4$") == 1 and written.count("$s_1$") == 1  # the decoder begins anew
    assert written.count("$x$") == 2 and written.count("$x_1$") == 3 and written.count("$y$") == 1


def test_architectures_show_where_a_decoder_starts():
    fig = plotting.architectures([SHAPES[-1]])
    assert _counted(fig, "starts") == 1
    [start] = [text for text in fig.axes[0].texts if text.get_gid() == "start"]
    assert start.get_text() == "START"


@pytest.mark.parametrize("shape, handed_on, fed_back", [
    (Shape("a", 3, (0,), (0, 1, 2), feeds_back=True, recurrent=False), 0, 2),
    (Shape("b", 3, (0, 1, 2), (2,)), 2, 0),
    (Shape("c", 4, (0, 1), (2, 3), feeds_back=True), 3, 1),
])
def test_architectures_hands_on_states_and_feeds_answers_back(shape, handed_on, fed_back):
    fig = plotting.architectures([shape])
    assert _counted(fig, "hands on") == handed_on
    assert _counted(fig, "fed back") == fed_back


def test_architectures_stay_inside_the_picture():
    fig = plotting.architectures()
    ax = fig.axes[0]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    for patch in ax.patches:
        x, y = patch.get_path().transformed(patch.get_patch_transform()).vertices.T \
            if patch.get_gid() in ("state", "decoder", "input", "output") else ([left], [bottom])
        assert min(x) >= left and max(x) <= right and min(y) >= bottom and max(y) <= top
    assert fig.get_figwidth() <= plotting.WIDTH


@pytest.mark.parametrize("shapes", [[], [SHAPES[0]] * 7])
def test_architectures_refuses_too_few_and_too_many(shapes):
    with pytest.raises(ValueError, match="1 to 6 shapes"):
        plotting.architectures(shapes)


def test_grouped_bars_have_the_right_heights_side_by_side():
    values = {"bag": {"plain": 0.9, "contrast": 0.5}, "network": {"plain": 1.0, "contrast": 0.8}}
    ax = plotting.grouped_bars(values, y="share", line=(0.5, "coin")).axes[0]
    bags, networks = ax.containers
    assert [bar.get_height() for bar in bags] == [0.9, 0.5]
    assert [bar.get_height() for bar in networks] == [1.0, 0.8]
    for left, right, middle in zip(bags, networks, (0, 1), strict=True):
        assert left.get_x() + left.get_width() == pytest.approx(right.get_x()) == middle
    assert [label.get_text() for label in ax.get_xticklabels()] == ["plain", "contrast"]
    assert ax.lines[0].get_ydata()[0] == 0.5
    assert len({bar.get_hatch() for bar in (bags[0], networks[0])}) == 2, "told apart in grey"


@pytest.mark.parametrize("values, message", [
    ({"a": {}}, "values has no kinds"),
    ({"a": {"x": 1.0}, "b": {"y": 1.0}}, "for all models"),
    ({"a": {"x": np.nan}}, "finite"),
    ({str(n): {"x": 1.0} for n in range(5)}, "values has 5 entries, expected 1 to 4"),
])
def test_grouped_bars_refuse_what_cannot_be_compared(values, message):
    with pytest.raises(ValueError, match=message):
        plotting.grouped_bars(values, y="share")


def test_word_by_word_turns_up_and_down_from_the_middle():
    ax = plotting.word_by_word(["good", "but", "bad"], [0.9, 0.5, 0.2], y="positive").axes[0]
    up, level, down = ax.patches
    assert up.get_y() == 0.5 and up.get_height() == pytest.approx(0.4)
    assert level.get_height() == 0 and down.get_height() == pytest.approx(-0.3)
    assert down.get_hatch() and not up.get_hatch()
    assert [label.get_text() for label in ax.get_xticklabels()] == ["good", "but", "bad"]
    assert ax.get_ylim() == (0, 1)


@pytest.mark.parametrize("words, probabilities, message", [
    (["a"], [0.5, 0.5], "a probability for each"),
    (["a"] * 31, [0.5] * 31, "1 to 30 words"),
    (["a"], [1.5], "between 0 and 1"),
])
def test_word_by_word_refuses_what_does_not_fit(words, probabilities, message):
    with pytest.raises(ValueError, match=message):
        plotting.word_by_word(words, probabilities, y="positive")
