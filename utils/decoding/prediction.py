"""One verb for all models."""

from __future__ import annotations

from functools import singledispatch

from utils.models.captioner import Captioner
from utils.models.language_model import LanguageModel
from utils.models.seq2seq import TranslationModel
from utils.models.tagger import Tagger

from .captions import Caption, describe
from .generation import Generated, generate
from .tagging import tag
from .translation import Translation, translate


@singledispatch
def predict(model, inputs, **options) -> list:
    """What a model makes of inputs: `translate`, `describe`, `generate` or `tag`, as it suits.

    Args:
        model: a trained `Translator`, `Transformer`, `Captioner`, `LanguageModel` or `Tagger`.
        inputs: sentences as texts for a translator, pictures for a captioner, prompts as ids
            (batch, time) for a language model, sentences as lists of words for a tagger.
        options: those of the function that is called.

    Returns:
        A list with one `Translation`, `Caption`, `Generated` or list of tags for each input.

    Raises:
        TypeError: another kind of model.
    """
    raise TypeError(
        "expected a Translator, a Captioner, a LanguageModel or a Tagger, not a "
        f"{type(model).__name__}: call it, or its own predict"
    )


@predict.register
def _(model: TranslationModel, inputs, **options) -> list[Translation]:
    return translate(model, inputs, **options)


@predict.register
def _(model: Captioner, inputs, **options) -> list[Caption]:
    return describe(model, inputs, **options)


@predict.register
def _(model: LanguageModel, inputs, **options) -> list[Generated]:
    return generate(model, prompt=inputs, **options)


@predict.register
def _(model: Tagger, inputs, **options) -> list[list[str]]:
    return tag(model, inputs, **options)
