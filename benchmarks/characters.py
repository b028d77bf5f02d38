"""Characters of Python's language reference: a network, n-grams and a compressor, for notebook 6.

    python benchmarks/characters.py                        # writes benchmarks/characters.json
    python benchmarks/characters.py --part "1,000 batches"  # one part

Question: the network that notebook 6 trains in a minute needs more bits a character than n-grams of
order 5 and more. Is the minute the reason? The same network, the same batches and the same text,
and four times as many of them. If it were still behind, the minute would not be the reason.

All models learn from the same eight tenths of the text. Everything is chosen on the next tenth
(validation): the network's learning rate, by `experiments.tune`, after 1,000 batches, and the order
of the n-grams. All are measured, once, on all of the last tenth (test), read from beginning to end.
The largest learning rate is that of the first budget at every budget. Weights are the last ones.

- rivals: n-grams of order 1 to 10 and LZMA: {"validation": bits a character, "test": bits}.
- rates: what validation says of the learning rates; seeds 100 to 102.
- the networks, by the number of their batches: {"score": bits on test, "validation": bits at
  equally spaced batches, "training": the mean of the loss between these, in bits, "context": bits
  on test where only so many characters are read before each, see CONTEXTS, "seconds": of the
  processor}. Two of the longer runs are too few for a verdict.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from functools import cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np

from utils import datasets, decoding, experiments, metrics, text, training
from utils.baselines import NGrams
from utils.decoding.steps import compiled_reader
from utils.models import LanguageModel

RESULT = Path(__file__).with_suffix(".json")
NETWORK = {"units": 128, "embedding": 64, "cell": "gru"}
BATCH, LENGTH = 32, 100  # windows, characters of a window
ORDERS = range(1, 11)
CONTEXTS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30)  # characters
RATES = (2e-3, 4e-3, 8e-3, 1.6e-2)  # the largest one of Adam, where the search begins
TUNING = 100  # the first of the three seeds that choose a rate
COMMON = {
    "text": "Python's language reference", "training, validation, test": [0.8, 0.1, 0.1],
    "network": NETWORK, "batch": BATCH, "length": LENGTH, "clipped at": 1.0, "weights": "the last",
}  # fmt: skip


@cache
def parts() -> tuple[dict[str, str], text.Characters]:
    """The three parts of the text, eight tenths, one and one; and the characters of all."""
    whole = datasets.corpora.python_docs()
    train, test = datasets.corpora.split(whole)
    train, validation = datasets.corpora.split(train, 1 / 9)
    return {"training": train, "validation": validation, "test": test}, text.Characters.of(whole)


@cache
def ids(part: str) -> np.ndarray:
    """One part as ids, (time,)."""
    texts, characters = parts()
    return characters.encode(texts[part])


def bits(nats: np.ndarray) -> float:
    """Bits per character as they are stored."""
    return round(metrics.bits_per_character(np.mean(nats)), 4)


# ------------------------------------------------------------------------------------- measurement


def rival(options: dict, seed: int) -> dict[str, float]:
    """Bits a character of an n-gram model or of LZMA, which nothing random is in."""
    texts, characters = parts()
    if "order" in options:
        counted = NGrams.fit(ids("training"), options["order"], characters.size)
        return {part: bits(counted.surprisal(ids(part))[1:]) for part in ("validation", "test")}
    return {
        part: round(metrics.compressed_bits_per_character(texts["training"], texts[part]), 4)
        for part in ("validation", "test")
    }


def measure(options: dict, seed: int) -> dict[str, float | list[float]]:
    """Trains one network: bits on test, curves of validation and training, and seconds."""
    began = time.process_time()
    model, curves = train(options, seed)
    seconds = time.process_time() - began
    score = bits(decoding.surprisal(model, ids("test")))
    context = [bits(nats) for nats in by_context(model, ids("test")).T]
    return {"score": score, **curves, "context": context, "seconds": round(seconds, 1)}


def by_context(model: LanguageModel, ids: np.ndarray, contexts=CONTEXTS) -> np.ndarray:
    """Surprisal in nats when only the last k characters are read, from an empty state.

    From every place of the text the model reads as many characters as the longest context has: its
    belief after k of them is that of a context of k.

    Args:
        model: The network.
        ids: A text, (time,).
        contexts: Each k.

    Returns:
        (time - longest context, contexts). Column by column the places are the same but for the
        first and last few.
    """
    longest, reader = max(contexts), compiled_reader(model)
    places = np.arange(len(ids) - longest)[:, None] + np.arange(longest + 1)
    found = []
    for begin in range(0, len(places), 1000):
        windows = ids[places[begin : begin + 1000]]  # (places, longest + 1)
        empty = model.get_initial_state(len(windows))
        log_p, _ = reader.following(windows[:, :-1], windows[:, 1:], empty)
        found.append(keras.ops.convert_to_numpy(log_p)[:, np.array(contexts) - 1])
    return -np.concatenate(found)


def on_validation(options: dict, seed: int) -> float:
    """Trains one network to choose a rate by: its bits on validation at the end."""
    return train({**options, "points": 1}, TUNING + seed)[1]["validation"][-1]


def train(options: dict, seed: int) -> tuple[LanguageModel, dict[str, list[float]]]:
    """The network after all batches, and its curves.

    Every batch holds other windows, from random places, so that no place is always a window's
    beginning.
    """
    keras.utils.clear_session(free_memory=False)  # or the models pile up
    keras.utils.set_random_seed(seed)
    model = LanguageModel(parts()[1].size, **NETWORK)
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False,
    )  # fmt: skip
    random, known, window = np.random.default_rng(seed), ids("training"), np.arange(LENGTH)
    batches, every = options["batches"], options["batches"] // options["points"]
    losses, curves = [], {"validation": [], "training": []}
    for batch in range(batches):
        starts = random.integers(0, len(known) - LENGTH, BATCH)
        places = starts[:, None] + window
        rate = training.learning_rate_at(batch / batches, options["learning_rate"])
        model.optimizer.learning_rate = rate
        model.reset_metrics()  # in some versions of Keras the loss is a running mean otherwise
        losses.append(float(model.train_on_batch(known[places], known[places + 1])))
        if (batch + 1) % every == 0:
            curves["validation"].append(bits(decoding.surprisal(model, ids("validation"))))
            curves["training"].append(bits(losses))
            losses.clear()
    return model, curves


# -------------------------------------------------------------------------------------- the tables


RIVALS = {f"{order}-gram": {"order": order} for order in ORDERS} | {"LZMA": {}}
ROWS = {  # row → options, seeds
    "1,000 batches": ({"batches": 1000, "points": 5}, 5),
    "4,000 batches": ({"batches": 4000, "points": 10}, 2),
}


def best_rate() -> float:
    """The learning rate that is best on validation after 1,000 batches; the search is kept."""
    return experiments.tune(
        {"1,000 batches": {"batches": 1000}}, on_validation, rates=RATES, higher_is_better=False,
        path=RESULT, name="rates", common={**COMMON, "first seed": TUNING},
    ).best["1,000 batches"]  # fmt: skip


def run(part: str) -> None:
    """Measures what the file lacks of one part."""
    if part == "rivals":
        common = {key: COMMON[key] for key in ("text", "training, validation, test")}
        experiments.run(RIVALS, rival, 1, path=RESULT, name=part, unit="bits", common=common)
        return
    options, seeds = ROWS[part]
    row = {part: {**options, "learning_rate": best_rate()}}
    experiments.run(row, measure, seeds, path=RESULT, name=part, unit="measured", common=COMMON)


PARTS = ["rivals", *ROWS]


if __name__ == "__main__":
    # One thread: at this size a second one gains nothing.
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", action="append", choices=PARTS, help="only this; may be repeated")
    for part in parser.parse_args().part or PARTS:
        print(part, flush=True)
        run(part)
