"""Pictures to play with: sliders and points that can be moved, and tasks that know their solution.

`show("lstm")` and `show("gru")` have the gates of one unit, `show("gradient")` a neuron with its
gradient through time, `show("attention")` a query and keys in the plane, `show("probe")` which
earlier characters drove a prediction, `show("translator")` the translator of notebooks 14 and 15 at
work, which is a page of 1.5 MB. Each displays a small page of its own that needs no network and
works with mouse, finger, keyboard and screen reader. Where no JavaScript runs (GitHub, an untrusted
notebook, print), a still picture stands there, with a description and a sentence that says how to
wake it.

The mathematics is in JavaScript modules beside this file, apart from what draws; tests hold its
numbers to those of `cells`, `bptt` and `models.Attention`.
"""

from utils import expect
from utils.animation import page as _steps

from . import page, stills
from .page import ASLEEP

__all__ = ["ASLEEP", "NAMES", "html", "show"]

NAMES = tuple(stills.STILLS)


def html(name, apart=None):
    """HTML of a picture to play with. The same name gives the same text.

    Args:
        name: "lstm", "gru", "gradient", "attention", "probe" or "translator".
        apart: The address from which the page of the translator loads its weights when its reader
            asks for them; without one, they are in the page. A copy of `translating.FILE` has to
            lie there.

    Returns:
        The page, a str.

    Raises:
        ValueError: Any other name.
    """
    return _bundle(name, apart)["text/html"]


def show(name):
    """Displays a picture to play with; programs without HTML get the still picture or its words.

    Args:
        name: As in `html`.

    Raises:
        ValueError: As in `html`.
    """
    _steps.display(_bundle(name))


def _bundle(name, apart=None):
    expect.one_of("name", name, NAMES)
    return page.bundle(name, *stills.STILLS[name](), apart)
