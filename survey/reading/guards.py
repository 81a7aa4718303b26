"""What is asked of a file before anything in it is expanded: its size, what it is, what it would unpack to.

Nothing here reads more than the head of a part, so that a hostile file is refused at once.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from survey.reading.limits import MEGABYTE, Limits
from survey.reading.problems import FileRefused

EXTENSIONS = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".xlsx": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
}
MACRO_EXTENSIONS = frozenset({".xlsm", ".xltm", ".xlsb", ".xlam"})
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
FOUND_BY_MAGIC = (
    (b"%PDF", "a PDF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file"),
    (b"Rar!", "a packed file"),
    (b"\x1f\x8b", "a packed file"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "a database"),
    (b"{\\rtf", "a text document"),
    (b"BZh", "a packed file"),
    (b"\xfd7zXZ", "a packed file"),
)
ARCHIVES = (*ZIP, b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
HEAD = 4096
PROLOG = 65_536
"""An XML part's first element must have begun by here; entities are declared before it."""
SMALL_UNPACKED = 10 * MEGABYTE
MOST_NAME = 120
_MARKUP = re.compile(rb"^\s*(?:<\?xml|<!doctype|<html|<table|<head|<body|<workbook|<!--)", re.IGNORECASE)
_ROOT = re.compile(r"<[A-Za-z_]")


def clean_name(name: str) -> str:
    """The name a person would know, without folders, control or direction marks, at most 120 characters."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(
        character
        for character in last
        if unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    )
    shown = re.sub(r'[<>:"|?*]', "_", " ".join(shown.split())).strip(" .")
    if len(shown) > MOST_NAME:
        stem, dot, ending = shown.rpartition(".")
        ending = f"{dot}{ending}" if dot and len(ending) <= 8 else ""
        shown = f"{(stem if ending else shown)[: MOST_NAME - len(ending) - 1]}…{ending}"
    return shown or "file"


def guard(path: Path, *, name: str, limits: Limits) -> str:
    """The format of the file: "csv", "xlsx", "xls" or "ods".

    Raises
    ------
    FileRefused
        When it must not be opened at all.
    """
    shown = clean_name(name)
    extension = Path(shown).suffix.lower()
    size = path.stat().st_size
    if extension in MACRO_EXTENSIONS:
        raise FileRefused("macros", file=shown)
    if extension not in EXTENSIONS:
        raise FileRefused("unknown_extension", file=shown)
    if size == 0:
        raise FileRefused("empty", file=shown)
    if size > limits.file_bytes:
        raise FileRefused("too_large", file=shown, most=limits.file_bytes // MEGABYTE)
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    named = EXTENSIONS[extension]
    if named == "csv":
        _guard_text(head, shown=shown, extension=extension)
    elif named == "xls":
        _guard_ole(head, shown=shown, extension=extension)
    else:
        _guard_zip(path, head, shown=shown, named=named, limits=limits)
    return named


def _guard_text(head: bytes, *, shown: str, extension: str) -> None:
    if (found := _what(head)) and found != "text":
        raise FileRefused("not_what_it_says", file=shown, extension=extension, found=found)


def _guard_ole(head: bytes, *, shown: str, extension: str) -> None:
    if not head.startswith(OLE):
        found = _what(head)
        # A workbook of Excel 4 and before begins otherwise, but no program of this century writes it.
        raise FileRefused(
            "not_what_it_says", file=shown, extension=extension, found=found or "not a workbook"
        )


def _guard_zip(path: Path, head: bytes, *, shown: str, named: str, limits: Limits) -> None:
    if head.startswith(OLE):
        if _holds(path, "EncryptedPackage".encode("utf-16-le")):
            raise FileRefused("password", file=shown)
        raise FileRefused("not_what_it_says", file=shown, extension=f".{named}", found="an old XLS workbook")
    if not head.startswith(ZIP):
        found = _what(head)
        if not found:
            raise FileRefused("damaged", file=shown)
        raise FileRefused("not_what_it_says", file=shown, extension=f".{named}", found=found)
    with opened(path, shown=shown) as archive:
        entries = archive.infolist()
        _guard_sizes(entries, size=path.stat().st_size, shown=shown, limits=limits)
        names = {entry.filename for entry in entries}
        _guard_kind(archive, names, shown=shown, named=named)
        for entry in entries:
            _guard_part(archive, entry, shown=shown)


@contextmanager
def opened(path: Path, *, shown: str) -> Iterator[zipfile.ZipFile]:
    """The archive; what goes wrong inside it is named as a damaged file."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        if isinstance(error, FileRefused):
            raise
        raise FileRefused("damaged", file=shown) from error
    except RuntimeError as error:
        # zipfile's word for a part that asks for a password.
        raise FileRefused("password", file=shown) from error


