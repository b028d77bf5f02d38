"""Problem set 5, looking and saying: looks that remember, a beam, scores, masks, a cache, a state.

Three variants. Where their mathematics differs there is a reference for each, such as `_looks_1` to
`_looks_3` in `set_5_looking`; what can be wrong is put in by the options of one function that knows
all three. `set_5_saying` and `set_5_carrying` hold the other exercises.
"""

from __future__ import annotations

from utils.exercises import set_5_carrying as carrying
from utils.exercises import set_5_looking as looking
from utils.exercises import set_5_saying as saying
from utils.exercises.sets import Part, Question

VARIANTS = (1, 2, 3)
WITHOUT = ("decoding", "metrics", "models")
QUESTIONS = (Question("in_words", 8.0),)


def parts(variant: int) -> tuple[Part, ...]:
    """The exercises of one variant, with their points."""
    return (
        Part(looking.looks(variant), 6.0),
        Part(saying.beam(variant), 5.0),
        Part(saying.overlap(variant), 6.0),
        Part(looking.pointing(variant), 4.0),
        Part(looking.allowed(variant), 4.0),
        Part(carrying.step(variant), 6.0),
        Part(carrying.state(variant), 5.0),
    )
