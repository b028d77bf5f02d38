"""The exercises of notebook 5 beside the library: one step, and the loop."""

import numpy as np
import pytest
from keras import ops

from utils import decoding, text
from utils.exercises import captions
from utils.models import LanguageModel


@pytest.fixture(scope="module")
def model():
    return LanguageModel(
        9, units=5, embedding=4, cell="simple_rnn", condition="input", condition_size=3
    )


def test_the_step_is_the_librarys(model):
    random = np.random.default_rng(0)
    model.set_weights([random.normal(size=weight.shape) for weight in model.get_weights()])
    v = random.normal(size=(2, 3)).astype("float32")
    states = model.get_initial_state(2, v)
    [recurrent], [of_condition] = model.recurrent, model.condition_layers
    weights = [
        ops.convert_to_numpy(part)
        for layer in (of_condition, recurrent, model.output_layer)
        for part in layer.weights
    ]
    h = np.zeros((2, 5))
    for ids in ([text.START, text.START], [4, 7], [8, 8]):
        wanted, states = model.read(np.array(ids)[:, None], states, v)
        x_t = ops.convert_to_numpy(model.embedding.embeddings)[ids]
        scores, h = captions.caption_step(x_t, h, v, *weights)
        np.testing.assert_allclose(scores, wanted[:, 0], atol=1e-5)


@pytest.mark.parametrize("seed", range(8))
def test_the_loop_says_what_generate_says(model, seed):
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(size=weight.shape) for weight in model.get_weights()])
    model.output_layer.bias.assign(np.r_[[-50] * 3, random.normal(size=6)])
    v = random.normal(size=(1, 3)).astype("float32")

    def step(word, states):
        scores, states = model.read([[word]], states, v)
        return ops.convert_to_numpy(scores[0, -1]), states

    said = captions.greedy(model.get_initial_state(1, v), step, 6)
    [found] = decoding.generate(model, condition=v, length=6, end=text.END)
    assert said.tolist() == [*found.tokens, *[text.PAD] * (6 - len(found.tokens))]


@pytest.mark.parametrize("seed", range(20))
def test_the_decoders_to_try_end_at_once_on_the_way_and_never(seed):
    cases = captions.GREEDY.cases(np.random.default_rng(seed))
    said = [captions.greedy(*case) for case in cases]
    words = [int(np.count_nonzero(row)) for row in said]
    assert words == [case[2] for case in captions.ENDS]
    assert 0 in words and any(count == len(row) for count, row in zip(words, said, strict=True))
