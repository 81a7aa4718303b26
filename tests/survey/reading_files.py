"""Real files for the tests of reading, made on the spot: good ones, and hostile ones."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import openpyxl

HOUSEHOLDS = "household_id,cluster,weight,household_size\nH1,V1,1,4\nH2,V1,2,3\nH3,V2,1,5\n"
EVENTS_HEAD = "household_id,event_kind,bill,days_in_hospital\n"
EVENTS = EVENTS_HEAD + "H1,hospital,7000,4\nH2,outpatient,300,\nH3,hospital,12000,6\n"


def write(folder: Path, name: str, contents: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(contents if isinstance(contents, bytes) else contents.encode(encoding))
    return path


def roster(folder: Path) -> Path:
    return write(folder, "households.csv", HOUSEHOLDS)


def workbook(folder: Path, name: str = "survey.xlsx", **sheets: list[list[object]]) -> Path:
    """A workbook of these sheets; cells that begin with = are live formulas without a saved value."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    path = folder / name
    book.save(path)
    return path


def rebuilt(path: Path, change: dict[str, bytes | None], extra: dict[str, bytes] | None = None) -> Path:
    """The archive with some parts replaced (None: left out) and others added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            contents = change.get(entry.filename, old.read(entry))
            if contents is not None:
                new.writestr(entry.filename, contents)
        for name, contents in (extra or {}).items():
            new.writestr(name, contents)
    path.write_bytes(buffer.getvalue())
    return path


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


# ---- compound files: old XLS workbooks, and the wrapping of a password

SECTOR = 512
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams, each padded beyond the size that would go to a mini stream."""
    padded = {name: contents.ljust(8192, b"\0") for name, contents in streams.items()}
    fat, body, starts = [FAT_SECTOR], b"", {}
    directory_start = 1
    fat.append(END)
    for name, contents in padded.items():
        starts[name] = len(fat)
        count = -(-len(contents) // SECTOR)
        fat += [len(fat) + 1 + n for n in range(count - 1)] + [END]
        body += contents.ljust(count * SECTOR, b"\0")
    fat += [FREE] * (SECTOR // 4 - len(fat))
    assert len(fat) == SECTOR // 4, "one sector of FAT is enough for the tests"
    entries = [_entry("Root Entry", 5, 1, END, 0)]
    names = list(padded)
    for place, name in enumerate(names):
        right = place + 2 if place + 1 < len(names) else FREE
        entries.append(_entry(name, 2, FREE, starts[name], len(padded[name]), right=right))
    directory = b"".join(entries).ljust(SECTOR, b"\0")
    header = struct.pack(
        "<8s16sHHHHHHIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        0,
        0,
        1,
        directory_start,
        0,
        4096,
        END,
        0,
        END,
    )
    header += struct.pack("<I", 0)
    header = (header + struct.pack("<I", 0)).ljust(SECTOR, b"\xff")
    return header + struct.pack(f"<{len(fat)}I", *fat) + directory + body


def _entry(name: str, kind: int, child: int, start: int, size: int, *, right: int = FREE) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text) + 2, kind, 1, FREE, right, child, b"", 0, 0, 0, start, size
    )


def old_workbook(rows: list[list[str | float]], *, protected: bool = False) -> bytes:
    """An XLS file of Excel 97 with one sheet."""

    def record(kind: int, contents: bytes) -> bytes:
        return struct.pack("<HH", kind, len(contents)) + contents

    def start(kind: int) -> bytes:
        return record(0x809, struct.pack("<HHHHII", 0x600, kind, 0x0DBB, 1996, 0, 6))

    name = b"events"
    globals_head = start(5)
    if protected:
        globals_head += record(0x2F, struct.pack("<HHH", 1, 1, 1) + b"\1" * 48)
    globals_head += record(0x42, struct.pack("<H", 1200))
    sheet_at = len(globals_head) + 4 + 8 + len(name) + 4
    listed = record(0x85, struct.pack("<IHBB", sheet_at, 0, len(name), 0) + name)
    cells = b""
    for line, row in enumerate(rows):
        for place, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                cells += record(0x204, struct.pack("<HHHHB", line, place, 0, len(value), 1) + text)
            else:
                cells += record(0x203, struct.pack("<HHHd", line, place, 0, value))
    size = struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    sheet = start(0x10) + record(0x200, size) + cells + record(0x0A, b"")
    return compound({"Workbook": globals_head + listed + record(0x0A, b"") + sheet})


def open_document(rows: list[list[str | float]], *, encrypted: bool = False, doctype: str = "") -> bytes:
    """An ODS file with one sheet."""
    lines = ""
    for row in rows:
        cells = "".join(
            f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p>'
            "</table:table-cell>"
            if isinstance(value, int | float)
            else f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
            for value in row
        )
        lines += f"<table:table-row>{cells}</table:table-row>"
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content '
        f'xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="events">{lines}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    coded = "<manifest:encryption-data/>" if encrypted else ""
    manifest = (
        f'<?xml version="1.0"?><manifest:manifest xmlns:manifest="{urn}:manifest:1.0"><manifest:file-entry '
        f'manifest:full-path="content.xml" manifest:media-type="text/xml">{coded}</manifest:file-entry>'
        "</manifest:manifest>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return buffer.getvalue()
