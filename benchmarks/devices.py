"""One small translator, trained on one device and on several, for notebook 17.

    python benchmarks/devices.py                                   # writes devices.json
    python benchmarks/devices.py --platform gpu --path gpus.json   # real devices

Question: do several devices train as one does, and what of the work do they share? Rows differ in
the number of devices, and in nothing else: weights to begin with, batches, and their order are the
same. Keras gives each device an equal share of every batch (`keras.distribution.DataParallel`,
which needs JAX). The notebook would not say that they train alike if losses or weights came apart
by more than rounding, nor that work is shared if one device computed as much as before.

Where there are no accelerators the processor plays as many devices as asked for: that shows what is
computed where, not how fast it would be. Operations and what devices tell one another are read off
the gradient as XLA has compiled it; of a loop over time both count one round.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from functools import cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import keras

    from utils.models import Translator

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

RESULT = Path(__file__).with_suffix(".json")
COUNTS = (1, 2, 4)  # devices
LONGEST = 7  # tokens a side, so that all batches have one shape and JAX compiles once
RATE, SEED = 1e-2, 0


class Options(NamedTuple):
    """Those of the command line."""

    devices: tuple[int, ...]
    platform: str
    path: Path
    batch_size: int
    batches: int
    epochs: int
    units: int


class Trained(NamedTuple):
    """A translator, the devices that trained it, its loss after each epoch, and seconds."""

    model: Translator
    devices: keras.distribution.DataParallel
    losses: list[float]
    seconds: float


def arguments() -> Options:
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--devices", type=int, nargs="+", default=COUNTS, help="1 4: two rows")
    parser.add_argument("--platform", default="cpu", help="cpu, gpu or tpu")
    parser.add_argument("--path", type=Path, default=RESULT, help="the JSON file")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--batches", type=int, default=8, help="an epoch")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--units", type=int, default=32)
    given = vars(parser.parse_args())
    return Options(**{**given, "devices": tuple(given["devices"])})


def prepare(devices: int, platform: str) -> None:
    """Chooses JAX, and lets the processor play several devices; before Keras is imported."""
    os.environ["KERAS_BACKEND"], os.environ["JAX_PLATFORMS"] = "jax", platform
    if platform == "cpu":  # the second one compiles faster, for a program that runs for seconds
        os.environ["XLA_FLAGS"] = (
            f"--xla_force_host_platform_device_count={devices} --xla_backend_optimization_level=0"
        )


@cache
def short_pairs(count: int):
    """The first training pairs of the course corpus with at most `LONGEST` tokens on each side."""
    from utils import datasets

    train = datasets.bitext.load("course").where("train")
    return train[[
        number
        for number, sides in enumerate(zip(train.source, train.target, strict=True))
        if max(len(side.split(" ")) for side in sides) <= LONGEST
    ][:count]]  # fmt: skip


@cache
def trained(devices: int, options: Options, batch_size: int) -> Trained:
    """A translator trained on so many devices."""
    import keras

    from utils import text, training
    from utils.models import Translator

    names = [f"{options.platform}:{number}" for number in range(devices)]
    distribution = keras.distribution.DataParallel(devices=names)
    keras.distribution.set_distribution(distribution)
    pairs = short_pairs(options.batch_size * options.batches)
    keras.utils.set_random_seed(SEED)
    tokenizers = (text.train_tokenizer(side) for side in (pairs.source, pairs.target))
    model = Translator(*tokenizers, units=options.units)
    began = time.perf_counter()
    history = training.fit(
        model, pairs, epochs=options.epochs, batch_size=batch_size, learning_rate=RATE, seed=SEED,
        verbose=False,
    )  # fmt: skip
    return Trained(model, distribution, history.loss, time.perf_counter() - began)


def shared(trained: Trained, options: Options) -> dict[str, int]:
    """What one device holds, computes and tells the others, for the gradient of one batch."""
    import jax

    from utils import training

    model, loss = trained.model, training.MaskedCrossEntropy()
    pairs = short_pairs(options.batch_size * options.batches)
    inputs, to_say = training.Batches(*model.examples(pairs), batch_size=options.batch_size)[0]

    def dealt(rows):
        return jax.device_put(rows, trained.devices.get_data_layout(rows.shape).backend_layout)

    def mean_loss(weights, others, inputs, to_say):
        scores, _ = model.stateless_call(weights, others, inputs)
        return loss(to_say, scores)

    weights, others = (
        [variable.value for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    )
    inputs, to_say = tuple(map(dealt, inputs)), dealt(to_say)
    gradient = jax.jit(jax.grad(mean_loss)).lower(weights, others, inputs, to_say).compile()
    return {
        "rows": to_say.addressable_shards[0].data.shape[0],
        "weights": sum(weight.addressable_shards[0].data.size for weight in weights),
        "operations": int(gradient.cost_analysis()["flops"]),
        "numbers added up": numbers_added_up(gradient.as_text()),
    }


def numbers_added_up(program: str) -> int:
    """How many numbers the devices add up with one another, in a program of XLA."""
    told = re.findall(r"= (.*?) all-reduce(?:-start)?\(", program)
    shapes = re.findall(r"[a-z]+\d+\[([\d,]*)\]", " ".join(told))
    return sum(prod(map(int, shape.split(","))) if shape else 1 for shape in shapes)


def refuses(devices: int, options: Options) -> bool:
    """Whether a batch with a row too many is refused."""
    try:
        trained(devices, options, options.batch_size + 1)
    except ValueError:  # JAX cuts a batch into equal parts only
        return True
    return False


def measure(row: dict, options: Options) -> dict:
    """One number of devices: losses, how far its weights are from those of one, and what it shares.

    Args:
        row: with `devices`.
        options: those of the command line.
    """
    import numpy as np

    alone = trained(1, options, options.batch_size).model
    found = trained(row["devices"], options, options.batch_size)
    both = zip(alone.get_weights(), found.model.get_weights(), strict=True)
    return {
        "loss": found.losses,
        "weights apart": max(float(np.abs(a - b).max()) for a, b in both),
        **shared(found, options),
        "uneven batch refused": int(row["devices"] > 1 and refuses(row["devices"], options)),
        "seconds": round(found.seconds, 1),
    }


def main() -> None:
    """Measures what the file lacks."""
    options = arguments()
    prepare(max(options.devices), options.platform)
    from utils import experiments

    experiments.run(
        {f"{count} device{'s' * (count > 1)}": {"devices": count} for count in options.devices},
        lambda row, seed: measure(row, options), 1, path=options.path, name="devices",
        common={
            "batch": options.batch_size, "batches": options.batches, "epochs": options.epochs,
            "units": options.units, "platform": options.platform, "rate": RATE,
        },
    )  # fmt: skip


if __name__ == "__main__":
    main()
