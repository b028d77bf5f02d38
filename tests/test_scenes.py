"""Scenes: the rules of naming and placing, and that a caption can be read off the pixels."""

import subprocess
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.path import Path as Outline
from scipy import ndimage

from utils.datasets import scenes
from utils.datasets.scenes import Object, Scenes, attributes, check_images, split
from utils.metrics import caption_scores

ROOT = Path(__file__).parents[1]
ALL = (1, 2, 3, 4)
# Named by hand, so that a change of the palette is noticed.
PALETTE = {
    "white": "#FFFFFF", "yellow": "#F0E442", "pink": "#CC79A7",
    "red": "#E13C28", "green": "#009E73", "blue": "#0072B2",
}  # fmt: skip
AREAS = {  # of a shape in the unit circle
    "circle": np.pi,
    "square": 2.0,
    "triangle": 3 * np.sqrt(3) / 4,
    "cross": 2 * 0.6 * 2 * np.sqrt(1 - 0.09) - 0.6**2,
    "star": 5 * 0.45 * np.sin(np.pi / 5),
    "ring": np.pi * (1 - 0.55**2),
}


@pytest.fixture(scope="module")
def usual():
    return scenes.make(1200, seed=1)


@pytest.fixture(scope="module")
def singles():
    return scenes.make(1200, objects=1, seed=3)


@pytest.fixture(scope="module")
def pairs():
    return scenes.make(2000, objects=2, seed=4)


@pytest.fixture(scope="module")
def mixed():
    return scenes.make(800, objects=ALL, seed=2)


# ------------------------------------------------------------------------------------- what is made


def test_form(usual):
    assert usual.images.shape == (1200, 32, 32, 3) and usual.images.dtype == np.float32
    assert 0 <= usual.images.min() and usual.images.max() <= 1
    assert len(usual) == len(usual.captions) == len(usual.objects) == 1200
    assert repr(usual) == "<Scenes: 1,200, images (1200, 32, 32, 3)>"
    for thing in usual.objects[0]:
        assert thing._fields == ("shape", "colour", "size", "row", "column", "radius")
        assert all(type(value) is float for value in thing[3:])
    with pytest.raises(AttributeError):
        usual.captions = []


