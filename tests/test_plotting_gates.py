"""Pictures of gated cells: the wiring that is drawn, gates over time, ranges over seeds, counts."""

import io
import statistics
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import same_color, to_rgba
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from PIL import Image

from utils import plotting
from utils.plotting import gates

# Who feeds whom, written down from the equations. × and + are numbered from left to right.
LSTM_WIRES = {
    ("$c_{t-1}$", "$c_t$"),
    *((source, gate) for source in ("$h_{t-1}$", "$x_t$")
      for gate in ("forget", "input", "candidate", "output")),
    ("forget", "×0"), ("input", "×1"), ("candidate", "×1"), ("×1", "+0"),
    ("state after", "tanh"), ("tanh", "×2"), ("output", "×2"), ("×2", "$h_t$"),
}  # fmt: skip
PEEPHOLES = {("state before", "forget"), ("state before", "input"), ("state after", "output")}
GRU_WIRES = {
    ("$h_{t-1}$", "$h_t$"),
    ("state before", "update"), ("state before", "reset"), ("state before", "×1"),
    ("$x_t$", "update"), ("$x_t$", "reset"), ("$x_t$", "candidate"),
    ("reset", "×1"), ("×1", "candidate"),
    ("update", "×0"), ("update", "1 −"), ("1 −", "×2"), ("candidate", "×2"), ("×2", "+0"),
}  # fmt: skip


class _Drawing:
    """What a diagram says when one follows its lines: nodes by name, and wires between them."""

    def __init__(self, fig):
        self.fig, (self.ax,) = fig, fig.axes
        self.texts = {text.get_text(): text for text in self.ax.texts}
        boxes = [patch for patch in self.ax.patches if patch.get_gid() and _is_node(patch)]
        boxes.sort(key=lambda patch: _extent(patch).x0)
        self.nodes, seen = {}, Counter()
        for box in boxes:
            name = box.get_gid()
            if name in ("×", "+"):
                self.nodes[f"{name}{seen[name]}"] = box
                seen[name] += 1
            else:
                self.nodes[self._text_in(box) if name == "function" else name] = box
        self.arrows = [one for one in self.ax.patches if isinstance(one, FancyArrowPatch)]
        self.wires = {(self._name(_ends(one)[0]), self._name(_ends(one)[1])): one
                      for one in self.arrows}

    def _text_in(self, box):
        inside = [text for text in self.ax.texts if _extent(box).contains(*text.get_position())]
        return inside[0].get_text()

    def _name(self, point):
        """The node, the name or the part of the upper line at which a wire ends."""
        for name, box in self.nodes.items():
            if _extent(box).padded(0.06).contains(*point):
                return name
        symbols = {name: text for name, text in self.texts.items() if "$" in name}
        nearest = min(symbols, key=lambda name: _distance(symbols[name], point))
        if _distance(symbols[nearest], point) < 0.3:
            return nearest
        assert abs(point[1] - gates.HIGHWAY) < 0.03, f"a wire ends nowhere, at {point}"
        before = point[0] < _extent(self.nodes["×0"]).x0
        after = point[0] > _extent(self.nodes["+0"]).x1
        assert before or after
        return "state before" if before else "state after"

    def lit_wires(self):
        return {ends for ends, one in self.wires.items() if not _faint(one)}

    def lit_nodes(self):
        return {name for name, box in self.nodes.items() if not _faint(box)}

    def lit_names(self):
        return {name for name, text in self.texts.items()
                if "$" in name and same_color(text.get_color(), plotting.BLACK)}


def _is_node(patch):
    return isinstance(patch, (Circle, FancyBboxPatch))


def _extent(patch):
    return patch.get_path().transformed(patch.get_patch_transform()).get_extents()


def _faint(patch):
    return same_color(patch.get_edgecolor(), gates.FAINT)


def _ends(arrow):
    """Where the line of an arrow begins and ends, its head left out."""
    path = arrow.get_path()
    line = path.vertices[: np.flatnonzero(path.codes == Path.MOVETO)[1]]
    return line[0], line[-1]


