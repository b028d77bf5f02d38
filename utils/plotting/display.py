"""One style for all figures, and a way to show them that always describes them."""

import base64
import functools
import html
import io
import re

import matplotlib
import numpy as np
from cycler import cycler
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from PIL import Image

# Okabe and Ito, "Color Universal Design" (2008). The pale yellow is left out: it vanishes on white.
BLUE, VERMILION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
BLACK, ORANGE, SKY = "#000000", "#E69F00", "#56B4E9"
GREY = "#666666"
# Letters are thin: on white they need 4.5 to 1 (WCAG 2.2), which these two hues have only darker.
GREEN_INK, VERMILION_INK = "#007A58", "#B85000"

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

# For signed values: white is zero. In grey both ends look alike, so a figure marks the sign too.
DIVERGING = LinearSegmentedColormap.from_list("course", [BLUE, "white", VERMILION])


def style():
    """Makes the course's look the default for Matplotlib figures that you draw yourself."""
    matplotlib.rcParams.update(STYLE)


def styled(draw):
    """Draws in the course's style whatever the global settings are, so that bytes do not vary.

    Args:
        draw: A function that returns a Figure.

    Returns:
        The same function, which draws in the course's style.
    """

    @functools.wraps(draw)
    def wrapper(*args, **keywords):
        with matplotlib.rc_context():
            matplotlib.rcdefaults()
            style()
            return draw(*args, **keywords)

    return wrapper


def contrast(one, other):
    """How far apart two opaque colours are in brightness, from 1 to 21 (WCAG 2.2, contrast ratio).

    Text that everybody can read has 4.5 against its ground.

    Args:
        one: A colour, in any form that Matplotlib knows.
        other: Another.

    Returns:
        Their contrast ratio.
    """
    dark, bright = sorted(map(_luminance, (one, other)))
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour):
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def readable_on(colour):
    """Black or white, whichever contrasts more with the colour: always 4.5 or more.

    Args:
        colour: A colour, in any form that Matplotlib knows.

    Returns:
        "black" or "white".
    """
    return max(("black", "white"), key=lambda ink: contrast(ink, colour))


def check_alt(alt):
    """The description of a picture, when it tells the reader something.

    It needs at least eight words, and does not open with "a plot of": a screen reader has already
    said that this is a picture.

    Args:
        alt: The description.

    Returns:
        The description, with single spaces between its words.

    Raises:
        ValueError: It tells the reader nothing.
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
    """A figure as PNG. The same figure gives the same bytes: no date, no version.

    256 colours are enough for our pictures and make the file less than half as large.

    Args:
        fig: A Matplotlib Figure.

    Returns:
        The content of the file, bytes.
    """
    drawn, small = io.BytesIO(), io.BytesIO()
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        style()
        fig.savefig(drawn, format="png", facecolor="white")
    picture = Image.open(drawn).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    inch = STYLE["savefig.dpi"]  # so that a printed page knows the size and letters keep theirs
    picture.save(small, "PNG", optimize=True, dpi=(inch, inch))
    return small.getvalue()


def described(fig, alt):
    """A figure in all the forms in which a notebook may show it, by media type.

    `text/html` is one `<img>` element with the picture and its description; notebook programs and
    exported pages prefer it. `image/png` is the same picture, as base64 text, for what shows no
    HTML: PDF and LaTeX, and pages that strip pictures from HTML. `text/plain` is the description.

    The element's `width` is in layout pixels and the file has half as many again, so that the
    picture is sharp on dense screens; on a narrow screen it shrinks to fit.

    Args:
        fig: A Matplotlib Figure.
        alt: Its description (see `check_alt`).

    Returns:
        `text/html`, `image/png` in base64, and `text/plain`.

    Raises:
        ValueError: The description says too little.
        TypeError: `fig` is no Figure.
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"expected a Matplotlib Figure, got {type(fig).__name__}")
    alt = check_alt(alt)
    data = base64.b64encode(png(fig)).decode("ascii")
    width = round(fig.get_figwidth() * STYLE["figure.dpi"])
    page = (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width:100%;height:auto" '
        f'src="data:image/png;base64,{data}">'
    )
    return {"text/html": page, "image/png": data, "text/plain": alt}


def image_tag(fig, alt):
    """One `<img>` element that holds a picture and its description.

    Args:
        fig: A Matplotlib Figure.
        alt: Its description (see `check_alt`).

    Returns:
        The element, a str.

    Raises:
        ValueError: The description says too little.
        TypeError: `fig` is no Figure.
    """
    return described(fig, alt)["text/html"]


def show(fig, *, alt):
    """Displays a figure in the notebook, with its description, and closes it.

    The output is HTML with a real alternative text, because the usual image output loses it in
    exported pages. Programs that show no HTML get the image beside it, and those that show no
    pictures the description as plain text.

    Args:
        fig: A Matplotlib Figure.
        alt: Its description (see `check_alt`).

    Raises:
        ValueError: The description says too little.
        TypeError: `fig` is no Figure.
    """
    from IPython.display import display
    from matplotlib import pyplot

    try:
        bundle = described(fig, alt)
    finally:
        if isinstance(fig, Figure):
            pyplot.close(fig)  # otherwise Jupyter shows a pyplot figure once more, undescribed
    display(bundle, raw=True)
