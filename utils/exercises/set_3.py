"""Problem set 3, gated cells: a cell with one gate, both ways, its memory, and what goes with it.

Three variants. Where their mathematics differs there is a reference for each, such as `_gated_1` to
`_gated_3` in `set_3_cell`; what can be wrong is put in by the options of one function that knows
all three. `set_3_memory` and `set_3_learning` hold the other exercises.
"""

from __future__ import annotations

from utils.exercises import set_3_cell as cell
from utils.exercises import set_3_learning as learning
from utils.exercises import set_3_memory as memory
from utils.exercises.sets import Part, Question

VARIANTS = (1, 2, 3)
WITHOUT = ("cells", "bptt")
QUESTIONS = (Question("in_words", 8.0),)


def parts(variant: int) -> tuple[Part, ...]:
    """The exercises of one variant, with their points."""
    return (
        Part(cell.gated(variant), 5.0),
        Part(cell.backward(variant), 9.0),
        Part(memory.memory(variant), 4.0),
        Part(memory.marker(variant), 4.0),
        Part(cell.to_lstm(variant), 4.0),
        Part(memory.needed(variant), 5.0),
        Part(learning.sooner(variant), 5.0),
    )
