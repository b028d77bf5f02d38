"""Problem set 5: a cache that knows places, and a state of one size that forgets."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_5_overflow import with_overflow
from utils.exercises.set_cases import in_float32, row_by_row

# ------------------------------------------------------------------------ a cache that knows places


def _step_1(x_t, keys, values, W_q, W_k, W_v, turn):
    angle = keys.shape[1] * turn  # (n / 2,), at the place of the new word
    query, key = x_t @ W_q, x_t @ W_k  # (batch, n)
    turned = []
    for vector in (query, key):
        a, b = vector[:, 0::2], vector[:, 1::2]
        pairs = a * np.cos(angle) - b * np.sin(angle), a * np.sin(angle) + b * np.cos(angle)
        turned.append(np.stack(pairs, axis=2).reshape(vector.shape))
    query, key = turned
    keys = np.concatenate([keys, key[:, None]], axis=1)
    values = np.concatenate([values, (x_t @ W_v)[:, None]], axis=1)
    scores = np.einsum("bn,btn->bt", query, keys) / np.sqrt(keys.shape[2])
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))  # at most 1
    weights = raised / raised.sum(axis=1, keepdims=True)
    return np.einsum("bt,btn->bn", weights, values), keys, values


def _step_2(x_t, keys, values, W_q, W_k, W_v, slopes):
    keys = np.concatenate([keys, (x_t @ W_k)[:, None]], axis=1)
    values = np.concatenate([values, (x_t @ W_v)[:, None]], axis=1)
    batch, time, n = keys.shape
    heads = len(slopes)
    query = (x_t @ W_q).reshape(batch, heads, n // heads)
    cut = batch, time, heads, n // heads
    scores = np.einsum("bhn,bthn->bht", query, keys.reshape(cut)) / np.sqrt(n // heads)
    back = np.arange(time)[::-1]  # how far back each word lies, 0 for the new one
    scores = scores - slopes[:, None] * back
    raised = np.exp(scores - scores.max(axis=2, keepdims=True))  # at most 1
    weights = raised / raised.sum(axis=2, keepdims=True)
    contexts = np.einsum("bht,bthn->bhn", weights, values.reshape(cut))
    return contexts.reshape(batch, n), keys, values


def _step_3(x_t, keys, values, W_q, W_k, W_v, r):
    keys = np.concatenate([keys, (x_t @ W_k)[:, None]], axis=1)
    values = np.concatenate([values, (x_t @ W_v)[:, None]], axis=1)
    back = np.arange(keys.shape[1])[::-1]  # how far back each word lies, 0 for the new one
    placed = keys + r[np.minimum(back, len(r) - 1)]
    scores = np.einsum("bn,btn->bt", x_t @ W_q, placed) / np.sqrt(keys.shape[2])
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))  # at most 1
    weights = raised / raised.sum(axis=1, keepdims=True)
    return np.einsum("bt,btn->bn", weights, values), keys, values


STEP = {1: _step_1, 2: _step_2, 3: _step_3}


def _step_cases(variant):
    def cases(random):
        found = []
        for batch, time, size, n in ((1, 1, 2, 2), (2, 4, 3, 4), (3, 0, 2, 4), (2, 6, 4, 6)):
            third = {
                1: random.uniform(0.3, 1.2, n // 2),
                2: random.uniform(0.2, 1.0, 2 if n > 2 else 1),
                3: random.normal(size=(3, n)),
            }[variant]
            matrices = (random.normal(size=(size, n)) for _ in range(3))
            kept = random.normal(size=(2, batch, time, n))
            found.append((random.normal(size=(batch, size)), *kept, *matrices, third))
        return [*found, _large_scores(random, third)]

    return cases


def _large_scores(random, third):
    """The new word's score of itself is 800 or more, and e to it is too large."""
    x_t, W, W_v = (random.normal(size=size) for size in ((2, 3), (3, 6), (3, 6)))
    heads = ((x_t @ W).reshape(2, 2, 3) ** 2).sum(axis=2)  # at most as many as there are
    x_t = x_t * np.sqrt(800 * np.sqrt(6) / heads.min(axis=1, keepdims=True))
    keys, values = random.normal(size=(2, 2, 3, 6))
    return x_t, keys, values, W, W, W_v, third


def _has_large_scores(x_t, keys, values, W_q, *others):
    return np.abs(x_t @ W_q).max() > 25


