"""Step through a caption word by word, and see where in the picture the decoder looks."""

import base64
import io
from collections.abc import Sequence

import numpy as np
from matplotlib.image import imsave

from utils import plotting

from . import page

LOOK_NOTE = (
    "The region that is looked at most is fully clear and has a frame; the others are veiled by "
    "how much less they are looked at."
)


def looking_steps(images, captions, *, alt=None):
    """HTML that steps through captions, word by word, with a menu where there are several.

    The same input gives the same text.

    Args:
        images: Pictures `(count, height, width, 3)`, red, green and blue from 0 to 1.
        captions: For each what `decoding.describe` returns, or (words, weights), the weights
            `(time, rows, columns)`, perhaps with a last map for [END].
        alt: Description of the still picture; without it, one that names where each word looks.

    Returns:
        The page, a str.

    Raises:
        ValueError: There is no picture, another number of captions, shapes that do not fit
            together, or `alt` says too little.
    """
    return _bundle(images, captions, alt)["text/html"]


def show_looking(images, captions, *, alt=None):
    """Displays `looking_steps`; programs without HTML get the still picture or its words.

    Args:
        images: As in `looking_steps`.
        captions: As in `looking_steps`.
        alt: As in `looking_steps`.

    Raises:
        ValueError: As in `looking_steps`.
    """
    page.display(_bundle(images, captions, alt))


def _bundle(images, captions, alt):
    if not isinstance(captions, Sequence) or not len(captions) or len(images) != len(captions):
        raise ValueError(
            f"there are {len(images)} pictures and captions {captions!r:.60}: expected a list with "
            "what `decoding.describe` returns for each"
        )
    checked = [plotting.check_looks(image, *_parts(caption))
               for image, caption in zip(images, captions, strict=True)]  # fmt: skip
    items = [_item(*parts, number) for number, parts in enumerate(checked, start=1)]
    words = {"label": "Caption, word by word", "menu": "Picture: ", "note": LOOK_NOTE}
    alt = alt or _describe(items)
    # The still picture is that of the first caption: a page has room for one.
    fig = plotting.looks(*checked[0])
    return page.bundle(items, fig, alt, view="looking", words=words, styles=["looking"])


def _parts(caption):
    try:
        words, maps = (
            caption if isinstance(caption, tuple) else (caption.tokens, caption.attention)
        )
    except (AttributeError, ValueError) as error:
        raise ValueError(
            f"a caption is {caption!r:.60}, expected what `decoding.describe` returns, or (words, "
            "weights)"
        ) from error
    if maps is None:
        raise ValueError("this captioner does not look: a caption without attention has no maps")
    return words, maps


def _item(image, words, maps, number):
    """Plain data for the page, weights to three decimals."""
    rows, columns = maps.shape[1:]
    says = []
    for word, weights in zip(words, maps, strict=True):
        row, column = plotting.most_looked_at(weights)
        says.append(
            f"writes “{word}”, looks most at row {row + 1} of {rows}, column {column + 1} of "
            f"{columns} ({weights.max():.2f})."
        )
    return {
        "title": f"{number}: {' '.join(words)}",
        "image": _data(image),
        "grid": [rows, columns],
        "words": list(words),
        "weights": maps.reshape(len(maps), -1).round(3).tolist(),
        "says": says,
    }


def _data(image):
    """A picture as the address of a PNG that stands in the page itself."""
    file = io.BytesIO()
    imsave(file, np.clip(image, 0, 1), format="png", metadata={"Software": None})
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _describe(items):
    """Says in words where each word looks: the description of the still picture."""
    return "Where the decoder looks in the first picture while it " + " It ".join(items[0]["says"])
