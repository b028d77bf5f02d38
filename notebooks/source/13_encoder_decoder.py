# %% [markdown]
# # 13 · Encoder and decoder: a sentence through one vector
#
# You will build a network that reads an English sentence into a single vector and writes a French
# one out of it, and you will measure where that vector becomes too small.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/rnn-course/rnn-course/blob/v0.1.0/notebooks/13_encoder_decoder.ipynb)
#
# | | |
# |---|---|
# | **You will be able to** | explain encoder, thought vector and decoder, and build them from GRU layers · train a decoder with teacher forcing and a masked loss · measure a translator on sentences it has not seen, by BLEU and by length · say what feeding back, reversing the source and `[END]` change |
# | **You need** | recurrent layers and their states (planned notebooks 01, 08 and 09), embeddings and padding (04), generating text word by word (06) |
# | **Time** | 50 minutes to read, about two minutes to run on two CPU cores |

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

# %% [markdown]
# The course corpus is the default. To see the same on photograph captions, Multi30k, set `corpus`
# to `"multi30k:en-fr"` and give each training a budget of a few minutes; what only the course
# corpus has, a test set of long sentences, is then left out.

# %%
import json
import os

import numpy as np
from keras import ops

from utils import datasets, decoding, metrics, text, training
from utils.checks import check_shape, claim
from utils.seq2seq import Translator
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
# - the **encoder** reads the source sentence, word by word. Its last state is the **thought
#   vector**: the only thing that the decoder learns of the source;
# - the **decoder** starts from the thought vector and writes the target sentence, word by word. It
#   begins with a special word, `[START]`, reads each word that it wrote, and stops by writing
#   another special word, `[END]`.

# %%
fig = plotting.encoder_decoder_diagram(
    ["the", "black", "cat", "sleeps"], ["le", "chat", "noir", "dort"]
)
plotting.show(fig, alt="An encoder reads the black cat sleeps from left to right. One arrow, the "
              "thought vector, leads to the decoder, which begins with START, writes le chat noir "
              "dort, reads back each word it wrote, and ends with END.")

# %% [markdown]
# Source and target need not have the same length, nor the same order of words, which no network of
# notebook 03's equal-length kind could manage. Our sentences come from the course corpus: English and
# French made together by a grammar, so that the translations can be trusted.

# %%
pairs = datasets.bitext.load(corpus, download=True)
train, validation, test = pairs.split()
print({"training": len(train), "validation": len(validation), "test": len(test)})
if corpus == "course":
    for english, french in zip(train.source[:5], train.target[:5], strict=True):
        print(f"{english:45} {french}")

# %% [markdown]
# Words become numbers by two vocabularies, learned from the training sentences alone. Four ids are
# reserved: 0 for padding, 1 for unknown words, 2 for `[START]` and 3 for `[END]`.

# %%
source_tokenizer = text.train_tokenizer(train.source, size=8000)
target_tokenizer = text.train_tokenizer(train.target, size=8000)
mine = ["the black cat sleeps .", "we are tired ."]
ids = source_tokenizer.encode(mine)  # (batch, source time)
print(ids, source_tokenizer.size, target_tokenizer.size)

# %% [markdown]
# Now the smallest translator: 4 units, untrained. The encoder is one GRU; a Dense layer, the
# **bridge**, turns its last state into the decoder's first. The second sentence is shorter and has
# been padded. Will its padding change its thought vector?

# %%
my_prediction = "no"  # or "yes"

# %%
tiny = Translator(source_tokenizer, target_tokenizer, units=4, attention=None, bidirectional=False)
_, thought = tiny.encode(ids)
thought = ops.convert_to_numpy(thought[0][0])  # (batch, units)
_, alone = tiny.encode(source_tokenizer.encode(mine[1:]))  # without padding
alone = ops.convert_to_numpy(alone[0][0])
print("in a batch", thought[1].round(3), "\nalone     ", alone[0].round(3))

