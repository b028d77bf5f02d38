# %% [markdown]
# # 12 · Deep recurrent networks: layers on layers
#
# You will put recurrent layers on top of each other, find a task on which depth pays, make a stack so deep that
# it fails, see why, and rescue it.
#
# | What | Details |
# |---|---|
# | **You will be able to** | stack recurrent layers by hand and in Keras, and say what each receives · compare depths fairly · say what goes wrong in a deep stack, forwards and backwards, and what a residual connection changes · put layer normalisation into a cell and between layers · tell dropout between layers from dropout inside the recurrence |
# | **You need** | [notebook 8](08_lstm.ipynb), [notebook 9](09_gru.ipynb); what a fair comparison takes, from [notebook 10](10_comparing_cells.ipynb) |
# | **Time** | 55 minutes to read, 20 for the two exercises, about one minute to run on two CPU cores |

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
    git = f"GIT_TERMINAL_PROMPT=0 git clone -q --depth 1 --branch v1.0.0 '{address}'"
    try:
        assert address, "this copy of the course has no address yet"
        if os.system(f"{git} {new}/course 2>{os.devnull}"):
            unpack_archive(urlretrieve(f"{address}/archive/v1.0.0.zip")[0], new, "zip")
        found = [glob(f"{new}/*/utils/rnn_course.py")[0]]
    except Exception as e:
        raise RuntimeError(f"No course here or online ({e}): unzip its ZIP here, rerun") from None
run_path(found[0], run_name="setup")  # from here on, `utils` is the course's

from utils import plotting, versions

seed = versions.prepare()
import keras

plotting.style()

# %%
import json

import numpy as np
import tensorflow as tf
from keras import layers, ops

from utils import cells, datasets, exercises, experiments, training
from utils.checks import claim, you_said
from utils.models import stacked

random = np.random.default_rng(seed)
STORED = "benchmarks/depth.py"  # what measures the tables; a claim about them cannot fail here

# %% [markdown]
# ## 1 · What the second layer receives
#
# A recurrent network is deep already, in time: what enters at the first step passes the same layer at every step.
# Depth in *space* is another thing. The states of one layer, one for each step, are a sequence; so a second recurrent
# layer can read them as the first reads the inputs. Layer 1 sees $x_t$, layer 2 sees $h^{(1)}_t$, the state of layer
# 1 at the *same* step:
#
# $$h^{(1)}_t = \mathrm{GRU}_1(x_t, h^{(1)}_{t-1}) \qquad h^{(2)}_t = \mathrm{GRU}_2(h^{(1)}_t, h^{(2)}_{t-1})$$

# %%
fig = plotting.stacked_layers(3)
plotting.show(fig, alt="Three layers on top of each other over three steps. At each step the input enters layer 1, "
              "whose state goes up to layer 2 and from there to layer 3, all at the same step; and in each "
              "layer the state goes to the right, to the next step.")

# %% [markdown]
# Two layers by hand, and the same weights in Keras. The inputs have 3 features, the layers 5 and 4 units. What shape
# has the input matrix $W_x$ of the second layer (three networks side by side)? That of the first has the shape (3,
# 15): three features, and three networks of 5 units.

# %%
my_prediction_1 = None  # a shape, two whole numbers such as (3, 15)

# %%
inputs = random.normal(size=(2, 6, 3))  # (batch, time, features)
model = keras.Sequential([
    layers.Input((None, 3), dtype="float64"),
    layers.GRU(5, return_sequences=True, dtype="float64"),
    layers.GRU(4, return_sequences=True, dtype="float64"),
])
of_layer = [cells.GRUWeights(*layer.get_weights()) for layer in model.layers]
first = cells.gru(inputs, of_layer[0]).h  # (batch, time, 5)
second = cells.gru(first, of_layer[1]).h  # (batch, time, 4)
you_said(my_prediction_1, of_layer[1].W_x.shape)
print("difference from Keras", f"{np.abs(second - np.array(model(inputs))).max():.0e}")

# %% [markdown]
# The whole first layer can run before the second begins, or both can run step by step together, as they must when the
# network generates; the result is the same, since layer 2 needs of layer 1 only the same step.
#
# What is where? Here is a first look: which of the past inputs does each layer know? We feed bits, and ask of each
# layer's state, untrained, how well a linear function of it tells the bit of $k$ steps ago: fitted by least squares
# on one half of the sequences, the share of the bit's variance that it explains in the other half. (The mean of four
# stacks, each with its own random weights.)

# %%
def readable(states, bits, lag):
    """How much of the variance of the bit `lag` steps ago a linear function of the states explains."""
    x = np.insert(states / states.std(), 0, 1.0, axis=-1)[:, lag:]
    y = bits[:, : bits.shape[1] - lag]
    (x, new), (y, asked) = np.split(x, 2), np.split(y, 2)  # sequences: one half to fit, one to explain
    line = np.linalg.lstsq(x.reshape(-1, x.shape[-1]), y.reshape(-1), rcond=None)[0]
    return max(0, 1 - np.mean((asked - new @ line) ** 2) / np.var(asked))


bits, _ = datasets.memory.echo(200, 40, seed)
LAGS = range(11)


def told_by_layer():
    """What three untrained GRU layers tell of the bits of 0 to 10 steps ago, (layers, lags)."""
    states, told = bits, []
    for _ in range(3):
        states = cells.gru(states, cells.random_gru(states.shape[-1], 16, random)).h
        told.append([readable(states, bits[..., 0], lag) for lag in LAGS])
    return told


told = np.array([told_by_layer() for _ in range(4)])  # (stacks, layers, lags)
fig = plotting.lines({f"layer {number}": (LAGS, shares) for number, shares in enumerate(told.mean(axis=0), start=1)},
                     x="steps back", y="share of the bit's variance explained")
plotting.show(fig, alt="Share of a bit's variance that can be read from the states of three untrained layers, "
              "against how many steps ago it came. For the present bit layer 1 is at 1, layer 3 at 0.9, and "
              "one step back 0.95 and 0.6. The lines cross about four steps back, and from six steps on "
              "layer 3 lies highest.")

# %% [markdown]
# Layer 1 knows the present bit perfectly, and the past less and less. From layer to layer the present fades: what
# layer 3 says is already a mixture of several steps. Of the bits of six to ten steps ago, in return, it tells more
# than layer 1 does. A higher layer has a wider and blurrier view. That can be useful, where something has to be known
# for several steps. It can also be too much of it.

# %%
# NBVAL_CHECK_OUTPUT
claim("two layers by hand equal Keras's, and the second reads the states of the first",
      np.abs(second - np.array(model(inputs))).max() < 1e-10 and of_layer[1].W_x.shape == (5, 12),
      hint="the second layer reads `first`, the states of the first at every step, and not the inputs")
present, past = told[..., 0].mean(axis=0), told[..., 6:].mean(axis=(0, 2))  # of each layer
claim("the first layer knows the present bit, the third less well", present[0] > 0.99 and present[2] < 0.96, present)
claim("of the bits of six to ten steps ago the third tells more than the first, the second lies between",
      past[0] + 0.01 < past[2] and past[0] < past[1] < past[2], past)

