# %% [markdown]
# # 8 · LSTM: a memory that can be protected
#
# You will build the cell that made recurrent networks useful: find out what a simple recurrent memory
# cannot do, add one gate at a time until it can, write the whole layer and find it equal to Keras's, and watch
# its gates open and close where the task says they must.
#
# | What | Details |
# |---|---|
# | **You will be able to** | say why a simple recurrent memory fades · name the four small networks of an LSTM, their jobs and their equations · write the cell, and check it against Keras · explain why its gradient survives, and choose the forget-gate bias · read gates at work · say what peepholes add |
# | **You need** | [notebook 1](01_simple_rnn.ipynb) and [notebook 2](02_backpropagation_through_time.ipynb) |
# | **Time** | 60 minutes to read, 40 more for the three exercises, about one minute to run on two CPU cores |

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

from utils import animation, bptt, cells, datasets, exercises, training
from utils.checks import check_close, check_shape, claim, you_said
from utils.experiments import summary

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · A memory that cannot be closed
#
# Here is a task that asks for nothing but memory. At each step comes a number between -1 and 1; at some steps
# a marker, 1 instead of 0, comes with it. At every step the network has to say the number of the *last marked
# step*, and to ignore all numbers since. Engineers call it *sample and hold*.

# %%
inputs, targets = datasets.memory.hold(200, 30, seed)  # (batch, time, 2), (batch, time, 1)
example = int(np.argmax(inputs[:, :8, 1].sum(axis=1) == 3))  # one with three markers in eight steps
print("number", inputs[example, :8, 0].round(2))
print("marker", inputs[example, :8, 1].astype(int))
print("target", targets[example, :8, 0].round(2))

# %% [markdown]
# Take one neuron of notebook 1, $h_t = \tanh(w_h h_{t-1} + w_x x_t + w_m m_t + b)$ with the number $x_t$ and
# the marker $m_t$. To remember, it wants $w_h$ near 1. To take in a marked number, it wants $w_x$ away from
# zero; but the same $w_x$ multiplies the numbers that it should ignore. Can it do both?
#
# We try many: $w_h$ from 0 to 1.2, and $w_x$, $w_m$ and $b$ drawn at random, and read the state as well as
# a straight line can. The score is the share of the target's variance that is explained, $R^2$: 1 is perfect,
# 0 is what always saying the mean gets. What will the best of 3,000 neurons reach?

# %%
my_prediction_1 = None  # R² of the best neuron, a number from 0 to 1

# %%
def explained(states):
    """The share of the target's variance that a straight line through the states explains."""
    return np.corrcoef(states.ravel(), targets.ravel())[0, 1] ** 2


def neuron(w_h, w_x, w_m, b):
    states = [np.zeros(len(inputs))]
    for t in range(inputs.shape[1]):
        x, m = inputs[:, t, 0], inputs[:, t, 1]
        states.append(np.tanh(w_h * states[-1] + w_x * x + w_m * m + b))
    return np.stack(states[1:], axis=1)  # (batch, time)


tried = np.column_stack([random.uniform(0, 1.2, 3000), random.normal(0, 1, (3000, 3))])
scores = [explained(neuron(*weights)) for weights in tried]
best = int(np.argmax(scores))
print(f"best of {len(scores)}: R² = {scores[best]:.2f} with w_h = {tried[best, 0]:.2f}")
you_said(my_prediction_1, scores[best])

# %% [markdown]
# About a seventh. The best neurons say a mixture of the numbers of the last few steps, marked or not. Whatever
# is strong enough to write is strong enough to overwrite: in a sum the marker can push the state up or down, but
# it cannot *switch off* the number beside it (except by driving the tanh to its flat end, which wipes out what it held).
#
# To switch something off, one has to **multiply** it by zero. That is the whole idea of a **gate**: a value
# between 0 and 1, computed from what the cell sees, which multiplies something else. With two gates, done by
# hand:
#
# - the **input gate** $i_t$: how much of the new number is written. Open (1) at the marker, else closed (0);
# - the **forget gate** $f_t$: how much of the old memory is *kept* (1 keeps, 0 forgets). Closed at the
#   marker, so that the old number makes room, else open.
#
# $$c_t = f_t\, c_{t-1} + i_t\, x_t$$

# %%
def gated(inputs):
    c, states = 0.0, []
    for t in range(inputs.shape[1]):
        x, m = inputs[:, t, 0], inputs[:, t, 1]
        i, f = m, 1 - m  # the two gates
        c = f * c + i * x
        states.append(c)
    return np.stack(states, axis=1)


print(f"the best neuron {scores[best]:.2f}, with two gates {explained(gated(inputs)):.2f}")

# %%
# NBVAL_CHECK_OUTPUT
claim("the best of 3,000 single neurons explains less than a quarter of what it should remember",
      scores[best] < 0.25, scores[best])
claim("two gates explain all of it", explained(gated(inputs)) > 0.9999,
      hint="in `gated` the input gate is the marker, and the forget gate one minus the marker")

# %% [markdown]
# ## 2 · Four small networks
#
# We set those gates by hand. A network has to *learn* when to open them, so each gate becomes a small
# network of its own: a dense layer with a sigmoid $\sigma$, whose values lie between 0 and 1, on the present
# input $x_t$ and on what the cell last said. With it comes a third gate, and a network for what is written.
# That is the **long short-term memory**, LSTM (Hochreiter and Schmidhuber, 1997; the forget gate by
# Gers and others, 2000).
#
# It has two states. The **cell state** $c_t$ is the long-term memory: it runs along the top of the picture, and
# one multiplication and one addition are all that happens to it. The **hidden state** $h_t$ is the short-term state, what the cell says at this
# step: to the next layer, and to its own four networks at the next step.

# %%
fig = plotting.lstm_cell()
plotting.show(fig, alt="An LSTM cell. The cell state runs from left to right along the top: first it is multiplied "
              "by the forget gate f, then the product of input gate i and candidate g is added. Below, four "
              "small networks, f, i, g and o, each receive the input and the last hidden state. The new cell "
              "state goes through a tanh and is multiplied by the output gate o; that is the hidden state.")

