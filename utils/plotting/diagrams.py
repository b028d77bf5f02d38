"""Schematic drawings of networks, made by code so that they can be changed."""

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path

from utils import expect

from .display import (
    BLACK,
    BLUE,
    GREEN,
    GREEN_INK,
    GREY,
    ORANGE,
    SKY,
    VERMILION,
    VERMILION_INK,
    WIDTH,
    styled,
)
from .values import numbers, per_step, texts, written

MAX_DIAGRAM_COLUMNS = 12

MAX_STEPS, MAX_STEPS_BACKWARDS = 5, 7  # without the folded layer there is room for more
MAX_NODE_TEXT = 8  # letters
INPUT, STATE, OUTPUT, LOSS = 0.8, 1.95, 3.1, 4.05  # centres, in inches above the lower edge
NODE = 0.25  # half the width of a node
WEIGHT_COLOURS = {"W_xh": BLUE, "W_hh": BLACK, "W_yh": BLACK, "W_hy": GREEN}


# ---------------------------------------------------------------- encoder and decoder


@styled
def encoder_decoder_diagram(
    source_tokens, target_tokens, *, attention=None, step=0, both_ways=False, asks_with_word=False
):
    """Schematic encoder (above) and decoder (below) at work on one sentence pair.

    The encoder reads left to right. Its last state, the thought vector, starts the decoder, which
    begins with [START], feeds each word it wrote back in (dashed) and stops with [END].
    With `attention`, one decoder step also looks at all encoder states, with a query from the step
    before it.

    Args:
        source_tokens: List of str, without [START] and [END].
        target_tokens: List of str, likewise.
        attention: Weights `(source time,)` with which decoder step number `step` looks at the
            source, or None.
        step: That decoder step, counted from 0; step len(target_tokens) writes [END].
        both_ways: Whether the encoder also reads right to left; then the decoder starts from both
            last states, at either end of the row.
        asks_with_word: Whether the word said last belongs to the query, beside the state.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: There is no source token or too many of either, there is no such step, or the
            weights do not fit the source.
    """
    expect.boolean(both_ways=both_ways, asks_with_word=asks_with_word)
    source_tokens = texts(source_tokens, "source_tokens")
    words = ["[START]", *texts(target_tokens, "target_tokens"), "[END]"]
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
    _draw_encoder(ax, source_tokens, states, size, both_ways)
    _draw_decoder(ax, words, steps, size)
    [step] = expect.integer(0, step=step)
    if step >= len(steps):
        raise ValueError(f"step {step} is not a decoder step; expected 0 to {len(steps) - 1}")
    if attention is None:
        _draw_thought_vector(ax, states[-1], steps[0])
        if both_ways:
            _elbow(ax, (states[0][0] - 0.2, states[0][1]), steps[0], 2.2, VERMILION, 2.5)
    else:
        weights = _diagram_weights(attention, states)
        _draw_first_state(ax, states[-1], steps[0])
        if both_ways:  # from the left of the first state, where no weight begins
            _draw_first_state(ax, (states[0][0] - 0.2, states[0][1]), steps[0])
        _draw_context(ax, weights, states, steps[step], size)
        if step:
            _draw_query(ax, steps[step - 1], steps[step], asks_with_word)
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


def _draw_encoder(ax, tokens, states, size, both_ways):
    for token, (x, y) in zip(tokens, states, strict=True):
        _word(ax, x, 4.15, token, size)
        arrow(ax, (x, 4.0), (x, y + 0.25))
        _box(ax, x, y, SKY)
    aside = 0.1 if both_ways else 0
    for (x, y), (following, _) in zip(states, states[1:], strict=False):
        arrow(ax, (x + 0.3, y + aside), (following - 0.3, y + aside))
        if both_ways:
            arrow(ax, (following - 0.3, y - aside), (x + 0.3, y - aside), name="backwards")
    ax.text(states[0][0] - 0.4, 4.5, "encoder", ha="left", va="center", color=GREY)


def _draw_decoder(ax, words, steps, size):
    first = steps[0][0] - 0.5
    for column, word in enumerate(words):
        _word(ax, first + column, 0.1, word, size)
    for number, (x, y) in enumerate(steps):
        _box(ax, x, y, ORANGE)
        arrow(ax, (x - 0.45, 0.28), (x - 0.15, y - 0.25), dashed=number > 0)
        arrow(ax, (x + 0.15, y - 0.25), (x + 0.45, 0.28))
    for (x, y), (following, _) in zip(steps, steps[1:], strict=False):
        arrow(ax, (x + 0.3, y), (following - 0.3, y))
    ax.text(first - 0.4, -0.22, "decoder (dashed: fed back)", ha="left", va="center", color=GREY)


