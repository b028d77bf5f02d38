"""Shaded text: every letter in its place, on the shade of its surprise, and a legend for it."""

import io

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from PIL import Image

from utils import plotting
from utils.plotting import texts


def letters(fig):
    """{(line, column): (letter, colour)} as drawn."""
    drawn = {}
    for label in fig.axes[0].texts:
        column, line = label.get_position()
        drawn[line, column] = (label.get_text(), label.get_color())
    return drawn


def lines(fig):
    drawn, rows = letters(fig), []
    for line in range(shades(fig).shape[0]):
        columns = [column for row, column in drawn if row == line]
        width = max(columns, default=-1) + 1
        rows.append("".join(drawn.get((line, n), " ")[0] for n in range(width)))
    return rows


def shades(fig):
    """Bits of each cell, (lines, columns)."""
    [image] = fig.axes[0].images
    return np.asarray(image.get_array())


def test_letters_stand_on_their_surprise():
    fig = plotting.shaded_text("ab c", [1.0, 0.5, 0.25, 2**-20], columns=10)
    assert lines(fig) == ["ab c"]
    np.testing.assert_allclose(shades(fig)[0], [0, 1, 2, 20, 0, 0, 0, 0, 0, 0])
    [image] = fig.axes[0].images
    assert image.get_clim() == (0, texts.MAX_BITS)


def test_darker_means_less_probable_in_grey_too():
    def light(bits):
        red, green, blue = texts._SHADES(bits / texts.MAX_BITS)[:3]
        linear = [c / 12.92 if c < 0.04 else ((c + 0.055) / 1.055) ** 2.4 for c in
                  (red, green, blue)]
        return float(np.dot([0.2126, 0.7152, 0.0722], linear))  # relative luminance

    scale = [light(bits) for bits in np.linspace(0, texts.MAX_BITS, 33)]
    assert scale[0] == pytest.approx(1, abs=1e-3) and (np.diff(scale) < 0).all()
    assert scale[-1] < 0.04
    fig = plotting.shaded_text("x" * 33, 2.0 ** -np.linspace(0, texts.MAX_BITS, 33))
    for column, behind in enumerate(scale):  # the letter can be read on each shade (WCAG: 4.5)
        inks = {"white": 1.0, "black": 0.0}
        ink = inks[letters(fig)[0, column][1]]
        contrast = (max(ink, behind) + 0.05) / (min(ink, behind) + 0.05)
        assert contrast >= 4.2, column


def test_wrapping():
    fig = plotting.shaded_text("abcdefg\nhi\n\nj", np.full(13, 0.5), columns=3)
    assert lines(fig) == ["abc", "def", "g↵", "hi↵", "↵", "j"]  # no room for the second sign
    assert shades(fig).shape == (6, 3)
    assert (shades(fig) > 0).sum() == 13
    assert lines(plotting.shaded_text("ab\n\n\nc", np.ones(6), columns=5)) == ["ab↵↵↵", "c"]
    pieces = plotting.shaded_text(["ab\n", "\n", "c\n", "\n"], np.ones(4), columns=5)
    assert lines(pieces) == ["ab↵↵", "c↵↵"]
    assert lines(plotting.shaded_text("abc\n", np.ones(4), columns=4)) == ["abc↵"]
    assert lines(plotting.shaded_text("abcd\ne", np.ones(6), columns=4)) == ["abcd", "↵", "e"]


def test_words_stay_together():
    words = ["one ", "two ", "three\n", "abcdefghijklm", "x"]
    fig = plotting.shaded_text(words, [0.5, 0.25, 0.125, 0.0625, 0.5], columns=8)
    assert lines(fig) == ["one two", "three↵", "abcdefgh", "ijklmx"]
    np.testing.assert_allclose(shades(fig)[0], [1] * 4 + [2] * 4)
    np.testing.assert_allclose(shades(fig)[1], [3] * 6 + [0] * 2)
    np.testing.assert_allclose(shades(fig)[3], [4] * 5 + [1] + [0] * 2)


