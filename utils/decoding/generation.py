"""Texts of a language model, and how surprised it is by others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from keras import ops

from utils import expect
from utils.models.language_model import LanguageModel
from utils.tokens import END, PAD, START

from .sampling import check_drawing, drawn
from .steps import compiled_reader


@dataclass(frozen=True)
class Generated:
    """One text written by a language model.

    Attributes:
        tokens: int32 (time,), what was written after the prompt; `end` is not among them.
        probabilities: float32 (time,), how probable the model held each of them, whatever
            temperature it was drawn with.
        finished: whether the model said `end` before it reached the length.
    """

    tokens: np.ndarray
    probabilities: np.ndarray
    finished: bool


def generate(
    model: LanguageModel,
    *,
    prompt: np.ndarray | None = None,
    condition: np.ndarray | None = None,
    count: int = 1,
    length: int,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    end: int | None = None,
    seed: int = 0,
) -> list[Generated]:
    """Goes on with a prompt, token by token; by default always with the most probable one.

    Args:
        model: a trained `language_model.LanguageModel`.
        prompt: ids (time,) or (batch, time) to go on with, without padding. Without it the model
            begins after `[START]`, id 2, which it must have been trained to begin with. Only texts
            that end with `[END]` begin so, so `end=text.END` must be given too: in a model of plain
            characters id 2 is a character like any other.
        condition: float (condition_size,) or (batch, condition_size), for a model that has one.
        count: so many texts for each prompt (or condition), one after another in the result.
        length: at most so many tokens a text.
        temperature: draws at random, as `top_k` and `top_p` do: see `sampling_probabilities`.
        top_k: see `temperature`.
        top_p: see `temperature`.
        end: id at which a text is over, such as `text.END`; without it only the length ends one.
        seed: of the drawing.

    Returns:
        batch x count texts.

    Raises:
        ValueError: options that make no sense, no prompt where the model has no `[START]`, a prompt
            with ids that the model does not have, a condition of the wrong shape.
    """
    count, length = expect.integer(count=count, length=length)
    [seed] = expect.integer(0, seed=seed)
    check_drawing(temperature, top_k, top_p)
    drawing = (temperature, top_k, top_p) != (None, None, None)
    random = np.random.default_rng(seed)
    _check_ends(model, prompt, end)
    ids, condition = _beginnings(model, prompt, condition, count)
    never = [PAD] if prompt is not None else [PAD, START]
    states = model.get_initial_state(len(ids), condition)
    tokens = np.zeros((len(ids), length), "int32")
    probabilities = np.zeros((len(ids), length), "float32")
    over = np.zeros(len(ids), bool)
    step = compiled_reader(model).last
    for position in range(length):
        log_probabilities, states = step(ids, states, condition)
        log_probabilities = np.array(ops.convert_to_numpy(log_probabilities))
        log_probabilities[:, never] = -np.inf
        if drawing:
            chosen = drawn(log_probabilities, temperature, top_k, top_p, random)
        else:
            chosen = log_probabilities.argmax(-1)
        tokens[:, position] = chosen
        probabilities[:, position] = np.exp(log_probabilities[np.arange(len(ids)), chosen])
        over |= chosen == end
        if over.all():
            break
        ids = chosen[:, None].astype("int32")
    return [
        _generated(row, likely, end)
        for row, likely in zip(tokens[:, : position + 1], probabilities, strict=True)
    ]


def _generated(tokens, probabilities, end):
    ends = np.flatnonzero(tokens == end)
    kept = int(ends[0]) if len(ends) else len(tokens)
    return Generated(tokens[:kept], probabilities[:kept], bool(len(ends)))


def _check_ends(model, prompt, end):
    size = model.options["vocabulary_size"]
    if end is not None:
        [end] = expect.integer(0, end=end)
        if end >= size:
            raise ValueError(f"end is {end}, expected an id of this model, at most {size - 1}")
    if prompt is None and end != END:
        raise ValueError(
            "there is no prompt to go on with: give one, ids that an encoded text has; or, where "
            "the model was trained on texts from [START] to [END], give end=text.END"
        )


def _beginnings(model, prompt, condition, count):
    """Ids (rows, time) and condition (rows, condition_size) or None, `count` rows of each."""
    ids = np.array([[START]], "int32") if prompt is None else _real_ids(model, "the prompt", prompt)
    if condition is None:
        return np.repeat(ids, count, axis=0), None
    condition = np.atleast_2d(np.asarray(condition, "float32"))
    if len(ids) != len(condition) and 1 not in (len(ids), len(condition)):
        raise ValueError(
            f"{len(ids)} prompts but {len(condition)} conditions: give as many of each, or one "
            "of either for all of the other"
        )
    rows = max(len(ids), len(condition))
    ids, condition = (np.broadcast_to(a, (rows, a.shape[1])) for a in (ids, condition))
    return np.repeat(ids, count, axis=0), np.repeat(condition, count, axis=0)


def _real_ids(model, name, given):
    """The given ids, (time,) or (batch, time), as (batch, time), without padding."""
    ids, size = np.atleast_2d(np.asarray(given)), model.options["vocabulary_size"]
    if ids.ndim != 2 or not ids.size or ids.dtype.kind not in "iu":
        raise ValueError(
            f"{name} has shape {np.shape(given)} and holds {ids.dtype}, expected ids (time,) or "
            "(batch, time), at least one; encode a text first"
        )
    if ids.min() <= PAD or ids.max() >= size:
        wrong = ids[(ids <= PAD) | (ids >= size)][0]
        raise ValueError(
            f"{name} holds the id {wrong}, expected 1 to {size - 1}; rows of different lengths "
            "cannot be padded here: give them one by one"
        )
    return ids.astype("int32")


def surprisal(model: LanguageModel, ids: np.ndarray, *, piece: int = 1000) -> np.ndarray:
    """How unexpected each token of one long text is, -log p(token | all before it), in nats.

    The state is carried through the whole text. Their mean, through `metrics.bits_per_character`,
    is what the model needs to say a character.

    Args:
        model: without a condition.
        ids: (time,), at least two, without padding.
        piece: tokens read at a time; the result is the same.

    Returns:
        float32 (time - 1,); the first token has nothing before it and is not scored.

    Raises:
        ValueError: ids of another shape, or that the model does not have; a piece below 1.
    """
    [piece] = expect.integer(piece=piece)
    if np.ndim(ids) != 1 or len(ids) < 2:
        raise ValueError(
            f"the text has shape {np.shape(ids)}, expected (time,), two tokens or more: the first "
            "has nothing before it"
        )
    [ids] = _real_ids(model, "the text", ids)
    following, states, found = compiled_reader(model).following, model.get_initial_state(1), []
    for begin in range(0, len(ids) - 1, piece):
        span = ids[None, begin : begin + piece + 1]  # (1, piece + 1): what is read, and what comes
        log_probabilities, states = following(span[:, :-1], span[:, 1:], states)
        found.append(ops.convert_to_numpy(log_probabilities)[0])
    return -np.concatenate(found)
