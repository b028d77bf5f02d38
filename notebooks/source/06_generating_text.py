# %% [markdown]
# # 6 · Generating text, one character at a time
#
# A network reads the manual of Python and learns to go on with it: first letters, then spelling, then something
# that looks like documentation. You will measure how well, against honest rivals, and turn the knobs of chance.
#
# [![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)](https://colab.research.google.com/github/rnn-course/rnn-course/blob/v0.1.0/notebooks/06_generating_text.ipynb)
#
# | | |
# |---|---|
# | **You will be able to** | train a language model on characters · measure it in bits per character, and compare it with n-grams and a compressor · write the loop that generates text, the state carried from step to step · choose temperature, top-k and top-p, and say what each does to the probabilities |
# | **You need** | [notebook 3](03_architectures.ipynb): feeding an answer back; [notebook 5](05_one_to_many.ipynb): the shift by one |
# | **Time** | 45 minutes to read, about a minute and a half to run on two CPU cores |

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
import json

import numpy as np
from keras import ops

from utils import datasets, decoding, metrics, plotting, training
from utils.checks import claim
from utils.language_model import LanguageModel
from utils.ngrams import NGrams

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · Guessing the next character
#
# Cover a text with your hand and uncover it letter by letter. After `import o` you would bet on `s`. How well you
# bet shows how much you know of the language. A **language model** does the same: given everything so far, a
# probability for each character to be the next, $P(x_{t+1} \mid x_1 … x_t)$.
#
# Our text comes with every Python: its language reference, as `help()` shows it. The last tenth is held out.

# %%
document = datasets.text.python_docs()
train_text, test_text = datasets.text.split(document, held_out=0.1)
characters = datasets.text.Characters.of(document)
train_ids, test_ids = characters.encode(train_text), characters.encode(test_text)  # (time,) each
print(f"{len(train_text):,} characters to learn from, {len(test_text):,} held out, "
      f"{characters.size - 1} different ones\n")
print(train_text[1000:1300])

# %% [markdown]
# How good is a bet? Say the character that came had probability $p$. Then $\log_2 \frac1p$ is its **surprise in
# bits**: 0 if it was certain, 1 for a coin's toss, about 6.6 for one of 94 at random. The mean over a text is the
# model's **bits per character**, the length in yes-or-no answers to which one could shorten the text with this
# model. (The *perplexity*, $2^{\text{bits}}$, is the number of equally likely characters it seems to choose from.)
#
# A rival that we can build in our head: count which character follows which, two at a time. That is an **n-gram**
# model of order 2, with a context of one character. One of order 5 looks at four. How many bits will order 5 need?

# %%
my_prediction = 3.0

# %%
orders = range(1, 9)
ngram_bits = [NGrams.fit(train_ids, order, characters.size).bits_per_character(test_ids) for order in orders]
uniform = np.log2(characters.size - 1)
print(f"uniform {uniform:.2f};  n-grams of order 1 to 8:", np.round(ngram_bits, 2))
print(f"you said {my_prediction}, measured {ngram_bits[4]:.2f}")

# %% [markdown]
# Each further character of context helps, and each helps less. Contexts that never occurred in training teach
# nothing, so the model falls back on shorter ones (by the method of Kneser and Ney, whose counts are in
# `utils.ngrams`). It learns nothing that it has not seen letter for letter.
#
# Another rival is a compressor, LZMA: how many more bits does the held-out text cost, packed together with the
# training text? It finds repeated stretches, however long.

# %%
compressed = metrics.compressed_bits_per_character(train_text, test_text)
print(f"LZMA: {compressed:.2f} bits per character")

# %%
# NBVAL_CHECK_OUTPUT
half = NGrams.fit(np.array([1, 2] * 50), 1, 3)  # two characters, equally frequent
claim("a coin's toss costs one bit", abs(half.bits_per_character(np.array([1, 2, 2, 1])) - 1) < 0.05)
claim("every n-gram beats guessing at random by a bit and a half or more", max(ngram_bits) < uniform - 1.5)
claim("order 5 needs less than half the bits of order 1", ngram_bits[4] < ngram_bits[0] / 2, ngram_bits)

