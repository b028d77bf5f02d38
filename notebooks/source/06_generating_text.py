# %% [markdown]
# # 6 · Generating text, one character at a time
#
# A network reads the manual of Python and learns to go on with it: first letters, then spelling, then something
# that looks like documentation. You will measure how well, against honest rivals, and turn the knobs of chance.
#
# | What | Details |
# |---|---|
# | **You will be able to** | train a language model on characters · write its measure, bits per character, and compare it with n-grams and a compressor on the same text · carry the state from step to step, and see what a single unit of it follows · write temperature and top-p, and say what each does to the probabilities |
# | **You need** | [notebook 3](03_architectures.ipynb): feeding an answer back; [notebook 5](05_one_to_many.ipynb): the shift by one |
# | **Time** | 45 minutes to read, 25 more for the two exercises, about one minute to run on two CPU cores |

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

import numpy as np
from keras import layers, ops

from utils import datasets, decoding, exercises, experiments, metrics, text, training
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
# Our text comes with nearly every Python: its language reference, as `help()` shows it. Eight tenths are for learning.
# On the next tenth, the **validation** text, we choose whatever has to be chosen. The last tenth is the **test**: final
# scores are measured on all of it, and where we use another text, or a part of one, we say so. (The text differs a
# little between versions of Python, and so do the numbers below. To read Tiny Shakespeare instead, put
# `datasets.corpora.shakespeare("FOLDER")` in the place of `datasets.corpora.python_docs()`.)

# %%
document = datasets.corpora.python_docs()
train_text, test_text = datasets.corpora.split(document, held_out=0.1)
train_text, validation_text = datasets.corpora.split(train_text, held_out=1 / 9)
characters = text.Characters.of(document)
train_ids, validation_ids, test_ids = map(characters.encode, (train_text, validation_text, test_text))  # (time,) each
print(f"{len(train_ids):,} characters to learn from, {len(validation_ids):,} to validate, {len(test_ids):,} to test, "
      f"{characters.size - 1} different ones\n")  # id 0 is padding, and never occurs
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
# That is an **n-gram** model: $P(x_{t+1} \mid \text{context}) \approx \text{count}(\text{context}\,x_{t+1})\, /\,
# \text{count}(\text{context})$. One of order 3 has a context of two characters, as here; one of order 5 looks at four.
# A plain share would be zero for what was never seen. So each order takes a little from all its counts and gives it to
# the next shorter context, which is always mixed in: *interpolated* Kneser–Ney smoothing, in the form of Chen and
# Goodman (`utils.baselines.ngrams`).

# %%
orders = range(1, 11)


def ngram(order, ids):
    """Bits a character of an n-gram model on a text; the first character, which has nothing before it, does not count."""
    counted = NGrams.fit(train_ids, order, characters.size)
    return metrics.bits_per_character(counted.surprisal(ids)[1:].mean())  # surprisal is in nats; this divides by ln 2


uniform = np.log2(characters.size - 1)
print(f"at random {uniform:.2f};  n-grams of order 1, 2, 3:", [round(ngram(order, test_ids), 2) for order in (1, 2, 3)])

# %% [markdown]
# Each further character of context helps. How many bits will order 10 need, with nine characters of context? (A stretch
# of nine characters often does not occur a second time.)

# %%
my_prediction_1 = None  # bits per character, a number from 0 to 6.6

# %%
ngram_bits = {order: ngram(order, test_ids) for order in orders}
on_validation = {order: ngram(order, validation_ids) for order in orders}
best_order = min(on_validation, key=on_validation.get)  # chosen on validation
print("orders 1 to 10:", [round(bits, 2) for bits in ngram_bits.values()], f"best on validation: order {best_order}")
you_said(my_prediction_1, ngram_bits[10])

# %% [markdown]
# The first three or four characters of context help most, further ones little. What n-grams cannot do is see that `for`
# and `while` are alike: what was learned about one says nothing about the other.
#
# Another rival is a compressor, LZMA: how many more bits does the test text cost, packed together with the
# training text? It finds repeated stretches, however long. (And it may look back at the part of the test text that it
# has packed already, which the others may not.)

# %%
compressed = metrics.compressed_bits_per_character(train_text, test_text)
print(f"LZMA: {compressed:.2f} bits per character")

# %%
# NBVAL_CHECK_OUTPUT
half = NGrams.fit(np.array([1, 2] * 50), 1, 3)  # two characters, equally frequent
claim("a coin's toss costs one bit", abs(half.bits_per_character(np.array([1, 2, 2, 1])) - 1) < 0.05)
claim("every n-gram beats guessing at random by a bit and a half or more", max(ngram_bits.values()) < uniform - 1.5,
      hint="n-grams learn from train_ids and are measured on test_ids; a text of your own has other numbers")
claim("the first four characters of context save more than twenty times as much as the next five",
      ngram_bits[1] - ngram_bits[5] > 20 * (ngram_bits[5] - ngram_bits[10]), ngram_bits)
claim("order 5 needs less than half the bits of order 1", ngram_bits[5] < ngram_bits[1] / 2, ngram_bits)