# %% [markdown]
# | network | its job | its equation |
# |---|---|---|
# | **candidate**, or main network, $g$ | what could be written now | $g_t = \tanh(x_t W_{xg} + h_{t-1} W_{hg} + b_g)$ |
# | **input gate** $i$ | how much of it is written | $i_t = \sigma(x_t W_{xi} + h_{t-1} W_{hi} + b_i)$ |
# | **forget gate** $f$ | how much of the old memory is kept | $f_t = \sigma(x_t W_{xf} + h_{t-1} W_{hf} + b_f)$ |
# | **output gate** $o$ | how much of the memory is shown | $o_t = \sigma(x_t W_{xo} + h_{t-1} W_{ho} + b_o)$ |
#
# and then, with $\odot$ for the product element by element,
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad\qquad h_t = o_t \odot \tanh(c_t)$$
#
# The candidate alone would be the simple RNN of notebook 1. Each unit of the layer has its own three gates, so
# one unit can hold its number while its neighbour writes.
#
# One unit for our task, with weights by hand. The input gate is driven by $20\,m - 10$: sigmoid of 10 at the marker, of
# -10 elsewhere; the forget gate by the opposite. `cells.LSTMWeights` holds the three arrays of a layer, `W_x`, `W_h`
# and `b`, in which the columns of the four networks stand side by side; `cells.lstm` runs the layer, and returns
# `LSTMSteps`: the states `h` and `c` and all gates, each (batch, time, units). The number is made small, so that the
# two tanh hardly bend it, and the output is multiplied by ten. How far will the output be from the target, at most?
# (All numbers lie between -1 and 1, and $10 \tanh 0.1 = 0.997$.)

# %%
my_prediction_2 = None  # the largest distance, a number such as 0.5

# %%
by_hand = cells.LSTMWeights(
    #                  i    f    g   o      the four networks' columns
    W_x=np.array([[0.0, 0.0, 0.1, 0.0],   # from the number
                  [20.0, -20.0, 0.0, 0.0]]),  # from the marker
    W_h=np.zeros((1, 4)),
    b=np.array([-10.0, 10.0, 0.0, 10.0]),
)  # fmt: skip
held = cells.lstm(inputs, by_hand)
print("number m   i     f      g      c    10 h  target")
for t in range(8):
    number, marker = inputs[example, t]
    i, f, g, c, h = (part[example, t, 0] for part in (held.input_gate, held.forget_gate,
                                                held.candidate, held.c, held.h))
    print(f"{number:5.2f}  {marker:.0f}  {i:.2f}  {f:.2f}  {g:5.2f}  {c:5.2f}  {10 * h:5.2f}  "
          f"{targets[example, t, 0]:5.2f}")
you_said(my_prediction_2, np.abs(10 * held.h - targets).max())

# %% [markdown]
# The forget gate has a confusing name: at 1 it *keeps*, at 0 it forgets. Some call it the keep gate. Here it is
# 0 at the marker and 1 elsewhere; the input gate is its mirror image. Step through it. (The picture is awake after
# you run its cell. Until then, in a fresh copy, it is a still one: run the cell, or choose *Trust Notebook*; the
# picture says so itself.)

# %%
one = cells.LSTMSteps(*(part[example, :8] for part in held))
animation.show_lstm(inputs[example, :8], one, alt=(
    "Eight steps of the cell set by hand. At each marked step the forget gate is zero and the input gate one, "
    "so the cell state becomes a tenth of the marked number; at every other step it stays what it was."))

# %%
# NBVAL_CHECK_OUTPUT
claim("one LSTM unit, set by hand, holds every marked number to within 0.01",
      np.abs(10 * held.h - targets).max() < 0.01,
      hint="the columns of `by_hand` stand in the order i, f, g, o, and its rows in the order number, marker")
marked = inputs[..., 1] == 1
claim("at the marker the forget gate is closed and the input gate open, elsewhere the reverse",
      held.forget_gate[marked].max() < 0.01 and held.forget_gate[~marked].min() > 0.99
      and held.input_gate[marked].min() > 0.99 and held.input_gate[~marked].max() < 0.01)

# %% [markdown]
# ## 3 · The layer, equal to Keras's
#
# For a layer of `units` cells the four networks have a matrix each for input and state. We write them side by
# side, as one wide matrix, and split the result, as Keras does, in the order
# $i, f, g, o$. (Others have other orders. A saved model does not tell; see "Where this goes wrong".)

# %% [markdown]
# **Your turn** (●○○, about ten minutes). Write one step of the layer. `W_x` has the shape (features, 4 units), `W_h`
# (units, 4 units) and `b` (4 units,). `np.split(a, 4, axis=-1)` cuts the last axis into four equal parts, and
# `cells.sigmoid` is $\sigma$. All else stands in the six equations of section 2. Replace the last line, then run the
# cell below: it tries your function on inputs drawn anew and says what is wrong. `exercises.hint("lstm_step")` gives
# a hint, another one each time, and `exercises.solution("lstm_step")` shows ours. If you would rather read on, leave
# it: the notebook goes on with our solution.

# %%
def lstm_step(x_t, h_prev, c_prev, W_x, W_h, b):
    """One step of an LSTM layer: (batch, features), twice (batch, units) → h_t, c_t."""
    raise NotImplementedError  # your turn


# %%
lstm_step = exercises.check("lstm_step", lstm_step)

# %% [markdown]
# Is it the same as `keras.layers.LSTM`? Six layers of different sizes, with random weights. For sizes of 2 features
# and 5 units, how many parameters has such a layer? (A simple layer of this size has $2 \cdot 5 + 5 \cdot 5 + 5 = 40$.)

# %%
my_prediction_3 = None  # parameters, a whole number

