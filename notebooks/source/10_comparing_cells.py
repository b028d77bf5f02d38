# %% [markdown]
# # 10 · Comparing cells: what a fair comparison takes
#
# You will compare simple RNN, GRU and LSTM on three tasks, with equal parameters, for equally many batches and for equal
# time, over several seeds, and say what follows and what does not.
#
# | What | Details |
# |---|---|
# | **You will be able to** | make models of equal size · say what "better" needs: a budget, a task, a range over seeds · read a table of ranges, and say which differences it shows · choose a cell for a task of your own by evidence |
# | **You need** | [notebook 8](08_lstm.ipynb) and [notebook 9](09_gru.ipynb); bits per character from [notebook 6](06_generating_text.ipynb) |
# | **Time** | 35 minutes to read, about half a minute to run on two CPU cores |

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
from itertools import combinations

import numpy as np
from keras import layers

from utils import experiments, metrics, training
from utils.checks import claim, you_said
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
# others have? (With 32 they have too few: a GRU of 32 has three quarters of the parameters.)

# %%
my_prediction_1 = {"simple RNN": None, "GRU": None}  # units, whole numbers

# %%
def parameters(cell, units, features=2, outputs=1):
    """Parameters of one recurrent layer and a dense layer behind it."""
    model = keras.Sequential([layers.Input((None, features)), CELLS[cell](units), layers.Dense(outputs)])
    return model.count_params()


def units_for(cell, wanted):
    """The number of units that comes nearest to the wanted number of parameters."""
    return min(range(20, 80), key=lambda units: abs(parameters(cell, units) - wanted))


wanted = parameters("LSTM", 32)
units = {cell: units_for(cell, wanted) for cell in CELLS}
for cell in CELLS:
    print(f"{cell:10} {units[cell]:3} units, {parameters(cell, units[cell]):,} parameters")
you_said(my_prediction_1, {cell: units[cell] for cell in ("simple RNN", "GRU")})

# %% [markdown]
# The recurrent matrix grows with the *square* of the units, so four times as many parameters buy twice as many units.
#
# Then the **budget**. Equally many batches favour whoever learns much from each; equal time favours whoever is quick. Both
# questions are sensible, and they are two questions. The **learning rate** must be good for each: we give every cell
# the best of four (found with one seed, which is not used again; that is little, as we shall see). And since every run comes out differently, each is
# run with **several seeds**, and we look at the range.

# %%
# NBVAL_CHECK_OUTPUT
sizes = {cell: parameters(cell, units[cell]) for cell in CELLS}
claim("the three models have equally many parameters, within 3 %",
      max(sizes.values()) / min(sizes.values()) < 1.03, sizes)
claim("equal parameters give a simple RNN about twice as many units as an LSTM",
      1.9 < units["simple RNN"] / units["LSTM"] < 2.2, units,
      hint="the recurrent matrix has units × units numbers, so parameters grow with the square of the units")

# %% [markdown]
# ## 2 · Three tasks
#
# **Adding** you know: two marked numbers of fifty, and their sum at the end. It needs a long memory for two things.
#
# **Embedded Reber strings** follow a grammar. The inner string begins with B and ends with E; between them it walks along arrows
# between six places: from 1 by T to 2 or by P to 3; from 2 by S to 2 again or by X to 4; from 3 by T to 3 again or by V to 5; from 4 by X to 3 or
# by S to the end; from 5 by P to 4 or by V to the end. Around it come B and T or P before, and after it the *same* T or P, and E.
# At each letter the network says which letters may come next; a step is right if every letter that may come has a higher score than every
# other, a string if all its steps are. The last T or P is the hard one: the network has to remember the second letter,
# through an inner string of any length. We call that step the *long lag*.

# %%
strings = memory.embedded_reber(2000, seed, loops=0.75)  # stays in a loop three times in four
texts = memory.reber_text(strings.inputs)
print(*texts[:4], sep="\n")
lengths = [len(text) for text in texts]
print(f"lengths {min(lengths)} to {max(lengths)}, mean {np.mean(lengths):.1f}")

# %% [markdown]
# A reader who knows only the last *letter* says, for each letter, everything that ever follows it. For which share of the
# strings is that right at every step? (1 would be all of them. P, for instance, may be the second letter, lie within the
# inner string, or be the last but one.)

# %%
my_prediction_2 = None  # a share, a number from 0 to 1

