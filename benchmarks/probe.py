"""A simple RNN and an LSTM that read marked sentences: weights and measurements of the probe.

    python benchmarks/probe.py                   # utils/playground/probe_weights.mjs
    python benchmarks/probe.py --part reach      # adds to benchmarks/probe.json

The text: English sentences of the course corpus in small letters, in which stretches of words, some
of them whole sentences, stand in ( ) or in [ ]. Which of the two is drawn at random, so what closes
a stretch cannot be known without remembering what opened it. All else can be guessed from the last
few letters.

The two networks have almost as many parameters, and learn from the same windows in the same order.
Each has the largest learning rate, of its own grid, that is best on validation after a third of the
batches (seed 100). The LSTM begins with the biases of Tallec and Ollivier (2018) for memories of up
to 50 steps, as in section 4 of notebook 8; the simple RNN with Keras's orthogonal matrix.

- weights: seed 0, rounded to 8 bits a number, for the page and for `playground.probe`.
- reach, on the test text, seeds 0 to 2: bits a character; at closing marks, the share of the right
  one of the two; how many steps back nine tenths of the summed norms of the gradient lie, see
  `reach_of`, as medians over the closing marks and over 200 other characters.
"""

from __future__ import annotations

import argparse
import os
import sys
from functools import cache
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np

from utils import datasets, experiments, training
from utils.models import LanguageModel
from utils.playground import probe
from utils.playground.weights import packed
from utils.text import Characters

RESULT = Path(__file__).with_suffix(".json")
MARKS = ("()", "[]")
MODELS = {  # of 25,410 and 25,988 parameters
    "simple RNN": {"cell": "simple_rnn", "units": 129, "embedding": 24},
    "LSTM": {"cell": "lstm", "units": 64, "embedding": 24},
}
RATES = {  # all that were tried: where a search begins anew, it drops what it does not ask for
    "simple RNN": (1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2),
    "LSTM": (4e-3, 8e-3, 1.6e-2, 3.2e-2, 6.4e-2, 1.28e-1),
}
BATCHES, BATCH, LENGTH = 1500, 32, 64  # windows, characters of a window
LONGEST = 50  # steps, of the memories that the LSTM's biases are made for
TUNING = 100  # seed of the search
PLACES = 200  # characters whose gradient is measured
CONTEXT = 90  # characters read before each of them


def marked(sentences: list[str], seed: int) -> str:
    """One text of the sentences, each in one stretch or in several of one to four words."""
    random, found = np.random.default_rng(seed), []
    for sentence in sentences:
        words = plain(sentence).split()
        longest = len(words) if random.random() < 0.4 else 4
        while words:
            size = len(words) if longest > 4 else random.integers(1, longest + 1)
            opens, closes = MARKS[random.integers(len(MARKS))]
            found.append(opens + " ".join(words[:size]) + closes)
            words = words[size:]
    return " ".join(found)


def plain(sentence: str) -> str:
    """A sentence in small letters, its full stops and commas behind their words."""
    for sign in (".", "?", ",", "'s"):
        sentence = sentence.replace(f" {sign}", sign)
    return sentence.lower()


@cache
def texts() -> dict[str, str]:
    """The marked text of each part of the corpus, no sentence twice."""
    corpus = datasets.bitext.load("course")
    return {
        part: marked(list(dict.fromkeys(
            sentence for sentence, where in zip(corpus.source, corpus.parts, strict=True)
            if where == part)), seed)
        for seed, part in enumerate(("train", "validation", "test"))
    }  # fmt: skip


@cache
def characters() -> Characters:
    """The characters of all parts."""
    return Characters.of("".join(texts().values()))


def train(name: str, rate: float, batches: int, seed: int) -> LanguageModel:
    """The network after so many batches of windows that begin where a stretch does."""
    keras.utils.clear_session(free_memory=False)
    keras.utils.set_random_seed(seed)
    model = LanguageModel(characters().size, **MODELS[name])
    random = np.random.default_rng(seed)
    if name == "LSTM":
        _remember(model.recurrent[0], random)
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False,
    )  # fmt: skip
    ids, window = characters().encode(texts()["train"]), np.arange(LENGTH)
    opening = np.flatnonzero(np.isin(ids, characters().encode("([")))
    opening = opening[opening < len(ids) - LENGTH]
    random = np.random.default_rng(seed)
    for batch in range(batches):
        places = random.choice(opening, BATCH)[:, None] + window
        model.optimizer.learning_rate = training.learning_rate_at(batch / batches, rate)
        model.reset_metrics()  # in some versions of Keras the loss is a running mean otherwise
        model.train_on_batch(ids[places], ids[places + 1])
    return model


def _remember(layer, random) -> None:
    """Biases of forget and input gate for memories of 1 to `LONGEST` - 1 steps."""
    kernel, recurrent, bias = layer.get_weights()
    lengths = np.log(random.uniform(1, LONGEST - 1, layer.units))
    bias[: layer.units], bias[layer.units : 2 * layer.units] = -lengths, lengths
    layer.set_weights([kernel, recurrent, bias])


