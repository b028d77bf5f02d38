"""Pictures: what is drawn, that it is described, and that bad input is refused."""

import base64
import io
import re
import warnings
from types import SimpleNamespace

import matplotlib
import nbconvert
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure
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
    assert base64.b64decode(bundle["image/png"], validate=True) == data, "the same picture"
    assert set(bundle) == {"text/html", "image/png", "text/plain"}
    assert bundle["text/plain"].startswith('Weights <"a" & "b"> fall')


def test_a_picture_is_rendered_once_for_all_its_forms(monkeypatch):
    _captured(monkeypatch)
    saved = []
    monkeypatch.setattr(Figure, "savefig", _counting(Figure.savefig, saved))
    plotting.show(plotting.bars({"a": 1.0}, y="count"), alt=ALT)
    assert len(saved) == 1


def _counting(function, calls):
    def counted(*args, **keywords):
        calls.append(args)
        return function(*args, **keywords)

    return counted


def test_a_printed_picture_is_as_large_as_it_was_drawn():
    fig = plotting.bars({"a": 1.0, "b": 2.0}, y="count")
    picture = Image.open(io.BytesIO(plotting.png(fig)))
    inches = np.array(picture.size) / picture.info["dpi"]
    np.testing.assert_allclose(inches, fig.get_size_inches(), atol=0.01)


def test_exports_show_the_described_picture_once_and_latex_the_plain_one(monkeypatch):
    """A page takes the HTML, a document for print the image; neither takes both."""
    shown = _captured(monkeypatch)
    plotting.show(plotting.bars({"a": 1.0}, y="count"), alt=ALT)
    output = nbformat.v4.new_output("display_data", data=shown[0])
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=[output])])
    nbformat.validate(book)
    page, _ = nbconvert.HTMLExporter().from_notebook_node(book)
    assert page.count(shown[0]["image/png"]) == 1
    assert re.search(rf'<img[^>]*alt="{re.escape(ALT)}"', page)
    text, resources = nbconvert.LatexExporter().from_notebook_node(book)
    (name, picture), = resources["outputs"].items()
    assert picture == base64.b64decode(shown[0]["image/png"])
    assert name in text


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
    with pytest.raises(ValueError, match="maps has 0 entries"):
        plotting.attention_maps({})


# ---------------------------------------------------------------- numbers, curves, bars


def test_matrix_writes_each_number_in_a_readable_colour():
    fig = plotting.matrix([[0, 1.234], [10, -3]], ["a", "b"], ["c", "d"], x="keys", y="queries")
    ax = fig.axes[0]
    written = {text.get_position(): text.get_text() for text in ax.texts}
    assert written == {(0, 0): "0.00", (1, 0): "1.23", (0, 1): "10.00", (1, 1): "−3.00"}
    colours = {text.get_text(): text.get_color() for text in ax.texts}
    assert colours["10.00"] == "black" and colours["−3.00"] == "white"  # yellow, dark blue
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


def test_seed_curves_draw_every_seed_and_name_the_rivals():
    short, long = [([1, 2], [4, 3]), ([1, 2], [4, 3.5])], [([1, 20], [4, 2])]
    fig = plotting.seed_curves(
        {"short": short, "long": long}, x="read", y="bits", lines={"LZMA": 2.5, "n-gram": 2.49},
        log_x=True,
    )
    ax = fig.axes[0]
    curves = [line for line in ax.lines if len(line.get_xdata()) == 2][:3]
    np.testing.assert_array_equal([line.get_ydata() for line in curves], [[4, 3], [4, 3.5], [4, 2]])
    assert [line.get_markevery() for line in curves] == [[1]] * 3  # a dot at the end
    assert curves[0].get_color() == curves[1].get_color() != curves[2].get_color()
    assert ax.get_xscale() == "log"
    assert {line.get_ydata()[0] for line in ax.lines[3:]} == {2.5, 2.49}
    names = {text.get_text(): text.xy[1] for text in ax.texts}
    assert names["LZMA"] == 2.5 and names["n-gram"] < 2.45  # they do not touch
    with pytest.raises(ValueError, match="curves.'a'. is empty"):
        plotting.seed_curves({"a": []}, x="x", y="y")
    with pytest.raises(ValueError, match="'a'"):
        plotting.seed_curves({"a": [([0, 1], [1, 1])]}, x="x", y="y", log_x=True)


