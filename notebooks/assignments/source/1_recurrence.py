# %% [markdown]
# # Problem set {{set}} · Recurrence: a state that fades
#
# You will build a recurrent layer that the notebooks do not have, follow its gradient back by hand, cut and bound
# gradients in ways of your own, let a network speak, and find out in a fair comparison what a fading state buys.
#
# | What | Details |
# |---|---|
# | **Variant** | {{set}}. Other variants ask for other formulas: a solution of theirs is wrong here |
# | **You need** | notebooks 1 to 3, and your own solutions of their exercises |
# | **Time** | about {{minutes}} minutes for seven exercises, and 30 for the experiment and the question |
# | **Points** | {{points}} |

# %% tags=["setup"]

# %%
import numpy as np

from utils import exercises
from utils.datasets import memory

work = exercises.problem_set("{{set}}")

# %% [markdown]
# **How to work.** Each exercise is a function that says `raise NotImplementedError`: replace that line, keep the
# function's name and the order of its arguments. The cell below it tries what you wrote, on inputs drawn anew each
# time, and says what is wrong. `work.hint("fading_layer", 1)` prints the first of three hints; hints cost nothing.
# The exercises do not depend on each other, so leave out what does not want to come.
#
# **How it is marked.** By the same checks, on other inputs, drawn by the machine that marks. An answer that is right
# on a part of them gets a part of the points. NumPy is all that you need; the rooms `cells` and `bptt` of the course
# are not there when your answers are marked. You may define functions of your own, in any cell. Nothing depends on
# outputs, on the order of the cells, or on what the checks said here.
#
# ## 1 · A state that fades
#
# Between two steps a recurrent layer replaces its whole state. Here is one that replaces a part of it: each unit
# keeps a share $k$ of something old, a number between 0 and 1, and takes $1 - k$ of what is new. A unit with $k$ near
# 1 changes slowly. `keep`, of shape (units,), holds the share of each unit, $\odot$ multiplies element by element,
# and $h_0 = 0$. The formula of your variant:

# %% [markdown] tags=["variant-1"]
# $$h_t = k \odot h_{t-1} + (1 - k) \odot \tanh(x_t W_{xh} + h_{t-1} W_{hh} + b_h)$$
#
# The *state* fades: a share of the last one stays as it is, and the rest is a step of notebook 1.

# %% [markdown] tags=["variant-2"]
# $$a_t = k \odot a_{t-1} + (1 - k) \odot (x_t W_{xh} + h_{t-1} W_{hh} + b_h) \qquad h_t = \tanh(a_t) \qquad a_0 = 0$$
#
# What goes *into* the tanh fades: a share of the last $a$ stays as it is, and the rest is the sum of notebook 1.

# %% [markdown] tags=["variant-3"]
# $$c_t = k \odot c_{t-1} + (1 - k) \odot h_{t-1} \qquad h_t = \tanh(x_t W_{xh} + c_t W_{hh} + b_h) \qquad c_0 = 0$$
#
# What is *fed back* fades: the units do not hear the last state, but a context $c_t$ that remembers earlier ones, too.

# %% [markdown]
# Write the layer ({{fading_layer}}): a whole batch at once, and the states $h_t$ of all steps.

# %%
def fading_layer(x, W_xh, W_hh, b_h, keep):
    """States h_1 … h_T, (batch, time, units), of inputs x, (batch, time, features)."""
    raise NotImplementedError  # your turn


# %%
fading_layer = work.check("fading_layer", fading_layer)

# %% [markdown]
# ## 2 · The same layer, backwards
#
# Write its backpropagation through time ({{fading_backward}}), without automatic differentiation. `dh`, (batch, time,
# units), is the gradient of each step's *own* loss for its state $h_t$: what comes from later steps is yours to add.
# Return the gradients of $W_{xh}$, $W_{hh}$ and $b_h$, summed over steps and batch; `keep` is not learned.
#
# Take a pencil first. Draw what a step hands on to the next, with an arrow for each way; a gradient comes back along
# every arrow, and what arrives at one place is added. Central differences, as in notebook 2, tell you whether you
# are right before the check does; as an answer they would pass, and teach nothing. If you call your `fading_layer`, mind
# that this exercise is marked with yours.

