"""Exercises of notebook 14: masked softmax, scores, one attending step, alignment error."""

from __future__ import annotations

import numpy as np

from utils.cells import sigmoid
from utils.exercises.engine import Exercise, Mistake

# -------------------------------------------------------------------------------- masked softmax


def masked_softmax(scores, mask):
    """Attention weights: scores (…, source time) and mask, True at real words → the same shape.

    The mask may lack the axis of the queries: (batch, 1, source time) beside scores of
    (batch, queries, source time). In every row something is real.
    """
    scores = np.where(mask, scores, -np.inf)
    scores = scores - scores.max(axis=-1, keepdims=True)  # changes no weight, and e^0 = 1
    e = np.exp(scores)
    return e / e.sum(axis=-1, keepdims=True)


def _mask(random, batch, source):
    """Booleans (batch, source time): the first sentence fills it, the others have padding."""
    lengths = [source, *random.integers(1, max(source, 2), batch - 1)]
    return np.arange(source) < np.array(lengths)[:, None]


def _softmax_cases(random):
    cases = [(np.array([[0.5, 2.0, 1.0, 3.0]]), np.array([[True, True, True, False]]))]
    for shape, shift in (((3, 5), 0), ((2, 3, 5), 0), ((1, 1), 0), ((4, 6), 1000), ((3, 2, 2), 0)):
        mask = _mask(random, shape[0], shape[-1])
        scores = 2 * random.normal(size=shape) + shift
        cases.append((scores, mask[:, None] if len(shape) == 3 else mask))
    far = np.array([[1000.0, 1001.0, 0.0], [0.0, 1.0, 1000.0]])  # rows, and padding, far from it
    return [*cases, (far, np.array([[True, True, False], [True, True, False]]))]


def _softmax(scores, axis=-1):
    """Of scores that may be minus infinity; a slice without any number gives NaN, as in NumPy."""
    with np.errstate(invalid="ignore"):
        e = np.exp(scores - scores.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)


def _after_the_softmax(scores, mask):
    return _softmax(scores) * mask


def _scores_times_mask(scores, mask):
    return _softmax(scores * mask)


def _no_mask(scores, mask):
    return _softmax(scores)


def _only_the_padding(scores, mask):
    return _softmax(np.where(mask, -np.inf, scores))


def _over_the_batch(scores, mask):
    return _softmax(np.where(mask, scores, -np.inf), axis=0)


def _over_the_second_axis(scores, mask):
    return _softmax(np.where(mask, scores, -np.inf), axis=1)


def _over_everything(scores, mask):
    return _softmax(np.where(mask, scores, -np.inf), axis=None)


def _one_sum(scores, mask):
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(scores) * mask
        return e / e.sum()


def _overflow(scores, mask):
    with np.errstate(over="ignore", invalid="ignore"):
        e = np.exp(scores) * mask
        return e / e.sum(axis=-1, keepdims=True)


def _no_exponential(scores, mask):
    scores = np.where(mask, scores, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return scores / scores.sum(axis=-1, keepdims=True)


def _logarithms(scores, mask):
    scores = np.where(mask, scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True)
    return scores - top - np.log(np.exp(scores - top).sum(axis=-1, keepdims=True))


def _softmax_by_rows(scores, mask):
    """Right, one row after another, over its real words alone."""
    mask = np.broadcast_to(mask, scores.shape)
    weights = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:-1]):
        real = scores[place][mask[place]]
        weights[place][mask[place]] = [1 / np.exp(real - score).sum() for score in real]
    return weights


def _softmax_in_float32(scores, mask):
    """Right, in single precision, with a large negative number in place of infinity."""
    scores = np.where(mask, scores, -1e9).astype("float32")
    weights = np.exp(scores - np.max(scores, -1)[..., None]) * mask
    return np.einsum("...s,...->...s", weights, 1 / np.sum(weights, -1))


MASKED_SOFTMAX = Exercise(
    reference=masked_softmax,
    cases=_softmax_cases,
    returns=("weights",),
    minutes=8,
    difficulty=1,
    hints=(
        "First the scores of padding: np.where(mask, scores, -np.inf). Then the softmax as on "
        "three words, but for each row of its own: on which axis do the source words stand, "
        "however many axes there are?",
        "Sums along the last axis that still fit beside the scores: e.sum(axis=-1, keepdims=True).",
        "e^1000 is too large for a number, and adding the same to all scores of a row changes no "
        "weight: take scores.max(axis=-1, keepdims=True) away before np.exp.",
    ),
    mistakes=(
        Mistake(_after_the_softmax, (
            "The mask came after the softmax: padding weighs nothing, but it is still in the sum "
            "below the line. To how much do the weights of the real words add up?")),
        Mistake(_scores_times_mask, (
            "The scores of padding became zero, and e^0 is 1: padding still takes its share. Which "
            "score gives a weight of zero?")),
        Mistake(_no_mask, (
            "The mask was not used, or its result was thrown away: padding is looked at. Where do "
            "its scores go before the softmax?")),
        Mistake(_only_the_padding, (
            "It looks at padding alone. Is the mask True at real words, or at padding?")),
        Mistake(_over_the_batch, (
            "The softmax ran over the sentences of the batch. Over what do the weights of one "
            "query add up to one?")),
        Mistake(_over_the_second_axis, (
            "The softmax ran over axis 1. That is the source with two axes, and the queries with "
            "three. Which number names the last axis, however many there are?")),
        Mistake(_over_everything, (
            "All scores of the batch were divided by one sum. Over what do the weights of one "
            "query add up to one, and what do axis=-1, keepdims=True do?")),
        Mistake(_one_sum, (
            "There is one sum for the whole batch, as there was for three words. Over what do the "
            "weights of one query add up to one? (And what is e^1000?)")),
        Mistake(_overflow, (
            "Right for small scores. With scores near 1,000, e^1000 is infinite, and infinite "
            "divided by infinite is no number. What can be taken away from all scores of a row "
            "without changing a weight?")),
        Mistake(_no_exponential, (
            "The scores were divided by their sum, without e to their power. What happens then to "
            "a score below zero?")),
        Mistake(_logarithms, (
            "These are the logarithms of the weights. What makes weights of them?")),
    ),
    alternatives=(_softmax_by_rows, _softmax_in_float32),
)  # fmt: skip

