"""A translator whose recurrence has been taken away (Vaswani et al. 2017), in whole or in part.

Each word looks at all others of its sentence by attention, so that a layer is computed at every
place at once. What a recurrent decoder keeps in its state, this one keeps as the keys and values of
all words said so far: a state that grows.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from utils import expect
from utils.models.attention import SCORES, masked_softmax
from utils.models.layers import CELLS
from utils.models.layers import dropout as dropout_layer
from utils.models.seq2seq import ORDERS, Decoder, Encoder, Memory, TranslationModel
from utils.models.token_model import real, word_vectors

POSITIONS = ("sinusoidal", "learned", None)
NORMS = ("before", "after")
KINDS = ("self_attention", "recurrent")
_ROOM = 8  # a cache grows by so many places at a time, so that JAX compiles for few shapes


def sinusoids(places, size):
    """Vectors that say where a word stands (Vaswani et al. 2017, section 3.5).

    PE(p, 2i) = sin(p / 10000^(2i / size)) and PE(p, 2i + 1) = cos of the same.

    Args:
        places: (time,), counted from 0.
        size: of the vectors, an even number.

    Returns:
        float32 (time, size).
    """
    rates = (10000.0 ** (-np.arange(0, size, 2) / size)).astype("float32")
    angles = ops.expand_dims(ops.cast(places, "float32"), -1) * rates
    return ops.reshape(ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1), (-1, size))


def causal(time):
    """Boolean (time, time): True where the column's word is not later than the row's."""
    places = ops.arange(time)
    return ops.less_equal(places, ops.expand_dims(places, -1))


@keras.saving.register_keras_serializable("rnn_course")
class Heads(keras.layers.Layer):
    """Scaled dot-product attention, several times side by side (Vaswani et al. 2017, section 3.2).

    Each head has a share of the query, key and value vectors: with n = `units` / `heads` numbers,
    softmax(q · k / √n) v. It equals `keras.layers.MultiHeadAttention` with `key_dim` n; what the
    keys and values are made of can be computed apart, and kept.

    Args:
        units: size of queries, keys, values and results.
        heads: how many; they divide `units`.

    Raises:
        ValueError: `units` that `heads` do not divide.
    """

    def __init__(self, units, heads, **kwargs):
        super().__init__(**kwargs)
        units, heads = expect.integer(units=units, heads=heads)
        if units % heads:
            raise ValueError(
                f"{units} units cannot be shared out among {heads} heads: choose heads that divide "
                "units"
            )
        self.units, self.heads = units, heads
        self.query, self.key, self.value, self.result = (
            keras.layers.Dense(units, name=name) for name in ("query", "key", "value", "result")
        )

    def build(self, query_shape, keys_shape=None):
        """Makes the weights; keys are of the queries' size where nothing else is said."""
        keys_shape = keys_shape or query_shape
        for layer, shape in ((self.query, query_shape), (self.key, keys_shape),
                             (self.value, keys_shape)):
            layer.build(shape)
        self.result.build((*query_shape[:-1], self.units))

    def project(self, vectors):
        """Keys and values of vectors (batch, time, size): two of (batch, time, units)."""
        return [self.key(vectors), self.value(vectors)]

    def look(self, query, keys, values, allowed=None):
        """Looks with every query.

        Args:
            query: vectors (batch, queries, size), not yet projected.
            keys: as `project` gave them, (batch, time, units).
            values: likewise.
            allowed: boolean, broadcastable to (batch, heads, queries, time); True where a query may
                look.

        Returns:
            (batch, queries, units) and the weights (batch, heads, queries, time).
        """
        query, keys, values = (self._apart(each) for each in (self.query(query), keys, values))
        scores = ops.matmul(query, ops.swapaxes(keys, 2, 3)) / (self.units / self.heads) ** 0.5
        weights = masked_softmax(scores, allowed)
        contexts = ops.unstack(ops.matmul(weights, values), self.heads, axis=1)
        return self.result(ops.concatenate(contexts, axis=-1)), weights

    def _apart(self, vectors):
        """(batch, time, units) → (batch, heads, time, units / heads)."""
        return ops.stack(ops.split(vectors, self.heads, axis=-1), axis=1)

    def call(self, query, keys, allowed=None):
        """`look` at keys and values that are made of the same vectors."""
        return self.look(query, *self.project(keys), allowed)

    def get_config(self):
        """The options, so that Keras can make the layer anew."""
        return {**super().get_config(), "units": self.units, "heads": self.heads}


