"""The pictures of notebook 11: who has read what when an answer is due."""

import pytest

from utils import plotting

WORDS = ["this", "is", "my", "book"]


def _arrows(fig, name, width):
    arrows = [patch for patch in fig.axes[0].patches if patch.get_gid() == name]
    return len(arrows), sum(arrow.get_linewidth() == width for arrow in arrows)


def _boxes(fig, name):
    return [patch for patch in fig.axes[0].patches if patch.get_gid() == name]


def _thick(fig, name):
    return [box.get_linewidth() > 2 for box in _boxes(fig, name)]


def test_two_readers_lead_from_every_word_to_every_answer():
    fig = plotting.two_readers(WORDS)
    for name, count in (("word", 4), ("forward", 4), ("backward", 4), ("answer", 4)):
        assert len(_boxes(fig, name)) == count
    assert _arrows(fig, "reads", 1.4) == _arrows(fig, "answers", 1.4) == (8, 8)
    assert _arrows(fig, "hands on", 1.4) == (6, 6)
    assert [text.get_text() for text in fig.axes[0].texts].count("$y_4$") == 1


@pytest.mark.parametrize("place", range(4))
def test_the_thick_way_comes_from_what_is_known(place):
    fig = plotting.two_readers(WORDS, list("abcd"), place=place)
    assert _thick(fig, "word") == [True] * 4
    assert _thick(fig, "forward") == [step <= place for step in range(4)]
    assert _thick(fig, "backward") == [step >= place for step in range(4)]
    assert _arrows(fig, "hands on", 2.6) == (6, 3) and _arrows(fig, "answers", 2.6) == (8, 2)
    one = plotting.two_readers(WORDS, list("abcd"), backwards=False, place=place)
    assert _thick(one, "word") == [step <= place for step in range(4)]
    assert _arrows(one, "hands on", 2.6) == (3, place) and not _boxes(one, "backward")


@pytest.mark.parametrize("delay", [1, 2])
def test_who_answers_late_knows_more(delay):
    fig = plotting.two_readers(WORDS, list("abcd"), backwards=False, delay=delay, place=1)
    assert len(_boxes(fig, "word")) == 4 + delay and len(_boxes(fig, "answer")) == 4
    assert _thick(fig, "word") == [step <= 1 + delay for step in range(4 + delay)]
    assert _thick(fig, "answer") == [False, True, False, False]
    written = [text.get_text() for text in fig.axes[0].texts]
    assert written.count("[END]") == delay


def test_words_are_never_read_as_mathematics():
    fig = plotting.two_readers(["$x_{$", "b"], ["$", "$$"])
    plotting.png(fig)


def test_readers_stay_inside_the_picture():
    for words in (["a"], WORDS, list("abcdef")):
        fig = plotting.two_readers(words)
        left, right = fig.axes[0].get_xlim()
        boxes = [box.get_path().vertices[:, 0] for box in _boxes(fig, "word")]
        assert min(map(min, boxes)) >= left and max(map(max, boxes)) <= right
        assert fig.get_figwidth() <= plotting.WIDTH
