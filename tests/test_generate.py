"""Generated texts against slow loops and the model's own probabilities; drawing; surprisal."""

import functools
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from scipy import stats

from utils import decoding
from utils.decoding import generation
from utils.decoding.steps import compiled_reader
from utils.models import LanguageModel
from utils.text import END, PAD, START, Characters

SIZE, CONDITION = 9, 3
PROMPT = np.array([4, 7, 5])
KINDS = [
    {"cell": "gru"},
    {"cell": "lstm", "layers": 2, "condition": "state", "condition_size": CONDITION},
    {"cell": "simple_rnn", "condition": "input", "condition_size": CONDITION},
]


def random_model(seed=0, **options):
    model = LanguageModel(SIZE, 6, 4, **options)
    random = np.random.default_rng(seed)
    model.set_weights([0.9 * random.normal(size=w.shape) for w in model.get_weights()])
    return model


@functools.cache
def shared(number=0):
    """Built once for all tests, so not to be changed."""
    return random_model(**KINDS[number])


def given(number, rows=1, seed=3):
    random = np.random.default_rng(seed)
    return random.normal(size=(rows, CONDITION)) if number else None


def log_softmax(logits):
    logits = np.asarray(logits, "float64")
    logits = logits - logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def believed(model, ids, condition=None):
    """Probabilities of what follows each token of one row, (time, vocabulary)."""
    ids = np.array([ids], "int32")
    inputs = ids if condition is None else (ids, condition.astype("float32"))
    return np.exp(log_softmax(np.array(model(inputs))[0]))


# ---------------------------------------------------------------- greedy


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize("prompt", [PROMPT, None], ids=["prompt", "start"])
def test_greedy_equals_the_slow_loop(number, prompt):
    model, condition = shared(number), given(number)
    end = END if prompt is None else None  # a model with [START] has [END]
    [found] = decoding.generate(model, prompt=prompt, condition=condition, length=6, end=end)
    words = [START] if prompt is None else prompt.tolist()
    never = [PAD, START] if prompt is None else [PAD]
    for token, probability in zip(found.tokens, found.probabilities, strict=True):
        belief = believed(model, words, condition)[-1]
        allowed = belief.copy()
        allowed[never] = 0
        assert token == allowed.argmax()
        assert probability == pytest.approx(belief[token], rel=1e-4)
        words.append(int(token))
    assert found.tokens.dtype == np.int32
    if found.finished:
        belief = believed(model, words, condition)[-1]
        belief[never] = 0
        assert prompt is None and belief.argmax() == END
    else:
        assert len(found.tokens) == 6


def test_the_beginning_is_no_token_to_say():
    # a model that always wants to say [PAD], then [START], then 5
    model = random_model(cell="gru")
    wanted = np.zeros(SIZE, "float32")
    wanted[[PAD, START, 5]] = 60, 40, 20
    model.output_layer.set_weights([np.zeros((6, SIZE)), wanted])
    [found] = decoding.generate(model, length=3, end=END)
    assert found.tokens.tolist() == [5, 5, 5]
    # after a prompt id 2 may be a letter like any other
    [found] = decoding.generate(model, prompt=[4], length=3)
    assert found.tokens.tolist() == [START] * 3
    np.testing.assert_allclose(found.probabilities, np.exp(-20), rtol=1e-3)  # [PAD] had the rest


def test_each_step_reads_one_token(monkeypatch):
    model, shapes = shared(), []
    last = compiled_reader(model).last

    def noted(ids, states, condition):
        shapes.append(ids.shape)
        return last(ids, states, condition)

    monkeypatch.setattr(generation, "compiled_reader", lambda model: SimpleNamespace(last=noted))
    decoding.generate(model, prompt=PROMPT, count=2, length=5)
    assert shapes == [(2, 3), (2, 1), (2, 1), (2, 1), (2, 1)]


def test_later_weights_are_seen():
    model = random_model(cell="gru")
    decoding.generate(model, prompt=PROMPT, length=4)
    decoding.surprisal(model, PROMPT)
    other = random_model(seed=5, cell="gru")
    model.set_weights(other.get_weights())
    [found], [wanted] = (decoding.generate(m, prompt=PROMPT, length=4) for m in (model, other))
    assert found.tokens.tolist() == wanted.tokens.tolist()
    np.testing.assert_allclose(found.probabilities, wanted.probabilities, rtol=1e-5)


# ---------------------------------------------------------------- rows, prompts, conditions


