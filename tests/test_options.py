"""Every option of every public function of these modules: what is out of range is refused by name.

`OPTIONS` is the table; `test_no_option_is_forgotten` compares it with the signatures.
"""

import importlib
import inspect
import math
import re
from types import SimpleNamespace

import numpy as np
import pytest

from utils import (
    animation,
    baselines,
    bptt,
    cells,
    experiments,
    forecasting,
    metrics,
    music,
    plotting,
    text,
)  # fmt: skip
from utils.baselines import ngrams
from utils.datasets import bitext, corpora, memory, reviews, scenes, series, tagging, tunes
from utils.models import stacked
from utils.training import batching

NONSENSE = [math.nan, math.inf, "3", [], True, np.array([1, 2]), 1 + 0j]


def whole(at_least, good=None, none=False):
    """A whole number; none: whether None means something."""
    wrong = [at_least - 1, -(10**20), at_least + 0.5, float(at_least), *NONSENSE, np.float64(3)]
    return at_least if good is None else good, wrong + [None] * (not none)


def number(good, *wrong, none=False):
    """A real number, with what is out of its bounds."""
    return good, [*wrong, *NONSENSE, -math.inf] + [None] * (not none)


def truth():
    return True, [0, 1, 1.0, "yes", None, [], math.nan]


def name(good):
    return good, ["nonsense", "", 3, None, [], True, math.nan, np.array(["a", "b"])]


# -------------------------------------------------------------------------- what they are called on

RANDOM = np.random.default_rng(0)
PAIRS = bitext.Bitext("x", "en", "fr", [f"s {i}" for i in range(40)], ["t"] * 40, [""] * 40)
REVIEWS = reviews.Reviews("x", [f"s {i}" for i in range(40)], [0, 1] * 20, ["train"] * 40)
REVIEWS_IN_PARTS = reviews.Reviews(
    "x", REVIEWS.texts, REVIEWS.labels, ["train"] * 30 + ["test"] * 10
)
TAGGED = tagging.Tagged(
    "x", [["a", str(i)] for i in range(40)], [["X", "X"]] * 40, ["train"] * 30 + ["test"] * 10
)
SCENES = scenes.make(40, objects=1)
IDS = np.arange(60) % 7
VALUES = np.sin(np.arange(80.0))
WINDOWS = forecasting.windows(VALUES, 20)
ROWS = [np.arange(1, 5)] * 6
TUNE = ["C4", "1/4", "E4", "1/4", "|"]
ELMAN = cells.random_elman(2, 3, RANDOM)
GRU = cells.random_gru(2, 3, RANDOM)
BEAM = {
    "steps": [[SimpleNamespace(parent=0, word=0, log_probability=-1.0, fate="finished")]],
    "words": ["[END]"],
}
INPUTS, STATES = np.ones((1, 4, 2)), np.ones((1, 4, 3))


def keras_inputs():
    import keras

    return keras.Input((4, 2))


SEED = {"seed": whole(0)}
COUNT, TIME = {"count": whole(1, 3)}, {"time": whole(1, 6)}
SIZES = {"features": whole(1), "units": whole(1, 2)}
HORIZON = {"horizon": whole(1, 2)}
LOWERCASE = {"lowercase": truth()}

