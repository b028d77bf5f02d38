"""Parts of speech from the left, the right, both sides, or some words late, for notebook 11.

    python benchmarks/tagging.py --data DIR         # writes benchmarks/tagging.json
    python benchmarks/tagging.py --part "course"    # one part; an interrupted one goes on

Questions: is a tagger that reads both ways better than one that reads from the left, or from the
right, and on which words? And how many words of looking ahead are worth as much: a reader from the
left that answers for each word only k words later has read k words more. Equal in sentences and
epochs, and in parameters, within two in a hundred: one reader has more units than each of two. The
outcome is the share of words with the right tag: of all, of those that have several tags in
training, of those that have one, and of those that do not occur there. Notebook 11 would say the
opposite if one reader were as good as both on words with several tags. The words with one tag are
the control for answering late: what is lost there is lost by having to remember the word.

- "course": the course corpus, made of clean sentences.
- "real text": the English Web Treebank (Silveira et al. 2014). Of its development file 1,601
  sentences are trained on, and 400 choose rates; its test file is tested on. DIR holds the folder
  ud-english-ewt with both files. A word comes with its last three letters and its looks.
  Two more rows have the next words before their eyes, and need not remember one meanwhile.
- "real text, longer": four times the epochs for five of these rows, with the same rates: do the
  readers that answer late only need more training? And do the verdicts last?
- "counted": what needs no network, on both: the tag that the word has most often in training, by
  itself, or beside the word before it and up to two words after it, as far as those were seen.

Each row has a rate of its own, chosen on validation by `experiments.tune` under seeds of its own.
The test set is read once, at the end, with the last weights.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from functools import cache, partial
from itertools import chain
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import keras
import numpy as np
from keras import ops

from utils import baselines, experiments, metrics, training, typography
from utils.datasets import tagging
from utils.models import Tagger
from utils.models.compiled import traced

RESULT = Path(__file__).with_suffix(".json")
FOLDER = None  # where the treebank lies; None: where `tagging.load` looks
AFTER = "[END]"  # what a reader that answers late reads behind the sentence
SEEDS, TUNING = 10, 100  # of a table; the first of the three that choose a rate
LONGER_SEEDS = 5
RATES = (4e-3, 8e-3, 1.6e-2, 3.2e-2)  # where each search begins
POINTS = 4  # of a learning curve
ROWS = {
    "forwards": {"direction": "forwards"},
    "1 word late": {"direction": "forwards", "delay": 1},
    "2 words late": {"direction": "forwards", "delay": 2},
    "backwards": {"direction": "backwards"},
    "both": {"direction": "both"},
    "1 word in view": {"direction": "forwards", "view": 1, "units": 30},
    "2 words in view": {"direction": "forwards", "view": 2, "units": 24},
}
PARTS = {
    "course": {
        "corpus": "course", "epochs": 2, "batch": 128, "units": [32, 20],
        "rows": ["forwards", "1 word late", "backwards", "both"],
        "model": {"embedding": 24},
    },
    "real text": {
        "corpus": "ud-english-ewt", "epochs": 6, "batch": 32, "units": [39, 24],
        "rows": list(ROWS), "word dropout": 0.25,
        "model": {"embedding": 32, "dropout": 0.5, "suffixes": True},
    },
}  # fmt: skip
PARTS["real text, longer"] = {
    **PARTS["real text"],
    "epochs": 4 * PARTS["real text"]["epochs"],
    "rows": ["forwards", "1 word late", "2 words late", "1 word in view", "both"],
    "rates of": "real text",
}


@cache
def parts(corpus):
    """Training, validation and test."""
    if corpus == "course":
        return tagging.load("course").split()
    return tagging.load(corpus, folder=FOLDER).split(held_out=400)


# ----------------------------------------------------------------------------------- one training


class Viewing(Tagger):
    """A tagger from the left that reads, at each word, the vectors of the next ones as well.

    It has them before its eyes and need not remember its word meanwhile, unlike one that answers
    late. (Amodei et al. 2016, Deep Speech 2, section 3.7, put such a view behind the recurrent
    layers.)

    Args:
        words: as the other arguments, those of `Tagger`.
        tags: see there.
        view: how many words ahead.
        **options: see there; one direction.
    """

    def __init__(self, words, tags, view=1, **options):
        self.view = view  # `build` is called within
        super().__init__(words, tags, **options)

    def build(self, input_shape=None):
        """The reader's input is wider; else as `Tagger`."""
        if not self.built:
            [reader] = self.readers
            reader.build((None, None, (1 + self.view) * self.options["embedding"]))
        super().build(input_shape)

    def states(self, ids, training=False, mask=None):
        """As those of `Tagger`."""
        columns = self._columns(ids)
        there = ops.not_equal(columns[0], 0)
        vectors = sum(embed(column) for embed, column in zip(self.embeddings, columns, strict=True))
        vectors = self.dropout(vectors, training=training) * ops.cast(there, "float32")[..., None]
        padded = ops.pad(vectors, [[0, 0], [0, self.view], [0, 0]])
        seen = [padded[:, ahead : ahead - self.view or None] for ahead in range(self.view + 1)]
        found = self.readers[0](ops.concatenate(seen, axis=-1), mask=there, training=training)
        return self.dropout(found, training=training)

    def get_config(self):
        """With the view."""
        return {**super().get_config(), "view": self.view}


