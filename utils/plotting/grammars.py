"""A grammar as a graph: circles are places, and each arrow writes its letter."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from utils.datasets.memory import REBER_GRAMMAR

from .diagrams import arrow
from .display import BLACK, BLUE, GREY, VERMILION, VERMILION_INK, WIDTH, styled

NODE, LETTER = 0.16, 16  # radius in inches; size of the letters, which a phone has to show
MIDDLE, HEIGHT = 2.0, 4.1
# Where each place of the inner string stands, in inches; the last one is its end.
PLACES = (
    (1.6, MIDDLE), (2.35, MIDDLE), (2.95, MIDDLE + 0.8), (2.95, MIDDLE - 0.8),
    (4.1, MIDDLE + 0.8), (4.1, MIDDLE - 0.8), (4.7, MIDDLE), (5.4, MIDDLE),
)  # fmt: skip
LEFT, RIGHT = 1.3, 5.7  # edges of the box around the inner string
CENTRE = np.array([(LEFT + RIGHT) / 2, MIDDLE])
BEFORE, AFTER = (0.4, MIDDLE), (WIDTH - 0.4, MIDDLE)
OUTER = {"T": (0.55, BLUE, BLUE, False), "P": (-0.55, VERMILION, VERMILION_INK, True)}


@styled
def reber_graph():
    """The embedded Reber grammar: outer letters around a box in which the inner string is written.

    Whoever enters the box by T has to leave it by T, and likewise for P, which is dashed. Within
    the box nothing tells which of the two it was. (Hochreiter and Schmidhuber 1997, figures 3 and
    4, draw the box twice.)

    Returns:
        A Matplotlib Figure.
    """
    fig = Figure(figsize=(WIDTH, HEIGHT), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
    ax.set_axis_off()
    box = FancyBboxPatch((LEFT, 0.4), RIGHT - LEFT, 3.2, boxstyle="round,pad=0,rounding_size=0.2")
    box.set(facecolor="#F2F2F2", edgecolor=GREY, linewidth=1.2, zorder=0)
    ax.add_patch(box)
    for node, choices in enumerate(REBER_GRAMMAR):
        for letter, leads_to in choices.items():
            if leads_to == node:
                _loop(ax, PLACES[node], letter)
            else:
                _edge(ax, PLACES[node], PLACES[leads_to], letter)
    for place in PLACES:
        _place(ax, place)
    _draw_outer(ax)
    ax.text((LEFT + RIGHT) / 2, 0.2, "in by T, out by T; in by P, out by P", ha="center",
            va="center")  # fmt: skip
    ax.text((LEFT + RIGHT) / 2, HEIGHT - 0.28, "the inner string", ha="center", va="center")
    return fig


def _draw_outer(ax):
    """B, then T or P into the box; out of it by the same letter, then E."""
    start, end = (BEFORE[0], MIDDLE + 1.2), (AFTER[0], MIDDLE + 1.2)
    _edge(ax, start, BEFORE, "B")
    _edge(ax, AFTER, end, "E")
    for letter, (rise, colour, ink, dashed) in OUTER.items():
        look = {"colour": colour, "ink": ink, "dashed": dashed, "width": 2.6, "name": "outer"}
        _edge(ax, BEFORE, (LEFT + NODE, MIDDLE + rise), letter, **look)
        _edge(ax, (RIGHT - NODE, MIDDLE + rise), AFTER, letter, **look)
    for place, word in ((start, "start"), (BEFORE, ""), (AFTER, ""), (end, "end")):
        _place(ax, place)
        ax.text(place[0], place[1] + 0.32, word, ha="center", va="center")


def _edge(
    ax, start, end, letter, *, colour=BLACK, ink=BLACK, dashed=False, width=1.4, name="inner"
):
    """An arrow between the edges of two circles, its letter on the side away from the centre."""
    start, end = np.array(start), np.array(end)
    along = (end - start) / np.linalg.norm(end - start)
    arrow(ax, start + NODE * along, end - NODE * along, dashed, colour, width, name)
    middle = (start + end) / 2
    aside = np.array([-along[1], along[0]])
    outwards = aside @ (middle - CENTRE)
    # above where both sides are as far from the centre
    aside *= np.sign(outwards if abs(outwards) > 0.05 else aside[1])
    _letter(ax, middle + 0.19 * aside, letter, ink)


def _loop(ax, place, letter):
    """An arrow from a circle back to it, on the side away from the middle."""
    side = 1 if place[1] > MIDDLE else -1
    x, y = place[0], place[1] + 0.13 * side
    top = y + 0.45 * side
    curve = Path([(x - 0.1, y), (x - 0.35, top), (x + 0.35, top), (x + 0.1, y)],
                 [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])  # fmt: skip
    back = FancyArrowPatch(path=curve, arrowstyle="-|>", mutation_scale=11)
    back.set(color=BLACK, linewidth=1.4, zorder=2, gid="inner")
    ax.add_patch(back)
    _letter(ax, (x, top + 0.06 * side), letter, BLACK)


def _place(ax, place):
    ax.add_patch(Circle(place, NODE, facecolor="white", edgecolor=BLACK, linewidth=1.4, zorder=3,
                        gid="place"))  # fmt: skip


def _letter(ax, place, letter, colour):
    look = {"fontsize": LETTER, "fontweight": "bold", "color": colour, "zorder": 4, "gid": "letter"}
    ax.text(*place, letter, ha="center", va="center", **look)
