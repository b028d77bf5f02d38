# %% [markdown]
# # 10 · Comparing cells: what a fair comparison takes
#
# You will compare simple RNN, GRU and LSTM on three tasks, with equal parameters, for equally many batches and for equal
# time, over several seeds, and say what follows and what does not.
#
# [![Open in Colab](x)]
#
# | | |
# |---|---|
# | **You will be able to** | make models of equal size · say what "better" needs: a budget, a task, a range over seeds · read a table of ranges, and say which differences it shows · choose a cell for a task of your own by evidence |
# | **You need** | [notebook 8](08_lstm.ipynb) and [notebook 9](09_gru.ipynb); bits per character from [notebook 6](06_generating_text.ipynb) |
# | **Time** | 35 minutes to read, about one minute to run on two CPU cores |

# %% tags=["setup"]

# %%
import json

import numpy as np
from keras import layers

from utils import datasets, experiments
from utils.checks import claim
from utils.datasets import memory

CELLS = {"simple RNN": layers.SimpleRNN, "GRU": layers.GRU, "LSTM": layers.LSTM}

# %% [markdown]
# ## 1 · Equal what?
#
# "The GRU is faster, the LSTM is slightly better." You will find the sentence everywhere. Faster with what size, better at
# what, after how much training, and how sure is that? A comparison is **fair** if what is not compared is equal.
#
# First the size. An LSTM of 32 units has four times the parameters of a simple RNN of 32 units. If it wins, was it the gates,
# or the parameters? So we compare models with equally many parameters. If the LSTM has 32 units, how many may the
# others have?

# %%
my_prediction = {"simple RNN": 64, "GRU": 37}

# %%
def parameters(cell, units, features=2, outputs=1):
    """Parameters of one recurrent layer and a dense layer behind it."""
    model = keras.Sequential([layers.Input((None, features)), CELLS[cell](units), layers.Dense(outputs)])
    return model.count_params()


def units_for(cell, wanted):
    """The number of units that comes nearest to the wanted number of parameters."""
    return min(range(1, 200), key=lambda units: abs(parameters(cell, units) - wanted))


wanted = parameters("LSTM", 32)
units = {cell: units_for(cell, wanted) for cell in CELLS}
for cell in CELLS:
    print(f"{cell:10} {units[cell]:3} units, {parameters(cell, units[cell]):,} parameters")
print("you said", my_prediction)

# %% [markdown]
# The recurrent matrix grows with the *square* of the units, so four times as many parameters buy twice as many units.
#
# Then the **budget**. Equally many batches favour whoever learns much from each; equal time favours whoever is quick. Both
# questions are sensible, and they are two questions. The **learning rate** must be good for each: we give every cell
# the best of three, found with a seed that is not used again. And since every run comes out differently, each is
# run with **several seeds**, and we look at the range.

# %%
# NBVAL_CHECK_OUTPUT
sizes = {cell: parameters(cell, units[cell]) for cell in CELLS}
claim("the three models have equally many parameters, within 3 %",
      max(sizes.values()) / min(sizes.values()) < 1.03, sizes)
claim("equal parameters give a simple RNN about twice as many units as an LSTM",
      1.9 < units["simple RNN"] / units["LSTM"] < 2.2, units)

# %% [markdown]
# ## 2 · Three tasks
#
# **Adding** you know: two marked numbers of fifty, and their sum at the end. It needs a long memory for two things.
#
# **Embedded Reber strings** need a grammar. An inner string of letters follows a little map with two loops; around it come
# B and T or P, and after it the *same* T or P, and E. At each letter the network says which letters may come next. Most
# of that can be known from the last letter or two. But the last T or P cannot: there the network has to remember the
# second letter, through an inner string of any length. A string counts as right if every step of it is.

# %%
strings = memory.embedded_reber(2000, seed)
texts = memory.reber_text(strings.inputs)
print(*texts[:4], sep="\n")
lengths = [len(text) for text in texts]
print(f"lengths {min(lengths)} to {max(lengths)}, mean {np.mean(lengths):.1f}")

# %% [markdown]
# A reader who knows only the last *letter* says, for each letter, everything that ever follows it. For how many strings is
# that right at every step?

# %%
my_prediction = 0.1

# %%
def from_last_letter(strings):
    """For each step the share of each letter among those that follow the present letter."""
    follows = np.einsum("btf,btg->fg", strings.inputs, strings.targets)
    return np.einsum("btf,fg->btg", strings.inputs, follows / follows.sum(axis=1, keepdims=True).clip(1))


scores = memory.reber_score(from_last_letter(strings), strings)
print({what: f"{share:.1%}" for what, share in scores.items()}, f"you said {my_prediction:.0%}")

# %% [markdown]
# No string at all, and half of the long lags, a coin's share. The third task is **text**: characters of the Python
# documentation, as in notebook 6, scored in bits per character, fewer being better. There the near past
# tells most.

# %%
# NBVAL_CHECK_OUTPUT
claim("every string has the same letter second and last but one",
      all(text[1] == text[-2] for text in texts))
claim("the last letter alone gets no string right, and about half of the long lags",
      scores["strings"] == 0 and 0.4 < scores["lag"] < 0.6, scores)

# %% [markdown]
# ## 3 · Equally many batches
#
# `python benchmarks/cells.py` trained each cell on each task, with three seeds, once for a number of batches and once for a time.
# The tables below come from its results. Which cell will be best, on each task, after equally many batches?

# %%
my_prediction = {"adding": "LSTM", "Reber": "LSTM", "text": "LSTM"}

# %%
with open("../benchmarks/cells.json", encoding="utf-8") as file:
    tables = json.load(file)


def column(task, budget, measure="score"):
    """One measure of one table: cell → its values, one a seed."""
    measured = tables[f"{task}, equal {budget}"]["measured"]
    return {cell: [run[measure] for run in runs] for cell, runs in measured.items()}


for task, unit in (("adding", "share of sums right"), ("Reber", "share of strings right"),
                   ("text", "bits per character, fewer are better")):
    print(f"{task}: {unit}")
    print(experiments.table(column(task, "batches")), end="\n\n")
print("you said", my_prediction)
