"""Exercises of notebook 13: the shift for teacher forcing, the masked loss, the greedy loop."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.tokens import END, PAD, START, UNK

FIRST_WORD = END + 1  # the ids below are special


def _sentences(random, batch, time, words=9):
    """Ids (batch, time) as they are to be said: words, `[END]`, padding; the first row is full."""
    said = np.full((batch, time), PAD)
    for row in range(batch):
        length = time if row == 0 else int(random.integers(1, time)) if time > 1 else 1
        said[row, : length - 1] = random.integers(FIRST_WORD, words, length - 1)
        said[row, length - 1] = END
    return said


# ------------------------------------------------------------------- the shift of teacher forcing


def shift_right(said):
    """What the decoder reads in teacher forcing: ids (batch, time) → ids of the same shape.

    `said` are the ids that it should say, each row ending with `[END]` and padding.
    """
    start = np.full((len(said), 1), START)  # (batch, 1)
    return np.concatenate([start, said[:, :-1]], axis=1)


def _shift_cases(random):
    return [(_sentences(random, *size),) for size in ((1, 4), (2, 5), (3, 3), (1, 1), (4, 7))]


def _not_shifted(said):
    return said.copy()


def _the_next_word(said):
    return np.concatenate([said[:, 1:], np.full((len(said), 1), PAD)], axis=1)


def _rolled(said):
    return np.roll(said, 1, axis=1)


def _rolled_over_the_rows(said):
    return np.roll(said, 1)


def _first_word_overwritten(said):
    read = said.copy()
    read[:, 0] = START
    return read


def _nothing_cut(said):
    return np.concatenate([np.full((len(said), 1), START), said], axis=1)


def _no_start(said):
    return np.concatenate([np.full((len(said), 1), PAD), said[:, :-1]], axis=1)


def _end_at_the_start(said):
    return np.concatenate([np.full((len(said), 1), END), said[:, :-1]], axis=1)


def _two_steps_late(said):
    return shift_right(shift_right(said))


def _sentences_shifted(said):
    return np.concatenate([np.full((1, said.shape[1]), START), said[:-1]], axis=0)


def _backwards(said):
    return shift_right(said)[:, ::-1]


def _end_not_read(said):
    read = shift_right(said)
    return np.where(read == END, PAD, read)


def _shift_word_by_word(said):
    """Right, as lists, in a loop."""
    return [[START if t == 0 else row[t - 1] for t in range(len(row))] for row in said.tolist()]


def _shift_in_place_of_a_copy(said):
    """Right, rolled, and mended afterwards."""
    read = np.roll(said.astype("int32"), 1, axis=-1)
    read[:, 0] = START
    return read


SHIFT_RIGHT = Exercise(
    reference=shift_right,
    cases=_shift_cases,
    returns=("read",),
    time_axis=1,
    minutes=5,
    difficulty=1,
    hints=(
        "Write one sentence on paper, what is said and below it what is read. All of it moves one "
        "place to the right: what comes into the first place, and what falls off at the end?",
        "np.full((len(said), 1), text.START) is a column of [START], and said[:, :-1] is all but "
        "the last column. np.concatenate([…, …], axis=1) puts them side by side.",
    ),
    mistakes=(
        Mistake(_not_shifted, (
            "The decoder reads the very word that it should say. What would be the easiest way for "
            "it to a loss of zero?")),
        Mistake(_the_next_word, (
            "Shifted the other way: it reads the word *after* the one that it should say. Which "
            "words does a translator know when it says word t?")),
        Mistake(_rolled, (
            "The last id of a row came in again at its front: np.roll goes round in a circle. What "
            "does every translation begin with?")),
        Mistake(_rolled_over_the_rows, (
            "The last id of each sentence came in at the front of the next one: np.roll without an "
            "axis takes the batch as one long row. What does every translation begin with?")),
        Mistake(_first_word_overwritten, (
            "[START] took the place of the first word, and all others stayed where they were. "
            "Which word does the decoder read now when it should say the second one?")),
        Mistake(_nothing_cut, (
            "Each row is one longer than what is said. Which id is never read, since nothing is "
            "said after it?")),
        Mistake(_no_start, (
            "The shift is right, and [PAD] stands in the first column. With which word does the "
            "decoder begin?")),
        Mistake(_end_at_the_start, (
            "The shift is right, and [END] stands in the first column. Which of the two special "
            "words is at the beginning?")),
        Mistake(_two_steps_late, (
            "Shifted by two: the decoder reads each word one step too late. Which is the last word "
            "that it has said before word t?")),
        Mistake(_sentences_shifted, (
            "The sentences were shifted, not the words: each one reads its neighbour. Along which "
            "axis do the words of a sentence stand?")),
        Mistake(_end_not_read, (
            "An id was changed: where [END] came to be read, padding stands now. It would do no "
            "harm, and yet: does a shift replace ids, or does it only move them?")),
        Mistake(_backwards, (
            "The ids are the right ones, and each row runs backwards. In which direction does the "
            "decoder say its sentence?")),
    ),
    alternatives=(_shift_word_by_word, _shift_in_place_of_a_copy),
)  # fmt: skip

# ------------------------------------------------------------------------------- the masked loss


def masked_cross_entropy(scores, said):
    """Scores (batch, time, words) and ids to say (batch, time) → nats per real token, a number.

    An id of 0 is padding, and does not count.
    """
    log_total = np.log(np.exp(scores).sum(axis=-1))  # (batch, time)
    of_true = np.take_along_axis(scores, said[..., None], axis=-1)[..., 0]  # (batch, time)
    losses = log_total - of_true  # -log of the true word's probability
    real = said != PAD
    return (losses * real).sum() / real.sum()


def _loss_cases(random):
    sizes = ((1, 3, 5), (2, 5, 7), (3, 4, 6), (1, 1, 9), (4, 6, 8))  # (batch, time, words)
    return [
        (2 * random.normal(size=size), _some_unknown(_sentences(random, *size))) for size in sizes
    ]


def _some_unknown(said):
    """The first word of the vocabulary stands for one that is not in it."""
    return np.where(said == FIRST_WORD, UNK, said)


def _losses(scores, said, axis=-1):
    """-log of the true word's softmax, (batch, time); the softmax over another axis on demand."""
    log_p = scores - np.log(np.exp(scores).sum(axis=axis, keepdims=True))
    return -_of_true(log_p, said)


