# %% [markdown]
# # 7 · Generating music, to order
#
# *A tune in D minor, in three-four time, please.* You will give a generator a wish, see and hear whether it is
# fulfilled, and check that it composes and does not copy.
#
# | What | Details |
# |---|---|
# | **You will be able to** | write melodies as tokens · give a generator a condition, and say what else could be one · measure whether the condition is obeyed · test a generator for copying |
# | **You need** | [notebook 6](06_generating_text.ipynb): language models, temperature. No musical training: what you need is said, and every picture and sound is described in words |
# | **Time** | 40 minutes to read, about a minute and a half to run on two CPU cores |

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
from keras import ops

from utils import datasets, decoding, music, plotting, text, training
from utils.checks import check_shape, claim, you_said
from utils.datasets import tunes as tune_rules
from utils.models import LanguageModel

# %% [markdown]
# ## 1 · A tune is a sequence
#
# An octave has twelve notes. A **scale** is the seven of them that a tune uses; its first note, its home, is the **tonic**.
# The **key** is the name of that note, and the **mode**, major or minor, says which other six belong to it. `C#` (sharp) is
# the note above C and `Db` (flat) the one below D: one and the same key of a piano, spelled in two ways. The **metre** says
# how many beats a bar has; a beat is a quarter note, `1/4`.
#
# The tunes of this notebook are made by rules: four phrases, of which the second and the last begin like the first; mostly
# from one note of the scale to its neighbour, few leaps; an end on the tonic.

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

# %% [markdown]
# The same for those who do not read scores: each note a bar, as long as it sounds, at the height of its pitch.

# %%
fig = plotting.piano_roll([music.notes(tokens)], [f"{tunes.keys[example]} {tunes.modes[example]}"],
                          beats=[int(tunes.metres[example][0])])
plotting.show(fig, alt="Piano roll of the same tune: bars of different lengths that mostly move up or down by little.")

# %%
plotting.show_sound(music.waveform(tokens, tempo=132), alt="The tune, played. " + music.describe(tokens))

# %% [markdown]
# A note is two tokens, its pitch (`A4`: letter and octave) and its duration as a part of a whole note (`1/4`), and `|`
# ends a bar. Written together, `A4:1/4`, there would be more different tokens and each would be rarer. The whole
# vocabulary:

# %%
vocabulary = text.Vocabulary(tune_rules.WORDS)
print(*vocabulary.words)
ids = vocabulary.encode(tokens, start=True, end=True)  # (time,)
print(ids[:12], "…", f"{len(ids)} ids")

# %% [markdown]
# Before we train: how often does a random tune keep to a scale? Draw twenty of the pitches printed above at random. What
# share of such tunes has all its notes in one scale, *any* of the twenty-four? (A single note fits more scales than not, but
# all twenty have to fit the same one.)

# %%
my_prediction_1 = None  # share of the tunes, a number from 0 to 1

# %%
random = np.random.default_rng(seed)


def keeps_to_a_scale(words):
    """Whether all notes lie in one scale, whichever it is."""
    guess = music.guess_key(words)
    return guess is not None and music.key_share(words, *guess) == 1


drawn = [[word for _ in range(20) for word in (str(random.choice(tune_rules.PITCHES)), "1/4")] for _ in range(300)]
chance = float(np.mean([keeps_to_a_scale(words) for words in drawn]))
you_said(my_prediction_1, chance)

# %% [markdown]
# Hardly any. So a tune that keeps to a scale has not done so by luck. Obeying a *wish* is harder still: we call a tune
# obedient to its key when every note lies in the wished scale and the last one is the tonic, and obedient to its metre when
# every bar is full. (In minor we allow eight notes, for the seventh may be raised where it leads up to the tonic.)

# %%
# NBVAL_CHECK_OUTPUT
everything = list(zip(tunes.tokens, tunes.keys, tunes.modes, tunes.metres, strict=True))
claim("every tune of the data obeys its key and its metre",
      all(music.obeys_key(words, key, mode) and music.obeys_metre(words, metre)
          for words, key, mode, metre in everything))
claim("no two tunes are alike", len(set(tunes.tokens)) == len(tunes))
claim("encoding loses nothing", tuple(vocabulary.decode(ids)) == tokens,
      hint="`ids` and `tokens` belong to the same `example`: after changing it, run all the cells that follow")
