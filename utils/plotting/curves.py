"""Curves: training, scores against length, gradients against lag, forecasts of a series."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from utils import expect

from .display import BLACK, CYCLE, GREY, ORANGE, SKY, WIDTH, styled
from .values import named, numbers, texts

LEGEND_INSIDE = 7  # entries
COUNTED = {"epoch": "epoch", "step": "training step"}  # what x counts, and its axis label


@styled
def learning_curves(histories, metric="loss", *, x="epoch", y=None, log=False):
    """Training (dashed, hollow) and validation (solid, filled) of each model.

    A value that is not a number, or infinite, is drawn as a cross at the upper edge: there the
    training diverged.

    Args:
        histories: {name: history}, or one history alone. A history holds lists with one value an
            epoch: what `training.fit` returns, what Keras returns, or a dictionary.
        metric: Name of the training values; the validation values are "validation_" + metric, or
            "val_" + metric.
        x: "epoch"; "step" where the lists have one value a training step; or "seconds" for the time
            spent so far, to compare in equal time.
        y: Axis label with its unit.
        log: Whether the axis is logarithmic, for values of different magnitude; they have to be
            above zero.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no histories or too many, one lacks the values of `metric` or `x`, one
            of them is no number, or is not above zero where `log` is True, or `x` is another word.
    """
    expect.one_of("x", x, (*COUNTED, "seconds"))
    expect.boolean(log=log)
    fig = Figure(figsize=(6.4, 3.8))
    ax = fig.subplots()
    curves = _training_curves(histories, metric, x)
    ax.set_yscale("log" if log else "linear")
    lost = 0
    for times, values, label, look in curves:
        values = _floats(values, label)
        if log:
            _refuse_zero(values, label)
        finite = np.isfinite(values)
        shown = np.where(finite, values, np.nan)
        ax.plot(times, shown, label=label, markevery=_every(values), **look)
        lost += _mark_lost(ax, times[~finite], look, 1 - 0.04 * lost)
    ax.xaxis.get_major_locator().set_params(integer=True)
    y_label = "loss (nats per token)" if metric == "loss" else metric
    ax.set(xlabel=COUNTED.get(x, "training time (seconds)"), ylabel=y or y_label)
    if lost:
        _explain_lost(ax, "infinite, or not a number")
    _legend(ax)
    return fig


def _training_curves(histories, metric, x):
    """Times, values, label and look of every curve."""
    curves = []
    histories = named(_named(histories), "histories", len(CYCLE))
    for (name, history), look in zip(histories.items(), CYCLE(), strict=False):
        values = _lists(history)
        for needed in {metric, x} - set(COUNTED) - set(values):
            raise ValueError(f"history {name!r} has no {needed!r}; it has {sorted(values)}")
        if not len(values[metric]):
            raise ValueError(f"history {name!r} has no values of {metric!r} yet: train first")
        count = len(values[metric])
        times = np.cumsum(values["seconds"]) if x == "seconds" else np.arange(1, count + 1)
        hollow = {**look, "linestyle": "--", "markerfacecolor": "white", "linewidth": 1.2}
        curves.append((times[:count], values[metric], _join(name, "training"), hollow))
        checked = values.get(f"validation_{metric}") or values.get(f"val_{metric}")
        if checked:
            solid = {**look, "linestyle": "-"}
            curves.append((times[: len(checked)], checked, _join(name, "validation"), solid))
    return curves


def _floats(values, name):
    """As `numbers`, but a training that diverged may hold NaN or infinity."""
    try:
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name!r} holds {values!r:.60}, expected a number for each epoch"
        ) from error


def _lists(history):
    """The lists of a history, by name, whichever of the three kinds it is."""
    history = getattr(history, "history", history)
    if not isinstance(history, Mapping) and not hasattr(history, "__dict__"):
        raise ValueError(
            f"a history is {history!r:.60}, expected what `training.fit` or Keras returns, or a "
            "dictionary of lists"
        )
    return dict(history) if isinstance(history, Mapping) else vars(history)


def _named(histories):
    alone = not isinstance(histories, Mapping) or bool(histories) and all(
        isinstance(values, Sequence) for values in histories.values()
    )
    return {"": histories} if alone else histories


def _join(name, part):
    return f"{name}, {part}" if name else part


def _every(values):
    """Markers on every value while they can be told apart, then on about twenty of them."""
    return max(1, len(values) // 20)


def _mark_lost(ax, places, look, height):
    """Crosses at the edge, at `height` of the axes, for what they cannot hold; whether any."""
    if not len(places):
        return False
    across = ax.get_xaxis_transform()  # x in data, y from 0 at the lower to 1 at the upper edge
    cross = {"color": look["color"], "markersize": 8, "markeredgewidth": 2, "clip_on": False}
    places = places[:: max(1, len(places) // 10)]  # a row of crosses stays a row
    heights = np.full(len(places), height)
    ax.plot(places, heights, linestyle="none", marker="x", transform=across, gid="lost", **cross)
    return True


def _explain_lost(ax, meaning):
    """The legend's entry for the crosses, which stands for all colours."""
    ax.plot([], [], linestyle="none", marker="x", color=BLACK, markeredgewidth=2, label=meaning)


