"""The tagger against loops over time in NumPy and Keras's Bidirectional; its training, its file."""

import functools
import os
import subprocess
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras  # noqa: E402
import numpy as np  # noqa: E402
import pytest  # noqa: E402
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from test_language_model import STEPS  # noqa: E402

from utils import decoding, training  # noqa: E402
from utils.datasets.tagging import Tagged  # noqa: E402
from utils.models import Tagger, tagger  # noqa: E402
from utils.text import lexicon  # noqa: E402

ROOT = Path(__file__).parents[1]
WORDS, TAGS = ["the", "light", "Rose", "7th", "is", "rose"], ["NOUN", "DET", "VERB"]
UNITS, SIZE = 4, 3
KINDS = [
    {"cell": "simple_rnn", "direction": "forwards"},
    {"cell": "gru", "direction": "backwards", "suffixes": True},
    {"cell": "lstm", "direction": "both", "merge": "concat", "suffixes": True},
    {"cell": "gru", "direction": "both", "merge": "sum"},
    {"cell": "simple_rnn", "direction": "both", "merge": "average"},
    {"cell": "gru", "direction": "both", "merge": "product"},
]
SENTENCES = [["the", "light", "is", "new"], ["Rose"], ["7th", "prose", "rose", "the", "Is", "is"]]


def name(options):
    return "-".join(f"{value}" for value in options.values())


@functools.cache
def shared(**options):
    """A small tagger in which every weight, biases too, is a random number; not to be changed."""
    model = Tagger(WORDS, TAGS, units=UNITS, embedding=SIZE, **options)
    random = np.random.default_rng(0)
    model.set_weights([0.7 * random.normal(size=w.shape) for w in model.get_weights()])
    return model


def called(model, sentences):
    return np.array(model(model.encode(sentences)))


# ---------------------------------------------------------------- ids


@pytest.mark.parametrize("suffixes", [False, True])
def test_a_word_is_the_same_however_it_is_typed(suffixes):
    words, typed = ["n't", "été", '"'], ["n’t", "e\u0301te\u0301", "“"]
    train = Tagged("n", [[*words, *typed, "là"]], [["X"] * 7], ["train"])
    for model in (
        Tagger([*words, "là"], ["X"], UNITS, SIZE, suffixes=suffixes),
        Tagger([*typed, "là"], ["X"], UNITS, SIZE, suffixes=suffixes),
        Tagger.from_data(train, units=UNITS, embedding=SIZE, suffixes=suffixes),
    ):
        assert len(model.options["words"]) == 4
        ids = model.encode([words, typed])
        assert ids[0].tolist() == ids[1].tolist()
        assert sorted((ids[0, :, 0] if suffixes else ids[0]).tolist()) == [2, 3, 4]
    both = Tagger(["n’t", "n't"], ["X"], UNITS, SIZE)  # one of them in vain, but not wrong
    assert both.encode([["n’t", "n't", "x"]]).tolist() == [[2, 2, 1]]
    assert np.isfinite(called(both, [["n’t"]])).all()


def test_ids_by_hand():
    ids = shared().encode(SENTENCES)
    assert ids.dtype == np.int32
    assert ids.tolist() == [[2, 3, 6, 1, 0, 0], [4, 0, 0, 0, 0, 0], [5, 1, 7, 2, 1, 6]]
    ids = shared(suffixes=True).encode(SENTENCES)
    assert ids[..., 0].tolist() == shared().encode(SENTENCES).tolist()
    # last letters: the, ght, ose, 7th, is; "Rose", "rose" and "prose" share theirs, "Is" and "is"
    assert ids[..., 1].tolist() == [[2, 3, 6, 1, 0, 0], [4, 0, 0, 0, 0, 0], [5, 4, 4, 2, 6, 6]]
    assert shared(suffixes=True).encode([["fuse", "lose"]])[..., 1].tolist() == [[1, 4]]
    plain, capital, number = lexicon.PLAIN, lexicon.CAPITAL, lexicon.NUMBER
    assert ids[..., 2].tolist() == [
        [plain] * 4 + [0, 0], [capital] + [0] * 5, [number, plain, plain, plain, capital, plain]
    ]
    assert len({0, plain, capital, number}) == 4 and ids.dtype == np.int32


