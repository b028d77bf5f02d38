"""Translating and writing: greedy, sampling, and beam search, in batches and one step at a time.

Each step costs the same, whatever came before: the state is carried along, nothing is read again.
`translate` and `follow` belong to a translator, `generate` and `surprisal` to a language model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace

import keras
import numpy as np
from keras import ops

from utils import expect, metrics
from utils.language_model import LanguageModel
from utils.seq2seq import Memory, Translator
from utils.text import END, PAD, START, pad
from utils.token_model import compiled


@dataclass(frozen=True)
class Translation:
    """One translated sentence.

    Attributes:
        text: the translation as ordinary text.
        tokens: the translation as tokens, without `[END]`.
        source_tokens: what was read, as tokens.
        attention: weights (target time, source time), a row for each token said and one more for
            `[END]` when the decoder stopped by itself; None without attention.
        log_probability: of the whole translation, `[END]` included, in nats.
        finished: whether the decoder said `[END]` before it reached the limit.
    """

    text: str
    tokens: list[str]
    source_tokens: list[str]
    attention: np.ndarray | None
    log_probability: float
    finished: bool


def translate(
    translator: Translator,
    sentences: Sequence[str],
    *,
    beam_width: int = 1,
    length_penalty: float = 0.6,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
    seed: int = 0,
    max_length: int | None = None,
    batch_size: int = 128,
) -> list[Translation]:
    """Translates sentences; by default greedily, always with the most probable next word.

    Args:
        translator: a trained `seq2seq.Translator`.
        sentences: texts. An empty one has an empty translation.
        beam_width: more than 1 searches with so many candidates a sentence.
        length_penalty: α of Wu et al. 2016, equation 14: finished candidates are compared by
            log-probability / ((5 + length) / 6)^α. 0 compares plain log-probabilities.
        temperature: draws words at random instead; 1 as the model believes, less is more cautious.
        top_k: draws among the k most probable words only.
        top_p: draws among the fewest words that together have probability p (Holtzman et al. 2020).
        seed: of the drawing.
        max_length: at most so many words; by default twice the source length and ten more.
        batch_size: sentences translated at a time; those of similar length together.

    Returns:
        One `Translation` per sentence, in the order of the sentences.

    Raises:
        TypeError: something other than text.
        ValueError: options that make no sense, or contradict one another.
    """
    drawing = (temperature, top_k, top_p) != (None, None, None)
    beam_width, batch_size = expect.whole(beam_width=beam_width, batch_size=batch_size)
    if max_length is not None:
        [max_length] = expect.whole(max_length=max_length)
    length_penalty = expect.number("length_penalty", length_penalty)
    [seed] = expect.whole(0, seed=seed)
    _check_drawing(temperature, top_k, top_p)
    if drawing and beam_width > 1:
        raise ValueError("beam search does not draw: choose beam_width or temperature, not both")
    random = np.random.default_rng(seed)

    def choose(log_probabilities, step):
        return _draw(log_probabilities, temperature, top_k, top_p, random)

    advance = _chosen(translator, choose) if drawing else _most_probable(translator)

    def search(source, limits, numbers):
        if beam_width > 1:
            return _beam_search(translator, source, limits, beam_width, length_penalty)
        return _roll_out(translator, source, limits, advance)

    return _in_batches(translator, sentences, max_length, batch_size, search)


def follow(
    translator: Translator, sentences: Sequence[str], targets: Sequence[str], batch_size: int = 128
) -> list[Translation]:
    """Makes the decoder say given translations, and reports what it looked at and believed.

    The result holds the given words, the attention weights while each was expected, and the
    log-probability of the whole. Attention can so be compared with a gold alignment, which belongs
    to the given words.

    Raises:
        ValueError: different numbers of sentences and translations; an empty sentence.
    """
    [batch_size] = expect.whole(batch_size=batch_size)
    if len(sentences) != len(targets):
        raise ValueError(f"{len(sentences)} sentences but {len(targets)} translations to follow")
    for number, row in enumerate(translator.source_tokenizer.encode_rows(sentences)):
        if not len(row):
            raise ValueError(f"sentence {number} is empty: there is nothing to translate")
    rows = translator.target_tokenizer.encode_rows(targets, end=True)

    def search(source, limits, numbers):
        expected = pad([rows[number] for number in numbers])
        advance = _chosen(translator, lambda log_probabilities, step: expected[:, step])
        limits = [len(rows[number]) for number in numbers]
        return _roll_out(translator, source, limits, advance, compact=False)

    return _in_batches(translator, sentences, None, batch_size, search)


def in_words(translator: Translator, translation: Translation) -> Translation:
    """A translation in words where it was in pieces: tokens, source tokens and attention.

    Gold alignments are between words, so a translator with `level="bpe"` is compared with them, and
    shown, in words; with `level="word"` nothing changes. See `Tokenizer.words` and
    `metrics.attention_of_words`.

    Args:
        translator: the one that translated.
        translation: from `translate` or `follow`.
    """
    source = translator.source_tokenizer.words(translation.source_tokens)
    target = translator.target_tokenizer.words(translation.tokens)
    weights = translation.attention
    if weights is not None:
        weights = metrics.attention_of_words(weights, source.of_pieces, target.of_pieces)
    return replace(
        translation, tokens=target.texts, source_tokens=source.texts, attention=weights
    )


def _check_drawing(temperature, top_k, top_p):
    if temperature is not None:
        expect.number("temperature", temperature, above=0)
    if top_k is not None:
        expect.whole(top_k=top_k)
    if top_p is not None:
        expect.number("top_p", top_p, above=0, at_most=1)


def _in_batches(translator, sentences, max_length, batch_size, search):
    """Calls `search(source ids, limits, sentence numbers)` batch by batch, by length."""
    sentences = sentences if isinstance(sentences, str) else list(sentences)
    rows = translator.source_tokenizer.encode_rows(sentences)
    read = [row[::-1] for row in rows] if translator.reverse_source else rows
    results: list[Translation | None] = [None] * len(rows)
    order = sorted((n for n in range(len(rows)) if len(rows[n])), key=lambda n: len(rows[n]))
    for start in range(0, len(order), batch_size):
        numbers = order[start : start + batch_size]
        limits = [max_length or 2 * len(rows[number]) + 10 for number in numbers]
        source = pad([read[number] for number in numbers])
        found = search(source, limits, numbers)
        for number, hypothesis in zip(numbers, found, strict=True):
            results[number] = _translation(translator, sentences[number], rows[number], hypothesis)
    nothing = Translation("", [], [], None, 0.0, True)
    return [nothing if result is None else result for result in results]


def _translation(translator, sentence, row, hypothesis):
    tokens, weights = hypothesis.tokens, hypothesis.weights
    if weights is not None:
        weights = weights[:, : len(row)]
        weights = weights[:, ::-1] if translator.reverse_source else weights
    return Translation(
        text=translator.target_tokenizer.decode([tokens])[0],
        tokens=translator.target_tokenizer.tokens(tokens),
        source_tokens=translator.source_tokenizer.split(sentence),
        attention=weights,
        log_probability=float(hypothesis.log_probability),
        finished=bool(len(tokens) and tokens[-1] == END),
    )


# ---------------------------------------------------------------- one word after another

_STEPS = 8  # greedy decoding runs so many steps at a time inside the compiled model


def _roll_out(translator, source, limits, advance, compact=True):
    """Says one word after another for every sentence of a batch, as `advance` decides.

    `advance(words, states, memory, step)` returns the next words, their log-probabilities, both
    (steps, batch), attention weights (steps, batch, source time) or None, and the new states.
    `compact` drops sentences that are finished from the batch once they are the greater part.
    """
    limits = np.array(limits)
    memory, states = _compiled(translator).encode(source)
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
            memory, states = _rows((memory, states), keep)


def _until_end(words, limit):
    """How many of these words count: up to [END], and no more than the limit."""
    ends = np.flatnonzero(words == END)
    return min(int(ends[0]) + 1 if len(ends) else len(words), limit)


def _as_arrays(hypothesis):
    hypothesis.tokens = np.array(hypothesis.tokens, "int32")
    hypothesis.weights = np.array(hypothesis.weights) if len(hypothesis.weights) else None
    return hypothesis


def _most_probable(translator):
    """Greedy decoding: `_STEPS` words at a time, so that the model is called rarely."""
    greedy = _compiled(translator).greedy

    def advance(words, states, memory, step):
        said, values, weights, states = greedy(words, states, memory)
        weights = None if weights is None else ops.convert_to_numpy(weights)
        return ops.convert_to_numpy(said), ops.convert_to_numpy(values), weights, states

    return advance


def _chosen(translator, choose):
    """One word at a time: `choose` gets log-probabilities (batch, vocabulary) and the step."""
    model = _compiled(translator)

    def advance(words, states, memory, step):
        log_probabilities, states, weights = model.step(words, states, memory)
        log_probabilities = ops.convert_to_numpy(log_probabilities)
        words = np.asarray(choose(log_probabilities, step), "int32")
        values = np.take_along_axis(log_probabilities, words[:, None], axis=1)
        weights = None if weights is None else ops.convert_to_numpy(weights)[None]
        return words[None], values.T, weights, states

    return advance


# ---------------------------------------------------------------- drawing


def sampling_probabilities(
    log_probabilities: np.ndarray,
    temperature: float | None = None,
    top_k: int | None = None,
    top_p: float | None = None,
) -> np.ndarray:
    """What each token is drawn with, once a model's belief has been made more or less cautious.

    The temperature comes first, then top_k, then top_p of what is left.

    Args:
        log_probabilities: (batch, vocabulary), in nats; minus infinity for what is never said.
        temperature: probabilities are raised to 1 / temperature and scaled; by default 1.
        top_k: only the k most probable tokens keep theirs.
        top_p: only the fewest most probable tokens that together have probability p keep theirs
            (Holtzman et al. 2020).

    Returns:
        float64 (batch, vocabulary); each row sums to 1.

    Raises:
        ValueError: an option that makes no sense.
    """
    _check_drawing(temperature, top_k, top_p)
    scores = ops.convert_to_numpy(log_probabilities).astype("float64") / (temperature or 1.0)
    order = np.argsort(-scores, axis=-1, kind="stable")
    ranked = np.take_along_axis(scores, order, axis=-1)
    probabilities = _normalised(np.exp(ranked - ranked[:, :1]))
    if top_k is not None:
        probabilities[:, top_k:] = 0
        probabilities = _normalised(probabilities)
    if top_p is not None:
        before = np.cumsum(probabilities, axis=-1) - probabilities
        probabilities[before >= top_p] = 0
    result = np.empty_like(probabilities)
    np.put_along_axis(result, order, probabilities, axis=-1)
    return _normalised(result)


def draw(probabilities: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Draws one token a row: (batch, vocabulary) probabilities → int (batch,)."""
    cumulative = np.cumsum(probabilities, axis=-1)
    cumulative /= cumulative[:, -1:]  # exactly 1 at the end, which no draw reaches
    return (cumulative <= random.random((len(cumulative), 1))).sum(-1)


