"""A captioner that looks: regions of a picture in the place of the words of a source sentence.

A convolutional network makes a map of the picture, some rows by some columns, each place a vector.
One row of the map behind the other, these vectors are keys: what the words of a sentence are to
the decoder of a translator. So the decoder is the translator's (Xu et al. 2015, soft attention: the
weights are a softmax, the context is the average under them; Bahdanau's additive score and order).
Two things differ from Xu: they take a finished map, of a network that has learned from photographs,
and their decoder is an LSTM; here both learn together, by default with a GRU.
"""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from utils import expect
from utils.datasets.scenes import check_images
from utils.models.layers import CELLS
from utils.models.seq2seq import Decoder, Memory
from utils.models.token_model import TokenModel, real
from utils.text import Tokenizer

GAZES = ("soft", "even", "none")


@keras.saving.register_keras_serializable("rnn_course")
class Eye(keras.layers.Layer):
    """Pictures → a map of vectors, by convolutions that halve height and width between them.

    Args:
        filters: of each convolution; the last number is the size of the vectors.

    Raises:
        ValueError: no filters, or a number of them below 1.
    """

    def __init__(self, filters=(16, 32, 64), **kwargs):
        super().__init__(**kwargs)
        if not len(filters):
            raise ValueError("filters is empty, expected a number for each convolution: (16, 32)")
        self.filters = tuple(expect.integer(filters=number)[0] for number in filters)
        self.convolutions = [
            keras.layers.Conv2D(number, 3, padding="same", name=f"convolution_{place}")
            for place, number in enumerate(self.filters)
        ]
        self.normalisations = [
            keras.layers.BatchNormalization(momentum=0.9, name=f"normalisation_{place}")
            for place in range(len(self.filters))
        ]
        self.pool = keras.layers.MaxPooling2D()

    def build(self, input_shape):
        """Makes the weights, for pictures (batch, height, width, channels)."""
        shape = tuple(input_shape)
        for convolution, normalisation in self._blocks():
            convolution.build(shape)
            shape = (*shape[:-1], convolution.filters)
            normalisation.build(shape)

    def _blocks(self):
        return zip(self.convolutions, self.normalisations, strict=True)

    def call(self, images, training=False):
        """(batch, height, width, channels) → (batch, height / 4, width / 4, size) by default."""
        seen = images
        for place, (convolution, normalisation) in enumerate(self._blocks()):
            seen = self.pool(seen) if place else seen
            seen = ops.relu(normalisation(convolution(seen), training=training))
        return seen

    def compute_output_shape(self, input_shape):
        """The shape of the map."""
        batch, height, width, _ = input_shape
        halved = 2 ** (len(self.filters) - 1)
        return batch, height // halved, width // halved, self.filters[-1]

    def get_config(self):
        """The options, so that Keras can make the layer anew."""
        return {**super().get_config(), "filters": self.filters}


