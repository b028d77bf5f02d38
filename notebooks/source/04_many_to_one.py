# %% [markdown]
# # 4 · Many to one: what does the reviewer think?
#
# Reviews of about ten words, 550 different words, one question: positive or negative? You will build a network
# that reads word by word, watch its opinion move as it reads, and see where counting words has to fail.
#
# | What | Details |
# |---|---|
# | **You will be able to** | turn text into ids and ids into vectors · pad a batch, and mask the padding so that it changes nothing · choose between last state, mean and maximum · watch a verdict form word by word, and find where it fails · judge a classifier against bags of words and of n-grams |
# | **You need** | [notebook 3](03_architectures.ipynb): the five shapes, `return_sequences`; [notebook 2](02_backpropagation_through_time.ipynb): gradients through time, clipping |
# | **Time** | 50 minutes to read, 30 for three exercises, about one minute to run on two CPU cores |

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
    git = f"GIT_TERMINAL_PROMPT=0 git clone -q --depth 1 --branch v1.0.0 '{address}'"
    try:
        assert address, "this copy of the course has no address yet"
        if os.system(f"{git} {new}/course 2>{os.devnull}"):
            unpack_archive(urlretrieve(f"{address}/archive/v1.0.0.zip")[0], new, "zip")
        found = [glob(f"{new}/*/utils/rnn_course.py")[0]]
    except Exception as e:
        raise RuntimeError(f"No course here or online ({e}): unzip its ZIP here, rerun") from None
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
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from utils import datasets, exercises, experiments, text, training
from utils.checks import check_close, check_shape, claim, you_said
from utils.datasets.reviews import KINDS, ORDER_KINDS

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · A rival that only counts
#
# The reviews of this notebook are short, and were written for it by a grammar. Each is positive (1) or negative (0),
# and has a *kind*, what makes it hard: plain praise or blame; negation; *correction* of one opinion by another;
# *contrast* of two (*but*, *although*); *intensity*, a little of one and a lot of the other; *expectation* and what
# came of it; *scope*, what holds of all and what of one.

# %%
train, validation, test = datasets.reviews.load().split()
print(f"{len(train):,} to train, {len(validation)} to validate, {len(test):,} to test")
for kind in KINDS:
    example = test.of_kind(kind)
    print(f"{kind:12} {example.labels[0]}  {example.texts[0]}")

# %% [markdown]
# The rival is a **bag of words**: count how often each word occurs, forget the order, and let a logistic regression
# weigh the counts. It is the dull method that every sequence model has to beat, and with real reviews it is hard to
# beat. A little order comes in if one counts runs of neighbouring words as well, **n-grams**: of *not good at all*
# the pairs *not good*, *good at*, *at all*, and the triples *not good at*, *good at all*.
#
# **Your turn** (●○○, about ten minutes). Count all runs of 1 to `longest` words of a review. `words` is a list of
# words; return a dict, run → how often it occurs, with the words of a run joined by a space: `" ".join(["not",
# "good"])` is `"not good"`. Replace the last line, then run the cell below: it tries your function on texts drawn
# anew and says what is wrong. `exercises.hint("bag_of_ngrams")` gives a hint, another one each time, and
# `exercises.solution("bag_of_ngrams")` shows ours. If you would rather read on, leave it: the notebook goes on with
# our solution.

# %%
def bag_of_ngrams(words, longest):
    """How often each run of 1 to `longest` neighbouring words occurs: {"not": 1, "not good": 1, …}."""
    raise NotImplementedError  # your turn


# %%
bag_of_ngrams = exercises.check("bag_of_ngrams", bag_of_ngrams)

# %% [markdown]
# Now three rivals: words alone, words and pairs, words, pairs and triples. How strongly the regression may weigh a
# count (its `C`) is chosen on the validation reviews, for each of the three.
#
# Five of the seven kinds depend on order: *correction*, *contrast*, *intensity*, *expectation* and *scope*. Their
# reviews come in **twins**: the same words in another order, with the opposite label. Which share of the kind
# *contrast* will the bag of words get right? And of all test reviews? (Half of them are of the five kinds, about a
# quarter are plain, a quarter are negations; a coin gets half.)

# %%
my_prediction_1 = {"all": None, "contrast": None}  # shares, numbers from 0 to 1

# %%
def count_and_weigh(longest):
    """A logistic regression on runs of up to so many words; returns which test reviews are right."""
    bags = [[bag_of_ngrams(words.split(), longest) for words in part.texts] for part in (train, validation, test)]
    models = [make_pipeline(DictVectorizer(), LogisticRegression(C=C, max_iter=1000)).fit(bags[0], train.labels)
              for C in (0.3, 1, 3, 10)]
    best = max(models, key=lambda model: model.score(bags[1], validation.labels))
    return best.predict(bags[2]) == test.labels  # (reviews,)


def shares(right):
    """The share of each kind that is right, and of all."""
    kinds = np.array(test.kinds)
    return {kind: float(right[kinds == kind].mean()) for kind in KINDS} | {"all": float(right.mean())}


rivals = {name: shares(count_and_weigh(longest))
          for longest, name in ((1, "words"), (2, "words, pairs"), (3, "words, pairs, triples"))}
for name, by_kind in rivals.items():
    print(f"{name:22}", {kind: round(share, 2) for kind, share in by_kind.items()})
you_said(my_prediction_1, {kind: rivals["words"][kind] for kind in ("all", "contrast")})

# %% [markdown]
# On plain reviews the bag of words is good: *delicious* weighs one way, *stale* the other. On negations it is worse
# than a coin, for there a word of praise often means the opposite. On the five kinds that depend on order it is right
# for exactly half, and this is no accident: twins are equal in the bag, get the same answer, and one of the two is
# wrong. (Below is a pair of them.) Pairs and triples tell twins apart, and help: most in
# *scope*, where the words that decide stand side by side, least in *expectation*. Longer runs are also rarer, and have
# to occur in training to be weighed.

