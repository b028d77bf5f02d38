# %% [markdown]
# # 4 · Many to one: what does the reviewer think?
#
# Reviews of about ten words, 550 different words, one question: positive or negative? You will build a network
# that reads word by word, watch its opinion move as it reads, and see where counting words has to fail.
#
# | What | Details |
# |---|---|
# | **You will be able to** | turn text into ids and ids into vectors · pad a batch, and mask the padding so that it changes nothing · choose between last state, mean and maximum · watch a verdict form word by word · judge a classifier against a bag of words |
# | **You need** | [notebook 3](03_architectures.ipynb): the five shapes, `return_sequences` |
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
import json
import os

import numpy as np
from keras import layers, ops
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from utils import datasets, plotting, text, training
from utils.checks import check_close, check_shape, claim, you_said

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · A rival that only counts
#
# The reviews of this notebook are short, and were written for it by a grammar. Each is positive (1) or negative (0), and
# has a *kind*, what makes it hard: plain praise or blame; negation; *correction* of one opinion by another; *contrast* of
# two (*but*, *although*); *intensity*, a little of one and a lot of the other; *expectation* and what came of it; *scope*,
# what holds of all and what of one.

# %%
reviews = datasets.reviews.load()
train, validation, test = reviews.split()
print(f"{len(train):,} to train, {len(validation)} to validate, {len(test):,} to test")
for kind in datasets.reviews.KINDS:
    example = test.of_kind(kind)
    print(f"{kind:12} {example.labels[0]}  {example.texts[0]}")

# %% [markdown]
# The rival is a **bag of words**: count how often each word occurs, forget the order, and let a logistic
# regression weigh the counts. It is the dull method that every sequence model has to beat, and with real
# reviews it is hard to beat. What share of all test reviews will it get right? And of the kind *contrast*? (A
# coin gets half.)

# %%
my_prediction_1 = {"all": None, "contrast": None}  # shares, numbers from 0 to 1

# %%
bag = make_pipeline(CountVectorizer(token_pattern=r"\S+"), LogisticRegression(max_iter=1000))
bag.fit(train.texts, train.labels)
bag_by_kind = {
    kind: float(bag.score(test.of_kind(kind).texts, test.of_kind(kind).labels))
    for kind in datasets.reviews.KINDS
}
bag_score = float(bag.score(test.texts, test.labels))
print(f"all {bag_score:.2f}", {k: round(v, 2) for k, v in bag_by_kind.items()})
you_said(my_prediction_1, {"all": bag_score, "contrast": bag_by_kind["contrast"]})

# %% [markdown]
# On plain reviews it is good: *delicious* weighs one way, *stale* the other. On negations it is worse than a coin,
# for there a word of praise often means the opposite. On the kinds that depend on order it is right for exactly half, and
# this is no accident. Those reviews come in **twins**:
# the same words in another order, with the opposite label. What is equal in the bag gets the same answer.

# %%
order_reviews = test.of_kind(*datasets.reviews.ORDER_KINDS)
twins = {}  # sorted words → numbers of the reviews that consist of them
for number, words in enumerate(order_reviews.texts):
    twins.setdefault(" ".join(sorted(words.split())), []).append(number)
for number in next(iter(twins.values())):
    print(order_reviews.labels[number], order_reviews.texts[number])

# %%
# NBVAL_CHECK_OUTPUT
claim("the bag of words gets at least nine in ten plain reviews right", bag_by_kind["plain"] > 0.9)
claim("every order-dependent review has a twin with the same words and the opposite label",
      all(len(pair) == 2 and sum(order_reviews.labels[pair]) == 1 for pair in twins.values()))
claim("on negations the bag is no better than a coin", bag_by_kind["negation"] < 0.55, bag_by_kind["negation"])
claim("of the order-dependent kinds it gets exactly half",
      all(abs(bag_by_kind[kind] - 0.5) < 1e-9 for kind in datasets.reviews.ORDER_KINDS), bag_by_kind)

