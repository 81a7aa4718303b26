"""What a workshop works with; each noun has a file of its own, and Django looks for them here."""

from __future__ import annotations

from workshop.shortlist_rows import ShortlistEntry

__all__ = ["ShortlistEntry"]
