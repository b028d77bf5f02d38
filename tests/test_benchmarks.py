"""The benchmark scripts run, and the tables that the notebooks show are theirs."""

import json
import os
import subprocess
import sys
from pathlib import Path

from benchmarks import classroom

ROOT = Path(__file__).parents[1]


def test_the_classroom_tables_are_those_of_the_script():
    results = json.loads(classroom.RESULT.read_text(encoding="utf-8"))
    assert list(results) == list(classroom.TABLES)
    for name, table in classroom.TABLES.items():
        found = results[name]
        assert list(found["bleu"]) == list(table["rows"]), name
        assert {len(bleu) for bleu in found["bleu"].values()} == {table["seeds"]}, name
        assert found["rows"] == json.loads(json.dumps(table["rows"])), name
        assert found["fit"] == table["fit"], name


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
