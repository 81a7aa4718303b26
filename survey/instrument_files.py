"""What can be taken away before a survey: by name, file, words, and how it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class Instrument:
    file: str
    title: Promise
    words: Promise
    make: Callable[[], bytes]


def _workbook() -> bytes:
    from survey.instruments.template import workbook  # noqa: PLC0415  pandas is heavy, and rarely needed here

    return workbook()


def _archive() -> bytes:
    from survey.instruments.template import csv_archive  # noqa: PLC0415

    return csv_archive()


def _questionnaire() -> bytes:
    from survey.instruments.xlsform import xlsform  # noqa: PLC0415

    return xlsform()


INSTRUMENTS: Mapping[str, Instrument] = {
    "questionnaire": Instrument(
        file="household-survey-xlsform.xlsx",
        title=_("Questionnaire for Kobo or ODK (XLSForm)"),
        words=_("in English, Hindi and Nepali"),
        make=_questionnaire,
    ),
    "template-excel": Instrument(
        file="household-survey-template.xlsx",
        title=_("Excel template"),
        words=_("three sheets to fill in, with examples"),
        make=_workbook,
    ),
    "template-csv": Instrument(
        file="household-survey-template.zip",
        title=_("CSV templates"),
        words=_("the same as text files"),
        make=_archive,
    ),
}
