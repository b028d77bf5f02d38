# %% [markdown]
# # 2 · Backpropagation through time: where the gradient goes
#
# You will follow the gradient of a recurrent network back through time by hand, check it to eight
# digits, see at which rate it vanishes or explodes, and test the remedies one at a time.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/rnn-course/rnn-course/blob/v0.1.0/notebooks/02_backpropagation_through_time.ipynb)
#
# | | |
# |---|---|
# | **You will be able to** | derive backpropagation through time and write it · check a gradient numerically · truncate it, and say what is lost · predict whether gradients vanish or explode, and choose a remedy for the one or the other |
# | **You need** | [notebook 1](01_simple_rnn.ipynb); the chain rule |
# | **Time** | 50 minutes to read, about one minute to run on two CPU cores |

# %% tags=["setup"]
# Setup, the same in every notebook: find the course (on Colab: fetch it), versions, seed, style.
import os
import subprocess
import sys
from importlib.util import find_spec

if not find_spec("utils"):
    if not os.path.isdir("../utils"):  # the notebook came alone, as it does on Colab
        assert find_spec("google") and find_spec("google.colab"), "Not found: start with make lab"
        address = os.environ.get("RNN_COURSE_ADDRESS", "https://github.com/rnn-course/rnn-course")
        if not os.path.isdir("rnn-course"):
            fetch = "git -c advice.detachedHead=false clone -q --depth 1 --branch v0.1.0"
            subprocess.run([*fetch.split(), address, "rnn-course"], check=True)
        os.chdir("rnn-course/notebooks")
    sys.path.insert(0, os.path.abspath(".."))

from utils import plotting, versions

seed = versions.prepare()
import keras

keras.utils.set_random_seed(seed)
plotting.style()

# %%
import json

import numpy as np
import tensorflow as tf
from keras import layers

from utils import bptt, cells, datasets
from utils.checks import check_close, claim

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · A loss at every step
#
# Learning means: find out for each weight whether the loss would fall if the weight were a little larger
# or smaller. For a recurrent network there is a difficulty. Every weight is used at *every* step, and what
# it does at an early step is felt at all later ones.
#
# Take the single neuron of notebook 1, with its state as its output. At each step there is a target $d_t$
# and a loss $L_t$; what we minimise is their sum, the **cumulative loss** $L$:
#
# $$h_t = \tanh(w_x x_t + w_h h_{t-1}) \qquad L_t = \tfrac12 (h_t - d_t)^2 \qquad L = \sum_t L_t$$
#
# How does $L$ change with the state $h_t$? In two ways: through the loss of its own step, and through the
# next state, which is made of it. So the gradient at a step is a sum of two parts, and the second part
# comes from the future:
#
# $$\frac{\partial L}{\partial h_t} = \underbrace{(h_t - d_t)}_{\text{own loss}}
# + \underbrace{\frac{\partial L}{\partial h_{t+1}}\,(1 - h_{t+1}^2)\, w_h}_{\text{everything later}}$$
#
# where $1 - h^2$ is the slope of the tanh, written with its output. After the last step there is no
# future, so we begin there and walk back. That is **backpropagation through time**, BPTT: ordinary
# backpropagation, on the unrolled network.

# %%
fig = plotting.unrolled_network(3, backwards=True)
plotting.show(fig, alt="An unrolled network of three steps. Forward arrows run up and to the right; "
              "gradients run back from each loss down into its state, and from each state to the one "
              "before it, so that the first state receives the gradients of all three losses.")

# %% [markdown]
# The weight $w_h$ is used at each step, and each use adds its share: $\partial L / \partial w_h = \sum_t
# \frac{\partial L}{\partial h_t} (1 - h_t^2)\, h_{t-1}$. Here is all of it:

# %%
def forward(xs, w_x, w_h):
    """The states h_1 … h_T of one neuron."""
    states = [0.0]
    for x in xs:
        states.append(np.tanh(w_x * x + w_h * states[-1]))
    return np.array(states[1:])  # (time,)


