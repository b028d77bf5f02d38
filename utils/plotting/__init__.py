"""Pictures of the course, in one style that also reads in grey.

Every function takes plain lists, dictionaries or NumPy arrays and returns a Matplotlib `Figure`;
nothing appears until `show(fig, alt="...")`. The figures are made without pyplot, so a notebook
never displays one by accident, without its description.

    fig = plotting.attention_map(result.attention, result.source_tokens, result.tokens)
    plotting.show(fig, alt="Heat map: each French word looks at ... , so ...")

`display` holds the style, `maps` the heat maps, `curves` what runs along an axis, `comparisons`
models side by side, `diagrams` drawings without data. Everything public is called from here.
"""

from .comparisons import bars, ladder, token_lengths
from .curves import forecast, gradient_by_lag, learning_curves, lines, score_by_length
from .diagrams import encoder_decoder_diagram, unrolled_network
from .display import (
    BLACK,
    BLUE,
    CYCLE,
    DIVERGING,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY,
    STYLE,
    VERMILION,
    WIDTH,
    check_alt,
    image_tag,
    png,
    show,
    style,
)
from .maps import attention_map, attention_maps, check_attention, check_gold, hidden_states, matrix

__all__ = [
    "BLACK", "BLUE", "CYCLE", "DIVERGING", "GREEN", "GREY", "ORANGE", "PURPLE", "SKY", "STYLE",
    "VERMILION", "WIDTH", "attention_map", "attention_maps", "bars", "check_alt",
    "check_attention", "check_gold", "encoder_decoder_diagram", "forecast", "gradient_by_lag",
    "hidden_states", "image_tag", "ladder", "learning_curves", "lines", "matrix", "png",
    "score_by_length", "show", "style", "token_lengths", "unrolled_network",
]
