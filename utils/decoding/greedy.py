"""One word after another: the most probable one, or one that is chosen otherwise."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from keras import ops

from utils.tokens import END, START

from .steps import compiled_steps, rows_of


def roll_out(translator, source, limits, advance, compact=True):
    """Says one word after another for every sentence of a batch, as `advance` decides.

    Args:
        translator: a trained `Translator`.
        source: ids (batch, source time).
        limits: for each sentence at most so many words.
        advance: `advance(words, states, memory, step)` returns the next words, their
            log-probabilities, both (steps, batch), attention weights (steps, batch, source time) or
            None, and the new states.
        compact: drops sentences that are finished from the batch once they are the greater part.

    Returns:
        For each sentence its words, attention weights and log-probability.
    """
    limits = np.array(limits)
    memory, states = compiled_steps(translator).encode(source)
    live = np.arange(len(source))  # the sentence that each row of the tensors belongs to
    hypotheses = [SimpleNamespace(tokens=[], weights=[], log_probability=0.0) for _ in live]
    finished, step = np.zeros(len(live), bool), 0
    words = np.full(len(live), START, "int32")
    while True:
        said, values, weights, states = advance(words, states, memory, step)
        for row, number in enumerate(live):
            if not finished[number]:
                kept = _until_end(said[:, row], limits[number] - step)
                hypotheses[number].tokens.extend(said[:kept, row])
                hypotheses[number].log_probability += values[:kept, row].sum()
                if weights is not None:
                    hypotheses[number].weights.extend(weights[:kept, row])
                finished[number] = said[kept - 1, row] == END or step + kept >= limits[number]
        step, words = step + len(said), said[-1]
        keep = np.flatnonzero(~finished[live])
        if not len(keep):
            return [_as_arrays(hypothesis) for hypothesis in hypotheses]
        if compact and len(keep) <= len(live) // 2:
            live, words = live[keep], words[keep]
            memory, states = rows_of((memory, states), keep)


def _until_end(words, limit):
    """How many of these words count: up to [END], and no more than the limit."""
    ends = np.flatnonzero(words == END)
    return min(int(ends[0]) + 1 if len(ends) else len(words), limit)


def _as_arrays(hypothesis):
    hypothesis.tokens = np.array(hypothesis.tokens, "int32")
    hypothesis.weights = np.array(hypothesis.weights) if len(hypothesis.weights) else None
    return hypothesis


def most_probable(translator):
    """Greedy decoding: `_STEPS` words at a time, so that the model is called rarely."""
    greedy = compiled_steps(translator).greedy

    def advance(words, states, memory, step):
        said, values, weights, states = greedy(words, states, memory)
        weights = None if weights is None else ops.convert_to_numpy(weights)
        return ops.convert_to_numpy(said), ops.convert_to_numpy(values), weights, states

    return advance


def chosen(translator, choose):
    """One word at a time: `choose` gets log-probabilities (batch, vocabulary) and the step."""
    model = compiled_steps(translator)

    def advance(words, states, memory, step):
        log_probabilities, states, weights = model.step(words, states, memory)
        log_probabilities = ops.convert_to_numpy(log_probabilities)
        words = np.asarray(choose(log_probabilities, step), "int32")
        values = np.take_along_axis(log_probabilities, words[:, None], axis=1)
        weights = None if weights is None else ops.convert_to_numpy(weights)[None]
        return words[None], values.T, weights, states

    return advance