# %% [markdown]
# Padding is skipped: the encoder takes the mask, and a masked step hands the state on unchanged.
#
# From here on the decoder is a generator. `decoder.step` takes the word said last and the state, and
# returns a score for each word of the vocabulary, and the new state. Greedy decoding takes the word of
# highest score, again and again. That is all there is to translating:

# %%
def translate_by_hand(model, sentence, limit=20):
    """Greedy decoding, one step at a time."""
    memory, states = model.encode(model.encode_source([sentence]))
    word, said = np.array([text.START]), []
    while len(said) < limit and word[0] != text.END:
        scores, states, _ = model.decoder.step(word, states, memory)
        word = ops.convert_to_numpy(ops.argmax(scores, axis=-1))
        said.append(int(word[0]))
    return said


print(target_tokenizer.tokens(translate_by_hand(tiny, mine[0])))

# %%
# NBVAL_CHECK_OUTPUT
check_shape(thought, (2, 4))
claim("the thought vector of a sentence does not depend on its padding",
      np.allclose(thought[1], alone[0], atol=1e-6), hint="is the mask passed to every layer?")
quick = decoding.translate(tiny, mine[:1], max_length=20)[0]
claim("decoding.translate says what our loop says",
      quick.tokens == target_tokenizer.tokens(translate_by_hand(tiny, mine[0])))

# %% [markdown]
# Untrained, it babbles. How do we teach it?
#
# ## 2 · Teaching with the answer at hand
#
# While it learns, the decoder's own words are wrong, and reading them back would lead it further
# astray. **Teacher forcing** lets it read the *true* last word instead, whatever it said: each step
# is then a small classification, given a correct beginning. So the target sentence is used twice,
# shifted by one: once as what the decoder reads, once as what it should say.

# %%
row = target_tokenizer.encode(["le chat noir dort ."], start=True, end=True)[0]
vocabulary = np.array(target_tokenizer.vocabulary)
print("reads:", *vocabulary[row[:-1]], "\nsays: ", *vocabulary[row[1:]])

# %% [markdown]
# The loss is the cross-entropy of the true next word, $-\log p(y_t \mid y_1 \dots y_{t-1}, x)$, averaged
# over all real words. Padding must not count: it is easy to predict and there is much of it. By hand,
# for one word of a batch that is half padding:

# %%
scores = np.array([[[0.0, 0.0, 0.0, 2.0], [5.0, 0.0, 0.0, 0.0]]], "float32")  # (batch, time, words)
true = np.array([[3, text.PAD]])  # the second position is padding
probability = np.exp(2) / (3 + np.exp(2))
print(f"by hand {-np.log(probability):.4f}, MaskedCrossEntropy {float(MaskedCrossEntropy()(true, scores)):.4f}")

# %% [markdown]
# Now train, with 128 units, for four epochs: about a minute on two cores. The encoder is two GRUs,
# one reading from the first word and one from the last (planned notebook 11); the thought vector is
# made of both last states. `training.fit` puts sentences of similar length into one batch, clips gradients (notebook 02) and
# prints a line for each epoch. BLEU counts how many words, pairs, triples and quadruples of words a
# translation shares with the reference: 0 is nothing, 100 is word for word.
#
# Which BLEU will it reach on the test sentences, which it has never seen?

# %%
my_prediction = 30  # BLEU

# %%
translator = Translator(source_tokenizer, target_tokenizer, units=128, attention=None)
history = training.fit(translator, train, validation[:500], epochs=4, learning_rate=4e-3,
                       minutes=minutes, seed=seed)

# %%
fig = plotting.learning_curves({"teacher forcing": history}, y="cross-entropy (nats per word)")
plotting.show(fig, alt="Training and validation loss fall together in the first epochs; later the "
              "validation loss flattens while the training loss goes on falling.")


# %%
def bleu(model, pairs):
    """BLEU of greedy translations, 0 to 100, and the translations."""
    translations = decoding.translate(model, pairs.source)
    references = [text.detokenize(sentence) for sentence in pairs.target]
    return metrics.bleu([translation.text for translation in translations], references), translations