claim("fewer than 6 random tunes in 100 keep to any scale", chance < 0.06, chance)

# %% [markdown]
# ## 2 · A wish, as a vector
#
# The generator of notebook 6 models $P(x_{t+1} \mid x_1 … x_t)$. Now everything may also depend on a **condition** $c$:
#
# $$P(x_{t+1} \mid x_1 … x_t,\, c)$$
#
# $c$ is any vector that says what the sequence should be like. In notebook 5 it was a picture. Here it holds three ones
# among zeros: one for the key, one for the mode, one for the metre. For a text it could be the topic, the genre, the
# author, or the rating of a review to be written. The network, again a GRU, reads it at each step beside the token's vector
# $E[x_t]$, joined to it as in notebook 5: $[E[x_t]; V c]$, with a learned matrix $V$.

# %%
wish = tune_rules.condition("D", "minor", "3/4")  # (1, 13)
print(dict(zip(tune_rules.CONDITION, wish[0].astype(int).tolist(), strict=True)))

# %% [markdown]
# For contrast we train the same network without $c$. It has to learn from the tunes alone that there are keys. Each of the
# two takes about half a minute. Where in a tune will it help most to know the wish? (The network without it does hear the tune
# so far.)

# %%
my_prediction_2 = None  # in words, such as "everywhere alike"

# %%
def rows(part):
    """Inputs and targets (tunes, time), shifted by one, and conditions (tunes, 13)."""
    ids = text.pad([vocabulary.encode(tokens, start=True, end=True) for tokens in part.tokens])
    return ids[:, :-1], ids[:, 1:], tune_rules.condition(part.keys, part.modes, part.metres)


def learn(condition):
    keras.utils.set_random_seed(seed)
    size = len(tune_rules.CONDITION) if condition else None
    model = LanguageModel(vocabulary.size, units=128, embedding=32, condition=condition, condition_size=size)
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
# We compare the surprise at each token of tunes that neither has seen: $\ln\frac1p$, in nats (with $\ln$ for $\log_2$; one
# nat is 1.44 bits).

# %%
def nats_at_each_step(model, part, with_condition):
    """Surprise of each token in nats, (tunes, 30), NaN at padding."""
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
              "surprised; from about the tenth token on the lines lie close together, now one above and now the other.")
saved = without - with_wish
early, late = float(saved[:8].mean()), float(saved[8:].mean())
print(f"the wish saves {early:.2f} nats a token among the first 8, {late:.2f} among the next 22")
you_said(my_prediction_2)

# %% [markdown]
# The wish helps at the beginning. A few notes later the network without it has heard the key, too: the tune so far is
# a condition in itself, and from there on the two are about equally surprised.

# %%
# NBVAL_CHECK_OUTPUT
check_shape(wish, (1, 13))
claim("knowing the wish, the network is less surprised by unseen tunes",
      history.history["val_loss"][-1] < history_without.history["val_loss"][-1],
      hint="`conditioned` learns with the condition \"input\", the other with None, both for twelve epochs")
claim("it helps more at the beginning than later: at least twice as much a token", early > 2 * late, (early, late))

# %% [markdown]
# ## 3 · Does it play what was ordered?
#
# There are 48 wishes: eight keys, two modes, three metres. We draw three tunes for each, and judge them all. What share will
# obey key, mode and metre, each with every note? (A network that obeys a wish of its own choice is right in one of 48.)

# %%
my_prediction_3 = {"with the wish": None, "without": None}  # shares of the tunes, numbers from 0 to 1

# %%
wishes = [(key, mode, metre) for key in tune_rules.KEYS for mode in tune_rules.MODES for metre in tune_rules.METRES
          for _ in range(3)]


def compose(model, with_condition, temperature=0.7):
    """One tune for each wish."""
    c = tune_rules.condition(*zip(*wishes, strict=True)) if with_condition else None
    found = decoding.generate(model, condition=c, count=1 if with_condition else len(wishes), length=90,
                              end=text.END, temperature=temperature, seed=seed)
    return [vocabulary.decode(one.tokens) for one in found]


def obedience(composed):
    """Shares of tunes that obey the wish they were made for."""
    key = [music.obeys_key(words, k, m) for words, (k, m, _) in zip(composed, wishes, strict=True)]
    metre = [music.obeys_metre(words, t) for words, (_, _, t) in zip(composed, wishes, strict=True)]
    return {"key and mode": np.mean(key), "metre": np.mean(metre), "both": np.mean(np.logical_and(key, metre))}


