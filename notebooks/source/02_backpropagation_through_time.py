# %% [markdown]
# # 2 · Backpropagation through time: where the gradient goes
#
# You will follow the gradient of a recurrent network back through time by hand, check it to eight
# digits, see at which rate it vanishes or explodes, and test the remedies, alone and together.
#
# | What | Details |
# |---|---|
# | **You will be able to** | derive backpropagation through time and write it · check a gradient numerically · truncate it, and say what is lost · predict whether gradients vanish or explode, and choose a remedy for the one or the other |
# | **You need** | [notebook 1](01_simple_rnn.ipynb); the chain rule; products of matrices, and what an eigenvalue is |
# | **Time** | 50 minutes to read, about one minute to run on two CPU cores |

# %% tags=["setup"]
# Setup, the same in every notebook: find the course, or fetch it; then versions, seed and style.
import os
from glob import glob
from runpy import run_path
from shutil import unpack_archive
from urllib.request import urlretrieve

near = ["", "../", "../../", "../../../", os.environ.get("RNN_COURSE", "") + "/", "*/", "*/*/"]
found = [file for folder in near for file in glob(folder + "utils/rnn_course.py")]
if not found:  # the notebook came alone, as it does on Colab: git brings the course, or else a ZIP
    address, new = os.environ.get("RNN_COURSE_ADDRESS", ""), f".rnn-course-{os.getpid()}"
    git = f"GIT_TERMINAL_PROMPT=0 git clone -q --depth 1 --branch v0.1.0 '{address}'"
    try:
        assert address, "this copy of the course has no address yet"
        if os.system(f"{git} {new}/course 2>{os.devnull}"):
            unpack_archive(urlretrieve(f"{address}/archive/v0.1.0.zip")[0], new, "zip")
        found = [glob(f"{new}/*/utils/rnn_course.py")[0]]
    except Exception as e:
        raise RuntimeError(f"No course here or online ({e}): git clone or unzip it") from None
run_path(found[0], run_name="setup")  # from here on, `utils` is the course's

from utils import plotting, versions

seed = versions.prepare()
import keras

plotting.style()

# %%
import json

import numpy as np
import tensorflow as tf
from keras import layers

from utils import bptt, cells, datasets, training
from utils.checks import check_close, claim, you_said

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · A loss at every step
#
# Learning means: find out for each weight whether the loss would fall if the weight were a little larger
# or smaller. For a recurrent network there is a difficulty. Every weight is used at *every* step, and what
# it does at an early step is felt at all later ones.
#
# Take the single neuron of notebook 1, without its bias, and with its state as its output. At each step there is a target $d_t$
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
              "gradients run back from each loss down through the output into the state, and from each "
              "state to the one before it, so that the first state receives the gradients of all three losses.")

# %% [markdown]
# (In general an output $y_t$ stands between state and loss, as drawn; our neuron has none.)
#
# The weights are used at each step, and each use adds its share. At step $t$, a small change of $w_h$
# changes what goes into the tanh by $h_{t-1}$ times as much, and of $w_x$ by $x_t$ times as much; that
# changes $h_t$ by $1 - h_t^2$ times as much:
#
# $$\frac{\partial L}{\partial w_h} = \sum_t \frac{\partial L}{\partial h_t} (1 - h_t^2)\, h_{t-1} \qquad
# \frac{\partial L}{\partial w_x} = \sum_t \frac{\partial L}{\partial h_t} (1 - h_t^2)\, x_t$$

# %%
def forward(xs, w_x, w_h):
    """The states h_1 … h_T of one neuron."""
    states = [0.0]
    for x in xs:
        states.append(np.tanh(w_x * x + w_h * states[-1]))
    return np.array(states[1:])  # (time,)


def backward(xs, states, targets, w_h):
    """∂L/∂h_t of every step, (time,), and ∂L/∂w_x and ∂L/∂w_h."""
    before = np.concatenate([[0.0], states[:-1]])  # h_{t-1}
    dh, dw_x, dw_h, later = np.zeros(len(xs)), 0.0, 0.0, 0.0
    for t in reversed(range(len(xs))):
        dh[t] = (states[t] - targets[t]) + later
        da = dh[t] * (1 - states[t] ** 2)  # back through the tanh
        dw_x += da * xs[t]
        dw_h += da * before[t]
        later = da * w_h
    return dh, dw_x, dw_h