# %% [markdown]
# ## 2 · A network that reads
#
# Now the recurrent one. At each step it reads a character, moves its state, and scores all characters:
#
# $$h_t = \text{cell}(E[x_t],\, h_{t-1}) \qquad P(x_{t+1} \mid x_1 … x_t) = \text{softmax}(h_t W_{hy} + b_y)$$
#
# $E[x_t]$ is the vector of the character read, $h_t$ the state, and $W_{hy}$ and $b_y$ turn the state into a score for
# each character. The context is not a number of characters but whatever the state keeps. (The cell is again a GRU,
# which notebook 9 opens.) In Keras that is one layer each for $E$, the cell and the scores, and here is the whole
# network:

# %%
network = keras.Sequential([
    layers.Input((None,), dtype="int32"),  # (batch, time)
    layers.Embedding(characters.size, 64, embeddings_initializer=keras.initializers.RandomNormal(stddev=1.0)),
    layers.GRU(128, return_sequences=True),  # (batch, time, 128): the state after each character
    layers.Dense(characters.size)])  # (batch, time, characters): scores
print(f"{network.count_params():,} parameters")

# %% [markdown]
# It learns from **windows**, and at each place the target is the next character: the inputs, shifted by one.

# %%
window = characters.encode("The import statement")
inputs, targets = window[None, :-1], window[None, 1:]  # (batch, time)
print("inputs ", repr(characters.decode(inputs[0])))
print("targets", repr(characters.decode(targets[0])))
scores = ops.convert_to_numpy(network(inputs))  # (batch, time, characters)
print("scores ", scores.shape)

# %% [markdown]
# **Your turn** (●○○, about ten minutes). From scores and targets, the measure of section 1: bits per character, and the
# perplexity. At each place the scores become probabilities by the softmax over the characters, $p_i = e^{s_i} / \sum_j
# e^{s_j}$. Of these, the one of the character that came counts: its surprise is $\log_2 \frac1p$. The mean over all
# places of all windows is the first number to return, and the perplexity, 2 to the power of it, the second.
# `np.take_along_axis(p, targets[:, :, None], axis=-1)` picks out what the targets name. Replace the last line and run
# the cell below it, which tries your function on inputs drawn anew and says what is wrong.
# `exercises.hint("bits_per_character")` gives a hint, another one each time, and
# `exercises.solution("bits_per_character")` shows ours. If you would rather read on, leave it: the notebook goes on
# with our solution.

# %%
def bits_per_character(scores, targets):
    """Scores (batch, time, characters), ids (batch, time) → mean bits, and the perplexity."""
    raise NotImplementedError  # your turn


# %%
bits_per_character = exercises.check("bits_per_character", bits_per_character)

# %% [markdown]
# Training lowers exactly this number. The usual loss, the cross-entropy, is the same mean with the natural logarithm,
# in *nats*; divided by $\ln 2$ it is in bits. Here is the loop in full: 1,000 steps, each with 32 windows of 100
# characters from random places. (The learning rate rises to $8 \cdot 10^{-3}$ and falls to 0. Section 3 says where this
# number comes from.)
#
# While it learns, we stop now and then, measure it on the validation text, and let it write 20 texts of 60 characters
# (drawn at random, a little cautiously: section 6). We count which share of what it writes between two spaces are words
# of the training text (a single letter or a sign counts, if the training text has it). After how many of the 1,000
# steps will that be more than half, if we look after 0, 25, 100, 300, 600 and 1,000? (25 steps are 800 windows of 100
# characters.) All of it takes about half a minute.

# %%
my_prediction_2 = None  # steps: 0, 25, 100, 300, 600 or 1000

# %%
STEPS, BATCH, LENGTH = 1000, 32, 100
model = LanguageModel(characters.size, units=128, embedding=64, cell="gru")  # the same layers: see below
known = set(train_text.split())


def batch():
    """Windows from random places: inputs and targets, (batch, time) both."""
    starts = random.integers(0, len(train_ids) - LENGTH, BATCH)
    places = starts[:, None] + np.arange(LENGTH)
    return train_ids[places], train_ids[places + 1]


def share_known(texts):
    """Share of known words; the first and last of each text may be cut off and do not count."""
    written = [word for one in texts for word in characters.decode(one.tokens).split()[1:-1]]
    return float(np.mean([word in known for word in written])) if written else 0.0


def examine(step):
    """Bits on the validation text, and words, after so many steps."""
    model.set_weights(network.get_weights())
    held[step] = metrics.bits_per_character(decoding.surprisal(model, validation_ids).mean())
    wrote = decoding.generate(model, prompt=characters.encode("The "), count=20, length=60, temperature=0.7)
    words[step] = share_known(wrote)
    print(f"{step:5} steps {held[step]:.2f} bits {words[step]:4.0%} words: {characters.decode(wrote[0].tokens)!r}",
          flush=True)


# %%
network.compile(keras.optimizers.Adam(1e-3, global_clipnorm=1.0),  # the rate is overwritten at each step below
                keras.losses.SparseCategoricalCrossentropy(from_logits=True), jit_compile=False)
nats, held, words = [], {}, {}
for step in range(STEPS + 1):
    if step in (0, 25, 100, 300, 600, STEPS):
        examine(step)
    if step < STEPS:
        network.optimizer.learning_rate = training.learning_rate_at(step / STEPS, 8e-3)
        network.reset_metrics()  # in some versions of Keras the loss is a running mean otherwise
        nats.append(float(network.train_on_batch(*batch())))
you_said(my_prediction_2, min((step for step, share in words.items() if share > 0.5), default=None))

