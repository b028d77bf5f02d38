"""Problem set 5: what its references say is what loops, Keras, sacrebleu and a pencil say."""

import keras
import numpy as np
import pytest
import sacrebleu
from keras import layers

from utils.exercises import decoding, pointing, problem_set, transforming

VARIANTS = (1, 2, 3)
by_variant = pytest.mark.parametrize("variant", VARIANTS)


def right(variant, name):
    return problem_set(f"5.{variant}").exercise(name).reference


def softmax(x):
    raised = np.exp(x)
    return raised / raised.sum(axis=-1, keepdims=True)


@pytest.fixture
def random():
    return np.random.default_rng(5)


# ------------------------------------------------------------------------ a look that remembers


@by_variant
def test_looks_that_remember_nothing_are_those_of_keras(variant, random):
    queries, keys = random.normal(size=(2, 4, 3)), random.normal(size=(2, 5, 3))
    mask = np.array([[1, 1, 1, 1, 1], [0, 1, 1, 0, 1]], bool)
    contexts, weights = right(variant, "mindful_looks")(queries, keys, mask, 0.0)
    theirs, scores = layers.Attention()(
        [queries / np.sqrt(3), keys], mask=[None, mask], return_attention_scores=True
    )
    np.testing.assert_allclose(contexts, keras.ops.convert_to_numpy(theirs), atol=1e-5)
    np.testing.assert_allclose(weights, keras.ops.convert_to_numpy(scores), atol=1e-5)


@by_variant
def test_looks_by_hand(variant):
    """Scores ln 3 and 0 give 3/4 and 1/4; what is remembered makes both equal."""
    queries, keys = np.full((1, 2, 1), np.log(3)), np.array([[[1.0], [0.0]]])
    lam = {1: 2 * np.log(3), 2: 4 / 3 * np.log(3), 3: 1.0}[variant]
    answer = right(variant, "mindful_looks")
    contexts, weights = answer(queries, keys, np.ones((1, 2), bool), lam)
    np.testing.assert_allclose(weights, [[[0.75, 0.25], [0.5, 0.5]]])
    np.testing.assert_allclose(contexts, [[[0.75], [0.5]]])


@by_variant
def test_looks_in_a_loop(variant, random):
    queries, keys, lam = random.normal(size=(4, 3)), random.normal(size=(5, 3)), 1.3
    _, found = right(variant, "mindful_looks")(
        queries[None], keys[None], np.array([[1, 1, 0, 1, 1]], bool), lam
    )
    words, e, weights = (0, 1, 3, 4), queries @ keys.T / np.sqrt(3), np.zeros((4, 5))
    for t in range(4):
        scores = {}
        for s in words:
            before = [weights[i][s] for i in range(t)]
            scores[s] = {
                1: e[t, s] - lam * sum(before),
                2: e[t, s] + lam * (weights[t - 1][s - 1] if t and s else 0),
                3: e[t, s] - (lam * np.log(sum(np.exp(e[i, s]) for i in range(t))) if t else 0),
            }[variant]
        total = sum(np.exp(score) for score in scores.values())
        for s, score in scores.items():
            weights[t, s] = np.exp(score) / total
    np.testing.assert_allclose(found[0], weights)


@by_variant
def test_what_all_scores_have_in_common_changes_no_look(variant, random):
    queries, keys = random.normal(size=(2, 3, 4)), random.normal(size=(2, 5, 4))
    mask = np.array([[1, 1, 1, 1, 1], [0, 1, 1, 0, 1]], bool)
    queries[..., 0], keys[..., 0] = 50, 0
    near = right(variant, "mindful_looks")(queries, keys, mask, 1.3)[1]
    keys[..., 0] = 40  # scores of 1000, which e to them is too large for
    far = right(variant, "mindful_looks")(queries, keys, mask, 1.3)[1]
    np.testing.assert_allclose(near, far, atol=1e-9)


# --------------------------------------------------------------- a beam that keeps some variety


@by_variant
def test_a_beam_without_its_rule_is_that_of_notebook_15(variant, random):
    scores, table = -np.arange(1.0, 4.0), np.log(softmax(random.normal(size=(3, 5))))
    found = right(variant, "varied_beam")(scores, table, 6, 5 if variant == 3 else 0.0)
    for mine, wanted in zip(found, decoding.beam_step(scores, table, 6), strict=True):
        np.testing.assert_allclose(mine, wanted)