# %% [markdown]
# ## 2 · A network that reads
#
# Now the recurrent one. At each step it reads a character, moves its state, and scores all characters:
#
# $$h_t = \text{cell}(E[x_t],\, h_{t-1}) \qquad P(x_{t+1} \mid x_1 … x_t) = \text{softmax}(h_t W_{hy} + b_y)$$
#
# Its context is not a number of characters but whatever the state keeps. (The cell is again a GRU, which notebook 9
# opens.) We train on **windows** of 100 characters from random places; targets are the inputs, shifted by one.

# %%
window = datasets.text.windows(train_ids[:2000], 100)
print("inputs ", window.inputs.shape, repr(characters.decode(window.inputs[0][:30])))
print("targets", window.targets.shape, repr(characters.decode(window.targets[0][:30])))

# %% [markdown]
# While it learns, we stop now and then and let it write 60 characters. What will come first: words, spaces in the
# right places, or letters in the right proportion? Training takes about 50 seconds.

# %%
my_prediction = "words"

# %%
STEPS, BATCH, LENGTH = 2000, 16, 100
model = LanguageModel(characters.size, units=128, embedding=64, cell="gru")
model.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0), training.MaskedCrossEntropy())


def batch():
    """Windows from random places: inputs and targets, (batch, time) both."""
    starts = random.integers(0, len(train_ids) - LENGTH, BATCH)
    places = starts[:, None] + np.arange(LENGTH)
    return train_ids[places], train_ids[places + 1]


# %%
losses = []
for step in range(STEPS + 1):
    if step in (0, 50, 150, 500, STEPS):  # let it write
        wrote = decoding.generate(model, prompt=characters.encode("The "), length=60, temperature=0.7)[0]
        bits = metrics.bits_per_character(np.mean(losses[-50:])) if losses else uniform
        print(f"{step:5} steps, {bits:.2f} bits: {characters.decode(wrote.tokens)!r}")
    model.optimizer.learning_rate = training.learning_rate_at(step / STEPS, 5e-3)
    losses.append(float(model.train_on_batch(*batch())))

# %%
curve = metrics.bits_per_character(np.array(losses).reshape(-1)[: STEPS].reshape(-1, 20).mean(axis=1))
fig = plotting.lines({"network, in training": (np.arange(len(curve)) * 20 + 10, curve),
                      "n-gram of order 4, held out": ([0, STEPS], [ngram_bits[3]] * 2)},
                     x="training step", y="bits per character")
plotting.show(fig, alt="Bits per character in training fall from above six to below two, steeply in the first "
              "hundred steps and slowly after; on the way they pass the line of the n-gram of order 4.")

# %% [markdown]
# First the proportions and the spaces, then short words, then spelling, at last the turns of phrase of a manual.
# Nobody told it what a word is.

# %%
# NBVAL_CHECK_OUTPUT
first, last = metrics.bits_per_character(np.mean(losses[:10])), metrics.bits_per_character(np.mean(losses[-50:]))
claim("it begins near the bits of random guessing", abs(first - uniform) < 1.0, first)
claim("it ends below two bits and a half per character", last < 2.5, last)

# %% [markdown]
# ## 3 · The score on text it has not seen
#
# Now the held-out tenth, read once from beginning to end with the state carried along. Between which n-grams will
# the network land, after less than a minute of training?

# %%
my_prediction = "between orders 3 and 4"

# %%
nats = decoding.surprisal(model, test_ids)  # (time - 1,), one number a character
network_bits = metrics.bits_per_character(nats.mean())
better = [order for order, bits in zip(orders, ngram_bits, strict=True) if network_bits < bits]
print(f"network {network_bits:.2f}; better than the n-grams of order {better}; LZMA {compressed:.2f}")
print("you said", my_prediction)