# %%
order_reviews = test.of_kind(*ORDER_KINDS)
twins = {}  # sorted words → numbers of the reviews that consist of them
for number, words in enumerate(order_reviews.texts):
    twins.setdefault(" ".join(sorted(words.split())), []).append(number)
for number in next(iter(twins.values())):
    print(order_reviews.labels[number], order_reviews.texts[number])

# %%
# NBVAL_CHECK_OUTPUT
bag, triples = rivals["words"], rivals["words, pairs, triples"]
claim("the bag of words gets at least nine in ten plain reviews right", bag["plain"] > 0.9, bag)
claim("every order-dependent review has a twin with the same words and the opposite label",
      all(len(pair) == 2 and sum(order_reviews.labels[pair]) == 1 for pair in twins.values()))
claim("on negations the bag is worse than a coin, by more than five points in 100", bag["negation"] < 0.45, bag["negation"])
claim("half of the test reviews are of the order-dependent kinds, and about a quarter each are plain and negations",
      len(order_reviews.labels) == len(test) / 2 and all(0.2 < test.kinds.count(kind) / len(test) < 0.3 for kind in KINDS[:2]))
claim("of the order-dependent kinds it gets exactly half",
      all(abs(bag[kind] - 0.5) < 1e-9 for kind in ORDER_KINDS), bag)
gained = {kind: triples[kind] - bag[kind] for kind in KINDS}
claim("pairs and triples get about three in four of all right; they help scope most, and expectation least of the kinds that depend on order",
      0.7 < triples["all"] < 0.8 and max(gained, key=gained.get) == "scope"
      and min(ORDER_KINDS, key=gained.get) == "expectation", gained,
      hint="what does exercises.check say of bag_of_ngrams?")

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

# %% [markdown]
# ## 3 · Reading with a mask
#
# Now *many to one*: a recurrent layer reads the vectors, and a Dense layer with a sigmoid turns its last state
# into a probability, $p = \sigma(h_T W_{hy} + b_y)$.
#
# ($\sigma$ is the sigmoid, $T$ the last step.) But whose last step? In a batch, a review of 6 words that was padded
# to 21 ends with 15 paddings, and the layer reads them too. The **mask** says which positions are real, (batch,
# time), True or False.
#
# **Your turn** (●●○, about ten minutes). `states` are the states that a layer had after every step, padding or not,
# (batch, time, units). Return for each review the state after its last *real* word, (batch, units). Padding may stand
# anywhere, also in front. Two ways lead there: walk through the steps and remember; or find the number of each
# review's last real step (`np.arange(time)` numbers the steps). `states[[0, 1], [5, 2]]` takes step 5 of the first
# review and step 2 of the second. (`exercises.hint("masked_last")` and `exercises.solution("masked_last")` help.)

# %%
def masked_last(states, mask):
    """The state after the last real word: (batch, time, units), (batch, time) → (batch, units)."""
    raise NotImplementedError  # your turn


# %%
masked_last = exercises.check("masked_last", masked_last)

# %% [markdown]
# A Keras layer can do it itself. Given the mask, it hands its state on unchanged where the mask is False. On one row:

# %%
layer = layers.SimpleRNN(3, return_sequences=True)
mask = ids[1:] != text.PAD  # True True True False False False
read_on = ops.convert_to_numpy(layer(vectors[1:]))  # (1, time, units): great zither ! and three paddings
held = ops.convert_to_numpy(layer(vectors[1:], mask=mask))
print("without mask", read_on[0].round(2), "with mask", held[0].round(2), sep="\n")

# %% [markdown]
# Up to the third word both are the same. Then the first goes on reading, and the second repeats what it had, so that
# the state after the last real word is still there at the end of the row, in `states[:, -1]`.
#
# Now the network. (`pooling` is the subject of section 4, `"every"` of section 5. We pass the mask ourselves, so that
# we see where it goes; without one, `mask=None`, all is read.)

# %%
def reader(pooling="last", masked=True, size=tokenizer.size):
    """Ids (batch, time) → probability of a positive review, (batch, 1); "every": after each word, (batch, time, 1)."""
    read = layers.Input((None,), dtype="int32")
    mask = ops.not_equal(read, text.PAD) if masked else None
    start = keras.initializers.RandomNormal(stddev=0.3)  # of the table; see below
    vectors = layers.Embedding(size, 32, embeddings_initializer=start)(read)
    states = layers.SimpleRNN(64, return_sequences=True)(vectors, mask=mask)  # (batch, time, units)
    if pooling == "last":
        summary = states[:, -1]  # with the mask, padding has not changed it
    elif pooling == "mean":
        summary = layers.GlobalAveragePooling1D()(states, mask=mask)
    elif pooling == "max":  # the largest value of each unit over the real words; tanh is never below -1
        summary = ops.max(ops.where(mask[..., None], states, -1.0), axis=1)
    else:
        summary = states
    return keras.Model(read, layers.Dense(1, activation="sigmoid")(summary))


# %% [markdown]
# (The word vectors start with standard deviation 0.3. Keras's default is ten times smaller; a word then hardly
# moves the state. Notebook 14 looks into it.)
#
# Training is Keras's own `fit`. The loss is the cross-entropy, $-\ln$ of the probability of the right label; since
# the logarithm is the natural one, its unit is called a *nat*. Who says one half to everything has $\ln 2 = 0.69$
# nats a review. We clip the gradient ([notebook 2](02_backpropagation_through_time.ipynb)) and keep the weights of
# the epoch with the best validation loss. About ten seconds.

