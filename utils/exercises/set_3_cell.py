"""Problem set 3: a cell with one gate, both ways, and weights of an old one for Keras's LSTM."""

from __future__ import annotations

import numpy as np

from utils.cells import sigmoid
from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------------- a cell with one gate


def _gated_1(x, W_x, W_h, b):
    W_hz, W_hc = np.split(W_h, 2, axis=1)
    h, states = np.zeros((len(x), len(W_h))), []
    for t in range(x.shape[1]):
        x_z, x_c = np.split(x[:, t] @ W_x + b, 2, axis=1)
        z = 1 / (1 + np.exp(-(x_z + h @ W_hz)))
        new = np.tanh(x_c + (z * h) @ W_hc)
        h = (1 - z) * h + z * new
        states.append(h)
    return np.stack(states, axis=1)


def _gated_2(x, W_x, W_h, b):
    h, states = np.zeros((len(x), len(W_h))), []
    for t in range(x.shape[1]):
        a, a_c = np.split(x[:, t] @ W_x + h @ W_h + b, 2, axis=1)
        keep, write = 1 / (1 + np.exp(-a)), 1 - 1 / (1 + np.exp(1 - a))
        h = keep * h + write * np.tanh(a_c)
        states.append(h)
    return np.stack(states, axis=1)


def _gated_3(x, W_x, W_h, b):
    h, states = np.zeros((len(x), len(W_h))), []
    for t in range(x.shape[1]):
        x_z, x_c = np.split(x[:, t] @ W_x + b, 2, axis=1)
        h_z, h_c = np.split(h @ W_h, 2, axis=1)
        z = 1 / (1 + np.exp(-(x_z + h_z)))
        new = np.tanh(x_c + z * h_c)
        h = z * h + (1 - z) * new
        states.append(h)
    return np.stack(states, axis=1)


GATED = {1: _gated_1, 2: _gated_2, 3: _gated_3}


def _gated_cases(random):
    sizes = ((1, 2, 1, 1), (1, 1, 2, 3), (2, 4, 3, 2), (3, 3, 2, 4), (2, 6, 1, 3))
    return [
        (
            random.normal(size=(batch, time, features)),
            random.normal(size=(features, 2 * units)),
            random.normal(size=(units, 2 * units)),
            random.normal(size=2 * units),
        )
        for batch, time, features, units in sizes
    ]


def _shares(variant, a, shift=1.0):
    """What is kept of the old state, and what is written of the new, from the gate's sum."""
    z = sigmoid(a)
    return {1: (1 - z, z), 2: (z, 1 - sigmoid(a - shift)), 3: (z, 1 - z)}[variant]


