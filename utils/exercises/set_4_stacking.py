"""Problem set 4: ways past the layers of a stack, and how large a stack may be."""

from __future__ import annotations

import numpy as np

from utils.cells import sigmoid
from utils.exercises.engine import Exercise, Mistake
from utils.exercises.set_cases import in_float32, row_by_row

# ------------------------------------------------------------------------- ways past many layers


def _deep_1(x, W_xh, W_hh, b_h, W_g):
    for layer in range(len(b_h)):
        h, states = np.zeros_like(x[:, 0]), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_xh[layer] + h @ W_hh[layer] + b_h[layer])
            states.append(h)
        gate = 1 / (1 + np.exp(-x @ W_g[layer]))
        x = gate * np.stack(states, axis=1) + (1 - gate) * x
    return x


def _deep_2(x, W_xh, W_hh, b_h, W_g):
    past = np.zeros_like(x)  # what every layer so far was given, each through its own matrix
    for layer in range(len(b_h)):
        h, states = np.zeros_like(x[:, 0]), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W_xh[layer] + h @ W_hh[layer] + b_h[layer])
            states.append(h)
        past = past + x @ W_g[layer]
        x = np.stack(states, axis=1) + past
    return x


def _deep_3(x, W_xh, W_hh, b_h, W_g):
    below, total = np.zeros_like(x), np.zeros_like(x)  # below the first layer there is nothing
    for layer in range(len(b_h)):
        h, states = np.zeros_like(x[:, 0]), []
        for t in range(x.shape[1]):
            heard = below[:, t] @ W_xh[layer] + x[:, t] @ W_g[layer]
            h = np.tanh(heard + h @ W_hh[layer] + b_h[layer])
            states.append(h)
        below = np.stack(states, axis=1)
        total = total + below
    return total / len(b_h)


DEEP = {1: _deep_1, 2: _deep_2, 3: _deep_3}


def _deep_cases(random):
    cases = []
    # batch, time, units, layers
    for batch, time, units, layers in (
        (1, 2, 1, 1), (1, 2, 2, 2), (2, 3, 3, 3), (3, 1, 2, 4), (2, 5, 4, 3),
    ):  # fmt: skip
        shapes = (layers, units, units), (layers, units, units), (layers, units)
        weights = [0.7 * random.normal(size=shape) for shape in (*shapes, shapes[0])]
        cases.append((random.normal(size=(batch, time, units)), *weights))
    return cases


def layer(x, W_x, W_h, b, h=None):
    """The states of one layer; what it hears from outside is x @ W_x, or x where W_x is None."""
    h, states = np.zeros((len(x), len(b))) if h is None else h, []
    for t in range(x.shape[1]):
        h = np.tanh((x[:, t] if W_x is None else x[:, t] @ W_x) + h @ W_h + b)
        states.append(h)
    return np.stack(states, axis=1)


def _stacked(variant, x, W_xh, W_hh, b_h, W_g, *, wrong="", handed_up=False):
    """Any of the three, with what is wrong by its name."""
    first, below, given, total, last = x, np.zeros_like(x), [], 0.0, None
    for k in range(len(b_h)):
        h = last if handed_up else None
        if variant == 3:
            up = 0 * below if wrong == "not below" else below
            side = first @ W_g[k] if k == 0 or wrong != "only once" else 0.0
            below = layer(up @ W_xh[k] + side, None, W_hh[k], b_h[k], h)
            total, last = total + below, below[:, -1]
            continue
        states = layer(x, W_xh[k], W_hh[k], b_h[k], h)
        last = states[:, -1]
        if variant == 1:
            gate = (states if wrong == "of states" else x) @ W_g[k]
            gate = gate if wrong == "no squash" else sigmoid(gate)
            x = {"exchanged": (1 - gate) * states + gate * x, "residual": gate * states + x,
                 "plain": states}.get(wrong, gate * states + (1 - gate) * x)  # fmt: skip
        else:
            given.append(x)
            ways = [part @ W_g[k if wrong == "last matrix" else n] for n, part in enumerate(given)]
            top = sum(ways) if k == len(b_h) - 1 else 0
            past = {"plain": 0, "one": ways[-1], "first": ways[0], "identity": sum(given),
                    "not the inputs": sum(ways[1:]), "at the top": top}  # fmt: skip
            x = states + past.get(wrong, sum(ways))
    if variant == 3:
        return {"top": below, "sum": total}.get(wrong, total / len(b_h))
    return x