def _distance(text, point):
    return np.hypot(*(np.array(text.get_position()) - point))


FIGURES = {
    "lstm": plotting.lstm_cell,
    "peepholes": lambda: plotting.lstm_cell(peepholes=True),
    "gru": plotting.gru_cell,
}


@pytest.mark.parametrize("name, wires", [
    ("lstm", LSTM_WIRES), ("peepholes", LSTM_WIRES | PEEPHOLES), ("gru", GRU_WIRES),
])
def test_wires_lead_where_the_equations_say(name, wires):
    drawing = _Drawing(FIGURES[name]())
    assert set(drawing.wires) == wires
    dashed = {ends for ends, one in drawing.wires.items()
              if one.get_linestyle() not in ("-", "solid")}
    assert dashed == (PEEPHOLES if name == "peepholes" else set())
    assert len(drawing.arrows) == len(wires), "no wire is drawn twice"


@pytest.mark.parametrize("name, sources", [
    ("lstm", {"$f_t$": "forget", "$i_t$": "input", "$g_t$": "candidate", "$o_t$": "output"}),
    ("gru", {"$r_t$": "reset", r"$\tilde{h}_t$": "candidate", "$1 - z_t$": "1 −",
             "$z_t$": "update"}),
])
def test_values_carry_the_names_of_the_networks_they_come_from(name, sources):
    drawing = _Drawing(FIGURES[name]())
    values = [one for one in drawing.arrows if one.get_gid() in sources]
    assert {(one.get_gid(), drawing._name(_ends(one)[0])) for one in values} == set(sources.items())
    for text in drawing.ax.texts:
        if text.get_text() in sources:
            nearest = min(drawing.arrows, key=lambda one: _to_line(one, text.get_position()))
            assert nearest.get_gid() == text.get_text(), "the name stands beside its own wire"


def _to_line(arrow, place):
    points = arrow.get_path().interpolated(40).vertices
    return np.hypot(*(points - place).T).min()


def test_names_of_the_networks_stand_in_their_boxes():
    drawing = _Drawing(plotting.lstm_cell())
    for part, title in (("forget", "forget gate"), ("input", "input gate"),
                        ("candidate", "candidate"), ("output", "output gate")):
        inside = [text.get_text() for text in drawing.ax.texts
                  if _extent(drawing.nodes[part]).contains(*text.get_position())]
        assert inside == [title, "tanh" if part == "candidate" else "σ"]


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_lies_on_another_or_on_a_wire_or_leaves_the_picture(name):
    fig = FIGURES[name]()
    renderer = FigureCanvasAgg(fig).get_renderer()
    extents = {text: text.get_window_extent(renderer) for text in fig.axes[0].texts}
    whole = fig.bbox
    for text, extent in extents.items():
        assert whole.x0 <= extent.x0 and extent.x1 <= whole.x1
        assert whole.y0 <= extent.y0 and extent.y1 <= whole.y1
        others = [other for other in extents if other is not text and
                  extent.overlaps(extents[other])]
        assert not others, f"{text.get_text()} lies on {[one.get_text() for one in others]}"
        wires = [one.get_gid() for one in fig.axes[0].patches if isinstance(one, FancyArrowPatch)
                 and _crosses(one, fig.axes[0].transData, extent)]
        on_sign = text.get_text() in ("×", "+")  # it covers the wire that it stands on
        assert on_sign or not wires, f"{text.get_text()} lies on a wire"
    assert fig.get_figwidth() == plotting.WIDTH


def _crosses(arrow, transform, extent):
    line = transform.transform(arrow.get_path().interpolated(30).vertices)
    return extent.count_contains(line) > 0