def _draw_thought_vector(ax, last_state, first_step):
    _elbow(ax, last_state, first_step, 2.2, VERMILION, 2.5)
    middle = (last_state[0] + first_step[0]) / 2
    note = {"facecolor": "white", "edgecolor": "none", "pad": 3}
    ax.text(middle, 2.2, "thought vector", ha="center", va="center", color=VERMILION_INK, bbox=note)


def _draw_first_state(ax, last_state, first_step):
    """With attention the last encoder state still starts the decoder, but it is not the subject."""
    _elbow(ax, last_state, first_step, 1.5, "#999999", 1.3)


def _elbow(ax, start, end, middle, colour, width):
    """From the last encoder state down, back to the left, and into the first decoder step."""
    route = ([start[0], start[0], end[0]], [start[1] - 0.25, middle, middle])
    ax.plot(*route, color=colour, linewidth=width, linestyle="-", marker="", zorder=1)
    arrow(ax, (end[0], middle), (end[0], end[1] + 0.25), colour=colour, width=width)


def _diagram_weights(attention, states):
    weights = np.asarray(attention, dtype=float)
    if weights.shape != (len(states),):
        raise ValueError(
            f"attention has shape {weights.shape}, expected one weight for each of the "
            f"{len(states)} source tokens; pass one row, such as result.attention[step], with "
            "step=step"
        )
    weights = numbers(weights, "attention", ("source time",))
    if weights.min() < 0 or weights.max() > 1.001:
        raise ValueError(
            f"attention runs from {weights.min():.3g} to {weights.max():.3g}, expected 0 to 1; are "
            "these scores before the softmax?"
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
    note = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    ax.text(x + 0.3, y - 0.1, "context", ha="left", va="center", color=BLUE, zorder=4, bbox=note)
    arrow(ax, (x, y - 0.18), (x, step[1] + 0.25), colour=BLUE, width=2.5)


def _draw_query(ax, previous, step, asks_with_word):
    """From the decoder's last state up to the sum: what the keys are compared with."""
    x, y = previous[0], 1.9
    look = {"color": GREEN, "linestyle": "-", "marker": "", "linewidth": 2}
    ax.plot([x, x], [previous[1] + 0.25, y], **look)
    if asks_with_word:  # which stands below, between the two steps
        ax.plot([x + 0.5, x + 0.5], [0.28, y], gid="word in the query", **look)
    arrow(ax, (x, y), (step[0] - 0.2, y), colour=GREEN, width=2, name="query")
    note = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    place = {"ha": "right", "va": "center", "zorder": 4, "bbox": note}
    ax.text(x - 0.1, y, "query", color=GREEN_INK, **place)


def _word(ax, x, y, text, size):
    ax.text(x, y, text, ha="center", va="center", fontsize=size, parse_math=False)


def _box(ax, x, y, colour, width=0.52):
    corner = (x - width / 2, y - 0.21)
    shape = FancyBboxPatch(corner, width, 0.42, boxstyle="round,pad=0.04")
    shape.set(facecolor=colour, edgecolor=BLACK, linewidth=1.2, zorder=3)
    ax.add_patch(shape)
    return shape


def arrow(ax, start, end, dashed=False, colour=BLACK, width=1.3, name=None):
    """Draws an arrow from one point to another; `name` becomes its id."""
    arrow = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=11, shrinkA=0, shrinkB=0)
    arrow.set(color=colour, linewidth=width, linestyle="--" if dashed else "-", zorder=2, gid=name)
    ax.add_patch(arrow)


# ---------------------------------------------------------------- a recurrent layer, unrolled


class _Node(NamedTuple):
    """What stands in a node: a symbol such as $h_1$, or a learner's text, never mathematics."""

    text: str
    symbol: bool


