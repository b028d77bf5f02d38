"""A recurrent tagger: one tag for each word, read from the left, from the right, or from both.

A layer that reads forwards knows, at each word, what came before it; one that reads backwards, what
comes after. A bidirectional network (Schuster & Paliwal 1997) runs both and looks at the two states
that belong to the same word. It has no equations of its own: two recurrent layers that do not know
of each other, a merged state, and a score for each tag.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Sequence
from itertools import chain

import keras
import numpy as np
from keras import ops

from utils import expect, training, typography
from utils.batching import length_buckets
from utils.language_model import CELLS
from utils.text import PAD, UNK, pad
from utils.token_model import TokenModel, compiled, real, traced, word_vectors

DIRECTIONS = ("forwards", "backwards", "both")
MERGES = {
    "concat": lambda left, right: ops.concatenate([left, right], axis=-1),
    "sum": ops.add,
    "average": lambda left, right: (left + right) / 2,
    "product": ops.multiply,
}
ON_TENSORFLOW = keras.backend.backend() == "tensorflow"
SUFFIX = 3  # letters
PLAIN, CAPITAL, NUMBER = range(1, 4)  # what a word looks like; 0 is padding
IGNORED = -1  # the target where there is padding


@keras.saving.register_keras_serializable("rnn_course")
class Tagger(TokenModel):
    """Word vectors, a recurrent layer in one direction or in both, and a score for every tag.

    Called on ids, as `encode` makes them, it returns scores (logits) (batch, time, tags). `fit` of
    this module trains it; so does Keras's own, on targets from `encode_tags`:

        model = Tagger.from_data(train, units=32)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)
        model.compile("adam", loss)
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

    def __init__(self, words, tags, units=64, embedding=64, cell="gru", direction="both",
                 merge="concat", dropout=0.0, suffixes=False, **kwargs):
        super().__init__(**kwargs)
        expect.one_of("cell", cell, CELLS)
        expect.one_of("direction", direction, DIRECTIONS)
        expect.one_of("merge", merge, MERGES)
        units, embedding = expect.whole(units=units, embedding=embedding)
        dropout = expect.number("dropout", dropout, at_least=0, below=1)
        [suffixes] = expect.truth(suffixes=suffixes)
        words, tags = _checked_list("words", words), _checked_list("tags", tags)
        self.options = {
            "words": words, "tags": tags,
            "units": units, "embedding": embedding, "cell": cell, "direction": direction,
            "merge": merge, "dropout": dropout, "suffixes": suffixes,
        }
        plain = [*map(typography.plain, words)]
        self._id_of_word = _ids(plain, first=UNK + 1)
        self._id_of_tag = _ids(tags, first=0)
        self._id_of_suffix = _ids(dict.fromkeys(map(_suffix, plain)), first=UNK + 1)
        vocabularies = {"words": UNK + 1 + len(words)}
        if suffixes:
            vocabularies |= {"suffixes": UNK + 1 + len(self._id_of_suffix), "looks": NUMBER + 1}
        # Not of unit scale, as in a language model: training could not move rare words far enough.
        self.embeddings = [
            word_vectors(size, embedding, 0.1, name)
            for name, size in vocabularies.items()
        ]
        self.readers = [
            CELLS[cell](units, return_sequences=True, go_backwards=name == "backwards", name=name)
            for name in DIRECTIONS[:2] if direction in (name, "both")
        ]
        self.dropout = keras.layers.Dropout(dropout)
        self.output_layer = keras.layers.Dense(len(tags), name="output")
        self.build()
        self._scores = compiled(self, self)

    @classmethod
    def from_data(cls, train, *, at_least: int = 1, **options) -> Tagger:
        """A new tagger for the words and tags of a `datasets.tagging.Tagged`.

        Args:
            train: the sentences that it will be trained on.
            at_least: how often a word must occur in them to be known.
            options: those of `Tagger`.

        Words and tags are sorted by frequency, the most frequent first. Raises ValueError when no
        word is frequent enough.
        """
        [at_least] = expect.whole(at_least=at_least)
        counts = Counter(map(typography.plain, chain.from_iterable(train.words)))
        words = [word for word, count in counts.most_common() if count >= at_least]
        tags = [tag for tag, _ in Counter(chain.from_iterable(train.tags)).most_common()]
        return cls(words, tags, **options)

    def build(self, input_shape=None):
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
        return self.output_layer(self.states(ids, training, mask))

    def compute_mask(self, ids, mask=None):
        """The mask of the scores: where there are words."""
        return real(self._columns(ids)[0], mask)

    def _columns(self, ids):
        return ops.unstack(ids, 3, axis=-1) if self.options["suffixes"] else [ids]

    def states(self, ids, training=False, mask=None):
        """What is known at each word: ids from `encode` → (batch, time, units).

        With `direction="both"` and `merge="concat"` the last axis has twice that size, the state
        from the left first. Where there is padding, or `mask`, boolean (batch, time), is False, the
        values mean nothing.
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
        """Ids of sentences, which are lists of words: int32 (batch, time), padded with 0.

        With `suffixes=True` (batch, time, 3): word, last letters, looks. It is the same word,
        whatever kind of apostrophe or composed letter it is written with: see `typography.plain`.

        Raises ValueError when there are no sentences, or one has no words; TypeError when a
        sentence is one text, or a word is none.
        """
        _check_sentences(sentences)
        sentences = [[*map(typography.plain, words)] for words in sentences]
        columns = [lambda word: self._id_of_word.get(word, UNK)]
        if self.options["suffixes"]:
            columns += [lambda word: self._id_of_suffix.get(_suffix(word), UNK), _looks]
        arrays = [pad([np.array([*map(id_of, words)]) for words in sentences]) for id_of in columns]
        return np.stack(arrays, axis=-1) if self.options["suffixes"] else arrays[0]

    def encode_tags(self, tags: Sequence[Sequence[str]]) -> np.ndarray:
        """Numbers of tags, int32 (batch, time), with `IGNORED` (-1) where there is padding.

        Raises ValueError for a tag that the tagger does not have, and as `encode` does.
        """
        _check_sentences(tags)
        unknown = set(chain.from_iterable(tags)) - set(self._id_of_tag)
        if unknown:
            raise ValueError(
                f"this tagger does not know the tags {', '.join(sorted(unknown))}, only "
                f"{', '.join(self._id_of_tag)}: train it on sentences that have them"
            )
        return pad([np.array([self._id_of_tag[tag] + 1 for tag in row]) for row in tags]) - 1

    def tag(self, sentences: Sequence[Sequence[str]], batch_size: int = 256) -> list[list[str]]:
        """One list of tags per sentence, which is a list of words. Raises what `encode` raises."""
        ids = self.encode(sentences)
        lengths = np.array([len(words) for words in sentences])
        found: list[list[str]] = [[] for _ in sentences]
        for chosen, longest in _batches(lengths, batch_size):
            scores = ops.convert_to_numpy(self._scores(ids[chosen, :longest]))
            for i, best in zip(chosen, np.argmax(scores, axis=-1), strict=True):
                found[i] = [self.options["tags"][k] for k in best[: lengths[i]]]
        return found

    def get_config(self):
        lists = {name: list(self.options[name]) for name in ("words", "tags")}
        return {**self.options, **lists, "name": self.name}


def fit(
    tagger: Tagger,
    train,
    validation=None,
    *,
    epochs: int = 3,
    batch_size: int = 32,
    learning_rate: float = 1e-2,
    word_dropout: float = 0.0,
    seed: int = 0,
    verbose: bool = True,
) -> training.History:
    """Trains a tagger on tagged sentences and prints one line an epoch.

    The loss is the cross-entropy of a word's tag in nats, the mean over the words of a batch. The
    learning rate of Adam falls to zero along half a cosine (Loshchilov & Hutter 2017), and longer
    gradients are cut to norm 1.

    Args:
        tagger: its weights change.
        train, validation: `datasets.tagging.Tagged`, or what has its `.words` and `.tags`.
        epochs: how often each sentence is seen.
        batch_size: sentences a step; they are of similar length.
        learning_rate: the rate at the beginning.
        word_dropout: α, so that a word that occurs n times in training is read as unknown with the
            probability α / (α + n), anew in each epoch (Kiperwasser & Goldberg 2016, who take
            α = 0.25): the tagger then learns what unknown words are.
        seed: order of the batches, and which words are dropped.

    Returns:
        What happened, epoch by epoch; its losses are per word.

    Raises:
        TypeError: train or validation that has no `.words` and `.tags`.
        ValueError: no sentences, a tag that the tagger does not have, an option out of range, or
            what `Tagger.encode` raises.
        FloatingPointError: the loss is no longer a number.
    """
    epochs, batch_size = expect.whole(epochs=epochs, batch_size=batch_size)
    [seed] = expect.whole(0, seed=seed)
    learning_rate = expect.number("learning_rate", learning_rate, above=0)
    word_dropout = expect.number("word_dropout", word_dropout, at_least=0)
    for name, part in (("train", train), ("validation", validation)):
        if part is not None and not (hasattr(part, "words") and hasattr(part, "tags")):
            raise TypeError(
                f"{name} is a {type(part).__name__}, expected sentences with .words and .tags, as "
                "datasets.tagging gives them"
            )
    ids, targets = tagger.encode(train.words), tagger.encode_tags(train.tags)
    if validation is not None:
        unseen = tagger.encode(validation.words), tagger.encode_tags(validation.tags)
    rate = keras.optimizers.schedules.CosineDecay(
        learning_rate, epochs * math.ceil(len(ids) / batch_size)
    )
    tagger.compile(
        keras.optimizers.Adam(rate, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=IGNORED),
        jit_compile=False if ON_TENSORFLOW else "auto",
    )
    train_step, test_step = _steps(tagger)
    history, lines = training.History(), training.EpochLines()
    if verbose:
        lines.set_params({"epochs": epochs, "steps": math.ceil(len(ids) / batch_size)})
        lines.on_train_begin()
    for number in range(epochs):
        began, random = time.perf_counter(), np.random.default_rng([seed, number])
        read = _drop_words(ids, word_dropout, random)
        loss = _mean_loss(tagger, train_step, read, targets, batch_size, random)
        history.loss.append(loss)
        history.sentences_per_second.append(len(ids) / (time.perf_counter() - began))
        logs = {"loss": loss}
        if validation is not None:
            logs["val_loss"] = _mean_loss(tagger, test_step, *unseen, batch_size)
            history.validation_loss.append(logs["val_loss"])
        history.seconds.append(time.perf_counter() - began)
        for kind, value in (("", loss), ("validation ", logs.get("val_loss", loss))):
            if not math.isfinite(value):
                raise FloatingPointError(
                    f"the {kind}loss became {value} in epoch {number + 1}: try a smaller "
                    "learning_rate"
                )
        if verbose:
            lines.on_epoch_end(number, logs)
    return history


def _steps(tagger):
    """Functions of ids and targets that train or test on one batch, and return its loss."""
    if not ON_TENSORFLOW:
        return tagger.train_on_batch, tagger.test_on_batch
    # Keras's own steps, but each traced once; in train_on_batch and test_on_batch it takes three.
    return (
        traced(lambda ids, targets: tagger.train_step((ids, targets))["loss"]),
        traced(lambda ids, targets: tagger.test_step((ids, targets))["loss"]),
    )


def _mean_loss(tagger, step, ids, targets, batch_size, random=None) -> float:
    """Nats per word of one epoch; `step` trains or tests on one batch and returns its loss."""
    lengths = np.count_nonzero(targets != IGNORED, axis=1)
    total = 0.0
    for chosen, longest in _batches(lengths, batch_size, random):
        tagger.reset_metrics()  # or Keras would return the mean of all batches so far
        loss = step(ids[chosen, :longest], targets[chosen, :longest])
        total += float(loss) * lengths[chosen].sum()
    return float(total / lengths.sum())


def _batches(lengths, batch_size, random=None):
    """Sentence numbers of each batch, and to how many words its rows can be cut."""
    # A backend that compiles once per shape (JAX) wants few shapes.
    round_to = 1 if ON_TENSORFLOW else 8
    for chosen in length_buckets(lengths[:, None], batch_size, random):
        yield chosen, math.ceil(lengths[chosen].max() / round_to) * round_to


def _drop_words(ids, alpha, random):
    """The same ids, rare words more often replaced by unknown ones; see `fit`."""
    read = ids.copy()
    words = read if read.ndim == 2 else read[..., 0]  # a view: what changes, changes in `read`
    counts = np.bincount(words.ravel())[words]
    words[(words != PAD) & (random.random(words.shape) < alpha / (alpha + counts))] = UNK
    return read


def _ids(names, first):
    """The number of each name; of one that occurs twice, its first."""
    ids = {}
    for number, name in enumerate(names, first):
        ids.setdefault(name, number)
    return ids


def _suffix(word):
    return word[-SUFFIX:].lower()


def _looks(word):
    if any(letter.isdigit() for letter in word):
        return NUMBER
    return CAPITAL if word[:1].isupper() else PLAIN


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


def _check_sentences(sentences):
    if isinstance(sentences, str):
        raise TypeError(
            f"expected a list of sentences, each a list of words, got the single text "
            f"{sentences!r}: split it into words, [text.split()]"
        )
    if not len(sentences):
        raise ValueError("there are no sentences: expected at least one list of words")
    for number, words in enumerate(sentences):
        if isinstance(words, str):
            raise TypeError(
                f"sentence {number} is the text {words!r}, expected a list of words: split it"
            )
        if not len(words):
            raise ValueError(f"sentence {number} is empty, expected at least one word")
        if not all(isinstance(word, str) for word in words):
            raise TypeError(f"sentence {number} has a word that is no text: {list(words)!r}")
