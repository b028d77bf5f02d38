"""Exercises of notebook 1: a recurrent step, Jordan's step, a unit that latches."""

from __future__ import annotations

EXERCISES = ()
