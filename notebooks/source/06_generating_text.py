# %% [markdown]
# # 6 · Generating text, one character at a time
#
# A network reads the manual of Python and learns to go on with it: first letters, then spelling, then something
# that looks like documentation. You will measure how well, against honest rivals, and turn the knobs of chance.
#
# | What | Details |
# |---|---|
# | **You will be able to** | train a language model on characters · measure it in bits per character, and compare it with n-grams and a compressor · write the loop that generates text, the state carried from step to step · choose temperature, top-k and top-p, and say what each does to the probabilities |
# | **You need** | [notebook 3](03_architectures.ipynb): feeding an answer back; [notebook 5](05_one_to_many.ipynb): the shift by one |
# | **Time** | 45 minutes to read, about a minute and a half to run on two CPU cores |

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
from keras import ops

from utils import datasets, decoding, metrics, plotting, text, training
from utils.baselines.ngrams import NGrams
from utils.checks import claim, you_said
from utils.models import LanguageModel

random = np.random.default_rng(seed)

# %% [markdown]
# ## 1 · Guessing the next character
#
# Cover a text with your hand and uncover it letter by letter. After `import o` you would bet on `s`. How well you
# bet shows how much you know of the language. A **language model** does the same: given everything so far, a
# probability for each character to be the next, $P(x_{t+1} \mid x_1 … x_t)$.
#
# Our text comes with nearly every Python: its language reference, as `help()` shows it. The last tenth is held out.
# (It differs a little between versions of Python, and so do the numbers below. To read Tiny Shakespeare instead, put
# `datasets.corpora.shakespeare("FOLDER")` in the place of `datasets.corpora.python_docs()`.)

# %%
document = datasets.corpora.python_docs()
train_text, test_text = datasets.corpora.split(document, held_out=0.1)
characters = text.Characters.of(document)
train_ids, test_ids = characters.encode(train_text), characters.encode(test_text)  # (time,) each
print(f"{len(train_text):,} characters to learn from, {len(test_text):,} held out, "
      f"{characters.size - 1} different ones\n")
print(train_text[1000:1300])

# %% [markdown]
# How good is a bet? Say the character that came had probability $p$. Then $\log_2 \frac1p$ is its **surprise in
# bits**: 0 if it was certain, 1 for a coin's toss, about 6.6 for one of 94 at random. The mean over a text is the
# model's **bits per character**: how many yes-or-no answers a character would cost if the text were packed with this
# model. (The *perplexity*, $2^{\text{bits}}$, is the number of equally likely characters it seems to choose from.)
#
# A rival that we can build in our head counts. After `th`, which characters came how often?

# %%
after = [train_text[i + 2] for i in range(len(train_text) - 2) if train_text[i : i + 2] == "th"]
print(f"after th, {len(after):,} times:", {c: round(after.count(c) / len(after), 2) for c in "eaio"})

# %% [markdown]
# That is an **n-gram** model: $P(c \mid \text{context}) \approx \text{count}(\text{context}\,c)\, /\, \text{count}(\text{context})$.
# One of order 3 has a context of two characters, as here; one of order 5 looks at four. (Where a context never occurred in
# training, it falls back on a shorter one, by the method of Kneser and Ney; `utils.baselines.ngrams` has the details.) Guessing at
# random takes 6.6 bits. How many will order 5 need?

# %%
my_prediction_1 = None  # bits per character, a number from 0 to 6.6

# %%
orders = range(1, 9)
ngram_bits = [NGrams.fit(train_ids, order, characters.size).bits_per_character(test_ids) for order in orders]
uniform = np.log2(characters.size - 1)
print(f"uniform {uniform:.2f};  n-grams of order 1 to 8:", np.round(ngram_bits, 2))
you_said(my_prediction_1, ngram_bits[4])