# --------------------------------------------------------------------------- two score functions


def general_scores(queries, keys, W):
    """Luong's general score of every query with every key of its sentence.

    Queries (batch, target time, query size), keys (batch, source time, key size), W (key size,
    query size) → (batch, target time, source time).
    """
    return queries @ (keys @ W).swapaxes(1, 2)


def _score_sizes():
    """(batch, target time, source time, query size, key size, inner size)."""
    return (
        (1, 1, 3, 2, 2, 2), (2, 3, 4, 3, 2, 5), (3, 2, 1, 1, 4, 2), (2, 4, 4, 5, 5, 3),
        (1, 5, 2, 4, 3, 1),
    )  # fmt: skip


def _vectors(random, batch, target, source, query, key):
    return random.normal(size=(batch, target, query)), random.normal(size=(batch, source, key))


def _general_cases(random):
    return [
        (*_vectors(random, *sizes), random.normal(size=sizes[4:2:-1]))
        for *sizes, _ in _score_sizes()
    ]


def _matrix_transposed(queries, keys, W):
    return queries @ (keys @ W.T).swapaxes(1, 2)


def _plain_dot(queries, keys, W):
    return queries @ keys.swapaxes(1, 2)


def _scaled(queries, keys, W):
    return general_scores(queries, keys, W) / np.sqrt(queries.shape[-1])


def _keys_first(queries, keys, W):
    return (keys @ W) @ queries.swapaxes(1, 2)


def _batch_mixed(queries, keys, W):
    return np.einsum("btq,csk,kq->bts", queries, keys, W)


def _each_with_its_own(queries, keys, W):
    return np.einsum("btq,btk,kq->bt", queries, keys, W)


def _bent(queries, keys, W):
    return queries @ np.tanh(keys @ W).swapaxes(1, 2)


def _general_one_by_one(queries, keys, W):
    """Right, one query and one key at a time."""
    return np.array(
        [[[q @ (k @ W) for k in ks] for q in qs] for qs, ks in zip(queries, keys, strict=True)]
    )


def _general_in_float32(*arguments):
    """Right, in single precision, with the matrix on the side of the queries."""
    queries, keys, W = (part.astype("float32") for part in arguments)
    return np.einsum("btk,bsk->bts", queries @ W.T, keys)


GENERAL_SCORES = Exercise(
    reference=general_scores,
    cases=_general_cases,
    returns=("scores",),
    minutes=5,
    difficulty=1,
    hints=(
        "keys @ W has the size of a query at every source position. After that it is the dot "
        "score of the cell above.",
        "keys.swapaxes(1, 2) would be (batch, key size, source time). Use "
        "(keys @ W).swapaxes(1, 2), with the queries on its left.",
    ),
    mistakes=(
        Mistake(_matrix_transposed, (
            "The matrix is turned round: W brings a key, as a row, to the size of a query. On "
            "which side of W does the key stand?")),
        Mistake(_plain_dot, (
            "This is the dot score. Where is W?")),
        Mistake(_scaled, (
            "You divided by √n, as the scaled dot product does. Does the formula of *general* have "
            "a root?")),
        Mistake(_keys_first, (
            "Rows and columns are exchanged: (batch, source time, target time). Whose weights are "
            "to add up along the last axis?")),
        Mistake(_batch_mixed, (
            "The keys of all sentences were added up: every query met the whole batch. With whose "
            "keys does a query belong together?")),
        Mistake(_each_with_its_own, (
            "Query 1 met key 1, query 2 key 2 and so on. How many scores has a sentence with two "
            "queries and three keys?")),
        Mistake(_bent, (
            "There is a tanh too many: *general* is linear in the key. In which score does a tanh "
            "stand?")),
    ),
    alternatives=(_general_one_by_one, _general_in_float32),
)  # fmt: skip


def additive_scores(queries, keys, W_q, W_k, u):
    """Bahdanau's additive score of every query with every key of its sentence.

    Queries (batch, target time, query size), keys (batch, source time, key size), W_q (query size,
    n), W_k (key size, n), u (n,) → (batch, target time, source time).
    """
    of_query = (queries @ W_q)[:, :, None]  # (batch, target time, 1, n)
    of_key = (keys @ W_k)[:, None]  # (batch, 1, source time, n)
    return np.tanh(of_query + of_key) @ u