# %% [markdown]
# `LanguageModel`, which was given the weights now and then, is nothing else than these three layers. Besides, it can be
# asked for the state, and be given one to go on from, and the course's `decoding.surprisal` and `decoding.generate`
# know how to do that. (Notebook 5 used it, too.)

# %%
losses = metrics.bits_per_character(np.array(nats).reshape(-1, 20).mean(axis=1))
fig = plotting.seed_curves({"in training": [(np.arange(len(losses)) * 20 + 10, losses)],
                            "on validation text": [(list(held), list(held.values()))]},
                           x="training step", y="bits per character",
                           lines={f"{n}-gram": on_validation[n] for n in (1, 2, 3, 4, best_order)})
plotting.show(fig, alt="Bits per character fall from 6.7, steeply in the first hundred steps and slowly after, in training "
              "and on validation text. Dashed lines mark n-grams on the validation text: the network passes orders "
              "1 to 3 in the first hundred steps and order 4 near step 300; at the end it lies just above order 10. "
              "The training curve ends below it.")

# %% [markdown]
# At first only letters and spaces in the right proportions, then short words, then spelling, at last the turns of
# phrase of a manual. Nobody told it what a word is. And after some hundred steps the two curves part. Either it has
# read part of its training windows before, or the validation text is harder; section 3 looks closer.

# %%
# NBVAL_CHECK_OUTPUT
claim("LanguageModel gives the scores of the network written out above",
      np.allclose(ops.convert_to_numpy(model(inputs)), ops.convert_to_numpy(network(inputs)), atol=1e-4))
windows = batch()
claim("Keras's loss, divided by ln 2, is the number of the exercise",
      abs(network.evaluate(*windows, verbose=0) / np.log(2)
          - bits_per_character(ops.convert_to_numpy(network(windows[0])), windows[1])[0]) < 1e-3)
claim("untrained it needs the bits of random guessing, within three tenths", abs(held[0] - uniform) < 0.3, held[0])
claim("the bits on validation text fall from each stop to the next", list(held.values()) == sorted(held.values())[::-1], held,
      hint="a second run of the training cell goes on with the same network: build it anew first")
claim("after 25 steps fewer than half of the words are known, at the end more than two in three",
      words[25] < 1 / 2 and words[STEPS] > 2 / 3, words)

# %% [markdown]
# ## 3 · The score, and whether a minute is short
#
# Now the test text, read once from beginning to end, by the function of the exercise. How many of the ten n-grams of
# section 1, whose bits are printed there, will the network beat after its 1,000 steps?

# %%
my_prediction_3 = None  # n-grams that it beats, a whole number from 0 to 10

# %%
scores = network.predict(test_ids[None, :-1], verbose=0)  # (1, time - 1, characters)
network_bits, perplexity = bits_per_character(scores, test_ids[None, 1:])
beaten = [order for order, bits in ngram_bits.items() if network_bits < bits]
print(f"network {network_bits:.2f} (perplexity {perplexity:.1f}); better than the n-grams of order {beaten}; "
      f"LZMA {compressed:.2f}")
you_said(my_prediction_3, len(beaten))

# %% [markdown]
# That is one run, and it is behind the best n-gram and LZMA. A network that has learned for half a minute: is it the
# time? `benchmarks/characters.py` asked with more care, on one version of this text. It chose the learning rate on
# validation, with three seeds a rate; trained five networks, which differ in the seed alone; and two more for **four
# times as many batches**, with nothing else changed. If these overtake the n-grams, the minute was short. Here are the
# rates first.

# %%
with open("../benchmarks/characters.json", encoding="utf-8") as file:
    stored = json.load(file)
STORED = "benchmarks/characters.py"
by_rate = experiments.by_rate(stored["rates"]["validation"])["1,000 batches"]  # rate → bits, seed by seed
fig = plotting.ranges({"three seeds a rate": by_rate}, x="largest learning rate", y="bits, validation text", log_x=True)
plotting.show(fig, alt="Bits per character on the validation text after 1,000 batches against the largest learning rate: 2.0 "
              "at 0.002, 1.87 at 0.004, lowest at 0.008 with 1.82, slightly higher again at 0.016. So 0.008 is a "
              "good choice.")

# %%
rival = {name: runs[0]["test"] for name, runs in stored["rivals"]["bits"].items()}
on_validation_too = {name: runs[0]["validation"] for name, runs in stored["rivals"]["bits"].items()}
best_ngram = min((name for name in rival if name != "LZMA"), key=on_validation_too.get)
runs = {name: stored[name]["measured"][name] for name in ("1,000 batches", "4,000 batches")}
score = {name: [run["score"] for run in found] for name, found in runs.items()}
shown = ["4-gram", "5-gram", "6-gram", best_ngram, "LZMA"]
networks = {f"network, {name}": found for name, found in score.items()}
fig = plotting.ladder({name: rival[name] for name in shown} | networks, x="bits per character, test text", digits=2,
                      highlight=networks, from_zero=False)
plotting.show(fig, alt="A row for each model, bits per character on the test text. N-grams fall from 2.15 for order 4 to "
              "1.98 for order 5 and 1.91 for order 10, LZMA needs 1.82. The five networks of 1,000 batches, filled "
              "dots, lie between 1.96 and 1.99, level with the 5-gram; the two of 4,000 batches lie to the right of "
              "them, at 2.01 and 2.03: they are worse.")

