"""A translator: an encoder that reads, a decoder that writes, and attention between them.

The encoder (Cho et al. 2014, Sutskever et al. 2014) turns a sentence into one state per word and a
final state, the thought vector. The decoder starts from the thought vector and says one word at a
time, given the words before. With attention it also looks at all encoder states, either before each
step (Bahdanau et al. 2015: the context enters the step) or after it (Luong et al. 2015).
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import keras
from keras import ops

from utils import expect
from utils.models.attention import SCORES, Attention
from utils.models.layers import CELLS
from utils.models.layers import dropout as dropout_layer
from utils.models.token_model import TokenModel, first, real, word_vectors
from utils.text import Tokenizer, oov_rate

ORDERS = ("bahdanau", "luong")


class Memory(NamedTuple):
    """What the encoder leaves behind for the decoder.

    Attributes:
        annotations: one vector per source token, (batch, source time, units).
        projected: the annotations as the score function wants them.
        mask: boolean (batch, source time), True at real tokens.
    """

    annotations: Any
    projected: Any
    mask: Any


def _check(cell, dropout, embedding_scale):
    """Raises ValueError for an option of encoder and decoder that is out of range."""
    expect.one_of("cell", cell, CELLS)
    expect.number("dropout", dropout, at_least=0, below=1)
    expect.number("embedding_scale", embedding_scale, above=0)


@keras.saving.register_keras_serializable("rnn_course")
class Encoder(keras.layers.Layer):
    """Reads token ids; returns one annotation per token and the final states.

    An annotation is what the recurrent layers make of a word in its sentence, plus the word's own
    vector.

    Args:
        vocabulary_size: number of source token ids.
        units: size of the state, of each direction when there are two.
        embedding: size of the word vectors.
        cell: `"gru"` or `"lstm"`.
        bidirectional: a second layer reads from the end; the two directions are added up.
        layers: recurrent layers on top of each other.
        dropout: share of word-vector and annotation elements dropped in training.
        embedding_scale: standard deviation of the initial word vectors.
        adds_words: whether annotations hold the word vectors too; of no use without attention.
        embedding_multiplier: the word vectors are stored so many times smaller and multiplied on
            the way in; by default √`embedding`, as in the decoder. The size of Adam's steps does
            not depend on the size of the numbers, so training moves the vectors so many times as
            fast. With 1, vectors of unit scale hardly leave their random beginnings.

    Raises:
        ValueError: an option out of range.
    """

    def __init__(self, vocabulary_size, units, embedding, cell="gru", bidirectional=True, layers=1,
                 dropout=0.0, embedding_scale=1.0, adds_words=True, embedding_multiplier=None,
                 **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        _check(cell, dropout, embedding_scale)
        vocabulary_size, units, embedding, layers = expect.integer(
            vocabulary_size=vocabulary_size, units=units, embedding=embedding, layers=layers
        )
        self.bidirectional, self.adds_words = expect.boolean(
            bidirectional=bidirectional, adds_words=adds_words
        )
        if embedding_multiplier is None:
            embedding_multiplier = embedding**0.5
        self.multiplier = expect.number("embedding_multiplier", embedding_multiplier, above=0)
        self.embedding = word_vectors(
            vocabulary_size, embedding, embedding_scale / self.multiplier, "embedding"
        )
        self.dropout = dropout_layer(dropout)
        self.recurrent = []
        for number in range(layers):
            layer = CELLS[cell](
                units, return_sequences=True, return_state=True, name=f"recurrent_{number}"
            )
            if bidirectional:
                layer = keras.layers.Bidirectional(layer, merge_mode="sum", name=f"both_{number}")
            self.recurrent.append(layer)
        resized = adds_words and embedding != units
        self.shortcut = keras.layers.Dense(units, name="shortcut") if resized else None

    def build(self, input_shape):
        """Makes the weights, for ids (batch, time)."""
        shape = (*input_shape, self.embedding.output_dim)
        self.embedding.build(input_shape)
        for layer in self.recurrent:
            layer.build(shape)
            unwrapped = layer.forward_layer if self.bidirectional else layer
            shape = (*input_shape, unwrapped.units)
        if self.shortcut is not None:
            self.shortcut.build((*input_shape, self.embedding.output_dim))

    def embed(self, tokens, training=False):
        """Word vectors: ids (…) → (…, embedding)."""
        return self.dropout(self.embedding(tokens) * self.multiplier, training=training)

    def call(self, tokens, mask=None, training=False):
        """Reads a batch of sentences.

        Args:
            tokens: ids (batch, source time).
            mask: boolean, of the shape of the ids; False hides a token.
            training: whether dropout is on.

        Returns:
            Annotations (batch, source time, units), which carry a mask, where there are tokens that
            `mask` does not hide; and a list that holds, layer after layer, each state of the cell
            (and of both directions), each (batch, units).
        """
        mask = real(tokens, mask)
        words = self.embed(tokens, training)
        sequence, all_states = words, []
        for layer in self.recurrent:
            sequence, *states = layer(sequence, mask=mask, training=training)
            sequence = self.dropout(sequence, training=training)
            all_states.append(states)
        if not self.adds_words:
            return sequence, all_states
        # The word itself beside what the sentence makes of it (Nguyen & Chiang 2018, section 4):
        # rare words are read off directly, and attention has something to tell words apart by.
        return sequence + (self.shortcut(words) if self.shortcut else words), all_states

    def compute_mask(self, tokens, mask=None):
        """The mask of the annotations; a state has none, being the same for the whole sentence."""
        return [real(tokens, mask)]


def _kept(tensor):
    """No dropout."""
    return tensor


def _each_in_turn(masks):
    """A dropout whose first call multiplies with the first mask, the next one with the next."""
    masks = iter(masks)
    return lambda tensor: tensor * next(masks)


@keras.saving.register_keras_serializable("rnn_course")
class Decoder(keras.layers.Layer):
    """Says a sentence word by word, looking at the encoder's memory.

    Args:
        vocabulary_size: number of target token ids.
        units: size of the state.
        embedding: size of the word vectors.
        cell: `"gru"` or `"lstm"`.
        attention: a score of `utils.models.attention.SCORES`, or None.
        order: `"bahdanau"` looks before the step and feeds the context into it; `"luong"` steps
            first and looks with the new state. In Bahdanau's order the query also holds the word
            said last, as in Sennrich et al. 2017 (Nematus), section 2: the state alone has not
            seen it yet.
        layers: recurrent layers on top of each other; the lowest one attends in Bahdanau's order,
            the highest one in Luong's.
        dropout: share of word-vector and read-out elements dropped in training.
        tied: whether word vectors are also the weights of the output layer (Press & Wolf 2017).
        embedding_scale: standard deviation of the word vectors as the decoder reads them.
        window: half-width of local attention, in tokens.

    Raises:
        ValueError: an option out of range.
    """

    def __init__(self, vocabulary_size, units, embedding, cell="gru", attention="additive",
                 order="bahdanau", layers=1, dropout=0.0, tied=True, embedding_scale=1.0, window=4,
                 **kwargs):
        super().__init__(**kwargs)
        _check(cell, dropout, embedding_scale)
        vocabulary_size, units, embedding, layers = expect.integer(
            vocabulary_size=vocabulary_size, units=units, embedding=embedding, layers=layers
        )
        expect.one_of("attention", attention, (None, *SCORES))
        expect.one_of("order", order, ORDERS)
        expect.number("window", window, above=0)
        [tied] = expect.boolean(tied=tied)
        self.units, self.order, self.tied = units, order, tied
        # A tied matrix must be small where it gives the output scores and of unit scale where it
        # is read, so it is multiplied by √size on the way in (Vaswani et al. 2017, section 3.4).
        self.scale = float(embedding) ** 0.5
        self.embedding = word_vectors(
            vocabulary_size, embedding, embedding_scale / self.scale, "embedding"
        )
        self.attention = Attention(attention, units, window) if attention else None
        # Scores that multiply the query with the keys need one of their size.
        multiplies = attention not in ("additive", "concat")
        resized = self.looks_first and multiplies
        self.query = keras.layers.Dense(units, name="query") if resized else None
        self.recurrent = [
            CELLS[cell](units, return_sequences=True, return_state=True, name=f"recurrent_{number}")
            for number in range(layers)
        ]
        self.dropout = dropout_layer(dropout)
        self.readout = keras.layers.Dense(embedding, activation="tanh", name="readout")
        self.output_layer = None if tied else keras.layers.Dense(vocabulary_size, name="output")
        self.vocabulary_size = vocabulary_size

    @property
    def looks_first(self):
        """Whether attention looks before the recurrent layers read, as Bahdanau's does."""
        return self.attention is not None and self.order == "bahdanau"

    def build(self, annotations_shape):
        """Makes the weights, for annotations (batch, source time, size)."""
        batch, time, size = annotations_shape
        embedding = self.embedding.output_dim
        self.embedding.build((batch, time))
        below = embedding + size if self.looks_first else embedding
        for layer in self.recurrent:
            layer.build((batch, time, below))
            below = self.units
        query_size = self.units + embedding if self.looks_first else self.units
        if self.query is not None:
            self.query.build((batch, query_size))
            query_size = self.units
        if self.attention:
            self.attention.build((batch, time, query_size), annotations_shape)
        self.readout.build((batch, time, self._readout_size(size)))
        if self.tied:
            self.bias = self.add_weight(
                shape=(self.vocabulary_size,), initializer="zeros", name="output_bias"
            )
        else:
            self.output_layer.build((batch, time, embedding))

    def _readout_size(self, context_size):
        if self.attention is None:
            return self.units
        extra = self.embedding.output_dim if self.looks_first else 0
        return self.units + context_size + extra

    def embed(self, tokens):
        """Word vectors of unit scale, without dropout: ids (…) → (…, embedding)."""
        return self.embedding(tokens) * self.scale

    def sequence(self, tokens, states, memory, training=False):
        """All steps at once, the true words before each step given (teacher forcing).

        Args:
            tokens: ids (batch, target time), beginning with `[START]`.
            states: for each layer the list of its states (batch, units).
            memory: what the encoder left.
            training: whether dropout is on.

        Returns:
            Scores (logits) of the next token, (batch, target time, vocabulary).
        """
        drop = partial(self.dropout, training=training)
        words = drop(self.embed(tokens))
        if self.looks_first:
            outputs, context = self._attending_sequence(words, states[0], memory)
            rest = zip(self.recurrent[1:], states[1:], strict=True)
        else:
            outputs, context = words, None
            rest = zip(self.recurrent, states, strict=True)
        for layer, state in rest:
            outputs = drop(layer(outputs, initial_state=state, training=training)[0])
        if self.attention and not self.looks_first:
            context, _ = self.attention(outputs, memory.annotations, memory.mask, memory.projected)
        return self.logits(outputs, context, words, drop)

    def _attending_sequence(self, words, states, memory):
        """The lowest layer in Bahdanau's order: the context enters the step.

        Returns outputs (batch, target time, units) and contexts (batch, target time, units).
        """
        cell = self.recurrent[0].cell

        def step(carry, word):
            *states, _ = carry
            context, _ = self._look(word, states[0], memory)
            _, states = cell(ops.concatenate([word, context], axis=-1), states)
            carry = [*_listed(states), context]
            return carry, carry

        nothing = ops.zeros_like(memory.annotations[:, 0])
        _, (outputs, *_, contexts) = ops.scan(
            step, [*states, nothing], ops.swapaxes(words, 0, 1)
        )
        return ops.swapaxes(outputs, 0, 1), ops.swapaxes(contexts, 0, 1)

    def _look(self, word, state, memory):
        """Bahdanau's order: the query is made of the state and of the word said last."""
        query = ops.concatenate([state, word], axis=-1)
        query = query if self.query is None else self.query(query)
        return self.attention(query, memory.annotations, memory.mask, memory.projected)

    def free_running(self, tokens, given, states, memory, training=False):
        """All steps one after another, each reading what the step before it said.

        Args:
            tokens: as for `sequence`.
            given: boolean (batch, target time); where True the true word is read after all
                (scheduled sampling, Bengio et al. 2015). The first word always is.
            states: as for `sequence`.
            memory: as for `sequence`.
            training: as for `sequence`.

        Returns:
            Scores (logits) of the next token, (batch, target time, vocabulary).
        """
        sizes = [len(layer_states) for layer_states in states]

        def step(carry, inputs):
            *flat, position, last_logits = carry
            said = ops.cast(ops.argmax(last_logits, -1), "int32")
            word = ops.where(inputs[:, 1] > 0, inputs[:, 0], said)
            drop = _kept
            if masks:
                drop = _each_in_turn(ops.take(mask, position, axis=0) for mask in masks)
            logits, new_states, _ = self.step(word, _grouped(flat, sizes), memory, drop)
            new = [state for layer_states in new_states for state in layer_states]
            carry = [*new, position + 1, logits]
            return carry, carry

        batch, time = ops.shape(tokens)
        masks = self._dropout_masks(time, batch) if training and self.dropout.rate else []
        nothing_said = ops.zeros((batch, self.vocabulary_size), self.compute_dtype)
        flat = [state for layer_states in states for state in layer_states]
        start = [*flat, ops.zeros((), "int32"), nothing_said]
        given = ops.cast(given, "int32")
        given = ops.concatenate([ops.ones_like(given[:, :1]), given[:, 1:]], axis=1)
        # One tensor, because Keras's scan over two of unknown length fails on TensorFlow.
        inputs = ops.stack([ops.cast(tokens, "int32"), given], axis=-1)
        _, (*_, logits) = ops.scan(step, start, ops.swapaxes(inputs, 0, 1))
        return ops.swapaxes(logits, 0, 1)

    def _dropout_masks(self, time, batch):
        """What `step` is to multiply with, one after another, each (time, batch, size).

        They are drawn before the loop, because a loop of JAX may change no state, not even that of
        a generator of random numbers.
        """
        size = self.embedding.output_dim
        sizes = [size, *[self.units] * (len(self.recurrent) - self.looks_first), size]
        return [
            self.dropout(ops.ones((time, batch, size), self.compute_dtype), training=True)
            for size in sizes
        ]

    def step(self, tokens, states, memory, drop=_kept):
        """One step, as in translating.

        Args:
            tokens: the word said last, ids (batch,).
            states: as for `sequence`.
            memory: as for `sequence`.
            drop: the dropout, a function of a tensor (batch, size); none by default.

        Returns:
            Scores (logits) of the next token (batch, vocabulary), the new states, and attention
            weights (batch, source time), or None without attention.
        """
        word = drop(self.embed(tokens))
        output, context, weights, new_states = word, None, None, []
        if self.looks_first:
            context, weights = self._look(word, states[0][0], memory)
            output = ops.concatenate([word, context], axis=-1)
        for number, (layer, state) in enumerate(zip(self.recurrent, states, strict=True)):
            output, state = layer.cell(output, state)
            if number > 0 or not self.looks_first:  # as in `sequence`
                output = drop(output)
            new_states.append(_listed(state))
        if self.attention and not self.looks_first:
            context, weights = self.attention(
                output, memory.annotations, memory.mask, memory.projected
            )
        return self.logits(output, context, word, drop), new_states, weights

    def logits(self, outputs, context, words, drop=_kept):
        """The read-out: what was said, seen and thought → a score for each word."""
        parts = [outputs] if context is None else [outputs, context]
        if self.looks_first:
            parts.append(words)
        hidden = drop(self.readout(ops.concatenate(parts, axis=-1)))
        if not self.tied:
            return self.output_layer(hidden)
        return ops.matmul(hidden, ops.transpose(self.embedding.embeddings)) + self.bias