# %%
with open("../benchmarks/characters.json", encoding="utf-8") as file:
    stored = json.load(file)
fig = plotting.bars({**{f"{n}-gram": bits for n, bits in zip(orders, ngram_bits, strict=True)},
                     "network": network_bits, "LZMA": compressed}, y="bits per character, held out")
plotting.show(fig, alt="Bits per character on held-out text. N-grams fall from 4.7 for order 1 to 1.7 for order 8. "
              "The network stands beside the n-grams of order 4 or 5, and the compressor needs least of all.")

# %% [markdown]
# After a minute of training the network is ahead of the n-grams that see three characters, and behind those that see more.
# That is less than one might hope, and there are two reasons. A minute is short. And a manual repeats itself, in whole
# phrases: whoever stores every phrase, as long n-grams and the compressor do, has an easy time. The network has 93,000
# numbers to put it all into.
#
# More time changes the order. A script trained a network of twice the units for ten minutes, on this text and on another,
# Shakespeare's plays (Tiny Shakespeare, one million characters): `python benchmarks/characters.py --text … --minutes 10`.

# %%
for name, line in stored.items():
    print(f"{name}: network {line['bits_per_character']:.2f}, best n-gram "
          f"{min(line['ngram_bits_per_character']):.2f}, LZMA {line['lzma_bits_per_character']:.2f}")

# %%
# NBVAL_CHECK_OUTPUT
claim("after a minute the network needs fewer bits than the n-grams of order 1 to 4, with up to three characters of context",
      network_bits < min(ngram_bits[:4]), network_bits)
for name, line in stored.items():
    claim(f"after ten minutes on {name} it needs fewer than every n-gram up to order 8",
          line["bits_per_character"] < min(line["ngram_bits_per_character"]), line["bits_per_character"])
claim("the compressor is ahead on the manual, which repeats itself, and behind on the plays, which do not",
      stored["python_docs"]["lzma_bits_per_character"] < stored["python_docs"]["bits_per_character"]
      and stored["shakespeare"]["lzma_bits_per_character"] > stored["shakespeare"]["bits_per_character"])

# %% [markdown]
# ## 4 · Carrying the state
#
# To write, the network reads its own last character, with the state it had. Here is the loop, in full. Each
# character costs one step, whatever came before, because everything before is in the state.

# %%
def go_on(prompt, length):
    """Reads a prompt, then always takes the most probable character."""
    states = model.start(1)
    scores, states = model.read(characters.encode(prompt)[None], states)  # (1, time, characters)
    written = []
    for _ in range(length):
        following = int(ops.argmax(scores[0, -1]))
        written.append(following)
        scores, states = model.read([[following]], states)  # one step, the state carried on
    return characters.decode(written)


continuation = go_on("The statement ", 60)
print(continuation)

# %% [markdown]
# One could also reread everything at each step: prompt, first character, prompt and two characters, and so on. The
# scores would be the same, and the price would grow with the square of the length. How many steps does it take to
# write 60 characters after a prompt of 14, carried and reread?

# %%
my_prediction = {"carried": 74, "reread": 74}

# %%
def all_at_once(line):
    return ops.convert_to_numpy(model(characters.encode(line)[None]))[0]


def in_pieces(line, cut):
    states = model.start(1)
    ids = characters.encode(line)[None]
    first, states = model.read(ids[:, :cut], states)
    second, _ = model.read(ids[:, cut:], states)
    return np.concatenate([first, second], axis=1)[0]


line = "The statement " + continuation
measured = {"carried": 14 + 60, "reread": sum(14 + n for n in range(60))}
print(f"you said {my_prediction}, counted {measured}")

# %% [markdown]
# The most probable character, always: the text soon runs in circles, because whoever never dares anything comes
# back to the same phrase. Section 5 brings chance in.

