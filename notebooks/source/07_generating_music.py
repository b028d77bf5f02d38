# %% [markdown]
# # 7 · Generating music, to order
#
# *A tune in D minor, in three-four time, please.* You will give a generator a wish, see and hear whether it is
# fulfilled, and check that it composes and does not copy.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/rnn-course/rnn-course/blob/v0.1.0/notebooks/07_generating_music.ipynb)
#
# | | |
# |---|---|
# | **You will be able to** | write melodies as tokens · give a generator a condition, and say what else could be one · measure whether the condition is obeyed · test a generator for copying |
# | **You need** | [notebook 6](06_generating_text.ipynb): language models, temperature. No musical training: every score has a piano roll and a description in words |
# | **Time** | 40 minutes to read, about a minute and a half to run on two CPU cores |

# %% tags=["setup"]
# Setup, the same in every notebook: find the course (on Colab: fetch it), versions, seed, style.
import os
import subprocess
import sys
from importlib.util import find_spec

if not find_spec("utils"):
    if not os.path.isdir("../utils"):  # the notebook came alone, as it does on Colab
        assert find_spec("google") and find_spec("google.colab"), "Not found: start with make lab"
        address = os.environ.get("RNN_COURSE_ADDRESS", "https://github.com/rnn-course/rnn-course")
        if not os.path.isdir("rnn-course"):
            fetch = "git -c advice.detachedHead=false clone -q --depth 1 --branch v0.1.0"
            subprocess.run([*fetch.split(), address, "rnn-course"], check=True)
        os.chdir("rnn-course/notebooks")
    sys.path.insert(0, os.path.abspath(".."))

from utils import plotting, versions

seed = versions.prepare()
import keras

keras.utils.set_random_seed(seed)
plotting.style()

# %%
import numpy as np
from keras import ops

from utils import datasets, decoding, music, plotting, text, training
from utils.checks import check_shape, claim
from utils.datasets import tunes as tune_rules
from utils.language_model import LanguageModel

# %% [markdown]
# ## 1 · A tune is a sequence
#
# The tunes of this notebook are made by rules: four phrases, of which the second and the last begin like the first;
# mostly steps, few leaps; an end on the key's first note. Each has a **key** (which note is home), a **mode** (major or
# minor: which seven of the twelve notes are used, counted from home) and a **metre** (how many beats a bar has).

# %%
tunes = datasets.tunes.make(4000, seed=0)
train, validation, test = tunes[:3500], tunes[3500:3700], tunes[3700:]
example = 3
tokens = tunes.tokens[example]
print(f"{tunes.keys[example]} {tunes.modes[example]}, {tunes.metres[example]}:", *tokens[:18], "…")
print(music.describe(tokens))

# %%
fig = plotting.score(tokens, key=tunes.keys[example], mode=tunes.modes[example], metre=tunes.metres[example])
plotting.show(fig, alt="The tune on a staff with clef, key signature and metre. " + music.describe(tokens))

# %%
music.show_sound(music.waveform(tokens, tempo=132), alt="The tune, played. " + music.describe(tokens))

# %% [markdown]
# A note is two tokens, its pitch (`A4`: letter and octave) and its duration as a part of a whole note (`1/4`), and `|`
# ends a bar. Written together, `A4:1/4`, there would be more different tokens and each would be rarer. The whole
# vocabulary:

# %%
print(*tune_rules.VOCABULARY)
ids = tune_rules.encode(tokens, start=True, end=True)  # (time,)
print(ids[:12], "…", f"{len(ids)} ids")

# %% [markdown]
# Before we train: how often does a tune by someone who knows nothing of keys obey one? Take notes at random from the
# twelve. A scale has seven of them. What share of notes drawn at
# random from the vocabulary lies in the scale of C major?

# %%
my_prediction = 0.5

# %%
random = np.random.default_rng(seed)
pitches = [word for word in tune_rules.PITCHES]
chance = [music.key_share([word for _ in range(20) for word in (str(random.choice(pitches)), "1/4")], "C", "major")
          for _ in range(200)]
print(f"you said {my_prediction}, measured {np.mean(chance):.2f}; "
      f"all twenty notes in the scale: {np.mean(np.array(chance) == 1):.3f}")

# %% [markdown]
# The notes of the vocabulary lie in the scale of C major a little less than half the time, and a whole tune practically
# never does. So a tune that keeps to its key has not done so by luck.

# %%
# NBVAL_CHECK_OUTPUT
everything = list(zip(tunes.tokens, tunes.keys, tunes.modes, tunes.metres, strict=True))
claim("every tune of the data obeys its key and its metre",
      all(music.obeys_key(words, key, mode) and music.obeys_metre(words, metre)
          for words, key, mode, metre in everything))