# %%
def largest_difference(batch, time, features, units):
    """Between our loop over `lstm_step` and Keras's layer, in all states."""
    layer = layers.LSTM(units, return_sequences=True, return_state=True, dtype="float64")
    x = random.normal(size=(batch, time, features))
    states, last_h, last_c = layer(x)
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    states, last_h, last_c = map(np.array, layer(x))
    h = c = np.zeros((batch, units))
    for t in range(time):
        h, c = lstm_step(x[:, t], h, c, *layer.get_weights())
        check_shape(h, (batch, units))
        check_close(h, states[:, t], tolerance=1e-9, hint="does lstm_step split in the order i, f, g, o?")
    return max(np.abs(h - last_h).max(), np.abs(c - last_c).max()), layer.count_params()


sizes = [(2, 3, 2, 5), *random.integers(1, 8, (5, 4)).tolist()]
differences, parameters = zip(*(largest_difference(*size) for size in sizes), strict=True)
print("differences", ", ".join(f"{d:.0e}" for d in differences))
you_said(my_prediction_3, parameters[0])

# %% [markdown]
# Four networks, each with a matrix from the input, one from the state, and a bias:
# $4\,(2 \cdot 5 + 5 \cdot 5 + 5)$. `cells.lstm` is the same loop, with masks; `bptt.lstm_gradients` is its
# backward pass, derived as in notebook 2, and here is a test of it against TensorFlow's tape, with a mask.

# %%
layer = layers.LSTM(4, dtype="float64")
x, mask = random.normal(size=(2, 6, 3)), np.array([[True] * 6, [True] * 4 + [False] * 2])
with tf.GradientTape() as tape:
    last = layer(x, mask=mask)
    total = 0.5 * tf.reduce_sum(last**2)
automatic = [gradient.numpy() for gradient in tape.gradient(total, layer.trainable_weights)]
weights = cells.LSTMWeights(*layer.get_weights())
steps = cells.lstm(x, weights, mask=mask)
at_the_end = np.zeros_like(steps.h)
at_the_end[:, -1] = steps.h[:, -1]  # the loss looks at the last state only
ours = bptt.lstm_gradients(x, weights, at_the_end, mask=mask).weights

# %%
# NBVAL_CHECK_OUTPUT
claim("our step equals Keras's layer at every step, for six sizes", max(differences) < 1e-9)
simple = layers.SimpleRNN(5)
simple.build((None, None, 2))
claim("an LSTM has four times the parameters of a simple layer of its size",
      parameters[0] == 4 * simple.count_params())
check_close(steps.h[:, -1], last.numpy())
check_close(steps.h[1, 3], steps.h[1, 5])  # masked steps change nothing
for hand, tape_says in zip((ours.W_x, ours.W_h, ours.b), automatic, strict=True):
    check_close(hand, tape_says, tolerance=1e-10)
print("states and gradients agree, padding included")

# %% [markdown]
# ### The same step backwards
#
# The ten lines at the heart of that backward pass are worth writing once. Two things come in: `dh_t` and `dc_t`, the
# gradients $\partial L/\partial h_t$ and $\partial L/\partial c_t$, what the loss asks of $h_t$ and of $c_t$, each (batch, units); `dc_t` came from the step after, along the cell state. Two
# go out: `da_t` (batch, 4 units), what is asked of the four sums inside $\sigma$ and tanh, in the order $i, f, g, o$
# (from these the gradients of the weights follow as in notebook 2), and `dc_prev`, what is asked of $c_{t-1}$. Walk
# through the equations from the last to the first:
#
# - $h_t = o_t \odot \tanh(c_t)$ asks something of $o_t$, and something of $c_t$. There two ways meet, so their
#   gradients add up;
# - $c_t = f_t \odot c_{t-1} + i_t \odot g_t$ asks something of all four: each gets the gradient of $c_t$ times its
#   partner in the product;
# - a gate $s = \sigma(a)$ has the slope $s\,(1 - s)$, and the candidate $g = \tanh(a)$ the slope $1 - g^2$.
#
# **Your turn** (●●●, about twenty minutes). `exercises.hint("lstm_step_backward")` and
# `exercises.solution("lstm_step_backward")` help here as well.

# %%
def lstm_step_backward(dh_t, dc_t, c_prev, c_t, i, f, g, o):
    """One step back: what the loss asks of h_t and c_t, (batch, units) → da_t, dc_prev."""
    raise NotImplementedError  # your turn


# %%
lstm_step_backward = exercises.check("lstm_step_backward", lstm_step_backward)

# %% [markdown]
# Taken from the last step to the first, with $\partial L/\partial h_{t-1} = \partial L/\partial a_t\, W_h^\top$ between
# two steps, it has to give what TensorFlow's tape gives. Here for the bias, which is added at every step:

# %%
steps, nothing = cells.lstm(x, weights), np.zeros((2, 4))  # (batch, units)
dh, dc, da = steps.h[:, -1], nothing, []  # the loss looks at the last state only
for t in reversed(range(x.shape[1])):
    gates = (steps.input_gate, steps.forget_gate, steps.candidate, steps.output_gate)
    c_prev = steps.c[:, t - 1] if t > 0 else nothing
    da_t, dc = lstm_step_backward(dh, dc, c_prev, steps.c[:, t], *(gate[:, t] for gate in gates))
    dh = da_t @ weights.W_h.T
    da.append(da_t)
with tf.GradientTape() as tape:
    total = 0.5 * tf.reduce_sum(layer(x) ** 2)
of_the_bias = tape.gradient(total, layer.trainable_weights[2]).numpy()

# %%
# NBVAL_CHECK_OUTPUT
claim("six steps back by hand give the tape's gradient of the bias",
      np.allclose(np.sum(da, axis=(0, 1)), of_the_bias, rtol=0, atol=1e-10),
      hint="what does exercises.check say of lstm_step_backward?")

