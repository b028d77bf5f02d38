"""Exercises of notebook 5: a captioner's step, the greedy loop."""

from __future__ import annotations

EXERCISES = ()