@styled
def lines(curves, *, x, y, log=False, title=None, legend_below=False):
    """Lines of anything against anything.

    Args:
        curves: {name: (positions, values)}, each `(points,)`, 1 to 7 names.
        x: Label of the x axis, with its unit.
        y: Label of the y axis, with its unit.
        log: Whether the y axis is logarithmic, for values of different magnitude; they have to be
            above zero.
        title: Text above the picture, or None.
        legend_below: Whether the legend stands below the axes, for curves that fill them.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no curves or too many, positions and values do not fit together, a
            number is not finite, or a value is not above zero where `log` is True.
    """
    named(curves, "curves", len(CYCLE))
    expect.boolean(log=log, legend_below=legend_below)
    fig = Figure(figsize=(6.4, 3.8))
    ax = fig.subplots()
    ax.set_yscale("log" if log else "linear")
    for (name, pair), look in zip(curves.items(), CYCLE(), strict=False):
        positions, values = _pair(pair, name)
        if log:
            _refuse_zero(values, name)
        ax.plot(positions, values, label=name, markevery=_every(values), **look)
    ax.set(xlabel=x, ylabel=y, title=title)
    _legend(ax, 0 if legend_below else LEGEND_INSIDE)
    return fig


def _pair(pair, name, called="positions"):
    """Two arrays as long as each other."""
    if not isinstance(pair, (Sequence, np.ndarray)) or len(pair) != 2:
        raise ValueError(f"{name!r} holds {pair!r:.60}, expected a pair ({called}, values)")
    positions, values = pair
    positions = numbers(positions, f"{called} of {name!r}", ("points",))
    values = numbers(values, f"values of {name!r}", ("points",))
    if positions.shape != values.shape:
        raise ValueError(
            f"{name!r} has {len(positions)} {called} and {len(values)} values, expected as many of "
            f"each: the {called} that the values belong to"
        )
    return positions, values


def _refuse_zero(values, name):
    if (values <= 0).any():
        least = np.nanmin(values)
        raise ValueError(f"{name!r} holds {least:.3g}; log=True needs values above 0")


@styled
def both_ends(curves, *, x, y, line=None):
    """Values along sequences of different lengths: counted from the beginning, and from the end.

    Args:
        curves: {name: (values from the first place on, values up to the last place)}.
        x: What is counted, such as "token".
        y: Label of the shared axis, with its unit.
        line: {name: height} of one dashed horizontal line to compare with, such as a bound.

    Returns:
        A Matplotlib Figure of two panels: places 1, 2, … at the left, and …, −2, −1 at the right.

    Raises:
        ValueError: There are no curves or too many, one is no pair of lists of finite numbers, or
            `line` has not one name.
    """
    named(curves, "curves", len(CYCLE))
    fig = Figure(figsize=(WIDTH, 3.6))
    begin, end = fig.subplots(1, 2, sharey=True, width_ratios=(3, 2))
    for (name, pair), look in zip(curves.items(), CYCLE(), strict=False):
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise ValueError(f"{name!r} holds {pair!r:.60}, expected (from the first, to the last)")
        first, last = (numbers(values, f"values of {name!r}", ("places",)) for values in pair)
        begin.plot(np.arange(1, len(first) + 1), first, label=name, markevery=_every(first), **look)
        end.plot(np.arange(-len(last), 0), last, markevery=_every(last), **look)
    if line is not None:
        for ax in (begin, end):
            _draw_reference(ax, line)
    for ax, where in ((begin, "from the beginning"), (end, "from the end")):
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set_xlabel(f"{x}, counted {where}")
    begin.set_ylabel(y)
    begin.set_ylim(bottom=min(0, begin.get_ylim()[0]))  # a share of the whole is seen from zero
    handles, labels = begin.get_legend_handles_labels()
    fig.legend(handles, labels, loc="outside upper center", ncols=3)
    return fig