# %% [markdown]
# ## 4 · The highway, and its speed limit
#
# Notebook 2 ended with a gradient that must pass a matrix and a tanh at every step back. Along the cell state
# it passes neither:
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad\Rightarrow\qquad
# \frac{\partial L}{\partial c_{t-1}} = \frac{\partial L}{\partial c_t} \odot f_t + \text{what comes by way of } h_{t-1}$$
#
# One multiplication by the forget gate, the `dc * f` of the step backwards. While it is open, the gradient passes undiminished, however far; the
# same gate that protects the memory protects its gradient.

# %%
fig = plotting.lstm_cell(highlight=["highway"])
plotting.show(fig, alt="The LSTM cell with only the upper line in colour: from the last cell state to the new one "
              "lie a multiplication by the forget gate and an addition, no matrix and no tanh.")

# %% [markdown]
# So everything depends on how open the forget gate is *before* training. Its bias decides: with small weights
# $f \approx \sigma(b_f)$, that is 0.5 for a bias of 0, 0.73 for 1, Keras's default, and 0.98 for 4. We send a gradient back
# through fifty steps of untrained layers. How much is left with a bias of 1, on all ways together? (Along the cell
# state alone it would be $0.73^{50}$, about $10^{-7}$.)

# %%
my_prediction_4 = None  # the share that is left, a number such as 1e-3

# %%
def left_by_lag(bias, time=51, units=32, sequences=20):
    """How much of a gradient at the last cell state is left, by steps back: on all ways, and along c alone."""
    x = random.normal(size=(sequences, time, 1))
    weights = cells.random_lstm(1, units, random, forget_bias=bias)
    last = np.zeros((sequences, time, units))
    last[:, -1] = random.normal(size=(sequences, units))
    whole = bptt.lstm_gradients(x, weights, np.zeros_like(last), cell_gradients=last).cells[:, ::-1]
    gates = cells.lstm(x, weights).forget_gate[:, :0:-1]  # from the last step back to the second
    along_c = last[:, -1:] * np.cumprod(gates, axis=1)
    along_c = np.concatenate([last[:, -1:], along_c], axis=1)
    return [np.linalg.norm(way, axis=-1).mean(axis=0) for way in (whole, along_c)]


lags = {}
for bias in (0, 1, 4):
    lags[f"bias {bias}"], lags[f"bias {bias}, cell state alone"] = left_by_lag(bias)
x, start = random.normal(size=(20, 51, 1)), random.normal(size=(20, 32))
lags["simple RNN"] = bptt.gradients_by_lag(x, cells.random_elman(1, 32, random), start)
lags = {name: norms / norms[0] for name, norms in lags.items()}
for name, norms in lags.items():
    print(f"{name:25} {norms[-1]:.1e}")
you_said(my_prediction_4, lags["bias 1"][-1])

# %%
fig = plotting.gradient_by_lag({name: lags[name] for name in lags if "bias 0" not in name})
plotting.show(fig, alt="Gradient norm against steps back, on a logarithmic scale. Along the cell state alone it falls in straight lines, "
              "steeply for a bias of 1, hardly for 4. On all ways together, the line for a bias of 1 falls beside that of the "
              "simple RNN, to a thousandth and less, and that for 4 rises: after fifty steps it is more than ten times what it was.")


def rate(norms):
    """The factor by which a gradient changes at each step back, fitted over lags 5 to 30."""
    return float(np.exp(np.polyfit(np.arange(5, 31), np.log(norms[5:31]), 1)[0]))


rates = {name: rate(norms) for name, norms in lags.items()}
print({name: round(factor, 3) for name, factor in rates.items()})

# %% [markdown]
# Along the cell state the rate is the gate, as promised: 0.98 for a bias of 4, and about 0.73 for 1. Little is left of that after fifty
# steps. What arrives with Keras's bias of 1 has come by way of $h_{t-1}$, through matrices, as in a simple RNN; and here
# the measurement contradicts many a textbook: an untrained LSTM loses its gradient no more slowly than a simple RNN with its orthogonal
# matrix. The highway has a speed limit, the forget gate, and at the start it is a quarter closed.
#
# Two things make the difference. First, the bias can be chosen: with 4 two fifths of the gradient arrive along the cell
# state alone. (On all ways together it then *grows*, more than tenfold over fifty steps: with gates so open, what goes
# round by way of $h$ adds up. It is notebook 2's other danger, an exploding gradient, and clipping has its place here,
# too.) Second, the gate can be *learned*, for each unit and each step (section 6 shows one that was); what a simple RNN
# can keep is fixed by one matrix that has everything else to do, too.
#
# A forget gate that is always open has a price, though. Everything that is written stays, and as long as the input gate
# is half open, everything is written. What is needed is *both*: forget gate open, input gate closed, until there
# is a reason.
#
# ### Biases for a memory of a wanted length
#
# So let us choose both biases by the memory that we want. Say how long by a **half-life**: a unit with half-life $T$
# still has half of what it held after $T$ steps. As long as the weights are small, the biases alone make the gates,
# $f = \sigma(b_f)$ and $i = \sigma(b_i)$, the same at every step. Three thoughts lead to them:
#
# - a number that is multiplied by $f$ at each step is $f^T$ of what it was after $T$ steps. That has to be a half;
# - $\sigma(b) = 1 / (1 + e^{-b})$ has to be turned round: which $b_f$ gives that $f$?
# - where $f$ forgets much, there is room for much: let the input gate write as much as is forgotten, $i = 1 - f$. (What
#   is $1 - \sigma(b)$?)
#
# **Your turn** (●●○, about ten minutes). `half_lives` has the shape (units,), a half-life for each unit, in steps, and
# not always a whole number. Return the layer's `b`, (4 units,), in the order $i, f, g, o$, with zeros for candidate and
# output gate. (`exercises.hint("memory_biases")` helps.)

# %%
def memory_biases(half_lives):
    """Biases by which each unit keeps half of its memory over so many steps: (units,) → (4 units,)."""
    raise NotImplementedError  # your turn


# %%
memory_biases = exercises.check("memory_biases", memory_biases)

# %% [markdown]
# Three units with such biases and no weights, each of which holds a 1. How much of it is left after 20 steps?

