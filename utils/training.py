"""Training a translator: the masked loss, and a loop one can read, interrupt and resume."""

from __future__ import annotations

import hashlib
import math
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np
from keras import ops
from keras.src.backend import set_keras_mask  # Keras has no public name for it

from utils import expect
from utils.batching import pair_batches
from utils.checkpoints import Checkpoint, differences, record, rows_digest
from utils.text import PAD, unknown_share
from utils.token_model import compiled, traced


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
        dtype: `"float32"` or `"float64"`, what is computed in, whatever the scores come in.

    Raises:
        ValueError: an option out of range.
    """

    def __init__(
        self, label_smoothing=0.0, reduction="sum_over_batch_size", name="masked_cross_entropy",
        dtype="float32",
    ):
        # Half precision has no room for losses near zero, nor for ids above 2048.
        expect.one_of("dtype", dtype, ("float32", "float64"))
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.label_smoothing = expect.number(
            "label_smoothing", label_smoothing, at_least=0, below=1
        )

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
        losses = keras.losses.sparse_categorical_crossentropy(
            true, logits, from_logits=True, ignore_class=PAD
        )
        if not self.label_smoothing:
            return losses
        even = ops.mean(-ops.log_softmax(logits, axis=-1), axis=-1)  # every word wanted alike
        real = ops.not_equal(true, PAD)
        smoothed = (1 - self.label_smoothing) * losses + self.label_smoothing * even
        losses = ops.where(real, smoothed, 0.0)
        set_keras_mask(losses, real)  # the mean is to be taken over the real tokens
        return losses

    def get_config(self):
        return {
            **super().get_config(), "label_smoothing": self.label_smoothing, "dtype": self.dtype
        }


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
        progress: how much of the training is done, 0 to 1; afterwards the rate stays at zero.
        peak: the largest learning rate.
        warm_up: share of the training in which the rate rises.

    Raises:
        ValueError: a progress below 0, a peak that is not above 0, a warm_up outside 0 to 1.
    """
    progress = expect.number("progress", progress, at_least=0)
    [warm_up] = expect.share(warm_up=warm_up)
    peak = expect.number("peak", peak, above=0)
    if progress < warm_up:
        return peak * (progress + 1e-3) / (warm_up + 1e-3)
    rest = min(1.0, (progress - warm_up) / (1 - warm_up)) if warm_up < 1 else 0.0
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
    start_from: str | os.PathLike | None = None,
    max_length: int | None = 80,
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
        checkpoint: a file written after each epoch. If it is there already, its run goes on and
            ends as it would have without the interruption; so model, data, all these options and
            the versions must be those of that run. A run that has finished is only read.
        start_from: another run's checkpoint, to train further: a new run of `epochs` epochs begins
            with its weights, the best ones where it kept them. Data and options may be new ones.
            Optimizer and learning rate begin afresh, with their warm-up.
        max_length: longer training sentences are cut to so many tokens; None cuts none.
        seed: order of the batches.

    Raises:
        TypeError: train or validation that has no `.source` and `.target`.
        ValueError: no pairs, sides of different lengths, a tokenizer that knows hardly any of the
            words, an option out of range, patience without validation pairs, a checkpoint of
            another run: the message names each thing that differs.
        FileNotFoundError: no folder for the checkpoint, no file to start from.
        FloatingPointError: the loss is no longer a number.
    """
    settings = _Settings(
        epochs, batch_size, learning_rate, label_smoothing, teacher_forcing, patience, minutes,
        max_length, seed,
    )
    if patience is not None and validation is None:
        raise ValueError("patience compares validation losses: pass validation pairs too")
    checkpoint, start_from = _paths(checkpoint, start_from)
    run = _Run(translator, settings)
    train_rows = run.rows("train", train)
    batches, validation_batches = -(-len(train_rows[0]) // settings.batch_size), []
    if validation is not None:
        rows = run.rows("validation", validation)
        validation_batches = pair_batches(*rows, 2 * settings.batch_size, round_to=run.round_to)
    if checkpoint is not None:
        run.note(train, validation, start_from)
    history, best = History(), []
    if checkpoint is not None and checkpoint.exists():
        history, best = run.resume(checkpoint)
    elif start_from is not None:
        run.begin_with(start_from)
    progress = _Progress(settings, sum(history.seconds))

    def over():
        return progress.over(history.epochs) or _stalled(history, settings.patience)

    if verbose:
        start = _first_line(settings.epochs, batches, history, over(), checkpoint, start_from)
        print(start, flush=True)
    while not over():
        began = time.perf_counter()
        loss, speed = run.epoch(train_rows, history.epochs, progress)
        history.loss.append(loss)
        history.sentences_per_second.append(speed)
        if validation_batches:
            history.validation_loss.append(run.evaluate(validation_batches, history.epochs))
            if settings.patience and history.validation_loss[-1] == min(history.validation_loss):
                best = run.weights()
        history.seconds.append(time.perf_counter() - began)
        progress.spent = sum(history.seconds)
        if checkpoint is not None:
            run.save(checkpoint, history, best)
        if verbose:
            print(_line(history, progress), flush=True)
    if best:
        run.restore(best)
    return history


@dataclass
class _Settings:
    """The options of `fit` that decide its result, as Python's own numbers."""

    epochs: int
    batch_size: int
    learning_rate: float
    label_smoothing: float
    teacher_forcing: float
    patience: int | None
    minutes: float | None
    max_length: int | None
    seed: int

    def __post_init__(self):
        self.epochs, self.batch_size = expect.whole(epochs=self.epochs, batch_size=self.batch_size)
        [self.seed] = expect.whole(0, seed=self.seed)
        self.learning_rate = expect.number("learning_rate", self.learning_rate, above=0)
        self.label_smoothing = expect.number(
            "label_smoothing", self.label_smoothing, at_least=0, below=1
        )
        [self.teacher_forcing] = expect.share(teacher_forcing=self.teacher_forcing)
        if self.patience is not None:
            [self.patience] = expect.whole(patience=self.patience)
        if self.max_length is not None:
            [self.max_length] = expect.whole(max_length=self.max_length)
        if self.minutes is not None:
            self.minutes = expect.number("minutes", self.minutes, above=0)


