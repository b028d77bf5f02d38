"""Notebook 16: what is taught equals the library."""

import numpy as np
import pytest
from keras import ops

from utils import metrics, text
from utils.datasets import scenes
from utils.exercises import pointing
from utils.models import Captioner

SCENES = scenes.make(6, objects=(1, 2), size=24, seed=1)


@pytest.fixture
def captioner():
    tokenizer = text.train_tokenizer(SCENES.captions)
    return Captioner(tokenizer, size=24, filters=(3, 5), units=6, embedding=4)


def array(tensor):
    return ops.convert_to_numpy(tensor)


def test_the_keys_are_those_of_the_captioner(captioner):
    seen = array(captioner.eye(SCENES.images))
    found = pointing.as_keys(seen, array(captioner.places))
    np.testing.assert_allclose(found, captioner.look(SCENES.images), atol=1e-6)


def test_a_look_is_that_of_the_captioner(captioner):
    memory, [[d_prev]] = captioner.encode(SCENES.images)
    words = np.full(len(SCENES), text.START)
    _, _, weights = captioner.decoder.step(words, [[d_prev]], memory)
    W_q, W_k, u = (array(w) for w in captioner.decoder.attention.weights)
    word, keys = array(captioner.decoder.embed(words)), array(memory.annotations)
    context, found = pointing.look(array(d_prev), word, keys, W_q, W_k, u[:, 0], captioner.grid)
    np.testing.assert_allclose(found, captioner.as_map(weights), atol=1e-5)
    np.testing.assert_allclose(context, np.einsum("br,brk->bk", weights, keys), atol=1e-5)


@pytest.mark.parametrize("seed", range(3))
def test_pointing_accuracy_is_that_of_metrics(seed):
    random = np.random.default_rng(seed)
    maps = [random.random((len(caption.split()), 8, 8)) for caption in SCENES.captions]
    wanted = metrics.pointing_scores(maps, SCENES.captions, SCENES.objects, 24)["all"]
    rows = [
        (weights[word.step], metrics.owners(things, 24, (8, 8)), word.thing)
        for weights, caption, things in zip(maps, SCENES.captions, SCENES.objects, strict=True)
        for word in metrics.object_words(caption)
    ]
    found = pointing.pointing_accuracy(*map(np.array, zip(*rows, strict=True)))
    assert found == pytest.approx(wanted)
