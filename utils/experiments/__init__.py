"""Comparisons that can be trusted: the same tuning for every row, many seeds, computed verdicts.

In the order in which one needs them:

    tuned = tune(rows, on_validation)                          # a learning rate for each row
    measured = run(with_rates, measure, seeds=10, path=…)      # every row under every seed, kept
    verdict = compare(measured, "LSTM", "GRU", worth=0.02)     # better, worse or not shown

What a file keeps of that is read by `Stored(path)`.

A verdict rests on an interval; `outside` says how much of the bootstrap it leaves out at each end.
"""

from .grids import Tuned, by_rate, tune
from .measurements import Measured
from .reading import Stored
from .tables import Range, run, summary, table
from .verdicts import (
    Ratio,
    Verdict,
    compare,
    compare_errors,
    learned,
    outside,
    still_improving,
)

__all__ = [
    "Measured", "Range", "Ratio", "Stored", "Tuned", "Verdict", "by_rate", "compare",
    "compare_errors", "learned", "outside", "run", "still_improving", "summary", "table", "tune",
]  # fmt: skip