# %% [markdown]
# The first three or four characters of context help most, further ones little. What n-grams cannot do is see that `for` and
# `while` are alike: what was learned about one says nothing about the other.
#
# Another rival is a compressor, LZMA: how many more bits does the held-out text cost, packed together with the
# training text? It finds repeated stretches, however long. (And it may look back at the part of the held-out text that it
# has packed already, which the others may not.)

# %%
compressed = metrics.compressed_bits_per_character(train_text, test_text)
print(f"LZMA: {compressed:.2f} bits per character")

# %%
# NBVAL_CHECK_OUTPUT
half = NGrams.fit(np.array([1, 2] * 50), 1, 3)  # two characters, equally frequent
claim("a coin's toss costs one bit", abs(half.bits_per_character(np.array([1, 2, 2, 1])) - 1) < 0.05)
claim("every n-gram beats guessing at random by a bit and a half or more", max(ngram_bits) < uniform - 1.5,
      hint="n-grams learn from train_ids and are measured on test_ids; a text of your own has other numbers")
claim("the first four characters of context save more than five times as much as the next three",
      ngram_bits[0] - ngram_bits[4] > 5 * (ngram_bits[4] - ngram_bits[7]), ngram_bits)
claim("order 5 needs less than half the bits of order 1", ngram_bits[4] < ngram_bits[0] / 2, ngram_bits)

# %% [markdown]
# ## 2 · A network that reads
#
# Now the recurrent one. At each step it reads a character, moves its state, and scores all characters:
#
# $$h_t = \text{cell}(E[x_t],\, h_{t-1}) \qquad P(x_{t+1} \mid x_1 … x_t) = \text{softmax}(h_t W_{hy} + b_y)$$
#
# $E[x_t]$ is the vector of the character read, $h_t$ the state, and $W_{hy}$ and $b_y$ turn the state into a score for each
# character. The context is not a number of characters but whatever the state keeps. (The cell is again a GRU, which notebook
# 9 opens.) We train on **windows** of 100 characters from random places; targets are the inputs, shifted by one.
#
# The loss, the cross-entropy, is the mean surprise with the natural logarithm, in *nats*. Divided by $\ln 2$ it is in bits. So
# training lowers exactly the number that we measure.

# %%
STEPS, BATCH, LENGTH = 1500, 16, 100
model = LanguageModel(characters.size, units=128, embedding=64, cell="gru")
model.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0), training.MaskedCrossEntropy())


def batch():
    """Windows from random places: inputs and targets, (batch, time) both."""
    starts = random.integers(0, len(train_ids) - LENGTH, BATCH)
    places = starts[:, None] + np.arange(LENGTH)
    return train_ids[places], train_ids[places + 1]


inputs, targets = batch()
print("inputs ", inputs.shape, repr(characters.decode(inputs[0][:30])))
print("targets", targets.shape, repr(characters.decode(targets[0][:30])))

# %% [markdown]
# While it learns, we stop now and then, measure it on the first 10,000 held-out characters, and let it write 20 texts of 60
# characters (drawn at random, a little cautiously: section 5). We count which share of what it writes between two spaces are
# words of the training text. After how many of the 1,500 steps will that be more than half, if we look after 0, 50, 150, 500,
# 1,000 and 1,500? (Fifty steps are 800 windows of 100 characters.) All of it takes about a minute.

# %%
my_prediction_2 = None  # steps: 0, 50, 150, 500, 1000 or 1500

# %%
known = set(train_text.split())


def share_known(texts):
    """Share of known words; the first and last of each text may be cut off and do not count."""
    written = [word for one in texts for word in characters.decode(one.tokens).split()[1:-1]]
    return float(np.mean([word in known for word in written])) if written else 0.0


def examine(step):
    """Bits on held-out text, and words, after so many steps."""
    held[step] = metrics.bits_per_character(decoding.surprisal(model, test_ids[:10000]).mean())
    wrote = decoding.generate(model, prompt=characters.encode("The "), count=20, length=60, temperature=0.7)
    words[step] = share_known(wrote)
    print(f"{step:5} steps {held[step]:.2f} bits {words[step]:4.0%} words: {characters.decode(wrote[0].tokens)!r}",
          flush=True)


