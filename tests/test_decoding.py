"""Greedy, beam and sampled translations against slow loops and exhaustive search."""

import itertools
import unicodedata

import keras
import numpy as np
import pytest
import tiny
from scipy import stats

from utils import decoding, text
from utils.decoding.beam import beam_search
from utils.decoding.sampling import drawn as draw_words
from utils.decoding.steps import compiled_reader, compiled_steps
from utils.models import LanguageModel, Tagger, Translator
from utils.text import END, PAD, START

SENTENCES = ["a b c", "f", "d e f a b", "c c", "b a d e", "f e d", "e"]
KEY = [
    {"attention": "additive"},
    {"attention": "dot", "order": "luong", "cell": "lstm"},
    {"attention": None, "layers": 2},
]


def name(options):
    return "-".join(f"{value}" for value in options.values())


def log_softmax(logits):
    logits = np.asarray(logits, "float64")
    logits = logits - logits.max(-1, keepdims=True)
    return logits - np.log(np.exp(logits).sum(-1, keepdims=True))


def believed(model, sentence, words):
    """The model's log-probability of target ids, from `sequence` and not from `step`."""
    source = model.encode_source([sentence])
    target = np.array([[START, *words[:-1]]], "int32")
    scores = log_softmax(np.array(model((source, target))))[0]
    return sum(scores[t, word] for t, word in enumerate(words))


def ids_of(model, translation):
    vocabulary = {word: n for n, word in enumerate(model.target_tokenizer.vocabulary)}
    return [vocabulary[token] for token in translation.tokens] + [END] * translation.finished


def greedy_by_hand(model, sentence, limit):
    """One sentence, a growing prefix, the whole model each time; [PAD] and [START] never."""
    source, words = model.encode_source([sentence]), []
    while len(words) < limit and words[-1:] != [END]:
        target = np.array([[START, *words]], "int32")
        scores = log_softmax(np.array(model((source, target))))[0, -1]
        scores[[PAD, START]] = -np.inf
        words.append(int(scores.argmax()))
    return words


def same(first, second):
    for a, b in zip(first, second, strict=True):
        assert (a.text, a.tokens, a.source_tokens, a.finished) == (
            b.text, b.tokens, b.source_tokens, b.finished
        )
        assert a.log_probability == pytest.approx(b.log_probability, abs=1e-4)
        assert (a.attention is None) == (b.attention is None)
        if a.attention is not None:
            np.testing.assert_allclose(a.attention, b.attention, atol=1e-5)


# ---------------------------------------------------------------- greedy


@pytest.mark.parametrize("options", KEY, ids=name)
def test_greedy_equals_the_slow_loop(options):
    model = tiny.shared(**options)
    for sentence, found in zip(
        SENTENCES, decoding.translate(model, SENTENCES, max_length=5), strict=True
    ):
        words = greedy_by_hand(model, sentence, 5)
        assert ids_of(model, found) == words
        assert found.log_probability == pytest.approx(believed(model, sentence, words), abs=1e-4)
        assert found.finished == (words[-1] == END)


@pytest.mark.parametrize("options", KEY, ids=name)
def test_beam_of_one_is_greedy(options):
    model = tiny.shared(**options)
    greedy = decoding.translate(model, SENTENCES, max_length=5)
    source = model.source_tokenizer.encode_rows(SENTENCES[:3])
    beams = beam_search(model, text.pad(source), [5] * 3, 1, 0.6)
    for found, beam in zip(greedy, beams, strict=False):
        assert ids_of(model, found) == beam.tokens.tolist()
        assert found.log_probability == pytest.approx(beam.log_probability, abs=1e-4)