# %%
# NBVAL_CHECK_OUTPUT
gap = max(np.abs(in_pieces(line, cut) - all_at_once(line)).max() for cut in (1, 20, 60))
claim("carrying the state gives the scores of rereading the prefix, wherever one cuts", gap < 1e-4, gap)
greedy = decoding.generate(model, prompt=characters.encode("The statement "), length=60)[0]
claim("decoding.generate writes what our loop writes", characters.decode(greedy.tokens) == continuation)
claim("rereading would take more than thirty times as many steps", measured["reread"] > 30 * measured["carried"])

# %% [markdown]
# ## 5 · Temperature, top-k, top-p
#
# Draw the next character at random, with the model's own probabilities, and the text becomes lively, and wild: now
# and then an improbable character comes, and leads where the model has never been. Three knobs tame it:
#
# - **temperature** $T$: probabilities $\propto p^{1/T}$. Below 1 the probable becomes more probable, above 1 all
#   come closer to each other; $T \to 0$ is greedy;
# - **top-k**: only the $k$ most probable may be drawn;
# - **top-p**: only the fewest that together have probability $p$, few where the model is sure, many where it is not.

# %%
def soften(p, T):
    """Probabilities (characters,) at temperature T."""
    powered = p ** (1 / T)
    return powered / powered.sum()


scores, _ = model.read(characters.encode("The statement is ")[None], model.start(1))
p = ops.convert_to_numpy(ops.softmax(scores[0, -1]))  # what may follow "is "
top = np.argsort(-p)[:8]
rows = {"the model's": p, "T = 0.5": soften(p, 0.5), "T = 2": soften(p, 2.0),
        "top-k, k = 3": decoding.sampling_probabilities(np.log(p)[None], top_k=3)[0],
        "top-p, p = 0.5": decoding.sampling_probabilities(np.log(p)[None], top_p=0.5)[0]}
fig = plotting.matrix([row[top] for row in rows.values()], list(rows), [characters.decode([i]) for i in top],
                      x="next character", digits=2)
plotting.show(fig, alt="Probabilities of the eight most probable next characters in five rows. Temperature one half "
              "sharpens the model's row, temperature two flattens it; top-k leaves three, top-p a few.")

# %% [markdown]
# The **entropy** of a row, $\sum_i p_i \log_2 \frac1{p_i}$, says in bits how undecided it is. In which order will the
# texts below have it, from $T = 0.3$ to $T = 1.5$? And from which temperature on does spelling break?

# %%
my_prediction = 1.0

# %%
vocabulary = set(train_text.split())
entropies, spelled = {}, {}
for T in (0.3, 0.6, 1.0, 1.5):
    softened = [soften(row, T) for row in ops.convert_to_numpy(ops.softmax(model(test_ids[None, :400])[0]))]
    entropies[T] = float(np.mean([-(q * np.log2(q + 1e-12)).sum() for q in softened]))
    wrote = decoding.generate(model, prompt=characters.encode("The "), count=20, length=100, temperature=T, seed=seed)
    written = [word for one in wrote for word in characters.decode(one.tokens).split()[1:-1]]
    spelled[T] = float(np.mean([word in vocabulary for word in written]))
    print(f"T = {T}: entropy {entropies[T]:.2f} bits, {spelled[T]:.0%} of words are words of the training text")
    print("   ", repr(characters.decode(wrote[0].tokens[:80])))

# %%
wrote = decoding.generate(model, prompt=characters.encode("The "), length=240, temperature=0.7, seed=seed)[0]
fig = plotting.shaded_text(characters.decode(wrote.tokens), wrote.probabilities, columns=60)
plotting.show(fig, alt="Generated text, each character on a ground as dark as it was surprising. The dark ones stand "
              "mostly at the beginnings of words; the rest of a word, once begun, is hardly a surprise.")

# %% [markdown]
# The shading shows where the freedom is: at the beginnings of words. Once a word has begun, it is nearly decided.
# There is no best temperature. Low ones are correct and dull, high ones surprising and broken.