# %% [markdown]
# ## 2 · From words to vectors
#
# A network wants numbers. Three steps take us there.
#
# **Tokens and vocabulary.** Cut the text into words, give each word of the *training* reviews a number, its
# **id**. A word that did not occur there gets the id of `[UNK]`, *unknown*. The vocabulary must not be made
# from test reviews: words that are new at the time of use must be new in the test as well.
#
# **Padding.** Reviews differ in length, an array does not. So short rows are filled up with the id 0, `[PAD]`.
# (**Truncation** is the other half: very long rows are cut.)

# %%
tokenizer = text.train_tokenizer(train.texts)
ids = tokenizer.encode(["the soup was not hot .", "great zither !"])  # (batch, time)
print(ids)
print([tokenizer.tokens(row) for row in ids], f"\n{tokenizer.size} ids, the longest review has",
      max(map(len, tokenizer.encode_rows(train.texts))), "tokens")

# %% [markdown]
# **Embedding.** An id is a name, not a quantity: word 40 is not twice word 20. So each id gets a vector of its
# own, here of 32 numbers, which is learned like any other weight. An embedding layer is a table: row $i$ is the
# vector of id $i$. Looking up a row is the same as multiplying a one-hot vector with the table, only cheaper.
# How many numbers does this layer learn? (The number of ids is printed above.)

# %%
my_prediction_2 = None  # numbers learned, a whole number

# %%
embedding = layers.Embedding(tokenizer.size, 32)
vectors = ops.convert_to_numpy(embedding(ids))  # (batch, time, features)
[table] = embedding.get_weights()  # (vocabulary, features)
one_hot = np.eye(tokenizer.size)[ids]  # (batch, time, vocabulary)
print("ids", ids.shape, "→ vectors", vectors.shape)
you_said(my_prediction_2, table.size)

# %% [markdown]
# One vector of 32 numbers for each id of the vocabulary, special ones included. So most of what such a network learns
# about words stands in this table, and a word that is rare in training has a row that was hardly ever moved.

# %%
# NBVAL_CHECK_OUTPUT
check_shape(vectors, (2, 6, 32))
check_close(one_hot @ table, vectors, tolerance=1e-6)
claim("what never occurred in training, zither and the exclamation mark, is [UNK], and padding is 0",
      ids[1, 1:].tolist() == [text.UNK] * 2 + [text.PAD] * 3,
      hint="this is about the two sentences above: were they changed, or the tokenizer trained anew?")
claim("the embedding has one vector of 32 numbers for each id", table.size == tokenizer.size * 32)

# %% [markdown]
# ## 3 · Reading with a mask
#
# Now *many to one*: a recurrent layer reads the vectors, and a Dense layer with a sigmoid turns its last state
# into a probability, $p = \sigma(h_T W_{hy} + b_y)$.
#
# ($\sigma$ is the sigmoid, $T$ the last step.) But whose last step? In a batch, a review of 6 words that was padded to
# 21 ends with 15 paddings, and the layer reads them too. The **mask** says which positions are real: where it is False,
# a Keras layer hands its state on unchanged. We pass it ourselves, so that we see where it goes. On one row:

# %%
layer = layers.SimpleRNN(3, return_sequences=True)
mask = ids[1:] != text.PAD  # True True True False False False
held = ops.convert_to_numpy(layer(vectors[1:], mask=mask))  # (1, time, units): great zither ! and three paddings
print(held[0].round(3))

# %% [markdown]
# The last three rows repeat the third: the state after the last real word is still there at the end, in `states[:, -1]`.
# Now the network. (`pooling` is the subject of section 4; `masked=False` compares the ids with -1, which no id is, so that
# nothing is masked.)

# %%
def reader(pooling="last", masked=True):
    """Ids (batch, time) → probability of a positive review (batch, 1)."""
    read = layers.Input((None,), dtype="int32")
    mask = ops.not_equal(read, text.PAD) if masked else ops.not_equal(read, -1)
    start = keras.initializers.RandomNormal(stddev=0.3)  # of the table; see below
    vectors = layers.Embedding(tokenizer.size, 32, embeddings_initializer=start)(read)
    states = layers.SimpleRNN(64, return_sequences=True)(vectors, mask=mask)  # (batch, time, units)
    if pooling == "last":
        summary = states[:, -1]  # with the mask, padding has not changed it
    elif pooling == "mean":
        summary = layers.GlobalAveragePooling1D()(states, mask=mask)
    else:  # the largest value of each unit over the real words; tanh is never below -1
        summary = ops.max(ops.where(mask[..., None], states, -1.0), axis=1)
    return keras.Model(read, layers.Dense(1, activation="sigmoid")(summary))