@by_variant
def test_a_beam_by_hand(variant):
    """The sentences of notebook 15: le chat 0.24, le chien 0.18, un chat 0.36, un chien 0.04."""
    scores = np.log([0.6, 0.4])
    table = np.log([[0.4, 0.3, 0.2, 0.1], [0.89, 0.1, 0.006, 0.004]])
    third, width = {1: (np.log(10), 3), 2: (np.log(3), 3), 3: (1, 2)}[variant]
    parents, words, kept = right(variant, "varied_beam")(scores, table, width, third)
    said = [f"{('le', 'un')[p]} {w}" for p, w in zip(parents, words, strict=True)]
    assert (
        said
        == {
            1: ["un 0", "le 0", "le 1"],  # 0.36, 0.24, and 0.18 that pays as if it were 0.018
            2: ["un 0", "le 1", "le 2"],  # 0.36, then 0.18, since 0.24 counts as 0.08; then 0.12
            3: ["un 0", "le 0"],
        }[variant]
    )
    wanted = {1: [0.356, 0.24, 0.18], 2: [0.356, 0.18, 0.12], 3: [0.356, 0.24]}[variant]
    np.testing.assert_allclose(np.exp(kept), wanted)


# ------------------------------------------------------------------- what two texts have in common

HYPOTHESES = ["the cat sat on on the mat", "we read a book in the train", "he was old and tired"]
REFERENCES = ["the cat sat on the mat", "we read the book on the train today", "he was an old man"]


@pytest.mark.parametrize("order", [1, 3, 6])
def test_letters_in_common_are_sacrebleus(order):
    metric = sacrebleu.CHRF(char_order=order, word_order=0, beta=2)
    _, score = right(1, "in_common")(HYPOTHESES, REFERENCES, order)
    assert np.isclose(score, metric.corpus_score(HYPOTHESES, [REFERENCES]).score)


@pytest.mark.parametrize("order", [1, 2, 4])
def test_smoothed_scores_of_texts_are_sacrebleus(order):
    metric = sacrebleu.BLEU(max_ngram_order=order, tokenize="none", smooth_method="add-k",
                            smooth_value=1, effective_order=True)  # fmt: skip
    theirs = [metric.sentence_score(said, [wanted])
              for said, wanted in zip(HYPOTHESES, REFERENCES, strict=True)]  # fmt: skip
    assert min(one.bp for one in theirs) < 1  # the penalty, too
    matches, score = right(3, "in_common")(HYPOTHESES, REFERENCES, order)
    assert np.isclose(score, np.mean([one.score for one in theirs]))


def test_matches_over_the_larger_by_hand():
    """7 n-grams against 5, of which `the`, `cat` and `the cat` match; then 3 against 5, all 3."""
    said, wanted = ["the cat the cat", "a dog"], ["the cat sat", "a dog sat"]
    matches, score = right(2, "in_common")(said, wanted, 2)
    assert matches.tolist() == [4, 2] and np.isclose(score, 100 * 6 / 12)


# ------------------------------------------------------------------------------ where it points


@pytest.mark.parametrize("variant", [1, 3])
def test_the_kindness_of_nothing_is_the_score_of_notebook_16(variant, random):
    maps = random.dirichlet(np.ones(12), 8).reshape(8, 3, 4)
    owner, named = random.integers(-1, 2, (8, 3, 4)), random.integers(0, 2, 8)
    _, mean = right(variant, "pointed")(maps, owner, named, 0 if variant == 1 else 1e-6)
    assert np.isclose(mean, pointing.pointing_accuracy(maps, owner, named))


def test_pointing_by_hand():
    maps = np.array([[[0.1, 0.2, 0.0], [0.0, 0.1, 0.6]]] * 3)
    owner = np.array([[[-1, 0, 0], [1, 1, -1]]] * 3)
    named = np.array([0, 1, 2])  # of the third object there is nothing
    assert right(1, "pointed")(maps, owner, named, 0)[0].tolist() == [0, 0, 0]
    hits, mean = right(1, "pointed")(maps, owner, named, 1)
    assert hits.tolist() == [1, 1, 0] and mean == 1
    hits, mean = right(2, "pointed")(maps, owner, named, 1)
    np.testing.assert_allclose(hits, [(0.2 - 1 / 3) / (2 / 3), (0.1 - 1 / 3) / (2 / 3), 0])
    assert np.isclose(mean, hits[:2].mean())
    hits, mean = right(3, "pointed")(maps, owner, named, 0.75)  # two regions: 0.6 and 0.2
    assert hits.tolist() == [0.5, 0, 0] and mean == 0.25


