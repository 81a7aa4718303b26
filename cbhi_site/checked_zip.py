"""A zip file that knows what is in it: each part's length and SHA-256, written and checked as streams."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from zlib import error as zlib_error

MANIFEST = "manifest.json"
PIECE_BYTES = 1 << 20
LARGEST_MANIFEST = 10_000_000


class DamagedFileError(ValueError):
    """The file is not what was written, or was never one of these."""


class Writing:
    """What `written` hands out: parts go in one after the other."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pieces: Iterable[bytes]) -> None:
        if name in self.parts or name == MANIFEST:
            raise ValueError(f"{name} is in the file already.")
        seen, length = hashlib.sha256(), 0
        with self._archive.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                seen.update(piece)
                length += len(piece)
        self.parts[name] = {"bytes": length, "sha256": seen.hexdigest()}


@contextmanager
def written(target: Path | IO[bytes], *, about: Mapping[str, Any]) -> Iterator[Writing]:
    """Write a file; under its name it appears whole or not at all, and only its owner may read it."""
    if not isinstance(target, Path):
        yield from _filled(target, about)
        return
    draft = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield from _filled(file, about)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _filled(file: IO[bytes], about: Mapping[str, Any]) -> Iterator[Writing]:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        writing = Writing(archive)
        yield writing
        said = {**about, "parts": writing.parts}
        archive.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True))


@dataclass(frozen=True)
class Checked:
    """A file every part of which is as it was written."""

    archive: zipfile.ZipFile
    about: Mapping[str, Any]

    def names(self) -> list[str]:
        return sorted(self.about["parts"])

    def lines(self, name: str) -> Iterator[bytes]:
        with self.archive.open(name) as part:
            yield from part

    def read(self, name: str) -> bytes:
        return self.archive.read(name)


@contextmanager
def checked(source: Path | IO[bytes], *, kind: str, most_bytes: int | None = None) -> Iterator[Checked]:
    """Open a file of this kind after every part was compared with its checksum.

    `most_bytes` bounds what its parts may unpack to, for files that people send.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            about = _manifest(archive, kind=kind)
            _compare(archive, about["parts"], most_bytes=most_bytes)
            yield Checked(archive, about)
    except (zipfile.BadZipFile, EOFError, zlib_error, NotImplementedError) as problem:
        raise DamagedFileError(f"The file is damaged or incomplete: {problem}.") from None


def _manifest(archive: zipfile.ZipFile, *, kind: str) -> dict[str, Any]:
    try:
        with archive.open(MANIFEST) as part:
            text = part.read(LARGEST_MANIFEST + 1)
        about = json.loads(text) if len(text) <= LARGEST_MANIFEST else None
    except (KeyError, ValueError, RecursionError):
        about = None
    if not isinstance(about, dict) or about.get("kind") != kind or not _are_parts(about.get("parts")):
        raise DamagedFileError(f"The file is no {kind} of this site: its list of contents is missing.")
    return about


def _are_parts(parts: object) -> bool:
    return isinstance(parts, dict) and all(
        isinstance(part, dict) and isinstance(part.get("bytes"), int) and isinstance(part.get("sha256"), str)
        for part in parts.values()
    )


def _compare(
    archive: zipfile.ZipFile, parts: Mapping[str, Mapping[str, Any]], *, most_bytes: int | None
) -> None:
    stored = archive.namelist()
    if sorted(stored) != sorted([*parts, MANIFEST]):
        raise DamagedFileError("The file does not hold exactly what its list of contents names.")
    if most_bytes is not None and sum(int(part["bytes"]) for part in parts.values()) > most_bytes:
        raise DamagedFileError(f"The file would unpack to more than {most_bytes / 1e6:.0f} MB.")
    for name, expected in parts.items():
        seen, length = hashlib.sha256(), 0
        with archive.open(name) as part:
            while length <= expected["bytes"] and (piece := part.read(PIECE_BYTES)):
                seen.update(piece)
                length += len(piece)
        if length != expected["bytes"] or seen.hexdigest() != expected["sha256"]:
            raise DamagedFileError(f"{name} is not what was written: its checksum differs.")