@styled
def unrolled_network(
    inputs, *, states=None, outputs=None, feedback="state", backwards=False, digits=2
):
    """A recurrent layer, folded into one box with a loop, beside the same layer unrolled over time.

    Read it upwards: the input x_t enters the hidden state h_t, from which the output y_t is made.
    Elman (1990) feeds the state back, h_t = f(x_t W_xh + h_{t-1} W_hh + b_h); Jordan (1986) feeds
    the output back, through W_yh. Each weight matrix has one colour and one name, at every step.

    Args:
        inputs: Number of time steps, 1 to 5, or what stands in the input nodes: list of str (up to
            8 letters each) or numbers `(time,)`.
        states: Likewise, what stands in the nodes of h_t, `(time,)`, or None.
        outputs: Likewise, what stands in the nodes of y_t, `(time,)`, or None.
        feedback: "state" (Elman) or "output" (Jordan).
        backwards: Whether to draw a loss at each step and the gradients that flow back from it,
            through time, in thick red arrows; then without the folded layer, and with up to 7
            steps.
        digits: Decimals of the numbers in the nodes.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Another number of steps, texts or numbers that do not fit them, or an option
            that is none of those above.
    """
    expect.one_of("feedback", feedback, ("state", "output"))
    expect.boolean(backwards=backwards)
    [digits] = expect.integer(0, digits=digits)
    columns = _columns(inputs, states, outputs, backwards, digits)
    start = 0.45 if backwards else 2.3  # where the state before the first step stands
    pitch = min(1.2, (WIDTH - 0.45 - start) / len(columns))
    places = [start + pitch * step for step in range(1, len(columns) + 1)]
    height = LOSS + 0.75 if backwards else OUTPUT + 0.75
    fig, ax = _inch_canvas(max(places[-1] + 0.45, 5.6), height)  # room for the captions
    _draw_start(ax, start, feedback)
    for step, (x, column) in enumerate(zip(places, columns, strict=True), start=1):
        _draw_column(ax, x, column, feedback, backwards)
        ax.text(x, 0.3, f"$t = {step}$", ha="center", va="center", color=GREY)
    for number, (before, x) in enumerate(zip([start, *places], places, strict=False)):
        _draw_feedback(ax, before, x, feedback, backwards, learns=number > 0)
    if backwards:
        _draw_losses(ax, places)
        _caption(ax, 0.15, height, "thin: forwards", GREY)
        _caption(ax, 1.7, height, "thick: the gradient, back from every loss", VERMILION_INK)
    else:
        _draw_folded(ax, 0.45, feedback)
        _caption(ax, 0.15, height, "folded", GREY)
        _caption(ax, start - NODE, height, "unrolled: the same weights at every step", GREY)
    return fig


def _columns(inputs, states, outputs, backwards, digits):
    """The three nodes of each time step, from below."""
    counted = not np.iterable(inputs)
    steps = expect.integer(0, inputs=inputs)[0] if counted else len(inputs)
    most = MAX_STEPS_BACKWARDS if backwards else MAX_STEPS
    if not 1 <= steps <= most:
        raise ValueError(
            f"the drawing holds 1 to {most} time steps, got {steps}; show the first few, such as "
            f"inputs[:{most}]"
        )
    rows = [
        _nodes("x", None if counted else inputs, steps, "inputs", digits),
        _nodes("h", states, steps, "states", digits),
        _nodes("y", outputs, steps, "outputs", digits),
    ]
    return list(zip(*rows, strict=True))


def _nodes(letter, values, steps, name, digits):
    if values is None:
        return [_Node(f"${letter}_{{{step}}}$", True) for step in range(1, steps + 1)]
    values = per_step(values, steps, name)
    if isinstance(values, np.ndarray):
        if values.shape[1] != 1:
            raise ValueError(
                f"{name} have shape {values.shape}, but a node has room for one number; choose "
                f"one, such as {name}[:, 0]"
            )
        values = [written(value, digits) for value in values[:, 0]]
    longest = max(values, key=len)
    if len(longest) > MAX_NODE_TEXT:
        raise ValueError(
            f"{name} hold {longest!r}, but a node has room for {MAX_NODE_TEXT} letters; write it "
            "shorter, or use fewer digits"
        )
    return [_Node(value, False) for value in values]