@styled
def ranges(curves, *, x, y, line=None, log=False, log_x=False, dots=False):
    """Lines through the medians over seeds, each in a band from the lowest to the highest.

    An upright stroke in each band says where it was measured.

    Args:
        curves: {name: {position: values (seeds,)}}, 1 to 7 names, each drawn from its lowest
            position to its highest; a table read from JSON may keep its positions as texts, such as
            "20".
        x: Label of the x axis, with its unit.
        y: Label of the y axis, with its unit.
        line: {name: height} of one dashed horizontal line to compare with, such as guessing.
        log: Whether the y axis is logarithmic, for values of different magnitude; they have to be
            above zero.
        log_x: Whether the x axis is logarithmic, for positions that double, say, with a tick at
            each of them.
        dots: Whether each seed is a dot; the curves then stand a little apart, so that the dots of
            one do not hide those of another, and have no bands.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no curves or too many, a number is not finite, one is not above zero
            where its axis is logarithmic, or `line` has not one name.
    """
    named(curves, "curves", len(CYCLE))
    expect.boolean(log=log, log_x=log_x, dots=dots)
    fig = Figure(figsize=(6.4, 4.2))
    ax = fig.subplots()
    ax.set_xscale("log" if log_x else "linear")
    ax.set_yscale("log" if log else "linear")
    ax.set(xlabel=x, ylabel=y)
    places = set()
    for number, ((name, by_position), look) in enumerate(
        zip(curves.items(), CYCLE(), strict=False)
    ):
        positions, low, middle, high = _spread(by_position, name)
        if log:
            _refuse_zero(low, name)
        places.update(positions)
        colour = look["color"]
        if dots:
            aside = number - (len(curves) - 1) / 2
            positions = positions * 1.035**aside if log_x else positions + 0.15 * aside
            _draw_seeds(ax, by_position, positions, look)
        else:
            ax.fill_between(positions, low, high, color=colour, alpha=0.2, linewidth=0)
            ax.vlines(positions, low, high, color=colour, linewidth=1.2)
        ax.plot(positions, middle, label=name, **look)
    if log_x:
        _tick_each(ax, sorted(places))
    elif all(place.is_integer() for place in places):
        ax.xaxis.get_major_locator().set_params(integer=True)
    if line is not None:
        _draw_reference(ax, line)
    _legend_below(fig, 3)
    return fig


def _draw_seeds(ax, by_position, positions, look):
    """A small hollow dot for each seed, in the order in which the positions are drawn."""
    for place, values in zip(positions, _by_place(by_position), strict=True):
        ax.plot(np.full(len(values), place), values, linestyle="", gid="seed", markersize=4,
                **{"color": look["color"], "marker": look["marker"], "markerfacecolor": "none"})


def _by_place(by_position):
    return [np.atleast_1d(by_position[place]) for place in sorted(by_position, key=float)]


def _legend(ax, most=LEGEND_INSIDE):
    """Inside the axes, where the curves leave room; one of more than `most` entries below them."""
    if len(ax.get_legend_handles_labels()[0]) <= most:
        ax.legend()
        return
    fig = ax.figure
    height = _legend_below(fig, 3).get_window_extent().height / fig.dpi  # inches
    fig.set_figheight(fig.get_figheight() + height)  # the curves keep their room


def _legend_below(fig, most):
    """A legend below the axes, in as many columns, up to `most`, as stay on the page."""
    for columns in range(most, 0, -1):
        legend = fig.legend(loc="outside lower center", ncols=columns)
        if columns == 1 or legend.get_window_extent().width <= fig.bbox.width:
            return legend
        legend.remove()


def _spread(by_position, name):
    """Positions in order, and at each the lowest value, the median and the highest."""
    positions = numbers(list(by_position), f"positions of {name!r}", ("positions",))
    rows = [
        numbers(np.atleast_1d(values), f"curves[{name!r}][{position!r}]", ("seeds",))
        for position, values in by_position.items()
    ]
    order = np.argsort(positions)
    low, middle, high = (
        np.array([find(rows[place]) for place in order]) for find in (np.min, np.median, np.max)
    )
    return positions[order], low, middle, high


