"""What the backward passes share: slopes of activations, sums over steps."""

from __future__ import annotations

import numpy as np

from utils import cells


def sum_over_steps(went_in, gradients):
    """Σ over batch and time of (what went in)ᵀ (the gradient there): (in, out)."""
    rows = went_in.reshape(-1, went_in.shape[-1])
    return rows.T @ gradients.reshape(-1, gradients.shape[-1])


def one_step_earlier(first, values):
    """What each step was given: `first`, then `values` of the step before; (batch, time, …)."""
    return np.concatenate([first[:, None], values[:, :-1]], axis=1)


# Derivatives written in terms of the output h = f(a), which the forward pass has already.
_DERIVATIVES = {
    np.tanh: lambda h: 1 - h**2,
    cells.relu: lambda h: (h > 0).astype(h.dtype),  # 0 at the kink, as in Keras
    cells.sigmoid: lambda h: h * (1 - h),
    cells.identity: np.ones_like,
}


def with_derivative(activation):
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