# %%
def from_last_letter(strings):
    """For each step the share of each letter among those that follow the present letter."""
    follows = np.einsum("btf,btg->fg", strings.inputs, strings.targets)
    return np.einsum("btf,fg->btg", strings.inputs, follows / follows.sum(axis=1, keepdims=True).clip(1))


scores = metrics.reber_scores(from_last_letter(strings), strings)
print({what: f"{share:.1%}" for what, share in scores.items()})
you_said(my_prediction_2, scores["strings"])

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
# The tables below come from its results. Which cell will be best, on each task, after equally many batches? (Adding needs
# the longest memory, text the shortest.)

# %%
my_prediction_3 = {"adding": None, "Reber": None, "text": None}  # each "simple RNN", "GRU" or "LSTM"

# %%
with open("../benchmarks/cells.json", encoding="utf-8") as file:
    tables = json.load(file)


def column(task, budget, measure="score"):
    """One measure of one table: cell → its values, one a seed."""
    measured = tables[f"{task}, equal {budget}"]["measured"]
    return {cell: [run[measure] for run in runs] for cell, runs in measured.items()}


for task, unit in (("adding", "share of sums right"), ("Reber", "share of strings right"),
                   ("text", "bits per character, fewer are better")):
    runs = tables[f"{task}, equal batches"]["measured"]
    both = {cell: [{unit: run["score"], "seconds": run["seconds"]} for run in runs[cell]] for cell in CELLS}
    print(task)
    print(experiments.table(both, digits=2), end="\n\n")
you_said(my_prediction_3)

# %%
fig = plotting.ladder({f"{cell}, {task}": values for task in ("adding", "Reber")
                       for cell, values in column(task, "batches").items()}, x="share right", digits=2)
plotting.show(fig, alt="Share right with three dots for three seeds. Adding: the simple RNN stays at a fifth, guessing; GRU and LSTM are at "
              "one, but for one dot of the LSTM at 0.74. Reber: the simple RNN has three dots at one; GRU and LSTM two each, and "
              "one at a half.")

# %% [markdown]
# When does such a table show that one cell is better than another? With three runs each, a strict rule is easy to apply: **A is
# better than B if A's worst run is better than B's best.** If the ranges overlap, we do not know. If A and B were equally good, it
# would happen by luck in one of ten comparisons (of the twenty ways to deal six results into three and three, two are so
# separated). That is not much certainty, and among the eighteen pairs of this notebook one or two would be separated by luck.

# %%
def better(values, fewer=False):
    """All pairs (A, B) of cells in which A's worst run is better than B's best."""
    sign = -1 if fewer else 1
    signed = {cell: [sign * value for value in runs] for cell, runs in values.items()}
    return [(a, b) for a in signed for b in signed if min(signed[a]) > max(signed[b])]


deals = [set(a) for a in combinations(range(6), 3)]  # which three of six results, in order, A has
apart = sum(max(a) < 3 or min(a) > 2 for a in deals)
print(f"{apart} of {len(deals)} deals are separated by luck")
verdicts = {}
for budget in ("batches", "time"):
    for task in ("adding", "Reber", "text"):
        verdicts[task, budget] = better(column(task, budget), fewer=task == "text")
for task in ("adding", "Reber", "text"):
    print(f"{task:7}", "; ".join(f"{a} better than {b}" for a, b in verdicts[task, "batches"]) or "no difference shown")

# %% [markdown]
# No single sentence fits all three tasks. On *adding* the gates decide: with them all runs learn most of it, and the simple RNN
# guesses (0.19 is what always saying 1 gets). On *Reber* strings nothing is shown, and it is the simple RNN whose three runs are all
# right; of either gated cell one run in three has half of the strings right, what one gets who guesses the long lag. On *text* the GRU is better than both others, and
# nothing is shown between the LSTM and the simple RNN, after these 600 batches. "The LSTM is slightly better" than the GRU: not here.

# %%
# NBVAL_CHECK_OUTPUT
claim("on adding, GRU and LSTM are better than the simple RNN, and nothing is shown between them",
      set(verdicts["adding", "batches"]) == {("GRU", "simple RNN"), ("LSTM", "simple RNN")}, verdicts,
      hint="A is better only if its worst run beats B's best; ranges that overlap show nothing")
claim("there the simple RNN guesses, and every run of the gated cells has two thirds right or more",
      max(column("adding", "batches")["simple RNN"]) < 0.25
      and min(column("adding", "batches")["GRU"] + column("adding", "batches")["LSTM"]) > 0.67)