# %% [markdown]
# ## 2 · Does depth pay?
#
# Two layers of 128 units have more parameters than one, and then of course they can do more. The fair question is:
# with *equally many* parameters, one wide layer or several narrower ones? A GRU layer of $U$ units that reads $U$
# numbers has about $6\,U^2$ weights (three networks, each with two matrices; a dense layer first brings the bit to
# $U$ numbers). One layer has 14 units. How many has each of four layers, if all four together have as many weights?
# And how many units are that in all?

# %%
my_prediction_2 = {"units of each": None, "in all": None}  # whole numbers

# %%
def parameters(depth, units):
    """Of a stack of GRU layers that reads bits."""
    inputs = layers.Input((None, 1))
    return keras.Model(inputs, stacked.stacked_rnn(inputs, units, depth)).count_params()


UNITS = {1: 14, 2: 10, 3: 8, 4: 7}  # depth → units of each layer
print({depth: f"{parameters(depth, units):,} parameters" for depth, units in UNITS.items()})
you_said(my_prediction_2, {"units of each": UNITS[4], "in all": 4 * UNITS[4]})

# %% [markdown]
# Half the units each, and so twice as many in all: a deep stack has more room in its states. Where could that pay?
# Where much has to be kept at the same time. So here is a task for it: say at every step the bit of *sixteen* steps
# ago (`datasets.memory.echo`). Sixteen bits must be known at once, in order, and all move on by one place at each
# step. A guess is right half of the time.
#
# `python benchmarks/depth.py` trained stacks of one to four layers with equally many parameters, 400 batches of 32
# sequences each. Each depth has its own learning rate, chosen on validation with three seeds from a grid of factors
# of two, which grew until the best of it had a worse one on either side; then come ten other seeds, and the test
# sequences, read once. One row more tells depth from room: one layer of 24 units, as many as the three layers of 8
# have together.

# %%
with open("../benchmarks/depth.json", encoding="utf-8") as file:
    tables = json.load(file)


def scores(part, column="score"):
    """Row → what each seed has on test."""
    return {row: [run[column] for run in runs] for row, runs in tables[part]["measured"].items()}


def by_rate(part):
    """Row → learning rate → what each of the three seeds of the search has on validation."""
    return experiments.by_rate(tables[f"{part}: rates"]["validation"])


equal = {row: found for row, found in by_rate("depth").items() if row != "1 layer, more units"}
fig = plotting.ranges(equal, x="learning rate", y="share of bits right, validation", log_x=True, line={"a guess": 0.5})
plotting.show(fig, alt="Share of bits right on validation against the learning rate, three seeds each. One layer "
              "stays between 0.7 and 0.76 up to a rate of 0.032 and falls at 0.064. The deeper the stack, "
              "the higher its line: two layers reach 0.78, three 0.82 at 0.016, four 0.85 at 0.032. No rate "
              "lifts one layer to where three are.")

# %%
fig = plotting.ladder(scores("depth"), x="share of bits right, test", digits=3, from_zero=False)
plotting.show(fig, alt="Share of bits right on test, ten dots a row. One layer 0.721, two 0.769, three 0.804, four "
              "0.844. One layer with more units has 0.671: eight dots near 0.7, and two at a guess, 0.5.")

# %%
def verdict(part, first, second, worth=0.02):
    """Better, worse or not shown: what the pairs of seeds say of the first row."""
    return experiments.compare(scores(part), first, second, worth=worth)


for row in ("2 layers", "3 layers", "4 layers", "1 layer, more units"):
    print(f"{row} against 1 layer: {verdict('depth', row, '1 layer')}")
for more, less in ("32", "43", "42"):
    print(f"{more} layers against {less}: {verdict('depth', f'{more} layers', f'{less} layers')}")
print(f"3 layers against 1 layer with more units: {verdict('depth', '3 layers', '1 layer, more units')}")

LONGER = "depth, four times the batches"
print(experiments.table(scores(LONGER), middle="mean"), "after four times the batches")
for pair in (("3 layers", "1 layer"), ("3 layers", "1 layer, more units"), ("1 layer, more units", "1 layer")):
    print(f"four times the batches, {pair[0]} against {pair[1]}: {verdict(LONGER, *pair)}")

# %% [markdown]
# Depth pays here. With equally many parameters each layer more is *better*, up to four: 72 bits in a hundred right,
# 77, 80, 84. (*Better* means that the pairs of seeds differ by two points or more in the mean, with an interval that
# does not contain zero; notebook 10 explains it.) And it is not the room alone: one layer of 24 units, with nearly
# three times the parameters, is not shown to be better than one of 14 after these 400 batches, and three layers are
# *better* than it. The curves of two to four layers still rise, so this holds within this budget. With four times the
# batches, and the same rates, room helps as well: 88 bits in a hundred for 24 units, 83 for 14. But three layers have
# 98, and are *better* than both.
#
# Others report it with far more data and time. Graves and others (2013) stacked bidirectional LSTMs on speech, and had
# 17.7 % of the phonemes wrong, the best result until then; how much of that the depth did, and how much their
# regularisation, this one figure does not say. Hermans and Schrauwen (2013) looked into stacks that predict text
# letter by letter, and found that higher layers work on longer scales of time; which is what section 1 showed before
# any training, and here one possible reason: the way from a bit to its place sixteen steps later is divided among the
# layers. But depth has a price, too, as the next section shows.

# %%
# NBVAL_CHECK_OUTPUT
claim("four layers of half the units have as many parameters as one, to within six in a hundred, and twice the units",
      abs(parameters(4, 7) / parameters(1, 14) - 1) < 0.06 and 4 * UNITS[4] == 2 * UNITS[1])
order = ["1 layer", "2 layers", "3 layers", "4 layers"]
claim("with equally many parameters each layer more is better, up to four",
      [verdict("depth", f"{depth} layers", row).word for depth, row in enumerate(order[:3], start=2)] == ["better"] * 3,
      scores("depth"), stored=STORED)
claim("four layers are better than one and two, and three than one",
      [verdict("depth", *pair).word for pair in
       (("4 layers", "1 layer"), ("4 layers", "2 layers"), ("3 layers", "1 layer"))] == ["better"] * 3, stored=STORED)
claim("one layer with more units is not shown to be better than one, and three layers are better than it",
      verdict("depth", "1 layer, more units", "1 layer").word == "not shown"
      and verdict("depth", "3 layers", "1 layer, more units").word == "better", scores("depth"), stored=STORED)
improving = {row: experiments.still_improving([run["validation"] for run in runs], higher_is_better=True)
             for row, runs in tables["depth"]["measured"].items()}
claim("the curves of two to four layers still rise in the last quarter", all(improving[row] for row in order[1:]),
      improving, stored=STORED)