def backward(xs, states, targets, w_h):
    """∂L/∂h_t of every step, (time,), and ∂L/∂w_h."""
    before = np.concatenate([[0.0], states[:-1]])  # h_{t-1}
    dh, dw_h, later = np.zeros(len(xs)), 0.0, 0.0
    for t in reversed(range(len(xs))):
        dh[t] = (states[t] - targets[t]) + later
        da = dh[t] * (1 - states[t] ** 2)  # back through the tanh
        dw_h += da * before[t]
        later = da * w_h
    return dh, dw_h


# %% [markdown]
# Six steps, one input at the first, and a target at the last step only, so that the only error is made at
# the end. With $w_h = 0.9$: how much of the gradient that starts at the last step arrives at the first,
# five steps earlier? (If there were no tanh, it would be $0.9^5 = 0.59$.)

# %%
my_prediction = 0.59

# %%
xs = np.array([1.0, 0, 0, 0, 0, 0])
states = forward(xs, 1.0, 0.9)
targets = np.append(states[:-1], 1.0)  # no error before the last step
dh, dw_h = backward(xs, states, targets, 0.9)
print("states   ", states.round(3), "\ngradients", dh.round(3))
print(f"you said {my_prediction}, measured {dh[0] / dh[-1]:.2f}")

# %% [markdown]
# Less than without the tanh: its slope, $1 - h^2$, is below one wherever the state is not zero, and it
# multiplies in at each step.
#
# Is the gradient right? There is a test that knows nothing of calculus: move the weight by a tiny $\epsilon$
# both ways, run the network, and see how the loss changes. This **central difference** is slow, two runs
# for each weight, and that is why nobody trains with it. For checking it is ideal.

# %%
def loss(w_h):
    return 0.5 * np.sum((forward(xs, 1.0, w_h) - targets) ** 2)


step = 1e-5
numeric = (loss(0.9 + step) - loss(0.9 - step)) / (2 * step)
print(f"by hand {dw_h:.10f}\nnumeric {numeric:.10f}")

# %%
# NBVAL_CHECK_OUTPUT
claim("our gradient agrees with the central difference to eight digits",
      abs(dw_h - numeric) < 1e-8 * abs(numeric))
claim("less than 0.59 of the gradient arrives five steps back", 0 < dh[0] / dh[-1] < 0.59)

# %% [markdown]
# ## 2 · The whole layer
#
# For a layer the same two lines become matrix products. With $a_t$ for what goes into the activation, so
# that $h_t = \tanh(a_t)$, and $\odot$ for the product element by element:
#
# $$\frac{\partial L}{\partial h_t} = \text{own loss} + \frac{\partial L}{\partial a_{t+1}} W_{hh}^\top
# \qquad \frac{\partial L}{\partial a_t} = \frac{\partial L}{\partial h_t} \odot (1 - h_t^2)$$
#
# $$\frac{\partial L}{\partial W_{xh}} = \sum_t x_t^\top \frac{\partial L}{\partial a_t} \qquad
# \frac{\partial L}{\partial W_{hh}} = \sum_t h_{t-1}^\top \frac{\partial L}{\partial a_t} \qquad
# \frac{\partial L}{\partial b_h} = \sum_t \frac{\partial L}{\partial a_t}$$

# %%
def layer_gradients(inputs, states, own, W_hh):
    """Gradients of W_xh, W_hh and b_h; `own` is each state's gradient from its own loss."""
    before = np.concatenate([np.zeros_like(states[:, :1]), states[:, :-1]], axis=1)
    dW_xh = np.zeros((inputs.shape[-1], len(W_hh)))
    dW_hh, db_h, later = np.zeros_like(W_hh), np.zeros(len(W_hh)), 0.0
    for t in reversed(range(inputs.shape[1])):
        dh = own[:, t] + later  # (batch, units)
        da = dh * (1 - states[:, t] ** 2)
        dW_xh += inputs[:, t].T @ da
        dW_hh += before[:, t].T @ da
        db_h += da.sum(axis=0)
        later = da @ W_hh.T
    return dW_xh, dW_hh, db_h