def _by_frequency(names):
    return [name for name, _ in Counter(names).most_common()]


def network(options):
    """What decides the network of a row: direction, view, and units other than those of all."""
    return tuple(options.get(name) for name in ("direction", "view", "units"))


@cache
def _learner(part, direction, view, units):
    """A compiled tagger and its training step, made once: to trace takes as long as to train."""
    table, (train, _, _) = PARTS[part], parts(PARTS[part]["corpus"])
    words = _by_frequency(map(typography.plain, chain.from_iterable(train.words)))
    tags = _by_frequency(chain.from_iterable(train.tags))
    kind = partial(Viewing, view=view) if view else Tagger
    model = kind(
        [*words, AFTER], tags, units=units or table["units"][direction == "both"],
        direction=direction, **table["model"],
    )  # fmt: skip
    model.compile(
        keras.optimizers.Adam(1e-3, global_clipnorm=1.0),
        training.MaskedCrossEntropy(ignore_class=model.ignore_class),
    )
    model.optimizer.build(model.trainable_variables)
    return model, traced(model.train_step), traced(model)


def _renew(model, seed):
    """Begins anew: weights and dropout drawn with this seed, an optimiser that has seen nothing."""
    keras.utils.set_random_seed(seed)
    fresh = type(model)(**{**model.get_config(), "name": None})
    for ours, theirs in zip(model.variables, fresh.variables, strict=True):
        ours.assign(theirs)
    for variable in model.optimizer.variables:
        variable.assign(ops.zeros_like(variable))


def late(model, tagged, delay):
    """Rows of ids and of the tags' numbers, (time,) each: every answer comes `delay` words later.

    The words are followed by as many `AFTER`; before the first answer there is nothing to say.
    """
    ids = model.encode(_followed(tagged.words, delay))
    nothing = np.full(delay, model.ignore_class)
    targets = [
        np.concatenate([nothing, numbers[: len(tags)]])
        for tags, numbers in zip(tagged.tags, model.encode_tags(tagged.tags), strict=True)
    ]
    return [row[: len(own)] for row, own in zip(ids, targets, strict=True)], targets


@cache
def _rows(part, delay, *of_network):
    """Those of training."""
    return late(_learner(part, *of_network)[0], parts(PARTS[part]["corpus"])[0], delay)


def _followed(sentences, delay):
    return [[*words, *[AFTER] * delay] for words in sentences]


