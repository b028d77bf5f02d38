"""The shapes that a recurrent network can have, side by side in one picture."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Rectangle, RegularPolygon

from .diagrams import arrow
from .display import BLACK, ORANGE, SKY, WIDTH, styled

PITCH, RISE, NODE = 0.48, 0.72, 0.15  # between steps, between rows, half a node; in inches
PANEL_HEIGHT, MARGIN, GAP = 2.55, 0.2, 0.5


class Shape(NamedTuple):
    """At which steps a network reads, at which it answers, and where an answer is fed back.

    Attributes:
        name: such as "many to one".
        steps: how many time steps are drawn.
        reads: the steps with an input, counted from 0.
        answers: the steps with an output, counted from 0.
        feeds_back: whether each answer is the input of the next step.
        recurrent: whether the hidden state is handed on.
    """

    name: str
    steps: int
    reads: tuple[int, ...]
    answers: tuple[int, ...]
    feeds_back: bool = False
    recurrent: bool = True


SHAPES = (
    Shape("one to one", 3, (0,), (0, 1, 2), feeds_back=True, recurrent=False),
    Shape("one to many", 3, (0,), (0, 1, 2)),
    Shape("many to one", 3, (0, 1, 2), (2,)),
    Shape("many to many, equal", 4, (0, 1, 2, 3), (0, 1, 2, 3)),
    Shape("many to many, different", 5, (0, 1, 2), (3, 4), feeds_back=True),
)


@styled
def architectures(shapes=SHAPES):
    """Small unrolled networks: inputs are circles, hidden layers boxes, outputs diamonds.

    Time runs to the right. A dashed arrow leads from an answer to the step that reads it.

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
    ax.text(MARGIN, 0.2, "circle: input   box: hidden layer   diamond: output   dashed: fed back",
            va="center", fontsize=10)
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
    for step, x in enumerate(places):
        _node(ax, "state", x, middle)
        if step in shape.reads:
            _node(ax, "input", x, below)
            arrow(ax, (x, below + NODE), (x, middle - NODE), name="reads")
        if step in shape.answers:
            _node(ax, "output", x, above)
            arrow(ax, (x, middle + NODE), (x, above - NODE), name="answers")
        if step and shape.recurrent:
            arrow(ax, (x - PITCH + NODE, middle), (x - NODE, middle), name="hands on")
        if shape.feeds_back and step - 1 in shape.answers:
            start, end = (x - PITCH + 0.1, above - 0.09), (x - 0.08, middle + NODE)
            arrow(ax, start, end, dashed=True, name="fed back")


def _node(ax, kind, x, y):
    look = {"edgecolor": BLACK, "linewidth": 1.2, "zorder": 3, "gid": kind}
    if kind == "input":
        patch = Circle((x, y), NODE, facecolor="white", **look)
    elif kind == "state":
        patch = Rectangle((x - NODE, y - NODE), 2 * NODE, 2 * NODE, facecolor=SKY, **look)
    else:
        patch = RegularPolygon((x, y), 4, radius=1.1 * NODE, facecolor=ORANGE, **look)
    ax.add_patch(patch)
