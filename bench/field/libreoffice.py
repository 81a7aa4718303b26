"""LibreOffice Calc with RAND(): ONE on 10,000 rows, a family each, as calculators in spreadsheets do it.

The sheet is written once; a run opens it in ``soffice --headless``, which draws every RAND() anew, and saves
mean and variance. So a run is start, load, recalculation and save.
"""

from __future__ import annotations

import functools
import math
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from bench.field.cases import ONE, SHARES, SIZES

Array = NDArray[Any]

ROWS = 10_000
MOST_EVENTS = 4
"""Events that a row has cells for: more have a chance of 4e-6."""


def recalculated() -> tuple[Array, Array]:
    """Mean and variance of the drawn families, and the mean's relative standard error."""
    sheet = _sheet()
    subprocess.run(
        [
            _program(),
            f"-env:UserInstallation=file://{sheet.parent}/profile",
            "--headless",
            "--convert-to",
            "csv",
            "--outdir",
            str(sheet.parent),
            str(sheet),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    first = sheet.with_suffix(".csv").read_text(encoding="utf-8").splitlines()[0]
    mean, variance = (float(cell) for cell in first.split(",")[:2])
    return np.array([[mean, variance]]), np.array([math.sqrt(variance / ROWS) / mean])


def version() -> str:
    """LibreOffice 7.4.7.2, for instance."""
    told = subprocess.run([_program(), "--version"], capture_output=True, text=True, check=True, timeout=60)
    return " ".join(told.stdout.split()[:2])


def _program() -> str:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise FileNotFoundError("soffice is not on the PATH")
    return program


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="cbhi-bench-")


@functools.cache
def _sheet() -> Path:
    """A flat sheet: A1 mean, B1 variance; below A year, C size, D chance, E events, F.. paid."""
    ((threshold, cap, copay, family_cap),) = ONE.contracts
    edges = np.concatenate([[0.0], np.cumsum(SHARES)[:-1]])
    sizes = ";".join(f"{size}" for size in SIZES)
    size = f"LOOKUP(RAND();{{{';'.join(f'{edge:.2f}' for edge in edges)}}};{{{sizes}}})"
    cost = f"EXP({ONE.mu!r}+{ONE.sigma!r}*LEGACY.NORMSINV(RAND()))"
    paid = f"{1 - copay:g}*MIN(MAX({cost}-{threshold:g};0);{cap:g})"
    rows = []
    for row in range(2, ROWS + 2):
        mean = f"({ONE.incidence}*[.C{row}])"
        below = "+".join(f"([.D{row}]>POISSON({n};{mean};1))" for n in range(MOST_EVENTS))
        events = [f"IF([.E{row}]>={n};{paid};0)" for n in range(1, MOST_EVENTS + 1)]
        last = chr(ord("F") + MOST_EVENTS - 1)
        year = f"MIN(SUM([.F{row}:.{last}{row}]);{family_cap:g})"
        rows.append(_row([year, "0", size, "RAND()", below, *events]))
    top = _row([f"AVERAGE([.A2:.A{ROWS + 1}])", f"VAR([.A2:.A{ROWS + 1}])"])
    path = Path(_folder().name) / "one.fods"
    path.write_text(_DOCUMENT.format(rows=top + "".join(rows)), encoding="utf-8")
    return path


def _row(formulas: list[str]) -> str:
    cells = "".join(
        f'<table:table-cell table:formula="of:={escape(one)}" office:value-type="float"/>' for one in formulas
    )
    return f"<table:table-row>{cells}</table:table-row>\n"


_DOCUMENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:body><office:spreadsheet><table:table table:name="families">
{rows}</table:table></office:spreadsheet></office:body></office:document>
"""
