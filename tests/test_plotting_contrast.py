"""Every letter of every picture can be read: on its ground (WCAG 2.2), on the page, by itself."""

from collections import Counter
from itertools import combinations
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.text import Text

from utils import plotting

SOURCE, TARGET = ["the", "red", "bird"], ["l'", "oiseau", "rouge"]
WEIGHTS = np.array([[0.7, 0.1, 0.2], [0.05, 0.15, 0.8], [0.0, 1.0, 0.0]])
RAMP = np.linspace(-1, 1, 45).reshape(9, 5)  # every shade of a diverging map
SHARE = np.linspace(0, 1, 45).reshape(5, 9)
YEARS = np.arange(1990, 2010)
SEVEN = [f"curve {number}" for number in range(7)]
DIGITS = [str(digit) for digit in range(9)]


def _forecast():
    series = np.sin(YEARS)
    foreseen = {"ours": (YEARS[10:], series[9:-1]), "naive": (YEARS[10:], series[8:-2])}
    return plotting.forecast(YEARS, series, foreseen, y="spots", split=2000, validation=1997)


def _score_by_length():
    curves = {name: ([5, 10, 15], [30, 20, 10 + place]) for place, name in enumerate(SEVEN)}
    counts = ([5, 10, 15], [90, 40, 3])
    return plotting.score_by_length(curves, counts=counts, mark=(10, "longest in training"))


def _gradient():
    norms = {"stable": 0.5 ** np.arange(9), "dead": [1, 0.1, 0, 0]}
    return plotting.gradient_by_lag(norms, predicted={"stable": 0.5})


def _panels():
    norms = {"stable": 0.5 ** np.outer([1, 1.1], np.arange(9)), "growing": [[1, 2, 4], [1, 3, 9]]}
    return plotting.gradient_panels(
        {"linear": norms, "tanh": norms}, predicted={"linear": {"stable": 0.5}}
    )


def _gates():
    signed = RAMP[:, :3]
    gates = {"forget gate": SHARE[:, :5].T, "cell state": signed[:5], "output gate": SHARE[0, :5]}
    marks = np.arange(5) == 2
    return plotting.gate_activity(gates, inputs=list("abcde"), marks=marks)


def _surprise():
    """All that a shade can be, from expected to unheard of."""
    return plotting.shaded_text("M" * 81, 2.0 ** -np.linspace(0, 9, 81))


BEAM_WORDS = ["[END]", "le", "un", "chat", "a_very_long_word_that_is_cut"]


def _beam(worth=None):
    def one(parent, word, log_probability, fate="kept"):
        return SimpleNamespace(
            parent=parent, word=word, log_probability=log_probability, fate=fate
        )

    steps = [
        [one(0, 1, -0.5), one(0, 2, -0.9), one(0, 0, -3, "dropped")],
        [one(1, 3, -1.0), one(0, 4, -1.4), one(0, 1, -2, "dropped"), one(0, 0, -9, "dropped")],
        [one(0, 0, -1.0, "finished"), one(1, 0, -1.4, "finished"), one(1, 3, -12.5)],
    ]
    return plotting.beam_tree(steps, BEAM_WORDS, worth=worth)


def _images():
    images = np.linspace(0, 1, 2 * 8 * 8 * 3).reshape(2, 8, 8, 3)
    captions = ["a red disc", "a blue box"]
    return plotting.captioned(images, captions, expected=["a red disc", "a red box"])



def _looks():
    maps = np.zeros((3, 4, 4))
    maps[0, 1, 2], maps[1, 0, 0], maps[1, 3, 3], maps[2] = 1, 0.4, 0.6, 1 / 16
    image = np.linspace(0, 1, 8 * 8 * 3).reshape(8, 8, 3)
    return plotting.looks(image, ["a", "triangle"], maps)


