"""Pages travel compressed, on a laptop as behind a proxy: over a village's network size is time."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

SHRINKS = ("text/", "application/json", "application/manifest+json", "image/svg+xml")


class CompressionMiddleware(GZipMiddleware):
    """Compress what shrinks; a workbook or a PDF is compressed already.

    Length must not betray what a page holds (BREACH): Django writes every page's CSRF token in a new disguise
    and adds up to a hundred bytes by chance to each compressed answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        super().__init__(get_response)
        self._exact = GZipMiddleware(get_response)
        self._exact.max_random_bytes = 0  # type: ignore[misc]  # Django reads it from the instance

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not response.get("Content-Type", "").startswith(SHRINKS):
            return response
        if getattr(response, "holds_no_secret", False):
            return self._exact.process_response(request, response)
        return super().process_response(request, response)
