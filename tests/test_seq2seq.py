"""The translator against Keras's own layers, against the equations in NumPy, and against itself."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import keras
import numpy as np
import pytest
import tiny

from utils import decoding, training
from utils.models import Translator, seq2seq
from utils.text import PAD, START

ROOT = Path(seq2seq.__file__).parent.parent
SOME = [  # every cell, order and depth, with and without attention
    {"cell": cell, "order": order, "layers": layers, "attention": attention}
    for cell in ("gru", "lstm")
    for order, attention, layers in (
        ("bahdanau", "additive", 1), ("bahdanau", "general", 2), ("luong", "dot", 1),
        ("luong", "local", 2), ("luong", None, 1), ("bahdanau", None, 2),
    )
]
KEY = [SOME[0], SOME[3], SOME[4], SOME[7], SOME[9]]  # where one of each kind is enough
OTHERS = [
    {"bidirectional": False}, {"tied": False}, {"embedding": 6}, {"attention": "concat"},
    {"attention": "scaled_dot"}, {"bidirectional": False, "cell": "lstm", "layers": 2},
    {"attention": "local", "window": 2},
]


def name(options):
    return "-".join(f"{value}" for value in options.values()) or "default"


def assert_close(found, wanted, tolerance=1e-5):
    np.testing.assert_allclose(np.array(found), np.array(wanted), rtol=1e-4, atol=tolerance)


def inputs(source_lengths=(4, 2, 3), target_lengths=(3, 5, 2)):
    source = tiny.ids(source_lengths, seed=1)
    return source, tiny.ids(target_lengths, seed=2, start=True)


def logits(model, source, target, *given):
    return np.array(model((source, target, *given)))


def real(target):
    return target != PAD


# ---------------------------------------------------------------- the equations, in NumPy


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class ByHand:
    """A translator of one sentence as the papers write it, slowly, from a model's weights."""

    def __init__(self, model):
        self.model, self.options = model, model.options
        paths = [weight.path.split("/", 1)[1] for weight in model.weights]
        self.w = dict(zip(paths, model.get_weights(), strict=True))

    def cell(self, path, word, states):
        kernel, recurrent, bias = (
            self.w[f"{path}/{self.options['cell']}_cell/{part}"]
            for part in ("kernel", "recurrent_kernel", "bias")
        )
        if self.options["cell"] == "lstm":
            hidden, memory = states
            i, f, c, o = np.split(word @ kernel + hidden @ recurrent + bias, 4)
            memory = sigmoid(f) * memory + sigmoid(i) * np.tanh(c)
            return [sigmoid(o) * np.tanh(memory), memory]
        [hidden] = states
        z, r, h = np.split(word @ kernel + bias[0], 3)
        rz, rr, rh = np.split(hidden @ recurrent + bias[1], 3)
        z, r = sigmoid(z + rz), sigmoid(r + rr)
        return [z * hidden + (1 - z) * np.tanh(h + r * rh)]

    def read(self, path, words):
        states = [np.zeros(self.options["units"])] * (2 if self.options["cell"] == "lstm" else 1)
        outputs = []
        for word in words:
            states = self.cell(path, word, states)
            outputs.append(states[0])
        return outputs, states

    def encode(self, source):
        """Annotations (time, units), and the decoder's first states, layer after layer."""
        matrix = self.w["encoder/embedding/embeddings"] * np.sqrt(self.options["embedding"])
        words = np.array([matrix[number] for number in source])
        sequence, first, number = list(words), [], 0
        for layer in range(self.options["layers"]):
            if self.options["bidirectional"]:
                path = f"encoder/both_{layer}/"
                forth, end = self.read(f"{path}forward_recurrent_{layer}", sequence)
                back, start = self.read(f"{path}backward_recurrent_{layer}", sequence[::-1])
                sequence = [a + b for a, b in zip(forth, back[::-1], strict=True)]
                finals = [np.concatenate(pair) for pair in zip(end, start, strict=True)]
            else:
                sequence, finals = self.read(f"encoder/recurrent_{layer}", sequence)
            states = []
            for final in finals:
                kernel, bias = (self.w[f"bridge_{number}/{p}"] for p in ("kernel", "bias"))
                states.append(np.tanh(final @ kernel + bias))
                number += 1
            first.append(states)
        return np.array(sequence) + self.beside(words), first

    def beside(self, words):
        """The word vectors, in the size of the annotations, that are added to these."""
        if not self.options["attention"]:
            return 0  # nobody looks
        if self.options["embedding"] == self.options["units"]:
            return words
        return words @ self.w["encoder/shortcut/kernel"] + self.w["encoder/shortcut/bias"]

    def look(self, query, annotations):
        context, _ = self.model.decoder.attention(  # itself tested in test_attention.py
            query[None].astype("float32"), annotations[None].astype("float32")
        )
        return np.array(context)[0]

    def logits(self, source, target):
        """One row of source ids and one of target ids → (target time, vocabulary)."""
        annotations, states = self.encode(source)
        options, matrix = self.options, self.w["decoder/embedding/embeddings"]
        bahdanau = options["attention"] and options["order"] == "bahdanau"
        found = []
        for number in target:
            word = matrix[number] * np.sqrt(options["embedding"])
            output, parts = word, []
            if bahdanau:
                query = np.concatenate([states[0][0], word])
                if options["attention"] not in ("additive", "concat"):
                    query = query @ self.w["decoder/query/kernel"] + self.w["decoder/query/bias"]
                context = self.look(query, annotations)
                output = np.concatenate([word, context])
            for layer in range(options["layers"]):
                states[layer] = self.cell(f"decoder/recurrent_{layer}", output, states[layer])
                output = states[layer][0]
            parts.append(output)
            if options["attention"]:
                parts.append(context if bahdanau else self.look(output, annotations))
            if bahdanau:
                parts.append(word)
            readout = np.concatenate(parts) @ self.w["decoder/readout/kernel"]
            readout = np.tanh(readout + self.w["decoder/readout/bias"])
            if options["tied"]:
                found.append(readout @ matrix.T + self.w["decoder/output_bias"])
            else:
                output_layer = self.w["decoder/output/kernel"], self.w["decoder/output/bias"]
                found.append(readout @ output_layer[0] + output_layer[1])
        return np.array(found)


