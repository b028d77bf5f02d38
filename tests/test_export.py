"""A translator exported: the same scores without Keras, for notebook 17."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import tiny

MODEL = tiny.random_translator()
SOURCE = np.array([[4, 5, 6, 7, 0], [9, 8, 7, 6, 5]], "int32")
SAID = np.array([[2, 4, 5], [2, 9, 4]], "int32")


def ids(*shape):
    return keras.InputSpec(shape=shape, dtype="int32")


def test_a_saved_model_takes_batches_of_any_size(tmp_path):
    sizes = ids(None, None)
    MODEL.export(tmp_path / "exported", input_signature=[(sizes, sizes)], verbose=False)
    exported = tf.saved_model.load(tmp_path / "exported")
    for rows, time in ((2, 5), (1, 4)):
        given = SOURCE[:rows, :time], SAID[:rows]
        np.testing.assert_allclose(exported.serve(given), MODEL(given), atol=1e-5)


@pytest.mark.filterwarnings("ignore:(?s).*tf.lite.Interpreter is deprecated")
def test_the_format_for_phones_takes_one_size(tmp_path):
    path = tmp_path / "translator.tflite"
    signature = [(ids(1, SOURCE.shape[1]), ids(1, SAID.shape[1]))]
    MODEL.export(path, format="litert", input_signature=signature, verbose=False)
    scores = tf.lite.Interpreter(str(path)).get_signature_runner()
    for row in range(2):
        given = SOURCE[row : row + 1], SAID[row : row + 1]
        [found] = scores(args_0=given[0], args_0_1=given[1]).values()
        np.testing.assert_allclose(found, MODEL(given), atol=1e-5)
