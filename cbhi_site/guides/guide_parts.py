"""What a guide is made of."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise

WIDTH, HEIGHT = 390, 600
"""Of every picture, in pixels of a phone's page; the files have half as many dots again each way."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A page of the site as a phone shows it. `name` is that of its file in static/guides/."""

    name: str
    alt: Promise

    @property
    def file(self) -> str:
        return f"guides/{self.name}.webp"


@dataclass(frozen=True, kw_only=True)
class Part:
    title: Promise
    steps: tuple[Promise, ...]
    picture: Picture | None = None
    help: str = ""
    """The key of the help topic that says more."""


@dataclass(frozen=True, kw_only=True)
class Guide:
    key: str
    title: Promise
    short: Promise
    lead: Promise
    parts: tuple[Part, ...]

    @property
    def pictures(self) -> list[Picture]:
        return [part.picture for part in self.parts if part.picture is not None]