# %% [markdown]
# Frameworks do this for us: TensorFlow notes what was computed (on a *tape*) and walks back along it.
# Three sequences, seven steps, two features, five units, and at each step the loss $\tfrac12 \sum h_t^2$,
# whose own gradient is the state itself. We compare ours with TensorFlow's through Keras's layer, and
# with central differences. By how much will they differ?

# %%
my_prediction = 1e-3  # the largest relative difference from the central differences

# %%
inputs = random.normal(size=(3, 7, 2))  # (batch, time, features)
simple_rnn = layers.SimpleRNN(5, return_sequences=True, dtype="float64")
with tf.GradientTape() as tape:
    states = simple_rnn(inputs)  # (batch, time, units)
    total = 0.5 * tf.reduce_sum(states**2)
automatic = [gradient.numpy() for gradient in tape.gradient(total, simple_rnn.trainable_weights)]
weights = cells.ElmanWeights(*simple_rnn.get_weights())
ours = layer_gradients(inputs, states.numpy(), states.numpy(), weights.W_hh)
print([f"{np.abs(a - b).max():.0e}" for a, b in zip(ours, automatic, strict=True)])

# %% [markdown]
# `bptt.gradient_check` moves every single weight both ways, as we did above, and reports the worst:

# %%
def half_square(weights):
    return 0.5 * np.sum(cells.elman(inputs, weights) ** 2)


worst = bptt.gradient_check(half_square, weights, cells.ElmanWeights(*ours))
print(f"you said {my_prediction}, measured {worst.error:.0e} at {worst.where}")

# %% [markdown]
# Three ways, one answer. From here on `bptt.elman_gradients` does it for us; it is the same walk, with
# masks, initial states and a few more options.

# %%
# NBVAL_CHECK_OUTPUT
for by_hand, by_tape in zip(ours, automatic, strict=True):
    check_close(by_hand, by_tape, tolerance=1e-10)
claim("central differences agree to better than a millionth", worst.error < 1e-6, worst)
library = bptt.elman_gradients(inputs, weights, states.numpy()).weights
claim("bptt.elman_gradients gives the same",
      max(np.abs(a - b).max() for a, b in zip(library, ours, strict=True)) < 1e-10)

# %% [markdown]
# ## 3 · How far back is far enough?
#
# To walk back through a sequence of ten thousand steps, all ten thousand states must be kept, and nothing
# is learned before the end is reached. **Truncated BPTT** lets the gradient of each loss flow back only so
# many steps and forgets the rest. What does that cost? We train a network with our own gradients, to echo
# the bit of three steps ago (notebook 1), and cut the gradient after one, two, three or ten steps.

# %%
def train(truncate, delay=3, steps=400):
    """Trains Elman's network on the echo by truncated BPTT; returns its accuracy on new bits."""
    rng = np.random.default_rng(seed)
    layer, head = cells.random_elman(1, 20, rng), cells.random_output(20, 1, rng)
    speed = [0.0] * 5
    for number in range(steps):
        inputs, targets = datasets.memory.echo(32, 20, number, delay=delay)
        states = cells.elman(inputs, layer)
        said = cells.output(states, head, cells.sigmoid)
        error = (said - targets) / targets.size  # gradient of the cross-entropy at each step
        above = bptt.output_gradients(states, head, error)
        below = bptt.elman_gradients(inputs, layer, above.states, truncate=truncate)
        arrays = (*layer, *head)
        gradients = bptt.clip_by_norm((*below.weights, *above.weights), 1.0)
        speed = [0.9 * v - 0.5 * g for v, g in zip(speed, gradients, strict=True)]
        arrays = [array + v for array, v in zip(arrays, speed, strict=True)]
        layer, head = cells.ElmanWeights(*arrays[:3]), cells.OutputWeights(*arrays[3:])
    inputs, targets = datasets.memory.echo(200, 20, steps, delay=delay)
    said = cells.output(cells.elman(inputs, layer), head, cells.sigmoid)
    return float(np.mean((said > 0.5)[:, delay:] == (targets > 0.5)[:, delay:]))