# %% [markdown]
# (The word vectors start with standard deviation 0.3. Keras's default is ten times smaller; a word then hardly
# moves the state, and in our trials learning took much longer to begin. Notebook 14 looks into it.)
#
# Training is Keras's own `fit`. We clip the gradient ([notebook 2](02_backpropagation_through_time.ipynb)), keep
# the weights of the epoch with the best validation loss, and pad all reviews to one length. About ten seconds.

# %%
def learn(name, model, length=None):
    """Trains a reader, leaves it with the weights of its best epoch, returns Keras's history."""
    x, x_validation = (text.pad(tokenizer.encode_rows(r.texts), length) for r in (train, validation))
    model.compile(keras.optimizers.Adam(4e-3, global_clipnorm=1.0), "binary_crossentropy")
    best = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    return model.fit(x, train.labels, validation_data=(x_validation, validation.labels), epochs=10,
                     batch_size=64, verbose=0, callbacks=[best, training.EpochLines(name)])


def accuracy(model, reviews, length=None):
    """Share of reviews whose probability lies on the right side of one half; padded to `length`."""
    probabilities = model.predict(text.pad(tokenizer.encode_rows(reviews.texts), length), verbose=0)
    return float(np.mean((probabilities[:, 0] > 0.5) == reviews.labels))


# %%
last = reader("last")
histories = {"last": learn("last", last)}

# %% [markdown]
# What share of the order-dependent test reviews does it get right, where the bag gets half?

# %%
my_prediction_3 = None  # share right, a number from 0 to 1

# %%
by_kind = {kind: accuracy(last, test.of_kind(kind)) for kind in datasets.reviews.KINDS}
order_score = accuracy(last, order_reviews)
print(f"of the order-dependent reviews {order_score:.3f}, of all {accuracy(last, test):.3f}")
you_said(my_prediction_3, order_score)

# %%
fig = plotting.grouped_bars({"bag of words": bag_by_kind, "recurrent": by_kind}, y="share right",
                            line=(0.5, "coin"))
plotting.show(fig, alt="Share of test reviews that are right, by kind. Both are near one for plain reviews. On "
              "negations the bag of words is below one half, on the five kinds that depend on order exactly "
              "there; the recurrent network is near one everywhere.")

# %% [markdown]
# The network reads the order. It was never told what *not* or *but* do; the labels were enough. (These are new sentences,
# but of patterns that it has seen. How far it gets outside them, section 5 lets you try.)
#
# Now the mask. We give the trained network the same test reviews with more and more padding behind each, once as it is and
# once with its weights in a network that ignores the mask. What becomes of the accuracy at ten paddings?
# (To look takes about ten seconds.)

# %%
my_prediction_3b = {"with mask": None, "without": None}  # shares right, numbers from 0 to 1

# %%
def padded_by(model, reviews, more):
    """Share that is right when every review has exactly `more` paddings behind it."""
    rows = tokenizer.encode_rows(reviews.texts)
    lengths, right = np.array([len(row) for row in rows]), 0
    for length in np.unique(lengths):
        same = np.flatnonzero(lengths == length)
        probabilities = model.predict(text.pad([rows[i] for i in same], length + more), verbose=0)[:, 0]
        right += np.sum((probabilities > 0.5) == reviews.labels[same])
    return float(right / len(rows))


# %%
unmasked = reader("last", masked=False)
unmasked.set_weights(last.get_weights())
paddings = (0, 1, 2, 4, 10)
curves = {name: (paddings, [padded_by(model, test, more) for more in paddings])
          for name, model in (("with mask", last), ("without", unmasked))}
