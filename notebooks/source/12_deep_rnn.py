# %% [markdown]
# # 12 · Deep recurrent networks: layers on layers
#
# You will put recurrent layers on top of each other, measure when that pays and when it does not, make a stack so deep that
# it fails, and rescue it.
#
# | What | Details |
# |---|---|
# | **You will be able to** | stack recurrent layers by hand and in Keras, and say what each receives · compare depths fairly · say why a deep stack fails and what a residual connection changes · put layer normalisation into a cell and between layers · tell dropout between layers from dropout inside the recurrence |
# | **You need** | [notebook 8](08_lstm.ipynb), [notebook 9](09_gru.ipynb); what a fair comparison takes, from [notebook 10](10_comparing_cells.ipynb) |
# | **Time** | 45 minutes to read, 20 for the two exercises, about one minute to run on two CPU cores |

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
from keras import layers, ops

from utils import cells, datasets, exercises, training
from utils.checks import claim, you_said
from utils.experiments import summary
from utils.models import stacked

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · What the second layer receives
#
# A recurrent network is deep already, in time: what enters at the first step passes the same layer at every step. Depth in
# *space* is another thing. The states of one layer, one for each step, are a sequence; so a second recurrent layer can read
# them as the first reads the inputs. Layer 1 sees $x_t$, layer 2 sees $h^{(1)}_t$, the state of layer 1 at the *same* step:
#
# $$h^{(1)}_t = \mathrm{GRU}_1(x_t, h^{(1)}_{t-1}) \qquad h^{(2)}_t = \mathrm{GRU}_2(h^{(1)}_t, h^{(2)}_{t-1})$$
#
# Two layers by hand, and the same weights in Keras. The inputs have 3 features, the layers 5 and 4 units. What shape has the
# input matrix $W_x$ of the second layer (three networks side by side)? That of the first has the shape (3, 15): three
# features, and three networks of 5 units.

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
# The whole first layer can run before the second begins, or both can run step by step together, as they must when the network
# generates; the result is the same, since layer 2 needs of layer 1 only the same step.
#
# What is where? Here is a first look: which of the past inputs does each layer know? We feed bits, and ask of each layer's
# state, untrained, how well a straight line can read from it the bit of $k$ steps ago (the share of variance explained).

# %%
def readable(states, bits, lag):
    """How much of the variance of the bit `lag` steps ago a straight line through the states explains."""
    x = states[:, lag:].reshape(-1, states.shape[-1])
    x = np.column_stack([x, np.ones(len(x))])
    y = bits[:, : bits.shape[1] - lag].reshape(-1)
    fitted = x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return 1 - np.var(y - fitted) / np.var(y)


bits, _ = datasets.memory.echo(200, 40, seed)
sizes, states, known = [1, 16, 16, 16], bits, {}
for number, (features, units) in enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1):
    states = cells.gru(states, cells.random_gru(features, units, random)).h
    known[f"layer {number}"] = [readable(states, bits[..., 0], lag) for lag in range(9)]
fig = plotting.lines({layer: (range(9), shares) for layer, shares in known.items()}, x="steps back", y="share of the bit's variance explained")
plotting.show(fig, alt="Share of a bit's variance that can be read from the states of three untrained layers, against how many "
              "steps ago it came. For the present bit layer 1 is at 1, layer 3 clearly below. The lines meet about four steps back, and far "
              "back layer 3 is no lower than layer 1.")

# %% [markdown]
# Layer 1 knows the present bit perfectly, and the past less and less. From layer to layer the present fades: what layer 3 says is
# already a mixture of several steps, and of the far past it knows no less than layer 1. A higher layer has a
# blurrier view. That can be useful, where meaning takes several steps. It can also be too much of it.

# %%
# NBVAL_CHECK_OUTPUT
claim("two layers by hand equal Keras's, and the second reads the states of the first",
      np.abs(second - np.array(model(inputs))).max() < 1e-10 and of_layer[1].W_x.shape == (5, 12),
      hint="the second layer reads `first`, the states of the first at every step, and not the inputs")
claim("the first layer knows the present bit, the third clearly less well",
      known["layer 1"][0] > 0.99 and known["layer 3"][0] < 0.95, known)
claim("of the bit of eight steps ago the third knows no less than the first",
      known["layer 3"][8] > known["layer 1"][8] - 0.01, known)

