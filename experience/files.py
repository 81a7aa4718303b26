"""From an uploaded file to the rows of its one sheet of figures, by the survey's guarded readers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.refusals import ActionRefused
from survey.reading.cells import Cell, text_of
from survey.reading.guards import clean_name, guard
from survey.reading.limits import MEGABYTE, Limits
from survey.reading.problems import FileRefused
from survey.reading.text_file import open_text
from survey.reading.workbook import open_workbook
from survey.refusals import refusal_words

MOST_MEGABYTES = 2
LIMITS = Limits(
    file_bytes=MOST_MEGABYTES * MEGABYTE,
    files=1,
    unpacked_bytes=40 * MEGABYTE,
    entries=300,
    sheets=40,
    rows=20_000,
    columns=200,
    cells=400_000,
)


class ImportRefused(ActionRefused):
    """The file is not opened; its message says why."""


class SeveralSheets(ImportRefused):
    message = _(
        "This workbook has several sheets with figures. Keep one sheet, save it, and choose it again."
    )


def rows_of(upload: UploadedFile) -> list[tuple[int, list[Cell]]]:
    """The rows of the one sheet that holds anything, numbered as the spreadsheet numbers them.

    Raises
    ------
    ImportRefused
        When the file must not or cannot be opened, or several of its sheets hold figures.
    """
    name = clean_name(upload.name or "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"upload{Path(name).suffix.lower()}"
        with path.open("wb") as target:
            for part in upload.chunks():
                target.write(part)
        try:
            return _rows(path, name)
        except FileRefused as refused:
            raise ImportRefused(refusal_words(refused)) from None


def _rows(path: Path, name: str) -> list[tuple[int, list[Cell]]]:
    kind = guard(path, name=name, limits=LIMITS)
    if kind == "csv":
        return [(number, list(cells)) for number, cells in open_text(path, shown=name, limits=LIMITS).rows()]
    sheets = [list(sheet.rows()) for sheet in open_workbook(path, shown=name, kind=kind, limits=LIMITS)]
    filled = [rows for rows in sheets if any(text_of(cell) for _number, cells in rows for cell in cells)]
    if len(filled) > 1:
        raise SeveralSheets
    return filled[0] if filled else []
