"""The two pictures that notebook 2 brought: gradients of several networks, and counted seeds."""

import numpy as np
import pytest

from utils import plotting

SHRINKS, GROWS = 0.5 ** np.arange(5.0), 2.0 ** np.arange(5.0)


def test_gradient_panels_draw_a_line_a_network_in_the_same_looks():
    panels = {
        "linear": {"small": [SHRINKS, 0.9 * SHRINKS], "large": [GROWS, GROWS]},
        "tanh": {"small": [SHRINKS] * 3, "large": [SHRINKS] * 2},
    }
    fig = plotting.gradient_panels(panels, predicted={"linear": {"large": 2.0}})
    assert [ax.get_title() for ax in fig.axes] == list(panels)
    assert {ax.get_yscale() for ax in fig.axes} == {"log"}
    for ax, curves in zip(fig.axes, panels.values(), strict=True):
        drawn = [line for line in ax.lines if line.get_gid() != "predicted"]
        wanted = [norms for several in curves.values() for norms in several]
        np.testing.assert_array_equal([line.get_ydata() for line in drawn], wanted)
        looks = {(line.get_color(), line.get_linestyle(), line.get_marker()) for line in drawn}
        assert len(looks) == 2
    [dashed] = [line for line in fig.axes[0].lines if line.get_gid() == "predicted"]
    np.testing.assert_allclose(dashed.get_ydata(), GROWS)
    assert not [line for line in fig.axes[1].lines if line.get_gid() == "predicted"]
    labels = [text.get_text() for text in fig.legends[0].get_texts()]
    assert sorted(labels) == ["large", "predicted", "small"]


@pytest.mark.parametrize(
    "panels, predicted, message",
    [
        ({}, None, "panels has 0 entries, expected 1 to 3"),
        (dict.fromkeys("abcd", {"x": [[1, 1]]}), None, "panels has 4 entries"),
        ({"a": {"x": [[1, 1]]}, "b": {"y": [[1, 1]]}}, None, "'b' has the names .'y'., expected"),
        ({"a": {"x": [[1, 0]]}}, None, "'x' holds 0; log=True needs values above 0"),
        ({"a": {"x": [1, 1]}}, None, r"\(2,\), expected \(networks, lags\)"),
        ({"a": {"x": [[1, 1]]}}, {"b": {"x": 1}}, "predicted names .'b'."),
        ({"a": {"x": [[1, 1]]}}, {"a": {"y": 1}}, "predicted names .'y'."),
        ({"a": {"x": [[1, 1]]}}, {"a": {"x": 0}}, "above 0"),
    ],
)
def test_gradient_panels_refuse_what_they_cannot_draw(panels, predicted, message):
    with pytest.raises(ValueError, match=message):
        plotting.gradient_panels(panels, predicted=predicted)


def test_counted_shows_every_seed_and_how_many_reach_the_score():
    scores = {"none": [0.25, 0.24, 0.9], "clipped": [1.0, 0.95, 0.91]}
    fig = plotting.counted(scores, 0.9, x="share right", line={"a guess": 0.25})
    [ax] = fig.axes
    places = sorted(float(x) for line in ax.lines if line.get_marker() == "o"
                    for x in line.get_xdata())  # fmt: skip
    assert places == sorted(scores["none"] + scores["clipped"])
    assert [text.get_text() for text in ax.texts] == ["1 of 3", "3 of 3"]
    upright = {line.get_label(): set(line.get_xdata()) for line in ax.lines
               if line.get_marker() != "o"}  # fmt: skip
    assert upright == {"counts from 0.9 on": {0.9}, "a guess": {0.25}}
    filled = [line for line in ax.lines if line.get_marker() == "o"
              and line.get_markerfacecolor() == plotting.BLUE]  # fmt: skip
    assert min(min(line.get_xdata(), default=1) for line in filled) >= 0.9


@pytest.mark.parametrize(
    "scores, options, message",
    [
        ({}, {}, "scores has 0 entries"),
        ({"a": [np.nan]}, {}, "nan at position 0"),
        ({"a": [1]}, {"at_least": "high"}, "at_least is 'high'"),
        ({"a": [1]}, {"line": {}}, "line has 0 entries"),
        ({"a": [1]}, {"line": {"one": 1, "two": 2}}, "with one name"),
        ({"a": [1]}, {"line": {"one": "x"}}, "line.'one'. is 'x'"),
    ],
)
def test_counted_refuses_what_it_cannot_draw(scores, options, message):
    with pytest.raises(ValueError, match=message):
        plotting.counted(scores, **{"at_least": 0.5, "x": "right", **options})