# %%
data, validation_data, test_data = ((tokenizer.encode(part.texts), part.labels) for part in (train, validation, test))


def learn(name, model, data, validation_data, learning_rate=4e-3):
    """Trains a reader on (ids, labels), and leaves it with the weights of its best epoch."""
    model.compile(keras.optimizers.Adam(learning_rate, global_clipnorm=1.0), "binary_crossentropy")
    best = keras.callbacks.EarlyStopping(patience=3, restore_best_weights=True)
    model.fit(*data, validation_data=validation_data, epochs=10, batch_size=64, verbose=0,
              callbacks=[best, training.EpochLines(name, every=2)])


def right(model, data):
    """Which reviews have their probability on the right side of one half, (reviews,)."""
    ids, labels = data
    return (model.predict(ids, verbose=0)[:, 0] > 0.5) == labels


last = reader("last")
learn("last", last, data, validation_data)

# %% [markdown]
# What share of the order-dependent test reviews does it get right, where words alone get half, and triples about
# seven in ten?

# %%
my_prediction_3 = None  # share right, a number from 0 to 1

# %%
of_order = np.isin(test.kinds, ORDER_KINDS)  # (reviews,)
last_right = right(last, test_data)
by_kind = shares(last_right)
order_score = float(last_right[of_order].mean())
print(f"of the order-dependent reviews {order_score:.3f}, of all {by_kind['all']:.3f}")
you_said(my_prediction_3, order_score)

# %%
fig = plotting.grouped_bars({"words": bag, "words, pairs, triples": triples, "recurrent": by_kind}, y="share right",
                            line=(0.5, "coin"))
plotting.show(fig, alt="Share of test reviews that are right, by kind. Words alone are near one for plain reviews, below one half on "
              "negations, and exactly there on the five kinds that depend on order. With pairs and triples the bars of all kinds but plain are higher, from six "
              "tenths for expectation to more than nine for scope. The recurrent network is near one everywhere.")

# %% [markdown]
# The network reads the order. It was never told what *not* or *but* do; the labels were enough. (These are new
# sentences, but of patterns that it has seen. How far it gets outside them, section 5 tries.)
#
# Now the mask. We let the trained network read on past the end of each test review, once as it is and once with its
# weights in a network that ignores the mask, and ask after so many paddings. What becomes of the accuracy at ten
# paddings?

# %%
my_prediction_3b = {"with mask": None, "without": None}  # shares right, numbers from 0 to 1

# %%
rows = tokenizer.encode_rows(test.texts)
lengths, paddings = np.array([len(row) for row in rows]), np.arange(11)
long_rows = text.pad(rows, max(lengths) + 10)  # ten paddings or more behind each


def share_after(masked):
    """The share right after 0, 1, …, 10 paddings, by the weights of `last`."""
    model = reader("every", masked)
    model.set_weights(last.get_weights())
    positive = model.predict(long_rows, verbose=0)[:, :, 0] > 0.5  # (reviews, time)
    return [float(np.mean(positive[np.arange(len(rows)), lengths - 1 + more] == test.labels)) for more in paddings]


curves = {"with mask": share_after(masked=True), "without": share_after(masked=False)}
print({name: [round(share, 2) for share in curve] for name, curve in curves.items()})
you_said(my_prediction_3b, {name: curve[-1] for name, curve in curves.items()})

# %%
fig = plotting.lines({**{name: (paddings, curve) for name, curve in curves.items()},
                      "coin": (paddings, [0.5] * len(paddings))}, x="paddings behind each review", y="share right")
fig.axes[0].set_ylim(0.4, 1.02)
fig.axes[0].legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
plotting.show(fig, alt="With the mask the share of right answers is a flat line near one. Without it, it begins at the "
              "same value without padding and lies below the mask's line from then on, going up and down, in places near one half.")

# %% [markdown]
# With the mask padding changes nothing. Without it the network goes on reading after the end, and what it reads is an
# id whose vector was never trained. Each step transforms the state anew, whatever comes in; even a vector of zeros
# in that place does harm, so it is not the noise in that vector. Under another seed nine paddings may do little, and
# the tenth much.
#
# What if one *trains* without the mask? Then padding is a word like any other, and the network could learn to ignore
# it. But it has to carry what it read through all of it, and with forty paddings a simple RNN may not learn at all:
# where a network does not learn, a mask may be missing. To try it, pad the ids of all three parts with
# `text.pad(…, 61)` and train `reader("last", masked=False)`; if it does not learn, try another learning rate before
# you blame the padding.

# %%
# NBVAL_CHECK_OUTPUT
check_close(held[0, 3:], np.repeat(held[0, 2:3], 3, axis=0), tolerance=1e-7)
claim("the state after the last real word is what the layer has at the end, if it is given the mask",
      np.allclose(masked_last(read_on, mask), held[:, -1], atol=1e-6),
      hint="what does exercises.check say of masked_last?")
claim("of the order-dependent reviews the recurrent network gets more than 90 of 100 right",
      order_score > 0.9, order_score,
      hint="did the validation loss fall below 0.1 in training? If not, it has not begun to learn yet")
claim("and of the negations as well", by_kind["negation"] > 0.9, by_kind["negation"])
with_mask, without = curves["with mask"], curves["without"]
claim("with the mask padding changes nothing", max(with_mask) == min(with_mask), with_mask,
      hint="the mask of `reader` is True where an id is not text.PAD; is it passed to the layer?")
claim("without padding the mask makes no difference", with_mask[0] == without[0])
claim("without it, some number of paddings up to ten costs more than 15 points in 100, and all of them cost some on average",
      with_mask[0] - min(without) > 0.15 and with_mask[0] - np.mean(without[1:]) > 0.05, without)

