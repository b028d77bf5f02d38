"""What the course's models share: they read ids and score something for each, id 0 being padding.

Keras marks places that do not count with a mask, which travels with a tensor. A mask that comes
with the ids is used, and scores leave with one, so that any loss or metric of Keras skips padding.
"""

from __future__ import annotations

import os
from pathlib import Path

import keras
from keras import ops

from utils.files import replacing
from utils.text import PAD


def real(ids, mask=None):
    """Boolean, of the shape of the ids: True where there is a token and no mask hides it."""
    there = ops.not_equal(ids, PAD)
    return there if mask is None else ops.logical_and(there, ops.cast(mask, "bool"))


def first(inputs):
    """The first of several inputs or masks, or the only one."""
    return inputs[0] if isinstance(inputs, (tuple, list)) else inputs


def word_vectors(vocabulary_size, size, scale, name):
    """A layer of word vectors, at the start normally distributed with this standard deviation."""
    # Keras's default, uniform ±0.05, hides the words behind the biases for the first epochs.
    initializer = keras.initializers.RandomNormal(stddev=scale)
    layer = keras.layers.Embedding(
        vocabulary_size, size, embeddings_initializer=initializer, name=name
    )
    layer.supports_masking = True  # the model has seen the mask: no warning that it ends here
    return layer


class TokenModel(keras.Model):
    """A `keras.Model` whose targets are ids too, (batch, time)."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def fit(self, *args, class_weight=None, **kwargs):
        _refuse(class_weight)
        return super().fit(*args, **kwargs)

    def train_on_batch(self, *args, class_weight=None, **kwargs):
        _refuse(class_weight)
        return super().train_on_batch(*args, **kwargs)

    def save(self, filepath: str | os.PathLike, overwrite: bool = True, **kwargs) -> None:
        """Keras's own, in one step: a save that fails leaves no half file, and an older one whole.

        With `overwrite=False` Keras asks before it replaces a file.
        """
        if not overwrite and Path(filepath).exists():
            super().save(filepath, overwrite=False, **kwargs)
            return
        with replacing(filepath) as temporary:
            super().save(temporary, **kwargs)


def _refuse(class_weight):
    # Keras would take the time axis of the targets for classes, and weight whole rows by chance.
    if class_weight is not None:
        raise ValueError(
            "class_weight is for one class a row, and here each token has its own: pass "
            "sample_weight, (batch, time), instead, such as np.array(weights)[targets]"
        )


def compiled(function, model):
    """A function of tensors that reads a model's variables, as the backend runs it fastest.

    It is compiled at its first call, which fixes how many inputs there are and how large their
    vectors are, and sees later changes of the weights. TensorFlow compiles once for all batches and
    lengths, JAX once for each shape.
    """
    backend = keras.backend.backend()
    if backend == "tensorflow":
        return traced(function)
    if backend == "jax":
        import jax

        @jax.jit
        def stateless(values, *inputs):
            with keras.StatelessScope(list(zip(model.variables, values, strict=True))):
                return function(*inputs)

        return lambda *inputs: stateless([v.value for v in model.variables], *inputs)
    return function


def traced(function):
    """TensorFlow's part of `compiled`.

    A plain `tf.function` would trace again at the second length, and takes a function made anew for
    each model for a mistake, of which it warns from the fifth model on.
    """
    import tensorflow as tf

    made = []

    def call(*inputs):
        if not made:
            specs = keras.tree.map_structure(_any_length, inputs)
            made.append(tf.function(function, autograph=False).get_concrete_function(*specs))
        return made[0](*inputs)

    return call


def _any_length(tensor):
    """Batch and time may be of any size; vectors, the last of three axes or floats, may not."""
    if tensor is None:
        return None
    import tensorflow as tf

    shape = [None] * len(tensor.shape)
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    if len(shape) == 3 or "float" in dtype:
        shape[-1] = tensor.shape[-1]
    return tf.TensorSpec(shape, dtype)
