"""What the course's models share: they read ids and score something for each, id 0 being padding.

Keras marks places that do not count with a mask, which travels with a tensor. A mask that comes
with the ids is used, and scores leave with one, so that any loss or metric of Keras skips padding.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import keras
from keras import ops
from keras.src.backend import get_keras_mask, set_keras_mask  # no public names for them

from utils.files import replacing
from utils.models.compiled import in_silence, traced
from utils.tokens import PAD


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
    """A `keras.Model` whose targets are ids, (batch, time), with a loss a token.

    Its losses, in `fit` and `evaluate`, are means over the tokens of all batches, however uneven
    those are.

    Attributes:
        ignore_class: the target that does not count.
        noise: the option of `training.fit` that makes its inputs harder, or None.
    """

    ignore_class = PAD
    noise: str | None = None

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        # XLA compiles anew for each length, and cannot compile the recurrent layers of cuDNN.
        self.supports_jit = keras.backend.backend() != "tensorflow"
        self.per_token = keras.metrics.Mean(name="loss")
        self._batches = None  # what `fit` was given, where it deals its batches itself

    @property
    def metrics(self):
        """Keras's own, but for its mean of the losses, which counts each batch by its rows."""
        others = (self._loss_tracker, self.per_token)
        return [self.per_token, *(m for m in super().metrics if m not in others)]

    def examples(self, data, *, max_length: int | None = None, name: str = "data"):
        """What `training.Batches` makes batches of.

        Args:
            data: what this model is trained on.
            max_length: at most so many tokens of an example are kept.
            name: of the data, for messages.

        Returns:
            For each input its rows, and the rows of the targets.
        """
        raise NotImplementedError

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Keras's own; it is also counted by tokens."""
        self._mark(x, y_pred)
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        tokens = ops.sum(ops.cast(ops.not_equal(y, self.ignore_class), "float32"))
        self.per_token.update_state(loss, sample_weight=tokens)
        return loss

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        """Keras's own, of the scores with their mask."""
        self._mark(x, y_pred)
        return super().compute_metrics(x, y, y_pred, sample_weight)

    def _mark(self, x, y_pred):
        # On JAX Keras trains without calling the model, which is what sets the mask.
        if x is not None and get_keras_mask(y_pred) is None:
            set_keras_mask(y_pred, self.compute_mask(x))

    def fit(self, *args, class_weight=None, **kwargs):
        """Keras's own; class weights, which it would take for those of rows, are refused."""
        _refuse(class_weight)
        data, before = kwargs.get("x", args[0] if args else None), self._batches
        self._batches = data if getattr(data, "deals", False) else None
        if before is not None or self._batches is not None:
            self.train_function = None  # it belongs to its batches
        with in_silence():
            return super().fit(*args, **kwargs)

    def make_train_function(self, force=False):
        """Keras's own, but for `training.Batches` on TensorFlow: a step that is given its batch.

        Keras's step fetches its batch itself, through a pipeline with threads of its own. On two
        cores that costs small models a tenth of their speed, and half of it when others compute.
        """
        plain = self.steps_per_execution == 1 and not (self.run_eagerly or self.jit_compile)
        on_tensorflow = keras.backend.backend() == "tensorflow"
        if not (on_tensorflow and plain and self._batches):
            return super().make_train_function(force)
        if self.train_function is None or force:
            self.train_function = _each_batch(self._batches, traced(self.train_step))
        return self.train_function

    def train_on_batch(self, *args, class_weight=None, **kwargs):
        """Keras's own; see `fit`."""
        _refuse(class_weight)
        return super().train_on_batch(*args, **kwargs)

    def save(self, filepath: str | os.PathLike, overwrite: bool = True, **kwargs) -> None:
        """Writes options and weights to one `.keras` file, in one step.

        A save that fails leaves no half file, and an older one whole.

        Args:
            filepath: where to.
            overwrite: with False Keras asks before it replaces a file.
            **kwargs: Keras's own.

        Raises:
            ValueError: a name that does not end in .keras.
        """
        name = Path(filepath).name
        if not name.endswith(".keras"):
            raise ValueError(f"{name} should end in .keras")
        if not overwrite and Path(filepath).exists():
            super().save(filepath, overwrite=False, **kwargs)
            return
        with replacing(filepath) as temporary:
            super().save(temporary, **kwargs)

    @classmethod
    def load(cls, path: str | os.PathLike):
        """Reads what `save` wrote; `TokenModel.load` takes any model, `Translator.load` its own.

        The optimizer stays behind. `keras.saving.load_model` brings it along, once `utils.training`
        is imported, whose loss it needs. Files written when the modules had other names load too.

        Args:
            path: the file.

        Returns:
            The model.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file holds no such model, or is cut short.
        """
        path = Path(path)
        wanted = "model" if cls is TokenModel else cls.__name__.lower()
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}: save a {wanted} there first")
        if not zipfile.is_zipfile(path):
            raise ValueError(
                f"{path.name} is not a saved {wanted}, or is cut short: save it again"
            )
        try:
            model = keras.saving.load_model(path, compile=False)
        except Exception as error:
            raise ValueError(f"{path.name} cannot be read as a {wanted}: {error}") from error
        if not isinstance(model, cls):
            raise ValueError(
                f"{path.name} holds a {type(model).__name__}, expected a {cls.__name__}"
            )
        return model


def _each_batch(batches, step):
    """What Keras calls with the iterator of an epoch, once a batch."""
    now = {}

    def train(iterator):
        if now.get("epoch") is not iterator:
            now.update(epoch=iterator, batches=map(batches.__getitem__, range(len(batches))))
        return step(next(now["batches"]))

    return train


def _refuse(class_weight):
    # Keras would take the time axis of the targets for classes, and weight whole rows by chance.
    if class_weight is not None:
        raise ValueError(
            "class_weight is for one class a row, and here each token has its own: pass "
            "sample_weight, (batch, time), instead, such as np.array(weights)[targets]"
        )
