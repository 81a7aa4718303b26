"""A form whose sign-in ran out on the way: kept for the person who filled it in, sent when they say so.

It lies in the new session that only this browser knows, bound to the person whose sign-in ran out; anybody
else who signs in there loses it unread. Never a file, a password or a code; at most settings.KEPT_FORM_BYTES,
for settings.KEPT_FORM_SECONDS.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

KEY = "kept_form"
SECRET_WORDS = ("password", "secret", "token", "code")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, kw_only=True)
class KeptForm:
    path: str
    fields: list[tuple[str, str]]

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What was typed, under the fields' names made readable; buttons and row versions are left out."""
        return [
            (name.replace("-", " ").replace("_", " "), value)
            for name, value in self.fields
            if value.strip() and name not in {"do", "version", "next"}
        ]


def form_of(request: HttpRequest) -> KeptForm | None:
    """What this request posted, if it is a form that may be kept."""
    if request.method != "POST" or request.content_type not in FORMS:
        return None
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.KEPT_FORM_BYTES or request.FILES:
        return None
    fields = [(name, value) for name, values in request.POST.lists() for value in values]
    fields = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken"]
    if any(word in name.lower() for name, _value in fields for word in SECRET_WORDS):
        return None
    return KeptForm(path=request.get_full_path(), fields=fields)


def keep(request: HttpRequest, *, user_id: str) -> bool:
    """Keep what this request posted, if it is a form that may be kept; says whether it was."""
    form = form_of(request)
    if form is None:
        return False
    request.session[KEY] = {
        "user": user_id,
        "path": form.path,
        "fields": form.fields,
        "at": int(time.time()),
    }
    return True


def kept_for(request: HttpRequest) -> KeptForm | None:
    """The form kept for whoever is signed in; what is too old or somebody else's is dropped."""
    kept: dict[str, Any] | None = request.session.get(KEY)
    if kept is None:
        return None
    too_old = time.time() - kept["at"] > settings.KEPT_FORM_SECONDS
    if too_old or kept["user"] != str(request.user.pk):
        drop(request)
        return None
    return KeptForm(path=kept["path"], fields=[(name, value) for name, value in kept["fields"]])


def drop(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def was_sent(request: HttpRequest) -> bool:
    """Whether this request sends the kept form to where it was going."""
    kept = request.session.get(KEY)
    return kept is not None and request.method == "POST" and request.get_full_path() == kept["path"]
