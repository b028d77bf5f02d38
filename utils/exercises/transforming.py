"""Exercises of notebook 18: scaled dot-product attention, both masks, positions, a cached step."""

from __future__ import annotations

import numpy as np

from utils.exercises.attending import masked_softmax
from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------- scaled dot-product attention


def scaled_dot_attention(queries, keys, values, allowed):
    """What each query brings home, and its weights.

    Queries (batch, queries, n), keys (batch, time, n), values (batch, time, size), allowed
    (batch, queries, time), True where a query may look, somewhere in every row → contexts
    (batch, queries, size), weights (batch, queries, time).
    """
    scores = queries @ keys.swapaxes(1, 2) / np.sqrt(queries.shape[-1])
    weights = masked_softmax(scores, allowed)
    return weights @ values, weights


def _allowed(random, batch, queries, time):
    """Random booleans with at least one True in every row."""
    allowed = random.random((batch, queries, time)) < 0.6
    first = random.integers(0, time, (batch, queries))
    allowed |= np.arange(time) == first[..., None]
    return allowed


def _attention_cases(random):
    cases = []
    for batch, queries, time, n, size in (
        (1, 2, 3, 4, 4), (2, 3, 4, 5, 2), (3, 1, 5, 2, 3), (2, 4, 4, 3, 3), (2, 3, 3, 3, 3)
    ):  # fmt: skip
        cases.append((
            2 * random.normal(size=(batch, queries, n)), 2 * random.normal(size=(batch, time, n)),
            random.normal(size=(batch, time, size)), _allowed(random, batch, queries, time),
        ))  # fmt: skip
    return cases


def _look(scores, values, allowed):
    weights = masked_softmax(scores, allowed)
    return weights @ values, weights


def _scores(queries, keys):
    return queries @ keys.swapaxes(1, 2)


def _not_scaled(queries, keys, values, allowed):
    return _look(_scores(queries, keys), values, allowed)


def _divided_by_n(queries, keys, values, allowed):
    return _look(_scores(queries, keys) / queries.shape[-1], values, allowed)


def _divided_by_the_time(queries, keys, values, allowed):
    return _look(_scores(queries, keys) / np.sqrt(keys.shape[1]), values, allowed)


def _scaled_afterwards(queries, keys, values, allowed):
    contexts, weights = _not_scaled(queries, keys, values, allowed)
    return contexts / np.sqrt(queries.shape[-1]), weights / np.sqrt(queries.shape[-1])


def _nothing_hidden(queries, keys, values, allowed):
    return scaled_dot_attention(queries, keys, values, np.ones_like(allowed))


def _hidden_afterwards(queries, keys, values, allowed):
    _, weights = _nothing_hidden(queries, keys, values, allowed)
    weights = weights * allowed
    return weights @ values, weights


def _hides_what_is_allowed(queries, keys, values, allowed):
    scores = _scores(queries, keys) / np.sqrt(queries.shape[-1])
    e = np.exp(scores) * ~allowed
    with np.errstate(invalid="ignore", divide="ignore"):
        weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ values, weights


def _no_softmax(queries, keys, values, allowed):
    weights = np.where(allowed, _scores(queries, keys) / np.sqrt(queries.shape[-1]), 0)
    return weights @ values, weights


def _over_the_queries(queries, keys, values, allowed):
    scores = np.where(allowed, _scores(queries, keys) / np.sqrt(queries.shape[-1]), -1e9)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    weights = e / e.sum(axis=1, keepdims=True)
    return weights @ values, weights


def _over_the_queries_that_may(queries, keys, values, allowed):
    e = np.exp(_scores(queries, keys) / np.sqrt(queries.shape[-1])) * allowed
    weights = e / np.maximum(e.sum(axis=1, keepdims=True), 1e-9)
    return weights @ values, weights


def _zero_where_hidden(queries, keys, values, allowed):
    scores = np.where(allowed, _scores(queries, keys) / np.sqrt(queries.shape[-1]), 0)
    return _look(scores, values, np.ones_like(allowed))