def test_tags_by_hand():
    found = shared().encode_tags([["DET", "NOUN"], ["VERB", "VERB", "DET"]])
    assert found.tolist() == [[1, 0, -1], [2, 2, 1]] and found.dtype == np.int32


def course(words, tags):
    return Tagged("small", words, tags, ["train"] * len(words))


def test_words_and_tags_from_data():
    train = course([["b", "a", "b"], ["c", "b", "a"]], [["X", "DET", "DET"], ["DET", "X", "VERB"]])
    options = Tagger.from_data(train, units=2, embedding=2).options
    assert options["words"] == ["b", "a", "c"] and options["tags"] == ["DET", "X", "VERB"]
    assert Tagger.from_data(train, at_least=2).options["words"] == ["b", "a"]
    assert Tagger.from_data(train, at_least=3, suffixes=True).options["suffixes"] is True
    with pytest.raises(ValueError, match="there are no words"):
        Tagger.from_data(train, at_least=4)


# ---------------------------------------------------------------- the equations


def by_hand(model, options, words):
    """One sentence, word by word → (words, tags)."""
    weights = {w.path.split("/", 1)[1]: np.array(w, "float64") for w in model.weights}
    vectors = []
    for word in words:
        known = WORDS.index(word) + 2 if word in WORDS else 1
        vector = weights["words/embeddings"][known]
        if options.get("suffixes"):
            endings = ["the", "ght", "ose", "7th", "is"]
            ending = endings.index(word.lower()[-3:]) + 2 if word.lower()[-3:] in endings else 1
            looks = 3 if "7" in word else 2 if word[0] != word[0].lower() else 1
            vector = vector + weights["suffixes/embeddings"][ending] + weights["looks/embeddings"][
                looks
            ]
        vectors.append(vector)
    states = {}
    for direction in ("forwards", "backwards"):
        if options["direction"] not in (direction, "both"):
            continue
        own = {path: w for path, w in weights.items() if path.startswith(direction)}
        parts = [next(w for path, w in own.items() if path.endswith(f"/{part}"))
                 for part in ("kernel", "recurrent_kernel", "bias")]  # fmt: skip
        state, found = [np.zeros(UNITS)] * (2 if options["cell"] == "lstm" else 1), {}
        places = range(len(words))
        for place in places if direction == "forwards" else reversed(places):
            state = STEPS[options["cell"]](vectors[place], state, *parts)
            found[place] = state[0]
        states[direction] = np.array([found[place] for place in places])
    left, right = (states.get(direction) for direction in ("forwards", "backwards"))
    merged = left if right is None else right
    if options["direction"] == "both":
        merged = {"concat": np.hstack([left, right]), "sum": left + right,
                  "average": (left + right) / 2, "product": left * right}[options["merge"]]
    return merged @ weights["output/kernel"] + weights["output/bias"]


@pytest.mark.parametrize("options", KINDS, ids=name)
def test_scores_equal_the_loop(options):
    model = shared(**options)
    found = called(model, SENTENCES)  # of different lengths: with padding
    assert found.shape == (3, 6, len(TAGS))
    for row, words in zip(found, SENTENCES, strict=True):
        np.testing.assert_allclose(row[: len(words)], by_hand(model, options, words), atol=2e-5)
    assert found.std() > 0.2  # the weights matter
    tags = [[TAGS[np.argmax(scores)] for scores in by_hand(model, options, words)]
            for words in SENTENCES]  # fmt: skip
    assert decoding.tag(model, SENTENCES) == tags


MERGE_MODES = {"concat": "concat", "sum": "sum", "average": "ave", "product": "mul"}


@pytest.mark.parametrize("merge", MERGE_MODES)
def test_states_equal_those_of_keras(merge):
    model = shared(cell="gru", direction="both", merge=merge)
    layer = keras.layers.Bidirectional(
        keras.layers.GRU(UNITS, return_sequences=True), merge_mode=MERGE_MODES[merge]
    )
    ids = model.encode(SENTENCES)
    vectors, mask = model.embeddings[0](ids), ids != 0
    layer(vectors, mask=mask)
    layer.set_weights([w for reader in model.readers for w in reader.get_weights()])
    wanted, found = np.array(layer(vectors, mask=mask)), np.array(model.states(ids))
    assert found.shape == (3, 6, 2 * UNITS if merge == "concat" else UNITS)
    np.testing.assert_allclose(found[mask], wanted[mask], atol=1e-6)


