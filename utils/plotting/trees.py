"""Beam search as a tree: every candidate under the one that it continues, line by line."""

from matplotlib.figure import Figure

from utils import expect

from .display import BLACK, VERMILION, VERMILION_INK, WIDTH, styled
from .values import written

MOST_STEPS, MOST_NODES, LETTERS = 12, 48, 16  # that one can follow; letters of a word
FATES = ("kept", "finished", "dropped")
ROW, INDENT, LETTER, FATE = 0.27, 0.2, 0.125, 1.75  # inches; room for the two columns on the right


def check_beam(steps, words, *, dropped=2, worth=None):
    """What a beam considered, as a tree in the order in which it is read, line by line.

    Args:
        steps: What `decoding.beam_steps` returns: for each step what was considered, the best
            first, each with `parent`, `word`, `log_probability` and `fate`.
        words: The text of each id, such as `translator.target_tokenizer.vocabulary`.
        dropped: So many of the dropped ones of each step are part of it, the best.
        worth: (log-probability, length) → what finished candidates are compared by; without it,
            the log-probability.

    Returns:
        A list of dictionaries, children below their parents: `step` from 0, `word`, `text` from the
        first word on, `log_probability`, `fate`, and `chosen` for what leads to the best of the
        finished (where none is, to the best that is kept).

    Raises:
        ValueError: There is no step, more than 12 of them or 48 nodes, a parent that was not kept,
            an unknown fate, or a word without text.
    """
    [dropped] = expect.integer(0, dropped=dropped)
    steps = [list(step) for step in steps]
    if not steps or not all(steps):
        raise ValueError("there is no step to show, or nothing in one; see `decoding.beam_steps`")
    if len(steps) > MOST_STEPS:
        raise ValueError(
            f"{len(steps)} steps are more than the {MOST_STEPS} that one can follow; take a "
            "shorter sentence, or give max_length"
        )
    begun = [{"step": -1, "text": "", "children": [], "parent": None}]
    roots, ended = begun[0]["children"], []
    for number, step in enumerate(steps):
        nodes = [_node(one, number, begun, words) for one in _seen(step, dropped)]
        for node in nodes:
            node["parent"]["children"].append(node)
        ended += [node for node in nodes if node["fate"] == "finished"]
        begun = [node for node in nodes if node["fate"] == "kept"]
    worth = worth or (lambda log_probability, length: log_probability)
    best = max(
        ended or begun, default=None,
        key=lambda node: worth(node["log_probability"], node["step"] + 1),
    )  # fmt: skip
    while best and best["step"] >= 0:
        best["chosen"], best = True, best["parent"]
    found = [_plain(node) for root in roots for node in _below(root)]
    if len(found) > MOST_NODES:
        raise ValueError(
            f"{len(found)} candidates are more than the {MOST_NODES} that one can follow; take a "
            "narrower beam, a shorter sentence, or fewer of the dropped"
        )
    return found


def _seen(step, dropped):
    """A step without the dropped ones that nobody would miss."""
    for one in step:
        expect.one_of("fate", one.fate, FATES)
        if one.fate != "dropped" or dropped > 0:
            yield one
        dropped -= one.fate == "dropped"


def _node(one, step, begun, words):
    if not 0 <= one.parent < len(begun):
        raise ValueError(
            f"step {step} continues candidate {one.parent}, but {len(begun)} were kept before it"
        )
    try:
        word = str(words[one.word])
    except (LookupError, TypeError) as error:
        raise ValueError(f"words has no text for {one.word!r}, which step {step} says") from error
    parent = begun[one.parent]
    return {
        "step": step, "word": word, "text": f"{parent['text']} {word}".strip(),
        "log_probability": float(one.log_probability), "fate": one.fate, "chosen": False,
        "children": [], "parent": parent,
    }  # fmt: skip


def _below(node):
    yield node
    for child in node["children"]:
        yield from _below(child)


def _plain(node):
    return {name: value for name, value in node.items() if name not in ("children", "parent")}


@styled
def beam_tree(steps, words, *, dropped=2, worth=None):
    """Beam search as a tree that is read line by line: each candidate stands under its parent.

    Args:
        steps: As in `check_beam`.
        words: As in `check_beam`.
        dropped: As in `check_beam`.
        worth: As in `check_beam`.

    Returns:
        A Matplotlib Figure. The dropped ones hang on dashed lines; what leads to the chosen one is
        bold, on thick lines.

    Raises:
        ValueError: As in `check_beam`.
    """
    nodes = check_beam(steps, words, dropped=dropped, worth=worth)
    shown = [_shortened(node["word"]) for node in nodes]
    reach = max(
        INDENT * node["step"] + LETTER * len(word)
        for node, word in zip(nodes, shown, strict=True)
    )  # fmt: skip
    width, height = min(WIDTH, max(3.6, 0.65 + reach + FATE)), ROW * (len(nodes) + 2)
    fig = Figure(figsize=(width, height), layout="none")
    ax = fig.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, width), ylim=(0, height))
    ax.set_axis_off()
    top = height - 0.75 * ROW
    ax.text(0.15, top, "[START]", va="center")
    ax.text(width - 1.0, top, "log p", va="center", ha="right")
    levels = {-1: top}
    for row, (node, word) in enumerate(zip(nodes, shown, strict=True), start=1):
        y, x = top - row * ROW, 0.25 + INDENT * (node["step"] + 1)
        _hang(ax, x, y, levels[node["step"] - 1], node)
        levels[node["step"]] = y
        bold = "bold" if node["chosen"] else "normal"
        ink = VERMILION_INK if node["chosen"] else BLACK
        look = {"va": "center", "color": ink, "fontweight": bold}
        ax.text(x, y, word, parse_math=False, gid=node["fate"], **look)
        ax.text(width - 1.0, y, written(node["log_probability"]), ha="right", **look)
        ax.text(width - 0.9, y, node["fate"], **look)
    return fig


def _hang(ax, x, y, above, node):
    """The line from a parent down, and across to a candidate."""
    left = x - INDENT + 0.05
    look = {"color": VERMILION if node["chosen"] else BLACK, "marker": ""}
    look["linewidth"] = 2.4 if node["chosen"] else 0.9
    look["zorder"] = 3 if node["chosen"] else 2
    style = "--" if node["fate"] == "dropped" else "-"
    ax.plot([left, left], [above - 0.1, y], linestyle="-", **look)
    ax.plot([left, x - 0.03], [y, y], linestyle=style, gid="branch", **look)


def _shortened(word):
    return word if len(word) <= LETTERS else f"{word[: LETTERS - 1]}…"
