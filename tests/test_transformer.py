"""The Transformer: its attention is Keras's, its steps are its sequences, padding is nothing."""

import keras
import numpy as np
import pytest
import tiny
from keras import ops

from utils import decoding, training
from utils.models import TokenModel, Transformer
from utils.models.transformer import Heads, SelfAttentionDecoder, causal, sinusoids

HALVES = (
    {}, {"norm": "after", "positions": "learned"}, {"positions": None, "tied": False},
    {"decoder": "recurrent"}, {"decoder": "recurrent", "cell": "lstm", "order": "luong"},
    {"decoder": "recurrent", "adds_words": False}, {"encoder": "recurrent"},
)  # fmt: skip
each_half = pytest.mark.parametrize("options", HALVES, ids=lambda options: "-".join(
    f"{value}" for value in options.values()) or "plain")
SENTENCES = ["a b c d", "e f", "c"]


def transformer(seed=0, **options):
    """A small one in which every weight, biases too, is a random number."""
    keras.utils.set_random_seed(seed)
    small = {"units": 8, "heads": 2, "inner": 12, **options}
    model = Transformer(*tiny.tokenizers(), **small)
    random = np.random.default_rng(seed)
    model.set_weights([0.5 * random.normal(size=w.shape) for w in model.get_weights()])
    return model


def ids(model, sentences=SENTENCES):
    """Source ids, and the words of a translation from [START] on."""
    targets = [s.translate(str.maketrans("abcdef", "uvwxyz")) for s in sentences]
    source = model.encode_source(sentences)
    return source, model.target_tokenizer.encode(targets, start=True, end=True)[:, :-1]


# ---------------------------------------------------------------------------------- the layers


