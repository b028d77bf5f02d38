# %% [markdown]
# # 1 · The simple RNN: a network that remembers
#
# You will write a recurrent layer from scratch, find that Keras computes the same numbers, and let
# it forecast three centuries of sunspots, with honest rivals beside it.
#
# | What | Details |
# |---|---|
# | **You will be able to** | describe a sequence as an array (batch, time, features) · write the recurrent step and unroll it over time · build Elman's and Jordan's networks and say what each can remember · forecast a series without fooling yourself |
# | **You need** | Python, some NumPy, and a first course in neural networks: Dense layers, a loss, gradient descent |
# | **Time** | 45 minutes to read, about one minute to run on two CPU cores |

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
import numpy as np
from keras import layers, ops

from utils import animation, baselines, cells, datasets, forecasting, metrics
from utils.checks import check_close, claim, you_said
from utils.training import EpochLines

random = np.random.default_rng(seed)

# %% [markdown]
# How these notebooks work: before each result a cell such as `my_prediction_1 = None` asks for a guess. Put
# yours in the place of `None`, and run the cell, before you run on; beside it stands which kind of answer is
# wanted. `you_said` then shows your guess next to the result. Nobody is graded, and leaving `None` is allowed.
#
# `claim("sentence", condition)` prints ✓ when the condition holds and stops the notebook when it does not, so
# that no sentence here has to be taken on trust. `# NBVAL_CHECK_OUTPUT` is a note for our tests. The setup
# cell above you need not read.
#
# ## 1 · Why order needs memory
#
# *The dog bites the man* and *the man bites the dog* have the same words. A temperature that goes 10,
# 15, 20 and one that goes 20, 15, 10 have the same values. What tells them apart is the order.
#
# We write a **sequence** as an array with three axes: **batch**, which example; **time**, which step;
# **features**, the numbers that belong to one step. Two sequences of three steps with one
# number each:

# %%
rising = [[10.0], [15.0], [20.0]]  # (time, features)
falling = [[20.0], [15.0], [10.0]]
sequences = np.array([rising, falling])  # (batch, time, features)
print(sequences.shape)

# %% [markdown]
# A network without memory can look at such a sequence in two ways. Either it treats all steps alike
# and adds up what it sees (a *bag* of inputs), or it takes all steps at once, each with weights of its
# own. Take the first: the same Dense layer for every step, then the mean over time. What is the
# largest difference between its answers for *rising* and *falling*? (Each answer is a tanh, between -1 and 1,
# so it cannot be more than 2.)

# %%
my_prediction_1 = None  # the largest difference, a number from 0 to 2

# %%
dense = layers.Dense(4, activation="tanh")
answers = ops.convert_to_numpy(dense(sequences / 20))  # of each step; inputs are kept near 1
bag = answers.mean(axis=1)  # (batch, units)
difference = np.abs(bag[0] - bag[1]).max()
you_said(my_prediction_1, round(float(difference), 6))

# %% [markdown]
# None at all, whatever the weights: a mean does not know the order of what went into it.
#
# The second way does see order. It has another fault: the layer needs weights for each step, so it
# grows with the length of the sequence, takes no other length than the one it was built for, and what
# it learns about step 2 it does not know about step 3.

# %%
parameters = {}
for time in (3, 30, 300):
    flat = layers.Dense(4)
    flat.build((None, time * 1))  # any batch size; all steps side by side: time × features inputs
    parameters[time] = flat.count_params()
print(parameters)

# %%
# NBVAL_CHECK_OUTPUT
claim("a bag of inputs cannot tell rising from falling", difference < 1e-6,
      hint="the mean is taken over time, axis 1, and not over the units")
claim("a layer with weights for every step grows with the sequence",
      parameters == {3: 16, 30: 124, 300: 1204})

# %% [markdown]
# ## 2 · One neuron with a memory
#
# We want a network that takes steps one at a time, with the same weights at each, and still knows
# what came before. So it must keep something: the **hidden state**, $h_t$, one number to begin with. At
# each step it is made anew from two things, the input now, $x_t$, and itself one step ago, $h_{t-1}$:
#
# $$h_t = \tanh(w_x\, x_t + w_h\, h_{t-1} + b)$$
#
# $w_x$ says how strongly the neuron reacts to the input, $w_h$ how much of the past it keeps, $b$ is
# the bias. Before the first step there is no past, so $h_0 = 0$. The tanh keeps the state between -1
# and 1, however long the sequence.
#
# With $w_x = 1$, $w_h = 0.5$ and $b = 0$, the inputs 1, 0, 0 leave which state at the end? (Without the tanh
# the states would be 1, 0.5 and 0.25.)