def _additive_cases(random):
    return [
        (
            *_vectors(random, batch, target, source, query, key),
            random.normal(size=(query, inner)),
            random.normal(size=(key, inner)),
            random.normal(size=inner),
        )
        for batch, target, source, query, key, inner in _score_sizes()
    ]


def _sums(queries, keys, W_q, W_k):
    return (queries @ W_q)[:, :, None] + (keys @ W_k)[:, None]


def _no_tanh(queries, keys, W_q, W_k, u):
    return _sums(queries, keys, W_q, W_k) @ u


def _tanh_outside(queries, keys, W_q, W_k, u):
    return np.tanh(_sums(queries, keys, W_q, W_k) @ u)


def _tanh_of_each(queries, keys, W_q, W_k, u):
    return (np.tanh(queries @ W_q)[:, :, None] + np.tanh(keys @ W_k)[:, None]) @ u


def _multiplied(queries, keys, W_q, W_k, u):
    return np.tanh((queries @ W_q)[:, :, None] * (keys @ W_k)[:, None]) @ u


def _only_the_keys(queries, keys, W_q, W_k, u):
    return additive_scores(0 * queries, keys, W_q, W_k, u)


def _only_the_queries(queries, keys, W_q, W_k, u):
    return additive_scores(queries, 0 * keys, W_q, W_k, u)


def _no_vector(queries, keys, W_q, W_k, u):
    return np.tanh(_sums(queries, keys, W_q, W_k)).sum(axis=-1)


def _mean_of_units(queries, keys, W_q, W_k, u):
    return np.mean(np.tanh(_sums(queries, keys, W_q, W_k)) * u, axis=-1)


def _matrices_exchanged(queries, keys, W_q, W_k, u):
    return additive_scores(queries, keys, W_k, W_q, u)


def _source_first(queries, keys, W_q, W_k, u):
    return additive_scores(queries, keys, W_q, W_k, u).swapaxes(1, 2)


def _step_by_step(queries, keys, W_q, W_k, u):
    return np.tanh(queries @ W_q + keys @ W_k) @ u


def _additive_one_by_one(queries, keys, W_q, W_k, u):
    """Right, one query and one key at a time."""
    return np.array([[[np.tanh(q @ W_q + k @ W_k) @ u for k in ks] for q in qs]
                     for qs, ks in zip(queries, keys, strict=True)])


def _additive_in_float32(*arguments):
    """Right, in single precision, as one matrix for query and key side by side."""
    queries, keys, W_q, W_k, u = (part.astype("float32") for part in arguments)
    target, source = queries.shape[1], keys.shape[1]
    pairs = np.concatenate([np.repeat(queries[:, :, None], source, axis=2),
                            np.repeat(keys[:, None], target, axis=1)], axis=-1)
    return np.einsum("btsn,n->bts", np.tanh(pairs @ np.concatenate([W_q, W_k])), u)


ADDITIVE_SCORES = Exercise(
    reference=additive_scores,
    cases=_additive_cases,
    returns=("scores",),
    minutes=10,
    difficulty=2,
    hints=(
        "queries @ W_q is (batch, target time, n) and keys @ W_k is (batch, source time, n). Every "
        "one of the first is to meet every one of the second: that takes a fourth axis.",
        "None makes a new axis of length 1: (queries @ W_q)[:, :, None] is (batch, target time, 1, "
        "n), and (keys @ W_k)[:, None] is (batch, 1, source time, n). NumPy stretches both when "
        "they are added.",
        "np.tanh(… + …) is (batch, target time, source time, n), and @ u takes the last axis away.",
    ),
    mistakes=(
        Mistake(_no_tanh, (
            "The tanh is missing. Then the query adds the same number to all scores of its row: "
            "what does the softmax make of that?")),
        Mistake(_tanh_outside, (
            "The tanh came at the end, so that no score is larger than 1. Does u stand inside or "
            "outside the tanh?")),
        Mistake(_tanh_of_each, (
            "Query and key went through a tanh each, and were added afterwards. Then the query "
            "adds the same number to all scores of its row: where does the bracket of the tanh "
            "close?")),
        Mistake(_multiplied, (
            "Query and key were multiplied inside the tanh. Which sign does the formula have "
            "there, and what is the score called?")),
        Mistake(_only_the_keys, (
            "The query has no influence: each row is the same. Where does queries @ W_q go?")),
        Mistake(_only_the_queries, (
            "The keys have no influence: all scores of a query are the same. Where does keys @ W_k "
            "go?")),
        Mistake(_no_vector, (
            "The n numbers were added up as they are. With what is each multiplied before?")),
        Mistake(_mean_of_units, (
            "The mean over the n numbers, where the formula has their sum. What does @ u do?")),
        Mistake(_matrices_exchanged, (
            "W_q met the keys and W_k the queries. Which size has the first axis of each?")),
        Mistake(_source_first, (
            "Rows and columns are exchanged: (batch, source time, target time). Which axis has the "
            "length 1 in the queries' part, and which in the keys' part?")),
        Mistake(_step_by_step, (
            "Query 1 met key 1, query 2 key 2 and so on. How many scores has a sentence with two "
            "queries and three keys, and which axes does that take?")),
    ),
    alternatives=(_additive_one_by_one, _additive_in_float32),
)  # fmt: skip

