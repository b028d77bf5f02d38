"""Words against pieces, for notebook 17: a shortened row, the groups, and what is stored."""

import numpy as np
import pytest

from benchmarks import pieces
from utils import experiments


@pytest.fixture
def short(monkeypatch):
    """So few pairs that a training takes seconds."""
    pieces.tokenizers.cache_clear()
    pieces.groups.cache_clear()
    train, validation, test = pieces.sentences(400)
    monkeypatch.setattr(pieces, "sentences", lambda number: (train, validation[:8], test[:40]))
    monkeypatch.setattr(pieces, "UNITS", 16)
    yield {"pairs": 400, "epochs": 1, "learning_rate": 1e-2}
    pieces.tokenizers.cache_clear()
    pieces.groups.cache_clear()


@pytest.mark.parametrize("row", pieces.ROWS)
def test_a_shortened_row_comes_out_the_same_again(short, row):
    options = {**short, **pieces.ROWS[row]}
    found, again = (pieces.measure(options, 3) for _ in range(2))
    assert all(0 <= found[name] <= 100 for name in ("bleu", "unknown", "rare"))
    assert {**again, "seconds": 0} == {**found, "seconds": 0}


def test_a_group_has_the_sentences_with_its_rarest_word(short):
    found = pieces.groups(400)
    train, _, test = pieces.sentences(400)
    words = " ".join(train.source).split()
    assert sorted(np.concatenate(list(found.values()))) == list(range(len(test)))
    for name, low, high in (("unknown", 0, 1), ("rare", 1, 5), ("neither", 5, 10**6)):
        for place in found[name]:
            assert low <= min(map(words.count, test.source[place].split())) < high


@pytest.mark.parametrize("part", pieces.PARTS)
@pytest.mark.parametrize("row", pieces.ROWS)
def test_every_row_is_stored_with_a_rate_that_won_inside_its_grid(only_stored, part, row):
    stored = experiments.Stored(only_stored(pieces))
    pieces.run(part, row)
    name = f"{part}: {row}"
    assert len(stored.runs(name)[row]) == pieces.SEEDS
    searched = stored.searched(name)[row]
    medians = {rate: np.median(found) for rate, found in searched.items()}
    best = max(medians, key=medians.get)
    assert len(searched) >= 4 and min(searched) < best < max(searched)


@pytest.mark.parametrize("row", pieces.ROWS)
def test_four_times_the_epochs_are_stored(only_stored, row):
    stored = experiments.Stored(only_stored(pieces))
    pieces.longer(row)
    for runs in stored.runs(f"{pieces.LONGER}, 96 epochs: {row}").values():
        assert len(runs) == pieces.TRIALS