def test_count_prompts_and_conditions():
    model, conditions = shared(1), given(1, rows=2)
    prompts = np.array([[4, 7], [5, 8]])

    def alone(prompt, condition):
        [found] = decoding.generate(model, prompt=prompt, condition=condition, length=4, end=END)
        return found.tokens.tolist()

    def together(**options):
        found = decoding.generate(model, length=4, end=END, **options)
        return [one.tokens.tolist() for one in found]

    pairs = [alone(p, c) for p, c in zip(prompts, conditions, strict=True)]
    assert together(prompt=prompts, condition=conditions) == pairs
    assert pairs[0] != pairs[1]
    twice = [pairs[0], pairs[0], pairs[1], pairs[1]]
    assert together(prompt=prompts, condition=conditions, count=2) == twice
    one_prompt = [alone(prompts[0], c) for c in conditions]
    assert together(prompt=prompts[0], condition=conditions) == one_prompt
    one_condition = [alone(p, conditions[0]) for p in prompts]
    assert together(prompt=prompts, condition=conditions[0]) == one_condition
    assert together(condition=conditions) == [alone(None, c) for c in conditions]


def test_a_text_ends():
    """Rows end at different times, without `end`, and go on for the others."""
    model = shared()
    how = {"prompt": PROMPT, "count": 30, "length": 12, "temperature": 2.0, "seed": 1}
    endless = decoding.generate(model, **how)
    ending = decoding.generate(model, **how, end=END)
    lengths = set()
    for free, found in zip(endless, ending, strict=True):
        said = free.tokens.tolist()
        kept = said.index(END) if END in said else 12
        assert found.tokens.tolist() == said[:kept]
        assert found.finished == (END in said)
        np.testing.assert_array_equal(found.probabilities, free.probabilities[:kept])
        assert len(free.tokens) == 12 and not free.finished
        lengths.add(kept)
    assert len(lengths) > 4 and 12 in lengths


def test_all_ended_is_the_end(monkeypatch):
    model = random_model(cell="gru")
    wanted = np.zeros(SIZE, "float32")
    wanted[END] = 50
    model.output_layer.set_weights([np.zeros((6, SIZE)), wanted])
    last, calls = compiled_reader(model).last, []

    def noted(*inputs):
        calls.append(1)
        return last(*inputs)

    monkeypatch.setattr(generation, "compiled_reader", lambda model: SimpleNamespace(last=noted))
    found = decoding.generate(model, count=2, length=100, end=END)
    assert [(len(g.tokens), len(g.probabilities), g.finished) for g in found] == [(0, 0, True)] * 2
    assert len(calls) == 1


# ---------------------------------------------------------------- drawing


@pytest.mark.parametrize("temperature", [0.7, 1.0, 1.5])
def test_what_is_drawn_is_what_the_model_believes(temperature):
    model, count = shared(), 4000
    found = decoding.generate(model, prompt=PROMPT, count=count, length=1, temperature=temperature)
    belief = believed(model, PROMPT)[-1]
    drawn = np.array([g.tokens[0] for g in found])
    for g in found[:20]:  # as the model held it, not as it was drawn
        assert g.probabilities[0] == pytest.approx(belief[g.tokens[0]], rel=1e-4)
    belief[PAD] = 0
    wanted = belief ** (1 / temperature)
    counts = np.bincount(drawn, minlength=SIZE)
    assert counts[PAD] == 0
    usual = wanted / wanted.sum() * count > 5
    assert usual.sum() > 3
    assert counts[usual] == pytest.approx((wanted / wanted.sum() * count)[usual], abs=4 * 32)
    chance = stats.chisquare(counts[usual], wanted[usual] / wanted[usual].sum()
                             * counts[usual].sum())
    assert chance.pvalue > 0.01


def test_drawing_depends_on_the_seed_alone():
    def texts(**options):
        return [g.tokens.tolist() for g in decoding.generate(
            shared(), prompt=PROMPT, count=3, length=8, temperature=1.5, **options)]

    assert texts() == texts(seed=0) != texts(seed=1)
    assert len({tuple(row) for row in texts()}) == 3


def test_cold_drawing_is_greedy():
    [greedy] = decoding.generate(shared(), prompt=PROMPT, length=8)
    for how in ({"temperature": 1e-4}, {"top_k": 1}, {"top_p": 1e-9}):
        [found] = decoding.generate(shared(), prompt=PROMPT, length=8, **how)
        assert found.tokens.tolist() == greedy.tokens.tolist()