# %% [markdown]
# Six steps, one input at the first, and a target at the last step only, so that the only error is made at
# the end. With $w_h = 0.9$: how much of the gradient that starts at the last step arrives at the first,
# five steps earlier? (If there were no tanh, it would be $0.9^5 = 0.59$.)

# %%
my_prediction_1 = None  # the share that arrives, a number from 0 to 1

# %%
xs = np.array([1.0, 0, 0, 0, 0, 0])
states = forward(xs, 1.0, 0.9)
targets = np.append(states[:-1], 1.0)  # no error before the last step
dh, dw_x, dw_h = backward(xs, states, targets, 0.9)
slopes = 1 - states[1:] ** 2
print("states   ", states.round(3), "\ngradients", dh.round(3), "\nslopes          ", slopes.round(3))
you_said(my_prediction_1, dh[0] / dh[-1])

# %% [markdown]
# Less than without the tanh: its slope, $1 - h^2$, is below one wherever the state is not zero, and it
# multiplies in at each step.
#
# Is the gradient right? There is a test that knows nothing of calculus: move the weight by a tiny $\epsilon$
# both ways, run the network, and see how the loss changes. This **central difference** is slow, two runs
# for each weight, and that is why nobody trains with it. For checking it is ideal.

# %%
def loss(w_x, w_h):
    return 0.5 * np.sum((forward(xs, w_x, w_h) - targets) ** 2)


step = 1e-5
numeric_x = (loss(1.0 + step, 0.9) - loss(1.0 - step, 0.9)) / (2 * step)
numeric_h = (loss(1.0, 0.9 + step) - loss(1.0, 0.9 - step)) / (2 * step)
print(f"w_x: by hand {dw_x:.10f}, numeric {numeric_x:.10f}")
print(f"w_h: by hand {dw_h:.10f}, numeric {numeric_h:.10f}")

# %%
# NBVAL_CHECK_OUTPUT
claim("our gradients agree with the central differences to eight digits",
      abs(dw_h / numeric_h - 1) < 1e-8 and abs(dw_x / numeric_x - 1) < 1e-8,
      hint="`backward` walks from the last step to the first; what it hands on has passed the tanh and w_h")
claim("what arrives five steps back is 0.9⁵ times the five slopes: less than 0.59",
      np.isclose(dh[0] / dh[-1], 0.9**5 * np.prod(slopes)) and dh[0] / dh[-1] < 0.3)

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
# with central differences. By how much, relatively, will ours differ from the central differences?
# (In section 1 at least the first eight digits were alike.)

# %%
my_prediction_2 = None  # the largest relative difference, a number such as 1e-3

# %%
inputs = random.normal(size=(3, 7, 2))  # (batch, time, features)
simple_rnn = layers.SimpleRNN(5, return_sequences=True, dtype="float64")
with tf.GradientTape() as tape:
    states = simple_rnn(inputs)  # (batch, time, units)
    total = 0.5 * tf.reduce_sum(states**2)
automatic = [gradient.numpy() for gradient in tape.gradient(total, simple_rnn.trainable_weights)]
weights = cells.ElmanWeights(*simple_rnn.get_weights())
ours = layer_gradients(inputs, states.numpy(), states.numpy(), weights.W_hh)
print("largest difference from TensorFlow:",
      max(np.abs(a - b).max() for a, b in zip(ours, automatic, strict=True)))

# %% [markdown]
# `bptt.gradient_check` moves every single weight both ways, as we did above, and reports the largest
# error, as a share of the gradient:

# %%
def half_square(weights):
    return 0.5 * np.sum(cells.elman(inputs, weights) ** 2)


worst = bptt.gradient_check(half_square, weights, cells.ElmanWeights(*ours))
print("the largest error is at", worst.where)
you_said(my_prediction_2, worst.error)

# %% [markdown]
# Three ways, one answer. From here on `bptt.elman_gradients` does it for us; it is the same walk, with
# a few more options.

# %%
# NBVAL_CHECK_OUTPUT
for by_hand, by_tape in zip(ours, automatic, strict=True):
    check_close(by_hand, by_tape, tolerance=1e-10)
