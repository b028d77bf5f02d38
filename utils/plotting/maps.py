"""Maps: attention, small matrices, hidden states over time, and vectors as places in a plane."""

from operator import index

import numpy as np
from matplotlib import patheffects
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils import expect

from .display import BLACK, CYCLE, DIVERGING, WIDTH, readable_on, styled
from .values import named, numbers, per_step, texts, written

MAX_STATE_STEPS, MAX_STATE_UNITS = 80, 40
WRITTEN_STEPS, WRITTEN_UNITS = 10, 12  # up to here each cell has room for its number


@styled
def attention_map(weights, source_tokens, target_tokens, *, gold=None, title=None, ax=None):
    """Heat map of attention: source along the top, target down the side.

    Args:
        weights: Array `(target time, source time)`, each between 0 and 1; one more row than there
            are target tokens is the row of [END].
        source_tokens: List of str.
        target_tokens: List of str.
        gold: Pairs (source index, target index) counted from 0, drawn as outlined squares, or None.
        title: Text above the picture, or None.
        ax: Matplotlib axes to draw into; without them, a new figure.

    Returns:
        The Matplotlib Figure that was drawn into.

    Raises:
        ValueError: The shapes, the weights or the pairs do not fit together.
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


@styled
def attention_maps(maps, *, golds=None, columns=2):
    """Several attention maps side by side, with one colour bar.

    Args:
        maps: {title: (weights, source_tokens, target_tokens)}, each as in `attention_map`.
        golds: {title: pairs (source index, target index)}, for all or some of the titles.
        columns: Maps in a row.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no maps, `golds` names another one, `columns` is no whole number from
            1 on, or what `attention_map` refuses.
    """
    named(maps, "maps")
    [columns] = expect.integer(columns=columns)
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
    """Attention weights, when they fit the tokens.

    Args:
        weights: Numbers, one row for each target token, and perhaps one more, for [END]; one column
            for each source token; every weight in 0 to 1.
        source_tokens: List of str.
        target_tokens: List of str.

    Returns:
        The weights, an array `(target time, source time)`, and the token of each row.

    Raises:
        ValueError: There are no weights or no tokens, they do not fit together, or a weight is
            outside 0 to 1.
    """
    if weights is None:
        raise ValueError("there are no attention weights: was this translator built without it?")
    source_tokens = texts(source_tokens, "source_tokens")
    target_tokens = texts(target_tokens, "target_tokens")
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
    """A gold alignment, when it fits the tokens.

    Args:
        gold: Pairs (source index, target index) counted from 0, or None.
        source_tokens: List of str.
        target_tokens: List of str.

    Returns:
        A sorted list of them; the empty list for None.

    Raises:
        ValueError: A pair points outside the sentences, or is none.
    """
    try:
        pairs = [] if gold is None else sorted((index(one), index(other)) for one, other in gold)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"gold is {gold!r:.60}, expected pairs (source index, target index) counted from 0"
        ) from error
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


@styled
def matrix(
    values, rows, columns, *, annotate=True, digits=2, by_row=False, x=None, y=None, title=None
):
    """A small matrix as shaded cells with its numbers in them.

    Args:
        values: Array `(len(rows), len(columns))`.
        rows: List of str.
        columns: List of str.
        annotate: Whether to write each number into its cell.
        digits: Decimals of those numbers.
        by_row: Whether to shade each cell by its share of its row, from 0 to 1, and still write the
            number: in a table of counts rare rows then show as well as frequent ones.
        x: What the columns are.
        y: What the rows are.
        title: Text above the picture, or None.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: The values do not fit rows and columns, one is not finite, or is below zero
            where `by_row` is True.
    """
    rows, columns = texts(rows, "rows"), texts(columns, "columns")
    expect.boolean(annotate=annotate, by_row=by_row)
    [digits] = expect.integer(0, digits=digits)
    values = numbers(values, "values", ("rows", "columns"))
    if values.shape != (len(rows), len(columns)):
        raise ValueError(
            f"values have shape {values.shape}, expected (rows, columns) = "
            f"{(len(rows), len(columns))}"
        )
    size = (min(WIDTH, 1.8 + 0.85 * len(columns)), 1.0 + 0.5 * len(rows))
    fig = Figure(figsize=size)
    ax = fig.subplots()
    shades, scale = (_shares(values), {"vmin": 0, "vmax": 1}) if by_row else (values, {})
    image = ax.imshow(shades, aspect="auto", interpolation="nearest", **scale)
    _label_cells(ax, rows, columns)
    ax.set(xlabel=x, ylabel=y, title=title)
    if annotate:
        _write_numbers(ax, image, values, digits)
    return fig


def _shares(values):
    """Each value as a part of the sum of its row; zeros in an empty row."""
    if not (values >= 0).all():  # also for NaN
        raise ValueError("by_row=True needs counts, but values hold one that is not zero or more")
    sums = values.sum(axis=1, keepdims=True)
    return values / np.where(sums > 0, sums, 1)


def _write_numbers(ax, image, values, digits, first_column=0):
    shades = image.get_array()
    for (row, column), value in np.ndenumerate(values):
        colour = readable_on(image.to_rgba(shades[row, column]))
        place = {"ha": "center", "va": "center", "color": colour}
        ax.text(column + first_column, row, written(value, digits), **place)


@styled
def vector_map(places, *, x, y):
    """Vectors as places in a plane, each with a short name, group by group.

    Args:
        places: {group: {name: (x, y)}}; each group has a marker and a colour of its own.
        x: What the first coordinate is.
        y: What the second one is.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no groups or more than there are colours, one is empty, or a place is
            not two finite numbers.
    """
    fig = Figure(figsize=(6.4, 4.4))
    ax = fig.subplots()
    groups = named(places, "places", len(CYCLE))
    for (group, points), look in zip(groups.items(), CYCLE(), strict=False):
        found = numbers(
            list(named(points, f"places[{group!r}]").values()), f"places[{group!r}]",
            ("vectors", "2"),
        )  # fmt: skip
        if found.shape[1] != 2:
            raise ValueError(f"places[{group!r}] have {found.shape[1]} numbers each, expected 2")
        ax.plot(*found.T, look["marker"], color=look["color"], markersize=9, label=str(group))
        ordered = sorted(zip(found.tolist(), points, strict=True), key=lambda pair: pair[0])
        for number, (place, name) in enumerate(ordered):  # names of neighbours on different sides
            aside, side = ((-8, -14), "right") if number % 2 else ((8, 5), "left")
            ax.annotate(
                str(name), place, aside, textcoords="offset points", ha=side, parse_math=False
            )
    ax.margins(0.18)
    ax.set(xlabel=x, ylabel=y)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 1.2 if len(places) > 2 else 1.14), ncols=2)
    return fig


@styled
def hidden_states(states, inputs=None, outputs=None, *, annotate=None, title=None):
    """Heat map of one sequence's hidden states: time to the right, units downwards.

    White is zero, blue below, orange above; every cell below zero carries a dash (or its number,
    with a minus sign), so that the sign also shows in grey. Time counts from 1, as h_1 is the first
    state computed; units count from 0, as in `states[:, 0]`.

    Args:
        states: Array `(time, units)`, h_1 to h_T of one sequence, without the initial state.
        inputs: What was read at each step, drawn above: list of str, numbers `(time,)`, or numbers
            `(time, features)` with at most 4 features.
        outputs: What came out at each step, drawn below, of the same kinds.
        annotate: Whether to write each number into its cell; without it, wherever there is room.
        title: Text above the picture, or None.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Shapes do not fit together, a number is not finite, or the map has more than 80
            steps or 40 units, which would make its cells too small to carry their marks.
    """
    states = _states_to_draw(states)
    if annotate is not None:
        expect.boolean(annotate=annotate)
    steps, units = states.shape
    above = None if inputs is None else _signal(inputs, steps, "inputs")
    below = None if outputs is None else _signal(outputs, steps, "outputs")
    heights = [0.8, float(np.clip(0.3 * units, 1.2, 4.5)), 0.8]
    panels = [_is_panel(above), True, _is_panel(below)]
    heights = [height for height, shown in zip(heights, panels, strict=True) if shown]
    height = 0.9 + sum(heights) + word_height(above) + word_height(below)
    fig = Figure(figsize=(min(WIDTH, max(4.8, 2.2 + 0.55 * steps)), height))
    axes = fig.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    ax = axes[int(panels[0])]
    image = _draw_states(ax, states, annotate)
    fig.colorbar(image, ax=ax, label="hidden state", pad=0.02)
    axes[0].set_title(title)
    axes[-1].set_xlabel("time step")
    axes[-1].xaxis.get_major_locator().set_params(integer=True)
    _draw_steps(axes[0], above, "input", top=True)
    _draw_steps(axes[-1], below, "output", top=False)
    return fig


@styled
def state_parts(parts, inputs=None):
    """Heat maps of what one sequence's states are made of, one above the other, on one scale.

    For instance what the input brings at each step, what the state before brings, and the new
    state. Colours and dashes are those of `hidden_states`.

    Args:
        parts: {title: array (time, units)}, 1 to 4, drawn from top to bottom.
        inputs: What was read at each step, drawn above, as in `hidden_states`, or None.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There are no parts or too many, their shapes differ, or one could not be drawn
            by `hidden_states`.
    """
    parts = {name: _states_to_draw(part) for name, part in named(parts, "parts", 4).items()}
    shapes = {name: part.shape for name, part in parts.items()}
    if len(set(shapes.values())) > 1:
        raise ValueError(f"parts have the shapes {shapes}, expected one shape (time, units) of all")
    steps, units = next(iter(shapes.values()))
    above = None if inputs is None else _signal(inputs, steps, "inputs")
    panel = _is_panel(above)
    heights = [0.8] * panel + [float(np.clip(0.3 * units, 1.2, 4.5))] * len(parts)
    height = 0.9 + sum(heights) + 0.3 * len(parts) + word_height(above)
    fig = Figure(figsize=(min(WIDTH, max(4.8, 2.2 + 0.55 * steps)), height))
    axes = fig.subplots(len(heights), 1, sharex=True, squeeze=False, height_ratios=heights)[:, 0]
    limit = max(np.abs(part).max() for part in parts.values())
    maps = axes[int(panel) :]
    for ax, (name, part) in zip(maps, parts.items(), strict=True):
        image = _draw_states(ax, part, False, limit)
        ax.set_title(name, fontsize=10)
    fig.colorbar(image, ax=list(maps), label="value", pad=0.02)
    axes[-1].set_xlabel("time step")
    axes[-1].xaxis.get_major_locator().set_params(integer=True)
    _draw_steps(axes[0], above, "input", top=True)
    return fig


def _states_to_draw(states):
    states = numbers(states, "states", ("time", "units"))
    if states.shape[0] > MAX_STATE_STEPS or states.shape[1] > MAX_STATE_UNITS:
        raise ValueError(
            f"states have shape {states.shape}, more than the {MAX_STATE_STEPS} steps and "
            f"{MAX_STATE_UNITS} units that one can read; choose a part, such as states[-40:, :16]"
        )
    return states


def _signal(values, steps, name):
    values = per_step(values, steps, name)
    if _is_panel(values) and values.shape[1] > 4:
        raise ValueError(
            f"{name} have {values.shape[1]} features, at most 4 can be told apart; choose some, or "
            "give a list of texts"
        )
    return values


def _is_panel(values):
    """Numbers get axes of their own; texts stand at the edge of the map."""
    return isinstance(values, np.ndarray)


def _draw_states(ax, states, annotate, limit=None):
    steps, units = states.shape
    limit = limit or np.abs(states).max() or 1.0
    image = ax.imshow(
        states.T, cmap=DIVERGING, vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest",
        extent=(0.5, steps + 0.5, units - 0.5, -0.5),
    )
    ax.grid(False)
    ax.set(ylabel="unit", yticks=range(0, units, 1 + units // 12))
    if annotate is None:
        annotate = steps <= WRITTEN_STEPS and units <= WRITTEN_UNITS
    if annotate:
        _write_numbers(ax, image, states.T, 2, first_column=1)
    else:
        mark_negative(ax, image, states)
    return image


def mark_negative(ax, image, states):
    """A dash in every cell below zero: in grey, both ends of the colours look alike."""
    size = min(9.0, 0.55 * 72 * 5 / len(states))  # cells share about 5 inches
    for colour in ("black", "white"):
        cells = [
            (time + 1, unit)
            for (time, unit), value in np.ndenumerate(states)
            if value < 0 and readable_on(image.to_rgba(value)) == colour
        ]
        if cells:
            look = {"color": colour, "markersize": size, "markeredgewidth": 1.2, "gid": "negative"}
            ax.plot(*zip(*cells, strict=True), linestyle="none", marker="_", **look)


def _draw_steps(ax, values, name, top):
    """What was read or came out: a line if it is made of numbers, words if it is text."""
    if values is None:
        return
    if _is_panel(values):
        _draw_signal(ax, values, name)
    elif top:
        edge = ax.secondary_xaxis("top")
        edge.spines[:].set_visible(False)
        write_words(edge, values, name, "left")
    else:
        write_words(ax, values, f"{name} at each time step", "right")


def _draw_signal(ax, values, name):
    times = np.arange(1, len(values) + 1)
    for number, (column, look) in enumerate(zip(values.T, CYCLE(), strict=False)):
        look = {**look, "linewidth": 1.5, "markersize": 4}
        ax.plot(times, column, label=str(number), **look)
    if values.min() < 0 < values.max():
        ax.axhline(0, color=BLACK, linewidth=0.8, linestyle="-", marker="", zorder=1)
    ax.set_ylabel(name)
    if values.shape[1] > 1:
        names = ax.legend(
            title="feature", loc="center left", bbox_to_anchor=(1, 0.5), fontsize=8,
            title_fontsize=8, handlelength=1.8, labelspacing=0.2,
        )
        names.set_in_layout(False)  # it stands above or below the colour bar, whose width suffices


def write_words(ax, words, name, anchor):
    """Writes words below the columns of a map, aslant where they are long; `anchor` aligns them."""
    slant = {"rotation": 60, "ha": anchor, "rotation_mode": "anchor"}
    ax.set_xticks(range(1, len(words) + 1), words, **(slant if _are_long(words) else {}))
    ax.tick_params(length=0)
    ax.set_xlabel(name)
    for label in ax.get_xticklabels():
        label.set_parse_math(False)


def _are_long(words):
    """Whether the words, each as long as the longest, do not fit side by side."""
    return len(words) * max(map(len, words)) > 40


def word_height(values):
    """Inches that words need above or below the map; numbers have a panel for them."""
    if values is None or _is_panel(values):
        return 0.2
    return 0.3 + 0.08 * max(map(len, values)) if _are_long(values) else 0.4