# %% [markdown]
# (Section 5 explains `clip_by_norm`. `speed` is momentum, as in any course on gradient descent.) A coin
# would be right half the time. With which cuts will the network learn its task?

# %%
my_prediction = [3, 10]  # of 1, 2, 3 and 10 steps

# %%
reached = {truncate: train(truncate) for truncate in (1, 2, 3, 10)}
print("you said", my_prediction, "measured", {cut: f"{share:.0%}" for cut, share in reached.items()})

# %% [markdown]
# The border is sharp. The loss at step $t$ must reach the step where the bit came in, three steps
# earlier. Cut after one or two, no gradient ever says "you should have kept that bit", and the network
# stays with the coin. Cut after three, it learns as well as with the whole sequence, at less than half the
# cost. So truncation is cheap, and blind to everything beyond the cut.

# %%
# NBVAL_CHECK_OUTPUT
claim("cut after three steps it learns to echo the bit of three steps ago", reached[3] > 0.95, reached)
claim("cut after two or fewer it stays near the coin", max(reached[1], reached[2]) < 0.65, reached)

# %% [markdown]
# ## 4 · At which rate does it vanish?
#
# Each step back multiplies the gradient by $W_{hh}^\top$ and by slopes of the activation:
#
# $$\frac{\partial L_T}{\partial h_{T-k-1}} = \Big(\frac{\partial L_T}{\partial h_{T-k}} \odot f'(a_{T-k})\Big)
# W_{hh}^\top$$
#
# Multiply by a matrix again and again, and what counts in the end is its largest eigenvalue in absolute
# value, the **spectral radius** $\rho$. Without an activation, a gradient with $\rho$ below one shrinks like
# $\rho^k$: it **vanishes**. With $\rho$ above one it grows like $\rho^k$: it **explodes**. A tanh can only make
# it smaller, for its slope is at most one.
#
# Take $\rho = 1.2$ and fifty steps. $1.2^{50}$ is about 9,000. Without an activation, the gradient will grow
# by about that. With tanh?

# %%
my_prediction = 9000  # gradient fifty steps back, divided by the gradient at the end

# %%
def by_lag(radius, activation, units=50, time=51):
    """The gradient's norm 0 … 50 steps back, the last one set to 1; mean of five networks."""
    norms = []
    for number in range(5):
        rng = np.random.default_rng([seed, number])
        matrix = rng.normal(size=(units, units))
        matrix *= radius / np.abs(np.linalg.eigvals(matrix)).max()
        weights = cells.random_elman(1, units, rng)._replace(W_hh=matrix)
        inputs, last = rng.normal(size=(20, time, 1)), rng.normal(size=(20, units))
        last /= np.linalg.norm(last, axis=1, keepdims=True)
        norms.append(bptt.gradients_by_lag(inputs, weights, last, activation=activation))
    return np.exp(np.mean(np.log(norms), axis=0))  # (lags,), geometric mean


radii = (0.9, 1.2, 2.0)
linear = {radius: by_lag(radius, "identity") for radius in radii}
with_tanh = {radius: by_lag(radius, "tanh") for radius in radii}
print(f"you said {my_prediction}, measured {linear[1.2][-1]:.0f} linear, {with_tanh[1.2][-1]:.4f} with tanh")

# %%
fig = plotting.gradient_by_lag(
    {f"ρ = {radius}": norms for radius, norms in linear.items()}
    | {f"ρ = {radius}, tanh": norms for radius, norms in with_tanh.items()},
    predicted={f"ρ = {radius}": radius for radius in radii},
)
plotting.show(fig, alt="Gradient norm against the number of steps back, on a logarithmic scale. The "
              "linear networks follow straight lines, falling for 0.9 and rising for 1.2 and 2, at the "
              "rate of the spectral radius. With tanh all lie lower: 0.9 falls faster, 1.2 stays level, "
              "and 2 rises, but slowly.")