# %%
half_lives = np.array([5.0, 20.0, 80.0])
quiet = cells.LSTMWeights(W_x=np.zeros((1, 12)), W_h=np.zeros((3, 12)), b=memory_biases(half_lives))
fading = cells.lstm(np.zeros((1, 80, 1)), quiet, initial_cell=np.ones((1, 3))).c[0]  # (time, units)
for half_life, unit in zip(half_lives, fading.T, strict=True):
    at_half_life = unit[int(half_life) - 1]
    print(f"half-life {half_life:2.0f}: after 20 steps {unit[19]:.3f}, after {half_life:2.0f} steps {at_half_life:.3f}")

# %% [markdown]
# In a task nobody says which memories will be wanted, so one gives the units different ones. Tallec and Ollivier (2018)
# draw a length $l$ for each unit at random, between 1 and $T - 1$ where sequences have up to $T$ steps, and set
# $b_f = \log l$ and $b_i = -\log l$. That is your rule with another measure of length: $f = l / (l + 1)$, and after $l$ steps
# there is not a half left but a little more than $1/e$, 37 %. The next section puts it to the test.

# %%
# NBVAL_CHECK_OUTPUT
x = random.normal(size=(3, 12, 2))
lonely = cells.random_lstm(2, 4, random)._replace(W_h=np.zeros((4, 16)))  # no way by h
asked = np.zeros((3, 12, 4))
asked[:, -1] = 1.0
back = bptt.lstm_gradients(x, lonely, np.zeros_like(asked), cell_gradients=asked).cells[:, 0]
claim("along the cell state a gradient is multiplied by the forget gates and by nothing else",
      np.allclose(back, cells.lstm(x, lonely).forget_gate[:, 1:].prod(axis=1), atol=1e-12))
halves = [unit[int(half_life) - 1] for half_life, unit in zip(half_lives, fading.T, strict=True)]
claim("with biases for half-lives of 5, 20 and 80 steps, half is left after 5, 20 and 80 steps",
      np.allclose(halves, 0.5), halves)
claim("along the cell state alone the rate is the gate: 0.7 to 0.77 for a bias of 1, 0.97 to 0.99 for 4",
      0.7 < rates["bias 1, cell state alone"] < 0.77 and 0.97 < rates["bias 4, cell state alone"] < 0.99, rates)
claim("with Keras's bias of 1, less than a hundredth of what arrives after fifty steps came along the cell state alone",
      lags["bias 1, cell state alone"][-1] < lags["bias 1"][-1] / 100, lags["bias 1"][-1])
claim("all ways together, it fades no more slowly than in a simple RNN with its orthogonal matrix",
      rates["bias 1"] < rates["simple RNN"] < 1, rates)
claim("with a bias of 0 it fades by a third or more at each step", rates["bias 0"] < 0.67, rates)
claim("with a bias of 4, more than a quarter arrives along the cell state alone",
      lags["bias 4, cell state alone"][-1] > 0.25, lags["bias 4, cell state alone"][-1])
claim("with a bias of 4, more arrives than was sent, on all ways together: five times as much and more",
      lags["bias 4"][-1] > 5, lags["bias 4"][-1])

# %% [markdown]
# ## 5 · The adding problem, at growing distances
#
# Does it learn what a simple RNN with tanh does not? The **adding problem** (Hochreiter and Schmidhuber, 1997, their
# experiment 4, here in a simpler form): two numbers of a sequence are marked, one in each half; say their sum at the
# end. Whoever always says 1 is right, to within 0.1, in 19 of 100 cases.
#
# `python benchmarks/lags.py` trained simple RNNs, LSTMs (and GRUs, for notebook 9) of 32 units on sequences of 10 to
# 160 steps, with the same 1,000 batches for each, and five seeds; it stored the share of new sums that are
# right to within 0.1. Up to which length, of 10, 20, 40, 80 and 160 steps, does each get four sums of five right (the
# median of its seeds)?

# %%
my_prediction_5 = {"simple RNN": None, "LSTM": None}  # the longest length learned, in steps

# %%
with open("../benchmarks/lags.json", encoding="utf-8") as file:
    tables = json.load(file)
right = {cell: {int(time): shares for time, shares in tables[cell]["right"].items()}
         for cell in ("simple RNN", "LSTM", "LSTM, forget-gate bias 4", "LSTM, biases for long memories")}
learned = {cell: max((time for time, shares in by_time.items() if summary(shares).median > 0.8), default=0)
           for cell, by_time in right.items()}
print(learned)
you_said(my_prediction_5, {cell: learned[cell] for cell in ("simple RNN", "LSTM")})

# %%
fig = plotting.ranges(right, x="steps in a sequence", y="sums right to within 0.1",
                      line={"always saying 1": 0.19}, log_x=True)
plotting.show(fig, alt="Share of sums right against the length of the sequences, medians with bands from lowest to "
              "highest of five seeds. The simple RNN falls from about 0.86 at 10 steps to guessing at 40. The LSTM is "
              "right nearly always up to 40 steps, mostly at 80, and guesses at 160. With a forget-gate bias of 4 it "
              "guesses from 80 steps on; with biases for long memories it is right at 160 as well.")

# %% [markdown]
# With 1,000 batches the simple RNN gets most sums over 10 steps right, about half at 20, and guesses from 40 on. (With five times as
# many batches, stored in the same file, it learns 20 steps, and 40 in part.) The LSTM learns sums over 80 steps; at 160 it
# guesses as well. With equally many batches its reach is eight times as long, and not endless.
#
# The other two lines begin with other biases. A forget-gate bias of 4 alone makes it *worse*, although section 4 saw its gradient
# arrive; possibly because its memory fills with every number of the sequence (or because the gradient of section 4
# grows; it is clipped here). With both biases, forget gates open and input gates
# closed, it learns at 160 steps too. A gradient that arrives is not sufficient. So for long memories set both biases, and
# for short ones leave Keras's.
#
# Two points live, at 40 steps, with this notebook's seed and 800 batches (about ten seconds):

