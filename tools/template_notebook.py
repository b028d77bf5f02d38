# %% [markdown]
# # 99 · A template: how long does an average remember?
#
# In these few minutes you will measure how fast a running average forgets. Copy this file to
# `notebooks/source/`, keep its shape, replace its thoughts.
#
# | What | Details |
# |---|---|
# | **You will be able to** | predict the half-life of a running average, and check it |
# | **You need** | arithmetic |
# | **Time** | 5 minutes to read, a few seconds to run |

# %% tags=["setup"]

# %%
import numpy as np

from utils.checks import check_shape, claim, you_said

# %% [markdown]
# ## 1 · The weights of the past
#
# The running average $m_t = a\,m_{t-1} + (1-a)\,x_t$ keeps a fraction $a$ of what it knew. So the
# value from $k$ steps ago counts with weight $(1-a)\,a^k$. Which weight has the newest value?

# %%
my_prediction_1 = None  # the weight of the newest value, a number from 0 to 1

# %%
keep = 0.9
weights = (1 - keep) * keep ** np.arange(40)  # (steps back,)
check_shape(weights, (40,))
you_said(my_prediction_1, weights[0])

# %% [markdown]
# The newest value counts for a tenth, and each step back for nine tenths of the step before.

# %%
# NBVAL_CHECK_OUTPUT
claim("with keep = 0.9 the newest value has weight 0.1", np.isclose(weights[0], 0.1))

# %% [markdown]
# ## 2 · Half of it is forgotten
#
# The weights fall, but when is half of the first one gone? Guess before you run the next cell.

# %%
my_prediction_2 = None  # steps back, a whole number

# %%
half_life = int(np.argmax(weights < weights[0] / 2))
you_said(my_prediction_2, half_life)

# %% [markdown]
# The past fades at a fixed rate, whatever it contained.

# %%
# NBVAL_CHECK_OUTPUT
claim("with keep = 0.9 an input loses half its weight after 7 steps", half_life == 7)

# %% [markdown]
# ## 3 · All weights together
#
# An average must not make numbers larger or smaller. What do all the weights add up to?

# %%
my_prediction_3 = None  # the sum, a number

# %%
total = float(weights.sum())
you_said(my_prediction_3, total)

# %% [markdown]
# Forty steps hold nearly everything; what is missing lies further back.

# %%
# NBVAL_CHECK_OUTPUT
claim("forty steps hold more than 98 % of the weight", total > 0.98, total)

# %% [markdown]
# ## Where this goes wrong
#
# Swapping `keep` and `1 - keep` gives an average that forgets almost everything at once. Its
# symptom is a curve that looks like the input.

# %%
swapped = keep * (1 - keep) ** np.arange(40)  # (steps back,)
print(f"the newest value now counts for {swapped[0]:.1f}")

# %%
# NBVAL_CHECK_OUTPUT
claim("swapped, two steps hold 99 % of the weight", swapped[:2].sum() > 0.989, swapped[:2].sum())

# %% [markdown]
# ## Check yourself
#
# <details><summary>Which half-life does keep = 0.5 have?</summary>
# One step: every step halves the weight.
# </details>
#
# <details><summary>Can the average hold one input for ever?</summary>
# Only with keep = 1, and then it never takes in a new one.
# </details>
#
# <details><summary>Why does the sum stay below one?</summary>
# The weights beyond forty steps are missing.
# </details>

# %% [markdown]
# ## Recap
#
# You can now **predict** the half-life of a running average and **check** it:
# $w_k = (1-a)\,a^k$.

# %% [markdown]
# ## Next
#
# A memory that decides what to keep.
#
# ## Further reading
#
# - R. G. Brown (1959), *Statistical Forecasting for Inventory Control*: where the formula is from.
