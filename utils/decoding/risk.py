"""Minimum-Bayes-risk decoding: of several samples, the one most like all the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np


def expected_utilities(samples: Sequence[str], utility: Callable[[str, str], float]) -> np.ndarray:
    """How useful each sample is on average, were one of the samples the right translation.

    The samples stand for what the model believes: one drawn twice counts twice (Eikema and Aziz
    2020). Minimum-Bayes-risk decoding says the sample with the highest; it asks for n² utilities.

    Args:
        samples: translations of one sentence, drawn from the model.
        utility: (hypothesis, reference) → a score, the higher the better, such as
            `metrics.sentence_chrf`.

    Returns:
        float (samples,).

    Raises:
        ValueError: there are no samples.
    """
    if not len(samples):
        raise ValueError("there are no samples to choose from")
    return np.array([np.mean([utility(said, other) for other in samples]) for said in samples])