def _of_true(values, said):
    return np.take_along_axis(values, said[..., None], axis=-1)[..., 0]


def _masked_mean(losses, said):
    return losses[said != PAD].mean()


def _padding_counts(scores, said):
    return _losses(scores, said).mean()


def _padding_in_the_sum(scores, said):
    return _losses(scores, said).sum() / (said != PAD).sum()


def _divided_by_all(scores, said):
    return (_losses(scores, said) * (said != PAD)).mean()


def _added_up(scores, said):
    return _losses(scores, said)[said != PAD].sum()


def _mean_of_sentences(scores, said):
    real = said != PAD
    return ((_losses(scores, said) * real).sum(axis=1) / real.sum(axis=1)).mean()


def _by_sentence(scores, said):
    return (_losses(scores, said) * (said != PAD)).sum() / len(said)


def _mean_where(real, losses):
    with np.errstate(invalid="ignore"):  # 0 / 0 where nothing is real, as an answer would have it
        return (losses * real).sum() / np.float64(real.sum())


def _end_does_not_count(scores, said):
    return _mean_where((said != PAD) & (said != END), _losses(scores, said))


def _unknown_words_do_not_count(scores, said):
    return _mean_where(said > UNK, _losses(scores, said))


def _only_padding(scores, said):
    return _mean_where(said == PAD, _losses(scores, said))


def _padding_added_up(scores, said):
    return _losses(scores, said).sum()


def _by_step(scores, said):
    return (_losses(scores, said) * (said != PAD)).sum() / said.shape[1]


def _not_averaged(scores, said):
    return _losses(scores, said) * (said != PAD)


def _padding_not_averaged(scores, said):
    return _losses(scores, said)


def _real_ones_not_averaged(scores, said):
    return _losses(scores, said)[said != PAD]


def _one_for_each_sentence(scores, said):
    real = said != PAD
    return (_losses(scores, said) * real).sum(axis=1) / real.sum(axis=1)


def _one_for_each_step(scores, said):
    real = said != PAD
    return (_losses(scores, said) * real).sum(axis=0) / real.sum(axis=0)


def _mask_of_what_is_read(scores, said):
    return _mean_where(shift_right(said) != PAD, _losses(scores, said))


def _word_after(scores, said):
    return _masked_mean(_losses(scores, _the_next_word(said)), said)


def _word_before(scores, said):
    return _masked_mean(_losses(scores, shift_right(said)), said)