def deep(variant: int) -> Exercise:
    """Ways past a layer."""
    right = DEEP[variant]

    def top_first(x, *weights):
        return right(x, *(part[::-1] for part in weights))

    def ways_in_reverse(x, W_xh, W_hh, b_h, W_g):
        return right(x, W_xh, W_hh, b_h, W_g[::-1])

    def ways_transposed(x, W_xh, W_hh, b_h, W_g):
        return right(x, W_xh, W_hh, b_h, W_g.swapaxes(1, 2))

    def matrices_exchanged(x, W_xh, W_hh, b_h, W_g):
        return right(x, W_hh, W_xh, b_h, W_g)

    def no_bias(x, W_xh, W_hh, b_h, W_g):
        return right(x, W_xh, W_hh, 0 * b_h, W_g)

    def one_layer_for_all(x, *weights):
        return right(x, *(np.repeat(part[:1], len(part), axis=0) for part in weights))

    def never_handed_on(x, W_xh, W_hh, b_h, W_g):
        return right(x, W_xh, 0 * W_hh, b_h, W_g)

    def handed_up(*case):
        return _stacked(variant, *case, handed_up=True)

    def going(name, wrong):
        def answer(*case):
            return _stacked(variant, *case, wrong=wrong)

        answer.__name__ = name
        return answer

    own = {
        1: (
            (going("shares_exchanged", "exchanged"),
             "The gate's two shares are exchanged. What becomes of x where the gate is 1?"),
            (going("residual", "residual"),
             "What came in was added whole, as by a residual connection. Which share of it does a "
             "highway let through?"),
            (going("gate_of_the_states", "of states"),
             "The gate was made of the layer's states. Of what does the formula make it?"),
            (going("gate_without_sigmoid", "no squash"),
             "The gate can be below 0 and above 1. What stands round its sum in the formula?"),
            (going("plain", "plain"),
             "This is the plain stack. What leads past a layer here?"),
        ),
        2: (
            (going("last_way_only", "one"),
             "Only what the layer itself was given leads past it. What of that which lower layers "
             "were given?"),
            (going("first_way_only", "first"),
             "Only what entered at the bottom leads past each layer. What of that which the layers "
             "in between were given?"),
            (going("ways_at_the_top_only", "at the top"),
             "The sum was added at the top only. What are the layers in between given, by the "
             "formula for each l?"),
            (going("inputs_left_out", "not the inputs"),
             "The inputs themselves lead past no layer. With which j does the sum begin?"),
            (going("one_matrix_for_all_ways", "last matrix"),
             "At each layer all ways went through that layer's matrix. To which layer does the "
             "matrix of x^(j) belong?"),
            (going("no_matrices", "identity"),
             "What lower layers were given was added as it is. Through which matrix does each of "
             "these ways lead?"),
            (going("plain", "plain"),
             "This is the plain stack. What leads past a layer here?"),
        ),
        3: (
            (going("only_the_top", "top"),
             "Only the top layer's states came back. Of which layers is the mean asked for?"),
            (going("sum_of_all", "sum"),
             "This is the sum over the layers. What is asked for?"),
            (going("input_heard_once", "only once"),
             "Only the lowest layer hears the input. Which layers hear it in the formula?"),
            (going("side_by_side", "not below"),
             "No layer hears the one below it: they stand side by side. Where does h^(l-1) come "
             "in?"),
        ),
    }[variant]  # fmt: skip
    hints = {
        1: ("Write one layer first, as in notebook 1, and put a loop over the layers around it. "
            "The gate needs x, what this layer was given, at all steps: x @ W_g[layer].",
            "Both factors of the formula are made of one gate: gate * states + (1 - gate) * x. "
            "The result is what the next layer is given.",
            "gate = 1 / (1 + np.exp(-x @ W_g[layer])); x = gate * np.stack(states, axis=1) + (1 - "
            "gate) * x."),
        2: ("Write one layer first, as in notebook 1, and put a loop over the layers around it. "
            "The sum in the formula grows by one part at each layer.",
            "Keep the sum of the ways in an array of its own, zeros at first: each layer adds what "
            "it was given, times its matrix W_g[layer]. The states are not in that sum.",
            "past = past + x @ W_g[layer]; x = np.stack(states, axis=1) + past."),
        3: ("Write one layer first, as in notebook 1, and put a loop over the layers around it. "
            "`x` stays what it is throughout; what changes is what lies below.",
            "Keep `below`, the states of the layer below, zeros at first, and `total`, the sum of "
            "all states so far, which is divided by the number of layers in the end.",
            "h = np.tanh(below[:, t] @ W_xh[layer] + x[:, t] @ W_g[layer] + h @ W_hh[layer] + "
            "b_h[layer]), and behind the loop over t: below = np.stack(states, axis=1)."),
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="deep_layers",
        cases=_deep_cases,
        returns=("x",) if variant < 3 else ("mean",),
        time_axis=1,
        minutes=25,
        difficulty=2,
        hints=hints,
        mistakes=(
            *(Mistake(answer, said) for answer, said in own),
            Mistake(top_first, (
                "The layers were run in reverse. Which one of them reads the input?")),
            Mistake(ways_in_reverse, (
                "The matrices W_g were taken in reverse order. Which of them belongs to the lowest "
                "layer?")),
            Mistake(ways_transposed, (
                "The matrices W_g were transposed. On which side of it does the vector stand in "
                "the formula?")),
            Mistake(matrices_exchanged, (
                "W_xh and W_hh were exchanged. Which of them meets the state of the step before?")),
            Mistake(no_bias, (
                "The biases are missing. What else stands inside the tanh?")),
            Mistake(one_layer_for_all, (
                "All layers have the weights of the first. Which axis of the weights counts the "
                "layers?")),
            Mistake(never_handed_on, (
                "No layer hands its state on to the next step. Which part of the sum is missing?")),
            Mistake(handed_up, (
                "A layer began with the last state of the one below. With which state does every "
                "layer begin?")),
        ),
        alternatives=(in_float32(right), row_by_row(right, (0,))),
    )  # fmt: skip