# %%
losses, held, words = [], {}, {}
for step in range(STEPS + 1):
    if step in (0, 50, 150, 500, 1000, STEPS):
        examine(step)
    elif step % 250 == 0:
        print(f"{step:5} steps, in training {metrics.bits_per_character(losses[-1]):.2f} bits", flush=True)
    model.optimizer.learning_rate = training.learning_rate_at(step / STEPS, 5e-3)  # up to 5e-3, down to 0
    model.reset_metrics()  # in some versions of Keras the loss is a running mean otherwise
    losses.append(float(model.train_on_batch(*batch())))
you_said(my_prediction_2, min((step for step, share in words.items() if share > 0.5), default=None))

# %%
curve = metrics.bits_per_character(np.array(losses).reshape(-1)[: STEPS].reshape(-1, 20).mean(axis=1))
order_4 = NGrams.fit(train_ids, 4, characters.size).bits_per_character(test_ids[:10000])
fig = plotting.lines({"in training": (np.arange(len(curve)) * 20 + 10, curve),
                      "on held-out text": (list(held), list(held.values())),
                      "n-gram of order 4": ([0, STEPS], [order_4] * 2)},
                     x="training step", y="bits per character")
plotting.show(fig, alt="Bits per character fall from above six, steeply in the first hundred steps and slowly after, in "
              "training and on held-out text; at the end both lie below the line of the n-gram of order 4, the "
              "held-out bits clearly above those in training.")

# %% [markdown]
# First letters and spaces in the right proportions, then short words, then spelling, at last the turns of phrase of a
# manual. Nobody told it what a word is.

# %%
# NBVAL_CHECK_OUTPUT
claim("untrained it needs the bits of random guessing, within three tenths", abs(held[0] - uniform) < 0.3, held[0])
claim("the bits on held-out text fall from each stop to the next", list(held.values()) == sorted(held.values())[::-1], held,
      hint="a second run of the training cell goes on with the same model: build it anew first")
claim("after 50 steps hardly one word in three is known, at the end more than two in three",
      words[50] < 1 / 3 and words[STEPS] > 2 / 3, words)

# %% [markdown]
# ## 3 · The score on text it has not seen
#
# Now the held-out tenth, read once from beginning to end with the state carried along. How many of the eight n-grams of
# section 1, whose bits are printed there, will the network beat after its 1,500 steps?

# %%
my_prediction_3 = None  # n-grams that it beats, a whole number from 0 to 8

# %%
nats = decoding.surprisal(model, test_ids)  # (time - 1,), one number a character
network_bits = metrics.bits_per_character(nats.mean())
better = [order for order, bits in zip(orders, ngram_bits, strict=True) if network_bits < bits]
print(f"network {network_bits:.2f} (perplexity {2**network_bits:.1f}); better than the n-grams of order {better}; "
      f"LZMA {compressed:.2f}")
you_said(my_prediction_3, len(better))

# %%
with open("../benchmarks/characters.json", encoding="utf-8") as file:
    stored = json.load(file)
fig = plotting.bars({**{f"{n}-gram": bits for n, bits in zip(orders, ngram_bits, strict=True)},
                     "network": network_bits, "LZMA": compressed}, y="bits per character, held out")
plotting.show(fig, alt="Bits per character on held-out text. N-grams fall from above 4 for order 1 to below 2 for order "
              "8, with hardly a step between orders 5 and 8. The network stands about level with these, and the compressor "
              "needs a little less.")

# %% [markdown]
# After 1,500 steps, a minute on our machine, the network is ahead of every n-gram with up to three characters of context, and
# about level with those that see four or more. That is less than one might hope, and one reason is that a minute is short. A
# script trained a network of twice the units for ten minutes on Shakespeare's plays (Tiny Shakespeare, a million characters):
# `python benchmarks/characters.py --text shakespeare --data DIR --minutes 10 --dropout 0.1`.