@pytest.mark.parametrize("direction", tagger.DIRECTIONS)
def test_who_sees_what(direction):
    model = shared(direction=direction)
    before = ["the", "light", "is", "rose", "the"]
    after = ["the", "light", "Rose", "rose", "the"]
    change = np.abs(called(model, [before]) - called(model, [after]))[0].max(axis=-1) > 1e-4
    wanted = {"forwards": [0, 0, 1, 1, 1], "backwards": [1, 1, 1, 0, 0], "both": [1] * 5}
    assert change.tolist() == [bool(one) for one in wanted[direction]]


@pytest.mark.parametrize("options", KINDS, ids=name)
def test_padding_changes_nothing(options):
    model = shared(**options)
    ids = model.encode(SENTENCES)
    wider = np.pad(ids, [(0, 0), (0, 5)] + [(0, 0)] * (ids.ndim - 2))
    plain, padded = np.array(model(ids)), np.array(model(wider))
    alone = [called(model, [words])[0] for words in SENTENCES]
    for n, words in enumerate(SENTENCES):
        for other in (plain[n], padded[n]):
            np.testing.assert_allclose(other[: len(words)], alone[n], atol=1e-6)


def test_weights_counted_on_paper():
    gru = lambda units: 3 * (6 * units + units * units + 2 * units)  # noqa: E731
    table = (2 + len(WORDS)) * 6
    count = lambda **options: Tagger(WORDS, TAGS, 5, 6, **options).count_params()  # noqa: E731
    assert count(direction="forwards") == table + gru(5) + 5 * 3 + 3
    assert count(direction="backwards", merge="sum") == table + gru(5) + 5 * 3 + 3
    assert count(direction="both") == table + 2 * gru(5) + 10 * 3 + 3
    assert count(direction="both", merge="product") == table + 2 * gru(5) + 5 * 3 + 3
    # two more tables: of 5 endings, padding and unknown; of three looks and padding
    assert count(suffixes=True) == table + (2 + 5) * 6 + 4 * 6 + 2 * gru(5) + 10 * 3 + 3


def test_word_vectors_begin_small():
    model = Tagger([f"{n}" for n in range(500)], TAGS, 4, 50, suffixes=True)
    for embedding in model.embeddings[:2]:
        assert np.array(embedding.embeddings).std() == pytest.approx(0.1, abs=0.003)


def test_dropout_is_for_training_alone():
    model = Tagger(WORDS, TAGS, dropout=0.5)
    ids = model.encode(SENTENCES)
    calm = [np.array(model(ids)) for _ in range(2)]
    wild = [np.array(model(ids, training=True)) for _ in range(2)]
    np.testing.assert_array_equal(*calm)
    assert np.abs(wild[0] - wild[1]).max() > 1e-3
    assert decoding.tag(model, SENTENCES) == decoding.tag(model, SENTENCES)
    states = [np.array(model.states(ids, training=True))[ids != 0] for _ in range(2)]
    dropped = [np.mean(state == 0) for state in states]
    assert all(0.35 < share < 0.65 for share in dropped)  # of the states …
    both = (states[0] != 0) & (states[1] != 0)
    assert np.abs(states[0] - states[1])[both].max() > 1e-3  # … and of the words


@given(st.lists(st.lists(st.sampled_from([*WORDS, "new"]), min_size=1, max_size=7), min_size=1,
                max_size=6), st.integers(1, 4))  # fmt: skip
def test_tags_do_not_depend_on_the_company(sentences, batch_size):
    model = shared(direction="both")
    found = decoding.tag(model, sentences, batch_size=batch_size)
    assert [len(tags) for tags in found] == [len(words) for words in sentences]
    assert found == [decoding.tag(model, [words])[0] for words in sentences]


# ---------------------------------------------------------------- training


def nats(model, tagged):
    """-log p of each word's tag, by a loop, sentence by sentence."""
    found = []
    for words, tags in zip(tagged.words, tagged.tags, strict=True):
        scores = called(model, [words])[0].astype("float64")
        found += [np.log(np.exp(s).sum()) - s[TAGS.index(tag)] for s, tag in
                  zip(scores, tags, strict=True)]  # fmt: skip
    return np.array(found)


