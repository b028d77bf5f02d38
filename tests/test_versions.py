"""What a notebook asks before it starts: the libraries, and the settings of Keras."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

from utils import keras_settings, versions

# --- which libraries, which versions


@pytest.fixture
def installed(monkeypatch):
    """Returns the versions that seem to be installed, to be changed, and the calls of pip."""
    found = {name: lowest for name, (lowest, _) in versions.RANGES.items()}
    calls = []

    def pip(command, **options):
        calls.append(command)
        for word in command[4:]:
            name, _, low = word.partition(">=")
            if low:
                found[name] = low.partition(",")[0]
        return types.SimpleNamespace(returncode=0, stderr="")

    monkeypatch.setattr(versions, "_version", found.get)
    monkeypatch.setattr(versions, "_has", lambda name: found.get(name) is not None)
    monkeypatch.setattr(versions.subprocess, "run", pip)
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    return found, calls


def wanted(name):
    lowest, below = versions.RANGES[name]
    return f"{name}>={lowest},<{below}"


def test_only_missing_small_libraries_are_installed(installed):
    found, calls = installed
    found.update(sacrebleu=None, numpy="2.1.3")
    assert versions.install_missing() == [wanted("sacrebleu")]
    pip = [sys.executable, "-m", "pip", "install", "--quiet"]
    assert calls == [[*pip, wanted("sacrebleu"), "numpy==2.1.3"]]
    assert versions.install_missing() == []
    assert len(calls) == 1


def test_tensorflow_and_numpy_are_never_replaced(installed, capsys):
    found, calls = installed
    found.update(tensorflow="2.18", numpy="1.26", keras="3.13.2", tokenizers=None)
    versions.install_missing()
    versions.renew_keras()
    asked = [word for call in calls for word in call]
    assert not [word for word in asked if re.match("tensorflow|numpy(?!==1.26$)", word)]
    with pytest.raises(RuntimeError, match="tensorflow is 2.18"):
        versions.check(found)


@pytest.mark.parametrize("old", ["3.13.2", "3.9", "3.14.9"])
def test_older_keras_is_renewed_before_it_is_loaded(old, installed, capsys):
    found, calls = installed
    found["keras"] = old
    versions.renew_keras()
    assert calls[0][5:] == ["--no-deps", wanted("keras")]
    assert capsys.readouterr().out.splitlines() == [
        f"Keras {old} was too old for the course; it is {versions.RANGES['keras'][0]} now."
    ]
    versions.renew_keras()
    assert len(calls) == 1


def test_older_keras_that_is_loaded_needs_a_restart(installed, monkeypatch):
    found, calls = installed
    found["keras"] = "3.13.2"
    monkeypatch.setitem(sys.modules, "keras", types.SimpleNamespace(__version__="3.13.2"))
    for _ in range(2):  # the second time, pip has done its work, and the old one is still loaded
        with pytest.raises(RuntimeError, match="Keras 3.13.2 is still loaded: restart"):
            versions.renew_keras()
    assert len(calls) == 1


@pytest.mark.parametrize("version", ["3.15", "3.15.1", "3.16.0", "4.1", None])
def test_other_keras_is_left_alone(version, installed):
    found, calls = installed
    found["keras"] = version
    versions.renew_keras()
    assert calls == []


def test_pip_that_fails_is_one_sentence(installed, monkeypatch):
    found, _ = installed
    found["sacrebleu"] = None
    failed = types.SimpleNamespace(returncode=1, stderr="WARNING: x\nERROR: no route to host\n")
    monkeypatch.setattr(versions.subprocess, "run", lambda command, **options: failed)
    with pytest.raises(RuntimeError) as caught:
        versions.install_missing()
    assert re.fullmatch(
        "pip could not install sacrebleu.*no route to host.*network.*", str(caught.value)
    )


@pytest.mark.parametrize("kaggle", [True, False])
def test_on_ones_own_machine_nothing_is_installed(kaggle, monkeypatch):
    called = []
    monkeypatch.setattr(versions, "install_missing", lambda: called.append("missing"))
    monkeypatch.setattr(versions, "renew_keras", lambda: called.append("keras"))
    monkeypatch.setattr(versions, "check", lambda: called.append("check"))
    monkeypatch.setattr(versions, "find_spec", lambda name: None)
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    if kaggle:
        monkeypatch.setenv("KAGGLE_KERNEL_RUN_TYPE", "Interactive")
    monkeypatch.setattr(versions.keras_settings, "left", dict)
    assert versions.prepare() == 0
    assert called == (["missing", "keras", "check"] if kaggle else ["check"])


def test_colab_is_recognised_by_its_module(monkeypatch):
    monkeypatch.delenv("KAGGLE_KERNEL_RUN_TYPE", raising=False)
    there = {"google", "google.colab"}
    monkeypatch.setattr(versions, "find_spec", lambda name: name if name in there else None)
    assert versions.is_hosted()
    there.remove("google.colab")  # other libraries live in the folder `google`
    assert not versions.is_hosted()


def test_what_colab_brings_is_never_installed():
    assert set(versions.SMALL) <= set(versions.RANGES)
    assert not {"tensorflow", "keras", "numpy"} & set(versions.SMALL)


def test_installed_versions_are_accepted(capsys):
    versions.check()
    assert capsys.readouterr().out == ""


def test_old_and_missing_stop_with_what_to_do():
    with pytest.raises(RuntimeError) as caught:
        versions.check({"keras": "3.9.2", "numpy": None, "tensorflow": "2.21.0"})
    text = str(caught.value)
    assert f"keras is 3.9.2; the course needs {versions.RANGES['keras'][0]} or later." in text
    assert "numpy is not installed" in text
    assert "tensorflow" not in text
    assert "make lab" in text and "Colab" in text


def test_newer_major_version_earns_a_remark(capsys):
    versions.check({"keras": "4.0.1", "numpy": "2.9"})
    out = capsys.readouterr().out
    assert "keras is 4.0.1" in out and "numpy" not in out


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("3.15.1", (3, 15, 1)), ("2.21.0rc1", (2, 21)), ("2.0", (2,)), ("3", (3,)), ("10.0.0", (10,))],
)
def test_versions_compare_as_numbers(version, numbers):
    assert versions._numbers(version) == numbers


def test_other_backend_needs_no_tensorflow(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "jax")
    monkeypatch.setattr(versions.metadata, "version", fake_version)
    versions.check()
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with pytest.raises(RuntimeError, match="tensorflow is not installed"):
        versions.check()


def fake_version(name):
    if re.match("tensorflow", name):
        raise versions.metadata.PackageNotFoundError(name)
    return versions.RANGES[name][0]


@pytest.mark.parametrize("text", ["-1", "1.5", "", "seven", str(2**32), "²"])
def test_seed_that_is_none_is_refused(text, monkeypatch):
    monkeypatch.setenv("RNN_COURSE_SEED", text)
    with pytest.raises(ValueError, match="RNN_COURSE_SEED is a whole number"):
        versions.seed()


def test_seed_comes_from_outside(monkeypatch):
    assert versions.seed() == 0
    monkeypatch.setenv("RNN_COURSE_SEED", "42")
    assert versions.seed() == 42


# --- what another project left for Keras


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Returns a function that writes a keras.json with these values."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    # set and removed, so that what a test sets is undone
    monkeypatch.setenv("KERAS_BACKEND", "")
    monkeypatch.delenv("KERAS_BACKEND")

    def write(**values):
        (tmp_path / "keras.json").write_text(json.dumps(values), encoding="utf-8")

    return write


def choose():
    """Returns what `choose_backend` says, as if Keras were not loaded."""
    lines = []
    keras_settings.choose_backend(say=lines.append)
    return lines


@pytest.fixture
def unloaded(monkeypatch):
    monkeypatch.delitem(sys.modules, "keras", raising=False)


@pytest.mark.parametrize("backend", ["torch", "theano", "jax", "cntk", 3])
def test_backend_of_the_file_is_passed_over_and_named(backend, settings, unloaded, tmp_path):
    settings(backend=backend)
    (line,) = choose()
    assert str(tmp_path / "keras.json") in line and str(backend) in line
    assert os.environ["KERAS_BACKEND"] == "tensorflow"
    assert choose() == []


@pytest.mark.parametrize("values", [{}, {"backend": "tensorflow"}, {"floatx": "float32"}])
def test_file_that_agrees_is_not_mentioned(values, settings, unloaded):
    settings(**values)
    assert choose() == [] and "KERAS_BACKEND" not in os.environ


def test_no_file_and_a_file_that_is_no_json(tmp_path, settings, unloaded):
    assert choose() == []
    (tmp_path / "keras.json").write_text("{half a", encoding="utf-8")
    assert choose() == []


@pytest.mark.parametrize(
    "values", [{"floatx": "float8"}, {"epsilon": "tiny"}, {"epsilon": 1}, {"image_data_format": 1}]
)
def test_values_that_keras_refuses_are_told_with_the_file(values, settings, unloaded, tmp_path):
    settings(**values)
    with pytest.raises(RuntimeError) as caught:
        choose()
    text = str(caught.value)
    assert str(tmp_path / "keras.json") in text and "rename it" in text
    assert next(iter(values)) in text


def test_list_instead_of_settings_is_told(tmp_path, settings, unloaded):
    (tmp_path / "keras.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(RuntimeError, match="rename it"):
        choose()


@pytest.mark.parametrize("backend", ["theano", "openvino", "no-such"])
def test_variable_that_names_no_backend_is_told(backend, settings, unloaded, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", backend)
    with pytest.raises(RuntimeError, match=f"KERAS_BACKEND is '{backend}'.*Remove the variable"):
        choose()


def test_backend_that_is_not_installed_is_told(settings, unloaded, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    monkeypatch.setattr(keras_settings, "find_spec", lambda name: None)
    with pytest.raises(RuntimeError, match="KERAS_BACKEND is 'torch', which is not installed"):
        choose()
    monkeypatch.setattr(keras_settings, "find_spec", importlib.util.find_spec)
    monkeypatch.setenv("KERAS_BACKEND", "jax")  # set for this course, so obeyed
    assert choose() == [] and os.environ["KERAS_BACKEND"] == "jax"


def test_keras_loaded_with_another_backend_needs_a_restart(settings, monkeypatch):
    loaded = types.SimpleNamespace(config=types.SimpleNamespace(backend=lambda: "torch"))
    monkeypatch.setitem(sys.modules, "keras", loaded)
    with pytest.raises(RuntimeError, match="backend torch: restart the kernel"):
        choose()


def test_file_is_where_keras_looks(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert keras_settings.file() == tmp_path / ".keras" / "keras.json"
    monkeypatch.setenv("KERAS_HOME", "~/elsewhere")
    assert keras_settings.file() == tmp_path / "elsewhere" / "keras.json"


HALF = """\
from utils import versions
versions.prepare()
import keras
k = keras.config
print(k.backend(), k.floatx(), k.epsilon(), k.image_data_format())
versions.prepare()
"""


def test_notebook_has_the_values_of_the_course(root, tmp_path):
    """In a fresh Python, with the real Keras: what the file says does not reach the notebook."""
    values = {"backend": "torch", "floatx": "float16", "epsilon": 1e-3}
    text = json.dumps({**values, "image_data_format": "channels_first"})
    (tmp_path / "keras.json").write_text(text, encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", HALF], cwd=root, env={**environment, "KERAS_HOME": str(tmp_path)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    *said, last = done.stdout.splitlines()
    assert last == "tensorflow float32 1e-07 channels_last"
    assert len(said) == 4  # once each, although prepare ran twice
    for name, line in zip(("torch", "0.001", "float16", "channels_first"), said, strict=True):
        assert name in line and "keras.json" in line
    assert Path(tmp_path / "keras.json").read_text(encoding="utf-8") == text