def keras_heads(layer, size):
    """Keras's layer with the weights of ours."""
    theirs = keras.layers.MultiHeadAttention(layer.heads, layer.units // layer.heads)
    theirs.build((None, None, size), (None, None, size))
    shapes = [w.shape for w in theirs.weights]
    theirs.set_weights([
        np.reshape(w, shape)
        for w, shape in zip(layer.get_weights(), shapes, strict=True)
    ])
    return theirs


@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.parametrize("masks", ["none", "padding", "causal", "both"])
def test_the_heads_are_those_of_keras(heads, masks):
    random = np.random.default_rng(heads)
    layer = Heads(8, heads)
    x = random.normal(size=(3, 5, 8)).astype("float32")
    padding = np.arange(5) < np.array([5, 3, 1])[:, None]
    allowed = np.ones((3, 5, 5), bool)
    if masks in ("padding", "both"):
        allowed &= padding[:, None]
    if masks in ("causal", "both"):
        allowed &= np.tril(np.ones((5, 5), bool))
    layer.build((None, None, 8))
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    found, weights = layer(x, x, allowed[:, None])
    wanted, scores = keras_heads(layer, 8)(
        x, x, attention_mask=allowed, return_attention_scores=True
    )
    np.testing.assert_allclose(found, wanted, atol=1e-5)
    np.testing.assert_allclose(weights, scores, atol=1e-5)


def test_one_head_is_a_loop():
    random = np.random.default_rng(0)
    layer = Heads(4, 1)
    layer.build((None, None, 4))
    layer.set_weights([random.normal(size=w.shape) for w in layer.get_weights()])
    W_q, b_q, W_k, b_k, W_v, b_v, W_o, b_o = layer.get_weights()
    x = random.normal(size=(1, 3, 4)).astype("float32")
    found, _ = layer(x, x)
    for t in range(3):
        scores = np.array([(x[0, t] @ W_q + b_q) @ (x[0, s] @ W_k + b_k) / 2 for s in range(3)])
        weights = np.exp(scores) / np.exp(scores).sum()
        context = sum(weight * (x[0, s] @ W_v + b_v) for s, weight in enumerate(weights))
        np.testing.assert_allclose(found[0, t], context @ W_o + b_o, atol=1e-4)


def test_sinusoids_are_the_formula_and_causal_looks_back():
    found = ops.convert_to_numpy(sinusoids(np.arange(50), 6))
    for p in (0, 1, 7, 49):
        for i in range(3):
            angle = p / 10000 ** (2 * i / 6)
            assert found[p, 2 * i] == pytest.approx(np.sin(angle), abs=1e-5)
            assert found[p, 2 * i + 1] == pytest.approx(np.cos(angle), abs=1e-5)
    np.testing.assert_array_equal(causal(4), np.tril(np.ones((4, 4), bool)))


# ----------------------------------------------------------------------------------- the model


@each_half
def test_cached_steps_are_the_whole_sequence(options):
    model = transformer(**options)
    source, target = ids(model)
    whole = ops.convert_to_numpy(model((source, target)))
    memory, states = model.encode(source)
    if isinstance(model.decoder, SelfAttentionDecoder):
        states = model.decoder.with_room(states, target.shape[1])
    for t in range(target.shape[1]):
        logits, states, weights = model.decoder.step(target[:, t], states, memory)
        real = target[:, t] != 0
        np.testing.assert_allclose(ops.convert_to_numpy(logits)[real], whole[real, t], atol=1e-4)
        np.testing.assert_allclose(ops.sum(weights, axis=-1), 1, atol=1e-5)


@each_half
def test_padding_changes_nothing(options):
    model = transformer(**options)
    source, target = ids(model)
    whole = ops.convert_to_numpy(model((source, target)))
    for row, sentence in enumerate(SENTENCES):
        alone = ops.convert_to_numpy(model(ids(model, [sentence])))[0]
        np.testing.assert_allclose(whole[row, : len(alone)], alone, atol=1e-4)
    more = model((np.pad(source, ((0, 0), (0, 7))), np.pad(target, ((0, 0), (0, 3)))))
    np.testing.assert_allclose(ops.convert_to_numpy(more)[:, :-3], whole, atol=1e-4)


def annotations(source=SENTENCES, longer=1.0, **options):
    """What a decoder looks at, and the words, whose vectors are so many times longer."""
    model = transformer(**options)
    table = model.encoder.words.embedding.embeddings
    table.assign(longer * table)
    ids = model.encode_source(source)
    found, words = model.encode(ids)[0].annotations, model.encoder.words.alone(ids)
    return ops.convert_to_numpy(found), ops.convert_to_numpy(words)


def test_a_recurrent_decoder_looks_at_annotations_that_hold_the_words():
    hybrid = {"decoder": "recurrent"}
    for norm in ("before", "after"):
        with_words, words = annotations(**hybrid, norm=norm)
        without, _ = annotations(**hybrid, norm=norm, adds_words=False)
        np.testing.assert_allclose(with_words - without, words, atol=1e-5)
    # The last normalisation hides how long word vectors have become; the words themselves do not.
    one, many = (annotations(**hybrid, adds_words=False, longer=n)[0] for n in (1e3, 1e5))
    np.testing.assert_allclose(many, one, atol=0.05)
    one, many = (np.abs(annotations(**hybrid, longer=n)[0]).mean() for n in (1e3, 1e5))
    assert many > 50 * one
    # A decoder of self-attention has always looked at what the blocks made.
    np.testing.assert_array_equal(annotations()[0], annotations(adds_words=False)[0])


def test_no_word_sees_a_later_one():
    model = transformer()
    source, target = ids(model, ["a b c d e"])
    whole = ops.convert_to_numpy(model((source, target)))
    for t in range(1, target.shape[1]):
        changed = target.copy()
        changed[:, t] = 4 + (changed[:, t] - 3) % 6
        after = ops.convert_to_numpy(model((source, changed)))
        np.testing.assert_allclose(after[:, :t], whole[:, :t], atol=1e-5)
        assert np.abs(after[:, t] - whole[:, t]).max() > 1e-3


@pytest.mark.parametrize("positions", [None, "sinusoidal", "learned"])
def test_without_positions_the_order_of_the_source_does_not_matter(positions):
    model, target = transformer(positions=positions), np.array([[2, 5]])
    one, two = (model((model.encode_source([s]), target)) for s in ("a b c d", "d b a c"))
    apart = np.abs(ops.convert_to_numpy(one) - ops.convert_to_numpy(two)).max()
    assert (apart < 1e-4) == (positions is None)


@each_half
def test_greedy_is_a_beam_of_one_and_what_it_says_can_be_forced(options):
    model = transformer(**options)
    greedy = decoding.translate(model, SENTENCES, max_length=11)
    forced = decoding.force_decode(model, SENTENCES, [t.text for t in greedy])
    for said, again, sentence in zip(greedy, forced, SENTENCES, strict=True):
        assert said.attention.shape[1] == len(sentence.split())
        if said.finished:
            assert again.log_probability == pytest.approx(said.log_probability, abs=1e-3)
    source = model.encode_source(SENTENCES)
    one = decoding.beam.beam_search(model, source, [11] * 3, 1, 0.0)
    for said, best in zip(greedy, one, strict=True):
        assert said.log_probability == pytest.approx(best.log_probability, abs=1e-3)
    assert len(decoding.translate(model, SENTENCES, beam_width=3, max_length=11)) == 3
    drawn = [decoding.predict(model, SENTENCES, temperature=1.0, seed=1, max_length=11)
             for _ in range(2)]
    assert [t.text for t in drawn[0]] == [t.text for t in drawn[1]]


@each_half
def test_it_learns_and_is_the_same_when_loaded(options, tmp_path):
    keras.utils.set_random_seed(0)
    model = Transformer(*tiny.tokenizers(), units=8, heads=2, layers=1, dropout=0.1, **options)
    history = training.fit(model, tiny.pairs(40), epochs=4, batch_size=10, learning_rate=0.02,
                           verbose=False)
    assert history.loss[-1] < history.loss[0]
    model.save(tmp_path / "model.keras")
    for kind in (Transformer, TokenModel):
        loaded = kind.load(tmp_path / "model.keras")
        assert loaded.options == model.options
        a, b = (decoding.translate(each, SENTENCES) for each in (model, loaded))
        assert [t.text for t in a] == [t.text for t in b]


def test_bad_options_are_refused():
    for options, message in (
        ({"units": 10, "heads": 4}, "shared out among 4 heads"),
        ({"units": 9, "heads": 3}, "9 units are not even"),
        ({"encoder": "recurrent", "decoder": "recurrent"}, "that is a Translator"),
        ({"positions": "none"}, "positions"), ({"norm": "pre"}, "norm"),
        ({"dropout": 1.0}, "dropout"), ({"encoder": "gru"}, "encoder"),
    ):
        with pytest.raises(ValueError, match=message):
            Transformer(*tiny.tokenizers(), **{"units": 8, "heads": 2, **options})
    model = transformer()
    memory, states = model.encode(model.encode_source(SENTENCES))
    with pytest.raises(ValueError, match="with_room"):
        model.decoder.step(np.array([2, 2, 2]), states, memory)
    with pytest.raises(ValueError, match="teacher_forcing is not an option of a Transformer"):
        training.fit(model, tiny.pairs(4), teacher_forcing=0.5, epochs=1)
