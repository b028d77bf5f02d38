"""The embedded Reber grammar as a graph."""

from collections import Counter

from utils import plotting
from utils.datasets.memory import REBER_GRAMMAR


def test_reber_graph_draws_each_place_and_each_choice_of_the_grammar():
    [ax] = plotting.reber_graph().axes
    drawn = Counter(patch.get_gid() for patch in ax.patches)
    choices = [letter for node in REBER_GRAMMAR for letter in node]
    assert drawn["place"] == len(REBER_GRAMMAR) + 1 + 4  # the inner ones with their end; the outer
    assert drawn["inner"] == len(choices) + 2 and drawn["outer"] == 4  # B and E lie outside, too
    letters = Counter(text.get_text() for text in ax.texts if text.get_gid() == "letter")
    assert letters == Counter([*choices, *"BTPTPE"])


def test_reber_graph_tells_the_two_ways_through_the_box_apart_without_colour():
    [ax] = plotting.reber_graph().axes
    outer = [patch for patch in ax.patches if patch.get_gid() == "outer"]
    assert Counter(patch.get_linestyle() for patch in outer) == {"-": 2, "--": 2}
    width, height = ax.get_xlim()[1], ax.get_ylim()[1]
    assert ax.figure.get_size_inches().tolist() == [width, height] and width <= plotting.WIDTH
