# %% [markdown]
# # 11 · Bidirectional networks: knowing what comes next
#
# You will let a second layer read from the end, put the two together, give every word of a sentence its part of
# speech, and find out for which words it helps, and where looking ahead is not allowed.
#
# [![Open in Colab](x)]
#
# | | |
# |---|---|
# | **You will be able to** | say for which words a reader from the left must guess · build a bidirectional layer, padding included, and check it against Keras · choose among four ways to merge · measure what each direction knows · say why a generator cannot look ahead, and recognise a model that does |
# | **You need** | [notebook 9](09_gru.ipynb); word vectors and masks from [notebook 4](04_many_to_one.ipynb); language models from [notebook 6](06_generating_text.ipynb) |
# | **Time** | 45 minutes to read, about one minute to run on two CPU cores |

# %% tags=["setup"]

# %%
import json
from collections import Counter

import numpy as np
from keras import layers

from utils import cells, datasets, tagger
from utils.checks import check_close, claim
from utils.datasets import tagging
from utils.experiments import summary

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · Words that cannot be understood yet
#
# *this is my book* and *this book is mine*: the first *this* stands for a thing, it is a pronoun (PRON); the second
# only points at the book, it is a determiner (DET). Whoever reads from the left and has seen just *this* cannot know
# which. To give every word its part of speech is called **tagging**. The sentences of the course corpus come with
# their tags:

# %%
corpus = tagging.load("course")
train, validation, test = corpus.split(seed=0)
for sentence in (3, 11):
    print(" ".join(f"{word}/{tag}" for word, tag in zip(train.words[sentence], train.tags[sentence],
                                                        strict=True)))
unclear = tagging.ambiguous(train)
print(f"{len(train):,} sentences, {len(set(sum(train.words, [])))} different words, {len(unclear)} of them with several tags")
print("the most frequent:", {word: dict(tags) for word, tags in list(unclear.items())[:5]})

# %% [markdown]
# The simplest tagger gives each word the tag it has most often. On words with one tag only it is always right. How often
# on the others?

# %%
my_prediction = 0.6

# %%
most_frequent = tagging.MostFrequentTag(train)
said = most_frequent.tag(test.words)
clear = {word for words in test.words for word in words} - set(unclear)
baseline = {"ambiguous": tagging.accuracy(said, test, unclear), "clear": tagging.accuracy(said, test, clear)}
print({kind: f"{share:.1%}" for kind, share in baseline.items()}, f"you said {my_prediction:.0%}")

# %% [markdown]
# What could a reader know? Suppose it saw one neighbour of an ambiguous word. For each pair of neighbour and word we
# take the tag that is most frequent in training: how often is that right, if the neighbour stands to the left, and
# if it stands to the right? A word is *decided* by a side when nothing else is needed.

# %%
def decided_by(side):
    """For each ambiguous word, how often the neighbour on that side (-1 left, 1 right) tells its tag."""
    seen = {}
    for words, tags in zip(train.words, train.tags, strict=True):
        for place, (word, tag) in enumerate(zip(words, tags, strict=True)):
            if word in unclear:
                at = place + side
                neighbour = words[at] if 0 <= at < len(words) else None
                seen.setdefault(word, {}).setdefault(neighbour, Counter())[tag] += 1
    return {word: sum(max(tags.values()) for tags in neighbours.values()) / unclear[word].total()
            for word, neighbours in seen.items()}


left, right = decided_by(-1), decided_by(1)
common = [word for word in unclear if unclear[word].total() >= 60]
from_right = sorted(w for w in common if right[w] > 0.97 and left[w] < 0.9)
from_left = sorted(w for w in common if left[w] > 0.97 and right[w] < 0.9)
print("decided by what follows:", *from_right)
print("decided by what precedes:", *from_left)

# %% [markdown]
# *This book* against *this is*; *has a cat* against *has eaten*: there the next word decides. *A play* against *they play*:
# there the word before does. A reader needs both sides, and in English the words that need the right side are among
# the most frequent.

# %%
# NBVAL_CHECK_OUTPUT
claim("the most frequent tag is always right on words with one tag, and wrong on a tenth or more of the others",
      baseline["clear"] > 0.999 and baseline["ambiguous"] < 0.9, baseline)
claim("this, what, has and when are decided by what follows", {"this", "what", "has", "when"} <= set(from_right), from_right)
claim("and there are words that are decided by what precedes", len(from_left) >= 3, from_left)

