"""Exercises of notebook 2: gradients through time, clipping, truncation."""

from __future__ import annotations

EXERCISES = ()
