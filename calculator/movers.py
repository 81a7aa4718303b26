"""Which input moves the premium most, as bars around today's premium."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from calculator.figures import Figures
from calculator.quotes import Quote
from schemes.models import Scheme


def movers(quote: Quote, scheme: Scheme, say: Figures) -> list[dict[str, Any]]:
    """One bar for each input, the widest first."""
    return []
