# %% [markdown]
# # 15 · Decoding and evaluation
#
# A translator gives probabilities of a next word. Here you find out what it takes to make a sentence of
# them, and how to say of two translators which one is better.
#
# | What | Details |
# |---|---|
# | **You will be able to** | say why the most probable words do not make the most probable sentence · write a step of beam search · correct its liking for short sentences · compute BLEU from counts, and quote sacrebleu's · tell a difference between two systems from chance · say what BLEU does not see |
# | **You need** | [notebook 13](13_encoder_decoder.ipynb): encoder, decoder, greedy decoding; [notebook 14](14_attention.ipynb): attention |
# | **Time** | 50 minutes to read, 30 for the four exercises, about a minute to run on two CPU cores |

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
from functools import partial

import numpy as np

from utils import animation, datasets, decoding, exercises, experiments, metrics, text, training
from utils.checks import claim, you_said
from utils.models import Translator
from utils.text import detokenize

# %% [markdown]
# ## 1 · Greedy can fail, and we can prove it
#
# A translator of five words has learned these probabilities of the first word, and of the second one
# after it; then it always says `[END]`:
#
# | first word | | then *chat* | *chien* | *cheval* |
# |---|---|---|---|---|
# | *le* | 0.6 | 0.4 | 0.3 | 0.3 |
# | *un* | 0.4 | 0.9 | 0.1 | 0 |
#
# Greedy decoding takes the most probable word, then the most probable one after it. A sentence has the
# product of its words' probabilities. Which sentence does greedy say, which is the most probable, and how
# probable is that one? Work it out before you run anything.

# %%
my_prediction_1 = {"greedy": None, "best": None, "probability": None}  # such as "le chien", and 0.1

# %%
first = {"le": 0.6, "un": 0.4}
second = {"le": {"chat": 0.4, "chien": 0.3, "cheval": 0.3}, "un": {"chat": 0.9, "chien": 0.1}}
start = max(first, key=first.get)
greedy = f"{start} {max(second[start], key=second[start].get)}"
sentences = {f"{a} {b}": first[a] * p for a in first for b, p in second[a].items()}
best = max(sentences, key=sentences.get)
print({name: round(p, 2) for name, p in sentences.items()})
you_said(my_prediction_1, {"greedy": greedy, "best": best, "probability": round(sentences[best], 2)})

# %% [markdown]
# Greedy says *le chat*, 0.6 · 0.4 = 0.24. *Un chat* has 0.4 · 0.9 = 0.36, and greedy can never say it: after
# the first word that road is closed. Listing every sentence, as we did, is **exhaustive search**. It is always
# right, and with 8,000 words and ten steps there are $8000^{10}$ sentences.

# %%
claim("the probabilities of all sentences add up to one", np.isclose(sum(sentences.values()), 1))
claim("greedy's sentence is not the most probable one", sentences[greedy] < sentences[best])

# %% [markdown]
# ## 2 · A beam: several beginnings side by side
#
# **Beam search** lies between the two. It keeps the best $w$ unfinished sentences, its **candidates**, continues
# each by every word, and keeps the best $w$ of all these. One that says `[END]` is set aside as finished, and with
# $w$ finished ones the search ends; with $w = 1$ it is greedy. Products of many probabilities become too small to
# compare, so their logarithms are added instead.
#
# **Your turn** (●●○, about ten minutes). Write one step. All continuations compete with one another, so two of the
# best may have the same parent and another parent none. `exercises.hint("beam_step")` helps.

# %%
def beam_step(scores, log_probabilities, width):
    """(candidates,), (candidates, vocabulary) → parents, words, scores, each (width,), best first."""
    raise NotImplementedError  # your turn


# %%
beam_step = exercises.check("beam_step", beam_step)

# %%
words = ["chat", "chien", "cheval"]
openings = list(first)
table = np.log([[second[a].get(b, 1e-12) for b in words] for a in openings])  # (candidates, vocabulary)
parents, said, kept = beam_step(np.log(list(first.values())), table, 2)
continued = [f"{openings[parent]} {words[word]}" for parent, word in zip(parents, said, strict=True)]
print({sentence: round(float(np.exp(score)), 2) for sentence, score in zip(continued, kept, strict=True)})

# %% [markdown]
# The same as a tree, which you can step through: each candidate stands below the one that it continues, with the
# log-probability of all its words. Watch *un*: behind after one word, ahead after two.

# %%
texts = ["[END]", *openings, *words]  # of the ids 0 to 5
every = zip(*beam_step(np.log(list(first.values())), table, 6), strict=True)  # a beam that drops nothing
tree = [
    [decoding.Considered(0, 1 + n, np.log(p), "kept") for n, p in enumerate(first.values())],
    [
        decoding.Considered(parent, 3 + word, score, "kept" if rank < 2 else "dropped")
        for rank, (parent, word, score) in enumerate(every)
    ],
    [decoding.Considered(n, 0, score, "finished") for n, score in enumerate(kept)],
]
animation.show_beam(tree, texts, dropped=3)