def _stepped(
    variant, x, W_x, W_h, b, *, squash=np.tanh, gate=None, place=None, shares=None, shift=1.0,
    turned=False,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    W_hz, W_hc = np.split(W_h, 2, axis=1)
    place = place or {1: "before", 2: "none", 3: "after"}[variant]
    h, states = np.zeros((len(x), len(W_h)), x.dtype), []
    for t in range(x.shape[1]):
        x_z, x_c = np.split(x[:, t] @ W_x + b, 2, axis=1)
        a = x_z + h @ W_hz
        z = sigmoid(a)
        heard = {"before": (z * h) @ W_hc, "after": z * (h @ W_hc), "none": h @ W_hc}[place]
        keep, write = gate(a) if gate else _shares(variant, a, shift)
        if turned:
            keep, write = write, keep
        h = keep * h + write * squash(x_c + heard)
        states.append(h)
    return np.stack(states, axis=1)


def gated(variant: int) -> Exercise:
    """A layer whose single gate does two things."""
    right = GATED[variant]

    def shares_exchanged(*case):
        return _stepped(variant, *case, turned=True)

    def candidate_first(x, *weights):
        swapped = (np.concatenate(np.split(part, 2, axis=-1)[::-1], axis=-1) for part in weights)
        return right(x, *swapped)

    def own_place(*case):
        """What is the variant's own, left out."""
        return _stepped(variant, *case, place="none", shift=0.0)

    own_place.__name__ = {
        1: "candidate_sees_the_whole_state", 2: "second_gate_not_shifted",
        3: "candidate_sees_the_whole_state",
    }[variant]  # fmt: skip

    def other_place(*case):
        place = {1: "after", 2: None, 3: "before"}[variant]
        return _stepped(variant, *case, place=place, shift=-1.0)

    other_place.__name__ = {
        1: "gate_behind_the_matrix", 2: "shift_with_the_wrong_sign", 3: "gate_before_the_matrix",
    }[variant]  # fmt: skip

    def gate_without_sigmoid(*case):
        return _stepped(variant, *case, gate=lambda a: {
            1: (1 - a, a), 2: (a, 1 - (a - 1)), 3: (a, 1 - a)}[variant])  # fmt: skip

    def candidate_without_tanh(*case):
        return _stepped(variant, *case, squash=lambda a: a)

    def sigmoid_candidate(*case):
        return _stepped(variant, *case, squash=sigmoid)

    def all_of_the_new(*case):
        return _stepped(variant, *case, gate=lambda a: (_shares(variant, a)[0], 1.0))

    def last_state(*case):
        return right(*case)[:, -1]

    def never_handed_on(x, *weights):
        steps = [right(x[:, t : t + 1], *weights) for t in range(x.shape[1])]
        return np.concatenate(steps, axis=1)

    def sequences_for_steps(x, *weights):
        return right(x.swapaxes(0, 1), *weights).swapaxes(0, 1)

    def in_float32(*case):
        return _stepped(variant, *(np.asarray(part, "float32") for part in case))

    def one_by_one(x, *weights):
        return np.concatenate([right(row[None], *weights) for row in x])

    twice = {
        1: "z is used twice: on the state, before the matrix of the candidate, and as the share "
           "that is replaced. So the candidate has to wait for z.",
        2: "The gate's sum a is used twice: the state keeps σ(a), and 1 - σ(a - 1) of the "
           "candidate is written. The candidate itself is a step of notebook 1.",
        3: "z is used twice: on the product of state and matrix, within the candidate, and as the "
           "share that is kept.",
    }[variant]  # fmt: skip
    lines = {
        1: "new = np.tanh(x_c + (z * h) @ W_hc), then h = (1 - z) * h + z * new, with x_z, x_c = "
           "np.split(x[:, t] @ W_x + b, 2, axis=1) and W_hz, W_hc = np.split(W_h, 2, axis=1)",
        2: "a, a_c = np.split(x[:, t] @ W_x + h @ W_h + b, 2, axis=1), then h = σ(a) * h + "
           "(1 - σ(a - 1)) * np.tanh(a_c)",
        3: "new = np.tanh(x_c + z * h_c), then h = z * h + (1 - z) * new, with x_z, x_c = "
           "np.split(x[:, t] @ W_x + b, 2, axis=1) and h_z, h_c = np.split(h @ W_h, 2, axis=1)",
    }[variant]  # fmt: skip
    own = {
        1: "The candidate sees the whole old state. What multiplies the state before it meets "
           "W_hc?",
        2: "1 - σ(a) of the candidate is written, as in a plain tie. What is subtracted from a, "
           "before its second sigmoid?",
        3: "The candidate sees the whole old state. What multiplies the product h W_hc?",
    }[variant]  # fmt: skip
    other = {
        1: "The gate stands behind the matrix. Does z multiply the state here, or what comes out "
           "of W_hc?",
        2: "The 1 has the wrong sign: a + 1 stands in the second sigmoid. Does the cell write more "
           "than it forgets, or less?",
        3: "The gate stands before the matrix. Does z multiply the state here, or what comes out "
           "of W_hc?",
    }[variant]  # fmt: skip
    turned = {
        1: "Here z is the share that is kept. What does the formula of your variant let it do, "
           "keep or replace?",
        2: "The two shares are exchanged. Which of them multiplies the old state, that of σ(a) or "
           "that of 1 - σ(a - 1)?",
        3: "Here z is the share that is replaced. What does the formula of your variant let it "
           "do, keep or replace?",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="gated_layer",
        cases=_gated_cases,
        returns=("states",),
        time_axis=1,
        minutes=20,
        difficulty=2,
        hints=(
            "gru_step of notebook 9 with one network less, in the loop of notebook 1: zeros "
            "before the first step, a list of states, np.stack(…, axis=1) at the end.",
            twice,
            f"In each turn: {lines}; then append h.",
        ),
        mistakes=(
            Mistake(shares_exchanged, turned),
            Mistake(candidate_first, (
                "Gate and candidate are exchanged. Which of them owns the first columns?")),
            Mistake(own_place, own),
            Mistake(other_place, other),
            Mistake(gate_without_sigmoid, (
                "The gate is not held between 0 and 1. Which function does that?")),
            Mistake(candidate_without_tanh, (
                "The candidate lacks its function. Between which two values does it lie?")),
            Mistake(sigmoid_candidate, (
                "The candidate went through the sigmoid, so that nothing negative can be written. "
                "Is it a gate?")),
            Mistake(all_of_the_new, (
                "The candidate is written whole. Which share of it does the formula take?")),
            Mistake(last_state, (
                "Only the last state came back. Of which steps does the docstring want it?")),
            Mistake(never_handed_on, (
                "Every step began from zero. What does a step hand on to the next one?")),
            Mistake(sequences_for_steps, (
                "Sequences were taken for steps: x[t] is sequence t. Which axis is the time?")),
        ),
        alternatives=(in_float32, one_by_one),
    )  # fmt: skip


# ------------------------------------------------------------------- the same layer, backwards


def _gated_backward_1(x, dh, W_x, W_h, b):
    W_hz, W_hc = np.split(W_h, 2, axis=1)
    h, before, gates, news = np.zeros((len(x), len(W_h))), [], [], []
    for t in range(x.shape[1]):
        x_z, x_c = np.split(x[:, t] @ W_x + b, 2, axis=1)
        before.append(h)
        gates.append(1 / (1 + np.exp(-(x_z + h @ W_hz))))
        news.append(np.tanh(x_c + (gates[t] * h) @ W_hc))
        h = (1 - gates[t]) * h + gates[t] * news[t]
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b)
    later = 0.0  # what the later steps say to the state of this one
    for t in reversed(range(x.shape[1])):
        h, z, new, total = before[t], gates[t], news[t], dh[:, t] + later
        da_c = total * z * (1 - new**2)
        seen = da_c @ W_hc.T  # of z * h, which the candidate saw
        da_z = (total * (new - h) + seen * h) * z * (1 - z)
        da = np.concatenate([da_z, da_c], axis=1)
        dW_x += x[:, t].T @ da
        dW_h += np.concatenate([h.T @ da_z, (z * h).T @ da_c], axis=1)
        db += da.sum(axis=0)
        later = total * (1 - z) + seen * z + da_z @ W_hz.T  # three ways back
    return dW_x, dW_h, db