score, translations = bleu(translator, test)
shuffled = metrics.bleu([t.text for t in translations], [text.detokenize(s) for s in test.target[::-1]])
print(f"you said {my_prediction}, measured {score:.1f}; against the wrong references {shuffled:.1f}")
for translation in decoding.translate(translator, mine):
    print(" ".join(translation.source_tokens), "→", translation.text)

# %% [markdown]
# Many words are right, and nearly all sentences are French; that is the decoder's doing, which is
# a good generator. But read closely: it likes to replace a word by another of its kind, one animal
# for another, one name for the next. The *kind* of sentence came through the vector, and its words
# came through blurred. Against the references of other sentences the score is close to zero: what
# came through does depend on the source.

# %%
# NBVAL_CHECK_OUTPUT
claim("the loss by hand and MaskedCrossEntropy agree: padding does not count",
      abs(float(MaskedCrossEntropy()(true, scores)) + np.log(probability)) < 1e-5)
if corpus == "course":
    claim("on held-out sentences the translator scores more than 18 BLEU", score > 18, score)
claim("against the wrong references it scores less than a third of that", shuffled < score / 3)

# %% [markdown]
# ## 3 · The bottleneck, as a picture
#
# One vector of fixed size for every sentence, short or long: something has to give. If the vector is
# the bottleneck, the score must fall with the length of the source. How much of the BLEU of five-word
# sentences will be left at ten words?

# %%
my_prediction = 0.5  # BLEU of long sentences, divided by BLEU of short ones

# %%
asked = pairs.where("test_long") if corpus == "course" else test[:0]
everything = [*test.source, *asked.source], [*test.target, *asked.target]
lengths = [len(ids) for ids in source_tokenizer.encode_rows(everything[0])]


def by_length(model):
    """BLEU of each group of test sentences of similar length."""
    said = [translation.text for translation in decoding.translate(model, everything[0])]
    references = [text.detokenize(sentence) for sentence in everything[1]]
    return metrics.bleu_by_length(said, references, lengths, edges=(6, 8, 10, 13, 16, 20))


groups = by_length(translator)
fraction = groups[2].bleu / groups[0].bleu

# %%
means, bleus = [group.mean_length for group in groups], [group.bleu for group in groups]
longest = max(len(ids) for ids in source_tokenizer.encode_rows(train.source))
fig = plotting.score_by_length(
    {"one thought vector": (means, bleus)}, counts=(means, [group.pairs for group in groups]),
    mark=(longest, "longest in training"),
)
plotting.show(fig, alt="BLEU falls steadily with the length of the source sentence, from its best "
              "value at five words to almost nothing beyond the lengths seen in training.")
print(f"you said {my_prediction}, measured {fraction:.2f}")

# %% [markdown]
# The falling line has two parts. Left of the marker all lengths occur in training, and still each
# further word costs: 128 numbers must hold more. Right of it the sentences are longer than any that
# the model has learned from, and hardly a word survives. This is the picture that made Bahdanau and his
# colleagues look for something better than one vector; notebook 14 is about what they found.

# %%
# NBVAL_CHECK_OUTPUT
claim("sentences of 8 or 9 words keep less than four fifths of the BLEU of short ones",
      fraction < 0.8, fraction)
if corpus == "course":
    claim("beyond the training lengths less than a quarter is left", bleus[-1] < bleus[0] / 4, bleus)

# %% [markdown]
# ## 4 · Reading backwards
#
# Sutskever, Vinyals and Le (2014) found a remedy that costs nothing: let the encoder read the source
# from its last word to its first. On average a word is then as far from its translation as before, but
# the *first* words of both sentences come close together, so that the decoder finds a good beginning.
# They gained 4.7 BLEU on news sentences. Ours have seven or eight words. Will it help here?

# %%
my_prediction = 0.0  # BLEU gained by reversing the source

# %% [markdown]
# One run would not tell: with another seed the same model scores a little more or less. So a script,
# `python benchmarks/classroom.py --table reading`, trained each reader with five seeds, all with an
# encoder of one GRU. Each dot is a seed.

# %%
with open("../benchmarks/classroom.json", encoding="utf-8") as file:
    tables = json.load(file)
