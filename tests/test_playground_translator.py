"""The translator in the page: its translations are Python's, and its weights those of the course.

What the page does with them, its tasks and its looks, is tested with the other pictures.
"""

import json

import numpy as np
import pytest
from test_playground import NODE, ask

from benchmarks import page_translator
from utils import datasets, decoding
from utils.decoding.beam import beam_steps
from utils.playground import translating, weights

TYPED = [
    "The Black Cat sleeps.", "She isn’t happy because it’s raining!", "the dog's old doctor reads",
    "Where is the red car?", "I see a zebra.", "  two   spaces, and marks...", "l'ami d'hier",
    "“The cat” is 3.5 years old, isn't it?", "O'clock and aujourd'hui", "çà et là, Élodie",
]  # fmt: skip


@pytest.fixture(scope="module")
def translator():
    return translating.model()


@pytest.fixture(scope="module")
def held_out():
    """Two hundred sentences of the test part."""
    return datasets.bitext.load("course").split()[2].sample(200, seed=0)


def in_the_page(sentences, width, penalty):
    """What the page says of each sentence with this beam, what greedily, and what it has read."""
    return ask("translator_tasks", """((game) => d.sentences.map((sentence) => {
        const {best, greedy, tokens} = game.run({...d, sentence});
        return [best, greedy].map(({text, score, weights}) => ({text, score, weights, tokens}));
    }))(m.translatorGame(d.weights))""", sentences=sentences, width=width, penalty=penalty,
               weights=translating.stored())  # fmt: skip


@pytest.fixture(scope="module")
def page_of_200(held_out):
    return in_the_page(held_out.source, 5, 0.6)


@NODE
@pytest.mark.parametrize(("place", "width"), [(0, 5), (1, 1)], ids=["beam of 5", "greedy"])
def test_two_hundred_translations_are_those_of_the_course(
    translator, held_out, page_of_200, place, width
):
    found = [both[place] for both in page_of_200]
    ours = decoding.translate(translator, held_out.source, beam_width=width)
    assert [one["text"] for one in found] == [one.text for one in ours]
    assert [one["tokens"] for one in found] == [one.source_tokens for one in ours]
    np.testing.assert_allclose([one["score"] for one in found],
                               [one.log_probability for one in ours], atol=2e-4)  # fmt: skip
    for page, python in zip(found, ours, strict=True):
        np.testing.assert_allclose(page["weights"], python.attention, atol=2e-4)


@NODE
@pytest.mark.parametrize("penalty", [0.0, 1.5])
def test_what_is_typed_is_read_and_translated_alike(translator, penalty):
    found = in_the_page(TYPED, 3, penalty)
    ours = decoding.translate(translator, TYPED, beam_width=3, length_penalty=penalty)
    assert [best["text"] for best, _ in found] == [one.text for one in ours]


@NODE
@pytest.mark.parametrize("sentence", [
    "the old doctor will buy a red car .",
    "the postcard is as good as the dictionary .",  # an [END] comes up that is not good enough
])  # fmt: skip
def test_a_beam_looks_at_what_the_beam_of_the_course_looks_at(translator, sentence):
    steps = ask("translator_tasks", """m.translatorGame(d.weights).run(
        {sentence: d.sentence, width: 3, penalty: 0.6}
    ).steps.map((step) => step.map(({score, fate}) => ({score, fate})))""",
                sentence=sentence, weights=translating.stored())  # fmt: skip
    ours = beam_steps(translator, sentence, beam_width=3)
    assert [[one["fate"] for one in step] for step in steps] == [
        [one.fate for one in step] for step in ours
    ]
    np.testing.assert_allclose([one["score"] for step in steps for one in step],
                               [one.log_probability for step in ours for one in step],
                               atol=2e-4)  # fmt: skip


def test_still_picture_is_drawn_from_what_the_course_says(translator):
    kept, ours = translating.stored()["example"], page_translator.example(translator)
    assert (kept["read"], kept["said"]) == (ours["read"], ours["said"])
    np.testing.assert_allclose(kept["weights"], ours["weights"], atol=2e-4)


def test_rounding_costs_less_than_half_a_point_and_the_file_is_small():
    bleu = translating.stored()["bleu"]
    for width in ("1", "5"):
        assert abs(bleu["float32"][width] - bleu["int8"][width]) < 0.5
    assert translating.FILE.stat().st_size < 3_000_000


def test_weights_of_another_vocabulary_are_refused(monkeypatch):
    other = {**translating.stored(), "source": ["[PAD]"]}
    monkeypatch.setattr(translating, "stored", lambda: other)
    with pytest.raises(ValueError, match=r"trained with: train it anew with python benchmarks"):
        translating.model()


def test_file_holds_what_its_script_makes(translator, monkeypatch, tmp_path):
    """The same weights, saved again, are the same file: they are whole numbers already."""
    monkeypatch.setattr(translating, "FILE", tmp_path / "again.js")
    few = datasets.bitext.load("course").split()[2].sample(20, seed=0)
    before = translating.stored()
    page_translator.save(translator, few)
    translating.stored.cache_clear()
    again = translating.stored()
    assert again["bleu"]["float32"] == again["bleu"]["int8"]
    for name in translating.NAMES:
        np.testing.assert_allclose(weights.unpacked(again["weights"][name]),
                                   weights.unpacked(before["weights"][name]),
                                   rtol=1e-5, atol=1e-7)  # fmt: skip
    translating.stored.cache_clear()
    assert json.dumps(again["source"]) == json.dumps(before["source"])


def test_a_shortened_training_writes_a_file_of_the_same_kind(monkeypatch, tmp_path):
    fit, before = page_translator.training.fit, translating.stored()

    def short(learner, train, validation, *, epochs, **options):
        fit(learner, train[:64], validation[:8], epochs=1, **options)

    monkeypatch.setattr(page_translator.training, "fit", short)
    learner = page_translator.trained()
    monkeypatch.setattr(translating, "FILE", tmp_path / "short.js")
    page_translator.save(learner, datasets.bitext.load("course").split()[2].sample(8, seed=0))
    translating.stored.cache_clear()
    kept = translating.stored()
    translating.stored.cache_clear()
    assert kept.keys() == before.keys() and kept["made by"] == before["made by"]
    assert {name: one["shape"] for name, one in kept["weights"].items()} == {
        name: one["shape"] for name, one in before["weights"].items()
    }