# %% [markdown]
# ### The same in plain Keras
#
# What we did by hand, to see it, Keras has in two pieces, and in a project of your own you will meet them.
# `TextVectorization` cuts texts into words, numbers them, and pads; id 0 is padding, id 1 is `[UNK]`, as with us.
# `Embedding(…, mask_zero=True)` makes the mask "id is not 0" and sends it along with the vectors, so that every layer
# that knows masks uses it. (Arithmetic of your own, such as `vectors * 2`, drops it without a word.) With the words
# and the weights of the network above. (`vocabulary[2:]`, because `TextVectorization` puts padding and `[UNK]` in
# front of the words by itself, and our list begins with both.)

# %%
vectorize = layers.TextVectorization(standardize=None, split="whitespace", vocabulary=tokenizer.vocabulary[2:])
plain = keras.Sequential([
    layers.Embedding(vectorize.vocabulary_size(), 32, mask_zero=True),
    layers.SimpleRNN(64),  # its last state: with the mask, that of the last real word
    layers.Dense(1, activation="sigmoid"),
])
plain.build((None, None))
plain.set_weights(last.get_weights())
print(plain.predict(vectorize(["the soup was not stale .", "not that the soup was good"]), verbose=0).round(2))

# %% [markdown]
# (On texts of your own, `vectorize.adapt(texts)` finds the words, and `vectorize(texts)` gives what `fit` wants.)

# %%
# NBVAL_CHECK_OUTPUT
check_close(plain.predict(vectorize(test.texts[:100]), verbose=0), last.predict(test_data[0][:100], verbose=0), tolerance=1e-5)
claim("plain Keras gives every review the ids that ours has",
      all(np.array_equal(np.trim_zeros(row, "b"), ours) for row, ours in zip(np.array(vectorize(test.texts)), rows, strict=True)))

# %% [markdown]
# ## 4 · Last, mean or maximum
#
# The last state has to carry everything to the end. **Mean pooling** averages the states of all words, **max
# pooling** takes the largest value of each unit. What is pooled are *states*, which know what came before them, so
# order is not lost. And each state is one step away from the answer. Padding must not count here, either.
#
# **Your turn** (●○○, about ten minutes). The mean of each review's real states. `mask[:, :, None]` has the shape
# (batch, time, 1), so that it can be multiplied with the states. (`exercises.hint("masked_mean")` and
# `exercises.solution("masked_mean")` help.)

# %%
def masked_mean(states, mask):
    """The mean of the real states: (batch, time, units), (batch, time) → (batch, units)."""
    raise NotImplementedError  # your turn


# %%
masked_mean = exercises.check("masked_mean", masked_mean)

# %% [markdown]
# Which of the three will learn last, that is, have the highest loss after three epochs? (The gradient has one step to
# go from the answer to the state at each word, with the mean and the maximum; with the last state it goes through all
# words behind.) Two more trainings here, ten seconds, and then ten of each, which a script did, `python
# benchmarks/sentiment.py --part pooling`, each with a learning rate of its own that was chosen on validation
# ([notebook 10](10_comparing_cells.ipynb) explains how). The verdicts are the words of
# [notebook 1](01_simple_rnn.ipynb), section 5: *better*, *worse*, *not shown*.

# %%
my_prediction_4 = None  # "last", "mean" or "max"

# %%
WAYS = ["last", "mean", "max"]
with open("../benchmarks/sentiment.json", encoding="utf-8") as file:
    tables = json.load(file)
rates = {row: tables["pooling"]["rows"][row]["learning_rate"] for row in WAYS}
print("learning rates chosen", rates)
pooled = {"last": last}
for name in ("mean", "max"):
    pooled[name] = reader(name)
    learn(name, pooled[name], data, validation_data, rates[name])
scores = {name: float(right(model, test_data)[of_order].mean()) for name, model in pooled.items()}
print("here, right of the order-dependent kinds", {name: round(score, 3) for name, score in scores.items()})

# %%
pooling = tables["pooling"]["measured"]  # row → its runs, one a seed
print(experiments.table({row: [{key: run[key] for key in ("after 3", "after 12")} for run in pooling[row]] for row in WAYS},
                        middle="mean"))
verdicts = {}
for budget in ("after 3", "after 12"):
    for first, second in (("max", "last"), ("mean", "last"), ("max", "mean")):
        verdicts[budget, first, second] = experiments.compare(pooling, first, second, column=budget, worth=0.02,
                                                              higher_is_better=False)
        print(f"{budget} epochs, {first} against {second}: {verdicts[budget, first, second]}")
latest = max(WAYS, key=lambda row: np.mean([run["after 3"] for run in pooling[row]]))
you_said(my_prediction_4, latest)

# %%
fig = plotting.ranges({row: {epoch + 1: [run["validation"][epoch] for run in pooling[row]] for epoch in range(12)}
                       for row in WAYS}, x="epoch", y="validation loss (nats per review)", line={"coin": np.log(2)})
plotting.show(fig, alt="Cross-entropy on validation against the epoch, medians of ten runs in bands from the lowest to the highest, with a dashed line "
              "for a coin at 0.69. All three begin at the line. Max pooling is down to 0.2 at the third epoch, the mean at the fourth, the last state at the fifth; "
              "their bands overlap in between. From the eighth on all lie near zero.")