reading = tables["reading"]["bleu"]
gained = float(np.mean(reading["backwards"]) - np.mean(reading["forwards"]))
print(f"you said {my_prediction:+.1f}, measured {gained:+.1f} BLEU")

# %%
fig = plotting.ladder(reading)
plotting.show(fig, alt="BLEU of encoders that read forwards and backwards, five dots each for five "
              "seeds. The dots of reading backwards all lie far to the right of the others.")

# %% [markdown]
# All five dots of one line lie above all five of the other: turning the source around about doubles
# the score, even for our short sentences. The decoder finds the first source words close by, begins
# well, and a sentence that begins well goes on well. It is a remedy for a symptom, though. The last
# words of the source are now the far ones, and the vector is as narrow as before. Our translator of
# section 2 reads both ways and has both ends close by.

# %%
# NBVAL_CHECK_OUTPUT
claim("with every seed, reading backwards beats reading forwards with any seed",
      min(reading["backwards"]) > max(reading["forwards"]), reading)
claim("on average it gains at least half as much again",
      np.mean(reading["backwards"]) > 1.5 * np.mean(reading["forwards"]), reading)

# %% [markdown]
# ## 5 · Learning from one's own mistakes
#
# Teacher forcing is comfortable: in training the decoder always continues a correct beginning. In use
# it has to continue its own. This gap is called **exposure bias**. Why not close it, and let the
# decoder read its own words in training as well? The same script trained the same model for the same
# *time*, 24 seconds on one core, in three ways: with the true words; with **scheduled sampling** (Bengio et al.,
# 2015), where each true word is replaced by the decoder's own with probability one quarter; and with
# the decoder's own words only.

# %%
my_prediction = ["teacher forcing", "scheduled sampling", "feeding back"]  # from best to worst

# %%
feeding = tables["feeding"]["bleu"]
ranked = sorted(feeding, key=lambda name: -np.mean(feeding[name]))
print("you said", my_prediction, "\nmeasured", ranked)

# %%
fig = plotting.ladder(feeding)
plotting.show(fig, alt="BLEU after equal time, three dots each. Teacher forcing lies far to the right, "
              "scheduled sampling at about half of it, feeding back only its own words lowest.")

# %% [markdown]
# In equal time the comfortable way wins by far: twice the score of scheduled sampling, three times
# that of feeding back. There are two reasons. A decoder that reads its own words must be computed step
# by step, output layer and all, so fewer sentences fit into the time. And early in training its words
# are nearly random, so each step learns to continue nonsense. Exposure bias is real, but it is a
# trouble of good models: nobody need fear their own mistakes before they can do better than chance.
# That is why scheduled sampling, as it was proposed, begins with the true words and mixes in the
# decoder's own later on.

# %%
# NBVAL_CHECK_OUTPUT
claim("in equal time, teacher forcing with every seed beats both others with any seed",
      min(feeding["teacher forcing"])
      > max(feeding["scheduled sampling"] + feeding["feeding back"]), feeding)
claim("feeding back only its own words reaches less than half",
      np.mean(feeding["feeding back"]) < 0.5 * np.mean(feeding["teacher forcing"]), feeding)

# %% [markdown]
# ## 6 · When does a decoder stop?
#
# Nothing in a recurrent network knows that a sentence is over. It stops because `[END]` is a word like
# any other, which was the last one to say in every training sentence. What if there were no such word?
# We forbid it, by giving it a score so low that it never wins. What happens after the full stop?

# %%
my_prediction = "it repeats the full stop"

# %%
bias = translator.decoder.bias
learned = bias.numpy()
bias.assign(np.where(np.arange(len(learned)) == text.END, -1e9, learned))
endless = decoding.translate(translator, mine, max_length=30)
bias.assign(learned)
for translation in endless:
    print(translation.text)

# %% [markdown]
# It has no idea what follows a full stop, for nothing ever did. So it goes on until we stop it. With
# `[END]` back, does it know when to stop? Compare the lengths of translations and references.