def test_ladder_shows_every_seed_and_the_mean():
    ax = plotting.ladder({"dot": [60, 63, 66], "diagonal": 30}, x="BLEU").axes[0]
    dots = [line.get_xydata().tolist() for line in ax.lines if line.get_marker() == "o"]
    assert dots == [[[60, 0], [63, 0], [66, 0]], [[30, 1]]]
    assert [text.get_text() for text in ax.texts] == ["63.0", "30.0"]
    (span,) = ax.collections[0].get_segments()
    assert span.tolist() == [[60, 0], [66, 0]]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["dot", "diagonal"]
    assert ax.get_ylim()[0] > ax.get_ylim()[1], "the first model stands on top"


def test_ladder_fills_the_dots_of_the_rows_it_is_about():
    ax = plotting.ladder({"ours": [60, 63], "theirs": 30}, highlight=["ours"]).axes[0]
    ours, _, theirs, _ = ax.lines
    assert ours.get_markerfacecolor() == ours.get_color() != theirs.get_color()
    assert theirs.get_markerfacecolor() == "white"
    assert ax.get_xlim()[0] <= 0
    near = plotting.ladder({"ours": [60, 63], "theirs": 62}, from_zero=False).axes[0]
    assert near.get_xlim()[0] > 59
    with pytest.raises(ValueError, match="from_zero is 1"):
        plotting.ladder({"ours": 1}, from_zero=1)
    with pytest.raises(ValueError, match="highlight is .'mine'., expected names of rows"):
        plotting.ladder({"ours": 1}, highlight=["mine"])


def test_ladder_keeps_equal_dots_apart():
    ax = plotting.ladder({"dot": [50, 50.1, 50, 90]}).axes[0]
    (dots,) = [line.get_xydata() for line in ax.lines if line.get_marker() == "o"]
    assert dots[:, 0].tolist() == [50, 50.1, 50, 90]
    assert len(set(dots[:3, 1])) == 3 and dots[3, 1] == 0
    assert np.abs(dots[:, 1]).max() < 0.4, "they stay in their row"


