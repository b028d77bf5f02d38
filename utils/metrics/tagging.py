"""How many words have the right tag."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain

from utils import typography
from utils.datasets.tagging import Tagged


def tagging_accuracy(
    found: Sequence[Sequence[str]], tagged: Tagged, only: Collection[str] | None = None
) -> float:
    """The share of words that have the right tag, from 0 to 1.

    Args:
        found: one list of tags per sentence, as taggers give them.
        tagged: the sentences with their right tags.
        only: the words that count, such as the ambiguous ones; by default all.

    Returns:
        The share of the words that count.

    Raises:
        ValueError: tags and words differ in number, or no word counts.
    """
    if [len(tags) for tags in found] != [len(words) for words in tagged.words]:
        raise ValueError(
            f"{tagged.name}: one tag a word is needed, in the order of its {len(tagged)} sentences"
        )
    only = None if only is None else {*map(typography.plain, only)}
    words, wanted, given = map(chain.from_iterable, (tagged.words, tagged.tags, found))
    right = [
        tag == own
        for word, tag, own in zip(words, wanted, given, strict=True)
        if only is None or typography.plain(word) in only
    ]
    if not right:
        raise ValueError(f"{tagged.name}: none of these sentences has a word that counts")
    return sum(right) / len(right)
