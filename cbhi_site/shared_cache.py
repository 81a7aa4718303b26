"""The shared cache, without which people work on: while it is away, each process counts by itself.

Only what can be worked out again, or counted again, lives in it. Meanwhile results are worked out anew, and
counts (wrong passwords, codes that were used, limits) are kept in the memory of each process: somebody who
guesses gets as many tries as there are processes times the limit, not as many as they like. The log says so
once in a while, and nobody waits for the cache at every click.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

AWAY_SECONDS = 15
logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class _Away:
    """Until when the cache of this process is not asked."""

    until = 0.0


_memory = LocMemCache("while-away", {"OPTIONS": {"MAX_ENTRIES": 5000}})


def _is_count(value: Any) -> bool:
    """A number, or a list of them: small, unlike results that were worked out."""
    return isinstance(value, int | float | list)


def _ask(ask: Callable[[], Answer], instead: Callable[[], Answer]) -> Answer:
    if time.monotonic() < _Away.until:
        return instead()
    try:
        return ask()
    except ValueError:
        # `incr` of what is not there: an answer, not an absence.
        raise
    except Exception as problem:  # noqa: BLE001  each cache has its own errors for being away
        _Away.until = time.monotonic() + AWAY_SECONDS
        logger.warning("the cache is away for %d s: %s", AWAY_SECONDS, type(problem).__name__)
        return instead()


class _Patient:
    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._do("get", key, default, version=version)

    def get_many(self, keys: Any, version: Any = None) -> Any:
        return self._do("get_many", keys, version=version)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> Any:
        return self._do("add", key, value, *args, kept=_is_count(value), **kwargs)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._do("set", key, value, *args, kept=_is_count(value), **kwargs)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> Any:
        return self._do("touch", key, *args, **kwargs)

    def delete(self, key: Any, version: Any = None) -> Any:
        return self._do("delete", key, version=version)

    def has_key(self, key: Any, version: Any = None) -> Any:
        return self._do("has_key", key, version=version)

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> Any:
        return self._do("incr", key, delta, version=version)

    def _do(self, deed: str, *args: Any, kept: bool = True, **kwargs: Any) -> Any:
        shared = super()
        return _ask(
            lambda: getattr(shared, deed)(*args, **kwargs),
            lambda: getattr(_memory, deed)(*args, **kwargs) if kept else True,
        )


class PatientRedisCache(_Patient, RedisCache):
    """On a server."""


class PatientFileCache(_Patient, FileBasedCache):
    """On a laptop: a full disk is the way this one goes away."""