# %%
composed, unasked = compose(conditioned, True), compose(unconditioned, False)
obeyed = {"with the wish": obedience(composed), "without": obedience(unasked)}
for name, shares in obeyed.items():
    print(f"{name:14}", {what: round(float(share), 2) for what, share in shares.items()})
you_said(my_prediction_3, {name: shares["both"] for name, shares in obeyed.items()})

# %%
fig = plotting.grouped_bars(obeyed, y="share of tunes")
plotting.show(fig, alt="Share of 144 generated tunes that obey key and mode, metre, and both. With the wish most tunes "
              "obey each; without it a third obeys the metre by chance and hardly any the key.")

# %% [markdown]
# The metre is kept nearly always, the key in most tunes, and that is stricter than it sounds: a tune has some twenty notes,
# and a single one outside the scale, or another last note, counts as disobedience. Without the wish the metre is right as
# often as one of three is by chance, and the key hardly ever. But is such a tune chaos?

# %%
coherent = float(np.mean([keeps_to_a_scale(words) for words in unasked]))
in_scale = np.mean([music.key_share(words, k, m) or 0 for words, (k, m, _) in zip(composed, wishes, strict=True)])
print(f"with the wish {in_scale:.1%} of all notes lie in the wished scale; without it {coherent:.0%} of tunes keep to "
      f"some scale, against {chance:.1%} of random ones")

# %% [markdown]
# It is not: most tunes without a wish keep to one scale from beginning to end. The first notes decide which, and the state
# remembers it. What the wish adds is not order, but *which* order.

# %%
# NBVAL_CHECK_OUTPUT
claim("with the wish at least half of all tunes obey both, with every note", obeyed["with the wish"]["both"] > 0.5,
      obeyed["with the wish"],
      hint="the tunes are judged by the wishes that they were made for; was `wishes` changed in between?")
claim("the metre is kept by more than 85 in 100 with the wish, by about a third without",
      obeyed["with the wish"]["metre"] > 0.85 and abs(obeyed["without"]["metre"] - 1 / 3) < 0.15, obeyed)
claim("and more than nine notes in ten lie in the wished scale", in_scale > 0.9, float(in_scale))
claim("without it fewer than one in ten does", obeyed["without"]["both"] < 0.1, obeyed["without"])
claim("but without it, too, more than a third keep to some scale from beginning to end", coherent > 1 / 3, coherent)

# %% [markdown]
# ## 4 · Look and listen
#
# The same wish but for one word: D major, then D minor. We take the first of eight tunes that obeys, as a composer would
# choose among drafts. The notes D, E, G and A belong to both scales. Which three others will the network use most in each: F or
# F♯, B or B♭, C or C♯?

# %%
# lists of three of "F", "F#", "B", "Bb", "C" and "C#"
my_prediction_4 = {"major": None, "minor": None}

# %%
def order(key, mode, metre, count=8):
    """Some tunes to order."""
    found = decoding.generate(conditioned, condition=tune_rules.condition(key, mode, metre), length=90, count=count,
                              end=text.END, temperature=0.7, seed=seed)
    return [vocabulary.decode(one.tokens) for one in found]


def best(drafts, key, mode, metre):
    """The first draft that obeys, or else the first that can be read."""
    right = [words for words in drafts if music.obeys_key(words, key, mode) and music.obeys_metre(words, metre)]
    return (right + [words for words in drafts if music.notes(words)])[0]


# %%
modes = ("major", "minor")
chosen = {mode: best(order("D", mode, "3/4"), "D", mode, "3/4") for mode in modes}
fig = plotting.piano_roll([music.notes(words) for words in chosen.values()], [f"D {mode}" for mode in modes],
                          scales=[music.pitch_classes("D", mode) for mode in modes], beats=[3, 3])
plotting.show(fig, alt="Piano rolls of two generated tunes in three-four time. "
              + " ".join(music.describe(words) for words in chosen.values()))

# %%
plotting.show_sound(music.waveform(chosen["major"], tempo=132), alt="D major. " + music.describe(chosen["major"]))

