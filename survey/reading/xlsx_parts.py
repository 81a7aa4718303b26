"""What the values of an XLSX file do not tell: hidden rows and columns, errors, formulas without a result.

Read with patterns over the XML, in blocks: the file has passed the guards, and nothing is expanded whole.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import unescape

from survey.reading.guards import opened
from survey.reading.limits import MEGABYTE

BLOCK = 4 * MEGABYTE
MOST_MARKS = 10_000
LEGACY_FONTS = re.compile(
    r"kruti\s?dev|devlys|chanakya|preeti|kantipur|sagarmatha|himali|shree-?\s?(?:dev|lipi)|walkman|4c?gandhi|"
    r"agra\b|aps-?dv|shivaji|akruti|dv-?tt",
    re.IGNORECASE,
)
_ROW = re.compile(rb"<row\b[^>]*?>")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_NUMBER = re.compile(rb'\br="(\d+)"')
_COLS = re.compile(rb"<col\b[^>]*?>")
_SPAN = re.compile(rb'\b(min|max)="(\d+)"')
_CELL = re.compile(rb"<c\b([^>]*?)(?:/>|>(.*?)</c>)", re.DOTALL)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_ERROR = re.compile(rb'\bt="e"')
_VALUE = re.compile(rb"<v[^>]*>([^<]+)</v>|<is>")
_SHEET = re.compile(rb"<sheet\b[^>]*?>")
_RELATION = re.compile(rb"<Relationship\b[^>]*?>")
_FROM_1904 = re.compile(rb'\bdate1904="(?:1|true)"')
_FONT = re.compile(rb'<name val="([^"]{1,60})"')


@dataclass
class SheetMarks:
    """What was found in one sheet; columns and rows counted from 1."""

    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved: list[tuple[int, int]] = field(default_factory=list)
    formulas: int = 0


@dataclass
class WorkbookMarks:
    """What was found in one workbook."""

    sheets: dict[str, SheetMarks] = field(default_factory=dict)
    legacy_fonts: list[str] = field(default_factory=list)
    from_1904: bool = False


def look_into(path: Path, *, shown: str, most_bytes: int) -> WorkbookMarks:
    """The marks of every sheet whose XML is not larger than `most_bytes`."""
    marks = WorkbookMarks()
    with opened(path, shown=shown) as archive:
        names = set(archive.namelist())
        if "xl/styles.xml" in names:
            marks.legacy_fonts = _legacy_fonts(archive.read("xl/styles.xml"))
        marks.from_1904 = bool(_FROM_1904.search(archive.read("xl/workbook.xml")))
        for name, part in _sheet_parts(archive, names).items():
            if archive.getinfo(part).file_size <= most_bytes:
                marks.sheets[name] = _marks(archive, part)
    return marks


def _legacy_fonts(styles: bytes) -> list[str]:
    fonts = {found.decode("utf-8", errors="replace") for found in _FONT.findall(styles)}
    return sorted(font for font in fonts if LEGACY_FONTS.search(font))


def _sheet_parts(archive: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """Sheet name to the part that holds it."""
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in names:
        return {}
    targets = {}
    for tag in _RELATION.findall(archive.read(relations)):
        target = _attribute(tag, "Target").lstrip("/")
        targets[_attribute(tag, "Id")] = target if target.startswith("xl/") else f"xl/{target}"
    parts = {}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        part = targets.get(_attribute(tag, "r:id"), "")
        if part in names:
            parts[_attribute(tag, "name")] = part
    return parts


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb'\s%s="([^"]*)"' % name.encode(), tag)
    text = found.group(1).decode("utf-8", errors="replace") if found else ""
    return unescape(text, {"&quot;": '"', "&apos;": "'"})


def _marks(archive: zipfile.ZipFile, part: str) -> SheetMarks:
    marks = SheetMarks()
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(BLOCK):
            whole = rest + block
            # Cut after a row, so that no cell is torn.
            cut = whole.rfind(b"</row>") + len(b"</row>")
            if cut < len(b"</row>"):
                cut = 0 if len(whole) < 2 * BLOCK else len(whole)
            _mark_block(whole[:cut], marks)
            rest = whole[cut:]
    _mark_block(rest, marks)
    return marks


def _mark_block(block: bytes, marks: SheetMarks) -> None:
    if b"hidden=" in block:
        _hidden(block, marks)
    if b"<f" not in block and b't="e"' not in block:
        return
    for attributes, inside in _CELL.findall(block):
        is_formula = b"<f" in inside
        marks.formulas += is_formula
        if is_formula or _ERROR.search(attributes):
            _mark_cell(attributes, inside, marks, is_formula=is_formula)


def _hidden(block: bytes, marks: SheetMarks) -> None:
    for tag in _ROW.findall(block):
        if _HIDDEN.search(tag) and (number := _NUMBER.search(tag)):
            marks.hidden_rows.append(int(number.group(1)))
    for tag in _COLS.findall(block):
        if _HIDDEN.search(tag):
            span = {name: int(value) for name, value in _SPAN.findall(tag)}
            first, last = span.get(b"min", 1), span.get(b"max", 1)
            marks.hidden_columns.extend(range(first, min(last, first + 100) + 1))


def _mark_cell(attributes: bytes, inside: bytes, marks: SheetMarks, *, is_formula: bool) -> None:
    place = _PLACE.search(attributes)
    if not place or len(marks.errors) + len(marks.unsaved) >= MOST_MARKS:
        return
    where = int(place.group(2)), _column_number(place.group(1))
    value = _VALUE.search(inside)
    if _ERROR.search(attributes) and value and value.group(1):
        marks.errors[where] = value.group(1).decode("utf-8", errors="replace")
    elif is_formula and not value:
        marks.unsaved.append(where)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