# (function, its other arguments, option → (a good value, wrong ones))
OPTIONS = [
    (bitext.load, {"name": "phrasebook"}, {"download": truth()}),
    (bitext.Bitext.split, {"self": PAIRS}, {**SEED, "held_out": whole(1, none=True)}),
    (bitext.Bitext.sample, {"self": PAIRS}, {**SEED, "n": whole(0, 3)}),
    (reviews.load, {}, {"name": name("course")}),
    (reviews.Reviews.folds, {"self": REVIEWS}, {**SEED, "count": whole(2)}),
    (reviews.Reviews.split, {"self": REVIEWS_IN_PARTS}, SEED),
    (tagging.load, {}, {"name": name("course"), "language": name("fr")}),
    (tagging.Tagged.split, {"self": TAGGED}, {**SEED, "held_out": whole(1, none=True)}),
    (corpora.split, {"text": "ab" * 50}, {"held_out": number(0.2, 0, 1, -0.1, 1.5)}),
    (text.Characters.encode, {"self": text.Characters.of("abc"), "text": "ab"},
     {"replace": ("a", ["z", "ab", "", 3, [], True])}),
    (text.windows, {"ids": IDS}, {"length": whole(1, 5), "step": whole(1, none=True)}),
    (memory.echo, {}, {**COUNT, **SEED, "time": whole(4), "delay": whole(0, 3)}),
    (memory.parity, {}, {**COUNT, **SEED, **TIME}),
    (memory.adding, {}, {**COUNT, **SEED, "time": whole(2)}),
    (memory.recall, {},
     {**COUNT, **SEED, "time": whole(2), "symbols": whole(2), "distractors": whole(1)}),
    (memory.copy, {},
     {**COUNT, **SEED, "time": whole(11), "symbols": whole(2), "length": whole(1, 5)}),
    (memory.hold, {}, {**COUNT, **SEED, **TIME, "chance": number(0.2, -0.1, 1.1)}),
    (memory.embedded_reber, {}, {**COUNT, **SEED, "loops": number(0.5, -0.1, 1)}),
    (series.random_walk, {},
     {**SEED, "steps": whole(1), "start": number(-2.5), "deviation": number(1.0, 0, -1)}),
    (scenes.make, {}, {**COUNT, **SEED, "size": whole(24), "objects": (2, [
        0, 5, 1.5, math.nan, "3", None, True, [], (1, 9), (1, "2"), 1 + 0j])}),
    (scenes.region, {"thing": SCENES.objects[0][0]}, {"size": whole(1, 32)}),
    (scenes.check_images, {"images": SCENES.images}, {"size": whole(1, 32)}),
    (scenes.split, {"scenes": SCENES},
     {**SEED, "test": whole(1), "validation": whole(0), "held_out": (
         (), [["red"], [("red",)], [3]])}),
    (scenes.Scenes.has, {"self": SCENES}, {
        option: (good, ["nonsense", 3, [], True])
        for option, good in (("colour", "red"), ("shape", "star"), ("size", "large"))}),
    (tunes.make, {}, {**COUNT, **SEED}),
    (text.Vocabulary.encode, {"self": text.Vocabulary(tunes.WORDS), "words": TUNE},
     {"start": truth(), "end": truth()}),
    (metrics.bleu, {"hypotheses": ["a b c d"], "references": ["a b c d"]}, LOWERCASE),
    (metrics.bleu_signature, {}, LOWERCASE),
    (metrics.paired_test,
     {"first": ["a b c d"], "second": ["a b c"], "references": ["a b c d"]}, {"samples": whole(1)}),
    (metrics.bleu_by_length,
     {"hypotheses": ["a b c d"], "references": ["a b c d"], "source_lengths": [4]}, LOWERCASE),
    (metrics.diagonal_links, {}, {"source_length": whole(1), "target_length": whole(1)}),
    (metrics.owners, {"objects": SCENES.objects[0], "grid": (8, 8)}, {"size": whole(1, 32)}),
    (metrics.pointing_scores,
     {"attention": [np.full((5, 8, 8), 1 / 64)], "captions": SCENES.captions[:1],
      "objects": SCENES.objects[:1]}, {"size": whole(1, 32)}),
    (metrics.mean_absolute_scaled_error,
     {"predicted": [1.0], "actual": [2.0], "training": [1.0, 2.0, 4.0]}, {"period": whole(1)}),
    (ngrams.NGrams.fit, {"ids": IDS}, {"order": whole(1), "vocabulary_size": whole(1, 7)}),
    (music.waveform, {"tokens": TUNE},
     {"tempo": number(120, 19, 401, 0, -120), "rate": whole(8000)}),
    (music.waveform, {"tokens": TUNE}, {"rate": (np.int64(48_000), [48_001, 10**9])}),
    (music.wav, {"wave": np.zeros(9)}, {"rate": whole(8000)}),
    (plotting.beam_tree, BEAM, {"dropped": whole(0)}),
    (animation.beam_tree_steps, BEAM, {"dropped": whole(0)}),
    (plotting.encoder_decoder_diagram, {"source_tokens": ["a"], "target_tokens": ["b"]},
     {"both_ways": truth(), "asks_with_word": truth()}),
    (plotting.show_sound,
     {"wave": np.zeros(9), "alt": "Eight words that say what one hears in it."},
     {"rate": whole(8000)}),
    (music.key_share, {"tokens": TUNE}, {"key": name("C"), "mode": name("major")}),
    (music.obeys_key, {"tokens": TUNE}, {"key": name("C"), "mode": name("major")}),
    (music.pitch_classes, {}, {"key": name("C"), "mode": name("major")}),
    (music.obeys_metre, {"tokens": TUNE}, {"metre": name("3/4")}),
    (music.signature, {}, {"key": name("C"), "mode": name("minor")}),
    (music.spelling, {}, {"key": name("C"), "mode": name("minor")}),
    (music.tonic, {}, {"key": name("F#")}),
    (music.beats_in, {}, {"metre": name("6/8")}),
    (forecasting.split, {"values": VALUES}, {"test": whole(1), "validation": whole(0)}),
    (forecasting.windows, {"values": VALUES}, {"length": whole(1), **HORIZON}),
    (baselines.naive, {"inputs": WINDOWS.inputs}, HORIZON),
    (baselines.seasonal_naive, {"inputs": WINDOWS.inputs}, {"period": whole(1), **HORIZON}),
    (forecasting.iterate, {"inputs": WINDOWS.inputs, "one_step": baselines.naive}, HORIZON),
    (baselines.Autoregression.fit, {"values": VALUES}, {"order": whole(1)}),
    (baselines.Autoregression.forecast,
     {"self": baselines.Autoregression.fit(VALUES, 2), "inputs": WINDOWS.inputs}, HORIZON),
    (experiments.run, {"rows": {"a": {}}, "measure": lambda options, seed: seed}, {
        "seeds": whole(1), "fresh": truth(), "verbose": truth(),
        "only": ("a", ["nonsense", 3, [], True])}),
    (experiments.tune, {"rows": {"a": {}}, "measure": lambda options, seed: seed}, {
        "seeds": whole(3), "higher_is_better": truth(), "verbose": truth(),
    }),
    (experiments.compare, {"measured": {"a": [1.0] * 5}, "first": "a", "second": "a", "worth": 0}, {
        "worth": number(0.1, -0.1), "level": number(0.9, 0, 1), "higher_is_better": truth(),
    }),
    (experiments.compare_errors,
     {"measured": {"a": [1.0] * 5}, "first": "a", "second": "a", "worth": 0.5},
     {"worth": number(0.8, 0, 1, 1.25), "level": number(0.9, 0, 1)}),
    (experiments.outside, {"pairs": 10}, {"pairs": whole(2), "level": number(0.9, 0, 1)}),
    (experiments.still_improving, {"curves": np.ones((2, 4))}, {"higher_is_better": truth()}),
    (experiments.learned, {"values": [1.0]}, {"at_least": number(0.5)}),
    (experiments.table, {"measured": {"a": [1.0]}}, {"digits": whole(0), "middle": name("median")}),
    (batching.length_buckets, {"lengths": [[1], [2]]},
     {"batch_size": whole(1), "random": (RANDOM, [0, 3, "3", [], True, math.nan])}),
    (batching.Batches, {"inputs": [ROWS], "targets": ROWS},
     {"batch_size": whole(1), "round_to": whole(1, none=True), "seed": whole(0, none=True)}),
    (batching.Batches.deal, {"self": batching.Batches([ROWS], ROWS, 2)}, {"epoch": whole(0)}),
    (stacked.stacked_rnn, {"inputs": keras_inputs, "units": 2, "depth": 1},
     {"units": whole(1), "depth": whole(1), "cell": name("gru"), "residual": truth(),
      "normalise": truth(), "dropout": number(0.5, -0.1, 1, 1.5),
      "recurrent_dropout": number(0.5, -0.1, 1, 1.5)}),
    (cells.random_elman, {"random": RANDOM},
     {**SIZES, "spectral_radius": number(0.9, -0.1, none=True)}),
    (cells.random_output, {"random": RANDOM}, {"units": whole(1), "outputs": whole(1)}),
    (cells.random_jordan, {"random": RANDOM}, {**SIZES, "outputs": whole(1)}),
    (cells.random_gru, {"random": RANDOM}, {**SIZES, "reset_after": truth()}),
    (cells.random_lstm, {"random": RANDOM},
     {**SIZES, "forget_bias": number(-1.0), "peepholes": truth()}),
    (cells.random_lstm, {"features": 1, "units": 1},
     {"random": (RANDOM, [0, None, "3", [], True, np.random])}),
    (cells.layer_normalise, {"a": [[1.0, 2.0]], "gain": [1.0, 1.0]},
     {"epsilon": number(1e-3, 0, -1e-3)}),
    (cells.gru_step, {"x_t": INPUTS[:, 0], "h_prev": STATES[:, 0], "weights": GRU},
     {"reset_after": truth(), "update_gate": name("keeps")}),
    (cells.gru, {"inputs": INPUTS, "weights": GRU},
     {"reset_after": truth(), "update_gate": name("keeps")}),
    (cells.bidirectional, {"layer": cells.elman, "inputs": INPUTS, "forward_weights": ELMAN,
                           "backward_weights": ELMAN}, {"merge": name("sum")}),
    (cells.merge_directions, {"forward": STATES, "backward": STATES}, {"merge": name("sum")}),
    (cells.activation_function, {}, {"activation": name("relu")}),
    (bptt.clip_by_norm, {"gradients": [np.ones(3)]}, {"limit": number(1.0, 0, -1)}),
    (bptt.clip_by_value, {"gradients": [np.ones(3)]}, {"limit": number(1.0, 0, -1)}),
    (bptt.gradient_check,
     {"loss": lambda x: (x**2).sum(), "arrays": np.ones(3), "gradients": 2 * np.ones(3)},
     {"step": number(1e-5, 0, -1), "elements": whole(1, none=True)}),
    (bptt.elman_gradients, {"inputs": INPUTS, "weights": ELMAN, "state_gradients": STATES},
     {"truncate": whole(0, none=True)}),
    (bptt.gru_gradients, {"inputs": INPUTS, "weights": GRU, "state_gradients": STATES},
     {"reset_after": truth(), "update_gate": name("keeps")}),
    (bptt.bidirectional_gradients,
     {"layer": cells.elman, "layer_gradients": bptt.elman_gradients, "inputs": INPUTS,
      "forward_weights": ELMAN, "backward_weights": ELMAN, "state_gradients": STATES},
     {"merge": name("sum")}),
    (bptt.layer_normalise_gradients,
     {"a": [[1.0, 2.0]], "gain": [1.0, 1.0], "loss_gradients": [[1.0, 1.0]]},
     {"epsilon": number(1e-3, 0, -1e-3)}),
]  # fmt: skip
MODULES = [
    *("training.batching", "models.stacked", "experiments", "forecasting", "metrics", "music",
      "baselines", "text.characters", "text.vocabulary", "text.pieces", "cells", "bptt"),
    *(f"datasets.{data}" for data in ("bitext", "memory", "reviews", "scenes", "series", "tagging",
                                      "corpora", "tunes", "sunspots", "download")),
]  # fmt: skip