# %%
def against(name, other):
    """The verdict on a network and a rival in which nothing is random; a difference worth having is 0.02 bits."""
    both = {"network": score[name], "rival": [rival[other]] * len(score[name])}
    return experiments.compare(both, "network", "rival", worth=0.02, higher_is_better=False)


verdicts = {other: against("1,000 batches", other) for other in ("4-gram", "5-gram", best_ngram, "LZMA")}
print("1,000 batches, five seeds, against", *(f"{other:8} {verdict}" for other, verdict in verdicts.items()), sep="\n  ")
print("4,000 batches, two seeds:", score["4,000 batches"])

# %% [markdown]
# The network is better than the n-gram of order 4. That it is better than that of order 5 is not shown, and it is worse
# than the best one and than LZMA. After 1,000 batches it was still improving. But with four times the batches both
# networks need more bits than each of the five. So at this learning rate it is *not* the time that this network lacks.
# What happens in the rest of it? The curves of validation and training say it:

# %%
def points(name, what, shift):
    """[(million characters read, bits), one a seed] of a stored curve."""
    row = stored[name]["rows"][name]
    each = row["batches"] / row["points"] * stored[name]["batch"] * stored[name]["length"] / 1e6
    return [(each * (np.arange(row["points"]) + shift), run[what]) for run in runs[name]]


curves = {f"{name}, {what}": points(name, what, 1.0 if what == "validation" else 0.5)  # training: means in between
          for name in runs for what in ("validation", "training")}
fig = plotting.seed_curves({name: [(x[1:], y[1:]) for x, y in found] for name, found in curves.items()},
                           x="million characters read", y="bits per character",
                           lines={name: on_validation_too[name] for name in (best_ngram, "LZMA")})
plotting.show(fig, alt="Bits against characters read, up to 13 million, each seed a line. Validation with 1,000 batches "
              "falls to between 1.80 and 1.82; with 4,000 the two lines flatten and end at 1.82 and 1.85, above the "
              "dashed line of the best n-gram on the same text, 1.76. In training the bits go on falling, to about 1.36: "
              "what is learned there is of no use elsewhere.")

# %% [markdown]
# The training text has 0.3 million characters, so the longer run sees each of them about forty times. It learns the
# training text better and better, and the rest of the manual no better: it **overfits**. (The rate was chosen for the
# shorter run; whether another one would help the longer run, we have not tested; nor what would help against learning
# by heart: a longer text, or dropout.)
#
# One thing more is to be seen. On the validation text the five networks of 1,000 batches are ahead of LZMA, on the test
# text behind it, and the best n-gram needs 0.15 bits more on test than on validation. Stretches of a text differ as
# much as these models do, and not alike for each of them, so all have to stand on the same one.
#
# And what does the network do with its context? We let it read only the last $k$ characters before each, from an empty
# state, and put the n-gram with the same context beside it. One pass is enough: from each place it reads 30 characters,
# and after $k$ of them it has a context of $k$.

# %%
reach, longest = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 30]), 30
places = np.arange(len(test_ids) - longest)[:, None] + np.arange(longest + 1)
found, pieces = [], np.array_split(places, 40)
for piece in pieces:
    inputs, targets = test_ids[piece[:, :-1]], test_ids[piece[:, 1:]]  # (places, 30)
    scores = network.predict_on_batch(inputs)  # (places, 30, characters)
    found.append([bits_per_character(scores[:, k - 1 : k], targets[:, k - 1 : k])[0] for k in reach])
bits = np.average(found, axis=0, weights=[len(piece) for piece in pieces])  # (lengths of context,)
short = dict(zip(reach.tolist(), bits.tolist(), strict=True))

# %%
counted = {k: [ngram_bits[k + 1]] for k in range(1, 10)}
fig = plotting.ranges({"n-gram": counted, "network, from an empty state": {k: [bits] for k, bits in short.items()}},
                      x="characters of context", y="bits per character, test text", log_x=True,
                      line={"network, everything before": network_bits})
plotting.show(fig, alt="Bits per character on the test text against characters of context, on a logarithmic axis. At each of "
              "one to nine characters the n-gram needs fewer bits than the network, whose line falls more slowly "
              "and ends near the dashed line of the network that has read everything before: beyond fifteen "
              "characters there is hardly anything to gain.")

# %% [markdown]
# With the same context the counts are better, at each of the nine lengths. (A possible reason, which we have not
# tested: a context of one to nine characters occurs only at the beginnings of windows, so the network was hardly ever
# in that position while it learned.) The network makes up a part of the difference by what lies further back, and most
# of that within fifteen characters.

# %%
# NBVAL_CHECK_OUTPUT
claim("after 1,000 steps the network needs fewer bits than any n-gram with up to three characters of context",
      network_bits < min(ngram_bits[order] for order in (1, 2, 3, 4)), network_bits,
      hint="did the training cell of section 2 run to its end, after 1,000 steps?")
claim("and more than the best n-gram and than LZMA", network_bits > max(ngram_bits[best_order], compressed),
      (network_bits, ngram_bits[best_order], compressed))
claim("this run is like the five stored ones, to within a twentieth of a bit",
      min(score["1,000 batches"]) - 0.05 < network_bits < max(score["1,000 batches"]) + 0.05, (network_bits, score))
