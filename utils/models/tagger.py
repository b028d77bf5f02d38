"""A recurrent tagger: one tag for each word, read from the left, from the right, or from both.

A layer that reads forwards knows, at each word, what came before it; one that reads backwards, what
comes after. A bidirectional network (Schuster & Paliwal 1997) runs both and looks at the two states
that belong to the same word. It has no equations of its own: two recurrent layers that do not know
of each other, a merged state, and a score for each tag.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import keras
import numpy as np
from keras import ops

from utils import expect, typography
from utils.models.layers import CELLS
from utils.models.layers import dropout as dropout_layer
from utils.models.token_model import TokenModel, real, word_vectors
from utils.text.lexicon import Lexicon, check_sentences
from utils.tokens import pad

DIRECTIONS = ("forwards", "backwards", "both")
MERGES = {
    "concat": lambda left, right: ops.concatenate([left, right], axis=-1),
    "sum": ops.add,
    "average": lambda left, right: (left + right) / 2,
    "product": ops.multiply,
}
IGNORED = -1  # the target where there is padding


@keras.saving.register_keras_serializable("rnn_course")
class Tagger(TokenModel):
    """Word vectors, a recurrent layer in one direction or in both, and a score for every tag.

    Called on ids, as `encode` makes them, it returns scores (logits) (batch, time, tags).
    `training.fit` trains it; so does Keras's own, on targets from `encode_tags`:

        model = Tagger.from_data(train, units=32)
        model.compile("adam", training.MaskedCrossEntropy(ignore_class=model.ignore_class))
        model.fit(model.encode(train.words), model.encode_tags(train.tags))

    The scores carry the mask of the words, so that Keras's losses and metrics leave padding out.

    Id 0 is padding. It belongs at the end of a row, where it changes nothing, in either direction.

    `model.save("name.keras")` writes words, tags, options and weights;
    `keras.saving.load_model("name.keras", compile=False)` reads them once this module is imported.

    Args:
        words: the words it knows, in the order of their ids, which begin at 2. All others are 1.
        tags: the tags it gives, in the order of the scores.
        units: size of the state in each direction.
        embedding: size of the word vectors.
        cell: `"simple_rnn"`, `"gru"` or `"lstm"`.
        direction: `"forwards"`, `"backwards"` or `"both"`.
        merge: how the two states of a word become one, with `direction="both"`: `"concat"`, one
            after the other; `"sum"`, `"average"` or `"product"`, element by element.
        dropout: share of the elements of word vectors and of states dropped in training.
        suffixes: whether two more vectors are added to the word's: one for its last three letters,
            and one that says whether it begins with a capital, has a digit, or neither. They tell
            something of unknown words.

    Raises:
        ValueError: an option that does not exist, with the list of those that do, or out of range;
            no words or tags, or one of them twice.
        TypeError: words or tags that are no lists of texts.
    """

    ignore_class = IGNORED
    noise = "word_dropout"

    def __init__(self, words, tags, units=64, embedding=64, cell="gru", direction="both",
                 merge="concat", dropout=0.0, suffixes=False, **kwargs):
        super().__init__(**kwargs)
        expect.one_of("cell", cell, CELLS)
        expect.one_of("direction", direction, DIRECTIONS)
        expect.one_of("merge", merge, MERGES)
        units, embedding = expect.integer(units=units, embedding=embedding)
        dropout = expect.number("dropout", dropout, at_least=0, below=1)
        [suffixes] = expect.boolean(suffixes=suffixes)
        words, tags = _checked_list("words", words), _checked_list("tags", tags)
        self.options = {
            "words": words, "tags": tags,
            "units": units, "embedding": embedding, "cell": cell, "direction": direction,
            "merge": merge, "dropout": dropout, "suffixes": suffixes,
        }
        self.lexicon = Lexicon(words, suffixes)
        self._id_of_tag = {tag: number for number, tag in enumerate(tags)}
        # Not of unit scale, as in a language model: training could not move rare words far enough.
        self.embeddings = [
            word_vectors(size, embedding, 0.1, name)
            for name, size in self.lexicon.sizes.items()
        ]
        self.readers = [
            CELLS[cell](units, return_sequences=True, go_backwards=name == "backwards", name=name)
            for name in DIRECTIONS[:2] if direction in (name, "both")
        ]
        self.dropout = dropout_layer(dropout)
        self.output_layer = keras.layers.Dense(len(tags), name="output")
        self.build()

    @classmethod
    def from_data(cls, train, *, at_least: int = 1, **options) -> Tagger:
        """A new tagger for the words and tags of a `datasets.tagging.Tagged`.

        Words and tags are sorted by frequency, the most frequent first.

        Args:
            train: the sentences that it will be trained on.
            at_least: how often a word must occur in them to be known.
            **options: those of `Tagger`.

        Raises:
            ValueError: no word is frequent enough.
        """
        [at_least] = expect.integer(at_least=at_least)
        counts = Counter(map(typography.plain, chain.from_iterable(train.words)))
        words = [word for word, count in counts.most_common() if count >= at_least]
        tags = [tag for tag, _ in Counter(chain.from_iterable(train.tags)).most_common()]
        return cls(words, tags, **options)

    def build(self, input_shape=None):
        """Makes the weights; the options say all their shapes."""
        if self.built:
            return
        for embedding in self.embeddings:
            embedding.build((None, None))
        for reader in self.readers:
            reader.build((None, None, self.options["embedding"]))
        joined = len(self.readers) if self.options["merge"] == "concat" else 1
        self.output_layer.build((None, None, joined * self.options["units"]))
        self.built = True

    def call(self, ids, mask=None, training=False):
        """Scores of each word's tags: ids from `encode` → (batch, time, tags)."""
        return self.output_layer(self.states(ids, training, mask))

    def compute_mask(self, ids, mask=None):
        """The mask of the scores: where there are words."""
        return real(self._columns(ids)[0], mask)

    def _columns(self, ids):
        return ops.unstack(ids, 3, axis=-1) if self.options["suffixes"] else [ids]

    def states(self, ids, training=False, mask=None):
        """What is known at each word.

        Args:
            ids: what `encode` gave.
            training: whether dropout is on.
            mask: boolean (batch, time); where it is False, as where there is padding, the values
                mean nothing.

        Returns:
            (batch, time, units). With `direction="both"` and `merge="concat"` the last axis has
            twice that size, the state from the left first.
        """
        columns = self._columns(ids)
        mask = real(columns[0], mask)
        vectors = sum(embed(column) for embed, column in zip(self.embeddings, columns, strict=True))
        vectors = self.dropout(vectors, training=training)
        states = []
        for reader in self.readers:
            found = reader(vectors, mask=mask, training=training)
            # what was read last comes last: back to the order of the words
            states.append(ops.flip(found, axis=1) if reader.go_backwards else found)
        merged = MERGES[self.options["merge"]](*states) if len(states) == 2 else states[0]
        return self.dropout(merged, training=training)

    def encode(self, sentences: Sequence[Sequence[str]]) -> np.ndarray:
        """Ids of sentences.

        It is the same word, whatever kind of apostrophe or composed letter it is written with: see
        `typography.plain`.

        Args:
            sentences: lists of words.

        Returns:
            int32 (batch, time), padded with 0. With `suffixes=True` (batch, time, 3): word, last
            letters, looks.

        Raises:
            ValueError: there are no sentences, or one has no words.
            TypeError: a sentence is one text, or a word is none.
        """
        return self.lexicon.encode(sentences)

    def encode_tags(self, tags: Sequence[Sequence[str]]) -> np.ndarray:
        """Numbers of tags.

        Args:
            tags: of each sentence a list of tags.

        Returns:
            int32 (batch, time), with `IGNORED` (-1) where there is padding.

        Raises:
            ValueError: a tag that the tagger does not have, or as `encode`.
            TypeError: as `encode`.
        """
        check_sentences(tags)
        unknown = set(chain.from_iterable(tags)) - set(self._id_of_tag)
        if unknown:
            raise ValueError(
                f"this tagger does not know the tags {', '.join(sorted(unknown))}, only "
                f"{', '.join(self._id_of_tag)}: train it on sentences that have them"
            )
        return pad([np.array([self._id_of_tag[tag] + 1 for tag in row]) for row in tags]) - 1

    def examples(self, tagged, *, max_length=None, name="data"):
        """Tagged sentences as rows of ids and of tags' numbers.

        Args:
            tagged: has `.words` and `.tags`, as `datasets.tagging` gives them.
            max_length: at most so many words of a sentence are kept; None keeps all.
            name: of the sentences, for messages.

        Raises:
            TypeError: no such sentences.
            ValueError: no sentences, a tag that the tagger does not have, or what `encode` raises.
        """
        if not (hasattr(tagged, "words") and hasattr(tagged, "tags")):
            raise TypeError(
                f"{name} is a {type(tagged).__name__}, expected sentences with .words and .tags, "
                "as datasets.tagging gives them"
            )
        ids, targets = self.encode(tagged.words), self.encode_tags(tagged.tags)
        lengths = [len(words[:max_length]) for words in tagged.words]
        return (
            ([row[:n] for row, n in zip(ids, lengths, strict=True)],),
            [row[:n] for row, n in zip(targets, lengths, strict=True)],
        )

    def get_config(self):
        """The options and the lists of words and tags, so that Keras can make the model anew."""
        lists = {name: list(self.options[name]) for name in ("words", "tags")}
        return {**self.options, **lists, "name": self.name}


def _checked_list(name, values):
    if isinstance(values, str) or not all(isinstance(value, str) for value in values):
        raise TypeError(f"{name} must be a list of texts, not {type(values).__name__} {values!r}")
    values = list(values)
    if not values:
        raise ValueError(f"there are no {name}: Tagger.from_data takes them from sentences")
    twice = [value for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"{name} must be different, but {twice[0]!r} occurs twice")
    return values
