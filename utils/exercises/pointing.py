"""Exercises of notebook 16: a map as keys, one look at a picture, pointing accuracy."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------------------------- map to keys


def as_keys(seen, places):
    """A map of vectors as keys, each with the vector of its place added.

    Seen (batch, rows, columns, size) and places (rows × columns, size) → keys (batch, rows ×
    columns, size): the first row from left to right, then the second, and so on.
    """
    batch, rows, columns, size = seen.shape
    return seen.reshape(batch, rows * columns, size) + places


def _key_cases(random):
    sizes = ((1, 2, 3, 2), (3, 3, 2, 4), (2, 4, 4, 4), (2, 2, 2, 3), (4, 3, 5, 1))
    return [
        (random.normal(size=size), random.normal(size=(size[1] * size[2], size[3])))
        for size in sizes
    ]


def _column_behind_column(seen, places):
    return as_keys(seen.swapaxes(1, 2), places)


def _channels_first(seen, places):
    batch, rows, columns, size = seen.shape
    return np.moveaxis(seen, -1, 1).reshape(batch, rows * columns, size) + places


def _read_as_channels(seen, places):
    batch, rows, columns, size = seen.shape
    return seen.reshape(batch, size, rows * columns).swapaxes(1, 2) + places


def _no_places(seen, places):
    return as_keys(seen, 0 * places)


def _only_places(seen, places):
    return as_keys(0 * seen, places)


def _multiplied(seen, places):
    return as_keys(seen, 0 * places) * places


def _one_long_vector(seen, places):
    return seen.reshape(len(seen), -1) + places.reshape(-1)


def _the_batch_too(seen, places):
    return seen.reshape(-1, seen.shape[-1]) + np.tile(places, (len(seen), 1))


def _keys_as_columns(seen, places):
    return as_keys(seen, places).swapaxes(1, 2)


def _from_the_bottom(seen, places):
    return as_keys(seen[:, ::-1], places)


def _place_by_place(seen, places):
    """Right, one region after another."""
    _, rows, columns, _ = seen.shape
    return np.stack([seen[:, r, c] + places[columns * r + c]
                     for r in range(rows) for c in range(columns)], axis=1)


def _places_as_a_map(seen, places):
    """Right, in single precision, the places brought to the form of the map."""
    found = seen.astype("float32") + places.astype("float32").reshape(seen.shape[1:])
    return found.reshape(len(seen), -1, seen.shape[-1])


AS_KEYS = Exercise(
    reference=as_keys,
    cases=_key_cases,
    returns=("keys",),
    minutes=5,
    difficulty=1,
    hints=(
        "NumPy keeps the numbers of an array row behind row, and reshape leaves them in their "
        "order. Which two axes are to become one?",
        "batch, rows, columns, size = seen.shape, and then seen.reshape(batch, rows * columns, "
        "size). The places fit beside each picture of the batch as they are.",
    ),
    mistakes=(
        Mistake(_column_behind_column, (
            "The regions come column behind column. In what order does the text read a map, and "
            "was an axis exchanged before reshape?")),
        Mistake(_channels_first, (
            "The channels went to the front before reshape, so that one key now holds numbers of "
            "several regions. Which axis holds the numbers of one region, and is it last?"),
            variants=(_read_as_channels,)),
        Mistake(_no_places, (
            "The places are missing: two regions that look alike have equal keys, wherever they "
            "lie. What is added to each?")),
        Mistake(_only_places, (
            "Only the places are left, the same for every picture. Where is what was seen?")),
        Mistake(_multiplied, (
            "The places were multiplied. What happens to a key where a place holds a zero, and "
            "which sign does the task ask for?")),
        Mistake(_one_long_vector, (
            "This is one long vector for each picture, as in notebook 5. Between how many vectors "
            "is the decoder to choose?")),
        Mistake(_the_batch_too, (
            "The regions of all pictures stand in one list, and the decoder would look into other "
            "pictures. Which axis has to stay?")),
        Mistake(_keys_as_columns, (
            "Rows and columns of the result are exchanged: (batch, size, regions). Along which "
            "axis do the numbers of one key stand?")),
        Mistake(_from_the_bottom, (
            "The map is read from its last row upwards. Where does the first row of a picture "
            "lie, at the top or at the bottom?")),
    ),
    alternatives=(_place_by_place, _places_as_a_map),
)  # fmt: skip

# ---------------------------------------------------------------------------------------- one look


def look(d_prev, y_prev, keys, W_q, W_k, u, grid):
    """One look at a picture, with Bahdanau's additive score.

    The state d_prev (batch, units), the word said last y_prev (batch, word vector), keys (batch,
    regions, size), W_q (units + word vector, n), W_k (size, n), u (n,), and grid, the rows and
    columns of the map → the context (batch, size) and the weights as a map (batch, rows, columns).
    """
    query = np.concatenate([d_prev, y_prev], axis=-1)
    scores = np.tanh((query @ W_q)[:, None] + keys @ W_k) @ u  # (batch, regions)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    context = (weights[:, :, None] * keys).sum(axis=1)
    return context, weights.reshape(-1, *grid)


def _look_cases(random):
    cases = []  # sizes: (batch, rows, columns, units, word, key, inner)
    for batch, rows, columns, units, word, key, inner in (
        (1, 1, 2, 1, 1, 2, 2), (3, 2, 3, 2, 2, 4, 3), (2, 3, 3, 4, 4, 3, 5), (4, 3, 2, 3, 3, 2, 2),
    ):  # fmt: skip
        cases.append((
            random.normal(size=(batch, units)), random.normal(size=(batch, word)),
            random.normal(size=(batch, rows * columns, key)),
            random.normal(size=(units + word, inner)), random.normal(size=(key, inner)),
            2 * random.normal(size=inner), (rows, columns),
        ))  # fmt: skip
    return cases


def _softmax(scores, axis=-1):
    e = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _scores(query, keys, W_q, W_k, u):
    return np.tanh((query @ W_q)[:, None] + keys @ W_k) @ u


def _average(weights, keys):
    return np.einsum("br,brk->bk", weights, keys)


def _as_grid(weights, grid):
    return weights.reshape(-1, *grid)


def _look_with(name, query=lambda d, y: np.concatenate([d, y], -1), score=_scores,
               weigh=_softmax, average=_average, form=_as_grid):  # fmt: skip
    """One look with one of its parts exchanged."""

    def answer(d_prev, y_prev, keys, W_q, W_k, u, grid):
        weights = weigh(score(query(d_prev, y_prev), keys, W_q, W_k, u))
        return average(weights, keys), form(weights, grid)

    answer.__name__ = name  # for the table
    return answer


_word_first = _look_with("word_first", query=lambda d, y: np.concatenate([y, d], -1))
_without_the_word = _look_with(
    "without_the_word", query=lambda d, y: np.concatenate([d, 0 * y], -1)
)
_without_the_state = _look_with(
    "without_the_state", query=lambda d, y: np.concatenate([0 * d, y], -1)
)
_no_tanh = _look_with(
    "no_tanh", score=lambda q, keys, W_q, W_k, u: ((q @ W_q)[:, None] + keys @ W_k) @ u
)
_tanh_outside = _look_with(
    "tanh_outside",
    score=lambda q, keys, W_q, W_k, u: np.tanh(((q @ W_q)[:, None] + keys @ W_k) @ u),
)
_no_softmax = _look_with("no_softmax", weigh=lambda scores: scores)
_over_the_batch = _look_with("over_the_batch", weigh=lambda scores: _softmax(scores, axis=0))


def _values_as_scored(d_prev, y_prev, keys, W_q, W_k, u, grid):
    _, weights = look(d_prev, y_prev, keys, W_q, W_k, u, grid)
    return _average(weights.reshape(len(keys), -1), keys @ W_k), weights


def _over_the_rows(d_prev, y_prev, keys, W_q, W_k, u, grid):
    query = np.concatenate([d_prev, y_prev], axis=-1)
    weights = _softmax(_scores(query, keys, W_q, W_k, u).reshape(-1, *grid))
    return _average(weights.reshape(len(keys), -1), keys), weights


_hard = _look_with(
    "hard", average=lambda weights, keys: keys[np.arange(len(keys)), weights.argmax(axis=1)]
)
_even = _look_with("even", average=lambda weights, keys: keys.mean(axis=1))
_column_by_column = _look_with(
    "column_by_column",
    form=lambda weights, grid: weights.reshape(-1, *grid[::-1]).swapaxes(1, 2),
)
_left_as_a_list = _look_with("left_as_a_list", form=lambda weights, grid: weights)


def _looks_one_by_one(d_prev, y_prev, keys, W_q, W_k, u, grid):
    """Right, one picture and one region after another."""
    contexts, maps = [], []
    for d, y, regions in zip(d_prev, y_prev, keys, strict=True):
        e = np.exp([u @ np.tanh(np.hstack([d, y]) @ W_q + key @ W_k) for key in regions])
        contexts.append(sum(share * key for share, key in zip(e / e.sum(), regions, strict=True)))
        maps.append([(e / e.sum())[grid[1] * row : grid[1] * (row + 1)] for row in range(grid[0])])
    return np.array(contexts), np.array(maps)


def _look_in_float32(d_prev, y_prev, keys, W_q, W_k, u, grid):
    """Right, in single precision, with W_q in two parts, and a list in place of a tuple."""
    d, y, keys, W_q, W_k, u = (
        part.astype("float32") for part in (d_prev, y_prev, keys, W_q, W_k, u)
    )
    of_query = d @ W_q[: d.shape[1]] + y @ W_q[d.shape[1] :]
    weights = _softmax(np.einsum("brn,n->br", np.tanh(of_query[:, None] + keys @ W_k), u))
    return [(weights[:, None] @ keys)[:, 0], weights.reshape(len(d), grid[0], grid[1])]


LOOK = Exercise(
    reference=look,
    cases=_look_cases,
    returns=("context", "weights"),
    minutes=10,
    difficulty=2,
    hints=(
        "It is the attending step of notebook 14 up to the context, with regions for words. There "
        "is no padding, so nothing needs a mask. What is the query made of?",
        "query = np.concatenate([d_prev, y_prev], axis=-1); (query @ W_q)[:, None] is (batch, 1, "
        "n) and fits beside keys @ W_k, (batch, regions, n). Then tanh, and @ u.",
        "The softmax runs over the regions, axis -1. The context is (weights[:, :, None] * "
        "keys).sum(axis=1), and weights.reshape(-1, *grid) makes maps of the lists.",
    ),
    mistakes=(
        Mistake(_word_first, (
            "The query is turned round: the word stands before the state. Which rows of W_q belong "
            "to the state, the first or the last?")),
        Mistake(_without_the_word, (
            "The word said last is not in the query. What else tells the decoder that a colour "
            "has just been said?")),
        Mistake(_without_the_state, (
            "The state is not in the query. After “a”, how would the decoder know whether this is "
            "the first object or the second?")),
        Mistake(_no_tanh, (
            "The tanh is missing, and then the query adds the same number to the scores of all "
            "regions. What does the softmax make of that?")),
        Mistake(_tanh_outside, (
            "The tanh came at the end, so that no score is larger than 1. Does u stand inside or "
            "outside the tanh?")),
        Mistake(_no_softmax, (
            "These are scores and no weights: do they add up to 1, and can one be negative?")),
        Mistake(_over_the_batch, (
            "The softmax ran over the pictures of the batch. Over what do the weights of one look "
            "add up to one?")),
        Mistake(_over_the_rows, (
            "The softmax ran over each row of the map. Over how many regions do the weights of one "
            "look add up to one?")),
        Mistake(_values_as_scored, (
            "The context is an average of keys @ W_k. That is what the score reads; what are the "
            "values, of which the average is taken?")),
        Mistake(_hard, (
            "The context is the one region looked at most: hard attention. Could a gradient say "
            "how to look elsewhere? What is the context in soft attention?")),
        Mistake(_even, (
            "The context is the plain mean of the keys, as if all regions were looked at alike. "
            "Where do the weights come in?")),
        Mistake(_column_by_column, (
            "The map is filled column by column. In which order did `as_keys` put the regions?")),
        Mistake(_left_as_a_list, (
            "The weights are still a list, (batch, regions). What shape has a map, and what does "
            "grid say?")),
    ),
    alternatives=(_looks_one_by_one, _look_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------------------- pointing accuracy


def pointing_accuracy(maps, owner, named):
    """How often the region looked at most belongs to the object that the word names.

    Maps (words, rows, columns), one for each word; owner, whole numbers of the same shape, the
    object that each region belongs to, or -1 for none; named (words,), the object that each word
    names → a share from 0 to 1.
    """
    hits = 0
    for weights, belongs_to, thing in zip(maps, owner, named, strict=True):
        hits += belongs_to.ravel()[weights.argmax()] == thing  # argmax counts row behind row
    return hits / len(maps)


def _pointing_cases(random):
    cases = []
    for words, rows, columns, things in ((4, 1, 3, 2), (12, 3, 4, 2), (20, 4, 3, 3), (9, 2, 5, 2)):
        maps = _softmax(3 * random.normal(size=(words, rows * columns)))
        owner = random.integers(-1, things, (words, rows * columns))
        named = random.integers(0, things, words)
        hit = random.permutation(words) < max(1, round(0.6 * words))  # enough that every mistake
        where = maps.argmax(axis=1)  # gives another number
        others = (named + 1) % things
        owner[np.arange(words), where] = np.where(hit, named, others)
        owner[np.flatnonzero(~hit)[:1], where[~hit][:1]] = -1
        shape = (words, rows, columns)
        cases.append((maps.reshape(shape), owner.reshape(shape), named))
    return cases


def _one_share(share, maps, owner, named):
    shape = np.shape(share)
    if shape:
        raise ValueError(f"it has the shape {shape}; one share is asked for, of all words together")
    return (np.asarray(share),)


def _places(maps):
    return maps.reshape(len(maps), -1).argmax(axis=1)


def _owners_at(owner, places):
    return owner.reshape(len(owner), -1)[np.arange(len(owner)), places]


def _weight_on_object(maps, owner, named):
    return (maps * (owner == named[:, None, None])).sum() / len(maps)


def _any_object(maps, owner, named):
    return np.mean(_owners_at(owner, _places(maps)) >= 0)


def _least_looked_at(maps, owner, named):
    return np.mean(_owners_at(owner, maps.reshape(len(maps), -1).argmin(axis=1)) == named)


def _errors(maps, owner, named):
    return 1 - pointing_accuracy(maps, owner, named)


def _number_of_hits(maps, owner, named):
    return len(maps) * pointing_accuracy(maps, owner, named)


def _without_misses_on_nothing(maps, owner, named):
    found = _owners_at(owner, _places(maps))
    return np.mean((found == named)[found >= 0])


def _columns_first(maps, owner, named):
    turned = owner.swapaxes(1, 2).reshape(len(owner), -1)
    return np.mean(turned[np.arange(len(owner)), _places(maps)] == named)


def _maps_turned(maps, owner, named):
    return np.mean(_owners_at(owner, _places(maps.swapaxes(1, 2))) == named)


def _each_word_with_every_map(maps, owner, named):
    return np.mean(owner.reshape(len(owner), -1)[:, _places(maps)] == named[:, None])


def _every_map_with_each_word(maps, owner, named):
    return np.mean(owner.reshape(len(owner), -1)[:, _places(maps)] == named)


def _one_place_for_all(maps, owner, named):
    flat = owner.reshape(len(owner), -1)
    return np.mean(flat[:, maps.sum(axis=0).argmax()] == named)


def _one_argmax_for_all_maps(maps, owner, named):
    return np.mean(owner.ravel()[maps.argmax()] == named)


def _size_of_objects(maps, owner, named):
    return np.mean(owner == named[:, None, None])


def _first_object_always(maps, owner, named):
    return np.mean(_owners_at(owner, _places(maps)) == 0)


def _pointing_at_once(maps, owner, named):
    """Right, without a loop."""
    return np.float32(np.mean(_owners_at(owner, _places(maps)) == named))


def _pointing_by_equal_weight(maps, owner, named):
    """Right: is the largest weight on the object as large as the largest of all?"""
    on_object = np.where(owner == named[:, None, None], maps, -1).max(axis=(1, 2))
    return np.mean(on_object == maps.max(axis=(1, 2)))


POINTING_ACCURACY = Exercise(
    reference=pointing_accuracy,
    cases=_pointing_cases,
    returns=("share",),
    minutes=8,
    difficulty=1,
    observe=_one_share,
    hints=(
        "One word after another: at which place has its map the largest weight, and whose is the "
        "region there? Count the words for which it is the named one.",
        "weights.argmax() counts the regions row behind row, as if the map were a list. "
        "belongs_to.ravel() is that list, so belongs_to.ravel()[weights.argmax()] is the owner.",
    ),
    mistakes=(
        Mistake(_weight_on_object, (
            "This is how much *weight* lies on the object, in the mean. Pointing has one finger: "
            "does the largest weight hit or miss?")),
        Mistake(_any_object, (
            "A region of *any* object counted as a hit. Which object does the word name?")),
        Mistake(_least_looked_at, (
            "It asks for the region looked at least. Is argmin or argmax the place of the largest "
            "weight?")),
        Mistake(_errors, (
            "This is the share of misses. What is 1 for a decoder that always points right?")),
        Mistake(_number_of_hits, (
            "This is the number of hits. Of how many words is it a share?")),
        Mistake(_without_misses_on_nothing, (
            "Words that point at empty ground were left out. Is a finger that points at nothing "
            "right?")),
        Mistake(_columns_first, (
            "The map is counted row behind row and the owners column behind column. Which axis "
            "runs fastest in ravel()?")),
        Mistake(_maps_turned, (
            "Rows and columns of the maps are exchanged. Such a map looks like a map, and points "
            "at its mirrored place: which axis of `maps` are the rows?")),
        Mistake(_each_word_with_every_map, (
            "Every word was paired with the fingers of all maps. In NumPy `owner[:, places]` takes "
            "all places for each word; how does one take one for each, with np.arange?"),
            variants=(_every_map_with_each_word,)),
        Mistake(_one_place_for_all, (
            "One place was taken for all words. Along which axes is the argmax of one map?"),
            variants=(_one_argmax_for_all_maps,)),
        Mistake(_size_of_objects, (
            "This is how large the objects are, in regions: what a blind finger would hit. Where "
            "do the maps come in?")),
        Mistake(_first_object_always, (
            "Every word was taken to name object 0. What does `named` say?")),
    ),
    alternatives=(_pointing_at_once, _pointing_by_equal_weight),
)  # fmt: skip

EXERCISES = (AS_KEYS, LOOK, POINTING_ACCURACY)