CASES = [
    pytest.param(function, others, options, option, id=f"{function.__qualname__}-{option}")
    for function, others, options in OPTIONS
    for option in options
]


def call(function, others, options, **changed):
    given = {option: good for option, (good, _) in options.items()} | others | changed
    if given.get("inputs") is keras_inputs:
        given["inputs"] = keras_inputs()
    return function(**given)


@pytest.mark.parametrize(("function", "others", "options", "option"), CASES)
def test_what_is_out_of_range_is_refused_by_name(function, others, options, option):
    for value in options[option][1]:
        with pytest.raises((ValueError, TypeError)) as caught:
            call(function, others, options, **{option: value})
        said = str(caught.value)
        assert said.startswith(option) and "expected" in said, f"{option}={value!r}: {said}"


@pytest.mark.parametrize(("function", "others", "options", "option"), CASES)
def test_what_is_in_range_is_taken_and_numpys_numbers_too(function, others, options, option):
    good = options[option][0]
    call(function, others, options)
    kind = {int: np.int64, float: np.float32, bool: np.bool_, str: np.str_}.get(type(good))
    if kind:
        call(function, others, options, **{option: kind(good)})


def public():
    """Each public function and method of the modules, with its parameters."""
    for module in MODULES:
        module = importlib.import_module(f"utils.{module}")
        for called, member in vars(module).items():
            own = getattr(member, "__module__", "").startswith(module.__name__)
            if called.startswith("_") or not own or not callable(member):
                continue
            members = vars(member).values() if inspect.isclass(member) else [member]
            for function in members:
                function = getattr(function, "__func__", function)
                if inspect.isfunction(function) and not function.__name__.startswith("_"):
                    yield function, inspect.signature(function).parameters.values()


def test_no_option_is_forgotten():
    listed = {(function.__qualname__, option) for function, _, of in OPTIONS for option in of}
    found = {
        (function.__qualname__, parameter.name)
        for function, parameters in public()
        for parameter in parameters
        if isinstance(parameter.default, (bool, int, float))
        or re.match(r"(int|float|bool)\b", getattr(
            parameter.annotation, "__name__", str(parameter.annotation)))
    }  # fmt: skip
    found -= {("checked_windows", "at_least"), ("integers", "at_least"), ("link_set", "position")}
    found.remove(("find", "download"))  # of download: tested there, where a registry is made up
    assert len(found) > 70
    assert sorted(found - listed) == []
