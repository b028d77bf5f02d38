"""Exercises of notebook 13: the masked loss, the shift, the greedy loop."""

from __future__ import annotations

EXERCISES = ()