def test_scenes_depend_on_their_seed_alone():
    first, again, other = (scenes.make(20, objects=ALL, seed=seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.images, again.images)
    assert first.captions == again.captions and first.objects == again.objects
    assert first.captions != other.captions
    turned = scenes.make(20, objects=(4, 3, 2, 1, 1), seed=4)  # neither order nor doubles count
    np.testing.assert_array_equal(first.images, turned.images)


@pytest.mark.parametrize("seed", range(4))
def test_a_single_scene(seed):
    one = scenes.make(1, objects=ALL, seed=seed)  # three of the four numbers then have no scene
    assert one.images.shape == (1, 32, 32, 3) and read(one.images[0]) == one.captions[0]


@pytest.mark.parametrize(
    ("objects", "counts"), [(3, {3}), ((2, 4), {2, 4}), (range(1, 4), {1, 2, 3})]
)
def test_numbers_of_objects(objects, counts):
    found = Counter(len(drawn) for drawn in scenes.make(300, objects=objects).objects)
    assert set(found) == counts
    assert all(abs(times - 300 / len(counts)) < 4 * np.sqrt(300) / 2 for times in found.values())


def test_everything_is_equally_likely(usual):
    things = [thing for drawn in usual.objects for thing in drawn]
    for name, words in (("colour", PALETTE), ("shape", AREAS), ("size", ("small", "large"))):
        found = Counter(getattr(thing, name) for thing in things)
        assert set(found) == set(words)
        for times in found.values():
            assert times / len(things) == pytest.approx(1 / len(found), abs=0.04)
    joint = Counter((thing.colour, thing.shape) for thing in things)
    assert len(joint) == 36 and min(joint.values()) > len(things) / 36 / 2


def test_relations_are_as_frequent_as_stated(pairs):
    found = Counter(attributes(text)["relation"] for text in pairs.captions)
    shares = {"above": 3 / 8, "left of": 3 / 8, "below": 1 / 8, "right of": 1 / 8}
    for relation, share in shares.items():
        assert found[relation] / len(pairs) == pytest.approx(share, abs=0.04)


# ---------------------------------------------------------------------------------------- captions


def named(objects, size):
    """The caption of objects in any order, by the three rules, written out once more."""
    words = {one: f"a {one.size} {one.colour} {one.shape}" for one in objects}
    if len(objects) == 1:
        return words[objects[0]]
    if len(objects) == 2:
        one, two = sorted(objects, key=lambda o: o.row)
        if abs(one.row - two.row) > abs(one.column - two.column):
            relation, opposite = "above", "below"
        else:
            one, two = sorted(objects, key=lambda o: o.column)
            relation, opposite = "left of", "right of"
        if one.size == "small" and two.size == "large":
            one, two, relation = two, one, opposite
        return f"{words[one]} {relation} {words[two]}"
    middle = (size - 1) / 2
    order = sorted(objects, key=lambda o: (o.row > middle, o.column > middle))
    phrases = [words[one] for one in order]
    return " and ".join([" , ".join(phrases[:-1]), phrases[-1]])


@pytest.mark.parametrize("size", [24, 32, 50])
def test_a_caption_follows_from_the_objects_in_any_order(size):
    made = scenes.make(200, objects=ALL, size=size, seed=6)
    assert made.images.shape == (200, size, size, 3)
    for text, objects in zip(made.captions, made.objects, strict=True):
        assert named(objects, size) == named(objects[::-1], size) == text
        assert scenes.caption(objects) == text


def test_captions_by_hand():
    small = Object("circle", "red", "small", 5.0, 9.0, 3.5)
    large = Object("square", "blue", "large", 20.0, 14.0, 6.0)
    star = Object("star", "green", "small", 22.0, 3.0, 3.5)
    assert scenes.caption([small]) == "a small red circle"
    assert scenes.caption([large, small]) == "a large blue square below a small red circle"
    assert scenes.caption([small, large]) == "a small red circle above a large blue square"
    assert scenes.caption([star, large]) == "a small green star left of a large blue square"
    assert scenes.caption([large, star]) == "a large blue square right of a small green star"
    slanting = star._replace(row=9.0, column=4.0)  # 4 lower, but 5 to the left
    assert scenes.caption([slanting, small]) == "a small green star left of a small red circle"
    crowd = "a small red circle , a small green star and a large blue square"
    assert scenes.caption([small, star, large]) == crowd
    with pytest.raises(ValueError, match="at least one object"):
        scenes.caption([])


def test_captions_are_words_that_need_no_other_article(mixed):
    words = {word for text in mixed.captions for word in text.split(" ")}
    grammar = {"a", "and", ",", "above", "below", "left", "right", "of", "small", "large"}
    assert words == grammar | set(PALETTE) | set(AREAS)
    for text in mixed.captions:
        assert all(
            phrase.startswith(("small ", "large ")) for phrase in f" {text}".split(" a ")[1:]
        )


# ------------------------------------------------------------------------------------------ places


@pytest.mark.parametrize("size", [24, 32, 64])
def test_objects_lie_inside_and_apart(size):
    made = scenes.make(250, objects=ALL, size=size, seed=7)
    shares = {"small": (0.108, 0.122), "large": (0.169, 0.191)}
    seen = {word: [] for word in shares}
    for objects in made.objects:
        for one in objects:
            seen[one.size].append(one.radius / size)
            for place in (one.row, one.column):
                assert one.radius - 0.5 - 1e-9 <= place <= size - 0.5 - one.radius + 1e-9
        for one, two in combinations(objects, 2):
            assert distance(one, two) > one.radius + two.radius + np.sqrt(2)
    for word, (low, high) in shares.items():  # both ends are nearly reached, none is passed
        assert low - 1e-3 < min(seen[word]) < low + 3e-3
        assert high - 3e-3 < max(seen[word]) < high + 1e-3


def test_a_relation_is_true_beyond_doubt(pairs):
    for first, second in pairs.objects:
        down, across = first.row - second.row, first.column - second.column
        major, minor = max(abs(down), abs(across)), min(abs(down), abs(across))
        assert minor <= 0.5 * major + 1e-9
        assert major >= first.radius + second.radius + 2 - 1e-9  # nor do their projections overlap


def test_single_objects_lie_everywhere(singles):
    for name in ("row", "column"):
        free = [32 - 2 * one.radius for (one,) in singles.objects]
        used = [getattr(one, name) + 0.5 - one.radius for (one,) in singles.objects]
        found = np.histogram(np.divide(used, free), 5, (0, 1))[0] / len(singles)
        np.testing.assert_allclose(found, 0.2, atol=0.05)


def test_each_of_a_pair_may_lie_anywhere(pairs):
    for index in (0, 1):
        rows = [objects[index].row for objects in pairs.objects]
        columns = [objects[index].column for objects in pairs.objects]
        ninths = np.histogram2d(rows, columns, 3)[0] / len(pairs)
        assert ninths.min() > 0.02


def test_a_crowd_uses_all_quarters_and_none_twice():
    crowds = scenes.make(300, objects=3, seed=9).objects
    quarters = [{(one.row > 15.5, one.column > 15.5) for one in crowd} for crowd in crowds]
    assert all(len(used) == 3 for used in quarters)
    found = Counter(quarter for used in quarters for quarter in used)
    assert len(found) == 4 and min(found.values()) > 0.68 * 300


# ------------------------------------------------------------------------------------------ pixels


def test_region_by_hand():
    thing = Object("ring", "red", "small", 1.0, 2.0, 1.4)
    # The circle reaches 1.4 from the middle of pixel (1, 2): the eight around it, but of the pixels
    # two away only those straight on, whose edge is 1.5 away, are still out of reach.
    wanted = np.zeros((5, 5), bool)
    wanted[0:3, 1:4] = True
    np.testing.assert_array_equal(scenes.region(thing, 5), wanted)
    wider = scenes.region(thing._replace(radius=1.55), 5)
    wanted[1, 0] = wanted[1, 4] = wanted[3, 2] = True
    np.testing.assert_array_equal(wider, wanted)


@pytest.mark.parametrize("size", [24, 32, 41])
def test_regions_hold_all_that_is_drawn_and_share_nothing(size):
    made = scenes.make(150, objects=ALL, size=size, seed=10)
    for image, objects in zip(made.images, made.objects, strict=True):
        regions = np.array([scenes.region(one, size) for one in objects])
        assert regions.sum(axis=0).max() == 1
        ground = image[~regions.any(axis=0)]
        assert (ground == ground[0, 0]).all() and 0.04 <= ground[0, 0] <= 0.12
        drawn = (image != ground[0]).any(axis=2)
        for one, region in zip(objects, regions, strict=True):
            rows, columns = np.nonzero(drawn & region)
            farthest = np.hypot(rows - one.row, columns - one.column).max()
            assert abs(farthest - one.radius) < 1.2  # a region is no wider than its object


def cover_of(shape, row, column, radius, size, samples=8):
    """Which share of each pixel a shape covers, by Matplotlib's outlines instead of formulas."""
    reach = int(radius) + 3
    rows, columns = (
        np.arange(round(place) - reach, round(place) + reach) for place in (row, column)
    )
    parts = (np.arange(samples) + 0.5) / samples - 0.5
    v = ((rows[:, None] + parts - row) / radius).ravel()
    u = ((columns[:, None] + parts - column) / radius).ravel()
    if shape in ("circle", "ring"):
        distance = np.hypot(u, v[:, None])
        inside = (distance <= 1) & (distance >= (0.55 if shape == "ring" else 0))
    else:
        points = np.stack(np.meshgrid(u, v), axis=-1).reshape(-1, 2)
        inside = Outline(OUTLINES[shape]).contains_points(points)
    window = inside.reshape(2 * reach, samples, 2 * reach, samples).mean(axis=(1, 3))
    padded = np.zeros((size + 2 * reach + 2, size + 2 * reach + 2))
    padded[rows[0] + reach : rows[-1] + reach + 1, columns[0] + reach : columns[-1] + reach + 1] = (
        window
    )
    return padded[reach : reach + size, reach : reach + size]


def _around(radii, start):
    """Corners at equal angles, from `start` on, clockwise, u to the right and v downwards."""
    angles = start + 2 * np.pi * np.arange(len(radii)) / len(radii)
    return np.stack([radii * np.sin(angles), -radii * np.cos(angles)], axis=1)


_ARM, _END = 0.3, np.sqrt(1 - 0.3**2)
OUTLINES = {
    "square": _around(np.ones(4), np.pi / 4),
    "triangle": _around(np.ones(3), 0),
    "star": _around(np.tile([1, 0.45], 5), 0),
    "cross": np.array([
        (-_ARM, -_END), (_ARM, -_END), (_ARM, -_ARM), (_END, -_ARM), (_END, _ARM), (_ARM, _ARM),
        (_ARM, _END), (-_ARM, _END), (-_ARM, _ARM), (-_END, _ARM), (-_END, -_ARM), (-_ARM, -_ARM),
    ]),
}  # fmt: skip


@pytest.mark.parametrize("shape", AREAS)
def test_a_shape_is_drawn_as_its_outline_says(shape, singles):
    chosen = singles[singles.has(shape=shape)][:40]
    ratios = []
    for image, (thing,) in zip(chosen.images, chosen.objects, strict=True):
        cover, colour = cover_and_colour(image, thing)
        wanted = cover_of(shape, *thing[3:], 32)
        np.testing.assert_allclose(cover, wanted, atol=0.25)  # a pixel here is of 16 points only
        assert np.abs(cover - wanted).sum() < 0.15 * wanted.sum()
        ratios.append(cover.sum() / (AREAS[shape] * thing.radius**2))
        pure = rgb(PALETTE[thing.colour])
        assert 0.9 <= colour.max() / pure.max() <= 1
        np.testing.assert_allclose(colour / colour.max(), pure / pure.max(), atol=1e-5)
    assert np.mean(ratios) == pytest.approx(1, abs=0.02)


def test_neighbours_leave_each_other_whole(pairs):
    """The nearest of those pairs that are drawn together, because they have the same shape."""
    alike = [number for number, (one, two) in enumerate(pairs.objects) if one.shape == two.shape]
    alike.sort(key=lambda number: distance(*pairs.objects[number]))
    for number in alike[:20]:
        for thing in pairs.objects[number]:
            cover, _ = cover_and_colour(pairs.images[number], thing)
            np.testing.assert_allclose(cover, cover_of(thing.shape, *thing[3:], 32), atol=0.25)


def distance(one, two):
    return np.hypot(one.row - two.row, one.column - two.column)


def cover_and_colour(image, thing):
    """Which share of each pixel an object covers, and its colour, from the picture."""
    ground = np.median(image)
    change = np.where(scenes.region(thing, len(image))[..., None], image - ground, 0)
    full = change.reshape(-1, 3)[np.abs(change).sum(axis=2).argmax()]
    strongest = np.abs(full).argmax()
    return change[..., strongest] / full[strongest], full + ground


def rgb(code):
    return np.array([int(code[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def read(image):
    """The caption of a picture, from nothing but its pixels."""
    size = len(image)
    ground = np.median(image)
    spots, count = ndimage.label(np.abs(image - ground).max(axis=2) > 1e-6, np.ones((3, 3)))
    objects = []
    for spot in range(1, count + 1):
        pixels = np.where((spots == spot)[..., None], image - ground, 0)
        full = pixels.reshape(-1, 3)[np.abs(pixels).sum(axis=2).argmax()]
        cover = pixels[..., np.abs(full).argmax()] / full[np.abs(full).argmax()]
        row, column = ndimage.center_of_mass(cover)
        fits = {}
        for shape, area in AREAS.items():
            radius = np.sqrt(cover.sum() / area)
            error = np.abs(cover - cover_of(shape, row, column, radius, size, 4)).sum()
            fits[shape] = (error, radius)
        shape = min(fits, key=fits.get)
        radius = fits[shape][1]
        word = "small" if radius < 0.145 * size else "large"
        objects.append(Object(shape, nearest(full + ground), word, row, column, radius))
    return named(objects, size)


def nearest(colour):
    """The name of the colour that looks most like it, at some brightness from 0.9 to 1."""
    distances = {
        name: min(np.abs(colour - light * rgb(code)).sum() for light in (0.9, 0.95, 1))
        for name, code in PALETTE.items()
    }
    return min(distances, key=distances.get)


@pytest.mark.parametrize(("objects", "size"), [((1, 2), 32), ((3, 4), 32), (ALL, 24)])
def test_the_caption_can_be_read_off_the_pixels(objects, size):
    made = scenes.make(40, objects=objects, size=size, seed=12)
    assert [read(image) for image in made.images] == made.captions


# ---------------------------------------------------------------------------------- choosing, parts


def test_choosing(mixed):
    assert mixed[3].captions == [mixed.captions[3]] and len(mixed[-2:]) == 2
    chosen = mixed[[5, 2]]
    assert chosen.objects == [mixed.objects[5], mixed.objects[2]]
    np.testing.assert_array_equal(chosen.images, mixed.images[[5, 2]])
    assert len(mixed[[]]) == 0 and mixed[[]].images.shape == (0, 32, 32, 3)
    mask = mixed.has(colour="red", shape="star")
    assert mask.dtype == bool and mask.tolist() == ["red star" in text for text in mixed.captions]
    assert mixed[mask].captions == [text for text in mixed.captions if "red star" in text]
    both = mixed.has(size="small", colour="blue", shape="ring")
    assert both.tolist() == ["small blue ring" in text for text in mixed.captions]
    assert mixed.has(shape="ring").tolist() == ["ring" in text for text in mixed.captions]
    with pytest.raises(ValueError, match="colour is 'star', expected one of 'white', 'yellow'"):
        mixed.has(colour="star")
    with pytest.raises(ValueError, match="size is 'big', expected one of 'small', 'large'"):
        mixed.has(size="big")
    with pytest.raises(IndexError):
        mixed[800]


def test_scenes_need_lists_of_one_length(mixed):
    with pytest.raises(ValueError, match="800 images, 799 captions and 800 tuples"):
        Scenes(mixed.images, mixed.captions[1:], mixed.objects)


def positions(parts, whole):
    """Where the scenes of each part stood before, told by their places, which are never twice."""
    at = {objects: position for position, objects in enumerate(whole.objects)}
    assert len(at) == len(whole)
    return [[at[objects] for objects in part.objects] for part in parts]


def test_a_random_split_is_a_partition(usual):
    parts = split(usual, test=300, validation=200)
    assert parts._fields == ("train", "validation", "test", "composition")
    assert [len(part) for part in parts] == [700, 200, 300, 0]
    found = positions(parts, usual)
    assert sorted(sum(found, [])) == list(range(1200))
    assert all(own == sorted(own) for own in found)
    assert np.mean(found[2]) == pytest.approx(600, abs=80)  # from everywhere
    again, other = split(usual, test=300, validation=200), split(usual, test=300, seed=1)
    assert positions(again, usual) == found and positions(other, usual)[2] != found[2]
    assert len(other.validation) == 0
    image = parts.test.images[7]
    np.testing.assert_array_equal(image, usual.images[found[2][7]])


def test_held_out_combinations_are_never_seen(usual):
    held_out = {("red", "star"), ("blue", "ring")}
    parts = split(usual, test=100, validation=100, held_out=held_out)
    assert sorted(sum(positions(parts, usual), [])) == list(range(1200))
    new = [text for text in usual.captions if "red star" in text or "blue ring" in text]
    assert parts.composition.captions == new and len(new) > 60
    for part in parts[:3]:
        text = " ".join(part.captions)
        assert "red star" not in text and "blue ring" not in text
        assert "red" in text and "star" in text and "blue" in text and "ring" in text


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"test": 0}, "test is 0, expected a whole number of at least 1"),
        ({"test": 0.1}, "test is .*, expected"),
        ({"test": 10, "validation": -1}, "validation is .*, expected a whole number of at least 0"),
        ({"test": 900, "validation": 300}, "1200 scenes.*900 for test and 300 for validation"),
        ({"test": 10, "seed": None}, "seed is .*, expected"),
        ({"test": 10, "held_out": {("star", "red")}}, "colour is 'star', expected one of 'white'"),
        ({"test": 10, "held_out": {("red", "hexagon")}}, "shape is 'hexagon', expected one of"),
        ({"test": 10, "held_out": ("red", "star")}, "held_out has 'red', expected pairs"),
        ({"test": 10, "held_out": [("red",)]}, r"pairs \(colour, shape\)"),
        ({"test": 10, "held_out": [3]}, r"held_out has 3, expected pairs \(colour, shape\)"),
        (
            {"test": 10, "held_out": [(colour, "star") for colour in PALETTE]},
            "no star is left in training.*hold out fewer",
        ),
        (
            {"test": 10, "held_out": [("red", shape) for shape in AREAS]},
            "nothing red or no .* is left in training",
        ),
    ],
)
def test_split_refuses(usual, arguments, hint):
    with pytest.raises(ValueError, match=hint):
        split(usual, **arguments)


def test_split_refuses_a_pair_that_nobody_shows(usual):
    without = usual[~usual.has(colour="red", shape="star")]
    with pytest.raises(ValueError, match="the red star, which is in none of the"):
        split(without, test=10, held_out={("red", "star")})


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        ({"count": 0}, "count is 0, expected a whole number of at least 1"),
        ({"count": 2.5}, "count is .*, expected"),
        ({"objects": 0}, "objects is 0, expected a whole number of at least 1"),
        ({"objects": (1, 5)}, "objects is 5, expected a finite number of at most 4"),
        ({"objects": ()}, r"objects is \(\), expected a number such as 2"),
        ({"objects": "2"}, "objects is '2', expected"),
        ({"objects": 2.0}, "objects is 2.0, expected"),
        ({"objects": (True,)}, "objects is True, expected"),
        ({"objects": None}, "objects is None, expected"),
        ({"size": 23}, "size is 23, expected a whole number of at least 24"),
        ({"size": (32, 32)}, "size is .*, expected"),
        ({"seed": None}, "seed is None, expected a whole number of at least 0"),
    ],
)
def test_make_refuses(arguments, hint):
    with pytest.raises(ValueError, match=hint):
        scenes.make(**({"count": 3} | arguments))