# %% [markdown]
# After three epochs the maximum is better than both others, and the mean is better than the last state. After twelve
# all have more than 99 of 100 test reviews right, on average. The maximum still has the lowest loss, and its
# intervals against both others lie below zero; but no pair differs by the 0.02 that we ask for, so the verdict is
# *not shown*: what is left is too little to matter here. (The rates were chosen for three epochs. All three were
# still improving then, so the first verdict holds within that budget, and the second budget is the one four times as
# large.)
#
# An earlier version of this notebook said that the mean is *no* faster than the last state. It had trained one
# network of each, with the rate 0.004, which is the last state's best. In the search for rates the mean is ahead with
# that rate, too, by a little; with its own, twice as large, by much. One run was too few, and one rate for all was
# the last state's.
#
# Why are they faster? One possible reason is the short way from each word to the answer, which the mean and the
# maximum share: with the last state the gradient has to travel back through the whole chain, as in notebook 2. That
# the maximum is ahead of the mean needs another reason; it can pick the one word that matters, where a mean dilutes
# it. Neither is tested here. On reviews of ten words a late start costs a few epochs.

# %%
# NBVAL_CHECK_OUTPUT
STORED = "benchmarks/sentiment.py"  # what measures these tables; a claim about them cannot fail here
claim("all three ways read the order: more than 85 of 100", min(scores.values()) > 0.85, scores)
claim("the masked mean is what GlobalAveragePooling1D makes of states and mask",
      np.allclose(masked_mean(held, mask), layers.GlobalAveragePooling1D()(held, mask=mask), atol=1e-6),
      hint="what does exercises.check say of masked_mean?")
words_of = {budget: [verdict.word for (of, *_), verdict in verdicts.items() if of == budget] for budget in ("after 3", "after 12")}
claim("after three epochs max is better than last, mean better than last, max better than mean",
      words_of["after 3"] == ["better"] * 3, str(words_of), stored=STORED)
claim("after twelve nothing is shown between any two, and all have more than 98 of 100 right in every run",
      words_of["after 12"] == ["not shown"] * 3
      and min(run["right after 12"] for row in WAYS for run in pooling[row]) > 0.98, str(words_of), stored=STORED)
claim("the maximum has the lower loss even then: its intervals against both others lie below zero",
      all(verdicts["after 12", "max", other].high < 0 for other in ("last", "mean")), stored=STORED)
claim("on average all three have more than 99 of 100 right then",
      min(np.mean([run["right after 12"] for run in pooling[row]]) for row in WAYS) > 0.99, stored=STORED)
claim("the rate that is best for mean and max is twice that of the last state",
      rates["mean"] == rates["max"] == 2 * rates["last"], rates, stored=STORED)
searched = experiments.by_rate(tables["pooling: rates"]["validation"])
gains = {rate: np.subtract(searched["last"][rate], searched["mean"][rate]) for rate in (0.004, 0.008)}
claim("with the rate 0.004 the mean is ahead of the last state in all three seeds of the search, by less than a tenth of a nat",
      0 < gains[0.004].min() and gains[0.004].max() < 0.1, gains[0.004].tolist(), stored=STORED)
claim("all three still improve at the third epoch, and not at the twelfth",
      all(experiments.still_improving([run["validation"][:4] for run in pooling[row]])
          and not experiments.still_improving([run["validation"] for run in pooling[row]]) for row in WAYS), stored=STORED)

# %% [markdown]
# ### What the table has learned
#
# The word vectors began as random numbers. Which words lie near each other now? We compare directions, by the cosine
# of the angle between two vectors.

# %%
table = pooled["max"].layers[1].get_weights()[0]  # (vocabulary, features), from the reader with max pooling
directions = table / np.linalg.norm(table, axis=1, keepdims=True)


def neighbours(word, count=5):
    """The words whose vectors point most nearly the same way."""
    order = np.argsort(-directions @ directions[tokenizer.vocabulary.index(word)])
    return [tokenizer.vocabulary[i] for i in order[1:] if i > text.END][:count]


for word in ("delicious", "stale", "soup"):
    print(f"{word:10}", ", ".join(neighbours(word)))


def mean_cosine(some, others):
    """Of all pairs of two different words, one of each list."""
    some, others = ([tokenizer.vocabulary.index(word) for word in words.split()] for words in (some, others))
    return float(np.mean([directions[i] @ directions[j] for i in some for j in others if i != j]))


praise = "delicious clever wonderful quiet clean friendly comfortable excellent"
blame = "stale silly terrible noisy dirty rude uncomfortable awful"
things = "soup novel concert hotel waiters film museum seats"
alike = {"praise and praise": mean_cosine(praise, praise), "blame and blame": mean_cosine(blame, blame),
         "praise and blame": mean_cosine(praise, blame), "things and things": mean_cosine(things, things)}
print({pair: round(cosine, 2) for pair, cosine in alike.items()})

# %% [markdown]
# Words of praise point one way and words of blame the opposite way, whether they are said of soups or of novels:
# *delicious* lies near words of praise for anything. That is all the labels could teach. What a thing is does not
# change the verdict, and in the vectors of nouns no common direction was found. (So do not read much into the
# neighbours of *soup*.) Vectors learned from more text, for more questions, know more.

# %%
# NBVAL_CHECK_OUTPUT
claim("praise is near praise and blame near blame, and the two point opposite ways",
      min(alike["praise and praise"], alike["blame and blame"]) > 0.3 and alike["praise and blame"] < -0.3, alike)
claim("the vectors of things point nowhere in common", abs(alike["things and things"]) < 0.2, alike)

# %% [markdown]
# ## 5 · A verdict, word by word
#
# What does the network think *while* it reads? The layer has a state after every word, and the Dense layer could turn
# any of them into a probability. But the networks above were only ever asked at the end; what their states would say
# before is nobody's business, and not to be trusted. So we train one that is asked after every word: the *equal*
# shape of notebook 3, with the review's label as the target at each step, and padding left out of the loss. About ten
# seconds.

