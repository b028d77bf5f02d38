"""Random matrices, as Keras draws them for its recurrent layers."""

import numpy as np


def glorot(rows, columns, random):
    """A Glorot uniform matrix, (rows, columns) (Glorot and Bengio 2010, equation 16)."""
    limit = np.sqrt(6 / (rows + columns))
    return random.uniform(-limit, limit, (rows, columns))


def orthogonal(rows, random, columns=None):
    """A random orthogonal matrix, square by default.

    Otherwise (rows, columns), whose shorter side consists of orthonormal vectors.
    """
    columns = rows if columns is None else columns
    Q, R = np.linalg.qr(random.normal(size=(max(rows, columns), min(rows, columns))))
    Q = Q * np.sign(np.diag(R))  # without the signs not all orthogonal matrices are as likely
    return Q.T if rows < columns else Q
