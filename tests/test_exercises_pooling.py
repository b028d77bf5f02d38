"""What notebook 4 asks for is what Keras and scikit-learn do."""

import numpy as np
import pytest
from keras import layers
from sklearn.feature_extraction.text import CountVectorizer

from utils import datasets
from utils.exercises import judge, pooling


@pytest.mark.parametrize("seed", range(3))
def test_the_masked_mean_is_that_of_keras(seed):
    for states, mask in pooling.MASKED_MEAN.cases(np.random.default_rng(seed)):
        theirs = layers.GlobalAveragePooling1D(dtype="float64")(states, mask=mask)
        np.testing.assert_allclose(pooling.masked_mean(states, mask), theirs, atol=1e-12)


def test_the_masked_last_state_is_that_of_a_layer_with_a_mask():
    random = np.random.default_rng(0)
    layer = layers.SimpleRNN(3, return_sequences=True)
    for states, mask in pooling.MASKED_LAST.cases(random):
        vectors = random.normal(size=(*mask.shape, 2)).astype("float32")
        layer = layers.SimpleRNN(states.shape[-1], return_sequences=True)
        every = np.asarray(layer(vectors, mask=mask))  # holds its state where the mask is False
        np.testing.assert_allclose(pooling.masked_last(every, mask), every[:, -1], atol=1e-6)


@pytest.mark.parametrize("longest", [1, 2, 3])
def test_the_bag_is_that_of_scikit_learn(longest):
    texts = datasets.reviews.load().where("test").texts[:50]
    count = CountVectorizer(token_pattern=r"\S+", ngram_range=(1, longest))
    table = count.fit_transform(texts).toarray()
    names = count.get_feature_names_out()
    for text, row in zip(texts, table, strict=True):
        wanted = {name: count for name, count in zip(names, row.tolist(), strict=True) if count}
        assert pooling.bag_of_ngrams(text.split(), longest) == wanted


@pytest.mark.parametrize(
    ("returned", "told"),
    [
        (lambda words, longest: list(words), "expected a dict, run → count, got a list"),
        (
            lambda words, longest: {(words[0], words[1]): 1},
            "the runs are text, their words joined by a space; found ('",
        ),
    ],
)
def test_what_is_no_bag_is_told(returned, told):
    assert told in judge(pooling.BAG_OF_NGRAMS, returned, np.random.default_rng(0)).said


def test_a_wrong_count_is_told_by_its_run():
    def one_more(words, longest):
        bag = pooling.bag_of_ngrams(words, longest)
        return bag | {words[-1]: bag[words[-1]] + 1}

    words, _ = pooling.BAG_OF_NGRAMS.cases(np.random.default_rng(0))[0]
    told = judge(pooling.BAG_OF_NGRAMS, one_more, np.random.default_rng(0)).said
    assert f"for the run {words[-1]!r}, expected" in told
