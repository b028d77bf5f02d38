"""What happens beside training: its lines, its learning rate, its end, its backup."""

from __future__ import annotations

import math
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import keras
import numpy as np

from utils import expect
from utils.training.checkpoints import Checkpoint, model_variables
from utils.training.schedules import learning_rate_at


class EpochLines(keras.callbacks.Callback):
    """Prints a line at once and then one an epoch, while Keras's `fit` trains any model.

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
            [batches] = expect.integer(batches=batches)
        [self.every] = expect.integer(every=every)
        self.name, self.batches = name, batches

    def on_train_begin(self, logs=None):
        """Says what is about to happen."""
        self.began, self.done = time.perf_counter(), 0
        self._say(self.opening())

    def opening(self) -> str:
        """The first line."""
        epochs, steps = self.params["epochs"], self.params.get("steps")
        work = f"training, {epochs} epoch{'s' * (epochs > 1)}"
        return f"{work} of {steps} batches" if steps else work

    def on_train_batch_end(self, batch, logs=None):
        """Says how far a long epoch is."""
        steps = self.params.get("steps")
        done = batch + 1
        if self.batches and done % self.batches == 0 and done != steps:
            of = f"/{steps}" if steps else ""
            self._say(f"batch {done}{of}   loss {logs['loss']:.3f}")

    def on_epoch_end(self, epoch, logs=None):
        """Says what an epoch came to."""
        self.done += 1
        done, epochs = epoch + 1, self.params["epochs"]
        if done % self.every and done != epochs:
            return
        parts = [f"epoch {done:>{len(str(epochs))}}/{epochs}", f"loss {logs['loss']:.3f}"]
        if "val_loss" in logs:
            parts.append(f"validation {logs['val_loss']:.3f}")
        left = int(self.seconds_left(epochs - done))
        self._say("   ".join([*parts, *self.more(), f"{left // 60}:{left % 60:02d} left"]))

    def more(self) -> list[str]:
        """What else an epoch's line says."""
        return []

    def seconds_left(self, epochs: int) -> float:
        """How long so many more epochs will take."""
        return (time.perf_counter() - self.began) / self.done * epochs

    def _say(self, line):
        print(f"{self.name}: {line}" if self.name else line, flush=True)


@dataclass
class History:
    """What happened in training, one element an epoch.

    Attributes:
        loss: nats per target token.
        validation_loss: the same on validation, without label smoothing; empty without validation.
        sentences_per_second: rows a second of training, validation not counted.
        seconds: of everything.
    """

    loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    sentences_per_second: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def epochs(self) -> int:
        """How many epochs there are."""
        return len(self.loss)


class Recorder(keras.callbacks.Callback):
    """Writes down each epoch, and stops where a loss is no number any more.

    Args:
        history: what it is added to.
        rows: training rows an epoch.
        batch_size: of them a batch.
        monitor: the name of the validation loss in Keras's logs.

    Raises:
        FloatingPointError: from `fit`, when a loss is NaN or infinite.
    """

    def __init__(self, history: History, rows: int, batch_size: int, monitor: str = "val_loss"):
        super().__init__()
        self.history, self.rows, self.batch_size = history, rows, batch_size
        self.monitor = monitor

    def on_epoch_begin(self, epoch, logs=None):
        """Looks at the clock."""
        self._began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Looks at the loss and at the clock."""
        self._trained = time.perf_counter() - self._began
        self._rows = min((batch + 1) * self.batch_size, self.rows)
        _check_finite("loss", logs["loss"], f"epoch {self.history.epochs + 1}, step {batch + 1}")

    def on_epoch_end(self, epoch, logs=None):
        """Adds the epoch to the history."""
        self.history.loss.append(float(logs["loss"]))
        self.history.sentences_per_second.append(self._rows / self._trained)
        if self.monitor in logs:
            logs["val_loss"] = logs[self.monitor]
            _check_finite("validation loss", logs["val_loss"], f"epoch {epoch + 1}")
            self.history.validation_loss.append(float(logs["val_loss"]))
        self.history.seconds.append(time.perf_counter() - self._began)


def _check_finite(name, value, where):
    if not math.isfinite(value):
        raise FloatingPointError(
            f"the {name} became {value} in {where}: try a smaller learning_rate"
        )


class Pace(keras.callbacks.Callback):
    """Sets the learning rate batch by batch, and ends training at the end of its time.

    How much of the training is over is told by the epochs or by the clock, whichever is further.

    Args:
        history: of the epochs before, whose seconds count.
        epochs: of the whole training.
        peak: see `learning_rate_at`.
        warm_up: see `learning_rate_at`.
        minutes: time budget of the whole training, or None.
    """

    def __init__(
        self, history: History, epochs: int, peak: float, warm_up: float, minutes: float | None
    ):
        super().__init__()
        self.history, self.epochs, self.minutes = history, epochs, minutes
        self.peak, self.warm_up = peak, warm_up

    def share(self, epochs_done: float, seconds: float = 0.0) -> float:
        """How much is over after so many epochs, the last of which has taken so many seconds."""
        spent = sum(self.history.seconds) + seconds
        by_clock = spent / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(epochs_done / self.epochs, by_clock))

    def on_epoch_begin(self, epoch, logs=None):
        """Looks at the clock."""
        self._epoch, self._began = epoch, time.perf_counter()

    def on_train_batch_begin(self, batch, logs=None):
        """Sets the learning rate of this batch."""
        done = self._epoch + batch / self.params["steps"]
        self._share = self.share(done, time.perf_counter() - self._began)
        # JAX keeps the state of training apart from the model's variables until somebody asks.
        getattr(self.model, "jax_state_sync", lambda: None)()
        self.model.optimizer.learning_rate = learning_rate_at(self._share, self.peak, self.warm_up)

    def on_train_batch_end(self, batch, logs=None):
        """Stops in the middle of an epoch when the time is up."""
        if self._share >= 1.0:
            self.model.stop_training = True

    def on_epoch_end(self, epoch, logs=None):
        """Stops when the time is up."""
        if self.share(epoch + 1) >= 1.0:
            self.model.stop_training = True


class Backup(keras.callbacks.Callback):
    """Writes a checkpoint after each epoch; it holds what `keras.callbacks.BackupAndRestore` lacks.

    That one forgets the state of dropout, the best weights of early stopping, and whose run it is.
    Stands behind the callbacks whose state it saves.

    Args:
        path: the file.
        record: what decides the result of the run, see `checkpoints.record`.
        history: of the run.
        stopping: the early stopping, or None.
        best: its best weights so far.
    """

    def __init__(
        self,
        path: Path,
        record: dict,
        history: History,
        stopping: keras.callbacks.EarlyStopping | None = None,
        best: list[np.ndarray] | None = None,
    ):
        super().__init__()
        self.path, self.record, self.history = path, record, history
        self.stopping, self.best = stopping, best or []

    def on_train_begin(self, logs=None):
        """Tells the early stopping, which begins afresh each time, what was before."""
        if self.best:
            losses = self.history.validation_loss
            self.stopping.best_epoch = int(np.argmin(losses))
            self.stopping.best, self.stopping.best_weights = min(losses), self.best
            self.stopping.wait = len(losses) - 1 - self.stopping.best_epoch

    def on_epoch_end(self, epoch, logs=None):
        """Writes the file; whatever happens, the one there is whole."""
        best = [] if self.stopping is None else self.stopping.best_weights or []
        variables = [keras.ops.convert_to_numpy(v.value) for v in model_variables(self.model)]
        Checkpoint(self.record, asdict(self.history), variables, best).write(self.path)
