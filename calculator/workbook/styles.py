"""How a workbook looks: the site's ink, paper and one accent; numbers grouped as the scheme groups them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

INK, INK_2, TINT, CARD = "#1B2130", "#4B5160", "#EFECDF", "#FFFFFF"
ACCENT, ACCENT_3 = "#24408E", "#E8ECF8"
RULE, RULE_2, WARN, WARN_3 = "#D6D1C2", "#857F6E", "#7D4600", "#FDF0D5"

INDIAN = r"[>=10000000]##\,##\,##\,##0{0};[>=100000]##\,##\,##0{0};#,##0{0}"
INTERNATIONAL = "#,##0{0}"


def quoted(words: str) -> str:
    """Words as they stand inside a number format or a formula."""
    return words.replace('"', '""')


A4 = 9


def for_paper(sheet: Worksheet) -> None:
    """A sheet of tables: A4 on its side, as wide as the page."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


class Styles:
    """The formats of one workbook, made when they are first asked for."""

    def __init__(self, book: Workbook, *, grouping: str, places: int) -> None:
        self.book = book
        decimals = f".{'0' * places}" if places else ""
        self.money = (INDIAN if grouping == "indian" else INTERNATIONAL).format(decimals)
        self.plain = (INDIAN if grouping == "indian" else INTERNATIONAL).format("")
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def style(self, **values: Any) -> Format:
        """One format; equal ones are shared."""
        whole = {"font_name": "Calibri", "font_size": 11, "font_color": INK, "valign": "vcenter"} | values
        key = tuple(sorted(whole.items()))
        if key not in self._made:
            self._made[key] = self.book.add_format(whole)
        return self._made[key]

    def input(self, number: str = "General") -> Format:
        """A cell that may be changed: tinted, in the accent's colour, framed."""
        return self.style(
            bg_color=ACCENT_3,
            font_color=ACCENT,
            bold=True,
            border=1,
            border_color=ACCENT,
            align="right",
            locked=False,
            num_format=number,
        )

    def computed(self, number: str, *, bold: bool = False) -> Format:
        """A figure that is worked out."""
        return self.style(
            num_format=number, align="right", bold=bold, bg_color=TINT, bottom=1, bottom_color=RULE
        )

    @cached_property
    def title(self) -> Format:
        return self.style(font_size=18, bold=True)

    @cached_property
    def quiet(self) -> Format:
        return self.style(font_color=INK_2)

    @cached_property
    def note(self) -> Format:
        return self.style(
            font_color=INK_2, font_size=9, text_wrap=True, bottom=1, bottom_color=RULE, indent=1
        )

    @cached_property
    def warning(self) -> Format:
        return self.style(font_color=WARN, bg_color=WARN_3, text_wrap=True, bold=True, valign="top")

    @cached_property
    def head(self) -> Format:
        return self.style(
            bold=True, font_color=CARD, bg_color=ACCENT, text_wrap=True, align="center", border_color=ACCENT
        )

    @cached_property
    def head_left(self) -> Format:
        return self.style(bold=True, font_color=CARD, bg_color=ACCENT)

    @cached_property
    def name(self) -> Format:
        return self.style(bottom=1, bottom_color=RULE)

    @cached_property
    def off(self) -> Format:
        """A cell that this kind of benefit has not."""
        return self.style(bottom=1, bottom_color=RULE, font_color=INK_2, align="center")

    @cached_property
    def line(self) -> Format:
        return self.style(bottom=1, bottom_color=RULE)

    @cached_property
    def strong(self) -> Format:
        return self.style(bold=True, top=1, bottom=1, top_color=INK, bottom_color=INK, bg_color=TINT)

    def strong_number(self, number: str) -> Format:
        return self.style(
            bold=True,
            top=1,
            bottom=1,
            top_color=INK,
            bottom_color=INK,
            bg_color=TINT,
            num_format=number,
            align="right",
        )