def test_dot_stacks_hide_no_dot():
    ax = plotting.dot_stacks({"a": [5, 7, 5, 5], "b": [12]}, x="notes", dots="a tune").axes[0]
    of_a, of_b = (line.get_xydata() for line in ax.lines if line.get_marker() == "o")
    assert of_a[:, 0].tolist() == [5, 7, 5, 5] and of_b[:, 0].tolist() == [12]
    assert len({tuple(dot) for dot in of_a.tolist()}) == 4, "equal ones stand on each other"
    assert of_a[:, 1].min() > of_b[:, 1].max(), "the first row stands on top"
    means = [line.get_xdata()[0] for line in ax.lines if line.get_gid() == "mean"]
    assert means == [5.5, 12] and [text.get_text() for text in ax.texts] == ["5.5", "12.0"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


@pytest.mark.parametrize("counts", [{}, [1, 2], {"a": []}, {"a": [1.5]}, {"a": [-1]}])
def test_dot_stacks_refuse_what_is_no_count(counts):
    with pytest.raises(ValueError, match="counts"):
        plotting.dot_stacks(counts, x="notes", dots="a tune")


def test_both_ends_counts_from_either_end():
    fig = plotting.both_ends({"saved": ([1, 2, 3], [4, 5])}, x="token", y="nats", line={"all": 6})
    begin, end = fig.axes
    curve, bound = begin.lines
    assert curve.get_xydata().tolist() == [[1, 1], [2, 2], [3, 3]]
    assert end.lines[0].get_xydata().tolist() == [[-2, 4], [-1, 5]]
    assert set(bound.get_ydata()) == {6} and begin.get_ylim() == end.get_ylim()
    assert begin.get_xlabel() == "token, counted from the beginning"
    assert begin.get_ylabel() == "nats"
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["saved", "all"]


@pytest.mark.parametrize("curves", [{}, [1], {"a": [1, 2, 3]}, {"a": ([1], [])}, {"a": ([1], "x")}])
def test_both_ends_refuses_what_it_cannot_draw(curves):
    with pytest.raises(ValueError, match="curves|a"):
        plotting.both_ends(curves, x="token", y="nats")


def test_token_lengths_counts_sentences():
    ax = plotting.token_lengths({"English": [2, 2, 4]}).axes[0]
    steps = ax.patches[0].get_data()
    assert steps.values.tolist() == [0, 0, 2, 0, 1]
    assert steps.edges.tolist() == [-0.5, 0.5, 1.5, 2.5, 3.5, 4.5]
    assert ax.get_legend().get_texts()[0].get_text() == "English, mean 2.7"


def _crosses(ax):
    """Positions of the crosses for values that the axes cannot hold: x, and height from 0 to 1."""
    lines = [line for line in ax.lines if line.get_gid() == "lost"]
    return [[tuple(point) for point in line.get_xydata().round(6)] for line in lines]


def test_learning_curves_show_where_a_training_diverged():
    histories = {
        "plain": {"loss": [2.0, 1e6, np.inf, np.nan]},
        "clipped": {"loss": [2.0, 1.5, 1.0, 0.5]},
        "wild": {"loss": [np.nan, 1.0, 1.0, -np.inf]},
    }
    ax = plotting.learning_curves(histories).axes[0]
    drawn = _lines(ax)["plain, training"].get_ydata()
    np.testing.assert_array_equal(drawn, [2.0, 1e6, np.nan, np.nan])
    assert _crosses(ax) == [[(3, 1), (4, 1)], [(1, 0.96), (4, 0.96)]], "each curve at its height"
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert labels.count("infinite, or not a number") == 1
    calm = plotting.learning_curves({"clipped": histories["clipped"]}).axes[0]
    assert not _crosses(calm) and len(calm.get_legend().get_texts()) == 1
    plotting.png(ax.figure)  # a drawing that holds NaN gives no warning


def test_learning_curves_on_a_logarithmic_axis_and_by_step():
    values = [10.0 ** -step for step in range(100)]
    ax = plotting.learning_curves({"loss": values}, x="step", log=True, y="loss").axes[0]
    (line,) = ax.lines
    assert ax.get_yscale() == "log" and ax.get_xlabel() == "training step"
    np.testing.assert_array_equal(line.get_xydata(), np.c_[np.arange(1, 101), values])
    assert line.get_markevery() == 5, "a hundred markers would hide the line"
    assert plotting.learning_curves({"loss": values}).axes[0].get_yscale() == "linear"
    with pytest.raises(ValueError, match="-1; log=True needs values above 0"):
        plotting.learning_curves({"loss": [1.0, -1.0]}, log=True)
    with pytest.raises(ValueError, match="0; log=True"):
        plotting.learning_curves({"a": {"loss": [1.0], "val_loss": [0.0]}}, log=True)
    with pytest.raises(ValueError, match="'a' has no values of 'loss' yet"):
        plotting.learning_curves({"a": {"loss": []}})


def test_lines_draw_what_they_are_given():
    curves = {"a": ([1, 2, 4], [-1.0, 0.0, 2.0]), "b": ([3], [5.0])}
    ax = plotting.lines(curves, x="steps ahead", y="state").axes[0]
    drawn = _lines(ax)
    np.testing.assert_array_equal(drawn["a"].get_xydata(), [(1, -1), (2, 0), (4, 2)])
    np.testing.assert_array_equal(drawn["b"].get_xydata(), [(3, 5)])
    assert drawn["a"].get_linestyle() != drawn["b"].get_linestyle()
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_yscale()) == ("steps ahead", "state", "linear")
    many = {"c": (range(40), np.ones(40))}
    ax = plotting.lines(many, x="steps", y="state", log=True).axes[0]
    assert ax.get_yscale() == "log" and ax.lines[0].get_markevery() == 2
    fig = plotting.lines(curves, x="steps", y="state", legend_below=True)
    assert fig.legends and fig.axes[0].get_legend() is None
    with pytest.raises(ValueError, match="curves has 0 entries, expected 1 to 7"):
        plotting.lines({}, x="steps", y="state")
    with pytest.raises(ValueError, match="'a' has 3 positions and 2 values"):
        plotting.lines({"a": ([1, 2, 3], [1, 2])}, x="steps", y="state")
    with pytest.raises(ValueError, match="values of 'a' holds nan at position 1"):
        plotting.lines({"a": ([1, 2], [1, np.nan])}, x="steps", y="state")
    with pytest.raises(ValueError, match="'a' holds -1; log=True"):
        plotting.lines(curves, x="steps", y="state", log=True)


def test_gradient_by_lag_draws_norms_predictions_and_zeros():
    norms = {"small": [1.0, 0.5, 0.25], "large": [2.0, 6.0, 18.0, 54.0], "dead": [1, 0.0, 0.0]}
    ax = plotting.gradient_by_lag(norms, predicted={"small": 0.5, "large": 3.1}).axes[0]
    lines = _lines(ax)
    assert ax.get_yscale() == "log"
    np.testing.assert_array_equal(lines["large"].get_xydata(), [(0, 2), (1, 6), (2, 18), (3, 54)])
    np.testing.assert_array_equal(lines["dead"].get_ydata(), [1, np.nan, np.nan])
    assert _crosses(ax) == [[(1, 0), (2, 0)]]
    predicted = [line for line in ax.lines if line.get_gid() == "predicted"]
    np.testing.assert_allclose(predicted[0].get_ydata(), [1, 0.5, 0.25])
    np.testing.assert_allclose(predicted[1].get_ydata(), [2, 6.2, 19.22, 59.582])
    assert {line.get_linestyle() for line in predicted} == {":"}
    assert {line.get_color() for line in predicted} == {plotting.BLACK}
    looks = {(lines[name].get_linestyle(), lines[name].get_marker()) for name in norms}
    assert len(looks) == 3, "told apart without colour"
    labels = [text.get_text() for text in ax.figure.legends[0].get_texts()]
    assert labels == ["small", "large", "dead", "predicted", "exactly zero"]


