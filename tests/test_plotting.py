"""Pictures: what is drawn, that it is described, and that bad input is refused."""

import base64
import io
import re
import warnings
from types import SimpleNamespace

import matplotlib
import numpy as np
import pytest
from PIL import Image

from utils import plotting

SOURCE = ["the", "red", "bird"]
TARGET = ["l'", "oiseau", "rouge", "."]
WEIGHTS = np.array([[0.7, 0.1, 0.2], [0.1, 0.1, 0.8], [0.0, 0.9, 0.1], [0.3, 0.3, 0.4]])
ALT = "Each French word looks at its English one, so the weights follow the alignment."


def _bitmap(fig):
    return np.asarray(Image.open(io.BytesIO(plotting.png(fig))).convert("RGB"), dtype=float)


def _cell_labels(ax):
    columns = [label.get_text() for label in ax.get_xticklabels()]
    return [label.get_text() for label in ax.get_yticklabels()], columns


def _gold_cells(ax):
    squares = [patch for patch in ax.patches if patch.get_gid() == "gold"]
    centres = [square.get_center() for square in squares]
    return [tuple(np.round(centre, 6)) for centre in centres]


# ---------------------------------------------------------------- display


def _captured(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    return shown


def test_show_emits_one_described_image(monkeypatch):
    shown = _captured(monkeypatch)
    fig = plotting.bars({"a": 1.0}, y="count")
    plotting.show(fig, alt='Weights <"a" & "b"> fall with distance, so the past is forgotten.')
    (bundle,) = shown
    page = bundle["text/html"]
    assert page.count("<img") == 1 and page.count(">") == 1, "text in alt must be escaped"
    assert "&lt;&quot;a&quot; &amp; &quot;b&quot;&gt; fall" in page
    assert "max-width:100%" in page
    data = base64.b64decode(re.search(r"base64,([^\"]+)", page).group(1))
    assert data == plotting.png(fig)
    assert bundle["text/plain"].startswith('Weights <"a" & "b"> fall')


def test_show_refuses_a_lazy_description_and_displays_nothing(monkeypatch):
    shown = _captured(monkeypatch)
    fig = plotting.bars({"a": 1.0}, y="count")
    for alt in ("", "a plot", "Too short to say a thing.", None):
        with pytest.raises(ValueError, match="alt"):
            plotting.show(fig, alt=alt)
    with pytest.raises(ValueError, match="screen reader"):
        plotting.show(fig, alt="A plot of the attention weights for each of the many words.")
    with pytest.raises(TypeError, match="Figure"):
        plotting.show([fig], alt=ALT)
    assert shown == []


def test_show_closes_a_pyplot_figure(monkeypatch):
    from matplotlib import pyplot

    _captured(monkeypatch)
    pyplot.switch_backend("agg")
    fig, _ = pyplot.subplots()
    assert pyplot.fignum_exists(fig.number)
    plotting.show(fig, alt=ALT)
    assert not pyplot.fignum_exists(fig.number)


def test_our_figures_are_unknown_to_pyplot():
    from matplotlib import pyplot

    before = pyplot.get_fignums()
    plotting.attention_map(WEIGHTS, SOURCE, TARGET)
    assert pyplot.get_fignums() == before


def test_same_figure_same_bytes_whatever_the_global_style():
    first = plotting.png(plotting.attention_map(WEIGHTS, SOURCE, TARGET))
    with matplotlib.rc_context({"font.size": 30, "savefig.dpi": 40, "axes.labelcolor": "red"}):
        second = plotting.png(plotting.attention_map(WEIGHTS, SOURCE, TARGET))
        assert matplotlib.rcParams["font.size"] == 30, "drawing must not leave its style behind"
    assert first == second
    assert first != plotting.png(plotting.attention_map(WEIGHTS[:, ::-1], SOURCE, TARGET))
    assert b"matplotlib" not in first.lower() and b"tEXt" not in first


def test_style_is_the_default_only_when_asked_for():
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        plotting.style()
        assert matplotlib.rcParams["image.cmap"] == "cividis"


def test_cycle_differs_without_colour():
    looks = list(plotting.CYCLE)
    assert len({str(look["linestyle"]) for look in looks}) == len(looks)
    assert len({look["marker"] for look in looks}) == len(looks)


# ---------------------------------------------------------------- attention


def test_attention_map_shows_the_weights_and_the_gold_cells():
    fig = plotting.attention_map(WEIGHTS, SOURCE, TARGET, gold=[(2, 1), (1, 2)], title="additive")
    ax = fig.axes[0]
    np.testing.assert_array_equal(ax.images[0].get_array(), WEIGHTS)
    assert ax.images[0].get_clim() == (0, 1)
    assert ax.images[0].get_cmap().name == "cividis"
    assert _cell_labels(ax) == (TARGET, SOURCE)
    assert _gold_cells(ax) == [(1, 2), (2, 1)]  # x is the source, y the target
    assert fig.axes[1].get_ylabel() == "attention weight"
    assert ax.get_title() == "additive"


def test_attention_map_names_the_row_of_end():
    weights = np.vstack([WEIGHTS, [0, 0, 1]])
    rows, _ = _cell_labels(plotting.attention_map(weights, SOURCE, TARGET).axes[0])
    assert rows == [*TARGET, "[END]"]


def test_gold_squares_show_in_grey_on_dark_and_on_bright_cells():
    for level in (0.0, 1.0):
        weights = np.full((3, 3), level)
        plain = _bitmap(plotting.attention_map(weights, SOURCE, SOURCE)).mean(axis=2)
        height, width = plain.shape
        inside = np.s_[height // 3 : height // 2, width // 4 : width // 2]
        marked = plotting.attention_map(weights, SOURCE, SOURCE, gold=[(0, 0), (1, 1)])
        grey = _bitmap(marked).mean(axis=2)[inside]
        assert np.ptp(plain[inside]) < 10
        assert np.ptp(grey) > 150


def test_attention_map_draws_into_given_axes():
    from matplotlib.figure import Figure

    fig = Figure()
    ax = fig.subplots()
    assert plotting.attention_map(WEIGHTS, SOURCE, TARGET, ax=ax) is fig
    assert len(ax.images) == 1


def test_tokens_are_never_read_as_mathematics():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plotting.png(plotting.attention_map([[0.5, 0.5]], ["$\\frac", "$"], ["$x_{$"]))
        plotting.png(plotting.encoder_decoder_diagram(["$\\frac", "$"], ["$x_{$"]))


@pytest.mark.parametrize(
    "weights, message",
    [
        (None, "without it"),
        (WEIGHTS.T, r"\(3, 4\).*expected.*\(4, 3\).*transpose"),
        (WEIGHTS[:2], r"\(2, 3\)"),
        (WEIGHTS[0], r"\(3,\)"),
        (WEIGHTS * 4, "softmax"),
        (WEIGHTS - 1, "softmax"),
        (WEIGHTS * np.nan, "expected 0 to"),
    ],
)
def test_attention_map_refuses_weights_that_do_not_fit(weights, message):
    with pytest.raises(ValueError, match=message):
        plotting.attention_map(weights, SOURCE, TARGET)


@pytest.mark.parametrize("pair", [(3, 0), (0, 4), (-1, 0)])
def test_attention_map_refuses_gold_outside_the_sentence(pair):
    with pytest.raises(ValueError, match="outside"):
        plotting.attention_map(WEIGHTS, SOURCE, TARGET, gold=[pair])


def test_attention_maps_draws_each_with_its_own_gold():
    maps = {"dot": (WEIGHTS, SOURCE, TARGET), "general": (WEIGHTS[::-1], SOURCE, TARGET)}
    maps["local"] = (WEIGHTS[:2], SOURCE, TARGET[:2])
    fig = plotting.attention_maps(maps, golds={"general": [(0, 3)]})
    drawn = [ax for ax in fig.axes if ax.images and ax.get_visible()]
    assert [ax.get_title() for ax in drawn[:3]] == ["dot", "general", "local"]
    for ax, (weights, _, _) in zip(drawn, maps.values(), strict=False):
        np.testing.assert_array_equal(ax.images[0].get_array(), weights)
    assert [_gold_cells(ax) for ax in drawn[:3]] == [[], [(0, 3)], []]
    with pytest.raises(ValueError, match="additive"):
        plotting.attention_maps(maps, golds={"additive": []})
    with pytest.raises(ValueError, match="none"):
        plotting.attention_maps({})


# ---------------------------------------------------------------- numbers, curves, bars


def test_matrix_writes_each_number_in_a_readable_colour():
    fig = plotting.matrix([[0, 1.234], [10, -3]], ["a", "b"], ["c", "d"], x="keys", y="queries")
    ax = fig.axes[0]
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "0.00", (1, 0): "1.23", (0, 1): "10.00", (1, 1): "-3.00"}
    colours = {text.get_text(): text.get_color() for text in ax.texts}
    assert colours["10.00"] == "black" and colours["-3.00"] == "white"  # yellow, dark blue
    assert not plotting.matrix([[1.0]], ["a"], ["b"], annotate=False).axes[0].texts
    with pytest.raises(ValueError, match=r"\(1, 2\).*\(2, 1\)"):
        plotting.matrix([[1, 2]], ["a", "b"], ["c"])


def _lines(ax):
    return {line.get_label(): line for line in ax.lines}


@pytest.mark.parametrize(
    "history",
    [
        {"loss": [3.0, 2.0], "val_loss": [3.5, 2.5], "seconds": [4.0, 6.0]},
        SimpleNamespace(history={"loss": [3.0, 2.0], "val_loss": [3.5, 2.5], "seconds": [4, 6]}),
        SimpleNamespace(loss=[3.0, 2.0], validation_loss=[3.5, 2.5], seconds=[4.0, 6.0]),
    ],
)
def test_learning_curves_reads_every_kind_of_history(history):
    ax = plotting.learning_curves({"GRU": history}).axes[0]
    lines = _lines(ax)
    np.testing.assert_array_equal(lines["GRU, training"].get_xydata(), [(1, 3), (2, 2)])
    np.testing.assert_array_equal(lines["GRU, validation"].get_xydata(), [(1, 3.5), (2, 2.5)])
    assert lines["GRU, training"].get_linestyle() != lines["GRU, validation"].get_linestyle()
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss (nats per token)")
    assert set(_lines(plotting.learning_curves(history).axes[0])) == {"training", "validation"}
    timed = plotting.learning_curves(history, x="seconds").axes[0]
    np.testing.assert_array_equal(_lines(timed)["validation"].get_xydata(), [(4, 3.5), (10, 2.5)])


def test_learning_curves_names_what_is_missing():
    with pytest.raises(ValueError, match=r"'GRU' has no 'accuracy'.*'loss'"):
        plotting.learning_curves({"GRU": {"loss": [1.0]}}, "accuracy")
    with pytest.raises(ValueError, match="seconds"):
        plotting.learning_curves({"GRU": {"loss": [1.0]}}, x="seconds")
    with pytest.raises(ValueError, match="epoch"):
        plotting.learning_curves({"loss": [1.0]}, x="steps")


def test_score_by_length_draws_lines_counts_bands_and_the_mark():
    fig = plotting.score_by_length(
        {"GRU": ([5, 10, 20], [80, 60, 10])},
        counts=([5, 10, 20], [30, 40, 7]),
        spread={"GRU": ([75, 50, 5], [85, 70, 15])},
        mark=(15, "longest in training"),
    )
    ax, below = fig.axes
    lines = _lines(ax)
    np.testing.assert_array_equal(lines["GRU"].get_xydata(), [(5, 80), (10, 60), (20, 10)])
    assert set(lines["longest in training"].get_xdata()) == {15}
    assert [bar.get_height() for bar in below.patches] == [30, 40, 7]
    band = ax.collections[0].get_datalim(ax.transData)
    assert (band.ymin, band.ymax) == (5, 85)
    assert ax.get_ylim()[0] == 0
    assert len(plotting.score_by_length({"GRU": ([5], [80])}).axes) == 1


def test_bars_write_their_values():
    ax = plotting.bars({"the": 0.7, "red": 0.3}, y="weight", spread={"the": (0.6, 0.8),
                       "red": (0.2, 0.4)}).axes[0]
    assert [bar.get_height() for bar in ax.patches] == [0.7, 0.3]
    assert [text.get_text() for text in ax.texts] == ["0.70", "0.30"]
    assert ax.texts[0].xy[1] == 0.8, "the number stands above the whisker"


def test_ladder_shows_every_seed_and_the_mean():
    ax = plotting.ladder({"dot": [60, 63, 66], "diagonal": 30}, x="BLEU").axes[0]
    dots = [line.get_xydata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert dots == [[[60, 0], [63, 0], [66, 0]], [[30, 1]]]
    assert [text.get_text() for text in ax.texts] == ["63.0", "30.0"]
    (span,) = ax.collections[0].get_segments()
    assert span.tolist() == [[60, 0], [66, 0]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["dot", "diagonal"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first model stands on top"


def test_token_lengths_counts_sentences():
    ax = plotting.token_lengths({"English": [2, 2, 4]}).axes[0]
    steps = ax.patches[0].get_data()
    assert steps.values.tolist() == [0, 0, 2, 0, 1]
    assert steps.edges.tolist() == [-0.5, 0.5, 1.5, 2.5, 3.5, 4.5]
    assert ax.get_legend().get_texts()[0].get_text() == "English, mean 2.7"


# ---------------------------------------------------------------- diagram


def _words(fig):
    return [text.get_text() for text in fig.axes[0].texts]


def test_diagram_names_every_word_and_the_thought_vector():
    words = _words(plotting.encoder_decoder_diagram(SOURCE, TARGET))
    for word in [*SOURCE, "[START]", *TARGET, "[END]", "thought vector"]:
        assert words.count(word) == 1


def test_diagram_feeds_back_every_word_but_start():
    fig = plotting.encoder_decoder_diagram(SOURCE, TARGET)
    dashed = [patch for patch in fig.axes[0].patches if patch.get_linestyle() in ("--", "dashed")]
    assert len(dashed) == len(TARGET)


def test_diagram_draws_attention_as_thick_as_its_weight():
    fig = plotting.encoder_decoder_diagram(SOURCE, TARGET, attention=[0.1, 0.1, 0.8], step=1)
    widths = [line.get_linewidth() for line in fig.axes[0].lines if line.get_gid() == "weight"]
    np.testing.assert_allclose(np.diff(widths), [0, 0.7 * 7])
    words = _words(fig)
    assert "0.80" in words and "context" in words and "thought vector" not in words


@pytest.mark.parametrize(
    "arguments, options, message",
    [
        ((["a"] * 13, ["b"]), {}, "shorter"),
        ((["a"], ["b"] * 11), {}, "shorter"),
        (([], ["b"]), {}, "source tokens"),
        ((SOURCE, TARGET), {"attention": WEIGHTS}, "one row"),
        ((SOURCE, TARGET), {"attention": WEIGHTS[0], "step": 5}, "0 to 4"),
    ],
)
def test_diagram_refuses_what_it_cannot_show(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        plotting.encoder_decoder_diagram(*arguments, **options)


def test_no_figure_is_wider_than_the_page():
    long = [f"word{number}" for number in range(30)]
    weights = np.full((30, 30), 1 / 30)
    for fig in (
        plotting.attention_map(weights, long, long),
        plotting.encoder_decoder_diagram(long[:12], long[:10]),
        plotting.bars(dict.fromkeys(long, 1.0), y="count"),
        plotting.matrix(weights, long, long),
    ):
        assert fig.get_figwidth() <= plotting.WIDTH