# %%
my_prediction_2 = None  # the last of the three states, a number from -1 to 1

# %%
def neuron(xs, w_x=1.0, w_h=0.5, b=0.0):
    """The states of one recurrent neuron, a list with one number a step."""
    h, states = 0.0, []
    for x in xs:
        h = np.tanh(w_x * x + w_h * h + b)
        states.append(float(h))
    return states


print("1, 0, 0 →", np.round(neuron([1, 0, 0]), 3))
print("0, 0, 1 →", np.round(neuron([0, 0, 1]), 3))
you_said(my_prediction_2, neuron([1, 0, 0])[-1])

# %% [markdown]
# The input 1 echoes: 0.76, then 0.36, then 0.18. Two steps later there is still a trace of it. The same
# inputs in another order end in another state, so now order counts. You can check the first number on a
# calculator: $\tanh(1) = 0.762$.
#
# The echo fades because $|w_h|$ is below one. Let us see what other values do.

# %%
impulse = [1.0] + [0.0] * 14
echoes = {w_h: neuron(impulse, w_h=w_h) for w_h in (0.5, 0.9, 1.5, -0.9)}
fig = plotting.lines(
    {f"w_h = {w_h}": (range(1, 16), echo) for w_h, echo in echoes.items()},
    x="step", y="hidden state",
)
plotting.show(fig, alt="Hidden state after a single input at the first step. With 0.5 it fades within "
              "five steps, with 0.9 more slowly, with 1.5 it stays near 0.86 for ever, and with minus "
              "0.9 it swings between positive and negative while it fades.")

# %% [markdown]
# With $w_h = 1.5$ the neuron has become a switch: once on, it stays on. With a negative weight it
# swings. So the one number $w_h$ decides how long the memory lasts. Notebook 2 is about what that
# means for learning.

# %%
# NBVAL_CHECK_OUTPUT
claim("the first state is the calculator's tanh(1), 0.762", round(neuron([1])[0], 3) == 0.762,
      hint="`neuron` begins with h = 0, and its defaults are w_x = 1, w_h = 0.5 and b = 0")
claim("the same inputs in another order end in another state",
      abs(neuron([1, 0, 0])[-1] - neuron([0, 0, 1])[-1]) > 0.5)
claim("with 0.5 the echo fades to less than a hundredth in 15 steps", abs(echoes[0.5][-1]) < 0.01)
claim("with 0.9 it fades more slowly: after five steps more than five times as much is left",
      echoes[0.9][4] > 5 * echoes[0.5][4])
claim("with 1.5 it stays above 0.8", echoes[1.5][-1] > 0.8)
claim("with -0.9 it changes its sign at every step",
      all(now * after < 0 for now, after in zip(echoes[-0.9], echoes[-0.9][1:], strict=False)))

# %% [markdown]
# ## 3 · A layer of them
#
# A layer has many such neurons, $U$ of them, and each may listen to all the others. The states become
# a vector, the weights become matrices, and the equation hardly changes. With $D$ features:
#
# $$h_t = f(x_t W_{xh} + h_{t-1} W_{hh} + b_h) \qquad y_t = g(h_t W_{hy} + b_y)$$
#
# - $W_{xh}$, of shape $(D, U)$, takes the input into the hidden state;
# - $W_{hh}$, of shape $(U, U)$, takes the hidden state of one step into that of the next;
# - $W_{hy}$, of shape ($U$, outputs), takes the hidden state to the **output** $y_t$, the network's answer
#   at this step;
# - $f$ is the activation, here tanh, and $g$ is whatever the answer needs: nothing for a number, a sigmoid
#   for yes or no.
#
# The numbers in $x_t$ are called *input units*, those in $h_t$ *hidden units*, and the copy of the last
# step's that comes back in, *context units*. A picture of it has a loop. **Unrolling** draws the loop
# as a chain, one copy for each step:

# %%
fig = plotting.unrolled_network(4)
plotting.show(fig, alt="Left, a hidden layer with a loop back to itself. Right, the same unrolled over "
              "four steps: each hidden state gets its input from below through W_xh and the state "
              "before it through W_hh, and gives an output through W_hy. The three labels are the "
              "same at every step.")

# %% [markdown]
# The chain looks like a deep network, with one difference: the three matrices are *the same* at every
# step. That is what "shared over time" means. A sequence twice as long needs no more weights. Here is
# the recurrent part; $y_t$ is an ordinary Dense layer on top of it.

# %%
def recurrent_layer(inputs, W_xh, W_hh, b_h):
    """Hidden states (batch, time, units) of inputs (batch, time, features)."""
    batch, time, _ = inputs.shape
    h_t = np.zeros((batch, len(b_h)))  # (batch, units)
    states = []
    for t in range(time):
        x_t = inputs[:, t]  # (batch, features)
        h_t = np.tanh(x_t @ W_xh + h_t @ W_hh + b_h)
        states.append(h_t)
    return np.stack(states, axis=1)


# %% [markdown]
# Two sequences, five steps, three features, four hidden units, and random weights. Keras has the same
# layer under the name `SimpleRNN`; we give ours Keras's weights. How many numbers does this layer
# learn, and how many would it learn for sequences of fifty steps? (A Dense layer from three numbers to four
# learns $3 \cdot 4 + 4 = 16$.)

# %%
my_prediction_3 = {"5 steps": None, "50 steps": None}  # numbers learned, whole numbers

# %%
inputs = random.normal(size=(2, 5, 3)).astype("float32")  # (batch, time, features)
simple_rnn = layers.SimpleRNN(4, return_sequences=True)  # states of all steps, not only the last
theirs = ops.convert_to_numpy(simple_rnn(inputs))
W_xh, W_hh, b_h = simple_rnn.get_weights()
ours = recurrent_layer(inputs, W_xh, W_hh, b_h)
print("shapes", W_xh.shape, W_hh.shape, b_h.shape, "→", ours.shape)
print("largest difference from Keras", np.abs(ours - theirs).max())
measured = {5: simple_rnn.count_params()}
simple_rnn(random.normal(size=(2, 50, 3)).astype("float32"))  # it takes fifty steps as well
measured[50] = simple_rnn.count_params()
you_said(my_prediction_3, {f"{time} steps": count for time, count in measured.items()})

# %% [markdown]
# Step through it. Watch how each state depends on the input of its own step and on the state before. (The
# picture is awake after you run its cell. Until then, in a fresh copy, it is a still one: run the cell, or
# choose *Trust Notebook*; the picture says so itself.)

# %%
animation.show_unrolled(inputs[0], ours[0])

# %% [markdown]
# Our loop and Keras agree. The count is $U(U + D + 1)$: $UD$ for $W_{xh}$, $U^2$ for $W_{hh}$ and $U$ for
# the bias; here $4 \cdot (4 + 3 + 1) = 32$. Without sharing, with matrices of its own for each step, five
# steps would take 160 and fifty 1,600, and we would be back at section 1: no other length, and nothing
# that was learned about one step known at another.

# %%
# NBVAL_CHECK_OUTPUT
check_close(ours, theirs, tolerance=1e-5)
gaps = []
for features, units, time in ((1, 1, 1), (3, 4, 5), (2, 7, 30), (8, 16, 12)):
    layer = layers.SimpleRNN(units, return_sequences=True)
    tried = random.normal(size=(3, time, features)).astype("float32")
    gap = ops.convert_to_numpy(layer(tried)) - recurrent_layer(tried, *layer.get_weights())
    gaps.append(np.abs(gap).max())
    assert layer.count_params() == units * (units + features + 1)
claim("for four other shapes our loop equals keras.layers.SimpleRNN", max(gaps) < 1e-5,
      hint="in `recurrent_layer` h_t is made of x_t @ W_xh, of the last h_t @ W_hh, and of b_h")
check_close(cells.elman(inputs, cells.ElmanWeights(W_xh, W_hh, b_h)), ours, tolerance=1e-6)
claim("the layer has U(U + D + 1) parameters, for 5 steps and for 50", measured == {5: 32, 50: 32})