def test_gradient_by_lag_dashes_what_came_by_a_part_of_the_ways():
    norms = {"a": [1.0, 0.5, 0.25], "b": [1.0, 0.9, 0.8]}
    ax = plotting.gradient_by_lag(norms, parts={"one way": {"a": [1.0, 0.1, 0.01]}}).axes[0]
    lines = _lines(ax)
    (part,) = [line for line in ax.lines if line.get_gid() == "part"]
    np.testing.assert_array_equal(part.get_ydata(), [1, 0.1, 0.01])
    assert part.get_linestyle() == lines["one way"].get_linestyle() == "--"
    assert part.get_color() == lines["a"].get_color() and part.get_marker() == "o"
    assert [lines[name].get_linestyle() for name in norms] == ["-", "-"]
    for wrong in ({"one": {}, "two": {}}, {"one way": {"c": [1.0]}}, {"one way": {"a": [1, 0.0]}}):
        with pytest.raises(ValueError, match="parts|a"):
            plotting.gradient_by_lag(norms, parts=wrong)


def test_gradient_by_lag_survives_predictions_beyond_float():
    norms = {"up": np.ones(400), "down": np.ones(400)}
    ax = plotting.gradient_by_lag(norms, predicted={"up": 10.0, "down": 0.1}).axes[0]
    up, down = [line.get_ydata() for line in ax.lines if line.get_gid() == "predicted"]
    assert np.nanmax(up) > 1e300 and np.isnan(up[-1])
    assert np.nanmin(down) < 1e-300 and np.isnan(down[-1])


@pytest.mark.parametrize(
    "norms, predicted, message",
    [
        ({}, None, "norms has 0 entries, expected 1 to 7"),
        ({"a": []}, None, r"norms\['a'\] is empty"),
        ({"a": [1, np.nan]}, None, "nan at position 1"),
        ({"a": [1, np.inf]}, None, "inf at position 1"),
        ({"a": [1, -1]}, None, "zero or more"),
        ({"a": [[1, 1]]}, None, r"\(1, 2\), expected \(lags,\)"),
        ({"a": ["one"]}, None, "has to hold numbers"),
        ({"a": [1, 1]}, {"b": 1}, r"\['b'\]"),
        ({"a": [0, 1]}, {"a": 1}, "above 0"),
        ({"a": [1, 1]}, {"a": -0.5}, "above 0"),
    ],
)
def test_gradient_by_lag_refuses_what_no_logarithm_holds(norms, predicted, message):
    with pytest.raises(ValueError, match=message):
        plotting.gradient_by_lag(norms, predicted=predicted)


YEARS, SPOTS = np.arange(1990, 2000), np.arange(10.0)


def test_forecast_draws_the_series_its_forecasts_and_the_split():
    forecasts = {"last value": (YEARS[6:], SPOTS[5:9]), "RNN": (YEARS[8:], [7.0, 10.0])}
    spread = {"RNN": ([6.0, 9.0], [8.0, 11.0])}
    fig = plotting.forecast(
        YEARS, SPOTS, forecasts, split=1996, spread=spread, y="sunspots a year"
    )
    (ax,) = fig.axes
    lines = _lines(ax)
    np.testing.assert_array_equal(lines["observed"].get_xydata(), np.c_[YEARS, SPOTS])
    np.testing.assert_array_equal(lines["RNN"].get_xydata(), [(1998, 7), (1999, 10)])
    np.testing.assert_array_equal(lines["last value"].get_ydata(), [5, 6, 7, 8])
    (split,) = [line for line in ax.lines if line.get_gid() == "split"]
    assert set(split.get_xdata()) == {1995.5}, "between the last training and the first test year"
    sides = {text.get_text(): text.get_ha() for text in ax.texts}
    assert sides == {"before": "right", "test": "left"}
    band = ax.collections[0].get_datalim(ax.transData)
    assert (band.ymin, band.ymax, band.xmin, band.xmax) == (6, 11, 1998, 1999)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("year", "sunspots a year")
    colours = [lines[name].get_color() for name in ("observed", "last value", "RNN")]
    assert colours[0] == plotting.BLACK and len(set(colours)) == 3
    assert lines["RNN"].get_linestyle() != lines["last value"].get_linestyle()


