"""Attention: a score for each encoder state, a softmax, a weighted sum.

A *query* (what the decoder is about to say) is compared with each *key* (what the encoder read at
one source position). The softmax of the scores gives *attention weights*, one distribution over
the source per query, and the *context* is the average of the *values* under these weights. In
translation keys and values are the same encoder states.
"""

from __future__ import annotations

import keras
from keras import ops
from keras.src.backend import set_keras_mask  # Keras has no public name for it

from utils import expect

SCORES = ("additive", "dot", "scaled_dot", "general", "concat", "local")
_FAR_BELOW = -1e9  # a score no softmax lets through


def masked_softmax(scores, mask=None):
    """Softmax over the last axis in which masked positions have weight zero.

    Args:
        scores: (…, source time).
        mask: boolean, broadcastable to the scores; True where there is a real token.

    Returns:
        Weights (…, source time) that add up to 1; all zero where nothing is left to look at.
    """
    scores = ops.convert_to_tensor(scores)
    given, scores = scores.dtype, _precise(scores)
    if mask is not None:
        scores = ops.where(mask, scores, _FAR_BELOW)
    # Not ops.softmax: Keras warns about a softmax over one element, which a source of one word is.
    weights = ops.exp(ops.log_softmax(scores, axis=-1))
    if mask is not None:
        weights = weights * ops.cast(mask, weights.dtype)
    return ops.cast(weights, given)


def _precise(tensor):
    """Half precision as float32: there -1e9 is infinite, and 257 positions are 256."""
    half = keras.backend.standardize_dtype(tensor.dtype) in ("float16", "bfloat16")
    return ops.cast(tensor, "float32") if half else tensor


def _weight(layer, name, *shape):
    return layer.add_weight(shape=shape, initializer="glorot_uniform", name=name)


