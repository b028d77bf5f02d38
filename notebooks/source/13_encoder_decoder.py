# %% [markdown]
# # 13 · Encoder and decoder: a sentence through one vector
#
# You will build a network that reads an English sentence into a single vector and writes a French
# one out of it, and you will measure how its translations suffer as sentences grow longer.
#
# | What | Details |
# |---|---|
# | **You will be able to** | explain encoder, thought vector and decoder, and build them from GRU layers · write teacher forcing, a masked loss and greedy decoding, and train with them · measure a translator on sentences it has not seen, by BLEU and by length · say what feeding back, reversing the source and `[END]` change |
# | **You need** | recurrent layers and their states ([notebook 1](01_simple_rnn.ipynb); the GRU: [notebook 9](09_gru.ipynb)), embeddings and padding ([notebook 4](04_many_to_one.ipynb)), generating text step by step ([notebook 6](06_generating_text.ipynb)) |
# | **Time** | 50 minutes to read, 25 for the three exercises, about a minute and a half to run on two CPU cores |

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

# %% [markdown]
# The course corpus is the default. To see the same on photograph captions, Multi30k, set `corpus`
# in the next cell to `"multi30k:en-fr"` and `minutes` to a budget of a few minutes for each training;
# what only the course corpus has, a test set of long sentences, is then left out.

# %%
import json
import os
from functools import partial
from types import SimpleNamespace

import numpy as np
from keras import layers, ops

from utils import datasets, decoding, exercises, metrics, text, training
from utils.checks import check_close, check_shape, claim, you_said
from utils.models import Translator
from utils.training import MaskedCrossEntropy

corpus = os.environ.get("RNN_COURSE_CORPUS", "course")  # or "multi30k:en-fr"
minutes = float(os.environ.get("RNN_COURSE_MINUTES", 0)) or None  # budget of each training

# %% [markdown]
# ## 1 · A condition that is a sentence
#
# A generator of text is a recurrent network that predicts the next word, given the words before. It
# becomes a *conditioned* generator when its first state says what the text should be about. In a
# translator the condition is a sentence, and a second recurrent network makes a vector of it:
#
# - the **encoder** reads the source sentence, word by word. From its last state comes the **thought
#   vector**: all that the decoder gets to know of the source;
# - the **decoder** starts from the thought vector and writes the target sentence, word by word. It
#   begins with a special word, `[START]`, reads each word that it wrote, and stops by writing
#   another special word, `[END]`.

# %%
fig = plotting.encoder_decoder_diagram(
    ["she", "is", "not", "tired"], ["elle", "n'", "est", "pas", "fatiguée"]
)
plotting.show(fig, alt="An encoder reads she is not tired from left to right. One arrow, the "
              "thought vector, leads to the decoder, which begins with START, writes elle n' est "
              "pas fatiguée, reads back each word it wrote, and ends with END.")

# %% [markdown]
# Source and target need not have the same length, nor the same order of words, so a network that
# gives one output for each input will not do. Our sentences come from the course corpus: English and
# French made together by a grammar, so that the translations can be trusted.

# %%
pairs = datasets.bitext.load(corpus, download=True)
train, validation, test = pairs.split()
print({"training": len(train), "validation": len(validation), "test": len(test)})
if corpus == "course":
    for english, french in zip(train.source[:5], train.target[:5], strict=True):
        print(f"{english:45} {french}")

# %% [markdown]
# Words become numbers by two vocabularies, learned from the training sentences alone (at most 8,000
# words a side; here there are fewer). Four ids are reserved: 0 for padding, 1 for unknown words, 2 for
# `[START]` and 3 for `[END]`.

# %%
source_tokenizer = text.train_tokenizer(train.source, size=8000)
target_tokenizer = text.train_tokenizer(train.target, size=8000)
mine = ["the black cat sleeps .", "we are tired ."]
ids = source_tokenizer.encode(mine)  # (batch, source time)
print(ids)
print(f"{source_tokenizer.size:,} English and {target_tokenizer.size:,} French words")

# %% [markdown]
# Now the smallest translator, with 4 units, out of Keras layers. The encoder is one GRU. A Dense layer
# with a tanh, the **bridge**, turns the encoder's last state into the thought vector, which is the
# decoder's first state. (Cho and others, 2014, call it a summary and let the decoder read it at every
# step; Sutskever and others, 2014, hand it over once, as we do.) The decoder is a second GRU; two Dense
# layers make of each of its states a score for every French word.

# %%
def sketch(units):
    """A translator out of Keras layers; also returns these layers."""
    unit_size = keras.initializers.RandomNormal(stddev=1.0)
    encoder_words = layers.Embedding(source_tokenizer.size, units, unit_size, mask_zero=True)
    encoder = layers.GRU(units)  # returns its last state
    bridge = layers.Dense(units, activation="tanh")
    decoder_words = layers.Embedding(target_tokenizer.size, units, unit_size)
    decoder = layers.GRU(units, return_sequences=True)
    readout = layers.Dense(units, activation="tanh")
    output = layers.Dense(target_tokenizer.size)

    source = keras.Input((None,), dtype="int32")  # (batch, source time)
    before = keras.Input((None,), dtype="int32")  # (batch, target time): [START] and the words so far
    thought_vector = bridge(encoder(encoder_words(source)))  # (batch, units)
    states = decoder(decoder_words(before), initial_state=thought_vector)
    parts = encoder_words, encoder, bridge, decoder_words, decoder, readout, output
    return keras.Model([source, before], output(readout(states))), parts


