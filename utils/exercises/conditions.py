"""Exercises of notebook 7: a condition wired in, a judge of one rule."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake

# tunes, time, size of c, n
SIZES = ((1, 2, 3, 2), (3, 4, 5, 3), (2, 1, 4, 4), (4, 3, 3, 1), (2, 5, 6, 2))

# --------------------------------------------------------------------------- the condition wired in


def condition_inputs(ids, c, E, V, b):
    """What the GRU reads: ids (tunes, time), wishes c → [E[x_t]; c V + b], (tunes, time, 2 n).

    c is (tunes, size), E (vocabulary, n), V (size, n) and b (n,).
    """
    words = E[ids]  # (tunes, time, n)
    projected = c @ V + b  # (tunes, n)
    at_each_step = np.broadcast_to(projected[:, None], words.shape)  # the same at every step
    return np.concatenate([words, at_each_step], axis=-1)


def _inputs_cases(random):
    cases = []
    for tunes, time, size, n in SIZES:
        vocabulary = 7
        c = random.integers(0, 2, (tunes, size)).astype(float)
        c[np.arange(tunes), random.integers(0, size, tunes)] = 2  # no two rules of scaling agree
        cases.append((
            random.integers(1, vocabulary, (tunes, time)), c, random.normal(size=(vocabulary, n)),
            random.normal(size=(size, n)), random.normal(size=n),
        ))  # fmt: skip
    return cases


def _joined(words, wish):
    return np.concatenate([words, np.broadcast_to(wish, words.shape)], axis=-1)


def _wish_first(ids, c, E, V, b):
    return np.roll(condition_inputs(ids, c, E, V, b), E.shape[1], axis=-1)


def _first_step_alone(ids, c, E, V, b):
    found = condition_inputs(ids, c, E, V, b)
    found[:, 1:, E.shape[1] :] = 0
    return found


def _last_step_alone(ids, c, E, V, b):
    found = condition_inputs(ids, c, E, V, b)
    found[:, :-1, E.shape[1] :] = 0
    return found


def _first_wish_for_all(ids, c, E, V, b):
    return _joined(E[ids], c[0] @ V + b)


def _tunes_and_steps_mixed(ids, c, E, V, b):
    words = E[ids]
    return _joined(words, np.tile(c @ V + b, (ids.shape[1], 1)).reshape(words.shape))


def _numbers_repeated(ids, c, E, V, b):
    words = E[ids]
    return _joined(words, np.repeat(c @ V + b, ids.shape[1], axis=-1).reshape(words.shape))


def _no_bias(ids, c, E, V, b):
    return condition_inputs(ids, c, E, V, 0 * b)


def _bias_on_the_words(ids, c, E, V, b):
    return _joined(E[ids] + b, (c @ V)[:, None])


def _through_tanh(ids, c, E, V, b):
    return _joined(E[ids], np.tanh(c @ V + b)[:, None])


def _shared_out(ids, c, E, V, b):
    return _joined(E[ids], (c @ V + b)[:, None] / ids.shape[1])


def _added(ids, c, E, V, b):
    words = E[ids] + (c @ V + b)[:, None]
    return np.concatenate([words, words], axis=-1)


def _added_not_joined(ids, c, E, V, b):
    return E[ids] + (c @ V + b)[:, None]


def _raw_wish(ids, c, E, V, b):
    words = E[ids]
    return np.concatenate([words, np.repeat(c[:, None], words.shape[1], axis=1)], axis=-1)


def _no_wish(ids, c, E, V, b):
    return _joined(E[ids], E[ids])


def _inputs_by_steps(ids, c, E, V, b):
    """Right, with a loop over tunes and steps."""
    tunes, time = ids.shape
    found = np.empty((tunes, time, 2 * len(b)))
    for i in range(tunes):
        for t in range(time):
            found[i, t] = [*E[ids[i, t]], *(c[i] @ V + b)]
    return found


def _inputs_in_float32(ids, c, E, V, b):
    """Right, in single precision: the wish meets each step in an einsum with ones."""
    c, E, V, b = (np.asarray(part, "float32") for part in (c, E, V, b))
    ones = np.ones(ids.shape[1], "float32")
    wishes = np.einsum("t,is,sn->itn", ones, c, V) + b
    return np.dstack([np.take(E, ids, axis=0), wishes])


CONDITION_INPUTS = Exercise(
    reference=condition_inputs,
    cases=_inputs_cases,
    returns=("inputs",),
    parts={"inputs": ("E[x_t]", "c V + b")},
    time_axis=1,
    minutes=8,
    difficulty=1,
    hints=(
        "E[ids] looks up all word vectors at once, (tunes, time, n), and c @ V + b is one vector "
        "a tune, (tunes, n). The second lacks the axis of the steps.",
        "With projected = c @ V + b, projected[:, None] has the shape (tunes, 1, n). "
        "np.broadcast_to(…, words.shape) or np.repeat(…, time, axis=1) gives every step of a tune "
        "that tune's wish.",
        "np.concatenate([words, at_each_step], axis=-1) joins the two, the word first.",
    ),
    mistakes=(
        Mistake(_wish_first, (
            "Both halves are right, in the other order. Which of them does [E[x_t]; c V + b] name "
            "first?")),
        Mistake(_first_step_alone, (
            "The wish is read at the first step and is zero afterwards. The state might remember "
            "it, but what does the formula put beside the second token?")),
        Mistake(_last_step_alone, (
            "The wish is read at the last step alone. How should the first note know the key?")),
        Mistake(_first_wish_for_all, (
            "Every tune was given the wish of the first one. Which row of c belongs to tune i?")),
        Mistake(_tunes_and_steps_mixed, (
            "The wishes were repeated one after another and cut anew, so that a tune changes its "
            "wish from step to step. Along which axis has each wish to be repeated?")),
        Mistake(_numbers_repeated, (
            "Each number of a wish was repeated, and not the wish as a whole: the axes of steps "
            "and of features are mixed. Where does the new axis belong, before n or after it?")),
        Mistake(_no_bias, "This is what comes out without b. What is added to c V?"),
        Mistake(_bias_on_the_words, (
            "b was added to the word vectors. To which of the two halves does it belong?")),
        Mistake(_through_tanh, (
            "The wish went through a tanh, as it does on its way into a first *state*. Does this "
            "formula have a function around c V + b?")),
        Mistake(_shared_out, (
            "The wish was divided among the steps. Does a long tune want its key less at each "
            "note?")),
        Mistake(_added, (
            "Wish and word were added, so that nobody can tell them apart any more. What does the "
            "semicolon in [E[x_t]; c V + b] stand for?")),
        Mistake(_added_not_joined, (
            "The two vectors were added: n numbers at each step, and nobody can tell wish and "
            "token apart any more. How long is [E[x_t]; c V + b], which joins them?")),
        Mistake(_raw_wish, (
            "The wish was joined as it is, one number for each column of c. Which matrix brings "
            "it to the size n of a token's vector first?")),
        Mistake(_no_wish, (
            "The word vectors stand in both halves: no wish arrives. What is the second half made "
            "of?")),
    ),
    alternatives=(_inputs_by_steps, _inputs_in_float32),
)  # fmt: skip

# ------------------------------------------------------------------------------ a judge of one rule


def bars_agree(tunes, first, second):
    """Whether two bars of each tune have the same pitches, and the same rhythm → (tunes, 2).

    A tune is a text such as "E4 1/4 D4 1/4 | C4 1/2 |"; its bars are counted from 0. 1 says yes
    and 0 no; a bar that the tune does not have agrees with none.
    """
    agreement = np.zeros((len(tunes), 2))
    for number, tune in enumerate(tunes):
        bars = [bar.split() for bar in tune.split("|")[:-1]]  # nothing follows the last bar line
        if max(first, second) < len(bars):
            one, other = bars[first], bars[second]
            agreement[number] = one[::2] == other[::2], one[1::2] == other[1::2]
    return agreement


_OPENING = "E4 1/4 D4 1/8 C4 1/8"
_LIKE_IT = {  # what a bar may be, set beside that opening
    "the same": _OPENING,
    "its rhythm": "C4 1/4 D4 1/8 E4 1/8",  # the same pitches, in another order
    "an octave higher": "E5 1/4 D5 1/8 C5 1/8",
    "a step lower": "D4 1/4 C4 1/8 B3 1/8",
    "its pitches": "E4 1/8 D4 1/8 C4 1/4",
    "longer": f"{_OPENING} B3 1/8",
    "its beginning": "E4 1/4 D4 1/8",
    "a rest in it": "E4 1/4 rest 1/8 D4 1/8 C4 1/8",
    "the first note": "E4 1/2",
}


def _bars_cases(random):
    """Tunes whose bars differ from the first in one respect each; some end too early."""
    others = list(_LIKE_IT.values())
    # Each time another one comes first: else who is right on the first alone is told that the
    # sequences of a batch are mixed, which is not so.
    rest_first, order_first = others[7:] + others[:7], others[1:] + others[:1]

    def tune(bars, repeated, at):
        drawn = [_random_bar(random) for _ in range(bars)]
        drawn[0] = _OPENING
        if at < bars:
            drawn[at] = repeated
        return " ".join(f"{bar} |" for bar in drawn)

    return [
        ([tune(3, _OPENING, 2)], 0, 2),
        ([tune(8, bar, 2) for bar in rest_first], 0, 2),
        ([tune(8, bar, 6) for bar in order_first], 6, 0),
        ([tune(bars, _OPENING, 6) for bars in (4, 7, 6, 8)], 0, 6),
        ([_shuffled(random, tune(5, others[0], 3)) for _ in range(6)], 1, 4),
        ([_shuffled(random, tune(4, bar, 3)) for bar in others], 0, 3),
    ]


def _random_bar(random):
    lengths = random.permutation(["1/4", "1/8", "1/8"])
    return " ".join(f"{random.choice(list('CDEFGAB'))}4 {length}" for length in lengths)


def _shuffled(random, tune):
    bars = tune.split(" |")[:-1]
    return " ".join(f"{bars[place].strip()} |" for place in random.permutation(len(bars)))


def _judge(tunes, first, second, agree):
    """The two bars of each tune, as lists of words, judged by `agree`; (0, 0) where one lacks."""
    found = np.zeros((len(tunes), 2))
    for number, tune in enumerate(tunes):
        bars = [bar.split() for bar in tune.split("|")[:-1]]
        if max(first, second) < len(bars):
            found[number] = agree(bars[first], bars[second])
    return found


def _counted_from_one(tunes, first, second):
    return bars_agree(tunes, first - 1, second - 1)


def _stops_at_the_shorter(tunes, first, second):
    def agree(one, other):
        return (
            all(a == b for a, b in zip(one[::2], other[::2], strict=False)),
            all(a == b for a, b in zip(one[1::2], other[1::2], strict=False)),
        )

    return _judge(tunes, first, second, agree)


def _order_lost(tunes, first, second):
    def agree(one, other):
        return sorted(one[::2]) == sorted(other[::2]), sorted(one[1::2]) == sorted(other[1::2])

    return _judge(tunes, first, second, agree)


def _as_sets(tunes, first, second):
    def agree(one, other):
        return set(one[::2]) == set(other[::2]), set(one[1::2]) == set(other[1::2])

    return _judge(tunes, first, second, agree)


def _rhythm_first(tunes, first, second):
    return bars_agree(tunes, first, second)[:, ::-1]


def _all_or_nothing(tunes, first, second):
    return _judge(tunes, first, second, lambda one, other: (one == other, one == other))


def _rhythm_needs_pitches(tunes, first, second):
    found = bars_agree(tunes, first, second)
    found[:, 1] *= found[:, 0]
    return found


def _letters_alone(tunes, first, second):
    def agree(one, other):
        letters = [[word.rstrip("0123456789") for word in bar[::2]] for bar in (one, other)]
        return letters[0] == letters[1], one[1::2] == other[1::2]

    return _judge(tunes, first, second, agree)


def _rests_left_out(tunes, first, second):
    def agree(one, other):
        parts = []
        for bar in (one, other):
            pairs = [pair for pair in zip(bar[::2], bar[1::2], strict=True) if pair[0] != "rest"]
            parts.append(([name for name, _ in pairs], [length for _, length in pairs]))
        return parts[0][0] == parts[1][0], parts[0][1] == parts[1][1]

    return _judge(tunes, first, second, agree)


def _pitches_without_rests(tunes, first, second):
    def agree(one, other):
        pitches = [[word for word in bar[::2] if word != "rest"] for bar in (one, other)]
        return pitches[0] == pitches[1], one[1::2] == other[1::2]

    return _judge(tunes, first, second, agree)


def _numbers_of_pitches(tunes, first, second):
    return _judge(
        tunes, first, second, lambda one, other: (len(one) == len(other), one[1::2] == other[1::2])
    )


def _numbers_of_both(tunes, first, second):
    return _judge(
        tunes, first, second, lambda one, other: (len(one) == len(other), len(one) == len(other))
    )


def _numbers_of_notes(tunes, first, second):
    return _judge(
        tunes, first, second, lambda one, other: (one[::2] == other[::2], len(one) == len(other))
    )


def _first_notes(tunes, first, second):
    return _judge(tunes, first, second, lambda one, other: (one[0] == other[0], one[1] == other[1]))


def _words_instead_of_bars(tunes, first, second):
    found = np.zeros((len(tunes), 2))
    for number, tune in enumerate(tunes):
        words = tune.replace("|", "").split()
        found[number] = words[2 * first] == words[2 * second], (
            words[2 * first + 1] == words[2 * second + 1]
        )
    return found


def _agreement_by_reader(tunes, first, second):
    """Right, by the course's reader of tunes."""
    from utils import music

    found = []
    for tune in tunes:
        bars = dict(enumerate(music.read(tune.split())))
        one, other = bars.get(first), bars.get(second)
        if one is None or other is None:
            found.append((0, 0))
            continue
        alike = [
            [getattr(note, part) for note in one] == [getattr(note, part) for note in other]
            for part in ("name", "duration")
        ]
        found.append(alike)
    return np.array(found, "float32")


