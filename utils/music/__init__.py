"""Reading, judging and playing tunes that are written as words.

`notation` says what a tune is and reads it, `theory` judges it by key, metre and likeness,
`description` puts it into a sentence and `sound` plays it. `utils.plotting` draws it with the same
notation, and `utils.datasets.tunes` makes such tunes. A network that writes them breaks the rules
now and then: what judges a tune returns None or False where it cannot be read, and what plays,
draws or describes it says which word is wrong. Everything public is called from here.
"""

from .description import describe
from .notation import DURATIONS, Note, Pitch, Written, bars, beats_in, notes, pitch, read, tonic
from .sound import PEAK, RATE, wav, waveform
from .theory import (
    SCALES,
    guess_key,
    key_share,
    longest_copies,
    obeys_key,
    obeys_metre,
    pitch_classes,
    signature,
    spelling,
)

__all__ = [
    "DURATIONS", "Note", "PEAK", "Pitch", "RATE", "SCALES", "Written", "bars", "beats_in",
    "describe", "guess_key", "key_share", "longest_copies", "notes", "obeys_key", "obeys_metre",
    "pitch", "pitch_classes", "read", "signature", "spelling", "tonic", "wav", "waveform",
]
