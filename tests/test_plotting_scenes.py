"""Pictures with captions: what stands under them, and that a wrong one shows without colour."""

import io

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from utils import plotting

IMAGES = np.random.default_rng(0).random((5, 6, 6, 3))
SAID = ["a red star", "a large blue ring", "a ring", "", "a cross"]
TRUE = ["a red star", "a small blue ring", "a  ring ", "a star", "a square"]


def _panels(fig):
    return [ax for ax in fig.axes if ax.get_visible()]


def _texts(fig):
    return [ax.get_xlabel() for ax in _panels(fig)]


def _unwrapped(fig):
    return [" ".join(text.split()) for text in _texts(fig)]


def test_each_picture_has_its_caption():
    fig = plotting.captioned(IMAGES, SAID)
    assert _unwrapped(fig) == ["a red star", "a large blue ring", "a ring", "(nothing)", "a cross"]
    for ax, image in zip(_panels(fig), IMAGES, strict=True):
        np.testing.assert_array_equal(ax.images[0].get_array(), image)
        assert ax.images[0].get_interpolation() == "nearest"
        assert not len(ax.get_xticks()) and not len(ax.get_yticks())
        assert {spine.get_linestyle() for spine in ax.spines.values()} == {"solid"}


def test_wrong_captions_are_told_from_right_ones():
    fig = plotting.captioned(IMAGES, SAID, expected=TRUE)
    assert _unwrapped(fig) == [
        "✓ a red star",
        "✗ a large blue ring expected: a small blue ring",
        "✓ a ring",
        "✗ (nothing) expected: a star",
        "✗ a cross expected: a square",
    ]
    assert [text.count("\nexpected: ") for text in _texts(fig)] == [0, 1, 0, 1, 1]
    right, wrong = _panels(fig)[0].spines["left"], _panels(fig)[1].spines["left"]
    assert wrong.get_linewidth() > 3 * right.get_linewidth()
    assert right.get_linestyle() == "solid" != wrong.get_linestyle()


def test_the_frame_shows_in_grey():
    """Around a black picture: dashes and the white between them, where a right one has a line."""
    for said, dashed in (("a star", False), ("a ring", True)):
        fig = plotting.captioned(np.zeros((1, 8, 8, 3)), [said], expected=["a star"], columns=1)
        picture = Image.open(io.BytesIO(plotting.png(fig))).convert("L")
        grey = np.asarray(picture, dtype=float)
        black = np.flatnonzero((grey < 30).sum(axis=1) > 0.8 * grey.shape[1])
        edge = grey[black[0] - 6, 20:-20]  # 0.04 inches above the picture
        changes = np.count_nonzero(np.diff((edge < 190).astype(int)))
        assert changes >= 12 if dashed else changes == 0
        assert np.mean(edge >= 190) > 0.25  # between the dashes there is room


def test_a_mark_of_the_model_is_no_mark_of_ours():
    fig = plotting.captioned(IMAGES[:1], ["✗ a star"])
    assert _unwrapped(fig) == ["✗ a star"]
    assert _panels(fig)[0].spines["left"].get_linestyle() == "solid"


@pytest.mark.parametrize(
    ("count", "columns", "grid"),
    [(1, 4, (1, 1)), (4, 4, (1, 4)), (5, 4, (2, 4)), (5, 2, (3, 2)), (3, 1, (3, 1))],
)
def test_rows_and_columns(count, columns, grid):
    fig = plotting.captioned(IMAGES[:count], SAID[:count], columns=columns)
    corners = np.round([ax.get_position().p0 for ax in _panels(fig)], 6)
    assert len(corners) == count
    assert (len(set(corners[:, 1])), len(set(corners[:, 0]))) == grid
    order = sorted(range(count), key=lambda number: (-corners[number, 1], corners[number, 0]))
    assert order == list(range(count))  # as one reads
    assert fig.get_figwidth() <= plotting.WIDTH


