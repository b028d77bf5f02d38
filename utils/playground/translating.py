"""The translator in the page: the course's own model, with the weights that the file keeps.

The model is that of notebook 14, words in, words out, with 128 units and the additive score;
`benchmarks/page_translator.py` trains it. The file is a script, since a page that was opened as a
file may load scripts and nothing else. Another machine trains other weights; tests hold what is
said of them to the file that is here.
"""

import json
from functools import cache
from pathlib import Path

from utils import files

from . import weights

FILE = Path(__file__).with_name("translator.weights.js")
GLOBAL = "rnnCourseTranslator"  # the script's one name
MADE_BY = "python benchmarks/page_translator.py"
UNITS = 128
SENTENCE = "The dog sleeps."  # with which the page begins
NAMES = (  # of `Translator.get_weights()`, in its order
    "source words", "forward/kernel", "forward/recurrent_kernel", "forward/bias",
    "backward/kernel", "backward/recurrent_kernel", "backward/bias", "bridge/kernel", "bridge/bias",
    "output bias", "target words", "attention/query", "attention/keys", "attention/vector",
    "decoder/kernel", "decoder/recurrent_kernel", "decoder/bias", "readout/kernel", "readout/bias",
)  # fmt: skip


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


def write(kept):
    """Writes the file: plain data, as `stored` returns it."""
    text = json.dumps(kept, ensure_ascii=False, separators=(",", ":"))
    files.write_whole(FILE, f"globalThis.{GLOBAL} = {text};\n")


def untrained():
    """The course's own `Translator`, as it begins."""
    from utils import datasets, text  # here, so that a page is quickly made without TensorFlow
    from utils.models import Translator

    train, _, _ = datasets.bitext.load("course").split()
    return Translator(text.train_tokenizer(train.source), text.train_tokenizer(train.target),
                      units=UNITS)  # fmt: skip


def model():
    """The course's own `Translator` with the weights of the page.

    Raises:
        ValueError: The corpus has other words than when the file was made.
    """
    kept, fresh = stored(), untrained()
    sides = fresh.source_tokenizer.vocabulary, fresh.target_tokenizer.vocabulary
    if sides != (kept["source"], kept["target"]):
        raise ValueError(
            "the course corpus has other words than the translator in the page was trained with: "
            f"train it anew with {MADE_BY}"
        )
    put(kept["weights"], fresh)
    return fresh


def packed(learner):
    """The weights of a translator by their names, in little room."""
    return dict(zip(NAMES, map(weights.packed, learner.get_weights()), strict=True))


def put(kept, learner):
    """Gives a translator the weights that `packed` kept."""
    shapes = [weight.shape for weight in learner.weights]
    learner.set_weights([weights.unpacked(kept[name], shape)
                         for name, shape in zip(NAMES, shapes, strict=True)])  # fmt: skip