print({name: [round(v, 3) for v in vs] for name, (_, vs) in curves.items()})
you_said(my_prediction_3b, {name: shares[-1] for name, (_, shares) in curves.items()})

# %%
fig = plotting.lines({**curves, "coin": (paddings, [0.5] * len(paddings))}, x="paddings behind each review",
                     y="share right")
plotting.show(fig, alt="With the mask the share of right answers is a flat line near one. Without it, it begins at the "
              "same value without padding and falls towards one half within a few paddings.")

# %% [markdown]
# With the mask padding changes nothing. Without it the network goes on reading after the end, and what it reads is an id
# whose vector was never trained; a few of those, and what it knew is gone.
#
# What if one *trains* without the mask? Then padding is a word like any other, and the network could learn to ignore it. But
# it has to carry what it read through all of it. Forty paddings more than the longest review, about ten seconds:

# %%
longest = max(len(row) for row in tokenizer.encode_rows(train.texts))
trained_unmasked = reader("last", masked=False)
learn("without mask", trained_unmasked, length=longest + 40)
hurt = accuracy(trained_unmasked, test, longest + 40)
print(f"trained without mask: {hurt:.3f}, with mask: {accuracy(last, test):.3f}")

# %%
# NBVAL_CHECK_OUTPUT
check_close(held[0, 3:], np.repeat(held[0, 2:3], 3, axis=0), tolerance=1e-7)
short = tokenizer.encode_rows(test.texts[:50])
check_close(last.predict(text.pad(short, 60), verbose=0), last.predict(text.pad(short), verbose=0), tolerance=1e-5)
claim("of the order-dependent reviews the recurrent network gets more than 90 of 100 right",
      order_score > 0.9, order_score,
      hint="did the validation loss fall below 0.1 in training? If not, it has not begun to learn yet")
claim("and of the negations as well", by_kind["negation"] > 0.9, by_kind["negation"])
with_mask, without = curves["with mask"][1], curves["without"][1]
claim("with the mask padding changes nothing", max(with_mask) == min(with_mask), with_mask,
      hint="the mask of `reader` is True where an id is not text.PAD; is it passed to the layer?")
claim("without padding the mask makes no difference", with_mask[0] == without[0])
claim("ten paddings without it cost more than 25 points in 100", with_mask[-1] - without[-1] > 0.25, without)
claim("trained without a mask before forty paddings, the network is worse by at least 20 points",
      with_mask[0] - hurt > 0.2, hurt)

# %% [markdown]
# ## 4 · Last, mean or maximum
#
# The last state has to carry everything to the end. **Mean pooling** averages the states of all words, **max pooling** takes
# the largest value of each unit. What is pooled are *states*, which know what came before them, so order is not lost. And
# each state is one step away from the answer. Which of the three will learn first, that is, have the lowest validation loss
# after three epochs? Two more trainings, twenty seconds.

# %%
my_prediction_4 = None  # "last", "mean" or "max"

# %%
pooled = {"last": last}
for pooling in ("mean", "max"):
    pooled[pooling] = reader(pooling)
    histories[pooling] = learn(pooling, pooled[pooling])

# %%
scores = {name: accuracy(model, order_reviews) for name, model in pooled.items()}
third = {name: history.history["val_loss"][2] for name, history in histories.items()}
print("right, of the order-dependent kinds", {name: round(score, 3) for name, score in scores.items()})
print("validation loss after three epochs", {name: round(loss, 3) for name, loss in third.items()})
you_said(my_prediction_4, min(third, key=third.get))
fig = plotting.learning_curves(histories, y="cross-entropy (nats per review)")
plotting.show(fig, alt="Loss in training and validation over ten epochs. With max pooling it falls first, within "
              "three epochs; with the mean and the last state an epoch or two later. All three end near zero.")

# %% [markdown]
# In the end all three are good; what differs is when they begin. With max pooling the loss falls first, an epoch or two
# before the others. A short way from each word to the answer may help (the last state's gradient has to travel back through
# the whole chain, as in notebook 2), but it is not all, for the mean has the same short way and is no faster than the last
# state. A maximum can also pick the one word that matters, where a mean dilutes it. On reviews of ten words a late start costs
# a few epochs. On two hundred words a simple RNN with its last state may never begin; the gated cells of notebooks 8 and 9 are
# for that.