def _root_of_the_values(queries, keys, values, allowed):
    return _look(_scores(queries, keys) / np.sqrt(values.shape[-1]), values, allowed)


def _attention_one_by_one(queries, keys, values, allowed):
    """Right, one query at a time, over what it may look at alone."""
    contexts = np.zeros((*queries.shape[:2], values.shape[-1]))
    weights = np.zeros(allowed.shape)
    for b, t in np.ndindex(queries.shape[:2]):
        may = allowed[b, t]
        e = np.exp(keys[b, may] @ queries[b, t] / queries.shape[-1] ** 0.5)
        weights[b, t, may] = e / e.sum()
        contexts[b, t] = weights[b, t] @ values[b]
    return contexts, weights


def _attention_in_float32(queries, keys, values, allowed):
    """Right, in single precision, with the root on the side of the queries."""
    queries, keys, values = (each.astype("float32") for each in (queries, keys, values))
    scores = np.einsum("bqn,btn->bqt", queries / queries.shape[-1] ** 0.5, keys)
    e = np.exp(np.where(allowed, scores, -1e9) - scores.max()) * allowed
    weights = e / e.sum(-1)[..., None]
    return [np.einsum("bqt,bts->bqs", weights, values), weights]


SCALED_DOT_ATTENTION = Exercise(
    reference=scaled_dot_attention,
    cases=_attention_cases,
    returns=("contexts", "weights"),
    minutes=8,
    difficulty=1,
    hints=(
        "Three steps that you know from notebook 14: scores of all queries with all keys, weights, "
        "and the sum of the values under these weights, here for all queries at once.",
        "scores = queries @ keys.swapaxes(1, 2), divided by the root of the size n that queries "
        "and keys share; weights = masked_softmax(scores, allowed).",
        "The contexts are one product of matrices: weights @ values is (batch, queries, time) times"
        " (batch, time, size).",
    ),
    mistakes=(
        Mistake(_not_scaled, (
            "The scores were not divided by √n. How large do the dot products of long vectors "
            "become?")),
        Mistake(_divided_by_n, (
            "The scores were divided by n. The dot product of n independent numbers has the "
            "variance n; which number brings its standard deviation back to one?")),
        Mistake(_divided_by_the_time, (
            "The root is that of the number of keys. Which axis of queries and keys is added up in "
            "a dot product?")),
        Mistake(_root_of_the_values, (
            "The root is that of the size of the values. Whose numbers are added up in a dot "
            "product?")),
        Mistake(_zero_where_hidden, (
            "The scores of what is hidden were set to 0. e⁰ is 1, no small weight: which score "
            "has the weight 0?")),
        Mistake(_scaled_afterwards, (
            "The weights were divided, and not the scores: to how much do they add up now?")),
        Mistake(_nothing_hidden, (
            "`allowed` was not used: every query looked everywhere. Which function of notebook 14 "
            "takes a mask?")),
        Mistake(_hidden_afterwards, (
            "What is hidden was set to zero after the softmax. To how much do the other weights "
            "add up?")),
        Mistake(_hides_what_is_allowed, (
            "It looks where it may not. Is `allowed` True where a query may look, or where not?")),
        Mistake(_no_softmax, (
            "The scores themselves were taken as weights. What makes weights of them that add up "
            "to one?")),
        Mistake(_over_the_queries, (
            "The softmax ran over the queries: each *key* shares itself out. Over what do the "
            "weights of one query add up to one?"), (_over_the_queries_that_may,)),
    ),
    alternatives=(_attention_one_by_one, _attention_in_float32),
)  # fmt: skip

# ----------------------------------------------------------------------------------- causal mask


def causal_mask(real):
    """Where each word may look while a sentence is written: real (batch, time), True at words.

    → booleans (batch, time, time): in row t True at the real words up to and including t.
    """
    time = np.arange(real.shape[1])
    return (time <= time[:, None]) & real[:, None]