# ----------------------------------------------------------------------------- the attending step


def attending_step(d_prev, y_prev, keys, mask, score, cell):
    """One step of a decoder that looks before it speaks: → d_t, c_t, weights.

    The last state d_prev (batch, units), the vector of the word said last y_prev (batch, size), the
    keys, which are the values too, (batch, source time, key size), and their mask. `score(query,
    keys)` returns (batch, source time), `cell(inputs, state)` the next state (batch, units).
    """
    query = np.concatenate([d_prev, y_prev], axis=-1)  # (batch, units + size)
    weights = masked_softmax(score(query, keys), mask)  # (batch, source time)
    c_t = np.sum(weights[:, :, None] * keys, axis=1)  # (batch, key size)
    d_t = cell(np.concatenate([y_prev, c_t], axis=-1), d_prev)
    return d_t, c_t, weights


class _Score:
    """An additive score of one query a sentence."""

    def __init__(self, random, query_size, key_size, inner=3):
        self.weights = [
            1.5 * random.normal(size=size)
            for size in ((query_size, inner), (key_size, inner), (inner,))
        ]

    def __repr__(self):
        return "an additive score"

    def __call__(self, query, keys):
        size = len(self.weights[0])
        if np.ndim(query) != 2 or np.shape(query)[1] != size:
            raise ValueError(
                f"the query has the shape {np.shape(query)}, expected (batch, {size}): the numbers "
                "of d_prev and of y_prev, one after the other"
            )
        return additive_scores(np.asarray(query)[:, None], keys, *self.weights)[:, 0]


class _Cell:
    """A recurrent cell with one gate: what it reads and what it remembers play different parts."""

    def __init__(self, random, inputs, units):
        self.W_x, self.W_h = random.normal(size=(inputs, units)), random.normal(size=(units, units))

    def __repr__(self):
        return "a recurrent cell"

    def __call__(self, inputs, state):
        size = len(self.W_x)
        if np.ndim(inputs) != 2 or np.shape(inputs)[1] != size:
            raise ValueError(
                f"the cell was given the shape {np.shape(inputs)}, expected (batch, {size}): the "
                "numbers of y_prev and of the context, one after the other"
            )
        a = inputs @ self.W_x + state @ self.W_h
        return sigmoid(a) * state + (1 - sigmoid(a)) * np.tanh(a)


def _step_cases(random):
    cases = []  # sizes: (batch, source time, units, word, key)
    for batch, source, units, word, key in (
        (1, 2, 1, 1, 1), (3, 5, 3, 3, 3), (2, 4, 4, 2, 3), (4, 3, 2, 3, 2), (2, 1, 3, 1, 3)
    ):  # fmt: skip
        cases.append((
            random.normal(size=(batch, units)),
            random.normal(size=(batch, word)),
            random.normal(size=(batch, source, key)),
            _mask(random, batch, source),
            _Score(random, units + word, key),
            _Cell(random, word + key, units),
        ))  # fmt: skip
    return cases


def _joined(*parts):
    return np.concatenate(parts, axis=-1)


def _weighted(weights, keys):
    return np.einsum("bs,bsk->bk", weights, keys)