BELIEF = np.log(np.array([[0.1, 0.4, 0.05, 0.3, 0.15], [0.96, 0.01, 0.01, 0.01, 0.01]]))


@pytest.mark.parametrize(
    ("options", "first", "second"),
    [
        ({}, [0.1, 0.4, 0.05, 0.3, 0.15], [0.96, 0.01, 0.01, 0.01, 0.01]),
        ({"temperature": 1.0, "top_k": 5, "top_p": 1.0},
         [0.1, 0.4, 0.05, 0.3, 0.15], [0.96, 0.01, 0.01, 0.01, 0.01]),
        ({"temperature": 0.5}, np.array([0.01, 0.16, 0.0025, 0.09, 0.0225]) / 0.285,
         np.array([0.9216, 1e-4, 1e-4, 1e-4, 1e-4]) / 0.922),
        ({"top_k": 2}, [0, 4 / 7, 0, 3 / 7, 0], [96 / 97, 1 / 97, 0, 0, 0]),
        ({"top_p": 0.6}, [0, 4 / 7, 0, 3 / 7, 0], [1, 0, 0, 0, 0]),
        # 4/7 alone is not 0.6 of what the two are together; of all five it would be 0.4
        ({"top_k": 2, "top_p": 0.57}, [0, 1, 0, 0, 0], [1, 0, 0, 0, 0]),
        ({"top_k": 2, "top_p": 0.6}, [0, 4 / 7, 0, 3 / 7, 0], [1, 0, 0, 0, 0]),
    ],
    ids=str,
)
def test_sampling_probabilities_by_hand(options, first, second):
    found = decoding.sampling_probabilities(BELIEF, **options)
    assert found.dtype == np.float64
    np.testing.assert_allclose(found, [first, second], atol=1e-12)


@pytest.mark.parametrize(
    ("top_p", "wanted"),
    [(0.5, [1, 0, 0]), (0.75, [2 / 3, 1 / 3, 0]), (0.75 + 1e-9, [0.5, 0.25, 0.25])],
)
def test_top_p_needs_no_more_than_reach_it(top_p, wanted):
    # 1/2 and 1/4 are exact in binary: the first token alone has probability 0.5, not less
    belief = np.log(np.array([[0.5, 0.25, 0.25]]))
    np.testing.assert_allclose(decoding.sampling_probabilities(belief, top_p=top_p), [wanted])


def test_what_is_impossible_stays_so():
    belief = BELIEF.copy()
    belief[:, 1] = -np.inf
    found = decoding.sampling_probabilities(belief, temperature=50.0)
    assert (found[:, 1] == 0).all()
    np.testing.assert_allclose(found.sum(-1), 1)


@pytest.mark.parametrize("at", [0.0, np.nextafter(1, 0)])
def test_the_ends_of_the_drawing(at):
    """The least and the largest random number still give a token that is possible."""
    probabilities = np.array([[0, 0.2, 0, 0.3, 0.5] + [0] * 6, [0] + [0.1] * 9 + [0]])
    probabilities[1, 2] = 0.2  # a row whose sum, as floats add up, is a little less than 1
    assert np.cumsum(probabilities[1])[-1] < 1
    random = SimpleNamespace(random=lambda shape: np.full(shape, at))
    assert decoding.draw(probabilities, random).tolist() == ([1, 1] if at == 0 else [4, 9])


def test_draw_frequencies():
    probabilities = np.tile([0.5, 0.0, 0.2, 0.3], (5000, 1))
    counts = np.bincount(decoding.draw(probabilities, np.random.default_rng(0)), minlength=4)
    assert counts[1] == 0
    assert stats.chisquare(counts[[0, 2, 3]], [2500, 1000, 1500]).pvalue > 0.01


# ---------------------------------------------------------------- surprisal


@pytest.mark.parametrize("length", [2, 9, 10, 11, 30])
def test_surprisal_carries_the_state(length):
    model, ids = shared(), np.random.default_rng(0).integers(1, SIZE, length)
    belief = believed(model, ids[:-1])
    wanted = [-np.log(belief[t, token]) for t, token in enumerate(ids[1:])]
    for piece in (1, 10, 1000):
        found = decoding.surprisal(model, ids, piece=piece)
        assert found.shape == (length - 1,)
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5)


