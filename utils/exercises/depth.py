"""Exercises of notebook 12: a residual stack, normalisation inside the recurrence."""

from __future__ import annotations

EXERCISES = ()