LIT = {  # part: wires, nodes, names
    "forget": (
        {("$h_{t-1}$", "forget"), ("$x_t$", "forget"), ("forget", "×0")},
        {"forget", "×0"}, {"$h_{t-1}$", "$x_t$", "$f_t$"},
    ),
    "input": (
        {("$h_{t-1}$", "input"), ("$x_t$", "input"), ("input", "×1"), ("×1", "+0")},
        {"input", "×1", "+0"}, {"$h_{t-1}$", "$x_t$", "$i_t$"},
    ),
    "candidate": (
        {("$h_{t-1}$", "candidate"), ("$x_t$", "candidate"), ("candidate", "×1"), ("×1", "+0")},
        {"candidate", "×1", "+0"}, {"$h_{t-1}$", "$x_t$", "$g_t$"},
    ),
    "output": (
        {("$h_{t-1}$", "output"), ("$x_t$", "output"), ("output", "×2"), ("state after", "tanh"),
         ("tanh", "×2"), ("×2", "$h_t$")},
        {"output", "tanh", "×2"}, {"$h_{t-1}$", "$x_t$", "$o_t$", "$h_t$"},
    ),
    "highway": ({("$c_{t-1}$", "$c_t$")}, {"×0", "+0"}, {"$c_{t-1}$", "$c_t$"}),
}
GRU_LIT = {
    "update": (
        {("state before", "update"), ("$x_t$", "update"), ("update", "×0"), ("update", "1 −"),
         ("1 −", "×2"), ("×2", "+0")},
        {"update", "×0", "1 −", "×2", "+0"}, {"$x_t$", "$z_t$", "$1 - z_t$"},
    ),
    "reset": (
        {("state before", "reset"), ("$x_t$", "reset"), ("reset", "×1"), ("state before", "×1"),
         ("×1", "candidate")},
        {"reset", "×1"}, {"$x_t$", "$r_t$"},
    ),
    "candidate": (
        {("$x_t$", "candidate"), ("state before", "×1"), ("×1", "candidate"), ("candidate", "×2"),
         ("×2", "+0")},
        {"candidate", "×1", "×2", "+0"}, {"$x_t$", r"$\tilde{h}_t$"},
    ),
    "highway": ({("$h_{t-1}$", "$h_t$")}, {"×0", "+0"}, {"$h_{t-1}$", "$h_t$"}),
}  # fmt: skip


@pytest.mark.parametrize("cell, part, lit", [
    *((plotting.lstm_cell, part, lit) for part, lit in LIT.items()),
    *((plotting.gru_cell, part, lit) for part, lit in GRU_LIT.items()),
], ids=lambda value: value if isinstance(value, str) else "")  # fmt: skip
def test_a_highlighted_part_keeps_its_colours_and_the_rest_is_grey(cell, part, lit):
    drawing = _Drawing(cell(highlight=[part]))
    wires, nodes, names = lit
    assert drawing.lit_wires() == wires
    assert drawing.lit_nodes() == nodes
    assert drawing.lit_names() == names
    assert _Drawing(cell(highlight=part)).lit_nodes() == nodes, "a single name needs no list"


def test_two_parts_are_highlighted_together_and_none_means_all():
    pair = _Drawing(plotting.lstm_cell(highlight=("forget", "highway")))
    assert pair.lit_wires() == LIT["forget"][0] | LIT["highway"][0]
    for drawing in map(_Drawing, (plotting.lstm_cell(peepholes=True), plotting.gru_cell())):
        assert drawing.lit_wires() == set(drawing.wires)
        assert drawing.lit_nodes() == set(drawing.nodes)
        colours = {name: to_rgba(drawing.nodes[name].get_edgecolor()) for name in drawing.nodes
                   if name in (*LIT, *GRU_LIT)}
        assert len(set(colours.values())) == len(colours), "each network has its own colour"


def test_a_peephole_is_lit_with_its_gate():
    drawing = _Drawing(plotting.lstm_cell(highlight=["input"], peepholes=True))
    assert drawing.lit_wires() & PEEPHOLES == {("state before", "input")}


def test_highlighted_parts_stand_out_in_grey():
    picture = Image.open(io.BytesIO(plotting.png(plotting.lstm_cell(highlight=["input"]))))
    pixels = np.asarray(picture.convert("L"), dtype=float) / 255
    height, width = pixels.shape
    drawing = _Drawing(plotting.lstm_cell())

    def face(name):  # a spot in the lower left corner of the box, beside its text
        extent = _extent(drawing.nodes[name])
        x, y = extent.x0 + 0.08, extent.y0 + 0.08
        return pixels[int(height * (1 - y / gates.HEIGHT)), int(width * x / plotting.WIDTH)]

    assert face("forget") == face("output") == 1
    assert face("input") < 0.85


