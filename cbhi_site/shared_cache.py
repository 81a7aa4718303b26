"""The shared cache, without which people work on: while it is away nothing is found and nothing is kept.

Only what can be worked out again, or counted again, lives in it. Limits let everything through meanwhile (a
wrong password is still a wrong password); the log says so once in a while, and nobody waits for it at every
click.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.redis import RedisCache

AWAY_SECONDS = 15
logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class _Away:
    """Until when the cache of this process is not asked."""

    until = 0.0


def _ask(ask: Callable[[], Answer], instead: Answer) -> Answer:
    if time.monotonic() < _Away.until:
        return instead
    try:
        return ask()
    except ValueError:
        # `incr` of what is not there: an answer, not an absence.
        raise
    except Exception as problem:  # noqa: BLE001  each cache has its own errors for being away
        _Away.until = time.monotonic() + AWAY_SECONDS
        logger.warning("the cache is away for %d s: %s", AWAY_SECONDS, type(problem).__name__)
        return instead


class _Patient:
    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return _ask(lambda: super(_Patient, self).get(key, default, version=version), default)  # type: ignore[misc]

    def get_many(self, keys: Any, version: Any = None) -> Any:
        return _ask(lambda: super(_Patient, self).get_many(keys, version=version), {})  # type: ignore[misc]

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return _ask(lambda: super(_Patient, self).add(key, value, *args, **kwargs), True)  # type: ignore[misc]

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        _ask(lambda: super(_Patient, self).set(key, value, *args, **kwargs), None)  # type: ignore[misc]

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return _ask(lambda: super(_Patient, self).touch(key, *args, **kwargs), False)  # type: ignore[misc]

    def delete(self, key: Any, version: Any = None) -> Any:
        return _ask(lambda: super(_Patient, self).delete(key, version=version), False)  # type: ignore[misc]

    def has_key(self, key: Any, version: Any = None) -> Any:
        return _ask(lambda: super(_Patient, self).has_key(key, version=version), False)  # type: ignore[misc]

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return _ask(lambda: super(_Patient, self).incr(key, delta, version=version), 0)  # type: ignore[misc]


class PatientRedisCache(_Patient, RedisCache):
    """On a server."""


class PatientFileCache(_Patient, FileBasedCache):
    """On a laptop: a full disk is the way this one goes away."""