# %%
def adds(cell, time=40, steps=800):
    """Trains one network as the script does; the share of new sums right to within 0.1."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([cell(32), layers.Dense(1)])
    optimizer = keras.optimizers.Adam(5e-3, global_clipnorm=1.0)
    model.compile(optimizer, "mse", jit_compile=False)  # XLA would take longer to compile than it saves here
    lines = training.EpochLines(f"{cell.__name__}, {time} steps", batches=200)
    model.fit(*datasets.memory.adding(steps * 64, time, seed), batch_size=64, verbose=0, callbacks=[lines])
    new, sums = datasets.memory.adding(1000, time, seed + 1000)
    return float(np.mean(np.abs(model.predict(new, verbose=0) - sums) < 0.1))


live = {"simple RNN": adds(layers.SimpleRNN), "LSTM": adds(layers.LSTM)}
print({cell: f"{share:.0%}" for cell, share in live.items()})

# %%
# NBVAL_CHECK_OUTPUT
claim("in the table the simple RNN gets two thirds and more right at 10 steps, about half at 20 in the median",
      min(right["simple RNN"][10]) > 0.67 and 0.4 < summary(right["simple RNN"][20]).median < 0.7, right["simple RNN"])
claim("and guesses from 40 steps on, with every seed",
      max(max(right["simple RNN"][time]) for time in (40, 80, 160)) < 0.3, right["simple RNN"])
longer = tables["simple RNN, five times as long"]["right"]
claim("with five times as many batches it learns 20 steps with every seed, and 40 with none in full",
      min(longer["20"]) > 0.85 and max(longer["40"]) < 0.85, longer)
claim("in the table the LSTM is right in nine of ten sums up to 40 steps, with every seed",
      min(min(right["LSTM"][time]) for time in (10, 20, 40)) > 0.9, right["LSTM"])
claim("and in most at 80, but guesses at 160",
      min(right["LSTM"][80]) > 0.6 and max(right["LSTM"][160]) < 0.3, right["LSTM"])
claim("with a forget-gate bias of 4 alone it guesses at 80 steps already, with every seed",
      max(right["LSTM, forget-gate bias 4"][80]) < 0.3, right["LSTM, forget-gate bias 4"])
claim("with both biases for long memories it learns at 160 steps too, with every seed",
      min(right["LSTM, biases for long memories"][160]) > 0.8, right["LSTM, biases for long memories"])
claim("live, at 40 steps, the LSTM is right in four of five sums and the simple RNN in fewer than three of ten",
      live["LSTM"] > 0.8 and live["simple RNN"] < 0.3, live,
      hint="have both networks learned from 800 batches of 40 steps? The lines of the training say it")

# %% [markdown]
# ## 6 · Gates at work
#
# Back to sample and hold. We know what each gate *should* do. Nobody tells the network: it sees numbers, markers and
# targets. A single unit learns, and three simple ones beside it (about ten seconds in all). Then we look into `cells.lstm`
# with its weights, at sequences it has not seen. Input and forget gate: what will be their mean values at marked steps,
# and elsewhere, from 0, closed, to 1, open? (By hand we set them to 1 and 0, and to 0 and 1.)

# %%
my_prediction_6 = {  # mean values, numbers from 0 to 1
    "input gate": {"marked": None, "other": None},
    "forget gate": {"marked": None, "other": None},
}

# %%
def train_holder(layer, units):
    """Trains a layer and a dense one on sample and hold; the model and its error on new sequences."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([layer(units, return_sequences=True), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.02, global_clipnorm=1.0), "mse", jit_compile=False)
    lines = training.EpochLines(f"{layer.__name__}({units})", batches=400)
    model.fit(*datasets.memory.hold(1600 * 32, 30, seed), batch_size=32, verbose=0, callbacks=[lines])
    return model, model.evaluate(new, wanted, verbose=0)


new, wanted = datasets.memory.hold(500, 30, seed + 1000)
holder, error = train_holder(layers.LSTM, 1)
simple_holder, simple_error = train_holder(layers.SimpleRNN, 3)
print(f"mean squared error: one LSTM unit {error:.4f} ({holder.count_params()} parameters), three simple "
      f"units {simple_error:.4f} ({simple_holder.count_params()}), always saying 0 {np.mean(wanted**2):.3f}")

# %%
learned_weights = cells.LSTMWeights(*holder.layers[0].get_weights())
watched = cells.lstm(new, learned_weights)
marked = new[..., 1] == 1
def mean_gate(gate, where):
    """The gate's mean over all steps of a kind, without the first, at which there is nothing to forget."""
    return float(gate[:, 1:][where[:, 1:]].mean())


found = {name: {"marked": mean_gate(gate, marked), "other": mean_gate(gate, ~marked)}
         for name, gate in (("input gate", watched.input_gate), ("forget gate", watched.forget_gate))}
for name, values in found.items():
    print(f"{name:12} marked {values['marked']:.2f}, other {values['other']:.2f}")
you_said(my_prediction_6, found)

# %%
shown = int(np.argmax(wanted[:, :20].std(axis=(1, 2))))  # a sequence in which much changes
first = 20
fig = plotting.gate_activity(
    {"forget gate": watched.forget_gate[shown, :first, 0], "input gate": watched.input_gate[shown, :first, 0],
     "candidate": watched.candidate[shown, :first, 0], "cell state": watched.c[shown, :first, 0]},
    marks=marked[shown, :first])
plotting.show(fig, alt="Four panels over twenty steps, with bands at the marked steps. The forget gate drops at each "
              "marked step and stays high between them. Input gate and candidate change as well, one of them mostly at the "
              "marked steps. The cell state jumps at each band to another "
              "value and is nearly level until the next one.")