# %% [markdown]
# ## 2 · Two readers
#
# The idea needs no new cell. One layer reads from the first word to the last, $\overrightarrow{h}_t$. Another, with its own
# weights, reads from the last to the first, $\overleftarrow{h}_t$. Then the states that belong to the same word are put
# side by side (Schuster and Paliwal, 1997):
#
# $$h_t = [\overrightarrow{h}_t ; \overleftarrow{h}_t]$$
#
# The one thing to get right is the order. The backward layer's *first* state belongs to the *last* word, so its states
# have to be turned round before the two are joined. And in a batch of sentences of different lengths, the backward layer
# meets the padding *first*: with a mask it passes over it and starts at the last real word.

# %%
def both_ways(inputs, mask, forward, backward):
    """A bidirectional GRU: (batch, time, features) and its mask → (batch, time, 2 units)."""
    ahead = cells.gru(inputs, forward, mask=mask).h
    flipped = cells.gru(inputs[:, ::-1], backward, mask=mask[:, ::-1]).h
    return np.concatenate([ahead, flipped[:, ::-1]], axis=-1)  # turned round again


# %% [markdown]
# Compare with `keras.layers.Bidirectional`, padding at the end included. And what if one forgets the mask, so that the
# backward layer reads the padding, three steps of zeros, before the first word it sees? Will its states at the real
# words change?

# %%
my_prediction = True

# %%
layer = layers.Bidirectional(layers.GRU(5, return_sequences=True, dtype="float64"), dtype="float64")
inputs = random.normal(size=(2, 7, 3))
mask = np.array([[True] * 7, [True] * 4 + [False] * 3])
inputs[~mask] = 0.0
layer.build(inputs.shape)
layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
forward, backward = (cells.GRUWeights(*layer.get_weights()[at : at + 3]) for at in (0, 3))
ours = both_ways(inputs, mask, forward, backward)
keras_says = np.array(layer(inputs, mask=mask))
unmasked = np.array(layer(inputs))
print("from Keras at real words:", f"{np.abs(ours - keras_says)[mask].max():.0e}")
changed = np.abs(unmasked - keras_says)[1, :4].max(axis=0)
print(f"without the mask, at real words: forward {changed[:5].max():.0e}, backward {changed[5:].max():.2f}")
print("you said", my_prediction)

# %% [markdown]
# A forward layer does not mind padding at the end: by then it has seen all real words. A backward layer does. Without a
# mask its states depend on how long the *other* sentences of the batch are.
#
# Four ways to **merge** the two states are in use: side by side, which doubles the size, or sum, average or product of the
# two, which keep it. Keras calls them `concat`, `sum`, `ave` and `mul`.

# %%
of_keras = {"concat": "concat", "sum": "sum", "average": "ave", "product": "mul"}


def gru_states(inputs, weights, mask):
    return cells.gru(inputs, weights, mask=mask).h


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
check_close(ours[mask], keras_says[mask], tolerance=1e-10)
claim("our bidirectional layer equals Keras's at every real word, padding included",
      np.abs(ours - keras_says)[mask].max() < 1e-10)
claim("all four ways to merge equal Keras's", max(merged.values()) < 1e-10, merged)
claim("without the mask the forward states are as before, the backward ones are not",
      changed[:5].max() < 1e-12 and changed[5:].max() > 0.01, changed)

# %% [markdown]
# ## 3 · Three taggers
#
# A tagger is a layer of word vectors, a recurrent layer and a dense layer that scores every tag, at every word. Three of
# them learn from the same sentences for two epochs: one reads forwards, one backwards, one both ways, with half the
# units in each direction, so that all have about the same number of parameters. `tagger.Tagger` is that model, on
# Keras's layers.
#
# Which will be best on the ambiguous words, and on the others?

# %%
my_prediction = {"ambiguous": "both", "clear": "both"}

# %%
def train_tagger(direction, units):
    keras.utils.set_random_seed(seed)
    model = tagger.Tagger.from_data(train, units=units, embedding=24, direction=direction)
    tagger.fit(model, train, epochs=2, batch_size=128, learning_rate=1e-2, seed=seed, verbose=False)
    return model


taggers = {direction: train_tagger(direction, units)
           for direction, units in (("forwards", 32), ("backwards", 32), ("both", 20))}