def _grouped(flat, sizes):
    """[a, b, c, d] with sizes [2, 2] → [[a, b], [c, d]]."""
    items = iter(flat)
    return [[next(items) for _ in range(size)] for size in sizes]


def _listed(states):
    return list(states) if isinstance(states, (list, tuple)) else [states]


class TranslationModel(TokenModel):
    """What all that translate share, however they read and write.

    A subclass makes `encoder` and `decoder`, says with `encode` what the one leaves for the other,
    and keeps its options in `options`.

    Attributes:
        source_tokenizer: from `text.train_tokenizer`.
        target_tokenizer: likewise.
        reverse_source: whether the source is read from last word to first.
        options: what the model was made with, but for name and tokenizers.
    """

    reverse_source = False

    def encode(self, source, training=False, mask=None):
        """Reads: ids (batch, source time) → the `Memory` and the decoder's first states."""
        raise NotImplementedError

    def call(self, inputs, mask=None, training=False):
        """Scores of each next word: (source, target[, given]) → (batch, target time, words)."""
        source, target, *given = inputs
        memory, states = self.encode(source, training, first(mask))
        if given:
            return self.decoder.free_running(target, given[0], states, memory, training)
        return self.decoder.sequence(target, states, memory, training)

    def compute_mask(self, inputs, mask=None):
        """The mask of the scores: where the target has tokens."""
        return real(inputs[1], None if mask is None else mask[1])

    def examples(self, pairs, *, max_length=None, name="data"):
        """Sentence pairs as rows of ids: (sources, targets from `[START]` on), targets to `[END]`.

        Args:
            pairs: has `.source` and `.target`, two lists of sentences, as `datasets.bitext` gives
                them.
            max_length: longer sentences are cut to so many tokens; None cuts none.
            name: of the pairs, for messages.

        Raises:
            TypeError: no such pairs, or something else than texts.
            ValueError: no pairs, sides of different lengths, a tokenizer that knows hardly any of
                the words.
        """
        if not (hasattr(pairs, "source") and hasattr(pairs, "target")):
            raise TypeError(
                f"{name} is a {type(pairs).__name__}, expected pairs with .source and .target, two "
                "lists of sentences, as datasets.bitext.load returns them"
            )
        source = self.source_tokenizer.encode_rows(
            pairs.source, reverse=self.reverse_source, max_length=max_length
        )
        target = self.target_tokenizer.encode_rows(
            pairs.target, start=True, end=True, max_length=max_length
        )
        if not source:
            raise ValueError(f"there are no sentence pairs in {name}: expected at least one")
        if len(source) != len(target):
            raise ValueError(
                f"{len(source)} source sentences but {len(target)} target sentences: "
                "each sentence needs its translation"
            )
        _check_known("source", self.source_tokenizer, source)
        _check_known("target", self.target_tokenizer, target)
        return (source, [row[:-1] for row in target]), [row[1:] for row in target]

    def encode_source(self, sentences, **options):
        """Source sentences as ids (batch, source time), in the order this model reads them."""
        return self.source_tokenizer.encode(sentences, reverse=self.reverse_source, **options)

    def get_config(self):
        """The options and both tokenizers, so that Keras can make the model anew."""
        return {
            **self.options,
            "name": self.name,
            "source_tokenizer": self.source_tokenizer.to_json(),
            "target_tokenizer": self.target_tokenizer.to_json(),
        }

    @classmethod
    def from_config(cls, config):
        """The model that `get_config` described."""
        sides = ("source_tokenizer", "target_tokenizer")
        return cls(**{**config, **{side: Tokenizer.from_json(config[side]) for side in sides}})


