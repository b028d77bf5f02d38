"""`benchmarks/devices.py`: several devices train as one does; and what is stored."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import devices
from utils import experiments

ROOT = Path(__file__).parents[1]


def check(found, count):
    """One row against that of one device, and against what several share."""
    one, several = found["1 device"][0], found[f"{count} devices"][0]
    np.testing.assert_allclose(several["loss"], one["loss"], rtol=1e-4)
    assert several["weights apart"] < 1e-3 and one["weights apart"] == 0
    assert count * several["rows"] == one["rows"]
    assert several["weights"] == one["weights"] > 0
    assert several["operations"] < 1.5 * one["operations"] / count
    assert one["numbers added up"] == 0 and several["numbers added up"] >= several["weights"]
    assert several["uneven batch refused"]


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="JAX is not installed")
def test_devices_have_the_losses_and_weights_of_one(tmp_path):
    path = tmp_path / "devices.json"
    done = subprocess.run(
        [sys.executable, "benchmarks/devices.py", "--devices", "1", "2", "--batch-size", "8",
         "--batches", "2", "--units", "4", "--path", path],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    check(experiments.Stored(path).runs("devices"), 2)


def test_what_is_stored_says_the_same_of_four():
    found = experiments.Stored(devices.RESULT).runs("devices")
    assert list(found) == ["1 device", "2 devices", "4 devices"]
    check(found, 2)
    check(found, 4)


def test_numbers_added_up_are_counted_in_a_program_of_xla():
    program = """
      %all-reduce.1 = f32[3,4]{1,0} all-reduce(%a), channel_id=1
      %all-reduce.2 = (f32[5]{0}, f32[]) all-reduce(%b, %c), channel_id=2
      %add.3 = f32[7]{0} add(%all-reduce.9, %d)
    """
    assert devices.numbers_added_up(program) == 12 + 5 + 1