print({direction: f"{model.count_params():,}" for direction, model in taggers.items()})

# %%
answers = {direction: model.tag(test.words) for direction, model in taggers.items()}
scores = {"most frequent tag": baseline} | {
    direction: {"ambiguous": tagging.accuracy(said, test, unclear),
                "clear": tagging.accuracy(said, test, clear)}
    for direction, said in answers.items()}
for name, score in scores.items():
    print(f"{name:18} ambiguous {score['ambiguous']:.2%}   clear {score['clear']:.2%}")

# %% [markdown]
# And where does the forward tagger go wrong? Its answers for *this*, *that* and *what*, words whose tag depends on what
# follows, against the true tags:

# %%
def confusion(said, words, tags=("DET", "PRON", "SCONJ")):
    """How often each true tag (rows) was called each tag (columns), for these words only."""
    pairs = Counter((own, tag) for sentence, own_tags, said_tags in zip(test.words, test.tags, said, strict=True)
                    for word, own, tag in zip(sentence, own_tags, said_tags, strict=True) if word in words)
    return np.array([[pairs[own, tag] for tag in tags] for own in tags])


for direction in ("forwards", "both"):
    fig = plotting.matrix(confusion(answers[direction], {"this", "that", "what"}),
                          ["DET", "PRON", "SCONJ"], ["DET", "PRON", "SCONJ"], digits=0,
                          x="tag given", y="true tag", title=f"{direction}: this, that, what")
    plotting.show(fig, alt={
        "forwards": "Table of true tags against given tags for this, that and what, read forwards. Most lie on the "
                    "diagonal, but many pronouns were called determiners.",
        "both": "The same table for the tagger that reads both ways: nearly everything lies on the diagonal.",
    }[direction])

# %% [markdown]
# Reading forwards, the tagger takes many a pronoun for a determiner: with the next word unseen, it says what is more frequent.
# The one that reads both ways makes hardly any such mistake. On the ambiguous words it beats both others by two in a hundred or
# more; a reader from the right is better than one from the left, but lacks what precedes. On words with one tag all of them are
# right, and so is counting: there is nothing to look ahead for.

# %%
# NBVAL_CHECK_OUTPUT
both, one_way = scores["both"], [scores["forwards"], scores["backwards"]]
claim("on ambiguous words both directions beat either one by two points or more, and reach 98 in 100",
      both["ambiguous"] > max(score["ambiguous"] for score in one_way) + 0.02 and both["ambiguous"] > 0.98, scores)
claim("every reader beats the most frequent tag there by ten points or more",
      min(score["ambiguous"] for score in one_way) > baseline["ambiguous"] + 0.1, scores)
claim("on words with one tag it makes no difference: half a point at most",
      max(score["clear"] for score in scores.values()) - min(score["clear"] for score in scores.values()) < 0.005,
      scores)
mistaken = {direction: confusion(answers[direction], {"this", "that", "what"}) for direction in ("forwards", "both")}
wrong = {direction: 1 - np.trace(counts) / counts.sum() for direction, counts in mistaken.items()}
claim("on this, that and what the forward reader is wrong at least five times as often", wrong["forwards"] > 5 * wrong["both"],
      wrong)

# %% [markdown]
# ## 4 · By argument: real text
#
# The course corpus is made of clean sentences. Does it hold on weblogs, e-mails and reviews? A script,
# `python benchmarks/tagging.py --data DIR`, trains the same three taggers on the English Web Treebank (Silveira and others,
# 2014): TO WRITE.

# %%
my_prediction = {"most frequent tag": 0.80, "forwards": 0.85, "backwards": 0.85, "both": 0.90}

# %%
# TO WRITE

# %% [markdown]
# ## 5 · Where looking ahead is not allowed
#
# If both directions are better, why did the language models of notebooks 6 and 7 read in one only? Give the second direction to a
# network that has to say the next character, and look at what it scores on new text.

# %%
my_prediction = {"forwards": 0.7, "both": 0.8}  # share of characters said correctly

# %%
def as_text(part):
    return " ".join(word for words in part.words for word in words)


letters = datasets.text.Characters.of(as_text(train) + as_text(test))
windows = datasets.text.windows(letters.encode(as_text(train))[: 500 * 32 * 40 + 1], 40)
unseen = datasets.text.windows(letters.encode(as_text(test)), 40)