def test_an_even_look_is_worth_nothing_and_one_on_the_object_everything(random):
    owner = random.integers(-1, 2, (5, 3, 4))
    named = random.integers(0, 2, 5)
    even = np.full(owner.shape, 1 / 12)
    np.testing.assert_allclose(right(2, "pointed")(even, owner, named, 1)[0], 0, atol=1e-12)
    own = owner == named[:, None, None]
    upon = own / own.sum(axis=(1, 2), keepdims=True)
    np.testing.assert_allclose(right(2, "pointed")(upon, owner, named, 1)[0], 1)


def test_a_share_of_one_takes_all_regions_whatever_rounding_makes_of_the_sum():
    maps = np.full((1, 2, 5), 0.1)
    assert np.cumsum(maps)[-1] < 1
    owner = np.array([[[0, 0, 0, -1, -1], [-1, -1, -1, -1, -1]]])
    hits, mean = right(3, "pointed")(maps, owner, np.array([0]), 1.0)
    assert np.isclose(hits[0], 0.3) and np.isclose(mean, 0.3)


# ---------------------------------------------------------------------------- who may look where


@by_variant
def test_a_rule_that_forbids_nothing_is_the_causal_mask(variant):
    real = np.arange(5) < np.array([[5], [3]])
    found = right(variant, "may_look")(real, 0 if variant == 1 else 9)
    wanted = transforming.causal_mask(real) & real[:, :, None]  # here padding looks at nobody
    assert (found == wanted).all()


@by_variant
def test_masks_by_hand(variant):
    real = np.array([[1, 1, 0, 1, 1]], bool)  # the words 0, 1, 2, 3, padding between 1 and 2
    found = right(variant, "may_look")(real, {1: 2, 2: 1, 3: 1}[variant])
    assert (
        found[0].astype(int).tolist()
        == {
            1: [[1, 1, 0, 0, 0], [1, 1, 0, 0, 0], [0] * 5, [1, 1, 0, 1, 0], [1, 1, 0, 1, 1]],
            2: [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0] * 5, [1, 1, 0, 1, 0], [1, 0, 0, 1, 1]],
            3: [[1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [0] * 5, [0, 1, 0, 1, 0], [0, 0, 0, 1, 1]],
        }[variant]
    )


# ----------------------------------------------------------------------- a cache that knows places


def stepwise(variant, words, matrices, third):
    """The contexts of all words, one after another, with an empty cache at first."""
    n = matrices[0].shape[1]
    keys = values = np.zeros((len(words), 0, n))
    contexts = []
    for t in range(words.shape[1]):
        step = right(variant, "placed_step")(words[:, t], keys, values, *matrices, third)
        context, keys, values = step
        contexts.append(context)
    return np.stack(contexts, axis=1)


def test_turned_pairs_are_complex_numbers(random):
    words, matrices = random.normal(size=(2, 5, 3)), random.normal(size=(3, 3, 4))
    turn = np.array([0.3, 1.1])
    found = stepwise(1, words, matrices, turn)
    q, k, v = (words @ W for W in matrices)
    turns = np.exp(1j * np.arange(5)[:, None] * turn)
    q, k = (turns * (x[..., 0::2] + 1j * x[..., 1::2]) for x in (q, k))
    scores = np.einsum("btn,bsn->bts", q, k.conj()).real / 2
    weights = softmax(np.where(np.tri(5, dtype=bool), scores, -np.inf))
    np.testing.assert_allclose(found, weights @ v)


def test_heads_without_slopes_are_those_of_keras(random):
    words, matrices = random.normal(size=(2, 5, 6)), random.normal(size=(3, 6, 6))
    layer = layers.MultiHeadAttention(3, 2, use_bias=False)
    layer.build(words.shape, words.shape)
    layer.set_weights(
        [W.reshape(6, 3, 2) for W in matrices[[0, 1, 2]]] + [np.eye(6).reshape(3, 2, 6)]
    )
    theirs = keras.ops.convert_to_numpy(layer(words, words, use_causal_mask=True))
    np.testing.assert_allclose(stepwise(2, words, matrices, np.zeros(3)), theirs, atol=1e-4)


def test_slopes_in_a_loop(random):
    words, matrices = random.normal(size=(1, 4, 3)), random.normal(size=(3, 3, 4))
    slopes = np.array([0.5, 0.1])
    found = stepwise(2, words, matrices, slopes)
    q, k, v = (words[0] @ W for W in matrices)
    for t in range(4):
        for head, part in enumerate((slice(0, 2), slice(2, 4))):
            scores = [q[t, part] @ k[s, part] / np.sqrt(2) - slopes[head] * (t - s)
                      for s in range(t + 1)]  # fmt: skip
            np.testing.assert_allclose(
                found[0, t, part], softmax(np.array(scores)) @ v[: t + 1, part]
            )


