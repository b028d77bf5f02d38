"""Gated cells: how an LSTM and a GRU are wired, and what their gates do over time."""

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from utils import expect

from .display import (
    BLACK,
    BLUE,
    DIVERGING,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    WIDTH,
    styled,
)
from .maps import MAX_STATE_STEPS, MAX_STATE_UNITS, mark_negative, word_height, write_words
from .values import named, numbers, texts

LSTM_COLOURS = {
    "forget": VERMILION, "input": BLUE, "candidate": GREEN, "output": PURPLE, "highway": ORANGE
}
GRU_COLOURS = {"update": VERMILION, "reset": BLUE, "candidate": GREEN, "highway": ORANGE}
FAINT, FAINT_TEXT, CELL = "#BFBFBF", "#6B6B6B", "#F5F5F5"  # not highlighted; ground of the cell

HEIGHT, HIGHWAY, NETWORKS = 4.2, 3.5, 1.55  # inches: of the picture; where these parts lie in it
HALF_WIDTH, HALF_HEIGHT, SIGN = 0.47, 0.28, 0.16  # of a network's box; radius of × and +
CORNER = 0.14  # radius with which a wire turns


# ---------------------------------------------------------------- how a cell is wired


@styled
def lstm_cell(*, highlight=(), peepholes=False):
    """One LSTM cell at one time step, from c_{t-1} and h_{t-1} on the left to c_t and h_t.

    Along the top runs the cell state, c_t = f_t c_{t-1} + i_t g_t. Below it lie the four small
    networks that read x_t and h_{t-1}, and on the right h_t = o_t tanh(c_t) leaves (Hochreiter and
    Schmidhuber 1997, with the forget gate of Gers, Schmidhuber and Cummins 2000).

    Args:
        highlight: Names among "forget", "input", "candidate", "output" and "highway", the cell
            state; these parts keep their colours and the others are grey. Without names, all keep
            them.
        peepholes: Whether to draw, dashed, what the gates see of the cell state: input and forget
            gate see c_{t-1}, the output gate c_t (Gers and Schmidhuber 2000).

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: `highlight` holds another name, or `peepholes` is neither True nor False.
    """
    expect.boolean(peepholes=peepholes)
    pen = _Pen(LSTM_COLOURS, highlight)
    forget, input_, candidate, output, shows = 1.72, 2.8, 3.86, 4.92, 5.76  # from left to right
    writes, product, reads = (input_ + candidate) / 2, 2.5, 0.82
    top, bottom = NETWORKS + HALF_HEIGHT, NETWORKS - HALF_HEIGHT
    pen.highway("$c_{t-1}$", "$c_t$", "cell state", forget + 0.82)
    pen.text(0.34, reads, "$h_{t-1}$", pen.names[:4])
    pen.text(1.08, 0.1, "$x_t$", pen.names[:4])
    for part, x in zip(pen.names, (forget, input_, candidate, output), strict=False):
        pen.wire([(0.6, reads), (x, reads), (x, bottom)], part)
        pen.wire([(1.08, 0.24), (1.08, reads), (x, reads), (x, bottom)], part)
    pen.network(forget, "forget gate", "σ", "forget")
    pen.network(input_, "input gate", "σ", "input")
    pen.network(candidate, "candidate", "tanh", "candidate")
    pen.network(output, "output gate", "σ", "output")
    if peepholes:
        _draw_peepholes(pen, forget, input_, output)

    over = HIGHWAY - SIGN
    pen.value([(forget, top), (forget, over)], "forget", "$f_t$", forget + 0.08, 2.75)
    route = [(input_, top), (input_, product), (writes - SIGN, product)]
    pen.value(route, "input", "$i_t$", input_ - 0.08, 2.42, "right")
    route = [(candidate, top), (candidate, product), (writes + SIGN, product)]
    pen.value(route, "candidate", "$g_t$", candidate + 0.08, 2.42)
    pen.wire([(writes, product + SIGN), (writes, over)], "input", "candidate")
    pen.wire([(shows - 0.3, HIGHWAY), (shows, HIGHWAY), (shows, 2.98)], "output")
    pen.wire([(shows, 2.7), (shows, 2.2 + SIGN)], "output")
    route = [(output, top), (output, 2.2), (shows - SIGN, 2.2)]
    pen.value(route, "output", "$o_t$", output + 0.08, 2.0)
    pen.wire([(shows, 2.2 - SIGN), (shows, reads), (6.42, reads)], "output")
    pen.text(6.66, reads, "$h_t$", ["output"])

    pen.sign(forget, HIGHWAY, "×", "forget", "highway")
    pen.sign(writes, HIGHWAY, "+", "input", "candidate", "highway")
    pen.sign(writes, product, "×", "input", "candidate")
    pen.sign(shows, 2.2, "×", "output")
    pen.function(shows, 2.84, "tanh", "output")
    return pen.fig


