"""Exercises of notebook 6: temperature, top-p, bits per character."""

from __future__ import annotations

EXERCISES = ()
