# %% [markdown]
# # 11 · Bidirectional networks: knowing what comes next
#
# You will let a second layer read from the end, put the two together, give every word of a sentence its part of
# speech, and find out for which words it helps, and where looking ahead is not allowed.
#
# | What | Details |
# |---|---|
# | **You will be able to** | say for which words a reader from the left must guess · build a bidirectional layer, padding included, and check it against Keras · choose among four ways to merge · measure what each direction knows · say why a generator cannot look ahead, and write a probe that finds out how far a model does |
# | **You need** | [notebook 9](09_gru.ipynb); word vectors and masks from [notebook 4](04_many_to_one.ipynb); language models from [notebook 6](06_generating_text.ipynb) and [notebook 7](07_generating_music.ipynb) |
# | **Time** | 45 minutes to read, 30 more for the two exercises, about one minute to run on two CPU cores |

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
from collections import Counter

import numpy as np
from keras import layers

from utils import baselines, cells, decoding, exercises, metrics, text, training
from utils.checks import check_close, claim, you_said
from utils.datasets import tagging
from utils.experiments import summary
from utils.models import Tagger

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · Words that cannot be understood yet
#
# *this is my book* and *this book is mine*: the first *this* stands for a thing, it is a pronoun (PRON); the second
# only points at the book, it is a determiner (DET). Whoever reads from the left and has seen just *this* cannot know
# which. (The other tags speak for themselves, but for four: AUX is an auxiliary verb such as the *has* of *has eaten*, ADP a
# preposition, PART the *to* of *to eat* or *not*, SCONJ a word such as *if* or *that* which begins a clause.) To give every word its part of speech is called **tagging**. The sentences of the course corpus come with
# their tags:

# %%
corpus = tagging.load("course")
train, _, test = corpus.split(seed=0)
for tag in ("PRON", "DET"):  # a sentence of each kind
    number = next(n for n, words in enumerate(train.words) if words[0] == "this" and train.tags[n][0] == tag)
    print(" ".join(f"{word}/{own}" for word, own in zip(train.words[number], train.tags[number], strict=True)))
unclear = tagging.ambiguous(train)
known = {word for words in train.words for word in words}
print(f"{len(train):,} sentences, {len(known)} different words, {len(unclear)} of them with several tags")
print("the most frequent:", {word: dict(tags) for word, tags in list(unclear.items())[:5]})

# %% [markdown]
# The simplest tagger gives each word the tag it has most often. On words with one tag only it is always right. How often
# on the others? (Whoever tosses a coin between two tags is right half of the time.)

# %%
my_prediction_1 = None  # share of the words with several tags, a number from 0 to 1

# %%
most_frequent = baselines.MostFrequentTag(train)
said = most_frequent.tag(test.words)
clear = {word for words in test.words for word in words} - set(unclear)
baseline = {"ambiguous": metrics.tagging_accuracy(said, test, unclear), "clear": metrics.tagging_accuracy(said, test, clear)}
print({kind: f"{share:.1%}" for kind, share in baseline.items()})
you_said(my_prediction_1, baseline["ambiguous"])

# %% [markdown]
# What could a reader know? Suppose it saw one neighbour of an ambiguous word. For each pair of neighbour and word we
# take the tag that is most frequent in training, and see how often that is right in the sentences held out: once with the
# neighbour to the left, once with the one to the right. We say that a side *decides* a word if it gives its tag in 95 of 100
# cases, where the other side gives fewer than 90.

# %%
def with_neighbour(part, side):
    """Every ambiguous word of these sentences: itself, its neighbour on a side (-1 or 1), and its tag."""
    for words, tags in zip(part.words, part.tags, strict=True):
        padded = [None, *words, None]
        for place, (word, tag) in enumerate(zip(words, tags, strict=True)):
            if word in unclear:
                yield word, padded[place + 1 + side], tag


def told_by(side):
    """For each ambiguous word, how often that neighbour tells its tag in the sentences held out."""
    counts, hits = {}, {}
    for word, neighbour, tag in with_neighbour(train, side):
        counts.setdefault((word, neighbour), Counter())[tag] += 1
    for word, neighbour, tag in with_neighbour(held_out, side):
        seen = counts.get((word, neighbour), unclear[word])  # a new pair: the word's most frequent tag
        hits.setdefault(word, []).append(seen.most_common(1)[0][0] == tag)
    return {word: np.mean(found) for word, found in hits.items() if len(found) >= 20}