claim("with the same context of one to nine characters counting is better, at each length",
      all(ngram_bits[k + 1] < short[k] for k in range(1, 10)), (short, ngram_bits))
claim("from 9 characters of context to 15 the network gains more than from 15 to all",
      short[9] - short[15] > short[15] - network_bits, (short, network_bits))

# %%
# NBVAL_CHECK_OUTPUT
claim("of the rates tried 0.008 is best, and lies inside the grid",
      min(by_rate, key=lambda rate: np.median(by_rate[rate])) == 0.008 and min(by_rate) < 0.008 < max(by_rate), stored=STORED)
words_said = {other: verdict.word for other, verdict in verdicts.items()}
claim("better than the 4-gram; than the 5-gram, not shown; worse than the best n-gram and than LZMA",
      list(words_said.values()) == ["better", "not shown", "worse", "worse"], words_said, stored=STORED)
last = {(name, what): np.array([run[what][-1] for run in found])
        for name, found in runs.items() for what in ("training", "validation")}
improving = {name: experiments.still_improving([run["validation"] for run in found]) for name, found in runs.items()}
claim("after 1,000 batches they were still improving on validation, after 4,000 no more",
      improving == {"1,000 batches": True, "4,000 batches": False}, improving, stored=STORED)
claim("both networks of 4,000 batches need more bits than each of the five of 1,000",
      len(score["4,000 batches"]) == 2 and min(score["4,000 batches"]) > max(score["1,000 batches"]), score, stored=STORED)
claim("in training they have come down by a fifth of a bit more; on validation they are, in the mean, no better",
      last["4,000 batches", "training"].max() < last["1,000 batches", "training"].min() - 0.2
      and last["4,000 batches", "validation"].mean() > last["1,000 batches", "validation"].mean(), last, stored=STORED)
claim("none of the networks needs fewer bits than the best n-gram or LZMA",
      min(sum(score.values(), [])) > max(rival[best_ngram], rival["LZMA"]), score, stored=STORED)

# %%
# NBVAL_CHECK_OUTPUT
claim("on validation each of the five is ahead of LZMA, on test each is behind it",
      last["1,000 batches", "validation"].max() < on_validation_too["LZMA"]
      and min(score["1,000 batches"]) > rival["LZMA"], stored=STORED)
claim("the best n-gram needs over a tenth of a bit more on test than on validation",
      rival[best_ngram] > on_validation_too[best_ngram] + 0.1, stored=STORED)

# %% [markdown]
# ## 4 · Carrying the state
#
# To write, the network reads its own last character, with the state it had. Here is the loop, in full.
# `model.get_initial_state` gives the empty state; `model.read` goes on reading from a given one and returns scores and
# the new state. Each character costs one step, whatever came before, because everything before is in the state.

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
# One could also reread everything at each step: prompt, prompt and one character, prompt and two, and so on. The scores
# should be the same. How many steps does that take, for 60 characters after a prompt of 14? (Carried, it takes 14 for
# the prompt and one for each character but the last, 73.)

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
# The text is the same and the price is not: $14 + 15 + … + 73$ steps, which grows with the square of the length.
#
# And always the most probable character? We let it write 600 of them (`decoding.generate` is our loop, compiled), and
# look for the smallest period with which the last 150 repeat.

# %%
greedy = decoding.generate(model, prompt=characters.encode("The statement "), length=600)[0]
long = characters.decode(greedy.tokens)
period = next((p for p in range(1, 450) if long[-150:] == long[-150 - p : -p]), None)
print(f"the last 150 characters repeat with a period of {period}; they begin\n{long[-150:-30]}")

# %% [markdown]
# The text runs in a circle. Nothing is left to chance: if the state came back exactly to where it was, the same
# characters would have to follow for ever, and coming near it seems to be enough. Section 6 brings chance in.

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
claim("carrying the state gives the scores of reading all at once, wherever one cuts", gap < 1e-3, gap)
claim("rereading writes the same text", again == continuation,
      hint="both cells have to begin with the same prompt and the same model: run the first one again, too")
claim("decoding.generate writes what our loop writes", long[:60] == continuation)
claim("greedy writing ends in a circle: its last 150 characters repeat what stood a fixed number of places before",
      period is not None, long[-200:])

# %% [markdown]
# ## 5 · What a single unit follows
#
# The state has 128 numbers, and nobody told them what to keep. Karpathy, Johnson and Fei-Fei (2015) looked at such
# units and found some that a person can name: one that was on inside quotes, one that counted down to the end of a
# line. Are there such units in a network of a minute? Four things that a reader of this text could keep in mind: the
# column, the number of blanks that the line began with, whether a double quote is open, and the number of letters of
# the current word so far.

# %%
def followed(text):
    """What could be kept in mind after each character of a text, four numbers a character: {name: (time,)}."""
    kept = {"column in the line": [], "indentation of the line": [], "inside double quotes": [], "letters of the word": []}
    column = indent = letters = 0
    quoted = False
    for now, next_one in zip(text, text[1:] + "\n", strict=True):
        if now == "\n":
            column = indent = 0
            quoted &= next_one != "\n"  # a paragraph ends: whatever was open is closed
        else:
            indent += now == " " and indent == column
            column += 1
        quoted ^= now == '"'
        letters = letters + 1 if now.isalpha() else 0
        for values, value in zip(kept.values(), (column, indent, quoted, letters), strict=True):
            values.append(value)
    return {name: np.array(values, float) for name, values in kept.items()}


