"""Checks that several scores share."""

from __future__ import annotations

from collections.abc import Sequence


def check_texts(name: str, texts: Sequence[str]) -> None:
    """Checks that texts are a list with one text per sentence.

    Args:
        name: of the list, for messages.
        texts: what was given.

    Raises:
        TypeError: no list, or an entry that is no text.
    """
    if isinstance(texts, (str, bytes)) or not hasattr(texts, "__len__"):
        raise TypeError(f"{name} must be a list of texts, one per sentence, not {type(texts)!r}")
    for position, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(
                f"{name}[{position}] must be text, not {type(text).__name__} ({text!r:.60}); "
                f"with several references, choose one"
            )


def check_same_length(name: str, values: Sequence, other_name: str, others: Sequence) -> None:
    """Checks that two lists have one entry per sentence each, and at least one.

    Args:
        name: of the first list, for messages.
        values: the first list.
        other_name: of the second.
        others: the second.

    Raises:
        ValueError: different lengths, or nothing in them.
    """
    if len(values) != len(others):
        raise ValueError(
            f"{name} and {other_name} must have one entry per sentence each, but there are "
            f"{len(values)} and {len(others)}"
        )
    if len(values) == 0:
        raise ValueError(f"{name} and {other_name} are empty: there is nothing to score")