def test_forecast_draws_where_validation_begins():
    (ax,) = plotting.forecast(YEARS, SPOTS, {}, split=1996, validation=1994, y="count").axes
    borders = {line.get_gid(): set(line.get_xdata()) for line in ax.lines if line.get_gid()}
    assert borders == {"validation": {1993.5}, "split": {1995.5}}
    assert [text.get_text() for text in ax.texts] == ["training", "validation", "test"]


def test_forecast_never_gives_a_model_the_colour_of_what_was_observed():
    many = {str(number): (YEARS, SPOTS + number) for number in range(7)}
    lines = _lines(plotting.forecast(YEARS, SPOTS, many, y="count").axes[0])
    assert plotting.BLACK not in {lines[name].get_color() for name in many}


@pytest.mark.parametrize(
    "arguments, options, message",
    [
        (([], [], {}), {}, "years of 'observed' is empty"),
        ((YEARS, SPOTS[1:], {}), {}, "10 years and 9 values"),
        ((YEARS, SPOTS, {"RNN": (YEARS, SPOTS[3:])}), {}, "'RNN' has 10 years and 7"),
        ((YEARS, SPOTS, {"RNN": (YEARS, SPOTS * np.nan)}), {}, "values of 'RNN' holds nan"),
        ((YEARS, SPOTS[:, None], {}), {}, r"\(10, 1\), expected \(points,\)"),
        ((YEARS, SPOTS, {}), {"split": 1990}, "1990 to 1999"),
        ((YEARS, SPOTS, {}), {"split": 2005}, "within them"),
        (
            (YEARS, SPOTS, {"RNN": (YEARS, SPOTS)}),
            {"spread": {"RNN": (SPOTS, SPOTS[1:])}},
            "10 lowest and 9 highest values, expected 10",
        ),
    ],
)
def test_forecast_refuses_what_does_not_fit(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        plotting.forecast(*arguments, y="count", **options)


def test_comparisons_refuse_nothing_and_nan():
    with pytest.raises(ValueError, match="scores has 0 entries"):
        plotting.ladder({})
    with pytest.raises(ValueError, match=r"scores\['RNN'\] holds nan at position 1"):
        plotting.ladder({"RNN": [1.0, np.nan]})
    with pytest.raises(ValueError, match=r"scores\['RNN'\] is empty"):
        plotting.ladder({"RNN": []})
    with pytest.raises(ValueError, match="values has 0 entries"):
        plotting.bars({}, y="count")
    with pytest.raises(ValueError, match="inf at position 0"):
        plotting.bars({"a": np.inf}, y="count")


# ---------------------------------------------------------------- hidden states

STATES = np.array([[0.5, -0.25], [-1.0, 0.0], [0.75, 0.1]])  # (time, units)


def _negative_cells(ax):
    lines = [line for line in ax.lines if line.get_gid() == "negative"]
    return sorted(tuple(map(float, point)) for line in lines for point in line.get_xydata())


def test_hidden_states_put_time_to_the_right_and_units_downwards():
    fig = plotting.hidden_states(STATES, annotate=False)
    ax = fig.axes[0]
    (image,) = ax.images
    np.testing.assert_array_equal(image.get_array(), STATES.T)
    assert image.get_clim() == (-1, 1), "colours are symmetric around zero"
    assert tuple(image.get_extent()) == (0.5, 3.5, 1.5, -0.5)  # steps from 1, units from 0
    assert _negative_cells(ax) == [(1, 1), (2, 0)], "a dash in every cell below zero, no other"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("time step", "unit")
    np.testing.assert_allclose(plotting.DIVERGING(0.5)[:3], 1, atol=0.01)


def test_hidden_states_write_their_numbers_where_there_is_room():
    ax = plotting.hidden_states(STATES).axes[0]
    texts = {text.get_position(): text.get_text() for text in ax.texts}
    assert texts == {
        (1, 0): "0.50", (2, 0): "−1.00", (3, 0): "0.75",
        (1, 1): "−0.25", (2, 1): "0.00", (3, 1): "0.10",
    }
    assert _negative_cells(ax) == []
    long = plotting.hidden_states(np.full((11, 2), -1.0)).axes[0]
    assert not long.texts and len(_negative_cells(long)) == 22
    assert plotting.hidden_states(np.zeros((3, 2))).axes[0].images[0].get_clim() == (-1, 1)


def test_state_parts_share_one_scale():
    fig = plotting.state_parts({"input": STATES, "sum": 2 * STATES}, [1.0, 0.0, 0.0])
    above, first, second = fig.axes[:3]
    np.testing.assert_array_equal(above.lines[0].get_ydata(), [1, 0, 0])
    for ax, title, part in ((first, "input", STATES), (second, "sum", 2 * STATES)):
        assert ax.get_title() == title and ax.images[0].get_clim() == (-2, 2)
        np.testing.assert_array_equal(ax.images[0].get_array(), part.T)
        assert _negative_cells(ax) == [(1, 1), (2, 0)]
    with pytest.raises(ValueError, match="expected one shape"):
        plotting.state_parts({"a": STATES, "b": STATES[:2]})
    with pytest.raises(ValueError, match="parts has 0 entries"):
        plotting.state_parts({})


@pytest.mark.parametrize("annotate", [False, True])
def test_the_sign_of_a_state_shows_in_grey(annotate):
    """Both ends of the colours are equally dark, so the mark or the number has to tell."""
    for value in (1.0, 0.4):  # next to a cell of the largest value, so that colours are the same
        maps = [
            plotting.hidden_states([[1.0], [sign * value]], annotate=annotate) for sign in (1, -1)
        ]
        above, below = (_bitmap(fig).mean(axis=2) for fig in maps)
        assert above.shape == below.shape
        assert np.abs(above - below).max() > 60


def test_hidden_states_draw_numbers_read_above_and_given_below():
    inputs = np.array([[1.0, 0.0], [2.0, -1.0], [3.0, 0.5]])
    fig = plotting.hidden_states(STATES, inputs, [0.1, 0.2, 0.3], title="one sequence")
    above, ax, below = fig.axes[:3]
    for line, column in zip(above.lines, inputs.T, strict=False):
        np.testing.assert_array_equal(line.get_xydata(), np.c_[[1, 2, 3], column])
    np.testing.assert_array_equal(below.lines[0].get_xydata(), [(1, 0.1), (2, 0.2), (3, 0.3)])
    assert (above.get_ylabel(), ax.get_ylabel(), below.get_ylabel()) == ("input", "unit", "output")
    assert above.get_title() == "one sequence" and below.get_xlabel() == "time step"
    fig.draw_without_rendering()
    spans = [panel.get_position() for panel in (above, ax, below)]
    np.testing.assert_allclose([span.x0 for span in spans], spans[0].x0)
    np.testing.assert_allclose([span.x1 for span in spans], spans[0].x1)


def test_hidden_states_name_words_read_above_and_written_below():
    fig = plotting.hidden_states(STATES, ["$x_{$", "cat", "."], ["le", "chat", "$y_{$"])
    ax = fig.axes[0]
    (edge,) = ax.child_axes
    assert [label.get_text() for label in edge.get_xticklabels()] == ["$x_{$", "cat", "."]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["le", "chat", "$y_{$"]
    assert edge.get_xticks().tolist() == ax.get_xticks().tolist() == [1, 2, 3]
    plotting.png(fig)  # a dollar sign is no mathematics


@pytest.mark.parametrize(
    "states, inputs, message",
    [
        ([], None, r"expected \(time, units\)"),
        (np.zeros((0, 2)), None, "is empty"),
        (np.zeros((3, 0)), None, "is empty"),
        (STATES[0], None, r"\(2,\), expected \(time, units\)"),
        (STATES[None], None, r"choose one of the batch, states\[0\]"),
        (STATES * np.nan, None, r"nan at position \(0, 0\)"),
        ([[1.0], [np.inf]], None, r"inf at position \(1, 0\)"),
        ([[1.0], [1.0, 2.0]], None, "has to hold numbers"),
        (np.zeros((81, 1)), None, "choose a part"),
        (np.zeros((1, 41)), None, "choose a part"),
        (STATES, [1.0, 2.0], "inputs has 2 time steps, expected 3"),
        (STATES, ["a", "b"], "inputs has 2 time steps, expected 3"),
        (STATES, np.zeros((1, 3, 1)), r"choose one of the batch, inputs\[0\]"),
        (STATES, np.zeros((3, 5)), "at most 4"),
        (STATES, [1.0, np.nan, 1.0], "inputs holds nan"),
        (STATES, [[1.0], [2.0], [3.0, 4.0]], "inputs has to hold numbers"),
    ],
)
def test_hidden_states_refuse_what_does_not_fit(states, inputs, message):
    with pytest.raises(ValueError, match=message):
        plotting.hidden_states(states, inputs)


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


@pytest.mark.parametrize(("step", "queries"), [(0, 0), (1, 1), (2, 1)])
def test_diagram_draws_the_query_from_the_step_before(step, queries):
    fig = plotting.encoder_decoder_diagram(SOURCE, TARGET, attention=[0.1, 0.1, 0.8], step=step)
    found = [patch for patch in fig.axes[0].patches if patch.get_gid() == "query"]
    assert len(found) == queries == _words(fig).count("query")


def test_diagram_draws_an_encoder_that_reads_both_ways_and_a_query_that_holds_the_word():
    plain, fuller = (
        plotting.encoder_decoder_diagram(
            SOURCE, TARGET, attention=WEIGHTS[1], step=1, both_ways=both, asks_with_word=both
        ).axes[0]
        for both in (False, True)
    )

    def named(ax, name):
        return [drawn for drawn in (*ax.patches, *ax.lines) if drawn.get_gid() == name]

    assert not named(plain, "backwards") and not named(plain, "word in the query")
    assert len(named(fuller, "backwards")) == len(SOURCE) - 1
    assert len(named(fuller, "word in the query")) == 1


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


def test_a_vector_map_names_every_place_and_group():
    places = {"one": {"a": (0, 1), "$b_{": (1, 1)}, "other": {"a": (2.5, -1)}}
    fig = plotting.vector_map(places, x="first", y="second")
    plotting.png(fig)
    [ax] = fig.axes
    assert [text.get_text() for text in ax.texts] == ["a", "$b_{", "a"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "other"]
    assert len({line.get_marker() for line in ax.lines}) == 2
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[2.5, -1]])