# %%
def fading_backward(x, dh, W_xh, W_hh, b_h, keep):
    """From dh, (batch, time, units) → dW_xh, dW_hh, db_h."""
    raise NotImplementedError  # your turn


# %%
fading_backward = work.check("fading_backward", fading_backward)

# %% [markdown]
# ## 3 · Which loss reaches which step?
#
# Notebook 2 cut sequences into chunks: state goes on, gradient does not. Your variant cuts in another way. Return a
# matrix of shape (time, time): 1 in row $t$, column $s$ where the loss of step $t$ says something to step $s$, else
# 0. Rows and columns count from 0, and a loss that counts reaches its own step at least. ({{reached}})

# %% [markdown] tags=["variant-1"]
# **A walk longer than the chunk.** After every `size` steps, and after the last step of all, the network stops and
# walks back, with the losses of the chunk just read. The walk begins at the last step of this chunk and covers
# `window` steps in all, more than `size`: so it leaves the chunk at its start, and goes on into earlier steps.

# %% [markdown] tags=["variant-2"]
# **Losses after a warm-up.** Chunks of `size` steps, as in notebook 2; the last may be shorter. But at the beginning
# of a chunk a loss has hardly a step to reach. So in every chunk but the first, the losses of the first `skip` steps
# are not counted: they reach nothing, not even their own step.

# %% [markdown] tags=["variant-3"]
# **A first chunk of its own length.** The first chunk has `first` steps, all later ones `size`; the last may be
# shorter. (Training so, with another `first` at each pass, puts the cuts in other places each time.)

# %% tags=["variant-1"]
def reached(time, size, window):
    """(time, time): row, the loss's step; column, the step that it reaches; 1 or 0."""
    raise NotImplementedError  # your turn


# %% tags=["variant-2"]
def reached(time, size, skip):
    """(time, time): row, the loss's step; column, the step that it reaches; 1 or 0."""
    raise NotImplementedError  # your turn


# %% tags=["variant-3"]
def reached(time, size, first):
    """(time, time): row, the loss's step; column, the step that it reaches; 1 or 0."""
    raise NotImplementedError  # your turn


# %%
reached = work.check("reached", reached)

# %% [markdown]
# ## 4 · One wild sequence
#
# Clipping the gradient of a batch comes late: it is a mean already, and one wild sequence has had its way with it.
# So here each sequence's own gradients are given, `dW` of shape (batch, in, out) and `db` of shape (batch, out).
# Shorten the gradients of each *sequence*, then return the mean over the batch, of shapes (in, out) and (out,).
# ({{clip_each}})

# %% [markdown] tags=["variant-1"]
# The length of a sequence's gradient is that of both its arrays as one vector, the root of the sum of all squares.
# Where it is above `limit`, both are multiplied by one factor, so that it is as long as `limit`. What is short enough
# stays as it is.

# %% [markdown] tags=["variant-2"]
# Each of a sequence's two arrays is judged by itself: where `dW[n]` is longer than `limit` (the root of the sum of
# its squares), it is multiplied by a factor that makes it as long as `limit`, and `db[n]` likewise by one of its own.
# What is short enough stays.

# %% [markdown] tags=["variant-3"]
# The length of a sequence's gradient, $n$, is that of both its arrays as one vector, the root of the sum of all
# squares, and both are multiplied by
# $\frac{\text{limit}}{\text{limit} + n}$: a soft limit, which every gradient feels and none passes.

# %%
def clip_each(dW, db, limit):
    """Each sequence's gradients shortened, then their mean: (in, out), (out,)."""
    raise NotImplementedError  # your turn


# %%
clip_each = work.check("clip_each", clip_each)