@pytest.mark.parametrize("cell, name", [
    (plotting.lstm_cell, "update"), (plotting.gru_cell, "forget"), (plotting.gru_cell, "Reset"),
])
def test_cells_refuse_parts_they_do_not_have(cell, name):
    with pytest.raises(ValueError, match=f"highlight is '{name}', expected one of '"):
        cell(highlight=[name])


# ---------------------------------------------------------------- gates over time

OPEN = np.array([[0.1, 0.9], [0.5, 0.2], [1.0, 0.0]])  # (time, units)
STATE = np.array([[0.5, -2.0], [-0.1, 0.0], [1.0, 0.3]])


def _stairs(ax, name):
    (drawn,) = [patch for patch in ax.patches if patch.get_gid() == name]
    return drawn.get_data()


def _bands(ax):
    bands = [patch for patch in ax.patches if patch.get_gid() == "mark"]
    return [(band.get_x(), band.get_x() + band.get_width()) for band in bands]


def test_a_gate_of_one_unit_is_a_step_line():
    for values in ([0.25, 1.0, 0.0], [[0.25], [1.0], [0.0]]):
        fig = plotting.gate_activity({"input gate": values})
        (ax,) = fig.axes
        for name in ("line", "area"):
            drawn = _stairs(ax, name)
            assert drawn.values.tolist() == [0.25, 1.0, 0.0]
            assert drawn.edges.tolist() == [0.5, 1.5, 2.5, 3.5], "time counts from 1"
        assert _stairs(ax, "area").baseline == 0
        assert ax.get_title(loc="left") == "input gate"
        low, high = ax.get_ylim()
        assert -0.2 < low < 0 and 1 < high < 1.2, "both ends of a gate show"
        assert ax.get_xlim() == (0.5, 3.5) and ax.get_xlabel() == "time"


def test_a_gate_of_several_units_is_a_map_with_units_downwards():
    fig = plotting.gate_activity({"forget gate": OPEN, "cell state": STATE}, x="character")
    gate, state, *bars = fig.axes
    np.testing.assert_array_equal(gate.images[0].get_array(), OPEN.T)
    assert gate.images[0].get_clim() == (0, 1) and gate.images[0].get_cmap().name == "cividis"
    np.testing.assert_array_equal(state.images[0].get_array(), STATE.T)
    assert state.images[0].get_clim() == (-2, 2), "zero lies in the middle"
    assert state.images[0].get_cmap() is plotting.DIVERGING
    for ax in (gate, state):
        assert ax.images[0].get_extent() == [0.5, 3.5, 1.5, -0.5]
        assert ax.get_ylim() == (1.5, -0.5)
        assert ax.get_ylabel() == "unit"
    assert len(bars) == 2, "each map has a colour bar"
    assert (gate.get_xlabel(), state.get_xlabel()) == ("", "character")


def test_a_dashed_line_stands_beside_what_was_measured():
    beside = {"output": {"target": [0.0, 2.0, 0.0]}}
    fig = plotting.gate_activity({"gate": OPEN[:, 0], "output": [0.0, 0.5, 0.2]}, beside=beside)
    gate, output = fig.axes
    (dashed,) = [patch for patch in output.patches if patch.get_gid() == "beside"]
    np.testing.assert_array_equal(dashed.get_data().values, [0, 2, 0])
    assert output.get_ylim()[1] > 2 and not [p for p in gate.patches if p.get_gid() == "beside"]
    assert [text.get_text() for text in output.get_legend().get_texts()] == ["target"]
    with pytest.raises(ValueError, match="beside"):
        plotting.gate_activity({"map": OPEN}, beside={"map": {"target": [0, 1, 2]}})
    with pytest.raises(ValueError, match=r"beside has \[2\] steps, expected 3"):
        plotting.gate_activity({"gate": OPEN[:, 0]}, beside={"gate": {"target": [0, 1]}})