# ----------------------------------------------------------------------------------------- scoring


def test_attributes_by_hand():
    circle = {"size": "small", "colour": "red", "shape": "circle"}
    square = {"size": "large", "colour": "blue", "shape": "square"}
    assert attributes("a small red circle") == {"objects": [circle], "relation": None}
    for relation in ("above", "below", "left of", "right of"):
        found = attributes(f"a small red circle {relation} a large blue square")
        assert found == {"objects": [circle, square], "relation": relation}
    crowd = attributes("a small red circle , a large blue square and a small red circle")
    assert crowd == {"objects": [circle, square, circle], "relation": None}
    two = attributes("a large blue square and  a small red circle ")
    assert two == {"objects": [square, circle], "relation": None}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a small red",
        "small red circle",
        "an small red circle",
        "a red small circle",
        "a small red circle above",
        "a small red circle left a large blue square",
        "a small red circle a large blue square",
        "a small red circle , a large blue square",
        "a small red circle above a large blue square below a small red star",
        "a small red circle above a large blue square and a small red star",
        "a small orange circle",
        "a small red circle .",
        "A small red circle",
        "a small red circles",
        "a small red circle, a large blue square and a small green star",
    ],
)
def test_what_is_no_caption_has_no_attributes(text):
    assert attributes(text) is None