@keras.saving.register_keras_serializable("rnn_course")
class Translator(TranslationModel):
    """Encoder, bridge and decoder, with the tokenizers that belong to them.

    Called on `(source ids, target ids beginning with [START])` it returns the scores of every next
    token: (batch, source time), (batch, target time) → (batch, target time, vocabulary). A third
    input, boolean (batch, target time), turns teacher forcing off where it is False. The scores
    carry the mask of the target, so that Keras's losses and metrics leave padding out.

    Args:
        source_tokenizer: from `text.train_tokenizer`.
        target_tokenizer: likewise.
        units: size of the states.
        embedding: size of the word vectors; by default `units`.
        cell: `"gru"` or `"lstm"`.
        bidirectional: whether the encoder also reads from the end.
        layers: recurrent layers, in the encoder and in the decoder.
        attention: None, or one of `utils.models.attention.SCORES`.
        order: `"bahdanau"` or `"luong"`, see `Decoder`.
        dropout: see `Encoder` and `Decoder`.
        tied: whether output and target word vectors share one matrix.
        reverse_source: whether the source is read from last word to first (Sutskever et al. 2014).
        embedding_scale: standard deviation of word vectors at the start.
        window: half-width of local attention, in tokens.
        embedding_multiplier: of the source's word vectors, see `Encoder`.

    Raises:
        ValueError: an option that does not exist, with the list of those that do, or out of range.
    """

    noise = "teacher_forcing"

    def __init__(self, source_tokenizer, target_tokenizer, *, units=256, embedding=None, cell="gru",
                 bidirectional=True, layers=1, attention="additive", order="bahdanau", dropout=0.0,
                 tied=True, reverse_source=False, embedding_scale=1.0, window=4,
                 embedding_multiplier=None, **kwargs):
        super().__init__(**kwargs)
        # Encoder and decoder check the rest; here numbers become Python's own, for the saved file.
        embedding = units if embedding is None else embedding
        units, layers, embedding = expect.integer(units=units, layers=layers, embedding=embedding)
        bidirectional, tied, reverse_source = expect.boolean(
            bidirectional=bidirectional, tied=tied, reverse_source=reverse_source
        )
        dropout = expect.number("dropout", dropout, at_least=0, below=1)
        embedding_scale = expect.number("embedding_scale", embedding_scale, above=0)
        window = expect.number("window", window, above=0)
        if embedding_multiplier is not None:
            embedding_multiplier = expect.number(
                "embedding_multiplier", embedding_multiplier, above=0
            )
        self.source_tokenizer, self.target_tokenizer = source_tokenizer, target_tokenizer
        self.reverse_source = reverse_source
        self.options = {
            "units": units, "embedding": embedding, "cell": cell, "bidirectional": bidirectional,
            "layers": layers, "attention": attention, "order": order, "dropout": dropout,
            "tied": tied, "reverse_source": reverse_source, "embedding_scale": embedding_scale,
            "window": window, "embedding_multiplier": embedding_multiplier,
        }
        self.encoder = Encoder(
            source_tokenizer.size, units, embedding, cell, bidirectional, layers, dropout,
            embedding_scale, attention is not None, embedding_multiplier, name="encoder",
        )
        self.bridges = [
            keras.layers.Dense(units, activation="tanh", name=f"bridge_{number}")
            for number in range(layers * self._states_per_layer)
        ]
        self.decoder = Decoder(
            target_tokenizer.size, units, embedding, cell, attention, order, layers, dropout, tied,
            embedding_scale, window, name="decoder",
        )
        self.build()

    @property
    def _states_per_layer(self):
        return 2 if self.options["cell"] == "lstm" else 1

    def build(self, input_shape=None):
        """Makes the weights; the options say all their shapes."""
        if self.built:
            return
        units, directions = self.options["units"], 1 + self.options["bidirectional"]
        self.encoder.build((None, None))
        for bridge in self.bridges:
            bridge.build((None, units * directions))
        self.decoder.build((None, None, units))
        self.built = True

    def encode(self, source, training=False, mask=None):
        """Reads: ids (batch, source time) → the `Memory` and the decoder's first states."""
        annotations, final_states = self.encoder(source, mask=mask, training=training)
        projected = self.decoder.attention.project(annotations) if self.decoder.attention else None
        return Memory(annotations, projected, real(source, mask)), self._first_states(final_states)

    def _first_states(self, final_states):
        """The thought vector: what the encoder ended with, in the size of the decoder's state."""
        bridges, kinds = iter(self.bridges), self._states_per_layer
        return [
            [next(bridges)(ops.concatenate(states[kind::kinds], axis=-1)) for kind in range(kinds)]
            for states in final_states
        ]


def _check_known(side, tokenizer, rows):
    """Refuses a tokenizer of another language, which would learn and say `[UNK]`."""
    # Pieces spell every word in letters of their own language; only strange letters are unknown.
    part, most = ("words", 0.5) if tokenizer.level == "word" else ("letters", 0.02)
    share = oov_rate(rows)
    if share > most:
        raise ValueError(
            f"the {side} tokenizer does not know {share:.0%} of the {side} {part}: it belongs to "
            "another language or data set; train one on these sentences"
        )
