"""Comparisons that can be trusted: the same tuning for every row, many seeds, computed verdicts.

In the order in which one needs them:

    tuned = tune(rows, on_validation)                          # a learning rate for each row
    measured = run(with_rates, measure, seeds=10, path=…)      # every row under every seed, kept
    verdict = compare(measured, "LSTM", "GRU", worth=0.02)     # better, worse or not shown

A verdict rests on an interval; `outside` says how much of the bootstrap it leaves out at each end.
"""

from .grids import Tuned, by_rate, tune
from .measurements import Measured
from .tables import Range, run, summary, table
from .verdicts import Verdict, compare, learned, outside, still_improving

__all__ = [
    "Measured", "Range", "Tuned", "Verdict", "by_rate", "compare", "learned", "outside", "run",
    "still_improving", "summary", "table", "tune",
]  # fmt: skip
