"""The captioner that looks: its parts against loops, its searches, and pointing by hand."""

import keras
import numpy as np
import pytest
from keras import ops

from utils import decoding, metrics, text, training
from utils.datasets import scenes
from utils.models import Captioner, TokenModel
from utils.models.captioner import GAZES
from utils.tokens import END, START

SCENES = scenes.make(24, objects=(1, 2, 3), size=24, seed=3)
TOKENIZER = text.train_tokenizer(SCENES.captions)


def captioner(seed=0, **options):
    """A small one whose weights are all random, those of the normalisation too."""
    keras.utils.set_random_seed(seed)
    model = Captioner(
        TOKENIZER, **{"size": 24, "filters": (3, 4), "units": 6, "embedding": 5, **options}
    )
    random = np.random.default_rng(seed)
    model.set_weights([
        np.abs(0.7 * random.normal(size=w.shape)).astype("float32") if "variance" in w.path
        else 0.7 * random.normal(size=w.shape).astype("float32")
        for w in model.weights
    ])
    return model


def inputs(count=4):
    rows = TOKENIZER.encode(SCENES.captions[:count], start=True, end=True)
    return SCENES.images[:count], rows[:, :-1]


# ------------------------------------------------------------------------------------ the model


def test_a_key_is_the_vector_of_its_place_row_behind_row():
    model = captioner()
    seen = ops.convert_to_numpy(model.eye(SCENES.images[:2]))
    keys = ops.convert_to_numpy(model.look(SCENES.images[:2]))
    places = ops.convert_to_numpy(model.places)
    assert model.grid == (12, 12) and keys.shape == (2, 144, 4)
    for row, column in ((0, 0), (0, 3), (5, 2), (11, 11)):
        number = 12 * row + column
        np.testing.assert_allclose(
            keys[:, number], seen[:, row, column] + places[number], atol=1e-6
        )
    assert model.as_map(np.arange(144))[5, 2] == 62


def test_a_convolution_makes_the_same_of_a_shape_wherever_it_stands_and_places_tell_it():
    model = captioner(places=False)
    images = np.zeros((2, 24, 24, 3), "float32")
    images[0, 8:12, 8:12] = images[1, 12:16, 8:12] = 1
    one, other = (np.asarray(model.as_map(np.moveaxis(keys, -1, 0)))
                  for keys in ops.convert_to_numpy(model.look(images)))  # fmt: skip
    np.testing.assert_allclose(one[:, 3:7, 3:7], other[:, 5:9, 3:7], atol=1e-5)
    assert model.places is None and captioner().places is not None


@pytest.mark.parametrize("options", [
    {}, {"gaze": "even"}, {"gaze": "none"}, {"order": "luong", "score": "general"},
    {"cell": "lstm"}, {"places": False},
])
def test_all_steps_at_once_are_one_step_after_another(options):
    model = captioner(**options)
    images, words = inputs()
    at_once = ops.convert_to_numpy(model((images, words)))
    memory, states = model.encode(images)
    for t in range(words.shape[1]):
        logits, states, weights = model.decoder.step(words[:, t], states, memory)
        np.testing.assert_allclose(ops.convert_to_numpy(logits), at_once[:, t], atol=1e-4)
        if weights is not None:
            np.testing.assert_allclose(np.sum(weights, axis=-1), 1, atol=1e-5)
    assert (weights is None) == (options.get("gaze") == "none")


def test_an_even_gaze_weighs_all_alike_and_sees_the_mean():
    model = captioner(gaze="even")
    images, words = inputs()
    memory, states = model.encode(images)
    _, _, weights = model.decoder.step(words[:, 0], states, memory)
    np.testing.assert_allclose(weights, 1 / model.regions, atol=1e-6)
    mean = ops.convert_to_numpy(model.look(images)).mean(axis=1)
    np.testing.assert_allclose(ops.convert_to_numpy(memory.annotations)[:, 7], mean, atol=1e-5)
    assert model.count_params() == captioner().count_params()