# %%
# NBVAL_CHECK_OUTPUT
longer = {row: np.mean(found) for row, found in scores(LONGER).items()}
claim("with four times the batches three layers have 98 in a hundred right, the others less than 90",
      round(longer["3 layers"], 2) == 0.98 and max(longer["1 layer"], longer["1 layer, more units"]) < 0.9, longer,
      stored=STORED)
claim("then three layers are better than either one, and one layer with more units is better than one with fewer",
      [verdict(LONGER, *pair).word for pair in (("3 layers", "1 layer"), ("3 layers", "1 layer, more units"),
                                                ("1 layer, more units", "1 layer"))] == ["better"] * 3, stored=STORED)

# %% [markdown]
# ## 3 · Too deep, and what rescues it
#
# If some depth is good, is more better? Section 1 suggests a danger: each layer hands on a blurred copy. **Residual
# connections** (He and others, 2016) lead round it: what a layer was given is *added* to what it says,
#
# $$x^{(l+1)}_t = x^{(l)}_t + h^{(l)}_t$$
#
# with $x^{(l)}$ for what layer $l$ is given and $h^{(l)}$ for its states, so that a layer has only to say what should
# be *different*, and whatever came in has a way past it. (That is the cell state's highway of notebook 8 again,
# through layers instead of time.) Since what goes in is added to what comes out, all layers have the same number of
# units.

# %%
fig = plotting.stacked_layers(2, residual=True)
plotting.show(fig, alt="Two layers over three steps with residual connections. At each step a thick arrow leaves "
              "what a layer is given before it enters, passes the layer on the left, and meets the layer's "
              "state in a plus above it; the sum is what the next layer is given.")

# %% [markdown]
# **Your turn** (●○○, about five minutes). Write the stack. `stack` is a list of layers, the lowest first, and a layer
# is called like a function: `layer(x)` are its states at every step. The plain stack would be `for layer in stack: x
# = layer(x)`. Use `+` and nothing of NumPy: later in this section the same function puts Keras layers together.
# Replace the last line and run the cell below it; `exercises.hint("residual_stack")` gives a hint, another one each
# time, and `exercises.solution("residual_stack")` shows ours. If you would rather read on, leave it: the notebook
# goes on with our solution.

# %%
def residual_stack(x, stack):
    """Layers on layers with residual connections: (batch, time, units) → the same shape."""
    raise NotImplementedError  # your turn


# %%
residual_stack = exercises.check("residual_stack", residual_stack)

# %% [markdown]
# ### What arrives, before training
#
# Here is what each of twelve untrained LSTM layers tells of the bits of 0 to 24 steps ago, once plain, and once with
# residual connections. An LSTM's state is $o_t \odot \tanh(c_t)$, and an untrained output gate $o_t$ is about a half.
# By about which factor do the states become smaller from layer 1 to layer 12 of the plain stack, if each layer halves
# what it is given?

# %%
my_prediction_3 = None  # how many times smaller, a number such as 20

# %%
def untrained_lstm(units, forget_bias=1):
    """A layer with random weights, as a function of a sequence (batch, time, units)."""
    weights = cells.random_lstm(units, units, random, forget_bias=forget_bias)
    return lambda x: cells.lstm(x, weights).h


def plain_stack(x, stack):
    for layer in stack:
        x = layer(x)
    return x


BACK, SHOWN = [0, 4, 8, 16, 24], [1, 2, 4, 6, 8, 12]  # steps; layers


def through_layers(put_together, forget_bias=1, units=16):
    """Layer by layer: what the states tell of bits of the past, (layers, lags), and their size."""
    x = bits @ random.normal(size=(1, units)) / 2
    told, sizes = [], []
    for layer in [untrained_lstm(units, forget_bias) for _ in range(12)]:
        x = put_together(x, [layer])
        told.append([readable(x, bits[..., 0], lag) for lag in BACK])
        sizes.append(x.std())
    return np.array(told), np.array(sizes)


# %%
through = {"plain": through_layers(plain_stack), "with residuals": through_layers(residual_stack)}
shrunk = {kind: sizes[0] / sizes[-1] for kind, (_, sizes) in through.items()}
print("from layer 1 to layer 12 states become smaller by", {kind: f"{factor:.3g}" for kind, factor in shrunk.items()})
you_said(my_prediction_3, shrunk["plain"])

# %%
def show_told(kind, alt):
    """Draws what six of the twelve layers tell."""
    fig = plotting.matrix(through[kind][0][np.array(SHOWN) - 1], [str(layer) for layer in SHOWN],
                          [str(lag) for lag in BACK], x="steps back", y="layer", title=kind)
    plotting.show(fig, alt=alt)


show_told("plain", "Plain stack, layers 1 to 12 against steps back, share of the bit's variance as numbers. Layer 1 "
                   "tells all of the present bit and a quarter of that of four steps ago. The higher the layer, the "
                   "later it begins: layer 12 tells nothing of the last four steps, and about an eighth of the bits "
                   "of sixteen and of twenty-four steps ago.")
show_told("with residuals", "With residual connections all rows are alike: from layer 1 to layer 12 all of the present "
                            "bit, about a quarter of that of four steps ago, and less and less further back.")

# %% [markdown]
# Two things happen to a plain stack. Each layer averages over its past, so that what it says comes *late*: layer 12
# tells nothing of the bit of four steps ago, and an eighth of that of sixteen. And the states become *small*. (Eleven
# halvings would be 2,048; they lose less.) A residual connection leads round both.
#
# How late? A cell that keeps the share $f$ of itself at each step holds parts that are $f / (1 - f)$ steps old in the
# mean. An untrained forget gate is $\sigma(b_f)$, and Keras begins with $b_f = 1$ (notebook 8): $f = 0.73$, and 2.7
# steps a layer. Begun with $b_f = -1$ it would be $f = 0.27$ and 0.37 steps. By how many steps are twelve layers late,
# with the one and with the other?

# %%
my_prediction_3b = {"bias 1": None, "bias -1": None}  # steps, two numbers

# %%
def lateness(forget_bias, units=16, steps=150):
    """When a change of one input shows in the twelfth state: how many steps later, in the mean."""
    stack = [untrained_lstm(units, forget_bias) for _ in range(12)]
    one = random.normal(size=(1, units)) / 2
    x = random.integers(0, 2, size=(8, steps, 1)) @ one
    changed = x.copy()
    changed[:, 0] += one
    shows = np.abs(plain_stack(changed, stack) - plain_stack(x, stack)).sum(axis=(0, 2))  # at each step
    return shows @ np.arange(steps) / shows.sum()


late_by = {f"bias {bias}": np.mean([lateness(bias) for _ in range(4)]) for bias in (1, -1)}
you_said(my_prediction_3b, late_by)

# %%
through["plain, on time"] = through_layers(plain_stack, forget_bias=-1)
print(f"states of layer 12: {through['plain'][1][-1]:.0e}, on time {through['plain, on time'][1][-1]:.0e}")
show_told("plain, on time", "A plain stack whose forget gates begin with a bias of -1: each layer tells most of the "
                            "present bit and a good part of that of four steps ago, layer 12 about a half of it, and "
                            "nothing of bits of twenty-four steps ago.")