held_out = corpus[np.isin(corpus.parts, ["validation", "test"])]
by_left, by_right = told_by(-1), told_by(1)
from_right = sorted(word for word in by_right if by_right[word] >= 0.95 and by_left[word] < 0.9)
from_left = sorted(word for word in by_left if by_left[word] >= 0.95 and by_right[word] < 0.9)
print("decided by what follows:", *from_right)
print("decided by what precedes:", *from_left)

# %% [markdown]
# *This book* against *this is*, *has a cat* against *has eaten*: there the next word decides. *The work* against *they work*:
# there the word before does.

# %%
# NBVAL_CHECK_OUTPUT
claim("the most frequent tag is always right on words with one tag, and wrong on a tenth or more of the others",
      baseline["clear"] > 0.999 and baseline["ambiguous"] < 0.9, baseline,
      hint="`unclear` holds the words that have several tags in training; `clear` all others of the test")
claim("this, what, has and when are decided by what follows", {"this", "what", "has", "when"} <= set(from_right), from_right)
claim("and others, such as work, by what precedes", "work" in from_left, from_left)

# %% [markdown]
# ## 2 · Two readers
#
# The idea needs no new cell. One layer reads from the first word to the last, $\overrightarrow{h}_t$. Another, with its own
# weights, reads from the last to the first, $\overleftarrow{h}_t$. Then the states that belong to the same word are put
# side by side (Schuster and Paliwal, 1997):
#
# $$h_t = [\overrightarrow{h}_t ; \overleftarrow{h}_t]$$
#
# Two things have to be got right. The first is the order: the backward layer's *first* state belongs to the *last*
# word, so its states have to be turned round before the two are joined. The second is the padding: in a batch of
# sentences of different lengths, the backward layer meets it *first*.
#
# **Your turn** (●●○, about fifteen minutes). Join two readers. Each is a function, `forward(inputs, mask)` and
# `backward(inputs, mask)`, which reads whatever it is given from its *first* step to its *last*, passes over the steps
# where the mask is False, and returns its states, (batch, time, units). That the second reads from the end is your
# part. `inputs` has the shape (batch, time, features), `mask` (batch, time), and `x[:, ::-1]` turns `x` round along its
# second axis. Return the states of both, side by side, (batch, time, 2 units), the forward reader's first; where the
# mask is False, let zeros stand (`np.where`). `exercises.hint("both_ways")` helps.

# %%
def both_ways(inputs, mask, forward, backward):
    """Two readers of inputs (batch, time, features), side by side → (batch, time, 2 units)."""
    raise NotImplementedError  # your turn


# %%
both_ways = exercises.check("both_ways", both_ways)

# %% [markdown]
# Compare with `keras.layers.Bidirectional`, padding included, and two GRUs of notebook 9 for readers. And what if one
# forgets the mask, so that the three steps of padding, zeros here, are read like words? Which states at the *real*
# words will change? (Think of what each direction has read when it comes to them.)

# %%
my_prediction_2 = {"forward": None, "backward": None}  # True, they change, or False

# %%
layer = layers.Bidirectional(layers.GRU(5, return_sequences=True, dtype="float64"), dtype="float64")
inputs = random.normal(size=(2, 7, 3))
mask = np.array([[True] * 7, [True] * 4 + [False] * 3])
inputs[~mask] = 0.0
layer.build(inputs.shape)
layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
forward, backward = (cells.GRUWeights(*layer.get_weights()[at : at + 3]) for at in (0, 3))


def gru_states(inputs, weights, mask):
    return cells.gru(inputs, weights, mask=mask).h  # (batch, time, units)


def reader(weights):
    """A function of inputs and mask that reads with these weights."""
    return lambda inputs, mask=None: gru_states(inputs, weights, mask)


ours = both_ways(inputs, mask, reader(forward), reader(backward))

