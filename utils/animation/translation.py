"""Step through a translation word by word, and see where the decoder looks."""

from collections.abc import Sequence

from utils import plotting
from utils.plotting.values import texts

from . import page

GOLD_NOTE = "A dashed frame marks the source words that the gold alignment gives for this word."


def translation_steps(result, *, gold=None, alt=None, languages=("en", "fr")):
    """HTML that steps through one translation, word by word.

    The same input gives the same text.

    Args:
        result: What `decoding.translate` returns for a sentence, or (source tokens, target tokens,
            weights); weights `(target time, source time)`, perhaps with a last row for [END].
        gold: Pairs (source index, target index) counted from 0, or None.
        alt: Description of the still picture; without it, one that names where each word looks.
        languages: Codes of source and target, for screen readers.

    Returns:
        The page, a str.

    Raises:
        ValueError: The shapes do not fit together, or `alt` says too little.
    """
    return attention_explorer([result], [gold], alt=alt, languages=languages)


def attention_explorer(results, golds=None, *, alt=None, languages=("en", "fr")):
    """HTML as `translation_steps`, with a menu to choose among several translations.

    Args:
        results: A list of translations. The still picture shows the attention maps of all of them.
        golds: As many gold alignments, None where there is none.
        alt: As in `translation_steps`.
        languages: As in `translation_steps`.

    Returns:
        The page, a str.

    Raises:
        ValueError: There is no translation, another number of gold alignments, or what
            `translation_steps` refuses.
    """
    return _bundle(results, golds, alt, languages)["text/html"]


def show_translation(result, *, gold=None, alt=None, languages=("en", "fr")):
    """Displays `translation_steps`; programs without HTML get the still picture or its words.

    Args:
        result: As in `translation_steps`.
        gold: As in `translation_steps`.
        alt: As in `translation_steps`.
        languages: As in `translation_steps`.

    Raises:
        ValueError: As in `translation_steps`.
    """
    show_explorer([result], [gold], alt=alt, languages=languages)


def show_explorer(results, golds=None, *, alt=None, languages=("en", "fr")):
    """Displays `attention_explorer`; programs without HTML get the still picture or its words.

    Args:
        results: As in `attention_explorer`.
        golds: As in `attention_explorer`.
        alt: As in `attention_explorer`.
        languages: As in `attention_explorer`.

    Raises:
        ValueError: As in `attention_explorer`.
    """
    page.display(_bundle(results, golds, alt, languages))


def _bundle(results, golds, alt, languages):
    items = _items(results, golds, languages)
    words = {
        "label": "Translation, word by word",
        "menu": "Sentence: ",
        "note": GOLD_NOTE if any(item["gold"] for item in items) else "",
    }
    alt = alt or describe(items)
    return page.bundle(items, _still(items), alt, view="translation", words=words)


def describe(items):
    """Says in words where each target word looks: the description of the still picture.

    Args:
        items: What the page draws, one dictionary for each translation.

    Returns:
        A sentence for each of them.
    """
    return " ".join(_describe_one(item) for item in items)


def _describe_one(item):
    looks = []
    for token, row in zip(item["target"], item["weights"], strict=True):
        best = max(range(len(row)), key=row.__getitem__)
        looks.append(f"“{token}” at “{item['source'][best]}” ({row[best]:.2f})")
    return f"Where each word of the translation looks most in the source: {', '.join(looks)}."


def _items(results, golds, languages):
    """Plain data for the page: one dictionary for each translation, weights to three decimals."""
    if not isinstance(results, Sequence) or isinstance(results, str) or not results:
        raise ValueError(
            f"there is no translation to show: results is {results!r:.60}, expected a list of what "
            "`decoding.translate` returns"
        )
    if len(texts(languages, "languages")) != 2:
        raise ValueError(f"languages is {languages!r:.60}, expected two codes, source and target")
    golds = [None] * len(results) if golds is None else golds
    if len(golds) != len(results):
        raise ValueError(
            f"got {len(results)} results and {len(golds)} gold alignments; give one for each "
            "result (None where there is none)"
        )
    return [_item(*pair, languages) for pair in zip(results, golds, strict=True)]


def _item(result, gold, languages):
    try:
        source, target, weights = (
            result if isinstance(result, tuple)
            else (result.source_tokens, result.tokens, result.attention)
        )
    except (AttributeError, ValueError) as error:
        raise ValueError(
            f"a translation is {result!r:.60}, expected what `decoding.translate` returns, or "
            "(source tokens, target tokens, weights)"
        ) from error
    weights, target = plotting.check_attention(weights, source, target)
    return {
        "source": list(source),
        "target": target,
        "weights": weights.round(3).tolist(),
        "gold": plotting.check_gold(gold, source, target),
        "languages": list(languages),
    }


def _still(items):
    maps = [(item["weights"], item["source"], item["target"]) for item in items]
    if len(items) == 1:
        return plotting.attention_map(*maps[0], gold=items[0]["gold"])
    titles = [f"sentence {number}" for number in range(1, len(items) + 1)]
    golds = {title: item["gold"] for title, item in zip(titles, items, strict=True)}
    return plotting.attention_maps(dict(zip(titles, maps, strict=True)), golds=golds)
