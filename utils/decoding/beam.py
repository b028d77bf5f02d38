"""Beam search: several unfinished translations of each sentence, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
from keras import ops

from utils import expect
from utils.tokens import END, PAD, START

from .steps import compiled_steps, rows_of

NORMALISATIONS = ("gnmt", "mean")


@dataclass(frozen=True)
class Considered:
    """A continuation that a beam looked at.

    Attributes:
        parent: which of the candidates before this step it continues, from 0.
        word: the id of its last word.
        log_probability: of the whole, in nats.
        fate: "kept", "finished" or "dropped".
    """

    parent: int
    word: int
    log_probability: float
    fate: str


def worth(log_probability, length, length_penalty, normalisation="gnmt"):
    """What finished candidates are compared by; numbers or arrays.

    Args:
        log_probability: in nats, `[END]` included.
        length: how many words, `[END]` included.
        length_penalty: α of Wu et al. 2016, equation 14; without meaning for the mean.
        normalisation: "gnmt", log-probability / ((5 + length) / 6)^α; or "mean", log-probability
            / length.
    """
    if normalisation == "mean":
        return log_probability / length
    return log_probability / ((5 + length) / 6) ** length_penalty


def beam_search(
    translator, source, limits, width, length_penalty, normalisation="gnmt", record=False
):
    """The best unfinished translations of each sentence, step by step side by side.

    A candidate that says [END] is finished when it ranks among the best `width`. A sentence is
    done with `width` finished candidates, or at its limit.

    Args:
        translator: a trained `Translator`.
        source: ids (batch, source time).
        limits: for each sentence at most so many words.
        width: how many candidates stand side by side; 1 is greedy decoding.
        length_penalty: as in `translate`.
        normalisation: as in `translate`.
        record: whether to keep what was considered.

    Returns:
        For each sentence the words, attention weights and log-probability of its best candidate;
        with `record` also `steps`, for each step a list of `Considered`, the best first.
    """
    model = compiled_steps(translator)
    memory, states = model.encode(source)
    batch = len(source)
    memory, states = rows_of((memory, states), np.repeat(np.arange(batch), width))
    beams = [_Beam(width, limit, length_penalty, normalisation, record) for limit in limits]
    words = np.full(batch * width, START, "int32")
    top = min(2 * width, translator.target_tokenizer.size)
    for _ in range(max(limits)):
        log_probabilities, states, weights = model.step(words, states, memory)
        values, candidates = ops.top_k(log_probabilities, top)
        values = ops.convert_to_numpy(values).reshape(batch, width, top)
        candidates = ops.convert_to_numpy(candidates).reshape(batch, width, top)
        if weights is not None:
            weights = ops.convert_to_numpy(weights).reshape(batch, width, -1)
        parents = np.tile(np.arange(width), (batch, 1))
        for number, beam in enumerate(beams):
            if not beam.done:
                seen = None if weights is None else weights[number]
                parents[number] = beam.advance(values[number], candidates[number], seen)
        if all(beam.done for beam in beams):
            break
        words = np.concatenate([beam.words for beam in beams])
        states = rows_of(states, (parents + width * np.arange(batch)[:, None]).ravel())
    return [beam.best() for beam in beams]


class _Beam:
    """The candidates of one sentence."""

    def __init__(self, width, limit, length_penalty, normalisation, record):
        self.width, self.limit = width, limit
        self.length_penalty, self.normalisation = length_penalty, normalisation
        self.steps = [] if record else None
        # All candidates begin alike, so that at first only one of them may continue.
        self.scores = np.array([0.0] + [-np.inf] * (width - 1))
        self.words = np.full(width, START, "int32")
        self.tokens = [[] for _ in range(width)]
        self.weights = [[] for _ in range(width)]
        self.finished = []

    @property
    def done(self):
        return len(self.finished) >= self.width or len(self.tokens[0]) >= self.limit

    def advance(self, values, candidates, weights):
        """Goes on by a word: (width, top) log-probabilities and words → parents (width,)."""
        totals = self.scores[:, None] + values
        order = np.argsort(-totals, axis=None, kind="stable")
        going_on, considered = [], []
        for rank, place in enumerate(order):
            parent, column = divmod(place, totals.shape[1])
            word, score = candidates[parent, column], totals[parent, column]
            fate = "dropped"
            if word == END and rank < self.width and np.isfinite(score):
                self.finished.append(self._hypothesis(parent, weights, score))
                fate = "finished"
            elif word != END and len(going_on) < self.width:
                going_on.append((parent, word, score))
                fate = "kept"
            if self.steps is not None and np.isfinite(score):
                considered.append(Considered(int(parent), int(word), float(score), fate))
        if self.steps is not None:
            self.steps.append(considered)
        while len(going_on) < self.width:  # a vocabulary smaller than the beam
            going_on.append((0, PAD, -np.inf))
        parents = np.array([parent for parent, _, _ in going_on])
        self.words = np.array([word for _, word, _ in going_on], "int32")
        self.scores = np.array([score for _, _, score in going_on])
        self.tokens = [
            [*self.tokens[parent], word] for parent, word, _ in going_on
        ]
        if weights is not None:
            self.weights = [[*self.weights[parent], weights[parent]] for parent in parents]
        return parents

    def _hypothesis(self, parent, weights, score):
        seen = None if weights is None else np.array([*self.weights[parent], weights[parent]])
        tokens = np.array([*self.tokens[parent], END], "int32")
        return SimpleNamespace(tokens=tokens, weights=seen, log_probability=score)

    def _worth(self, hypothesis):
        length = len(hypothesis.tokens)
        return worth(
            hypothesis.log_probability, length, self.length_penalty, self.normalisation
        )

    def best(self):
        """The finished candidate of highest worth, or what there is at the limit."""
        if self.finished:
            found = max(self.finished, key=self._worth)
        else:
            first = int(np.argmax(self.scores))
            found = SimpleNamespace(
                tokens=np.array(self.tokens[first], "int32"),
                weights=np.array(self.weights[first]) if self.weights[first] else None,
                log_probability=self.scores[first],
            )
        found.steps = self.steps
        return found


def beam_steps(
    translator, sentence, *, beam_width, length_penalty=0.6, normalisation="gnmt", max_length=None
) -> list[list[Considered]]:
    """What a beam considers for one sentence, step by step: a tree, since each has its parent.

    Args:
        translator: a trained `Translator`.
        sentence: a text, not an empty one.
        beam_width: how many candidates stand side by side.
        length_penalty: as in `translate`.
        normalisation: as in `translate`.
        max_length: as in `translate`.

    Returns:
        For each step the continuations looked at, the best first. Those that are "kept" are, in
        this order, the parents 0, 1, … of the next step; the only parent of the first is [START].

    Raises:
        ValueError: an empty sentence, or options that make no sense.
    """
    [beam_width] = expect.integer(beam_width=beam_width)
    length_penalty = expect.number("length_penalty", length_penalty)
    expect.one_of("normalisation", normalisation, NORMALISATIONS)
    [row] = translator.source_tokenizer.encode_rows([sentence])
    if not len(row):
        raise ValueError("the sentence is empty: there is nothing to translate")
    if max_length is not None:
        [max_length] = expect.integer(max_length=max_length)
    [found] = beam_search(
        translator, translator.encode_source([sentence]), [max_length or 2 * len(row) + 10],
        beam_width, length_penalty, normalisation, record=True,
    )  # fmt: skip
    return found.steps