# %% [markdown]
# Two is enough here; that it is, is no law. Here is a small untrained translator that can say *u*, *v* and `[UNK]`,
# and `decoding.exhaustive` lists all its translations of up to four words, `[END]` included. In twenty such models,
# each with random weights, we count how often a beam says the most probable one.

# %% [markdown]
# After three words there are 27 beginnings, each with four ways to go on, so 108 in all. In how many of the twenty will
# a beam of 128 be right? And greedy, in more than ten?

# %%
my_prediction_2 = {"128": None, "greedy in more than ten": None}  # a whole number from 0 to 20; True or False

# %%
sides = text.train_tokenizer(["a b"]), text.train_tokenizer(["u v"])
widths, hits = (1, 2, 4, 128), {}
tiny = Translator(*sides, units=5, embedding=4, attention="general")
options = {"max_length": 4}
by_probability = {"length_penalty": 0.0}  # compare by nothing else; section 3 has more to say of that
for number in range(20):
    random = np.random.default_rng([seed, number])
    tiny.set_weights([random.normal(size=w.shape) for w in tiny.get_weights()])
    _, top = decoding.exhaustive(tiny, "a b b", **options)[0]
    for width in widths:
        [one] = decoding.translate(tiny, ["a b b"], beam_width=width, **options, **by_probability)
        hits[width] = hits.get(width, 0) + (one.finished and np.isclose(one.log_probability, top, atol=1e-4))
print({width: f"{count} of 20" for width, count in hits.items()})
you_said(my_prediction_2, {"128": int(hits[128]), "greedy in more than ten": bool(hits[1] > 10)})

# %% [markdown]
# The beam of 128 drops none of the 108, so it is exhaustive search. Where a narrower one misses the most
# probable sentence, that is a **search error**: the model knew better, and the search did not find out.
#
# A beam on sentences of your own: write `from utils import playground` and `playground.show("translator")` into a new
# cell, or look for *Pictures to play with* on the pages of the course. With its weights it takes 1.5 MB, too much to be
# kept in this notebook.

# %%
claim("a beam of two finds the most probable sentence of section 1", continued[0] == best)
claim("a beam as wide as everything always finds the most probable translation", hits[128] == 20)
claim("greedy does not", hits[1] < 20)

# %% [markdown]
# ## 3 · Short sentences have an advantage
#
# Each further word multiplies by a number below one. Say a model gives the empty sentence 0.1, and the right
# one ten words, `[END]` among them, of 0.75 each. Which of the two has the higher probability?

# %%
my_prediction_3 = None  # "empty" or "right", in quotation marks

# %%
log_probability, length = np.array([np.log(0.1), 10 * np.log(0.75)]), np.array([1, 10])
print(np.exp(log_probability).round(3))
you_said(my_prediction_3, ["empty", "right"][log_probability.argmax()])

# %% [markdown]
# The empty one: 0.1 against $0.75^{10} = 0.056$. That is a **model error**: no search can be blamed when the most
# probable sentence is a bad one, and the more search errors are mended, the more such sentences come up. Stahlberg and
# Byrne (2019) searched a Transformer's translations exactly, and for more than half of the sentences the most probable
# was the empty one, which beam search seldom found. Koehn and Knowles (2017) saw translations get worse from
# some width on. The usual remedy is to compare the finished candidates by something else. GNMT (Wu et al. 2016)
# divides by a power of the length, and $\alpha = 0$ leaves all as it is:
#
# $$\text{worth} = \frac{\log p}{((5 + \text{length}) / 6)^{\alpha}}$$
#
# Simpler is the plain mean, $\log p\, /\, \text{length}$: `normalisation="mean"` of `decoding.translate`.
#
# **Your turn** (●○○, about four minutes). Write GNMT's.

# %%
def normalised(log_probability, length, alpha):
    """log-probability / ((5 + length) / 6)^α, for each candidate: (candidates,)."""
    raise NotImplementedError  # your turn


# %%
normalised = exercises.check("normalised", normalised)

# %%
for alpha in (0, 0.6, 1):
    print(alpha, normalised(log_probability, length, alpha).round(2))

# %% [markdown]
# With 0.6 and with 1 the right one has the higher worth. How strongly do they lean towards short sentences? Below,
# every word has 0.75, so that no sentence is more of a surprise than another, and a fair measure would be flat.

