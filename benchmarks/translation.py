"""Trains a translator on real sentence pairs and prints what came of it, as one JSON line.

    python benchmarks/translation.py --data DIR --source en --target fr
    python benchmarks/translation.py --data DIR --model transformer --layers 2

DIR holds train, val and test files of both languages, one sentence a line: train.en, train.fr, …
Training output goes to standard error; the last line on standard output is the result.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))


def arguments():
    """The options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True, help="folder with train, val and test files")
    parser.add_argument("--source", default="en")
    parser.add_argument("--target", default="fr")
    parser.add_argument("--model", default="rnn", choices=("rnn", "transformer"))
    parser.add_argument("--attention", default="additive", help="a score function, or none")
    parser.add_argument("--order", default="bahdanau")
    parser.add_argument("--cell", default="gru")
    parser.add_argument("--units", type=int, default=256)
    parser.add_argument("--embedding", type=int, default=256)
    parser.add_argument("--embedding-scale", type=float, default=1.0)
    parser.add_argument("--embedding-multiplier", type=float, help="by default √embedding")
    parser.add_argument("--layers", type=int, default=1)
    parser.add_argument("--dropout", type=float, default=0.3)
    parser.add_argument("--heads", type=int, default=4, help="of a Transformer, as what follows")
    parser.add_argument("--inner", type=int, help="by default four times the units")
    parser.add_argument("--positions", default="sinusoidal", help="or learned, or none")
    parser.add_argument("--norm", default="before", help="or after")
    parser.add_argument("--encoder", default="self_attention", help="or recurrent")
    parser.add_argument("--decoder", default="self_attention", help="or recurrent")
    parser.add_argument("--level", default="bpe")
    parser.add_argument("--vocabulary", type=int, default=4000)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=30.0, help="time budget of training")
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--learning-rate", type=float, default=2e-3)
    parser.add_argument("--label-smoothing", type=float, default=0.1)
    parser.add_argument("--precision", default="float32", help="or mixed_bfloat16")
    parser.add_argument("--beam-width", type=int, default=5)
    parser.add_argument("--limit", type=int, help="train on so many pairs only")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--backend", default="tensorflow")
    parser.add_argument("--save", help="keep the trained model in this .keras file")
    return parser.parse_args()


def main():
    """Trains a translator and prints one line of JSON."""
    options = arguments()
    os.environ["KERAS_BACKEND"] = options.backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    import keras

    from utils import datasets, decoding, metrics, text, training

    keras.utils.set_random_seed(options.seed)
    keras.config.set_dtype_policy(options.precision)
    pairs = datasets.bitext.load(options.data, source=options.source, target=options.target)
    train, validation, test = pairs.split()
    train = train[: options.limit]
    tokenizers = [
        text.train_tokenizer(side, level=options.level, size=options.vocabulary)
        for side in (train.source, train.target)
    ]
    translator = made(options, tokenizers)
    print(f"{translator.count_params():,} parameters, {len(train):,} pairs", file=sys.stderr)

    began = time.perf_counter()
    history = _to_stderr(
        training.fit, translator, train, validation, epochs=options.epochs,
        minutes=options.minutes, batch_size=options.batch_size, seed=options.seed,
        learning_rate=options.learning_rate, label_smoothing=options.label_smoothing,
    )
    training_seconds = time.perf_counter() - began
    if options.save:
        translator.save(options.save)

    def score(pairs, **how):
        return round(
            metrics.evaluate(partial(decoding.translate, translator, **how), pairs).bleu, 2
        )

    decoding.translate(translator, test.source[:200])  # compiles
    seconds, greedy = timed(score, test)
    one_by_one = [
        timed(decoding.translate, translator, [sentence])[0] for sentence in test.source[:100]
    ]
    rates = sorted(history.sentences_per_second)
    print(json.dumps({
        "bleu": greedy,
        "bleu_beam": score(test, beam_width=options.beam_width),
        "bleu_validation": score(validation),
        "signature": metrics.bleu_signature(),
        "parameters": translator.count_params(),
        "epochs_trained": history.epochs,
        "validation_loss": round(min(history.validation_loss), 4),
        "training_minutes": round(training_seconds / 60, 2),
        "training_sentences_per_second": round(rates[len(rates) // 2]),
        "batch_sentences_per_second": round(len(test) / seconds),
        "single_milliseconds": round(1000 * sorted(one_by_one)[len(one_by_one) // 2], 1),
        "peak_gibibytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
        "keras": keras.__version__,
        **{name: value for name, value in vars(options).items() if name not in ("data", "save")},
    }))


def made(options, tokenizers):
    """The model that the options name, untrained."""
    from utils.models import Transformer, Translator

    shared = {
        "units": options.units, "layers": options.layers, "dropout": options.dropout,
        "cell": options.cell, "order": options.order, "embedding_scale": options.embedding_scale,
    }  # fmt: skip
    if options.model == "transformer":
        return Transformer(
            *tokenizers, **shared, attention=options.attention, heads=options.heads,
            inner=options.inner, norm=options.norm, encoder=options.encoder,
            decoder=options.decoder, positions=_none(options.positions),
        )  # fmt: skip
    return Translator(
        *tokenizers, **shared, attention=_none(options.attention), embedding=options.embedding,
        embedding_multiplier=options.embedding_multiplier,
    )  # fmt: skip


def _none(name):
    return None if name == "none" else name


def timed(function, *inputs):
    """Seconds that a function took, and its result."""
    began = time.perf_counter()
    result = function(*inputs)
    return time.perf_counter() - began, result


def _to_stderr(function, *inputs, **options):
    """Runs a function whose progress is not part of the result."""
    standard, sys.stdout = sys.stdout, sys.stderr
    try:
        return function(*inputs, **options)
    finally:
        sys.stdout = standard


if __name__ == "__main__":
    main()
