# %% [markdown]
# # Problem set {{set}} · Reading and writing: from states to verdicts, from chances to text
#
# You will draw a verdict from a review's states, change what a wrong word costs and follow the gradient of that, let
# a condition into a layer in a new way, decide what a generator may draw, smooth counts, and guess a composer's wish.
#
# | What | Details |
# |---|---|
# | **Variant** | {{set}}. Other variants ask for other formulas: a solution of theirs is wrong here |
# | **You need** | notebooks 4 to 7, the recurrent step of notebook 1, and the central differences of notebook 2 |
# | **Time** | about {{minutes}} minutes for seven exercises, and 30 for the experiment and the question |
# | **Points** | {{points}} |

# %% tags=["setup"]

# %%
import numpy as np

from utils import datasets, exercises, experiments

work = exercises.problem_set("{{set}}")

# %% [markdown]
# **How to work.** Each exercise is a function that says `raise NotImplementedError`: replace that line, keep the
# function's name and the order of its arguments. The cell below it tries what you wrote, on inputs drawn anew each
# time, and says what is wrong. `work.hint("pooled", 1)` prints the first of three hints; hints cost nothing. The
# exercises do not depend on each other, so leave out what does not want to come.
#
# **How it is marked.** By the same checks, on other inputs, drawn by the machine that marks. An answer that is right
# on a part of them gets a part of the points. NumPy is all that you need; the rooms `baselines`, `decoding` and
# `metrics` of the course are not there when your answers are marked. You may define functions of your own, in any
# cell. Nothing depends on outputs, on the order of the cells, or on what the checks said here.
#
# ## 1 · A verdict from a few states
#
# A recurrent layer has read a batch of reviews and left `states`, (batch, time, units). `mask`, (batch, time), is
# True where a word is real; padding may stand behind a review or in front of it, and each has one real word or more.
# Notebook 4 took the last real state, the mean, or the maximum. Here is something between them; `n` is a whole number,
# and a review may have fewer than `n` real words: then all of them count. ({{pooled}})

# %% [markdown] tags=["variant-1"]
# For each unit by itself, take the mean of its `n` *largest* real values. With n = 1 that is the maximum, and with a
# large n the mean.

# %% [markdown] tags=["variant-2"]
# Take the mean of the *last* `n` real states. With n = 1 that is the last state, and with a large n the mean.

# %% [markdown] tags=["variant-3"]
# Take a weighted mean of the last `n` real states: the last one has the weight $n$, the one before it $n - 1$, and so
# on down to 1. Where there are fewer, the smallest weights belong to nobody: divide by the sum of those in use.

# %%
def pooled(states, mask, n):
    """One vector a review, (batch, units), of its real states."""
    raise NotImplementedError  # your turn


# %%
pooled = work.check("pooled", pooled)

# %% [markdown]
# ## 2 · What a word costs
#
# A decoder gives a score to each word of the vocabulary at each step, `scores` (batch, time, words); `ids`, (batch,
# time), are the numbers of the right words, `mask`, (batch, time), is True where a word is real, one or more in each
# sentence. $p$ is the softmax of the scores over the vocabulary, $q$ the chance that it gives to the right word, and
# the plain loss is $-\ln q$. Yours is another one. Return the `losses` of all words, (batch, time), zero where there
# is no word, and the `loss`, one number. ({{word_losses}})

# %% [markdown] tags=["variant-1"]
# **Smoothed labels** (Szegedy and others, 2016): a network that is told that one word is right and all others are
# impossible becomes too sure. So a share $\epsilon$ of the target goes to all words alike, the right one included:
#
# $$\ell = (1 - \epsilon)\,(-\ln q) + \epsilon \cdot \text{the mean of } {-\ln p_j} \text{ over all words } j$$
#
# The loss is the mean of $\ell$ over all real words of the batch.

# %% [markdown] tags=["variant-2"]
# **The focal loss** (Lin and others, 2017): most words are easy, and a network can earn a low loss by being a little
# surer of them. So what is known already counts less, with $\gamma > 0$:
#
# $$\ell = (1 - q)^\gamma\,(-\ln q)$$
#
# The loss is the mean of $\ell$ over all real words of the batch.

# %% [markdown] tags=["variant-3"]
# **Sentences, not words**: in a mean over all words long sentences outvote short ones; in a mean of the sentences'
# means a word of a long sentence hardly counts. Between the two, with $n$ the number of real words of the sentence and
# $0 < \alpha < 1$, each word costs
#
# $$\ell = \frac{-\ln q}{n^\alpha}$$
#
# The loss is the sum of all $\ell$, divided by the number of sentences.

# %% tags=["variant-1"]
def word_losses(scores, ids, mask, eps):
    """The losses of all words, (batch, time), and the loss."""
    raise NotImplementedError  # your turn