# %% [markdown]
# ## 2 · Does depth pay?
#
# Two layers of 128 units have more parameters than one, and then of course they can do more. The fair question is: with
# *equally many* parameters, one wide layer or several narrower ones? `python benchmarks/depth.py` trained stacks of one to
# four GRU layers, each stack with about as many parameters as the others, on two tasks of notebook 10, five seeds each: the
# characters of the Python documentation, and adding two of fifty numbers. How many layers will do best on each? (More layers,
# fewer units: four layers share the parameters of one.)

# %%
my_prediction_2 = {"text": None, "adding": None}  # layers, whole numbers from 1 to 4

# %%
with open("../benchmarks/depth.json", encoding="utf-8") as file:
    tables = json.load(file)
by_depth = {task: {int(depth): values for depth, values in tables[task]["measured"].items()}
            for task in ("text", "adding")}
for task, unit in (("text", "bits per character"), ("adding", "sums right to within 0.1")):
    fig = plotting.ranges({task: by_depth[task]}, x="recurrent layers", y=unit)
    plotting.show(fig, alt={
        "text": "Bits per character against the number of recurrent layers, medians with the range of five seeds. One and two layers lie "
                "at about 2.3, three at about 2.6, four at 3 and more.",
        "adding": "Share of sums right against the number of recurrent layers, for five seeds. One layer has them all right, and more "
                  "layers are no better.",
    }[task])

# %%
for task in by_depth:
    print(f"{task:7}", {depth: f"{summary(values).median:.3f}" for depth, values in by_depth[task].items()})
you_said(my_prediction_2)

# %% [markdown]
# Depth pays on neither. With equally many parameters and 600 batches, two layers do as well on text as one, three are worse and four much
# worse; we think because a narrow stack takes longer to begin to learn. On adding one layer has all sums right, and there is nothing to gain. So
# depth is no gift. Where it did pay, in speech recognition (Graves and others, 2013) and translation, there were hours of training
# and much more data. A few seconds show that it costs; what it brings must be measured with the budget that you have.

# %%
# NBVAL_CHECK_OUTPUT
on_text = {depth: summary(bits) for depth, bits in by_depth["text"].items()}
claim("on text, two layers and one are not told apart: their ranges overlap",
      on_text[2].lowest < on_text[1].highest and on_text[1].lowest < on_text[2].highest, on_text)
claim("three layers are worse than two in every run, four worse than three",
      on_text[3].lowest > on_text[2].highest and on_text[4].lowest > on_text[3].highest, on_text)
claim("on adding, one layer has every sum in a hundred right but one, with every seed, and no depth can be better",
      min(by_depth["adding"][1]) > 0.99, by_depth["adding"])

# %% [markdown]
# ## 3 · Too deep, and what rescues it
#
# If some depth is good, is more better? Section 1 suggests a danger: each layer hands on a blurred copy. **Residual
# connections** (He and others, 2016) lead round it: what a layer was given is *added* to what it says,
#
# $$x^{(l+1)}_t = x^{(l)}_t + h^{(l)}_t$$
#
# with $x^{(l)}$ for what layer $l$ is given and $h^{(l)}$ for its states, so that a layer has only to say what should be
# *different*, and whatever came in has a way past it. (That is the cell state's highway of notebook 8 again, through layers
# instead of time.) Since what goes in is added to what comes out, all layers have the same number of units.
#
# **Your turn** (●○○, about five minutes). Write the stack. `stack` is a list of layers, the lowest first, and a layer is
# called like a function: `layer(x)` are its states at every step. The plain stack would be `for layer in stack: x = layer(x)`.
# Use `+` and nothing of NumPy: at the end of this section the same function puts Keras layers together. Replace the last line
# and run the cell below it; `exercises.hint("residual_stack")` gives a hint, another one each time, and
# `exercises.solution("residual_stack")` shows ours. If you would rather read on, leave it: the notebook goes on with our solution.

# %%
def residual_stack(x, stack):
    """Layers on layers with residual connections: (batch, time, units) → the same shape."""
    raise NotImplementedError  # your turn


# %%
residual_stack = exercises.check("residual_stack", residual_stack)

# %% [markdown]
# Here is how much an untrained stack of LSTM layers still knows of the bit of five steps ago, layer after layer; once plain, and
# once with residual connections. How much will layer 12 know, plain and with residuals? (The first layer knows about a fifth.)

# %%
my_prediction_3 = {"plain": None, "residual": None}  # share of the variance, a number from 0 to 1

# %%
def untrained_lstm(units):
    """A layer with random weights, as a function of a sequence (batch, time, units)."""
    weights = cells.random_lstm(units, units, random)
    return lambda x: cells.lstm(x, weights).h


