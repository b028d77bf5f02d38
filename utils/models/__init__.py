"""The models of the course, as Keras models and layers.

`token_model` is what all of them share; `seq2seq` translates, `transformer` does so without
recurrence, `captioner` describes pictures, `language_model` writes, `tagger` labels words;
`attention` and `stacked` are layers for any model, `layers` names the recurrent ones; `compiled`
runs their single steps.
"""

from .attention import Attention
from .captioner import Captioner, Eye
from .language_model import LanguageModel
from .seq2seq import Decoder, Encoder, Memory, Translator
from .stacked import stacked_rnn
from .tagger import Tagger
from .token_model import TokenModel
from .transformer import Transformer

__all__ = [
    "Attention", "Captioner", "Decoder", "Encoder", "Eye", "LanguageModel", "Memory", "Tagger",
    "TokenModel", "Transformer", "Translator", "stacked_rnn",
]  # fmt: skip