@pytest.mark.parametrize("how", [{}, {"beam_width": 3}], ids=str)
def test_batches_order_and_company_change_nothing(how):
    model, _ = tiny.trained()  # it stops by itself, at different times: the batch shrinks
    sentences = [*tiny.pairs(12, seed=5, shortest=1, longest=4).source, "", "a"]
    together = decoding.translate(model, sentences, **how)
    alone = [decoding.translate(model, [s], **how)[0] for s in sentences]
    same(together, alone)
    same(decoding.translate(model, sentences, batch_size=5, **how), together)
    same(decoding.translate(model, sentences[::-1], **how), together[::-1])
    assert len({len(t.tokens) for t in together}) > 3
    assert all(t.finished for t in together)


def never_ending():
    """A model that does not stop by itself."""
    model = tiny.random_translator(attention="dot", order="luong")
    [bias] = [w for w in model.weights if w.path.endswith("output_bias")]
    changed = np.zeros(10, "float32")
    changed[END] = -1e4
    bias.assign(changed)
    return model


@pytest.mark.parametrize("how", [{}, {"top_k": 1}], ids=str)
def test_a_shrinking_batch(how):
    # limits of 12 to 20 words: sentences leave the batch one after another
    model = never_ending()
    together = decoding.translate(model, SENTENCES, **how)
    assert sorted({len(t.tokens) for t in together}) == [12, 14, 16, 18, 20]
    same(together, [decoding.translate(model, [s], **how)[0] for s in SENTENCES])


def test_limits():
    model = tiny.shared(attention=None, layers=2)
    assert [len(ids_of(model, t)) <= 2 for t in
            decoding.translate(model, SENTENCES, max_length=2)] == [True] * len(SENTENCES)
    model = never_ending()
    for how in ({}, {"beam_width": 2}, {"temperature": 1.0}):
        found = decoding.translate(model, ["a b c", "d"], **how)
        assert [len(t.tokens) for t in found] == [2 * 3 + 10, 2 * 1 + 10]
        assert not any(t.finished for t in found)
        assert [t.attention.shape for t in found] == [(16, 3), (12, 1)]


# ---------------------------------------------------------------- beam search


def four_words(seed):
    """Two words a side, so that all translations can be listed."""
    keras.utils.set_random_seed(seed)
    sides = text.train_tokenizer(["a b"]), text.train_tokenizer(["u v"])
    model = Translator(*sides, units=5, embedding=4, attention="general")
    random = np.random.default_rng(seed)
    model.set_weights([random.normal(size=w.shape) for w in model.get_weights()])
    return model


@pytest.mark.parametrize("seed", [0, 1])
def test_a_beam_as_wide_as_everything_finds_the_best_of_all(seed):
    model, limit = four_words(seed), 4
    source = model.encode_source(["a b b"])
    words = [n for n in range(model.target_tokenizer.size) if n not in (PAD, START, END)]
    everything = [
        (*body, END) for length in range(limit) for body in itertools.product(words, repeat=length)
    ]
    # all at once through `sequence`, rows padded at the end
    target = text.pad([np.array([START, *row[:-1]]) for row in everything])
    scores = log_softmax(np.array(model((np.repeat(source, len(target), 0), target))))
    totals = np.array([
        sum(scores[n, t, word] for t, word in enumerate(row)) for n, row in enumerate(everything)
    ])
    lengths = np.array([len(row) for row in everything])
    def winner(alpha, shift=5):
        return int((totals / ((shift + lengths) / 6) ** alpha).argmax())

    # Wu et al. 2016, equation 14; some α at which a slightly different formula chooses otherwise
    telling = [a for a in np.linspace(0.1, 12, 400) if winner(a) != winner(a, 6)]
    winners = set()
    for alpha in (0.0, 0.6, 8.0, telling[0], telling[-1]):
        best = winner(alpha)
        [found] = decoding.translate(model, ["a b b"], beam_width=len(words) ** limit * 4,
                                     length_penalty=alpha, max_length=limit)
        assert ids_of(model, found) == list(everything[best])
        assert found.log_probability == pytest.approx(totals[best], abs=1e-4)
        winners.add(everything[best])
    assert len(winners) > 1  # the penalty mattered


