"""Is a gradient right? The comparison with central differences."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from utils import expect

from .structures import finite_leaves, leaves, map_arrays


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
    step = expect.number("step", step, above=0)
    if elements is not None:
        [elements] = expect.integer(elements=elements)
    random = np.random.default_rng(0) if random is None else random
    moved = map_arrays(lambda array: np.array(array, np.float64), arrays)
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
    left, right = leaves(arrays), finite_leaves(gradients)
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