def test_the_picture_is_what_was_said():
    """The pixels: mathematics stays text, nothing is cut off, shades are where they should be."""
    fig = plotting.shaded_text("$a_1$ b\n" * 3 + "w" * 80, [1.0] * 24 + [2**-10] * 80)
    assert lines(fig)[:3] == ["$a_1$ b↵"] * 3
    picture = np.asarray(Image.open(io.BytesIO(plotting.png(fig))).convert("RGB"), float)
    whole = fig.axes[0].get_position()
    height, width = picture.shape[:2]
    last = round(height * (1 - whole.y0) - 3)  # just above the lower edge of the last line
    left, right = round(width * whole.x0) + 2, round(width * whole.x1) - 2
    dark = 255 * np.array(to_rgb("#002B45"))
    for column in (left, right):
        np.testing.assert_allclose(picture[last, column], dark, atol=6)
    assert 0 <= whole.x0 and whole.x1 <= 1 and whole.y1 <= 1
    assert (picture[:, :3] == 255).all() and (picture[:, -3:] == 255).all()


def test_the_legend_is_clear_of_the_text():
    fig = plotting.shaded_text("w" * 200, np.full(200, 0.5))
    fig.draw_without_rendering()
    bar = fig.axes[1]
    assert not bar.get_tightbbox().overlaps(fig.axes[0].get_window_extent())
    assert fig.bbox.contains(*bar.get_tightbbox().min)


def test_the_legend_is_in_probabilities():
    fig = plotting.shaded_text("ab", [0.5, 0.5])
    bar = fig.axes[1]
    labels = [label.get_text() for label in bar.get_xticklabels()]
    assert labels == ["1", "1/4", "1/16", "1/64", "1/256"]
    assert list(bar.get_xticks()) == [0, 2, 4, 6, 8]
    assert "probability" in bar.get_title()


@pytest.mark.parametrize("columns", [1, 20, 80, 200])
def test_letters_fit_their_cells(columns):
    fig = plotting.shaded_text("m" * 2 * columns, np.ones(2 * columns), columns=columns)
    fig.draw_without_rendering()
    ax = fig.axes[0]
    cell = ax.get_window_extent().width / columns
    for label in ax.texts[:3]:
        assert label.get_window_extent().width <= 1.25 * cell
    assert ax.get_position().x1 <= 1


@pytest.mark.parametrize(
    ("pieces", "probabilities", "options", "message"),
    [
        ("abc", [0.5, 0.5], {}, "3 pieces of text and 2 probabilities"),
        ("ab", [0.5, 0.0], {}, "run from 0 to 0.5, expected above 0 and at most 1"),
        ("ab", [-0.7, -1.2], {}, "if these are logarithms, take exp"),
        ("ab", [0.5, 1.2], {}, "expected above 0 and at most 1"),
        ("ab", [0.5, np.nan], {}, "probabilities holds nan at position 1"),
        ("", [], {}, "probabilities is empty"),
        ([1, 2], [0.5, 0.5], {}, "a text or a list of texts.*decode ids first"),
        ("ab", [0.5, 0.5], {"columns": 0}, "columns is 0, expected a whole number"),
        ("ab", [0.5, 0.5], {"columns": 2.5}, "columns is 2.5"),
    ],
    ids=str,
)
def test_bad_input(pieces, probabilities, options, message):
    with pytest.raises(ValueError, match=message):
        plotting.shaded_text(pieces, probabilities, **options)


# ---------------------------------------------------------------- the state of a unit


def test_states_stand_behind_their_letters():
    fig = plotting.state_on_text("ab c\n", [-1, 0.5, 1, 0, -0.5], columns=7)
    assert lines(fig) == ["ab c↵"]
    np.testing.assert_allclose(shades(fig)[0], [-1, 0.5, 1, 0, -0.5, -1, -1])  # white where no text
    [image] = fig.axes[0].images
    assert image.get_clim() == (-1, 1)
    bar = fig.axes[1]
    assert [label.get_text() for label in bar.get_xticklabels()] == ["-1", "0", "1"]
    assert "state" in bar.get_title()
    for wrong, message in (([0.0], "1 states"), ([0, 2], "expected from -1 to 1")):
        with pytest.raises(ValueError, match=message):
            plotting.state_on_text("ab", wrong)
