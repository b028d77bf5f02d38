# %% [markdown]
# # 5 · One to many: describing a picture
#
# One network looks at a picture and returns a vector. Another takes the vector and says a sentence. You will
# train them together, write the loop that lets them speak, and find out what a caption gets wrong.
#
# | What | Details |
# |---|---|
# | **You will be able to** | join a convolutional encoder to a recurrent decoder · train with `[START]`, `[END]` and teacher forcing · write greedy decoding as a loop · let a vector enter as the first state or at every step · score captions as a whole and attribute by attribute |
# | **You need** | [notebook 4](04_many_to_one.ipynb): tokens, padding, masks; convolutional layers, if only by name |
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

import numpy as np
from keras import layers, ops

from utils import datasets, decoding, metrics, plotting, text, training
from utils.checks import check_shape, claim, you_said
from utils.models import LanguageModel

# %% [markdown]
# ## 1 · Scenes, and what can be said of them
#
# A scene is a picture of 32 × 32 pixels with one or two objects, each with a size, a colour and a shape. The
# caption names them and, of two, how they lie to each other. So that there is one right caption for each picture,
# there is a rule: the larger object is named first; of two equally large ones the upper or, side by side, the left one.

# %%
scenes = datasets.scenes.make(8000, objects=(1, 2), seed=0)
never_together = {("red", "star"), ("blue", "ring"), ("green", "square")}
parts = datasets.scenes.split(scenes, test=400, validation=300, held_out=never_together)
train, validation, test, composition = parts
print(f"{len(train):,} to train, {len(validation)} to validate, {len(test)} to test, "
      f"{len(composition)} with a combination that training never shows")

# %%
fig = plotting.captioned(test.images[:8], test.captions[:8])
plotting.show(fig, alt="Eight small pictures on a dark ground with one or two coloured shapes each, and below "
              "each its caption, such as a large yellow star, or a large red circle above a small yellow circle.")

# %% [markdown]
# A caption is *exactly right* when every word is. Before any network: how far does one get without looking? Say of every
# picture the caption that is most common in training, or one drawn at random. What share is exactly right, with the better of
# the two? (With two sizes, six colours and six shapes there are 72 captions of one object, and about half of the pictures have
# two.)

# %%
my_prediction_1 = None  # share exactly right, a number from 0 to 1

# %%
commonest = max(set(train.captions), key=train.captions.count)
random = np.random.default_rng(seed)
drawn = [train.captions[i] for i in random.integers(len(train), size=len(test))]
blind = {name: metrics.caption_scores(said, test.captions)["exact"]
         for name, said in (("commonest", [commonest] * len(test)), ("drawn at random", drawn))}
different = len(set(train.captions))
print(f"{different:,} different captions in training; exactly right", blind)
you_said(my_prediction_1, max(blind.values()))

# %% [markdown]
# Hardly any. Most captions of two objects occur once, so they cannot be learned as a list. A sentence has to be
# *made*, word by word, from what is seen.

# %%
tokenizer = text.train_tokenizer(train.captions)
ids = tokenizer.encode(test.captions[:2], start=True, end=True)  # (batch, time)
print(tokenizer.size, "tokens:", *tokenizer.vocabulary[4:])
print(ids[0], *[tokenizer.vocabulary[i] for i in ids[0]])

# %%
# NBVAL_CHECK_OUTPUT
claim("without looking fewer than 3 captions in 100 are right", max(blind.values()) < 0.03, blind)
claim("no red star, blue ring or green square is in training, and all are in the last part",
      not any(train.has(colour=c, shape=s).any() for c, s in never_together)
      and all(composition.has(colour=c, shape=s).any() for c, s in never_together))
rows = tokenizer.encode(train.captions, start=True, end=True)
claim("each caption begins with [START] and has one [END], with nothing but padding behind it",
      bool((rows[:, 0] == text.START).all() and ((rows == text.END).sum(axis=1) == 1).all()
           and (np.sort(rows == text.PAD, axis=1) == (rows == text.PAD)).all()))