def through_layers(residual, depth=12, units=16):
    """Layer by layer: what the states tell of the bit of five steps ago, and their standard deviation."""
    x = bits @ random.normal(size=(1, units)) / 2
    told, spread = [], []
    for layer in [untrained_lstm(units) for _ in range(depth)]:
        x = residual_stack(x, [layer]) if residual else layer(x)
        told.append(readable(x, bits[..., 0], 5))
        spread.append(x.std())
    return told, spread, readable(x, bits[..., 0], 20)


stacks = {"plain": through_layers(False), "residual": through_layers(True)}
print("at layer 12, of the bit of twenty steps ago:", {kind: f"{old:.2f}" for kind, (*_, old) in stacks.items()})
you_said(my_prediction_3, {kind: round(told[-1], 3) for kind, (told, *_) in stacks.items()})
print("standard deviation of the states at layers 1, 6 and 12:",
      {kind: [f"{spread[layer]:.1e}" for layer in (0, 5, 11)] for kind, (_, spread, _) in stacks.items()})

# %%
fig = plotting.lines({kind: (range(1, 13), told) for kind, (told, *_) in stacks.items()},
                     x="layer", y="share of the bit's variance explained")
plotting.show(fig, alt="Share of the variance of the bit of five steps ago that can be read from each of twelve untrained LSTM "
              "layers. With residual connections it stays near a fifth. Plain, it holds for six layers and then falls nearly to zero.")

# %% [markdown]
# Each plain layer averages over its past, so what it says comes late; after twelve layers the bit of five steps ago has hardly arrived,
# whereas that of twenty steps ago can be read. The states become small as well, by a factor of hundreds. A residual connection
# leads round both.
#
# Can it be trained? The task is to echo the bit of five steps ago. `python
# benchmarks/depth.py` trained stacks of 4, 8 and 12 LSTM layers for 200 batches, five seeds each: plain, with residual connections,
# with layer normalisation before every layer (section 4), and with both. (Before each stack stands a dense layer that brings the bit to
# the layers' size.)

# %%
rescued = tables["rescue"]["measured"]
for kind in ("plain", "residual", "normalised", "both"):
    ranges = {depth: summary(rescued[f"{depth}, {kind}"]) for depth in (4, 8, 12)}
    print(f"{kind:10}", *(f"{depth:2} layers {low:.2f} to {high:.2f}  " for depth, (low, _, high) in ranges.items()))

# %% [markdown]
# Four layers learn it, plain or not. With eight, one of five plain stacks has not, after 200 batches; with twelve none of them
# has: the best of them gets 56 bits in a hundred right, where guessing gets 50. With residual connections every stack learns it, with
# every seed. Layer normalisation alone does not rescue twelve layers: none of them gets 60 in a hundred.
#
# A Keras layer is called like a function, too, and `+` adds Keras's tensors as it adds arrays. So `residual_stack` makes a stack that
# can be trained: twelve LSTM layers, behind a dense layer that brings the bit to their size (about 15 seconds, the first of them until
# Keras has put the layers together). `stacked.stacked_rnn` has the same, with layer normalisation and dropout as options.

# %%
inputs = layers.Input((None, 1))  # (batch, time, features)
bottom = layers.Dense(16)(inputs)  # (batch, time, units)
twelve = [layers.LSTM(16, return_sequences=True) for _ in range(12)]
echoing = keras.Model(inputs, layers.Dense(1)(residual_stack(bottom, twelve)))
loss = keras.losses.BinaryCrossentropy(from_logits=True)
echoing.compile(keras.optimizers.Adam(5e-3, global_clipnorm=1.0), loss, jit_compile=False)
_ = echoing.fit(*datasets.memory.echo(200 * 32, 25, seed, delay=5), batch_size=32, verbose=0,
                callbacks=[training.EpochLines("twelve layers", batches=50)])
new, wanted = datasets.memory.echo(500, 25, seed + 1000, delay=5)
right = np.mean((echoing.predict(new, verbose=0) > 0)[:, 5:] == (wanted > 0.5)[:, 5:])
print(f"twelve layers with residual connections: {right:.1%} of the bits right")

# %%
# NBVAL_CHECK_OUTPUT
claim("untrained, the bit of five steps ago can be read from the first plain layer and not from the twelfth",
      stacks["plain"][0][0] > 0.15 and stacks["plain"][0][-1] < 0.05, stacks["plain"][0])
