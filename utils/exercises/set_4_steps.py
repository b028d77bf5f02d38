"""Problem set 4: another norm in the recurrence, and noise in training."""

from __future__ import annotations

import numpy as np

from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_4_reading import masks
from utils.exercises.set_4_stacking import layer
from utils.exercises.set_cases import in_float32, row_by_row

# ---------------------------------------------------------------- another norm in the recurrence


def _normed_1(x, mask, W_xh, W_hh, b_h, gain):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        a = x[:, t] @ W_xh + h @ W_hh
        norm = a / np.sqrt((a**2).mean(axis=1, keepdims=True) + 1e-3)
        h = np.where(mask[:, t, None], np.tanh(gain * norm + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)


def _normed_2(x, mask, W_xh, W_hh, b_h, gain):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        real = mask[:, t, None]  # (batch, 1)
        a = x[:, t] @ W_xh + h @ W_hh
        count = max(real.sum(), 1)
        mean = (real * a).sum(axis=0) / count  # (units,)
        variance = (real * (a - mean) ** 2).sum(axis=0) / count
        norm = (a - mean) / np.sqrt(variance + 1e-3)
        h = np.where(real, np.tanh(gain * norm + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)


def _normed_3(x, mask, W_xh, W_hh, b_h, gain):
    length = np.sqrt((W_xh**2).sum(axis=0) + (W_hh**2).sum(axis=0) + 1e-3)  # (units,)
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        a = x[:, t] @ W_xh + h @ W_hh
        h = np.where(mask[:, t, None], np.tanh(gain * a / length + b_h), h)
        states.append(h)
    return np.stack(states, axis=1)


NORMED = {1: _normed_1, 2: _normed_2, 3: _normed_3}


def _normed_cases(random):
    cases = []
    for mask, features, units in zip(masks(random), (2, 3, 2, 3, 2), (2, 3, 4, 2, 3), strict=True):
        shapes = (features, units), (units, units), (units,)
        weights = (random.normal(size=shape) for shape in shapes)
        gain = random.uniform(0.5, 2.0, units)
        cases.append((random.normal(size=(*mask.shape, features)), mask, *weights, gain))
    return cases


def _batch_norm(a, real, axis=0):
    """By mean and variance over an axis, of real rows only where that is the batch."""
    if axis:
        mean, variance = a.mean(axis=1, keepdims=True), a.var(axis=1, keepdims=True)
    else:
        mean = (real * a).sum(axis=0) / max(real.sum(), 1)
        variance = (real * (a - mean) ** 2).sum(axis=0) / max(real.sum(), 1)
    return (a - mean) / np.sqrt(variance + 1e-3)


def _normalised(
    variant, x, mask, W_xh, W_hh, b_h, gain, *, norm=None, step=None,
    padding=lambda new, h, real: np.where(real, new, h),
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    length = np.sqrt((W_xh**2).sum(axis=0) + (W_hh**2).sum(axis=0) + 1e-3)
    norm = norm or {
        1: lambda a, real: a / np.sqrt((a**2).mean(axis=1, keepdims=True) + 1e-3),
        2: _batch_norm,
        3: lambda a, real: a / length,
    }[variant]  # fmt: skip
    step = step or (lambda a, real: np.tanh(gain * norm(a, real) + b_h))
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        real = mask[:, t, None]
        h = padding(step(x[:, t] @ W_xh + h @ W_hh, real), h, real)
        states.append(h)
    return np.stack(states, axis=1)


def norm(variant: int) -> Exercise:
    """Another norm in the recurrence."""
    right = NORMED[variant]

    def padding_read(*case):
        return _normalised(variant, *case, padding=lambda new, h, real: new)

    def zeros_at_padding(x, mask, *weights):
        return right(x, mask, *weights) * mask[:, :, None]

    def forgets_at_padding(*case):
        return _normalised(variant, *case, padding=lambda new, h, real: np.where(real, new, 0))

    def not_normalised(*case):
        return _normalised(variant, *case, norm=lambda a, real: a)

    def no_gain(*case):
        return right(*case[:-1], np.ones_like(case[-1]))

    def bias_normalised(x, mask, W_xh, W_hh, b_h, gain):
        if variant == 3:
            length = np.sqrt((W_xh**2).sum(axis=0) + (W_hh**2).sum(axis=0) + 1e-3)
            return right(x, mask, W_xh, W_hh, gain * b_h / length, gain)
        norm = {1: lambda a, real: a / np.sqrt((a**2).mean(axis=1, keepdims=True) + 1e-3),
                2: _batch_norm}[variant]  # fmt: skip
        return _normalised(variant, x, mask, W_xh, W_hh, b_h, gain,
                           step=lambda a, real: np.tanh(gain * norm(a + b_h, real)))  # fmt: skip

    def gain_on_the_bias(x, mask, W_xh, W_hh, b_h, gain):
        return right(x, mask, W_xh, W_hh, gain * b_h, gain)

    def over_everything(*case):
        if variant == 1:
            return _normalised(1, *case, norm=lambda a, real: a / np.sqrt((a**2).mean() + 1e-3))

        def norm(a, real):  # one mean for all units of all real sequences
            count = max(real.sum(), 1) * a.shape[1]
            mean = (real * a).sum() / count
            return (a - mean) / np.sqrt((real * (a - mean) ** 2).sum() / count + 1e-3)

        return _normalised(2, *case, norm=norm)

    def divided_by_the_batch(*case):
        def norm(a, real):
            mean = (real * a).mean(axis=0)
            return (a - mean) / np.sqrt((real * (a - mean) ** 2).mean(axis=0) + 1e-3)

        return _normalised(2, *case, norm=norm)

    def padding_in_the_mean_only(*case):
        def norm(a, real):
            mean = a.mean(axis=0)
            variance = (real * (a - mean) ** 2).sum(axis=0) / max(real.sum(), 1)
            return (a - mean) / np.sqrt(variance + 1e-3)

        return _normalised(2, *case, norm=norm)

    def squares(a, real):
        """What is divided, and the mean of squares: under the root once 0.001 is added to it."""
        if variant == 1:
            return a, (a**2).mean(axis=1, keepdims=True)
        mean = (real * a).sum(axis=0) / max(real.sum(), 1)
        return a - mean, (real * (a - mean) ** 2).sum(axis=0) / max(real.sum(), 1)

    def divided(below):
        """An answer that has something else below the line."""

        def answer(x, mask, W_xh, W_hh, b_h, gain):
            length = (W_xh**2).sum(axis=0) + (W_hh**2).sum(axis=0)

            def norm(a, real):
                above, square = (a, length) if variant == 3 else squares(a, real)
                with np.errstate(all="ignore"):
                    return above / below(square)

            return _normalised(variant, x, mask, W_xh, W_hh, b_h, gain, norm=norm)

        return answer

    def no_root(*case):
        return divided(lambda square: square + 1e-3)(*case)

    def added_behind_the_root(*case):
        return divided(lambda square: np.sqrt(square) + 1e-3)(*case)

    def nothing_added(*case):
        return divided(np.sqrt)(*case)

    def one_less_than_they_are(*case):
        def norm(a, real):
            mean = (real * a).sum(axis=0) / max(real.sum(), 1)
            with np.errstate(all="ignore"):
                variance = (real * (a - mean) ** 2).sum(axis=0) / (real.sum() - 1)
            return (a - mean) / np.sqrt(variance + 1e-3)

        return _normalised(2, *case, norm=norm)

    def one_matrix_only(x, mask, W_xh, W_hh, b_h, gain):
        length = np.sqrt((W_hh**2).sum(axis=0) + 1e-3)
        return _normalised(3, x, mask, W_xh, W_hh, b_h, gain, norm=lambda a, real: a / length)

    def the_other_matrix_only(x, mask, W_xh, W_hh, b_h, gain):
        length = np.sqrt((W_xh**2).sum(axis=0) + 1e-3)
        return _normalised(3, x, mask, W_xh, W_hh, b_h, gain, norm=lambda a, real: a / length)

    def layer_norm(*case):
        return _normalised(variant, *case, norm=lambda a, real: _batch_norm(a, real, axis=1))

    def other_axis(*case):
        if variant == 1:
            return _normalised(1, *case, norm=lambda a, real: (
                a / np.sqrt((a**2).mean(axis=0) + 1e-3)))  # fmt: skip
        if variant == 2:  # padding counts
            return _normalised(2, *case, norm=lambda a, real: (
                (a - a.mean(axis=0)) / np.sqrt(a.var(axis=0) + 1e-3)))  # fmt: skip
        x, mask, W_xh, W_hh, b_h, gain = case
        both = np.concatenate([W_xh, W_hh])
        both = both / np.sqrt((both**2).sum(axis=1, keepdims=True) + 1e-3)
        return _normalised(3, x, mask, both[: len(W_xh)], both[len(W_xh) :], b_h, gain,
                           norm=lambda a, real: a)  # fmt: skip

    other_axis.__name__ = {
        1: "mean_over_the_batch", 2: "padding_counts", 3: "rows_normalised",
    }[variant]  # fmt: skip

    def own(*case):
        if variant == 1:
            return _normalised(1, *case, norm=lambda a, real: (
                a / np.sqrt((a**2).sum(axis=1, keepdims=True) + 1e-3)))  # fmt: skip
        if variant == 2:
            return _normalised(2, *case, norm=lambda a, real: (
                a / np.sqrt((real * a**2).sum(axis=0) / max(real.sum(), 1) + 1e-3)))  # fmt: skip
        x, mask, W_xh, W_hh, b_h, gain = case
        apart = (W / np.sqrt((W**2).sum(axis=0) + 1e-3) for W in (W_xh, W_hh))
        return _normalised(3, x, mask, *apart, b_h, gain, norm=lambda a, real: a)

    own.__name__ = {1: "sum_of_squares", 2: "mean_left_in", 3: "each_matrix_by_itself"}[variant]

    of_axis = {
        1: "The mean was taken over the batch, so that one sequence changes another. Over what is "
           "it taken in the formula?",
        2: "Padded steps are in the mean and in the variance. Which sequences of the batch are "
           "real at this step?",
        3: "The rows of the matrices were brought to length 1. Whose weights stand in a column?",
    }[variant]  # fmt: skip
    of_own = {
        1: "The sum of squares was taken in the place of their mean. How large do the sums become "
           "then, if there are many units?",
        2: "The mean was left in. What does the formula take from a first, above the line and "
           "in the variance?",
        3: "Each matrix was normalised by itself. Of what is the length taken: of all weights of a "
           "unit, or of those from one side?",
    }[variant]  # fmt: skip
    more = {
        1: [
            Mistake(over_everything, (
                "One mean was taken of all sequences and units. Over which axis does it go?")),
        ],
        2: [
            Mistake(over_everything, (
                "One mean was taken of all sequences and units. Over which axis does it go, and "
                "how many means are there?")),
            Mistake(padding_in_the_mean_only, (
                "Padded steps are in the mean, though not in the variance. Which sequences of the "
                "batch are real at this step?")),
            Mistake(divided_by_the_batch, (
                "The sums leave padding out, and were divided by the size of the whole batch. How "
                "many sequences are real at this step?")),
            Mistake(one_less_than_they_are, (
                "The variance was divided by one less than there are. By what does the statement "
                "divide the squared distances?")),
        ],
        3: [
            Mistake(one_matrix_only, (
                "The lengths are those of one matrix alone. By which other weights does a unit "
                "hear?"), (the_other_matrix_only,)),
        ],
    }[variant]  # fmt: skip
    hints = {
        1: ("It is the loop of notebook 12's exercise with another norm: no mean is taken away.",
            "(a**2).mean(axis=1, keepdims=True) is (batch, 1), a number for each sequence. 0.001 "
            "is added to it under the root.",
            "norm = a / np.sqrt((a**2).mean(axis=1, keepdims=True) + 1e-3); h = "
            "np.where(mask[:, t, None], np.tanh(gain * norm + b_h), h)."),
        2: ("It is the loop of notebook 12's exercise; mean and variance are now a number for each "
            "unit, over the sequences that are real at this step.",
            "real = mask[:, t, None]; (real * a).sum(axis=0) / real.sum() is their mean. Where "
            "none is real, max(real.sum(), 1) avoids a division by zero.",
            "variance = (real * (a - mean) ** 2).sum(axis=0) / count; norm = (a - mean) / "
            "np.sqrt(variance + 1e-3); h = np.where(real, np.tanh(gain * norm + b_h), h)."),
        3: ("The lengths depend on the weights only: work them out once, before the loop.",
            "What unit j hears is multiplied by column j of W_xh and column j of W_hh. Their "
            "squares are added up along axis 0.",
            "length = np.sqrt((W_xh**2).sum(axis=0) + (W_hh**2).sum(axis=0) + 1e-3); in the loop "
            "h = np.where(mask[:, t, None], np.tanh(gain * a / length + b_h), h)."),
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="normed_layer",
        cases=_normed_cases,
        returns=("states",),
        minutes=20,
        difficulty=2,
        hints=hints,
        mistakes=(
            Mistake(padding_read, (
                "Padding was read like real steps. What happens to the state at a padded step?")),
            Mistake(zeros_at_padding, (
                "At padded steps stand zeros. What shall stand there in this exercise?")),
            Mistake(forgets_at_padding, (
                "The state became zero at padding, and the next real step began from there. What "
                "shall it carry across?")),
            Mistake(not_normalised, (
                "Gain and bias are there, and the norm is not. By what is a divided?")),
            Mistake(no_gain, (
                "The gain is missing. With what are the normalised sums multiplied?")),
            Mistake(bias_normalised, (
                "The bias went into the norm. On which side of it does b_h stand?")),
            Mistake(gain_on_the_bias, (
                "The gain multiplies the bias as well. Where does the bracket close?")),
            Mistake(layer_norm, (
                "This is the layer normalisation of notebook 12: its mean goes over the units. "
                "Over which axis is the mean of your variant?" if variant == 2 else
                "This is the layer normalisation of notebook 12. What does your variant divide "
                "by?")),
            Mistake(other_axis, of_axis),
            Mistake(own, of_own),
            Mistake(no_root, (
                "It divides by the square. What stands around mean or sum, below the line?")),
            Mistake(added_behind_the_root, (
                "0.001 was added to the root. Is it inside or outside in the formula?")),
            Mistake(nothing_added, (
                "0.001 is missing. What does it save you from, and where does it stand?")),
            *more,
        ),
        alternatives=(
            in_float32(right),
            row_by_row(right, (0, 1)) if variant != 2 else _with_averages,
        ),
    )  # fmt: skip


def _with_averages(x, mask, W_xh, W_hh, b_h, gain):
    """Right for variant 2: only the rows that are real are looked at."""
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        rows = np.flatnonzero(mask[:, t])
        h = h.copy()
        if len(rows):
            a = x[rows, t] @ W_xh + h[rows] @ W_hh
            h[rows] = np.tanh(gain * (a - a.mean(axis=0)) / np.sqrt(a.var(axis=0) + 1e-3) + b_h)
        states.append(h)
    return np.stack(states, axis=1)


# ------------------------------------------------------------------ noise in training, none in use


def _noisy_1(x, W_xh, W_hh, b_h, noise, rate):
    kept = (noise >= rate) / (1 - rate)  # (batch, units): the same at all steps
    found = []
    for factor in (kept, 1.0):
        h, states = np.zeros((len(x), len(b_h))), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_xh + (factor * h) @ W_hh + b_h)
            states.append(h)
        found.append(np.stack(states, axis=1))
    return tuple(found)


def _noisy_2(x, W_xh, W_hh, b_h, noise, rate):
    found = []
    for training in (True, False):
        h, states = np.zeros((len(x), len(b_h))), []
        for t in range(x.shape[1]):
            new = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
            stays = noise[:, t] < rate if training else rate
            h = stays * h + (1 - stays) * new
            states.append(h)
        found.append(np.stack(states, axis=1))
    return tuple(found)


def _noisy_3(x, W_xh, W_hh, b_h, noise, rate):
    found = []
    for matrix in (W_hh * (noise >= rate), (1 - rate) * W_hh):
        h, states = np.zeros((len(x), len(b_h))), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_xh + h @ matrix + b_h)
            states.append(h)
        found.append(np.stack(states, axis=1))
    return tuple(found)


NOISY = {1: _noisy_1, 2: _noisy_2, 3: _noisy_3}


def _noisy_cases(variant):
    def cases(random):
        found = []
        # batch, time, features, units, rate; all of one size in the second case, so that there
        # answers for other variants run as well
        for batch, time, features, units, rate in (
            (1, 2, 1, 2, 0.5), (3, 3, 2, 3, 0.4), (2, 4, 3, 4, 0.3), (4, 6, 2, 3, 0.6),
        ):  # fmt: skip
            shape = {1: (batch, units), 2: (batch, time, units), 3: (units, units)}[variant]
            noise = random.random(shape)
            # Whatever is drawn, there is some of either kind, and rows, steps and columns differ.
            noise[0, 0], noise[-1, -1] = 0.5 * rate, 0.5 * (1 + rate)
            noise[0, ..., -1] = 0.5 * (1 + rate)
            if variant == 3:
                noise[-1, 0] = 0.5 * rate
            shapes = (features, units), (units, units), (units,)
            weights = (random.normal(size=shape) for shape in shapes)
            found.append((random.normal(size=(batch, time, features)), *weights, noise, rate))
        return found

    return cases


def _disturbed(variant, x, W_xh, W_hh, b_h, noise, rate, *, training, wrong=""):
    """Any of the three, in training or in use, with what is wrong by its name."""
    h, states = np.zeros((len(x), len(b_h))), []
    kept = noise < rate if wrong == "exchanged" else noise >= rate
    scale = {1: 1 / (1 - rate), 2: 1.0, 3: 1.0}[variant]
    scale = 1.0 if wrong == "not scaled" else 1 / (1 - rate) if wrong == "scaled" else scale
    for t in range(x.shape[1]):
        heard, matrix = h, W_hh
        if variant == 1 and training:
            heard = h * kept * scale
        if variant == 3:
            matrix = W_hh * kept * scale if training else (1 - rate) * W_hh
        new = np.tanh(x[:, t] @ W_xh + heard @ matrix + b_h)
        if variant == 2:
            stays = 1 - kept[:, 0 if wrong == "first" else t] if training else rate
            h = (0 if wrong == "zeros" else stays * h) + (1 - stays) * new
        else:
            h = new
        states.append(h)
    states = np.stack(states, axis=1)
    dropped = wrong == "given out" and training
    return states * (kept * scale)[:, None] if dropped else states


def noisy(variant: int) -> Exercise:
    """Noise in training, none in use."""
    right = NOISY[variant]

    def both(case, wrong="", use=None):
        training = _disturbed(variant, *case, training=True, wrong=wrong)
        return training, _disturbed(variant, *case, training=False) if use is None else use

    def plain(x, W_xh, W_hh, b_h, noise, rate, matrix=1.0):
        return layer(x, W_xh, matrix * W_hh, b_h)

    def other_part_kept(*case):
        return both(case, "exchanged")

    def noise_in_use(*case):
        training = right(*case)[0]
        return training, training.copy()

    def no_noise(*case):
        use = right(*case)[1]
        return use, use.copy()

    def noise_as_a_factor(x, W_xh, W_hh, b_h, noise, rate):
        if variant == 2:
            h, states = np.zeros((len(x), len(b_h))), []
            for t in range(x.shape[1]):
                new = np.tanh(x[:, t] @ W_xh + h @ W_hh + b_h)
                h = noise[:, t] * h + (1 - noise[:, t]) * new
                states.append(h)
            training = np.stack(states, axis=1)
        elif variant == 3:
            training = layer(x, W_xh, W_hh * noise, b_h)
        else:
            h, states = np.zeros((len(x), len(b_h))), []
            for t in range(x.shape[1]):
                h = np.tanh(x[:, t] @ W_xh + (noise * h) @ W_hh + b_h)
                states.append(h)
            training = np.stack(states, axis=1)
        return training, right(x, W_xh, W_hh, b_h, noise, rate)[1]

    def not_scaled(*case):
        return both(case, "not scaled")

    def scaled_in_use(*case):
        return both(case, "not scaled", plain(*case, matrix=1 - case[-1]))

    def scaled_in_both(*case):
        return both(case, use=plain(*case, matrix=1 - case[-1]))

    def given_out(*case):
        return both(case, "given out")

    def plain_in_use(*case):
        return both(case, use=plain(*case))

    def zeros_instead(*case):
        return both(case, "zeros")

    def one_draw_for_all_steps(*case):
        return both(case, "first")

    def scaled_in_training(*case):
        return both(case, "scaled", plain(*case))

    def doubly_scaled(*case):
        return both(case, "scaled")

    def turned(x, W_xh, W_hh, b_h, noise, rate):
        return right(x, W_xh, W_hh, b_h, noise.T, rate)

    def divided_by_the_rate(*case):
        x, W_xh, W_hh, b_h, noise, rate = case
        h, states = np.zeros((len(x), len(b_h))), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_xh + (h * (noise >= rate) / rate) @ W_hh + b_h)
            states.append(h)
        return np.stack(states, axis=1), right(*case)[1]

    def behind_the_matrix(*case):
        x, W_xh, W_hh, b_h, noise, rate = case
        h, states = np.zeros((len(x), len(b_h))), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_xh + (h @ W_hh) * (noise >= rate) / (1 - rate) + b_h)
            states.append(h)
        return np.stack(states, axis=1), right(*case)[1]

    def other_share_in_use(*case):
        *others, rate = case
        return right(*case)[0], right(*others, 1 - rate)[1]

    def divided_in_use(*case):
        return both(case, use=plain(*case, matrix=1 / (1 - case[-1])))

    own = {
        1: (
            (not_scaled, "Nothing is scaled. If a share `rate` of the values is missing, by which "
                         "factor have the others to grow, so that the sum keeps its size?"),
            (scaled_in_use, "The states were scaled down in use, and left as they are in training: "
                            "the other way to keep the size. Which one is asked for?"),
            (scaled_in_both, "The states were scaled in training, and again in use. How often does "
                             "the size have to be mended?"),
            (divided_by_the_rate, "What is left was divided by the rate. Which share of the units "
                                  "is left in the mean?"),
            (behind_the_matrix, "What comes out of W_hh loses units. What loses them in the text, "
                                "the state before W_hh or the sum behind it?"),
            (given_out, "The states given out are dropped as well. On which way only are values "
                        "dropped here?"),
        ),
        2: (
            (plain_in_use, "In use this is the plain layer. How much of its old state does a unit "
                           "keep in training, in the mean?"),
            (other_share_in_use, "In use a unit keeps the share 1 - rate of its old state. What is "
                                 "the mean of s?"),
            (zeros_instead, "Units that stay became zero. Which value do they keep?"),
            (one_draw_for_all_steps, "The draw of the first step was used at all steps. Which axis "
                                     "of the noise is time?"),
        ),
        3: (
            (plain_in_use, "In use the whole matrix was taken. How much arrives through it in "
                           "training, in the mean?"),
            (other_share_in_use, "In use the matrix was multiplied by the rate. Which share of the "
                                 "weights is there in training, in the mean?"),
            (divided_in_use, "The matrix was divided in use. Is it larger or smaller in training, "
                             "in the mean, than the whole one?"),
            (scaled_in_training, "The matrix was scaled up in training, and left whole in use: the "
                                 "other way to keep the size. Which one is asked for?"),
            (doubly_scaled, "The matrix was scaled up in training, and down in use as well. How "
                            "often does the size have to be mended?"),
            (turned, "The noise was transposed. Which weight does noise[i, j] decide about?"),
        ),
    }[variant]  # fmt: skip
    hints = {
        1: ("Two runs of the layer, one in training and one in use: all that differs is a factor "
            "beside h, before it meets W_hh.",
            "kept = (noise >= rate) / (1 - rate) is (batch, units), and the same at every step. In "
            "use the factor is 1.",
            "h = np.tanh(x[:, t] @ W_xh + (kept * h) @ W_hh + b_h): the h that is given out, and "
            "handed on, is the whole one."),
        2: ("Two runs of the layer, one in training and one in use. Work out `new`, the step of "
            "notebook 1, and then decide unit by unit what becomes of it.",
            "In training stays = noise[:, t] < rate, for each sequence and unit. In use every unit "
            "keeps the share `rate` of its old state.",
            "h = stays * h + (1 - stays) * new, with stays = rate in use."),
        3: ("Two runs of the layer, one in training and one in use: all that differs is the matrix "
            "that h meets.",
            "In training it is W_hh with zeros where noise < rate, drawn once for all. In use it "
            "is the whole W_hh, made smaller by the share that is there in the mean.",
            "for matrix in (W_hh * (noise >= rate), (1 - rate) * W_hh): run the layer of "
            "notebook 1 with this matrix."),
    }[variant]  # fmt: skip
    exchanged = {
        1: "Values with noise below `rate` were kept, and the others dropped. Which share should "
           "be dropped?",
        2: "Units with noise below `rate` took the new value, and the others stayed. Which share "
           "should stay?",
        3: "Weights with noise below `rate` were kept, and the others dropped. Which share should "
           "be dropped?",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="noisy_layer",
        cases=_noisy_cases(variant),
        returns=("training", "use"),
        minutes=25,
        difficulty=2,
        hints=hints,
        mistakes=(
            Mistake(other_part_kept, exchanged),
            Mistake(noise_in_use, (
                "In use there is as much noise as in training. What shall it be like when nothing "
                "is left to chance?")),
            Mistake(no_noise, (
                "There is no noise in training. Where do `noise` and `rate` come in?")),
            Mistake(noise_as_a_factor, (
                "The noise itself was used as a factor. Which question does it decide with "
                "`rate`?")),
            *(Mistake(answer, said) for answer, said in own),
        ),
        alternatives=(
            in_float32(right),
            _row_by_row_noise(right) if variant < 3 else _by_features(right),
        ),
    )  # fmt: skip


def _row_by_row_noise(right):
    def row_by_row(x, W_xh, W_hh, b_h, noise, rate):
        each = [right(x[n : n + 1], W_xh, W_hh, b_h, noise[n : n + 1], rate) for n in range(len(x))]
        return [np.concatenate(parts) for parts in zip(*each, strict=True)]

    return row_by_row


def _by_features(right):
    """The same, with the inputs brought through W_xh before the loop."""

    def by_features(x, W_xh, W_hh, b_h, noise, rate):
        return list(right(x @ W_xh, np.eye(len(b_h)), W_hh, b_h, noise, rate))

    return by_features
