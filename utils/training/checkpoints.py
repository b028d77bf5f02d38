"""Checkpoints of `training.fit`: a run, and all that its result depends on, in one .npz file.

A run that goes on must be the run that was interrupted. So the file holds a record of every
setting, of data, model and versions, and whatever differs is refused by its name.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
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

        Args:
            path: the file.

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


def record(model, settings, **data: str | None) -> dict[str, Any]:
    """What decides the result of a run, by name.

    Args:
        model: as it was built.
        settings: the options of `training.fit`, a dataclass.
        data: what identifies the rest, such as `examples_digest(…)`.
    """
    backend = keras.backend.backend()
    return {
        **asdict(settings),
        **architecture(model),
        **data,
        "dtype": model.dtype_policy.name,
        "keras": keras.__version__,
        "backend": f"{backend} {import_module(backend).__version__}",
        "numpy": np.__version__,
    }


def architecture(model) -> dict[str, Any]:
    """The options that a model was built with, by name; a fingerprint of those that are long."""
    config = {name: value for name, value in model.get_config().items() if name != "name"}
    return {name: _short(value) for name, value in config.items()}


def _short(value):
    text = value if isinstance(value, str) else json.dumps(value)
    if isinstance(value, (str, list)) and len(text) > 40:
        return f"sha256 {hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return value


def model_variables(model) -> list:
    """The weights first; then what else decides how training goes on.

    That is the state of dropout, and the optimizer's.
    """
    weights, every = model.weights, model.variables
    known = set(map(id, weights))
    others = [variable for variable in every if id(variable) not in known]
    return [*weights, *others, *model.optimizer.variables]


def examples_digest(inputs: Sequence[Sequence[np.ndarray]], targets: Sequence[np.ndarray]) -> str:
    """The number of examples and a fingerprint of them; see `TokenModel.examples`."""
    digest = hashlib.sha256()
    for rows in zip(*inputs, targets, strict=True):
        for row in rows:
            row = np.asarray(row, "<f4" if row.dtype.kind == "f" else "<i4")
            digest.update(str(row.shape).encode() + row.tobytes())
    return f"{len(targets)} examples, sha256 {digest.hexdigest()[:12]}"


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """One text for each thing in which two records differ, with both values."""
    unknown = "not recorded"
    return [
        f"{name} is {now.get(name, unknown)!r}, was {before.get(name, unknown)!r}"
        for name in {**now, **before}
        if now.get(name, unknown) != before.get(name, unknown)
    ]
