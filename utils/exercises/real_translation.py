"""Exercises of notebook 17: one merge of pieces, batches by length, gradients added up."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------------- one merge of pieces


def merge(pieces, pair):
    """One merge of byte-pair encoding: a word's pieces, a list of texts → a new list of them.

    From left to right, wherever the two pieces of `pair` stand side by side, one piece takes their
    place. All letters stay, and each piece is used once.
    """
    merged, place = [], 0
    while place < len(pieces):
        if tuple(pieces[place : place + 2]) == tuple(pair):
            merged.append(pair[0] + pair[1])
            place += 2
        else:
            merged.append(pieces[place])
            place += 1
    return merged


def _merge_cases(random):
    fixed = [
        (["l", "o", "w"], ("l", "o")),
        (["b", "a", "n", "a", "n", "a"], ("a", "n")),
        (["a", "a", "a"], ("a", "a")),  # its pieces overlap
        (["ab", "c", "b", "c"], ("b", "c")),  # b is a piece here and the end of one there
        (["ab", "c", "a", "bc"], ("a", "bc")),  # the same letters, cut elsewhere
        (["n", "a", "a", "n"], ("a", "n")),
        (["o"], ("o", "w")),
    ]
    return fixed + [
        ([str(piece) for piece in random.choice(["a", "b", "ab", "c"], size)], ("a", "b"))
        for size in (5, 8, 12)
    ]


def _as_letters(returned, pieces, pair):
    """Arrays of one width: the letters that were returned, and 1 behind each end of a piece."""
    if isinstance(returned, str) or not all(isinstance(piece, str) for piece in returned):
        raise ValueError("it is no list of texts, such as ['lo', 'w']")
    text = "".join(returned)
    width = 2 * len("".join(pieces)) + 2
    letters, ends = np.zeros(width, int), np.zeros(width, int)
    letters[: len(text)] = [ord(letter) for letter in text[:width]]
    behind = np.cumsum([len(piece) for piece in returned])
    ends[behind[behind < width]] = 1
    return letters, ends


def _behind(place, pieces, pair):
    """Where an end of a piece is, or is not."""
    return f"behind {''.join(pieces)[: place[0]]!r}"


def _nothing_merged(pieces, pair):
    return list(pieces)


def _only_the_first(pieces, pair):
    for place in range(len(pieces) - 1):
        if tuple(pieces[place : place + 2]) == pair:
            return [*pieces[:place], "".join(pair), *pieces[place + 2 :]]
    return list(pieces)


def _second_kept(pieces, pair):
    following = [*pieces[1:], ""]
    return [
        a + b if (a, b) == pair else a for a, b in zip(pieces, following, strict=True)
    ]


def _in_the_text(pieces, pair):
    return " ".join(pieces).replace(" ".join(pair), "".join(pair)).split(" ")


def _in_all_letters(pieces, pair):
    return "".join(pieces).replace("".join(pair), f" {''.join(pair)} ").split()


def _from_the_right(pieces, pair):
    merged = merge(list(pieces)[::-1], pair[::-1])
    return ["".join(pair) if piece == "".join(pair[::-1]) else piece for piece in merged[::-1]]


def _in_either_order(pieces, pair):
    merged, place = [], 0
    while place < len(pieces):
        two = tuple(pieces[place : place + 2])
        joined = two in (pair, pair[::-1])
        merged.append("".join(two) if joined else pieces[place])
        place += 1 + joined
    return merged


def _last_one_lost(pieces, pair):
    merged, place = [], 0
    while place < len(pieces) - 1:
        joined = tuple(pieces[place : place + 2]) == pair
        merged.append("".join(pair) if joined else pieces[place])
        place += 1 + joined
    return merged


def _with_a_space(pieces, pair):
    merged, place = [], 0
    while place < len(pieces):
        joined = tuple(pieces[place : place + 2]) == pair
        merged.append(" ".join(pair) if joined else pieces[place])
        place += 1 + joined
    return merged


def _letters_compared(pieces, pair):
    merged, place = [], 0
    while place < len(pieces):
        joined = "".join(pieces[place : place + 2]) == "".join(pair) and place + 1 < len(pieces)
        merged.append("".join(pair) if joined else pieces[place])
        place += 1 + joined
    return merged


def _neighbours_only(pieces, pair):
    return [a + b if (a, b) == pair else a for a, b in zip(pieces, pieces[1:], strict=False)]


def _beyond_the_end(pieces, pair):
    merged, place = [], 0
    while place < len(pieces):
        joined = (pieces[place], pieces[place + 1]) == pair
        merged.append("".join(pair) if joined else pieces[place])
        place += 1 + joined
    return merged


def _shrinking(pieces, pair):
    for place in range(len(pieces) - 1):
        if (pieces[place], pieces[place + 1]) == pair:
            pieces[place : place + 2] = ["".join(pair)]
    return pieces


def _one_step_too_far(pieces, pair):
    merged, place = [], 0
    while place < len(pieces):
        joined = tuple(pieces[place : place + 2]) == pair
        merged.append("".join(pair) if joined else pieces[place])
        place += 1 + 2 * joined
    return merged


def _merge_on_a_stack(pieces, pair):
    """Right, on a list that grows; what has been merged already is marked by another type."""
    done, fresh = [], []
    for piece in pieces:
        if done and fresh[-1] and (done[-1], piece) == tuple(pair):
            done[-1], fresh[-1] = done[-1] + piece, False
        else:
            done.append(piece)
            fresh.append(True)
    return done


def _merge_in_place(pieces, pair):
    """Right, and it changes its own list."""
    place = 0
    while place < len(pieces) - 1:
        if (pieces[place], pieces[place + 1]) == tuple(pair):
            pieces[place : place + 2] = [pieces[place] + pieces[place + 1]]
        place += 1
    return pieces


MERGE = Exercise(
    reference=merge,
    cases=_merge_cases,
    returns=("letters", "ends"),
    observe=_as_letters,
    places={"ends": _behind},
    minutes=10,
    difficulty=2,
    hints=(
        "A merge eats two pieces, everything else one. So a `for` over the pieces will not do: let "
        "a `while` loop hold the place where you are, and move it on by two or by one.",
        "pieces[place : place + 2] are the piece at a place and the next one, or only one at the "
        "end. tuple(…) == tuple(pair) compares them with the pair.",
        "If they are the pair, append pair[0] + pair[1] and add 2 to the place; else append "
        "pieces[place] and add 1. Go on while place < len(pieces).",
    ),
    mistakes=(
        Mistake(_nothing_merged, (
            "The pieces came back as they were. A pair is two texts, and a slice of a list is a "
            "list: is a list ever equal to a tuple?")),
        Mistake(_only_the_first, (
            "Only the first pair was merged. What becomes of 'banana', in which a and n stand "
            "side by side twice?")),
        Mistake(_second_kept, (
            "The second piece of a pair is there once more behind the merged one. By how many "
            "places do you have to move on after a merge?")),
        Mistake(_in_the_text, (
            "A piece that only *ends* with the pair's first one was merged, too: in 'ab c' the "
            "text 'b c' is found. Which borders of pieces does a replacement in text not see?")),
        Mistake(_in_all_letters, (
            "Letters were merged, not pieces: the word was put together again first, and what had "
            "been merged before is lost. What was given: a text, or a list of pieces?")),
        Mistake(_from_the_right, (
            "Where pairs overlap, as in 'aaa', the right one was merged. From which end does the "
            "task begin?")),
        Mistake(_letters_compared, (
            "Two pieces were merged that have the letters of the pair and are not the pair: 'ab' "
            "and 'c' are no 'a' and 'bc'. What do you compare: texts, or two pieces with two?")),
        Mistake(_neighbours_only, (
            "The last piece is lost, and the second one of a pair is there once more. How far do "
            "you have to move on after a merge, and who appends what has no neighbour?")),
        Mistake(_beyond_the_end, (
            "IndexError: the last piece was asked for its neighbour. How far may a place go, and "
            "what do you do with the last piece?")),
        Mistake(_shrinking, (
            "IndexError: `pieces` grows shorter with each merge, and `range` counts its old "
            "length. Where could the new pieces go instead?")),
        Mistake(_in_either_order, (
            "Pieces were merged in the other order as well. Is ('n', 'a') the pair ('a', 'n')?")),
        Mistake(_last_one_lost, (
            "The last piece is lost wherever it is not part of a pair. Where does your loop end, "
            "and who appends what has no neighbour to its right?")),
        Mistake(_with_a_space, (
            "Between the two halves of a merged piece stands a space. How are two texts made one "
            "without it?")),
        Mistake(_one_step_too_far, (
            "Behind each merged pair one piece is missing. By how many places do you move on after "
            "a merge, in all?")),
    ),
    alternatives=(_merge_on_a_stack, _merge_in_place),
)  # fmt: skip

# ---------------------------------------------------------------------------- batches by length


def bucket_batches(lengths, batch_size):
    """Sentence numbers in batches of similar length: lengths (sentences,) → a list of arrays.

    The shortest sentences come first. All batches but the last are full.
    """
    order = np.argsort(lengths)  # the number of the shortest sentence first
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _bucket_cases(random):
    # Lengths are all different, so that every way of sorting gives the same order; and larger than
    # any number of a sentence, so that the one cannot be taken for the other.
    return [
        (count + 1 + random.permutation(3 * count)[:count], size)
        for count, size in ((4, 2), (5, 2), (7, 3), (12, 4), (11, 4), (3, 5), (13, 1), (23, 5))
    ]


def _by_sentence(returned, lengths, batch_size):
    """How often each sentence occurs, and the number of the (last) batch that it is in."""
    times, batch_of = np.zeros(len(lengths), int), np.full(len(lengths), -1)
    for number, batch in enumerate(returned):
        for sentence in np.ravel(batch):
            if not 0 <= sentence < len(lengths) or sentence != int(sentence):
                raise ValueError(
                    f"a batch holds {sentence}, and the sentences have the numbers 0 to "
                    f"{len(lengths) - 1}"
                )
            times[int(sentence)] += 1
            batch_of[int(sentence)] = number
    return times, batch_of


def _of_sentence(place, lengths, batch_size):
    return f"for sentence {place[0]}, of length {lengths[place[0]]}"


def _cut(order, batch_size):
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _not_sorted(lengths, batch_size):
    return _cut(np.arange(len(lengths)), batch_size)


def _sorted_inside_only(lengths, batch_size):
    return [batch[np.argsort(lengths[batch])] for batch in _not_sorted(lengths, batch_size)]


def _lengths_themselves(lengths, batch_size):
    return _cut(np.sort(lengths), batch_size)


def _last_batch_dropped(lengths, batch_size):
    return bucket_batches(lengths, batch_size)[: len(lengths) // batch_size]


def _last_batch_filled_up(lengths, batch_size):
    count = -(-len(lengths) // batch_size)
    return list(np.resize(np.argsort(lengths), (count, batch_size)))


def _longest_first(lengths, batch_size):
    return _cut(np.argsort(lengths)[::-1], batch_size)


def _ranks(lengths, batch_size):
    return _cut(np.argsort(np.argsort(lengths)), batch_size)


def _dealt_like_cards(lengths, batch_size):
    order = np.argsort(lengths)
    count = -(-len(order) // batch_size)
    return [order[first::count] for first in range(count)]


def _so_many_batches(lengths, batch_size):
    return np.array_split(np.argsort(lengths), batch_size)


def _evened_out(lengths, batch_size):
    return np.array_split(np.argsort(lengths), -(-len(lengths) // batch_size))


def _bands_of_lengths(lengths, batch_size):
    bands = (lengths - lengths.min()) // batch_size
    return [np.flatnonzero(bands == band) for band in range(bands.max() + 1)]


def _one_length_a_batch(lengths, batch_size):
    return [np.flatnonzero(lengths == length) for length in np.unique(lengths)]


def _small_batch_first(lengths, batch_size):
    order = np.argsort(lengths)
    first = len(order) % batch_size
    return [order[:first], *_cut(order[first:], batch_size)] if first else _cut(order, batch_size)


def _buckets_in_plain_lists(lengths, batch_size):
    """Right, with Python's own sorting, as lists."""
    order = sorted(range(len(lengths)), key=lambda number: lengths[number])
    return [order[start : start + batch_size] for start in range(0, len(order), batch_size)]