# %% [markdown]
# ## 5 · How far does a gradient get?
#
# A step back multiplies a gradient, a row, by the slopes of the tanh and by $W_{hh}^\top$ (notebook 2, section 4).
# Given are $W_{hh}$ and `slopes`, (time, units): the first row has the slopes of the first step *back*, the next row
# those of the second, and so on. Work out how long a gradient of length 1 is after 1, 2, … steps back, and return
# these `lengths`, (time,), and the `span`: after how many steps back the length is below `share` for the first time,
# 0 where it never is. ({{gradient_span}})

# %% [markdown] tags=["variant-1"]
# Your lengths are the *bound*: at each step the most that the matrix can do to a length, times the largest slope of
# that step. No gradient is longer.

# %% [markdown] tags=["variant-2"]
# Your lengths are the *first guess*: at each step the factor by which a vector grows, or shrinks, in the long run, when
# the matrix multiplies it again and again (notebook 2, section 4), times the mean slope of that step.

# %% [markdown] tags=["variant-3"]
# Your lengths are *exact*, for the gradient that gets through best: multiply up the matrices of all steps so far, each
# with its slopes, and say by how much this product can lengthen a vector at most.

# %%
def gradient_span(W_hh, slopes, share):
    """lengths (time,), and the number of steps back after which the length is below `share`."""
    raise NotImplementedError  # your turn


# %%
gradient_span = work.check("gradient_span", gradient_span)

# %% [markdown]
# ## 6 · A network that speaks
#
# A decoder as in notebook 3, with its weights given: at each step it hears one symbol, a one-hot row of `symbols`
# numbers, moves its state $h$ by the step of notebook 1, and gives each of its `outputs` answers a chance, the softmax
# of the scores $s = h_t W_{hy} + b_y$: $e^{s_i}$, divided by the sum of all of them. There is one symbol more than there
# are answers: `start`, the last symbol, which is heard before the first answer and never said. `end` is the number of
# an answer. `h`, (batch, units), is the state to begin with. Return what is *said*, (batch, steps), whole numbers, and
# all *chances*, (batch, steps, outputs). ({{speak}})

# %% [markdown] tags=["variant-1"]
# Said is the answer with the largest chance, and it is heard at the next step. Once a row has said `end`, it
# says `end` at every later step, and hears that.

# %% [markdown] tags=["variant-2"]
# Said is the answer with the largest chance. But what is heard at the next step are *all chances*, in the place of a
# one-hot row, with a zero for `start`: the network hears how sure it was. Once a row has said `end`, it says
# `end` at every later step; it goes on hearing its chances.

# %% [markdown] tags=["variant-3"]
# Said is the answer with the largest chance, and it is heard at the next step. But nothing is said twice in a row:
# the answer just heard gets the chance 0, and the others share out the whole, as a softmax over them alone. Once a row
# has said `end`, it says `end` at every later step, and hears that, though its chances go on as described.

# %%
def speak(h, W_xh, W_hh, b_h, W_hy, b_y, start, end, steps):
    """Said, (batch, steps), and the chances of all answers, (batch, steps, outputs)."""
    raise NotImplementedError  # your turn


# %%
speak = work.check("speak", speak)

# %% [markdown]
# ## 7 · A fair comparison
#
# Two networks are to be compared, each tried with several learning rates and under several seeds. `validation` has the
# shape (2, rates, seeds of the search), `test` (2, rates, seeds of the table): the first axis is the network. Return
# three things: the place of the rate *chosen* for each network, (2,); the *pairs*, (seeds of the table,); the
# *verdict*, 1 where the first network is better, -1 where the second is, 0 where nothing is shown. ({{fair}})

# %% [markdown] tags=["variant-1"]
# Scores are shares of right answers. Each network gets the rate with the highest mean on validation. A pair is the
# first network's test score minus the second's, under one seed. The error of their mean is $s / \sqrt{n}$, with $n$
# pairs and $s$ their standard deviation (`ddof=1`). There is a verdict where the mean lies further from zero than two
# such errors, and at least `worth`.