def test_the_reset_gate_stands_before_the_matrix_or_behind_it():
    def signs(fig):
        return sorted(text.get_text() for text in fig.axes[0].texts)

    before, after = plotting.gru_cell(), plotting.gru_cell(reset_after=True)
    assert sorted([*signs(before), "$W_{hc}$"]) == signs(after)
    drawing = _Drawing(after)
    assert drawing.lit_wires() == set(drawing.wires)


def test_cells_below_zero_carry_a_dash():
    gate, state = plotting.gate_activity({"gate": OPEN, "state": STATE}).axes[:2]
    dashes = [tuple(point) for line in state.lines if line.get_gid() == "negative"
              for point in line.get_xydata()]
    assert sorted(dashes) == [(1, 1), (2, 0)]  # (time from 1, unit)
    assert not gate.lines


def test_scales_end_at_one_or_at_the_largest_value():
    scales = {"small": [0.0, 0.1], "large": [0.0, 3.0], "signed": [-0.25, 0.5]}
    small, large, signed = plotting.gate_activity(scales).axes
    for ax, low, high in ((small, 0, 1), (large, 0, 3), (signed, -0.5, 0.5)):
        bottom, top = ax.get_ylim()
        assert low - 0.1 * (high - low) < bottom < low and high < top < high + 0.1 * (high - low)
    assert len(signed.lines) == 1 and not small.lines, "a line at zero where values change sign"


def test_panels_share_their_time_axis():
    fig = plotting.gate_activity({"map": OPEN, "line": OPEN[:, 0], "other": STATE})
    FigureCanvasAgg(fig).draw()
    sides = [(ax.get_position().x0, ax.get_position().x1) for ax in fig.axes[:3]]
    np.testing.assert_allclose(sides, [sides[0]] * 3, err_msg="a colour bar shifts its panel")
    assert {ax.get_xlim() for ax in fig.axes[:3]} == {(0.5, 3.5)}
    assert fig.get_figwidth() == plotting.WIDTH


def test_marks_lie_behind_lines_and_around_maps_in_every_panel():
    marks = np.array([True, False, True])
    fig = plotting.gate_activity({"map": OPEN, "line": OPEN[:, 0]}, marks=marks)
    for ax in fig.axes[:2]:
        assert _bands(ax) == [(0.5, 1.5), (2.5, 3.5)]
        drawn = [patch for patch in ax.patches if patch.get_gid() != "mark"] + list(ax.images)
        bands = [patch for patch in ax.patches if patch.get_gid() == "mark"]
        assert max(band.get_zorder() for band in bands) < min(one.get_zorder() for one in drawn)
    bottom, top = fig.axes[0].get_ylim()
    assert bottom > 1.5 and top < -0.5, "room in which the bands show"
    plain = plotting.gate_activity({"map": OPEN}, marks=[False] * 3)
    assert not _bands(plain.axes[0]) and plain.axes[0].get_ylim() == (1.5, -0.5)


def test_inputs_stand_under_the_last_panel():
    words = ["the", "$\\frac", "cat"]
    fig = plotting.gate_activity({"a": OPEN[:, 0], "b": OPEN[:, 0]}, inputs=words, x="word")
    ax = fig.axes[-1]
    assert ax.get_xticks().tolist() == [1, 2, 3]
    assert [label.get_text() for label in ax.get_xticklabels()] == words
    assert ax.get_xlabel() == "word"
    plotting.png(fig)  # a word with a dollar sign is no formula