def test_surprisal_is_what_generate_says():
    [found] = decoding.generate(shared(), prompt=PROMPT, length=9, temperature=1.0)
    surprisal = decoding.surprisal(shared(), np.concatenate([PROMPT, found.tokens]))
    np.testing.assert_allclose(np.exp(-surprisal[len(PROMPT) - 1 :]), found.probabilities,
                               rtol=1e-4)


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"temperature": 0}, "temperature is 0, expected a finite number above 0"),
        ({"temperature": -1.0}, "temperature is -1.0, expected a finite"),
        ({"temperature": float("nan")}, "temperature is nan, expected a finite"),
        ({"temperature": float("inf")}, "temperature is inf, expected a finite"),
        ({"top_k": 0}, "top_k is 0, expected a whole number of at least 1"),
        ({"top_k": 2.5}, "top_k is 2.5, expected a whole number of at least 1"),
        ({"top_p": 0.0}, "top_p is 0.0, expected a finite number above 0 and of at most 1"),
        ({"top_p": 1.1}, "top_p is 1.1, expected a finite number above 0 and of at most 1"),
        ({"seed": -1}, "seed is -1, expected a whole number of at least 0"),
        ({"end": "."}, "end is '.', expected a whole number"),
        ({"end": SIZE}, "end is 9, expected an id of this model, at most 8"),
        ({"count": 0}, "count is 0, expected a whole number of at least 1"),
        ({"length": 0}, "length is 0, expected a whole number of at least 1"),
        ({"prompt": [4, SIZE]}, "the prompt holds the id 9, expected 1 to 8"),
        ({"prompt": [[4, 0]]}, "holds the id 0, expected 1 to 8; rows of different lengths"),
        ({"prompt": [-1]}, "holds the id -1"),
        ({"prompt": []}, r"the prompt has shape \(0,\)"),
        ({"prompt": "abc"}, "holds <U3, expected ids.* encode a text first"),
        ({"prompt": [1.5]}, "holds float64, expected ids"),
        ({"condition": [1.0, 2.0, 3.0]}, "this model has no condition"),
    ],
    ids=str,
)
def test_options_that_make_no_sense(options, message):
    with pytest.raises(ValueError, match=message):
        decoding.generate(shared(), **{"prompt": PROMPT, "length": 3, **options})


def test_conditions_that_make_no_sense():
    for number in (1, 2):
        model = shared(number)
        with pytest.raises(ValueError, match="has a condition: pass it"):
            decoding.generate(model, prompt=PROMPT, length=3)
        with pytest.raises(ValueError, match=r"shape \(1, 2\), expected \(batch, 3\)"):
            decoding.generate(model, prompt=PROMPT, condition=[1.0, 2.0], length=3)
        with pytest.raises(ValueError, match="2 prompts but 3 conditions"):
            decoding.generate(model, prompt=[[4], [5]], condition=np.ones((3, 3)), length=3)
    with pytest.raises(ValueError, match="has a condition: pass it"):
        decoding.surprisal(shared(1), PROMPT)


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([4], r"the text has shape \(1,\), expected \(time,\), two tokens or more"),
        ([4, SIZE], "the text holds the id 9, expected 1 to 8"),
        ([[4, 5], [6, 7]], r"the text has shape \(2, 2\), expected \(time,\)"),
        ([0.5, 1.0], "the text has shape .* and holds float64"),
    ],
    ids=str,
)
def test_texts_that_cannot_be_scored(ids, message):
    with pytest.raises(ValueError, match=message):
        decoding.surprisal(shared(), np.array(ids))


def test_a_model_of_characters_needs_a_prompt():
    characters = Characters.of("abcabc")  # id 2 is a letter of these
    model = LanguageModel(characters.size, 4, 4)
    for options in ({}, {"end": 1}, {"temperature": 1.0}):
        with pytest.raises(ValueError, match="there is no prompt to go on with: give one, "):
            decoding.generate(model, length=3, **options)
    [found] = decoding.generate(model, prompt=characters.encode("a"), length=3)
    assert len(characters.decode(found.tokens)) == 3


@pytest.mark.parametrize("piece", [0, -1, 1.5, None])
def test_pieces_of_no_length(piece):
    with pytest.raises(ValueError, match=f"piece is {piece}, expected a whole number of at least"):
        decoding.surprisal(shared(), PROMPT, piece=piece)


def test_start_and_read_do_what_generate_does():
    model = shared()
    logits, states = model.read(PROMPT[None], model.get_initial_state(1))
    [found] = decoding.generate(model, prompt=PROMPT, length=3)
    for token in found.tokens:
        scores = keras.ops.convert_to_numpy(logits)[0, -1]
        scores[PAD] = -np.inf
        assert token == scores.argmax()
        logits, states = model.read(np.array([[token]]), states)