def test_the_first_state_is_made_of_the_mean_of_the_keys():
    model = captioner()
    _, [[state]] = model.encode(SCENES.images[:3])
    kernel, bias = (ops.convert_to_numpy(w) for w in model.bridges[0].weights)
    mean = ops.convert_to_numpy(model.look(SCENES.images[:3])).mean(axis=1)
    np.testing.assert_allclose(state, np.tanh(mean @ kernel + bias), atol=1e-5)


def test_it_trains_as_the_translator_does_and_is_saved_with_its_options(tmp_path):
    keras.utils.set_random_seed(0)
    model = Captioner(TOKENIZER, size=24, filters=(4, 4), units=8, embedding=6)
    history = training.fit(
        model, SCENES, SCENES, epochs=2, batch_size=12, teacher_forcing=0.9, verbose=False
    )
    assert history.loss[-1] < history.loss[0]
    model.save(tmp_path / "captioner.keras")
    loaded = TokenModel.load(tmp_path / "captioner.keras")
    images, words = inputs()
    np.testing.assert_allclose(model((images, words)), loaded((images, words)), atol=1e-5)
    assert loaded.options == model.options
    assert decoding.describe(loaded, images)[0].text == decoding.describe(model, images)[0].text


@pytest.mark.parametrize(("wrong", "message"), [
    ({"gaze": "hard"}, "gaze"), ({"size": 25}, "size is 25"), ({"filters": ()}, "filters"),
    ({"filters": (4, 0)}, "filters"), ({"units": 0}, "units"), ({"places": 2}, "places"),
    ({"dropout": 1}, "dropout"), ({"cell": "rnn"}, "cell"), ({"score": "cosine"}, "attention"),
])
def test_options_out_of_range_are_refused_by_name(wrong, message):
    with pytest.raises(ValueError, match=message):
        captioner(**wrong)


def test_what_is_no_scenes_is_refused():
    model = captioner()
    with pytest.raises(TypeError, match="expected scenes"):
        model.examples([SCENES.images])
    with pytest.raises(ValueError, match="size that the model"):
        model.examples(scenes.make(2, size=32))
    assert set(GAZES) == {"soft", "even", "none"}


# ------------------------------------------------------------------------------------- describing


def greedy_by_hand(model, image, limit):
    """One picture, one word at a time, through the whole model."""
    said = [START]
    for _ in range(limit):
        logits = ops.convert_to_numpy(model((image[None], np.array([said]))))[0, -1].copy()
        logits[[0, START]] = -np.inf
        said.append(int(logits.argmax()))
        if said[-1] == END:
            break
    return said[1:]


def test_describing_is_greedy_decoding_and_a_beam_of_one_width_less_so():
    model = captioner(seed=2)
    found = decoding.describe(model, SCENES.images[:5], max_length=7)
    for image, caption in zip(SCENES.images, found, strict=False):
        said = greedy_by_hand(model, image, 7)
        assert TOKENIZER.tokens(said) == caption.tokens
        assert caption.finished == (said[-1] == END)
        assert caption.attention.shape == (len(said), 12, 12)
        np.testing.assert_allclose(caption.attention.sum(axis=(1, 2)), 1, atol=1e-5)
    wide = decoding.describe(model, SCENES.images[:5], max_length=7, beam_width=4, length_penalty=0)
    assert len(wide) == 5 and all(one.attention is not None for one in wide)
    assert decoding.predict(model, SCENES.images[:5], max_length=7)[3].text == found[3].text


def test_given_captions_are_said_with_their_probability():
    model = captioner(seed=2)
    found = decoding.describe(
        model, SCENES.images[:5], captions=SCENES.captions[:5], batch_size=2
    )
    rows = TOKENIZER.encode_rows(SCENES.captions[:5], start=True, end=True)
    for image, row, wanted, caption in zip(
        SCENES.images, rows, SCENES.captions, found, strict=False
    ):
        assert caption.text.split() == wanted.split() and caption.finished
        logits = ops.convert_to_numpy(model((image[None], row[None, :-1])))[0]
        logits[:, [0, START]] = -np.inf
        logs = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        # Nobody says [PAD] or [START]: `describe` takes them out after the softmax.
        total = logs[np.arange(len(row) - 1), row[1:]].sum()
        assert caption.log_probability <= total + 1e-4
        assert len(caption.attention) == len(row) - 1