claim("with residual connections it can be read from the twelfth as well", stacks["residual"][0][-1] > 0.12,
      stacks["residual"][0])
claim("the bit of twenty steps ago can be read from the twelfth plain layer, and better than that of five",
      stacks["plain"][2] > max(0.05, stacks["plain"][0][-1]), stacks["plain"][2])
claim("in the table four layers learn it with every seed, plain or not",
      min(min(rescued[f"4, {kind}"]) for kind in ("plain", "residual", "normalised", "both")) > 0.99, rescued,
      stored="benchmarks/depth.py")
claim("plain states shrink more than a hundredfold on the way", stacks["plain"][1][-1] < stacks["plain"][1][0] / 100,
      stacks["plain"][1])
claim("in the table no plain stack of twelve gets 57 bits in a hundred right, and every one with residuals more than 99",
      max(rescued["12, plain"]) < 0.57 and min(rescued["12, residual"]) > 0.99, rescued, stored="benchmarks/depth.py")
claim("at eight layers, one plain stack of five fails, and none with residuals",
      sum(share < 0.6 for share in rescued["8, plain"]) == 1 and min(rescued["8, residual"]) > 0.99, rescued,
      stored="benchmarks/depth.py")
claim("with layer normalisation alone no stack of twelve gets 60 in a hundred", max(rescued["12, normalised"]) < 0.6,
      rescued, stored="benchmarks/depth.py")
claim("live, twelve layers with residual connections learn to echo", right > 0.98, right,
      hint="what does exercises.check say of residual_stack?")


# %% [markdown]
# ## 4 · Layer normalisation
#
# **Layer normalisation** (Ba, Kiros and Hinton, 2016) brings each vector to mean 0 and variance 1, over its units, and then
# multiplies by a gain $\alpha$ and adds a bias $b_h$ that are learned:
#
# $$\mathrm{norm}(a) = \frac{a - \mathrm{mean}(a)}{\sqrt{\mathrm{var}(a) + \epsilon}}$$
#
# Between two layers it is one line of Keras, `layers.LayerNormalization()`. Inside a recurrent cell it stands before the
# activation, at every step:
#
# $$h_t = \tanh\big(\alpha \odot \mathrm{norm}(x_t W_{xh} + h_{t-1} W_{hh}) + b_h\big)$$
#
# Mean and variance are numbers of one step of one sequence, taken over its units, and not of a batch. So it does the same in training
# and in use, at any length.
#
# **Your turn** (●●○, about fifteen minutes). Write the whole layer, from a first state of zeros. It is the loop of notebook 1,
# with the norm between the sums and the tanh. `a.mean(axis=-1, keepdims=True)` of an array (batch, units) is (batch, 1), which
# fits beside it again; `a.var` likewise; $\epsilon$ stands under the root. The states of all steps are put together by
# `np.stack(states, axis=1)`.

# %%
def normalised_rnn(x, W_xh, W_hh, b_h, gain, epsilon=1e-3):
    """A simple layer with layer normalisation: (batch, time, features) → states (batch, time, units)."""
    raise NotImplementedError  # your turn


# %%
normalised_rnn = exercises.check("normalised_rnn", normalised_rnn)

# %% [markdown]
# What will become of the states, if all of $W_{xh}$ and $W_{hh}$ are made ten times larger? (Put $10\,a$ for $a$ into the formula
# of the norm.)

# %%
my_prediction_4 = None  # in words, in quotation marks

# %% [markdown]
# In Keras a cell is a layer that makes one step, and `layers.RNN` is the loop around it:

# %%
class NormalisedCell(layers.Layer):
    """A simple recurrent cell with layer normalisation; the bias is that of the normalisation."""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.state_size = units
        self.from_input = layers.Dense(units, use_bias=False, dtype=self.dtype_policy)
        self.from_state = layers.Dense(units, use_bias=False, dtype=self.dtype_policy)
        self.normalise = layers.LayerNormalization(dtype=self.dtype_policy)

    def build(self, input_shape):
        self.from_input.build(input_shape)
        for part in (self.from_state, self.normalise):
            part.build((None, self.state_size))

    def call(self, x, states):
        h = ops.tanh(self.normalise(self.from_input(x) + self.from_state(states[0])))
        return h, [h]


# %%
x = random.normal(size=(4, 10, 3))
layer = layers.RNN(NormalisedCell(6, dtype="float64"), return_sequences=True, dtype="float64")
of_keras = np.array(layer(x))
cell = layer.cell
[W_xh], [W_hh], (gain, b_h) = (part.get_weights() for part in
                               (cell.from_input, cell.from_state, cell.normalise))
