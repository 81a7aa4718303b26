"""How heavy a picture may be."""

MOST_BYTES = 60_000
