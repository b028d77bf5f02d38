"""Each word's most frequent tag, wherever it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

from utils import typography
from utils.datasets.tagging import Tagged, tags_of_words


class MostFrequentTag:
    """A tagger that gives each word the tag it has most often in training, wherever it stands.

    A word that is not in training gets the tag that words seen only once have most often, because
    rare words tell best what unknown ones are; where no word occurs only once, as in the course
    corpus, the tag most frequent of all. Of equally frequent tags the one met first is taken.

    Args:
        train: the sentences to learn from.

    Raises:
        ValueError: there are none.
    """

    def __init__(self, train: Tagged):
        if not len(train):
            raise ValueError(f"{train.name}: there are no sentences to learn tags from")
        tags_of = tags_of_words(train)
        once = Counter(tag for tags in tags_of.values() if tags.total() == 1 for tag in tags)
        every = Counter(chain.from_iterable(train.tags))
        self.tag_of = {word: tags.most_common(1)[0][0] for word, tags in tags_of.items()}
        self.unknown = (once or every).most_common(1)[0][0]

    def tag(self, sentences: Sequence[Sequence[str]]) -> list[list[str]]:
        """One list of tags per sentence, which is a list of words."""
        return [
            [self.tag_of.get(typography.plain(word), self.unknown) for word in words]
            for words in sentences
        ]
