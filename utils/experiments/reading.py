"""The tables of a file that `run` and `tune` have filled, to be read and compared."""

from __future__ import annotations

import json
from pathlib import Path

from utils import expect
from utils.experiments.grids import by_rate
from utils.experiments.measurements import Measured
from utils.experiments.verdicts import Ratio, Verdict, compare, compare_errors


class Stored:
    """What a JSON file keeps of experiments, part by part.

        stored = Stored("../benchmarks/lags.json")
        stored.scores("reach")["LSTM, 160"]                  # one number a network
        stored.compare("reach", "GRU, 160", "LSTM, 160", worth=0.05)
        stored.searched("reach")["LSTM, 160"]                # learning rate → validation

    Args:
        path: the file.
    """

    def __init__(self, path: str | Path):
        self.tables: dict[str, dict] = json.loads(Path(path).read_text(encoding="utf-8"))

    def runs(self, part: str) -> dict[str, list[Measured]]:
        """Row → what was measured, seed by seed.

        Raises:
            ValueError: the file has no such part.
        """
        return self._part(part)["measured"]

    def rows(self, part: str) -> dict[str, dict]:
        """Row → its options; raises as `runs` does."""
        return self._part(part)["rows"]

    def scores(self, part: str, column: str = "score") -> dict[str, list[float]]:
        """Row → one column of what was measured, seed by seed; raises as `runs` does."""
        return {row: [run[column] for run in runs] for row, runs in self.runs(part).items()}

    def compare(self, part: str, first: str, second: str, column: str = "score", **how) -> Verdict:
        """The verdict on two rows of a part; `how`, and errors, as in `compare`."""
        return compare(self.runs(part), first, second, column=column, **how)

    def compare_errors(
        self, part: str, first: str, second: str, column: str = "score", **how
    ) -> Ratio:
        """The same by the ratio of errors, as in `compare_errors`."""
        return compare_errors(self.runs(part), first, second, column=column, **how)

    def searched(self, part: str) -> dict[str, dict[float, list[float]]]:
        """Row → learning rate → what validation gave, as `by_rate`; raises as `runs` does."""
        return by_rate(self._part(f"{part}: rates")["validation"])

    def _part(self, part):
        expect.one_of("part", part, self.tables)
        return self.tables[part]