def _normalised(probabilities):
    return probabilities / probabilities.sum(-1, keepdims=True)


def _draw(log_probabilities, temperature, top_k, top_p, random):
    return draw(sampling_probabilities(log_probabilities, temperature, top_k, top_p), random)


# ---------------------------------------------------------------- beam search


def _beam_search(translator, source, limits, width, length_penalty):
    """The `width` best unfinished translations of each sentence, step by step side by side.

    A candidate that says [END] is finished when it ranks among the best `width`. A sentence is
    done with `width` finished candidates, or at its limit. Width 1 is greedy decoding.
    """
    model = _compiled(translator)
    memory, states = model.encode(source)
    batch = len(source)
    memory, states = _rows((memory, states), np.repeat(np.arange(batch), width))
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
        states = _rows(states, (parents + width * np.arange(batch)[:, None]).ravel())
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


# ---------------------------------------------------------------- a language model


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
        temperature, top_k, top_p: draw at random, see `sampling_probabilities`.
        end: id at which a text is over, such as `text.END`; without it only the length ends one.
        seed: of the drawing.

    Returns:
        batch x count texts.

    Raises:
        ValueError: options that make no sense, no prompt where the model has no `[START]`, a prompt
            with ids that the model does not have, a condition of the wrong shape.
    """
    count, length = expect.whole(count=count, length=length)
    [seed] = expect.whole(0, seed=seed)
    _check_drawing(temperature, top_k, top_p)
    drawing = (temperature, top_k, top_p) != (None, None, None)
    random = np.random.default_rng(seed)
    _check_ends(model, prompt, end)
    ids, condition = _beginnings(model, prompt, condition, count)
    never = [PAD] if prompt is not None else [PAD, START]
    states = model.start(len(ids), condition)
    tokens = np.zeros((len(ids), length), "int32")
    probabilities = np.zeros((len(ids), length), "float32")
    over = np.zeros(len(ids), bool)
    step = _compiled_reader(model).last
    for position in range(length):
        log_probabilities, states = step(ids, states, condition)
        log_probabilities = np.array(ops.convert_to_numpy(log_probabilities))
        log_probabilities[:, never] = -np.inf
        if drawing:
            chosen = _draw(log_probabilities, temperature, top_k, top_p, random)
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
        [end] = expect.whole(0, end=end)
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
    [piece] = expect.whole(piece=piece)
    if np.ndim(ids) != 1 or len(ids) < 2:
        raise ValueError(
            f"the text has shape {np.shape(ids)}, expected (time,), two tokens or more: the first "
            "has nothing before it"
        )
    [ids] = _real_ids(model, "the text", ids)
    following, states, found = _compiled_reader(model).following, model.start(1), []
    for begin in range(0, len(ids) - 1, piece):
        span = ids[None, begin : begin + piece + 1]  # (1, piece + 1): what is read, and what comes
        log_probabilities, states = following(span[:, :-1], span[:, 1:], states)
        found.append(ops.convert_to_numpy(log_probabilities)[0])
    return -np.concatenate(found)


# ---------------------------------------------------------------- the compiled model


def _rows(structure, numbers):
    """The given rows of every tensor: a smaller, larger or reordered batch."""
    return keras.tree.map_structure(
        lambda tensor: None if tensor is None else ops.take(tensor, numbers, axis=0), structure
    )


def _compiled(translator):
    """`encode(source)` and `step(words, states, memory)` as the backend runs them fastest.

    They are made once per model and see later changes of its weights.
    """
    if getattr(translator, "_compiled_steps", None) is None:

        def encode(source):
            return translator.encode(source)

        def step(words, states, memory):
            logits, states, weights = translator.decoder.step(words, states, Memory(*memory))
            return _log_probabilities(logits), states, _float32(weights)

        def greedy(words, states, memory):
            return _greedy_steps(translator.decoder, words, states, Memory(*memory))

        translator._compiled_steps = SimpleNamespace(
            encode=compiled(encode, translator),
            step=compiled(step, translator),
            greedy=compiled(greedy, translator),
        )
    return translator._compiled_steps


def _compiled_reader(model):
    """The same for a language model: two functions, which return log-probabilities and new states.

    `last(ids, states, condition)`: of every token after the last of the ids, (batch, vocabulary).
    `following(ids, expected, states)`: of the expected token after each, (batch, time).
    """
    if getattr(model, "_compiled_reader", None) is None:

        def last(ids, states, condition):
            logits, states = model.read(ids, states, condition)
            return ops.log_softmax(ops.cast(logits[:, -1], "float32"), axis=-1), states

        def following(ids, expected, states):
            logits, states = model.read(ids, states)
            values = ops.log_softmax(ops.cast(logits, "float32"), axis=-1)
            found = ops.take_along_axis(values, ops.expand_dims(expected, -1), axis=-1)
            return ops.squeeze(found, -1), states

        model._compiled_reader = SimpleNamespace(
            last=compiled(last, model), following=compiled(following, model)
        )
    return model._compiled_reader


def _float32(weights):
    """Attention weights of half precision as something that plots and tables can show."""
    return None if weights is None else ops.cast(weights, "float32")


def _log_probabilities(logits):
    """Of each word; nobody says [PAD] or [START], however little a model has learned."""
    never = np.isin(np.arange(logits.shape[-1]), (PAD, START))
    return ops.where(never, -np.inf, ops.log_softmax(ops.cast(logits, "float32"), axis=-1))


def _greedy_steps(decoder, words, states, memory):
    """`_STEPS` words, each the most probable one after those before."""
    layout = states

    def step(carry, _):
        logits, states, weights = decoder.step(
            carry["words"], keras.tree.pack_sequence_as(layout, carry["states"]), memory
        )
        log_probabilities = _log_probabilities(logits)
        carry = {
            "words": ops.cast(ops.argmax(log_probabilities, axis=-1), "int32"),
            "values": ops.max(log_probabilities, axis=-1),
            "states": keras.tree.flatten(states),
            "weights": carry["weights"] if weights is None else weights,
        }
        return carry, carry

    words = ops.cast(words, "int32")
    start = {
        "words": words,
        "values": ops.zeros_like(words, dtype="float32"),
        "states": keras.tree.flatten(states),
        "weights": ops.cast(memory.mask, decoder.compute_dtype),
    }
    end, said = ops.scan(step, start, length=_STEPS)
    weights = _float32(said["weights"]) if decoder.attention else None
    states = keras.tree.pack_sequence_as(layout, end["states"])
    return said["words"], said["values"], weights, states