# %%
lengths, surprise = np.arange(1, 21), np.log(0.75)
curves = {f"α = {alpha}": normalised(lengths * surprise, lengths, alpha) for alpha in (0, 0.6, 1)}
curves["mean"] = lengths * surprise / lengths
fig = plotting.lines({name: (lengths, worth) for name, worth in curves.items()}, x="words", y="worth")
plotting.show(fig, alt="Worth against the number of words, for sentences whose words all have probability 0.75. "
              "With alpha 0 a straight line falls from −0.29 to −5.75 at 20 words; with 0.6 it falls to −2.44 and "
              "with 1 to −1.38, ever more slowly. The mean stays flat at −0.29.")

# %% [markdown]
# GNMT's leans less, though it does even with $\alpha = 1$; the mean does not lean at all. Which is better has to be
# measured: real models are not equally sure of each word. Section 6 does it.

# %%
claim("with each alpha a longer sentence of such words is worth less",
      all(np.all(np.diff(curves[name]) < 0) for name in curves if name != "mean"))
claim("and the higher alpha, the less it loses", curves["α = 0"][-1] < curves["α = 0.6"][-1] < curves["α = 1"][-1])
claim("by the mean it is worth the same", np.ptp(curves["mean"]) < 1e-12)
claim("without normalisation the empty sentence wins", normalised(log_probability, length, 0).argmax() == 0)
claim("with alpha 0.6 the right one does", normalised(log_probability, length, 0.6).argmax() == 1)
claim("and by the plain mean, too", (log_probability / length).argmax() == 1)

# %% [markdown]
# ## 4 · BLEU, from counts
#
# How good is a translation? BLEU (Papineni et al. 2002) counts its **n-grams**, n words in a row, that are in a
# human translation as well. Who says *the the the* must not get three hits for one *the*, so counts are **clipped**:
# an n-gram is a hit only as often as the reference has it.
#
# **Your turn** (●●○, about ten minutes).

# %%
def clipped_counts(hypothesis, reference, n):
    """Two lists of words → how many n-grams match, clipped, and how many the hypothesis has."""
    raise NotImplementedError  # your turn


# %%
clipped_counts = exercises.check("clipped_counts", clipped_counts)

# %% [markdown]
# Hits over n-grams said is a precision, and precision likes those who say little. Hence the **brevity penalty**:
# with $h$ words said and $r$ in the references it is 1 where $h \ge r$, else $e^{1 - r/h}$, and 0 where nothing was
# said.
#
# **Your turn** (●○○, about four minutes).

# %%
def brevity_penalty(hypothesis_length, reference_length):
    """1, or e^(1 - reference/hypothesis) where too short; 0 where nothing was said."""
    raise NotImplementedError  # your turn


# %%
brevity_penalty = exercises.check("brevity_penalty", brevity_penalty)

# %% [markdown]
# BLEU adds up the counts of *all* sentences, takes the geometric mean of the precisions $p_1$ to $p_4$ of n-grams of
# one to four words, and multiplies by the penalty:
#
# $$\text{BLEU} = 100 \cdot \text{BP} \cdot (p_1\, p_2\, p_3\, p_4)^{1/4}$$
#
# One word of fourteen will be wrong below, in the middle of a sentence of seven. Will BLEU lose more than one
# fourteenth of its 100 points?

# %%
my_prediction_4 = None  # True or False

# %%
def bleu_by_hand(hypotheses, references):
    pairs = [(h.split(), r.split()) for h, r in zip(hypotheses, references, strict=True)]
    counts = np.array([np.sum([clipped_counts(*pair, n) for pair in pairs], axis=0) for n in (1, 2, 3, 4)])
    said, wanted = (sum(len(pair[side]) for pair in pairs) for side in (0, 1))
    return 100 * brevity_penalty(said, wanted) * np.exp(np.log(counts[:, 0] / counts[:, 1]).mean())


references = ["le chat noir dort sur la table", "elle lit un livre dans le jardin"]
hypotheses = ["le chat noir dort sous la table", "elle lit un livre dans le jardin"]
ours, library = bleu_by_hand(hypotheses, references), metrics.bleu(hypotheses, references)
print(round(ours, 2), round(library, 2), metrics.bleu_signature())
you_said(my_prediction_4, bool(100 - ours > 100 / 14))

# %% [markdown]
# One wrong word breaks every n-gram that it is part of: one word, up to two pairs, three triples and four fours. So
# BLEU loses far more than its share.

# %%
claim("BLEU by hand is sacrebleu's", np.isclose(ours, library))
claim("one wrong word of fourteen costs more than a fourteenth", 100 - ours > 100 / 14, ours)

# %% [markdown]
# What is printed last is sacrebleu's **signature**: how it split words and counted. Without it a BLEU cannot be
# compared with another's (Post 2018). `smooth:exp` is what it does where no n-gram of some size is right: a precision
# of 0 would make the whole product 0, so it puts a small number there. Over hundreds of sentences that hardly ever
# happens; in *one* sentence it does, and there our formula gives 0.
#
# **chrF** (Popović 2015) counts n-grams of letters instead of words, so that a wrong ending costs less than a wrong
# word.
#
# ## 5 · Right and wrong, as BLEU sees them
#
# Eight sentences, chosen by hand, each with the translation of a human and two others. One of the two differs by a
# single word and misleads whoever reads it: right for left, before for after, open for closed. The other one is right
# and says it in other words. Both are scored by the same reference, the human's sentence.
#
# In how many of the eight will BLEU prefer the one that misleads?