def _tick_each(ax, places):
    if places[0] <= 0:
        raise ValueError(f"a position is {places[0]:g}; log_x=True needs positions above 0")
    ax.set_xticks(places, [f"{place:g}" for place in places])
    ax.set_xticks([], minor=True)


def _draw_reference(ax, line):
    if len(line) != 1:
        raise ValueError(f"line has to be {{name: height}} with one name, got {line!r:.60}")
    ((name, height),) = line.items()
    (height,) = numbers([height], f"line[{name!r}]", ("heights",))
    ax.axhline(height, color=GREY, linestyle="--", linewidth=1.4, marker="", label=name, gid="line")


@styled
def seed_curves(curves, *, x, y, lines=None, log_x=False):
    """Learning curves, one for each seed, with a dot at the end, beside the heights of rivals.

    Args:
        curves: {name: [(positions, values), one a seed]}, each pair `(points,)`, 1 to 7 names.
        x: Label of the x axis, with its unit.
        y: Label of the y axis, with its unit.
        lines: {name: height} of dashed horizontal lines, named at their right end.
        log_x: Whether the x axis is logarithmic; positions have to be above zero then.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no curves or too many, positions and values do not fit together, a
            number is not finite, or a position is not above zero where `log_x` is True.
    """
    named(curves, "curves", len(CYCLE))
    expect.boolean(log_x=log_x)
    fig = Figure(figsize=(WIDTH, 4.2))
    ax = fig.subplots()
    ax.set_xscale("log" if log_x else "linear")
    for (name, seeds), look in zip(curves.items(), CYCLE(), strict=False):
        marker, label = look.pop("marker"), name
        if not len(seeds):
            raise ValueError(f"curves[{name!r}] is empty, expected one pair a seed")
        for pair in seeds:
            positions, values = _pair(pair, name)
            if log_x:
                _refuse_zero(positions, name)
            ax.plot(positions, values, marker=marker, markevery=[len(values) - 1], label=label,
                    **{**look, "linewidth": 1.4})
            label = None
    _draw_rivals(ax, lines or {})
    ax.set(xlabel=x, ylabel=y)
    _legend_below(fig, 3)
    return fig


def _draw_rivals(ax, lines):
    """Horizontal lines from the top down; a name that would touch the one above stands lower."""
    heights = {name: expect.number(f"lines[{name!r}]", height) for name, height in lines.items()}
    for height in heights.values():
        ax.axhline(height, color=GREY, linestyle="--", linewidth=1.2, marker="")
    low, high = ax.get_ylim()
    place = np.inf
    for name, height in sorted(heights.items(), key=lambda pair: -pair[1]):
        place = min(height, place - 0.055 * (high - low))
        ax.annotate(name, (1.01, place), xycoords=ax.get_yaxis_transform(), va="center", size=10)


@styled
def score_by_length(
    curves, *, y="BLEU", x="source length (tokens)", counts=None, spread=None, mark=None
):
    """Lines of a score against sentence length.

    Args:
        curves: {name: (lengths, scores)}, 1 to 7 names.
        y: What the score is.
        x: Label of the x axis, with its unit.
        counts: (lengths, numbers of sentences), drawn as bars below, so that thin evidence shows.
        spread: {name: (lowest scores, highest scores)}, drawn as bands: the range over seeds.
        mark: (length, label) of a vertical line, such as (15, "longest in training").

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no curves or too many, lengths and scores do not fit together, a
            number is not finite, `spread` names another curve, or `mark` is no such pair.
    """
    curves = {name: _pair(pair, name, "lengths") for name, pair in
              named(curves, "curves", len(CYCLE)).items()}
    _refuse_unknown(spread, "spread", curves, "curves")
    fig = Figure(figsize=(6.4, 4.9 if counts else 3.8))
    if counts:
        counts = _pair(counts, "counts", "lengths")
        ax, below = fig.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        below.bar(*counts, width=_bar_width(counts[0]), color="#BBBBBB", edgecolor=GREY)
        below.set(xlabel=x, ylabel="sentences")
    else:
        ax = fig.subplots()
        ax.set(xlabel=x)
    for (name, (lengths, scores)), look in zip(curves.items(), CYCLE(), strict=False):
        ax.plot(lengths, scores, label=name, **look)
        if spread and name in spread:
            low, high = _band(spread[name], lengths, name)
            ax.fill_between(lengths, low, high, color=look["color"], alpha=0.2, linewidth=0)
    if mark is not None:
        length, label = _mark(mark)
        ax.axvline(length, color=GREY, linewidth=1.2, linestyle=":", label=label)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set(ylabel=y)
    ax.set_ylim(bottom=0)
    _legend(ax)
    return fig


