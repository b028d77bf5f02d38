"""Training a translator: the masked loss, and a loop one can read, interrupt and resume."""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np
from keras import ops

from utils.batching import pair_batches
from utils.text import PAD, unknown_share


@keras.saving.register_keras_serializable("rnn_course")
class MaskedCrossEntropy(keras.losses.Loss):
    """Cross-entropy per real token, in nats; padding does not count.

    With label smoothing ε the true word is to get probability 1 - ε + ε/V and every other word of
    the V in the vocabulary ε/V (Szegedy et al. 2016, section 7).
    """

    def __init__(self, label_smoothing=0.0, name="masked_cross_entropy", **kwargs):
        super().__init__(name=name, **kwargs)
        self.label_smoothing = label_smoothing

    def __call__(self, true, logits, sample_weight=None):
        """(batch, time) ids and (batch, time, vocabulary) scores → one number."""
        logits = ops.cast(logits, "float32")
        if self.label_smoothing:
            vocabulary = logits.shape[-1]
            wanted = ops.one_hot(true, vocabulary, dtype="float32") * (1 - self.label_smoothing)
            wanted = wanted + self.label_smoothing / vocabulary
            losses = ops.categorical_crossentropy(wanted, logits, from_logits=True)
        else:
            losses = ops.sparse_categorical_crossentropy(true, logits, from_logits=True)
        real = ops.cast(ops.not_equal(true, PAD), losses.dtype)
        return ops.sum(losses * real) / ops.maximum(ops.sum(real), 1.0)

    def get_config(self):
        return {"name": self.name, "label_smoothing": self.label_smoothing}