@pytest.mark.parametrize("options", [*SOME, *OTHERS], ids=name)
def test_the_model_computes_its_equations(options):
    model = tiny.shared(**options)
    source, target = inputs()
    found = logits(model, source, target)
    by_hand = ByHand(model)
    for row in range(len(source)):
        words = target[row][real(target[row])]
        wanted = by_hand.logits(source[row][real(source[row])], words)
        assert_close(found[row, : len(words)], wanted, 1e-4)


# ---------------------------------------------------------------- the encoder and Keras


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("bidirectional", [True, False])
@pytest.mark.parametrize("layers", [1, 2])
def test_encoder_is_keras_layers_on_top_of_each_other(cell, bidirectional, layers):
    model = tiny.random_translator(cell=cell, bidirectional=bidirectional, layers=layers)
    source, _ = inputs()
    annotations, states = model.encoder(source)

    embeddings, *rest = model.encoder.get_weights()
    embeddings = embeddings * np.sqrt(model.options["embedding"])
    sequence, mask = keras.ops.convert_to_tensor(embeddings[source]), source != PAD
    for layer in range(layers):
        oracle = keras.layers.GRU if cell == "gru" else keras.layers.LSTM
        oracle = oracle(6, return_sequences=True, return_state=True)
        if bidirectional:
            oracle = keras.layers.Bidirectional(oracle, merge_mode="sum")
        oracle.build(sequence.shape)
        count = len(oracle.get_weights())
        oracle.set_weights(rest[:count])
        rest = rest[count:]
        sequence, *wanted = oracle(sequence, mask=mask)  # the whole sentence, masked
        for state, oracle_state in zip(states[layer], wanted, strict=True):
            assert_close(state, oracle_state)
    kernel, bias = rest  # the word vectors themselves are added, in the size of the states
    wanted = np.array(sequence) + embeddings[source] @ kernel + bias
    assert_close(np.array(annotations)[mask], wanted[mask])