@keras.saving.register_keras_serializable("rnn_course")
class Attention(keras.layers.Layer):
    """Scores queries against keys and returns the context and the weights.

    With query q and key k, the score is

    | `score`        | formula                       | source                             |
    |----------------|-------------------------------|------------------------------------|
    | `"additive"`   | v · tanh(W_q q + W_k k)       | Bahdanau et al. 2015, appendix A.1 |
    | `"dot"`        | q · k                         | Luong et al. 2015, equation 8      |
    | `"scaled_dot"` | q · k / √d                    | Vaswani et al. 2017, equation 1    |
    | `"general"`    | q · W k                       | Luong et al. 2015, equation 8      |
    | `"concat"`     | v · tanh(W [q; k])            | Luong et al. 2015, equation 8      |
    | `"local"`      | general, near a predicted p   | Luong et al. 2015, equations 9, 10 |

    Local attention predicts the position p = S · sigmoid(v_p · tanh(W_p q)) for a source of S
    tokens, looks only at positions within `window` of p, and multiplies their weights by
    exp(-(s - p)² / 2σ²) with σ = window / 2, so its weights need not add up to 1.

    Args:
        score: one of `SCORES`.
        units: inner size of the additive and concat scores and of local's prediction; by default
            the size of the query.
        window: half-width of local attention, in tokens.

    Raises:
        ValueError: an unknown score; units or a window below 1 or 0; a dot product of vectors of
            different sizes.
    """

    def __init__(self, score="additive", units=None, window=4, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        expect.one_of("score", score, SCORES)
        if units is not None:
            [units] = expect.integer(units=units)
        self.score, self.units = score, units
        self.window = expect.number("window", window, above=0)

    def build(self, query_shape, keys_shape):
        """Makes the weights that the score needs; raises ValueError where sizes do not fit it."""
        query_size, key_size = query_shape[-1], keys_shape[-1]
        units = self.units or query_size
        if self.score in ("dot", "scaled_dot") and query_size != key_size:
            raise ValueError(
                f"the {self.score} score multiplies queries of size {query_size} with keys of size "
                f"{key_size}: give both one size, or use the score 'general'"
            )
        if self.score == "additive":
            self.query_kernel = _weight(self, "query_kernel", query_size, units)
            self.key_kernel = _weight(self, "key_kernel", key_size, units)
        if self.score == "concat":
            self.kernel = _weight(self, "kernel", query_size + key_size, units)
        if self.score in ("additive", "concat"):
            self.vector = _weight(self, "vector", units, 1)
        if self.score in ("general", "local"):
            self.key_kernel = _weight(self, "key_kernel", key_size, query_size)
        if self.score == "local":
            self.position_kernel = _weight(self, "position_kernel", query_size, units)
            self.position_vector = _weight(self, "position_vector", units, 1)
        self.query_size = query_size

    def project(self, keys):
        """The part of the score that depends on the keys alone: computed once for a sentence.

        Args:
            keys: (batch, source time, key size).

        Returns:
            (batch, source time, size that the score works in).
        """
        if self.score == "concat":
            return ops.matmul(keys, self.kernel[self.query_size :])
        if self.score in ("additive", "general", "local"):
            return ops.matmul(keys, self.key_kernel)
        return keys

    def scores(self, query, projected):
        """Scores (batch, queries, source time) of queries (batch, queries, query size)."""
        if self.score in ("additive", "concat"):
            concat = self.score == "concat"
            kernel = self.kernel[: self.query_size] if concat else self.query_kernel
            query = ops.matmul(query, kernel)
            hidden = ops.tanh(ops.expand_dims(query, 2) + ops.expand_dims(projected, 1))
            return ops.squeeze(ops.matmul(hidden, self.vector), -1)
        scores = ops.matmul(query, ops.swapaxes(projected, 1, 2))
        if self.score == "scaled_dot":
            scores = scores / float(self.query_size) ** 0.5
        return scores

    def weights_of(self, query, projected, mask=None):
        """Attention weights (batch, queries, source time); see `call` for the arguments."""
        mask = None if mask is None else ops.expand_dims(mask, 1)  # the same for every query
        scores = self.scores(query, projected)
        if self.score != "local":
            return masked_softmax(scores, mask)
        distance = self._distance(query, projected, mask)
        near = ops.abs(distance) <= self.window
        near = near if mask is None else ops.logical_and(near, mask)
        sigma = self.window / 2
        bell = ops.exp(-ops.square(distance) / (2 * sigma**2))
        return masked_softmax(scores, near) * ops.cast(bell, scores.dtype)

    def _distance(self, query, projected, mask):
        """Each source position minus the predicted one: (batch, queries, source time)."""
        hidden = ops.tanh(ops.matmul(query, self.position_kernel))
        share = ops.sigmoid(_precise(ops.matmul(hidden, self.position_vector)))
        positions = ops.cast(ops.arange(ops.shape(projected)[1]), share.dtype)
        if mask is None:
            length = ops.cast(ops.shape(projected)[1], share.dtype)
        else:
            length = ops.sum(ops.cast(mask, share.dtype), axis=-1, keepdims=True)
        return positions - length * share

    def call(self, query, keys, mask=None, projected=None, query_mask=None, keys_mask=None):
        """Looks up.

        Args:
            query: (batch, query size) for one step, or (batch, target time, query size).
            keys: (batch, source time, key size), also the values.
            mask: boolean (batch, source time), True at real tokens.
            projected: what `project(keys)` gave, when many queries come one after another.
            query_mask: the mask that comes with the query, from an embedding or a recurrent layer;
                Keras fills it in. A query that does not count looks at nothing.
            keys_mask: the one that comes with the keys, likewise. Keys need both masks, this and
                `mask`, to be looked at.

        Returns:
            Context (batch, [target time,] key size) and attention weights
            (batch, [target time,] source time). Both carry the query's mask.
        """
        single = len(query.shape) == 2
        query = ops.expand_dims(query, 1) if single else query
        projected = self.project(keys) if projected is None else projected
        weights = self.weights_of(query, projected, _both(mask, keys_mask))
        if query_mask is not None and not single:
            weights = weights * ops.expand_dims(ops.cast(query_mask, weights.dtype), -1)
        context = ops.matmul(weights, keys)
        if single:
            return ops.squeeze(context, 1), ops.squeeze(weights, 1)
        if query_mask is not None:
            set_keras_mask(context, query_mask)
            set_keras_mask(weights, query_mask)
        return context, weights

    def compute_mask(self, *args, **kwargs):
        """None, because `call` marks what it returns: Keras would hand on the mask of the keys."""

    def compute_output_shape(self, query_shape, keys_shape):
        """Shapes of context and weights."""
        return (*query_shape[:-1], keys_shape[-1]), (*query_shape[:-1], keys_shape[1])

    def get_config(self):
        """The options, so that Keras can make the layer anew."""
        return {
            **super().get_config(), "score": self.score, "units": self.units, "window": self.window
        }


def _both(mask, other):
    """True where both masks are; a mask that is None hides nothing."""
    masks = [ops.cast(each, "bool") for each in (mask, other) if each is not None]
    return ops.logical_and(*masks) if len(masks) == 2 else (masks[0] if masks else None)
