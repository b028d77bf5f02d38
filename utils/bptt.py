"""Backpropagation through time, by hand, for the networks of `cells`.

A loss at step t depends on the hidden state h_t, and through it on every earlier step. Walking
backwards through time, the gradient that reaches h_t has two parts: what the loss at step t itself
asks for, and what all later steps ask for, which comes back through the recurrence. (Werbos 1990;
Goodfellow et al. 2016, section 10.2.2.)

Each function here takes the gradient of the loss with respect to what its layer gave out, and
returns those with respect to what went in, so that layers can be chained by hand:

    states = cells.elman(inputs, elman_weights)
    y = cells.output(states, output_weights)
    output_layer = bptt.output_gradients(states, output_weights, 2 * (y - targets) / y.size)
    recurrence = bptt.elman_gradients(inputs, elman_weights, output_layer.states)

Gradients are sums over the batch; a mean is taken where the loss is, as by `/ y.size` above.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import cells
from utils.cells import ElmanWeights, JordanWeights, OutputWeights


class ElmanGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `ElmanWeights` that hold ∂L/∂W_xh, ∂L/∂W_hh and ∂L/∂b_h.
        inputs: ∂L/∂x_t, (batch, time, features); zero at masked steps.
        initial_state: ∂L/∂h of before the first step, (batch, units).
    """

    weights: ElmanWeights
    inputs: np.ndarray
    initial_state: np.ndarray


class OutputGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `OutputWeights` that hold ∂L/∂W_hy and ∂L/∂b_y.
        states: ∂L/∂h, what the output layer asks of the hidden states, (…, units).
    """

    weights: OutputWeights
    states: np.ndarray


class JordanGradients(NamedTuple):
    """Gradients of a loss, each with the shape of what it belongs to.

    Attributes:
        weights: `JordanWeights` that hold the gradient of each weight.
        inputs: ∂L/∂x_t, (batch, time, features); zero at masked steps.
        initial_output: ∂L/∂y of before the first step, (batch, outputs).
    """

    weights: JordanWeights
    inputs: np.ndarray
    initial_output: np.ndarray


# ------------------------------------------------------------------------- backwards through time


def elman_gradients(
    inputs,
    weights,
    state_gradients,
    initial_state=None,
    mask=None,
    activation=np.tanh,
    truncate=None,
):
    """The backward pass of `cells.elman`.

    With a_t = x_t W_xh + h_{t-1} W_hh + b_h and h_t = f(a_t), from the last step to the first:

        ∂L/∂h_t = state_gradients_t + ∂L/∂a_{t+1} W_hhᵀ
        ∂L/∂a_t = ∂L/∂h_t ⊙ f'(a_t)

    The weights are the same at every step, so their gradients are sums over time:

        ∂L/∂W_xh = Σ_t x_tᵀ ∂L/∂a_t,   ∂L/∂W_hh = Σ_t h_{t-1}ᵀ ∂L/∂a_t,   ∂L/∂b_h = Σ_t ∂L/∂a_t

    `truncate` limits how far the gradient of each loss flows back. The loss at step t reaches the
    steps t, t-1, …, t - truncate and none before; with 0 it stays at its own step. Every loss has a
    window of its own and all windows are equally long (exact truncation; BPTT(h) of Williams and
    Peng 1990). It takes truncate + 1 times the work. Masked steps do not count; the initial state
    is the step before the first. So from `truncate` = time on, nothing is cut off.

    The other usual definition cuts the sequence into chunks: call this function once per chunk,
    with the last state of the chunk before as `initial_state`, and add up. That costs no more than
    the full pass, but a loss right after a cut reaches no earlier step at all.

    Args:
        inputs: (batch, time, features).
        weights: `ElmanWeights`.
        state_gradients: ∂L/∂h_t of what each step's own loss asks for, (batch, time, units), such
            as `output_gradients(…).states`; zeros at steps without a loss.
        initial_state, mask: as in `cells.elman`. At masked steps the gradient passes unchanged.
        activation: f; a name in `cells.ACTIVATIONS` or one of its functions, or a pair (f, f') in
            which f' takes the output f(a), not a: for tanh `lambda h: 1 - h**2`.
        truncate: None, or a whole number of steps from 0 on.

    Returns:
        `ElmanGradients`.

    Raises:
        ValueError: a shape does not fit; the derivative of the activation is not known; `truncate`
            is no whole number from 0 on.
        TypeError: `weights` are not `ElmanWeights`; the mask is not boolean.
    """
    f, derivative = _with_derivative(activation)
    states = cells.elman(inputs, weights, initial_state, mask, f)
    inputs = np.asarray(inputs)
    batch, time, units = states.shape
    state_gradients = cells.expect_axes(
        "state_gradients", state_gradients, batch=batch, time=time, units=units
    )
    real = cells.real_steps(mask, batch, time)
    slopes = derivative(states) * real[..., None]  # f'(a_t); zero where nothing was computed
    if truncate is None:
        a, initial = _walk_back(slopes, state_gradients, weights.W_hh, real)
    else:
        _expect_whole("truncate", truncate)
        a, initial = _walk_back_truncated(slopes, state_gradients, weights.W_hh, real, truncate)

    h_0 = cells.start("initial_state", initial_state, batch=batch, units=units)
    previous_states = np.concatenate([h_0[:, None], states[:, :-1]], axis=1)
    of_weights = ElmanWeights(
        W_xh=_sum_over_steps(inputs, a),
        W_hh=_sum_over_steps(previous_states, a),
        b_h=a.sum((0, 1)),
    )
    return ElmanGradients(of_weights, a @ np.transpose(weights.W_xh), initial)


def _walk_back(slopes, state_gradients, W_hh, real):
    """Returns ∂L/∂a_t of each step, (batch, time, units), and ∂L/∂h of before the first step."""
    a_gradients = np.zeros_like(state_gradients * slopes)
    from_later = np.zeros_like(state_gradients[:, 0])  # nothing comes after the last step
    for t in reversed(range(slopes.shape[1])):
        h_gradient = state_gradients[:, t] + from_later
        a_gradients[:, t] = h_gradient * slopes[:, t]
        through_step = a_gradients[:, t] @ np.transpose(W_hh)
        from_later = np.where(real[:, t, None], through_step, h_gradient)
    return a_gradients, from_later


def _walk_back_truncated(slopes, state_gradients, W_hh, real, truncate):
    """The same, with the gradients kept apart by the age of their loss: 0 to `truncate` steps."""
    batch, time, units = slopes.shape
    a_gradients = np.zeros_like(state_gradients * slopes)
    oldest = min(truncate, time)  # no loss can be older, so further places would stay empty
    from_later = np.zeros((oldest + 1, batch, units), a_gradients.dtype)
    for t in reversed(range(time)):
        h_gradient = from_later
        h_gradient[0] += state_gradients[:, t]
        of_each_age = h_gradient * slopes[:, t]
        a_gradients[:, t] = of_each_age.sum(axis=0)
        through_step = np.zeros_like(h_gradient)  # one step older; what was oldest is dropped
        through_step[1:] = of_each_age[:-1] @ np.transpose(W_hh)
        from_later = np.where(real[:, t, None], through_step, h_gradient)
    return a_gradients, from_later.sum(axis=0)


def output_gradients(states, weights, loss_gradients, activation=cells.identity):
    """The backward pass of `cells.output`.

    With b = h W_hy + b_y and y = g(b):

        ∂L/∂b = ∂L/∂y ⊙ g'(b),   ∂L/∂W_hy = Σ hᵀ ∂L/∂b,   ∂L/∂b_y = Σ ∂L/∂b,   ∂L/∂h = ∂L/∂b W_hyᵀ

    with sums over batch and time. For a softmax and cross-entropy pass ∂L/∂b = y - target as
    `loss_gradients` and leave the activation as it is. A loss that ignores masked steps has zeros
    there.

    Args:
        states: (…, units), what `cells.output` was given.
        weights: `OutputWeights`.
        loss_gradients: ∂L/∂y, (…, outputs), with the same leading axes.
        activation: g; as in `elman_gradients`.

    Returns:
        `OutputGradients`.

    Raises:
        ValueError, TypeError: as `elman_gradients`.
    """
    g, derivative = _with_derivative(activation)
    y = cells.output(states, weights, g)
    loss_gradients = np.asarray(loss_gradients)
    if loss_gradients.shape != y.shape:
        raise ValueError(
            f"loss_gradients has shape {loss_gradients.shape}, expected that of the outputs: "
            f"{y.shape}"
        )
    b = loss_gradients * derivative(y)
    of_weights = OutputWeights(
        W_hy=_sum_over_steps(np.asarray(states), b), b_y=b.sum(tuple(range(b.ndim - 1)))
    )
    return OutputGradients(of_weights, b @ np.transpose(weights.W_hy))


def jordan_gradients(
    inputs,
    weights,
    loss_gradients,
    initial_output=None,
    mask=None,
    activation=np.tanh,
    output_activation=cells.identity,
):
    """The backward pass of `cells.jordan`, when it feeds back its own outputs.

    With a_t = x_t W_xh + y_{t-1} W_yh + b_h, h_t = f(a_t), b_t = h_t W_hy + b_y and y_t = g(b_t),
    from the last step to the first:

        ∂L/∂y_t = loss_gradients_t + ∂L/∂a_{t+1} W_yhᵀ
        ∂L/∂b_t = ∂L/∂y_t ⊙ g'(b_t)
        ∂L/∂a_t = ∂L/∂b_t W_hyᵀ ⊙ f'(a_t)

    With teacher forcing nothing flows back through time and this function is not needed.

    Args:
        inputs: (batch, time, features).
        weights: `JordanWeights`.
        loss_gradients: ∂L/∂y_t of each step's own loss, (batch, time, outputs).
        initial_output, mask: as in `cells.jordan`. At masked steps the gradient passes unchanged.
        activation, output_activation: f and g; as in `elman_gradients`.

    Returns:
        `JordanGradients`.

    Raises:
        ValueError, TypeError: as `elman_gradients`.
    """
    f, f_derivative = _with_derivative(activation)
    g, g_derivative = _with_derivative(output_activation)
    states, y = cells.jordan(inputs, weights, initial_output, mask, f, g)
    inputs = np.asarray(inputs)
    batch, time, outputs = y.shape
    loss_gradients = cells.expect_axes(
        "loss_gradients", loss_gradients, batch=batch, time=time, outputs=outputs
    )
    real = cells.real_steps(mask, batch, time)
    f_slopes = f_derivative(states)
    g_slopes = g_derivative(y) * real[..., None]  # zero where nothing was computed

    a = np.zeros_like(states)
    b = np.zeros_like(loss_gradients * g_slopes)
    from_later = np.zeros_like(loss_gradients[:, 0])  # nothing comes after the last step
    for t in reversed(range(time)):
        y_gradient = loss_gradients[:, t] + from_later
        b[:, t] = y_gradient * g_slopes[:, t]
        a[:, t] = (b[:, t] @ np.transpose(weights.W_hy)) * f_slopes[:, t]
        through_step = a[:, t] @ np.transpose(weights.W_yh)
        from_later = np.where(real[:, t, None], through_step, y_gradient)

    y_0 = cells.start("initial_output", initial_output, batch=batch, outputs=outputs)
    # What each step was given: behind a masked step, y is that of the last real one.
    previous_outputs = np.concatenate([y_0[:, None], y[:, :-1]], axis=1)
    of_weights = JordanWeights(
        W_xh=_sum_over_steps(inputs, a),
        W_yh=_sum_over_steps(previous_outputs, a),
        b_h=a.sum((0, 1)),
        W_hy=_sum_over_steps(states, b),
        b_y=b.sum((0, 1)),
    )
    return JordanGradients(of_weights, a @ np.transpose(weights.W_xh), from_later)


def gradients_by_lag(inputs, weights, last_gradient, initial_state=None, activation=np.tanh):
    """How large a gradient still is, k steps back: does it vanish or explode?

    The gradient at the last step T is carried back through the recurrence (Pascanu et al. 2013,
    equation 5):

        ∂L_T/∂h_{T-k-1} = (∂L_T/∂h_{T-k} ⊙ f'(a_{T-k})) W_hhᵀ

    Args:
        inputs: (batch, time, features), without padding.
        weights: `ElmanWeights`.
        last_gradient: ∂L_T/∂h_T, (batch, units).
        initial_state: as in `cells.elman`.
        activation: as in `elman_gradients`.

    Returns:
        The Euclidean norm of ∂L_T/∂h_{T-k} for k = 0, …, time - 1, (time,): the mean over the
        batch.

    Raises:
        ValueError, TypeError: as `elman_gradients`.
    """
    f, derivative = _with_derivative(activation)
    states = cells.elman(inputs, weights, initial_state, activation=f)
    batch, time, units = states.shape
    gradient = cells.expect_axes("last_gradient", last_gradient, batch=batch, units=units)
    norms = [np.linalg.norm(gradient, axis=-1).mean()]
    for t in reversed(range(1, time)):
        gradient = (gradient * derivative(states[:, t])) @ np.transpose(weights.W_hh)
        norms.append(np.linalg.norm(gradient, axis=-1).mean())
    return np.array(norms)


def _sum_over_steps(went_in, gradients):
    """Σ over batch and time of (what went in)ᵀ (the gradient there): (in, out)."""
    rows = went_in.reshape(-1, went_in.shape[-1])
    return rows.T @ gradients.reshape(-1, gradients.shape[-1])


# Derivatives written in terms of the output h = f(a), which the forward pass has already.
_DERIVATIVES = {
    np.tanh: lambda h: 1 - h**2,
    cells.relu: lambda h: (h > 0).astype(h.dtype),  # 0 at the kink, as in Keras
    cells.sigmoid: lambda h: h * (1 - h),
    cells.identity: np.ones_like,
}


def _with_derivative(activation):
    """Returns the activation as a function, and its derivative as a function of its output."""
    if isinstance(activation, tuple) and len(activation) == 2 and all(map(callable, activation)):
        return activation
    function = cells.activation_function(activation)
    if function not in _DERIVATIVES:
        raise ValueError(
            f"the derivative of {getattr(function, '__name__', function)!r} is not known: pass a "
            f"pair (f, derivative), where derivative takes the output f(a), "
            f"or one of {', '.join(map(repr, cells.ACTIVATIONS))}"
        )
    return function, _DERIVATIVES[function]


# --------------------------------------------------------------------------------------- clipping


def global_norm(gradients):
    """The Euclidean norm of all gradients together, as if they were one long vector.

    gradients: an array, or gradients of weights in tuples, named tuples or lists, also nested: of
    two layers `(recurrence.weights, output_layer.weights)`.

    Raises ValueError where there is NaN or infinity or nothing at all, TypeError for results such
    as `ElmanGradients`, which hold gradients of inputs as well: pass their `weights`.
    """
    _refuse_whole_results(gradients)
    values = [np.asarray(array, np.float64).ravel() for _, array in _finite_leaves(gradients)]
    everything = np.concatenate(values)
    largest = np.abs(everything).max(initial=0.0)
    if largest == 0:
        return 0.0
    return float(largest * np.linalg.norm(everything / largest))  # squares alone could overflow


def clip_by_norm(gradients, limit):
    """Shortens the gradients so that their global norm is at most `limit`, keeping the direction.

        g ← g · limit / ‖g‖   if ‖g‖ > limit        (Pascanu et al. 2013, algorithm 1)

    Args:
        gradients: as in `global_norm`; all of them are shortened by the same factor.
        limit: a positive number.

    Returns:
        Gradients of the same structure.

    Raises:
        ValueError: a gradient is NaN or infinite, which no factor mends; `limit` is not positive.
        TypeError: as `global_norm`.
    """
    _expect_positive("limit", limit)
    norm = global_norm(gradients)
    if norm <= limit:
        return _map(np.array, gradients)
    return _map(lambda array: array / norm * limit, gradients)


def clip_by_value(gradients, limit):
    """Cuts each element off at -limit and limit. The direction of the whole changes.

    Args, returns and raises as `clip_by_norm`.
    """
    _expect_positive("limit", limit)
    _refuse_whole_results(gradients)
    _finite_leaves(gradients)
    return _map(lambda array: np.clip(array, -limit, limit), gradients)


def _refuse_whole_results(gradients):
    if isinstance(gradients, (ElmanGradients, OutputGradients, JordanGradients)):
        raise TypeError(
            f"{type(gradients).__name__} hold gradients of inputs and states as well; "
            f"to clip those of the weights, pass .weights"
        )
    if isinstance(gradients, (tuple, list)):
        for part in gradients:
            _refuse_whole_results(part)


# ------------------------------------------------------------------------------ numerical check


class GradientCheck(NamedTuple):
    """What `gradient_check` found at the element where it found the largest error.

    Attributes:
        error: the relative error; 1e-6 and less is what a right gradient shows.
        where: the element, such as "W_hh[2, 0]".
        by_hand: the gradient that was given there.
        numeric: the gradient by central differences.
    """

    error: float
    where: str
    by_hand: float
    numeric: float


def gradient_check(loss, arrays, gradients, step=1e-5, elements=None, random=None):
    """Compares gradients with central differences: is the backward pass right?

    Each element θ is moved by a small step both ways, and (L(θ + step) - L(θ - step)) / (2 step)
    is compared with the gradient by hand. The error is their difference, divided by the larger of
    the two, but at least by a thousandth of the largest gradient of all, so that rounding in an
    element near zero does not count as an error. Where a loss has a kink, as with ReLU, the two may
    disagree although both are right.

    Args:
        loss: a function of `arrays` that returns one number, computed in float64. It is called with
            a float64 copy of `arrays` of the same structure.
        arrays: an array, or arrays in tuples, named tuples or lists, such as `ElmanWeights`.
        gradients: the gradients by hand, of the same structure, such as
            `elman_gradients(…).weights`.
        step: how far each element is moved.
        elements: at most so many elements of each array, chosen at random; by default all.
        random: a `numpy.random.Generator` that chooses; the same choice each time by default.

    Returns:
        `GradientCheck` of the worst element.

    Raises:
        ValueError: the gradients do not have the shapes of the arrays, or are not finite; the loss
            is not finite, or changes with no element although a gradient is not zero; `step` is not
            positive; `elements` is no whole number from 1 on.
        TypeError: the loss is no number, or was computed in less than float64.
    """
    _expect_positive("step", step)
    if elements is not None:
        _expect_whole("elements", elements, at_least=1)
    random = np.random.default_rng(0) if random is None else random
    moved = _map(lambda array: np.array(array, np.float64), arrays)
    found = []
    for name, array, gradient in _pairs(moved, gradients):
        for position in _positions(array.shape, elements, random):
            numeric = _central_difference(loss, moved, array, position, step)
            place = _place(name, position)
            found.append(GradientCheck(0.0, place, float(gradient[position]), numeric))
    if not found:
        raise ValueError("the arrays are empty: there is nothing to check")
    return _worst(found)


def _worst(found):
    """Fills in the error of each element and returns the one with the largest."""
    largest_by_hand = max(abs(one.by_hand) for one in found)
    largest_numeric = max(abs(one.numeric) for one in found)
    if largest_by_hand > 0 and largest_numeric == 0:
        raise ValueError(
            "the loss does not change with any element, although the gradients are not zero: does "
            "it use the arrays that it is called with, or is the change too small to see?"
        )
    floor = 1e-3 * max(largest_by_hand, largest_numeric)
    if floor == 0:
        return found[0]  # all are zero, and agree

    def rated(one):
        size = max(abs(one.by_hand), abs(one.numeric), floor)
        return one._replace(error=abs(one.by_hand - one.numeric) / size)

    return max(map(rated, found), key=lambda one: one.error)


def _pairs(arrays, gradients):
    """Returns (name, array, gradient) of each array, or raises where the two do not match."""
    left, right = _leaves(arrays), _finite_leaves(gradients)
    if len(left) != len(right):
        raise ValueError(f"there are {len(left)} arrays, but gradients of {len(right)}")
    for (name, array), (_, gradient) in zip(left, right, strict=True):
        if array.shape != gradient.shape:
            raise ValueError(
                f"{name} has shape {array.shape}, but its gradient has shape {gradient.shape}"
            )
    return [(*one, gradient) for one, (_, gradient) in zip(left, right, strict=True)]


def _positions(shape, elements, random):
    count = int(np.prod(shape))
    chosen = range(count)
    if elements is not None and elements < count:
        chosen = np.sort(random.choice(count, elements, replace=False))
    return [tuple(int(i) for i in np.unravel_index(number, shape)) for number in chosen]


def _place(name, position):
    return f"{name}[{', '.join(map(str, position))}]" if position else name


def _central_difference(loss, arrays, array, position, step):
    """Moves one element of `array`, which is one of `arrays`, and puts it back."""
    before = array[position]
    array[position] = before + step
    above = _number(loss(arrays))
    array[position] = before - step
    below = _number(loss(arrays))
    array[position] = before
    return (above - below) / (2 * step)


def _number(loss):
    value = np.asarray(loss)
    if value.ndim or value.dtype.kind not in "iuf":
        raise TypeError(
            f"the loss has to be one number; it has type {value.dtype} and shape {value.shape}"
        )
    if value.dtype.kind == "f" and value.dtype.itemsize < 8:
        raise TypeError(
            f"the loss was computed in {value.dtype}, whose rounding is larger than the effect of "
            f"so small a step: compute in float64"
        )
    if not np.isfinite(value):
        raise ValueError(f"the loss is {value}: there is nothing to compare with")
    return float(value)


# --------------------------------------------------------------------------- arrays in structures


def _leaves(structure, name=""):
    """Returns (name, array) of each array in nested tuples and lists."""
    if not isinstance(structure, (tuple, list)):
        return [(name or "array", np.asarray(structure))]
    names = getattr(structure, "_fields", range(len(structure)))
    return [
        leaf
        for part_name, part in zip(names, structure, strict=True)
        for leaf in _leaves(part, f"{name}.{part_name}" if name else str(part_name))
    ]


def _finite_leaves(gradients):
    leaves = _leaves(gradients)
    if not leaves:
        raise ValueError("there are no gradients")
    for name, array in leaves:
        if array.dtype.kind not in "biuf":
            raise TypeError(f"{name} has type {array.dtype}, expected real numbers")
        if not np.isfinite(array).all():
            raise ValueError(f"the gradient {name} holds NaN or infinity")
    return leaves


def _map(function, structure):
    """Applies a function to each array in nested tuples and lists, and keeps the structure."""
    if not isinstance(structure, (tuple, list)):
        return function(np.asarray(structure))
    parts = [_map(function, part) for part in structure]
    named = hasattr(structure, "_fields")
    return type(structure)(*parts) if named else type(structure)(parts)


def _expect_whole(name, number, at_least=0):
    whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
    if not whole or number < at_least:
        raise ValueError(f"{name} is {number!r}, expected a whole number from {at_least} on")


def _expect_positive(name, number):
    if not (np.isfinite(number) and number > 0):
        raise ValueError(f"{name} is {number!r}, expected a positive number")