@dataclass
class History:
    """What happened in training, one element an epoch.

    `loss` and `validation_loss` are nats per target token, without label smoothing for validation;
    `sentences_per_second` counts training alone, `seconds` everything.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    sentences_per_second: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        return len(self.loss)


def learning_rate_at(progress: float, peak: float, warm_up: float = 0.05) -> float:
    """A linear rise to the peak, then half a cosine down to zero (Loshchilov & Hutter 2017).

    Args:
        progress: how much of the training is done, 0 to 1.
        peak: the largest learning rate.
        warm_up: share of the training in which the rate rises.
    """
    if progress < warm_up:
        return peak * (progress + 1e-3) / (warm_up + 1e-3)
    rest = min(1.0, (progress - warm_up) / (1 - warm_up))
    return peak * 0.5 * (1 + math.cos(math.pi * rest))


def fit(
    translator,
    train,
    validation=None,
    *,
    epochs: int = 10,
    batch_size: int = 64,
    learning_rate: float = 2e-3,
    label_smoothing: float = 0.0,
    teacher_forcing: float = 1.0,
    patience: int | None = None,
    minutes: float | None = None,
    checkpoint: str | os.PathLike | None = None,
    max_length: int = 80,
    seed: int = 0,
    verbose: bool = True,
) -> History:
    """Trains a translator on sentence pairs and prints one line an epoch.

    Args:
        translator: a `seq2seq.Translator`; its weights change.
        train, validation: pairs with `.source` and `.target`, lists of sentences.
        epochs: how often each training pair is seen.
        batch_size: sentence pairs a step; they are of similar length.
        learning_rate: the largest rate of Adam; it warms up and decays over the whole training.
        label_smoothing: see `MaskedCrossEntropy`.
        teacher_forcing: how often the decoder reads the true last word, rather than its own.
        patience: stops after so many epochs without a better validation loss, and goes back to
            the best weights.
        minutes: time budget; the learning rate decays over it, and training stops at its end.
        checkpoint: a file written after each epoch; training goes on from it if it exists, and ends
            as it would have without the interruption.
        max_length: longer training sentences are cut to so many tokens.
        seed: order of the batches.

    Raises:
        ValueError: no pairs, sides of different lengths, a tokenizer that knows hardly any of the
            words, a checkpoint of another model, patience without validation pairs.
        FloatingPointError: the loss is no longer a number.
    """
    run = _Run(translator, batch_size, label_smoothing, teacher_forcing, max_length, seed)
    if minutes is not None and minutes <= 0:
        raise ValueError(f"minutes is {minutes}, expected more than 0, or None for no limit")
    if patience is not None and validation is None:
        raise ValueError("patience compares validation losses: pass validation pairs too")
    train_rows = run.rows(train)
    validation_batches = pair_batches(*run.rows(validation), 2 * batch_size) if validation else []
    progress = _Progress(epochs, minutes, learning_rate)
    history, best = run.resume(checkpoint)
    progress.spent = sum(history.seconds)
    while history.epochs < epochs and not progress.over and not _stalled(history, patience):
        began = time.perf_counter()
        loss, speed = run.epoch(train_rows, history.epochs, progress)
        history.loss.append(loss)
        history.sentences_per_second.append(speed)
        if validation_batches:
            history.validation_loss.append(run.evaluate(validation_batches))
            if patience is not None and history.validation_loss[-1] == min(history.validation_loss):
                best = run.weights()
        history.seconds.append(time.perf_counter() - began)
        progress.spent = sum(history.seconds)
        if checkpoint is not None:
            run.save(checkpoint, history, best)
        if verbose:
            print(_line(history, epochs, progress), flush=True)
    if best is not None:
        run.restore(best)
    return history


def _check_known(side, tokenizer, rows):
    """Refuses a tokenizer of another language, which would learn and say `[UNK]`."""
    # Pieces spell every word in letters of their own language; only strange letters are unknown.
    part, most = ("words", 0.5) if tokenizer.level == "word" else ("letters", 0.02)
    share = unknown_share(rows)
    if share > most:
        raise ValueError(
            f"the {side} tokenizer does not know {share:.0%} of the {side} {part}: it belongs to "
            "another language or data set; train one on these sentences"
        )


class _Progress:
    """How much of the training is over, by epochs or by the clock, whichever is further."""

    def __init__(self, epochs, minutes, peak):
        self.epochs, self.minutes, self.peak, self.spent = epochs, minutes, peak, 0.0

    def share(self, epochs_done, seconds=0.0):
        by_clock = (self.spent + seconds) / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(epochs_done / self.epochs, by_clock))

    @property
    def over(self):
        return self.share(0.0) >= 1.0


def _stalled(history, patience):
    losses = history.validation_loss
    return patience is not None and losses and len(losses) - 1 - int(np.argmin(losses)) >= patience


def _line(history, epochs, progress):
    done = history.epochs
    left = progress.spent / done * (epochs - done)
    if progress.minutes:
        left = min(left, max(0.0, 60 * progress.minutes - progress.spent))
    validation = history.validation_loss[-1] if history.validation_loss else None
    speed = f"{history.sentences_per_second[-1]:,.0f} sentences/s"
    return _epoch_line(done, epochs, left, history.loss[-1], validation, speed)


def _epoch_line(done, epochs, left, loss, validation=None, *more):
    parts = [f"epoch {done:>{len(str(epochs))}}/{epochs}", f"loss {loss:.3f}"]
    if validation is not None:
        parts.append(f"validation {validation:.3f}")
    return "   ".join([*parts, *more, f"{int(left) // 60}:{int(left) % 60:02d} left"])


class EpochLines(keras.callbacks.Callback):
    """Prints one line an epoch while Keras's own `fit` trains any model:

        model.fit(inputs, targets, epochs=5, verbose=0, callbacks=[training.EpochLines()])

    The time left is what the epochs so far took in the mean, times those to come.
    """

    def on_train_begin(self, logs=None):
        self.began, self.done = time.perf_counter(), 0

    def on_epoch_end(self, epoch, logs=None):
        self.done += 1
        epochs = self.params["epochs"]
        left = (time.perf_counter() - self.began) / self.done * (epochs - epoch - 1)
        line = _epoch_line(epoch + 1, epochs, left, logs["loss"], logs.get("val_loss"))
        print(line, flush=True)


def _compiled_step(translator, teacher_forcing):
    """One step of training: a function of inputs and wanted outputs that returns the loss."""
    if keras.backend.backend() != "tensorflow":
        return translator.train_on_batch
    import tensorflow as tf

    # Keras's own step, but traced once for all lengths; train_on_batch needs three traces.
    ids = tf.TensorSpec((None, None), "int32")
    given = () if teacher_forcing == 1 else (tf.TensorSpec((None, None), "bool"),)
    train = tf.function(
        lambda inputs, outputs: translator.train_step((inputs, outputs))["loss"],
        input_signature=[(ids, ids, *given), ids], autograph=False,
    )

    def step(inputs, outputs):
        translator.reset_metrics()
        return train(inputs, outputs)

    return step


class _Run:
    """One model under training: batches, steps, and what a checkpoint must hold."""

    def __init__(self, translator, batch_size, label_smoothing, teacher_forcing, max_length, seed):
        if not 0 <= teacher_forcing <= 1:
            raise ValueError(f"teacher_forcing is {teacher_forcing}, expected a share from 0 to 1")
        self.translator, self.batch_size, self.seed = translator, batch_size, seed
        self.label_smoothing, self.teacher_forcing = label_smoothing, teacher_forcing
        self.max_length = max_length
        # XLA compiles anew for each length of sentence, and cannot compile cuDNN's kernels.
        on_tensorflow = keras.backend.backend() == "tensorflow"
        translator.compile(
            optimizer=keras.optimizers.Adam(1e-3, global_clipnorm=1.0),
            loss=MaskedCrossEntropy(label_smoothing),
            jit_compile=False if on_tensorflow else "auto",
        )
        translator.optimizer.build(translator.trainable_variables)
        self.round_to = 1 if on_tensorflow else 8
        self.step = _compiled_step(translator, teacher_forcing)

    def rows(self, pairs):
        """Token ids of both sides, checked."""
        model = self.translator
        source = model.source_tokenizer.encode_rows(
            pairs.source, reverse=model.reverse_source, max_length=self.max_length
        )
        target = model.target_tokenizer.encode_rows(
            pairs.target, start=True, end=True, max_length=self.max_length
        )
        if not source:
            raise ValueError("there are no sentence pairs to train on")
        _check_known("source", model.source_tokenizer, source)
        _check_known("target", model.target_tokenizer, target)
        return source, target

    def epoch(self, rows, number, progress):
        """Trains on every batch once; returns loss per token and sentences per second."""
        random = np.random.default_rng([self.seed, number])
        batches = pair_batches(*rows, self.batch_size, random, self.round_to)
        total, tokens, sentences, began = 0.0, 0, 0, time.perf_counter()
        for step, batch in enumerate(batches):
            share = progress.share(number + step / len(batches), time.perf_counter() - began)
            self.translator.optimizer.learning_rate = learning_rate_at(share, progress.peak)
            loss = float(self.step(*self._inputs(batch, random)))
            if not math.isfinite(loss):
                raise FloatingPointError(
                    f"the loss became {loss} in epoch {number + 1}, step {step + 1}: "
                    "try a smaller learning_rate"
                )
            real = np.count_nonzero(batch.target_output)
            total, tokens, sentences = total + loss * real, tokens + real, sentences + len(batch[0])
            if share >= 1.0:
                break
        return float(total / tokens), sentences / (time.perf_counter() - began)

    def _inputs(self, batch, random):
        inputs = (batch.source, batch.target_input)
        if self.teacher_forcing < 1:
            inputs += (random.random(batch.target_input.shape) < self.teacher_forcing,)
        return inputs, batch.target_output

    def evaluate(self, batches):
        """Loss per token in nats, the true words given, without dropout or smoothing."""
        loss, total, tokens = MaskedCrossEntropy(), 0.0, 0
        for batch in batches:
            logits = self.translator.predict_on_batch((batch.source, batch.target_input))
            real = np.count_nonzero(batch.target_output)
            total += float(loss(batch.target_output, logits)) * real
            tokens += real
        return float(total / tokens)

    def _variables(self):
        return [*self.translator.variables, *self.translator.optimizer.variables]

    def weights(self):
        return [np.array(value) for value in self.translator.get_weights()]

    def restore(self, weights):
        self.translator.set_weights(weights)

    def save(self, path, history, best):
        """Writes one .npz file; whatever happens, the file there is whole."""
        path = Path(path)
        temporary = path.with_name(path.name + ".part")
        arrays = {f"variable_{i}": np.array(ops.convert_to_numpy(v.value))
                  for i, v in enumerate(self._variables())}
        arrays |= {f"best_{i}": value for i, value in enumerate(best or [])}
        try:
            with open(temporary, "wb") as file:
                np.savez(file, history=json.dumps(asdict(history)), model=self._model(), **arrays)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    def _model(self):
        """What tells models apart whose weights have the same sizes."""
        config = {**self.translator.get_config(), "name": None}
        return hashlib.sha256(json.dumps(config, sort_keys=True).encode()).hexdigest()

    def resume(self, path):
        """History and best weights of a checkpoint, its variables assigned; or a fresh start."""
        if path is None or not Path(path).exists():
            return History(), None
        name, variables = Path(path).name, self._variables()
        try:
            with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            history = History(**json.loads(str(arrays.pop("history"))))
            same = str(arrays.pop("model")) == self._model()
        except Exception as error:  # zipfile, NumPy and JSON each have their own
            raise ValueError(
                f"{name} is not a checkpoint of this course, or is cut short: delete it to start "
                f"afresh ({error})"
            ) from error
        count = sum(key.startswith("best_") for key in arrays)
        best = [arrays.pop(f"best_{i}") for i in range(count)]
        shapes = [tuple(v.shape) for v in variables]
        found = [arrays[f"variable_{i}"].shape for i in range(len(arrays))]
        if shapes != found or not same:
            raise ValueError(
                f"{name} belongs to a model with other options: build the model as it was, "
                "or choose another checkpoint file"
            )
        for i, variable in enumerate(variables):
            variable.assign(arrays[f"variable_{i}"])
        return history, best or None