# %%
my_prediction_5 = None  # a whole number from 0 to 8

# %%
judged = [  # English, and in brackets what misleads says; what the human wrote; what misleads; what is right
    ("Turn left [right] after the bridge, then go straight on.", "tournez à gauche après le pont puis allez tout droit",
     "tournez à droite après le pont puis allez tout droit",
     "une fois le pont passé , prenez à gauche et continuez en face"),
    ("The meeting begins after [before] lunch on Tuesday.", "la réunion commence mardi après le déjeuner",
     "la réunion commence mardi avant le déjeuner", "on se réunit mardi dès la fin du repas de midi"),
    ("This shop is closed [open] on Sunday mornings.", "ce magasin est fermé le dimanche matin",
     "ce magasin est ouvert le dimanche matin", "la boutique n'ouvre pas les dimanches avant midi"),
    ("I want you to come with [without] me tomorrow evening.", "je veux que tu viennes avec moi demain soir",
     "je veux que tu viennes sans moi demain soir", "accompagne-moi demain dans la soirée , j'y tiens"),
]

# %%
judged += [
    ("My [your] car broke down on the road yesterday.", "ma voiture est tombée en panne hier sur la route",
     "ta voiture est tombée en panne hier sur la route", "hier , mon auto a cessé de rouler en chemin"),
    ("It is very cold [hot] in our house this morning.", "il fait très froid chez nous ce matin",
     "il fait très chaud chez nous ce matin", "ce matin on gèle à la maison"),
    ("We have lived in this village for more [less] than ten years.", "nous habitons ce village depuis plus de dix ans",
     "nous habitons ce village depuis moins de dix ans",
     "voilà une bonne décennie que notre foyer est dans ce bourg"),
    ("The children slept badly [well] last night because of the noise.",
     "les enfants ont mal dormi cette nuit à cause du bruit",
     "les enfants ont bien dormi cette nuit à cause du bruit", "le vacarme a gâché la nuit des petits"),
]

# %%
scored = {"misleads": [], "right": []}
print("BLEU   chrF")
for english, wanted, *others in judged:
    print(f"             {english}")
    for kind, said in zip(scored, others, strict=True):
        scores = metrics.bleu([said], [wanted]), metrics.chrf([said], [wanted])
        scored[kind].append(scores)
        print("{:4.1f}   {:4.1f}   ".format(*scores), said)

# %%
bleus, letters = ({kind: [pair[n] for pair in of_kind] for kind, of_kind in scored.items()} for n in (0, 1))
preferred = sum(m > r for m, r in zip(bleus["misleads"], bleus["right"], strict=True))
you_said(my_prediction_5, preferred)
bars = {kind: {str(number): score for number, score in enumerate(scores, 1)} for kind, scores in bleus.items()}
fig = plotting.grouped_bars(bars, x="sentence", y="BLEU of one sentence")
plotting.show(fig, alt="BLEU of two translations of eight sentences, two bars each. What misleads has 41 to 88; what "
              "is right has 0 to 11, in each of the eight far less than its neighbour; the third has no bar at all.")

# %% [markdown]
# In all eight. BLEU sees that the one keeps the reference's words and the other does not, and nothing else. The third
# right one has no bar, since it shares no word with the reference. What are the small numbers, and the 41 of the shop
# that is open? Smoothing: none of these nine has four words in a row as the reference has them, so our formula, which
# does not smooth, gives each of them 0. It would still prefer what misleads in seven of the eight.

# %%
with np.errstate(divide="ignore"):  # the logarithm of 0 is meant
    unsmoothed = [[float(bleu_by_hand([said], [wanted])) for said in others] for _, wanted, *others in judged]
for kind, scores in zip(scored, zip(*unsmoothed, strict=True), strict=True):
    print(f"{kind:8}", *(f"{score:4.1f}" for score in scores))

# %% [markdown]
# Exchange the roles: let the right wording be the reference, and score the *human's* sentence and the misleading one.

# %%
exchanged = [[metrics.bleu([said], [right]) for said in (human, misleads)] for _, human, misleads, right in judged]
for name, scores in zip(("human's ", "misleads"), zip(*exchanged, strict=True), strict=True):
    print(name, *(f"{score:4.1f}" for score in scores))

# %% [markdown]
# Now both have next to nothing, in seven of the eight the same, and BLEU cannot tell right from wrong at all. We chose
# these sentences to show that it can happen, not how often.

