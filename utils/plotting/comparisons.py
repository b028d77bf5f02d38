"""Comparisons: values as bars, scores as dots with their ranges, lengths as outlines."""

import numpy as np
from matplotlib.figure import Figure

from utils import expect

from .display import (
    BLACK,
    BLUE,
    CYCLE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    WIDTH,
    styled,
)
from .values import named, numbers, written

LETTER = 0.095  # inches, of a broad letter in the font of the ticks
_FILLS = ((SKY, None), (ORANGE, "//"), (GREEN, ".."), (PURPLE, "xx"))


@styled
def bars(values, *, y, x=None, spread=None, digits=2):
    """Upright bars with their values above them.

    Args:
        values: {name: number}.
        y: Label of the y axis, with its unit.
        x: Label of the x axis, or None.
        spread: {name: (lowest, highest)} for each name, drawn as whiskers: the range over seeds.
        digits: Decimals of the numbers above the bars.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no values, one is no finite number, a name has no spread, or `digits`
            is no whole number from 0 on.
    """
    numbers(list(named(values, "values").values()), "values", ("names",))
    [digits] = expect.integer(0, digits=digits)
    fig = Figure(figsize=(min(WIDTH, 1.6 + 0.95 * len(values)), 3.4))
    ax = fig.subplots()
    drawn = ax.bar(list(values), list(values.values()), width=0.6, color=SKY, edgecolor=BLACK)
    tops = list(values.values())
    if spread:
        ranges = [_range(spread, name) for name in values]
        low, high = np.array(ranges).T
        middles = np.arange(len(values))
        ax.vlines(middles, low, high, color=BLACK, linewidth=2)
        ax.plot(middles, low, "k_", middles, high, "k_", markersize=12)
        tops = high
    for bar, value, top in zip(drawn, values.values(), tops, strict=True):
        place = (bar.get_x() + bar.get_width() / 2, max(top, 0))
        ax.annotate(written(value, digits), place, (0, 4), textcoords="offset points", ha="center")
    ax.margins(y=0.12)
    _name_places(ax, list(values))
    ax.grid(False, axis="x")
    ax.set(xlabel=x, ylabel=y)
    return fig


def _range(spread, name):
    """Lowest and highest value of one bar."""
    if name not in named(spread, "spread"):
        raise ValueError(f"spread names {list(spread)}, expected a range for {name!r} too")
    edges = numbers(spread[name], f"spread[{name!r}]", ("edges",))
    if len(edges) != 2:
        raise ValueError(f"spread[{name!r}] has {len(edges)} edges, expected lowest and highest")
    return edges


def _name_places(ax, names):
    """Write names below the places 0, 1, … of an axis, slanted where they would touch."""
    room = (ax.figure.get_figwidth() - 0.9) / len(names)  # inches; the y axis takes the rest
    slant = {"rotation": 25} if max(map(len, names)) * LETTER > room else {}
    ax.set_xticks(range(len(names)), names, **slant)


@styled
def ladder(scores, *, x="BLEU", digits=1, dots="seeds", highlight=(), from_zero=True):
    """Compare models line by line, each seed a dot, so that one sees which differences are real.

    Args:
        scores: {name: number, or list of numbers, one a seed}, drawn from top to bottom.
        x: What the scores are, with its unit.
        digits: Decimals of the mean that is written beside each line.
        dots: What the single values are.
        highlight: Names of the rows that the figure is about; their dots are filled.
        from_zero: Whether the axis begins at zero; where all rows are close, it may begin later.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no scores, one is no finite number, `digits` is no whole number from
            0 on, `highlight` names another row, or `from_zero` is no truth value.
    """
    scores = {name: _seeds(values, name) for name, values in named(scores, "scores").items()}
    [digits] = expect.integer(0, digits=digits)
    [from_zero] = expect.boolean(from_zero=from_zero)
    if not set(highlight) <= set(scores):
        raise ValueError(f"highlight is {highlight!r}, expected names of rows: {list(scores)}")
    fig = Figure(figsize=(6.4, 1.1 + 0.45 * len(scores)))
    ax = fig.subplots()
    every = np.concatenate(list(scores.values()))
    for row, (name, values) in enumerate(scores.items()):
        colour, inner = (VERMILION, VERMILION) if name in highlight else (BLUE, "white")
        ax.hlines(row, values.min(), values.max(), color=colour, linewidth=5, alpha=0.35)
        ax.plot(values, row + _apart(values, every), "o", color=colour, markerfacecolor=inner)
        ax.plot(values.mean(), row, "|", color=BLACK, markersize=18, markeredgewidth=2.5)
        label = written(values.mean(), digits)
        ax.annotate(label, (1.02, row), xycoords=ax.get_yaxis_transform(), va="center")
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set_ylim(len(scores) - 0.4, -0.6)
    if from_zero and every.min() >= 0:
        ax.set_xlim(left=min(0, -0.02 * every.max()))
    ax.set_xlabel(f"{x}\n(dots: {dots}; bar and number: their mean)")
    return fig