def _buckets_by_splitting(lengths, batch_size):
    """Right, stable, and cut at multiples of the size."""
    order = np.argsort(lengths, kind="stable")
    return tuple(np.split(order, np.arange(batch_size, len(order), batch_size)))


BUCKET_BATCHES = Exercise(
    reference=bucket_batches,
    cases=_bucket_cases,
    returns=("times", "batch_of"),
    observe=_by_sentence,
    places={"times": _of_sentence, "batch_of": _of_sentence},
    minutes=5,
    difficulty=1,
    hints=(
        "First put the *numbers* of the sentences in order, the shortest sentence first; then cut "
        "this order into batches.",
        "np.argsort(lengths) is that order. range(0, len(order), batch_size) are the places where "
        "batches begin, and a slice that reaches past the end is merely shorter.",
    ),
    mistakes=(
        Mistake(_not_sorted, (
            "The sentences were cut into batches in the order in which they came. What has to "
            "happen before the cut, so that neighbours have similar lengths?"),
            (_sorted_inside_only,)),
        Mistake(_lengths_themselves, (
            "The batches hold lengths, and a batch is to say *which* sentences it has. np.sort "
            "gives sorted values; what gives the places that they came from?")),
        Mistake(_last_batch_dropped, (
            "The last batch is missing where it is not full. Which sentences would a training then "
            "never see?")),
        Mistake(_last_batch_filled_up, (
            "The last batch was filled up, and some sentences are in the batches twice. May the "
            "last batch be smaller?")),
        Mistake(_longest_first, (
            "The longest sentences come first. From which end does the task begin?")),
        Mistake(_ranks, (
            "These are ranks, from a second argsort: rank 3 says that a sentence is the fourth "
            "shortest. Which sentence *is* the fourth shortest?")),
        Mistake(_dealt_like_cards, (
            "Sorted, and then dealt like cards: each batch has short sentences and long ones. "
            "What is a batch padded to?")),
        Mistake(_so_many_batches, (
            "There are as many batches as one should have sentences. What does batch_size "
            "count?")),
        Mistake(_evened_out, (
            "The right number of batches, evened out: none is full where the last one would be "
            "short. Which batches does the task want full?")),
        Mistake(_bands_of_lengths, (
            "Sentences were put together by bands of length, as many as each happens to have. How "
            "many sentences should a batch have?")),
        Mistake(_one_length_a_batch, (
            "Each batch has the sentences of one length, and here these are single ones. May a "
            "batch hold sentences of several lengths, as long as they are similar?")),
        Mistake(_small_batch_first, (
            "The batch that is not full comes first. Which one may be smaller?")),
    ),
    alternatives=(_buckets_in_plain_lists, _buckets_by_splitting),
)  # fmt: skip