# %% [markdown]
# ## 4 · Elman and Jordan: what is fed back?
#
# In our layer the hidden state comes back. Jeffrey Elman proposed that in 1990. Michael Jordan's
# network of 1986 fed back the **output** instead, through a matrix $W_{yh}$ (his also kept a fading trace of
# earlier outputs; we leave that out). So the context units hold the last state in one, and the last answer
# in the other:
#
# $$\text{Elman: } h_t = f(x_t W_{xh} + h_{t-1} W_{hh} + b_h) \qquad
# \text{Jordan: } h_t = f(x_t W_{xh} + y_{t-1} W_{yh} + b_h)$$

# %%
fig = plotting.unrolled_network(3, feedback="output")
plotting.show(fig, alt="Jordan's network: the arrow back into the hidden layer starts at the output, "
              "so what a step hands on is its answer and not its hidden state.")

# %% [markdown]
# Jordan's has an advantage: while learning, the true output of the last step is known, so that each
# step becomes an ordinary training example, $(x_t, y_{t-1}) \to y_t$, and two Dense layers will do.
# Its price: what it said is all that it remembers.
#
# Two tasks show the difference, both on random bits:
#
# - **parity**: is the number of ones so far odd? The last answer and the new bit are all one needs;
# - **echo**: repeat the bit of two steps ago. The last answer is the bit of *three* steps ago, and no
#   help; the bits in between must be kept somewhere that nobody sees.
#
# Which network learns which? A coin would be right half the time.

# %%
my_prediction_4 = {"parity": None, "echo": None}  # each "Jordan", "Elman", "both" or "neither"

# %%
def shift(targets):
    """The true output of the step before; 0 before the first."""
    return np.concatenate([np.zeros_like(targets[:, :1]), targets[:, :-1]], axis=1)


def network(*hidden):
    """Hidden layers, then a probability at each step."""
    model = keras.Sequential([*hidden, layers.Dense(1, activation="sigmoid")])
    model.compile(keras.optimizers.Adam(0.01), "binary_crossentropy")
    return model


# %% [markdown]
# Jordan's network learns as two Dense layers on pairs of bit and last answer. Elman's is a `SimpleRNN`
# under an output layer. Both train on 500 sequences of 12 steps, about ten seconds for all four networks.
# (`EpochLines` prints how far a training is, here after every twentieth *epoch*, one pass over the data.)

# %%
def learn_jordan(inputs, targets):
    """Trained step by step on true outputs; returned as weights for cells.jordan."""
    model = network(layers.Dense(16, activation="tanh"))
    pairs = np.concatenate([inputs, shift(targets)], axis=-1)  # (batch, time, x and y before)
    model.fit(pairs, targets, epochs=40, verbose=0, callbacks=[EpochLines("Jordan", every=20)])
    kernel, b_h, W_hy, b_y = model.get_weights()  # kernel: a row for the bit, one for the last answer
    return cells.JordanWeights(kernel[:1], kernel[1:], b_h, W_hy, b_y)


def learn_elman(inputs, targets):
    model = network(layers.SimpleRNN(16, return_sequences=True))
    model.fit(inputs, targets, epochs=40, verbose=0, callbacks=[EpochLines("Elman", every=20)])
    return model


# %% [markdown]
# The test is stricter than the training: new sequences of 40 steps, and Jordan's network now reads
# back its *own* answers, as it must where nobody tells it the truth:

# %%
def run_jordan(inputs, weights):
    """Answers (batch, time, 1) of Jordan's network, which reads its own last answer."""
    W_xh, W_yh, b_h, W_hy, b_y = weights
    y_t, said = np.zeros((len(inputs), 1)), []
    for t in range(inputs.shape[1]):
        h_t = np.tanh(inputs[:, t] @ W_xh + y_t @ W_yh + b_h)
        y_t = 1 / (1 + np.exp(-(h_t @ W_hy + b_y)))  # comes back at the next step
        said.append(y_t)
    return np.stack(said, axis=1)


def echo(count, time, seed):
    return datasets.memory.echo(count, time, seed, delay=2)


# %%
accuracy = {}
for task in (datasets.memory.parity, echo):
    print(task.__name__)
    inputs, targets = task(500, 12, seed)  # (batch, time, 1) both
    new_inputs, new_targets = task(200, 40, seed + 1000)
    jordan, elman = learn_jordan(inputs, targets), learn_elman(inputs, targets)
    answers = {"Jordan": run_jordan(new_inputs, jordan),
               "Elman": elman.predict(new_inputs, verbose=0)}
    for name, answer in answers.items():
        right = (answer > 0.5) == (new_targets > 0.5)
        accuracy[task.__name__, name] = float(np.mean(right[:, 2:]))  # at first there is no echo
