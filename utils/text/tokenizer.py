"""From sentences to rows of token ids and back.

A thin layer over Hugging Face `tokenizers`, which does the counting and merging. What is ours is
small: the four special tokens and their fixed ids, the rule that splits a sentence into words
(`l'ami` is the two words `l'` and `ami`), the way back from pieces to words and from words to text,
padding to a rectangle, and errors a learner can act on.

What counts as the same character is said in `utils.typography`. Its rules are part of a tokenizer,
so that a saved one reads text as it did when it was trained.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

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

from utils import expect, typography
from utils.files import write_whole
from utils.tokens import END, PAD, SPECIAL_TOKENS, START, UNK, pad, real_ids
from utils.typography import GAP, POSSESSIVE, TIE

_LEVELS = ("word", "bpe")

_INNER = r"(?:-|(?<=\d)[.,](?=\d))"  # stands inside a word: vingt-deux, 3.5
# Two words with an apostrophe of their own; the English possessive; a word up to its apostrophe
# (l', qu', isn'); a word; a row of points or of hyphens; one mark of punctuation.
WORD_PATTERN = (
    rf"[Aa]ujourd'hui\b|[Oo]'clock\b|{TIE}?{POSSESSIVE}"
    rf"|\w+(?:{_INNER}\w+)*'(?!s\b)(?={TIE}?\w){TIE}?"
    rf"|\w+(?:{_INNER}\w+)*"
    rf"|{TIE}?(?:\.{{2,}}|-{{2,}}|[^\w\s{TIE}]){TIE}?"
)

# The two tables below belong to the word level, whose tokens do not know where spaces were.
# Marks that open are told from those that close by the word they touch: 'no' becomes ‘ no ’.
_DIRECTIONS = (
    (r"""(?<![^ (\[{“‘-])"(?=[^ ])""", "“"),
    (r'''(?<=[^ ])"''', "”"),
    (rf"(?<![^ (\[{{“-])(?!{POSSESSIVE})'(?=[^ ])", "‘"),
    (r"(?<=[^ ])'(?!\w)", "’"),
)
# A mark that closes touches what is before it, one that opens what is after it, and others stand
# alone. Where a text has it otherwise, a tie at the mark says so: 10:30 becomes 10 ◠:◠ 30.
_CLOSING, _OPENING = r".,;:?!%‰)\]}”’", r"(\[{“‘"
_REJOINED = "|".join(f"{before}{after}" for before, after in typography.APOSTROPHES)
_TIES = (
    "|".join([
        # rock' n' roll, where typography would leave the space, and Paul 's ’
        rf"(?<=\w')(?=\w)(?!s\b)(?!(?<=[Oo]')clock\b)(?!{_REJOINED})",
        r"(?<=\w)(?='s’)",
        # after a mark that opens nothing, before what closes nothing; not inside a word or --
        rf"(?<=[^\w\s{_OPENING}'])(?=[^\s{_CLOSING}])"
        r"(?!(?<=\w-)(?<!'s-)\w|(?<=\d[.,])\d|(?<=-)-)",
        r"(?<=[^\w\s]')(?=\w)(?!s(?![\w'’]))",
        # between a word and a mark that closes nothing
        rf"(?<=\w)(?=[^\w\s{_CLOSING}'])(?!(?<!'s)-\w)",
    ]),
    # on the other side of a mark that closes, when it has got one
    rf"(?<=[^\s{_OPENING}{TIE}])(?!(?<=\.)\.)(?=[{_CLOSING}]+{TIE})",
)  # fmt: skip


def detokenize(sentence: str) -> str:
    """Tokens separated by spaces as ordinary text: `l' ami dort .` → `l'ami dort.`.

    Text that is already ordinary stays as it is, but for characters that a keyboard lacks (see
    `typography.plain`), so that both sides of a comparison may be passed.
    """
    return typography.plain(re.sub(f" *{TIE} *", "", sentence))


def _readable(sentences: Iterable[str]) -> list[str]:
    """The sentences as a list, with their entities decoded, which no rule of a tokenizer can do."""
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
    return [typography.without_entities(sentence) for sentence in sentences]


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
            4,000 pieces. Pieces need room for every different character of the sentences.
        lowercase: whether `The` and `the` are one token.

    Raises:
        TypeError: an element is not text.
        ValueError: no sentences, an unknown level, or a size that leaves no room for words, or
            for the characters that pieces are made of.
    """
    sentences = _readable(sentences)
    if not any(map(typography.plain, sentences)):
        raise ValueError("there is no text to learn a vocabulary from: all sentences are empty")
    expect.one_of("level", level, _LEVELS)
    [lowercase] = expect.boolean(lowercase=lowercase)
    if size is not None:
        [size] = expect.integer(len(SPECIAL_TOKENS) + 1, size=size)
    build = _word_tokenizer if level == "word" else _bpe_tokenizer
    tokenizer, trainer = build(size)
    tokenizer.normalizer = _normalizer(level, lowercase)
    tokenizer.train_from_iterator(sentences, trainer)
    if size is not None and tokenizer.get_vocab_size() > size:
        characters = tokenizer.get_vocab_size() - len(SPECIAL_TOKENS)
        raise ValueError(
            f"size is {size}, expected at least {tokenizer.get_vocab_size()}: the sentences have "
            f"{characters} different characters, and {len(SPECIAL_TOKENS)} tokens are special"
        )
    return Tokenizer(tokenizer)


def _normalizer(level, lowercase):
    """What `typography.plain` does, as a part of the tokenizer; then the word level's own rules."""
    steps = [_replace(typography.INVISIBLE, ""), normalizers.NFC()]
    steps += [_replace(*rule) for rule in typography.SIGNS + typography.SPACING]
    steps.append(normalizers.Strip())
    if lowercase:
        steps.append(normalizers.Lowercase())
    if level == "word":
        steps += [_replace(*rule) for rule in _DIRECTIONS]
        steps += [_replace(place, TIE) for place in _TIES]
    return normalizers.Sequence(steps)


def _replace(pattern, replacement):
    return normalizers.Replace(Regex(pattern), replacement)


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
            pre_tokenizers.Metaspace(GAP),
            pre_tokenizers.Split(Regex(rf"[^\w\s'{GAP}]|'(?!\w)"), "isolated"),
            pre_tokenizers.Split(Regex(r"'(?=\w)"), "merged_with_previous"),
        ]
    )
    tokenizer.decoder = decoders.Metaspace(GAP)
    trainer = trainers.BpeTrainer(
        vocab_size=size or 4000, special_tokens=list(SPECIAL_TOKENS), show_progress=False
    )
    return tokenizer, trainer