# %% [markdown]
# With forget gates that let go of three quarters at each step the stack is *on time*: layer 12 tells a good part of
# the bit of four steps ago. (The first stack is later still than twelve times 2.7; possibly because each layer also
# reads its own state.) But its states are smaller than ever, as the cells add up less of what comes in.
#
# ### What comes back
#
# Training needs the way back as well. How large is the gradient of each layer's input matrix, before training? Bits
# enter through a dense layer that brings them to the layers' size; the task is to say the bit of four steps ago.

# %%
def twelve_layers(put_together, forget_bias=1, delay=4, steps=16):
    """Bits (batch, time, 1) → scores of the bit of `delay` steps ago, by twelve LSTM layers."""
    inputs = layers.Input((delay + steps, 1))
    stack = [layers.LSTM(12, return_sequences=True) for _ in range(12)]
    states = put_together(layers.Dense(12)(inputs), stack)
    for layer in stack:
        layer.cell.bias.assign(np.repeat([0, forget_bias, 0, 0], 12))  # input gate, forget gate, candidate, output gate
    return keras.Model(inputs, layers.Dense(1)(states[:, delay:])), stack


loss = keras.losses.BinaryCrossentropy(from_logits=True)


def gradient_sizes(*options):
    """Root mean square of the gradient of each layer's input matrix, before training."""
    model, stack = twelve_layers(*options)
    x, wanted = datasets.memory.echo(32, 20, seed, delay=4)
    with tf.GradientTape() as tape:
        error = loss(wanted[:, 4:], model(x))
    found = tape.gradient(error, [layer.cell.kernel for layer in stack])
    return [float(ops.sqrt(ops.mean(gradient**2))) for gradient in found]


# %%
def normalised_stack(x, stack):
    """Plain, with layer normalisation before each layer (section 4)."""
    for layer in stack:
        x = layer(layers.LayerNormalization()(x))
    return x


coming_back = {"with residuals": gradient_sizes(residual_stack), "normalised": gradient_sizes(normalised_stack),
               "plain": gradient_sizes(plain_stack), "plain, on time": gradient_sizes(plain_stack, -1)}
drawn = {kind: {layer: [size] for layer, size in enumerate(sizes, start=1)} for kind, sizes in coming_back.items()}
fig = plotting.ranges(drawn, x="layer", y="gradient of W_x, root mean square", log=True, line={"Adam's ε": 1e-7})
plotting.show(fig, alt="Size of the gradient of each layer's input matrix before training, logarithmic. With "
              "residual connections it is about equal at all layers. Plain, it is about equal at all "
              "layers, too, but thousands of times smaller, near the line of Adam's ε. Plain and on time it is "
              "smaller still, far below that line. Normalised it comes near that with residual connections.")

# %% [markdown]
# Of the plain stack every layer gets a tiny gradient, the highest as well as the lowest. It is made of two factors:
# what comes in from below, and what comes back from above. Each layer shrinks the first on the way up and the second
# on the way down, by about as much; so their product is about equal at all layers, and thousands of times smaller
# than with residual connections. Does that stop learning? Adam divides each gradient by its own size, so a small one
# is no obstacle by itself; but it adds $\epsilon = 10^{-7}$ to that size, and gradients near this line or below it
# are followed more slowly: those of the plain stack lie near it, those of the stack on time far below. (The fourth
# curve is a stack with layer normalisation before each layer; it will be needed below.)

# %% [markdown]
# ### Can it be trained?
#
# So there are two suspects: the plain stack is late, and what passes through it is small. To tell them apart, each is
# taken away alone, and then both. *Late* is mended by the forget gates, as above. *Small* is mended in two ways: by
# layer normalisation before each layer (section 4), which brings each vector to mean 0 and variance 1 and leaves no
# way past a layer; or by an $\epsilon$ of $10^{-12}$, with which Adam follows gradients of any size that occurs here.
#
# | | late | on time |
# |---|---|---|
# | **small** | plain | on time |
# | **small, and Adam does not mind** | small ε | on time, small ε |
# | **of a usable size** | normalised | on time, normalised |
#
# `python benchmarks/depth.py` trained them all to say the bit of four steps ago, 200 batches of 32 sequences, and the
# stack with residual connections beside them; each has a rate of its own, and ten seeds. And as a control plain and
# residual once more, asked for the bit of *sixteen* steps ago, which can be read from the plain stack before training.
#
# Of ten stacks each, how many will learn it if they are only on time, only normalised, or both?

# %%
my_prediction_3c = {"on time": None, "normalised": None, "on time, normalised": None}  # of 10 each

# %%
ORDER = ["residual", "plain", "small ε", "normalised", "on time", "on time, small ε", "on time, normalised",
         "plain, delay 16", "residual, delay 16"]
trained = scores("rescue") | scores("obstacles") | scores("readable")
fig = plotting.counted({row: trained[row] for row in ORDER}, 0.95, x="share of bits right, test",
                       line={"a guess": 0.5})
plotting.show(fig, alt="Share of bits right on test for twelve layers, ten dots a row, and how many reach 0.95. "
              "Residual: all ten at one. Plain and on time: all at a guess, small ε too but for one dot at 0.87. "
              "Normalised: from 0.5 to 0.99, 1 of 10. On time with small ε: from 0.75 to 0.94, none. On time and "
              "normalised: from 0.91 to one, 9 of 10. Asked for the bit of sixteen steps ago the plain stack has 0.70 "
              "to 0.80, but for one dot at a guess, and the residual one 0.72 to 0.76.")

# %%
PAIRS = [("small ε", "plain"), ("normalised", "plain"), ("on time", "plain"),  # one suspect taken away
         ("on time, small ε", "small ε"), ("on time, normalised", "normalised"),  # and then the other, too
         ("on time, small ε", "on time"), ("on time, normalised", "on time"),
         ("residual", "on time, normalised"), ("residual, delay 16", "plain, delay 16")]
shown = {pair: experiments.compare(trained, *pair, worth=0.02) for pair in PAIRS}
for (first, second), found in shown.items():
    print(f"{first} against {second}: {found}")
learners = {row: experiments.learned(trained[row], 0.95)[0] for row in ORDER[:7]}
you_said(my_prediction_3c, {row: learners[row] for row in ("on time", "normalised", "on time, normalised")})