@pytest.mark.parametrize("options", KEY, ids=name)
def test_scores_are_the_models(options):
    model = tiny.shared(**options)
    for width in (2, 4):
        for sentence, found in zip(SENTENCES[:3], decoding.translate(
                model, SENTENCES[:3], beam_width=width, max_length=5), strict=True):
            words = ids_of(model, found)
            assert found.log_probability == pytest.approx(
                believed(model, sentence, words), abs=1e-4
            )


def test_a_wider_beam_finds_what_greedy_misses():
    model, limit = tiny.shared(attention="additive"), 4
    greedy, wide = (
        [t.log_probability if t.finished else -np.inf for t in decoding.translate(
            model, SENTENCES, beam_width=width, length_penalty=0.0, max_length=limit)]
        for width in (1, 60)
    )
    assert all(w >= g - 1e-4 for g, w in zip(greedy, wide, strict=True))
    assert any(w > g + 1e-3 for g, w in zip(greedy, wide, strict=True))


def seen_by_hand(model, sentence, words):
    """The attention weights of each step, the words given one by one."""
    memory, states = model.encode(model.encode_source([sentence]))
    rows = []
    for word in [START, *words[:-1]]:
        _, states, weights = model.decoder.step(np.array([word], "int32"), states, memory)
        rows.append(np.array(weights)[0])
    return np.array(rows)


@pytest.mark.parametrize("how", [{}, {"beam_width": 4}, {"temperature": 2.0}], ids=str)
@pytest.mark.parametrize("options", KEY[:2], ids=name)
def test_attention_belongs_to_the_words(options, how):
    model = tiny.shared(**options)
    for sentence, found in zip(SENTENCES, decoding.translate(model, SENTENCES, max_length=5, **how),
                               strict=True):
        wanted = seen_by_hand(model, sentence, ids_of(model, found))
        np.testing.assert_allclose(found.attention, wanted, atol=1e-5)


# ---------------------------------------------------------------- attention


@pytest.mark.parametrize("how", [{}, {"beam_width": 3}, {"temperature": 2.0}], ids=str)
def test_attention_has_a_row_for_each_word_and_a_column_for_each_source_word(how):
    model = tiny.shared(attention="additive")
    for found in decoding.translate(model, SENTENCES, max_length=5, **how):
        rows = len(found.tokens) + found.finished
        assert found.attention.shape == (rows, len(found.source_tokens))
        np.testing.assert_allclose(found.attention.sum(-1), 1, atol=1e-5)
    for found in decoding.translate(tiny.shared(attention=None, layers=2), SENTENCES[:2], **how,
                                    max_length=3):
        assert found.attention is None


def test_attention_columns_are_in_the_order_of_the_sentence():
    forth = tiny.shared(attention="additive")
    back = tiny.random_translator(attention="additive", reverse_source=True)
    [turned] = decoding.translate(back, ["a b c"], max_length=4)
    [plain] = decoding.translate(forth, ["c b a"], max_length=4)
    assert turned.tokens == plain.tokens
    assert turned.source_tokens == ["a", "b", "c"]
    np.testing.assert_allclose(turned.attention, plain.attention[:, ::-1], atol=1e-5)
    assert np.abs(turned.attention - plain.attention).max() > 0.01


# ---------------------------------------------------------------- follow


@pytest.mark.parametrize("options", KEY, ids=name)
def test_follow_says_what_it_is_told(options):
    model = tiny.shared(**options)
    targets = ["u v w", "z", "", "y x y x y x", "u", "q", "v v"]
    for sentence, target, found in zip(
        SENTENCES, targets, decoding.force_decode(model, SENTENCES, targets, batch_size=3),
        strict=True,
    ):
        [words] = model.target_tokenizer.encode_rows([target], end=True)
        assert found.tokens == target.replace("q", "[UNK]").split()
        assert found.finished
        assert found.log_probability == pytest.approx(
            believed(model, sentence, words.tolist()), abs=1e-4
        )
        if options["attention"]:
            assert found.attention.shape == (len(words), len(sentence.split()))


