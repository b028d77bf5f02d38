"""Strange reviews, read as notebook 4 reads them: padded, masked, with what is unknown as [UNK]."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from utils import datasets, text


@pytest.fixture(scope="module")
def reader():
    """A tokenizer and an untrained model: ids (batch, time) → probability (batch, 1)."""
    keras.utils.set_random_seed(0)
    tokenizer = text.train_tokenizer(datasets.reviews.load().where("train").texts)
    read = layers.Input((None,), dtype="int32")
    vectors = layers.Embedding(tokenizer.size, 8)(read)
    states = layers.SimpleRNN(8, return_sequences=True)(vectors, mask=ops.not_equal(read, text.PAD))
    return tokenizer, keras.Model(read, layers.Dense(1, activation="sigmoid")(states[:, -1]))


def probability(model, ids):
    """Ids, (batch, time) → a probability each, (batch,)."""
    return ops.convert_to_numpy(model(ids))[:, 0]


def test_an_empty_review_is_undecided(reader):
    tokenizer, model = reader
    assert tokenizer.encode([""]).tolist() == [[text.PAD]]
    for texts in ([""], ["", "the soup was good ."]):
        first, *_ = probability(model, tokenizer.encode(texts))
        assert first == pytest.approx(0.5)  # nothing read, bias still 0


def test_unknown_words_are_all_alike(reader):
    tokenizer, model = reader
    ids = tokenizer.encode(["zither quux flim", "brillig slithy toves"])
    assert (ids == text.UNK).all()
    first, second = probability(model, ids)
    assert first == second and 0 < first < 1


def test_a_review_of_ten_thousand_words(reader):
    tokenizer, model = reader
    review = "the soup was good . " * 2000
    [row] = tokenizer.encode_rows([review])
    assert len(row) == 10_000 and 0 < model.predict_on_batch(row[None])[0, 0] < 1
    cut = tokenizer.encode([review], max_length=100)
    assert cut.shape == (1, 100)
    np.testing.assert_array_equal(cut[0], row[:100])


def test_padding_changes_no_verdict(reader):
    tokenizer, model = reader
    texts = datasets.reviews.load().where("test").texts[:20]
    rows = tokenizer.encode_rows(texts)
    alone = [probability(model, row[None])[0] for row in rows]
    np.testing.assert_allclose(probability(model, text.pad(rows, 40)), alone, atol=1e-6)


def test_a_number_instead_of_a_review(reader):
    tokenizer, _ = reader
    with pytest.raises(TypeError, match="sentence 1 is a int"):
        tokenizer.encode(["good .", 5])
