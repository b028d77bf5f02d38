"""Everything that yields examples, one module per data set.

`bitext` reads sentence pairs; `download` fetches the opt-in real sets; `sunspots` is a real series
of numbers; `series` and `memory` make theirs in code. Nothing here loads TensorFlow or Keras at
import, and nothing here knows tokenizers or models.
"""

from . import bitext, download, memory, series, sunspots

__all__ = ["bitext", "download", "memory", "series", "sunspots"]
