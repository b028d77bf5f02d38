"""Pictures of the course, in one style that also reads in grey.

Every function takes plain lists, dictionaries or NumPy arrays and returns a Matplotlib `Figure`;
nothing appears until `show(fig, alt="...")`. The figures are made without pyplot, so a notebook
never displays one by accident, without its description.

    fig = plotting.attention_map(result.attention, result.source_tokens, result.tokens)
    plotting.show(fig, alt="Heat map: each French word looks at ... , so ...")

`display` holds the style, `maps` the heat maps, `curves` what runs along an axis, `comparisons`
models side by side, `scenes` pictures with captions, `looking` where a decoder looks in them,
`texts` shaded text, `music` tunes, `gates` gated cells, `grammars` a graph that writes, `trees` a
beam search, `diagrams` and `readers` drawings without data; `sound` is heard. Everything public is
called from here.
"""

from .architectures import architectures
from .comparisons import bars, counted, dot_stacks, grouped_bars, ladder, token_lengths
from .curves import (
    both_ends,
    forecast,
    gradient_by_lag,
    gradient_panels,
    learning_curves,
    lines,
    ranges,
    score_by_length,
    seed_curves,
    word_by_word,
)
from .diagrams import encoder_decoder_diagram, stacked_layers, unrolled_network
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
    contrast,
    described,
    image_tag,
    png,
    show,
    style,
)
from .gates import gate_activity, gru_cell, lstm_cell
from .grammars import reber_graph
from .looking import check_looks, looks, most_looked_at
from .maps import (
    attention_map,
    attention_maps,
    check_attention,
    check_gold,
    hidden_states,
    matrix,
    state_parts,
    vector_map,
)
from .music import piano_roll, score
from .readers import two_readers
from .scenes import captioned
from .sound import show_sound
from .texts import shaded_text, state_on_text
from .trees import beam_tree, check_beam

__all__ = [
    "BLACK", "BLUE", "CYCLE", "DIVERGING", "GREEN", "GREY", "ORANGE", "PURPLE", "SKY", "STYLE",
    "VERMILION", "WIDTH", "architectures", "attention_map", "attention_maps", "bars", "beam_tree",
    "both_ends", "captioned", "check_alt", "check_attention", "check_beam", "check_gold",
    "check_looks", "contrast", "counted", "described", "dot_stacks", "encoder_decoder_diagram",
    "forecast", "gate_activity", "gradient_by_lag",
    "gradient_panels", "grouped_bars", "gru_cell", "hidden_states", "image_tag",
    "ladder", "learning_curves", "lines", "looks", "lstm_cell", "matrix",
    "most_looked_at", "piano_roll", "png", "ranges",
    "reber_graph", "score", "score_by_length", "seed_curves", "shaded_text", "show", "show_sound",
    "stacked_layers", "state_on_text", "state_parts", "style", "token_lengths", "two_readers",
    "unrolled_network", "vector_map",
    "word_by_word",
]