# %%
# NBVAL_CHECK_OUTPUT
claim("all three ways read the order: more than 85 of 100", min(scores.values()) > 0.85, scores)
claim("max pooling begins first: after three epochs its validation loss is lower than the last state's",
      third["max"] < third["last"] - 0.05, third)

# %% [markdown]
# ## 5 · A verdict, word by word
#
# What does the network think *while* it reads? The layer has a state after every word, and the Dense layer could turn
# any of them into a probability. But the networks above were only ever asked at the end; what their states would say
# before is nobody's business, and not to be trusted. So we train one that is asked after every word: the *equal* shape
# of notebook 3, with the review's label as the target at each step, and padding left out of the loss. About ten seconds.

# %%
read = layers.Input((None,), dtype="int32")
start = keras.initializers.RandomNormal(stddev=0.3)
vectors = layers.Embedding(tokenizer.size, 32, embeddings_initializer=start)(read)
states = layers.SimpleRNN(64, return_sequences=True)(vectors, mask=ops.not_equal(read, text.PAD))
asked_often = keras.Model(read, layers.Dense(1, activation="sigmoid")(states))  # (batch, time, 1)
asked_often.compile(keras.optimizers.Adam(4e-3, global_clipnorm=1.0), "binary_crossentropy")

# %%
x = tokenizer.encode(train.texts)  # (reviews, time)
labels = np.repeat(train.labels[:, None, None], x.shape[1], axis=1)  # (reviews, time, 1)
_ = asked_often.fit(x, labels, sample_weight=(x != text.PAD).astype("float32"), epochs=12, batch_size=64,
                    verbose=0, callbacks=[training.EpochLines()])


# %%
def verdicts(sentence):
    """The words of a sentence, and the probability of a positive review after each."""
    return tokenizer.split(sentence), asked_often.predict(tokenizer.encode([sentence]), verbose=0)[0, :, 0]


# %% [markdown]
# After a few words nobody can know, and the best it can say is how often such beginnings end well. Here is a review of
# our own: *the soup was delicious , but the receptionist was rude .* At which word will the network change its mind, and
# its verdict fall most?

# %%
my_prediction_5 = None  # one of the words, such as "soup"

# %%
mine = "the soup was delicious , but the receptionist was rude ."
words, probabilities = verdicts(mine)
fig = plotting.word_by_word(words, probabilities, y="probability of positive")
plotting.show(fig, alt="Probability of a positive review after each word. It stays near one half for the soup was, rises "
              "at delicious, falls below a third at but, and is near zero long before rude.")
falls = -np.diff(probabilities)  # from each word to the next
you_said(my_prediction_5, words[int(falls.argmax()) + 1])

# %% [markdown]
# It is undecided until *delicious*, and it turns at *but*, before a single bad word has been read. It has learned what
# *but* announces. And if the sentence begins with *although*?

# %%
turned = "although the soup was delicious , the receptionist was rude ."
words, probabilities = verdicts(turned)
fig = plotting.word_by_word(words, probabilities, y="probability of positive")
plotting.show(fig, alt="The same with although in front. This time delicious makes the probability fall at once: "
              "after although, praise is what will be taken back.")

# %% [markdown]
# Now *delicious* is bad news. The same word moves the verdict up or down, depending on what the state remembers. That is
# what a bag of words cannot do.
#
# Your turn. Put your own reviews in the place of these; words that the network has never met are marked, and become
# `[UNK]`. In our training reviews there is no unknown word, so the vector of `[UNK]` was never trained: it is noise, and
# a verdict with it deserves less trust. (A common cure is to make rare words of the training text unknown, too.)

# %%
my_reviews = ["the film was not bad at all .", "i expected a dull concert and got a wonderful one .",
              "the zither was terribly good ."]