# %% tags=["variant-2"]
def word_losses(scores, ids, mask, gamma):
    """The losses of all words, (batch, time), and the loss."""
    raise NotImplementedError  # your turn


# %% tags=["variant-3"]
def word_losses(scores, ids, mask, alpha):
    """The losses of all words, (batch, time), and the loss."""
    raise NotImplementedError  # your turn


# %%
word_losses = work.check("word_losses", word_losses)

# %% [markdown]
# ## 3 · And what it says to the scores
#
# Return the gradient of this *loss*, the one number, for all scores, (batch, time, words), without automatic
# differentiation. You need one rule more than the notebooks have: how a softmax moves. If score $j$ grows a little,
# the chance of word $i$ changes by
#
# $$\frac{\partial p_i}{\partial \text{score}_j} = p_i\,(\delta_{ij} - p_j) \qquad
# \delta_{ij} = 1 \text{ where } i = j, \text{ else } 0$$
#
# For the plain loss of one word this gives $p - \text{one-hot}$: show it first, on paper. Then central differences
# (notebook 2) tell you whether your own is right. They would pass the check as well: nothing forbids them, but the
# derivation is what this exercise is for. ({{score_gradient}})

# %% tags=["variant-1"]
def score_gradient(scores, ids, mask, eps):
    """The gradient of the loss for the scores, (batch, time, words)."""
    raise NotImplementedError  # your turn


# %% tags=["variant-2"]
def score_gradient(scores, ids, mask, gamma):
    """The gradient of the loss for the scores, (batch, time, words)."""
    raise NotImplementedError  # your turn


# %% tags=["variant-3"]
def score_gradient(scores, ids, mask, alpha):
    """The gradient of the loss for the scores, (batch, time, words)."""
    raise NotImplementedError  # your turn


# %%
score_gradient = work.check("score_gradient", score_gradient)

# %% [markdown]
# ## 4 · Where a condition enters
#
# A picture, or a wish, is a vector `v`, (batch, size), and a layer reads `x`, (batch, time, features). Notebook 5 let
# the vector in at four places. Here is a fifth. With $a_t = x_t W_x + h_{t-1} W_h + b$, the sum of notebook 1, $U$ and
# $V$ of the shape (size, units), and $\odot$ element by element: ({{conditioned_layer}})

# %% [markdown] tags=["variant-1"]
# $$h_t = \tanh\big((1 + vU) \odot a_t + vV\big) \qquad h_0 = 0$$
#
# The condition *scales and shifts* what every unit hears (Perez and others, 2018, do so with pictures).

# %% [markdown] tags=["variant-2"]
# $$h_0 = \tanh(vU) \qquad h_t = \tanh\Big(a_t + \frac{vV}{t}\Big) \qquad t = 1, 2, \dots$$
#
# The condition is where the network begins, and then *fades*: half as strong at the second step, a third at the third.

# %% [markdown] tags=["variant-3"]
# $$g = \sigma(vU) \qquad h_t = g \odot \tanh(a_t) + (1 - g) \odot \tanh(vV) \qquad h_0 = 0$$
#
# The condition *decides* which units listen to the words, where $g$ is near 1, and which hold on to it.

# %%
def conditioned_layer(x, v, W_x, W_h, b, U, V):
    """States h_1 … h_T, (batch, time, units), under the condition v."""
    raise NotImplementedError  # your turn


# %%
conditioned_layer = work.check("conditioned_layer", conditioned_layer)

# %% [markdown]
# ## 5 · What may be drawn
#
# `p` holds a probability for each character, none of them zero, $T$ is the temperature of notebook 6: each probability
# is raised to the power $1/T$, and all are divided by their sum. Then cut, by your variant's rule, with
# $0 < q < 1$; what may not be drawn gets the chance 0, and what is left is divided by its sum. ({{cut}})

# %% [markdown] tags=["variant-1"]
# **Min-p** (Nguyen and others, 2024): kept is what has at least the share `q` of the largest probability. Where the
# generator is sure, few are kept, and where it is not, many.

# %% [markdown] tags=["variant-2"]
# **Typical sampling** (Meister and others, 2023): a good text is neither dull nor wild. The surprise of a character is
# $-\ln p$, and the entropy is the surprise to be expected, the sum of $p \cdot (-\ln p)$ over all characters. Put the
# characters in order, the one first whose surprise lies nearest to the entropy. Kept are the fewest from the front of
# this order whose probabilities together are at least `q`.

# %% [markdown] tags=["variant-3"]
# **Eta sampling** (Hewitt and others, 2022): with $H = -\sum p \ln p$, the entropy of the chances at temperature $T$,
# kept is what has at least the probability $\min(q, \sqrt{q}\, e^{-H})$: where many characters are possible, rarer
# ones may come. So the most probable one is always kept.

