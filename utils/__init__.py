"""The library behind the notebooks; CONTRIBUTING.md has the map of its rooms.

    from utils import datasets, decoding, metrics, plotting, text, training
    from utils.models import Translator

Importing this package loads nothing heavy; a room loads what it needs when it is imported.
"""

__version__ = "1.0.0"
