"""Exercise of notebook 10: a verdict from a table."""

from __future__ import annotations

EXERCISES = ()