# ---------------------------------------------------------------- all at once, or step by step


def step_by_step(model, source, target, given=None):
    """The same scores from `decoder.step`, one word at a time; greedily where not given."""
    memory, states = model.encode(source)
    words, found = target[:, 0], []
    for t in range(target.shape[1]):
        if t > 0:
            said = found[-1].argmax(-1)
            words = target[:, t] if given is None else np.where(given[:, t], target[:, t], said)
        scores, states, _ = model.decoder.step(words.astype("int32"), states, memory)
        found.append(np.array(scores))
    return np.stack(found, axis=1)


@pytest.mark.parametrize("options", SOME, ids=name)
def test_sequence_is_repeated_steps(options):
    model = tiny.shared(**options)
    source, target = inputs()
    assert_close(logits(model, source, target), step_by_step(model, source, target))


@pytest.mark.parametrize("options", KEY, ids=name)
def test_feeding_back(options):
    model = tiny.shared(**options)
    source, target = inputs((4, 2, 3), (5, 5, 5))
    always, never = np.ones(target.shape, bool), np.zeros(target.shape, bool)
    taught = logits(model, source, target)
    assert_close(logits(model, source, target, always), taught)
    alone = step_by_step(model, source, target, never)
    assert_close(logits(model, source, target, never), alone)
    assert np.abs(alone - taught)[:, 1:].max() > 0.1  # else this test says nothing
    sometimes = np.random.default_rng(0).random(target.shape) < 0.5
    assert_close(
        logits(model, source, target, sometimes), step_by_step(model, source, target, sometimes)
    )
    assert_close(alone[:, 0], taught[:, 0])  # [START] is read in any case


# ---------------------------------------------------------------- padding, batches, causality


@pytest.mark.parametrize("options", KEY, ids=name)
def test_padding_and_company_change_nothing(options):
    model = tiny.shared(**options)
    source, target = inputs()
    wanted = logits(model, source, target)
    more_source = np.pad(source, [(0, 0), (0, 3)])
    more_target = np.pad(target, [(0, 0), (0, 2)])
    assert_close(logits(model, more_source, target), wanted)
    assert_close(logits(model, source, more_target)[:, : target.shape[1]], wanted)
    alone = logits(model, source[1:2, :2], target[1:2])  # the shortest source, without company
    assert_close(alone[0], wanted[1])
    assert_close(logits(model, source[::-1].copy(), target[::-1].copy()), wanted[::-1])


@pytest.mark.parametrize("options", KEY, ids=name)
def test_the_decoder_does_not_look_ahead(options):
    # Larger numbers saturate some gates, and a change then hardly shows.
    model = tiny.shared(**options, embedding_multiplier=1.0)
    source, target = inputs((4, 2, 3), (5, 5, 5))
    before = logits(model, source, target)
    changed = target.copy()
    changed[:, 3] = 4 + (changed[:, 3] - 3) % 6
    after = logits(model, source, changed)
    assert_close(after[:, :3], before[:, :3], 1e-6)
    assert (np.abs(after[:, 3:] - before[:, 3:]).max((1, 2)) > 0.1).all()


@pytest.mark.parametrize("options", KEY, ids=name)
def test_every_source_word_and_its_place_matter(options):
    model = tiny.shared(**options)
    target = tiny.ids([3], seed=2, start=True)
    source = np.array([[4, 5, 6, 7]], "int32")
    before = logits(model, source, target)
    for t in range(4):
        other = source.copy()
        other[0, t] = 9
        assert np.abs(logits(model, other, target) - before).max() > 1e-3
    assert np.abs(logits(model, source[:, ::-1].copy(), target) - before).max() > 1e-2