def _real(random, batch, time):
    lengths = [time, *random.integers(1, time + 1, batch - 1)]
    return np.arange(time) < np.array(lengths)[:, None]


def _mask_cases(random):
    sizes = [(1, 3), (2, 4), (3, int(random.integers(3, 7))), (4, 2), (1, 1)]
    return [(_real(random, batch, time),) for batch, time in sizes] + [
        (_real(random, int(random.integers(4, 9)), int(random.integers(6, 10))),)
    ]


def _as_numbers(mask, real):
    mask = np.asarray(mask)
    if mask.dtype.kind not in "bfiu":
        raise ValueError(f"it holds {mask.dtype}, expected True and False")
    return (np.broadcast_to(mask, mask.shape).astype(float),)


def _looks_ahead(real):
    return (np.arange(real.shape[1]) >= np.arange(real.shape[1])[:, None]) & real[:, None]


def _not_itself(real):
    return (np.arange(real.shape[1]) < np.arange(real.shape[1])[:, None]) & real[:, None]


def _true_where_hidden(real):
    return ~causal_mask(real)


def _padding_forgotten(real):
    return np.broadcast_to(np.tri(real.shape[1], dtype=bool), (*real.shape, real.shape[1]))


def _causality_forgotten(real):
    return np.broadcast_to(real[:, None], (*real.shape, real.shape[1]))


def _padding_of_the_queries(real):
    return np.tri(real.shape[1], dtype=bool) & real[:, :, None]


def _either(real):
    return np.tri(real.shape[1], dtype=bool) | real[:, None]


def _only_itself(real):
    return np.eye(real.shape[1], dtype=bool) & real[:, None]


def _no_axis_for_the_queries(real):
    return np.tri(real.shape[1], dtype=bool) & real[:, None][:1]


def _one_ahead(real):
    return np.tri(real.shape[1], k=1, dtype=bool) & real[:, None]


def _padding_of_both(real):
    return causal_mask(real) & real[:, :, None]


def _mask_by_loops(real):
    """Right, one place at a time."""
    batch, time = real.shape
    return np.array([[[bool(real[b, s]) and s <= t for s in range(time)] for t in range(time)]
                     for b in range(batch)])


def _mask_as_numbers(real):
    """Right, as zeros and ones."""
    return np.tri(real.shape[1]) * real[:, None]


CAUSAL_MASK = Exercise(
    reference=causal_mask,
    cases=_mask_cases,
    returns=("mask",),
    observe=_as_numbers,
    minutes=6,
    difficulty=1,
    hints=(
        "Two masks that both have to be True. One does not depend on the sentence: row t, column s "
        "is True where s is not later than t. The other is the padding of the columns.",
        "With places = np.arange(time), places <= places[:, None] compares every column with every "
        "row (np.tri makes the same). real[:, None] puts an axis for the rows into the padding.",
    ),
    mistakes=(
        Mistake(_looks_ahead, (
            "Rows and columns are exchanged: each word sees itself and those that are *not yet* "
            "written. Which of the two axes is that of the word that looks?")),
        Mistake(_one_ahead, (
            "Each word sees one more: the next one, which it is to predict. Where does the "
            "diagonal of the mask lie?")),
        Mistake(_not_itself, (
            "No word may see itself, so that the first one sees nothing at all. What it reads at "
            "place t was said already: does place t belong to the past?")),
        Mistake(_true_where_hidden, (
            "It is True where nobody may look. What does True mean in the masks of this course?")),
        Mistake(_padding_forgotten, (
            "Padding may be looked at. In which sentences of the batch are there columns that are "
            "no words?")),
        Mistake(_causality_forgotten, (
            "Every word sees the whole sentence, those to come as well. What would a decoder have "
            "to learn then to say the next word?")),
        Mistake(_padding_of_the_queries, (
            "The rows of padding are hidden, those that look, and a query that may look nowhere "
            "has no weights. Along which axis, and along it alone, stands what is looked at?"), (
            _padding_of_both,)),
        Mistake(_either, (
            "A place is open when one of the two masks opens it. Do both have to, or one of "
            "them?")),
        Mistake(_only_itself, (
            "Each word sees itself alone. And the words before it?")),
        Mistake(_no_axis_for_the_queries, (
            "All sentences have the mask of the first one. Which axis of `real` is the batch?")),
    ),
    alternatives=(_mask_by_loops, _mask_as_numbers),
)  # fmt: skip

