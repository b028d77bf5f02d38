"""Notebook 17: what is taught equals the library."""

import json
import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
import tiny
from keras import ops
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from utils import training
from utils.exercises import real_translation

WORDS = "banana bananas ananas an nana lower lowest newest widest low".split()


def test_merges_are_those_of_the_library():
    counts = Counter({"▁" + word: times for times, word in enumerate(WORDS, 3)})
    library = Tokenizer(models.BPE())
    library.pre_tokenizer = pre_tokenizers.Metaspace("▁")
    letters = sorted(set("".join(counts)))
    library.train_from_iterator(
        [" ".join([word[1:]] * times) for word, times in counts.items()],
        trainers.BpeTrainer(vocab_size=len(letters) + 12, show_progress=False),
    )
    theirs = [tuple(pair) for pair in json.loads(library.to_str())["model"]["merges"]]
    assert len(theirs) == 12
    words = {word: list(word) for word in counts}
    for pair in theirs:  # merged in the library's order, each pair was a most frequent one
        together = Counter()
        for word, pieces in words.items():
            for two in pairwise(pieces):
                together[two] += counts[word]
        assert together[pair] == max(together.values())
        words = {word: real_translation.merge(pieces, pair) for word, pieces in words.items()}
    for word, pieces in words.items():
        assert pieces == library.encode(word[1:]).tokens


@pytest.mark.parametrize("seed", range(5))
def test_a_merge_is_that_of_a_regular_expression(seed):
    """Letters stand for pieces, so that borders of pieces are borders of letters."""
    random = np.random.default_rng(seed)
    letters = [str(letter) for letter in random.choice(list("abc"), 30)]
    for pair in (("a", "b"), ("b", "b")):
        wanted = re.findall(f"{''.join(pair)}|.", "".join(letters))
        assert real_translation.merge(letters, pair) == wanted


@pytest.mark.parametrize("seed", range(3))
def test_batches_by_length_are_the_librarys(seed):
    for lengths, size in real_translation.BUCKET_BATCHES.cases(np.random.default_rng(seed)):
        found = real_translation.bucket_batches(lengths, size)
        wanted = training.length_buckets(lengths[:, None], size)
        for mine, right in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(mine, right)


def test_the_gradient_is_that_of_one_large_batch():
    import tensorflow as tf

    model, loss = tiny.random_translator(), training.MaskedCrossEntropy()
    (source, read), to_say = training.Batches(*model.examples(tiny.pairs(12)), 12)[0]

    def gradient(rows):
        with tf.GradientTape() as tape:
            mean = loss(to_say[rows], model((source[rows], read[rows])))
        slopes = tape.gradient(mean, model.trainable_variables)
        flat = [np.ravel(ops.convert_to_numpy(tf.convert_to_tensor(slope))) for slope in slopes]
        return np.concatenate(flat)

    at_once = gradient(slice(0, 12))
    parts = [slice(0, 3), slice(3, 8), slice(8, 12)]
    gradients = np.stack([gradient(rows) for rows in parts])
    words = np.array([np.sum(to_say[rows] != 0) for rows in parts])
    found = real_translation.accumulated_gradient(gradients, words)
    np.testing.assert_allclose(found, at_once, atol=1e-5 * np.abs(at_once).max())
    assert np.abs(gradients.mean(axis=0) - at_once).max() > 1e-3 * np.abs(at_once).max()