claim("central differences agree to better than a millionth", worst.error < 1e-6, worst,
      hint="in `layer_gradients` dW_hh takes the state before the step, and da @ W_hh.T is handed on")
library = bptt.elman_gradients(inputs, weights, states.numpy()).weights
claim("bptt.elman_gradients gives the same",
      max(np.abs(a - b).max() for a, b in zip(library, ours, strict=True)) < 1e-10)

# %% [markdown]
# ## 3 · How far back is far enough?
#
# To walk back through a sequence of ten thousand steps, all ten thousand states must be kept, and nothing
# is learned before the end is reached. **Truncated BPTT** lets the gradient of each loss flow back only so
# many steps and forgets the rest. On our neuron: keep the gradient apart by the age of its loss, and drop
# what is older than `cut` steps.

# %%
def truncated(xs, states, targets, w_h, cut):
    """∂L/∂w_h if each loss reaches only `cut` steps back."""
    before = np.concatenate([[0.0], states[:-1]])
    dw_h, later = 0.0, np.zeros(cut + 1)  # of losses 0 … cut steps ahead
    for t in reversed(range(len(xs))):
        later[0] = states[t] - targets[t]  # this step's own loss
        da = later * (1 - states[t] ** 2)
        dw_h += da.sum() * before[t]
        later[1:] = da[:-1] * w_h  # everything one step older; the oldest is dropped
    return dw_h


path = forward(xs, 1.0, 0.9)
kept = {cut: float(truncated(xs, path, targets, 0.9, cut)) for cut in range(6)}
print({cut: round(gradient, 4) for cut, gradient in kept.items()}, "full", round(dw_h, 4))

# %% [markdown]
# What does that cost in learning? We train a network with our own gradients, to echo the bit of three
# steps ago (notebook 1), and cut the gradient after one, two, three or ten steps, or not at all.

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
        # ∂L/∂(what goes into the sigmoid): sigmoid and cross-entropy together give just this.
        error = (said - targets) / targets.size
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
# would be right half the time. What is the smallest of the cuts with which the network learns its task: after
# one step, two, three or ten? The five trainings take about five seconds.

# %%
my_prediction_3 = None  # steps: 1, 2, 3 or 10

# %%
reached = {}
for truncate in (1, 2, 3, 10, None):
    print("training,", f"cut after {truncate}" if truncate else "not cut", end=": ", flush=True)
    reached[truncate] = train(truncate)
    print(f"{reached[truncate]:.0%} of new bits right")
learned = [truncate for truncate, share in reached.items() if truncate and share > 0.95]
you_said(my_prediction_3, min(learned, default=None))

# %% [markdown]
# The border is sharp. The loss at step $t$ must reach the step where the bit came in, three steps
# earlier. Cut after one or two, no gradient ever says "you should have kept that bit", and the network
# hardly does better than the coin (a random state carries a little of old bits). Cut after three, it learns
# as well as without a cut.
#
# Our version gives every loss a window of its own. That shows the border exactly, but takes more work than
# the full walk. In practice one cuts the sequence into chunks and walks back within each: that saves the
# memory and the waiting, and a loss just after a cut reaches no earlier step. Either way, no gradient comes
# from beyond the cut.

# %%
# NBVAL_CHECK_OUTPUT
claim("cut after five steps, our neuron's gradient is the full one: there are only six",
      np.isclose(kept[5], dw_h) and not np.isclose(kept[1], dw_h), kept)
claim("cut after three steps it learns to echo the bit of three steps ago, as it does without a cut",
      min(reached[3], reached[None]) > 0.95, reached,
      hint="the bit of three steps ago is what it learns: was `delay` or `steps` changed in `train`?")
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
# value, the **spectral radius** $\rho$: in the direction of that eigenvector, a multiplication only stretches
# by this factor. Without an activation, a gradient with $\rho$ below one shrinks like
# $\rho^k$: it **vanishes**. With $\rho$ above one it grows like $\rho^k$: it **explodes**. A tanh as a
# rule makes it smaller, for its slope is at most one.
#
# Take $\rho = 1.2$ and fifty steps. $1.2^{50}$ is about 9,000. Without an activation, the gradient will grow
# by thousands. With tanh, what will a gradient of length 1 at the end have become fifty steps back?