@pytest.mark.parametrize("values, options, message", [
    ({}, {}, "gates has 0 entries, expected at least one"),
    ({"f": []}, {}, r"gates\['f'\] is empty"),
    ({"f": OPEN[None]}, {}, r"gates\['f'\] has shape \(1, 3, 2\)"),
    ({"f": [0.5, np.nan]}, {}, "holds nan at position 1"),
    ({"f": OPEN, "i": OPEN[:2]}, {}, r"\{'f': 3, 'i': 2\} time steps"),
    ({"f": np.ones((81, 2))}, {}, r"shape \(81, 2\), more than the 80 steps"),
    ({"f": np.ones((2, 41))}, {}, "40 units"),
    ({"f": OPEN}, {"inputs": "cat"}, "inputs is .*, expected a list of texts"),
    ({"f": OPEN}, {"inputs": [1, 2, 3]}, "inputs is .*, expected a list of texts"),
    ({"f": OPEN}, {"inputs": ["a", "b"]}, "2 texts, expected 3"),
    ({"f": OPEN}, {"marks": [0, 1, 0]}, "holds int64, expected 3 values True"),
    ({"f": OPEN}, {"marks": [True]}, r"shape \(1,\)"),
])
def test_gate_activity_refuses_what_does_not_fit(values, options, message):
    with pytest.raises(ValueError, match=message):
        plotting.gate_activity(values, **options)


def test_a_long_line_is_no_map():
    (ax,) = plotting.gate_activity({"f": np.linspace(0, 1, 300)}).axes
    assert len(_stairs(ax, "line").values) == 300


# ---------------------------------------------------------------- ranges over seeds

RIGHT = {"LSTM": {40: [0.8, 0.1, 0.9], 10: [0.99, 0.9, 0.95]}, "RNN": {10: [0.4, 0.2], 40: 0.2}}


def _curves(ax):
    return {line.get_label(): line for line in ax.lines}


def test_ranges_draw_medians_and_bands_in_order():
    ax = plotting.ranges(RIGHT, x="steps", y="right", line={"guessing": 0.25}).axes[0]
    curves = _curves(ax)
    np.testing.assert_allclose(curves["LSTM"].get_xydata(), [(10, 0.95), (40, 0.8)])
    np.testing.assert_allclose(curves["RNN"].get_xydata(), [(10, 0.3), (40, 0.2)])
    band, strokes = ax.collections[:2]
    corners = {tuple(point) for point in band.get_paths()[0].vertices.round(6)}
    assert corners == {(10, 0.9), (10, 0.99), (40, 0.1), (40, 0.9)}
    drawn = [segment.tolist() for segment in strokes.get_segments()]
    assert drawn == [[[10, 0.9], [10, 0.99]], [[40, 0.1], [40, 0.9]]]
    assert same_color(band.get_facecolor()[0][:3], curves["LSTM"].get_color())
    assert set(curves["guessing"].get_ydata()) == {0.25}
    assert curves["guessing"].get_linestyle() == "--"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("steps", "right")
    looks = {(curves[name].get_linestyle(), curves[name].get_marker()) for name in RIGHT}
    assert len(looks) == 2 and not {"", "None"} & {marker for _, marker in looks}
    labels = [text.get_text() for text in ax.figure.legends[0].get_texts()]
    assert labels == ["LSTM", "RNN", "guessing"]
    assert len(plotting.ranges(RIGHT, x="steps", y="right").axes[0].lines) == 2


def test_ranges_take_positions_as_json_keeps_them():
    texts = {"LSTM": {"100": [2.0], "20": [1.0]}}
    ax = plotting.ranges(texts, x="steps", y="score", log_x=True, log=True).axes[0]
    assert ax.lines[0].get_xydata().tolist() == [[20, 1], [100, 2]], "sorted as numbers"
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["20", "100"]
    plain = plotting.ranges(texts, x="steps", y="score").axes[0]
    assert (plain.get_xscale(), plain.get_yscale()) == ("linear", "linear")


def test_ranges_with_dots_show_every_seed_and_stand_apart():
    ax = plotting.ranges(RIGHT, x="steps", y="right", log_x=True, dots=True).axes[0]
    seeds = [line.get_xydata() for line in ax.lines if line.get_gid() == "seed"]
    drawn = sorted((round(x, -1), y) for points in seeds for x, y in points)
    assert drawn == sorted(
        (time, value) for cell in RIGHT.values() for time, values in cell.items()
        for value in np.atleast_1d(values)
    )  # fmt: skip
    assert not ax.collections, "no bands"
    curves = _curves(ax)
    assert curves["LSTM"].get_xdata()[0] < 10 < curves["RNN"].get_xdata()[0]
    np.testing.assert_allclose(curves["LSTM"].get_ydata(), [0.95, 0.8])