def _gated_backward_2(x, dh, W_x, W_h, b):
    h, before, keeps, writes, news = np.zeros((len(x), len(W_h))), [], [], [], []
    for t in range(x.shape[1]):
        a, a_c = np.split(x[:, t] @ W_x + h @ W_h + b, 2, axis=1)
        before.append(h)
        keeps.append(1 / (1 + np.exp(-a)))
        writes.append(1 - 1 / (1 + np.exp(1 - a)))
        news.append(np.tanh(a_c))
        h = keeps[t] * h + writes[t] * news[t]
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b)
    later = 0.0  # what the later steps say to the state of this one
    for t in reversed(range(x.shape[1])):
        keep, write, new, total = keeps[t], writes[t], news[t], dh[:, t] + later
        da_c = total * write * (1 - new**2)
        of_keep, of_write = total * before[t], total * new
        da_z = of_keep * keep * (1 - keep) - of_write * write * (1 - write)
        da = np.concatenate([da_z, da_c], axis=1)
        dW_x += x[:, t].T @ da
        dW_h += before[t].T @ da
        db += da.sum(axis=0)
        later = total * keep + da @ W_h.T
    return dW_x, dW_h, db


def _gated_backward_3(x, dh, W_x, W_h, b):
    W_hz, W_hc = np.split(W_h, 2, axis=1)
    h, before, gates, news = np.zeros((len(x), len(W_h))), [], [], []
    for t in range(x.shape[1]):
        x_z, x_c = np.split(x[:, t] @ W_x + b, 2, axis=1)
        before.append(h)
        gates.append(1 / (1 + np.exp(-(x_z + h @ W_hz))))
        news.append(np.tanh(x_c + gates[t] * (h @ W_hc)))
        h = gates[t] * h + (1 - gates[t]) * news[t]
    dW_x, dW_h, db = np.zeros_like(W_x), np.zeros_like(W_h), np.zeros_like(b)
    later = 0.0  # what the later steps say to the state of this one
    for t in reversed(range(x.shape[1])):
        h, z, new, total = before[t], gates[t], news[t], dh[:, t] + later
        da_c = total * (1 - z) * (1 - new**2)
        seen = da_c * z  # of h @ W_hc, of which the candidate saw a share
        da_z = (total * (h - new) + da_c * (h @ W_hc)) * z * (1 - z)
        dW_x += x[:, t].T @ np.concatenate([da_z, da_c], axis=1)
        dW_h += h.T @ np.concatenate([da_z, seen], axis=1)
        db += np.concatenate([da_z, da_c], axis=1).sum(axis=0)
        later = total * z + seen @ W_hc.T + da_z @ W_hz.T  # three ways back
    return dW_x, dW_h, db