# %%
for sentence in my_reviews:
    words, probabilities = verdicts(sentence)
    known = set(tokenizer.vocabulary)
    shown = " ".join(word if word in known else f"[{word}?]" for word in words)
    print(f"{probabilities[-1]:.2f}  {shown}")

# %%
# NBVAL_CHECK_OUTPUT
_, but = verdicts(mine)
_, although = verdicts(turned)
claim("before an opinion is given it is undecided: between a quarter and three quarters",
      0.25 < min(but[:3]) and max(but[:3]) < 0.75, but[:3])
claim("delicious raises the verdict above two thirds", but[3] > 2 / 3, but[3])
claim("the largest fall is at the word but, before the bad word", int(np.argmax(-np.diff(but))) + 1 == 5, but,
      hint="this is about the sentence `mine` as it stands above; reviews of your own go into `my_reviews`")
claim("after although, delicious leaves it lower than without, by more than a quarter", although[4] < but[3] - 0.25,
      (but[3], although[4]))
claim("at the end both reviews are negative", max(but[-1], although[-1]) < 0.3, (but[-1], although[-1]))

# %% [markdown]
# ## 6 · Real reviews
#
# Ours were made so that order decides. Do real reviewers write like that? Pang and Lee (2005) collected 10,662 sentences from
# film reviews. They are not part of the course, but a script trains on them, `python benchmarks/sentiment.py --data DIR`,
# and its results are stored: five times, with another fifth held out each time. A GRU takes part too, a cell with a longer
# memory (notebook 9). Who wins: which share will the bag of words get right, and a GRU with max pooling? (Half of them are
# positive.)

# %%
my_prediction_6 = {"bag of words": None, "gru, max": None}  # shares right, numbers from 0 to 1

# %%
with open("../benchmarks/sentiment.json", encoding="utf-8") as file:
    films = json.load(file)
for name, folds in films["accuracy"].items():
    print(f"{name:16} {np.mean(folds):.3f}   ({min(folds):.3f} to {max(folds):.3f})")
you_said(my_prediction_6, {name: np.mean(films["accuracy"][name]) for name in ("bag of words", "gru, max")})
print(f"{films['word_types']:,} different words, {films['types_occurring_once'] / films['word_types']:.0%} of them once; "
      f"{films['with_but'] / films['reviews']:.0%} of the sentences have a but")

# %% [markdown]
# The bag of words is ahead of every network, of the best one by a single point in 100, which is less than the folds differ
# among themselves. The networks know only the 5,000 commonest words, where the bag knows all; and half of all words occur
# once, which is too seldom to learn a vector from, but not too seldom to be counted. Probably order decides less often here
# than in our reviews: one sentence in seven has a *but*, and most say clearly enough what they think. Where order decides,
# counting is lost; where it hardly does, counting is hard to beat. So the dull method belongs in every comparison. (Networks
# win here, too, once they have read much more text than these reviews.)

# %%
# NBVAL_CHECK_OUTPUT
average = {name: float(np.mean(folds)) for name, folds in films["accuracy"].items()}
networks = {name: score for name, score in average.items() if name != "bag of words"}
claim("the bag of words is ahead of every network, of the best one by less than two points in 100",
      0 < average["bag of words"] - max(networks.values()) < 0.02, average)
claim("that is less than the folds of the bag differ among themselves",
      average["bag of words"] - max(networks.values()) < np.ptp(films["accuracy"]["bag of words"]))
claim("in every fold every network is better than a coin by 15 points in 100 or more",
      min(min(folds) for folds in films["accuracy"].values()) > 0.65)

# %% [markdown]
# If you have the sentences, set `source` to `"rt-polarity"`, and the environment variable `RNN_COURSE_DATA` to their folder,
# and the network of section 4 trains on them here.

# %%
source = os.environ.get("RNN_COURSE_REVIEWS", "course")
if source != "course":
    real = datasets.reviews.load(source)
    tenth = np.arange(len(real.where("train"))) % 10 == 0
    kept = (train, validation, tokenizer)
    train, validation = real.where("train")[~tenth], real.where("train")[tenth]
    tokenizer = text.train_tokenizer(train.texts, size=5000)
    film_reader = reader("max")
    learn("films", film_reader)
    print(f"right, of the held-out tenth: {accuracy(film_reader, real.where('test')):.3f}")
    train, validation, tokenizer = kept