# %% [markdown]
# ## 2 · Two networks and a vector between them
#
# **The encoder** is a small convolutional network. Convolutions look for local patterns, an edge, a corner, a
# colour; pooling halves height and width (and *batch normalisation* keeps the numbers in between near 1); the last layer
# turns all of it into one vector of 128 numbers, $v$.
#
# **The decoder** is a *language model*: at each step it reads a word and gives each word of the vocabulary a
# probability to be the next. Its state $h_t$ knows the words so far, and to know the picture as well it reads $v$
# beside each word:
#
# $$h_t = \text{cell}([x_t; v V + c],\, h_{t-1}) \qquad P(\text{next} = w) = \text{softmax}(h_t W_{hy} + b_y)_w$$
#
# $x_t$ is the vector of the word said last; the matrix $V$ and the bias $c$ take $v$ to the size of a word vector, and
# $[a; b]$ is $a$ and $b$ end to end, 64 numbers here. $W_{hy}$ and $b_y$ turn the state into a score for each word $w$. The
# cell is a **GRU**. Notebook 9 opens it; until then read it as a simple RNN whose memory lasts longer. All this is
# `LanguageModel` in `utils/language_model.py`: an embedding, a GRU and a Dense layer.

# %%
def build(condition="input"):
    """Encoder, decoder, and both in one model: (images, words) → scores of the next word."""
    encoder = keras.Sequential([layers.Input((32, 32, 3))])
    for filters, pooled in ((16, True), (32, True), (64, False)):
        encoder.add(layers.Conv2D(filters, 3, padding="same"))  # (batch, 32, 32, 16), at last (batch, 8, 8, 64)
        encoder.add(layers.BatchNormalization(momentum=0.9))
        encoder.add(layers.ReLU())
        if pooled:
            encoder.add(layers.MaxPooling2D())
    encoder.add(layers.Flatten())  # (batch, 4096): keeps where things are
    encoder.add(layers.Dense(128, activation="relu"))  # (batch, 128): the vector v
    decoder = LanguageModel(tokenizer.size, units=128, embedding=32, condition=condition,
                            condition_size=128)
    images, words = layers.Input((32, 32, 3)), layers.Input((None,), dtype="int32")
    return encoder, decoder, keras.Model([images, words], decoder((words, encoder(images))))


# %% [markdown]
# In training we know the caption. The decoder reads its words one after another, beginning with `[START]`, and at
# each step has to say the *next*: **teacher forcing**, as in notebook 3. So inputs and targets are the same row of ids, shifted by
# one. How many targets has a caption of three words, such as *a large star*?

# %%
my_prediction_2 = None  # targets, a whole number

# %%
def shifted(captions):
    """What the decoder reads, and what it has to say: (captions, time) both."""
    rows = tokenizer.encode(captions, start=True, end=True)
    return rows[:, :-1], rows[:, 1:]


reads, says = shifted(["a large star"])
print("reads", *[tokenizer.vocabulary[i] for i in reads[0]])
print("says ", *[tokenizer.vocabulary[i] for i in says[0]])
you_said(my_prediction_2, says.shape[1])

# %% [markdown]
# The loss is $-\ln$ of the probability of the right word, in *nats*; padding at the end of a row is left out of it, by the
# *masked cross-entropy*. Both networks are trained
# together: the gradient of a wrong word flows back through the decoder's steps, into $v$, and on into the
# convolutions. Nobody tells the encoder what a star is. About a minute.

# %%
def learn(model, captions=shifted, epochs=8):
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * len(train) // 64)  # down to zero
    model.compile(keras.optimizers.Adam(rate, global_clipnorm=1.0), training.MaskedCrossEntropy())
    (x, y), (x_validation, y_validation) = captions(train.captions), captions(validation.captions)
    return model.fit([train.images, x], y, batch_size=64, epochs=epochs, verbose=0,
                     validation_data=([validation.images, x_validation], y_validation),
                     callbacks=[training.EpochLines()])


# %%
encoder, decoder, captioner = build()
history = learn(captioner)

# %%
fig = plotting.learning_curves(history, y="cross-entropy (nats per word)")
plotting.show(fig, alt="Training and validation loss fall over eight epochs, fast at first. The validation loss "
              "ends a little above the training loss.")

# %%
# NBVAL_CHECK_OUTPUT
vectors = encoder.predict(test.images, verbose=0)
check_shape(vectors, (400, 128))
check_shape(captioner([test.images[:2], ids[:, :-1]]), (2, ids.shape[1] - 1, tokenizer.size))
claim("three words have four targets: [END] has to be said too", says.shape[1] == 4,
      hint="the rows of `shifted` are encoded with start=True and end=True, and the caption has three words")