# %%
plotting.show_sound(music.waveform(chosen["minor"], tempo=132), alt="D minor. " + music.describe(chosen["minor"]))

# %% [markdown]
# Two tunes prove nothing. So we order forty of each, choose none of them, and count the notes.

# %%
def note_shares(mode):
    """How often each note's name occurs in forty tunes, as a share of all notes."""
    names = [word[:-1] for words in order("D", mode, "3/4", count=40) for word in words if word in tune_rules.PITCHES]
    return {name: names.count(name) / len(names) for name in ("F#", "F", "B", "Bb", "C#", "C")}


shares = {mode: note_shares(mode) for mode in modes}
fig = plotting.grouped_bars(shares, y="share of all notes", x="note")
plotting.show(fig, alt="Shares of six notes in forty tunes each. In D major F sharp, B and C sharp are used, and F, B flat "
              "and C hardly ever; in D minor it is the other way round, but for some C sharp.")
you_said(my_prediction_4, {mode: sorted(counted, key=counted.get)[:-4:-1] for mode, counted in shares.items()})

# %% [markdown]
# In minor the third note of the scale is lower, F instead of F♯; so are the sixth, B♭ for B, and the seventh, C for C♯, unless
# it leads up to the tonic. The network was told *minor* instead of *major*, two numbers of thirteen, and changed the notes
# that this word changes, and no others.

# %%
# NBVAL_CHECK_OUTPUT
major, minor = shares["major"], shares["minor"]
claim("in forty major tunes F sharp is at least ten times as frequent as F", major["F#"] > 10 * major["F"], major,
      hint="D major has F sharp and C sharp: were the tunes ordered with this key and mode?")
claim("in forty minor tunes F is at least ten times as frequent as F sharp", minor["F"] > 10 * minor["F#"], minor)
claim("B flat for B likewise, at least five times",
      major["B"] > 5 * major["Bb"] and minor["Bb"] > 5 * minor["B"], (major, minor))

# %% [markdown]
# ## 5 · Composed or copied?
#
# A generator can please by repeating what it was trained on. So we look, for each tune, for the longest run of notes
# that also stands in a training tune, in *any* key (we compare the intervals, the steps from note to note). But short
# runs recur in everything: a scale is a scale. So we compare with tunes that were made by the rules and that no network has
# seen, and, as a control, with training tunes themselves. How many notes will the generated ones share, on average? (A tune has
# about twenty notes; whoever copies shares them all.)

# %%
my_prediction_5 = None  # notes, a number

# %%
copies = {
    "generated": music.longest_copies(composed[::3], train.tokens),  # one tune a wish
    "unseen, by the rules": music.longest_copies(test.tokens[:48], train.tokens),
    "training tunes themselves": music.longest_copies(train.tokens[:20], train.tokens),
}
lengths = {name: [n for n in found if n is not None] for name, found in copies.items()}  # None: cannot be read
print({name: f"{np.mean(found):.1f} notes, longest {max(found)}, {len(found)} tunes"
       for name, found in lengths.items()})
you_said(my_prediction_5, np.mean(lengths["generated"]))

# %%
fig = plotting.ladder(lengths, x="longest run shared with training (notes)",
                      dots="tunes")
plotting.show(fig, alt="Longest runs of notes shared with a training tune, a dot a tune. Generated tunes and unseen tunes "
              "lie together, between about six and twelve notes; training tunes, which are found whole, lie far to the "
              "right, up to twenty-eight.")

# %% [markdown]
# Unseen tunes share runs of some eight notes with the training tunes, because the rules leave only so much freedom. Generated
# tunes share about as much, at most half a note more, and far less than a copy, whose run is the whole tune. So the network
# has learned rules and not tunes. Which of the rules? Scale and bar, as we saw. And the form, four phrases in eight bars
# (four of 4/4)?

# %%
def right_length(words, metre):
    """Whether a tune has as many bars as the rules give it."""
    return len(music.bars(words) or []) == (4 if metre == "4/4" else 8)


formed = float(np.mean([right_length(words, metre) for words, (_, _, metre) in zip(composed, wishes, strict=True)]))
print(f"of the generated tunes {formed:.0%} have the right number of bars; of the training tunes",
      f"{np.mean([right_length(w, m) for w, m in zip(train.tokens, train.metres, strict=True)]):.0%}")