# %%
my_prediction_4 = None  # its length with tanh, a number

# %%
def by_lag(radius, activation, units=50, time=51):
    """The gradient's norm 0 … 50 steps back, 1 at lag 0; geometric mean of five networks."""
    norms = []
    for number in range(5):
        rng = np.random.default_rng([seed, number])
        matrix = rng.normal(size=(units, units))
        matrix *= radius / np.abs(np.linalg.eigvals(matrix)).max()
        weights = cells.random_elman(1, units, rng)._replace(W_hh=matrix)
        inputs, last = rng.normal(size=(20, time, 1)), rng.normal(size=(20, units))
        last /= np.linalg.norm(last, axis=1, keepdims=True)
        norms.append(bptt.gradients_by_lag(inputs, weights, last, activation=activation))
    return np.exp(np.mean(np.log(norms), axis=0))  # (lags,)


radii = (0.9, 1.2, 2.0)
linear = {radius: by_lag(radius, "identity") for radius in radii}
with_tanh = {radius: by_lag(radius, "tanh") for radius in radii}
print(f"ρ = 1.2, fifty steps back: {linear[1.2][-1]:.0f} linear, {with_tanh[1.2][-1]:.4f} with tanh")
you_said(my_prediction_4, with_tanh[1.2][-1])

# %%
fig = plotting.gradient_by_lag(
    {f"ρ = {radius}": norms for radius, norms in linear.items()}
    | {f"ρ = {radius}, tanh": norms for radius, norms in with_tanh.items()},
    predicted={f"ρ = {radius}": radius for radius in radii},
)
plotting.show(fig, alt="Gradient norm against the number of steps back, on a logarithmic scale. The "
              "linear networks follow straight lines, falling for 0.9 and rising for 1.2 and 2, at the "
              "rate of the spectral radius. With tanh all lie lower: 0.9 falls faster, 1.2 falls slowly, "
              "to about a quarter, and 2 rises, but slowly. The lines bend up at the far end.")


def rate(norms):
    """The factor by which a gradient changes at each step back, fitted over lags 10 to 40."""
    return float(np.exp(np.polyfit(np.arange(10, 41), np.log(norms[10:41]), 1)[0]))


print("linear   ", {radius: round(rate(norms), 3) for radius, norms in linear.items()})
print("with tanh", {radius: round(rate(norms), 3) for radius, norms in with_tanh.items()})
starts = {radius: rate(by_lag(radius, "tanh")) for radius in (0.5, 1.6)}
print("with tanh", {radius: round(factor, 3) for radius, factor in starts.items()}, "(for section 5)")

# %% [markdown]
# Without an activation the rate is the spectral radius, as predicted. (The lines begin below the dashed
# ones, since a random gradient first has to turn into the direction of the largest eigenvalue; from then on
# the rate is $\rho$.) With tanh it is smaller. At 1.2 the gradient vanishes after all, if slowly: about a
# quarter is left after fifty steps. At 2 it grows by a tenth at each step, instead of doubling. The states
# have grown, as they must with such a matrix, until the tanh flattens out, and its slope there takes away
# most of what the matrix adds. So for tanh a radius above one is necessary for an explosion, not sufficient.
# (The bend at the far end is the beginning of the sequence: the states start at zero, and there the tanh is
# still steep.)

# %%
# NBVAL_CHECK_OUTPUT
claim("linear networks follow the spectral radius within 3 %",
      all(abs(rate(norms) / radius - 1) < 0.03 for radius, norms in linear.items()),
      {radius: rate(norms) for radius, norms in linear.items()})
tamed = {radius: rate(norms) for radius, norms in with_tanh.items()}
claim("with tanh a radius of 0.9 vanishes faster than without", tamed[0.9] < 0.87, tamed)
claim("with tanh a radius of 1.2 does not explode: less than its own gradient arrives",
      with_tanh[1.2][-1] < 1 and tamed[1.2] < 1.01, (with_tanh[1.2][-1], tamed))
claim("with tanh 0.5 vanishes, halving or nearly so, and 1.6 explodes, by 2 % to 15 % a step",
      starts[0.5] < 0.6 and 1.02 < starts[1.6] < 1.15, starts)
