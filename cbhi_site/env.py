"""Readers that turn environment variables into settings, and say plainly what is wrong with them."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

MIN_SECRET_KEY_LENGTH = 50
REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+socket")


def text(name: str, default: str = "", *, environ: Mapping[str, str] = os.environ) -> str:
    return environ.get(name, "").strip() or default


def flag(name: str, default: bool, *, environ: Mapping[str, str] = os.environ) -> bool:
    value = text(name, environ=environ).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither yes nor no. Use 1 or 0.")


def number(name: str, default: int, *, environ: Mapping[str, str] = os.environ) -> int:
    value = text(name, environ=environ)
    try:
        return int(value) if value else default
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None


def words(name: str, default: Iterable[str] = (), *, environ: Mapping[str, str] = os.environ) -> list[str]:
    """A comma-separated list."""
    found = [word.strip() for word in text(name, environ=environ).split(",")]
    return [word for word in found if word] or list(default)


def limit(
    name: str, default: tuple[int, int, int], *, environ: Mapping[str, str] = os.environ
) -> tuple[int, int, int]:
    """`60/300 in 3600`: so often for a person, so often for an organisation, in so many seconds."""
    value = text(name, environ=environ)
    if not value:
        return default
    found = re.fullmatch(r"([1-9]\d{0,8})/([1-9]\d{0,8}) in ([1-9]\d{0,5})", value)
    if found is None:
        raise ImproperlyConfigured(
            f"{name}={value!r} is not a limit. Write 60/300 in 3600: 60 times a person, "
            "300 times an organisation, in 3600 seconds."
        )
    person, organisation, seconds = (int(part) for part in found.groups())
    return person, organisation, seconds


def database(url: str) -> dict[str, Any]:
    """Django's DATABASES entry for a `postgresql://` or `sqlite:///` address."""
    parts = urlsplit(url)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)[1:]))
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"DATABASE_URL starts with {parts.scheme!r}. Use postgresql://user:password@host:5432/name."
        )
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or options.pop("port", "")),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, **options},
    }


def sqlite(path: Path) -> dict[str, Any]:
    """SQLite that several processes can share: WAL, and writers queue at the start of their transaction."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        },
    }


def broker_address(redis_url: str) -> str:
    """REDIS_URL as Celery writes it (a socket is `redis+socket://`)."""
    parts = _redis_parts(redis_url)
    if parts.scheme not in {"unix", "redis+socket"}:
        return redis_url
    password = f":{parts.password}@" if parts.password else ""
    return f"redis+socket://{password}{parts.path}?virtual_host={_redis_number(redis_url)}"


def cache_address(redis_url: str) -> str:
    """REDIS_URL as the Redis client writes it (a socket is `unix://`)."""
    parts = _redis_parts(redis_url)
    if parts.scheme not in {"unix", "redis+socket"}:
        return redis_url
    password = f":{parts.password}@" if parts.password else ""
    return f"unix://{password}{parts.path}?db={_redis_number(redis_url)}"


def _redis_parts(redis_url: str) -> Any:
    parts = urlsplit(redis_url)
    if parts.scheme not in REDIS_SCHEMES:
        raise ImproperlyConfigured(
            f"REDIS_URL starts with {parts.scheme!r}. Use redis://:password@host:6379/0 or redis+socket:///path."
        )
    return parts


def _redis_number(redis_url: str) -> int:
    query = parse_qs(urlsplit(redis_url).query)
    return int((query.get("virtual_host") or query.get("db") or ["0"])[-1])


def kept_secret(path: Path) -> str:
    """The laptop's own secret key: made once, its owner's alone, so that sign-ins survive a restart."""
    try:
        return path.read_text(encoding="ascii").strip() or _new_secret(path)
    except FileNotFoundError:
        return _new_secret(path)


def _new_secret(path: Path) -> str:
    key = secrets.token_urlsafe(64)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(key)
        try:
            # A link fails when two processes start at once and the other was first: then its key counts.
            os.link(draft, path)
        except FileExistsError:
            key = path.read_text(encoding="ascii").strip()
        finally:
            draft.unlink()
    except OSError:
        # A read-only folder (a priced case file in a sandbox needs no sign-in): a key for this process only.
        return key
    return key


def _problems_of_broker(redis_url: str) -> list[str]:
    """Whoever reaches the broker can put work into the queue: a password, or a socket of this machine."""
    if not redis_url:
        return ["REDIS_URL must be the address of a Redis server."]
    parts = _redis_parts(redis_url)
    if parts.scheme in {"redis", "rediss"} and not parts.password:
        return ["REDIS_URL must hold the server's password: redis://:password@host:6379/0."]
    return []


def refuse_unsafe_production(
    *,
    secret_key: str,
    debug: bool,
    hosts: list[str],
    database_url: str,
    redis_url: str,
    email_host: str,
    email: str,
) -> None:
    """Say everything that is missing at once: a server is set up in one go and never starts half safe."""
    problems = []
    example = any(word in secret_key.lower() for word in ("change", "insecure"))
    if len(secret_key) < MIN_SECRET_KEY_LENGTH or len(set(secret_key)) < 10 or example:
        problems.append(
            f"SECRET_KEY must be your own random text of {MIN_SECRET_KEY_LENGTH} characters or more."
        )
    if debug:
        problems.append("DEBUG must be off.")
    # A dot in front stands for every name below it, as an asterisk would.
    if not hosts or any("*" in host or host.startswith(".") for host in hosts):
        problems.append("ALLOWED_HOSTS must name the site's host names, without wildcards.")
    if not database_url.startswith(("postgres://", "postgresql://")):
        problems.append("DATABASE_URL must be the address of a PostgreSQL database.")
    problems += _problems_of_broker(redis_url)
    # Letters carry links that open an account: they go into the log only where somebody said so.
    if bool(email_host) == (email == "console"):
        problems.append(
            "EMAIL_HOST must name the mail server; or EMAIL=console has letters, with the links in them, "
            "printed into the log."
        )
    if problems:
        raise ImproperlyConfigured("Not safe to start in production:\n- " + "\n- ".join(problems))