# %%
claim("in all eight, BLEU prefers the translation that misleads", preferred == 8, preferred)
claim("it gives each of them more than 40, and each right one less than 12",
      min(bleus["misleads"]) > 40 and max(bleus["right"]) < 12, bleus)
claim("without smoothing each right one has 0, and of those that mislead the third alone",
      all(right == 0 and (misleads == 0) == (number == 3) for number, (misleads, right) in enumerate(unsmoothed, 1)),
      unsmoothed)
claim("with the right wording as the reference, the human's sentence and the misleading one are both below 12, and no "
      "more than 2 apart", all(max(pair) < 12 and abs(pair[0] - pair[1]) < 2 for pair in exchanged), exchanged)
claim("in seven of the eight they are the same", sum(np.isclose(*pair) for pair in exchanged) == 7, exchanged)
claim("chrF, too, prefers what misleads in all eight",
      all(m > r for m, r in zip(letters["misleads"], letters["right"], strict=True)), letters)

# %% [markdown]
# Neither knows what a sentence means. Both compare with *one* wording; over hundreds of sentences such accidents
# are hoped to even out between two systems, which is no reason to trust them on one. A habit does not even out: who
# says everything in other words loses everywhere, as Callison-Burch et al. (2006) warned. Newer measures, such as COMET
# (Rei et al. 2020), are themselves networks, trained on what people thought of translations.
#
# ## 6 · A translator that is not sure
#
# How wide should a beam be, and what should its candidates be compared by? We expect that little depends on it where a
# model is sure of each word. So we train one that is not: attention, 64 units, and no more than 3,000 pairs of the
# course corpus. Its learning rate is the one that did best on validation in `benchmarks/decoding.py`, the median of
# three trainings. That takes about twenty seconds.

# %%
STORED = "benchmarks/decoding.py"
stored = experiments.Stored("../benchmarks/decoding.json")
losses = {rate: float(np.median(found)) for rate, found in stored.searched("few pairs")["translator"].items()}
best_rate = min(losses, key=losses.get)
print("validation loss by learning rate", {rate: round(loss, 2) for rate, loss in losses.items()})

# %%
train, validation, test = datasets.bitext.load("course", download=True).split()
train, asked = train[:3000], test.sample(150, seed=0)
sides = [text.train_tokenizer(side, size=8000) for side in (train.source, train.target)]
keras.utils.set_random_seed(seed)
translator = Translator(*sides, units=64, attention="additive")
training.fit(translator, train, validation[:300], epochs=12, batch_size=128, learning_rate=best_rate, seed=seed)
wanted = [detokenize(line) for line in asked.target]

# %% [markdown]
# Without normalisation, candidates are compared by their log-probability alone. Will a beam of 32 then say more words
# than a beam of 4, or fewer? And will its BLEU be higher or lower?

# %%
my_prediction_6 = {"words": None, "BLEU": None}  # "more" or "fewer", and "higher" or "lower"

# %%
ways = {f"width {width}, none": {"beam_width": width, "length_penalty": 0.0} for width in (4, 32)}
ways |= {f"width {width}, mean": {"beam_width": width, "normalisation": "mean"} for width in (4, 32)}
ways = {"width 1": {}, **ways, "sampled": {"temperature": 1.0, "seed": seed},
        "sampled, temperature 0.5": {"temperature": 0.5, "seed": seed}}
said, live, counts = {}, {}, {}
for name, how in ways.items():
    print(name, end=" · ", flush=True)
    found = decoding.translate(translator, asked.source, **how)
    said[name] = [one.text for one in found]
    spoken, expected = (sum(len(line.split()) for line in lines) for lines in (said[name], wanted))
    live[name] = {"BLEU": metrics.bleu(said[name], wanted), "chrF": metrics.chrf(said[name], wanted),
                  "log p": np.mean([one.log_probability for one in found]), "length": spoken / expected}
    counts[name] = {"empty": said[name].count(""), "open": sum(not one.finished for one in found)}

# %%
for measured, digits in ((live, 2), (counts, 0)):
    print(experiments.table({name: [row] for name, row in measured.items()}, digits=digits))
narrow, wide = live["width 4, none"], live["width 32, none"]
you_said(my_prediction_6, {"words": "more" if wide["length"] > narrow["length"] else "fewer",
                           "BLEU": "higher" if wide["BLEU"] > narrow["BLEU"] else "lower"})

# %% [markdown]
# *length* is words said over words in the references; *empty* counts translations without a word, and *open* those that
# met the limit before `[END]`. In the mean, what a wide beam finds is more probable and shorter, and its BLEU is lower.
# Shorter, not empty: of its 150 translations hardly one is, although section 3 may have led you to expect many.

# %%
claim("the wider the beam, the more probable, in the mean, is what it says",
      live["width 1"]["log p"] < narrow["log p"] < wide["log p"], {name: row["log p"] for name, row in live.items()})