# %% [markdown]
# ## Where this goes wrong
#
# **Truncation at the wrong end.** Long reviews are cut to a fixed length. Some tools keep the first words (ours
# does), some the last (Keras's `pad_sequences`, unless told otherwise). Nothing breaks. But where is the opinion?
# We keep five words of each contrast review, the first five or the last five. Which do you expect to be worse?

# %%
contrast = test.of_kind("contrast")
rows = tokenizer.encode_rows(contrast.texts)
cut = {}
for end, kept in (("the first five", [row[:5] for row in rows]), ("the last five", [row[-5:] for row in rows])):
    probabilities = last.predict(text.pad(kept), verbose=0)[:, 0]
    cut[end] = float(np.mean((probabilities > 0.5) == contrast.labels))
print({end: round(share, 2) for end, share in cut.items()})

# %% [markdown]
# The first five words often hold only the clause that is taken back, hence below one half. The last five lack the *although*
# that says which clause counts. Nothing warns you; the accuracy is lower than it could be. Look at the lengths before you
# choose one, and at a few rows after cutting.

# %%
# NBVAL_CHECK_OUTPUT
claim("keeping the last words is better here, by more than 10 points in 100",
      cut["the last five"] > cut["the first five"] + 0.1, cut)

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why is id 0 kept for padding, and what would happen if a real word had it?</summary>
#
# The mask is computed as "id is not 0". A real word with id 0 would be skipped wherever it stands.
# </details>
#
# <details><summary>Could one pad at the front instead of masking?</summary>
#
# Then the last state belongs to the last word, and the network learns to ignore padding at its start, where
# there is little to forget yet. It is a common trick. But the answer still depends on how much padding there is,
# and mean pooling would still count it.
# </details>
#
# <details><summary>A bag of words could also count pairs of neighbouring words. Would it solve the twins?</summary>
#
# Partly. *not good* is a pair, so negations gain. In a contrast only the pairs at the seams differ, such as *arrogant .*
# against *arrogant ,*, and each of those is rare. The longer the distance that matters, the longer the groups one would have
# to count, and the rarer each becomes. Try it: `CountVectorizer(token_pattern=r"\S+", ngram_range=(1, 2))`.
# </details>
#
# <details><summary>A tagger (equal lengths) reports that 0.93 of all positions are right. Nine in ten positions are padding.
# How many of the real words may be wrong?</summary>
#
# If all the padding is right, which is easy, 0.90 of the 0.93 is padding, and 0.03 of the remaining 0.10 is real words: three
# in ten right, seven in ten wrong. Padding has to be masked in the loss and in the score as well.
# </details>

# %% [markdown]
# ## Recap
#
# - You **turned text into vectors**: token → id → row of a table; `[UNK]` for what training never saw.
# - You **padded and masked**: where the mask is False, $h_t = h_{t-1}$, and padding changes nothing.
# - You **compared pooling**: the last state $h_T$, the mean $\frac1T\sum_t h_t$, the maximum over $t$.
# - You **watched a verdict** form: $p_t = \sigma(h_t W_{hy} + b_y)$ after each word.
# - You **measured against a bag of words**, where order decides and where it does not.

# %% [markdown]
# ## Next
#
# Many words became one number. [Notebook 5](05_one_to_many.ipynb) goes the other way: one vector, made from a
# picture, becomes a sentence.
#
# ## Further reading
#
# - B. Pang, L. Lee (2005), *Seeing Stars: Exploiting Class Relationships for Sentiment Categorization with Respect
#   to Rating Scales*: where the real sentences come from.
# - S. Wang, C. Manning (2012), *Baselines and Bigrams: Simple, Good Sentiment and Topic Classification*: table 2,
#   how good counting is on short reviews.
# - Y. Goldberg (2016), *A Primer on Neural Network Models for Natural Language Processing*: sections 5 and 10,
#   embeddings and recurrent acceptors.
