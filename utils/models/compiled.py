"""Functions of a model's variables as each backend runs them fastest."""

from __future__ import annotations

import logging
from contextlib import contextmanager

import keras


def compiled(function, model):
    """A function of tensors that reads a model's variables, as the backend runs it fastest.

    It is compiled at its first call, which fixes how many inputs there are and how large their
    vectors are, and sees later changes of the weights. TensorFlow compiles once for all batches and
    lengths, JAX once for each shape; PyTorch compiles nothing.
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
    import torch

    return torch.no_grad()(lambda *inputs: function(*inputs))  # as quick as without gradients


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


@contextmanager
def in_silence():
    """Keeps TensorFlow from taking the training of several models for a mistake.

    It warns when the fifth model within a few steps is traced, as a comparison of models does.
    """
    logger = logging.getLogger("tensorflow")

    def not_about_retracing(record):
        return "triggered tf.function retracing" not in record.getMessage()

    logger.addFilter(not_about_retracing)
    try:
        yield
    finally:
        logger.removeFilter(not_about_retracing)


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
