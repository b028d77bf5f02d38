"""Pictures of the course, in one style that also reads in grey.

Every function takes plain lists, dictionaries or NumPy arrays and returns a Matplotlib `Figure`;
nothing appears until `show(fig, alt="...")`. The figures are made without pyplot, so a notebook
never displays one by accident, without its description.

    fig = plotting.attention_map(result.attention, result.source_tokens, result.tokens)
    plotting.show(fig, alt="Heat map: each French word looks at ... , so ...")
"""

import base64
import functools
import html
import io
import re
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib import patheffects
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle
from PIL import Image

# Okabe and Ito, "Color Universal Design" (2008). The pale yellow is left out: it vanishes on white.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
BLACK, ORANGE, SKY = "#000000", "#E69F00", "#56B4E9"
GREY = "#666666"

# Colour is never the only difference between two curves: line style and marker change with it.
CYCLE = (
    cycler(color=[BLUE, VERMILION, GREEN, BLACK, PURPLE, ORANGE, SKY])
    + cycler(linestyle=["-", "--", "-.", ":", (0, (6, 2)), (0, (4, 1, 1, 1)), (0, (1, 1))])
    + cycler(marker=["o", "s", "^", "D", "v", "P", "X"])
)
STYLE = {
    "figure.dpi": 100,  # layout pixels an inch: a figure 7 inches wide is 700 px wide on the page
    "savefig.dpi": 150,  # stored pixels an inch: sharper than the page asks for, still small
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "figure.figsize": (6.4, 3.8),
    "font.family": "DejaVu Sans",  # ships with Matplotlib: the same letters on every machine
    "font.size": 12,
    "axes.titlesize": 12,
    "axes.labelsize": 12,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": CYCLE,
    "grid.color": "#DDDDDD",
    "hatch.linewidth": 0.8,
    "image.cmap": "cividis",
    "legend.frameon": False,
    "legend.fontsize": 11,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
}
WIDTH = 7.0  # inches; the widest figure of the course
MIN_ALT_WORDS = 8
MAX_DIAGRAM_COLUMNS = 12


# ---------------------------------------------------------------- style and display


def style():
    """Make the course's look the default for Matplotlib figures that you draw yourself."""
    matplotlib.rcParams.update(STYLE)


def _styled(draw):
    """Draw in the course's style whatever the global settings are, so that bytes do not vary."""

    @functools.wraps(draw)
    def wrapper(*args, **keywords):
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            style()
            return draw(*args, **keywords)

    return wrapper


def check_alt(alt):
    """Return the description `alt`, stripped; raise ValueError where it tells the reader nothing.

    A description needs at least eight words, and does not open with "a plot of": a screen reader
    has already said that this is a picture.
    """
    if not isinstance(alt, str):
        raise ValueError(f"alt must be a sentence that describes the figure, got {alt!r}")
    words = len(re.findall(r"\w+", alt))
    if words < MIN_ALT_WORDS:
        raise ValueError(
            f"alt has {words} words ({alt!r}); use at least {MIN_ALT_WORDS} to say what one sees "
            "and what follows from it"
        )
    if re.match(r"\s*(an?|the|this)?\s*(plot|figure|image|picture|graph|chart)\b", alt, re.I):
        raise ValueError(
            f"alt opens with {' '.join(alt.split()[:3])!r}, which a screen reader says already; "
            "start with what one sees"
        )
    return " ".join(alt.split())


def png(fig):
    """Return `fig` as PNG bytes. The same figure gives the same bytes: no date, no version.

    256 colours are enough for our pictures and make the file less than half as large.
    """
    drawn, small = io.BytesIO(), io.BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        style()
        fig.savefig(drawn, format="png", facecolor="white")
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


def image_tag(fig, alt):
    """Return one `<img>` element that holds the picture and its description.

    `width` is in layout pixels and the file has half as many again, so that the picture is sharp
    on dense screens; on a narrow screen it shrinks to fit.
    """
    alt = check_alt(alt)
    data = base64.b64encode(png(fig)).decode("ascii")
    width = round(fig.get_figwidth() * STYLE["figure.dpi"])
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width:100%;height:auto" '
        f'src="data:image/png;base64,{data}">'
    )