def train(part, options, seed, epochs=None, points=0):
    """Trains one tagger with a rate that falls to zero along a cosine.

    Args:
        part: one of `PARTS`.
        options: of the row: "direction", perhaps "delay", and "learning_rate".
        seed: of weights, order and noise.
        epochs: others than those of the part.
        points: at so many times validation is read.

    Returns:
        `(tag, curve)`: a function, sentences → their tags, and shares of validation words.
    """
    table, delay = PARTS[part], options.get("delay", 0)
    validating = parts(table["corpus"])[1]
    model, step, scores = _learner(part, *network(options))
    _renew(model, seed)
    rows, targets = _rows(part, delay, *network(options))
    alpha = table.get("word dropout", 0)
    noise = training.WordDropout(alpha, rows) if alpha else None
    batches = training.Batches(
        (rows,), targets, table["batch"], seed=seed, padding=model.ignore_class, noise=noise
    )
    steps = (epochs or table["epochs"]) * len(batches)
    marks, curve = {steps * (point + 1) // points for point in range(points)}, []
    tag = partial(_tag, model, scores, delay)
    for done in range(steps):
        epoch, number = divmod(done, len(batches))
        if not number:
            batches.deal(epoch)
        model.optimizer.learning_rate = training.learning_rate_at(
            done / steps, options["learning_rate"], warm_up=0
        )
        step(tuple(map(ops.convert_to_tensor, batches[number])))
        if done + 1 in marks:
            curve.append(metrics.tagging_accuracy(tag(validating.words), validating))
    return tag, curve


def _tag(model, scores, delay, sentences):
    """The most probable tag of each word, where the answer to it comes `delay` words later."""
    ids, lengths = model.encode(_followed(sentences, delay)), np.array([*map(len, sentences)])
    found, order = [None] * len(sentences), np.argsort(lengths, kind="stable")
    for start in range(0, len(order), 256):
        chosen = order[start : start + 256]
        best = np.argmax(scores(ids[chosen, : lengths[chosen].max() + delay]), axis=-1)
        for n, row in zip(chosen, best, strict=True):
            found[n] = [model.options["tags"][k] for k in row[delay : delay + lengths[n]]]
    return found


def shares(corpus, found, tagged):
    """The share of words with the right tag, by what training knows of the word."""
    learned = tagging.tags_of_words(parts(corpus)[0])
    words = set(map(typography.plain, chain.from_iterable(tagged.words)))
    kinds = {
        "all": words,
        "several": {word for word in words if len(learned.get(word, ())) > 1},
        "one": {word for word in words if len(learned.get(word, ())) == 1},
        "unknown": words - set(learned),
    }
    return {
        kind: round(metrics.tagging_accuracy(found, tagged, only), 4)
        for kind, only in kinds.items()
        if only
    }


# ------------------------------------------------------------------------------------ by counting


class Counted:
    """Gives a word the tag that it has most often in training in this neighbourhood.

    Args:
        train: the sentences to count in.
        before: how many words before it count.
        after: how many words behind it count.

    A neighbourhood that training does not have becomes smaller by its outermost words, those behind
    the word first; a word that it does not have gets what `MostFrequentTag` gives.
    """

    def __init__(self, train, before, after):
        self.alone = baselines.MostFrequentTag(train)
        self.sizes = [(before, behind) for behind in range(after, -1, -1)]
        self.counts = {}
        for words, tags in zip(train.words, train.tags, strict=True):
            plain = [*map(typography.plain, words)]
            for place, tag in enumerate(tags):
                for size in self.sizes:
                    self.counts.setdefault(_around(plain, place, *size), Counter())[tag] += 1

    def tag(self, sentences):
        """One list of tags per sentence."""
        alone = self.alone.tag(sentences)
        return [
            [self._best([*map(typography.plain, words)], *pair) for pair in enumerate(tags)]
            for words, tags in zip(sentences, alone, strict=True)
        ]

    def _best(self, words, place, alone):
        for size in self.sizes:
            found = self.counts.get(_around(words, place, *size))
            if found:
                return found.most_common(1)[0][0]
        return alone


def _around(words, place, before, after):
    """A word with its neighbours; None where the sentence has none."""
    near = range(place - before, place + after + 1)
    return tuple(words[n] if 0 <= n < len(words) else None for n in near)


def counted(options, seed):
    """The shares of test words that are right by counting; nothing in it depends on the seed."""
    train, _, test = parts(options["corpus"])
    tagger = Counted(train, options["before"], options["after"])
    return shares(options["corpus"], tagger.tag(test.words), test)


COUNTED = {
    f"{corpus}, {name}": {"corpus": corpus, "before": before, "after": after}
    for corpus in ("course", "ud-english-ewt")
    for name, before, after in (
        ("the word", 0, 0), ("and the one before", 1, 0), ("and one ahead", 1, 1),
        ("and two ahead", 1, 2),
    )
}  # fmt: skip


# -------------------------------------------------------------------------------------- the tables


def measure(part, options, seed, **changed):
    """Trains one tagger: its shares of test words, its curve on validation, and seconds."""
    began = time.process_time()
    tag, curve = train(part, options, seed, points=POINTS, **changed)
    seconds = time.process_time() - began
    corpus = PARTS[part]["corpus"]
    test = parts(corpus)[2]
    found = shares(corpus, tag(test.words), test)
    parameters = _learner(part, *network(options))[0].count_params()
    return {
        **found, "parameters": parameters, "seconds": round(seconds, 1),
        "validation": np.round(curve, 4).tolist(),
    }  # fmt: skip


def validation(part, options, seed):
    """Trains one tagger to choose a rate by: its share of validation words right."""
    tag, _ = train(part, options, TUNING + seed)
    corpus = PARTS[part]["corpus"]
    validating = parts(corpus)[1]
    return shares(corpus, tag(validating.words), validating)["several"]


def common(part):
    """What all rows of a part share."""
    listed = {key: value for key, value in PARTS[part].items() if key != "rows"}
    return {**listed, "weights": "the last", "clipped at": 1.0}


def best_rates(part):
    """Row → the rate that is best on validation; the search is kept."""
    return experiments.tune(
        {row: ROWS[row] for row in PARTS[part]["rows"]}, partial(validation, part), rates=RATES,
        path=RESULT, name=f"{part}: rates",
        common={**common(part), "first seed": TUNING, "chosen by": "several"},
    ).best  # fmt: skip


def run(part):
    """Measures what the file lacks of one part."""
    if part == "counted":
        experiments.run(COUNTED, counted, 1, path=RESULT, name=part, unit="right")
        return
    table = PARTS[part]
    best = best_rates(table.get("rates of", part))
    ready = {row: {**ROWS[row], "learning_rate": best[row]} for row in table["rows"]}
    seeds = LONGER_SEEDS if "rates of" in table else SEEDS
    experiments.run(
        ready, partial(measure, part), seeds, path=RESULT, name=part, unit="right",
        common=common(part),
    )  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="the folder with ud-english-ewt in it")
    parser.add_argument("--part", action="append", choices=[*PARTS, "counted"], help="repeatable")
    chosen = parser.parse_args()
    FOLDER = chosen.data
    for part in chosen.part or [*PARTS, "counted"]:
        print(part, flush=True)
        run(part)
