"""Activation functions, by their names."""

import numpy as np


def relu(a):
    """max(a, 0), element by element."""
    return np.maximum(a, 0)


def sigmoid(a):
    """1 / (1 + exp(-a)), element by element; values from 0 to 1."""
    return 0.5 + 0.5 * np.tanh(0.5 * np.asarray(a))  # the same function, but exp would overflow


def identity(a):
    """a: no activation. It makes the network linear."""
    return a


ACTIVATIONS = {"tanh": np.tanh, "relu": relu, "sigmoid": sigmoid, "identity": identity}


def activation_function(activation):
    """Returns the function that one of the names in `ACTIVATIONS` stands for.

    Args:
        activation: a name; a function is returned as it is.

    Raises:
        ValueError: any other name.
        TypeError: neither a name nor a function.
    """
    if callable(activation):
        return activation
    if not isinstance(activation, str):
        raise TypeError(f"activation is {activation!r}, expected a function or its name")
    if activation not in ACTIVATIONS:
        names = ", ".join(map(repr, ACTIVATIONS))
        raise ValueError(f"activation is {activation!r}, expected a function or one of {names}")
    return ACTIVATIONS[activation]