# %% [markdown] tags=["variant-2"]
# Scores are losses: the smaller, the better. Each network gets the rate with the lowest mean on validation. Losses
# are compared by their ratio: a pair is $\ln(\text{second} / \text{first})$, on test, under one seed. The error of the
# mean of the pairs is $s / \sqrt{n}$, with $n$ pairs and $s$ their standard deviation (`ddof=1`). There is a verdict
# where the mean lies further from zero than two such errors, and at least $\ln(1 + \text{worth})$.

# %% [markdown] tags=["variant-3"]
# Scores are shares of right answers. Each network gets the rate whose *worst* seed on validation is the best. A pair is
# the first network's test score minus the second's, under one seed. A pair of at least `worth` is a win of the first
# network, one of at most -`worth` a win of the second. There is a verdict where the wins of one, less those of the
# other, are more than eight in ten of the pairs.

# %%
def fair(validation, test, worth):
    """The rate chosen for each network, (2,); pairs, (seeds,); the verdict, 1, -1 or 0."""
    raise NotImplementedError  # your turn


# %%
fair = work.check("fair", fair)

# %% [markdown]
# ## 8 · What does a fading state buy?
#
# Now use what you wrote. The task is **recall** (notebook 2, section 5): the first of twelve symbols has to be named
# at the end; a guess is right in a quarter of all cases, and costs $\ln 4 = 1.39$. Two networks with 16 units, alike
# but for one thing: `keep` is 0.8 in the first, and 0, the plain layer, in the second. Each trains on 150 batches with
# your gradients, which are clipped.

# %%
def trained(keep, rate, seed):
    """One network: its weights, and 1000 new sequences with their answers."""
    draw, share = np.random.default_rng(seed), np.full(16, keep)
    sizes = ((8, 16), 0.5), ((16, 16), 0.125), ((16,), 0.0), ((16, 4), 0.25), ((4,), 0.0)
    weights = [size * draw.normal(size=shape) for shape, size in sizes]
    x, d = memory.recall(150 * 32 + 1000, 12, seed)
    speed = [0.0] * 5
    for first in range(0, 150 * 32, 32):
        batch, right = x[first : first + 32], np.eye(4)[d[first : first + 32]]
        h = fading_layer(batch, *weights[:3], share)
        dy = (chances(h[:, -1], weights) - right) / 32
        dh = np.zeros_like(h)
        dh[:, -1] = dy @ weights[3].T  # there is a loss at the last step only
        found = [*fading_backward(batch, dh, *weights[:3], share), h[:, -1].T @ dy, dy.sum(axis=0)]
        short = min(1, 1 / np.sqrt(sum((part**2).sum() for part in found)))
        speed = [0.9 * v - rate * short * part for v, part in zip(speed, found, strict=True)]
        weights = [w + v for w, v in zip(weights, speed, strict=True)]
    return weights, x[150 * 32 :], d[150 * 32 :]


def chances(h, weights):
    """The probability of each of the four symbols, (batch, 4), from the last state."""
    scores = np.exp(h @ weights[3] + weights[4])
    return scores / scores.sum(axis=1, keepdims=True)


# %% tags=["variant-1", "variant-3"]
def score(keep, rate, seed):
    """The share of new sequences whose first symbol one network names."""
    weights, x, d = trained(keep, rate, seed)
    last = fading_layer(x, *weights[:3], np.full(16, keep))[:, -1]
    return np.mean(chances(last, weights).argmax(axis=1) == d)


# %% tags=["variant-2"]
def score(keep, rate, seed):
    """The mean loss of one network on new sequences, in nats; a guess costs 1.39."""
    weights, x, d = trained(keep, rate, seed)
    last = fading_layer(x, *weights[:3], np.full(16, keep))[:, -1]
    return -np.mean(np.log(chances(last, weights)[np.arange(len(d)), d] + 1e-9))


