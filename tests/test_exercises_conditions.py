"""The exercises of notebook 7 beside what they stand for: the language model, and the tunes."""

import numpy as np
import pytest

from utils import datasets, music
from utils.exercises import conditions, judge


def test_the_inputs_are_those_of_a_language_model_with_a_condition():
    keras = pytest.importorskip("keras")
    from utils.models import LanguageModel

    keras.utils.set_random_seed(0)
    model = LanguageModel(9, units=4, embedding=3, condition="input", condition_size=5)
    random = np.random.default_rng(0)
    ids, c = random.integers(1, 9, (2, 6)), random.normal(size=(2, 5)).astype("float32")
    layer = model.condition_layers[0]
    layer.set_weights([random.normal(size=weight.shape) for weight in layer.get_weights()])
    read = conditions.condition_inputs(ids, c, *model.embedding.get_weights(), *layer.get_weights())
    scores = model.output_layer(model.recurrent[0](read.astype("float32"))[0])
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(scores), keras.ops.convert_to_numpy(model((ids, c))), atol=1e-5
    )


def test_the_judge_finds_the_form_that_the_tunes_are_made_with():
    made = datasets.tunes.make(300, seed=1)
    tunes = [
        " ".join(words)
        for words, metre in zip(made.tokens, made.metres, strict=True)
        if metre != "4/4"
    ]
    pitches, rhythm = conditions.bars_agree(tunes, 0, 2).mean(axis=0)
    assert rhythm == 1, "the second phrase begins like the first"
    assert 0.95 < pitches < 1, "but for a seventh of minor that is raised once and once not"
    pitches, rhythm = conditions.bars_agree(tunes, 0, 6).mean(axis=0)
    assert rhythm == 1 and pitches < 0.9, "the last one, too, but for its last note"
    assert conditions.bars_agree(tunes, 0, 4)[:, 1].max() == 0, "the third has another rhythm"


def test_the_judge_hears_what_the_reader_of_tunes_hears():
    made = datasets.tunes.make(60, seed=2)
    tunes = [" ".join(words) for words in made.tokens]
    for first, second in ((0, 1), (2, 0), (3, 7)):
        found = conditions.bars_agree(tunes, first, second)
        for words, (pitches, rhythm) in zip(made.tokens, found, strict=True):
            bars = music.read(words)
            if max(first, second) >= len(bars):
                assert pitches == rhythm == 0
                continue
            one, other = bars[first], bars[second]
            assert pitches == ([note.name for note in one] == [note.name for note in other])
            assert rhythm == ([note.duration for note in one] == [note.duration for note in other])


def test_who_drops_something_is_not_told_that_the_batch_is_mixed():
    def judged(agree):
        def answer(tunes, first, second):
            return conditions._judge(tunes, first, second, agree)

        return judge(conditions.BARS_AGREE, answer, np.random.default_rng(0)).said

    for said in (
        judged(lambda one, other: (set(one[::2]) <= set(other[::2]), one[1::2] == other[1::2])),
        judged(lambda one, other: (one[::2] == other[::2], len(one) <= len(other))),
        judged(lambda one, other: (len(one) <= len(other), sorted(one[1::2]) == other[1::2])),
    ):
        assert "batch" not in said