# %%
asked_often = reader("every")
asked_often.compile(keras.optimizers.Adam(4e-3, global_clipnorm=1.0), "binary_crossentropy")
x = data[0]  # (reviews, time)
labels = np.repeat(train.labels[:, None, None], x.shape[1], axis=1)  # (reviews, time, 1)
_ = asked_often.fit(x, labels, sample_weight=(x != text.PAD).astype("float32"), epochs=12, batch_size=64,
                    verbose=0, callbacks=[training.EpochLines(every=3)])


# %%
def verdicts_on(sentence):
    """The words of a sentence, and the probability of a positive review after each."""
    return tokenizer.split(sentence), asked_often.predict(tokenizer.encode([sentence]), verbose=0)[0, :, 0]


# %% [markdown]
# After a few words nobody can know, and the best it can say is how often such beginnings end well. Here is a review
# of our own: *the soup was delicious , but the receptionist was rude .* At which word will the network change its
# mind, and its verdict fall most?

# %%
my_prediction_5 = None  # one of the words, such as "soup"

# %%
mine = "the soup was delicious , but the receptionist was rude ."
words, probabilities = verdicts_on(mine)
fig = plotting.word_by_word(words, probabilities, y="probability of positive")
plotting.show(fig, alt="Probability of a positive review after each word. It stays near one half for the soup was, rises "
              "at delicious, falls steeply at but, and is near zero long before rude.")
falls = -np.diff(probabilities)  # from each word to the next
you_said(my_prediction_5, words[int(falls.argmax()) + 1])

# %% [markdown]
# It is undecided until *delicious*, and after *but the* it has turned, before a single bad word has been read. (Under
# some seeds it begins to doubt at the comma.) It has learned what *but* announces. And if the sentence begins with
# *although*?

# %%
turned = "although the soup was delicious , the receptionist was rude ."
words, probabilities = verdicts_on(turned)
fig = plotting.word_by_word(words, probabilities, y="probability of positive")
plotting.show(fig, alt="The same with although in front. This time delicious makes the probability fall at once: "
              "after although, praise is what will be taken back.")

# %% [markdown]
# Now *delicious* is bad news. The same word moves the verdict up or down, depending on what the state remembers. That
# is what a bag of words cannot do.
#
# ### Fool it
#
# All of this was learned from patterns of a grammar. Here are sentences that a person understands, made of words that
# the network knows, in patterns that it has not met. How many of the six will it get right? (Three guesses would.)

# %%
my_prediction_5b = None  # how many of six, a whole number

# %%
odd = {
    "i do not think that the soup was not delicious .": 1,
    "i cannot say that the soup was not delicious .": 1,
    "it is not true that the novel was not clever .": 1,
    "the novel is never boring .": 1,
    "i disliked nothing .": 1,
    "delicious , the soup was not .": 0,
}
right_on = {}
for sentence, label in odd.items():
    _, probabilities = verdicts_on(sentence)
    right_on[sentence] = bool((probabilities[-1] > 0.5) == label)
    print("✓" if right_on[sentence] else "✗", f"{probabilities[-1]:.2f}", sentence)
single = ["i do not think that the soup was delicious .", "i cannot say that the soup was delicious .",
          "it is not true that the novel was clever .", "the soup was not delicious .", "the novel was not clever ."]
denied = [float(verdicts_on(sentence)[1][-1]) for sentence in single]
print("one negation each:", [round(p, 2) for p in denied])
you_said(my_prediction_5b, sum(right_on.values()))

# %% [markdown]
# No more than a coin would. We found these by trying, and chose those that fail, so they are no measure of how often
# it fails. But the first three have something in common. Each of their negations it reads well when it stands alone,
# as the last line shows; that one takes back the other it knows at best by luck (under some seeds one or two of the
# three come out right). One possible reason: no review that it learned from has *not* twice, or *not* beside
# *cannot*. High accuracy on new sentences of known patterns says nothing about patterns that are new.
#
# Put your own in the place of these; words that the network has never met are marked, and become `[UNK]`. In our
# training reviews there is no unknown word, so the vector of `[UNK]` was never trained: it is noise, and a verdict with
# it deserves less trust. (A common cure is to make rare words of the training text unknown, too.)

# %%
my_reviews = ["the film was not bad at all .", "i expected a dull concert and got a wonderful one .",
              "the zither was terribly good ."]

# %%
for sentence in my_reviews:
    words, probabilities = verdicts_on(sentence)
    known = set(tokenizer.vocabulary)
    shown = " ".join(word if word in known else f"[{word}?]" for word in words)
    print(f"{probabilities[-1]:.2f}  {shown}")

# %%
# NBVAL_CHECK_OUTPUT
_, but = verdicts_on(mine)
_, although = verdicts_on(turned)
claim("before an opinion is given it is undecided: between a quarter and three quarters",
      0.25 < min(but[:3]) and max(but[:3]) < 0.75, but[:3])
claim("delicious raises the verdict above one half", but[3] > 0.5 and but[3] > but[2] + 0.1, but[2:4])
claim("after but the it has turned, before the bad word: below three tenths", but[6] < 0.3, but,
      hint="this is about the sentence `mine` as it stands above; reviews of your own go into `my_reviews`")
claim("after although, delicious leaves it lower than without, by more than a quarter", although[4] < but[3] - 0.25,
      (but[3], although[4]))
claim("at the end both reviews are negative", max(but[-1], although[-1]) < 0.3, (but[-1], although[-1]))
double = list(odd)[:3]
claim("each negation alone is read well", max(denied) < 0.5, denied)
claim("two of them in one sentence are not read as well: of the three sentences one or more is called negative",
      sum(right_on[s] for s in double) <= 2, right_on,
      hint="this is about the sentences of `odd` as they stand above; put your own into `my_reviews`")