def _mark(mark):
    """Where a line stands, and what it is called."""
    if not isinstance(mark, Sequence) or isinstance(mark, str) or len(mark) != 2:
        raise ValueError(f"mark is {mark!r:.60}, expected (length, label)")
    length, label = mark
    return expect.number("the length of mark", length), label


def _refuse_unknown(extra, name, known, called):
    """What belongs to a curve has to name one that is drawn."""
    unknown = sorted(set(extra or ()) - set(known))
    if unknown:
        raise ValueError(f"{name} names {unknown}, but the {called} are {list(known)}")


def _bar_width(positions):
    return 0.8 * (np.diff(positions).min() if len(positions) > 1 else 1)


@styled
def gradient_by_lag(
    norms, *, predicted=None, parts=None, x="time lag (steps back)", y="norm of the gradient",
    title=None,
):
    """How strongly a loss depends on the past: gradient norm against lag, on a logarithmic axis.

    Args:
        norms: {name: norms (lags,)}, lag 0 first, each zero or more, 1 to 7 names. An exact zero,
            which no logarithmic axis holds, is drawn as a cross at the lower edge.
        predicted: {name: factor by which a step back multiplies the norm}, for all or some names;
            drawn as a dotted black line from that name's norm at lag 0.
        parts: {label: {name: norms (lags,)}}, one label, and some of the names: what came by a part
            of the ways only, dashed, in the same colour and with the same, hollow markers; all
            above zero. The lines of the norms are all solid then.
        x: Label of the x axis, with its unit.
        y: Label of the y axis, with its unit.
        title: Text above the picture, or None.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no norms or too many, one is below zero or not finite, `predicted`
            names another curve, starts from a norm of zero, or has a factor that is not above zero;
            `parts` has not one label, names another curve, or holds a norm of zero.
    """
    named(norms, "norms", len(CYCLE))
    norms = {name: _norms(values, name) for name, values in norms.items()}
    if parts is not None and len(named(parts, "parts")) != 1:
        raise ValueError(f"parts has to be {{label: norms}} with one label, got {list(parts)}")
    [(label, of_parts)] = (parts or {"": {}}).items()
    _refuse_unknown(of_parts, "parts", norms, "curves")
    fig = Figure(figsize=(6.4, 4.4))
    ax = fig.subplots()
    ax.set_yscale("log")
    lost = 0
    for (name, values), look in zip(norms.items(), CYCLE(), strict=False):
        lags = np.arange(len(values))
        shown = np.where(values > 0, values, np.nan)
        look |= {"linestyle": "-"} if parts else {}
        ax.plot(lags, shown, label=name, markevery=_every(values), **look)
        lost += _mark_lost(ax, lags[values == 0], look, 0.04 * lost)
        if name in of_parts:
            part = _norms(of_parts[name], f"parts of {name}")
            _refuse_zero(part, name)
            dashed = look | {"linestyle": "--", "linewidth": 1.4, "markerfacecolor": "white"}
            ax.plot(part, markevery=_every(part), gid="part", **dashed)
    if parts:
        ax.plot([], [], color=GREY, linestyle="--", linewidth=1.4, marker="", label=label)
    if predicted:
        _draw_predicted(ax, norms, predicted)
    if lost:
        _explain_lost(ax, "exactly zero")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.set(xlabel=x, ylabel=y, title=title)
    _legend_below(fig, 3)
    return fig