claim("the validation loss ends at less than half a nat per word",
      history.history["val_loss"][-1] < 0.5, history.history["val_loss"][-1])

# %% [markdown]
# ## 3 · Letting it speak
#
# Now nobody knows the caption. The decoder begins with `[START]`, takes the most probable next word, reads *that*,
# and goes on until it says `[END]`. Always taking the most probable word is called **greedy decoding**. `decoder.start` gives
# the first state, `decoder.read` goes on from a state and returns scores (the highest belongs to the most probable word)
# and the new state.

# %%
def describe(vector, limit=25):
    """The caption of one picture, from its vector (128,), word by word."""
    condition = vector[None]  # (1, 128), a batch of one
    states = decoder.get_initial_state(1, condition)
    word, said = text.START, []
    while len(said) < limit:
        scores, states = decoder.read([[word]], states, condition)  # (1, 1, vocabulary)
        word = int(ops.argmax(scores[0, -1]))
        if word == text.END:
            break
        said.append(word)
    return tokenizer.decode([said])[0]


print("wanted:", test.captions[1], "\nsaid:  ", describe(vectors[1]))

# %% [markdown]
# The package does the same for many pictures at a time. What share of 400 new pictures get exactly the right caption?
# (Without looking it was about one in a hundred.) We also score attribute by attribute: the first object said against the first
# one wanted, the second against the second; what is not said is wrong. (`check_images` refuses pictures of another size, or
# with values up to 255, and says what to do.)

# %%
my_prediction_3 = None  # share exactly right, a number from 0 to 1

# %%
def describe_all(images, encoder, decoder):
    vectors = encoder.predict(datasets.scenes.check_images(images, 32), verbose=0)
    found = decoding.generate(decoder, condition=vectors, length=25, end=text.END)
    return tokenizer.decode([one.tokens for one in found])


said = describe_all(test.images, encoder, decoder)
scores = metrics.caption_scores(said, test.captions)
print({name: round(rate, 2) for name, rate in scores.items()})
you_said(my_prediction_3, scores["exact"])

# %%
fig = plotting.captioned(test.images[:8], said[:8], expected=test.captions[:8])
plotting.show(fig, alt="The eight pictures from above with the network's captions; those that differ from the expected "
              "one are framed with dashes and marked with a cross. Wrong captions are well-formed sentences too.")

# %% [markdown]
# About six in ten. The sentences are nearly always well formed; grammar is easy. Where do the mistakes come from?

# %%
def score_of(count):
    """The score of pictures with so many objects."""
    chosen = [i for i, objects in enumerate(test.objects) if len(objects) == count]
    return metrics.caption_scores([said[i] for i in chosen], [test.captions[i] for i in chosen])


by_count = {count: score_of(count) for count in (1, 2)}
for count, rates in by_count.items():
    print(count, "object" if count == 1 else "objects", {name: round(rate, 2) for name, rate in rates.items()})
swapped = metrics.caption_scores(describe_all(test.images[::-1], encoder, decoder), test.captions)
print("pictures from the other end of the list:", {name: round(rate, 2) for name, rate in swapped.items()})

# %% [markdown]
# With one object nearly every caption is right, small stars included. With two, the shapes fail. So the encoder can see a
# shape; what it does not manage is to keep two of them, each with its place, in one vector. (Notebook 16 is to let the decoder
# look at one region at a time.)
#
# The last line is a control: each picture gets the caption of another one, and hardly any is right. What is left is what one
# can guess. So the decoder does not recite; it needs this picture's vector.

# %%
# NBVAL_CHECK_OUTPUT
claim("our loop says what decoding.generate says",
      [describe(vector) for vector in vectors[:5]] == said[:5],
      hint="`describe` hands the new state on at each step, and `vectors` are those of the encoder as it is now")
claim("half of the new pictures or more are described without a mistake", scores["exact"] > 0.5, scores)
claim("with the pictures swapped hardly any is", swapped["exact"] < 0.05, swapped)
claim("every caption is a sentence of the right form, right or wrong: more than 95 in 100",
      np.mean([datasets.scenes.attributes(caption) is not None for caption in said]) > 0.95)