GALLERY = {
    "architectures": [lambda: plotting.architectures()],
    "attention_map": [lambda: plotting.attention_map(WEIGHTS, SOURCE, TARGET, gold=[(0, 0)])],
    "attention_maps": [lambda: plotting.attention_maps({"one": (WEIGHTS, SOURCE, TARGET)})],
    "bars": [
        lambda: plotting.bars({f"{number}-gram": number for number in range(12)}, y="bits"),
        lambda: plotting.bars({"without attention": 1, "with attention": 2}, y="BLEU"),
        lambda: plotting.bars({"a": 1.0, "b": -2}, y="n", spread={"a": (0, 2), "b": (-3, 0)})
    ],
    "beam_tree": [_beam, lambda: _beam(lambda log_probability, length: -log_probability)],
    "captioned": [_images],
    "counted": [
        lambda: plotting.counted({"none": [0.2, 0.3, 1], "clipped": [1, 1, 0.99]}, 0.9, x="right"),
        lambda: plotting.counted({"one": [0.2, 1]}, 0.9, x="share right", line={"a guess": 0.25}),
    ],
    "encoder_decoder_diagram": [
        lambda: plotting.encoder_decoder_diagram(SOURCE, TARGET),
        *(
            lambda step=step: plotting.encoder_decoder_diagram(
                SOURCE, TARGET, attention=WEIGHTS[step], step=step
            )
            for step in range(3)
        ),
        lambda: plotting.encoder_decoder_diagram(
            SOURCE, TARGET, attention=WEIGHTS[1], step=1, both_ways=True, asks_with_word=True
        ),
        lambda: plotting.encoder_decoder_diagram(SOURCE, TARGET, both_ways=True),
    ],
    "both_ends": [
        lambda: plotting.both_ends(
            {name: ([1, 2, 3], [3, 4]) for name in "abc"}, x="token", y="nats", line={"most": 4}
        )
    ],
    "dot_stacks": [
        lambda: plotting.dot_stacks({"a": [3, 3, 4], "b": [9]}, x="notes", dots="a tune")
    ],
    "forecast": [_forecast],
    "gate_activity": [
        _gates,
        lambda: plotting.gate_activity(
            {"gate": SHARE[0]}, beside={"gate": {"target": SHARE[0], "other": SHARE[0] / 2}}
        ),
    ],
    "gradient_by_lag": [
        _gradient,
        lambda: plotting.gradient_by_lag({"all": [1, 0.5]}, parts={"some ways": {"all": [1, 0.2]}}),
    ],
    "gradient_panels": [_panels],
    "grouped_bars": [
        lambda: plotting.grouped_bars({"a": dict.fromkeys(SEVEN, 1)}, y="share"),
        lambda: plotting.grouped_bars({"a": {"x": 1, "y": 2}}, y="count", line=(1.5, "chance"))
    ],
    "gru_cell": [
        lambda part=part: plotting.gru_cell(highlight=part)
        for part in ((), "update", "reset", "candidate", "highway")
    ]
    + [
        lambda part=part: plotting.gru_cell(highlight=part, reset_after=True)
        for part in ((), "update", "candidate")
    ],
    "hidden_states": [
        lambda: plotting.hidden_states(RAMP, list("abcdefghi"), DIGITS),
        lambda: plotting.hidden_states(np.tile(RAMP, (3, 1)), np.tile(RAMP, (3, 1))[:, :3]),
    ],
    "ladder": [
        lambda: plotting.ladder({"ours": [30, 31, 32], "theirs": 20}, highlight=["ours"])
    ],
    "learning_curves": [
        lambda: plotting.learning_curves(
            {name: {"loss": [3, np.inf, 1], "val_loss": [3, 2, 2]} for name in SEVEN}
        )
    ],
    "lines": [
        lambda: plotting.lines({name: ([0, 1], [1, 2]) for name in SEVEN}, x="x", y="y", title="t")
    ],
    "looks": [_looks],
    "lstm_cell": [
        lambda part=part: plotting.lstm_cell(highlight=part, peepholes=part == "highway")
        for part in ((), "forget", "input", "candidate", "output", "highway")
    ],
    "vector_map": [
        lambda count=count: plotting.vector_map(
            {f"group {n}": {"now": (n, 0), "then": (n, n)} for n in range(count)}, x="one", y="two"
        )
        for count in (1, 2, 4)
    ],
    "matrix": [
        lambda: plotting.matrix(SHARE, list("abcde"), DIGITS),
        lambda: plotting.matrix(SHARE, list("abcde"), DIGITS, by_row=True, x="x", y="y"),
    ],
    "piano_roll": [
        lambda: plotting.piano_roll(
            [[(60, 1), (61, 0.5), (None, 1), (72, 2)]], ["a tune"], scales=[[0, 4, 7]], beats=[3]
        ),
        lambda: plotting.piano_roll([[(60, 1), (66, 0.5)]], ["a tune"], keys=[("Bb", "minor")]),
    ],
    "ranges": [
        lambda: plotting.ranges(
            {f"a cell with a long name, {number}": {1: [1, 2]} for number in range(3)},
            x="x", y="y", line={"always the mean": 1},
        ),
        lambda: plotting.ranges(
            {name: {1: [1, 2], 2: [2, 3]} for name in SEVEN}, x="x", y="y", line={"guess": 1}
        ),
        lambda: plotting.ranges(
            {name: {1: [1, 2], 2: [2, 3]} for name in SEVEN}, x="x", y="y", dots=True, log_x=True
        ),
    ],
    "reber_graph": [plotting.reber_graph],
    "score": [
        lambda: plotting.score(
            "F#4 1/4 | Bb5 1/8 rest 1/4 | C4 1/1 |".split(), key="D", metre="3/4", title="a tune"
        )
    ],
    "score_by_length": [_score_by_length],
    "seed_curves": [
        lambda: plotting.seed_curves(
            {name: [([1, 10], [3, place]), ([1, 10], [3, 2])] for place, name in enumerate(SEVEN)},
            x="characters", y="bits", lines={"a 5-gram": 2.0, "LZMA": 1.95}, log_x=True,
        )
    ],
    "shaded_text": [_surprise],
    "stacked_layers": [
        lambda how=how: plotting.stacked_layers(3, **how) for how in ({}, {"residual": True})
    ],
    "state_parts": [
        lambda: plotting.state_parts({name: RAMP for name in SEVEN[:4]}, RAMP[:, 0]),
        lambda: plotting.state_parts({"what comes from the input": RAMP}, list("abcdefghi")),
    ],
    "state_on_text": [lambda: plotting.state_on_text("M" * 81, np.linspace(-1, 1, 81))],
    "token_lengths": [lambda: plotting.token_lengths({"en": [3, 4, 5], "fr": [4, 5, 5]})],
    "two_readers": [
        lambda: plotting.two_readers(["this", "is", "it"], place=1),
        lambda: plotting.two_readers(["this", "is"], ["PRON", "AUX"], backwards=False, delay=2),
    ],
    "unrolled_network": [
        lambda how=how: plotting.unrolled_network(3, **how)
        for how in ({}, {"backwards": True}, {"feedback": "output"},
                    {"feedback": "output", "backwards": True})
    ],
    "word_by_word": [lambda: plotting.word_by_word(["not", "bad"], [0.2, 0.7], y="verdict")],
}


