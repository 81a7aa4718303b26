"""The actuarial engine: pure NumPy and SciPy, no Django, no Celery, no database.

Two engines answer the same question and referee each other: ``exact`` (discretised payouts, fast Fourier
transforms) and ``montecarlo`` (simulated families). They share the contract of ``package`` and nothing else.
"""

ENGINE_VERSION = "1.1"
