"""Checkpoints of `training.fit`: a run, and all that its result depends on, in one .npz file.

A run that goes on must be the run that was interrupted. So the file holds a record of every
setting, of data, model and versions, and whatever differs is refused by its name.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import keras
import numpy as np

from utils.files import replacing


@dataclass
class Checkpoint:
    """What an interrupted run needs to go on.

    Attributes:
        record: what decides the result, by name; numbers, texts and None.
        history: what `training.History` holds.
        variables: values of the variables of model and optimizer, in their order.
        best: the model's best weights so far, when patience goes back to them; else empty.
    """

    record: dict[str, Any]
    history: dict[str, list[float]]
    variables: list[np.ndarray]
    best: list[np.ndarray]

    def write(self, path: str | os.PathLike) -> None:
        """Writes the file; whatever happens, the one there is whole."""
        arrays = {f"variable_{i}": array for i, array in enumerate(self.variables)}
        arrays |= {f"best_{i}": array for i, array in enumerate(self.best)}
        texts = {name: json.dumps(getattr(self, name)) for name in ("record", "history")}
        with replacing(path) as temporary, open(temporary, "wb") as file:
            np.savez(file, **texts, **arrays)

    @classmethod
    def read(cls, path: str | os.PathLike) -> Checkpoint:
        """Reads what `write` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: it is no checkpoint, is cut short, or is older than this format.
        """
        path = Path(path).expanduser()
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {path}")
        try:
            with open(path, "rb") as opened, np.load(opened, allow_pickle=False) as file:
                arrays = {key: file[key] for key in file.files}
            history = json.loads(str(arrays.pop("history")))
            record = json.loads(str(arrays.pop("record"))) if "record" in arrays else None
            values = {
                kind: [arrays[f"{kind}_{i}"] for i in range(_count(kind, arrays))]
                for kind in ("variable", "best")
            }
        except Exception as error:  # zipfile, NumPy and JSON each have their own
            raise ValueError(
                f"{path.name} is not a checkpoint of this course, or is cut short: delete it to "
                f"start afresh ({error})"
            ) from error
        if record is None:
            raise ValueError(
                f"{path.name} was written by an earlier version of the course, which did not "
                "record the settings of the run: delete it to start afresh"
            )
        return cls(record, history, values["variable"], values["best"])


def _count(kind, arrays):
    return sum(key.startswith(f"{kind}_") for key in arrays)


def record(translator, settings, **data: str | None) -> dict[str, Any]:
    """What decides the result of a run, by name.

    Args:
        translator: the model, as it was built.
        settings: the options of `training.fit`, a dataclass.
        data: what identifies the rest, such as `rows_digest(…)`.
    """
    backend = keras.backend.backend()
    return {
        **asdict(settings),
        **translator.options,
        "source_tokenizer": text_digest(translator.source_tokenizer.to_json()),
        "target_tokenizer": text_digest(translator.target_tokenizer.to_json()),
        **data,
        "dtype": translator.dtype_policy.name,
        "keras": keras.__version__,
        "backend": f"{backend} {import_module(backend).__version__}",
        "numpy": np.__version__,
    }


def rows_digest(source: Iterable[np.ndarray], target: Iterable[np.ndarray]) -> str:
    """The number of sentence pairs and a fingerprint of their token ids."""
    digest, pairs = hashlib.sha256(), 0
    for rows in zip(source, target, strict=True):
        pairs += 1
        for row in rows:
            digest.update(len(row).to_bytes(4, "little") + np.asarray(row, "<i4").tobytes())
    return f"{pairs} pairs, sha256 {digest.hexdigest()[:12]}"


def text_digest(text: str) -> str:
    """A fingerprint of a text."""
    return f"sha256 {hashlib.sha256(text.encode()).hexdigest()[:12]}"


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """One text for each thing in which two records differ, with both values."""
    unknown = "not recorded"
    return [
        f"{name} is {now.get(name, unknown)!r}, was {before.get(name, unknown)!r}"
        for name in {**now, **before}
        if now.get(name, unknown) != before.get(name, unknown)
    ]