def _turned(vector, angle, halves=False):
    """Pairs of numbers of (…, n) turned by angles, (…, n / 2)."""
    half = vector.shape[-1] // 2
    first, second = ((np.s_[..., :half], np.s_[..., half:]) if halves
                     else (np.s_[..., 0::2], np.s_[..., 1::2]))  # fmt: skip
    a, b, found = vector[first], vector[second], np.zeros_like(vector)
    found[first] = a * np.cos(angle) - b * np.sin(angle)
    found[second] = a * np.sin(angle) + b * np.cos(angle)
    return found


def _stepped(
    variant, x_t, keys, values, W_q, W_k, W_v, third, *, root=True, own=True, placed=True, late=0,
    of_query=1, of_key=1, halves=False, values_too=False, heads_root=True, clipped=True,
    reverse=False, scaled=True, unkept=False, again=False, across=False, divisor=None,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    query, key, value = x_t @ W_q, x_t @ W_k, x_t @ W_v
    old, time = keys, keys.shape[1]
    if variant == 1 and placed:
        angle = (time + late) * third
        query = _turned(query, of_query * angle, halves)
        key = _turned(key, of_key * angle, halves)
        value = _turned(value, angle) if values_too else value
    keys = np.concatenate([keys, key[:, None]], axis=1)
    values = np.concatenate([values, value[:, None]], axis=1)
    heads = len(third) if variant == 2 else 1
    batch, _, n = keys.shape
    back = np.arange(time + 1) if reverse else np.arange(time + 1)[::-1]
    bias, seen = 0.0, keys
    if variant == 2 and placed:
        bias = -third[:, None] * (back + late) * (-1 if of_key < 0 else 1)
    if variant == 3 and placed:
        place = np.minimum(back + late, len(third) - 1) if clipped else back % len(third)
        if scaled:
            seen = keys + third[place]
        else:
            bias = np.einsum("bn,tn->bt", query, third[place])[:, None]
    if again:
        twice = _turned(old, np.arange(time)[:, None] * third)
        seen = np.concatenate([twice, key[:, None]], axis=1)

    def cut(array):  # (batch, time, n) to (batch, time, heads, n / heads)
        if across:
            return array.reshape(*array.shape[:2], n // heads, heads).swapaxes(2, 3)
        return array.reshape(*array.shape[:2], heads, n // heads)

    scores = np.einsum("bhn,bthn->bht", cut(query[:, None])[:, 0], cut(seen))
    divisor = divisor or (n // heads if heads_root else n)
    if variant == 2 and not scaled:
        scores, bias = scores + bias, 0.0
    scores = scores / (np.sqrt(divisor) if root else 1) + bias
    if not own and time:
        scores[:, :, -1] = -np.inf
    raised = np.exp(scores - scores.max(axis=2, keepdims=True))
    weights = raised / raised.sum(axis=2, keepdims=True)
    read = values + third[place] if variant == 3 and values_too else values
    context = np.einsum("bht,bthn->bhn", weights, cut(read))
    context = (context.swapaxes(1, 2) if across else context).reshape(batch, n)
    if unkept:
        keys = np.concatenate([old, (x_t @ W_k)[:, None]], axis=1) if variant == 1 else seen
    return context, keys, values


def step(variant: int) -> Exercise:
    """A cached step that knows places."""
    right = STEP[variant]

    def no_places(*case):
        return _stepped(variant, *case, placed=False)

    def no_root(*case):
        return _stepped(variant, *case, root=False)

    def never_itself(*case):
        return _stepped(variant, *case, own=False)

    def one_place_late(*case):
        return _stepped(variant, *case, late=1)

    def one_place_early(*case):
        return _stepped(variant, *case, late=-1)

    def turned_again(*case):
        return _stepped(variant, *case, again=True)

    def cut_across(*case):
        return _stepped(variant, *case, across=True)

    def slopes_divided(*case):
        return _stepped(variant, *case, scaled=False)

    def root_of_the_input(x_t, *others):
        return _stepped(variant, x_t, *others, divisor=x_t.shape[1])

    def put_in_front(*case):
        context, keys, values = right(*case)
        return context, np.roll(keys, 1, axis=1), np.roll(values, 1, axis=1)

    def only_the_new(*case):
        context, keys, values = right(*case)
        return context, keys[:, -1:], values[:, -1:]

    def query_not_turned(*case):
        return _stepped(variant, *case, of_query=0)

    def key_not_turned(*case):
        return _stepped(variant, *case, of_key=0)

    def other_direction(*case):
        return _stepped(variant, *case, of_query=-1, of_key=-1)

    def halves(*case):
        return _stepped(variant, *case, halves=True)

    def values_turned(*case):
        return _stepped(variant, *case, values_too=True)

    def plain_key_kept(*case):
        return _stepped(variant, *case, unkept=True)

    def far_ones_liked(*case):
        return _stepped(variant, *case, of_key=-1)

    def root_of_all(*case):
        return _stepped(variant, *case, heads_root=False)

    def counted_from_the_front(*case):
        return _stepped(variant, *case, reverse=True)

    def one_slope(*case):
        return right(*case[:-1], np.full(len(case[-1]), case[-1][0]))

    def round_and_round(*case):
        return _stepped(variant, *case, clipped=False)

    def unscaled_places(*case):
        return _stepped(variant, *case, scaled=False)

    def places_in_values(*case):
        return _stepped(variant, *case, values_too=True)

    def all_at_once(*case):
        return list(_stepped(variant, *case))

    nothing = {
        1: "Nothing was turned: this is the step of notebook 18. What tells a key its place?",
        2: "The slopes play no part, or each has no head. What does a score lose with distance?",
        3: "`r` plays no part: this is the step of notebook 18. What tells a key its distance?",
    }[variant]
    own = {
        1: [
            Mistake(one_place_late, (
                "Everything was turned one place too far. How many words stand before the first "
                "word, and which place does it have?")),
            Mistake(one_place_early, (
                "Everything was turned one place too little. The first word has the place 0: "
                "which one has the word behind `time` others?")),
            Mistake(turned_again, (
                "The keys that were kept were turned once more. What had been done to them before "
                "they were kept?")),
            Mistake(query_not_turned, (
                "The query was not turned. At which place does the question stand?")),
            Mistake(key_not_turned, (
                "The new key was not turned. What do its place and its pairs give?")),
            Mistake(other_direction, (
                "Everything was turned the other way round. Where does the minus stand in the "
                "formula?")),
            Mistake(halves, (
                "The first half of the numbers was paired with the second. Which two numbers are "
                "a pair?")),
            Mistake(values_turned, (
                "The value was turned, too. Which vectors does the dot product meet?")),
            Mistake(plain_key_kept, (
                "The context is right, and the key was kept as it is without its turn. What will "
                "the next step meet in the cache?")),
        ],
        2: [
            Mistake(far_ones_liked, (
                "A score grows with the distance. Which words should lose?")),
            Mistake(root_of_all, (
                "It divides by the root of n. How many numbers does the dot product of one head "
                "add up?")),
            Mistake(cut_across, (
                "The numbers of a head lie apart from one another. Which numbers of a query has "
                "the first head?")),
            Mistake(slopes_divided, (
                "The slopes were taken away before the division. Does the root divide them, too?")),
            Mistake(one_slope, (
                "All heads have the slope of the first one. How many slopes are there?")),
        ],
        3: [
            Mistake(one_place_late, (
                "Every distance is one too large. How far away is a word from itself?")),
            Mistake(counted_from_the_front, (
                "The distance is counted from the first word. How far back does the new word lie "
                "itself?")),
            Mistake(round_and_round, (
                "Behind the last row of `r` it begins again with the first. Which row do all have "
                "that are farther away?")),
            Mistake(unscaled_places, (
                "The distance's part of the score is not scaled. Around what do the brackets "
                "stand?")),
            Mistake(places_in_values, (
                "The rows of `r` went into the context as well. What is averaged there?")),
            Mistake(plain_key_kept, (
                "Keys were kept with their distances added. What will the distance be at the next "
                "step?")),
        ],
    }[variant]  # fmt: skip
    first = {
        1: "The new word stands at place p = keys.shape[1]. Turn its query and its key by p * "
           "turn, pair by pair; v[:, 0::2] and v[:, 1::2] are the first and the second numbers of "
           "all pairs.",
        2: "reshape(batch, heads, n // heads) cuts a query into heads, reshape(batch, time, heads, "
           "n // heads) the keys; np.arange(time)[::-1] is how far back each of them lies.",
        3: "np.arange(time)[::-1] is how far back each key lies, 0 for the new one; np.minimum("
           "back, len(r) - 1) are the rows of r.",
    }[variant]  # fmt: skip
    line = {
        1: "first = a * np.cos(angle) - b * np.sin(angle); second = a * np.sin(angle) + b * "
           "np.cos(angle); np.stack([first, second], axis=2).reshape(v.shape) puts them back.",
        2: "scores = np.einsum('bhn,bthn->bht', query, cut_keys) / np.sqrt(n // heads) - slopes[:, "
           "None] * back; the softmax of these along axis 2.",
        3: "np.einsum('bn,btn->bt', query, keys + r[np.minimum(back, len(r) - 1)]) / np.sqrt(n) "
           "are the scores.",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="placed_step",
        cases=_step_cases(variant),
        returns=("context", "keys", "values"),
        minutes=25,
        difficulty=3,
        hints=(first, "The rest is cached_step of notebook 18: put key and value behind those that "
               "were kept, np.concatenate([keys, key[:, None]], axis=1), then look at all of them, "
               "the new one included. Take the largest score away before you take e to them.",
               line),
        mistakes=with_overflow(right, _has_large_scores, (
            Mistake(no_places, nothing),
            Mistake(no_root, (
                "The dot products are not scaled. What are they divided by?")),
            Mistake(root_of_the_input, (
                "It divides by the root of `size`, the numbers of x_t. How many numbers does a dot "
                "product of query and key add up?")),
            Mistake(never_itself, (
                "The new word does not look at itself. What is put into the cache before it is "
                "looked at?")),
            Mistake(put_in_front, (
                "The new key and value stand in front of the others. On which side does a cache "
                "grow?")),
            Mistake(only_the_new, (
                "Only the new key and value came back. What will the next step want to look at?")),
            *own,
        )),
        alternatives=(all_at_once, in_float32(lambda *case: _stepped(variant, *case)),
                      row_by_row(right, (0, 1, 2))),
    )  # fmt: skip


# ------------------------------------------------------------------------------ a state of one size


def _state_1(q, k, v, keep):
    f, g = (np.exp(part - part.max(axis=2, keepdims=True)) for part in (k, q))  # at most 1
    f, g = f / f.sum(axis=2, keepdims=True), g / g.sum(axis=2, keepdims=True)
    S, z, y = np.zeros((len(k), k.shape[2], v.shape[2])), np.zeros((len(k), k.shape[2])), []
    for t in range(k.shape[1]):
        S = keep * S + f[:, t, :, None] * v[:, t, None, :]
        z = keep * z + f[:, t]
        y.append(np.einsum("bn,bnm->bm", g[:, t], S) / (g[:, t] * z).sum(axis=1, keepdims=True))
    return np.stack(y, axis=1), S


def _state_2(q, k, v, beta):
    f, g = (np.exp(part - part.max(axis=2, keepdims=True)) for part in (k, q))  # at most 1
    f, g = f / f.sum(axis=2, keepdims=True), g / g.sum(axis=2, keepdims=True)
    S, y = np.zeros((len(k), k.shape[2], v.shape[2])), []
    for t in range(k.shape[1]):
        known = np.einsum("bn,bnm->bm", f[:, t], S)  # what the state says of this key so far
        error = beta[:, t, None] * (v[:, t] - known)
        S = S + f[:, t, :, None] * error[:, None, :]
        y.append(np.einsum("bn,bnm->bm", g[:, t], S))
    return np.stack(y, axis=1), S


def _state_3(q, k, v, gate):
    f, g = (np.exp(part - part.max(axis=2, keepdims=True)) for part in (k, q))  # at most 1
    f, g = f / f.sum(axis=2, keepdims=True), g / g.sum(axis=2, keepdims=True)
    S, z, y = np.zeros((len(k), k.shape[2], v.shape[2])), np.zeros((len(k), k.shape[2])), []
    for t in range(k.shape[1]):
        a, new = gate[:, t], (1 - gate[:, t]) * f[:, t]  # (batch, n) each
        S = a[:, :, None] * S + new[:, :, None] * v[:, t, None, :]
        z = a * z + new
        y.append(np.einsum("bn,bnm->bm", g[:, t], S) / (g[:, t] * z).sum(axis=1, keepdims=True))
    return np.stack(y, axis=1), S


STATE = {1: _state_1, 2: _state_2, 3: _state_3}


def _state_cases(variant):
    def cases(random):
        found = []
        for batch, time, n, m in ((1, 2, 2, 1), (2, 3, 2, 3), (3, 1, 4, 2), (2, 5, 3, 3)):
            third = {
                1: random.uniform(0.4, 0.8),
                2: random.uniform(0.3, 1.0, (batch, time)),
                3: random.uniform(0.2, 0.8, (batch, time, n)),
            }[variant]
            q, k = 1.5 * random.normal(size=(2, batch, time, n))
            found.append((q, k, random.normal(size=(batch, time, m)), third))
        q, k = (720 + np.round(8 * part) / 8 for part in (q, k))  # e to them is too large
        return [*found, (q, k, random.normal(size=(batch, time, m)), third)]

    return cases


def _carried(
    variant, q, k, v, third, *, features="softmax", handed_on=True, early=False, divided=True,
    of_z=True, new=True, asks="key", taken="", at_the_end=False, whole_z=False, z_new=True,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    f, g = k, q
    if features == "exp":
        with np.errstate(over="ignore"):
            f, g = np.exp(k), np.exp(q)
    elif features != "plain":
        axis = 1 if features == "time" else 2
        f, g = (np.exp(part - part.max(axis=axis, keepdims=True)) for part in (k, q))
        f, g = f / f.sum(axis=axis, keepdims=True), g / g.sum(axis=axis, keepdims=True)
    S = np.zeros((len(k), k.shape[2], v.shape[2]), v.dtype)
    z, y = np.zeros((len(k), k.shape[2]), v.dtype), []
    for t in range(k.shape[1]):
        S, z = (S, z) if handed_on else (0 * S, 0 * z)
        before = S, z
        if variant == 2:
            known = np.einsum("bn,bnm->bm", (f if asks == "key" else g)[:, t], S)
            beta, told = third[:, t, None], v[:, t]
            error = {"": beta * (told - known), "all of it": beta * told - known,
                     "nothing": beta * told}[taken]  # fmt: skip
            S = S + f[:, t, :, None] * error[:, None]
        else:
            a = third[:, t] if variant == 3 else third * np.ones_like(z)
            share = {1: 1 if new else 1 - a, 3: 1 - a if new else 1}[variant] * f[:, t]
            S = a[:, :, None] * S + share[:, :, None] * v[:, t, None]
            z = (a if of_z else 1) * z + (share if z_new else f[:, t])
        read, size = before if early else (S, z)
        found = np.einsum("bn,bnm->bm", g[:, t], read)
        if divided and variant != 2:
            weighed = size if whole_z else g[:, t] * size
            found = found / np.maximum(weighed.sum(axis=1, keepdims=True), 1e-9)
        y.append(found)
    if at_the_end:  # the same for all steps, as if all questions were asked of the last state
        size = np.einsum("btn,bn->bt", g, z)[:, :, None] if variant != 2 else 1
        return np.einsum("btn,bnm->btm", g, S) / size, S
    return np.stack(y, axis=1), S


def _has_large_numbers(q, *others):
    return q.max() > 500


def state(variant: int) -> Exercise:
    """A state of one size that forgets."""
    right = STATE[variant]

    def no_features(*case):
        return _carried(variant, *case, features="plain")

    def not_divided_by_their_sum(*case):
        return _carried(variant, *case, features="exp")

    def over_time(*case):
        return _carried(variant, *case, features="time")

    def never_handed_on(*case):
        return _carried(variant, *case, handed_on=False)

    def read_before_written(*case):
        return _carried(variant, *case, early=True)

    def read_at_the_end(*case):
        return _carried(variant, *case, at_the_end=True)

    def divided_by_the_whole_z(*case):
        return _carried(variant, *case, whole_z=True)

    def z_takes_all(*case):
        return _carried(variant, *case, z_new=False)

    def never_forgets(q, k, v, third):
        if variant == 1:
            return right(q, k, v, 1.0)
        return _carried(variant, q, k, v, third, taken="nothing")

    def not_normalised(*case):
        return _carried(variant, *case, divided=False)

    def z_keeps_all(*case):
        return _carried(variant, *case, of_z=False)

    def other_share(*case):
        return _carried(variant, *case, new=False)

    def exchanged(q, k, v, third):
        return right(q, k, v, 1 - third)

    def asked_with_the_query(*case):
        return _carried(variant, *case, asks="query")

    def beta_of_the_new_only(*case):
        return _carried(variant, *case, taken="all of it")

    def always_all(q, k, v, beta):
        return right(q, k, v, np.ones_like(beta))

    def keys_for_queries(q, k, v, third):
        return right(k, q, v, third)

    other_share.__name__ = "share_of_the_new" if variant == 1 else "all_of_the_new"
    own = {
        1: [
            Mistake(never_forgets, (
                "Nothing fades: this is the linear attention of notebook 18. What does `keep` "
                "multiply?")),
            Mistake(not_normalised, (
                "y is not divided by anything. What does the second state, z, stand under?")),
            Mistake(divided_by_the_whole_z, (
                "y was divided by the sum of z. With what is z multiplied in the denominator?")),
            Mistake(z_keeps_all, (
                "S fades and z does not. What do the weights of a look add up to then?")),
            Mistake(exchanged, (
                "It keeps 1 - keep. With keep = 0.9, how much of S is left after a step?")),
        ],
        2: [
            Mistake(never_forgets, (
                "What the state knows of this key is not taken away first. What is written: the "
                "value, or what is missing to it?")),
            Mistake(asked_with_the_query, (
                "What is known was read with the query. Whose old value is to be corrected: the "
                "key's, or the query's?")),
            Mistake(beta_of_the_new_only, (
                "β multiplies the new value only, and all of the old one is taken away. Around "
                "what do the brackets stand?")),
            Mistake(always_all, (
                "β plays no part. Which share of the error is corrected?")),
        ],
        3: [
            Mistake(not_normalised, (
                "y is not divided by anything. What does the second state, z, stand under?")),
            Mistake(divided_by_the_whole_z, (
                "y was divided by the sum of z. With what is z multiplied in the denominator?")),
            Mistake(z_keeps_all, (
                "S goes through the gate and z does not. What do the weights of a look add up to "
                "then?")),
            Mistake(z_takes_all, (
                "S gets the share 1 - a of what is new, and z gets all of it. What does the "
                "formula of z say?")),
            Mistake(other_share, (
                "What is new comes in whole. Which share of it does the formula let in?")),
            Mistake(exchanged, (
                "The gate is turned round. Which part of the formula has a, and which 1 - a?")),
        ],
    }[variant]  # fmt: skip
    written = {
        1: "S = keep * S + f[:, t, :, None] * v[:, t, None, :] has the shape (batch, n, m); z = "
           "keep * z + f[:, t] has the shape (batch, n).",
        2: "What the state says of a key is np.einsum('bn,bnm->bm', f[:, t], S). Ask before you "
           "write; the answer y is read afterwards.",
        3: "The gate of a step, a = gate[:, t], (batch, n), multiplies the rows of S: a[:, :, "
           "None] * S. What is new, f[:, t], is multiplied by 1 - a.",
    }[variant]  # fmt: skip
    line = {
        1: "y = np.einsum('bn,bnm->bm', g[:, t], S) / (g[:, t] * z).sum(axis=1, keepdims=True).",
        2: "S = S + f[:, t, :, None] * (beta[:, t, None] * (v[:, t] - known))[:, None, :]; then y "
           "= np.einsum('bn,bnm->bm', g[:, t], S).",
        3: "S = a[:, :, None] * S + ((1 - a) * f[:, t])[:, :, None] * v[:, t, None, :], z likewise "
           "without v; y = np.einsum('bn,bnm->bm', g[:, t], S) / (g[:, t] * z).sum(axis=1, "
           "keepdims=True).",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="one_state",
        cases=_state_cases(variant),
        returns=("y", "S"),
        minutes=25,
        difficulty=2,
        hints=(
            "Features first, for all steps at once: np.exp(k - k.max(axis=2, keepdims=True)), "
            "divided by its sum along axis 2, and for q likewise. Then a loop over t as in section "
            "5 of notebook 18, with a batch.",
            written,
            line,
        ),
        mistakes=with_overflow(right, _has_large_numbers, (
            Mistake(no_features, (
                "Keys and queries were taken as they are. What does φ make of them?")),
            Mistake(not_divided_by_their_sum, (
                "φ is e to the numbers here, and not divided by their sum. What do the features of "
                "one key add up to?")),
            Mistake(over_time, (
                "The features were divided by their sum over time. Which axis does φ go over?")),
            Mistake(never_handed_on, (
                "Every step begins with an empty state. What is handed on?")),
            Mistake(read_before_written, (
                "y was read before the step's own key and value were written. Does the sum in the "
                "notebook go up to s = t, or stop before it?")),
            Mistake(keys_for_queries, (
                "Keys and queries are exchanged. Which of them writes, and which reads?")),
            Mistake(read_at_the_end, (
                "All answers were read from the last state. Which state answers the question of "
                "step t?")),
            *own,
        )),
        alternatives=(in_float32(lambda *case: _carried(variant, *case)),
                      row_by_row(right, (0, 1, 2) if variant == 1 else (0, 1, 2, 3))),
    )  # fmt: skip