@styled
def counted(scores, at_least, *, x, line=None, dots="seeds"):
    """Results that come in two groups: each seed a dot, and how many reach a score.

    Args:
        scores: {name: numbers, one a seed}, drawn from top to bottom.
        at_least: The score that counts, drawn as an upright line.
        x: What the scores are, with its unit.
        line: {name: place} of one dashed upright line to compare with, such as guessing.
        dots: What the single values are.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no scores, one is no finite number, nor is `at_least`, or `line` has
            not one name.
    """
    scores = {name: _seeds(values, name) for name, values in named(scores, "scores").items()}
    at_least = expect.number("at_least", at_least)
    if line is not None and len(named(line, "line")) != 1:
        raise ValueError(f"line has to be {{name: place}} with one name, got {line!r:.60}")
    fig = Figure(figsize=(6.4, 1.5 + 0.5 * len(scores)))
    ax = fig.subplots()
    every = np.concatenate(list(scores.values()))
    for row, values in enumerate(scores.values()):
        for side, face in ((values < at_least, "white"), (values >= at_least, BLUE)):
            heights = row + _fanned(values, every)
            look = {"color": BLUE, "markerfacecolor": face, "markersize": 5}
            ax.plot(values[side], heights[side], "o", **look)
        label = f"{(values >= at_least).sum()} of {len(values)}"
        ax.annotate(label, (1.02, row), xycoords=ax.get_yaxis_transform(), va="center")
    upright = {"marker": "", "linewidth": 1.3, "zorder": 0}
    ax.axvline(at_least, color=BLACK, label=f"counts from {at_least:g} on", **upright)
    for name, place in (line or {}).items():
        place = expect.number(f"line[{name!r}]", place)
        ax.axvline(place, color=GREY, linestyle="--", label=name, **upright)
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set_ylim(len(scores) - 0.4, -0.6)
    ax.grid(False, axis="y")
    ax.set_xlabel(f"{x} (dots: {dots})")
    fig.legend(loc="outside upper center", ncols=2)
    return fig


@styled
def dot_stacks(counts, *, x, dots, digits=1):
    """Whole numbers line by line, a dot each, and equal ones on top of each other: none is hidden.

    Args:
        counts: {name: list of int}, drawn from top to bottom.
        x: What the numbers are, with their unit.
        dots: What a dot stands for, such as "a tune".
        digits: Decimals of the mean that is written beside each line.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no counts, one is no whole number from 0 on, or `digits` is none.
    """
    [digits] = expect.integer(0, digits=digits)
    for name, values in named(counts, "counts").items():
        if not len(values):
            raise ValueError(f"counts[{name!r}] is empty, expected a whole number or more")
        expect.integer(0, **{f"counts[{name!r}][{n}]": value for n, value in enumerate(values)})
    highest = [int(np.bincount(values).max()) for values in counts.values()]
    fig = Figure(figsize=(WIDTH, 1.2 + 0.08 * sum(highest) + 0.3 * len(counts)))
    ax = fig.subplots()
    foot, ticks = 0, []
    for (name, values), most in zip(counts.items(), highest, strict=True):
        foot -= most + 3
        ticks.append(foot)
        heights = [list(values[:number]).count(value) for number, value in enumerate(values)]
        ax.axhline(foot - 0.8, color=GREY, linewidth=0.8, marker="", linestyle="-")
        ax.plot(values, foot + np.array(heights), "o", color=BLUE, markersize=4.5, gid=name)
        ax.plot(np.mean(values), foot - 0.8, "^", color=BLACK, markersize=9, gid="mean")
        label = written(np.mean(values), digits)
        ax.annotate(label, (1.02, foot), xycoords=ax.get_yaxis_transform(), va="center")
    ax.set_yticks(ticks, list(counts))
    ax.grid(False, axis="y")
    ax.set_ylim(foot - 2.5, 0)
    ax.set_xlim(-0.5, max(max(values) for values in counts.values()) + 0.8)
    ax.set_xlabel(f"{x}\n(a dot: {dots}; triangle and number: their mean)")
    return fig


