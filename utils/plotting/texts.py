"""Text whose background tells how unexpected each piece was."""

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
            that follows them. A newline is shown as ↵ and ends the line.
        probabilities: What the model held of each piece before it came, `(pieces,)`, each above 0
            and at most 1.
        columns: Characters a line; a piece that does not fit begins the next line.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: The numbers of pieces and probabilities differ, or a probability is none.
    """
    bits = _bits(text_pieces, probabilities)
    [columns] = expect.integer(columns=columns)
    places, lines = _wrapped(text_pieces, columns)
    size = min(LARGEST, 72 * (WIDTH - 2 * MARGIN) / columns / _ADVANCE)  # points
    width, height = columns * size * _ADVANCE / 72, lines * LINE_HEIGHT  # of the text, inches
    fig = Figure(figsize=(WIDTH, MARGIN + height + LEGEND_HEIGHT), layout="none")
    whole = fig.get_figheight()
    ax = fig.add_axes(
        (MARGIN / WIDTH, LEGEND_HEIGHT / whole, width / WIDTH, height / whole)
    )
    shades = np.zeros((lines, columns))
    for (_, line, column, piece), value in zip(places, bits[[p[0] for p in places]], strict=True):
        shades[line, column : column + len(piece)] = value
    image = ax.imshow(shades, cmap=_SHADES, vmin=0, vmax=MAX_BITS, aspect="auto",
                      interpolation="nearest")
    for number, line, column, piece in places:
        colour = readable_on(image.to_rgba(bits[number])[:3])
        for offset, letter in enumerate(piece):
            if letter != " ":
                ax.text(column + offset, line, letter, size=size, color=colour, ha="center",
                        va="center_baseline", family="DejaVu Sans Mono")
    ax.set_axis_off()
    _legend(fig, image)
    return fig


def _bits(text_pieces, probabilities):
    """Surprise of each piece, -log2 p, (pieces,)."""
    if not is_text(text_pieces):
        raise ValueError(
            f"text_pieces has to be a text or a list of texts, got {text_pieces!r:.60}; decode ids "
            "first"
        )
    probabilities = numbers(probabilities, "probabilities", ("pieces",))
    if len(probabilities) != len(text_pieces):
        raise ValueError(
            f"there are {len(text_pieces)} pieces of text and {len(probabilities)} probabilities, "
            "expected as many of each"
        )
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
        if piece.endswith("\n"):
            line, column = line + 1, 0
    return places, line + bool(column)


def _legend(fig, image):
    """A colour bar below the text; its scale is even in bits and labelled with probabilities."""
    whole = fig.get_figheight()
    bar = fig.add_axes((0.3, 0.28 / whole, 0.4, 0.1 / whole))
    fig.colorbar(image, cax=bar, orientation="horizontal", extend="max")
    bits = range(0, MAX_BITS + 1, 2)
    bar.set_xticks(bits, [f"1/{2**b}" if b else "1" for b in bits], size=9)
    bar.set_title("probability given by the model", size=10, pad=3)
