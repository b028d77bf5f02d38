"""Training: batches of similar length, the masked loss, callbacks, and one short `fit`."""

from .batching import Batches, length_buckets
from .callbacks import Backup, EpochLines, History, Pace, Recorder
from .checkpoints import Checkpoint
from .fitting import fit
from .losses import MaskedCrossEntropy, TokenCrossEntropy
from .noise import ScheduledSampling, WordDropout
from .schedules import learning_rate_at

__all__ = [
    "Backup", "Batches", "Checkpoint", "EpochLines", "History", "MaskedCrossEntropy", "Pace",
    "Recorder", "ScheduledSampling", "TokenCrossEntropy", "WordDropout", "fit", "learning_rate_at",
    "length_buckets",
]  # fmt: skip
