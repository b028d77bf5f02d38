"""One `fit` for all models: Keras's own, with batches and callbacks chosen for them."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import keras
import numpy as np

from utils import expect
from utils.models.token_model import TokenModel
from utils.training.batching import Batches
from utils.training.callbacks import Backup, EpochLines, History, Pace, Recorder
from utils.training.checkpoints import (
    Checkpoint,
    architecture,
    differences,
    examples_digest,
    model_variables,
    record,
)
from utils.training.losses import MaskedCrossEntropy, TokenCrossEntropy
from utils.training.noise import ScheduledSampling, WordDropout


def fit(
    model: TokenModel,
    train,
    validation=None,
    *,
    epochs: int = 10,
    batch_size: int = 64,
    learning_rate: float = 2e-3,
    warm_up: float = 0.05,
    label_smoothing: float = 0.0,
    teacher_forcing: float = 1.0,
    word_dropout: float = 0.0,
    patience: int | None = None,
    minutes: float | None = None,
    checkpoint: str | os.PathLike | None = None,
    start_from: str | os.PathLike | None = None,
    max_length: int | None = None,
    seed: int = 0,
    verbose: bool = True,
) -> History:
    """Trains a model and prints one line an epoch.

    It compiles the model with Adam, whose gradients are cut to norm 1 all together, and calls
    Keras's `fit` with `Batches` and the callbacks of `utils.training.callbacks`.

    Args:
        model: a `Translator`, `Transformer`, `LanguageModel` or `Tagger`; its weights change.
        train: what the model's `examples` takes: sentence pairs, rows of ids, or tagged sentences.
        validation: the same of other examples, or None.
        epochs: how often each example is seen.
        batch_size: examples a step; they are of similar length.
        learning_rate: the largest rate; it warms up and decays over the whole training.
        warm_up: share of the training in which the rate rises.
        label_smoothing: see `MaskedCrossEntropy`.
        teacher_forcing: how often a translator's decoder reads the true last word, rather than its
            own.
        word_dropout: α of `WordDropout`, for a tagger.
        patience: stops after so many epochs without a better validation loss, and goes back to
            the best weights.
        minutes: time budget; the learning rate decays over it, and training stops at its end.
        checkpoint: a file written after each epoch. If it is there already, its run goes on and
            ends as it would have without the interruption; so model, data, all these options and
            the versions must be those of that run. A run that has finished is only read.
        start_from: another run's checkpoint, to train further: a new run of `epochs` epochs begins
            with its weights, the best ones where it kept them. Data and options may be new ones.
            Optimizer and learning rate begin afresh, with their warm-up.
        max_length: longer training examples are cut to so many tokens; None cuts none.
        seed: order of the batches, and what `teacher_forcing` and `word_dropout` draw.
        verbose: whether lines are printed.

    Returns:
        What happened, epoch by epoch.

    Raises:
        TypeError: train or validation that the model cannot be trained on.
        ValueError: no examples, what the model's `examples` refuses, an option out of range or that
            this model does not have, patience without validation, a checkpoint of another run: the
            message names each thing that differs.
        FileNotFoundError: no folder for the checkpoint, no file to start from.
        FloatingPointError: the loss is no longer a number.
    """
    settings = _Settings(
        epochs, batch_size, learning_rate, warm_up, label_smoothing, teacher_forcing, word_dropout,
        patience, minutes, max_length, seed,
    )
    if patience is not None and validation is None:
        raise ValueError("patience compares validation losses: pass validation pairs too")
    checkpoint, start_from = _paths(checkpoint, start_from)
    examples = model.examples(train, max_length=settings.max_length, name="train")
    noise = _noise(model, settings, examples)
    unseen = None
    if validation is not None:
        unseen = model.examples(validation, max_length=settings.max_length, name="validation")
    monitor = _compile(model, settings, unseen is not None)
    history, best, described = History(), [], None
    if checkpoint is not None:
        described = _describe(model, settings, train, validation, start_from)
    if checkpoint is not None and checkpoint.exists():
        history, best = _resume(checkpoint, described, model)
    elif start_from is not None:
        _begin_with(start_from, model)
    batches = Batches(
        *examples, settings.batch_size, seed=settings.seed, padding=model.ignore_class, noise=noise
    )
    pace = Pace(
        history, settings.epochs, settings.learning_rate, settings.warm_up, settings.minutes
    )
    lines = _Lines(history, settings, checkpoint, start_from)
    if pace.share(history.epochs) >= 1.0 or _stalled(history, settings.patience):
        if best:
            model.set_weights(best)
        if verbose:
            lines.say_finished()
        return history
    callbacks = [
        # Keras says when an epoch ends, not which one begins: a run that goes on would not know.
        keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: batches.deal(epoch)),
        pace,
        Recorder(history, len(examples[-1]), settings.batch_size, monitor),
    ]
    stopping = None
    if settings.patience is not None:
        stopping = keras.callbacks.EarlyStopping(
            monitor, patience=settings.patience, mode="min", restore_best_weights=True
        )
        callbacks.append(stopping)
    if checkpoint is not None:
        callbacks.append(Backup(checkpoint, described, history, stopping, best))
    if unseen is not None:
        unseen = Batches(*unseen, 2 * settings.batch_size, padding=model.ignore_class)
    model.fit(
        batches, epochs=settings.epochs, initial_epoch=history.epochs, validation_data=unseen,
        callbacks=[*callbacks, lines] if verbose else callbacks, verbose=0, shuffle=False,
    )
    return history


@dataclass
class _Settings:
    """The options of `fit` that decide its result, as Python's own numbers."""

    epochs: int
    batch_size: int
    learning_rate: float
    warm_up: float
    label_smoothing: float
    teacher_forcing: float
    word_dropout: float
    patience: int | None
    minutes: float | None
    max_length: int | None
    seed: int

    def __post_init__(self):
        self.epochs, self.batch_size = expect.integer(
            epochs=self.epochs, batch_size=self.batch_size
        )
        [self.seed] = expect.integer(0, seed=self.seed)
        self.learning_rate = expect.number("learning_rate", self.learning_rate, above=0)
        self.label_smoothing = expect.number(
            "label_smoothing", self.label_smoothing, at_least=0, below=1
        )
        self.warm_up, self.teacher_forcing = expect.fraction(
            warm_up=self.warm_up, teacher_forcing=self.teacher_forcing
        )
        self.word_dropout = expect.number("word_dropout", self.word_dropout, at_least=0)
        if self.patience is not None:
            [self.patience] = expect.integer(patience=self.patience)
        if self.max_length is not None:
            [self.max_length] = expect.integer(max_length=self.max_length)
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


