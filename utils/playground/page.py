"""The page of a picture to play with: a still picture, and the scripts that take its place.

The scripts beside this file are ES modules, one subject each, and Node runs and tests them as they
are. A notebook's cell can import nothing, so a page holds its modules in one text, each after those
it imports, without the lines that import and the word that exports.
"""

import re
from pathlib import Path

from utils import files, plotting
from utils.animation import page as steps

from . import translating

ASLEEP = (
    "This picture can be played with. To wake it, run this cell (Shift and Enter), or choose "
    "“Trust Notebook” in the command palette (View menu) or, where there is one, in the File menu."
)
HERE = Path(__file__).parent
WEIGHTS = {"translator": translating}  # pages with a file of weights
IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+)\.mjs";\n+', re.M)
EXPORT = re.compile(r"^export (?=const |function |class )", re.M)


def bundle(name, fig, alt, apart=None):
    """All that a notebook may show, by media type: the page, the still picture, its description.

    Args:
        name: Of the script that the page begins with, without its ending.
        fig: The still picture, a Matplotlib Figure.
        alt: Its description.
        apart: The address of a script with weights, where the page shall load them from there;
            without one, they are part of the page. Of no account for a page that has none.

    Returns:
        `text/html`, `image/png` in base64, and `text/plain`.

    Raises:
        ValueError: The description says too little.
    """
    still = plotting.described(fig, alt)
    sheets = steps.HERE / "page.css", HERE / "play.css"
    css = "".join(steps.compact(files.read_text(sheet)) for sheet in sheets)
    waits, first = "", ""
    if name in WEIGHTS and apart:
        waits = f' data-weights="{apart}" data-size="{WEIGHTS[name].size()}"'
    elif name in WEIGHTS:
        first = WEIGHTS[name].script()
    html = (
        f'<div data-playground="{name}"{waits}><style>{css}</style>'
        f'<div class="steps-still"><p class="steps-asleep">{ASLEEP}</p>{still["text/html"]}</div>'
        f"<script>{first}{script(name)}</script></div>"
    )
    return {**still, "text/html": html}


def script(name):
    """A module and all that it imports, as one script that keeps its names to itself."""
    parts = [EXPORT.sub("", IMPORT.sub("", _read(module))) for module in modules(name)]
    return "\n".join(["(() => {", '"use strict";', *parts, "})();"])


def modules(name):
    """The names of a module and of all that it imports, each after those that it needs."""
    found = []
    for needed in IMPORT.findall(_read(name)):
        found += [module for module in modules(needed) if module not in found]
    return [*found, name]


def _read(name):
    return files.read_text(HERE / f"{name}.mjs")
