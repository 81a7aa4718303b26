"""How large a survey file may be, and how much its reading may take."""

from __future__ import annotations

from dataclasses import dataclass, fields

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bounds on one reading; every one of them is above 0.

    Attributes
    ----------
    file_bytes : largest file as it arrives.
    files : most files of one survey.
    unpacked_bytes : most bytes an XLSX or ODS file may unpack to.
    ratio : how many times its own size it may unpack to, once that is more than 10 MB.
    entries : most parts inside an XLSX or ODS file.
    sheets, rows, columns, cell_characters : most of each; rows are of one sheet.
    cells : most cells of one sheet of a workbook, which is held in memory whole.
    problems : most problems that are listed; all are counted.
    seconds : processor time of the reading, and twice that on the clock.
    memory_bytes : address space of the process that reads.
    """

    file_bytes: int = 200 * MEGABYTE
    files: int = 20
    unpacked_bytes: int = 400 * MEGABYTE
    ratio: int = 60
    entries: int = 2_000
    sheets: int = 60
    rows: int = 2_000_000
    columns: int = 2_000
    cell_characters: int = 131_072
    cells: int = 12_000_000
    problems: int = 5_000
    seconds: int = 120
    memory_bytes: int = 3_072 * MEGABYTE

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) < 1:
                raise ValueError(f"limits: {field.name} is at least 1")


DEFAULT_LIMITS = Limits()