def _most_probable_word(scores, said):
    return _masked_mean(_losses(scores, scores.argmax(axis=-1)), said)


def _no_minus(scores, said):
    return -_masked_mean(_losses(scores, said), said)


def _perplexity(scores, said):
    return np.exp(_masked_mean(_losses(scores, said), said))


def _logarithm_of_the_scores(scores, said):
    with np.errstate(invalid="ignore"):
        return -_masked_mean(np.log(_of_true(scores, said)), said)


def _logarithm_of_the_sum_of_scores(scores, said):
    with np.errstate(invalid="ignore"):
        return _masked_mean(np.log(scores.sum(axis=-1)) - _of_true(scores, said), said)


def _outer_logarithm_forgotten(scores, said):
    return _masked_mean(np.exp(scores).sum(axis=-1) - _of_true(scores, said), said)


def _sigmoids(scores, said):
    return _masked_mean(np.log(1 + np.exp(-_of_true(scores, said))), said)


def _mean_over_the_vocabulary(scores, said):
    return _masked_mean(_losses(scores, said), said) / scores.shape[-1]


def _softmax_over_the_batch(scores, said):
    return _masked_mean(_losses(scores, said, axis=0), said)


def _axis_of_the_words_gone(scores, said):
    p = np.exp(scores) / np.exp(scores).sum(axis=-1)  # (batch, time, words) / (batch, time)
    return -_masked_mean(np.log(_of_true(p, said)), said)


def _scores_as_they_are(scores, said):
    return -_masked_mean(_of_true(scores, said), said)


def _no_logarithm(scores, said):
    return -_masked_mean(np.exp(-_losses(scores, said)), said)


def _probabilities(scores, said):
    return _masked_mean(np.exp(-_losses(scores, said)), said)


def _missing_probability(scores, said):
    return _masked_mean(1 - np.exp(-_losses(scores, said)), said)


def _logarithm_of_the_mean(scores, said):
    return -np.log(_masked_mean(np.exp(-_losses(scores, said)), said))


def _in_bits(scores, said):
    return _masked_mean(_losses(scores, said), said) / np.log(2)


def _softmax_over_time(scores, said):
    return _masked_mean(_losses(scores, said, axis=1), said)


def _softmax_over_all(scores, said):
    return _masked_mean(_losses(scores, said, axis=None), said)


def _scores_of_padding_zero(scores, said):
    return _losses(scores * (said != PAD)[..., None], said).mean()


def _scores_of_padding_zero_in_the_sum(scores, said):
    return _losses(scores * (said != PAD)[..., None], said).sum() / (said != PAD).sum()


def _word_without_padding(scores, said):
    return _masked_mean(_losses(scores[..., 1:], np.maximum(said - 1, 0)), said)


def _all_wrong_words_too(scores, said):
    log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
    return _masked_mean(-log_p.sum(axis=-1), said)


def _axis_left_over(scores, said):
    losses = _losses(scores, said)[..., None]  # (batch, time, 1)
    return (losses * (said != PAD)).sum() / (said != PAD).sum()


def _loss_by_words(scores, said):
    """Right, in a loop over the tokens."""
    total = count = 0
    for row in range(said.shape[0]):
        for t in range(said.shape[1]):
            if said[row, t] != PAD:
                e = np.exp(scores[row, t] - scores[row, t].max())
                total, count = total - np.log(e[said[row, t]] / e.sum()), count + 1
    return total / count


def _loss_in_float32(scores, said):
    """Right, in single precision, with one-hot vectors."""
    scores = scores.astype("float32")
    p = np.exp(scores) / np.exp(scores).sum(axis=-1, keepdims=True)
    true = np.eye(scores.shape[-1], dtype="float32")[said]  # (batch, time, words)
    return -np.einsum("btw,btw,bt->", true, np.log(p), said > PAD) / np.count_nonzero(said)