# %% [markdown]
# Of the plain stacks none learns it: all ten say the same bit always, and in the search they did so at each of five
# rates, a factor of sixteen apart. With residual connections all ten learn it, and in the search all did at each of
# four rates.
#
# Which suspect did it? Both, and each alone comes near to being enough. Take away that the stack is late, and leave
# it small: all ten are at a guess. Take away that it is small, and leave it late: with a small $\epsilon$ nine of ten
# are at a guess; with layer normalisation, which is *better* than plain, one of ten learns it, and seven have fewer
# than six bits in ten right. Take away both: on time and with a small $\epsilon$ all ten have 74 to 94 bits in a
# hundred right; on time and normalised nine of ten learn it, without any way past a layer. Every step from one to
# both is *better*. A residual connection takes away both at once, and that it does more than the two together is not
# shown. (All of this holds within 200 batches, which is more than the residual stack needs.)
#
# And the control: asked for the bit of *sixteen* steps ago the same plain stack, late and small, has 70 to 80 bits in a
# hundred right with nine of ten seeds. There residual connections are not shown to be better: they have 72 to 76, with
# curves that still rise. So the rescue is shown for what is asked for soon, and not for all that a deep stack might do.
#
# A Keras layer is called like a function, too, and `+` adds Keras's tensors as it adds arrays:
# `twelve_layers(residual_stack)` is a stack that can be trained. Here it is, live, and beside it the least reliable
# row of the table, layer normalisation alone, which may end anywhere (about forty seconds, most of them until Keras
# has put the layers together). `stacked.stacked_rnn` has the same, with dropout as an option, too.

# %%
def share_right(model, delay, steps=16):
    """The share of bits that are right, in 500 new sequences."""
    new, wanted = datasets.memory.echo(500, delay + steps, seed + 1000, delay=delay)
    return np.mean((model.predict(new, batch_size=500, verbose=0) > 0) == (wanted[:, delay:] > 0.5))


def echoes(put_together, rate, batches=200):
    """Trains twelve layers to say the bit of four steps ago: the share of bits right."""
    keras.utils.set_random_seed(seed)
    model, _ = twelve_layers(put_together)
    model.compile(keras.optimizers.Adam(rate, global_clipnorm=1.0), loss, jit_compile=False)
    x, wanted = datasets.memory.echo(batches * 32, 20, seed, delay=4)
    model.fit(x, wanted[:, 4:], batch_size=32, verbose=0,
              callbacks=[training.EpochLines(put_together.__name__, batches=50)])
    return share_right(model, delay=4)


rate_of = {row: options["learning_rate"] for row, options in tables["rescue"]["rows"].items()}
right = {"residual": echoes(residual_stack, rate_of["residual"]),
         "normalised": echoes(normalised_stack, rate_of["normalised"])}
print({kind: f"{share:.1%} of the bits right" for kind, share in right.items()})

# %%
# NBVAL_CHECK_OUTPUT
bottom, top = through["plain"][0][[0, -1]]  # layers 1 and 12, by steps back
claim("untrained, the bit of four steps ago can be read from the first plain layer and not from the twelfth",
      bottom[1] > 0.15 and top[1] < 0.03, (bottom[1], top[1]))
claim("that of sixteen steps ago can be read from the twelfth plain layer, and better than from the first",
      top[3] > 0.07 and top[3] > bottom[3], (bottom[3], top[3]))
first, last = through["with residuals"][0][[0, -1]]
claim("with residual connections the twelfth tells the present bit, and of four steps ago not much less than the first",
      last[0] > 0.95 and last[1] > 0.6 * first[1], (first, last))
claim("plain states shrink more than a hundredfold on the way, with residual connections they grow",
      shrunk["plain"] > 100 and shrunk["with residuals"] < 1, shrunk)
claim("twelve plain layers are late by more than thirty steps, and by less than eight with a forget bias of -1",
      late_by["bias 1"] > 30 and late_by["bias -1"] < 8, late_by)
claim("on time, layer 12 tells a third or more of the bit of four steps ago, with states a thousand times smaller",
      through["plain, on time"][0][-1][1] > 1 / 3
      and through["plain, on time"][1][-1] < 1e-3 * through["plain"][1][-1], through["plain, on time"])

# %%
# NBVAL_CHECK_OUTPUT
plain, residual = coming_back["plain"], coming_back["with residuals"]
claim("the gradients of the plain stack are a thousand times smaller than with residual connections, or more",
      np.mean(plain) < 1e-3 * np.mean(residual), (max(plain), min(residual)))
claim("those of all plain layers are of one size, to within a factor of ten", max(plain) < 10 * min(plain), plain)
claim("those of the stack on time lie below a tenth of Adam's ε at every layer",
      max(coming_back["plain, on time"]) < 1e-8, coming_back["plain, on time"])
claim("with layer normalisation they are a hundred times larger than the plain ones, or more",
      min(coming_back["normalised"]) > 100 * np.mean(plain), coming_back["normalised"])
claim("live, twelve layers with residual connections learn to echo", right["residual"] > 0.98, right,
      hint="what does exercises.check say of residual_stack?")
claim("live, layer normalisation alone is not ahead of them", right["normalised"] <= right["residual"], right)

# %%
# NBVAL_CHECK_OUTPUT
claim("of ten stacks of twelve layers no plain one learns it, all with residuals, one with layer normalisation alone",
      [learners[row] for row in ("plain", "residual", "normalised")] == [0, 10, 1], learners, stored=STORED)
claim("on time alone none is better than a guess, with a small ε alone one of ten, and it does not learn it either",
      max(trained["on time"]) < 0.51 and sum(np.array(trained["small ε"]) > 0.51) == 1 and not learners["small ε"],
      (trained["on time"], trained["small ε"]), stored=STORED)
claim("on time and normalised nine of ten learn it; on time with a small ε none, yet all are right 7 times in 10",
      (learners["on time, normalised"], learners["on time, small ε"]) == (9, 0)
      and min(trained["on time, small ε"]) > 0.7, learners, stored=STORED)
claim("to take the second suspect away is better in each case, the first alone only by layer normalisation",
      [shown[pair].word for pair in PAIRS[:7]] == ["not shown", "better", "not shown"] + ["better"] * 4, shown,
      stored=STORED)
claim("residual connections are not shown to be better than both suspects away",
      shown["residual", "on time, normalised"].word == "not shown", stored=STORED)
late = np.sort(trained["plain, delay 16"])
claim("asked for the bit of sixteen steps ago nine of ten plain stacks are right 7 times in 10 or more, and residual "
      "ones are not shown to be better", late[1] >= 0.7 > late[0] and max(trained["residual, delay 16"]) < 0.8
      and shown[PAIRS[-1]].word == "not shown", (late, trained["residual, delay 16"]), stored=STORED)
search = by_rate("rescue")
claim("no plain stack of the table, and none of the search with its five rates, does better than a guess",
      len(search["plain"]) == 5 and max(max(sum(search["plain"].values(), [])), max(trained["plain"])) < 0.51,
      search["plain"], stored=STORED)
claim("in the search every stack with residuals learns it, at each of four rates",
      len(search["residual"]) == 4 and min(sum(search["residual"].values(), [])) > 0.95, stored=STORED)
claim("the residual stacks have learned it after five eighths of the batches",
      min(run["validation"][4] for run in tables["rescue"]["measured"]["residual"]) > 0.95, stored=STORED)

