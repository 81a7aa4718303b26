"""A CSV file: which encoding, which separator, and its rows one by one."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from survey.reading.limits import MEGABYTE, Limits
from survey.reading.problems import FileRefused

SEPARATORS = (",", ";", "\t", "|")
SNIFFED_ROWS = 60
SAMPLE = 32_768
OLD_ENCODINGS = ["cp1252", "cp1250", "cp1251", "cp1254", "cp1256", "cp1258", "cp874", "mac_roman"]
_SEP_LINE = re.compile(r"^sep=(.)\s*$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class TextFile:
    """How a CSV file is to be read.

    Attributes
    ----------
    first_line : 1 where the first line only names the separator (Excel's "sep=;"), else 0.
    """

    path: Path
    shown: str
    encoding: str
    guessed: bool
    separator: str
    first_line: int
    limits: Limits

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Row number, as a spreadsheet would count it, and cells."""
        number = 0
        try:
            with self.path.open(encoding=self.encoding, errors="replace", newline="") as stream:
                for number, row in enumerate(csv.reader(stream, delimiter=self.separator), start=1):
                    if number > self.first_line:
                        yield number, row
                    if number > self.limits.rows:
                        raise FileRefused("too_many_rows", file=self.shown, most=self.limits.rows)
        except csv.Error:
            # The parser's one complaint: a cell larger than its limit.
            most = self.limits.cell_characters
            raise FileRefused("cell_too_long", file=self.shown, row=number + 1, most=most) from None


def open_text(path: Path, *, shown: str, limits: Limits) -> TextFile:
    """Find out how the file is written.

    Raises
    ------
    FileRefused
        "not_text".
    """
    encoding, guessed = _encoding(path, shown=shown)
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        head = stream.read(SAMPLE)
    _refuse_noise(head, shown=shown)
    first = head.split("\n", 1)[0]
    if named := _SEP_LINE.match(first):
        separator, first_line = named.group(1), 1
    else:
        separator, first_line = _separator(head), 0
    return TextFile(
        path=path,
        shown=shown,
        encoding=encoding,
        guessed=guessed,
        separator=separator,
        first_line=first_line,
        limits=limits,
    )


def _encoding(path: Path, *, shown: str) -> tuple[str, bool]:
    with path.open("rb") as stream:
        head = stream.read(SAMPLE)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig", False
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32", False
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16", False
    if wide := _without_mark(head):
        return wide, True
    if _is_utf8(path):
        return "utf-8", False
    return _old_encoding(path, shown=shown), True


def _without_mark(head: bytes) -> str:
    """UTF-16 without its mark: every second byte of Latin text is 0."""
    even, odd = head[0::2], head[1::2]
    if len(head) < 4 or b"\x00" not in head:
        return ""
    if odd.count(0) > 0.3 * len(odd) and even.count(0) < 0.05 * len(even):
        return "utf-16-le"
    if even.count(0) > 0.3 * len(even) and odd.count(0) < 0.05 * len(odd):
        return "utf-16-be"
    return ""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while block := stream.read(MEGABYTE):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _old_encoding(path: Path, *, shown: str) -> str:
    """One byte per character; the lines that are not plain ASCII tell which."""
    telling = b""
    with path.open("rb") as stream:
        for line in iter(lambda: stream.readline(SAMPLE), b""):
            if not line.isascii():
                telling += line
            if len(telling) > SAMPLE // 4 or stream.tell() > 16 * MEGABYTE:
                break
    if telling.count(0) > 0.01 * len(telling):
        raise FileRefused("not_text", file=shown)
    best = from_bytes(telling[:8192], cp_isolation=OLD_ENCODINGS).best()
    # Western and Central European texts look alike to the detector; the Western one is usual here.
    if best is None or (best.encoding in {"cp1250", "cp1254", "cp1258", "mac_roman"} and _decodes(telling)):
        return "cp1252"
    return str(best.encoding)


def _decodes(raw: bytes) -> bool:
    try:
        raw.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_noise(head: str, *, shown: str) -> None:
    noise = sum(
        1 for character in head if (character < " " and character not in "\t\r\n") or character == "\ufffd"
    )
    if noise > 0.005 * len(head) + 1:
        raise FileRefused("not_text", file=shown)


def _separator(head: str) -> str:
    """The separator under which most lines have the same, largest number of cells."""
    complete = head.rpartition("\n")[0] or head
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        try:
            rows = [row for row in csv.reader(complete.splitlines(), delimiter=separator) if row][
                :SNIFFED_ROWS
            ]
        except csv.Error:
            continue
        if not rows:
            continue
        width, times = Counter(len(row) for row in rows).most_common(1)[0]
        score = (width > 1) * times / len(rows) * (1.0 + 0.01 * min(width, 100))
        if score > best_score:
            best, best_score = separator, score
    return best