claim("without normalisation a beam of 32 says fewer words than one of 4", wide["length"] < narrow["length"] - 0.02,
      (wide["length"], narrow["length"]))
claim("compared by the mean, the same beam says more of them", live["width 32, mean"]["length"] > wide["length"] + 0.02,
      (live["width 32, mean"]["length"], wide["length"]))
claim("without normalisation the BLEU of a beam of 32 is below that of one of 4", wide["BLEU"] < narrow["BLEU"],
      (wide["BLEU"], narrow["BLEU"]))
claim("of a beam's 150 translations no more than two are empty",
      all(counts[name]["empty"] <= 2 for name in counts if "width" in name), counts)

# %% [markdown]
# One such search as a tree: a beam of two for a short sentence, its finished candidates compared by the mean. (Two may
# finish in one step, so there can be three of them.) Where a kept candidate has no child that is kept, better ones have
# taken its place, or the search has ended.

# %%
short = min(asked.source[:40], key=lambda sentence: abs(len(sentence.split()) - 5))
steps = decoding.beam_steps(translator, short, beam_width=2, normalisation="mean", max_length=10)
print(short)
animation.show_beam(steps, translator.target_tokenizer.vocabulary, dropped=1,
                    worth=partial(decoding.worth, length_penalty=0.0, normalisation="mean"))

# %% [markdown]
# ### One training is one training
#
# Above are one model and 150 sentences. Two questions remain, and they are different ones. Would *other sentences* have
# said the same? A paired test answers that. For an interval it draws sentences anew, with replacement (the bootstrap,
# Koehn 2004); for a p-value it throws a coin for each sentence which of the two translations belongs to which system,
# and counts how often chance makes as large a difference. A small p says: chance among sentences seldom does. What
# stands behind ± is half of the middle 95 % of the bootstrap.

# %%
for left, right in (("width 32, none", "width 32, mean"), ("width 1", "width 4, none"), ("width 1", "sampled")):
    test_of_two = metrics.paired_test(said[left], said[right], wanted)
    (one, other), (plus, minus) = test_of_two.scores, test_of_two.half_widths
    print(f"{left} {one:.1f} ± {plus:.1f}, {right} {other:.1f} ± {minus:.1f}: p = {test_of_two.p_value:.3f}")
claim("drawing each word gives translations worse than greedy's, more than chance among sentences would",
      test_of_two.p_value < 0.05 and one > other, test_of_two)

# %% [markdown]
# The intervals of two systems may overlap although the test is sure: which sentences are hard is the same for both, and
# only the test makes use of that.
#
# Would *other trainings* have said the same? No test of sentences can know. For that, five translators were trained
# with five seeds (`benchmarks/decoding.py`), and each decoded the 150 sentences in all these ways. The table has their
# medians.

# %%
few = stored.runs("few pairs")
shown = ("bleu", "chrf", "log-probability", "length", "seconds")
print(experiments.table({row: [{column: np.median([run[column] for run in runs]) for column in shown}]
                         for row, runs in few.items()}, digits=2))

# %%
def by_width(column):
    """Way of comparing → width → one number a training."""
    scores = stored.scores("few pairs", column)
    return {way: {1: scores["width 1"]} | {width: scores[f"width {width}, {way}"] for width in (2, 4, 8, 32)}
            for way in ("none", "gnmt", "mean")}


fig = plotting.ranges(by_width("length"), x="candidates", y="words said / in the references", log_x=True, dots=True)
plotting.show(fig, alt="Words said over words in the references against the number of candidates, five dots a place. "
              "All three lines begin at 1 and fall: without normalisation to 0.72 at 32 candidates, by GNMT's to 0.77; "
              "by the mean to 0.91 at 4, and hardly further.")

# %%
fig = plotting.ranges(by_width("bleu"), x="candidates", y="BLEU", log_x=True, dots=True)
plotting.show(fig, alt="BLEU against the number of candidates, five dots a place. All three lines rise from 30 for one "
              "candidate to 34 for two. Without normalisation the line then falls to 30 at 32 candidates; by GNMT's it "
              "stays at 33 to 34; by the mean it rises to 37.")

# %%
def verdict(first, second, column="bleu", worth=0.5):
    """Here `worth` is the least difference worth having, as in notebook 10: half a point of BLEU."""
    return stored.compare("few pairs", first, second, column, worth=worth)


for way in ("none", "gnmt", "mean"):
    print(f"width 32 against 4, {way}:", verdict(f"width 32, {way}", f"width 4, {way}"))
for way in ("none", "gnmt"):
    print(f"mean against {way}, width 32:", verdict("width 32, mean", f"width 32, {way}"))
for way in ("sampled", "sampled, temperature 0.5", "width 4, none", "width 4, mean"):
    print(f"{way} against greedy:", verdict(way, "width 1"))

