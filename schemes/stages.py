"""What each stage tells about a scheme: the words on the home page and in the way on top of every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, kw_only=True)
class StageState:
    """How far one stage of one scheme is.

    `state` is "done", "todo", "idle" (waits for another stage) or "warn" (needs an answer); `sentence` says
    where it stands, `action` what the button beside it says, `url` where both lead.
    """

    state: Literal["done", "todo", "idle", "warn"]
    url: str
    sentence: Words = ""
    action: Words = ""


@dataclass(frozen=True, kw_only=True)
class Headline:
    """The one figure a list of schemes shows: an amount as it is to be read, and the words below it."""

    amount: str
    words: Words
