"""Every score of the course, by what it judges; texts, arrays and links go in, numbers come out.

`translation` BLEU and chrF, `alignment` links between words, `language` surprise, `forecasting`
errors, `tagging`, `scenes` (captions), `pointing` (where a captioner looks) and `memory` (grammars)
shares of what is right.
"""

from .alignment import Link, alignment_error_rate, diagonal_links, links_from_attention
from .forecasting import (
    mean_absolute_error,
    mean_absolute_scaled_error,
    root_mean_squared_error,
)
from .language import bits_per_character, compressed_bits_per_character, perplexity
from .memory import reber_scores
from .pointing import object_words, owners, pointing_scores
from .scenes import caption_scores
from .tagging import tagging_accuracy
from .translation import (
    Comparison,
    Evaluation,
    LengthBucket,
    bleu,
    bleu_by_length,
    bleu_signature,
    chrf,
    evaluate,
    paired_test,
    sentence_chrf,
)

__all__ = [
    "Comparison", "Evaluation", "LengthBucket", "Link", "alignment_error_rate",
    "bits_per_character", "bleu", "bleu_by_length", "bleu_signature", "caption_scores", "chrf",
    "compressed_bits_per_character", "diagonal_links", "evaluate", "links_from_attention",
    "mean_absolute_error", "mean_absolute_scaled_error", "object_words", "owners", "paired_test",
    "perplexity", "pointing_scores", "reber_scores", "root_mean_squared_error", "sentence_chrf",
    "tagging_accuracy",
]  # fmt: skip