def test_pictures_need_not_be_square():
    fig = plotting.captioned(np.zeros((2, 4, 8, 3)), ["a star", "a ring"])
    for ax in _panels(fig):
        ax.apply_aspect()
        box = ax.get_window_extent()
        assert box.width == pytest.approx(2 * box.height, rel=0.01)
        given, used = ax.get_position(original=True).bounds, ax.get_position().bounds
        np.testing.assert_allclose(given, used, atol=1e-6)  # the figure has no idle room for it


LONG = "a small yellow triangle , a large yellow triangle , a large white square and a small star"


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 5])
def test_long_captions_stay_under_their_pictures(columns):
    said = [LONG, "a star", LONG.replace("small", "large"), "a ring", LONG]
    fig = plotting.captioned(IMAGES, said, expected=[LONG] * 5, columns=columns)
    canvas = FigureCanvasAgg(fig)
    canvas.draw()
    renderer = canvas.get_renderer()
    panels = _panels(fig)
    boxes = [ax.xaxis.label.get_window_extent(renderer) for ax in panels]
    pictures = [ax.get_window_extent(renderer) for ax in panels]
    gap = 0.12 * fig.dpi
    for box, picture in zip(boxes, pictures, strict=True):
        assert box.x0 >= picture.x0 - 1 and box.x1 <= picture.x1 + gap
        assert box.y1 <= picture.y0 and box.y0 >= -1
        assert picture.width == pytest.approx(picture.height, rel=0.01)
        assert picture.width > 0.85 * fig.bbox.width / columns  # the words leave it its room
    for number, box in enumerate(boxes[:-columns]):
        assert box.y0 >= pictures[number + columns].y1


def test_captions_are_printed_as_one_prints_them():
    fig = plotting.captioned(IMAGES[:1], [LONG], columns=1)
    assert _unwrapped(fig) == [LONG.replace(" ,", ",")]
    assert _texts(fig)[0].count("\n") >= 2
    assert max(map(len, _texts(fig)[0].split("\n"))) <= 40


def test_words_are_never_read_as_mathematics():
    plotting.png(plotting.captioned(IMAGES[:1], ["$\\frac"], expected=["$x_{$"]))


def test_the_same_picture_has_the_same_bytes():
    first = plotting.png(plotting.captioned(IMAGES, SAID, expected=TRUE))
    assert first == plotting.png(plotting.captioned(IMAGES.tolist(), SAID, expected=TRUE))
    assert first != plotting.png(plotting.captioned(IMAGES[::-1], SAID, expected=TRUE))


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"images": IMAGES[0]}, r"images has shape \(6, 6, 3\), expected \(count, height, width"),
        ({"images": IMAGES[..., :1]}, r"\(5, 6, 6, 1\).*red, green and blue"),
        ({"images": IMAGES[:0]}, "images is empty"),
        ({"images": IMAGES * np.nan}, "finite"),
        ({"images": IMAGES * 255}, "expected 0 to 1; divide"),
        ({"images": IMAGES - 0.5}, "images run from -0.5.*expected 0 to 1"),
        ({"captions": SAID[:4]}, "captions has 4 texts, expected 5"),
        ({"captions": "a star"}, "captions is 'a star', expected a list of texts"),
        ({"captions": [1, 2, 3, 4, 5]}, "captions is .*, expected a list of texts"),
        ({"expected": TRUE[:4]}, "expected has 4 texts, expected 5"),
        ({"expected": []}, "expected has 0 texts"),
        ({"columns": 0}, "columns is 0, expected a whole number of at least 1"),
        ({"columns": 2.0}, "columns is 2.0, expected"),
    ],
)
def test_refuses(changed, hint):
    arguments = {"images": IMAGES, "captions": SAID, "expected": TRUE} | changed
    with pytest.raises(ValueError, match=hint):
        plotting.captioned(**arguments)