claim("with one object nine captions in ten are right, and the shape of two is right less often by 20 in 100 or more",
      by_count[1]["exact"] > 0.9 and by_count[1]["shape"] > by_count[2]["shape"] + 0.2, by_count)

# %% [markdown]
# ## 4 · What it never saw
#
# In training there were red things and there were stars, but never a red star. What share of the shapes does a network that
# knows both get right when it meets one?

# %%
my_prediction_4 = None  # share of right shapes, a number from 0 to 1; a sixth would be guessing

# %%
new = composition[np.flatnonzero([len(objects) == 1 for objects in composition.objects])]
said_new = describe_all(new.images, encoder, decoder)
new_scores = metrics.caption_scores(said_new, new.captions)
print(f"{len(new)} pictures of one object in a new combination:",
      {name: round(rate, 2) for name, rate in new_scores.items() if name != "relation"})
you_said(my_prediction_4, new_scores["shape"])

# %%
fig = plotting.captioned(new.images[:4], said_new[:4], expected=new.captions[:4])
plotting.show(fig, alt="Four pictures of a single object in a combination that training never showed, and what the "
              "network says of them: the colour is right and the shape is another one.")

# %% [markdown]
# Size and colour are named as well as ever; the shape is right *less* often than a guess would be. A red star is called by a
# shape that has been seen in red. Is it the encoder that cannot see a star in red? Or the decoder, which has read *red* a
# thousand times and never *star* after it? We can ask: make the decoder say another colour first, with the same vector.

# %%
def shape_after(colour=None):
    """Share of right shapes when the decoder is made to say this colour (by default the true one) first."""
    objects = [objects[0] for objects in new.objects]
    begun = tokenizer.encode([f"a {one.size} {colour or one.colour}" for one in objects], start=True)  # (pictures, 4)
    condition = encoder.predict(new.images, verbose=0)
    scores, _ = decoder.read(begun, decoder.get_initial_state(len(begun), condition), condition)
    next_words = ops.convert_to_numpy(ops.argmax(scores[:, -1], axis=-1))
    return float(np.mean([tokenizer.vocabulary[i] == one.shape for i, one in zip(next_words, objects, strict=True)]))


shapes = {"its own colour": shape_after(), "white": shape_after("white"), "yellow": shape_after("yellow")}
print({f"after {colour}": round(share, 2) for colour, share in shapes.items()})

# %% [markdown]
# Made to call it white or yellow, the decoder goes on with *star* for about half of the red stars or more. So the vector
# does hold the shape, and it is the decoder that refuses: from captions alone it has learned that *star* does not follow *red*. A
# language model learns what is said, and that includes what never is. More combinations in training might help. Remember it
# when someone says that a network knows, or does not know, what a star is.

# %%
# NBVAL_CHECK_OUTPUT
claim("in combinations that were never seen size and colour are right nine times in ten",
      min(new_scores["size"], new_scores["colour"]) > 0.9, new_scores)
claim("and the shape less often than by guessing", new_scores["shape"] < 1 / 6, new_scores)
claim("made to say another colour first, the decoder names the same shapes right for more than three in ten",
      min(shapes["white"], shapes["yellow"]) > 0.3 > shapes["its own colour"], shapes)

# %% [markdown]
# ## 5 · Where the vector enters
#
# We let the decoder read $v$ at every step. The other way is to look once: make the *first state* of $v$,
# $h_0 = \tanh(v W + b)$, and from then on read words only. That is how the encoder–decoder of notebook 13 works. But then the
# state has to carry the picture through the whole sentence. Which is better, after eight epochs? (Think of the way back, too:
# through how many steps has the gradient of a wrong last word to go until it reaches the encoder?)

# %%
my_prediction_5 = None  # "at every step" or "first state"

# %%
with open("../benchmarks/captions.json", encoding="utf-8") as file:
    table = json.load(file)["entering"]["exact"]  # python benchmarks/captions.py: three seeds each
live = scores["exact"]
print(f"live {live:.2f}; stored", table)
you_said(my_prediction_5, max(table, key=lambda way: np.mean(table[way])))

# %%
fig = plotting.ladder(table, x="share of captions exactly right", digits=2)
plotting.show(fig, alt="Two rows of three dots. Reading the vector at every step gives more exact captions than "
              "making the first state of it, with each of the three seeds.")

