"""A frozen document's pieces made ready for a template."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()

WIDE_FROM = 4
WORDS_FROM = 3
"""Columns, and columns of words, from which a phone shows each row as a list."""


@register.filter
def drawn(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each cell with its column's name, which a phone shows beside it; a list under a name templates can ask
    for (`items` is a dictionary's own)."""
    return [_table(block) if block["kind"] == "table" else _list(block) for block in blocks]


def _list(block: dict[str, Any]) -> dict[str, Any]:
    return block | {"items_shown": block.get("items", [])}


def _table(block: dict[str, Any]) -> dict[str, Any]:
    columns = block["columns"]
    rows = [
        {
            "is_total": row["is_total"],
            "cells": [
                {"text": text, "num": column["num"], "column": column["name"]}
                for text, column in zip(row["cells"], columns, strict=True)
            ],
        }
        for row in block["rows"]
    ]
    words = sum(not column["num"] for column in columns)
    return block | {"rows_shown": rows, "is_wide": len(columns) >= WIDE_FROM or words >= WORDS_FROM}