# %%
said = np.array([len(translation.tokens) for translation in translations])
wanted = np.array([len(ids) for ids in target_tokenizer.encode_rows(test.target)])
stopped = np.mean([translation.finished for translation in translations])
close = np.mean(np.abs(said - wanted) <= 2)
print(f"{stopped:.1%} stopped by themselves, {close:.0%} within two words of the reference's length")

# %%
# NBVAL_CHECK_OUTPUT
claim("without [END] no translation stops", not any(t.finished for t in endless))
claim("with [END] at least 98 % stop by themselves", stopped >= 0.98, stopped)
claim("four in five end within two words of the reference's length", close > 0.8, close)

# %% [markdown]
# ## Where this goes wrong
#
# The shift. Forget it, and let the decoder read the very word that it should say. The loss falls faster
# than ever, to almost zero, and every curve looks wonderful. The symptom appears only in use: the
# decoder has learned to repeat what it reads. It reads `[START]`, which it may not say, so it says
# anything, reads that, and repeats it to the end.

# %%
def teach_unshifted(model, pairs, steps=80):
    """Trains a decoder that reads what it should say; returns the last loss."""
    source = model.encode_source(pairs.source)
    target = model.target_tokenizer.encode(pairs.target, start=True, end=True)
    model.compile(keras.optimizers.Adam(1e-2), MaskedCrossEntropy(), jit_compile=False)
    random = np.random.default_rng(seed)
    for _ in range(steps):
        chosen = random.integers(len(source), size=64)
        loss = model.train_on_batch((source[chosen], target[chosen]), target[chosen])
    return float(loss)


cheating = Translator(source_tokenizer, target_tokenizer, units=64, attention=None)
loss = teach_unshifted(cheating, train[:500])
cheated, said = bleu(cheating, test[:200])
print(f"loss {loss:.2f}, BLEU {cheated:.1f}; it says {said[0].text!r}")

# %%
# NBVAL_CHECK_OUTPUT
claim("a decoder that reads the answer has a lower loss than ours ever had",
      loss < min(history.loss), loss)
claim("and translates nothing", cheated < 1, cheated)

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why is the thought vector the only thing that the decoder learns of the source?</summary>
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
# and one early mistake leads to states that it never met in training.
# </details>
#
# <details><summary>Would more units cure the bottleneck?</summary>
#
# They move it. A larger vector holds more, at a cost that grows with the square of its size, and there
# is always a longer sentence. The cure is not to squeeze the sentence through one vector at all.
# </details>

# %% [markdown]
# ## Recap
#
# - You **explained** the three parts: encoder $h_s = \text{GRU}(x_s, h_{s-1})$, thought vector
#   $d_0 = \tanh(W h_S + b)$, decoder $d_t = \text{GRU}(y_{t-1}, d_{t-1})$ with $p(y_t) =
#   \text{softmax}(V d_t)$, and **built** greedy decoding from single steps.
# - You **trained** it with teacher forcing: the true word $y_{t-1}$ in, $-\log p(y_t)$ out, padding
#   masked.
# - You **measured** it by BLEU on sentences it had not seen, and by length: the bottleneck.
# - You **compared** reversing, feeding back and scheduled sampling in equal time, and saw why a decoder
#   needs `[END]`.

# %% [markdown]
# ## Next
#
# The encoder had a state for every word, and we used only the last. [Notebook 14](14_attention.ipynb)
# keeps them all, and lets the decoder look.
#
# ## Further reading
#
# - I. Sutskever, O. Vinyals, Q. V. Le (2014), *Sequence to Sequence Learning with Neural Networks*:
#   section 3.3 on reversing, figure 3 on sentence length.
# - K. Cho et al. (2014), *Learning Phrase Representations using RNN Encoder–Decoder*: section 2, where
#   the GRU and the thought vector first appear together.
# - S. Bengio et al. (2015), *Scheduled Sampling for Sequence Prediction*: section 2.4.
# - R. J. Williams, D. Zipser (1989), *A Learning Algorithm for Continually Running Fully Recurrent Neural
#   Networks*: where teacher forcing got its name.
