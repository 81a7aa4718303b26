"""Streams of random numbers: one for each chunk, benefit and purpose, none depending on another."""

from __future__ import annotations

import hashlib

import numpy as np


def stream(*, seed: int, chunk: int, purpose: str, name: str) -> np.random.Generator:
    """The generator for one purpose of one benefit (or group, called by its parent's name) in one chunk.

    The key is made of names, never of positions: adding, removing or moving a benefit, or asking for a menu,
    leaves every other benefit's draws where they were (common random numbers), and chunk ``chunk`` is the
    same whoever simulates it, and whatever was simulated before.

    Parameters
    ----------
    seed : int
        The plan's seed, 0 or more.
    chunk : int
        Number of the chunk, from 0.
    purpose, name : str
        What the numbers are for and whose they are, for example ``"cost"`` and ``"hospitalisation"``.

    Returns
    -------
    numpy.random.Generator
        Over PCG64, seeded by ``SeedSequence(seed, spawn_key=(chunk, *words))`` with the words a digest of
        purpose and name.
    """
    digest = hashlib.sha256(f"{purpose}\0{name}".encode()).digest()
    words = np.frombuffer(digest[:16], dtype="<u4")
    sequence = np.random.SeedSequence(seed, spawn_key=(chunk, *(int(word) for word in words)))
    return np.random.Generator(np.random.PCG64(sequence))