# %%
keras_says = np.array(layer(inputs, mask=mask))
unmasked = np.array(layer(inputs))
print("from Keras, at padding as well:", f"{np.abs(ours - keras_says).max():.0e}")
changed = np.abs(unmasked - keras_says)[1, :4].max(axis=0)
print(f"without the mask, at real words: forward {changed[:5].max():.0e}, backward {changed[5:].max():.2f}")
you_said(my_prediction_2, {"forward": changed[:5].max() > 1e-9, "backward": changed[5:].max() > 1e-9})

# %% [markdown]
# The forward states of real words are made before any padding comes, and stay as they are (the *last* state does not,
# as notebook 4 showed). The backward layer begins in the padding, and carries what it made of it into the sentence.
# With a mask it passes over the padding and begins at the last real word. (At padded steps `Bidirectional` reports
# zeros, as `both_ways` does. A GRU or LSTM alone does not: there it repeats its last state.)
#
# Four ways to **merge** the two states are in use: side by side, which doubles the size, or sum, average or product of the
# two, which keep it:
#
# $$[\overrightarrow{h}_t ; \overleftarrow{h}_t] \qquad \overrightarrow{h}_t + \overleftarrow{h}_t \qquad
# \tfrac12 (\overrightarrow{h}_t + \overleftarrow{h}_t) \qquad \overrightarrow{h}_t \odot \overleftarrow{h}_t$$
#
# Keras calls them `concat`, `sum`, `ave` and `mul`. The first keeps apart which direction said what, and is the usual choice; the
# others let the layer above stay small. (A layer that gives only its last states, `return_sequences=False`, joins the forward state
# of the last word with the backward state of the *first*: each has then read everything.)

# %%
of_keras = {"concat": "concat", "sum": "sum", "average": "ave", "product": "mul"}


merged = {}
for ours_called, keras_called in of_keras.items():
    same = layers.Bidirectional(layers.GRU(5, return_sequences=True, dtype="float64"),
                                merge_mode=keras_called, dtype="float64")
    same.build(inputs.shape)
    same.set_weights(layer.get_weights())
    by_hand = cells.bidirectional(gru_states, inputs, forward, backward, mask, merge=ours_called)
    merged[ours_called] = np.abs(by_hand - np.array(same(inputs, mask=mask)))[mask].max()
    print(f"{ours_called:8} {by_hand.shape}  differs by {merged[ours_called]:.0e}")

# %%
# NBVAL_CHECK_OUTPUT
check_close(ours, keras_says, tolerance=1e-10, hint="what does exercises.check say of both_ways?")
claim("the two readers equal Keras's bidirectional layer at every step, with zeros at padding",
      np.abs(ours - keras_says).max() < 1e-10 and np.all(keras_says[~mask] == 0))
alone = layers.GRU(5, return_sequences=True, dtype="float64")
carried = np.array(alone(inputs, mask=mask))[1]  # the sentence of four words
claim("one GRU of Keras's alone repeats its last state at padding",
      np.all(carried[4:] == carried[3]) and np.abs(carried[3]).max() > 0.01)
claim("all four ways to merge equal Keras's", max(merged.values()) < 1e-10, merged)
claim("without the mask the forward states are as before, the backward ones are not",
      changed[:5].max() < 1e-12 and changed[5:].max() > 0.01, changed)

# %% [markdown]
# ## 3 · Three taggers
#
# A tagger is a layer of word vectors, a recurrent layer and a dense layer that scores every tag, at every word. Three of
# them learn from the same sentences for two epochs, about ten seconds in all: one reads forwards, one backwards, with 32 units, one both ways,
# with 20 in each direction, so that all have about the same number of parameters. `Tagger` is that model, on
# Keras's layers.
#
# How many words in a hundred will be right, of the ambiguous ones? (The most frequent tag had about 81.)

# %%
my_prediction_3 = {"forwards": None, "backwards": None, "both": None}  # words in a hundred

# %%
def train_tagger(direction, units):
    keras.utils.set_random_seed(seed)
    model = Tagger.from_data(train, units=units, embedding=24, direction=direction)
    print(direction, f"{units} units", sep=", ")
    training.fit(model, train, epochs=2, batch_size=128, learning_rate=1e-2, warm_up=0, seed=seed)
    return model