@given(st.lists(st.sampled_from("a small large red blue star ring above left of , and".split())))
def test_only_captions_parse(words):
    found = attributes(" ".join(words))
    if found:
        parts = [" ".join(["a", *thing.values()]) for thing in found["objects"]]
        if found["relation"]:
            assert " ".join(words) == f"{parts[0]} {found['relation']} {parts[1]}"
        elif len(parts) == 1:
            assert " ".join(words) == parts[0]
        else:
            assert " ".join(words) == " , ".join(parts[:-1]) + " and " + parts[-1]


def test_every_caption_parses_to_its_objects(mixed):
    for text, objects in zip(mixed.captions, mixed.objects, strict=True):
        found = attributes(text)
        assert [tuple(thing.values()) for thing in found["objects"]] == [
            (one.size, one.colour, one.shape) for one in objects
        ]
        assert (found["relation"] is not None) == (len(objects) == 2)


def test_score_by_hand():
    expected = [
        "a small red circle above a large blue square",
        "a large green ring",
        "a large white star below a small white star",
        "a small pink cross , a small red circle and a large blue ring",
    ]
    said = [
        "a small red square left of a large blue square",  # one shape and the relation wrong
        "a large green ring",
        "a large white star below a small",  # does not parse: nothing
        "a small red circle and a small pink cross",  # sizes 2 of 3, colours 0, shapes 0
    ]
    assert caption_scores(said, expected) == {
        "exact": 1 / 4,
        "size": 5 / 8,  # 2 + 1 + 0 + 2 of 2 + 1 + 2 + 3
        "colour": 3 / 8,  # 2 + 1 + 0 + 0
        "shape": 2 / 8,  # 1 + 1 + 0 + 0
        "relation": 0.0,  # 0 of 2
    }
    perfect = caption_scores([" ".join(text.split()) + " " for text in expected], expected)
    assert perfect == {"exact": 1, "size": 1, "colour": 1, "shape": 1, "relation": 1}
    assert all(type(value) is float for value in perfect.values())
    too_many = caption_scores(["a large green ring above a small red star"], ["a large green ring"])
    assert too_many == {"exact": 0, "size": 1, "colour": 1, "shape": 1}  # no relation expected
    # stated, and true of the picture, but not in the form that was expected
    turned = caption_scores(["a large blue square below a small red circle"], expected[:1])
    assert turned == {"exact": 0, "size": 0, "colour": 0, "shape": 0, "relation": 0}