# %%
for name, line in stored.items():
    print(f"{name}: network {line['bits_per_character']:.2f}, best n-gram up to order 8 "
          f"{min(line['ngram_bits_per_character']):.2f}, LZMA {line['lzma_bits_per_character']:.2f}")

# %% [markdown]
# And what does the network do with its context? We let it read only the last $k$ characters, from an empty state, and put
# the n-gram with the same context beside it.

# %%
places = np.arange(3000)
reach = (1, 2, 3, 4, 5, 6, 7, 15, 30, 60)


def with_context(k):
    """Bits per character when only the last k characters before each are read."""
    windows = test_ids[100 + places[:, None] - np.arange(k, 0, -1)]  # (places, k)
    logits = ops.convert_to_numpy(model.predict(windows, batch_size=500, verbose=0)[:, -1])
    chosen = np.take_along_axis(ops.convert_to_numpy(ops.log_softmax(logits)), test_ids[100 + places, None], axis=1)
    return metrics.bits_per_character(-chosen.mean())


# %%
short = {k: with_context(k) for k in reach}
counted = {k: NGrams.fit(train_ids, k + 1, characters.size).surprisal(test_ids[: 100 + len(places)])
           for k in reach[:7]}
counted = {k: metrics.bits_per_character(nats[-len(places):].mean()) for k, nats in counted.items()}
fig = plotting.lines({"network, from an empty state": (list(short), list(short.values())),
                      "n-gram": (list(counted), list(counted.values()))},
                     x="characters of context", y="bits per character, held out")
plotting.show(fig, alt="Bits per character against characters of context, one to sixty. With few characters the n-gram needs "
              "fewer bits than the network, whose line falls more slowly, but goes on falling to fifteen and more.")

# %% [markdown]
# With very little context the counts are better: the network was hardly ever in that position while it learned. It goes on
# gaining where n-grams have stopped.

# %%
# NBVAL_CHECK_OUTPUT
claim("after 1,500 steps the network needs fewer bits than any n-gram with up to three characters of context",
      network_bits < min(ngram_bits[:4]), network_bits,
      hint="did the training cell of section 2 run to its end, after 1,500 steps?")
claim("and at most a quarter of a bit more than the best n-gram up to order 8", network_bits < min(ngram_bits) + 0.25,
      (network_bits, min(ngram_bits)))
line = stored["shakespeare"]
claim("after ten minutes on the plays it needs fewer than every n-gram up to order 8, and than LZMA",
      line["bits_per_character"] < min(*line["ngram_bits_per_character"], line["lzma_bits_per_character"]))
claim("with a single character of context counting is better", counted[1] < short[1], (counted[1], short[1]))
claim("from 7 characters of context to 30 the network gains more than a twentieth of a bit", short[30] < short[7] - 0.05, short)

# %% [markdown]
# ## 4 · Carrying the state
#
# To write, the network reads its own last character, with the state it had. Here is the loop, in full. `model.get_initial_state` gives the
# empty state; `model.read` goes on reading from a given one and returns scores and the new state. Each character costs one
# step, whatever came before, because everything before is in the state.

# %%
def go_on(prompt, length):
    """Reads a prompt, then always takes the most probable character; returns the text and the steps read."""
    ids, states = characters.encode(prompt)[None], model.get_initial_state(1)  # (1, time)
    written, steps = [], 0
    while True:
        scores, states = model.read(ids, states)  # (1, time, characters); the state is carried on
        steps += ids.shape[1]
        written.append(int(ops.argmax(scores[0, -1])))
        if len(written) == length:
            return characters.decode(written), steps
        ids = np.array([written[-1:]])  # its own last character


continuation, carried = go_on("The statement ", 60)
print(continuation)