GATED_BACKWARD = {1: _gated_backward_1, 2: _gated_backward_2, 3: _gated_backward_3}


def _backward_cases(random):
    return [
        (x, random.normal(size=(*x.shape[:2], len(weights[1]))), *weights)
        for x, *weights in _gated_cases(random)
    ]


def _slope(gate):
    return gate * (1 - gate)


def _walked(
    variant, x, dh, W_x, W_h, b, *, of_gate=_slope, of_new=lambda new: 1 - new**2, kept=1.0,
    through=1.0, gates=1.0, first=1.0, second=1.0, by_gate=1.0, by_candidate=1.0, bare=False,
    unshared=False, turned=False, back=lambda W: W.T, own=True, late=False, forwards=False,
):  # fmt: skip
    """Any of the three, with places where a mistake can be put in."""
    W_hz, W_hc = np.split(W_h, 2, axis=1)
    states = _stepped(variant, x, W_x, W_h, b)
    before = np.concatenate([np.zeros_like(states[:, :1]), states[:, :-1]], axis=1)
    dW_x, dW_hz, dW_hc, db = (np.zeros_like(part) for part in (W_x, W_hz, W_hc, b))
    later, steps = 0.0, range(x.shape[1])
    for t in steps if forwards else reversed(steps):
        h, total = before[:, t], dh[:, t] + later
        x_z, x_c = np.split(x[:, t] @ W_x + b, 2, axis=1)
        a = x_z + h @ W_hz
        z, (keep, write) = sigmoid(a), _shares(variant, a)
        product = {1: (z * h) @ W_hc, 2: h @ W_hc, 3: z * (h @ W_hc)}[variant]
        new = np.tanh(x_c + product)
        da_c = total * (1.0 if unshared else write) * of_new(new)
        seen = {1: da_c @ back(W_hc), 2: da_c, 3: da_c * z}[variant]
        if variant == 2:
            of_write = _slope(write) if own else of_gate(z)
            of_write = of_write if of_gate is _slope else of_gate(z)
            written = (-second if turned else second) * new * of_write
            da_z = total * (first * h * of_gate(z) - written)
        else:
            inside = seen * h if variant == 1 else da_c * (h @ W_hc)
            shared = total * (new - h) * (1 if (variant == 1) != turned else -1)
            da_z = (first * shared + second * inside) * of_gate(z)
        da_z = gates * da_z
        heard = states[:, t] if late else h
        dW_x += x[:, t].T @ np.concatenate([da_z, da_c], axis=1)
        dW_hz += heard.T @ da_z
        dW_hc += {1: (z * heard if own else heard).T @ da_c, 2: heard.T @ da_c,
                  3: heard.T @ (seen if own else da_c)}[variant]  # fmt: skip
        db += np.concatenate([da_z, da_c], axis=1).sum(axis=0)
        if bare:
            matrix = seen if variant == 1 else da_c @ back(W_hc)
        else:
            matrix = seen * z if variant == 1 else seen @ back(W_hc)
        matrices = by_candidate * matrix + by_gate * da_z @ back(W_hz)
        later = kept * total * keep + through * matrices
    return dW_x, np.concatenate([dW_hz, dW_hc], axis=1), db


