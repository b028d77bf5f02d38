"""The page, whatever it shows: a still picture, and the stepper that takes its place.

The style sheets and scripts lie beside this file. A view (`translation.js` and others) fills the
page and draws one step; `stepper.js` holds what is the same for all of them.
"""

import hashlib
import json
import re
from pathlib import Path

from utils import files, plotting

# A notebook that somebody else has run is untrusted, and its scripts do not run.
ASLEEP = (
    "This picture can be stepped through. To wake it, run this cell (Shift and Enter), or choose "
    "“Trust Notebook” in the command palette (View menu) or, where there is one, in the File menu."
)
HERE = Path(__file__).parent


def bundle(items, fig, alt, *, view, words, styles=()):
    """All that a notebook may show, by media type: the page, the still picture, its description.

    Args:
        items: What the view draws, plain data, one dictionary for each item to choose among.
        fig: The still picture, a Matplotlib Figure.
        alt: Its description.
        view: The name of the view's script, without its ending.
        words: What the page says beside the data: `label` for screen readers; `note` below the
            controls, or ""; `menu` before the choice, where there are several items; and what the
            view asks for.
        styles: Names of the style sheets that the view adds to `page.css`, without their endings.

    Returns:
        `text/html`, `image/png` in base64, and `text/plain`.

    Raises:
        ValueError: The description says too little.
    """
    still = plotting.described(fig, alt)
    css = "".join(compact(files.read_text(HERE / f"{name}.css")) for name in ("page", *styles))
    return {**still, "text/html": _page(items, still["text/html"], css, _script(view, words))}


def display(bundle):
    """Displays what `bundle` made."""
    from IPython.display import display

    display(bundle, raw=True)


def compact(css):
    """A style sheet without its comments and spaces: it stands in every page.

    Texts in quotation marks would suffer, and there are none.
    """
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    return re.sub(r":\s+", ":", css).replace(";}", "}").strip()


def _script(view, words):
    """A function of the page's name and items, in JavaScript; it keeps its own names to itself."""
    parts = [files.read_text(HERE / f"{name}.js") for name in ("elements", view, "stepper")]
    return "\n".join(
        ['(function (name, items) {\n"use strict";', f"const words = {_json(words)};", *parts, "})"]
    )


def _page(items, still, css, script):
    """The still picture, how to wake it, and the script that puts the stepper in its place.

    The sentence needs neither style nor script, which an untrusted notebook strips; it comes before
    the picture, where those who would look for buttons read it.
    """
    data = _json(items)
    name = hashlib.sha256((data + still).encode("utf-8")).hexdigest()[:12]
    return (
        f'<div data-steps="{name}"><style>{css}</style>'
        f'<div class="steps-still"><p class="steps-asleep">{ASLEEP}</p>{still}</div>'
        f"<script>{script}({_json(name)},{data});</script></div>"
    )


def _json(value):
    """JSON that is safe inside a script element: no `<`, `>` or `&`, and ASCII throughout."""
    text = json.dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
