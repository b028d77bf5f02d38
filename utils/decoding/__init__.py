"""What trained models say: translations, texts, tags; one word after another, or all at once.

`translate` and `force_decode` belong to a translator, `describe` to a captioner,
`generate` and `surprisal` to a language model, `tag` to a tagger; `predict` calls the
one that belongs to the model.
"""

from .beam import Considered, beam_steps, worth
from .captions import Caption, describe
from .exhaustive import exhaustive
from .generation import Generated, generate, surprisal
from .prediction import predict
from .risk import expected_utilities
from .sampling import draw, sampling_probabilities
from .tagging import tag
from .translation import Translation, force_decode, in_words, translate

__all__ = [
    "Caption", "Considered", "Generated", "Translation", "beam_steps", "describe", "draw",
    "exhaustive", "expected_utilities", "force_decode", "generate", "in_words", "predict",
    "sampling_probabilities", "surprisal", "tag", "translate", "worth",
]  # fmt: skip