def test_reverse_source_reads_from_the_end():
    forth, back = (tiny.random_translator(reverse_source=value) for value in (False, True))
    plain = forth.encode_source(["a b c", "d e"])
    turned = back.encode_source(["a b c", "d e"])
    assert turned.tolist() == [[*plain[0][::-1]], [plain[1, 1], plain[1, 0], PAD]]
    words = np.array([START], "int32")
    for model, sentence in ((forth, "c b a"), (back, "a b c")):
        memory, states = model.encode(model.encode_source([sentence]))
        scores, _, _ = model.decoder.step(words, states, memory)
        if model is forth:
            wanted = scores
    assert_close(scores, wanted)


# ---------------------------------------------------------------- weights


def count_by_hand(sources, targets, units, embedding, cell, bidirectional, layers, attention,
                  order, tied):
    """Number of weights, from the formulas."""
    def recurrent(size):
        gates, biases = (4, 1) if cell == "lstm" else (3, 2)
        return gates * units * (size + units + biases)

    directions, kinds = 1 + bidirectional, 1 + (cell == "lstm")
    encoder = sources * embedding + directions * (
        recurrent(embedding) + (layers - 1) * recurrent(units)
    )
    bridges = layers * kinds * (directions * units + 1) * units
    looks_first = attention is not None and order == "bahdanau"
    decoder = targets * embedding + recurrent(embedding + looks_first * units)
    decoder += (layers - 1) * recurrent(units)
    any_size = (2 * units + embedding * looks_first) * units + units
    scores = {None: 0, "dot": 0, "scaled_dot": 0, "general": units**2, "additive": any_size,
              "concat": any_size, "local": 2 * units**2 + units}[attention]
    seen = units * (attention is not None) + embedding * looks_first
    resized = looks_first and attention not in ("additive", "concat")
    query = (units + embedding + 1) * units * resized
    shortcut = (embedding + 1) * units * (attention is not None and embedding != units)
    readout = (units + seen + 1) * embedding
    output = targets + (0 if tied else targets * embedding)
    return encoder + shortcut + bridges + decoder + query + scores + readout + output


@pytest.mark.parametrize("options", [*SOME, *OTHERS], ids=name)
def test_number_of_weights_by_formula(options):
    model = tiny.translator(**options)
    chosen = {"units": 6, "embedding": 5, "cell": "gru", "bidirectional": True, "layers": 1,
              "attention": "additive", "order": "bahdanau", "tied": True, **options}
    chosen.pop("window", None)
    wanted = count_by_hand(model.source_tokenizer.size, model.target_tokenizer.size, **chosen)
    assert model.count_params() == wanted


def test_smallest_model_counted_on_paper():
    model = tiny.translator(units=2, embedding=3, bidirectional=False, attention=None)
    encoder = 10 * 3 + 3 * (3 * 2 + 2 * 2 + 2 * 2)  # ten words; three gates, two biases each
    bridge = 2 * 2 + 2
    decoder = 10 * 3 + 3 * (3 * 2 + 2 * 2 + 2 * 2) + (2 * 3 + 3) + 10
    assert model.count_params() == encoder + bridge + decoder == 169


def test_a_tied_matrix_is_read_and_said():
    model = tiny.random_translator(tied=True, attention=None)
    loose = tiny.random_translator(tied=False, attention=None)
    source = tiny.ids([3])
    target = np.array([[START, 4]], "int32")
    for translator, tied in ((model, True), (loose, False)):
        before = logits(translator, source, target)
        [matrix] = [w for w in translator.decoder.weights if "embeddings" in w.path]
        changed = keras.ops.convert_to_numpy(matrix).copy()
        changed[7] += 1.0  # a word that is not read here
        matrix.assign(changed)
        differs = np.abs(logits(translator, source, target) - before).max((0, 1)) > 1e-4
        assert differs.tolist() == [tied and word == 7 for word in range(10)]