class PlacedWords(keras.layers.Layer):
    """Word vectors, plus what says where in the sentence a word stands.

    Args:
        vocabulary_size: number of token ids.
        units: size of the vectors.
        positions: one of `POSITIONS`; None adds nothing.
        longest: how many places are learned; later ones share the last one's vector.
        scale: standard deviation of the vectors at the start.

    Raises:
        ValueError: an unknown kind of positions; sinusoids of odd size.
    """

    def __init__(self, vocabulary_size, units, positions, longest, scale, **kwargs):
        super().__init__(**kwargs)
        expect.one_of("positions", positions, POSITIONS)
        if positions == "sinusoidal" and units % 2:
            raise ValueError(f"sinusoidal positions come in pairs: {units} units are not even")
        self.units, self.positions, self.longest = units, positions, longest
        # Stored smaller and multiplied on the way in, as in the recurrent translator.
        self.multiplier = float(units) ** 0.5
        self.embedding = word_vectors(vocabulary_size, units, scale / self.multiplier, "embedding")
        self.table = None
        if positions == "learned":
            self.table = word_vectors(longest, units, scale / self.multiplier, "places")

    def build(self, input_shape=None):
        """Makes the weights."""
        self.embedding.build((None, None))
        if self.table is not None:
            self.table.build((None,))

    def alone(self, tokens):
        """Vectors of tokens (…), wherever they stand: (…, units)."""
        return self.embedding(tokens) * self.multiplier

    def at(self, tokens, places):
        """Vectors of tokens (batch, time) at places (time,), or (batch,) at places (batch,)."""
        words = self.alone(tokens)
        if self.positions is None:
            return words
        if self.positions == "sinusoidal":
            return words + ops.cast(sinusoids(places, self.units), words.dtype)
        return words + self.table(ops.minimum(places, self.longest - 1)) * self.multiplier


class Block(keras.layers.Layer):
    """A layer of the Transformer: look at one's own sentence, then at the other, then think.

    Around each part leads a residual connection, with dropout on what the part adds.

    Args:
        units: size of the vectors.
        heads: see `Heads`.
        inner: units between the two dense layers.
        norm: "after" adds and then normalises (Vaswani et al. 2017); "before" normalises what a
            part reads, and leaves the sum alone (Xiong et al. 2020).
        dropout: share of the elements dropped in training.
        looks_across: whether there is another sentence to look at.

    Raises:
        ValueError: an option out of range.
    """

    def __init__(self, units, heads, inner, norm, dropout, looks_across, **kwargs):
        super().__init__(**kwargs)
        expect.one_of("norm", norm, NORMS)
        self.units, self.norm = units, norm
        self.own = Heads(units, heads, name="own")
        self.across = Heads(units, heads, name="across") if looks_across else None
        self.widen = keras.layers.Dense(inner, activation="relu", name="widen")
        self.narrow = keras.layers.Dense(units, name="narrow")
        self.norms = [_normalisation(f"norm_{n}") for n in range(3 if looks_across else 2)]
        self.dropout = dropout_layer(dropout)

    def build(self, input_shape=None):
        """Makes the weights; the options say all their shapes."""
        shape = (None, None, self.units)
        for layer in (self.own, self.across, self.widen, *self.norms):
            if layer is not None:
                layer.build(shape)
        self.narrow.build((None, None, self.widen.units))

    def run(self, x, allowed, remember=None, memory=None, memory_allowed=None, training=False):
        """Works on every place at once, or on one place with what is remembered of those before.

        Args:
            x: (batch, time, units).
            allowed: which places of its own sentence each may look at; see `Heads.look`.
            remember: keys and values of x → those to look at; by default they are the same.
            memory: keys and values of the other sentence, as `across.project` gave them.
            memory_allowed: which of these may be looked at.
            training: whether dropout is on.

        Returns:
            (batch, time, units), the keys and values looked at, and the weights over the other
            sentence (batch, heads, time, source time), or None.
        """
        kept, weights = None, None

        def at_its_own(x):
            nonlocal kept
            kept = self.own.project(x)
            kept = kept if remember is None else remember(kept)
            return self.own.look(x, *kept, allowed)[0]

        def at_the_other(x):
            nonlocal weights
            found, weights = self.across.look(x, *memory, memory_allowed)
            return found

        def think(x):
            return self.narrow(self.widen(x))

        parts = [at_its_own, at_the_other, think] if self.across else [at_its_own, think]
        for norm, part in zip(self.norms, parts, strict=True):
            if self.norm == "before":
                x = x + self.dropout(part(norm(x)), training=training)
            else:
                x = norm(x + self.dropout(part(x), training=training))
        return x, kept, weights