TRAIN = course([["the", "light"], ["light", "the", "rose", "is"], ["Rose"], ["is", "it", "the"],
                ["the"], ["rose"], ["7th"]],
               [["DET", "NOUN"], ["VERB", "DET", "NOUN", "VERB"], ["NOUN"],
                ["VERB", "NOUN", "DET"], ["DET"], ["NOUN"], ["DET"]])  # fmt: skip
UNSEEN = course([["light", "it"], ["is", "the", "new", "light"]],
                [["VERB", "NOUN"], ["VERB", "DET", "DET", "NOUN"]])  # fmt: skip


@pytest.mark.parametrize("suffixes", [False, True])
def test_what_fit_reports(suffixes, capsys):
    model = Tagger(WORDS, TAGS, UNITS, SIZE, suffixes=suffixes)
    history = training.fit(model, TRAIN, UNSEEN, epochs=2, batch_size=3, learning_rate=1e-9)
    wanted = nats(model, TRAIN).mean(), nats(model, UNSEEN).mean()
    # batches of 3, 3 and 1 sentences with padding: each word counts once, and padding not at all
    assert history.loss == pytest.approx([wanted[0]] * 2, rel=1e-4)
    assert history.validation_loss == pytest.approx([wanted[1]] * 2, rel=1e-4)
    assert len(history.seconds) == len(history.sentences_per_second) == history.epochs == 2
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == "training, 2 epochs of 3 batches"
    start = f"epoch 1/2   loss {history.loss[0]:.3f}   validation {history.validation_loss[0]:.3f}"
    assert lines[0].startswith(start) and len(lines) == 2 and lines[1].endswith("0:00 left")


def test_without_validation_and_in_silence(capsys):
    model = Tagger(WORDS, TAGS, UNITS, SIZE)
    history = training.fit(model, TRAIN, epochs=1, verbose=False)
    assert history.validation_loss == [] and capsys.readouterr().out == ""


def test_steps_of_the_optimizer():
    model = Tagger(WORDS, TAGS, UNITS, SIZE)
    training.fit(model, TRAIN, UNSEEN, epochs=3, batch_size=2, learning_rate=0.01, verbose=False)
    # 4 batches an epoch, and none of the validation sentences
    assert int(model.optimizer.iterations) == 12 and model.optimizer.global_clipnorm == 1
    rate = training.learning_rate_at(11 / 12, 0.01)  # that of the last step
    assert float(model.optimizer.learning_rate) == pytest.approx(rate)


def test_the_same_seed_the_same_training():
    found = []
    for seed in (1, 1, 2):
        keras.utils.set_random_seed(0)
        model = Tagger(WORDS, TAGS, UNITS, SIZE)
        how = {"epochs": 2, "batch_size": 2, "word_dropout": 1.0, "verbose": False}
        training.fit(model, TRAIN, seed=seed, **how)
        found.append(called(model, SENTENCES))
    np.testing.assert_array_equal(found[0], found[1])
    assert np.abs(found[0] - found[2]).max() > 1e-4


SECRET = np.random.default_rng(0).integers(0, 3, (60, 7))


@pytest.mark.parametrize("shift", [-1, 1])
def test_it_learns_what_stands_beside_the_word(shift):
    """The tag of a word tells what its neighbour is: only who has read the neighbour can know."""
    words = [[WORDS[n] for n in row] for row in SECRET]
    tags = [[TAGS[n] for n in np.roll(row, -shift)] for row in SECRET]
    train, right = course(words, tags), {}
    for direction in tagger.DIRECTIONS:
        keras.utils.set_random_seed(0)
        model = Tagger(WORDS, TAGS, 16, 8, direction=direction)
        training.fit(model, train, epochs=25, batch_size=10, learning_rate=0.03, verbose=False)
        inner = [(found[1:-1], row[1:-1])
                 for found, row in zip(decoding.tag(model, words), tags, strict=True)]  # fmt: skip
        right[direction] = np.mean([a == b for pair in inner for a, b in zip(*pair, strict=True)])
    blind, seeing = ("forwards", "backwards") if shift == 1 else ("backwards", "forwards")
    assert right[blind] < 0.85 and min(right[seeing], right["both"]) > 0.97


