"""Trains a character language model for some minutes and prints what came of it, as one JSON line.

    python benchmarks/characters.py --text python_docs --minutes 10
    python benchmarks/characters.py --text shakespeare --data DIR --minutes 10

It trains on the first nine tenths of the text. The score is the number of bits a character of the
last tenth takes, read from beginning to end with the state carried along; n-grams and a general
compressor, who may learn from the same nine tenths, stand beside it. Progress goes to standard
error; the last line on standard output is the result. With --store the result is also written into
benchmarks/characters.json, which notebook 6 reads.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

RESULT = Path(__file__).with_suffix(".json")


def arguments():
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", default="python_docs", choices=["python_docs", "shakespeare"])
    parser.add_argument("--data", help="folder of Tiny Shakespeare; or set RNN_COURSE_DATA")
    parser.add_argument("--minutes", type=float, default=10.0, help="time budget of training")
    parser.add_argument("--cell", default="gru")
    parser.add_argument("--units", type=int, default=256)
    parser.add_argument("--embedding", type=int, default=64)
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--dropout", type=float, default=0.0)
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--length", type=int, default=100, help="characters of a training window")
    parser.add_argument("--learning-rate", type=float, default=4e-3, help="the largest one of Adam")
    parser.add_argument("--orders", type=int, default=8, help="n-grams up to this order")
    parser.add_argument("--limit", type=int, help="use so many characters of the text only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--backend", default="tensorflow")
    parser.add_argument("--store", action="store_true", help="keep the result in characters.json")
    parser.add_argument("--save", help="keep the trained model in this .keras file")
    return parser.parse_args()


def main():
    """Trains a model and prints one line of JSON."""
    options = arguments()
    os.environ["KERAS_BACKEND"] = options.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from utils import decoding, metrics, text
    from utils.baselines import NGrams
    from utils.datasets import corpora
    from utils.models import LanguageModel

    keras.utils.set_random_seed(options.seed)
    shakespeare = options.text == "shakespeare"
    whole = corpora.shakespeare(options.data) if shakespeare else corpora.python_docs()
    train, test = corpora.split(whole[: options.limit])
    characters = text.Characters.of(train + test)
    train_ids, test_ids = characters.encode(train), characters.encode(test)
    model = LanguageModel(
        characters.size, units=options.units, embedding=options.embedding, layers=options.layers,
        cell=options.cell, dropout=options.dropout,
    )
    print(f"{model.count_params():,} parameters, {len(train):,} characters", file=sys.stderr)
    seconds, read = train_by_the_clock(model, train_ids, options)
    if options.save:
        model.save(options.save)

    began = time.perf_counter()
    nats = decoding.surprisal(model, test_ids).mean()
    test_seconds = time.perf_counter() - began
    counted = [
        NGrams.fit(train_ids, order, characters.size).bits_per_character(test_ids)
        for order in range(1, options.orders + 1)
    ]
    write = {"prompt": test_ids[:20], "length": 500, "temperature": 0.8}
    decoding.generate(model, **write)  # compiles
    began = time.perf_counter()
    decoding.generate(model, **write)
    result = {
        "bits_per_character": round(metrics.bits_per_character(nats), 4),
        "ngram_bits_per_character": [round(bits, 4) for bits in counted],
        "lzma_bits_per_character": round(metrics.compressed_bits_per_character(train, test), 4),
        "characters": characters.size - 1,
        "training_characters": len(train),
        "test_characters": len(test),
        "parameters": model.count_params(),
        "epochs_trained": round(read / len(train), 2),
        "training_minutes": round(seconds / 60, 2),
        "training_characters_per_second": round(read / seconds),
        "test_characters_per_second": round(len(test) / test_seconds),
        "writing_milliseconds": round(1000 * (time.perf_counter() - began) / 500, 2),
        "peak_gibibytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "keras": keras.__version__,
        "python": sys.version.split()[0],
        **{name: value for name, value in vars(options).items()
           if name not in ("data", "save", "store")},
    }
    print(json.dumps(result))
    if options.store:
        store(result)


def store(result):
    """Puts one text's result into the file; those of other texts stay."""
    from utils.files import write_whole

    known = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    known[result["text"]] = result
    write_whole(RESULT, json.dumps(known, indent=1, sort_keys=True) + "\n")


def train_by_the_clock(model, ids, options):
    """Trains on windows from random places; returns seconds and how many characters were read.

    Every step sees other windows than ever before, so that no place is always a window's beginning.
    """
    import keras

    from utils import metrics, training

    model.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0), training.MaskedCrossEntropy())
    random, window = np.random.default_rng(options.seed), np.arange(options.length)
    losses, read, said, began = [], 0, 0, time.perf_counter()
    while (share := (time.perf_counter() - began) / (60 * options.minutes)) < 1:
        starts = random.integers(0, len(ids) - options.length, options.batch_size)
        places = starts[:, None] + window
        model.optimizer.learning_rate = training.learning_rate_at(share, options.learning_rate)
        losses.append(float(model.train_on_batch(ids[places], ids[places + 1])))
        read += places.size
        if share >= said / 20:
            said += 1
            bits = metrics.bits_per_character(np.mean(losses))
            print(f"{share:4.0%}   {read:>12,} characters   {bits:.3f} bits", file=sys.stderr)
            losses.clear()
    return time.perf_counter() - began, read


if __name__ == "__main__":
    main()
