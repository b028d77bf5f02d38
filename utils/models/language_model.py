"""A recurrent language model: what comes next, given everything before.

At every step it reads one token, character or word, and gives each token of the vocabulary a
probability to be the next (Mikolov et al. 2010). With a condition it says what belongs to something
else: a picture's caption, or a melody in a key (Vinyals et al. 2015, Karpathy & Fei-Fei 2015).
"""

from __future__ import annotations

import keras
import numpy as np
from keras import ops

from utils import expect
from utils.models.layers import CELLS
from utils.models.layers import dropout as dropout_layer
from utils.models.token_model import TokenModel, first, real, word_vectors
from utils.tokens import PAD

CONDITIONS = (None, "state", "input")


@keras.saving.register_keras_serializable("rnn_course")
class LanguageModel(TokenModel):
    """Word vectors, recurrent layers, and a score for every token that may come next.

    Called on ids (batch, time), or on `(ids, condition)`, it returns scores (logits) of the token
    that follows each: (batch, time, vocabulary). Trained with `training.MaskedCrossEntropy` on the
    same ids shifted by one:

        model.compile(keras.optimizers.Adam(2e-3, global_clipnorm=1.0), MaskedCrossEntropy())
        model.fit(inputs, targets)

    Id 0 is padding. It belongs at the end of a row, where it changes nothing before it. The scores
    carry the mask of the ids, so that Keras's losses and metrics leave padding out.

    `model.save("name.keras")` writes options and weights; `keras.saving.load_model("name.keras",
    compile=False)` reads them once this module is imported.

    Args:
        vocabulary_size: number of token ids, padding included.
        units: size of the states.
        embedding: size of the word vectors.
        layers: recurrent layers on top of each other.
        cell: `"simple_rnn"`, `"gru"` or `"lstm"`.
        dropout: share of the elements of word vectors and of layers' outputs dropped in training.
        condition: None; `"state"`: a vector makes the first states, through a layer with tanh, as
            the thought vector does in a translator; `"input"`: the vector is read at every step,
            beside the word vector, through a layer of the same size.
        condition_size: size of that vector, (batch, condition_size).

    Raises:
        ValueError: an option that does not exist, with the list of those that do, or out of range;
            a condition without its size, or a size without a condition.
    """

    def __init__(self, vocabulary_size, units=256, embedding=64, layers=1, cell="gru", dropout=0.0,
                 condition=None, condition_size=None, **kwargs):
        super().__init__(**kwargs)
        expect.one_of("cell", cell, CELLS)
        condition_size = _checked_size(condition, condition_size)
        vocabulary_size, units, embedding, layers = expect.integer(
            vocabulary_size=vocabulary_size, units=units, embedding=embedding, layers=layers
        )
        dropout = expect.number("dropout", dropout, at_least=0, below=1)
        self.options = {
            "vocabulary_size": vocabulary_size, "units": units, "embedding": embedding,
            "layers": layers, "cell": cell, "dropout": dropout, "condition": condition,
            "condition_size": condition_size,
        }
        self.embedding = word_vectors(vocabulary_size, embedding, 1.0, "embedding")
        self.recurrent = [
            CELLS[cell](units, return_sequences=True, return_state=True, name=f"recurrent_{number}")
            for number in range(layers)
        ]
        self.dropout = dropout_layer(dropout)
        self.output_layer = keras.layers.Dense(vocabulary_size, name="output")
        self.condition_layers = [
            keras.layers.Dense(size, activation=activation, name=f"condition_{number}")
            for number, (size, activation) in enumerate(self._condition_layers())
        ]
        self.build()

    def examples(self, data, *, max_length=None, name="data"):
        """Rows of ids as examples: inputs without the last id, targets without the first.

        Args:
            data: rows of ids, int (time,), two or more each, perhaps padded at the end; or, for a
                model with a condition, the rows and float (rows, condition_size).
            max_length: at most so many ids of a row are read; None cuts none.
            name: of the rows, for messages.

        Raises:
            TypeError: something else than rows of ids.
            ValueError: no rows, a row with less than two ids, not one condition a row, or none
                where the model has one.
        """
        has_condition = self.options["condition"] is not None
        if has_condition != isinstance(data, tuple):
            wanted = "(rows, condition)" if has_condition else "rows of ids"
            raise TypeError(f"{name} is a {type(data).__name__}, expected {wanted}")
        rows, condition = data if has_condition else (data, None)
        cut = [np.asarray(row)[: None if max_length is None else max_length + 1] for row in rows]
        for number, row in enumerate(cut):
            if row.ndim != 1 or row.dtype.kind not in "iu":
                raise TypeError(
                    f"row {number} of {name} is {row.dtype} {row.shape}, expected ids (time,)"
                )
        cut = [row[row != PAD] for row in cut]
        short = [number for number, row in enumerate(cut) if len(row) < 2]
        if short or not cut:
            what = f"row {short[0]} of {name} has less than two ids" if cut else f"{name} is empty"
            raise ValueError(f"{what}: expected rows of two or more, to read and to say")
        inputs, targets = [row[:-1] for row in cut], [row[1:] for row in cut]
        if not has_condition:
            return (inputs,), targets
        condition = np.asarray(condition, "float32")
        if condition.shape != (len(cut), self.options["condition_size"]):
            raise ValueError(
                f"the condition of {name} has shape {condition.shape}, expected one a row, "
                f"({len(cut)}, {self.options['condition_size']})"
            )
        return (inputs, list(condition)), targets

    @property
    def _states_per_layer(self):
        return 2 if self.options["cell"] == "lstm" else 1

    def _condition_layers(self):
        """Size and activation of the layers that the condition goes through."""
        if self.options["condition"] == "state":
            count = self.options["layers"] * self._states_per_layer
            return [(self.options["units"], "tanh")] * count
        if self.options["condition"] == "input":
            return [(self.options["embedding"], None)]
        return []

    def build(self, input_shape=None):
        """Makes the weights; the options say all their shapes."""
        if self.built:
            return
        self.embedding.build((None, None))
        below = self.options["embedding"] * (2 if self.options["condition"] == "input" else 1)
        for layer in self.recurrent:
            layer.build((None, None, below))
            below = self.options["units"]
        self.output_layer.build((None, None, below))
        for layer in self.condition_layers:
            layer.build((None, self.options["condition_size"]))
        self.built = True

    def call(self, inputs, mask=None, training=False):
        """Scores of what comes next: ids, or (ids, condition) → (batch, time, vocabulary)."""
        ids, condition = inputs if isinstance(inputs, (tuple, list)) else (inputs, None)
        states = self.get_initial_state(ops.shape(ids)[0], condition)
        # Padding needs no mask: nothing reads the states after it, and without one it is faster.
        mask = first(mask)
        mask = None if mask is None else real(ids, mask)
        return self._outputs(ids, states, condition, mask, training)[0]

    def compute_mask(self, inputs, mask=None):
        """The mask of the scores: where there are tokens."""
        return real(first(inputs), first(mask))

    def get_initial_state(self, batch_size=1, condition=None):
        """The states before anything is read.

        Args:
            batch_size: number of rows.
            condition: float (batch, condition_size), for a model that has one.

        Returns:
            For each layer the list of its states, each (batch, units). Zeros, or with
            `condition="state"` what the condition makes of them.

        Raises:
            ValueError: the condition is missing, has another size or is not expected.
        """
        self._check_condition(condition)
        if self.options["condition"] == "state":
            made = iter(self.condition_layers)
            return [
                [next(made)(condition) for _ in range(self._states_per_layer)]
                for _ in self.recurrent
            ]
        zeros = ops.zeros((batch_size, self.options["units"]), self.compute_dtype)
        return [[zeros] * self._states_per_layer for _ in self.recurrent]

    def read(self, ids, states, condition=None):
        """Goes on reading from given states: in pieces or at once, it comes to the same.

        Args:
            ids: (batch, time). Padding changes no state, so rows may have different lengths.
            states: from `get_initial_state`, or from `read` of what came before.
            condition: as for `get_initial_state`; only `condition="input"` looks at it again.

        Returns:
            Scores (logits) of the token after each, (batch, time, vocabulary), and the new states.
        """
        self._check_condition(condition, needed=self.options["condition"] == "input")
        ids = ops.convert_to_tensor(ids, "int32")
        return self._outputs(ids, states, condition, real(ids), False)

    def _outputs(self, ids, states, condition, mask, training):
        outputs = self.embedding(ids)
        if self.options["condition"] == "input":
            seen = ops.expand_dims(self.condition_layers[0](condition), 1)  # (batch, 1, embedding)
            outputs = ops.concatenate([outputs, ops.broadcast_to(seen, ops.shape(outputs))], -1)
        outputs = self.dropout(outputs, training=training)
        new_states = []
        for layer, state in zip(self.recurrent, states, strict=True):
            outputs, *state = layer(outputs, initial_state=state, mask=mask, training=training)
            outputs = self.dropout(outputs, training=training)
            new_states.append(state)
        return self.output_layer(outputs), new_states

    def _check_condition(self, condition, needed=True):
        kind, size = self.options["condition"], self.options["condition_size"]
        if condition is None:
            if kind is not None and needed:
                raise ValueError(
                    f"this model has a condition: pass it, float (batch, {size}), with the ids"
                )
        elif kind is None:
            raise ValueError(
                'this model has no condition: leave it out, or build it with condition="state" or '
                '"input" and a condition_size'
            )
        elif len(condition.shape) != 2 or condition.shape[1] != size:
            raise ValueError(
                f"the condition has shape {tuple(condition.shape)}, expected (batch, {size})"
            )

    def get_config(self):
        """The options, so that Keras can make the model anew."""
        return {**self.options, "name": self.name}


def _checked_size(condition, condition_size):
    expect.one_of("condition", condition, CONDITIONS)
    if condition is None and condition_size is not None:
        raise ValueError('condition_size needs condition="state" or "input"')
    if condition is None:
        return None
    [condition_size] = expect.integer(condition_size=condition_size)
    return condition_size
