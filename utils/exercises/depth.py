"""Exercises of notebook 12: a residual stack, normalisation inside the recurrence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

import numpy as np

from utils import cells
from utils.exercises.engine import Exercise, Mistake

# ------------------------------------------------------------------------------ a residual stack


def residual_stack(x, stack):
    """Layers on layers with residual connections: (batch, time, units) → the same shape.

    `stack` is a list of layers, the lowest first. Each is called like a function: `layer(x)` are
    its states at every step, (batch, time, units).
    """
    for layer in stack:
        x = x + layer(x)
    return x


@dataclass
class _Layer:
    """A simple recurrent layer as a function of a sequence."""

    weights: cells.ElmanWeights

    def __repr__(self):
        return "a layer"

    def __call__(self, x):
        return cells.elman(np.asarray(x), self.weights)


def _stack_cases(random):
    sizes = ((1, 2, 1, 1), (2, 3, 2, 3), (3, 1, 4, 2), (1, 4, 3, 5))  # (batch, time, units, depth)
    return [
        (
            random.normal(size=(batch, time, units)),
            [_Layer(cells.random_elman(units, units, random)) for _ in range(depth)],
        )
        for batch, time, units, depth in sizes
    ]


def _plain(x, stack):
    for layer in stack:
        x = layer(x)
    return x


def _overwritten(x, stack):
    for layer in stack:
        x = layer(x)
        x = x + x
    return x


def _round_the_whole(x, stack):
    return x + _plain(x, stack)


def _from_the_bottom(x, stack):
    below = x
    for layer in stack:
        below = x + layer(below)
    return below


def _side_by_side(x, stack):
    return x + sum(layer(x) for layer in stack)


def _only_the_last_sum(x, stack):
    return x + stack[-1](x)


def _without_what_came_in(x, stack):
    return residual_stack(x, stack) - x


def _never_the_first(x, stack):
    return residual_stack(x, stack[1:])


def _collected_aside(x, stack):
    states = x
    for layer in stack:
        states = layer(states)
        x = x + states
    return x


def _states_and_states_below(x, below, stack):
    for layer in stack:
        states = layer(x)
        x, below = below + states, states
    return x


def _what_the_layer_below_said(x, stack):
    return _states_and_states_below(x, x, stack)


def _said_below_and_nothing_at_first(x, stack):
    return _states_and_states_below(x, 0 * x, stack)


def _said_by_two_layers_of_a_plain_stack(x, stack):
    states = below = x
    for layer in stack:
        states, below = layer(states), states
    return below + states


def _one_layer_late(x, stack):
    below, x = x, stack[0](x)
    for layer in stack[1:]:
        below, x = x, below + layer(x)
    return x


def _without_the_last(x, stack):
    return residual_stack(x, stack[:-1])


def _each_layer_twice(x, stack):
    for layer in stack:
        x = layer(x)
        x = x + layer(x)
    return x


def _halved(x, stack):
    for layer in stack:
        x = (x + layer(x)) / 2
    return x


def _divided_by_the_root(x, stack):
    for layer in stack:
        x = (x + layer(x)) / np.sqrt(2)
    return x


def _taken_away(x, stack):
    for layer in stack:
        x = x - layer(x)
    return x


def _taken_from(x, stack):
    for layer in stack:
        x = layer(x) - x
    return x


def _multiplied(x, stack):
    for layer in stack:
        x = x * layer(x)
    return x


def _squashed(x, stack):
    for layer in stack:
        x = np.tanh(x + layer(x))
    return x


def _rectified(x, stack):
    for layer in stack:
        x = np.maximum(x + layer(x), 0)
    return x


def _not_the_last(x, stack):
    return stack[-1](residual_stack(x, stack[:-1]))


def _not_the_first(x, stack):
    return residual_stack(stack[0](x), stack[1:])


def _top_first(x, stack):
    return residual_stack(x, stack[::-1])


def _one_layer_for_all(x, stack):
    return residual_stack(x, [stack[0] for _ in stack])


def _one_layer(x, stack):
    return x + stack[0](x)


def _stack_by_recursion(x, stack):
    """Right, from the top down."""
    if not stack:
        return x
    below = _stack_by_recursion(x, stack[:-1])
    return below + stack[-1](below)


def _stack_folded(x, stack):
    """Right, as a fold, in single precision."""
    return reduce(lambda below, layer: np.add(layer(below), below), stack, x.astype("float32"))


RESIDUAL_STACK = Exercise(
    reference=residual_stack,
    cases=_stack_cases,
    returns=("x",),
    time_axis=1,
    minutes=5,
    difficulty=1,
    hints=(
        "Begin with the plain stack, a loop in which each layer reads what the one below said: "
        "x = layer(x). Which x does the formula add to layer(x)?",
        "Both x on the right of x = … + layer(…) are the same: what this layer was given. The new "
        "x is what the next layer is given.",
    ),
    mistakes=(
        Mistake(_plain, (
            "This is the plain stack: what came in has no way past a layer. What is added to "
            "layer(x)?")),
        Mistake(_overwritten, (
            "The states were added to themselves: when the sum was made, x had become layer(x) "
            "already. Where is what the layer was given, once you have written x = layer(x)?")),
        Mistake(_round_the_whole, (
            "One connection leads round the whole stack, and inside it is plain. Past how many "
            "layers does x^(l) lead in the formula?")),
        Mistake(_from_the_bottom, (
            "Every layer's states were added to what entered at the bottom. What was layer 2 "
            "given: the input of the stack, or the sum that left layer 1?")),
        Mistake(_side_by_side, (
            "All layers read the input of the stack, side by side, and their states were added up. "
            "What does layer 2 read?")),
        Mistake(_only_the_last_sum, (
            "Each layer was given the stack's own input, and only the last sum came out. What is "
            "the next layer given?")),
        Mistake(_without_what_came_in, (
            "The states of all layers were added up without what came in at the bottom. Which x "
            "does the formula add for l = 1?")),
        Mistake(_never_the_first, (
            "The first layer of the list was never run. At which one does the loop begin?")),
        Mistake(_collected_aside, (
            "The sum was collected beside the stack: each layer read the states of the one below, "
            "and not the sum. Which of the two is x^(l+1)?")),
        Mistake(_what_the_layer_below_said, (
            "Each layer's states were added to the *states* of the layer below: to what that layer "
            "said, and not to what left it. What left it is a sum. Which of the two is x^(l), what "
            "this layer was given?"),
            (_said_below_and_nothing_at_first, _said_by_two_layers_of_a_plain_stack)),
        Mistake(_one_layer_late, (
            "What was added is one layer old: it is what the layer *below* was given. At which of "
            "the two does the connection begin that leads past layer l?")),
        Mistake(_without_the_last, (
            "The last layer of the list was never run. At which one does the loop end?")),
        Mistake(_each_layer_twice, (
            "Each layer was run twice: x was layer(x) already when layer(x) was added to it. How "
            "often does layer(…) stand in the formula?")),
        Mistake(_halved, (
            "The sum was divided after each layer. What would be left of x^(1) after twelve "
            "halvings, and what stands under the sum in the formula?"), (_divided_by_the_root,)),
        Mistake(_taken_away, (
            "One was taken from the other. Which sign stands between x^(l) and h^(l)?"),
            (_taken_from,)),
        Mistake(_multiplied, (
            "The states were multiplied with what came in, as a gate would. What is left of x "
            "where a layer says 0, and what should be left?")),
        Mistake(_squashed, (
            "The sum went through one more function before the next layer. Does x^(1) still have a "
            "straight way to the top?"), (_rectified,)),
        Mistake(_not_the_last, (
            "The last layer has no residual connection: its states were returned as they are. Why "
            "should the formula hold for all layers but one?")),
        Mistake(_not_the_first, (
            "The first layer has no residual connection. Why should the formula hold for all "
            "layers but one?")),
        Mistake(_top_first, (
            "The last layer of the list was run first. Which one reads the input?")),
        Mistake(_one_layer_for_all, (
            "The first layer was run again and again. Which layer of the list is next?")),
        Mistake(_one_layer, (
            "Only the first layer was run. Does the `return` stand inside the loop, or behind "
            "it?")),
    ),
    alternatives=(_stack_by_recursion, _stack_folded),
)  # fmt: skip

# ---------------------------------------------------------- layer normalisation in the recurrence


def normalised_rnn(x, W_xh, W_hh, b_h, gain, epsilon=1e-3):
    """A simple recurrent layer with layer normalisation: (batch, time, features) → all states.

    W_xh is (features, units), W_hh (units, units), b_h and gain are (units,); the first state is
    zero. Returns (batch, time, units).
    """
    h = np.zeros((len(x), len(b_h)))  # (batch, units)
    states = []
    for t in range(x.shape[1]):
        a = x[:, t] @ W_xh + h @ W_hh
        mean = a.mean(axis=-1, keepdims=True)  # (batch, 1): over the units of one sequence
        variance = a.var(axis=-1, keepdims=True)
        norm = (a - mean) / np.sqrt(variance + epsilon)
        h = np.tanh(gain * norm + b_h)
        states.append(h)
    return np.stack(states, axis=1)


def _normalised_cases(random):
    sizes = ((1, 2, 1, 2), (2, 4, 3, 5), (3, 1, 2, 4), (1, 3, 2, 1), (4, 3, 1, 3))
    return [  # sizes: (batch, time, features, units)
        (
            random.normal(size=(batch, time, features)),
            random.normal(size=(features, units)),
            random.normal(size=(units, units)),
            random.normal(size=units),
            random.uniform(0.5, 2, units),
        )
        for batch, time, features, units in sizes
    ]


def _norm(a, axis=-1, epsilon=1e-3):
    variance = a.var(axis=axis, keepdims=True)
    return (a - a.mean(axis=axis, keepdims=True)) / np.sqrt(variance + epsilon)


def _recurrence(step):
    """Runs step(x_t, h, W_xh, W_hh, b_h, gain) → h over all steps, from a state of zeros."""

    def run(x, W_xh, W_hh, b_h, gain):
        h, states = np.zeros((len(x), len(b_h))), []
        for t in range(x.shape[1]):
            h = step(x[:, t], h, W_xh, W_hh, b_h, gain)
            states.append(h)
        return np.stack(states, axis=1)

    run.__name__ = step.__name__
    return run


@_recurrence
def _over_the_batch(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(gain * _norm(x_t @ W_xh + h @ W_hh, axis=0) + b_h)


@_recurrence
def _over_batch_and_units(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(gain * _norm(x_t @ W_xh + h @ W_hh, axis=None) + b_h)


@_recurrence
def _mean_left_in(x_t, h, W_xh, W_hh, b_h, gain):
    a = x_t @ W_xh + h @ W_hh
    return np.tanh(gain * a / np.sqrt(a.var(axis=-1, keepdims=True) + 1e-3) + b_h)


@_recurrence
def _root_mean_square(x_t, h, W_xh, W_hh, b_h, gain):
    a = x_t @ W_xh + h @ W_hh
    return np.tanh(gain * a / np.sqrt(np.mean(a**2, axis=-1, keepdims=True) + 1e-3) + b_h)


@_recurrence
def _no_root(x_t, h, W_xh, W_hh, b_h, gain):
    a = x_t @ W_xh + h @ W_hh
    a = (a - a.mean(axis=-1, keepdims=True)) / (a.var(axis=-1, keepdims=True) + 1e-3)
    return np.tanh(gain * a + b_h)


@_recurrence
def _epsilon_beside_the_root(x_t, h, W_xh, W_hh, b_h, gain):
    a = x_t @ W_xh + h @ W_hh
    a = (a - a.mean(axis=-1, keepdims=True)) / (a.std(axis=-1, keepdims=True) + 1e-3)
    return np.tanh(gain * a + b_h)


@_recurrence
def _no_epsilon(x_t, h, W_xh, W_hh, b_h, gain):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.tanh(gain * _norm(x_t @ W_xh + h @ W_hh, epsilon=0) + b_h)


@_recurrence
def _one_unit_less(x_t, h, W_xh, W_hh, b_h, gain):
    a, units = x_t @ W_xh + h @ W_hh, len(b_h)
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = a.var(axis=-1, keepdims=True) * (np.float64(units) / (units - 1))
    return np.tanh(gain * (a - a.mean(axis=-1, keepdims=True)) / np.sqrt(variance + 1e-3) + b_h)


@_recurrence
def _bias_inside(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(gain * _norm(x_t @ W_xh + h @ W_hh + b_h))


@_recurrence
def _gain_inside(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(_norm(gain * (x_t @ W_xh + h @ W_hh)) + b_h)


@_recurrence
def _no_gain(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(_norm(x_t @ W_xh + h @ W_hh) + b_h)


@_recurrence
def _gain_on_the_bias(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(gain * (_norm(x_t @ W_xh + h @ W_hh) + b_h))


@_recurrence
def _after_the_tanh(x_t, h, W_xh, W_hh, b_h, gain):
    return gain * _norm(np.tanh(x_t @ W_xh + h @ W_hh)) + b_h


@_recurrence
def _two_norms(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(gain * (_norm(x_t @ W_xh) + _norm(h @ W_hh)) + b_h)


@_recurrence
def _only_the_input(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(gain * _norm(x_t @ W_xh) + h @ W_hh + b_h)


def _outside_the_recurrence(x, W_xh, W_hh, b_h, gain):
    states = cells.elman(x, cells.ElmanWeights(W_xh, W_hh, 0 * b_h))
    return gain * _norm(states) + b_h


@_recurrence
def _not_normalised(x_t, h, W_xh, W_hh, b_h, gain):
    return np.tanh(gain * (x_t @ W_xh + h @ W_hh) + b_h)


def _handed_on_without_gain_and_tanh(x, W_xh, W_hh, b_h, gain):
    h, states = np.zeros((len(x), len(b_h))), []
    for t in range(x.shape[1]):
        h = _norm(x[:, t] @ W_xh + h @ W_hh)
        states.append(np.tanh(gain * h + b_h))
    return np.stack(states, axis=1)


def _normalised_by_units(x, W_xh, W_hh, b_h, gain):
    """Right, one sequence after another, with a loop over the units."""
    batch, time, _ = x.shape
    units = range(len(b_h))
    states = np.zeros((batch, time + 1, len(b_h)))  # a state of zeros stands before the first step
    for row in range(batch):
        for t in range(time):
            a = [x[row, t] @ W_xh[:, k] + states[row, t] @ W_hh[:, k] for k in units]
            mean = sum(a) / len(a)
            root = (sum((value - mean) ** 2 for value in a) / len(a) + 1e-3) ** 0.5
            for k in units:
                states[row, t + 1, k] = np.tanh(gain[k] * (a[k] - mean) / root + b_h[k])
    return states[:, 1:]


def _normalised_in_float32(*arguments):
    """Right, in single precision, with einsum, the inputs' part computed once for all steps."""
    x, W_xh, W_hh, b_h, gain = (np.asarray(part, "float32") for part in arguments)
    of_inputs, h, states = np.einsum("btf,fu->tbu", x, W_xh), np.float32(0) * b_h, []
    for of_input in of_inputs:
        a = of_input + np.einsum("...h,hu->...u", h, W_hh)
        centred = a - np.mean(a, -1)[:, None]
        scale = (np.mean(centred**2, -1) + np.float32(1e-3)) ** -0.5
        h = np.tanh(np.einsum("bu,b,u->bu", centred, scale, gain) + b_h)
        states.append(h)
    return np.swapaxes(states, 0, 1)


