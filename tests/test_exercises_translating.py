"""Notebook 13: what is taught equals the library."""

import numpy as np
import pytest
from keras import ops

from utils import decoding, text
from utils.exercises import translating
from utils.models import Translator
from utils.training import MaskedCrossEntropy

SENTENCES = ["le chat dort .", "nous sommes là .", "le chien noir dort ici .", "oui ."]


@pytest.mark.parametrize("seed", range(3))
def test_the_loss_is_the_librarys(seed):
    for scores, said in translating.MASKED_CROSS_ENTROPY.cases(np.random.default_rng(seed)):
        library = float(MaskedCrossEntropy(dtype="float64")(said, scores))
        assert translating.masked_cross_entropy(scores, said) == pytest.approx(library, abs=1e-6)


def test_the_shift_is_that_of_training():
    tokenizer = text.train_tokenizer(SENTENCES, size=50)
    rows = tokenizer.encode(SENTENCES, start=True, end=True)
    np.testing.assert_array_equal(translating.shift_right(rows[:, 1:]), rows[:, :-1])


def test_the_greedy_loop_says_what_the_library_says():
    tokenizer = text.train_tokenizer(SENTENCES, size=50)
    model = Translator(tokenizer, tokenizer, units=8, attention=None)
    model.decoder.bias.assign(np.where(np.arange(tokenizer.size) < text.END, -99.0, 0.0))
    ended = set()
    for sentence in SENTENCES:
        memory, states = model.encode(model.encode_source([sentence]))

        def step(word, states, memory=memory):
            scores, states, _ = model.decoder.step(np.array([word]), states, memory)
            return ops.convert_to_numpy(scores)[0], states

        for limit in (1, 5, 30):
            said = translating.greedy_translation(states, step, limit)
            library = decoding.translate(model, [sentence], max_length=limit)[0]
            assert said[-1] == text.END or len(said) == limit
            assert tokenizer.tokens([i for i in said if i != text.END]) == library.tokens
            ended.add(said[-1] == text.END)
    assert False in ended