@pytest.mark.parametrize("places", [{}, {"one": {}}, {"one": {"a": (1, 2, 3)}},
                                    {"one": {"a": (1, np.nan)}}, {"one": [(1, 2)]}])
def test_a_vector_map_refuses_other_places(places):
    with pytest.raises(ValueError, match="places"):
        plotting.vector_map(places, x="first", y="second")


def test_no_figure_is_wider_than_the_page():
    long = [f"word{number}" for number in range(30)]
    weights = np.full((30, 30), 1 / 30)
    for fig in (
        plotting.attention_map(weights, long, long),
        plotting.encoder_decoder_diagram(long[:12], long[:10]),
        plotting.bars(dict.fromkeys(long, 1.0), y="count"),
        plotting.matrix(weights, long, long),
        plotting.unrolled_network(5),
        plotting.unrolled_network(7, backwards=True),
        plotting.hidden_states(np.zeros((80, 40))),
        plotting.forecast([1, 2], [1, 2], {name: ([2], [2]) for name in long[:6]}, y="count"),
    ):
        assert fig.get_figwidth() <= plotting.WIDTH


# ---------------------------------------------------------------- the unrolled network


def _places(fig):
    """Where each symbol or text stands, in inches."""
    return {text.get_text(): text.get_position() for text in fig.axes[0].texts}