def _paths(checkpoint, start_from):
    """Both as paths, after a look whether the one can be written and the other read."""
    checkpoint, start_from = (
        None if path is None else Path(path).expanduser() for path in (checkpoint, start_from)
    )
    # Now, and not after the first epoch.
    if checkpoint is not None and not checkpoint.parent.is_dir():
        raise FileNotFoundError(
            f"there is no folder {checkpoint.parent} for the checkpoint {checkpoint.name}: make it "
            "first"
        )
    if start_from is not None and not start_from.is_file():
        raise FileNotFoundError(f"there is no file {start_from} to start from")
    if start_from is not None and checkpoint is not None and (
        checkpoint.resolve() == start_from.resolve()
    ):
        raise ValueError(
            f"checkpoint and start_from are both {checkpoint.name}: give the new run a file of its "
            "own"
        )
    return checkpoint, start_from


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

    def __init__(self, settings, spent):
        self.epochs, self.minutes = settings.epochs, settings.minutes
        self.peak, self.spent = settings.learning_rate, spent

    def share(self, epochs_done, seconds=0.0):
        by_clock = (self.spent + seconds) / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(epochs_done / self.epochs, by_clock))

    def over(self, epochs_done):
        return self.share(epochs_done) >= 1.0


def _stalled(history, patience):
    losses = history.validation_loss
    return patience is not None and losses and len(losses) - 1 - int(np.argmin(losses)) >= patience