def _guard_sizes(entries: list[zipfile.ZipInfo], *, size: int, shown: str, limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise FileRefused("too_many_parts", file=shown, most=limits.entries)
    unpacked = sum(entry.file_size for entry in entries)
    ratio_broken = unpacked > SMALL_UNPACKED and unpacked > limits.ratio * size
    if unpacked > limits.unpacked_bytes or ratio_broken:
        raise FileRefused("unpacks_too_large", file=shown, unpacked=unpacked // MEGABYTE)
    # Parts that lie over each other are how a small file unpacks to anything.
    if sum(entry.compress_size for entry in entries) > size:
        raise FileRefused("damaged", file=shown)


def _guard_kind(archive: zipfile.ZipFile, names: set[str], *, shown: str, named: str) -> None:
    extension = f".{named}"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("macros", file=shown)
    if named == "xlsx" and "xl/workbook.xml" not in names:
        found = "an ODS workbook" if "content.xml" in names else "another packed file"
        raise FileRefused("not_what_it_says", file=shown, extension=extension, found=found)
    if named == "ods":
        if "content.xml" not in names:
            found = "an XLSX workbook" if "xl/workbook.xml" in names else "another packed file"
            raise FileRefused("not_what_it_says", file=shown, extension=extension, found=found)
        if "META-INF/manifest.xml" in names:
            with archive.open("META-INF/manifest.xml") as part:
                if b"encryption-data" in part.read(MEGABYTE):
                    raise FileRefused("password", file=shown)


def _guard_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, *, shown: str) -> None:
    if entry.flag_bits & 0x1:
        raise FileRefused("password", file=shown)
    if entry.is_dir():
        return
    with archive.open(entry) as part:
        head = part.read(PROLOG)
    if head.startswith(ARCHIVES):
        raise FileRefused("archive_inside", file=shown)
    name = entry.filename.lower()
    if name.endswith((".xml", ".rels", ".vml", ".rdf")) or head.lstrip()[:5] == b"<?xml":
        guard_xml(head, shown=shown)


def guard_xml(head: bytes, *, shown: str) -> None:
    """Refuse definitions before the first element: entities live nowhere else."""
    text = _decoded_xml(head)
    root = _ROOT.search(text)
    # Upper case alone is markup to a parser; any case is refused all the same.
    prolog = (text[: root.start()] if root else text).upper()
    if (
        "<!DOCTYPE" in prolog
        or "<!ENTITY" in prolog
        or "<!DOCTYPE" in text.upper()
        or "<!ENTITY" in text.upper()
    ):
        raise FileRefused("xml_entities", file=shown)
    if root is None and len(head) >= PROLOG:
        raise FileRefused("xml_entities", file=shown)


def _decoded_xml(head: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"<\x00", "utf-16-le")):
        if head.startswith(mark):
            return head.decode(encoding, errors="replace")
    if head.startswith(b"\x00<"):
        return head.decode("utf-16-be", errors="replace")
    # Names in markup are ASCII in every other encoding that spreadsheet programs write.
    return head.decode("latin-1")


def _holds(path: Path, needle: bytes) -> bool:
    kept = b""
    with path.open("rb") as stream:
        while block := stream.read(MEGABYTE):
            if needle in kept + block:
                return True
            kept = block[-len(needle) :]
    return False


def _what(head: bytes) -> str:
    """In words what the first bytes are; "" when they could be anything."""
    if head.startswith(OLE):
        return "an old XLS workbook or document"
    if head.startswith(ZIP):
        return "a packed file or workbook"
    for magic, words in FOUND_BY_MAGIC:
        if head.startswith(magic):
            return words
    text = head.lstrip(b"\xef\xbb\xbf")
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = head[2:].replace(b"\x00", b"")
    if _MARKUP.match(text):
        return "a web page (HTML) or XML"
    printable = sum(byte >= 32 or byte in b"\t\r\n" for byte in text)
    return "text" if text and printable == len(text) else ""