@pytest.mark.parametrize(("scale", "multiplier"), [(1.0, 1), (0.05, 1), (1.0, None)])
def test_words_are_read_at_the_scale_asked_for(scale, multiplier):
    model = tiny.translator(
        units=4, embedding=400, embedding_scale=scale, embedding_multiplier=multiplier
    )
    words = np.arange(10, dtype="int32")
    assert np.std(np.array(model.decoder.embed(words))) == pytest.approx(scale, rel=0.06)
    assert np.std(np.array(model.encoder.embed(words))) == pytest.approx(scale, rel=0.06)
    stored = np.array(model.encoder.embedding(words))
    assert np.std(stored) == pytest.approx(scale / (multiplier or 20), rel=0.06)
    assert abs(np.mean(np.array(model.decoder.embed(words)))) < 0.1 * scale
    [matrix] = [w for w in model.decoder.weights if "embeddings" in w.path]
    spread = np.std(keras.ops.convert_to_numpy(matrix))
    assert spread == pytest.approx(scale / 20, rel=0.06)  # √400 = 20


def test_training_moves_multiplied_word_vectors_further():
    pairs, moved = tiny.pairs(8), {}
    words = np.arange(4, 10, dtype="int32")
    for multiplier in (1, 16):
        model = tiny.translator(embedding_multiplier=multiplier)
        before = np.array(model.encoder.embed(words))
        training.fit(model, pairs, epochs=1, batch_size=8, learning_rate=1e-3, verbose=False)
        moved[multiplier] = np.abs(np.array(model.encoder.embed(words)) - before)
    # Adam's first step has one size, whatever the gradient's.
    np.testing.assert_allclose(moved[16], 16 * moved[1], rtol=0.02)


@pytest.mark.parametrize("options", SOME[:3], ids=name)
def test_dropout_only_in_training(options):
    source, target = inputs()
    keeps = tiny.random_translator(**options)
    drops = tiny.random_translator(dropout=0.5, **options)
    for mine, other in zip(drops.trainable_variables, keeps.trainable_variables, strict=True):
        mine.assign(other.value)
    wanted = logits(keeps, source, target)
    assert_close(logits(drops, source, target), wanted)
    in_training = np.array(drops((source, target), training=True))
    assert np.abs(in_training - wanted).max() > 0.05
    assert np.abs(np.array(drops((source, target), training=True)) - in_training).max() > 0.05
    assert_close(keeps((source, target), training=True), wanted)  # without dropout, no difference


# ---------------------------------------------------------------- files


def test_translations_are_the_same_in_a_fresh_process(tmp_path):
    model = tiny.random_translator(
        attention="local", order="luong", dropout=0.3, window=3, reverse_source=True, tied=False
    )
    sentences = ["a b c", "f e", "d"]
    found = decoding.translate(model, sentences, max_length=4)
    model.save(tmp_path / "model.keras")  # after translating, as in a notebook
    program = (
        "from utils import decoding\n"
        "from utils.models import Translator\n"
        "model = Translator.load('model.keras')\n"
        f"for t in decoding.translate(model, {sentences}, max_length=4):\n"
        "    print(t.text, t.log_probability, sep='|')\n"
    )
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True,
                          env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    lines = [line.split("|") for line in done.stdout.splitlines()]
    assert [words for words, _ in lines] == [t.text for t in found]
    wanted = [t.log_probability for t in found]
    assert [float(number) for _, number in lines] == pytest.approx(wanted, abs=1e-4)
    assert np.ptp(wanted) > 0.1  # the sentences differ, so it is no constant