# %% [markdown]
# First a surprise beside it. *Three* simple units, with more parameters than the LSTM unit, learn most of the task in the run printed
# here (with another seed, nothing). Section 1 showed what one neuron cannot do; several together sometimes find a way round. Their error
# is larger, though, than that of the one unit with gates.
#
# Its forget gate goes the way in which we set it by hand: nearly closed at the marker, mostly open elsewhere. Mostly: in the
# run printed here it is 0.87 in the mean, and of what is multiplied by 0.87 at each step a quarter is left after ten. So
# this gate alone does not hold the number; part of it must be written again and again, by way of $h_{t-1}$. (With another
# seed it may be open indeed.) The other two, in the run printed here, have swapped jobs. The *candidate* is near 1 at the marker and near zero elsewhere, as a gate would be; the *input gate*
# carries the number. (With another seed they may do as we did by hand; try it.) Only the product $i_t g_t$ is written, and a
# product does not care which of its factors is the gate. How much of the *number* is in it? That is the slope of a straight
# line through numbers and products:

# %%
def slope(where):
    """By how much the written amount, input gate times candidate, grows with the number."""
    written = watched.input_gate * watched.candidate
    return float(np.polyfit(new[..., 0][where], written[..., 0][where], 1)[0])


slopes = {"marked": slope(marked), "other": slope(~marked)}
print("of a number of 1 is written (the output layer may turn the sign):",
      {name: round(value, 3) for name, value in slopes.items()})

# %% [markdown]
# At the marker the number is written, elsewhere much less of it, whoever does it. So read gates with care: their names
# say what they *can* do, and their means do not say what would happen without them. With more units it is harder still, as several of them share one number.

# %%
# NBVAL_CHECK_OUTPUT
claim("one unit learned to sample and hold: its error is less than a twentieth of always saying 0",
      error < np.mean(wanted**2) / 20, error)
claim("three simple units, with more parameters, have a larger error than the one LSTM unit",
      error < simple_error and simple_holder.count_params() > holder.count_params(), (error, simple_error))
claim("the LSTM unit's forget gate is less than half open at the marker, and four fifths open or more elsewhere",
      found["forget gate"]["marked"] < 0.5 and found["forget gate"]["other"] > 0.8, found)
claim("at the marker at least five times as much of the number is written as elsewhere",
      abs(slopes["marked"]) > 5 * abs(slopes["other"]), slopes,
      hint="the amount written is the product of input gate and candidate, not one of them")

# %% [markdown]
# ### Peepholes
#
# The gates see the input and $h_{t-1}$, what the cell *said*. While the output gate is closed that is zero, and the gates
# do not know what the cell *holds*. **Peepholes** (Gers and Schmidhuber, 2000) let them look: three weights
# for each unit, $p_i$, $p_f$ and $p_o$,
#
# $$i_t = \sigma(\ldots + p_i \odot c_{t-1}) \qquad f_t = \sigma(\ldots + p_f \odot c_{t-1}) \qquad
# o_t = \sigma(\ldots + p_o \odot c_t)$$

# %%
fig = plotting.lstm_cell(peepholes=True)
plotting.show(fig, alt="The LSTM cell with three dashed wires more: from the old cell state down to forget gate and input gate, and from "
              "the new cell state to the output gate.")

# %% [markdown]
# With a peephole a cell can count in silence and speak at the right moment. By hand: an impulse makes it forget the old
# count (forget gate closed), each step adds a tenth, and the output gate opens as soon as the cell holds more than
# 1.95. How many steps after the impulse will it speak? (The step of the impulse writes a tenth, too.)

# %%
my_prediction_6b = None  # steps after the impulse, a whole number

# %%
timer = cells.LSTMWeights(
    W_x=np.array([[0.0, -40.0, 0.0, 0.0]]),  # the impulse closes the forget gate
    W_h=np.zeros((1, 4)),
    b=np.array([20.0, 20.0, np.arctanh(0.1), -195.0]),  # always write 0.1; output gate closed
    peepholes=np.array([[0.0], [0.0], [100.0]]),  # … unless the cell state exceeds 1.95
)
impulses = np.zeros((1, 40, 1))
impulses[0, 3] = 1
counted = cells.lstm(impulses, timer)
speaks = int(np.argmax(counted.output_gate[0, 4:, 0] > 0.5)) + 4
blind = cells.lstm(impulses, timer._replace(peepholes=None))
you_said(my_prediction_6b, speaks - 3)
print("largest output of the same cell without peepholes", f"{np.abs(blind.h).max():.1e}")

# %%
fig = plotting.gate_activity(
    {"cell state": counted.c[0, :, 0], "output gate": counted.output_gate[0, :, 0],
     "hidden state": counted.h[0, :, 0]}, marks=impulses[0, :, 0] == 1)
plotting.show(fig, alt="Over forty steps the cell state climbs for three steps, falls back at the impulse, and climbs like a ramp from "
              "there. The output gate stays at zero until the ramp passes 1.95, then opens at once, and the hidden state jumps "
              "from zero.")

# %% [markdown]
# The ramp passes 1.95 at its twentieth step, counting the impulse's own as the first. Without the peephole this cell's
# gate stays closed for ever, because nothing tells it of the ramp.
#
# Keras's LSTM has no peepholes, and most since then have none: in a comparison of many variants on real tasks
# (Greff and others, 2017) they made no significant difference, whereas the forget gate did. An open output gate is
# a way to look, too.

# %%
# NBVAL_CHECK_OUTPUT
claim("with a peephole the cell speaks 19 steps after the impulse, and is silent until then",
      speaks - 3 == 19 and np.abs(counted.h[0, 3:speaks]).max() < 0.01, speaks - 3,
      hint="its output gate opens where 100 times the cell state exceeds 195, the bias of that gate")
claim("without one it is silent throughout", np.abs(blind.h).max() < 0.01)
claim("although it holds the same", np.allclose(blind.c, counted.c))

# %% [markdown]
# ## Where this goes wrong
#
# Two mistakes that raise no error. The first: weights that were saved in another order of the gates. Keras and PyTorch
# have $i, f, g, o$; ONNX, a format for exchanging models, has $i, o, f, g$. All shapes fit. (PyTorch's matrices stand
# the other way round, and it keeps two bias vectors for a layer, of which only the sum matters: transpose the ones and
# add the others.) The second: an LSTM has *two* states, and they have the same shape; here a layer goes on from them
# exchanged, with Keras's forget-gate bias of 1 and with 4.

