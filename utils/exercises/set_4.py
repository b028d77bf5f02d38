"""Problem set 4, wider and deeper: two readers, what comes next, layers on layers, and noise.

Three variants. Where their mathematics differs there is a reference for each, such as `_readers_1`
to `_readers_3` in `set_4_reading`; what can be wrong is put in by the options of one function that
knows all three. `set_4_stacking` and `set_4_steps` hold the other exercises.
"""

from __future__ import annotations

from utils.exercises import set_4_reading as reading
from utils.exercises import set_4_stacking as stacking
from utils.exercises import set_4_steps as steps
from utils.exercises.sets import Part, Question

VARIANTS = (1, 2, 3)
WITHOUT = ("cells", "bptt")
QUESTIONS = (Question("in_words", 8.0),)


def parts(variant: int) -> tuple[Part, ...]:
    """The exercises of one variant, with their points."""
    return (
        Part(reading.readers(variant), 6.0),
        Part(reading.ahead(variant), 6.0),
        Part(stacking.deep(variant), 5.0),
        Part(steps.norm(variant), 5.0),
        Part(steps.noisy(variant), 6.0),
        Part(reading.looks(variant), 5.0),
        Part(stacking.fits(variant), 3.0),
    )