def _shares(scores):
    """Scores divided by their sum, which may be close to nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return scores / scores.sum(axis=-1, keepdims=True)


def _mean_of_real_keys(weights, keys):
    real = weights > 0  # a masked softmax gives every real word something
    return _weighted(real / real.sum(axis=1, keepdims=True), keys)


def _step_with(
    name, weigh=masked_softmax, query=_joined, average=_weighted, inputs=_joined,
    state=lambda d, c: d,
):  # fmt: skip
    """An attending step with one of its parts exchanged."""

    def step(d_prev, y_prev, keys, mask, score, cell):
        weights = weigh(score(query(d_prev, y_prev), keys), mask)
        c_t = average(weights, keys)
        return cell(inputs(y_prev, c_t), state(d_prev, c_t)), c_t, weights

    step.__name__ = name  # for the table
    return step


def _the_other_way(a, b):
    return _joined(b, a)


_mask_forgotten = _step_with("mask_forgotten", weigh=lambda scores, mask: _softmax(scores))
_mask_after_the_softmax = _step_with("mask_after_the_softmax", weigh=_after_the_softmax)
_softmax_over_the_batch = _step_with("softmax_over_the_batch", weigh=_over_the_batch)
_mask_turned = _step_with("mask_turned", weigh=lambda scores, mask: masked_softmax(scores, ~mask))
_mask_as_scores = _step_with("mask_as_scores", weigh=lambda scores, mask: _softmax(1.0 * mask))
_zeros_as_scores = _step_with(
    "zeros_as_scores", weigh=lambda scores, mask: _softmax(np.where(mask, scores, 0))
)
_no_softmax = _step_with("no_softmax", weigh=lambda scores, mask: np.where(mask, scores, 0))
_scores_as_weights = _step_with("scores_as_weights", weigh=lambda scores, mask: scores)
_no_exponential = _step_with("no_exponential", weigh=lambda scores, mask: _shares(scores * mask))
_no_division = _step_with("no_division", weigh=lambda scores, mask: np.exp(scores) * mask)
_neither_mask_nor_division = _step_with("neither", weigh=lambda scores, mask: np.exp(scores))
_both_turned_round = _step_with(
    "both_turned_round", query=_the_other_way, inputs=_the_other_way
)
_query_turned_round = _step_with("query_turned_round", query=_the_other_way)
_inputs_turned_round = _step_with("inputs_turned_round", inputs=_the_other_way)
_keys_averaged = _step_with("keys_averaged", average=lambda weights, keys: keys.mean(axis=1))
_real_keys_averaged = _step_with("real_keys_averaged", average=_mean_of_real_keys)
_shares_averaged = _step_with(
    "shares_averaged", average=lambda weights, keys: _weighted(weights, keys) / keys.shape[1]
)
_each_with_all = _step_with("each_with_all", average=lambda weights, keys: weights @ keys)
_axis_left_in = _step_with("axis_left_in", average=lambda weights, keys: weights[:, None] @ keys)
_not_added_up = _step_with("not_added_up", average=lambda weights, keys: weights[..., None] * keys)
_no_third_axis = _step_with(
    "no_third_axis", average=lambda weights, keys: (weights * keys).sum(axis=1)
)
_third_axis_before = _step_with(
    "third_axis_before", average=lambda weights, keys: (weights[:, None] * keys).sum(axis=1)
)
_added_over_the_numbers = _step_with(
    "added_over_the_numbers",
    average=lambda weights, keys: (weights[..., None] * keys).sum(axis=2),
)
_added_over_the_batch = _step_with(
    "added_over_the_batch",
    average=lambda weights, keys: (weights[..., None] * keys).sum(axis=0),
)
_last_share = _step_with(
    "last_share", average=lambda weights, keys: weights[:, -1:] * keys[:, -1]
)
_keys_added_up = _step_with("keys_added_up", average=lambda weights, keys: keys.sum(axis=1))
_most_looked_at = _step_with(
    "most_looked_at",
    average=lambda weights, keys: keys[np.arange(len(keys)), weights.argmax(axis=1)],
)
_context_as_state = _step_with("context_as_state", state=lambda d, c: c)
_state_of_zeros = _step_with("state_of_zeros", state=lambda d, c: 0 * d)
_context_left_out = _step_with("context_left_out", inputs=lambda y, c: _joined(y, 0 * c))


def _keys_of_padding_zero(d_prev, y_prev, keys, mask, score, cell):
    weights = _softmax(score(_joined(d_prev, y_prev), keys * mask[..., None]))
    c_t = _weighted(weights, keys)
    return cell(_joined(y_prev, c_t), d_prev), c_t, weights


def _looks_at(what):
    """A step whose context is made of the decoder's own vectors, not of the keys."""

    def step(d_prev, y_prev, keys, mask, score, cell):
        query = _joined(d_prev, y_prev)
        weights = masked_softmax(score(query, keys), mask)
        own = query if what == "query" else d_prev
        c_t = (weights[..., None] * own[:, None]).sum(axis=1)
        return cell(_joined(y_prev, c_t), d_prev), c_t, weights

    step.__name__ = f"looks_at_its_own_{what}"
    return step


def _cell_reads(name, read):
    """A step whose cell is given other things: read(d, y, c) → its arguments."""

    def step(d_prev, y_prev, keys, mask, score, cell):
        weights = masked_softmax(score(_joined(d_prev, y_prev), keys), mask)
        c_t = _weighted(weights, keys)
        return cell(*read(d_prev, y_prev, c_t)), c_t, weights

    step.__name__ = name
    return step


_cell_reads_the_query = _cell_reads("cell_reads_the_query", lambda d, y, c: (_joined(d, y), d))
_cell_reads_the_state = _cell_reads("cell_reads_the_state", lambda d, y, c: (_joined(d, c), d))
_arguments_exchanged = _cell_reads("arguments_exchanged", lambda d, y, c: (d, _joined(y, c)))


def _scores_returned(d_prev, y_prev, keys, mask, score, cell):
    d_t, c_t, _ = attending_step(d_prev, y_prev, keys, mask, score, cell)
    return d_t, c_t, score(_joined(d_prev, y_prev), keys)


def _context_looked_for_again(d_prev, y_prev, keys, mask, score, cell):
    d_t, _, weights = attending_step(d_prev, y_prev, keys, mask, score, cell)
    return d_t, attending_step(d_t, y_prev, keys, mask, score, cell)[1], weights


def _weights_made_again(d_prev, y_prev, keys, mask, score, cell):
    d_t, c_t, _ = attending_step(d_prev, y_prev, keys, mask, score, cell)
    return d_t, c_t, attending_step(d_t, y_prev, keys, mask, score, cell)[2]


def _looks_again_afterwards(d_prev, y_prev, keys, mask, score, cell):
    d_t, _, _ = attending_step(d_prev, y_prev, keys, mask, score, cell)
    _, c_t, weights = attending_step(d_t, y_prev, keys, mask, score, cell)
    return d_t, c_t, weights


