"""Which code worked a figure out: a hash of the calculation's pure modules, and the libraries' versions.

Pure: no Django.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent / "simulation" / "engine"
ARITHMETIC = (
    "case.py", "case_answer.py", "case_fields.py", "case_laws.py", "case_reader.py", "case_simulation.py",
    "case_value.py", "cautions.py", "premium.py", "quotes.py", "sensitivity.py", "shocked_year.py",
    "survey_draws.py", "survey_error.py", "survey_moments.py", "survey_pricing.py", "survey_resampled.py",
    "true_chance.py",
)  # fmt: skip
LIBRARIES = ("numpy", "scipy")


@cache
def code_hash() -> str:
    """SHA-256 over the names and the bytes of the modules that any figure of a premium comes from."""
    found = hashlib.sha256()
    for path in (*sorted(ENGINE.glob("*.py")), *(HERE / name for name in ARITHMETIC)):
        content = path.read_bytes()
        found.update(f"{path.name} {len(content)}\n".encode())
        found.update(content)
    return found.hexdigest()


@cache
def libraries() -> str:
    """What the figures also depend on, "Python 3.11.7, numpy 2.4.6, scipy 1.17.1" for instance."""
    python = ".".join(str(part) for part in sys.version_info[:3])
    return ", ".join((f"Python {python}", *(f"{name} {version(name)}" for name in LIBRARIES)))