# %% [markdown]
# A beam of 4 is *better* than greedy, whatever its candidates are compared by. From there on the ways part. Compared by
# probability alone, a beam of 32 is *worse* than one of 4: 30 BLEU against 33, with 72 words where the references have
# 100, although what it says is, in the mean, more probable under every seed. The search got better and the translations
# got worse, as Koehn and Knowles (2017) saw them do: a model error has come to light. It takes no empty translations:
# these five trainings gave none.
#
# All three ways have the same finished candidates and differ in which of them is said. So what 32 candidates lose
# without normalisation is lost in the choice: by the mean, a beam of 32 is *better* than one of 4. GNMT's, with its
# $\alpha$ of 0.6, lies between, and that 32 differs from 4 is *not shown* for it. Murray and Chiang (2018), too, found
# wide beams nearly harmless once the length was corrected. Even the mean says only nine words of ten. It cannot choose
# what the search did not finish; possibly short candidates, which finish first, fill the beam's quota.
#
# These rows are read on test sentences to see what happens. Whoever *chooses* a width or an $\alpha$ does so on
# validation, and looks at the clock: here 32 candidates took about ten times as long as 4.

# %%
claim("without normalisation a beam of 32 is worse than one of 4; for GNMT's it is not shown; by the mean it is better",
      [verdict(f"width 32, {way}", f"width 4, {way}").word for way in ("none", "gnmt", "mean")]
      == ["worse", "not shown", "better"], stored=STORED)
claim("with 32 candidates the mean is better than GNMT's, and that is better than none",
      verdict("width 32, mean", "width 32, gnmt").word == verdict("width 32, gnmt", "width 32, none").word == "better",
      stored=STORED)
claim("a beam of 4 is better than greedy in each of the three ways",
      all(verdict(f"width 4, {way}", "width 1").word == "better" for way in ("none", "gnmt", "mean")), stored=STORED)

# %%
probable, lengths_said = stored.scores("few pairs", "log-probability"), stored.scores("few pairs", "length")
claim("without normalisation 32 candidates say what is, in the mean, more probable than what 4 say, and shorter, under "
      "every seed",
      all(np.greater(probable["width 32, none"], probable["width 4, none"]))
      and all(np.less(lengths_said["width 32, none"], lengths_said["width 4, none"])), stored=STORED)
claim("by the mean they say 87 to 95 words where the references have 100",
      0.87 < min(lengths_said["width 32, mean"]) and max(lengths_said["width 32, mean"]) < 0.95, stored=STORED)
claim("no translation was empty, in any row", not np.any(list(stored.scores("few pairs", "empty").values())),
      stored=STORED)
seconds = {row: float(np.median(found)) for row, found in stored.scores("few pairs", "seconds").items()}
claim("32 candidates took 8 to 12 times as long as 4",
      all(8 < seconds[f"width 32, {way}"] / seconds[f"width 4, {way}"] < 12 for way in ("none", "gnmt", "mean")),
      stored=STORED)
claim("drawing is worse than greedy, at temperature 1 and at 0.5", verdict("sampled", "width 1").word
      == verdict("sampled, temperature 0.5", "width 1").word == "worse", stored=STORED)

# %% [markdown]
# ### Outlook: choose by agreement
#
# Drawing is what one wants where many answers are good, as in notebook 6. A translation is asked for once, and a drawn
# one is *worse* than greedy's, at temperature 1 and still at 0.5: each word has its chance of being a bad one, and ten
# words have ten. But draws are good for something else. Not the most probable sentence, but the one most like what else
# the model might say: **minimum-Bayes-risk** decoding (Kumar and Byrne 2004), here in the form of Eikema and Aziz
# (2020), who draw samples and say the one whose mean similarity to all of them is highest. We choose by chrF, and judge
# by BLEU as well, since chrF would favour its own choice.

# %%
few_sources, few_wanted = asked.source[:40], wanted[:40]
draws = [[one.text for one in decoding.translate(translator, few_sources, temperature=1.0, seed=n)] for n in range(12)]
agreed = []
for drawn in zip(*draws, strict=True):  # the twelve samples of one sentence
    utilities = decoding.expected_utilities(drawn, metrics.sentence_chrf)  # (samples,)
    agreed.append(drawn[utilities.argmax()])


def judged_by(score):
    """Mean over samples, what they agree on, greedy."""
    return [float(np.mean([score(drawn, few_wanted) for drawn in draws])), score(agreed, few_wanted),
            score(said["width 1"][:40], few_wanted)]


def letters_said(texts, _):
    """How many a sentence has, in the mean."""
    return float(np.mean([len(line) for line in texts]))