# --------------------------------------------------------------------------------- equal size


def _fits_1(budget, features, layers):
    def parameters(units):
        total, read = 0, features
        for _ in range(layers):
            total += 2 * 3 * (read * units + units * units + 2 * units)  # two ways, three networks
            read = 2 * units
        return total

    units = 0  # without any the stack has no parameters
    while parameters(units + 1) <= budget:
        units += 1
    return units, parameters(units)


def _fits_2(budget, features, layers):
    def parameters(units):
        total = 2 * 4 * (features * units + units * units + units)  # the lowest reads both ways
        read = 2 * units
        for _ in range(layers - 1):
            total += 4 * (read * units + units * units + units)
            read = units
        return total

    units = 0  # without any the stack has no parameters
    while parameters(units + 1) <= budget:
        units += 1
    return units, parameters(units)


def _fits_3(budget, features, layers):
    def parameters(units):
        brought = features * units + units  # by the dense layer
        reader = 3 * (units * units + units * units + 2 * units)
        return brought + layers * (2 * units + 2 * reader)  # a norm, and two readers

    units = 0  # without any the stack has no parameters
    while parameters(units + 1) <= budget:
        units += 1
    return units, parameters(units)


FITS = {1: _fits_1, 2: _fits_2, 3: _fits_3}


def _count(variant, features, layers, units, *, ways=2, biases=True, reads=2, first=True, norms=1,
           dense=1):  # fmt: skip
    """Parameters of any of the three, with places where a mistake can be put in."""
    one = units * (1 if biases else 0)
    if variant == 3:
        brought = dense * (features * units + one)
        reader = 3 * ((1 if reads == 2 else 2) * units * units + units * units + 2 * one)
        return brought + layers * (norms * 2 * units + ways * reader)
    if variant == 1:
        total, read = 0, features
        for _ in range(layers):
            total += ways * 3 * (read * units + units * units + 2 * one)
            read = reads * units if first else features
        return total
    total, read = ways * 4 * (features * units + units * units + one), reads * units
    for _ in range(layers - 1):
        total += (1 if first else 2) * 4 * (read * units + units * units + one)
        read = units if first else 2 * units
    return total