by_hand, parts = sketch(4)

# %% [markdown]
# `Translator` of `utils.models` is this model, with a method that reads (`encode`), one that says a
# single word (`decoder.step`), and room for what notebook 14 adds (`attention`). Here it gets our
# layers' weights. The second sentence is shorter than the first and has been padded. Will its padding
# change its thought vector? (The encoder was made with `mask_zero=True`; an id of 0 is padding.)

# %%
my_prediction_1 = None  # "yes" or "no", in quotation marks

# %%
def as_translator(parts, units):
    """A `Translator` with the weights of a sketch; it multiplies its word vectors by √units."""
    model = Translator(source_tokenizer, target_tokenizer, units=units, attention=None,
                       bidirectional=False, tied=False)
    model.set_weights([weight / units**0.5 if isinstance(layer, layers.Embedding) else weight
                       for layer in parts for weight in layer.get_weights()])
    return model


tiny = as_translator(parts, 4)


def thought_of(model, sentences):
    """The decoder's first state, (batch, units); a decoder of one GRU has one layer and one state."""
    _, [[state]] = model.encode(model.encode_source(sentences))
    return ops.convert_to_numpy(state)


thought, alone = thought_of(tiny, mine), thought_of(tiny, mine[1:])  # the second without the first: no padding
print(f"in a batch {thought[1].round(3)}\nalone      {alone[0].round(3)}")
you_said(my_prediction_1, "no" if np.allclose(thought[1], alone[0], atol=1e-6) else "yes")

# %% [markdown]
# Padding is skipped: the encoder takes the mask, and a masked step hands the state on unchanged.
#
# From here on the decoder is a generator, one that begins with the thought vector. One step of it reads
# the word said last and the state, and returns a score for each word of the vocabulary, and the new
# state. **Greedy decoding** says the word of the highest score, reads it, says the next one, and so on.
# It begins by reading `[START]`, whose id is `text.START`. It stops when it has said `[END]`
# (`text.END`), which belongs to what was said: a sentence without it has been cut. And since nobody
# promises that a decoder ever says it, least of all an untrained one, it stops after `limit` words.
#
# **Your turn** (●●○, about ten minutes). Write that loop. `step(word, state)` is given one id and a state,
# and returns the scores, an array (words,), and the new state; `np.argmax` finds the place of the
# largest. Replace the last line and run the cell below it; `exercises.hint("greedy_translation")` gives
# a hint, another one each time, and `exercises.solution("greedy_translation")` shows ours. If you would
# rather read on, leave it: the notebook goes on with our solution.

# %%
def greedy_translation(state, step, limit):
    """The ids said, one after another, `[END]` included, at most `limit` of them."""
    raise NotImplementedError  # your turn


# %%
greedy_translation = exercises.check("greedy_translation", greedy_translation)

# %% [markdown]
# Now the steps are our decoder's: `decoder.step` takes a batch of words and the states, and returns scores
# and new states. (It also takes the encoder's `memory` and returns a third result; both are for notebook
# 14.)

# %%
def translate_by_hand(model, sentence, limit=20):
    """Greedy decoding of one sentence; the ids said."""
    memory, states = model.encode(model.encode_source([sentence]))

    def step(word, states):
        scores, states, _ = model.decoder.step(np.array([word]), states, memory)  # a batch of one
        return ops.convert_to_numpy(scores)[0], states

    return greedy_translation(states, step, limit)


print(target_tokenizer.tokens(translate_by_hand(tiny, mine[0])))

# %%
# NBVAL_CHECK_OUTPUT
check_shape(thought, (2, 4))
read = target_tokenizer.encode(["le chat noir", "nous"], start=True)  # (batch, target time)
check_close(ops.convert_to_numpy(tiny((ids, read))),
            ops.convert_to_numpy(by_hand([ids, read])), tolerance=1e-5)
claim("the thought vector of a sentence does not depend on its padding",
      np.allclose(thought[1], alone[0], atol=1e-6), hint="is the mask passed to every layer?")

# %% [markdown]
# Untrained, it babbles. How do we teach it?
#
# ## 2 · Teaching with the answer at hand
#
# While it learns, the decoder's own words are wrong, and reading them back would lead it further
# astray. **Teacher forcing** lets it read the *true* last word instead, whatever it said: each step
# is then a small classification, given a correct beginning. So the target sentence is used twice: as
# what the decoder should say, and, moved by one step, as what it reads. Two sentences, as they are to be
# said:

# %%
said = target_tokenizer.encode(["le chat noir dort .", "nous dormons ."], end=True)  # (batch, target time)
vocabulary = np.array(target_tokenizer.vocabulary)
print(said)
for row in said:
    print(*vocabulary[row])

# %% [markdown]
# **Your turn** (●○○, about five minutes). What does the decoder read, so that at each step it has read
# exactly the words before the one that it should say? The result is as long as what is said, and has one id
# for each step.

# %%
def shift_right(said):
    """What the decoder reads when it should say these ids, both (batch, target time)."""
    raise NotImplementedError  # your turn


# %%
shift_right = exercises.check("shift_right", shift_right)
read = np.array(shift_right(said), "int32")  # (batch, target time)
for row in range(len(said)):
    print("reads:", *vocabulary[read[row]], "\nsays: ", *vocabulary[said[row]])

# %% [markdown]
# (In the shorter row something is read where padding is to be said. It does no harm, because padding will
# not count.)
#
# The loss is the cross-entropy of the true next word, $-\log p(y_t \mid y_1 \dots y_{t-1}, x)$, where
# $x$ is the source and $y_t$ the word number $t$ of the target. The probability $p$ is the softmax of the
# scores $s_w$ of all words $w$, so that
#
# $$-\log p(y_t \mid \dots) = -\log \frac{e^{s_{y_t}}}{\sum_w e^{s_w}} = \log \sum_w e^{s_w} - s_{y_t}$$
#
# The loss of a batch is the mean over all its real words, in nats per word, `[END]` among them. Padding
# must not count, neither above the line of that mean nor below it: it is easy to predict, and there is
# much of it.
#
# **Your turn** (●●○, about ten minutes). Write the loss of a batch. Padding is where `said` is `text.PAD`.
# `np.take_along_axis(scores, said[..., None], axis=-1)[..., 0]` picks from the scores of each position
# that of the word to be said.

# %%
def masked_cross_entropy(scores, said):
    """Scores (batch, time, words), ids to say (batch, time) → nats per real word, a number."""
    raise NotImplementedError  # your turn


# %%
masked_cross_entropy = exercises.check("masked_cross_entropy", masked_cross_entropy)

# %% [markdown]
# `training.MaskedCrossEntropy` is this loss for Keras. (It takes the largest score away from all others
# first, which changes no probability and keeps $e^s$ a number.) Our tiny translator, untrained, is asked
# for the two sentences above:

# %%
scores = ops.convert_to_numpy(by_hand([ids, read]))  # (batch, target time, words)
ours, library = float(masked_cross_entropy(scores, said)), float(MaskedCrossEntropy()(said, scores))
print(f"ours {ours:.4f}, MaskedCrossEntropy {library:.4f}; "
      f"all words alike would cost {np.log(target_tokenizer.size):.4f}")

# %% [markdown]
# That is all that a translator needs for Keras's own `fit`: the ids of the source, what is read, what is to be said,
# and a loss that leaves out padding. So our sketch can learn, with 64 units, from 2,000 short pairs. (About fifteen
# seconds.)

# %%
def taught(name, reads, pairs):
    """A sketch whose decoder reads `reads(said)` where it should say `said`; its last loss, in nats per word."""
    keras.utils.set_random_seed(seed)
    model, parts = sketch(64)
    source = source_tokenizer.encode(pairs.source)  # (pairs, source time)
    said = target_tokenizer.encode(pairs.target, end=True)  # (pairs, target time)
    read = np.array(reads(said), "int32")
    model.compile(keras.optimizers.Adam(5e-3, global_clipnorm=1.0), MaskedCrossEntropy(), jit_compile=False)
    fitted = model.fit([source, read], said, batch_size=50, epochs=10, verbose=0,
                       callbacks=[training.EpochLines(name, every=5)])
    return as_translator(parts, 64), fitted.history["loss"][-1]


def short(part, count):
    """The first pairs with at most six English tokens."""
    return part[[n for n, english in enumerate(part.source) if len(english.split()) <= 6][:count]]


sketched, _ = taught("sketch", shift_right, short(train, 2000))

# %%
few = short(test, 200)
for english, translation in zip(few.source[:5], decoding.translate(sketched, few.source[:5]), strict=True):
    print(f"{english:45} {translation.text}")

# %% [markdown]
# It writes French, and of the source little comes through yet: 2,000 pairs are few.
#
# Now the real one, with 128 units, for five epochs: about a minute on two cores. The encoder is two GRUs, one
# reading from the first word and one from the last (section 4 shows why that helps); the bridge makes
# the thought vector, 128 numbers, of both last states. `training.fit` puts sentences of similar length
# into one batch, clips gradients that are too long ([notebook 2](02_backpropagation_through_time.ipynb)),
# lets the learning rate rise at first and then fall to the end, and prints a line for each epoch.
#
# This model differs from our sketch in one more way: it is **tied** (Press and Wolf, 2017). The matrix that
# holds the vectors of the French words is also the output layer's: the score of a word is the product of
# the read-out with that word's vector. What it learns by reading a word it need not learn again for saying
# it. Vectors of unit size would make such products too large, so they are stored $\sqrt{\text{units}}$
# times smaller and multiplied by as much where they are read: that is the √units of section 1.
#
# It does the same with the encoder's vectors, for another reason. Adam moves every number by about the learning rate,
# here at most 0.006, however large the number is. A vector of unit size needs hundreds of such steps to become
# another one, and a rare word gets few. Stored $\sqrt{128} \approx 11$ times smaller and multiplied by as much when
# it is read (Vaswani and others, 2017, do so), it begins the same, and each step moves it eleven times as far. What is
# that worth after three epochs, at this learning rate? A script trained the encoder with and without the
# multiplier, with three seeds (`python benchmarks/classroom.py`); "additive" is the decoder of notebook 14.

