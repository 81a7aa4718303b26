"""How fine and how heavy a picture of a guide is."""

DOTS = 1.5
"""For each pixel, each way."""
MOST_BYTES = 32_000
"""Browsers fetch two or three pictures ahead: with them the first view of a guide stays under 100 KB."""