def _apart(values, every):
    """Heights that keep dots of nearly the same value apart: 0 for most, then below and above."""
    close = 0.015 * (max(np.ptp(every), every.max()) or 1)
    heights = np.zeros(len(values))
    for number, value in enumerate(values):
        taken = set(heights[:number][np.abs(values[:number] - value) < close])
        free = (height for height in (0, 0.16, -0.16, 0.28, -0.28) if height not in taken)
        heights[number] = next(free, 0)
    return heights


def _fanned(values, every):
    """Heights that show all dots of nearly the same value: each crowd is fanned out."""
    close = 0.02 * (max(np.ptp(every), every.max()) or 1)
    order = np.argsort(values, kind="stable")
    heights = np.zeros(len(values))
    for crowd in np.split(order, np.flatnonzero(np.diff(values[order]) > close) + 1):
        apart = min(0.16, 0.8 / len(crowd))
        heights[crowd] = apart * (np.arange(len(crowd)) - (len(crowd) - 1) / 2)
    return heights


def _seeds(values, name):
    return numbers(np.atleast_1d(values), f"scores[{name!r}]", ("seeds",))


@styled
def token_lengths(lengths, *, x="tokens in a sentence", y="sentences"):
    """How many sentences have each length, one outline for each language.

    Args:
        lengths: {language: list of int}, 1 to 7 languages.
        x: Label of the x axis, with its unit.
        y: Label of the y axis, with its unit.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no lengths, too many languages, or a length is no whole number from 0
            on.
    """
    named(lengths, "lengths", len(CYCLE))
    for name, values in lengths.items():
        if not len(values):
            raise ValueError(f"lengths[{name!r}] is empty, expected a length for each sentence")
        expect.integer(0, **{f"lengths[{name!r}][{n}]": value for n, value in enumerate(values)})
    longest = max(max(values) for values in lengths.values())
    edges = np.arange(longest + 2) - 0.5
    fig = Figure(figsize=(6.4, 3.4))
    ax = fig.subplots()
    for (name, values), look in zip(lengths.items(), CYCLE(), strict=False):
        look.pop("marker")
        heights = np.bincount(values, minlength=longest + 1)
        ax.stairs(heights, edges, label=f"{name}, mean {np.mean(values):.1f}", **look, linewidth=2)
    ax.set(xlabel=x, ylabel=y, xlim=(0, None), ylim=(0, None))
    ax.legend()
    return fig


@styled
def grouped_bars(values, *, y, x=None, line=None):
    """Several models side by side, on several kinds of examples.

    Args:
        values: {model: {kind: number}}, 1 to 4 models, the same kinds for each.
        y: Label of the y axis, with its unit.
        x: Label of the x axis, or None.
        line: (height, name) of a horizontal line to compare with, such as chance.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Another number of models, kinds that differ, a value that is no finite number,
            or a `line` that is no such pair.
    """
    named(values, "values", len(_FILLS))
    kinds = list(next(iter(values.values())))
    if not kinds:
        raise ValueError("values has no kinds, expected {model: {kind: number}}")
    for name, row in values.items():
        if list(row) != kinds:
            raise ValueError(f"{name!r} has the kinds {list(row)}, expected {kinds} for all models")
        numbers(list(row.values()), f"values of {name!r}", ("kinds",))
    fig = Figure(figsize=(WIDTH, 3.6))
    ax = fig.subplots()
    width = 0.8 / len(values)
    for number, (name, row) in enumerate(values.items()):
        places = np.arange(len(kinds)) + (number - (len(values) - 1) / 2) * width
        colour, hatch = _FILLS[number]
        ax.bar(places, list(row.values()), width, color=colour, hatch=hatch, edgecolor=BLACK,
               label=name)
    if line is not None:
        height, name = _reference(line)
        ax.axhline(height, color=BLACK, linestyle="--", linewidth=1.2, marker="", label=name)
    _name_places(ax, kinds)
    ax.grid(False, axis="x")
    ax.set(xlabel=x, ylabel=y)
    fig.legend(loc="outside upper center", ncols=len(values) + 1)
    return fig


def _reference(line):
    """Height and name of a line to compare with."""
    if not isinstance(line, (tuple, list)) or len(line) != 2:
        raise ValueError(f"line is {line!r:.60}, expected (height, name), such as (0.5, 'chance')")
    height, name = line
    return expect.number("the height of line", height), name
