"""Exercises of notebook 3: shapes, an encoder and decoder, a model to repair."""

from __future__ import annotations

EXERCISES = ()