class Words(NamedTuple):
    """The words of one sentence and where its pieces are, as `Tokenizer.words` finds them.

    Attributes:
        texts: each word as text.
        of_pieces: for each piece the number of its word, counted from 0; they never fall.
    """

    texts: list[str]
    of_pieces: list[int]


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
        """The tokens of one sentence as text; an unknown word stays as typed.

        At the word level a tie, `◠`, stands where a mark touches what it usually does not: the
        time 10:30 is `10`, `◠:◠`, `30`.
        """
        [sentence] = _readable([sentence])
        sentence = typography.plain(sentence)  # so that it has one character for each of a token
        encoding, tokens, done = self._tokenizer.encode(sentence), [], 0
        for number, token, (start, end) in zip(
            encoding.ids, encoding.tokens, encoding.offsets, strict=True
        ):
            # A tie is given the place of the character before it, which is another token's.
            start = max(start, done) if self.level == "word" else start
            tokens.append(sentence[start:end] if number == UNK else token)
            done = end
        return tokens

    def words(self, sentence: str | Sequence[str]) -> Words:
        """The words of a sentence, and the word that each of its pieces belongs to.

        At the level `"word"` each piece is a word. At the level `"bpe"` a word is what the other
        level would make one: several pieces, as a rule, but an alignment or an attention map is
        about words. `metrics.attention_of_words` and `metrics.links_of_words` take it there.

        Args:
            sentence: a text, or the tokens that `split` or `tokens` made of one, such as those of
                a `decoding.Translation`.
        """
        pieces = self.split(sentence) if isinstance(sentence, str) else list(sentence)
        if self.level == "word":
            return Words(pieces, list(range(len(pieces))))
        text, starts = "", []
        for piece in pieces:
            piece = "x" if piece in SPECIAL_TOKENS else piece.replace(GAP, " ")  # [UNK]: a letter
            starts.append(len(text) + len(piece) - len(piece.lstrip()))
            text += piece
        found = list(re.finditer(WORD_PATTERN, text))
        # The word that has begun by then. A piece of nothing but a space belongs to the next one.
        begun = [bisect_right([word.start() for word in found], start) - 1 for start in starts]
        begun = [max(number, 0) for number in begun]
        # What begins inside a piece belongs to its word: a model may say `s'` and then a full stop.
        kept = sorted(set(begun))
        texts = [
            "".join(word[0] for word in found[first:after])
            for first, after in pairwise([*kept, len(found)])
            if first < after
        ]
        return Words(texts, [kept.index(number) for number in begun])

    def encode_rows(
        self, sentences: Iterable[str], *, start: bool = False, end: bool = False,
        reverse: bool = False, max_length: int | None = None,
    ) -> list[np.ndarray]:
        """One int32 array of ids per sentence, each of its own length.

        Args:
            sentences: any number of texts.
            start: whether `[START]` goes before each row.
            end: whether `[END]` goes after each row.
            reverse: whether the words run from last to first (Sutskever et al. 2014).
            max_length: at most so many words of a sentence are kept, special tokens not counted.

        Raises:
            TypeError: an element is not text.
            ValueError: a max_length that is no whole number from 1 on; start, end or reverse is
                neither True nor False.
        """
        start, end, reverse = expect.boolean(start=start, end=end, reverse=reverse)
        if max_length is not None:
            [max_length] = expect.integer(max_length=max_length)
        rows = []
        for encoding in self._tokenizer.encode_batch(_readable(sentences)):
            ids = encoding.ids[:max_length]
            ids = ids[::-1] if reverse else ids
            rows.append(np.array([START] * start + ids + [END] * end, dtype="int32"))
        return rows

    def encode(self, sentences: Iterable[str], **options) -> np.ndarray:
        """Ids as one array, padded at the end with id 0.

        Args:
            sentences: any number of texts.
            **options: those of `encode_rows`.

        Returns:
            int32 (batch, time).
        """
        return pad(self.encode_rows(sentences, **options))

    def tokens(self, ids: Sequence[int]) -> list[str]:
        """The tokens of one row of ids, up to `[END]`, without padding and `[START]`."""
        return [self._tokenizer.id_to_token(number) for number in real_ids(ids)]

    def decode(self, ids: Iterable[Sequence[int]]) -> list[str]:
        """One ordinary text per row of ids (batch, time), up to `[END]`."""
        return [self._text(row) for row in ids]

    def _text(self, row: Sequence[int]) -> str:
        if self.level == "bpe":
            return self._tokenizer.decode(real_ids(row), skip_special_tokens=False).strip()
        return detokenize(" ".join(self.tokens(row)))

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
        write_whole(path, self.to_json())

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


def oov_rate(rows: Iterable[np.ndarray]) -> float:
    """The share of `[UNK]` among the words: near 1 with a tokenizer of another language.

    Args:
        rows: ids, as `encode_rows` gives them.

    Returns:
        The share, from 0 to 1. Rows without words have no unknown ones: 0.

    Raises:
        ValueError: there are no rows.
    """
    rows = [np.ravel(row) for row in rows]
    if not rows:
        raise ValueError("there are no rows, so no words that could be unknown: encode some text")
    ids = np.concatenate(rows)
    real = ids[~np.isin(ids, (PAD, START, END))]
    return float(np.mean(real == UNK)) if real.size else 0.0