@styled
def gradient_panels(
    panels, *, predicted=None, x="time lag (steps back)", y="norm of the gradient"
):
    """As `gradient_by_lag`, side by side, with a thin line for each of several networks.

    The names share their colours, markers and line styles over all panels; each panel has its own
    logarithmic axis, since what explodes in one may vanish in the other.

    Args:
        panels: {title: {name: norms (networks, lags)}}, lag 0 first, each above zero; 1 to 3
            panels, which have the same 1 to 7 names.
        predicted: {title: {name: factor a step back}}, for all or some; a dotted black line from 1.
        x: Label of the x axes, with its unit.
        y: Label of the y axes, with its unit.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no panels or too many, their names differ, a norm is not above zero,
            or `predicted` names another panel or curve, or has a factor that is not above zero.
    """
    named(panels, "panels", 3)
    names = list(next(iter(panels.values())))
    _refuse_unknown(predicted, "predicted", panels, "panels")
    fig = Figure(figsize=(WIDTH, 3.9))
    for ax, (title, curves) in zip(np.atleast_1d(fig.subplots(1, len(panels))), panels.items(),
                                   strict=True):
        if list(named(curves, f"panels[{title!r}]", len(CYCLE))) != names:
            raise ValueError(f"{title!r} has the names {list(curves)}, expected {names} as before")
        ax.set_yscale("log")
        for (name, norms), look in zip(curves.items(), CYCLE(), strict=False):
            _draw_networks(ax, norms, name, look)
        _draw_predicted(ax, dict.fromkeys(curves, np.ones(_lags(curves))),
                        (predicted or {}).get(title, {}))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.set(xlabel=x, ylabel=y, title=title)
    entries = {}
    for ax in fig.axes:
        handles, labels = ax.get_legend_handles_labels()
        entries = {**dict(zip(labels, handles, strict=True)), **entries}
    fig.legend(entries.values(), entries, loc="outside lower center", ncols=len(entries))
    return fig


