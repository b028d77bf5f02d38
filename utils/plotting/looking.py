"""Where a decoder looks in a picture, word by word."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils import expect

from .display import BLACK, GREY, ORANGE, WIDTH, styled
from .values import numbers, texts

VEIL = 0.8  # how much of a picture a region loses that is not looked at
END_WORD = "[END]"


def check_looks(image, words, maps):
    """A picture, its words and their maps, checked.

    Args:
        image: Array `(height, width, 3)`, from 0 to 1.
        words: List of str.
        maps: Weights `(time, rows, columns)`; one map more than there are words is that of [END].

    Returns:
        The picture, the words and the maps, arrays and a list of equal length.

    Raises:
        ValueError: Something else, weights outside 0 to 1, or regions that do not divide the
            picture.
    """
    image = numbers(image, "image", ("height", "width", "3"))
    if image.shape[-1] != 3 or image.min() < 0 or image.max() > 1:
        raise ValueError(
            f"image has shape {image.shape} and runs from {image.min():.3g} to {image.max():.3g}, "
            "expected (height, width, 3): red, green and blue from 0 to 1"
        )
    maps, words = numbers(maps, "maps", ("time", "rows", "columns")), texts(words, "words")
    if len(maps) == len(words) + 1:
        words = [*words, END_WORD]
    if len(maps) != len(words):
        raise ValueError(
            f"there are {len(maps)} maps and {len(words)} words: expected one map a word, and at "
            "most one more, for [END]"
        )
    if maps.min() < 0 or maps.max() > 1 + 1e-4:
        raise ValueError(
            f"maps run from {maps.min():.3g} to {maps.max():.3g}, expected weights from 0 to 1"
        )
    if any(pixels % regions for pixels, regions in zip(image.shape, maps.shape[1:], strict=False)):
        raise ValueError(
            f"maps of {maps.shape[1]} × {maps.shape[2]} regions do not divide a picture of "
            f"{image.shape[0]} × {image.shape[1]} pixels"
        )
    return image, words, maps


def most_looked_at(weights):
    """Row and column of the largest weight of a map `(rows, columns)`."""
    return tuple(int(place) for place in np.unravel_index(weights.argmax(), weights.shape))


@styled
def looks(image, words, maps, *, columns=6):
    """The same picture for each word, clear where the decoder looked while it said the word.

    The clearest region of each picture is that of the largest weight, which has a frame; its
    weight stands behind the word. So a map can be read for its form, and its frame for its place.

    Args:
        image: Array `(height, width, 3)`, red, green and blue from 0 to 1.
        words: List of str, what was said.
        maps: Weights `(time, rows, columns)`; one map more than there are words is that of [END].
        columns: Pictures in a row.

    Returns:
        A Matplotlib Figure.

    Raises:
        ValueError: What `check_looks` refuses, or columns below 1.
    """
    image, words, maps = check_looks(image, words, maps)
    [columns] = expect.integer(columns=columns)
    columns = min(columns, len(words))
    rows, width = -(-len(words) // columns), min(WIDTH / columns, 2.3)
    fig = Figure(figsize=(width * columns, rows * (width + 0.3)))
    axes = fig.subplots(rows, columns, squeeze=False)
    for ax in axes.flat[len(words) :]:
        ax.set_axis_off()
    for ax, word, weights in zip(axes.flat, words, maps, strict=False):
        _draw(ax, image, word, weights)
    return fig


def lit(image, weights):
    """A picture whose regions are as clear as their weights are large, the largest one fully."""
    tall, wide = (
        pixels // regions for pixels, regions in zip(image.shape, weights.shape, strict=False)
    )
    light = np.kron(weights / max(weights.max(), 1e-12), np.ones((tall, wide)))
    # Pictures are on a dark ground: what is not looked at turns to grey and not to black, or a
    # dark region that is looked at would be seen as little as one that is not.
    return light[..., None] * image + (1 - light[..., None]) * (0.5 * VEIL + (1 - VEIL) * image)


def _draw(ax, image, word, weights):
    ax.imshow(lit(image, weights), interpolation="nearest", vmin=0, vmax=1)
    ax.grid(False)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set(visible=True, color=GREY, linewidth=0.8)
    row, column = most_looked_at(weights)
    tall, wide = image.shape[0] // weights.shape[0], image.shape[1] // weights.shape[1]
    corner = (column * wide - 0.5, row * tall - 0.5)
    for colour, thick in ((BLACK, 3.5), (ORANGE, 2)):  # to be seen on bright and on dark
        ax.add_patch(Rectangle(corner, wide, tall, fill=False, color=colour, linewidth=thick))
    label = ax.set_xlabel(f"{word} {weights.max():.2f}", fontsize=9, color=BLACK)
    label.set(parse_math=False)