def test_what_a_constant_answer_scores(singles, pairs):
    found = caption_scores(["a small red circle"] * len(singles), singles.captions)
    assert found["size"] == pytest.approx(1 / 2, abs=0.05)
    assert found["colour"] == pytest.approx(1 / 6, abs=0.04)
    assert found["shape"] == pytest.approx(1 / 6, abs=0.04)
    assert found["exact"] == pytest.approx(1 / 72, abs=0.01)
    said = ["a large red circle above a small red circle"] * len(pairs)
    found = caption_scores(said, pairs.captions)
    assert found["relation"] == pytest.approx(3 / 8, abs=0.04)
    assert found["size"] == pytest.approx(3 / 4, abs=0.03)  # the larger comes first


@pytest.mark.parametrize(
    ("captions", "expected", "error", "hint"),
    [
        ("a", ["a small red star"], TypeError, "captions must be a list of texts.*not 'a'"),
        (["a"], "a small red star", TypeError, "expected must be a list of texts"),
        ([3], ["a small red star"], TypeError, "captions must be a list"),
        ([], [], ValueError, "0 captions and 0 expected.*at least one"),
        (["a"], ["a small red star"] * 2, ValueError, "1 captions and 2 expected"),
        (["a small red star"], ["a star"], ValueError, r"expected\[0\] is no caption.*wrong order"),
    ],
)
def test_score_refuses(captions, expected, error, hint):
    with pytest.raises(error, match=hint):
        caption_scores(captions, expected)