MASKED_CROSS_ENTROPY = Exercise(
    reference=masked_cross_entropy,
    cases=_loss_cases,
    returns=("loss",),
    minutes=10,
    difficulty=2,
    hints=(
        "Two steps: the loss of every position, of the shape (batch, time), padding included; then "
        "the mean over those positions where said is not text.PAD.",
        "The loss of a position is log Σ exp(scores) - score of the true word. The sum runs over "
        "the words, axis=-1; np.take_along_axis(scores, said[..., None], axis=-1)[..., 0] picks "
        "the score of the true word at each position.",
        "real = said != text.PAD, and then (losses * real).sum() / real.sum(): the mean is over "
        "the real tokens, not over all positions.",
    ),
    mistakes=(
        Mistake(_padding_counts, (
            "Padding counts: this is the mean over all positions. What would a batch with one long "
            "sentence and many short ones mostly teach?")),
        Mistake(_padding_in_the_sum, (
            "Padding is out of the number that you divide by, and still in the sum. What should "
            "the loss of a padded position add to it?")),
        Mistake(_divided_by_all, (
            "The losses of padding are zero, and its positions are still in the number that you "
            "divide by. How many tokens are real?")),
        Mistake(_added_up, (
            "The losses were added up. What happens to this number, and to the gradient, in a "
            "batch twice as large?"), (_padding_added_up,)),
        Mistake(_not_averaged, (
            "A loss for each position was returned. Which one number shall the optimiser make "
            "smaller, and over what is it a mean?"),
            (_padding_not_averaged, _real_ones_not_averaged)),
        Mistake(_one_for_each_sentence, (
            "There are several numbers: an axis was left, that of the sentences or that of the "
            "steps. Over how many axes has the mean to go, for one number to come out?"),
            (_one_for_each_step,)),
        Mistake(_mean_of_sentences, (
            "A mean for each sentence, and then the mean of these: a word of a short sentence "
            "counts for more than one of a long sentence. Of what should the mean be one?")),
        Mistake(_by_sentence, (
            "The sum was divided by the number of sentences, or by that of steps. A loss in nats "
            "per *what* was asked for?"), (_by_step,)),
        Mistake(_end_does_not_count, (
            "[END] does not count here. From what, then, would the decoder learn to stop?")),
        Mistake(_unknown_words_do_not_count, (
            "Words read as [UNK] do not count here. They are real words, for which the vocabulary "
            "has one id. Which id alone is padding?")),
        Mistake(_only_padding, (
            "The mask is the wrong way round: only padding counts. Where is said != text.PAD "
            "true?")),
        Mistake(_mask_of_what_is_read, (
            "The mask was made of what the decoder *reads*, where padding begins one step later: "
            "behind each [END] a padded position counts. At which of the two, read or said, is the "
            "loss to look?")),
        Mistake(_word_after, (
            "The scores of one position were held against the word of the next one, or of the one "
            "before. `said` is what is to be said at each position: does it have to be shifted "
            "here?"), (_word_before,)),
        Mistake(_most_probable_word, (
            "The probability of the *most probable* word was taken, which is never far from 1 for "
            "a decoder that is sure and wrong. Which word's probability should grow?")),
        Mistake(_no_minus, (
            "Right, but for the sign: this is the mean of log p, which is never above 0. Which "
            "way does an optimiser go, and where would that lead p?")),
        Mistake(_perplexity, (
            "This is e to the power of the loss, which is called perplexity. How many nats are "
            "they?")),
        Mistake(_logarithm_of_the_scores, (
            "A logarithm was taken of scores, or of their sum, and scores may be negative: what "
            "comes out is no number. Which function makes positive numbers of them first?"),
            (_logarithm_of_the_sum_of_scores,)),
        Mistake(_outer_logarithm_forgotten, (
            "Σ exp(s) was taken without its logarithm. What does log(e^s / Σ e^s) come to, written "
            "as a difference?")),
        Mistake(_sigmoids, (
            "The score of the true word went through a sigmoid, as if the other words had no part "
            "in it. To how much would the probabilities of all words add up?")),
        Mistake(_mean_over_the_vocabulary, (
            "Too small by the number of words in the vocabulary: a mean was taken over the last "
            "axis, too. For how many of these words is anything added at each position?")),
        Mistake(_axis_of_the_words_gone, (
            "The sum over the words has lost its axis, and NumPy cannot put (batch, time) under "
            "(batch, time, words). Which argument of .sum keeps an axis of length 1?")),
        Mistake(_scores_as_they_are, (
            "The score of the true word was taken as it is. What makes probabilities, which add "
            "up to one, out of the scores of all words?")),
        Mistake(_no_logarithm, (
            "A mean of the probabilities themselves: of p, of -p or of 1 - p. Which function of p "
            "is 0 for a word that was certain and grows without limit as p goes to 0?"),
            (_probabilities, _missing_probability)),
        Mistake(_logarithm_of_the_mean, (
            "The probabilities were averaged, and the logarithm was taken at the end. Which comes "
            "first: is the loss a mean of logarithms, or the logarithm of a mean?")),
        Mistake(_in_bits, (
            "Right in bits: the logarithm has the base 2. Which base gives nats?")),
        Mistake(_softmax_over_time, (
            "The softmax ran over the time steps: the probabilities of one word add up to one over "
            "the sentence. Over what should they add up to one?")),
        Mistake(_softmax_over_the_batch, (
            "The softmax ran over the sentences of the batch, so that a batch of one is always "
            "certain. Over what should the probabilities of one position add up to one?")),
        Mistake(_softmax_over_all, (
            "One softmax ran over the whole batch. Over which axis do the probabilities of one "
            "position add up to one?")),
        Mistake(_scores_of_padding_zero, (
            "The scores at padding were set to zero, and the position still counts: with equal "
            "scores for all words it costs log(words). Which number should it add?"),
            (_scores_of_padding_zero_in_the_sum,)),
        Mistake(_word_without_padding, (
            "The *word* [PAD] was taken out of the softmax. What is to be left out: a word of the "
            "vocabulary, or a position of the sentence?")),
        Mistake(_all_wrong_words_too, (
            "-log p was added up over all words of the vocabulary. Which one of them was to be "
            "said?")),
        Mistake(_axis_left_over, (
            "The losses are (batch, time, 1): np.take_along_axis leaves its axis in. NumPy then "
            "multiplies every position with the mask of every other. Which index takes the last "
            "axis away?")),
    ),
    alternatives=(_loss_by_words, _loss_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------------------- the greedy loop


def greedy_translation(state, step, limit):
    """Says the most probable word again and again → the ids said, `[END]` included.

    `step(word, state)` reads one id and returns the scores of all words, (words,), and the new
    state. The first word read is `[START]`. It stops after `[END]`, or when `limit` ids are said.
    """
    word, said = START, []
    while word != END and len(said) < limit:
        scores, state = step(word, state)
        word = int(np.argmax(scores))
        said.append(word)
    return said


class _Decoder:
    """A decoder with random weights that says `[END]` at a chosen step, and only there.

    Its state is the number of steps so far, and behind it the hidden state.
    """

    PATIENCE = 60  # steps: nobody waits for a loop that never ends

    def __init__(self, random, units, words, end_at):
        self.after = random.normal(size=(words, words))  # scores by the last word
        self.read = 2 * random.normal(size=(words, units))
        self.kept = random.normal(size=(units, units))
        self.out = 2 * random.normal(size=(units, words))
        self.end_at, self.calls = end_at, 0

    def __repr__(self):
        return f"a decoder of {len(self.after)} words"

    def __call__(self, word, state):
        self.calls += 1
        if self.calls > self.PATIENCE:
            raise RuntimeError(f"{self.PATIENCE} steps, and no end in sight: what is `limit` for?")
        word, steps = int(np.reshape(word, ())), state[0]
        hidden = np.tanh(state[1:] @ self.kept + self.read[word])
        scores = self.after[word] + hidden @ self.out
        scores[:FIRST_WORD] = scores.min() - 1
        if steps == self.end_at - 1:
            scores[END] = scores.max() + 1
        return scores, np.concatenate([[steps + 1], hidden])


def _greedy_cases(random):
    cases = (  # units, words, the step that says [END], limit
        (0, 7, 3, 5), (3, 9, 6, 9), (4, 8, 1, 4), (3, 9, 99, 7), (5, 12, 6, 6), (4, 9, 8, 20)
    )  # fmt: skip
    return [
        (
            np.concatenate([[0.0], random.normal(size=units)]),
            _Decoder(random, units, words, end_at),
            limit,
        )
        for units, words, end_at, limit in cases
    ]


def _in_one_row(said, state, step, limit):
    """The ids and how many there are, so that sentences of different lengths can be compared."""
    said = np.asarray(said)
    if said.ndim != 1:
        raise ValueError(f"a row of ids was asked for, and this has the shape {said.shape}")
    row = np.full(_Decoder.PATIENCE + 1, PAD, dtype=float)
    row[: len(said)] = said
    return row, len(said)


def _greedy_from(first, state, step, limit):
    word, said = first, []
    while len(said) < limit and END not in said:
        scores, state = step(word, state)
        word = np.argmax(scores)
        said.append(word)
    return said


def _begins_with_padding(state, step, limit):
    return _greedy_from(PAD, state, step, limit)


def _begins_with_end(state, step, limit):
    return _greedy_from(END, state, step, limit)


def _state_not_handed_on(state, step, limit):
    def forgetful(word, _):
        return step(word, np.concatenate([[0 * state[0]], state[1:]]))

    return _greedy_from(START, state, forgetful, limit)


def _reads_start_again(state, step, limit):
    return _greedy_from(START, state, lambda _, state: step(START, state), limit)


def _one_word_late(state, step, limit):
    before, word, said = START, START, []
    while word != END and len(said) < limit:
        scores, state = step(before, state)
        before, word = word, np.argmax(scores)
        said.append(word)
    return said


def _end_left_out(state, step, limit):
    said = greedy_translation(state, step, limit)
    return said[:-1] if said[-1] == END else said


def _start_included(state, step, limit):
    return [START, *greedy_translation(state, step, limit)]


def _start_counts(state, step, limit):
    return [START, *greedy_translation(state, step, limit - 1)]


def _talks_on(state, step, limit):
    word, said = START, []
    for _ in range(limit):
        scores, state = step(word, state)
        word = np.argmax(scores)
        said.append(word)
    return said


def _no_limit(state, step, limit):
    return greedy_translation(state, step, np.inf)


def _one_too_many(state, step, limit):
    return greedy_translation(state, step, limit + 1)


def _one_too_few(state, step, limit):
    return greedy_translation(state, step, limit - 1)


def _greedy_for(state, step, limit):
    """Right, with a loop that is left early."""
    said = [START]
    for _ in range(limit):
        scores, state = step(said[-1], state)
        said.append(sorted(range(len(scores)), key=scores.__getitem__)[-1])
        if said[-1] == END:
            break
    return np.array(said[1:], "float32")


def _greedy_recursion(state, step, limit, word=START):
    """Right, each call says one word and leaves the others to the next."""
    if limit == 0 or word == END:
        return []
    scores, state = step(np.array([word]), state)
    word = scores.argmax()
    return [word, *_greedy_recursion(state, step, limit - 1, word)]


GREEDY_TRANSLATION = Exercise(
    reference=greedy_translation,
    cases=_greedy_cases,
    returns=("the ids", "their number"),
    observe=_in_one_row,
    minutes=10,
    difficulty=2,
    hints=(
        "Two variables change from step to step, the word said last and the state, and a list "
        "grows. The loop goes on while the last word is not text.END and the list is shorter than "
        "limit.",
        "In the loop: scores, state = step(word, state), then word = int(np.argmax(scores)), then "
        "append it. Before the loop word is text.START, which is read and never said.",
    ),
    mistakes=(
        Mistake(_begins_with_padding, (
            "The first word read is [PAD]. With which word did the decoder begin in every training "
            "sentence?")),
        Mistake(_begins_with_end, (
            "The first word read is [END]. With which word did the decoder begin in every training "
            "sentence?")),
        Mistake(_state_not_handed_on, (
            "Every step began with the first state again. What does step return besides the "
            "scores, and who needs it?")),
        Mistake(_reads_start_again, (
            "Every step read [START]. Which word does the decoder read when it says the second "
            "one?")),
        Mistake(_one_word_late, (
            "The words are read one step too late: while the third is said, the first is read. "
            "Which word was said just before?")),
        Mistake(_end_left_out, (
            "The words are right, and [END] is missing from them. How can whoever reads the ids "
            "tell a sentence that is complete from one that was cut at the limit?")),
        Mistake(_start_included, (
            "The words are right, and [START] stands before them. Who said that one?")),
        Mistake(_start_counts, (
            "[START] stands before the words, and counts as one of the `limit`. Who said that "
            "one?")),
        Mistake(_talks_on, (
            "It talks on after [END], until the limit. What does your loop look at besides the "
            "number of words?")),
        Mistake(_no_limit, (
            "It stops at [END] only, and a decoder that never says it would go on for ever. What "
            "else ends the loop?")),
        Mistake(_one_too_many, (
            "Where [END] does not come, it says one word more than `limit`. How many have been "
            "said when the loop asks whether to go on?")),
        Mistake(_one_too_few, (
            "Where [END] does not come in time, it says one word less than `limit`. How many have "
            "been said when the loop asks whether to go on?")),
    ),
    alternatives=(_greedy_for, _greedy_recursion),
)  # fmt: skip

EXERCISES = (SHIFT_RIGHT, MASKED_CROSS_ENTROPY, GREEDY_TRANSLATION)