def _draw_peepholes(pen, forget, input_, output):
    """Dashed, from the cell state before the forget gate, and from that after the sum."""
    side, top = 0.98, NETWORKS + HALF_HEIGHT
    begin = [(side - 0.25, HIGHWAY), (side, HIGHWAY)]
    pen.wire([*begin, (side, NETWORKS), (forget - HALF_WIDTH, NETWORKS)], "forget", dashed=True)
    pen.wire([*begin, (side, 2.13), (input_ - 0.26, 2.13), (input_ - 0.26, top)], "input",
             dashed=True)
    pen.gap(forget, 2.13)
    route = [(output - 0.55, HIGHWAY), (output - 0.3, HIGHWAY), (output - 0.3, top)]
    pen.wire(route, "output", dashed=True)


@styled
def gru_cell(*, highlight=(), reset_after=False):
    """One GRU cell at one time step, from h_{t-1} on the left to h_t on the right.

    Along the top runs its only state, h_t = z_t h_{t-1} + (1 - z_t) h̃_t, where the update gate z_t
    says how much is kept, as in Cho et al. (2014) and in Keras. On its way into the candidate h̃_t
    the last state is multiplied by the reset gate r_t, and by the candidate's matrix.

    Args:
        reset_after: Whether the reset gate stands behind that matrix, drawn as a box of its own, as
            in Keras's default, or before it, where the matrix belongs to the candidate's box.
        highlight: Names among "update", "reset", "candidate" and "highway", the state; these parts
            keep their colours and the others are grey. Without names, all keep them.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: `highlight` holds another name, or `reset_after` is neither True nor False.
    """
    expect.boolean(reset_after=reset_after)
    pen = _Pen(GRU_COLOURS, highlight)
    update, reset, candidate = 2.0, 3.35, 5.4  # from left to right
    matrix, resets = 4.02, 4.62 if reset_after else 4.4
    mixes, hidden, reads = 2.55, 0.98, 0.55
    top, bottom = NETWORKS + HALF_HEIGHT, NETWORKS - HALF_HEIGHT
    pen.highway("$h_{t-1}$", "$h_t$", "hidden state", update + 1.6)
    pen.text(1.3, 0.1, "$x_t$", pen.names[:3])
    begin = [(0.76, HIGHWAY), (1.02, HIGHWAY), (1.02, hidden)]
    for part, x in (("update", update), ("reset", reset)):
        pen.wire([*begin, (x - 0.2, hidden), (x - 0.2, bottom)], part)
        pen.gap(x + 0.2, hidden)
    if reset_after:
        pen.wire([*begin, (matrix - 0.23, hidden)], "candidate")
        pen.wire([(matrix + 0.23, hidden), (resets - SIGN, hidden)], "reset", "candidate")
        pen.function(matrix, hidden, "$W_{hc}$", "candidate")
    else:
        pen.wire([*begin, (resets - SIGN, hidden)], "reset", "candidate")
    route = [(resets + SIGN, hidden), (candidate - 0.2, hidden), (candidate - 0.2, bottom)]
    pen.wire(route, "reset", "candidate")
    for part, x in (("update", update), ("reset", reset), ("candidate", candidate)):
        pen.wire([(1.3, 0.24), (1.3, reads), (x + 0.2, reads), (x + 0.2, bottom)], part, above=True)
    pen.network(update, "update gate", "σ", "update")
    pen.network(reset, "reset gate", "σ", "reset")
    pen.network(candidate, "candidate", "tanh", "candidate")

    route = [(update, top), (update, HIGHWAY - SIGN)]
    pen.value(route, "update", "$z_t$", update + 0.08, 3.0)
    route = [(update, top), (update, mixes), (3.0, mixes)]
    pen.value(route, "update", "$z_t$", 2.62, mixes + 0.17)
    route = [(3.46, mixes), (candidate - SIGN, mixes)]
    pen.value(route, "update", "$1 - z_t$", 4.0, mixes + 0.17)
    route = [(reset + HALF_WIDTH, NETWORKS), (resets, NETWORKS), (resets, hidden + SIGN)]
    pen.value(route, "reset", "$r_t$", resets + 0.08, 1.4)
    route = [(candidate, top), (candidate, mixes - SIGN)]
    pen.value(route, "candidate", r"$\tilde{h}_t$", candidate + 0.08, 2.12)
    pen.wire([(candidate, mixes + SIGN), (candidate, HIGHWAY - SIGN)], "update", "candidate")

    pen.sign(update, HIGHWAY, "×", "update", "highway")
    pen.sign(candidate, HIGHWAY, "+", "update", "candidate", "highway")
    pen.sign(candidate, mixes, "×", "update", "candidate")
    pen.sign(resets, hidden, "×", "reset", "candidate")
    pen.function(3.23, mixes, "1 −", "update")
    return pen.fig