def rate(norms):
    """The factor by which a gradient changes at each step back, fitted over the last 40 steps."""
    return float(np.exp(np.polyfit(np.arange(10, 51), np.log(norms[10:]), 1)[0]))


print("linear   ", {radius: round(rate(norms), 3) for radius, norms in linear.items()})
print("with tanh", {radius: round(rate(norms), 3) for radius, norms in with_tanh.items()})

# %% [markdown]
# Without an activation the rate is the spectral radius, as predicted (the dashed lines). With tanh it is
# smaller. At 1.2 the gradient neither explodes nor vanishes, and at 2 it grows by a tenth at each step,
# instead of doubling. The states have grown, as they must with such a matrix, until the tanh flattens
# out, and its slope there takes away most of what the matrix adds. So the textbook's "above one it
# explodes" is too simple for tanh: one is where a linear network tips over, and tanh shifts the border
# upwards and softens it. Below one, the gradient vanishes either way.

# %%
# NBVAL_CHECK_OUTPUT
claim("linear networks follow the spectral radius within 3 %",
      all(abs(rate(norms) / radius - 1) < 0.03 for radius, norms in linear.items()),
      {radius: rate(norms) for radius, norms in linear.items()})
tamed = {radius: rate(norms) for radius, norms in with_tanh.items()}
claim("with tanh a radius of 0.9 vanishes faster than without", tamed[0.9] < 0.87, tamed)
claim("with tanh a radius of 1.2 neither vanishes nor explodes: within 5 % of one",
      0.95 < tamed[1.2] < 1.05, tamed)
claim("with tanh a radius of 2 explodes, but at less than 1.3 a step", 1.05 < tamed[2.0] < 1.3, tamed)

# %% [markdown]
# ## 5 · The remedies, one at a time
#
# Here is a task that fails for both reasons, depending on how the recurrent matrix begins: **recall**. The
# first of thirty symbols must be named at the end; what comes between means nothing. Of four symbols a
# guess finds a quarter. For the network to learn it, the gradient of the last step has to arrive at the
# first.
#
# Five remedies have been proposed:
#
# - **clip by norm** (Pascanu et al., 2013): where all gradients together are longer than a limit, shorten
#   them to it. The direction stays;
# - **clip by value**: cut each single number to lie between two limits. The direction may change;
# - **ReLU** instead of tanh: its slope is one, so that it does not shrink the gradient;
# - **orthogonal** or **identity** initialisation: a recurrent matrix that begins with spectral radius one,
#   and keeps the length of every vector (Le et al., 2015, for the identity);
# - **layer normalisation** (Ba et al., 2016): bring what goes into the tanh to mean 0 and deviation 1.
#
# Clipping in three numbers: the gradient $(3, 4, 0)$ has length 5.

# %%
gradient = np.array([3.0, 4.0, 0.0])
print("by norm, limit 1 ", bptt.clip_by_norm((gradient,), 1.0)[0])
print("by value, limit 1", bptt.clip_by_value((gradient,), 1.0)[0])

# %% [markdown]
# A script, `python benchmarks/remedies.py`, trained each remedy alone by plain gradient descent, with five
# seeds, from a matrix of spectral radius 0.5, where gradients vanish, and of 1.6, where they explode; 600
# batches of 32 sequences each. It stored the share of new sequences that were answered rightly. Which
# remedies cure which?

# %%
my_prediction = {"vanishing": ["ReLU", "layer normalisation"], "exploding": ["clip by norm"]}

# %%
with open("../benchmarks/remedies.json", encoding="utf-8") as file:
    tables = json.load(file)
right = {name: table["right"] for name, table in tables.items()}
print("you said", my_prediction)
for start in ("vanishing", "exploding"):
    cured = [row for row, shares in right[start].items() if np.median(shares) > 0.9]
    print(f"{start}: with most seeds cured by {cured or 'none'}")