def test_saving_leaves_one_file_and_loading_all_options(tmp_path):
    options = {"cell": "lstm", "attention": "local", "window": 2, "order": "luong", "layers": 2,
               "tied": False, "dropout": 0.1, "reverse_source": True, "bidirectional": False,
               "embedding_scale": 0.5, "embedding_multiplier": 3.0}
    model = tiny.random_translator(**options)
    model.save(str(tmp_path / "model.keras"))
    assert [file.name for file in tmp_path.iterdir()] == ["model.keras"]
    loaded = Translator.load(str(tmp_path / "model.keras"))
    assert loaded.options == model.options
    assert loaded.source_tokenizer.vocabulary == model.source_tokenizer.vocabulary
    assert loaded.target_tokenizer.vocabulary == model.target_tokenizer.vocabulary
    assert_close(logits(loaded, *inputs()), logits(model, *inputs()), 1e-6)


def test_a_failing_write_keeps_the_earlier_file(tmp_path, monkeypatch):
    path = tmp_path / "model.keras"
    tiny.translator().save(path)
    before = path.read_bytes()

    def full(self, where, **options):
        Path(where).write_bytes(b"half a mod")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keras.Model, "save", full)
    with pytest.raises(OSError, match="No space left"):
        tiny.translator().save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["model.keras"]


def test_wrong_suffix(tmp_path):
    with pytest.raises(ValueError, match=r"model\.h5 should end in \.keras"):
        tiny.translator().save(tmp_path / "model.h5")
    assert not list(tmp_path.iterdir())


def test_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*none\.keras"):
        Translator.load(tmp_path / "none.keras")


def test_files_that_are_no_translator(tmp_path):
    path = tmp_path / "other.keras"
    path.write_text("hello")
    with pytest.raises(ValueError, match="other.keras is not a saved translator, or is cut short"):
        Translator.load(path)
    keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).save(path)
    with pytest.raises(ValueError, match="holds a Sequential, expected a Translator"):
        Translator.load(path)
    tiny.translator().save(path)
    content = path.read_bytes()
    for share in (0.1, 0.5, 0.99):
        path.write_bytes(content[: int(share * len(content))])
        with pytest.raises(ValueError, match="cut short"):
            Translator.load(path)


def test_a_damaged_or_unregistered_file(tmp_path):
    good, bad = tmp_path / "good.keras", tmp_path / "bad.keras"
    tiny.translator().save(good)
    with zipfile.ZipFile(good) as old:
        parts = {item: old.read(item) for item in old.namelist()}
    config = parts["config.json"]
    damages = {
        "config.json": [config[:-30], config.replace(b"Translator", b"Unheard"),
                        config.replace(b'"gru"', b'"gnu"')],
        "model.weights.h5": [parts["model.weights.h5"][:500]],
    }
    for part, contents in damages.items():
        for content in contents:
            assert content != parts[part]
            with zipfile.ZipFile(bad, "w") as new:
                for item in parts:
                    new.writestr(item, content if item == part else parts[item])
            with pytest.raises(ValueError, match="bad.keras cannot be read as a translator"):
                Translator.load(bad)


# ---------------------------------------------------------------- options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": "rnn"}, "cell is 'rnn', expected one of 'simple_rnn', 'gru', 'lstm'"),
        ({"attention": "cosine"}, "attention is 'cosine', expected one of None, 'additive'"),
        ({"order": "both"}, "order is 'both', expected one of 'bahdanau', 'luong'"),
        ({"units": 0}, "units is 0, expected a whole number of at least 1"),
        ({"units": 2.5}, "units is 2.5, expected a whole number"),
        ({"layers": -1}, "layers is -1, expected a whole number"),
        ({"embedding": 0}, "embedding is 0, expected a whole number"),
        ({"embedding_multiplier": 0}, "embedding_multiplier is 0, expected a finite"),
        ({"dropout": 1.5}, "dropout|rate"),
        ({"window": 0, "attention": "local"}, "window is 0, expected a finite number above"),
    ],
    ids=str,
)
def test_options_that_do_not_exist(options, message):
    with pytest.raises(ValueError, match=message):
        tiny.translator(**options)


def test_embedding_is_as_large_as_the_state_by_default():
    assert Translator(*tiny.tokenizers(), units=7).options["embedding"] == 7
