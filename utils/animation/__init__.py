"""Step through a translation word by word, or through a recurrent network time step by time step.

`show_translation` shows what the decoder looks at, `show_looking` where in a picture, `show_beam`
what a beam search keeps and drops, `show_unrolled` what a hidden state holds, `show_lstm` what the
gates of an LSTM keep, write and show. Each displays a small page of its own: words, bars, and
controls that work with mouse, finger, keyboard and screen reader. It needs no network. Where no
JavaScript runs (GitHub, an untrusted notebook, print), the same content stands there as a still
picture with a description, and a sentence that says how to wake it. What shows no HTML (PDF, LaTeX)
gets the still picture alone.

Each module holds the Python of one view and has its JavaScript beside it; `page` puts them
together. Everything public is called from here.
"""

from .beam import BEAM_NOTE, beam_tree_steps, show_beam
from .cells import CELL_NOTE, CELL_PARTS, MAX_CELLS, lstm_steps, show_lstm
from .looking import LOOK_NOTE, looking_steps, show_looking
from .page import ASLEEP
from .runs import MAX_FEATURES, MAX_STEPS
from .states import MAX_UNITS, STATE_NOTE, show_unrolled, unrolled_steps
from .translation import (
    GOLD_NOTE,
    attention_explorer,
    describe,
    show_explorer,
    show_translation,
    translation_steps,
)

__all__ = [
    "ASLEEP", "BEAM_NOTE", "CELL_NOTE", "CELL_PARTS", "GOLD_NOTE", "LOOK_NOTE", "MAX_CELLS",
    "MAX_FEATURES", "MAX_STEPS", "MAX_UNITS", "STATE_NOTE", "attention_explorer", "beam_tree_steps",
    "describe", "looking_steps", "lstm_steps", "show_beam", "show_explorer", "show_looking",
    "show_lstm", "show_translation", "show_unrolled", "translation_steps", "unrolled_steps",
]
