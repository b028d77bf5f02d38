"""Small pictures of coloured shapes, each with the sentence that describes it.

    scenes = make(4000, objects=(1, 2))
    scenes.images[0], scenes.captions[0]     # (32, 32, 3), "a small red circle above a large …"
    parts = split(scenes, validation=400, test=400, held_out={("red", "star")})
    score(predicted, parts.test.captions)    # {"exact": …, "size": …, "colour": …, …}

A caption is a function of its picture, by three rules:

* One object: "a small red circle". The article is always "a", for the size comes first.
* Two objects: "a large red circle below a small blue ring". The larger is named first; of two
  equally large ones the upper, or the left one where they stand side by side. So "above" and
  "left of" are three times as frequent as "below" and "right of".
* Three or four: "a small red circle , a large blue square and a small green star", in reading
  order: the upper half from left to right, then the lower. Each object has a quarter of the
  picture for itself.

Two objects stand apart along one axis at least twice as far as along the other, and the stated one
lies wholly on its side of the other: not even their projections on that axis overlap. Positions are
counted in pixels from the centre of the first pixel, as `imshow` counts them, rows downwards.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from re import findall, fullmatch
from typing import NamedTuple

import numpy as np

from utils import expect

from ._arguments import generator

# Okabe and Ito, "Color Universal Design" (2008), from bright to dark: on a dark ground colour-blind
# readers can tell them apart too, and in grey they differ as far as six colours can. Only their
# vermilion, which everybody calls orange on black, has become a red of much the same brightness.
COLOURS = {
    "white": (255, 255, 255),
    "yellow": (240, 228, 66),
    "pink": (204, 121, 167),
    "red": (225, 60, 40),
    "green": (0, 158, 115),
    "blue": (0, 114, 178),
}
SHAPES = ("circle", "square", "triangle", "cross", "star", "ring")
SIZES = {"small": 0.115, "large": 0.18}  # mean radius, as a share of the picture's side
RELATIONS = ("above", "below", "left of", "right of")

MOST_OBJECTS = 4
SMALLEST = 24  # pixels: below this a star is a blot
_JITTER = 0.06  # a radius is up to this share smaller or larger than its size says
_GAP = 1 / 16  # free space between two objects, as a share of the side; more than √2 pixels
_SLANT = 0.5  # two objects differ along the other axis by at most this share of the stated one
_DIMMEST = 0.9  # brightness of an object, from here to 1
_GROUND = (0.04, 0.12)  # grey of the ground
_SAMPLES = 4  # a pixel is the mean of 4 × 4 points
_CHUNK = 512  # objects drawn at once, which bounds the memory


class Object(NamedTuple):
    """One object of a scene.

    Attributes:
        shape: as the caption names it.
        colour: as the caption names it.
        size: as the caption names it.
        row: of its centre, in pixels, not a whole number.
        column: of its centre, likewise.
        radius: in pixels, of the circle around it, which every shape touches.
    """

    shape: str
    colour: str
    size: str
    row: float
    column: float
    radius: float


@dataclass(frozen=True, eq=False, repr=False)
class Scenes:
    """Pictures, what they show, and where.

    Attributes:
        images: float32 `(count, size, size, 3)`, red, green and blue, from 0 to 1.
        captions: `count` sentences; `caption.split()` gives their words.
        objects: for each scene its objects, in the order in which the caption names them.

    Raises:
        ValueError: the lists differ in length.
    """

    images: np.ndarray
    captions: list[str]
    objects: list[tuple[Object, ...]]

    def __post_init__(self):
        counts = (len(self.images), len(self.captions), len(self.objects))
        if len(set(counts)) > 1:
            raise ValueError(
                "scenes need as many captions and tuples of objects as images; there are "
                "{} images, {} captions and {} tuples".format(*counts)
            )

    def __len__(self) -> int:
        return len(self.captions)

    def __repr__(self) -> str:
        return f"<Scenes: {len(self):,}, images {self.images.shape}>"

    def __getitem__(self, index) -> "Scenes":
        """Some of the scenes: one index, a slice, indices, or one True/False a scene."""
        chosen = np.atleast_1d(np.arange(len(self))[index])  # NumPy refuses what does not fit
        return Scenes(
            self.images[chosen],
            [self.captions[i] for i in chosen],
            [self.objects[i] for i in chosen],
        )

    def has(
        self, *, colour: str | None = None, shape: str | None = None, size: str | None = None
    ) -> np.ndarray:
        """Which scenes show an object with all of the stated attributes.

        `scenes[scenes.has(colour="red", shape="star")]` are those with a red star of any size.

        Args:
            colour: its colour; None for any.
            shape: its shape; None for any.
            size: its size as the caption names it; None for any.

        Returns:
            bool `(count,)`.

        Raises:
            ValueError: a colour, shape or size that there is not.
        """
        stated = {"colour": colour, "shape": shape, "size": size}
        stated = {name: value for name, value in stated.items() if value is not None}
        for name, value in stated.items():
            _check_word(name, value)
        found = [
            any(all(getattr(one, name) == stated[name] for name in stated) for one in objects)
            for objects in self.objects
        ]
        return np.array(found, dtype=bool)


class Parts(NamedTuple):
    """Four sets of scenes without overlap.

    Attributes:
        train: to train on.
        validation: to choose by; may be empty.
        test: to report.
        composition: scenes with a held-out combination; may be empty.
    """

    train: Scenes
    validation: Scenes
    test: Scenes
    composition: Scenes


# ------------------------------------------------------------------------------------------ making


def make(
    count: int, *, objects: int | Iterable[int] = (1, 2), size: int = 32, seed: int = 0
) -> Scenes:
    """Draws scenes at random, the same for the same arguments.

    Sizes, colours and shapes are equally likely and independent of each other; so are, as far as
    the rules above allow, the places. Radius and brightness vary slightly, and so does the ground.

    Args:
        count: how many scenes.
        objects: how many objects a scene has, 1 to 4; of several numbers each is equally likely.
        size: height and width in pixels.
        seed: of the drawing.

    Returns:
        The `Scenes`.

    Raises:
        ValueError: a count below 1, other numbers of objects, or a size below 24.
    """
    [count] = expect.integer(count=count)
    [size] = expect.integer(SMALLEST, size=size)
    choices = _numbers_of_objects(objects)
    random = generator(seed)
    numbers = random.choice(choices, count)  # (count,)
    scenes = [()] * count
    for number in choices:
        members = np.flatnonzero(numbers == number)
        kinds = _kinds(random, len(members), number)
        radii = _radii(random, kinds["size"])
        rows, columns = _PLACES[number](random, radii, kinds["size"])
        in_pixels = (rows * size - 0.5, columns * size - 0.5, radii * size)
        for scene, drawn in zip(members, _as_objects(kinds, *in_pixels), strict=True):
            scenes[scene] = drawn
    images = _draw(random, scenes, size)
    return Scenes(images, [caption(drawn) for drawn in scenes], scenes)


def caption(objects: Sequence[Object]) -> str:
    """The sentence for objects; the rules stand at the top of the module.

    Args:
        objects: in the order of naming.

    Raises:
        ValueError: there is no object.
    """
    if not objects:
        raise ValueError("a caption needs at least one object, got none")
    phrases = [f"a {one.size} {one.colour} {one.shape}" for one in objects]
    if len(phrases) == 1:
        return phrases[0]
    if len(phrases) == 2:
        return f"{phrases[0]} {_relation(*objects)} {phrases[1]}"
    return " , ".join(phrases[:-1]) + " and " + phrases[-1]


def region(thing: Object, size: int) -> np.ndarray:
    """The pixels of an object, which the circle around it reaches.

    The hole of a ring and the corners of a cross belong to it. Everything that is drawn of an
    object lies in its region, and the regions of two objects of a scene share no pixel, so that a
    model which points at a pixel points at one object or at none.

    Args:
        thing: the object.
        size: height and width of the scene in pixels.

    Returns:
        bool `(size, size)`.

    Raises:
        ValueError: a size below 1.
    """
    [size] = expect.integer(size=size)
    pixels = np.arange(size)
    down = np.maximum(np.abs(pixels - thing.row) - 0.5, 0)  # to the nearest point of the pixel
    across = np.maximum(np.abs(pixels - thing.column) - 0.5, 0)
    return down[:, None] ** 2 + across**2 < thing.radius**2


def _numbers_of_objects(objects: int | Iterable[int]) -> list[int]:
    choices = list(objects) if isinstance(objects, Iterable) else [objects]
    if not choices:
        raise ValueError(f"objects is {objects!r}, expected a number such as 2, or several, (1, 2)")
    for number in choices:
        expect.integer(objects=number)
        expect.number("objects", number, at_most=MOST_OBJECTS)
    return sorted({int(number) for number in choices})


def _kinds(random: np.random.Generator, count: int, number: int) -> dict[str, np.ndarray]:
    """Words for `number` objects in `count` scenes, each (count, number)."""
    words = {"shape": SHAPES, "colour": list(COLOURS), "size": list(SIZES)}
    kinds = {name: random.choice(choices, (count, number)) for name, choices in words.items()}
    if number == 2:
        kinds["size"].sort(axis=1)  # the larger is named first, and large comes before small
    return kinds


def _radii(random: np.random.Generator, sizes: np.ndarray) -> np.ndarray:
    """As a share of the picture's side, (count, number)."""
    means = np.select([sizes == word for word in SIZES], list(SIZES.values()))
    return means * random.uniform(1 - _JITTER, 1 + _JITTER, sizes.shape)