def _wires(fig, name):
    """Start and tip of every arrow of that name, from left to right."""
    wires = []
    for patch in fig.axes[0].patches:
        if patch.get_gid() == name:
            path = patch.get_path()
            points = path.vertices[path.codes != path.CLOSEPOLY]
            start = points[0]
            tip = points[np.argmax(np.linalg.norm(points - start, axis=1))]
            wires.append((start, tip))
    return sorted(wires, key=lambda wire: wire[0][0])


@pytest.mark.parametrize("feedback, back", [("state", "W_hh"), ("output", "W_yh")])
@pytest.mark.parametrize("steps", [1, 4])
def test_unrolled_network_repeats_the_same_weights_at_every_step(steps, feedback, back):
    fig = plotting.unrolled_network(steps, feedback=feedback)
    names = _words(fig)
    for weight in ("W_xh", back, "W_hy"):
        assert len(_wires(fig, weight)) == steps + 1, "once folded, once a step"
        assert names.count(f"$W_{{{weight[2:]}}}$") == steps + 1
    colours = {(patch.get_gid(), patch.get_edgecolor()) for patch in fig.axes[0].patches}
    named = [(name, colour) for name, colour in colours if name]
    assert len(named) == len({colour for _, colour in named}) == 3, "one colour for each matrix"
    other = {"W_hh": "W_yh", "W_yh": "W_hh"}[back]
    assert not _wires(fig, other) and not _wires(fig, "gradient")
    for letter in "xhy":
        assert names.count(f"${letter}_t$") == 1
        for step in range(1, steps + 1):
            assert names.count(f"${letter}_{{{step}}}$") == 1
    assert ("$h_0$" in names, "$y_0$" in names) == (back == "W_hh", back == "W_yh")


