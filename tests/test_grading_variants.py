"""A hundred honest ways to write one step of an LSTM: all of them get all points.

They are the combinations of five products, five sigmoids and four ways to put a function into a
notebook, each a function of its own name in one notebook, which one sandbox runs.
"""

from dataclasses import replace
from itertools import product

import test_grading

from grading import marking
from utils import exercises

PRODUCTS = {
    "split": """
    a_i, a_f, a_g, a_o = np.split(x @ W_x + h @ W_h + b, 4, axis=-1)""",
    "slices": """
    units = h.shape[1]
    a = b + np.dot(h, W_h)
    a = a + np.dot(x, W_x)
    a_i, a_f, a_g, a_o = (a[:, k * units : (k + 1) * units] for k in range(4))""",
    "einsum": """
    a = np.einsum("bi,ij->bj", x, W_x) + np.einsum("bu,uj->bj", h, W_h) + b[None]
    a_i, a_f, a_g, a_o = np.moveaxis(a.reshape(len(x), 4, -1), 1, 0)""",
    "joined": """
    both = np.concatenate([x, h, np.ones((len(x), 1))], axis=1)
    weights = np.vstack([W_x, W_h, b])
    a_i, a_f, a_g, a_o = [both @ part for part in np.hsplit(weights, 4)]""",
    "loops": """
    rows = []
    for value, state in zip(x.tolist(), h.tolist()):
        row = list(b)
        for j in range(len(row)):
            for i in range(len(value)):
                row[j] += value[i] * W_x[i][j]
            for u in range(len(state)):
                row[j] += state[u] * W_h[u][j]
        rows.append([row[k::1][: len(state)] for k in range(0, len(row), len(state))])
    a_i, a_f, a_g, a_o = np.array(rows).transpose(1, 0, 2)""",
}
SIGMOIDS = {
    "quotient": """
    def squash(a): return 1 / (1 + np.exp(-a))""",
    "tanh": """
    squash = lambda a: 0.5 * (1.0 + np.tanh(0.5 * a))""",
    "expit": """
    from scipy.special import expit as squash""",
    "logarithm": """
    squash = lambda a: np.exp(-np.logaddexp(0, -a))""",
    "one by one": """
    import math
    squash = np.vectorize(lambda a: 1 / (1 + math.exp(-a)), otypes=[float])""",
}
END = """
    c = squash(a_f) * c + squash(a_i) * np.tanh(a_g)
    return squash(a_o) * np.tanh(c), c
"""
WAYS = {
    "plain": ["""
import numpy as np
def {name}(x, h, c, W_x, W_h, b):
    "One step." {product} {squash} {end}"""],
    "float32": ["""
import numpy
def {name}(*given):
    np = numpy
    x, h, c, W_x, W_h, b = (np.asarray(part, "float32") for part in given)
    {product} {squash} {end}"""],
    "a method": ["""
from numpy import *
class Cell_{name}:
    def step(self, x, h, c, *weights):
        return self._step(x, h, c, *weights)
    @staticmethod
    def _step(x, h, c, W_x, W_h, b):
        import numpy as np {product_deep} {squash_deep} {end_deep}
{name} = Cell_{name}().step"""],
    "helpers in other cells": ["""
def gates_{name}(x, h, W_x, W_h, b): {product}
    return a_i, a_f, a_g, a_o
""", """
def squashed_{name}(a): {squash}
    return squash(a)
""", """
if True:
    def {name}(inputs, hidden, cells, kernel, recurrent, bias):
        squash, rows = squashed_{name}, []
        for place in range(len(inputs)):  # one of the batch after the other
            one = slice(place, place + 1)
            i, f, g, o = gates_{name}(inputs[one], hidden[one], kernel, recurrent, bias)
            cell = squash(f) * cells[one] + squash(i) * tanh(g)
            rows.append((squash(o) * tanh(cell), cell))
        return [np.concatenate(part) for part in zip(*rows)]
""", "from numpy import tanh; import numpy as np"],
}  # fmt: skip


def cells(name, way, squash, product_of):
    """The cells of one variant."""
    parts = {"product": PRODUCTS[product_of], "squash": SIGMOIDS[squash], "end": END}
    parts |= {f"{part}_deep": code.replace("\n", "\n    ") for part, code in parts.items()}
    return [cell.format(name=name, **parts) for cell in WAYS[way]]


VARIANTS = {f"variant_{n}": kind for n, kind in enumerate(product(WAYS, SIGMOIDS, PRODUCTS))}


def test_they_are_a_hundred_and_all_different():
    codes = {"".join(cells("f", *kind)) for kind in VARIANTS.values()}
    assert len(codes) == len(VARIANTS) == 100


def test_a_hundred_honest_variants_get_all_points():
    exercise = exercises.EXERCISES["lstm_step"]
    tasks = [marking.Task(replace(exercise, called=name), 1.0) for name in VARIANTS]
    code = [cell for name, kind in VARIANTS.items() for cell in cells(name, *kind)]
    report = test_grading.marked(*code, tasks=tasks)
    lost = {VARIANTS[m.name]: m.said for m in report.marks if m.points != 1}
    assert not lost and not report.limits and not report.problems
