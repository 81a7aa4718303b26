"""What the person looking at a page may do, so that a page offers nothing else. Loaded in every template."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import get_text_list
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, may
from accounts.queries import switched_off_in

register = template.Library()

_IN_WORDS: dict[Permission, Promise] = {
    Permission.READ: _("look at this"),
    Permission.TRY_OUT: _("change the calculator’s sheet"),
    Permission.SURVEY: _("work on surveys"),
    Permission.SCHEME: _("change schemes and their assumptions"),
    Permission.PACKAGES: _("save packages or start runs"),
    Permission.WORKSHOP: _("run workshops"),
    Permission.COMMENT: _("leave comments"),
    Permission.SIGN_OFF: _("sign packages"),
    Permission.ADMIN: _("do what administrators do"),
}


@register.simple_tag
def switched_off_of(request: HttpRequest) -> str:
    """The names of the organisations that switched this person off; nothing else of them is told."""
    user = request.user
    if not user.is_authenticated:
        return ""
    return get_text_list([each.name for each in switched_off_in(user=user)], gettext("and"))


@register.simple_tag
def site_sends_letters() -> bool:
    """`{% site_sends_letters as sends %}`: False where letters are only printed into the site's log."""
    return bool(settings.EMAIL_HOST)


@register.filter(name="may")
def may_filter(request: HttpRequest, permission: str) -> bool:
    """`{% if request|may:"packages" %}`: whether the role that one acts in has this permission."""
    membership = getattr(request, "membership", None)
    return membership is not None and may(membership.role, Permission(permission))


@register.inclusion_tag("components/may_not.html")
def may_not(request: HttpRequest, permission: str) -> dict[str, Any]:
    """`{% may_not request "packages" %}`: one line that says why something is not offered; else nothing."""
    membership = getattr(request, "membership", None)
    if membership is None or may(membership.role, Permission(permission)):
        return {}
    return {"role": membership.get_role_display(), "what": _IN_WORDS[Permission(permission)]}


@register.simple_tag
def once() -> str:
    """`{% once %}`: a key that makes sending this form twice the same as sending it once."""
    return format_html('<input type="hidden" name="once" value="{}">', uuid4())
