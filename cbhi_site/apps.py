"""What a server's administrator is told by `manage.py check --deploy`."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks


class SiteConfig(AppConfig):
    name = "cbhi_site"

    def ready(self) -> None:
        checks.register(security_contact, checks.Tags.security, deploy=True)


def security_contact(**_extra: Any) -> list[checks.CheckMessage]:
    """Whoever finds a hole must be able to say so to somebody."""
    given = settings.SECURITY_CONTACT
    if given and all(contact.startswith(("mailto:", "https://", "tel:")) for contact in given):
        return []
    words = "SECURITY_CONTACT names nobody to tell about a hole in the site."
    hint = "Set it to mailto:security@your.example or an https:// address."
    return [checks.Warning(words, hint=hint, id="cbhi_site.W001")]