# %% [markdown]
# Rates in factors of two, three seeds for the search, ten others for the table. If a network's best rate lies at an
# end of `rates`, the search is not over: add rates at that end. (Where several are equally good, the first counts as
# the best.) It takes about ten seconds.

# %%
rates = [0.05, 0.1, 0.2, 0.4]
keeps = (0.8, 0.0)  # the fading network, the plain one
validation = np.array([[[score(k, rate, seed) for seed in (100, 101, 102)] for rate in rates] for k in keeps])
print("search, means:", *validation.mean(axis=2).round(2), sep="\n")

# %%
test = np.array([[[score(k, rate, seed) for seed in range(10)] for rate in rates] for k in keeps])
chosen, pairs, verdict = fair(validation, test, worth=0.05)
print("rates", [rates[place] for place in chosen], " verdict", int(verdict))
for name, row, place in zip(("fading", "plain"), test, chosen, strict=True):
    print(f"{name:8}", np.sort(row[place]).round(3))
print("with the rate 0.1 for both:", test[:, rates.index(0.1)].mean(axis=1).round(2))

# %% [markdown]
# ## 9 · In words
#
# ({{in_words}}, marked by hand.) In 150 to 250 words: What does your comparison show, and what does it not show? Name
# the rates that were chosen and say whether the search was over. What would you have written with the rate 0.1 for
# both, and why is that unfair? Then give *one* possible reason for what you see, in terms of the way back that you
# wrote in exercise 2, and describe an experiment that could prove this reason wrong.
#
# Write between the quotation marks; begin new lines where you like.

# %% tags=["student"]
in_words = """

"""

# %% [markdown] tags=["solution"]
# **Rubric**, 8 points.
#
# | Points | For |
# |---|---|
# | 2 | the verdict in one of the words *better*, *worse*, *not shown*, with what was compared on which task, for how long, under how many seeds; nothing beyond that ("fading states are better") |
# | 2 | the chosen rates, and whether each lies inside the grid; where not, the grid was grown, or the answer says that the search was not over |
# | 1 | one rate for both: it suits the one and not the other, so that the difference would show the choice of rate as well |
# | 2 | a reason in terms of the way back: a share `keep` of the gradient gets from step to step past the matrix (in variant 2 also past the tanh's slope), so 0.8 to the eleventh is left of it, where the small $W_{hh}$ leaves next to nothing; called possible |
# | 1 | an experiment that could fail: other `keep` with everything else equal, a longer task, $W_{hh}$ begun as the identity without fading, or the gradient that arrives at the first step measured in both |
#
# What came out here, with the four rates given:

# %% [markdown] tags=["solution", "variant-1"]
# The fading network named all symbols with every rate in the search; the tie goes to 0.05, at the end of the grid, and
# nothing could be better. The plain one guesses with 0.05 and 0.1, and got 0.2, which lies inside. Verdict 1: nine of
# ten fading networks are right everywhere, one has three in four; of the plain ones three are, and one guesses. With
# 0.1 for both it would be 1.00 against 0.24.

# %% [markdown] tags=["solution", "variant-2"]
# Both got 0.2, inside the grid. Verdict 1: the losses of the fading networks are 0.01 and less; three of the plain ones
# are as good, six lie between 0.7 and 0.9, and one guesses. With 0.1 for both the plain network would only guess, 1.40.

# %% [markdown] tags=["solution", "variant-3"]
# The fading network got 0.1, the plain one 0.2, both inside the grid. Verdict 0, nothing is shown: the fading network
# wins most pairs, and not more than eight in ten, since three of the plain ones name all symbols, too. With 0.1 for
# both it would be 0.99 against 0.24, and look like a triumph.

# %% tags=["solution"]
in_words = "See the rubric above."

# %% [markdown]
# ## Before you hand in
#
# *Restart and run all*, look at what the next cell prints, save, and hand in this file.

# %%
work.progress()
