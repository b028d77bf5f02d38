"""The masked loss of every model with a token a step."""

from __future__ import annotations

import keras
from keras import ops
from keras.src.backend import set_keras_mask  # Keras has no public name for it

from utils import expect
from utils.tokens import PAD


@keras.saving.register_keras_serializable("rnn_course")
class MaskedCrossEntropy(keras.losses.Loss):
    """Cross-entropy per real token, in nats; padding does not count.

    With label smoothing ε the true word is to get probability 1 - ε + ε/V and every other word of
    the V in the vocabulary ε/V (Szegedy et al. 2016, section 7).

    Args:
        label_smoothing: ε, from 0 to below 1.
        reduction: Keras's; by default the mean over the real tokens. `"sum"` adds them up, `None`
            returns the losses one by one, with zeros at padding, and `"mean_with_sample_weight"`
            divides by the sum of the weights.
        name: of the loss, in Keras's logs.
        ignore_class: the target that does not count.
        dtype: `"float32"` or `"float64"`, what is computed in, whatever the scores come in.

    Raises:
        ValueError: an option out of range.
    """

    def __init__(
        self, label_smoothing=0.0, reduction="sum_over_batch_size", name="masked_cross_entropy",
        dtype="float32", ignore_class=PAD,
    ):
        # Half precision has no room for losses near zero, nor for ids above 2048.
        expect.one_of("dtype", dtype, ("float32", "float64"))
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.label_smoothing = expect.number(
            "label_smoothing", label_smoothing, at_least=0, below=1
        )
        self.ignore_class = ignore_class

    def __call__(self, true, logits, sample_weight=None):
        """(batch, time) ids and (batch, time, vocabulary) scores → one number.

        Args:
            true: ids, `[PAD]` where nothing counts.
            logits: scores.
            sample_weight: one for each token, (batch, time), or for each row, (batch,).
        """
        if sample_weight is not None:
            sample_weight = ops.convert_to_tensor(sample_weight, self.dtype)
            if len(sample_weight.shape) == 1:  # Keras would stretch it along the other axis
                sample_weight = ops.expand_dims(sample_weight, -1)
        return super().__call__(true, logits, sample_weight)

    def call(self, true, logits):
        """The loss of each token, (batch, time), zero at padding."""
        if not self.label_smoothing:
            return keras.losses.sparse_categorical_crossentropy(
                true, logits, from_logits=True, ignore_class=self.ignore_class
            )
        real = ops.not_equal(true, self.ignore_class)
        losses = ops.where(real, self._smoothed(true, logits), 0.0)
        set_keras_mask(losses, real)  # the mean is to be taken over the real tokens
        return losses

    def _smoothed(self, true, logits):
        # One dense product: a sparse one and a mean beside it would go over all scores twice.
        words = logits.shape[-1]
        true = ops.where(ops.equal(true, self.ignore_class), 0, true)
        wanted = ops.one_hot(true, words, dtype=logits.dtype) * (1 - self.label_smoothing)
        wanted = wanted + self.label_smoothing / words
        return ops.categorical_crossentropy(wanted, logits, from_logits=True)

    def get_config(self):
        """The options, so that Keras can make the loss anew."""
        return {
            **super().get_config(), "label_smoothing": self.label_smoothing,
            "dtype": self.dtype, "ignore_class": self.ignore_class,
        }


@keras.saving.register_keras_serializable("rnn_course")
class TokenCrossEntropy(keras.metrics.Mean):
    """The cross-entropy of all real tokens of all batches, in nats, without smoothing or weights.

    Keras's own metric takes a mean over time first, so that a token counts for less in a batch
    that is long.

    Args:
        name: in Keras's logs.
        ignore_class: the target that does not count.
        dtype: what is computed in.
    """

    def __init__(self, name="cross_entropy", ignore_class=PAD, dtype="float32"):
        super().__init__(name=name, dtype=dtype)
        self.ignore_class = ignore_class

    def update_state(self, true, logits, sample_weight=None):
        """Counts (batch, time) ids and (batch, time, vocabulary) scores in."""
        losses = keras.losses.sparse_categorical_crossentropy(
            true, logits, from_logits=True, ignore_class=self.ignore_class
        )
        real = ops.not_equal(true, self.ignore_class)
        return super().update_state(ops.reshape(losses, [-1]), ops.reshape(real, [-1]))

    def get_config(self):
        """What it was made with."""
        return {"name": self.name, "ignore_class": self.ignore_class, "dtype": self.dtype}