def test_in_words_joins_the_pieces_of_a_word():
    source, target = "l'élève n'est pas là.", "the pupil isn't there."
    # No room for a piece of two letters.
    sides = [
        text.train_tokenizer([sentence], level="bpe", size=4 + len({*sentence}))
        for sentence in (source, target)
    ]
    keras.utils.set_random_seed(0)
    model = Translator(*sides, units=6, embedding=5, attention="additive")
    [pieces] = decoding.force_decode(model, [source], [target])
    found = decoding.in_words(model, pieces)
    assert found.source_tokens == ["l'", "élève", "n'", "est", "pas", "là", "."]
    assert found.tokens == ["the", "pupil", "isn'", "t", "there", "."]
    assert pieces.tokens == list("▁the▁pupil▁isn't▁there.")
    assert found.attention.shape == (7, 7)  # and [END]
    the, pupil = pieces.attention[:4, :3].sum(), pieces.attention[4:10, :3].sum()  # at ▁l'
    np.testing.assert_allclose(found.attention[:2, 0], [the / 4, pupil / 6], rtol=1e-5)
    np.testing.assert_allclose(found.attention.sum(axis=1), 1, rtol=1e-5)
    assert (found.text, found.finished) == (pieces.text, pieces.finished)


def test_in_words_changes_nothing_where_pieces_are_words():
    for options in ({"attention": "additive"}, {"attention": None}):
        model = tiny.shared(**options)
        for one in decoding.translate(model, ["a b", ""], max_length=4):
            same = decoding.in_words(model, one)
            assert (same.tokens, same.source_tokens) == (one.tokens, one.source_tokens)
            assert (same.attention is None) == (one.attention is None)
            if one.attention is not None:
                np.testing.assert_allclose(same.attention, one.attention, rtol=1e-5)


def test_follow_refuses_an_empty_sentence():
    with pytest.raises(ValueError, match="sentence 1 is empty: there is nothing to translate"):
        decoding.force_decode(tiny.shared(attention="additive"), ["a", " "], ["x", "y"])


def test_follow_needs_a_translation_for_each_sentence():
    with pytest.raises(ValueError, match="2 sentences but 1 translations"):
        decoding.force_decode(tiny.shared(attention="additive"), ["a", "b"], ["u"])


# ---------------------------------------------------------------- sampling


def drawn(probabilities, count=4000, **options):
    options = {"temperature": 1.0, "top_k": None, "top_p": None, **options}
    rows = np.log(np.tile(np.array(probabilities, "float32"), (count, 1)))
    words = draw_words(rows, *options.values(), np.random.default_rng(0))
    return np.bincount(words, minlength=len(probabilities))


PROBABILITIES = [0.1, 0.4, 0.05, 0.3, 0.15]


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_frequencies_are_the_softmax(temperature):
    counts = drawn(PROBABILITIES, temperature=temperature)
    wanted = np.array(PROBABILITIES) ** (1 / temperature)
    wanted *= counts.sum() / wanted.sum()
    assert stats.chisquare(counts, wanted).pvalue > 0.01
    other = np.array(PROBABILITIES) ** (1 / (1.3 * temperature))
    assert stats.chisquare(counts, other * counts.sum() / other.sum()).pvalue < 1e-4


