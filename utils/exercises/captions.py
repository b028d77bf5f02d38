"""Exercises of notebook 5: a captioner's step, the greedy loop."""

from __future__ import annotations

import operator
from dataclasses import dataclass, field

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.tokens import END, PAD, START

SIZES = (
    (1, 2, 3, 5, 6), (2, 3, 4, 5, 6), (4, 1, 3, 2, 3), (1, 4, 2, 3, 5), (3, 2, 1, 4, 2),
    (2, 3, 5, 1, 4),
)  # fmt: skip
"""Of the cases of one step: (batch, word vector, picture's vector, units, vocabulary).

No two that a product could mix up are equal: a product in the wrong order stops in its own line.
"""

# ------------------------------------------------------------------------------- one step


def caption_step(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    """One step of a captioner: a word x_t, the state, the picture's vector v → scores, h_t.

    `x_t` (batch, word vector), `h_prev` (batch, units), `v` (batch, size of v), and the weights:
    `V` (size of v, word vector) and `b_v` (word vector,) take the picture's vector to the size of a
    word vector; `W_x` (2 × word vector, units), `W_h` (units, units) and `b` (units,) are those of
    a simple recurrent layer; `W_hy` (units, vocabulary) and `b_y` (vocabulary,) give the scores.
    Returned are the scores (batch, vocabulary), then h_t (batch, units).
    """
    seen = v @ V + b_v  # (batch, word vector)
    read = np.concatenate([x_t, seen], axis=-1)  # (batch, 2 × word vector)
    h_t = np.tanh(read @ W_x + h_prev @ W_h + b)  # (batch, units)
    scores = h_t @ W_hy + b_y  # (batch, vocabulary)
    return scores, h_t


def _step_cases(random):
    return [
        (
            random.normal(size=(batch, word)),
            random.normal(size=(batch, units)),
            random.normal(size=(batch, picture)),
            random.normal(size=(picture, word)),
            random.normal(size=word),
            random.normal(size=(2 * word, units)),
            random.normal(size=(units, units)),
            random.normal(size=units),
            random.normal(size=(units, vocabulary)),
            random.normal(size=vocabulary),
        )
        for batch, word, picture, units, vocabulary in SIZES
    ]


def _vector_first(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    h_t = np.tanh(np.concatenate([v @ V + b_v, x_t], axis=-1) @ W_x + h_prev @ W_h + b)
    return h_t @ W_hy + b_y, h_t


def _no_bias_of_the_vector(x_t, h_prev, v, V, b_v, *others):
    return caption_step(x_t, h_prev, v, V, 0 * b_v, *others)


def _tanh_of_the_vector(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    seen = np.tanh(v @ V + b_v)
    h_t = np.tanh(np.concatenate([x_t, seen], axis=-1) @ W_x + h_prev @ W_h + b)
    return h_t @ W_hy + b_y, h_t


def _no_picture(x_t, h_prev, v, V, b_v, *others):
    return caption_step(x_t, h_prev, 0 * v, V, 0 * b_v, *others)


def _no_word(x_t, *others):
    return caption_step(0 * x_t, *others)


def _no_tanh(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    h_t = np.concatenate([x_t, v @ V + b_v], axis=-1) @ W_x + h_prev @ W_h + b
    return h_t @ W_hy + b_y, h_t


def _no_state(x_t, h_prev, *others):
    return caption_step(x_t, 0 * h_prev, *others)


def _no_bias(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    return caption_step(x_t, h_prev, v, V, b_v, W_x, W_h, 0 * b, W_hy, b_y)


def _no_bias_of_the_scores(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    return caption_step(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, 0 * b_y)


def _scores_of_the_old_state(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    _, h_t = caption_step(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y)
    return h_prev @ W_hy + b_y, h_t


def _probabilities(*arguments):
    scores, h_t = caption_step(*arguments)
    powers = np.exp(scores)
    return powers / powers.sum(axis=-1, keepdims=True), h_t


def _beneath_each_other(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    h_t = np.tanh(np.concatenate([x_t, v @ V + b_v]) @ W_x + h_prev @ W_h + b)
    return h_t @ W_hy + b_y, h_t


def _vector_as_it_is(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    h_t = np.tanh(np.concatenate([x_t, v], axis=-1) @ W_x + h_prev @ W_h + b)
    return h_t @ W_hy + b_y, h_t


def _matrix_before_the_vector(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    return caption_step(x_t, h_prev, V @ v, V, b_v, W_x, W_h, b, W_hy, b_y)


def _matrix_before_the_row(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    h_t = np.tanh(W_x @ np.concatenate([x_t, v @ V + b_v], axis=-1) + h_prev @ W_h + b)
    return h_t @ W_hy + b_y, h_t


def _step_by_rows(x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y):
    """Right, row by row, with the matrix of the word and that of the picture apart."""
    of_word, of_picture = np.split(W_x, 2)
    h_t = np.array([
        np.tanh(x @ of_word + (picture @ V + b_v) @ of_picture + h @ W_h + b)
        for x, picture, h in zip(x_t, v, h_prev, strict=True)
    ])
    return np.array([h @ W_hy + b_y for h in h_t]), h_t


def _step_in_float32(*arguments):
    """Right, in single precision and with einsum; it returns a list."""
    x_t, h_prev, v, V, b_v, W_x, W_h, b, W_hy, b_y = (np.float32(part) for part in arguments)
    read = np.hstack((x_t, np.einsum("bs,se->be", v, V) + b_v))
    h_t = np.tanh(np.einsum("bi,iu->bu", read, W_x) + np.einsum("bi,iu->bu", h_prev, W_h) + b)
    return [np.einsum("bu,uw->bw", h_t, W_hy) + b_y, h_t]


CAPTION_STEP = Exercise(
    reference=caption_step,
    cases=_step_cases,
    returns=("scores", "h_t"),
    minutes=10,
    difficulty=1,
    hints=(
        "Begin with the picture: v @ V + b_v is as wide as a word vector. Put it behind x_t, end "
        "to end, with np.concatenate([…, …], axis=-1).",
        "What you have now takes the place of x_t in the simple recurrent step of notebook 1: "
        "np.tanh(… @ W_x + h_prev @ W_h + b).",
        "The scores are made of the new state, without a softmax: h_t @ W_hy + b_y. Return both, "
        "the scores first.",
    ),
    mistakes=(
        Mistake(_vector_first, (
            "The picture stands before the word. W_x has its rows in the order of [x_t; vV + b_v]: "
            "which of the two belongs to its first rows?")),
        Mistake(_no_picture, (
            "This is what comes out when the picture is never read: a language model that talks "
            "about nothing. Where does v enter?")),
        Mistake(_no_bias_of_the_vector, (
            "The bias b_v is missing. What is added to v @ V?")),
        Mistake(_tanh_of_the_vector, (
            "The picture went through a tanh of its own. It has one where it makes a first state; "
            "how does it enter here, beside a word?")),
        Mistake(_no_word, (
            "The word is never read. What stands before the picture in [x_t; vV + b_v]?")),
        Mistake(_no_tanh, (
            "h_t is not held between -1 and 1. Through which function does the sum go?")),
        Mistake(_no_state, (
            "h_prev is never read, so that the decoder forgets what it has said. By which matrix "
            "is it multiplied?")),
        Mistake(_no_bias, (
            "The bias b of the recurrent layer is missing. To which sum is it added?")),
        Mistake(_no_bias_of_the_scores, (
            "h_t is right, and the scores lack b_y. What is added to h_t @ W_hy?")),
        Mistake(_scores_of_the_old_state, (
            "h_t is right, and the scores are those of the state before this word. Which state "
            "knows the word just read?")),
        Mistake(_probabilities, (
            "These are probabilities, and scores were asked for. The softmax is in the loss: what "
            "goes into it?")),
        Mistake(_beneath_each_other, (
            "W_x expects rows of 2 × word-vector size numbers, and got rows of half the length. "
            "In each row word and picture stand one behind the other: are yours added, or put "
            "below each other (axis=-1 puts them end to end), or is one of them left out?")),
        Mistake(_vector_as_it_is, (
            "W_x expects rows of 2 × word-vector size numbers, and v was put behind the word as it "
            "is. Which matrix, and which bias, take v to the size of a word vector first?")),
        Mistake(_matrix_before_the_vector, (
            "In the product with V the matrix stands first. Each row of v is a picture, (batch, "
            "size of v): on which side of V have they to stand?")),
        Mistake(_matrix_before_the_row, (
            "In a product with W_x or W_h the matrix stands first. The rows are those of the "
            "batch, (batch, …): on which side of the matrix have they to stand?")),
    ),
    alternatives=(_step_by_rows, _step_in_float32),
)  # fmt: skip

# -------------------------------------------------------------------------------- the loop


def greedy(h_0, step, limit):
    """What a decoder says, always with its most probable word: a row of `limit` ids.

    `step(word, h)` reads the id of a word in the state `h`, and returns the scores of the next word
    (vocabulary,) and the new state. The row holds neither [START] nor [END]; behind the last word
    stands padding, id 0.
    """
    said = np.zeros(limit, dtype=int)
    word, h = START, h_0
    for t in range(limit):
        scores, h = step(word, h)
        word = int(np.argmax(scores))
        if word == END:
            break
        said[t] = word
    return said


@dataclass
class Decoder:
    """A decoder that is small enough to print, `step(word, h)` → scores, the new state.

    Attributes:
        word_vectors: (vocabulary, units).
        W_h: (units, units).
        W_hy: (units, vocabulary).
        b_y: (vocabulary,).
        calls: how often it was called; a loop without an end stops at `PATIENCE`.
    """

    word_vectors: np.ndarray
    W_h: np.ndarray
    W_hy: np.ndarray
    b_y: np.ndarray
    calls: int = field(default=0, init=False)

    def __repr__(self):
        return "a decoder's step"

    def __call__(self, word, h):
        """Reads a word: its id and the state (units,) → scores (vocabulary,), the new state.

        Raises:
            TypeError: the word is no whole number.
            IndexError: it is none that the vocabulary has.
            RuntimeError: it was called far more often than any limit allows.
        """
        try:
            word = operator.index(word)
        except TypeError:
            kind = f"an array {np.shape(word)}" if np.ndim(word) else f"a {type(word).__name__}"
            raise TypeError(
                f"`step` reads the id of a word, one whole number, and got {kind}: is this an id?"
            ) from None
        if not 0 <= word < len(self.word_vectors):
            raise IndexError(
                f"`step` reads the id of a word, from 0 to {len(self.word_vectors) - 1}, and got "
                f"{word}: is this an id?"
            )
        self.calls += 1
        if self.calls > PATIENCE:
            raise RuntimeError(
                f"`step` was called {PATIENCE:,} times: what ends the loop where no [END] comes?"
            )
        h = np.tanh(self.word_vectors[word] + h @ self.W_h)
        return h @ self.W_hy + self.b_y, h


PATIENCE = 1000
ENDS = ((1, 4, 2), (3, 8, 0), (4, 8, 5), (2, 6, 3), (5, 7, 7), (4, 9, 6), (3, 5, 4))
"""Of the cases of the loop: units, limit, and how many words are said before [END]."""


def _loop_cases(random):
    return [_saying(random, *case) for case in ENDS]


def _saying(random, units, limit, words, vocabulary=9):
    """A first state, a decoder that says so many words, and the limit."""
    while True:
        vectors = 2 * random.normal(size=(vocabulary, units))
        b_y = random.normal(size=vocabulary)
        b_y[[PAD, 1, START]] = -50  # never said
        matrices = random.normal(size=(units, units)), 3 * random.normal(size=(units, vocabulary))
        decoder, h_0 = Decoder(vectors, *matrices, b_y), random.normal(size=units)
        said = greedy(h_0, Decoder(vectors, *matrices, b_y), limit)
        several = words < 2 or len(set(said[:words].tolist())) > 1  # not one word again and again
        if np.count_nonzero(said) == words and several:
            return h_0, decoder, limit


def _never_stops(h_0, step, limit):
    said = np.zeros(limit, dtype=int)
    word, h = START, h_0
    for t in range(limit):
        scores, h = step(word, h)
        said[t] = word = int(np.argmax(scores))
    return said


def _says_end(h_0, step, limit):
    said = _never_stops(h_0, step, limit)
    ends = np.flatnonzero(said == END)
    if len(ends):
        said[ends[0] + 1:] = PAD
    return said


def _reads_start_again(h_0, step, limit):
    return greedy(h_0, lambda word, h: step(START, h), limit)


def _state_is_not_handed_on(h_0, step, limit):
    return greedy(h_0, lambda word, h: step(word, h_0), limit)


def _least_probable(h_0, step, limit):
    return greedy(h_0, lambda word, h: (-step(word, h)[0], step(word, h)[1]), limit)


def _begins_with_padding(h_0, step, limit):
    return greedy(h_0, lambda word, h: step(PAD if word == START else word, h), limit)


def _begins_with_zeros(h_0, step, limit):
    return greedy(0 * h_0, step, limit)


def _one_too_few(h_0, step, limit):
    return np.append(greedy(h_0, step, limit - 1), PAD)


def _padding_in_front(h_0, step, limit):
    said = greedy(h_0, step, limit)
    words = said[said != PAD]
    return np.append(np.zeros(limit - len(words), dtype=int), words)


def _what_was_read(h_0, step, limit):
    said = np.zeros(limit, dtype=int)
    word, h = START, h_0
    for t in range(limit):
        said[t] = word
        scores, h = step(word, h)
        word = int(np.argmax(scores))
        if word == END:
            break
    return said


def _as_floats(h_0, step, limit):
    return greedy(h_0, step, limit).astype(float)


def _only_the_words(h_0, step, limit):
    said = greedy(h_0, step, limit)
    return said[said != PAD]


def _only_the_words_and_end(h_0, step, limit):
    said = _says_end(h_0, step, limit)
    return said[said != PAD]


def _pads_with_end(h_0, step, limit):
    said = greedy(h_0, step, limit)
    return np.where(said == PAD, END, said)


def _goes_beyond_the_limit(h_0, step, limit):
    said, word, h = [], START, h_0
    while True:
        scores, h = step(word, h)
        word = int(np.argmax(scores))
        if word == END:
            return np.array(said + [PAD] * (limit - len(said)))
        said.append(word)


def _score_for_the_word(h_0, step, limit):
    said = np.zeros(limit, dtype=int)
    word, h = START, h_0
    for t in range(limit):
        scores, h = step(word, h)
        word = np.max(scores)
        if word == END:
            break
        said[t] = word
    return said


def _ids(row, h_0, step, limit):
    """The row as it is; whole numbers only, because a tokenizer decodes no others."""
    kind = np.asarray(row).dtype.kind
    if kind == "f" and np.size(row):  # of an empty list NumPy makes floats
        raise TypeError("the row holds floats, and an id is a whole number: of which dtype is it?")
    return row


def _loop_with_a_list(h_0, step, limit):
    """Right, with a list that grows, and the padding at the end."""
    said, word, h = [], START, h_0
    while len(said) < limit:
        scores, h = step(word, h)
        word = max(range(len(scores)), key=lambda i: scores[i])
        if word == END:
            break
        said.append(word)
    return np.array(said + [PAD] * (limit - len(said)))


def _loop_that_cuts(h_0, step, limit):
    """Right, in single precision: says all, then wipes out what comes from [END] on."""
    said, word, h = [], START, np.float32(h_0)
    for _ in range(limit):
        scores, h = step(word, h)
        word = np.argsort(scores)[-1]
        said.append(word)
    over = np.cumsum(np.array(said) == END) > 0
    return np.where(over, PAD, said)


GREEDY = Exercise(
    reference=greedy,
    cases=_loop_cases,
    returns=("said",),
    observe=_ids,
    minutes=10,
    difficulty=2,
    hints=(
        "Two things go round in the loop: the word said last, at first START, and the state, at "
        "first h_0. Write them down before the loop, and a row of zeros for what is said.",
        "In the loop: scores, h = step(word, h), and the next word is int(np.argmax(scores)).",
        "Before you put the word into the row, ask whether it is END: if so, break. The row is "
        "full of zeros from the start, so that there is no padding to write.",
    ),
    mistakes=(
        Mistake(_never_stops, (
            "The decoder goes on talking behind [END], up to the limit. When does the loop break "
            "off?")),
        Mistake(_says_end, (
            "The words are right, and [END] stands behind them in the row. Does one ask whether "
            "the caption is over before or after the word is put down?")),
        Mistake(_reads_start_again, (
            "Each step reads [START] again. Which word does the second step read?")),
        Mistake(_state_is_not_handed_on, (
            "Each step begins with h_0, so that the decoder knows the last word and nothing before "
            "it. Where does the state that `step` returns go?")),
        Mistake(_what_was_read, (
            "The row holds what was read, from [START] on. Which word is said at step t: the one "
            "that goes into `step`, or the one with the highest of the scores that come out?")),
        Mistake(_least_probable, (
            "These are the words with the lowest scores. Which score belongs to the most probable "
            "word?")),
        Mistake(_begins_with_padding, (
            "The first step read id 0, which is padding. With which word does every caption "
            "begin?")),
        Mistake(_begins_with_zeros, (
            "The first step began with a state of zeros. Which state was given?")),
        Mistake(_one_too_few, (
            "Where there is no [END], the last word is missing: one step too few was taken. How "
            "many words may be said at most?")),
        Mistake(_padding_in_front, (
            "The words are right, and the padding stands before them. At which end of a row does "
            "it belong?")),
        Mistake(_as_floats, (
            "These are floats, such as 4.0, and an id is a whole number: `tokenizer.decode` "
            "refuses others. With which dtype does np.zeros make whole numbers?")),
        Mistake(_pads_with_end, (
            "The words are right, and [END] stands in all places behind them. Which id is "
            "padding?")),
        Mistake(_only_the_words_and_end, (
            "The words are right, [END] stands behind them, and there the row ends. Which id "
            "stands in the places that are left, up to `limit`, and where does [END] go?")),
        Mistake(_only_the_words, (
            "What comes back is right only where no [END] comes and the row is full. How long is "
            "the row otherwise? What stands behind the words, up to `limit`?")),
        Mistake(_goes_beyond_the_limit, (
            "Where no [END] comes the loop goes on beyond `limit` words. What else has to end "
            "it?")),
        Mistake(_score_for_the_word, (
            "`step` was given a score in place of a word. Is this an id? Which function of NumPy "
            "gives the place of the highest score, and which the score itself?")),
    ),
    alternatives=(_loop_with_a_list, _loop_that_cuts),
)  # fmt: skip

EXERCISES = (CAPTION_STEP, GREEDY)