by_hand = normalised_rnn(x, W_xh, W_hh, b_h, gain)
larger = normalised_rnn(x, 10 * W_xh, 10 * W_hh, b_h, gain)
plain = [cells.elman(x, cells.ElmanWeights(k * W_xh, k * W_hh, b_h)) for k in (1, 10)]
print("difference from Keras", f"{np.abs(by_hand - of_keras).max():.0e}")
print(f"weights ten times larger: with normalisation {np.abs(larger - by_hand).max():.4f}, "
      f"without {np.abs(plain[1] - plain[0]).max():.2f}")
you_said(my_prediction_4)

# %% [markdown]
# Next to nothing happens: whatever the size of these weights, what reaches the tanh has the same size. So large weights alone cannot
# drive the tanh to its flat end; that was one of the remedies of notebook 2. (Not exactly nothing, because of the $\epsilon$ beside the
# variance, which keeps us from dividing by zero.) `cells.normalised_elman` is this layer with masks, and `bptt` has its backward pass.

# %%
# NBVAL_CHECK_OUTPUT
claim("the normalised layer by hand equals the one of Keras's parts", np.abs(by_hand - of_keras).max() < 1e-10,
      hint="what does exercises.check say of normalised_rnn?")
claim("with normalisation, weights ten times larger change the states by less than a hundredth of what they do without",
      np.abs(larger - by_hand).max() < np.abs(plain[1] - plain[0]).max() / 100,
      (np.abs(larger - by_hand).max(), np.abs(plain[1] - plain[0]).max()))

# %% [markdown]
# ## 5 · Two places for dropout
#
# More layers, more parameters, and with little data a network learns it by heart. **Dropout** sets a share of the values to zero in
# training. Between layers it touches no memory: layer 2 misses some of its inputs (Zaremba and others, 2014). But on
# the state's way to the *next step* it is another matter. With three in ten values dropped, anew at each step, what share of the units keeps
# its memory over twenty steps? (Over one step it is seven in ten.)

# %%
my_prediction_5 = None  # share of the units, a number from 0 to 1

# %%
kept = random.random((1000, 20, 50)) > 0.3  # (sequences, steps, units): anew at each step
anew = kept.all(axis=1).mean()
same = (random.random((1000, 50)) > 0.3).mean()  # chosen once for all steps
print(f"units that were never dropped in 20 steps: {anew:.4f} if chosen anew, {same:.2f} if chosen once")
you_said(my_prediction_5, anew)

# %% [markdown]
# So dropout of a state must take the *same* units at every step of a sequence (Gal and Ghahramani, 2016). Keras's recurrent layers do so
# in both places, `dropout` and `recurrent_dropout`. (The latter drops the state only on its way into gates and candidate; what a GRU's update
# gate or an LSTM's forget gate keeps stays whole.) Does dropout help? The same script trained two layers to tag words (notebook 11) on 200 sentences
# only, so few that they are soon known by heart, for forty epochs, with a half of the values dropped in one place, in the other, and in both. Here is the
# loss on new sentences, in nats per word, at the best epoch (chosen on these very sentences) and at the last, for five seeds.

# %%
for kind, runs in tables["dropout"]["measured"].items():
    best, last = (summary(values) for values in zip(*runs, strict=True))
    print(f"{kind:18} best {best.median:.2f} ({best.lowest:.2f} to {best.highest:.2f})   "
          f"last {last.median:.2f} ({last.lowest:.2f} to {last.highest:.2f})")

# %% [markdown]
# After its best epoch every network gets worse on new sentences: it is learning by heart. And dropout does not help here, wherever it stands: the ranges
# lie on top of each other, and a share of a half costs time besides. What does help is to stop at the best epoch. Dropout is a remedy to
# try when there is time for long training, and to measure; not one to put in on trust.

# %%
# NBVAL_CHECK_OUTPUT
claim("dropped anew at each step, fewer than one unit in a hundred is untouched for twenty steps",
      anew < 0.01 and abs(anew - 0.7**20) < 0.001, anew,
      hint="a unit has to be kept at the first step and at the second and so on: 0.7 times 0.7 times …")
dropout = {kind: [summary(values) for values in zip(*runs, strict=True)]
           for kind, runs in tables["dropout"]["measured"].items()}
