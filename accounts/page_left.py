"""The page that somebody was on before they pressed something, as the browser says."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote, urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def page_left(request: HttpRequest, *, header: str = "Referer") -> str:
    """Its path on this site; empty if it was not one of ours.

    A refused form stands at the address it was sent to, and that may answer nothing but forms: then it is the
    nearest page above that can be read.
    """
    said = request.headers.get(header, "")
    if not url_has_allowed_host_and_scheme(
        said, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return ""
    parts = urlsplit(said)
    path = _readable(parts.path)
    if not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return ""
    return f"{path}?{parts.query}" if parts.query and path == parts.path else path


def _readable(path: str) -> str:
    """The path, or the nearest above it that answers who only looks; one that is nowhere stays as it is."""
    view = _view_at(path)
    if view is None or may_be_read(view):
        return path
    above = path
    while (above := above.rstrip("/").rpartition("/")[0] + "/") != "/":
        view = _view_at(above)
        if view is not None and may_be_read(view):
            return above
    return above


def _view_at(path: str) -> Callable[..., Any] | None:
    try:
        return resolve(unquote(path)).func
    except Resolver404:
        return None


def may_be_read(view: Callable[..., Any]) -> bool:
    """Whether a view answers GET, by what `require_POST` and its kin or a view's class say."""
    while True:
        methods = inspect.getclosurevars(view).nonlocals.get("request_method_list")
        if methods is not None:
            return "GET" in methods
        inner = getattr(view, "__wrapped__", None)
        if inner is None:
            return hasattr(getattr(view, "view_class", None), "get") or not hasattr(view, "view_class")
        view = inner