def _anywhere(random, radii, sizes):
    """Rows and columns of single objects that lie inside, each (count, 1), from 0 to 1."""
    return random.uniform(radii, 1 - radii), random.uniform(radii, 1 - radii)


def _related(random, radii, sizes):
    """Rows and columns of pairs, each (count, 2), from 0 to 1, such that one relation is true.

    They are made along the axis of the relation and across it, and only then turned into rows and
    columns.
    """
    count = len(radii)
    alike = sizes[:, 0] == sizes[:, 1]
    first_leads = alike | (random.random(count) < 0.5)  # the first is the upper or left one
    leader, follower = np.where(first_leads[:, None], radii, radii[:, ::-1]).T
    distance = random.uniform(leader + follower + _GAP, 1 - leader - follower)
    shift = random.uniform(-_SLANT, _SLANT, count) * distance
    along = random.uniform(leader, 1 - follower - distance)
    across = random.uniform(
        np.maximum(leader, follower - shift), np.minimum(1 - leader, 1 - follower - shift)
    )
    along = np.stack([along, along + distance], axis=1)
    across = np.stack([across, across + shift], axis=1)
    along = np.where(first_leads[:, None], along, along[:, ::-1])
    across = np.where(first_leads[:, None], across, across[:, ::-1])
    upright = (random.random(count) < 0.5)[:, None]
    return np.where(upright, along, across), np.where(upright, across, along)


