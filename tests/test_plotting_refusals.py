"""What no picture can be made of is refused, with what was given and what was expected."""

import numpy as np
import pytest

from utils import animation, plotting

PAIR = ["one", "two"]
HALVES = np.full((2, 2), 0.5)
CURVES = {"a": ([1, 2], [3, 4])}
EIGHT = [str(number) for number in range(8)]
IMAGES = np.zeros((1, 4, 4, 3))
TUNE = [(60, 1)]

REFUSED = {
    # options: whole numbers, True or False, one of a few, within bounds
    "maps in no column": (plotting.attention_maps, [{"a": (HALVES, PAIR, PAIR)}], {"columns": 0},
                          "columns is 0, expected a whole number of at least 1"),
    "images in half a column": (plotting.captioned, [IMAGES, ["a"]], {"columns": 0.5},
                                "columns is 0.5, expected a whole"),
    "letters in True columns": (plotting.shaded_text, ["ab", [0.1, 0.2]], {"columns": True},
                                "columns is True, expected a whole"),
    "decimals of a matrix": (plotting.matrix, [HALVES, PAIR, PAIR], {"digits": 1.5}, "digits is"),
    "decimals of bars": (plotting.bars, [{"a": 1}], {"y": "n", "digits": -2}, "digits is -2"),
    "decimals of a ladder": (plotting.ladder, [{"a": 1}], {"digits": "1"}, "digits is '1'"),
    "decimals of stacks": (plotting.dot_stacks, [{"a": [1]}], {"x": "", "dots": "", "digits": -1},
                           "digits is -1"),
    "decimals of nodes": (plotting.unrolled_network, [[1.0]], {"digits": -1}, "digits is -1"),
    "half a step": (plotting.encoder_decoder_diagram, [PAIR, PAIR],
                    {"attention": [0.5, 0.5], "step": 0.5}, "step is 0.5, expected a whole"),
    "a step that is not drawn": (plotting.encoder_decoder_diagram, [PAIR, PAIR], {"step": 7},
                                 "step 7 is not a decoder step; expected 0 to 2"),
    "True as the number of steps": (plotting.unrolled_network, [True], {}, "inputs is True"),
    "five layers": (plotting.stacked_layers, [5], {}, "holds 1 to 4 layers and steps, got 5 and 3"),
    "residual": (plotting.stacked_layers, [2], {"residual": "yes"}, "residual is 'yes'"),
    "half steps": (plotting.unrolled_network, [2.5], {}, "inputs is 2.5"),
    "annotate": (plotting.matrix, [HALVES, PAIR, PAIR], {"annotate": "no"}, "annotate is 'no'"),
    "annotate states": (plotting.hidden_states, [HALVES], {"annotate": 1}, "annotate is 1, exp"),
    "by_row": (plotting.matrix, [HALVES, PAIR, PAIR], {"by_row": "no"}, "by_row is 'no'"),
    "log of a training": (plotting.learning_curves, [{"loss": [1]}], {"log": "no"}, "log is 'no'"),
    "log of lines": (plotting.lines, [CURVES], {"x": "", "y": "", "log": None}, "log is None"),
    "log_x": (plotting.ranges, [{"a": {1: 1}}], {"x": "", "y": "", "log_x": 0}, "log_x is 0"),
    "peepholes": (plotting.lstm_cell, [], {"peepholes": "no"}, "peepholes is 'no'"),
    "backwards": (plotting.unrolled_network, [2], {"backwards": "no"}, "backwards is 'no'"),
    "waiting for both": (plotting.two_readers, [PAIR], {"delay": 1}, "delay is 1, but whoever"),
    "half a word late": (plotting.two_readers, [PAIR], {"delay": 0.5}, "delay is 0.5, expected a"),
    "a word that is not there": (plotting.two_readers, [PAIR], {"place": 2}, "place is 2, exp"),
    "seven words": (plotting.two_readers, [PAIR * 3], {"backwards": False, "delay": 1},
                    "1 to 6 words of up to 8 letters"),
    "a missing answer": (plotting.two_readers, [PAIR, ["A"]], {}, "one of up to 8 letters for"),
    "what x counts": (plotting.learning_curves, [{"loss": [1]}], {"x": ["epoch"]},
                      "x is .'epoch'., expected one of 'epoch', 'step', 'seconds'"),
    "feedback": (plotting.unrolled_network, [2], {"feedback": [1]}, "expected one of 'state', 'ou"),
    "a highlight": (plotting.gru_cell, [], {"highlight": 3}, "highlight is 3, expected one of 'up"),
    "highlights": (plotting.lstm_cell, [], {"highlight": [["input"]]}, "highlight is .'input'., e"),
    "the mode without a key": (plotting.score, [["C4", "1/4"]], {"mode": "dorian"},
                               "mode is 'dorian', expected one of 'major', 'minor'"),
    "a metre": (plotting.score, [["C4", "1/4"]], {"metre": 3}, "metre is 3, expected one such as"),
    "the middle": (plotting.word_by_word, [PAIR, [0, 1]], {"y": "", "middle": 2},
                   "middle is 2, expected a finite number of at least 0 and of at most 1"),
    "beats": (plotting.piano_roll, [[TUNE], ["a"]], {"beats": [-1]}, "beats.0. is -1, expected"),
    "the split": (plotting.forecast, [[1, 2], [1, 2], {}], {"y": "", "split": "2"}, "split is '2'"),
    "the validation": (plotting.forecast, [[1, 2, 3], [1, 2, 3], {}],
                       {"y": "", "split": 2, "validation": 2}, "validation is 2, but the years th"),
    # texts, where one text is no list of them
    "a sentence unsplit": (plotting.encoder_decoder_diagram, ["the cat", PAIR], {},
                           "source_tokens is 'the cat', expected a list of texts; split"),
    "words unsplit": (plotting.word_by_word, ["no", [0, 1]], {"y": ""}, "words is 'no', expected"),
    "ids for tokens": (plotting.attention_map, [HALVES, [4, 5], PAIR], {}, "source_tokens is .4"),
    "ids for targets": (plotting.attention_map, [HALVES, PAIR, [4, 5]], {}, "target_tokens is .4"),
    "numbers for rows": (plotting.matrix, [HALVES, [0, 1], PAIR], {}, "rows is .0, 1., expected a"),
    "one input": (plotting.hidden_states, [HALVES, 3], {}, "inputs is 3, expected 2 entries, one"),
    # dictionaries of curves, and no more than can be told apart
    "bars in a list": (plotting.bars, [[1, 2]], {"y": ""}, "values is .1, 2., expected a dict"),
    "no bars": (plotting.bars, [{}], {"y": ""}, "values has 0 entries, expected at least one"),
    "a ladder of a list": (plotting.ladder, [[1, 2]], {}, "scores is .1, 2., expected a dict"),
    "gates in a list": (plotting.gate_activity, [[[0.1]]], {}, "gates is .*, expected a dict"),
    "lines in a list": (plotting.lines, [[1, 2]], {"x": "", "y": ""}, "curves is .1, 2., expected"),
    "eight lines": (plotting.lines, [dict.fromkeys(EIGHT, ([1], [2]))], {"x": "", "y": ""},
                    "curves has 8 entries, expected 1 to 7"),
    "eight trainings": (plotting.learning_curves, [{name: {"loss": [1]} for name in EIGHT}], {},
                        "histories has 8 entries, expected 1 to 7"),
    "eight gradients": (plotting.gradient_by_lag, [dict.fromkeys(EIGHT, [1, 0.5])], {},
                        "norms has 8 entries, expected 1 to 7"),
    "eight scores": (plotting.score_by_length, [dict.fromkeys(EIGHT, ([1], [2]))], {},
                     "curves has 8 entries, expected 1 to 7"),
    "eight lengths": (plotting.token_lengths, [dict.fromkeys(EIGHT, [1, 2])], {},
                      "lengths has 8 entries, expected 1 to 7"),
    "no training": (plotting.learning_curves, [{}], {}, "histories has 0 entries"),
    "None for a training": (plotting.learning_curves, [None], {}, "a history is None, expected"),
    "words for losses": (plotting.learning_curves, [{"loss": ["low"]}], {}, "holds .'low'., exp"),
    # arrays
    "a matrix of texts": (plotting.matrix, [[["a", 1]], ["r"], PAIR], {}, "values has to hold num"),
    "weights beyond one": (plotting.encoder_decoder_diagram, [PAIR, PAIR],
                           {"attention": [50, -3]}, "attention runs from -3 to 50, expected 0 to"),
    "weights that are none": (plotting.encoder_decoder_diagram, [PAIR, PAIR],
                              {"attention": [np.nan, 1]}, "attention holds nan"),
    "gold that is no pair": (plotting.attention_map, [HALVES, PAIR, PAIR], {"gold": [(0, 0, 1)]},
                             "gold is .*, expected pairs"),
    "half a gold index": (plotting.attention_map, [HALVES, PAIR, PAIR], {"gold": [(0.5, 0)]},
                          "gold is .*, expected pairs"),
    "lengths without a sentence": (plotting.token_lengths, [{"en": []}], {}, "'en'. is empty"),
    "half a length": (plotting.token_lengths, [{"en": [2, 1.5]}], {}, "'en'..1. is 1.5, expected"),
    "scores that are missing": (plotting.score_by_length, [{"a": ([1, 2], [1])}], {},
                                "'a' has 2 lengths and 1 values"),
    "a score that is none": (plotting.score_by_length, [{"a": ([1], [np.nan])}], {}, "holds nan"),
    "counts that are no pair": (plotting.score_by_length, [CURVES], {"counts": [1, 2, 3]},
                                "'counts' holds .1, 2, 3., expected a pair"),
    "a mark without a name": (plotting.score_by_length, [CURVES], {"mark": 15},
                              "mark is 15, expected .length, label"),
    "a spread of nobody": (plotting.score_by_length, [CURVES], {"spread": {"b": ([1], [2])}},
                           "spread names .'b'., but the curves are .'a'."),
    "a spread of another length": (plotting.score_by_length, [CURVES],
                                   {"spread": {"a": ([1], [2])}}, "expected 2 of each"),
    "a forecast's spread of nobody": (
        plotting.forecast, [[1, 2], [1, 2], CURVES], {"y": "", "spread": {"b": ([1], [2])}},
        "spread names .'b'., but the forecasts are .'a'."),
    "a bar without its range": (plotting.bars, [{"a": 1, "b": 2}],
                                {"y": "", "spread": {"a": (0, 2)}}, "a range for 'b'"),
    "a range of three": (plotting.bars, [{"a": 1}], {"y": "", "spread": {"a": (0, 1, 2)}},
                         "3 edges, expected lowest and highest"),
    "a line without a name": (plotting.grouped_bars, [{"a": {"x": 1}}], {"y": "", "line": 0.5},
                              "line is 0.5, expected .height, name"),
    "a line nowhere": (plotting.grouped_bars, [{"a": {"x": 1}}], {"y": "", "line": (np.nan, "n")},
                       "the height of line is nan"),
    "a factor in words": (plotting.gradient_by_lag, [{"a": [1, 0.5]}],
                          {"predicted": {"a": "half"}}, "predicted.'a'. is 'half', expected"),
    "a number of shapes": (plotting.architectures, [3], {}, "shapes is 3, expected"),
    "names of shapes": (plotting.architectures, [["many to one"]], {}, "shapes is .*, expected"),
    "notes without beats": (plotting.piano_roll, [[[60, 61]], ["a"]], {}, "tunes.0. is .60, 61"),
    "names for notes": (plotting.piano_roll, [[[("C4", 1)]], ["a"]], {}, "a note of tunes.0. is"),
    "a number for a scale": (plotting.piano_roll, [[TUNE], ["a"]], {"scales": [3]},
                             "scales.0. is 3, expected the pitch classes"),
    # stepping pictures
    "no translations": (animation.attention_explorer, [None], {}, "results is None, expected a"),
    "half a translation": (animation.attention_explorer, [[(PAIR, PAIR)]], {},
                           "a translation is .*, expected what `decoding.translate` returns"),
    "a sentence for a translation": (animation.translation_steps, ["the cat"], {},
                                     "a translation is 'the cat', expected what"),
    "a translation of ids": (animation.translation_steps, [([1, 2], [3, 4], HALVES)], {},
                             "source_tokens is .1, 2., expected a list of texts"),
    "one language": (animation.translation_steps, [(PAIR, PAIR, HALVES)], {"languages": ("en",)},
                     "languages is .*, expected two codes"),
    "languages as one text": (animation.translation_steps, [(PAIR, PAIR, HALVES)],
                              {"languages": "en"}, "languages is 'en', expected a list of texts"),
    "an input for many": (animation.unrolled_steps, [3, HALVES], {}, "inputs is 3, expected 2"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_nonsense_is_refused(case):
    draw, arguments, options, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        draw(*arguments, **options)


def test_what_is_no_figure_has_no_description():
    with pytest.raises(TypeError, match="expected a Matplotlib Figure, got int"):
        plotting.described(3, "Something long enough to say what one would see here.")


def test_whole_numbers_and_truths_of_numpy_are_as_good_as_pythons():
    plotting.matrix(HALVES, PAIR, PAIR, digits=np.int64(1), annotate=np.True_)
    plotting.attention_map(HALVES, PAIR, PAIR, gold=np.array([[0, 1], [1, 0]]))
    plotting.unrolled_network(np.int64(2))
    plotting.token_lengths({"en": np.array([3, 4])})