# %%
def cut(p, T, q):
    """The chances of all characters, (characters,), at temperature T, after the cut."""
    raise NotImplementedError  # your turn


# %%
cut = work.check("cut", cut)

# %% [markdown]
# ## 6 · A rival that counts
#
# Before a network is praised, a table of counts has to be beaten. `ids` is a text, one number from 0 to `size` - 1 for
# each character. Let $c_{ij}$ be how often character $j$ came right after character $i$, $n_i = \sum_j c_{ij}$, and
# $u_j$ the chance of character $j$ anywhere in the text, where each is counted once more than it came:
#
# $$u_j = \frac{\text{how often } j \text{ occurs} + 1}{\text{length of the text} + \text{size}}$$
#
# Return the chances $P(j \mid i)$ as an array (size, size), a row for the character read last. ({{next_chances}})

# %% [markdown] tags=["variant-1"]
# **Interpolated**, with a share $0 < x < 1$: $P(j \mid i) = x \frac{c_{ij}}{n_i} + (1 - x)\, u_j$, and $u_j$ where
# $n_i = 0$.

# %% [markdown] tags=["variant-2"]
# **Discounted**, with $0 < x < 1$: $x$ is taken from each count that is not zero, and what was taken is given to all
# characters in the shares $u_j$. With $k_i$ for the number of different characters that came after $i$:
#
# $$P(j \mid i) = \frac{\max(c_{ij} - x,\, 0) + x\, k_i\, u_j}{n_i}$$
#
# and $u_j$ where $n_i = 0$.

# %% [markdown] tags=["variant-3"]
# **As if more had been read**, with $x > 0$: $x$ more characters after each $i$, in the shares $u_j$:
#
# $$P(j \mid i) = \frac{c_{ij} + x\, u_j}{n_i + x}$$

# %%
def next_chances(ids, size, x):
    """The chances of the next character, (size, size): a row for each character read."""
    raise NotImplementedError  # your turn


# %%
next_chances = work.check("next_chances", next_chances)

# %% [markdown]
# ## 7 · Which wish was it?
#
# A generator plays to order (notebook 7). Turned round, it judges: which wish does a tune sound like? `logs`, (wishes,
# tunes, time), holds $\ln P(x_t \mid x_1 \dots x_{t-1}, c)$, the chance of each token under each wish $c$; `mask`,
# (tunes, time), is True where a token is real; `prior`, (wishes,), says how likely each wish is before a note is
# heard. The rule that turns it round is in section 2 of notebook 7; there all wishes were equally likely. Tunes can be
# long: the chance of 900 tokens is a number that no computer can hold, so stay with logarithms until the end.
# ({{wishes}})

# %% [markdown] tags=["variant-1"]
# Return the chance of each wish after the *whole* tune, (tunes, wishes).

# %% [markdown] tags=["variant-2"]
# Return the chance of each wish after *every* token, (tunes, time, wishes). Padding changes nothing: there the last
# answer stands again.

# %% [markdown] tags=["variant-3"]
# The tokens of a tune depend on one another more than the generator knows, so that the rule is too sure. Take the
# *mean* of a tune's logarithms over its real tokens in the place of their sum, as if the tune were a single average
# token; the prior counts as it is. Return the chance of each wish, (tunes, wishes).

# %%
def wishes(logs, mask, prior):
    """The chance of each wish, the wishes on the last axis."""
    raise NotImplementedError  # your turn


# %%
wishes = work.check("wishes", wishes)

# %% [markdown]
# ## 8 · Is your smoothing worth anything?
#
# Now compare, with rates chosen fairly. Two ways to smooth counts: *yours*, of exercise 6, and the oldest one, *add k*:
# $(c_{ij} + k) / (n_i + k \cdot \text{size})$. Each has one number to choose. The text is the language reference that
# every Python carries (notebook 6). A run learns from a stretch of 3,000 characters, chooses its number on the next
# 3,000, and is judged on 3,000 more, in bits per character. Ten runs, each with a stretch of its own.

# %%
document = datasets.corpora.python_docs()
letters = sorted(set(document))
ids = np.array([letters.index(letter) for letter in document])
size = len(letters)


def add_k(ids, size, k):
    """The rival: each pair is counted k times more than it came."""
    counts = np.zeros((size, size))
    np.add.at(counts, (ids[:-1], ids[1:]), 1)
    return (counts + k) / (counts.sum(axis=1, keepdims=True) + k * size)


def bits(chances, ids):
    """Bits per character of a text under these chances."""
    return -np.mean(np.log2(chances[ids[:-1], ids[1:]]))


