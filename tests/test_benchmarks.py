"""The benchmark scripts run, and the tables that the notebooks show are theirs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from benchmarks import captions, classroom, remedies, sentiment, tables
from utils import datasets
from utils.language_model import LanguageModel

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "script, unit", [(classroom, "bleu"), (remedies, "right"), (captions, "exact")]
)
def test_the_stored_tables_are_those_of_the_script(script, unit):
    results = json.loads(script.RESULT.read_text(encoding="utf-8"))
    assert list(results) == list(script.TABLES)
    for name, table in script.TABLES.items():
        found = results[name]
        assert list(found[unit]) == list(table["rows"]), name
        assert {len(numbers) for numbers in found[unit].values()} == {table["seeds"]}, name
        assert found == {**json.loads(json.dumps(table)), unit: found[unit]}, name


def test_tables_are_written_row_by_row_in_the_order_of_the_script(tmp_path, monkeypatch, capsys):
    path = tmp_path / "table.json"
    listed = {"one": {"seeds": 2, "rows": {"a": {"by": 1}, "b": {"by": 2}}},
              "two": {"seeds": 1, "rows": {"c": {"by": 3}}}}

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["script", *arguments])
        tables.run(path, listed, lambda table, row, seed: 10 * row["by"] + seed, "score", "Test.")
        return {name: table["score"] for name, table in json.loads(path.read_text()).items()}

    assert run("--table", "two") == {"two": {"c": [30]}}
    assert run("--table", "one", "--row", "b") == {"one": {"b": [20, 21]}, "two": {"c": [30]}}
    assert run() == {"one": {"a": [10, 11], "b": [20, 21]}, "two": {"c": [30]}}
    assert list(json.loads(path.read_text())) == ["one", "two"]
    with pytest.raises(SystemExit):
        run("--table", "one", "--row", "c")
    assert "no row 'c'" in capsys.readouterr().err


def test_one_row_of_remedies_can_be_measured_again():
    table = {**remedies.TABLES["exploding"], "steps": 2, "time": 5}
    for options in remedies.REMEDIES.values():
        assert 0 <= remedies.share_right(table, options, 0) <= 1
    radius = remedies.start_matrix(1.6, 6, 3)((6, 6))
    assert abs(max(abs(np.linalg.eigvals(np.array(radius)))) - 1.6) < 1e-5


@pytest.mark.parametrize("condition", ["input", "state"])
def test_captions_builds_the_captioner_that_notebook_5_writes_out(condition):
    source = (ROOT / "notebooks/source/05_one_to_many.py").read_text(encoding="utf-8")
    [cell] = [cell for cell in source.split("# %%") if "\ndef build(" in cell]
    names = {"keras": keras, "layers": keras.layers, "LanguageModel": LanguageModel,
             "tokenizer": SimpleNamespace(size=24)}
    exec(cell.split("\n# %% [markdown]")[0], names)
    models = [], []
    for found, build in zip(models, (names["build"], lambda c: captions.build(24, c)), strict=True):
        encoder, decoder, model = build(condition)
        kinds = [(type(layer), layer.get_config()) for layer in encoder.layers]
        found.append([(kind, {**config, "name": None}) for kind, config in kinds])
        found.append({**decoder.options, "name": None})
        found.append([weight.shape for weight in model.weights])
    assert models[0] == models[1]


def test_sentiment_compares_its_models_on_the_same_reviews(monkeypatch):
    reviews = datasets.reviews.load()
    train, test = reviews.part("train")[:200], reviews.part("test")[:40]
    monkeypatch.setitem(sentiment.FIT, "epochs", 1)
    assert 0.3 < sentiment.bag_of_words(train, test) < 1
    for cell in sentiment.CELLS:
        for pooling in sentiment.POOLINGS:
            assert 0.2 < sentiment.network(cell, pooling, train, test) < 1
    stored = json.loads(sentiment.RESULT.read_text(encoding="utf-8"))
    assert {len(folds) for folds in stored["accuracy"].values()} == {stored["folds"]}
    assert stored["reviews"] == 10_662


def test_the_characters_benchmark_prints_one_line_of_json():
    run = subprocess.run(
        [sys.executable, "benchmarks/characters.py", "--minutes", "0.01", "--limit", "4000",
         "--units", "8", "--embedding", "8", "--orders", "2"],
        cwd=ROOT, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    [line] = run.stdout.strip().splitlines()
    result = json.loads(line)
    assert 0 < result["bits_per_character"] < 8 and len(result["ngram_bits_per_character"]) == 2
    assert 0 < result["lzma_bits_per_character"] < 8


def test_the_translation_benchmark_prints_one_line_of_json(tmp_path):
    pairs = [(f"the {a} {b} sleeps .", f"le {b} {a} dort .") for a in "xyz" for b in "klmn"]
    for part in ("train", "val", "test"):
        (tmp_path / f"{part}.en").write_text("\n".join(s for s, _ in pairs), encoding="utf-8")
        (tmp_path / f"{part}.fr").write_text("\n".join(t for _, t in pairs), encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "benchmarks/translation.py", "--data", str(tmp_path), "--units", "8",
         "--embedding", "8", "--vocabulary", "60", "--epochs", "1", "--beam-width", "2"],
        cwd=ROOT, env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True, text=True,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    [line] = run.stdout.strip().splitlines()
    result = json.loads(line)
    wanted = {"bleu", "bleu_beam", "signature", "parameters", "training_sentences_per_second",
              "batch_sentences_per_second", "single_milliseconds", "peak_gibibytes"}
    assert wanted <= set(result)
    assert result["epochs_trained"] == 1 and 0 <= result["bleu"] <= 100
