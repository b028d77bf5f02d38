"""Step through a beam search, and see which candidates it keeps, finishes and drops."""

from utils import plotting
from utils.plotting.values import written

from . import page

BEAM_NOTE = (
    "Each candidate stands below the one that it continues, with the log-probability of the whole. "
    "A dashed frame: dropped; a double one: finished. In the last step the frames mark the way to "
    "the chosen one."
)


def beam_tree_steps(steps, words, *, dropped=2, worth=None, alt=None, language="fr"):
    """HTML that steps through a beam search, word by word: a tree that grows.

    The same input gives the same text.

    Args:
        steps: What `decoding.beam_steps` returns; at most 12 steps.
        words: The text of each id, such as `translator.target_tokenizer.vocabulary`.
        dropped: So many of the dropped ones of each step are shown, the best.
        worth: (log-probability, length) → what finished candidates are compared by, such as a
            `partial` of `decoding.worth`; without it, the log-probability.
        alt: Description of the still picture; without it, one that says what each step keeps,
            finishes and drops.
        language: Code of the words' language, for screen readers.

    Returns:
        The page, a str.

    Raises:
        ValueError: There is no step, there are too many, they do not fit together or with the
            words, or `alt` says too little.
    """
    return _bundle(steps, words, dropped, worth, alt, language)["text/html"]


def show_beam(steps, words, *, dropped=2, worth=None, alt=None, language="fr"):
    """Displays `beam_tree_steps`; programs without HTML get the still picture or its words.

    Args:
        steps: As in `beam_tree_steps`.
        words: As in `beam_tree_steps`.
        dropped: As in `beam_tree_steps`.
        worth: As in `beam_tree_steps`.
        alt: As in `beam_tree_steps`.
        language: As in `beam_tree_steps`.

    Raises:
        ValueError: As in `beam_tree_steps`.
    """
    page.display(_bundle(steps, words, dropped, worth, alt, language))


def _bundle(steps, words, dropped, worth, alt, language):
    steps = [list(step) for step in steps]
    nodes = plotting.check_beam(steps, words, dropped=dropped, worth=worth)
    fig = plotting.beam_tree(steps, words, dropped=dropped, worth=worth)
    says = [_say(number, step, nodes) for number, step in enumerate(steps)]
    item = {
        "nodes": [
            {**node, "log_probability": written(node["log_probability"])} for node in nodes
        ],
        "says": [*says, _say_end(nodes)],
        "language": language,
    }
    alt = alt or _describe(item)
    labels = {"label": "Beam search, word by word", "note": BEAM_NOTE}
    return page.bundle([item], fig, alt, view="beam", words=labels, styles=["beam"])


def _say(number, step, nodes):
    """One step in words: what it keeps, finishes and drops, each the best first."""
    parts, nodes = [], sorted(nodes, key=lambda node: -node["log_probability"])
    for fate, verb in (("kept", "keeps"), ("finished", "finishes"), ("dropped", "drops")):
        of_fate = [
            _quoted(node) for node in nodes if (node["step"], node["fate"]) == (number, fate)
        ]
        more = sum(one.fate == fate for one in step) - len(of_fate)
        of_fate += [f"{more} more" if of_fate else f"{more}"] if more else []
        if of_fate:
            parts.append(f"{verb} {', '.join(of_fate)}")
    return "; ".join(parts) + "."


def _say_end(nodes):
    """Which candidate is chosen, and out of how many."""
    finished = [node for node in nodes if node["fate"] == "finished"]
    *_, best = [node for node in nodes if node["chosen"]] or [None]
    if best is None:
        return "nothing is left to choose."
    return f"chooses {_quoted(best)}, out of {len(finished)} finished." if finished else (
        f"chooses {_quoted(best)}, since none is finished."
    )  # fmt: skip


def _quoted(node):
    return f"“{node['text']}” ({written(node['log_probability'])})"


def _describe(item):
    """Says in words what each step does: the description of the still picture."""
    *steps, end = item["says"]
    said = " ".join(f"Step {number} {says}" for number, says in enumerate(steps, start=1))
    return f"Beam search as a tree, candidates with their log-probabilities. {said} The end {end}"
