"""The ways to decode of notebook 15: a shortened row, and what the rows are."""

import pytest

from benchmarks import decoding as benchmark
from utils import decoding, experiments

RATE = 6e-3


@pytest.fixture(scope="module")
def few_pairs():
    """So few of them, and so small a model, that a training takes seconds."""
    train, validation, test = benchmark.sentences()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(benchmark, "sentences", lambda: (train[:256], validation[:8], test[:12]))
        patch.setattr(benchmark, "UNITS", 16)
        patch.setattr(benchmark, "EPOCHS", 2)
        benchmark.trained.cache_clear()
        yield
    benchmark.trained.cache_clear()


@pytest.mark.parametrize("row", ["width 4, mean", "sampled"])
def test_a_shortened_row_comes_out_the_same_again(few_pairs, row):
    found = benchmark.measure(RATE, benchmark.ROWS[row], seed=0)
    assert 0 <= found["bleu"] <= 100 and 0 <= found["chrf"] <= 100
    assert found["log-probability"] < 0 and 0 <= found["length"] < 20
    assert 0 <= found["empty"] <= 12 and 0 <= found["unfinished"] <= 12
    again = benchmark.measure(RATE, benchmark.ROWS[row], seed=0)
    assert {**again, "seconds": 0} == {**found, "seconds": 0}


def test_weights_that_are_kept_are_those_that_were_trained(few_pairs, tmp_path):
    source = benchmark.sentences()[2].source[:4]
    first = benchmark.trained(RATE, 1, str(tmp_path))
    benchmark.trained.cache_clear()
    again = benchmark.trained(RATE, 1, str(tmp_path))
    assert first is not again and len(list(tmp_path.iterdir())) == 1
    said = [[one.text for one in decoding.translate(model, source)] for model in (first, again)]
    assert said[0] == said[1]


def test_every_width_is_compared_in_every_way():
    ways = {"none", "gnmt", "mean"}
    assert set(benchmark.COMPARED_BY) == ways
    for width in benchmark.WIDTHS:
        for way in ways:
            assert benchmark.ROWS[f"width {width}, {way}"]["beam_width"] == width
    assert benchmark.SEEDS >= 5 and len(benchmark.ROWS) == 3 + 3 * len(benchmark.WIDTHS)


def test_every_row_is_stored_and_nothing_is_added(only_stored):
    stored = experiments.Stored(only_stored(benchmark, ("train", "measure")))
    benchmark.run()
    measured = {row: len(runs) for row, runs in stored.runs(benchmark.NAME).items()}
    assert measured == dict.fromkeys(benchmark.ROWS, benchmark.SEEDS)
    [of_rate] = stored.searched(benchmark.NAME).values()
    assert len(of_rate) >= 4 and all(len(scores) >= 3 for scores in of_rate.values())