def _normalisation(name):
    return keras.layers.LayerNormalization(epsilon=1e-6, name=name)


class _Tower(keras.layers.Layer):
    """Words in their places and the blocks on top of them: what encoder and decoder share."""

    looks_across = False

    def __init__(self, vocabulary_size, units, heads=4, inner=None, layers=2,
                 positions="sinusoidal", norm="before", dropout=0.0, embedding_scale=1.0,
                 longest=256, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        inner = 4 * units if inner is None else inner
        vocabulary_size, units, inner, layers, longest = expect.integer(
            vocabulary_size=vocabulary_size, units=units, inner=inner, layers=layers,
            longest=longest,
        )
        dropout = expect.number("dropout", dropout, at_least=0, below=1)
        scale = expect.number("embedding_scale", embedding_scale, above=0)
        self.vocabulary_size, self.units = vocabulary_size, units
        self.words = PlacedWords(vocabulary_size, units, positions, longest, scale, name="words")
        self.dropout = dropout_layer(dropout)
        self.blocks = [
            Block(units, heads, inner, norm, dropout, self.looks_across, name=f"block_{number}")
            for number in range(layers)
        ]
        # With the norm before, nothing has normalised the sum of all that the blocks have added.
        self.last_norm = _normalisation("last_norm") if norm == "before" else None

    def build(self, input_shape=None):
        """Makes the weights; the options say all their shapes."""
        self.words.build()
        for block in self.blocks:
            block.build()
        if self.last_norm is not None:
            self.last_norm.build((None, None, self.units))

    def _finished(self, x):
        return x if self.last_norm is None else self.last_norm(x)

    def _placed(self, tokens, training):
        """Words of whole sentences: (batch, time) → (batch, time, units)."""
        words = self.words.at(tokens, ops.arange(ops.shape(tokens)[1]))
        return self.dropout(words, training=training)


@keras.saving.register_keras_serializable("rnn_course")
class SelfAttentionEncoder(_Tower):
    """Reads token ids; every word looks at all words of its sentence, in both directions.

    Args:
        vocabulary_size: number of source token ids.
        units: size of the vectors.
        heads: of each block; they divide `units`.
        inner: units between the two dense layers of a block; by default four times `units`.
        layers: blocks on top of each other.
        positions: `"sinusoidal"`, `"learned"` or None.
        norm: `"before"` or `"after"`, see `Block`.
        dropout: share of elements dropped in training, of the words and of what each part adds.
        embedding_scale: standard deviation of the word vectors at the start.
        longest: how many places are learned, where they are.
        adds_words: whether the annotations hold the word vectors too, as those of the recurrent
            `Encoder` do. They are added behind the last normalisation, in whose result a word has
            to share one length with all that the blocks have added to it.

    Raises:
        ValueError: an option out of range.
    """

    def __init__(self, vocabulary_size, units, *, adds_words=False, **options):
        super().__init__(vocabulary_size, units, **options)
        [self.adds_words] = expect.boolean(adds_words=adds_words)

    def call(self, tokens, mask=None, training=False):
        """Reads a batch of sentences.

        Args:
            tokens: ids (batch, source time).
            mask: boolean, of the shape of the ids; False hides a token.
            training: whether dropout is on.

        Returns:
            Annotations (batch, source time, units), and an empty list: there are no final states.
        """
        allowed = _for_all_queries(real(tokens, mask))
        x = self._placed(tokens, training)
        for block in self.blocks:
            x, *_ = block.run(x, allowed, training=training)
        annotations = self._finished(x)
        if self.adds_words:
            annotations = annotations + self.dropout(self.words.alone(tokens), training=training)
        return annotations, []

    def compute_mask(self, tokens, mask=None):
        """The mask of the annotations."""
        return [real(tokens, mask)]


@keras.saving.register_keras_serializable("rnn_course")
class SelfAttentionDecoder(_Tower):
    """Says a sentence word by word; each word looks at those before it, and at the source.

    It is called as the recurrent `Decoder` is. Its state is a cache: how many words were said, and
    for each block the keys and values of these. `with_room` makes room for more of them.

    Args:
        vocabulary_size: number of target token ids.
        units: size of the vectors.
        tied: whether word vectors are also the weights of the output layer.
        **options: as for `SelfAttentionEncoder`.

    Raises:
        ValueError: an option out of range.
    """

    looks_across = True

    def __init__(self, vocabulary_size, units, *, tied=True, **options):
        super().__init__(vocabulary_size, units, **options)
        [self.tied] = expect.boolean(tied=tied)
        self.output_layer = None if tied else keras.layers.Dense(vocabulary_size, name="output")

    def build(self, input_shape=None):
        """Makes the weights."""
        super().build(input_shape)
        if self.tied:
            self.bias = self.add_weight(
                shape=(self.vocabulary_size,), initializer="zeros", name="output_bias"
            )
        else:
            self.output_layer.build((None, None, self.units))

    @property
    def attention(self):
        """The heads whose weights are shown: those of the last block over the source."""
        return self.blocks[-1].across

    def project(self, annotations):
        """Keys and values of the source for each block, computed once for a sentence."""
        return [block.across.project(annotations) for block in self.blocks]

    def first_states(self, memory):
        """Nothing said yet, and no room: for all rows the place 0, and caches of no length."""
        place = ops.zeros_like(memory.mask[:, 0], dtype="int32")
        nothing = memory.annotations[:, :0]
        return [[place], *([nothing, nothing] for _ in self.blocks)]

    def with_room(self, states, steps):
        """The states with room for so many steps more: their caches padded with zeros."""
        [place], *caches = states
        needed = int(ops.convert_to_numpy(place).max(initial=0)) + steps
        missing = -(-needed // _ROOM) * _ROOM - caches[0][0].shape[1]
        if missing <= 0:
            return states
        padding = ((0, 0), (0, missing), (0, 0))
        return [[place], *([ops.pad(part, padding) for part in cache] for cache in caches)]

    def sequence(self, tokens, states, memory, training=False):
        """All steps at once, the true words before each step given (teacher forcing).

        Args:
            tokens: ids (batch, target time), beginning with `[START]`.
            states: not needed; as for `Decoder`.
            memory: what the encoder left.
            training: whether dropout is on.

        Returns:
            Scores (logits) of the next token, (batch, target time, vocabulary).
        """
        # Padding stands behind the words, where the causal mask hides it from them.
        allowed = causal(ops.shape(tokens)[1])
        memory_allowed = _for_all_queries(memory.mask)
        x = self._placed(tokens, training)
        for block, kept in zip(self.blocks, memory.projected, strict=True):
            x, *_ = block.run(
                x, allowed, memory=kept, memory_allowed=memory_allowed, training=training
            )
        return self._logits(self._finished(x))

    def step(self, tokens, states, memory):
        """One step, as in translating.

        Args:
            tokens: the word said last, ids (batch,).
            states: from the step before, or `first_states`, with room for this one.
            memory: what the encoder left.

        Returns:
            Scores (logits) of the next token (batch, vocabulary), the new states, and attention
            weights (batch, source time) of the last block, in the mean over its heads.

        Raises:
            ValueError: states without any room.
        """
        [place], *caches = states
        if caches[0][0].shape[1] == 0:
            raise ValueError("there is no room in these states: use with_room(states, steps) first")
        places = ops.arange(ops.shape(caches[0][0])[1])
        here = ops.expand_dims(ops.equal(places, ops.expand_dims(place, -1)), -1)
        allowed = _for_all_queries(ops.less_equal(places, ops.expand_dims(place, -1)))
        memory_allowed = _for_all_queries(memory.mask)
        x, new, weights = ops.expand_dims(self.words.at(tokens, place), 1), [], None
        for block, cache, projected in zip(self.blocks, caches, memory.projected, strict=True):

            def remember(ours, cache=cache):
                return [ops.where(here, *both) for both in zip(ours, cache, strict=True)]

            x, kept, weights = block.run(x, allowed, remember, projected, memory_allowed)
            new.append(kept)
        logits = self._logits(self._finished(x)[:, 0])
        return logits, [[place + 1], *new], ops.mean(weights[:, :, 0], axis=1)

    def _logits(self, hidden):
        if not self.tied:
            return self.output_layer(hidden)
        return ops.matmul(hidden, ops.transpose(self.words.embedding.embeddings)) + self.bias


def _for_all_queries(mask):
    """(batch, time) → (batch, 1, 1, time): the same for all heads and queries."""
    return ops.expand_dims(ops.expand_dims(mask, 1), 1)


@keras.saving.register_keras_serializable("rnn_course")
class Transformer(TranslationModel):
    """Encoder and decoder of self-attention, or one of them and a recurrent other half.

    It is called, trained, saved and translated with as a `Translator` is, and takes its tokenizers.

    Args:
        source_tokenizer: from `text.train_tokenizer`.
        target_tokenizer: likewise.
        units: size of word vectors and states.
        heads: of each block; they divide `units`.
        layers: blocks (or recurrent layers), in the encoder and in the decoder.
        inner: units between the two dense layers of a block; by default four times `units`.
        positions: `"sinusoidal"`, `"learned"` or None.
        norm: `"before"` or `"after"`, see `Block`.
        dropout: see `SelfAttentionEncoder`.
        tied: whether output and target word vectors share one matrix.
        encoder: `"self_attention"` or `"recurrent"`.
        decoder: likewise. A Transformer's encoder with a recurrent decoder is the hybrid of Chen
            et al. 2018; the decoder begins with what a dense layer makes of the annotations' mean.
        cell: of the recurrent half, `"gru"` or `"lstm"`.
        attention: of a recurrent decoder, one of `utils.models.attention.SCORES`.
        order: of a recurrent decoder, see `Decoder`.
        embedding_scale: standard deviation of word vectors at the start.
        longest: how many places are learned, where positions are; later ones share the last one's.
        reverse_source: whether the source is read from last word to first.
        adds_words: whether the annotations that a recurrent decoder looks at hold the word vectors
            too, as the `Translator`'s do; see `SelfAttentionEncoder`.

    Raises:
        ValueError: an option that does not exist, with the list of those that do, or out of range;
            two recurrent halves.
    """

    def __init__(self, source_tokenizer, target_tokenizer, *, units=256, heads=4, layers=2,
                 inner=None, positions="sinusoidal", norm="before", dropout=0.0, tied=True,
                 encoder="self_attention", decoder="self_attention", cell="gru",
                 attention="additive", order="bahdanau", embedding_scale=1.0, longest=256,
                 reverse_source=False, adds_words=True, **kwargs):
        super().__init__(**kwargs)
        expect.one_of("encoder", encoder, KINDS)
        expect.one_of("decoder", decoder, KINDS)
        expect.one_of("cell", cell, CELLS)
        expect.one_of("attention", attention, SCORES)
        expect.one_of("order", order, ORDERS)
        if encoder == decoder == "recurrent":
            raise ValueError("two recurrent halves are no Transformer: that is a Translator")
        inner = 4 * units if inner is None else inner
        units, heads, layers, inner, longest = expect.integer(
            units=units, heads=heads, layers=layers, inner=inner, longest=longest
        )
        tied, reverse_source, adds_words = expect.boolean(
            tied=tied, reverse_source=reverse_source, adds_words=adds_words
        )
        dropout = expect.number("dropout", dropout, at_least=0, below=1)
        embedding_scale = expect.number("embedding_scale", embedding_scale, above=0)
        self.source_tokenizer, self.target_tokenizer = source_tokenizer, target_tokenizer
        self.reverse_source = reverse_source
        blocks = {
            "heads": heads, "layers": layers, "inner": inner, "positions": positions, "norm": norm,
            "dropout": dropout, "embedding_scale": embedding_scale, "longest": longest,
        }
        self.options = {
            **blocks, "units": units, "tied": tied, "encoder": encoder, "decoder": decoder,
            "cell": cell, "attention": attention, "order": order, "reverse_source": reverse_source,
            "adds_words": adds_words,
        }
        if encoder == "recurrent":
            self.encoder = Encoder(
                source_tokenizer.size, units, units, cell, layers=layers, dropout=dropout,
                embedding_scale=embedding_scale, name="encoder",
            )
        else:
            self.encoder = SelfAttentionEncoder(
                source_tokenizer.size, units, adds_words=adds_words and decoder == "recurrent",
                **blocks, name="encoder",
            )
        self.bridges = []
        if decoder == "recurrent":
            self.decoder = Decoder(
                target_tokenizer.size, units, units, cell, attention, order, layers, dropout, tied,
                embedding_scale, name="decoder",
            )
            self.bridges = [
                keras.layers.Dense(units, activation="tanh", name=f"bridge_{number}")
                for number in range(layers * self._states_per_layer)
            ]
        else:
            self.decoder = SelfAttentionDecoder(
                target_tokenizer.size, units, tied=tied, **blocks, name="decoder"
            )
        self.build()

    @property
    def _states_per_layer(self):
        return 2 if self.options["cell"] == "lstm" else 1

    def build(self, input_shape=None):
        """Makes the weights; the options say all their shapes."""
        if self.built:
            return
        units = self.options["units"]
        self.encoder.build((None, None))
        for bridge in self.bridges:
            bridge.build((None, units))
        self.decoder.build((None, None, units))
        self.built = True

    def encode(self, source, training=False, mask=None):
        """Reads: ids (batch, source time) → the `Memory` and the decoder's first states."""
        annotations, _ = self.encoder(source, mask=mask, training=training)
        there = real(source, mask)
        if self.options["decoder"] == "self_attention":
            memory = Memory(annotations, self.decoder.project(annotations), there)
            return memory, self.decoder.first_states(memory)
        memory = Memory(annotations, self.decoder.attention.project(annotations), there)
        mean, kinds = _mean(annotations, there), self._states_per_layer
        states = [bridge(mean) for bridge in self.bridges]
        return memory, [states[n : n + kinds] for n in range(0, len(states), kinds)]


def _mean(annotations, mask):
    """Of the vectors at real tokens: (batch, time, units) → (batch, units)."""
    mask = ops.expand_dims(ops.cast(mask, annotations.dtype), -1)
    return ops.sum(annotations * mask, axis=1) / ops.maximum(ops.sum(mask, axis=1), 1)