# %%
units = 5
layer = layers.LSTM(units, return_sequences=True, return_state=True, dtype="float64")
x = random.normal(size=(2, 30, 3))
states, last_h, last_c = map(np.array, layer(x))
kernel, recurrent, bias = layer.get_weights()
order = np.concatenate([np.arange(units) + units * gate for gate in (0, 3, 1, 2)])  # i, o, f, g
wrong_order = cells.lstm(x, cells.LSTMWeights(kernel[:, order], recurrent[:, order], bias[order])).h
print("wrong order of gates:", np.abs(wrong_order - states).max().round(3))


def gap_when_exchanged(forget_bias):
    """How far the states are off, step by step, when h and c are exchanged at the start."""
    open_more = np.repeat([0.0, forget_bias, 0.0, 0.0], units)
    layer.set_weights([kernel, recurrent, open_more])
    _, h, c = layer(x)
    right, wrong = (np.array(layer(x, initial_state=start)[0]) for start in ([h, c], [c, h]))
    return np.abs(wrong - right).max(axis=(0, 2))


gaps = {forget_bias: gap_when_exchanged(forget_bias) for forget_bias in (1.0, 4.0)}
for forget_bias, gap in gaps.items():
    print(f"states exchanged, bias {forget_bias:.0f}: off by {gap[0]:.3f} at step 1, {gap[5]:.3f} at 6, "
          f"{gap[-1]:.4f} at 30")

# %% [markdown]
# The symptom of the first is a model that was good elsewhere and is useless here. The symptom of the second is subtler.
# With gates as Keras draws them the outputs are wrong for a few steps and then recover, since the states are
# overwritten. But where the forget gates are open, as in a network that has learned to remember, the wrong start is
# remembered, too. A test on one known output finds either.

# %%
# NBVAL_CHECK_OUTPUT
claim("gates in another order raise no error and give other states", np.abs(wrong_order - states).max() > 0.01)
claim("with a bias of 1, exchanged states are wrong at first, and hardly at step 30",
      gaps[1.0][0] > 0.01 and gaps[1.0][-1] < gaps[1.0][0] / 50, gaps[1.0])
claim("with a bias of 4 they are wrong for longer: at step 30 ten times as far off, and more",
      gaps[4.0][-1] > 10 * gaps[1.0][-1], (gaps[4.0][-1], gaps[1.0][-1]))

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why can a simple recurrent unit not ignore an input when a marker is missing?</summary>
#
# Its input is a sum. The marker can add to the number, but not remove it; to remove something one has to multiply by
# zero, and a gate does that.
# </details>
#
# <details><summary>What should input, forget and output gate be, for a unit that should keep its number and
# show nothing?</summary>
#
# Input gate 0, forget gate 1, output gate 0.
# </details>
#
# <details><summary>The forget gate of a unit is 0.9 throughout. What is left after 20 steps of a number it stored, and of a
# gradient that comes back 20 steps along the cell state?</summary>
#
# If nothing else is written, of both $0.9^{20} = 0.12$: it is the same factor.
# </details>
#
# <details><summary>An LSTM with 3 input features has 64 units. How many parameters?</summary>
#
# $4 \cdot (3 \cdot 64 + 64 \cdot 64 + 64) = 17{,}408$.
# </details>
#
# <details><summary>Your trained network's input gate never closes. Must something be wrong?</summary>
#
# No. Section 6 had such a network: what is written is the product of input gate and candidate, and the candidate can
# be the one that closes.
# </details>

# %% [markdown]
# ## Recap
#
# - You can **say why** a simple recurrent memory fades: it writes at every step, and what it writes replaces what it held.
# - You **named** the four networks, **wrote** one step of them, and **found it equal** to Keras's:
#
# $$i_t, f_t, o_t = \sigma(x_t W_x + h_{t-1} W_h + b) \qquad g_t = \tanh(x_t W_x + h_{t-1} W_h + b)$$
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad h_t = o_t \odot \tanh(c_t)$$
#
#   (each with its own columns of $W_x$, $W_h$ and $b$).
# - You **wrote** the same step backwards, and can **explain** the gradient's way: along the cell state it is multiplied
#   by $f_t$ at each step and by nothing else.
# - You **chose** biases for a memory of a wanted length: that of the **forget gate** says how open the way is before
#   training, and belongs together with that of the input gate.
# - You **read** gates at work, and saw that a network need not use them as we would.
# - You can say what **peepholes** add: the gates see the cell state, even while the output gate is closed.

# %% [markdown]
# ## Next
#
# Four networks and two states: could it be done with less? [Notebook 9](09_gru.ipynb) takes away what can be taken
# away.
#
# ## Further reading
#
# - S. Hochreiter, J. Schmidhuber (1997), *Long Short-Term Memory*: section 3 for the problem, section 4 for the cell,
#   which had no forget gate yet; experiment 4 is the adding problem.
# - F. A. Gers, J. Schmidhuber, F. Cummins (2000), *Learning to Forget: Continual Prediction with LSTM*.
# - F. A. Gers, J. Schmidhuber (2000), *Recurrent Nets that Time and Count*: peepholes; at length in F. A. Gers, N. N.
#   Schraudolph, J. Schmidhuber (2002), *Learning Precise Timing with LSTM Recurrent Networks*.
# - R. Jozefowicz, W. Zaremba, I. Sutskever (2015), *An Empirical Exploration of Recurrent Network Architectures*: the
#   forget-gate bias of 1.
# - K. Greff, R. K. Srivastava, J. Koutník, B. R. Steunebrink, J. Schmidhuber (2017), *LSTM: A Search Space Odyssey*:
#   which parts matter.
# - C. Tallec, Y. Ollivier (2018), *Can Recurrent Neural Networks Warp Time?*: biases for memories of a wanted length.