claim("no review in training has not twice, or not beside cannot",
      not any(words.split().count("not") + words.split().count("cannot") > 1 for words in train.texts))
claim("of the six it gets no more than a coin right", sum(right_on.values()) <= 3, right_on)

# %% [markdown]
# ## 6 · Real reviews
#
# Ours were made so that order decides. Do real reviewers write like that? Pang and Lee (2005) collected 10,662
# sentences from film reviews. They are not part of the course, but a script trains on them, `python
# benchmarks/sentiment.py --part films --data DIR`, and its results are stored. The sentences are cut into five
# parts of nearly the same size, the **folds**; five times, another fold is held out for the test, and the other four
# are trained on. A GRU takes part too, a cell with a longer memory (notebook 9), and the bags of section 1. The
# networks know the 5,000 commonest words only; so one bag, a control, knows no others, either. And they use
# **dropout**: in training, half of the numbers in the word vectors and in the pooled state, drawn anew each time, are
# set to zero, so that the answer cannot hang on one of them.
#
# Who wins: which share will the bag of words get right, and a GRU with max pooling? (Half of the sentences are
# positive, so a coin gets 0.5. On our plain reviews the bag had more than 0.9: they have no *but*, and no word
# that training did not have. Six in seven of the film sentences have no *but*, either; of their words, six in 100 never
# occurred in training.)

# %%
my_prediction_6 = {"bag of words": None, "GRU, max": None}  # shares right, numbers from 0 to 1

# %%
films = tables["films"]["measured"]
folds = {row: [run["right"] for run in runs] for row, runs in films.items()}  # row → the share right in each fold
print(experiments.table(folds, middle="mean"))
you_said(my_prediction_6, {row: float(np.mean(folds[row])) for row in ("bag of words", "GRU, max")})
for row in list(folds)[1:]:
    print(f"{row} against bag of words: {experiments.compare(folds, row, 'bag of words', worth=0.01)}")
rates = {row: [run["rate"] for run in runs] for row, runs in films.items() if "GRU" in row or "RNN" in row}
print("rates that validation chose, fold by fold", *(f"{row:16} {chosen}" for row, chosen in rates.items()), sep="\n")

# %%
fig = plotting.ladder(folds, x="share right, held-out fold", digits=3, dots="folds")
fig.axes[0].set_xlim(0.67, 0.82)
plotting.show(fig, alt="Share right in each of five held-out folds, a dot a fold, for eight contestants. All dots lie between 0.68 "
              "and 0.78, far above a coin. The bags and the GRUs overlap, with means between 0.746 and 0.762; the two "
              "simple RNNs lie lower, at 0.737 and 0.720.")

# %% [markdown]
# Nothing is shown between the bag of words and the GRUs, in either direction; the two simple RNNs are worse than the
# bag, and each is worse than the GRU with the same pooling. (Five folds are few, and the folds differ more among
# themselves than the contestants do. So the verdicts go by pairs, fold by fold, with a difference of a point of a
# hundred as the least worth having. Bags with pairs of words are ahead in all five folds, by a hair less than that.)
#
# How much of this is luck with the rate? Each network had four of them, in each fold, as each bag had four strengths of
# its regularisation. To the GRUs the rate hardly mattered: on validation the largest of the four costs them at most
# 0.03 nats a review against the best. To the simple RNNs it did matter: there it costs up to 0.17. (Each rate was tried
# once in a fold. So do not read much into a point between two networks.)
#
# An earlier version of this notebook let the bag train on all of the training part, while the networks gave up a
# tenth of it for deciding when to stop. It found the bag ahead of every network by a point, and explained it by rare
# words. With equally many reviews the lead is gone, and the control does not bear the explanation out: a bag that
# knows the networks' 5,000 words only is not shown to be worse, although 13 of 100 words of a test review are not
# among them. What other sizes and another dropout would give we do not know; the sentence is about these networks.
#
# Does order decide less here? Pairs of words, which know a little of it, add a single point; on our reviews they
# added fifteen. One sentence in seven has a *but*, and most say clearly enough what they think. So it may be; no
# network was tried on shuffled sentences. Where order decides, counting single words is lost; where it hardly does,
# counting is hard to beat. The dull method belongs in every comparison, on
# the same reviews as its rivals.

# %%
# NBVAL_CHECK_OUTPUT
against = {row: experiments.compare(folds, row, "bag of words", worth=0.01).word for row in folds if row != "bag of words"}
claim("between the bag of words and the GRUs nothing is shown", against["GRU, last"] == against["GRU, max"] == "not shown",
      against, stored=STORED)
claim("both simple RNNs are worse than the bag", against["simple RNN, last"] == against["simple RNN, max"] == "worse",
      against, stored=STORED)
claim("and each is worse than the GRU with the same pooling",
      all(experiments.compare(folds, f"simple RNN, {pooled}", f"GRU, {pooled}", worth=0.01).word == "worse"
          for pooled in ("last", "max")), stored=STORED)
costs = {row: max(run["validation"][-1] - min(run["validation"]) for run in films[row]) for row in rates}
claim("the largest rate costs the GRUs at most 0.03 nats on validation, and the simple RNNs up to 0.17",
      max(costs["GRU, last"], costs["GRU, max"]) < 0.03
      and 0.16 < max(costs["simple RNN, last"], costs["simple RNN, max"]) < 0.175, costs, stored=STORED)
claim("a bag of the networks' 5,000 words is not shown to be worse than a bag of all",
      against["bag of words, the networks' 5,000"] == "not shown", against, stored=STORED)