# ---------------------------------------------------------------------------- gradients added up


def accumulated_gradient(gradients, tokens):
    """The gradient of one large batch, out of those of its parts.

    `gradients` (parts, weights) holds, part by part, the gradient of the *mean* loss over the real
    words of that part, and `tokens` (parts,) the number of these words. Returned is the gradient of
    the mean loss over all words of all parts, (weights,).
    """
    total, count = np.zeros(gradients.shape[1]), 0
    for gradient, words in zip(gradients, tokens, strict=True):
        total = total + words * gradient  # of the sum of the part's losses
        count = count + words
    return total / count


def _gradient_cases(random):
    return [
        (random.normal(size=(parts, weights)), random.permutation(40)[:parts] + 2)
        for parts, weights in ((1, 3), (2, 3), (4, 5), (3, 1), (6, 4))
    ]


def _mean_of_parts(gradients, tokens):
    return gradients.mean(axis=0)


def _sum_of_parts(gradients, tokens):
    return gradients.sum(axis=0)


def _never_divided(gradients, tokens):
    return tokens @ gradients


def _divided_by_parts(gradients, tokens):
    return tokens @ gradients / len(tokens)


def _divided_twice(gradients, tokens):
    return (tokens[:, None] * gradients).mean(axis=0) / tokens.sum()