print({f"{task}, {name}": round(share, 3) for (task, name), share in accuracy.items()})
you_said(my_prediction_4)

# %% [markdown]
# Jordan's network is perfect on parity and helpless at the echo. Parity is visible in the output, so the
# fed-back answer is memory enough, and what it learned about one step holds at step 40 too. The echo hides
# what must be kept, and there it does no better than the coin: nothing it says about one bit helps with the
# next. Elman's network does both, if not perfectly on parity, where it was trained on 12 steps and tested
# on 40. It keeps what it needs in the hidden state, whether or not it is ever said. That is why the
# networks of this course are Elman's descendants.

# %%
# NBVAL_CHECK_OUTPUT
claim("Jordan's network tracks parity without a mistake, on sequences of 40 steps",
      accuracy["parity", "Jordan"] > 0.999, accuracy)
claim("on the echo Jordan's network is right about half the time, as a coin is",
      0.4 < accuracy["echo", "Jordan"] < 0.6, accuracy)
claim("Elman's network echoes at least 99 of 100 bits", accuracy["echo", "Elman"] > 0.99, accuracy,
      hint="do its lines above show a loss near 0 for the echo? If not, it has learned too little")
claim("and does better than the coin on parity, too", accuracy["parity", "Elman"] > 0.6, accuracy)
theirs = cells.jordan(new_inputs, jordan, output_activation=cells.sigmoid)[1]
check_close(run_jordan(new_inputs, jordan), theirs, tolerance=1e-5)

# %% [markdown]
# ## 5 · Three centuries of sunspots
#
# Now a real series: the yearly *sunspot number*, an index of how spotted the sun is, known since 1700. It
# rises and falls in about eleven years, but no two cycles are alike.
#
# With forecasts it is easy to fool oneself. Three rules:
#
# - **split in time**: the model learns from the years up to 1920 and is judged on the years after 1950,
#   which it has never seen; the thirty years between, the *validation* years, say when to stop;
# - **scale with the past**: a network likes numbers near zero. Mean and deviation are taken from the
#   training years alone;
# - **compare with something dull**: *naive* says that next year will be as this year; *seasonal naive*
#   that it will be as eleven years ago; *linear autoregression* forecasts with the best weighted sum of the
#   last nine years, found by least squares. Yule invented it in 1927 for the sunspots, with two years.

# %%
years, values = datasets.sunspots.load()
parts = forecasting.split(values, validation=30, test=58)  # three slices, in time
scaler = forecasting.Scaler.fit(values[parts.train])
scaled = scaler.scale(values)
for name, part in parts._asdict().items():
    print(f"{name:10} {years[part][0]} to {years[part][-1]}, mean {values[part].mean():.0f}")

# %%
fig = plotting.forecast(years, values, {}, split=years[parts.test][0], y="sunspot number")
plotting.show(fig, alt="Yearly sunspot numbers from 1700 to 2008: cycles of about eleven years whose "
              "peaks lie anywhere between 45 and 190. The years after 1950, set apart for the test, "
              "hold the highest peak of all.")

# %% [markdown]
# On average the sun was more active in the test years than in those for training, and one peak was higher
# than any before: real series do not keep to the rules of their past. The network reads a **window** of 22 years, about two cycles, and says the next year:
# (windows, time, features) in, one number out.

# %%
length = 22
training = forecasting.windows(scaled, length, part=parts.train)
validation = forecasting.windows(scaled, length, part=parts.validation)
test = forecasting.windows(scaled, length, part=parts.test)  # windows may begin before 1951
print(f"{years[0]} to {years[length - 1]} → {years[length]}, {years[1]} to {years[length]} → "
      f"{years[length + 1]}, …")
print("training", training.inputs.shape, "→", training.targets.shape, " test", test.inputs.shape)

# %% [markdown]
# A `SimpleRNN` of 16 units reads the window, and a Dense layer turns its last state into a number. It
# trains until the validation error has not fallen for twenty epochs, and keeps its best weights: ten
# seconds or so. By how many sunspots will it miss in a test year, on average, where the mean is 70? (The
# naive forecast misses by 25.)