claim("no two tunes are alike", len(set(tunes.tokens)) == len(tunes))
claim("encoding loses nothing", tuple(tune_rules.decode(ids)) == tokens)
claim("a random tune of twenty notes practically never obeys a key", np.mean(np.array(chance) == 1) < 0.02)

# %% [markdown]
# ## 2 · A wish, as a vector
#
# The generator of notebook 6 models $P(x_{t+1} \mid x_1 … x_t)$. Now everything may also depend on a **condition** $c$:
#
# $$P(x_{t+1} \mid x_1 … x_t,\, c)$$
#
# $c$ is any vector that says what the sequence should be like. In notebook 5 it was a picture. Here it holds three ones
# among zeros: one for the key, one for the mode, one for the metre. For a text it could be the topic, the genre, the
# author, or the rating of a review to be written. The network reads it at each step beside the token,
# $[E[x_t]; V c]$.

# %%
wish = tune_rules.condition("D", "minor", "3/4")  # (1, 13)
print(dict(zip(tune_rules.CONDITION, wish[0].astype(int).tolist(), strict=True)))

# %% [markdown]
# For contrast we train the same network without $c$. It has to learn from the tunes alone that there are keys. Both
# take about half a minute.

# %%
def rows(part):
    """Inputs and targets (tunes, time), shifted by one, and conditions (tunes, 13)."""
    ids = text.pad([tune_rules.encode(words, start=True, end=True) for words in part.tokens])
    return ids[:, :-1], ids[:, 1:], tune_rules.condition(part.keys, part.modes, part.metres)


def learn(condition):
    keras.utils.set_random_seed(seed)
    size = len(tune_rules.CONDITION) if condition else None
    model = LanguageModel(len(tune_rules.VOCABULARY), units=128, embedding=32, condition=condition, condition_size=size)
    model.compile(keras.optimizers.Adam(4e-3, global_clipnorm=1.0), training.MaskedCrossEntropy())
    (x, y, c), (x_new, y_new, c_new) = rows(train), rows(validation)
    given, given_new = ((x, c), (x_new, c_new)) if condition else (x, x_new)
    history = model.fit(given, y, validation_data=(given_new, y_new), epochs=12, batch_size=64, verbose=0,
                        callbacks=[training.EpochLines()])
    return model, history


# %%
conditioned, history = learn("input")

# %%
unconditioned, history_without = learn(None)

# %% [markdown]
# How much does it help to know the wish? Where in a tune should it help most?

# %%
my_prediction = "at the beginning"

# %%
def nats_at_each_step(model, part, with_condition):
    """Mean surprise (time,) of the tokens of unseen tunes, in nats."""
    x, y, c = rows(part)
    logits = model.predict((x, c) if with_condition else x, verbose=0)
    losses = ops.convert_to_numpy(ops.sparse_categorical_crossentropy(y, logits, from_logits=True))
    return np.where(y != text.PAD, losses, np.nan)[:, :30]


with_wish = np.nanmean(nats_at_each_step(conditioned, test, True), axis=0)
without = np.nanmean(nats_at_each_step(unconditioned, test, False), axis=0)
fig = plotting.lines({"knows the wish": (range(1, 31), with_wish), "does not": (range(1, 31), without)},
                     x="token of the tune", y="surprise (nats)")
plotting.show(fig, alt="Mean surprise at each of the first thirty tokens. The two lines go up and down together, pitch "
              "by pitch and duration by duration; at the first pitches the network without the wish is clearly more "
              "surprised, and after about a dozen tokens the lines come together.")
early, late = float((without - with_wish)[:8].mean()), float((without - with_wish)[20:].mean())
print(f"the wish saves {early:.2f} nats a token among the first 8, {late:.2f} after the 20th")

# %% [markdown]
# The wish helps at the beginning. A few notes later the network without it has heard the key, too: the tune so far is
# a condition in itself.

# %%
# NBVAL_CHECK_OUTPUT
check_shape(wish, (1, 13))
claim("knowing the wish, the network is less surprised by unseen tunes",
      history.history["val_loss"][-1] < history_without.history["val_loss"][-1])
claim("it helps more at the beginning than later: at least twice as much a token", early > 2 * late, (early, late))

# %% [markdown]
# ## 3 · Does it play what was ordered?
#
# There are 48 wishes: eight keys, two modes, three metres. We draw three tunes for each, and judge them all. A tune counts
# as obeying its key when *every* note lies in the scale and the last one is the tonic; as obeying its metre when every
# bar is full. What share will obey both?

# %%
my_prediction = {"with the wish": 0.9, "without": 0.1}

# %%
wishes = [(key, mode, metre) for key in tune_rules.KEYS for mode in tune_rules.MODES for metre in tune_rules.METRES
          for _ in range(3)]


