"""Where a decoder looks, drawn and stepped through."""

import json
import re

import numpy as np
import pytest

from utils import animation, plotting
from utils.decoding import Caption
from utils.plotting.looking import END_WORD, lit

IMAGE = np.linspace(0, 1, 8 * 8 * 3).reshape(8, 8, 3)
WORDS = ["a", "<b>star</b>"]
MAPS = np.zeros((3, 4, 4))
MAPS[0, 1, 2], MAPS[1, 0, 0], MAPS[1, 3, 3], MAPS[2] = 1, 0.25, 0.75, 1 / 16


def data(page):
    """The items that the page's script is called with."""
    return json.loads(re.search(r'\}\)\("[0-9a-f]{12}",(\[.*\])\);</script>', page, re.S).group(1))


def test_the_map_of_end_has_a_word_and_the_frame_stands_where_the_weight_is_largest():
    fig = plotting.looks(IMAGE, WORDS, MAPS, columns=2)
    drawn = [ax for ax in fig.axes if ax.images]
    assert [ax.get_xlabel() for ax in drawn] == ["a 1.00", "<b>star</b> 0.75", f"{END_WORD} 0.06"]
    frames = [ax.patches[-1].get_xy() for ax in drawn]
    assert frames == [(3.5, 1.5), (5.5, 5.5), (-0.5, -0.5)]
    assert plotting.most_looked_at(MAPS[1]) == (3, 3)


def test_what_is_looked_at_most_is_as_it_is_and_the_rest_goes_towards_grey():
    seen = lit(IMAGE, MAPS[1])
    np.testing.assert_allclose(seen[6:, 6:], IMAGE[6:, 6:])
    np.testing.assert_allclose(seen[:6, 2:], 0.4 + 0.2 * IMAGE[:6, 2:])
    assert seen.min() >= 0 and seen.max() <= 1
    np.testing.assert_allclose(lit(IMAGE, MAPS[2]), IMAGE)  # an even gaze sees everything


def test_the_page_holds_picture_words_and_weights_and_says_where():
    caption = Caption("a star", WORDS, MAPS, -1.0, True)
    page = animation.looking_steps([IMAGE], [caption])
    assert page == animation.looking_steps([IMAGE], [(WORDS, MAPS)])
    assert "<b>star" not in page.replace("&lt;b&gt;star", "")
    [item] = data(page)
    assert item["words"] == [*WORDS, END_WORD] and item["grid"] == [4, 4]
    assert item["weights"] == MAPS.reshape(3, 16).round(3).tolist()
    assert item["image"].startswith("data:image/png;base64,")
    assert item["says"][1] == (
        "writes “<b>star</b>”, looks most at row 4 of 4, column 4 of 4 (0.75)."
    )
    two = data(animation.looking_steps([IMAGE, IMAGE], [caption, caption]))
    assert [one["title"][0] for one in two] == ["1", "2"]


@pytest.mark.parametrize(("change", "message"), [
    ({"image": IMAGE[..., :1]}, "expected \\(height, width, 3"), ({"image": 255 * IMAGE}, "image"),
    ({"words": ["a"]}, "3 maps and 1 words"), ({"words": "a b"}, "words"),
    ({"maps": 2 * MAPS}, "weights from 0 to 1"), ({"maps": MAPS[0]}, "maps has shape"),
    ({"maps": np.zeros((3, 3, 3))}, "do not divide"),
])
def test_pictures_words_and_maps_have_to_fit(change, message):
    with pytest.raises(ValueError, match=message):
        plotting.looks(**{"image": IMAGE, "words": WORDS, "maps": MAPS, **change})


@pytest.mark.parametrize(("images", "captions", "message"), [
    ([IMAGE], [], "there are 1 pictures"), ([], [], "there are 0 pictures"),
    ([IMAGE], ["a star"], "a caption is"),
    ([IMAGE], [Caption("a", ["a"], None, 0.0, True)], "does not look"),
])
def test_what_cannot_be_stepped_through_is_refused(images, captions, message):
    with pytest.raises(ValueError, match=message):
        animation.looking_steps(images, captions)