@pytest.mark.parametrize("feedback, source", [("state", "h"), ("output", "y")])
def test_unrolled_network_feeds_back_from_one_step_to_the_next(feedback, source):
    fig = plotting.unrolled_network(3, feedback=feedback)
    places = _places(fig)
    befores = [f"${source}_0$", f"${source}_{{1}}$", f"${source}_{{2}}$"]
    wires = _wires(fig, "W_hh" if source == "h" else "W_yh")[1:]  # without the folded one
    for (start, tip), before, step in zip(wires, befores, (1, 2, 3), strict=True):
        assert np.linalg.norm(start - places[before]) < 0.4
        assert np.linalg.norm(tip - places[f"$h_{{{step}}}$"]) < 0.4
    for start, tip in _wires(fig, "W_xh") + _wires(fig, "W_hy"):
        assert start[0] == pytest.approx(tip[0]) and tip[1] > start[1], "upwards"


@pytest.mark.parametrize("feedback", ["state", "output"])
def test_unrolled_network_sends_gradients_back_from_every_loss(feedback):
    fig = plotting.unrolled_network(4, feedback=feedback, backwards=True)
    wires = _wires(fig, "gradient")
    assert len(wires) == 4 + 4 + 3, "from losses, from outputs, and through time, but not to h_0"
    for start, tip in wires:
        down, left = tip[1] < start[1] - 0.3, tip[0] < start[0] - 0.3
        up = tip[1] > start[1] + 0.3
        assert (down or left) and not (up and feedback == "state")
    through_time = [wire for wire in wires if wire[1][0] < wire[0][0] - 0.3]
    assert len(through_time) == 3
    names = _words(fig)
    assert all(f"$L_{{{step}}}$" in names for step in (1, 2, 3, 4)) and "$h_t$" not in names
    widths = {patch.get_gid(): patch.get_linewidth() for patch in fig.axes[0].patches}
    assert widths["gradient"] > 2 * widths["W_hy"], "told apart without colour"


@pytest.mark.parametrize("layers, steps", [(1, 1), (2, 3), (4, 2)])
def test_stacked_layers_join_each_layer_to_the_one_below_at_the_same_step(layers, steps):
    def arrows(fig, name):
        return [patch for patch in fig.axes[0].patches if patch.get_gid() == name]

    plain, residual = (plotting.stacked_layers(layers, steps=steps, residual=how)
                       for how in (False, True))  # fmt: skip
    assert len(arrows(plain, "in time")) == len(arrows(residual, "in time")) == layers * steps
    assert len(arrows(plain, "upwards")) == (layers + 1) * steps
    assert not arrows(plain, "residual") and len(arrows(residual, "residual")) == layers * steps
    assert sum(text.get_text() == "+" for text in residual.axes[0].texts) == layers * steps


def test_unrolled_network_writes_numbers_and_words_into_its_nodes():
    states = np.array([[0.25], [-0.5]])
    fig = plotting.unrolled_network(["$x_{$", "b"], states=states, outputs=[-0.001, 10], digits=1)
    names = _words(fig)
    for text in ("$x_{$", "b", "0.2", "−0.5", "0.0", "10.0"):
        assert names.count(text) == 1
    assert "$x_{1}$" not in names and "$h_{1}$" not in names and "$x_t$" in names
    plotting.png(fig)  # a dollar sign is no mathematics


def test_unrolled_network_keeps_nodes_apart():
    for steps, options in ((5, {}), (5, {"feedback": "output"}), (7, {"backwards": True})):
        fig = plotting.unrolled_network(steps, **options)
        places = _places(fig)
        columns = [places[f"$h_{{{step}}}$"][0] for step in range(1, steps + 1)]
        assert np.diff(columns).min() > 0.75 and columns[-1] + 0.25 < fig.get_figwidth()


@pytest.mark.parametrize(
    "arguments, options, message",
    [
        ((0,), {}, "1 to 5 time steps, got 0"),
        (([],), {}, "1 to 5 time steps, got 0"),
        ((6,), {}, r"inputs\[:5\]"),
        ((8,), {"backwards": True}, "1 to 7"),
        ((3,), {"feedback": "hidden"}, "feedback is 'hidden', expected one of 'state', 'output'"),
        (([1.0, np.nan],), {}, "inputs holds nan"),
        ((np.zeros((2, 3)),), {}, r"inputs\[:, 0\]"),
        ((2,), {"states": [1.0]}, "states has 1 time steps, expected 2"),
        ((2,), {"outputs": np.zeros((2, 2))}, r"outputs\[:, 0\]"),
        ((["cat", "photosynthesis"],), {}, "room for 8"),
        (([123456.0],), {}, "fewer digits"),
    ],
)
def test_unrolled_network_refuses_what_it_cannot_show(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        plotting.unrolled_network(*arguments, **options)