def _noise(model, settings, examples):
    """What is changed at random in the inputs, or None."""
    asked = {"teacher_forcing": settings.teacher_forcing < 1, "word_dropout": settings.word_dropout}
    for option in (name for name, used in asked.items() if used and name != model.noise):
        raise ValueError(
            f"{option} is not an option of a {type(model).__name__}: leave it out"
        )
    if asked["teacher_forcing"]:
        return ScheduledSampling(settings.teacher_forcing)
    return WordDropout(settings.word_dropout, examples[0][0]) if asked["word_dropout"] else None


def _compile(model, settings, validates) -> str:
    """Optimizer and loss; returns the name that the validation loss has in Keras's logs."""
    metrics = None
    model._compile_metrics = None  # Keras would keep those of the run before
    if settings.label_smoothing and validates:  # so that different runs can be compared
        metrics = [TokenCrossEntropy("unsmoothed", model.ignore_class)]
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0),  # `Pace` sets the rate
        MaskedCrossEntropy(settings.label_smoothing, ignore_class=model.ignore_class),
        metrics=metrics,
    )
    model.optimizer.build(model.trainable_variables)
    return "val_unsmoothed" if metrics else "val_loss"


def _stalled(history, patience):
    losses = history.validation_loss
    return patience is not None and losses and len(losses) - 1 - int(np.argmin(losses)) >= patience


class _Lines(EpochLines):
    """The lines of `fit`, which know of checkpoints, of a time budget and of speed."""

    def __init__(self, history, settings, checkpoint, start_from):
        super().__init__()
        self.history, self.settings = history, settings
        self.checkpoint, self.start_from = checkpoint, start_from

    def opening(self):
        epochs, done = self.settings.epochs, self.history.epochs
        if done:
            return f"going on with {self.checkpoint.name} after epoch {done} of {epochs}"
        line = super().opening()
        if self.start_from is None:
            return line
        return line.replace("training", f"training from the weights of {self.start_from.name}", 1)

    def say_finished(self):
        self._say(
            f"{self.checkpoint.name} holds a run that has finished after {self.history.epochs} of "
            f"{self.settings.epochs} epochs: nothing is trained (start_from= trains its weights "
            "further)"
        )

    def more(self):
        return [f"{self.history.sentences_per_second[-1]:,.0f} sentences/s"]

    def seconds_left(self, epochs):
        spent = sum(self.history.seconds)
        left = spent / self.history.epochs * epochs
        if self.settings.minutes:
            left = min(left, max(0.0, 60 * self.settings.minutes - spent))
        return left


# ---------------------------------------------------------------- checkpoints


def _describe(model, settings, train, validation, start_from):
    """What the result depends on, for checkpoints."""

    def digest(part, name):
        # Uncut, so that another max_length is not taken for other sentences.
        return None if part is None else examples_digest(*model.examples(part, name=name))

    start = None
    if start_from is not None:
        start = f"sha256 {hashlib.sha256(start_from.read_bytes()).hexdigest()[:12]}"
    return record(
        model, settings, train=digest(train, "train"), start_from=start,
        validation=digest(validation, "validation"),
    )


def _resume(path, described, model):
    """History and best weights of a checkpoint, its variables assigned."""
    found = Checkpoint.read(path)
    other = differences(found.record, described)
    if other:
        raise ValueError(
            f"{path.name} belongs to another run: {'; '.join(other)}. Give all as it was to go "
            "on with that run, another checkpoint file to start afresh, or that and "
            f"start_from={path.name!r} to train its weights further"
        )
    for variable, value in zip(model_variables(model), found.variables, strict=True):
        variable.assign(value)
    return History(**found.history), found.best


def _begin_with(path, model):
    """Takes the weights of another run, whatever it was trained on; see `fit`."""
    found, built = Checkpoint.read(path), architecture(model)
    built.pop("dropout", None)
    other = differences({name: found.record.get(name) for name in built}, built)
    if other:
        raise ValueError(
            f"{path.name} belongs to another model: {'; '.join(other)}. Build the model as it "
            "was to start from its weights"
        )
    model.set_weights(found.best or found.variables[: len(model.weights)])