claim("with tanh a radius of 2 explodes, but at less than 1.3 a step", 1.05 < tamed[2.0] < 1.3, tamed)

# %% [markdown]
# ## 5 · The remedies, one at a time
#
# Here is a task that fails for both reasons, depending on how the recurrent matrix begins: **recall**. The
# first of thirty symbols must be named at the end. Four symbols may come first; at each later step comes one
# of four others, which mean nothing. (So each symbol is a vector of eight numbers, one of them 1.) A guess
# is right in a quarter of all cases. For the network to learn it, the gradient of the last step has to
# arrive at the first.
#
# Five remedies have been proposed:
#
# - **clip by norm** (Pascanu et al., 2013): where all gradients together are longer than a limit, shorten
#   them to it. The direction stays;
# - **clip by value**: cut each single number to lie between two limits. The direction may change;
# - **ReLU** instead of tanh: its slope is one where a unit is on, and zero where it is off;
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
# A script, `python benchmarks/remedies.py`, trained a network with each by plain gradient descent, 600
# batches of 32 sequences, five seeds, from a matrix of spectral radius 0.5, where section 4 says that
# gradients vanish, and of 1.6, where they explode. (Orthogonal and identity matrices replace the beginning;
# they come after this.) It stored the share of new sequences that were answered correctly. Say that a remedy
# *cures* where at least three of five seeds answer more than nine in ten correctly. Which of the first three
# and the last cure which? (Think of what each does to a gradient that is too short, and to one that is too
# long. None is an answer, too: `[]`.)

# %%
# lists of "clip by norm", "clip by value", "ReLU" and "layer normalisation"
my_prediction_5 = {"vanishing": None, "exploding": None}

# %%
with open("../benchmarks/remedies.json", encoding="utf-8") as file:
    tables = json.load(file)
right = {name: table["right"] for name, table in tables.items()}
cured = {start: [row for row, shares in right[start].items() if np.median(shares) > 0.9]
         for start in ("vanishing", "exploding")}
for start, remedies in cured.items():
    print(f"{start}: with most seeds cured by {remedies or 'none'}")
you_said(my_prediction_5, cured)

# %%
rows = {f"{row} ({start})": right[start][row]
        for start in ("vanishing", "exploding") for row in right[start]}
fig = plotting.ladder(rows, x="share answered correctly", digits=2)
plotting.show(fig, alt="Share answered correctly for each remedy, five dots for five seeds; a guess is a "
              "quarter. From the vanishing start all lie at a quarter, but for layer normalisation, three "
              "of whose dots reach a half. From the exploding start, without a remedy the dots spread "
              "from a quarter to 0.94; clipping by value is right throughout, clipping by norm in four "
              "of five, layer normalisation in three, and ReLU never.")

# %% [markdown]
# Clipping cures what explodes: without it one network in five answers more than nine in ten, with it four or
# five. Against what vanishes it does nothing at all, for it only ever makes a gradient shorter. ReLU alone
# cures neither: its slope is one only for units that are on, the matrix is the same as before, and nothing
# bounds the state any more. Layer normalisation lifts three of five networks to a half from the vanishing
# start, and three of five to all correct from the exploding one.
#
# Orthogonal and identity matrices begin at radius one, between the two. The identity with ReLU is the
# recipe of Le and others; here it is with and without clipping:

# %%
fig = plotting.ladder(right["begun otherwise"], x="share answered correctly", digits=2)
plotting.show(fig, alt="Share answered correctly with matrices that begin at radius one. Orthogonal "
              "succeeds with one seed, with clipping two; identity with none, with or without clipping; "
              "identity with ReLU with none, but with clipping as well it is right with all five seeds.")

# %% [markdown]
# A good beginning alone is not reliable: with tanh, the slopes still shrink the gradient. Identity with ReLU
# needs clipping: without it no seed learns, with it all five do. The identity keeps the state as it is, ReLU
# lets it pass with slope one, and clipping prevents the large steps. It is one way to solve this task, not
# the only one: radius 1.6 with clipping by value did so too. But either took a special beginning, which
# training is free to undo. The gated cells of [notebook 8](08_lstm.ipynb), which learn when to keep their state,
# build the protection into the cell.
#
# Two runs live, with this notebook's seed: clipped by value, from either radius (about ten seconds).