print({name: values[:12].astype(int).tolist() for name, values in followed('  a "bc" d\ne').items()})

# %% [markdown]
# For each of the four we take the unit whose state goes with it most closely **on the validation text**, and measure on
# the test text how closely: the square of the correlation, the share of the variance that a straight line through this
# unit explains.
#
# Two controls. The same search among the 128 units of an *untrained* network: the best of 128 is something even by
# chance. And what *the last four characters* say, as an n-gram would: the mean, in the training text, of what is
# followed, after the same four characters. A unit that beats it clearly *may* know something from further back (the
# rival is an estimate, from the training text). Which of the four do you expect to be kept best by a single unit?

# %%
my_prediction_5 = None  # one of the four names

# %%
twin = keras.models.clone_model(network)  # the same layers with weights of their own, untrained
untrained = twin.get_weights()
reader = keras.Model(twin.inputs, twin.layers[-2].output)  # (batch, time, 128): the state after each character


def states_of(weights):
    """The states after each character of the validation and of the test text, read in one go: two (time, 128)."""
    twin.set_weights(weights)
    states = reader.predict(np.concatenate([validation_ids, test_ids])[None], verbose=0)[0]
    return states[: len(validation_ids)], states[len(validation_ids) :]


def squared_correlations(states, values):
    """Of each unit with what is followed, (128,)."""
    states, values = states - states.mean(axis=0), values - values.mean()
    return (values @ states) ** 2 / ((states**2).sum(axis=0) * (values**2).sum() + 1e-9)


def best_unit(on_validation, on_test):
    """{what is followed: (the unit that follows it best on validation, how closely on test)}."""
    chosen, told = followed(validation_text), followed(test_text)
    best = {name: int(squared_correlations(on_validation, values).argmax()) for name, values in chosen.items()}
    return {name: (unit, float(squared_correlations(on_test, told[name])[unit])) for name, unit in best.items()}


def fours(ids):
    """A number for each character of a text and the three before it, (time,)."""
    return np.convolve(ids.astype("int64"), 128 ** np.arange(4))[: len(ids)]


def by_four_characters(ids):
    """What the last four characters say of each thing followed: its mean after them in training, {name: (time,)}."""
    seen, numbers = np.unique(fours(train_ids), return_inverse=True)
    places = np.minimum(np.searchsorted(seen, fours(ids)), len(seen) - 1)
    is_known, said = seen[places] == fours(ids), {}
    for name, values in followed(train_text).items():
        means = np.bincount(numbers, values) / np.bincount(numbers)
        said[name] = np.where(is_known, means[places], values.mean())
    return said


# %%
by_chance, states = best_unit(*states_of(untrained)), states_of(network.get_weights())
units = best_unit(*states)
near = {name: float(np.corrcoef(said, followed(test_text)[name])[0, 1] ** 2)
        for name, said in by_four_characters(test_ids).items()}
for name, (unit, share) in units.items():
    print(f"{name:24} unit {unit:3}: {share:.2f}   untrained {by_chance[name][1]:.2f}   last four characters {near[name]:.2f}")
you_said(my_prediction_5, max(units, key=lambda name: units[name][1]))

# %% [markdown]
# In the run that we show *inside double quotes* comes first, and the *letters of the word* second; another run may turn
# them round. *Inside double quotes* is followed by one unit far better than by the best of an untrained network, though
# by no means perfectly. The last four characters tell nearly as much of it, or more, and of the *letters of the word*
# far more, so these numbers alone prove no memory. The *indentation* has no unit of its own: if the network keeps it,
# it does so in many units at once, which this search cannot see. With the *column in the line* it depends on the run:
# of four runs that we looked at, one had a unit which knew more of it than the last four characters, and three had
# none. Finding such a unit takes luck; having looked at one network only, we should have called it a rule. Here is the
# unit of the quotes at work, on the piece of the test text that has most of them:

# %%
unit, _ = units["inside double quotes"]
quoting = states[1][:, unit]  # (time,), on the test text
start = max(range(0, len(test_text) - 400, 20), key=lambda t: test_text[t : t + 400].count('"'))
sign = np.sign(np.corrcoef(quoting, followed(test_text)["inside double quotes"])[0, 1])  # high inside, or low
fig = plotting.state_on_text(test_text[start : start + 400], sign * quoting[start : start + 400], columns=72,
                             name=f"state of unit {unit}" + (", its sign turned" if sign < 0 else ""))
plotting.show(fig, alt="Four hundred characters of the manual, each on a ground as dark as one unit's state was high after "
              "it. The ground is mostly darker from an opening double quote to the closing one than outside, with "
              "some misses.")

# %%
# NBVAL_CHECK_OUTPUT
claim("of the quotes one unit explains at least a tenth more than any unit of the untrained network",
      units["inside double quotes"][1] > by_chance["inside double quotes"][1] + 0.1, (units, by_chance))
claim("no unit knows more of the letters of the word than the last four characters say",
      units["letters of the word"][1] < near["letters of the word"], (units, near))
claim("of the indentation no unit explains a fifth", units["indentation of the line"][1] < 0.2, units)

