"""A file that a page hands over: what it is called, what it is, and that nobody on the way keeps it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

Response = TypeVar("Response", bound=HttpResponseBase)

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def download(content: str | bytes, *, called: str, ending: str, kind: str = "") -> HttpResponse:
    """The content as a file named after a thing of the site.

    Parameters
    ----------
    called : str
        The thing's name, in any script; a name without a letter or digit becomes "file".
    ending : str
        What follows the name, up to the type: "-dossier.pdf".
    kind : str
        The content type, where the type of the file does not say it.
    """
    kind = kind or KINDS[ending.rpartition(".")[2]]
    return _to_keep(HttpResponse(content, content_type=kind), name=f"{_words(called) or 'file'}{ending}")


def stored_file(parts: Iterable[bytes], *, name: str, size: int) -> StreamingHttpResponse:
    """A file as somebody brought it, under the name it came with; no browser opens it by itself."""
    response = StreamingHttpResponse(parts, content_type="application/octet-stream")
    response["Content-Length"] = str(size)
    return _to_keep(response, name=name)


def _words(called: str) -> str:
    """Letters and digits with hyphens between; vowel signs, which slugify drops, belong to their letters."""
    kept = (char if unicodedata.category(char)[0] in "LMN" else " " for char in called.lower())
    return "-".join("".join(kept).split())


def _to_keep(response: Response, *, name: str) -> Response:
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
