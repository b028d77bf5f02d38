"""Pictures to play with: sliders and points that can be moved, and tasks that know their solution.

`show("lstm")` and `show("gru")` have the gates of one unit, `show("gradient")` a neuron with its
gradient through time, `show("attention")` a query and keys in the plane, `show("probe")` which
earlier characters drove a prediction. Each displays a small page of its own that needs no network
and works with mouse, finger, keyboard and screen reader. Where no JavaScript runs (GitHub, an
untrusted notebook, print), a still picture stands there, with a description and a sentence that
says how to wake it.

The mathematics is in JavaScript modules beside this file, apart from what draws; tests hold its
numbers to those of `cells`, `bptt` and `models.Attention`.
"""

from utils import expect
from utils.animation import page as _steps

from . import page, stills
from .page import ASLEEP

__all__ = ["ASLEEP", "NAMES", "html", "show"]

NAMES = tuple(stills.STILLS)


def html(name):
    """HTML of a picture to play with. The same name gives the same text.

    Args:
        name: "lstm", "gru", "gradient", "attention" or "probe".

    Returns:
        The page, a str.

    Raises:
        ValueError: Any other name.
    """
    return _bundle(name)["text/html"]


def show(name):
    """Displays a picture to play with; programs without HTML get the still picture or its words.

    Args:
        name: As in `html`.

    Raises:
        ValueError: As in `html`.
    """
    _steps.display(_bundle(name))


def _bundle(name):
    expect.one_of("name", name, NAMES)
    return page.bundle(name, *stills.STILLS[name]())