# %% [markdown]
# ## 6 · Temperature, top-k, top-p
#
# Draw the next character at random, with the model's own probabilities, and the text becomes livelier, and wilder: now
# and then an improbable character comes, and leads where the model has never been. Three knobs tame it. Each changes
# the probabilities and scales what is left so that it adds up to one:
#
# - **temperature** $T$: each probability is raised to the power $1/T$ (the same as dividing the scores by $T$ before
#   the softmax). Below 1 the probable becomes more probable, above 1 all come closer to each other; $T \to 0$ is
#   greedy;
# - **top-k** (Fan, Lewis and Dauphin 2018): only the $k$ most probable may be drawn;
# - **top-p** (Holtzman and others 2020): only the fewest that together have at least probability $q$ (the *p* of the
#   name), few where the model is sure, many where it is not.
#
# **Your turn** (●●○, about fifteen minutes). Write the first and the last of these. `p` holds a probability for each
# character. Raise it to the power $1/T$ and scale it to add up to 1. Then find the fewest characters that together have
# at least $q$ of this: the most probable one, the second, and so on, until $q$ is reached; the one that reaches it is
# kept. (Rounding may leave the sum of all just below $q = 1$. Then all are kept.) The others get probability 0, those
# that are kept stay in their places, and all is scaled once more. `np.argsort(-p)` gives the characters' numbers from
# the most probable on, `np.cumsum` the sums so far. `exercises.hint("tame")` and `exercises.solution("tame")` help.

# %%
def tame(p, T, q):
    """Probabilities (characters,) at temperature T, cut to the fewest that together reach q."""
    raise NotImplementedError  # your turn


# %%
tame = exercises.check("tame", tame)

# %% [markdown]
# With it, writing by chance is the loop of section 4 with another way to choose:

# %%
def write(prompt, length, T, q):
    """Goes on with a prompt by drawing each character with what `tame` leaves of the model's probabilities."""
    ids, states, written = characters.encode(prompt)[None], model.get_initial_state(1), []
    for _ in range(length):
        scores, states = model.read(ids, states)
        p = tame(ops.convert_to_numpy(ops.softmax(scores[0, -1])).astype("float64"), T, q)
        written.append(random.choice(len(p), p=p))
        ids = np.array([written[-1:]])
    return characters.decode(written)


for T, q in ((1.0, 1.0), (0.7, 1.0), (1.0, 0.8)):
    print(f"T = {T}, q = {q}: {write('The statement ', 70, T, q)!r}")

# %% [markdown]
# What do the knobs do to the probabilities? `decoding.sampling_probabilities` has all three.

# %%
scores, _ = model.read(characters.encode("The statement is ")[None], model.get_initial_state(1))
log_p = ops.convert_to_numpy(ops.log_softmax(scores[0, -1])).astype("float64")
p = np.exp(log_p)  # what may follow "is "
top = np.argsort(-p)[:8]
rows = {"the model's": p, "T = 0.5": tame(p, 0.5, 1.0), "T = 2": tame(p, 2.0, 1.0),
        "top-k, k = 3": decoding.sampling_probabilities(log_p[None], top_k=3)[0],
        "top-p, q = 0.5": tame(p, 1.0, 0.5)}
fig = plotting.matrix([row[top] for row in rows.values()], list(rows), [characters.decode([i]) for i in top],
                      x="next character", digits=2)
plotting.show(fig, alt="Probabilities of the eight most probable next characters in five rows. Temperature one half sharpens "
              "the model's row, temperature two flattens it; top-k leaves three, top-p a few.")

# %% [markdown]
# The **entropy** of a row, $\sum_i p_i \log_2 \frac1{p_i}$, says in bits how undecided it is. It rises with the
# temperature; we measure it on the first 400 test characters. What it does to the words we see in texts: up to which of
# the temperatures 0.3, 0.6, 1 and 1.5 are at least nine in ten of the written words known from the training text? (In
# section 2 it wrote at 0.7.)

# %%
my_prediction_6 = None  # a temperature: 0.3, 0.6, 1.0 or 1.5

# %%
beliefs = ops.convert_to_numpy(ops.log_softmax(model(test_ids[None, :400])[0]))  # (time, characters)
ways = {f"T = {T}": {"temperature": T} for T in (0.3, 0.6, 1.0, 1.5)} | {
    "top-k, k = 5": {"top_k": 5}, "top-p, q = 0.9": {"top_p": 0.9}}
entropies, spelled = {}, {}
for name, how in ways.items():
    drawn_from = decoding.sampling_probabilities(beliefs, **how)
    entropies[name] = float(-(drawn_from * np.log2(drawn_from + 1e-12)).sum(axis=-1).mean())
    wrote = decoding.generate(model, prompt=characters.encode("The "), count=20, length=100, seed=seed, **how)
    spelled[name] = share_known(wrote)
    print(f"{name:14} entropy {entropies[name]:.2f} bits, {spelled[name]:4.0%} known words",
          repr(characters.decode(wrote[0].tokens[:50])))
real = float(np.mean([word in known for word in test_text.split()]))
print(f"of the test text itself {real:.0%} are known words")
you_said(my_prediction_6, max((T for T in (0.3, 0.6, 1.0, 1.5) if spelled[f"T = {T}"] >= 0.9), default=None))

# %% [markdown]
# Low temperatures keep to known words, more than the manual itself does: they are safe, and dull. High ones are
# surprising and broken. Top-k and top-p cut off the improbable characters and leave the ratios of the others as they
# are. There is no best setting; there is one for a purpose.
#
# Here is a longer text, each character on a ground as dark as it surprised the model (at temperature 1, however it was
# drawn). Where it sets `|` and many blanks, it has begun a table, of which the manual has many.

