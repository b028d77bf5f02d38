"""The shapes that a recurrent network can have, side by side in one picture."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle, RegularPolygon

from .diagrams import arrow
from .display import BLACK, GREEN, ORANGE, SKY, WIDTH, styled

PITCH, RISE, NODE = 0.52, 0.76, 0.19  # between steps, between rows, half a node; in inches
PANEL_HEIGHT, MARGIN, GAP = 2.7, 0.2, 0.45


class Shape(NamedTuple):
    """At which steps a network reads, at which it answers, and where an answer is fed back.

    Attributes:
        name: such as "many to one".
        steps: how many time steps are drawn.
        reads: the steps with an input, counted from 0.
        answers: the steps with an output, counted from 0.
        feeds_back: whether each answer is the input of the next step.
        recurrent: whether the hidden state is handed on.
        decodes_from: the first step of a second network, the decoder, with weights of its own,
            which reads START; None where there is one network only.
    """

    name: str
    steps: int
    reads: tuple[int, ...]
    answers: tuple[int, ...]
    feeds_back: bool = False
    recurrent: bool = True
    decodes_from: int | None = None


SHAPES = (
    Shape("one to one", 3, (0,), (0, 1, 2), feeds_back=True, recurrent=False),
    Shape("one to many", 3, (0,), (0, 1, 2)),
    Shape("many to one", 3, (0, 1, 2), (2,)),
    Shape("many to many, equal", 4, (0, 1, 2, 3), (0, 1, 2, 3)),
    Shape("many to many, different", 5, (0, 1, 2), (3, 4), feeds_back=True,
          decodes_from=3),
)  # fmt: skip


@styled
def architectures(shapes=SHAPES):
    """Small unrolled networks: inputs x are circles, hidden layers h boxes, outputs y diamonds.

    Time runs to the right. A dashed arrow leads from an answer to the step that reads it. A decoder
    has boxes of another colour and edge, its states are called s, and its first input is START.

    Args:
        shapes: 1 to 6 of `Shape`; by default the five of notebook 3.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: `shapes` holds something else, none, or more than six.
    """
    if not np.iterable(shapes) or not all(isinstance(shape, Shape) for shape in shapes):
        raise ValueError(f"shapes is {shapes!r:.60}, expected a list of architectures' Shape")
    if not 1 <= len(shapes) <= 6:
        raise ValueError(f"the picture holds 1 to 6 shapes, got {len(shapes)}")
    rows = _rows(shapes)
    height = len(rows) * PANEL_HEIGHT + 0.35
    fig = Figure(figsize=(WIDTH, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(0, height))
    ax.set_axis_off()
    for number, row in enumerate(rows):
        x, y = MARGIN, height - (number + 1) * PANEL_HEIGHT + 0.25
        room = (WIDTH - 2 * MARGIN - sum(map(_width, row))) / max(1, len(row) - 1)
        for shape in row:
            _draw(ax, x, y, shape)
            x += _width(shape) + min(room, 3 * GAP)
    ax.text(MARGIN, 0.2, "circle: input   box: hidden layer (double: decoder)   diamond: output   "
            "dashed: fed back", va="center", fontsize=10)  # fmt: skip
    return fig


def _rows(shapes):
    """As many panels beside each other as fit the width."""
    rows, used = [[]], 0.0
    for shape in shapes:
        if rows[-1] and used + _width(shape) > WIDTH - 2 * MARGIN:
            rows.append([])
            used = 0.0
        rows[-1].append(shape)
        used += _width(shape) + GAP
    return rows


def _width(shape):
    """Of a panel, in inches; a long name needs room too."""
    return max(shape.steps * PITCH, 0.095 * len(shape.name))


def _draw(ax, left, bottom, shape):
    ax.text(left, bottom + 2 * RISE + 0.5, shape.name, va="center", fontweight="bold", fontsize=11)
    places = [left + NODE + step * PITCH for step in range(shape.steps)]
    below, middle, above = bottom, bottom + RISE, bottom + 2 * RISE
    border = shape.steps if shape.decodes_from is None else shape.decodes_from
    inputs, answers = 0, 0
    for step, x in enumerate(places):
        decoder = step >= border
        letter, number = ("s", step - border + 1) if decoder else ("h", step + 1)
        _node(ax, "decoder" if decoder else "state", x, middle, f"${letter}_{number}$")
        if step in shape.reads:
            inputs += 1
            _node(ax, "input", x, below, _numbered("x", inputs, shape.reads))
            arrow(ax, (x, below + NODE), (x, middle - NODE), name="reads")
        if step == shape.decodes_from:
            ax.text(x, below, "START", ha="center", va="center", fontsize=9, gid="start")
            arrow(ax, (x, below + 0.1), (x, middle - NODE), name="starts")
        if step in shape.answers:
            answers += 1
            _node(ax, "output", x, above, _numbered("y", answers, shape.answers))
            arrow(ax, (x, middle + NODE), (x, above - 1.15 * NODE), name="answers")
        if step and shape.recurrent:
            arrow(ax, (x - PITCH + NODE, middle), (x - NODE, middle), name="hands on")
        if shape.feeds_back and step - 1 in shape.answers:
            start, end = (x - PITCH + 0.13, above - 0.11), (x - 0.1, middle + NODE)
            arrow(ax, start, end, dashed=True, name="fed back")


def _numbered(letter, number, steps):
    """x_1, x_2, …; x alone where there is only one."""
    return f"${letter}_{number}$" if len(steps) > 1 else f"${letter}$"


def _node(ax, kind, x, y, text):
    look = {"edgecolor": BLACK, "linewidth": 1.2, "zorder": 3, "gid": kind}
    corner, side = (x - NODE, y - NODE), 2 * NODE
    if kind == "input":
        patch = Circle((x, y), NODE, facecolor="white", **look)
    elif kind == "output":
        patch = RegularPolygon((x, y), 4, radius=1.25 * NODE, facecolor=ORANGE, **look)
    else:
        patch = Rectangle(corner, side, side, facecolor=GREEN if kind == "decoder" else SKY, **look)
    ax.add_patch(patch)
    if kind == "decoder":  # a second edge, which also tells it in grey
        inner = Rectangle((x - 0.8 * NODE, y - 0.8 * NODE), 1.6 * NODE, 1.6 * NODE, fill=False)
        inner.set(edgecolor=BLACK, linewidth=0.8, zorder=3)
        ax.add_patch(inner)
    ax.text(x, y, text, ha="center", va="center", fontsize=10, zorder=4)