def compose(model, with_condition, temperature=0.7):
    """One tune for each wish."""
    c = tune_rules.condition(*zip(*wishes, strict=True)) if with_condition else None
    found = decoding.generate(model, condition=c, count=1 if with_condition else len(wishes), length=90,
                              end=text.END, temperature=temperature, seed=seed)
    return [tune_rules.decode(one.tokens) for one in found]


def obedience(composed):
    """Shares of tunes that obey the wish they were made for."""
    key = [music.obeys_key(words, k, m) for words, (k, m, _) in zip(composed, wishes, strict=True)]
    metre = [music.obeys_metre(words, t) for words, (_, _, t) in zip(composed, wishes, strict=True)]
    return {"key and mode": np.mean(key), "metre": np.mean(metre), "both": np.mean(np.logical_and(key, metre))}


# %%
composed, unasked = compose(conditioned, True), compose(unconditioned, False)
obeyed = {"with the wish": obedience(composed), "without": obedience(unasked)}
print("you said", my_prediction)
for name, shares in obeyed.items():
    print(f"{name:14}", {what: round(float(share), 2) for what, share in shares.items()})

# %%
fig = plotting.grouped_bars(obeyed, y="share of tunes")
plotting.show(fig, alt="Share of 144 generated tunes that obey key and mode, metre, and both. With the wish most tunes "
              "obey each; without it a third obeys the metre by chance and hardly any the key.")

# %% [markdown]
# The metre is kept nearly always, the key in most tunes. "Most" is less than it seems to be wrong: a tune has some
# twenty-five notes, and a single one outside the scale, or another last note, counts as disobedience. Without the wish
# the metre is right as often as one of three is by chance, and the key hardly ever. But is that tune chaos?

# %%
own = [music.guess_key(words) for words in unasked]
coherent = float(np.mean([guess is not None and music.key_share(words, *guess) == 1
                          for words, guess in zip(unasked, own, strict=True)]))
print(f"of the tunes without a wish, {coherent:.0%} keep to one scale all the same, whichever it is")

# %%
# NBVAL_CHECK_OUTPUT
claim("with the wish at least half of all tunes obey both, with every note", obeyed["with the wish"]["both"] > 0.5,
      obeyed["with the wish"])
claim("without it fewer than one in ten does", obeyed["without"]["both"] < 0.1, obeyed["without"])
claim("but without it, too, more than a third keep to some scale from beginning to end", coherent > 1 / 3, coherent)

# %% [markdown]
# ## 4 · Look and listen
#
# The same wish but for one word: D major, then D minor. Can you see, or hear, which note changed?

# %%
my_prediction = "F"

# %%
def order(key, mode, metre, number=0):
    """One tune to order."""
    found = decoding.generate(conditioned, condition=tune_rules.condition(key, mode, metre), length=90, count=8,
                              end=text.END, temperature=0.6, seed=seed + number)
    composed = [tune_rules.decode(one.tokens) for one in found]
    right = [words for words in composed if music.obeys_key(words, key, mode) and music.obeys_metre(words, metre)]
    return (right or composed)[0]  # the first of eight that obeys, as a composer would choose


major, minor = order("D", "major", "3/4"), order("D", "minor", "3/4")
fig = plotting.piano_roll([music.notes(major), music.notes(minor)], ["D major", "D minor"],
                          scales=[music.pitch_classes("D", mode) for mode in ("major", "minor")], beats=[3, 3])
plotting.show(fig, alt="Piano rolls of two generated tunes in three-four time. " + music.describe(major) + " "
              + music.describe(minor))

# %%
music.show_sound(music.waveform(major, tempo=132), alt="D major. " + music.describe(major))

# %%
music.show_sound(music.waveform(minor, tempo=132), alt="D minor. " + music.describe(minor))

# %%
used = {name: sorted({words[i][:-1] for i in range(len(words)) if words[i] in tune_rules.PITCHES})
        for name, words in (("major", major), ("minor", minor))}
print(used, f"\nyou said {my_prediction}")

# %% [markdown]
# In minor the third note of the scale is lower: F instead of F♯, in D. (So are the sixth and the seventh: B♭ for B,
# and C for C♯, unless it leads up to the tonic.) The network was told *minor*, one number of thirteen, and changed the
# notes that this word changes.

# %%
# NBVAL_CHECK_OUTPUT
claim("the major tune has no F and the minor one no F sharp", "F" not in used["major"] and "F#" not in used["minor"],
      used)
claim("both have full bars of three beats", all(music.obeys_metre(words, "3/4") for words in (major, minor)))

# %% [markdown]
# ## 5 · Composed or copied?
#
# A generator can please by repeating what it was trained on. So we look, for each tune, for the longest run of notes
# that also stands in a training tune, in *any* key (we compare the intervals, the steps from note to note). But short
# runs recur in everything: a scale is a scale. What is a fair comparison?

# %%
my_prediction = "unseen tunes of the same kind"