claim("every kind of network gets worse after its best epoch, by more than 15 % in the median",
      all(last.median > 1.15 * best.median for best, last in dropout.values()), dropout)
claim("no place of dropout shows a lower loss than none, by the rule of notebook 10",
      all(best.highest > dropout["none"][0].lowest for best, _ in dropout.values()), dropout)

# %% [markdown]
# ## Where this goes wrong
#
# A layer that feeds another must give out its state at *every* step, `return_sequences=True`. Forget it, and the second layer
# receives one vector instead of a sequence. Keras notices, with a message that does not say what to do:

# %%
complaint = None
try:
    keras.Sequential([layers.Input((None, 3)), layers.GRU(5), layers.GRU(4)])
except ValueError as error:
    complaint = str(error).splitlines()[0]
print(complaint)

# %% [markdown]
# *Expected ndim=3, found ndim=2*: three axes were expected, batch, time and features, and there are two; time is missing. A quieter
# mistake is to compare depths at equal *units*. Then the deeper stack has more parameters, and nobody knows what won:

# %%
def parameters(depth, units):
    inputs = layers.Input((None, 32))
    return keras.Model(inputs, stacked.stacked_rnn(inputs, units, depth)).count_params()


print({depth: f"{parameters(depth, 128):,}" for depth in (1, 2, 4)}, "parameters with 128 units each")

# %%
# NBVAL_CHECK_OUTPUT
claim("without return_sequences Keras complains of a missing axis", "ndim=3" in complaint, complaint)
claim("four layers of 128 units have more than three times the parameters of one",
      parameters(4, 128) > 3 * parameters(1, 128))

# %% [markdown]
# ## Check yourself
#
# <details><summary>A stack of three layers reads a sequence of 20 steps. How many layers lie between the input of step 1 and
# the output of step 20?</summary>
#
# Three in space and nineteen steps in time; a signal may climb at any step, so it passes 22 applications of a layer or so.
# </details>
#
# <details><summary>Why must all layers of a residual stack have the same number of units?</summary>
#
# What goes in is added to what comes out, element by element. (Or a dense layer has to bring it to size.)
# </details>
#
# <details><summary>A model with 12 layers does not learn at all, not even its training data. Is it overfitting?</summary>
#
# No: what overfits has learned its training data too well. This one has lost the signal on the way; residual connections may help.
# </details>
#
# <details><summary>Someone writes a loop over time and calls a Dropout layer on the state in it. What is wrong?</summary>
#
# It draws other units at each step, so in a simple RNN nearly every unit is erased within some steps. The same mask has to be used throughout a
# sequence.
# </details>

# %% [markdown]
# ## Recap
#
# - You **stacked** layers by hand: layer $l$ reads $h^{(l-1)}_t$, the state of the layer below at the same step; all of them.
# - You **compared** depths at equal parameters: within a minute's training depth did not pay, on either task.
# - You **saw** a stack fail at twelve layers, found that the recent past does not get through it, and wrote what **rescues** it:
#   $x^{(l+1)}_t = x^{(l)}_t + h^{(l)}_t$.
# - You **normalised** a layer: $h_t = \tanh(\alpha \odot \mathrm{norm}(a_t) + b_h)$ does not feel it if all its matrices are scaled together.
# - You **told apart** dropout between layers from dropout in the recurrence, which must be drawn once a sequence.

# %% [markdown]
# ## Next
#
# You now have all the parts: gated cells, two directions, layers on layers. [Notebook 13](13_encoder_decoder.ipynb) joins two of these
# networks, one that reads a sentence and one that writes its translation.
#
# ## Further reading
#
# - A. Graves, A. Mohamed, G. Hinton (2013), *Speech Recognition with Deep Recurrent Neural Networks*: depth that paid.
# - R. Pascanu, C. Gulcehre, K. Cho, Y. Bengio (2014), *How to Construct Deep Recurrent Neural Networks*: other places for depth.
# - W. Zaremba, I. Sutskever, O. Vinyals (2014), *Recurrent Neural Network Regularization*: dropout between layers.
# - Y. Gal, Z. Ghahramani (2016), *A Theoretically Grounded Application of Dropout in Recurrent Neural Networks*.
# - J. L. Ba, J. R. Kiros, G. E. Hinton (2016), *Layer Normalization*: section 3.
# - K. He, X. Zhang, S. Ren, J. Sun (2016), *Deep Residual Learning for Image Recognition*: residual connections.
# - Y. Wu and others (2016), *Google's Neural Machine Translation System*: section 3.1, residual connections between LSTM layers.