def _first_line(epochs, batches, history, over, checkpoint, start_from):
    """What is about to happen, said before it takes its time."""
    if over:
        return (
            f"{checkpoint.name} holds a run that has finished after {history.epochs} of {epochs} "
            "epochs: nothing is trained (start_from= trains its weights further)"
        )
    if history.epochs:
        return f"going on with {checkpoint.name} after epoch {history.epochs} of {epochs}"
    weights = f" from the weights of {start_from.name}" if start_from is not None else ""
    return f"training{weights}, {epochs} epoch{'s' * (epochs > 1)} of {batches} batches"


def _line(history, progress):
    done, epochs = history.epochs, progress.epochs
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
    """Prints a line at once and then one an epoch, while Keras's own `fit` trains any model:

        model.fit(inputs, targets, epochs=5, verbose=0, callbacks=[training.EpochLines("GRU")])

    The time left is what the epochs so far took in the mean, times those to come.

    Args:
        name: what is trained, the first word of each line; for cells that train several models.
        batches: prints a line after every so many batches as well, for epochs that are long.
        every: prints a line after every so many epochs only, for epochs that are many and short.
    """

    def __init__(self, name: str = "", batches: int | None = None, every: int = 1):
        super().__init__()
        if batches is not None:
            [batches] = expect.whole(batches=batches)
        [self.every] = expect.whole(every=every)
        self.name, self.batches = name, batches

    def on_train_begin(self, logs=None):
        self.began, self.done = time.perf_counter(), 0
        epochs, steps = self.params["epochs"], self.params.get("steps")
        work = f"{epochs} epoch{'s' * (epochs > 1)}"
        self._say(f"training, {work} of {steps} batches" if steps else f"training, {work}")

    def on_train_batch_end(self, batch, logs=None):
        steps = self.params.get("steps")
        done = batch + 1
        if self.batches and done % self.batches == 0 and done != steps:
            of = f"/{steps}" if steps else ""
            self._say(f"batch {done}{of}   loss {logs['loss']:.3f}")

    def on_epoch_end(self, epoch, logs=None):
        self.done += 1
        epochs = self.params["epochs"]
        if (epoch + 1) % self.every and epoch + 1 != epochs:
            return
        left = (time.perf_counter() - self.began) / self.done * (epochs - epoch - 1)
        self._say(_epoch_line(epoch + 1, epochs, left, logs["loss"], logs.get("val_loss")))

    def _say(self, line):
        print(f"{self.name}: {line}" if self.name else line, flush=True)


def _compiled_step(translator):
    """One step of training: a function of inputs and wanted outputs that returns the loss."""
    train = translator.train_on_batch
    if keras.backend.backend() == "tensorflow":
        # Keras's own step, but traced once for all lengths; train_on_batch needs three traces.
        train = traced(lambda inputs, outputs: translator.train_step((inputs, outputs))["loss"])

    def step(inputs, outputs):
        translator.reset_metrics()  # or Keras would return the mean of all batches so far
        return train(inputs, outputs)

    return step