# %%
def recalled(radius, **clip):
    """Trains one network as the script does; the share of new sequences answered correctly."""
    keras.utils.set_random_seed(seed)
    matrix = np.random.default_rng(seed).normal(size=(32, 32))
    matrix *= radius / np.abs(np.linalg.eigvals(matrix)).max()
    recurrent = layers.SimpleRNN(32)
    model = keras.Sequential([recurrent, layers.Dense(4)])
    model.build((None, 30, 8))
    recurrent.set_weights([recurrent.get_weights()[0], matrix, np.zeros(32)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.05, **clip), loss, metrics=["accuracy"])
    lines = training.EpochLines(f"from {radius}", batches=200)
    model.fit(*datasets.memory.recall(600 * 32, 30, seed), batch_size=32, verbose=0, callbacks=[lines])
    return model.evaluate(*datasets.memory.recall(1000, 30, seed + 1000), verbose=0)[1]


live = {"from 0.5": recalled(0.5, clipvalue=0.1), "from 1.6": recalled(1.6, clipvalue=0.1)}
print({start: f"{share:.0%}" for start, share in live.items()})

# %%
# NBVAL_CHECK_OUTPUT
shortened = bptt.clip_by_norm((gradient,), 1.0)[0]
claim("clipping by norm keeps the direction", np.allclose(shortened, gradient / 5),
      hint="(3, 4, 0) has length 5: was `gradient` changed above?")
claim("live, clipping by value does not help where gradients vanish: a guess, a quarter",
      live["from 0.5"] < 0.4, live)
claim("live, it cures where they explode: more than nine in ten", live["from 1.6"] > 0.9, live)
for start, row in (("vanishing", "none"), ("vanishing", "clip by norm"), ("vanishing", "clip by value"),
                   ("vanishing", "ReLU"), ("exploding", "ReLU")):
    alone = "no remedy" if row == "none" else row + " alone"
    claim(f"in the table ({start}), with {alone} every seed stays below two fifths",
          max(right[start][row]) < 0.4, right[start])
claim("in the table identity, ReLU and clipping together succeed with every seed",
      min(right["begun otherwise"]["identity, ReLU, clipped"]) > 0.9, right["begun otherwise"])
claim("in the table (exploding), without a remedy at most one seed in five gets nine in ten",
      sum(share > 0.9 for share in right["exploding"]["none"]) <= 1, right["exploding"])
claim("in the table clipping by value cures what explodes with every seed, clipping by norm with four",
      min(right["exploding"]["clip by value"]) > 0.9
      and sorted(right["exploding"]["clip by norm"])[1] > 0.9, right["exploding"])

# %% [markdown]
# ## Where this goes wrong
#
# A gradient that is *almost* right. Here the tanh's slope has been forgotten. While the states are small,
# the slope is close to one, and hardly anything changes: at a scale of 0.01 the wrong gradient even passes
# the test of section 2. The check with central differences finds the mistake, if it is made where the slope
# matters: at weights and inputs large enough.

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
claim("with tiny weights and inputs the mistake passes the test of section 2: below a millionth",
      found[0.01] < 1e-6, found)
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
# Hardly: no gradient connects that input with the loss. Only a memory that was learned over shorter
# distances, and happens to last longer, could help.
# </details>
#
# <details><summary>ρ = 1.2, with tanh: must the gradient explode?</summary>
#
# No. The slopes of the tanh, below one, multiply in as well; in section 4 it shrank.
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
# - You **truncated** it, and saw that no gradient comes from beyond the cut.
# - You **predicted** the rate at which gradients vanish or explode, the spectral radius $\rho$ at each step
#   without an activation, less with tanh, and **tested** which remedy helps against what.

# %% [markdown]
# ## Next
#
# [Notebook 3](03_architectures.ipynb) asks what such networks are for: what goes in, what comes out, and in which five
# ways they can be wired. Clipping tames what explodes; what vanishes asks for another cell, one whose state need not
# pass through a matrix and a tanh at each step: the LSTM of [notebook 8](08_lstm.ipynb).
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