# %%
copies = {
    "generated": music.longest_copies(composed[:60], train.tokens),
    "unseen, by the rules": music.longest_copies(test.tokens[:60], train.tokens),
    "training tunes themselves": music.longest_copies(train.tokens[:20], train.tokens),
}
lengths = {name: [n for n in found if n is not None] for name, found in copies.items()}
print({name: f"{np.mean(found):.1f} notes, longest {max(found)}" for name, found in lengths.items()})

# %%
fig = plotting.ladder({name: found[:20] for name, found in lengths.items()}, x="longest run shared with training (notes)",
                      dots="tunes")
plotting.show(fig, alt="Longest runs of notes shared with a training tune, a dot a tune. Generated tunes and unseen tunes "
              "lie together, at eight or nine notes; training tunes, which are found whole, at twenty to thirty.")

# %% [markdown]
# Unseen tunes, made by the same rules, share runs of eight or nine notes with the training tunes, because the rules
# leave only so much freedom. Generated tunes share about as much and no more. So what the network has learned is the
# style, and not the tunes.

# %%
# NBVAL_CHECK_OUTPUT
mean_copy = {name: float(np.mean(found)) for name, found in lengths.items()}
claim("the longest copies in generated tunes are as long as in unseen ones, within two notes",
      abs(mean_copy["generated"] - mean_copy["unseen, by the rules"]) < 2, mean_copy)
claim("a training tune would be found out: its run is more than twice as long",
      mean_copy["training tunes themselves"] > 2 * mean_copy["generated"], mean_copy)
claim("no generated tune is a training tune", not {tuple(words) for words in composed} & set(train.tokens))

# %% [markdown]
# ## Where this goes wrong
#
# **A condition in the wrong order.** The vector has no names in it. If key and mode are written into other columns when
# one generates than when one trained, everything runs, and one gets a tune in some key. We shift the wish by one column:

# %%
def shifted_wishes(temperature=0.7):
    c = np.roll(tune_rules.condition(*zip(*wishes, strict=True)), 1, axis=1)  # the mistake
    found = decoding.generate(conditioned, condition=c, length=90, end=text.END, temperature=temperature, seed=seed)
    return [tune_rules.decode(one.tokens) for one in found]


wrong = obedience(shifted_wishes())
print({what: round(float(share), 2) for what, share in wrong.items()})

# %% [markdown]
# The symptom is a generator that writes well and does not listen. Test obedience, as above, and not only beauty; and
# make conditions by one function, for training and for use, that refuses words it does not know:

# %%
try:
    tune_rules.condition("H", "minor", "3/4")
except ValueError as error:
    print(error)

# %%
# NBVAL_CHECK_OUTPUT
claim("with the columns shifted the key is obeyed less than a fifth as often",
      wrong["key and mode"] < obeyed["with the wish"]["key and mode"] / 5, wrong)

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why does the network without a wish still keep to one scale?</summary>
#
# Because the tune so far says which: after a few notes most keys are ruled out. The state carries that on.
# </details>
#
# <details><summary>You want tunes that are half minor. Could you set both mode columns to 0.5?</summary>
#
# Nothing prevents it, and the network will compute something. It has never seen such a vector, so what it does there was
# not learned; it is worth listening, and not worth trusting.
# </details>
#
# <details><summary>At temperature 0.3 obedience rises. Why not always use that?</summary>
#
# Because the tunes become alike. Obedience is one number; variety is another, and one buys one with the other.
# </details>
#
# <details><summary>What would c be for generating product reviews with a given number of stars?</summary>
#
# A one-hot vector of the stars, beside others for the product's kind. The training reviews come with both.
# </details>

# %% [markdown]
# ## Recap
#
# - You **wrote melodies as tokens**: pitch, duration, bar line.
# - You **gave a generator a condition**: $P(x_{t+1} \mid x_1 … x_t, c)$, with $[E[x_t]; Vc]$ at each step; $c$ can be a
#   key, a topic, an author, a picture.
# - You **measured obedience**: with every note and every bar, against the same network without $c$.
# - You **tested for copying**, against unseen tunes made by the same rules.

# %% [markdown]
# ## Next
#
# Four notebooks have used a cell whose memory lasts longer. [Notebook 2](02_backpropagation_through_time.ipynb) showed why
# a plain memory fades; the planned notebook 8 opens the LSTM, a memory that can be protected. A generator whose
# condition is a *sentence* is a translator: [notebook 13](13_encoder_decoder.ipynb).
#
# ## Further reading
#
# - D. Eck, J. Schmidhuber (2002), *A First Look at Music Composition using LSTM Recurrent Neural Networks*: an early one.
# - A. Huang et al. (2019), *Music Transformer*: how far it has come.
# - N. Keskar et al. (2019), *CTRL: A Conditional Transformer Language Model for Controllable Generation*: what else can
#   be a condition for text.
