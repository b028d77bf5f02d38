"""Whether a captioner looks at the object that it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from utils import expect
from utils.datasets.scenes import COLOURS, SHAPES, SIZES, Object, region

from .scenes import check_texts

NOBODY = -1
KINDS = {"size": tuple(SIZES), "colour": tuple(COLOURS), "shape": SHAPES}


class ObjectWord(NamedTuple):
    """A word that names an attribute of an object.

    Attributes:
        step: its place in the caption, counted from 0.
        thing: which object it belongs to, in the order of naming, counted from 0.
        kind: `"size"`, `"colour"` or `"shape"`.
    """

    step: int
    thing: int
    kind: str


def object_words(caption: str) -> list[ObjectWord]:
    """The words of a caption that name an attribute, each with its object.

    A new object begins after each shape, so that any caption, right or wrong, can be read.

    Args:
        caption: words with spaces between them.
    """
    found, thing = [], 0
    for step, word in enumerate(caption.split()):
        for kind in (kind for kind, words in KINDS.items() if word in words):
            found.append(ObjectWord(step, thing, kind))
            thing += kind == "shape"
    return found


def owners(objects: Sequence[Object], size: int, grid: tuple[int, int]) -> np.ndarray:
    """Which object each region of a picture belongs to: the one with most pixels in it.

    Args:
        objects: of the scene.
        size: height and width of the picture in pixels.
        grid: rows and columns of regions, each a divisor of the size.

    Returns:
        Whole numbers `grid`: the place of the object in the list, or `NOBODY`, -1.

    Raises:
        ValueError: there is no object; a grid that does not divide the size.
    """
    size, rows, columns = expect.integer(size=size, rows=grid[0], columns=grid[1])
    if not objects:
        raise ValueError("there are no objects to point at: expected at least one")
    if size % rows or size % columns:
        raise ValueError(f"grid is {tuple(grid)}, which does not divide {size} pixels into regions")
    shape = (rows, size // rows, columns, size // columns)
    counts = np.array([region(thing, size).reshape(shape).sum(axis=(1, 3)) for thing in objects])
    return np.where(counts.max(axis=0) > 0, counts.argmax(axis=0), NOBODY)


def pointing_scores(
    attention: Sequence[np.ndarray],
    captions: Sequence[str],
    objects: Sequence[Sequence[Object]],
    size: int,
) -> dict[str, float]:
    """How often the region looked at most belongs to the object that the word names.

    Like the pointing game of Zhang et al. 2016: the place of the largest weight hits or misses;
    unlike theirs, without a margin around the object. A word whose object is not there, because
    the caption names too many, misses.

    Args:
        attention: for each caption weights (time, rows, columns), a map for each of its words;
            rows behind them, such as that of [END], are not read.
        captions: what was said while looking so, words with spaces between them.
        objects: of each scene, in the order of naming, as `Scenes.objects` holds them.
        size: height and width of the pictures in pixels.

    Returns:
        Shares from 0 to 1, by name. "size", "colour", "shape": of the words of this kind, those
        that hit; "all": of all of them. "weight": how much of a map lies on the object's regions,
        in the mean. "even": the same for a map that is the same everywhere, and also how often a
        region drawn at random would hit. Kinds that were never said are left out.

    Raises:
        TypeError: captions that are no texts.
        ValueError: lists that are empty or differ in length, maps of another form or fewer than
            there are words, no caption that names anything.
    """
    check_texts("captions", captions)
    numbers = {len(attention), len(captions), len(objects)}
    if len(numbers) > 1 or numbers == {0}:
        raise ValueError(
            f"there are {len(attention)} lists of maps, {len(captions)} captions and "
            f"{len(objects)} scenes: give one of each for every picture, and at least one"
        )
    hits = {kind: [] for kind in KINDS}
    on_object, share = [], []
    for place, (maps, caption, things) in enumerate(zip(attention, captions, objects, strict=True)):
        maps, words = np.asarray(maps), object_words(caption)
        if maps.ndim != 3 or len(maps) < len(caption.split()):
            raise ValueError(
                f"attention[{place}] has shape {maps.shape}, expected (time, rows, columns) with a "
                f"map for each of the {len(caption.split())} words"
            )
        owner = owners(things, size, maps.shape[1:])
        for step, thing, kind in words:
            its = owner == thing
            hits[kind].append(bool(its.flat[maps[step].argmax()]))
            on_object.append(float(maps[step][its].sum()))
            share.append(float(its.mean()))
    every = [hit for found in hits.values() for hit in found]
    if not every:
        raise ValueError("no caption names a size, a colour or a shape: nothing to point at")
    scores = {kind: float(np.mean(found)) for kind, found in hits.items() if found}
    return {
        **scores,
        "all": float(np.mean(every)),
        "weight": float(np.mean(on_object)),
        "even": float(np.mean(share)),
    }
