"""The addresses of public pages: 192 bits that only this server can work out again.

The secret part of an address is a keyed hash of the page's id under the server's secret key, and the database
keeps only the hash of that part. Who reads the database finds no address that opens; an administrator is
shown the address again at any time, because the server works it out anew.
"""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

from django.conf import settings
from django.utils.crypto import salted_hmac

SALT = "calculator.public-page"
BYTES = 24


def _secret(page_id: UUID, key: str | bytes) -> str:
    digest = salted_hmac(SALT, str(page_id), secret=key, algorithm="sha256").digest()[:BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def new_secret(page_id: UUID) -> str:
    """The secret part of a new page's address."""
    return _secret(page_id, settings.SECRET_KEY)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def secret_again(page_id: UUID, link_hash: str) -> str | None:
    """The secret part of a page published before; None when the server's key was changed since and the old
    one is not among its fallbacks. Such an address still opens, it can only not be shown again."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    secrets = (_secret(page_id, key) for key in keys)
    return next((secret for secret in secrets if hash_of(secret) == link_hash), None)