def backward(variant: int) -> Exercise:
    """The same layer, backwards."""
    right = GATED_BACKWARD[variant]

    def no_slope_of_the_gate(*case):
        return _walked(variant, *case, of_gate=lambda z: 1.0)

    def no_slope_of_the_candidate(*case):
        return _walked(variant, *case, of_new=lambda new: 1.0)

    def kept_forgotten(*case):
        return _walked(variant, *case, kept=0.0)

    def matrices_forgotten(*case):
        return _walked(variant, *case, through=0.0)

    def nothing_from_later(*case):
        return _walked(variant, *case, kept=0.0, through=0.0)

    def way_through_the_gate_forgotten(*case):
        return _walked(variant, *case, by_gate=0.0)

    def way_through_the_candidate_forgotten(*case):
        return _walked(variant, *case, by_candidate=0.0)

    def way_back_without_the_gate(*case):
        return _walked(variant, *case, bare=True)

    def share_of_the_candidate_forgotten(*case):
        return _walked(variant, *case, unshared=True)

    def sign_of_the_gate_turned(*case):
        return _walked(variant, *case, turned=True)

    def first_use_forgotten(*case):
        return _walked(variant, *case, first=0.0)

    def gate_is_given(*case):
        return _walked(variant, *case, gates=0.0)

    def second_use_forgotten(*case):
        return _walked(variant, *case, second=0.0)

    def own_factor_forgotten(*case):
        return _walked(variant, *case, own=False)

    own_factor_forgotten.__name__ = {
        1: "matrix_without_its_gate", 2: "slope_at_the_wrong_place", 3: "matrix_without_its_gate",
    }[variant]  # fmt: skip

    def not_transposed(*case):
        return _walked(variant, *case, back=lambda W: W)

    def state_after_the_step(*case):
        return _walked(variant, *case, late=True)

    def forwards(*case):
        return _walked(variant, *case, forwards=True)

    def mean_over_the_batch(x, *others):
        return tuple(part / len(x) for part in right(x, *others))

    def in_float32(*case):
        return list(_walked(variant, *(np.asarray(part, "float32") for part in case)))

    def one_by_one(x, dh, *weights):
        each = [right(x[n : n + 1], dh[n : n + 1], *weights) for n in range(len(x))]
        return tuple(sum(parts) for parts in zip(*each, strict=True))

    def by_central_differences(x, dh, *weights):
        found = [np.zeros_like(part) for part in weights]
        for part, slopes in zip(weights, found, strict=True):
            for place in np.ndindex(part.shape):
                was, losses = part[place], []
                for moved in (was + 1e-5, was - 1e-5):
                    part[place] = moved
                    losses.append((dh * GATED[variant](x, *weights)).sum())
                part[place] = was
                slopes[place] = (losses[0] - losses[1]) / 2e-5
        return tuple(found)

    ways = {
        1: "h_{t-1} reaches h_t on three ways: kept, with 1 - z; as z ⊙ h_{t-1} through W_hc and "
           "the tanh; and through W_hz and the gate. The gate itself is used twice: as the share, "
           "and within the candidate",
        2: "h_{t-1} reaches h_t on three ways: kept, with σ(a); through W_hc and the tanh; and "
           "through W_hz and a. The sum a is used twice: in what is kept, and in what is written",
        3: "h_{t-1} reaches h_t on three ways: kept, with z; through W_hc, z and the tanh; and "
           "through W_hz and the gate. The gate itself is used twice: as the share, and within "
           "the candidate",
    }[variant]  # fmt: skip
    pieces = {
        1: "da_c = total * z * (1 - new**2); seen = da_c @ W_hc.T; da_z = (total * (new - h) + "
           "seen * h) * z * (1 - z), where h is the state before the step",
        2: "da_c = total * write * (1 - new**2); da_z = total * h * keep * (1 - keep) - total * "
           "new * write * (1 - write), where h is the state before the step",
        3: "da_c = total * (1 - z) * (1 - new**2); da_z = (total * (h - new) + da_c * (h @ W_hc)) "
           "* z * (1 - z), where h is the state before the step",
    }[variant]  # fmt: skip
    lines = {
        1: "later = total * (1 - z) + seen * z + da_z @ W_hz.T. W_hz multiplied h, and W_hc "
           "multiplied z * h: so h.T @ da_z and (z * h).T @ da_c",
        2: "later = total * keep + da @ W_h.T, with da = np.concatenate([da_z, da_c], axis=1); and "
           "dW_h gets h.T @ da",
        3: "later = total * z + (da_c * z) @ W_hc.T + da_z @ W_hz.T. Behind W_hc stands z, so dW_h "
           "gets h.T @ da_z and h.T @ (da_c * z); W_x and b get da_c as it is",
    }[variant]  # fmt: skip
    second = {
        1: "The gate hears of one of its two uses only, that as a share. By which second way does "
           "z reach h_t?",
        2: "The gate's sum hears of what is kept only. By which second way does a reach h_t?",
        3: "The gate hears of one of its two uses only, that as a share. By which second way does "
           "z reach h_t?",
    }[variant]  # fmt: skip
    first = {
        1: "The gate hears of its use within the candidate only. What else does z decide about "
           "the new state?",
        2: "The gate's sum hears of what is written only. What else does a decide about the new "
           "state?",
        3: "The gate hears of its use within the candidate only. What else does z decide about "
           "the new state?",
    }[variant]  # fmt: skip
    sign = {
        1: "The gate's use as a share has the wrong sign. If z grows, does the new state move "
           "towards the candidate, or away from it?",
        2: "What is written speaks to a with the wrong sign. If a grows, is more of the candidate "
           "written, or less?",
        3: "The gate's use as a share has the wrong sign. If z grows, does the new state move "
           "towards the candidate, or away from it?",
    }[variant]  # fmt: skip
    of_gate, of_candidate = ("W_ha", "W_hc") if variant == 2 else ("W_hz", "W_hc")
    bare = () if variant == 2 else (Mistake(way_back_without_the_gate, {
        1: "On the way back through W_hc the gate is missing. W_hc multiplied z ⊙ h: what takes "
           "a gradient for that product to one for h?",
        3: "On the way back through W_hc the gate is missing. What stands between h W_hc and the "
           "tanh?",
    }[variant]),)  # fmt: skip
    own = {
        1: "The gradient of the candidate's matrix was made with the whole state. What did W_hc "
           "multiply?",
        2: "What is written has the slope of σ(a) here. At which place was its sigmoid taken?",
        3: "The gradient of the candidate's matrix lacks the gate. What stands between h W_hc and "
           "the tanh?",
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="gated_backward",
        cases=_backward_cases,
        returns=("dW_x", "dW_h", "db"),
        parts={name: ("the gate", "the candidate") for name in ("dW_x", "dW_h", "db")},
        minutes=40,
        difficulty=3,
        hints=(
            "Run the layer forwards first, and keep in lists what the way back needs: the state "
            f"before each step, gate and candidate. Then write down all ways: {ways}.",
            f"With total = dh[:, t] + later: {pieces}.",
            f"{lines}.",
        ),
        mistakes=(
            Mistake(no_slope_of_the_gate, (
                "The slope of the sigmoid is missing. What does a gate s = σ(a) multiply a "
                "gradient by that passes it?")),
            Mistake(no_slope_of_the_candidate, (
                "The slope of the tanh is missing. What lies between the candidate and its sum?")),
            Mistake(kept_forgotten, (
                "The way of what is kept is missing, the highway of notebook 8. By which factor "
                "does the old state reach the new one?")),
            Mistake(nothing_from_later, (
                "Each step hears of its own loss only. What do the later steps say to its "
                "state?")),
            Mistake(way_through_the_gate_forgotten, (
                f"On the way to the step before, the path through {of_gate} is missing. Did the "
                "gate see the old state, too?")),
            Mistake(way_through_the_candidate_forgotten, (
                f"On the way to the step before, the path through {of_candidate} is missing. Did "
                "the candidate see the old state, too?")),
            *bare,
            Mistake(share_of_the_candidate_forgotten, (
                "The candidate's gradient lacks a factor. Which share of the candidate enters "
                "the new state?")),
            Mistake(matrices_forgotten, (
                "The gradient went back along what is kept alone. What else of the step before "
                "did gate and candidate hear?")),
            Mistake(gate_is_given, (
                "The gate's weights have no gradient: it was taken as given. What does the loss "
                "ask of z?")),
            Mistake(first_use_forgotten, first),
            Mistake(second_use_forgotten, second),
            Mistake(sign_of_the_gate_turned, sign),
            Mistake(own_factor_forgotten, own),
            Mistake(not_transposed, (
                "The gradient came back through the matrices themselves. Forwards they stand to "
                "the right of the state: what takes a gradient back?")),
            Mistake(state_after_the_step, (
                "dW_h was made with the state after the step. Which one did W_h multiply?")),
            Mistake(forwards, (
                "The walk went forwards. Where does one have to begin, so that everything later "
                "is known?")),
            Mistake(mean_over_the_batch, (
                "Everything was divided by the size of the batch. `dh` is the gradient of the "
                "loss already: is there a mean left to take?")),
        ),
        alternatives=(in_float32, one_by_one, by_central_differences),
    )  # fmt: skip


