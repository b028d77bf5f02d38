"""The weights of the translator in the page: how they were made, and how Python reads them.

    python -m utils.playground.translating  # trains for some five minutes and writes the file

The model is that of notebook 14, words in, words out, with 128 units and the additive score, and
twice its epochs. A weight is kept as a whole number from -127 to 127, and for each row of a matrix
the step in which it counts (Jacob et al. 2018, section 2.1, without a zero point): a quarter of the
room. The file is a script, since a page that was opened as a file may load scripts and nothing
else. Another machine trains other weights; tests hold what is said of them to the file that is
here.
"""

import base64
import json
from functools import cache, partial
from pathlib import Path

import numpy as np

from utils import files

FILE = Path(__file__).with_name("translator.weights.js")
GLOBAL = "rnnCourseTranslator"  # the script's one name
UNITS, EPOCHS, RATE, SEED = 128, 6, 6e-3, 0
SENTENCE = "The dog sleeps."  # with which the page begins
NAMES = (  # of `Translator.get_weights()`, in its order
    "source words", "forward/kernel", "forward/recurrent_kernel", "forward/bias",
    "backward/kernel", "backward/recurrent_kernel", "backward/bias", "bridge/kernel", "bridge/bias",
    "output bias", "target words", "attention/query", "attention/keys", "attention/vector",
    "decoder/kernel", "decoder/recurrent_kernel", "decoder/bias", "readout/kernel", "readout/bias",
)  # fmt: skip


def quantised(rows):
    """A matrix as small whole numbers.

    Args:
        rows: (rows, columns).

    Returns:
        (scales (rows,), float32; values (rows, columns), int8). Their product is at most half a
        scale away from the matrix.
    """
    scales = np.abs(rows).max(axis=1).astype("float32") / 127
    scales[scales == 0] = 1.0
    return scales, np.rint(rows / scales[:, None]).astype("int8")


@cache
def stored():
    """What the file holds: vocabularies, units, scores of translation, weights."""
    text = script()
    return json.loads(text[text.index("{") : text.rindex("}") + 1])


def script():
    """The text of the file: a script that sets `GLOBAL`."""
    return files.read_text(FILE)


def size():
    """How large the file is, as a reader is told before it is loaded."""
    return f"{FILE.stat().st_size / 1e6:.1f} MB"


def model():
    """The course's own `Translator` with the weights of the page.

    Raises:
        ValueError: The corpus has other words than when the file was made.
    """
    kept, fresh = stored(), _untrained()
    sides = fresh.source_tokenizer.vocabulary, fresh.target_tokenizer.vocabulary
    if sides != (kept["source"], kept["target"]):
        raise ValueError(
            "the course corpus has other words than the translator in the page was trained with: "
            "train it anew with python -m utils.playground.translating"
        )
    return _with(fresh, kept["weights"])


def _packed(weight):
    rows = np.reshape(weight, (1, -1)) if 1 in (weight.ndim, weight.shape[-1]) else weight
    scales, values = quantised(rows)
    return {"shape": values.shape, "scales": _base64(scales), "values": _base64(values)}


def _unpacked(entry):
    values = np.frombuffer(base64.b64decode(entry["values"]), "int8").reshape(entry["shape"])
    scales = np.frombuffer(base64.b64decode(entry["scales"]), "float32")
    return values * scales[:, None]


def _with(learner, packed):
    """The model with stored weights in the place of its own."""
    shapes = (weight.shape for weight in learner.weights)
    arrays = (_unpacked(packed[name]) for name in NAMES)
    learner.set_weights([array.reshape(shape) for array, shape in zip(arrays, shapes, strict=True)])
    return learner


def _base64(array):
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()


def _untrained():
    from utils import datasets, text  # here, so that a page is quickly made without TensorFlow
    from utils.models import Translator

    train, _, _ = datasets.bitext.load("course").split()
    return Translator(text.train_tokenizer(train.source), text.train_tokenizer(train.target),
                      units=UNITS)  # fmt: skip


def write():
    """Trains, and writes the file."""
    import keras

    from utils import datasets, training

    train, validation, test = datasets.bitext.load("course").split()
    keras.utils.set_random_seed(SEED)
    learner = _untrained()
    training.fit(learner, train, validation[:300], epochs=EPOCHS, batch_size=128,
                 learning_rate=RATE, seed=SEED)  # fmt: skip
    save(learner, test)


def example(learner):
    """What the still picture shows: words read, words said, and weights (said, read)."""
    from utils import decoding

    [found] = decoding.translate(learner, [SENTENCE])
    return {"read": found.source_tokens, "said": [*found.tokens, "[END]"],
            "weights": np.round(found.attention, 4).tolist()}  # fmt: skip


def save(learner, test):
    """Writes a trained translator, with its BLEU on these pairs before and after the rounding."""
    from utils import decoding, metrics

    def scores():
        return {str(width): round(metrics.evaluate(
            partial(decoding.translate, learner, beam_width=width), test).bleu, 1)
            for width in (1, 5)}  # fmt: skip

    packed = dict(zip(NAMES, map(_packed, learner.get_weights()), strict=True))
    before = scores()
    _with(learner, packed)
    kept = {
        "made by": "python -m utils.playground.translating", "units": UNITS,
        "bleu": {"float32": before, "int8": scores()}, "example": example(learner),
        "source": learner.source_tokenizer.vocabulary,
        "target": learner.target_tokenizer.vocabulary, "weights": packed,
    }  # fmt: skip
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    files.write_whole(FILE, f"globalThis.{GLOBAL} = {text};\n")


if __name__ == "__main__":
    write()