# ---------------------------------------------------------------------------- sinusoidal positions


def sinusoidal_positions(time, size):
    """A vector for each place, counted from 0: (time, size), size even.

    Column 2i holds sin(p / 10000^(2i / size)) and column 2i + 1 the cosine of the same.
    """
    places = np.arange(time)[:, None]  # (time, 1)
    angles = places / 10000 ** (np.arange(0, size, 2) / size)  # (time, size / 2)
    positions = np.zeros((time, size))
    positions[:, 0::2] = np.sin(angles)
    positions[:, 1::2] = np.cos(angles)
    return positions


def _position_cases(random):
    sizes = [(3, 4), (5, 6), (1, 2), (int(random.integers(40, 90)), 8)]
    return sizes + [(int(random.integers(6, 30)), 2 * int(random.integers(5, 12)))]


def _as_it_is(positions, time, size):
    """What goes in are two sizes, and no arrays."""
    return (positions,)


def _angles(time, size):
    return np.arange(time)[:, None] / 10000 ** (np.arange(0, size, 2) / size)


def _interleaved(sines, cosines):
    return np.stack([sines, cosines], axis=-1).reshape(len(sines), -1)


def _halves(time, size):
    angles = _angles(time, size)
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1)


def _cosines_first(time, size):
    angles = _angles(time, size)
    return _interleaved(np.cos(angles), np.sin(angles))


def _counted_from_one(time, size):
    return sinusoidal_positions(time + 1, size)[1:]


def _an_angle_for_each_column(time, size):
    angles = np.arange(time)[:, None] / 10000 ** (np.arange(size) / size)
    return np.where(np.arange(size) % 2, np.cos(angles), np.sin(angles))


def _twice_the_exponent(time, size):
    angles = np.arange(time)[:, None] / 10000 ** (2 * np.arange(0, size, 2) / size)
    return _interleaved(np.sin(angles), np.cos(angles))