def _letters(fig):
    """Every text that is drawn, with its box; an axis also has labels that it does not draw."""
    with patch.object(Text, "draw", autospec=True, side_effect=Text.draw) as draw:
        FigureCanvasAgg(fig).draw()
    drawn = {id(call.args[0]): call.args[0] for call in draw.call_args_list}
    return [(text, text.get_window_extent()) for text in drawn.values() if text.get_text().strip()]


def _pixels(fig, box):
    """Rows and columns of the picture that a box fills."""
    height = fig.bbox.height
    rows = slice(max(0, int(height - box.y1)), int(np.ceil(height - box.y0)))
    return rows, slice(max(0, int(box.x0)), int(np.ceil(box.x1)))


def _ground(fig, texts):
    """The picture without its letters; what a text lays under itself stays."""
    for text in texts:
        text.set_color("none")
    fig.canvas.draw()
    return np.asarray(fig.canvas.buffer_rgba())[..., :3] / 255


def _faint(fig):
    """How many letters were looked at, and which have less than 4.5 to 1 against their ground.

    The ground is every colour that fills a fifth of the text's box or more: no line that crosses.
    """
    letters = _letters(fig)
    inks = [np.array(to_rgba(text.get_color(), text.get_alpha())) for text, _ in letters]
    ground = _ground(fig, [text for text, _ in letters])
    found = []
    for (text, box), ink in zip(letters, inks, strict=True):
        pixels = ground[_pixels(fig, box)].reshape(-1, 3)
        for behind, count in Counter(map(tuple, pixels)).items():
            front = ink[3] * ink[:3] + (1 - ink[3]) * np.array(behind)
            ratio = plotting.contrast(front, behind)
            if 5 * count >= len(pixels) and ratio < 4.5:
                found.append((text.get_text(), round(ratio, 2)))
    return len(letters), found