def _in_quarters(random, radii, sizes):
    """Rows and columns, each (count, number), from 0 to 1, one object a quarter, in reading order.

    From every inner border an object keeps half the gap.
    """
    count, number = radii.shape
    quarters = np.tile(np.arange(4), (count, 1))
    quarters = np.sort(random.permuted(quarters, axis=1)[:, :number], axis=1)
    places = []
    for half in (quarters // 2, quarters % 2):
        place = random.uniform(radii, 0.5 - _GAP / 2 - radii)
        places.append(np.where(half == 0, place, 1 - place))
    return places


_PLACES = {1: _anywhere, 2: _related, 3: _in_quarters, 4: _in_quarters}


def _as_objects(kinds, rows, columns, radii) -> list[tuple[Object, ...]]:
    fields = [kinds["shape"], kinds["colour"], kinds["size"], rows, columns, radii]
    scenes = zip(*(field.tolist() for field in fields), strict=True)
    return [tuple(map(Object, *scene)) for scene in scenes]


def _relation(first: Object, second: Object) -> str:
    """Where the first stands, seen from the second."""
    down, across = first.row - second.row, first.column - second.column
    if abs(down) > abs(across):
        return "above" if down < 0 else "below"
    return "left of" if across < 0 else "right of"


# ----------------------------------------------------------------------------------------- drawing


def _draw(random: np.random.Generator, scenes: list[tuple[Object, ...]], size: int) -> np.ndarray:
    """Images float32 (count, size, size, 3), a ground with the objects of each scene on it."""
    reach = int(np.ceil(max(SIZES.values()) * (1 + _JITTER) * size)) + 1
    padded = size + 2 * reach  # an object at the border may be drawn as freely as any other
    ground = random.uniform(*_GROUND, (len(scenes), 1, 1, 1)).astype(np.float32)
    images = np.broadcast_to(ground, (len(scenes), padded, padded, 3)).copy()
    flat = [(scene, thing) for scene, objects in enumerate(scenes) for thing in objects]
    light = random.uniform(_DIMMEST, 1, len(flat))
    for shape in SHAPES:
        members = [i for i, (_, thing) in enumerate(flat) if thing.shape == shape]
        for start in range(0, len(members), _CHUNK):
            chunk = members[start : start + _CHUNK]
            things = [flat[i][1] for i in chunk]
            colours = np.array([COLOURS[thing.colour] for thing in things]) / 255
            colours = (colours * light[chunk, None]).astype(np.float32)
            _paint(images, [flat[i][0] for i in chunk], things, colours, reach)
    return images[:, reach:-reach, reach:-reach].copy()


def _paint(images, scenes, things, colours, reach) -> None:
    """Lay objects of one shape over images (count, size + 2 reach, size + 2 reach, 3), in place.

    scenes: to which image each belongs; no image may come twice in the same pixel, and as objects
    do not touch, none does.
    """
    centres = np.array([(thing.row, thing.column) for thing in things])  # (things, 2)
    radii = np.array([thing.radius for thing in things])
    middles = np.rint(centres).astype(int)
    pixels = middles[:, :, None] + np.arange(-reach, reach + 1)  # (things, 2, window)
    points = (np.arange(_SAMPLES) + 0.5) / _SAMPLES - 0.5
    points = (pixels[..., None] + points).reshape(*pixels.shape[:2], -1)
    points = ((points - centres[..., None]) / radii[:, None, None]).astype(np.float32)
    inside = _INSIDE[things[0].shape](points[:, 1, None, :], points[:, 0, :, None])
    window = pixels.shape[-1]
    inside = inside.reshape(len(things), window, _SAMPLES, window, _SAMPLES)
    cover = (inside.sum((2, 4), dtype=np.float32) / _SAMPLES**2)[..., None]
    where = (
        np.array(scenes)[:, None, None],
        pixels[:, 0, :, None] + reach,
        pixels[:, 1, None, :] + reach,
    )
    # Two objects of a scene may share a window, but not a pixel: what is added there is 0.
    change = cover * (colours[:, None, None, :] - images[where])
    np.add.at(images, where, change)


# Each shape lies in the unit circle and touches it. u runs to the right, v downwards.


def _circle(u, v):
    return u**2 + v**2 <= 1


def _ring(u, v):
    distance = u**2 + v**2
    return (distance <= 1) & (distance >= 0.55**2)


def _square(u, v):
    return (np.abs(u) <= np.sqrt(0.5)) & (np.abs(v) <= np.sqrt(0.5))


def _triangle(u, v):
    return (v <= 0.5) & (np.sqrt(3) * np.abs(u) <= v + 1)


def _cross(u, v):
    half = 0.3  # of the width of an arm
    end = np.sqrt(1 - half**2)
    u, v = np.abs(u), np.abs(v)
    return ((u <= half) & (v <= end)) | ((v <= half) & (u <= end))


def _star(u, v, inner=0.45):
    """Five tips on the unit circle, one of them on top, and between them the radius `inner`."""
    tips = 2 * np.pi * np.arange(5) / 5
    along = np.max([np.sin(tip) * u - np.cos(tip) * v for tip in tips.tolist()], axis=0)
    across = np.sqrt(np.maximum(u**2 + v**2 - along**2, 0))  # from the axis of the nearest tip
    side, reach = inner * np.sin(np.pi / 5), inner * np.cos(np.pi / 5)
    return side * (along - 1) + (1 - reach) * across <= 0


_INSIDE: dict[str, Callable] = dict(
    zip(SHAPES, (_circle, _square, _triangle, _cross, _star, _ring), strict=True)
)


# --------------------------------------------------------------------------------------- splitting


def split(
    scenes: Scenes,
    *,
    test: int,
    validation: int = 0,
    held_out: Iterable[tuple[str, str]] = (),
    seed: int = 0,
) -> Parts:
    """Train, validation and test at random, and scenes with combinations that training never shows.

    A model that names the red star after it has seen red circles and green stars, but no red star,
    has learned colour and shape apart from each other: that is what `composition` asks.

    Args:
        scenes: what is divided.
        test: how many scenes to test on.
        validation: how many scenes for validation.
        held_out: pairs (colour, shape); every scene that shows one of them, alone or beside another
            object, goes to `composition`, and to no other part.
        seed: of the choice.

    Returns:
        The four `Parts`, which keep the order of the scenes.

    Raises:
        ValueError: nothing is left to train on, a pair is unknown or in no scene, or its colour or
            its shape would not occur in training at all.
    """
    [test] = expect.integer(test=test)
    [validation] = expect.integer(0, validation=validation)
    new = np.zeros(len(scenes), dtype=bool)
    pairs = [_colour_and_shape(pair) for pair in held_out]
    for colour, shape in pairs:
        shown = scenes.has(colour=colour, shape=shape)
        if not shown.any():
            raise ValueError(
                f"held_out names the {colour} {shape}, which is in none of the {len(scenes)} "
                f"scenes: make more of them, or hold out another pair"
            )
        new |= shown
    usual = generator(seed).permutation(np.flatnonzero(~new))
    if test + validation >= len(usual):
        raise ValueError(
            f"there are {len(usual)} scenes without a held-out pair, and {test} for test and "
            f"{validation} for validation leave none to train on: make them smaller"
        )
    borders = np.split(usual, [test, test + validation])
    test, validation, train = (scenes[np.sort(part)] for part in borders)
    for colour, shape in pairs:
        if not (train.has(colour=colour).any() and train.has(shape=shape).any()):
            raise ValueError(
                f"with these held_out pairs nothing {colour} or no {shape} is left in training, "
                f"and what was never seen cannot be combined: hold out fewer"
            )
    return Parts(train, validation, test, scenes[new])


def _colour_and_shape(pair: tuple[str, str]) -> tuple[str, str]:
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(
            f'held_out has {pair!r}, expected pairs (colour, shape), such as ("red", "star")'
        )
    colour, shape = pair
    _check_word("colour", colour)
    _check_word("shape", shape)
    return colour, shape


def _check_word(name: str, word: str) -> None:
    expect.one_of(name, word, {"colour": COLOURS, "shape": SHAPES, "size": SIZES}[name])


# ----------------------------------------------------------------------------------------- scoring

_PHRASE = rf"a ({'|'.join(SIZES)}) ({'|'.join(COLOURS)}) ({'|'.join(SHAPES)})"
_ONE_OR_LIST = rf"{_PHRASE}(?:(?: , {_PHRASE})* and {_PHRASE})?"
_PAIR = rf"{_PHRASE} (?P<relation>{'|'.join(RELATIONS)}) {_PHRASE}"


def attributes(text: str) -> dict | None:
    """What a caption states: {"objects": [{"size", "colour", "shape"}, …], "relation"}.

    The objects come in the order of naming; the relation is one of RELATIONS, or None where the
    caption states none (one object, or several joined by "and"). Spaces may be doubled; any other
    text that is not a caption gives None as the whole answer.
    """
    text = " ".join(text.split())
    pair = fullmatch(_PAIR, text)
    if not pair and not fullmatch(_ONE_OR_LIST, text):
        return None
    named = [dict(zip(("size", "colour", "shape"), words, strict=True)) for words in
             findall(_PHRASE, text)]  # fmt: skip
    return {"objects": named, "relation": pair["relation"] if pair else None}


# ------------------------------------------------------------------------------------------ checks


def check_images(images: np.ndarray, size: int) -> np.ndarray:
    """Images as a model of these scenes expects them.

    Args:
        images: floats of any width, `(count, size, size, 3)`, from 0 to 1.
        size: height and width in pixels.

    Returns:
        The same as float32.

    Raises:
        ValueError: whole numbers, another size, missing or other channels, a missing batch axis, no
            images, values outside 0 to 1, values that are not numbers; the message says what to do.
    """
    [size] = expect.integer(size=size)
    images = np.asarray(images)
    expected = f"float (count, {size}, {size}, 3), with values from 0 to 1"
    if images.dtype.kind != "f":
        hint = "divide by 255" if images.dtype.kind in "iu" else "convert them"
        raise ValueError(f"images are {images.dtype}, expected {expected}: {hint}")
    if images.shape[1:] != (size, size, 3) or not len(images):
        hint = _advice(images.shape, size)
        raise ValueError(f"images have shape {images.shape}, expected {expected}: {hint}")
    if not np.isfinite(images).all():
        bad = np.flatnonzero(~np.isfinite(images).all(axis=(1, 2, 3)))
        raise ValueError(
            f"{len(bad)} of {len(images)} images hold values that are no finite numbers, the first "
            f"is image {bad[0]}: leave them out, or load them anew"
        )
    low, high = float(images.min()), float(images.max())
    if low < 0 or high > 1:
        hint = (
            "divide by 255" if low >= 0 else "shift and scale them, from -1…1 by (images + 1) / 2"
        )
        raise ValueError(f"images run from {low:g} to {high:g}, expected {expected}: {hint}")
    return images.astype(np.float32)


def _advice(shape: tuple[int, ...], size: int) -> str:
    """What to do with images of the wrong shape."""
    if shape == (size, size, 3):
        return "give a batch, images[None]"
    if len(shape) == 3 or shape[-1:] == (1,):
        return "these seem to be grey; repeat the value for red, green and blue"
    if shape[1:] == (3, size, size):
        return "put the channels last, np.moveaxis(images, 1, -1)"
    if len(shape) == 4 and shape[-1] == 4:
        return "leave the fourth channel (transparency) out, images[..., :3]"
    if len(shape) == 4 and shape[-1] == 3 and shape[0]:
        return "scale them to the size that the model was made for, or make scenes of that size"
    return "give at least one image, with three channels"
