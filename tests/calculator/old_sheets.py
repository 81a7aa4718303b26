"""Old calculator sheets in every format, made for tests."""

from __future__ import annotations

import csv
import io
import zipfile
from xml.sax.saxutils import escape

from calculator.old_sheet.sample import SLIDE, sample_workbook

Cells = list[list[object]]


def slide_cells() -> Cells:
    return [list(row) for row in SLIDE]


def changed(cells: Cells, label: str, column: int, value: object) -> Cells:
    """The cells with one of them changed: in the row whose first cell is `label`."""
    for row in cells:
        if row[0] == label:
            row[column] = value
    return cells


def as_csv(cells: Cells) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(["" if cell is None else cell for cell in row] for row in cells)
    return text.getvalue().encode()


def as_xlsx(cells: Cells | None = None) -> bytes:
    if cells is None:
        return sample_workbook()
    from schemes.exports import new_workbook

    target = io.BytesIO()
    book = new_workbook(target)
    book.add_worksheet("Notes").write_string(0, 0, "nothing here")
    sheet = book.add_worksheet("Calculator 2018")
    for number, row in enumerate(cells, start=3):
        for column, cell in enumerate(row, start=1):
            if isinstance(cell, str):
                sheet.write_string(number, column, cell)
            elif cell is not None:
                sheet.write_number(number, column, cell)
    book.close()
    return target.getvalue()


def as_ods(cells: Cells) -> bytes:
    rows = ""
    for row in cells:
        rows += "<table:table-row>"
        for cell in row:
            if cell is None:
                rows += "<table:table-cell/>"
            elif isinstance(cell, str):
                text = f"<text:p>{escape(cell)}</text:p>"
                rows += f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
            else:
                rows += f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
        rows += "</table:table-row>"
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="{names}:office:1.0" '
        f'xmlns:table="{names}:table:1.0" xmlns:text="{names}:text:1.0" office:version="1.2"><office:body>'
        f'<office:spreadsheet><table:table table:name="A">{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return target.getvalue()


def zip_bomb() -> bytes:
    """A workbook that would unpack to 200 MB."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"<x>" + b" " * (200 * 1024 * 1024))
    return target.getvalue()
