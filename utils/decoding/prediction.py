"""One verb for all models."""

from __future__ import annotations

from functools import singledispatch

from utils.models.language_model import LanguageModel
from utils.models.seq2seq import Translator
from utils.models.tagger import Tagger

from .generation import Generated, generate
from .tagging import tag
from .translation import Translation, translate


@singledispatch
def predict(model, inputs, **options) -> list:
    """What a model makes of inputs: `translate`, `generate` or `tag`, as it belongs to the model.

    Args:
        model: a trained `Translator`, `LanguageModel` or `Tagger`.
        inputs: sentences as texts for a translator, prompts as ids (batch, time) for a language
            model, sentences as lists of words for a tagger.
        options: those of the function that is called.

    Returns:
        A list with one `Translation`, `Generated` or list of tags for each input.

    Raises:
        TypeError: another kind of model.
    """
    raise TypeError(
        f"expected a Translator, a LanguageModel or a Tagger, not a {type(model).__name__}: call "
        "it, or its own predict"
    )


@predict.register
def _(model: Translator, inputs, **options) -> list[Translation]:
    return translate(model, inputs, **options)


@predict.register
def _(model: LanguageModel, inputs, **options) -> list[Generated]:
    return generate(model, prompt=inputs, **options)


@predict.register
def _(model: Tagger, inputs, **options) -> list[list[str]]:
    return tag(model, inputs, **options)