taggers = {direction: train_tagger(direction, units)
           for direction, units in (("forwards", 32), ("backwards", 32), ("both", 20))}
print({direction: f"{model.count_params():,}" for direction, model in taggers.items()})

# %%
answers = {direction: decoding.tag(model, test.words) for direction, model in taggers.items()}
scores = {"most frequent tag": baseline} | {
    direction: {"ambiguous": metrics.tagging_accuracy(said, test, unclear),
                "clear": metrics.tagging_accuracy(said, test, clear)}
    for direction, said in answers.items()}
for name, score in scores.items():
    print(f"{name:18} ambiguous {score['ambiguous']:.2%}   clear {score['clear']:.2%}")
you_said(my_prediction_3, {direction: round(100 * scores[direction]["ambiguous"], 1) for direction in answers})

# %% [markdown]
# And where does the forward tagger go wrong? Its answers for *this*, *that* and *what*, of which section 1 found the
# first and the last decided by what follows, against the true tags:

# %%
def confusion(said, words, tags=("DET", "PRON", "SCONJ")):
    """How often each true tag (rows) was called each tag (columns), for these words only."""
    pairs = Counter((own, tag) for sentence, own_tags, said_tags in zip(test.words, test.tags, said, strict=True)
                    for word, own, tag in zip(sentence, own_tags, said_tags, strict=True) if word in words)
    return np.array([[pairs[own, tag] for tag in tags] for own in tags])


for direction in ("forwards", "both"):
    fig = plotting.matrix(confusion(answers[direction], {"this", "that", "what"}),
                          ["DET", "PRON", "SCONJ"], ["DET", "PRON", "SCONJ"], digits=0, by_row=True,
                          x="tag given", y="true tag", title=f"{direction}: this, that, what")
    plotting.show(fig, alt={
        "forwards": "Table of true tags against given tags for this, that and what, read forwards. Most lie on the "
                    "diagonal, but about a third of the pronouns were called determiners.",
        "both": "The same table for the tagger that reads both ways: nearly everything lies on the diagonal.",
    }[direction])

# %% [markdown]
# Reading forwards, the tagger often takes a pronoun for a determiner: with the next word unseen, it says what is more frequent.
# The one that reads both ways makes hardly any such mistake. On the ambiguous words it beats both others by two points in a
# hundred or more. On words with one tag they are all right, or nearly, and so is the most frequent tag: there is nothing to look
# ahead for.

# %%
# NBVAL_CHECK_OUTPUT
both, one_way = scores["both"], [scores["forwards"], scores["backwards"]]
claim("on ambiguous words both directions beat either one by two points or more, and reach 98 in 100",
      both["ambiguous"] > max(score["ambiguous"] for score in one_way) + 0.02 and both["ambiguous"] > 0.98, scores,
      hint="each direction learns from the same sentences for two epochs; what differs is what it has read")
claim("every reader beats the most frequent tag there by ten points or more",
      min(score["ambiguous"] for score in one_way) > baseline["ambiguous"] + 0.1, scores)
claim("on words with one tag it makes no difference: half a point at most",
      max(score["clear"] for score in scores.values()) - min(score["clear"] for score in scores.values()) < 0.005,
      scores)
mistaken = {direction: confusion(answers[direction], {"this", "that", "what"}) for direction in ("forwards", "both")}
claim("reading forwards, more pronouns are taken for determiners than the reverse",
      mistaken["forwards"][1, 0] > mistaken["forwards"][0, 1], mistaken["forwards"].tolist())
claim("the three taggers have about equally many parameters, within 2 %",
      max(m.count_params() for m in taggers.values()) < 1.02 * min(m.count_params() for m in taggers.values()))
wrong = {direction: 1 - metrics.tagging_accuracy(answers[direction], test, {"this", "that", "what"}) for direction in mistaken}
claim("on this, that and what the forward reader is wrong at least five times as often", wrong["forwards"] > 5 * wrong["both"],
      wrong)