# %%
wrote = decoding.generate(model, prompt=characters.encode("The "), length=300, temperature=0.7, seed=seed)[0]
fig = plotting.shaded_text(characters.decode(wrote.tokens), wrote.probabilities, columns=72)
plotting.show(fig, alt="A text that the network wrote, each character on a ground as dark as it was surprising. The dark "
              "ones stand mostly at the beginnings of words; the rest of a word, once begun, is less of a surprise.")

# %% [markdown]
# The shading shows where the freedom is: at the beginnings of words. Once a word has begun, less is
# open. On the test text we can measure that:

# %%
letters = np.array([now.isalpha() for now in test_text])
begins, inside = letters[1:] & ~letters[:-1], letters[1:] & letters[:-1]  # (time - 1,)
test_nats = decoding.surprisal(model, test_ids)  # (time - 1,): one number a character
surprise = {name: float(metrics.bits_per_character(test_nats[where].mean()))
            for name, where in (("first letters", begins), ("later letters", inside))}
print({name: round(bits, 2) for name, bits in surprise.items()}, "bits")

# %%
# NBVAL_CHECK_OUTPUT
rising = [f"T = {T}" for T in (0.3, 0.6, 1.0, 1.5)]
claim("the higher the temperature, the higher the entropy",
      [entropies[T] for T in rising] == sorted(entropies[T] for T in rising), entropies)
claim("and the fewer known words: from 0.3 to 1.5 more than 20 in 100 fewer", spelled["T = 0.3"] > spelled["T = 1.5"] + 0.2,
      spelled)
claim("at temperature 0.3 more words are known than in the test text itself", spelled["T = 0.3"] > real,
      (spelled["T = 0.3"], real))
claim("top-k and top-p keep more known words than plain drawing does",
      min(spelled["top-k, k = 5"], spelled["top-p, q = 0.9"]) > spelled["T = 1.0"], spelled)
claim("tame gives what the package gives",
      np.allclose(tame(p, 0.7, 0.9), decoding.sampling_probabilities(log_p[None], 0.7, top_p=0.9)[0], atol=1e-5),
      hint="what does exercises.check say of tame?")
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
fresh = ops.convert_to_numpy(model(test_ids[:-1, None]))  # (time - 1, 1, characters): each character alone
forgetful_bits, _ = bits_per_character(fresh, test_ids[1:, None])
print(f"{forgetful_bits:.2f} bits per character, against {network_bits:.2f} with the state, {ngram_bits[2]:.2f} for the 2-gram")

# %%
# NBVAL_CHECK_OUTPUT
claim("without its state the network needs at least a bit and a half more, and more than the n-gram of order 2",
      forgetful_bits > max(network_bits + 1.5, ngram_bits[2]), forgetful_bits)

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
#
# <details><summary>Somebody compares a network, measured on the first page of a text, with an n-gram model, measured on all
# of it. What may go wrong?</summary>
#
# Pages differ: one with tables and one with prose are not equally hard. The difference may be that of the pages. Both
# have to be measured on the same characters.
# </details>

# %% [markdown]
# ## Recap
#
# - You **trained a language model**: $P(x_{t+1} \mid x_1 … x_t)$ at each step, targets shifted by one.
# - You **measured it**: bits per character $= \frac1N \sum_t \log_2 \frac1{P(x_{t+1} \mid …)}$, perplexity
#   $2^{\text{bits}}$, on the same test text as n-grams and LZMA. The function is one of the two exercises.
# - You **carried the state** in the loop that writes: read one character, keep the state, choose the next. And you
#   looked for units that follow something.
# - You **chose how to draw**: $p_i^{1/T} / \sum_j p_j^{1/T}$, the $k$ best, or the fewest with probability $q$, the
#   other exercise.

# %% [markdown]
# ## Next
#
# [Notebook 7](07_generating_music.ipynb) gives the generator a wish to fulfil: a key, a mode, a metre.
#
# ## Further reading
#
# - C. Shannon (1951), *Prediction and Entropy of Printed English*: people guess the next letter; 0.6 to 1.3 bits.
# - I. Sutskever, J. Martens, G. Hinton (2011), *Generating Text with Recurrent Neural Networks*: the first long texts,
#   character by character.
# - A. Graves (2013), *Generating Sequences With Recurrent Neural Networks*: section 3, characters of
#   Wikipedia, in bits; 100 million of them, where we have 0.3.
# - A. Karpathy (2015), *The Unreasonable Effectiveness of Recurrent Neural Networks*: the same, on larger texts; and
#   with J. Johnson and L. Fei-Fei, *Visualizing and Understanding Recurrent Networks*: units that a person can name,
#   and a comparison with n-grams.
# - R. Kneser, H. Ney (1995), *Improved Backing-off for M-gram Language Modeling*, and S. Chen, J. Goodman (1999), *An
#   Empirical Study of Smoothing Techniques for Language Modeling*: the rival, and why interpolating is better than
#   backing off.
# - A. Fan, M. Lewis, Y. Dauphin (2018), *Hierarchical Neural Story Generation*: the paragraph on generation, top-k.
# - A. Holtzman and others (2020), *The Curious Case of Neural Text Degeneration*: section 3, top-p and why.