# ------------------------------------------------------------------------------------------ images


def test_images_that_fit_come_back_as_float32(usual):
    batch = usual.images[:5]
    np.testing.assert_array_equal(check_images(batch, 32), batch)
    wide = check_images(batch.astype(np.float64), 32)
    assert wide.dtype == np.float32 and (wide == batch).all()
    assert check_images(np.array([[[[0.0, 0.5, 1.0]]]]), 1).shape == (1, 1, 1, 3)


FITS = np.full((2, 4, 4, 3), 0.5, dtype=np.float32)
HOLE = FITS.copy()
HOLE[1, 2, 3, 0] = np.nan


@pytest.mark.parametrize(
    ("images", "hint"),
    [
        ((FITS * 255).astype(np.uint8), "images are uint8.*0 to 1: divide by 255"),
        (FITS > 0, "images are bool.*convert"),
        (np.array([["a"]]), "images are <U1.*convert"),
        (FITS[0], r"shape \(4, 4, 3\).*give a batch, images\[None\]"),
        (FITS[..., 0], r"shape \(2, 4, 4\).*grey"),
        (FITS[..., :1], r"shape \(2, 4, 4, 1\).*grey"),
        (np.concatenate([FITS, FITS], -1)[..., :4], r"transparency.*images\[..., :3\]"),
        (np.moveaxis(FITS, -1, 1), r"channels last, np.moveaxis\(images, 1, -1\)"),
        (FITS[:, :3, :3], r"shape \(2, 3, 3, 3\).*\(count, 4, 4, 3\).*scale them to"),
        (FITS[:0], "at least one image"),
        (FITS[..., :2], "three channels"),
        (FITS.ravel(), "three channels"),
        (HOLE, "1 of 2 images hold values that are no finite numbers, the first is image 1"),
        (FITS * np.inf, "2 of 2 images hold"),
        (FITS * 510, "run from 255 to 255.*divide by 255"),
        (FITS - 1, r"run from -0.5 to -0.5.*\(images \+ 1\) / 2"),
    ],
)
def test_check_images_refuses(images, hint):
    with pytest.raises(ValueError, match=hint):
        check_images(images, 4)


def test_made_without_a_framework():
    code = (
        "import sys; from utils import datasets; "
        "print(len(datasets.scenes.make(3).captions)); "
        "print(sorted({'tensorflow', 'keras', 'scipy', 'matplotlib', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["3", "[]"]