def _half_the_exponent(time, size):
    angles = np.arange(time)[:, None] / 10000 ** (np.arange(size // 2) / size)
    return _interleaved(np.sin(angles), np.cos(angles))


def _multiplied(time, size):
    angles = np.arange(time)[:, None] * 10000 ** (np.arange(0, size, 2) / size)
    return _interleaved(np.sin(angles), np.cos(angles))


def _only_sines(time, size):
    return _interleaved(np.sin(_angles(time, size)), np.sin(_angles(time, size)))


def _no_sines(time, size):
    angles = _angles(time, size)
    return _interleaved(angles, angles)


def _of_exponents(exponents, base=10000.0):
    def positions(time, size):
        angles = np.arange(time)[:, None] / base ** exponents(np.arange(0, size, 2), size)
        return _interleaved(np.sin(angles), np.cos(angles))

    return positions


_whole_numbers = _of_exponents(lambda two_i, size: two_i // size)
_base_of_a_thousand = _of_exponents(lambda two_i, size: two_i / size, base=1000.0)


def _power_before_the_fraction(ten_thousand, together):
    """10000 ** i / n; as a whole number the power overflows, as it does for a learner."""

    def positions(time, size):
        places, power = np.arange(time)[:, None], ten_thousand ** np.arange(0, size, 2)
        angles = places / (power / size) if together else places / power / size
        return _interleaved(np.sin(angles), np.cos(angles))

    return positions


def _into_whole_numbers(time, size):
    return sinusoidal_positions(time, size).astype(int)


def _positions_one_by_one(time, size):
    """Right, one number at a time."""
    return np.array([
        [(np.cos if c % 2 else np.sin)(p / 10000 ** ((c - c % 2) / size)) for c in range(size)]
        for p in range(time)
    ])


def _positions_by_waves(time, size):
    """Right, with a cosine as a sine that is a quarter of its wave ahead."""
    columns = np.arange(size)
    angles = np.outer(np.arange(time), 10000.0 ** (-(columns // 2) * 2 / size))
    return np.sin(angles + np.pi / 2 * (columns % 2)).astype("float32")


SINUSOIDAL_POSITIONS = Exercise(
    reference=sinusoidal_positions,
    cases=_position_cases,
    returns=("positions",),
    batched=False,
    observe=_as_it_is,
    minutes=8,
    difficulty=2,
    hints=(
        "First the angles, (time, size / 2): places down the rows, and for each i a slower wave "
        "than the one before. np.arange(0, size, 2) is 2i for all i at once.",
        "angles = np.arange(time)[:, None] / 10000 ** (np.arange(0, size, 2) / size)",
        "Fill an array of zeros: positions[:, 0::2] are the even columns, positions[:, 1::2] the "
        "odd ones.",
    ),
    mistakes=(
        Mistake(_halves, (
            "All sines stand first, then all cosines. Many programs do so, and a network would not "
            "mind; but which columns are sines in our formula?")),
        Mistake(_cosines_first, (
            "Sines and cosines are exchanged. Which of them is 0 at place 0, and in which columns "
            "does it stand?")),
        Mistake(_counted_from_one, (
            "The places were counted from 1. What are sin and cos at place 0?")),
        Mistake(_an_angle_for_each_column, (
            "Every column has a wave of its own. A sine and its cosine belong together: which i do "
            "columns 2i and 2i + 1 share?")),
        Mistake(_twice_the_exponent, (
            "The waves slow down twice as fast as they should. `np.arange(0, size, 2)` is 2i "
            "already: where does another 2 come from?")),
        Mistake(_half_the_exponent, (
            "The waves slow down half as fast as they should. Is the exponent i / size, or "
            "2i / size?")),
        Mistake(_power_before_the_fraction(10000, False), (
            "10000 ** i / n is read as (10000 ** i) / n. Which part is the exponent, and what "
            "keeps it together?"), (
            _power_before_the_fraction(10000, True), _power_before_the_fraction(10000.0, False),
            _power_before_the_fraction(10000.0, True))),
        Mistake(_whole_numbers, (
            "All columns have the same wave: the exponents are whole numbers, all of them 0. Which "
            "division leaves fractions?")),
        Mistake(_base_of_a_thousand, (
            "The waves slow down too little: the last one is ten times too quick or nearly so. "
            "How many zeros has the base?")),
        Mistake(_into_whole_numbers, (
            "The numbers were cut to whole ones. Of what type is the array that they were put "
            "into?")),
        Mistake(_multiplied, (
            "The waves become faster from column to column, because the place is multiplied. On "
            "which side of the fraction line does 10000 stand?")),
        Mistake(_only_sines, (
            "All columns are sines. Which columns are to be cosines?")),
        Mistake(_no_sines, (
            "These are the angles themselves, which grow and grow. What makes waves of them?")),
    ),
    alternatives=(_positions_one_by_one, _positions_by_waves),
)  # fmt: skip

# ------------------------------------------------------------------------------- one cached step


def cached_step(x_t, keys, values, W_q, W_k, W_v):
    """One word looks at itself and all before it, whose keys and values were kept.

    x_t (batch, size), keys (batch, time, n) and values (batch, time, n) of the words before, which
    may be none; W_q, W_k, W_v (size, n) → context (batch, n), and the keys and values to keep,
    (batch, time + 1, n).
    """
    keys = np.concatenate([keys, (x_t @ W_k)[:, None]], axis=1)
    values = np.concatenate([values, (x_t @ W_v)[:, None]], axis=1)
    query = (x_t @ W_q)[:, None]  # (batch, 1, n)
    nothing_hidden = np.ones((len(x_t), 1, keys.shape[1]), bool)
    contexts, _ = scaled_dot_attention(query, keys, values, nothing_hidden)
    return contexts[:, 0], keys, values


def _cached_cases(random):
    cases = []
    for batch, time, size, n in ((1, 2, 3, 3), (2, 3, 4, 2), (3, 1, 2, 4), (2, 4, 3, 3)):
        cases.append((
            random.normal(size=(batch, size)), random.normal(size=(batch, time, n)),
            random.normal(size=(batch, time, n)),
            *(random.normal(size=(size, n)) for _ in range(3)),
        ))  # fmt: skip
    x_t, keys, values, *matrices = cases[1]
    return [*cases, (x_t, keys[:, :0], values[:, :0], *matrices)]


def _ask(query, keys, values, scale=True):
    """The context of one query a sentence; zeros where there is nothing to look at."""
    if not keys.shape[1]:
        return np.zeros((len(query), values.shape[-1]))
    scores = np.einsum("bn,btn->bt", query, keys) / (query.shape[-1] ** 0.5 if scale else 1)
    weights = masked_softmax(scores, np.ones(scores.shape, bool))
    return np.einsum("bt,btn->bn", weights, values)


def _more(kept, new):
    return np.concatenate([kept, new[:, None]], axis=1)


def _does_not_see_itself(x_t, keys, values, W_q, W_k, W_v):
    context = _ask(x_t @ W_q, keys, values)
    return context, _more(keys, x_t @ W_k), _more(values, x_t @ W_v)


def _sees_only_itself(x_t, keys, values, W_q, W_k, W_v):
    return x_t @ W_v, _more(keys, x_t @ W_k), _more(values, x_t @ W_v)


def _put_in_front(x_t, keys, values, W_q, W_k, W_v):
    context, *_ = cached_step(x_t, keys, values, W_q, W_k, W_v)
    keys, values = (
        np.concatenate([(x_t @ W)[:, None], kept], axis=1)
        for W, kept in ((W_k, keys), (W_v, values))
    )
    return context, keys, values


def _without_a_root(x_t, keys, values, W_q, W_k, W_v):
    _, keys, values = cached_step(x_t, keys, values, W_q, W_k, W_v)
    return _ask(x_t @ W_q, keys, values, scale=False), keys, values


def _nothing_kept(x_t, keys, values, W_q, W_k, W_v):
    context, *_ = cached_step(x_t, keys, values, W_q, W_k, W_v)
    return context, keys, values


def _only_the_new_kept(x_t, keys, values, W_q, W_k, W_v):
    context, *_ = cached_step(x_t, keys, values, W_q, W_k, W_v)
    return context, (x_t @ W_k)[:, None], (x_t @ W_v)[:, None]


def _asks_with_its_key(x_t, keys, values, W_q, W_k, W_v):
    return cached_step(x_t, keys, values, W_k, W_k, W_v)


def _values_made_as_keys(x_t, keys, values, W_q, W_k, W_v):
    return cached_step(x_t, keys, values, W_q, W_k, W_k)


def _matrices_exchanged(x_t, keys, values, W_q, W_k, W_v):
    return cached_step(x_t, keys, values, W_q, W_v, W_k)


def _plain_mean(x_t, keys, values, W_q, W_k, W_v):
    _, keys, values = cached_step(x_t, keys, values, W_q, W_k, W_v)
    return values.mean(axis=1), keys, values


def _keys_brought_home(x_t, keys, values, W_q, W_k, W_v):
    _, keys, values = cached_step(x_t, keys, values, W_q, W_k, W_v)
    return _ask(x_t @ W_q, keys, keys), keys, values


def _turned_round(x_t, keys, values, W_q, W_k, W_v):
    return cached_step(x_t, keys, values, W_q.T, W_k.T, W_v.T)


def _word_itself_kept(x_t, keys, values, W_q, W_k, W_v):
    keys, values = _more(keys, x_t), _more(values, x_t)
    return _ask(x_t @ W_q, keys, values), keys, values


def _projected_again(x_t, keys, values, W_q, W_k, W_v):
    keys, values = _more(keys, x_t) @ W_k, _more(values, x_t) @ W_v
    return _ask(x_t @ W_q, keys, values), keys, values


def _step_by_sentence(x_t, keys, values, W_q, W_k, W_v):
    """Right, one sentence at a time."""
    contexts, all_keys, all_values = [], [], []
    for x, k, v in zip(x_t, keys, values, strict=True):
        k, v = np.vstack([k, x @ W_k]), np.vstack([v, x @ W_v])
        e = np.exp(k @ (x @ W_q) / np.sqrt(len(k[0])))
        contexts.append(e / e.sum() @ v)
        all_keys.append(k)
        all_values.append(v)
    return np.array(contexts), np.array(all_keys), np.array(all_values)


def _step_in_float32(*arguments):
    """Right, in single precision."""
    x_t, keys, values, W_q, W_k, W_v = (each.astype("float32") for each in arguments)
    keys, values = _more(keys, x_t @ W_k), _more(values, x_t @ W_v)
    return [_ask(x_t @ W_q, keys, values), keys, values]


CACHED_STEP = Exercise(
    reference=cached_step,
    cases=_cached_cases,
    returns=("context", "keys", "values"),
    minutes=10,
    difficulty=2,
    hints=(
        "The order is: make the new key and value, put them behind those that were kept, and only "
        "then look. The word that was said last belongs to what may be looked at.",
        "(x_t @ W_k)[:, None] is (batch, 1, n), and np.concatenate([keys, …], axis=1) puts it at "
        "the end.",
        "The query is one place long: (x_t @ W_q)[:, None]. Your scaled_dot_attention takes it "
        "with a mask of True everywhere, and its context has an axis of length 1 too many.",
    ),
    mistakes=(
        Mistake(_does_not_see_itself, (
            "It looked before the new key and value were there, so that a word does not see "
            "itself. In row t of the causal mask, is column t open?")),
        Mistake(_sees_only_itself, (
            "The word looked at itself alone. What are the keys of the words before it kept "
            "for?")),
        Mistake(_put_in_front, (
            "The context is right, and the new key and value stand in front. At which end of the "
            "sentence was the word said?")),
        Mistake(_without_a_root, (
            "The scores were not divided by √n. Which of your functions does that?")),
        Mistake(_nothing_kept, (
            "The keys and values that came in were returned: the next step would know nothing of "
            "this word. How long are they to be?")),
        Mistake(_only_the_new_kept, (
            "Only the new key and value were returned: all that was said before is forgotten. What "
            "was there to be kept as well?")),
        Mistake(_turned_round, (
            "The matrices were turned round, which goes unnoticed where they are square. They are "
            "(size, n): which side of x_t do they stand on?")),
        Mistake(_word_itself_kept, (
            "The word itself was put into the cache. Which matrices make its key and its value?")),
        Mistake(_projected_again, (
            "What was kept went through W_k and W_v once more. What is in the cache already: "
            "words, or their keys and values?")),
        Mistake(_asks_with_its_key, (
            "The query was made with W_k. Which matrix belongs to what asks?")),
        Mistake(_values_made_as_keys, (
            "The new value was made with W_k. Which matrix makes what is brought home?")),
        Mistake(_matrices_exchanged, (
            "W_k and W_v are exchanged. Which of them makes what a word is found by?")),
        Mistake(_plain_mean, (
            "The context is the plain mean of the values. Where did the query go?")),
        Mistake(_keys_brought_home, (
            "The context is a sum of the keys. Keys are what is compared: what is brought home?")),
    ),
    alternatives=(_step_by_sentence, _step_in_float32),
)  # fmt: skip

EXERCISES = (
    SCALED_DOT_ATTENTION, CAUSAL_MASK, SINUSOIDAL_POSITIONS, CACHED_STEP
)  # fmt: skip