# %% [markdown]
# One could also reread everything at each step: prompt, prompt and one character, prompt and two, and so on. The scores should
# be the same. How many steps does that take, for 60 characters after a prompt of 14? (Carried, it takes 14 for the prompt and
# one for each character but the last, 73.)

# %%
my_prediction_4 = None  # steps, a whole number

# %%
def reread(prompt, length):
    """The same, but everything is read again for each character."""
    written, steps = [], 0
    while len(written) < length:
        ids = np.concatenate([characters.encode(prompt), np.array(written, "int32")])[None]
        scores, _ = model.read(ids, model.get_initial_state(1))
        steps += ids.shape[1]
        written.append(int(ops.argmax(scores[0, -1])))
    return characters.decode(written), steps


again, rereading = reread("The statement ", 60)
print(f"carried {carried}, reread {rereading}")
you_said(my_prediction_4, rereading)

# %% [markdown]
# The text is the same and the price is not: it grows with the square of the length.
#
# Always the most probable character: soon the text runs in a circle. Nothing is left to chance, so once the state comes near
# to where it was, the same characters follow. Section 5 brings chance in.

# %%
line = "The statement " + continuation
states = model.get_initial_state(1)
pieces = []
for cut in (slice(0, 20), slice(20, 21), slice(21, None)):  # in three pieces, the state carried
    scores, states = model.read(characters.encode(line)[None, cut], states)
    pieces.append(ops.convert_to_numpy(scores))
gap = float(np.abs(np.concatenate(pieces, axis=1) - ops.convert_to_numpy(model(characters.encode(line)[None]))).max())

# %%
# NBVAL_CHECK_OUTPUT
claim("carrying the state gives the scores of reading all at once, wherever one cuts", gap < 1e-4, gap)
claim("rereading writes the same text", again == continuation,
      hint="both cells have to begin with the same prompt and the same model: run the first one again, too")
claim("and takes more than thirty times as many steps", rereading > 30 * carried, (carried, rereading))
greedy = decoding.generate(model, prompt=characters.encode("The statement "), length=60)[0]
claim("decoding.generate writes what our loop writes", characters.decode(greedy.tokens) == continuation)
long, _ = go_on("The statement ", 400)
claim("greedy writing ends in a circle: its last 20 characters occurred before", long[-20:] in long[:-20])

# %% [markdown]
# ## 5 · Temperature, top-k, top-p
#
# Draw the next character at random, with the model's own probabilities, and the text becomes livelier, and wilder: now
# and then an improbable character comes, and leads where the model has never been. Three knobs tame it. Each changes the
# probabilities and scales what is left so that it adds up to one:
#
# - **temperature** $T$: each probability is raised to the power $1/T$. Below 1 the probable becomes more probable, above 1
#   all come closer to each other; $T \to 0$ is greedy;
# - **top-k**: only the $k$ most probable may be drawn;
# - **top-p**: only the fewest that together have at least probability $q$, few where the model is sure, many where it is not.

# %%
def soften(p, T):
    """Probabilities (characters,) at temperature T."""
    powered = p ** (1 / T)
    return powered / powered.sum()


scores, _ = model.read(characters.encode("The statement is ")[None], model.get_initial_state(1))
p = ops.convert_to_numpy(ops.softmax(scores[0, -1]))  # what may follow "is "
top = np.argsort(-p)[:8]
rows = {"the model's": p, "T = 0.5": soften(p, 0.5), "T = 2": soften(p, 2.0),
        "top-k, k = 3": decoding.sampling_probabilities(np.log(p)[None], top_k=3)[0],
        "top-p, q = 0.5": decoding.sampling_probabilities(np.log(p)[None], top_p=0.5)[0]}
fig = plotting.matrix([row[top] for row in rows.values()], list(rows), [characters.decode([i]) for i in top],
                      x="next character", digits=2)