def test_contrast_is_that_of_the_standard():
    """Numbers that WCAG and its tools give."""
    assert plotting.contrast("black", "white") == pytest.approx(21)
    assert plotting.contrast("#777777", "#777777") == 1
    assert plotting.contrast("white", "#767676") == pytest.approx(4.54, abs=0.005)
    assert plotting.contrast("#777777", "white") == pytest.approx(4.48, abs=0.005)
    assert plotting.contrast((1, 0, 0), "white") == pytest.approx(4.00, abs=0.005)


def test_gallery_holds_every_picture():
    drawing = {name for name in plotting.__all__ if hasattr(getattr(plotting, name), "__wrapped__")}
    assert set(GALLERY) == drawing


@pytest.mark.parametrize("name", GALLERY)
def test_every_letter_can_be_read(name):
    for draw in GALLERY[name]:
        count, faint = _faint(draw())
        assert count >= 2, "a picture without letters would prove nothing"
        assert faint == []


@pytest.mark.parametrize("name", GALLERY)
def test_no_letter_leaves_the_page(name):
    for draw in GALLERY[name]:
        fig = draw()
        width, height = fig.bbox.size
        cut = [
            text.get_text()
            for text, box in _letters(fig)
            if min(box.x0, box.y0) < -1 or box.x1 > width + 1 or box.y1 > height + 1
        ]
        assert cut == []


# These three set letter by letter what belongs together.
@pytest.mark.parametrize("name", sorted(set(GALLERY) - {"score", "shaded_text", "state_on_text"}))
def test_no_word_stands_on_another(name):
    """Level texts; the boxes of slanted ones overlap where their letters do not."""
    for draw in GALLERY[name]:
        level = [pair for pair in _letters(draw()) if pair[0].get_rotation() % 180 == 0]
        touching = [
            (one.get_text(), other.get_text())
            for (one, box), (other, ground) in combinations(level, 2)
            if min(box.x1, ground.x1) - max(box.x0, ground.x0) > 1
            and min(box.y1, ground.y1) - max(box.y0, ground.y0) > 3  # room above and below letters
        ]
        assert touching == []


def test_faint_letters_are_found():
    """The measure itself: on the page, on a ground of their own, and translucent."""
    fig = plotting.bars({"black": 1.0}, y="count")
    fig.text(0.5, 0.5, "grey", color="#8C8C8C", bbox={"facecolor": "white"})
    fig.text(0.5, 0.7, "black", color="black", bbox={"facecolor": "#333333"})
    fig.text(0.5, 0.9, "pale", color="black", alpha=0.4)
    assert [text for text, _ in _faint(fig)[1]] == ["grey", "black", "pale"]
