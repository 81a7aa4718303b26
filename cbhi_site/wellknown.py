"""Whom to tell about a hole in the site: /.well-known/security.txt (RFC 9116) and the policy it names."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import open_to_all

# The text is made at each request, so it is as fresh as the server: who copies it learns when to look again.
GOOD_FOR = timedelta(days=90)
PLAIN = "text/plain; charset=utf-8"


@open_to_all
@login_not_required
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """Nothing without a contact: the format needs one."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    expires = (timezone.now() + GOOD_FOR).strftime("%Y-%m-%dT00:00:00Z")
    lines = [
        *(f"Contact: {contact}" for contact in settings.SECURITY_CONTACT),
        f"Expires: {expires}",
        "Preferred-Languages: en, hi",
        f"Canonical: {request.build_absolute_uri(reverse('security_txt'))}",
        f"Policy: {request.build_absolute_uri(reverse('security_policy'))}",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN)


@open_to_all
@login_not_required
@require_safe
def security_policy(_request: HttpRequest) -> HttpResponse:
    policy = Path(settings.BASE_DIR) / "SECURITY.md"
    return HttpResponse(policy.read_text(encoding="utf-8"), content_type=PLAIN)