def _fits_cases(variant):
    def cases(random):
        found = []
        for features, layers in ((3, 2), (8, 2), (24, 3), (1, 4), (10, 3), (5, 2), (9, 2)):
            units = int(random.integers(6, 50) if features != 9 else random.integers(110, 150))
            fewer, more = (_count(variant, features, layers, n) for n in (units, units + 1))
            budget = {0: fewer, 1: more - 1}.get(len(found) % 3, (fewer + more) // 2)
            found.append((budget, features, layers))
        return [*found, (_count(variant, 4, 2, 1) - 1, 4, 2)]  # not even one unit fits

    return cases


def fits(variant: int) -> Exercise:
    """Equal size."""
    right = FITS[variant]

    def counting(name, least=0, **wrong):
        def answer(budget, features, layers):
            def count(units):
                return _count(variant, features, layers, units, **wrong)

            units = least
            while count(units + 1) <= budget:
                units += 1
            return units, count(units)

        answer.__name__ = name
        return answer

    def mistaken(name, said, **wrong):
        """A wrong count, also by those who begin with one unit."""
        return Mistake(counting(name, **wrong), said, (counting(f"{name}_and_one", 1, **wrong),))

    def first_above(budget, features, layers):
        units = right(budget, features, layers)[0] + 1
        return units, _count(variant, features, layers, units)

    def nearest(budget, features, layers):
        units = right(budget, features, layers)[0]
        return min(((n, _count(variant, features, layers, n)) for n in (units, units + 1)),
                   key=lambda found: abs(found[1] - budget))  # fmt: skip

    def strictly_below(budget, features, layers):
        return right(budget - 1, features, layers)

    def one_layer_less(budget, features, layers):
        return right(budget, features, layers - 1)

    def the_budget(budget, features, layers):
        return right(budget, features, layers)[0], budget

    def by_halving(budget, features, layers):
        low, high = 0, budget
        while high - low > 1:
            middle = (low + high) // 2
            fits = _count(variant, features, layers, middle) <= budget
            low, high = (middle, high) if fits else (low, middle)
        return [low, _count(variant, features, layers, low)]

    def from_a_table(budget, features, layers):
        counts = _count(variant, features, layers, np.arange(200))
        place = np.flatnonzero(counts <= budget)[-1]
        return float(place), float(counts[place])

    own = {
        1: (
            mistaken("reads_one_reader", (
                "From the second layer on, each reader was given U numbers. How wide is what two "
                "readers say side by side?"), reads=1),
            mistaken("every_layer_reads_the_input", (
                "All layers were counted like the first. What do the others read?"), first=False),
        ),
        2: (
            mistaken("reads_one_reader", (
                "The second layer was given U numbers. How wide is what two readers say side by "
                "side?"), reads=1),
            mistaken("all_layers_read_both_ways", (
                "All layers read both ways here. Which of them do?"), first=False),
        ),
        3: (
            mistaken("side_by_side", (
                "Each layer was given 2 U numbers. How wide is a sum of two states?"), reads=1),
            mistaken("no_norms", (
                "The norms are not counted. What is learned in each of them?"), norms=0),
            mistaken("no_dense_layer", (
                "The dense layer below all others is not counted. Which shapes have its matrix and "
                "its bias?"), dense=0),
        ),
    }[variant]  # fmt: skip
    hints = {
        1: ("Write a function of U first that counts one reader: three matrices for what it reads, "
            "three for its state, and six biases of U numbers.",
            "A layer has two such readers. The first layer reads `features` numbers, each later "
            "one 2 U.",
            "total += 2 * 3 * (read * U + U * U + 2 * U), then read = 2 * U. Begin with U = 0, "
            "and go up while the count for U + 1 is still at most `budget`."),
        2: ("Write a function of U first that counts one reader: four matrices for what it reads, "
            "four for its state, and four biases of U numbers.",
            "The lowest layer has two readers of `features` numbers; the second layer reads 2 U "
            "numbers, and those above it U.",
            "total = 2 * 4 * (features * U + U * U + U); then for each layer more total += 4 * "
            "(read * U + U * U + U). Begin with U = 0, and go up while the count for U + 1 is "
            "still at most `budget`."),
        3: ("Write a function of U first that counts one reader: three matrices for what it reads, "
            "three for its state, and six biases of U numbers. Here all read U numbers.",
            "A layer has a norm, with gain and bias, and two readers. Below all there is a dense "
            "layer with a matrix and a bias.",
            "features * U + U + layers * (2 * U + 2 * 3 * (2 * U * U + 2 * U)). Begin with U = 0, "
            "and go up while the count for U + 1 is still at most `budget`."),
    }[variant]  # fmt: skip
    return Exercise(
        reference=right,
        called="largest",
        cases=_fits_cases(variant),
        returns=("units", "parameters"),
        minutes=15,
        difficulty=1,
        hints=hints,
        mistakes=(
            Mistake(counting("at_least_one", 1), (
                "Where the budget is too small for one unit, one came back all the same. What does "
                "the statement ask for there?")),
            mistaken("one_reader", (
                "Each layer was counted with one reader only. How many read in it?"), ways=1),
            mistaken("no_biases", (
                "The biases are missing. How many has a reader?"), biases=False),
            Mistake(first_above, (
                "This is the first size that no longer fits. Which one is asked for?")),
            Mistake(nearest, (
                "This is the size nearest to the budget, which may lie above it. Which one is "
                "asked for?")),
            Mistake(strictly_below, (
                "A size that meets the budget exactly was left out. Does it fit?")),
            Mistake(one_layer_less, (
                "One layer was left out. How many are there, the lowest included?")),
            Mistake(the_budget, (
                "The budget came back in the place of the count. How many parameters has the stack "
                "of this size?")),
            *own,
        ),
        alternatives=(by_halving, from_a_table),
    )  # fmt: skip