# %% [markdown]
# ## 4 · Layer normalisation
#
# **Layer normalisation** (Ba, Kiros and Hinton, 2016) brings each vector to mean 0 and variance 1, over its units,
# and then multiplies by a gain $\alpha$ and adds a bias $b_h$ that are learned:
#
# $$\mathrm{norm}(a) = \frac{a - \mathrm{mean}(a)}{\sqrt{\mathrm{var}(a) + \epsilon}}$$
#
# Between two layers it is one line of Keras, `layers.LayerNormalization()`. Inside a recurrent cell it stands before
# the activation, at every step:
#
# $$h_t = \tanh\big(\alpha \odot \mathrm{norm}(x_t W_{xh} + h_{t-1} W_{hh}) + b_h\big)$$
#
# Mean and variance are numbers of one step of one sequence, taken over its units, and not of a batch. So it does the
# same in training and in use, at any length.
#
# **Your turn** (●●○, about fifteen minutes). Write the whole layer, from a first state of zeros. It is the loop of
# notebook 1, with the norm between the sums and the tanh. `a.mean(axis=-1, keepdims=True)` of an array (batch, units)
# is (batch, 1), which fits beside it again; `a.var` likewise; $\epsilon$ stands under the root. The states of all
# steps are put together by `np.stack(states, axis=1)`.

# %%
def normalised_rnn(x, W_xh, W_hh, b_h, gain, epsilon=1e-3):
    """A simple layer with layer normalisation: (batch, time, features) → states (batch, time, units)."""
    raise NotImplementedError  # your turn


# %%
normalised_rnn = exercises.check("normalised_rnn", normalised_rnn)

# %% [markdown]
# In Keras a cell is a layer that makes one step, and `layers.RNN` is the loop around it. Its parts take over the
# precision of the whole (`dtype_policy`), so that it works in any:

# %%
class NormalisedCell(layers.Layer):
    """A simple recurrent cell with layer normalisation; the bias is that of the normalisation."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.state_size, policy = units, self.dtype_policy
        self.from_input = layers.Dense(units, use_bias=False, dtype=policy)
        self.from_state = layers.Dense(units, use_bias=False, kernel_initializer="orthogonal", dtype=policy)
        self.normalise = layers.LayerNormalization(dtype=policy)

    def build(self, input_shape):
        self.from_input.build(input_shape)
        for part in (self.from_state, self.normalise):
            part.build((None, self.state_size))

    def call(self, x, states):
        h = ops.tanh(self.normalise(self.from_input(x) + self.from_state(states[0])))
        return h, [h]


# %% [markdown]
# What will become of the states, if all of $W_{xh}$ and $W_{hh}$ are made ten times larger? By about how much will
# they change, in the mean? (Put $10\,a$ for $a$ into the formula of the norm. Without normalisation it is about a half,
# and 2 is the most that is possible.)

# %%
my_prediction_4 = None  # a number from 0 to 2, the mean change of a state

# %%
x = random.normal(size=(4, 10, 3))
layer = layers.RNN(NormalisedCell(6, dtype="float64"), return_sequences=True, dtype="float64")
of_keras = np.array(layer(x))
W_xh, W_hh, gain, b_h = layer.get_weights()
by_hand = normalised_rnn(x, W_xh, W_hh, b_h, gain)
larger = normalised_rnn(x, 10 * W_xh, 10 * W_hh, b_h, gain)
without = [cells.elman(x, cells.ElmanWeights(k * W_xh, k * W_hh, b_h)) for k in (1, 10)]
print("difference from Keras", f"{np.abs(by_hand - of_keras).max():.0e}")
changed, otherwise = np.abs(larger - by_hand).mean(), np.abs(without[1] - without[0]).mean()
print(f"mean change of a state, weights ten times larger: with normalisation {changed:.4f}, without {otherwise:.2f}")
you_said(my_prediction_4, changed)

# %% [markdown]
# Next to nothing happens: however large these weights, what reaches the tanh has the same size. (Not exactly nothing,
# because of the $\epsilon$ beside the variance: not Adam's, but the one that keeps us from dividing by zero.) So
# large matrices cannot drive the tanh to its flat end; only a large gain could.
#
# What is that worth in training? Notebook 2 asked whether it helps from matrices with which gradients vanish or
# explode. Here is the plainest case: the bit of eight steps ago, one layer of 16 units, which begins with its usual
# matrices, or with matrices four times as large. `python benchmarks/depth.py` trained each with and without
# normalisation, with a rate of its own and ten seeds.

# %%
fig = plotting.counted(scores("normalised"), 0.99, x="share of bits right, test", line={"a guess": 0.5})
plotting.show(fig, alt="Share of bits right on test, ten dots a row. From the usual matrices all dots lie at one, "
              "plain and normalised. From matrices four times as large the plain layer stays near 0.6 with "
              "every seed, the normalised one is at one with every seed.")

# %%
rates = by_rate("normalised")["plain, matrices × 4"]
print("plain, matrices × 4, validation:", {rate: f"{max(found):.2f} at most" for rate, found in rates.items()})
verdicts = {start: verdict("normalised", f"normalised, matrices × {start}", f"plain, matrices × {start}")
            for start in (1, 4)}
for start, found in verdicts.items():
    print(f"matrices × {start}, normalised against plain: {found}")
LONG = "normalised, four times the batches"
print("matrices × 4, four times the batches, normalised against plain:",
      verdict(LONG, "normalised, matrices × 4", "plain, matrices × 4"))

# %% [markdown]
# From the usual matrices both learn it with every seed, and there is nothing to gain. From matrices four times as
# large the plain layer learns it with none, at any of the six rates, nor with four times the batches; and the
# normalised one with all ten: *better*.
# So normalisation in the recurrence is an insurance against a bad beginning, and with a good one this task does not
# need it. To see it learn, here are both from the large matrices, live (about fifteen seconds).

# %%
def from_large_matrices(cell, rate, delay=8, batches=300):
    """The share of bits right after training a layer that begins with matrices four times as large."""
    keras.utils.set_random_seed(seed)
    inputs, recurrent = layers.Input((delay + 16, 1)), layers.RNN(cell, return_sequences=True)
    model = keras.Model(inputs, layers.Dense(1)(recurrent(inputs)[:, delay:]))
    for matrix in recurrent.trainable_variables:
        if len(matrix.shape) == 2:  # neither a bias nor the gain
            matrix.assign(4 * matrix)
    model.compile(keras.optimizers.Adam(rate, global_clipnorm=1.0), loss, jit_compile=False)
    bits, wanted = datasets.memory.echo(batches * 32, delay + 16, seed, delay=delay)
    model.fit(bits, wanted[:, delay:], batch_size=32, verbose=0,
              callbacks=[training.EpochLines(type(cell).__name__, batches=100)])
    return share_right(model, delay)


rate_of = {row: options["learning_rate"] for row, options in tables["normalised"]["rows"].items()}
live = {"plain": from_large_matrices(layers.SimpleRNNCell(16), rate_of["plain, matrices × 4"]),
        "normalised": from_large_matrices(NormalisedCell(16), rate_of["normalised, matrices × 4"])}
print({name: f"{share:.1%} of the bits right" for name, share in live.items()})

# %%
# NBVAL_CHECK_OUTPUT
claim("the normalised layer by hand equals the one of Keras's parts", np.abs(by_hand - of_keras).max() < 1e-10,
      hint="what does exercises.check say of normalised_rnn?")
claim("with normalisation, weights ten times larger change the states by less than a twentieth of what they do without",
      changed < otherwise / 20, (changed, otherwise))
trained = scores("normalised")
claim("from the usual matrices both learn to echo with every seed, and neither is shown to be better",
      min(min(trained[f"{kind}, matrices × 1"]) for kind in ("plain", "normalised")) > 0.99
      and verdicts[1].word == "not shown", trained, stored=STORED)
claim("from matrices four times as large ten of ten normalised layers learn it, no plain one, and normalised is better",
      experiments.learned(trained["normalised, matrices × 4"], 0.99) == (10, 10)
      and max(trained["plain, matrices × 4"]) < 0.65 and verdicts[4].word == "better", trained, stored=STORED)
longer = scores(LONG)
claim("with four times the batches the plain layer learns it no better: at most 0.65 right, and normalised is better",
      max(longer["plain, matrices × 4"]) < 0.65 and min(longer["normalised, matrices × 4"]) > 0.99
      and verdict(LONG, "normalised, matrices × 4", "plain, matrices × 4").word == "better", longer, stored=STORED)
claim("in the search no rate of six helped the plain layer: at most 0.65 right",
      len(rates) == 6 and max(max(found) for found in rates.values()) < 0.65, rates, stored=STORED)
claim("live, from large matrices the normalised layer learns it and the plain one does not",
      live["normalised"] > 0.97 and live["plain"] < 0.75, live,
      hint="was NormalisedCell changed? At every step the norm stands between the sums and the tanh")

# %% [markdown]
# ## 5 · Two places for dropout
#
# More layers, more parameters, and with little data a network learns it by heart. **Dropout** sets a share of the
# values to zero in training. Between layers it touches no memory: layer 2 misses some of its inputs (Zaremba and
# others, 2014). But on the state's way to the *next step* it is another matter. With three in ten values dropped,
# anew at each step, after how many steps is less than half of the units still untouched? (After one step seven in ten
# are.) And what share after twenty steps?

# %%
my_prediction_5 = {"steps until half": None, "share after 20": None}  # a whole number; from 0 to 1

# %%
kept = random.random((1000, 20, 50)) > 0.3  # (sequences, steps, units): anew at each step
untouched = np.logical_and.accumulate(kept, axis=1).mean(axis=(0, 2))  # after each step
same = (random.random((1000, 50)) > 0.3).mean()  # chosen once for all steps
print(f"units that were never dropped in 20 steps: {untouched[-1]:.4f} if chosen anew, {same:.2f} if chosen once")
you_said(my_prediction_5, {"steps until half": int(np.argmax(untouched < 0.5)) + 1, "share after 20": untouched[-1]})

# %% [markdown]
# This speaks for taking the *same* units of a state at every step of a sequence, as Gal and Ghahramani (2016) do.
# Keras's recurrent layers do so in both places, with `dropout` for what a layer reads and `recurrent_dropout` for its
# state. (Zaremba and others drop what a layer reads anew at each step; no network here was trained with masks drawn
# anew. And `recurrent_dropout` drops the state only on its way into gates and candidate; what a GRU's update gate or an
# LSTM's forget gate keeps stays whole.)
#
# Does dropout help? The script trained two GRU layers to tag words (notebook 11) on 200 sentences only, for 24
# epochs, with a half of the values dropped between the layers, which is what the second layer reads; of all inputs,
# those of the first layer too, made from the words' vectors; in the recurrence; or of all inputs and in the
# recurrence. One thing needs care with so little data: one word in five of new sentences does not occur in those 200.
# Such words are read as `[UNK]`, and in training rare words are read so now and then (notebook 11's word dropout), or
# the network would meet a vector that it never trained, and be surprised by that instead. Each row has its own rate;
# the best epoch is chosen on validation, and the last epoch stands beside it. Here are nats per word on test, the
# mean of ten seeds, lowest to highest.

# %%
taggers = tables["dropout"]["measured"]
print(experiments.table({row: [{when: run[f"all, {when}"] for when in ("best", "last")} for run in runs]
                         for row, runs in taggers.items()}, middle="mean"))

# %%
EPOCHS = range(1, 1 + tables["dropout"]["epochs"])
fig = plotting.seed_curves({f"{row}, {part}": [(EPOCHS, run[part]) for run in taggers[row]]
                            for row in ("none", "in the recurrence") for part in ("training", "validation")},
                           x="epoch", y="nats per word")
plotting.show(fig, alt="Nats per word against epochs, a line a seed. Without dropout the training curves fall to "
              "0.02 and the validation curves to a third of a nat, where they stay flat. With dropout in "
              "the recurrence both fall sooner, to 0.01 and to the same third.")

# %%
def nats(words, when):
    """Row → nats per word on test, one a seed; "all", "known" or "unknown" words, at the "best" epoch or the "last"."""
    return scores("dropout", f"{words}, {when}")


def after_best(words, row="none"):
    """What is shown of the last epoch, set beside the best."""
    found = {when: nats(words, when)[row] for when in ("best", "last")}
    return experiments.compare(found, "last", "best", worth=0.01, higher_is_better=False)


for words in ("all", "known", "unknown"):
    print(f"without dropout, {words} words, last epoch against best: {after_best(words)}")
places = ["between layers", "all inputs", "in the recurrence", "all inputs, and the recurrence"]
against = {row: experiments.compare(nats("all", "best"), row, "none", worth=0.01, higher_is_better=False)
           for row in places}
for row, found in against.items():
    print(f"{row} against none: {found}")

# %% [markdown]
# The network soon knows its 200 sentences by heart: 0.02 nats a word on them, a third of a nat on new ones. But that
# does it little harm. The best epoch comes one to five before the last, and in these last ones, without dropout, the
# loss of *known* words is not shown to rise; what rises, by a tenth of a nat a word, is that of *unknown* ones, about
# which the network has little to go by. A rising loss on new sentences is therefore not yet a sign of learning by
# heart: ask which words it comes from.
#
# And dropout? The place decides. With a half of the values dropped between the layers the loss at the best epoch is
# *worse* than with none, 0.332 nats a word against 0.317, and much worse if the first layer's inputs are dropped as
# well, 0.372. In the recurrence, the same units throughout a sentence, it is *better*: 0.293, and the gain is in the
# known words. With all inputs and the recurrence together nothing is shown, and that curve still falls at the end.
#
# Zaremba and others report that dropout of all that is not recurrent, between the layers, below the first and above the
# last, greatly reduces overfitting. Much differs from our rows: LSTMs, far more data, masks drawn anew at each step,
# and what the last layer says is dropped as well. Which of these differences matters we have not tried, nor smaller
# shares than a half. So dropout is a remedy to try, with a rate of its own, and to measure; not one to put in on trust.

# %%
# NBVAL_CHECK_OUTPUT
claim("dropped anew at each step, fewer than half of the units are untouched after two, after twenty 1 in 1,000",
      untouched[1] < 0.5 < untouched[0] and abs(untouched[-1] - 0.7**20) < 0.001, untouched[-1],
      hint="a unit has to be kept at the first step and at the second and so on: 0.7 times 0.7 times …")
last_training = [run["training"][-1] for run in taggers["none"]]
claim("without dropout the sentences are known by heart: below 0.03 nats on them, more than ten times that on new ones",
      max(last_training) < 0.03 and min(nats("all", "last")["none"]) > 10 * max(last_training), last_training,
      stored=STORED)
claim("after the best epoch the loss of known words is not shown to rise, that of unknown ones is worse",
      after_best("known").word == "not shown" and after_best("unknown").word == "worse", stored=STORED)

# %%
# NBVAL_CHECK_OUTPUT
claim("dropout between layers is worse than none, and of all inputs too; in the recurrence it is better",
      [against[row].word for row in places[:3]] == ["worse", "worse", "better"], stored=STORED)
claim("of all inputs it is worse than between layers alone; with the recurrence as well nothing is shown against none",
      experiments.compare(nats("all", "best"), "all inputs", "between layers", worth=0.01, higher_is_better=False).word
      == "worse" and against[places[3]].word == "not shown", stored=STORED)
gained = {words: experiments.compare(nats(words, "best"), "in the recurrence", "none", worth=0.01,
                                      higher_is_better=False).word
          for words in ("known", "unknown")}
claim("what dropout in the recurrence gains is in the known words; for the unknown nothing is shown",
      gained == {"known": "better", "unknown": "not shown"}, gained, stored=STORED)
falling = [row for row, runs in taggers.items()
           if experiments.still_improving([run["validation"] for run in runs])]
claim("the loss on validation still falls in the last quarter with all inputs and the recurrence, and there alone",
      falling == places[3:], falling, stored=STORED)
claim("without dropout the best epoch comes one to five before the last",
      {run["best epoch"] for run in taggers["none"]} <= set(range(19, 24)), stored=STORED)

# %% [markdown]
# ## Where this goes wrong
#
# A layer that feeds another must give out its state at *every* step, `return_sequences=True`. Forget it, and the
# second layer receives one vector instead of a sequence. Keras notices, with a message that does not say what to do:

# %%
complaint = None
try:
    keras.Sequential([layers.Input((None, 3)), layers.GRU(5), layers.GRU(4)])
except ValueError as error:
    complaint = str(error).splitlines()[0]
print(complaint)

# %% [markdown]
# *Expected ndim=3, found ndim=2*: three axes were expected, batch, time and features, and there are two; time is
# missing. A quieter mistake is to compare depths at equal *units*. Then the deeper stack has more parameters, and
# nobody knows what won:

# %%
print({depth: f"{parameters(depth, 128):,}" for depth in (1, 2, 4)}, "parameters with 128 units each")

# %%
# NBVAL_CHECK_OUTPUT
claim("without return_sequences Keras complains of a missing axis", "ndim=3" in complaint, complaint)
claim("four layers of 128 units have more than three times the parameters of one",
      parameters(4, 128) > 3 * parameters(1, 128))

# %% [markdown]
# ## Check yourself
#
# <details><summary>Three layers read a sequence of 20 steps. Through how many applications of a layer does a signal
# pass from the input of step 1 to the state of the third layer at step 20?</summary>
#
# 22, by whichever way: three layers have to be climbed and nineteen steps in time to be gone, and the first
# application does the first layer. It may climb at any step.
# </details>
#
# <details><summary>Why must all layers of a residual stack have the same number of units?</summary>
#
# What goes in is added to what comes out, element by element. (Or a dense layer has to bring it to size.)
# </details>
#
# <details><summary>A model with 12 layers learns nothing, not even its training data. Is it overfitting?</summary>
#
# No: what overfits has learned its training data too well. This one has lost the signal on the way. Look at the size
# of the states and of the gradients, layer by layer; then try residual connections.
# </details>
#
# <details><summary>Someone calls a Dropout layer on the state, in a loop over time. What is wrong?</summary>
#
# It draws other units at each step, so in a simple RNN nearly every unit is erased within some steps. With one mask for
# a whole sequence those that are kept stay whole.
# </details>
#
# <details><summary>The loss on new sentences rises. What do you look at before you say "overfitting"?</summary>
#
# At what is new in them. If some words never occurred in training, their vectors are still random, and what the
# network makes of them means nothing, however well it has learned the others. Score such words apart, and give them
# `[UNK]`.
# </details>

# %% [markdown]
# ## Recap
#
# - You **stacked** layers by hand: layer $l$ reads $h^{(l-1)}_t$, the state of the layer below at the same step; all
#   of them.
# - You **compared** depths at equal parameters, each with its own rate: where sixteen bits had to be kept in order,
#   each layer more was better, up to four, within the budget.
# - You **saw** a plain stack of twelve layers fail: what it says comes late and small, and the gradients of all its
#   layers are thousands of times smaller than with residual connections. You told the two causes apart by taking each
#   away alone: neither is enough, both together are. You wrote what **rescues** the stack in one stroke, for something
#   that is asked for soon: $x^{(l+1)}_t = x^{(l)}_t + h^{(l)}_t$.
# - You **normalised** a layer: $h_t = \tanh(\alpha \odot \mathrm{norm}(a_t) + b_h)$ does not feel it if all its
#   matrices are scaled together, and learns from a beginning from which the plain layer does not.
# - You **told apart** dropout between layers from dropout in the recurrence, for which Keras draws once a sequence, and
#   saw why; and asked a rising loss which words it came from.

# %% [markdown]
# ## Next
#
# You now have all the parts: gated cells, two directions, layers on layers. [Notebook 13](13_encoder_decoder.ipynb)
# joins two of these networks, one that reads a sentence and one that writes its translation.
#
# ## Further reading
#
# - M. Hermans, B. Schrauwen (2013), *Training and Analysing Deep Recurrent Neural Networks*: layers that work on
#   different scales of time.
# - A. Graves, A. Mohamed, G. Hinton (2013), *Speech Recognition with Deep Recurrent Neural Networks*: layers on layers,
#   in both directions.
# - R. Pascanu, C. Gulcehre, K. Cho, Y. Bengio (2014), *How to Construct Deep Recurrent Neural Networks*: other places
#   for depth.
# - W. Zaremba, I. Sutskever, O. Vinyals (2014), *Recurrent Neural Network Regularization*: dropout of all
#   but the recurrence.
# - Y. Gal, Z. Ghahramani (2016), *A Theoretically Grounded Application of Dropout in Recurrent Neural Networks*.
# - J. L. Ba, J. R. Kiros, G. E. Hinton (2016), *Layer Normalization*: section 3.
# - K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep Residual Learning for Image Recognition*: residual connections.
# - Y. Wu and others (2016), *Google's Neural Machine Translation System*: section 3.1, residual connections between
#   LSTM layers.