class _Pen:
    """Draws the parts of a cell, in grey where only others are highlighted.

    A thing that belongs to several parts is grey when none of them is highlighted.
    """

    def __init__(self, colours, highlight):
        single = isinstance(highlight, str) or not np.iterable(highlight)
        highlight = [highlight] if single else list(highlight)
        for part in highlight:
            expect.one_of("highlight", part, list(colours))
        self.colours, self.names = colours, list(colours)
        self.highlight = set(highlight or colours)
        self.fig = Figure(figsize=(WIDTH, HEIGHT), layout="none")
        self.ax = self.fig.add_axes((0, 0, 1, 1))
        self.ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))  # lengths are inches
        self.ax.set_axis_off()
        frame = FancyBboxPatch((0.8, 0.42), 5.4, 3.5, boxstyle="round,pad=0,rounding_size=0.2")
        frame.set(facecolor=CELL, edgecolor=FAINT, linewidth=1, zorder=0)
        self.ax.add_patch(frame)

    def lit(self, parts):
        return not self.highlight.isdisjoint(parts)

    def wire(self, points, *parts, dashed=False, above=False):
        """From the first point to the last, with an arrow head."""
        self._arrow(points, parts, BLACK, 1.6, dashed=dashed, above=above)

    def value(self, points, part, name, x, y, side="left"):
        """What a network gives, in its colour, and the name of that value beside the wire."""
        self._arrow(points, [part], self.colours[part], 2.4, above=True, gid=name)
        self.text(x, y, name, [part], side)

    def _arrow(self, points, parts, colour, width, dashed=False, above=False, gid="wire"):
        lit = self.lit(parts)
        arrow = FancyArrowPatch(path=_turning(points), arrowstyle="-|>", mutation_scale=11)
        arrow.set(color=colour if lit else FAINT, linewidth=width if lit else 1.2, gid=gid,
                  linestyle=(0, (4, 2)) if dashed else "-", zorder=2 + lit / 4 + above)
        self.ax.add_patch(arrow)

    def gap(self, x, y):
        """A break in the wire along y, where an upright one crosses it."""
        self.ax.plot([x, x], [y - 0.05, y + 0.05], color=CELL, linewidth=7, linestyle="-",
                     marker="", solid_capstyle="butt", zorder=2.6)

    def highway(self, begin, end, note, place):
        """The state along the top, its names before and after, and a word above it."""
        lit = self.lit(["highway"])
        wire = FancyArrowPatch((0.6, HIGHWAY), (6.44, HIGHWAY), arrowstyle="-|>", shrinkA=0,
                               shrinkB=0, mutation_scale=18 if lit else 11)
        wire.set(color=ORANGE if lit else FAINT, linewidth=5 if lit else 1.6, zorder=4,
                 gid="highway")
        self.ax.add_patch(wire)
        self.text(0.34, HIGHWAY, begin, ["highway"])
        self.text(6.66, HIGHWAY, end, ["highway"])
        self.text(place, HIGHWAY + 0.2, note, ["highway"], size=10)

    def text(self, x, y, text, parts, side="center", size=13):
        colour = BLACK if self.lit(parts) else FAINT_TEXT
        self.ax.text(x, y, text, ha=side, va="center", color=colour, fontsize=size, zorder=6)

    def network(self, x, name, activation, part):
        """A dense layer of its own: name and activation in a box."""
        corner = (x - HALF_WIDTH, NETWORKS - HALF_HEIGHT)
        self._box(corner, 2 * HALF_WIDTH, 2 * HALF_HEIGHT, [part], gid=part)
        self.text(x, NETWORKS + 0.11, name, [part], size=10)
        self.text(x, NETWORKS - 0.12, activation, [part], size=12)

    def function(self, x, y, name, part):
        """What is applied without weights."""
        self._box((x - 0.23, y - 0.14), 0.46, 0.28, [part], gid="function")
        self.text(x, y, name, [part], size=11)

    def _box(self, corner, width, height, parts, gid):
        colour = self.colours[parts[0]] if self.lit(parts) else FAINT
        box = FancyBboxPatch(corner, width, height, boxstyle="round,pad=0,rounding_size=0.07")
        face = to_rgba(colour, 0.25) if self.lit(parts) else "white"
        box.set(facecolor=face, edgecolor=colour, linewidth=1.8, zorder=5, gid=gid)
        self.ax.add_patch(box)

    def sign(self, x, y, text, *parts):
        """Element by element, × or +."""
        edge = BLACK if self.lit(parts) else FAINT
        circle = Circle((x, y), SIGN, facecolor="white", edgecolor=edge, linewidth=1.4, zorder=5)
        circle.set_gid(text)
        self.ax.add_patch(circle)
        self.text(x, y, text, parts, size=15)