plotting.show(fig, alt="Probabilities of the eight most probable next characters in five rows. Temperature one half "
              "sharpens the model's row, temperature two flattens it; top-k leaves three, top-p a few.")

# %% [markdown]
# The **entropy** of a row, $\sum_i p_i \log_2 \frac1{p_i}$, says in bits how undecided it is. It rises with the temperature;
# we measure it on the first 400 held-out characters. What it does to the words we see in texts: up to which of the
# temperatures 0.3, 0.6, 1 and 1.5 are nine written words in ten words of the training text? (In section 2 it wrote at 0.7.)

# %%
my_prediction_5 = None  # a temperature: 0.3, 0.6, 1.0 or 1.5

# %%
beliefs = ops.convert_to_numpy(ops.softmax(model(test_ids[None, :400])[0]))  # (time, characters)
ways = {f"T = {T}": {"temperature": T} for T in (0.3, 0.6, 1.0, 1.5)} | {
    "top-k, k = 5": {"top_k": 5}, "top-p, q = 0.9": {"top_p": 0.9}}
entropies, spelled = {}, {}
for name, how in ways.items():
    drawn_from = decoding.sampling_probabilities(np.log(beliefs), **how)
    entropies[name] = float(-(drawn_from * np.log2(drawn_from + 1e-12)).sum(axis=-1).mean())
    wrote = decoding.generate(model, prompt=characters.encode("The "), count=20, length=100, seed=seed, **how)
    spelled[name] = share_known(wrote)
    print(f"{name:14} entropy {entropies[name]:.2f} bits, {spelled[name]:4.0%} known words",
          repr(characters.decode(wrote[0].tokens[:50])))
real = float(np.mean([word in known for word in test_text.split()]))
print(f"of the held-out text itself {real:.0%} are known words")
you_said(my_prediction_5, max((T for T in (0.3, 0.6, 1.0, 1.5) if spelled[f"T = {T}"] >= 0.9), default=None))

# %% [markdown]
# Low temperatures keep to known words, more than the manual itself does: they are safe, and dull. High ones are surprising
# and broken. Top-k and top-p cut off the long tail of improbable characters, which does most of the damage, and leave the
# rest as it is. There is no best setting; there is one for a purpose.
#
# Here is a longer text, each character on a ground as dark as it surprised the model (at temperature 1, however it was drawn).

# %%
wrote = decoding.generate(model, prompt=characters.encode("The "), length=240, temperature=0.7, seed=seed)[0]
print(characters.decode(wrote.tokens))
fig = plotting.shaded_text(characters.decode(wrote.tokens), wrote.probabilities, columns=60)
plotting.show(fig, alt="The text printed above, each character on a ground as dark as it was surprising. The dark ones "
              "stand mostly at the beginnings of words; the rest of a word, once begun, is hardly a surprise.")

# %% [markdown]
# The shading shows where the freedom is: at the beginnings of words. Once a word has begun, it is nearly decided. On the
# held-out text we can measure that:

# %%
letters = np.array([now.isalpha() for now in test_text])
begins, inside = letters[1:] & ~letters[:-1], letters[1:] & letters[:-1]  # (time - 1,), as nats
surprise = {name: float(metrics.bits_per_character(nats[where].mean()))
            for name, where in (("first letters", begins), ("later letters", inside))}
print({name: round(bits, 2) for name, bits in surprise.items()}, "bits")

# %%
# NBVAL_CHECK_OUTPUT
rising = [f"T = {T}" for T in (0.3, 0.6, 1.0, 1.5)]
claim("the higher the temperature, the higher the entropy",
      [entropies[T] for T in rising] == sorted(entropies[T] for T in rising), entropies)
claim("and the fewer known words: from 0.3 to 1.5 more than 20 in 100 fewer", spelled["T = 0.3"] > spelled["T = 1.5"] + 0.2,
      spelled)
claim("at temperature 0.3 more words are known than in the held-out text itself", spelled["T = 0.3"] > real,
      (spelled["T = 0.3"], real))