def test_without_looking_there_are_no_maps():
    assert decoding.describe(captioner(gaze="none"), SCENES.images[:1])[0].attention is None


@pytest.mark.parametrize(("options", "message"), [
    ({"captions": ["a star"]}, "2 pictures but 1 captions"),
    ({"captions": ["a star"] * 2, "beam_width": 2}, "nothing is searched"),
    ({"beam_width": 0}, "beam_width"), ({"max_length": 0}, "max_length"),
    ({"batch_size": 0}, "batch_size"), ({"length_penalty": "much"}, "length_penalty"),
])
def test_describing_refuses_what_makes_no_sense(options, message):
    with pytest.raises(ValueError, match=message):
        decoding.describe(captioner(), SCENES.images[:2], **options)


# --------------------------------------------------------------------------------------- pointing

LEFT = scenes.Object("star", "red", "large", 3.5, 3.5, 3.0)
RIGHT = scenes.Object("ring", "blue", "small", 11.5, 11.5, 2.0)


def test_the_words_of_a_caption_know_their_object():
    words = metrics.object_words("a large red star above a small blue ring")
    assert [tuple(word) for word in words] == [
        (1, 0, "size"), (2, 0, "colour"), (3, 0, "shape"),
        (6, 1, "size"), (7, 1, "colour"), (8, 1, "shape"),
    ]  # fmt: skip
    assert metrics.object_words("a and , of") == []


def test_regions_belong_to_the_object_with_most_pixels_in_them():
    owner = metrics.owners([LEFT, RIGHT], 16, (4, 4))
    assert owner.tolist() == [[0, 0, -1, -1], [0, 0, -1, -1], [-1, -1, 1, 1], [-1, -1, 1, 1]]
    for things in scenes.make(20, objects=(1, 2, 4), seed=5).objects:
        counted = np.full((8, 8), -1)
        for row in range(8):
            for column in range(8):
                of_region = np.s_[4 * row : 4 * row + 4, 4 * column : 4 * column + 4]
                pixels = [scenes.region(thing, 32)[of_region].sum() for thing in things]
                if max(pixels):
                    counted[row, column] = int(np.argmax(pixels))
        assert (metrics.owners(things, 32, (8, 8)) == counted).all()


def test_pointing_by_hand():
    caption = "a large red star above a small blue ring"
    maps = np.full((10, 4, 4), 0.0)
    maps[[1, 2], 0, 0] = 1  # large and red: on the star
    maps[3, 2, 2] = 1  # star: on the ring, a miss
    maps[6] = 1 / 16  # small: even; its first region is the star's, a miss
    maps[[7, 8], 3, 2] = 1  # blue ring: hits
    scores = metrics.pointing_scores([maps], [caption], [[LEFT, RIGHT]], 16)
    assert scores == pytest.approx({
        "size": 1 / 2, "colour": 1, "shape": 1 / 2, "all": 4 / 6,
        "weight": (1 + 1 + 0 + 4 / 16 + 1 + 1) / 6, "even": 4 / 16,
    })  # fmt: skip
    too_many = metrics.pointing_scores([maps], [caption], [[LEFT]], 16)
    assert too_many["all"] == pytest.approx(2 / 6)


@pytest.mark.parametrize(("change", "message"), [
    ({"attention": []}, "there are 0 lists"), ({"captions": ["a", "b"]}, "2 captions"),
    ({"attention": [np.zeros((1, 4, 4))]}, "a map for each of the 4 words"),
    ({"attention": [np.zeros((4, 16))]}, "expected \\(time, rows, columns"),
    ({"captions": ["of"]}, "no caption names"), ({"size": 15}, "does not divide"),
    ({"objects": [[]]}, "no objects"),
])
def test_pointing_refuses_what_does_not_fit(change, message):
    good = {
        "attention": [np.full((5, 4, 4), 1 / 16)], "captions": ["a large red star"],
        "objects": [[LEFT]], "size": 16,
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        metrics.pointing_scores(**{**good, **change})