ahead = np.subtract(folds["bag of words and pairs"], folds["bag of words"])
claim("pairs of words are ahead in all five folds, by less than a point on average", ahead.min() > 0 and ahead.mean() < 0.01,
      ahead.tolist(), stored=STORED)
claim("pairs add less than two points here, and more than twelve on our reviews",
      ahead.mean() < 0.02 and rivals["words, pairs"]["all"] - rivals["words"]["all"] > 0.12)
plain_texts = test.of_kind("plain").texts
in_training = {word for words in train.texts for word in words.split()}
claim("no plain review has a but, nor a word that training did not have",
      not any("but" in words.split() or set(words.split()) - in_training for words in plain_texts))
share = {kind: tables["films"][kind] for kind in ("words that networks do not know", "new words", "with but")}
claim("thirteen of 100 words of a review held out are none that the networks know, six never occurred, and one "
      "sentence in seven has a but", [round(share[kind], 2) for kind in list(share)[:2]] == [0.13, 0.06]
      and 1 / 7.5 < share["with but"] < 1 / 6.5, share, stored=STORED)

# %% [markdown]
# If you have the sentences, set the environment variable `RNN_COURSE_REVIEWS` to `rt-polarity` and `RNN_COURSE_DATA`
# to their folder, and the network of section 4 trains on them here.

# %%
source = os.environ.get("RNN_COURSE_REVIEWS", "course")
if source != "course":
    parts = datasets.reviews.load(source).split()
    film_tokenizer = text.train_tokenizer(parts[0].texts, size=5000)
    film_data = [(film_tokenizer.encode(part.texts), part.labels) for part in parts]
    film_reader = reader("max", size=film_tokenizer.size)
    learn("films", film_reader, *film_data[:2])
    print(f"right, of the held-out tenth: {right(film_reader, film_data[2]).mean():.3f}")

# %% [markdown]
# ## Where this goes wrong
#
# **Truncation at the wrong end.** Long reviews are cut to a fixed length. Some tools keep the first words (ours does,
# and `TextVectorization`), some the last (Keras's `pad_sequences`, unless told otherwise). Nothing breaks. But where
# is the opinion? We keep five words of each contrast review, the first five or the last five. Which do you expect to
# be worse?

# %%
contrast = np.flatnonzero(np.isin(test.kinds, ["contrast"]))
begins = np.array([test.texts[i].removeprefix("frankly , ").removeprefix("honestly , ").split()[0] for i in contrast])
warned = np.isin(begins, ["although", "even", "despite"])  # the first word says which clause is taken back
cut = {}
for end, part in (("the first five", slice(5)), ("the last five", slice(-5, None))):
    found = right(last, (text.pad([rows[i][part] for i in contrast]), test.labels[contrast]))
    cut[end], cut[f"{end}, warned"] = float(found.mean()), float(found[warned].mean())
    print(f"{end}: {cut[end]:.2f}; where the review begins with although and its like {found[warned].mean():.2f}, "
          f"elsewhere {found[~warned].mean():.2f}")

# %% [markdown]
# To this network, which was trained on whole reviews, the first five words are worth no more than a coin: they often
# hold one clause of two, and say whether it counts only where *although* comes first. (One that is trained on first
# five words can learn to use that.) The last five are better. Where the review begins with *although* the last clause
# is the one that counts, and it is there. Elsewhere it may be the one that is taken back. Nothing warns you; the
# accuracy is lower than it could be. Look at the lengths before you choose one, and at a few rows after cutting.

# %%
# NBVAL_CHECK_OUTPUT
claim("the first five words are a coin, to within 15 points in 100", abs(cut["the first five"] - 0.5) < 0.15, cut)
claim("keeping the last words is better here, by more than five points in 100",
      cut["the last five"] > cut["the first five"] + 0.05, cut)
claim("where the review begins with although and its like, the last five get more than eight in ten right",
      cut["the last five, warned"] > 0.8, cut)

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
# <details><summary>Pairs and triples tell twins apart. Why do bags of them not solve the contrasts?</summary>
#
# In a contrast only the runs at the seams differ, such as *arrogant .* against *arrogant ,*. They tell which word
# stands by the comma, and not what is said of which clause; a bag adds up weights and cannot combine them. Longer
# runs would say more, and are rarer: in the test reviews one pair in sixteen never occurred in training, one triple
# in four, and of runs of five words almost two in three.
# </details>
#
# <details><summary>A tagger (equal lengths) reports that 0.93 of all positions are right. Nine in ten positions are padding.
# How many of the real words may be wrong?</summary>
#
# If all the padding is right, which is easy, 0.90 of the 0.93 is padding, and 0.03 of the remaining 0.10 is real
# words: three in ten right, seven in ten wrong. Padding has to be masked in the loss and in the score as well.
# </details>

# %% [markdown]
# ## Recap
#
# - You saw **text turned into vectors**: token → id → row of a table; `[UNK]` for what training never saw.
# - You saw **padding masked**: where the mask is False, $h_t = h_{t-1}$, and padding changes nothing;
#   `mask_zero=True` in plain Keras.
# - You **wrote** the bag of n-grams, the masked last state and the masked mean, if you did the exercises.
# - You **compared pooling**: the last state $h_T$, the mean $\frac1T\sum_t h_t$, the maximum over $t$, with $T$ the
#   last real step.
# - You **watched a verdict** form, $p_t = \sigma(h_t W_{hy} + b_y)$ after each word, and fail on patterns that it
#   never met.
# - You **measured against counting**, where order decides and where it does not.

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
#   how good counting is on short reviews, these among them; pairs of words add a point or so there, too.
# - Y. Goldberg (2016), *A Primer on Neural Network Models for Natural Language Processing*: sections 5 and 10,
#   embeddings and recurrent acceptors.
