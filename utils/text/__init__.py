"""From text to ids and back: one tokenizer for words and pieces, one for characters, one for lists.

`tokenizer` learns words or pieces from sentences, `characters` knows single signs, `vocabulary` a
closed list of words, `lexicon` words that are split already; `pieces` leads attention and links
from pieces to words.
"""

from utils.tokens import END, PAD, SPECIAL_TOKENS, START, UNK, pad

from .characters import Characters, Windows, windows
from .lexicon import Lexicon
from .pieces import Link, attention_of_words, links_of_words
from .tokenizer import WORD_PATTERN, Tokenizer, Words, detokenize, oov_rate, train_tokenizer
from .vocabulary import Vocabulary

__all__ = [
    "END", "PAD", "SPECIAL_TOKENS", "START", "UNK", "WORD_PATTERN", "Characters", "Lexicon", "Link",
    "Tokenizer", "Vocabulary", "Windows", "Words", "attention_of_words", "detokenize",
    "links_of_words", "oov_rate", "pad", "train_tokenizer", "windows",
]  # fmt: skip