def show(fig, *, alt):
    """Display `fig` in the notebook, described by `alt`, and close it.

    The output is HTML with a real alternative text, because the usual image output loses it in
    exported pages; programs that show no HTML get the description as plain text.
    Raises ValueError when `alt` says too little (see `check_alt`).
    """
    from IPython.display import display
    from matplotlib import pyplot

    if not isinstance(fig, Figure):
        raise TypeError(f"show expects a Matplotlib Figure, got {type(fig).__name__}")
    try:
        bundle = {"text/html": image_tag(fig, alt), "text/plain": check_alt(alt)}
    finally:
        pyplot.close(fig)  # otherwise Jupyter shows a pyplot figure once more, undescribed
    display(bundle, raw=True)


# ---------------------------------------------------------------- attention


@_styled
def attention_map(weights, source_tokens, target_tokens, *, gold=None, title=None, ax=None):
    """Heat map of attention: source along the top, target down the side.

    Parameters
    ----------
    weights : array (target time, source time), each between 0 and 1; one more row than there are
        target tokens is the row of [END]
    source_tokens, target_tokens : list of str
    gold : pairs (source index, target index) counted from 0, drawn as outlined squares
    ax : Matplotlib axes to draw into; without it, a new figure

    Raises ValueError when the shapes, the weights or the pairs do not fit together.
    """
    weights, target_tokens = check_attention(weights, source_tokens, target_tokens)
    gold = check_gold(gold, source_tokens, target_tokens)
    if ax is None:
        width = min(WIDTH, max(4.4, 2.2 + 0.55 * len(source_tokens)))
        fig = Figure(figsize=(width, 1.7 + 0.38 * len(target_tokens)))
        ax = fig.subplots()
    image = _draw_attention(ax, weights, source_tokens, target_tokens, gold, title)
    ax.figure.colorbar(image, ax=ax, label="attention weight", pad=0.02)
    if gold:
        _gold_legend(ax.figure)
    return ax.figure