# %% [markdown]
# ## 4 · By argument: real text
#
# The course corpus is made of clean sentences, and every word of its test was in training. Does it hold on weblogs, e-mails
# and reviews? A script, `python benchmarks/tagging.py --data DIR`, trains the same three taggers on 1,800 sentences of the
# English Web Treebank (Silveira and others, 2014), three seeds each, with equally many parameters. There one word of
# every five or six of the test has never been seen. So a second set of taggers also gets the last three letters of each word, and whether it
# begins with a capital. What share of all words will be tagged correctly by those that get words alone? (On the course
# corpus both directions had nearly all of them right.)

# %%
my_prediction_4 = {  # shares of all words, numbers from 0 to 1
    "most frequent tag": None, "forwards": None, "backwards": None, "both": None,
}

# %%
with open("../benchmarks/tagging.json", encoding="utf-8") as file:
    tables = json.load(file)
real = {name: table["accuracy"] for name, table in tables.items()}
[of_words, _, _] = real["most frequent tag"]["words"][0]
print("all words, lowest to highest of the seeds")
print(f"most frequent tag {of_words:.1%}")
for given in ("words", "words and endings"):
    for direction, runs in real[given].items():
        everything, several, unknown = (summary(values) for values in zip(*runs, strict=True))
        print(f"{given:18} {direction:10} {everything.lowest:.1%} to {everything.highest:.1%}   "
              f"words with several tags {several.median:.1%}   unknown words {unknown.median:.1%}")
medians = {direction: summary([run[0] for run in runs]).median for direction, runs in real["words"].items()}
you_said(my_prediction_4, {"most frequent tag": round(of_words, 3)} | {d: round(m, 3) for d, m in medians.items()})

# %% [markdown]
# The order is the same. Every reader beats counting, by four to six points and a half with words alone, by six to eight
# and a half with the endings, which counting does not get. Both directions beat either one by one or two, with every
# seed. They gain most on *unknown* words: of a word that one has never seen, only its neighbours say what it is, and it
# has two of them. (Its last letters say a good deal as well, and then the neighbours add less.)

# %%
# NBVAL_CHECK_OUTPUT
for given in ("words", "words and endings"):
    overall = {direction: [run[0] for run in runs] for direction, runs in real[given].items()}
    claim(f"given {given}, both directions beat either one on real text: worst seed against their best",
          min(overall["both"]) > max(overall["forwards"] + overall["backwards"]), overall)
    claim("every reader beats the most frequent tag by three points or more",
          min(min(shares) for shares in overall.values()) > of_words + 0.03, overall)
new = {direction: [run[2] for run in runs] for direction, runs in real["words"].items()}
claim("given words, both directions gain on unknown words, worst seed against best: three points or more",
      min(new["both"]) > max(new["forwards"] + new["backwards"]) + 0.03, new)
several = {direction: [run[1] for run in runs] for direction, runs in real["words"].items()}
gained = {name: np.median(shares["both"]) - max(np.median(shares[one]) for one in ("forwards", "backwards"))
          for name, shares in (("unknown words", new), ("words with several tags", several))}
claim("that is more than on words with several tags", gained["unknown words"] > gained["words with several tags"], gained)

# %% [markdown]
# ## 5 · Where looking ahead is not allowed
#
# If both directions are better, why did the language models of notebooks 6 and 7 read in one only? Give the second
# direction to a network that has to say the next character, and look at what it scores on new text. What share of the
# characters will each say correctly? (About one character in five is a space. The target at each step is the input of
# the next step. The two trainings take about 15 seconds.)

# %%
my_prediction_5 = {"forwards": None, "both": None}  # shares of the characters, numbers from 0 to 1

# %%
def as_text(part):
    return " ".join(word for words in part.words for word in words)


letters = text.Characters.of(as_text(train) + as_text(test))
batches, batch_size, length = 500, 32, 40
ids = letters.encode(as_text(train))[: batches * batch_size * length + 1]  # one more, for the last target
windows = text.windows(ids, length)
unseen = text.windows(letters.encode(as_text(test)), length)


