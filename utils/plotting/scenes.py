"""Pictures with what is said about them."""

import textwrap

import numpy as np
from matplotlib.figure import Figure

from utils import expect

from .display import BLACK, GREY, VERMILION, WIDTH, styled
from .values import numbers, texts

WIDEST, MARGIN = 2.3, 0.06  # inches: of one picture, and around it
FONT, LINE, LETTER = 9, 0.17, 0.07  # points; inches of a line, and along it of a broad letter
RIGHT, WRONG = "✓", "✗"


@styled
def captioned(images, captions, *, expected=None, columns=4):
    """Pictures, each with its caption below.

    With `expected`, a right caption starts with ✓ and a wrong one with ✗; under a wrong one stands
    what was expected, and its picture has a thick dashed frame.

    Args:
        images: Array `(count, height, width, 3)`, red, green and blue from 0 to 1.
        captions: List of str, one for each image.
        expected: List of str, the right captions; doubled spaces do not count as a difference.
        columns: Pictures in a row.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: Images of another shape or with values outside 0 to 1, lists that are not one
            text for each image, or columns below 1.
    """
    images = _pictures(images)
    _check_texts(captions, "captions", len(images))
    if expected is not None:
        _check_texts(expected, "expected", len(images))
    [columns] = expect.integer(columns=columns)
    columns = min(columns, len(images))
    width = min(WIDTH / columns, WIDEST)
    pairs = list(zip(captions, expected or captions, strict=True))
    wrong = [said.split() != right.split() for said, right in pairs]
    signs = ["" if expected is None else WRONG if bad else RIGHT for bad in wrong]
    letters = max(8, int(width / LETTER))
    words = [_text(sign, *pair, letters) for sign, pair in zip(signs, pairs, strict=True)]
    fig, places = _grid(images.shape[1:3], words, columns, width)
    for place, image, text, bad in zip(places, images, words, wrong, strict=True):
        _draw(fig.add_axes(place), image, text, bad)
    return fig


def _grid(shape, words, columns, width):
    """A figure, and where each picture lies in it: (left, bottom, width, height), from 0 to 1.

    The words take more room than the pictures, each row its own; an automatic layout would share
    the height out evenly and shrink the pictures.
    """
    wide = width - 2 * MARGIN
    high = wide * shape[0] / shape[1]
    lines = [text.count("\n") + 1 for text in words]
    longest = [max(lines[start : start + columns]) for start in range(0, len(lines), columns)]
    heights = [high + LINE * count + 4 * MARGIN for count in longest]
    size = np.array([columns * width, sum(heights)])
    places = []
    for number in range(len(words)):
        row, column = divmod(number, columns)
        bottom = size[1] - sum(heights[:row]) - MARGIN - high
        corner = np.array([column * width + MARGIN, bottom]) / size
        places.append((*corner, *np.array([wide, high]) / size))
    return Figure(figsize=tuple(size), layout="none"), places


def _pictures(images):
    images = numbers(images, "images", ("count", "height", "width", "3"))
    if images.shape[-1] != 3:
        raise ValueError(
            f"images have shape {images.shape}, expected (count, height, width, 3): the last axis "
            "holds red, green and blue"
        )
    if images.min() < 0 or images.max() > 1:
        raise ValueError(
            f"images run from {images.min():.3g} to {images.max():.3g}, expected 0 to 1; divide "
            "values up to 255 by 255"
        )
    return images


def _check_texts(values, name, count):
    given = len(texts(values, name))
    if given != count:
        raise ValueError(f"{name} has {given} texts, expected {count}, one for each image")


def _text(sign, caption, expected, letters):
    """What stands under a picture, in lines of at most so many letters."""
    parts = [f"{sign} {_printed(caption)}".strip()]
    if sign == WRONG:
        parts.append(f"expected: {_printed(expected)}")
    return "\n".join(textwrap.fill(part, letters) for part in parts)


def _printed(caption):
    """As one prints it: a comma is a word of its own for a model, but opens no line here."""
    return " ".join(caption.split()).replace(" ,", ",") or "(nothing)"


def _draw(ax, image, text, wrong):
    ax.imshow(image, interpolation="nearest")
    ax.grid(False)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color=GREY, linewidth=0.8)
    if wrong:
        ax.spines[:].set(color=VERMILION, linewidth=3.5, linestyle=(0, (3, 1.5)), capstyle="butt")
    label = ax.set_xlabel(text, loc="left", fontsize=FONT, color=BLACK, linespacing=1.15)
    label.set(multialignment="left", parse_math=False)