# %%
rows = {f"{row} ({start})": right[start][row] for row in right["vanishing"] for start in ("vanishing", "exploding")}
fig = plotting.ladder(rows, x="share answered rightly")
plotting.show(fig, alt="Share answered rightly for each remedy, five dots for five seeds. From the "
              "vanishing start all lie at a quarter, but for layer normalisation, three of whose dots "
              "reach a half. From the exploding start clipping by value is right throughout, clipping "
              "by norm in four of five, layer normalisation in three, and ReLU never.")

# %% [markdown]
# Clipping cures what explodes: with both kinds nearly every network learns, where without it the large
# steps throw most of them off. Against what vanishes it does nothing at all, for it only ever makes a
# gradient shorter. ReLU alone cures neither. Its slope may be one, but the matrix is the same as before,
# and nothing bounds the state any more. Layer normalisation helps with both, and reliably with neither.
#
# Orthogonal and identity matrices begin at radius one, between the two. The identity with ReLU is the
# recipe of Le and others; here it is with and without clipping:

# %%
fig = plotting.ladder(right["begun otherwise"], x="share answered rightly")
plotting.show(fig, alt="Share answered rightly with matrices that begin at radius one. Alone, "
              "orthogonal and identity matrices succeed with few seeds or none; identity with ReLU never "
              "does; identity with ReLU and clipping is right with all five seeds.")

# %% [markdown]
# A good beginning alone is not reliable either: it lets the gradient arrive, and the first large step may
# spoil it. Together they work. The identity keeps the state as it is, ReLU lets it pass with slope one,
# clipping prevents the large steps: right with all five seeds. Each remedy cures one thing, and this task
# needs all three. Remember, though, that it took a special beginning, which training is free to undo. The
# gated cells of notebook 8 build the protection into the cell.
#
# Two runs live, with this notebook's seed: clipped by value, from either radius.

# %%
def recalled(radius, **clip):
    """Trains one network as the script does; the share of new sequences answered rightly."""
    keras.utils.set_random_seed(seed)
    matrix = np.random.default_rng(seed).normal(size=(32, 32))
    matrix *= radius / np.abs(np.linalg.eigvals(matrix)).max()
    recurrent = layers.SimpleRNN(32)
    model = keras.Sequential([recurrent, layers.Dense(4)])
    model.build((None, 30, 8))
    recurrent.set_weights([recurrent.get_weights()[0], matrix, np.zeros(32)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.05, **clip), loss, metrics=["accuracy"])
    model.fit(*datasets.memory.recall(600 * 32, 30, seed), batch_size=32, verbose=0)
    return model.evaluate(*datasets.memory.recall(1000, 30, seed + 1000), verbose=0)[1]


live = {"from 0.5": recalled(0.5, clipvalue=0.1), "from 1.6": recalled(1.6, clipvalue=0.1)}
print({start: f"{share:.0%}" for start, share in live.items()})

# %%
# NBVAL_CHECK_OUTPUT
shortened = bptt.clip_by_norm((gradient,), 1.0)[0]
claim("clipping by norm keeps the direction", np.allclose(shortened, gradient / 5))
claim("live, clipping by value does not help where gradients vanish: a guess, a quarter",
      live["from 0.5"] < 0.4, live)
claim("live, it cures where they explode: more than nine in ten", live["from 1.6"] > 0.9, live)
for start, row in (("vanishing", "none"), ("vanishing", "clip by norm"), ("vanishing", "ReLU"),
                   ("exploding", "ReLU")):
    claim(f"in the table ({start}), with no seed does {row} reach more than two fifths",
          max(right[start][row]) < 0.4, right[start])
claim("in the table identity, ReLU and clipping together succeed with every seed",
      min(right["begun otherwise"]["identity, ReLU, clipped"]) > 0.9, right["begun otherwise"])
claim("in the table clipping by value cures what explodes, with every seed",
      min(right["exploding"]["clip by value"]) > 0.9, right["exploding"])

