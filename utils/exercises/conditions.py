"""Exercises of notebook 7: a condition wired in, a judge of one rule."""

from __future__ import annotations

EXERCISES = ()
