"""Static files as they are served: hashed names, compressed beforehand, a style sheet in one piece."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

_IMPORT = re.compile(r'^@import "(?P<name>[\w-]+\.css)";\n', re.MULTILINE)


class StaticFilesStorage(CompressedManifestStaticFilesStorage):
    """A sheet's `@import "other.css";` lines are replaced by what they name.

    Left to the browser each would be another journey over the network, one after the other.
    """

    def post_process(self, paths: dict[str, Any], *args: Any, **options: Any) -> Iterator[Any]:
        whole = {
            name: (_WholeSheets(storage) if name.endswith(".css") else storage, path)
            for name, (storage, path) in paths.items()
        }
        yield from super().post_process(whole, *args, **options)


class _WholeSheets:
    """A folder of style sheets in which each is read together with those that it imports."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def open(self, path: str) -> File:
        return ContentFile(self._text(path).encode())

    def _text(self, path: str) -> str:
        with self._storage.open(path) as sheet:
            text = sheet.read().decode()
        folder = posixpath.dirname(path)
        return _IMPORT.sub(lambda found: self._text(posixpath.join(folder, found["name"])), text)