def next_character(direction, layer):
    """A network trained to say the next character."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([layers.Embedding(letters.size, 24), layer, layers.Dense(letters.size)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(5e-3), loss, jit_compile=False)  # XLA compiles for longer than it saves
    model.fit(*windows, batch_size=batch_size, verbose=0,
              callbacks=[training.EpochLines(direction, batches=100)])
    return model


writers = {
    "forwards": next_character("forwards", layers.GRU(64, return_sequences=True)),
    "both": next_character("both", layers.Bidirectional(layers.GRU(64, return_sequences=True))),
}

# %%
def says(model, inputs):
    return model.predict(inputs, verbose=0).argmax(axis=-1)  # (windows, time)


hits = {direction: says(model, unseen.inputs) == unseen.targets for direction, model in writers.items()}
for direction, found in hits.items():
    print(f"{direction:9} right but at the last place of a window {found[:, :-1].mean():.1%}, at the last "
          f"{found[:, -1].mean():.1%}")
you_said(my_prediction_5, {direction: round(float(found.mean()), 3) for direction, found in hits.items()})

# %% [markdown]
# A score that is too good. How does one find out whether a model looks ahead, without knowing how it was built? Put
# another character at *one* place, and look which outputs change: if one changes that stands *before* this place, the
# model has seen what comes later.
#
# **Your turn** (●●○, about fifteen minutes). Write this probe for any model. `model` is a function: `model(inputs)`
# returns outputs (batch, time, features), one for each step. `other` has the shape of `inputs`, (batch, time) or
# (batch, time, features), and another value at every step. For each step `s`, and one at a time, put the `s`-th step of
# `other` in its place, and find the first output that moves, in whichever sequence of the batch and whichever feature,
# by more than a millionth. It stands `s - t` steps before the exchanged one. Return the largest such number; 0 if no
# output moves before the step that was exchanged. (`np.argmax` of an array of truth values is the place of the first
# True, and 0 where there is none; `.any()` tells.)

# %%
def steps_ahead(inputs, other, model):
    """How many steps ahead a model looks: two inputs (batch, time, …) and the model → a number."""
    raise NotImplementedError  # your turn


# %%
steps_ahead = exercises.check("steps_ahead", steps_ahead)

# %% [markdown]
# The two networks on four windows of twelve characters each, so that nobody can look ahead further than eleven steps:

# %%
few = unseen.inputs[:4, :12]
other = (few + 1) % letters.size  # another character at every place
looks = {direction: int(steps_ahead(few, other, lambda ids, model=model: model.predict(ids, verbose=0)))
         for direction, model in writers.items()}
print("steps ahead:", looks)
exchanged = unseen.inputs.copy()
exchanged[:, 20] = np.roll(exchanged[:, 20], 1)  # at one place the character of another window
follows = {direction: float(np.mean(says(model, exchanged)[:, 19] == exchanged[:, 20]))
           for direction, model in writers.items()}
print("one character exchanged, and \"foreseen\":", {name: f"{share:.0%}" for name, share in follows.items()})

# %% [markdown]
# Perfect, and worthless. The character to be said at step $t$ is the input of step $t + 1$, and the backward layer has
# *read* it. The probe says that the network *could* look to the end of the window. What it does with what it sees, the
# last line says: it has learned to copy. Exchange a character for one that does not belong there, and it "foresees"
# that one. Where there is nothing to copy, at the end of the window, it does worse than the forward network; and a
# generator stands at the end of its text at every step.
#
# So a layer that reads backwards belongs where the whole input is there before the first answer is needed: tagging, sorting
# reviews, the *encoder* of a translator (notebook 13). It does not belong where the answer is a part of the input that
# comes later: a generator, a decoder, a forecast whose window holds what is to be forecast. A score that is too good is the symptom.

# %%
# NBVAL_CHECK_OUTPUT
claim("the network that reads both ways is right in more than 95 of 100, where the next character is in sight",
      hits["both"][:, :-1].mean() > 0.95, hits["both"][:, :-1].mean())
claim("the probe finds that the forward network never looks ahead, and the other one to the end of the window",
      looks == {"forwards": 0, "both": 11}, looks, hint="what does exercises.check say of steps_ahead?")
claim("because it copies: it says nearly every exchanged character before it comes, the forward network few",
      follows["both"] > 0.8 and follows["forwards"] < 0.4, follows)
claim("the forward network has fewer than nine in ten right, and more than twice the share of the most frequent one",
      2 * np.bincount(unseen.targets.ravel()).max() / unseen.targets.size < hits["forwards"].mean() < 0.9,
      hits["forwards"].mean())
claim("where nothing is in sight, the one that learned to copy is worse by five points or more",
      hits["both"][:, -1].mean() < hits["forwards"][:, -1].mean() - 0.05,
      {direction: found[:, -1].mean() for direction, found in hits.items()},
      hint="only at the last place of a window is the next character not among the inputs")

# %% [markdown]
# ## Where this goes wrong
#
# The backward states have to be turned round, or each word gets the state of another. By hand one forgets it easily, and nothing
# complains, since all shapes fit. In Keras the same happens to whoever builds the two directions with `go_backwards=True` and
# forgets that such a layer returns its states in the order in which it made them.

# %%
back = layers.GRU(5, return_sequences=True, go_backwards=True, dtype="float64")
x = random.normal(size=(2, 7, 3))
other = x.copy()
other[:, 0] += 1.0  # only the first input
moved = np.abs(np.array(back(other)) - np.array(back(x))).max(axis=(0, 2)) > 0  # (time,)
given_out, turned_round = np.flatnonzero(moved) + 1, np.flatnonzero(moved[::-1]) + 1
print("states that know the first input, as given out: step", given_out, " turned round: step", turned_round)

# %% [markdown]
# The first input is the last that the backward layer reads, so only the state of step 1 may know it. As given out, it is found at
# step 7. The test is that of section 5: change one input, and look which states move.

# %%
# NBVAL_CHECK_OUTPUT
claim("turned round, only the backward state of step 1 knows the first input; as given out, only that of step 7",
      list(turned_round) == [1] and list(given_out) == [7])

# %% [markdown]
# ## Check yourself
#
# <details><summary>Which state knows the whole sentence: the forward state of the last word, or the bidirectional state of the
# first?</summary>
#
# Both: the forward state of the last word has read everything from the left, and the backward half of the first word's
# everything from the right.
# </details>
#
# <details><summary>You merge by sum instead of side by side. What changes for the layer above?</summary>
#
# Its input has half the size, and it can no longer tell which direction said what.
# </details>
#
# <details><summary>Why does a bidirectional layer need the mask more urgently than a forward one?</summary>
#
# With padding at the end the forward states of real words are computed before any padding comes. The backward layer meets the
# padding first and starts from what it made of it.
# </details>
#
# <details><summary>A colleague's forecast of tomorrow's temperature has almost no error on the test year; the network is
# bidirectional. Your question?</summary>
#
# Did the window it read contain tomorrow? A backward layer must not see what is to be forecast.
# </details>
#
# <details><summary>Subtitles are to be tagged live, while a person speaks. Can you use both directions?</summary>
#
# Only if you wait: for the end of the sentence, or for some words. The backward layer cannot begin before.
# </details>

# %% [markdown]
# ## Recap
#
# - You **found** the words that a reader from the left must guess: those decided by what follows.
# - You **wrote** a bidirectional layer, $h_t = [\overrightarrow{h}_t ; \overleftarrow{h}_t]$, and found it equal to
#   Keras's, padding included.
# - You **merged** side by side, by sum, by average and by product.
# - You **measured** what each direction knows: both together beat either on ambiguous words, here and on real text.
# - You **wrote** a probe that tells how far a model looks ahead, and recognised one that must not: it is too good, and
#   useless.

# %% [markdown]
# ## Next
#
# Two directions make a layer wider. [Notebook 12](12_deep_rnn.ipynb) puts layers on top of each other.
#
# ## Further reading
#
# - M. Schuster, K. K. Paliwal (1997), *Bidirectional Recurrent Neural Networks*: section II.
# - A. Graves, J. Schmidhuber (2005), *Framewise Phoneme Classification with Bidirectional LSTM and Other Neural Network
#   Architectures*: what both directions bring to speech.
# - N. Silveira and others (2014), *A Gold Standard Dependency Corpus for English*: the English Web Treebank.
