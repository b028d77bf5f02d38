"""Sphinx's settings for the pages of the course; `make site` calls it on a staged copy."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]  # build/site/source/conf.py
sys.path.insert(0, str(ROOT))

from tools import project as _course  # noqa: E402
from tools import site as _site  # noqa: E402
from utils import versions  # noqa: E402

versions.import_quietly("tensorflow")  # which autodoc imports, and which says that it found no GPU

project = "Recurrent networks, in notebooks"
release = _course.version(ROOT)
author = "the rnn-course authors"
copyright = "code: MIT; text, figures and data: CC BY 4.0"
language = "en-GB"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax",
              "sphinx.ext.githubpages"]  # fmt: skip
exclude_patterns = ["README.md", "parts/*"]
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks carry their outputs
napoleon_use_ivar = True  # else each attribute is described twice
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say it, with shapes

# A copy of our own beside the pages: without it, readers would ask a server for it.
mathjax_path = "mathjax.js"
mathjax3_config = {"options": {"enableMenu": False}}

html_theme = "sphinx_book_theme"
html_title = project
html_context = {"default_mode": "auto"}  # light or dark as the reader's system is
html_favicon = "static/icon.svg"
html_static_path = ["static"]
html_extra_path = ["extra"]  # the notebooks as they are, to be downloaded
html_search_scorer = str(Path(__file__).with_name("scorer.js"))
templates_path = ["templates"]
html_sidebars = {"**": ["course-top.html", "sbt-sidebar-nav.html"]}
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_copy_source = False
html_show_sourcelink = False
html_use_index = html_domain_indices = False  # the search finds what the library has, too
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "show_toc_level": 2,
    "primary_sidebar_end": [],
}
ADDRESS = _course.address(ROOT)
if ADDRESS:
    html_theme_options["extra_footer"] = f'<a href="{ADDRESS}">Where the course is kept</a>'


def ways_to_open(app, pagename, templatename, context, doctree):
    """Tells `templates/page.html` which notebook a page shows, and where Colab finds it."""
    folder, _, name = pagename.rpartition("/")
    if folder == "notebooks":
        context |= {"notebook": name, "colab": _site.colab(name, ROOT)}


def without_empty_corners(app, pagename, templatename, context, doctree):
    """The corner of a table, above its first column and left of its heads, is no header."""
    if "body" in context:
        context["body"] = re.sub(
            r'<th class="(head[^"]*)"><p></p></th>', r'<td class="\1"></td>', context["body"]
        )


def as_plain_text(app, what, name, obj, options, lines):
    """Docstrings are plain text, except `code` and what is indented after an empty line."""
    written, literal, before = [], False, ""
    for number, line in enumerate(lines):
        indented = line.startswith("    ")
        if indented and not literal and number and not lines[number - 1].strip():
            literal = not before.startswith(" ")  # else it belongs to a list of arguments
            written += ["::", ""] if literal else []
        elif line.strip() and not indented:
            literal = False
        before = line if line.strip() else before
        written.append(line if literal else _escaped(line))
    lines[:] = written


def _escaped(line):
    parts = re.split(r"`+([^`]+)`+", line)
    parts[::2] = [re.sub(r"([*|_\\])", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [f"``{part}``" for part in parts[1::2]]
    return "".join(parts)


def only_ours(app, what, name, obj, skip, options):
    """What a room of `utils` imports from elsewhere is not described there."""
    return skip or not getattr(obj, "__module__", "utils").startswith("utils")


def setup(app):
    """Called by Sphinx."""
    app.connect("autodoc-process-docstring", as_plain_text, priority=400)  # before napoleon
    app.connect("autodoc-skip-member", only_ours)
    app.connect("html-page-context", ways_to_open)
    app.connect("html-page-context", without_empty_corners)
