"""The table of notebook 7: how form is measured, and that what is stored comes from the script."""

import json

import keras
import numpy as np
import pytest

from benchmarks import tunes
from utils import datasets, experiments
from utils.text import PAD


def written(row):
    return [word for word in tunes.vocabulary().decode(row) if not word.startswith("[")]


def test_melodies_are_steps_above_the_tonic_with_their_bar_lines():
    words = "G4 1/4 A4 1/8 Bb4 1/8 | rest 1/4 F5 1/4 | F#4 1/2 |".split()
    assert tunes.steps(words, "G") == ["0", "1", "2", "|", "6", "|", "-1", "|"]
    assert tunes.steps(words, "Bb")[:3] == ["-2", "-1", "0"]


def test_the_tunes_keep_their_form_as_melodies():
    for row in tunes.melodies()["test"][:100]:
        bars = " ".join(written(row)).split("|")
        assert len(bars) == 9 and bars[8] == ""
        assert bars[2].split() == bars[0].split()
        assert bars[6].split()[:-1] == bars[0].split()[:-1]


def test_no_melody_is_in_two_parts():
    parts = [{row.tobytes() for row in part} for part in tunes.melodies().values()]
    assert len(set().union(*parts)) == sum(map(len, parts))
    assert {len(part) for part in parts[1:]} == {tunes.HELD_BACK} and len(parts[0]) > 6000


def test_the_probability_of_a_bar_is_the_product_over_its_tokens(monkeypatch):
    """Beside a loop over words, for a model that was not trained."""
    ids = tunes.melodies()["test"][:20]
    monkeypatch.setattr(tunes, "melodies", lambda: {"test": ids})
    keras.utils.set_random_seed(0)
    model = tunes.LanguageModel(tunes.vocabulary().size, units=4, embedding=4)
    found = tunes.comes_back(model, "test")
    probable = np.array(keras.ops.softmax(model(ids[:, :-1])))
    line = tunes.vocabulary().encode(["|"])[0]
    wanted = {phrase: [] for phrase in tunes.OPENINGS}
    for row, of_row in zip(ids, probable, strict=True):
        for phrase, number in tunes.OPENINGS.items():
            ends = [place for place, token in enumerate(row) if token == line]
            places = range(ends[number - 1] + 1, ends[number] + 1)
            if phrase == "fourth":
                places = places[:-2]
            wanted[phrase].append(np.prod([of_row[place - 1, row[place]] for place in places]))
    for phrase, values in wanted.items():
        assert found[phrase] == pytest.approx(np.mean(values), rel=1e-4)
    real = ids[:, 1:] != PAD
    losses = -np.log(np.take_along_axis(probable, ids[:, 1:, None], axis=-1)[..., 0])
    assert found["nats"] == pytest.approx(losses[real].mean(), rel=1e-4)


def test_the_rows_have_equally_many_parameters():
    sizes = {
        row: tunes.LanguageModel(tunes.vocabulary().size, embedding=32, **options).count_params()
        for row, options in tunes.ROWS.items()
    }
    assert max(sizes.values()) / min(sizes.values()) < 1.03


SHORT = {"cell": "lstm", "units": 6, "batches": 16, "learning_rate": 1e-2}  # a row, shortened


def test_a_shortened_row_comes_out_the_same_again(monkeypatch):
    made = tunes.melodies()
    monkeypatch.setattr(tunes, "melodies", lambda: {name: ids[:1100] for name, ids in made.items()})
    found = tunes.measure(SHORT, tunes.TUNING)
    assert set(found) == {*tunes.OPENINGS, "nats", "both", "validation", "seconds"}
    assert len(found["validation"]) == tunes.POINTS and found["seconds"] > 0
    assert found["both"] == pytest.approx((found["second"] + found["fourth"]) / 2, abs=1e-4)
    # a rate is chosen by the last point of that curve, under seeds of its own
    assert tunes.validation(SHORT, 0) == found["validation"][-1]


def test_the_stored_tables_are_finished_and_their_rates_were_chosen_by_the_script(only_stored):
    path = only_stored(tunes)
    for budget in tunes.SEEDS:
        tunes.form(budget)
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert set(stored) == {*tunes.SEEDS, f"{tunes.FORM}: rates"}
    searched = experiments.by_rate(stored[f"{tunes.FORM}: rates"]["validation"])
    for row, by_rate in searched.items():
        medians = {rate: np.median(found) for rate, found in by_rate.items()}
        chosen = stored[tunes.FORM]["rows"][row]["learning_rate"]
        assert min(by_rate) < chosen < max(by_rate) and medians[chosen] == max(medians.values())
        assert {len(found) for found in by_rate.values()} == {3}
    for budget, seeds in tunes.SEEDS.items():
        assert stored[budget]["made by"] and len(stored[budget]["made with"]) >= 4
        for row, runs in stored[budget]["measured"].items():
            assert len(runs) == seeds
            rate = stored[budget]["rows"][row]["learning_rate"]
            assert rate == stored[tunes.FORM]["rows"][row]["learning_rate"]


def test_the_tunes_are_those_of_the_notebook():
    words = datasets.tunes.make(3, seed=0).tokens[0]
    assert datasets.tunes.make(tunes.TUNES, seed=0).tokens[0] == words