# %% [markdown]
# It counts bars less well than it keeps to a scale. A scale can be heard in any few notes; the number of bars so far, and how
# the first bar went, must be carried in the state through the whole tune. What that takes is the subject of Part III.

# %%
# NBVAL_CHECK_OUTPUT
mean_copy = {name: float(np.mean(found)) for name, found in lengths.items()}
claim("training tunes all have the right number of bars, generated ones do not",
      formed < 1 and all(right_length(w, m) for w, m in zip(train.tokens, train.metres, strict=True)), formed)
claim("the longest copies in generated tunes are as long as in unseen ones, within two notes",
      abs(mean_copy["generated"] - mean_copy["unseen, by the rules"]) < 2, mean_copy)
claim("a training tune would be found out: its run is more than twice as long",
      mean_copy["training tunes themselves"] > 2 * mean_copy["generated"], mean_copy)
whole = [run == len([note for note in music.notes(words) if note.midi is not None])
         for run, words in zip(copies["generated"], composed[::3], strict=True) if run is not None]
claim("fewer than one generated tune in ten is found whole in a training tune, in whatever key", np.mean(whole) < 0.1,
      float(np.mean(whole)))

# %% [markdown]
# ## Where this goes wrong
#
# **A condition in another order.** The vector has no names in it. If the keys are sorted by the alphabet when one generates,
# and were not when one trained, everything runs, and every wish is a valid one. Only it is another wish. What becomes of the
# two kinds of obedience, and of keeping to *some* scale?

# %%
alphabetical = [sorted(tune_rules.KEYS).index(key) for key in tune_rules.KEYS]  # A, B, Bb, C … instead of C, D, E …
c = tune_rules.condition(*zip(*wishes, strict=True))
c[:, alphabetical] = c[:, : len(tune_rules.KEYS)].copy()  # the mistake
found = decoding.generate(conditioned, condition=c, length=90, end=text.END, temperature=0.7, seed=seed)
mistaken = [vocabulary.decode(one.tokens) for one in found]
wrong = obedience(mistaken)
print({what: round(float(share), 2) for what, share in wrong.items()},
      f"some scale: {np.mean([keeps_to_a_scale(words) for words in mistaken]):.2f}")

# %% [markdown]
# It writes as well as ever, and to another order. Nothing but a test of obedience shows it. The cure is one function that
# makes the condition, for training and for use; ours also refuses words that it does not know:

# %%
try:
    tune_rules.condition("F#", "minor", "3/4")
except ValueError as error:
    print(error)

# %%
# NBVAL_CHECK_OUTPUT
claim("in the wrong order the key is obeyed less than a fifth as often",
      wrong["key and mode"] < obeyed["with the wish"]["key and mode"] / 5, wrong)
claim("the metre is kept, and more than half of the tunes keep to some scale",
      wrong["metre"] > 0.7 and np.mean([keeps_to_a_scale(words) for words in mistaken]) > 0.5, wrong)

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why does the network without a wish still keep to one scale?</summary>
#
# Because the tune so far says which: after a few notes most keys are ruled out, and in training that knowledge lowered
# the loss. The state carries it on.
# </details>
#
# <details><summary>You want tunes that are half minor. Could you set both mode columns to 0.5?</summary>
#
# Nothing prevents it, and the network will compute something. It has never seen such a vector, so what it does there was
# not learned; it is worth listening, and not worth trusting.
# </details>
#
# <details><summary>Without a wish, why is the metre right for one tune in three and the key for hardly one in fifteen?</summary>
#
# There are three metres, and the network draws one of them with each tune. Of keys and modes there are sixteen. What is
# left to chance is right as often as chance is.
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
# a plain memory fades; [notebook 8](08_lstm.ipynb) opens the LSTM, a memory that can be protected. A generator whose
# condition is a *sentence* is a translator: [notebook 13](13_encoder_decoder.ipynb).
#
# ## Further reading
#
# - D. Eck, J. Schmidhuber (2002), *A First Look at Music Composition using LSTM Recurrent Neural Networks*: how notes and
#   chords became vectors.
# - C.-Z. A. Huang et al. (2019), *Music Transformer*: section 1, why repetition over a long distance is the hard part.
# - N. Keskar et al. (2019), *CTRL: A Conditional Transformer Language Model for Controllable Generation*: the section on
#   control codes, what else can be a condition for text.