@pytest.mark.parametrize(
    ("options", "allowed"),
    [
        ({"top_k": 1}, [1]), ({"top_k": 2}, [1, 3]), ({"top_k": 99}, [0, 1, 2, 3, 4]),
        ({"top_p": 0.39}, [1]), ({"top_p": 0.5}, [1, 3]), ({"top_p": 0.72}, [1, 3, 4]),
        ({"top_p": 1.0}, [0, 1, 2, 3, 4]), ({"top_k": 2, "top_p": 0.1}, [1]),
        ({"top_k": 3, "top_p": 0.99}, [1, 3, 4]),
    ],
    ids=str,
)
def test_top_k_and_top_p_restrict_the_choice(options, allowed):
    counts = drawn(PROBABILITIES, **options)
    assert np.flatnonzero(counts).tolist() == allowed
    wanted = np.array(PROBABILITIES)[allowed]
    if len(allowed) > 1:
        wanted = wanted / wanted.sum() * counts.sum()
        assert stats.chisquare(counts[allowed], wanted).pvalue > 0.01


def test_top_p_is_measured_after_the_temperature():
    # 0.4 and 0.3 squared and scaled: 0.561 and 0.316 of the whole
    assert np.flatnonzero(drawn(PROBABILITIES, temperature=0.5, top_p=0.55)).tolist() == [1]
    assert np.flatnonzero(drawn(PROBABILITIES, temperature=0.5, top_p=0.6)).tolist() == [1, 3]


def test_cold_sampling_is_greedy():
    model = tiny.shared(attention="additive")
    same(decoding.translate(model, SENTENCES, temperature=1e-4, max_length=5),
         decoding.translate(model, SENTENCES, max_length=5))
    same(decoding.translate(model, SENTENCES, top_k=1, max_length=5),
         decoding.translate(model, SENTENCES, max_length=5))


def test_sampling_depends_on_the_seed_alone():
    model = tiny.shared(attention="additive")
    first, second, other = (
        [t.text for t in decoding.translate(model, SENTENCES, temperature=2.0, seed=seed)]
        for seed in (1, 1, 2)
    )
    assert first == second != other


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize("how", [{}, {"beam_width": 2}, {"temperature": 1.0}], ids=str)
def test_nothing_to_translate(how):
    model = tiny.shared(attention="additive")
    assert decoding.translate(model, [], **how) == []
    found = decoding.translate(model, ["", "   ", "a", "\t\n"], max_length=3, **how)
    for empty in (found[0], found[1], found[3]):
        assert (empty.text, empty.tokens, empty.source_tokens) == ("", [], [])
        assert empty.finished and empty.log_probability == 0
    assert found[2].source_tokens == ["a"] and found[2].attention is not None


def test_unknown_words_are_translated_as_unknown():
    model = tiny.shared(attention="additive")
    one, other = decoding.translate(model, ["zebra Été", "giraffe élan"], max_length=4)
    assert one.source_tokens == ["zebra", "Été"] and other.source_tokens == ["giraffe", "élan"]
    assert one.tokens == other.tokens
    assert one.attention.shape[1] == 2


def test_five_hundred_words():
    model, _ = tiny.trained()
    [found] = decoding.translate(model, [" ".join("abcde"[n % 5] for n in range(500))],
                                 max_length=30)
    assert len(found.source_tokens) == 500 and len(found.tokens) <= 30
    assert found.attention.shape[1] == 500 and np.isfinite(found.attention).all()


def test_unicode_forms_are_the_same_sentence():
    keras.utils.set_random_seed(0)
    sides = text.train_tokenizer(["été élève l'ami"]), text.train_tokenizer(["u v w"])
    model = Translator(*sides, units=5)
    composed = unicodedata.normalize("NFC", "L'élève été inconnué")
    forms = [composed, unicodedata.normalize("NFD", composed)]
    first, second = decoding.translate(model, forms, max_length=4)
    same([first], [second])
    [curly] = decoding.translate(model, [composed.replace("'", "’")], max_length=4)
    assert curly.tokens == first.tokens


@pytest.mark.parametrize("wrong", [3, None, b"a", ["a"]])
def test_something_other_than_text(wrong):
    with pytest.raises(TypeError, match="sentence 1 is a .*expected text"):
        decoding.translate(tiny.shared(attention="additive"), ["a", wrong])