def _old_state_returned(d_prev, y_prev, keys, mask, score, cell):
    return d_prev, *attending_step(d_prev, y_prev, keys, mask, score, cell)[1:]


def _state_and_context_exchanged(d_prev, y_prev, keys, mask, score, cell):
    d_t, c_t, weights = attending_step(d_prev, y_prev, keys, mask, score, cell)
    return c_t, d_t, weights


def _step_by_sentence(d_prev, y_prev, keys, mask, score, cell):
    """Right, one sentence after another, over its real words alone."""
    steps = []
    for d, y, k, real in zip(d_prev, y_prev, keys, mask, strict=True):
        weights = np.zeros(len(k))
        e = np.exp(score(np.hstack([d, y])[None], k[None])[0])
        weights[real] = e[real] / e[real].sum()
        c = sum(weight * value for weight, value in zip(weights, k, strict=True))
        steps.append((cell(np.hstack([y, c])[None], d[None])[0], c, weights))
    return tuple(np.array(part) for part in zip(*steps, strict=True))


def _step_in_float32(d_prev, y_prev, keys, mask, score, cell):
    """Right, in single precision, with products of matrices."""
    d_prev, y_prev, keys = (part.astype("float32") for part in (d_prev, y_prev, keys))
    weights = _softmax_in_float32(score(np.hstack([d_prev, y_prev]), keys), mask)
    c_t = (weights[:, None] @ keys)[:, 0]
    return [cell(np.hstack([y_prev, c_t]), d_prev), c_t, weights]


ATTENDING_STEP = Exercise(
    reference=attending_step,
    cases=_step_cases,
    returns=("d_t", "c_t", "weights"),
    minutes=12,
    difficulty=2,
    hints=(
        "Four lines, in the order of the formulas: the query, the weights, the context, the new "
        "state. The query is np.concatenate([d_prev, y_prev], axis=-1).",
        "weights = masked_softmax(score(query, keys), mask), of the shape (batch, source time). "
        "For the sum over source words it needs a third axis: weights[:, :, None] * keys.",
        "c_t = np.sum(weights[:, :, None] * keys, axis=1), and the cell reads the word before the "
        "context: cell(np.concatenate([y_prev, c_t], axis=-1), d_prev).",
    ),
    mistakes=(
        Mistake(_mask_forgotten, (
            "The mask was not used: padding is looked at. Which function of yours takes it?")),
        Mistake(_mask_after_the_softmax, (
            "The mask came after the softmax, and what padding had taken is lost. To how much do "
            "the weights of the real words add up?")),
        Mistake(_softmax_over_the_batch, (
            "The softmax ran over the sentences of the batch. Over what do the weights of one "
            "query add up to one?")),
        Mistake(_mask_turned, (
            "The mask is the wrong way round: only padding was looked at, and where there is none "
            "0 was divided by 0. Is the mask True at words or at padding?")),
        Mistake(_mask_as_scores, (
            "masked_softmax took the mask for the scores: all real words have the same weight. "
            "Which of its two arguments comes first?")),
        Mistake(_zeros_as_scores, (
            "At padding the scores, or the keys, were set to 0, and a softmax gives such a word a "
            "weight as well, since exp(0) is 1. Which function of yours takes the mask?"),
            (_keys_of_padding_zero,)),
        Mistake(_no_softmax, (
            "The scores themselves were taken as weights. What makes weights of them that add up "
            "to one?"), (_scores_as_weights,)),
        Mistake(_no_exponential, (
            "The scores were divided by their sum, without an exponential. A score may be "
            "negative, and the sum near 0: what does masked_softmax do before it divides?")),
        Mistake(_no_division, (
            "The weights are exp(score), not yet divided by their sum. To how much do the weights "
            "of one sentence add up, and to how much should they?"),
            (_neither_mask_nor_division,)),
        Mistake(_scores_returned, (
            "d_t and c_t are right, and beside them stand the scores. Which numbers does a map of "
            "attention show: those before the softmax, or those behind it?")),
        Mistake(_both_turned_round, (
            "Query and input are both turned round, [y; d] and [c; y]. Which stands first in "
            "attend([d; y]), and which in cell([y; c], d)?")),
        Mistake(_query_turned_round, (
            "The query is [y; d]: the two parts are in the other order, and the score's matrix "
            "meets the wrong one. Which stands first in attend([d; y])?")),
        Mistake(_inputs_turned_round, (
            "The cell reads [c; y]: the two parts are in the other order, and its matrix meets the "
            "wrong one. Which stands first in cell([y; c], d)?")),
        Mistake(_keys_averaged, (
            "The context is the plain average of the keys: the weights had no influence on it. "
            "With what is each key multiplied?"), (_real_keys_averaged,)),
        Mistake(_shares_averaged, (
            "The context is too small by the number of source words: a mean was taken where the "
            "formula has a sum. How much do the weights add up to already?")),
        Mistake(_each_with_all, (
            "The context has three axes, and the word has two. weights @ keys takes the weights of "
            "each sentence to the keys of every sentence; a product alone leaves the sum out. "
            "Over which axis of weights[:, :, None] * keys does the formula add up, so that "
            "(batch, key size) is left?"), (_axis_left_in, _not_added_up)),
        Mistake(_no_third_axis, (
            "The axes of weights and keys do not meet: (batch, source time) and (batch, source "
            "time, key size). Where do the weights need one more axis, so that each multiplies the "
            "whole key of its word?"), (_third_axis_before,)),
        Mistake(_added_over_the_numbers, (
            "The keys were added up over the wrong axis. Of (batch, source time, key size), which "
            "one shall be gone from the context?"), (_added_over_the_batch,)),
        Mistake(_last_share, (
            "The context is the last word's share alone. Does each word add its share to the "
            "others, or overwrite them?")),
        Mistake(_looks_at("state"), (
            "The weights were given to the decoder's own vectors, its state or its query, so that "
            "nothing of the source came in. Whose vectors are the values of attention?"),
            (_looks_at("query"),)),
        Mistake(_keys_added_up, (
            "The keys were added up without their weights. With what is each key multiplied "
            "before?")),
        Mistake(_most_looked_at, (
            "The context is the one key with the largest weight. What becomes of the gradient "
            "when a choice is made instead of an average?")),
        Mistake(_context_as_state, (
            "The cell was given the context as its state. What are its two arguments: what it "
            "reads, and what it remembers?")),
        Mistake(_state_of_zeros, (
            "The cell was given a state of zeros: it begins anew at every step. Which state did it "
            "leave behind?")),
        Mistake(_arguments_exchanged, (
            "The two arguments of the cell are exchanged. Which comes first in cell(inputs, "
            "state): what it reads, or what it remembers?")),
        Mistake(_cell_reads_the_query, (
            "The cell read the query, [d; y], once more. What has it to read beside the word, so "
            "that what was looked at comes in?")),
        Mistake(_cell_reads_the_state, (
            "The cell read [d; c]: its own state, which it is given anyway, and not the word. "
            "Which two stand in the brackets of cell([y; c], d)?")),
        Mistake(_context_left_out, (
            "The cell never saw the context. In Bahdanau's order, what does it read besides the "
            "word?")),
        Mistake(_looks_again_afterwards, (
            "The state is right, and it was followed by a second look: what was returned beside "
            "it comes from the new state. With which state does this decoder ask, the one before "
            "the step or the one after it?"), (_context_looked_for_again, _weights_made_again)),
        Mistake(_old_state_returned, (
            "The state that came in was returned: the next step would begin one step late. What "
            "did the cell make of it?")),
        Mistake(_state_and_context_exchanged, (
            "d_t and c_t are exchanged. What is asked for first?")),
    ),
    alternatives=(_step_by_sentence, _step_in_float32),
)  # fmt: skip