def _agreement_as_booleans(tunes, first, second):
    """Right, as True and False."""
    return np.asarray(bars_agree(tunes, first, second), bool)


def _agreement_word_by_word(tunes, first, second):
    """Right, with a loop over all words."""
    found = []
    for tune in tunes:
        bar, kept = 0, {first: ([], []), second: ([], [])}
        for word in tune.split():
            if word == "|":
                bar += 1
            elif bar in kept:
                kept[bar]["/" in word].append(word)
        there = max(first, second) < bar
        found.append([float(there and a == b) for a, b in zip(*kept.values(), strict=True)])
    return np.array(found)


def _yes_and_no_as_numbers(returned, *case):
    """True and False are 1 and 0; everything else stays as it is."""
    is_array = isinstance(returned, np.ndarray) and returned.dtype == bool
    return returned.astype(int) if is_array else returned


BARS_AGREE = Exercise(
    reference=bars_agree,
    cases=_bars_cases,
    returns=("agreement",),
    observe=_yes_and_no_as_numbers,
    parts={"agreement": ("pitches", "rhythm")},
    minutes=12,
    difficulty=2,
    hints=(
        'tune.split("|") cuts a tune into its bars, and bar.split() a bar into its words: pitch, '
        "duration, pitch, duration …",
        "bar[::2] are the pitches of a bar, rests among them, and bar[1::2] its durations. Two "
        "lists are equal when they have the same words in the same order, and equally many.",
        "Begin with np.zeros((len(tunes), 2)), loop with enumerate(tunes), and leave the zeros "
        'where the tune is too short. A tune ends with "|", after which tune.split("|") finds one '
        "more, empty piece.",
    ),
    mistakes=(
        Mistake(_counted_from_one, (
            "These are the bars before the ones asked for. With which number does counting begin "
            "here?")),
        Mistake(_stops_at_the_shorter, (
            "A bar agrees here with every longer one that begins like it: zip stops at the end of "
            "the shorter list. What else has to be equal?")),
        Mistake(_order_lost, (
            "The words were sorted before they were compared. Is a melody the same when its notes "
            "come in another order?")),
        Mistake(_as_sets, (
            "A set has no order and counts nothing twice. Is a melody the same when its notes come "
            "in another order?")),
        Mistake(_rhythm_first, (
            "Both answers are right, in the other order. Which of the two columns is asked for "
            "first, pitches or rhythm?")),
        Mistake(_all_or_nothing, (
            "The bars were compared as a whole, so that both columns say the same. What do you "
            "compare to hear the rhythm alone?")),
        Mistake(_rhythm_needs_pitches, (
            "The rhythm counts here only where the pitches agree, too. What if somebody taps the "
            "same rhythm on other notes?")),
        Mistake(_letters_alone, (
            "The octave was left out: E4 and E5 count as the same. Are they the same pitch?")),
        Mistake(_rests_left_out, (
            "The rests were left out before comparing. Does a bar have the same rhythm when a rest "
            "comes in between?")),
        Mistake(_pitches_without_rests, (
            "The pitches are compared as if there were no rests among them. What counts as a "
            "pitch, too, in this task?")),
        Mistake(_numbers_of_pitches, (
            "For the pitches you compared how *many* there are. Do two bars of three notes have "
            "the same melody?")),
        Mistake(_numbers_of_both, (
            "You compared how many words the two bars have. Do two bars of three notes have the "
            "same melody?")),
        Mistake(_numbers_of_notes, (
            "For the rhythm you compared how *many* notes there are. Do 1/4 1/8 1/8 and 1/8 1/8 "
            "1/4 sound alike?")),
        Mistake(_first_notes, (
            "Only the first notes of the two bars were compared. What about the others?")),
        Mistake(_words_instead_of_bars, (
            "`first` and `second` were taken as numbers of notes. What ends a bar, and how do you "
            "cut there?")),
    ),
    alternatives=(_agreement_by_reader, _agreement_word_by_word, _agreement_as_booleans),
)  # fmt: skip

EXERCISES = (CONDITION_INPUTS, BARS_AGREE)
