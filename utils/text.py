"""From sentences to rows of token ids and back.

A thin layer over Hugging Face `tokenizers`, which does the counting and merging. What is ours is
small: the four special tokens and their fixed ids, the rule that splits a sentence into words
(`l'ami` is the two words `l'` and `ami`), padding to a rectangle, and errors a learner can act on.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from tokenizers import (
    Regex,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    trainers,
)
from tokenizers import Tokenizer as _HuggingFaceTokenizer

from utils import expect

PAD, UNK, START, END = range(4)
SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[START]", "[END]")

# Two words with an apostrophe of their own; a number with a point or comma; the English possessive;
# a French elision (l', qu'); a word, hyphens and digits inside included; one mark of punctuation.
WORD_PATTERN = (
    r"[Aa]ujourd'hui|[Oo]'clock|\d+(?:[.,]\d+)+|'s\b"
    r"|[^\W\d]+(?:-[^\W\d]+)*'(?!s\b)|\w+(?:-\w+)*|[^\w\s]"
)

_NO_SPACE_BEFORE = re.compile(r"\s+(?=[.,;:?!)\]]|'s\b)")
# After an elision, but not after an English plural's apostrophe: "the dogs' bowl".
_NO_SPACE_AFTER = re.compile(r"(?<=\w')(?<!\ws')\s+(?=\w)|(?<=[(\[])\s+")
_LEVELS = ("word", "bpe")


def detokenize(sentence: str) -> str:
    """Joins tokens separated by spaces into ordinary text: `l' ami dort .` → `l'ami dort.`

    Text that is already ordinary stays as it is, so that both sides of a comparison may be passed.
    """
    joined = _NO_SPACE_AFTER.sub("", _NO_SPACE_BEFORE.sub("", sentence))
    return " ".join(joined.split())


def _check_sentences(sentences: Iterable[str]) -> list[str]:
    if isinstance(sentences, str):
        raise TypeError(
            f"expected a list of sentences, got the single text {sentences!r}: "
            "put it in a list, [sentence]"
        )
    sentences = list(sentences)
    for number, sentence in enumerate(sentences):
        if not isinstance(sentence, str):
            raise TypeError(
                f"sentence {number} is a {type(sentence).__name__} ({sentence!r}), expected text: "
                "convert it with str(…) or leave it out"
            )
    return sentences


def train_tokenizer(
    sentences: Iterable[str],
    *,
    level: str = "word",
    size: int | None = None,
    lowercase: bool = True,
) -> Tokenizer:
    """Learns a vocabulary from sentences.

    Args:
        sentences: the training sentences of one language; never validation or test sentences.
        level: `"word"` gives each distinct word an id; `"bpe"` merges frequent neighbouring pieces
            (Sennrich et al. 2016, byte-pair encoding), so that a rare word becomes a few pieces
            and hardly anything is unknown.
        size: the largest vocabulary, special tokens included. By default every word, or
            4,000 pieces.
        lowercase: whether `The` and `the` are one token.

    Raises:
        TypeError: an element is not text.
        ValueError: no sentences, an unknown level, or a size that leaves no room for words.
    """
    sentences = _check_sentences(sentences)
    if not any(sentence.strip() for sentence in sentences):
        raise ValueError("there is no text to learn a vocabulary from: all sentences are empty")
    expect.one_of("level", level, _LEVELS)
    if size is not None and size <= len(SPECIAL_TOKENS):
        raise ValueError(
            f"size is {size}, expected more than the {len(SPECIAL_TOKENS)} special tokens"
        )
    build = _word_tokenizer if level == "word" else _bpe_tokenizer
    tokenizer, trainer = build(size)
    steps = [normalizers.NFC(), normalizers.Replace("’", "'")]
    if level == "bpe":  # " ." and "." are to be the same piece; the word rule drops spaces anyway
        for pattern in (_NO_SPACE_BEFORE.pattern, _NO_SPACE_AFTER.pattern, r"\s+$"):
            steps.append(normalizers.Replace(Regex(pattern), ""))
    if lowercase:
        steps.append(normalizers.Lowercase())
    tokenizer.normalizer = normalizers.Sequence(steps)
    tokenizer.train_from_iterator(sentences, trainer)
    return Tokenizer(tokenizer)


def _word_tokenizer(size):
    tokenizer = _HuggingFaceTokenizer(models.WordLevel(unk_token=SPECIAL_TOKENS[UNK]))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(WORD_PATTERN), "removed", invert=True)
    trainer = trainers.WordLevelTrainer(
        vocab_size=size or 10_000_000, special_tokens=list(SPECIAL_TOKENS), show_progress=False
    )
    return tokenizer, trainer


def _bpe_tokenizer(size):
    tokenizer = _HuggingFaceTokenizer(models.BPE(unk_token=SPECIAL_TOKENS[UNK]))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(),
            pre_tokenizers.Split("'", "merged_with_previous"),
            pre_tokenizers.Split(Regex(r"[^\w\s'▁]"), "isolated"),
        ]
    )
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.BpeTrainer(
        vocab_size=size or 4000, special_tokens=list(SPECIAL_TOKENS), show_progress=False
    )
    return tokenizer, trainer


class Tokenizer:
    """A learned vocabulary: sentences to ids, ids to sentences.

    `[PAD]`, `[UNK]`, `[START]` and `[END]` always have the ids 0, 1, 2 and 3.
    """

    def __init__(self, tokenizer: _HuggingFaceTokenizer):
        for number, token in enumerate(SPECIAL_TOKENS):
            if tokenizer.token_to_id(token) != number:
                raise ValueError(
                    f"this is not a tokenizer of this course: {token} should have id {number}, "
                    f"but has {tokenizer.token_to_id(token)}; make one with text.train_tokenizer"
                )
        tokenizer.encode_special_tokens = True  # "[END]" typed by somebody is ordinary text
        self._tokenizer = tokenizer

    @property
    def level(self) -> str:
        """`"word"` or `"bpe"`."""
        return "bpe" if isinstance(self._tokenizer.model, models.BPE) else "word"

    @property
    def size(self) -> int:
        """How many different ids there are."""
        return self._tokenizer.get_vocab_size()

    @property
    def vocabulary(self) -> list[str]:
        """The token of each id, in the order of the ids."""
        return [self._tokenizer.id_to_token(number) for number in range(self.size)]

    def split(self, sentence: str) -> list[str]:
        """The tokens of one sentence as text; an unknown word stays as typed."""
        [sentence] = _check_sentences([sentence])
        # Composed first, because the offsets of decomposed letters fall short of their accents.
        sentence = unicodedata.normalize("NFC", sentence)
        encoding = self._tokenizer.encode(sentence)
        return [
            sentence[start:end] if number == UNK else token
            for number, token, (start, end) in zip(
                encoding.ids, encoding.tokens, encoding.offsets, strict=True
            )
        ]

    def encode_rows(
        self, sentences: Iterable[str], *, start: bool = False, end: bool = False,
        reverse: bool = False, max_length: int | None = None,
    ) -> list[np.ndarray]:
        """One int32 array of ids per sentence, each of its own length.

        Args:
            sentences: any number of texts.
            start, end: whether `[START]` goes before and `[END]` after each row.
            reverse: whether the words run from last to first (Sutskever et al. 2014).
            max_length: at most so many words of a sentence are kept, special tokens not counted.
        """
        rows = []
        for encoding in self._tokenizer.encode_batch(_check_sentences(sentences)):
            ids = encoding.ids[:max_length]
            ids = ids[::-1] if reverse else ids
            rows.append(np.array([START] * start + ids + [END] * end, dtype="int32"))
        return rows

    def encode(self, sentences: Iterable[str], **options) -> np.ndarray:
        """Ids as one int32 array (batch, time), padded at the end with id 0.

        Takes the options of `encode_rows`.
        """
        return pad(self.encode_rows(sentences, **options))

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The tokens of one row of ids, up to `[END]`, without padding and `[START]`."""
        return [self._tokenizer.id_to_token(number) for number in self._real(ids)]

    def decode(self, ids: Iterable[Sequence[int]]) -> list[str]:
        """One ordinary text per row of ids (batch, time), up to `[END]`."""
        return [self._text(row) for row in ids]

    def _text(self, row: Sequence[int]) -> str:
        if self.level == "bpe":
            return self._tokenizer.decode(self._real(row), skip_special_tokens=False).strip()
        return detokenize(" ".join(self.tokens(row)))

    @staticmethod
    def _real(ids: Sequence[int]) -> list[int]:
        kept = []
        for number in np.asarray(ids).tolist():
            if number == END:
                break
            if number not in (PAD, START):
                kept.append(number)
        return kept

    def to_json(self) -> str:
        """Everything there is to know about this tokenizer, as one text."""
        return self._tokenizer.to_str()

    @classmethod
    def from_json(cls, json: str) -> Tokenizer:
        """The tokenizer that `to_json` described."""
        try:
            tokenizer = _HuggingFaceTokenizer.from_str(json)
        except Exception as error:  # the library raises bare Exception
            raise ValueError(f"this text does not describe a tokenizer: {error}") from None
        return cls(tokenizer)

    def save(self, path: str | os.PathLike) -> None:
        """Writes the tokenizer to one JSON file; on failure nothing half-written stays."""
        path = Path(path)
        temporary = path.with_name(path.name + ".part")
        try:
            temporary.write_text(self.to_json(), encoding="utf-8")
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: str | os.PathLike) -> Tokenizer:
        """Reads what `save` wrote."""
        path = Path(path)
        if not path.is_file():
            raise FileNotFoundError(f"there is no tokenizer file {path}")
        try:
            return cls.from_json(path.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(
                f"{path.name} is not a tokenizer file, or is cut short: {error}"
            ) from None


def pad(rows: Sequence[np.ndarray], length: int | None = None) -> np.ndarray:
    """Rows of different lengths as one int32 array (batch, time), `[PAD]` at the end of each."""
    longest = max((len(row) for row in rows), default=0)
    padded = np.full((len(rows), max(longest, length or 0, 1)), PAD, dtype="int32")
    for number, row in enumerate(rows):
        padded[number, : len(row)] = row
    return padded


def unknown_share(rows: Iterable[np.ndarray]) -> float:
    """The share of `[UNK]` among the words: near 1 with a tokenizer of another language."""
    ids = np.concatenate([np.ravel(row) for row in rows])
    real = ids[~np.isin(ids, (PAD, START, END))]
    return float(np.mean(real == UNK)) if real.size else 0.0
