"""A workbook of bare values, written row by row: no comments, no authors, no formulas, nothing that hides."""

from __future__ import annotations

import datetime as dt
import math
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from survey.reading.cells import Cell
from survey.reading.xlsx_parts import column_letters

Rows = Iterable[tuple[int, Sequence[Cell]]]
DAY_0 = dt.datetime.combine(dt.date(1899, 12, 30), dt.time.min)
DATE, MOMENT, TIME, SPAN = 1, 2, 3, 4
"""Places in the list of styles below."""
AT_ONCE = 2_000
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5">'
    + "".join(
        f'<xf numFmtId="{form}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
        for form in (0, 14, 22, 21, 46)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)


def write_workbook(path: Path, sheets: Sequence[tuple[str, Rows]]) -> None:
    """Every sheet's rows at their own numbers, counted from 1."""
    names = _sheet_names([name for name, _rows in sheets])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part, text in _frame(names).items():
            archive.writestr(part, _PROLOG + text)
        for number, (_name, rows) in enumerate(sheets, start=1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as part_file:
                part_file.write(f'{_PROLOG}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
                waiting: list[str] = []
                for row in rows:
                    waiting.append(_row(*row))
                    if len(waiting) == AT_ONCE:
                        part_file.write("".join(waiting).encode())
                        waiting = []
                part_file.write("".join([*waiting, "</sheetData></worksheet>"]).encode())


def _sheet_names(names: Sequence[str]) -> list[str]:
    """As a spreadsheet program takes them: short, plain, none twice."""
    made: list[str] = []
    for name in names:
        plain = _NO_SHEET_NAME.sub("_", _UNWRITABLE.sub("_", name))[:31].strip("'") or "Sheet"
        number, unique = 1, plain
        while unique.casefold() in {one.casefold() for one in made}:
            number += 1
            unique = f"{plain[:26]} ({number})"
        made.append(unique)
    return made


def _frame(names: Sequence[str]) -> dict[str, str]:
    """Everything but the sheets."""
    numbers = range(1, len(names) + 1)
    override = '<Override PartName="/xl/{0}.xml" ContentType="' + _TYPE + '.{1}+xml"/>'
    kinds = [override.format("workbook", "sheet.main"), override.format("styles", "styles")]
    kinds += [override.format(f"worksheets/sheet{number}", "worksheet") for number in numbers]
    relation = '<Relationship Id="rId{0}" Type="' + _OFFICE + '/{1}" Target="{2}"/>'
    relations = [relation.format(number, "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]
    relations.append(relation.format(len(names) + 1, "styles", "styles.xml"))
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    wrapped = f'<Relationships xmlns="{_PACKAGE}/relationships">%s</Relationships>'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{"".join(kinds)}</Types>',
        "_rels/.rels": wrapped % relation.format(1, "officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": wrapped % "".join(relations),
        "xl/styles.xml": _STYLES,
    }


def _row(number: int, cells: Sequence[Cell]) -> str:
    inside = "".join(
        _cell(f"{column_letters(place)}{number}", cell)
        for place, cell in enumerate(cells, start=1)
        if cell is not None and cell != ""
    )
    return f'<row r="{number}">{inside}</row>' if inside else ""


def _cell(place: str, cell: Cell) -> str:
    if isinstance(cell, str):
        text = escape(_UNWRITABLE.sub("\ufffd", cell), {"\r": "&#13;"})
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    if isinstance(cell, bool):
        return f'<c r="{place}" t="b"><v>{int(cell)}</v></c>'
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell!r}</v></c>' if math.isfinite(cell) else _cell(place, str(cell))
    value, style = _serial(cell)
    return f'<c r="{place}" s="{style}"><v>{value!r}</v></c>'


def _serial(cell: dt.date | dt.time | dt.timedelta | None) -> tuple[float, int]:
    """As a spreadsheet counts days."""
    day = dt.timedelta(days=1)
    if isinstance(cell, dt.datetime):
        return (cell.replace(tzinfo=None) - DAY_0) / day, MOMENT
    if isinstance(cell, dt.date):
        return (dt.datetime.combine(cell, dt.time.min) - DAY_0) / day, DATE
    if isinstance(cell, dt.time):
        return (dt.datetime.combine(DAY_0, cell.replace(tzinfo=None)) - DAY_0) / day, TIME
    assert cell is not None
    return cell / day, SPAN