def next_character(layer):
    """Trains a network to say the next character; what it says on windows of new text."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([layers.Embedding(letters.size, 24), layer, layers.Dense(letters.size)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(5e-3), loss, jit_compile=False)
    model.fit(*windows, batch_size=32, verbose=0)
    return model.predict(unseen.inputs, verbose=0).argmax(axis=-1)  # (windows, time)


said = {"forwards": next_character(layers.GRU(64, return_sequences=True)),
        "both": next_character(layers.Bidirectional(layers.GRU(64, return_sequences=True)))}
right = {direction: (answer == unseen.targets) for direction, answer in said.items()}
for direction, hits in right.items():
    print(f"{direction:9} right at all places {hits.mean():.1%}, at the last place of a window "
          f"{hits[:, -1].mean():.1%}; you said {my_prediction[direction]:.0%}")

# %% [markdown]
# Perfect, and worthless. The character to be said at step $t$ is the input of step $t + 1$, and the backward layer has *read* it. The
# network has learned to copy. Where there is nothing to copy, at the end of the window, it does worse than the forward
# network; and a generator stands at the end of its text at every step.
#
# So a layer that reads backwards belongs where the whole input is there before the first answer is needed: tagging, sorting
# reviews, the *encoder* of a translator (notebook 13). It does not belong where the answer is a part of the input that
# comes later: generating, forecasting, a decoder. A score that is too good is the symptom.

# %%
# NBVAL_CHECK_OUTPUT
claim("the network that reads both ways copies: more than 95 in 100 are right where the next character is in sight",
      right["both"][:, :-1].mean() > 0.95, right["both"].mean())
claim("the forward network has to know the language: nine in twenty or more, and fewer than nine in ten",
      0.45 < right["forwards"].mean() < 0.9, right["forwards"].mean())
claim("where nothing is in sight, the one that learned to copy is worse by five points or more",
      right["both"][:, -1].mean() < right["forwards"][:, -1].mean() - 0.05,
      {direction: hits[:, -1].mean() for direction, hits in right.items()})

# %% [markdown]
# ## Where this goes wrong
#
# The backward states have to be turned round, or each word gets the state of another. By hand one forgets it easily, and nothing
# complains, since all shapes fit. In Keras the same happens to whoever builds the two directions with `go_backwards=True` and
# forgets that such a layer gives its states out in the order in which it made them.

# %%
there = layers.GRU(5, return_sequences=True, dtype="float64")
back = layers.GRU(5, return_sequences=True, go_backwards=True, dtype="float64")
x = random.normal(size=(2, 7, 3))
states = np.concatenate([there(x), back(x)], axis=-1)
changed_first = x.copy()
changed_first[:, 0] += 1.0  # only the first input
moved = np.abs(np.concatenate([there(changed_first), back(changed_first)], axis=-1) - states).max(axis=(0, 2))
turned = np.abs(back(changed_first) - back(x))[:, ::-1].max(axis=(0, 2))
print("which steps of the backward part move when the first input changes")
print("as given out:", np.flatnonzero(np.abs(back(changed_first) - back(x)).max(axis=(0, 2)) > 0) + 1,
      " turned round:", np.flatnonzero(turned > 0) + 1)

# %% [markdown]
# The first input is the last that the backward layer reads, so only the state of step 1 may know it. As given out, it is found at
# step 7. A test that changes one input and looks who notices finds the mistake at once.

# %%
# NBVAL_CHECK_OUTPUT
claim("turned round, only the backward state of step 1 knows the first input; as given out, only that of step 7",
      list(np.flatnonzero(turned > 0)) == [0]
      and list(np.flatnonzero(np.abs(back(changed_first) - back(x)).max(axis=(0, 2)) > 0)) == [6])

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
# Only if you wait: for the end of the sentence, or for some words. Looking ahead costs time.
# </details>

# %% [markdown]
# ## Recap
#
# - You **found** the words that a reader from the left must guess: those decided by what follows.
# - You **built** a bidirectional layer, $h_t = [\overrightarrow{h}_t ; \overleftarrow{h}_t]$, and found it equal to Keras's, padding included.
# - You **merged** side by side, by sum, by average and by product.
# - You **measured** what each direction knows: both together beat either on ambiguous words, and nobody gains on the others.
# - You **recognised** a model that looks ahead where it must not: it is too good, and useless.

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