for name, score in (("chrF", metrics.chrf), ("BLEU", metrics.bleu), ("letters", letters_said)):
    print("{}: a sample {:.1f}, agreed on {:.1f}, greedy {:.1f}".format(name, *judged_by(score)))
print(f"letters of the human's: {letters_said(few_wanted, None):.1f}")

# %% [markdown]
# What the samples agree on is closer to the human translation than a sample is on average, by either score. By BLEU it
# is further from it than greedy's: possibly twelve draws of a model that is not sure hold few good ones. By chrF,
# which chose it, it stands better beside greedy's. It is also longer than a draw, than greedy's and than the human's.
# One possible reason: this chrF weighs what is left out more heavily than what is too much, so that long samples agree
# best. Eikema and Aziz, with other models, report results that compete with a beam's.

# %%
by_chrf, by_bleu, size = map(judged_by, (metrics.chrf, metrics.bleu, letters_said))  # samples, agreed on, greedy
claim("over 40 sentences, what is agreed on has a higher chrF and BLEU than samples have on average",
      by_chrf[1] > by_chrf[0] and by_bleu[1] > by_bleu[0], (by_chrf, by_bleu))
claim("its BLEU is lower than greedy's", by_bleu[1] < by_bleu[2], by_bleu)
claim("beside greedy's it stands better by chrF than by BLEU", by_chrf[1] - by_chrf[2] > by_bleu[1] - by_bleu[2],
      (by_chrf, by_bleu))
claim("it has more letters than samples have on average, than greedy's and than the human's",
      size[1] > max(size[0], size[2], letters_said(few_wanted, None)), size)

# %% [markdown]
# ## Where this goes wrong
#
# A common mistake is to average the BLEU of single sentences. It is another number: counts have to be added up first.

# %%
mean = np.mean([metrics.bleu([h], [r]) for h, r in zip(hypotheses, references, strict=True)])
print(f"mean of sentences {mean:.1f}, corpus {library:.1f}")
claim("the mean of sentence scores is not corpus BLEU", abs(mean - library) > 1, mean)

# %% [markdown]
# ## Check yourself
#
# <details><summary>Why does a search that finds more probable sentences not have to translate better?</summary>
#
# The model may hold a wrong sentence, such as a very short one, to be the most probable. That is a model error, and
# fewer search errors bring it to light.
# </details>
#
# <details><summary>Two normalisations run the same search. Can one say what the other never found?</summary>
#
# No: both have the same finished candidates, and differ in which of them they say.
# </details>
#
# <details><summary>Why does BLEU need a brevity penalty, and no penalty on length?</summary>
#
# Words too many lower the precisions already; words left out do not.
# </details>
#
# <details><summary>A paired test gives p = 0.01. Would another training of the same system be better as well?</summary>
#
# The test does not say: it knows other sentences, not other seeds.
# </details>

# %% [markdown]
# ## Recap
#
# - You **saw greedy fail** on a model of five words, and **wrote a step of beam search** that found what it missed.
# - You **told search errors from model errors**, by listing every sentence there is.
# - You **corrected its liking for short sentences**: $\log p / ((5 + \text{length})/6)^\alpha$, or the plain mean.
# - You **computed BLEU from counts**, $\text{BP} \cdot (p_1 p_2 p_3 p_4)^{1/4}$, and it is sacrebleu's.
# - You **saw what BLEU misses**, and **compared two systems** twice: over sentences, by a paired test, and over
#   trainings.
#
# ## Next
#
# [Notebook 16](16_visual_attention.ipynb) gives the captioner of notebook 5 a decoder that looks at the picture.
#
# ## Further reading
#
# - K. Papineni et al. (2002), *BLEU: a Method for Automatic Evaluation of Machine Translation*: section 2.
# - M. Popović (2015), *chrF: character n-gram F-score for automatic MT evaluation*.
# - Y. Wu et al. (2016), *Google's Neural Machine Translation System*: equation 14.
# - P. Koehn (2004), *Statistical Significance Tests for Machine Translation Evaluation*.
# - M. Post (2018), *A Call for Clarity in Reporting BLEU Scores*: why a score needs its signature.
# - P. Koehn, R. Knowles (2017), *Six Challenges for Neural Machine Translation*: the sixth is beam search.
# - K. Murray, D. Chiang (2018), *Correcting Length Bias in Neural Machine Translation*.
# - F. Stahlberg, B. Byrne (2019), *On NMT Search Errors and Model Errors: Cat Got Your Tongue?*
# - C. Callison-Burch, M. Osborne, P. Koehn (2006), *Re-evaluating the Role of BLEU in Machine Translation Research*.
# - S. Kumar, W. Byrne (2004), *Minimum Bayes-Risk Decoding for Statistical Machine Translation*.
# - B. Eikema, W. Aziz (2020), *Is MAP Decoding All You Need?*
# - R. Rei et al. (2020), *COMET: A Neural Framework for MT Evaluation*.