claim("top-k and top-p keep more known words than plain drawing does",
      min(spelled["top-k, k = 5"], spelled["top-p, q = 0.9"]) > spelled["T = 1.0"], spelled)
claim("our soften agrees with the package",
      np.allclose(soften(p, 0.5), decoding.sampling_probabilities(np.log(p)[None], temperature=0.5)[0], atol=1e-5))
claim("top-k keeps three, top-p the fewest that reach one half",
      (rows["top-k, k = 3"] > 0).sum() == 3
      and (rows["top-p, q = 0.5"] > 0).sum() == int(np.argmax(np.cumsum(np.sort(p)[::-1]) >= 0.5)) + 1)
claim("the first letter of a word takes at least twice the bits of a later one",
      surprise["first letters"] > 2 * surprise["later letters"], surprise)

# %% [markdown]
# ## Where this goes wrong
#
# **Forgetting the state.** The loop looks right, it runs, and it writes rubbish: at each step the network starts
# from an empty state, and sees one character only. It has become an n-gram of order 2, and one that was trained for
# that on one character in a hundred, the first of each window.

# %%
def forgetful(prompt, length):
    written = list(characters.encode(prompt))
    for _ in range(length):
        scores, _ = model.read([[written[-1]]], model.get_initial_state(1))  # the mistake: a fresh state each time
        written.append(int(ops.argmax(scores[0, -1])))
    return characters.decode(written[len(prompt):])


print(repr(forgetful("The statement", 60)))
fresh = ops.convert_to_numpy(ops.log_softmax(model(test_ids[:2000, None])[:, 0]))  # each character alone
forgetful_bits = metrics.bits_per_character(-fresh[np.arange(1999), test_ids[1:2000]].mean())
with_state = metrics.bits_per_character(nats[:1999].mean())
print(f"{forgetful_bits:.2f} bits per character, against {with_state:.2f} with the state, {ngram_bits[1]:.2f} for the 2-gram")

# %%
# NBVAL_CHECK_OUTPUT
claim("without its state the network needs at least a bit and a half more, and more than the n-gram of order 2",
      forgetful_bits > max(with_state + 1.5, ngram_bits[1]), forgetful_bits)

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
# no gradient reached further back than 100 steps, and states that old did not occur in training.
# </details>
#
# <details><summary>Would a larger temperature in training make the model more creative?</summary>
#
# No. One could divide the scores by T in training as well; the weights would adapt until the probabilities were right
# again, for that is what the loss asks. Temperature does something only where it comes afterwards.
# </details>

# %% [markdown]
# ## Recap
#
# - You **trained a language model**: $P(x_{t+1} \mid x_1 … x_t)$ at each step, targets shifted by one.
# - You **measured it**: bits per character $= \frac1N \sum_t \log_2 \frac1{P(x_{t+1} \mid …)}$, perplexity $2^{\text{bits}}$,
#   on held-out text, against n-grams and LZMA.
# - You **wrote the loop**: read one character, carry the state, choose the next.
# - You **chose how to draw**: $p_i^{1/T} / \sum_j p_j^{1/T}$, the $k$ best, or the fewest with probability $q$.

# %% [markdown]
# ## Next
#
# [Notebook 7](07_generating_music.ipynb) gives the generator a wish to fulfil: a key, a mode, a metre.
#
# ## Further reading
#
# - C. Shannon (1951), *Prediction and Entropy of Printed English*: people guess the next letter; 0.6 to 1.3 bits.
# - A. Karpathy (2015), *The Unreasonable Effectiveness of Recurrent Neural Networks*: the same, on larger texts.
# - R. Kneser, H. Ney (1995), *Improved Backing-off for M-gram Language Modeling*: the rival.
# - A. Holtzman et al. (2020), *The Curious Case of Neural Text Degeneration*: section 3, top-p and why.
