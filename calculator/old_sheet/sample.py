"""A sheet of the old kind: the slide's own package, as people typed it, to try and to fill in."""

from __future__ import annotations

import io

from schemes.exports import new_workbook

HEADINGS = ("Benefit", "Threshold", "Event cap", "Family cap", "Pure risk premium")
SLIDE: tuple[tuple[str | float | None, ...], ...] = (
    HEADINGS,
    ("Hospitalisation", 0, 3000, 10000, 111),
    ("Injury", 0, 700, 3000, 99),
    ("Lab (only OPD)", 0, None, None, 0),
    ("Imaging (only OPD)", 0, 1000, 5000, 116),
    ("Transport (for hospitalisation) Fixed", None, 1000, None, 42),
    ("Caesarean delivery Fixed", None, None, None, 0),
    ("Wage loss", "Start day", "Last day", "Rate", 0),
    (None, 4, 13, 0, None),
    ("OPD", None, None, None, None),
    ("TOTAL", None, None, None, 368),
    ("Community size", 5000, None, None, None),
    ("Chance of bankruptcy", 0.05, None, None, None),
    ("Risk loading", 0.05, None, None, 17),
    ("Premium with risk loading", None, None, None, 384),
    ("Admin cost", 0.2, None, None, 77),
    ("Total premium payable PPPY", None, None, None, 461),
    ("Larger (4+ family size) discount", 0.1, None, None, None),
    ("Proportion of people belonging to larger families", 0.34, None, None, None),
    ("PPPY up to size 3", "PPPY for size 4+", None, None, "Average"),
    (477, 429, None, None, 461),
)
"""Majumdar 2018, slide "Premium Calculator"; shares stand as numbers under a percent format."""


def sample_workbook() -> bytes:
    """The sheet as an .xlsx file."""
    target = io.BytesIO()
    book = new_workbook(target)
    sheet = book.add_worksheet("Premium calculator")
    bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0%"})
    for row, cells in enumerate(SLIDE):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                sheet.write_string(row, column, cell, bold if row == 0 else None)
            elif cell is not None:
                sheet.write_number(row, column, cell, share if 0 < cell < 1 else None)
    sheet.set_column(0, 0, 48)
    sheet.set_column(1, 4, 18)
    book.close()
    return target.getvalue()