# %%
my_prediction_5 = None  # sunspots, a number

# %%
def learned(windows, **options):
    """A small recurrent forecaster of the next value, and how its training went."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([layers.SimpleRNN(16), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(0.003), "mse")
    stop = keras.callbacks.EarlyStopping(patience=20, restore_best_weights=True)
    lines = EpochLines(every=10)
    return model, model.fit(*windows, epochs=120, verbose=0, callbacks=[stop, lines], **options)


model, history = learned(training, validation_data=validation)

# %%
fig = plotting.learning_curves(history.history, y="squared error (scaled)")
plotting.show(fig, alt="Training and validation error fall fast in the first epochs; then the "
              "training error falls on, slowly, while the validation error reaches its lowest point "
              "and begins to rise: time to stop.")

# %% [markdown]
# Forecasts are scaled back before they are judged, so that errors are in sunspots. The error is the
# **mean absolute error**: how far off, on average, whatever the direction.

# %%
line = baselines.Autoregression.fit(scaled[parts.train], order=9)
forecasters = {
    "naive": baselines.naive,
    "seasonal naive": lambda inputs, horizon: baselines.seasonal_naive(inputs, 11, horizon),
    "autoregression": line.forecast,
    "RNN": lambda inputs, horizon: forecasting.iterate(
        lambda seen: ops.convert_to_numpy(model(seen)), inputs, horizon
    ),
}


def errors(horizon, judged=58):
    """Mean absolute errors so many years ahead, in sunspots, on the last years of the test."""
    windows = forecasting.windows(scaled, length, horizon, part=parts.test)
    truth = scaler.unscale(windows.targets)[-judged:, -1]
    found = {}
    for name, forecast in forecasters.items():
        said = scaler.unscale(forecast(windows.inputs, horizon))[-judged:, -1]
        found[name] = metrics.mean_absolute_error(truth, said)
    return found


next_year = errors(1)
print({name: round(error, 1) for name, error in next_year.items()})
you_said(my_prediction_5, next_year["RNN"])

# %%
shown = slice(parts.test.start - 20, None)
said = {name: scaler.unscale(forecasters[name](test.inputs, 1))[:, 0] for name in ("naive", "RNN")}
fig = plotting.forecast(
    years[shown], values[shown], {name: (years[parts.test], says) for name, says in said.items()},
    split=years[parts.test][0], y="sunspot number",
)
plotting.show(fig, alt="Test years with two forecasts of one year ahead. The naive one trails the truth "
              "by a year; the recurrent network follows the falls closely, lags on the rises, though "
              "less than the naive one, and falls short of most peaks.")
rising = np.diff(values[parts.test.start - 1 :]) > 0  # test years with more spots than the year before
off = {name: says - values[parts.test] for name, says in said.items()}
print("too high on the way down:", {name: round(o[~rising].mean()) for name, o in off.items()},
      "on the way up:", {name: round(o[rising].mean()) for name, o in off.items()})

# %% [markdown]
# The network has learned something. Where *naive* is far too high while the sun calms down, the network is
# about right on average. On the way up it lags, too, though less. But look at the autoregression: a
# weighted sum beats our network. The series is short: 199 windows, from which the network must find 305
# numbers, the weighted sum ten. With so little data that is the usual outcome, and a forecast by a network
# that is shown without this comparison is not worth much.
#
# A year ahead is one thing. Further ahead, the model has to read its own forecasts: the window slides on,
# each forecast becomes the newest value in it, and errors can feed on errors (`forecasting.iterate`). From
# how many years ahead is *as eleven years ago* as good as the network, which one year ahead is clearly better?
# (We judge all distances on the same years, 1960 to 2008.)

# %%
my_prediction_5b = None  # years ahead, a whole number from 2 to 10

# %%
horizons = list(range(1, 11))
ahead = [errors(horizon, judged=49) for horizon in horizons]
curves = {name: (horizons, [at[name] for at in ahead]) for name in forecasters}
fig = plotting.lines(curves, x="years ahead", y="mean absolute error (sunspots)")
plotting.show(fig, alt="Mean absolute error for one to ten years ahead. The naive error grows "
              "fastest, is several times that of the others halfway through a cycle, and comes down "
              "again. Seasonal naive is the same at every distance. The autoregression stays below it; "
              "the network begins below it and is above it in the middle of the cycle.")
worse = [n for n, at in zip(horizons, ahead, strict=True) if at["RNN"] > at["seasonal naive"]]
print(f"the network's error is the larger one {worse} years ahead")
you_said(my_prediction_5b, min(worse, default=None))

# %% [markdown]
# *Naive* is at its worst about half a cycle ahead, where the sun does the opposite of now, and recovers
# towards a full cycle. *As eleven years ago* is equally good at any distance. The two models that read their
# own forecasts are best one year ahead. The weighted sum keeps its lead; the network loses it after a few
# years.

# %%
# NBVAL_CHECK_OUTPUT
claim("one year ahead the RNN beats the naive forecast by at least a fifth",
      next_year["RNN"] < 0.8 * next_year["naive"], next_year,
      hint="forecasts are made in scaled numbers: are they scaled back before they are judged?")
claim("and the seasonal naive one too",
      next_year["RNN"] < 0.8 * next_year["seasonal naive"], next_year)
claim("the linear autoregression is better still",
      next_year["autoregression"] < next_year["RNN"], next_year)
claim("the naive error five years ahead is more than twice that of one year",
      ahead[4]["naive"] > 2 * ahead[0]["naive"], ahead[4])
claim("the seasonal naive error is the same at all distances",
      np.ptp([at["seasonal naive"] for at in ahead]) < 1e-9)
claim("the autoregression beats it at all ten distances",
      all(at["autoregression"] < at["seasonal naive"] for at in ahead), ahead)
farthest = max(at["RNN"] for at in ahead)
claim("the network's error at its worst distance is at least a third larger than at one year",
      farthest > 4 / 3 * ahead[0]["RNN"], (farthest, ahead[0]))

# %% [markdown]
# ## 6 · The series that nobody can forecast
#
# Prices of shares are often shown as a triumph of recurrent networks: the forecast hugs the curve. So
# does the naive forecast. Here is a **random walk**, the plainest model of a price: each value is the one
# before plus a step drawn by chance. Nothing in its past says anything about the next step. We give the
# same network the same chance. A walk may leave the range in which the network has learned, and there the
# tanh would be at its limit; so it reads the last 22 *steps* and forecasts the next step, which is then
# added to the last value. Which of the three will come closest: naive, autoregression, or RNN? (It trains for
# a few seconds more.)

# %%
my_prediction_6 = None  # "naive", "autoregression" or "RNN"

# %%
walk = datasets.series.random_walk(450, seed=seed)
steps = np.diff(walk)  # each about as large as a number drawn from a normal distribution
walk_parts = forecasting.split(steps, test=200)
walker, _ = learned(forecasting.windows(steps, length, part=walk_parts.train),
                    validation_split=0.2)  # the last fifth says when to stop

# %%
seen, following = forecasting.windows(steps, length, part=walk_parts.test)
walk_line = baselines.Autoregression.fit(steps[walk_parts.train], order=9)
guesses = {"naive": np.zeros_like(following),  # no step at all: the value stays
           "autoregression": walk_line.forecast(seen),
           "RNN": ops.convert_to_numpy(walker(seen))}
missed = {name: metrics.mean_absolute_error(following, guess) for name, guess in guesses.items()}
print({name: round(error, 3) for name, error in missed.items()})
you_said(my_prediction_6, min(missed, key=missed.get))

# %%
shown, last = np.arange(100), walk[-201:-101]  # the value before each of the first 100 test steps
fig = plotting.forecast(
    shown, walk[-200:-100], {"RNN": (shown, last + guesses["RNN"][:100, 0])}, y="value", x="step",
)
plotting.show(fig, alt="A random walk of 100 steps and the network's forecast, which follows it "
              "closely, one step late: it looks good and knows nothing.")

# %% [markdown]
# The picture looks like success. The numbers say otherwise: nothing beats saying the last value again.
# We add a small step to the last value; so even a network that knows nothing draws a curve that hugs the
# walk. Whenever you see such a picture, ask for the error of the naive forecast.

# %%
# NBVAL_CHECK_OUTPUT
claim("on the random walk the RNN comes close to the naive forecast, and is no better",
      0.98 * missed["naive"] < missed["RNN"] < 1.4 * missed["naive"], missed)
claim("nor is the autoregression", missed["autoregression"] > 0.98 * missed["naive"], missed)

# %% [markdown]
# ## Where this goes wrong
#
# The axes. Many libraries and papers put time first, (time, batch, features), while our loop and Keras
# put the batch first. Give one the other's array, and nothing complains, for the shapes fit. But the
# layer now takes the examples for steps of one sequence, and its state runs from one example into the
# next. The symptom: the answer for one sequence changes when *another* one changes.

# %%
batch = random.normal(size=(6, 5, 3))  # (batch, time, features)
other = batch.copy()
other[0] = 0.0  # change the first sequence only


def states(x, swapped):
    """Hidden states (batch, time, units); with the first two axes of x given in the wrong order."""
    h = recurrent_layer(x.swapaxes(0, 1) if swapped else x, W_xh, W_hh, b_h)
    return h.swapaxes(0, 1) if swapped else h


changed = {swapped: np.abs(states(batch, swapped) - states(other, swapped))[-1].max()
           for swapped in (False, True)}  # in the last sequence
print({f"swapped: {swapped}": round(float(size), 4) for swapped, size in changed.items()})

# %%
# NBVAL_CHECK_OUTPUT
claim("with the axes right, one sequence does not touch another", changed[False] == 0)
claim("with the axes swapped, it does", changed[True] > 1e-6, changed,
      hint="`other` differs from `batch` in its first sequence only, and we look at the last one")

# %% [markdown]
# ## Check yourself
#
# <details><summary>A layer has 20 units and reads 5 features. How many numbers does it learn for
# sequences of 10 steps? Of 1,000?</summary>
#
# U(U + D + 1) = 20 · 26 = 520, both times. The matrices are shared over time.
# </details>
#
# <details><summary>Set W_hh to zero. What is left?</summary>
#
# h_t = tanh(x_t W_xh + b_h): a Dense layer for each step by itself. Without W_hh there is no memory.
# </details>
#
# <details><summary>Could Jordan's network, trained on true outputs, echo the bit of one step
# ago?</summary>
#
# No. To say bit t - 1 at step t it would have to know it, but what came back in training is exactly the
# answer before, and that was bit t - 2. (Trained on its own answers it might hide a bit in *how sure* it
# says something.)
# </details>
#
# <details><summary>Somebody shows a forecast of a share price that follows the curve closely, with 1 %
# error. What do you ask?</summary>
#
# What the error of the naive forecast is, which says the last value again, on the same days, and
# whether the split between training and test was made in time.
# </details>
#
# <details><summary>Why must the scaler not see the test years?</summary>
#
# Their mean and deviation say how active the sun will be. When the forecast is made, nobody knows that,
# so the error measured could be lower than the one to expect.
# </details>

# %% [markdown]
# ## Recap
#
# - You **described** sequences as arrays (batch, time, features), and saw why a network without memory
#   either ignores their order or grows with their length.
# - You **wrote** the recurrent step, $h_t = f(x_t W_{xh} + h_{t-1} W_{hh} + b_h)$ and
#   $y_t = g(h_t W_{hy} + b_y)$, and unrolled it. Keras's `SimpleRNN` is its first half: two matrices and a
#   bias shared over time, $U(U + D + 1)$ numbers; a Dense layer adds $W_{hy}$.
# - You **built** Elman's network, which feeds back $h_{t-1}$, and Jordan's, which feeds back $y_{t-1}$
#   and remembers only what it has said.
# - You **forecast** a series without fooling yourself: split in time, scale with the past, compare with
#   something dull.

# %% [markdown]
# ## Next
#
# How did the network find its weights? The loss at one step depends on states of many steps ago.
# [Notebook 2](02_backpropagation_through_time.ipynb) follows the gradient back through time, and shows
# why it often gets lost on the way.
#
# ## Further reading
#
# - J. L. Elman (1990), *Finding Structure in Time*: pages 182 to 188, the network and its first task.
# - M. I. Jordan (1986), *Serial Order: A Parallel Distributed Processing Approach*: the network that
#   feeds back its output.
# - G. U. Yule (1927), *On a Method of Investigating Periodicities in Disturbed Series, with Special
#   Reference to Wolfer's Sunspot Numbers*: the first autoregression.
# - R. J. Hyndman, G. Athanasopoulos (2021), *Forecasting: Principles and Practice*, sections 5.2 and 5.8:
#   forecasts to beat, and how to judge one.