# %% tags=["variant-1", "variant-2"]
numbers = {"yours": [0.2, 0.4, 0.6, 0.8], "add k": [0.25, 0.5, 1.0, 2.0]}

# %% tags=["variant-3"]
numbers = {"yours": [4.0, 8.0, 16.0, 32.0], "add k": [0.25, 0.5, 1.0, 2.0]}

# %% [markdown]
# If the best number lies at an end of its list in most runs, the search is not over: add numbers at that end, here, and
# run on. (For shares between 0 and 1, halve the distance to the end.)

# %%
# numbers["add k"] = …


# %%
def run(smooth, tried, start):
    """The number chosen on validation, and the bits per character on test, in one run."""
    train, validation, test = (ids[start + n : start + n + 3000] for n in (0, 3000, 6000))
    chosen = min(tried, key=lambda x: bits(smooth(train, size, x), validation))
    return chosen, bits(smooth(train, size, chosen), test)


starts = np.linspace(0, len(ids) - 9000, 10).astype(int)
ways = {"yours": next_chances, "add k": add_k}
runs = {name: [run(smooth, numbers[name], start) for start in starts] for name, smooth in ways.items()}
for name, found in runs.items():
    print(f"{name:6} chosen", [chosen for chosen, _ in found])
measured = {name: [float(score) for _, score in found] for name, found in runs.items()}
print(experiments.table(measured, middle="mean"))
print("yours against add k:", experiments.compare(measured, "yours", "add k", worth=0.02, higher_is_better=False))

# %% [markdown]
# And without a choice: *add 1*, as in many a textbook, against yours.

# %%
fixed = [bits(add_k(ids[start : start + 3000], size, 1.0), ids[start + 6000 : start + 9000]) for start in starts]
measured["add 1"] = [float(score) for score in fixed]
print("yours against add 1:", experiments.compare(measured, "yours", "add 1", worth=0.02, higher_is_better=False))

# %% [markdown]
# ## 9 · In words
#
# ({{in_words}}, marked by hand.) In 150 to 250 words: What does your comparison show, and what does it not show? Say
# which numbers were chosen and whether the search was over. How would the verdict read if only yours had been allowed
# to choose, and *add 1* been taken for all that adding can do? Then give *one* possible reason for what you see, in
# terms of which pairs get a chance that they never earned, and describe a measurement that could prove it wrong. Last:
# name one thing in such a text that no table of pairs can know, however smoothed, and a recurrent network could.
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
# | 2 | the verdict in one of the words *better*, *worse*, *not shown*, with what was compared: pairs of characters, 3,000 of them to learn from, this text, ten stretches; nothing beyond that |
# | 2 | the chosen numbers, and whether they lie inside their lists; where not, the list was grown, or the answer says that the search was not over |
# | 1 | against *add 1* the difference would show the choice of the number as well as the way of smoothing |
# | 2 | a reason called possible, such as: add k gives each pair that never came the same chance, `q` after a space as much as `t`, where yours follows how often a character occurs anywhere; and a measurement that could fail: the bits of unseen pairs alone, of both ways, or yours with all $u_j$ alike |
# | 1 | something further back than one character: an open bracket, a word, the indentation of a line |
#
# What came out here (the reference differs a little between versions of Python):

# %% [markdown] tags=["solution", "variant-1"]
# With the lists as given, *better*, by 0.085 bits. But `add k` took 0.25, the end of its list, in all ten runs. Grown
# to 0.015, it takes 0.06 or 0.125, and the difference of 0.045 is *not shown*. Yours takes 0.8, an end as well, in nine;
# with 0.9 and 0.95 beside it, 0.8 still in eight, and nothing changes. Against *add 1* yours would be better by almost
# 0.4 bits.

# %% [markdown] tags=["solution", "variant-2"]
# With the lists as given, *not shown*, 0.04 bits. But `add k` took 0.25, the end of its list, in all ten runs. Grown to
# 0.015, it takes 0.06 or 0.125, and nothing is left of the difference. Yours takes 0.8, an end as well, in six; with 0.9
# and 0.95 beside it, it takes the same. Against *add 1* yours would be better by more than 0.3 bits.

# %% [markdown] tags=["solution", "variant-3"]
# With the lists as given, *better*, by 0.076 bits. But `add k` took 0.25, the end of its list, in all ten runs. Grown
# to 0.015, it takes 0.06 or 0.125, and the difference of 0.035 is *not shown*. Yours takes 8 or 16 in nine. Against
# *add 1* yours would be better by almost 0.4 bits.

# %% tags=["solution"]
in_words = "See the rubric above."

# %% [markdown]
# ## Before you hand in
#
# *Restart and run all*, look at what the next cell prints, save, and hand in this file.

# %%
work.progress()