# %% [markdown]
# ## Where this goes wrong
#
# A gradient that is *almost* right. Here the tanh's slope has been forgotten. While the states are small,
# the slope is close to one, and hardly anything changes; training even works, only worse. The check with
# central differences finds the mistake, if it is made where the slope matters: at weights and inputs large
# enough.

# %%
def check_without_slope(scale):
    """The error that gradient_check finds when the slope of the tanh is forgotten."""
    small = cells.ElmanWeights(*(scale * w for w in weights))
    states = cells.elman(scale * inputs, small)
    forgotten = (np.tanh, np.ones_like)  # an activation, and a wrong derivative
    wrong = bptt.elman_gradients(scale * inputs, small, states, activation=forgotten).weights
    return bptt.gradient_check(
        lambda changed: 0.5 * np.sum(cells.elman(scale * inputs, changed) ** 2), small, wrong
    ).error


found = {scale: check_without_slope(scale) for scale in (0.01, 0.1, 1.0)}
print({scale: f"{error:.0e}" for scale, error in found.items()})

# %%
# NBVAL_CHECK_OUTPUT
claim("with tiny weights and inputs the mistake hides: an error below one in a thousand",
      found[0.01] < 1e-3, found)
claim("with ordinary ones it shows: an error above one in ten", found[1.0] > 0.1, found)

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why does the gradient of W_hh have a sum over all steps?</summary>
#
# The same matrix is used at each step, and the loss feels every use. Moving the matrix moves all of them
# at once, so the changes add up.
# </details>
#
# <details><summary>A network must use an input of 20 steps ago, and you truncate after 10. Can it
# learn it?</summary>
#
# Not from that input: no gradient connects it with the loss. Only a memory that was learned over shorter
# distances, and happens to last longer, could help.
# </details>
#
# <details><summary>Your loss jumps from 1.2 to 800 and back. Vanishing or exploding? What do you
# try first?</summary>
#
# Exploding: a few gigantic steps. Clip the gradient.
# </details>
#
# <details><summary>Why does clipping not help against vanishing?</summary>
#
# It only makes gradients shorter. What has vanished is the share that comes from far back, beside shares
# from near that are as large as ever; no factor on the whole brings it back.
# </details>

# %% [markdown]
# ## Recap
#
# - You **derived and wrote** BPTT: $\frac{\partial L}{\partial h_t}$ is the own loss's gradient plus
#   $\frac{\partial L}{\partial a_{t+1}} W_{hh}^\top$; the gradients of the shared weights are sums over time.
# - You **checked** it by central differences, $\frac{L(\theta + \epsilon) - L(\theta - \epsilon)}{2 \epsilon}$,
#   and against automatic differentiation.
# - You **truncated** it, and saw that nothing is learned from beyond the cut.
# - You **predicted** the rate at which gradients vanish or explode, the spectral radius $\rho$ at each step
#   without an activation, less with tanh, and **tested** which remedy helps against what.

# %% [markdown]
# ## Next
#
# Clipping tames what explodes. What vanishes asks for another cell, one whose state can be kept without
# being multiplied at each step: the LSTM of the planned notebook 8.
#
# ## Further reading
#
# - P. J. Werbos (1990), *Backpropagation Through Time: What It Does and How to Do It*.
# - R. J. Williams, J. Peng (1990), *An Efficient Gradient-Based Algorithm for On-Line Training of Recurrent
#   Network Trajectories*: truncation.
# - Y. Bengio, P. Simard, P. Frasconi (1994), *Learning Long-Term Dependencies with Gradient Descent is
#   Difficult*: sections 2 to 4.
# - R. Pascanu, T. Mikolov, Y. Bengio (2013), *On the Difficulty of Training Recurrent Neural Networks*:
#   section 2 for the rate, algorithm 1 for clipping.
# - Q. V. Le, N. Jaitly, G. E. Hinton (2015), *A Simple Way to Initialize Recurrent Networks of Rectified
#   Linear Units*; J. L. Ba, J. R. Kiros, G. E. Hinton (2016), *Layer Normalization*: section 3.1.