@keras.saving.register_keras_serializable("rnn_course")
class Captioner(TokenModel):
    """An eye, a decoder that looks at the regions it gives, and the words that it says.

    Called on `(pictures, ids beginning with [START])` it returns the scores of every next token:
    (batch, size, size, 3), (batch, time) → (batch, time, vocabulary). `decoding.describe` lets it
    speak. Keras's `fit` trains it in batches of mixed pictures; `training.fit` trains it on
    `datasets.scenes.Scenes` too, but its batches hold captions of similar length, so pictures of
    equally many objects, and batch normalisation does not meet the mixture that it is used on.

    Args:
        tokenizer: of the captions, from `text.train_tokenizer`.
        size: height and width of the pictures, in pixels.
        filters: see `Eye`.
        units: size of the decoder's state.
        embedding: size of the word vectors.
        cell: `"gru"` or `"lstm"`.
        gaze: `"soft"` weighs the regions anew before each word; `"even"` gives all the same weight,
            always: what a decoder can do that has the keys but does not look, a control; `"none"`
            has no keys: the whole map, as one vector, makes the decoder's first state.
        score: of the attention, one of `utils.models.attention.SCORES`.
        order: `"bahdanau"` or `"luong"`, see `Decoder`.
        places: whether each region adds a vector of its own, learned, which says where it lies. A
            convolution makes the same of a star wherever it stands.
        dropout: see `Decoder`.

    Raises:
        ValueError: an option that does not exist, with the list of those that do, or out of range;
            a size that the pooling does not divide.
    """

    noise = "teacher_forcing"

    def __init__(self, tokenizer, *, size=32, filters=(16, 32, 64), units=64, embedding=32,
                 cell="gru", gaze="soft", score="additive", order="bahdanau", places=True,
                 dropout=0.0, **kwargs):
        super().__init__(**kwargs)
        size, units, embedding = expect.integer(size=size, units=units, embedding=embedding)
        [places] = expect.boolean(places=places)
        dropout = expect.number("dropout", dropout, at_least=0, below=1)
        expect.one_of("gaze", gaze, GAZES)
        expect.one_of("cell", cell, CELLS)
        self.eye = Eye(filters, name="eye")
        halved = 2 ** (len(self.eye.filters) - 1)
        if size % halved:
            raise ValueError(
                f"size is {size}, expected a multiple of {halved}: {len(self.eye.filters)} "
                "convolutions halve it between them"
            )
        self.tokenizer, self.size, self.gaze = tokenizer, size, gaze
        self.grid = (size // halved, size // halved)
        self.options = {
            "size": size, "filters": list(self.eye.filters), "units": units,
            "embedding": embedding, "cell": cell, "gaze": gaze, "score": score, "order": order,
            "places": places, "dropout": dropout,
        }
        self.bridges = [
            keras.layers.Dense(units, activation="tanh", name=f"bridge_{number}")
            for number in range(2 if cell == "lstm" else 1)
        ]
        self.decoder = Decoder(
            tokenizer.size, units, embedding, cell, None if gaze == "none" else score, order,
            dropout=dropout, name="decoder",
        )
        self.build()

    @property
    def target_tokenizer(self):
        """The tokenizer, by the name that the searches of `decoding` know."""
        return self.tokenizer

    @property
    def regions(self):
        """How many keys a picture has."""
        return self.grid[0] * self.grid[1]

    def build(self, input_shape=None):
        """Makes the weights; the options say all their shapes."""
        if self.built:
            return
        key = self.eye.filters[-1]
        self.eye.build((None, self.size, self.size, 3))
        self.places = None
        if self.options["places"] and self.gaze != "none":
            self.places = self.add_weight(
                shape=(self.regions, key), initializer="glorot_uniform", name="places"
            )
        for bridge in self.bridges:
            bridge.build((None, key if self.decoder.attention else key * self.regions))
        self.decoder.build((None, self.regions, key))
        self.built = True

    def look(self, images, training=False):
        """Pictures (batch, size, size, 3) → keys (batch, regions, key size), row behind row."""
        # With whole numbers for the shape: what runs compiled does not know that of the pictures.
        images = ops.reshape(images, (-1, self.size, self.size, 3))
        seen = self.eye(images, training=training)
        keys = ops.reshape(seen, (-1, self.regions, self.eye.filters[-1]))
        return keys if self.places is None else keys + self.places

    def encode(self, images, training=False):
        """Looks: pictures → the `Memory` and the decoder's first states.

        The first state is made of the mean of the keys, as Xu et al. make it (section 3.1.2), so
        that attention has a picture of the whole to begin with.
        """
        keys = self.look(images, training)
        there = ops.ones_like(keys[..., 0], dtype="bool")
        if self.decoder.attention is None:
            whole = ops.reshape(keys, (-1, self.regions * self.eye.filters[-1]))
            return Memory(keys, None, there), self._first_states(whole)
        whole = ops.mean(keys, axis=1)
        if self.gaze == "even":  # each region holds the mean, so that every average is the mean
            keys = ops.zeros_like(keys) + whole[:, None]
        return Memory(keys, self.decoder.attention.project(keys), there), self._first_states(whole)

    def _first_states(self, whole):
        return [[bridge(whole) for bridge in self.bridges]]

    def call(self, inputs, mask=None, training=False):
        """Scores of each next word: (pictures, ids[, given]) → (batch, time, vocabulary)."""
        images, words, *given = inputs
        memory, states = self.encode(images, training)
        if given:
            return self.decoder.free_running(words, given[0], states, memory, training)
        return self.decoder.sequence(words, states, memory, training)

    def compute_mask(self, inputs, mask=None):
        """The mask of the scores: where the captions have tokens."""
        return real(inputs[1], None if mask is None else mask[1])

    def examples(self, scenes, *, max_length=None, name="scenes"):
        """Scenes as rows: (pictures, ids from `[START]` on), ids up to `[END]`.

        Args:
            scenes: has `.images` and `.captions`, as `datasets.scenes.make` gives them.
            max_length: longer captions are cut to so many tokens; None cuts none.
            name: of the scenes, for messages.

        Raises:
            TypeError: no such scenes.
            ValueError: no scenes, pictures of another size or with other values, other numbers of
                pictures and captions.
        """
        if not (hasattr(scenes, "images") and hasattr(scenes, "captions")):
            raise TypeError(
                f"{name} is a {type(scenes).__name__}, expected scenes with .images and .captions, "
                "as datasets.scenes.make returns them"
            )
        images = check_images(scenes.images, self.size)
        rows = self.tokenizer.encode_rows(
            scenes.captions, start=True, end=True, max_length=max_length
        )
        if len(rows) != len(images):
            raise ValueError(
                f"{name} has {len(images)} pictures and {len(rows)} captions: each picture needs "
                "its caption"
            )
        return (list(images), [row[:-1] for row in rows]), [row[1:] for row in rows]

    def as_map(self, weights):
        """Weights of regions as maps: (…, regions) → (…, rows, columns), a NumPy array."""
        weights = np.asarray(weights)
        return weights.reshape(*weights.shape[:-1], *self.grid)

    def get_config(self):
        """The options and the tokenizer, so that Keras can make the model anew."""
        return {**self.options, "name": self.name, "tokenizer": self.tokenizer.to_json()}

    @classmethod
    def from_config(cls, config):
        """The model that `get_config` described."""
        return cls(**{**config, "tokenizer": Tokenizer.from_json(config["tokenizer"])})
