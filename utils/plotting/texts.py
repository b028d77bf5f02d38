"""Text whose background tells how unexpected each piece was, or what a unit's state was."""

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from utils import expect

from .display import BLUE, WIDTH, readable_on, styled
from .values import is_text, numbers

MAX_BITS = 8  # darker it does not get: less probable than 1 in 256
LINE_HEIGHT = 0.2  # inches
MARGIN = 0.05  # inches, at both sides and above
LEGEND_HEIGHT = 0.68  # inches
LARGEST = 11  # points
_ADVANCE = 0.602  # width of a letter of DejaVu Sans Mono, in font sizes
_SHADES = LinearSegmentedColormap.from_list("surprise", ["white", BLUE, "#002B45"])


@styled
def shaded_text(text_pieces, probabilities, *, columns=80):
    """A text, wrapped, each piece on a background as dark as it was surprising.

    Args:
        text_pieces: A text, character by character, or a list of str, such as words with the space
            that follows them. A newline is shown as ↵ and ends the line; those of empty lines
            follow it.
        probabilities: What the model held of each piece before it came, `(pieces,)`, each above 0
            and at most 1.
        columns: Characters a line; a piece that does not fit begins the next line.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: The numbers of pieces and probabilities differ, or a probability is none.
    """
    bits = _bits(text_pieces, probabilities)
    fig, image = _shaded(text_pieces, bits, columns, (0, MAX_BITS))
    bar = _legend(fig, image, "probability given by the model", extend="max")
    ticks = range(0, MAX_BITS + 1, 2)
    bar.set_xticks(ticks, [f"1/{2**b}" if b else "1" for b in ticks], size=9)
    return fig


@styled
def state_on_text(text_pieces, states, *, columns=80, name="state after each character"):
    """A text, wrapped, each piece on a background as dark as one unit's state was high after it.

    Args:
        text_pieces: As for `shaded_text`.
        states: The unit's state after each piece, `(pieces,)`, from -1 to 1.
        columns: Characters a line; a piece that does not fit begins the next line.
        name: What the states are, for the legend.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: The numbers of pieces and states differ, or a state is not from -1 to 1.
    """
    states = _numbers_of(text_pieces, states, "states")
    if (np.abs(states) > 1.001).any():
        raise ValueError(
            f"states run from {states.min():.3g} to {states.max():.3g}, expected from -1 to 1, as "
            "tanh gives them"
        )
    fig, image = _shaded(text_pieces, states, columns, (-1, 1))
    bar = _legend(fig, image, name, extend="neither")
    bar.set_xticks([-1, 0, 1], ["-1", "0", "1"], size=9)
    return fig


def _shaded(text_pieces, values, columns, limits):
    """The figure, and the image of the shades behind the letters."""
    [columns] = expect.integer(columns=columns)
    places, lines = _wrapped(text_pieces, columns)
    size = min(LARGEST, 72 * (WIDTH - 2 * MARGIN) / columns / _ADVANCE)  # points
    width, height = columns * size * _ADVANCE / 72, lines * LINE_HEIGHT  # of the text, inches
    fig = Figure(figsize=(WIDTH, MARGIN + height + LEGEND_HEIGHT), layout="none")
    whole = fig.get_figheight()
    ax = fig.add_axes(
        (MARGIN / WIDTH, LEGEND_HEIGHT / whole, width / WIDTH, height / whole)
    )
    shades = np.full((lines, columns), float(limits[0]))
    for (_, line, column, piece), value in zip(places, values[[p[0] for p in places]], strict=True):
        shades[line, column : column + len(piece)] = value
    image = ax.imshow(shades, cmap=_SHADES, vmin=limits[0], vmax=limits[1], aspect="auto",
                      interpolation="nearest")
    for number, line, column, piece in places:
        colour = readable_on(image.to_rgba(values[number])[:3])
        for offset, letter in enumerate(piece):
            if letter != " ":
                ax.text(column + offset, line, letter, size=size, color=colour, ha="center",
                        va="center_baseline", family="DejaVu Sans Mono")
    ax.set_axis_off()
    return fig, image


def _numbers_of(text_pieces, values, name):
    """One number a piece, (pieces,)."""
    if not is_text(text_pieces):
        raise ValueError(
            f"text_pieces has to be a text or a list of texts, got {text_pieces!r:.60}; decode ids "
            "first"
        )
    values = numbers(values, name, ("pieces",))
    if len(values) != len(text_pieces):
        raise ValueError(
            f"there are {len(text_pieces)} pieces of text and {len(values)} {name}, "
            "expected as many of each"
        )
    return values


def _bits(text_pieces, probabilities):
    """Surprise of each piece, -log2 p, (pieces,)."""
    probabilities = _numbers_of(text_pieces, probabilities, "probabilities")
    if not ((probabilities > 0) & (probabilities <= 1.001)).all():
        raise ValueError(
            f"probabilities run from {probabilities.min():.3g} to {probabilities.max():.3g}, "
            "expected above 0 and at most 1; if these are logarithms, take exp of them"
        )
    return -np.log2(np.minimum(probabilities, 1))


def _wrapped(text_pieces, columns):
    """Where each piece stands, [(number, line, column, text)], and the number of lines."""
    places, line, column = [], 0, 0
    for number, piece in enumerate(text_pieces):
        shown = piece.replace("\n", "↵").replace("\t", " ")
        if column and column + len(shown) > columns:
            line, column = line + 1, 0
        for start in range(0, len(shown), columns):  # a piece longer than a line goes on below
            part = shown[start : start + columns]
            if start:
                line, column = line + 1, 0
            places.append((number, line, column, part))
            column += len(part)
        # an empty line is shown by a second sign, and takes no room
        if piece.endswith("\n") and "".join(text_pieces[number + 1 : number + 2]) != "\n":
            line, column = line + 1, 0
    return places, line + bool(column)


def _legend(fig, image, title, extend):
    """A colour bar below the text."""
    whole = fig.get_figheight()
    bar = fig.add_axes((0.3, 0.28 / whole, 0.4, 0.1 / whole))
    fig.colorbar(image, cax=bar, orientation="horizontal", extend=extend)
    bar.set_title(title, size=10, pad=3)
    return bar