def _draw_networks(ax, norms, name, look):
    norms = numbers(norms, f"norms of {name!r}", ("networks", "lags"))
    _refuse_zero(norms, name)
    every = max(1, norms.shape[1] // 6)
    for number, line in enumerate(norms):
        label = {"label": name} if not number else {}
        ax.plot(line, linewidth=1.0, markersize=4, markevery=(number % every, every),
                **{**look, **label})  # fmt: skip


def _lags(curves):
    return max(np.shape(norms)[-1] for norms in curves.values())


def _norms(values, name):
    values = numbers(values, f"norms[{name!r}]", ("lags",))
    if (values < 0).any():
        raise ValueError(f"norms[{name!r}] holds {values.min():.3g}; a norm is zero or more")
    return values


def _draw_predicted(ax, norms, predicted):
    """Straight lines on the logarithmic axis, on top of which the measured ones should lie."""
    _refuse_unknown(predicted, "predicted", norms, "norms")
    # The second name's own lines are dashed, and without colour as grey.
    look = {"color": BLACK, "linestyle": ":", "marker": "", "linewidth": 2}
    label = "predicted"
    for name, factor in predicted.items():
        factor = expect.number(f"predicted[{name!r}]", factor, above=0)
        start, lags = norms[name][0], np.arange(len(norms[name]))
        if not start > 0:
            raise ValueError(
                f"predicted[{name!r}] starts from a norm of {start:.3g}; a straight line on a "
                "logarithmic axis needs one above 0"
            )
        with np.errstate(over="ignore", under="ignore"):
            line = start * factor**lags
        shown = np.where(np.isfinite(line) & (line > 0), line, np.nan)
        ax.plot(lags, shown, label=label, gid="predicted", zorder=3, **look)
        label = None


@styled
def forecast(
    years, values, forecasts, *, y, split=None, validation=None, spread=None, x="year"
):
    """A series and what models and baselines say about it.

    Args:
        years: Times of the observed series, `(time,)`.
        values: Its values, `(time,)`.
        forecasts: {name: (years, values)}, each `(time,)`.
        y: Label of the y axis, with its unit.
        split: First year of the test part; a dotted line stands just before it.
        validation: First year of the validation part, before `split`; a second dotted line.
        spread: {name: (lowest values, highest values)}, drawn as bands: the range over seeds.
        x: Label of the time axis.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Years and values do not fit together, a number is not finite, `spread` names
            another forecast, `split` lies outside the observed years, or `validation` does not lie
            before it.
    """
    years, values = _pair((years, values), "observed", "years")
    forecasts = {name: _pair(pair, name, "years") for name, pair in forecasts.items()}
    _refuse_unknown(spread, "spread", forecasts, "forecasts")
    fig = Figure(figsize=(WIDTH, 4.0))
    ax = fig.subplots()
    seen = {"color": BLACK, "linestyle": "-", "marker": "", "linewidth": 1.4, "zorder": 3}
    ax.plot(years, values, label="observed", **seen)
    coloured = [look for look in CYCLE if look["color"] != BLACK]
    for number, (name, (times, foreseen)) in enumerate(forecasts.items()):
        look = {**coloured[number % len(coloured)], "linewidth": 1.6, "markersize": 5}
        ax.plot(times, foreseen, label=name, markevery=_every(foreseen), **look)
        if spread and name in spread:
            low, high = _band(spread[name], times, name)
            ax.fill_between(times, low, high, color=look["color"], alpha=0.2, linewidth=0)
    if split is not None:
        _draw_split(ax, years, split, validation)
    ax.set(xlabel=x, ylabel=y)
    _legend_below(fig, 4)
    return fig


def _band(edges, times, name):
    low, high = (numbers(edge, f"spread[{name!r}]", ("time",)) for edge in edges)
    if not low.shape == high.shape == times.shape:
        raise ValueError(
            f"spread[{name!r}] has {len(low)} lowest and {len(high)} highest values, expected "
            f"{len(times)} of each, as many as its forecast"
        )
    return low, high


def _draw_split(ax, years, split, validation):
    split = _border(years, split, "split")
    names = [("before", split, "right", -6, 2), ("test", split, "left", 6, 2)]
    if validation is not None:
        begin = _border(years[years < split], validation, "validation")
        middle = (begin + split) / 2
        names = [
            ("training", begin, "right", -6, 2), ("validation", middle, "center", 0, 15), names[1],
        ]
        _draw_border(ax, begin, "validation")
    _draw_border(ax, split, "split")
    for text, place, side, right, up in names:
        where = {"xycoords": ax.get_xaxis_transform(), "textcoords": "offset points"}
        ax.annotate(text, (place, 1), (right, up), ha=side, va="bottom", color=GREY, **where)


def _border(years, first, name):
    """Halfway between the last year of one part and the first year of the next."""
    first = expect.number(name, first)
    before, after = years[years < first], years[years >= first]
    if not len(before) or not len(after):
        part = {"split": "test", "validation": "validation"}[name]
        raise ValueError(
            f"{name} is {first:g}, but the years there run from {years.min():g} to "
            f"{years.max():g}; expected the first year of the {part} part, within them"
        )
    return (before.max() + after.min()) / 2


def _draw_border(ax, place, name):
    ax.axvline(place, color=GREY, linewidth=1.4, linestyle=":", marker="", gid=name)


@styled
def word_by_word(words, probabilities, *, y, middle=0.5):
    """A verdict while reading: a bar for each word, up or down from the middle.

    Args:
        words: List of str, 1 to 30.
        probabilities: The verdict after each word, `(words,)`, 0 to 1.
        y: Axis label.
        middle: Where the verdict turns, 0 to 1.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Another number of words or of probabilities, or one outside 0 to 1.
    """
    words = texts(words, "words")
    [middle] = expect.fraction(middle=middle)
    probabilities = numbers(probabilities, "probabilities", ("words",))
    if not 1 <= len(words) <= 30 or len(words) != len(probabilities):
        raise ValueError(
            f"word_by_word needs 1 to 30 words and a probability for each, got {len(words)} words "
            f"and {len(probabilities)} probabilities"
        )
    if (probabilities < 0).any() or (probabilities > 1).any():
        raise ValueError("probabilities lie between 0 and 1; pass what a sigmoid gives")
    fig = Figure(figsize=(min(WIDTH, 1.6 + 0.55 * len(words)), 3.4))
    ax = fig.subplots()
    places = np.arange(len(words))
    drawn = ax.bar(places, probabilities - middle, 0.75, bottom=middle, color=SKY, edgecolor=BLACK)
    for bar, probability in zip(drawn, probabilities, strict=True):
        if probability < middle:
            bar.set(facecolor=ORANGE, hatch="//")
    ax.axhline(middle, color=BLACK, linewidth=1.2, linestyle="-", marker="")
    ax.set_xticks(places, words, rotation=90 if len(words) > 8 else 30, parse_math=False)
    ax.set(ylim=(0, 1), ylabel=y)
    ax.grid(False, axis="x")
    return fig