def _turning(points):
    """A path along the points that rounds its corners."""
    points = np.array(points, dtype=float)
    vertices, codes = [points[0]], [Path.MOVETO]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = (corner + CORNER * _unit(other - corner) for other in (before, after))
        vertices += [enter, corner, leave]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _unit(vector):
    return vector / np.linalg.norm(vector)


# ---------------------------------------------------------------- what the gates do


@styled
def gate_activity(gates, *, inputs=None, marks=None, beside=None, x="time"):
    """Gates over time, one panel each: a line for a single unit, a heat map for several.

    Time counts from 1 and is the same in all panels. In a heat map units run downwards, from 0.
    Where a panel holds values below zero (a candidate, a cell state) white is zero and every cell
    below it carries a dash, so that the sign also shows in grey. Otherwise the scale runs from 0 to
    1, or to the largest value where that is more.

    Args:
        gates: {name: values}, each `(time,)` or `(time, units)`, drawn from top to bottom.
        inputs: What was read at each step, written below: list of str, or None.
        marks: Boolean `(time,)`, steps at which something happens; drawn in all panels as light
            bands, which show behind a line, and above and below a heat map.
        beside: {name of a panel with a line: {name: values (time,)}}, a dashed line to compare
            with, such as a target; or None.
        x: Label of the time axis.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Shapes do not fit together, a number is not finite, a heat map has more than 80
            steps or 40 units, or `beside` names no panel with a line.
    """
    panels = _panels(gates)
    for name in beside or {}:
        expect.one_of("beside", name, [name for name in panels if panels[name].shape[1] == 1])
    steps = len(next(iter(panels.values())))
    marked = np.zeros(steps, dtype=bool) if marks is None else _marked(marks, steps)
    _check_words(inputs, steps)
    heights = [_panel_height(values.shape[1]) for values in panels.values()]
    height = sum(heights) + 0.3 * len(heights) + 0.4 + word_height(inputs)
    fig = Figure(figsize=(WIDTH, height))
    axes = fig.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    for ax, (name, values) in zip(axes, panels.items(), strict=True):
        if values.shape[1] == 1:
            _draw_line(ax, values[:, 0], (beside or {}).get(name, {}))
        else:
            _draw_map(ax, values, marked.any())
        for step in np.flatnonzero(marked) + 1:
            ax.axvspan(step - 0.5, step + 0.5, color=ORANGE, alpha=0.35, linewidth=0, zorder=-1,
                       gid="mark")
        ax.grid(False, axis="x")
        ax.set_title(name, loc="left", fontsize=11)
    axes[-1].set(xlim=(0.5, steps + 0.5), xlabel=x)
    axes[-1].xaxis.get_major_locator().set_params(integer=True)
    if inputs is not None:
        write_words(axes[-1], list(inputs), x, "right")
    return fig


