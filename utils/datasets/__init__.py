"""Everything that yields examples, one module per data set.

`bitext` reads sentence pairs, `reviews` labelled texts, `tagging` labelled words; `download`
fetches the opt-in real sets; `sunspots` is a real series of numbers; `corpora` are long texts;
`series`, `memory`, `scenes` and `tunes` make theirs in code. Nothing here loads TensorFlow or Keras
at import, and nothing here knows tokenizers or models.
"""

from . import bitext, corpora, download, memory, reviews, scenes, series, sunspots, tagging, tunes

__all__ = [
    "bitext",
    "corpora",
    "download",
    "memory",
    "reviews",
    "scenes",
    "series",
    "sunspots",
    "tagging",
    "tunes",
]