# %%
with open("../benchmarks/classroom.json", encoding="utf-8") as file:
    tables = json.load(file)
multiplied, unmultiplied = tables["scores"]["bleu"], tables["multipliers"]["bleu"]
factors = {name: float(np.mean(multiplied[name]) / np.mean(slow)) for name, slow in unmultiplied.items()}
for name, slow in unmultiplied.items():
    print(f"{name:9} BLEU with {np.mean(multiplied[name]):.1f}, without {np.mean(slow):.1f}: {factors[name]:.2f} times")

# %% [markdown]
# About a fifth more for either decoder, from a constant that changes nothing before training. (All four had the same
# learning rate. Without the multiplier a larger one might make up for some of it.)
#
# **BLEU** (Papineni and others, 2002) compares the words of a translation, and its pairs, triples and
# quadruples of words, with the reference, capitals or not. It takes the geometric mean of the four shares
# of hits (the fourth root of their product, so that one near zero pulls all down), and takes points off a
# translation that is too short. 100 is word for word; one wrong word in the middle of a sentence of
# eight leaves 7 of 8 words, 5 of 7 pairs, 3 of 6 triples and 1 of 5 quadruples, and so
# $100 \sqrt[4]{\tfrac78 \cdot \tfrac57 \cdot \tfrac36 \cdot \tfrac15} = 50$.
#
# Which BLEU will it reach on the test sentences, which it has never seen?

# %%
my_prediction_2 = None  # BLEU, a number from 0 to 100

# %%
translator = Translator(source_tokenizer, target_tokenizer, units=128, attention=None)
history = training.fit(translator, train, validation[:500], epochs=5, batch_size=128, learning_rate=6e-3,
                       minutes=minutes, seed=seed)

# %%
fig = plotting.learning_curves({"teacher forcing": history}, y="cross-entropy (nats per word)")
plotting.show(fig, alt="Training and validation loss fall together in the first epochs; later the "
              "validation loss flattens while the training loss goes on falling.")

# %% [markdown]
# The training loss is averaged *during* an epoch, while the model improves, the validation loss is
# measured at its end: that is why it lies lower at first. In the last epochs it lies above, for the
# model begins to know its training sentences by heart.
#
# Now BLEU. `metrics.evaluate` has a function translate the source sentences of the test pairs, and scores what comes
# back against their targets. That function is `decoding.translate` with our translator as its first argument, which
# is what `partial` makes of it.

# %%
result = metrics.evaluate(partial(decoding.translate, translator), test)  # greedily; BLEU from 0 to 100
score, translations = result.bleu, result.translations
shuffled = metrics.bleu([t.text for t in translations], result.references[::-1])
you_said(my_prediction_2, round(score, 1))
print(f"against the wrong references {shuffled:.1f}")
untrained, by_sketch = (metrics.evaluate(partial(decoding.translate, model), few).bleu
                        for model in (as_translator(sketch(64)[1], 64), sketched))
print(f"the sketch, on short sentences: {untrained:.1f} before training, {by_sketch:.1f} after")
shown = range(0, 8 if corpus == "course" else 0)  # of other corpora only scores are shown
for english, wanted, translation in [(test.source[n], test.target[n], translations[n]) for n in shown]:
    print(f"{english}\n    wanted {text.detokenize(wanted)}\n    said   {translation.text}")

# %% [markdown]
# Compare what was wanted and what was said. How many of the sentences are good French? That is the
# decoder's doing, which is a generator. And look at their *kind*: does a question stay a question, a
# negation a negation? We can count. Many words come through blurred, replaced by another word of their kind.
# Against the references of other sentences the score is close to zero, so what came through does depend on
# the source.

# %%
def kept(translations, sources, english, french):
    """Of the translations of sources with the English sign: the share with the French one, and of the others."""
    has = np.array([english in source.split() for source in sources])
    shown = np.array([french in translation.tokens for translation in translations])
    return float(shown[has].mean()), float(shown[~has].mean())


kinds = {"questions": kept(translations, test.source, "?", "?"),
         "negations": kept(translations, test.source, "not", "pas")}
for name, (share, others) in kinds.items():
    print(f"{name}: {share:.0%} stay what they are; {others:.1%} of the other sentences become such")