def _panels(gates):
    """{name: (time, units)}, checked."""
    panels = {}
    for name, values in named(gates, "gates").items():
        one = np.ndim(values) == 1
        values = numbers(values, f"gates[{name!r}]", ("time",) if one else ("time", "units"))
        panels[name] = values[:, None] if one else values
        _check_map(name, panels[name].shape)
    counts = {name: len(values) for name, values in panels.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(f"the gates have {counts} time steps, expected the same number for all")
    return panels


def _check_map(name, shape):
    steps, units = shape
    if units > 1 and (steps > MAX_STATE_STEPS or units > MAX_STATE_UNITS):
        raise ValueError(
            f"gates[{name!r}] has shape {shape}, more than the {MAX_STATE_STEPS} steps and "
            f"{MAX_STATE_UNITS} units that one can read; choose a part, such as [:40, :16]"
        )


def _marked(marks, steps):
    marks = np.asarray(marks)
    if marks.dtype != bool or marks.shape != (steps,):
        raise ValueError(
            f"marks has shape {marks.shape} and holds {marks.dtype}, expected {steps} values True "
            "or False, one for each time step"
        )
    return marks


def _check_words(inputs, steps):
    if inputs is None:
        return
    if len(texts(inputs, "inputs")) != steps:
        raise ValueError(f"inputs has {len(inputs)} texts, expected {steps}, one for each step")


def _panel_height(units):
    return 0.95 if units == 1 else float(np.clip(0.18 * units, 0.95, 3.0))


def _scale(values):
    """Colours or heights from where to where: zero lies at the edge, or in the middle."""
    if values.min() < 0:
        limit = np.abs(values).max()
        return -limit, limit
    return 0.0, max(1.0, values.max())


def _draw_line(ax, values, beside):
    others = [numbers(other, f"beside {name!r}", ("time",)) for name, other in beside.items()]
    if any(len(other) != len(values) for other in others):
        raise ValueError(f"beside has {[len(o) for o in others]} steps, expected {len(values)}")
    low, high = _scale(np.concatenate([values, *others]))
    edges = np.arange(len(values) + 1) + 0.5
    ax.stairs(values, edges, fill=True, color=SKY, alpha=0.5, gid="area")
    ax.stairs(values, edges, baseline=None, color=BLUE, linewidth=2, gid="line")
    for name, other in zip(beside, others, strict=True):
        ax.stairs(other, edges, baseline=None, color=BLACK, linewidth=1.6, linestyle=(0, (3, 2)),
                  label=name, gid="beside")
    if beside:
        ax.legend(loc="lower right", bbox_to_anchor=(1, 0.97), frameon=False, fontsize=10,
                  borderpad=0.1, ncols=len(beside))
    if low < 0:
        ax.axhline(0, color=BLACK, linewidth=0.8, linestyle="-", marker="")
    room = 0.08 * (high - low)
    ax.set_ylim(low - room, high + room)


def _draw_map(ax, values, marked):
    steps, units = values.shape
    low, high = _scale(values)
    image = ax.imshow(
        values.T, cmap=DIVERGING if low < 0 else None, vmin=low, vmax=high, aspect="auto",
        interpolation="nearest", extent=(0.5, steps + 0.5, units - 0.5, -0.5),
    )
    if low < 0:
        mark_negative(ax, image, values)
    room = 0.1 / _panel_height(units) * units * marked  # 0.1 inch in which the bands show
    ax.set(ylim=(units - 0.5 + room, -0.5 - room), yticks=range(0, units, 1 + units // 8))
    ax.set_ylabel("unit", color=GREY)
    ax.grid(False)
    ax.figure.colorbar(image, ax=ax, pad=0.02, ticks=MaxNLocator(4))
