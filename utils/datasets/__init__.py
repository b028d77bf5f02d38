"""Everything that yields examples, one module per data set.

`bitext` reads sentence pairs; `download` fetches the opt-in real sets. Nothing here loads
TensorFlow or Keras at import, and nothing here knows tokenizers or models.
"""

from . import bitext, download

__all__ = ["bitext", "download"]