@_styled
def attention_maps(maps, *, golds=None, columns=2):
    """Several attention maps side by side, with one colour bar.

    Parameters
    ----------
    maps : {title: (weights, source_tokens, target_tokens)}
    golds : {title: pairs (source index, target index)}, for all or some of the titles
    columns : maps in a row
    """
    if not maps:
        raise ValueError("attention_maps needs at least one map, got none")
    golds = golds or {}
    unknown = set(golds) - set(maps)
    if unknown:
        raise ValueError(f"golds names {sorted(unknown)}, but the maps are {list(maps)}")
    columns = min(columns, len(maps))
    rows = -(-len(maps) // columns)
    tallest = max(len(target) for _, _, target in maps.values())
    fig = Figure(figsize=(WIDTH, rows * (1.6 + 0.36 * tallest)))
    axes = fig.subplots(rows, columns, squeeze=False)
    for ax, (title, (weights, source, target)) in zip(axes.flat, maps.items(), strict=False):
        weights, target = check_attention(weights, source, target)
        gold = check_gold(golds.get(title), source, target)
        image = _draw_attention(ax, weights, source, target, gold, title, room=40 // columns - 4)
    for ax in axes.flat[len(maps) :]:
        ax.set_visible(False)
    fig.colorbar(image, ax=axes, label="attention weight", pad=0.02, aspect=20 * rows)
    if any(golds.values()):
        _gold_legend(fig)
    return fig


def check_attention(weights, source_tokens, target_tokens):
    """Return the weights as an array (target time, source time) and the token of each row.

    One row for each target token, and perhaps one more, for [END]; one column for each source
    token; every weight in 0 to 1. Raises ValueError otherwise.
    """
    if weights is None:
        raise ValueError("there are no attention weights: was this translator built without it?")
    weights = np.asarray(weights, dtype=float)
    expected = (len(target_tokens), len(source_tokens))
    with_end = (expected[0] + 1, expected[1])
    if weights.shape not in (expected, with_end):
        hint = "; transpose them" if weights.shape == expected[::-1] else ""
        raise ValueError(
            f"attention weights have shape {weights.shape}, expected (target time, source time) = "
            f"{expected} for {expected[0]} target and {expected[1]} source tokens, or {with_end} "
            f"with a last row for [END]{hint}"
        )
    if not weights.size:
        raise ValueError("attention needs at least one source and one target token, got none")
    if not np.all((weights >= 0) & (weights <= 1.001)):  # also false for NaN
        raise ValueError(
            f"attention weights run from {weights.min():.3g} to {weights.max():.3g}, expected 0 to "
            "1; are these scores before the softmax?"
        )
    ended = weights.shape == with_end
    return weights, [*target_tokens, "[END]"] if ended else list(target_tokens)


def check_gold(gold, source_tokens, target_tokens):
    """Return `gold` as a sorted list of (source index, target index); raise ValueError if outside.

    None becomes the empty list.
    """
    pairs = sorted((int(source), int(target)) for source, target in ([] if gold is None else gold))
    for source, target in pairs:
        if not (0 <= source < len(source_tokens) and 0 <= target < len(target_tokens)):
            raise ValueError(
                f"gold pair ({source}, {target}) is outside the sentence pair: expected (source "
                f"index below {len(source_tokens)}, target index below {len(target_tokens)})"
            )
    return pairs


def _draw_attention(ax, weights, source_tokens, target_tokens, gold, title, room=40):
    image = ax.imshow(weights, vmin=0, vmax=1, aspect="auto", interpolation="nearest")
    _label_cells(ax, target_tokens, source_tokens, room)
    for source, target in gold:
        _outline(ax, source, target)
    ax.set_xlabel("source")
    ax.set_ylabel("target")
    if title:
        ax.set_title(title)
    return image


def _label_cells(ax, row_labels, column_labels, room=40):
    """Name the rows on the left and the columns along the top.

    The names stand slanted where, each as long as the longest, they fill more than `room` letters.
    """
    ax.grid(False)
    ax.spines[:].set_visible(False)
    ax.xaxis.set_label_position("top")
    ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    ax.set_yticks(range(len(row_labels)), list(row_labels))
    long = len(column_labels) * max(map(len, column_labels)) > room
    slant = {"rotation": 60, "ha": "left", "rotation_mode": "anchor"} if long else {}
    ax.set_xticks(range(len(column_labels)), list(column_labels), **slant)
    for label in [*ax.get_xticklabels(), *ax.get_yticklabels()]:
        label.set_parse_math(False)  # a token may be a dollar sign


def _outline(ax, column, row):
    """Outline one cell in white within black, which shows on every shade."""
    square = Rectangle((column - 0.42, row - 0.42), 0.84, 0.84, fill=False, gid="gold")
    square.set(edgecolor="white", linewidth=1.6)
    square.set_path_effects([patheffects.withStroke(linewidth=4, foreground="black")])
    ax.add_patch(square)


def _gold_legend(fig):
    square = Rectangle((0, 0), 1, 1, fill=False, edgecolor="black", linewidth=1.6)
    fig.legend([square], ["gold alignment"], loc="outside lower center")


# ---------------------------------------------------------------- numbers in cells


@_styled
def matrix(values, rows, columns, *, annotate=True, digits=2, x=None, y=None, title=None):
    """A small matrix as shaded cells with its numbers in them.

    Parameters
    ----------
    values : array (len(rows), len(columns))
    rows, columns : list of str
    annotate : write each number into its cell
    digits : decimals of those numbers
    x, y : what the columns and the rows are
    """
    values = np.asarray(values, dtype=float)
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"values have shape {values.shape}, expected (rows, columns) = "
            f"{(len(rows), len(columns))}"
        )
    size = (min(WIDTH, 1.8 + 0.85 * len(columns)), 1.0 + 0.5 * len(rows))
    fig = Figure(figsize=size)
    ax = fig.subplots()
    image = ax.imshow(values, aspect="auto", interpolation="nearest")
    _label_cells(ax, rows, columns)
    ax.set(xlabel=x, ylabel=y, title=title)
    if annotate:
        _write_numbers(ax, image, values, digits)
    return fig


def _write_numbers(ax, image, values, digits):
    for (row, column), value in np.ndenumerate(values):
        colour = _readable_on(image.to_rgba(value))
        text = f"{value:.{digits}f}"
        ax.text(column, row, text, ha="center", va="center", color=colour)


def _readable_on(rgba):
    """Black or white, whichever contrasts more with the colour (WCAG 2.2, relative luminance)."""
    channels = np.asarray(rgba[:3])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance = float(linear @ [0.2126, 0.7152, 0.0722])
    return "black" if luminance > 0.179 else "white"  # at 0.179 both contrast alike


# ---------------------------------------------------------------- curves and comparisons


@_styled
def learning_curves(histories, metric="loss", *, x="epoch", y=None):
    """Training (dashed, hollow) and validation (solid, filled) of each model.

    Parameters
    ----------
    histories : {name: history}, or one history alone. A history holds lists with one value an
        epoch: what `training.fit` returns, what Keras returns, or a dictionary
    metric : name of the training values; the validation values are "validation_" + metric, or
        "val_" + metric
    x : "epoch", or "seconds" for the time spent so far, to compare in equal time
    y : axis label with its unit
    """
    if x not in ("epoch", "seconds"):
        raise ValueError(f'x is {x!r}, expected "epoch" or "seconds"')
    fig = Figure(figsize=(6.4, 3.8))
    ax = fig.subplots()
    for (name, history), look in zip(_named(histories).items(), CYCLE(), strict=False):
        values = _lists(history)
        for needed in {metric, x} - {"epoch"} - set(values):
            raise ValueError(f"history {name!r} has no {needed!r}; it has {sorted(values)}")
        times = np.cumsum(values["seconds"]) if x == "seconds" else None
        _draw_epochs(ax, times, values[metric], _join(name, "training"), look, hollow=True)
        checked = values.get(f"validation_{metric}") or values.get(f"val_{metric}")
        if checked:
            _draw_epochs(ax, times, checked, _join(name, "validation"), look)
    ax.xaxis.get_major_locator().set_params(integer=True)
    x_label = "training time (seconds)" if x == "seconds" else "epoch"
    y_label = "loss (nats per token)" if metric == "loss" else metric
    ax.set(xlabel=x_label, ylabel=y or y_label)
    ax.legend()
    return fig


def _lists(history):
    """The lists of a history, by name, whichever of the three kinds it is."""
    history = getattr(history, "history", history)
    return dict(history) if isinstance(history, Mapping) else vars(history)


def _named(histories):
    alone = not isinstance(histories, Mapping) or all(
        isinstance(values, Sequence) for values in histories.values()
    )
    return {"": histories} if alone else histories


def _join(name, part):
    return f"{name}, {part}" if name else part


def _draw_epochs(ax, times, values, label, look, hollow=False):
    look = {**look, "linestyle": "--" if hollow else "-"}
    if hollow:
        look.update(markerfacecolor="white", linewidth=1.2)
    times = range(1, len(values) + 1) if times is None else times[: len(values)]
    ax.plot(times, values, label=label, **look)


@_styled
def score_by_length(
    curves, *, y="BLEU", x="source length (tokens)", counts=None, spread=None, mark=None
):
    """Lines of a score against sentence length.

    Parameters
    ----------
    curves : {name: (lengths, scores)}
    counts : (lengths, numbers of sentences), drawn as bars below, so that thin evidence shows
    spread : {name: (lowest scores, highest scores)}, drawn as bands: the range over seeds
    mark : (length, label) of a vertical line, e.g. (15, "longest in training")
    """
    fig = Figure(figsize=(6.4, 4.9 if counts else 3.8))
    if counts:
        ax, below = fig.subplots(2, 1, sharex=True, height_ratios=[3, 1])
        below.bar(*counts, width=_bar_width(counts[0]), color="#BBBBBB", edgecolor=GREY)
        below.set(xlabel=x, ylabel="sentences")
    else:
        ax = fig.subplots()
        ax.set(xlabel=x)
    for (name, (lengths, scores)), look in zip(curves.items(), CYCLE(), strict=False):
        ax.plot(lengths, scores, label=name, **look)
        if spread and name in spread:
            ax.fill_between(lengths, *spread[name], color=look["color"], alpha=0.2, linewidth=0)
    if mark:
        ax.axvline(mark[0], color=GREY, linewidth=1.2, linestyle=":", label=mark[1])
    ax.set(ylabel=y)
    ax.set_ylim(bottom=0)
    ax.legend()
    return fig


def _bar_width(positions):
    return 0.8 * (np.diff(positions).min() if len(positions) > 1 else 1)


@_styled
def bars(values, *, y, x=None, spread=None, digits=2):
    """Upright bars with their values above them.

    Parameters
    ----------
    values : {name: number}
    spread : {name: (lowest, highest)}, drawn as whiskers: the range over seeds
    digits : decimals of the numbers above the bars
    """
    fig = Figure(figsize=(min(WIDTH, 1.6 + 0.95 * len(values)), 3.4))
    ax = fig.subplots()
    drawn = ax.bar(list(values), list(values.values()), width=0.6, color=SKY, edgecolor=BLACK)
    tops = list(values.values())
    if spread:
        low, high = np.array([spread[name] for name in values], dtype=float).T
        middles = np.arange(len(values))
        ax.vlines(middles, low, high, color=BLACK, linewidth=2)
        ax.plot(middles, low, "k_", middles, high, "k_", markersize=12)
        tops = high
    for bar, value, top in zip(drawn, values.values(), tops, strict=True):
        place = (bar.get_x() + bar.get_width() / 2, max(top, 0))
        ax.annotate(f"{value:.{digits}f}", place, (0, 4), textcoords="offset points", ha="center")
    ax.margins(y=0.12)
    ax.grid(False, axis="x")
    ax.set(xlabel=x, ylabel=y)
    return fig


@_styled
def ladder(scores, *, x="BLEU", digits=1):
    """Compare models line by line, each seed a dot, so that one sees which differences are real.

    Parameters
    ----------
    scores : {name: number, or list of numbers, one a seed}, drawn from top to bottom
    digits : decimals of the mean that is written beside each line
    """
    fig = Figure(figsize=(6.4, 1.1 + 0.45 * len(scores)))
    ax = fig.subplots()
    for row, values in enumerate(map(np.atleast_1d, scores.values())):
        ax.hlines(row, values.min(), values.max(), color=BLUE, linewidth=5, alpha=0.35)
        ax.plot(values, np.full(len(values), row), "o", color=BLUE, markerfacecolor="white")
        ax.plot(values.mean(), row, "|", color=BLACK, markersize=18, markeredgewidth=2.5)
        label = f"{values.mean():.{digits}f}"
        ax.annotate(label, (1.02, row), xycoords=ax.get_yaxis_transform(), va="center")
    ax.set_yticks(range(len(scores)), list(scores))
    ax.set_ylim(len(scores) - 0.4, -0.6)
    ax.set_title("mean", loc="right", x=1.1)
    ax.set_xlabel(f"{x} (dots: seeds; bar: their mean)")
    return fig


@_styled
def token_lengths(lengths, *, x="tokens in a sentence", y="sentences"):
    """How many sentences have each length, one outline for each language.

    Parameters
    ----------
    lengths : {language: list of int}
    """
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


# ---------------------------------------------------------------- encoder and decoder, drawn


@_styled
def encoder_decoder_diagram(source_tokens, target_tokens, *, attention=None, step=0):
    """Schematic encoder (above) and decoder (below) at work on one sentence pair.

    The encoder reads left to right. Its last state, the thought vector, starts the decoder, which
    begins with [START], feeds each word it wrote back in (dashed) and stops with [END].
    With `attention`, one decoder step also looks at all encoder states.

    Parameters
    ----------
    source_tokens, target_tokens : list of str, without [START] and [END]
    attention : weights (source time,) with which decoder step number `step` looks at the source
    step : that decoder step, counted from 0; step len(target_tokens) writes [END]
    """
    words = ["[START]", *target_tokens, "[END]"]
    columns = max(len(source_tokens), len(words))
    if not source_tokens or columns > MAX_DIAGRAM_COLUMNS:
        raise ValueError(
            f"the diagram holds 1 to {MAX_DIAGRAM_COLUMNS} source tokens and at most "
            f"{MAX_DIAGRAM_COLUMNS - 2} target tokens, got {len(source_tokens)} and "
            f"{len(target_tokens)}; choose a shorter sentence"
        )
    fig, ax, size = _diagram_canvas(columns, [*source_tokens, *words])
    left = (columns - len(source_tokens)) / 2  # the shorter row stands in the middle
    states = [(left + column, 3.35) for column in range(len(source_tokens))]
    first = (columns - len(words)) / 2
    steps = [(first + column + 0.5, 1.0) for column in range(len(words) - 1)]
    _draw_encoder(ax, source_tokens, states, size)
    _draw_decoder(ax, words, steps, size)
    if attention is None:
        _draw_thought_vector(ax, states[-1], steps[0])
    else:
        weights = _diagram_weights(attention, states, step, steps)
        _draw_first_state(ax, states[-1], steps[0])
        _draw_context(ax, weights, states, steps[step], size)
    return fig


def _diagram_canvas(columns, words):
    """Figure, axes in units of one column, and the text size at which the longest word fits."""
    inches = min(1.0, WIDTH / columns)
    fig = Figure(figsize=(max(4.0, inches * columns), 4.2), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(-0.55, columns - 0.45), ylim=(-0.4, 4.75))
    ax.set_axis_off()
    longest = max(map(len, words))
    return fig, ax, float(np.clip(inches * 72 * 1.5 / longest, 7, 12))


def _draw_encoder(ax, tokens, states, size):
    for token, (x, y) in zip(tokens, states, strict=True):
        _word(ax, x, 4.15, token, size)
        _arrow(ax, (x, 4.0), (x, y + 0.25))
        _box(ax, x, y, SKY)
    for (x, y), (following, _) in zip(states, states[1:], strict=False):
        _arrow(ax, (x + 0.3, y), (following - 0.3, y))
    ax.text(states[0][0] - 0.4, 4.5, "encoder", ha="left", va="center", color=GREY)


def _draw_decoder(ax, words, steps, size):
    first = steps[0][0] - 0.5
    for column, word in enumerate(words):
        _word(ax, first + column, 0.1, word, size)
    for number, (x, y) in enumerate(steps):
        _box(ax, x, y, ORANGE)
        _arrow(ax, (x - 0.45, 0.28), (x - 0.15, y - 0.25), dashed=number > 0)
        _arrow(ax, (x + 0.15, y - 0.25), (x + 0.45, 0.28))
    for (x, y), (following, _) in zip(steps, steps[1:], strict=False):
        _arrow(ax, (x + 0.3, y), (following - 0.3, y))
    ax.text(first - 0.4, -0.22, "decoder (dashed: fed back)", ha="left", va="center", color=GREY)


def _draw_thought_vector(ax, last_state, first_step):
    _elbow(ax, last_state, first_step, 2.2, VERMILION, 2.5)
    middle = (last_state[0] + first_step[0]) / 2
    note = {"facecolor": "white", "edgecolor": "none", "pad": 3}
    ax.text(middle, 2.2, "thought vector", ha="center", va="center", color=VERMILION, bbox=note)


def _draw_first_state(ax, last_state, first_step):
    """With attention the last encoder state still starts the decoder, but it is not the subject."""
    _elbow(ax, last_state, first_step, 1.5, "#999999", 1.3)


def _elbow(ax, start, end, middle, colour, width):
    """From the last encoder state down, back to the left, and into the first decoder step."""
    route = ([start[0], start[0], end[0]], [start[1] - 0.25, middle, middle])
    ax.plot(*route, color=colour, linewidth=width, linestyle="-", marker="", zorder=1)
    _arrow(ax, (end[0], middle), (end[0], end[1] + 0.25), colour=colour, width=width)


def _diagram_weights(attention, states, step, steps):
    if not 0 <= step < len(steps):
        raise ValueError(f"step {step} is not a decoder step; expected 0 to {len(steps) - 1}")
    weights = np.asarray(attention, dtype=float)
    if weights.shape != (len(states),):
        raise ValueError(
            f"attention has shape {weights.shape}, expected one weight for each of the "
            f"{len(states)} source tokens; pass one row, such as result.attention[step], with "
            "step=step"
        )
    return weights


def _draw_context(ax, weights, states, step, size):
    """Lines from all encoder states to the context of one step, as thick as the weights."""
    x, y = step[0], 1.9
    for weight, (state_x, state_y) in zip(weights, states, strict=True):
        ends = ([state_x, x], [state_y - 0.25, y])
        look = {"color": BLUE, "linestyle": "-", "marker": "", "zorder": 2, "gid": "weight"}
        ax.plot(*ends, linewidth=0.6 + 7 * weight, **look)
        note = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        place = {"ha": "center", "va": "center", "fontsize": size, "bbox": note}
        ax.text(state_x, state_y - 0.44, f"{weight:.2f}", **place)
    ax.plot(x, y, "o", markersize=22, color="white", markeredgecolor=BLUE, zorder=5)
    ax.text(x, y, "Σ", ha="center", va="center", zorder=6)
    note = {"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.85}
    ax.text(x + 0.3, y - 0.1, "context", ha="left", va="center", color=BLUE, zorder=4, bbox=note)
    _arrow(ax, (x, y - 0.18), (x, step[1] + 0.25), colour=BLUE, width=2.5)


def _word(ax, x, y, text, size):
    ax.text(x, y, text, ha="center", va="center", fontsize=size, parse_math=False)


def _box(ax, x, y, colour):
    shape = FancyBboxPatch((x - 0.26, y - 0.21), 0.52, 0.42, boxstyle="round,pad=0.04")
    shape.set(facecolor=colour, edgecolor=BLACK, linewidth=1.2, zorder=3)
    ax.add_patch(shape)


def _arrow(ax, start, end, dashed=False, colour=BLACK, width=1.3):
    arrow = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, shrinkA=0, shrinkB=0)
    arrow.set(color=colour, linewidth=width, linestyle="--" if dashed else "-", zorder=2)
    ax.add_patch(arrow)