def log_p(model: LanguageModel, ids: np.ndarray) -> np.ndarray:
    """Of what follows each character, (time - 1, characters), read from beginning to end."""
    scores = model.predict(ids[None, :-1], verbose=0)[0].astype("float64")
    return scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))


def bits(model: LanguageModel, part: str, most: int | None = None) -> float:
    """Bits a character on a part of the text, or on its first characters."""
    ids = characters().encode(texts()[part][:most])
    found = log_p(model, ids)[np.arange(len(ids) - 1), ids[1:]]
    return round(float(-found.mean() / np.log(2)), 4)


@cache
def best_rate(name: str) -> float:
    """The learning rate that is best on validation; what was measured is kept.

    The grid grows by a factor of two where its smallest or largest rate is the best.
    """
    grid = list(RATES[name])
    while True:
        rows = {f"{name} @ {rate:g}": {"model": name, "rate": rate, "batches": BATCHES // 3}
                for rate in grid}  # fmt: skip
        found = experiments.run(rows, on_validation, 1, path=RESULT, name=f"rates, {name}",
                                unit="validation")  # fmt: skip
        best = rows[min(found, key=found.get)]["rate"]
        if min(grid) < best < max(grid):
            return best
        grid.append(best * 2 if best == max(grid) else best / 2)


def on_validation(options: dict, seed: int) -> float:
    """Bits a character on validation, to choose a rate by."""
    model = train(options["model"], options["rate"], options["batches"], TUNING + seed)
    return bits(model, "validation", 10_000)


# ----------------------------------------------------------------------------------------- weights


def write_weights() -> None:
    """Trains both models under seed 0 and writes their weights."""
    models = {}
    for name, options in MODELS.items():
        model = train(name, best_rate(name), BATCHES, 0)
        models[name] = {**options, "weights": list(map(packed, model.get_weights()))}
        print(f"{name}: {bits(model, 'test', 10_000)} bits on test before rounding", flush=True)
    probe.write({"symbols": characters().symbols, "models": models})


# ------------------------------------------------------------------------------------------- reach


def reach_of(norms: np.ndarray, share: float = 0.9) -> int:
    """Within how many steps back that share of the summed norms lies; norms are (time,)."""
    back = np.cumsum(norms[::-1])
    return int(np.searchsorted(back, share * back[-1])) + 1


def measure(options: dict, seed: int) -> dict[str, float]:
    """Trains one network; what it says of the test text, and how far back its gradients reach."""
    model = train(options["model"], options["rate"], BATCHES, seed)
    weights = probe.weights_of(model)
    text, symbols = texts()["test"], characters().symbols
    random = np.random.default_rng(0)  # the same places for all
    places = np.arange(CONTEXT, len(text))
    closing = np.array([place for place in places if text[place] in ")]"])
    others = np.array([place for place in places if text[place] not in "()[] "])
    found = {"bits": bits(model, "test")}
    right, distances = right_marks(model)
    for first, last in ((1, 15), (16, 30), (31, 90)):
        inside = (distances >= first) & (distances <= last)
        found[f"right, {first} to {last} back"] = round(float(right[inside].mean()), 4)
    for kind, of_kind in (("closing", closing), ("others", others)):
        reach = []
        for place in random.choice(of_kind, PLACES, replace=False):
            ids = probe.ids(text[place - CONTEXT : place + 1], symbols)
            reach.append(reach_of(probe.influence(weights, ids)[1]))
        found[f"reach, {kind}"] = float(np.median(reach))
    return found


def right_marks(model: LanguageModel) -> tuple[np.ndarray, np.ndarray]:
    """For each closing mark of the test text p(right) / p(either), and how far back it opened."""
    text, shares, distances, opened = texts()["test"], [], [], 0
    found = np.exp(log_p(model, characters().encode(text)))
    columns = {sign: int(characters().encode(sign)[0]) for sign in ")]"}
    for place, sign in enumerate(text):
        if sign in "([":
            opened = place
        elif sign in ")]":
            both = {one: found[place - 1, column] for one, column in columns.items()}
            shares.append(both[sign] / sum(both.values()))
            distances.append(place - opened)
    return np.array(shares), np.array(distances)


def measure_reach() -> None:
    """Measures what the file lacks."""
    rows = {name: {"model": name, "rate": best_rate(name)} for name in MODELS}
    experiments.run(rows, measure, 3, path=RESULT, name="reach", unit="measured",
                    common={"batches": BATCHES, "batch": BATCH, "length": LENGTH})  # fmt: skip


PARTS = {"weights": write_weights, "reach": measure_reach}

if __name__ == "__main__":
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--part", choices=PARTS, default="weights")
    PARTS[parser.parse_args().part]()