# %%
# NBVAL_CHECK_OUTPUT
claim("the higher the temperature, the higher the entropy", list(entropies.values()) == sorted(entropies.values()))
claim("the higher the temperature, the fewer real words, from 0.3 to 1.5 by more than 20 in 100",
      spelled[0.3] > spelled[1.5] + 0.2, spelled)
claim("temperature 1 leaves the probabilities as they are", np.allclose(soften(p, 1.0), p, atol=1e-6))
claim("top-k keeps three, top-p the fewest that reach one half",
      (rows["top-k, k = 3"] > 0).sum() == 3
      and (rows["top-p, p = 0.5"] > 0).sum() == int(np.argmax(np.cumsum(np.sort(p)[::-1]) >= 0.5)) + 1)

# %% [markdown]
# ## Where this goes wrong
#
# **Forgetting the state.** The loop looks right, it runs, and it writes rubbish: at each step the network starts
# from an empty state, and sees one character only. It has become an n-gram of order 2, and was not even trained
# to be one.

# %%
def forgetful(prompt, length):
    written = list(characters.encode(prompt))
    for _ in range(length):
        scores, _ = model.read([[written[-1]]], model.start(1))  # the mistake: a fresh state each time
        written.append(int(ops.argmax(scores[0, -1])))
    return characters.decode(written[len(prompt):])


print(repr(forgetful("The statement ", 60)))
fresh = ops.convert_to_numpy(ops.log_softmax(model(test_ids[:2000, None])[:, 0]))  # each character alone
forgetful_bits = metrics.bits_per_character(-fresh[np.arange(1999), test_ids[1:2000]].mean())
print(f"{forgetful_bits:.2f} bits per character, against {network_bits:.2f} with the state")

# %%
# NBVAL_CHECK_OUTPUT
claim("without its state the network needs at least a bit and a half more", forgetful_bits > network_bits + 1.5,
      forgetful_bits)

# %% [markdown]
# ## Check yourself
#
# <details><summary>A model needs 2 bits per character. How large is a text of 1,000 characters, packed with it?</summary>
#
# About 2,000 bits, 250 bytes, plus the model itself, which the receiver must have.
# </details>
#
# <details><summary>Why is greedy writing not the same as the most probable text?</summary>
#
# Each step takes the best character, but the best beginning may lead to a worse end. The most probable text of a
# given length would need a search over all continuations.
# </details>
#
# <details><summary>The model was trained on windows of 100 characters. Can it remember something from 300 back?</summary>
#
# It may: the state is carried on in use, and what a state keeps it can keep longer. But it was never taught to, for
# no gradient reached further back than 100 steps.
# </details>
#
# <details><summary>Would a larger temperature in training make the model more creative?</summary>
#
# There is no temperature in training. The loss asks for the true probabilities; temperature changes them
# afterwards, when one draws.
# </details>

# %% [markdown]
# ## Recap
#
# - You **trained a language model**: $P(x_{t+1} \mid x_1 … x_t)$ at each step, targets shifted by one.
# - You **measured it**: bits per character $= \frac1T \sum_t \log_2 \frac1{P(x_{t+1} \mid …)}$, perplexity $2^{\text{bits}}$,
#   on held-out text, against n-grams and LZMA.
# - You **wrote the loop**: read one character, carry the state, choose the next.
# - You **chose how to draw**: $p_i^{1/T} / \sum_j p_j^{1/T}$, the $k$ best, or the fewest with probability $p$.

# %% [markdown]
# ## Next
#
# [Notebook 7](07_generating_music.ipynb) gives the generator a wish to fulfil: a key, a mode, a metre.
#
# ## Further reading
#
# - C. Shannon (1951), *Prediction and Entropy of Printed English*: people guess the next letter; about one bit.
# - A. Karpathy (2015), *The Unreasonable Effectiveness of Recurrent Neural Networks*: the same, on larger texts.
# - R. Kneser, H. Ney (1995), *Improved Backing-off for M-gram Language Modeling*: the rival.
# - A. Holtzman et al. (2020), *The Curious Case of Neural Text Degeneration*: section 3, top-p and why.