# %%
# NBVAL_CHECK_OUTPUT
rows = target_tokenizer.encode(["le chat noir dort .", "nous dormons ."], start=True, end=True)
claim("what is read and what is said are one row, from [START] on and from the first word on",
      np.array_equal(read, rows[:, :-1]) and np.array_equal(said, rows[:, 1:]),
      hint="what does exercises.check say of shift_right?")
claim("our loss and MaskedCrossEntropy agree: padding does not count", abs(ours - library) < 1e-4,
      (ours, library), hint="what does exercises.check say of masked_cross_entropy?")
if corpus == "course":
    claim("on held-out sentences the translator scores more than 20 BLEU", score > 20, score)
claim("against the wrong references it scores less than a third of that", shuffled < score / 3)
if corpus == "course":
    claim("of the questions at least nine in ten stay questions, of the negations at least nine in ten negations",
          min(share for share, _ in kinds.values()) > 0.9, kinds)
    claim("fewer than one in twenty of the others become such", max(other for _, other in kinds.values()) < 0.05, kinds)
claim("in the table the multiplier gains between a tenth and a third, with attention and without",
      all(1.1 < factor < 1.33 for factor in factors.values()), factors, stored="benchmarks/classroom.py")
if corpus == "course":
    claim("the sketch learns with Keras's own fit: on short sentences that are new from below 1 BLEU to above it",
          untrained < 1 < by_sketch, (untrained, by_sketch), hint="`taught` has to be given shift_right")

# %% [markdown]
# ## 3 · The bottleneck, as a picture
#
# What is in a thought vector? Sutskever and others (2014, figure 2) drew some as places in a plane: the two
# directions along which the vectors differ most, their **principal components**. Eight of ours, of sentences that
# differ in who sees whom, and how it is said:

# %%
kinds_of_saying = {"sees": "the {} sees the {} .", "saw": "the {} saw the {} .",
                   "does not see": "the {} does not see the {} .", "does … see?": "does the {} see the {} ?"}