def _divided_by_its_words(gradients, tokens):
    return (gradients / tokens[:, None]).sum(axis=0)


def _sums_taken_for_means(gradients, tokens):
    return gradients.sum(axis=0) / tokens.sum()


def _last_part_only(gradients, tokens):
    return gradients[-1].copy()


def _running_mean(gradients, tokens):
    mean = gradients[0]
    for gradient in gradients[1:]:
        mean = (mean + gradient) / 2
    return mean + 0


def _divided_by_the_last(gradients, tokens):
    return tokens @ gradients / tokens[-1]


def _words_along_the_weights(gradients, tokens):
    return (gradients * tokens).sum(axis=0) / tokens.sum()


def _words_turned_round(gradients, tokens):
    return tokens[::-1] @ gradients / tokens.sum()


def _accumulated_by_a_product(gradients, tokens):
    """Right, as one product."""
    return tokens @ gradients / tokens.sum()


def _accumulated_by_average(gradients, tokens):
    """Right, in single precision."""
    return np.average(gradients.astype("float32"), axis=0, weights=tokens)


ACCUMULATED_GRADIENT = Exercise(
    reference=accumulated_gradient,
    cases=_gradient_cases,
    returns=("gradient",),
    minutes=8,
    difficulty=2,
    hints=(
        "A mean times the number of things is their sum, for gradients as for losses. What is the "
        "gradient of the *sum* of a part's losses?",
        "Add up words × gradient over the parts, and add up the words. At the end, once, divide "
        "the one by the other.",
        "Without a loop: tokens @ gradients is the sum, and tokens.sum() counts the words.",
    ),
    mistakes=(
        Mistake(_mean_of_parts, (
            "That is the mean of the parts: a word in a part of 5 words counts ten times as much "
            "as one in a part of 50. How much should each word count?")),
        Mistake(_sum_of_parts, (
            "That is the sum of the parts' means: four parts take a step four times as large as "
            "one batch would. What does the loss of the large batch divide by?")),
        Mistake(_never_divided, (
            "That is the gradient of the *sum* of all losses. Which number makes it a mean?")),
        Mistake(_divided_by_parts, (
            "The parts are weighted by their words and then divided by the number of parts. Over "
            "how many things is the mean of the large batch taken?")),
        Mistake(_divided_twice, (
            "The weighted parts were averaged and divided by all words as well: the number of "
            "parts divides once too often. Is it a mean of parts that is asked for, or a sum?")),
        Mistake(_divided_by_its_words, (
            "Each part's gradient was divided by its words. It is that of a mean already: has it "
            "not been divided by them once?")),
        Mistake(_sums_taken_for_means, (
            "The parts were added up and divided by all words, as if they were gradients of sums. "
            "What has to be done to that of a mean first?")),
        Mistake(_last_part_only, (
            "Only the last part is left. Where does your total begin: once, or anew for each "
            "part?")),
        Mistake(_running_mean, (
            "After each part the mean of the old value and the new gradient was taken. How much of "
            "the first part is left after four?")),
        Mistake(_divided_by_the_last, (
            "Divided by the words of the last part alone. Does your count add up, or is it "
            "overwritten?")),
        Mistake(_words_along_the_weights, (
            "The words met the weights, not the parts: `tokens` is (parts,), and NumPy lines up "
            "*last* axes. Where does tokens[:, None] put them?")),
        Mistake(_words_turned_round, (
            "Each part got the number of words of another one. Which part does the first number "
            "belong to?")),
    ),
    alternatives=(_accumulated_by_a_product, _accumulated_by_average),
)  # fmt: skip

EXERCISES = (MERGE, BUCKET_BATCHES, ACCUMULATED_GRADIENT)