@pytest.mark.parametrize("suffixes", [False, True])
def test_rare_words_are_dropped_more_often(suffixes):
    ids = np.tile([[2, 3, 3, 3, 1, 0]], (2, 1)).astype("int32")  # 2 twice, 3 six times
    if suffixes:
        ids = np.stack([ids, ids, ids], axis=-1)
    before, random = ids.copy(), np.random.default_rng(0)
    noise = training.WordDropout(2.0, ids)
    read = np.array([noise((ids,), random)[0] for _ in range(2000)])
    np.testing.assert_array_equal(ids, before)
    words = read[..., 0] if suffixes else read
    share = (words == 1).mean(axis=(0, 1))
    np.testing.assert_allclose(share, [0.5, 0.25, 0.25, 0.25, 1, 0], atol=0.03)
    assert set(np.unique(words[:, :, 0])) == {1, 2}
    if suffixes:  # what a word looks like stays
        assert (read[..., 1:] == before[..., 1:]).all()
    [same] = training.WordDropout(0.0, ids)((ids,), random)
    np.testing.assert_array_equal(same, ids)


def test_each_epoch_drops_other_words(monkeypatch):
    seen, plain = [], training.WordDropout.__call__

    def noted(*given):
        seen.append(plain(*given))
        return seen[-1]

    monkeypatch.setattr(training.WordDropout, "__call__", noted)
    training.fit(Tagger(WORDS, TAGS, 2, 2), TRAIN, epochs=3, word_dropout=1.0, verbose=False)
    assert len({read.tobytes() for [read] in seen}) >= 3


def test_keras_fit_as_the_docstring_has_it():
    model = Tagger.from_data(TRAIN, units=8, embedding=4)
    model.compile("adam", training.MaskedCrossEntropy(ignore_class=model.ignore_class))
    given = model.encode(TRAIN.words), model.encode_tags(TRAIN.tags)
    losses = model.fit(*given, epochs=3, verbose=0).history["loss"]
    assert losses[-1] < losses[0]


# ---------------------------------------------------------------- saving


def test_saved_and_read_in_a_fresh_process(tmp_path):
    trained = Tagger(WORDS, TAGS, UNITS, SIZE, suffixes=True)
    training.fit(trained, TRAIN, epochs=1, verbose=False)  # with its optimizer and loss
    models = [shared(**KINDS[2]), shared(**KINDS[3]), trained]
    for number, model in enumerate(models):
        model.save(tmp_path / f"{number}.keras")
    program = (
        "import keras, numpy as np\n"
        "from utils import decoding\n"
        "for n in range(3):\n"
        "    model = keras.saving.load_model(f'{n}.keras', compile=False)\n"
        f"    ids = model.encode({SENTENCES!r})\n"
        f"    print(decoding.tag(model, {SENTENCES!r}))\n"
        "    np.save(f'{n}.npy', np.array(model(ids)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [str(decoding.tag(model, SENTENCES)) for model in models]
    for number, model in enumerate(models):
        found = np.load(tmp_path / f"{number}.npy")
        np.testing.assert_allclose(found, called(model, SENTENCES), atol=1e-6)


@pytest.mark.parametrize("options", KINDS, ids=name)
def test_options_survive(options):
    model = shared(**options)
    twin = Tagger.from_config(model.get_config())
    assert twin.get_config() == model.get_config() and twin.name == model.name
    assert twin.options["words"] == WORDS and twin.options["units"] == UNITS
    assert [w.shape for w in twin.weights] == [w.shape for w in model.weights]


# ---------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": "transformer"}, "cell is 'transformer', expected one of 'simple_rnn', 'gru'"),
        ({"direction": "left"}, "direction is 'left', expected one of 'forwards', 'backwards', 'b"),
        ({"merge": "ave"}, "merge is 'ave', expected one of 'concat', 'sum', 'average', 'product'"),
        ({"units": 0}, "units is 0, expected a whole number of at least 1"),
        ({"embedding": 1.5}, "embedding is 1.5, expected a whole number"),
        ({"words": []}, "there are no words: Tagger.from_data"),
        ({"tags": ()}, "there are no tags"),
        ({"words": ["a", "b", "a"]}, "words must be different, but 'a' occurs twice"),
    ],
    ids=str,
)
def test_options_are_checked(options, message):
    with pytest.raises(ValueError, match=message):
        Tagger(**{"words": WORDS, "tags": TAGS, **options})


