"""Two packages side by side, line by line."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from calculator.lines import premium_lines
from calculator.package_page import PackagePage
from calculator.packages import Line


def comparison(first: Line, second: Line, *, only_differences: bool = False) -> list[dict[str, Any]]:
    """The parts of the comparison: price, terms, loadings. A line that both share is marked, or left out."""
    pages = (PackagePage(first), PackagePage(second))
    parts = [
        (_("Price"), [_prices(page) for page in pages], True),
        (_("What the scheme pays"), [_terms(page) for page in pages], False),
        (_("Assumptions"), [_assumptions(page) for page in pages], False),
        (_("Community and loadings"), [_facts(page) for page in pages], False),
    ]
    return [
        {"title": title, "lines": _lines(columns[0], columns[1], is_price=is_price, only=only_differences)}
        for title, columns, is_price in parts
    ]


def _lines(
    first: dict[str, str], second: dict[str, str], *, is_price: bool, only: bool
) -> list[dict[str, Any]]:
    names = list(dict.fromkeys([*first, *second]))
    lines = [
        {
            "name": name,
            "values": (first.get(name, "–"), second.get(name, "–")),
            "same": first.get(name) == second.get(name),
            "is_price": is_price,
        }
        for name in names
    ]
    return [line for line in lines if not (only and line["same"])]


def _prices(page: PackagePage) -> dict[str, str]:
    lines = premium_lines(page.quote.premium, page.say)
    return {
        _("Total payable, a person a year"): lines["total"],
        _("a person a month"): lines["month"],
        _("Pure risk premium"): lines["pure"],
        _("Risk loading"): lines["risk_loading"],
        _("Families up to 3, a person a year"): lines["small_family"],
        _("Families of 4 and more, a person a year"): lines["large_family"],
    }


def _terms(page: PackagePage) -> dict[str, str]:
    return {row["name"]: row["words"] for row in page.terms}


def _assumptions(page: PackagePage) -> dict[str, str]:
    version = {_("Version of the assumptions"): str(page.line.package.assumption_set.number)}
    return version | {row["name"]: row["assumption"] for row in page.terms}


def _facts(page: PackagePage) -> dict[str, str]:
    return {fact["name"]: fact["value"] for fact in page.community}
