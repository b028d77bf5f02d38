"""Beam search: several unfinished translations of each sentence, side by side."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from keras import ops

from utils.tokens import END, PAD, START

from .steps import compiled_steps, rows_of


def beam_search(translator, source, limits, width, length_penalty):
    """The best unfinished translations of each sentence, step by step side by side.

    A candidate that says [END] is finished when it ranks among the best `width`. A sentence is
    done with `width` finished candidates, or at its limit.

    Args:
        translator: a trained `Translator`.
        source: ids (batch, source time).
        limits: for each sentence at most so many words.
        width: how many candidates stand side by side; 1 is greedy decoding.
        length_penalty: as in `translate`.

    Returns:
        For each sentence the words, attention weights and log-probability of its best candidate.
    """
    model = compiled_steps(translator)
    memory, states = model.encode(source)
    batch = len(source)
    memory, states = rows_of((memory, states), np.repeat(np.arange(batch), width))
    beams = [_Beam(width, limit, length_penalty) for limit in limits]
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

    def __init__(self, width, limit, length_penalty):
        self.width, self.limit, self.length_penalty = width, limit, length_penalty
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
        going_on = []
        for rank, place in enumerate(order):
            parent, column = divmod(place, totals.shape[1])
            word, score = candidates[parent, column], totals[parent, column]
            if word == END and rank < self.width and np.isfinite(score):
                self.finished.append(self._hypothesis(parent, weights, score))
            elif word != END and len(going_on) < self.width:
                going_on.append((parent, word, score))
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
        return hypothesis.log_probability / ((5 + length) / 6) ** self.length_penalty

    def best(self):
        """The finished candidate of highest worth, or what there is at the limit."""
        if self.finished:
            return max(self.finished, key=self._worth)
        first = int(np.argmax(self.scores))
        return SimpleNamespace(
            tokens=np.array(self.tokens[first], "int32"),
            weights=np.array(self.weights[first]) if self.weights[first] else None,
            log_probability=self.scores[first],
        )
