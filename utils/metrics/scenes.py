"""How right captions of made scenes are."""

from __future__ import annotations

from collections.abc import Sequence

from utils.datasets.scenes import attributes


def caption_scores(captions: Sequence[str], expected: Sequence[str]) -> dict[str, float]:
    """How right captions are, in shares from 0 to 1.

    A caption that does not parse states nothing. One that names too many objects loses only its
    exact match. Who always says the most frequent word has 1/2 of the sizes right in scenes of one
    object, 1/6 of the colours and of the shapes, and 3/8 of the relations.

    Args:
        captions: one for each scene.
        expected: the right one for each.

    Returns:
        Shares by name. "exact": of the captions, those that are word for word the expected one.
        "size", "colour", "shape": of the objects that were expected, those whose attribute is
        stated in its place, the first object's in the first phrase and so on. "relation": of the
        expected relations, those that are stated; without it where none was expected.

    Raises:
        TypeError: anything but lists of texts.
        ValueError: lists that are empty, differ in length, or expect something that is no caption.
    """
    check_texts("captions", captions)
    check_texts("expected", expected)
    if len(captions) != len(expected) or not len(expected):
        raise ValueError(
            f"there are {len(captions)} captions and {len(expected)} expected ones: give one of "
            f"each for every scene, and at least one"
        )
    right = {"exact": [], "size": [], "colour": [], "shape": [], "relation": []}
    for position, (said, wanted) in enumerate(zip(captions, expected, strict=True)):
        truth = attributes(wanted)
        if truth is None:
            raise ValueError(
                f"expected[{position}] is no caption of a scene: {wanted!r:.80}; were the two "
                f"lists given in the wrong order?"
            )
        stated = attributes(said) or {"objects": [], "relation": None}
        right["exact"].append(said.split() == wanted.split())
        for place, thing in enumerate(truth["objects"]):
            named = stated["objects"][place] if place < len(stated["objects"]) else {}
            for name, word in thing.items():
                right[name].append(named.get(name) == word)
        if truth["relation"]:
            right["relation"].append(stated["relation"] == truth["relation"])
    return {name: sum(found) / len(found) for name, found in right.items() if found}


def check_texts(name: str, texts: Sequence[str]) -> None:
    """Raises TypeError for anything but a list of texts."""
    if isinstance(texts, str) or not all(isinstance(text, str) for text in texts):
        raise TypeError(f"{name} must be a list of texts, one for each scene, not {texts!r:.80}")