def test_distances_in_a_loop(random):
    words, matrices = random.normal(size=(1, 5, 3)), random.normal(size=(3, 3, 4))
    r = random.normal(size=(3, 4))
    found = stepwise(3, words, matrices, r)
    q, k, v = (words[0] @ W for W in matrices)
    for t in range(5):
        scores = [q[t] @ (k[s] + r[min(t - s, 2)]) / 2 for s in range(t + 1)]
        np.testing.assert_allclose(found[0, t], softmax(np.array(scores)) @ v[: t + 1])


@by_variant
def test_without_places_it_is_the_step_of_notebook_18(variant, random):
    x_t, kept = random.normal(size=(2, 3)), random.normal(size=(2, 2, 4, 4))
    matrices = random.normal(size=(3, 3, 4))
    nothing = {1: np.zeros(2), 2: np.zeros(1), 3: np.zeros((2, 4))}[variant]
    found = right(variant, "placed_step")(x_t, *kept, *matrices, nothing)
    for mine, wanted in zip(found, transforming.cached_step(x_t, *kept, *matrices), strict=True):
        np.testing.assert_allclose(mine, wanted)


# -------------------------------------------------------------------------- a state of one size


@by_variant
def test_features_do_not_overflow(variant, random):
    q, k, v = (random.normal(size=(2, 4, n)) for n in (3, 3, 2))
    third = {1: 0.7, 2: np.full((2, 4), 0.6), 3: np.full((2, 4, 3), 0.6)}[variant]
    answer = right(variant, "one_state")
    far, near = answer(q + 900, k + 900, v, third), answer(q, k, v, third)
    for mine, wanted in zip(far, near, strict=True):
        np.testing.assert_allclose(mine, wanted)


def test_what_fades_is_a_look_whose_weights_fade(random):
    q, k, v = (random.normal(size=(2, 6, n)) for n in (3, 3, 4))
    similar = np.einsum("btn,bsn->bts", softmax(q), softmax(k))
    back = np.arange(6)[:, None] - np.arange(6)
    for keep in (1.0, 0.7):
        shares = similar * np.where(back >= 0, keep ** np.maximum(back, 0), 0)
        y, S = right(1, "one_state")(q, k, v, keep)
        np.testing.assert_allclose(y, shares @ v / shares.sum(axis=2, keepdims=True))
        left = keep ** np.arange(6)[::-1]
        np.testing.assert_allclose(S, np.einsum("s,bsn,bsm->bnm", left, softmax(k), v))


def test_the_delta_rule_as_products_of_matrices(random):
    q, k, v = (random.normal(size=(1, 4, n)) for n in (3, 3, 2))
    beta = random.uniform(size=(1, 4))
    _, S = right(2, "one_state")(q, k, v, beta)
    wanted = np.zeros((3, 2))
    for f, v_t, b in zip(softmax(k)[0], v[0], beta[0], strict=True):
        wanted = (np.eye(3) - b * np.outer(f, f)) @ wanted + b * np.outer(f, v_t)
    np.testing.assert_allclose(S[0], wanted)


def test_the_delta_rule_replaces_what_was_said_of_a_key():
    key = np.array([60.0, 0.0, 0.0])  # its features are 1, 0 and 0
    k, v = np.tile(key, (1, 2, 1)), np.array([[[1.0, 2.0], [5.0, 7.0]]])
    y, _ = right(2, "one_state")(k, k, v, np.ones((1, 2)))
    np.testing.assert_allclose(y, v)  # and not 6 and 9 at the second step


def test_a_gate_as_products_over_time(random):
    q, k, v = (random.normal(size=(1, 5, n)) for n in (3, 3, 2))
    gate = random.uniform(0.1, 0.9, (1, 5, 3))
    y, S = right(3, "one_state")(q, k, v, gate)
    left = np.array([np.prod(gate[0, s + 1 :], axis=0) for s in range(5)])
    shares = left * (1 - gate[0]) * softmax(k)[0]  # (time, n): what is left in the end
    np.testing.assert_allclose(S[0], shares.T @ v[0])
    read = shares @ softmax(q)[0, -1]
    np.testing.assert_allclose(y[0, -1], read @ v[0] / read.sum())