NORMALISED_RNN = Exercise(
    reference=normalised_rnn,
    cases=_normalised_cases,
    returns=("states",),
    time_axis=1,
    minutes=15,
    difficulty=2,
    hints=(
        "It is the loop of notebook 1. Only what stands before the tanh is new: first the sums "
        "a = x_t @ W_xh + h @ W_hh, of the shape (batch, units), then the norm, then gain and "
        "bias.",
        "Mean and variance are taken over the units, a.mean(axis=-1, keepdims=True) and "
        "a.var(axis=-1, keepdims=True): one number for each sequence, of the shape (batch, 1).",
        "h = np.tanh(gain * (a - mean) / np.sqrt(variance + epsilon) + b_h). Collect h at every "
        "step, and put the steps together with np.stack(states, axis=1).",
    ),
    mistakes=(
        Mistake(_over_the_batch, (
            "Mean and variance were taken over the batch, unit by unit: that is batch "
            "normalisation. Of what, then, would a sentence's state depend besides the sentence?")),
        Mistake(_over_batch_and_units, (
            "There was one mean for the whole batch. Along which axis do the units of one sequence "
            "stand, and which argument of .mean says so?")),
        Mistake(_mean_left_in, (
            "You divided by the root of the variance, but the mean stayed in. What is taken from a "
            "first?")),
        Mistake(_root_mean_square, (
            "You divided by the root of the mean square, and the mean stayed in: that is RMSNorm, "
            "a younger relative. What does the formula take from a, above the line?")),
        Mistake(_no_root, (
            "You divided by the variance. Which variance would the result have if a were made ten "
            "times larger, and what stands round the variance in the formula?")),
        Mistake(_epsilon_beside_the_root, (
            "ε was added to the standard deviation, beside the root. Where does the formula put "
            "it?")),
        Mistake(_no_epsilon, (
            "ε is missing. What stands under the root beside the variance, and what would become "
            "of units that are all equal without it?")),
        Mistake(_one_unit_less, (
            "The variance was divided by the number of units less one, as for a sample (ddof=1). "
            "What would it be with a single unit?")),
        Mistake(_bias_inside, (
            "The bias went into the norm, which takes the mean away again. On which side of the "
            "norm does b_h stand?")),
        Mistake(_gain_inside, (
            "The gain went into the norm. What does the gain multiply: the sums, or what the norm "
            "made of them?")),
        Mistake(_no_gain, (
            "The gain is missing. With what are the normalised sums multiplied?")),
        Mistake(_gain_on_the_bias, (
            "The gain multiplies the bias as well. Where does the bracket close?")),
        Mistake(_after_the_tanh, (
            "The norm came after the tanh, so that the state is no longer held between -1 and 1. "
            "What is normalised: the sums, or the states?")),
        Mistake(_two_norms, (
            "What comes from the input and what comes from the state were normalised each alone, "
            "as Ba and others do in an LSTM. Here there is one norm: of what?")),
        Mistake(_only_the_input, (
            "The input's part was normalised, and the state's part was not. How large can "
            "h @ W_hh become, step after step?")),
        Mistake(_outside_the_recurrence, (
            "The layer ran without a norm, and its states were normalised afterwards: the norm "
            "stands behind the layer. Which h does the next step read when it stands inside?")),
        Mistake(_handed_on_without_gain_and_tanh, (
            "What is returned went through gain, bias and tanh, and what is handed on to the next "
            "step did not. How many states has this layer?")),
        Mistake(_not_normalised, (
            "Gain and bias are there, and the norm is not. What becomes of a before the gain?")),
    ),
    alternatives=(_normalised_by_units, _normalised_in_float32),
)  # fmt: skip

EXERCISES = (RESIDUAL_STACK, NORMALISED_RNN)
