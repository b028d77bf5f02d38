"""Random matrices, as Keras draws them for its recurrent layers."""

import numpy as np


def glorot(rows, columns, random):
    limit = np.sqrt(6 / (rows + columns))
    return random.uniform(-limit, limit, (rows, columns))


def orthogonal(size, random):
    Q, R = np.linalg.qr(random.normal(size=(size, size)))
    return Q * np.sign(np.diag(R))  # without the signs not all orthogonal matrices are as likely
