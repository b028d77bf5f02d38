"""Notebook 14: what is taught equals the library."""

import numpy as np
import pytest
from keras import ops

from utils import metrics, text
from utils.exercises import attending
from utils.models import Attention, Translator
from utils.models.attention import masked_softmax

by_seed = pytest.mark.parametrize("seed", range(3))


@by_seed
def test_the_masked_softmax_is_the_librarys(seed):
    for scores, mask in attending.MASKED_SOFTMAX.cases(np.random.default_rng(seed)):
        found, library = attending.masked_softmax(scores, mask), masked_softmax(scores, mask)
        np.testing.assert_allclose(found, library, atol=1e-6)


@by_seed
@pytest.mark.parametrize("name", ["general", "additive"])
def test_the_scores_are_those_of_the_layer(name, seed):
    exercise = {"general": attending.GENERAL_SCORES, "additive": attending.ADDITIVE_SCORES}[name]
    for queries, keys, *weights in exercise.cases(np.random.default_rng(seed)):
        inner = weights[0].shape[1] if name == "additive" else None
        layer = Attention(name, units=inner, dtype="float64")
        layer(queries, keys)
        layer.set_weights([w[:, None] if w.ndim == 1 else w for w in weights])
        library = layer.scores(queries, layer.project(keys))
        found = exercise.reference(queries, keys, *weights)
        np.testing.assert_allclose(found, library, atol=1e-12)


def test_the_step_is_that_of_the_translator():
    sentences = ["le chat dort .", "nous sommes là ici ."]
    tokenizer = text.train_tokenizer(sentences, size=50)
    model = Translator(tokenizer, tokenizer, units=8, embedding=6, attention="additive")
    memory, [[d_prev]] = model.encode(model.encode_source(sentences))
    words = np.array([text.START, 5])
    _, [[d_library]], weights_library = model.decoder.step(words, [[d_prev]], memory)
    W_q, W_k, u = (ops.convert_to_numpy(w) for w in model.decoder.attention.weights)

    def score(query, keys):
        return attending.additive_scores(query[:, None], keys, W_q, W_k, u[:, 0])[:, 0]

    def cell(inputs, state):
        return ops.convert_to_numpy(model.decoder.recurrent[0].cell(inputs, [state])[0])

    d_prev, keys, mask, word = (
        ops.convert_to_numpy(part)
        for part in (d_prev, memory.annotations, memory.mask, model.decoder.embed(words))
    )
    d_t, c_t, weights = attending.attending_step(d_prev, word, keys, mask, score, cell)
    np.testing.assert_allclose(weights, weights_library, atol=1e-5)
    np.testing.assert_allclose(d_t, d_library, atol=1e-5)
    np.testing.assert_allclose(c_t, np.einsum("bs,bsk->bk", weights, keys), atol=1e-5)


@by_seed
def test_the_alignment_error_is_that_of_metrics(seed):
    for attention, gold in attending.ALIGNMENT_ERROR.cases(np.random.default_rng(seed)):
        links = [metrics.links_from_attention(weights) for weights in attention]
        library = metrics.alignment_error_rate(links, gold)
        assert attending.alignment_error(attention, gold) == pytest.approx(library)