# --------------------------------------------------------------- weights for a layer of Keras


def _lstm_1(W_x, W_h, b):
    def columns(array):
        f, g, o = np.split(array, 3, axis=-1)
        return np.concatenate([-f, f, g, o], axis=-1)

    return columns(W_x), columns(W_h), columns(b)


def _lstm_2(W_x, W_h, b):
    def columns(array, shift=0.0):
        o, i, g = np.split(array, 3, axis=-1)
        return np.concatenate([i - shift, shift - i, g, o], axis=-1)

    return columns(W_x), columns(W_h), columns(b, shift=1.0)


def _lstm_3(W_x, W_h, b):
    def columns(array):
        g, f, o = np.split(array, 3, axis=-1)
        return np.concatenate([-2 * f, 2 * f, g, 2 * o], axis=-1)

    return columns(W_x), columns(W_h), columns(b)


LSTM = {1: _lstm_1, 2: _lstm_2, 3: _lstm_3}


def _lstm_cases(random):
    return [
        tuple(random.normal(size=shape) for shape in (
            (features, 3 * units), (units, 3 * units), 3 * units))
        for features, units in ((1, 1), (3, 4), (1, 2), (4, 3), (2, 2))
    ]  # fmt: skip


def _taken(variant, arrays, *, order=None, i=None, f=None, shift=1.0, gates=2.0, out=None):
    """Any of the three, with places where a mistake can be put in.

    `order` says where f (or i), g and o stand; `i` and `f` make the columns of both of the single
    gate's.
    """
    order = order or {1: "fgo", 2: "ofg", 3: "gfo"}[variant]
    found = []
    for array in arrays:
        part = dict(zip(order, np.split(np.asarray(array), 3, axis=-1), strict=True))
        own = part["f"] - (shift if variant == 2 and array.ndim == 1 else 0.0)
        factor = gates if variant == 3 else 1.0
        own, o = factor * own, (factor if out is None else out) * part["o"]
        of_i, of_f = (own, -own) if variant == 2 else (-own, own)
        of_i, of_f = i(own) if i else of_i, f(own) if f else of_f
        found.append(np.concatenate([of_i, of_f, part["g"], o], axis=-1))
    return tuple(found)