def test_a_single_text_is_refused():
    with pytest.raises(TypeError, match="put it in a list"):
        decoding.translate(tiny.shared(attention="additive"), "a b c")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"beam_width": 2.5}, "beam_width is 2.5, expected a whole number"),
        ({"beam_width": 0}, "beam_width is 0, expected a whole number of at least 1"),
        ({"batch_size": 0}, "batch_size is 0, expected a whole number of at least 1"),
        ({"max_length": 0}, "max_length is 0, expected a whole number of at least 1"),
        ({"max_length": 3.0}, "max_length is 3.0, expected a whole number of at least 1"),
        ({"length_penalty": float("nan")}, "length_penalty is nan, expected a finite number"),
        ({"length_penalty": None}, "length_penalty is None, expected a finite number"),
        ({"seed": 1.5}, "seed is 1.5, expected a whole number of at least 0"),
        ({"top_k": 0}, "top_k is 0, expected a whole number of at least 1"),
        ({"top_p": 0.0}, "top_p is 0.0, expected a finite number above 0"),
        ({"top_p": 1.5}, "top_p is 1.5, expected a finite number above 0 and of at most 1"),
        ({"temperature": 0.0}, "temperature is 0.0, expected a finite number above 0"),
        ({"temperature": float("inf")}, "temperature is inf, expected a finite number"),
        ({"temperature": 1.0, "beam_width": 2}, "beam search does not draw"),
        ({"top_k": 3, "beam_width": 2}, "beam search does not draw"),
        ({"top_p": 0.5, "beam_width": 2}, "beam search does not draw"),
    ],
    ids=str,
)
def test_options_that_make_no_sense(options, message):
    with pytest.raises(ValueError, match=message):
        decoding.translate(tiny.shared(attention="additive"), ["a"], **options)


def test_batches_of_no_size():
    with pytest.raises(ValueError, match="batch_size is 0, expected a whole number of at least 1"):
        decoding.force_decode(tiny.shared(attention="additive"), ["a"], ["u"], batch_size=0)


def test_sentences_need_not_be_a_list():
    model = tiny.shared(attention="additive")
    wanted = [one.text for one in decoding.translate(model, ["a b", "c"], max_length=3)]
    for sentences in (("a b", "c"), iter(["a b", "c"]), np.array(["a b", "c"])):
        found = decoding.translate(model, sentences, max_length=3)
        assert [one.text for one in found] == wanted


# ---------------------------------------------------------------- one verb for all models


def test_predict_calls_what_belongs_to_the_model():
    model = tiny.shared(attention="dot")
    found = decoding.predict(model, SENTENCES, beam_width=2, max_length=4)
    wanted = decoding.translate(model, SENTENCES, beam_width=2, max_length=4)
    assert [one.tokens for one in found] == [one.tokens for one in wanted]
    writer = LanguageModel(9, units=4, embedding=3)
    prompts = np.array([[4, 5], [6, 7]])
    found = decoding.predict(writer, prompts, length=3)
    wanted = decoding.generate(writer, prompt=prompts, length=3)
    assert [one.tokens.tolist() for one in found] == [one.tokens.tolist() for one in wanted]
    reader = Tagger(["a", "b"], ["X", "Y"], units=4, embedding=3)
    words = [["a", "b", "c"], ["b"]]
    assert decoding.predict(reader, words) == decoding.tag(reader, words)
    with pytest.raises(TypeError, match="expected a Translator, a Captioner, a LanguageM"):
        decoding.predict(keras.Sequential(), SENTENCES)


def test_single_steps_are_compiled_once_a_model():
    writer, reader = LanguageModel(9, units=4, embedding=3), tiny.translator(attention=None)
    assert compiled_reader(writer) is compiled_reader(writer)
    assert compiled_steps(reader) is compiled_steps(reader)