who_sees = {"the doctor sees the girl": ("doctor", "girl"), "the girl sees the doctor": ("girl", "doctor")}
eight = [kind.format(*both) for both in who_sees.values() for kind in kinds_of_saying.values()]
thoughts = thought_of(translator, eight)  # (8, units)
around = thoughts - thoughts.mean(axis=0)
_, sizes, directions = np.linalg.svd(around, full_matrices=False)
share = sizes**2 / (sizes**2).sum()  # of the variance, along each direction
places = (around @ directions[:2].T).reshape(2, 4, 2)  # (who, kind, coordinate)
distances = np.linalg.norm(thoughts[:, None] - thoughts, axis=-1) + 1e9 * np.eye(8)
nearest = distances.argmin(axis=1)
same_roles = sum(n // 4 == other // 4 for n, other in enumerate(nearest))
print("nearest, of all 128 numbers:")
for n, other in enumerate(nearest):
    print(f"  {eight[n]:36} {eight[other]}")

# %%
fig = plotting.vector_map(
    {who: dict(zip(kinds_of_saying, of_who, strict=True)) for who, of_who in zip(who_sees, places, strict=True)},
    x=f"first component, {share[0]:.0%} of the variance", y=f"second component, {share[1]:.0%}",
)
plotting.show(fig, alt="Eight thought vectors as places in a plane, four kinds of sentence for each of two groups, "
              "the doctor sees the girl and the girl sees the doctor. In either group sees, saw and does not see lie "
              "close together and apart from the other group; the two questions lie apart from both.")

# %% [markdown]
# How many of the eight have a neighbour with the same roles, who sees whom? By chance it would be three in seven. The
# roles do come through; in the questions, with our seed, the form counts for more.
#
# And now the bottleneck.
#
# One vector of fixed size for every sentence, short or long: something has to give. If the vector is
# the bottleneck, the score must fall with the length of the source. We count its length in tokens, the
# full stop included. How much of the BLEU of sentences with fewer than six tokens will be left at
# eight or nine? (1 would be all of it: the vector is wide enough.)

# %%
my_prediction_3 = None  # BLEU of long sentences, divided by BLEU of short ones, a number from 0 to 1

# %%
asked = pairs.where("test_long") if corpus == "course" else test[:0]
everything = SimpleNamespace(source=[*test.source, *asked.source], target=[*test.target, *asked.target])
groups = metrics.evaluate(partial(decoding.translate, translator), everything).by_length((6, 8, 10, 13, 16, 20))
fraction = groups[2].bleu / groups[0].bleu  # 8 or 9 tokens, against fewer than 6

# %%
means, bleus = [group.mean_length for group in groups], [group.bleu for group in groups]
longest = max(len(ids) for ids in source_tokenizer.encode_rows(train.source))
fig = plotting.score_by_length(
    {"one thought vector": (means, bleus)}, counts=(means, [group.pairs for group in groups]),
    mark=(longest, "longest in training"),
)
plotting.show(fig, alt="BLEU falls steadily with the length of the source sentence, from its best "
              "value at five tokens to less than a tenth of it beyond the lengths seen in training.")
you_said(my_prediction_3, round(fraction, 2))

# %% [markdown]
# The falling line has two parts. Left of the marker all lengths occur in training, and still the score falls, at
# least up to eight or nine tokens. Right of it the sentences are longer than any that the model has learned from, and
# little is left. A vector that is too small would do this. So would errors that pile up, or too little training; this
# figure alone cannot tell them apart. Notebook 14 sets a model without the bottleneck beside one like this, after
# equally many epochs; and, on shorter sentences, each with the learning rate that suits it. Cho, Bahdanau and others
# drew such a picture in 2014, and it made them look for something better than one vector. (The grey bars say how many
# sentences stand behind each dot: where they are few, do not trust its exact height.)

# %%
# NBVAL_CHECK_OUTPUT
if corpus == "course":  # other corpora, and other budgets, have other thresholds
    claim("sentences of 8 or 9 tokens keep less than four fifths of the BLEU of short ones",
          fraction < 0.8, fraction,
          hint="the groups end at 6, 8 and 10 tokens: the first is `groups[0]`, 8 or 9 tokens `groups[2]`")
    claim("of the eight thought vectors at least four have a nearest neighbour with the same roles",
          same_roles >= 4, same_roles)
    claim("sentences of six or seven tokens score lower than shorter ones, and those of eight or nine lower again",
          bleus[0] > bleus[1] > bleus[2], bleus[:3])
    claim("beyond the training lengths less than a quarter is left", bleus[-1] < bleus[0] / 4, bleus)

# %% [markdown]
# ## 4 · Reading backwards
#
# Sutskever, Vinyals and Le (2014) found a remedy that costs nothing: let the encoder read the source
# from its last word to its first. On average a word is then as far from its translation as before, but
# the *first* words of both sentences come close together, so that the decoder finds a good beginning.
# They gained 4.7 BLEU on news sentences. (For three words in the same order, the distances 3, 3, 3
# become 1, 3, 5.) Ours have seven or eight words. Will it help here?

# %%
my_prediction_4 = None  # BLEU gained by reversing the source, a number; below 0 if it loses

# %% [markdown]
# One run would not tell: with another seed the same model scores a little more or less. So a script, `python
# benchmarks/classroom.py --table reading`, trained each reader with three seeds: an encoder of one GRU, 128 units,
# three epochs on the course corpus, with one learning rate for all. The results are stored in the same file. For
# comparison there is an encoder like ours, of two GRUs, which reads both ways. Each dot is a seed.

# %%
reading = tables["reading"]["bleu"]
gained = float(np.mean(reading["backwards"]) - np.mean(reading["forwards"]))
you_said(my_prediction_4, round(gained, 1))

# %%
both_ways = tables["scores"]["bleu"]["none"]  # the same model and budget, but for the two GRUs
fig = plotting.ladder({**reading, "both ways": both_ways})
plotting.show(fig, alt="BLEU of encoders that read forwards, backwards and both ways, a dot for each "
              "seed. All dots of reading backwards lie far to the right of reading forwards; those of "
              "reading both ways lie around them.")

# %% [markdown]
# All dots of *backwards* lie far to the right of all of *forwards*: turning the source around
# more than doubles the score, even for our short sentences. The likely reason is the one Sutskever gave:
# the decoder finds the first source words close by, begins well, and a sentence that begins well goes
# on well. It is a remedy for a symptom, though. The last words of the source are now the far ones, and
# the vector is as narrow as before. An encoder that reads both ways has both ends close by. In so short a
# training it does no better than the one that reads backwards, but then nobody had to find out which way
# round is better for these two languages.

# %%
# NBVAL_CHECK_OUTPUT
claim("with every seed, reading backwards beats reading forwards with any seed",
      min(reading["backwards"]) > max(reading["forwards"]), reading)
claim("on average it more than doubles the score",
      np.mean(reading["backwards"]) > 2 * np.mean(reading["forwards"]), reading)
claim("reading both ways, with every seed, beats reading forwards with any seed",
      min(both_ways) > max(reading["forwards"]), (both_ways, reading))
claim("but on average it lies within 2 BLEU of reading backwards",
      abs(np.mean(both_ways) - np.mean(reading["backwards"])) < 2, (both_ways, reading))

# %% [markdown]
# ## 5 · Learning from one's own mistakes
#
# Teacher forcing is comfortable: in training the decoder always continues a correct beginning. In use it has to
# continue its own. This gap is called **exposure bias** (Ranzato and others, 2016). Why not close it, and let the
# decoder read its own words in training as well? The same script (`--table feeding`) trained our model, 128 units and
# two GRUs in the encoder, for the same *time*, 24 seconds on one core, with the same learning rate, in three ways:
# with the true words; with a quarter of them, drawn by chance, replaced by what the decoder said; and with the
# decoder's own words only. Replacing some is called **scheduled sampling** (Bengio et al., 2015) when their share
# grows during training, from none at the start; here it stays at a quarter. Which comes first, second and third:
# *teacher forcing*, *a quarter fed back*, *all fed back*? (Each sees what the others do not: true words, its own
# mistakes, or some of both.)

# %%
my_prediction_5 = None  # the three names as a list, such as ["all fed back", …], the best first

# %%
feeding = tables["feeding"]["bleu"]
ranked = sorted(feeding, key=lambda name: -np.mean(feeding[name]))
you_said(my_prediction_5, ranked)

# %%
fig = plotting.ladder(feeding)
plotting.show(fig, alt="BLEU after equal time, three seeds each. Teacher forcing lies to the right of both "
              "others with every seed; a quarter fed back follows closely, and all fed back reaches about "
              "half.")

# %% [markdown]
# After so short a time none of the three translates well, but the comfortable way leads: by little before a quarter
# fed back, by a factor of about two before the decoder's own words only. Two reasons are likely. A decoder that reads
# its own words must be computed step by step, output layer and all, so fewer sentences fit into the time. And early
# in training its words are nearly random, so that it learns to continue nonsense. Our measurement says that reading
# one's own words is a bad way to *begin*, which is why scheduled sampling begins with the true words. Whether it
# helps a model that is already good, it does not say.

# %%
# NBVAL_CHECK_OUTPUT
claim("in equal time, teacher forcing with every seed beats both others with any seed",
      min(feeding["teacher forcing"])
      > max(feeding["a quarter fed back"] + feeding["all fed back"]), feeding)
claim("reading a quarter of its own words reaches more than three quarters of it",
      np.mean(feeding["a quarter fed back"]) > 0.75 * np.mean(feeding["teacher forcing"]), feeding)
claim("reading only its own words reaches less than half of it",
      np.mean(feeding["all fed back"]) < 0.5 * np.mean(feeding["teacher forcing"]), feeding)

# %% [markdown]
# ## 6 · When does a decoder stop?
#
# Nothing in a recurrent network knows that a sentence is over. It stops because `[END]` is a word like
# any other, which was the last one to say in every training sentence. What if it could not say it?
# The output layer adds a bias to the score of each word; we make that of `[END]` so low that it never
# wins. What happens after the full stop?

# %%
my_prediction_6 = None  # in words, in quotation marks

# %%
bias = translator.decoder.bias
learned = bias.numpy()
bias.assign(np.where(np.arange(len(learned)) == text.END, -1e9, learned))
endless = decoding.translate(translator, mine, max_length=30)
bias.assign(learned)
for translation in endless:
    print(translation.text)
you_said(my_prediction_6)

# %% [markdown]
# It has no idea what follows a full stop, for in training only `[END]` ever did. So it goes on until we
# stop it. With `[END]` back, does it know when to stop? Compare the lengths of translations and
# references; for comparison, with a guess that knows nothing of the source: always the usual length.

# %%
lengths_said = np.array([len(translation.tokens) for translation in translations])
wanted = np.array([len(ids) for ids in target_tokenizer.encode_rows(test.target)])
stopped = np.mean([translation.finished for translation in translations])
close = np.mean(np.abs(lengths_said - wanted) <= 1)
guessed = np.mean(np.abs(np.median(wanted) - wanted) <= 1)
print(f"{stopped:.1%} stopped by themselves, {close:.0%} within one token of the reference's length; "
      f"always guessing {np.median(wanted):.0f} tokens: {guessed:.0%}")

# %% [markdown]
# Nearly every translation stops by itself, and close to the right length, much closer than a guess
# would be. So when to stop is one of the things that came through the thought vector.

# %%
# NBVAL_CHECK_OUTPUT
spoken = decoding.translate(translator, mine[:1], max_length=20)[0]
claim("decoding.translate says what our loop says, and stops where it does",
      spoken.tokens == target_tokenizer.tokens(
          [number for number in translate_by_hand(translator, mine[0]) if number != text.END]),
      hint="greedy decoding reads each word that it said, and hands the new state on")
claim("without [END] it goes on to the limit, and beyond its first full stop",
      all(len(t.tokens) == 30 and "." in t.tokens[:-1] for t in endless),
      hint="the bias of [END] has to be low while `endless` is made, and as learned afterwards")
claim("with [END] at least 98 % stop by themselves", stopped >= 0.98, stopped)
if corpus == "course":
    claim("the lengths are within one token far more often than a guess would be",
          close > guessed + 0.15, (close, guessed))

# %% [markdown]
# ## Where this goes wrong
#
# The shift. Forget it, and let the decoder read the very word that it should say. The loss falls faster
# than ever, almost to zero, and the validation loss would too. The symptom appears only in use: the
# decoder has learned to repeat what it reads. The first word it reads is `[START]`, which
# `decoding.translate` forbids it to say, so it says anything, reads that, and repeats it to the end. Two
# translators learn from the same 320 pairs, one with your shift and one without. (About ten seconds.)

# %%
def with_reads(name, reads, pairs):
    """A translator whose decoder reads `reads(said)` where it should say `said`; and its last loss."""
    keras.utils.set_random_seed(seed)
    model = Translator(source_tokenizer, target_tokenizer, units=64, attention=None)
    source = model.encode_source(pairs.source)  # (pairs, source time)
    said = target_tokenizer.encode(pairs.target, end=True)  # (pairs, target time)
    read = np.array(reads(said), "int32")
    model.compile(keras.optimizers.Adam(1e-2), MaskedCrossEntropy(), jit_compile=False)
    fitted = model.fit((source, read), said, batch_size=32, epochs=8, verbose=0,
                       callbacks=[training.EpochLines(name, every=4)])
    return model, fitted.history["loss"][-1]


# %%
_, shifted_loss = with_reads("shifted", shift_right, train[:320])
cheating, loss = with_reads("unshifted", lambda said: said, train[:320])  # wrong on purpose
cheat = metrics.evaluate(partial(decoding.translate, cheating), test[:200])
cheated, repeated = cheat.bleu, cheat.translations
print(f"loss {loss:.2f}, BLEU {cheated:.1f}; it says {repeated[0].text[:60]!r}")

# %%
# NBVAL_CHECK_OUTPUT
claim("after as many epochs, a decoder that reads the answer has less than a tenth of the loss of one that does not",
      loss < shifted_loss / 10, (loss, shifted_loss),
      hint="`cheating` has to be given the same ids to read and to say; was the shift mended?")
claim("and translates nothing", cheated < 1, cheated)

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why is the thought vector all that the decoder gets to know of the source?</summary>
#
# The decoder's inputs are its first state and its own earlier words. The first state is computed from
# the encoder's last state; there is no other path from the source to the target.
# </details>
#
# <details><summary>With teacher forcing, may the decoder read the word it is about to say?</summary>
#
# No. At step t it reads the true word t - 1. Reading word t is the mistake of the last section.
# </details>
#
# <details><summary>A model has a low validation loss but translates badly. How can that be?</summary>
#
# The validation loss, too, is measured with the true words given. In use the model reads its own words,
# and one early mistake leads to states that it never met in training. Or the decoder reads the word
# that it should say: then the validation loss is low as well.
# </details>
#
# <details><summary>Would more units cure the bottleneck?</summary>
#
# They would move it. A larger vector holds more, but the weights between two vectors grow with the
# square of their size, and there is always a longer sentence. The cure is to stop squeezing the sentence
# through one vector.
# </details>

# %% [markdown]
# ## Recap
#
# - You **saw** the three parts built out of GRU layers: encoder $h_s = \text{GRU}(x_s, h_{s-1})$, thought
#   vector $d_0 = \tanh(W h_S + b)$, decoder $d_t = \text{GRU}(y_{t-1}, d_{t-1})$, with scores of the next
#   word made of $d_t$. You **wrote** greedy decoding. ($x_s$ and $y_t$ are the word vectors of
#   source and target, $S$ is the length of the source, $y_0$ stands for `[START]`.)
# - You **wrote** the two halves of teacher forcing: the shift, the true word $y_{t-1}$ in where $y_t$ is
#   wanted, and the loss, $-\log p(y_t \mid y_1 \dots y_{t-1}, x)$, padding masked.
# - You **measured** it by BLEU on sentences it had not seen, and by their length.
# - You **read** what reversing the source brings, and feeding back in equal time, and **saw** what a
#   decoder does without `[END]`.

# %% [markdown]
# ## Next
#
# The encoder had a state for every word, and we used only the last. [Notebook 14](14_attention.ipynb)
# keeps them all, and lets the decoder look.
#
# ## Further reading
#
# - I. Sutskever, O. Vinyals, Q. V. Le (2014), *Sequence to Sequence Learning with Neural Networks*:
#   section 3.3 on reversing; figure 3, where their large LSTM, reading backwards, does *not* suffer on
#   long sentences. What differs from our section 3?
# - D. Bahdanau, K. Cho, Y. Bengio (2015), *Neural Machine Translation by Jointly Learning to Align and
#   Translate*: the introduction, on what one vector has to hold.
# - K. Cho et al. (2014), *Learning Phrase Representations using RNN Encoder–Decoder*: section 2, the GRU,
#   and a decoder that reads the summary of the source at every step.
# - K. Cho, B. van Merriënboer, D. Bahdanau, Y. Bengio (2014), *On the Properties of Neural Machine
#   Translation: Encoder–Decoder Approaches*: BLEU by length, the picture of our section 3.
# - K. Papineni et al. (2002), *BLEU: a Method for Automatic Evaluation of Machine Translation*: section 2.
# - O. Press, L. Wolf (2017), *Using the Output Embedding to Improve Language Models*: tied weights.
# - S. Bengio et al. (2015), *Scheduled Sampling for Sequence Prediction*: section 2.4.
# - M. Ranzato et al. (2016), *Sequence Level Training with Recurrent Neural Networks*: section 1, which
#   names the exposure bias.
# - R. J. Williams, D. Zipser (1989), *A Learning Algorithm for Continually Running Fully Recurrent Neural
#   Networks*: where teacher forcing got its name.