class _Run:
    """One model under training: batches, steps, and what a checkpoint must hold."""

    def __init__(self, translator, settings):
        self.translator, self.settings, self.record = translator, settings, None
        # XLA compiles anew for each length of sentence, and cannot compile cuDNN's kernels.
        on_tensorflow = keras.backend.backend() == "tensorflow"
        translator.compile(
            optimizer=keras.optimizers.Adam(1e-3, global_clipnorm=1.0),
            loss=MaskedCrossEntropy(settings.label_smoothing),
            jit_compile=False if on_tensorflow else "auto",
        )
        translator.optimizer.build(translator.trainable_variables)
        self.round_to = 1 if on_tensorflow else 8
        self.step = _compiled_step(translator)
        loss = MaskedCrossEntropy()
        self.loss_of = compiled(
            lambda source, words, output: loss(output, translator((source, words), training=False)),
            translator,
        )

    def rows(self, name, pairs):
        """Token ids of both sides, checked; `name` is what the pairs are for."""
        if not (hasattr(pairs, "source") and hasattr(pairs, "target")):
            raise TypeError(
                f"{name} is a {type(pairs).__name__}, expected pairs with .source and .target, two "
                "lists of sentences, as datasets.bitext.load returns them"
            )
        model, cut = self.translator, {"max_length": self.settings.max_length}
        source = model.source_tokenizer.encode_rows(
            pairs.source, reverse=model.reverse_source, **cut
        )
        target = model.target_tokenizer.encode_rows(pairs.target, start=True, end=True, **cut)
        if not source:
            raise ValueError(f"there are no sentence pairs in {name}: expected at least one")
        _check_known("source", model.source_tokenizer, source)
        _check_known("target", model.target_tokenizer, target)
        return source, target

    def epoch(self, rows, number, progress):
        """Trains on every batch once; returns loss per token and sentences per second."""
        random = np.random.default_rng([self.settings.seed, number])
        batches = pair_batches(*rows, self.settings.batch_size, random, self.round_to)
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
        if self.settings.teacher_forcing < 1:
            given = random.random(batch.target_input.shape) < self.settings.teacher_forcing
            inputs += (given,)
        return inputs, batch.target_output

    def evaluate(self, batches, number):
        """Loss per token in nats, the true words given, without dropout or smoothing."""
        total, tokens = 0.0, 0
        for batch in batches:
            real = np.count_nonzero(batch.target_output)
            total += float(self.loss_of(*batch)) * real
            tokens += real
        if not math.isfinite(total):
            raise FloatingPointError(
                f"the validation loss became {total} in epoch {number}: try a smaller learning_rate"
            )
        return float(total / tokens)

    def weights(self):
        return [np.array(value) for value in self.translator.get_weights()]

    def restore(self, weights):
        self.translator.set_weights(weights)

    def _variables(self):
        """The weights first; then what else the model carries, such as the state of dropout."""
        weights, every = self.translator.weights, self.translator.variables
        known = set(map(id, weights))
        others = [variable for variable in every if id(variable) not in known]
        return [*weights, *others, *self.translator.optimizer.variables]

    def note(self, train, validation, start_from):
        """Records what the result depends on, for checkpoints."""
        start = None
        if start_from is not None:
            start = f"sha256 {hashlib.sha256(start_from.read_bytes()).hexdigest()[:12]}"
        self.record = record(
            self.translator, self.settings, train=self._digest(train),
            validation=None if validation is None else self._digest(validation), start_from=start,
        )

    def _digest(self, pairs):
        # Uncut, so that another max_length is not taken for other sentences.
        model = self.translator
        return rows_digest(
            model.source_tokenizer.encode_rows(pairs.source),
            model.target_tokenizer.encode_rows(pairs.target),
        )

    def save(self, path, history, best):
        """Writes one .npz file; whatever happens, the file there is whole."""
        variables = [np.array(ops.convert_to_numpy(v.value)) for v in self._variables()]
        Checkpoint(self.record, asdict(history), variables, best).write(path)

    def resume(self, path):
        """History and best weights of a checkpoint, its variables assigned."""
        found = Checkpoint.read(path)
        other = differences(found.record, self.record)
        if other:
            raise ValueError(
                f"{path.name} belongs to another run: {'; '.join(other)}. Give all as it was to go "
                "on with that run, another checkpoint file to start afresh, or that and "
                f"start_from={path.name!r} to train its weights further"
            )
        for variable, value in zip(self._variables(), found.variables, strict=True):
            variable.assign(value)
        return History(**found.history), found.best

    def begin_with(self, path):
        """Takes the weights of another run, whatever it was trained on; see `fit`."""
        found = Checkpoint.read(path)
        model = record(self.translator, self.settings)
        architecture = {*self.translator.options, "source_tokenizer", "target_tokenizer"}
        other = differences(
            *({name: each.get(name) for name in architecture - {"dropout"}}
              for each in (found.record, model))
        )
        if other:
            raise ValueError(
                f"{path.name} belongs to another model: {'; '.join(other)}. Build the model as it "
                "was to start from its weights"
            )
        self.restore(found.best or found.variables[: len(self.translator.weights)])