claim("on Reber strings no difference is shown; the worst run of the simple RNN is the best of the worst",
      verdicts["Reber", "batches"] == []
      and max(column("Reber", "batches"), key=lambda cell: min(column("Reber", "batches")[cell])) == "simple RNN")
claim("by luck, two of twenty deals of six results are separated", apart == 2 and len(deals) == 20)
claim("on text the GRU is better than both, and nothing is shown between the others",
      set(verdicts["text", "batches"]) == {("GRU", "simple RNN"), ("GRU", "LSTM")}, verdicts)

# %% [markdown]
# ## 4 · Equal time
#
# The same models, the same learning rates; but every run now ends after the same number of seconds. What a batch costs decides
# how many of them a cell gets. Which cell is the quickest, at equal parameters? (It has one network, three or four to
# compute at each step; but the fewer its networks, the more its units.)

# %%
my_prediction_4 = None  # the name of the quickest: "simple RNN", "GRU" or "LSTM"

# %%
def milliseconds_a_batch(task):
    """The median over the seeds, in the runs with a limit of time."""
    pairs = {cell: zip(column(task, "time", "seconds")[cell], column(task, "time", "batches")[cell], strict=True)
             for cell in CELLS}
    return {cell: 1000 * float(np.median([s / b for s, b in runs])) for cell, runs in pairs.items()}


cost = {task: milliseconds_a_batch(task) for task in ("adding", "Reber", "text")}
for task, by_cell in cost.items():
    print(f"{task:7}", {cell: f"{ms:.1f} ms a batch" for cell, ms in by_cell.items()})
quickest = {min(by_cell, key=by_cell.get) for by_cell in cost.values()}
you_said(my_prediction_4, " or ".join(sorted(quickest)))

# %%
for task in ("adding", "Reber", "text"):
    print(f"{task}: {tables[f'{task}, equal time']['time']} seconds")
    print(experiments.table(column(task, "time")))
    print("   ", "; ".join(f"{a} better than {b}" for a, b in verdicts[task, "time"]) or "no difference shown", end="\n\n")

# %% [markdown]
# A batch costs the simple RNN least. Between GRU and LSTM of equal *parameters* our times show no order: what the GRU saves with one
# network less, it spends on having more units. (The times come from a shared computer and vary by half and more from run to
# run; on adding the LSTM was quicker here, on the other tasks the GRU.) "The GRU is faster" is a sentence about equal *units*, where it
# has three quarters of the parameters.
#
# In equal time the simple RNN makes up ground where it can learn the task at all: on text it is better than the LSTM now, and
# nothing is shown between it and the GRU. On adding, half as many batches again do not help it.
#
# So how does one choose? Where numbers have to be kept over fifty steps only the cells with gates learned; here the GRU was never worse than
# the LSTM, by our rule, and it is a good first choice. Over the ten or fifteen letters of a Reber string the simple RNN was enough: try it too. And
# look again with the budget that you really have: these were seconds. With hours the table may look different.

# %%
# NBVAL_CHECK_OUTPUT
claim("a batch costs the simple RNN least, on all three tasks",
      all(by_cell["simple RNN"] == min(by_cell.values()) for by_cell in cost.values()), cost)
claim("GRU and LSTM of equal parameters take the same time within a half",
      all(0.67 < by_cell["GRU"] / by_cell["LSTM"] < 1.5 for by_cell in cost.values()), cost)
claim("in equal time the simple RNN is better than the LSTM on text, and nothing is shown between it and the GRU",
      ("simple RNN", "LSTM") in verdicts["text", "time"]
      and not {("simple RNN", "GRU"), ("GRU", "simple RNN")} & set(verdicts["text", "time"]), verdicts)
claim("on adding it still guesses", max(column("adding", "time")["simple RNN"]) < 0.25)
claim("in no table is the GRU worse than the LSTM", all(("LSTM", "GRU") not in found for found in verdicts.values()))

# %% [markdown]
# ## 5 · One row again
#
# A stored table deserves a check. Here is one of its rows again, live and with another start: the GRU on the adding problem, for
# 1,000 batches (about ten seconds). By how much will it differ from the row's median? (The picture of section 3 shows how
# far the row's own three seeds lie apart.)

# %%
my_prediction_5 = None  # a difference between shares, a number from 0 to 1