def _inch_canvas(width, height):
    """Figure and axes in which lengths are inches, so that circles are round."""
    fig = Figure(figsize=(width, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    return fig, ax


def _caption(ax, x, height, text, colour):
    ax.text(x, height - 0.2, text, ha="left", va="center", color=colour)


def _draw_start(ax, x, feedback):
    """What is fed back before the first step, usually zeros: dashed, as nothing computed it."""
    if feedback == "state":
        shape = _box(ax, x, STATE, "white", 2 * NODE - 0.08)
        _node_text(ax, x, STATE, _Node("$h_0$", True))
    else:
        shape = _circle(ax, x, OUTPUT)
        _node_text(ax, x, OUTPUT, _Node("$y_0$", True))
    shape.set_linestyle("--")


def _draw_column(ax, x, nodes, feedback, backwards):
    """Input, state and output of one step, or of all steps in the folded layer."""
    _circle(ax, x, INPUT)
    _box(ax, x, STATE, SKY, 2 * NODE - 0.08)
    _circle(ax, x, OUTPUT)
    for y, node in zip((INPUT, STATE, OUTPUT), nodes, strict=True):
        _node_text(ax, x, y, node)
    _wire(ax, (x, INPUT + NODE), (x, STATE - NODE), "W_xh", faint=backwards)
    _wire(ax, (x, STATE + NODE), (x, OUTPUT - NODE), "W_hy", faint=backwards, gradient=backwards)
    _weight_name(ax, x - 0.05, (INPUT + STATE) / 2, "W_xh", "right", faint=backwards)
    if feedback == "state":
        place, side = (x - 0.05 - 0.08 * backwards, (STATE + OUTPUT) / 2), "right"
    else:  # on the left the output of the step before comes in
        place, side = (x + 0.05 + 0.1 * backwards, STATE + NODE + 0.16), "left"
    _weight_name(ax, *place, "W_hy", side, faint=backwards)


def _draw_feedback(ax, before, x, feedback, backwards, learns):
    """From one step to the next; no gradient flows into what stood before the first step."""
    gradient = backwards and learns
    if feedback == "state":
        ends = (before + NODE, STATE), (x - NODE, STATE)
        _wire(ax, *ends, "W_hh", faint=backwards, gradient=gradient)
        _weight_name(ax, (before + x) / 2, STATE + 0.14 + 0.08 * gradient, "W_hh", "center",
                     faint=backwards)
        return
    centre, end = np.array([before, OUTPUT]), np.array([x - 0.18, STATE + NODE])
    begin = centre + NODE * (end - centre) / np.linalg.norm(end - centre)
    _wire(ax, begin, end, "W_yh", faint=backwards, gradient=gradient)
    place = begin + 0.4 * (end - begin) + [0.06 + 0.08 * gradient, 0.05]
    _weight_name(ax, *place, "W_yh", "left", faint=backwards)


def _draw_losses(ax, places):
    for step, x in enumerate(places, start=1):
        shape = _box(ax, x, LOSS, "white", 2 * NODE - 0.08)
        shape.set_edgecolor(VERMILION)
        _node_text(ax, x, LOSS, _Node(f"$L_{{{step}}}$", True))
        _wire(ax, (x, OUTPUT + NODE), (x, LOSS - NODE), None, faint=True, gradient=True)


def _draw_folded(ax, x, feedback):
    symbols = [_Node(f"${letter}_t$", True) for letter in "xhy"]
    _draw_column(ax, x, symbols, "state", backwards=False)
    if feedback == "state":
        name, middle = "W_hh", STATE
        route = [(x + NODE, STATE + 0.1), (x + 0.95, STATE + 0.6), (x + 0.95, STATE - 0.6),
                 (x + NODE, STATE - 0.1)]
    else:
        name, middle = "W_yh", (STATE + OUTPUT) / 2
        route = [(x + NODE, OUTPUT), (x + 0.95, OUTPUT), (x + 0.95, STATE), (x + NODE, STATE)]
    curve = Path(route, [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    arrow = FancyArrowPatch(path=curve, arrowstyle="-|>", mutation_scale=11, gid=name)
    arrow.set(color=WEIGHT_COLOURS[name], linewidth=2, zorder=2)
    ax.add_patch(arrow)
    _weight_name(ax, x + 0.82, middle, name, "left")
    ax.text(x + 1.38, STATE, "=", ha="center", va="center", fontsize=18, color=GREY)


def _wire(ax, start, end, name, *, faint=False, gradient=False):
    """A connection through one weight matrix, and the gradient beside it, flowing back."""
    start, end = np.array(start, dtype=float), np.array(end, dtype=float)
    along = (end - start) / np.linalg.norm(end - start)
    aside = 0.08 * np.array([along[1], -along[0]]) * gradient
    colour = GREY if faint else WEIGHT_COLOURS[name]
    width = 1.0 if faint else 2.0
    arrow(ax, start - aside, end - aside, colour=colour, width=width, name=name)
    if gradient:
        arrow(ax, end + aside, start + aside, colour=VERMILION, width=2.8, name="gradient")


def _weight_name(ax, x, y, name, side, faint=False):
    """W_xh, as the formulas write it, beside its wire."""
    look = {"color": GREY if faint else BLACK, "fontsize": 10}
    ax.text(x, y, f"$W_{{{name[2:]}}}$", ha=side, va="center", **look)


def _circle(ax, x, y):
    shape = Circle((x, y), NODE, facecolor="white", edgecolor=BLACK, linewidth=1.2, zorder=3)
    ax.add_patch(shape)
    return shape


def _node_text(ax, x, y, node):
    """The size at which the text fits its node; symbols are short and stay readable."""
    room = 72 * 2 * NODE * 0.9
    size = 12 if node.symbol else float(np.clip(room / (0.62 * len(node.text)), 6.5, 11))
    look = {"fontsize": size, "parse_math": node.symbol, "zorder": 4}
    ax.text(x, y, node.text, ha="center", va="center", **look)


# ---------------------------------------------------------------- layers on layers


MAX_LAYERS = 4
LAYER_RISE, LAYER_PITCH = 0.95, 1.5  # inches between layers and between steps
AROUND = 0.42  # how far to the left of a layer its residual connection passes


@styled
def stacked_layers(layers, *, steps=3, residual=False):
    """Recurrent layers on top of each other, unrolled: time to the right, depth upwards.

    At each step a layer reads the state of the one below at the *same* step, and its own of the
    step before. With residual connections (He et al. 2016), thick and red, what a layer was given
    leads round it and is added, in a circle with a plus, to what it says.

    Args:
        layers: How many, 1 to 4.
        steps: How many time steps, 1 to 4.
        residual: Whether to draw residual connections.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Another number of layers or steps, or `residual` is no truth value.
    """
    [residual] = expect.boolean(residual=residual)
    layers, steps = expect.integer(layers=layers, steps=steps)
    if max(layers, steps) > MAX_LAYERS:
        raise ValueError(f"the drawing holds 1 to {MAX_LAYERS} layers and steps, got {layers} and "
                         f"{steps}")  # fmt: skip
    rise = LAYER_RISE + 0.5 * residual
    places = [1.55 + LAYER_PITCH * step for step in range(steps)]
    heights = [INPUT + rise * layer for layer in range(1, layers + 1)]
    height = heights[-1] + 1.25 + 0.4 * residual
    fig, ax = _inch_canvas(places[-1] + 0.85, height)
    for layer, y in enumerate(heights, start=1):
        ax.text(0.1, y, f"layer {layer}", ha="left", va="center", color=GREY)
        for step, x in enumerate(places, start=1):
            here = f"_{{{step}}}"
            names = rf"$h^{{({layer})}}{here}$", rf"$x^{{({layer + 1})}}{here}$"
            _draw_layer(ax, x, y, *names, residual, y - rise)
        for x, following in zip(places, [*places[1:], places[-1] + 0.85], strict=True):
            end = following - NODE - 0.04 if following in places else following - 0.05
            arrow(ax, (x + NODE + 0.04, y), (end, y), name="in time")
    for step, x in enumerate(places, start=1):
        _circle(ax, x, INPUT)
        symbol = rf"$x^{{(1)}}_{{{step}}}$" if residual else f"$x_{{{step}}}$"
        _node_text(ax, x, INPUT, _Node(symbol, True))
        ax.text(x, 0.3, f"$t = {step}$", ha="center", va="center", color=GREY)
        top = heights[-1] + (NODE + 0.58 if residual else NODE)
        arrow(ax, (x, top), (x, top + 0.42), name="upwards")
    if residual:
        _caption(ax, 0.1, height, "thick: round the layer, and added", VERMILION_INK)
    else:
        _caption(ax, 0.1, height, "right: in time; up: from layer to layer", GREY)
    return fig


def _draw_layer(ax, x, y, symbol, given_on, residual, below):
    """One layer at one step, the arrow into it, what leads round it, and the name of the sum."""
    _box(ax, x, y, SKY, 2 * NODE)
    _node_text(ax, x, y, _Node(symbol, True))
    from_input = below == INPUT
    start = below + NODE + (0.0 if from_input or not residual else 0.58)
    arrow(ax, (x, start), (x, y - NODE), name="upwards")
    if not residual:
        return
    plus, fork = y + NODE + 0.42, start + 0.14
    arrow(ax, (x, y + NODE), (x, plus - 0.16), name="upwards")
    round_it = {"color": VERMILION, "linestyle": "-", "marker": "", "linewidth": 2.5, "zorder": 1}
    ax.plot([x, x - AROUND, x - AROUND], [fork, fork, plus], **round_it)
    arrow(ax, (x - AROUND, plus), (x - 0.15, plus), colour=VERMILION, width=2.5, name="residual")
    ax.add_patch(Circle((x, plus), 0.16, facecolor="white", edgecolor=VERMILION, linewidth=1.8,
                        zorder=3))  # fmt: skip
    ax.text(x, plus, "+", ha="center", va="center", fontsize=13, zorder=4)
    ax.text(x + 0.22, plus, given_on, ha="left", va="center", fontsize=12)
