"""Exercises of notebook 11: two directions with masks, a probe for looking ahead."""

from __future__ import annotations

EXERCISES = ()
