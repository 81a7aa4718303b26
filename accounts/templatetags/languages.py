"""The languages to choose from, each called as its own speakers call it."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from accounts.languages import NAMES, current

register = template.Library()


@register.simple_tag
def language_name(code: str) -> str:
    """`{% language_name "or" %}`: what its own speakers call it."""
    return NAMES.get(code, code)


@register.simple_tag
def languages() -> list[dict[str, Any]]:
    """`{% languages as spoken %}`"""
    return [
        {"code": code, "name": NAMES.get(code, code), "picked": code == current()}
        for code, _name in settings.LANGUAGES
    ]
