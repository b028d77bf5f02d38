"""Exercises of notebook 14: masked softmax, scores, one attending step, alignment error."""

from __future__ import annotations

EXERCISES = ()