# --------------------------------------------------------------------------- alignment error rate


def alignment_error(attention, gold):
    """Alignment error rate of many sentences together, a number from 0 to 1.

    `attention` holds for each sentence its weights (target time, source time), `gold` its true
    links, a set of pairs (source word, target word), counted from 0. Each target word is linked to
    the source word with its largest weight.
    """
    shared = said = true = 0  # |A ∩ S|, |A| and |S|
    for weights, links in zip(attention, gold, strict=True):
        found = {(int(row.argmax()), t) for t, row in enumerate(weights)}
        shared += len(found & set(links))
        said += len(found)
        true += len(links)
    return 1 - 2 * shared / (said + true)


class _Links(set):
    """A set of links that prints the same however it was made."""

    def __repr__(self):
        return f"{{{', '.join(map(str, sorted(self)))}}}"


def _alignment_cases(random):
    cases = []
    for count, target, source in ((1, 2, 3), (3, 5, 4), (4, 3, 6), (2, 6, 6), (5, 4, 3)):
        attention = random.dirichlet(np.full(source, 0.5), (count, target))
        gold = []
        for weights in attention:
            most = {(int(row.argmax()), t) for t, row in enumerate(weights)}
            kept = {link for link in sorted(most) if random.random() < 0.7}
            more = zip(random.integers(0, source, 3), random.integers(0, target, 3), strict=True)
            links = kept | {(int(s), int(t)) for s, t in more}
            few = min(2, len(links))
            gold.append(_Links(sorted(links)[: int(random.integers(few, len(links) + 1))]))
        cases.append((attention, gold))
    return cases


def _links(weights):
    return {(int(row.argmax()), t) for t, row in enumerate(weights)}


def _counts(attention, gold, links=_links):
    """|A ∩ S|, |A| and |S| of each sentence, an array each."""
    found = [links(weights) for weights in attention]
    shared = [len(mine & true) for mine, true in zip(found, gold, strict=True)]
    return np.array(shared), np.array([len(f) for f in found]), np.array([len(g) for g in gold])


def _rate(shared, said, true):
    return 1 - 2 * shared.sum() / (said.sum() + true.sum())


def _pairs_turned_round(attention, gold):
    return _rate(*_counts(attention, gold, lambda weights: {(t, s) for s, t in _links(weights)}))


def _a_link_for_each_source_word(attention, gold):
    def links(weights):
        return {(s, int(column.argmax())) for s, column in enumerate(np.transpose(weights))}

    return _rate(*_counts(attention, gold, links))