# %% [markdown]
# Reading $v$ at every step is far better after eight epochs: between two and three times as many exact captions. (We did not
# train longer.) A likely reason: a wrong last word can correct the encoder directly at that step, while with the vector in
# the first state only, the correction has to travel back through all the words before it, as in notebook 2; and the state has
# to keep picture and words in the same 128 numbers. Translators met the same problem: notebook 13 has one thought vector in
# the first state, and notebook 14 lets the decoder look at every step.

# %%
# NBVAL_CHECK_OUTPUT
claim("in the table reading the vector at every step is better with every seed",
      min(table["at every step"]) > max(table["first state"]), table)
claim("the live row is near the table's", abs(live - np.mean(table["at every step"])) < 0.1, live)

# %% [markdown]
# ## Where this goes wrong
#
# The classic mistake of teacher forcing is to forget the shift: the decoder reads a word and has to say *the same*
# word. Shapes fit, training runs, and the loss is wonderful. Let us make it. About ten seconds.

# %%
def unshifted(captions):
    rows = tokenizer.encode(captions, start=True, end=True)
    return rows[:, :-1], rows[:, :-1]


wrong_encoder, wrong_decoder, wrong = build()
wrong_history = learn(wrong, unshifted, epochs=1)
nonsense = describe_all(test.images[:3], wrong_encoder, wrong_decoder)
print(nonsense[0][:60])

# %% [markdown]
# After one epoch the *validation* loss is lower than that of the right model after eight, and the decoder repeats itself: it
# has learned to copy its input. (`generate` never says `[START]`, so it takes the next best word, and copies that.) The symptom
# to remember is a loss that is *too good* beside output that is useless.

# %%
# NBVAL_CHECK_OUTPUT
claim("without the shift the loss after one epoch is below that of the right model after all its epochs",
      wrong_history.history["val_loss"][-1] < min(history.history["val_loss"]),
      hint="`history` is that of the right model; was its training cell interrupted, or run with fewer epochs?")
claim("and what it says is no caption", all(datasets.scenes.attributes(s) is None for s in nonsense))

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why does the decoder need [END]? Captions here are short.</summary>
#
# Because they are not equally short. Without [END] someone would have to say when to stop, from outside.
# </details>
#
# <details><summary>The encoder ends with Flatten and not with an average over the picture. What would change?</summary>
#
# An average keeps what was found and loses where. Left and right would be hard to tell beyond what one convolution sees at
# once; the shape and colour of one object could still be found together.
# </details>
#
# <details><summary>In training the decoder reads true words, in use its own. When does that hurt?</summary>
#
# After its first mistake: from then on it reads something that it has hardly met in training. Notebook 13
# calls this exposure bias and tries a remedy.
# </details>
#
# <details><summary>Six captions in ten are right: nearly all with one object, a quarter with two. Which number would you
# report?</summary>
#
# All three. The first depends on how many pictures of each sort there are in the test, and says nothing by itself about the
# pictures that someone else will bring.
# </details>

# %% [markdown]
# ## Recap
#
# - You **joined an encoder to a decoder**: picture → $v$ → words, trained together by the loss on words.
# - You **trained with teacher forcing**: inputs `[START] w₁ … wₙ`, targets `w₁ … wₙ [END]`, padding not counted.
# - You **wrote greedy decoding**: read, take the most probable word, read it, until `[END]`.
# - You **compared where the vector enters**: $h_0 = \tanh(vW + b)$, or $[x_t; vV + c]$ at each step.
# - You **scored captions**: exact, attribute by attribute, against swapped pictures, and on new combinations.

# %% [markdown]
# ## Next
#
# The decoder is a language model with something to talk about. [Notebook 6](06_generating_text.ipynb) takes the
# picture away and asks what such a model can write by itself.
#
# ## Further reading
#
# - O. Vinyals et al. (2015), *Show and Tell: A Neural Image Caption Generator*: section 3, the vector as first input.
# - A. Karpathy, L. Fei-Fei (2015), *Deep Visual-Semantic Alignments for Generating Image Descriptions*: section 3.2.
# - M. Tanti, A. Gatt, K. Camilleri (2018), *Where to put the image in an image caption generator*: this notebook's
#   section 5, at full length.