@pytest.mark.parametrize("wrong", [{"words": "the light"}, {"words": [["the"]]}, {"tags": "NOUN"},
                                   {"tags": [1, 2]}], ids=str)  # fmt: skip
def test_words_and_tags_are_lists_of_texts(wrong):
    with pytest.raises(TypeError, match="must be a list of texts"):
        Tagger(**{"words": WORDS, "tags": TAGS, **wrong})


@pytest.mark.parametrize(
    ("sentences", "error", "message"),
    [
        ("the light", TypeError, "got the single text 'the light': split it into words"),
        (["the light"], TypeError, "sentence 0 is the text 'the light', expected a list of words"),
        ([["the"], "light"], TypeError, "sentence 1 is the text 'light'"),
        ([], ValueError, "there are no sentences"),
        ([["the"], []], ValueError, "sentence 1 is empty, expected at least one word"),
        ([["the", 7]], TypeError, r"sentence 0 has a word that is no text: \['the', 7\]"),
    ],
    ids=str,
)
def test_sentences_are_checked(sentences, error, message):
    model = shared()
    for method in (model.encode, model.encode_tags, functools.partial(decoding.tag, model)):
        with pytest.raises(error, match=message):
            method(sentences)


def test_what_fit_refuses():
    model = Tagger(WORDS, TAGS, UNITS, SIZE)
    other = course([["the"]], [["SYM"]])
    with pytest.raises(ValueError, match="does not know the tags SYM, only NOUN, DET, VERB"):
        training.fit(model, other)
    with pytest.raises(ValueError, match="does not know the tags SYM"):
        training.fit(model, TRAIN, other)
    with pytest.raises(ValueError, match="there are no sentences"):
        training.fit(model, TRAIN[[]])
    with pytest.raises(ValueError, match="there are no sentences"):
        training.fit(model, TRAIN, UNSEEN[[]])
    for options in ({"epochs": 0}, {"batch_size": 0}):
        with pytest.raises(ValueError, match="is 0, expected a whole number of at least 1"):
            training.fit(model, TRAIN, **options)
    for options, message in (
        ({"epochs": 1.5}, "epochs is 1.5, expected a whole number"),
        ({"learning_rate": 0}, "learning_rate is 0, expected a finite number above 0"),
        ({"learning_rate": float("nan")}, "learning_rate is nan, expected a finite number"),
        ({"word_dropout": -0.5}, "word_dropout is -0.5, expected a finite number of at least 0"),
        ({"seed": -1}, "seed is -1, expected a whole number of at least 0"),
    ):
        with pytest.raises(ValueError, match=message):
            training.fit(model, TRAIN, **options)
    with pytest.raises(TypeError, match="train is a list, expected sentences with .words"):
        training.fit(model, list(zip(TRAIN.words, TRAIN.tags, strict=True)))
    with pytest.raises(TypeError, match="validation is a tuple, expected sentences with"):
        training.fit(model, TRAIN, (TRAIN.words, TRAIN.tags))
    with pytest.raises(ValueError, match="at_least is 0, expected a whole number of at least 1"):
        Tagger.from_data(TRAIN, at_least=0)
    model.set_weights([np.full(w.shape, np.nan) for w in model.get_weights()])
    with pytest.raises(FloatingPointError, match="nan in epoch 1, step 1: try a smaller"):
        training.fit(model, TRAIN, epochs=1)


def test_a_lexicon_by_hand():
    found = lexicon.Lexicon(["Running", "it's"], suffixes=True)
    assert found.sizes == {"words": 4, "suffixes": 4, "looks": 4}
    ids = found.encode([["it’s", "sing"], ["7th"]])
    assert ids.tolist() == [[[3, 3, 1], [1, 2, 1]], [[1, 1, 3], [0, 0, 0]]]
    assert lexicon.Lexicon(["a"]).encode([["b", "a"]]).tolist() == [[1, 2]]