def _mean_of_the_sentences(attention, gold):
    shared, said, true = _counts(attention, gold)
    return np.mean(1 - 2 * shared / (said + true))


def _no_two(attention, gold):
    shared, said, true = _counts(attention, gold)
    return 1 - shared.sum() / (said.sum() + true.sum())


def _agreement(attention, gold):
    return 1 - _rate(*_counts(attention, gold))


def _of_what_was_said(attention, gold):
    shared, said, _ = _counts(attention, gold)
    return 1 - shared.sum() / said.sum()


def _of_what_is_true(attention, gold):
    shared, _, true = _counts(attention, gold)
    return 1 - shared.sum() / true.sum()


def _of_the_union(attention, gold):
    shared, said, true = (part.sum() for part in _counts(attention, gold))
    return 1 - shared / (said + true - shared)


def _all_above_a_half(attention, gold):
    def links(weights):
        return {(s, t) for t, row in enumerate(weights) for s in range(len(row)) if row[s] > 0.5}

    return _rate(*_counts(attention, gold, links))


def _least_looked_at(attention, gold):
    def links(weights):
        return {(int(row.argmin()), t) for t, row in enumerate(weights)}

    return _rate(*_counts(attention, gold, links))


def _only_the_first_sentence(attention, gold):
    return alignment_error(attention[:1], gold[:1])


def _only_the_last_sentence(attention, gold):
    return alignment_error(attention[-1:], gold[-1:])


def _error_by_tables(attention, gold):
    """Right, with tables of zeros and ones in place of sets."""
    shared = total = 0
    for weights, links in zip(attention, gold, strict=True):
        mine, true = np.zeros(np.shape(weights)), np.zeros(np.shape(weights))
        mine[np.arange(len(weights)), np.argmax(weights, axis=1)] = 1
        for s, t in links:
            true[t, s] = 1
        shared, total = shared + (mine * true).sum(), total + mine.sum() + true.sum()
    return np.float32(1 - 2 * shared / total)


def _error_by_sets_of_all(attention, gold):
    """Right, with the links of all sentences in one set, each with its sentence's number."""
    mine = {(n, int(np.argmax(weights[t])), t) for n, weights in enumerate(attention)
            for t in range(len(weights))}
    true = {(n, *link) for n, links in enumerate(gold) for link in links}
    return len(mine ^ true) / (len(mine) + len(true))


ALIGNMENT_ERROR = Exercise(
    reference=alignment_error,
    cases=_alignment_cases,
    returns=("rate",),
    minutes=10,
    difficulty=2,
    hints=(
        "Three numbers grow from sentence to sentence: how many links were found, how many are "
        "true, and how many are both. The rate is made of them once, at the end.",
        "enumerate(weights) gives each target word t with its row; row.argmax() is the source word "
        "that it looked at most. The link is the pair (source, target).",
        "found = {(int(row.argmax()), t) for t, row in enumerate(weights)}, and len(found & links) "
        "counts those that are also true. At the end 1 - 2 * shared / (said + true).",
    ),
    mistakes=(
        Mistake(_pairs_turned_round, (
            "The pairs are turned round: you compared (target, source) with (source, target). "
            "Which comes first in a gold link?")),
        Mistake(_a_link_for_each_source_word, (
            "Each *source* word was linked to a target word. Along which axis of the weights does "
            "the decoder choose?")),
        Mistake(_mean_of_the_sentences, (
            "A rate for each sentence, and then the mean of these: a link of a short sentence "
            "counts for more. Over what do the counts in the formula run?")),
        Mistake(_only_the_first_sentence, (
            "This is the rate of the first sentence. Does the `return` stand inside the loop, or "
            "behind it?")),
        Mistake(_only_the_last_sentence, (
            "This is the rate of the last sentence. Do the counts grow, or does each sentence "
            "begin them anew?")),
        Mistake(_no_two, (
            "The 2 is missing: even if all links were right, this would be a half. How often is a "
            "right link counted below the line?")),
        Mistake(_agreement, (
            "This is the share that agrees. What is 1 for a perfect alignment, and what is an "
            "*error* rate then?")),
        Mistake(_of_what_was_said, (
            "The share of the found links that are wrong: whoever finds one link and leaves all "
            "others out has a rate of 0. What else stands below the line?")),
        Mistake(_of_what_is_true, (
            "The share of the true links that were missed: whoever links all with all has a rate "
            "of 0. What else stands below the line?")),
        Mistake(_of_the_union, (
            "You divided by the links in either of the two, |A ∪ S|. How does |A| + |S| differ "
            "from it?")),
        Mistake(_all_above_a_half, (
            "Only weights above a half became links, so that some target words have none. Which "
            "source word is a target word linked to?")),
        Mistake(_least_looked_at, (
            "Each target word was linked to the word that it looked at least. Is argmin or argmax "
            "the place of the largest weight?")),
    ),
    alternatives=(_error_by_tables, _error_by_sets_of_all),
)  # fmt: skip

EXERCISES = (
    MASKED_SOFTMAX, GENERAL_SCORES, ADDITIVE_SCORES, ATTENDING_STEP, ALIGNMENT_ERROR
)  # fmt: skip