def test_whole_positions_get_whole_ticks():
    ax = plotting.ranges({"LSTM": {1: [0.5], 2: [0.6], 3: [0.5]}}, x="layers", y="score").axes[0]
    low, high = ax.get_xlim()
    inside = [tick for tick in ax.get_xticks() if low <= tick <= high]
    assert inside == [1, 2, 3]


@settings(max_examples=15)
@given(st.dictionaries(
    st.integers(-50, 50), st.lists(st.floats(-9, 9), min_size=1, max_size=6), min_size=1, max_size=4
))
def test_ranges_agree_with_the_statistics_of_the_standard_library(by_position):
    ax = plotting.ranges({"one": by_position}, x="position", y="score").axes[0]
    expected = [(x, statistics.median(by_position[x])) for x in sorted(by_position)]
    np.testing.assert_allclose(ax.lines[0].get_xydata(), expected, atol=1e-12)
    drawn = [segment[:, 1].tolist() for segment in ax.collections[1].get_segments()]
    assert drawn == [[min(by_position[x]), max(by_position[x])] for x in sorted(by_position)]


@pytest.mark.parametrize("curves, options, message", [
    ({}, {}, "curves has 0 entries, expected 1 to 7"),
    ({str(number): {1: [1]} for number in range(8)}, {}, "curves has 8 entries, expected 1 to 7"),
    ({"a": {}}, {}, "positions of 'a' is empty"),
    ({"a": {"far": [1]}}, {}, "positions of 'a' has to hold numbers"),
    ({"a": {1: []}}, {}, r"curves\['a'\]\[1\] is empty"),
    ({"a": {1: [0.5, np.nan]}}, {}, r"curves\['a'\]\[1\] holds nan at position 1"),
    ({"a": {1: [[1.0]]}}, {}, r"expected \(seeds,\)"),
    ({"a": {1: [2.0, 0.0]}}, {"log": True}, "'a' holds 0; log=True"),
    ({"a": {0: [1.0]}}, {"log_x": True}, "a position is 0; log_x=True"),
    ({"a": {1: [1.0]}}, {"line": {"b": 1, "c": 2}}, "with one name"),
    ({"a": {1: [1.0]}}, {"line": {"b": None}}, r"line\['b'\] holds nan"),
])
def test_ranges_refuse_what_does_not_fit(curves, options, message):
    with pytest.raises(ValueError, match=message):
        plotting.ranges(curves, x="steps", y="score", **options)


# ---------------------------------------------------------------- tables of counts


def test_matrix_shades_by_row_and_still_writes_counts():
    counts = [[1500, 500], [1, 3], [0, 0]]
    names = ["noun", "verb", "none"]
    ax = plotting.matrix(counts, names, names[:2], digits=0, by_row=True).axes[0]
    image = ax.images[0]
    np.testing.assert_array_equal(image.get_array(), [[0.75, 0.25], [0.25, 0.75], [0, 0]])
    assert image.get_clim() == (0, 1)
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "1500", (1, 0): "500", (0, 1): "1", (1, 1): "3", (0, 2): "0",
                       (1, 2): "0"}
    colours = {text.get_position(): text.get_color() for text in ax.texts}
    assert colours[0, 0] == colours[1, 1] == "black", "readable on its shade, whatever the count"
    assert colours[1, 0] == colours[0, 1] == "white"
    plain = plotting.matrix(counts, names, names[:2], digits=0).axes[0].images[0]
    np.testing.assert_array_equal(plain.get_array(), counts)


@pytest.mark.parametrize(
    "counts, message",
    [([[1, -1]], "by_row=True needs counts"), ([[1, np.nan]], "values holds nan")],
)
def test_matrix_by_row_needs_counts(counts, message):
    with pytest.raises(ValueError, match=message):
        plotting.matrix(counts, ["a"], ["b", "c"], by_row=True)