def to_lstm(variant: int) -> Exercise:
    """Weights of an old program for Keras's layer."""
    right = LSTM[variant]
    lone = "i" if variant == 2 else "f"  # the gate that there is
    made = "f" if variant == 2 else "i"

    def copied(*arrays):
        return _taken(variant, arrays, i=lambda own: own, f=lambda own: own)

    def one_minus(*arrays):
        return _taken(variant, arrays, **{made: lambda own: 1 - own})

    def left_at_zero(*arrays):
        return _taken(variant, arrays, **{made: lambda own: 0 * own})

    def exchanged(*arrays):
        return _taken(variant, arrays, i=lambda own: own if variant != 2 else -own,
                      f=lambda own: -own if variant != 2 else own)  # fmt: skip

    def bias_not_turned(*arrays):
        W_x, W_h, b = right(*arrays)
        *_, copy = copied(*arrays)
        return W_x, W_h, copy

    def put_behind(*arrays):
        found = []
        for array in right(*arrays):
            i, f, g, o = np.split(array, 4, axis=-1)
            order = {1: (f, g, o, i), 2: (o, i, g, f), 3: (g, f, o, i)}[variant]
            found.append(np.concatenate(order, axis=-1))
        return tuple(found)

    def output_gate_third(*arrays):
        found = []
        for array in right(*arrays):
            i, f, g, o = np.split(array, 4, axis=-1)
            found.append(np.concatenate([i, f, o, g], axis=-1))
        return tuple(found)

    def unit_by_unit(*arrays):
        def mixed(array):
            parts = np.split(array, 4, axis=-1)
            return np.stack(parts, axis=-1).reshape(array.shape)

        return tuple(mixed(array) for array in right(*arrays))

    def own_forgotten(*arrays):
        return _taken(variant, arrays, shift=0.0, gates=1.0)

    own_forgotten.__name__ = "one_not_subtracted" if variant == 2 else "gates_not_doubled"

    def own_turned(*arrays):
        return _taken(variant, arrays, shift=-1.0, gates=0.5)

    own_turned.__name__ = "one_added" if variant == 2 else "gates_halved"

    def own_in_part(*arrays):
        if variant == 3:
            return _taken(variant, arrays, out=1.0)
        W_x, W_h, b = right(*arrays)
        i, f, g, o = np.split(b, 4)
        return W_x, W_h, np.concatenate([i, f - 1, g, o])

    own_in_part.__name__ = "one_in_one_bias_only" if variant == 2 else "output_gate_not_doubled"

    def by_a_matrix(W_x, W_h, b):
        """Right, as a product, in lists."""
        pattern = {1: ((-1, 1, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
                   2: ((0, 0, 0, 1), (1, -1, 0, 0), (0, 0, 1, 0)),
                   3: ((0, 0, 1, 0), (-2, 2, 0, 0), (0, 0, 0, 2))}[variant]  # fmt: skip
        units = len(W_h)
        if variant == 2:
            b = b - np.repeat([0, 1, 0], units)
        moves = np.kron(pattern, np.eye(units))
        return [(part @ moves).tolist() for part in (W_x, W_h, b)]

    def in_float32(*arrays):
        return list(_taken(variant, [np.float32(array) for array in arrays]))

    first = {
        1: "Keras's layer wants an input gate of its own, and it shall say 1 - f. What is 1 - σ(a) "
           "as the sigmoid of something?",
        2: "Keras's layer wants a forget gate of its own, and it shall say 1 - i. What is 1 - σ(a) "
           "as the sigmoid of something?",
        3: "Write the gate as a sigmoid first: (1 + tanh a) / 2 = 1 / (1 + exp(-2 a)). And Keras's "
           "layer wants an input gate of its own: what is 1 - σ(2 a) as the sigmoid of something?",
    }[variant]  # fmt: skip
    second = {
        1: "1 - σ(a) = σ(-a), and a is linear in the weights: the columns of i are those of f with "
           "their signs turned, in all three arrays.",
        2: "1 - σ(a) = σ(-a), and a is linear in the weights, with the bias b_i - 1, since Keras "
           "subtracts nothing while it runs. So the bias of the forget gate is 1 - b_i.",
        3: "(1 + tanh a) / 2 = σ(2 a): all columns of f and o are doubled, in all three arrays; g "
           "is no gate. 1 - σ(2 a) = σ(-2 a).",
    }[variant]  # fmt: skip
    third = {
        1: "f, g, o = np.split(array, 3, axis=-1), then np.concatenate([-f, f, g, o], axis=-1), "
           "for each of the three.",
        2: "o, i, g = np.split(array, 3, axis=-1), then np.concatenate([i, -i, g, o], axis=-1) for "
           "the matrices, and [i - 1, 1 - i, g, o] for b.",
        3: "g, f, o = np.split(array, 3, axis=-1), then np.concatenate([-2 * f, 2 * f, g, 2 * o], "
           "axis=-1), for each of the three.",
    }[variant]  # fmt: skip
    names = {"f": "forget gate", "i": "input gate"}
    mistakes = [
        Mistake(copied, (
            f"The {names[made]} says the same as the {names[lone]}. What shall it say?")),
        Mistake(one_minus, (
            f"You wrote 1 - W. It is the gate that shall be 1 - {lone}, and the weights stand "
            "inside its sigmoid. For which argument does the sigmoid give 1 - σ(a)?")),
        Mistake(left_at_zero, (
            f"The {names[made]} has no weights, so it is a half at every step. What shall it "
            "say?")),
        Mistake(exchanged, (
            f"Input gate and forget gate are exchanged. Which columns does the {names[lone]} have "
            "in Keras's order?")),
        Mistake(bias_not_turned, (
            f"Both matrices are right. What else stands inside the sigmoid of the {names[made]}?")),
        Mistake(put_behind, (
            f"The right columns, in the old program's order, with the {names[made]}'s behind them. "
            "What is Keras's order?")),
        Mistake(output_gate_third, (
            "Candidate and output gate are exchanged. What is Keras's order?")),
        Mistake(unit_by_unit, (
            "The four columns of a unit stand side by side, unit after unit. What comes first in "
            "Keras's arrays, all of one unit or all of one gate?")),
    ]  # fmt: skip
    if variant == 2:
        mistakes += [
            Mistake(own_forgotten, (
                "The 1 is missing that the old program subtracts while it runs. Who does that in "
                "Keras's layer?")),
            Mistake(own_turned, (
                "The 1 has the wrong sign. Did the old program's input gates begin more open than "
                "a half, or less?")),
            Mistake(own_in_part, (
                "The 1 went into the bias of the input gate, and not into that of the forget gate "
                "with its sign turned. What is -(b - 1)?")),
        ]  # fmt: skip
    if variant == 3:
        mistakes += [
            Mistake(own_forgotten, (
                "The gates are as steep as sigmoids of a. By which factor has a to be multiplied, "
                "so that σ gives (1 + tanh a) / 2?")),
            Mistake(own_turned, (
                "The sums of the gates were halved. Which of the two is steeper, (1 + tanh a) / 2 "
                "or σ(a)?")),
            Mistake(own_in_part, (
                "The output gate is as it was. Is it not made with a tanh as well?")),
        ]  # fmt: skip
    return Exercise(
        reference=right,
        called="to_lstm",
        cases=_lstm_cases,
        returns=("W_x", "W_h", "b"),
        parts={name: ("i", "f", "g", "o") for name in ("W_x", "W_h", "b")},
        minutes=15,
        difficulty=2,
        hints=(first, second, third),
        mistakes=tuple(mistakes),
        alternatives=(by_a_matrix, in_float32),
    )  # fmt: skip