# %%
def adds(cell, batches=1000, time=50):
    """Trains one model of the table's size; the share of new sums right to within 0.1."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([layers.Input((None, 2)), CELLS[cell](units_for(cell, 4500)), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(5e-3, global_clipnorm=1.0), "mse", jit_compile=False)
    lines = training.EpochLines(f"{cell}, {time} steps", batches=200)
    model.fit(*memory.adding(batches * 32, time, seed), batch_size=32, verbose=0, callbacks=[lines])
    new, sums = memory.adding(1000, time, 1000)
    return float(np.mean(np.abs(model.predict(new, verbose=0) - sums) < 0.1))


live = adds("GRU")
stored = column("adding", "batches")["GRU"]
print(f"live {live:.3f}, stored {stored}")
you_said(my_prediction_5, round(float(abs(live - np.median(stored))), 3))

# %% [markdown]
# The same, up to what another start or another processor changes.

# %%
# NBVAL_CHECK_OUTPUT
claim("the GRU learns to add two of fifty numbers, live as in the table: more than nine in ten sums",
      live > 0.9 and min(stored) > 0.9, (live, stored),
      hint="the row is that of 1,000 batches and 50 steps: was `adds` called with others?")

# %% [markdown]
# ## Where this goes wrong
#
# One seed each, and the better number wins: that finds a winner always, also where there is none. How far apart can two runs of *one*
# model be? Here is the simple RNN on sums of 20 numbers (`benchmarks/lags.json`, five seeds), the most erratic row of that
# table, compared with itself: one seed against another.

# %%
with open("../benchmarks/lags.json", encoding="utf-8") as file:
    same_model = json.load(file)["simple RNN"]["right"]["20"]
gaps = [abs(a - b) for number, a in enumerate(same_model) for b in same_model[:number]]
print("five seeds of one model:", same_model)
print(f"differences between two of them: {min(gaps):.2f} to {max(gaps):.2f}, median {np.median(gaps):.2f}")

# %% [markdown]
# Two runs of one and the same model are more than ten points apart in half of the cases, and once more than forty. Whoever reports
# the best of several seeds does the same, only better hidden.

# %%
# NBVAL_CHECK_OUTPUT
claim("two runs of one and the same model differ by ten points, in half of the cases or more", np.median(gaps) > 0.1, gaps)
claim("and the largest gap is more than forty points", max(gaps) > 0.4, gaps)

# %% [markdown]
# ## Check yourself
#
# <details><summary>You double the units of a recurrent layer. What happens to its parameters?</summary>
#
# The recurrent matrix becomes four times as large, the input matrix twice. So with many units it is nearly four times as many.
# </details>
#
# <details><summary>Model A: 0.91, 0.93, 0.92. Model B: 0.90, 0.94, 0.95. Which is better?</summary>
#
# The ranges overlap: this does not show it. More seeds, or a harder task, might.
# </details>
#
# <details><summary>Why may one and the same cell win with equally many batches and lose with equal time?</summary>
#
# It learns more from a batch, and a batch takes it longer.
# </details>
#
# <details><summary>A paper compares its new cell with an LSTM; the learning rate was tuned for the new cell. What do you ask?</summary>
#
# How the LSTM does with a learning rate tuned for it, with as many trials.
# </details>

# %% [markdown]
# ## Recap
#
# - You **made** models of equal size: the units follow from the parameters, not the other way round.
# - You said what **better** needs: a task, a budget, a learning rate good for each, and several seeds.
# - You **read** ranges: A is better if its worst run beats B's best; else nothing is shown.
# - You can **choose** by evidence: gates where numbers must be kept for long, the GRU first; the simple RNN beside them; and the
#   budget that you really have.

# %% [markdown]
# ## Next
#
# Whatever the cell, it has read only what came before. [Notebook 11](11_bidirectional.ipynb) lets a second layer read from the end.
#
# ## Further reading
#
# - J. Chung, C. Gulcehre, K. Cho, Y. Bengio (2014), *Empirical Evaluation of Gated Recurrent Neural Networks on Sequence
#   Modeling*: GRU and LSTM with equal parameters; the winner depends on the task.
# - R. Jozefowicz, W. Zaremba, I. Sutskever (2015), *An Empirical Exploration of Recurrent Network Architectures*: thousands of
#   cells, and what a forget-gate bias does.
# - K. Greff and others (2017), *LSTM: A Search Space Odyssey*: a comparison with many runs, and how it is done.
# - A. S. Reber (1967), *Implicit Learning of Artificial Grammars*; S. Hochreiter, J. Schmidhuber (1997), *Long Short-Term
#   Memory*, experiment 1, for the embedded form.
