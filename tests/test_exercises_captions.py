"""The exercises of notebook 5 beside the library: one step, and the loop."""

import numpy as np
import pytest
from keras import ops

from utils import decoding, text
from utils.exercises import captions, judge
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
    assert any(count == len(row) - 1 for count, row in zip(words, said, strict=True))


def told(exercise, answer):
    return judge(exercise, answer, np.random.default_rng(0)).said


def sentence(exercise, answer):
    [found] = [mistake.said for mistake in exercise.mistakes if mistake.answer is answer]
    return found


@pytest.mark.parametrize("wide", [
    lambda x_t, seen: x_t + seen,
    lambda x_t, seen: np.vstack([x_t, seen]),
    lambda x_t, seen: x_t,
])  # fmt: skip
def test_rows_of_half_the_length_are_told_what_the_matrix_expects(wide):
    def caption_step(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
        h_t = np.tanh(wide(x_t, v @ V + b_v) @ W_x + h_prev @ W_h + b)
        return h_t @ W_hy + b_y, h_t

    wanted = sentence(captions.CAPTION_STEP, captions._beneath_each_other)
    assert told(captions.CAPTION_STEP, caption_step) == wanted


def test_a_matrix_before_the_rows_is_told_wherever_it_stands():
    def of_the_state(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
        h_t = np.tanh(np.hstack([x_t, v @ V + b_v]) @ W_x + W_h @ h_prev + b)
        return h_t @ W_hy + b_y, h_t

    def of_the_scores(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
        h_t = np.tanh(np.hstack([x_t, v @ V + b_v]) @ W_x + h_prev @ W_h + b)
        scores = W_hy @ h_t + b_y
        return scores, h_t

    wanted = sentence(captions.CAPTION_STEP, captions._matrix_before_the_row)
    assert told(captions.CAPTION_STEP, of_the_state) == wanted
    assert "`scores = W_hy @ h_t + b_y`" in told(captions.CAPTION_STEP, of_the_scores)


def until_end(h_0, step, limit):
    """Forgets the limit; the row is full before, and an index goes beyond it."""
    said, word, h, t = np.zeros(limit, int), text.START, h_0, 0
    while True:
        scores, h = step(word, h)
        word = np.argmax(scores)
        if word == text.END:
            return said
        said[t] = word
        t += 1


def and_never_ends(h_0, step, limit):
    """Knows neither [END] nor the limit."""
    said, word, h = [], text.START, h_0
    while True:
        scores, h = step(word, h)
        word = int(np.argmax(scores))
        said.append(word)


def reads_the_scores(h_0, step, limit):
    said, read, h = np.zeros(limit, int), text.START, h_0
    for t in range(limit):
        read, h = step(read, h)
        if np.argmax(read) == text.END:
            break
        said[t] = np.argmax(read)
    return said


def reads_a_whole_score(h_0, step, limit):
    said, word, h = np.zeros(limit, int), text.START, h_0
    for t in range(limit):
        scores, h = step(word, h)
        said[t] = word = int(100 * np.max(scores))
    return said


def adds_end_to_a_list(h_0, step, limit):
    said, word, h = [], text.START, h_0
    while word != text.END and len(said) < limit:
        scores, h = step(word, h)
        word = int(np.argmax(scores))
        said.append(word)
    return said


@pytest.mark.parametrize("answer, like", [
    (until_end, captions._goes_beyond_the_limit),
    (adds_end_to_a_list, captions._only_the_words_and_end),
    (lambda *given: captions.greedy(*given).astype("float32"), captions._as_floats),
])  # fmt: skip
def test_loops_with_a_known_mistake(answer, like):
    assert told(captions.GREEDY, answer) == sentence(captions.GREEDY, like)


def test_a_loop_without_an_end_is_stopped_and_what_is_no_id_is_refused():
    assert "what ends the loop" in told(captions.GREEDY, and_never_ends)
    assert "got an array (9,): is this an id?" in told(captions.GREEDY, reads_the_scores)
    assert "from 0 to 8, and got" in told(captions.GREEDY, reads_a_whole_score)


def test_what_is_told_of_a_case_is_no_dump():
    assert len(told(captions.GREEDY, reads_the_scores)) < 250
